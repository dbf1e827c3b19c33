-- Time as plans speak of it. when.read gives a value; the other functions say which days
-- it means. A value is data, so that it can be sent and kept:
--
--   kind         holds                                   such as
--   day          at                                      2023年5月10日, 2023年2月底, 年底
--   month        at                                      2023年5月
--   third        at                                      2023年9月中旬
--   part_of_year at                                      2023年上半年, 第三季度
--   year         at                                      2023年
--   range        from, to, before                        2023年3月至5月, 11月-12月
--   before       to, before_text                         2023年5月以前, 年底前
--   since        from                                    即日起, 2023年3月起
--   window       from, to: days of this and last month   上月26日至本月25日
--   monthly      day, part, before, next_month, hour     每月28日, 每月底前, 次月5日前
--   weekly       weekday, hour, minute, before           每周五17:00前
--   quarterly    month (1 to 3), day, last, before       按季度, 每季度末月25日前
--   half_yearly  last, before                            每半年
--   yearly       month, day, before                      每年12月10日前
--   quota        per, times                              全年不少于2次
--   duration     least, most, unit, within               利用1-2个月时间, 15日内
--   relative     the same, anchor, event, from           印发后一个月内
--   event        event                                   会议闭幕后
--   at_once, any_time                                    及时; 随时
--
-- at, from and to are points (point.lua). Every value has `text`, the words as written,
-- and `blank`: whether something is left to fill in (20__年). What a blank leaves open is
-- not guessed: such a value means no days, and compares with nothing.
--
-- A context says when the plan was issued and runs: { issued, period = {from, to}, today,
-- calendar }, days as ISO texts, all of it optional; calendar is of calendar.lua.

local deadlines = require "deadlines"
local point = require "point"
local spans = require "spans"
local timewords = require "timewords"

local when = {}

-- when.read(text): the value, or nil and a message {text, args, hint} for a fault.
when.read = timewords.read

-- Which days a value means, and the last day of a duration that begins on a day.
when.span = spans.span
when.after = spans.after

-- Deadlines: the next, all between two days, all while the plan runs, and what a change does to one.
when.due = deadlines.due
when.occurrences = deadlines.occurrences
when.of_plan = deadlines.of_plan
when.compare = deadlines.compare

local weekday_print = { "一", "二", "三", "四", "五", "六", "日" }
local month_print = { "首月", "第二个月", "末月" }
local part_print = { upper = "上旬", middle = "中旬", lower = "下旬" }

local function print_day(value)
  if value.part then return part_print[value.part] end
  if value.day == "end" then return "底" end
  return value.day and value.day .. "日" or ""
end

local function and_before(value) return value.before and "前" or "" end

local prints = {}

function prints.day(value) return point.print(value.at) end
prints.month, prints.third, prints.year = prints.day, prints.day, prints.day
prints.part_of_year = prints.day

function prints.range(value)
  local from = point.print(value.from) .. (value.from.issued and "起" or "")
  return from .. "至" .. point.print(value.to) .. and_before(value)
end

function prints.window(value)
  return value.at and point.print(value.at) or prints.range(value)
end

function prints.before(value)
  local text = point.print(value.to)
  return value.before_text and text .. value.before_text or "截至" .. text
end

function prints.since(value) return point.print(value.from) .. "起" end

function prints.monthly(value)
  return (value.next_month and "次月" or "每月") .. print_day(value)
    .. point.print_time(value) .. and_before(value)
end

function prints.weekly(value)
  return "每周" .. (weekday_print[value.weekday] or "") .. point.print_time(value)
    .. and_before(value)
end

function prints.quarterly(value)
  return "每季度" .. (value.last or month_print[value.month] or "") .. print_day(value)
    .. and_before(value)
end

function prints.half_yearly(value)
  return "每半年" .. (value.last and "末" or "") .. and_before(value)
end

function prints.yearly(value)
  return "每年" .. (value.month and value.month .. "月" or "") .. print_day(value)
    .. and_before(value)
end

function prints.quota(value)
  return (value.per_text == "1年" and "全年" or value.per_text) .. value.at_least_text
    .. value.times .. "次"
end

-- In Chinese for papers: one way of writing for all that is counted in days, blanks as
-- they are; other words stay those of the document.
function when.print(value)
  local print_kind = prints[value.kind]
  if print_kind then return print_kind(value) end
  return (value.text:gsub("^%s+", ""):gsub("%s+$", ""))
end

return when
