-- Days of the calendar, as people write them: 2023-05-01 or 2023年5月1日.

local days = {}

local lengths = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

local function exists(year, month, day)
  local last = lengths[month]
  local leap = year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0)
  if month == 2 and leap then last = 29 end
  return year > 0 and last ~= nil and day >= 1 and day <= last
end

-- The day as 2023-05-01, or nil: the calendar must have it. `patterns` are the forms
-- that are taken, each with three captures.
function days.read(text, patterns)
  for _, pattern in ipairs(patterns) do
    local year, month, day = text:match(pattern)
    if year then
      year, month, day = tonumber(year), tonumber(month), tonumber(day)
      return exists(year, month, day) and ("%04d-%02d-%02d"):format(year, month, day) or nil
    end
  end
end

-- In files only these two forms are days; other ways of speaking of time stay texts.
days.written = { "^(%d%d%d%d)-(%d%d)-(%d%d)$", "^(%d%d%d%d)年(%d%d?)月(%d%d?)日$" }

return days
