-- Charging rules (domain FEE-07, FEE-09 to FEE-15): price list, limits, consent, times.

local days = require "days"

local fee = {}

local function add(entry) fee[#fee + 1] = entry end

local function set(change)
  return function(row) for name, value in pairs(change) do row[name] = value end end
end

local function visit(h, o, fill)
  local e = h:visit(o)
  fill(e)
  h:close_visit(e)
  return e
end

local function stay(h, o, fill)
  o.nights, o.fill = o.nights or 5, fill
  return h:stay(o)
end

-- Charges an item in a visit, on a day.
local function charged(h, item, o)
  o = o or {}
  return visit(h, { day = o.day, patient = o.patient }, function(e)
    o.time = e.time + 5
    h:charge(e, item, o)
  end)
end

local catalogue = [[JOIN price_catalog AS c ON c.item_code = f.item_code
      AND date(f.fee_time) >= c.valid_from
      AND (c.valid_to = '' OR date(f.fee_time) <= c.valid_to)]]

-- ---- price list (FEE-07, FEE-09, FEE-10) -------------------------------------------------

-- A treatment whose rows of the price list are changed, or that has none.
local function treatment(h, list)
  local name = "理疗项目" .. h:number("L", 3)
  return h:new_item { name = name, fee_class = "治疗", list = list }
end

add {
  rule = "fee.no_catalog",
  plant = function(h, n)
    for i = 1, n do
      if i % 2 == 0 then charged(h, treatment(h, false))
      else -- the day after the price ended
        charged(h, treatment(h, set { valid_to = "2023-05-31" }), { day = days.of(2023, 6, 1) })
      end
    end
    return n
  end,
  near = function(h)
    charged(h, treatment(h, set { valid_to = "2023-05-31" }), { day = days.of(2023, 5, 31) })
    charged(h, treatment(h, set { valid_from = "2023-05-31", posted_at = "2023-05-25" }),
      { day = days.of(2023, 5, 31) })
    -- Drugs are held against the stock.
    charged(h, h:new_item { name = "自制制剂", drug = true, unit = "瓶", fee_class = "西药", list = false })
  end,
  sql = [[
    SELECT f.rowid FROM fee_lines AS f
    WHERE f.fee_class NOT IN ('西药', '中成药', '中草药', '材料') AND CAST(f.qty AS REAL) > 0
      AND NOT EXISTS (SELECT 1 FROM price_catalog AS c WHERE c.item_code = f.item_code
        AND date(f.fee_time) >= c.valid_from
        AND (c.valid_to = '' OR date(f.fee_time) <= c.valid_to))]],
}

add {
  rule = "fee.other_ins_code",
  plant = function(h, n)
    for i = 1, n do
      charged(h, h.item["小换药"], { edit = set { ins_code = "YB" .. h.item["普通针刺"].code .. i } })
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do charged(h, h.item["小换药"], { edit = set { ins_code = "" } }) end
  end,
  sql = "SELECT f.rowid FROM fee_lines AS f " .. catalogue .. [[
    WHERE f.ins_code <> '' AND c.ins_code <> '' AND f.ins_code <> c.ins_code
      AND CAST(f.qty AS REAL) > 0]],
}

add {
  rule = "fee.unposted_charge",
  plant = function(h, n)
    n = math.min(n, 4)
    for i = 1, n do
      if i % 2 == 0 then charged(h, treatment(h, set { posted_at = "" }))
      else
        charged(h, treatment(h, set { posted_at = "2023-05-10" }), { day = days.of(2023, 5, 9) })
      end
    end
    return n, { ["fee.price_unposted"] = n }
  end,
  near = function(h) -- posted on the day on which it began to hold
    charged(h, treatment(h, set { valid_from = "2023-05-10", posted_at = "2023-05-10" }),
      { day = days.of(2023, 5, 10) })
  end,
  sql = "SELECT f.rowid FROM fee_lines AS f " .. catalogue .. [[
    WHERE CAST(f.qty AS REAL) > 0 AND (c.posted_at = '' OR c.posted_at > date(f.fee_time))]],
}

add {
  rule = "fee.price_unposted",
  plant = function(h, n)
    for i = 1, n do
      local case = { { posted_at = "" }, { posted_at = "2021-03-02" },
                     { posted_at = "", valid_from = "2024-01-08" },
                     { posted_at = "", valid_to = "2024-01-08" } }
      treatment(h, set(case[i % 4 + 1]))
    end
    return n
  end,
  near = function(h) -- no longer, or not yet, charged
    treatment(h, set { posted_at = "", valid_to = "2024-01-07" })
    treatment(h, set { posted_at = "", valid_from = "2024-01-09" })
  end,
  sql = [[
    SELECT rowid FROM price_catalog WHERE valid_from <= '2024-01-08'
      AND (valid_to = '' OR valid_to >= '2024-01-08')
      AND (posted_at = '' OR posted_at > valid_from)]],
}

-- ---- what insurance pays for (FEE-11, FEE-12) --------------------------------------------

local function insured(h, o)
  o.insured = true
  return h:patient(o)
end

local adults = { "K29.5", "J06.9" }

-- Charges limited treatments in what `encounter` makes; the patient is a man of forty with
-- gastritis, insured.
local function limited(h, encounter, list, o)
  o = o or {}
  local item = treatment(h, set(list))
  encounter(h, o.patient or insured(h, { codes = { "K29.5" }, sex = "男", age = 40 }), function(e)
    o.time = e.time + 5
    h:charge(e, item, o)
  end)
end

local function in_visit(h, patient, fill) visit(h, { patient = patient }, fill) end
local function in_stay(h, patient, fill) stay(h, { patient = patient, nights = 3 }, fill) end

local wrong = { { limit_sex = "女" }, { limit_age_to = 39 }, { limit_age_from = 41 },
                { limit_dx = "J15;J18" } }

local function over_limit(encounter, table_id)
  return {
    plant = function(h, n)
      for i = 1, n do limited(h, encounter, wrong[i % 4 + 1]) end
      return n
    end,
    near = function(h)
      for _, list in ipairs { { limit_sex = "男" }, { limit_age_to = 40, limit_age_from = 40 },
                              { limit_dx = "J18;K29" } } do
        limited(h, encounter, list)
      end
      limited(h, encounter, wrong[1], { self_pay = true, consent = "TY9" })
      limited(h, encounter, wrong[4], { patient = h:patient { codes = adults, insured = false } })
    end,
    sql = "SELECT f.rowid FROM fee_lines AS f " .. catalogue .. " JOIN " .. table_id .. [[ AS a
        ON a.encounter_id = f.encounter_id
      WHERE f.settle_type = '医保' AND f.self_pay = '否' AND CAST(f.qty AS REAL) > 0
        AND ((c.limit_sex IN ('男', '女') AND c.limit_sex <> a.sex)
          OR (c.limit_age_from <> '' AND CAST(a.age AS INT) < CAST(c.limit_age_from AS INT))
          OR (c.limit_age_to <> '' AND CAST(a.age AS INT) > CAST(c.limit_age_to AS INT))
          OR (c.limit_dx <> '' AND instr(';' || c.limit_dx || ';',
            ';' || substr(a.diagnosis_codes, 1, 3) || ';') = 0))]],
  }
end

local entry = over_limit(in_stay, "admissions")
entry.rule = "fee.over_limit_inpatient"
add(entry)
entry = over_limit(in_visit, "visits")
entry.rule = "fee.over_limit_outpatient"
add(entry)

-- Sells an extra bed; o.later: a consent signed so many days later; o.items: for what.
local function extra(h, o)
  stay(h, { patient = insured(h, { codes = adults }) }, function(e)
    local item = h.item["陪护床"]
    local time = days.at(e.day + 2, 18)
    local number
    if o.later then
      number = h:consent(e, { kind = o.kind or "自费", signed = time + o.later * 1440,
                              items = o.items or { item } })
    end
    h:charge(e, item, { time = time, self_pay = true, consent = o.said and number or nil })
  end)
end

add {
  rule = "fee.self_pay_no_consent",
  plant = function(h, n)
    for i = 1, n do
      extra(h, ({ {}, { later = 1 }, { later = -1, items = { h.item["小换药"] } },
                  { later = -1, kind = "特殊治疗" } })[i % 4 + 1])
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      extra(h, { later = 0 })
      extra(h, { later = -1, items = {} }) -- for all of them
      extra(h, { later = 0, said = true, kind = "特殊治疗" })
    end
  end,
  sql = [[
    SELECT f.rowid FROM fee_lines AS f WHERE f.self_pay = '是' AND f.settle_type = '医保'
      AND CAST(f.qty AS REAL) > 0 AND f.consent_no = '' AND NOT EXISTS
      (SELECT 1 FROM consents AS k WHERE k.encounter_id = f.encounter_id AND k.kind = '自费'
        AND date(k.signed_at) <= date(f.fee_time) AND (k.item_codes = ''
          OR instr(';' || k.item_codes || ';', ';' || f.item_code || ';') > 0))]],
}

-- ---- times (FEE-13, FEE-14) --------------------------------------------------------------

-- A visit of somebody who stays, so many days after the stay began.
local function beside(h, later)
  local patient = h:adult()
  local e = stay(h, { patient = patient }, function() end)
  visit(h, { patient = patient, day = e.day + later, dept = "中医科" }, function() end)
end

add {
  rule = "fee.outpatient_during_stay",
  plant = function(h, n)
    for i = 1, n do beside(h, i % 4 + 1) end
    return n, { ["admission.card_used_outside"] = n }
  end,
  near = function(h, n)
    for _ = 1, n do
      beside(h, 0)
      beside(h, 5)
    end
  end,
  sql = [[
    SELECT DISTINCT f.rowid FROM fee_lines AS f JOIN admissions AS a USING (patient_id)
    WHERE f.visit_type <> '住院' AND CAST(f.qty AS REAL) > 0
      AND date(f.fee_time) > date(a.admit_time) AND date(f.fee_time) < date(a.discharge_time)]],
}

-- Two stays for different reasons, the second beginning `minutes` after the first ended.
local function two_stays(h, minutes)
  local patient = h:adult()
  local e = stay(h, { patient = patient }, function() end)
  local time = e.leaves + minutes
  stay(h, { patient = patient, dx = "S52.5", day = time // 1440, time = time }, function() end)
end

add {
  rule = "fee.overlapping_stays",
  plant = function(h, n)
    for i = 1, n do two_stays(h, i % 2 == 0 and -1 or -2880) end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do two_stays(h, 0) end
  end,
  sql = [[
    SELECT DISTINCT b.rowid FROM admissions AS b JOIN admissions AS a USING (patient_id)
    WHERE a.rowid <> b.rowid AND a.admit_time <= b.admit_time AND b.admit_time < a.discharge_time]],
}

local function late(h, later, hour)
  stay(h, {}, function(e)
    h:charge(e, h.item["普通针刺"], { time = days.at(e.day + e.nights + later, hour) })
  end)
end

add {
  rule = "fee.after_discharge",
  plant = function(h, n)
    for i = 1, n do late(h, i, 0) end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do late(h, 0, 23) end
  end,
  sql = [[
    SELECT f.rowid FROM fee_lines AS f JOIN admissions AS a USING (encounter_id)
    WHERE f.visit_type = '住院' AND CAST(f.qty AS REAL) > 0
      AND date(f.fee_time) > date(a.discharge_time)]],
}

-- An operation, and in it a lens that was ordered `after` minutes after anaesthesia began;
-- o.agreed: when a consent was signed, in the same way; o.kind, o.items of it; o.hour: when.
local function added(h, after, o)
  o = o or {}
  stay(h, { patient = h:patient { codes = { "K80.2" } } }, function(e)
    local op = h:operate(e, { hour = o.hour, minutes = o.hour and 180 })
    local item = o.item or h.item["人工晶状体"]
    if o.agreed then
      h:consent(e, { kind = o.kind or "术中变更", signed = op.start + o.agreed,
                     items = o.items or {} })
    end
    h:charge(e, item, { time = op.stop + 10, ordered = op.start + after, self_pay = o.self_pay })
  end)
end

add {
  rule = "fee.added_in_surgery",
  plant = function(h, n)
    for i = 1, n do
      local case = i % 9
      if case == 0 then added(h, 60)
      elseif case == 1 then added(h, 60, { agreed = 61 }) -- asked afterwards
      elseif case == 2 then added(h, 60, { agreed = -600, kind = "特殊治疗" }) -- for nothing named
      elseif case == 3 then added(h, 120, { hour = 23 }) -- after midnight
      elseif case == 4 then added(h, 110, { item = h.item["补片"] }) -- just a thousand, at the end
      elseif case == 5 then added(h, 60, { agreed = -1 }) -- asked before it began, for what?
      elseif case == 6 then added(h, 60, { agreed = 55, kind = "特殊治疗" })
      elseif case == 7 then -- cheap, but not insured; agreed to later on the day
        added(h, 60, { item = h.item["可吸收缝线"], self_pay = true, agreed = 90, kind = "自费" })
      else added(h, 60, { item = h.item["追加清创术"] or h:new_item {
        name = "追加清创术", fee_class = "手术", price = 3000000 } })
      end
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      added(h, -30)
      added(h, 0) -- ordered as it began
      added(h, 111) -- and after it had ended
      added(h, 60, { item = h.item["可吸收缝线"] })
      added(h, 60, { agreed = 55 })
      added(h, 60, { agreed = 60 })
      added(h, 60, { agreed = 0 })
      added(h, 60, { agreed = -600, kind = "自费", items = { h.item["人工晶状体"] } })
    end
  end,
  sql = [[
    SELECT f.rowid FROM fee_lines AS f JOIN orders AS o USING (order_no)
      JOIN procedures AS p ON p.encounter_id = f.encounter_id
    WHERE p.anaesthesia_start <> '' AND o.start > p.anaesthesia_start
      AND o.start <= p.surgery_end AND CAST(f.qty AS REAL) > 0
      AND (f.self_pay = '是' OR f.fee_class = '手术' OR CAST(f.unit_price AS REAL) >= 1000)
      AND NOT EXISTS (SELECT 1 FROM consents AS k WHERE k.encounter_id = f.encounter_id
        AND k.signed_at <= o.start
        AND (instr(';' || k.item_codes || ';', ';' || f.item_code || ';') > 0
          OR (k.kind = '术中变更' AND k.signed_at >= p.anaesthesia_start)))]],
}

-- ---- people who come together (FEE-15) ---------------------------------------------------

add {
  rule = "fee.same_phone",
  plant = function(h, n)
    for i = 1, n do
      for _ = 1, 3 do
        local patient = h:adult()
        patient.tel = "T9" .. i
        h:stay { patient = patient, nights = 1, bare = true }
      end
    end
    return n
  end,
  near = function(h, n)
    for i = 1, n do
      for k = 1, 2 do -- two of a family, one of them twice
        local patient = h:adult()
        patient.tel = "T8" .. i
        local day = h:day(h.year.from, h.year.from + 100)
        h:stay { patient = patient, day = day, nights = 1, bare = true }
        if k == 1 then h:stay { patient = patient, day = day + 60, nights = 1, bare = true } end
      end
    end
  end,
  sql = [[
    SELECT tel_hash FROM admissions WHERE tel_hash <> '' GROUP BY 1
    HAVING count(DISTINCT patient_id) > 2]],
}

-- So many of a village visit a doctor, or two in turn, on a day.
local function together(h, count, doctors)
  local day, village = h:day(), "V9" .. h:number("V9", 3)
  for i = 1, count do
    local patient = h:patient { codes = adults, from = 20, to = 59, address = village }
    visit(h, { patient = patient, day = day, doctor = doctors[i % #doctors + 1], dept = "内科" },
      function() end)
  end
end

add {
  rule = "fee.visiting_together",
  plant = function(h, n)
    for i = 1, n do together(h, 4 + i, { h:doctor("内科") }) end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      together(h, 4, { h:doctor("内科") })
      local all = h.of_role["医"]
      together(h, 8, { all[1], all[2] })
    end
  end,
  sql = [[
    SELECT address_hash, visit_date, doctor_id FROM visits JOIN patients USING (patient_id)
    WHERE address_hash <> '' GROUP BY 1, 2, 3 HAVING count(DISTINCT patient_id) >= 5]],
}

-- A ward with so many admissions, so many of them on a holiday.
local function ward(h, dept, all, holiday)
  local function admit(day, path)
    h:stay { patient = h:adult(), dept = dept, doctor = h:doctor("内科"), day = day, nights = 1,
             bare = true, path = path }
  end
  for i = 1, all do
    -- Saturdays of autumn, National Day; else Tuesdays that are worked.
    local day = i % 4 == 0 and days.of(2023, 10, 2) or days.of(2023, 9, 2) + i % 3 * 7
    if i > holiday then day = i % 2 == 0 and days.of(2023, 10, 7) or days.of(2023, 9, 5) end
    admit(day)
  end
  for _ = 1, 5 do admit(days.of(2023, 10, 2), "急诊") end
end

local off = [[(date(admit_time) BETWEEN '2023-01-21' AND '2023-01-27'
      OR date(admit_time) BETWEEN '2023-04-29' AND '2023-05-03'
      OR date(admit_time) BETWEEN '2023-06-22' AND '2023-06-24'
      OR date(admit_time) BETWEEN '2023-09-29' AND '2023-10-06'
      OR date(admit_time) IN ('2023-01-01', '2023-01-02', '2023-04-05')
      OR (strftime('%w', admit_time) IN ('0', '6') AND date(admit_time) NOT IN ('2023-01-28',
        '2023-01-29', '2023-04-23', '2023-05-06', '2023-06-25', '2023-10-07', '2023-10-08')))]]

add {
  rule = "fee.holiday_admissions",
  plant = function(h)
    ward(h, "康复一病区", 30, 14)
    ward(h, "康复二病区", 40, 19)
    return 2
  end,
  near = function(h)
    ward(h, "康复三病区", 40, 18) -- exactly
    ward(h, "康复四病区", 29, 29)
  end,
  sql = [[
    SELECT dept FROM admissions WHERE admit_path <> '急诊' GROUP BY dept
    HAVING count(*) >= 30 AND sum(]] .. off .. ") * 100 > count(*) * 45",
}

return fee
