-- People and their licences (domain ST-*).

local days = require "days"

local staff = {}

local function add(entry) staff[#staff + 1] = entry end

local function set(change)
  return function(row) for name, value in pairs(change) do row[name] = value end end
end

-- Hires somebody whom only the caller knows; `shifts` are days of the year from 0.
local function hire(h, role, dept, change, shifts)
  local list
  if shifts then
    list = {}
    for i, day in ipairs(shifts) do list[i] = h.year.from + day end
  end
  return h:hire { role = role, dept = dept, apart = true, shifts = list, edit = set(change or {}) }
end

-- Days of the year, one after the other.
local function row_of(first, count)
  local list = {}
  for i = 1, count do list[i] = first + i - 1 end
  return list
end

-- A nurse with these shifts (or one a week).
local function nurse(h, change, shifts) return hire(h, "护", "内科", change, shifts) end

-- An entry about people on the roster: each of `wrong` and `right` is {role, change, shifts}.
local function people(rule, wrong, right, sql)
  local function all(h, list, count)
    for i = 1, count do
      local one = list[(i - 1) % #list + 1]
      hire(h, one[1], "内科", one[2], one[3])
    end
  end
  add {
    rule = rule,
    plant = function(h, n)
      all(h, wrong, n)
      return n
    end,
    near = function(h) all(h, right, #right) end,
    sql = sql,
  }
end

local exempt = [[(exempt NOT IN ('', '无') AND (exempt_to = '' OR exempt_to >= date))]]

people("staff.not_registered",
  { { "护", { licence_no = "", licence_valid_to = "", registered_here = false } },
    { "护", { licence_no = "", licence_valid_to = "", registered_here = false, exempt = "进修",
             exempt_to = "2023-06-30" }, { 180, 181, 364 } } },
  { { "护", { licence_no = "", licence_valid_to = "", registered_here = false,
             exempt = "规范化培训", exempt_to = "2023-12-31" }, { 100, 364 } },
    { "护", { licence_no = "", licence_valid_to = "", registered_here = false }, {} } },
  [[SELECT DISTINCT staff_id FROM duty_roster JOIN staff USING (staff_id)
    WHERE role IN ('医', '护') AND licence_no = '' AND NOT ]] .. exempt)

people("staff.licence_expired",
  { { "护", { licence_valid_to = "2023-06-30" } },
    { "护", { licence_valid_to = "2023-11-30" }, { 10, 333, 334 } },
    { "医", { licence_valid_to = "2023-06-30" }, { 200, 300 } } },
  { { "护", { licence_valid_to = "2023-12-01" }, { 10, 333, 334 } },
    { "医", { licence_valid_to = "" }, { 300, 364 } } },
  [[SELECT DISTINCT staff_id FROM duty_roster JOIN staff USING (staff_id)
    WHERE role IN ('医', '护') AND licence_no <> '' AND licence_valid_to <> ''
      AND licence_valid_to < date]])

people("staff.renewal_due",
  { { "护", { licence_valid_to = "2024-01-08" } }, { "护", { licence_valid_to = "2024-02-07" } } },
  { { "护", { licence_valid_to = "2024-02-08" } },
    { "护", { licence_valid_to = "2024-01-20", left_at = "2023-10-31" }, row_of(200, 3) },
    { "护", { licence_valid_to = "2024-01-20", left_at = "2024-01-08" }, { 364 } },
    { "医", { licence_valid_to = "2024-01-20" }, { 364 } } },
  [[SELECT rowid FROM staff WHERE role = '护' AND licence_no <> ''
    AND (left_at = '' OR left_at > '2024-01-08')
    AND licence_valid_to BETWEEN '2024-01-08' AND '2024-02-07']])

people("staff.wrong_place",
  { { "护", { registered_here = false, practice_place = "示例县第二医院" } },
    { "医", { registered_here = false, practice_place = "示例县第二医院", exempt = "对口支援",
             exempt_to = "2023-06-30" }, { 170, 200 } } },
  { { "护", { registered_here = false, multi_site_flag = true } },
    { "医", { registered_here = false, exempt = "医联体" }, { 170, 200 } },
    { "医", { registered_here = false, exempt = "会诊", exempt_to = "2023-07-20" }, { 200 } } },
  [[SELECT DISTINCT staff_id FROM duty_roster JOIN staff USING (staff_id), facility AS f
    WHERE role IN ('医', '护') AND staff.licence_no <> '' AND place IN ('', f.name)
      AND registered_here = '否' AND multi_site_flag = '否' AND NOT ]] .. exempt)

-- A doctor of internal medicine and others on duty in departments.
local function on_duty(h, change, dept)
  local person = hire(h, "医", "内科", change, {})
  for day = 330, 333 do h:shift(person, { day = h.year.from + day, dept = dept }) end
end

add {
  rule = "staff.beyond_scope",
  plant = function(h, n)
    for i = 1, n do
      if i % 3 == 0 then on_duty(h, {}, "妇产科")
      elseif i % 3 == 1 then on_duty(h, {}, "眼科")
      else on_duty(h, { practice_class = "中医" }, "内科")
      end
    end
    return n
  end,
  near = function(h)
    on_duty(h, { practice_scope = "全科医学专业" }, "儿科")
    on_duty(h, { practice_class = "中医", practice_scope = "中医专业" }, "康复医学科")
    on_duty(h, {}, "体检中心") -- nothing is said of it
  end,
  sql = [[
    SELECT DISTINCT staff_id FROM duty_roster AS d JOIN staff AS s USING (staff_id)
    WHERE role = '医' AND CASE d.dept
      WHEN '内科' THEN practice_class LIKE '%临床%'
        AND (practice_scope LIKE '%内科%' OR practice_scope LIKE '%全科%')
      WHEN '外科' THEN practice_class LIKE '%临床%'
        AND (practice_scope LIKE '%外科%' OR practice_scope LIKE '%全科%')
      WHEN '妇产科' THEN practice_class LIKE '%临床%' AND practice_scope LIKE '%妇产%'
      WHEN '儿科' THEN practice_class LIKE '%临床%'
        AND (practice_scope LIKE '%儿科%' OR practice_scope LIKE '%全科%')
      WHEN '眼科' THEN practice_class LIKE '%临床%' AND practice_scope LIKE '%眼%'
      WHEN '麻醉科' THEN practice_class LIKE '%临床%' AND practice_scope LIKE '%麻醉%'
      WHEN '中医科' THEN practice_class LIKE '%中医%' AND practice_scope LIKE '%中医%'
      WHEN '康复医学科' THEN practice_scope LIKE '%康复%' OR practice_scope LIKE '%中医%'
      ELSE 1 END = 0]],
}

-- An operation by somebody.
local function operated(h, code, surgeon, disease)
  h:stay { patient = h:patient { codes = { disease or "K80.2" } }, nights = 3, fill = function(e)
    h:operate(e, { edit = function(row) row.proc_code, row.surgeon_id = code, surgeon.id end })
  end }
end

add {
  rule = "staff.procedure_beyond_scope",
  plant = function(h, n)
    for i = 1, n do
      operated(h, ({ "13.4100", "68.4100", "74.1x00" })[i % 3 + 1], hire(h, "医", "外科"), "H25.9")
    end
    return n
  end,
  near = function(h)
    operated(h, "13.4100", hire(h, "医", "眼科"), "H25.9")
    operated(h, "74.1x00", hire(h, "医", "妇产科"))
    operated(h, "51.2300", hire(h, "医", "眼科"))
  end,
  sql = [[
    SELECT DISTINCT surgeon_id FROM procedures JOIN staff ON staff_id = surgeon_id
    WHERE (substr(proc_code, 1, 2) BETWEEN '08' AND '14' AND practice_scope NOT LIKE '%眼%')
      OR (substr(proc_code, 1, 2) IN ('65', '66', '68', '69', '72', '73', '74', '75')
        AND practice_scope NOT LIKE '%妇产%')]],
}

add {
  rule = "staff.not_on_staff_list",
  plant = function(h, n)
    for i = 1, n do
      local person = { id = "LS00" .. i, role = "医", dept = "外科" }
      h:shift(person, { day = h.year.from + i * 20 })
      h:shift(person, { day = h.year.from + i * 20 + 3 })
    end
    -- What they are, and so whether they may, is not known.
    local unknown = {}
    for _, name in ipairs { "not_registered", "licence_expired", "wrong_place", "beyond_scope",
                            "unqualified", "role_mismatch" } do
      unknown["staff." .. name] = 2 * n
    end
    unknown["staff.assistants_alone"] = not h.wrong and 2 * n or nil
    return n, nil, unknown
  end,
  near = function() end, -- everybody else is on the list
  sql = [[
    SELECT DISTINCT staff_id FROM duty_roster
    WHERE staff_id NOT IN (SELECT staff_id FROM staff)]],
}

local nothing = { qualification_no = "", licence_no = "", licence_valid_to = "",
                  registered_here = false }
local trainee = { qualification_no = "", licence_no = "", licence_valid_to = "",
                  registered_here = false, exempt = "规范化培训" }

people("staff.unqualified", { { "药", nothing }, { "技", nothing } },
  { { "药", { licence_no = "" } }, { "技", { qualification_no = "" } }, { "技", trainee },
    { "其他", nothing } },
  [[SELECT DISTINCT staff_id FROM duty_roster JOIN staff USING (staff_id)
    WHERE role IN ('医', '护', '药', '技') AND qualification_no = '' AND licence_no = '' AND NOT ]]
    .. exempt)

-- Somebody at another's work.
local function works(h, role, dept, action)
  local person = hire(h, role, dept, {}, {})
  for day = 340, 342 do h:shift(person, { day = h.year.from + day, action = action }) end
end

add {
  rule = "staff.role_mismatch",
  plant = function(h, n)
    local wrong = { { "其他", "后勤科", "护理" }, { "护", "内科", "出诊" }, { "技", "医学影像科", "调剂" },
                    { "药", "药剂科", "手术" } }
    for i = 1, n do works(h, table.unpack(wrong[i % 4 + 1])) end
    return n
  end,
  near = function(h)
    works(h, "护", "外科", "手术")
    works(h, "药", "药剂科", "查房")
    works(h, "医", "内科", "检查")
    works(h, "其他", "后勤科", "值班")
  end,
  sql = [[
    SELECT DISTINCT staff_id FROM duty_roster JOIN staff USING (staff_id)
    WHERE (action = '出诊' AND role <> '医') OR (action = '手术' AND role NOT IN ('医', '护'))
      OR (action = '查房' AND role NOT IN ('医', '护', '药')) OR (action = '护理' AND role <> '护')
      OR (action = '调剂' AND role <> '药') OR (action = '检查' AND role NOT IN ('医', '技'))]],
}

add {
  rule = "staff.prescribed_by_others",
  plant = function(h, n)
    local person = nurse(h, { rx_right = true })
    for _ = 1, n do h:prescription { doctor = person } end
    return n
  end,
  near = function() end, -- doctors prescribe the rest
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines LEFT JOIN staff ON staff_id = doctor_id
    WHERE staff_id IS NULL OR role <> '医']],
}

add {
  rule = "staff.dispensed_by_others",
  plant = function(h, n)
    for i = 1, n do
      local person = i % 2 == 0 and h:anybody("护").id or "LS88" .. i
      h:prescription { edit = function(row) row.dispenser_id = person end }
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      h:prescription { edit = function(row) row.dispenser_id, row.dispense_date = "", "" end }
    end
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines LEFT JOIN staff ON staff_id = dispenser_id
    WHERE dispenser_id <> '' AND (staff_id IS NULL OR role <> '药')]],
}

