-- Where things stand in a file. Beside each value of a document comes a node that
-- mirrors it (host/value/yaml.h): { pos, of, inner }. `of` lists the entries of a map or
-- list in the order of the file, as text, because hardly any position is ever asked for.
-- A position is line × 65536 + column.

local at = {}

-- Where many entries are wrong, looking for each from the beginning would take longer
-- than reading the file. `index` of a node is made when it is asked for the first time.
local LONG = 1000

local function index(node)
  if not node.index then
    local found = { of_key = {}, of_value = {} }
    if at.is_list(node) then
      for position in node.of:gmatch("%d+") do
        found.of_value[#found.of_value + 1] = math.tointeger(tonumber(position))
      end
    else
      for key, of_key, of_value in node.of:gmatch("\n([^\t]*)\t(%d+)\t(%d+)") do
        found.of_key[key] = math.tointeger(tonumber(of_key))
        found.of_value[key] = math.tointeger(tonumber(of_value))
      end
    end
    node.index = found
  end
  return node.index
end

-- The positions of a map's key and of its value.
local function find(node, key)
  if #node.of > LONG then
    local found = index(node)
    return found.of_key[key] or node.pos, found.of_value[key] or node.pos
  end
  local _, last = node.of:find("\n" .. key .. "\t", 1, true)
  if not last then return node.pos, node.pos end
  local of_key, of_value = node.of:match("^(%d+)\t(%d+)", last + 1)
  return math.tointeger(tonumber(of_key)), math.tointeger(tonumber(of_value))
end

function at.key(node, key)
  local of_key = find(node, key)
  return of_key
end

function at.value(node, key)
  if math.type(key) == "integer" then -- an entry of a list
    if #node.of > LONG then return index(node).of_value[key] or node.pos end
    local number = 0
    for position in node.of:gmatch("%d+") do
      number = number + 1
      if number == key then return math.tointeger(tonumber(position)) end
    end
    return node.pos
  end
  local _, of_value = find(node, key)
  return of_value
end

-- The node of an entry that is a map or a list; nil for a scalar.
function at.child(node, key)
  return node.inner and node.inner[tostring(key)]
end

-- The keys of a map in the order of the file.
function at.keys(node)
  local keys = {}
  for key in node.of:gmatch("\n([^\t]*)\t") do keys[#keys + 1] = key end
  return keys
end

-- Maps say so: a list has only positions.
function at.is_map(node)
  return node ~= nil and (node.of == "" or node.of:find("\t", 1, true) ~= nil)
end

function at.is_list(node)
  return node ~= nil and node.of:find("\t", 1, true) == nil
end

-- A whole document as the one entry of a node, so that reading begins like any other.
function at.root(document)
  if type(document.at) == "table" then
    return { pos = document.at.pos, of = "\nroot\t65537\t" .. document.at.pos,
      inner = { root = document.at } }
  end
  return { pos = document.at, of = "\nroot\t65537\t" .. document.at }
end

return at
