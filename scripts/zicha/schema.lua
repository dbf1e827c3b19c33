-- What files may hold. One table gives validation, messages, Chinese key names and
-- the reference in docs/plan-format.md.
--
-- A record is a list of fields { key, Chinese key, type, … }; a field may be
-- `required`, and `blank` when an unfilled ____ is legal in it (identities, numbers,
-- dates, persons, phones). Types are those of kinds.lua.

local kinds = require "kinds"
local subjects = require "subjects"
local terms = require "terms"

local schema = {}

local text, id, ids, integer, number = kinds.text, kinds.id, kinds.ids, kinds.integer, kinds.number
local bool, when, clause, anything = kinds.bool, kinds.when, kinds.clause, kinds.anything
local expression, word, list, texts = kinds.expression, kinds.word, kinds.list, kinds.texts
local refs, ref, some, map, by_id = kinds.refs, kinds.ref, kinds.some, kinds.map, kinds.by_id
local record, entries = kinds.record, kinds.entries

local unknown = { "unknown", "原文缺失", text }

-- The document that allows a layer to ask for less than its parent.
local authorised = { "authorised_by", "批准文号", text, blank = true }

-- ---- plan.yaml ------------------------------------------------------------------

local basis = {
  { "id", "编号", id, required = true },
  { "title", "名称", text, required = true },
  { "number", "文号", text, blank = true },
  { "article", "条款", text },
  { "version", "版本", text, blank = true },
  { "effective", "施行日期", when, blank = true },
  { "unconfirmed", "未核实", bool },
}

local parameter = {
  { "value", "值", anything, required = true },
  { "title", "名称", text },
  { "type", "类型", word(terms.parameter_type), required = true },
  { "columns", "列", by_id({ kind = "column" }) },
  { "unit", "单位", text },
  { "stricter", "从严方向", word(terms.stricter) },
  { "basis", "依据", text },
  { "unconfirmed", "未核实", bool },
  { "reason", "理由", text },
}

