-- Medical waste (domain WST-*).

local days = require "days"

local waste = {}

local function add(entry) waste[#waste + 1] = entry end

local function set(change)
  return function(row) for name, value in pairs(change) do row[name] = value end end
end

-- Not yet collected, stored since a day.
local uncollected = { collected_at = "", weight_out = "", manifest_no = "" }

local function waiting(h, month, day)
  h:waste { time = days.at(days.of(2023, month, day), 8), edit = set(uncollected) }
end

add {
  rule = "waste.stored_too_long",
  plant = function(h, n)
    for i = 1, n do
      if i % 3 == 0 then waiting(h, 12, 10) else h:waste { minutes = 48 * 60 + i } end
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      h:waste { minutes = 48 * 60 }
      waiting(h, 12, 31)
    end
  end,
  sql = [[
    SELECT rowid FROM waste_log WHERE CASE WHEN collected_at <> ''
      THEN round((julianday(collected_at) - julianday(stored_from)) * 1440) > 48 * 60
      ELSE date(stored_from) < '2023-12-29' END]],
}

local fields = { "source_dept", "class", "handed_at", "disposal_method", "receiver", "signer" }

add {
  rule = "waste.incomplete_record",
  plant = function(h, n)
    for i = 1, n do
      h:waste { edit = function(row)
        if i % 7 == 0 then row.weight, row.quantity = "", ""
        else row[fields[i % 7]] = ""
        end
      end }
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      h:waste { edit = set { weight = "" } }
      h:waste { edit = set { quantity = "" } }
      h:waste { time = days.at(h.year.to, 8), edit = function(row)
        set(uncollected)(row)
        row.disposal_method, row.receiver = "", ""
      end }
    end
  end,
  sql = [[
    SELECT rowid FROM waste_log WHERE source_dept = '' OR class = ''
      OR (weight = '' AND quantity = '') OR handed_at = '' OR signer = ''
      OR (collected_at <> '' AND (disposal_method = '' OR receiver = ''))]],
}

add {
  rule = "waste.weight_differs",
  plant = function(h, n)
    local out = { "9.499", "10.501", "2.000", "0.000" }
    for i = 1, n do h:waste { edit = set { weight = "10.000", weight_out = out[i % 4 + 1] } } end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      h:waste { edit = set { weight = "10.000", weight_out = "9.500" } }
      h:waste { edit = set { weight = "10.000", weight_out = "10.5" } }
      h:waste { edit = set { weight_out = "" } }
    end
  end,
  sql = [[
    SELECT rowid FROM waste_log WHERE weight <> '' AND weight_out <> ''
      AND round(abs(CAST(weight AS REAL) - CAST(weight_out AS REAL)) * 100000)
        > round(CAST(weight AS REAL) * 5000)]],
}

-- Registers up to a day, destroyed on a day.
local function archive(h, last, destroyed, kind)
  h.export:row("archives", {
    archive_no = h:number("GD"), kind = kind or "医疗废物登记", period_from = "2018-01-01",
    period_to = last, quantity = 12, archived_date = last, destroyed_date = destroyed,
    approver = destroyed and "分管领导",
  })
end

add {
  rule = "waste.destroyed_early",
  plant = function(h, n)
    for i = 1, n do
      if i % 2 == 0 then archive(h, "2019-12-31", "2022-12-30") -- one of the years was a leap year
      else archive(h, "2020-12-31", "2023-12-" .. 10 + i)
      end
    end
    return n
  end,
  near = function(h)
    archive(h, "2019-12-31", "2022-12-31")
    archive(h, "2020-06-30", "2023-06-30")
    archive(h, "2023-06-30")
    archive(h, "2022-06-30", "2023-06-30", "其他")
  end,
  sql = [[
    SELECT rowid FROM archives WHERE kind = '医疗废物登记' AND destroyed_date <> ''
      AND destroyed_date < date(period_to, '+3 years')]],
}

return waste
