-- 自查情况比对：机构之间（分类，不混排）、两个轮次之间、自查与检查之间。
-- 数字由主程序统计（docs/json.md，compare/1），长表由主程序逐行写出。
-- 未报送、零报告、漏项三者分列，互不相加。

local office_words = require "office_words"
local wording = require "wording"

local layout = {}

local LONGEST = 20 -- 图中最多列出的条数

-- ---- 抬头 ------------------------------------------------------------------------------

local options = { class = "机构类别", town = "乡镇", facility = "机构", item = "检查项",
  focus = "整治重点", set = "计数集合" }
local order = { "class", "town", "facility", "item", "focus", "set" }

local function day(text) return text and text ~= "" and wording.date(text) or nil end

-- 轮次名称和起止日；没有起止日的只写名称。
local function round(of)
  local from, to = day(of.from), day(of.to)
  local span = from and to and ("（%s至%s）"):format(from, to) or to and ("（至%s）"):format(to) or ""
  return (of.title or of.id) .. span
end

local function titled(list, id)
  for _, one in ipairs(list or {}) do
    if one.id == id or one.title == id then return one end
  end
end

-- 选项中写的编号，按名称印出。
local function named(figures, option, text)
  if option == "item" then return (titled(figures.items, text) or {}).title or text end
  if option == "focus" then return (titled(figures.focus, text) or {}).title or text end
  if option ~= "set" then return text end
  local id, member = text:match("^(.-)%.(.*)$")
  local set = titled(figures.sets, id or text)
  if not set then return text end
  local one = member and titled(set.members, member)
  return set.title .. (member and "：" .. (one and one.title or member) or "")
end

local function filter(paper, figures)
  local parts = {}
  for _, option in ipairs(order) do
    local names = {}
    for index, text in ipairs(figures.filter[option] or {}) do names[index] = named(figures, option, text) end
    if #names > 0 then parts[#parts + 1] = options[option] .. "“" .. table.concat(names, "”“") .. "”" end
  end
  if #parts > 0 then paper.text("比对范围：" .. table.concat(parts, "；") .. "。") end
end

local function head(paper, data, title)
  local f = data.figures
  paper.heading(1, (f.plan.title or f.plan.id) .. title)
  local rounds = "统计轮次：" .. round(f.round)
  if f["with"] then rounds = rounds .. "；对照轮次：" .. round(f["with"]) end
  paper.text(rounds .. "。数据截止：" .. wording.date(f.today) .. "。")
  if data.office ~= "" then paper.text("统计单位：" .. data.office .. "。") end
  filter(paper, f)
  local silent = office_words.silent(f.offices, f.unheard)
  if silent then paper.text(silent) end
end

-- ---- 图 --------------------------------------------------------------------------------

local function thousandths(part, whole)
  if whole == 0 then return nil end
  local share = (part * 2000 + whole) // (whole * 2)
  return share > 1000 and 1000 or share
end

local function bar(label, part, whole)
  return { label, ("%s（%d/%d）"):format(wording.rate(part, whole), part, whole),
    thousandths(part, whole) }
end

