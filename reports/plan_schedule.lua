-- 时间安排表：各阶段、有时限的措施和报送事项，由谁、在什么时候。
--
-- 时间照方案原文；能够推算出日期的，另列推算日期；没有写明或者还是空白的，逐项注明。

local words = require "plan_words"
local wording = require "wording"

local layout = {}

-- ---- computed days -----------------------------------------------------------------------

-- The engine's entries by kind and id; the plan's own period has no id of its own.
local function by_entry(schedule)
  local result = {}
  for _, entry in ipairs(schedule or {}) do
    result[entry.kind .. "." .. (entry.kind == "period" and "period" or entry.id)] = entry
  end
  return result
end

-- The days of an entry in words; «—» where none can be told.
local function days(entry)
  local due = entry and entry.due or {}
  local from, to = entry and entry.from, entry and entry.to or due[1]
  if #due > 12 then
    return ("首次%s，末次%s，共%d次"):format(wording.date(due[1]), wording.date(due[#due]), #due)
  elseif #due > 1 then
    local dates = {}
    for index, day in ipairs(due) do dates[index] = wording.date(day) end
    return table.concat(dates, "、")
  elseif from and to and from ~= to then
    return wording.date(from) .. "至" .. wording.date(to)
  elseif from and not to then
    return wording.date(from) .. "起"
  end
  return to and wording.date(to) or "—"
end

-- ---- rows --------------------------------------------------------------------------------

-- What is still open about a time.
local function remark(entry, time)
  if entry.unknown then return words.lost(entry.unknown) end
  if not time then return "未写明时间" end
  return words.is_blank(time) and "时间尚未确定" or "无"
end

-- { kind, key, title, who, time, remark } in the order of the plan.
local function rows_of(plan)
  local rows = {}
  local function add(kind, key, title, who, time, entry)
    rows[#rows + 1] = { kind = kind, key = key, title = title, who = who,
      time = time or words.unstated, remark = remark(entry, time) }
  end
  if plan.period then
    local time = words.time(plan.period)
    add("起止时间", "period.period", "方案起止时间", "—", time, plan.period)
  end
  for _, phase in ipairs(plan.phases or {}) do
    local title = phase.title
    if phase.actions then title = title .. "：" .. table.concat(phase.actions, "；") end
    if phase.outputs then title = title .. "。成果：" .. table.concat(phase.outputs, "、") end
    add("阶段", "phase." .. phase.id, title, "—", words.time(phase), phase)
  end
  for _, measure in ipairs(plan.measures or {}) do
    if measure.due then
      add("措施", "measure." .. measure.id, measure.title,
        words.names(plan, measure.by) or words.unstated, measure.due, measure)
    end
  end
  for _, duty in ipairs(plan.duties or {}) do
    local due = words.due(plan, duty)
    local every = words.every[duty.every]
    local time = due and every and duty.every ~= "once" and not due:find(every, 1, true)
      and ("%s（%s）"):format(due, every) or due or every
    if not due and duty.every == "once" then time = nil end
    add("报送", "duty." .. duty.id, duty.artefact, words.path(plan, duty), time, duty)
  end
  return rows
end

-- ---- the paper ---------------------------------------------------------------------------

function layout.build(args, paper)
  local data = args.data
  local plan, known = data.plan, by_entry(data.schedule)
  words.head(paper, plan, "时间安排表")
  if plan.no_phases and #(plan.phases or {}) == 0 then
    paper.text(words.sentence(plan.no_phases))
  end
  local columns = { { "序号", "right" }, { "类别" }, { "事项" }, { "责任单位" },
    { "时间（方案原文）" }, { "备注" } }
  if data.schedule then table.insert(columns, 6, { "推算日期" }) end
  local rows = {}
  for index, row in ipairs(rows_of(plan)) do
    rows[index] = { index, row.kind, row.title, row.who, row.time, row.remark }
    if data.schedule then table.insert(rows[index], 6, days(known[row.key])) end
  end
  if #rows > 0 then
    paper.table(columns, rows)
  else
    paper.text("方案没有写明任何时间。")
  end
  if data.schedule and #rows > 0 then
    paper.text("注：推算日期由方案原文推算，“—”表示不能推算；以方案原文为准。")
    for _, year in ipairs(data.doubtful_years or {}) do
      paper.text(("注：没有%s年的节假日安排，该年工作日按周一至周五计算。"):format(year))
    end
  end
  words.blanks(paper, data, { "identity", "period", "phases", "measures", "duties" })
  return paper.tree(words.subject(plan) .. "时间安排表")
end

return layout
