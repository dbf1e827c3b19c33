-- What an office asks of a plan: the entries that reports hold, the classes that are meant,
-- and office.yaml's own mistakes.

local tap = require "tap"
local entries = require "entries"
local office = require "office"
local questions = require "questions"

local domains = { title = "十大领域", role = "scope",
  members = { { id = "eye", title = "眼科" }, { id = "skin", title = "皮肤" } } }

local function plan_of(items, more)
  local plan = { id = "county/p", title = "方案", version = "2", items = items,
    focus = { { id = "f", title = "大处方", number = "一" } },
    sets = { order = { "domains" }, of = { domains = domains } } }
  for key, value in pairs(more or {}) do plan[key] = value end
  return plan
end

local function item(id, more)
  local made = { id = id, title = "题" .. id, kind = "question", focus = "f" }
  for key, value in pairs(more or {}) do made[key] = value end
  return made
end

local function ids(list)
  local told = {}
  for _, entry in ipairs(list) do told[#told + 1] = entry.id end
  return table.concat(told, " ")
end

local function checklist(items, more)
  return office.checklist({ plan = plan_of(items, more), layers = {} }, { sha256 = "ab" })
end

-- ---- the checklist ---------------------------------------------------------------------

tap.test("entries stand in the plan's order, members and parts one by one", function(same)
  local found = checklist { item "b", item("a", { across = "domains" }),
    item("c", { parts = { { id = "one", title = "一" }, { id = "two", title = "二" } } }) }
  same(ids(found.entries), "b a[eye] a[skin] c[one] c[two]")
  same(found.entries[2], { id = "a[eye]", item = "a", member = "eye", title = "题a（眼科）",
    focus = "f", focus_title = "大处方", kind = "question", severity = "general",
    sets = { { set = "domains", member = "eye" } } })
end)

tap.test("what depends on tables or periods is one entry", function(same)
  local found = checklist { item("a", { per = "purchases.project" }),
    item("t", { kind = "task", per = "month", at_least = 1 }) }
  same(ids(found.entries), "a t")
  same(found.entries[1].member, nil)
end)

tap.test("an office's own items, lost and retired ones are no entries", function(same)
  local found = checklist { item("o", { kind = "external" }), item("r", { retired = "已并入a" }),
    item("u", { unknown = "缺页" }), item("x", { alias_of = "a" }), item "a" }
  same(ids(found.entries), "a")
  same(found.aliases, { { id = "x", alias_of = "a" } })
  same(found.retired, { { id = "r", title = "题r", reason = "已并入a" } })
end)

tap.test("members that name items, and items that name members, are told of both", function(same)
  local techniques = { title = "四类技术", members = { { id = "cells", title = "细胞",
    items = { "a", "b" } } } }
  local found = checklist({ item("a", { set = { { set = "domains", member = "skin" } } }),
    item "b" }, { sets = { order = { "techniques", "domains" },
    of = { techniques = techniques, domains = domains } } })
  same(found.entries[1].sets, { { set = "techniques", member = "cells" },
    { set = "domains", member = "skin" } })
  same(found.entries[2].sets, { { set = "techniques", member = "cells" } })
end)

tap.test("plan, sets, focus and coverage are told besides", function(same)
  local found = checklist({ item "a" }, { coverage = { { id = "all", class = "医院",
    metric = "self_check", at_least = 100 } } })
  same(found.plan.sha256, "ab")
  same(found.plan.version, "2")
  same(found.focus, { { id = "f", number = "一", title = "大处方" } })
  same(found.sets[1].members[2], { id = "skin", title = "皮肤" })
  same(found.coverage, { { id = "all", class = "医院", metric = "self_check", at_least = 100,
    deprioritised = false } })
end)

-- ---- what an office is asked itself ------------------------------------------------------

tap.test("an office is asked about its duties and tasks, a facility about all but duties",
  function(same)
    local plan = plan_of { item "q", item("o", { kind = "external" }),
      item("t", { kind = "task", at_least = 1 }), item("gone", { kind = "external", retired = "停用" }) }
    same(ids(entries.all(plan, {})), "q t")
    same(ids(entries.all(plan, { office = {} })), "o t")
  end)

tap.test("a duty that asks nothing is asked whether it was done", function(same)
  local duty = item("o", { kind = "external", text = "每月督导一次" })
  same(questions.of(duty), nil)
  same(questions.of(duty, true), { ask = "是否做到：每月督导一次？", answer = "yesno",
    problem_if = "no" })
  local asked = item("o", { kind = "external", ask = "几家？", answer = "number",
    problem_if = "answer == 0" })
  same(questions.of(asked, true) == asked, true)
end)

-- ---- classes ---------------------------------------------------------------------------------

local groups = { order = { "医院", "其他" },
  of = { ["医院"] = { "三级医院", "二级医院" }, ["其他"] = { except = { "医院" } } } }
local coverage = {
  { id = "hospitals", class = "医院", metric = "self_check", at_least = 100, text = "100%" },
  { id = "others", class = "其他", metric = "campaign", at_least = 50, deprioritised = true },
  { id = "each", metric = "inspection", at_least = 1 },
}

local function classes_of(words, more)
  local plan = plan_of({}, { classes = groups, coverage = coverage })
  for key, value in pairs(more or {}) do plan[key] = value end
  return office.classes({ plan = plan }, { classes = words }).classes
end

tap.test("a class belongs to the targets of its group, and to those without a class", function(same)
  local found = classes_of { "三级医院", "诊所" }
  same(ids(found[1].targets), "hospitals each")
  same(ids(found[2].targets), "others each")
  same(found[1].targets[1], { id = "hospitals", class = "医院", metric = "self_check",
    at_least = 100, text = "100%", deprioritised = false })
  same(found[2].targets[1].deprioritised, true)
end)

tap.test("a class that the plan's scope leaves out is not meant, and has no common targets",
  function(same)
    local found = classes_of({ "三级医院", "诊所" }, { scope = { classes = { "医院" } } })
    same(found[1].meant, true)
    same(found[2].meant, false)
    same(ids(found[2].targets), "others")
  end)

tap.test("another word for a class is that class", function(same)
  local found = classes_of { "卫生所" }
  same(found[1].class, "医务室")
  same(found[1].word, "卫生所")
end)

tap.test("an unknown class is an error that suggests the nearest", function(same)
  local found = classes_of { "乡镇卫生员", "飞船" }
  same(found[1].error.text, "{word} is no class of facilities")
  same(found[1].error.args.nearest, "乡镇卫生院")
  same(found[1].error.hint, "did you mean {nearest}?")
  same(found[2].error.hint, "known: {list}")
  same(found[2].class, nil)
end)

tap.finish()
