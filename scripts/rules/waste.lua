-- 医疗废物规则 WST：从医疗废物登记能算出的问题。
--
-- 丢弃、买卖、混放看不出，只能从重量对不上得到线索；污水处理要看监测记录，由检查项提问。

-- WST-01  暂时贮存超过规定时间。还没有移交的，算到检查时段的最后一天（不晚于业务日期），按整日计算。
rule "waste.stored_too_long" {
  on    = "waste_log",
  where = [[choose(collected_at == nil,
                   days(stored_from, min(today, default(period.to, today))) * 24,
                   hours(stored_from, collected_at)) > p.waste_max_hours]],
  show  = { "batch", "source_dept", "class", "stored_from", "collected_at" },
  say   = "医疗废物登记{population}批中，{count}批暂存超过{p.waste_max_hours}小时",
}

-- WST-02  登记缺项：来源、种类、重量或者数量、交接时间、处置方法、最终去向、经办人签名，七项
-- 缺一不可。还没有移交的，处置方法和最终去向可以暂缺。
rule "waste.incomplete_record" {
  on    = "waste_log",
  where = [[source_dept == "" or class == nil
            or (weight == nil and quantity == nil)
            or handed_at == nil or signer == ""
            or (collected_at ~= nil and (disposal_method == "" or receiver == ""))]],
  show  = { "batch", "source_dept", "class", "weight", "handed_at",
            "disposal_method", "receiver", "signer" },
  say   = "医疗废物登记{population}批中，{count}批登记不全（应当登记来源、种类、重量或者数量、交接时间、"
       .. "处置方法、最终去向、经办人签名）",
}

-- WST-02  重量出入不平：科室交出的和交给处置单位的，相差超过允许的比例。
rule "waste.weight_differs" {
  on        = "waste_log",
  among     = [[weight ~= nil and weight_out ~= nil]],
  where     = [[abs(weight - weight_out) > weight * p.waste_weight_percent / 100]],
  certainty = "suspect",
  show      = { "batch", "source_dept", "class", "weight", "weight_out", "collected_at" },
  say       = "登记了交接和转运重量的医疗废物{population}批中，{count}批"
           .. "两次重量相差超过{p.waste_weight_percent}%",
}

-- WST-03  登记资料没有保存到规定年限就销毁（或者遗失）了。满几年按日期算，不按天数。
rule "waste.destroyed_early" {
  on    = "archives",
  among = [[kind == "医疗废物登记"]],
  where = [[destroyed_date ~= nil
            and year(destroyed_date) * 10000 + month(destroyed_date) * 100 + day(destroyed_date)
                < (year(period_to) + p.waste_keep_years) * 10000
                  + month(period_to) * 100 + day(period_to)]],
  show  = { "archive_no", "period_from", "period_to", "destroyed_date" },
  say   = "医疗废物登记资料{population}批中，{count}批保存不满{p.waste_keep_years}年就销毁或遗失",
}
