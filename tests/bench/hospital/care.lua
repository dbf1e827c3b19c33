-- What patients get: visits and stays, and in them prescriptions, examinations, operations,
-- each with its orders, fees, consents and stock. An encounter is opened, filled and closed.

local days = require "days"
local hospital = require "hospital"
local world = require "world"

-- ---- orders and fees ---------------------------------------------------------------------

local function price_on(item, day, raise)
  return item.raised and day >= raise and item.raised or item.price
end

-- Writes an order; o: class, start, stop, done (when first executed), times, edit. Its number.
function hospital:order(e, item, o)
  local number = self:number("YZ", 8)
  self:write("orders", o, {
    order_no = number, encounter_id = e.id, patient_id = e.patient.id,
    order_class = o.class or "临时", item_code = item.code, item_name = item.name,
    start = days.time_text(o.start), stop = o.stop and days.time_text(o.stop),
    freq = o.class == "长期" and "每日一次" or "一次", exec_times = o.times,
    dept = e.dept, doctor_id = e.doctor.id, nurse_id = self:anybody("护").id,
    exec_time = days.time_text(o.done or o.start + 10),
  })
  return number
end

-- Charges an item to an encounter; o: time, qty, order (a number; made here if left out),
-- executed (how often, if not qty), self_pay, consent, edit. The row.
function hospital:charge(e, item, o)
  local qty, day = o.qty or 1, o.time // 1440
  local order = o.order
  if not order and not item.orderless and not o.no_order then
    order = self:order(e, item, { start = o.ordered or o.time, done = o.time,
                                   times = o.executed or qty })
  end
  local price = o.price or price_on(item, day, self.year.raise)
  local row = self:write("fee_lines", o, {
    bill_no = self:number("DJ", 8), encounter_id = e.id, patient_id = e.patient.id,
    card_id = e.patient.card, visit_type = e.visit, fee_time = days.time_text(o.time),
    item_code = item.code, item_name = item.name, ins_code = "YB" .. item.code,
    price_code = "WJ" .. item.code, fee_class = item.fee_class, unit = item.unit, qty = qty,
    unit_price = world.money_text(price), amount = world.money_text(price * qty),
    dept = e.dept, dept_exec = o.dept_exec or e.dept, doctor_id = e.doctor.id,
    order_no = order, self_pay = o.self_pay or false,
    settle_type = e.patient.ins_type == "自费" and "自费" or "医保",
    consent_no = o.consent,
  })
  local _, month = days.split(day)
  e.total = e.total + price * qty
  local earned = self.earned[month]
  earned.all = earned.all + price * qty
  if row.fee_class == "西药" or row.fee_class == "中成药" then
    earned.drugs = earned.drugs + price * qty
  end
  if self.sold[item.name] then self.sold[item.name] = self.sold[item.name] + qty end
  if item.stocked and not o.no_stock then
    local months = self.stock[item] or {}
    months[month] = (months[month] or 0) + qty
    self.stock[item] = months
  end
  return row
end

-- Writes a consent; o: kind, signed, items, edit. Its number.
function hospital:consent(e, o)
  local codes, names = {}, {}
  for i, item in ipairs(o.items) do codes[i], names[i] = item.code, item.name end
  return self:write("consents", o, {
    consent_no = self:number("TY"), kind = o.kind, encounter_id = e.id,
    patient_id = e.patient.id, item_codes = table.concat(codes, ";"),
    content = table.concat(names, "、"), signed_at = days.time_text(o.signed),
    signer = "本人", doctor_id = e.doctor.id,
  }).consent_no
end

-- ---- encounters --------------------------------------------------------------------------

