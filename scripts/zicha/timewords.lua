-- What documents write about time, as values. All forms that the fourteen plans use are
-- here (docs/time.md lists them); a text that is none of them is refused with a
-- reason, because a deadline that nobody understood must not look like one that is kept.
--
-- A value is { kind, text = the words as written, blank = whether something is left to
-- fill, … }; when.lua says what stands in it and what it means in days.

local fault = require "fault"
local point = require "point"

local N_ = fault.N_

local timewords = {}

local before_words = { "以前", "之前", "前" }

-- Takes «前» from the beginning of a text: whether it stood there, and what follows.
local function take_before(text)
  local word, rest = point.word(text, before_words)
  return word ~= nil, rest, word
end

local function refuse(text, reason, hint)
  local message = fault.message(reason, { text = text })
  message.hint = hint
  return nil, message
end

-- ---- what comes again and again ----------------------------------------------------

local function number(digits)
  return digits:find("_", 1, true) and digits or math.tointeger(tonumber(digits))
end

local part_day = { upper = 10, middle = 20, lower = "end" }

-- The day of a month: 28日, 底, 上旬. Sets day, or leaves it.
local function take_month_day(value, text)
  local digits, rest = text:match("^([%d_]+)日(.*)$")
  if not digits then digits, rest = text:match("^([%d_]+)号(.*)$") end
  if digits and (#digits <= 2 or digits:find("^_+$")) then
    value.day = number(digits)
    return rest
  end
  local word
  word, rest = point.word(text, { "底", "末", "最后一日", "最后1日", "最后一天", "最后1天" })
  if word then
    value.day = "end"
    return rest
  end
  for _, third in ipairs { { "上旬", "upper" }, { "中旬", "middle" }, { "下旬", "lower" } } do
    word, rest = point.word(text, { third[1] })
    if word then
      value.part, value.day = third[2], part_day[third[2]]
      return rest
    end
  end
  return text
end

-- Nothing may be left, and «前» belongs to a day.
local function ended(value, text)
  value.before, text = take_before(text)
  local named = value.day or value.weekday or value.month or value.last
  return text == "" and (named or not value.before) and value or nil
end

local function read_monthly(text)
  local word, rest = point.word(text, { "每个月", "每月", "按月", "逐月", "次月" })
  if not word then return nil end
  local value = { kind = "monthly" }
  rest = take_month_day(value, rest)
  if word == "次月" then
    if not value.day then return nil end
    value.next_month = true
  end
  if value.day then rest = point.take_time(value, rest) end
  return ended(value, rest)
end

local weekdays = { ["一"] = 1, ["二"] = 2, ["三"] = 3, ["四"] = 4, ["五"] = 5, ["六"] = 6,
  ["日"] = 7, ["天"] = 7, ["末"] = 7 }

local function read_weekly(text)
  local word, rest = point.word(text, { "每周", "每星期", "按周", "逐周" })
  if not word then return nil end
  local value = { kind = "weekly" }
  local character = rest:match("^" .. utf8.charpattern)
  if character and weekdays[character] then
    value.weekday, rest = weekdays[character], rest:sub(#character + 1)
  end
  if value.weekday then rest = point.take_time(value, rest) end
  return ended(value, rest)
end

local nth_month = { { "首月", 1 }, { "第1个月", 1 }, { "第2个月", 2 }, { "第3个月", 3 },
  { "末月", 3 }, { "最后一个月", 3 }, { "最后1个月", 3 }, { "末", 3 }, { "底", 3 } }

local function read_quarterly(text)
  local word, rest = point.word(text, { "每个季度", "每季度", "每季", "按季度", "按季", "逐季" })
  if not word then return nil end
  local value = { kind = "quarterly" }
  for _, pair in ipairs(nth_month) do
    local found, after = point.word(rest, { pair[1] })
    if found then
      value.month, rest = pair[2], after
      value.last = (found == "末" or found == "底") and "末" or nil
      break
    end
  end
  if not value.last then rest = take_month_day(value, rest) end
  return ended(value, rest)
end

local function read_half_yearly(text)
  local word, rest = point.word(text, { "每半年", "按半年", "逐半年" })
  if not word then return nil end
  local last, after = point.word(rest, { "末", "底" })
  return ended({ kind = "half_yearly", last = last }, after)
end

local function read_yearly(text)
  local word, rest = point.word(text, { "每年度", "每年", "按年度", "按年", "逐年" })
  if not word then return nil end
  local value = { kind = "yearly" }
  local found, after = point.word(rest, { "底", "末" })
  if found then
    value.day, rest = "end", after
  else
    local digits
    digits, after = rest:match("^([%d_]+)月(.*)$")
    if digits and #digits <= 2 then
      value.month = number(digits)
      rest = take_month_day(value, after)
    end
  end
  return ended(value, rest)
end

local quota_per = { { "全年", "year" }, { "每年", "year" }, { "1年", "year" },
  { "每半年", "half_year" }, { "每个季度", "quarter" }, { "每季度", "quarter" },
  { "每季", "quarter" }, { "每个月", "month" }, { "每月", "month" }, { "每周", "week" } }

local function read_quota(text)
  for _, pair in ipairs(quota_per) do
    local word, rest = point.word(text, { pair[1] })
    if word then
      local _, after = point.word(rest, { "内" })
      local at_least
      at_least, after = point.word(after, { "不得少于", "不少于", "不低于", "至少" })
      local digits, left = after:match("^([%d_]+)次(.*)$")
      if digits and (left == "" or left == "以上") and #digits <= 4 then
        return { kind = "quota", per = pair[2], per_text = word, times = number(digits),
          at_least_text = at_least or left ~= "" and "不少于" or "" }
      end
    end
  end
end

-- ---- durations -------------------------------------------------------------------------

local duration_units = { { "个工作日", "workday" }, { "工作日", "workday" },
  { "个自然日", "day" }, { "自然日", "day" }, { "日", "day" }, { "天", "day" },
  { "个星期", "week" }, { "周", "week" }, { "个月", "month" }, { "年", "year" },
  { "个小时", "hour" }, { "小时", "hour" } }

local function take_unit(text)
  for _, pair in ipairs(duration_units) do
    local word, rest = point.word(text, { pair[1] })
    if word then return pair[2], rest end
  end
end

-- 30日内, 1-2个月时间, 半年, 5个工作日. `most` is the end of the time that is allowed.
local function read_duration(text)
  local use, rest = point.word(text, { "利用", "为期", "历时", "用" })
  local value = { kind = "duration" }
  local half, after = point.word(rest, { "半年", "半个月" })
  if half then
    value.most, value.unit = half == "半年" and 6 or 15, half == "半年" and "month" or "day"
    value.half, rest = half, after
  else
    local digits
    digits, rest = rest:match("^([%d_]+)(.*)$")
    if not digits or #digits > 4 then return nil end
    value.most = number(digits)
    local second = point.dash(rest)
    if second then
      value.least = value.most
      digits, rest = second:match("^([%d_]+)(.*)$")
      if not digits or #digits > 4 then return nil end
      value.most = number(digits)
    end
    value.unit, rest = take_unit(rest)
    if not value.unit then return nil end
  end
  value.use = use
  value.time, rest = point.word(rest, { "的时间", "时间" })
  value.within, rest = point.word(rest, { "以内", "之内", "内" })
  return rest == "" and value or nil
end

local markers = { "之日起", "当日起", "日起", "以后", "之后", "后", "起" }

-- 印发, 本方案印发, 通知下发 …: the plan itself, not some other document.
local function is_issue(anchor)
  for _, word in ipairs { "本", "该", "实施", "方案", "通知", "文件" } do
    anchor = anchor:gsub(word, "")
  end
  for _, word in ipairs { "印发", "发文", "发布", "下发", "即" } do
    if anchor == word then return true end
  end
  return false
end

-- The first duration behind a marker, and what stands before the marker.
local function split_at(text, marker)
  local first, last = text:find(marker, 2, true)
  while first do
    local value = read_duration((text:sub(last + 1):gsub("^,", "")))
    if value then return value, text:sub(1, first - 1) end
    first, last = text:find(marker, last + 1, true)
  end
end

-- 印发后一个月内, 发文之日起30日内, 检查结束后5个工作日内, 2023年5月1日起10日内.
local function read_relative(text)
  for _, marker in ipairs(markers) do
    local value, before = split_at(text, marker)
    local _, anchor = point.word(before or "", { "自", "从", "在" })
    if value and anchor ~= "" then
      local at, rest = point.take(anchor .. (marker == "日起" and "日" or ""))
      value.kind = "relative"
      if is_issue(anchor) then
        value.anchor = "issued"
      elseif at and rest == "" and not at.bare then
        value.anchor, value.from = "day", at
      else
        value.anchor, value.event = "event", anchor
      end
      return value
    end
  end
end

-- ---- points and ranges -----------------------------------------------------------------

-- The kind of a point that stands alone.
local function kind_of(at)
  if at.day or at.part == "end" then return "day" end
  if at.half or at.quarter then return "part_of_year" end
  if at.part then return "third" end
  if at.month or at.month_offset then return "month" end
  return "year"
end

local first_of = { upper = 1, middle = 11, lower = 21, ["end"] = 31 }
local last_of = { upper = 10, middle = 20, lower = 31, ["end"] = 31 }

-- How two units of a range stand to each other: "less", "more", "same", or nil if that
-- cannot be known. What the end leaves out it has from the start.
local function order(a, b)
  if b == nil then return "same" end
  if not (point.known(a) and point.known(b)) then return nil end
  return b < a and "less" or b > a and "more" or "same"
end

-- Whether the end of a range is before its start, as far as both are known.
local function is_backwards(from, to)
  if from.issued or from.year_offset or to.year_offset or from.month_offset
    or to.month_offset then return false end
  local years = order(from.year, to.year)
  if years ~= "same" then return years == "less" end
  if not to.month and not to.day and not to.half and not to.quarter
    and (to.bare_year or not to.part) then return false end -- the whole year, or its end
  local month = from.month or point.months(from) or from.part == "end" and 12 or nil -- 年底
  local _, last = point.months(to)
  local months = order(month, to.month or last)
  if months ~= "same" then return months == "less" end
  return order(from.day or first_of[from.part], to.day or last_of[to.part]) == "less"
end

-- The first reason why a range is none: an end that leaves something out is looked at
-- with what the start says.
local function range_impossible(from, to)
  local whole = { year = to.year or from.year, month = to.month or to.day and from.month,
    day = to.day }
  return point.impossible(from) or point.impossible(whole)
end

local function is_anchored(at)
  return at.year or at.year_offset or at.bare_year or at.month or at.month_offset
    or at.half or at.quarter or at.issued
end

local function read_range(text, from, rest)
  local to, after = point.take(rest)
  if not to or to.bare or to.issued then return nil end
  point.settle(from, to)
  if from.bare or not is_anchored(from) then return nil end
  local ending, last = point.word(after, { "以前", "之前", "前", "结束", "为止", "止" })
  if last ~= "" then return nil end
  local reason = range_impossible(from, to)
  if reason then return refuse(text, reason) end
  if is_backwards(from, to) then
    return refuse(text, N_"{text}: the end is before the start",
      N_"write the year of the end, such as 次年2月")
  end
  local value = { kind = "range", from = from, to = to }
  if ending and ending:sub(-#"前") == "前" then value.before = true end
  if from.month_offset and to.month_offset then value.kind = "window" end
  return value
end

-- One point, and what a word behind it makes of it.
local function read_one(text, at, rest, started, until_then)
  if at.bare or not is_anchored(at) then return nil end -- a lone 15日 is a duration
  local reason = point.impossible(at)
  if reason then return refuse(text, reason) end
  if started then return rest == "" and { kind = "since", from = at } or nil end
  if at.issued then return nil end
  local before, last, word = take_before(rest)
  if last == "内" and (kind_of(at) == "year" or at.half or at.quarter) then
    before, last, word = true, "", "内"
  end
  if last ~= "" then return nil end
  if before or until_then then return { kind = "before", to = at, before_text = word } end
  local kind = kind_of(at)
  if kind == "month" and at.month_offset then
    return { kind = "window", at = at, from = at, to = at }
  end
  return { kind = kind, at = at }
end

local function read_points(text, plain)
  local until_then, body = point.word(plain, { "截止到", "截至", "截止" })
  if not until_then then
    local _
    _, body = point.word(plain, { "自", "从" })
  end
  local at, rest = point.take(body)
  if not at then return nil end
  local started, after = point.word(rest, { "起", "开始" })
  local _, second = point.word(after, { "," })
  second = point.dash(second)
  if second and not until_then then return read_range(text, at, second) end
  return read_one(text, at, after, started, until_then)
end

-- ---- words -----------------------------------------------------------------------------

local at_once = { ["及时"] = true, ["立即"] = true, ["即时"] = true, ["马上"] = true,
  ["即刻"] = true, ["立行立改"] = true, ["第一时间"] = true }
local any_time = { ["随时"] = true }

-- What must have happened before: 会议闭幕后, 自查自纠结束后. A date gone wrong is none.
local event_ends = { "闭幕", "结束", "之日", "完成", "期间", "以后", "之后", "后", "以前",
  "之前", "前", "之时", "时", "起" }

local function read_event(text, plain)
  if plain:find("[%d_]月") or plain:find("[%d_]日") or plain:find("[%d_]%-[%d_]")
    or plain:find("^每") or plain:find("^[%d_]") and not plain:find("年", 1, true) then
    return nil
  end
  for _, word in ipairs(event_ends) do
    local what = plain:sub(-#word) == word and plain:sub(1, -#word - 1)
    if what and what ~= "" and not what:find("^[%d_]+年$") then
      return { kind = "event", event = text }
    end
  end
end

-- Each gives a value, or nil (not this form), or nil and a reason (this form, but wrong).
local readers = { read_quota, read_monthly, read_weekly, read_quarterly, read_half_yearly,
  read_yearly, read_duration, read_relative }

-- The day of a month that comes again, and of a yearly date.
local function in_bounds(value)
  if value.kind == "yearly" then
    return point.impossible { month = value.month,
      day = value.day ~= "end" and value.day or nil }
  end
  return point.known(value.day) and point.impossible { day = value.day } or nil
end

local function has_blank(value)
  if value.event and value.event:find("__", 1, true) then return true end
  for _, name in ipairs { "day", "month", "times", "most", "least" } do
    local part = value[name]
    if type(part) == "string" and part:find("_", 1, true) then return true end
  end
  for _, name in ipairs { "at", "from", "to" } do
    if value[name] and point.is_blank(value[name]) then return true end
  end
  return false
end

local function wrong_numbers(value)
  if value.times == 0 or value.most == 0 then return N_"{text}: a number above 0 is needed" end
  if point.known(value.least) and point.known(value.most) and value.most < value.least then
    return N_"{text}: the end is before the start"
  end
  return in_bounds(value)
end

-- Reads a text. Returns the value, or nil and a message {text, args, hint}.
function timewords.read(text)
  local plain = point.plain(text):gsub("前完成$", "前")
  local value, reason
  if at_once[plain] then value = { kind = "at_once" } end
  if any_time[plain] then value = { kind = "any_time" } end
  if not value then value, reason = read_points(text, plain) end
  for _, reader in ipairs(readers) do
    if value or reason then break end
    value = reader(plain)
  end
  if not value and not reason then value = read_event(text, plain) end
  if reason then return nil, reason end
  if not value then
    return refuse(text, N_"{text} says no time that is understood",
      N_"write it like 2023年5月10日, 3月至5月, 5月底前, 每月28日前 or 印发后一个月内")
  end
  local wrong = wrong_numbers(value)
  if wrong then return refuse(text, wrong) end
  value.text = text
  value.blank = has_blank(value)
  return value
end

return timewords
