-- Layers: a package and what it takes over from its parents, the root first.
--
-- A plain section only adds; whatever is to be different goes through `change`. Every
-- record keeps which record a field comes from (record.said_by), and what it was before
-- (record.said_before), so that messages, explain and reports can say who asked for what.

local fault = require "fault"
local loosening = require "loosening"
local parameters = require "parameters"
local plain = require "plain"
local read = require "read"
local schema = require "schema"

local N_ = fault.N_

local layers = {}

-- ---- sections, whatever their shape -------------------------------------------------

-- The entries of a section that is a list: the plan's own, or one inside a record.
local function entries_of(plan, section)
  if section.within then
    local holder = plan[section.key]
    return holder and holder[section.within]
  end
  return plan[section.key]
end

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

-- The entries of a section by their ids; of a list this is made once and kept up to date,
-- because plans have thousands of items.
local function index_of(plan, section)
  local entries = entries_of(plan, section)
  if section.map then return entries and entries.of or {} end
  plan.index = plan.index or {}
  if not plan.index[section.key] then
    local index = {}
    for _, entry in ipairs(entries or {}) do
      if entry.id then index[entry.id] = index[entry.id] or entry end
    end
    plan.index[section.key] = index
  end
  return plan.index[section.key]
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

local function ids_of(plan, section)
  local ids = {}
  for _, pair in ipairs(layers.entries(plan, section)) do ids[#ids + 1] = pair[1] end
  return ids
end

local function add_entries(ctx, base, child, section)
  for _, pair in ipairs(layers.entries(child, section)) do
    local id, entry = pair[1], pair[2]
    local known = find(base, section, id)
    if known then
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

-- Remembers one difference, and refuses it if it asks for less without being allowed to.
local function note(ctx, section, entry, field, from, to, change, place, before)
  local section_title, field_title = schema.titles(section, field)
  local type_of = field ~= "members" and plain.type_of(section, field)
  local shown_from = plain.shown(type_of, from, ctx.base)
  local shown_to = plain.shown(type_of, to, ctx.base)
  local direction = loosening.of(section, entry, field, from, to, ctx)
  if shown_from == shown_to then direction = "same" end
  local deviation = {
    section = section, id = entry.id, title = entry.title, field = field,
    shown_from = shown_from, shown_to = shown_to, direction = direction, reason = change.reason,
    authorised_by = change.authorised_by, place = place, before = before,
    layer = ctx.layer.id, level = ctx.layer.level, section_title = section_title,
    field_title = field_title,
  }
  ctx.deviations[#ctx.deviations + 1] = deviation
  if direction == "looser" and not change.authorised_by then
    fault.add(ctx.faults, place,
      N_"{section} {id}: {field} asks for less than the parent at {file}:{line} ({from} → {to})",
      { section = section, id = entry.id or "?", field = field, file = before.file,
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
    if stands then
      fault.add(ctx.faults, read.place(member), N_"the set {set} has the member {id} already",
        { set = set.id, id = member.id or "?" })
    else
      table.insert(set.members, member)
      ctx.lost_members[set.id .. "." .. (member.id or "")] = nil
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
  note(ctx, section.key, entry, "removed", entry.title or id, nil, change,
    read.place(change), read.place(entry))
end

local function change_entry(ctx, base, section, id, change, changes)
  local entry = find(base, section, id)
  if not entry then
    local earlier = ctx.removed[section.key] and ctx.removed[section.key][id]
    if earlier then
      return fault.add(ctx.faults, read.key_place(changes, id),
        N_"{section} {id} was removed already, by {layer}",
        { section = section.key, id = id, layer = earlier.layer })
    end
    return fault.unknown(ctx.faults, read.key_place(changes, id),
      N_"there is no {id} in the parent's section {section}", id, ids_of(base, section),
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
  if change.remove == true then
    return remove_entry(ctx, base, section, id, entry, change)
  end
  if type(change.remove) == "table" and section.key ~= "sets" then
    return fault.add(ctx.faults, read.place(change, "remove"),
      N_"remove: yes removes the entry; only sets have members to remove")
  end
  if section.key == "parameters" and change.value ~= nil then
    set_field(ctx, section.key, entry, "value", change, change)
  end
  set_fields(ctx, section.key, entry, section.fields, change)
  if section.key == "sets" then change_members(ctx, entry, change) end
end

local function change_all(ctx, base, child)
  local change = child.change
  if not change then return end
  for _, section in ipairs(schema.sections) do
    local changes = change[section.key]
    for _, id in ipairs(changes and changes.order or {}) do
      change_entry(ctx, base, section, id, changes.of[id], changes)
    end
    if ctx.swept[section.key] then sweep(base, section) end
  end
  if change.scoring then
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
      for index = #value, 1, -1 do
        if is_gone(ctx, of, value[index]) then table.remove(value, index) end
      end
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

-- The period and the scope may be replaced as a whole; asking for less wants a document.
-- What a scope means hangs on the groups of classes: other groups are another scope.
local function replace_inherited(ctx, base, child)
  ctx.groups = { base.classes, child.classes or base.classes }
  for _, key in ipairs(inherited) do
    if child[key] ~= nil then
      local before, from = read.place(base, key), base[key]
      local groups_only = key == "classes" and base.scope and not child.scope
      take_over(base, child, key)
      if from ~= nil and (key == "period" or key == "scope") then
        note(ctx, key, { id = key }, key, from, child[key], child[key],
          read.place(child, key), before)
      elseif from ~= nil and groups_only then
        ctx.scope = base.scope
        note(ctx, "scope", { id = "scope" }, key, from, child[key], {},
          read.place(child, key), before)
      end
    end
  end
end

-- Puts `child` upon `base`, which is changed. ctx: { faults, deviations, removed,
-- layer, layer_of }.
function layers.put(ctx, base, child)
  ctx.base = base
  base.said_by = base.said_by or {}
  ctx.swept, ctx.lost_members = {}, {} -- sections that lost entries; set.member
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
    if not base.definitions.of[name] then table.insert(base.definitions.order, name) end
    base.definitions.of[name] = child.definitions.of[name]
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
end

return layers
