-- What the offices register: licences and permits, techniques, purchases, waste, adverts,
-- complaints, meetings. As the acts of care, each is by the rules unless its caller says so.

local days = require "days"
local hospital = require "hospital"
local world = require "world"

-- ---- licence, departments, devices, permits, techniques ----------------------------------

function hospital:licence(o)
  self:write("licence", o, {
    facility_no = o.number or self:number("PDY"), name = self.facility.name,
    address = "示例县示例路1号", legal_rep = "院长", departments = table.concat(world.approved, "、"),
    beds = 100, beds_open = 100, valid_from = "2020-07-01", valid_to = "2027-06-30",
    last_verification = "2022-06-30", next_verification = "2025-06-30",
    other_permits = "母婴保健、放射诊疗", permit_valid_to = "2026-12-31",
  })
end

function hospital:service_dept(name, o)
  self:write("service_depts", o or {}, {
    dept_name = name, approved_code = name, started = "2015-01-01",
  })
end

-- A device; o.type, o.large, edit.
function hospital:device(o)
  local number = self:number("SB", 4)
  self:write("devices", o, {
    device_id = number, name = o.type, type = o.type, dept = o.dept or "医学影像科",
    is_large = o.large or "否", config_permit_no = o.large and "PZ" .. number or nil,
    permit_to = o.large and "2028-12-31" or nil, operator_ids = self:anybody("技").id,
    install_date = "2019-05-01",
  })
end

function hospital:permit(kind, valid_to, o)
  self:write("permits", o or {}, {
    permit_no = self:number("XK", 4), kind = kind, issuer = "示例县卫生健康局",
    valid_from = "2019-01-01", valid_to = valid_to,
  })
end

-- A technique; o.class, o.name, o.first, o.filed (days), edit. Its number.
function hospital:technique(o)
  local number = self:number("JS", 3)
  self:write("techniques", o, {
    tech_code = number, tech_name = o.name or "限制类技术" .. number, class = o.class or "限制",
    first_case_date = o.first and days.text(o.first), filing_date = o.filed and days.text(o.filed),
    filing_no = o.filed and "BA" .. number or nil, lead_staff_id = self:doctor("外科").id,
  })
  return number
end

-- ---- purchases ---------------------------------------------------------------------------

local function ids(people)
  local list = {}
  for i, person in ipairs(people) do list[i] = person.id end
  return table.concat(list, "、")
end

-- A purchase; o: day, amount (yuan, a text), method, project, item, supplier, budget, edit.
-- Its minutes are of ten days before, unless the project has some.
function hospital:purchase(o)
  local project = o.project or self:number("CG")
  local day = o.day or self:day(self.year.from, self.year.to - 100)
  local minutes = o.minutes or self:number("JY")
  local row = {
    project_id = project, item = o.item or "物资" .. self:number("WZ"),
    budget_line = o.budget or self:number("YS"), amount = o.amount or "80000.00",
    method = o.method or "询价", decision_minutes_no = minutes,
    supplier = o.supplier or "供应商" .. self:number("GYS"), contract_date = days.text(day),
    accept_date = days.text(day + 30), pay_date = days.text(day + 60),
    requester = ids(self.random:sample(self.of_role["技"], 1)),
    tender_team = ids(self.random:sample(self.of_role["其他"], 2)),
    evaluator = ids(self.random:sample(self.of_role["医"], 3)),
    acceptor = ids(self.random:sample(self.of_role["护"], 2)),
    payer = ids(self.random:sample(self.of_role["药"], 1)),
  }
  self:write("purchases", o, row)
  if row.decision_minutes_no == minutes and not o.minutes and not o.no_minutes then
    self.export:row("minutes", {
      minutes_no = minutes, date = days.text(o.meeting or day - 10), topic = "研究采购项目",
      attendees = ids(self.random:sample(self.of_role["其他"], 4)), project_ids = project,
      decision = "同意",
    })
  end
  return project
end

-- ---- waste -------------------------------------------------------------------------------

local classes = { "感染性", "损伤性", "药物性" }

