-- Which days a value of time means (when.lua), told with what a plan says of itself: when
-- it was issued and from when to when it runs.

local calendar = require "calendar"
local days = require "days"
local point = require "point"

local spans = {}

-- From when on the plan speaks: dates without a year are not before it.
function spans.start_of(context)
  return context.period and context.period.from or context.issued
end

local function with(at, changes)
  local copy = {}
  for key, value in pairs(at) do copy[key] = value end
  for key, value in pairs(changes) do copy[key] = value end
  return copy
end

-- 今年, 次年 and 本月 are told from the day of issue, else from the plan's beginning.
local function without_offsets(at, context)
  local base = context.issued or spans.start_of(context)
  if not at.year_offset and not at.month_offset then return at end
  if not base then return nil end
  local year, month = days.split(base)
  if at.year_offset then return with(at, { year = year + at.year_offset }) end
  local shifted = year * 12 + month - 1 + at.month_offset
  return with(at, { year = at.year or shifted // 12, month = shifted % 12 + 1 })
end

-- From the beginning of a plan on, what stands in `year`, or else in the next one, if that
-- is over before: days_in(year) gives the days. What the first year does not have, 2月29日,
-- is in the next one only if the plan runs so long.
local function first_time(year, start, context, days_in)
  local first, last = days_in(year)
  if last and last >= start then return first, last end
  local to = context.period and context.period.to
  if not last and to and to < days.iso(year + 1, 1, 1) then return nil end
  first, last = days_in(year + 1)
  if last and last >= start then return first, last end
end

-- The days of a point. Without a year it is in the year in which the plan begins, or in
-- the next one if it would be over before (a plan of November says 1月15日前).
local function days_of(at, context)
  if at.issued then return context.issued, context.issued end
  at = without_offsets(at, context)
  if not at then return nil end
  if at.year then return point.days(at) end
  local start = spans.start_of(context)
  if not start then return nil end
  return first_time((days.split(start)), start, context, function(year)
    return point.days(with(at, { year = year }))
  end)
end

-- The end of a range, with what it leaves out from the start.
local function completed(from, to)
  local month = to.month
  if to.half or to.quarter then
    month = nil
  elseif to.bare_month or not month and (to.day or to.part and not to.year
    and not to.bare_year and not to.year_offset) then month = from.month end
  local year = to.year or from.year
  if to.year_offset and from.year then year = from.year + to.year_offset end
  return with(to, { year = year, month = month,
    month_offset = not to.bare_month and to.month_offset })
end

-- A range of which neither end has a year: the first that is not over when the plan begins.
local function yearless_days(from, to, context)
  local start = spans.start_of(context)
  if not start then return nil end
  return first_time((days.split(start)), start, context, function(year)
    local first = point.days(with(from, { year = year }))
    local _, last = point.days(with(to, { year = year + (to.year_offset or 0) }))
    if first and last then return first, last end
  end)
end

local function range_days(value, context)
  local from, to = value.from, value.to
  if from.issued then
    local _, last = days_of(to, context)
    return context.issued, last
  end
  from = without_offsets(from, context)
  if not from then return nil end
  to = completed(from, to)
  if to.month_offset then to = without_offsets(to, context) end
  if not to then return nil end
  if not from.year and not to.year then return yearless_days(from, to, context) end
  local _, last = point.days(to)
  local first = point.days(with(from, { year = from.year or to.year }))
  if not from.year and first and last and first > last then -- 11月至2024年2月
    first = point.days(with(from, { year = to.year - 1 }))
  end
  return first, last
end

-- The last day of a duration that begins on `day`, which does not count itself; a month
-- ends on the same day of the next one, or on its last (民法典第二百零一、二百零二条).
-- Of 1-2个月 the longer is what is allowed. A last day that is a holiday stays: an office
-- that means the working day after says so.
function spans.after(value, day, context)
  local count = value.most
  if not point.known(count) then return nil end
  if value.unit == "workday" then
    return calendar.add_workdays(context and context.calendar, day, count)
  elseif value.unit == "month" then
    return days.add_months(day, count)
  elseif value.unit == "year" then
    return days.add_months(day, count * 12)
  elseif value.unit == "week" then
    count = count * 7
  elseif value.unit == "hour" then
    count = (count + 23) // 24
  end
  return days.add(day, count)
end

local of_kind = {}

function of_kind.day(value, context) return days_of(value.at, context) end
of_kind.month, of_kind.third, of_kind.year = of_kind.day, of_kind.day, of_kind.day
of_kind.part_of_year = of_kind.day

function of_kind.range(value, context)
  local first, last = range_days(value, context)
  if first and last and first <= last then return first, last end
end

-- «前» and «以前» hold the day, month or year that they name: 5月10日前 is the 10th at the
-- latest, 5月以前 the 31st. The other reading would call those late who read it so.
function of_kind.before(value, context)
  local _, last = days_of(value.to, context)
  return nil, last
end

function of_kind.since(value, context)
  local first = days_of(value.from, context)
  return first, nil
end

function of_kind.relative(value, context)
  local day
  if value.anchor == "issued" then day = context.issued end
  if value.anchor == "day" then day = days_of(value.from, context) end
  if not day then return nil end
  return day, spans.after(value, day, context)
end

-- The first and the last day that a value means, ISO texts. Either is nil where it is
-- open (5月底前 has no first); both are where the value is blank, comes again and again,
-- waits for an event, or lacks what the context does not say.
function spans.span(value, context)
  local span = of_kind[value.kind]
  if value.blank or not span then return nil end
  return span(value, context or {})
end

return spans
