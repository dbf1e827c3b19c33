-- 问题整改台账：一个问题一行，栏目和次序固定，可导出为CSV和Excel。

local ledger_words = require "ledger_words"
local layout = {}

layout.needs = ledger_words.needs

-- 栏目：名称、台账中的列、对齐方式。
local columns = {
  { "序号", "no", "right" }, { "机构", "facility" }, { "专项行动", "campaign" },
  { "整治重点", "focus" }, { "检查项编号", "item" }, { "问题表现", "title" },
  { "发现时间", "found" }, { "发现方式", "source" }, { "主动报告时间", "reported" },
  { "严重程度", "severity" }, { "数量", "count", "right" }, { "涉及金额（元）", "amount", "right" },
  { "法规依据", "basis" }, { "核实人", "verified_by" }, { "核实时间", "verified" },
  { "核实结论", "verdict" }, { "整改责任领导", "leader" }, { "责任部门", "department" },
  { "责任人", "person" }, { "整改措施", "measure" }, { "整改目标", "target" },
  { "整改时限", "due" }, { "类型", "kind" }, { "完成时间", "done" }, { "整改进展", "progress" },
  { "延期次数与理由", "extended" }, { "退回金额（元）", "refund", "right" },
  { "移送/立案情况", "transferred" }, { "问题准", "gate_problem", "center" },
  { "责任明确", "gate_responsibility", "center" }, { "措施具体", "gate_measure", "center" },
  { "整改到位", "gate_rectified", "center" }, { "制度完善", "gate_system", "center" },
  { "核销时间", "closed" }, { "核销人", "closed_by" }, { "回头看时间与结果", "lookback" },
  { "佐证材料", "evidence" }, { "备注", "remarks" },
}

-- 台账概况：各类问题的个数。
local function summary(paper, figures)
  paper.table({ { "类别" }, { "个数", "right" } }, {
    { "登记问题", figures.found },
    { "应整改问题（核实属实或数据明确违规）", figures.counted },
    { "待核实（未计入）", ledger_words.waiting(figures) },
    { "核实不属实", figures.dismissed },
    { "未核销", figures.open },
    { "逾期", figures.overdue },
    { "未定时限", figures.no_deadline },
    { "10日内到期", figures.due_10 },
    { "20日内到期", figures.due_20 },
    { "已核销", figures.closed },
    { "反弹", figures.relapsed },
  })
  paper.text("注：登记问题＝应整改＋待核实＋不属实；未核销、逾期、未定时限、到期、已核销、反弹均在应整改问题中统计；未定时限为尚未整改且没有整改时限的，不计入逾期；20日内到期包括10日内到期。")
end

function layout.build(data, paper)
  ledger_words.head(paper, data, "问题整改台账")
  ledger_words.period(paper, data)
  summary(paper, data.ledger.figures)
  if data.ledger.figures.found == 0 then paper.text("没有登记问题。") end
  paper.rows("ledger.all", columns, "ledger")
  paper.text("填写说明：没有相关情况的填“无”，数据为零的填“0”，尚未发生或不适用的填“—”；未经核实不得填报。")
  ledger_words.filled_in(paper, data)
  ledger_words.close(paper, data)
  return paper.tree("问题整改台账")
end

return layout
