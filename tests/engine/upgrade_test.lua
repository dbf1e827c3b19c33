-- From one version of a plan to the next: every answer has one place, and none looks like the
-- answer to another question.

local tap = require "tap"
local upgrade = require "upgrade"

local function item(id, ask, more)
  local one = { id = id, title = "项" .. id, asked = true, facets = {}, open = false, single = true,
    question = { ask = ask, answer = "yesno", problem_if = "answer == false" } }
  for key, value in pairs(more or {}) do one[key] = value end
  if one.alias_of or one.gone then one.asked, one.question = false, nil end
  return one
end

local function version(number, items)
  local ids = {}
  for _, one in ipairs(items) do
    if one.question then ids[#ids + 1] = one.id end
  end
  return { version = number, items = items, entries = ids, parameters = {}, answers = {} }
end

local function sort(old, new, answers, more)
  local args = { old = old, new = new, answers = answers, evidence = {}, problems = {}, priors = {} }
  for id in pairs(answers) do old.answers[id] = old.answers[id] or { shown = "是", fits = true } end
  for key, value in pairs(more or {}) do args[key] = value end
  return upgrade.sort(args)
end

local yes, no = { value = true }, { value = false }

-- Where each answer has gone: id → kind of its place, and the id there.
local function places(sorted)
  local found = {}
  for _, kind in ipairs { "carried", "asked_again", "retired" } do
    for _, one in ipairs(sorted[kind]) do
      local id = one.was or one.id
      found[id] = (found[id] and found[id] .. " and " or "") .. kind .. " " .. one.id
    end
  end
  return found
end

-- The answers that count after the moves, as the host makes them.
local function moved(answers, moves)
  local after = {}
  for id, answer in pairs(answers) do after[id] = answer end
  for _, one in ipairs(moves) do after[one.item] = one.from and answers[one.from] or nil end
  return after
end

tap.test("the same question keeps its answer, a changed one is asked again, a missing one is history",
  function(same)
    local old = version("1", { item("a", "甲"), item("b", "乙"), item("c", "丙") })
    local new = version("2", { item("a", "甲"), item("b", "乙改"), item("d", "丁") })
    local sorted = sort(old, new, { a = yes, b = yes, c = no })
    same(places(sorted), { a = "carried a", b = "asked_again b", c = "retired c" })
    same(moved({ a = yes, b = yes, c = no }, sorted.moves.answers), { a = yes })
    same(sorted.added[1].id, "d")
    same(sorted.priors[1].version, "1")
  end)

tap.test("an answer follows an alias in either direction", function(same)
  local told = sort(version("1", { item("a", "甲") }),
    version("2", { item("a", "甲", { alias_of = "b" }), item("b", "甲") }), { a = yes })
  same(places(told), { a = "carried b" })
  told = sort(version("1", { item("a", "甲"), item("b", "甲", { alias_of = "a" }) }),
    version("2", { item("b", "甲") }), { a = yes })
  same(places(told), { a = "carried b" })
  same(moved({ a = yes }, told.moves.answers), { b = yes })
end)

tap.test("any part of a question changes it: answer, choices, condition, documents, member", function(same)
  local function of(change)
    local old, new = item("a", "甲"), item("a", "甲")
    change(new)
    return places(sort(version("1", { old }), version("2", { new }), { a = yes })).a
  end
  same(of(function() end), "carried a")
  same(of(function(one) one.title = "别的" end), "carried a")
  same(of(function(one) one.question.answer = "number" end), "asked_again a")
  same(of(function(one) one.question.choices = { "有" } end), "asked_again a")
  same(of(function(one) one.question.problem_if = "answer == true" end), "asked_again a")
  same(of(function(one) one.question.evidence = { "文件" } end), "asked_again a")
end)

tap.test("a member that is called otherwise, or matched otherwise, is asked again; one that is gone is history",
  function(same)
    local function across(members) return item("a", "甲", { single = false, members = members }) end
    local sorted = sort(
      version("1", { across { x = { title = "西药" }, y = { title = "药" }, z = { title = "械" } } }),
      version("2", { across { x = { title = "西药" }, y = { title = "中药" } } }),
      { ["a[x]"] = yes, ["a[y]"] = yes, ["a[z]"] = yes })
    same(places(sorted),
      { ["a[x]"] = "carried a[x]", ["a[y]"] = "asked_again a[y]", ["a[z]"] = "retired a[z]" })
  end)

tap.test("what a column held when it was answered is carried over whatever the table holds today",
  function(same)
    local old = version("1", { item("a", "甲", { open = true }) })
    local new = version("2", { item("a", "甲", { open = true }) })
    same(places(sort(old, new, { ["a[内科]"] = yes })), { ["a[内科]"] = "carried a[内科]" })
  end)

tap.test("an answer that does not fit its own question is no answer to the same one", function(same)
  local old = version("1", { item("a", "甲") })
  old.answers.a = { fits = false }
  same(places(sort(old, version("2", { item("a", "甲") }), { a = { value = 3 } })),
    { a = "asked_again a" })
end)

tap.test("an answer of before the old version does not come back", function(same)
  local sorted = sort(version("2", { item("b", "乙") }),
    version("3", { item("a", "甲"), item("b", "乙") }), { a = yes })
  same(places(sorted), { a = "asked_again a" })
end)

tap.test("two items that become one: the same answers are one, different ones are asked again", function(same)
  local old = version("1", { item("a", "甲"), item("b", "甲") })
  local new = version("2", { item("a", "甲", { alias_of = "b" }), item("b", "甲") })
  same(places(sort(old, new, { a = yes, b = yes })), { a = "retired a", b = "carried b" })
  local sorted = sort(old, new, { a = no, b = yes })
  same(places(sorted), { a = "asked_again b", b = "asked_again b" })
  same(moved({ a = no, b = yes }, sorted.moves.answers), {})
end)

tap.test("documents that decide are asked for again with their question, others stay with their item",
  function(same)
    local function wants(name) return item("a", "甲", { question = { ask = "甲", answer = "yesno",
      problem_if = "x", evidence = { name } } }) end
    local old = version("1", { wants "制度", item("b", "乙"), item("c", "丙") })
    local new = version("2", { wants "新制度", item("b", "乙改") })
    local sorted = sort(old, new, {}, { evidence = { a = { "制度" }, b = { "照片" }, c = { "清单" } } })
    same({ sorted.documents.asked_again[1].id, sorted.documents.carried[1].id,
      sorted.documents.retired[1].id }, { "a", "b", "c" })
    same(#sorted.moves.documents, 2)
  end)

tap.test("problems stay with their item, follow its alias, or stay in the ledger", function(same)
  local old = version("1", { item("a", "甲"), item("b", "乙"), item("c", "丙"),
    item("o", "", { asked = false }) })
  local new = version("2", { item("a", "甲改"), item("b", "乙", { alias_of = "d" }), item("d", "丁"),
    item("c", "丙", { gone = "停用" }), item("o", "", { asked = false }) })
  local function found(id) return { item = id, open = 2, all = 3 } end
  local problems = sort(old, new, {}, { problems = { found "a", found "b", found "c", found "o" } }).problems
  same(problems.kept, 4)
  same({ problems.renamed[1].id, problems.renamed[1].was, problems.retired[1].id }, { "d", "b", "c" })
end)

tap.test("what was asked again and not answered is remembered through the next version", function(same)
  local prior = { id = "a", shown = "否", ask = "甲", version = "1" }
  local function priors(answers)
    return sort(version("2", { item("a", "甲改") }),
      version("3", { item("a", "甲改", { alias_of = "b" }), item("b", "甲改") }), answers,
      { priors = { prior } }).priors
  end
  same({ priors({})[1].id, priors({})[1].version }, { "b", "1" })
  same(#priors { a = yes }, 0)
end)

-- ---- random editions of random plans -----------------------------------------------------

local asks = { "甲", "乙", "丙" }
local names = { "a", "b", "c", "d", "e", "f", "g", "h" }

local function random_version(number)
  local items = {}
  for _, id in ipairs(names) do
    local kind = math.random(8)
    if kind <= 5 then items[#items + 1] = item(id, asks[math.random(3)])
    elseif kind == 6 then items[#items + 1] = item(id, "", { gone = "停用" })
    elseif kind == 7 then items[#items + 1] = item(id, "", { alias_of = "?" }) end
  end
  for _, one in ipairs(items) do -- an alias is of an item that is asked, as a plan must have it
    local other = items[math.random(#items)]
    if one.alias_of then one.alias_of = other.question and other.id or nil end
    if not one.alias_of and not one.question then one.gone = "停用" end
  end
  return version(number, items)
end

local function question_in(of, id)
  for _, one in ipairs(of.items) do
    if one.id == id then return one.question and one.question.ask end
  end
end

tap.test("over 3,000 random pairs of versions every answer has one place, and what counts was asked so before",
  function(same)
    math.randomseed(7)
    local carried = 0
    for round = 1, 3000 do
      local old, new, answers = random_version "1", random_version "2", {}
      for _, id in ipairs(names) do
        if math.random(3) > 1 then answers[id] = { value = math.random(2) == 1 } end
      end
      local sorted = sort(old, new, answers)
      local found, counted = places(sorted), 0
      for id, place in pairs(found) do
        counted = counted + 1
        if not answers[id] or place:find " and " then error(round .. ": " .. id .. " is " .. place) end
      end
      local numbers = sorted.counts.answers
      same(counted, numbers["in"], "places in round " .. round)
      same(numbers.carried + numbers.asked_again + numbers.retired, numbers["in"], "sum")
      local after, left = moved(answers, sorted.moves.answers), 0
      for id, answer in pairs(after) do
        left = left + 1
        local was
        for _, one in ipairs(sorted.carried) do if one.id == id then was = one.was or one.id end end
        if not was or answers[was] ~= answer then error(round .. ": nobody gave this answer to " .. id) end
        same(question_in(new, id), question_in(old, was), "question of " .. id)
      end
      same(left, numbers.carried, "answers that count")
      carried = carried + left
    end
    if carried < 1000 then error("only " .. carried .. " answers were carried over") end
  end)

tap.finish()
