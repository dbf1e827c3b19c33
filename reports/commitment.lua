-- 承诺书：机构对自查和整改的真实性负责。

local ledger_words = require "ledger_words"
local wording = require "wording"

local layout = {}

layout.needs = {
  { key = "addressee", title = "报送对象" },
  { key = "commitments", title = "承诺书的承诺事项", kind = "list", help = "不填用通用表述" },
  { key = "representative", title = "法定代表人（主要负责人）", help = "可留空，打印后签字" },
}

local usual = {
  "对本次自查的过程和结果负责，所报内容真实、准确、完整，不瞒报、漏报、虚报。",
  "对发现的问题按台账所列措施、目标、时限整改，整改一个、核销一个，不搞形式、不走过场。",
  "对应报未报的问题，愿承担从严处理的后果。",
  "自觉接受卫生健康行政部门的监督检查，配合核查，如实提供材料。",
}

function layout.build(data, paper)
  local ledger, prose, digest = data.ledger, data.prose, data.digest
  local figures = ledger.figures
  paper.heading(1, "承诺书")
  paper.text(paper.fill(prose, "addressee") .. "：", "address")
  local checked = data.record and ("已于%s完成自查，"):format(wording.date(data.record.today)) or ""
  paper.text(("按照《%s》要求，我单位%s截至%s，台账登记问题%d个，其中应整改%d个、已整改%d个、已核销%d个。"
    .. "现郑重承诺："):format(digest.title, checked, wording.date(ledger.today), figures.found,
    figures.counted, figures.rectified, figures.closed))
  local lines = {}
  for index, text in ipairs(prose.commitments or usual) do
    lines[index] = ("%d. %s"):format(index, text)
  end
  for _, line in ipairs(lines) do paper.text(line) end
  paper.text("承诺单位：" .. digest.facility.name .. "（盖章）", "right")
  paper.text("法定代表人（主要负责人）：" .. (prose.representative or "　　　　") .. "（签字）", "right")
  paper.text(wording.date(ledger.today), "right")
  ledger_words.close(paper, data)
  return paper.tree("承诺书")
end

return layout
