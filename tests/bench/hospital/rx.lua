-- Prescriptions: supplies, rights, names, courses, doses (domain RX-01 to RX-05, RX-11 to RX-16).

local days = require "days"
local sheets = require "sheets"

local rx = {}

local function add(entry) rx[#rx + 1] = entry end

local no_reason, outpatient, reason = sheets.no_reason, sheets.outpatient, sheets.reason
local empty_words, line = sheets.empty_words, sheets.line
local narcotic, times = sheets.narcotic, sheets.times
local of, elder, chronic = sheets.of, sheets.elder, sheets.chronic

-- ---- supplies and number of drugs --------------------------------------------------------

add {
  rule = "rx.over_days",
  plant = function(h, n)
    for i = 1, n do
      if i % 3 == 1 then     line(h, {}, { days = 8 })
      elseif i % 3 == 2 then line(h, {}, { days = 30, extension_reason = h.random:pick(empty_words) })
      else -- two lines are one prescription
        line(h, { drugs = h:ordinary(2), patient = h:patient { codes = { "K29.5" }, age = 64 } },
          { days = 10 })
      end
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      line(h, {}, { days = 7 })
      line(h, {}, { days = 14, extension_reason = reason })
      line(h, {}, { days = 10, is_tcm = true })
      line(h, { patient = elder(h) }, { days = 14, extension_reason = "行动不便" })
      line(h, { patient = chronic(h) }, { days = 28, extension_reason = "病情稳定" })
      line(h, {}, { days = 28, long_rx_flag = true })
      line(h, { visit = "住院" }, { days = 14, visit_type = "出院带药" })
    end
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines
    WHERE visit_type = '门诊' AND is_tcm = '否' AND chronic_flag = '否' AND long_rx_flag = '否'
      AND CAST(days AS INT) > 7 AND CAST(age AS INT) < 65 AND extension_reason IN ]] .. no_reason,
}

add {
  rule = "rx.over_days_emergency",
  plant = function(h, n)
    for i = 1, n do
      line(h, { visit = "急诊" }, { days = i % 2 == 0 and 4 or 7,
                                   extension_reason = i % 3 == 0 and "略" or nil })
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      line(h, { visit = "急诊" }, { days = 3 })
      line(h, { visit = "急诊" }, { days = 5, extension_reason = "节假日，复诊不便" })
      line(h, { visit = "急诊" }, { days = 5, is_tcm = true })
    end
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines
    WHERE visit_type = '急诊' AND is_tcm = '否' AND chronic_flag = '否' AND long_rx_flag = '否'
      AND CAST(days AS INT) > 3 AND CAST(age AS INT) < 65 AND extension_reason IN ]] .. no_reason,
}

add {
  rule = "rx.extension_no_reason",
  plant = function(h, n)
    for i = 1, n do
      if i % 3 == 1 then
        line(h, { patient = h:patient { codes = { "K29.5" }, age = 65 } }, { days = 8 })
      elseif i % 3 == 2 then
        line(h, { patient = chronic(h) }, { days = 14, extension_reason = "无" })
      else
        line(h, { patient = h:patient { codes = { "K29.5" }, age = 65 }, visit = "急诊" }, { days = 4 })
      end
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      line(h, { patient = elder(h) }, { days = 7 })
      line(h, { patient = chronic(h) }, { days = 7 })
      line(h, { patient = chronic(h) }, { days = 28, long_rx_flag = true })
      line(h, { patient = elder(h), visit = "急诊" }, { days = 3 })
      line(h, { patient = elder(h), visit = "急诊" }, { days = 7, extension_reason = "独居" })
    end
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines
    WHERE ]] .. outpatient .. [[ AND is_tcm = '否' AND long_rx_flag = '否'
      AND (chronic_flag = '是' OR CAST(age AS INT) >= 65)
      AND CAST(days AS INT) > CASE visit_type WHEN '急诊' THEN 3 ELSE 7 END
      AND extension_reason IN ]] .. no_reason,
}

add {
  rule = "rx.too_many_drugs",
  plant = function(h, n)
    for i = 1, n do
      h:prescription { visit = i % 2 == 0 and "急诊" or "门诊", drugs = h:ordinary(5 + i) }
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      h:prescription { drugs = h:ordinary(5) }
      -- Six lines of five drugs.
      local drugs = h:ordinary(5)
      drugs[6] = drugs[1]
      h:prescription { drugs = drugs, days = 3 }
      -- Five drugs and a decoction on one sheet.
      h:prescription { drugs = h:ordinary(6), edit = function(row, i) row.is_tcm = i == 6 end }
      h:prescription { visit = "住院", drugs = h:ordinary(7) }
    end
  end,
  sql = [[
    SELECT rx_no FROM rx_lines WHERE ]] .. outpatient .. [[ AND is_tcm <> '是'
    GROUP BY rx_no HAVING count(DISTINCT drug_code) > 5]],
}

