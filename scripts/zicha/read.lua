-- From what a YAML file holds to what the schema says it means.
--
-- Plain scalars arrive as texts; here they become typed values. Every mistake is
-- reported with its place, and reading goes on, so that all are seen at once. A
-- record keeps where it stands: record.stands = { file, node, written }, the last being the
-- keys that were not written in English.
--
-- A reader gets (ctx, spec, value, node, key): the value is the entry `key` of `node`.

local at = require "at"
local days = require "days"
local fault = require "fault"
local schema = require "schema"
local terms = require "terms"
local when = require "when"

local N_ = fault.N_

local read = {}

-- A run of two or more _, or one beside a digit or 年月日, is a place left to fill.
function read.is_blank(text)
  return text:find("__", 1, true) ~= nil
    or text:find("%d_") ~= nil or text:find("_%d") ~= nil
    or text:find("_年", 1, true) ~= nil or text:find("_月", 1, true) ~= nil
    or text:find("_日", 1, true) ~= nil
end

local expected = {
  record = N_"a map of keys and values", map = N_"a map of keys and values",
  list = N_"a list", text = N_"a text", id = N_"an id", integer = N_"a whole number",
  number = N_"a number", bool = N_"yes or no", when = N_"a date or a time",
  word = N_"one of the known words", parent = N_"the id of a package", ref = N_"an id", expression = N_"an expression",
  clause = N_"a clause number", citation = N_"an id or {id, article}",
  rule = N_"a rule such as rx.over_days", day = N_"a date such as 2023-05-01",
  column_type = N_"a column type", column = N_"a column type",
  due = N_"a date or a time",
  member = N_"a set and its member, such as four_techniques.stem_cells",
  removal = N_"yes or no", round = N_"the id of a round", group = N_"a list of classes, or {except: a list}",
}

