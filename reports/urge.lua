-- 催报：未收到来文、来文未计入、有漏项的机构，分三张清单；前附催报函。未报送指没有可以计入的报告，是前两张
-- 清单之和。

local wording = require "wording"
local layout = {}

layout.needs = {
  { key = "urge_until", title = "补报时限", help = "要求补报、补正的最后日期，如2023年7月10日" },
  { key = "urge_way", title = "报送方式", help = "补报的渠道，如电子邮箱、U盘报送地点" },
  { key = "urge_consequence", title = "逾期后果", help = "写在函末的整句，如“逾期仍未报送的，予以通报。”；不填则不写" },
}

local who = { { "机构类别", "class" }, { "乡镇", "town" }, { "机构编码", "code" },
  { "机构名称", "name" }, { "联系人", "contact" }, { "联系电话", "phone" } }

local function columns(more)
  local all = {}
  for _, column in ipairs(who) do all[#all + 1] = column end
  for _, column in ipairs(more) do all[#all + 1] = column end
  return all
end

local lists = {
  { id = "missing", title = "未收到来文的机构", none = "应报机构均已来文。",
    columns = columns { { "逾期天数", "overdue", "right" } } },
  { id = "returned", title = "来文未计入的机构及须办事项", none = "没有来文未计入的机构。",
    columns = columns { { "报告日期", "day" }, { "收到日期", "received" }, { "情形", "state" },
      { "须办事项", "remedy" } } },
  { id = "left_out", title = "报告有漏项的机构", none = "已计入的报告均无漏项。",
    columns = columns { { "报告日期", "day" }, { "未检查", "not_checked", "right" },
      { "未判定", "undetermined", "right" }, { "缺项", "absent", "right" },
      { "漏项名称", "entries" } } },
}

local function due_of(round)
  return round.due ~= "" and wording.date(round.due) or "规定时限"
end

-- 没有机构应报的，不写成“均已报送”。
local function standing(data)
  local counts, silent = data.counts, #data.offices
  local text = counts.expected == 0 and "尚无已知的应报机构。" or
    ("应报%d家，已计入%d家，未报送%d家（未收到来文%d家，来文未计入%d家）；已计入的报告中有漏项的%d家。"):format(counts.expected,
      counts.here, counts.missing + counts.returned, counts.missing, counts.returned, counts.left_out)
  return silent == 0 and text
    or text .. ("下级卫生健康行政部门%d家尚未报送汇总，其所属机构不在以上家数之内。"):format(silent)
end

local function letter(data, paper)
  local round = data.round
  paper.text("各有关医疗机构：")
  paper.text(("按照《%s》，“%s”应于%s前报送%s。截至%s，%s现就有关事项通知如下："):format(data.plan.title,
    round.title, due_of(round), data.office.name, wording.date(data.today), standing(data)))
  local before, way = paper.fill(data.prose, "urge_until"), paper.fill(data.prose, "urge_way")
  paper.text(("一、未收到来文的机构，请于%s前完成自查并报送报告；确无问题的，也须报送，不得以未报送代替零报告。"):format(before))
  paper.text("二、来文未计入的机构，请按清单所列事项补正后重新报送。")
  paper.text("三、报告有漏项的机构，请对未检查、未判定和缺失的检查项补充自查，报送更正报告。")
  paper.text(("四、报送方式：%s。联系人：%s，联系电话：%s。"):format(way, data.office.contact or "____",
    data.office.phone or "____"))
  if data.prose.urge_consequence then paper.text(data.prose.urge_consequence) end
  paper.text(data.office.name, "right")
  paper.text(wording.date(data.today), "right")
end

local function counted(title, counts)
  return { title, counts.expected, counts.here, counts.missing + counts.returned, counts.missing,
    counts.returned, counts.left_out }
end

local function by_class(data, paper)
  local rows = {}
  for _, class in ipairs(data.classes) do
    rows[#rows + 1] = counted(class.class, class)
  end
  rows[#rows + 1] = counted("合计", data.counts)
  paper.heading(2, "报送情况")
  paper.table({ { "机构类别" }, { "应报（家）", "right" }, { "已计入（家）", "right" },
    { "未报送（家）", "right" }, { "其中：未收到来文", "right" }, { "来文未计入", "right" },
    { "有漏项（家）", "right" } }, rows)
  paper.text("注：应报＝已计入＋未报送，未报送＝未收到来文＋来文未计入；有漏项的在已计入的机构中统计。")
end

local function offices(data, paper)
  local rows = {}
  for _, office in ipairs(data.offices) do
    rows[#rows + 1] = { office.code, office.name, wording.cell(office.contact),
      wording.cell(office.phone) }
  end
  if #rows == 0 then return end
  paper.heading(2, "未报送汇总的下级卫生健康行政部门")
  paper.table({ { "编码" }, { "名称" }, { "联系人" }, { "联系电话" } }, rows)
end

local function none_of(one, data)
  local counts = data.counts
  if counts.expected == 0 then return "尚无已知的应报机构。" end
  return one.id == "left_out" and counts.here == 0 and "尚无已计入的报告。" or one.none
end

function layout.build(data, paper)
  local title = ("关于催报“%s”的函"):format(data.round.title)
  paper.heading(1, data.only and "催报清单" or title)
  if not data.only then
    letter(data, paper)
    by_class(data, paper)
    offices(data, paper)
  end
  for _, one in ipairs(lists) do
    if not data.only or data.only == one.id then
      paper.heading(2, one.title)
      if data.counts[one.id] == 0 and not data.only then
        paper.text(none_of(one, data))
      else
        paper.rows("urge." .. one.id, one.columns, one.id)
      end
    end
  end
  return paper.tree(data.only and "催报清单" or title)
end

return layout