-- Opens a visit; o: patient, day, visit (门诊, 急诊), dept, doctor, hour; off_duty: the doctor
-- has no shift.
function hospital:visit(o)
  local patient, visit = o.patient or self:adult(), o.visit or "门诊"
  local dept = o.dept or (visit == "急诊" and "急诊医学科") or patient.diagnosis.dept
  local e = {
    id = self:number("MZ"), patient = patient, visit = visit, dept = dept,
    day = o.day or self:day(), doctor = o.doctor or self:doctor(dept, o.right), total = 0,
  }
  e.time = days.at(e.day, o.hour or self.random:int(8, 15), self.random:int(0, 59))
  if not o.off_duty then e.doctor.duty[e.day] = true end
  if not o.free then
    local fee = visit == "急诊" and "急诊诊察费" or "普通门诊诊察费"
    self:charge(e, self.item[fee], { time = e.time })
  end
  return e
end

function hospital:close_visit(e, o)
  local patient = e.patient
  self:write("visits", o or {}, {
    encounter_id = e.id, patient_id = patient.id, card_id = patient.card,
    visit_date = days.text(e.day), visit_time = days.time_text(e.time), visit_type = e.visit,
    dept = e.dept, doctor_id = e.doctor.id, sex = patient.sex, age = patient.age,
    main_dx = patient.diagnosis.code, diagnosis_codes = patient.diagnosis.code,
    ins_type = patient.ins_type, total_fee = world.money_text(e.total),
    facility_no = self.facility.code,
  })
end

-- Opens a stay; o: patient, day, nights, dept, doctor, dx, path.
function hospital:admit(o)
  local patient = o.patient or self:adult()
  local dept = o.dept or patient.diagnosis.dept
  local e = {
    id = self:number("ZY"), patient = patient, visit = "住院", dept = dept,
    day = o.day or self:day(self.year.from, self.year.to - 20), nights = o.nights or 5,
    doctor = o.doctor or self:doctor(dept), total = 0, dx = o.dx or patient.diagnosis.code,
    admit_path = o.path or "门诊", stay = true,
  }
  e.time = o.time or self:time(e.day, 8, 15)
  e.leaves = o.leaves or self:time(e.day + e.nights, 9, 11)
  return e
end

-- Beds and care of each night, and an infusion, a treatment and a drug each day; o.bare: beds
-- and care alone; o.away: nights (counted from 0) on which the patient was elsewhere.
function hospital:ward(e, o)
  o = o or {}
  local n = e.nights
  e.away = o.away or {}
  local stop = days.at(e.day + n, 8)
  local function daily(name, minute)
    local item = self.item[name]
    local order = not item.orderless
      and self:order(e, item, { class = "长期", start = e.time + 5, stop = stop, times = n })
      or nil
    for night = 0, n - 1 do
      if not e.away[night] then
        self:charge(e, item, { time = days.at(e.day + night, 22, minute), order = order })
      end
    end
  end
  daily("三人间床位费", 0)
  daily("住院诊察费", 5)
  daily("二级护理", 10)
  if o.bare then return end
  daily("静脉输液", 15)
  daily("静脉输液器", 15)
  daily("氯化钠注射液", 16)
  daily("红外线治疗", 20)
  if o.staying then return end
  -- Drugs to take home.
  self:prescription { encounter = e, as = "出院带药", time = e.leaves - 30,
                      drugs = self:ordinary(1), days = 7 }
end

