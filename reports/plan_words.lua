-- 方案各附件共用的写法：序号、单位、时间、报送路径、空白。方案没有写的填“未写明”，空白照
-- 原样印出。

local words = {}

-- ---- words -----------------------------------------------------------------------------

words.role = { lead = "牵头", assist = "配合", execute = "实施" }

words.every = { weekly = "每周", monthly = "每月", quarterly = "每季度",
  half_yearly = "每半年", yearly = "每年", once = "一次" }

words.unstated = "未写明"

-- What the plan's focus areas and reach are called, by the kind of plan.
local kinds = {
  rectification = { focus = "整治重点", scope = "整治范围" },
  tasks = { focus = "重点任务", scope = "适用范围" },
  strike = { focus = "打击重点", scope = "打击范围" },
}

function words.terms(plan) return kinds[plan.kind] or kinds.rectification end

local digits = { "一", "二", "三", "四", "五", "六", "七", "八", "九" }

-- 1 → 一, 10 → 十, 12 → 十二, 20 → 二十
function words.numeral(number)
  if number > 99 then return tostring(number) end
  local tens, ones = number // 10, number % 10
  local front = tens == 0 and "" or tens == 1 and "十" or digits[tens] .. "十"
  return front .. (digits[ones] or "")
end

-- Numbers by depth: 一、（一）1.（1）
function words.number(depth, number)
  if depth == 1 then return words.numeral(number) .. "、" end
  if depth == 2 then return "（" .. words.numeral(number) .. "）" end
  if depth == 3 then return number .. ". " end
  return "（" .. number .. "）"
end

