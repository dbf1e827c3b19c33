-- Problems that people enter: one by one, or an inspection's list. What the ledger has of the
-- same item already is cited; what a self-check had passed before is 应报未报 (P05, P12: 自查从宽、
-- 被查从严; 行政处罚法第三十二条).

local days = require "days"
local fault = require "fault"
local found = require "found"
local ledger = require "ledger"
local steps = require "steps"
local terms = require "terms"

local N_ = fault.N_

local enter = {}

-- The item, also one of several (item[member]); or nil and the nearest.
local function item_of(opened, id)
  local known = {}
  for _, item in ipairs(opened.plan.items) do
    if item.id == id or id:sub(1, #item.id + 1) == item.id .. "[" then return item end
    known[#known + 1] = item.id
  end
  return nil, fault.nearest(id, known)
end

local function is_day(text) return days.read(text, days.written) == text end

local function whole(text) return math.tointeger(tonumber(text:match("^%d+$"))) end

-- What is wrong in what somebody wrote, all of it.
local function mistakes(opened, written, date)
  local wrong = list {}
  local function add(text, args, hint)
    local message = fault.message(text, args)
    message.hint = hint
    wrong[#wrong + 1] = message
  end
  local item, near = item_of(opened, written.item or "")
  if not item then
    add(N_"the plan has no item {item}", { item = written.item or "", nearest = near },
      near and N_"did you mean {nearest}?" or nil)
  end
  if not terms.code(terms.source, written.source or "") then
    add(N_"{value} is no way in which a problem is found", { value = written.source or "",
      list = table.concat(terms.codes(terms.source), ", ") }, N_"known: {list}")
  end
  if written.severity and not terms.code(terms.severity, written.severity) then
    add(N_"{value} is no severity", { value = written.severity,
      list = table.concat(terms.codes(terms.severity), ", ") }, N_"known: {list}")
  end
  local day = written.found
  if day and not is_day(day) then
    add(N_"{value} is not a day such as 2023-05-01", { value = day })
  elseif day and day > date then
    add(N_"the day {day} is still to come", { day = day })
  end
  if written.count and not whole(written.count) then
    add(N_"{value} is no whole number", { value = written.count })
  end
  if written.amount and not steps.is_amount(written.amount) then
    add(N_"{value} is no amount such as 120.00", { value = written.amount })
  end
  if not written.title or written.title == "" then
    add(N_"what was found is missing", {}, N_"say it in a sentence")
  end
  return wrong
end

local function new_problem(opened, item, written, args)
  local entry = { id = written.item, item = item.id, title = item.title,
    clause = item.clause and item.clause.id }
  local body = found.describe(opened, entry)
  body.source = terms.code(terms.source, written.source)
  body.severity = written.severity and terms.code(terms.severity, written.severity)
    or item.severity or "general"
  body.certainty = "certain"
  body.message, body.source_note, body.found_on = written.title, written.note, written.found
  body.count, body.amount = written.count and whole(written.count), written.amount
  body.rows = 0
  local self = args.self[item.id] or args.self[written.item]
  if body.source == "inspection" and self and self.status == "pass" then
    body.unreported = { run = self.run, day = self.day }
  end
  return body
end

-- The problem of the same item that is not dismissed; the last one.
local function same(opened, written, known)
  local last
  for _, problem in ipairs(known) do
    if problem.plan == opened.plan.id and problem.item == written.item
      and problem.state ~= "dismissed" then last = problem end
  end
  return last
end

-- args { entries: [{ item, title, source, severity, found, count, amount, note, new }], date, by,
-- next, known: [problem], self: item → { status, run, day } of the self-check before }
-- → { steps: [{ problem, event }] }, or { wrong: [{ index, message … }] }.
function enter.steps(opened, args)
  local wrong, taken, next_number = list {}, list {}, args.next
  local known = list {}
  for index, problem in ipairs(args.known) do known[index] = problem end
  for index, written in ipairs(args.entries) do
    for _, message in ipairs(mistakes(opened, written, args.date)) do
      message.index = index
      wrong[#wrong + 1] = message
    end
  end
  if #wrong > 0 then return { wrong = wrong } end
  for _, written in ipairs(args.entries) do
    local event = { by = args.by, date = args.date }
    local before, problem = not written.new and same(opened, written, known) or nil, nil
    if before then
      event.action, event.body = "cite", { plan = opened.plan.id, item = written.item,
        source = terms.code(terms.source, written.source), found = written.found or args.date,
        note = written.title }
      problem = ledger.apply(before, event)
    else
      event.action = "found"
      event.body = new_problem(opened, item_of(opened, written.item), written, args)
      problem = ledger.apply(nil, event)
      problem.no, next_number = next_number, next_number + 1
    end
    known[#known + 1] = problem
    for index, one in ipairs(known) do
      if one.no == problem.no then known[index] = problem end
    end
    taken[#taken + 1] = { problem = problem, event = event, cited = before ~= nil }
  end
  return { steps = taken }
end

-- ---- 自查从宽 -----------------------------------------------------------------------------

-- When an inspection found it, if one did.
local function inspected_on(problem)
  if problem.source == "inspection" then return problem.found end
  for _, one in ipairs(problem.citations or {}) do
    if one.source == "inspection" then return one.found or one.date end
  end
end

-- Which track a problem is on: "self_reported" (found and reported by the facility before an
-- inspection), "self_found" (not reported yet), "inspected" or "unreported" (应报未报), with the
-- plan's rules that may apply. Whether they do is the office's decision.
function enter.leniency(opened, problem)
  local inspected, track = inspected_on(problem), nil
  if problem.unreported then
    track = "unreported"
  elseif problem.source ~= "self_check" and problem.source ~= "data_screening" then
    track = problem.source == "inspection" and "inspected" or "other"
  elseif problem.reported and (not inspected or problem.reported < inspected) then
    track = "self_reported"
  elseif inspected then
    track = "found_not_reported"
  else
    track = "self_found"
  end
  local lenient = track == "self_reported" or track == "self_found"
  local rules = list {}
  local section = opened.plan.sanctions
  if lenient then section = opened.plan.leniency end
  for _, rule in ipairs(section or {}) do
    rules[#rules + 1] = { when = rule.when, effect = rule.effect,
      discretion = rule.discretion or false, clause = rule.clause and rule.clause.id }
  end
  return { track = track, inspected = inspected, rules = rules }
end

return enter
