-- What a step in the life of a problem needs before it may be written down (domain.md b-2):
-- its fields, who may take it, and why it is refused. What it then makes of the problem is
-- the business of ledger.lua.

local days = require "days"
local fault = require "fault"
local ledger = require "ledger"
local when = require "when"

local N_ = fault.N_

local steps = {}

steps.text_most = 2000 -- characters of a field: enough for a reason, not for a file

-- Fields: { key, title, kind, required, words }. A word is taken in English or Chinese.
local verdicts = { { "true", "属实" }, { "partly", "部分属实" } }
local kinds = { { "immediate", "立行立改" }, { "deadline", "限期" }, { "long_term", "长期坚持" } }
local results = { { "pass", "通过" }, { "fail", "退回" } }
local files = { { "file", "文件" }, { "photo", "照片" }, { "stamped", "盖章原件" } }
local held = { { "held", "保持" }, { "relapsed", "反弹" } }

steps.fields = {
  verify = {
    { key = "verdict", title = N_"verdict (true or partly)", words = verdicts, required = true },
    { key = "note", title = N_"note" },
  },
  dismiss = { { key = "reason", title = N_"reason", required = true } },
  assign = {
    { key = "leader", title = N_"responsible leader" },
    { key = "department", title = N_"responsible department" },
    { key = "person", title = N_"responsible person" },
    { key = "measure", title = N_"measure" },
    { key = "target", title = N_"target" },
    { key = "due", title = N_"deadline", kind = "day" },
    { key = "kind", title = N_"kind (immediate, deadline or long_term)", words = kinds },
    { key = "reason", title = N_"reason" },
  },
  start = { { key = "note", title = N_"note" } },
  rectify = {
    { key = "done", title = N_"day of completion", kind = "day" },
    { key = "note", title = N_"what was done", required = true },
    { key = "refund", title = N_"refund in yuan", kind = "amount" },
    { key = "system", title = N_"rule that was made or mended" },
    { key = "no_system", title = N_"no rule was needed", kind = "flag" },
  },
  check = {
    { key = "result", title = N_"result (pass or fail)", words = results, required = true },
    { key = "note", title = N_"note" },
  },
  close = {
    { key = "gates", title = N_"gates that are met", kind = "list" },
    { key = "note", title = N_"note" },
    { key = "system", title = N_"rule that was made or mended" },
    { key = "no_system", title = N_"no rule was needed", kind = "flag" },
  },
  extend = {
    { key = "to", title = N_"new deadline", kind = "day", required = true },
    { key = "reason", title = N_"reason", required = true },
  },
  transfer = {
    { key = "to", title = N_"receiving office", required = true },
    { key = "reason", title = N_"reason", required = true },
    { key = "receipt", title = N_"number of the receipt" },
    { key = "case", title = N_"number of the case" },
  },
  reopen = { { key = "reason", title = N_"reason", required = true } },
  lookback = {
    { key = "result", title = N_"result (held or relapsed)", words = held, required = true },
    { key = "note", title = N_"what was looked at", required = true },
  },
  attach = {
    { key = "name", title = N_"name of the document", required = true },
    { key = "kind", title = N_"kind (file, photo or stamped)", words = files, required = true },
    { key = "where", title = N_"where the stamped original lies" },
    { key = "sha256", kind = "host" }, { key = "size", kind = "host" },
  },
}

-- The Chinese word of a field's value, for papers; the value itself where it is no word.
function steps.word(action, key, value)
  for _, field in ipairs(steps.fields[action] or {}) do
    if field.key == key then
      for _, word in ipairs(field.words or {}) do
        if word[1] == value then return word[2] end
      end
    end
  end
  return value
end

-- ---- refusals ---------------------------------------------------------------------------

