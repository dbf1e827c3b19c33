-- Quotas (domain QTA-01): met to the last one in one year, and missed by one in the other.

local days = require "days"

local quota = {}

local function add(entry)
  entry.instead = true
  quota[#quota + 1] = entry
end

local integrity = "(topic LIKE '%廉%' OR topic LIKE '%从严治党%' OR topic LIKE '%反腐败%')"

-- Meetings on several days of a month each.
local function meet(h, kind, topic, ...)
  for _, date in ipairs { ... } do h:meeting(date, kind, topic) end
end

add {
  rule = "quota.integrity_research",
  plant = function(h)
    meet(h, "党组会", "党风廉政建设专题", "2023-06-30")
    meet(h, "办公会", "党风廉政建设专题", "2023-07-30") -- not of the party group
    return 1
  end,
  near = function(h)
    meet(h, "党组会", "党风廉政建设专题", "2023-01-01")
    meet(h, "专题会", "反腐败工作", "2023-12-31")
  end,
  sql = "SELECT 1 FROM (SELECT count(*) AS n FROM meetings WHERE kind IN ('党组会', '专题会') AND "
    .. integrity .. ") WHERE n < 2",
}

add {
  rule = "quota.leader_hears_reports",
  plant = function(h)
    meet(h, "办公会", "听取财务工作", "2023-03-01")
    return 1
  end,
  near = function(h) meet(h, "办公会", "听取班子成员廉洁自律情况", "2023-03-01") end,
  sql = "SELECT 1 FROM (SELECT count(*) AS n FROM meetings WHERE " .. integrity
    .. " AND (topic LIKE '%听取%' OR topic LIKE '%汇报%')) WHERE n < 1",
}

add {
  rule = "quota.members_analyse",
  plant = function(h)
    meet(h, "办公会", "廉政风险分析", "2023-01-10", "2023-06-30")
    return 1
  end,
  near = function(h) meet(h, "办公会", "廉政风险分析", "2023-06-30", "2023-07-01") end,
  sql = [[
    WITH half(first, last) AS (VALUES ('2023-01-01', '2023-06-30'), ('2023-07-01', '2023-12-31'))
    SELECT first FROM half WHERE (SELECT count(*) FROM meetings WHERE date BETWEEN first AND last
      AND ]] .. integrity .. " AND (topic LIKE '%分析%' OR topic LIKE '%研判%')) < 1",
}

local function study(h, count)
  for month = 1, count do h:meeting(days.of(2023, month, 20), "学习", "理论学习") end
end

add {
  rule = "quota.collective_study",
  plant = function(h) study(h, 11) return 1 end,
  near = function(h) study(h, 12) end,
  sql = "SELECT 1 FROM (SELECT count(*) AS n FROM meetings WHERE kind = '学习') WHERE n < 12",
}

-- Where everything is wrong, nobody has inspected anything.
add {
  rule = "quota.inspection_in_campaign",
  plant = function(h) return h.wrong and 1 or 0 end,
  near = function() end, -- the sweeps are inspections, too
  sql = "SELECT 1 FROM (SELECT count(*) AS n FROM meetings WHERE kind = '检查') WHERE n < 1",
}

local function sweep(h, ...)
  for _, month in ipairs { ... } do
    local last = days.of(month < 12 and 2023 or 2024, month % 12 + 1, 1) - 1
    h:meeting(month % 2 == 0 and days.of(2023, month, 1) or last, "检查", "号贩子集中整治")
  end
end

add {
  rule = "quota.monthly_sweep",
  plant = function(h)
    if h.wrong then return 12 end
    sweep(h, 1, 2, 3, 5, 6, 7, 8, 10, 12, 12, 12)
    meet(h, "检查", "消防检查", "2023-04-10")
    return 3
  end,
  near = function(h) sweep(h, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12) end,
  sql = [[
    WITH RECURSIVE m(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM m WHERE n < 12)
    SELECT n FROM m WHERE NOT EXISTS (SELECT 1 FROM meetings WHERE kind = '检查'
      AND CAST(substr(date, 6, 2) AS INT) = n
      AND (topic LIKE '%号贩子%' OR topic LIKE '%医托%' OR topic LIKE '%整治%'))]],
}

add {
  rule = "quota.law_training",
  plant = function(h)
    h:training(days.of(2023, 9, 1), "院感防控")
    return 1
  end,
  near = function(h) h:training(days.of(2023, 12, 31), "医师法和九项准则") end,
  sql = [[
    SELECT 1 FROM (SELECT count(*) AS n FROM trainings WHERE topic LIKE '%医师法%'
      OR topic LIKE '%九项准则%' OR topic LIKE '%依法执业%') WHERE n < 1]],
}

return quota
