-- keys.lua: the tables of keys in the package reference, made from the schema.
--
--   lua5.4 keys.lua update|check ROOT PAGE…
--   lua5.4 keys.lua loosening ROOT     SECTION FIELD of all that layers compare
--
-- A table stands behind a line «<!-- keys: PATH -->»; PATH leads to a record of
-- scripts/zicha/schema.lua: plan, plan.period, item.or_ask, dataset.columns. Key, Chinese
-- name, type and need come from there, the meaning is written by hand and kept. `check`
-- tells what differs, `update` puts it right; both tell what only a person can mend: a key
-- without a meaning, a record without a table.

local task, root = arg[1], arg[2]
package.path = root .. "/scripts/zicha/?.lua"

-- What the evaluator gives the engine.
list = function(entries) return entries end
unordered = pairs

local schema, terms, read = require "schema", require "terms", require "read"

-- An upvalue of a function by its name.
local function upvalue(of, wanted)
  for index = 1, 255 do
    local name, value = debug.getupvalue(of, index)
    if not name then return nil end
    if name == wanted then return value end
  end
end

if task == "loosening" then
  local loosening = require "loosening"
  for section, fields in pairs(upvalue(loosening.of, "fields")) do
    for field in pairs(fields) do
      print(section == "members" and "sets" or section, field)
    end
  end
  for section in pairs(upvalue(loosening.of, "obliging")) do print(section) end
  for _, field in ipairs(schema.change.fields) do print(field[1]) end
  print "period"
  print "scope"
  os.exit(true)
end

local problems = 0

local function complain(...)
  problems = problems + 1
  io.write(string.format(...), "\n")
end

-- ---- what the schema holds ------------------------------------------------------------

-- Some kinds are written as a map whose keys only their reader knows: extends, due.
local readers = upvalue(upvalue(read.document, "value_of"), "readers")

local function record_of_kind(kind)
  for index = 1, 255 do
    local name, value = debug.getupvalue(readers[kind], index)
    if not name then return nil end
    if type(value) == "table" and value.kind == "record" then return value end
  end
end

local records, order, path_of = {}, {}, {} -- path → fields; fields → path

