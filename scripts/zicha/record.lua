-- The record of one self-check: what `check --format json` prints, what stands at the
-- end of a report, and what an office collects (docs/json.md).

local fault = require "fault"
local figures = require "figures"
local judge = require "judge"
local scoring = require "scoring"
local stance = require "stance"
local times = require "times"

local N_ = fault.N_

local record = {}

local function status_of_member(statuses)
  for _, status in ipairs { "problem", "not_checked", "undetermined", "pass" } do
    if statuses[status] then return status end
  end
  return "not_applicable"
end

-- The items that belong to each member: named by the member, or naming it, or asked
-- across the set. set → member → { item = true }.
function record.bound_items(plan)
  local bound = {}
  local function bind(set, member, item)
    bound[set] = bound[set] or {}
    bound[set][member] = bound[set][member] or {}
    bound[set][member][item] = true
  end
  local of = {}
  for _, item in ipairs(plan.items) do of[item.id] = item end
  for _, id in ipairs(plan.sets.order) do
    for _, member in ipairs(plan.sets.of[id].members or {}) do
      for _, item in ipairs(member.items or {}) do
        bind(id, member.id, of[item] and of[item].alias_of or item)
      end
    end
  end
  for _, item in ipairs(plan.items) do
    for _, named in ipairs(item.set or {}) do
      bind(named.set, named.member, item.alias_of or item.id)
    end
    if item.across then
      for _, member in ipairs(plan.sets.of[item.across].members) do
        bind(item.across, member.id, ("%s[%s]"):format(item.id, member.id))
      end
    end
  end
  return bound
end

local function member_result(member, wanted, items)
  local statuses, problems, count, not_applicable = {}, 0, 0, 0
  for _, entry in ipairs(items) do
    if wanted and (wanted[entry.id] or entry.item and wanted[entry.item]) then
      statuses[entry.status] = true
      count = count + 1
      if entry.status == "problem" then problems = problems + 1 end
      if entry.status == "not_applicable" then not_applicable = not_applicable + 1 end
    end
  end
  return { id = member.id, title = member.title, items = count, problems = problems,
    not_applicable = not_applicable,
    status = count == 0 and "not_checked" or status_of_member(statuses) }
end

-- Results per counted set and member (十大领域, 四类技术 …). A set that no item is bound to
-- has no result to show.
local function sets_of(plan, items, is_office)
  local sets, bound = list {}, record.bound_items(plan)
  for _, id in ipairs(plan.sets.order) do
    local set, members = plan.sets.of[id], list {}
    for _, member in ipairs(bound[id] and set.members or {}) do
      local result = member_result(member, bound[id][member.id], items)
      -- Most items of a member are the facilities': an office tells only of its own.
      if not is_office or result.items > 0 then members[#members + 1] = result end
    end
    if #members > 0 then sets[#sets + 1] = { id = id, title = set.title, members = members } end
  end
  return sets
end

-- Adds how long a layer holds, if it was installed: its manifest says so. After that day it
-- is over, for the record as for every paper that is made of it.
local function dated(entry, validity, today)
  if validity and validity.expires then
    entry.serial, entry.expires = validity.serial, validity.expires
    entry.expired = today and today > validity.expires or nil
  end
  return entry
end

-- The parents that the plan takes over, the nearest first. `validity` has what the host knows
-- of each layer, the root first.
local function chain_of(opened, validity, today)
  local chain = list {}
  for index = #opened.layers - 1, 1, -1 do
    local layer = opened.layers[index]
    chain[#chain + 1] = dated({ id = layer.id, version = layer.version, title = layer.title,
      sha256 = layer.sha256 }, validity and validity[index], today)
  end
  return chain
end

-- The parents of a plan, the nearest first, as records name them.
function record.chain(opened) return chain_of(opened) end

-- Where a layer asks for less than its parent, or nobody can tell, and the document that
-- allows it.
local function deviations_of(opened)
  local told = list {}
  for _, deviation in ipairs(opened.deviations) do
    if deviation.direction == "looser" or deviation.direction == "not_comparable" then
      told[#told + 1] = { section = deviation.section, id = deviation.id,
        section_title = deviation.section_title, title = deviation.title,
        field = deviation.field, field_title = deviation.field_title,
        direction = deviation.direction, layer = deviation.layer, level = deviation.level,
        from = deviation.shown_from, to = deviation.shown_to,
        reason = deviation.reason, authorised_by = deviation.authorised_by,
        against = deviation.against }
    end
  end
  return told
end

-- An office's items are no one else's: none is left out of its denominators.
local function count_totals(items, plan, is_office)
  local totals = { items = 0, applicable = 0, pass = 0, problem = 0, not_applicable = 0,
    not_checked = 0, undetermined = 0, manual = 0, external = 0 }
  for _, item in ipairs(items) do
    totals.items = totals.items + 1
    totals[item.status] = totals[item.status] + 1
    if item.manual then totals.manual = totals.manual + 1 end
  end
  totals.applicable = totals.items - totals.not_applicable
  for _, item in ipairs(plan.items) do
    local other = item.kind == "external" and not is_office
    if other and not item.retired then totals.external = totals.external + 1 end
  end
  return totals
end

local kept = { "status", "reason", "certainty", "population", "count", "rows", "amount",
  "unjudged", "malformed", "bad", "message", "first", "rules", "rate", "answer", "note",
  "manual" }

local function item_entry(item, verdict, run)
  local entry = {
    id = item.id, title = item.title, focus = item.focus, kind = item.kind,
    severity = item.severity or "general", clause = item.clause and item.clause.id,
    item = item.base, member = item.member,
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

-- Who has answered, as the record names it: { facility } or { office }.
local function subject_of(facility, office)
  if office then
    return nil, { code = office.code, name = office.name, level = office.level,
      region = office.region }
  end
  return { code = facility.code, name = facility.name, class = facility.class }
end

-- Builds the record. `run` holds what was given and found; `given` what the host knows
-- of files: { plan = {sha256, layers}, tables, isolation, id }.
function record.build(opened, facility, run, given, scope)
  local plan, items = opened.plan, list {}
  for _, item in ipairs(run.entries) do
    items[#items + 1] = item_entry(item,
      run.judged[item.id] or judge.item(item, run, scope), run)
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
  local told_facility, told_office = subject_of(facility, run.office)
  local validity = given.plan.layers or {}
  return {
    zicha = "record/1",
    plan = dated({ id = plan.id, title = plan.title, version = plan.version,
      sha256 = given.plan.sha256, chain = chain_of(opened, validity, run.today) },
      validity[#opened.layers], run.today),
    facility = told_facility, office = told_office,
    today = run.today, stance = stance.today(plan, times.of(plan, run.today, opened.calendar)),
    interval = interval, run = given.run,
    interrupted = given.interrupted, isolation = given.isolation,
    tables = given.tables, items = items,
    sets = sets_of(plan, items, run.office), totals = count_totals(items, plan, run.office),
    notices = notices,
    deviations = deviations_of(opened),
    figures = not run.office and figures.of(plan, run.measures or {}, run, scope) or nil,
    scoring = not run.office and scoring.of(plan, items) or nil,
  }
end

return record
