-- The days that a periodic paper is about: as the plan's duty says (上月26日至本月25日), as its
-- rhythm does, or as people give them; and those before, for comparison.

local days = require "days"
local deadlines = require "deadlines"
local fault = require "fault"
local timewords = require "timewords"

local N_ = fault.N_

local windows = {}

local months = { monthly = 1, quarterly = 3, half_yearly = 6, yearly = 12 }

-- The last whole period of so many months that has ended on or before a day.
local function whole_months(day, count)
  local year, month, number = days.split(day)
  local last = days.clipped(year, month, 31)
  local ended = number == select(3, days.split(last)) and month or month - 1
  ended = ended - ended % count
  local from = days.clipped(year, ended - count + 1, 1)
  return { from = from, to = days.clipped(year, ended, 31) }
end

local function is_month_start(day) return day:sub(-2) == "01" end

-- The same stretch before: whole months before whole months, else as many days.
local function before(window)
  local year, month = days.split(window.from)
  local to_year, to_month = days.split(window.to)
  if is_month_start(window.from) and window.to == days.clipped(to_year, to_month, 31) then
    local count = (to_year - year) * 12 + to_month - month + 1
    return { from = days.clipped(year, month - count, 1), to = days.clipped(year, month - 1, 31) }
  end
  local length = days.number(window.to) - days.number(window.from) + 1
  return { from = days.add(window.from, -length), to = days.add(window.from, -1) }
end

-- The window of a duty that has ended last, and the one before.
local function of_words(text, today)
  local value = timewords.read(text)
  if not value or value.kind ~= "window" or value.blank then return nil end
  local found = deadlines.occurrences(value, days.add_months(today, -4), today, {})
  local last, earlier = found[#found], found[#found - 1]
  if not last then return nil end
  return { from = last.from, to = last.to }, earlier and { from = earlier.from, to = earlier.to }
end

local function of_duty(duty, today)
  local window, previous
  if duty.window then window, previous = of_words(duty.window, today) end
  if window then return window, previous end
  if duty.every == "weekly" then
    local sunday = days.add(today, -(days.weekday(today) % 7))
    return { from = days.add(sunday, -6), to = sunday }
  end
  return months[duty.every] and whole_months(today, months[duty.every])
end

local function find_duty(plan, id)
  local known = {}
  for _, duty in ipairs(plan.duties or {}) do
    if duty.id == id then return duty end
    known[#known + 1] = duty.id
  end
  return nil, fault.message(N_"the plan has no duty {id}; known: {list}",
    { id = id, list = #known > 0 and table.concat(known, " ") or "—" })
end

-- Where nobody says more: a month for 月报 and 零报告 (that of the plan's monthly duty), the
-- year so far, or all the time since the ledger began.
local function usual(plan, args)
  if args.kind == "annual" then
    local from = args.today:sub(1, 4) .. "-01-01"
    return { from = from, to = args.today },
      { from = days.add_months(from, -12), to = days.add_months(args.today, -12) }
  elseif args.kind == "stage" then
    local from = args.begins ~= "" and args.begins or args.today:sub(1, 4) .. "-01-01"
    return { from = from, to = args.today }
  end
  for _, duty in ipairs(plan.duties or {}) do
    if duty.every == "monthly" then
      local window, previous = of_duty(duty, args.today)
      return window, previous, duty
    end
  end
  return whole_months(args.today, 1)
end

-- windows.of(plan, { kind, duty, from, to, today, begins }) → { from, to, previous, duty } or nil
-- and a message.
function windows.of(plan, args)
  local window, previous, duty, problem
  if args.duty then
    duty, problem = find_duty(plan, args.duty)
    if not duty then return nil, problem end
    window, previous = of_duty(duty, args.today)
    if not window and not args.from then
      return nil, fault.message(N_"the duty {id} does not say which days it is about: give --window FROM..TO",
        { id = args.duty })
    end
  end
  if args.from then
    window, previous = { from = args.from, to = args.to }, nil
  elseif not window then
    window, previous, duty = usual(plan, args)
  end
  if args.kind ~= "stage" or args.from or args.duty then -- nothing was before the beginning
    window.previous = previous or before(window)
  end
  window.duty = duty and { id = duty.id, artefact = duty.artefact, window = duty.window }
  return window
end

return windows
