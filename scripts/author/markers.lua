-- The numbers of clauses: 一、（一）1、（1）① and their kin, at the beginning of a line and
-- within it, in half-width and full-width.

local shape = require "shape"

local markers = {}

-- ---- numbers at the beginning of a line ----------------------------------------------

local function eat(line, place, words)
  for _, word in ipairs(words) do
    if line:sub(place, place + #word - 1) == word then return place + #word end
  end
end

local OPEN, CLOSE = { "(", "（" }, { ")", "）" }
local CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"

local function circled(line, place)
  local character = line:match("^\xe2[\x91\x92][\x80-\xbf]", place)
  local found = character and CIRCLED:find(character, 1, true)
  if found then return found // 3 + 1, place + 3 end
end

-- In brackets: a number read by `reader`.
local function bracketed(line, place, reader)
  local inner = eat(line, place, OPEN)
  if not inner then return nil end
  local number, stop = reader(line, inner)
  stop = number and eat(line, stop, CLOSE)
  if stop then return number, eat(line, stop, { "、" }) or stop end
end

-- Each style has a rank: a clause lies beneath the nearest one before it of a lower rank.
-- Returns number, end of the number.
local styles = {
  { rank = 5, read = function(line)
    local number, stop = shape.chinese(line, #"第" + 1)
    if line:sub(1, #"第") ~= "第" or not number then return nil end
    stop = eat(line, stop, { "章", "部分" })
    if stop then return number, stop end
  end },
  { rank = 8, read = function(line)
    local number, stop = shape.chinese(line, #"第" + 1)
    if line:sub(1, #"第") ~= "第" or not number then return nil end
    stop = eat(line, stop, { "条 ", "条　", "条、" })
    if stop then return number, stop end
  end },
  { rank = 10, read = function(line)
    local number, stop = shape.chinese(line, 1)
    stop = number and eat(line, stop, { "、", "．", "." })
    if stop then return number, stop end
  end },
  { rank = 20, read = function(line) return bracketed(line, 1, shape.chinese) end },
  { rank = 30, read = function(line)
    local number, stop = shape.arabic(line, 1)
    stop = number and eat(line, stop, { "、", "．", "." })
    if stop and not shape.arabic(line, stop) then return number, stop end
  end },
  { rank = 35, read = function(line)
    local number, stop = shape.arabic(line, 1)
    stop = number and eat(line, stop, CLOSE)
    if stop then return number, stop end
  end },
  { rank = 40, read = function(line) return bracketed(line, 1, shape.arabic) end },
  { rank = 50, read = function(line) return circled(line, 1) end },
  { rank = 60, read = function(line)
    local number, stop = shape.chinese(line, 1)
    stop = number and eat(line, stop, { "是" })
    if stop then return number, stop end
  end },
}
markers.BARE = 15 -- 一整治…, 二整治…: numbers without any mark

-- rank, number and end of the number that a line begins with; nil if it has none.
function markers.of(line)
  for _, style in ipairs(styles) do
    local number, stop = style.read(line)
    if number and number > 0 then return style.rank, number, stop end
  end
end

-- Lines such as 一整治…, 二整治…, 三整治… count as numbered when the numbers run on and the
-- same word follows them.
-- Returns index of the line → { number, end of it }.
function markers.bare(lines)
  local found, last = {}, nil
  for index, line in ipairs(lines) do
    local number, stop = shape.chinese(line, 1)
    local word = number and not markers.of(line) and shape.first(line:sub(stop), 2)
    if word and last and number == last.number + 1 and word == last.word then
      found[last.index] = found[last.index] or { last.number, last.stop }
      found[index] = { number, stop }
      last = { index = index, number = number, word = word, stop = stop }
    elseif word and number == 1 then
      last = { index = index, number = 1, word = word, stop = stop }
    end
  end
  return found
end

-- ---- numbers within a line -------------------------------------------------------------

local BEFORE = { "：", ":", "；", ";", "。", "，", "," }

-- ① … ② … within one line, and (1) … (2) … behind a mark: where the pieces begin.
local function inner_starts(line, reader, anywhere)
  local starts, wanted = {}, 1
  local place = 1
  while place <= #line do
    local number = reader(line, place)
    if number == wanted and (anywhere or place == 1
      or shape.ends(line:sub(1, place - 1), BEFORE)) then
      starts[#starts + 1] = place
      wanted = wanted + 1
    end
    place = utf8.offset(line, 2, place)
  end
  return #starts > 1 and starts or {}
end

-- One line as the clauses that it holds.
function markers.pieces(line)
  local starts = inner_starts(line, circled, true)
  if #starts == 0 then
    starts = inner_starts(line, function(text, place)
      return bracketed(text, place, shape.arabic)
    end)
  end
  local pieces, from = {}, 1
  for _, start in ipairs(starts) do
    if start > 1 then pieces[#pieces + 1] = line:sub(from, start - 1) end
    from = start
  end
  pieces[#pieces + 1] = line:sub(from)
  return pieces
end

return markers
