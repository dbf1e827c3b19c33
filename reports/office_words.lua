-- 主管部门材料共用的写法：统计时段、分母、来源标注、增减。数字都来自计入的报告、名册和登记。

local wording = require "wording"

local words = {}

words.needs = {
  { key = "filler", title = "填表人" },
  { key = "auditor", title = "审核人" },
  { key = "phone", title = "联系电话" },
}

-- 专项行动的名称，不带“工作方案”。
function words.subject(plan)
  return (plan.title:gsub("工作方案$", ""):gsub("实施方案$", ""))
end

local function day(text) return text ~= nil and text ~= "" and wording.date(text) or wording.date(nil) end

-- 统计时段：某一轮次，或指定的日期。
function words.period(data)
  local span = data.span
  if span.window then
    return ("统计时段：%s至%s内发现的问题、办理的案件，机构报告为“%s”轮次；数据截止：%s。"):format(
      day(span.from), day(span.to), span.title, wording.date(data.today))
  end
  local title = span.title ~= span.round and span.title or span.round
  if span.from == "" and span.to == "" then
    return ("统计时段：%s；数据截止：%s。"):format(title, wording.date(data.today))
  end
  return ("统计时段：%s至%s（%s）；数据截止：%s。"):format(day(span.from), day(span.to), title,
    wording.date(data.today))
end

-- 没有报送汇总的下级部门：报送过的，所辖机构按其最近一次名单计为未报送；从未报送的，所辖机构数不明。
-- 没有这样的部门为nil。
function words.silent(offices, unheard)
  local parts = {}
  for index, office in ipairs(offices or {}) do
    local by = office.via_name and ("据%s上报，"):format(office.via_name) or ""
    parts[index] = office.facilities
      and ("%s（%s按其另一轮次上报的名单，%d家机构计为未报送）"):format(office.name, by, office.facilities)
      or ("%s（%s从未上报，所辖机构数不明）"):format(office.name, by)
  end
  if #parts == 0 then return nil end
  return ("未报送汇总的下级卫生健康行政部门%d家：%s。%s"):format(#parts, table.concat(parts, "、"),
    (unheard or 0) > 0 and "应报家数因此不全，只列已知的家数，报送率、覆盖率不计算，不作达标判断。" or "")
end

-- 合计里没有哪些下级部门的数，为什么没有；哪些部门的数是别的起止日期的。
local why = { silent = "未报送汇总", untold = "汇总未含该项数据", not_kept = "未登记", not_entered = "未填报",
  window = "只按轮次上报，不按起止日期统计" }

function words.lacking(list)
  local parts, others = {}, {}
  for _, one in ipairs(list or {}) do
    if one.why == "days" then
      others[#others + 1] = ("%s按%s至%s上报"):format(one.name, one.from ~= "" and one.from or "开始",
        one.to ~= "" and one.to or "结束")
    else
      parts[#parts + 1] = ("%s（%s）"):format(one.name,
        one.why == "below" and ("%s的汇总中未含"):format(one.via) or why[one.why] or one.why)
    end
  end
  if #parts > 0 then table.insert(others, 1, "缺" .. table.concat(parts, "、")) end
  return table.concat(others, "，")
end

words.mark = "※" -- 合计不全、时段不一致的数字

-- 一个数，不全的加标记；没有数的不加。
function words.marked(text, list)
  if list == nil or #list == 0 or text == nil or text == "—" then return text end
  return tostring(text) .. words.mark
end

-- 表下的说明：哪些栏目不全，缺哪些部门；都全的为nil。
function words.lacking_notes(rows)
  local order, titles = {}, {}
  for _, row in ipairs(rows) do
    for _, part in ipairs { { row.incomplete, "" }, { row.previous_incomplete, "上期" } } do
      local text = part[1] and part[2] .. words.lacking(part[1])
      if text and not titles[text] then
        order[#order + 1] = text
        titles[text] = {}
      end
      if text then table.insert(titles[text], row.title) end
    end
  end
  if #order == 0 then return nil end
  local lines = {}
  for index, text in ipairs(order) do
    lines[index] = ("%s：%s"):format(table.concat(titles[text], "、"), text)
  end
  return ("注：带“%s”的数字不全或时段不一致，不得作为本轮次的全部：%s。"):format(words.mark, table.concat(lines, "；"))
end

-- 统计时段里报告没有说到的日子：报告早于时段的没有数，时段中间报送的只到报送之日。没有这样的报告为nil。
function words.reach(reach)
  if not reach then return nil end
  local parts = {}
  if reach.before > 0 then
    parts[1] = ("%d家机构的报告早于统计时段，时段内发现的问题不明，不按0计"):format(reach.before)
  end
  if reach.within > 0 then
    parts[#parts + 1] = ("%d家机构的报告在时段结束前作出，其后发现的问题尚未报告"):format(reach.within)
  end
  if #parts == 0 then return nil end
  return ("说明：%s；最后一份报告为%s。"):format(table.concat(parts, "，"), day(reach.last))
end

-- 机构的率：应报家数不全的不计算。
function words.share(part, whole, unheard)
  return (unheard or 0) > 0 and "—" or wording.rate(part, whole)
end

-- ＋3、－2、0：与上期相比。
function words.change(text)
  if text == nil then return "—" end
  if text:sub(1, 1) == "-" then return "－" .. text:sub(2) end
  return text == "0" and "0" or "＋" .. text
end

function words.difference(now, before)
  if not now or not before then return "—" end
  return words.change(("%d"):format(now - before))
end

-- 填报单位、填表人、审核人、联系电话、填报日期。
function words.filled_in(paper, data)
  local prose = data.prose
  paper.text(("填报单位：%s（盖章）　填表人：%s　审核人：%s　联系电话：%s　填报日期：%s"):format(
    data.office.name, paper.fill(prose, "filler"), paper.fill(prose, "auditor"),
    prose.phone or data.office.phone or paper.fill(prose, "phone"), wording.date(data.today)))
end

-- 编号的来源清单：正文里印［1］，材料最后印“［1］名称：命令”。
function words.sources()
  local order, by_name = {}, {}
  local sources = {}
  function sources.mark(name, command)
    if not by_name[name] then
      order[#order + 1] = { name = name, command = command }
      by_name[name] = #order
    end
    return ("［%d］"):format(by_name[name])
  end
  function sources.print(paper)
    local lines = {}
    for index, one in ipairs(order) do
      lines[index] = ("［%d］%s：%s"):format(index, one.name, one.command)
    end
    paper.heading(2, "数据来源")
    paper.text("正文中的数字均可用下列命令在本单位的工作目录中重新得出，率由其中的分子、分母相除得出；--trace 可以追溯到机构、报告和问题：")
    paper.bullets(lines)
  end
  return sources
end

return words
