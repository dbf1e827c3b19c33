-- What is asked and judged: an item of the checklist is one entry, or several, when it is
-- asked for each member of a set, each of its parts, each value of a table's column, or
-- each period of a quota. Such an entry is called item[member].
--
-- Not among them: items of an office (external), items that only repeat another one
-- (alias_of), retired ones, and those whose text the document has lost (unknown).

local periods = require "periods"

local entries = {}

-- Whether a facility is asked about an item at all.
function entries.is_asked(item)
  return not (item.retired or item.alias_of or item.unknown or item.kind == "external")
end

local function copy(item, member, title)
  local entry = {}
  for key, value in unordered(item) do entry[key] = value end
  entry.base, entry.member = item.id, member
  entry.id = ("%s[%s]"):format(item.id, member)
  entry.title = ("%s（%s）"):format(item.title, title)
  entry.ask = item.ask and ("%s（%s）"):format(item.ask, title)
  return entry
end

local function across(plan, item)
  local result = {}
  for _, member in ipairs(plan.sets.of[item.across].members) do
    local entry = copy(item, member.id, member.title)
    entry.match, entry.match_title, entry.set_member = member.match, member.title, member
    result[#result + 1] = entry
  end
  return result
end

local function parts(item)
  local result = {}
  for _, part in ipairs(item.parts) do
    result[#result + 1] = copy(item, part.id, part.title)
  end
  return result
end

-- Without the table a person answers for the whole; in an empty one is nothing to ask for.
local function per_value(item, values)
  if not values then return { item } end
  if #values == 0 then
    local entry = copy(item, "-", "-")
    entry.id, entry.title, entry.ask, entry.member = item.id, item.title, item.ask, nil
    entry.nothing_in = item.per:match("^[^.]+")
    return { entry }
  end
  local result = {}
  for _, value in ipairs(values) do result[#result + 1] = copy(item, value, value) end
  return result
end

local function per_period(item, span)
  local found = span and periods.of(item.per or "once", span.from, span.to)
  if not found or #found == 0 then return { item } end
  local result = {}
  for _, period in ipairs(found) do
    local entry = copy(item, period.id, period.title)
    entry.period = period
    result[#result + 1] = entry
  end
  return result
end

-- The entries of one item. context: { values: "table.column" → list, span: {from, to} }
function entries.of(plan, item, context)
  if item.across then return across(plan, item) end
  if item.parts then return parts(item) end
  if item.kind == "task" then return per_period(item, context.span) end
  if item.per then return per_value(item, context.values and context.values[item.per]) end
  return { item }
end

-- All entries of a plan, in its order.
function entries.all(plan, context)
  local result = list {}
  for number, item in ipairs(plan.items) do
    if entries.is_asked(item) then
      for _, entry in ipairs(entries.of(plan, item, context)) do
        entry.number = number
        result[#result + 1] = entry
      end
    end
  end
  return result
end

return entries
