-- 三项清单：问题（整改）清单、制度清单、成果清单。三张清单都是对台账的查询。

local ledger_words = require "ledger_words"

local layout = {}

layout.needs = ledger_words.needs

local problems = {
  { "序号", "index", "right" }, { "台账序号", "no", "right" }, { "整治重点", "focus" },
  { "问题表现", "title" }, { "整改措施", "measure" }, { "整改目标", "target" },
  { "整改责任", "leader+department+person" }, { "整改时限", "due" },
  { "整改进展", "progress+done" },
}

local systems = {
  { "序号", "index", "right" }, { "制度", "system" }, { "对应问题", "title" },
  { "台账序号", "no", "right" }, { "建立或修订时间", "done" },
}

-- 成果：已核销的问题、退回的金额、建立的制度。
local results = {
  { "序号", "index", "right" }, { "台账序号", "no", "right" }, { "问题表现", "title" },
  { "整改措施", "measure" }, { "完成时间", "done" }, { "退回金额（元）", "refund", "right" },
  { "制度", "system" }, { "核销时间", "closed" }, { "回头看", "lookback" },
}

local function list(paper, title, count, source, columns, id)
  paper.heading(2, title)
  if count == 0 then paper.text("无。") end
  paper.rows(source, columns, id)
end

function layout.build(data, paper)
  local figures = data.ledger.figures
  ledger_words.head(paper, data, ledger_words.subject(data.digest) .. "三项清单")
  ledger_words.period(paper, data)
  paper.text(("应整改问题%d个，已整改%d个，整改率%s；建立、修订制度%d项；已核销%d个，退回%s元。"):format(
    figures.counted, figures.rectified, ledger_words.rate(figures, "rectified"), figures.systems,
    figures.closed, figures.refund))
  ledger_words.note(paper, { "rectified" })
  ledger_words.pending(paper, figures)
  list(paper, "一、问题（整改）清单", figures.counted, "ledger.counted", problems, "problems")
  list(paper, "二、制度清单", figures.systems, "ledger.systems", systems, "systems")
  local gained = figures.closed + figures.systems + (figures.refund == "0.00" and 0 or 1)
  list(paper, "三、成果清单", gained, "ledger.results", results, "results")
  ledger_words.filled_in(paper, data)
  ledger_words.close(paper, data)
  return paper.tree("三项清单")
end

return layout
