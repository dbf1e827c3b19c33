-- Every way in which the fourteen plans speak of time, one by one; then dashes, blanks,
-- mistakes, days, deadlines and comparing.

local tap = require "tap"
local when = require "when"

local context = { issued = "2023-02-20", period = { from = "2023-03-01", to = "2023-12-31" },
  today = "2023-05-20" }

-- The days of a text: "2023-05-01 2023-05-31", - for an open or unknown end.
local function span(text, own)
  local value, message = when.read(text)
  if not value then return "refused: " .. message.text end
  local from, to = when.span(value, own or context)
  return (from or "-") .. " " .. (to or "-")
end

local function form(text, kind, days, printed, own)
  tap.test(("«%s» is read as %s"):format(text, kind), function(same)
    local value, message = when.read(text)
    same(message, nil, "message")
    same(value and value.kind, kind, "kind")
    same(value.text, text, "text")
    same(value.blank, text:find("_", 1, true) ~= nil, "blank")
    same(span(text, own), days, "span")
    same(when.print(value), printed or text, "print")
  end)
end

-- ---- the forms of the seeds, as they stand there: with blanks, nothing is guessed -------

form("20__年__月至__月", "range", "- -")
form("20__年__月-__月", "range", "- -", "20__年__月至__月")
form("20__年__月一__月", "range", "- -", "20__年__月至__月")
form("20__年__月至20__年__月", "range", "- -")
form("20__年__月__日至20__年2月", "range", "- -")
form("20__年__月__日-20__年__月__日", "range", "- -", "20__年__月__日至20__年__月__日")
form("20__年__月__日至__月__日", "range", "- -")
form("20__年__月__-__日", "range", "- -", "20__年__月__日至__日")
form("__月__日—__月__日", "range", "- -", "__月__日至__月__日")
form("20__年__月__日前", "before", "- -")
form("20__年底前", "before", "- -")
form("202_年2月底", "day", "- -")
form("20__年__月__日", "day", "- -")
form("20__年__月__日-__日", "range", "- -", "20__年__月__日至__日")
form("20__年__月__日-__月__日", "range", "- -", "20__年__月__日至__月__日")
form("20__年__月—20__年__月", "range", "- -", "20__年__月至20__年__月")
form("20__年__月", "month", "- -")
form("__月底前", "before", "- -")
form("20__年__月底前", "before", "- -")
form("__月__日前", "before", "- -")
form("20__年__月以前", "before", "- -")
form("20__年__月中旬", "third", "- -")
form("11月-12月", "range", "2023-11-01 2023-12-31", "11月至12月")
form("20__年2月", "month", "- -")
form("每月__日前", "monthly", "- -")
form("每月28日", "monthly", "- -")
form("按季度", "quarterly", "- -", "每季度")
form("印发后一个月内", "relative", "2023-02-20 2023-03-20")
form("上月__日至本月__日", "window", "- -")
form("利用1-2个月时间", "duration", "- -")
form("20__年底", "day", "- -")
form("每半年", "half_yearly", "- -")
form("全年不少于2次", "quota", "- -")
form("即日起", "since", "2023-02-20 -")
form("会议闭幕", "event", "- -")
form("会议闭幕后", "event", "- -")
form("每周五17:00前", "weekly", "- -")
form("从20__年__月__日开始，到20__年__月__日结束", "range", "- -",
  "20__年__月__日至20__年__月__日")
form("今年3月起到202_年2月底", "range", "- -", "今年3月至202_年2月底")
form("从20__年开始", "since", "- -", "20__年起")

-- ---- the same forms filled in -----------------------------------------------------------

form("2023年3月至5月", "range", "2023-03-01 2023-05-31")
form("2023年11月至2024年2月", "range", "2023-11-01 2024-02-29")
form("2023年3月15日至2024年2月", "range", "2023-03-15 2024-02-29")
form("2023年3月1日-2023年4月30日", "range", "2023-03-01 2023-04-30",
  "2023年3月1日至2023年4月30日")