-- ---- assistants --------------------------------------------------------------------------

local assistant = { assistant_flag = true, title = "医士" }

-- Assistants on duty in a ward of their own, on so many days, with a doctor or alone.
local function assistants(h, ward, count, alone)
  for i = 1, 2 do
    local person = hire(h, "医", "内科", assistant, {})
    for day = 350, 349 + count do
      if i == 1 or day % 2 == 0 then
        h:shift(person, { day = h.year.from + day, dept = ward, action = "值班" })
      end
    end
  end
  if not alone then
    local doctor = hire(h, "医", "内科", {}, {})
    for day = 350, 349 + count do
      h:shift(doctor, { day = h.year.from + day, dept = ward, action = "值班" })
    end
  end
end

local strict = "(SELECT class FROM facility) NOT IN ('乡镇卫生院', '村卫生室')"

add {
  rule = "staff.assistants_alone",
  plant = function(h, n)
    n = math.min(n, 9)
    assistants(h, "内科一病区", n, true)
    return h.wrong and 0 or n
  end,
  near = function(h) assistants(h, "内科二病区", 5) end,
  sql = [[
    SELECT dept, date FROM duty_roster JOIN staff USING (staff_id) WHERE role = '医' AND ]]
    .. strict .. [[ GROUP BY 1, 2
    HAVING sum(assistant_flag = '是') > 0 AND sum(assistant_flag <> '是') = 0]],
}