local function refuse(refusals, text, args, hint, field)
  local refusal = fault.message(text, args)
  refusal.hint, refusal.field = hint, field
  refusals[#refusals + 1] = refusal
end

-- Without blanks at both ends and with single ones inside, wide ones included: a name with a
-- blank behind it is the same name.
local function trimmed(value)
  if type(value) ~= "string" then return value end
  return (value:gsub("\u{3000}", " "):gsub("%s+", " "):gsub("^ ", ""):gsub(" $", ""))
end

local function is_missing(value) return value == nil or trimmed(value) == "" end

local function option_of(key) return "--" .. key:gsub("_", "-") end

-- Refuses because a field { key, title } is missing.
local function missing(refusals, field)
  refuse(refusals, N_"{field_term} is missing", { field_term = field.title,
    option = option_of(field.key) }, N_"give it with {option}", field.key)
end

steps.missing = missing

local is_form = {
  day = function(value) return days.read(value, days.written) == value end,
  amount = function(value)
    local whole, rest = value:match("^(%d+)%.?(%d*)$")
    return whole ~= nil and #whole <= 11 and #rest <= 2 and not value:find("%.$")
  end,
}

function steps.is_amount(text) return is_form.amount(text) end

local form_hints = { day = N_"write a day such as 2023-05-01",
  amount = N_"write an amount in yuan such as 120.00" }

-- The code of a word, or nil.
local function code_of(words, value)
  for _, word in ipairs(words) do
    if word[1] == value or word[2] == value then return word[1] end
  end
end

local function wrong(refusals, field, value, hint, args)
  args = args or {}
  args.field_term, args.value = field.title, value
  refuse(refusals, N_"{field_term}: {value} is not understood", args, hint, field.key)
end

local function read_text(refusals, field, value)
  if utf8.len(value) and utf8.len(value) > steps.text_most then
    refuse(refusals, N_"{field_term} is longer than {most} characters",
      { field_term = field.title, most = steps.text_most }, N_"say it shorter, and attach the long text",
      field.key)
  end
  if field.words then
    local code = code_of(field.words, value)
    if not code then
      local known = {}
      for _, word in ipairs(field.words) do known[#known + 1] = word[1] .. "（" .. word[2] .. "）" end
      wrong(refusals, field, value, N_"known: {list}", { list = table.concat(known, "、") })
    end
    return code
  end
  local form = is_form[field.kind or ""]
  if form and not form(value) then
    wrong(refusals, field, value, form_hints[field.kind])
    return nil
  end
  return value
end

-- The body with its words as codes; what is missing or not understood is refused.
local function read_body(event, refusals)
  local fields, body = steps.fields[event.action], {}
  if not fields then return event.body end -- made by the host, not by a person
  for _, field in ipairs(fields) do
    local value = event.body[field.key]
    if field.kind == "flag" or field.kind == "list" or field.kind == "host" then
      body[field.key] = value
    elseif is_missing(value) then
      if field.required then missing(refusals, field) end
    else
      body[field.key] = read_text(refusals, field, trimmed(value))
    end
  end
  return body
end

-- ---- who --------------------------------------------------------------------------------

-- Refuses a name that people.yaml does not have; `people` nil: anybody may act.
local function check_person(refusals, name, people, field)
  if not people or is_missing(name) then return end
  local known = {}
  for _, one in ipairs(people) do
    if one == name then return end
    known[#known + 1] = one
  end
  local near = fault.nearest(name, known)
  refuse(refusals, N_"people.yaml does not know {name}", { name = name, nearest = near },
    near and N_"did you mean {nearest}? Otherwise add the name to people.yaml"
      or N_"add the name to people.yaml", field)
end

steps.check_person = check_person

-- Whoever checks, closes, looks back, dismisses or grants more time is another person than who
-- has rectified and who is responsible.
local function check_other(refusals, problem, event)
  local done = problem.rectified and problem.rectified.by
  local person = problem.assigned and problem.assigned.person
  if not is_missing(event.by) and (event.by == done or event.by == person) then
    refuse(refusals, N_"{name} is to rectify this problem, or has: another person must do this",
      { name = event.by }, N_"name who does it with --by", "by")
  end
end

-- ---- the rules of single steps ----------------------------------------------------------

local rules = {}

local function check_past(refusals, day, event, body)
  if day and day < event.date and is_missing(body.reason) then
    refuse(refusals, N_"the deadline {day} has passed already on {today}",
      { day = day, today = event.date }, N_"name a later day, or say why with --reason", "reason")
  end
end

-- How many instances are not real: of all of them, of some.
function rules.verify(refusals, problem, _, body)
  local wrong_ones, all = problem.rows_untrue or 0, problem.rows or 0
  if wrong_ones > 0 and wrong_ones == all then
    refuse(refusals, N_"all {count} rows were found untrue", { count = all },
      N_"dismiss the problem: problem dismiss")
  elseif wrong_ones > 0 and body.verdict == "true" then
    refuse(refusals, N_"{count} of {all} rows were found untrue: it is true in part only",
      { count = wrong_ones, all = all, option = "--verdict partly" }, N_"give it with {option}",
      "verdict")
  end
end

function rules.assign(refusals, problem, event, body)
  local any = false
  for _, field in ipairs(steps.fields.assign) do
    any = any or body[field.key] ~= nil and field.key ~= "reason"
  end
  if not any then
    refuse(refusals, N_"nothing is assigned", {},
      N_"give leader, department, person, measure, target, due and kind")
  end
  check_past(refusals, body.due, event, body)
  if body.due and problem.due and body.due > problem.due then
    refuse(refusals, N_"the deadline is {day} already: a later one is an extension",
      { day = problem.due }, N_"extend it: problem extend NUMBER --to DAY --reason TEXT", "due")
  end
end

-- 责任、措施、目标、时限 (P11): without them the work may not begin.
function rules.start(refusals, problem)
  local assigned = problem.assigned or {}
  for _, field in ipairs(steps.fields.assign) do
    if field.key ~= "reason" and is_missing(assigned[field.key]) then
      refuse(refusals, N_"{field_term} is missing", { field_term = field.title,
        option = option_of(field.key) }, N_"name it first: problem assign NUMBER {option} …")
    end
  end
end

-- Since when it can have been done: since the work began (what is mended at once, since it was
-- found), or since a check sent it back or it came back.
local function earliest(problem)
  local day, checks = problem.found, problem.checks or {}
  local function later(other)
    if other and other > day then day = other end
  end
  if not (problem.assigned and problem.assigned.kind == "immediate") then
    later(problem.started and problem.started.date)
  end
  for _, check in ipairs(checks) do
    if check.result == "fail" then later(check.date) end
  end
  later(problem.relapsed)
  return day
end

function rules.rectify(refusals, problem, event, body)
  body.done = body.done or event.date
  local since = earliest(problem)
  if body.done > event.date then
    refuse(refusals, N_"the day of completion {day} is still to come", { day = body.done },
      N_"name the day on which it was done with --done", "done")
  elseif body.done < since then
    refuse(refusals, N_"the day of completion {day} is before {since}: the problem was found, begun, sent back or relapsed on that day",
      { day = body.done, since = since },
      N_"name the day on which it was done with --done", "done")
  end
  if body.system and body.no_system then
    refuse(refusals, N_"--system and --no-system contradict each other", {}, N_"give one of them")
  end
end

function rules.check(refusals, problem, event, body)
  check_other(refusals, problem, event)
  if body.result == "fail" and is_missing(body.note) then
    missing(refusals, { key = "note", title = N_"what is still wanting" })
  end
end

-- Every gate of P11, and every gate of the plan, which whoever closes affirms one by one.
function rules.close(refusals, problem, event, body, context)
  check_other(refusals, problem, event)
  local after = {}
  for key, value in unordered(problem) do after[key] = value end
  after.system, after.no_system = body.system or problem.system, body.no_system or problem.no_system
  local met, known = {}, {}
  for _, id in ipairs(body.gates or {}) do met[id] = true end
  for _, gate in ipairs(ledger.gates(after)) do
    if not gate.pass then
      refuse(refusals, N_"the gate {gate} is not passed: {reason_term}",
        { gate = gate.title, reason_term = gate.reason })
    end
    known[gate.id] = true
  end
  for _, gate in ipairs(context.gates or {}) do
    known[gate.id], known[gate.title] = true, true
    if not met.all and not met[gate.id] and not met[gate.title] then
      refuse(refusals, N_"the plan's gate {gate} is not affirmed",
        { gate = gate.title, id = gate.id }, N_"affirm it with --gate {id}, all of them with --gate all")
    end
  end
  for _, id in ipairs(body.gates or {}) do
    if id ~= "all" and not known[id] then
      refuse(refusals, N_"the plan has no gate {id}", { id = id })
    end
  end
  local affirmed = list {}
  for _, gate in ipairs(context.gates or {}) do affirmed[#affirmed + 1] = gate.title end
  body.gates = affirmed
end

function rules.dismiss(refusals, problem, event)
  if problem.assigned then check_other(refusals, problem, event) end
end

function rules.lookback(refusals, problem, event) check_other(refusals, problem, event) end

function rules.extend(refusals, problem, event, body)
  check_other(refusals, problem, event)
  if problem.due and problem.due < event.date then
    refuse(refusals, N_"the deadline {day} has passed already on {today}",
      { day = problem.due, today = event.date },
      N_"an extension is granted before the deadline; the problem stays overdue until it is rectified")
  end
  if not problem.due then
    refuse(refusals, N_"there is no deadline to extend", {},
      N_"set one: problem assign NUMBER --due DAY")
  elseif body.to and body.to <= problem.due then
    refuse(refusals, N_"{to} is not later than the deadline {due}", { to = body.to, due = problem.due },
      N_"name a later day with --to", "to")
  end
  if body.to and body.to < event.date then
    refuse(refusals, N_"the deadline {day} has passed already on {today}",
      { day = body.to, today = event.date }, N_"name a later day with --to", "to")
  end
end

-- What is stamped exists on paper: the copy is no use to whoever does not find it.
function rules.attach(refusals, _, _, body)
  if body.kind == "stamped" and is_missing(body.where) then
    missing(refusals, { key = "where", title = N_"where the stamped original lies" })
  end
end

-- ---- the whole --------------------------------------------------------------------------

local function check_possible(refusals, problem, event, body)
  local possible = ledger.possible(problem.state)
  local result = body.result
  for _, action in ipairs(possible) do
    local move = ledger.moves[problem.state][action]
    if action == event.action and (type(move) ~= "table" or result == nil or move[result]) then
      return true
    end
  end
  local state
  for _, word in ipairs(ledger.states) do
    if word[1] == problem.state then state = word[2] end
  end
  refuse(refusals, N_"problem {no} is {state_term}: {action} is not possible",
    { no = problem.no, state_term = state, action = event.action,
      list = table.concat(possible, ", ") }, N_"possible now: {list}")
end

local function check_by(refusals, event, people)
  if is_missing(event.by) then
    missing(refusals, { key = "by", title = N_"who does it" })
  end
  check_person(refusals, event.by, people, "by")
end

-- Why nobody, or this person, may write an event of the whole ledger; empty if he may.
function steps.refused(event, people)
  local refusals = list {}
  check_by(refusals, event, people)
  return refusals
end

-- What the plan proposes (`rectify` of the item) where nobody says otherwise: its measure, and
-- its time counted from today. After a relapse the old measure is no proposal any more.
local function propose(problem, event, context)
  local assigned, body = problem.assigned or {}, event.body
  if event.action ~= "assign" or next(body) == nil or (problem.relapses or 0) > 0 then return end
  if is_missing(body.measure) and not assigned.measure then body.measure = problem.suggested_measure end
  local within = problem.suggested_within and when.read(problem.suggested_within)
  if is_missing(body.due) and not problem.due and within and within.kind == "duration" then
    body.due = when.after(within, event.date, context)
  end
end

local named = { "leader", "person" }

-- steps.take(problem, event, context): the problem after the event of a person and the event
-- as it is written down, or nil and all refusals. context: { gates: [{id, title}], people:
-- [name] or nil for anybody, calendar: of working days, or nil }.
function steps.take(problem, event, context)
  local refusals = list {}
  event.by = trimmed(event.by)
  propose(problem, event, context)
  local body = read_body(event, refusals)
  if not check_possible(refusals, problem, event, body) then
    return nil, list { refusals[#refusals] }
  end
  check_by(refusals, event, context.people)
  if event.date < problem.found then
    refuse(refusals, N_"the business date {today} is before the problem was found ({found})",
      { today = event.date, found = problem.found }, N_"give the right day with --today")
  elseif problem.touched and event.date < problem.touched then
    refuse(refusals, N_"the business date {today} is before the last step of this problem ({last})",
      { today = event.date, last = problem.touched }, N_"give the right day with --today")
  end
  for _, key in ipairs(named) do check_person(refusals, body[key], context.people, key) end
  if rules[event.action] then rules[event.action](refusals, problem, event, body, context) end
  if #refusals > 0 then return nil, refusals end
  local taken = { action = event.action, by = event.by, date = event.date, body = body }
  return ledger.apply(problem, taken), taken
end

return steps
