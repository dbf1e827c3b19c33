-- Licences, departments, devices, permits (domain LIC-*).

local licence = {}

local function add(entry) licence[#licence + 1] = entry end

local function set(change)
  return function(row) for name, value in pairs(change) do row[name] = value end end
end

-- What holds of the facility itself (facility.yaml): it is all right to the day in one
-- hospital and wrong in the other.
local function of_facility(rule, sql)
  add {
    rule = rule,
    plant = function(h) return h.wrong and 1 or 0 end,
    near = function() end,
    sql = "SELECT 1 FROM facility WHERE " .. sql,
  }
end

of_facility("licence.facility_expired", "licence_valid_to < '2024-01-08'")
of_facility("licence.facility_verification_overdue", "next_check < '2024-01-08'")
of_facility("licence.facility_beds_exceeded",
  "CAST(beds_open AS INT) > CAST(beds_approved AS INT)")

-- Licences of branches, each changed.
local function branches(rule, wrong, right, sql)
  add {
    rule = rule,
    plant = function(h, n)
      for i = 1, n do h:licence { edit = set(wrong[i % #wrong + 1]) } end
      return n
    end,
    near = function(h)
      for _, change in ipairs(right) do h:licence { edit = set(change) } end
    end,
    sql = "SELECT rowid FROM licence WHERE " .. sql,
  }
end

branches("licence.expired", { { valid_to = "2024-01-07" }, { valid_to = "2020-06-30" } },
  { { valid_to = "2024-01-08" }, { valid_to = "" } },
  "valid_to <> '' AND valid_to < '2024-01-08'")

branches("licence.verification_overdue", { { next_verification = "2024-01-07" } },
  { { next_verification = "2024-01-08" } }, "next_verification < '2024-01-08'")

branches("licence.verification_interval",
  { { beds = 99, beds_open = 99 }, { next_verification = "2026-06-30" } },
  { { beds = 99, beds_open = 90, last_verification = "2023-06-30",
      next_verification = "2024-06-30" },
    { last_verification = "2021-02-28", next_verification = "2024-02-28" } },
  [[last_verification <> '' AND julianday(next_verification) - julianday(last_verification)
    > 366 * CASE WHEN CAST(beds AS INT) < 100 THEN 1 ELSE 3 END]])

branches("licence.beds_exceeded", { { beds_open = 101 }, { beds = 99, beds_open = 100,
    last_verification = "2023-06-30", next_verification = "2024-06-30" } },
  { { beds_open = 100 }, { beds_open = 0 } }, "CAST(beds_open AS INT) > CAST(beds AS INT)")

add {
  rule = "licence.dept_not_approved",
  plant = function(h, n)
    for i = 1, n do
      h:service_dept("特色门诊" .. i, { edit = set {
        approved_code = i % 2 == 0 and "皮肤科" or "", started = i % 3 == 0 and "2024-01-08" or "",
      } })
    end
    return n
  end,
  near = function(h)
    h:service_dept("疼痛门诊", { edit = set { approved_code = "外科" } })
    h:service_dept("皮肤门诊", { edit = set { approved_code = "皮肤科", stopped = "2024-01-08" } })
    h:service_dept("口腔门诊", { edit = set { approved_code = "", started = "2024-01-09" } })
  end,
  sql = [[
    SELECT s.rowid FROM service_depts AS s, facility AS f
    WHERE (started = '' OR started <= '2024-01-08') AND (stopped = '' OR stopped > '2024-01-08')
      AND instr(';' || f.departments_approved || ';', ';' || approved_code || ';') = 0]],
}

-- A day on which one patient more is there than beds are approved, and one on which they
-- are just as many.
local function fill(h, day, count)
  for i = 1, count - (h.present[day] or 0) do
    h.export:row("bed_daily", {
      encounter_id = ("JC%d-%d"):format(day, i), date = require("days").text(day), dept = "内科",
      bed = "J" .. i, present = true, leave_flag = false, evidence = "护理记录",
    })
  end
end

add {
  rule = "licence.patients_exceed_beds",
  last = 95,
  plant = function(h)
    fill(h, h.year.to - 3, h.facility.beds_approved + 1)
    return 1
  end,
  near = function(h) fill(h, h.year.to - 5, h.facility.beds_approved) end,
  sql = [[
    SELECT date FROM bed_daily WHERE present = '是' GROUP BY 1
    HAVING count(DISTINCT encounter_id) > (SELECT CAST(beds_approved AS INT) FROM facility)]],
}

local valid = [[NOT EXISTS (SELECT 1 FROM permits AS k WHERE k.kind = %s
      AND (k.valid_to = '' OR k.valid_to >= '2024-01-08'))]]

add {
  rule = "licence.dept_without_permit",
  plant = function(h, n)
    for i = 1, n do
      h:service_dept("美容门诊" .. i, { edit = set {
        approved_code = "医疗美容科", started = i % 2 == 0 and "2024-01-08" or "2020-01-01",
      } })
    end
    return n
  end,
  near = function(h)
    h:service_dept("老美容门诊", { edit = set { approved_code = "医疗美容科", stopped = "2024-01-08" } })
    h:service_dept("新美容门诊", { edit = set { approved_code = "医疗美容科", started = "2024-01-09" } })
    h:service_dept("产科门诊", { edit = set { approved_code = "妇产科" } })
  end,
  sql = [[
    SELECT rowid FROM (SELECT rowid, *, CASE approved_code WHEN '妇产科' THEN '母婴保健'
        WHEN '医学影像科' THEN '放射诊疗' WHEN '医疗美容科' THEN '医疗美容' END AS needs
      FROM service_depts) WHERE needs IS NOT NULL
      AND (started = '' OR started <= '2024-01-08') AND (stopped = '' OR stopped > '2024-01-08')
      AND ]] .. valid:format("needs"),
}

-- Machines for dialysis: their permit ends today in one year, yesterday in the other.
add {
  rule = "licence.device_without_permit",
  instead = true,
  plant = function(h, n)
    h:permit("血液透析", "2024-01-07")
    for _ = 1, n do h:device { type = "血液透析机", dept = "内科" } end
    h:device { type = "血液透析机", dept = "内科", edit = set { retired_date = "2024-01-08" } }
    return n, { ["licence.permit_expired"] = 1 }
  end,
  near = function(h)
    h:permit("血液透析", "2024-01-08")
    h:device { type = "血液透析机", dept = "内科" }
  end,
  sql = [[
    SELECT rowid FROM (SELECT rowid, *, CASE type WHEN '血液透析机' THEN '血液透析' WHEN 'CT' THEN '放射诊疗'
        WHEN 'DR' THEN '放射诊疗' WHEN 'DSA' THEN '放射诊疗' END AS needs FROM devices)
    WHERE needs IS NOT NULL AND (retired_date = '' OR retired_date > '2024-01-08')
      AND ]] .. valid:format("needs"),
}

add {
  rule = "licence.large_device_without_permit",
  plant = function(h, n)
    for i = 1, n do
      h:device { type = "MR", large = i % 3 == 0 and "甲类" or "乙类", edit = set(i % 2 == 0
        and { config_permit_no = "" } or { permit_to = "2024-01-07" }) }
    end
    return n
  end,
  near = function(h)
    h:device { type = "MR", large = "乙类", edit = set { permit_to = "2024-01-08" } }
    h:device { type = "MR", large = "乙类", edit = set { permit_to = "" } }
    h:device { type = "MR", large = "乙类",
               edit = set { config_permit_no = "", retired_date = "2024-01-08" } }
    h:device { type = "超声" }
  end,
  sql = [[
    SELECT rowid FROM devices WHERE is_large IN ('甲类', '乙类')
      AND (retired_date = '' OR retired_date > '2024-01-08')
      AND (config_permit_no = '' OR (permit_to <> '' AND permit_to < '2024-01-08'))]],
}

add {
  rule = "licence.permit_expired",
  plant = function(h, n)
    n = math.min(n, 3)
    for i = 1, n do h:permit(({ "采供血", "辐射安全", "其他" })[i], "2024-01-07") end
    return n
  end,
  near = function(h)
    h:permit("麻精药品", "2022-12-31") -- renewed
    h:permit("麻精药品", "2024-01-08")
    h:permit("母婴保健", "2019-12-31")
    h:permit("放射诊疗", "2020-12-31")
  end,
  sql = "SELECT p.rowid FROM permits AS p WHERE valid_to <> '' AND valid_to < '2024-01-08' AND "
    .. valid:format("p.kind"),
}

add {
  rule = "licence.dept_contracted",
  plant = function(h, n)
    for i = 1, n do
      h:service_dept("合作门诊" .. i,
        { edit = set { approved_code = "外科", contractor = "某健康管理公司" } })
    end
    return n
  end,
  near = function(h)
    h:service_dept("原合作门诊", { edit = set { approved_code = "外科", contractor = "某健康管理公司",
                                            stopped = "2024-01-08" } })
  end,
  sql = [[
    SELECT rowid FROM service_depts WHERE contractor <> ''
      AND (stopped = '' OR stopped > '2024-01-08')]],
}

return licence
