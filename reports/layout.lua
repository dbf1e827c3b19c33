-- What the host calls: the layouts, by name. A layout is a module
--   { needs = { {key, title, kind, help}, … }, build = function(data, paper) … end }
-- `needs` is the prose that report.yaml may hold; `build` returns the document tree.
-- Everything here is a pure function of what is handed in.

local wording = require "wording"

local layout = {}

-- Marks a text that people may read, for the translators' tools.
local function N_(text) return text end

-- needs{ layout } → the fields of report.yaml
function layout.needs(args)
  local fields = list {}
  for _, field in ipairs(require(args.layout).needs or {}) do
    fields[#fields + 1] = { key = field.key, title = field.title,
      kind = field.kind or "text", help = field.help }
  end
  return fields
end

local function add_fault(faults, document, position, text, args, hint)
  faults[#faults + 1] = {
    file = document.file, line = position // 65536, column = position % 65536,
    severity = "error", text = text, args = args, hint = hint,
  }
end

-- A text, or a list of texts; numbers are written as texts in YAML anyway.
local function read_value(field, value)
  if (field.kind or "text") == "list" then
    if type(value) == "string" then return list { value } end
    for _, entry in ipairs(value) do
      if type(entry) ~= "string" then return nil end
    end
    return #value > 0 and value or nil
  end
  if type(value) == "string" then return value end
end

-- Where a key stands: `of` lists keys and positions (host/value/yaml.h).
local function key_position(of, key)
  local _, last = of:find("\n" .. key .. "\t", 1, true)
  return last and math.tointeger(tonumber(of:match("^%d+", last + 1))) or 65537
end

-- read{ layout, document } → { values, faults }: report.yaml for this layout
function layout.read(args)
  local document, values, faults = args.document, {}, list {}
  local by_name = {}
  for _, field in ipairs(require(args.layout).needs or {}) do
    by_name[field.key] = field
    by_name[field.title] = field
  end
  if document.value == nil then return { values = values, faults = faults } end
  local of = type(document.at) == "table" and document.at.of
  if not of or (of ~= "" and not of:find("\t", 1, true)) then
    add_fault(faults, document, 65537, N_"{file} must be a map of keys and values",
      { file = document.file })
    return { values = values, faults = faults }
  end
  for key, value in pairs(document.value) do
    local field, position = by_name[key], key_position(of, key)
    if field and key ~= field.key and document.value[field.key] ~= nil then
      add_fault(faults, document, position, N_"the key {key} stands twice", { key = key },
        N_"it stands there in the other language already: delete one of them")
    elseif not field then
      add_fault(faults, document, position, N_"unknown key {id}", { id = key },
        N_"`zicha report --needs` lists the keys")
    elseif value ~= "" then
      local read = read_value(field, value)
      if read == nil and not (type(value) == "table" and #value == 0) then
        add_fault(faults, document, position, N_"the key {key} wants {kind_term}",
          { key = key, kind_term = field.kind == "list" and N_"a list" or N_"a text" })
      end
      values[field.key] = read
    end
  end
  return { values = values, faults = faults }
end

-- build{ layout, … } → { tree, holes }
function layout.build(args)
  local shape = require(args.layout)
  local paper = wording.paper(shape.needs or {})
  local tree = shape.build(args, paper)
  return { tree = tree, holes = paper.holes }
end

return layout
