-- 现场检查表：带到一家机构去的检查单，左边是机构自查的结论，右边留空由检查人员填写。

local wording = require "wording"

local layout = {}

-- 自查结论，按报告中每项的结果。
local verdicts = { P = "合格", X = "发现问题", S = "发现问题（可疑）", H = "发现问题（提醒）",
  N = "不适用", C = "未检查", U = "未判定", ["."] = "报告中无此项" }

local states = { found = "待核实", verified = "已核实", assigned = "已分派", rectifying = "整改中",
  rectified = "待核查", checked = "待核销", relapsed = "反弹" }

local sources = { self_check = "自查", inspection = "检查", complaint = "举报", transfer_in = "移送",
  media = "舆情", data_screening = "数据筛查", superior_feedback = "上级反馈", look_back = "回头看" }

-- 机构的基本情况，没有的填“无”。
local function head(paper, data)
  local facility = data.facility
  paper.heading(1, "现场检查表")
  paper.text(("%s　　轮次：%s"):format(data.title, data.round))
  paper.table({ { "机构名称" }, { "机构编码" }, { "机构类别" }, { "等级" }, { "所有制" }, { "乡镇" },
    { "联系人" }, { "联系电话" } },
    { { facility.name, facility.code, wording.cell(facility.class), wording.cell(facility.grade),
      wording.cell(facility.ownership), wording.cell(facility.town),
      wording.cell(facility.contact), wording.cell(facility.phone) } })
  if data.report then
    paper.text(("机构自查报告：%s，已计入本轮。"):format(wording.date(data.report.day)))
  else
    paper.text("机构自查报告：本轮未报送。未报送不等于没有问题，自查结论一栏均无依据。")
  end
  paper.text("检查日期：____年__月__日　　检查组：　　　　　　　　检查方式：　　　　　　　　检查人数：　　　")
end

local function due_of(problem, today)
  if not problem.due or problem.due == "" then return "未定时限" end
  local overdue = problem.due < today and problem.state ~= "rectified" and problem.state ~= "checked"
  return wording.date(problem.due) .. (overdue and "（逾期）" or "")
end

local function open_problems(paper, data)
  paper.heading(2, "一、机构自报尚未核销的问题")
  if not data.report then
    paper.text("未报送，无从得知。")
  elseif #data.problems == 0 then
    paper.text("报告中没有尚未核销的问题。")
  else
    local rows = {}
    for index, problem in ipairs(data.problems) do
      rows[index] = { index, problem.no, problem.title, wording.date(problem.found),
        sources[problem.source] or "无", wording.severity[problem.severity] or "无",
        states[problem.state] or "无", due_of(problem, data.today), "" }
    end
    paper.table({ { "序号", "right" }, { "台账序号", "right" }, { "检查项" }, { "发现时间" },
      { "发现方式" }, { "严重程度" }, { "整改进展" }, { "整改时限" }, { "现场核对" } }, rows)
  end
end

local function earlier(paper, data)
  if #data.visits == 0 then return end
  paper.heading(2, "二、以往检查发现的问题")
  local rows = {}
  for index, one in ipairs(data.visits) do
    rows[index] = { index, wording.date(one.day), one.title, one.handling ~= "" and one.handling or "无",
      "" }
  end
  paper.table({ { "序号", "right" }, { "检查日期" }, { "问题表现" }, { "处理方式" }, { "现场核对" } },
    rows)
end

local function sheet(paper, data)
  paper.heading(2, (#data.visits == 0 and "二" or "三") .. "、检查项")
  local rows = {}
  for index, entry in ipairs(data.entries) do
    rows[index] = { index, entry.id, entry.title, entry.focus_title or "无",
      wording.severity[entry.severity] or "一般",
      data.report and (verdicts[entry.letter] or "无") or "未报送", "", "", "" }
  end
  paper.table({ { "序号", "right" }, { "检查项编号" }, { "检查项" }, { "整治重点" }, { "严重程度" },
    { "自查结论" }, { "检查情况" }, { "问题表现、数量、涉及金额" }, { "处理方式" } }, rows)
  paper.text(("填写说明：共%d项。检查过、没有问题的在“检查情况”填“合格”；有问题的写明问题表现；没有检查的留空，"
    .. "不得按“未发现”处理。患者姓名、身份证号不得填写。"):format(#data.entries))
end

function layout.build(data, paper)
  head(paper, data)
  open_problems(paper, data)
  earlier(paper, data)
  sheet(paper, data)
  paper.text("检查结论与处理意见：____________________________________________")
  paper.text("检查人员签名：　　　　　　　　　　被检查机构负责人签名（盖章）：　　　　　　　　　　")
  paper.text(data.office .. "　　____年__月__日", "right")
  return paper.tree("现场检查表")
end

return layout
