-- The plan's 量化统计表 as an office fills it: over the ledgers of the reports that count, the
-- roster, the cases, and what is filled in by hand. Whatever has no value says why.

local fault = require "fault"
local figure_titles = require "figure_titles"
local statistics = require "statistics"

local N_ = fault.N_
local message = fault.message

local office_statistics = {}

-- ---- formulas --------------------------------------------------------------------------------

-- Rows `from: ledger` that only an office can count, by their ids (domain d-3, d-6).
local usual_office = {
  self_checked = 'o["self_checked"]', self_check_due = 'o["self_check_due"]',
  facilities_due = 'o["inspection_due"]',
  roster = 'o["roster"]', expected = 'o["expected"]', reported = 'o["reported"]',
  missing = 'o["missing"]', late = 'o["late"]', zero_reports = 'o["zero"]',
  coverage = 'o["self_checked"] / o["self_check_due"] * 100',
  coverage_self = 'o["self_checked"] / o["self_check_due"] * 100',
  coverage_insp = 'o["inspected"] / o["inspection_due"] * 100',
  submit_rate = 'o["on_time"] / o["expected"] * 100',
  report_rate = 'o["reported"] / o["expected"] * 100',
}

-- Rows `from: cases` whose id is not the figure's name.
local usual_cases = {
  cases_filed = "cases", cases_simple = "simple", cases_general = "general",
  cases_closed = "closed", transferred = "transfers", points_fac = "points_facilities",
  doc_suspended = "doctors_suspended", doc_revoked = "doctors_revoked",
  scored_fac = "scored_facilities",
}

local money = { amount = true, refund = true, refund_self = true, refunds = true,
  fine_amount = true, confiscated = true, inspected_amount = true }

local function of_cases(id)
  local name = usual_cases[id]
  for _, known in ipairs(name and {} or statistics.cases) do
    if known == id then name = id end
  end
  return name and ('c["%s"]'):format(name)
end

-- How a row is computed; nil: by nothing.
function office_statistics.formula(row)
  if row.formula then return row.formula end
  local usual
  if row.from == "ledger" then
    usual = statistics.usual[row.id] or usual_office[row.id]
  elseif row.from == "cases" then
    usual = of_cases(row.id)
  end
  return usual and money[row.id] and row.unit == "万元" and usual .. " / 10000" or usual
end

-- ---- what is given ------------------------------------------------------------------------------

