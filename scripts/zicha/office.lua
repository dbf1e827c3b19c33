-- The office that collects what facilities report: office.yaml, which items of a plan a
-- report can hold, and which facilities the plan means.

local classes = require "classes"
local entries = require "entries"
local fault = require "fault"
local read = require "read"
local record = require "record"
local schema = require "schema"
local terms = require "terms"

local N_ = fault.N_

local office = {}

-- What office.yaml leaves out.
office.LATE_DAYS = 15

-- ---- office.yaml -----------------------------------------------------------------------

-- Whether two rounds can be of one plan: one without a plan is of all.
local function shares_plan(a, b) return not a.plan or not b.plan or a.plan == b.plan end

local function check_round(ctx, round)
  local last = round.to or round.due
  if round.from and last and round.from > last then
    fault.add(ctx.faults, read.place(round, round.to and "to" or "due"),
      N_"the round {id} ends before it begins: {from} to {to}",
      { id = round.id, from = round.from, to = last }, N_"exchange the two days, or mend one")
  elseif round.to and round.due and round.due < round.to then
    fault.add(ctx.faults, read.place(round, "due"),
      N_"the reports of the round {id} are due on {due}, before it ends on {to}",
      { id = round.id, due = round.due, to = round.to },
      N_"a report is due on the round's last day or later")
  end
end

local function last_of(round) return round.to or round.due end

-- Whether b, which stands behind a, shares days with it. A b without `from` begins behind a; an a
-- without begins as early as it can.
local function overlaps(a, b)
  local a_last, b_last = last_of(a), last_of(b)
  return b.from and a_last and b.from <= a_last
    and not (a.from and b_last and b_last < a.from)
end

local function is_later(a, b)
  local a_last, b_last = last_of(a), last_of(b)
  return a_last and b_last and a_last > b_last or a.from and b.from and a.from > b.from
end

-- What a round has to do with one that stands before it: its id, the order, or days.
local function check_pair(ctx, round, other)
  if other.id == round.id then
    fault.add(ctx.faults, read.place(round, "id"),
      N_"the round {id} stands twice for the same plan", { id = round.id },
      N_"give one of them another id")
    return true
  elseif not last_of(other) then
    fault.add(ctx.faults, read.place(other, "id"),
      N_"the round {other} has no last day, and {id} follows it",
      { id = round.id, other = other.id }, N_"write its last day (to)")
    return true
  elseif is_later(other, round) then
    fault.add(ctx.faults, read.place(round, "id"),
      N_"the round {id} stands behind {other}, which is later",
      { id = round.id, other = other.id }, N_"rounds stand in the order of their days")
    return true
  elseif overlaps(other, round) then
    fault.warn(ctx.faults, read.place(round, "from"),
      N_"the rounds {other} and {id} overlap: what is dated in both belongs to {other}",
      { id = round.id, other = other.id })
    return true
  end
end

local function check_rounds(ctx, rounds)
  for index, round in ipairs(rounds) do
    if round.id then check_round(ctx, round) end
    for before = 1, index - 1 do
      local other = rounds[before]
      if round.id and other.id and shares_plan(round, other)
        and check_pair(ctx, round, other) then
        break
      end
    end
  end
end

-- Reads office.yaml: the typed document, or nil with errors among ctx.faults.
function office.read(ctx, document)
  local typed = read.document(ctx, schema.office, document)
  if typed and typed.rounds then check_rounds(ctx, typed.rounds) end
  for _, entry in ipairs(ctx.faults) do
    if entry.severity == "error" then return nil end
  end
  return typed
end

-- What the host is told of it: all fields, with what they are when they are left out.
function office.plain(typed)
  local plain = {}
  for _, field in ipairs(schema.office.fields) do plain[field[1]] = typed[field[1]] end
  plain.unsigned = typed.unsigned or "refuse"
  plain.late_days = typed.late_days or office.LATE_DAYS
  plain.rounds = list {}
  for index, round in ipairs(typed.rounds or {}) do
    plain.rounds[index] = { id = round.id, plan = round.plan, title = round.title,
      from = round.from, to = round.to, due = round.due }
  end
  return plain
end

-- ---- the checklist ---------------------------------------------------------------------

-- item → [{set, member}] by entry or item, in the plan's order of sets.
local function members_of(plan)
  local by_id, bound = {}, record.bound_items(plan)
  for _, set in ipairs(plan.sets.order) do
    for _, member in ipairs(plan.sets.of[set].members or {}) do
      for id in pairs(bound[set] and bound[set][member.id] or {}) do
        by_id[id] = by_id[id] or {}
        table.insert(by_id[id], { set = set, member = member.id })
      end
    end
  end
  return by_id
end

