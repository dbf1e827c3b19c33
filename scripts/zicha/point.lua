-- A point of time as documents write it: 2023年5月10日, 2023年2月底, 9月中旬, 年底, 即日.
--
-- A point keeps what is written, { year, month, day, part, hour, minute }: a whole number,
-- or the text of a blank such as "20__", or nil where the document leaves it out. `part` is
-- "end" (底) of the month or year, or "upper", "middle", "lower" (旬) of the month. `half`
-- and `quarter` are 上半年 and 第三季度 of the year, by their number, in place of the month.
-- year_offset and month_offset stand for 今年, 次年, 本月 …; issued = true is 即日.

local days = require "days"
local fault = require "fault"

local N_ = fault.N_

local point = {}

-- Full-width digits, blanks and signs are the ASCII ones; spaces mean nothing.
local narrow = { ["＿"] = "_", ["："] = ":", ["／"] = "/", ["，"] = ",", ["　"] = "",
  ["\u{a0}"] = "", [" "] = "", ["\t"] = "" }
for digit = 0, 9 do narrow[utf8.char(0xff10 + digit)] = tostring(digit) end

local numeral = { ["〇"] = 0, ["零"] = 0, ["一"] = 1, ["二"] = 2, ["两"] = 2, ["三"] = 3,
  ["四"] = 4, ["五"] = 5, ["六"] = 6, ["七"] = 7, ["八"] = 8, ["九"] = 9, ["十"] = 10 }

-- What follows a number; 一 before anything else is a dash (月一__月) or a word (周一).
local units = { ["年"] = true, ["月"] = true, ["日"] = true, ["号"] = true, ["天"] = true,
  ["个"] = true, ["周"] = true, ["次"] = true, ["工"] = true, ["小"] = true, ["至"] = true,
  ["到"] = true, ["-"] = true, ["—"] = true, ["–"] = true, ["～"] = true, ["~"] = true }

-- 十五 → 15, 二〇二三 → 2023.
local function value_of(run)
  local tens, digits
  for index, character in ipairs(run) do
    local digit = numeral[character]
    if digit == 10 then
      tens = (index == 1 and 1 or tonumber(digits)) * 10
      digits = "0"
    else
      digits = (tens and "" or digits or "") .. digit
    end
  end
  return tens and tostring(tens + tonumber(digits)) or digits
end

