-- 制度清单：整改中建立和修订的制度，各对应台账中的一个问题。

local ledger_words = require "ledger_words"

local layout = {}

layout.needs = ledger_words.needs

function layout.build(data, paper)
  local figures = data.ledger.figures
  ledger_words.head(paper, data, "制度清单")
  ledger_words.period(paper, data)
  if figures.systems == 0 then
    paper.text("整改中没有建立或修订制度。")
  else
    paper.text(("整改中建立、修订制度%d项。"):format(figures.systems))
  end
  paper.rows("ledger.systems", { { "序号", "index", "right" }, { "制度", "system" },
    { "整治重点", "focus" }, { "对应问题", "title" }, { "台账序号", "no", "right" },
    { "责任部门", "department" }, { "建立或修订时间", "done" } }, "systems")
  ledger_words.filled_in(paper, data)
  ledger_words.close(paper, data)
  return paper.tree("制度清单")
end

return layout
