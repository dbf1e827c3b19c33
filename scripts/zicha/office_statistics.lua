-- The plan's 量化统计表 as an office fills it: rows of the ledger are sums of what the reports that
-- count tell, measures are sums over facilities, and a rate is computed from summed parts, never
-- averaged. `collected` rows count facilities; cases come of the office's register; what people
-- enter stands as they wrote it.

local statistics = require "statistics"

local office_statistics = {}

-- The formulas that rows from `collected` have by their ids; rows of the ledger that only an office
-- can count, too.
local usual = {
  self_check_due = 'c["expected"]', reports_due = 'c["expected"]', self_checked = 'c["submitted"]',
  reports = 'c["submitted"]', missing = 'c["missing"]', not_submitted = 'c["missing"]',
  late = 'c["late"]', nil_reports = 'c["nil_reports"]', left_out = 'c["left_out"]',
  facilities = 'c["listed"]', coverage_self = 'c["submitted"] / c["expected"] * 100',
  submit_rate = '(c["submitted"] - c["late"]) / c["expected"] * 100',
}

local MOST_DIGITS = 6 -- hundredths of a yuan, in 万元

-- ---- formulas ---------------------------------------------------------------------------

-- measure → the row that is nothing but it: a report tells rows, not measures.
local function rows_by_measure(rows)
  local by_measure = {}
  for _, row in ipairs(rows) do
    local name = row.from == "measure" and (row.formula or ""):match('^%s*m%["([%w_.]+)"%]%s*$')
    if name then by_measure[name] = row.id end
  end
  return by_measure
end

-- A rate over measures, written over the rows that hold its parts; nil if one of them has none.
local function over_rows(formula, by_measure)
  local complete = true
  local text = formula:gsub('m%["([%w_.]+)"%]', function(name)
    complete = complete and by_measure[name] ~= nil
    return by_measure[name] or "0"
  end)
  return complete and text or nil
end

-- The formula that is evaluated; nil for a row whose value is handed over.
local function formula_of(row, by_measure)
  if row.from == "ledger" then return statistics.formula(row) or usual[row.id] end
  if row.from == "collected" then return row.formula or usual[row.id] end
  if row.from == "measure" then
    return row.unit == "%" and row.formula and over_rows(row.formula, by_measure) or nil
  end
  return row.formula
end

