-- 更新说明：方案更新以后发给机构的说明，由新、旧两个版本对照写成初稿。空白处由发文机关填写。

local words = require "plan_words"

local layout = {}

local OPEN_DAY = "____年__月__日"
local OPEN = "____"

-- ---- 写法 --------------------------------------------------------------------------------

-- 放宽的，注明批准文号；没有写明文号的留空。
local function direction(change)
  if change.direction == "stricter" then return "从严" end
  if change.direction == "not_comparable" then return "不能比较宽严" end
  if change.direction ~= "looser" then return "—" end
  if change.allowed then return "放宽（不低于上级方案的要求）" end
  return ("放宽（批准文号：%s）"):format(change.authorised_by or OPEN)
end

-- 表达式和编号不是给人看的：编号换成名称，换不了的只说有变化。
local function shown(value, instead, titles)
  if value == nil then return "无" end
  local text = value:gsub("%l[%l%d_.]*", titles)
  return text:find("%l") and instead or text
end

local function title_of(change)
  if change.title and change.title ~= "" then return change.title end
  return change.section == "items" and change.id or ("编号：%s"):format(change.id)
end

-- 一条变化占一行：类别、事项、内容、原规定、现规定、宽严。
local function row_of(change, number, titles)
  if change.section == "files" then
    local done = { added = "增加", removed = "删除", changed = "修改" }
    return { number, "配套文件", change.id, done[change.change], "—", "—", direction(change) }
  elseif change.change == "added" then
    return { number, change.section_title, title_of(change), "新增", "无", "见方案",
      direction(change) }
  elseif change.change == "removed" then
    return { number, change.section_title, title_of(change), "取消", "有", "无",
      direction(change) }
  elseif change.section == "items" and change.field == "alias_of"
    and change.from == change.id then -- 编号改了：两个编号都是给人核对的
    return { number, change.section_title, title_of(change), change.field_title, change.from,
      change.to, direction(change) }
  end
  return { number, change.section_title, title_of(change), change.field_title,
    shown(change.from, "原条件（见原方案）", titles),
    shown(change.to, "新条件（见新方案）", titles), direction(change) }
end

local function tally(found)
  local of = { looser = 0, stricter = 0, not_comparable = 0 }
  for _, change in ipairs(found) do
    if of[change.direction] then of[change.direction] = of[change.direction] + 1 end
  end
  return ("共%d处，其中从严%d处、放宽%d处、不能比较宽严%d处。"):format(#found, of.stricter,
    of.looser, of.not_comparable)
end

local function change_table(paper, found, titles)
  if #found == 0 then
    paper.text("无。")
    return
  end
  local rows = {}
  for index, change in ipairs(found) do rows[index] = row_of(change, index, titles) end
  paper.text(tally(found))
  paper.table({ { "序号", "right" }, { "类别" }, { "事项" }, { "内容" }, { "原规定" },
    { "现规定" }, { "要求的变化" } }, rows)
end

-- ---- 分类 --------------------------------------------------------------------------------

-- 期限：从什么时候到什么时候、多久一次。
local timed = { period = true, lookback = true, phases = true, measures = true, duties = true }
local times = { when = true, from = true, to = true, due = true, every = true, per = true,
  window = true, period = true, lookback = true }

local function is_time(change)
  local of = change.section == "plan" and change.id or change.section
  return change.change == "changed" and timed[of] and times[change.field] or false
end

-- 方案的名称、文号等写在“版本”里，不算内容的变化。
local identity = { title = true, number = true, issuer = true, issued = true, kind = true,
  level = true, region = true }

local function part_of(change)
  local item = change.section == "items"
  if change.section == "plan" and identity[change.id] then return nil end
  if item and change.alias_of then return nil end -- 只是另一个编号，不另检查
  if item and change.change == "added" then return "added" end
  if change.section == "parameters" or is_time(change) then return "terms" end
  if change.change == "removed" then return "removed" end
  if item and change.field == "retired" and change.from ~= "是" then return "removed" end
  return "changed"
end

local function divided(data)
  local parts = { added = {}, changed = {}, removed = {}, terms = {} }
  for _, change in ipairs(data.differences) do
    local part = part_of(change)
    if part then table.insert(parts[part], change) end
  end
  return parts
end

-- ---- 各节 --------------------------------------------------------------------------------

local function versions(paper, data)
  local rows, old, new = {}, data.old, data.new
  for _, line in ipairs { { "方案名称", "title" }, { "文号", "number" }, { "版本", "version" },
    { "发文机关", "issuer" }, { "印发日期", "issued", OPEN_DAY }, { "方案编号", "id" } } do
    local open = line[3] or OPEN
    rows[#rows + 1] = { line[1], old[line[2]] or open, new[line[2]] or open }
  end
  rows[#rows + 1] = { "启用日期", OPEN_DAY, OPEN_DAY }
  paper.heading(2, "一、版本")
  paper.table({ { "项目" }, { "旧版本" }, { "新版本" } }, rows)
end

local function added(paper, data, found)
  local rows = {}
  paper.heading(2, "二、新增检查项")
  paper.text(("新版本由机构检查的项目共%d项（旧版本%d项），方案新增检查项%d项。"):format(
    data.items.new, data.items.old, #found))
  for index, change in ipairs(found) do
    rows[index] = { index, title_of(change), direction(change) }
  end
  if #rows == 0 then
    paper.text("无。")
  else
    paper.table({ { "序号", "right" }, { "检查项" }, { "要求的变化" } }, rows)
  end
end

local function listed(paper, lead, found, whole)
  paper.text(("%s（%d项中%d项）%s"):format(lead, whole, #found, #found == 0 and "无。" or "："))
  for index, item in ipairs(found) do paper.text(words.number(3, index) .. item.title) end
end

local function tasks(paper, data)
  local questions, whole = data.questions, data.items.new
  paper.heading(2, "六、机构需要做的事")
  paper.text("（一）核对新版本的发文机关、版本和指纹，安装后按说明更新。原有的答复、问题和佐证按编号保留。")
  listed(paper, ("（二）问题有变化、请于%s前重新回答的检查项，原答复列在旁边供参考"):format(OPEN_DAY),
    questions.again, whole)
  listed(paper, ("（三）首次检查、请于%s前完成的检查项"):format(OPEN_DAY), questions.first, whole)
  listed(paper, "（四）不再检查、已有记录予以保留的检查项", questions.gone, data.items.old)
  paper.text(("（五）更新后的自查结果，请于%s前报送%s。"):format(OPEN_DAY, OPEN))
  paper.text(("联系人：%s　电话：%s"):format(OPEN, OPEN))
end

-- ---- the paper ---------------------------------------------------------------------------

function layout.build(args, paper)
  local data, titles = args.data, args.data.titles
  local parts = divided(data)
  paper.heading(1, words.subject(data.new) .. "更新说明")
  paper.text("（初稿，空白处由发文机关填写）", "center")
  versions(paper, data)
  added(paper, data, parts.added)
  paper.heading(2, "三、调整")
  change_table(paper, parts.changed, titles)
  paper.heading(2, "四、取消")
  change_table(paper, parts.removed, titles)
  paper.heading(2, "五、参数与期限变化")
  change_table(paper, parts.terms, titles)
  tasks(paper, data)
  paper.text((data.new.issuer or OPEN), "right")
  paper.text(OPEN_DAY, "right")
  return paper.tree(words.subject(data.new) .. "更新说明")
end

return layout
