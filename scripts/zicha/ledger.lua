-- 问题整改台账: the life of one problem (domain.md b-2). What may be done in which state is the
-- table below; what a step needs stands in steps.lua, and what it makes of the problem here.
--
-- A problem and an event are data: ledger.apply(problem, event) is what the event makes of it,
-- whatever the plan says today, so that the whole ledger can be made again from its events.
-- An event is { action, by, date, body }; date is the business date.

local ledger = {}

-- Marks a text that people may read, for the translators' tools.
local function N_(text) return text end

-- state → action → the state after it. Where the result of the action decides, by result.
-- What is not here is refused (unless it stands in `beside`).
ledger.moves = {
  found = { verify = "verified", dismiss = "dismissed" },
  verified = { assign = "assigned", dismiss = "dismissed", rows = { untrue = "found" } },
  assigned = { start = "rectifying", dismiss = "dismissed" },
  rectifying = { rectify = "rectified" },
  rectified = { check = { pass = "checked", fail = "rectifying" }, seen = { added = "rectifying" } },
  checked = { close = "closed", seen = { added = "rectifying" } },
  closed = { lookback = { held = "held", relapsed = "relapsed" }, reopen = "rectifying",
    seen = { added = "relapsed" } },
  held = { lookback = { held = "held", relapsed = "relapsed" }, reopen = "rectifying",
    seen = { added = "relapsed" } },
  relapsed = { assign = "assigned" },
  dismissed = { reopen = "found", seen = { added = "found" } },
}

-- What may be done besides and leaves the state: action → states.
local open = { "found", "verified", "assigned", "rectifying", "rectified", "checked", "relapsed" }
local all = { "found", "verified", "assigned", "rectifying", "rectified", "checked", "closed",
  "held", "relapsed", "dismissed" }
ledger.beside = {
  assign = { "assigned", "rectifying" },  -- what was still missing, or somebody else
  extend = { "assigned", "rectifying" },
  rows = { "found", "verified" },
  transfer = { "found", "verified", "assigned", "rectifying", "rectified", "checked", "closed",
    "held", "relapsed" },
  attach = all, cite = all, seen = all, submit = all, rename = all,
}

-- In the order of the life cycle; what they are called in messages.
ledger.states = {
  { "found", N_"found" }, { "verified", N_"verified" }, { "assigned", N_"assigned" },
  { "rectifying", N_"being rectified" }, { "rectified", N_"rectified" },
  { "checked", N_"checked" }, { "closed", N_"closed" }, { "held", N_"held at look-back" },
  { "relapsed", N_"relapsed" }, { "dismissed", N_"dismissed" },
}

-- Before these a deadline can pass.
local unfinished = { found = true, verified = true, assigned = true, rectifying = true,
  relapsed = true }

-- Whether rectification is still owed: what makes a passed deadline an overdue one.
function ledger.is_unfinished(problem) return unfinished[problem.state] or false end

local function holds(states, state)
  for _, one in ipairs(states or {}) do
    if one == state then return true end
  end
  return false
end

-- The state after an action, nil where it is not possible. `result` decides where the table
-- says so.
function ledger.next_state(state, action, result)
  local move = ledger.moves[state] and ledger.moves[state][action]
  if type(move) == "table" then move = move[result or ""] end
  if move then return move end
  return holds(ledger.beside[action], state) and state or nil
end

-- The actions of people, in the order of the life cycle; and which are possible in a state.
local of_people = { "verify", "dismiss", "rows", "assign", "start", "rectify", "check", "close",
  "lookback", "reopen", "extend", "transfer", "attach" }

ledger.is_step = {}
for _, action in ipairs(of_people) do ledger.is_step[action] = true end

