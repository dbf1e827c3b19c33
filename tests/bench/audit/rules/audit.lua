-- Twelve rules over prescription lines: rows, joined rows, groups, rows in their order.

local shown = { "rx_id", "rx_date", "prescriber_id" }

-- R1, R2  用量超过规定天数，没有注明理由。
rule "audit.outpatient_days" {
  on    = "rx",
  where = [[visit_type == "门诊" and take_days > p.outpatient_days and reason == ""]],
  show  = shown,
}
rule "audit.emergency_days" {
  on    = "rx",
  where = [[visit_type == "急诊" and take_days > p.emergency_days and reason == ""]],
  show  = shown,
}

-- R3  一张处方的药品种数。
rule "audit.many_drugs" {
  on = "rx", group = "rx_id", having = "distinct(drug_code) > p.most_drugs", show = shown,
}

-- R4  开方的人不在人员名单里。
rule "audit.unknown_prescriber" {
  on   = "rx",
  join = { { as = "s", table = "prescribers", on = { prescriber_id = "prescriber_id" }, match = "none" } },
  show = shown,
}

-- R5  开方那天执业证已经过期。
rule "audit.expired" {
  on    = "rx",
  join  = { { as = "s", table = "prescribers", on = { prescriber_id = "prescriber_id" }, match = "inner" } },
  where = "s.licence_expiry < rx_date",
  show  = shown,
}

-- R6  开方科室和本人科室不同。
rule "audit.other_department" {
  on    = "rx",
  join  = { { as = "s", table = "prescribers", on = { prescriber_id = "prescriber_id" }, match = "inner" } },
  where = [[department ~= "" and s.dept ~= department]],
  show  = shown,
}

-- R7  单价超过限价。
rule "audit.over_price" {
  on    = "rx",
  join  = { { as = "c", table = "price", on = { drug_code = "drug_code" }, match = "inner" } },
  where = "qty > 0 and amount > 0 and amount / qty > c.ceiling",
  show  = shown,
}

-- R8  金额、数量应当是正数。
rule "audit.not_positive" { on = "rx", where = "amount <= 0 or qty <= 0", show = shown }

-- R9  距同一患者同一药品的上一次不超过规定天数。
rule "audit.again" {
  on    = "rx",
  group = { "patient_id", "drug_code" },
  sort  = "rx_date",
  where = "rx_date - prev.rx_date <= p.again_days",
  show  = shown,
}

-- R10  急诊开管制药品的天数。
rule "audit.controlled" {
  on    = "rx",
  join  = { { as = "c", table = "price", on = { drug_code = "drug_code" }, match = "inner" } },
  where = [[c.controlled and visit_type == "急诊" and take_days > p.emergency_controlled_days]],
  show  = shown,
}

-- R11  同一患者一日的金额。
rule "audit.large_sums" {
  on = "rx", group = { "patient_id", "rx_date" }, having = "sum(amount) > p.most_a_day",
}

-- R12  科室空缺。
rule "audit.no_department" { on = "rx", where = [[department == ""]], show = shown }
