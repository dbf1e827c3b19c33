-- 自查整改情况通报（草稿）：分类排列，不混排，不排名次；自查发现的问题多不作为负面情况。

local office_words = require "office_words"
local stage_words = require "stage_words"
local wording = require "wording"

local layout = {}

layout.needs = {
  { key = "circular_number", title = "通报期号" },
  { key = "main_recipient", title = "主送" },
  { key = "circular_deadline", title = "整改期限" },
  { key = "reminded", title = "提醒、约谈对象", kind = "list" },
  { key = "look_back_list", title = "列为“回头看”重点的机构", kind = "list" },
  { key = "praise", title = "值得肯定的做法", kind = "list" },
  { key = "requirements", title = "工作要求", kind = "list" },
}

local few = 5 -- 少于这个数的类别不排名次

local function listed(paper, prose, key)
  if prose[key] then paper.bullets(prose[key]) else paper.text(paper.fill(prose, key)) end
end

local function overall(paper, data, mark)
  local total = data.total
  paper.heading(2, "一、总体情况")
  paper.text(("应报%d家，已报%d家（%s），逾期报送%d家，未报送%d家%s；登记问题%s个，应整改%s个，整改率%s，按期整改率%s，核销率%s，逾期%s个，反弹%s个%s。"):format(
    total.expected, total.here, office_words.share(total.here, total.expected, data.unheard), total.late, total.missing,
    mark("counts"), stage_words.figure(data, "found"), stage_words.figure(data, "counted"),
    stage_words.figure_rate(data, "rectified", "counted"),
    stage_words.figure_rate(data, "on_time", "due_total"),
    stage_words.figure_rate(data, "closed", "rectified"), stage_words.figure(data, "overdue"),
    stage_words.figure(data, "relapsed"), mark("ledger")))
  local silent = office_words.silent(data.offices, data.unheard)
  if silent then paper.text(silent) end
  local reach = office_words.reach(data.reach)
  if reach then paper.text(reach) end
  paper.text(stage_words.visits(data, mark))
  paper.text(stage_words.cases(data, mark))
  stage_words.statistics(paper, data, mark)
  stage_words.sets(paper, data, mark)
end

local columns = { { "序号", "index", "right" }, { "机构", "name" }, { "类别", "class" },
  { "自查项完成率", "completion", "right" }, { "自查发现", "found", "right" },
  { "检查发现", "inspected", "right" }, { "应报未报", "unreported", "right" },
  { "整改率", "rectification", "right" }, { "按期率", "on_time", "right" }, { "核销率", "closing", "right" },
  { "逾期", "overdue", "right" }, { "退回金额（万元）", "refund", "right" }, { "记分", "points", "right" },
  { "备注", "remark" } }

local function facilities(paper, data, mark)
  paper.heading(2, "二、机构比对")
  paper.text("分类排列，按名册顺序，不排名次。自查发现的问题多不作为负面情况；没有报送的不填数；检查发现、应报未报为本单位登记的检查，没有检查过的写“未检查”；没有登记检查、记分的写“未登记”"
    .. mark("facilities") .. "。")
  for _, class in ipairs(data.coverage) do
    paper.heading(3, ("%s（应报%d家，已报%d家）"):format(class.title, class.expected, class.here))
    if class.here < few then
      paper.text(("已报不足%d家，数字仅供参考，不作比较。"):format(few))
    end
    paper.rows(("office.facilities.%d"):format(class.at), columns, "class" .. class.at)
  end
  paper.text("注：自查项完成率＝已有结论的项数÷适用项数；整改率＝已整改÷应整改；按期率＝按期完成÷到期应完成；核销率＝已核销÷已整改；"
    .. "分母为0和未报送的填“—”；金额的小数位数以各机构之和与合计相符为准。")
end

local short = { { "序号", "index", "right" }, { "机构编码", "code" }, { "机构名称", "name" },
  { "机构类别", "class" }, { "乡镇", "town" } }

