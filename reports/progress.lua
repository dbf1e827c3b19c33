-- 工作进展统计表：按整治重点统计发现、整改、核销，并与上期比较。

local ledger_words = require "ledger_words"
local window_table = require "window_table"
local wording = require "wording"

local layout = {}

layout.needs = ledger_words.needs

local function row(title, group)
  return { title, group.found, group.counted, ledger_words.waiting(group), group.dismissed, group.rectified,
    wording.rate(group.rectified, group.counted), group.closed, group.overdue }
end

local function title_of(data)
  for _, duty in ipairs(data.digest.duties) do
    if duty.artefact:find("统计表$") then return duty.artefact end
  end
  return ledger_words.subject(data.digest) .. "工作进展统计表"
end

function layout.build(data, paper)
  local figures, rows = data.ledger.figures, {}
  ledger_words.head(paper, data, title_of(data))
  ledger_words.period(paper, data)
  for _, group in ipairs(data.ledger.by.focus) do
    rows[#rows + 1] = row(group.title ~= "" and group.title or "组织开展和其他要求", group)
  end
  rows[#rows + 1] = row("合计", figures)
  paper.table({ { "整治重点" }, { "登记问题", "right" }, { "应整改", "right" },
    { "待核实", "right" }, { "不属实", "right" }, { "已整改", "right" }, { "整改率", "right" },
    { "已核销", "right" }, { "逾期", "right" } }, rows)
  ledger_words.note(paper, { "rectified" })
  paper.text(("注：登记问题＝应整改＋待核实＋不属实；应整改问题中未定时限%d个，不计入逾期。"):format(
    figures.no_deadline))
  paper.text("上表为截至填报日的累计数。本期情况：")
  window_table.print(paper, data.ledger.window)
  ledger_words.filled_in(paper, data)
  ledger_words.close(paper, data)
  return paper.tree("工作进展统计表")
end

return layout
