-- The hospital: its people, and numbers for everything. What they do is in care.lua (what
-- patients get), office.lua (what the offices keep) and clinic.lua (a whole year).
--
-- Each act is by the rules unless its caller says otherwise: `o` overrides what would be
-- drawn, and o.edit, a function of the row, what is written.

local days = require "days"
local export = require "export"
local random = require "random"
local world = require "world"

local hospital = {}
hospital.__index = hospital

-- How many patients a scale of 1 has.
hospital.patients = 500

hospital.facility = {
  code = "12000000XN00000001", name = "示例县人民医院", class = "二级医院", grade = "二级甲等",
  ownership = "公立", county = "示例县", licence_no = "PDY00000000000001",
  licence_valid_to = "2024-01-08", next_check = "2024-01-08", beds_approved = 300,
  beds_open = 300, contact = "医务科", is_designated = "yes", second_names = "[示例县急救中心]",
}

function hospital.new(folder, datasets, files, seed, scale)
  local covers = (" --covers %s..%s"):format(days.text(world.year.from), days.text(world.year.to))
  local h = setmetatable({
    seed = seed, scale = scale, random = random.new(seed, "hospital"),
    export = export.new(folder, datasets, files, seed, covers), year = world.year,
    numbers = {}, diagnoses = world.diagnoses(), staff = {}, of_role = {}, seen = {},
    spares = { "硝苯地平片", "卡托普利片", "螺内酯片", "呋塞米片", "地高辛片", "普萘洛尔片", "硝酸甘油片",
               "辛伐他汀片", "格列吡嗪片", "维生素B1片", "叶酸片", "多酶片", "颠茄片", "氨茶碱片",
               "异丙嗪片", "赛庚啶片", "甲巯咪唑片", "左甲状腺素片", "华法林片", "氯吡格雷片",
               "依那普利片", "贝那普利片", "非洛地平片", "比索洛尔片", "瑞格列奈片", "雷尼替丁胶囊",
               "法莫替丁片", "莫沙必利片", "洛哌丁胺胶囊", "乳果糖口服液", "对乙酰氨基酚片",
               "双氯芬酸片", "塞来昔布胶囊", "西替利嗪片", "氯苯那敏片", "复方甘草片" },
    sold = { ["血液透析"] = 0, ["血液透析器"] = 0 },
    present = {}, stock = {}, spent = {}, earned = {}, stays = { all = 0, path = 0, nights = 0, half_doses = 0 },
    treated = { ["门诊"] = { all = 0, ab = 0 }, ["急诊"] = { all = 0, ab = 0 },
                ["住院"] = { ab = 0 } },
  }, hospital)
  h.facility.beds_approved = 300 * math.max(1, scale)
  h.facility.beds_open = h.facility.beds_approved
  h.items, h.item, h.herbs = world.items()
  for month = 1, 12 do
    h.spent[month] = { all = 0, adjuvant = 0 } -- on prescribed drugs
    h.earned[month] = { all = 0, drugs = 0 }
  end
  return h
end

-- Makes it a facility of another class, of which everything that facility.yaml says is wrong.
function hospital:go_wrong(class)
  local f = self.facility
  self.wrong, f.class, f.grade = true, class, "一级甲等"
  f.name, f.ownership = "示例协和医院", "民营"
  f.licence_valid_to, f.next_check = "2024-01-07", "2024-01-07"
  f.beds_open = f.beds_approved + 1
end

-- The next number of a kind: CF0000001.
function hospital:number(prefix, width)
  local last = (self.numbers[prefix] or 0) + 1
  self.numbers[prefix] = last
  return ("%s%0" .. (width or 7) .. "d"):format(prefix, last)
end

-- Writes a row as the act made it and as `o` changes it.
function hospital:write(table_id, o, row, ...)
  if o.edit then o.edit(row, ...) end
  self.export:row(table_id, row)
  return row
end

function hospital:day(first, last)
  return self.random:int(first or self.year.from, last or self.year.to)
end

-- A time of the day, between two hours.
function hospital:time(day, from, to)
  return days.at(day, self.random:int(from, to - 1), self.random:int(0, 59))
end

-- ---- staff -------------------------------------------------------------------------------

local prefixes = { ["医"] = "YS", ["护"] = "HS", ["药"] = "YJ", ["技"] = "JS", ["其他"] = "QT" }
local titles = { ["医"] = "主治医师", ["护"] = "主管护师", ["药"] = "主管药师", ["技"] = "主管技师" }
local scopes = {}
for _, dept in ipairs(world.clinical) do scopes[dept[1]] = dept[2] end

