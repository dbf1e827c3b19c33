-- 不良执业行为记分: what the plan's own table of points makes of the problems that were
-- found. Provinces differ in all of it (domain of the plan, never of the program): an item's
-- points stand under its id, else under its severity.

local scoring = {}

-- Points of an entry, as a number; nil if the table has none for it.
local function points_of(points, entry)
  return points[entry.id] or entry.item and points[entry.item] or points[entry.severity]
end

local function holds(step, total)
  if step.at then return total >= tonumber(step.at) end
  if step.above then return total > tonumber(step.above) end
  return total < tonumber(step.below)
end

-- The steps that a sum has reached: of each cycle the last one that holds, in the plan's
-- order. A table without cycles has one.
local function reached(thresholds, total)
  local last, order = {}, list {}
  for _, step in ipairs(thresholds or {}) do
    local cycle = step.cycle or ""
    if holds(step, total) then
      if not last[cycle] then order[#order + 1] = cycle end
      last[cycle] = step
    end
  end
  local steps = list {}
  for _, cycle in ipairs(order) do
    steps[#steps + 1] = { cycle = cycle ~= "" and cycle or nil, effect = last[cycle].effect }
  end
  return steps
end

-- What the found problems come to: { unit, cycle, certain, suspect, unscored, items: [{id,
-- title, points, certainty}], steps }; nil where the plan has no points. Only certain
-- problems make the sum: what is suspected, or only a hint, has to be looked at first.
-- A self-check proposes; the office scores.
function scoring.of(plan, entries)
  local table_of = plan.scoring
  local points = table_of and table_of.points and table_of.points.of
  if not points or not next(points) then return nil end
  local result = { unit = table_of.unit, cycle = table_of.cycle, certain = 0, suspect = 0,
    unscored = 0, items = list {} }
  for _, entry in ipairs(entries) do
    local own = entry.status == "problem" and points_of(points, entry)
    if own then
      local sum = entry.certainty == "certain" and "certain" or "suspect"
      result[sum] = result[sum] + tonumber(own)
      result.items[#result.items + 1] = { id = entry.id, title = entry.title,
        points = tostring(own), certainty = entry.certainty }
    elseif entry.status == "problem" then
      result.unscored = result.unscored + 1
    end
  end
  result.steps = reached(table_of.thresholds, result.certain)
  for _, sum in ipairs { "certain", "suspect" } do
    local whole = math.tointeger(result[sum])
    result[sum] = whole and tostring(whole) or ("%.2f"):format(result[sum])
  end
  return result
end

-- ---- what an office adds up ------------------------------------------------------------

local function hundredths(number) return math.floor(tonumber(number) * 100 + 0.5) end

-- How long the cycle is whose sum a step names: a year unless it says another number; 0 is the
-- whole term of the licence.
local function years_of(step) return tonumber(step.years or 1) end

-- office_points{} → { points, severities, spans, unit, cycle, basis, unconfirmed }: points in hundredths
-- by entry or item, and by severity; `spans` are the lengths of cycles that steps name. {} where
-- the plan has no points.
function scoring.table_of(plan)
  local own = plan.scoring
  local points = own and own.points and own.points.of
  if not points or not next(points) then return {} end
  local severity = { general = true, major = true, grave = true }
  local result = { points = {}, severities = {}, spans = list {}, unit = own.unit,
    cycle = own.cycle, basis = own.basis, unconfirmed = own.unconfirmed or false }
  for _, id in ipairs(own.points.order) do
    result[severity[id] and "severities" or "points"][id] = hundredths(points[id])
  end
  local seen = {}
  for _, step in ipairs(own.thresholds or {}) do
    if not seen[years_of(step)] then result.spans[#result.spans + 1] = years_of(step) end
    seen[years_of(step)] = true
  end
  if #result.spans == 0 then result.spans[1] = 1 end
  return result
end

-- office_steps{ sums: [[hundredths of each span]] } → { steps: [[{cycle, effect, span}]] }: the steps that each
-- of these sums has reached, of each cycle the last one that holds; span is its place, from 0.
function scoring.steps(plan, spans, sums)
  local place = {}
  for index, years in ipairs(spans) do place[years] = index end
  local told = list {}
  for index, own in ipairs(sums) do
    local last, order = {}, {}
    for _, step in ipairs(plan.scoring and plan.scoring.thresholds or {}) do
      local span = place[years_of(step)]
      local key = (step.cycle or "") .. "\0" .. span
      -- «Short of» is the lowest step, not one that somebody reaches.
      if not step.below and holds(step, own[span] / 100) then
        if not last[key] then order[#order + 1] = key end
        last[key] = { cycle = step.cycle, effect = step.effect, span = span - 1 }
      end
    end
    told[index] = list {}
    for _, key in ipairs(order) do table.insert(told[index], last[key]) end
  end
  return told
end

return scoring
