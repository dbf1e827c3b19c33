-- Days as whole numbers (0 is 1970-01-01), times as minutes since then.

local days = {}

function days.of(year, month, day)
  if month <= 2 then year = year - 1 end
  local era = year // 400
  local of_era = year - era * 400
  local of_year = (153 * (month + (month > 2 and -3 or 9)) + 2) // 5 + day - 1
  return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468
end

function days.split(day)
  local z = day + 719468
  local era = z // 146097
  local of_era = z - era * 146097
  local year = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
  local of_year = of_era - (365 * year + year // 4 - year // 100)
  local shifted = (5 * of_year + 2) // 153
  local month = shifted + (shifted < 10 and 3 or -9)
  return year + era * 400 + (month <= 2 and 1 or 0), month,
    of_year - (153 * shifted + 2) // 5 + 1
end

function days.text(day) return ("%04d-%02d-%02d"):format(days.split(day)) end

function days.parse(text)
  local year, month, day = text:match("^(%d+)-(%d+)-(%d+)$")
  return days.of(tonumber(year), tonumber(month), tonumber(day))
end

-- A time of a day, in minutes since 1970.
function days.at(day, hour, minute) return day * 1440 + hour * 60 + (minute or 0) end

function days.time_text(time)
  return ("%s %02d:%02d"):format(days.text(time // 1440), time % 1440 // 60, time % 60)
end

-- 1 is Monday, 7 Sunday.
function days.weekday(day) return (day + 3) % 7 + 1 end

return days
