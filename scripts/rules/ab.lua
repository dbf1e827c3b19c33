-- 抗菌药物规则 AB：抗菌药物临床应用管理办法（2012年卫生部令第84号）和各地方案中的要求。
--
-- 处方上的药品是不是抗菌药物、属于哪一级，看处方明细的抗菌药物级别（ab_tier）；
-- 不是抗菌药物的填“非抗菌”，空白的无法判断。本机构的分级目录由各省制定，以药剂科维护的为准。
-- 用得对不对要看病历：诊断和途径的规则只能说可疑，使用率和使用强度只作提醒。

-- ---- 分级管理 AB-01 至 AB-03 --------------------------------------------------------

-- AB-01  特殊使用级抗菌药物不得在门诊使用。
rule "ab.special_outpatient" {
  on    = "rx_lines",
  join  = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among = [[visit_type == "门诊" and ab_tier ~= "非抗菌"]],
  where = [[ab_tier == "特殊"]],
  count = "rx_no",
  show  = { "rx_no", "rx_date", "doctor_id", "s.on_duty_dept", "drug_name" },
  say   = "门诊抗菌药物处方{population}张中，{count}张开具了特殊使用级抗菌药物",
}

-- AB-02  特殊使用级抗菌药物要经会诊同意。会诊单可能只有纸质的，因此要核对病历。
rule "ab.special_no_consult" {
  on        = "rx_lines",
  join      = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among     = [[ab_tier == "特殊"]],
  where     = [[consult_no == ""]],
  count     = "rx_no",
  show      = { "rx_no", "rx_date", "visit_type", "doctor_id", "s.on_duty_dept", "drug_name" },
  certainty = "suspect",
  say       = "特殊使用级抗菌药物处方{population}张中，{count}张没有会诊记录",
}

-- AB-03  医师的抗菌药物处方权低于药品级别，又不属于紧急越级使用（不超过一日用量）。
rule "ab.over_right" {
  on    = "rx_lines",
  join  = { { as = "s", table = "staff", on = { doctor_id = "staff_id" }, match = "inner" } },
  among = [[ab_tier ~= "非抗菌"]],
  where = [[(s.ab_right_tier == "无"
             or ab_tier == "特殊" and s.ab_right_tier ~= "特殊"
             or ab_tier == "限制" and s.ab_right_tier == "非限制")
            and days > p.ab_override_days]],
  count = "rx_no",
  show  = { "rx_no", "rx_date", "doctor_id", "s.on_duty_dept", "s.title", "s.ab_right_tier", "drug_name", "ab_tier", "days" },
  say   = "本机构人员开具的抗菌药物处方{population}张中，{count}张超越处方权限且用量超过"
       .. "{p.ab_override_days}日",
}

-- AB-03  紧急越级使用后，没有在规定时间内补办手续。
rule "ab.override_not_approved" {
  on    = "rx_lines",
  join  = { { as = "s", table = "staff", on = { doctor_id = "staff_id" }, match = "inner" } },
  among = [[ab_tier ~= "非抗菌" and days <= p.ab_override_days
            and (s.ab_right_tier == "无"
                 or ab_tier == "特殊" and s.ab_right_tier ~= "特殊"
                 or ab_tier == "限制" and s.ab_right_tier == "非限制")]],
  where = [[approve_time == nil or hours(rx_time, approve_time) > p.ab_override_hours]],
  count = "rx_no",
  show  = { "rx_no", "rx_time", "approve_time", "doctor_id", "s.on_duty_dept", "drug_name", "ab_tier" },
  say   = "越级使用抗菌药物的处方{population}张中，{count}张没有在{p.ab_override_hours}小时内补办手续",
}

-- ---- 品种数、使用率和使用强度 AB-04 --------------------------------------------------

-- AB-04  药品目录中在用的抗菌药物品种数，按通用名计。
measure "ab.varieties" {
  on    = "drugs",
  among = [[in_use and ab_tier ~= "非抗菌"]],
  value = "distinct(generic_name)",
}

