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
    paper.text("正文中的数字均可用下列命令在本单位的工作目录中重新得出，--trace 可以追溯到机构、报告和问题：")
    paper.bullets(lines)
  end
  return sources
end

return words
