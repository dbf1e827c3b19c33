-- 实施方案正文：把方案数据按公文体例印出来，供核对和附在文后。
--
-- 只印方案写了的内容：没有的部分不出现，空白照原样印出并在最后列明，原文缺失的注明缺失。
-- 序号按一、（一）1.（1）的层次。

local words = require "plan_words"
local wording = require "wording"

local layout = {}

local sentence, names, join = words.sentence, words.names, words.join

-- （牵头：县卫生健康局；配合：县医保局）, or nothing.
local function in_brackets(parts)
  local said = {}
  for _, part in ipairs(parts) do
    if part[2] then said[#said + 1] = part[1] .. "：" .. part[2] end
  end
  return #said > 0 and "（" .. table.concat(said, "；") .. "）" or ""
end

local function lost(entry)
  return entry.unknown and "（" .. words.lost(entry.unknown) .. "）" or ""
end

-- 1. …, 2. …, each a paragraph.
local function numbered(paper, texts, depth)
  for index, text in ipairs(texts or {}) do
    paper.text(words.number(depth or 3, index) .. sentence(text))
  end
end

local function has(entries) return entries ~= nil and #entries > 0 end

-- ---- goals, scope, times -----------------------------------------------------------------

local function goals(plan, paper, section)
  if not has(plan.goals) then return end
  section "工作目标"
  numbered(paper, plan.goals, 2)
end

local function definitions(plan, paper, section)
  if not next(plan.definitions or {}) then return end
  section "名词解释"
  local texts = {}
  for word, meaning in pairs(plan.definitions) do texts[#texts + 1] = word .. "：" .. meaning end
  numbered(paper, texts, 2)
end

-- 医院：三级医院、二级医院；其他：除医院以外
local function class_groups(plan)
  local groups, others = {}, {}
  for title, group in pairs(plan.classes or {}) do
    if group.except then
      others[#others + 1] = ("%s：除%s以外"):format(title, table.concat(group.except, "、"))
    else
      groups[#groups + 1] = title .. "：" .. table.concat(group, "、")
    end
  end
  for _, other in ipairs(others) do groups[#groups + 1] = other end
  return join(groups)
end

local function scope(plan, paper, section)
  local texts, of = {}, plan.scope or {}
  texts[1] = of.text
  local function add(title, list, mark)
    if has(list) then texts[#texts + 1] = title .. "：" .. table.concat(list, mark or "、") end
  end
  add("机构类别", of.classes)
  add("举办性质", of.ownership)
  add("重点", of.priority, "；")
  local groups = class_groups(plan)
  if groups then texts[#texts + 1] = "类别分组：" .. groups end
  if #texts == 0 then return end
  section(words.terms(plan).scope)
  numbered(paper, texts, 2)
end

local function period(plan, paper, section)
  local time = plan.period and words.time(plan.period)
  local back = plan.lookback
  if not time and not back and not plan.continues then return end
  section "起止时间"
  if time then paper.text(sentence(time)) end
  if back then
    paper.text(sentence("回溯：" .. table.concat({ back.from and back.from .. "起" or nil,
      back.title }, "，")))
  end
  if plan.continues then paper.text(sentence("延续：" .. plan.continues)) end
end

-- ---- focus areas -------------------------------------------------------------------------

local every = { week = "每周", month = "每月", quarter = "每季度", half_year = "每半年",
  year = "每年" }

-- What an item says besides its title, sentence by sentence.
local function item_text(plan, item, titles)
  local parts = {}
  local function add(title, text)
    if text then parts[#parts + 1] = sentence(title .. "：" .. text) end
  end
  local pieces = {}
  for index, part in ipairs(item.parts or {}) do pieces[index] = part.title end
  add("判定标准", item.text)
  add("分项", join(pieces))
  if item.across then add("逐类检查", plan.sets[item.across].title) end
  if item.kind == "task" then
    add("次数", ("%s不少于%d次"):format(every[item.per] or "", item.at_least or 1))
  end
  add("责任单位", names(plan, item.by))
  add("牵头", names(plan, item.lead))
  add("配合", names(plan, item.assist))
  add("已停用", item.retired)
  if item.alias_of then add("相同项", titles[item.alias_of] or item.alias_of) end
  return sentence(item.title .. lost(item)) .. table.concat(parts)
end

local function areas(data, paper, section)
  local plan, titles = data.plan, {}
  local found = words.areas(data)
  if #found == 0 then return end
  for _, item in ipairs(data.items) do titles[item.id] = item.title end
  section(words.terms(plan).focus)
  local numbers = {} -- of the areas below the first depth, which run through the section
  for position, area in ipairs(found) do
    local depth = area.depth + 1
    local next_area = found[position + 1]
    local parent = next_area and next_area.depth > area.depth
    local below = depth + (parent and 2 or 1) -- apart from the numbers of areas below
    numbers[depth] = (numbers[depth] or 0) + 1
    paper.heading(math.min(depth + 1, 6), words.number(depth, numbers[depth])
      .. area.title .. in_brackets { { "牵头", names(plan, area.area.lead) },
        { "配合", names(plan, area.area.assist) }, { "责任领导", area.area.person } }
      .. lost(area.area))
    for index, item in ipairs(area.items) do
      paper.text(words.number(below, index) .. item_text(plan, item, titles))
    end
  end
end

local function sets(plan, paper, section)
  local found = words.entries(plan, "sets")
  if #found == 0 then return end
  section "计数集合"
  for index, set in ipairs(found) do
    paper.heading(3, ("%s%s（%d项）"):format(words.number(2, index), set.title,
      #set.members))
    local titles = {}
    for inner, member in ipairs(set.members) do titles[inner] = member.title end
    numbered(paper, titles)
  end
end

-- ---- who, when, how ----------------------------------------------------------------------

local function departments(plan, paper, section)
  local found = words.entries(plan, "departments")
  if #found == 0 then return end
  section "责任分工"
  for index, department in ipairs(found) do
    local aliases = department.aliases and table.concat(department.aliases, "、")
    paper.heading(3, words.number(2, index) .. department.title
      .. in_brackets { { "分工", words.role[department.role] }, { "又称", aliases } })
    numbered(paper, department.duties)
    local contact = in_brackets { { "责任人", department.person },
      { "电话", department.phone } }
    if contact ~= "" then paper.text(contact) end
  end
end

local function phases(plan, paper, section)
  if has(plan.phases) then
    section "实施步骤"
    for index, phase in ipairs(plan.phases) do
      local time = words.time(phase)
      paper.heading(3, words.number(2, index) .. phase.title
        .. (time and "（" .. time .. "）" or "") .. lost(phase))
      numbered(paper, phase.actions)
      if has(phase.outputs) then
        paper.text(sentence("成果：" .. table.concat(phase.outputs, "、")))
      end
    end
  elseif plan.no_phases then
    section "实施步骤"
    paper.text(sentence(plan.no_phases))
  end
end

local function measures(data, paper, section)
  local plan, titles = data.plan, {}
  if not has(plan.measures) then return end
  for _, item in ipairs(data.items) do titles[item.id] = item.title end
  section "工作措施和要求"
  for index, measure in ipairs(plan.measures) do
    paper.heading(3, words.number(2, index) .. measure.title
      .. in_brackets { { "完成时间", measure.due }, { "责任单位", names(plan, measure.by) } }
      .. lost(measure))
    numbered(paper, measure.actions)
    if has(measure.outputs) then
      paper.text(sentence("成果：" .. table.concat(measure.outputs, "、")))
    end
    local checked = {}
    for _, id in ipairs(measure.items or {}) do checked[#checked + 1] = titles[id] end
    if #checked > 0 then paper.text(sentence("检查项：" .. table.concat(checked, "；"))) end
  end
end

local metrics = { self_check = "自查覆盖率", campaign = "整治覆盖率",
  inspection = "检查覆盖率", sampling = "抽查覆盖率" }

local function coverage(plan, paper, section)
  if not has(plan.coverage) then return end
  section "覆盖要求"
  local rows = {}
  for index, entry in ipairs(plan.coverage) do
    local least = entry.deprioritised and "不作要求"
      or entry.at_least and entry.at_least .. "%" or words.unstated
    rows[index] = { index, entry.class or "各类机构", metrics[entry.metric], least,
      entry.text or words.unstated }
  end
  paper.table({ { "序号", "right" }, { "机构类别" }, { "口径" }, { "不低于", "right" },
    { "原文" } }, rows)
end

local function duties(plan, paper, section)
  if not has(plan.duties) then return end
  section "报送要求"
  words.duty_table(paper, plan)
end

-- ---- how problems end --------------------------------------------------------------------

local function closeout(plan, paper, section)
  local of = plan.closeout
  if not of then return end
  section "核销条件"
  local titles = {}
  for index, gate in ipairs(of.gates or {}) do titles[index] = gate.title end
  numbered(paper, titles, 2)
  if of.evidence then paper.text(sentence("佐证：" .. of.evidence)) end
end

-- 情形：处理（由……处理）。
local function consequences(plan, paper, entries)
  local texts = {}
  for index, entry in ipairs(entries) do
    local by = names(plan, entry.by)
    texts[index] = entry.when .. "：" .. table.concat(entry.effect, "；")
      .. (entry.discretion and "（视情况裁量）" or "") .. (by and "（由" .. by .. "处理）" or "")
  end
  numbered(paper, texts, 2)
end

local function leniency(plan, paper, section)
  if not has(plan.leniency) then return end
  section "从宽情形"
  consequences(plan, paper, plan.leniency)
end

local function sanctions(plan, paper, section)
  if not has(plan.sanctions) then return end
  section "处理规则"
  consequences(plan, paper, plan.sanctions)
end

-- Points by item, by weight or by words of the plan's own; 大处方2分.
local function points_of(data)
  local titles, points = {}, {}
  for _, item in ipairs(data.items) do titles[item.id] = item.title end
  for key, point in pairs(data.plan.scoring.points or {}) do
    local title = titles[key] or wording.severity[key] or key:find("%l") and "" or key
    points[#points + 1] = title .. point .. "分"
  end
  return join(points)
end

-- （校验期一年）达到12分的：暂缓校验
local function threshold_text(threshold)
  local sums = {}
  for _, sum in ipairs { { "at", "达到" }, { "above", "超过" }, { "below", "不足" } } do
    if threshold[sum[1]] then sums[#sums + 1] = sum[2] .. threshold[sum[1]] .. "分" end
  end
  return (threshold.cycle and "（" .. threshold.cycle .. "）" or "")
    .. table.concat(sums, "、") .. "的：" .. threshold.effect
end

local function scoring(data, paper, section)
  local of, texts = data.plan.scoring, {}
  if not of then return end
  section "记分"
  if of.unit then texts[#texts + 1] = "记分对象：" .. of.unit end
  if of.cycle then texts[#texts + 1] = "记分周期：" .. of.cycle end
  texts[#texts + 1] = "分值：" .. (points_of(data) or words.unstated)
  for _, threshold in ipairs(of.thresholds or {}) do
    texts[#texts + 1] = threshold_text(threshold)
  end
  if of.basis then texts[#texts + 1] = "依据：" .. of.basis end
  if of.unconfirmed then texts[#texts + 1] = "以上分值和档次未核实" end
  numbered(paper, texts, 2)
end

-- ---- channels, registers, tables ---------------------------------------------------------

local function hotline(plan, paper, section)
  if not has(plan.hotline) then return end
  section "举报渠道"
  local rows = {}
  for index, entry in ipairs(plan.hotline) do
    rows[index] = { index, names(plan, entry.by) or words.unstated,
      entry.phone or words.unstated, entry.mail or words.unstated,
      entry.address or words.unstated }
  end
  paper.table({ { "序号", "right" }, { "受理单位" }, { "电话" }, { "邮箱" }, { "地址" } }, rows)
end

local function registers(plan, paper, section)
  if not has(plan.registers) then return end
  section "专门台账"
  local texts = {}
  for index, register in ipairs(plan.registers) do
    texts[index] = register.title .. in_brackets { { "责任单位", names(plan, register.by) } }
  end
  numbered(paper, texts, 2)
end

-- The tables that go with the plan: the statistics and its forms.
local function forms(plan, paper, section)
  local texts, statistics = {}, plan.statistics
  if statistics then
    local rows = statistics.rows or {}
    texts[1] = (statistics.title or "量化统计表")
      .. (#rows > 0 and ("（%d个栏目，表样另附）"):format(#rows) or "") .. lost(statistics)
  end
  for _, form in ipairs(plan.forms or {}) do
    texts[#texts + 1] = form.title .. (has(form.columns)
      and "（栏目：" .. table.concat(form.columns, "、") .. "）" or "") .. lost(form)
  end
  if #texts == 0 then return end
  section "统计表和附表"
  numbered(paper, texts, 2)
end

local function basis(plan, paper, section)
  if not has(plan.basis) then return end
  section "依据"
  local rows = {}
  for index, entry in ipairs(plan.basis) do
    rows[index] = { index, "《" .. entry.title .. "》", entry.number or "—",
      entry.article or "—", entry.version or "—", entry.effective or "—",
      entry.unconfirmed and "未核实" or "—" }
  end
  paper.table({ { "序号", "right" }, { "名称" }, { "文号" }, { "条款" }, { "版本" },
    { "施行日期" }, { "核实情况" } }, rows)
end

-- The value of a parameter in one line.
local function in_line(value)
  if value == nil then return "____" end
  if value == true then return "是" end
  if value == false then return "否" end
  if type(value) ~= "table" then return tostring(value) end
  local parts = {}
  if #value > 0 then
    for index, entry in ipairs(value) do parts[index] = in_line(entry) end
  else
    for key, entry in pairs(value) do parts[#parts + 1] = key .. "：" .. in_line(entry) end
  end
  return table.concat(parts, "、")
end

-- The columns of a table parameter, and their rows, as a table of the paper.
local function put_rows(plan, paper, id, entry)
  local columns, rows = {}, {}
  for _, column in ipairs(plan.order.columns[id]) do
    local declared = entry.columns[column]
    columns[#columns + 1] = { type(declared) == "table" and declared.title or column }
  end
  for index, row in ipairs(entry.value) do
    rows[index] = {}
    for place, column in ipairs(plan.order.columns[id]) do
      rows[index][place] = row[column] or "—"
    end
  end
  paper.text(("%s："):format(entry.title or id))
  paper.table(columns, rows)
end

local function has_rows(entry)
  return entry.type == "table" and type(entry.value) == "table" and #entry.value > 0
end

local function parameters(plan, paper, section)
  local rows, tables = {}, {}
  for _, id in ipairs(plan.order.parameters or {}) do
    local entry = (plan.parameters or {})[id]
    if entry then
      local value = has_rows(entry) and "见下表" or in_line(entry.value)
      if has_rows(entry) then tables[#tables + 1] = id end
      if type(entry.value) == "table" and next(entry.value) == nil then value = "—" end
      rows[#rows + 1] = { #rows + 1, entry.title or id, value,
        entry.unit or "—", entry.basis or "—", entry.unconfirmed and "未核实" or "—",
        entry.reason or "—" }
    end
  end
  if #rows == 0 then return end
  section "参数表"
  paper.table({ { "序号", "right" }, { "名称" }, { "值" }, { "单位" }, { "依据" },
    { "核实情况" }, { "说明" } }, rows)
  for _, id in ipairs(tables) do put_rows(plan, paper, id, plan.parameters[id]) end
end

-- ---- differences from the plan above ------------------------------------------------------

-- The titles of what a plan names by id, and the words for periods.
local function titles_of(data)
  local titles, plan = {}, data.plan
  for _, section in ipairs { "departments", "phases", "duties", "focus", "measures" } do
    for index, entry in ipairs(words.entries(plan, section)) do
      local id = entry.id or plan.order[section][index]
      titles[id] = titles[id] or entry.title or entry.artefact
    end
  end
  for _, item in ipairs(data.items) do titles[item.id] = titles[item.id] or item.title end
  for code, word in pairs(every) do titles[code] = word end
  titles.once = "一次"
  return titles
end

-- A value as people read it: without the clause it is cited from, what it points to by its
-- title. Nil for what is no text of the document, such as a condition.
local function shown(plan, value, titles)
  local phase, duty = value:match("^phase：([%w_]+)$"), value:match("^after：([%w_]+)$")
  if phase or duty then
    return words.due(plan, { due = { phase = phase, after = duty } })
  end
  value = value:gsub("，?条款：.*$", ""):gsub("%l[%l%d_]*", titles)
  return not value:find("%l") and value or nil
end

-- A deviation with the titles of its entry and of the plan that makes it, and that plan's
-- level, for wording.deviation.
local function named(data, deviation, titles)
  local plan, copy = data.plan, {}
  for key, value in pairs(deviation) do copy[key] = value end
  for _, layer in ipairs(data.chain or {}) do
    if layer.id == deviation.layer then
      copy.layer, copy.level = "《" .. layer.title .. "》", layer.level
    end
  end
  local entry = words.find(plan[deviation.section], deviation.id)
  copy.title = copy.title or entry.title or entry.artefact or entry.text
    or deviation.section_title
  copy.from = shown(plan, deviation.from, titles) or "原规定"
  copy.to = shown(plan, deviation.to, titles) or "新规定"
  return copy
end

-- What was changed, without a judgement.
local function change(deviation)
  local what = deviation.section_title
  if deviation.title ~= what then
    what = what .. words.quoted(deviation.title) .. "的" .. deviation.field_title
  end
  if deviation.from == "—" then return what .. "增加" .. words.quoted(deviation.to) end
  return ("%s由%s改为%s"):format(what, words.quoted(deviation.from),
    words.quoted(deviation.to))
end

-- 《…实施方案》（市）
local function of_layer(deviation)
  return ("%s（%s）"):format(deviation.layer, wording.level[deviation.level] or "本级")
end

local function deviations(data, paper, section)
  local texts, titles = {}, titles_of(data)
  local function add(direction, tell)
    for _, deviation in ipairs(data.deviations or {}) do
      if deviation.direction == direction then
        texts[#texts + 1] = tell(named(data, deviation, titles))
      end
    end
  end
  add("looser", wording.deviation)
  add("stricter", function(deviation)
    return of_layer(deviation) .. "从严：" .. change(deviation)
  end)
  add("not_comparable", wording.deviation)
  if #texts == 0 then return end
  local of_library = true
  for _, deviation in ipairs(data.deviations) do
    of_library = of_library and deviation.against == "library"
  end
  section(of_library and "与规则库默认参数的不同" or "与上级方案的不同")
  numbered(paper, texts, 2)
end

-- ---- the paper ---------------------------------------------------------------------------

function layout.build(args, paper)
  local data = args.data
  local plan, count = data.plan, 0
  local function section(title)
    count = count + 1
    paper.heading(2, words.number(1, count) .. title)
  end
  paper.heading(1, plan.title)
  local line = {}
  for _, key in ipairs { "issuer", "number", "issued" } do line[#line + 1] = plan[key] end
  if #line > 0 then paper.text(table.concat(line, "　"), "center") end
  for _, add in ipairs { goals, definitions, scope, period } do add(plan, paper, section) end
  areas(data, paper, section)
  for _, add in ipairs { sets, departments, phases } do add(plan, paper, section) end
  measures(data, paper, section)
  for _, add in ipairs { coverage, duties, closeout, leniency, sanctions } do
    add(plan, paper, section)
  end
  scoring(data, paper, section)
  for _, add in ipairs { hotline, registers, forms, basis, parameters } do
    add(plan, paper, section)
  end
  deviations(data, paper, section)
  words.blanks(paper, data)
  return paper.tree(plan.title)
end

return layout