local function sets_of(members, entry)
  local found, seen = list {}, {}
  for _, id in ipairs { entry.id, entry.base or entry.id } do
    for _, one in ipairs(members[id] or {}) do
      local key = one.set .. "." .. one.member
      if not seen[key] then found[#found + 1] = one end
      seen[key] = true
    end
  end
  return found
end

-- The entries that reports can hold: members of a set and parts one by one, whatever depends
-- on tables or periods as the item itself.
local function listed(plan)
  local result = {}
  for _, item in ipairs(plan.items) do
    if entries.is_asked(item) then
      local several = item.across or item.parts
      for _, entry in ipairs(several and entries.of(plan, item, {}) or { item }) do
        result[#result + 1] = entry
      end
    end
  end
  return result
end

local function titles_of(areas)
  local titles, told = {}, list {}
  for index, area in ipairs(areas or {}) do
    titles[area.id] = area.title
    told[index] = { id = area.id, number = area.number, title = area.title,
      parent = area.parent }
  end
  return titles, told
end

local function told_sets(plan)
  local sets = list {}
  for _, id in ipairs(plan.sets.order) do
    local set, members = plan.sets.of[id], list {}
    for index, member in ipairs(set.members or {}) do
      members[index] = { id = member.id, title = member.title }
    end
    sets[#sets + 1] = { id = id, title = set.title, role = set.role, members = members }
  end
  return sets
end

local function told_target(target)
  return { id = target.id, class = target.class, metric = target.metric,
    at_least = target.at_least, text = target.text,
    deprioritised = target.deprioritised or false }
end

local function told_coverage(plan)
  local targets = list {}
  for index, target in ipairs(plan.coverage or {}) do targets[index] = told_target(target) end
  return targets
end

-- What reports of another version may call an entry (aliases), and what is asked no more.
local function gone(plan)
  local aliases, retired = list {}, list {}
  for _, item in ipairs(plan.items) do
    if item.alias_of then
      aliases[#aliases + 1] = { id = item.id, alias_of = item.alias_of }
    elseif item.retired then
      retired[#retired + 1] = { id = item.id, title = item.title, reason = item.retired }
    end
  end
  return aliases, retired
end

-- office_checklist{ sha256 } → { plan, entries, aliases, retired, sets, focus, coverage }: what
-- a report of a facility can hold, in the plan's order. An entry: { id, item, member, title,
-- focus, focus_title, kind, severity, sets: [{set, member}] }. Records name what is asked for
-- values of a column or periods item[value]: such an entry stands here once, by its item.
function office.checklist(opened, args)
  local plan = opened.plan
  local members, titles, focus = members_of(plan), titles_of(plan.focus)
  local result = list {}
  for index, entry in ipairs(listed(plan)) do
    result[index] = { id = entry.id, item = entry.base or entry.id, member = entry.member,
      title = entry.title, focus = entry.focus, focus_title = titles[entry.focus],
      kind = entry.kind, severity = entry.severity or "general",
      sets = sets_of(members, entry) }
  end
  local aliases, retired = gone(plan)
  return { entries = result, aliases = aliases, retired = retired, sets = told_sets(plan),
    focus = focus, coverage = told_coverage(plan),
    plan = { id = plan.id, version = plan.version, sha256 = args.sha256, title = plan.title,
      number = plan.number, level = plan.level, region = plan.region, issuer = plan.issuer,
      chain = record.chain(opened) } }
end

-- ---- classes ------------------------------------------------------------------------------

local function is_meant(plan, class)
  local scope = plan.scope and plan.scope.classes or {}
  for _, name in ipairs(scope) do
    if classes.holds(plan, name, class) then return true end
  end
  return #scope == 0
end

-- Targets without a class hold for all that the plan means.
local function targets_of(plan, class, meant)
  local found = list {}
  for _, target in ipairs(plan.coverage or {}) do
    local holds = not target.class and meant
      or target.class and classes.holds(plan, target.class, class)
    if holds then found[#found + 1] = told_target(target) end
  end
  return found
end

local function known_classes()
  local known = {}
  for _, pair in ipairs(terms.facility_class) do
    known[#known + 1] = pair[1]
    if pair[2] then known[#known + 1] = pair[2] end
  end
  return known
end

-- The class that a word is a part of, as 卫生院 is of 乡镇卫生院, else the one most like it; nil when it is a
-- part of several: nobody can tell which is meant.
local function class_like(word, known)
  local whole
  for _, class in ipairs(known) do
    if #word >= 2 * #"院" and class:find(word, 1, true) then
      if whole then return nil end
      whole = class
    end
  end
  return whole or fault.nearest(word, known)
end

-- office_classes{ classes: [word] } → { classes: [{ word, class, meant, office, targets: [{id,
-- class, metric, at_least, text, deprioritised}] }] or { word, error }, ownership }, in their
-- order. `office`: it is no facility, but an office that reports of its own ones.
-- `meant`: whether the plan's scope names the class; `ownership` is what it names besides.
function office.classes(opened, args)
  local plan, told, known = opened.plan, list {}, known_classes()
  for index, word in ipairs(args.classes) do
    local class = terms.code(terms.facility_class, word)
    if word == terms.office_class then -- it reports of its own facilities
      told[index] = { word = word, class = word, meant = true, office = true,
        targets = list {} }
    elseif class then
      local meant = is_meant(plan, class)
      told[index] = { word = word, class = class, meant = meant,
        targets = targets_of(plan, class, meant) }
    else
      local near = class_like(word, known)
      local problem = fault.message(N_"{word} is no class of facilities",
        { word = word, nearest = near, list = table.concat(known, " ") })
      problem.hint = near and N_"did you mean {nearest}?" or N_"known: {list}"
      told[index] = { word = word, error = problem }
    end
  end
  return { classes = told, ownership = plan.scope and plan.scope.ownership or list {} }
end

return office
