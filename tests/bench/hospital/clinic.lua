-- The year's patients, one after the other: what nobody has to answer for.

local days = require "days"

local clinic = {}

-- First days of a patient's contacts: far enough apart that neither supplies nor
-- examinations nor stays of one come near those of the next.
local function contacts(h)
  local count, gap = h.random:int(1, 4), 62
  local day = h:day(h.year.from, h.year.to - (count - 1) * gap - 22)
  local list = {}
  for i = 1, count do
    list[i] = day
    day = day + gap + h.random:int(0, 10)
    if day > h.year.to - 22 then break end
  end
  return list
end

-- What a visit prescribes: few of everything that needs a reason.
local function drugs_for(h, patient)
  local list = h:ordinary(h.random:int(1, 4))
  if patient.diagnosis.infection and h.random:chance(1, 3) then
    list[#list + 1] = h.item[h.random:pick { "阿莫西林胶囊", "头孢地尼胶囊", "头孢克洛胶囊" }]
  end
  return list
end

local simple = { "腹部彩超", "甲状腺彩超", "心脏彩超", "胸部正位片", "常规心电图", "血常规", "肝功能",
                 "肾功能", "空腹血糖", "尿常规", "胃镜检查" }
local large = { "头颅CT平扫", "胸部CT平扫", "腹部CT平扫", "腹部CT增强扫描", "颅脑磁共振平扫",
                "腰椎磁共振平扫" }

-- A request that was given up: not done, and the money returned.
local function give_up(h, e)
  local item = h.item["腰椎正侧位片"]
  h.export:row("exam_requests", {
    req_no = h:number("SQ"), patient_id = e.patient.id, encounter_id = e.id,
    visit_type = e.visit, dept = e.dept, req_time = days.time_text(e.time + 20),
    item_code = item.code, item_name = item.name, body_part = item.part,
    modality = item.modality, doctor_id = e.doctor.id,
    diagnosis_codes = e.patient.diagnosis.code, indication_text = "外伤待查", mutual_item = false,
    recognised_flag = false,
  })
  h:charge(e, item, { time = e.time + 20, executed = 0 })
  h:charge(e, item, { time = e.time + 60, executed = 0, qty = -1 })
end

local function examine(h, e)
  if h.random:chance(1, 20) then give_up(h, e) end
  for _, name in ipairs(h.random:sample(simple, h.random:int(0, 2))) do
    h:exam { encounter = e, item = name }
  end
  if h.random:chance(1, 3) then h:exam { encounter = e, item = h.random:pick(large) } end
end

local function outpatient(h, patient, day)
  local e = h:visit { patient = patient, day = day,
                      visit = h.random:chance(1, 5) and "急诊" or "门诊" }
  h:prescription { encounter = e, drugs = drugs_for(h, patient) }
  if e.dept == "中医科" then h:decoction(e) end
  if h.random:chance(1, 2) then examine(h, e) end
  if h.random:chance(1, 12) then h:certify(e) end
  h:close_visit(e)
end

-- Nobody comes to stay at a weekend without need.
local function inpatient(h, patient, day)
  if days.weekday(day) > 5 then day = day + 2 end
  h:stay {
    patient = patient, day = day, nights = h.random:int(3, 12),
    path = h.random:chance(1, 6) and "急诊" or "门诊",
    fill = function(e)
      if h.random:chance(1, 2) then examine(h, e) end
      if patient.diagnosis.operation and h.random:chance(2, 3) then h:operate(e) end
    end,
  }
end

-- Some came at the end of the year and have not left.
local function staying(h)
  for _ = 1, 8 * h.scale do
    local day = h:day(h.year.to - 5, h.year.to)
    h:stay { patient = h:patient { codes = { "M54.5", "K29.5", "J18.9" } }, day = day,
             nights = h.year.to - day + 1, staying = true }
  end
end

-- Patients on dialysis come once a week; three of them share a machine.
local function dialysis(h, number)
  local patient = h:patient { codes = { "I10" }, from = 45, to = 75 }
  local device = ("TX%03d"):format(number // 3 + 1)
  for day = h.year.from + number % 3 * 2, h.year.to, 7 do
    local e = h:visit { patient = patient, day = day, dept = "内科", hour = 8 }
    h:dialyse(e, device)
    h:close_visit(e)
  end
end

function clinic.year(h)
  staying(h)
  for i = 1, h.patients * h.scale do
    local patient = h:patient()
    for _, day in ipairs(contacts(h)) do
      if h.random:chance(1, 5) then inpatient(h, patient, day) else outpatient(h, patient, day) end
    end
    if i % 250 == 0 then dialysis(h, i // 250) end
  end
end

return clinic
