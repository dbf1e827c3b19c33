-- 自查表：一个科室要回答的问题，供打印填写。

local wording = require "wording"

local layout = {}

function layout.build(data, paper)
  paper.heading(1, data.title:gsub("工作方案$", ""):gsub("实施方案$", "") .. "自查表")
  -- An office that answers for itself has no class of facilities.
  local kind, all = "机构", "本机构"
  if not data.facility.class then kind, all = "单位", "本单位" end
  paper.text(("%s：%s　　责任科室：%s　　填表人：　　　　　日期：　　　　　"):format(kind,
    data.facility.name, data.owner ~= "" and data.owner or all), "address")
  local rows = {}
  for index, question in ipairs(data.questions) do
    local answer = data.prefill and question.answered or ""
    local hint = question.hint
    -- What was answered to the question of an earlier version stands beside it, as no answer.
    if data.prefill and question.before then hint = hint .. "；" .. question.before.remark end
    rows[#rows + 1] = { index, question.id, question.ask, question.text or "无",
      hint, answer, data.prefill and question.note or "" }
  end
  paper.table({ { "序号", "right" }, { "编号" }, { "问题" }, { "判定标准" }, { "填写方式" },
    { "答案" }, { "备注" } }, rows)
  paper.text("填写说明：抽查填“抽查数/问题数”，没有发现问题写如“60/0”；没有检查的留空；"
    .. "不适用写“不适用：原因”；未经核实不得填报。共" .. wording.cell(#data.questions) .. "项。")
  return paper.tree("自查表")
end

return layout
