-- 更正说明：更正以前报送的报告时，说明更正的是哪一份、为什么更正。

local wording = require "wording"

local correction = {}

-- record.corrects：{ report 校验值, submitted 报送日期, reason 理由 }；没有更正时什么也不印。
function correction.print(paper, record)
  local corrects = record.corrects
  if not corrects then return end
  paper.heading(2, "更正说明")
  paper.text(("本报告更正本机构%s报送的自查整改报告（校验值%s），原报告以本报告为准。"):format(
    wording.date(corrects.submitted), corrects.report:sub(1, 16)))
  paper.text("更正理由：" .. corrects.reason)
end

return correction
