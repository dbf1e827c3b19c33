-- The rows of a plan's 量化统计表 that the ledger fills (`from: ledger`). A formula is an
-- expression over figures of the ledger, l["rectified"], and other rows by their ids; a row
-- without one has the formula that its id stands for (domain d-3, d-6). What only an office
-- knows, o["self_checked"] of its roster and c["fined"] of its cases, has no value in a
-- facility (office_statistics.lua).

local figure_titles = require "figure_titles"
local read = require "read"

local statistics = {}

-- The figures that there are (store/ledger.c); those of money are decimals.
statistics.ledger = { "found", "counted", "pending", "verified", "dismissed", "untrue_rows", "assigned",
  "rectifying", "not_begun", "rectified", "closed", "open", "overdue", "no_deadline", "immediate",
  "deadline", "long_term", "due_10", "due_20", "extended", "extensions", "due_total", "on_time", "transferred", "cases",
  "looked_back", "held", "relapsed", "relapsed_at_look_back", "inspected", "unreported",
  "reported", "systems", "departments", "people", "amount", "refund", "refund_self" }

-- What an office counts of its roster and of the reports that it has collected.
statistics.office = { "roster", "expected", "reported", "missing", "late", "on_time", "zero",
  "counted", "paper", "left_out", "clean", "self_check_due", "self_checked", "inspection_due", "inspected" }

-- What an office counts of its cases; those of money are decimals.
statistics.cases = { "cases", "simple", "general", "closed", "open", "warnings", "fined",
  "fine_amount", "confiscated", "orders", "opinions", "suspended", "revoked", "cancelled",
  "doctors_suspended", "doctors_revoked", "unlicensed_closed", "points_facilities",
  "points_staff", "transfers", "transfers_police", "transfers_discipline",
  "transfers_insurance", "transfers_market", "transfers_justice", "transfers_other", "exposed",
  "refunds", "cases_facilities", "scored_facilities", "scored_staff", "inspected", "visits", "inspectors",
  "orders_facilities", "inspected_problems", "inspected_amount" }

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

-- The formula of a row, as it is evaluated: 万元 are ten thousand yuan.
local function formula_of(row)
  if row.formula then return row.formula end
  local usual = statistics.usual[row.id]
  local money = row.id == "refunds" or row.id == "amount"
  return usual and money and row.unit == "万元" and usual .. " / 10000" or usual
end

local function all_rows(plan) return plan.statistics and plan.statistics.rows or {} end

-- The names of formulas: figures by space, l, o and c, and rows by what they have come to.
function statistics.names(plan, figures, values)
  local found = list {}
  for _, space in ipairs { { "l", statistics.ledger }, { "o", statistics.office },
    { "c", statistics.cases } } do
    local known = figures[space[1]] or {}
    for _, name in ipairs(space[2]) do
      local value = known[name]
      found[#found + 1] = { space = space[1], name = name, type = "number",
        value = value ~= nil and tostring(value) or nil }
    end
  end
  for _, row in ipairs(all_rows(plan)) do
    found[#found + 1] = { space = "", name = row.id, type = "number", value = values[row.id] }
  end
  return found
end

-- Rows of the ledger that no formula fills: who collects reports may count them.
function statistics.unknown(plan)
  local found = {}
  for _, row in ipairs(rows_of(plan)) do
    if not formula_of(row) then found[#found + 1] = row end
  end
  return found
end

-- Every formula can be read, and its names are known; those over measures: figures.lua.
function statistics.check(ctx, plan)
  local scope
  for _, row in ipairs(all_rows(plan)) do
    local text = row.from == "ledger" and formula_of(row)
      or (row.from == "cases" or row.from == "manual") and row.formula
    if text and not row.unknown then
      scope = scope or expression.scope(statistics.names(plan, {}, {}))
      for _, entry in ipairs(scope:check(text, "", read.place(row, "formula"))) do
        ctx.faults[#ctx.faults + 1] = entry
      end
    end
  end
  if scope then scope:close() end
end

-- How many decimals a row shows: rates one, 万元 two.
statistics.places = { ["%"] = 1, ["万元"] = 2 }

-- What a formula comes to, as a row shows it (`digits`: with so many decimals instead); nil, and
-- the names that have no value.
function statistics.evaluate(row, text, scope, digits)
  digits = digits or statistics.places[row.unit or ""]
  if digits then text = ("round(%s, %d)"):format(text, digits) end
  local value, empty = scope:evaluate(text)
  if value == nil then return nil, empty end
  value = tostring(value)
  return row.unit == "%" and value:gsub("%.0$", "") or value
end

-- [{ id, title, unit, from, formula, value }] of all rows of the plan's table; those of the
-- ledger with a value where there is one: what is divided by 0 has none.
function statistics.of(plan, figures)
  local rows, values = rows_of(plan), {}
  for _ = 1, #rows do -- rows may name rows below them
    local scope = expression.scope(statistics.names(plan, { l = figures }, values))
    local changed = false
    for _, row in ipairs(rows) do
      local text = formula_of(row)
      local value = text and statistics.evaluate(row, text, scope) or nil
      changed = changed or value ~= values[row.id]
      values[row.id] = value
    end
    scope:close()
    if not changed then break end
  end
  local told = list {}
  for index, row in ipairs(plan.statistics and plan.statistics.rows or {}) do
    local formula = row.from == "ledger" and formula_of(row) or row.formula
    told[index] = { id = row.id, title = row.title, unit = row.unit, from = row.from,
      unknown = row.unknown, value = values[row.id], formula = formula,
      worded = formula and figure_titles.worded(formula) }
  end
  return told
end

return statistics
