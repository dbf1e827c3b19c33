-- The record of one self-check: what `check --format json` prints, what stands at the
-- end of a report, and what an office collects (docs/json.md).

local fault = require "fault"
local judge = require "judge"

local N_ = fault.N_

local record = {}

local function status_of_member(statuses)
  for _, status in ipairs { "problem", "not_checked", "undetermined", "pass" } do
    if statuses[status] then return status end
  end
  return "not_applicable"
end

-- Results per counted set and member (十大领域, 四类技术 …), from the members' items.
local function sets_of(plan, by_id)
  local sets = list {}
  for _, id in ipairs(plan.sets.order) do
    local set = plan.sets.of[id]
    local members = list {}
    for _, member in ipairs(set.members or {}) do
      local statuses, problems, count = {}, 0, 0
      for _, item in ipairs(member.items or {}) do
        local result = by_id[item]
        if result then
          statuses[result.status] = true
          count = count + 1
          if result.status == "problem" then problems = problems + 1 end
        end
      end
      members[#members + 1] = {
        id = member.id, title = member.title, items = count, problems = problems,
        status = count == 0 and "not_checked" or status_of_member(statuses),
      }
    end
    -- A set that no item is bound to has no result to show.
    local bound = false
    for _, member in ipairs(members) do bound = bound or member.items > 0 end
    if bound then sets[#sets + 1] = { id = id, title = set.title, members = members } end
  end
  return sets
end

local function count_totals(items)
  local totals = { items = 0, applicable = 0, pass = 0, problem = 0, not_applicable = 0,
    not_checked = 0, undetermined = 0, manual = 0 }
  for _, item in ipairs(items) do
    totals.items = totals.items + 1
    totals[item.status] = totals[item.status] + 1
    if item.manual then totals.manual = totals.manual + 1 end
  end
  totals.applicable = totals.items - totals.not_applicable
  return totals
end

local kept = { "status", "reason", "certainty", "population", "count", "rows", "amount",
  "unjudged", "malformed", "bad", "message", "first", "rules", "rate", "answer", "note",
  "manual" }

local function item_entry(item, verdict, run)
  local entry = {
    id = item.id, title = item.title, focus = item.focus, kind = item.kind,
    severity = item.severity or "general", clause = item.clause and item.clause.id,
  }
  for _, key in ipairs(kept) do entry[key] = verdict[key] end
  if entry.status == "problem" then
    entry.certainty = item.certainty or entry.certainty or "certain"
  else
    entry.certainty = nil
  end
  local attached = run.evidence[item.id]
  if attached and #attached > 0 then
    entry.evidence = list {}
    for _, file in ipairs(attached) do
      entry.evidence[#entry.evidence + 1] = { name = file.name, sha256 = file.sha256 }
    end
  end
  return entry
end

-- Builds the record. `run` holds what was given and found; `given` what the host knows
-- of files: { plan = {sha256, chain}, tables, isolation, id }.
function record.build(plan, facility, run, given, scope)
  local items, by_id = list {}, {}
  for _, item in ipairs(plan.items) do
    if not item.retired then
      local entry = item_entry(item,
        run.judged[item.id] or judge.item(item, run, scope), run)
      items[#items + 1] = entry
      by_id[item.id] = entry
    end
  end
  local interval = { from = run.interval.from, to = run.interval.to,
    given = run.interval.given }
  local notices = list {}
  local imported = false
  for _, entry in ipairs(given.tables) do imported = imported or not entry.absent end
  if not run.interval.given and imported then
    notices[#notices + 1] = { text =
      N_"the plan's period is blank or no days: coverage cannot be compared",
      args = {} }
  end
  for _, entry in ipairs(given.tables) do
    local beyond = run.interval.given and entry.from
      and (entry.from < run.interval.from or entry.to > run.interval.to)
    if beyond then
      notices[#notices + 1] = { text =
        N_"the table {table} reaches from {from} to {to}: rows outside the interval count too",
        args = { table = entry.title, from = entry.from, to = entry.to } }
    end
  end
  return {
    zicha = "record/1",
    plan = { id = plan.id, title = plan.title, version = plan.version,
      sha256 = given.plan.sha256, chain = given.plan.chain },
    facility = { code = facility.code, name = facility.name, class = facility.class },
    today = run.today, interval = interval, run = given.run,
    interrupted = given.interrupted, isolation = given.isolation,
    tables = given.tables, items = items,
    sets = sets_of(plan, by_id), totals = count_totals(items), notices = notices,
    deviations = list {},
  }
end

return record
