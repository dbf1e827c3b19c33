-- Working days, and reading the calendar that is shipped.

local tap = require "tap"
local calendar = require "calendar"
local days = require "days"
local document = require "document"
local holidays = require "holidays"

unordered = pairs

local function read(text)
  local ctx = { faults = {}, blanks = {} }
  return holidays.read(ctx, document("cn.yaml", text)), ctx.faults
end

local function shipped()
  local file = assert(io.open("scripts/calendars/cn.yaml"))
  local text = file:read("a")
  file:close()
  return read(text)
end

local known, faults = shipped()

tap.test("the shipped calendar is read without a fault", function(same)
  same(faults, {})
  same(calendar.doubtful_years(known, "2019-01-01", "2026-12-31"), {})
  same(calendar.doubtful_years(known, "2018-01-01", "2027-12-31"), { "2018", "2027" })
end)

-- Days of a year that are off, and how many weekend days are worked: as the notices add up.
local sums = { -- the days off of all feasts, the worked weekend days
  ["2019"] = { 3 + 7 + 1 + 4 + 1 + 1 + 7, 7 }, ["2020"] = { 1 + 10 + 3 + 5 + 3 + 8, 6 },
  ["2021"] = { 3 + 7 + 3 + 5 + 3 + 3 + 7, 7 }, ["2022"] = { 3 + 7 + 3 + 5 + 3 + 3 + 7, 7 },
  ["2023"] = { 3 + 7 + 1 + 5 + 3 + 8, 7 }, ["2024"] = { 1 + 8 + 3 + 5 + 1 + 3 + 7, 8 },
  ["2025"] = { 1 + 8 + 3 + 5 + 3 + 8, 5 }, ["2026"] = { 3 + 9 + 3 + 5 + 3 + 3 + 7, 6 },
}

for year = 2019, 2026 do
  local name = ("%d"):format(year)
  tap.test(name .. " has as many days off and worked weekends as its notice", function(same)
    local first, last = name .. "-01-01", name .. "-12-31"
    if year == 2019 then first = "2018-12-01" end
    if year == 2023 then first = "2022-12-01" end
    if year == 2022 then last = "2022-11-30" end
    local off, worked = 0, 0
    for number = days.number(first), days.number(last) do
      local day = days.of_number(number)
      if known.holidays[day] then off = off + 1 end
      if known.workdays[day] then worked = worked + 1 end
    end
    same({ off, worked }, sums[name])
  end)
end

tap.test("a holiday is no working day, a worked weekend is one", function(same)
  for day, expected in pairs { ["2023-05-01"] = false, ["2023-05-04"] = true,
    ["2023-05-06"] = true, ["2023-05-07"] = false, ["2022-12-31"] = false,
    ["2023-01-02"] = false, ["2024-02-09"] = true, ["2026-02-28"] = true,
    ["2026-02-23"] = false, ["2030-05-01"] = true, ["2030-05-04"] = false } do
    same(calendar.is_workday(known, day), expected, day)
  end
  same(calendar.is_workday(nil, "2023-05-01"), true, "without a calendar")
end)

tap.test("working days are counted from the day after, over holidays", function(same)
  same(calendar.add_workdays(known, "2023-04-28", 0), "2023-04-28")
  same(calendar.add_workdays(known, "2023-04-28", 1), "2023-05-04")
  same(calendar.add_workdays(known, "2023-04-28", 3), "2023-05-06")
  same(calendar.add_workdays(known, "2023-04-28", 4), "2023-05-08")
  same(calendar.add_workdays(nil, "2023-04-28", 1), "2023-05-01")
  same(calendar.add_workdays(known, "2023-09-28", 1), "2023-10-07")
end)

tap.test("a year that nobody has compared with its notice is told apart", function(same)
  local own = read "years:\n  2027:\n    source: 传闻\n    holidays:\n      - 1月1日\n    unconfirmed: yes\n"
  local doubtful = calendar.doubtful_years(own, "2027-01-01", "2028-01-01")
  same(doubtful, { "2027", "2028" })
end)

tap.test("expressions get the exceptions, sorted", function(same)
  local own = read("years:\n  2027:\n    source: x\n    holidays:\n      - 2月5日至6日\n"
    .. "      - 1月1日\n    workdays:\n      - 2月14日\n")
  same(calendar.for_expressions(own), { calendar = {
    holidays = { "2027-01-01", "2027-02-05", "2027-02-06" }, workdays = { "2027-02-14" } } })
end)

local function refused(claim, text, line, reason)
  tap.test(claim, function(same)
    local _, found = read("years:\n  2023:\n    source: x\n    holidays:\n" .. text)
    same(#found, 1, "faults")
    same(found[1] and found[1].text, reason)
    same(found[1] and found[1].line, line, "line")
    same(found[1] and found[1].column, 9, "column")
  end)
end

refused("a day that is off and worked is told with its line",
  "      - 5月6日\n    workdays:\n      - 5月6日\n", 7,
  "{day} is both a day off and a working day")
refused("a worked day that is no weekend is told with its line",
  "      - 1月1日\n    workdays:\n      - 5月8日\n", 7,
  "{day} is no weekend: it is worked anyway")
refused("what is no day is told with its line",
  "      - 1月1日\n      - 2月30日\n", 6, "{text}: there is no such day")
refused("days of another year are told with their line",
  "      - 2025年5月1日\n", 5, "{text} is no day of {year} or of the weeks before")
refused("a repetition is no day off",
  "      - 每月1日\n", 5, "{text} is no day of {year} or of the weeks before")

tap.finish()
