-- Layers: a package and what it takes over from its parents, the root first.
--
-- A plain section only adds; whatever is to be different goes through `change`. Every
-- record keeps which record a field comes from (record.said_by), and what it was before
-- (record.said_before), so that messages, explain and reports can say who asked for what.

local fault = require "fault"
local lists = require "lists"
local loosening = require "loosening"
local parameters = require "parameters"
local plain = require "plain"
local plan_tables = require "plan_tables"
local read = require "read"
local schema = require "schema"

local N_ = fault.N_

local layers = {}

-- ---- sections, whatever their shape -------------------------------------------------

local entries_of, index_of = lists.entries, lists.index

-- The entries of any section, in order: { {id, entry} … }.
function layers.entries(plan, section)
  local result, entries = {}, entries_of(plan, section)
  if section.map then
    for _, id in ipairs(entries and entries.order or {}) do
      result[#result + 1] = { id, entries.of[id] }
    end
  else
    for _, entry in ipairs(entries or {}) do
      if entry.id then result[#result + 1] = { entry.id, entry } end
    end
  end
  return result
end

local function find(plan, section, id) return index_of(plan, section)[id] end

local function add(plan, section, id, entry)
  index_of(plan, section)[id] = entry
  if section.map then
    local entries = plan[section.key]
    entries.order[#entries.order + 1] = id
    entries.of[id] = entry
  elseif section.within then
    local holder = plan[section.key]
    holder[section.within] = holder[section.within] or list {}
    table.insert(holder[section.within], entry)
  else
    plan[section.key] = plan[section.key] or list {}
    -- A phase may say before which one it comes.
    local place = #plan[section.key] + 1
    for index, known in ipairs(entry.before and plan[section.key] or {}) do
      if known.id == entry.before then place = index end
    end
    table.insert(plan[section.key], place, entry)
  end
end

-- Only the index forgets it at once; the list does in `sweep`, for all that are removed.
local function take_out(plan, section, id) index_of(plan, section)[id] = nil end

-- Takes out of a section's list, or of a map's order, what the index does not know.
local function sweep(plan, section)
  local entries, index, kept = entries_of(plan, section), index_of(plan, section), list {}
  for _, entry in ipairs(section.map and entries.order or entries or {}) do
    local id = entry
    if not section.map then id = entry.id end
    if id == nil or index[id] then kept[#kept + 1] = entry end
  end
  if section.map then entries.order = kept
  elseif section.within and plan[section.key] then plan[section.key][section.within] = kept
  elseif not section.within then plan[section.key] = kept end
end

-- ---- adding -------------------------------------------------------------------------

local function add_entries(ctx, base, child, section)
  for _, pair in ipairs(layers.entries(child, section)) do
    local id, entry = pair[1], pair[2]
    local known = find(base, section, id)
    if known and known.default_of and not known.said_by then
      ctx.replace_default(ctx, base, id, known, entry)
    elseif known then
      local first = read.place(known)
      fault.add(ctx.faults, read.place(entry),
        N_"{section} {id}: the parent has it already, at {file}:{line}",
        { section = section.key, id = id, file = first.file, line = first.line },
        N_"write what is different under change, or give the new entry another id")
    elseif ctx.removed[section.key] and ctx.removed[section.key][id] then
      fault.add(ctx.faults, read.place(entry),
        N_"{section} {id}: an id that was removed is not used again",
        { section = section.key, id = id }, N_"give the new entry another id")
    else
      add(base, section, id, entry)
    end
  end
end

-- What a child says of itself, whether or not it says it; and what it may leave to the
-- parent.
local own = { "zicha", "id", "title", "number", "version", "kind", "level", "region",
  "issuer", "issued", "continues", "counts", "accept", "extends", "change" }
local inherited = { "period", "lookback", "scope", "classes", "goals", "no_phases" }

local function take_over(base, child, key)
  base[key] = child[key]
  base.said_by[key] = child
end

-- ---- changing -------------------------------------------------------------------------

-- Whether two values would be written alike, apart from where they are cited from.
local function is_same(type_of, from, to)
  if type_of then from, to = plain.value(type_of, from), plain.value(type_of, to) end
  return lists.same(from, to)
end

-- What looks like the number of a document: 县卫〔2023〕7号.
local function is_number(text)
  return text:find("〔20", 1, true) ~= nil or text:find("号", 1, true) ~= nil
    or read.is_blank(text)
end

-- A draft may leave the number blank; what can be no number allows nothing.
local function check_authority(ctx, change)
  local number = change.authorised_by
  if number and not is_number(number) then
    fault.add(ctx.faults, read.place(change, "authorised_by"),
      N_"{number} is not the number of a document", { number = number },
      N_"write it as the document has it, such as 某卫发〔2023〕8号; ____〔20__〕__号 until it is known")
  end
end

-- 医院（三级医院、二级医院）: what a group of classes means.
local function with_group(groups, name)
  local group = groups and groups.of[name]
  if not group then return name end
  return ("%s（%s%s）"):format(name, group.except and "除外：" or "",
    table.concat(group.except or group, "、"))
end

-- Remembers one difference, and refuses it if it asks for less without being allowed to.
local function note(ctx, section, entry, field, from, to, change, place, before)
  local section_title, field_title = schema.titles(section, field)
  local type_of = field ~= "members" and plain.type_of(section, field) or nil
  local shown_from = plain.shown(type_of, from, ctx.base)
  local shown_to = plain.shown(type_of, to, ctx.base)
  if field == "class" and shown_from == shown_to then
    shown_from, shown_to = with_group(ctx.groups[1], from), with_group(ctx.groups[2], to)
  end
  local is_table = entry.type == "table" and field == "value" and from and to
  if is_table then shown_from, shown_to = plan_tables.shown_both(entry, from, to) end
  local direction = "same"
  local unchanged = is_same(type_of, from, to)
    or is_table and plan_tables.same(entry, from, to)
  if not unchanged or field == "classes" or field == "class" then
    direction = loosening.of(section, entry, field, from, to, ctx)
  end
  local against = ctx.layer_of(before.file).against
  -- Nobody vouches for what the rule library could not confirm: it binds no plan.
  if against and entry.unconfirmed and direction == "looser" then direction = "neutral" end
  local deviation = {
    section = section, id = entry.id or section, title = lists.titled(entry), field = field,
    shown_from = shown_from, shown_to = shown_to, direction = direction, reason = change.reason,
    authorised_by = change.authorised_by, place = place, before = before,
    layer = ctx.layer.id, level = ctx.layer.level, section_title = section_title,
    field_title = field_title, against = against,
  }
  ctx.deviations[#ctx.deviations + 1] = deviation
  if direction == "looser" and not change.authorised_by then
    fault.add(ctx.faults, place, deviation.against
      and N_"{section} {id}: {field} asks for less than the rule library at {file}:{line} ({from} → {to})"
      or N_"{section} {id}: {field} asks for less than the parent at {file}:{line} ({from} → {to})",
      { section = section, id = deviation.id, field = field, file = before.file,
        line = before.line, from = shown_from, to = shown_to },
      N_"if a document allows it, name it: authorised_by: NUMBER")
  end
end

-- Keys beside the entries of a section that is a record: closeout.evidence.
local function add_beside(ctx, base, child, key)
  local target, given = base[key], child[key]
  target.said_by = target.said_by or {}
  for name, value in unordered(given) do
    if name ~= "stands" and name ~= "gates" and name ~= "rows" then
      local before, from = read.place(target, name), target[name]
      target[name] = value
      target.said_by[name] = given
      if from ~= nil and name ~= "clause" then
        note(ctx, key, { id = key }, name, from, value, given, read.place(target, name),
          before)
      end
    end
  end
end

-- One field of an entry gets the value that `source` holds under the same key.
local function set_field(ctx, section, entry, field, source, change)
  local before, from = read.place(entry, field), entry[field]
  entry.said_by = entry.said_by or {}
  entry.said_before = entry.said_before or {}
  local changed = entry.said_before[field] or list {}
  changed[#changed + 1] = { was = from, before = before, layer = ctx.layer.id,
    reason = change.reason, authorised_by = change.authorised_by }
  entry.said_before[field] = changed
  entry[field] = source[field]
  entry.said_by[field] = source
  if section == "parameters" and field == "value" then
    parameters.type(ctx, entry)
  end
  note(ctx, section, entry, field, from, entry[field], change, read.place(entry, field),
    before)
end

-- A phase has either `when`, or `from` and `to`: whichever a change gives takes the place of
-- the other, and is compared with it.
local function one_way_of_time(entry, key, set)
  if key == "when" and not set.from and not set.to and (entry.from or entry.to) then
    entry.when, entry.said_by = entry.to or entry.from, entry.said_by or {}
    entry.said_by.when = entry.to and entry.said_by.to or entry.said_by.from
    entry.from, entry.to = nil, nil
  elseif (key == "from" or key == "to") and entry.when and not set.when then
    entry.to, entry.said_by = entry.when, entry.said_by or {}
    entry.said_by.to = entry.said_by.when
    entry.when = nil
  end
end

-- The fields of a schema that a `set` gives, in the schema's order.
local function set_fields(ctx, section, entry, fields, change)
  for _, field in ipairs(fields) do
    local key = field[1]
    if key ~= "id" and change.set and change.set[key] ~= nil then
      if section == "phases" then one_way_of_time(entry, key, change.set) end
      set_field(ctx, section, entry, key, change.set, change)
    end
  end
end

local function change_members(ctx, set, change)
  set.members = set.members or list {} -- a mistake of the parent, told there
  local place = read.place(change)
  for _, id in ipairs(change.members and change.members.order or {}) do
    local known, member = {}, nil
    for _, other in ipairs(set.members) do
      known[#known + 1] = other.id
      if other.id == id then member = other end
    end
    if member then
      for _, key in ipairs { "title", "items", "match" } do
        if change.members.of[id][key] ~= nil then
          set_field(ctx, "members", member, key, change.members.of[id], change)
        end
      end
    else
      fault.unknown(ctx.faults, read.key_place(change.members, id),
        N_"the set {section} has no member {id}", id, known, set.id)
    end
  end
  for _, member in ipairs(change.add or {}) do
    local stands = false
    for _, known in ipairs(set.members) do stands = stands or known.id == member.id end
    local lost = ctx.removed_members[set.id .. "." .. (member.id or "")]
    if stands then
      fault.add(ctx.faults, read.place(member), N_"the set {set} has the member {id} already",
        { set = set.id, id = member.id or "?" })
    elseif lost then
      fault.add(ctx.faults, read.place(member),
        N_"the member {id} of {set} was removed by {layer}: its id is not used again",
        { set = set.id, id = member.id, layer = lost }, N_"give the new member another id")
    else
      table.insert(set.members, member)
      note(ctx, "sets", set, "members", nil, member.title, change, read.place(member),
        read.place(set))
    end
  end
  for _, id in ipairs(type(change.remove) == "table" and change.remove or {}) do
    local known, at = {}, nil
    for index, member in ipairs(set.members) do
      known[#known + 1] = member.id
      if member.id == id then at = index end
    end
    if at then
      local member = table.remove(set.members, at)
      ctx.lost_members[set.id .. "." .. id] = true
      ctx.removed_members[set.id .. "." .. id] = ctx.layer.id
      note(ctx, "sets", set, "members", member.title, nil, change, place,
        read.place(member))
    else
      fault.unknown(ctx.faults, read.place(change, "remove"),
        N_"the set {section} has no member {id}", id, known, set.id)
    end
  end
end

local function remove_entry(ctx, base, section, id, entry, change)
  if not change.reason then
    fault.add(ctx.faults, read.place(change), N_"{section} {id} is removed without a reason",
      { section = section.key, id = id }, N_"write reason: why")
  end
  take_out(base, section, id)
  ctx.swept[section.key] = true
  ctx.removed[section.key] = ctx.removed[section.key] or {}
  ctx.removed[section.key][id] = { layer = ctx.layer.id, place = read.place(change) }
  entry.id = id
  note(ctx, section.key, entry, "removed", lists.titled(entry) or id, nil, change,
    read.place(change), read.place(entry))
end

-- The fields of an entry before and after all that a change sets. The entry itself is
-- changed field by field.
local function both_ways(entry, set)
  local before, after = {}, {}
  for key, value in unordered(entry) do before[key], after[key] = value, value end
  for key, value in unordered(set or {}) do after[key] = value end
  return { before, after }
end

local function change_entry(ctx, base, section, id, change, changes)
  local entry = find(base, section, id)
  check_authority(ctx, change)
  if not entry then
    local earlier = ctx.removed[section.key] and ctx.removed[section.key][id]
    if earlier then
      return fault.add(ctx.faults, read.key_place(changes, id),
        N_"{section} {id} was removed already, by {layer}",
        { section = section.key, id = id, layer = earlier.layer })
    end
    return fault.unknown(ctx.faults, read.key_place(changes, id),
      N_"there is no {id} in the parent's section {section}", id,
      lists.ids(entries_of(base, section)),
      section.key)
  end
  if section.map then entry.id = id end
  for _, key in ipairs { "set", "value", "add" } do
    if change.remove == true and change[key] ~= nil then
      return fault.add(ctx.faults, read.place(change, key),
        N_"{key} and {other} cannot stand together", { key = key, other = "remove: yes" },
        N_"what is removed cannot be changed as well")
    end
  end
  if change.remove == true and entry.default_of then
    return fault.add(ctx.faults, read.place(change, "remove"),
      N_"the parameter {id} of the rule library cannot be removed: its rules read it",
      { id = id }, N_"leave out the rules, or give it another value")
  elseif change.remove == true then
    return remove_entry(ctx, base, section, id, entry, change)
  end
  if type(change.remove) == "table" and section.key ~= "sets" then
    return fault.add(ctx.faults, read.place(change, "remove"),
      N_"remove: yes removes the entry; only sets have members to remove")
  end
  ctx.entries = both_ways(entry, change.set)
  if section.key == "parameters" and change.value ~= nil then
    set_field(ctx, section.key, entry, "value", change, change)
  end
  set_fields(ctx, section.key, entry, section.fields, change)
  if section.key == "sets" then change_members(ctx, entry, change) end
end

-- What library.lua does to parameters, too.
layers.check_authority, layers.note, layers.change_entry = check_authority, note, change_entry

local function change_all(ctx, base, child)
  local change = child.change
  if not change then return end
  local function change_section(section)
    local changes = change[section.key]
    for _, id in ipairs(changes and changes.order or {}) do
      change_entry(ctx, base, section, id, changes.of[id], changes)
    end
    if ctx.swept[section.key] then sweep(base, section) end
  end
  -- Parameters first: what items set instead is compared with them, before and after.
  for _, section in ipairs(schema.sections) do
    if section.key == "parameters" then change_section(section) end
  end
  for _, section in ipairs(schema.sections) do
    if section.key ~= "parameters" then change_section(section) end
  end
  if change.scoring then
    check_authority(ctx, change.scoring)
    if base.scoring and change.scoring.remove and not change.scoring.reason then
      fault.add(ctx.faults, read.place(change.scoring),
        N_"{section} {id} is removed without a reason", { section = "scoring", id = "" },
        N_"write reason: why")
    elseif base.scoring and change.scoring.remove then
      note(ctx, "scoring", base.scoring, "removed", base.scoring.unit or "scoring", nil,
        change.scoring, read.place(change.scoring), read.place(base.scoring))
      base.scoring = nil
    elseif base.scoring then
      set_fields(ctx, "scoring", base.scoring, schema.scoring.fields, change.scoring)
    else
      fault.add(ctx.faults, read.place(change, "scoring"),
        N_"the parent has no {section} to change", { section = "scoring" },
        N_"write it as a section of the plan itself")
    end
  end
end

-- ---- what was removed is not named any more -----------------------------------------

-- What a list's entry names, and whether this layer has removed it. Members of a set are
-- no entries of their own; with the set they go, too.
local function is_gone(ctx, of, value)
  local to, id = of.to, value
  if of.kind == "member" then
    if ctx.lost_members[value.set .. "." .. value.member] then return true end
    to, id = "sets", value.set
  elseif of.kind == "citation" then
    to, id = "basis", value.id
  end
  local removed = to and ctx.removed[to] and ctx.removed[to][id]
  return removed and removed.layer == ctx.layer.id or false
end

local naming = { ref = true, member = true, citation = true }

-- Without any of these there is nobody left to do it.
local needed = { from = true, to = true, by = true, via = true }

local function tell_emptied(ctx, record, key, of, gone)
  local removed = ctx.removed[of.to] and ctx.removed[of.to][gone]
  local place = read.place(record, key)
  if not needed[key] or not removed then return end
  fault.add(ctx.faults, removed.place,
    N_"{id} of the section {section} is removed here, and {file}:{line} still names only it",
    { id = gone, section = of.to, file = place.file, line = place.line },
    N_"change that entry as well")
end

-- Takes removed ids out of the lists of entries that lower layers wrote: a member's items,
-- a duty's approval chain. A single reference is left, and told as an unknown id; so is
-- what this layer itself has written.
local function forget(ctx, fields, record)
  for _, field in ipairs(fields) do
    local key, of = field[1], field[3].kind == "list" and field[3].of
    local value = of and record[key]
    if value and of.kind == "record" then
      for _, entry in ipairs(value) do forget(ctx, of.fields, entry) end
    elseif value and naming[of.kind] and #value > 0
      and ctx.layer_of(read.place(record, key).file) ~= ctx.layer then
      local gone
      for index = #value, 1, -1 do
        if is_gone(ctx, of, value[index]) then gone = table.remove(value, index) end
      end
      if #value == 0 then tell_emptied(ctx, record, key, of, gone) end
    end
  end
end

local function forget_removed(ctx, base)
  if next(ctx.swept) == nil and next(ctx.lost_members) == nil then return end
  for _, section in ipairs(schema.sections) do
    for _, pair in ipairs(layers.entries(base, section)) do
      forget(ctx, section.fields, pair[2])
    end
  end
end

-- ---- one layer upon another -----------------------------------------------------------

-- Other groups of classes may make the same coverage ask less. The document that allows it
-- stands under change, with the coverage.
local function regroup_coverage(ctx, base, child)
  local changes = child.change and child.change.coverage
  for _, entry in ipairs(base.coverage or {}) do
    local change = changes and changes.of[entry.id] or {}
    local removed_or_set = change.remove or change.set and change.set.class
    if entry.class and not removed_or_set then
      note(ctx, "coverage", entry, "class", entry.class, entry.class, change,
        read.place(child, "classes"), read.place(entry, "class"))
    end
  end
end

-- The period, the scope and the like may be replaced as a whole; asking for less wants a
-- document. What a scope means hangs on the groups of classes: other groups are another
-- scope.
local function replace_inherited(ctx, base, child)
  ctx.groups = { base.classes, child.classes or base.classes }
  for _, key in ipairs(inherited) do
    if child[key] ~= nil then
      local before, from = read.place(base, key), base[key]
      take_over(base, child, key)
      local change = type(child[key]) == "table" and child[key] or {}
      check_authority(ctx, change)
      ctx.scope = base.scope
      if key == "classes" and base.scope and not child.scope then
        note(ctx, "scope", { id = "scope" }, key, from, child[key], {},
          read.place(child, key), before)
      elseif key == "scope" or from ~= nil then
        note(ctx, key, { id = key }, key, from, child[key], change, read.place(child, key),
          before)
      end
      if key == "classes" then regroup_coverage(ctx, base, child) end
    end
  end
end

-- What parameters were before this layer, and what they are: ctx.parameters.
local function keep_parameters(ctx, base)
  local before = {}
  for _, id in ipairs(base.parameters.order) do
    local parameter = base.parameters.of[id]
    before[id] = { type = parameter.type, value = parameter.value,
      stricter = parameter.stricter }
  end
  ctx.parameters = { before, base.parameters.of }
end

-- Puts `child` upon `base`, which is changed. ctx: { faults, deviations, removed,
-- layer, layer_of, replace_default (library.lua) }.
function layers.put(ctx, base, child)
  ctx.base, base.upon = base, child
  base.said_by = base.said_by or {}
  ctx.swept, ctx.lost_members = {}, {} -- sections that lost entries; set.member
  keep_parameters(ctx, base)
  replace_inherited(ctx, base, child)
  for _, key in ipairs(own) do take_over(base, child, key) end
  for _, section in ipairs(schema.sections) do
    if section.within and child[section.key] then
      if base[section.key] then add_beside(ctx, base, child, section.key)
      else base[section.key] = { stands = child[section.key].stands }
        add_beside(ctx, base, child, section.key) end
    end
  end
  for _, name in ipairs(child.definitions and child.definitions.order or {}) do
    base.definitions = base.definitions or { order = list {}, of = {}, stands = child.definitions.stands }
    local from, to = base.definitions.of[name], child.definitions.of[name]
    if from then
      note(ctx, "definitions", { id = name }, "text", from, to, {},
        read.key_place(child.definitions, name), read.place(base.definitions))
    else
      table.insert(base.definitions.order, name)
    end
    base.definitions.of[name] = to
  end
  if child.scoring and base.scoring then
    fault.add(ctx.faults, read.place(child, "scoring"),
      N_"{section} {id}: the parent has it already, at {file}:{line}",
      { section = "scoring", id = "", file = read.place(base.scoring).file,
        line = read.place(base.scoring).line },
      N_"write what is different under change, or give the new entry another id")
  elseif child.scoring then
    take_over(base, child, "scoring")
  end
  -- Changes first: a child may remove an entry and write one of the same subject.
  change_all(ctx, base, child)
  for _, section in ipairs(schema.sections) do add_entries(ctx, base, child, section) end
  forget_removed(ctx, base)
  base.upon = nil
end

return layers
