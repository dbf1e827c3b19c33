-- How problems are to be taken on a day: in, before, between and after phases, where they
-- overlap or are blank, and in a plan that has measures only.

local tap = require "tap"
local agenda = require "agenda"
local stance = require "stance"

local function phase(id, when, ...)
  return { id = id, title = "阶段" .. id, when = when, stance = { ... } }
end

local campaign = {
  phase("launch", "2023年3月1日至3月31日", "prepare"),
  phase("own", "2023年4月1日至5月31日", "self_check"),
  phase("strike", "2023年7月1日至9月30日", "enforce"),
  phase("review", "2023年10月1日至11月30日", "review"),
}

local function on(day, phases, period)
  return stance.today({ phases = phases },
    { today = day, issued = "2023-02-20", period = period or {} })
end

local function told(found)
  return table.concat({ found.position, found.taken, found.word or "-", found.phase or "-" }, " ")
end

tap.test("each phase has its own way of taking problems, from its first day to its last", function(same)
  for _, case in ipairs {
    { "2023-02-28", "before todo - launch" },
    { "2023-03-01", "in todo prepare launch" },
    { "2023-03-31", "in todo prepare launch" },
    { "2023-04-01", "in warning self_check own" },
    { "2023-05-31", "in warning self_check own" },
    { "2023-07-01", "in failure enforce strike" },
    { "2023-11-30", "in failure review review" },
    { "2023-12-01", "over failure - review" },
    { "2030-01-01", "over failure - review" },
  } do
    same(told(on(case[1], campaign)), case[2], case[1])
  end
end)

tap.test("between two phases the strongest that is over goes on", function(same)
  same(told(on("2023-06-15", campaign)), "between warning self_check own")
  same(told(on("2023-06-15", { campaign[1], phase("all", "2023年4月", "self_check", "enforce"),
    phase("late", "2023年5月", "self_check"), campaign[4] })), "between failure enforce all")
end)

tap.test("of phases that overlap, and of several stances, the strongest counts", function(same)
  local overlapping = { phase("a", "2023年3月至6月", "prepare", "self_check"),
    phase("b", "2023年5月至8月", "review", "enforce"), phase("c", "2023年7月至9月", "review") }
  same(told(on("2023-04-01", overlapping)), "in warning self_check a")
  same(told(on("2023-05-01", overlapping)), "in failure enforce b")
  same(told(on("2023-09-01", overlapping)), "in failure review c")
end)

tap.test("blank days are unknown, and never milder than a failure", function(same)
  local blank = { phase("a", "20__年__月", "prepare"), phase("b", "20__年__月至__月", "enforce") }
  local found = on("2023-04-01", blank)
  same(told(found), "unknown failure - -")
  same(found.unknown, { text = "the days of {phases} are blank or cannot be told",
    args = { phases = "阶段a、阶段b" } })
end)

tap.test("a phase whose days are known counts beside blank ones", function(same)
  local mixed = { campaign[1], phase("b", "20__年__月", "enforce") }
  same(told(on("2023-03-10", mixed)), "in todo prepare launch")
  local after = on("2023-04-10", mixed)
  same(told(after), "unknown failure - -")
  same(after.unknown.args.phases, "阶段b")
end)

tap.test("a phase that has begun is on while its end is blank, and not before", function(same)
  local begun = { campaign[1],
    { id = "b", title = "乙", from = "2023年3月20日", to = "20__年__月", stance = { "enforce" } } }
  same(told(on("2023-03-10", begun)), "in todo prepare launch")
  same(told(on("2023-03-20", begun)), "in failure enforce b")
  same(told(on("2024-01-01", begun)), "in failure enforce b")
  local ended = { { id = "a", title = "甲", from = "20__年__月", to = "2023年4月30日",
    stance = { "prepare" } }, phase("b", "2023年6月", "enforce") }
  same(told(on("2023-04-30", ended)), "unknown failure - -")
  same(told(on("2023-05-01", ended)), "between todo prepare a")
end)

tap.test("an open end is where the phase before is over, or the plan", function(same)
  local open = { phase("a", "3月底前", "prepare"), phase("b", "5月底前", "self_check"),
    phase("c", "6月起", "enforce") }
  local period = { from = "2023-03-01", to = "2023-08-31" }
  same(told(on("2023-02-28", open, period)), "before todo - a")
  same(told(on("2023-03-31", open, period)), "in todo prepare a")
  same(told(on("2023-04-01", open, period)), "in warning self_check b")
  same(told(on("2023-06-01", open, period)), "in failure enforce c")
  same(told(on("2023-09-01", open, period)), "over failure - c")
  same(told(on("2024-09-01", open)), "in failure enforce c", "an open end of a plan without one")
end)

