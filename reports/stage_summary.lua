-- 阶段性工作总结（草稿）：数字都带来源，可以重算；没有登记的不写0，没有检查的不写“未发现”。

local office_words = require "office_words"
local stage_words = require "stage_words"
local wording = require "wording"

local layout = {}

layout.needs = {
  { key = "addressee", title = "报送对象" },
  { key = "deployment", title = "部署情况", kind = "list", help = "方案印发、专班、联络员、会议、举报渠道" },
  { key = "self_check_work", title = "自查组织情况", kind = "list" },
  { key = "inspection_work", title = "检查组织情况", kind = "list" },
  { key = "publicity", title = "宣传与长效机制", kind = "list" },
  { key = "typical_cases", title = "典型案例", kind = "list", help = "不写患者姓名，没有的填“无”" },
  { key = "shortcomings", title = "存在的不足", kind = "list", help = "能算出的自动列出" },
  { key = "next_steps", title = "下一步安排", kind = "list" },
  { key = "work_advice", title = "工作建议", kind = "list" },
  { key = "filler", title = "填表人" },
  { key = "auditor", title = "审核人" },
  { key = "phone", title = "联系电话" },
}

local function listed(paper, prose, key)
  if prose[key] then paper.bullets(prose[key]) else paper.text(paper.fill(prose, key)) end
end

local function head(paper, data)
  local title = ("%s%s阶段性工作总结"):format(data.office.region or "", office_words.subject(data.plan)
    :gsub("^" .. (data.office.region or ""):gsub("%p", "%%%0"), ""))
  paper.heading(1, title)
  paper.text((data.prose.addressee or data.office.addressee or paper.fill(data.prose, "addressee")) .. "：",
    "address")
  paper.text(("按照《%s》%s要求，现将工作情况总结如下。"):format(data.plan.title,
    data.plan.number and "（" .. data.plan.number .. "）" or ""))
  paper.text(office_words.period(data))
  return title
end

local function basics(paper, data, mark)
  local total, before = data.total, data.before and data.before.collected
  paper.heading(2, "一、基本情况")
  paper.text(("应自查%d家，已自查%d家，自查覆盖率%s；未报送%d家，逾期报送%d家；已自查的机构中，零报告%d家，有漏项%d家，全部查完且未发现问题%d家%s。"):format(
    total.expected, total.here, office_words.share(total.here, total.expected, data.unheard), total.missing, total.late,
    total["nil"], total.left_out, total.clean, mark("counts")))
  local silent = office_words.silent(data.offices, data.unheard)
  if silent then paper.text(silent) end
  if before and before.reported then
    local function beside(now, then_) -- 上期有下级部门从未上报的，未报送家数不明
      return then_ and ("%d家（%s）"):format(then_, office_words.difference(now, then_)) or "—"
    end
    paper.text(("上期（%s）已自查%s，未报送%s，零报告%s，括号内为本期与上期相比%s。"):format(data.previous.title,
      beside(total.here, before.reported), beside(total.missing, before.missing),
      beside(total["nil"], before.zero), mark("counts")))
  end
  paper.text(stage_words.visits(data, mark))
  paper.text("分机构类别的覆盖情况" .. mark("counts") .. "：")
  stage_words.coverage(paper, data)
end

local function measures(paper, data)
  paper.heading(2, "二、主要做法")
  for _, part in ipairs { { "（一）部署", "deployment" }, { "（二）自查", "self_check_work" },
    { "（三）检查", "inspection_work" }, { "（四）宣传与长效", "publicity" } } do
    paper.text(part[1])
    listed(paper, data.prose, part[2])
  end
end

