-- A package from a document: `zicha plan new DIR --from TEXT`. Clauses become source.md;
-- what the words tell of phases, duties, departments and counted sets becomes plan.yaml,
-- every task a question to be written. Whatever a person has to look at says 待核对.

local fault = require "fault"
local offices = require "offices"
local papers = require "papers"
local recognise = require "recognise"
local shape = require "shape"
local split = require "split"

local N_ = fault.N_

local draft = {}

local MOST_TIMES = 60 -- of those that are only mentioned

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
      { path = "items.yaml", text = papers.items(found.areas) },
      { path = "plan.yaml", text = papers.plan(found, args) },
    } }
end

return draft
