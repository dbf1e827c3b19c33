-- 住院规则 ADM：从住院登记、床日、费用和透析机记录能看出的虚假住院、诱导住院。
--
-- 是否确有必要住院、人是否真在病房，要看病历、护理记录并走访患者，所以这里多是“可疑”
-- 或“提醒”；费用与记录直接矛盾的，才是“明确”。

-- ADM-01  分解住院：同一患者出院后短期内又因同一类诊断（编码前三位相同）入院，不论中间有没有
-- 别的住院。按疗程的放化疗、透析等（p.admission_cycle_codes）和计划内再入院不在范围内；前一次
-- 医嘱转院（转到上级医院，再转回来）的不算；急诊入院的降为提醒。两次的入院时间相同，以住院号为序。
rule "admission.split" {
  on        = "admissions",
  among     = [[not default(planned_flag, false) and not starts(main_dx, p.admission_cycle_codes)]],
  join      = { { as = "a", table = "admissions", match = "any", on = { patient_id = "patient_id" },
                  when = [[(a.admit_time < admit_time
                            or a.admit_time == admit_time and a.encounter_id < encounter_id)
                           and (a.discharge_way == nil
                                or not one_of(a.discharge_way, "医嘱转院", "死亡"))]] } },
  where     = [[left(main_dx, 3) == left(a.main_dx, 3)
                and days(a.discharge_time, admit_time) >= 0
                and days(a.discharge_time, admit_time) <= p.admission_split_days]],
  level     = [[choose(admit_path == "急诊", "hint", "suspect")]],
  show      = { "encounter_id", "patient_id", "admit_time", "dept", "main_dx",
                "a.encounter_id", "a.discharge_time" },
  certainty = "suspect",
  say       = "住院{population}人次中，{count}人次在出院后{p.admission_split_days}日内因同类诊断再次入院",
}

-- ---- 挂床住院 ----------------------------------------------------------------------

-- 每次住院有几天有检查、化验、治疗、用药等服务。只有床位、护理、诊察费的，不算有服务。
view "admission_service" {
  on     = "fee_lines",
  among  = [[visit_type == "住院" and qty > 0]],
  group  = { enc = "encounter_id" },
  cols   = { days = "distinct(date(fee_time), not one_of(fee_class, p.admission_board_classes))" },
  titles = { days = "有诊疗的天数" },
}

-- 每次住院的床日记录：共几夜，几夜有人，几夜既不在院又没有请假。
view "admission_nights" {
  on     = "bed_daily",
  group  = { enc = "encounter_id" },
  cols   = { nights  = "count()",
             present = "count(present)",
             absent  = "count(not present and not default(leave_flag, false))" },
  titles = { nights = "床日数", present = "在院夜数", absent = "离院夜数" },
}

-- 每次住院收了几天床位费。
view "admission_bed_fee" {
  on     = "fee_lines",
  among  = [[visit_type == "住院" and fee_class == "床位"]],
  group  = { enc = "encounter_id" },
  cols   = { qty = "sum(qty)", amount = "sum(amount)" },
  titles = { qty = "床位费天数", amount = "床位费" },
}

-- ADM-02  挂床：住院满规定天数，其中多日没有任何检查、化验、治疗、用药。请假的天数除外。
rule "admission.idle_days" {
  on        = "admissions",
  join      = { { as = "s", table = "admission_service", on = { encounter_id = "enc" } } },
  among     = [[discharge_time ~= nil and days(admit_time, discharge_time) >= p.admission_phantom_days]],
  where     = [[days(admit_time, discharge_time) - default(leave_nights, 0) - default(s.days, 0)
                >= p.admission_idle_days]],
  show      = { "encounter_id", "admit_time", "discharge_time", "dept", "bed", "s.days" },
  certainty = "suspect",
  say       = "住院满{p.admission_phantom_days}日的{population}人次中，{count}人次有{p.admission_idle_days}日以上没有任何诊疗项目",
}

