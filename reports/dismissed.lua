-- 核实不属实清单：经核实不是问题的，逐个写明理由；属实的问题中个别明细不属实的，另列个数。

local ledger_words = require "ledger_words"

local layout = {}

layout.needs = ledger_words.needs

function layout.build(data, paper)
  local figures = data.ledger.figures
  ledger_words.head(paper, data, "核实不属实清单")
  ledger_words.period(paper, data)
  paper.text(("登记问题%d个，已核实%d个，其中不属实%d个，不属实率%s。"):format(figures.found,
    figures.verified, figures.dismissed, ledger_words.rate(figures, "untrue")))
  ledger_words.note(paper, { "untrue" })
  if figures.dismissed == 0 then paper.text("没有经核实不属实的问题。") end
  paper.rows("ledger.dismissed", { { "序号", "index", "right" }, { "台账序号", "no", "right" },
    { "整治重点", "focus" }, { "问题表现", "title" }, { "发现时间", "found" },
    { "发现方式", "source" }, { "不属实理由", "reason" }, { "核实人", "verified_by" },
    { "核实时间", "verified" }, { "明细行数", "rows", "right" },
    { "其中不属实", "rows_untrue", "right" } }, "dismissed")
  paper.text(("明细经核实不属实的共%d行；问题属实、个别明细不属实的，不在本清单内，在台账备注中写明。"):format(
    figures.untrue_rows))
  ledger_words.filled_in(paper, data)
  ledger_words.close(paper, data)
  return paper.tree("核实不属实清单")
end

return layout
