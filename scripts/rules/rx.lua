-- 处方规则 RX：处方管理办法（2007年卫生部令第53号）和各地方案中的处方要求。
--
-- 从处方明细能算出的，在这里算；“病情是否需要”“是否按患者要求开药”要看病历，
-- 由检查项提问。“无”“/”一类的文字等于没有写理由（p.no_reason_words）。中药饮片单独开方，不计天数和品种（among 中的 not is_tcm）。

-- RX-01  普通处方用量超过规定天数，又未注明理由。
-- 老年患者另按 RX-03 判断，因此这里只看 p.elder_age 岁以下的患者。
rule "rx.over_days" {
  on    = "rx_lines",
  join  = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among = [[visit_type == "门诊" and not is_tcm and age < p.elder_age]],
  where = [[days > p.rx_max_days and not chronic_flag
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
  where = [[days > p.rx_max_days_emergency and not chronic_flag
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
