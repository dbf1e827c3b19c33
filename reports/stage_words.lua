-- 阶段性总结和通报共用的写法：覆盖、未发现、问题表、案件。未报送、零报告、漏项分开写；“未发现”只写
-- 真正检查过的，并写明检查了几家。

local ledger_words = require "ledger_words"
local office_words = require "office_words"
local wording = require "wording"

local words = {}

-- 各数字的来源：名称和命令。命令照印出的执行，印出该数；率由其中的分子、分母算出。
function words.marks(data, sources)
  local command, plan, days = data.command, "--plan " .. data.plan.id, ""
  if data.span.from ~= "" then days = days .. " --from " .. data.span.from end
  if data.span.to ~= "" then days = days .. " --to " .. data.span.to end
  local before = data.previous and " --previous" or ""
  local function table_of(format) return "zicha statistics " .. command .. format end
  local function trace(figure) return table_of(" --trace " .. figure) end
  local summary = "zicha summary " .. command .. " --format json"
  local circular = "zicha circular " .. command .. " --format json"
  local known = {
    counts = { "机构数和检查家数（total、previous_total、groups）", table_of(" --by class" .. before .. " --format json") },
    statistics = { "量化统计表", table_of(before) },
    tables = { "问题分组表（tables）", summary },
    items = { "按检查项（items）、按整治重点（focus）", summary },
    sets = { "按计数组（sets）", summary },
    cases = { "案件和检查登记（register）、机构台账汇总（figures）", table_of(" --format json") },
    inspections = { "自查与检查核对",
      ("zicha compare %s --round %s --inspection%s --format json"):format(plan, data.span.round, days) },
    missing = { "未报送名单", trace "o.missing" },
    late = { "逾期报送名单", trace "o.late" },
    nil_reports = { "零报告名单", trace "o.zero" },
    left_out = { "漏项名单", trace "o.left_out" },
    relapsed = { "反弹名单", trace "l.relapsed" },
    overdue = { "逾期未整改名单", trace "l.overdue" },
    facilities = { "机构比对（facilities）", circular },
  }
  known.ledger = known.cases
  return function(name) return sources.mark(known[name][1], known[name][2]) end
end

-- 率：一位小数，分母为0为“—”。
words.rate = wording.rate

function words.figure(data, name)
  local value = data.figures[name]
  return value ~= nil and tostring(value) or "—"
end

local function number(data, name) return math.tointeger(tonumber(data.figures[name])) end

-- 台账的率；机构报告都没有这个数的为“—”。
function words.figure_rate(data, part, whole)
  local a, b = number(data, part), number(data, whole)
  return a and b and wording.rate(a, b) or "—"
end