-- Closes a stay: the admission and its nights; o.staying: the patient has not left yet.
function hospital:discharge(e, o)
  o = o or {}
  local patient = e.patient
  local path = o.path_flag
  if path == nil then path = self.stays.all % 7 ~= 0 end
  if not o.staying then
    self.stays.all = self.stays.all + 1
    self.stays.nights = self.stays.nights + math.max(1, e.nights)
    self.stays.path = self.stays.path + (path and 1 or 0)
  end
  local bed = self:number("CW")
  self:write("admissions", o, {
    encounter_id = e.id, patient_id = patient.id, card_id = patient.card,
    admit_time = days.time_text(e.time),
    discharge_time = not o.staying and days.time_text(e.leaves) or nil,
    discharge_way = not o.staying and "医嘱离院" or nil,
    dept = e.dept, bed = bed, doctor_id = e.doctor.id, sex = patient.sex, age = patient.age,
    main_dx = e.dx, diagnosis_codes = e.dx, admit_path = e.admit_path, planned_flag = false,
    path_flag = path, path_result = path and not o.staying and "完成" or nil, leave_nights = 0,
    ins_type = patient.ins_type,
    total_fee = not o.staying and world.money_text(e.total) or nil,
    prev_encounter = patient.last_stay, tel_hash = patient.tel, address_hash = patient.address,
    facility_no = self.facility.code,
  })
  for night = 0, e.nights - 1 do
    local away = e.away and e.away[night]
    local there = self:write("bed_daily", { edit = o.edit_night }, {
      encounter_id = e.id, date = days.text(e.day + night), dept = e.dept, bed = bed,
      present = not away, leave_flag = away == "leave", evidence = not away and "护理记录" or nil,
    }, night)
    if there.present then
      self.present[e.day + night] = (self.present[e.day + night] or 0) + 1
    end
  end
  patient.last_stay = e.id
end

-- A whole stay as it should be; o as of admit, and `fill`, a function of the open stay.
function hospital:stay(o)
  local e = self:admit(o)
  self:ward(e, o)
  if o.fill then o.fill(e) end
  self:discharge(e, o)
  return e
end

-- ---- prescriptions -----------------------------------------------------------------------

