-- 投诉举报规则 COM：实名举报要件件反馈。
--
-- 是否件件调查、结论是否属实，要看核查材料，由检查项提问。

-- COM-01  实名举报反馈率。还在反馈期限以内、没有反馈的，不计入应反馈件数。
rule "complaint.reply_rate" {
  on    = "complaints",
  among = [[real_name and (replied_at ~= nil
            or days(received_at, today) > p.complaint_reply_days)]],
  rate  = [[replied_at ~= nil]],
  below = "p.complaint_reply_percent / 100",
  say   = "应反馈的实名举报{whole}件中已反馈{part}件，反馈率{rate}，"
       .. "低于{p.complaint_reply_percent}%",
}

-- COM-01  实名举报逾期反馈，或者逾期仍未反馈，逐件列出。
rule "complaint.late" {
  on    = "complaints",
  among = [[real_name]],
  where = [[days(received_at, default(replied_at, today)) > p.complaint_reply_days]],
  show  = { "no", "received_at", "category", "replied_at" },
  say   = "实名举报{population}件中，{count}件超过{p.complaint_reply_days}日没有反馈",
}