-- Sums of money come in hundredths of a yuan; texts are yuan already.
function office_statistics.in_yuan(figures)
  local result = {}
  for name, value in pairs(figures or {}) do
    if money[name] and math.type(value) == "integer" then
      local size = math.abs(value)
      value = ("%s%d.%02d"):format(value < 0 and "-" or "", size // 100, size % 100)
    end
    result[name] = value
  end
  return result
end

local function is_number(text) return text:find("^%-?%d+$") or text:find("^%-?%d+%.%d+$") end

-- A sum over reports: a number, or { value, of }: how many reports gave it.
local function summed(value)
  if type(value) == "table" then return value.value, value.of end
  return value
end

function office_statistics.each_measure(text) return text:gmatch('m%["([%w_.]+)"%]') end

-- ---- rows from measures -------------------------------------------------------------------------

-- Whether a formula divides by a measure: such figures of facilities do not add up.
function office_statistics.is_rate(row)
  local below = (row.formula or ""):match("/(.*)$")
  return row.unit == "%" or below ~= nil and below:find('m["', 1, true) ~= nil
end

local function has_parts(row, measures)
  local some = false
  for id in office_statistics.each_measure(row.formula or "") do
    if measures[id] == nil then return false end
    some = true
  end
  return some
end

-- A formula over sums of measures. One that names more, a parameter or the facility, is none
-- of an office.
local function over_sums(row, names, of, digits)
  local scope = expression.scope(names)
  local told = { total_of = of }
  if #scope:check(row.formula, "", { file = "", line = 0, column = 0 }) > 0 then
    told = { reason = message(N_"its formula names what only a facility knows") }
  else
    told.value = statistics.evaluate(row, row.formula, scope, digits)
    told.reason = told.value == nil and message(N_"its denominator is 0") or nil
  end
  scope:close()
  return told
end

-- The value of a row from a measure: its formula over the sums of its parts, else the sum of
-- what the facilities' own rows came to; a rate is no such sum.
local function of_measure(row, given)
  local measures = given.measures
  if has_parts(row, measures) then
    local names, of = list {}, nil
    for id in office_statistics.each_measure(row.formula) do
      local value, count = summed(measures[id])
      names[#names + 1] = { space = "m", name = id, type = "number", value = tostring(value) }
      of = of or count
    end
    return over_sums(row, names, of or given.reports, given.digits and given.digits[row.id])
  elseif office_statistics.is_rate(row) then
    return { reason = message(
      N_"the facilities' rates do not add up, and what they are computed from was not reported") }
  end
  local value, of = summed(measures[row.id])
  if value == nil then return { reason = message(N_"no report that counts has this figure") } end
  return { value = tostring(value), total_of = of or given.reports }
end

-- ---- rows with a formula ---------------------------------------------------------------------------

-- Names without a value, as people know them: a row by its title.
local function listed(empty, titles)
  local names, seen = {}, {}
  for _, name in ipairs(empty) do
    local space, rest = name:match("^([loc])%.(.+)$")
    local shown = space and "“" .. figure_titles.of(space, rest) .. "”"
      or titles[name] and "“" .. titles[name] .. "”" or name
    if not seen[shown] then names[#names + 1] = shown end
    seen[shown] = true
  end
  return table.concat(names, "、")
end

-- What no register has any entry of: { cases or visits: true }. A figure of the other register is known.
local function unkept(text, empty, has_cases)
  local found = {}
  local function add(space, name)
    if space == "c" or space == "o" and name == "inspected" then
      found[figure_titles.of_visits[name] and "visits" or "cases"] = true
    end
  end
  for _, name in ipairs(empty) do add(name:match("^(%l)%.(.+)$")) end
  if not has_cases then
    for name in text:gmatch('c%["([%w_.]+)"%]') do add("c", name) end
  end
  return found
end

-- The rows that a formula names, by their titles.
local function rows_in(text, titles)
  local names, found = text:gsub('%l%["[%w_.]+"%]', " "), list {}
  for id in names:gmatch("%l[%l%d_]*") do
    if titles[id] then found[#found + 1] = id end
  end
  return listed(found, titles)
end

local function of_formula(row, text, given, scope, titles)
  local value, empty = statistics.evaluate(row, text, scope, given.digits and given.digits[row.id])
  if value ~= nil and row.from == "manual" and value:find("^%-") and row.unit ~= "%" then
    return { reason = message(N_"it comes to {value}, which is below 0: parts are more than their whole, look at {names}",
      { value = value, names = rows_in(text, titles) }) }
  end
  if value ~= nil then
    return { value = value, total_of = text:find('l["', 1, true) and given.reports or nil }
  end
  local lacking = unkept(text, empty, given.has_cases)
  if lacking.cases then return { unkept = true, reason = message(N_"no cases are kept here") } end
  if lacking.visits then return { unkept = true, reason = message(N_"no inspections are kept here") } end
  if #empty > 0 then
    return { reason = message(N_"nothing is known of {names}",
      { names = listed(empty, titles) }) }
  end
  return { reason = message(N_"its denominator is 0") }
end

local function of_row(row, given, scope, titles)
  if row.unknown then return {} end
  if row.from == "measure" then return of_measure(row, given) end
  local text = office_statistics.formula(row)
  if text then return of_formula(row, text, given, scope, titles) end
  if row.from == "manual" then return { reason = message(N_"to be filled in by hand") } end
  return { reason = message(
    N_"no figure is called {id}: give the row a formula, or fill it in by hand",
    { id = row.id }) }
end

-- What was filled in by hand stands where nothing computes it, and says so.
local function by_hand(row, told, manual)
  local text = manual[row.id]
  if text == nil or told.value ~= nil then return told end
  text = tostring(text)
  if not is_number(text) then
    return { reason = message(N_"«{value}», filled in by hand, is no number", { value = text }) }
  end
  return { value = text, manual = true }
end

-- 454.7 → 454.70: sums of money have two decimals; what people entered stands as they wrote it.
function office_statistics.padded(row, value, manual)
  if not value or manual or row.unit ~= "万元" then return value end
  local decimals = value:match("%.(%d+)$")
  if not decimals then return value .. ".00" end
  return #decimals == 1 and value .. "0" or value
end

-- { value, or reason, manual, total_of } of each row. Rows may name rows below them: until nothing
-- changes any more. given: { figures: {l, c, o}, measures, manual, reports, has_cases, digits: of rows
-- that show others than usual }.
function office_statistics.settled(rows, plan, given)
  local told, values, titles = {}, {}, {}
  for _, row in ipairs(rows) do titles[row.id] = row.title end
  for _ = 1, #rows + 1 do
    local scope, changed = expression.scope(statistics.names(plan, given.figures, values)), false
    for index, row in ipairs(rows) do
      told[index] = by_hand(row, of_row(row, given, scope, titles), given.manual)
      changed = changed or told[index].value ~= values[row.id]
    end
    scope:close()
    for index, row in ipairs(rows) do values[row.id] = told[index].value end
    if not changed then break end
  end
  return told
end

-- office_statistics{ figures, measures, cases, manual, collected } → the rows of the plan's
-- table, in its order: [{ id, title, unit, from, formula, value, reason, manual, total_of,
-- unknown }].
--   figures    l["…"]: sums over the ledgers of the reports that count
--   measures   of rows by their ids and of measures by their names ("fee.total"): sums, or
--              { value, of }: over how many reports
--   cases      c["…"]; nil: none are kept here
--   manual     what people filled in, by the rows' ids
--   collected  o["…"]; `counted` is how many reports count
-- Money is in hundredths of a yuan (integers), or in yuan (texts). `total_of`: how many reports
-- a value is summed over; `reason`: why there is no value.
function office_statistics.of(plan, args)
  local collected = args.collected or {}
  local given = { measures = args.measures or {}, manual = args.manual or {},
    reports = collected.counted, has_cases = args.cases ~= nil,
    figures = { l = office_statistics.in_yuan(args.figures),
      c = office_statistics.in_yuan(args.cases), o = collected } }
  local rows, result = plan.statistics and plan.statistics.rows or {}, list {}
  for index, told in ipairs(office_statistics.settled(rows, plan, given)) do
    local row = rows[index]
    result[index] = { id = row.id, title = row.title, unit = row.unit, from = row.from,
      unknown = row.unknown, formula = office_statistics.formula(row), value = office_statistics.padded(row, told.value, told.manual),
      reason = told.reason, manual = told.manual, total_of = told.total_of }
  end
  return result
end

return office_statistics
