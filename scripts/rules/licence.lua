-- 许可规则 LIC：执业许可、诊疗科目、床位、专项许可是否与登记相符。
--
-- 机构信息（facility.yaml）人人都有，许可期限、校验、床位因此各有两条规则：facility_… 查机构
-- 信息，另一条查许可登记表，一家机构有几张许可证的逐张检查。许可证是否买卖、转让、租借看不出；
-- 悬挂公示（LIC-06）要看现场：由检查项提问。

-- LIC-01  许可证超过有效期。备案凭证没有写期限的，不检查。
rule "licence.expired" {
  on    = "licence",
  among = [[valid_to ~= nil]],
  where = [[valid_to < today]],
  show  = { "facility_no", "name", "valid_to" },
  say   = "写明有效期的许可证{population}张中，{count}张已超过有效期",
}

rule "licence.facility_expired" {
  fail = [[facility.licence_valid_to < today]],
  say  = "《医疗机构执业许可证》有效期至{facility.licence_valid_to}，已超过有效期",
}

-- LIC-01  到期没有校验。
rule "licence.verification_overdue" {
  on    = "licence",
  where = [[next_verification < today]],
  show  = { "facility_no", "name", "last_verification", "next_verification" },
  say   = "许可证{population}张中，{count}张到期没有校验",
}

rule "licence.facility_verification_overdue" {
  fail = [[facility.next_check < today]],
  say  = "《医疗机构执业许可证》应于{facility.next_check}前校验，已逾期",
}

-- LIC-01  校验期登记得太长：床位不满100张的1年一次，100张以上的3年一次。
rule "licence.verification_interval" {
  on        = "licence",
  among     = [[last_verification ~= nil]],
  where     = [[days(last_verification, next_verification)
                > 366 * choose(beds < p.licence_few_beds,
                               p.licence_years_few_beds, p.licence_years_many_beds)]],
  certainty = "suspect",
  show      = { "facility_no", "name", "beds", "last_verification", "next_verification" },
  say       = "校验过的许可证{population}张中，{count}张登记的校验期超过规定"
           .. "（床位不满{p.licence_few_beds}张的{p.licence_years_few_beds}年，"
           .. "其余{p.licence_years_many_beds}年）",
}

-- LIC-02  超出登记的诊疗科目：正在开展的科室没有对应的科目，或者对应的科目没有核准。
rule "licence.dept_not_approved" {
  on    = "service_depts",
  among = [[(started == nil or started <= today) and (stopped == nil or stopped > today)]],
  where = [[approved_code == "" or not one_of(approved_code, facility.departments_approved)]],
  show  = { "dept_name", "approved_code", "started" },
  say   = "正在开展的科室{population}个中，{count}个不在核准登记的诊疗科目以内",
}

-- LIC-03  开放床位超过核定床位。
rule "licence.beds_exceeded" {
  on    = "licence",
  where = [[beds_open > beds]],
  show  = { "facility_no", "name", "beds", "beds_open" },
  say   = "许可证{population}张中，{count}张的开放床位超过核定床位",
}

rule "licence.facility_beds_exceeded" {
  fail = [[facility.beds_open > facility.beds_approved]],
  say  = "开放床位{facility.beds_open}张，超过核定床位{facility.beds_approved}张",
}

-- LIC-03  实际在院人数超过核定床位。高峰期加床难免，只作提醒。
rule "licence.patients_exceed_beds" {
  on        = "bed_daily",
  among     = [[present]],
  group     = "date",
  having    = [[distinct(encounter_id) > facility.beds_approved]],
  certainty = "hint",
  show      = "date",
  say       = "有床日记录的{population}日中，{count}日在院人数超过核定床位{facility.beds_approved}张",
}

-- 今天有效的许可：已经生效，没有过期；没有写起止日期的，不受限制。
local permit_today = "(k.valid_from == nil or k.valid_from <= today)"
                  .. " and (k.valid_to == nil or k.valid_to >= today)"

-- LIC-04  开展的科目需要专项许可（p.licence_dept_permits），却没有同类的有效许可。
rule "licence.dept_without_permit" {
  on        = "service_depts",
  among     = [[at(p.licence_dept_permits, approved_code) ~= nil
                and (started == nil or started <= today)
                and (stopped == nil or stopped > today)]],
  join      = { { as = "k", table = "permits", match = "none",
                  on   = { ["at(p.licence_dept_permits, approved_code)"] = "kind" },
                  when = permit_today } },
  certainty = "suspect",
  show      = { "dept_name", "approved_code", "started" },
  say       = "需要专项许可的科室{population}个中，{count}个没有有效的专项许可",
}

-- LIC-04  在用的设备需要专项许可（p.licence_device_permits），却没有同类的有效许可。
rule "licence.device_without_permit" {
  on        = "devices",
  among     = [[at(p.licence_device_permits, type) ~= nil
                and (retired_date == nil or retired_date > today)]],
  join      = { { as = "k", table = "permits", match = "none",
                  on   = { ["at(p.licence_device_permits, type)"] = "kind" },
                  when = permit_today } },
  certainty = "suspect",
  show      = { "device_id", "name", "type" },
  say       = "需要专项许可的在用设备{population}台中，{count}台没有有效的专项许可",
}

-- LIC-04  大型医用设备没有配置许可证，或者配置许可证过期。
rule "licence.large_device_without_permit" {
  on    = "devices",
  among = [[one_of(is_large, "甲类", "乙类") and (retired_date == nil or retired_date > today)]],
  where = [[config_permit_no == "" or (permit_to ~= nil and permit_to < today)]],
  show  = { "device_id", "name", "is_large", "config_permit_no", "permit_to" },
  say   = "在用的大型医用设备{population}台中，{count}台没有配置许可证或者许可证过期",
}

-- LIC-04  专项许可过期，又没有同类的有效许可。已经停办的项目核实后剔除。
rule "licence.permit_expired" {
  on        = "permits",
  among     = [[valid_to ~= nil]],
  join      = { { as = "k", table = "permits", match = "none",
                  on   = { kind = "kind" },
                  when = permit_today } },
  where     = [[valid_to < today]],
  certainty = "suspect",
  show      = { "permit_no", "kind", "valid_to" },
  say       = "写明有效期的专项许可{population}项中，{count}项已过期且没有同类的有效许可",
}

-- LIC-05  科室与外单位或者个人合作、承包、租赁、托管。是否就是出租承包，要看合同。
rule "licence.dept_contracted" {
  on        = "service_depts",
  among     = [[stopped == nil or stopped > today]],
  where     = [[contractor ~= ""]],
  certainty = "suspect",
  show      = { "dept_name", "approved_code", "contractor", "started" },
  say       = "正在开展的科室{population}个中，{count}个与外单位或者个人合作，应当核对合同",
}
