-- The fixed words of packages and records: their English code and the Chinese word
-- that files may use instead (domain glossary).

local terms = {}

terms.plan_kind = {
  { "rectification", "专项整治" }, { "tasks", "任务清单" }, { "strike", "联合打击" },
}
terms.level = {
  { "national", "国家" }, { "province", "省" }, { "city", "市" }, { "county", "县" },
  { "facility", "机构" },
}
-- The offices that collect reports.
terms.office_level = { { "province", "省" }, { "city", "市" }, { "county", "县" } }
-- What an office does with reports that nobody signed.
terms.unsigned = { { "refuse", "不接收" }, { "accept", "接收" } }
terms.item_kind = {
  { "question", "问答" }, { "data", "数据" }, { "evidence", "佐证" },
  { "external", "部门职责" }, { "task", "任务" },
}
terms.answer = {
  { "yesno", "是否" }, { "number", "数值" }, { "date", "日期" }, { "text", "文字" },
  { "choice", "选择" }, { "sample", "抽查" },
}
terms.severity = { { "general", "一般" }, { "major", "较重" }, { "grave", "严重" } }
terms.certainty = { { "certain", "明确违规" }, { "suspect", "可疑" }, { "hint", "提醒" } }
terms.stance = {
  { "prepare", "部署" }, { "self_check", "自查" }, { "enforce", "集中整治" },
  { "review", "检查评估" },
}
terms.department_role = { { "lead", "牵头" }, { "assist", "配合" }, { "execute", "实施" } }
terms.set_role = { { "focus", "重点" }, { "scope", "范围" } }
terms.metric = {
  { "self_check", "自查" }, { "campaign", "整治" }, { "inspection", "检查" },
  { "sampling", "抽查" },
}
terms.parameter_type = {
  { "number", "数值" }, { "text", "文字" }, { "date", "日期" }, { "bool", "是否" },
  { "list", "列表" }, { "map", "对照" }, { "table", "表格" },
}
terms.stricter = {
  { "lower", "越小越严" }, { "higher", "越大越严" }, { "subset", "越少越严" },
  { "superset", "越多越严" },
}
terms.every = {
  { "weekly", "每周" }, { "monthly", "每月" }, { "quarterly", "每季度" },
  { "half_yearly", "每半年" }, { "yearly", "每年" }, { "once", "一次" },
}
terms.statistics_from = {
  { "measure", "度量" }, { "ledger", "台账" }, { "cases", "案件" }, { "manual", "手工" },
}
terms.column_type = {
  { "text", "文字" }, { "code", "编码" }, { "enum", "枚举" }, { "bool", "是否" },
  { "int", "整数" }, { "decimal", "小数" }, { "date", "日期" }, { "datetime", "时间" },
  { "codes", "编码列表" },
}
terms.blank = { { "unknown", "未知" }, { "no", "否" }, { "zero", "零" },
  { "never", "不得空白" } }
terms.identifies = { { "patient", "患者" } }
terms.ownership = { { "公立", "公立" }, { "民营", "民营" } }
terms.status = {
  { "pass", "合格" }, { "problem", "发现问题" }, { "not_applicable", "不适用" },
  { "not_checked", "未检查" }, { "undetermined", "未判定" },
}
-- How a problem was found (domain b-3).
terms.source = {
  { "self_check", "自查" }, { "inspection", "检查" }, { "complaint", "举报" },
  { "transfer_in", "移送" }, { "media", "舆情" }, { "data_screening", "数据筛查" },
  { "superior_feedback", "巡视反馈" }, { "look_back", "回头看" },
}
terms.yesno = { { "yes", "是" }, { "no", "否" } }

-- Facility classes (domain b-3). The word is the code; the second form is an alias.
terms.facility_class = {
  { "三级医院" }, { "二级医院" }, { "一级医院" }, { "中医医院" }, { "妇幼保健院" },
  { "专科医院" }, { "乡镇卫生院" }, { "社区卫生服务中心" }, { "社区卫生服务站" },
  { "村卫生室" }, { "门诊部" }, { "诊所" }, { "医务室", "卫生所" }, { "急救站" },
  { "疾控机构", "疾控" }, { "采供血机构", "采供血" }, { "第三方检验机构", "第三方检验" },
  { "零售药店" }, { "生活美容机构" }, { "养老机构" }, { "学校卫生室" },
  { "医保经办机构" },
}

-- The class on a roster of an office that reports of its facilities (ZC_OFFICE_CLASS of the
-- host); no facility is of it.
terms.office_class = "卫生健康行政部门"

-- The code of a word in either language, or nil.
function terms.code(list, word)
  for _, pair in ipairs(list) do
    if pair[1] == word or pair[2] == word then return pair[1] end
  end
end

function terms.codes(list)
  local codes = {}
  for _, pair in ipairs(list) do codes[#codes + 1] = pair[1] end
  return codes
end

-- The Chinese word of a code.
function terms.title(list, code)
  for _, pair in ipairs(list) do
    if pair[1] == code then return pair[2] or pair[1] end
  end
end

return terms
