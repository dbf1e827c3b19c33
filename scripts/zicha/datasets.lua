-- Datasets: what a data export holds, as the table engine wants it.

local fault = require "fault"
local read = require "read"
local schema = require "schema"
local terms = require "terms"

local N_ = fault.N_

local datasets = {}

-- values: {门诊: [普通门诊, O], …} → {{id, spellings}, …} in the order of the file.
local function enum_values(column, at, faults)
  local values, words = list {}, list {}
  if not column.values or #column.values.order == 0 then
    fault.add(faults, at, N_"an enum column needs values",
      {}, N_"list its words, each with the spellings that exports use")
    return values, words
  end
  for _, word in ipairs(column.values.order) do
    local own, spellings = list {}, column.values.of[word]
    if type(spellings) == "table" then
      for _, spelling in ipairs(spellings) do own[#own + 1] = tostring(spelling) end
    elseif type(spellings) == "string" and spellings ~= "" then
      own[1] = spellings
    end
    values[#values + 1] = { id = word, spellings = own }
    words[#words + 1] = word
  end
  return values, words
end

-- Only what the file says: every check sends its tables from process to process.
local function one_column(id, column, faults)
  local place = read.place(column)
  local result = {
    id = id, type = column.type and column.type.type or "text",
    scale = column.type and column.type.type == "decimal" and column.type.scale or nil,
    titles = column.titles or list {}, key = column.key or nil,
    blank = column.blank ~= "unknown" and column.blank or nil,
    optional = column.optional or nil,
    identifies = column.identifies,
  }
  if result.type == "enum" then
    result.values, result.words = enum_values(column, place, faults)
  end
  if result.key and result.optional then
    fault.add(faults, place, N_"a key column cannot be optional")
  end
  if result.blank == "never" and (result.key or result.optional) then
    fault.add(faults, place,
      N_"blank: never belongs to columns that are neither keys nor optional")
  elseif result.blank == "no" and result.type ~= "bool" then
    fault.add(faults, place, N_"blank: no belongs to bool columns")
  elseif result.blank == "zero" and result.type ~= "int" and result.type ~= "decimal" then
    fault.add(faults, place, N_"blank: zero belongs to numbers")
  end
  return result
end

local function one_dataset(id, dataset, faults)
  local result = {
    id = id, title = dataset.title, source = dataset.source, date = dataset.date,
    repeats = dataset.repeats or false, columns = list {},
  }
  local columns = dataset.columns
  if not columns then return result end
  for _, name in ipairs(columns.order) do
    result.columns[#result.columns + 1] = one_column(name, columns.of[name], faults)
  end
  local date = dataset.date and columns.of[dataset.date]
  if dataset.date and not (date and date.type
    and (date.type.type == "date" or date.type.type == "datetime")) then
    fault.unknown(faults, read.place(dataset, "date"),
      N_"the date column {id} is no date of this table", dataset.date, columns.order)
  end
  return result
end

-- Adds the datasets of one document to `known`: id → dataset, their order, and id → columns
-- as the file has them.
function datasets.add(known, ctx, document)
  local typed = read.document(ctx, { kind = "map", of = schema.dataset }, document)
  if not typed then return end
  for _, id in ipairs(typed.order) do
    local place = read.key_place(typed, id)
    if not id:find("^%l[%l%d_]*$") then
      fault.add(ctx.faults, place, N_"{id} is not an id", { id = id })
    elseif known.of[id] then
      fault.add(ctx.faults, place, N_"the table {id} is declared twice", { id = id },
        N_"give a table of the package's own another name")
    else
      known.of[id] = one_dataset(id, typed.of[id], ctx.faults)
      known.of[id].place = place
      known.columns[id] = typed.of[id].columns
      known.order[#known.order + 1] = id
    end
  end
end

function datasets.new()
  return { of = {}, order = list {}, columns = {} }
end

-- What the file remarks on a column, for whoever exports the table.
function datasets.note(known, id, column)
  return known.columns[id].of[column].note
end

-- The word that people read for a column's type.
function datasets.type_title(column)
  local title = terms.title(terms.column_type, column.type)
  if column.type == "decimal" then
    return ("%s（%d位）"):format(title, column.scale)
  end
  return title
end

return datasets
