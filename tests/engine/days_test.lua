-- Counting days.

local tap = require "tap"
local days = require "days"

tap.test("a day's number is that of days since 1970", function(same)
  same(days.number("1970-01-01"), 0)
  same(days.number("1969-12-31"), -1)
  same(days.number("2000-02-29"), 11016)
  same(days.number("2023-05-01"), 19478)
end)

tap.test("numbers and days are the same, for every day of 800 years", function(same)
  local number, wrong = days.number("1600-01-01"), 0
  for year = 1600, 2399 do
    for month = 1, 12 do
      for day = 1, days.month_length(year, month) do
        local iso = days.iso(year, month, day)
        if days.number(iso) ~= number or days.of_number(number) ~= iso then
          wrong = wrong + 1
        end
        number = number + 1
      end
    end
  end
  same(wrong, 0)
end)

tap.test("weekdays begin with Monday", function(same)
  same(days.weekday("2023-05-01"), 1)
  same(days.weekday("2023-05-07"), 7)
  same(days.weekday("1970-01-01"), 4)
end)

tap.test("a month's length knows leap years", function(same)
  same(days.month_length(2023, 2), 28)
  same(days.month_length(2024, 2), 29)
  same(days.month_length(1900, 2), 28)
  same(days.month_length(2000, 2), 29)
  same(days.month_length(nil, 2), 29)
  same(days.month_length(2023, 13), nil)
end)

tap.test("months are added to the same day or the month's last", function(same)
  same(days.add_months("2023-01-31", 1), "2023-02-28")
  same(days.add_months("2023-11-30", 3), "2024-02-29")
  same(days.add_months("2023-03-31", -1), "2023-02-28")
  same(days.add_months("2023-05-10", 12), "2024-05-10")
  same(days.clipped(2023, 0, 31), "2022-12-31")
end)

tap.test("only days of the calendar are read", function(same)
  same(days.read("2023-05-01", days.written), "2023-05-01")
  same(days.read("2023年5月1日", days.written), "2023-05-01")
  same(days.read("2023-02-29", days.written), nil)
  same(days.read("2023年5月", days.written), nil)
end)

tap.finish()
