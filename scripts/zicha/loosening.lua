-- Whether a change asks for less than the parent did (docs/layers.md).
-- Asking for more needs nobody's leave; asking for less needs a document.

local classes = require "classes"
local lists = require "lists"
local parameters = require "parameters"
local plan_tables = require "plan_tables"
local terms = require "terms"
local when = require "when"

local loosening = {}

-- ---- values -------------------------------------------------------------------------

local function compare_numbers(from, to)
  from, to = tonumber(from), tonumber(to)
  if not from or not to then return nil end
  return to < from and -1 or to > from and 1 or 0
end

-- By what the parameter declares to be stricter.
local function of_parameter(parameter, from, to)
  local stricter = parameter.stricter
  if from == nil or to == nil then return "not_comparable" end
  if stricter == "lower" or stricter == "higher" then
    local order = compare_numbers(from, to)
    if parameter.type == "date" then
      order = to < from and -1 or to > from and 1 or 0
    end
    if not order then return "not_comparable" end
    if order == 0 then return "same" end
    return (order < 0) == (stricter == "lower") and "stricter" or "looser"
  elseif (stricter == "subset" or stricter == "superset")
    and type(from) == "table" and type(to) == "table" then
    if parameter.type == "table" then
      from, to = plan_tables.keys(parameter, from), plan_tables.keys(parameter, to)
    end
    local grows, shrinks = lists.holds_all(to, from), lists.holds_all(from, to)
    if grows and shrinks then return "same" end
    if stricter == "superset" then return grows and "stricter" or "looser" end
    return shrinks and "stricter" or "looser"
  end
  return "not_comparable"
end

local function by_rank(ranks, default)
  return function(from, to)
    local before, after = ranks[from or default], ranks[to or default]
    return after > before and "stricter" or after < before and "looser" or "same"
  end
end

-- A later deadline is looser; what has a blank on either side cannot be compared.
local function deadline(from, to, ctx)
  if from == nil or to == nil then return to and "stricter" or from and "looser" or "same" end
  if from == to then return "same" end
  local order = when.compare(from, to, ctx.dates)
  if order == "later" then return "looser" end
  if order == "earlier" then return "stricter" end
  return order
end

