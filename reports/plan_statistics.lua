-- 量化统计表：方案规定的统计栏目，数量栏留空填写。
--
-- 栏目、单位、来源和公式照方案；方案没有统计表的，不代拟栏目。

local words = require "plan_words"

local layout = {}

local sources = { measure = "数据规则", ledger = "台账", cases = "案件", manual = "手工填报" }

local replacing = "主管部门另行下发统计表表样的，以下发的表样为准，"
  .. "可在方案“量化统计表”一节用表样的栏目替换。"

local signs = { ["/"] = "÷", ["*"] = "×", ["+"] = "＋", ["-"] = "－" }

-- A formula with the titles of its rows instead of their ids.
local function formula(row, titles)
  if not row.formula then return "—" end
  local text = row.formula:gsub("%l[%l%d_]*", titles)
  text = text:gsub("%s*([/*+-])%s*", signs)
  return text
end

local function marked(title, unknown)
  return unknown and ("%s（%s）"):format(title, words.lost(unknown)) or title
end

-- Rows that count a part of the row above begin with 其中：; a formula names only the part.
local function short_titles(rows)
  local titles = {}
  for _, row in ipairs(rows) do titles[row.id] = row.title:gsub("^其中：", "") end
  return titles
end

local function add_table(paper, rows)
  local titles, cells = short_titles(rows), {}
  for index, row in ipairs(rows) do
    cells[index] = { index, marked(row.title, row.unknown), row.unit or words.unstated,
      sources[row.from] or words.unstated, formula(row, titles), "" }
  end
  paper.table({ { "序号", "right" }, { "栏目" }, { "单位" }, { "来源" }, { "公式" },
    { "数量", "right" } }, cells)
end

-- The duties that hand in a table of this kind, with their times.
local function add_duties(paper, plan)
  local lines = {}
  for _, duty in ipairs(plan.duties or {}) do
    local texts = duty.artefact .. table.concat(duty.attachments or {})
    if texts:find("统计表", 1, true) then
      lines[#lines + 1] = ("%s：%s；时限：%s；频次：%s%s"):format(duty.artefact,
        words.path(plan, duty), words.due(plan, duty) or words.unstated,
        words.frequency(duty), duty.window and "；统计时段：" .. duty.window or "")
    end
  end
  if #lines > 0 then
    paper.text("报送要求：")
    paper.bullets(lines)
  end
end

function layout.build(args, paper)
  local data = args.data
  local plan = data.plan
  local statistics = plan.statistics or {}
  local rows, title = statistics.rows or {}, statistics.title or "量化统计表"
  paper.heading(1, title)
  paper.text(("《%s》附件"):format(plan.title), "center")
  if #rows > 0 then
    paper.text("填报单位：____________　　统计时段：____年__月__日至____年__月__日", "address")
    add_table(paper, rows)
    paper.text("填表人：________　审核人：________　联系电话：____________　"
      .. "填报日期：____年__月__日")
    paper.text("填写说明：数据为零的填“0”，没有相关情况的填“无”，不得留空；未经核实不得填报。"
      .. "来源为“台账”“案件”“数据规则”的，从问题整改台账、案件登记和数据规则的结果汇总；"
      .. "来源为“手工填报”的，由填报单位核实后填写。")
  elseif plan.statistics then
    paper.text(words.sentence(marked("方案要求填报统计表，没有列出栏目", statistics.unknown)))
  else
    paper.text("方案没有规定量化统计表。")
  end
  if #rows > 0 and statistics.unknown then
    paper.text(words.sentence(words.lost(statistics.unknown)))
  end
  if #rows == 0 or statistics.unknown then paper.text(replacing) end
  add_duties(paper, plan)
  words.blanks(paper, data, { "statistics" })
  return paper.tree(title)
end

return layout
