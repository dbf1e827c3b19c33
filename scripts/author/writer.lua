-- YAML as a clerk would write it: one value a line, comments behind it.

local writer = {}

local function quoted(text)
  return '"' .. text:gsub("[\\\"]", "\\%0"):gsub("[\n\t]", " ") .. '"'
end

-- A text as a scalar that means exactly it: plain if YAML lets it stand, else quoted.
function writer.scalar(text)
  local plain = text ~= "" and not text:find("^[%-?:,%[%]{}#&*!|>'\"%%@`~ ]")
    and not text:find("[\n\t\\]") and not text:find(": ", 1, true)
    and not text:find(" #", 1, true) and not text:find("[: ]$")
  return plain and text or quoted(text)
end

-- The same within { } and [ ].
function writer.inner(text)
  return text:find("[,%[%]{}]") and quoted(text) or writer.scalar(text)
end

-- A sheet collects lines: sheet:put(depth, key, value, comment), …
local methods = {}

local function with(line, comment)
  return comment and line .. "  # " .. comment or line
end

local function add(sheet, line) sheet[#sheet + 1] = line end

function methods.put(sheet, depth, key, value, comment)
  add(sheet, with(("  "):rep(depth) .. key .. ": " .. writer.scalar(value), comment))
end

-- A key whose value follows beneath.
function methods.open(sheet, depth, key, comment)
  add(sheet, with(("  "):rep(depth) .. key .. ":", comment))
end

-- The first key of an entry of a list.
function methods.entry(sheet, depth, key, value, comment)
  add(sheet, with(("  "):rep(depth) .. "- " .. key .. ": " .. writer.scalar(value), comment))
end

-- An entry that is a text.
function methods.item(sheet, depth, value, comment)
  add(sheet, with(("  "):rep(depth) .. "- " .. writer.scalar(value), comment))
end

function methods.comment(sheet, depth, text)
  add(sheet, ("  "):rep(depth) .. "# " .. text)
end

function methods.line(sheet, text) add(sheet, text or "") end

function methods.text(sheet) return table.concat(sheet, "\n") .. "\n" end

function writer.sheet()
  local sheet = {}
  for name, method in pairs(methods) do sheet[name] = method end
  return sheet
end

return writer