form("2023年3月1日至4月30日", "range", "2023-03-01 2023-04-30")
form("2023年3月1-15日", "range", "2023-03-01 2023-03-15", "2023年3月1日至15日")
form("2023年3月1日-15日", "range", "2023-03-01 2023-03-15", "2023年3月1日至15日")
form("3月1日—4月30日", "range", "2023-03-01 2023-04-30", "3月1日至4月30日")
form("2023年3-5月", "range", "2023-03-01 2023-05-31", "2023年3月至5月")
form("2023-2025年", "range", "2023-01-01 2025-12-31", "2023年至2025年")
form("2023年11月至次年2月", "range", "2023-11-01 2024-02-29")
form("11月至2024年2月", "range", "2023-11-01 2024-02-29")
form("3月至2024年3月", "range", "2024-03-01 2024-03-31")
form("2023年3月1日至年底", "range", "2023-03-01 2023-12-31")
form("5月10日至月底", "range", "2023-05-10 2023-05-31")
form("2023年5月上旬至中旬", "range", "2023-05-01 2023-05-20")
form("即日起至2023年6月30日", "range", "2023-02-20 2023-06-30")
form("即日起至6月底前", "range", "2023-02-20 2023-06-30")
form("自2023年3月1日起至2023年6月30日止", "range", "2023-03-01 2023-06-30",
  "2023年3月1日至2023年6月30日")
form("今年3月起到2024年2月底", "range", "2023-03-01 2024-02-29", "今年3月至2024年2月底")
form("2023年5月10日", "day", "2023-05-10 2023-05-10")
form("2023-05-10", "day", "2023-05-10 2023-05-10", "2023年5月10日")
form("2023/5/10", "day", "2023-05-10 2023-05-10", "2023年5月10日")
form("2023-03-01至2023-04-30", "range", "2023-03-01 2023-04-30",
  "2023年3月1日至2023年4月30日")
