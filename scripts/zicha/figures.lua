-- What the plan itself takes from measures of rules, m["file.name"]: the facility's own
-- figures of the 量化统计表 (rows with `from: measure`, whose formula is an expression), and
-- conditions of items that name one.

local fault = require "fault"
local read = require "read"

local N_ = fault.N_
local message = fault.message

local figures = {}

local function each_measure(text) return text:gmatch('m%["([%w_.]+)"%]') end

-- The rows that measures fill.
local function rows_of(plan)
  local rows = {}
  for _, row in ipairs(plan.statistics and plan.statistics.rows or {}) do
    if row.from == "measure" and not row.unknown then rows[#rows + 1] = row end
  end
  return rows
end

local function conditions(item)
  local asked = item.or_ask or {}
  return { item.applies or "", item.problem_if or "", asked.problem_if or "" }
end

-- Whether a condition of the item names a measure: it waits for the rules then.
function figures.wait(item)
  for _, text in ipairs(conditions(item)) do
    if each_measure(text)() then return true end
  end
  return false
end

-- The measures that the plan's formulas and its items' conditions name, each once.
function figures.wanted(plan)
  local wanted, seen = list {}, {}
  local function add(text)
    for id in each_measure(text) do
      if not seen[id] then wanted[#wanted + 1] = id end
      seen[id] = true
    end
  end
  for _, row in ipairs(rows_of(plan)) do add(row.formula or "") end
  for _, item in ipairs(plan.items or {}) do
    for _, text in ipairs(conditions(item)) do add(text) end
  end
  return wanted
end

local function names_of(results, text)
  local names = list {}
  for id in each_measure(text) do
    local value = results[id] and results[id].value
    local date = value and value:find("^%d%d%d%d%-%d%d%-%d%d$")
    names[#names + 1] = { space = "m", name = id, type = date and "date" or "number",
      value = value }
  end
  return names
end

-- The measures that conditions name, as expressions know them; without results they have
-- no values.
function figures.names(plan, results)
  local names = list {}
  for _, id in ipairs(figures.wanted(plan)) do
    names[#names + 1] = names_of(results, ('m["%s"]'):format(id))[1]
  end
  return names
end

-- Every row from a measure has a formula that can be read. `scope` knows the names of a run.
function figures.check(ctx, plan, scope)
  for _, row in ipairs(rows_of(plan)) do
    if not row.formula then
      fault.add(ctx.faults, read.place(row), N_"a row from a measure needs a formula", {},
        N_"write formula: m[\"file.measure\"]")
    else
      local own = expression.scope(names_of({}, row.formula), scope)
      for _, entry in ipairs(own:check(row.formula, "", read.place(row, "formula"))) do
        ctx.faults[#ctx.faults + 1] = entry
      end
      own:close()
    end
  end
end

-- Why a figure has no value: what the first of its measures lacks.
local function reason_of(results, text, run)
  for id in each_measure(text) do
    local result = results[id] or { unknown = true }
    local lacks = result.absent and result.absent[1]
      or result.missing and result.missing[1].table
    local dataset = lacks and run.tables.of[lacks]
    if result.unknown then
      return message(N_"no rule file declares the measure {id}, or it has an error", { id = id })
    elseif lacks then
      return message(N_"the table {table} was not handed over, or lacks columns",
        { table = dataset and dataset.title or lacks })
    elseif result.unreadable then
      return message(N_"a table cannot be read: {file}", { file = result.unreadable[1].file })
    elseif not result.value then
      return message(N_"{unjudged} rows could not be judged, or a value is blank",
        { unjudged = result.unjudged or 0 })
    end
  end
  return message(N_"cannot be judged: a number or a text in it is too long, or it divides by zero")
end

-- {id, title, unit, value} of each row, or with a reason and no value.
function figures.of(plan, results, run, scope)
  local found = list {}
  for _, row in ipairs(rows_of(plan)) do
    local own = expression.scope(names_of(results, row.formula), scope)
    local value = own:evaluate(row.formula)
    own:close()
    found[#found + 1] = { id = row.id, title = row.title, unit = row.unit,
      value = value ~= nil and tostring(value) or nil,
      reason = value == nil and reason_of(results, row.formula, run) or nil }
  end
  return #found > 0 and found or nil
end

return figures
