-- When something is due: once, or again and again; and which of two deadlines is later.

local days = require "days"
local point = require "point"
local spans = require "spans"
local timewords = require "timewords"

local deadlines = {}

-- The months of a year in which something falls due. The deadline is the last day of the
-- period unless a day is named: 每季度 means 31 March, 30 June, 30 September and 31
-- December, 每季度末月25日前 the 25th of these months, 每半年 the last of June and of
-- December, 每年 31 December, 每周 Sunday. A day that a month lacks is its last: 每月31日
-- is 28 February. A quota is due when its period ends.
local function months_of(value)
  local kind = value.per
  if not kind then
    kind = value.kind
    if kind == "month" or kind == "year" then return nil end -- 2023年5月: a date, once
  end
  if kind == "quarterly" or kind == "quarter" then
    local month = value.month or 3
    return { month, month + 3, month + 6, month + 9 }
  elseif kind == "half_yearly" or kind == "half_year" then
    return { 6, 12 }
  elseif kind == "yearly" or kind == "year" then
    return { value.month or 12 }
  elseif kind == "monthly" or kind == "month" or kind == "window" then
    return { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 }
  end
end

local function is_weekly(value) return value.kind == "weekly" or value.per == "week" end

local function day_of(value)
  return point.known(value.day) and value.day or 31
end

-- A point of this or last month: its first or last day, seen from a month.
local function window_day(at, year, month, is_end)
  local of_month = month + at.month_offset
  if at.day then return days.clipped(year, of_month, at.day) end
  local first = days.clipped(year, of_month, 1)
  local own_year, own_month = days.split(first)
  local from, to = point.days { year = own_year, month = own_month, part = at.part }
  return is_end and to or from
end

local function in_month(value, year, month)
  if value.kind ~= "window" then return { due = days.clipped(year, month, day_of(value)) } end
  local last = window_day(value.to, year, month, true)
  return { from = window_day(value.from, year, month, false), to = last, due = last }
end