-- 按占比从高到低，相同的按原来的次序。
local function highest(bars)
  local placed, kept = {}, {}
  for index, one in ipairs(bars) do placed[index] = { one, index } end
  table.sort(placed, function(a, b)
    local first, second = a[1][3] or -1, b[1][3] or -1
    if first ~= second then return first > second end
    return a[2] < b[2]
  end)
  for index = 1, math.min(#placed, LONGEST) do kept[index] = placed[index][1] end
  return kept
end

local function problem_bars(rows)
  local bars = {}
  for _, row in ipairs(rows) do
    bars[#bars + 1] = bar(row.title ~= "" and row.title or row.id, row.all.problem, row.all.checked)
  end
  return bars
end

-- ---- 机构之间 --------------------------------------------------------------------------

-- 没有报告载明的不是0。
local function known(number) return number or "—" end
-- 缩小到一些检查项时：整份报告的数（零报告、漏项、台账）不在比对范围以内，不列。
local function narrow_overview(paper, f)
  local all, rows = f.all, {}
  paper.text(("应报%d家，已报%d家（%s），其中逾期报送%d家；未报送%d家。"):format(all.expected, all.here,
    office_words.share(all.here, all.expected, f.unheard), all.late, all.missing))
  local function add(title, g)
    rows[#rows + 1] = { title, g.expected, g.here, office_words.share(g.here, g.expected, f.unheard), g.late, g.missing }
  end
  for _, group in ipairs(f.classes) do add(group.title, group) end
  add("合计", all)
  paper.table({ { "类别" }, { "应报", "right" }, { "已报", "right" }, { "报送率", "right" },
    { "逾期报送", "right" }, { "未报送", "right" } }, rows)
  paper.text("注：单位为家。报送率＝已报÷应报。零报告、漏项、整改等为整份报告的数，不限于比对范围内的检查项，不在此列；"
    .. "比对范围内的检查情况见以下各表。")
end

local function overview(paper, f)
  local all, rows, bars = f.all, {}, {}
  paper.text(("应报%d家，已报%d家（%s），其中逾期报送%d家；未报送%d家；零报告%d家；有漏项%d家。"):format(
    all.expected, all.here, office_words.share(all.here, all.expected, f.unheard), all.late, all.missing, all.nil_,
    all.left_out))
  if all.here == 0 then
    paper.text("没有收到可以计入的报告，问题和整改情况不明。")
  else
    paper.text(("登记问题%s个，应整改%s个，整改率%s，按期整改率%s，核销率%s，逾期%s个，反弹%s个，退回金额%s万元。")
      :format(known(all.found), known(all.counted), all.rectified_rate, all.on_time_rate, all.closed_rate,
      known(all.overdue), known(all.relapsed), all.refund_wan))
  end
  local function add(title, g)
    rows[#rows + 1] = { title, g.expected, g.here, office_words.share(g.here, g.expected, f.unheard), g.late,
      g.missing, g.nil_, g.left_out, g.completion, g.data_coverage, known(g.found), known(g.counted),
      g.rectified_rate, g.on_time_rate, g.closed_rate, known(g.overdue), known(g.relapsed), g.refund_wan }
  end
  for _, group in ipairs(f.classes) do
    add(group.title, group)
    bars[#bars + 1] = bar(group.title, group.here, group.expected)
  end
  add("合计", all)
  paper.table({ { "类别" }, { "应报", "right" }, { "已报", "right" }, { "报送率", "right" },
    { "逾期报送", "right" }, { "未报送", "right" }, { "零报告", "right" }, { "有漏项", "right" },
    { "自查项完成率", "right" }, { "数据覆盖率", "right" }, { "登记问题", "right" },
    { "应整改", "right" }, { "整改率", "right" }, { "按期率", "right" }, { "核销率", "right" },
    { "逾期", "right" }, { "反弹", "right" }, { "退回(万元)", "right" } }, rows)
  paper.text("注：单位为家、个。报送率＝已报÷应报。零报告：已报送且未发现问题；有漏项：报告中有未检查、未判定或缺项的"
    .. "检查项。未报送既不是零报告，也不是未发现问题。")
  if #bars > 1 and (f.unheard or 0) == 0 then paper.chart("各类别报送率", "类别", "报送率", bars) end
end

local rates_note = "注：自查项完成率＝已作出结论的项÷适用项（缺项计入适用项）；数据覆盖率＝已由数据判定的数据项÷适用的数据项；"
  .. "整改率＝已整改÷应整改；按期率＝按期完成÷到期应完成；核销率＝已核销÷已整改；分母为0的填“—”。"
  .. "漏项＝未检查＋未判定＋缺项，为检查项的个数。机构只在同类别内比较。"

local function facilities(paper, data)
  if data.narrowed then
    paper.rows("compare.facilities", { { "类别", "class" }, { "机构编码", "code" },
      { "机构", "name" }, { "乡镇", "town" }, { "报送状态", "state" }, { "零报告", "nil", "center" },
      { "结论", "verdict" }, { "问题", "problem", "right" }, { "可疑", "suspect", "right" },
      { "提醒", "hint", "right" }, { "合格", "pass", "right" }, { "不适用", "not_applicable", "right" },
      { "漏项", "left_out", "right" }, { "未检查", "not_checked", "right" },
      { "未判定", "undetermined", "right" }, { "缺项", "absent", "right" } }, "facilities")
    paper.text("注：只统计比对范围内的检查项；结论取其中最差的一项。机构只在同类别内比较。")
    return
  end
  paper.rows("compare.facilities", { { "类别", "class" }, { "机构编码", "code" }, { "机构", "name" },
    { "乡镇", "town" }, { "报送状态", "state" }, { "零报告", "nil", "center" },
    { "漏项", "left_out", "right" }, { "自查项完成率", "completion", "right" },
    { "数据覆盖率", "data_coverage", "right" }, { "登记问题", "found", "right" },
    { "应整改", "counted", "right" }, { "整改率", "rectified_rate", "right" },
    { "按期率", "on_time_rate", "right" }, { "核销率", "closed_rate", "right" },
    { "逾期", "overdue", "right" }, { "反弹", "relapsed", "right" },
    { "退回(万元)", "refund", "right" } }, "facilities")
  paper.text(rates_note)
end

local function tally_columns(first)
  local columns = { { "类别", "class" } }
  for _, column in ipairs(first) do columns[#columns + 1] = column end
  for _, column in ipairs { { "应报", "expected", "right" }, { "未报送", "missing", "right" },
    { "零报告", "nil", "right" }, { "漏项", "left_out", "right" }, { "未检查", "not_checked", "right" },
    { "未判定", "undetermined", "right" }, { "缺项", "absent", "right" },
    { "不适用", "not_applicable", "right" }, { "已检查", "checked", "right" },
    { "合格", "pass", "right" }, { "问题", "problem", "right" }, { "问题占比", "share", "right" },
    { "可疑", "suspect", "right" }, { "提醒", "hint", "right" },
    { "可疑提醒占比", "suspect_share", "right" } } do
    columns[#columns + 1] = column
  end
  return columns
end

local tally_note = "注：各数为机构家数。已检查＝合格＋问题＋可疑＋提醒；漏项＝未检查＋未判定＋缺项；"
  .. "应报＝未报送＋已检查＋漏项＋不适用；问题占比＝问题÷已检查；可疑提醒占比＝（可疑＋提醒）÷已检查；"
  .. "零报告为已报送机构中整份报告未发现问题的家数；分母为0的填“—”。"

local worst_note = "几个检查项合并统计的，每家机构只计一次，按问题、可疑、提醒、未检查、未判定、缺项、合格、不适用的次序取最前的一种。"

local function items(paper, f)
  local columns = tally_columns { { "编号", "id" }, { "检查项", "title" } }
  paper.heading(2, "三、按检查项比对")
  paper.heading(3, "（一）全部机构")
  paper.rows("compare.items.all", columns, "items_all")
  paper.text(tally_note)
  if #f.items > 1 then
    paper.chart(("问题占比最高的检查项（最多%d项）"):format(LONGEST), "检查项", "问题占比",
      highest(problem_bars(f.items)))
  end
  paper.heading(3, "（二）分类别")
  paper.rows("compare.items", columns, "items")
end

local function areas(paper, f)
  if #f.focus == 0 then return end
  paper.heading(2, "四、按整治重点比对")
  paper.rows("compare.focus", tally_columns { { "整治重点", "title" } }, "focus")
  paper.text(worst_note)
  if #f.focus > 1 then
    paper.chart("各整治重点问题占比", "整治重点", "问题占比", problem_bars(f.focus))
  end
end

local function sets(paper, f)
  if #f.sets == 0 then return end
  paper.heading(2, (#f.focus == 0 and "四" or "五") .. "、按计数集合比对")
  paper.rows("compare.sets", tally_columns { { "集合", "id" }, { "成员", "title" } }, "sets")
  paper.text(worst_note)
  for _, set in ipairs(f.sets) do
    if #set.members > 0 then
      paper.chart(set.title .. "各成员问题占比", "成员", "问题占比", problem_bars(set.members))
    end
  end
end

local function compare_facilities(data, paper)
  local f = data.figures
  head(paper, data, "自查情况比对表")
  paper.heading(2, "一、总体情况")
  if data.narrowed then narrow_overview(paper, f) else overview(paper, f) end
  paper.heading(2, "二、机构比对（分类排列，不混排）")
  facilities(paper, data)
  items(paper, f)
  areas(paper, f)
  sets(paper, f)
  return paper.tree("自查情况比对表")
end

-- ---- 两个轮次 ----------------------------------------------------------------------------

local change_heads = { { "新发现", "new", "right" }, { "已消除", "fixed", "right" },
  { "反弹", "relapsed", "right" }, { "仍存在", "unchanged", "right" }, { "保持合格", "clean", "right" },
  { "范围变化", "scope", "right" }, { "其中现有问题", "scope_new", "right" },
  { "其中原有问题", "scope_lost", "right" }, { "两轮均未检查", "outside", "right" } }

local function change_columns(first)
  local columns = {}
  for _, column in ipairs(first) do columns[#columns + 1] = column end
  for _, column in ipairs(change_heads) do columns[#columns + 1] = column end
  return columns
end

local change_note = "注：两轮都检查了的才比较：原合格、现有问题的为新发现；原有问题、现合格的为已消除；两轮都有问题的为仍存在；"
  .. "后一轮的台账载明整改后再次发生的为反弹，不再计入新发现和仍存在；两轮都合格的为保持合格。只有一轮检查了的"
  .. "（另一轮未检查、未判定、缺项或者不适用）为范围变化，原有问题不计为已消除。问题包括可疑和提醒。"

local function change_row(title, g)
  local row = { title, g.both }
  for _, column in ipairs(change_heads) do row[#row + 1] = g[column[2]] end
  return row
end

local function changes_overview(paper, f)
  local rows, heads, bars = {}, { { "类别" }, { "两轮均报送", "right" } }, {}
  local all = f.all
  paper.text(("两轮均报送的机构%d家，逐项比较：新发现%d项，已消除%d项，反弹%d项，仍存在%d项，保持合格%d项，范围变化%d项。")
    :format(all.both, all.new, all.fixed, all.relapsed, all.unchanged, all.clean, all.scope))
  for _, column in ipairs(change_heads) do heads[#heads + 1] = { column[1], column[3] } end
  for _, group in ipairs(f.classes) do
    rows[#rows + 1] = change_row(group.title, group)
    bars[#bars + 1] = bar(group.title, group.fixed, group.fixed + group.unchanged)
  end
  rows[#rows + 1] = change_row("合计", all)
  paper.table(heads, rows)
  paper.text("注：两轮均报送为机构家数，其余为检查项数（各机构之和）。")
  paper.text(change_note)
  if #bars > 1 then
    paper.chart("各类别原有问题的消除率（已消除÷（已消除＋仍存在））", "类别", "消除率", bars)
  end
end

local function compare_rounds(data, paper)
  local f = data.figures
  head(paper, data, "自查情况两轮比对表")
  paper.heading(2, "一、总体情况")
  changes_overview(paper, f)
  paper.heading(2, "二、机构两轮比对（分类排列，不混排）")
  paper.rows("changes.facilities", change_columns { { "类别", "class" }, { "机构编码", "code" },
    { "机构", "name" }, { "乡镇", "town" } }, "facilities")
  paper.heading(2, "三、只有一轮报送的机构")
  paper.rows("changes.single", { { "类别", "class" }, { "机构编码", "code" }, { "机构", "name" },
    { "乡镇", "town" }, { "对照轮次", "before" }, { "本轮", "state" } }, "single")
  paper.text("注：只有一轮报送的机构不参加比较；两轮都未报送的不列。")
  paper.heading(2, "四、按检查项比对")
  local first = { { "类别", "class" }, { "编号", "id" }, { "检查项", "title" } }
  paper.heading(3, "（一）全部机构")
  paper.rows("changes.items.all", change_columns(first), "items_all")
  paper.heading(3, "（二）分类别")
  paper.rows("changes.items", change_columns(first), "items")
  if #f.focus > 0 then
    paper.heading(2, "五、按整治重点比对")
    paper.rows("changes.focus", change_columns { { "类别", "class" }, { "整治重点", "title" } }, "focus")
    paper.text(worst_note)
  end
  if #f.sets > 0 then
    paper.heading(2, (#f.focus > 0 and "六" or "五") .. "、按计数集合比对")
    paper.rows("changes.sets", change_columns { { "类别", "class" }, { "集合", "id" },
      { "成员", "title" } }, "sets")
    paper.text(worst_note)
  end
  return paper.tree("自查情况两轮比对表")
end

-- ---- 自查与检查 --------------------------------------------------------------------------

local function days(window)
  local from, to = day(window.from), day(window.to)
  if not from and not to then return "不限" end
  return (from or "") .. (to and "至" .. to or "以后")
end

local function held_row(title, h)
  return { title, h.facilities, known(h.self_found), h.inspected, h.reported, h.reported_after,
    h.unreported, h.not_checked, h.not_in_scope, h.no_report, h.unreported_rate, h.amount_wan,
    h.refund_self_wan, h.share }
end

local function compare_inspections(data, paper)
  local f, rows, bars = data.figures, {}, {}
  local all = f.all.inspection
  head(paper, data, "自查与检查情况比对表")
  paper.text(("检查日期：%s。轮次以外的日期发现的问题，不与本轮次的自查报告比对。"):format(days(f.window)))
  paper.heading(2, "一、总体情况")
  paper.text(("检查机构%d家，检查发现问题%d个，其中自查已报告%d个，检查后才报告%d个，应报未报%d个（%s）；检查发现金额%s万元，"
    .. "自查主动退回%s万元，占%s。"):format(all.facilities, all.inspected, all.reported, all.reported_after,
    all.unreported, all.unreported_rate, all.amount_wan, all.refund_self_wan, all.share))
  for _, group in ipairs(f.classes) do
    local held = group.inspection
    if held.facilities > 0 then
      rows[#rows + 1] = held_row(group.title, held)
      if held.unreported_rate ~= "—" then
        bars[#bars + 1] = bar(group.title, held.unreported, held.inspected)
      end
    end
  end
  rows[#rows + 1] = held_row("合计", all)
  paper.table({ { "类别" }, { "检查机构(家)", "right" }, { "自查发现", "right" },
    { "检查发现", "right" }, { "已报告", "right" }, { "检查后才报告", "right" }, { "应报未报", "right" }, { "自查漏项", "right" },
    { "不在自查范围", "right" }, { "未报送", "right" }, { "应报未报率", "right" },
    { "检查发现(万元)", "right" }, { "自查退回(万元)", "right" }, { "退回占比", "right" } }, rows)
  if #bars > 1 then paper.chart("各类别应报未报率", "类别", "应报未报率", bars) end
  paper.heading(2, "二、机构比对（分类排列，不混排）")
  paper.rows("inspection.facilities", { { "类别", "class" }, { "机构编码", "code" },
    { "机构", "name" }, { "乡镇", "town" }, { "报送状态", "state" }, { "检查次数", "visits", "right" },
    { "自查发现", "self_found", "right" }, { "检查发现", "inspected", "right" },
    { "已报告", "reported", "right" }, { "检查后才报告", "reported_after", "right" },
    { "应报未报", "unreported", "right" },
    { "自查漏项", "not_checked", "right" }, { "不在自查范围", "not_in_scope", "right" },
    { "未报送", "no_report", "right" }, { "应报未报率", "unreported_rate", "right" },
    { "检查发现(万元)", "amount", "right" }, { "自查退回(万元)", "refund_self", "right" },
    { "退回占比", "share", "right" } }, "facilities")
  paper.text("注：检查发现＝已报告＋检查后才报告＋应报未报＋自查漏项＋不在自查范围＋未报送，单位为个；应报未报＝检查发现、自查判为合格的；"
    .. "应报未报率＝应报未报÷检查发现，检查发现的都没有自查结论（未报送、漏项、不在范围）的填“—”；退回占比＝自查主动退回÷检查发现金额；分母为0的填“—”。"
    .. "没有检查过的机构不列：未检查不等于没有问题。")
  if f.others > 0 then
    paper.text(("另有%d个问题在名册以外的场所发现，不列入上表。"):format(f.others))
  end
  return paper.tree("自查与检查情况比对表")
end

-- ---- 入口 ----------------------------------------------------------------------------------

-- `nil` 不便作键名，改称 nil_。
local function rename(group) group.nil_ = group["nil"] end

function layout.build(data, paper)
  rename(data.figures.all)
  for _, group in ipairs(data.figures.classes) do rename(group) end
  if data.figures.kind == "rounds" then return compare_rounds(data, paper) end
  if data.figures.kind == "inspection" then return compare_inspections(data, paper) end
  return compare_facilities(data, paper)
end

return layout
