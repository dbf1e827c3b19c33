-- Whether a change asks for less than the parent did (docs/plan-format.md, «Layers»).
-- Asking for more needs nobody's leave; asking for less needs a document.

local classes = require "classes"
local terms = require "terms"
local when = require "when"

local loosening = {}

-- ---- values -------------------------------------------------------------------------

local function compare_numbers(from, to)
  from, to = tonumber(from), tonumber(to)
  if not from or not to then return nil end
  return to < from and -1 or to > from and 1 or 0
end

local function holds_all(whole, part)
  local have = {}
  for _, entry in ipairs(whole) do have[entry] = true end
  for _, entry in ipairs(part) do
    if not have[entry] then return false end
  end
  return true
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
    local grows, shrinks = holds_all(to, from), holds_all(from, to)
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

-- Lists of as many dates are compared one by one: one that is later decides.
local function due(from, to, ctx)
  if not (from and to and from.texts and to.texts and #from.texts == #to.texts) then
    return deadline(last_of(from), last_of(to), ctx)
  end
  local found = {}
  for index, text in ipairs(from.texts) do
    found[deadline(text, to.texts[index], ctx)] = true
  end
  for _, direction in ipairs { "looser", "not_comparable", "stricter" } do
    if found[direction] then return direction end
  end
  return "same"
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

local function rectify(from, to, ctx)
  local before, after = from and from.within, to and to.within
  if before == nil or before == after then return "neutral" end
  return after and deadline(before, after, ctx) or "looser"
end

local function ids_of(list)
  local ids = {}
  for index, entry in ipairs(list or {}) do ids[index] = entry.id end
  return ids
end

local function parts(from, to)
  local before, after = ids_of(from), ids_of(to)
  if not holds_all(after, before) then return "looser" end
  return #after > #before and "stricter" or "same"
end

local often = by_rank({ weekly = 6, monthly = 5, quarterly = 4, half_yearly = 3,
  yearly = 2, once = 1 }, "once")

-- What named no rhythm may have named one in its deadline (每月28日前).
local function every(from, to)
  if from == nil or to == nil then return "not_comparable" end
  return often(from, to)
end

-- Documents to show: fewer are less. Who has to show none may name some.
local function evidence(from, to)
  from, to = from or {}, to or {}
  if not holds_all(to, from) then return #to < #from and "looser" or "not_comparable" end
  return #to > #from and "stricter" or "same"
end

-- ---- fields ---------------------------------------------------------------------------

local fields = {
  items = {
    severity = by_rank({ general = 1, major = 2, grave = 3 }, "general"),
    certainty = by_rank({ hint = 1, suspect = 2, certain = 3 }, "certain"),
    retired = function(_, to) return to and "looser" or "stricter" end,
    alias_of = unasked, unknown = unasked, kind = kind, at_least = at_least,
    rectify = rectify, parts = parts,
    applies = told_only, problem_if = told_only, or_ask = told_only, rules = told_only,
    ["with"] = told_only, answer = told_only, evidence = evidence, across = told_only,
    per = told_only,
  },
  parameters = {
    stricter = function(from) return from and "looser" or "neutral" end,
  },
  coverage = {
    at_least = at_least, class = told_only, metric = told_only,
    deprioritised = function(_, to) return to and "looser" or "stricter" end,
  },
  phases = { to = deadline, when = deadline },
  measures = { due = deadline },
  duties = { due = due,
    every = every,
    nil_report = function(_, to) return to and "stricter" or "looser" end },
  members = { match = told_only },
  sets = {
    members = function(from) return from and "looser" or "stricter" end,
  },
}

-- Removing these asks for less; removing a contact or a department's name does not.
local obliging = { items = true, sets = true, duties = true, closeout = true,
  coverage = true, measures = true, parameters = true, scoring = true }

-- A list of kinds of ownership: none means all.
local function lacks_ownership(from, to)
  if to == nil or #to == 0 then return false end
  return from == nil or #from == 0 or not holds_all(to, from)
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

local function of_scope(from, to, ctx)
  if lacks_class(from.classes, to.classes, ctx.groups or {})
    or lacks_ownership(from.ownership, to.ownership) then
    return "looser"
  end
  return "neutral"
end

-- What removing an entry of a section is; adding one is the opposite.
function loosening.of_removal(section)
  return obliging[section] and "looser" or "neutral"
end

-- "looser", "stricter", "same", "not_comparable", or "neutral" where no direction is meant.
function loosening.of(section, entry, field, from, to, ctx)
  if section == "parameters" and field == "value" then
    return of_parameter(entry, from, to)
  elseif field == "removed" then
    return loosening.of_removal(section)
  elseif section == "period" then
    return deadline(from.to, to.to, ctx)
  elseif section == "scope" and field == "classes" then -- only its groups are others
    return of_scope(ctx.scope, ctx.scope, ctx)
  elseif section == "scope" then
    return of_scope(from, to, ctx)
  end
  local of_field = fields[section] and fields[section][field]
  return of_field and of_field(from, to, ctx) or "neutral"
end

return loosening
