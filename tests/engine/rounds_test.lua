-- The rounds in which facilities report: from office.yaml, from the plan's duties, or one.

local tap = require "tap"
local rounds = require "rounds"

local context = { issued = "2023-03-15", period = { from = "2023-03-01", to = "2023-06-30" },
  today = "2023-05-20" }

local function plan_of(duties, departments)
  return { id = "county/p", title = "方案", duties = duties,
    departments = departments or { order = {}, of = {} } }
end

local function duty(id, due, from)
  return { id = id, artefact = "材料" .. id, due = due, from = from }
end

local function of(plan, office, own) return rounds.of(plan, office or {}, own or context) end

-- A round on one line: id from–to due.
local function lines(found)
  local told = {}
  for _, round in ipairs(found.rounds) do
    told[#told + 1] = ("%s %s~%s %s"):format(round.id, round.from or "", round.to or "",
      round.due or "")
  end
  return table.concat(told, "; ")
end

tap.test("a plan without duties has one round without bounds", function(same)
  local found = of(plan_of {})
  same(found.rounds, { { id = "all", title = "全程" } })
  same(found.source, "none")
  same(#found.notices, 1)
end)

tap.test("each day on which a report is due ends a round that begins behind the one before",
  function(same)
    local found = of(plan_of { duty("a", { text = "每月10日前" }) })
    same(lines(found), "2023-04-10 2023-03-01~2023-04-10 2023-04-10; "
      .. "2023-05-10 2023-04-11~2023-05-10 2023-05-10; "
      .. "2023-06-10 2023-05-11~2023-06-10 2023-06-10")
    same(found.rounds[1].title, "材料a 2023-04-10")
    same(found.source, "plan")
  end)

tap.test("two reports that are due on one day make one round with both titles", function(same)
  local found = of(plan_of { duty("a", { text = "2023年5月10日前" }),
    duty("b", { text = "2023年5月10日前" }) })
  same(lines(found), "2023-05-10 2023-03-01~2023-05-10 2023-05-10")
  same(found.rounds[1].title, "材料a、材料b 2023-05-10")
end)

tap.test("duties of offices make no round", function(same)
  local departments = { order = { "health", "units" },
    of = { health = { title = "县卫健局", role = "lead" },
      units = { title = "各医疗机构", role = "execute" } } }
  local found = of(plan_of({ duty("a", { text = "2023年4月10日前" }, { "health" }),
    duty("b", { text = "2023年5月10日前" }, { "units" }) }, departments))
  same(lines(found), "2023-05-10 2023-03-01~2023-05-10 2023-05-10")
end)

tap.test("a day that the plan leaves blank makes no round, and is told", function(same)
  local found = of(plan_of { duty("a", { text = "__月__日前" }) })
  same(found.rounds[1].id, "all")
  same(found.notices[1], { args = { title = "材料a" },
    text = "«{title}»: the plan leaves its day blank; it makes no round" })
  same(found.notices[2].text:match("^no day is known"), "no day is known")
end)

tap.test("known days beside blank ones make rounds, and the blank ones are told", function(same)
  local found = of(plan_of { duty("a", { texts = { "2023年5月10日前", "__月__日前" } }) })
  same(lines(found), "2023-05-10 2023-03-01~2023-05-10 2023-05-10")
  same(found.notices[1].text,
    "«{title}»: the plan leaves some of its days blank; they make no round")
end)

tap.test("days with a year make rounds also where the plan's period is blank", function(same)
  local found = of(plan_of { duty("a", { texts = { "2023年5月10日前", "2023年8月10日前" } }) }, {},
    { period = {}, today = "2023-05-20" })
  same(lines(found), "2023-05-10 ~2023-05-10 2023-05-10; "
    .. "2023-08-10 2023-05-11~2023-08-10 2023-08-10")
end)

tap.test("what comes again makes no round while the plan's period is blank, whatever day it is",
  function(same)
    for _, today in ipairs { "2023-05-20", "2024-01-01" } do
      local found = of(plan_of { duty("a", { text = "每月10日前" }) }, {},
        { period = {}, today = today })
      same(found.rounds[1].id, "all", today)
      same(found.notices[1].text,
        "«{title}» comes again and again, but the plan's period is blank; it makes no round")
    end
  end)

tap.test("rounds of office.yaml stand before those of the plan", function(same)
  local plan = plan_of { duty("a", { text = "每月10日前" }) }
  local found = of(plan, { rounds = { { id = "q2", title = "二季度", from = "2023-04-01",
    to = "2023-06-30", due = "2023-07-05" } } })
  same(found.rounds, { { id = "q2", title = "二季度", from = "2023-04-01", to = "2023-06-30",
    due = "2023-07-05" } })
  same(found.source, "office")
end)

tap.test("a round of another plan is none of this one", function(same)
  local office = { rounds = { { id = "x", plan = "county/other", to = "2023-04-30" },
    { id = "y", to = "2023-05-31" } } }
  same(lines(of(plan_of {}, office)), "y 2023-03-01~2023-05-31 2023-05-31")
end)

tap.test("a round that leaves days out begins behind the one before and is due when it ends",
  function(same)
    local office = { rounds = { { id = "a", due = "2023-04-05" }, { id = "b", to = "2023-05-31" },
      { id = "c", from = "2023-06-10" } } }
    same(lines(of(plan_of {}, office)), "a 2023-03-01~2023-04-05 2023-04-05; "
      .. "b 2023-04-06~2023-05-31 2023-05-31; c 2023-06-10~ ")
  end)

tap.test("a duty that is due when a phase ends makes a round of the phase's last day",
  function(same)
    local plan = plan_of { duty("a", { phase = "one" }) }
    plan.phases = { { id = "one", title = "自查", from = "2023年3月", to = "2023年4月" } }
    same(lines(of(plan)), "2023-04-30 2023-03-01~2023-04-30 2023-04-30")
  end)

tap.finish()
