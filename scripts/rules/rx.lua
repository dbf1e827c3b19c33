-- 处方规则 RX：处方管理办法（2007年卫生部令第53号）和各地方案中的处方要求。
--
-- 从处方明细能算出的，在这里算；“病情是否需要”“是否按患者要求开药”要看病历，
-- 由检查项提问。“无”“/”一类的文字等于没有写理由（p.no_reason_words）。中药饮片单独开方，
-- 不计天数和品种（among 中的 not is_tcm）。抗菌药物另见 ab.lua。
--
-- certain 是数据本身就能证明的，suspect 要核对处方或病历，hint 只是统计上的提醒。

-- ---- 用量和品种 RX-01 至 RX-05 -------------------------------------------------------

-- RX-01  普通处方用量超过规定天数，又未注明理由。
-- 老年患者另按 RX-03 判断，因此这里只看 p.elder_age 岁以下的患者；长期处方另按 RX-05 判断。
rule "rx.over_days" {
  on    = "rx_lines",
  join  = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among = [[visit_type == "门诊" and not is_tcm and age < p.elder_age]],
  where = [[days > p.rx_max_days and not chronic_flag and not long_rx_flag
            and (extension_reason == "" or one_of(extension_reason, p.no_reason_words))]],
  count = "rx_no",
  show  = { "rx_no", "rx_date", "doctor_id", "s.on_duty_dept", "drug_name", "days" },
  say   = "门诊处方{population}张中，{count}张用量超过{p.rx_max_days}日且未注明理由",
}

-- RX-02  急诊处方用量超过规定天数，又未注明理由。老年患者同样另按 RX-03 判断。
rule "rx.over_days_emergency" {
  on    = "rx_lines",
  join  = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among = [[visit_type == "急诊" and not is_tcm and age < p.elder_age]],
  where = [[days > p.rx_max_days_emergency and not chronic_flag and not long_rx_flag
            and (extension_reason == "" or one_of(extension_reason, p.no_reason_words))]],
  count = "rx_no",
  show  = { "rx_no", "rx_date", "doctor_id", "s.on_duty_dept", "drug_name", "days" },
  say   = "急诊处方{population}张中，{count}张用量超过{p.rx_max_days_emergency}日"
       .. "且未注明理由",
}

-- RX-03  慢性病、老年患者可以适当延长用量，但要注明理由。
rule "rx.extension_no_reason" {
  on    = "rx_lines",
  join  = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among = [[one_of(visit_type, "门诊", "急诊") and not is_tcm
            and (chronic_flag or age >= p.elder_age)]],
  where = [[days > choose(visit_type == "急诊", p.rx_max_days_emergency, p.rx_max_days)
            and not long_rx_flag
            and (extension_reason == "" or one_of(extension_reason, p.no_reason_words))]],
  count = "rx_no",
  show  = { "rx_no", "rx_date", "doctor_id", "s.on_duty_dept", "age", "days" },
  say   = "慢性病、老年患者处方{population}张中，{count}张延长用量未注明理由",
}

-- RX-04  单张门急诊处方超过规定的药品种数。
rule "rx.too_many_drugs" {
  on     = "rx_lines",
  join   = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among  = [[one_of(visit_type, "门诊", "急诊") and not is_tcm]],
  group  = "rx_no",
  having = "distinct(drug_code) > p.rx_max_items",
  show   = { "rx_no", "rx_date", "doctor_id", "s.on_duty_dept" },
  say    = "门急诊处方{population}张中，{count}张超过{p.rx_max_items}种药品",
}

-- RX-05  长期处方一般在4周以内；超过4周的，要经评估、记入病历，并由患者签字。
rule "rx.long_not_assessed" {
  on    = "rx_lines",
  join  = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among = [[long_rx_flag and not is_tcm
            and days > p.rx_long_days and days <= p.rx_long_max_days]],
  where = [[not long_rx_assessed or not long_rx_signed]],
  count = "rx_no",
  show  = { "rx_no", "rx_date", "doctor_id", "s.on_duty_dept", "drug_name", "days" },
  say   = "用量超过{p.rx_long_days}日的长期处方{population}张中，{count}张没有评估记录"
       .. "或者患者没有签字",
}