-- ---- prescriptions for a long time -------------------------------------------------------

local assessed = { long_rx_flag = true, long_rx_assessed = true, long_rx_signed = true }

local function long(h, drug, supply, change)
  local all = { days = supply, extension_reason = "病情稳定" }
  for _, fields in ipairs { assessed, change or {} } do
    for name, value in pairs(fields) do all[name] = value end
  end
  return of(h, drug, { patient = chronic(h) }, all)
end

add {
  rule = "rx.long_not_assessed",
  plant = function(h, n)
    for i = 1, n do
      if i % 2 == 0 then long(h, "氨氯地平片", 29, { long_rx_assessed = false })
      else long(h, "缬沙坦胶囊", 84, { long_rx_signed = false })
      end
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      long(h, "氨氯地平片", 28, { long_rx_assessed = false, long_rx_signed = false })
      long(h, "缬沙坦胶囊", 84)
    end
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines WHERE long_rx_flag = '是' AND is_tcm = '否'
      AND CAST(days AS INT) BETWEEN 29 AND 84
      AND NOT (long_rx_assessed = '是' AND long_rx_signed = '是')]],
}

add {
  rule = "rx.long_over_limit",
  plant = function(h, n)
    for i = 1, n do
      long(h, "二甲双胍片", i % 2 == 0 and 85 or 180, { long_rx_flag = i % 3 ~= 0 })
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      long(h, "二甲双胍片", 84)
      long(h, "二甲双胍片", 84, { long_rx_flag = false })
      long(h, "板蓝根颗粒", 90, { is_tcm = true })
    end
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines WHERE ]] .. outpatient .. [[ AND is_tcm = '否'
      AND (long_rx_flag = '是' OR chronic_flag = '是') AND CAST(days AS INT) > 84]],
}

-- The drug list forbids what the class forbids, and one drug besides.
add {
  rule = "rx.long_forbidden_class",
  plant = function(h, n)
    for i = 1, n do
      local name = ({ "地西泮片", "阿莫西林胶囊", "艾司唑仑片" })[i % 3 + 1]
      long(h, name, 14, { diagnosis_codes = "N39.0" })
    end
    return n, { ["rx.long_forbidden_drug"] = n }
  end,
  near = function(h, n)
    for _ = 1, n do
      long(h, "左氧氟沙星片", 28, { diagnosis_codes = "A15.0" }) -- tuberculosis
      long(h, "氢氯噻嗪片", 28)
    end
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines WHERE long_rx_flag = '是'
      AND drug_class IN ('麻', '精一', '精二', '毒', '放射', '易制毒', '抗菌')
      AND NOT (drug_class = '抗菌' AND substr(diagnosis_codes, 1, 3) IN
        ('A15', 'A16', 'A17', 'A18', 'A19', 'A31', 'B39', 'B44', 'B45'))]],
}

add {
  rule = "rx.long_forbidden_drug",
  plant = function(h, n)
    for _ = 1, n do long(h, "泼尼松片", 14) end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      of(h, "泼尼松片", { patient = chronic(h) }, { days = 14, extension_reason = reason })
    end
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines AS r JOIN drugs AS d USING (drug_code)
    WHERE long_rx_flag = '是' AND d.long_rx_forbidden = '是'
      AND NOT (r.drug_class = '抗菌' AND substr(diagnosis_codes, 1, 3) IN
        ('A15', 'A16', 'A17', 'A18', 'A19', 'A31', 'B39', 'B44', 'B45'))]],
}

-- ---- rights, validity, names -------------------------------------------------------------

add {
  rule = "rx.no_narcotic_right",
  plant = function(h, n)
    for i = 1, n do
      local doctor = h:hire { role = "医", dept = "外科", apart = true }
      of(h, i % 2 == 0 and "吗啡片" or "哌甲酯缓释片", { doctor = doctor }, { days = 1 })
    end
    return n
  end,
  near = function(h, n)
    local doctor = h:hire { role = "医", dept = "外科", apart = true }
    for _ = 1, n do of(h, "地西泮片", { doctor = doctor }, { days = 1 }) end
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines JOIN staff ON staff_id = doctor_id
    WHERE ]] .. narcotic .. " AND narcotic_right = '否'",
}

