-- The shape of Chinese office prose. A pattern of Lua sees bytes, and a Chinese
-- character is three of them; so a text gets a shadow with one letter a character, in
-- which patterns can look for dates, sentences and lists.

local shape = {}

-- d digit or blank, Y 年, M 月, D 日, S dash, I 一, V 每, B 底, F 前, W 以 or 之, Z 上中下,
-- X 旬, E 初 or 末; marks of the text by a mark of their own; h any other character.
local letters = {}
for letter, characters in pairs {
  d = "0123456789_０１２３４５６７８９＿", Y = "年", M = "月", D = "日", S = "-–—―－～~至到",
  I = "一", V = "每", B = "底", F = "前", W = "以之", Z = "上中下", X = "旬", E = "初末",
  ["("] = "（(〔[", [")"] = "）)〕]", ["."] = "。！？!?", [","] = "，,", [";"] = "；;",
  ["/"] = "、", [":"] = "：:", ["<"] = "“《", [">"] = "”》〞", ["\n"] = "\n",
  [" "] = " \t　",
} do
  for _, code in utf8.codes(characters) do letters[code] = letter end
end

-- { text, shadow, at }: at[i] is where the i-th character begins.
function shape.of(text)
  local shadow, at = {}, {}
  for place, code in utf8.codes(text) do
    shadow[#shadow + 1] = letters[code] or "h"
    at[#at + 1] = place
  end
  at[#at + 1] = #text + 1
  return { text = text, shadow = table.concat(shadow), at = at }
end

-- The text of the characters from i to j, both included.
function shape.cut(s, i, j)
  return s.text:sub(s.at[i], s.at[j + 1] - 1)
end

-- How many characters a text has.
function shape.length(text) return utf8.len(text) or #text end

-- Its first characters.
function shape.first(text, count)
  local stop = utf8.offset(text, count + 1)
  return stop and text:sub(1, stop - 1) or text
end

-- A text without the spaces around it, full-width ones too.
function shape.trim(text)
  local before
  repeat
    before = text
    text = text:gsub("^%s+", ""):gsub("^　", ""):gsub("%s+$", "")
    if text:sub(-3) == "　" then text = text:sub(1, -4) end
  until text == before
  return text
end

-- Whether a text holds one of the words; the one that it holds.
function shape.holds(text, words)
  for _, word in ipairs(words) do
    if text:find(word, 1, true) then return word end
  end
end

-- Whether it ends with one of the words.
function shape.ends(text, words)
  for _, word in ipairs(words) do
    if text:sub(-#word) == word then return word end
  end
end

-- ---- numbers --------------------------------------------------------------------------

local numerals = { ["一"] = 1, ["二"] = 2, ["三"] = 3, ["四"] = 4, ["五"] = 5, ["六"] = 6,
  ["七"] = 7, ["八"] = 8, ["九"] = 9, ["两"] = 2 }

-- The Chinese number below 100 that stands at a byte, and where it ends; or nil.
function shape.chinese(text, place)
  local value, digit, seen = 0, nil, false
  while true do
    local character = text:sub(place, place + 2)
    if character == "十" then
      if value > 0 then return nil end
      value, digit, seen = (digit or 1) * 10, nil, true
    elseif numerals[character] and not digit then
      digit, seen = numerals[character], true
    else
      break
    end
    place = place + 3
  end
  if seen then return value + (digit or 0), place end
end

-- The same of one or two Arabic figures, of either width.
function shape.arabic(text, place)
  local value, count = 0, 0
  while true do
    local figure = text:match("^%d", place)
    local wide = not figure and text:match("^\xef\xbc([\x90-\x99])", place)
    if not figure and not wide then break end
    value = value * 10 + (figure and tonumber(figure) or wide:byte() - 0x90)
    count, place = count + 1, place + (figure and 1 or 3)
  end
  if count == 1 or count == 2 then return math.tointeger(value), place end
end

-- The number that is the whole text, or nil.
function shape.number(text)
  local value, stop = shape.chinese(text, 1)
  if not value then value, stop = shape.arabic(text, 1) end
  return value and stop == #text + 1 and value or nil
end

-- ---- sentences and lists ----------------------------------------------------------------

-- Splits where the shadow has one of `marks`, outside brackets and quotation marks.
-- Empty pieces are left out.
function shape.split(text, marks)
  local s, pieces, from, depth = shape.of(text), {}, 1, 0
  local size = #s.shadow
  local function add(to)
    local piece = from <= to and shape.trim(shape.cut(s, from, to)) or ""
    if piece ~= "" then pieces[#pieces + 1] = piece end
  end
  for i = 1, size do
    local letter = s.shadow:sub(i, i)
    if letter == "(" or letter == "<" then
      depth = depth + 1
    elseif letter == ")" or letter == ">" then
      depth = math.max(depth - 1, 0)
    elseif letter == "\n" then
      depth = 0
    end
    if depth == 0 and marks:find(letter, 1, true) then
      add(i - 1)
      from = i + 1
    end
  end
  add(size)
  return pieces
end

function shape.sentences(text) return shape.split(text, ".;\n") end

-- ---- times --------------------------------------------------------------------------------

local tails = { "^BF()", "^B()", "^WF()", "^F()", "^ZX()", "^E()" }

-- One date at a character: where it ends, and where its year and month end; nil if none.
local function date_at(shadow, place, bare)
  local year = shadow:match("^d+Y()", place)
  local month = shadow:match("^d+M()", year or place)
  local day = shadow:match("^d+D()", month or year or place)
  if day and not month and (year or not bare) then day = nil end
  local stop, tail = day or month or year, nil
  if not stop then return nil end
  for _, pattern in ipairs(tails) do
    tail = tail or shadow:match(pattern, stop)
  end
  if not month and not day and not tail then return nil end -- a mere year
  return tail or stop, year, month
end

local joints = { "^ *S+ *()", "^I()%f[d]" }

-- The next time in a shape from a character on: { from, to, text, first, second }, the
-- last two for a span. A second date without year or month has those of the first.
function shape.time(s, place)
  local shadow = s.shadow
  while true do
    local start = shadow:find("d", place)
    if not start then return nil end
    local stop, year, month = date_at(shadow, start)
    if stop then
      local first = shape.cut(s, start, stop - 1)
      local found = { from = start, to = stop - 1, text = first }
      local joint, last
      -- 5月1-7日: the first day has no 日.
      local half = shadow:match("^d+()", stop)
      for _, pattern in ipairs(joints) do
        joint = joint or shadow:match(pattern, stop)
        if half and not joint then
          joint = month == stop and shadow:match(pattern, half)
          if joint then found.first = shape.cut(s, start, half - 1) .. "日" end
        end
      end
      local second_year, second_month
      if joint then last, second_year, second_month = date_at(shadow, joint, true) end
      if last then
        found.to = last - 1
        found.text = shape.cut(s, start, last - 1)
        found.first = found.first or first
        found.second = shape.cut(s, joint, last - 1)
        if not second_month and month then
          found.second = shape.cut(s, start, month - 1) .. found.second
        elseif not second_year and year then
          found.second = shape.cut(s, start, year - 1) .. found.second
        end
      end
      return found
    end
    place = shadow:match("^d+()", start)
  end
end

-- All times of a text.
function shape.times(text)
  local s, found, place = shape.of(text), {}, 1
  while true do
    local time = shape.time(s, place)
    if not time then return found end
    found[#found + 1] = time
    place = time.to + 1
  end
end

return shape