-- RX-05  长期处方最长不得超过12周。没有标为长期处方的慢性病处方同样不得超过。
rule "rx.long_over_limit" {
  on    = "rx_lines",
  join  = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among = [[one_of(visit_type, "门诊", "急诊") and not is_tcm and (long_rx_flag or chronic_flag)]],
  where = [[days > p.rx_long_max_days]],
  count = "rx_no",
  show  = { "rx_no", "rx_date", "doctor_id", "s.on_duty_dept", "drug_name", "days" },
  say   = "长期处方和慢性病处方{population}张中，{count}张用量超过{p.rx_long_max_days}日",
}

-- RX-05  麻醉、精神、毒性、放射性、易制毒药品和抗菌药物不得开长期处方。
-- 治疗结核病等慢性感染的抗菌药物除外（p.rx_long_infection_dx）。
rule "rx.long_forbidden_class" {
  on    = "rx_lines",
  join  = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among = [[long_rx_flag]],
  where = [[one_of(drug_class, p.rx_long_forbidden)
            and not (drug_class == "抗菌" and any_starts(diagnosis_codes, p.rx_long_infection_dx))]],
  count = "rx_no",
  show  = { "rx_no", "rx_date", "doctor_id", "s.on_duty_dept", "drug_name", "drug_class" },
  say   = "长期处方{population}张中，{count}张开具了不得用于长期处方的药品类别",
}

-- RX-05  药品目录标明不得开长期处方的药品（需要特殊保管的等）。
rule "rx.long_forbidden_drug" {
  on    = "rx_lines",
  join  = { { as = "d", table = "drugs", on = { drug_code = "drug_code" } } },
  among = [[long_rx_flag]],
  where = [[d.long_rx_forbidden
            and not (drug_class == "抗菌" and any_starts(diagnosis_codes, p.rx_long_infection_dx))]],
  count = "rx_no",
  show  = { "rx_no", "rx_date", "doctor_id", "drug_name" },
  say   = "长期处方{population}张中，{count}张开具了药品目录标明不得用于长期处方的药品",
}

-- ---- 麻醉药品和精神药品 RX-06 至 RX-10 -----------------------------------------------

-- RX-06  为一般门急诊患者开具的麻醉药品、第一类精神药品注射剂，每张处方为一次常用量：
-- 用药超过一日，或者一日不止一次，都超过一次常用量。
rule "rx.narcotic_injection" {
  on    = "rx_lines",
  join  = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among = [[one_of(visit_type, "门诊", "急诊") and one_of(drug_class, "麻", "精一")
            and not cancer_pain_flag
            and given(dosage_form ~= "", contains_any(dosage_form, p.rx_injection_words))]],
  where = [[days > 1 or days * at(p.rx_freq_times, freq) > 1]],
  count = "rx_no",
  show  = { "rx_no", "rx_date", "doctor_id", "s.on_duty_dept", "drug_name", "freq", "days" },
  say   = "门急诊麻醉药品、第一类精神药品注射剂处方{population}张中，{count}张超过一次常用量",
}

-- RX-06  同上，控缓释制剂和其他剂型。哌甲酯治疗儿童多动症另按 RX-08 判断。
rule "rx.narcotic_days" {
  on    = "rx_lines",
  join  = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among = [[one_of(visit_type, "门诊", "急诊") and one_of(drug_class, "麻", "精一")
            and not cancer_pain_flag and not contains_any(dosage_form, p.rx_injection_words)
            and not (contains_any(drug_name, p.rx_adhd_drugs)
                     and any_starts(diagnosis_codes, p.rx_adhd_dx))]],
  where = [[days > given(dosage_form ~= "", choose(contains_any(dosage_form, p.rx_slow_words),
                         p.rx_narcotic_slow_days, p.rx_narcotic_days))]],
  count = "rx_no",
  show  = { "rx_no", "rx_date", "doctor_id", "s.on_duty_dept", "drug_name", "dosage_form", "days" },
  say   = "门急诊麻醉药品、第一类精神药品非注射剂处方{population}张中，{count}张超过规定用量"
       .. "（控缓释制剂{p.rx_narcotic_slow_days}日，其他剂型{p.rx_narcotic_days}日）",
}