add {
  rule = "rx.no_right",
  plant = function(h, n)
    local doctor = h:hire { role = "医", dept = "内科", apart = true,
                            edit = function(row) row.rx_right = false end }
    for _ = 1, n do line(h, { doctor = doctor }, {}) end
    return n
  end,
  near = function(h) -- a doctor without the right who prescribes nothing
    h:hire { role = "医", dept = "内科", apart = true, shifts = { h.year.to },
             edit = function(row) row.rx_right = false end }
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines JOIN staff ON staff_id = doctor_id WHERE rx_right = '否']],
}

add {
  rule = "rx.unknown_prescriber",
  plant = function(h, n)
    for i = 1, n do line(h, {}, { doctor_id = "YS99" .. i }) end
    return n, { ["staff.prescribed_by_others"] = n }
  end,
  near = function() end, -- everybody else is known
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines
    WHERE doctor_id <> '' AND doctor_id NOT IN (SELECT staff_id FROM staff)]],
}

local function assistant(h)
  return h:hire { role = "医", dept = "内科", apart = true, with = h:doctor("内科"),
                  edit = function(row)
    row.assistant_flag, row.title = true, "医士"
  end }
end

add {
  rule = "rx.assistant_alone",
  plant = function(h, n)
    local doctor = assistant(h)
    for _ = 1, n do line(h, { doctor = doctor }, {}) end
    return h.facility.class == "二级医院" and n or 0
  end,
  near = function(h, n)
    local doctor = assistant(h)
    for _ = 1, n do line(h, { doctor = doctor }, { cosigner_id = h:doctor("内科").id }) end
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines JOIN staff ON staff_id = doctor_id, facility
    WHERE assistant_flag = '是' AND cosigner_id = ''
      AND facility.class NOT IN ('乡镇卫生院', '村卫生室')]],
}

-- The day so many days after a row's.
local function after(row, count) return days.text(days.parse(row.rx_date) + count) end

local function dispensed(h, visit, later, valid)
  h:prescription { visit = visit, edit = function(row)
    row.dispense_date = later and after(row, later) or ""
    row.valid_to = valid and after(row, valid)
  end }
end

add {
  rule = "rx.dispensed_expired",
  plant = function(h, n)
    for i = 1, n do
      if i % 3 == 0 then dispensed(h, "门诊", 1)
      elseif i % 3 == 1 then dispensed(h, "门诊", 3, 2)
      else dispensed(h, "急诊", 4, 3)
      end
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      dispensed(h, "门诊", 3, 3)
      dispensed(h, "急诊", 1) -- written at night
      dispensed(h, "门诊") -- never fetched
    end
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM (SELECT *, julianday(dispense_date) - julianday(rx_date) AS later,
      CASE WHEN valid_to = '' THEN 0 ELSE julianday(valid_to) - julianday(rx_date) END AS valid
      FROM rx_lines WHERE dispense_date <> '')
    WHERE ]] .. outpatient .. [[ AND (later > 3
      OR later > valid + CASE visit_type WHEN '急诊' THEN 1 ELSE 0 END)]],
}

add {
  rule = "rx.validity_too_long",
  plant = function(h, n)
    for i = 1, n do dispensed(h, "门诊", 0, 3 + i) end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do dispensed(h, "门诊", 0, 3) end
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines WHERE ]] .. outpatient .. [[ AND valid_to <> ''
      AND julianday(valid_to) - julianday(rx_date) > 3]],
}

add {
  rule = "rx.not_generic_name",
  plant = function(h, n)
    for i = 1, n do
      if i % 2 == 0 then of(h, "美托洛尔片", {}, { drug_name = "倍他乐克" })
      else of(h, "氨氯地平片", {}, { drug_name = "络活喜" })
      end
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      of(h, "美托洛尔片", {}, { drug_name = "酒石酸美托洛尔片" })
      of(h, "阿莫西林胶囊", { patient = h:patient { codes = { "N39.0" } } },
        { drug_name = "阿莫西林" })
      of(h, "板蓝根颗粒", {}, { drug_name = "自拟方", is_tcm = true })
    end
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines WHERE is_tcm = '否'
      AND instr(drug_name, generic_name) = 0 AND instr(generic_name, drug_name) = 0]],
}

-- ---- the same drug again, courses, doses -------------------------------------------------

add {
  rule = "rx.same_class",
  plant = function(h, n)
    for i = 1, n do
      h:prescription { drugs = { h.item["地西泮片"], h.item["艾司唑仑片"], h:ordinary(1)[1] },
                       visit = i % 2 == 0 and "急诊" or "门诊" }
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      -- Infusion solutions are combined; two sheets are two prescriptions.
      h:prescription { drugs = { h.item["氯化钠注射液"], h.item["葡萄糖注射液"] }, days = 1,
                       patient = h:patient { codes = { "R51" } } }
      local patient = h:adult()
      local day = h:day()
      for _, name in ipairs { "地西泮片", "艾司唑仑片" } do
        of(h, name, { patient = patient, day = day }, { days = 2 })
      end
    end
  end,
  sql = [[
    SELECT rx_no, d.pharm_class FROM rx_lines AS r JOIN drugs AS d USING (drug_code)
    WHERE ]] .. outpatient .. [[ AND r.is_tcm = '否' AND d.pharm_class <> '溶媒'
    GROUP BY rx_no, d.pharm_class HAVING count(DISTINCT d.generic_name) >= 2]],
}

