-- 次数要求规则 QTA：方案规定每年、每半年、每月至少开展几次的会议、学习和检查。
--
-- 数据是会议和活动记录。按主题里的词数次数，主题写法不同的会漏数，因此为可疑；按会议类型数的是
-- 明确的。会议是否研究了实质问题、学习是否走过场，由检查项提问。还没有过完的周期不计。

-- QTA-01  党组（党委）会专题听取党风廉政建设汇报、分析研究，全年不少于2次。
rule "quota.integrity_research" {
  on        = "meetings",
  among     = [[one_of(kind, "党组会", "专题会") and contains_any(topic, p.quota_integrity_words)]],
  quota     = { per = "year", at_least = "p.quota_research_per_year", date = "date" },
  certainty = "suspect",
  say       = "党风廉政建设专题研究应查{population}个年度，{count}个年度不足{p.quota_research_per_year}次",
}

-- QTA-01  主要领导听取班子成员党风廉政建设情况汇报，每年1次。
rule "quota.leader_hears_reports" {
  on        = "meetings",
  among     = [[contains_any(topic, p.quota_integrity_words) and contains_any(topic, "听取", "汇报")]],
  quota     = { per = "year", at_least = "p.quota_hearings_per_year", date = "date" },
  certainty = "suspect",
  say       = "主要领导听取班子成员汇报应查{population}个年度，"
           .. "{count}个年度不足{p.quota_hearings_per_year}次",
}

-- QTA-01  班子成员每半年分析1次职责范围内的党风廉政建设工作。
rule "quota.members_analyse" {
  on        = "meetings",
  among     = [[contains_any(topic, p.quota_integrity_words) and contains_any(topic, "分析", "研判")]],
  quota     = { per = "half_year", at_least = "p.quota_analyses_per_half_year", date = "date" },
  certainty = "suspect",
  say       = "班子成员党风廉政建设分析应查{population}个半年度，"
           .. "{count}个半年度不足{p.quota_analyses_per_half_year}次",
}

-- QTA-01  集中学习，全年不少于12次。
rule "quota.collective_study" {
  on    = "meetings",
  among = [[kind == "学习"]],
  quota = { per = "year", at_least = "p.quota_studies_per_year", date = "date" },
  say   = "集中学习应查{population}个年度，{count}个年度不足{p.quota_studies_per_year}次",
}

-- QTA-01  专项整治期间至少安排1次督导检查。
rule "quota.inspection_in_campaign" {
  on    = "meetings",
  among = [[kind == "检查"]],
  quota = { per = "once", at_least = "p.quota_inspections_in_campaign", date = "date" },
  say   = "专项整治期间督导检查不足{p.quota_inspections_in_campaign}次",
}

-- QTA-01  每月组织一次集中整治（号贩子、医托）。
rule "quota.monthly_sweep" {
  on        = "meetings",
  among     = [[kind == "检查" and contains_any(topic, p.quota_sweep_words)]],
  quota     = { per = "month", at_least = "p.quota_sweeps_per_month", date = "date" },
  certainty = "suspect",
  say       = "集中整治应查{population}个月，{count}个月不足{p.quota_sweeps_per_month}次",
}

-- QTA-01  培训：医疗质量、依法执业一类的全员培训，每年不少于规定次数。
rule "quota.law_training" {
  on        = "trainings",
  among     = [[contains_any(topic, p.quota_training_words)]],
  quota     = { per = "year", at_least = "p.quota_trainings_per_year", date = "date" },
  certainty = "suspect",
  say       = "依法执业、廉洁从业培训应查{population}个年度，"
           .. "{count}个年度不足{p.quota_trainings_per_year}次",
}