-- RX-07  门急诊癌症疼痛、中重度慢性疼痛患者的麻醉药品、第一类精神药品处方。
rule "rx.narcotic_pain_days" {
  on    = "rx_lines",
  join  = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among = [[one_of(visit_type, "门诊", "急诊") and one_of(drug_class, "麻", "精一")
            and cancer_pain_flag]],
  where = [[days > given(dosage_form ~= "",
              choose(contains_any(dosage_form, p.rx_injection_words), p.rx_pain_injection_days,
              choose(contains_any(dosage_form, p.rx_slow_words), p.rx_pain_slow_days,
                     p.rx_pain_days)))]],
  count = "rx_no",
  show  = { "rx_no", "rx_date", "doctor_id", "s.on_duty_dept", "drug_name", "dosage_form", "days" },
  say   = "癌症疼痛、中重度慢性疼痛患者麻醉药品、第一类精神药品处方{population}张中，"
       .. "{count}张超过规定用量（注射剂{p.rx_pain_injection_days}日，"
       .. "控缓释制剂{p.rx_pain_slow_days}日，其他剂型{p.rx_pain_days}日）",
}

-- RX-08  第二类精神药品超过规定天数，又未注明理由。
rule "rx.psychotropic_days" {
  on    = "rx_lines",
  join  = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among = [[one_of(visit_type, "门诊", "急诊") and drug_class == "精二"]],
  where = [[days > p.rx_psychotropic_days
            and (extension_reason == "" or one_of(extension_reason, p.no_reason_words))]],
  count = "rx_no",
  show  = { "rx_no", "rx_date", "doctor_id", "s.on_duty_dept", "drug_name", "days" },
  say   = "门急诊第二类精神药品处方{population}张中，{count}张超过{p.rx_psychotropic_days}日"
       .. "且未注明理由",
}

-- RX-08  哌甲酯用于治疗儿童多动症，每张处方不得超过15日常用量。
rule "rx.adhd_days" {
  on    = "rx_lines",
  join  = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among = [[one_of(visit_type, "门诊", "急诊") and contains_any(drug_name, p.rx_adhd_drugs)
            and any_starts(diagnosis_codes, p.rx_adhd_dx)]],
  where = [[days > p.rx_adhd_days]],
  count = "rx_no",
  show  = { "rx_no", "rx_date", "doctor_id", "s.on_duty_dept", "drug_name", "days" },
  say   = "哌甲酯治疗儿童多动症处方{population}张中，{count}张超过{p.rx_adhd_days}日",
}

-- RX-09  为住院患者开具的麻醉药品、第一类精神药品应当逐日开具，每张处方为一日常用量。
rule "rx.narcotic_inpatient" {
  on    = "rx_lines",
  join  = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among = [[visit_type == "住院" and one_of(drug_class, "麻", "精一")]],
  where = [[days > 1]],
  count = "rx_no",
  show  = { "rx_no", "rx_date", "doctor_id", "s.on_duty_dept", "drug_name", "days" },
  say   = "住院患者麻醉药品、第一类精神药品处方{population}张中，{count}张未逐日开具",
}

-- RX-10  二氢埃托啡仅限于二级以上医院内使用。
rule "rx.dihydroetorphine_place" {
  on    = "rx_lines",
  join  = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among = [[contains_any(drug_name, p.rx_dihydroetorphine)]],
  where = [[not (one_of(facility.class, "二级医院", "三级医院")
                 or starts(default(facility.grade, ""), "二级", "三级"))]],
  count = "rx_no",
  show  = { "rx_no", "rx_date", "doctor_id", "s.on_duty_dept", "drug_name" },
  say   = "二氢埃托啡处方{population}张中，{count}张在二级以下医疗机构开具",
}

-- RX-10  二氢埃托啡、哌替啶处方为一次常用量，且不得带出医疗机构使用。
rule "rx.single_dose_only" {
  on    = "rx_lines",
  join  = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among = [[contains_any(drug_name, p.rx_dihydroetorphine) or contains_any(drug_name, p.rx_pethidine)]],
  where = [[days > 1 or days * at(p.rx_freq_times, freq) > 1 or visit_type == "出院带药"]],
  count = "rx_no",
  show  = { "rx_no", "rx_date", "visit_type", "doctor_id", "s.on_duty_dept", "drug_name", "freq", "days" },
  say   = "二氢埃托啡、哌替啶处方{population}张中，{count}张超过一次常用量或者由患者带出",
}

-- ---- 处方权、有效期和药名 RX-11 至 RX-13 ---------------------------------------------

-- RX-11  开具麻醉药品、第一类精神药品的医师没有麻醉药品处方权。
rule "rx.no_narcotic_right" {
  on    = "rx_lines",
  join  = { { as = "s", table = "staff", on = { doctor_id = "staff_id" }, match = "inner" } },
  among = [[one_of(drug_class, "麻", "精一")]],
  where = [[not s.narcotic_right]],
  count = "rx_no",
  show  = { "rx_no", "rx_date", "doctor_id", "s.on_duty_dept", "s.title", "drug_name" },
  say   = "本机构人员开具的麻醉药品、第一类精神药品处方{population}张中，"
       .. "{count}张的医师没有麻醉药品处方权",
}

