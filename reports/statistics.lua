-- 量化统计表：方案规定的栏目。台账和数据规则的栏目自动计算，案件由主管部门填报，
-- 手工填报的从 report.yaml 的 statistics 读取，没有填写的留空。

local ledger_words = require "ledger_words"

local layout = {}

layout.needs = {
  { key = "statistics", title = "量化统计表手工填报的栏目", kind = "map",
    help = "写作 栏目编号: 数值" },
  { key = "filler", title = "填表人" },
  { key = "auditor", title = "审核人" },
  { key = "phone", title = "联系电话" },
}

local sources = { measure = "数据规则", ledger = "台账", cases = "由主管部门填报", manual = "手工填报" }

local signs = { ["/"] = "÷", ["*"] = "×", ["+"] = "＋", ["-"] = "－" }

-- 公式用栏目和台账数字的名称写出。
local function formula(row, titles)
  if not row.worded then return "—" end
  local text = row.worded:gsub("%l[%l%d_]*", titles):gsub("%s*([/*+-])%s*", signs)
  return text
end

local function value_of(row, data, paper)
  if row.from == "ledger" and not row.formula then return "由主管部门汇总" end
  if row.from == "ledger" then return row.value or "—" end
  if row.from == "cases" then return "由主管部门填报" end
  if row.from == "measure" then
    for _, figure in ipairs(data.record and data.record.figures or {}) do
      if figure.id == row.id then
        return figure.value or "未算出" .. (figure.reason and "：" .. figure.reason or "")
      end
    end
    return "未算出：尚未自查"
  end
  local given = data.prose.statistics and data.prose.statistics[row.id]
  if not given then paper.hole("量化统计表：" .. row.title) end
  return given or "____"
end

-- 方案没有统计表的，列台账的主要数字。
local usual = {
  { "发现问题（核实属实或数据明确违规）", "个", "counted" }, { "已整改", "个", "rectified" },
  { "正在整改", "个", "rectifying" }, { "逾期", "个", "overdue" }, { "已核销", "个", "closed" },
  { "移送", "个", "transferred" }, { "退回金额", "元", "refund" },
  { "建立、修订制度", "项", "systems" },
}

local function from_ledger(paper, figures)
  local rows = {}
  for index, row in ipairs(usual) do
    rows[index] = { index, row[1], row[2], "台账", "—", figures[row[3]] }
  end
  rows[#rows + 1] = { #rows + 1, "整改率", "%", "台账", "已整改÷发现问题",
    (ledger_words.rate(figures, "rectified"):gsub("%%$", "")) }
  return rows
end

function layout.build(data, paper)
  local digest, titles, rows = data.digest, {}, {}
  ledger_words.head(paper, data, digest.statistics.title or "量化统计表")
  ledger_words.period(paper, data)
  for _, row in ipairs(data.statistics) do titles[row.id] = row.title:gsub("^其中：", "") end
  for index, row in ipairs(data.statistics) do
    rows[index] = { index, row.title, row.unit or "—", sources[row.from] or "—",
      formula(row, titles), row.unknown and "—" or value_of(row, data, paper) }
  end
  if #rows == 0 then
    paper.text("方案没有规定量化统计表的栏目，以下为台账的主要数字。")
    rows = from_ledger(paper, data.ledger.figures)
  end
  paper.table({ { "序号", "right" }, { "栏目" }, { "单位" }, { "来源" }, { "公式" },
    { "数量", "right" } }, rows)
  paper.text("注：〔〕内为问题整改台账的数字；分母为0的填“—”；百分比保留一位小数。")
  if digest.statistics.unknown then
    paper.text("说明：" .. digest.statistics.unknown .. "。主管部门另行下发表样的，以下发的为准。")
  end
  ledger_words.pending(paper, data.ledger.figures)
  ledger_words.filled_in(paper, data)
  ledger_words.close(paper, data)
  return paper.tree("量化统计表")
end

return layout