add {
  rule = "rx.same_drug_twice",
  plant = function(h, n)
    for _ = 1, n do
      h:prescription { drugs = { h.item["氨氯地平片"], h.item["氨氯地平片（2.5mg）"] } }
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      h:prescription { drugs = { h.item["氨氯地平片"], h.item["氨氯地平片"] }, days = 3 }
      h:prescription { drugs = { h.item["氨氯地平片"], h.item["氨氯地平片（2.5mg）"] }, visit = "住院" }
      h:prescription { drugs = { h.item["氨氯地平片"], h.item["氨氯地平片（2.5mg）"] },
                       edit = function(row) row.is_tcm = true end }
    end
  end,
  sql = [[
    SELECT rx_no, generic_name FROM rx_lines WHERE ]] .. outpatient .. [[ AND is_tcm = '否'
    GROUP BY rx_no, generic_name HAVING count(DISTINCT drug_code) > 1]],
}

-- A patient gets a drug on several days: {day, supply, reason}…, days counted from the first.
local function course(h, ...)
  local patient, drug = h:adult(), h:ordinary(1)
  local first = h:day(h.year.from, h.year.to - 40)
  for _, one in ipairs { ... } do
    line(h, { patient = patient, drugs = drug, day = first + one[1] },
      { days = one[2], extension_reason = one[3] })
  end
end

add {
  rule = "rx.overlap",
  plant = function(h, n)
    local hits = 0
    for i = 1, n do
      if i % 3 == 0 then course(h, { 0, 7 }, { 3, 7 })
      elseif i % 3 == 1 then
        course(h, { 0, 7 }, { 3, 5, "无" }, { 4, 1 }) -- two come too early
        hits = hits + 1
      else
        course(h, { 0, 28, reason }, { 7, 2, reason }, { 24, 7 }) -- what went before is not used up
      end
      hits = hits + 1
    end
    return hits
  end,
  near = function(h, n)
    for _ = 1, n do
      course(h, { 0, 7 }, { 4, 7 }, { 8, 7 })
      course(h, { 0, 7 }, { 2, 7, "药品破损" })
      course(h, { 0, 3 }, { 0, 3 })
    end
  end,
  sql = [[
    WITH s AS (SELECT patient_id, drug_code, rx_date, rx_no, max(CAST(days AS INT)) AS supply,
        max(extension_reason NOT IN ]] .. no_reason .. [[) AS reasoned
      FROM rx_lines WHERE ]] .. outpatient .. [[ AND is_tcm = '否' GROUP BY 1, 2, 3, 4)
    SELECT DISTINCT b.rx_no FROM s AS b JOIN s AS a ON a.patient_id = b.patient_id
      AND a.drug_code = b.drug_code AND (a.rx_date, a.rx_no) < (b.rx_date, b.rx_no)
      AND julianday(b.rx_date) < julianday(a.rx_date) + a.supply - 3
    WHERE b.reasoned = 0]],
}

add {
  rule = "rx.over_daily_dose",
  plant = function(h, n)
    for i = 1, n do
      if i % 3 == 0 then of(h, "二甲双胍片", {}, { dose = 850, freq = "每日三次" })
      elseif i % 3 == 1 then of(h, "二甲双胍片", {}, { dose = "0.85", dose_unit = "g", freq = "每日三次" })
      else of(h, "氯雷他定片", {}, { freq = "每日二次" })
      end
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      of(h, "二甲双胍片", {}, { dose = 1, dose_unit = "g", freq = "每日二次" })
      of(h, "氯雷他定片", {}, { dose = 10, freq = "每日一次" })
      of(h, "布洛芬缓释胶囊", {}, { dose = 1200, freq = "必要时" })
    end
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines AS r JOIN drugs AS d USING (drug_code)
    WHERE r.is_tcm = '否' AND freq NOT IN ('必要时', '持续') AND max_daily <> ''
      AND CAST(dose AS REAL) * ]] .. times .. [[
        * CASE WHEN dose_unit = max_daily_unit THEN 1 WHEN dose_unit = 'g' THEN 1000 END
        > CAST(max_daily AS REAL)]],
}

return rx
