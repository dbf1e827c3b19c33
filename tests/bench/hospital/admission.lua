-- Rules on stays (domain ADM-*).

local days = require "days"

local admission = {}

local function add(entry) admission[#admission + 1] = entry end

local function set(change)
  return function(row) for name, value in pairs(change) do row[name] = value end end
end

local function visit(h, o, fill)
  local e = h:visit(o)
  if fill then fill(e) end
  h:close_visit(e)
  return e
end

-- ---- split stays (ADM-01) ----------------------------------------------------------------

-- Two short stays of a patient, so many days between them; `change` of the second's row.
local function again(h, gap, first, second, change, path)
  local patient = h:adult()
  local day = h:day(h.year.from, h.year.to - gap - 10)
  h:stay { patient = patient, day = day, nights = 2, bare = true, dx = first }
  h:stay { patient = patient, day = day + 2 + gap, time = days.at(day + 2 + gap, 16), nights = 2,
           bare = true, dx = second, path = path, edit = set(change or {}) }
end

add {
  rule = "admission.split",
  plant = function(h, n)
    for i = 1, n do
      if i % 4 == 3 then again(h, 0, "K29.5", "K29.5")
      elseif i % 3 == 0 then again(h, 15, "K29.5", "K29.1")
      elseif i % 3 == 1 then again(h, 1, "I63.9", "I63.9", {}, "急诊")
      else again(h, 7, "M54.5", "M54.5")
      end
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      again(h, 16, "K29.5", "K29.5")
      again(h, 3, "K29.5", "K80.2")
      again(h, 7, "Z51.1", "Z51.1") -- chemotherapy
      again(h, 7, "C34.9", "C34.9", { planned_flag = true })
      -- Two patients.
      h:stay { nights = 2, bare = true, dx = "I63.9" }
    end
  end,
  sql = [[
    SELECT DISTINCT b.rowid FROM admissions AS b JOIN admissions AS a USING (patient_id)
    WHERE substr(a.main_dx, 1, 3) = substr(b.main_dx, 1, 3) AND b.planned_flag <> '是'
      AND substr(b.main_dx, 1, 3) NOT IN ('Z49', 'Z50', 'Z51')
      AND julianday(date(b.admit_time)) - julianday(date(a.discharge_time)) BETWEEN 0 AND 15
      AND a.rowid <> b.rowid]],
}

-- ---- beds without patients (ADM-02) ------------------------------------------------------

-- A stay of five nights with beds and care, and a treatment on so many days; o as of stay.
local function treated(h, count, o)
  o.nights, o.bare = o.nights or 5, true
  o.fill = function(e)
    for later = 0, count - 1 do
      h:charge(e, h.item["普通针刺"], { time = days.at(e.day + later, 16) })
    end
  end
  h:stay(o)
end

add {
  rule = "admission.idle_days",
  plant = function(h, n)
    for i = 1, n do
      if i % 3 == 0 then treated(h, 1, { nights = 3 }) else treated(h, i % 4, {}) end
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      treated(h, 4, {})
      treated(h, 0, { nights = 2 })
      treated(h, 3, { away = { [3] = "leave" }, edit = set { leave_nights = 1 } })
    end
  end,
  sql = [[
    SELECT a.rowid FROM (SELECT rowid, *, julianday(date(discharge_time))
        - julianday(date(admit_time)) AS nights FROM admissions WHERE discharge_time <> '') AS a
    WHERE nights >= 3 AND nights - CAST(leave_nights AS INT) - (SELECT count(DISTINCT date(fee_time))
      FROM fee_lines AS f WHERE f.encounter_id = a.encounter_id AND f.visit_type = '住院'
        AND CAST(qty AS REAL) > 0 AND fee_class NOT IN ('床位', '护理', '诊察', '其他')) >= 2]],
}

add {
  rule = "admission.absent_nights",
  plant = function(h, n)
    for i = 1, n do
      local nights = i % 2 == 0 and 3 or 5
      treated(h, nights, { nights = nights, away = { [i % nights] = "absent" } })
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      treated(h, 5, { away = { [2] = "leave" }, edit = set { leave_nights = 1 } })
      treated(h, 2, { nights = 2, away = { [1] = "absent" } })
    end
  end,
  sql = [[
    SELECT encounter_id FROM bed_daily WHERE encounter_id IN (SELECT encounter_id FROM admissions)
    GROUP BY 1 HAVING count(*) >= 3 AND sum(present = '否' AND leave_flag <> '是') >= 1]],
}

add {
  rule = "admission.bed_fee_nights",
  plant = function(h, n)
    for i = 1, n do -- a bed is charged for a night of leave
      h:stay { nights = 5, edit = set { leave_nights = 1 }, edit_night = function(row, night)
        if night == i % 5 then row.present, row.leave_flag = false, true end
      end }
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      -- A night that was given back; a day case, which has a bed for a day.
      h:stay { nights = 5, edit = set { leave_nights = 1 },
               edit_night = function(row, night)
                 if night == 2 then row.present, row.leave_flag = false, true end
               end,
               fill = function(e)
                 h:charge(e, h.item["三人间床位费"], { time = days.at(e.day + 2, 23), qty = -1 })
               end }
      local e = h:admit { nights = 0, path = "急诊" }
      e.leaves = e.time + 400
      h:charge(e, h.item["三人间床位费"], { time = e.time + 5 })
      h:discharge(e, {})
    end
  end,
  sql = [[
    SELECT encounter_id FROM (SELECT encounter_id, sum(CAST(qty AS REAL)) AS charged FROM fee_lines
        WHERE fee_class = '床位' GROUP BY 1) JOIN (SELECT encounter_id, sum(present = '是') AS slept
        FROM bed_daily GROUP BY 1) USING (encounter_id) JOIN admissions USING (encounter_id)
    WHERE discharge_time <> '' AND charged > max(1, slept)]],
}

-- In and out on a day; o: path, operation.
local function day_case(h, o)
  local patient = o.operation and h:patient { codes = { "H25.9" } } or h:adult()
  local e = h:admit { patient = patient, nights = 0, path = o.path }
  e.leaves = e.time + 300
  if o.operation then h:operate(e, { later = 0 }) end
  h:charge(e, h.item["普通针刺"], { time = e.time + 30 })
  h:discharge(e, {})
end

add {
  rule = "admission.same_day",
  plant = function(h, n)
    for i = 1, n do day_case(h, { path = i % 2 == 0 and "转院" or "门诊" }) end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      day_case(h, { path = "急诊" })
      day_case(h, { operation = true })
      h:stay { nights = 1, bare = true }
    end
  end,
  sql = [[
    SELECT rowid FROM admissions WHERE date(admit_time) = date(discharge_time)
      AND admit_path <> '急诊' AND encounter_id NOT IN (SELECT encounter_id FROM procedures)]],
}

-- ---- no need to stay (ADM-03) ------------------------------------------------------------

-- A night for examinations: 56.00 for the bed (before the prices rose), and these.
local function examined(h, ...)
  local names = { ... }
  h:stay { nights = 1, bare = true, day = h:day(h.year.from, h.year.raise - 5), fill = function(e)
    for _, name in ipairs(names) do
      h:charge(e, h.item[name], { time = days.at(e.day, 17) })
    end
  end }
end

add {
  rule = "admission.exams_only",
  plant = function(h, n)
    for i = 1, n do
      if i % 2 == 0 then examined(h, "心脏彩超", "肾功能", "血常规", "常规心电图") -- just 80 %
      else examined(h, "胸部CT平扫", "颅脑磁共振平扫", "普通针刺")
      end
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      examined(h, "心脏彩超", "肾功能", "血常规", "尿常规")
      examined(h, "颅脑磁共振平扫", "普通针刺", "普通针刺", "普通针刺")
      -- What follows is not known yet.
      h:stay { day = h.year.to, nights = 1, bare = true, staying = true, fill = function(e)
        h:charge(e, h.item["颅脑磁共振平扫"], { time = days.at(e.day, 17) })
      end }
    end
  end,
  sql = [[
    SELECT encounter_id FROM fee_lines JOIN admissions USING (encounter_id)
    WHERE visit_type = '住院' AND discharge_time <> '' GROUP BY 1
    HAVING round(sum(CAST(amount AS REAL) * (fee_class IN ('检查', '化验'))), 4) * 100
        >= round(sum(CAST(amount AS REAL)), 4) * 80 AND sum(CAST(amount AS REAL)) > 0]],
}

local function checkup(h, dx, insured)
  h:stay { patient = h:patient { codes = { "K29.5" }, insured = insured }, nights = 2, bare = true,
           dx = dx }
end

add {
  rule = "admission.checkup",
  plant = function(h, n)
    for i = 1, n do checkup(h, i % 2 == 0 and "Z00.0" or "Z01.8", true) end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      checkup(h, "Z00.0", false)
      checkup(h, "Z03.9", true)
    end
  end,
  sql = [[
    SELECT rowid FROM admissions WHERE ins_type IN ('职工', '居民')
      AND substr(main_dx, 1, 3) IN ('Z00', 'Z01', 'Z02', 'Z10') AND discharge_time <> '']],
}

-- ---- somebody else's card (ADM-04) -------------------------------------------------------

add {
  rule = "admission.card_of_other",
  plant = function(h, n)
    for _ = 1, n do
      local owner = h:adult()
      h:stay { nights = 1, bare = true, edit = set { card_id = owner.card } }
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      h:stay { nights = 1, bare = true, edit = set { card_id = "" } }
      -- A newborn on the mother's card.
      local mother = h:adult()
      h:stay { patient = h:patient { codes = { "J20.9" }, age = 0 }, nights = 1, bare = true,
               edit = set { card_id = mother.card } }
    end
  end,
  sql = [[
    SELECT a.rowid FROM admissions AS a JOIN patients AS p USING (patient_id)
    WHERE a.card_id <> '' AND p.card_id <> '' AND a.card_id <> p.card_id
      AND CAST(a.age AS INT) > 0]],
}

-- Somebody stays, and a visit that costs nothing uses the card so many days later.
local function outside(h, later)
  local patient = h:adult()
  local e = h:stay { patient = patient, nights = 4, bare = true, fill = function(e)
    for day = 0, 3 do h:charge(e, h.item["普通针刺"], { time = days.at(e.day + day, 16) }) end
  end }
  visit(h, { patient = patient, day = e.day + later, free = true })
end

add {
  rule = "admission.card_used_outside",
  plant = function(h, n)
    for i = 1, n do outside(h, i % 3 + 1) end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      outside(h, 0)
      outside(h, 4)
    end
  end,
  sql = [[
    SELECT DISTINCT v.rowid FROM visits AS v JOIN admissions AS a ON a.card_id = v.card_id
    WHERE v.card_id <> '' AND v.visit_date > date(a.admit_time)
      AND v.visit_date < date(a.discharge_time)]],
}

-- A card at two departments, so many minutes apart.
local function twice(h, minutes, dept)
  local patient, day = h:adult(), h:day()
  visit(h, { patient = patient, day = day, dept = "内科", free = true }, function(e)
    e.time = days.at(day, 9)
  end)
  visit(h, { patient = patient, day = day, dept = dept, free = true }, function(e)
    e.time = days.at(day, 9, minutes)
  end)
end

add {
  rule = "admission.card_twice",
  plant = function(h, n)
    for i = 1, n do twice(h, i % 10, "外科") end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      twice(h, 10, "外科")
      twice(h, 5, "内科")
    end
  end,
  sql = [[
    SELECT b.rowid FROM visits AS b JOIN visits AS a USING (card_id)
    WHERE card_id <> '' AND a.dept <> b.dept AND a.encounter_id < b.encounter_id
      AND abs(julianday(b.visit_time) - julianday(a.visit_time)) * 1440 < 10 - 1e-4]],
}

-- A card here and in the hospital of the neighbouring town, so many minutes apart; `change` of
-- both rows.
local function travelling(h, minutes, here, change)
  local patient, day = h:adult(), h:day()
  for i = 1, 2 do
    local e = h:visit { patient = patient, day = day, dept = "内科", free = true }
    e.time = days.at(day, 9, (i - 1) * minutes)
    h:close_visit(e, { edit = function(row)
      if i == 2 and not here then row.facility_no = "12000000XN00000002" end
      set(change or {})(row)
    end })
  end
end

add {
  rule = "admission.card_two_places",
  plant = function(h, n)
    for i = 1, n do travelling(h, 30 - i) end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      travelling(h, 30)
      travelling(h, 20, true)
      travelling(h, 20, false, { facility_no = "" })
      travelling(h, 20, false, { card_id = "" })
    end
  end,
  sql = [=[
    SELECT DISTINCT b.rowid FROM visits AS b JOIN visits AS a USING (card_id)
    WHERE card_id <> '' AND a.facility_no <> b.facility_no AND a.rowid <> b.rowid
      AND a.visit_time <= b.visit_time
      AND (julianday(b.visit_time) - julianday(a.visit_time)) * 1440 < 30 - 1e-4]=],
}

local function treats(h, sex, name, staying)
  local patient = h:patient { codes = { "K29.5" }, sex = sex, insured = false }
  local function fill(e) h:charge(e, h.item[name], { time = e.time + 20 }) end
  if staying then h:stay { patient = patient, nights = 1, bare = true, fill = fill }
  else visit(h, { patient = patient }, fill)
  end
end

local female = [[(item_name LIKE '%阴道%' OR item_name LIKE '%子宫%' OR item_name LIKE '%妇科%')]]
local male = [[((item_name LIKE '%前列腺%' AND item_name NOT LIKE '%前列腺素%')
      OR item_name LIKE '%精液%')]]

local function conflict(staying, table_id)
  return {
    plant = function(h, n)
      for i = 1, n do
        treats(h, i % 2 == 0 and "男" or "女", i % 2 == 0 and "阴道冲洗" or "前列腺按摩", staying)
      end
      return n
    end,
    near = function(h, n)
      local hormone = "前列腺素E1注射液" .. (staying and "（1）" or "（2）")
      h:new_item { name = hormone, drug = true, unit = "支", fee_class = "西药" }
      for _ = 1, n do
        treats(h, "女", "阴道冲洗", staying)
        treats(h, "男", "前列腺按摩", staying)
        treats(h, "女", hormone, staying)
      end
    end,
    sql = "SELECT f.rowid FROM fee_lines AS f JOIN " .. table_id .. [[ AS a USING (encounter_id)
      WHERE CAST(f.qty AS REAL) > 0 AND ((a.sex = '男' AND ]] .. female .. [[)
        OR (a.sex = '女' AND ]] .. male .. "))",
  }
end

local entry = conflict(true, "admissions")
entry.rule = "admission.sex_conflict"
add(entry)
entry = conflict(false, "visits")
entry.rule = "admission.sex_conflict_visit"
add(entry)

-- ---- who is brought (ADM-05) -------------------------------------------------------------

local function brought(h, count, path, doctors)
  local day, village = h:day(), "V7" .. h:number("V7", 3)
  doctors = doctors or { h:doctor("内科") }
  for i = 1, count do
    local patient = h:patient { codes = { "K29.5", "J06.9" }, from = 20, to = 59,
                                address = village }
    h:stay { patient = patient, day = day, nights = 1, bare = true, path = path, dept = "内科",
             doctor = doctors[i % #doctors + 1] }
  end
end

add {
  rule = "admission.same_village",
  plant = function(h, n)
    n = math.min(n, 4)
    for i = 1, n do brought(h, 4 + i) end
    return n
  end,
  near = function(h)
    brought(h, 4)
    brought(h, 6, "急诊") -- they were in one accident
    brought(h, 8, nil, h:random_doctors("内科", 2))
  end,
  sql = [[
    SELECT address_hash, date(admit_time), doctor_id FROM admissions WHERE address_hash <> ''
      AND admit_path <> '急诊' GROUP BY 1, 2, 3 HAVING count(DISTINCT patient_id) >= 5]],
}

-- ---- dialysis (ADM-06) -------------------------------------------------------------------

-- A patient's sessions in a month, so many of them charged and so many of them run.
local function sessions(h, charged, run)
  local patient = h:patient { codes = { "I10" }, from = 45, to = 70 }
  local device = "TX9" .. h:number("TX9", 2)
  local first = days.of(2023, h.random:int(1, 12), 1)
  for i = 1, math.max(charged, run) do
    visit(h, { patient = patient, day = first + i * 2, dept = "内科", hour = 8 }, function(e)
      if i > charged then h:log_session(e, device)
      elseif i <= run then h:dialyse(e, device)
      else
        h:charge(e, h.item["血液透析"], { time = e.time + 30 })
        h:charge(e, h.item["血液透析器"], { time = e.time + 30 })
      end
    end)
  end
end

add {
  rule = "admission.dialysis_sessions",
  plant = function(h, n)
    for i = 1, n do sessions(h, 3 + i % 3, i % 3) end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      sessions(h, 4, 4)
      sessions(h, 3, 4) -- one was not charged
    end
  end,
  sql = [[
    SELECT f.patient_id, f.month FROM (SELECT patient_id, substr(fee_time, 1, 7) AS month,
        sum(CAST(qty AS REAL)) AS charged FROM fee_lines WHERE item_name LIKE '%血液透析%'
          AND fee_class = '治疗' GROUP BY 1, 2) AS f LEFT JOIN
      (SELECT patient_id, substr(start_time, 1, 7) AS month, count(*) AS run FROM machine_log
        WHERE kind = '血液透析' GROUP BY 1, 2) AS g USING (patient_id, month)
    WHERE charged > ifnull(run, 0)]],
}

-- Sessions without a dialyser of their own, up to two in a hundred dialysers, and one more.
local function without_dialyser(h, last)
  local patient = h:patient { codes = { "I10" }, from = 45, to = 70 }
  while h.sold["血液透析器"] % 50 ~= 0 do -- then it can be two in a hundred
    visit(h, { patient = patient, day = h:day(), dept = "内科", hour = 8 }, function(e)
      h:dialyse(e, "TX999")
    end)
  end
  local charged, used = h.sold["血液透析"], h.sold["血液透析器"]
  local more = used * 102 // 100 - charged + (last or 0)
  for i = 1, more do
    visit(h, { patient = patient, day = h.year.from + i % 360, dept = "内科", hour = 8 }, function(e)
      h:log_session(e, "TX998")
      h:charge(e, h.item["血液透析"], { time = e.time + 30 })
    end)
  end
end

add {
  rule = "admission.dialysers",
  last = 9,
  near = function(h) without_dialyser(h) end,
  plant = function(h) without_dialyser(h, 1) return 1 end,
  sql = [[
    SELECT 1 FROM (SELECT sum(CAST(qty AS REAL)) AS charged FROM fee_lines
        WHERE item_name LIKE '%血液透析%' AND fee_class = '治疗'),
      (SELECT sum(CAST(out_qty AS REAL)) AS moved FROM stock_moves WHERE item_name LIKE '%透析器%'
        AND move_type IN ('出库', '退库')) WHERE charged > moved * 1.02]],
}

return admission
