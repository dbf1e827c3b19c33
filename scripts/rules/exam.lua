-- 检查规则 EX：从检查申请单能看出的不合理检查。
--
-- 这些数据只能提示：检查是否必要，要由临床专家看病历判断。申请单与收入挂钩
-- （EX-05）从数据中看不出，由检查项提问。

-- 大型检查（p.large_modalities）的申请单没有写检查指征。
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
  say       = "同一患者同日申请的检查项目{population}组中，{count}组重复申请",
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
