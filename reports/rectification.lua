-- 自查整改报告：医疗机构报送给卫生健康行政部门的自查报告（正文八部分）。
--
-- 数字来自自查记录和问题整改台账，文字来自 report.yaml；没有填写的地方印成空白并提醒。
-- “未发现”只用于真正检查过的项目，并写明检查了多少。

local correction = require "correction"
local covered = require "covered"
local figures = require "figures"
local ledger_words = require "ledger_words"
local rectified = require "rectified"
local wording = require "wording"

local layout = {}

layout.needs = {
  { key = "addressee", title = "报送对象" },
  { key = "dates", title = "自查起止时间" },
  { key = "leader", title = "自查工作组组长" },
  { key = "department", title = "牵头部门" },
  { key = "liaison", title = "联络员" },
  { key = "liaison_phone", title = "联络员电话" },
  { key = "methods", title = "自查方式", kind = "list", help = "不填用通用表述" },
  { key = "participants", title = "参加人员（人次）", kind = "number" },
  { key = "meetings", title = "召开会议（次）", kind = "number" },
  { key = "trainings", title = "培训（人次）", kind = "number" },
  { key = "people_concerned", title = "涉及人员（人次）", kind = "number" },
  { key = "prescriptions_concerned", title = "涉及处方（张）", kind = "number" },
  { key = "causes_subjective", title = "主观原因" },
  { key = "causes_objective", title = "客观原因" },
  { key = "causes_rules", title = "制度原因" },
  { key = "causes_systems", title = "系统原因" },
  { key = "next_steps", title = "下一步打算", kind = "list" },
  { key = "commitment", title = "承诺内容", help = "不填用通用表述" },
  { key = "representative", title = "法定代表人（主要负责人）", help = "可留空，打印后签字" },
  { key = "attachments", title = "附件", kind = "list", help = "不填则列出已附文件" },
}

-- 台账已经知道的内容，不再由人填写。
layout.retired = {
  { key = "departments_concerned", title = "涉及科室（个）" },
  { key = "amount_concerned", title = "涉及金额（元）" },
  { key = "rectified", title = "已整改问题（项）" },
  { key = "rectifying", title = "正在整改问题（项）" },
  { key = "deadline_set", title = "限期整改问题（项）" },
  { key = "latest_deadline", title = "最迟整改日期" },
  { key = "extended", title = "申请延期问题（项）" },
  { key = "immediate", title = "立行立改事项" },
  { key = "refund", title = "主动退回医保基金（元）" },
  { key = "rules_made", title = "建立或修订的制度" },
}

local commitment = "本机构对所报内容的真实性、完整性负责；应报未报的，愿承担从严处理的后果。"

-- ---- helpers ---------------------------------------------------------------------------

