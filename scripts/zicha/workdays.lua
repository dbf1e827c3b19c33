-- Working days in a plan: whether anything counts them, and what is said of years whose
-- holidays nobody has confirmed.

local calendar = require "calendar"
local fault = require "fault"
local holidays = require "holidays"
local schedule = require "schedule"
local times = require "times"

local N_ = fault.N_

local workdays = {}

-- Whether the expressions of a plan's items count working days.
local function in_items(plan)
  for _, item in ipairs(plan.items or {}) do
    local asked = item.or_ask or {}
    for _, text in ipairs { item.applies or "", item.problem_if or "",
      asked.problem_if or "" } do
      if text:find("workday", 1, true) then return true end
    end
  end
  return false
end

-- Whether a check needs the calendar: for its items, or to know which phase it is.
function workdays.counted(plan)
  return in_items(plan) or schedule.counts_working_days(plan)
end

-- Notes on the years of a run whose holidays are not known; none where nothing counts
-- working days, so that no calendar was read.
function workdays.notices(known, run)
  local notices = list {}
  if not known then return notices end
  local from, to = run.from or run.today, run.to or run.today
  if run.today > to then to = run.today end
  for _, year in ipairs(calendar.doubtful_years(known, from, to)) do
    fault.note(notices, { file = "scripts/calendars/cn.yaml", line = 0, column = 0 },
      N_"the holidays of {year} are not known or not confirmed: working days are counted from Monday to Friday",
      { year = year })
  end
  return notices
end

-- What times are told from (times.of), with the calendar that the host has sent, if it has:
-- args = { today, calendar: document }.
function workdays.times(plan, args)
  local known = args.calendar and holidays.read({ faults = list {} }, args.calendar)
  return times.of(plan, args.today, known)
end

return workdays