-- AB-04  抗菌药物品种数超过本类机构的上限。先看机构类别，没有的再看等级；
-- 都没有上限的（如乡镇卫生院）不适用。
rule "ab.too_many_varieties" {
  on        = "drugs",
  among     = [[in_use and ab_tier ~= "非抗菌"
                and default(at(p.ab_max_varieties, facility.class),
                            at(p.ab_max_varieties, left(default(facility.grade, ""), 2))) ~= nil]],
  group     = "facility.class",
  having    = [[distinct(generic_name)
                > default(at(p.ab_max_varieties, facility.class),
                          at(p.ab_max_varieties, left(default(facility.grade, ""), 2)))]],
  certainty = "suspect",
  say       = "在用抗菌药物{m.ab.varieties}种，超过本类医疗机构的品种数上限",
}

-- AB-04  每张处方、每次住院开具了几行抗菌药物。
view "ab_rx" {
  on    = "rx_lines",
  group = { rx = "rx_no", visit = "visit_type" },
  cols  = { antibacterials = [[count(not is_tcm and ab_tier ~= "非抗菌")]] },
}

view "ab_stay" {
  on    = "rx_lines",
  among = [[visit_type == "住院"]],
  group = { encounter = "encounter_id" },
  cols  = { antibacterials = [[count(not is_tcm and ab_tier ~= "非抗菌")]] },
}

-- AB-04  导出的处方中有没有住院处方：没有的，住院使用率和使用强度都无从计算，不能当作零。
measure "ab.ward_lines" {
  on = "rx_lines", among = [[visit_type == "住院"]], value = "count()",
}

-- AB-04  门诊处方抗菌药物使用率。
rule "ab.outpatient_rate" {
  on        = "ab_rx",
  among     = [[visit == "门诊"]],
  rate      = "antibacterials > 0",
  above     = "p.ab_outpatient_percent / 100",
  min_n     = "p.ab_min_cases",
  certainty = "hint",
  say       = "门诊处方{whole}张中，{part}张使用抗菌药物，占{rate}，超过{p.ab_outpatient_percent}%",
}

-- AB-04  急诊处方抗菌药物使用率。
rule "ab.emergency_rate" {
  on        = "ab_rx",
  among     = [[visit == "急诊"]],
  rate      = "antibacterials > 0",
  above     = "p.ab_emergency_percent / 100",
  min_n     = "p.ab_min_cases",
  certainty = "hint",
  say       = "急诊处方{whole}张中，{part}张使用抗菌药物，占{rate}，超过{p.ab_emergency_percent}%",
}

-- AB-04  出院患者抗菌药物使用率。某次住院没有处方的，算没有使用。
rule "ab.inpatient_rate" {
  on        = "admissions",
  join      = { { as = "a", table = "ab_stay", on = { encounter_id = "encounter" } } },
  among     = [[discharge_time ~= nil and m["ab.ward_lines"] > 0]],
  rate      = "a.encounter ~= nil and a.antibacterials > 0",
  above     = "p.ab_inpatient_percent / 100",
  min_n     = "p.ab_min_cases",
  certainty = "hint",
  say       = "出院患者{whole}人次中，{part}人次使用抗菌药物，占{rate}，超过{p.ab_inpatient_percent}%",
}

-- AB-04  住院患者抗菌药物累计DDD数：发药数量乘以每单位含量，除以DDD值。
-- 发药单位和药品目录不一致的算不出来，使用强度就不作判断。
measure "ab.ddds" {
  on    = "rx_lines",
  join  = { { as = "d", table = "drugs", on = { drug_code = "drug_code" } } },
  among = [[visit_type == "住院" and ab_tier ~= "非抗菌"]],
  value = "round(sum(given(qty_unit == d.qty_unit, round(qty * d.unit_content / d.ddd, 4))), 2)",
}

