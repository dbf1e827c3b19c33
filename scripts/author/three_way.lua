-- A package whose parent has a new version: the parent as it was, the parent as it is now, and
-- the package upon the first. Field by field: what comes by itself, what the package says alone,
-- and what both have changed. A pure function of resolved plans; nothing is written.

local differences = require "differences"
local fault = require "fault"
local library = require "library"
local lists = require "lists"
local plain = require "plain"
local read = require "read"
local schema = require "schema"
local times = require "times"

local N_ = fault.N_

local three_way = {}

local by_key = {}
for _, section in ipairs(schema.sections) do by_key[section.key] = section end

local function entry_of(opened, change)
  local section = by_key[change.section]
  return section and lists.index(opened.plan, section)[change.id]
end

-- ---- what is different, part by part ---------------------------------------------------

-- What every layer says of itself: a child takes none of it over.
local of_itself = { title = true, number = true, kind = true, level = true, region = true,
  issuer = true, issued = true }

-- The words of `definitions` and the fields of `scoring` are changed one by one.
local function parts_of(plan, key)
  local parts, order = {}, {}
  local holder = plan[key]
  local function put(name, title, value)
    parts[name] = { title = title, value = value }
    order[#order + 1] = name
  end
  if key == "definitions" then
    for _, name in ipairs(holder and holder.order or {}) do put(name, name, holder.of[name]) end
  else
    for _, field in ipairs(schema.scoring.fields) do
      if holder[field[1]] ~= nil and field[1] ~= "clause" then
        put(field[1], field[2], plain.shown(field[3], holder[field[1]], plan))
      end
    end
  end
  return parts, order
end

local function add_parts(found, change, a, b)
  local of_a, order_a = parts_of(a, change.id)
  local of_b, order_b = parts_of(b, change.id)
  local function add(name)
    local from, to = of_a[name], of_b[name]
    found[#found + 1] = { section = "plan", section_title = change.section_title,
      id = change.id, title = change.title, change = "changed", field = change.id,
      field_title = ("%s“%s”"):format(change.field_title, (to or from).title), part = name,
      from = from and from.value, to = to and to.value, direction = change.direction }
  end
  for _, name in ipairs(order_a) do
    if not of_b[name] or of_b[name].value ~= of_a[name].value then add(name) end
  end
  for _, name in ipairs(order_b) do
    if not of_a[name] then add(name) end
  end
end

-- What `b` has differently from `a`, by its keys and in its order.
local function compare(a, b)
  local one, two, found = library.trimmed(a.plan), library.trimmed(b.plan), list {}
  for _, change in ipairs(differences.of(one, two, { dates = times.of(a.plan) })) do
    local divided = change.id == "definitions" or change.id == "scoring" and one.scoring
      and two.scoring
    if change.section ~= "plan" then
      found[#found + 1] = change
    elseif divided then
      add_parts(found, change, one, two)
    elseif not of_itself[change.id] then
      found[#found + 1] = change
    end
  end
  local result = { list = found, of = {}, entries = {} }
  for _, change in ipairs(found) do
    local entry = change.section .. "\31" .. change.id
    change.key = table.concat({ entry, change.field or "", change.member or "",
      change.member_field or "", change.part or "" }, "\31")
    result.of[change.key] = change
    local group = result.entries[entry] or { changes = list {} }
    group.changes[#group.changes + 1] = change
    if change.change ~= "changed" then group[change.change] = change end
    result.entries[entry] = group
    change.entry = entry
  end
  return result
end

-- ---- places ----------------------------------------------------------------------------

local function member_of(set, id)
  for _, member in ipairs(set and set.members or {}) do
    if member.id == id then return member end
  end
end

-- Where a layer took in or left out a member of a set.
local function place_of_membership(opened, change)
  for index = #opened.deviations, 1, -1 do
    local one = opened.deviations[index]
    if one.section == "sets" and one.id == change.id and one.field == "members"
      and (change.from and one.shown_from == change.from
        or change.to and one.shown_to == change.to) then
      return one.place
    end
  end
end

-- Where the last layer that explains a word does so.
local function place_of_word(opened, word)
  for index = #opened.layers, 1, -1 do
    local of_layer = opened.layers[index].plan.definitions
    if of_layer and of_layer.of[word] then return read.key_place(of_layer, word) end
  end
end

-- Where a plan says what a change speaks of; nil where it says nothing any more.
local function place_in(opened, change)
  local entry, plan = entry_of(opened, change), opened.plan
  if change.section == "plan" or not by_key[change.section] then
    local holder = change.id == "scoring" and plan.scoring
    if change.part and plan[change.id] == nil then return nil end
    if holder and change.part then return read.place(holder, change.part) end
    if change.part then return place_of_word(opened, change.part) end
    return plan[change.field] ~= nil and read.place(plan, change.field) or nil
  elseif by_key[change.section].within and not entry then -- closeout.evidence
    local holder = plan[change.section]
    if holder and holder[change.field or ""] ~= nil then
      return read.place(holder, change.field)
    end
  end
  if not entry then
    local removed = opened.removed[change.section]
    return removed and removed[change.id] and removed[change.id].place
  end
  if change.member then
    local member = member_of(entry, change.member)
    return change.member_field and member and read.place(member, change.member_field)
      or place_of_membership(opened, change) or read.place(member or entry)
  end
  return read.place(entry, change.field and entry[change.field] ~= nil and change.field or nil)
end

-- Where the child's own layer begins to change an entry.
local function place_of_change(child, change)
  local changes = child.layers[#child.layers].plan.change
  local of_section = changes and changes[change.section]
  if of_section and of_section.of and of_section.of[change.id] then
    return read.key_place(of_section, change.id)
  end
end

-- Where the child's own layer says it; nil where nothing of the child does: what follows from
-- something else that it changes.
local function place_in_child(child, change)
  local own = child.layers[#child.layers]
  local place = place_in(child, change)
  if place and child.layer_of(place.file) == own then return place end
  local swapped = change.section == "phases" and change.to == nil -- `when` for from and to
  return (swapped or change.member) and place_of_change(child, change) or nil
end

-- ---- conflicts -------------------------------------------------------------------------

local hints = {
  changed = N_"take the change out to follow the parent, or keep it; if it asks for less than the new parent, authorised_by names a document that allows that",
  passed_looser = N_"the parent has gone further than this change: take it out, or name under authorised_by the document that allows less",
  passed_stricter = N_"the parent asks for less than this change now: take it out, or keep it as what asks for more",
  removed = N_"the parent has this entry no more: take the change out; what is still to be asked stands in an entry of your own with another id",
  retired = N_"the parent does not ask this any more: take the change out; what is still to be asked stands in an entry of your own with another id",
  left_out = N_"the entry that is left out reads otherwise now: see whether it is still to be left out, and whether the document still allows it",
  added = N_"both have this id now: delete your entry and write what is different under change, or give it another id",
}

-- Conflicts about the whole of what is changed in an entry.
local ended = { removed = true, retired = true }

local function at(place)
  return place and { file = place.file, line = place.line, column = place.column } or nil
end

-- What is told of a change; `where` is the plan whose file says it.
local function told(change, place)
  return { section = change.section, section_title = change.section_title, id = change.id,
    title = change.title, change = change.change, field = change.field,
    field_title = change.field_title, member = change.member, from = change.from, to = change.to,
    direction = change.direction, at = at(place) }
end

local function authority_of(child, change)
  local own = child.layers[#child.layers].id
  for index = #child.deviations, 1, -1 do
    local one = child.deviations[index]
    local of_entry = one.section == change.section and one.id == change.id
      and (change.change == "removed" or one.field == change.field)
    local of_member = change.member_field and one.section == "members"
      and one.id == change.member and one.field == change.member_field
    if one.layer == own and (of_entry or of_member) then return one.authorised_by end
  end
end

-- A conflict about `mine`, a change of the child. `values`: { old, new, child }.
local function conflict(all, kind, mine, values, direction)
  local hint = kind
  if kind == "passed" then hint = "passed_" .. direction end
  return { kind = kind, section = mine.section, section_title = mine.section_title,
    id = mine.id, title = mine.title, field = mine.field, field_title = mine.field_title,
    member = mine.member, old = values[1], new = values[2], child = values[3],
    direction = direction, authorised_by = authority_of(all.child, mine),
    at = at(ended[kind] and place_of_change(all.child, mine) or place_in_child(all.child, mine)),
    new_at = at(place_in(all.new, mine)),
    old_at = at(place_in(all.old, mine)), hint = fault.message(hints[hint]) }
end

-- Several changes of one entry in a line: 严重程度：较重；提问：……
local function summed(changes, side)
  local parts = {}
  for _, change in ipairs(changes) do
    if change.field then
      parts[#parts + 1] = ("%s：%s"):format(change.field_title, change[side] or "—")
    end
  end
  return #parts > 0 and table.concat(parts, "；") or nil
end

-- What takes an item out of the questions.
local function retirement(group)
  for _, change in ipairs(group.changes) do
    local ends = change.section == "items" and (change.field == "retired"
      or change.field == "alias_of" or change.field == "unknown")
    local is_renamed = change.field == "alias_of" and change.from == change.id
    if ends and (change.from == nil or is_renamed) then return change end
  end
end

-- Whether the child has changed a parameter of the rule library, which the parents had not
-- named: nothing was added then.
local function is_default(all, change)
  local entry = change.section == "parameters" and entry_of(all.child, change)
  return entry and entry.default_of ~= nil
end

-- Both have changed one field.
local function of_field(all, result, theirs, mine)
  local left = all.left.of[mine.key] -- what the child has differently from the new parent
  if not left then
    result.agreed[#result.agreed + 1] = told(mine, place_in_child(all.child, mine))
    return
  end
  local passed = mine.direction == "stricter" and left.direction == "looser"
    or mine.direction == "looser" and left.direction == "stricter"
  result.conflicts[#result.conflicts + 1] = conflict(all, passed and "passed" or "changed",
    mine, { mine.from, theirs.to, mine.to }, left.direction)
end

-- An entry that both have, changed by both.
local function of_entry(all, result, theirs, mine)
  local ending = retirement(theirs)
  if ending and not retirement(mine) then
    result.conflicts[#result.conflicts + 1] = conflict(all, "retired", mine.changes[1],
      { summed(mine.changes, "from"), ("%s：%s"):format(ending.field_title, ending.to),
        summed(mine.changes, "to") })
    return
  end
  for _, change in ipairs(mine.changes) do
    local other = all.news.of[change.key]
    if other then
      of_field(all, result, other, change)
    else
      result.keeps[#result.keeps + 1] = told(change, place_in_child(all.child, change))
    end
  end
end

-- One entry of which the new parent says `theirs`, and the child `mine`.
local function both(all, result, theirs, mine)
  local first = mine.changes[1]
  if theirs.removed and mine.removed then
    result.agreed[#result.agreed + 1] = told(mine.removed, place_in_child(all.child, mine.removed))
  elseif theirs.removed then
    result.conflicts[#result.conflicts + 1] = conflict(all, "removed", first,
      { summed(mine.changes, "from"), nil, summed(mine.changes, "to") })
  elseif mine.removed then
    local found = conflict(all, "left_out", mine.removed,
      { summed(theirs.changes, "from"), summed(theirs.changes, "to"), nil })
    result.conflicts[#result.conflicts + 1] = found
  elseif theirs.added and mine.added and is_default(all, mine.added) then
    for _, change in ipairs((all.left.entries[first.entry] or { changes = {} }).changes) do
      result.conflicts[#result.conflicts + 1] = conflict(all, "changed", change,
        { nil, change.from, change.to }, change.direction)
    end
  elseif theirs.added and mine.added then
    result.conflicts[#result.conflicts + 1] = conflict(all, "added", mine.added,
      { nil, theirs.added.title, mine.added.title })
  else
    of_entry(all, result, theirs, mine)
  end
end

-- ---- mistakes of the child upon the new parent -----------------------------------------

local function is_place(a, b)
  return a and b and a.file == b.file and a.line == b.line and a.column == b.column
end

-- A fault without its place, as the host translates it.
local function message_of(one)
  return { text = one.text, args = one.args, hint = one.hint }
end

-- What cannot be judged upon the new parent. It belongs to the conflict at its place, if there
-- is one: that says why.
local function take_faults(result, faults, child, pins)
  local own, parent = child.layers[#child.layers], child.layers[#child.layers - 1]
  local function in_parent(one) -- as its own package would name the file
    local prefix, file = parent and parent.prefix or "", one.file
    if file:sub(1, #prefix) == prefix then file = file:sub(#prefix + 1) end
    return { file = file, line = one.line, column = one.column }
  end
  for _, one in ipairs(faults) do
    local known = false
    for _, found in ipairs(result.conflicts) do
      if not known and is_place(found.at, one) then
        found.problem = found.problem or message_of(one)
        known = true
      end
    end
    if is_place(pins, one) then
      result.pinned = { at = at(one), problem = message_of(one) }
    elseif not known and one.severity == "error" then
      local is_count = one.args and one.args.declared ~= nil and one.args.actual ~= nil
      local mine = child.layer_of(one.file) == own
      result.conflicts[#result.conflicts + 1] = { kind = is_count and "count" or "broken",
        at = mine and at(one) or nil, new_at = not mine and in_parent(one) or nil,
        problem = message_of(one) }
    end
  end
end

-- ---- the whole -------------------------------------------------------------------------

local function sort_key(found)
  local place = found.at or { file = "", line = 0, column = 0 }
  return ("%s\31%09d\31%09d\31%s\31%s\31%s\31%s"):format(place.file, place.line, place.column,
    found.section or "", found.id or "", found.field or "", found.member or "")
end

-- By the child's places, and what has none first.
local function sort(conflicts)
  local keys = {}
  for index, found in ipairs(conflicts) do
    keys[found] = sort_key(found) .. ("\31%09d"):format(index)
  end
  table.sort(conflicts, function(a, b) return keys[a] < keys[b] end)
end

-- Where a package says which parent it means.
function three_way.place_of_parent(opened)
  return read.place(opened.layers[#opened.layers].plan, "extends")
end

-- Mistakes other than that it names another version of its parent: whoever updates has
-- perhaps written the new one already.
function three_way.errors(opened)
  local pins, errors = three_way.place_of_parent(opened), list {}
  for _, one in ipairs(opened.faults) do
    if one.severity == "error" and not is_place(pins, one) then errors[#errors + 1] = one end
  end
  return errors
end

-- all: { old, new, child, faults }: the parent of both versions and the package upon the old
-- one, as resolve.package gives them, and the faults of the package upon the new one.
-- → { takes, keeps, agreed: changes with `at`; conflicts; pinned }: what the package takes over,
-- says alone, says as the new parent does; what is to be decided; whether it names the old
-- version (docs/json.md#three-plans).
function three_way.of(all)
  local result = { takes = list {}, keeps = list {}, agreed = list {}, conflicts = list {} }
  all.news, all.own = compare(all.old, all.new), compare(all.old, all.child)
  all.left = compare(all.new, all.child)
  local mine, seen = {}, {}
  for _, change in ipairs(all.own.list) do
    if place_in_child(all.child, change) then
      local group = mine[change.entry] or { changes = list {} }
      group.changes[#group.changes + 1] = change
      if change.change ~= "changed" then group[change.change] = change end
      mine[change.entry] = group
    end
  end
  for _, change in ipairs(all.own.list) do
    local group, theirs = mine[change.entry], all.news.entries[change.entry]
    if group and not seen[change.entry] then
      seen[change.entry] = true
      if theirs then
        both(all, result, theirs, group)
      else
        for _, one in ipairs(group.changes) do
          result.keeps[#result.keeps + 1] = told(one, place_in_child(all.child, one))
        end
      end
    end
  end
  for _, change in ipairs(all.news.list) do
    local group = mine[change.entry]
    local taken = not group or change.change == "changed" and not group.removed
      and not all.own.of[change.key]
    if taken and not (group and (group.added or retirement(all.news.entries[change.entry]))) then
      result.takes[#result.takes + 1] = told(change, place_in(all.new, change))
    end
  end
  take_faults(result, all.faults, all.child, three_way.place_of_parent(all.child))
  sort(result.conflicts)
  return result
end

return three_way
