-- The registers that a plan wants of an office (专门台账): leads, valuables handed in, black lists …
-- What a list of one may hold is said by its table, if it names one; else by the list's header.

local datasets = require "datasets"
local fault = require "fault"

local N_ = fault.N_

local registers = {}

-- [{ id, title, by, by_title, dataset }] in the plan's order.
function registers.of(plan)
  local found = list {}
  for index, one in ipairs(plan.registers or {}) do
    local department = one.by and plan.departments and plan.departments.of[one.by]
    found[index] = { id = one.id, title = one.title, by = one.by,
      by_title = department and department.title, dataset = one.dataset }
  end
  return found
end

-- ---- tables -----------------------------------------------------------------------------

local NUMBERS = { ["编号"] = true, ["案号"] = true, ["线索编号"] = true, ["登记号"] = true }

-- A table of texts as the list's header names them; nil with what is wrong.
local function plain_table(text)
  local found = cells.header(text)
  if found.problem then return nil, fault.message(found.problem), found.hint end
  local columns, map, seen = list {}, {}, {}
  for index, cell in ipairs(found.cells) do
    local title = cell.text:match("^%s*(.-)%s*$")
    if title == "" then
      return nil, fault.message(N_"a cell of the header is empty"),
        N_"name the column, or delete it"
    elseif seen[title] then
      return nil, fault.message(N_"the column {id} stands twice", { id = title }),
        N_"give one of them another name"
    end
    seen[title] = true
    local id = "c" .. index
    columns[index] = { id = id, type = "text", titles = list { title },
      key = NUMBERS[title] or nil }
    map[id] = cell.text
  end
  return { id = "register", title = "register", columns = columns, repeats = true,
    options = { map = map } }
end

-- Columns that would name patients are left out: registers of an office never do.
local function kept_columns(own)
  local kept, left = list {}, list {}
  for _, column in ipairs(own.columns) do
    if column.identifies then
      left[#left + 1] = column.titles[1] or column.id
    else
      kept[#kept + 1] = column
    end
  end
  return kept, left
end

-- ---- rows -------------------------------------------------------------------------------

local counts_differ = N_"the number of cells differs from the header"

local function add(wrong, line, text, args, hint)
  wrong[#wrong + 1] = { line = line, text = text, args = args or {}, hint = hint }
end

local function tell_problems(wrong, own, found)
  local by_id = {}
  for _, one in ipairs(own.columns) do by_id[one.id] = one end
  for _, problem in ipairs(found.problems) do
    local of = by_id[problem.id]
    if problem.same then
      add(wrong, problem.line, N_"this row is the same as the one in line {line}",
        { line = problem.same }, N_"delete one of them")
    elseif problem.text then
      add(wrong, problem.line, N_"this row cannot be read: {problem_term}",
        { problem_term = problem.text }, problem.text == counts_differ
          and N_"a row has as many cells as the header; put a text with a comma into quotation marks"
          or nil)
    elseif not problem.open then
      add(wrong, problem.line, N_"«{cell}» is no value of {column} ({title}), which is {type}",
        { cell = problem.cell, column = of.id, title = of.titles[1] or of.id,
          type = datasets.type_title(of) },
        problem.damaged and N_"a spreadsheet program has spoiled it: write what stood there"
          or N_"correct the cell, or leave it blank")
    end
  end
end

-- What a row is known by: its key columns; without any, or where rows may be alike, all of it.
local function line_of(wrong, columns, row, line, keys)
  local parts = {}
  for _, column in ipairs(columns) do
    if keys == 0 or column.key then
      local value = row[column.id]
      if value == nil and keys > 0 then
        add(wrong, line, N_"the row has no {title}", { title = column.titles[1] or column.id },
          N_"rows are known by it: fill it in")
      end
      parts[#parts + 1] = value == nil and "" or tostring(value)
    end
  end
  return table.concat(parts, " / ")
end

local function count_keys(own, columns)
  local count = 0
  if own.repeats and not own.plain then return 0 end
  for _, column in ipairs(columns) do count = count + (column.key and 1 or 0) end
  return count
end

-- 序号 is only a place in a list: with it two lists would have nothing in common.
local function without_place(columns)
  local kept = {}
  for _, column in ipairs(columns) do
    if column.titles[1] ~= "序号" then kept[#kept + 1] = column end
  end
  return kept
end

local function add_rows(result, own, found, columns)
  local keys, seen = count_keys(own, columns), {}
  local identity = keys > 0 and columns or without_place(columns)
  for index, row in ipairs(found.values) do
    local line, values = found.lines[index], {}
    for _, column in ipairs(columns) do
      values[own.plain and column.titles[1] or column.id] = row[column.id]
    end
    local known = line_of(result.wrong, identity, row, line, keys)
    if seen[known] then
      add(result.wrong, line, N_"the row {id} stands in line {line} already",
        { id = known, line = seen[known] }, N_"each row stands once: take one of them out")
    end
    seen[known] = seen[known] or line
    result.rows[#result.rows + 1] = { line = known, cells = values }
  end
end

local function columns_told(own, columns)
  local told = list {}
  for index, column in ipairs(columns) do
    local title = column.titles[1] or column.id
    told[index] = { id = own.plain and title or column.id, title = title }
  end
  return told
end

-- The table of a register; nil with what is wrong.
local function table_of(opened, register, text)
  if not register.dataset then
    local own, problem, hint = plain_table(text)
    if own then own.plain = true end
    return own, problem, hint
  end
  local own = opened.tables.of[register.dataset]
  if own then return own end
  return nil, fault.message(N_"nobody knows the table {id}", { id = register.dataset })
end

-- read{ register, text } → { columns: [{id, title}], rows: [{line, cells: {column → value}}], wrong:
-- [{line, text, args, hint}], left_out: [title] }. `line` is what a row is known by.
function registers.read(opened, args)
  local result = { columns = list {}, rows = list {}, wrong = list {}, left_out = list {} }
  local register
  for _, one in ipairs(opened.plan.registers or {}) do
    if one.id == args.register then register = one end
  end
  local own, problem, hint = table_of(opened, register, args.text)
  if not own then
    add(result.wrong, 1, problem.text, problem.args, hint)
    return result
  end
  local found = cells.read(own, args.text, true)
  for _, entry in ipairs(found.faults) do
    add(result.wrong, entry.line, entry.text, entry.args, entry.hint)
  end
  tell_problems(result.wrong, own, found)
  local columns
  columns, result.left_out = kept_columns(own)
  result.columns = columns_told(own, columns)
  add_rows(result, own, found, columns)
  return result
end

return registers
