-- The life of a problem: every action in every state, what each step needs, what it makes.

local tap = require "tap"
local ledger = require "ledger"
local row = require "ledger_row"
local steps = require "steps"

local people = { "甲", "乙", "丙" }
local gates = { { id = "mechanism", title = "长效机制建立到位" } }
local context = { people = people, gates = gates }

-- The bodies with which a step is complete.
local complete = {
  verify = { verdict = "true" }, dismiss = { reason = "登记错误" },
  assign = { leader = "甲", department = "药剂科", person = "乙", measure = "逐张点评",
    target = "合格率95%", due = "2023-07-31", kind = "deadline" },
  start = {}, rectify = { note = "已点评", done = "2023-07-02", system = "处方点评制度" },
  check = { result = "pass" }, close = { gates = { "all" } },
  extend = { to = "2023-12-31", reason = "系统改造" },
  transfer = { to = "县医保局", reason = "涉及基金" }, reopen = { reason = "弄错了" },
  lookback = { result = "held", note = "抽查30张" },
  rows = { verdicts = {}, judged = 0, untrue = 0 },
  attach = { name = "点评表", sha256 = "00", size = 1, kind = "file" },
}

local function event(action, by, date, body)
  return { action = action, by = by, date = date or "2023-07-02", body = body or complete[action] }
end

local function new()
  local problem = ledger.apply(nil, { action = "found", by = "zicha", date = "2023-06-30",
    body = { plan = "county/test", plan_title = "方案", item = "rx", title = "超量", source = "self_check",
      severity = "major", certainty = "suspect", rows = 3, wants_evidence = true } })
  problem.no = 1
  return problem
end

local function take(problem, action, by, date, body)
  return steps.take(problem, event(action, by, date, body), context)
end

-- A problem in each state, by the shortest way there.
local way = { "verify", "assign", "start", "attach", "rectify", "check", "close", "lookback" }
local who = { rectify = "乙", check = "丙", close = "丙", lookback = "丙" }
local function in_state(wanted)
  local problem = new()
  if wanted == "dismissed" then return (take(problem, "dismiss", "甲")) end
  for _, action in ipairs(way) do
    if problem.state == wanted then return problem end
    local body = action == "lookback" and wanted == "relapsed"
      and { result = "relapsed", note = "又发现" } or nil
    local after, refusals = take(problem, action, who[action] or "甲", nil, body)
    problem = after or error(action .. ": " .. refusals[1].text)
  end
  return problem
end

local states = { "found", "verified", "assigned", "rectifying", "rectified", "checked", "closed",
  "held", "relapsed", "dismissed" }
local actions = { "verify", "dismiss", "rows", "assign", "start", "rectify", "check", "close",
  "lookback", "reopen", "extend", "transfer", "attach" }

-- What is possible, written down a second time: state → actions, and the state after them.
local expected = {
  found = "verify>verified dismiss>dismissed rows>found transfer>found attach>found",
  verified = "dismiss>dismissed rows>verified assign>assigned transfer>verified attach>verified",
  assigned = "dismiss>dismissed assign>assigned start>rectifying extend>assigned transfer>assigned attach>assigned",
  rectifying = "assign>rectifying rectify>rectified extend>rectifying transfer>rectifying attach>rectifying",
  rectified = "check>checked transfer>rectified attach>rectified",
  checked = "close>closed transfer>checked attach>checked",
  closed = "lookback>held reopen>rectifying transfer>closed attach>closed",
  held = "lookback>held reopen>rectifying transfer>held attach>held",
  relapsed = "assign>assigned transfer>relapsed attach>relapsed",
  dismissed = "reopen>found attach>dismissed",
}

