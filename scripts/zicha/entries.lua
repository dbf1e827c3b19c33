-- What is asked and judged: an item of the checklist is one entry, or several, when it is
-- asked for each member of a set, each of its parts, each value of a table's column, or
-- each period of a quota. Such an entry is called item[member].
--
-- Not among them: items of an office (external), items that only repeat another one
-- (alias_of), retired ones, and those whose text the document has lost (unknown). In an
-- office's own workspace its items, and tasks, are all that is asked.

local fault = require "fault"
local periods = require "periods"

local N_ = fault.N_

local entries = {}

-- Most entries of a plan, whatever sets, parts and periods its items are asked for.
entries.MOST = 20000

local of_office = { external = true, task = true }

-- Whether a facility, or an office, is asked about an item at all.
function entries.is_asked(item, is_office)
  if item.retired or item.alias_of or item.unknown then return false end
  if is_office then return of_office[item.kind] or false end
  return item.kind ~= "external"
end

local function copy(item, member, title)
  local entry = {}
  for key, value in unordered(item) do entry[key] = value end
  entry.base, entry.member, entry.member_title = item.id, member, title
  entry.id = ("%s[%s]"):format(item.id, member)
  entry.title = ("%s（%s）"):format(item.title, title)
  entry.ask = item.ask and ("%s（%s）"):format(item.ask, title)
  return entry
end

local function across(plan, item)
  local result = {}
  for _, member in ipairs(plan.sets.of[item.across].members) do
    local entry = copy(item, member.id, member.title)
    entry.match, entry.match_title = member.match, member.title
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

-- An entry that nobody can be asked: item[member], or the item itself.
local function unasked(item, why, member, title)
  local entry = copy(item, member or "-", title or "-")
  if not member then
    entry.id, entry.title, entry.ask, entry.member = item.id, item.title, item.ask, nil
  end
  entry.unasked = why
  return entry
end

-- The rows for which nobody is asked: those without a value, and the malformed ones.
local function left_over(item, found)
  local column = found.column or item.per
  local rows, args = {}, { blank = found.blank, malformed = found.malformed }
  if found.blank > 0 then rows[1] = ("未填%s的%d行"):format(column, found.blank) end
  if found.malformed > 0 then
    rows[#rows + 1] = ("格式错误的%d行"):format(found.malformed)
  end
  local member, taken = "空白", {}
  for _, value in ipairs(found.values) do taken[value] = true end
  while taken[member] do member = member .. "行" end
  return unasked(item,
    fault.message(N_"{blank} rows are blank, {malformed} malformed: nobody can be asked for them one by one",
      args), member, table.concat(rows, "、"))
end

-- Without the table a person answers for the whole; in an empty one is nothing to ask for.
-- `found` is what host/eval/found.c has seen in the column. `room`: entries that the plan
-- may still have.
local function per_value(item, found, room)
  if not found then return { item } end
  local id, name = item.per:match("^([^.]+)%.(.+)$")
  local title, column = found.title or id, found.column or name
  if found.missing then
    return { unasked(item, fault.message(N_"the table {table} lacks the columns {columns}",
      { table = title, columns = column })) }
  elseif found.most then
    return { unasked(item,
      fault.message(N_"the column {column} of the table {table} has more than {count} different values: nobody can be asked for each of them",
        { column = column, table = title, count = found.most })) }
  elseif #found.values > room then
    return { unasked(item,
      fault.message(N_"the plan would be asked more than {count} times: nobody can be asked for each value of the column {column}",
        { column = column, count = entries.MOST })) }
  elseif found.rows + found.malformed == 0 then
    local entry = unasked(item)
    entry.nothing_in = id
    return { entry }
  end
  local result = {}
  for _, value in ipairs(found.values) do result[#result + 1] = copy(item, value, value) end
  if found.blank + found.malformed > 0 then result[#result + 1] = left_over(item, found) end
  return result
end

-- What is not over when the checked interval ends is then due all the same.
local function per_period(item, span)
  local found = span and periods.of(item.per or "once", span.from, span.to)
  if not found or #found == 0 then return { item } end
  local result = {}
  for _, period in ipairs(found) do
    local entry = copy(item, period.id, period.title)
    if period.to > span.to then period.to = span.to end
    entry.period = period
    result[#result + 1] = entry
  end
  return result
end

-- The entries of one item. context: { values: "table.column" → what it holds, span: {from,
-- to} }; room: how many entries the values of a column may make.
function entries.of(plan, item, context, room)
  if item.across then return across(plan, item) end
  if item.parts then return parts(item) end
  if item.kind == "task" then return per_period(item, context.span) end
  if item.per then
    return per_value(item, context.values and context.values[item.per], room or entries.MOST)
  end
  return { item }
end

-- How many they are without a look into tables.
function entries.count(plan, item, span)
  if item.across then
    local set = plan.sets.of[item.across]
    return #(set and set.members or {})
  elseif item.parts then
    return #item.parts
  elseif item.kind == "task" and span then
    return math.max(1, periods.count(item.per or "once", span.from, span.to))
  end
  return 1
end

-- All entries of a plan, in its order. context.office: those that an office is asked.
function entries.all(plan, context)
  local result = list {}
  for number, item in ipairs(plan.items) do
    if entries.is_asked(item, context.office) then
      for _, entry in ipairs(entries.of(plan, item, context, entries.MOST - #result)) do
        entry.number = number
        result[#result + 1] = entry
      end
    end
  end
  return result
end

return entries
