-- Working days. Offices move them about each year, so a calendar is data (holidays.lua
-- reads it): { holidays = {day → true}, workdays = {day → true}, years = {"2023" → "known"
-- or "unconfirmed"} }, days as ISO texts. Without a calendar, and in years that it does not
-- have, Mondays to Fridays are working days; `doubtful_years` tells the caller to say so.
--
-- host/table/workday.c counts in the same way for expressions.

local days = require "days"

local calendar = {}

function calendar.new()
  return { holidays = {}, workdays = {}, years = {} }
end

function calendar.is_workday(known, day)
  if known and known.holidays[day] then return false end
  if known and known.workdays[day] then return true end
  return days.weekday(day) <= 5
end

-- The nth working day after a day, which itself does not count (民法典第二百零一条:
-- 开始的当日不计入). With n = 0 the day itself.
function calendar.add_workdays(known, day, n)
  local number = days.number(day)
  while n > 0 do
    number = number + 1
    if calendar.is_workday(known, days.of_number(number)) then n = n - 1 end
  end
  return days.of_number(number)
end

-- The years from `from` to `to` that the calendar lacks or that nobody has compared with
-- the notice, as texts, in order.
function calendar.doubtful_years(known, from, to)
  local doubtful = list {}
  for year = days.split(from), (days.split(to)) do
    local name = ("%04d"):format(year)
    if not known or known.years[name] ~= "known" then doubtful[#doubtful + 1] = name end
  end
  return doubtful
end

-- The calendar as one of the names of an expression's scope (host/table/scope.h): the
-- exceptions to Mondays to Fridays.
function calendar.for_expressions(known)
  local function sorted(set)
    local result = list {}
    for day in pairs(set) do result[#result + 1] = day end
    table.sort(result)
    return result
  end
  return { calendar = { holidays = sorted(known.holidays),
    workdays = sorted(known.workdays) } }
end

return calendar