-- RX-11  没有处方权的人员开具处方。
rule "rx.no_right" {
  on    = "rx_lines",
  join  = { { as = "s", table = "staff", on = { doctor_id = "staff_id" }, match = "inner" } },
  where = [[not s.rx_right]],
  count = "rx_no",
  show  = { "rx_no", "rx_date", "doctor_id", "s.on_duty_dept", "s.role", "s.title" },
  say   = "本机构人员开具的处方{population}张中，{count}张的开具人员没有处方权",
}

-- RX-11  开具人员不在花名册中，有没有处方权无从证明。先核对工号和花名册是否完整。
rule "rx.unknown_prescriber" {
  on        = "rx_lines",
  join      = { { as = "s", table = "staff", on = { doctor_id = "staff_id" }, match = "none" } },
  count     = "rx_no",
  show      = { "rx_no", "rx_date", "dept", "doctor_id" },
  certainty = "suspect",
  say       = "处方{population}张中，{count}张的开具人员不在花名册中",
}

-- RX-11  执业助理医师单独开具处方，没有执业医师签名。乡镇、村的医疗机构和艰苦边远地区的
-- 县级机构可以独立执业，除外（医师法第三十四条）。
rule "rx.assistant_alone" {
  on        = "rx_lines",
  join      = { { as = "s", table = "staff", on = { doctor_id = "staff_id" }, match = "inner" } },
  among     = [[s.assistant_flag and not p.rx_hardship_county
                and not one_of(facility.class, p.rx_assistant_classes)]],
  where     = [[cosigner_id == ""]],
  count     = "rx_no",
  show      = { "rx_no", "rx_date", "doctor_id", "s.on_duty_dept" },
  certainty = "suspect",
  say       = "执业助理医师开具的处方{population}张中，{count}张没有执业医师签名记录",
}

-- RX-12  处方当日有效；特殊情况由医师注明有效期限，最长3天。超过3天的可以认定，
-- 3天以内的要核对处方上有没有注明。夜间急诊处方次日凌晨调剂的除外。
rule "rx.dispensed_expired" {
  on    = "rx_lines",
  join  = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among = [[one_of(visit_type, "门诊", "急诊") and dispense_date ~= nil]],
  where = [[dispense_date > rx_date + p.rx_valid_days
            or dispense_date > default(valid_to, rx_date)
                               + choose(visit_type == "急诊", p.rx_emergency_grace_days, 0)]],
  level = [[choose(dispense_date > rx_date + p.rx_valid_days, "certain", "suspect")]],
  count = "rx_no",
  show  = { "rx_no", "rx_date", "valid_to", "dispense_date", "doctor_id", "s.on_duty_dept" },
  say   = "已调剂的门急诊处方{population}张中，{count}张调剂时已超过有效期",
}

-- RX-12  注明的有效期限超过最长期限。
rule "rx.validity_too_long" {
  on    = "rx_lines",
  join  = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among = [[one_of(visit_type, "门诊", "急诊") and valid_to ~= nil]],
  where = [[valid_to > rx_date + p.rx_valid_days]],
  count = "rx_no",
  show  = { "rx_no", "rx_date", "valid_to", "doctor_id", "s.on_duty_dept" },
  say   = "注明有效期限的门急诊处方{population}张中，{count}张的期限超过{p.rx_valid_days}天",
}

-- RX-13  未按通用名开具处方：处方上的药名和通用名谁也不含谁（“阿莫西林胶囊”含“阿莫西林”）。
-- 允许使用的专利药名、复方制剂名和习惯名称写在 p.rx_allowed_names 中。
rule "rx.not_generic_name" {
  on        = "rx_lines",
  join      = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among     = [[not is_tcm]],
  where     = [[given(generic_name ~= "", not contains(drug_name, generic_name)
                                          and not contains(generic_name, drug_name))
                and not one_of(drug_name, p.rx_allowed_names)]],
  count     = "rx_no",
  show      = { "rx_no", "rx_date", "doctor_id", "s.on_duty_dept", "drug_name", "generic_name" },
  certainty = "suspect",
  say       = "处方{population}张中，{count}张的药品没有使用通用名",
}

-- ---- 重复用药、疗程和剂量 RX-14 至 RX-16 ---------------------------------------------

