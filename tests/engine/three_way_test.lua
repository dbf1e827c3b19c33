-- Three plans: a parent as it was, as it is now, and a package upon the first.

local tap = require "tap"
local read_document = require "document"

-- Expressions are the host's business.
expression = { scope = function() return { check = function() return {} end } end }

local resolve = require "resolve"
local three_way = require "three_way"

local parent_plan = [[
zicha: 1
id: city/base
title: 方案
version: 1.0
kind: rectification
level: city
number: 某市卫发〔2023〕1号
definitions:
  大额: 超过千元
  短期: 七日以内
parameters:
  days:
    title: 天数上限
    value: 7
    type: number
    stricter: lower
  rate:
    title: 阳性率
    value: 50
    type: number
    stricter: higher
sets:
  domains:
    title: 领域
    count: 2
    members:
      - id: tumour
        title: 肿瘤
      - id: dental
        title: 口腔
duties:
  - id: final
    artefact: 总结
    due: 2023年12月10日前
]]

local parent_items = [[
- id: posted
  title: 公示
  kind: question
  severity: major
  ask: 是否公示？
  answer: yesno
  problem_if: no
- id: kept
  title: 登记
  kind: question
  severity: general
  ask: 是否登记？
  answer: yesno
  problem_if: no
]]

local child_head = [[
zicha: 1
id: county/child
title: 县方案
version: 1.0
kind: rectification
level: county
extends: city/base
]]

local child_item = [[
- id: own
  title: 自有
  kind: question
  ask: 有吗？
  answer: yesno
  problem_if: no
]]

-- What the host sends of a package; a parent's files begin with its id.
local function files(prefix, plan, items)
  return { plan = read_document(prefix .. "plan.yaml", plan),
    items = { read_document(prefix .. "items.yaml", items) }, label = "city/base" }
end

-- A text with replacements: changed(text, from, to, …); what is not there is a mistake here.
local function changed(text, ...)
  local pairs_of = { ... }
  for index = 1, #pairs_of, 2 do
    local from, to = text:find(pairs_of[index], 1, true)
    assert(from, pairs_of[index])
    text = text:sub(1, from - 1) .. pairs_of[index + 1] .. text:sub(to + 1)
  end
  return text
end

local function upon(plan, items, child, own)
  local package = files("", child_head .. child, own)
  package.parents = { files("city/base/", plan, items) }
  return resolve.package(package)
end