-- What a formula names: figures and counts [{space, name}], and ids of rows, each once.
local function named(formula, known)
  local names, rows, seen = {}, {}, {}
  local rest = formula:gsub('(%l)%["([%w_]+)"%]', function(space, name)
    if not seen[space .. name] then names[#names + 1] = { space = space, name = name } end
    seen[space .. name] = true
    return " "
  end)
  for id in rest:gmatch("%l[%l%d_]*") do
    if known[id] and not seen["." .. id] then rows[#rows + 1] = id end
    seen["." .. id] = true
  end
  return names, rows
end

-- Whether classes of it add up: sums and differences of names, times or by a number.
local function is_linear(formula)
  local text = formula:gsub('%l%["[%w_]+"%]', "x"):gsub("%l[%l%d_]*", "x"):gsub("%s", "")
  if text:find("[^x%d.()+*/-]") or text:find("x%(") then return false end
  if text:find("/[x(]") or text:find("[x)]%*[x(]") then return false end
  local alone = text:gsub("[x)][*/][%d.]+", "x"):gsub("[%d.]+%*([x(])", "%1")
  return not alone:find("%d")
end

-- ---- the plan's rows ---------------------------------------------------------------------

local function plan_rows(plan)
  local rows = {}
  for _, row in ipairs(plan.statistics and plan.statistics.rows or {}) do
    if not row.unknown then rows[#rows + 1] = row end
  end
  return rows
end

-- Rows as they are counted: { row, formula, names, rows, linear, open } by id and in order;
-- `open`: people may enter them.
local function prepared(plan)
  local rows = plan_rows(plan)
  local by_measure, known, list_of, by_id = rows_by_measure(rows), {}, {}, {}
  for _, row in ipairs(rows) do known[row.id] = true end
  for index, row in ipairs(rows) do
    local one = { row = row, formula = formula_of(row, by_measure), names = {}, rows = {} }
    if one.formula then one.names, one.rows = named(one.formula, known) end
    one.open = row.from == "manual" or row.from == "cases" or row.from == "ledger" and not one.formula
    list_of[index], by_id[row.id] = one, one
  end
  return list_of, by_id
end

-- A row adds up when its formula does, and all rows that it names; without one a rate does not.
local function adds_up(one, by_id, depth)
  if depth > 32 or one.row.unit == "%" then return false end
  if one.formula and not is_linear(one.formula) then return false end
  for _, id in ipairs(one.rows) do
    if not adds_up(by_id[id], by_id, depth + 1) then return false end
  end
  return true
end

-- The figures that a row comes down to, through the rows that it names.
local function leaves_of(one, by_id, found, seen)
  for _, name in ipairs(one.names) do
    if not seen[name.space .. "." .. name.name] then found[#found + 1] = name end
    seen[name.space .. "." .. name.name] = true
  end
  for _, id in ipairs(one.rows) do
    if not seen[id] then
      seen[id] = true
      leaves_of(by_id[id], by_id, found, seen)
    end
  end
  if not one.formula and not seen["=" .. one.row.id] then
    seen["=" .. one.row.id] = true
    local space = one.row.from == "measure" and "m" or one.row.from == "cases" and "k" or "h"
    found[#found + 1] = { space = space, name = one.row.id }
  end
  return found
end

-- ---- values ------------------------------------------------------------------------------

local function names_of(prepared_rows, group, values)
  local found = list {}
  for _, name in ipairs(statistics.figures) do
    local value = group.figures and group.figures[name]
    found[#found + 1] = { space = "l", name = name, type = "number",
      value = value ~= nil and tostring(value) or nil }
  end
  for _, name in ipairs(statistics.counts) do
    local value = group.collected and group.collected[name]
    found[#found + 1] = { space = "c", name = name, type = "number",
      value = value ~= nil and tostring(value) or nil }
  end
  for _, one in ipairs(prepared_rows) do
    local value = values[one.row.id]
    found[#found + 1] = { space = "", name = one.row.id, type = "number",
      value = value and value:find("^-?%d+%.?%d*$") and value or nil }
  end
  return found
end

local function is_number(text) return text:find("^-?%d+%.?%d*$") ~= nil end

-- Decimals as whole numbers of 10^-6, and back.
local function scaled(text)
  local sign, whole, part = text:match("^(-?)(%d+)%.?(%d*)$")
  if not whole or #part > MOST_DIGITS or #whole > 12 then return nil end
  local value = math.tointeger(tonumber(whole .. part .. ("0"):rep(MOST_DIGITS - #part)))
  return sign == "-" and -value or value
end

local function plain(value)
  local sign = value < 0 and "-" or ""
  if value < 0 then value = -value end
  local whole, part = value // 1000000, ("%06d"):format(value % 1000000):gsub("0+$", "")
  return sign .. whole .. (part ~= "" and "." .. part or "")
end

local function add_all(texts)
  local sum = 0
  for _, text in ipairs(texts) do
    local value = scaled(text)
    if not value then return nil end
    sum = sum + value
  end
  return sum
end

-- What people have entered for a row and group ("" is the total): the total of what they
-- entered class by class is its sum.
local function entered(manual, row, group)
  local given = manual and manual[row.id]
  if not given then return nil end
  if given[group] or group ~= "" then return given[group] end
  local texts, classes = {}, {}
  for class in pairs(given) do classes[#classes + 1] = class end
  table.sort(classes)
  for index, class in ipairs(classes) do texts[index] = given[class] end
  local sum = add_all(texts)
  return sum and plain(sum)
end

-- What the office's register tells of a row.
local aliases = { cases_closed = "closed", cases_filed = "cases" }

local function registered(row, group)
  local value = group.cases and (group.cases[row.id] or group.cases[aliases[row.id]])
  return value ~= nil and tostring(value) or nil
end

-- What is handed over for a row without evaluating anything: what people entered, what the
-- register or the reports tell.
local function given(one, group, manual)
  local row = one.row
  local value = one.open and entered(manual, row, group.id) or nil
  if value then return tostring(value), "manual" end
  value = row.from == "cases" and registered(row, group) or nil
  if value then
    local amount = row.unit == "万元" and scaled(value)
    if amount then value = plain(amount // 10000) end
    return value, "cases"
  elseif row.from == "measure" and not one.formula and row.unit ~= "%" then
    value = group.measures and group.measures[row.id]
    return value ~= nil and tostring(value) or nil, "measure"
  end
end

local function evaluate(one, scope, digits)
  local text = one.formula
  if digits then text = ("round(%s, %d)"):format(text, digits) end
  local value = scope:evaluate(text)
  if value == nil then return nil end
  value = tostring(value)
  return one.row.unit == "%" and value:gsub("%.0$", "") or value
end

local function fill(rows, values, scope, digits)
  local changed = false
  for _, one in ipairs(rows) do
    if one.formula and not one.given[values] then
      local value = evaluate(one, scope, digits[one.row.id])
      changed = changed or value ~= values[one.row.id]
      values[one.row.id] = value
    end
  end
  return changed
end

-- The values of one group: row → text. Rows may name rows below them.
local function values_of(rows, group, manual, digits)
  local values = {}
  for _, one in ipairs(rows) do
    local value, source = given(one, group, manual)
    values[one.row.id] = value
    one.given = one.given or {}
    one.given[values] = value ~= nil and source or nil
  end
  for _ = 1, #rows do
    local scope = expression.scope(names_of(rows, group, values))
    local changed = fill(rows, values, scope, digits)
    scope:close()
    if not changed then break end
  end
  return values
end

-- ---- the table ---------------------------------------------------------------------------

local function sums_up(row, total, columns)
  local texts = {}
  for index, values in ipairs(columns) do
    if not values[row.id] or not is_number(values[row.id]) then return true end
    texts[index] = values[row.id]
  end
  local sum = total[row.id] and add_all(texts)
  return not sum or sum == scaled(total[row.id])
end

-- How many decimals each row shows: 万元 have two, or as many as their columns need to add up.
local function count_all(rows, by_id, groups, manual)
  local digits = {}
  for _, one in ipairs(rows) do
    digits[one.row.id] = statistics.places[one.row.unit or ""]
    one.additive = adds_up(one, by_id, 0)
  end
  while true do
    local all, again = {}, false
    for index, group in ipairs(groups) do
      all[index] = values_of(rows, group, manual, digits)
    end
    local total, columns = all[1], { table.unpack(all, 2) }
    for _, one in ipairs(rows) do
      local own = digits[one.row.id]
      if #columns > 0 and one.additive and own and own < MOST_DIGITS
          and not sums_up(one.row, total, columns) then
        digits[one.row.id], again = own + 1, true
      end
    end
    if not again then return all, digits end
  end
end

local function change_of(now, before)
  local a, b = now and scaled(now), before and scaled(before)
  return a and b and plain(a - b) or nil
end

-- Why there is no value.
local function lacks(one)
  if one.open and one.row.from == "cases" then return "not_kept" end
  if one.open then return "not_entered" end
  if one.row.from == "measure" and one.row.unit == "%" and not one.formula then return "no_parts" end
  if one.formula and one.row.unit == "%" then return "zero" end
  return "not_told"
end

-- What stands beside a row's value: where it comes from, and what it is made of.
local function told_row(one, by_id, source)
  local row = one.row
  local told = { id = row.id, title = row.title, unit = row.unit, from = row.from,
    source = source or row.from, open = one.open, additive = one.additive,
    formula = one.formula or row.formula, rows = list {}, names = list {} }
  for index, id in ipairs(one.rows) do told.rows[index] = id end
  for index, name in ipairs(leaves_of(one, by_id, {}, {})) do told.names[index] = name end
  return told
end

local function complete(told, one, all, before, args)
  local id = one.row.id
  told.value = all[1][id]
  told.manual = one.given[all[1]] == "manual"
  if told.value == nil then told.lacks = lacks(one) end
  if told.manual then told.register = registered(one.row, args.groups[1]) end
  told.cells = list {}
  for index = 2, #all do told.cells[index - 1] = all[index][id] or "" end
  if before then
    told.previous, told.change = before[id], change_of(told.value, before[id])
  end
end

-- office_statistics.of{ groups: [{id, figures, measures, cases, collected}], manual, previous,
-- previous_manual } → { title, unknown, rows: [{id, title, unit, from, source, formula, rows, names,
-- additive, open, manual, value or lacks, register, cells, previous, change}] }. The first group
-- (id "") is the total, the others its columns; `manual` is row → {class → text}, "" being the
-- total; `previous` a group like the first.
function office_statistics.of(plan, args)
  local rows, by_id = prepared(plan)
  local all, digits = count_all(rows, by_id, args.groups, args.manual)
  local before = args.previous and values_of(rows, args.previous, args.previous_manual, digits)
  local told, table_of = list {}, plan.statistics or {}
  for _, row in ipairs(table_of.rows or {}) do
    local one = by_id[row.id]
    if row.unknown then
      told[#told + 1] = { id = row.id, title = row.title, unit = row.unit, from = row.from,
        unknown = row.unknown, cells = list {}, rows = list {}, names = list {} }
    else
      told[#told + 1] = told_row(one, by_id, one.given[all[1]])
      complete(told[#told], one, all, before, args)
    end
  end
  return { title = table_of.title, unknown = table_of.unknown, rows = told }
end

return office_statistics