-- A batch of waste; o: time (handed over), hours (from when it is stored), edit.
function hospital:waste(o)
  local time = o.time or self:time(self:day(self.year.from, self.year.to - 4), 8, 10)
  local stored = time + 20
  local collected = stored + (o.minutes or self.random:int(10, 40) * 60)
  local weight = self.random:int(800, 15000)
  self:write("waste_log", o, {
    batch = self:number("FW", 8), source_dept = self.random:pick(world.clinical)[1],
    class = self.random:pick(classes), weight = ("%d.%03d"):format(weight // 1000, weight % 1000),
    quantity = weight // 3000 + 1, handed_at = days.time_text(time),
    stored_from = days.time_text(stored), collected_at = days.time_text(collected),
    weight_out = ("%d.%03d"):format(weight // 1000, weight % 1000),
    disposal_method = "集中处置", receiver = "示例医疗废物处置中心", signer = self:anybody("其他").id,
    manifest_no = self:number("LD", 8),
  })
end

-- ---- adverts, complaints, meetings -------------------------------------------------------

-- An advert with a certificate of the year; o.text comes behind what it has to say, o.edit.
function hospital:advert(o)
  local number = self:number("GG", 4)
  local certificate = "（示）医广〔2023〕第01-01-" .. number .. "号"
  self:write("adverts", o, {
    advert_id = number, medium = o.medium or "网络", form = o.form or "广告",
    content = self.facility.name .. "，诊疗科目：内科、外科、妇产科、儿科。接诊时间：全天。"
      .. (o.text or "") .. (o.form and "" or certificate),
    shown_name = self.facility.name, first_published = "2023-02-01",
    last_published = "2023-12-20", cert_no = not o.form and certificate or nil,
    cert_from = not o.form and "2023-01-15" or nil, cert_to = not o.form and "2024-01-14" or nil,
    cert_media = not o.form and "网络、印刷品" or nil, url = "https://example.org/" .. number,
  }, certificate)
end

-- A complaint; o: day, real, replied (days later; false: never), edit.
function hospital:complaint(o)
  local day = o.day or self:day(self.year.from, self.year.to - 80)
  local replied = o.replied == nil and 15 or o.replied
  self:write("complaints", o, {
    no = self:number("TS", 4), received_at = days.text(day),
    channel = self.random:pick { "电话", "来访", "网络", "12345" }, real_name = o.real or false,
    category = "服务态度", dept = self.random:pick(world.clinical)[1],
    replied_at = replied and days.text(day + replied) or nil,
    outcome = replied and "部分属实" or "办理中", closed_at = replied and days.text(day + replied) or nil,
  })
end

function hospital:meeting(day, kind, topic)
  self.export:row("meetings", {
    date = type(day) == "string" and day or days.text(day), topic = topic, kind = kind,
    chair = "院长", attendees = ids(self.random:sample(self.of_role["医"], 5)),
    minutes_no = self:number("HY"),
  })
end

function hospital:training(day, topic)
  local people = self.random:sample(self.of_role["护"], 6)
  self.export:row("trainings", {
    date = days.text(day), topic = topic, organiser = "医务科", attendees = ids(people),
    exam_pass = ids(people),
  })
end

-- ---- certificates ------------------------------------------------------------------------

-- A certificate for the patient of an encounter; o: kind, day, doctor, edit.
function hospital:certify(e, o)
  o = o or {}
  self:write("certificates", o, {
    cert_no = self:number("ZM"), cert_type = o.kind or self.random:pick { "诊断证明", "病假证明" },
    issue_date = days.text(o.day or e.day), patient_id = e.patient.id, encounter_id = e.id,
    dept = e.dept, doctor_id = (o.doctor or e.doctor).id, stamped_by = self:anybody("护").id,
  })
end

-- ---- the year ----------------------------------------------------------------------------

-- What every year has in the offices.
function hospital:registers()
  self:licence { number = self.facility.licence_no, edit = function(row)
    row.beds, row.beds_open = self.facility.beds_approved, self.facility.beds_approved
  end }
  for _, name in ipairs(world.approved) do
    if name ~= "医疗美容科" then self:service_dept(name) end
  end
  self:permit("母婴保健", "2024-01-08")
  self:permit("放射诊疗", "")
  for _, type in ipairs { "CT", "MR", "DSA" } do self:device { type = type, large = "乙类" } end
  for _ = 1, 3 do self:device { type = "DR" } end
  for i = 1, 6 do self:technique { class = "普通", name = "一般技术" .. i, first = self.year.from } end
  for i = 1, 4 do
    self:technique { first = days.of(2022, i, 10), filed = days.of(2022, i, 20) }
  end
  for _ = 1, 40 * self.scale do
    local open = self.random:chance(1, 4)
    self:purchase { method = open and "公开招标" or "询价",
                    amount = (open and "4" or "1") .. self.random:int(10000, 99999) .. ".50" }
  end
  for day = self.year.from, self.year.to - 3 do
    for _ = 1, 3 * self.scale do self:waste { time = self:time(day, 8, 10) } end
  end
  for _ = 1, 20 do self:advert { medium = self.random:pick { "网络", "印刷品" } } end
  for i = 1, 50 * self.scale do
    self:complaint { real = i % 2 == 0, replied = self.random:int(3, 60) }
    if i % 5 == 0 then self:complaint { replied = false } end
  end
  for month = 1, 12 do self:meeting(days.of(2023, month, 5), "办公会", "研究医院运行工作") end
  self:training(days.of(2023, 4, 6), "心肺复苏")
end

return hospital
