-- Who has to do what: the departments that a plan names, and what is to be handed in to
-- whom and when (报送). Read from the words alone; what is not said stays out.

local recognise = require "recognise"
local shape = require "shape"

local offices = {}

local MOST = 60 -- entries of one kind: more are found in no plan

-- ---- departments -----------------------------------------------------------------------

-- Ids for what offices do; the first that fits.
local names = {
  { "campaign_office", { "领导小组", "专班", "治理工作办公室", "整治办", "行动办" } },
  { "enforcement", { "执法大队", "监督所", "监督执法" } },
  { "units", { "医疗机构", "医疗卫生机构", "各单位", "医疗单位", "医院", "卫生院" } },
  { "discipline", { "纪委", "监委", "纪检" } },
  { "insurance", { "医保", "医疗保障" } },
  { "health", { "卫健", "卫生健康", "卫生计生", "卫计", "医政", "卫生监督" } },
  { "police", { "公安" } },
  { "market", { "市场监管", "市场监督" } },
  { "cyberspace", { "网信" } },
  { "development", { "发改", "发展和改革", "发展改革" } },
  { "tcm", { "中医药" } },
  { "telecom", { "通信" } },
  { "commerce", { "工商" } },
  { "public_order", { "综治" } },
  { "military", { "军队" } },
  { "finance", { "财政" } },
  { "civil_affairs", { "民政" } },
  { "drug", { "药监", "药品监督" } },
  { "government", { "政府" } },
  { "party_office", { "党委", "党办", "党总支" } },
}

local function id_of(title, used)
  local id = "department"
  local several = title:find("、", 1, true)
  for _, entry in ipairs(names) do
    if not several and shape.holds(title, entry[2]) then
      id = entry[1]
      break
    end
  end
  used[id] = (used[id] or 0) + 1
  return used[id] == 1 and id or id .. "_" .. used[id]
end

local everybody = { "各级各类医疗机构", "各医疗卫生机构", "各医疗机构", "各级医疗机构", "各医疗单位",
  "各医疗卫生单位", "各单位" }

