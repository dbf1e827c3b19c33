-- 整改通知单：交给一个责任部门，列出它尚未核销的问题、措施、目标、时限和要交的佐证。

local ledger_words = require "ledger_words"
local wording = require "wording"

local layout = {}

layout.needs = {
  { key = "notice_number", title = "整改通知单编号", help = "可留空" },
  { key = "issuer", title = "整改通知单签发人", help = "可留空，打印后签字" },
  { key = "liaison", title = "联络员" },
  { key = "liaison_phone", title = "联络员电话" },
}

local columns = {
  { "台账序号", "no", "right" }, { "问题表现", "title" }, { "法规依据", "basis" },
  { "严重程度", "severity" }, { "整改措施", "measure" }, { "整改目标", "target" },
  { "整改时限", "due" }, { "责任人", "person" }, { "整改进展", "progress" },
  { "佐证材料", "wants_evidence" }, { "已交佐证", "evidence" },
}

function layout.build(data, paper)
  local ledger, prose = data.ledger, data.prose
  local figures, facility = ledger.of_department, data.digest.facility.name
  paper.heading(1, "整改通知单")
  if prose.notice_number then paper.text("编号：" .. prose.notice_number, "right") end
  paper.text(ledger.department .. "：", "address")
  if figures.open == 0 then
    paper.text(("截至%s，你部门在《%s》中没有未核销的应整改问题。"):format(wording.date(ledger.today),
      data.digest.title))
  else
    paper.text(("按照《%s》要求，截至%s，你部门未核销的应整改问题%d个，其中逾期%d个。"
      .. "请按下表所列措施、目标、时限整改，整改完成后提交佐证材料，由他人核查后核销。"):format(
      data.digest.title, wording.date(ledger.today), figures.open, figures.overdue))
  end
  ledger_words.pending(paper, figures)
  paper.rows("ledger.department", columns, "notice")
  paper.text("要求：一、时限前不能完成的，应在时限届满前申请延期并说明理由；二、佐证材料栏为“须附”的，"
    .. "没有佐证不得核销；三、对问题有异议的，写明理由交联络员核实。")
  paper.text(("联络员：%s　电话：%s"):format(paper.fill(prose, "liaison"),
    paper.fill(prose, "liaison_phone")))
  paper.text("签发人：" .. (prose.issuer or "　　　　　　") .. "　　签收人：　　　　　　", "right")
  paper.text(facility .. "（盖章）", "right")
  paper.text(wording.date(ledger.today), "right")
  ledger_words.close(paper, data)
  return paper.tree("整改通知单")
end

return layout
