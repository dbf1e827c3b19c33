-- What the clauses of a plan say of tasks, phases, times and counted sets, as far as the
-- words themselves tell. Nothing is guessed: what cannot be read stays out. All that is
-- found names its clause and, where it can, words that stand there exactly.

local shape = require "shape"

local recognise = {}

local LONGEST = 40 -- characters of a title or a quotation
local LONG = 1500 -- what is longer is no sentence that anybody reads
local MOST = 60 -- entries of one kind

local edge = { "；", ";", "。", "，", ",", "：", ":", "、", " ", "．" }

local function tidy(text)
  text = shape.trim(text)
  while true do
    local mark = shape.ends(text, edge)
    if not mark then return text end
    text = shape.trim(text:sub(1, -#mark - 1))
  end
end

-- What a clause is about: the first sentence of its first line, cut at a comma if long.
function recognise.heading(clause)
  local sentence = shape.split(clause.head, ".;:")[1] or clause.head
  if shape.length(sentence) > LONGEST then
    local piece = shape.split(sentence, ",")[1] or sentence
    sentence = shape.length(piece) >= 4 and piece or sentence
  end
  local heading = tidy(shape.first(tidy(sentence), LONGEST))
  return heading ~= "" and heading or "条款" .. clause.id
end

-- The sentences of a clause; a line's end ends one too: headings have no mark there.
function recognise.sentences(clause)
  local found = {}
  for index, line in ipairs(clause.lines) do
    for _, sentence in ipairs(shape.sentences(index == 1 and clause.head or line)) do
      if shape.length(sentence) <= LONG then found[#found + 1] = sentence end
    end
  end
  return found
end

-- `clause:` with a quotation if the words stand there.
function recognise.quote(clause, words)
  if words and words ~= "" and shape.length(words) <= LONGEST + 20
    and not words:find("^%s") and clause.text:find(words, 1, true) then
    return clause.id .. " " .. words
  end
  return clause.id
end

local function sections(clauses)
  local found = {}
  for _, clause in ipairs(clauses) do
    if not clause.parent and clause.number then found[#found + 1] = clause end
  end
  return found
end

-- ---- tasks ------------------------------------------------------------------------------

local function is_task(clause)
  local head = recognise.heading(clause)
  if shape.length(head) > 20 or shape.holds(head, { "目标", "要求", "分工", "职责" }) then
    return false
  end
  return shape.holds(head, { "重点", "任务", "整治内容", "治理内容", "检查内容", "自查内容" }) ~= nil
end

-- The lowest clauses beneath one, in order; itself if there are none.
local function lowest(clause, found)
  if #clause.children == 0 then
    found[#found + 1] = clause
  else
    for _, child in ipairs(clause.children) do lowest(child, found) end
  end
  return found
end

-- A child with clauses of its own is an area; the other children are the section's.
local function areas_of(section, areas)
  local own
  for _, child in ipairs(section.children) do
    if #child.children > 0 then
      areas[#areas + 1] = { clause = child, items = lowest(child, {}) }
    else
      own = own or { clause = section, items = {} }
      if #own.items == 0 then areas[#areas + 1] = own end
      own.items[#own.items + 1] = child
    end
  end
  if #section.children == 0 then areas[#areas + 1] = { clause = section, items = { section } } end
end

-- [{ clause, items: [clause] }], and whether a section of tasks was found: without one
-- every lowest clause of the text counts.
function recognise.areas(clauses)
  local top, tasks, areas = sections(clauses), {}, {}
  for _, clause in ipairs(top) do
    if is_task(clause) then tasks[#tasks + 1] = clause end
  end
  for _, clause in ipairs(#tasks > 0 and tasks or top) do areas_of(clause, areas) end
  return areas, #tasks > 0
end

-- ---- phases and the period -----------------------------------------------------------------

local steps = { "步骤", "时间安排", "工作安排", "进度安排", "阶段安排", "实施阶段" }

-- The time in brackets near the beginning, and what stands before them.
local function bracketed_time(head)
  local s = shape.of(shape.first(head, 60))
  local time = shape.time(s, 1)
  if not time or time.from < 2 or s.shadow:sub(time.from - 1, time.from - 1) ~= "(" then
    return nil
  end
  return time, tidy(shape.cut(s, 1, time.from - 2))
end

local stances = {
  { "prepare", { "部署", "动员", "启动", "学习", "准备" } },
  { "self_check", { "自查" } },
  { "enforce", { "集中整治", "全面检查", "组织实施", "集中检查", "联合执法", "集中行动" } },
  { "review", { "检查评估", "总结", "回头看", "巩固", "提升", "完善机制", "评估验收" } },
}

local function stances_of(title)
  local found = {}
  for _, stance in ipairs(stances) do
    if shape.holds(title, stance[2]) then found[#found + 1] = stance[1] end
  end
  return found
end

local function phase_of(clause, beneath)
  local time, title = bracketed_time(clause.head)
  local heading = recognise.heading(clause)
  local named = shape.first(heading, 16):find("阶段", 1, true) ~= nil
  if not (named and (time or beneath) or beneath and time) then return nil end
  title = title and title ~= "" and title or heading
  return { title = title, time = time, stances = stances_of(title), clause = clause }
end

-- [{ title, time, stances, clause }]
function recognise.phases(clauses)
  local found = {}
  for _, clause in ipairs(clauses) do
    local parent = clause.parent
    local beneath = parent ~= nil and not parent.parent
      and shape.holds(recognise.heading(parent), steps) ~= nil
    local phase = clause.number and phase_of(clause, beneath)
    if phase then found[#found + 1] = phase end
  end
  return found
end

-- 从…开始，到…结束
local function from_to(sentence)
  local times = shape.times(sentence)
  if #times == 2 and not times[1].second and not times[2].second
    and shape.holds(sentence, { "开始" }) and shape.holds(sentence, { "结束", "为止" }) then
    return { first = times[1].text, second = times[2].text, text = sentence,
      both = { times[1].text, times[2].text } }
  end
  for _, time in ipairs(times) do
    if time.second then return time end
  end
end

-- The campaign's time: { first, second, clause, text } or nil; phases have their own.
function recognise.period(clauses, phases)
  local of_phase = {}
  for _, phase in ipairs(phases) do of_phase[phase.clause] = true end
  for _, clause in ipairs(clauses) do
    for _, sentence in ipairs(of_phase[clause] and {} or recognise.sentences(clause)) do
      local time = shape.holds(sentence, { "时间", "从", "自" })
        and not shape.holds(sentence, { "上月", "完成时间", "计划》" }) and from_to(sentence)
      if time and time.second and time.second ~= "" then
        time.clause = clause
        return time
      end
    end
  end
end

-- Measures with a time of their own: （完成时间：20__年__月以前）.
function recognise.measures(clauses)
  local found = {}
  for _, clause in ipairs(clauses) do
    local place = clause.text:match("完成时间：()") or clause.text:match("完成时间:?()")
    local time = place and clause.number and shape.times(clause.text:sub(place))[1]
    if time then
      found[#found + 1] = { title = recognise.heading(clause), time = time, clause = clause }
    end
  end
  return found
end

-- Whether the plan says that it has no phases: { text, clause }.
function recognise.no_phases(clauses)
  for _, clause in ipairs(clauses) do
    for _, sentence in ipairs(recognise.sentences(clause)) do
      if sentence:find("不分阶段", 1, true) then return { text = sentence, clause = clause } end
    end
  end
end

-- ---- counted sets ----------------------------------------------------------------------------

local counted = { "大", "种", "类", "项", "个", "不", "假", "条", "场" }
local slogans = { "意识", "自信", "维护", "确立", "形态", "准则", "不准" }

-- “十大领域” → 10, nil if it counts nothing.
local function count_of(word)
  local number, stop = shape.chinese(word, 1)
  if not number or number < 3 or shape.length(word) > 12 or shape.holds(word, slogans) then
    return nil
  end
  local rest = word:sub(stop)
  for _, measure in ipairs(counted) do
    if rest:sub(1, #measure) == measure and shape.length(rest) <= 9 then
      return number, rest
    end
  end
end

local function listed(text, count)
  for _, mark in ipairs { ";", "/", "," } do
    local pieces = shape.split(text, mark)
    if #pieces == count then return pieces end
  end
end

local lead_ins = { "重点检查", "重点排查", "重点整治", "重点打击", "重点治理", "坚决整治", "严厉打击",
  "检查", "整治", "查处", "打击", "包括", "坚决做到", "做到", "通过" }

local function without_lead(text)
  for _, word in ipairs(lead_ins) do
    local _, stop = text:find(word, 1, true)
    if stop then return text:sub(stop + 1) end
  end
  return text
end

-- What stands before the set's name: 重点检查甲、乙、丙等社会办医活跃的“三大领域”.
local function members_before(before, count)
  local sentence = before:match("([^\n]*)$")
  local pieces = shape.split(sentence, ".;,:")
  local last = pieces[#pieces] or ""
  local list = last:match("^(.*)等") or last
  local members = listed(without_lead(list), count)
  return members
end

local function strip_joint(text)
  local before
  repeat
    before = text
    for _, word in ipairs { "”", "。", "：", ":", "，", ",", ";", "；", "即", "包括", "指", "分别为" } do
      if text:sub(1, #word) == word then text = text:sub(#word + 1) end
    end
  until before == text
  return text
end

-- What follows it, up to the end of the sentence.
local function members_after(after, count)
  local text = shape.split(strip_joint(after), ".\n")[1] or ""
  return listed(tidy(text), count)
end

-- “甲清单、乙清单、丙清单”三项清单: a list with the set's name behind it.
local function named_behind(word, after)
  local number = shape.chinese(after, 1)
  local name = number and shape.split(after, ".,;:/<>()")[1]
  if not name or shape.length(name) > 8 or not count_of(name) then return nil end
  local members = listed(word, number)
  return members and name, number, members
end

-- Another quotation of the clause that lists so many, all with the set's own word.
local function members_quoted(text, count, rest)
  for inner in text:gmatch("“(.-)”") do
    local members = listed(inner, count)
    local all = members ~= nil
    for _, member in ipairs(members or {}) do
      all = all and member:find(rest, 1, true) ~= nil
    end
    if all then return members end
  end
end

-- 五个不放过: every member ends so.
local function plausible(members)
  for _, member in ipairs(members or {}) do
    if shape.length(member) > 60 then return nil end
  end
  return members
end

-- What a quoted word at a place of a clause counts: { title, count, members } or nil.
local function set_at(text, from, to, word)
  local count, rest = count_of(word)
  if count then
    return { title = word, count = count, members =
      plausible(members_quoted(text, count, rest)
        or members_after(text:sub(to + 1), count)
        or members_before(text:sub(1, from - 1), count)) }
  end
  local name, number, members = named_behind(word, text:sub(to + 1))
  return name and { title = name, count = number, members = plausible(members) }
end

-- [{ title, count, members or nil, clause }]: of each name the first place that tells the
-- members, else the first place.
function recognise.sets(clauses)
  local found, by_name = {}, {}
  for _, clause in ipairs(clauses) do
    local seen, place = {}, 1
    while #found < MOST do
      local from, to, word = clause.window:find("“(.-)”", place)
      if not from then break end
      local set = not seen[word] and set_at(clause.window, from, to, word)
      local known = set and by_name[set.title]
      if set and not known then
        set.clause = clause
        by_name[set.title] = set
        found[#found + 1] = set
      elseif set and set.members and not known.members then
        known.members, known.clause = set.members, clause
      end
      seen[word] = true
      place = to + 1
    end
  end
  return found
end

-- ---- what is mentioned ------------------------------------------------------------------------

-- Laws and documents that the text names, each once.
function recognise.documents(clauses)
  local found, seen = {}, {}
  for _, clause in ipairs(clauses) do
    for title in clause.window:gmatch("《(.-)》") do
      if not seen[title] and #found < MOST and shape.length(title) <= LONGEST + 20 then
        seen[title] = true
        found[#found + 1] = { title = title, clause = clause }
      end
    end
  end
  return found
end

-- The words of a section on scope: { text, clause }.
function recognise.scope(clauses)
  for _, clause in ipairs(sections(clauses)) do
    local head = recognise.heading(clause)
    if shape.length(head) <= 12 and shape.holds(head, { "范围", "对象" }) then
      local text = clause.lines[2] or shape.split(clause.head, ".;")[2]
      if text then return { text = text, clause = clause } end
    end
  end
end

local whole = { { "province", { "全省", "全区各", "我省" } }, { "city", { "全市", "我市" } },
  { "county", { "全县", "我县" } } }

-- The level that the text speaks of most, with that word; nil if it tells none.
function recognise.level(clauses)
  local best, level, said = 0, nil, nil
  for _, entry in ipairs(whole) do
    local count, first = 0, nil
    for _, clause in ipairs(clauses) do
      for _, word in ipairs(entry[2]) do
        local _, times = clause.text:gsub(word, "")
        if times > 0 then first = first or word end
        count = count + times
      end
    end
    if count > best then best, level, said = count, entry[1], first end
  end
  return level, said
end

return recognise