local function with(...)
  local result = { table.unpack(short) }
  for _, column in ipairs { ... } do result[#result + 1] = column end
  return result
end

local function good(paper, data, mark)
  paper.heading(2, "三、值得肯定")
  stage_words.list(paper, data, "good", "按时报送、没有漏项，应整改问题全部整改，且没有反弹、逾期、应报未报的机构", with({ "应整改", "counted", "right" },
    { "已整改", "rectified", "right" }, { "核销率", "closing", "right" }), mark, "facilities")
  listed(paper, data.prose, "praise")
end

local function problems(paper, data, mark)
  paper.heading(2, "四、主要问题")
  paper.text("（一）报送不及时")
  stage_words.list(paper, data, "missing", "未报送", short, mark, "missing")
  stage_words.list(paper, data, "late", "逾期报送", with({ "报告日期", "day" }, { "收到日期", "received" }),
    mark, "late", "facilities")
  paper.text("（二）自查“零问题”但检查发现问题、检查发现而自查未报")
  stage_words.list(paper, data, "nil_but_found", "自查“零问题”而检查（含数据筛查）发现问题的机构",
    with({ "检查发现（个）", "inspected", "right" }, { "其中：应报未报（个）", "unreported", "right" },
      { "其中：自查未检查（个）", "not_checked", "right" }), mark, "facilities")
  stage_words.list(paper, data, "unreported", "检查发现而自查未报的机构（自查“零问题”的列在上面）", with({ "自查发现（个）", "found", "right" },
    { "检查发现（个）", "inspected", "right" }, { "应报未报（个）", "unreported", "right" }), mark, "facilities")
  paper.text("（三）整改走过场：问题反弹、逾期未整改")
  stage_words.list(paper, data, "relapsed", "反弹", with({ "反弹（个）", "relapsed", "right" }), mark, "relapsed")
  stage_words.list(paper, data, "overdue", "逾期", with({ "逾期（个）", "overdue", "right" }), mark, "overdue")
  paper.text("（四）措施不具体、责任不明确：没有整改时限，或没有责任部门和责任人")
  stage_words.list(paper, data, "vague", "机构", with({ "应整改（个）", "counted", "right" },
    { "未定时限（个）", "no_deadline", "right" }), mark, "facilities")
  paper.text("（五）漏项")
  stage_words.list(paper, data, "left_out", "有未检查、未判定或缺少的项目", with({ "漏项（项）", "left_out", "right" },
    { "自查项完成率", "completion", "right" }), mark, "left_out", "facilities")
end

local function requirements(paper, data)
  local prose = data.prose
  paper.heading(2, "五、工作要求")
  paper.text(("限%s前完成整改；未报送的机构同时补报。"):format(wording.date(prose.circular_deadline)))
  if not prose.circular_deadline then paper.hole("整改期限") end
  paper.text("提醒、约谈：")
  listed(paper, prose, "reminded")
  paper.text("列为“回头看”重点：")
  listed(paper, prose, "look_back_list")
  listed(paper, prose, "requirements")
end

function layout.build(data, paper)
  local sources = office_words.sources()
  local mark = stage_words.marks(data, sources)
  local title = ("关于%s自查整改情况的通报"):format(office_words.subject(data.plan))
  paper.heading(1, ("%s（第%s期）"):format(title, paper.fill(data.prose, "circular_number")))
  paper.text(paper.fill(data.prose, "main_recipient") .. "：", "address")
  paper.text(("现将截至%s的自查整改情况通报如下。"):format(wording.date(data.today)))
  paper.text(office_words.period(data))
  overall(paper, data, mark)
  facilities(paper, data, mark)
  good(paper, data, mark)
  problems(paper, data, mark)
  requirements(paper, data)
  paper.text(data.office.name .. "（盖章）", "right")
  paper.text(wording.date(data.today), "right")
  sources.print(paper)
  return paper.tree(title)
end

return layout