-- RX-14  同一处方有两种以上药理作用相同的药品。溶媒等可以合用的类别除外（p.rx_combinable）。
rule "rx.same_class" {
  on        = "rx_lines",
  join      = { { as = "d", table = "drugs", on = { drug_code = "drug_code" } } },
  among     = [[one_of(visit_type, "门诊", "急诊") and not is_tcm
                and d.pharm_class ~= "" and not one_of(d.pharm_class, p.rx_combinable)]],
  group     = { "rx_no", "d.pharm_class" },
  having    = "distinct(d.generic_name) >= p.rx_same_class_min",
  show      = { "rx_no", "rx_date", "doctor_id", "d.pharm_class" },
  certainty = "suspect",
  say       = "门急诊处方按药理类别逐张核对{population}条，其中{count}条同时开具了"
           .. "{p.rx_same_class_min}种以上药品",
}

-- RX-14  同一处方重复开具同一种药品（通用名相同、编码不同）。不同规格配用也会这样，故为提醒。
rule "rx.same_drug_twice" {
  on        = "rx_lines",
  among     = [[one_of(visit_type, "门诊", "急诊") and not is_tcm and generic_name ~= ""]],
  group     = { "rx_no", "generic_name" },
  having    = "distinct(drug_code) > 1",
  show      = { "rx_no", "rx_date", "doctor_id", "generic_name" },
  certainty = "hint",
  say       = "门急诊处方按药品通用名逐张核对{population}条，其中{count}条以不同药品编码重复开具",
}

-- RX-15  每位患者每张处方上一种药品的用量。一张处方分几行开同一种药的，取天数最多的一行。
view "rx_supply" {
  on     = "rx_lines",
  among  = [[one_of(visit_type, "门诊", "急诊") and not is_tcm]],
  group  = { patient = "patient_id", drug = "drug_code", day = "rx_date", rx = "rx_no" },
  cols   = {
    supply  = "max(days)",
    reasons = [[count(extension_reason ~= "" and not one_of(extension_reason, p.no_reason_words))]],
  },
  titles = { supply = "用药天数" },
}

-- RX-15  疗程重叠：前面开的药还没有用完，又开同一种药。注明理由的除外。
rule "rx.overlap" {
  on        = "rx_supply",
  group     = { "patient", "drug" },
  sort      = { "day", "rx" },
  where     = [[day < prevmax(day + supply) - p.rx_overlap_grace_days and reasons == 0]],
  count     = "rx",
  show      = { "rx", "day", "patient", "drug", "supply" },
  certainty = "suspect",
  say       = "门急诊处方{population}张中，{count}张在原有药品剩余超过{p.rx_overlap_grace_days}日用量时"
           .. "重复开具同一药品",
}

-- RX-16  一日用量超过说明书最大量。单位相同的直接比较，克、毫克、微克按 p.rx_mass_units 换算。
-- “必要时”和持续给药算不出一日用量，不在范围内。注明理由的降为提醒。
rule "rx.over_daily_dose" {
  on        = "rx_lines",
  join      = { { as = "d", table = "drugs", on = { drug_code = "drug_code" } } },
  among     = [[not is_tcm and not one_of(freq, "必要时", "持续") and d.max_daily ~= nil]],
  where     = [[choose(dose_unit == d.max_daily_unit, dose,
                       dose * at(p.rx_mass_units, dose_unit) / at(p.rx_mass_units, d.max_daily_unit))
                * at(p.rx_freq_times, freq) > d.max_daily]],
  level     = [[choose(extension_reason == "" or one_of(extension_reason, p.no_reason_words),
                       "suspect", "hint")]],
  count     = "rx_no",
  show      = { "rx_no", "rx_date", "doctor_id", "drug_name", "dose", "dose_unit", "freq", "d.max_daily" },
  certainty = "suspect",
  say       = "有说明书最大量的药品处方{population}张中，{count}张一日用量超过最大量",
}

-- ---- 用药趋势 RX-17（只作提醒）------------------------------------------------------

-- RX-17  辅助用药金额占比。
rule "rx.adjuvant_share" {
  on        = "rx_lines",
  among     = [[not is_tcm]],
  group     = { "year(rx_date)", "month(rx_date)" },
  having    = [[sum(amount, drug_class == "辅助") * 100 > p.rx_adjuvant_percent * sum(amount)]],
  certainty = "hint",
  say       = "辅助用药逐月核对{population}个月，其中{count}个月的金额占药品金额的比例超过{p.rx_adjuvant_percent}%",
}