-- The department of a title, made if it is not there yet. All facilities are one.
local function department(list, title, clause)
  local general = shape.holds(title, everybody) == title
  if general and list.everybody and not list.by_title[title] then
    list.by_title[title] = list.everybody
    list.everybody.aliases[#list.everybody.aliases + 1] = title
  end
  if not list.by_title[title] then
    local entry = { id = id_of(title, list.used), title = title, aliases = {}, duties = {}, clause = clause }
    if general then list.everybody = entry end
    list.by_title[title] = entry
    list[#list + 1] = entry
  end
  return list.by_title[title]
end

local endings = { "局", "委", "委员会", "办公室", "办", "厅", "部门", "组织", "机关", "大队", "中心",
  "所", "院", "政府", "监委", "总支" }

-- 市公安局：… or 医保部门对…: the office that a line begins with, and what follows.
local function leading_office(line)
  local s = shape.of(shape.first(line, 24))
  local stop = s.shadow:find("[:.]")
  if stop and stop > 2 then
    local title = shape.cut(s, 1, stop - 1)
    if shape.ends(title, endings) and not shape.holds(title, { "，", ",", "、" }) then
      return title, shape.trim(line:sub(s.at[stop + 1]))
    end
  end
  local _, last = line:find("部门", 1, true)
  local title = last and line:sub(1, last)
  if title and shape.length(title) <= 12 and not shape.holds(title, { "，", ",", "。", "由" }) then
    return title, shape.trim(line:sub(last + 1))
  end
end

-- 由市卫健委牵头
local function leader_of(sentence)
  local title = sentence:match("由(.-)牵头")
  if title and shape.length(title) <= 16 and shape.ends(title, endings)
    and not title:find("_", 1, true) then
    return title
  end
end

-- 县卫健部门 leads: the 卫健部门 of the list is the same.
local function known_as(list, title, clause)
  for _, entry in ipairs(list) do
    if shape.ends(title, { entry.title }) or shape.ends(entry.title, { title }) then
      return entry
    end
  end
  return department(list, title, clause)
end

local function is_share(clause)
  return not clause.parent and clause.number
    and shape.holds(recognise.heading(clause), { "分工", "职责" }) ~= nil
end

local function add_share(list, line, clause)
  local title, words = leading_office(line)
  if not title or shape.holds(title, { "其他", "各有关", "有关部门" }) then return end
  if #list >= MOST then return end
  local entry = department(list, title, clause)
  entry.role = entry.role or "assist"
  for _, sentence in ipairs(shape.sentences(words)) do
    entry.duties[#entry.duties + 1] = sentence
  end
end

-- [{ id, title, role, duties, clause }]; `by_title`.
function offices.departments(clauses)
  local list = { by_title = {}, used = {} }
  for _, clause in ipairs(clauses) do
    if is_share(clause) then
      for index = 2, #clause.lines do add_share(list, clause.lines[index], clause) end
      for _, child in ipairs(clause.children) do add_share(list, child.head, child) end
    end
    for _, sentence in ipairs(recognise.sentences(clause)) do
      local leader = leader_of(sentence)
      if leader then
        known_as(list, leader, clause).role = "lead"
      end
    end
  end
  for _, word in ipairs(everybody) do
    for _, clause in ipairs(clauses) do
      if clause.text:find(word, 1, true) then
        department(list, word, clause).role = "execute"
        return list
      end
    end
  end
  return list
end

-- ---- duties ------------------------------------------------------------------------------

local verbs = { "报送", "上报", "报至", "报备", "报市", "报县", "报省", "报区", "报州",
  "报局", "报委", "报国家", "报卫" }
local commas = { "，", ",", "、" }
local NOT_BEFORE = { "举", "通", "申", "填", "汇", "投", "媒体", "宣传" }

-- Whether a verb at a place is another word: 举报, 信息报送工作.
local function is_other(sentence, place, verb)
  return shape.ends(sentence:sub(1, place - 1), NOT_BEFORE)
    or sentence:find("工作", place + #verb, true) == place + #verb
end

-- What stands before the first verb of handing in, and what behind its 报.
local function verb_in(sentence)
  local best
  for _, verb in ipairs(verbs) do
    local place = sentence:find(verb, 1, true)
    while place and is_other(sentence, place, verb) do
      place = sentence:find(verb, place + #verb, true)
    end
    if place and (not best or place < best) then best = place end
  end
  if not best then
    -- 向县纪委监委报告落实情况
    local to, place = sentence:match("向(.-)()报告")
    best = to and shape.length(to) <= 16 and not shape.holds(to, commas) and place
  end
  if not best then return nil end
  local _, stop = sentence:find("报", best, true)
  local before = sentence:sub(1, best - 1)
  return before, sentence:sub(stop + 1)
end

local function skip(text, words)
  local word
  repeat
    word = nil
    for _, candidate in ipairs(words) do
      if text:sub(1, #candidate) == candidate then word = candidate end
    end
    if word then text = text:sub(#word + 1) end
  until not word
  return text
end

local receivers = { "局", "委", "办", "办公室", "部门", "科", "股", "处", "室", "中心", "政府", "组",
  "监委", "厅", "所" }

local function receiver_in(text)
  text = shape.split(text, ".,;:/()")[1] or ""
  for _, word in ipairs { "邮箱", "备案", "建立", "汇总", "审定", "研究" } do
    local place = text:find(word, 1, true)
    if place then text = text:sub(1, place - 1) end
  end
  if shape.length(text) <= 30 and shape.length(text) >= 2 and shape.ends(text, receivers) then
    return text
  end
end

-- Whom it goes to: 报县卫健局, 报送…至县卫健局, 向县纪委监委报送…
local function receiver_of(before, after)
  local to = before:match("^.*向(.-)$")
  local place = after:match("至()")
  return to and not shape.holds(to, commas) and receiver_in(to)
    or receiver_in(skip(after, { "送", "备", "至", "给", "到", "请", "告" }))
    or place and receiver_in(after:sub(place))
end

-- A text up to the first of the words that begin when or how.
local function cut_before(text, words)
  local first
  for _, word in ipairs(words) do
    local place = text:find(word, 1, true)
    if place and place > 1 and (not first or place < first) then first = place end
  end
  return first and text:sub(1, first - 1) or text
end

local loose = { "书面", "及时", "按程序", "分别", "，", ",", "于", "的" }

local function trim_end(text)
  local word
  repeat
    word = shape.ends(text, loose)
    if word then text = shape.trim(text:sub(1, -#word - 1)) end
  until not word
  return text
end

-- A time at the end of a text, with 于 or 在 before it, is no part of a paper's name.
local function without_time(text)
  local s = shape.of(text)
  local place, last = 1, nil
  while true do
    local time = shape.time(s, place)
    if not time then break end
    last, place = time, time.to + 1
  end
  if last and last.to >= #s.shadow - 1 then
    text = shape.cut(s, 1, last.from - 1)
    text = without_time(trim_end(text))
  end
  return trim_end(text)
end

local function last_after(text, words)
  local stop
  for _, word in ipairs(words) do
    local place = 1
    while true do
      local from, to = text:find(word, place, true)
      if not from then break end
      stop = math.max(stop or 0, to)
      place = to + 1
    end
  end
  return stop and text:sub(stop + 1)
end

-- What is handed in, in the sentence's own words; nil if it does not say.
local function artefact_of(before, after)
  local made = last_after(before, { "形成" })
  made = made and without_time(made)
  if made and shape.length(made) >= 2 then return made end
  local given = last_after(before, { "将", "把" })
  given = given and without_time(given)
  if given and shape.length(given) >= 2 then return given end
  local named = shape.split(cut_before(skip(after, { "送", "告" }), { "至" }), ".,;")[1]
  if named and shape.length(named) >= 3 and not receiver_in(named)
    and not shape.holds(named:sub(1, 3), { "备", "至" }) then
    return named
  end
  local subject = shape.split(without_time(before), ",")
  local last = #subject > 1 and skip(subject[#subject], { "并", "填写", "完成" })
  if last and shape.length(last) >= 4 then return last end
  local first = cut_before(subject[1] or "", { "应", "要", "须" })
  if #subject == 1 and shape.length(first) >= 4 then return first end
end

-- 各医疗机构将…, 县市区于…: who hands it in.
local function sender_of(before)
  before = skip(before, { "请", "要求" })
  local s = shape.of(before)
  local time = shape.time(s, 1)
  if time and time.from == 1 then
    before = skip(shape.cut(s, time.to + 1, #s.shadow), { "，", "," })
  end
  local title = cut_before(before, { "将", "要", "于", "应", "须", "每月", "每季", "20", "__", "在",
    "对", "的", "，", ",", "形成", "把", "按" })
  if shape.length(title) <= 24 and (title:sub(1, 3) == "各"
    or shape.ends(title, { "机构", "单位", "部门", "大队", "局", "县市区", "委" })) then
    return title
  end
end

local cadences = { { "每周", "weekly" }, { "每月", "monthly" }, { "按月", "monthly" },
  { "每季", "quarterly" }, { "按季", "quarterly" }, { "每半年", "half_yearly" },
  { "每年", "yearly" } }

local function cadence_of(sentence)
  for _, entry in ipairs(cadences) do
    if sentence:find(entry[1], 1, true) then return entry[2] end
  end
end

-- When: a list of the sentence's own words.
local function dues_of(sentence)
  local found = {}
  local s = shape.of(sentence)
  local from, to = s.shadow:find("VMd+DF?")
  if from then found[1] = shape.cut(s, from, to) end
  local within = sentence:match("印发后.-内")
  if within and shape.length(within) <= 12 then found[#found + 1] = within end
  for _, time in ipairs(from and {} or shape.times(sentence)) do
    if not shape.ends(sentence:sub(1, s.at[time.from] - 1), { "上月", "本月", "（", "(" }) then
      found[#found + 1] = time.text
    end
  end
  if #found == 0 and sentence:find("及时", 1, true) then found[1] = "及时" end
  return found
end

local function window_of(sentence)
  return sentence:match("上月[%d_]+日至本月[%d_]+日") or sentence:match("上月[%d_]+日到本月[%d_]+日")
end

-- Papers that go with it: 《…统计表》.
local function attachments_of(sentence)
  local found = {}
  for title in sentence:gmatch("《(.-)》") do
    if shape.ends(title, { "表" }) then found[#found + 1] = title end
  end
  return found
end

local function duty_of(sentence, clause, list)
  local before, after = verb_in(sentence)
  if not before then return nil end
  local to, dues = receiver_of(before, after), dues_of(sentence)
  local every = cadence_of(sentence)
  if not to and #dues == 0 and not every then return nil end
  local artefact = artefact_of(before, after)
  local sender = sender_of(before)
  return { artefact = artefact or shape.first(sentence, 40), sentence = sentence,
    dues = dues, every = every, window = window_of(sentence),
    from = sender and department(list, sender, clause), to = to and department(list, to, clause),
    attachments = attachments_of(sentence), clause = clause }
end

-- [{ artefact, dues, every, window, from, to, attachments, clause }]; who hands in and who
-- receives is added to the departments.
function offices.duties(clauses, list)
  local found = {}
  for _, clause in ipairs(clauses) do
    for _, sentence in ipairs(recognise.sentences(clause)) do
      local duty = #found < MOST and duty_of(sentence, clause, list)
      local last = found[#found]
      if duty then
        found[#found + 1] = duty
      elseif last and last.clause == clause and not last.window then
        last.window = window_of(sentence)
      end
    end
  end
  for _, entry in ipairs(list) do
    if not entry.role and entry.id:find("^units") then entry.role = "execute" end
  end
  return found
end

return offices