-- ADM-02  挂床：夜间不在院，又没有批准请假的记录。
rule "admission.absent_nights" {
  on        = "admissions",
  join      = { { as = "n", table = "admission_nights", on = { encounter_id = "enc" }, match = "inner" } },
  among     = [[n.nights >= p.admission_phantom_days]],
  where     = [[n.absent >= p.admission_absent_nights]],
  show      = { "encounter_id", "admit_time", "discharge_time", "dept", "bed", "n.nights", "n.absent" },
  certainty = "suspect",
  say       = "有床日记录、住院满{p.admission_phantom_days}日的{population}人次中，{count}人次有{p.admission_absent_nights}夜以上不在院且未请假",
}

-- ADM-02  床位费的天数多于实际在院的夜数。只多1日的（出入院当日的算法）和批准请假的降为可疑。
rule "admission.bed_fee_nights" {
  on     = "admissions",
  join   = { { as = "b", table = "admission_bed_fee", on = { encounter_id = "enc" }, match = "inner" },
             { as = "n", table = "admission_nights", on = { encounter_id = "enc" }, match = "inner" } },
  among  = [[discharge_time ~= nil and b.qty > 0]],
  where  = [[b.qty > max(1, n.present)]],
  level  = [[choose(b.qty - max(1, n.present) <= 1 + default(leave_nights, 0), "suspect", "certain")]],
  show   = { "encounter_id", "dept", "admit_time", "discharge_time", "b.qty", "n.present" },
  amount = "round(b.amount * (b.qty - max(1, n.present)) / b.qty, 2)",
  say    = "有床日记录的出院患者{population}人次中，{count}人次的床位费天数多于在院夜数，多收{amount}元",
}

-- 每次住院做了几项手术操作。
view "admission_operations" {
  on     = "procedures",
  group  = { enc = "encounter_id" },
  cols   = { n = "count()" },
  titles = { n = "手术操作数" },
}

-- ADM-02  当日入院、当日出院。做了手术操作的（日间手术）、急诊入院的、死亡和医嘱转院的不算。
rule "admission.same_day" {
  on        = "admissions",
  join      = { { as = "t", table = "admission_operations", on = { encounter_id = "enc" } } },
  among     = [[discharge_time ~= nil and t.n == nil and (admit_path == nil or admit_path ~= "急诊")
                and (discharge_way == nil or not one_of(discharge_way, "死亡", "医嘱转院"))]],
  where     = [[date(admit_time) == date(discharge_time)]],
  show      = { "encounter_id", "admit_time", "discharge_time", "dept", "main_dx", "total_fee" },
  certainty = "hint",
  say       = "没有手术操作的非急诊出院患者{population}人次中，{count}人次当日入院当日出院",
}

-- ---- 低标准入院 --------------------------------------------------------------------

-- 每次住院的费用构成。
view "admission_fees" {
  on     = "fee_lines",
  among  = [[visit_type == "住院"]],
  group  = { enc = "encounter_id" },
  cols   = { total     = "sum(amount)",
             exams     = "sum(amount, one_of(fee_class, p.admission_exam_classes))",
             treatment = "sum(amount, one_of(fee_class, p.admission_treatment_classes))" },
  titles = { total = "总费用", exams = "检查化验费", treatment = "治疗用药费" },
}

-- ADM-03  低标准入院：检查、化验费用占了大部分。完全没有治疗和用药的是可疑，其余只作提醒。
rule "admission.exams_only" {
  on        = "admissions",
  join      = { { as = "f", table = "admission_fees", on = { encounter_id = "enc" }, match = "inner" } },
  among     = [[discharge_time ~= nil and f.total > 0]],
  where     = [[f.exams * 100 >= f.total * p.admission_exam_percent]],
  level     = [[choose(f.treatment <= 0, "suspect", "hint")]],
  show      = { "encounter_id", "dept", "main_dx", "f.total", "f.exams", "f.treatment" },
  amount    = "f.total",
  certainty = "suspect",
  say       = "出院患者{population}人次中，{count}人次检查、化验费用占{p.admission_exam_percent}%以上，总费用{amount}元",
}

-- ADM-03  体检住院：主要诊断是健康检查（p.admission_checkup_codes），用医保结算。
rule "admission.checkup" {
  on        = "admissions",
  among     = [[discharge_time ~= nil and one_of(ins_type, "职工", "居民")]],
  where     = [[given(main_dx ~= "", starts(main_dx, p.admission_checkup_codes))]],
  show      = { "encounter_id", "admit_time", "dept", "main_dx", "total_fee" },
  amount    = "total_fee",
  certainty = "suspect",
  say       = "医保患者出院{population}人次中，{count}人次的主要诊断是健康检查，总费用{amount}元",
}

