-- What two plans ask differently, entry by entry: by ids, never by order or wording of
-- places. Where a direction can be told, whether the second asks for more or for less.

local layers = require "layers"
local lists = require "lists"
local loosening = require "loosening"
local periods = require "periods"
local plain = require "plain"
local plan_tables = require "plan_tables"
local schema = require "schema"

local differences = {}

local same, titled = lists.same, lists.titled

local function by_id(plan, section)
  local result, ids = {}, {}
  for _, pair in ipairs(layers.entries(plan, section)) do
    result[pair[1]] = pair[2]
    ids[#ids + 1] = pair[1]
  end
  return result, ids
end

local function add(found, section, id, entry, change)
  change.section, change.section_title = section.key, section.title
  change.id, change.title = id, titled(entry)
  found[#found + 1] = change
end

-- Members of a set by their ids: two plans may bind items differently and mean one set.
local function compare_members(found, section, id, a, b, ctx)
  local of_a, of_b = {}, {}
  for _, member in ipairs(a.members or {}) do of_a[member.id] = member end
  for _, member in ipairs(b.members or {}) do of_b[member.id] = member end
  local function tell(member, from, to, direction, of_field, key)
    add(found, section, id, b, { change = "changed", field = "members", member_field = key,
      field_title = of_field and ("成员“%s”的%s"):format(of_b[member].title, of_field) or "成员",
      member = member, from = from, to = to, direction = direction })
  end
  for _, member in ipairs(a.members or {}) do
    local other = of_b[member.id]
    if not other then
      tell(member.id, member.title, nil, "looser")
    else
      if other.title ~= member.title then
        tell(member.id, member.title, other.title, "neutral", nil, "title")
      end
      if not same(member.items or {}, other.items or {}) then
        tell(member.id, member.items and plain.shown(nil, member.items),
          other.items and plain.shown(nil, other.items),
          loosening.of("members", other, "items", member.items, other.items, ctx), "检查项", "items")
      end
      if member.match ~= other.match then
        tell(member.id, member.match, other.match,
          loosening.of("members", other, "match", member.match, other.match, ctx), "匹配", "match")
      end
    end
  end
  for _, member in ipairs(b.members or {}) do
    if not of_a[member.id] then tell(member.id, nil, member.title, "stricter") end
  end
end

-- The same class may mean others, because the groups are others.
local function compare_class(found, section, id, a, b, ctx)
  local direction = loosening.of(section.key, a, "class", a.class, b.class, ctx)
  if direction == "same" then return end
  add(found, section, id, b, { change = "changed", field = "class", field_title = "机构类别",
    from = a.class, to = b.class, direction = direction })
end

local skipped = { id = true, members = true, clause = true }

-- The rows of a table parameter: how many, and which of them differ.
local function compare_rows(found, section, id, a, b)
  if plan_tables.same(a, a.value, b.value) then return end
  local from, to = plan_tables.shown_both(b, a.value, b.value)
  add(found, section, id, b, { change = "changed", field = "value", field_title = "值",
    from = from, to = to,
    direction = loosening.of(section.key, a, "value", a.value, b.value, {}) })
end

local function have_rows(a, b)
  return a.type == "table" and b.type == "table" and a.value and b.value
end

local function shown(section, field, value, plan)
  if value == nil or plain.value(field[3], value) == nil then return nil end
  if section.key == "items" and field[1] == "per" then return periods.shown(value) end
  return plain.shown(field[3], value, plan)
end

local function compare_entry(found, section, id, a, b, ctx)
  ctx.entries = { a, b }
  for _, field in ipairs(section.fields) do
    local key, spec = field[1], field[3]
    local from, to = plain.value(spec, a[key]), plain.value(spec, b[key])
    if section.key == "parameters" and key == "value" and have_rows(a, b) then
      compare_rows(found, section, id, a, b)
    elseif not skipped[key] and not same(from, to) then
      add(found, section, id, b, { change = "changed", field = key, field_title = field[2],
        from = shown(section, field, a[key], ctx.from), to = shown(section, field, b[key], ctx.to),
        direction = loosening.of(section.key, a, key, a[key], b[key], ctx) })
    elseif key == "class" and ctx.regrouped and a.class then
      compare_class(found, section, id, a, b, ctx)
    end
  end
  if section.key == "sets" then compare_members(found, section, id, a, b, ctx) end
  return found
end

local whole = { "title", "number", "kind", "level", "region", "issuer", "issued", "period",
  "lookback", "scope", "classes", "goals", "definitions", "no_phases", "scoring" }

-- Keys that stand beside the entries of a section.
local beside = { { "closeout", "evidence" }, { "statistics", "title" } }

local function compare_beside(found, a, b)
  for _, pair in ipairs(beside) do
    local section, key = pair[1], pair[2]
    local from, to = a[section] and a[section][key], b[section] and b[section][key]
    local spec = schema.names(schema.plan.fields)[section]
    local field = schema.names(spec[3].fields)[key]
    if from ~= to then
      add(found, { key = section, title = spec[2] }, key, { title = "" },
        { change = "changed", field = key, field_title = field[2], from = from, to = to,
          direction = loosening.of(section, {}, key, from, to, {}) })
    end
  end
end

-- Who says it, and to whom: every plan says that of itself.
local head = { title = true, number = true, kind = true, level = true, region = true,
  issuer = true, issued = true }

-- Other groups of classes may make the same scope another one.
local function direction_of(key, a, b, ctx)
  if head[key] then return "neutral" end
  if key == "scoring" and not b.scoring then return loosening.of(key, a.scoring, "removed") end
  if key == "scoring" and not a.scoring then return "stricter" end
  ctx.scope = a.scope
  return loosening.of(key, { id = key }, key, a[key], b[key], ctx)
end

local function compare_whole(found, a, b, ctx)
  local fields = schema.names(schema.plan.fields)
  for _, key in ipairs(whole) do
    local spec = fields[key][3]
    local from, to = plain.value(spec, a[key]), plain.value(spec, b[key])
    if not same(from, to) then
      add(found, { key = "plan", title = "方案" }, key, { title = fields[key][2] },
        { change = "changed", field = key, field_title = fields[key][2],
          from = from ~= nil and plain.shown(spec, a[key], a) or nil,
          to = to ~= nil and plain.shown(spec, b[key], b) or nil,
          direction = direction_of(key, a, b, ctx) })
    end
  end
end

-- ---- items that are called otherwise ---------------------------------------------------------

local function is_asked(items, id) return items[id] ~= nil and not items[id].alias_of end

-- renamed(a, b): old id → new id, and new id → old id, of items that stand under another id: plan
-- `b` says by alias_of what the item is called now, or plan `a` had the later id as an alias.
-- Where the other one was asked besides, two items have become one: that is no other name.
function differences.renamed(a, b)
  local of_a, of_b = by_id(a, { key = "items" }), by_id(b, { key = "items" })
  local now, was = {}, {}
  local function pair(from, to)
    local is_new = is_asked(of_a, from) and not is_asked(of_b, from)
      and is_asked(of_b, to) and not is_asked(of_a, to)
    if is_new and not now[from] and not was[to] then now[from], was[to] = to, from end
  end
  for _, item in ipairs(b.items or {}) do
    if item.alias_of then pair(item.id, item.alias_of) end
  end
  for _, item in ipairs(a.items or {}) do
    if item.alias_of then pair(item.alias_of, item.id) end
  end
  return now, was
end

-- The name is one line, which asks for nothing; what is asked differently stands at the new id.
local function compare_renamed(found, section, pair, ctx)
  local a, b = pair[1], pair[2]
  add(found, section, a.id, a, { change = "changed", field = "alias_of", field_title = "改用编号",
    from = a.id, to = b.id, direction = "neutral" })
  compare_entry(found, section, b.id, a, b, ctx)
end

-- An item that has become one with another asks nothing itself, so its fields are no changes.
local function compare_merged(found, section, a, b, ctx)
  for _, change in ipairs(compare_entry({}, section, b.id, a, b, ctx)) do
    if change.field == "alias_of" then found[#found + 1] = change end
  end
end

-- An entry that only one of the plans has. What only repeats another item asks for nothing.
local function tell_whole(found, section, id, entry, change)
  local obliging = not entry.alias_of and loosening.of(section.key, entry, "removed") or "neutral"
  local is_more = change == "added" and obliging == "looser"
  local direction = change == "removed" and obliging or is_more and "stricter" or "neutral"
  add(found, section, id, entry, { change = change, direction = direction,
    alias_of = entry.alias_of })
end

local function compare_section(found, section, a, b, ctx)
  local of_a, ids_a = by_id(a, section)
  local of_b, ids_b = by_id(b, section)
  local now, was = {}, {}
  if section.key == "items" then now, was = differences.renamed(a, b) end
  for _, id in ipairs(ids_a) do
    local one, other = of_a[id], of_b[id]
    if now[id] then
      compare_renamed(found, section, { one, of_b[now[id]] }, ctx)
    elseif not other then
      tell_whole(found, section, id, one, "removed")
    elseif other.alias_of and not one.alias_of then
      compare_merged(found, section, one, other, ctx)
    elseif not was[id] then
      compare_entry(found, section, id, one, other, ctx)
    end
  end
  for _, id in ipairs(ids_b) do
    if not of_a[id] and not was[id] then
      tell_whole(found, section, id, of_b[id], "added")
    end
  end
end

-- What plan `b` has differently from plan `a`, in the order of the schema:
-- {section, id, title, change = added | removed | changed, field, from, to, direction}. Of an item
-- that is called otherwise the field is alias_of, and `from` and `to` are ids.
function differences.of(a, b, ctx)
  local found = list {}
  ctx.groups, ctx.from, ctx.to = { a.classes, b.classes }, a, b
  ctx.parameters = { a.parameters.of, b.parameters.of }
  ctx.regrouped = not same(a.classes and a.classes.of, b.classes and b.classes.of)
  compare_whole(found, a, b, ctx)
  compare_beside(found, a, b)
  for _, section in ipairs(schema.sections) do
    compare_section(found, section, a, b, ctx)
  end
  return found
end

return differences
