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
    group.nil_reports, group.left_out, group.found or "—", group.rectified or "—", group.closed or "—",
    group.overdue or "—" }
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

-- 本轮次案件、检查的合计，签报的人要看得到随文件上报的数。
local figures = {
  { "inspected", "监督检查", "家" }, { "visits", "监督检查", "户次" }, { "inspectors", "出动监督检查人员", "人次" },
  { "inspected_problems", "检查发现问题", "个" }, { "inspected_amount", "检查发现涉及金额", "元" },
  { "orders", "责令改正", "户次" }, { "opinions", "下达监督意见书", "份" },
  { "unlicensed_closed", "取缔无证行医", "户次" }, { "cases", "立案", "起" }, { "closed", "结案", "起" },
  { "warnings", "警告", "家（人）" }, { "fined", "罚款", "家" }, { "fine_amount", "罚款金额", "元" },
  { "confiscated", "没收违法所得", "元" }, { "suspended", "停业整顿", "家" }, { "revoked", "吊销许可证", "家" },
  { "cancelled", "注销", "家" }, { "doctors_suspended", "暂停执业", "人" },
  { "doctors_revoked", "吊销医师证书", "人" }, { "points_facilities", "机构记分", "分" },
  { "points_staff", "人员记分", "分" }, { "transfers", "移送", "件" }, { "refunds", "退回", "元" },
  { "exposed", "曝光典型案例", "起" } }

local function registered(data, paper)
  local told, rows, without = data.register, {}, {}
  for _, one in ipairs(figures) do
    local value = told.sums[one[1]]
    if value ~= nil then rows[#rows + 1] = { one[2], value, one[3] } end
  end
  paper.heading(2, "案件和检查登记")
  for _, part in ipairs { { "visits", "监督检查" }, { "cases", "案件" } } do
    if not told[part[1]] then paper.text(part[2] .. "未登记，不上报数字，不等于0。") end
  end
  if #rows > 0 then
    paper.table({ { "项目" }, { "本轮次", "right" }, { "单位" } }, rows)
    paper.text("注：为0的项目不列；含下级卫生健康行政部门按本轮次上报的数。")
  end
  for _, one in ipairs(data.manual) do
    paper.text(("手工填报：%s%s，%s。"):format(one.row, one.class ~= "" and "（" .. one.class .. "）" or "", one.value))
  end
  for _, one in ipairs(data.without or {}) do
    if not without[one.name] then
      without[one.name] = true
      without[#without + 1] = one.name
    end
  end
  if #without > 0 then paper.text("上列数字不全，缺：" .. table.concat(without, "、") .. "。") end
end

function layout.build(data, paper)
  local round = data.round
  local title = ("%s自查情况汇总"):format(data.plan.title)
  paper.heading(1, title)
  paper.text(("报送单位：%s（%s）"):format(data.office.name, data.office.code))
  paper.text(("轮次：%s；统计日期：%s。"):format(round.title, wording.date(data.today)))
  paper.heading(2, "分类汇总")
  by_class(data, paper)
  registered(data, paper)
  paper.heading(2, "机构一览")
  paper.rows("office.reports", columns, "reports")
  return paper.tree(title)
end

return layout
