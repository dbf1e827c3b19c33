-- A package file with Chinese key names: `zicha plan new --keys zh`. The schema has both
-- names of a key and both forms of a fixed word; everything else stays as it is written,
-- comments and order too.

local at = require "at"
local schema = require "schema"

local chinese = {}

-- Replaces a word where it stands, unless it is written in another way there (quoted).
local function note(edits, position, from, to)
  if to and to ~= from then
    edits[#edits + 1] = { line = position // 65536, column = position % 65536,
      from = from, to = to }
  end
end

local walk
local walkers = {}

function walkers.record(edits, spec, value, node)
  local names = schema.names(spec.fields)
  for _, key in ipairs(at.keys(node)) do
    local field = names[key]
    if field then
      note(edits, at.key(node, key), key, field[2])
      walk(edits, field[3], value[key], node, key)
    end
  end
end

function walkers.citation(edits, _, value, node)
  walkers.record(edits, schema.citation, value, node)
end

function walkers.map(edits, spec, value, node)
  for _, key in ipairs(at.keys(node)) do walk(edits, spec.of, value[key], node, key) end
end

function walkers.list(edits, spec, value, node)
  for index, entry in ipairs(value) do walk(edits, spec.of, entry, node, index) end
end

local yesno = { yes = "是", no = "否", ["true"] = "是", ["false"] = "否" }

local function word_of(spec, value)
  if spec.kind == "bool" or spec.kind == "expression" then return yesno[value] end
  for _, pair in ipairs(spec.words or {}) do
    if pair[1] == value then return pair[2] end
  end
end

walk = function(edits, spec, value, node, key)
  if type(value) ~= "table" then
    note(edits, at.value(node, key), value, word_of(spec, value))
  elseif walkers[spec.kind] then
    walkers[spec.kind](edits, spec, value, at.child(node, key))
  end
end

local function walk_items(edits, document)
  for index, entry in ipairs(document.value) do
    local group = type(entry) == "table" and entry.items
    walk(edits, group and schema.group or schema.item, entry, document.at, index)
  end
end

local function apply(text, edits)
  local lines = {}
  for line in text:gmatch("([^\n]*)\n") do lines[#lines + 1] = line end
  table.sort(edits, function(a, b)
    if a.line ~= b.line then return a.line < b.line end
    return a.column > b.column
  end)
  for _, edit in ipairs(edits) do
    local line = lines[edit.line]
    local place = utf8.offset(line, edit.column)
    if line:sub(place, place + #edit.from - 1) == edit.from then
      lines[edit.line] = line:sub(1, place - 1) .. edit.to .. line:sub(place + #edit.from)
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

-- { text, document, items } → the text; `items`: it is a checklist, not a plan.
function chinese.text(args)
  local edits, document = {}, args.document
  if args.items then
    walk_items(edits, document)
  else
    walk(edits, schema.plan, document.value, at.root(document), "root")
  end
  return apply(args.text, edits)
end

return chinese
