-- Rules on antibacterials (domain AB-*).

local days = require "days"

local ab = {}

local function add(entry) ab[#ab + 1] = entry end

local outpatient = "visit_type IN ('门诊', '急诊')"
local rank = "CASE %s WHEN '特殊' THEN 3 WHEN '限制' THEN 2 WHEN '非限制' THEN 1 ELSE 0 END"
local beyond = rank:format("ab_tier") .. " > " .. rank:format("ab_right_tier")

local function infected(h) return h:patient { codes = { "J18.9", "N39.0" }, from = 20, to = 60 } end

-- A prescription of one antibacterial.
local function of(h, name, o, change)
  o.drugs, o.patient = { h.item[name] }, o.patient or infected(h)
  o.edit = function(row) for field, value in pairs(change or {}) do row[field] = value end end
  return h:prescription(o)
end

add {
  rule = "ab.special_outpatient",
  plant = function(h, n)
    for _ = 1, n do of(h, "万古霉素注射剂", {}, { days = 1 }) end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      of(h, "万古霉素注射剂", { visit = "住院" }, { days = 3 })
      of(h, "头孢地尼胶囊", {})
    end
  end,
  sql = "SELECT DISTINCT rx_no FROM rx_lines WHERE visit_type = '门诊' AND ab_tier = '特殊'",
}

add {
  rule = "ab.special_no_consult",
  plant = function(h, n)
    for i = 1, n do
      of(h, "亚胺培南西司他丁注射剂", { visit = i % 3 == 0 and "急诊" or "住院" }, { consult_no = "" })
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      of(h, "亚胺培南西司他丁注射剂", { visit = "住院" })
      of(h, "头孢呋辛注射剂", { visit = "住院" })
    end
  end,
  sql = "SELECT DISTINCT rx_no FROM rx_lines WHERE ab_tier = '特殊' AND consult_no = ''",
}

-- Somebody with less than the right for a drug.
local function doctor(h, tier)
  return h:hire { role = "医", dept = "外科", apart = true, tier = tier }
end

add {
  rule = "ab.over_right",
  plant = function(h, n)
    for i = 1, n do
      local case = ({ { "万古霉素注射剂", "限制" }, { "头孢地尼胶囊", "非限制" },
                      { "阿莫西林胶囊", "无" } })[i % 3 + 1]
      of(h, case[1], { doctor = doctor(h, case[2]), visit = "住院" }, { days = 2 })
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      of(h, "头孢地尼胶囊", { doctor = doctor(h, "限制"), visit = "住院" }, { days = 5 })
      of(h, "阿莫西林胶囊", { doctor = doctor(h, "非限制"), visit = "住院" }, { days = 5 })
    end
  end,
  sql = "SELECT DISTINCT rx_no FROM rx_lines JOIN staff ON staff_id = doctor_id WHERE "
    .. beyond .. " AND CAST(days AS INT) > 1",
}

local function approved(row, day, hour)
  row.days = 1
  row.rx_time = row.rx_date .. " 09:30"
  row.approve_time = day and ("%s %s"):format(day, hour) or ""
end

local function override(h, later, hour, drug, tier)
  h:prescription {
    drugs = { h.item[drug or "万古霉素注射剂"] }, doctor = doctor(h, tier or "限制"), visit = "住院",
    patient = infected(h), edit = function(row)
      approved(row, later and days.text(days.parse(row.rx_date) + later), hour)
    end,
  }
end

add {
  rule = "ab.override_not_approved",
  plant = function(h, n)
    for i = 1, n do
      if i % 3 == 0 then override(h)
      elseif i % 3 == 1 then override(h, 1, "09:31")
      else override(h, nil, nil, "头孢地尼胶囊", "非限制")
      end
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      override(h, 1, "09:30")
      override(h, 0, "11:00")
    end
  end,
  sql = "SELECT DISTINCT rx_no FROM rx_lines JOIN staff ON staff_id = doctor_id WHERE "
    .. beyond .. [[ AND CAST(days AS INT) <= 1 AND (approve_time = ''
      OR round((julianday(approve_time) - julianday(rx_time)) * 1440) > 24 * 60)]],
}

-- ---- how many, how often -----------------------------------------------------------------

-- With the seven of the hospital's own these are thirty-five.
local others = { "阿奇霉素片", "克拉霉素片", "罗红霉素片", "头孢氨苄胶囊", "头孢拉定胶囊", "头孢羟氨苄胶囊",
  "头孢克肟胶囊", "头孢曲松注射剂", "头孢他啶注射剂", "头孢噻肟注射剂", "头孢哌酮舒巴坦注射剂",
  "头孢吡肟注射剂", "哌拉西林他唑巴坦注射剂", "阿莫西林克拉维酸钾片", "氨苄西林注射剂", "青霉素注射剂",
  "苯唑西林注射剂", "甲硝唑片", "替硝唑片", "奥硝唑注射剂", "克林霉素胶囊", "林可霉素注射剂",
  "庆大霉素注射剂", "阿米卡星注射剂", "莫西沙星片", "环丙沙星片", "诺氟沙星胶囊", "磷霉素散" }

-- Puts an antibacterial on the drug list; in_use false: no longer bought.
local function variety(h, name, code, in_use)
  h:list_drug({
    code = code, name = name, generic = name, form = "片剂", dose = 100, dose_unit = "mg",
    times = 2, class = "其他抗菌药", kind = "抗菌", tier = "限制", pieces = 10, price = 200000,
    max_daily = 400,
  }, { edit = function(row) row.in_use = in_use end })
end

add {
  rule = "ab.too_many_varieties",
  plant = function(h)
    variety(h, "利奈唑胺片", "XY299", true)
    return h.facility.class == "二级医院" and 1 or 0
  end,
  near = function(h)
    for i, name in ipairs(others) do variety(h, name, ("XY2%02d"):format(i), true) end
    variety(h, others[1], "XY250", true) -- another pack of the first
    variety(h, "红霉素片", "XY251", false)
  end,
  sql = [[
    SELECT 1 FROM (SELECT count(DISTINCT generic_name) AS kinds FROM drugs
      WHERE in_use = '是' AND ab_tier <> '非抗菌'), facility
    WHERE kinds > CASE facility.class WHEN '三级医院' THEN 50 WHEN '二级医院' THEN 35
      WHEN '妇幼保健院' THEN 40 END]],
}

-- The share of a year's encounters with an antibacterial: brought to the limit with
-- encounters that have one (`with`), and then one above it.
local function above(count, percent)
  return count.ab * 100 > count.all * percent
end

local function bring(h, count, percent, with)
  while not above({ ab = count.ab + 1, all = count.all + 1 }, percent) do with(h) end
end

local function outpatients(visit)
  return function(h)
    -- No doctor may have thirty of them; in spring nothing depends on what drugs cost.
    local treated = h.treating
    if not treated or treated.count == 29 then
      treated = { count = 0, doctor = h:hire { role = "医", dept = "内科", apart = true } }
      h.treating = treated
    end
    treated.count = treated.count + 1
    of(h, "阿莫西林胶囊", { visit = visit, doctor = treated.doctor,
                          day = h:day(h.year.from, h.year.from + 55) })
  end
end

local function rate(visit, percent, last)
  local with = outpatients(visit)
  return {
    last = last,
    near = function(h) bring(h, h.treated[visit], percent, with) end,
    plant = function(h)
      while not above(h.treated[visit], percent) do with(h) end
      return 1
    end,
    sql = ([[
      SELECT 1 FROM (SELECT count(*) AS whole, sum(antibacterial) AS part FROM
        (SELECT rx_no, max(ab_tier <> '非抗菌') AS antibacterial FROM rx_lines
         WHERE visit_type = '%s' GROUP BY rx_no))
      WHERE whole >= 30 AND part * 100 > whole * %d]]):format(visit, percent),
  }
end

local entry = rate("门诊", 20, 7)
entry.rule = "ab.outpatient_rate"
add(entry)
entry = rate("急诊", 40, 8)
entry.rule = "ab.emergency_rate"
add(entry)

-- Stays in fives, four of which are on a clinical pathway, so that its share stays as it is.
local function stays(h)
  for i = 1, 5 do
    h:stay { patient = infected(h), nights = 3, path_flag = i < 5, fill = function(e)
      h:prescription { encounter = e, drugs = { h.item["头孢呋辛注射剂"] } }
    end }
  end
end

add {
  rule = "ab.inpatient_rate",
  last = 4,
  near = function(h)
    local count = h.treated["住院"]
    -- Five more, and the two of the next rule.
    local function so_far() return { ab = count.ab + 7, all = h.stays.all + 7 } end
    while not above(so_far(), 60) do stays(h) end
  end,
  plant = function(h)
    local count = h.treated["住院"]
    repeat stays(h) until above({ ab = count.ab, all = h.stays.all }, 60)
    return 1
  end,
  sql = [[
    SELECT 1 FROM (SELECT count(*) AS whole, sum(encounter_id IN (SELECT encounter_id
        FROM rx_lines WHERE visit_type = '住院' AND ab_tier <> '非抗菌')) AS part
      FROM admissions WHERE discharge_time <> '')
    WHERE whole >= 30 AND part * 100 > whole * 60]],
}

-- Gives a stay's patient so many half daily doses: a box has eight of the one drug, or one.
local function doses(h, e, count)
  h:prescription { encounter = e, drugs = { h.item["左氧氟沙星片"] },
                   edit = function(row) row.qty = count // 8 end }
  h:prescription { encounter = e, drugs = { h.item["头孢呋辛注射剂"] },
                   edit = function(row) row.qty = count % 8 end }
end

add {
  rule = "ab.intensity",
  last = 5,
  near = function(h)
    -- Just forty daily doses in a hundred bed days: half doses make it exact.
    local e = h:admit { patient = infected(h), nights = 8 - (h.stays.nights + 3) % 5 }
    h:ward(e)
    doses(h, e, (h.stays.nights + e.nights) * 4 // 5 - h.stays.half_doses)
    h:discharge(e, { path_flag = true })
  end,
  plant = function(h)
    local e = h:admit { patient = infected(h), nights = 5 }
    h:ward(e)
    doses(h, e, (h.stays.nights + e.nights) * 4 // 5 - h.stays.half_doses + 1)
    h:discharge(e, { path_flag = true })
    return 1
  end,
  sql = [[
    SELECT 1 FROM
      (SELECT sum(CAST(qty AS REAL) * unit_content / ddd) AS doses FROM rx_lines AS r
        JOIN drugs AS d USING (drug_code) WHERE visit_type = '住院' AND r.ab_tier <> '非抗菌'),
      (SELECT sum(max(1, julianday(date(discharge_time)) - julianday(date(admit_time)))) AS nights
        FROM admissions WHERE discharge_time <> '')
    WHERE doses * 100 > nights * 40 + 1e-6]],
}

-- ---- needless ----------------------------------------------------------------------------

local function needless(h, drug, codes, change)
  local all = { diagnosis_codes = codes }
  for field, value in pairs(change or {}) do all[field] = value end
  of(h, drug, { patient = h:adult() }, all)
end

add {
  rule = "ab.needless",
  plant = function(h, n)
    for i = 1, n do
      needless(h, "阿莫西林胶囊", ({ "J06.9", "J00", "J11.1;R51", "B34.9" })[i % 4 + 1])
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      needless(h, "阿莫西林胶囊", "J06.9;J18.9")
      needless(h, "阿莫西林胶囊", "N39.0")
      needless(h, "感冒清热颗粒", "J06.9")
    end
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines WHERE ]] .. outpatient .. [[ AND ab_tier <> '非抗菌'
      AND (substr(diagnosis_codes, 1, 3) IN ('J00', 'J06', 'J10', 'J11', 'B34', 'I10', 'E11'))
      AND diagnosis_codes NOT LIKE '%J18%' AND diagnosis_codes NOT LIKE '%N39%']],
}

add {
  rule = "ab.needless_infusion",
  plant = function(h, n)
    for i = 1, n do
      needless(h, "葡萄糖注射液", ({ "K29.5", "J06.9", "M54.5;R51" })[i % 3 + 1], { days = 1 })
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      needless(h, "葡萄糖注射液", "K29.5;R11", { days = 1 })
      needless(h, "葡萄糖注射液", "K29.5", { days = 1, route = "口服" })
    end
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines WHERE ]] .. outpatient .. [[ AND route = '静脉滴注'
      AND substr(diagnosis_codes, 1, 3) IN ('J00', 'J06', 'J02', 'J30', 'K29', 'K52', 'M54', 'I10')
      AND diagnosis_codes NOT LIKE '%R11%']],
}

add {
  rule = "ab.infused_but_oral",
  plant = function(h, n)
    for _ = 1, n do
      h:prescription { patient = infected(h), days = 1,
                       drugs = { h.item["头孢呋辛注射剂"], h.item["氨溴索片"] } }
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      h:prescription { patient = infected(h), days = 1,
                       drugs = { h.item["头孢呋辛注射剂"], h.item["氯化钠注射液"] } }
      h:prescription { patient = infected(h), drugs = { h.item["阿莫西林胶囊"], h.item["氨溴索片"] } }
    end
  end,
  sql = [[
    SELECT rx_no FROM rx_lines WHERE ]] .. outpatient .. [[ GROUP BY rx_no
    HAVING sum(ab_tier <> '非抗菌' AND route = '静脉滴注') > 0 AND sum(route = '口服') > 0]],
}

return ab