-- RX-17  药品费用占医疗费用的比例，不含中药饮片。
rule "rx.drug_income_share" {
  on        = "fee_lines",
  group     = { "year(fee_time)", "month(fee_time)" },
  having    = [[sum(amount, one_of(fee_class, "西药", "中成药")) * 100
                > p.rx_drug_income_percent * sum(amount)]],
  certainty = "hint",
  say       = "医疗费用逐月核对{population}个月，其中{count}个月的药品费用（不含中药饮片）占医疗费用的比例超过"
           .. "{p.rx_drug_income_percent}%",
}

-- RX-17  辅助用药集中在少数医师：前几名医师开具的行数占比过高。
rule "rx.adjuvant_concentrated" {
  on        = "rx_lines",
  among     = [[drug_class == "辅助"]],
  group     = { "year(rx_date)", "month(rx_date)" },
  having    = [[count() >= p.rx_trend_min_lines and distinct(doctor_id) > 2 * p.rx_top_n
                and top(doctor_id, p.rx_top_n) * 100 > p.rx_top_percent * count()]],
  certainty = "hint",
  say       = "辅助用药逐月核对{population}个月，其中{count}个月超过{p.rx_top_percent}%由开具最多的"
           .. "{p.rx_top_n}名医师开具",
}

-- RX-17  每名医师的处方数和张均金额（四舍五入到分）。
view "rx_doctor" {
  on     = "rx_lines",
  among  = [[one_of(visit_type, "门诊", "急诊") and not is_tcm]],
  group  = { doctor = "doctor_id" },
  cols   = {
    prescriptions = "distinct(rx_no)",
    average       = "round(sum(amount) / distinct(rx_no), 2)",
  },
  titles = { prescriptions = "处方数", average = "张均金额" },
}

measure "rx.doctor_mean" {
  on = "rx_doctor", among = [[prescriptions >= p.rx_doctor_min_rx]], value = "round(avg(average), 2)",
}

measure "rx.doctor_sd" {
  on = "rx_doctor", among = [[prescriptions >= p.rx_doctor_min_rx]], value = "sd(average)",
}

-- RX-17  医师张均处方金额明显高于同院医师（超过平均值加若干倍标准差）。
rule "rx.doctor_outlier" {
  on        = "rx_doctor",
  join      = { { as = "s", table = "staff", on = { doctor = "staff_id" } } },
  among     = [[prescriptions >= p.rx_doctor_min_rx]],
  where     = [[average > m["rx.doctor_mean"] + m["rx.doctor_sd"] * p.rx_outlier_sd]],
  show      = { "doctor", "s.on_duty_dept", "prescriptions", "average" },
  certainty = "hint",
  say       = "处方满{p.rx_doctor_min_rx}张的医师{population}名中，{count}名张均金额超过平均值"
           .. "（{m.rx.doctor_mean}元）加{p.rx_outlier_sd}倍标准差",
}

-- ---- 处方保存 RX-90 ------------------------------------------------------------------

-- RX-90  处方未满保存期限就销毁。年数由处方种类决定（p.rx_keep_years），满几年按日期算，
-- 不按天数：2022年5月1日的处方保存1年，2023年5月1日起才可以销毁。
rule "rx.destroyed_early" {
  on    = "archives",
  among = [[at(p.rx_keep_years, kind) ~= nil and destroyed_date ~= nil]],
  where = [[year(destroyed_date) * 10000 + month(destroyed_date) * 100 + day(destroyed_date)
            < (year(period_to) + at(p.rx_keep_years, kind)) * 10000
              + month(period_to) * 100 + day(period_to)]],
  show  = { "archive_no", "kind", "period_to", "destroyed_date" },
  say   = "已销毁的处方{population}批中，{count}批未满保存期限",
}

-- RX-90  归档时登记的保存期限短于规定，到期就会提前销毁。
rule "rx.kept_too_short" {
  on    = "archives",
  among = [[at(p.rx_keep_years, kind) ~= nil and destroyed_date == nil and keep_until ~= nil]],
  where = [[year(keep_until + 1) * 10000 + month(keep_until + 1) * 100 + day(keep_until + 1)
            < (year(period_to) + at(p.rx_keep_years, kind)) * 10000
              + month(period_to) * 100 + day(period_to)]],
  show  = { "archive_no", "kind", "period_to", "keep_until" },
  say   = "登记了保存期限的在库处方{population}批中，{count}批的期限短于规定",
}
