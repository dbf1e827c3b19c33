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

-- What a row is known by, where its list has it: the first of these. A register whose title speaks of
-- leads or cases is known by their number before.
local NUMBERS = { "登记号", "编号", "线索编号", "案号" }
local CALLED_FOR = { { "线索", "线索编号" }, { "案", "案号" } }

-- The column that is the number of a list's rows; nil without one.
local function number_of(seen, register, known)
  for _, column in ipairs(known) do
    if column.key then return column.title end
  end
  for _, one in ipairs(CALLED_FOR) do
    if seen[one[2]] and (register.title or ""):find(one[1], 1, true) then return one[2] end
  end
  for _, title in ipairs(NUMBERS) do
    if seen[title] then return title end
  end
end

-- Titles under which people write who a patient is, besides those that tables declare. Staff, and
-- whoever reports something, are no patients.
local NAMES_PATIENTS = { ["患者"] = true, ["病人"] = true, ["医保卡号"] = true,
  ["社保卡号"] = true, ["医保电子凭证号"] = true, ["参保凭证号"] = true, ["就诊卡号"] = true,
  ["住院号"] = true, ["病历号"] = true, ["病案号"] = true, ["门诊号"] = true }
local OF_PATIENTS = { "姓名", "名字", "名单", "编号", "ID", "索引", "电话", "手机", "住址", "地址",
  "卡号", "身份" }

local function names_patients(title)
  if NAMES_PATIENTS[title] or title:find("身份证", 1, true) or title:find("证件号", 1, true) then
    return true
  end
  if not (title:find("患者", 1, true) or title:find("病人", 1, true)) then return false end
  for _, what in ipairs(OF_PATIENTS) do
    if title:find(what, 1, true) then return true end
  end
  return false
end

-- A table of texts as the list's header names them; nil with what is wrong. `known` are the columns that
-- the register has already.
local function plain_table(text, register, known)
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
      identifies = names_patients(title) and "patient" or nil }
    map[id] = cell.text
  end
  local number = number_of(seen, register, known)
  if number and not seen[number] then
    return nil, fault.message(N_"the list has no column {id}, by which the rows of this register are known",
      { id = number }), N_"add the column, with the numbers that the rows have there"
  end
  for _, column in ipairs(columns) do column.key = column.titles[1] == number or nil end
  return { id = "register", title = "register", columns = columns, repeats = true,
    options = { map = map } }
end

local function count_keys(own, columns)
  local count = 0
  if own.repeats and not own.plain then return 0 end
  for _, column in ipairs(columns) do count = count + (column.key and 1 or 0) end
  return count
end

-- Columns that would name patients are left out: registers of an office never do. 序号 is only a place in
-- a list: where rows are known by what they say, two lists would have nothing in common with it.
local function kept_columns(own)
  local kept, left = list {}, list {}
  local numbered = count_keys(own, own.columns) > 0
  for _, column in ipairs(own.columns) do
    local title = column.titles[1] or column.id
    if column.identifies then
      left[#left + 1] = title
    elseif numbered or title ~= "序号" then
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

-- What a spreadsheet program leaves of a number that it could not show: 5.20103E+17, #REF!.
local function is_spoiled(value)
  return value:find("^%d+%.?%d*[Ee]%+%d+$") ~= nil or value:find("^#[%u#]") ~= nil
end

local function key_part(wrong, column, value, line)
  local title = column.titles[1] or column.id
  if value == nil then
    add(wrong, line, N_"the row has no {title}", { title = title },
      N_"rows are known by it: fill it in")
  elseif type(value) == "string" and is_spoiled(value) then
    add(wrong, line, N_"«{cell}» is no {title}: a spreadsheet program has spoiled it",
      { cell = value, title = title },
      N_"write the number that stood there, in a column that is formatted as text")
  end
  return value == nil and "" or tostring(value)
end

-- What a row is known by: its key columns.
local function line_of(wrong, columns, row, line)
  local parts = {}
  for _, column in ipairs(columns) do
    if column.key then parts[#parts + 1] = key_part(wrong, column, row[column.id], line) end
  end
  return table.concat(parts, " / ")
end

-- Without them, all that it says, in whatever order its list has the columns: 来源=举报 / 内容=….
local function whole_line(own, columns, row)
  local parts = {}
  for _, column in ipairs(columns) do
    local value, title = row[column.id], column.titles[1] or column.id
    if value ~= nil then
      local text = tostring(value):gsub("\\", "\\\\"):gsub(" / ", " \\/ ")
      parts[#parts + 1] = (own.plain and title or column.id):gsub("=", "\\=") .. "=" .. text
    end
  end
  table.sort(parts)
  return table.concat(parts, " / ")
end

local function add_rows(result, own, found, columns)
  local keys, seen = count_keys(own, columns), {}
  for index, row in ipairs(found.values) do
    local line, values = found.lines[index], {}
    for _, column in ipairs(columns) do
      values[own.plain and column.titles[1] or column.id] = row[column.id]
    end
    local known = keys > 0 and line_of(result.wrong, columns, row, line)
      or whole_line(own, columns, row)
    if seen[known] then
      add(result.wrong, line, N_"the row {id} stands in line {line} already",
        { id = known, line = seen[known] }, keys > 0
          and N_"each row stands once: take one of them out"
          or N_"each row stands once: take one of them out, or give the rows a column 编号")
    end
    seen[known] = seen[known] or line
    result.rows[#result.rows + 1] = { line = known, cells = values }
    result.lines[#result.lines + 1] = line
  end
end

local function columns_told(own, columns)
  local told = list {}
  for index, column in ipairs(columns) do
    local title = column.titles[1] or column.id
    told[index] = { id = own.plain and title or column.id, title = title,
      key = own.plain and column.key or nil }
  end
  return told
end

-- The table of a register; nil with what is wrong.
local function table_of(opened, register, args)
  if not register.dataset then
    local own, problem, hint = plain_table(args.text, register, args.known or {})
    if own then own.plain = true end
    return own, problem, hint
  end
  local own = opened.tables.of[register.dataset]
  if own then return own end
  return nil, fault.message(N_"nobody knows the table {id}", { id = register.dataset })
end

-- read{ register, text, known } → { columns: [{id, title, key}], rows: [{line, cells: {column → value}}],
-- lines: [line of the file], wrong: [{line, text, args, hint}], left_out: [title] }. A row's `line` is what
-- it is known by; `known` are the columns that the register has already.
function registers.read(opened, args)
  local result = { columns = list {}, rows = list {}, lines = list {}, wrong = list {},
    left_out = list {} }
  local register
  for _, one in ipairs(opened.plan.registers or {}) do
    if one.id == args.register then register = one end
  end
  local own, problem, hint = table_of(opened, register, args)
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