function ledger.possible(state)
  local found = list {}
  for _, action in ipairs(of_people) do
    if ledger.moves[state][action] or holds(ledger.beside[action], state) then
      found[#found + 1] = action
    end
  end
  return found
end

-- Whether it counts as a problem: once verified, or at once where the rule was certain (P05:
-- 发现一条核实一条; nothing that is merely suspected is counted).
function ledger.is_counted(problem)
  if problem.state == "dismissed" then return false end
  return problem.verified ~= nil or problem.certainty == "certain"
end

-- ---- the five gates of P11 (五个不放过) -------------------------------------------------

-- What came with the finding shows the problem, not that it has been rectified.
local function evidence_since(problem, cycle)
  local count = 0
  for _, file in ipairs(problem.evidence or {}) do
    if (file.cycle or 0) >= cycle and not file.finding then count = count + 1 end
  end
  return count
end

-- Documents that were attached since the problem last relapsed.
function ledger.evidence_now(problem)
  return evidence_since(problem, problem.relapses or 0)
end

-- [{ id, title, pass, reason }]: 问题准, 责任明确, 措施具体, 整改到位, 制度完善; the reason says what
-- is missing.
function ledger.gates(problem)
  local plan, done = problem.assigned or {}, problem.rectified
  local documented = not problem.wants_evidence or ledger.evidence_now(problem) > 0
  return list {
    { id = "problem", title = "问题准", pass = problem.verified ~= nil,
      reason = N_"it was never verified: problem verify" },
    { id = "responsibility", title = "责任明确",
      pass = plan.leader ~= nil and plan.department ~= nil and plan.person ~= nil,
      reason = N_"leader, department and person must be named: problem assign" },
    { id = "measure", title = "措施具体", pass = plan.measure ~= nil and plan.kind ~= nil,
      reason = N_"measure and kind must be named: problem assign" },
    { id = "rectified", title = "整改到位",
      pass = done ~= nil and documented, reason = done == nil
        and N_"it was not rectified: problem rectify"
        or N_"evidence is missing: attach NUMBER FILE" },
    { id = "system", title = "制度完善", pass = problem.system ~= nil or problem.no_system == true,
      reason = N_"say which rule was made or mended (--system), or that none was needed (--no-system)" },
  }
end

-- ---- what an event makes of a problem --------------------------------------------------

local function copy(map)
  local result = {}
  for key, value in unordered(map or {}) do result[key] = value end
  return result
end

-- The list with one entry more; lists of a problem are never changed in place.
local function with(entries, entry)
  local result, count = list {}, entries and #entries or 0
  for index = 1, count do result[index] = entries[index] end
  result[count + 1] = entry
  return result
end

-- What the host alone keeps of an event's body: rows, and remarks about its clock.
local of_host = { instances = true, verdicts = true, noted = true }

local function told(event)
  local entry = {}
  for key, value in unordered(event.body) do
    if not of_host[key] then entry[key] = value end
  end
  return entry
end

-- The body with who and when.
local function signed(event)
  local entry = told(event)
  entry.by, entry.date = event.by, event.date
  return entry
end

local apply = {}

-- body: everything that is known when it is found; `rows`: how many instances.
function apply.found(problem, event)
  for key, value in unordered(told(event)) do problem[key] = value end
  problem.found = event.body.found_on or event.date -- an inspection's list comes in later
  problem.found_on, problem.found_by, problem.relapses = nil, event.by, 0
  problem.rows_untrue = 0
end

local weights = { general = 1, major = 2, grave = 3 }

-- Severity and amount with what another says: the graver word, and an amount where there is none.
local function weigh(one, severity, amount)
  if (weights[one.severity] or 0) > (weights[severity] or 0) then severity = one.severity end
  return severity, amount or one.amount
end

-- Severity and amount of what was measured, with what others have said of the problem.
function ledger.weighed(problem, severity, amount)
  for _, one in ipairs(problem.citations or {}) do
    severity, amount = weigh(one, severity, amount)
  end
  return severity, amount
end

-- What the last check measured, as far as it can change.
ledger.measured = { "severity", "certainty", "count", "population", "amount", "message" }

-- A later check: body { added: how many new instances, now: what is measured now, nil if it
-- was another plan's check }.
function apply.seen(problem, event)
  local now = event.body.now
  for _, key in ipairs(now and ledger.measured or {}) do problem[key] = now[key] end
  problem.severity, problem.amount = ledger.weighed(problem, problem.severity, problem.amount)
  problem.rows = (problem.rows or 0) + (event.body.added or 0)
  problem.rows_more = event.body.more or problem.rows_more
  problem.seen = event.date
end

-- Another plan, item or inspection says the same: body { plan, item, split, source, note … }.
-- What others had said before is in severity and amount already.
function apply.cite(problem, event)
  local citation = signed(event)
  problem.citations = with(problem.citations, citation)
  problem.severity, problem.amount = weigh(citation, problem.severity, problem.amount)
end

-- Verdicts upon instances: body { verdicts, judged, untrue }; the numbers are totals.
function apply.rows(problem, event)
  problem.rows_judged = event.body.judged
  problem.rows_untrue = event.body.untrue
end

function apply.verify(problem, event) problem.verified = signed(event) end

function apply.dismiss(problem, event) problem.dismissed = signed(event) end

-- body: any of leader, department, person, measure, target, due, kind, reason.
function apply.assign(problem, event)
  local assigned = copy(problem.assigned)
  for key, value in unordered(told(event)) do assigned[key] = value end
  assigned.by, assigned.date = event.by, event.date
  problem.assigned = assigned
  problem.due = event.body.due or problem.due
end

function apply.start(problem, event) problem.started = signed(event) end

-- 制度: which was made or mended, or that none was needed.
local function note_system(problem, event)
  if event.body.system then
    problem.system, problem.no_system = event.body.system, nil
  elseif event.body.no_system then
    problem.no_system = true
  end
end

-- body { done, note, refund, system, no_system }.
function apply.rectify(problem, event)
  problem.rectified = signed(event)
  if event.body.refund then problem.refund = event.body.refund end
  note_system(problem, event)
end

function apply.check(problem, event)
  problem.checks = with(problem.checks, signed(event))
end

function apply.close(problem, event)
  problem.closed = signed(event)
  note_system(problem, event)
end

-- The old date stays in the list.
function apply.extend(problem, event)
  local entry = signed(event)
  entry.from = problem.due
  problem.extensions = with(problem.extensions, entry)
  problem.due = event.body.to
end

function apply.transfer(problem, event)
  problem.transfers = with(problem.transfers, signed(event))
end

function apply.reopen(problem, event)
  problem.reopened = with(problem.reopened, signed(event))
end

function apply.lookback(problem, event)
  problem.lookbacks = with(problem.lookbacks, signed(event))
end

function apply.attach(problem, event)
  local file = signed(event)
  file.cycle = problem.relapses or 0
  problem.evidence = with(problem.evidence, file)
end

-- When an inspection found it, if one did.
function ledger.inspected_on(problem)
  if problem.source == "inspection" then return problem.found end
  for _, one in ipairs(problem.citations or {}) do
    if one.source == "inspection" then return one.found or one.date end
  end
end

-- A new version of the plan calls its item by another id: body { plan, item, was, instances }. What
-- was written down of it stays.
function apply.rename(problem, event) problem.item = event.body.item end

local by_itself = { self_check = true, data_screening = true, look_back = true }

-- The report that holds it has left the house: 主动报告时间 is that of the first, of what the
-- facility had found itself and no inspection before. What counts is the order of the ledger.
function apply.submit(problem, event)
  if by_itself[problem.source] and not ledger.inspected_on(problem) then
    problem.reported = problem.reported or event.date
  end
end

-- A relapse opens the old number again and counts by itself: it needs a new measure, target
-- and deadline, done and shown anew.
local function relapse(problem, event)
  problem.relapses = problem.relapses + 1
  problem.relapsed = event.date
  local assigned = copy(problem.assigned)
  assigned.measure, assigned.target, assigned.due, assigned.kind = nil, nil, nil, nil
  problem.assigned, problem.due = assigned, nil
  problem.started, problem.rectified, problem.closed = nil, nil, nil
  problem.system, problem.no_system = nil, nil
end

-- What decides the next state besides the action.
local function outcome_of(problem, event)
  local body = event.body
  if event.action == "seen" and (body.added or 0) > 0 then return "added" end
  if event.action == "rows" then
    local all, verdict = body.untrue == problem.rows, (problem.verified or {}).verdict
    return (all or body.untrue > 0 and verdict == "true") and "untrue" or nil
  end
  return body.result
end

-- Back to an earlier state: what was said in the states that are left does not hold any more.
local function go_back(problem, before)
  if problem.state == "found" and before ~= "found" then
    problem.verified, problem.dismissed = nil, nil
  elseif problem.state == "rectifying" and before ~= "assigned" then
    problem.rectified, problem.closed = nil, nil
  end
end

-- The problem after an event that is possible in its state; nil when it is not. The first
-- event of a problem makes it. Neither argument is changed.
function ledger.apply(problem, event)
  local result = copy(problem)
  if event.action == "found" then
    if problem then return nil end
    result.state = "found"
  else
    local state = problem
      and ledger.next_state(problem.state, event.action, outcome_of(problem, event))
    if not state then return nil end
    result.state = state
  end
  apply[event.action](result, event)
  if ledger.is_step[event.action] then result.touched = event.date end
  if problem and result.state ~= problem.state then
    if result.state == "relapsed" then relapse(result, event) end
    go_back(result, problem.state)
  end
  return result
end

return ledger