local function add_record(path, fields)
  if path_of[fields] then return end
  records[path], path_of[fields], order[#order + 1] = fields, path, path
end

local walk

local function walk_record(path, spec)
  if path_of[spec.fields] then return end
  add_record(path, spec.fields)
  for _, field in ipairs(spec.fields) do walk(path .. "." .. field[1], field[3]) end
end

walk = function(path, spec)
  if spec.kind == "record" then
    walk_record(path, spec)
  elseif spec.kind == "list" or spec.kind == "map" then
    walk(path, spec.of)
  elseif readers[spec.kind] and record_of_kind(spec.kind) then
    walk_record(path, record_of_kind(spec.kind))
  end
end

local by_name = {}
for _, field in ipairs(schema.plan.fields) do by_name[field[1]] = field end

-- What a change of an entry may hold: the keys that all sections have are told once; `set`
-- has the section's own fields.
local function add_changes()
  add_record("plan.change", schema.change.fields)
  local sections = {}
  for _, section in ipairs(schema.sections) do sections[section.key] = section.fields end
  sections.scoring = schema.scoring.fields
  local common
  for _, field in ipairs(schema.change.fields) do
    local entry = field[3].of or field[3]
    local own, plain = {}, {}
    for _, key in ipairs(entry.fields) do
      local is_plain = key[1] == "set" or key[1] == "remove" or key[1] == "reason"
        or key[1] == "authorised_by"
      table.insert(is_plain and plain or own, key)
    end
    if #plain ~= 4 then complain("change.%s lacks set, remove, reason or authorised_by", field[1]) end
    common = common or plain
    if #own > 0 then add_record("plan.change." .. field[1], own) end
    path_of[entry.fields] = "plan.change.ENTRY"
    local known = schema.names(sections[field[1]])
    for _, settable in ipairs(plain[1][3].fields) do
      if not known[settable[1]] then complain("change.%s sets %s", field[1], settable[1]) end
    end
  end
  records["plan.change.ENTRY"] = common
  order[#order + 1] = "plan.change.ENTRY"
end

for _, name in ipairs { "item", "group", "citation", "dataset", "facility", "office", "case",
  "case_answer", "expectation", "calendar" } do
  walk(name, schema[name])
end
local plan = { fields = {} }
path_of[schema.plan.fields] = "plan"
records.plan, order[#order + 1] = schema.plan.fields, "plan"
for _, field in ipairs(schema.plan.fields) do
  if field[1] ~= "change" then walk("plan." .. field[1], field[3]) end
end
walk("library", schema.rule_library) -- what it shares with a plan is told there
add_changes()

-- ---- types, in words -------------------------------------------------------------------

local anchors = {} -- path of a record → the page and heading that tell of it

local function link(spec, words, page)
  local path = path_of[spec.fields]
  local place = anchors[path]
  if not place then return words end
  return ("[%s](%s#%s)"):format(words, place.page ~= page and place.page or "", place.heading)
end

local function word_list(words)
  for name, list in pairs(terms) do
    if list == words then return name:gsub("_", " ") end
  end
  return "?"
end

local one, many -- a type in the singular and in the plural

local singular = {
  text = "text", integer = "whole number", bool = "bool", when = "time",
  clause = "clause", anything = "anything", expression = "expression", day = "day",
  citation = "citation", rule = "rule", member = "set.member",
  column_type = "word: column type", round = "round id",
}
local plural = { text = "texts", when = "times", citation = "citations", rule = "rules",
  member = "set.member", anything = "anything", integer = "whole numbers",
  number = "numbers", group = "groups" }

one = function(spec, page)
  local kind = spec.kind
  if kind == "id" then return spec.path and "package id" or "id" end
  if kind == "ref" then return "id of " .. spec.to end
  if kind == "word" then return "word: " .. word_list(spec.words) end
  if kind == "number" or kind == "integer" and spec.most then
    local word = kind == "number" and kind or singular.integer
    return spec.most and ("%s, %d to %d"):format(word, spec.least, spec.most) or word
  end
  if kind == "record" then return link(spec, "map", page) end
  if kind == "list" and spec.single then
    return one(spec.of, page) .. ", or a list of them"
  end
  if kind == "list" then return "list of " .. many(spec.of, page) end
  if kind == "map" then return "map of " .. many(spec.of, page) end
  if kind == "due" then return link(record_of_kind(kind), "due", page) end
  if kind == "parent" then return "package id, or " .. link(record_of_kind(kind), "map", page) end
  if kind == "group" then return "list of texts, or " .. link(record_of_kind(kind), "map", page) end
  if kind == "column" then return "word: column type, or " .. link(record_of_kind(kind), "map", page) end
  if kind == "removal" then return "bool, or list of ids" end
  return singular[kind] or "?" .. kind
end

many = function(spec, page)
  local kind = spec.kind
  if kind == "record" then return link(spec, "maps", page) end
  if kind == "ref" then
    return ("ids of %s%s"):format(spec.to, spec.entry and ", or item[member]" or "")
  end
  if kind == "word" then return "words: " .. word_list(spec.words) end
  if kind == "list" then return "lists of " .. many(spec.of, page) end
  if kind == "group" then return link(record_of_kind(kind), "groups", page) end
  if kind == "column" then return link(record_of_kind(kind), "columns", page) end
  return plural[kind] or one(spec, page) .. "s"
end

local function need_of(field)
  local need = {}
  if field.required then need[#need + 1] = "required" end
  if field.blank then need[#need + 1] = "blank" end
  return table.concat(need, ", ")
end

-- ---- pages -------------------------------------------------------------------------------

local function read_lines(path)
  local lines = {}
  for line in assert(io.open(path)):lines() do lines[#lines + 1] = line end
  return lines
end

-- As in links: small letters, - for a space, no punctuation.
local function slug(heading)
  return (heading:lower():gsub(" ", "-"):gsub("[.,:;()`?!]", ""))
end

local function note_anchors(page, lines)
  local heading, fenced = nil, false
  for _, line in ipairs(lines) do
    if line:find("^```") then fenced = not fenced end
    local found = not fenced and line:match("^#+ (.*)$")
    if found then heading = slug(found) end
    local path = line:match("^<!%-%- keys: (%S+) %-%->$")
    if path then anchors[path] = { page = page, heading = heading } end
  end
end

local function row_of(field, page, meaning)
  local need = need_of(field)
  return ("| `%s` | %s | %s |%s| %s"):format(field[1], field[2], one(field[3], page),
    need == "" and " " or " " .. need .. " ", meaning == "" and "|" or meaning .. " |")
end

-- The lines of a table as it should be, the meanings being those of the one that is there.
local function table_of(path, page, lines, from, to)
  local meanings, rows = {}, {
    "| key | 中文 | type | need | meaning |", "|---|---|---|---|---|",
  }
  for index = from, to do
    local key, meaning = lines[index]:match("^| `([^`]+)` |[^|]*|[^|]*|[^|]*| ?(.-) ?|$")
    if key then meanings[key] = meaning end
  end
  for _, field in ipairs(records[path]) do
    local meaning = meanings[field[1]] or ""
    if meaning == "" then complain("%s: %s has no meaning in the table %s", page, field[1], path) end
    rows[#rows + 1] = row_of(field, page, meaning)
    meanings[field[1]] = nil
  end
  for key in pairs(meanings) do
    complain("%s: %s is no key of %s: %s", page, key, path,
      task == "update" and "its row was taken out" or "`keys update` takes it out")
  end
  return rows
end

local told = {}

local function go_through(page, lines)
  local out, index = {}, 1
  while index <= #lines do
    out[#out + 1] = lines[index]
    local path = lines[index]:match("^<!%-%- keys: (%S+) %-%->$")
    index = index + 1
    if path and not records[path] then
      complain("%s: the schema has no record %s", page, path)
    elseif path then
      told[path] = true
      local last = index
      while lines[last] and lines[last]:find("^|") do last = last + 1 end
      for _, row in ipairs(table_of(path, page, lines, index, last - 1)) do
        if task == "check" and lines[index] ~= row then
          complain("%s:%d: is not as the schema has it: %s", page, index, row)
        end
        out[#out + 1] = row
        index = index + 1
      end
      index = last
    end
  end
  return out
end

local pages = {}
for index = 3, #arg do
  local name = arg[index]:match("[^/]+$")
  pages[#pages + 1] = { path = arg[index], name = name, lines = read_lines(arg[index]) }
  note_anchors(name, pages[#pages].lines)
end
for _, page in ipairs(pages) do
  local out = go_through(page.name, page.lines)
  if task == "update" then
    local file = assert(io.open(page.path, "w"))
    file:write(table.concat(out, "\n"), "\n")
    file:close()
  end
end
for _, path in ipairs(order) do
  if not told[path] then complain("no table tells of %s", path) end
end
os.exit(problems == 0)
