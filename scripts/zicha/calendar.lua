-- Working days. Offices move them about each year, so a calendar is data (holidays.lua
-- reads it): { holidays = {day → true}, workdays = {day → true}, years = {year → true} },
-- days as ISO texts. Without a calendar, and in years that it does not know, Mondays to
-- Fridays are working days; `unknown_years` tells the caller to say so.

local days = require "days"

local calendar = {}

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

-- The years from `from` to `to` of which nothing is known, in order.
function calendar.unknown_years(known, from, to)
  local years = list {}
  for year = days.split(from), (days.split(to)) do
    if not (known and known.years[year]) then years[#years + 1] = year end
  end
  return years
end

return calendar