add {
  rule = "staff.assistant_operates",
  plant = function(h, n)
    local person = hire(h, "医", "外科", assistant, { 364 })
    for _ = 1, n do operated(h, "51.2300", person) end
    return h.wrong and 0 or n
  end,
  near = function(h)
    local person = hire(h, "医", "外科", assistant, { 364 })
    h:stay { patient = h:patient { codes = { "K80.2" } }, nights = 3, fill = function(e)
      h:operate(e, { edit = function(row) row.assistant_ids = person.id end })
    end }
  end,
  sql = [[
    SELECT p.rowid FROM procedures AS p JOIN staff ON staff_id = surgeon_id
    WHERE assistant_flag = '是' AND ]] .. strict,
}

-- ---- licences without anybody ------------------------------------------------------------

-- The last day of the roster is the 364th of the year; ninety days before it is the 274th.
add {
  rule = "staff.licence_idle",
  plant = function(h, n)
    for i = 1, n do
      if i % 2 == 0 then hire(h, "医", "外科", {}, row_of(270, 5))
      else nurse(h, { hired_from = "2023-10-02" }, {})
      end
    end
    return n
  end,
  near = function(h)
    nurse(h, {}, { 275 })
    nurse(h, { hired_from = "2023-10-03" }, {})
    nurse(h, { left_at = "2023-10-31" }, {})
    nurse(h, { left_at = "2023-12-31" }, {})
    nurse(h, { registered_here = false, multi_site_flag = true }, {})
    hire(h, "药", "药剂科", {}, {})
  end,
  sql = [[
    SELECT staff_id FROM staff WHERE role IN ('医', '护') AND licence_no <> ''
      AND registered_here = '是' AND hired_from <= '2023-10-02'
      AND (left_at = '' OR left_at > '2023-12-31') AND NOT EXISTS (SELECT 1 FROM duty_roster AS d
        WHERE d.staff_id = staff.staff_id AND date > '2023-10-02')]],
}

