-- 责任分工和报送一览表：各单位做什么、向谁报什么。

local words = require "plan_words"

local layout = {}

-- ---- the paper ---------------------------------------------------------------------------

-- For each department the titles of what names it: of[id] = { lead = {…}, … }
local function tasks_of(data)
  local plan, of = data.plan, {}
  local function note(ids, kind, title)
    for _, id in ipairs(words.ids(ids)) do
      of[id] = of[id] or { lead = {}, assist = {}, by = {} }
      table.insert(of[id][kind], title)
    end
  end
  for _, area in ipairs(plan.focus or {}) do
    note(area.lead, "lead", area.title
      .. (area.person and "（责任领导：" .. area.person .. "）" or ""))
    note(area.assist, "assist", area.title)
  end
  for _, measure in ipairs(plan.measures or {}) do note(measure.by, "by", measure.title) end
  for _, register in ipairs(plan.registers or {}) do note(register.by, "by", register.title) end
  return of
end

local function contact(department)
  local person, phone = department.person, department.phone
  if not person and not phone then return words.unstated end
  return table.concat({ person or "责任人未写明", phone or "电话未写明" }, "，")
end

local function department_table(paper, data)
  local plan, of, rows = data.plan, tasks_of(data), {}
  for index, id in ipairs(plan.order.departments or {}) do
    local department, tasks = plan.departments[id], of[id] or {}
    rows[index] = { index, department.title,
      words.role[department.role] or words.unstated,
      words.join(department.duties, words.unstated), words.join(tasks.lead, "无"),
      words.join(tasks.assist, "无"), words.join(tasks.by, "无"), contact(department) }
  end
  paper.table({ { "序号", "right" }, { "责任单位" }, { "分工" }, { "职责" },
    { "牵头的" .. words.terms(plan).focus }, { "配合的" .. words.terms(plan).focus },
    { "承担的措施和台账" }, { "责任人及电话" } }, rows)
end

-- Items with departments of their own, besides those of their focus area.
local function item_table(paper, data)
  local plan, rows = data.plan, {}
  for _, item in ipairs(data.items) do
    if (item.lead or item.assist or item.by) and not item.retired and not item.alias_of then
      rows[#rows + 1] = { #rows + 1, item.title, words.names(plan, item.by) or "无",
        words.names(plan, item.lead) or "无", words.names(plan, item.assist) or "无" }
    end
  end
  if #rows == 0 then return end
  paper.heading(2, "二、另有分工的检查项")
  paper.text(("以下%d项另行明确了责任单位，其余检查项按所属重点的分工落实。"):format(#rows))
  paper.table({ { "序号", "right" }, { "检查项" }, { "责任单位" }, { "牵头" }, { "配合" } },
    rows)
end

-- The artefacts of the duties that name a department in a field.
local function artefacts(plan, field, id)
  local result = {}
  for _, duty in ipairs(plan.duties) do
    for _, named in ipairs(words.ids(duty[field])) do
      if named == id then result[#result + 1] = duty.artefact end
    end
  end
  return result
end

-- Which department hands in, passes on and receives what.
local function reporting_table(paper, plan)
  local rows = {}
  for _, id in ipairs(plan.order.departments or {}) do
    local sends, passes = artefacts(plan, "from", id), artefacts(plan, "via", id)
    local takes = artefacts(plan, "to", id)
    if #sends + #passes + #takes > 0 then
      rows[#rows + 1] = { plan.departments[id].title, words.join(sends, "无"),
        words.join(passes, "无"), words.join(takes, "无") }
    end
  end
  if #rows == 0 then return end
  paper.text("各单位报送、审核、接收的材料：")
  paper.table({ { "单位" }, { "报送" }, { "审核" }, { "接收" } }, rows)
end

function layout.build(args, paper)
  local data = args.data
  local plan = data.plan
  words.head(paper, plan, "责任分工和报送一览表")
  paper.heading(2, "一、责任分工")
  if #words.entries(plan, "departments") > 0 then
    department_table(paper, data)
  else
    paper.text("方案没有列出责任单位。")
  end
  local before = #paper.children
  item_table(paper, data)
  paper.heading(2, (#paper.children > before and "三" or "二") .. "、报送要求")
  if plan.duties and #plan.duties > 0 then
    words.duty_table(paper, plan)
    reporting_table(paper, plan)
  else
    paper.text("方案没有规定报送事项。")
  end
  words.blanks(paper, data, { "identity", "departments", "duties" })
  return paper.tree(words.subject(plan) .. "责任分工和报送一览表")
end

return layout
