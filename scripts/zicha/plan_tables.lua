-- Tables whose rows the plan itself brings: its reference tables, tables/NAME.csv, and its
-- parameters of the type table, p.NAME. Rules join them as they join exports. No facility
-- hands them over, so nobody asks for them and no dates of theirs cover anything.

local at = require "at"
local datasets = require "datasets"
local fault = require "fault"
local read = require "read"

local N_ = fault.N_

local plan_tables = {}

-- ---- columns ------------------------------------------------------------------------

-- A column as the table engine wants it. `type_of` is { type, scale }.
local function column(id, type_of, title)
  return { id = id, type = type_of.type, scale = type_of.scale,
    titles = title and list { title } or list {}, key = false, blank = "unknown" }
end

-- The words of an enum stand in a dataset, which such a table has not.
local function check_type(ctx, place, type_of)
  if type_of.type ~= "enum" then return end
  fault.add(ctx.faults, place, N_"a table of the plan's own has no column of the type enum",
    {}, N_"write code or text")
end

local function table_of(id, title, columns, file, place)
  return { id = id, title = title, columns = columns, repeats = true, reference = true,
    file = file, place = place }
end

-- ---- what is wrong in rows ------------------------------------------------------------

local counts_differ = N_"the number of cells differs from the header"

-- What cells.read has found, each at the place that place_of(problem) gives.
local function tell_problems(ctx, own, found, place_of)
  local by_id = {}
  for _, one in ipairs(own.columns) do by_id[one.id] = one end
  for _, problem in ipairs(found.problems) do
    local place, of = place_of(problem), by_id[problem.id]
    if problem.same then
      fault.add(ctx.faults, place, N_"this row is the same as the one in line {line}",
        { line = place_of({ row = problem.same_row, line = problem.same }).line },
        N_"delete one of them")
    elseif problem.text then
      fault.add(ctx.faults, place, N_"this row cannot be read: {problem_term}",
        { problem_term = problem.text }, problem.text == counts_differ
          and N_"a row has as many cells as the header; put a text with a comma into quotation marks"
          or nil)
    elseif problem.open then
      fault.add(ctx.faults, place, N_"«{cell}» stands here: a reference table leaves nothing open",
        { cell = problem.cell }, N_"write what is meant, or leave the cell blank")
    else
      fault.add(ctx.faults, place,
        N_"«{cell}» is no value of {column} ({title}), which is {type}",
        { cell = problem.cell, column = of.id, title = of.titles[1] or of.id,
          type = datasets.type_title(of) },
        problem.damaged and N_"a spreadsheet program has spoiled it: write what stood there"
          or N_"correct the cell, or leave it blank")
    end
  end
end

-- ---- tables/NAME.csv --------------------------------------------------------------------

-- A cell of the header, code:code or max:decimal(2):限价, as a column; nil with a fault.
local function header_column(ctx, place, text)
  local id, rest = text:match("^%s*([^:]-)%s*:%s*(.-)%s*$")
  if text:find("^%s*$") then
    return fault.add(ctx.faults, place, N_"a cell of the header is empty", {},
      N_"name the column and its type, or delete the column")
  elseif not id then
    return fault.add(ctx.faults, place, N_"«{cell}» names no column with its type",
      { cell = text }, text:find("：", 1, true)
        and N_"write an ASCII colon: a full-width one separates nothing"
        or N_"write for example code:code,max:decimal(2),name:text")
  elseif not id:find("^%l[%l%d_]*$") then
    return fault.add(ctx.faults, place, N_"{id} is not an id", { id = id },
      N_"an id begins with a small letter and holds small letters, digits and _")
  end
  local word, title = rest:match("^(.-)%s*:%s*(.+)$")
  local type_of = read.column_type(word or rest)
  if not type_of then
    return fault.add(ctx.faults, place, N_"{word} is not a column type",
      { word = word or rest, list = read.column_types() }, N_"known: {list}")
  end
  check_type(ctx, place, type_of)
  return column(id, type_of, title)