-- 元的文字换成万元，两位小数，四舍五入。
function words.wan(text)
  if text == nil then return "—" end
  local yuan, cents = tostring(text):match("^(%d+)%.?(%d*)$")
  if not yuan then return "—" end
  local all = math.tointeger(tonumber(yuan)) * 100 + math.tointeger(tonumber((cents .. "00"):sub(1, 2)))
  local hundredths = (all + 5000) // 10000
  return ("%d.%02d"):format(hundredths // 100, hundredths % 100)
end

-- ---- 覆盖 --------------------------------------------------------------------------------

local metrics = { self_check = { "自查覆盖率", "here" }, campaign = { "自查覆盖率", "here" }, inspection = { "监督检查覆盖率", "inspected" },
  sampling = { "抽查比例" } }

local function least_of(target)
  local whole, part = tostring(target.at_least or ""):match("^(%d+)%.?(%d*)")
  if not whole then return nil end
  return math.tointeger(tonumber(whole .. (part .. "00"):sub(1, 2)))
end

-- ✔达标、✘未达标；方案要求不以覆盖面论的，不作判断。
-- 下级的检查数不全时，未达到比例的不判为未达标。
local function verdict(class, target, unheard)
  local least, key = least_of(target), metrics[target.metric] and metrics[target.metric][2]
  local done = key and class[key]
  if target.deprioritised then return "不作判断（方案要求不片面强调覆盖面）" end
  if not least then return "方案没有规定比例" end
  if done == nil then return "未登记，无法判断" end
  if unheard > 0 then return "应查家数不全，无法判断" end
  if done * 10000 >= least * class.expected then return "✔达标" end
  return key == "inspected" and class.partly and "检查数不全或时段不一致，无法判断" or "✘未达标"
end

-- 一个口径几个目标时，以指明该类别的为准，其次取最高的；要求不以覆盖面论的，没有别的目标时才算。
local function weight(target)
  local least = least_of(target)
  return (target.class and 4000000 or 0) + (target.deprioritised and 1 or least and 2000000 + least or 0)
end

local function best_of(class, holds)
  local best
  for _, target in ipairs(class.targets or {}) do
    if holds(target) and (not best or weight(target) > weight(best)) then best = target end
  end
  return best
end

-- 整治范围的要求，方案没有另定自查覆盖率的，以自查对照；不以覆盖面论的，检查也不作判断。
local function target_of(class, metric)
  return best_of(class, function(target) return target.metric == metric end)
    or best_of(class, function(target)
      return target.metric == "campaign" and (metric == "self_check" or target.deprioritised)
    end)
end

local function has_campaign(data)
  for _, class in ipairs(data.coverage) do
    local target = target_of(class, "self_check")
    if target and target.metric == "campaign" and not target.deprioritised then return true end
  end
  return false
end

local function target_cell(class, metric, unheard)
  local target = target_of(class, metric)
  if not target then return "—", "方案没有规定" end
  return target.at_least and ("≥%s%%"):format(tostring(target.at_least):gsub("%%$", "")) or "—",
    verdict(class, target, unheard)
end

-- 检查过的家数和率：下级的检查数不全的加标记。
local function inspected_cells(data, class)
  local lacking = data.lacking and data.lacking.visits
  if not class.inspected then return "未登记", "—" end
  return office_words.marked(class.inspected, lacking),
    office_words.marked(office_words.share(class.inspected, class.expected, data.unheard), lacking)
end

local function coverage_row(data, class)
  local unheard = data.unheard
  local self_target, self_verdict = target_cell(class, "self_check", unheard)
  local inspection_target, inspection_verdict = target_cell(class, "inspection", unheard)
  local inspected, share = inspected_cells(data, class)
  return { class.title, class.expected, class.here, office_words.share(class.here, class.expected, unheard),
    self_target, self_verdict, inspected, share, inspection_target,
    inspection_verdict, class.missing, class.late, class.nil_count or class["nil"], class.left_out }
end

-- “不全或时段不一致：缺……”；都在其中的为空。
function words.lacking(data, of)
  local list = data.lacking and data.lacking[of] or {}
  return #list > 0 and "不全或时段不一致：" .. office_words.lacking(list) or ""
end

local function in_brackets(text) return text ~= "" and "（" .. text .. "）" or "" end

function words.coverage(paper, data)
  local rows = {}
  for index, class in ipairs(data.coverage) do rows[index] = coverage_row(data, class) end
  local total = data.total
  local inspected, share = inspected_cells(data, total)
  rows[#rows + 1] = { "合计", total.expected, total.here,
    office_words.share(total.here, total.expected, data.unheard), "—", "—", inspected, share,
    "—", "—", total.missing, total.late, total["nil"], total.left_out }
  if data.off_roster then
    rows[#rows + 1] = { "另：名册外、不再应报的场所", "—", "—", "—", "—", "—", data.off_roster, "—", "—", "—", "—", "—",
      "—", "—" }
  end
  paper.table({ { "机构类别" }, { "应自查（家）", "right" }, { "已自查（家）", "right" }, { "自查覆盖率", "right" },
    { "目标", "right" }, { "是否达标" }, { "监督检查（家）", "right" }, { "检查覆盖率", "right" }, { "目标", "right" },
    { "是否达标" }, { "未报送（家）", "right" }, { "逾期报送（家）", "right" }, { "零报告（家）", "right" },
    { "有漏项（家）", "right" } }, rows)
  paper.text("注：自查覆盖率＝已自查÷应自查，检查覆盖率＝监督检查÷应自查，监督检查只计应自查的机构，名册外的场所另列；未报送为没有收到可以计入的报告，零报告为已报送且"
    .. "没有发现问题，有漏项为已报送但有未检查、未判定或缺少的项目，三者不同；零报告可以同时有漏项；分母为0的填“—”。")
  if has_campaign(data) then
    paper.text("方案规定的是集中整治的覆盖范围，没有另定自查覆盖率的，目标按自查覆盖率对照。")
  end
  if total.inspected and #words.lacking(data, "visits") > 0 then
    paper.text(("带“%s”的检查数%s。"):format(office_words.mark, words.lacking(data, "visits")))
  end
end

-- 未达标的类别。
function words.short(data)
  local found = {}
  for _, class in ipairs(data.coverage) do
    for _, metric in ipairs { "self_check", "inspection", "sampling" } do
      local target = target_of(class, metric)
      if target and verdict(class, target, data.unheard) == "✘未达标" then
        found[#found + 1] = class.title .. metrics[metric][1]
      end
    end
  end
  return found
end

-- ---- 未发现与发现 ------------------------------------------------------------------------

local function open_words(item)
  return item.open > 0 and ("，另有%d家未检查或未判定"):format(item.open) or ""
end

-- 一个整治重点：未发现的、发现的、没有人检查的，各带家数。
local function focus_lines(items)
  local clean, found, unchecked = {}, {}, {}
  for _, item in ipairs(items) do
    if item.checked == 0 then
      unchecked[#unchecked + 1] = "“" .. item.title .. "”"
    elseif item.found == 0 then
      clean[#clean + 1] = ("“%s”（检查%d家%s）"):format(item.title, item.checked, open_words(item))
    else
      found[#found + 1] = ("“%s”%d家（检查%d家，占%s%s）"):format(item.title, item.found, item.checked,
        wording.rate(item.found, item.checked), open_words(item))
    end
  end
  return clean, found, unchecked
end

-- 查完的、发现的、没有发现但没有查完的机构，分开数。
local function area_words(area)
  return ("报送的机构中，%d家发现问题，%d家全部查完、未发现问题%s"):format(area.found, area.clean,
    area.open > 0 and ("，%d家没有发现但未全部查完"):format(area.open) or "")
end

function words.findings(paper, data, mark)
  local areas, of = {}, {}
  for _, area in ipairs(data.focus) do areas[#areas + 1] = { area.id, area.title, area } end
  areas[#areas + 1] = { "", "组织开展和其他要求" }
  for _, item in ipairs(data.items) do
    of[item.focus] = of[item.focus] or {}
    table.insert(of[item.focus], item)
  end
  local lines = {}
  for _, area in ipairs(areas) do
    local items = of[area[1]]
    if items then
      local clean, found, unchecked = focus_lines(items)
      local parts = {}
      if area[3] and area[3].checked > 0 then parts[1] = area_words(area[3]) end
      if #found > 0 then parts[#parts + 1] = "发现问题的项目：" .. table.concat(found, "、") end
      if #clean > 0 then parts[#parts + 1] = "未发现问题的项目：" .. table.concat(clean, "、") end
      if #unchecked > 0 then
        parts[#parts + 1] = "没有机构检查" .. table.concat(unchecked, "、") .. "，不得按“未发现”处理"
      end
      lines[#lines + 1] = area[2] .. "：" .. table.concat(parts, "；") .. mark("items")
    end
  end
  paper.bullets(lines)
end

-- 没有共性问题，也要写明有几家查了几项；不足两家的谈不上共性。
local function none_common(data)
  local checked, most = 0, 0
  for _, item in ipairs(data.items) do
    if item.checked > 0 then checked = checked + 1 end
    if item.checked > most then most = item.checked end
  end
  if checked == 0 then return "没有机构检查过，共性问题不作统计" end
  if most < 2 then return "没有两家以上机构检查过的同一项目，共性问题不作统计" end
  return ("报送的%d家机构检查过的%d个项目中，没有两家以上机构共同发现的问题"):format(data.total.here, checked)
end

-- 共性问题：发现的机构最多的检查项，带分母。
function words.common(paper, data, mark)
  local items = {}
  for index, item in ipairs(data.items) do
    if item.found > 1 then items[#items + 1] = { item, index } end
  end
  table.sort(items, function(a, b)
    local x, y = a[1].found * b[1].checked, b[1].found * a[1].checked
    if x ~= y then return x > y end
    return a[2] < b[2]
  end)
  if #items == 0 then
    paper.text(none_common(data) .. mark("items") .. "。")
    return
  end
  paper.text("共性问题（两家以上机构发现，按占检查机构的比例排列，列前10项）" .. mark("items") .. "：")
  local rows = {}
  for index = 1, math.min(10, #items) do
    local item = items[index][1]
    rows[index] = { index, item.title, wording.severity[item.severity] or "一般", item.checked, item.found,
      item.certain, wording.rate(item.found, item.checked), item.open }
  end
  paper.table({ { "序号", "right" }, { "检查项" }, { "严重程度" }, { "检查机构（家）", "right" },
    { "发现问题（家）", "right" }, { "其中：明确违规（家）", "right" }, { "占检查机构", "right" },
    { "未检查或未判定（家）", "right" } }, rows)
end

local function by_class(member)
  local parts = {}
  for _, class in ipairs(member.classes) do
    if class.found > 0 then
      parts[#parts + 1] = ("%s%d家（检查%d家）"):format(class.title, class.found, class.checked)
    end
  end
  if #parts > 0 then return table.concat(parts, "、") end
  return member.checked > 0 and "未发现" or "没有机构检查"
end

-- 十大领域、四类技术等计数组，逐个成员、分机构类别。
function words.sets(paper, data, mark)
  for _, set in ipairs(data.sets) do
    local rows = {}
    for index, member in ipairs(set.members) do
      rows[index] = { member.title, member.entries, member.checked, member.found,
        wording.rate(member.found, member.checked), member.open, member.not_applicable,
        member.entries > 0 and by_class(member) or "方案没有对应的检查项" }
    end
    paper.text(("按“%s”统计%s："):format(set.title or set.id, mark("sets")))
    paper.table({ { "成员" }, { "检查项", "right" }, { "检查机构（家）", "right" }, { "发现问题（家）", "right" },
      { "占检查机构", "right" }, { "未检查或未判定（家）", "right" }, { "不适用（家）", "right" },
      { "发现问题的机构类别" } }, rows)
  end
end

-- ---- 问题 --------------------------------------------------------------------------------

local function cells_of(title, row)
  return { title, row.found, row.counted, row.rectified, wording.rate(row.rectified, row.counted), row.closed,
    wording.rate(row.closed, row.rectified), row.unverified, row.dismissed }
end

-- 一张分组表；合计为各行之和。
local function problem_table(paper, head, order, groups)
  local rows, seen = {}, {}
  local total = { found = 0, counted = 0, rectified = 0, closed = 0, unverified = 0, dismissed = 0 }
  local function add(title, row)
    rows[#rows + 1] = cells_of(title, row)
    for key in pairs(total) do total[key] = total[key] + row[key] end
  end
  for _, one in ipairs(order) do
    seen[one[1]] = true
    if groups[one[1]] then add(one[2], groups[one[1]]) end
  end
  local rest = {}
  for id in pairs(groups) do
    if not seen[id] then rest[#rest + 1] = id end
  end
  table.sort(rest)
  for _, id in ipairs(rest) do
    local title = groups[id].title
    add(title ~= "" and title or "其他", groups[id])
  end
  rows[#rows + 1] = cells_of("合计", total)
  paper.table({ { head }, { "登记问题（个）", "right" }, { "应整改（个）", "right" }, { "已整改（个）", "right" },
    { "整改率", "right" }, { "已核销（个）", "right" }, { "核销率", "right" }, { "待核实未计入（个）", "right" },
    { "不属实（个）", "right" } }, rows)
  return total
end

local source_order = { "self_check", "inspection", "complaint", "transfer_in", "media", "data_screening",
  "superior_feedback", "look_back" }

-- 整治重点、机构类别、发现方式三张表，合计相同。
function words.problems(paper, data, mark)
  local areas, classes, sources = {}, {}, {}
  for _, area in ipairs(data.focus) do areas[#areas + 1] = { area.id, area.title } end
  areas[#areas + 1] = { "", "组织开展和其他要求" }
  for _, class in ipairs(data.coverage) do classes[#classes + 1] = { class.title, class.title } end
  for _, id in ipairs(source_order) do sources[#sources + 1] = { id, ledger_words.source[id] } end
  paper.text("按整治重点" .. mark("tables") .. "：")
  local total = problem_table(paper, "整治重点", areas, data.tables.focus)
  paper.text("按机构类别" .. mark("tables") .. "：")
  problem_table(paper, "机构类别", classes, data.tables.class)
  paper.text("按发现方式" .. mark("tables") .. "：")
  problem_table(paper, "发现方式", sources, data.tables.source)
  paper.text("注：整改率＝已整改÷应整改（核实属实或数据明确违规的问题），核销率＝已核销÷已整改；登记＝应整改＋待核实未计入＋"
    .. "不属实；各数为报送的机构台账之和，状态截至各机构报送之日（手工登记的为收到之日）；分母为0的填“—”。")
  return total
end

-- 台账汇总：有问题的检查项，按检查表的顺序；检查表已没有的排在最后。
function words.problems_by_item(paper, data, mark)
  if data.total.here == data.reach.before then
    paper.text("没有报告说到统计时段内的问题，台账汇总不作统计" .. mark("tables") .. "。")
    return
  end
  if next(data.tables.item) == nil then
    paper.text("报送的机构台账中没有问题" .. mark("tables") .. "。")
    return
  end
  local items = {}
  for _, item in ipairs(data.items) do items[#items + 1] = { item.id, item.title } end
  items[#items + 1] = { "", "不属于检查项的问题" }
  paper.text("各机构台账按检查项汇总" .. mark("tables") .. "：")
  problem_table(paper, "检查项", items, data.tables.item)
end

-- ---- 案件 --------------------------------------------------------------------------------

-- 没有登记的不写0。
function words.registered(data, name)
  local value = data.register and data.register[name]
  return value ~= nil and tostring(value) or nil
end

function words.cases(data, mark)
  local function of(name) return words.registered(data, name) end
  if not of("cases") then return "案件未登记，本材料不作统计。" end
  return ("立案%s起（简易程序%s起、一般程序%s起），结案%s起；警告%s家（人）；罚款%s家、%s万元；没收违法所得%s万元；停业整顿%s家，"
    .. "吊销许可证%s家，注销%s家；暂停执业%s人，吊销医师证书%s人；机构记分%s分，人员记分%s分；移送%s件；退回%s万元；曝光%s起%s%s。"):format(
    of("cases"), of("simple"), of("general"), of("closed"), of("warnings"), of("fined"),
    words.wan(of("fine_amount")), words.wan(of("confiscated")), of("suspended"), of("revoked"),
    of("cancelled"), of("doctors_suspended"), of("doctors_revoked"), of("points_facilities"), of("points_staff"),
    of("transfers"), words.wan(of("refunds")), of("exposed"), mark("cases"),
    in_brackets(words.lacking(data, "cases")))
end

function words.visits(data, mark)
  local function of(name) return words.registered(data, name) end
  if not of("inspected") then return "监督检查未登记，本材料不作统计。" end
  local held, off = data.inspections, data.off_roster
  local others = off and ("（其中检查名册外、不再应报的%d家%s）"):format(off, mark("counts")) or ""
  local head = ("监督检查%s家%s、%s户次，出动%s人次；检查发现问题%s个；责令改正%s户次，下达监督意见书%s份，取缔无证行医%s户次%s%s。"):format(
    of("inspected"), others, of("visits"), of("inspectors"), of("inspected_problems"), of("orders"), of("opinions"),
    of("unlicensed_closed"), mark("cases"), in_brackets(words.lacking(data, "visits")))
  if not data.own_visits then return head .. "本级检查未登记，不作自查与检查核对。" end
  return head .. ("%s发现的问题与自查核对：已自查报告%d个，检查后才报告%d个，应报未报%d个，自查未检查%d个，不在自查范围%d个，未报送%d个，名册外%d个%s。"):format(
    #(data.below or {}) > 0 and "本级检查" or "检查", held.reported, held.reported_after, held.unreported, held.not_checked, held.not_in_scope,
    held.no_report, held.others, mark("inspections"))
end

-- ---- 量化统计表与上期 --------------------------------------------------------------------

local lacking = { not_kept = "未登记", not_entered = "____" }

function words.statistics(paper, data, mark)
  local rows = {}
  for index, row in ipairs(data.statistics.rows) do
    local value = row.value or lacking[row.lacks] or "—"
    if row.lacks == "not_entered" then paper.hole("量化统计表：" .. row.title) end
    rows[index] = { index, row.title, row.unit or "—", office_words.marked(value, row.incomplete),
      office_words.marked(row.previous or "—", row.previous_incomplete),
      office_words.marked(office_words.change(row.change), row.incomplete or row.previous_incomplete), row.manual and "手工填报" or (row.lacks == "other_days" or row.lacks == "not_reached") and row.why or "—" }
  end
  if #rows == 0 then
    paper.text("方案没有规定量化统计表的栏目。")
    return
  end
  paper.text((data.previous and "本期、上期和增减" or "本期（没有上期）") .. mark("statistics") .. "：")
  paper.table({ { "序号", "right" }, { "栏目" }, { "单位" }, { "本期", "right" }, { "上期", "right" },
    { "增减", "right" }, { "备注" } }, rows)
  local notes = office_words.lacking_notes(data.statistics.rows)
  if notes then paper.text(notes) end
end

local from_ledgers = { relapsed = true, overdue = true, vague = true, good = true }
local from_inspections = { nil_but_found = true, unreported = true }

-- 名单的依据还没有的，写明原因：没有登记、没有报告，都不是“无”。
local function unknown(data, name)
  if from_inspections[name] and not data.own_visits then
    return #(data.below or {}) > 0 and "本级监督检查未登记，不作统计" or "监督检查未登记，不作统计"
  end
  if name ~= "missing" and data.total.here == 0 then return "没有收到可以计入的报告，情况不明" end
  if from_ledgers[name] and data.total.here == data.reach.before then return "没有报告说到统计时段，情况不明" end
end

-- 名单由系统逐行列出；没有的写“无”。其余的参数是来源的名称。
function words.list(paper, data, name, title, columns, mark, ...)
  local why = unknown(data, name)
  if why then
    paper.text(title .. "：" .. why .. "。")
    return
  end
  local count, marks = data.lists[name], ""
  for _, source in ipairs { ... } do marks = marks .. mark(source) end
  local none = (data.unheard or 0) > 0 and name == "missing" and "已知的机构中无（从未上报的下级部门，所辖机构不明）" or "无"
  paper.text(("%s：%s%s"):format(title, count > 0 and count .. "家" or none, marks))
  if count > 0 then paper.rows("office." .. name, columns, name) end
end

return words