-- A text with its full stop.
function words.sentence(text)
  for _, stop in ipairs { "。", "！", "？", "；", "：" } do
    if text:sub(-#stop) == stop then return text end
  end
  return text .. "。"
end

-- In quotation marks; those inside become single ones.
function words.quoted(text)
  return "“" .. text:gsub("“", "‘"):gsub("”", "’") .. "”"
end

-- What is said of an entry whose text the source has lost.
function words.lost(why)
  return why:find("^原文缺失") and why or "原文缺失：" .. why
end

-- What the plan is about, for the titles of its attachments.
function words.subject(plan)
  local subject = plan.title
  for _, kind in ipairs { "实施方案", "工作方案", "方案" } do
    if #subject > #kind and subject:sub(-#kind) == kind then
      return subject:sub(1, -#kind - 1)
    end
  end
  return subject
end

-- The title of an attachment, and which plan it belongs to.
function words.head(paper, plan, kind)
  paper.heading(1, words.subject(plan) .. kind)
  local number = plan.number and "（" .. plan.number .. "）" or ""
  paper.text(("《%s》%s附件"):format(plan.title, number), "center")
end

-- ---- what entries say --------------------------------------------------------------------

-- Some fields name one department, others several.
function words.ids(value)
  return type(value) == "string" and { value } or value or {}
end

-- A department or a list of them by name; nil where none is named.
function words.names(plan, ids)
  local names = {}
  for index, id in ipairs(words.ids(ids)) do
    local department = (plan.departments or {})[id]
    names[index] = department and department.title or id
  end
  return #names > 0 and table.concat(names, "、") or nil
end

function words.join(texts, nothing)
  return texts and #texts > 0 and table.concat(texts, "；") or nothing
end

-- When something runs, as the document writes it; nil where it does not say.
function words.time(entry)
  if entry.when then return entry.when end
  local from, to = entry.from, entry.to
  if from and to then return from .. "至" .. to end
  if from then return from .. "起" end
  return to and (to:sub(-3) == "前" and to or "至" .. to)
end

-- The entry of a list that has this id, or an empty one.
function words.find(entries, id)
  for _, entry in ipairs(entries or {}) do
    if entry.id == id then return entry end
  end
  return {}
end

-- The deadline of a duty: a time, several, the end of a phase, or after another duty.
function words.due(plan, duty)
  local due = duty.due
  if type(due) ~= "table" then return due end
  if due.phase then
    local phase = words.find(plan.phases, due.phase)
    local time = words.time(phase)
    return words.quoted(phase.title or due.phase) .. "结束时"
      .. (time and "（" .. time .. "）" or "")
  elseif due.after then
    return words.quoted(words.find(plan.duties, due.after).artefact or due.after) .. "报送后"
  end
  return table.concat(due, "、")
end

-- 报送单位→（经…）→接收单位（报送方式）
function words.path(plan, duty)
  local via = words.names(plan, duty.via)
  return (words.names(plan, duty.from) or "报送单位未写明")
    .. (via and "→（经" .. via .. "）" or "")
    .. "→" .. (words.names(plan, duty.to) or "接收单位未写明")
    .. (duty.channel and "（" .. duty.channel .. "）" or "")
end

function words.frequency(duty)
  local every = words.every[duty.every] or words.unstated
  return every .. (duty.nil_report and "（没有情况也须报告）" or "")
end

-- What is to be handed in, by whom, to whom and when.
function words.duty_table(paper, plan)
  local rows = {}
  for index, duty in ipairs(plan.duties) do
    rows[index] = { index, duty.artefact, words.path(plan, duty),
      words.due(plan, duty) or words.unstated, words.frequency(duty),
      duty.window or "—", words.join(duty.attachments, "无") }
  end
  paper.table({ { "序号", "right" }, { "材料" }, { "报送单位→接收单位" }, { "时限" },
    { "频次" }, { "统计时段" }, { "附件" } }, rows)
end

-- 《处方管理办法》第十九条（2007年5月1日施行）
function words.citations(plan, item)
  local lines = {}
  for index, citation in ipairs(item.basis or {}) do
    local basis = words.find(plan.basis, citation.id)
    lines[index] = "《" .. (basis.title or citation.id) .. "》"
      .. (citation.article or basis.article or "")
      .. (basis.version and "（" .. basis.version .. "）" or "")
      .. (basis.unconfirmed and "（未核实）" or "")
  end
  return words.join(lines, "无")
end

-- The focus areas with their items, each followed by the areas below it: { title, depth,
-- area, items }. What belongs to no area comes last.
function words.areas(data)
  local result, items_of, children, rest = {}, {}, {}, {}
  for _, area in ipairs(data.plan.focus or {}) do
    items_of[area.id] = {}
    local above = area.parent or ""
    children[above] = children[above] or {}
    table.insert(children[above], area)
  end
  for _, item in ipairs(data.items) do table.insert(items_of[item.focus] or rest, item) end
  local function add(above, depth)
    for _, area in ipairs(children[above] or {}) do
      result[#result + 1] = { title = area.title, depth = depth, area = area,
        items = items_of[area.id] }
      add(area.id, depth + 1)
    end
  end
  add("", 1)
  if #rest > 0 then
    result[#result + 1] = { title = "组织开展和其他要求", depth = 1, area = {}, items = rest }
  end
  return result
end

-- ---- blanks ------------------------------------------------------------------------------

-- A run of two or more _, or one beside a digit or 年月日 (docs/plan-format.md, «Blanks»).
function words.is_blank(text)
  if text:find("^%l[%l%d_.%[%]]*$") and not text:find("__", 1, true) then return false end
  for _, pattern in ipairs { "__", "%d_", "_%d", "_年", "_月", "_日" } do
    if text:find(pattern) then return true end
  end
  return false
end

-- The sections in which blanks are looked for, in the order in which they are listed, with
-- what a field is called there alone.
local sections = {
  { "basis", "依据" }, { "focus", "整治重点", { person = "责任领导" } },
  { "departments", "责任单位" }, { "phases", "实施步骤" },
  { "measures", "工作措施", { due = "完成时间" } }, { "coverage", "覆盖要求" },
  { "duties", "报送要求" }, { "leniency", "从宽情形" }, { "sanctions", "处理规则" },
  { "registers", "专门台账" }, { "hotline", "举报渠道" }, { "forms", "附表" },
  { "sets", "计数集合" }, { "parameters", "参数" },
}

local fields = {
  title = "名称", number = "文号", issuer = "发文机关", issued = "印发日期", region = "地区",
  when = "时间", from = "起始时间", to = "截止时间", due = "时限", window = "统计时段",
  artefact = "材料", attachments = "附件", person = "责任人", phone = "电话",
  mail = "邮箱", address = "地址", duties = "职责", aliases = "别称", actions = "工作内容",
  outputs = "成果", version = "版本", effective = "施行日期", effect = "处理",
  value = "值", basis = "依据", reason = "理由", text = "内容", within = "整改时限",
  ask = "问题", columns = "栏目", evidence = "佐证", authorised_by = "批准文号", channel = "报送方式",
}

local passed_over = { id = true, clause = true, unknown = true }

-- Adds a line for each blank of an entry, also in what it holds.
local function look(lines, where, name, value, key, own)
  if type(value) == "string" and words.is_blank(value) then
    local of = (value == name or not name) and where or where .. words.quoted(name)
    lines[#lines + 1] = ("%s的%s：%s"):format(of,
      own and own[key] or fields[key] or "内容", value)
  elseif type(value) == "table" then
    for inner, entry in pairs(value) do
      if not passed_over[inner] then
        look(lines, where, name, entry, type(inner) == "number" and key or inner, own)
      end
    end
    if type(value.unknown) == "string" then
      lines[#lines + 1] = ("%s%s：%s"):format(where, name and words.quoted(name) or "",
        words.lost(value.unknown))
    end
  end
end

-- The entries of a section in their order, whether it is a list or a map.
function words.entries(plan, section)
  local entries, order = plan[section] or {}, (plan.order or {})[section]
  if not order then return entries end
  local result = {}
  for index, id in ipairs(order) do result[index] = entries[id] end
  return result
end

local function look_at_section(lines, plan, section)
  local key, where = section[1], section[2]
  if key == "focus" then where = words.terms(plan).focus end
  for _, entry in ipairs(words.entries(plan, key)) do
    local name = entry.title or entry.artefact or words.names(plan, entry.by)
    if key == "leniency" or key == "sanctions" then name = entry.when end
    look(lines, where, name, entry, nil, section[3])
    if key == "parameters" and entry.value == nil then
      lines[#lines + 1] = ("参数%s的值：____"):format(words.quoted(name or ""))
    end
  end
end

local function look_at_identity(lines, plan)
  for _, key in ipairs { "title", "number", "region", "issuer", "issued" } do
    look(lines, "方案", nil, plan[key], key)
  end
end

-- Lists what is still blank in the named parts of the plan, or in all of it: sections, and
-- "identity", "period", "items", "statistics", "deviations".
function words.blanks(paper, data, wanted)
  local plan, lines, takes = data.plan, {}, {}
  for _, part in ipairs(wanted or {}) do takes[part] = true end
  local function asked(part) return wanted == nil or takes[part] end
  if asked("identity") then look_at_identity(lines, plan) end
  if asked("period") then
    look(lines, "起止时间", nil, plan.period)
    look(lines, "回溯", nil, plan.lookback)
  end
  if wanted == nil then
    for _, part in ipairs { { "scope", "范围" }, { "goals", "工作目标" },
      { "continues", "延续" }, { "definitions", "名词解释" }, { "no_phases", "实施步骤" },
      { "closeout", "核销条件" }, { "scoring", "记分" } } do
      look(lines, part[2], nil, plan[part[1]])
    end
  end
  for _, section in ipairs(sections) do
    if asked(section[1]) then look_at_section(lines, plan, section) end
  end
  if asked("items") then
    for _, item in ipairs(data.items) do look(lines, "检查项", item.title, item) end
  end
  if asked("statistics") and plan.statistics then
    look(lines, "量化统计表", nil, { title = plan.statistics.title,
      unknown = wanted == nil and plan.statistics.unknown or nil })
    for _, row in ipairs(plan.statistics.rows or {}) do
      look(lines, "量化统计表", row.title, row)
    end
  end
  if asked("deviations") then
    local seen = {}
    for _, deviation in ipairs(data.deviations or {}) do
      local number = deviation.authorised_by
      if number and not seen[number] then look(lines, "放宽", nil, number, "authorised_by") end
      seen[number or ""] = true
    end
  end
  if #lines > 0 then
    paper.text("以下日期和内容尚未确定：")
    paper.bullets(lines)
  end
end

return words
