-- 自查表：方案要求医疗机构自查的全部检查项，按整治重点排列，供打印填写。
--
-- 一项分几个方面、逐类询问的，一方面一行、一类一行。由主管部门负责的另列一表；原文缺失、
-- 与他项相同、已经停用的不必填写，列在最后，以免遗漏。

local words = require "plan_words"

local layout = {}

-- ---- what is asked -----------------------------------------------------------------------

local every = { week = "每周", month = "每月", quarter = "每季度", half_year = "每半年",
  year = "每年", once = "" }

-- 次数，每年不少于2次
local function quota(item)
  return ("次数，%s不少于%d次"):format(every[item.per] or "", item.at_least or 1)
end

local hints = { yesno = "是/否", number = "数值", date = "日期，如2023-05-01", text = "文字",
  sample = "抽查数/问题数，如50/3" }

local function hint_of(question)
  if question.answer == "choice" then
    return "选填：" .. table.concat(question.choices or {}, "、")
  end
  return hints[question.answer] or words.unstated
end

-- The question of an item and how it is answered.
local function asked(item)
  if item.kind == "task" then return item.ask, quota(item) end
  if item.kind == "evidence" then
    local papers = item.evidence and "：" .. table.concat(item.evidence, "、") or ""
    return item.ask, "是/否，并附材料" .. papers
  end
  local question = item
  if item.kind == "data" then question = item.or_ask end
  if not question then return nil, "由程序按导出数据判定，不必填写" end
  local hint = hint_of(question)
  if item.kind == "data" then hint = hint .. "（有数据导出的由程序判定）" end
  if item.per then hint = hint .. "；逐项检查，可另附页" end
  return question.ask, hint
end

-- The members or parts that an item is asked for one by one, or nil.
local function pieces(plan, item)
  if item.across then return plan.sets[item.across].members end
  return item.parts
end

local function is_asked(item)
  return not (item.retired or item.alias_of or item.unknown or item.kind == "external")
end

-- The rows of an item: {title and question, standard, basis, hint}.
local function rows_of(plan, item)
  local ask, hint = asked(item)
  local function row(title)
    local question = ask and "：" .. ask or ""
    return { title .. question, item.text or words.unstated,
      words.citations(plan, item), hint }
  end
  local rows = {}
  for index, piece in ipairs(pieces(plan, item) or {}) do
    rows[index] = row(("%s（%s）"):format(item.title, piece.title))
  end
  return #rows > 0 and rows or { row(item.title) }
end

-- ---- tables ------------------------------------------------------------------------------

local columns = { { "序号", "right" }, { "检查项" }, { "判定标准" }, { "依据" },
  { "填写方式" }, { "自查结果" }, { "备注" } }

-- The numbered rows of an area's items, and how many items these are.
local function rows_of_area(data, area, number)
  local rows, count = {}, 0
  for _, item in ipairs(area.items) do
    if is_asked(item) then
      count = count + 1
      for _, row in ipairs(rows_of(data.plan, item)) do
        rows[#rows + 1] = { number + #rows + 1, row[1], row[2], row[3], row[4], "", "" }
      end
    end
  end
  return rows, count
end

-- A table for each focus area; the rows' numbers run through. An area of which nothing is
-- asked has no heading. Returns the number of items, of rows, of headings.
local function add_areas(paper, data)
  local number, count, tops, below = 0, 0, 0, 0
  local above -- the title of an area that so far has only areas below it
  local function add_top(title)
    tops, below, above = tops + 1, 0, nil
    paper.heading(2, words.number(1, tops) .. title)
  end
  for _, area in ipairs(words.areas(data)) do
    local rows, items = rows_of_area(data, area, number)
    if area.depth == 1 then above = area.title end
    if #rows > 0 then
      if above then add_top(above) end
      if area.depth > 1 then
        below = below + 1
        paper.heading(3, words.number(2, below) .. area.title)
      end
      paper.table(columns, rows)
      number, count = number + #rows, count + items
    end
  end
  return count, number, tops
end

local function add_external(paper, data, tops)
  local plan, rows = data.plan, {}
  for _, item in ipairs(data.items) do
    if item.kind == "external" and not (item.retired or item.alias_of or item.unknown) then
      for _, row in ipairs(rows_of(plan, item)) do
        rows[#rows + 1] = { #rows + 1, row[1], row[2], row[3],
          words.names(plan, item.by or item.lead) or words.unstated, "", "" }
      end
    end
  end
  if #rows == 0 then return tops end
  paper.heading(2, words.number(1, tops + 1) .. "主管部门检查项")
  paper.text("以下各项由主管部门负责，医疗机构不必填写。")
  paper.table({ { "序号", "right" }, { "检查项" }, { "判定标准" }, { "依据" }, { "责任单位" },
    { "检查结果" }, { "备注" } }, rows)
  return tops + 1
end

-- Why an item is not asked, if nobody is asked about it.
local function reason(item, titles)
  if item.retired then return "已停用：" .. item.retired end
  if item.alias_of then
    return ("与%s相同"):format(words.quoted(titles[item.alias_of] or item.alias_of))
  end
  return item.unknown and words.lost(item.unknown)
end

local function add_left_out(paper, data, tops)
  local titles, rows = {}, {}
  for _, item in ipairs(data.items) do titles[item.id] = item.title end
  for _, item in ipairs(data.items) do
    local why = reason(item, titles)
    if why then rows[#rows + 1] = { #rows + 1, item.title, why } end
  end
  if #rows == 0 then return end
  paper.heading(2, words.number(1, tops + 1) .. "不必填写的检查项")
  paper.table({ { "序号", "right" }, { "检查项" }, { "原因" } }, rows)
end

function layout.build(args, paper)
  local data = args.data
  words.head(paper, data.plan, "自查表")
  paper.text("填报单位：____________　填表人：________　审核人：________　"
    .. "自查日期：____年__月__日", "address")
  local count, number, tops = add_areas(paper, data)
  if count == 0 then paper.text("方案没有要求医疗机构自查的检查项。") end
  paper.text(("填写说明：共%d项，分%d行。抽查填“抽查数/问题数”，没有发现问题写如“60/0”；"
    .. "没有检查的留空；不适用写“不适用：原因”；未经核实不得填报。"):format(count, number))
  tops = add_external(paper, data, tops)
  add_left_out(paper, data, tops)
  words.blanks(paper, data, { "identity", "items" })
  return paper.tree(words.subject(data.plan) .. "自查表")
end

return layout
