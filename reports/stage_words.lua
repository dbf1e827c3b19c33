-- 阶段性总结和通报共用的写法：覆盖、未发现、问题表、案件。未报送、零报告、漏项分开写；“未发现”只写
-- 真正检查过的，并写明检查了几家。

local ledger_words = require "ledger_words"
local office_words = require "office_words"
local wording = require "wording"

local words = {}

-- 各数字的来源：名称和命令。
function words.marks(data, sources)
  local command, round = data.command, ("--plan %s --round %s"):format(data.plan.id, data.span.round)
  local known = {
    counts = { "机构数", "zicha statistics " .. command .. " --by class --format json" },
    statistics = { "量化统计表", "zicha statistics " .. command },
    ledger = { "机构台账汇总", "zicha statistics " .. command .. " --trace l.counted（或l.rectified、l.overdue等）" },
    tables = { "问题分组表", "zicha summary " .. command .. " --format json（tables）" },
    items = { "按检查项比对", "zicha compare " .. round .. " --table items --format csv" },
    sets = { "按计数组比对", "zicha compare " .. round .. " --table sets --format csv" },
    cases = { "案件和检查登记", "zicha case list --plan " .. data.plan.id .. "；zicha inspect list --plan " .. data.plan.id },
    missing = { "未报送名单", "zicha statistics " .. command .. " --trace o.missing" },
    late = { "逾期报送名单", "zicha statistics " .. command .. " --trace o.late" },
    nil_reports = { "零报告名单", "zicha statistics " .. command .. " --trace o.zero" },
    left_out = { "漏项名单", "zicha statistics " .. command .. " --trace o.left_out" },
    facilities = { "机构比对", "zicha compare " .. round .. " --table facilities --format csv" },
    relapsed = { "反弹名单", "zicha statistics " .. command .. " --trace l.relapsed" },
  }
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

local metrics = { self_check = { "自查覆盖率", "here" }, inspection = { "监督检查覆盖率", "inspected" },
  sampling = { "抽查比例" } }

local function least_of(target)
  local whole, part = tostring(target.at_least or ""):match("^(%d+)%.?(%d*)")
  if not whole then return nil end
  return math.tointeger(tonumber(whole .. (part .. "00"):sub(1, 2)))
end

-- ✔达标、✘未达标；方案要求不以覆盖面论的，不作判断。
local function verdict(class, target)
  local least, key = least_of(target), metrics[target.metric] and metrics[target.metric][2]
  local done = key and class[key]
  if target.deprioritised then return "不作判断（方案要求不片面强调覆盖面）" end
  if not least then return "方案没有规定比例" end
  if done == nil then return "未登记，无法判断" end
  return done * 10000 >= least * class.expected and "✔达标" or "✘未达标"
end

local function target_cell(class, metric)
  for _, target in ipairs(class.targets or {}) do
    if target.metric == metric then
      return target.at_least and ("≥%s%%"):format(tostring(target.at_least):gsub("%%$", "")) or "—",
        verdict(class, target)
    end
  end
  return "—", "方案没有规定"
end

local function coverage_row(class)
  local self_target, self_verdict = target_cell(class, "self_check")
  local _, inspection_verdict = target_cell(class, "inspection")
  local inspection_target = target_cell(class, "inspection")
  return { class.title, class.expected, class.here, wording.rate(class.here, class.expected), self_target,
    self_verdict, class.inspected or "未登记",
    class.inspected and wording.rate(class.inspected, class.expected) or "—", inspection_target,
    inspection_verdict, class.missing, class.late, class.nil_count or class["nil"], class.left_out }
end