-- Hires somebody; o: role, dept, narcotic, tier; `apart`: is met only by whom has asked for
-- this person; `shifts`: the only days with a shift (none if empty); `with`: who is there, too.
function hospital:hire(o)
  local id = self:number(prefixes[o.role], 4)
  local licensed, doctor = o.role ~= "其他", o.role == "医"
  local row = self:write("staff", o, {
    staff_id = id, name = "职工" .. id, role = o.role, title = titles[o.role],
    on_duty_dept = o.dept, qualification_no = licensed and "ZG" .. id or nil,
    licence_no = licensed and "ZY" .. id or nil,
    licence_valid_to = licensed and "2027-12-31" or nil,
    practice_place = licensed and self.facility.name or nil,
    practice_class = doctor and (o.dept == "中医科" and "中医" or "临床") or nil,
    practice_scope = doctor and scopes[o.dept] or nil, multi_site_flag = false, exempt = "无",
    rx_right = doctor, narcotic_right = doctor and o.narcotic or false,
    ab_right_tier = doctor and (o.tier or "限制") or "无", assistant_flag = false,
    registered_here = licensed, hired_from = "2018-07-01",
  })
  local person = { id = id, role = o.role, dept = o.dept, narcotic = o.narcotic,
                   tier = o.tier or "限制", row = row, large = 0, shifts = o.shifts,
                   beside = o.with, duty = {} }
  self.staff[#self.staff + 1] = person
  if not o.apart then
    self.of_role[o.role] = self.of_role[o.role] or {}
    table.insert(self.of_role[o.role], person)
  end
  return person
end

function hospital:hire_all()
  for _, dept in ipairs(world.clinical) do
    for i = 1, 4 do
      self:hire { role = "医", dept = dept[1], narcotic = i <= 2, tier = i == 1 and "特殊" or "限制" }
      self:hire { role = "护", dept = dept[1] }
    end
  end
  for _, dept in ipairs(world.technical) do
    for _ = 1, 3 do self:hire { role = "技", dept = dept } end
  end
  for _ = 1, 8 do self:hire { role = "药", dept = "药剂科" } end
  for _ = 1, 8 do self:hire { role = "其他", dept = "后勤科" } end
end

-- A doctor of the department, if need be with a right: "narcotic" or an antimicrobial tier.
function hospital:doctor(dept, right)
  local fit = {}
  for _, person in ipairs(self.of_role["医"]) do
    if person.dept == dept and (right ~= "narcotic" or person.narcotic)
      and (right ~= "特殊" or person.tier == "特殊") then
      fit[#fit + 1] = person
    end
  end
  return self.random:pick(fit)
end

-- Several doctors of a department.
function hospital:random_doctors(dept, count)
  local fit = {}
  for _, person in ipairs(self.of_role["医"]) do
    if person.dept == dept then fit[#fit + 1] = person end
  end
  return self.random:sample(fit, count)
end

function hospital:anybody(role) return self.random:pick(self.of_role[role]) end

-- ---- patients ----------------------------------------------------------------------------

-- Somebody with a diagnosis (drawn, or one of o.codes), at an age between o.from and o.to;
-- o.sex, o.age, o.address; o.insured: true or false.
function hospital:patient(o)
  o = o or {}
  local fit = {}
  for _, diagnosis in ipairs(self.diagnoses) do
    local wanted = not o.codes
    for _, code in ipairs(o.codes or {}) do wanted = wanted or code == diagnosis.code end
    if wanted then fit[#fit + 1] = diagnosis end
  end
  local diagnosis = self.random:pick(fit)
  local number = self:number("HZ")
  local insured = self.random:int(1, 50)
  if o.insured == false then insured = 50 end
  local patient = {
    id = number, diagnosis = diagnosis, sex = o.sex or self.random:pick(diagnosis.sexes),
    age = o.age or self.random:int(o.from or diagnosis.from, o.to or diagnosis.to),
    ins_type = insured <= 35 and "居民" or (insured <= 49 or o.insured) and "职工" or "自费",
    card = "K" .. number, tel = "T" .. number,
    address = o.address or ("V%05d"):format(self.random:int(1, 60 * self.scale)),
  }
  self:write("patients", o, {
    patient_id = number, sex = patient.sex, birth_year = 2023 - patient.age,
    ins_type = patient.ins_type, card_id = patient.card, tel_hash = patient.tel,
    address_hash = patient.address,
  })
  return patient
end

-- An adult below the age from which patients are elderly, without a chronic disease.
function hospital:adult()
  return self:patient { codes = { "K29.5", "J06.9" }, from = 20, to = 59 }
end

return hospital
