-- The 量化统计表 of an office with columns: classes or towns beside the total, the period before and
-- the change, what people entered, and what each figure is made of. Columns add up to the total.

local fault = require "fault"
local figure_titles = require "figure_titles"
local office_statistics = require "office_statistics"
local statistics = require "statistics"

local N_ = fault.N_

local office_table = {}

local MOST_DIGITS = 6 -- hundredths of a yuan, in 万元

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

-- What a formula names: figures [{space, name}], and ids of rows, each once.
local function named(formula, known)
  local names, rows, seen = {}, {}, {}
  local rest = formula:gsub('(%l)%["([%w_.]+)"%]', function(space, name)
    if not seen[space .. "." .. name] then names[#names + 1] = { space = space, name = name } end
    seen[space .. "." .. name] = true
    return " "
  end)
  for id in rest:gmatch("%l[%l%d_]*") do
    if known[id] and not seen[id] then rows[#rows + 1] = id end
    seen[id] = true
  end
  return names, rows
end

-- Whether classes of it add up: sums and differences of names, times or by a number.
local function is_linear(formula)
  local text = formula:gsub('%l%["[%w_.]+"%]', "x"):gsub("%l[%l%d_]*", "x"):gsub("%s", "")
  if text:find("[^x%d.()+*/-]") or text:find("x%(") then return false end
  if text:find("/[x(]") or text:find("[x)]%*[x(]") then return false end
  local alone = text:gsub("[x)][*/][%d.]+", "x"):gsub("[%d.]+%*([x(])", "%1")
  return not alone:find("%d")
end

-- measure → the row that is nothing but it: reports tell rows, not measures.
local function rows_by_measure(rows)
  local by_measure = {}
  for _, row in ipairs(rows) do
    local name = row.from == "measure" and (row.formula or ""):match('^%s*m%["([%w_.]+)"%]%s*$')
    if name then by_measure[name] = row.id end
  end
  return by_measure
end

-- What a row from a measure is made of: the rows that hold its parts, or what it came to itself.
local function parts_of_measure(row, by_measure)
  local rows = {}
  if office_statistics.is_rate(row) then
    for id in office_statistics.each_measure(row.formula or "") do
      if not by_measure[id] then return {}, {} end
      rows[#rows + 1] = by_measure[id]
    end
    return {}, rows
  end
  return { { space = "m", name = row.id } }, {}
end

-- Rows as they are counted, by id: { row, formula, names, rows }.
local function prepared(plan)
  local rows, by_id, known = plan.statistics and plan.statistics.rows or {}, {}, {}
  local by_measure = rows_by_measure(rows)
  for _, row in ipairs(rows) do known[row.id] = true end
  for _, row in ipairs(rows) do
    local one = { row = row, formula = office_statistics.formula(row), names = {}, rows = {} }
    if row.from == "measure" then
      one.names, one.rows = parts_of_measure(row, by_measure)
    elseif one.formula then
      one.names, one.rows = named(one.formula, known)
    end
    by_id[row.id] = one
  end
  return by_id, by_measure
end

local function adds_up(one, by_id, depth)
  if depth > 32 or one.row.unknown or one.row.unit == "%" or office_statistics.is_rate(one.row) then return false end
  if one.row.from ~= "measure" and one.formula and not is_linear(one.formula) then return false end
  for _, id in ipairs(one.rows) do
    if not adds_up(by_id[id], by_id, depth + 1) then return false end
  end
  return true
end

-- The rows whose parts do not add up, whoever has them.
function office_table.rates(plan)
  local by_id, ids = prepared(plan), list {}
  for _, row in ipairs(plan.statistics and plan.statistics.rows or {}) do
    if not adds_up(by_id[row.id], by_id, 0) then ids[#ids + 1] = row.id end
  end
  return ids
end

-- The figures that a row comes down to, through the rows that it names.
local function leaves_of(one, by_id, found, seen)
  for _, name in ipairs(one.names) do
    local key = name.space .. "." .. name.name
    if not seen[key] then found[#found + 1] = name end
    seen[key] = true
  end
  for _, id in ipairs(one.rows) do
    if not seen[id] then
      seen[id] = true
      leaves_of(by_id[id], by_id, found, seen)
    end
  end
  return found
end

-- What people entered for a group: the total of what they entered class by class is its sum.
local function entered(manual, id)
  local values = {}
  for row, given in pairs(manual or {}) do
    if given[id] then
      values[row] = given[id]
    elseif id == "" then
      local texts, classes = {}, {}
      for class in pairs(given) do classes[#classes + 1] = class end
      table.sort(classes)
      for index, class in ipairs(classes) do texts[index] = given[class] end
      local sum = add_all(texts)
      values[row] = sum and plain(sum) or nil
    end
  end
  return values
end

-- Sums by the rows' ids, and by the measures that rows are nothing but.
local function with_measures(measures, by_measure)
  local result = {}
  for id, value in pairs(measures or {}) do result[id] = value end
  for name, id in pairs(by_measure) do result[name] = result[id] end
  return result
end

-- One group's rows, settled.
local function settled_group(rows, plan, group, manual, by_measure, digits)
  local collected = group.collected or {}
  local given = { measures = with_measures(group.measures, by_measure),
    manual = entered(manual, group.id), reports = collected.counted, digits = digits,
    has_cases = group.cases ~= nil,
    figures = { l = office_statistics.in_yuan(group.figures), c = office_statistics.in_yuan(group.cases), o = collected } }
  local told = office_statistics.settled(rows, plan, given)
  for index, row in ipairs(rows) do
    told[index].value = office_statistics.padded(row, told[index].value, told[index].manual)
  end
  return told
end

-- Whether a row is made of nothing but reports.
local function of_reports(one, by_id)
  local names = leaves_of(one, by_id, {}, {})
  for _, name in ipairs(names) do
    if name.space ~= "l" and name.space ~= "m" then return false end
  end
  return #names > 0
end

-- A column without reports has nothing of what only they tell.
local function columns_add_up(all, index, groups, alone)
  local texts = {}
  for column = 2, #all do
    local value, collected = all[column][index].value, groups[column].collected or {}
    if value then
      texts[#texts + 1] = value
    elseif not alone or (collected.counted or 0) > 0 then
      return true
    end
  end
  local total = all[1][index].value
  local sum = total and add_all(texts)
  return not sum or sum == scaled(total)
end

-- Total and columns of all groups. Rates have one decimal; 万元 have two, or as many as their columns
-- need to add up.
local function all_groups(rows, plan, args, by_id, by_measure)
  local digits = {}
  while true do
    local all, again = {}, false
    for index, group in ipairs(args.groups) do
      all[index] = settled_group(rows, plan, group, args.manual, by_measure, digits)
    end
    for index, row in ipairs(rows) do
      local own = digits[row.id] or statistics.places[row.unit or ""]
      if #all > 1 and own and own < MOST_DIGITS and by_id[row.id].additive
          and not columns_add_up(all, index, args.groups, of_reports(by_id[row.id], by_id)) then
        digits[row.id], again = own + 1, true
      end
    end
    if not again then return all, digits end
  end
end

local function names_reports(one, by_id)
  for _, name in ipairs(leaves_of(one, by_id, {}, {})) do
    if name.space == "l" then return true end
  end
  return false
end

-- Why there is no value, in a word.
local function lacks(row, one, own, days)
  if row.from == "manual" then return days and "other_days" or "not_entered" end
  if row.from == "cases" and own.unkept then return "not_kept" end
  if row.from == "measure" and office_statistics.is_rate(row) and #one.rows == 0 then return "no_parts" end
  if row.from == "ledger" and not one.formula then return days and "other_days" or "not_entered" end
  return row.unit == "%" and "zero" or "not_told"
end

local function told_row(row, one, by_id)
  local told = { id = row.id, title = row.title, unit = row.unit, from = row.from,
    unknown = row.unknown, formula = one.formula or row.formula, additive = one.additive,
    rows = list {}, names = list {}, cells = list {} }
  for index, id in ipairs(one.rows) do told.rows[index] = id end
  for index, name in ipairs(leaves_of(one, by_id, {}, {})) do told.names[index] = name end
  told.worded = told.formula and figure_titles.worded(told.formula)
  return told
end

local function change_of(now, before)
  local a, b = now and scaled(now), before and scaled(before)
  return a and b and plain(a - b) or nil
end

local function fill_row(told, index, all, before, row, one, args, by_id)
  local own = all[1][index]
  told.value, told.reason, told.total_of = own.value, own.reason, own.total_of
  told.manual = own.manual or false
  if told.value == nil then
    told.lacks = lacks(row, one, own, args.days)
    if told.lacks == "other_days" and not row.unknown then
      told.reason = fault.message(N_"people enter it for whole rounds: there is none for these days")
    elseif args["until"] and not row.unknown and names_reports(one, by_id) then
      told.lacks, told.reason = "not_reached", fault.message(
        N_"all reports were made before these days, the last one on {day}: they cannot tell what was found then",
        { day = args["until"] })
    end
  end
  told.open = not row.unknown and (told.value == nil and told.lacks ~= "zero"
    and told.lacks ~= "other_days" and told.lacks ~= "not_reached" and row.from ~= "measure" or told.manual)
  told.entered = not told.manual and entered(args.manual, "")[row.id] or nil
  for column = 2, #all do told.cells[column - 1] = all[column][index].value or "" end
  if before then
    told.previous = before[index].value
    told.change = change_of(told.value, told.previous)
  end
end

-- office_table{ groups: [{id, figures, measures, cases, collected}], manual, days, previous,
-- previous_manual } → { title, unknown, titles: space → {figure → title}, rows: [{id, title, unit, from, formula, worded: with titles, rows, names, additive,
-- open, manual, value, or lacks and reason, entered, cells, previous, change}] }: a table with columns.
-- The first group (id "") is the total, the others its columns, each as office_statistics has it;
-- `until`: all reports end before the days of the table, the last one on that day;
-- `manual` is row → {class → text}, "" being the total (with `days` none: they are not those of a round); `previous` a group like the first. `open`:
-- people may enter it; `entered`: what they had entered where something computes it now.
function office_table.of(plan, args)
  local rows, table_of = plan.statistics and plan.statistics.rows or {}, plan.statistics or {}
  local by_id, by_measure = prepared(plan)
  for _, row in ipairs(rows) do by_id[row.id].additive = adds_up(by_id[row.id], by_id, 0) end
  local all, digits = all_groups(rows, plan, args, by_id, by_measure)
  local before = args.previous
    and settled_group(rows, plan, args.previous, args.previous_manual, by_measure, digits)
  local told = list {}
  for index, row in ipairs(rows) do
    told[index] = told_row(row, by_id[row.id], by_id)
    fill_row(told[index], index, all, before, row, by_id[row.id], args, by_id)
  end
  return { title = table_of.title, unknown = table_of.unknown, rows = told,
    titles = { l = figure_titles.l, o = figure_titles.o, c = figure_titles.c } }
end

return office_table
