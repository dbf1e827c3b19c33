-- How a problem or gap is to be taken today: the same gap is something to do while a plan
-- is being launched (部署), a warning while facilities look for themselves (自查), and a
-- failure once the campaign is on (集中整治) and after it. Verdicts do not depend on it.

local calendar_days = require "days"
local fault = require "fault"
local schedule = require "schedule"
local spans = require "spans"

local N_ = fault.N_

local stance = {}

local rank = { prepare = 1, self_check = 2, review = 3, enforce = 4 }
local taken = { prepare = "todo", self_check = "warning", review = "failure",
  enforce = "failure" }

-- The strongest of some stances; nil for none.
local function strongest(words)
  local found
  for _, word in ipairs(words or {}) do
    if not found or rank[word] > rank[found] then found = word end
  end
  return found
end

-- A phase or measure as days between which it is on. Where the document leaves an end
-- open (5月底前, 3月起), it begins when the one before it is over, and ends with the plan. An
-- end that is still blank is not known: `doubtful`, unless it has begun, for then it is on.
local function window(kind, record, entry, before, context)
  local found = { kind = kind, id = record.id, title = record.title,
    stances = list(record.stance or {}), from = entry.from, to = entry.to,
    blank = entry.blank }
  if not entry.from and not entry.to then
    found.doubtful = true
  elseif not entry.from and entry.blank then
    found.doubtful = true
  elseif not entry.from then
    found.from = before and calendar_days.add(before, 1) or spans.start_of(context)
    if found.from and found.from > found.to then found.from = found.to end
  elseif not entry.to and not entry.blank then
    local last = context.period and context.period.to
    found.to = last and last >= entry.from and last or nil
  end
  return found
end

local function of_phases(plan, context)
  local windows, before = list {}, nil
  for _, phase in ipairs(plan.phases) do
    local entry = schedule.phase(phase, context)
    windows[#windows + 1] = window("phase", phase, entry, before, context)
    before = entry.to or before
  end
  return windows
end

-- A plan without phases has measures that are due one after the other: until a day comes,
-- those that are due next are on.
local function of_measures(plan, context)
  local dated, windows = {}, list {}
  for index, measure in ipairs(plan.measures or {}) do
    local meant = measure.due and strongest(measure.stance)
    local entry = meant and schedule.measure(measure, context)
    -- What comes each month, or lasts so long, is no stage.
    if entry and (entry.from or entry.to or entry.blank) then
      dated[#dated + 1] = { index = index, record = measure, entry = entry }
    end
  end
  table.sort(dated, function(a, b)
    local one, other = a.entry.to or "9999", b.entry.to or "9999"
    return one < other or one == other and a.index < b.index
  end)
  local before, last -- the day before these, and their own
  for _, one in ipairs(dated) do
    if one.entry.to ~= last then before, last = last, one.entry.to end
    windows[#windows + 1] = window("measure", one.record, one.entry, before, context)
  end
  return windows
end

-- The phases of a plan, or else its measures, as days:
-- [{kind, id, title, stances, from, to, blank, doubtful}].
function stance.windows(plan, context)
  if #(plan.phases or {}) > 0 then return of_phases(plan, context) end
  return of_measures(plan, context)
end

local function covers(one, today)
  return not one.doubtful and (not one.from or one.from <= today)
    and (not one.to or today <= one.to)
end

-- Those that are on today.
function stance.now(windows, today)
  local found = list {}
  for _, one in ipairs(windows) do
    if covers(one, today) then found[#found + 1] = one end
  end
  return found
end

local function titles_of(windows, is_meant)
  local titles = {}
  for _, one in ipairs(windows) do
    if is_meant(one) then titles[#titles + 1] = one.title end
  end
  if #titles > 3 then titles[3] = titles[3] .. "……" end
  return table.concat(titles, "、", 1, math.min(#titles, 3))
end

-- Whether it could be on today, for all that is known.
local function may_cover(one, today)
  return one.doubtful and (not one.to or today <= one.to)
end

-- What is not known is taken as a failure: never milder than it may be.
local function unknown(message)
  return { position = "unknown", taken = "failure", unknown = message }
end

local function with(result, one)
  result.phase, result.title = one.id, one.title
  return result
end

-- The one with the strongest stance, the first of several; nil if none has any.
local function deciding(windows)
  local found, best
  for _, one in ipairs(windows) do
    local own = strongest(one.stances)
    if own and (not best or rank[own] > rank[best]) then found, best = one, own end
  end
  return found, best
end

local function by_deciding(position, windows)
  local found, word = deciding(windows)
  if not found then
    return unknown(fault.message(
      N_"the plan does not say what the phase {phases} is for (stance)",
      { phases = titles_of(windows, function() return true end) }))
  end
  return with({ position = position, word = word, taken = taken[word] }, found)
end

-- On a day on which nothing is on: before the first, after the last, or between two.
local function outside(windows, today)
  local over, first, last = list {}, nil, nil
  for _, one in ipairs(windows) do
    if one.to and one.to < today then
      over[#over + 1] = one
      if not last or one.to > last.to then last = one end
    elseif not first or one.from < first.from then
      first = one
    end
  end
  if #over == 0 then return with({ position = "before", taken = "todo" }, first) end
  if not first then return with({ position = "over", taken = "failure" }, last) end
  return by_deciding("between", over)
end

-- stance.of(windows, today) → { position, taken, word, phase, title } or { position, taken,
-- unknown: message }. position: in, before, between, over, unknown; taken: todo, warning,
-- failure; phase and title are of what decides: the one of today, the first to come, the last
-- that is over.
function stance.of(windows, today)
  if #windows == 0 then return unknown(fault.message(N_"the plan has no phases with days")) end
  local now = stance.now(windows, today)
  if #now > 0 then return by_deciding("in", now) end
  local function is_doubtful(one) return may_cover(one, today) end
  local doubtful = titles_of(windows, is_doubtful)
  if doubtful == "" then return outside(windows, today) end
  return unknown(fault.message(N_"the days of {phases} are blank or cannot be told",
    { phases = doubtful }))
end

-- The stance of a plan on the day of a context (times.of).
function stance.today(plan, context)
  return stance.of(stance.windows(plan, context), context.today)
end

return stance
