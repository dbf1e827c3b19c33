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

-- Spreadsheet programs write days in their own way.
local day_forms = { "^(%d%d%d%d)[-/.](%d%d?)[-/.](%d%d?)$", "^(%d%d%d%d)年(%d%d?)月(%d%d?)日$" }

local function whole(text) return math.tointeger(tonumber(text:match("^%d+$"))) end

local function given(text)
  if text == nil or not text:gsub("\u{3000}", " "):find("%S") then return nil end
  return text
end

-- ---- items --------------------------------------------------------------------------

-- id → item, title → the items of this title, and the ids by which people name them.
local function read_items(opened)
  local items = { of = {}, titled = {}, ids = {} }
  for _, item in ipairs(opened.plan.items) do
    items.of[item.id] = item
    items.ids[#items.ids + 1] = item.id
    items.titled[item.title] = items.titled[item.title] or {}
    table.insert(items.titled[item.title], item)
  end
  return items
end

-- The item and the id that was meant, also one of several (item[member]); else nil.
local function item_of(items, written)
  local id, title = given(written.item), given(written.item_title)
  if id then return items.of[id] or items.of[id:match("^(.-)%[.*%]$") or ""], id end
  local called = title and items.titled[title] or {}
  if #called == 1 then return called[1], called[1].id end
end

-- ---- what is wrong ------------------------------------------------------------------

local function check_item(add, items, written)
  local id, title = given(written.item), given(written.item_title)
  if not id and not title then
    add(N_"the item is missing", {}, N_"name it by its id or by its title")
  elseif id then
    local near = fault.nearest(id, items.ids)
    add(N_"the plan has no item {item}", { item = id, nearest = near },
      near and N_"did you mean {nearest}?" or N_"`zicha form` writes the ids of all items")
  elseif items.titled[title] then
    local ids = {}
    for index, item in ipairs(items.titled[title]) do ids[index] = item.id end
    add(N_"several items are called {title}", { title = title, list = table.concat(ids, ", ") },
      N_"name one by its id: {list}")
  else
    add(N_"the plan has no item that is called {title}", { title = title },
      N_"`zicha form` writes the titles and ids of all items")
  end
end

local function check_word(add, field, terms_of, value, text)
  if terms.code(terms_of, value) then return end
  local known = {}
  for _, pair in ipairs(terms_of) do known[#known + 1] = pair[1] .. "（" .. pair[2] .. "）" end
  add(text, { value = value, list = table.concat(known, "、") }, N_"known: {list}", field)
end

local function check_day(add, written, date, source)
  local day = days.read(written.found, day_forms)
  if not day then
    add(N_"{value} is not a day such as 2023-05-01", { value = written.found },
      N_"write a day such as 2023-05-01", "found")
  elseif day > date then
    add(N_"the day {day} is still to come", { day = day },
      N_"name the day on which it was found", "found")
  elseif day < date and source == "self_check" then
    add(N_"what a self-check found on {day} is entered on {today}", { day = day, today = date },
      N_"a self-check's finding is entered on its day: leave --found out", "found")
  end
end

local function check_source(add, source)
  if given(source) then
    check_word(add, "source", terms.source, source,
      N_"{value} is no way in which a problem is found")
  else
    add(N_"how it was found is missing", { option = "--source" }, N_"give it with {option}", "source")
  end
end

-- Whether the source of the whole list counts for an entry at least.
local function wants_source(args)
  for _, written in ipairs(args.entries) do
    if not given(written.source) then return true end
  end
  return false
end

-- Adds what is wrong in what somebody wrote, all of it.
local function check_entry(add, items, written, date, source)
  if not item_of(items, written) then check_item(add, items, written) end
  if not given(written.title) then
    add(N_"what was found is missing", { option = "--title" }, N_"say it in a sentence", "title")
  elseif utf8.len(written.title) > steps.text_most then
    add(N_"what was found is longer than {most} characters", { most = steps.text_most },
      N_"say it shorter, and attach the long text", "title")
  end
  if given(written.source) then check_source(add, written.source) end
  if given(written.severity) then
    check_word(add, "severity", terms.severity, written.severity, N_"{value} is no severity")
  end
  if given(written.found) then
    check_day(add, written, date, terms.code(terms.source, given(written.source) or source or ""))
  end
  if given(written.count) and not whole(written.count) then
    add(N_"{value} is no whole number", { value = written.count },
      N_"write how many cases there are, in digits", "count")
  end
  if given(written.amount) and not steps.is_amount(written.amount) then
    add(N_"{value} is no amount such as 120.00", { value = written.amount },
      N_"write an amount in yuan such as 120.00", "amount")
  end
  if given(written.note) and utf8.len(written.note) > steps.text_most then
    add(N_"the note is longer than {most} characters", { most = steps.text_most },
      N_"say it shorter, and attach the long text", "note")
  end
end

-- All mistakes; `index` is the entry's, 0 for what is wrong with all of them.
local function mistakes(items, args)
  local wrong = list {}
  if not given(args.by) then
    steps.missing(wrong, { key = "by", title = N_"who does it" })
  else
    steps.check_person(wrong, args.by, args.people, "by")
  end
  for _, message in ipairs(wrong) do message.index = 0 end
  local function adds_to(index)
    return function(text, texts, hint, field)
      local message = fault.message(text, texts)
      message.hint, message.field, message.index = hint, field, index
      wrong[#wrong + 1] = message
    end
  end
  if wants_source(args) then check_source(adds_to(0), args.source) end
  for index, written in ipairs(args.entries) do
    check_entry(adds_to(index), items, written, args.date, args.source)
  end
  return wrong
end

-- ---- 应报未报 -------------------------------------------------------------------------

-- Whether a self-check had found the item in order. An item of several members is in order when
-- all of them are.
local function passed_by(run, item, id)
  local status = run.items[id]
  if not status then
    for member, of_member in pairs(run.items) do
      if member:sub(1, #item.id + 1) == item.id .. "[" then
        if of_member ~= "pass" then return false end
        status = of_member
      end
    end
  end
  return status == "pass"
end

-- 应报未报: what an inspection found on a day, although a self-check until then had passed the item
-- — any of them: one that comes later and no longer tells does not undo it — or the facility
-- had dismissed its problem. { run, day } or { dismissed: number, day }, or nil.
local function unreported(args, known, item, id, day)
  local last
  for _, run in pairs(args.runs or {}) do
    if run.day <= day and passed_by(run, item, id) and (not last or run.day > last.day
      or run.day == last.day and run.run > last.run) then
      last = { run = run.run, day = run.day }
    end
  end
  if last then return last end
  for _, problem in ipairs(known[id] or {}) do
    if problem.state == "dismissed" and problem.dismissed.date <= day then
      return { dismissed = problem.no, day = problem.dismissed.date }
    end
  end
end

-- ---- events ---------------------------------------------------------------------------

-- What an office or the facility itself says is certain; what others say must be verified.
local certain = { self_check = true, inspection = true, superior_feedback = true, look_back = true }

local function new_problem(opened, item, written, args, known)
  local entry = { id = written.id, item = item.id, title = item.title,
    clause = item.clause and item.clause.id }
  local body = found.describe(opened, entry)
  body.source, body.severity = written.source, written.severity or item.severity or "general"
  body.certainty = certain[written.source] and "certain" or "suspect"
  body.message, body.source_note, body.found_on = written.title, written.note, written.found
  body.count, body.amount = written.count, written.amount
  body.rows = 0
  body.list, body.line = args.list, written.line
  if body.source == "inspection" then
    body.unreported = unreported(args, known, item, written.id, written.found or args.date)
  end
  return body
end

-- What is said of a problem that the ledger has already: nothing of it is lost.
local function citation(opened, written, args)
  return { plan = opened.plan.id, item = written.id, source = written.source,
    found = written.found or args.date, note = written.title, remark = written.note,
    severity = written.severity, count = written.count, amount = written.amount,
    list = args.list, line = written.line }
end

-- Found again after this day, a problem is not what it was said to be.
local function settled_on(problem)
  if problem.state == "closed" or problem.state == "held" then return problem.closed.date end
  if problem.state == "rectified" or problem.state == "checked" then return problem.rectified.done end
end

local over = { closed = true, held = true }

-- ---- what the ledger has of an item ------------------------------------------------------

-- known: id of an item → { problems in their order, places: no → place, said: what was said of
-- which of them first, best, splits }. A list may have as many entries as the ledger problems:
-- to tell which problem one of them means, neither all problems nor all that was said of one
-- are looked through.

-- What was said, when a problem was found or afterwards, as a key; nil where it is no text.
local function saying(source, day, text)
  if type(source) ~= "string" or type(day) ~= "string" or type(text) ~= "string" then return nil end
  return source .. "\n" .. day .. "\n" .. text
end

local function note_said(of_item, place, key)
  if key and place < (of_item.said[key] or math.huge) then of_item.said[key] = place end
end

-- An open problem is meant rather than a closed one, the last of several.
local function prefer(of_item, problem)
  local best = of_item.best
  if problem.state == "dismissed" then return end
  if problem.split then of_item.splits = of_item.splits + 1 end
  if not best or not over[problem.state] or over[best.state] then of_item.best = problem end
end

local function choose_again(of_item)
  of_item.best, of_item.splits = nil, 0
  for _, problem in ipairs(of_item.problems) do prefer(of_item, problem) end
end

-- Puts a problem into what is known of an item, in place of what it was. What the list `own` has
-- just brought is another finding: nobody else's entry means it.
local function learn(known, id, problem, own)
  if own and problem.list == own then return end
  local of_item = known[id] or { problems = {}, places = {}, said = {}, splits = 0 }
  local place = of_item.places[problem.no] or #of_item.problems + 1
  local before, citations = of_item.problems[place], problem.citations or {}
  known[id] = of_item
  of_item.problems[place], of_item.places[problem.no] = problem, place
  note_said(of_item, place, saying(problem.source, problem.found, problem.message))
  for index = before and #(before.citations or {}) + 1 or 1, #citations do
    local one = citations[index]
    note_said(of_item, place, saying(one.source, one.found, one.note))
  end
  if not before then
    prefer(of_item, problem)
  elseif before.state ~= problem.state then
    choose_again(of_item)
  elseif of_item.best == before then
    of_item.best = problem
  end
end

-- The problem that an entry speaks of, if the ledger has it, and whether it says what was said
-- already: else that of the item, unless nobody knows which of the problems of single departments
-- or doctors is meant.
local function same(known, written, day)
  local of_item = known[written.id]
  if not of_item then return nil end
  local place = of_item.said[saying(written.source, day, written.title)]
  if place then return of_item.problems[place], true end
  local best = of_item.best
  if best and best.split and of_item.splits > 1 then return nil end
  return best, false
end

-- What somebody wrote, as the ledger has it.
local function read_entry(items, written, source)
  local _, id = item_of(items, written)
  return { id = id, title = written.title,
    source = terms.code(terms.source, given(written.source) or source),
    severity = given(written.severity) and terms.code(terms.severity, written.severity) or nil,
    found = given(written.found) and days.read(written.found, day_forms) or nil,
    count = given(written.count) and whole(written.count) or nil,
    amount = given(written.amount), note = given(written.note), new = written.new,
    line = written.line, evidence = written.evidence }
end

-- enter.read: the entries before anything is taken: { read: [{ id, found }] }, or { wrong }.
function enter.read(opened, args)
  local items = read_items(opened)
  local wrong = mistakes(items, args)
  if #wrong > 0 then return { wrong = wrong } end
  local read = list {}
  for index, entry in ipairs(args.entries) do
    local written = read_entry(items, entry, args.source)
    read[index] = { id = written.id, found = written.found or args.date }
  end
  return { read = read }
end

-- args { entries: [{ item or item_title, title, source, severity, found, count, amount, note,
-- new, line, evidence: [{ name, sha256, size }] }], source: of those without one, date, by,
-- people, next, known: id of an item → [problem], list: the hash of the list that they stand in,
-- runs: id → { run, day, items: id → status } of the self-checks until then }
-- → { steps: [{ no, event }] } with the problem in the last step of each, and told: [{ no,
-- outcome: found, cited or relapsed, unreported }] of each entry; or { wrong: [{ index, … }] }.
function enter.steps(opened, args)
  local items = read_items(opened)
  local wrong = mistakes(items, args)
  if #wrong > 0 then return { wrong = wrong } end
  local taken, told, next_number, last = list {}, list {}, args.next, {}
  local known = {}
  for id, problems in pairs(args.known) do
    for _, problem in ipairs(problems) do learn(known, id, problem, args.list) end
  end

  -- An event; the problem afterwards.
  local function take(problem, action, body)
    local event = { action = action, by = args.by, date = args.date, body = body }
    local after = ledger.apply(problem, event)
    after.no = problem and problem.no or next_number
    if not problem then next_number = next_number + 1 end
    if last[after.no] then last[after.no].problem = nil end
    last[after.no] = { no = after.no, event = event, problem = after }
    taken[#taken + 1] = last[after.no]
    return after
  end

  for index, entry in ipairs(args.entries) do
    local written = read_entry(items, entry, args.source)
    local day, outcome = written.found or args.date, "cited"
    local problem, said
    if not written.new then problem, said = same(known, written, day) end
    if not problem then
      outcome = "found"
      problem = take(nil, "found", new_problem(opened, item_of(items, entry), written, args, args.known))
    else
      local settled = settled_on(problem)
      if settled and day > settled and not said then
        outcome = over[problem.state] and "relapsed" or outcome
        problem = take(problem, "seen", { result = "added", source = written.source })
      end
      if not said then
        problem = take(problem, "cite", citation(opened, written, args))
      end
    end
    for _, file in ipairs(written.evidence or {}) do
      problem = take(problem, "attach", { name = file.name, sha256 = file.sha256, size = file.size,
        kind = "file", finding = true })
    end
    learn(known, written.id, problem, args.list)
    told[index] = { no = problem.no, outcome = outcome,
      unreported = outcome == "found" and problem.unreported or nil }
  end
  return { steps = taken, told = told }
end

-- ---- 自查从宽 -----------------------------------------------------------------------------

-- Which track a problem is on: "self_reported" (found and reported by the facility before an
-- inspection), "self_found" (not reported yet), "inspected" or "unreported" (应报未报), with the
-- plan's rules that may apply. Whether they do is the office's decision.
function enter.leniency(opened, problem)
  local inspected, track = ledger.inspected_on(problem), nil
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
