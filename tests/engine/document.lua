-- A document as the host's YAML reader gives it, { file, value, at }, from the little of
-- YAML that tests need: maps and lists of plain scalars by indentation, comments.

local function lines_of(text)
  local lines, number = {}, 0
  for line in text:gmatch("([^\n]*)\n") do
    number = number + 1
    local indent, rest = line:gsub("%s*#.*$", ""):match("^( *)(.-)%s*$")
    if rest ~= "" then lines[#lines + 1] = { number = number, indent = #indent, text = rest } end
  end
  return lines
end

local read_block

-- What follows «key:»: a scalar on the same line, or a block on the next ones.
local function read_value(lines, index, column, text, indent)
  local position = lines[index].number * 65536 + column
  if text ~= "" then return text, nil, index + 1, position end
  local next_line = lines[index + 1]
  if not next_line or next_line.indent <= indent then return "", nil, index + 1, position end
  return read_block(lines, index + 1, next_line.indent)
end

-- The value, its node, and the index of the line after it.
function read_block(lines, index, indent)
  local pos = lines[index].number * 65536 + indent + 1
  local value, node, positions = {}, { pos = pos, inner = {} }, {}
  while lines[index] and lines[index].indent == indent do
    local line = lines[index]
    local entry = line.text:match("^%- +(.*)$")
    if entry and entry:find("^[%l_]+: ") then -- a map in a list begins on its line
      lines[index] = { number = line.number, indent = indent + 2, text = entry }
      local inner
      value[#value + 1], inner, index = read_block(lines, index, indent + 2)
      node.inner[tostring(#value)] = inner
      positions[#positions + 1] = inner.pos
    elseif entry then
      value[#value + 1] = entry
      positions[#positions + 1] = line.number * 65536 + indent + 3
      index = index + 1
    else
      local key, text = line.text:match("^([^:]+): *(.*)$")
      local of_key = line.number * 65536 + indent + 1
      local inner, position
      value[key], inner, index, position =
        read_value(lines, index, indent + #key + 3, text, indent)
      node.inner[key] = inner
      positions[#positions + 1] = ("\n%s\t%d\t%d"):format(key, of_key,
        inner and inner.pos or position or of_key)
    end
  end
  node.of = table.concat(positions, type(positions[1]) == "string" and "" or " ")
  return value, node, index
end

return function(file, text)
  local lines = lines_of(text)
  local value, node = read_block(lines, 1, 0)
  return { file = file, value = value, at = node }
end
