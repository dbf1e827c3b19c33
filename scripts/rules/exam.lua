-- 检查规则 EX：从检查申请单能看出的不合理检查、互认不认、未经同意的特殊检查。
--
-- 检查是否必要，要由临床专家看病历判断，所以这里多是“可疑”或“提醒”。“无”“同上”一类
-- 的文字等于没有写（p.exam_no_reason_words）。申请单与收入挂钩（EX-05）从数据中看不出，
-- 由检查项提问。

-- P04  大型检查（p.large_modalities）的申请单没有写检查指征。
rule "exam.no_indication" {
  on    = "exam_requests",
  join  = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among = [[one_of(modality, p.large_modalities)]],
  where = [[(indication_text == "" or one_of(indication_text, p.exam_no_reason_words))]],
  show  = { "req_no", "req_time", "doctor_id", "s.on_duty_dept", "item_name" },
  say   = "大型检查申请{population}项中，{count}项未写明检查指征",
}

-- EX-01（同日）  同一患者同一天同一项目申请了两次以上。复查、改单也会这样，故为提醒。
rule "exam.same_day" {
  on        = "exam_requests",
  group     = { "patient_id", "item_code", "date(req_time)" },
  having    = "distinct(req_no) > 1",
  show      = { "patient_id", "item_name", "req_time" },
  certainty = "hint",
  say       = "检查申请按患者和项目逐日核对{population}条，其中{count}条重复申请",
}

-- EX-01  同一患者、同一项目和部位，在规定天数内又做了一次，申请单没有写新的指征。
-- 每类检查的天数见 p.exam_repeat_days，没有列入的类型不看；只看已经做了的检查。
-- 住院和急诊按病情变化复查，只作提醒。
rule "exam.repeated" {
  on        = "exam_requests",
  join      = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among     = [[at(p.exam_repeat_days, modality) ~= nil and exec_time ~= nil]],
  group     = { "patient_id", "item_code", [[default(body_part, "未注明")]] },
  sort      = "req_time",
  where     = [[days(prev.req_time, req_time) <= at(p.exam_repeat_days, modality)
                and req_no ~= prev.req_no
                and (indication_text == "" or one_of(indication_text, p.exam_no_reason_words)
                     or indication_text == prev.indication_text)]],
  level     = [[choose(visit_type ~= nil and visit_type == "门诊", "suspect", "hint")]],
  show      = { "req_no", "req_time", "patient_id", "s.on_duty_dept", "item_name", "body_part" },
  certainty = "suspect",
  say       = "检查{population}项中，{count}项在规定天数内重复检查且未写明新的指征",
}

-- EX-02  互认项目有外院结果、又在有效天数内，仍重做了检查，没有写不予互认的理由。
-- 登记为已经互认、却又做了的，两项登记互相矛盾，要核对，降为可疑。
rule "exam.not_recognised" {
  on    = "exam_requests",
  join  = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among = [[mutual_item and outside_result_id ~= "" and exec_time ~= nil
            and days(outside_result_time, req_time) >= 0
            and days(outside_result_time, req_time) <= at(p.exam_recognition_days, modality)]],
  where = [[refuse_reason == "" or one_of(refuse_reason, p.exam_no_reason_words)]],
  level = [[choose(default(recognised_flag, false), "suspect", "certain")]],
  show  = { "req_no", "req_time", "s.on_duty_dept", "item_name", "outside_result_id" },
  say   = "有效期内有外院结果而重做的互认项目{population}项中，{count}项未写明不予互认的理由",
}

-- EX-03  特殊检查做了，没有知情同意书编号。纸质同意书可能没有录入，故为可疑。
rule "exam.no_consent" {
  on        = "exam_requests",
  join      = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among     = [[exec_time ~= nil and (one_of(modality, p.exam_special_modalities)
                or contains_any(item_name, p.exam_special_words))]],
  where     = [[consent_no == "" or one_of(consent_no, p.exam_no_reason_words)]],
  show      = { "req_no", "exec_time", "s.on_duty_dept", "item_name" },
  certainty = "suspect",
  say       = "特殊检查{population}项中，{count}项没有知情同意书编号",
}

-- EX-03  知情同意书签署在检查之后，是事后补签。急诊抢救另按规定，故为可疑。
rule "exam.late_consent" {
  on    = "exam_requests",
  join  = { { as = "c", table = "consents", on = { consent_no = "consent_no" }, match = "inner" } },
  among = [[consent_no ~= "" and exec_time ~= nil
            and (one_of(modality, p.exam_special_modalities)
                 or contains_any(item_name, p.exam_special_words))]],
  where = [[c.signed_at > exec_time]],
  level = [[choose(visit_type ~= nil and visit_type ~= "急诊", "certain", "suspect")]],
  show  = { "req_no", "exec_time", "c.signed_at", "item_name" },
  say   = "有同意书的特殊检查{population}项中，{count}项同意书签署在检查之后",
}

-- EX-04  大型检查阳性率偏低。只作趋势提醒：例数少于 p.exam_min_cases 时不判断。
rule "exam.low_positive" {
  on        = "exam_requests",
  among     = [[one_of(modality, p.large_modalities)]],
  rate      = "result_positive",
  below     = "p.exam_min_positive_percent / 100",
  min_n     = "p.exam_min_cases",
  certainty = "hint",
  say       = "大型检查{whole}例中阳性{part}例，阳性率{rate}，低于{p.exam_min_positive_percent}%",
}

-- EX-04（分设备）  某一类大型检查的阳性率偏低。
rule "exam.low_positive_modality" {
  on        = "exam_requests",
  among     = [[one_of(modality, p.large_modalities)]],
  group     = "modality",
  rate      = "result_positive",
  below     = "p.exam_min_positive_percent / 100",
  min_n     = "p.exam_min_cases",
  certainty = "hint",
  say       = "达到统计例数的大型检查{population}类中，{count}类的阳性率低于{p.exam_min_positive_percent}%",
}

-- EX-04（分医师）  某一名医师开的大型检查阳性率偏低。
rule "exam.low_positive_doctor" {
  on        = "exam_requests",
  join      = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among     = [[one_of(modality, p.large_modalities)]],
  group     = "doctor_id",
  rate      = "result_positive",
  below     = "p.exam_min_positive_percent / 100",
  min_n     = "p.exam_min_cases",
  show      = { "doctor_id", "s.on_duty_dept" },
  certainty = "hint",
  say       = "达到统计例数的开单医师{population}名中，{count}名的大型检查阳性率低于{p.exam_min_positive_percent}%",
}

-- EX-06  临床路径管理率＝入径出院人数÷出院人数。
rule "exam.low_pathway" {
  on    = "admissions",
  among = [[discharge_time ~= nil]],
  rate  = "path_flag",
  below = "p.pathway_min_percent / 100",
  say   = "出院患者{whole}人中，进入临床路径管理{part}人，管理率{rate}，低于{p.pathway_min_percent}%",
}
