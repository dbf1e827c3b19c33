-- plan.yaml and items.yaml of a draft, from what was recognised in a document. Whatever a
-- person has to look at says 待核对.

local recognise = require "recognise"
local shape = require "shape"
local writer = require "writer"

local papers = {}

local CHECK = "待核对"

local quote = recognise.quote

local function id_of(prefix, clause) return prefix .. "_" .. clause.id:gsub("%.", "_") end

-- ---- plan.yaml -----------------------------------------------------------------------

local function put_identity(sheet, found, args)
  sheet:comment(0, "由文本《" .. args.name .. "》起草，原文见 source.md。凡注“待核对”的，请对照原文核实；")
  sheet:comment(0, "“____”是空白，定稿前填写。")
  sheet:line("zicha: 1")
  sheet:put(0, "id", args.id or found.level .. "/new-plan",
    not args.id and "待核对：层级/名称，用小写字母、数字和连字符" or nil)
  sheet:put(0, "title", found.title, not args.title and CHECK or nil)
  sheet:put(0, "number", found.number or "____〔____〕__号", found.number and CHECK)
  sheet:line('version: "0.1"')
  sheet:line("kind: rectification  # 待核对：rectification 专项整治、tasks 任务清单、strike 联合打击")
  sheet:put(0, "level", found.level, found.level_word and
    "待核对：依据原文“" .. found.level_word .. "”" or not args.level and CHECK or nil)
  sheet:put(0, "region", "____")
  sheet:put(0, "issuer", found.issuer or "____", found.issuer and CHECK)
  sheet:put(0, "issued", found.issued or "____年__月__日", found.issued and CHECK)
end

local function put_period(sheet, period)
  if not period then return end
  sheet:line()
  sheet:open(0, "period", CHECK)
  sheet:put(1, "from", period.first)
  sheet:put(1, "to", period.second)
  sheet:put(1, "clause", quote(period.clause, period.text))
end

local function put_scope(sheet, scope)
  if not scope then return end
  sheet:line()
  sheet:open(0, "scope", CHECK)
  sheet:put(1, "text", scope.text)
  sheet:put(1, "clause", quote(scope.clause, scope.text))
end

local function put_documents(sheet, documents)
  if #documents == 0 then return end
  sheet:line()
  sheet:comment(0, "原文提到的文件和法规，核对名称、条款和版本后写入 basis：")
  for _, document in ipairs(documents) do
    sheet:comment(0, "  《" .. document.title .. "》（条款 " .. document.clause.id .. "）")
  end
end

local function put_focus(sheet, areas)
  if #areas == 0 then return end
  sheet:line()
  sheet:open(0, "focus", CHECK)
  for _, area in ipairs(areas) do
    local clause = area.clause
    local title = recognise.heading(clause)
    sheet:entry(1, "id", id_of("focus", clause))
    local number = clause.mark:gsub("%.$", ""):gsub("、$", ""):gsub("．$", "")
    if number ~= "" then sheet:put(2, "number", number) end
    sheet:put(2, "title", title)
    sheet:put(2, "clause", quote(clause, title))
  end
end