-- AB-04  出院患者占用的总床日数，不满一日的算一日。
measure "ab.bed_days" {
  on    = "admissions",
  among = [[discharge_time ~= nil]],
  value = "sum(choose(days(admit_time, discharge_time) < 1, 1, days(admit_time, discharge_time)))",
}

-- AB-04  住院患者抗菌药物使用强度。
rule "ab.intensity" {
  fail      = [[given(m["ab.ward_lines"] > 0, m["ab.ddds"] * 100 / m["ab.bed_days"]) > p.ab_max_ddds]],
  certainty = "hint",
  say       = "住院患者{m.ab.bed_days}个床日累计使用抗菌药物{m.ab.ddds}个DDD，每百床日超过{p.ab_max_ddds}个",
}

-- ---- 用药指征和途径 AB-05 -----------------------------------------------------------

-- AB-05  只有一般不需要抗菌药物的诊断（普通感冒、病毒感染等）而使用抗菌药物。
-- 另有细菌感染诊断的（p.ab_infection_dx）除外；还有其他诊断的降为提醒。
rule "ab.needless" {
  on        = "rx_lines",
  join      = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among     = [[one_of(visit_type, "门诊", "急诊") and ab_tier ~= "非抗菌" and len(diagnosis_codes) > 0]],
  where     = [[any_starts(diagnosis_codes, p.ab_needless_dx)
                and not any_starts(diagnosis_codes, p.ab_infection_dx)]],
  level     = [[choose(len(diagnosis_codes) == 1, "suspect", "hint")]],
  count     = "rx_no",
  show      = { "rx_no", "rx_date", "doctor_id", "s.on_duty_dept", "diagnosis_codes", "drug_name" },
  certainty = "suspect",
  say       = "有诊断编码的门急诊抗菌药物处方{population}张中，{count}张的诊断一般不需要使用抗菌药物",
}

-- AB-05  一般不需要输液的诊断而静脉滴注。吞咽困难、严重呕吐、病情危重的
-- （p.ab_infusion_needed_dx）除外；还有其他诊断的降为提醒。
rule "ab.needless_infusion" {
  on        = "rx_lines",
  join      = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among     = [[one_of(visit_type, "门诊", "急诊") and route == "静脉滴注" and len(diagnosis_codes) > 0]],
  where     = [[any_starts(diagnosis_codes, p.ab_no_infusion_dx)
                and not any_starts(diagnosis_codes, p.ab_infusion_needed_dx)]],
  level     = [[choose(len(diagnosis_codes) == 1, "suspect", "hint")]],
  count     = "rx_no",
  show      = { "rx_no", "rx_date", "doctor_id", "s.on_duty_dept", "diagnosis_codes", "drug_name" },
  certainty = "suspect",
  say       = "有诊断编码的门急诊输液处方{population}张中，{count}张的诊断一般不需要输液",
}

-- AB-05  每张门急诊处方有几行抗菌药物输液，几行口服药。
view "ab_route" {
  on     = "rx_lines",
  among  = [[one_of(visit_type, "门诊", "急诊")]],
  group  = { rx = "rx_no", day = "rx_date", doctor = "doctor_id" },
  cols   = {
    infused = [[count(ab_tier ~= "非抗菌" and route == "静脉滴注")]],
    oral    = [[count(route == "口服")]],
  },
  titles = { infused = "抗菌药物输液行数", oral = "口服药行数" },
}

-- AB-05  抗菌药物静脉滴注，同一处方又有口服药：患者能够口服，提醒核对输液是否必要。
rule "ab.infused_but_oral" {
  on        = "ab_route",
  join      = { { as = "s", table = "staff", on = { doctor = "staff_id" } } },
  among     = [[infused > 0]],
  where     = [[oral > 0]],
  count     = "rx",
  show      = { "rx", "day", "doctor", "s.on_duty_dept", "infused", "oral" },
  certainty = "hint",
  say       = "门急诊抗菌药物输液处方{population}张中，{count}张同时开具口服药",
}
