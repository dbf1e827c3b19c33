-- The periods of a quota: the years, half-years, quarters, months or weeks that lie
-- wholly or partly between two days.

local days = require "days"

local periods = {}

-- Periods of so many months, named by year and number.
local function of_months(length, from, to, named)
  local result = list {}
  local year, month = days.split(from)
  local number = (month - 1) // length
  while true do
    local first = number * length + 1
    local last = first + length - 1
    local begins = days.iso(year, first, 1)
    if begins > to then return result end
    local id, title = named(year, number + 1)
    result[#result + 1] = { id = id, title = title, from = begins,
      to = days.iso(year, last, days.month_length(year, last)) }
    number = number + 1
    if number * length >= 12 then year, number = year + 1, 0 end
  end
end

local by = {}

function by.year(from, to)
  return of_months(12, from, to, function(year)
    return ("%d"):format(year), ("%d年"):format(year)
  end)
end

function by.half_year(from, to)
  return of_months(6, from, to, function(year, number)
    return ("%d-H%d"):format(year, number),
      ("%d年%s半年"):format(year, number == 1 and "上" or "下")
  end)
end

function by.quarter(from, to)
  return of_months(3, from, to, function(year, number)
    return ("%d-Q%d"):format(year, number), ("%d年第%d季度"):format(year, number)
  end)
end

function by.month(from, to)
  return of_months(1, from, to, function(year, number)
    return ("%d-%02d"):format(year, number), ("%d年%d月"):format(year, number)
  end)
end

-- Weeks begin on Mondays and are named by their first day.
function by.week(from, to)
  local result = list {}
  local first, last = days.number(from), days.number(to)
  local monday = first - (days.weekday(from) - 1)
  while monday <= last do
    local begins, ends = days.of_number(monday), days.of_number(monday + 6)
    result[#result + 1] = { id = begins, title = begins .. "起的一周", from = begins,
      to = ends }
    monday = monday + 7
  end
  return result
end

-- The periods of one kind between two ISO days; nil for a quota over the whole time.
function periods.of(kind, from, to)
  local make = by[kind]
  return make and make(from, to)
end

local lengths = { year = 12, half_year = 6, quarter = 3, month = 1 }

-- How many they are, without making them.
function periods.count(kind, from, to)
  if from > to then return 0 end
  if kind == "week" then
    local first = days.number(from) - (days.weekday(from) - 1)
    return (days.number(to) - first) // 7 + 1
  end
  local length = lengths[kind]
  if not length then return 1 end
  local year, month = days.split(from)
  local last_year, last_month = days.split(to)
  local per_year = 12 // length
  return (last_year - year) * per_year + (last_month - 1) // length - (month - 1) // length + 1
end

periods.kinds = { "week", "month", "quarter", "half_year", "year", "once" }

local titles = { week = "每周", month = "每月", quarter = "每季度", half_year = "每半年",
  year = "每年", once = "一次" }

-- shown(per): a period as people read it; the column of a table as it is.
function periods.shown(per) return per and titles[per] or per end

return periods
