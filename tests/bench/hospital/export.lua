-- The hospital's exports: one CSV file per dataset that zicha knows, its headers taken from
-- scripts/datasets, and beside them what loads the same files into SQLite as text.

local random = require "random"

local export = {}
export.__index = export

-- Lines wait here and leave in random order: a rule must not lean on the order of a file.
local held = 8192

-- The columns of a dataset file as {id, title}, and whether the table has a date.
local function read_dataset(path, known)
  local file = assert(io.open(path))
  local dataset, column
  for line in file:lines() do
    local indent, key, rest = line:match("^( *)([%l%d_]+):%s*(.-)%s*$")
    if key and #indent == 0 then
      dataset = { id = key, columns = {}, of = {} }
      known[key] = dataset
    elseif key and #indent == 2 and key == "date" then
      dataset.dated = true
    elseif key and #indent == 4 then
      column = { id = key }
      dataset.columns[#dataset.columns + 1] = column
      dataset.of[key] = column
      rest = rest:match("titles: (.*)") -- a column on one line: {type: …, titles: […]}
    end
    if column and not column.title then
      local titles = key == "titles" and rest or line:match("titles: (%[.*)")
      column.title = titles and titles:match("^%[?%s*\"?([^,%]\"]+)")
    end
  end
  file:close()
end

-- `covers` is the import option of tables that have a date.
function export.new(folder, datasets, files, seed, covers)
  local known = {}
  for _, path in ipairs(files) do read_dataset(datasets .. "/" .. path, known) end
  return setmetatable({ folder = folder, datasets = known, open = {}, order = {}, covers = covers,
                        random = random.new(seed, "export") }, export)
end

local function cell(value)
  if value == nil then return "" end
  if value == true then return "是" end
  if value == false then return "否" end
  local text = tostring(value)
  if text:find("[,\"\n]") then return '"' .. text:gsub('"', '""') .. '"' end
  return text
end

function export:table(id)
  local out = self.open[id]
  if out then return out end
  local dataset = assert(self.datasets[id], "no dataset " .. id)
  out = { dataset = dataset, lines = {}, rows = 0,
          file = assert(io.open(self.folder .. "/" .. id .. ".csv", "w")) }
  local titles = {}
  for i, column in ipairs(dataset.columns) do
    titles[i] = assert(column.title, "no title: " .. id .. "." .. column.id)
  end
  out.file:write(table.concat(titles, ","), "\n")
  self.open[id] = out
  self.order[#self.order + 1] = id
  return out
end

-- Adds a row. A column that the dataset lacks is a mistake of ours.
function export:row(id, row)
  local out = self:table(id)
  local cells = {}
  for i, column in ipairs(out.dataset.columns) do cells[i] = cell(row[column.id]) end
  for name in pairs(row) do
    if not out.dataset.of[name] then error("no column " .. id .. "." .. name, 2) end
  end
  local line = table.concat(cells, ",")
  out.rows = out.rows + 1
  if #out.lines < held then
    out.lines[#out.lines + 1] = line
  else
    local at = self.random:int(1, held)
    out.file:write(out.lines[at], "\n")
    out.lines[at] = line
  end
end

-- Writes what waits; load.sql, which makes the same tables in SQLite; tables.txt, each table
-- with the options of its import.
function export:close()
  local load, tables = {}, {}
  table.sort(self.order)
  for _, id in ipairs(self.order) do
    local out = self.open[id]
    for _, line in ipairs(self.random:sample(out.lines, #out.lines)) do
      out.file:write(line, "\n")
    end
    assert(out.file:close())
    local columns = {}
    for i, column in ipairs(out.dataset.columns) do
      columns[i] = '"' .. column.id .. '" TEXT'
    end
    load[#load + 1] = ("CREATE TABLE %s (%s);\n.import --csv --skip 1 %s.csv %s\n"):format(
      id, table.concat(columns, ", "), id, id)
    tables[#tables + 1] = id .. (out.dataset.dated and self.covers or "") .. "\n"
  end
  for name, lines in pairs { ["load.sql"] = load, ["tables.txt"] = tables } do
    local file = assert(io.open(self.folder .. "/" .. name, "w"))
    file:write(table.concat(lines))
    assert(file:close())
  end
end

return export