-- The last of a list that has grown or shrunk is the deadline; what hangs on a phase or
-- another duty can only be the same or not compared.
local function last_of(due)
  if not due then return nil end
  return due.text or due.texts and due.texts[#due.texts] or due.phase or due.after
end

-- Of several comparisons the one that asks for less decides.
local function decide(found)
  for _, direction in ipairs { "looser", "not_comparable", "stricter" } do
    if found[direction] then return direction end
  end
  return "same"
end

-- Lists of as many dates are compared one by one: one that is later decides.
local function due(from, to, ctx)
  if not (from and to and from.texts and to.texts and #from.texts == #to.texts) then
    return deadline(last_of(from), last_of(to), ctx)
  end
  local found = {}
  for index, text in ipairs(from.texts) do
    found[deadline(text, to.texts[index], ctx)] = true
  end
  return decide(found)
end

-- More of it is stricter; none is 0.
local function at_least(from, to)
  local order = compare_numbers(from or 0, to or 0)
  return order == 0 and "same" or order < 0 and "looser" or "stricter"
end

local function told_only() return "not_comparable" end

-- What takes an item out of the questions: it repeats another one, or has lost its text.
local function unasked(from, to)
  if from and to then return "not_comparable" end
  return to and "looser" or "stricter"
end

-- An office's item is not asked of a facility.
local function kind(from, to)
  if to == "external" then return "looser" end
  return from == "external" and "stricter" or "not_comparable"
end

-- What becomes true asks for less, or for more.
local function looser_if_true(from, to)
  if (from and true or false) == (to and true or false) then return "same" end
  return to and "looser" or "stricter"
end

local function stricter_if_true(from, to) return looser_if_true(to, from) end

-- A condition where there was none leaves something out.
local function condition(from, to)
  if from and to then return "not_comparable" end
  return to and "looser" or "stricter"
end

-- Less to mend by a later day; the measure and the office are words.
local function rectify(from, to, ctx)
  if to == nil then return "looser" end
  if from == nil then return "neutral" end
  local found = { [deadline(from.within, to.within, ctx)] = true }
  for _, key in ipairs { "measure", "refer" } do
    if from[key] ~= nil and to[key] == nil then found.looser = true end
  end
  local direction = decide(found)
  return direction == "same" and "neutral" or direction
end

local function parts(from, to)
  local before, after = lists.ids(from), lists.ids(to)
  if not lists.holds_all(after, before) then return "looser" end
  return #after > #before and "stricter" or "same"
end

-- A list of what has to be there, or has to do something: fewer is less, others instead
-- cannot be compared.
local function list_shrinks(from, to)
  from, to = from or {}, to or {}
  if not lists.holds_all(to, from) then
    return #to < #from and "looser" or "not_comparable"
  end
  return lists.holds_all(from, to) and "same" or "stricter"
end

-- set: domains.tumour, of which each is a table of its own.
local function bound(from, to)
  local function names(list)
    local result = {}
    for index, entry in ipairs(list or {}) do
      result[index] = entry.set .. "." .. entry.member
    end
    return result
  end
  return list_shrinks(names(from), names(to))
end

local often = by_rank({ weekly = 6, monthly = 5, quarterly = 4, half_yearly = 3,
  yearly = 2, once = 1 }, "once")

-- What named no rhythm may have named one in its deadline (每月28日前).
local function every(from, to)
  if from == nil or to == nil then return "not_comparable" end
  return often(from, to)
end

-- How often a task is to be done: `at_least` times in each `per`. ctx.entries has the item
-- before and after, for both may change together.
local times_a_year = { week = 52, month = 12, quarter = 4, half_year = 2, year = 1 }

local function quota(_, _, ctx)
  local before, after = ctx.entries[1], ctx.entries[2]
  if before.per == after.per then return at_least(before.at_least, after.at_least) end
  local from, to = times_a_year[before.per], times_a_year[after.per]
  if not from or not to then return "not_comparable" end
  return at_least((before.at_least or 0) * from, (after.at_least or 0) * to)
end

-- What an item gives parameters instead of the plan's values: each against what held for
-- the item before, be it its own value or the plan's. ctx.parameters has the plan's before
-- and after.
local function with(from, to, ctx)
  local found, seen = {}, {}
  local function effective(values, index, id)
    local parameter = ctx.parameters[index][id] or {}
    local raw = values and values.of[id]
    if raw == nil then return parameter.value end
    return parameters.value(parameter.type, raw)
  end
  for _, values in ipairs { from or { order = {} }, to or { order = {} } } do
    for _, id in ipairs(values.order) do
      if not seen[id] then
        seen[id] = true
        local before, after = effective(from, 1, id), effective(to, 2, id)
        local parameter = ctx.parameters[1][id] or ctx.parameters[2][id] or {}
        found[lists.same(before, after) and "same"
          or of_parameter(parameter, before, after)] = true
      end
    end
  end
  return decide(found)
end

-- ---- scope and period ------------------------------------------------------------------

-- A list of kinds of ownership: none means all.
local function lacks_ownership(from, to)
  if to == nil or #to == 0 then return false end
  return from == nil or #from == 0 or not lists.holds_all(to, from)
end

local function means(groups, names, class)
  if names == nil or #names == 0 then return true end
  for _, name in ipairs(names) do
    if classes.holds({ classes = groups }, name, class) then return true end
  end
  return false
end

-- Whether some class was meant before and is not any more; names that are no class of
-- facilities mean themselves. `groups` are the plan's before and after.
local function lacks_class(from, to, groups)
  local all = terms.codes(terms.facility_class)
  for _, name in ipairs(from or {}) do
    if not (groups[1] and groups[1].of[name]) then all[#all + 1] = name end
  end
  for _, class in ipairs(all) do
    if means(groups[1], from, class) and not means(groups[2], to, class) then return true end
  end
  return false
end

-- No scope is all.
local function of_scope(from, to, ctx)
  from, to = from or {}, to or {}
  if lacks_class(from.classes, to.classes, ctx.groups or {})
    or lacks_ownership(from.ownership, to.ownership) then
    return "looser"
  end
  return "neutral"
end

-- The class that a coverage is asked of; none is all.
local function class(from, to, ctx)
  local before, after, groups = list { from }, list { to }, ctx.groups or {}
  if lacks_class(before, after, groups) then return "looser" end
  return lacks_class(after, before, { groups[2], groups[1] }) and "stricter" or "same"
end

-- A period that begins later, or has no beginning, leaves days unchecked.
local function since(from, to, ctx)
  from, to = from or {}, to or {}
  if from.from == nil then return "neutral" end
  return deadline(from.from, to.from, ctx)
end

local function of_period(from, to, ctx)
  local by = deadline(from and from.to, to and to.to, ctx)
  return decide { [by] = true, [since(from, to, ctx)] = true }
end

-- ---- fields ---------------------------------------------------------------------------

-- Fields by which more or less is asked for. What stands neither here nor under `neutral`
-- is told as not comparable.
local fields = {
  items = {
    severity = by_rank({ general = 1, major = 2, grave = 3 }, "general"),
    certainty = by_rank({ hint = 1, suspect = 2, certain = 3 }, "certain"),
    retired = looser_if_true,
    alias_of = unasked, unknown = unasked, kind = kind, at_least = quota, per = quota,
    rectify = rectify, parts = parts, applies = condition, problem_if = told_only,
    or_ask = condition, rules = list_shrinks, ["with"] = with, ask = told_only,
    text = told_only, answer = told_only, choices = told_only, evidence = list_shrinks,
    across = told_only, set = bound,
  },
  parameters = {
    stricter = function(from) return from and "looser" or "neutral" end,
  },
  coverage = {
    at_least = at_least, class = class, metric = told_only, deprioritised = looser_if_true,
  },
  phases = { to = deadline, when = deadline, stance = list_shrinks },
  measures = { due = deadline, items = list_shrinks, actions = list_shrinks,
    outputs = list_shrinks, by = list_shrinks },
  duties = { due = due, every = every, nil_report = stricter_if_true, from = list_shrinks,
    to = list_shrinks, via = list_shrinks, attachments = list_shrinks, window = told_only },
  closeout = { title = told_only, evidence = told_only },
  leniency = { when = told_only, effect = told_only },
  sanctions = { when = told_only, effect = list_shrinks, by = list_shrinks },
  scoring = { unit = told_only, cycle = told_only, points = told_only,
    thresholds = told_only },
  members = { items = list_shrinks, match = condition },
  sets = {
    members = function(from) return from and "looser" or "stricter" end,
  },
}

local function set_of(text)
  local set = {}
  for word in text:gmatch("%S+") do set[word] = true end
  return set
end

-- Fields that ask for nothing by themselves: names, numbers, persons, explanations.
local neutral = {
  everywhere = set_of [[title number aliases person phone mail address clause owner reason
    basis unit unconfirmed count]],
  items = set_of "example focus lead assist by split",
  focus = set_of "parent lead assist",
  parameters = set_of "type",
  sets = set_of "role",
  departments = set_of "role duties",
  phases = set_of "from actions outputs before",
  measures = set_of "stance",
  coverage = set_of "text",
  duties = set_of "artefact channel",
  registers = set_of "by dataset",
  signals = set_of "rules",
  hotline = set_of "by",
  forms = set_of "columns",
  basis = set_of "article version effective",
  goals = set_of "goals", definitions = set_of "text definitions", no_phases = set_of "no_phases",
  classes = set_of "classes",
}

-- What it is to remove an entry: of all that is not named here nobody can tell.
local obliging = { items = "looser", sets = "looser", duties = "looser", closeout = "looser",
  coverage = "looser", measures = "looser", parameters = "looser", scoring = "looser",
  sanctions = "looser", departments = "neutral", basis = "neutral" }

-- What has no entries.
local whole = {
  period = of_period,
  scope = of_scope,
  lookback = since,
  -- Only its groups are others.
  classes = function(_, _, ctx) return of_scope(ctx.scope, ctx.scope, ctx) end,
}

-- "looser", "stricter", "same", "not_comparable", or "neutral" where no direction is meant.
-- `field` is "removed" for an entry, and the section itself for what has no entries.
function loosening.of(section, entry, field, from, to, ctx)
  if section == "parameters" and field == "value" then
    return of_parameter(entry, from, to)
  elseif field == "removed" then
    return obliging[section] or "not_comparable"
  elseif whole[section] and (field == section or field == "classes") then
    if field == "classes" then section = "classes" end
    return whole[section](from, to, ctx)
  end
  local of_field = fields[section] and fields[section][field]
  if of_field then return of_field(from, to, ctx) end
  local known = neutral[section] and neutral[section][field] or neutral.everywhere[field]
  return known and "neutral" or "not_comparable"
end

return loosening
