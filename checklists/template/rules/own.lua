-- 本方案自己的规则。规则的编号是“文件名.名称”：本文件叫 own.lua，规则就叫 own.…。
-- 现成的规则（rx.over_days 等）不必重写，检查项里直接写它的编号。
--
-- on     查哪张表（rx_lines 处方明细）
-- among  查哪些行，它们的数目就是报告里的分母
-- where  其中哪些行有问题；p.… 是 plan.yaml 里的参数
-- count  按什么计数：一张处方有几行，仍算一张

rule "own.over_days" {                   -- 门诊处方超过规定日数且未注明理由（方案二（一））
  on    = "rx_lines",
  among = [[visit_type == "门诊" and not is_tcm]],
  where = [[days > p.rx_max_days and extension_reason == ""]],
  count = "rx_no",
  show  = { "rx_no", "doctor_id", "days" },
  say   = "门诊处方{population}张中，{count}张用量超过{p.rx_max_days}日且未注明理由",
}