form("2023年2月", "month", "2023-02-01 2023-02-28")
form("2023-02", "month", "2023-02-01 2023-02-28", "2023年2月")
form("2024年2月", "month", "2024-02-01 2024-02-29")
form("2024年2月底", "day", "2024-02-29 2024-02-29")
form("2023年", "year", "2023-01-01 2023-12-31")
form("2023年上半年", "part_of_year", "2023-01-01 2023-06-30")
form("2023年下半年", "part_of_year", "2023-07-01 2023-12-31")
form("今年下半年", "part_of_year", "2023-07-01 2023-12-31")
form("2023年第三季度", "part_of_year", "2023-07-01 2023-09-30")
form("三季度", "part_of_year", "2023-07-01 2023-09-30", "第三季度")
form("2023年1季度", "part_of_year", "2023-01-01 2023-03-31", "2023年第一季度")
form("2023年第__季度", "part_of_year", "- -")
form("2023年第三季度末", "day", "2023-09-30 2023-09-30")
form("下半年底前", "before", "- 2023-12-31")
form("三季度前", "before", "- 2023-09-30", "第三季度前")
form("2023年上半年内", "before", "- 2023-06-30")
form("2023年第一季度至第三季度", "range", "2023-01-01 2023-09-30")
form("2023年3月至第三季度", "range", "2023-03-01 2023-09-30")
form("三季度至年底", "range", "2023-07-01 2023-12-31", "第三季度至年底")
form("2023年下半年至2024年第一季度", "range", "2023-07-01 2024-03-31")
form("上半年结束后", "event", "- -")
form("当年12月", "month", "2023-12-01 2023-12-31", "今年12月")
form("2023年底", "day", "2023-12-31 2023-12-31")
form("2023年底前", "before", "- 2023-12-31")
form("年底前", "before", "- 2023-12-31")
form("年底", "day", "2023-12-31 2023-12-31")
form("月底前", "before", "- 2023-02-28", nil, { issued = "2023-02-20" })
form("本月底前", "before", "- 2023-02-28")
form("下月10日前", "before", "- 2023-03-10")
form("5月底前", "before", "- 2023-05-31")
form("2023年5月底前", "before", "- 2023-05-31")
form("5月10日前", "before", "- 2023-05-10")
form("2023年5月10日前完成", "before", "- 2023-05-10", "2023年5月10日前")
form("2023年5月10日17:00前", "before", "- 2023-05-10")
form("2023年5月10日下午5时前", "before", "- 2023-05-10", "2023年5月10日17:00前")
form("2023年5月以前", "before", "- 2023-05-31")
form("2023年5月之前", "before", "- 2023-05-31")
form("截至2023年5月10日", "before", "- 2023-05-10")
form("2023年内", "before", "- 2023-12-31")
form("次年1月10日前", "before", "- 2024-01-10")
form("2023年9月上旬", "third", "2023-09-01 2023-09-10")
form("2023年9月中旬", "third", "2023-09-11 2023-09-20")
form("2023年2月下旬", "third", "2023-02-21 2023-02-28")
form("2024年2月下旬", "third", "2024-02-21 2024-02-29")
form("2023年12月下旬", "third", "2023-12-21 2023-12-31")
form("2023年9月中旬前", "before", "- 2023-09-20")
form("2023年3月起", "since", "2023-03-01 -")
form("每月28日前", "monthly", "- -")
form("每月5号前", "monthly", "- -", "每月5日前")
form("每月底前", "monthly", "- -")
form("每月", "monthly", "- -")
form("次月5日前", "monthly", "- -")
form("每周", "weekly", "- -")
form("每周一", "weekly", "- -")
form("每季度", "quarterly", "- -")
form("每季度末", "quarterly", "- -")
form("每季度末月25日前", "quarterly", "- -")
form("每季度最后一个月25日前", "quarterly", "- -", "每季度末月25日前")
form("每年", "yearly", "- -")
form("每年12月10日前", "yearly", "- -")
form("每年底前", "yearly", "- -")
form("每季度至少一次", "quota", "- -", "每季度至少1次")
form("每半年一次", "quota", "- -", "每半年1次")
form("全年不少于__次", "quota", "- -")
form("上月26日至本月25日", "window", "- -")
form("上月", "window", "- -")
form("本月1日至月底", "window", "- -", "本月1日至月底")
form("1-2个月", "duration", "- -")
form("15日", "duration", "- -")
form("15日内", "duration", "- -")
form("5个工作日内", "duration", "- -")
form("__个工作日内", "duration", "- -")
form("半年内", "duration", "- -")
form("24小时内", "duration", "- -")
form("发文之日起30日内", "relative", "2023-02-20 2023-03-22")
form("自本方案印发之日起15个工作日内", "relative", "2023-02-20 2023-03-13")
form("印发后两周内", "relative", "2023-02-20 2023-03-06")
form("印发后半年内", "relative", "2023-02-20 2023-08-20")
form("2023年5月1日起10日内", "relative", "2023-05-01 2023-05-11")
form("检查结束后5个工作日内", "relative", "- -")
form("收到通知后3日内", "relative", "- -")
form("自查自纠结束后", "event", "- -")
form("20__年全市工作会议结束后", "event", "- -")
form("及时", "at_once", "- -")
form("立即", "at_once", "- -")
form("随时", "any_time", "- -")

-- ---- one way to write what is written in several -----------------------------------------

for _, dash in ipairs { "-", "–", "—", "——", "～", "~", "至", "到", "－" } do
  tap.test(("«%s» joins the ends of a range"):format(dash), function(same)
    same(span("2023年3月" .. dash .. "5月"), "2023-03-01 2023-05-31", "months")
    same(span("2023年3月1日" .. dash .. "4月30日"), "2023-03-01 2023-04-30", "days")
    same(span("3月1" .. dash .. "15日"), "2023-03-01 2023-03-15", "one month's days")
    same(when.read("利用1" .. dash .. "2个月时间").most, 2, "duration")
  end)
end

tap.test("«一» is a dash between 月 or 日 and a digit or a blank", function(same)
  same(span("2023年3月一5月"), "2023-03-01 2023-05-31")
  same(span("2023年3月1日一4月30日"), "2023-03-01 2023-04-30")
  same(when.read("20__年__月__日一__月__日").kind, "range")
  same(span("印发后一个月内"), "2023-02-20 2023-03-20", "a number otherwise")
  same(when.read("每周一").weekday, 1, "a weekday")
  same(span("二〇二三年三月一日"), "2023-03-01 2023-03-01", "the first")
end)

tap.test("full-width digits, colons, blanks and spaces are the narrow ones", function(same)
  same(span("２０２３年５月１０日"), "2023-05-10 2023-05-10")
  same(span("2023 年 5 月 10 日　前"), "- 2023-05-10")
  same(when.read("每周五１７：００前").hour, 17)
  same(when.read("２０＿＿年＿＿月").blank, true)
end)

