-- A package from a document: `zicha plan new DIR --from TEXT`. Clauses become source.md;
-- what the words tell of phases, duties, departments and counted sets becomes plan.yaml,
-- every task a question to be written. Whatever a person has to look at says 待核对.

local fault = require "fault"
local offices = require "offices"
local recognise = require "recognise"
local shape = require "shape"
local split = require "split"
local writer = require "writer"

local N_ = fault.N_

local draft = {}

local MOST_TIMES = 60 -- of those that are only mentioned
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

local function plan_text(found, args)
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

local function items_text(areas)
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

-- ---- all that is found --------------------------------------------------------------------

-- Numbers that the document leaves out or uses twice, for whoever checks source.md.
local function oddities(clauses)
  local messages, last = list {}, {}
  for _, clause in ipairs(clauses) do
    local number, rank = clause.number, clause.rank
    if number then
      local before = last[rank] or 0
      if clause.id:find("%l$") then
        messages[#messages + 1] = fault.message(
          N_"the number of the clause {id} stands a second time: it got a letter",
          { id = clause.id })
      elseif number > before + 1 and number ~= 1 then
        messages[#messages + 1] = fault.message(
          N_"before the clause {id} a number is missing in the text", { id = clause.id })
      end
      last[rank] = number
    end
  end
  return messages
end

-- Times that no phase, duty, measure or period has taken.
local function other_times(clauses, found)
  local taken, others = {}, {}
  local function take(clause, text)
    taken[clause] = (taken[clause] or "") .. "\n" .. text
  end
  if found.period then take(found.period.clause, found.period.text) end
  for _, group in ipairs { found.phases, found.measures } do
    for _, entry in ipairs(group) do
      if entry.time then take(entry.clause, entry.time.text) end
    end
  end
  for _, duty in ipairs(found.duties) do take(duty.clause, duty.sentence) end
  for _, clause in ipairs(clauses) do
    for _, time in ipairs(shape.times(clause.window)) do
      if #others < MOST_TIMES and not (taken[clause] or ""):find(time.text, 1, true) then
        others[#others + 1] = { text = time.text, clause = clause }
      end
    end
  end
  return others
end

local function recognised(part, args)
  local clauses = part.clauses
  local level, word = recognise.level(clauses)
  local found = { title = args.title or part.title or "待填写标题", number = part.number,
    issuer = part.issuer, issued = part.issued,
    level = args.level or args.id and args.id:match("^(%l+)/") or level or "county" }
  if not args.level and not args.id then found.level_word = word end
  found.areas, found.has_tasks = recognise.areas(clauses)
  found.phases = recognise.phases(clauses)
  found.period = recognise.period(clauses, found.phases)
  found.measures = recognise.measures(clauses)
  found.no_phases = recognise.no_phases(clauses)
  found.scope = recognise.scope(clauses)
  found.sets = recognise.sets(clauses)
  found.documents = recognise.documents(clauses)
  found.departments = offices.departments(clauses)
  found.duties = offices.duties(clauses, found.departments)
  found.others = other_times(clauses, found)
  return found
end

-- What the host prints: [{ what, count, entries: [text] }].
local function summary(part, found)
  local items, dates = 0, list {}
  for _, area in ipairs(found.areas) do items = items + #area.items end
  local function titles(entries, of)
    local texts = list {}
    for _, entry in ipairs(entries) do texts[#texts + 1] = of(entry) end
    return texts
  end
  local function titled(entry, time)
    return entry.clause.id .. " " .. entry.title .. (time and "（" .. time .. "）" or "")
  end
  if found.period then dates[1] = found.period.clause.id .. " " .. found.period.text end
  for _, other in ipairs(found.others) do
    dates[#dates + 1] = other.clause.id .. " " .. other.text
  end
  local read, unread = list {}, list {}
  for _, set in ipairs(found.sets) do
    local texts = set.members and read or unread
    texts[#texts + 1] = set.clause.id .. " " .. set.title
  end
  local rows = list {}
  -- A row that finds nothing is told only where every plan has something.
  local function add(what, count, entries, always)
    if count > 0 or always then
      rows[#rows + 1] = { what = what, count = count, entries = entries or list {} }
    end
  end
  add(N_"clauses", part.numbered, nil, true)
  add(N_"lines kept as remarks", part.remarks)
  add(N_"focus areas", #found.areas, titles(found.areas,
    function(area) return area.clause.id .. " " .. recognise.heading(area.clause) end))
  add(N_"check items", items, nil, true)
  add(N_"departments", #found.departments,
    titles(found.departments, function(entry) return entry.title end))
  add(N_"phases", #found.phases, titles(found.phases,
    function(phase) return titled(phase, phase.time and phase.time.text) end), true)
  add(N_"measures with a time", #found.measures, titles(found.measures,
    function(measure) return titled(measure, measure.time.text) end))
  add(N_"duties to report", #found.duties, titles(found.duties, function(duty)
    local when = #duty.dues > 0 and "（" .. table.concat(duty.dues, "、") .. "）" or ""
    return duty.clause.id .. " " .. duty.artefact .. when
  end), true)
  add(N_"period and other times", #dates, dates)
  add(N_"counted sets", #read, read)
  add(N_"counted sets whose members were not read", #unread, unread)
  return rows
end

local function refusal(text, args) return { error = fault.message(text, args) } end

-- The part that is wanted, or a refusal.
local function choose(parts, args)
  local number = args.part
  if not number and #parts > 1 then
    local refused = refusal(N_"the text holds {count} plans; choose one with --part NUMBER",
      { count = #parts })
    refused.parts = list {}
    for index, part in ipairs(parts) do
      refused.parts[index] = ("%d  %s  %s…"):format(index, part.title or part.heading,
        shape.first(part.lines[1] or "", 20))
    end
    return nil, refused
  elseif number and not parts[number] then
    return nil, refusal(N_"the text has no part {number}; it holds {count}",
      { number = number, count = #parts })
  end
  return parts[number or 1]
end

-- { text, name, id, title, level, part } → { files: [{ path, text }], title, found, messages },
-- or { error, usage, parts }: the text cannot be drafted from, or the command line is to be mended.
function draft.files(args)
  local chosen, refused = choose(split.parts(args.text), args)
  if refused then
    refused.usage = true
    return refused
  end
  local part = split.clauses(chosen)
  if part.numbered == 0 then
    return refusal(N_"the text of {name} has no numbered clauses: 一、（一）1. begin none of its lines",
      { name = args.name })
  elseif part.numbered > split.MOST then
    return refusal(N_"the text of {name} has more than {limit} numbered clauses: that is no one plan",
      { name = args.name, limit = split.MOST })
  end
  local found = recognised(part, args)
  local messages = oddities(part.clauses)
  if not found.has_tasks then
    table.insert(messages, 1, fault.message(
      N_"no section of tasks was found (整治重点, 工作任务 …): every lowest clause became an item"))
  end
  local note = "由文本《" .. args.name .. "》整理：一条一段，方括号内是序号的数字路径，重复的序号加字母；"
    .. "网页残留和落款等不属于条款的文字以“>”保留。"
  return { title = found.title, messages = messages, found = summary(part, found),
    files = list {
      { path = "source.md", text = split.source(part, found.title, note) },
      { path = "items.yaml", text = items_text(found.areas) },
      { path = "plan.yaml", text = plan_text(found, args) },
    } }
end

return draft
