-- 月报、阶段小结、年度总结、零报告：一段时间的相关数据、典型案例、存在问题、工作建议。
-- 统计时段来自方案的报送要求（如“上月26日至本月25日”），也可以由命令指定。

local covered = require "covered"
local ledger_words = require "ledger_words"
local window_table = require "window_table"
local wording = require "wording"

local layout = {}

layout.needs = {
  { key = "addressee", title = "报送对象" },
  { key = "work_done", title = "本期主要工作", kind = "list" },
  { key = "typical_cases", title = "典型案例", kind = "list", help = "不写患者姓名，没有的填“无”" },
  { key = "open_issues", title = "存在问题", kind = "list", help = "台账能算出的自动列出" },
  { key = "work_advice", title = "工作建议", kind = "list" },
  { key = "filler", title = "填表人" },
  { key = "auditor", title = "审核人" },
  { key = "phone", title = "联系电话" },
}

local titles = { monthly = "月报", stage = "阶段小结", annual = "年度总结", nil_report = "零报告" }

local function head(paper, data)
  local title = titles[data.kind == "nil" and "nil_report" or data.kind]
  paper.heading(1, ("%s关于%s的%s"):format(data.digest.facility.name,
    ledger_words.subject(data.digest), title))
  paper.text(paper.fill(data.prose, "addressee") .. "：", "address")
  local duty = data.ledger.window.duty
  paper.text(("按照《%s》%s要求，现将有关情况报告如下。"):format(data.digest.title,
    duty and ("关于报送“%s”的"):format(duty.artefact) or ""))
  ledger_words.period(paper, data)
  return title
end

local function listed(paper, prose, key)
  if prose[key] then paper.bullets(prose[key]) else paper.text(paper.fill(prose, key)) end
end

-- 一、工作开展情况：最近一次自查检查了什么。
local function work(paper, data)
  local record = data.record
  paper.heading(2, "一、工作开展情况")
  if record then
    local totals = record.totals
    paper.text(("最近一次自查为%s：适用%d项，合格%d项，发现问题%d项，未检查%d项，未判定%d项。"):format(
      wording.date(record.today), totals.applicable, totals.pass, totals.problem,
      totals.not_checked, totals.undetermined))
  else
    paper.text("尚未自查。")
  end
  listed(paper, data.prose, "work_done")
end

local function numbers(paper, data)
  local figures = data.ledger.figures
  paper.heading(2, "二、相关数据")
  window_table.print(paper, data.ledger.window)
  paper.text(("截至%s，台账登记问题%d个，应整改%d个，已整改%d个，整改率%s；到期应完成%d个，按期完成%d个，"
    .. "按期整改率%s；已核销%d个，核销率%s；累计退回%s元。"):format(wording.date(data.ledger.today),
    figures.found, figures.counted, figures.rectified, ledger_words.rate(figures, "rectified"),
    figures.due_total, figures.on_time, ledger_words.rate(figures, "on_time"), figures.closed,
    ledger_words.rate(figures, "closed"), figures.refund))
  ledger_words.note(paper, { "rectified", "on_time", "closed" })
  ledger_words.pending(paper, figures)
end

-- 年度总结和阶段小结按整治重点列累计数。
local function by_focus(paper, data)
  local rows = {}
  for _, group in ipairs(data.ledger.by.focus) do
    rows[#rows + 1] = { group.title ~= "" and group.title or "组织开展和其他要求", group.counted,
      group.rectified, wording.rate(group.rectified, group.counted), group.closed }
  end
  if #rows == 0 then return end
  paper.text("按整治重点（累计）：")
  paper.table({ { "整治重点" }, { "应整改", "right" }, { "已整改", "right" }, { "整改率", "right" },
    { "已核销", "right" } }, rows)
end

-- 台账算得出的问题，加上由人填写的。
local function issues(paper, data)
  local figures, lines = data.ledger.figures, {}
  for _, pair in ipairs { { "pending", "尚未核实的问题%d个" }, { "not_begun", "尚未着手整改的问题%d个" },
    { "overdue", "逾期未整改的问题%d个" },
    { "no_deadline", "未定整改时限的问题%d个" }, { "extended", "申请延期的问题%d个" },
    { "relapsed", "反弹的问题%d个" }, { "unreported", "检查发现而自查未报的问题%d个" } } do
    if figures[pair[1]] > 0 then lines[#lines + 1] = pair[2]:format(figures[pair[1]]) end
  end
  for _, line in ipairs(data.prose.open_issues or {}) do lines[#lines + 1] = line end
  paper.heading(2, "四、存在问题")
  if #lines > 0 then paper.bullets(lines) else paper.text("无。") end
end

local function close(paper, data)
  paper.text(data.digest.facility.name .. "（盖章）", "right")
  paper.text(wording.date(data.ledger.today), "right")
  ledger_words.filled_in(paper, data)
  ledger_words.close(paper, data)
end

-- 零报告：检查了什么、检查了多少，本期没有发现问题；没有检查的项目不算“未发现”。
local function nothing_found(paper, data)
  local record, figures = data.record, data.ledger.figures
  local known = record.totals.problem > 0
    and ("本期没有新发现问题；此前发现问题的%d项已列入台账"):format(record.totals.problem)
    or "未发现问题"
  paper.text("自查日期：" .. wording.date(record.today) .. "。" .. covered.clean(record, known))
  if record.totals.not_checked + record.totals.undetermined > 0 then
    paper.text(("另有未检查%d项、未判定%d项，不得按“未发现”处理。"):format(record.totals.not_checked,
      record.totals.undetermined))
  end
  if figures.open > 0 then
    paper.text(("此前登记、尚未核销的问题%d个，其中逾期%d个、未定时限%d个。"):format(figures.open,
      figures.overdue, figures.no_deadline))
  end
  window_table.print(paper, data.ledger.window)
end

function layout.build(data, paper)
  local title = head(paper, data)
  if data.kind == "nil" then
    nothing_found(paper, data)
  else
    work(paper, data)
    numbers(paper, data)
    if data.kind ~= "monthly" then by_focus(paper, data) end
    paper.heading(2, "三、典型案例")
    listed(paper, data.prose, "typical_cases")
    issues(paper, data)
    paper.heading(2, "五、工作建议")
    listed(paper, data.prose, "work_advice")
  end
  close(paper, data)
  return paper.tree(title)
end

return layout
