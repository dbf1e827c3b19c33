-- The rows of a plan's 量化统计表 that the ledger fills (`from: ledger`). A formula is an
-- expression over figures of the ledger, l["rectified"], and other such rows by their ids; a
-- row without one has the formula that its id stands for (domain d-3, d-6).

local read = require "read"

local statistics = {}

-- The figures that there are (store/ledger.c); those of money are decimals.
statistics.figures = { "found", "counted", "pending", "verified", "dismissed", "untrue_rows", "assigned",
  "rectifying", "not_begun", "rectified", "closed", "open", "overdue", "no_deadline", "immediate",
  "deadline", "long_term", "due_10", "due_20", "extended", "extensions", "due_total", "on_time", "transferred", "cases",
  "looked_back", "held", "relapsed", "relapsed_at_look_back", "inspected", "unreported",
  "reported", "systems", "departments", "people", "amount", "refund", "refund_self" }

-- What an office counts of its facilities (office_statistics.lua).
statistics.counts = { "listed", "expected", "submitted", "missing", "late", "nil_reports",
  "left_out", "clean" }

-- 发现问题 is what counts: verified, or certain by the data (P05: 发现一条核实一条).
statistics.usual = {
  problems = 'l["counted"]', rectified = 'l["rectified"]', rectifying = 'l["rectifying"]',
  found = 'l["found"]', pending = 'l["pending"]', verified = 'l["verified"]',
  dismissed = 'l["dismissed"]', closed = 'l["closed"]', open = 'l["open"]',
  overdue = 'l["overdue"]', extended = 'l["extended"]', systems = 'l["systems"]',
  refunds = 'l["refund"]', amount = 'l["amount"]', transfers = 'l["transferred"]',
  cases_filed = 'l["cases"]', looked_back = 'l["looked_back"]', relapsed = 'l["relapsed"]',
  unreported = 'l["unreported"]', inspected = 'l["inspected"]',
  rectification_rate = 'l["rectified"] / l["counted"] * 100',
  on_time_rate = 'l["on_time"] / l["due_total"] * 100',
  close_rate = 'l["closed"] / l["rectified"] * 100',
  verified_rate = 'l["verified"] / l["found"] * 100',
  false_alarm_rate = 'l["dismissed"] / l["verified"] * 100',
  relapse_rate = 'l["relapsed_at_look_back"] / l["looked_back"] * 100',
  unreported_rate = 'l["unreported"] / l["inspected"] * 100',
}

local function rows_of(plan)
  local rows = {}
  for _, row in ipairs(plan.statistics and plan.statistics.rows or {}) do
    if row.from == "ledger" and not row.unknown then rows[#rows + 1] = row end
  end
  return rows
end

-- The formula of a row of the ledger, as it is evaluated: 万元 are ten thousand yuan. nil: none is
-- known.
function statistics.formula(row)
  if row.formula then return row.formula end
  local usual = statistics.usual[row.id]
  local money = row.id == "refunds" or row.id == "amount"
  return usual and money and row.unit == "万元" and usual .. " / 10000" or usual
end

-- The names of formulas: figures, and rows by what they have come to.
local function names_with(rows, figures, values)
  local found = list {}
  for _, name in ipairs(statistics.figures) do
    local value = figures[name]
    found[#found + 1] = { space = "l", name = name, type = "number",
      value = value ~= nil and tostring(value) or nil }
  end
  for _, row in ipairs(rows) do
    found[#found + 1] = { space = "", name = row.id, type = "number", value = values[row.id] }
  end
  return found
end

-- Rows of the ledger that no formula fills: who collects reports may count them.
function statistics.unknown(plan)
  local found = {}
  for _, row in ipairs(rows_of(plan)) do
    if not statistics.formula(row) then found[#found + 1] = row end
  end
  return found
end

local function check_rows(ctx, rows, names, formula_of)
  if #rows == 0 then return end
  local scope = expression.scope(names)
  for _, row in ipairs(rows) do
    local text = formula_of(row)
    for _, entry in ipairs(text and scope:check(text, "", read.place(row, "formula")) or {}) do
      ctx.faults[#ctx.faults + 1] = entry
    end
  end
  scope:close()
end

-- What rows from `collected` may name: counts of facilities, and all rows that an office has.
local function office_names(plan)
  local found = list {}
  for _, name in ipairs(statistics.counts) do
    found[#found + 1] = { space = "c", name = name, type = "number" }
  end
  for _, row in ipairs(plan.statistics.rows) do
    found[#found + 1] = { space = "", name = row.id, type = "number" }
  end
  return found
end

-- Every formula of a row of the ledger, or of what is collected, can be read, and its names are
-- known.
function statistics.check(ctx, plan)
  local rows, collected = rows_of(plan), {}
  for _, row in ipairs(plan.statistics and plan.statistics.rows or {}) do
    if row.from == "collected" and not row.unknown then collected[#collected + 1] = row end
  end
  check_rows(ctx, rows, names_with(rows, {}, {}), statistics.formula)
  if #collected == 0 then return end
  check_rows(ctx, collected, office_names(plan), function(row) return row.formula end)
end

-- How many decimals a row shows: rates one, 万元 two.
statistics.places = { ["%"] = 1, ["万元"] = 2 }

local function evaluate(row, scope)
  local digits = statistics.places[row.unit or ""]
  local text = statistics.formula(row)
  if not text then return nil end
  if digits then text = ("round(%s, %d)"):format(text, digits) end
  local value = scope:evaluate(text)
  if value == nil then return nil end
  value = tostring(value)
  return row.unit == "%" and value:gsub("%.0$", "") or value
end

-- [{ id, title, unit, from, formula, value }] of all rows of the plan's table; those of the
-- ledger with a value where there is one: what is divided by 0 has none.
function statistics.of(plan, figures)
  local rows, values = rows_of(plan), {}
  for _ = 1, #rows do -- rows may name rows below them
    local scope = expression.scope(names_with(rows, figures, values))
    local changed = false
    for _, row in ipairs(rows) do
      local value = evaluate(row, scope)
      changed = changed or value ~= values[row.id]
      values[row.id] = value
    end
    scope:close()
    if not changed then break end
  end
  local told = list {}
  for index, row in ipairs(plan.statistics and plan.statistics.rows or {}) do
    told[index] = { id = row.id, title = row.title, unit = row.unit, from = row.from,
      unknown = row.unknown, value = values[row.id],
      formula = row.from == "ledger" and statistics.formula(row) or row.formula }
  end
  return told
end

return statistics