local function with_status(items, status)
  local found = {}
  for _, item in ipairs(items) do
    if item.status == status then found[#found + 1] = item end
  end
  return found
end

-- Problems that are more than a reminder, reminders that nobody has verified, and what has
-- turned out to be none.
local function problems_of(data)
  local problems, hints, dismissed = {}, {}, {}
  for _, item in ipairs(with_status(data.record.items, "problem")) do
    local standing = rectified.standing(data, item)
    local kind = standing == "dismissed" and dismissed
      or standing == "waiting" and item.certainty == "hint" and hints or problems
    kind[#kind + 1] = item
  end
  return problems, hints, dismissed
end

-- One rule's part of what was found: a hit with how sure it is, or why it is open.
local function of_rule(rule)
  if rule.status == "problem" and rule.message then
    return ("%s（%s）"):format(rule.message,
      wording.certainty[rule.certainty] or wording.certainty.certain)
  elseif rule.status == "undetermined" or rule.status == "not_checked" then
    return ("另有规则%s：%s"):format(wording.status[rule.status], wording.cell(rule.reason))
  end
end

-- For rules whose tables do not exist here a person answered: their part is the answer.
local function of_rules(item)
  local lines = {}
  for _, rule in ipairs(item.rules or {}) do
    if not (item.manual and rule.status == "not_checked") then lines[#lines + 1] = of_rule(rule) end
  end
  return #(item.rules or {}) > 1 and #lines > 0 and table.concat(lines, "；") or nil
end

-- What people found: by a spot check, or by an answer.
local function answered(item)
  if item.kind == "task" and item.population then
    return ("应不少于%d次，实际%s次"):format(item.population, item.answer or "0")
  elseif item.population and item.count and item.kind ~= "evidence" then
    local sampled = item.kind == "question" or item.manual
    return (sampled and "抽查%d例，发现问题%d例" or "检查%d条，发现问题%d条"):format(
      item.population, item.count)
  end
  return item.answer and "填报“" .. item.answer .. "”" or nil
end

-- What was found in words: by the item's rules, by people, or by both.
local function in_words(item)
  local words = of_rules(item) or item.message
  if not words then return answered(item) end
  if not item.manual then return words end
  local sampled, wrong = (item.answer or ""):match("^(%d+)/(%d+)$")
  local said = sampled and ("抽查%d例，发现问题%d例"):format(sampled, wrong) or answered(item)
  return said and words .. "；人工核查：" .. said or words
end

-- The problem with everything that qualifies it: rows that could not be judged are part of
-- the truth, and so is what people have noted.
local function finding(item)
  local parts = { in_words(item) }
  local unjudged, malformed = item.unjudged or 0, item.malformed or 0
  if unjudged + malformed > 0 then
    parts[#parts + 1] = ("另有%d行无法判定、%d行格式错误"):format(unjudged, malformed)
  end
  if item.note then parts[#parts + 1] = "说明：" .. item.note end
  return #parts > 0 and item.title .. "：" .. table.concat(parts, "；") or item.title
end

local function way(item)
  if item.manual then return "人工核查（无数据导出）" end
  return item.rules and "数据筛查" or "自查"
end

local function focus_titles(digest)
  local titles = {}
  for _, area in ipairs(digest.focus) do titles[area.id] = area.title end
  return titles
end

-- ---- sections ---------------------------------------------------------------------------

local function opening(paper, data)
  local record, digest, prose = data.record, data.digest, data.prose
  local totals = record.totals
  paper.heading(1, ("%s关于%s的自查整改报告"):format(record.facility.name,
    digest.title:gsub("工作方案$", ""):gsub("实施方案$", "")))
  paper.text(paper.fill(prose, "addressee") .. "：", "address")
  local number = digest.number and ("（" .. digest.number .. "）") or ""
  local interval = record.interval
  local span = interval.from
    and ("，数据时段为%s至%s"):format(wording.date(interval.from), wording.date(interval.to))
    or ""
  paper.text(("按照《%s》%s要求，我单位对照%d个方面%d项内容，于%s开展自查%s，现将截至%s的情况报告如下。")
    :format(digest.title, number, #digest.focus, totals.items, paper.fill(prose, "dates"),
      span, wording.date(record.today)))
end

-- True if any table was handed over.
local function has_data(record)
  for _, entry in ipairs(record.tables) do
    if not entry.absent then return true end
  end
  return false
end

local function organisation(paper, data)
  local prose = data.prose
  local methods = prose.methods and table.concat(prose.methods, "、")
    or (has_data(data.record) and "数据筛查、" or "") .. "资料核对、现场查看、人员访谈"
  paper.heading(2, "一、组织开展情况")
  paper.text(("成立以%s为组长的自查工作组，明确%s牵头，指定联络员%s（电话：%s）。自查方式：%s。")
    :format(paper.fill(prose, "leader"), paper.fill(prose, "department"),
      paper.fill(prose, "liaison"), paper.fill(prose, "liaison_phone"), methods))
  paper.text(("参加人员%s人次，召开会议%s次，培训%s人次。"):format(
    paper.fill(prose, "participants"), paper.fill(prose, "meetings"),
    paper.fill(prose, "trainings")))
end

local blank_words = { no = "否", zero = "0" }

local function table_remark(entry)
  local remarks = {}
  if entry.malformed and entry.malformed > 0 then
    remarks[#remarks + 1] = ("%d行格式错误，未计入"):format(entry.malformed)
  end
  if entry.bad and entry.bad > 0 then
    remarks[#remarks + 1] = ("%d个单元格无法识别，按缺失处理"):format(entry.bad)
  end
  for _, blank in ipairs(entry.blanks or {}) do
    remarks[#remarks + 1] = ("“%s”空白%d行按“%s”处理"):format(blank.title, blank.count,
      blank_words[blank.as] or blank.as)
  end
  if entry.covers then
    remarks[#remarks + 1] = ("导出单位说明覆盖%s至%s"):format(wording.date(entry.covers.from),
      wording.date(entry.covers.to))
  end
  return #remarks > 0 and table.concat(remarks, "；") or "无"
end

-- Tables that rules wanted and nobody handed over or declared absent.
local function not_handed(data)
  local known, titles = {}, {}
  for _, entry in ipairs(data.record.tables) do known[entry.id] = true end
  for _, item in ipairs(data.record.items) do
    for _, rule in ipairs(item.rules or {}) do
      for _, id in ipairs(rule.tables or {}) do
        if not known[id] then
          known[id] = true
          titles[#titles + 1] = data.digest.tables[id] or id
        end
      end
    end
  end
  return titles
end

local function scope(paper, data)
  local record = data.record
  local totals = record.totals
  paper.heading(2, "二、自查范围与方法")
  local rows, absent = {}, {}
  local rule_count, rules_of = covered.rules(record)
  for _, entry in ipairs(record.tables) do
    if entry.absent then
      absent[#absent + 1] = ("%s（%s）"):format(entry.title, entry.absent)
    else
      local span = entry.from and (entry.from .. " 至 " .. entry.to) or "—"
      rows[#rows + 1] = { entry.title, entry.rows or 0, span, rules_of[entry.id] or 0,
        table_remark(entry) }
    end
  end
  for _, title in ipairs(not_handed(data)) do absent[#absent + 1] = title .. "（未导入）" end
  if #rows > 0 then
    paper.text("用于数据筛查的数据如下：")
    paper.table({ { "数据" }, { "行数", "right" }, { "日期区间" },
      { "规则数", "right" }, { "备注" } }, rows)
  else
    paper.text("本次自查没有使用数据导出，全部由人工核查。")
  end
  if #absent > 0 then
    paper.text("未提供的数据及原因：" .. table.concat(absent, "；") .. "。")
  end
  paper.text(("共%d项，其中适用%d项、不适用%d项；执行数据规则%d条，人工核查%d项，"
    .. "其中人工核查（无数据导出）%d项。"):format(totals.items, totals.applicable,
    totals.not_applicable, rule_count, covered.people(record), totals.manual))
  paper.table({ { "结论" }, { "项数", "right" }, { "占适用项比例", "right" } }, {
    { "合格", totals.pass, wording.rate(totals.pass, totals.applicable) },
    { "发现问题", totals.problem, wording.rate(totals.problem, totals.applicable) },
    { "未检查", totals.not_checked, wording.rate(totals.not_checked, totals.applicable) },
    { "未判定", totals.undetermined, wording.rate(totals.undetermined, totals.applicable) },
    { "不适用", totals.not_applicable, "—" },
  })
  local _, _, dismissed = problems_of(data)
  paper.text("注：占适用项比例＝项数÷适用项数；未检查、未判定的项目不计入合格。"
    .. (#dismissed == 0 and "" or ("“发现问题”为检查结论，其中%d项经台账核实不属实，见第三部分。"):format(
      #dismissed)))
  local phase = wording.phase(record.stance)
  if phase then paper.text(phase) end
  if totals.external > 0 then
    paper.text(("方案另有%d项由主管部门负责，不属于本机构自查内容，未计入上表。"):format(totals.external))
  end
end

-- Items that were not judged, each with its reason: never «未发现».
local function unjudged(paper, data)
  local groups = {
    { "not_checked", "未检查的项目（不得按“未发现”处理）：" },
    { "undetermined", "未判定的项目：" },
    { "not_applicable", "不适用的项目：" },
  }
  for _, group in ipairs(groups) do
    local items = with_status(data.record.items, group[1])
    if #items > 0 then
      paper.text(group[2])
      local rows = {}
      for index, item in ipairs(items) do
        rows[#rows + 1] = { index, item.title, wording.cell(item.reason) }
      end
      paper.table({ { "序号", "right" }, { "检查项" }, { "原因" } }, rows)
    end
  end
end

-- Numbered from `first`, as in the table of rectifications.
local function problem_table(paper, data, items, first)
  local titles, rows = focus_titles(data.digest), {}
  for index, item in ipairs(items) do
    local extra = data.digest.items[item.item or item.id] or {}
    rows[#rows + 1] = {
      first + index - 1, wording.cell(titles[item.focus]), finding(item),
      item.count or "—", item.amount or "—",
      wording.cell(table.concat(extra.basis or {}, "；")), way(item),
      wording.severity[item.severity] or "一般",
      wording.certainty[item.certainty] or "—", rectified.verdict(data, item),
    }
  end
  paper.table({ { "序号", "right" }, { "整治重点" }, { "问题表现" }, { "数量", "right" },
    { "涉及金额（元）", "right" }, { "依据" }, { "发现方式" }, { "严重程度" }, { "确定性" },
    { "核实情况" } }, rows)
end

local function waiting_words(count)
  return count > 0 and ("（其中待核实%d项）"):format(count) or ""
end

-- Per focus area: problems as the headline counts them, or «未发现» with what was really checked.
local function by_focus(paper, data)
  local lines = {}
  local function describe(title, wanted)
    local checked, all, standing = 0, 0, { counted = 0, waiting = 0, dismissed = 0 }
    for _, item in ipairs(data.record.items) do
      if item.focus == wanted then
        all = all + 1
        if item.status == "pass" or item.status == "problem" then checked = checked + 1 end
        if item.status == "problem" then
          local of_item = rectified.standing(data, item)
          standing[of_item] = standing[of_item] + 1
        end
      end
    end
    local problems = standing.counted + standing.waiting
    local untrue = standing.dismissed > 0 and ("，另有%d项经核实不属实"):format(standing.dismissed) or ""
    if problems > 0 then
      lines[#lines + 1] = ("%s：检查%d项，%d项发现问题%s%s"):format(title, checked, problems,
        waiting_words(standing.waiting), untrue)
    elseif checked > 0 then
      lines[#lines + 1] = ("%s：检查%d项，未发现%s问题%s"):format(title, checked,
        standing.dismissed > 0 and "属实的" or "", untrue)
    elseif all > 0 then
      lines[#lines + 1] = ("%s：没有完成检查的项目"):format(title)
    end
  end
  for _, area in ipairs(data.digest.focus) do describe(area.title, area.id) end
  describe("组织开展和其他要求", nil)
  paper.bullets(lines)
end

-- A table for each set of columns that the rows show: rules may show different ones.
local function sample_tables(first, table_titles)
  local tables, by_columns = {}, {}
  for _, found in ipairs(first) do
    local columns, row = { { "数据" }, { "行号", "right" } }, {}
    row[1], row[2] = table_titles[found.table] or found.table, found.line
    for _, pair in ipairs(found.show or {}) do
      columns[#columns + 1] = { pair[1] }
      row[#row + 1] = wording.cell(pair[2])
    end
    local names = {}
    for _, column in ipairs(columns) do names[#names + 1] = column[1] end
    local key = table.concat(names, "\n")
    if not by_columns[key] then
      by_columns[key] = { columns = columns, rows = {} }
      tables[#tables + 1] = by_columns[key]
    end
    local rows = by_columns[key].rows
    if #rows < 5 then rows[#rows + 1] = row end
  end
  return tables
end

-- The first rows behind each data problem, so that a department can find them.
local function samples(paper, data, items)
  local table_titles = {}
  for _, entry in ipairs(data.record.tables) do table_titles[entry.id] = entry.title end
  for _, item in ipairs(items) do
    if item.first and #item.first > 0 then
      local tables, shown = sample_tables(item.first, table_titles), 0
      for _, sample in ipairs(tables) do shown = shown + #sample.rows end
      local all = item.rows or #item.first
      paper.text(("“%s”涉及%d行，%s如下："):format(item.title, all,
        shown == all and "明细" or ("其中%d行"):format(shown)))
      for _, sample in ipairs(tables) do paper.table(sample.columns, sample.rows) end
    end
  end
end

-- How many problems, of what weight, and whom they concern. Text and tables agree.
local function found(paper, data, problems, hints)
  local severities, prose, waiting = { general = 0, major = 0, grave = 0 }, data.prose, 0
  for _, group in ipairs { problems, hints } do
    for _, item in ipairs(group) do
      severities[item.severity] = severities[item.severity] + 1
      if rectified.standing(data, item) == "waiting" then waiting = waiting + 1 end
    end
  end
  local reminders = #hints > 0
    and ("；其中%d项为数据提醒，须核实后认定"):format(#hints) or ""
  paper.text(("共发现问题%d项%s：严重%d项、较重%d项、一般%d项%s。"):format(#problems + #hints,
    waiting_words(waiting), severities.grave, severities.major, severities.general, reminders))
  paper.text(("涉及人员%s人次、处方%s张。"):format(paper.fill(prose, "people_concerned"),
    paper.fill(prose, "prescriptions_concerned")))
end

-- What is left out of all that, by name.
local function untrue(paper, data, dismissed)
  if #dismissed == 0 then return end
  local titles = {}
  for index, item in ipairs(dismissed) do titles[index] = item.title end
  paper.text(("另有%d项经核实不属实，见%s：%s。"):format(#dismissed, rectified.list_of_dismissed(data),
    table.concat(titles, "、")))
end

local function findings(paper, data)
  local record = data.record
  local problems, hints, dismissed = problems_of(data)
  paper.heading(2, "三、自查发现的问题")
  if #problems + #hints > 0 then
    found(paper, data, problems, hints)
  else
    paper.text(covered.clean(record, #dismissed > 0 and "未发现属实的问题" or nil))
  end
  untrue(paper, data, dismissed)
  by_focus(paper, data)
  if #problems > 0 then problem_table(paper, data, problems, 1) end
  if #hints > 0 then
    paper.text("数据提醒，须核实后认定：")
    problem_table(paper, data, hints, #problems + 1)
  end
  rectified.found(paper, data)
  samples(paper, data, problems)
  samples(paper, data, hints)
  unjudged(paper, data)
end

local function causes(paper, data)
  local prose = data.prose
  paper.heading(2, "四、原因分析")
  paper.text("（一）主观方面：" .. paper.fill(prose, "causes_subjective"))
  paper.text("（二）客观方面：" .. paper.fill(prose, "causes_objective"))
  paper.text("（三）制度方面：" .. paper.fill(prose, "causes_rules"))
  paper.text("（四）系统方面：" .. paper.fill(prose, "causes_systems"))
end

local function closing(paper, data)
  local prose = data.prose
  paper.heading(2, "七、下一步打算")
  if prose.next_steps then
    paper.bullets(prose.next_steps)
  else
    paper.text(paper.fill(prose, "next_steps"))
  end
  paper.heading(2, "八、承诺")
  paper.text(prose.commitment or commitment)
  paper.text("法定代表人（主要负责人）：" .. (prose.representative or "　　　　") .. "（签字）", "right")
  paper.text(data.record.facility.name .. "（盖章）", "right")
  paper.text(wording.date(data.record.today), "right")
end

-- What goes along with the report: as listed by hand, else the papers of the ledger and the
-- documents on file.
local function attachments(paper, data)
  local names = data.prose.attachments
  if not names then
    names = { "问题整改台账", "量化统计表", "核实不属实清单", "制度清单" }
    for _, item in ipairs(data.record.items) do
      for _, file in ipairs(item.evidence or {}) do names[#names + 1] = file.name end
    end
  end
  local numbered = {}
  for index, name in ipairs(names) do numbered[index] = ("%d. %s"):format(index, name) end
  paper.text("附件：" .. (#numbered > 0 and table.concat(numbered, "　") or "无"))
end

-- Remarks that keep the figures honest.

local function remarks(paper, data)
  local record, lines = data.record, {}
  for _, notice in ipairs(record.notices) do lines[#lines + 1] = notice end
  local blanks, seen = {}, {}
  for _, blank in ipairs(data.blanks) do
    if #blanks < 20 and not seen[blank.text] then
      seen[blank.text] = true
      blanks[#blanks + 1] = "“" .. blank.text .. "”"
    end
  end
  if #blanks > 0 then
    lines[#lines + 1] = ("方案中以下内容尚未确定（%d处），请向主管部门核实：%s"):format(#data.blanks,
      table.concat(blanks, "、"))
  end
  for _, parameter in ipairs(data.digest.parameters) do
    if parameter.unconfirmed then
      lines[#lines + 1] = ("“%s”%s尚未核实，可按本地规定修改"):format(parameter.title,
        parameter.value and ("按%s%s"):format(parameter.value, parameter.unit or "")
          or "所列内容")
    end
  end
  if record.isolation ~= "full" then
    lines[#lines + 1] = "本次自查的规则没有在完全隔离的环境中运行"
  end
  local others = 0
  for _, deviation in ipairs(record.deviations) do
    if wording.matters(deviation) then
      lines[#lines + 1] = wording.deviation(deviation)
    else
      others = others + 1
    end
  end
  if others > 0 then
    lines[#lines + 1] = ("方案另有%d处与上级方案不同、无法比较放宽与否（文字、时间、报送等），"
      .. "不影响检查项的判定"):format(others)
  end
  for _, line in ipairs(ledger_words.proof(data)) do lines[#lines + 1] = line end
  lines[#lines + 1] = ("自查编号%s；方案%s %s，校验值%s"):format(record.run, record.plan.id,
    record.plan.version, record.plan.sha256:sub(1, 16))
  paper.heading(2, "附注")
  paper.bullets(lines)
end

local function sets(paper, data)
  for _, set in ipairs(data.record.sets) do
    local rows = {}
    for _, member in ipairs(set.members) do
      rows[#rows + 1] = { member.title, member.items, member.not_applicable,
        member.problems, wording.status[member.status] }
    end
    paper.text(("按“%s”统计："):format(set.title))
    paper.table({ { "成员" }, { "检查项", "right" }, { "其中不适用", "right" },
      { "发现问题", "right" }, { "结论" } }, rows)
  end
end

function layout.build(data, paper)
  opening(paper, data)
  correction.print(paper, data.record)
  organisation(paper, data)
  scope(paper, data)
  findings(paper, data)
  sets(paper, data)
  figures.print(paper, data.record, wording.cell)
  causes(paper, data)
  rectified.print(paper, data)
  rectified.gates(paper, data)
  closing(paper, data)
  attachments(paper, data)
  remarks(paper, data)
  return paper.tree(data.record.facility.name .. "自查整改报告")
end

return layout