-- ---- 冒名就医、集中诱导 ------------------------------------------------------------

-- ADM-04  冒名住院：住院使用的卡不是患者本人登记的卡。新生儿可以用母亲的卡，不在范围内。
rule "admission.card_of_other" {
  on        = "admissions",
  join      = { { as = "b", table = "patients", on = { patient_id = "patient_id" }, match = "inner" } },
  among     = [[card_id ~= "" and b.card_id ~= "" and (age == nil or age > 0)]],
  where     = [[card_id ~= b.card_id]],
  show      = { "encounter_id", "patient_id", "admit_time", "dept" },
  certainty = "suspect",
  say       = "刷卡住院{population}人次中，{count}人次的卡不是患者本人登记的卡",
}

-- ADM-04  持卡人正在住院，卡又在门诊使用。
rule "admission.card_used_outside" {
  on        = "visits",
  join      = { { as = "a", table = "admissions", on = { card_id = "card_id" }, match = "any" } },
  among     = [[card_id ~= ""]],
  where     = [[visit_date > date(a.admit_time)
                and (a.discharge_time == nil or visit_date < date(a.discharge_time))]],
  show      = { "encounter_id", "patient_id", "visit_date", "dept" },
  certainty = "suspect",
  say       = "刷卡就诊的门急诊{population}人次中，{count}人次就诊时持卡人正在住院",
}

-- ADM-04  留存盗刷：同一张卡短时间内在不同科室就诊。一次挂几个号也会这样，故为提醒。
rule "admission.card_twice" {
  on        = "visits",
  among     = [[card_id ~= ""]],
  group     = "card_id",
  sort      = "visit_time",
  where     = [[minutes(prev.visit_time, visit_time) < p.admission_card_minutes and dept ~= prev.dept]],
  show      = { "encounter_id", "patient_id", "visit_time", "dept" },
  certainty = "hint",
  say       = "刷卡就诊的门急诊{population}人次中，{count}人次在{p.admission_card_minutes}分钟内用同一张卡在另一科室就诊",
}

-- ADM-04（医共体）  同一张卡短时间内在两家机构就诊。要把几家机构的就诊登记合在一起。
rule "admission.card_two_places" {
  on        = "visits",
  among     = [[card_id ~= "" and facility_no ~= ""]],
  group     = "card_id",
  sort      = "visit_time",
  where     = [[minutes(prev.visit_time, visit_time) < p.admission_travel_minutes and facility_no ~= prev.facility_no]],
  show      = { "encounter_id", "patient_id", "visit_time", "facility_no", "dept" },
  certainty = "suspect",
  say       = "刷卡就诊的门急诊{population}人次中，{count}人次在{p.admission_travel_minutes}分钟内用同一张卡在另一机构就诊",
}

-- ADM-04  项目与患者性别矛盾：女性项目记在男患者名下，或者相反。住院的和门诊的各看一次。
rule "admission.sex_conflict" {
  on        = "fee_lines",
  join      = { { as = "b", table = "admissions", on = { encounter_id = "encounter_id" }, match = "inner" } },
  among     = [[qty > 0 and not contains_any(item_name, p.admission_neutral_words)
                and (contains_any(item_name, p.admission_female_words)
                     or contains_any(item_name, p.admission_male_words))]],
  where     = [[b.sex == "男" and contains_any(item_name, p.admission_female_words)
                or b.sex == "女" and contains_any(item_name, p.admission_male_words)]],
  show      = { "bill_no", "encounter_id", "b.sex", "fee_time", "item_name", "amount" },
  amount    = "amount",
  certainty = "suspect",
  say       = "住院分性别的收费项目{population}笔中，{count}笔与患者性别矛盾，涉及{amount}元",
}

rule "admission.sex_conflict_visit" {
  on        = "fee_lines",
  join      = { { as = "b", table = "visits", on = { encounter_id = "encounter_id" }, match = "inner" } },
  among     = [[qty > 0 and not contains_any(item_name, p.admission_neutral_words)
                and (contains_any(item_name, p.admission_female_words)
                     or contains_any(item_name, p.admission_male_words))]],
  where     = [[b.sex == "男" and contains_any(item_name, p.admission_female_words)
                or b.sex == "女" and contains_any(item_name, p.admission_male_words)]],
  show      = { "bill_no", "encounter_id", "b.sex", "fee_time", "item_name", "amount" },
  amount    = "amount",
  certainty = "suspect",
  say       = "门急诊分性别的收费项目{population}笔中，{count}笔与患者性别矛盾，涉及{amount}元",
}