-- 没有收到报告的，问题和整改不明，不是0。
local function rectification(paper, data, mark)
  if data.total.here == 0 then
    paper.text("没有收到可以计入的报告，问题和整改情况不明" .. mark("counts") .. "。")
    return
  end
  local reach = office_words.reach(data.reach)
  if reach then paper.text(reach) end
  if data.total.here == data.reach.before then return end
  local total = stage_words.problems(paper, data, mark)
  paper.text(("应整改问题%d个，已整改%d个，整改率%s%s；到期应完成%s个，按期完成%s个，按期整改率%s；核销率%s；逾期%s个；反弹%s个，反弹率%s；退回金额%s万元%s。"):format(
    total.counted, total.rectified, wording.rate(total.rectified, total.counted), mark("tables"),
    stage_words.figure(data, "due_total"), stage_words.figure(data, "on_time"),
    stage_words.figure_rate(data, "on_time", "due_total"), wording.rate(total.closed, total.rectified),
    stage_words.figure(data, "overdue"), stage_words.figure(data, "relapsed"),
    stage_words.figure_rate(data, "relapsed_at_look_back", "looked_back"),
    stage_words.wan(data.figures.refund), mark("ledger")))
end

local function results(paper, data, mark)
  paper.heading(2, "三、发现问题及整改")
  paper.text("（一）自查结果")
  stage_words.findings(paper, data, mark)
  stage_words.common(paper, data, mark)
  stage_words.sets(paper, data, mark)
  paper.text("（二）问题与整改")
  rectification(paper, data, mark)
  paper.text("（三）本期与上期")
  stage_words.statistics(paper, data, mark)
  paper.text("（四）典型案例")
  listed(paper, data.prose, "typical_cases")
end

-- 能算出的不足，加上由人填写的。
local function shortcomings(paper, data, mark)
  local lines, total, short = {}, data.total, stage_words.short(data)
  paper.heading(2, "五、存在的不足")
  if #short > 0 then lines[#lines + 1] = "覆盖未达标：" .. table.concat(short, "、") .. mark("counts") end
  if total.missing > 0 then
    lines[#lines + 1] = ("未报送%d家，名单见附件1%s"):format(total.missing, mark("missing"))
  end
  if total.left_out > 0 then
    lines[#lines + 1] = ("有漏项%d家，未检查、未判定的项目没有结论%s"):format(total.left_out, mark("left_out"))
  end
  for _, line in ipairs(data.prose.shortcomings or {}) do lines[#lines + 1] = line end
  if #lines > 0 then paper.bullets(lines) else paper.text(paper.fill(data.prose, "shortcomings")) end
end

local function annexes(paper, data, mark)
  paper.text("附件：1. 未报送机构名单　2. 零报告机构名单　3. 有漏项机构名单　4. 问题整改台账（汇总）")
  local columns = { { "序号", "index", "right" }, { "机构编码", "code" }, { "机构名称", "name" },
    { "机构类别", "class" }, { "乡镇", "town" } }
  paper.heading(2, "附件1　未报送机构名单")
  stage_words.list(paper, data, "missing", "没有收到可以计入的报告，不是零报告", columns, mark, "missing")
  paper.heading(2, "附件2　零报告机构名单")
  local own = { table.unpack(columns) }
  own[#own + 1] = { "报告日期", "day" }
  own[#own + 1] = { "自查项完成率", "completion", "right" }
  own[#own + 1] = { "漏项（项）", "left_out", "right" }
  stage_words.list(paper, data, "nil", "已报送、没有发现问题；有漏项的不等于全部查完", own, mark, "nil_reports", "facilities")
  paper.heading(2, "附件3　有漏项机构名单")
  stage_words.list(paper, data, "left_out", "已报送，但有未检查、未判定或缺少的项目", own, mark, "left_out", "facilities")
  paper.heading(2, "附件4　问题整改台账（汇总）")
  stage_words.problems_by_item(paper, data, mark)
end

function layout.build(data, paper)
  local sources = office_words.sources()
  local mark = stage_words.marks(data, sources)
  local title = head(paper, data)
  basics(paper, data, mark)
  measures(paper, data)
  results(paper, data, mark)
  paper.heading(2, "四、案件查处")
  paper.text(stage_words.cases(data, mark))
  shortcomings(paper, data, mark)
  paper.heading(2, "六、下一步安排")
  listed(paper, data.prose, "next_steps")
  paper.heading(2, "七、工作建议")
  listed(paper, data.prose, "work_advice")
  paper.text(data.office.name .. "（盖章）", "right")
  paper.text(wording.date(data.today), "right")
  annexes(paper, data, mark)
  sources.print(paper)
  office_words.filled_in(paper, data)
  return paper.tree(title)
end

return layout