add {
  rule = "staff.duty_without_work",
  plant = function(h, n)
    for _ = 1, n do hire(h, "医", "外科", {}, row_of(300, 10)) end
    return n
  end,
  near = function(h)
    hire(h, "医", "外科", {}, row_of(300, 9))
    hire(h, "医", "麻醉科", {}, row_of(300, 20))
    h:exam { item = "胸部正位片", doctor = hire(h, "医", "外科", {}, row_of(300, 20)) }
    operated(h, "51.2300", hire(h, "医", "外科", {}, row_of(300, 20)))
  end,
  sql = [[
    SELECT s.staff_id FROM staff AS s WHERE role = '医' AND licence_no <> ''
      AND on_duty_dept NOT LIKE '%麻醉%' AND on_duty_dept NOT LIKE '%影像%'
      AND on_duty_dept NOT LIKE '%检验%' AND (SELECT count(DISTINCT date) FROM duty_roster AS d
        WHERE d.staff_id = s.staff_id) >= 10
      AND staff_id NOT IN (SELECT doctor_id FROM rx_lines)
      AND staff_id NOT IN (SELECT doctor_id FROM exam_requests)
      AND staff_id NOT IN (SELECT surgeon_id FROM procedures)]],
}

add {
  rule = "staff.prescribed_after_leaving",
  plant = function(h, n)
    local person = hire(h, "医", "外科", { left_at = "2023-05-31" }, {})
    for i = 1, n do h:prescription { doctor = person, day = days.of(2023, 5, 31) + i } end
    return n
  end,
  near = function(h)
    local person = hire(h, "医", "外科", { left_at = "2023-05-31" }, {})
    h:prescription { doctor = person, day = days.of(2023, 5, 31) }
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines JOIN staff ON staff_id = doctor_id
    WHERE left_at <> '' AND rx_date > left_at]],
}

add {
  rule = "staff.prescribed_off_duty",
  plant = function(h, n)
    local person = hire(h, "医", "外科", {}, row_of(345, 12))
    for i = 1, n do -- from the first day of the roster to the last
      local day = i == 1 and 0 or i == 2 and 364 or 20 * i
      h:prescription { doctor = person, day = h.year.from + day, off_duty = true,
                       visit = i % 2 == 0 and "急诊" or "门诊" }
    end
    return n
  end,
  near = function(h)
    local person = hire(h, "医", "外科", {}, row_of(345, 12))
    h:prescription { doctor = person, day = h.year.from + 348, off_duty = true }
    h:prescription { doctor = person, day = h.year.from + 20, visit = "住院" }
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines AS r WHERE visit_type IN ('门诊', '急诊')
      AND doctor_id IN (SELECT staff_id FROM duty_roster) AND NOT EXISTS
      (SELECT 1 FROM duty_roster AS d WHERE d.staff_id = r.doctor_id AND d.date = r.rx_date)]],
}

