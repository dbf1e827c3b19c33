-- 上级方案更新对照表：上级方案的新、旧版本与本方案逐项对照，列出直接沿用的变化、本方案单独作
-- 出的规定和需要研究确定的事项。

local words = require "plan_words"

local layout = {}

local directions = { looser = "放宽", stricter = "从严", not_comparable = "不能比较宽严" }

local function place(at)
  return at and ("%s第%d行"):format(at.file, at.line) or "—"
end

local function name_of(change)
  local title = change.title and change.title ~= "" and change.title or change.id
  return change.field_title and ("%s：%s"):format(title, change.field_title) or title
end

local function value(change, side)
  if change.change == "added" then return side == "to" and "新增" or "—" end
  if change.change == "removed" then return side == "to" and "取消" or "有" end
  return change[side] or "—"
end

local function changes(paper, found)
  if #found == 0 then
    paper.text("无。")
    return
  end
  local rows = {}
  for index, change in ipairs(found) do
    rows[index] = { index, change.section_title, name_of(change), value(change, "from"),
      value(change, "to"), directions[change.direction] or "—", place(change.at) }
  end
  paper.table({ { "序号", "right" }, { "类别" }, { "事项" }, { "上级原规定" }, { "现规定" },
    { "要求的变化" }, { "位置" } }, rows)
end

local kinds = {
  changed = "上级和本方案都作了修改", passed = "上级新规定已超过本方案的规定",
  removed = "上级已取消该事项", retired = "上级已不再检查该事项",
  left_out = "本方案取消的事项，上级作了修改", added = "上级和本方案增加了相同的编号",
  count = "数目不符", broken = "与上级新版本不能衔接",
}

-- 放宽上级要求的，须有批准文号。
local function compared(conflict)
  local word = directions[conflict.direction]
  if not word then return "—" end
  if conflict.direction ~= "looser" then return word end
  return ("%s（现有批准文号：%s）"):format(word, conflict.authorised_by or "无")
end

local function conflicts(paper, found)
  if #found == 0 then
    paper.text("无。")
    return
  end
  for index, one in ipairs(found) do
    paper.heading(3, words.number(2, index) .. kinds[one.kind])
    local rows = {}
    local function add(title, text) rows[#rows + 1] = { title, text } end
    if one.section then
      add("事项", one.section_title .. words.quoted(name_of(one)))
      add("上级原规定", (one.old or "—") .. "（" .. place(one.old_at) .. "）")
      add("上级新规定", (one.new or "—") .. "（" .. place(one.new_at) .. "）")
      add("本方案", (one.child or "—") .. "（" .. place(one.at) .. "）")
      add("与上级新规定相比", compared(one))
    else
      add("位置", place(one.at or one.new_at))
    end
    if one.message then add("说明", words.sentence(one.message)) end
    if one.remedy then add("处理办法", words.sentence(one.remedy)) end
    paper.table({ { "项目" }, { "内容" } }, rows)
  end
end

function layout.build(args, paper)
  local data = args.data
  paper.heading(1, words.subject(data.child) .. "与上级方案新版本对照表")
  paper.heading(2, "一、版本")
  local rows = {}
  for _, line in ipairs { { "上级方案（旧）", "old" }, { "上级方案（新）", "new" },
    { "本方案", "child" } } do
    local plan = data[line[2]]
    rows[#rows + 1] = { line[1], plan.title, plan.id, plan.version or words.unstated }
  end
  paper.table({ { "方案" }, { "名称" }, { "编号" }, { "版本" } }, rows)
  if data.pinned then
    paper.text(("本方案写明了上级方案的版本（%s），更新时须改写：%s"):format(
      place(data.pinned.at), words.sentence(data.pinned.message)))
  end
  paper.heading(2, ("二、直接沿用上级的变化（%d处）"):format(#data.takes))
  changes(paper, data.takes)
  paper.heading(2, ("三、本方案单独作出的规定（%d处）"):format(#data.keeps))
  changes(paper, data.keeps)
  paper.heading(2, ("四、上级已作相同规定、本方案可以删去的（%d处）"):format(#data.agreed))
  changes(paper, data.agreed)
  paper.heading(2, ("五、需要研究确定的事项（%d处）"):format(#data.conflicts))
  conflicts(paper, data.conflicts)
  return paper.tree(words.subject(data.child) .. "与上级方案新版本对照表")
end

return layout
