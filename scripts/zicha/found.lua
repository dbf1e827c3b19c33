-- What a self-check finds, as events of the ledger: a problem is plan + item + split value
-- (plan-language §5). A repeated check updates its problem instead of making a twin, and an
-- instance that another plan's problem has already is a second citation of that one.

local digest = require "digest"
local ledger = require "ledger"

local found = {}

local function item_of(opened, entry)
  for _, item in ipairs(opened.plan.items) do
    if item.id == (entry.item or entry.id) then return item end
  end
end

-- What is written down of an item, whatever the plan says later. `entry` is one of a record.
function found.describe(opened, entry)
  local plan, item = opened.plan, item_of(opened, entry)
  local focus
  for _, area in ipairs(plan.focus or {}) do
    if area.id == item.focus then focus = area end
  end
  local rectify, closeout = item.rectify or {}, plan.closeout or {}
  return {
    plan = plan.id, plan_title = plan.title, item = entry.id, title = entry.title,
    focus = item.focus, focus_title = focus and focus.title, clause = entry.clause,
    basis = digest.basis(opened, item), owner = item.owner,
    suggested_measure = rectify.measure, suggested_within = rectify.within,
    wants_evidence = #(item.evidence or {}) > 0 or closeout.evidence ~= nil,
  }
end

-- What people call the column by which an item's problems are told apart.
function found.split_title(opened, item)
  for _, dataset in pairs(opened.tables.of) do
    for _, column in ipairs(dataset.columns or {}) do
      if column.id == item.split then return column.titles and column.titles[1] or item.split end
    end
  end
  return item.split
end

-- What was found in words, where the rules say nothing.
local function in_words(entry)
  local words
  if entry.population and entry.count and entry.kind ~= "evidence" and entry.kind ~= "task" then
    local sampled = entry.kind == "question" or entry.manual
    words = (sampled and "抽查%d例，发现问题%d例" or "检查%d条，发现问题%d条"):format(
      entry.population, entry.count)
  end
  if entry.note then words = (words and words .. "；" or "") .. entry.note end
  return words
end

-- Whether the item's problems are told apart by a column: not where a person answered.
local function is_split(opened, entry)
  return item_of(opened, entry).split ~= nil and entry.rules ~= nil and not entry.manual
end

-- The instances that other problems have: they are counted there.
local function of_others(part, own)
  local count = 0
  for no, rows in pairs(part.owned) do
    if not own or tonumber(no) ~= own.no then count = count + rows end
  end
  for _, rows in pairs(part.shared) do count = count + rows end
  return count
end

-- What may be different at the next check. Where other problems have some of the rows, or the
-- item's problems are told apart, only its own rows are counted.
local function measured(entry, part, split, own)
  local others = of_others(part, own)
  local whole = not split and others == 0
  local words = not split and (entry.message or in_words(entry)) or nil
  if words and others > 0 then
    words = ("%s（其中%d条明细已登记为其他问题，不重复计数）"):format(words, others)
  end
  return {
    severity = entry.severity, certainty = entry.certainty,
    count = whole and entry.count or part.all - others,
    population = whole and entry.population or nil,
    amount = whole and entry.amount or nil, message = words,
  }
end

local function differs(problem, now)
  local severity, amount = ledger.weighed(problem, now.severity, now.amount)
  for _, key in ipairs(ledger.measured) do
    local value = now[key]
    if key == "severity" then value = severity elseif key == "amount" then value = amount end
    if problem[key] ~= value then return true end
  end
  return false
end

local function new_problem(opened, entry, part, now, run)
  local body = found.describe(opened, entry)
  for key, value in pairs(now) do body[key] = value end
  body.source, body.run = "self_check", run
  if is_split(opened, entry) then
    body.split, body.split_title = part.split, found.split_title(opened, item_of(opened, entry))
  end
  body.rows, body.rows_more = part.added, part.more
  return body
end

-- The events of one check: args { record, date, by, next, parts, problems }.
--   parts     item → list of { split, all, added, more, owners, cited }: how many instances
--             (`more` than are kept), how many of them are new, the problems that have the
--             others with how many (owned: number → rows), and those that the item (with this
--             split value) has been cited in; `shared`: how many another item of this check
--             has by the same rule and came first with, by item and split value
--   problems  number as text → problem, of all that parts name
-- → list of { problem, event, part: {item, split} }, in order; new numbers count from `next`.
-- The host adds the instances themselves.
function found.steps(opened, args)
  local steps, next_number = list {}, args.next
  local known = args.problems
  local function take(no, event, place)
    event.by, event.date = args.by, args.date
    local problem = ledger.apply(known[tostring(no)], event)
    if not problem then return end
    problem.no = no
    known[tostring(no)] = problem
    steps[#steps + 1] = { problem = problem, event = event, place = place }
  end

  local function cite(entry, part, owners, own)
    local cited = own and { [own.no] = true } or {}
    for _, no in ipairs(part.cited) do cited[no] = true end
    for _, no in ipairs(owners) do
      if not cited[no] then
        take(no, { action = "cite", body = { plan = opened.plan.id, plan_title = opened.plan.title,
          item = entry.id, split = part.split, source = "self_check" } })
      end
    end
  end

  -- The problem of this plan, item and split value itself, not one that it only cites.
  local function own_of(entry, part)
    for _, no in ipairs(part.cited) do
      local problem = known[tostring(no)]
      if problem and problem.plan == opened.plan.id and problem.item == entry.id then return problem end
    end
  end

  local numbers = {} -- item and split value → the problem of this check
  for _, entry in ipairs(args.record.items) do
    for _, part in ipairs(entry.status == "problem" and args.parts[entry.id] or {}) do
      local place = { item = entry.id, split = part.split }
      local own, split = own_of(entry, part), is_split(opened, entry)
      local now = measured(entry, part, split, own)
      local owners = list {}
      for _, no in ipairs(part.owners) do owners[#owners + 1] = no end
      for key in pairs(part.shared) do owners[#owners + 1] = numbers[key] end
      if own and (part.added > 0 or own.state ~= "dismissed" and differs(own, now)) then
        take(own.no, { action = "seen", body = { added = part.added, more = part.more,
          run = args.record.run, now = now } }, place)
      elseif not own and (part.added > 0 or #owners == 0) then
        own = { no = next_number }
        take(next_number, { action = "found",
          body = new_problem(opened, entry, part, now, args.record.run) }, place)
        next_number = next_number + 1
      end
      numbers[entry.id .. "\31" .. part.split] = own and own.no
      cite(entry, part, owners, own)
    end
  end
  return steps
end

return found