-- three { plan, items: of the new parent, child, own: texts } → the comparison
local function three(args)
  local plan, items = args.plan or parent_plan, args.items or parent_items
  local child = upon(parent_plan, parent_items, args.child or "", args.own or child_item)
  local new = resolve.package(files("", plan, items))
  assert(#three_way.errors(child) == 0, tap.show(child.faults))
  assert(#three_way.errors(new) == 0, tap.show(new.faults))
  return three_way.of { old = resolve.package(files("", parent_plan, parent_items)),
    new = new, child = child, faults = upon(plan, items, args.child or "", args.own or child_item).faults }
end

-- A conflict in short: kind section.id.field old new child direction line:column.
local function short(found)
  return ("%s %s.%s.%s %s|%s|%s %s %s"):format(found.kind, found.section or "-",
    found.id or "-", found.field or "-", found.old or "-", found.new or "-", found.child or "-",
    found.direction or "-", found.at and found.at.line .. ":" .. found.at.column or "-")
end

local function conflicts(name, args, expected)
  tap.test(name, function(same)
    local texts = {}
    for index, found in ipairs(three(args).conflicts) do texts[index] = short(found) end
    same(texts, expected, "conflicts")
  end)
end

local function set_days(value, more)
  return ("change:\n  parameters:\n    days:\n      value: %d\n%s"):format(value, more or "")
end

local function set_posted(field, value)
  return ("change:\n  items:\n    posted:\n      set:\n        %s: %s\n"):format(field, value)
end

-- ---- what needs no decision --------------------------------------------------------------

tap.test("nothing is changed: only what the child adds stays", function(same)
  local found = three {}
  same({ #found.takes, #found.keeps, #found.agreed, #found.conflicts }, { 0, 1, 0, 0 })
  same(found.keeps[1].id .. " " .. found.keeps[1].change, "own added")
end)

tap.test("what only the parent changes comes by itself, with its place there", function(same)
  local found = three { plan = changed(parent_plan, "value: 50", "value: 60") }
  same(#found.conflicts, 0)
  same(#found.takes, 1)
  same({ found.takes[1].id, found.takes[1].to, found.takes[1].direction, found.takes[1].at.line },
    { "rate", "60", "stricter", 19 })
end)

tap.test("what only the child changes stays, with its place there", function(same)
  local found = three { child = set_posted("severity", "grave") }
  same({ #found.takes, #found.conflicts }, { 0, 0 })
  same({ found.keeps[1].id, found.keeps[1].to, found.keeps[1].at.line }, { "posted", "严重", 12 })
end)

tap.test("two fields of one entry are no conflict", function(same)
  local found = three { child = set_posted("severity", "grave"),
    items = changed(parent_items, "是否公示？", "是否全部公示？") }
  same({ #found.takes, #found.keeps, #found.conflicts }, { 1, 2, 0 })
end)

tap.test("the same value in both is agreed, no conflict", function(same)
  local found = three { child = set_days(5), plan = changed(parent_plan, "value: 7", "value: 5") }
  same({ #found.takes, #found.conflicts, #found.agreed }, { 0, 0, 1 })
end)

tap.test("title and number of the parent are its own: nobody takes them over", function(same)
  local found = three { plan = changed(parent_plan, "title: 方案", "title: 新方案", "1号", "2号") }
  same({ #found.takes, #found.conflicts }, { 0, 0 })
end)

tap.test("two words that both explain anew are two things", function(same)
  local found = three { child = "definitions:\n  大额: 超过五千元\n",
    plan = changed(parent_plan, "七日以内", "五日以内") }
  same({ #found.takes, #found.conflicts, #found.keeps }, { 1, 0, 2 })
  same(found.keeps[1].part or found.keeps[1].field_title, "名词解释“大额”")
end)

-- ---- conflicts -----------------------------------------------------------------------------

conflicts("a field that both change, with all values", { child = set_posted("ask", "公示没有？"),
  items = changed(parent_items, "是否公示？", "是否全部公示？") },
  { "changed items.posted.ask 是否公示？|是否全部公示？|公示没有？ not_comparable 12:14" })

conflicts("a word that both explain anew", { child = "definitions:\n  大额: 超过五千元\n",
  plan = changed(parent_plan, "超过千元", "超过二千元") },
  { "changed plan.definitions.definitions 超过千元|超过二千元|超过五千元 neutral 9:3" })

conflicts("the parent passes what the child tightened", { child = set_days(5),
  plan = changed(parent_plan, "value: 7", "value: 3") },
  { "passed parameters.days.value 7|3|5 looser 11:14" })

conflicts("the parent asks less than what the child was allowed",
  { child = set_days(9, "      authorised_by: 某卫发〔2023〕8号\n"),
    plan = changed(parent_plan, "value: 7", "value: 12") },
  { "passed parameters.days.value 7|12|9 stricter 11:14" })

conflicts("the parent tightens what the child was allowed to loosen",
  { child = set_days(9, "      authorised_by: 某卫发〔2023〕8号\n"),
    plan = changed(parent_plan, "value: 7", "value: 5") },
  { "changed parameters.days.value 7|5|9 looser 11:14" })

conflicts("an entry that the child changes and the parent has no more",
  { child = set_posted("severity", "grave"),
    items = parent_items:gsub("^.-(%- id: kept)", "%1") },
  { "removed items.posted.severity 严重程度：较重|-|严重程度：严重 - 10:5" })

conflicts("an entry that the child changes and the parent does not ask any more",
  { child = set_posted("severity", "grave"),
    items = changed(parent_items, "severity: major", "severity: major\n  retired: 并入登记") },
  { "retired items.posted.severity 严重程度：较重|停用：并入登记|严重程度：严重 - 10:5" })

conflicts("an entry that the child leaves out and the parent changes",
  { child = "change:\n  items:\n    posted:\n      remove: yes\n      reason: 无\n      authorised_by: 某卫发〔2023〕8号\n",
    items = changed(parent_items, "severity: major", "severity: grave") },
  { "left_out items.posted.- 严重程度：较重|严重程度：严重|- - 11:7" })

conflicts("an id that both add", { items = parent_items .. child_item },
  { "added items.own.- -|自有|自有 - 1:3" })

conflicts("a set whose count does not fit any more, without a semantic conflict",
  { child = "change:\n  sets:\n    domains:\n      set:\n        count: 1\n      remove:\n        - tumour\n      authorised_by: 某卫发〔2023〕8号\n",
    plan = changed(parent_plan, "count: 2", "count: 3",
      "        title: 口腔\n", "        title: 口腔\n      - id: beauty\n        title: 医美\n") },
  { "count -.-.- -|-|- - 11:7", "changed sets.domains.count 2|3|1 neutral 12:16" })

conflicts("what refers to something that is gone", { own = child_item .. "  across: domains\n",
  plan = parent_plan:gsub("sets:.-(duties:)", "%1") }, { "broken -.-.- -|-|- - 7:11" })

tap.test("a pinned version is to be rewritten and no conflict", function(same)
  child_head = changed(child_head, "extends: city/base", "extends:\n  id: city/base\n  version: 1.0")
  local found = three { plan = changed(parent_plan, "version: 1.0", "version: 2.0") }
  same(#found.conflicts, 0)
  same(found.pinned.at.line, 8)
end)

tap.finish()