-- A morning here until twelve, and then elsewhere from so many minutes before it.
local function two_places(h, minutes, place)
  local person = hire(h, "医", "外科", {}, {})
  local day = h.year.from + 320
  h:shift(person, { day = day, from = 480, to = 720 })
  h:shift(person, { day = day, from = 720 - minutes, to = 1020, place = place or "示例县第二医院" })
end

add {
  rule = "staff.two_places",
  plant = function(h, n)
    for i = 1, n do two_places(h, 30 + i) end
    return n
  end,
  near = function(h)
    two_places(h, 30)
    two_places(h, 120, h.facility.name)
  end,
  sql = [[
    SELECT DISTINCT b.rowid FROM duty_roster AS b JOIN duty_roster AS a USING (staff_id)
    WHERE a.place <> b.place AND a.start_time < b.start_time
      AND (julianday(min(a.end_time, b.end_time)) - julianday(b.start_time)) * 1440 > 30 + 1e-4]],
}

-- ---- certificates ------------------------------------------------------------------------

local function seen(h)
  local e = h:visit {}
  h:close_visit(e)
  return e
end

local first_hand = "cert_type IN ('诊断证明', '病假证明', '残疾证明')"

add {
  rule = "staff.certificate_without_visit",
  plant = function(h, n)
    for i = 1, n do
      local e = seen(h)
      h:certify(e, { day = e.day + (i % 2 == 0 and 1 or -1) })
      e = h:stay { nights = 3, day = h:day(h.year.from + 5, h.year.to - 20) }
      h:certify(e, { day = e.day + (i % 2 == 0 and 4 or -1) })
    end
    return 2 * n
  end,
  near = function(h)
    local e = seen(h)
    h:certify(e, { day = e.day + 3, kind = "检查报告" })
    e = h:stay { nights = 2, day = h.year.to - 1, staying = true }
    h:certify(e, { day = h.year.to })
    e = h:stay { nights = 4 }
    h:certify(e, { day = e.day })
    h:certify(e, { day = e.day + 2 })
    h:certify(e, { day = e.day + 4 })
  end,
  sql = "SELECT c.rowid FROM certificates AS c WHERE " .. first_hand .. [[
      AND NOT EXISTS (SELECT 1 FROM visits AS v WHERE v.patient_id = c.patient_id
        AND v.visit_date = c.issue_date)
      AND NOT EXISTS (SELECT 1 FROM admissions AS a WHERE a.patient_id = c.patient_id
        AND c.issue_date >= date(a.admit_time)
        AND (a.discharge_time = '' OR c.issue_date <= date(a.discharge_time)))]],
}

add {
  rule = "staff.certificate_by_another",
  plant = function(h, n)
    for _ = 1, n do
      local other = hire(h, "医", "内科", {}, { 364 })
      h:certify(seen(h), { doctor = other })
    end
    return n
  end,
  near = function(h)
    local e = seen(h)
    local other = hire(h, "医", "内科", {}, { 364 })
    h:certify(e, { doctor = other, kind = "出生证明" })
    e = h:stay { nights = 3 }
    h:certify(e, { doctor = other, day = e.day + 1 })
  end,
  sql = "SELECT c.rowid FROM certificates AS c WHERE " .. first_hand .. [[
      AND EXISTS (SELECT 1 FROM visits AS v WHERE v.patient_id = c.patient_id
        AND v.visit_date = c.issue_date)
      AND NOT EXISTS (SELECT 1 FROM visits AS v WHERE v.patient_id = c.patient_id
        AND v.visit_date = c.issue_date AND v.doctor_id = c.doctor_id)]],
}

add {
  rule = "staff.certificate_by_others",
  plant = function(h, n)
    local strictly = 0
    for i = 1, n do
      local e = h:stay { nights = 3 }
      if i % 2 == 0 then h:certify(e, { day = e.day + 1, doctor = h:anybody("护") })
      else
        h:certify(e, { day = e.day + 1, doctor = hire(h, "医", "外科", assistant, { 364 }) })
        strictly = strictly + 1
      end
    end
    return h.wrong and n - strictly or n
  end,
  near = function(h)
    local e = h:stay { nights = 3 }
    h:certify(e, { day = e.day + 1, doctor = h:anybody("护"), kind = "死亡证明" })
  end,
  sql = "SELECT c.rowid FROM certificates AS c LEFT JOIN staff ON staff_id = c.doctor_id WHERE "
    .. first_hand .. " AND c.doctor_id <> '' AND (staff_id IS NULL OR role <> '医' OR (assistant_flag = '是' AND "
    .. strict .. "))",
}

return staff