end

-- The columns that the header names, and which of its cells each of them is; nil with faults.
local function read_header(ctx, file, text)
  local found = cells.header(text)
  local errors, columns, map, seen = #ctx.faults, list {}, {}, {}
  if found.problem then
    return fault.add(ctx.faults, { file = file, line = 1, column = 0 }, found.problem, {},
      found.hint)
  end
  for _, cell in ipairs(found.cells) do
    local place = { file = file, line = cell.line, column = cell.column }
    local one = header_column(ctx, place, cell.text)
    if one and seen[one.id] then
      fault.add(ctx.faults, place, N_"the column {id} stands twice", { id = one.id },
        N_"give one of them another name")
    elseif one then
      seen[one.id] = true
      columns[#columns + 1] = one
      map[one.id] = cell.text
    end
  end
  if #ctx.faults > errors then return nil end
  return columns, map
end

-- One file { file, id, text } as a table. Its text stays with the host.
local function read_file(ctx, given)
  local place = { file = given.file, line = 1, column = 1 }
  local own = table_of(given.id, given.id, list {}, given.file, place)
  local columns, map = read_header(ctx, given.file, given.text)
  own.rows = 0
  if not columns then return own end
  own.columns, own.options = columns, { map = map }
  local found = cells.read(own, given.text)
  for _, entry in ipairs(found.faults) do
    fault.add(ctx.faults, { file = given.file, line = entry.line, column = entry.column },
      entry.text, entry.args, entry.hint)
  end
  tell_problems(ctx, own, found, function(problem)
    return { file = given.file, line = problem.line, column = problem.column }
  end)
  own.rows = found.rows
  return own
end

-- Adds the reference tables of all layers to `known` (datasets.lua); known.texts keeps what
-- their files hold.
function plan_tables.add_files(ctx, known, files)
  known.texts = {}
  for _, given in ipairs(files) do
    local other = known.of[given.id]
    local own = read_file(ctx, given)
    if other then
      fault.add(ctx.faults, own.place, N_"the table {id} is declared twice",
        { id = given.id, file = other.place.file, line = other.place.line },
        N_"the other one is at {file}:{line}; give this one another name")
    else
      known.of[given.id], known.texts[given.id] = own, given.text
      known.order[#known.order + 1] = given.id
    end
  end
end

-- ---- parameters -------------------------------------------------------------------------

-- The columns of a parameter, in their order.
local function columns_of(parameter)
  local columns = list {}
  for _, id in ipairs(parameter.columns and parameter.columns.order or {}) do
    local declared = parameter.columns.of[id]
    columns[#columns + 1] = column(id, declared, declared.title)
  end
  return columns
end

local function quoted(cell)
  return cell and '"' .. cell:gsub('"', '""') .. '"' or ""
end

-- The rows of a parameter as an export would have them.
local function csv(columns, rows)
  local ids, lines = {}, {}
  for index, one in ipairs(columns) do ids[index] = one.id end
  lines[1] = table.concat(ids, ",")
  for _, row in ipairs(rows) do
    local texts = {}
    for index, id in ipairs(ids) do texts[index] = quoted(row[id]) end
    lines[#lines + 1] = table.concat(texts, ",")
  end
  return table.concat(lines, "\n") .. "\n"
end

-- Whether the file says anything of the columns: what is wrong with it has been told.
local function names_columns(parameter)
  for _, key in ipairs(at.keys(parameter.stands.node)) do
    if key == "columns" or key == "列" then return true end
  end
end

local function check_columns(ctx, parameter)
  if not parameter.columns and names_columns(parameter) then return nil end
  if not parameter.columns or #parameter.columns.order == 0 then
    fault.add(ctx.faults, read.place(parameter), N_"a parameter of the type table needs columns",
      {}, N_"write columns: {code: code, max: decimal(2)}")
    return nil
  end
  local columns = columns_of(parameter)
  for _, one in ipairs(columns) do
    check_type(ctx, read.key_place(parameter.columns, one.id), one)
  end
  return columns
end

-- The columns by their ids and by their titles.
local function names_of(columns)
  local names, known = {}, {}
  for _, one in ipairs(columns) do
    names[one.id] = one.id
    known[#known + 1] = one.id
  end
  for _, one in ipairs(columns) do
    local title = one.titles[1]
    if title and not names[title] then
      names[title] = one.id
      known[#known + 1] = title
    end
  end
  return names, known
end

-- One row as a map: column → text, without the blank cells; nil with a fault. The second
-- value is a cell that the draft leaves open (____).
local function read_row(ctx, file, raw, node, pos, names, known)
  local place = fault.place(file, pos)
  if type(raw) ~= "table" or not at.is_map(node) then
    return fault.add(ctx.faults, place, N_"{expected_term} is needed here",
      { expected_term = N_"a map of keys and values" },
      N_"write a row as its columns and cells: - {code: A01, max: 3}")
  end
  local row, written, open, errors = {}, {}, nil, #ctx.faults
  for _, key in ipairs(at.keys(node)) do
    local id, cell = names[key], raw[key]
    if not id then
      fault.unknown(ctx.faults, fault.place(file, at.key(node, key)),
        N_"this table has no column {id}", key, known)
    elseif written[id] then
      fault.add(ctx.faults, fault.place(file, at.key(node, key)),
        N_"{key} stands twice, also as {other}", { key = key, other = written[id] },
        N_"delete one of them")
    elseif type(cell) ~= "string" then
      fault.add(ctx.faults, fault.place(file, at.value(node, key)),
        N_"a cell holds one text or number")
    else
      written[id] = key
      row[id] = cell:find("%S") and cell or nil
      if cell:find("__", 1, true) then open = open or cell end
    end
  end
  if next(row) == nil and #ctx.faults == errors then
    return fault.add(ctx.faults, place, N_"this row is empty", {},
      N_"fill in a column, or delete the row")
  end
  return row, open, written
end

-- The rows that stand under `value`, and for each of them its node and the keys that it is
-- written with.
local function read_rows(ctx, parameter, columns)
  local node, file = read.node(parameter, "value")
  local names, known = names_of(columns)
  local rows, stands, open = list {}, {}, nil
  if type(parameter.value) ~= "table" or not at.is_list(node) then
    return fault.add(ctx.faults, read.place(parameter, "value"),
      N_"a list of rows is needed here", {},
      N_"write a row as its columns and cells: - {code: A01, max: 3}")
  end
  for index, raw in ipairs(parameter.value) do
    local inner = at.child(node, index)
    local row, blank, written = read_row(ctx, file, raw, inner, at.value(node, index), names,
      known)
    if row then
      rows[#rows + 1] = row
      stands[#stands + 1] = { node = inner, written = written }
      open = open or blank
    end
  end
  return rows, stands, open, file
end

-- Gives a table parameter its rows: [{column → text}]. A cell that is still open leaves it
-- without a value, as other parameters are left: what reads it is not checked.
function plan_tables.type(ctx, parameter)
  local columns = check_columns(ctx, parameter)
  local rows, stands, open, file
  if columns then rows, stands, open, file = read_rows(ctx, parameter, columns) end
  if not rows then
    parameter.value = nil
    return
  elseif open then
    parameter.draft, parameter.value, parameter.blank = rows, nil, open
    return
  end
  local own = table_of("", "", columns)
  tell_problems(ctx, own, cells.read(own, csv(columns, rows)), function(problem)
    local stood = stands[problem.row] or stands[1]
    local key = stood.written[problem.id]
    return fault.place(file, key and at.value(stood.node, key) or stood.node.pos)
  end)
  parameter.value = rows
end

-- Adds the table parameters of a plan to `known`: the table p.NAME. One without a value has
-- no text, and is then as a table that nobody has.
function plan_tables.add_parameters(known, plan)
  for _, id in ipairs(plan.parameters.order) do
    local parameter = plan.parameters.of[id]
    if parameter.type == "table" then
      local name, columns = "p." .. id, columns_of(parameter)
      local place = read.place(parameter)
      local own = table_of(name, parameter.title or id, columns, place.file, place)
      own.parameter = id
      own.rows = #(parameter.value or {})
      own.text = parameter.value and csv(columns, parameter.value) or nil
      if not known.of[name] then known.order[#known.order + 1] = name end
      known.of[name] = own
    end
  end
end

-- The rows of a parameter as rules that are Lua get them: numbers, decimals and dates as
-- texts, blank cells missing.
function plan_tables.values(parameter)
  local own = table_of("", "", columns_of(parameter))
  return cells.read(own, csv(own.columns, parameter.value), true).values
end

-- What several rows of one of the plan's tables have in these columns, so that a join by them
-- finds several partners; nil where each row has something else.
function plan_tables.shared(known, id, columns)
  local own, seen = known.of[id], {}
  local text = own.text or known.texts[id]
  for _, row in ipairs(text and cells.read(own, text, true).values or {}) do
    local parts = {}
    for _, column in ipairs(columns) do
      if row[column] ~= nil then parts[#parts + 1] = tostring(row[column]) end
    end
    local key = table.concat(parts, "\31")
    if #parts == #columns and seen[key] then return table.concat(parts, "、") end
    seen[key] = #parts == #columns
  end
end

-- ---- for people ---------------------------------------------------------------------------

local MOST = 3 -- rows that a line shows

local function row_text(columns, row)
  local parts = {}
  for _, one in ipairs(columns) do
    if row[one.id] then
      parts[#parts + 1] = ("%s：%s"):format(one.titles[1] or one.id, row[one.id])
    end
  end
  return table.concat(parts, "，")
end

local function rows_text(columns, rows)
  local texts = {}
  for index = 1, math.min(#rows, MOST) do texts[index] = row_text(columns, rows[index]) end
  return table.concat(texts, "；") .. (#rows > MOST and "……" or "")
end

-- A table parameter's rows in one line.
function plan_tables.shown(parameter, rows)
  local text = ("%d行"):format(#rows)
  return #rows == 0 and text or text .. "（" .. rows_text(columns_of(parameter), rows) .. "）"
end

-- The same of any parameter: nil for one that has no rows.
function plan_tables.told(parameter)
  return parameter.type == "table" and parameter.value
    and plan_tables.shown(parameter, parameter.value) or nil
end

-- What stands in a row, as one text: two rows of the same cells are the same.
local function keys_of(parameter, rows)
  local keys, ids = {}, parameter.columns and parameter.columns.order or {}
  for index, row in ipairs(rows) do
    local texts = {}
    for place, id in ipairs(ids) do texts[place] = row[id] or "" end
    keys[index] = table.concat(texts, "\31")
  end
  return keys
end
plan_tables.keys = keys_of

-- The rows of `rows` that `others` have not.
local function missing_in(parameter, rows, others)
  local have, result = {}, {}
  for _, key in ipairs(keys_of(parameter, others)) do have[key] = true end
  for index, key in ipairs(keys_of(parameter, rows)) do
    if not have[key] then result[#result + 1] = rows[index] end
  end
  return result
end

-- Whether two values of a table parameter have the same rows, in whatever order.
function plan_tables.same(parameter, from, to)
  return #from == #to and #missing_in(parameter, from, to) == 0
end

local function shown_against(parameter, rows, others)
  local differing = missing_in(parameter, rows, others)
  local text = ("%d行"):format(#rows)
  if #differing == 0 then return text end
  return ("%s，其中%d行不同（%s）"):format(text, #differing,
    rows_text(columns_of(parameter), differing))
end

-- Two values of a table parameter against each other: how many rows, and which differ.
function plan_tables.shown_both(parameter, from, to)
  return shown_against(parameter, from, to), shown_against(parameter, to, from)
end

return plan_tables
