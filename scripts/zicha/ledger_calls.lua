-- What the host asks about the ledger: each function takes the opened package and one value,
-- and returns one (main.lua hands them on under the same names).

local agenda = require "agenda"
local enter = require "enter"
local fault = require "fault"
local found = require "found"
local ledger = require "ledger"
local ledger_row = require "ledger_row"
local read = require "read"
local record = require "record"
local statistics = require "statistics"
local steps = require "steps"
local windows = require "windows"

local N_ = fault.N_

local calls = {}

-- people.yaml: who may stand in the ledger.
local people_schema = { kind = "record", fields = {
  { "people", "人员", { kind = "list", of = { kind = "record", fields = {
    { "name", "姓名", { kind = "text" }, required = true },
    { "department", "科室", { kind = "text" } },
    { "post", "职务", { kind = "text" } },
    { "phone", "电话", { kind = "text" } },
  } } }, required = true },
} }

-- ledger_found{ record, date, by, next, parts, problems } → [{problem, event, place, row}]: what
-- a check adds to the ledger (found.lua).
function calls.ledger_found(opened, args)
  local taken = found.steps(opened, args)
  for _, step in ipairs(taken) do step.row = ledger_row.cells(step.problem) end
  return taken
end

-- ledger_step{ problem, event, people } → { problem, event, row }, or { refusals }.
function calls.ledger_step(opened, args)
  local closeout = opened.plan.closeout or {}
  local problem, event = steps.take(args.problem, args.event,
    { gates = closeout.gates, people = args.people, calendar = opened.calendar })
  if not problem then return { refusals = event } end
  return { problem = problem, event = event, row = ledger_row.cells(problem) }
end

-- ledger_read{ entries, date, by, people } → { read: [{ id, found }] } or { wrong } (enter.lua).
function calls.ledger_read(opened, args) return enter.read(opened, args) end

-- ledger_enter{ entries, date, by, people, next, known, list, runs, self } → { steps, told } or
-- { wrong } (enter.lua).
function calls.ledger_enter(opened, args)
  local entered = enter.steps(opened, args)
  for _, step in ipairs(entered.steps or {}) do
    if step.problem then step.row = ledger_row.cells(step.problem) end
  end
  return entered
end

-- ledger_show{ problem } → what is told of a problem besides: { row, possible, gates, plan_gates,
-- counted, unfinished, leniency }.
function calls.ledger_show(opened, args)
  local problem = args.problem
  local closeout = opened.plan.closeout or {}
  return { row = ledger_row.cells(problem), possible = ledger.possible(problem.state), gates = ledger.gates(problem),
    plan_gates = closeout.gates, counted = ledger.is_counted(problem),
    unfinished = ledger.is_unfinished(problem), leniency = enter.leniency(opened, problem) }
end

local function replay(entry)
  local problem = entry.problem
  for index, event in ipairs(entry.events) do
    -- What somebody has changed in an event may be of any kind.
    local fine, after = pcall(ledger.apply, problem, event)
    if not fine or not after then return { stopped = index } end
    problem = after
    problem.no = entry.no
  end
  local fine, cells = pcall(ledger_row.cells, problem)
  return fine and { problem = problem, row = cells } or { stopped = #entry.events }
end

-- ledger_replay[{ no, problem, events }] → of each { problem, row } after its events, or
-- { stopped: index } at the first that is not possible. It needs no plan.
function calls.ledger_replay(_, entries)
  local results = list {}
  for index, entry in ipairs(entries) do results[index] = replay(entry) end
  return results
end

-- ledger_refused{ by, people } → [refusal]: why nobody may write an event of the whole ledger.
function calls.ledger_refused(_, args) return steps.refused(args, args.people) end

-- ledger_submit{ problems, event } → [{ problem, row }]: what the submission of a report makes of
-- the problems in it. The event goes without the numbers of all problems.
function calls.ledger_submit(_, args)
  local result = list {}
  for index, problem in ipairs(args.problems) do
    local after = ledger.apply(problem, args.event)
    result[index] = { problem = after, row = ledger_row.cells(after) }
  end
  return result
end

-- ledger_renamed{ problems: [{ problem, item, instances }], by, date } → [{ problem, event, row }]:
-- what a new version of the plan makes of problems whose items have other ids there.
function calls.ledger_renamed(opened, args)
  local taken = list {}
  for index, one in ipairs(args.problems) do
    local event = { action = "rename", by = args.by, date = args.date,
      body = { plan = opened.plan.id, item = one.item, was = one.problem.item,
        split = one.problem.split, instances = one.instances } }
    local problem = ledger.apply(one.problem, event)
    taken[index] = { problem = problem, event = event, row = ledger_row.cells(problem) }
  end
  return taken
end

-- ledger_duty{ duty } → { duty }: the duty of the facility that a report fulfils: the named one, or
-- the only one there is; nothing where nobody can tell. { error } for one that is not its own.
function calls.ledger_duty(opened, args)
  local own, ids = agenda.own_duties(opened.plan), {}
  for _, duty in ipairs(own) do
    if duty.id == args.duty then return { duty = duty.id } end
    ids[#ids + 1] = duty.id
  end
  if not args.duty then return { duty = #own == 1 and own[1].id or nil } end
  local near = fault.nearest(args.duty, ids)
  local message = fault.message(N_"the facility has no duty {id} to report in this plan",
    { id = args.duty, nearest = near, list = #ids > 0 and table.concat(ids, ", ") or "—" })
  message.hint = near and N_"did you mean {nearest}?" or N_"known: {list}"
  return { error = message }
end

-- ledger_set{ set: "SET" or "SET.MEMBER" } → { items } that are bound to it, or { error }.
function calls.ledger_set(opened, args)
  local set, member = args.set:match("^([^.]+)%.?(.*)$")
  local bound = record.bound_items(opened.plan)[set or ""]
  if not bound or member ~= "" and not bound[member] then
    local near = fault.nearest(args.set, opened.plan.sets.order)
    local message = fault.message(N_"no item is bound to the set {id}", { id = args.set, nearest = near })
    message.hint = near and N_"did you mean {nearest}?" or nil
    return { error = message }
  end
  local items, seen = list {}, {}
  for id, of_member in pairs(bound) do
    for item in pairs((member == "" or member == id) and of_member or {}) do
      if not seen[item] then items[#items + 1] = item end
      seen[item] = true
    end
  end
  table.sort(items)
  return { items = items }
end

-- statistics{ figures } → the rows of the plan's 量化统计表, those of the ledger computed.
function calls.statistics(opened, args)
  return statistics.of(opened.plan, args.figures)
end

-- paper_window{ kind, duty, from, to, today, begins } → the days of a periodic paper
-- (windows.lua), or { error }.
function calls.paper_window(opened, args)
  local window, problem = windows.of(opened.plan, args)
  return window or { error = problem }
end

-- people(document) → { faults, people: [name] }: people.yaml.
function calls.people(_, document)
  local ctx = { faults = list {} }
  local typed = read.document(ctx, people_schema, document)
  local names = list {}
  for _, person in ipairs(typed and typed.people or {}) do names[#names + 1] = person.name end
  return { faults = ctx.faults, people = names }
end

return calls