-- One way to write what can be written in several. For reading only: what people see is
-- the text as it stands.
function point.plain(text)
  local out, run = {}, {}
  local function flush(next_character)
    if #run > 0 then
      out[#out + 1] = units[next_character] and value_of(run) or table.concat(run)
      run = {}
    end
  end
  for character in text:gmatch(utf8.charpattern) do
    character = narrow[character] or character
    if numeral[character] then
      run[#run + 1] = character
    elseif character ~= "" then -- the space between 10 and 日
      flush(character)
      out[#out + 1] = character
    end
  end
  flush("")
  return table.concat(out)
end

-- The first of `words` that `text` begins with, and what follows it.
function point.word(text, words)
  for _, word in ipairs(words) do
    if text:sub(1, #word) == word then return word, text:sub(#word + 1) end
  end
  return nil, text
end

local dashes = { "——", "—", "–", "－", "―", "～", "~", "-", "至", "到" }

-- What follows a dash, or nil. 一 is one where a digit or a blank follows: scanned
-- documents have it (P04: 20__年__月一__月).
function point.dash(text)
  local dash, rest = point.word(text, dashes)
  if dash then return rest end
  return text:match("^一([%d_].*)$")
end

local function begins(text, word) return text:sub(1, #word) == word end

-- A number, a blank as its text, or nil: too many digits to be one.
local function read_number(text, most)
  if text:find("^_+$") then return text end
  if #text > most then return nil end
  return text:find("_", 1, true) and text or math.tointeger(tonumber(text))
end

local function read_year(text)
  local value = read_number(text, 4)
  return (#text == 4 or text:find("^_+$")) and value or nil
end

local year_words = { "今年", "本年", "当年", "明年", "次年", "翌年" }
local year_offset = { ["今年"] = 0, ["本年"] = 0, ["当年"] = 0, ["明年"] = 1, ["次年"] = 1,
  ["翌年"] = 1 }
local month_words = { "本月", "当月", "上月", "下月" }
local month_offset = { ["本月"] = 0, ["当月"] = 0, ["上月"] = -1, ["下月"] = 1 }
local part_words = { "底", "末", "上旬", "中旬", "下旬" }
local part_of = { ["底"] = "end", ["末"] = "end", ["上旬"] = "upper", ["中旬"] = "middle",
  ["下旬"] = "lower" }

local function take_iso(text)
  local year, month, day, rest =
    text:match("^([%d_][%d_][%d_][%d_])[-/]([%d_][%d_]?)[-/]([%d_][%d_]?)(.*)$")
  if not year then
    year, month = text:match("^([%d_][%d_][%d_][%d_])%-([%d_][%d_])$")
    rest = ""
  end
  if not year then return nil end
  return { year = read_number(year, 4), month = read_number(month, 2),
    day = day and read_number(day, 2) }, rest
end

local function take_year(at, text)
  local word, rest = point.word(text, year_words)
  if word then
    at.year_offset = year_offset[word]
  else
    local digits
    digits, rest = text:match("^([%d_]+)年(.*)$")
    if digits then
      at.year = read_year(digits)
      if not at.year then return text end
    elseif begins(text, "年底") or begins(text, "年末") then
      at.bare_year, rest = true, text:sub(#"年" + 1)
    else
      return text
    end
  end
  local part, after = point.word(rest, { "底", "末" })
  if part then
    at.part = "end"
    return after
  end
  return rest
end

local quarters = { ["一"] = 1, ["二"] = 2, ["三"] = 3, ["四"] = 4, ["1"] = 1, ["2"] = 2,
  ["3"] = 3, ["4"] = 4 }

-- 上半年, 下半年; 第三季度, 3季度, 第__季度.
local function take_part_of_year(at, text)
  local half, rest = point.word(text, { "上半年", "下半年" })
  if half then
    at.half = half == "上半年" and 1 or 2
  else
    local _, after = point.word(text, { "第" })
    local blank = after:match("^_+")
    local number = blank or after:match("^" .. utf8.charpattern)
    local found
    found, rest = point.word(after:sub(#(number or "") + 1), { "季度" })
    at.quarter = found and (blank or quarters[number]) or nil
    if not at.quarter then return text end
  end
  local part, last = point.word(rest, { "底", "末" })
  at.part = part and "end" or nil
  return last
end

local function take_month(at, text)
  local word, rest = point.word(text, month_words)
  if word then
    at.month_offset = month_offset[word]
  elseif begins(text, "月底") or begins(text, "月末") then
    at.month_offset, at.bare_month, rest = 0, true, text:sub(#"月" + 1)
  else
    local digits
    digits, rest = text:match("^([%d_]+)月(.*)$")
    at.month = digits and read_number(digits, 2)
    if not at.month then -- in 5月上旬至中旬 the month is that of the start
      local third, after = point.word(text, { "上旬", "中旬", "下旬" })
      at.part = third and part_of[third]
      return after
    end
  end
  local _, after = point.word(rest, { "份" })
  local part
  part, rest = point.word(after, part_words)
  at.part = part and part_of[part]
  return rest
end

-- The day; without 日 it is one only before a dash (20__年__月__-__日), where it may as
-- well be a month or a year (3-5月): its unit is that of what follows.
local function take_day(at, text)
  local digits, rest = text:match("^([%d_]+)日(.*)$")
  if not digits then digits, rest = text:match("^([%d_]+)号(.*)$") end
  if digits then
    at.day = read_number(digits, 2)
    return at.day and rest or text
  end
  digits, rest = text:match("^([%d_]+)(.*)$")
  if digits and point.dash(rest) then
    at.bare = digits
    return rest
  end
  return text
end

-- 17:00, 17时, 下午5点30分.
function point.take_time(at, text)
  local half, rest = point.word(text, { "上午", "下午", "晚上" })
  local hour, minute, after = rest:match("^(%d%d?):(%d%d)(.*)$")
  if not hour then
    hour, after = rest:match("^(%d%d?)时(.*)$")
    if not hour then hour, after = rest:match("^(%d%d?)点(.*)$") end
    if not hour then return text end
    minute = after:match("^(%d%d?)分")
    if minute then after = after:sub(#minute + #"分" + 1) end
  end
  hour, minute = math.tointeger(tonumber(hour)), math.tointeger(tonumber(minute or 0))
  if half and half ~= "上午" and hour < 12 then hour = hour + 12 end
  if hour > 24 or minute > 59 then return text end
  at.hour, at.minute = hour, minute
  return after
end

-- Takes a point from the beginning of a plain text: the point and what follows it, or nil.
function point.take(text)
  local at, rest = take_iso(text)
  if not at then
    at = {}
    local _, after = point.word(text, { "即日" })
    if after ~= text then
      at.issued = true
      return at, after
    end
    rest = take_year(at, text)
    if at.part ~= "end" then rest = take_part_of_year(at, rest) end
    local whole = at.half or at.quarter
    if not whole and at.part ~= "end" then rest = take_month(at, rest) end
    if not whole and not at.part then rest = take_day(at, rest) end
  end
  if rest == text then return nil end
  if at.day then rest = point.take_time(at, rest) end
  return at, rest
end

-- Gives a number without a unit its own: the first that `to` has.
function point.settle(from, to)
  if not from.bare then return end
  local unit
  if to.year and not from.year then
    unit, from.year = "year", read_year(from.bare)
  elseif to.month and not to.year and not from.month and not from.month_offset then
    unit, from.month = "month", read_number(from.bare, 2)
  elseif to.day and not to.month and from.month then
    unit, from.day = "day", read_number(from.bare, 2)
  end
  if unit and from[unit] then from.bare = nil end
end

local function known(value) return math.type(value) == "integer" end
point.known = known

function point.is_blank(at)
  return type(at.year) == "string" or type(at.month) == "string"
    or type(at.day) == "string" or type(at.quarter) == "string"
end

-- The first and the last month of a point that is a half-year or a quarter.
function point.months(at)
  if at.half then return at.half * 6 - 5, at.half * 6 end
  if known(at.quarter) then return at.quarter * 3 - 2, at.quarter * 3 end
end

-- Why there is no such point, or nil.
function point.impossible(at)
  if known(at.year) and (at.year < 1900 or at.year > 2199) then
    return N_"{text}: no such year is meant here"
  end
  if known(at.month) and (at.month < 1 or at.month > 12) then
    return N_"{text}: a year has the months 1 to 12"
  end
  if known(at.day) then
    local most = known(at.month)
      and days.month_length(known(at.year) and at.year or nil, at.month) or 31
    if at.day < 1 or at.day > most then return N_"{text}: there is no such day" end
  end
end

local thirds = { upper = { 1, 10 }, middle = { 11, 20 }, lower = { 21, 31 } }

-- The first and the last day of a point that is complete: year, and month with the rest.
-- A year is all its days, its parts and a month too; 底 is the last day alone; a third of a
-- month are ten days, the last third what remains. nil: something is missing or there is no
-- such day.
function point.days(at)
  if not known(at.year) then return nil end
  if at.half or at.quarter then
    local from, to = point.months(at)
    if not from then return nil end
    local last = days.iso(at.year, to, days.month_length(at.year, to))
    return at.part == "end" and last or days.iso(at.year, from, 1), last
  end
  if not at.month then
    local last = days.iso(at.year, 12, 31)
    return at.part == "end" and last or days.iso(at.year, 1, 1), last
  end
  if not known(at.month) then return nil end
  local length = days.month_length(at.year, at.month)
  local first, last = 1, length
  if at.part == "end" then
    first = length
  elseif at.part then
    first, last = thirds[at.part][1], math.min(thirds[at.part][2], length)
  elseif at.day then
    if not known(at.day) or at.day > length then return nil end
    first, last = at.day, at.day
  end
  return days.iso(at.year, at.month, first), days.iso(at.year, at.month, last)
end

local part_print = { ["end"] = "底", upper = "上旬", middle = "中旬", lower = "下旬" }
local half_print = { "上半年", "下半年" }
local quarter_print = { "一", "二", "三", "四" }
local offset_year = { [0] = "今年", "次年" }
local offset_month = { [-1] = "上月", [0] = "本月", "下月" }

local function print_time(at)
  return at.hour and ("%d:%02d"):format(at.hour, at.minute) or ""
end
point.print_time = print_time

-- In Chinese for papers; a blank as it is written, what is left out is left out.
function point.print(at)
  if at.issued then return "即日" end
  local text = ""
  if at.year then text = at.year .. "年" end
  if at.bare_year then text = "年" end
  if at.year_offset then text = offset_year[at.year_offset] end
  if at.half then text = text .. half_print[at.half] end
  if at.quarter then
    text = text .. ("第%s季度"):format(quarter_print[at.quarter] or at.quarter)
  end
  if at.month then text = text .. at.month .. "月" end
  if at.month_offset then
    text = text .. (at.bare_month and "月" or offset_month[at.month_offset])
  end
  if at.part then text = text .. (at.quarter and "末" or part_print[at.part]) end
  if at.day then text = text .. at.day .. "日" end
  return text .. print_time(at)
end

return point