local function put_sets(sheet, sets)
  local read, unread = {}, {}
  for _, set in ipairs(sets) do
    local list = set.members and read or unread
    list[#list + 1] = set
  end
  if #sets > 0 then sheet:line() end
  for _, set in ipairs(unread) do
    sheet:comment(0, ("原文提到“%s”（条款 %s），成员未能读出；需要时写入 sets。")
      :format(set.title, set.clause.id))
  end
  if #read > 0 then sheet:open(0, "sets", CHECK) end
  for index, set in ipairs(read) do
    sheet:open(1, "set_" .. index, CHECK .. "：成员是否读全")
    sheet:put(2, "title", set.title)
    sheet:put(2, "count", tostring(set.count))
    sheet:put(2, "clause", quote(set.clause, set.title))
    sheet:open(2, "members")
    for number, member in ipairs(set.members) do
      sheet:entry(3, "id", "member_" .. number)
      sheet:put(4, "title", member)
    end
  end
end

local function put_departments(sheet, departments)
  if #departments == 0 then return end
  sheet:line()
  sheet:open(0, "departments", CHECK)
  for _, entry in ipairs(departments) do
    sheet:open(1, entry.id)
    sheet:put(2, "title", entry.title)
    if #entry.aliases > 0 then
      sheet:open(2, "aliases")
      for _, alias in ipairs(entry.aliases) do sheet:item(3, alias) end
    end
    if entry.role then sheet:put(2, "role", entry.role) end
    if #entry.duties > 0 then
      sheet:open(2, "duties")
      for _, duty in ipairs(entry.duties) do sheet:item(3, duty) end
    end
    sheet:put(2, "clause", quote(entry.clause, entry.title))
  end
end

local function put_phases(sheet, phases, none)
  sheet:line()
  if #phases == 0 and none then
    sheet:put(0, "no_phases", none.text, CHECK)
  elseif #phases == 0 then
    sheet:comment(0, "未在原文中认出实施阶段；有的话写入 phases，没有的话写 no_phases: 原文的说法。")
  else
    sheet:open(0, "phases", CHECK)
  end
  for index, phase in ipairs(phases) do
    sheet:entry(1, "id", "phase_" .. index)
    sheet:put(2, "title", phase.title)
    sheet:put(2, "when", phase.time and phase.time.text or "____")
    if #phase.stances > 0 then
      sheet:line("    stance: [" .. table.concat(phase.stances, ", ") .. "]  # " .. CHECK)
    end
    sheet:put(2, "clause", quote(phase.clause, phase.title))
  end
end

local function put_measures(sheet, measures)
  if #measures == 0 then return end
  sheet:line()
  sheet:open(0, "measures", CHECK)
  for index, measure in ipairs(measures) do
    sheet:entry(1, "id", "measure_" .. index)
    sheet:put(2, "title", measure.title)
    sheet:put(2, "due", measure.time.text)
    sheet:put(2, "clause", quote(measure.clause, measure.title))
  end
end

local function put_due(sheet, duty)
  if #duty.dues == 1 then
    sheet:put(2, "due", duty.dues[1])
  elseif #duty.dues > 1 then
    sheet:open(2, "due")
    for _, due in ipairs(duty.dues) do sheet:item(3, due) end
  elseif not duty.every then
    sheet:comment(2, "原文未写时限")
  end
end

local function put_duties(sheet, duties)
  sheet:line()
  if #duties == 0 then
    sheet:comment(0, "未在原文中认出报送要求；有的话写入 duties。")
    return
  end
  sheet:open(0, "duties", CHECK)
  for index, duty in ipairs(duties) do
    sheet:entry(1, "id", "duty_" .. index)
    sheet:put(2, "artefact", duty.artefact)
    if duty.from then sheet:put(2, "from", duty.from.id) end
    if duty.to then sheet:put(2, "to", duty.to.id) end
    put_due(sheet, duty)
    if duty.every then sheet:put(2, "every", duty.every) end
    if duty.window then sheet:put(2, "window", duty.window) end
    if #duty.attachments > 0 then
      sheet:open(2, "attachments")
      for _, title in ipairs(duty.attachments) do sheet:item(3, title) end
    end
    sheet:put(2, "clause", quote(duty.clause, duty.artefact))
  end
end

-- Times that went nowhere: an author may know where they belong.
local function put_other_times(sheet, others)
  if #others == 0 then return end
  sheet:line()
  sheet:comment(0, "原文中的其他时间，未写入以上各项：")
  for _, other in ipairs(others) do
    sheet:comment(0, "  " .. other.text .. "（条款 " .. other.clause.id .. "）")
  end
end

-- args: { name, id, title, level } as they were given.
function papers.plan(found, args)
  local sheet = writer.sheet()
  put_identity(sheet, found, args)
  put_period(sheet, found.period)
  put_scope(sheet, found.scope)
  put_documents(sheet, found.documents)
  put_departments(sheet, found.departments)
  put_focus(sheet, found.areas)
  put_sets(sheet, found.sets)
  put_phases(sheet, found.phases, found.no_phases)
  put_measures(sheet, found.measures)
  put_duties(sheet, found.duties)
  put_other_times(sheet, found.others)
  return sheet:text()
end

-- ---- items.yaml -----------------------------------------------------------------------

-- The plan's words of a task: what follows its heading, else the heading itself.
local function words_of(clause)
  local lines = {}
  for index = 2, #clause.lines do lines[#lines + 1] = clause.lines[index] end
  return #lines > 0 and table.concat(lines) or clause.head
end

local function put_item(sheet, clause)
  local title = recognise.heading(clause)
  local words = words_of(clause)
  sheet:line()
  sheet:entry(2, "id", id_of("item", clause), CHECK)
  sheet:put(3, "title", title)
  if words ~= "" then sheet:put(3, "text", words) end
  sheet:put(3, "clause", quote(clause, title))
  sheet:put(3, "kind", "question")
  local quoted = title:gsub("“", "‘"):gsub("”", "’")
  sheet:put(3, "ask", "待填写：对照“" .. quoted .. "”，本单位是否符合要求？")
  sheet:put(3, "answer", "yesno")
  sheet:put(3, "problem_if", "no")
  if #shape.split(words, ".;") > 1 then
    sheet:comment(3, "本条列举了几种情形，可拆成几个检查项")
  end
end

function papers.items(areas)
  local sheet = writer.sheet()
  sheet:comment(0, "检查项草稿，一条最低层级的条款一项。请逐项核对：改写问题（ask），合适的改为数据规则")
  sheet:comment(0, "（kind: data）或佐证（kind: evidence），补上依据、严重程度和责任科室。")
  for _, area in ipairs(areas) do
    sheet:line()
    sheet:line("- focus: " .. id_of("focus", area.clause))
    sheet:line("  items:")
    for _, clause in ipairs(area.items) do put_item(sheet, clause) end
  end
  return sheet:text()
end

return papers
