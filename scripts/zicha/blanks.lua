-- The places of a resolved plan that are left to fill in (____, 20__年): what a parent left
-- blank and a child has filled is none any more.

local layers = require "layers"
local library = require "library"
local read = require "read"
local schema = require "schema"

local blanks = {}

local function add(found, id, key, title, text, place)
  if type(text) == "string" and read.is_blank(text) then
    found[#found + 1] = { id = id, key = key, title = title, text = text, place = place }
  end
end

local in_fields -- a record's own fields, and those of records in it

local function in_field(found, id, field, record, within)
  local title = within and within .. "的" .. field[2] or field[2]
  local key, spec, value = field[1], field[3], record[field[1]]
  if value == nil then return end
  if spec.kind == "record" and value.stands then
    in_fields(found, id, spec.fields, value, title)
  elseif spec.kind == "list" and spec.of.kind == "record" and not spec.named then
    for _, entry in ipairs(value) do in_fields(found, id, spec.of.fields, entry) end
  elseif field.blank then
    local place = read.place(record, key)
    for _, text in ipairs(spec.kind == "due" and value.texts or {}) do
      add(found, id, key, title, text, place)
    end
    add(found, id, key, title, spec.kind == "due" and value.text or value, place)
  end
end

in_fields = function(found, id, fields, record, within)
  for _, field in ipairs(fields) do in_field(found, id, field, record, within) end
end

local function in_parameters(found, plan)
  for _, id in ipairs(plan.parameters.order) do
    local parameter = plan.parameters.of[id]
    -- A default of the rule library is told by those who know what rules read.
    if parameter.blank and not library.is_default(parameter) then
      add(found, id, "value", "值", parameter.blank, read.place(parameter, "value"))
    end
  end
end

-- [{ id, key, title, text, place }], by place. `deviations` may have blanks where the
-- document's number should stand; nil: they are not looked at.
function blanks.of(plan, deviations)
  local found = list {}
  for _, field in ipairs(schema.plan.fields) do
    if field[1] ~= "change" then in_field(found, plan.id or "?", field, plan) end
  end
  for _, section in ipairs(schema.sections) do
    for _, pair in ipairs(layers.entries(plan, section)) do
      in_fields(found, pair[1], section.fields, pair[2])
    end
  end
  in_parameters(found, plan)
  for _, deviation in ipairs(deviations or {}) do
    add(found, deviation.id, "authorised_by", "批准文号", deviation.authorised_by,
      deviation.place)
  end
  return found
end

return blanks