-- One that takes the place of a default of the rule library, and asks for less, names the
-- document that allows it.
local declared = { table.unpack(parameter) }
declared[#declared + 1] = authorised

local member = {
  { "id", "编号", id, required = true },
  { "title", "名称", text, required = true },
  { "items", "检查项", list({ kind = "ref", to = "items", entry = true }) },
  { "match", "匹配", expression("bool") },
}

local set = {
  { "title", "名称", text, required = true },
  { "count", "数目", integer, required = true },
  { "role", "作用", word(terms.set_role) },
  { "clause", "条款", clause },
  { "members", "成员", entries(member), required = true },
}

local focus = {
  { "id", "编号", id, required = true },
  { "number", "序号", text },
  { "title", "名称", text, required = true },
  { "parent", "上级", ref("focus") },
  { "lead", "牵头", ref("departments") },
  { "assist", "配合", refs("departments") },
  { "person", "责任领导", text, blank = true },
  { "clause", "条款", clause },
  { "count", "数目", integer },
  unknown,
}

local department = {
  { "title", "名称", text, required = true, blank = true },
  { "aliases", "别称", texts() },
  { "role", "角色", word(terms.department_role) },
  { "duties", "职责", texts() },
  { "person", "责任人", text, blank = true },
  { "phone", "电话", text, blank = true },
  { "clause", "条款", clause },
}

local phase = {
  { "id", "编号", id, required = true },
  { "title", "名称", text, required = true },
  { "from", "起", when, blank = true },
  { "to", "止", when, blank = true },
  { "when", "时间", when, blank = true },
  { "stance", "阶段性质", list(word(terms.stance)) },
  { "actions", "工作内容", texts() },
  { "outputs", "成果", texts() },
  { "before", "位于之前", ref("phases") },
  { "clause", "条款", clause },
  unknown,
}

local measure = {
  { "id", "编号", id, required = true },
  { "title", "名称", text, required = true },
  { "due", "完成时间", when, blank = true },
  { "by", "责任单位", refs("departments") },
  { "actions", "工作内容", texts() },
  { "outputs", "成果", texts() },
  { "items", "检查项", refs("items") },
  { "stance", "阶段性质", list(word(terms.stance)) },
  { "clause", "条款", clause },
  unknown,
}

local coverage = {
  { "id", "编号", id, required = true },
  { "class", "机构类别", text },
  { "metric", "口径", word(terms.metric), required = true },
  { "at_least", "不低于", { kind = "number", least = 0, most = 100 } },
  { "text", "原文", text },
  { "deprioritised", "不作要求", bool },
  { "clause", "条款", clause },
}

local duty = {
  { "id", "编号", id, required = true },
  { "artefact", "材料", text, required = true },
  { "from", "报送单位", some("departments") },
  { "to", "接收单位", some("departments") },
  { "via", "审核环节", refs("departments") },
  { "due", "时限", { kind = "due" }, blank = true },
  { "every", "频次", word(terms.every) },
  { "window", "统计时段", text, blank = true },
  { "channel", "报送方式", text, blank = true },
  { "nil_report", "零报告", bool },
  { "attachments", "附件", texts() },
  { "clause", "条款", clause },
}

local gate = {
  { "id", "编号", id, required = true },
  { "title", "名称", text, required = true },
  { "clause", "条款", clause },
}

local leniency = {
  { "id", "编号", id, required = true },
  { "when", "情形", text, required = true },
  { "effect", "处理", texts(), required = true },
  { "discretion", "可裁量", bool },
  { "clause", "条款", clause },
}

local sanction = {
  { "id", "编号", id, required = true },
  { "when", "情形", text, required = true },
  { "effect", "处理", texts(), required = true },
  { "by", "处理单位", refs("departments") },
  { "clause", "条款", clause },
}

local scoring = {
  { "unit", "对象", text },
  { "cycle", "周期", text },
  { "points", "分值", map(number) },
  { "thresholds", "档次", list(record {
    { "cycle", "周期", text },
    { "years", "年数", { kind = "integer", least = 0, most = 50 } },
    { "at", "达到", number },
    { "above", "超过", number },
    { "below", "不足", number },
    { "effect", "处理", text, required = true },
  }) },
  { "basis", "依据", text },
  { "unconfirmed", "未核实", bool },
  { "clause", "条款", clause },
}

local register = {
  { "id", "编号", id, required = true },
  { "title", "名称", text, required = true },
  { "by", "责任单位", ref("departments") },
  { "dataset", "数据表", text },
  { "clause", "条款", clause },
}

-- What a plan wants to be pointed at in reports of facilities: rules of its own over the table
-- office_reports.
local signal = {
  { "id", "编号", id, required = true },
  { "title", "名称", text, required = true },
  { "rules", "规则", list({ kind = "rule" }), required = true },
  { "clause", "条款", clause },
}

local hotline = {
  { "id", "编号", id, required = true },
  { "by", "受理单位", ref("departments") },
  { "phone", "电话", text, blank = true },
  { "mail", "邮箱", text, blank = true },
  { "address", "地址", text, blank = true },
  { "clause", "条款", clause },
}

local statistics_row = {
  { "id", "编号", id, required = true },
  { "title", "名称", text, required = true },
  { "unit", "单位", text },
  { "from", "来源", word(terms.statistics_from), required = true },
  { "formula", "公式", text },
  unknown,
}

local statistics = {
  { "rows", "栏目", entries(statistics_row) },
  { "title", "名称", text },
  { "clause", "条款", clause },
  unknown,
}

local closeout = {
  { "gates", "关口", entries(gate) },
  { "evidence", "佐证", text },
  { "clause", "条款", clause },
}

local period = {
  { "from", "起", when, blank = true }, { "to", "止", when, blank = true },
  { "clause", "条款", clause }, authorised,
}

local scope = {
  { "classes", "机构类别", texts() },
  { "ownership", "举办性质", list(word(terms.ownership)) },
  { "priority", "重点", texts() },
  { "text", "原文", text },
  { "clause", "条款", clause }, authorised,
}

local form = {
  { "id", "编号", id, required = true },
  { "title", "名称", text, required = true },
  { "columns", "栏目", texts() },
  { "clause", "条款", clause },
  unknown,
}

-- ---- change: what a layer does to the entries of its parent -----------------------

-- The fields that `set` may give an entry: all but its id, the type and the columns of a
-- parameter, on which rules rely, and the members of a set, which come and go one by one.
local fixed = { id = true, type = true, members = true }

-- The columns of a form are words that papers print.
local function is_fixed(field)
  return fixed[field[1]] or field[1] == "columns" and field[3].kind == "map"
end

local function settable(fields)
  local result = {}
  for _, field in ipairs(fields) do
    if not is_fixed(field) then
      result[#result + 1] = { field[1], field[2], field[3], blank = field.blank }
    end
  end
  return record(result)
end

-- `more` are keys that only this section's changes have.
local function changed(fields, more)
  local keys = {
    { "set", "改为", settable(fields) },
    { "remove", "删除", { kind = "removal" } },
    { "reason", "理由", text },
    authorised,
  }
  for _, field in ipairs(more or {}) do table.insert(keys, 1, field) end
  return record(keys)
end

-- ---- the whole of plan.yaml --------------------------------------------------------

schema.plan = record {
  { "zicha", "格式", integer, required = true },
  { "id", "编号", ids, required = true },
  { "title", "标题", text, required = true },
  { "number", "文号", text, blank = true },
  { "version", "版本", text, required = true },
  { "kind", "类型", word(terms.plan_kind), required = true },
  { "level", "层级", word(terms.level), required = true },
  { "region", "地区", text, blank = true },
  { "issuer", "发文机关", text, blank = true },
  { "issued", "印发日期", when, blank = true },
  { "counts", "计数", record {
    { "items", "检查项", integer }, { "phases", "阶段", integer },
    { "duties", "报送", integer }, { "departments", "部门", integer },
  } },
  { "extends", "上级方案", { kind = "parent" } },
  { "continues", "延续", text },
  { "period", "起止时间", record(period) },
  { "lookback", "回溯", record {
    { "from", "起", when, blank = true }, { "title", "说明", text },
    { "clause", "条款", clause }, authorised,
  } },
  { "scope", "整治范围", record(scope) },
  { "classes", "类别分组", map { kind = "group" } },
  { "goals", "工作目标", texts() },
  { "definitions", "名词解释", map(text) },
  { "basis", "依据", entries(basis) },
  { "parameters", "参数", by_id(record(declared)) },
  { "sets", "计数集合", by_id(record(set)) },
  { "focus", "整治重点", entries(focus) },
  { "departments", "责任单位", by_id(record(department)) },
  { "phases", "实施步骤", entries(phase) },
  { "no_phases", "不分阶段", text },
  { "measures", "工作措施", entries(measure) },
  { "coverage", "覆盖要求", entries(coverage) },
  { "duties", "报送要求", entries(duty) },
  { "closeout", "核销条件", record(closeout) },
  { "leniency", "从宽情形", entries(leniency) },
  { "sanctions", "处理规则", entries(sanction) },
  { "scoring", "记分", record(scoring) },
  { "registers", "专门台账", entries(register) },
  { "signals", "走过场提示", entries(signal) },
  { "hotline", "举报渠道", entries(hotline) },
  { "statistics", "量化统计表", record(statistics) },
  { "forms", "附表", entries(form) },
  { "change", "变更", record {} }, -- its sections: below, when items are known
  { "accept", "已确认", list(record {
    { "code", "代码", text }, { "clause", "条款", text }, { "at", "位置", text },
    { "reason", "理由", text, required = true },
  }) },
}

-- ---- items.yaml -----------------------------------------------------------------

local part = {
  { "id", "编号", id, required = true }, { "title", "名称", text, required = true },
}

-- What stands in a list of citations, where an id alone does not do.
schema.citation = record {
  { "id", "编号", id, required = true },
  { "article", "条款", text },
}

local question = {
  { "ask", "问题", text, required = true },
  { "answer", "答案", word(terms.answer), required = true },
  { "choices", "选项", texts() },
  { "problem_if", "问题条件", expression("bool"), required = true },
}

local item = {
  { "id", "编号", id, required = true },
  { "title", "名称", text, required = true },
  { "text", "判定标准", text },
  { "clause", "条款", clause },
  { "focus", "整治重点", ref("focus") },
  { "kind", "类型", word(terms.item_kind), required = true },
  { "severity", "严重程度", word(terms.severity) },
  { "certainty", "确定性", word(terms.certainty) },
  { "lead", "牵头", ref("departments") },
  { "assist", "配合", refs("departments") },
  { "by", "责任单位", some("departments") },
  { "basis", "依据", list({ kind = "citation" }) },
  { "applies", "适用条件", expression("bool") },
  { "across", "逐类检查", ref("sets") },
  { "set", "所属成员", list({ kind = "member" }) },
  { "ask", "问题", text },
  { "answer", "答案", word(terms.answer) },
  { "choices", "选项", texts() },
  { "problem_if", "问题条件", expression("bool") },
  { "or_ask", "无数据时询问", record(question) },
  { "rules", "规则", list({ kind = "rule" }) },
  { "with", "参数", map(anything) },
  { "parts", "分项", entries(part) },
  { "per", "逐项", text },
  { "at_least", "不少于", integer },
  { "split", "分列", text },
  { "evidence", "佐证材料", texts() },
  { "rectify", "整改", record {
    { "measure", "措施", text },
    { "within", "时限", text, blank = true },
    { "refer", "移交", ref("departments") },
  } },
  { "owner", "责任科室", text },
  { "alias_of", "同", ref("items") },
  { "retired", "停用", text },
  { "example", "示例", text },
  unknown,
}

schema.item = record(item)

schema.group = record {
  { "focus", "整治重点", ref("focus"), required = true },
  { "items", "检查项", list(schema.item), required = true },
}

-- The sections of a plan whose entries have ids: where they stand, and what a change may
-- do to one. `within` is the key of the record that holds a list.
schema.sections = {
  { key = "items", title = "检查项", fields = item },
  { key = "focus", title = "整治重点", fields = focus },
  { key = "parameters", title = "参数", fields = parameter, map = true,
    more = { { "value", "值", anything } } },
  { key = "sets", title = "计数集合", fields = set, map = true,
    more = { { "members", "成员", by_id(settable(member)) }, { "add", "增加", entries(member) } } },
  { key = "departments", title = "责任单位", fields = department, map = true },
  { key = "phases", title = "实施步骤", fields = phase },
  { key = "measures", title = "工作措施", fields = measure },
  { key = "coverage", title = "覆盖要求", fields = coverage },
  { key = "duties", title = "报送要求", fields = duty },
  { key = "closeout", title = "核销条件", fields = gate, within = "gates" },
  { key = "leniency", title = "从宽情形", fields = leniency },
  { key = "sanctions", title = "处理规则", fields = sanction },
  { key = "registers", title = "专门台账", fields = register },
  { key = "signals", title = "走过场提示", fields = signal },
  { key = "hotline", title = "举报渠道", fields = hotline },
  { key = "statistics", title = "量化统计表", fields = statistics_row, within = "rows" },
  { key = "forms", title = "附表", fields = form },
  { key = "basis", title = "依据", fields = basis },
}

schema.change = record {}
for _, section in ipairs(schema.sections) do
  table.insert(schema.change.fields,
    { section.key, section.title, by_id(changed(section.fields, section.more)) })
end
table.insert(schema.change.fields, { "scoring", "记分", changed(scoring) })
schema.scoring = record(scoring)
for _, field in ipairs(schema.plan.fields) do
  if field[1] == "change" then field[3] = schema.change end
end

-- ---- datasets/*.yaml -------------------------------------------------------------

schema.dataset = record {
  { "title", "名称", text, required = true },
  { "source", "来源", text },
  { "date", "日期列", id },
  { "repeats", "可重复", bool },
  { "columns", "列", by_id(record {
    { "type", "类型", { kind = "column_type" }, required = true },
    { "titles", "表头", texts() },
    { "key", "主键", bool },
    { "blank", "空白", word(terms.blank) },
    { "optional", "可缺", bool },
    { "values", "取值", map(anything) },
    { "identifies", "标识", word(terms.identifies) },
    { "note", "说明", text },
  }), required = true },
}

-- ---- facility.yaml, office.yaml ------------------------------------------------------

schema.facility, schema.office = subjects.facility, subjects.office

-- ---- tests/*.yaml -----------------------------------------------------------------

-- A record none of whose fields need be there.
local function part_of(whole)
  return { kind = "record", fields = whole.fields, required = {} }
end

schema.case = record {
  { "name", "名称", text, required = true },
  { "facility", "机构", part_of(schema.facility) },
  { "tables", "数据表", map(list(map(anything))) },
  { "none", "无数据", map(text) },
  { "answers", "答案", map(anything) },
  { "evidence", "佐证材料", map(anything) },
  { "today", "业务日期", { kind = "day" } },
  { "from", "起", { kind = "day" } },
  { "to", "止", { kind = "day" } },
  { "expect", "预期", map(anything), required = true },
}

schema.case_answer = record {
  { "answer", "答案", text },
  { "note", "备注", text },
  { "na", "不适用", text },
}

schema.expectation = record {
  { "status", "结论", word(terms.status), required = true },
  { "count", "问题数", integer },
  { "population", "检查数", integer },
  { "rows", "行数", integer },
  { "certainty", "确定性", word(terms.certainty) },
  { "message", "说明", text },
}

local beside = { members = "成员", removed = "全部", period = "起止时间", scope = "整治范围",
  lookback = "回溯", classes = "类别分组", goals = "工作目标", no_phases = "不分阶段" }

-- The Chinese names of a section and of a field of its entries.
function schema.titles(section, field)
  local titles, spec = {}, schema.names(schema.plan.fields)[section]
  for _, known in ipairs(schema.sections) do
    if known.key == section then
      titles = schema.names(known.fields)
      spec = spec or { section, known.title }
    end
  end
  if section == "members" then
    spec, titles = { section, "计数集合成员" }, schema.names(member)
  end
  local within = spec and spec[3] and spec[3].kind == "record"
    and schema.names(spec[3].fields) or {}
  return spec and spec[2] or section,
    beside[field] or titles[field] and titles[field][2]
    or within[field] and within[field][2] or section == "definitions" and "解释" or field
end

-- ---- calendars/*.yaml ---------------------------------------------------------------

schema.calendar = record {
  { "title", "名称", text },
  { "years", "年份", map(record {
    { "source", "依据", text, required = true },
    { "holidays", "放假", texts(), required = true },
    { "workdays", "上班", texts() },
    { "unconfirmed", "未核实", bool },
  }), required = true },
}

-- ---- scripts/rules/*.yaml: what the rule library says beside its rules --------------

local several = { kind = "list", of = text, single = true }

schema.rule_library = record {
  { "parameters", "参数", by_id(record(parameter)) },
  { "rules", "规则", by_id(record {
    { "number", "规则编号", several },
    { "title", "名称", text, required = true },
    { "basis", "依据", several },
    { "unconfirmed", "未核实", bool },
    { "source", "提出方案", several },
    { "exempt", "豁免", text },
    { "limits", "局限", text },
  }), required = true },
  { "questions", "提问", map(text) },
}

-- Of such a file what a check needs: reading all of it would take longer than judging.
schema.rule_library_defaults = record {
  { "parameters", "参数", by_id(record(parameter)) },
  { "rules", "规则", anything },
  { "questions", "提问", anything },
}

-- The fields of a record by either of their names: { spec, English key }.
function schema.names(fields)
  local names = {}
  for _, field in ipairs(fields) do
    names[field[1]] = field
    names[field[2]] = field
  end
  return names
end

-- The fields of a record that must be there; found once.
function schema.required(spec)
  spec.required = {}
  for _, field in ipairs(spec.fields) do
    if field.required then spec.required[#spec.required + 1] = field end
  end
  return spec.required
end

return schema
