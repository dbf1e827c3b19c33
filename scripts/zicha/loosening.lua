-- Whether a change asks for less than the parent did (docs/plan-format.md, «Layers»).
-- Asking for more needs nobody's leave; asking for less needs a document.

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

-- The last of several dates is the deadline; what hangs on a phase or another duty can
-- only be the same or not compared.
local function last_of(due)
  if not due then return nil end
  return due.text or due.texts and due.texts[#due.texts] or due.phase or due.after
end

local function due(from, to, ctx)
  return deadline(last_of(from), last_of(to), ctx)
end

-- ---- fields ---------------------------------------------------------------------------

local fields = {
  items = {
    severity = by_rank({ general = 1, major = 2, grave = 3 }, "general"),
    certainty = by_rank({ hint = 1, suspect = 2, certain = 3 }, "certain"),
    retired = function(_, to) return to and "looser" or "stricter" end,
    applies = function() return "not_comparable" end,
    problem_if = function() return "not_comparable" end,
    or_ask = function() return "not_comparable" end,
    rules = function() return "not_comparable" end,
    ["with"] = function() return "not_comparable" end,
  },
  coverage = {
    at_least = function(from, to)
      local order = compare_numbers(from or 0, to or 0)
      return order == 0 and "same" or order < 0 and "looser" or "stricter"
    end,
    deprioritised = function(_, to) return to and "looser" or "stricter" end,
  },
  phases = { to = deadline, when = deadline },
  measures = { due = deadline },
  duties = { due = due, nil_report = function(_, to) return to and "stricter" or "looser" end },
  sets = {
    members = function(from) return from and "looser" or "stricter" end,
  },
}

-- Removing these asks for less; removing a contact or a department's name does not.
local obliging = { items = true, sets = true, duties = true, closeout = true,
  coverage = true, measures = true, parameters = true, scoring = true }

-- A list of classes or kinds of ownership: none means all.
local function narrower(from, to)
  if to == nil or #to == 0 then return false end
  return from == nil or #from == 0 or not holds_all(to, from)
end

local function of_scope(from, to)
  if narrower(from.classes, to.classes) or narrower(from.ownership, to.ownership) then
    return "looser"
  end
  return "neutral"
end

-- "looser", "stricter", "same", "not_comparable", or "neutral" where no direction is meant.
function loosening.of(section, entry, field, from, to, ctx)
  if section == "parameters" and field == "value" then
    return of_parameter(entry, from, to)
  elseif field == "removed" then
    return obliging[section] and "looser" or "neutral"
  elseif section == "period" then
    return deadline(from.to, to.to, ctx)
  elseif section == "scope" then
    return of_scope(from, to)
  end
  local of_field = fields[section] and fields[section][field]
  return of_field and of_field(from, to, ctx) or "neutral"
end

return loosening