function words.coverage(paper, data)
  local rows = {}
  for index, class in ipairs(data.coverage) do rows[index] = coverage_row(class) end
  local total = data.total
  rows[#rows + 1] = { "合计", total.expected, total.here, wording.rate(total.here, total.expected), "—", "—",
    total.inspected or "未登记", total.inspected and wording.rate(total.inspected, total.expected) or "—",
    "—", "—", total.missing, total.late, total["nil"], total.left_out }
  paper.table({ { "机构类别" }, { "应自查（家）", "right" }, { "已自查（家）", "right" }, { "自查覆盖率", "right" },
    { "目标", "right" }, { "是否达标" }, { "监督检查（家）", "right" }, { "检查覆盖率", "right" }, { "目标", "right" },
    { "是否达标" }, { "未报送（家）", "right" }, { "逾期报送（家）", "right" }, { "零报告（家）", "right" },
    { "有漏项（家）", "right" } }, rows)
  paper.text("注：自查覆盖率＝已自查÷应自查，检查覆盖率＝监督检查÷应自查；未报送为没有收到可以计入的报告，零报告为已报送且"
    .. "没有发现问题，有漏项为已报送但有未检查、未判定或缺少的项目，三者不同；零报告可以同时有漏项；分母为0的填“—”。")
end

-- 未达标的类别。
function words.short(data)
  local found = {}
  for _, class in ipairs(data.coverage) do
    for _, target in ipairs(class.targets or {}) do
      if verdict(class, target) == "✘未达标" then
        found[#found + 1] = class.title .. metrics[target.metric][1]
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
  local clean = area.checked - area.found
  return ("报送的机构中，%d家发现问题，%d家全部查完、未发现问题%s"):format(area.found, clean,
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
    paper.text("没有两家以上机构共同发现的问题" .. mark("items") .. "。")
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
    wording.rate(row.closed, row.rectified), row.pending, row.dismissed }
end

-- 一张分组表；合计为各行之和。
local function problem_table(paper, head, order, groups)
  local rows, seen = {}, {}
  local total = { found = 0, counted = 0, rectified = 0, closed = 0, pending = 0, dismissed = 0 }
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
    { "整改率", "right" }, { "已核销（个）", "right" }, { "核销率", "right" }, { "待核实（个）", "right" },
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
    .. "不属实；各数为报送的机构台账之和，状态截至各机构报告日期；分母为0的填“—”。")
  return total
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
    .. "吊销许可证%s家，注销%s家；暂停执业%s人，吊销医师证书%s人；机构记分%s分，人员记分%s分；移送%s件；退回%s万元；曝光%s起%s。"):format(
    of("cases"), of("simple"), of("general"), of("closed"), of("warnings"), of("fined"),
    words.wan(of("fine_amount")), words.wan(of("confiscated")), of("suspended"), of("revoked"),
    of("cancelled"), of("doctors_suspended"), of("doctors_revoked"), of("points_facilities"), of("points_staff"),
    of("transfers"), words.wan(of("refunds")), of("exposed"), mark("cases"))
end

function words.visits(data, mark)
  local function of(name) return words.registered(data, name) end
  if not of("inspected") then return "监督检查未登记，本材料不作统计。" end
  return ("监督检查%s家、%s户次，出动%s人次；检查发现问题%s个；责令改正%s户次，下达监督意见书%s份，取缔无证行医%s户次%s。"):format(
    of("inspected"), of("visits"), of("inspectors"), of("inspected_problems"), of("orders"), of("opinions"),
    of("unlicensed_closed"), mark("cases"))
end

-- ---- 量化统计表与上期 --------------------------------------------------------------------

local lacking = { not_kept = "未登记", not_entered = "____" }

function words.statistics(paper, data, mark)
  local rows = {}
  for index, row in ipairs(data.statistics.rows) do
    local value = row.value or lacking[row.lacks] or "—"
    if row.lacks == "not_entered" then paper.hole("量化统计表：" .. row.title) end
    rows[index] = { index, row.title, row.unit or "—", value, row.previous or "—",
      office_words.change(row.change), row.manual and "手工填报" or "—" }
  end
  if #rows == 0 then
    paper.text("方案没有规定量化统计表的栏目。")
    return
  end
  paper.text((data.previous and "本期、上期和增减" or "本期（没有上期）") .. mark("statistics") .. "：")
  paper.table({ { "序号", "right" }, { "栏目" }, { "单位" }, { "本期", "right" }, { "上期", "right" },
    { "增减", "right" }, { "备注" } }, rows)
end

-- 名单由系统逐行列出；没有的写“无”。
function words.list(paper, data, name, title, columns, mark)
  local count = data.lists[name]
  paper.text(("%s：%s%s"):format(title, count > 0 and count .. "家" or "无", mark))
  if count > 0 then paper.rows("office." .. name, columns, name) end
end

return words
