-- From typed values back to what a file says, and to what people read. What is written
-- here reads again as the same plan (plan show --format json).

local lists = require "lists"
local schema = require "schema"
local terms = require "terms"

local plain = {}

local of = {}

function of.clause(_, value)
  return value.quote and value.id .. " " .. value.quote or value.id
end

function of.due(_, value)
  return value.text or value.texts or { phase = value.phase, after = value.after }
end

function of.citation(_, value) return { id = value.id, article = value.article } end

function of.member(_, value) return value.set .. "." .. value.member end

function of.parent(_, value)
  return { id = value.id, version = value.version, sha256 = value.sha256 }
end

function of.record(spec, value) return plain.record(spec.fields, value) end

function of.list(spec, value)
  local result = list {}
  for index, entry in ipairs(value) do result[index] = plain.value(spec.of, entry) end
  return result
end

function of.map(spec, value)
  local result = {}
  for _, key in ipairs(value.order) do
    result[key] = plain.value(spec.of, value.of[key])
  end
  return result
end

function of.column(_, value)
  local word = value.type == "decimal" and ("decimal(%d)"):format(value.scale) or value.type
  return value.title and { type = word, title = value.title } or word
end

function of.group(_, value)
  return value.except and { except = value.except } or value
end

-- A typed value as a file would have it.
function plain.value(spec, value)
  if value == nil then return nil end
  local write = of[spec.kind]
  if write then return write(spec, value) end
  return value
end

-- The fields of a record, by their English keys.
function plain.record(fields, value)
  local result = {}
  for _, field in ipairs(fields) do
    result[field[1]] = plain.value(field[3], value[field[1]])
  end
  return result
end

-- ---- for people -----------------------------------------------------------------------

local shown = {}

function shown.word(spec, value) return terms.title(spec.words, value) end

function shown.bool(_, value) return value and "是" or "否" end

-- Any plain value in one line: lists by 、, maps as key: value.
local function in_line(value)
  if value == true then return "是" end
  if value == false then return "否" end
  if type(value) ~= "table" then return tostring(value) end
  local parts = {}
  if #value > 0 then
    for index, entry in ipairs(value) do parts[index] = in_line(entry) end
    return table.concat(parts, "、")
  end
  for key, entry in pairs(value) do
    parts[#parts + 1] = ("%s：%s"):format(key, in_line(entry))
  end
  return table.concat(parts, "，")
end

function shown.list(spec, value, plan)
  local parts = {}
  for index, entry in ipairs(value) do parts[index] = plain.shown(spec.of, entry, plan) end
  return table.concat(parts, "、")
end

-- Where a text comes from is no part of what it asks.
function shown.record(spec, value, plan)
  local parts = {}
  for _, field in ipairs(spec.fields) do
    if value[field[1]] ~= nil and field[1] ~= "clause" then
      parts[#parts + 1] = ("%s：%s"):format(field[2],
        plain.shown(field[3], value[field[1]], plan))
    end
  end
  return table.concat(parts, "，")
end

-- What an id is called in the plan, or in the layer that is being put upon it.
local function called(plan, section, id)
  local entry = plan and (lists.index(plan, { key = section })[id]
    or plan.upon and lists.index(plan.upon, { key = section })[id])
  return entry and (entry.title or entry.artefact) or id
end

function shown.ref(spec, value, plan) return called(plan, spec.to, value) end

-- 药品编码（编码）、限价（小数（2位））: the columns of a table parameter.
local function shown_columns(value)
  local parts = {}
  for index, id in ipairs(value.order) do
    local of_id = value.of[id]
    local digits = of_id.type == "decimal" and ("%d位"):format(of_id.scale) or ""
    parts[index] = ("%s（%s%s）"):format(of_id.title or id,
      terms.title(terms.column_type, of_id.type), digits)
  end
  return table.concat(parts, "、")
end

function shown.map(spec, value)
  if spec.of.kind == "column" then return shown_columns(value) end
  return in_line(plain.value(spec, value))
end

function shown.due(_, value, plan)
  if value.text then return value.text end
  if value.texts then return table.concat(value.texts, "；") end
  if value.phase then return ("“%s”结束时"):format(called(plan, "phases", value.phase)) end
  return ("“%s”报送后"):format(called(plan, "duties", value.after))
end

-- A typed value in one line, in the words of the plan: ids by their titles in `plan`, which
-- may be nil.
function plain.shown(spec, value, plan)
  if value == nil then return "—" end
  local show = spec and shown[spec.kind]
  local text
  if show then
    text = show(spec, value, plan)
  elseif spec then
    text = in_line(plain.value(spec, value))
  else
    text = in_line(value)
  end
  return text == "" and "—" or text
end

local function field_of(fields, key)
  local field = schema.names(fields)[key]
  return field and field[3]
end

-- scoring.points, closeout.evidence. The groups of classes are no list of a scope.
local function field_beside(section, key)
  local spec = field_of(schema.plan.fields, section)
  return spec and spec.kind == "record" and key ~= "classes"
    and field_of(spec.fields, key) or nil
end

-- The type of a section's field, nil for what is no field.
function plain.type_of(section, key)
  for _, known in ipairs(schema.sections) do
    if known.key == section then
      return field_of(known.fields, key) or field_beside(section, key)
    end
  end
  return field_beside(section, key) or field_of(schema.plan.fields, key)
end

return plain
