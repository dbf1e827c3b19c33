-- What the host calls: the layouts, by name. A layout is a module
--   { needs = { {key, title, kind, help}, … }, build = function(data, paper) … end }
-- `needs` is the prose that report.yaml may hold; `build` returns the document tree.
-- Everything here is a pure function of what is handed in.

local wording = require "wording"

local layout = {}

-- Marks a text that people may read, for the translators' tools.
local function N_(text) return text end

local kinds = { text = N_"a text", list = N_"a list", number = N_"a whole number",
  amount = N_"an amount such as 120.00", map = N_"a map of names and texts" }

-- What report.yaml's template says of a field that is no text.
local hints = { number = "填整数", amount = "填金额，如120.00" }

local forms = { number = "^%d+$", amount = "^%d+%.?%d?%d?$" }

local function is_line(text)
  return type(text) == "string" and text:find("^[^\r\n]+$") ~= nil
end

-- The fields of a layout's `needs`, complete and sound.
local function fields_of(name)
  local fields = list {}
  local function refuse(index, problem)
    error(("layouts/%s.lua: needs[%d] %s"):format(name, index, problem), 0)
  end
  for index, field in ipairs(require(name).needs or {}) do
    if type(field) ~= "table" then refuse(index, "is no {key=, title=, kind=, help=}") end
    local kind = field.kind or "text"
    if type(field.key) ~= "string" or not field.key:find("^%l[%l%d_]*$") then
      refuse(index, "has no key of small letters, digits and _")
    elseif not is_line(field.title) then
      refuse(index, "has no title of one line")
    elseif not kinds[kind] then
      refuse(index, "is of no known kind (text, list, number, amount, map)")
    elseif field.help ~= nil and not is_line(field.help) then
      refuse(index, "has a help that is no text of one line")
    end
    fields[#fields + 1] = { key = field.key, title = field.title, kind = kind,
      help = field.help or hints[kind] }
  end
  return fields
end

-- The layouts whose prose stands in report.yaml together.
local papers = { "rectification", "ledger", "lists", "systems", "dismissed", "notice",
  "statistics", "progress", "periodic", "commitment", "office_statistics", "stage_summary",
  "circular", "urge" }

-- Keys of report.yaml that are the other layouts' business: key or title → true. A layout
-- that cannot be read has none.
local function keys_of_others(name)
  local known = {}
  for _, other in ipairs(papers) do
    local read, fields = false, nil
    if other ~= name then read, fields = pcall(fields_of, other) end
    if read then
      for _, field in ipairs(fields) do known[field.key], known[field.title] = true, true end
      for _, field in ipairs(require(other).retired or {}) do
        known[field.key], known[field.title] = true, true
      end
    end
  end
  return known
end

-- What people wrote into report.yaml before the ledger knew it.
local function retired_by(name)
  local retired = {}
  for _, field in ipairs(require(name).retired or {}) do
    retired[field.key], retired[field.title] = field, field
  end
  return retired
end

-- needs{ layout } → the fields of report.yaml
function layout.needs(args) return fields_of(args.layout) end

local function add_fault(faults, document, position, text, args, hint, severity)
  faults[#faults + 1] = {
    file = document.file, line = position // 65536, column = position % 65536,
    severity = severity or "error", text = text, args = args, hint = hint,
  }
end

local function is_map_of_texts(value)
  if type(value) ~= "table" then return false end
  for key, entry in pairs(value) do
    if type(key) ~= "string" or type(entry) ~= "string" then return false end
  end
  return true
end

-- A text of the field's form, or a list of texts; YAML makes no numbers of its own.
local function read_value(field, value)
  if field.kind == "list" then
    if type(value) == "string" then return list { value } end
    for _, entry in ipairs(value) do
      if type(entry) ~= "string" then return nil end
    end
    return #value > 0 and value or nil
  end
  if field.kind == "map" then return is_map_of_texts(value) and value or nil end
  local form = forms[field.kind]
  if type(value) == "string" and (not form or value:find(form)) then return value end
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
  for _, field in ipairs(fields_of(args.layout)) do
    by_name[field.key] = field
    by_name[field.title] = field
  end
  local others, retired = keys_of_others(args.layout), retired_by(args.layout)
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
    elseif not field and retired[key] then
      add_fault(faults, document, position, N_"the ledger knows {key} now: it is not read any more",
        { key = key }, retired[key].hint or N_"write it down with `zicha problem`, and delete the line",
        "warning")
    elseif not field and others[key] then -- of another paper
    elseif not field then
      add_fault(faults, document, position, N_"unknown key {id}", { id = key },
        N_"`zicha report --needs` lists the keys, in an office `zicha summary --needs`")
    elseif value ~= "" then
      local read = read_value(field, value)
      if read == nil and not (type(value) == "table" and #value == 0) then
        add_fault(faults, document, position, N_"the key {key} wants {kind_term}",
          { key = key, kind_term = kinds[field.kind] })
      end
      values[field.key] = read
    end
  end
  return { values = values, faults = faults }
end

-- build{ layout, … } → { tree, holes }
function layout.build(args)
  local paper = wording.paper(fields_of(args.layout))
  local tree = require(args.layout).build(args, paper)
  return { tree = tree, holes = paper.holes }
end

return layout
