-- Days of the calendar, as people write them: 2023-05-01 or 2023年5月1日.
-- A day is its ISO text (texts of days compare as the days do); counting goes by the
-- number of days since 1970-01-01, a Thursday.

local days = {}

local lengths = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

-- How many days a month has. Without a year, February may have 29.
function days.month_length(year, month)
  local leap = not year or year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0)
  return month == 2 and leap and 29 or lengths[month]
end

local function exists(year, month, day)
  local last = days.month_length(year, month)
  return year > 0 and last ~= nil and day >= 1 and day <= last
end

-- The day as 2023-05-01, or nil: the calendar must have it. `patterns` are the forms
-- that are taken, each with three captures.
function days.read(text, patterns)
  for _, pattern in ipairs(patterns) do
    local year, month, day = text:match(pattern)
    if year then
      year, month, day = tonumber(year), tonumber(month), tonumber(day)
      return exists(year, month, day) and days.iso(year, month, day) or nil
    end
  end
end

-- Where a single day is wanted only these two forms are read; when.lua reads the others.
days.written = { "^(%d%d%d%d)-(%d%d)-(%d%d)$", "^(%d%d%d%d)年(%d%d?)月(%d%d?)日$" }

function days.iso(year, month, day)
  return ("%04d-%02d-%02d"):format(year, month, day)
end

-- year, month, day of an ISO text.
function days.split(iso)
  local year, month, day = iso:match("^(%d+)-(%d+)-(%d+)$")
  return math.tointeger(tonumber(year)), math.tointeger(tonumber(month)),
    math.tointeger(tonumber(day))
end

-- The day's number. Years begin in March here, so that the leap day is the last of one;
-- 400 years are always 146,097 days.
function days.number(iso)
  local year, month, day = days.split(iso)
  if month <= 2 then year, month = year - 1, month + 12 end
  return 365 * year + year // 4 - year // 100 + year // 400
    + (153 * (month - 3) + 2) // 5 + day - 1 - 719468
end

function days.of_number(number)
  local n = number + 719468
  local era = n // 146097
  local of_era = n - era * 146097
  local year = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
  local of_year = of_era - (365 * year + year // 4 - year // 100)
  local month = (5 * of_year + 2) // 153
  local day = of_year - (153 * month + 2) // 5 + 1
  year, month = year + era * 400, month + 3
  if month > 12 then year, month = year + 1, month - 12 end
  return days.iso(year, month, day)
end

function days.add(iso, count) return days.of_number(days.number(iso) + count) end

-- 1 is Monday, 7 Sunday.
function days.weekday(iso) return (days.number(iso) + 3) % 7 + 1 end

-- Day `day` of the month that is `months` after month 1 of `year`; a day that this month
-- does not have is its last.
function days.clipped(year, month, day)
  year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
  return days.iso(year, month, math.min(day, days.month_length(year, month)))
end

-- The same day some months later, or that month's last (民法典第二百零二条).
function days.add_months(iso, count)
  local year, month, day = days.split(iso)
  return days.clipped(year, month + count, day)
end

return days