-- The days on which something falls due from `from` to `to`, in order: a list of { due },
-- of windows { from, to, due }, where due is the last day that they cover. What happens
-- once is one entry if its last day is among them.
function deadlines.occurrences(value, from, to, context)
  local found = list {}
  local function add(entry)
    if entry.due >= from and entry.due <= to then found[#found + 1] = entry end
  end
  local months = months_of(value)
  if value.blank then return found end
  if months then
    local last_year = days.split(to) + 1 -- a window of last month ends before its month
    for year = days.split(from), last_year do
      for _, month in ipairs(months) do add(in_month(value, year, month)) end
    end
  elseif is_weekly(value) then
    local weekday = value.weekday or 7
    local first = days.number(from) + (weekday - days.weekday(from)) % 7
    for number = first, days.number(to), 7 do add { due = days.of_number(number) } end
  else
    local _, last = spans.span(value, context)
    if last then add { due = last } end
  end
  return found
end

-- The days between which what comes again falls due: not before the plan is issued and
-- begins. 次月5日前 is about the month before: the first one is in the month after the
-- beginning, the last one in the month after the end.
local function running(value, period, context)
  local from, to = period.from, period.to
  if context.issued and (not from or context.issued > from) then from = context.issued end
  if value.next_month then
    if from then
      local year, month = days.split(from)
      from = days.clipped(year, month + 1, 1)
    end
    if to then
      local year, month = days.split(to)
      to = days.clipped(year, month + 1, 31)
    end
  end
  return from, to
end

local function comes_again(value) return months_of(value) ~= nil or is_weekly(value) end

-- The deadlines while the plan runs: what comes again from its day of issue on.
function deadlines.of_plan(value, context)
  local period = context.period or {}
  local from, to = period.from, period.to
  if not (from and to) then return list {} end
  if comes_again(value) then from, to = running(value, period, context) end
  return deadlines.occurrences(value, from, to, context)
end

-- The next deadline on or after today, with the entry of when.occurrences; nil if there
-- is none any more or none that is known. What comes again does so while the plan runs.
function deadlines.due(value, context)
  local period = context.period or {}
  local from, to = context.today, period.to
  if not from then return nil end
  if comes_again(value) then
    local begins
    begins, to = running(value, period, context)
    if begins and begins > from then from = begins end
    local horizon = days.add_months(from, 24) -- what comes again does so within a year
    if not to or to > horizon then to = horizon end
  else
    to = "9999-12-31"
  end
  local entry = deadlines.occurrences(value, from, to, context)[1]
  return entry and entry.due, entry
end

local function order(a, b)
  return a < b and "earlier" or a > b and "later" or "same"
end

local times_a_year = { weekly = 52, monthly = 12, window = 12, quarterly = 4,
  half_yearly = 2, yearly = 1 }
local periods_a_year = { week = 52, month = 12, quarter = 4, half_year = 2, year = 1 }

-- More often comes sooner; equally often, the day decides.
local function compare_recurring(a, b)
  local often, other = times_a_year[a.kind], times_a_year[b.kind]
  if often ~= other then return order(other, often) end
  if a.kind ~= b.kind then return "not_comparable" end
  if a.kind == "weekly" then return order(a.weekday or 7, b.weekday or 7) end
  if a.kind == "window" then
    local one, two = in_month(a, 2001, 3), in_month(b, 2001, 3)
    if one.due == two.due and one.from ~= two.from then return "not_comparable" end
    return order(one.due, two.due)
  end
  local last = a.kind == "quarterly" and 3 or 12
  local function place(value)
    return ((value.month or last) + (value.next_month and 1 or 0)) * 31 + day_of(value)
  end
  return order(place(a), place(b))
end

-- Oftener is stricter, thus earlier; but 每年4次 does not say as much as 每季度1次.
local function compare_quota(a, b)
  local often, other = periods_a_year[a.per], periods_a_year[b.per]
  local one, two = a.times * often, b.times * other
  if often == other then return order(two, one) end
  if often > other and one >= two then return "earlier" end
  if often < other and one <= two then return "later" end
  return "not_comparable"
end

local bases = { year = { 12, "month" }, week = { 7 * 24, "hour" }, day = { 24, "hour" } }

local function in_base_unit(value)
  local base = bases[value.unit]
  if not base then return value end
  return { most = value.most * base[1], unit = base[2] }
end

-- The fewest and the most hours that a duration in its base unit can last. Among working
-- days lie weekends, and at most one long holiday each fortnight.
local function bounds(value)
  local n = value.most
  if value.unit == "hour" then return n, n end
  if value.unit == "month" then return 28 * 24 * n, 31 * 24 * n end
  return 24 * n, 24 * (2 * n + 14) -- working days
end

local function compare_durations(a, b)
  if a.kind ~= b.kind or a.anchor ~= b.anchor or a.event ~= b.event
    or a.anchor == "day" then return "not_comparable" end
  local one, two = in_base_unit(a), in_base_unit(b)
  if one.unit == two.unit then return order(one.most, two.most) end
  local least, most = bounds(one)
  local other_least, other_most = bounds(two)
  if most < other_least then return "earlier" end
  if least > other_most then return "later" end
  return "not_comparable"
end

local function is_yearless(value)
  local at = value.at or value.to or value.from
  return at and (at.month or at.half or at.quarter) and not at.year and not at.year_offset
end

local function compare_days(a, b, context)
  if is_yearless(a) and is_yearless(b) and not spans.start_of(context) then
    context = { issued = "2001-01-01" } -- any year will do
  end
  local from, to = spans.span(a, context)
  local other_from, other_to = spans.span(b, context)
  if to and other_to then return order(to, other_to) end
  if to or other_to or not from or not other_from then return nil end
  return order(from, other_from)
end

-- A time of day on the last day: none is the day's end.
local function time_of(value)
  local at = value.at or value.to or value
  return (at.hour or 24) * 60 + (at.minute or 0)
end

local function as_value(value)
  if type(value) == "string" then return timewords.read(value) end
  return value
end

-- What a change of `from` to `to` does to a deadline, be they values or texts: "earlier",
-- "later", "same" or "not_comparable". Later is looser: what comes more seldom or fewer
-- times is later, too. Of what has no deadline, 即日起, the beginning is compared.
function deadlines.compare(from, to, context)
  local a, b = as_value(to), as_value(from)
  context = context or {}
  if not a or not b or a.blank or b.blank then return "not_comparable" end
  local result = compare_days(a, b, context)
  if not result and a.kind == "quota" and b.kind == "quota" then
    result = compare_quota(a, b)
  elseif not result and times_a_year[a.kind] and times_a_year[b.kind] then
    result = compare_recurring(a, b)
  elseif not result and a.most and b.most then
    result = compare_durations(a, b)
  elseif not result and a.kind == b.kind
    and (a.kind == "at_once" or a.kind == "any_time" or a.event and a.event == b.event) then
    result = "same"
  end
  if result == "same" then return order(time_of(a), time_of(b)) end
  return result or "not_comparable"
end

return deadlines