tap.test("Chinese numerals are numbers before their units", function(same)
  same(span("二〇二三年十一月二十八日"), "2023-11-28 2023-11-28")
  same(span("十二月底前"), "- 2023-12-31")
  same(when.read("一至两个月").most, 2)
  same(when.read("三十日内").most, 30)
  same(when.read("全年不少于十二次").times, 12)
end)

tap.test("what is known beside a blank is kept", function(same)
  local value = when.read "20__年2月"
  same(value.at, { year = "20__", month = 2 })
  value = when.read "20__年__月__日至20__年2月"
  same(value.to, { year = "20__", month = 2 })
  same(when.read("每月__日前").before, true)
end)

-- ---- what is no time ----------------------------------------------------------------------

local function refused(claim, reason, texts)
  tap.test(claim, function(same)
    for _, text in ipairs(texts) do
      local value, message = when.read(text)
      same(value and value.kind, nil, text)
      same(message and message.text, "{text}" .. reason, text)
      same(message and message.args.text, text, text)
    end
  end)
end

refused("a day that the calendar lacks is refused", ": there is no such day",
  { "2023年2月30日", "2023年2月29日", "2023-02-29", "2100年2月29日", "4月31日", "2023年5月0日",
    "20__年2月30日", "20__年4月31日", "2023年5月32日后", "2023年2月1日至30日", "2023年3月1日至2月29日", "每月32日",
    "每年2月30日前", "2023年4月1-31日" })
refused("a 13th month is refused", ": a year has the months 1 to 12",
  { "2023年13月", "13月底前", "2023年0月", "20__年13月5日", "2023年3月至13月", "每年13月" })
refused("a year far away is refused", ": no such year is meant here",
  { "0202年5月", "1023年5月1日", "3023-05-01" })
refused("an end before its start is refused", ": the end is before the start",
  { "2023年5月至3月", "2023年5月10日至5月1日", "2023年5月10日-1日", "2023年5月至2022年6月",
    "20__年5月至3月", "2023年5月中旬至上旬", "第三季度至第一季度", "12月-11月", "2023年底至2月", "2-1个月", "2023-05-10至2023-05-09" })
refused("no repetition of nothing", ": a number above 0 is needed",
  { "全年不少于0次", "0日内" })
refused("a text that says no time is refused", " says no time that is understood",
  { "", "待定", "尽快", "2023年5月10日左右", "23年5月", "5月10日至", "至", "每",
    "每天17时前", "2023年第五季度", "第三季度10日", "abc", "2023.5.1.2", "20230", "15日前", "每月前", "_", "年", "月", "99999日内",
    "2023年5月10日25:00", "2023-5", "月5日" })

tap.test("a leap day is one in its year, and in a year that is left to fill", function(same)
  same(span("2024年2月29日"), "2024-02-29 2024-02-29")
  same(span("2000年2月29日"), "2000-02-29 2000-02-29")
  same(when.read("20__年2月29日").blank, true)
  same(span("2月29日前"), "- -", "the plan's years have none")
  same(span("2月28日至29日"), "- -", "nor the end of a range")
  local own = { issued = "2023-11-05" }
  same(span("2月29日前", own), "- 2024-02-29", "a plan without an end")
  own.period = { from = "2023-11-05", to = "2024-06-30" }
  same(span("2月29日前", own), "- 2024-02-29", "a plan that runs into 2024")
  same(span("2月29日", { issued = "2024-03-01" }), "- -", "over, and 2025 has none")
end)

-- ---- years and months that are left out --------------------------------------------------

tap.test("without a year it is the first time from the plan's beginning on", function(same)
  local own = { issued = "2022-11-05" }
  same(span("12月1日前", own), "- 2022-12-01")
  same(span("1月15日前", own), "- 2023-01-15")
  same(span("11月", own), "2022-11-01 2022-11-30")
  same(span("11月1日至11月30日", own), "2022-11-01 2022-11-30", "a range not over yet")
  same(span("1月至3月", own), "2023-01-01 2023-03-31")
  same(span("11月至次年2月", own), "2022-11-01 2023-02-28")
end)

