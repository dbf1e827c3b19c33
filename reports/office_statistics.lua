-- 主管部门的量化统计表：台账和数据规则的栏目为计入的机构报告之和，率由合计数计算，案件来自登记，
-- 手工填报的逐项注明。

local office_words = require "office_words"

local layout = {}

layout.needs = office_words.needs

local sources = { ledger = "机构报告", measure = "机构报告（数据规则）", cases = "案件和检查登记",
  manual = "手工填报" }

local lacking = { not_kept = "未登记", zero = "—", no_parts = "—", not_told = "—", not_reached = "—" }

-- 没有数的：该填未填的留空，没有登记的写“未登记”，分母为0和没有报告的写“—”。
local function value_of(row, paper)
  if row.unknown then return "—" end
  if row.value then return row.value end
  if row.lacks == "not_entered" then
    paper.hole("量化统计表：" .. row.title)
    return "____"
  end
  return lacking[row.lacks] or "—"
end

local function remark(row)
  if row.unknown then return row.unknown end
  if row.manual then return "手工填报" end
  if row.entered then return ("%s；手工曾填%s，以登记为准"):format(sources[row.from], row.entered) end
  if row.lacks and row.why then return row.why end
  local name = row.names[1]
  return name and name.space == "o" and "名册和报送" or sources[row.from] or "—"
end

local function columns_of(data)
  local columns = { { "序号", "right" }, { "代码" }, { "栏目" }, { "单位" }, { "合计", "right" } }
  if data.previous then
    columns[#columns + 1] = { "上期", "right" }
    columns[#columns + 1] = { "增减", "right" }
  end
  for _, title in ipairs(data.groups) do columns[#columns + 1] = { title, "right" } end
  columns[#columns + 1] = { "来源" }
  return columns
end

local function cells_of(index, row, data, paper)
  local lacking = row.incomplete
  local cells = { index, row.id, row.title, row.unit or "—",
    office_words.marked(value_of(row, paper), lacking) }
  if data.previous then
    cells[#cells + 1] = office_words.marked(row.previous or "—", row.previous_incomplete)
    cells[#cells + 1] = office_words.marked(office_words.change(row.change),
      lacking or row.previous_incomplete)
  end
  for at = 1, #data.groups do
    local cell = row.cells[at]
    cells[#cells + 1] = office_words.marked(cell ~= nil and cell ~= "" and cell or "—", lacking)
  end
  cells[#cells + 1] = remark(row)
  return cells
end

-- 公式印在表下，每个率都能复算。
local function formulas(data, paper)
  local titles, lines = {}, {}
  for _, row in ipairs(data.statistics.rows) do titles[row.id] = row.title:gsub("^其中：", "") end
  for _, row in ipairs(data.statistics.rows) do
    if row.formula and row.unit == "%" then
      lines[#lines + 1] = ("%s＝%s"):format(row.title, (row.worded:gsub("%f[%w_]%l[%l%d_]*", titles)
        :gsub("%s*/%s*", "÷"):gsub("%s*%*%s*", "×")))
    end
  end
  if #lines > 0 then paper.text("注：" .. table.concat(lines, "；") .. "；分母为0的填“—”。") end
end

function layout.build(data, paper)
  local table_of, rows = data.statistics, {}
  paper.heading(1, table_of.title or "量化统计表")
  paper.text(("填报单位：%s　　方案：《%s》%s"):format(data.office.name, data.plan.title,
    data.plan.number and "（" .. data.plan.number .. "）" or ""), "address")
  paper.text(office_words.period(data))
  for index, row in ipairs(table_of.rows) do rows[index] = cells_of(index, row, data, paper) end
  if #rows == 0 then paper.text("方案没有规定量化统计表的栏目。") else paper.table(columns_of(data), rows) end
  formulas(data, paper)
  local notes = office_words.lacking_notes(table_of.rows)
  if notes then paper.text(notes) end
  paper.text("说明：机构报告的栏目为计入的各机构报告之和，未报送的机构没有数，不按0计；台账的数字为截至各机构"
    .. "报送之日（手工登记的为收到之日）的累计数，逾期、到期、按期均按该日计算，案件和检查为统计时段内办理数；手工填报的栏目由填报人负责。"
    .. (#(data.below or {}) > 0 and "案件、检查和手工填报的栏目含下级卫生健康行政部门按本轮次上报的数。" or ""))
  local silent = office_words.silent(data.offices, data.unheard)
  if silent then paper.text(silent) end
  if data.untold > 0 then
    paper.text(("另有%d家机构的报告没有台账数字，未计入。"):format(data.untold))
  end
  local reach = office_words.reach(data.reach)
  if reach then paper.text(reach) end
  if table_of.unknown then
    paper.text("说明：" .. table_of.unknown .. "。上级另行下发表样的，以下发的为准。")
  end
  office_words.filled_in(paper, data)
  return paper.tree("量化统计表")
end

return layout
