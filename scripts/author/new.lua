-- New packages: `zicha plan new`. From the template that is shipped, as a child of another
-- plan, or from a document (draft.lua).

local draft = require "draft"
local fault = require "fault"
local terms = require "terms"
local writer = require "writer"

local N_ = fault.N_

local new = {}

-- ---- the template --------------------------------------------------------------------

-- Gives a key of the first column another value; what stands behind it is kept.
local function with_value(text, key, value)
  if not value then return text end
  return (("\n" .. text):gsub("\n" .. key .. ": [^\n#]-( *#?[^\n#]*)\n",
    function(rest)
      return "\n" .. key .. ": " .. writer.scalar(value) .. (rest:find("#") and rest or "") .. "\n"
    end, 1)):sub(2)
end

local function from_template(args)
  local files = list {}
  for index, file in ipairs(args.template) do
    local text = file.text
    if file.path == "plan.yaml" then
      text = with_value(text, "id", args.id or args.level and args.level .. "/new-plan")
      text = with_value(text, "title", args.title)
      text = with_value(text, "level", args.level)
    end
    files[index] = { path = file.path, text = text }
  end
  return { files = files, messages = list {}, found = list {} }
end

-- ---- a child --------------------------------------------------------------------------

-- A parameter's value as it would be written within { }.
local function value_text(value)
  if type(value) ~= "table" then return writer.inner(tostring(value)) end
  local parts = {}
  if #value > 0 then
    for _, entry in ipairs(value) do parts[#parts + 1] = value_text(entry) end
    return "[" .. table.concat(parts, ", ") .. "]"
  end
  for key, entry in pairs(value) do
    parts[#parts + 1] = writer.inner(key) .. ": " .. value_text(entry)
  end
  return "{" .. table.concat(parts, ", ") .. "}"
end

-- A table's rows, each on a line of its own, with the columns in their order.
local function put_rows(sheet, id, parameter, about)
  sheet:comment(1, ("  %s:  # %s"):format(id, about))
  sheet:comment(1, "    value:")
  for _, row in ipairs(parameter.value) do
    local parts = {}
    for _, column in ipairs(parameter.columns.order) do
      if row[column] then
        parts[#parts + 1] = column .. ": " .. writer.inner(row[column])
      end
    end
    sheet:comment(1, "      - {" .. table.concat(parts, ", ") .. "}")
  end
end

local function put_parameters(sheet, plan)
  local order = plan.parameters and plan.parameters.order or {}
  if #order == 0 then return end
  sheet:comment(1, "上级的参数。要改的，去掉这一组行首的“# ”，只留要改的行：")
  sheet:comment(1, "parameters:")
  for _, id in ipairs(order) do
    local parameter = plan.parameters.of[id]
    local about = (parameter.title or id)
      .. (parameter.unit and "（" .. parameter.unit .. "）" or "")
    if parameter.stricter then
      about = about .. "，" .. terms.title(terms.stricter, parameter.stricter)
    end
    if parameter.type == "table" and parameter.value and #parameter.value > 0 then
      put_rows(sheet, id, parameter, about)
    else
      local value = parameter.value == nil and "____" or value_text(parameter.value)
      sheet:comment(1, ("  %s: {value: %s}  # %s"):format(id, value, about))
    end
  end
end

local function put_items(sheet, plan)
  local first, second = plan.items[1], plan.items[2]
  if not first then return end
  sheet:comment(1, "上级的检查项：改动用 set，不再适用的用 remove，并写理由和批准文号：")
  sheet:comment(1, "items:")
  sheet:comment(1, ("  %s: {set: {severity: grave}}  # %s"):format(first.id, first.title))
  if second then
    sheet:comment(1, ("  %s: {remove: true, reason: 本地没有此项业务, authorised_by: 批准文号}")
      :format(second.id))
  end
end

local function put_phases(sheet, plan)
  if #(plan.phases or {}) == 0 then return end
  sheet:comment(1, "上级各阶段的本地时间；照上级时间执行的，删去该行：")
  sheet:open(1, "phases")
  for _, phase in ipairs(plan.phases) do
    local span = phase.from or phase.to
    local blanks = span and "from: ____, to: ____" or "when: ____"
    local before = span and (phase.from or "") .. "至" .. (phase.to or "") or phase.when
    sheet:line(("    %s: {set: {%s}}  # %s%s"):format(phase.id, blanks, phase.title,
      before and "，上级：" .. before or ""))
  end
end

local below = { national = "province", province = "city", city = "county",
  county = "facility", facility = "facility" }

local function child_plan(plan, args)
  local sheet = writer.sheet()
  local level = args.level or args.id and terms.code(terms.level, args.id:match("^[^/]+"))
    or below[plan.level] or "county"
  sheet:comment(0, "上级方案：《" .. plan.title .. "》（" .. plan.id .. "，版本 " .. plan.version .. "）。")
  sheet:comment(0, "只写本地增加和改动的内容，没有写的照上级方案执行。“____”是空白，定稿前填写。")
  sheet:line("zicha: 1")
  sheet:put(0, "id", args.id or level .. "/" .. plan.id:match("/(.*)$"))
  sheet:put(0, "title", args.title or plan.title,
    not args.title and "待填写：本地方案的标题" or nil)
  sheet:line("number: ____〔____〕__号")
  sheet:line('version: "0.1"')
  sheet:put(0, "kind", plan.kind)
  sheet:put(0, "level", level)
  sheet:line("region: ____")
  sheet:line("issuer: ____")
  sheet:line("issued: ____年__月__日")
  sheet:put(0, "extends", plan.id)
  sheet:line()
  sheet:comment(0, "对上级方案的改动。可改：items focus parameters sets departments phases measures coverage")
  sheet:comment(0, "duties closeout sanctions scoring statistics。放宽上级要求的，要写 authorised_by: 批准文号。")
  local any = #(plan.phases or {}) > 0
  sheet:line(any and "change:" or "# change:")
  put_parameters(sheet, plan)
  put_items(sheet, plan)
  put_phases(sheet, plan)
  return sheet:text()
end

local child_items = [==[
# 本地增加的检查项。上级方案的检查项不必重写；要改动的写在 plan.yaml 的 change 里。
# 增加时删去最后一行的 []，照下面的样子写（去掉行首的“# ”）：
#
# - id: local_check
#   title: 本地增加的检查项
#   kind: question
#   ask: 本单位是否……？
#   answer: yesno
#   problem_if: no
#   owner: 办公室
[]
]==]

local function child_source(title)
  return "# " .. title .. "\n\n> 本地方案的原文，一条一段，以方括号中的条款编号开头，例如：\n"
    .. ">\n> 　　[2.1] （一）本地增加的要求。\n>\n> 没有本地原文的，可删去本文件。\n"
end

local function from_parent(plan, args)
  local title = args.title or plan.title
  return { title = title, messages = list {}, found = list {}, files = list {
    { path = "source.md", text = child_source(title) },
    { path = "items.yaml", text = child_items },
    { path = "plan.yaml", text = child_plan(plan, args) },
  } }
end

-- ---- the command's own words ------------------------------------------------------------

-- What is wrong with --id and --level, or nil. `args.level` becomes the English word.
local function wrong(args)
  if args.level then
    local level = terms.code(terms.level, args.level)
    if not level then
      return fault.message(N_"{word} is no level; known: {list}", { word = args.level,
        list = table.concat(terms.codes(terms.level), " ") })
    end
    args.level = level
  end
  if args.id and not args.id:find("^%l[%l%d_]*/%l[%l%d%-]*$") then
    return fault.message(
      N_"{id} is no id of a plan: write level/name-with-hyphens, such as county/large-prescriptions",
      { id = args.id })
  end
end

-- { template: [{ path, text }] } or { text, name, part } or neither (a child of `plan`),
-- with { id, title, level } → what draft.files gives.
function new.files(args, plan)
  local problem = wrong(args)
  if problem then return { error = problem, usage = true } end
  if args.template then return from_template(args) end
  return args.text and draft.files(args) or from_parent(plan, args)
end

return new