tap.test("without a year and without a plan's beginning there are no days", function(same)
  same(span("5月10日前", {}), "- -")
  same(span("11月-12月", {}), "- -")
  same(span("即日起", {}), "- -")
  same(span("印发后一个月内", {}), "- -")
  same(span("今年5月", {}), "- -")
end)

tap.test("the period's beginning counts before the day of issue", function(same)
  same(span("2月10日前", { issued = "2023-02-20", period = { from = "2023-02-01" } }),
    "- 2023-02-10")
end)

-- ---- durations ------------------------------------------------------------------------------

tap.test("a duration begins the day after, and a month ends on its last day", function(same)
  local function after(text, day, own) return when.after(when.read(text), day, own) end
  same(after("15日内", "2023-05-01"), "2023-05-16")
  same(after("一个月内", "2023-01-31"), "2023-02-28")
  same(after("一个月内", "2024-01-31"), "2024-02-29")
  same(after("1年内", "2024-02-29"), "2025-02-28")
  same(after("2周内", "2023-12-25"), "2024-01-08")
  same(after("24小时内", "2023-05-01"), "2023-05-02")
  same(after("1-2个月", "2023-05-01"), "2023-07-01", "the longer is allowed")
  same(after("5个工作日内", "2023-05-05"), "2023-05-12", "weekends alone")
  same(after("__日内", "2023-05-01"), nil)
end)

tap.test("working days follow the calendar of the context", function(same)
  local known = { years = { ["2023"] = "known" }, holidays = { ["2023-05-01"] = true,
    ["2023-05-02"] = true, ["2023-05-03"] = true }, workdays = { ["2023-05-06"] = true } }
  local value = when.read "印发后5个工作日内"
  local _, to = when.span(value, { issued = "2023-04-28", calendar = known })
  same(to, "2023-05-09")
end)

-- ---- deadlines ------------------------------------------------------------------------------