-- ADM-05  集中诱导：同一村（社区）的多人同日由同一医师收治入院。急诊入院的（如群体事件）不算。
rule "admission.same_village" {
  on        = "admissions",
  among     = [[address_hash ~= "" and (admit_path == nil or admit_path ~= "急诊")]],
  group     = { "address_hash", "date(admit_time)", "doctor_id" },
  having    = "distinct(patient_id) >= p.admission_village_persons",
  show      = { "admit_time", "doctor_id", "dept" },
  certainty = "hint",
  say       = "住院登记按患者所在村（社区）、入院日期和收治医师分为{population}组，其中{count}组达到{p.admission_village_persons}人",
}

-- ---- 假血透 ------------------------------------------------------------------------

-- 每名患者每月收了几次透析费，机器上有几次记录。透析联合灌流也是透析，单纯灌流不是；连续性血液
-- 净化按小时收费，与次数无关，两边都不计。
view "admission_dialysis_fee" {
  on     = "fee_lines",
  among  = [[one_of(fee_class, p.admission_dialysis_classes) and contains_any(item_name, p.admission_dialysis_words)
             and not contains_any(item_name, p.admission_continuous_words)]],
  group  = { patient = "patient_id", month = "year(fee_time) * 100 + month(fee_time)" },
  cols   = { qty = "sum(qty)", amount = "sum(amount)" },
  titles = { month = "年月", qty = "透析收费次数", amount = "透析费" },
}
view "admission_dialysis_log" {
  on     = "machine_log",
  among  = [[one_of(kind, p.admission_dialysis_words)]],
  group  = { patient = "patient_id", month = "year(start_time) * 100 + month(start_time)" },
  cols   = { sessions = "count()" },
  titles = { month = "年月", sessions = "上机次数" },
}

-- ADM-06  假血透：某月收的透析次数多于该患者在透析机上的次数。只多1次的（可能月底上机、
-- 月初记账）降为可疑。
rule "admission.dialysis_sessions" {
  on     = "admission_dialysis_fee",
  join   = { { as = "g", table = "admission_dialysis_log", on = { patient = "patient", month = "month" } } },
  among  = [[qty > 0]],
  where  = [[qty > default(g.sessions, 0)]],
  level  = [[choose(qty - default(g.sessions, 0) > 1, "certain", "suspect")]],
  show   = { "patient", "month", "qty", "g.sessions" },
  amount = "round(amount * (qty - default(g.sessions, 0)) / qty, 2)",
  say    = "透析收费逐人逐月核对{population}条，其中{count}条收费次数多于上机次数，多收{amount}元",
}

-- 每年共收了几次透析费，领用了几支透析器（科室退库的除去）。
view "admission_dialysis_year" {
  on     = "admission_dialysis_fee",
  group  = { year = "floor(month / 100)" },
  cols   = { qty = "sum(qty)" },
  titles = { year = "年度", qty = "透析收费次数" },
}
view "admission_dialysers" {
  on     = "stock_moves",
  among  = [[one_of(move_type, "出库", "退库") and contains_any(item_name, p.admission_dialyser_words)]],
  group  = { year = "year(date)" },
  cols   = { qty = "sum(out_qty)" },
  titles = { year = "年度", qty = "领用透析器数" },
}

-- ADM-06  假血透：透析次数多于领用的透析器。透析器一人一次一支；期初科室库存会有少量出入。
rule "admission.dialysers" {
  on        = "admission_dialysis_year",
  join      = { { as = "k", table = "admission_dialysers", on = { year = "year" } } },
  among     = [[qty > 0]],
  where     = [[qty > default(k.qty, 0) * (1 + p.admission_dialyser_tolerance / 100)]],
  show      = { "year", "qty", "k.qty" },
  certainty = "suspect",
  say       = "透析收费逐年核对{population}个年度，其中{count}个年度的收费次数多于领用的透析器数量",
}