tap.test("every action in every state is possible where b-2 says so, and refused elsewhere", function(same)
  for _, state in ipairs(states) do
    local found = {}
    for _, action in ipairs(actions) do
      local problem = in_state(state)
      same(problem.state, state, "the way to " .. state)
      local after, refusals = take(problem, action, "丙")
      if after then
        found[#found + 1] = action .. ">" .. after.state
      else
        same(#refusals > 0 and refusals[1].text ~= "", true, state .. " " .. action)
      end
    end
    same(table.concat(found, " "), expected[state], state)
  end
end)

tap.test("what is impossible says what is possible now", function(same)
  for _, state in ipairs(states) do
    local _, refusals = take(in_state(state), state == "checked" and "start" or "close", "丙")
    same(refusals[1].hint, "possible now: {list}", state)
    same(#refusals[1].args.list > 0, true, state)
  end
end)

tap.test("no step without a person, and none by somebody unknown", function(same)
  for _, action in ipairs(way) do
    local state = ({ verify = "found", assign = "verified", start = "assigned", attach = "rectifying",
      rectify = "rectifying", check = "rectified", close = "checked", lookback = "closed" })[action]
    local after, refusals = take(in_state(state), action, nil)
    same(after, nil, action)
    same(refusals[1].field, "by", action)
    after, refusals = take(in_state(state), action, "丁")
    same(after, nil, action)
    same(refusals[1].text, "people.yaml does not know {name}", action)
  end
end)

tap.test("责任、措施、目标、时限: each that is missing keeps the work from beginning", function(same)
  for key in pairs(complete.assign) do
    local body = {}
    for other, value in pairs(complete.assign) do
      if other ~= key then body[other] = value end
    end
    local assigned = take(in_state("verified"), "assign", "甲", nil, body)
    local after, refusals = take(assigned, "start", "甲")
    same(after, nil, key)
    same(#refusals, 1, key)
  end
end)

tap.test("all that is missing is told at once", function(same)
  local assigned = take(in_state("verified"), "assign", "甲", nil, { leader = "甲" })
  local _, refusals = take(assigned, "start", "甲")
  same(#refusals, 6)
end)

tap.test("whoever has rectified, or is responsible, neither checks nor closes", function(same)
  for _, state in ipairs { "rectified", "checked" } do
    local action = state == "rectified" and "check" or "close"
    local after, refusals = take(in_state(state), action, "乙")
    same(after, nil, action)
    same(refusals[1].text, "{name} is to rectify this problem, or has: another person must do this")
  end
end)

tap.test("each gate that is not passed keeps a problem from being closed", function(same)
  local function refused_without(key, title)
    local problem = {}
    for name, value in pairs(in_state("checked")) do problem[name] = value end
    problem[key] = nil
    local after, refusals = take(problem, "close", "丙")
    same(after, nil, key)
    same(refusals[1].args.gate, title, key)
  end
  refused_without("verified", "问题准")
  refused_without("assigned", "责任明确")
  refused_without("evidence", "整改到位")
  refused_without("system", "制度完善")
end)

tap.test("each gate of the plan is affirmed by name, or all of them", function(same)
  local after, refusals = take(in_state("checked"), "close", "丙", nil, {})
  same(after, nil)
  same(refusals[1].text, "the plan's gate {gate} is not affirmed")
  same(take(in_state("checked"), "close", "丙", nil, { gates = { "mechanism" } }).state, "closed")
  after, refusals = take(in_state("checked"), "close", "丙", nil, { gates = { "mechanism", "nothing" } })
  same(after, nil)
  same(refusals[1].text, "the plan has no gate {id}")
end)

tap.test("a check that fails sends the problem back, and it must be rectified again", function(same)
  local back = take(in_state("rectified"), "check", "丙", nil, { result = "fail", note = "仍有2张" })
  same(back.state, "rectifying")
  same(back.rectified, nil)
  local _, refusals = take(in_state("rectified"), "check", "丙", nil, { result = "fail" })
  same(refusals[1].field, "note")
end)

tap.test("an extension keeps the old date, and only goes forward", function(same)
  local problem = take(in_state("assigned"), "extend", "甲")
  same(problem.due, "2023-12-31")
  same(problem.extensions[1].from, "2023-07-31")
  same(take(problem, "extend", "甲", nil, { to = "2023-11-30", reason = "x" }), nil)
  local _, refusals = take(in_state("verified"), "assign", "甲", nil, { due = "2023-06-01" })
  same(refusals[1].field, "reason")
  same(take(in_state("verified"), "assign", "甲", nil, { due = "2023-06-01", reason = "上级定的" }).due, "2023-06-01")
  local later = take(problem, "assign", "甲", nil, { due = "2024-12-31" })
  same(later, nil, "a later deadline is an extension")
end)

tap.test("a relapse opens the same number again and wants everything anew", function(same)
  local problem = in_state("relapsed")
  same(problem.no, 1)
  same(problem.relapses, 1)
  same(problem.due, nil)
  same(problem.closed, nil)
  same(ledger.evidence_now(problem), 0, "evidence of the first round")
  local assigned = take(problem, "assign", "甲", nil, { leader = "甲" })
  same(take(assigned, "start", "甲"), nil)
end)

tap.test("new rows open what was closed, held or dismissed, and change no state else", function(same)
  local after = { found = "found", verified = "verified", assigned = "assigned",
    rectifying = "rectifying", rectified = "rectifying", checked = "rectifying", closed = "relapsed",
    held = "relapsed", relapsed = "relapsed", dismissed = "found" }
  for _, state in ipairs(states) do
    local problem = in_state(state)
    local seen = ledger.apply(problem, { action = "seen", by = "zicha", date = "2023-08-01",
      body = { added = 2 } })
    same(seen.state, after[state], state)
    same(seen.rows, 5, state)
    same(ledger.apply(problem, { action = "seen", by = "zicha", date = "2023-08-01",
      body = { added = 0 } }).state, state, state .. ", nothing new")
  end
end)

tap.test("what is found again after it was rectified must be rectified and checked again", function(same)
  for _, state in ipairs { "rectified", "checked" } do
    local again = ledger.apply(in_state(state), { action = "seen", by = "zicha",
      date = "2023-08-01", body = { added = 1 } })
    same(again.rectified, nil, state)
    same(take(again, "close", "丙", "2023-08-02"), nil, state)
  end
end)

tap.test("a dismissal that is taken back must be verified again, however it is taken back", function(same)
  local dismissed = take(in_state("verified"), "dismiss", "甲")
  same(dismissed.state, "dismissed")
  for _, event in ipairs { { action = "reopen", body = { reason = "弄错了" } },
    { action = "seen", body = { added = 1 } } } do
    event.by, event.date = "甲", "2023-07-03"
    local back = ledger.apply(dismissed, event)
    same(back.state, "found", event.action)
    same(back.verified, nil, event.action)
    same(ledger.is_counted(back), false, event.action)
  end
end)

tap.test("verdicts upon rows that contradict what was verified take it back", function(same)
  local verified = in_state("verified")
  same(take(verified, "rows", "甲", nil, { verdicts = {}, judged = 3, untrue = 3 }).state, "found")
  same(take(verified, "rows", "甲", nil, { verdicts = {}, judged = 3, untrue = 1 }).state, "found")
  same(take(verified, "rows", "甲", nil, { verdicts = {}, judged = 3, untrue = 0 }).state, "verified")
end)

tap.test("no step has an earlier day than the one before it", function(same)
  local assigned = take(in_state("verified"), "assign", "甲", "2023-07-10")
  local after, refusals = take(assigned, "start", "甲", "2023-07-09")
  same(after, nil)
  same(refusals[1].text, "the business date {today} is before the last step of this problem ({last})")
end)

tap.test("work is not done before it began, was sent back or the problem relapsed", function(same)
  local back = take(in_state("rectified"), "check", "丙", "2023-07-20", { result = "fail", note = "x" })
  same(take(back, "rectify", "乙", "2023-07-21", { note = "x", done = "2023-07-19", no_system = true }), nil)
  same(take(back, "rectify", "乙", "2023-07-21", { note = "x", done = "2023-07-20", no_system = true }).state,
    "rectified")
  local relapsed = take(in_state("closed"), "lookback", "丙", "2023-08-01", { result = "relapsed", note = "x" })
  local again = take(take(relapsed, "assign", "甲", "2023-08-02", { leader = "甲", measure = "x",
    target = "x", due = "2023-09-01", kind = "immediate" }), "start", "甲", "2023-08-03")
  same(take(again, "rectify", "乙", "2023-08-05", { note = "x", done = "2023-07-31", no_system = true }), nil)
  same(take(again, "rectify", "乙", "2023-08-05", { note = "x", done = "2023-08-02", no_system = true }).state,
    "rectified", "mended at once")
end)

tap.test("more time is granted before the deadline, and by another person", function(same)
  local assigned = in_state("assigned")
  same(take(assigned, "extend", "乙"), nil)
  same(take(assigned, "extend", "甲", "2023-08-01"), nil)
  same(take(assigned, "extend", "甲", "2023-07-31").due, "2023-12-31")
end)

tap.test("blanks are nothing, and a name with blanks around it is that name", function(same)
  local _, refusals = take(new(), "dismiss", "甲", nil, { reason = "　 " })
  same(refusals[1].field, "reason")
  _, refusals = take(in_state("rectified"), "check", " 乙　")
  same(refusals[1].text, "{name} is to rectify this problem, or has: another person must do this")
end)

tap.test("a rule that is named only when closing is the problem's rule", function(same)
  local problem = {}
  for key, value in pairs(in_state("checked")) do problem[key] = value end
  problem.system = nil
  local closed = take(problem, "close", "丙", nil, { gates = { "all" }, system = "新制度" })
  same(closed.system, "新制度")
  same(ledger.gates(closed)[5].pass, true)
end)

tap.test("what was submitted after an inspection was not reported by itself", function(same)
  local cited = ledger.apply(new(), { action = "cite", by = "甲", date = "2023-07-10",
    body = { source = "inspection", found = "2023-07-08" } })
  local submit = { action = "submit", by = "甲", date = "2023-07-01", body = {} }
  same(ledger.apply(cited, submit).reported, nil)
  same(ledger.apply(new(), submit).reported, "2023-07-01")
end)

tap.test("how and when it was found never changes", function(same)
  for _, state in ipairs(states) do
    local problem = in_state(state)
    same(problem.source, "self_check", state)
    same(problem.found, "2023-06-30", state)
  end
end)

tap.test("nothing counts before it is verified, unless it is certain, and never when dismissed", function(same)
  same(ledger.is_counted(new()), false)
  local certain = new()
  certain.certainty = "certain"
  same(ledger.is_counted(certain), true)
  same(ledger.is_counted(in_state("verified")), true)
  certain.state = "dismissed"
  same(ledger.is_counted(certain), false)
end)

tap.test("what rows were found untrue decides the verdict", function(same)
  local some = take(new(), "rows", "甲", nil, { verdicts = {}, judged = 3, untrue = 1 })
  same(take(some, "verify", "甲", nil, { verdict = "属实" }), nil)
  same(take(some, "verify", "甲", nil, { verdict = "部分属实" }).verified.verdict, "partly")
  local none = take(new(), "rows", "甲", nil, { verdicts = {}, judged = 3, untrue = 3 })
  same(take(none, "verify", "甲", nil, { verdict = "partly" }), nil)
end)

tap.test("the plan's measure and time are proposed where nobody says otherwise", function(same)
  local problem = {}
  for key, value in pairs(in_state("verified")) do problem[key] = value end
  problem.suggested_measure, problem.suggested_within = "处方点评", "15日"
  local after = take(problem, "assign", "甲", "2023-07-02", { leader = "甲" })
  same(after.assigned.measure, "处方点评")
  same(after.due, "2023-07-17")
  after = take(problem, "assign", "甲", "2023-07-02", { measure = "约谈", due = "2023-08-01" })
  same(after.assigned.measure, "约谈")
  same(after.due, "2023-08-01")
  same(take(problem, "assign", "甲", "2023-07-02", {}), nil, "nothing is assigned")
  problem.relapses = 1
  same(take(problem, "assign", "甲", "2023-07-02", { leader = "甲" }).due, nil, "after a relapse")
end)

tap.test("wrong dates, amounts and words are refused, each with its field", function(same)
  local cases = {
    { "rectifying", "rectify", { note = "x", done = "2023-13-01" }, "done" },
    { "rectifying", "rectify", { note = "x", done = "2023-06-01" }, "done" },
    { "rectifying", "rectify", { note = "x", done = "2024-01-01" }, "done" },
    { "rectifying", "rectify", { note = "x", refund = "1e5" }, "refund" },
    { "rectifying", "rectify", { note = "x", refund = "-5" }, "refund" },
    { "rectifying", "rectify", { note = "x", refund = "5.123" }, "refund" },
    { "rectifying", "rectify", {}, "note" },
    { "verified", "assign", { due = "明天" }, "due" },
    { "verified", "assign", { kind = "soon" }, "kind" },
    { "found", "verify", { verdict = "maybe" }, "verdict" },
    { "found", "verify", {}, "verdict" },
    { "found", "dismiss", { reason = "" }, "reason" },
    { "found", "dismiss", { reason = ("长"):rep(2001) }, "reason" },
    { "closed", "lookback", { result = "held" }, "note" },
  }
  for _, case in ipairs(cases) do
    local after, refusals = take(in_state(case[1]), case[2], "乙", nil, case[3])
    same(after, nil, case[2] .. " " .. case[4])
    same(refusals and refusals[1].field, case[4], case[2])
  end
end)

tap.test("a row has a cell for each column, whatever the state", function(same)
  for _, state in ipairs(states) do
    local cells = row.cells(in_state(state))
    same(#cells, #row.columns, state)
    for index, cell in ipairs(cells) do same(type(cell), "string", state .. " " .. row.columns[index]) end
  end
end)

tap.test("applying the events of a life again gives the same problem", function(same)
  local problem, again = new(), new()
  for _, action in ipairs(way) do
    local after, taken = take(problem, action, who[action] or "甲")
    problem, again = after, ledger.apply(again, taken)
  end
  same(again, problem)
end)

tap.finish()
