-- The resolved plan in one piece: everything that its layers say, as one package without
-- parents would hold it.

local datasets = require "datasets"
local layers = require "layers"
local library = require "library"
local plain = require "plain"
local schema = require "schema"

local show = {}

local left_out = { change = true, extends = true, accept = true }

local function sort_entries(holder, key)
  if not holder or not holder[key] then return end
  table.sort(holder[key], function(a, b) return a.id < b.id end)
end

-- By id, so that two packages that say the same in another order look the same.
local function sort_all(document, items)
  for _, section in ipairs(schema.sections) do
    if section.key ~= "items" and not section.map then
      if section.within then
        sort_entries(document[section.key], section.within)
      else
        sort_entries(document, section.key)
      end
    end
  end
  for _, set in pairs(document.sets or {}) do sort_entries(set, "members") end
  table.sort(items, function(a, b) return a.id < b.id end)
end

-- Section by section, entry by entry; what several layers did to one field stays in the
-- order of the layers.
local function sort_deviations(deviations)
  local place = {}
  for index, field in ipairs(schema.plan.fields) do place[field[1]] = index end
  for index, deviation in ipairs(deviations) do deviation.index = index end
  table.sort(deviations, function(a, b)
    local of_a, of_b = place[a.section] or 0, place[b.section] or 0
    if of_a ~= of_b then return of_a < of_b end
    if a.section ~= b.section then return a.section < b.section end
    if a.id ~= b.id then return a.id < b.id end
    return a.index < b.index
  end)
  for _, deviation in ipairs(deviations) do deviation.index = nil end
end

-- A parameter whose value is still to be filled in has none yet, but its text, or that of a
-- list, map or table in which some of it is.
local function keep_blanks(document, plan)
  for id, parameter in pairs(document.parameters or {}) do
    local own = plan.parameters.of[id]
    if parameter.value == nil then parameter.value = own.draft or own.blank end
  end
end

-- Maps have no order of their own: what people read gets a list of their keys.
local function add_order(document, plan)
  document.order = { columns = {} }
  for _, section in ipairs(schema.sections) do
    if section.map then document.order[section.key] = plan[section.key].order end
  end
  for _, id in ipairs(plan.parameters.order) do
    local columns = plan.parameters.of[id].columns
    document.order.columns[id] = columns and columns.order
  end
end

-- The reference tables of all layers, as far as people want to know of them; nil for none.
local function reference_tables(opened)
  local result = list {}
  for _, id in ipairs(opened.tables.order) do
    local own = opened.tables.of[id]
    if own.reference and not own.parameter then
      local columns = list {}
      for _, column in ipairs(own.columns) do
        columns[#columns + 1] = { id = column.id, title = column.titles[1],
          type = datasets.type_title(column) }
      end
      result[#result + 1] = { id = id, file = own.file, rows = own.rows, columns = columns }
    end
  end
  table.sort(result, function(a, b) return a.id < b.id end)
  return #result > 0 and result or nil
end

-- { plan, items, tables, chain, deviations }: plan and items are what plan.yaml and
-- items.yaml of that package would hold, tables what stands in its tables/. `sorted` by id,
-- or in the plan's own order.
function show.plan(opened, sorted)
  local plan = library.trimmed(opened.plan)
  local document = plain.record(schema.plan.fields, plan)
  for key in pairs(left_out) do document[key] = nil end
  for _, section in ipairs(schema.sections) do
    if section.map and #layers.entries(plan, section) == 0 then document[section.key] = nil end
  end
  keep_blanks(document, plan)
  local items = list {}
  for index, item in ipairs(plan.items) do
    items[index] = plain.record(schema.item.fields, item)
  end
  if sorted then sort_all(document, items) else add_order(document, plan) end
  local chain, deviations = list {}, list {}
  for _, layer in ipairs(opened.layers) do
    chain[#chain + 1] = { id = layer.id, version = layer.version, level = layer.level,
      title = layer.title }
  end
  for _, deviation in ipairs(opened.deviations) do
    if deviation.direction ~= "same" then
      deviations[#deviations + 1] = { section = deviation.section,
        section_title = deviation.section_title, id = deviation.id,
        title = deviation.title, field = deviation.field,
        field_title = deviation.field_title, from = deviation.shown_from,
        to = deviation.shown_to, direction = deviation.direction, layer = deviation.layer,
        reason = deviation.reason, authorised_by = deviation.authorised_by,
        against = deviation.against }
    end
  end
  if sorted then sort_deviations(deviations) end
  return { plan = document, items = items, tables = reference_tables(opened), chain = chain, deviations = deviations }
end

return show
