-- The days of a plan: what cannot be told is said, and nothing loops or fails.

local tap = require "tap"
local schedule = require "schedule"

local context = { issued = "2023-03-15", period = { from = "2023-03-01", to = "2023-06-30" },
  today = "2023-05-20" }

local function entries_of(plan, own)
  local by_id = {}
  for _, entry in ipairs(schedule.of(plan, own or context).entries) do by_id[entry.id] = entry end
  return by_id
end

local function duty(id, due, every)
  return { id = id, artefact = id, due = due, every = every }
end

tap.test("duties that wait for each other have no day, and are told", function(same)
  local known = entries_of { duties = { duty("d1", { after = "d2" }), duty("d2", { after = "d1" }),
    duty("d3", { after = "d1" }), duty("d4", { after = "d5" }), duty("d5", { text = "每月10日前" }),
    duty("d6", { after = "d6" }) } }
  for _, id in ipairs { "d1", "d2", "d3", "d6" } do
    same(#known[id].due, 0, id)
    same(known[id].notices[1].text, "these reports wait for each other: none has a day", id)
  end
  same(known.d4.notices, nil, "after one that has days")
  same(table.concat(known.d5.due, " "), "2023-04-10 2023-05-10 2023-06-10")
end)

tap.test("a blank that is no time yet leaves an entry open", function(same)
  local plan = { id = "p", title = "p", period = { from = "____", to = "____" },
    phases = { { id = "one", title = "一", from = "____", to = "2023年5月" },
      { id = "two", title = "二", when = "____" } },
    measures = { { id = "m", title = "措施", due = "____" } },
    duties = { duty("d", { text = "____" }), duty("e", { phase = "two" }),
      duty("f", { texts = { "____", "每月5日前" } }) } }
  for _, own in ipairs { { period = {} }, { period = {}, today = "2023-05-20" }, context } do
    local known = entries_of(plan, own)
    for _, id in ipairs { "p", "one", "two", "m", "d", "e", "f" } do
      same(known[id].blank, true, id)
      same(known[id].notices, nil, id)
    end
    same(known.one.to, "2023-05-31")
  end
end)

tap.test("a day that the plan's years do not have is told", function(same)
  local known = entries_of { phases = { { id = "one", title = "一", when = "2月29日" } },
    duties = { duty("d", { texts = { "每月20日前", "2月29日前" } }) } }
  same(known.one.to, nil)
  same(known.one.notices, { { text = "{text}: the plan's years have no such day",
    args = { text = "2月29日" } } })
  same(known.d.notices[1].args.text, "2月29日前")
  same(table.concat(known.d.due, " "), "2023-03-20 2023-04-20 2023-05-20 2023-06-20")
  known = entries_of({ phases = { { id = "one", title = "一", when = "2月29日" },
    { id = "two", title = "二", when = "即日起" } } }, { period = {} })
  same(known.one.notices, nil, "nothing is known of the plan's years")
  same(known.two.notices, nil)
end)

tap.test("a year word makes one date, and half a year has its days", function(same)
  local known = entries_of { duties = { duty("d", { text = "当年12月" }) },
    phases = { { id = "one", title = "一", when = "2023年上半年" } } }
  same(known.d.to, "2023-12-31")
  same(known.d.due, {})
  same(known.one.from .. " " .. known.one.to, "2023-01-01 2023-06-30")
end)

tap.test("working days in a list of deadlines are counted by the calendar, too", function(same)
  local shown = schedule.of({ duties = { duty("d", { texts = { "印发后5个工作日内" } }) } }, context)
  same(shown.doubtful_years, { "2023" })
end)

tap.finish()