local function dues(text, from, to, own)
  local found = {}
  for _, entry in ipairs(when.occurrences(when.read(text), from, to, own or context)) do
    found[#found + 1] = entry.due
  end
  return table.concat(found, " ")
end

tap.test("每月31日 is the last day of shorter months", function(same)
  same(dues("每月31日", "2023-01-01", "2023-04-30"),
    "2023-01-31 2023-02-28 2023-03-31 2023-04-30")
  same(dues("每月30日前", "2024-02-01", "2024-02-29"), "2024-02-29")
end)

tap.test("a monthly day is due once a month, both ends included", function(same)
  same(dues("每月28日前", "2023-03-28", "2023-05-28"), "2023-03-28 2023-04-28 2023-05-28")
  same(dues("每月28日前", "2023-03-29", "2023-05-27"), "2023-04-28")
  same(dues("每月", "2023-11-01", "2024-01-31"), "2023-11-30 2023-12-31 2024-01-31")
  same(dues("每月上旬", "2023-11-01", "2023-12-31"), "2023-11-10 2023-12-10")
  same(dues("次月5日前", "2023-11-01", "2023-12-31"), "2023-11-05 2023-12-05")
end)

tap.test("a date comes once, also one that is a whole month, a quarter or a year", function(same)
  for _, text in ipairs { "当年12月", "今年12月", "2023年12月", "12月", "2023年", "今年", "下半年",
    "2023年第四季度" } do
    same(dues(text, "2023-01-01", "2024-12-31"), "2023-12-31", text)
  end
end)

local function of_plan(text, own)
  local found = {}
  for _, entry in ipairs(when.of_plan(when.read(text), own)) do found[#found + 1] = entry.due end
  return table.concat(found, " ")
end

tap.test("what comes again does so from the day of issue on, not before the plan begins", function(same)
  local own = { issued = "2023-03-15", period = { from = "2023-03-01", to = "2023-05-31" },
    today = "2023-03-01" }
  same(of_plan("每月10日前", own), "2023-04-10 2023-05-10")
  same(of_plan("每月15日前", own), "2023-03-15 2023-04-15 2023-05-15")
  same(of_plan("每月", own), "2023-03-31 2023-04-30 2023-05-31")
  same((when.due(when.read "每月10日前", own)), "2023-04-10")
  same(of_plan("2023年3月10日前", own), "2023-03-10", "a date stays where it is")
  own.issued = "2023-02-01"
  same(of_plan("每月10日前", own), "2023-03-10 2023-04-10 2023-05-10")
  own.period.to = nil
  same(of_plan("每月10日前", own), "", "without an end nothing is listed")
end)

tap.test("次月 is one month later, at the beginning and at the end", function(same)
  local own = { issued = "2023-03-01", period = { from = "2023-03-01", to = "2023-05-31" },
    today = "2023-03-02" }
  same(of_plan("次月5日前", own), "2023-04-05 2023-05-05 2023-06-05")
  same((when.due(when.read "次月5日前", own)), "2023-04-05")
  own.today = "2023-06-01"
  same((when.due(when.read "次月5日前", own)), "2023-06-05")
  own.today = "2023-06-06"
  same((when.due(when.read "次月5日前", own)), nil)
end)

tap.test("a weekly day is due once a week, Sunday if none is named", function(same)
  same(dues("每周五17:00前", "2023-05-01", "2023-05-19"), "2023-05-05 2023-05-12 2023-05-19")
  same(dues("每周", "2023-05-01", "2023-05-14"), "2023-05-07 2023-05-14")
end)

tap.test("a quarter is due on its last day unless a day is named", function(same)
  same(dues("按季度", "2023-01-01", "2023-12-31"),
    "2023-03-31 2023-06-30 2023-09-30 2023-12-31")
  same(dues("每季度末月25日前", "2023-01-01", "2023-06-30"), "2023-03-25 2023-06-25")
  same(dues("每季度首月10日前", "2023-01-01", "2023-06-30"), "2023-01-10 2023-04-10")
end)

tap.test("half a year is due in June and December, a year in December", function(same)
  same(dues("每半年", "2023-01-01", "2024-06-30"), "2023-06-30 2023-12-31 2024-06-30")
  same(dues("每年", "2023-01-01", "2024-12-31"), "2023-12-31 2024-12-31")
  same(dues("每年2月29日", "2023-01-01", "2024-12-31"), "2023-02-28 2024-02-29")
  same(dues("全年不少于2次", "2023-01-01", "2024-01-31"), "2023-12-31")
end)

tap.test("a window has its days and is due when it ends", function(same)
  local value = when.read "上月26日至本月25日"
  same(when.occurrences(value, "2023-02-20", "2023-03-31", context), {
    { from = "2023-01-26", to = "2023-02-25", due = "2023-02-25" },
    { from = "2023-02-26", to = "2023-03-25", due = "2023-03-25" } })
  same(when.occurrences(when.read "上月", "2023-02-20", "2023-03-31", context), {
    { from = "2023-02-01", to = "2023-02-28", due = "2023-02-28" },
    { from = "2023-03-01", to = "2023-03-31", due = "2023-03-31" } })
  same(dues("上月31日至本月30日", "2023-02-01", "2023-02-28"), "2023-02-28")
end)

tap.test("what happens once is one deadline, if it lies between", function(same)
  same(dues("2023年5月底前", "2023-01-01", "2023-12-31"), "2023-05-31")
  same(dues("2023年5月底前", "2023-06-01", "2023-12-31"), "")
  same(dues("20__年5月底前", "2023-01-01", "2023-12-31"), "")
  same(dues("会议闭幕后", "2023-01-01", "2023-12-31"), "")
end)

tap.test("the next deadline is on or after today, while the plan runs", function(same)
  local function due(text, own) return (when.due(when.read(text), own or context)) end
  same(due("每月20日前"), "2023-05-20")
  same(due("每月19日前"), "2023-06-19")
  same(due("每季度"), "2023-06-30")
  same(due("2023年5月20日前"), "2023-05-20")
  same(due("2023年5月19日前"), nil)
  same(due("即日起"), nil)
  same(due("20__年__月"), nil)
  same(due("每月20日前", { today = "2024-01-01", period = { to = "2023-12-31" } }), nil)
  same(due("每月20日前", { today = "2022-01-01", period = { from = "2023-03-01" } }),
    "2023-03-20")
  same(due("印发后一个月内", { issued = "2023-02-20", today = "2023-03-01" }), "2023-03-20")
  same(select(2, when.due(when.read "上月26日至本月25日", context)),
    { from = "2023-04-26", to = "2023-05-25", due = "2023-05-25" })
end)

-- ---- comparing --------------------------------------------------------------------------------

local function compared(claim, rows)
  tap.test(claim, function(same)
    local opposite = { earlier = "later", later = "earlier", same = "same",
      not_comparable = "not_comparable" }
    for _, row in ipairs(rows) do
      local a, b = when.read(row[1]), when.read(row[2])
      local own = row[4] or context
      same(when.compare(b, a, own), row[3], row[2] .. " becomes " .. row[1])
      same(when.compare(a, b, own), opposite[row[3]], row[1] .. " becomes " .. row[2])
    end
  end)
end

-- Each row: how the first stands to the second.
compared("the last day decides which deadline is later", {
  { "2023年6月30日", "2023年5月31日前", "later" },
  { "2023年5月", "2023-05-31", "same" },
  { "2023年3月至5月", "2023年4月1日至5月31日", "same" },
  { "2023年9月中旬", "2023年9月底", "earlier" },
  { "年底前", "2024年1月1日", "earlier" },
  { "2023年第三季度", "2023年9月底前", "same" },
  { "上半年", "第三季度", "earlier", {} },
  { "印发后一个月内", "2023年3月20日", "same" },
  { "2023年5月10日17:00前", "2023年5月10日前", "earlier" },
  { "2023年5月10日17:00前", "2023年5月9日前", "later" },
  { "每周五17:00前", "每周五", "earlier" },
  { "5月10日前", "5月20日前", "earlier", {} },
  { "即日起", "2023年3月1日起", "earlier" },
})
compared("a blank compares with nothing, not even with itself", {
  { "20__年5月", "2023年5月", "not_comparable" },
  { "20__年5月", "20__年5月", "not_comparable" },
  { "每月__日前", "每月5日前", "not_comparable" },
})
compared("what comes more seldom is later", {
  { "每月28日", "每月25日前", "later" },
  { "每月31日", "每月底前", "same" },
  { "次月5日前", "每月28日前", "later" },
  { "次月5日前", "次月10日前", "earlier" },
  { "每周五", "每月1日", "earlier" },
  { "每季度", "每半年", "earlier" },
  { "每季度末月25日前", "每季度", "earlier" },
  { "每年", "每年6月", "later" },
  { "上月26日至本月25日", "上月21日至本月20日", "later" },
  { "上月26日至本月25日", "上月21日至本月25日", "not_comparable" },
  { "全年不少于2次", "全年不少于4次", "later" },
  { "每季度1次", "全年不少于4次", "earlier" },
  { "每半年1次", "全年不少于4次", "not_comparable" },
  { "每周1次", "每月1次", "earlier" },
})
compared("durations compare as far as months and working days allow", {
  { "15日内", "30日内", "earlier" },
  { "2周内", "14日内", "same" },
  { "一个月内", "28日内", "not_comparable" },
  { "一个月内", "27日内", "later" },
  { "一个月内", "32日内", "earlier" },
  { "12个月", "1年", "same" },
  { "5个工作日内", "4日内", "later" },
  { "5个工作日内", "7日内", "not_comparable" },
  { "收到通知后3日内", "收到通知后5日内", "earlier" },
  { "收到通知后3日内", "检查结束后5日内", "not_comparable" },
  { "印发后30日内", "印发后20日内", "later", {} },
})
compared("words compare with themselves only", {
  { "会议闭幕后", "会议闭幕后", "same" },
  { "会议闭幕后", "检查结束后", "not_comparable" },
  { "及时", "及时", "same" },
  { "及时", "2023年5月10日", "not_comparable" },
  { "每月", "2023年5月10日", "not_comparable" },
  { "全年不少于2次", "每半年", "not_comparable" },
})

tap.test("comparing tells what a change does, and reads texts", function(same)
  same(when.compare("2023年5月底前", "2023年6月底前", context), "later")
  same(when.compare("每月25日前", "每月20日前", context), "earlier")
  same(when.compare("2023年5月底前", "2023年13月", context), "not_comparable")
  same(when.compare(nil, "2023年5月底前", context), "not_comparable")
  same(when.compare("2023年5月底前", nil, context), "not_comparable")
end)

tap.finish()
