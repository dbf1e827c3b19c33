-- What two plans ask differently, entry by entry: by ids, never by order or wording of
-- places. Where a direction can be told, whether the second asks for more or for less.

local layers = require "layers"
local lists = require "lists"
local loosening = require "loosening"
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

local function compare_entry(found, section, id, a, b, ctx)
  ctx.entries = { a, b }
  for _, field in ipairs(section.fields) do
    local key, spec = field[1], field[3]
    local from, to = plain.value(spec, a[key]), plain.value(spec, b[key])
    if section.key == "parameters" and key == "value" and have_rows(a, b) then
      compare_rows(found, section, id, a, b)
    elseif not skipped[key] and not same(from, to) then
      add(found, section, id, b, { change = "changed", field = key, field_title = field[2],
        from = from ~= nil and plain.shown(spec, a[key], ctx.from) or nil,
        to = to ~= nil and plain.shown(spec, b[key], ctx.to) or nil,
        direction = loosening.of(section.key, a, key, a[key], b[key], ctx) })
    elseif key == "class" and ctx.regrouped and a.class then
      compare_class(found, section, id, a, b, ctx)
    end
  end
  if section.key == "sets" then compare_members(found, section, id, a, b, ctx) end
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

-- What plan `b` has differently from plan `a`, in the order of the schema:
-- {section, id, title, change = added | removed | changed, field, from, to, direction}.
function differences.of(a, b, ctx)
  local found = list {}
  ctx.groups, ctx.from, ctx.to = { a.classes, b.classes }, a, b
  ctx.parameters = { a.parameters.of, b.parameters.of }
  ctx.regrouped = not same(a.classes and a.classes.of, b.classes and b.classes.of)
  compare_whole(found, a, b, ctx)
  compare_beside(found, a, b)
  for _, section in ipairs(schema.sections) do
    local of_a, ids_a = by_id(a, section)
    local of_b, ids_b = by_id(b, section)
    for _, id in ipairs(ids_a) do
      if not of_b[id] then
        add(found, section, id, of_a[id], { change = "removed",
          direction = loosening.of(section.key, of_a[id], "removed") })
      else
        compare_entry(found, section, id, of_a[id], of_b[id], ctx)
      end
    end
    for _, id in ipairs(ids_b) do
      if not of_a[id] then
        add(found, section, id, of_b[id], { change = "added",
          direction = loosening.of(section.key, of_b[id], "removed") == "looser" and "stricter"
            or "neutral" })
      end
    end
  end
  return found
end

return differences