-- The words for columns' types, for messages.
function read.column_types()
  local words = {}
  for _, pair in ipairs(terms.column_type) do
    local digits = pair[1] == "decimal" and "(n)" or ""
    words[#words + 1] = ("%s%s(%s%s)"):format(pair[1], digits, pair[2], digits)
  end
  return table.concat(words, " ")
end

local function complain(ctx, node, key, text, args, hint)
  fault.add(ctx.faults, fault.place(ctx.file, at.value(node, key)), text, args, hint)
end

local function wrong_kind(ctx, spec, value, node, key)
  local hint
  if type(value) == "string" and value:find("：", 1, true)
    and (spec.kind == "record" or spec.kind == "map" or spec.kind == "list") then
    hint = N_"write an ASCII colon and a space: a full-width colon separates nothing"
  end
  complain(ctx, node, key, N_"{expected_term} is needed here",
    { expected_term = expected[spec.kind] or spec.kind }, hint)
end

local value_of -- reads by any spec

local readers = {}

function readers.anything(ctx, spec, value) return value end

function readers.text(ctx, spec, value, node, key)
  if type(value) ~= "string" then return wrong_kind(ctx, spec, value, node, key) end
  return value
end

function readers.id(ctx, spec, value, node, key)
  if type(value) ~= "string" then return wrong_kind(ctx, spec, value, node, key) end
  local pattern = spec.path and "^%l[%l%d_]*/%l[%l%d%-]*$" or "^%l[%l%d_]*$"
  if not value:find(pattern) then
    return complain(ctx, node, key, N_"{id} is not an id", { id = value },
      spec.path and N_"write level/name-with-hyphens, such as county/large-prescriptions"
      or N_"an id begins with a small letter and holds small letters, digits and _")
  end
  return value
end

-- A round's id names files and stands on the command line: 2023-05-31, 2023q2.
function readers.round(ctx, spec, value, node, key)
  if type(value) ~= "string" then return wrong_kind(ctx, spec, value, node, key) end
  if not value:find("^%w[%w_.%-]*$") or #value > 40 then
    return complain(ctx, node, key, N_"{id} is not the id of a round", { id = value },
      N_"it begins with a letter or digit and holds letters, digits, - _ and ., at most 40")
  end
  return value
end

-- Where one of several entries may be meant, item[member] as well.
function readers.ref(ctx, spec, value, node, key)
  if spec.entry and type(value) == "string" and value:find("^%l[%l%d_]*%[[^%[%]]+%]$") then
    return value
  end
  return readers.id(ctx, spec, value, node, key)
end

function readers.integer(ctx, spec, value, node, key)
  if type(value) == "string" and value:find("^%-?%d+$") and #value < 16 then
    local figure = math.tointeger(tonumber(value))
    if spec.most and (figure < spec.least or figure > spec.most) then
      return complain(ctx, node, key, N_"{value} is not between {least} and {most}",
        { value = value, least = spec.least, most = spec.most })
    end
    return figure
  end
  return wrong_kind(ctx, spec, value, node, key)
end

-- Whole numbers become integers; decimals stay texts, because they are exact.
function readers.number(ctx, spec, value, node, key)
  if type(value) ~= "string" then return wrong_kind(ctx, spec, value, node, key) end
  local percent = value:match("^(%d+%.?%d*)[%%％]$")
  if percent then value = percent end
  local figure = tonumber(value)
  if spec.most and figure and (figure < spec.least or figure > spec.most) then
    return complain(ctx, node, key, N_"{value} is not between {least} and {most}",
      { value = value, least = spec.least, most = spec.most })
  end
  if value:find("^%-?%d+$") and #value < 16 then return math.tointeger(figure) end
  if value:find("^%-?%d+%.%d+$") and #value < 18 then return value end
  return wrong_kind(ctx, spec, value, node, key)
end

local yes = { yes = true, ["true"] = true, ["是"] = true }
local no = { no = true, ["false"] = true, ["否"] = true }

function readers.bool(ctx, spec, value, node, key)
  if yes[value] then return true end
  if no[value] then return false end
  return wrong_kind(ctx, spec, value, node, key)
end

-- Times keep the text of the document; that they are times is made sure here.
function readers.when(ctx, spec, value, node, key)
  if type(value) ~= "string" then return wrong_kind(ctx, spec, value, node, key) end
  local time, problem = when.read(value)
  if not time and not read.is_blank(value) then
    return complain(ctx, node, key, problem.text, problem.args, problem.hint)
  end
  return value
end

function readers.day(ctx, spec, value, node, key)
  local day = type(value) == "string" and days.read(value, days.written)
  return day or wrong_kind(ctx, spec, value, node, key)
end

function readers.word(ctx, spec, value, node, key)
  local code = type(value) == "string" and terms.code(spec.words, value)
  if code then return code end
  local known = {}
  for _, pair in ipairs(spec.words) do
    known[#known + 1] = pair[2] and pair[2] ~= pair[1]
      and pair[1] .. "(" .. pair[2] .. ")" or pair[1]
  end
  complain(ctx, node, key, N_"{word} is not one of the known words",
    { word = tostring(value), list = table.concat(known, " ") }, N_"known: {list}")
end

local anchor = { kind = "record", fields = {
  { "phase", "阶段", { kind = "id" } }, { "after", "在后", { kind = "id" } },
} }

-- due: a time as the document writes it, a list of such times, {phase: ID} or {after: DUTY}.
function readers.due(ctx, spec, value, node, key)
  if type(value) == "string" then
    local text = readers.when(ctx, spec, value, node, key)
    return text and { text = text }
  end
  local own = at.child(node, key)
  if type(value) == "table" and at.is_list(own) then
    return { texts = readers.list(ctx, { kind = "list", of = { kind = "when" } }, value,
      node, key) }
  end
  local named = value_of(ctx, anchor, value, node, key)
  if named and (named.phase == nil) == (named.after == nil) then
    complain(ctx, node, key, N_"name either a phase or the duty that comes before")
  end
  return named
end

local except = { kind = "record", fields = {
  { "except", "除外", { kind = "list", of = { kind = "text" } }, required = true },
} }

-- A group of facility classes: a list, or {except: a list}.
function readers.group(ctx, spec, value, node, key)
  if type(value) == "table" and at.is_list(at.child(node, key)) then
    return readers.list(ctx, { kind = "list", of = { kind = "text" } }, value, node, key)
  end
  return value_of(ctx, except, value, node, key)
end

-- An expression keeps its text and its place; resolving compiles it.
function readers.expression(ctx, spec, value, node, key)
  if type(value) ~= "string" or value == "" then
    return wrong_kind(ctx, spec, value, node, key)
  end
  return value
end

-- "3.1" or "3.1 超过7日": the clause, and the words of it that are quoted.
function readers.clause(ctx, spec, value, node, key)
  local clause, quote = nil, nil
  if type(value) == "string" then
    clause, quote = value:match("^([%d%.]+%l?[%d%.%l]*)%s*(.*)$")
  end
  if not clause then return wrong_kind(ctx, spec, value, node, key) end
  return { id = clause, quote = quote ~= "" and quote or nil, file = ctx.file }
end

-- remove: yes, or the ids of a set's members.
function readers.removal(ctx, spec, value, node, key)
  if type(value) == "table" then
    return readers.list(ctx, { kind = "list", of = { kind = "id" } }, value, node, key)
  end
  return readers.bool(ctx, spec, value, node, key)
end

local parent = { kind = "record", fields = {
  { "id", "编号", { kind = "id", path = true }, required = true },
  { "version", "版本", { kind = "text" } },
  { "sha256", "校验值", { kind = "text" } },
} }

-- extends: level/name, or with the version and the hash that are meant.
function readers.parent(ctx, spec, value, node, key)
  if type(value) == "string" then
    local named = readers.id(ctx, { kind = "id", path = true }, value, node, key)
    return named and { id = named }
  end
  return value_of(ctx, parent, value, node, key)
end

function readers.citation(ctx, spec, value, node, key)
  if type(value) == "string" then
    local named = readers.id(ctx, { kind = "id" }, value, node, key)
    return named and { id = named }
  end
  return value_of(ctx, schema.citation, value, node, key)
end

function readers.rule(ctx, spec, value, node, key)
  if type(value) == "string" and value:find("^%l[%l%d_]*%.%l[%l%d_]*$") then
    return value
  end
  return wrong_kind(ctx, spec, value, node, key)
end

-- set: four_techniques.stem_cells, a member of a set.
function readers.member(ctx, spec, value, node, key)
  local set, member = nil, nil
  if type(value) == "string" then set, member = value:match("^(%l[%l%d_]*)%.(%l[%l%d_]*)$") end
  if not set then return wrong_kind(ctx, spec, value, node, key) end
  return { set = set, member = member }
end

-- What a column's type is written as: decimal(2), 编码; nil for what is none.
function read.column_type(text)
  local digits = text:match("^decimal%((%d)%)$") or text:match("^小数%((%d)%)$")
  if digits then return { type = "decimal", scale = math.tointeger(tonumber(digits)) } end
  local code = terms.code(terms.column_type, text)
  if code and code ~= "decimal" then return { type = code, scale = 0 } end
end

function readers.column_type(ctx, spec, value, node, key)
  local found = type(value) == "string" and read.column_type(value)
  if found then return found end
  complain(ctx, node, key, N_"{word} is not a column type",
    { word = tostring(value), list = read.column_types() }, N_"known: {list}")
end

local column = { kind = "record", fields = {
  { "type", "类型", { kind = "column_type" }, required = true },
  { "title", "名称", { kind = "text" } },
} }

-- A column of a table parameter: its type, or {type, title}.
function readers.column(ctx, spec, value, node, key)
  if type(value) ~= "table" then
    return readers.column_type(ctx, spec, value, node, key)
  end
  local named = value_of(ctx, column, value, node, key)
  return named and named.type
    and { type = named.type.type, scale = named.type.scale, title = named.title }
end

function readers.list(ctx, spec, value, node, key)
  local own = at.child(node, key)
  if spec.single and type(value) == "string" then
    local one = value_of(ctx, spec.of, value, node, key)
    return one ~= nil and list { one } or nil
  end
  if type(value) ~= "table" or not at.is_list(own) then
    return wrong_kind(ctx, spec, value, node, key)
  end
  local result, seen = list {}, {}
  local texts = spec.of.kind == "text" -- the many headers of a table: most are what they are
  for index, entry in ipairs(value) do
    local typed = texts and type(entry) == "string" and entry
      or value_of(ctx, spec.of, entry, own, index)
    if typed ~= nil then
      if spec.named and typed.id then
        if seen[typed.id] then
          complain(ctx, own, index, N_"the id {id} stands twice", { id = typed.id },
            N_"give this entry another id")
        end
        seen[typed.id] = true
      end
      result[#result + 1] = typed
    end
  end
  return result
end

-- A map with free keys keeps the order in which they stand, for people.
function readers.map(ctx, spec, value, node, key)
  local own = at.child(node, key)
  if type(value) ~= "table" or not at.is_map(own) then
    return wrong_kind(ctx, spec, value, node, key)
  end
  local result = { order = list {}, stands = { file = ctx.file, node = own }, of = {} }
  for _, name in ipairs(at.keys(own)) do
    if spec.ids and not name:find("^%l[%l%d_]*$") then
      fault.add(ctx.faults, fault.place(ctx.file, at.key(own, name)),
        N_"{id} is not an id", { id = name },
        N_"an id begins with a small letter and holds small letters, digits and _")
    end
    local typed = value_of(ctx, spec.of, value[name], own, name)
    if typed ~= nil then
      result.of[name] = typed
      result.order[#result.order + 1] = name
    end
  end
  return result
end

-- By place, because not all may be told.
local function unknown_keys(ctx, spec, own, names)
  if #names == 0 then return end
  local known = {}
  for _, field in ipairs(spec.fields) do
    known[#known + 1] = field[1]
    known[#known + 1] = field[2]
  end
  table.sort(names, function(a, b) return at.key(own, a) < at.key(own, b) end)
  for _, name in ipairs(names) do
    fault.unknown(ctx.faults, fault.place(ctx.file, at.key(own, name)),
      N_"unknown key {id}", name, known)
  end
end

-- One key of a record: its field's value goes into `result`.
local function read_field(ctx, field, result, entry, own, name)
  local english = field[1]
  if name ~= english then
    result.stands.written = result.stands.written or {}
    result.stands.written[english] = name
  end
  if entry == "" then
    return complain(ctx, own, name, N_"the key {key} has no value", { key = name },
      N_"write a value, or delete the line")
  end
  local kind = field[3].kind
  local open = field.blank and type(entry) == "string" and read.is_blank(entry)
  if open and kind ~= "text" and kind ~= "when" and kind ~= "due" then return end
  result[english] = value_of(ctx, field[3], entry, own, name)
end

function readers.record(ctx, spec, value, node, key)
  local own = at.child(node, key)
  if type(value) ~= "table" or not at.is_map(own) then
    return wrong_kind(ctx, spec, value, node, key)
  end
  spec.names = spec.names or schema.names(spec.fields)
  local result, written, unknown = { stands = { file = ctx.file, node = own } }, {}, {}
  -- In no order: whatever is found is sorted by place before anyone sees it.
  for name, entry in unordered(value) do
    local field = spec.names[name]
    if not field then
      unknown[#unknown + 1] = name
    elseif written[field[1]] then
      local later, other = name, written[field[1]]
      if at.key(own, other) > at.key(own, later) then later, other = other, later end
      fault.add(ctx.faults, fault.place(ctx.file, at.key(own, later)),
        N_"{key} stands twice, also as {other}", { key = later, other = other },
        N_"delete one of them")
    else
      written[field[1]] = name
      read_field(ctx, field, result, entry, own, name)
    end
  end
  unknown_keys(ctx, spec, own, unknown)
  if fault.is_full(ctx.faults) then return nil end
  for _, field in ipairs(spec.required or schema.required(spec)) do
    if not written[field[1]] then
      complain(ctx, node, key, N_"the key {key} ({title}) is missing",
        { key = field[1], title = field[2] })
    end
  end
  return result
end

value_of = function(ctx, spec, value, node, key)
  if fault.is_full(ctx.faults) then return nil end
  return readers[spec.kind](ctx, spec, value, node, key)
end

-- Reads a document {file, value, at} by a schema. ctx = { faults }; returns the
-- typed value, or nil for an empty or hopeless file.
function read.document(ctx, spec, document)
  ctx.file = document.file
  if document.value == nil then
    fault.add(ctx.faults, { file = document.file, line = 0, column = 0 },
      N_"the file is empty")
    return nil
  end
  return value_of(ctx, spec, document.value, at.root(document), "root")
end

-- Reads one entry of a document that is a list.
function read.entry(ctx, spec, document, index)
  ctx.file = document.file
  return value_of(ctx, spec, document.value[index], document.at, index)
end

-- The place of a field's value in a record; without a field, of the record itself. A
-- field that a layer has changed stands in that layer's file.
function read.place(record, field)
  record = field and record.said_by and record.said_by[field] or record
  local node = record.stands.node
  local position = node.pos
  if field then
    position = at.value(node, record.stands.written and record.stands.written[field] or field)
  end
  return fault.place(record.stands.file, position)
end

-- The node of a field's value that is a list or a map, and its file: for who looks into what
-- was read as anything.
function read.node(record, field)
  record = record.said_by and record.said_by[field] or record
  local written = record.stands.written and record.stands.written[field] or field
  return at.child(record.stands.node, written), record.stands.file
end

-- The place of a key in a map with free keys.
function read.key_place(map, key)
  return fault.place(map.stands.file, at.key(map.stands.node, key))
end

return read