tap.test("a phase without stance, and a plan without phases, are unknown", function(same)
  local found = on("2023-04-01", { phase("a", "2023年4月") })
  same(told(found), "unknown failure - -")
  same(found.unknown.args.phases, "阶段a")
  found = on("2023-04-01", {})
  same(told(found), "unknown failure - -")
  same(found.unknown.text, "the plan has no phases with days")
end)

tap.test("times that are no days are unknown, too", function(same)
  same(told(on("2023-04-01", { phase("a", "利用1-2个月时间", "self_check") })),
    "unknown failure - -")
  same(told(on("2023-04-01", { { id = "a", title = "甲", stance = { "enforce" } } })),
    "unknown failure - -")
end)

local function measure(id, due, ...)
  return { id = id, title = "措施" .. id, due = due, stance = { ... } }
end

tap.test("without phases the measures count, each from the day after those due before it", function(same)
  local plan = { no_phases = "不分阶段", measures = {
    measure("check", "2023年5月底以前", "self_check"), measure("study", "2023年3月以前", "prepare"),
    measure("teach", "2023年3月31日前", "prepare"), measure("cases", "2023年8月以前", "enforce"),
    measure("rules", "2023年8月底前", "review"), measure("monthly", "每月底前", "enforce"),
    measure("other", "2023年1月以前") } }
  local function at(day)
    return told(stance.today(plan, { today = day, issued = "2023-02-20",
      period = { from = "2023-03-01", to = "2023-08-31" } }))
  end
  same(at "2023-02-01", "before todo - study")
  same(at "2023-03-31", "in todo prepare study")
  same(at "2023-04-01", "in warning self_check check")
  same(at "2023-06-01", "in failure enforce cases")
  same(at "2023-08-31", "in failure enforce cases")
  same(at "2023-09-01", "over failure - cases")
end)

tap.test("blank measures are unknown; of many three are named", function(same)
  local plan = { measures = {} }
  for _, id in ipairs { "a", "b", "c", "d" } do
    plan.measures[#plan.measures + 1] = measure(id, "20__年__月以前", "enforce")
  end
  local found = stance.today(plan, { today = "2023-04-01", period = {} })
  same(found.unknown.args.phases, "措施a、措施b、措施c……")
end)

-- ---- what is due -----------------------------------------------------------------------

local function duty(id, due, from)
  return { id = id, artefact = "材料" .. id, due = due, from = from }
end

local function agenda_of(day, duties, departments, phases)
  local known = departments or { order = {}, of = {} }
  return agenda.of({ phases = phases or campaign, duties = duties, departments = known },
    { today = day, issued = "2023-02-20", period = { from = "2023-03-01", to = "2023-11-30" } })
end

tap.test("what is due comes by day, with the days that are left; reports whose day is over apart",
  function(same)
    local found = agenda_of("2023-05-21", { duty("a", { text = "2023年6月5日前" }),
      duty("b", { text = "每月25日前" }), duty("c", { text = "2023年5月11日前" }),
      duty("d", { phase = "launch" }), duty("e", { text = "及时" }),
      duty("f", { text = "20__年__月" }), duty("g", { text = "2023年5月21日" }) })
    local due, over = {}, {}
    for _, one in ipairs(found.due) do due[#due + 1] = one.id .. " " .. one.due .. " " .. one.left end
    for _, one in ipairs(found.overdue) do
      over[#over + 1] = one.id .. " " .. one.due .. " " .. one.over
    end
    same(table.concat(due, ", "), "g 2023-05-21 0, b 2023-05-25 4, a 2023-06-05 15")
    same(table.concat(over, ", "), "d 2023-03-31 51, c 2023-05-11 10")
    same(found.phases, { { kind = "phase", id = "own", title = "阶段own", stances = { "self_check" },
      from = "2023-04-01", to = "2023-05-31", left = 10 } })
  end)

tap.test("duties of offices are none of a facility's, unless nobody carries the plan out", function(same)
  local departments = { order = { "office", "units" }, of = {
    office = { title = "县卫生健康局", role = "lead" }, units = { title = "各单位", role = "execute" } } }
  local duties = { duty("a", { text = "2023年6月5日前" }, { "office" }),
    duty("b", { text = "2023年6月5日前" }, { "units", "office" }), duty("c", { text = "2023年6月5日前" }) }
  local found = agenda_of("2023-05-21", duties, departments)
  same(#found.due, 2)
  same(found.due[1].by, "各单位、县卫生健康局")
  departments.of.units.role = nil
  same(#agenda_of("2023-05-21", duties, departments).due, 3)
end)

tap.test("what a plan says once is due although its period is blank", function(same)
  local found = agenda.of({ phases = {}, departments = { order = {}, of = {} },
    duties = { duty("a", { text = "2023年5月11日前" }), duty("b", { text = "每月25日前" }) } },
    { today = "2023-05-21", period = {} })
  same(found.overdue[1].id, "a")
  same(found.due[1].due, "2023-05-25")
  same(agenda.dues(found.entries[2]), { "2023-05-25" })
end)

tap.finish()
