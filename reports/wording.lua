-- Helpers for layouts: the parts of a document and the forms of official Chinese.

local wording = {}

-- 2023-06-05 → 2023年6月5日; nothing gives a blank to fill in.
function wording.date(day)
  if not day then return "____年__月__日" end
  local year, month, date = day:match("^(%d+)-(%d+)-(%d+)$")
  if not year then return day end
  return ("%s年%d月%d日"):format(year, tonumber(month), tonumber(date))
end

-- A share with one decimal, exact; a denominator of 0 is «—», never 0% or 100%.
function wording.rate(part, whole)
  if not part or not whole or whole <= 0 then return "—" end
  while part > 1 << 50 or whole > 1 << 50 do -- sums of foreign numbers
    part, whole = part // 2, whole > 1 and whole // 2 or 1
  end
  local tenths = (part * 2000 + whole) // (whole * 2)
  if tenths % 10 == 0 then return ("%d%%"):format(tenths // 10) end
  return ("%d.%d%%"):format(tenths // 10, tenths % 10)
end

wording.level = { national = "国家", province = "省", city = "市", county = "县",
  facility = "机构" }

wording.status = {
  pass = "合格", problem = "发现问题", not_applicable = "不适用",
  not_checked = "未检查", undetermined = "未判定",
}
wording.severity = { general = "一般", major = "较重", grave = "严重" }
wording.certainty = { certain = "明确违规", suspect = "可疑", hint = "提醒" }

wording.stance = { prepare = "部署", self_check = "自查", enforce = "集中整治",
  review = "检查评估" }
wording.taken = { todo = "待办", warning = "警示", failure = "不合格" }

-- Which phase the day of a record is in, and how its problems are to be taken; nothing for
-- a record that does not say.
function wording.phase(stance)
  if not stance then return nil end
  local where, word = {}, wording.stance[stance.word] or ""
  where["in"] = "处于“%s”（%s）"
  where.before = "“%s”尚未开始"
  where.between = "“%s”（%s）已结束，下一阶段尚未开始"
  where.over = "各阶段均已结束（最后为“%s”）"
  local now = where[stance.position]
  now = now and now:format(stance.title or "", word) or "所处阶段无法确定（" .. (stance.unknown or "") .. "）"
  return ("截至上述日期，本次工作%s，发现问题、未检查、未判定的项目按“%s”对待。"):format(now,
    wording.taken[stance.taken] or wording.taken.failure)
end

-- A number or text as a cell: nothing is 无, 0 stays 0 (domain d-0).
function wording.cell(value)
  if value == nil or value == "" then return "无" end
  return tostring(value)
end

-- A paper in the making: its parts, and the places that nobody has filled in. `needs` are
-- the fields of report.yaml: a blank is named as its field is.
function wording.paper(needs)
  local paper = { children = list {}, holes = list {} }

  local function add(node)
    paper.children[#paper.children + 1] = node
  end

  function paper.heading(level, text) add { kind = "heading", level = level, text = text } end

  function paper.text(text, align) add { kind = "paragraph", text = text, align = align } end

  function paper.bullets(items)
    if #items > 0 then add { kind = "list", items = list(items) } end
  end

  -- columns: { {title, align}, … }; cells may be texts or whole numbers.
  function paper.table(columns, rows)
    local heads, body = list {}, list {}
    for _, column in ipairs(columns) do
      heads[#heads + 1] = { title = column[1], align = column[2] }
    end
    for _, row in ipairs(rows) do body[#body + 1] = list(row) end
    add { kind = "table", columns = heads, rows = body }
  end

  -- A table whose rows the ledger gives, however many they are. columns: { {title, column,
  -- align}, … }; a column such as "leader+department" puts several into one cell.
  function paper.rows(source, columns, id)
    local heads, pick = list {}, list {}
    for _, column in ipairs(columns) do
      heads[#heads + 1] = { title = column[1], align = column[3] }
      pick[#pick + 1] = column[2]
    end
    add { kind = "table", columns = heads, rows = source, pick = pick, id = id }
  end

  -- Bars of shares: { {label, value, share}, … }, share in thousandths or nil. label and value
  -- are what the two columns of texts are called.
  function paper.chart(title, label, value, bars)
    local drawn = list {}
    for index, bar in ipairs(bars) do
      drawn[index] = { label = bar[1], value = bar[2], share = bar[3] }
    end
    add { kind = "chart", title = title, label = label, value = value, bars = drawn }
  end

  function paper.hole(title) paper.holes[#paper.holes + 1] = title end

  -- The value of a field, or a blank that is noted as a hole.
  function paper.fill(prose, key)
    local value = prose[key]
    if value ~= nil then return value end
    for _, field in ipairs(needs) do
      if field.key == key then paper.hole(field.title) end
    end
    return "____"
  end

  function paper.tree(title)
    return { title = title, children = paper.children }
  end

  return paper
end

-- What a layer has done: 将检查项“公示”的判定标准由“…”改为“…”.
local function done(deviation)
  local title = deviation.title or deviation.id
  if deviation.field == "members" and (deviation.to == "—" or deviation.from == "—") then
    local taken = deviation.to == "—"
    return (taken and "从%s“%s”中删除了“%s”" or "在%s“%s”中增加了“%s”"):format(
      deviation.section_title, title, taken and deviation.from or deviation.to)
  elseif deviation.field == "removed" then
    return ("删除了%s“%s”"):format(deviation.section_title, title)
  elseif deviation.field_title == deviation.section_title then
    return ("将%s由“%s”改为“%s”"):format(deviation.section_title, deviation.from, deviation.to)
  end
  return ("将%s“%s”的%s由“%s”改为“%s”"):format(deviation.section_title, title,
    deviation.field_title, deviation.from, deviation.to)
end

-- A number that is still to be filled in allows nothing yet.
local function number_of(deviation)
  local number = deviation.authorised_by
  if number and number:find("__", 1, true) then return "未填写" end
  return number or "未注明"
end

-- Where the plan asks for less than the plan above it, and who allows that; or where it is
-- different and nobody can tell.
function wording.deviation(deviation)
  local who = ("%s（%s）%s"):format(deviation.layer,
    wording.level[deviation.level] or "本级", done(deviation))
  local reason = deviation.reason and "；理由：" .. deviation.reason or ""
  local other = deviation.against == "library" and "规则库的默认参数" or "上级方案"
  if deviation.direction == "not_comparable" then
    return ("与%s不同、无法比较放宽与否：%s%s"):format(other, who, reason)
  end
  local number = number_of(deviation)
  return ("与%s相比有所放宽：%s；批准文号%s%s%s"):format(other, who,
    number == "未填写" and "" or "：", number, reason)
end

-- What a report tells one by one: what was loosened, and of changes that nobody can call
-- more or less those that decide verdicts. A blank that was filled in is no deviation.
local deciding = { ask = true, answer = true, choices = true, problem_if = true, applies = true,
  or_ask = true, rules = true, ["with"] = true, kind = true, across = true, per = true,
  parts = true, match = true, items = true, value = true, scope = true, classes = true,
  removed = true }

function wording.matters(deviation)
  if deviation.direction == "looser" then return true end
  return deciding[deviation.field] and not deviation.from:find("__", 1, true)
end

return wording
