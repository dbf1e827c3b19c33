-- 自查表：一个科室要回答的问题，供打印填写。

local wording = require "wording"

local layout = {}

function layout.build(data, paper)
  paper.heading(1, data.title:gsub("工作方案$", ""):gsub("实施方案$", "") .. "自查表")
  paper.text(("机构：%s　　责任科室：%s　　填表人：　　　　　日期：　　　　　"):format(
    data.facility.name, data.owner ~= "" and data.owner or "本机构"), "address")
  local rows = {}
  for index, question in ipairs(data.questions) do
    local answer = data.prefill and question.answered or ""
    rows[#rows + 1] = { index, question.id, question.ask, question.text or "无",
      question.hint, answer, data.prefill and question.note or "" }
  end
  paper.table({ { "序号", "right" }, { "编号" }, { "问题" }, { "判定标准" }, { "填写方式" },
    { "答案" }, { "备注" } }, rows)
  paper.text("填写说明：不适用的项目在答案栏写“不适用：原因”；没有相关情况的填“无”，数据为零的填“0”，"
    .. "不得留空；未经核实不得填报。共" .. wording.cell(#data.questions) .. "项。")
  return paper.tree("自查表")
end

return layout