-- `count` ordinary drugs to be taken by mouth, no two of one pharmacological class.
function hospital:ordinary(count)
  if not self.oral then
    self.oral = {}
    for _, item in ipairs(self.items) do
      if item.kind == "普通" and item.route == "口服" and item.name == item.generic then
        self.oral[#self.oral + 1] = item
      end
    end
  end
  return self.random:sample(self.oral, count)
end

local freqs = { "每日一次", "每日二次", "每日三次" }

-- Writes a prescription, with a visit or stay of its own if o.encounter is left out.
-- o: encounter, patient, visit, `as` (the type of visit that it says), day,
-- drugs, days, doctor, dept, edit. Its number.
function hospital:prescription(o)
  local drugs = o.drugs or self:ordinary(self.random:int(1, 3))
  local e = o.encounter
  if not e then
    local right
    for _, drug in ipairs(drugs) do
      if drug.kind == "麻" or drug.kind == "精一" then right = "narcotic" end
      if drug.tier == "特殊" then right = "特殊" end
    end
    if o.visit == "住院" then
      e = self:admit { patient = o.patient, day = o.day, dept = o.dept, doctor = o.doctor }
      if not o.doctor then e.doctor = self:doctor(e.dept, right) end
      self:ward(e)
    else
      e = self:visit { patient = o.patient, day = o.day, visit = o.visit, dept = o.dept,
                       doctor = o.doctor, right = right, off_duty = o.off_duty }
    end
  end
  local patient, time = e.patient, o.time or e.time + 5
  local day = time // 1440
  local number = o.number or self:number("CF")
  local auditor, dispenser = table.unpack(self.random:sample(self.of_role["药"], 2))
  local limit = e.visit == "急诊" and 3 or e.visit == "住院" and 1 or 7
  for i, drug in ipairs(drugs) do
    local supply = o.days or self.random:int(1, limit)
    local boxes = (supply * (drug.times or 1) + drug.pieces - 1) // drug.pieces
    local row = self:write("rx_lines", o, {
      rx_no = number, rx_date = days.text(day), rx_time = days.time_text(time),
      visit_type = o.as or e.visit, encounter_id = e.id, dept = e.dept,
      doctor_id = e.doctor.id, patient_id = patient.id, sex = patient.sex, age = patient.age,
      diagnosis_codes = patient.diagnosis.code, drug_code = drug.code, drug_name = drug.name,
      generic_name = drug.generic, is_tcm = false, drug_class = drug.kind,
      ab_tier = drug.tier or "非抗菌", dosage_form = drug.form, route = drug.route,
      dose = drug.dose, dose_unit = drug.dose_unit, freq = freqs[drug.times] or "一次",
      days = supply, qty = boxes, qty_unit = "盒",
      amount = world.money_text(drug.price * boxes), chronic_flag = patient.diagnosis.chronic,
      long_rx_flag = false, cancer_pain_flag = false, auditor_id = auditor.id,
      dispenser_id = dispenser.id, dispense_date = days.text(day),
      consult_no = drug.tier == "特殊" and self:number("HZD") or nil,
    }, i)
    if not row.is_tcm then
      local _, month = days.split(day)
      local spent, amount = self.spent[month], world.money(row.amount)
      spent.all = spent.all + amount
      if row.drug_class == "辅助" then spent.adjuvant = spent.adjuvant + amount end
    end
    if drug.tier and row.visit_type == "住院" and not row.is_tcm then
      self.stays.half_doses = self.stays.half_doses + row.qty * drug.pieces * 2 // (drug.times or 1)
    end
    self:charge(e, drug, { time = time, qty = row.qty, dept_exec = "药剂科" })
  end
  self:count_treated(e, o, drugs)
  if not o.encounter then self[e.stay and "discharge" or "close_visit"](self, e) end
  return number
end

-- How many outpatients' prescriptions and stays have an antibacterial.
function hospital:count_treated(e, o, drugs)
  local count = self.treated[o.as or e.visit]
  if not count then return end
  local antibacterial = false
  for _, drug in ipairs(drugs) do antibacterial = antibacterial or drug.tier ~= nil end
  if e.visit ~= "住院" then
    count.all = count.all + 1
  elseif e.treated then
    return
  end
  if antibacterial then
    count.ab = count.ab + 1
    e.treated = true
  end
end

-- Writes a decoction: many herbs on a sheet of their own, for many days.
function hospital:decoction(e)
  local herbs = self.random:sample(self.herbs, self.random:int(8, 12))
  local auditor, dispenser = table.unpack(self.random:sample(self.of_role["药"], 2))
  local number, supply = self:number("CF"), self.random:int(7, 14)
  for _, herb in ipairs(herbs) do
    local grams = supply * self.random:int(6, 15)
    self.export:row("rx_lines", {
      rx_no = number, rx_date = days.text(e.day), rx_time = days.time_text(e.time + 8),
      visit_type = e.visit, encounter_id = e.id, dept = e.dept, doctor_id = e.doctor.id,
      patient_id = e.patient.id, sex = e.patient.sex, age = e.patient.age,
      diagnosis_codes = e.patient.diagnosis.code, drug_code = herb.code, drug_name = herb.name,
      generic_name = herb.name, is_tcm = true, drug_class = "普通", ab_tier = "非抗菌",
      dosage_form = "饮片", route = "口服", dose = grams // supply, dose_unit = "g",
      freq = "每日一次", days = supply, qty = grams, qty_unit = "g",
      amount = world.money_text(herb.price * grams), chronic_flag = e.patient.diagnosis.chronic,
      long_rx_flag = false, cancer_pain_flag = false, auditor_id = auditor.id,
      dispenser_id = dispenser.id, dispense_date = days.text(e.day),
    })
    self:charge(e, herb, { time = e.time + 8, qty = grams, dept_exec = "药剂科" })
  end
  local count = self.treated[e.visit]
  if count and e.visit ~= "住院" then count.all = count.all + 1 end
end

-- ---- examinations ------------------------------------------------------------------------

-- Writes a request of one item, with a visit of its own if o.encounter is left out.
-- o: encounter, patient, item (its name), day, time, doctor, positive, signed (when agreed
-- to, counted from the examination), edit. Its number.
function hospital:exam(o)
  local e = o.encounter or self:visit { patient = o.patient, day = o.day, visit = o.visit,
                                        doctor = o.doctor, dept = o.dept }
  local item, patient = self.item[o.item], e.patient
  local time = o.time or e.time + 5
  local exec = time + self.random:int(10, 90)
  local consent = item.special
    and self:consent(e, { kind = "特殊检查", signed = exec + (o.signed or -5), items = { item } }) or nil
  local positive = o.positive
  if positive == nil then
    -- Two of three of everybody's large examinations show something.
    e.doctor.large = e.doctor.large + (item.large and 1 or 0)
    positive = not item.large or e.doctor.large % 3 ~= 0
  end
  local row = self:write("exam_requests", o, {
    req_no = o.number or self:number("SQ"), patient_id = patient.id, encounter_id = e.id,
    visit_type = e.visit, dept = e.dept, req_time = days.time_text(time),
    exec_time = days.time_text(exec), item_code = item.code, item_name = item.name,
    body_part = item.part, modality = item.modality, doctor_id = e.doctor.id,
    diagnosis_codes = patient.diagnosis.code,
    indication_text = patient.diagnosis.name .. "，需进一步检查", result_positive = positive,
    consent_no = consent, mutual_item = false, recognised_flag = false,
  })
  if item.large then
    local seen = self.seen[item.modality] or { all = 0, positive = 0 }
    seen.all, seen.positive = seen.all + 1, seen.positive + (row.result_positive and 1 or 0)
    self.seen[item.modality] = seen
  end
  self:charge(e, item, { time = time, consent = consent })
  if not o.encounter then self:close_visit(e) end
  return row.req_no
end

-- ---- operations --------------------------------------------------------------------------

-- The operation of a stay's diagnosis on its second day (o.later: so many days after the
-- first; o.hour, o.minutes: from when, how long), agreed to and ordered the day before, or, on
-- the first, in its morning.
function hospital:operate(e, o)
  o = o or {}
  local later = o.later or 1
  local name = o.name or e.patient.diagnosis.operation
  local plan = world.operations[name]
  local items = { self.item[name], self.item[plan[1]], self.item[plan[2]] }
  local ordered = later > 0 and days.at(e.day + later - 1, 17) or e.time + 40
  local consent = self:consent(e, { kind = "手术", signed = ordered - 30, items = items })
  local start = later > 0 and days.at(e.day + later, o.hour or 9) or e.time + 60
  local stop = start + (o.minutes or 110)
  local anaesthetist = self:doctor("麻醉科")
  self:write("procedures", o, {
    encounter_id = e.id, proc_code = plan[3], proc_name = name, patient_id = e.patient.id,
    proc_date = days.text(e.day + later), anaesthesia_start = days.time_text(start),
    surgery_start = days.time_text(start + 30), surgery_end = days.time_text(stop),
    dept = e.dept, surgeon_id = e.doctor.id, anaesthetist_id = anaesthetist.id,
    proc_level = "二级", consent_no = consent,
  })
  for _, item in ipairs(items) do
    self:charge(e, item, { time = start + 60, ordered = ordered, consent = consent,
                           dept_exec = e.dept })
  end
  return { start = start, stop = stop, consent = consent }
end

-- What the machine keeps of a session of dialysis.
function hospital:log_session(e, device)
  local start = e.time + 30
  local _, month = days.split(e.day)
  self:write("machine_log", {}, {
    session_no = self:number("TXJ"), device_id = device, kind = "血液透析",
    patient_id = e.patient.id, encounter_id = e.id, start_time = days.time_text(start),
    end_time = days.time_text(start + 240), material_code = self.item["血液透析器"].code,
    material_batch = "P2023" .. month, operator_id = self:anybody("护").id,
  })
end

-- A session of dialysis: charged, its dialyser used up, and kept by the machine.
function hospital:dialyse(e, device)
  self:charge(e, self.item["血液透析"], { time = e.time + 30 })
  self:charge(e, self.item["血液透析器"], { time = e.time + 30 })
  self:log_session(e, device)
end

return hospital
