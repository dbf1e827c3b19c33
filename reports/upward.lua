-- 向上级报送的自查情况汇总：分类汇总表和机构一览表；供上级用的数据在文件末行。

local wording = require "wording"
local layout = {}

local columns = {
  { "序号", "index", "right" }, { "机构类别", "class" }, { "乡镇", "town" }, { "机构编码", "code" },
  { "机构名称", "name" }, { "报送情况", "state" }, { "报告日期", "day" },
  { "发现问题项", "problems", "right" }, { "漏项", "left_out", "right" },
  { "登记问题", "found", "right" }, { "已整改", "rectified", "right" },
  { "已核销", "closed", "right" }, { "逾期", "overdue", "right" },
}

local function row_of(title, group)
  return { title, group.expected, group.here, wording.rate(group.here, group.expected), group.late,
    group.nil_reports, group.left_out, group.found, group.rectified, group.closed, group.overdue }
end

local function by_class(data, paper)
  local rows = {}
  for _, class in ipairs(data.classes) do rows[#rows + 1] = row_of(class.class, class) end
  rows[#rows + 1] = row_of("合计", data.totals)
  paper.table({ { "机构类别" }, { "应报（家）", "right" }, { "已报（家）", "right" },
    { "报送率", "right" }, { "逾期报送（家）", "right" }, { "零报告（家）", "right" },
    { "有漏项（家）", "right" }, { "登记问题（个）", "right" }, { "已整改（个）", "right" },
    { "已核销（个）", "right" }, { "逾期问题（个）", "right" } }, rows)
  paper.text("注：零报告指已报送且未发现问题；有漏项指有未检查、未判定或缺少的检查项；未报送的不计入零报告。")
end

function layout.build(data, paper)
  local round = data.round
  local title = ("%s自查情况汇总"):format(data.plan.title)
  paper.heading(1, title)
  paper.text(("报送单位：%s（%s）"):format(data.office.name, data.office.code))
  paper.text(("轮次：%s；统计日期：%s。"):format(round.title, wording.date(data.today)))
  paper.heading(2, "分类汇总")
  by_class(data, paper)
  paper.heading(2, "机构一览")
  paper.rows("office.reports", columns, "reports")
  return paper.tree(title)
end

return layout
