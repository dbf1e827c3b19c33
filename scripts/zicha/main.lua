-- The engine as the host calls it: each function takes one value and returns one.
-- Between calls only the opened plan and facility are kept.

local agenda = require "agenda"
local blanks = require "blanks"
local calendar = require "calendar"
local classes = require "classes"
local datasets = require "datasets"
local digest = require "digest"
local entries = require "entries"
local events = require "events"
local fault = require "fault"
local figures = require "figures"
local holidays = require "holidays"
local judge = require "judge"
local ledger_calls = require "ledger_calls"
local library = require "library"
local needs = require "needs"
local office_calls = require "office_calls"
local parameters = require "parameters"
local questions = require "questions"
local read = require "read"
local record = require "record"
local resolve = require "resolve"
local runs = require "runs"
local schema = require "schema"
local times = require "times"
local upgrade = require "upgrade"
local workdays = require "workdays"

local N_ = fault.N_

local main = {}

local opened   -- { plan, tables } of the resolved package
local facility -- typed facility.yaml
local office   -- typed office.yaml: the workspace of an office

local function errors_in(faults)
  local count = 0
  for _, entry in ipairs(faults) do
    if entry.severity == "error" then count = count + 1 end
  end
  return count
end

local function known_datasets()
  local result = list {}
  for _, id in ipairs(opened.tables.order) do
    result[#result + 1] = opened.tables.of[id]
  end
  return result
end

-- The columns for whose values items are asked, each once.
local function per_columns(plan)
  local columns, seen = list {}, {}
  for _, item in ipairs(plan.items) do
    if item.per and item.kind ~= "task" and not seen[item.per] then
      seen[item.per] = true
      columns[#columns + 1] = item.per
    end
  end
  return columns
end

-- An item can only be asked for what a column holds and what is no patient.
local function check_columns(ctx)
  for _, item in ipairs(opened.plan.items) do
    if item.per and item.kind ~= "task" then
      local table, name = item.per:match("^([^.]+)%.(.+)$")
      local dataset, found, known = opened.tables.of[table], nil, {}
      for _, column in ipairs(dataset and dataset.columns or {}) do
        known[#known + 1] = column.id
        if column.id == name then found = column end
      end
      if not dataset then
        fault.unknown(ctx.faults, read.place(item, "per"), N_"the table {id} is unknown",
          table, opened.tables.order)
      elseif not found then
        fault.unknown(ctx.faults, read.place(item, "per"),
          N_"the table {section} has no column {id}", name, known, table)
      elseif found.identifies or found.type ~= "text" and found.type ~= "code" then
        fault.add(ctx.faults, read.place(item, "per"),
          N_"an item is asked for the values of a text or code that names no patient")
      end
    end
  end
end

-- tables{ documents } → { faults, datasets }: shipped datasets join the package's own.
function main.tables(args)
  local ctx = { faults = list {} }
  for _, document in ipairs(args.documents) do
    datasets.add(opened.tables, ctx, document)
  end
  if not office then check_columns(ctx) end -- an office is asked for no values of a table
  return { faults = ctx.faults, datasets = known_datasets() }
end

-- calendar{ calendar: document } → { faults, calendar }: from now on expressions count
-- working days by it.
function main.calendar(args)
  local ctx = { faults = list {} }
  opened.calendar = holidays.read(ctx, args.calendar)
  return { faults = ctx.faults, calendar = calendar.for_expressions(opened.calendar) }
end

-- facility(document) → { faults, facility }
function main.facility(document)
  local ctx = { faults = list {} }
  local typed = read.document(ctx, schema.facility, document)
  facility = errors_in(ctx.faults) == 0 and typed or nil
  local plain
  if facility then
    plain = {}
    for _, field in ipairs(schema.facility.fields) do
      plain[field[1]] = facility[field[1]]
    end
    local scope = opened and opened.plan.scope
    if scope and scope.classes and #scope.classes > 0 then
      local meant = false
      for _, class in ipairs(scope.classes) do
        meant = meant or classes.holds(opened.plan, class, facility.class)
      end
      if not meant then
        fault.warn(ctx.faults, read.place(facility, "class"),
          N_"the plan is not meant for the class {class}", { class = facility.class })
      end
    end
  end
  return { faults = ctx.faults, facility = plain }
end

-- office(document) → { faults, office }: from now on an office is asked, no facility.
function main.office(document)
  local ctx = { faults = list {} }
  office = office_calls.read(ctx, document)
  return { faults = ctx.faults, office = office and office_calls.plain(office) }
end

-- facility_field(document), office_field(document) → { faults }: one field of facility.yaml
-- or office.yaml by itself.
local function read_field(spec, document)
  local ctx = { faults = list {} }
  read.document(ctx, { kind = "record", fields = spec.fields, required = {} }, document)
  return { faults = ctx.faults }
end

function main.facility_field(document) return read_field(schema.facility, document) end

function main.office_field(document) return read_field(schema.office, document) end

-- Whether an expression of the plan's items reads a field of the facility.
local function is_read(key)
  local pattern = "facility%." .. key .. "%f[^%w_]"
  for _, item in ipairs(opened.plan.items) do
    for _, text in pairs { item.applies or false, item.problem_if or false,
      item.or_ask and item.or_ask.problem_if or false } do
      if text and text:find(pattern) then return true end
    end
  end
  return false
end

-- The days that the plan speaks of, as papers print them; nothing where it leaves blanks.
local function period_of(plan)
  local period, told = plan.period or {}, {}
  local known = times.of(plan).period
  for _, key in ipairs { "from", "to" } do
    local text = period[key]
    told[key] = text and not read.is_blank(text) and (known[key] or text) or nil
  end
  return told
end

-- open(package) → { faults, blanks, plan: {id, title, …}, stems, runs, unions, measures }, and what
-- facility() gives if the package comes with facility = document, or office() with office =
-- document: what offices are asked no rule decides. With signals = the rule file of signals, the runs
-- are those of signals and of nothing else.
function main.open(package)
  local resolved = resolve.package(package)
  local plan, open_places = resolved.plan, list {}
  for _, blank in ipairs(blanks.of(resolved.plan, resolved.deviations)) do
    open_places[#open_places + 1] = { file = blank.place.file, line = blank.place.line,
      column = blank.place.column, key = blank.key, text = blank.text }
  end
  table.sort(open_places, function(a, b)
    if a.file ~= b.file then return a.file < b.file end
    return a.line < b.line or a.line == b.line and a.column < b.column
  end)
  opened = errors_in(resolved.faults) == 0 and resolved or nil
  local measures = package.office and list {} or figures.wanted(plan)
  local stems, planned, unions = list {}, list {}, list {}
  if package.signals then
    stems, planned = office_calls.signal_runs(resolved)
  elseif not package.office then
    stems, planned, unions = runs.of(plan, measures)
  end
  return {
    faults = resolved.faults, blanks = open_places, stems = stems,
    counts = resolve.counts(resolved.plan), runs = planned,
    unions = unions, measures = measures, per = package.office and list {} or per_columns(plan),
    facility = package.facility and main.facility(package.facility),
    office = package.office and main.office(package.office),
    datasets = opened and known_datasets(), counts_workdays = workdays.counted(plan),
    plan = { id = plan.id, title = plan.title, version = plan.version,
      kind = plan.kind, level = plan.level, region = plan.region, issuer = plan.issuer,
      number = plan.number, items = #(plan.items or {}), period = period_of(plan) },
  }
end

-- The words that people choose from: Chinese ones.
local function words_of(words)
  local shown = list {}
  for index, pair in ipairs(words) do
    shown[index] = pair[1]:find("^[%l_]+$") and pair[2] or pair[1]
  end
  return shown
end

-- facility_fields(), office_fields() → the fields of facility.yaml or office.yaml, for prompts
-- and its commented form; `read` by the plan's own expressions.
local function fields_of(spec, is_used)
  local fields = list {}
  for _, field in ipairs(spec.fields) do
    fields[#fields + 1] = {
      key = field[1], title = field[2], kind = field[3].kind, help = field.help,
      required = field.required or false, read = is_used(field[1]),
      words = field[3].words and words_of(field[3].words) or nil,
    }
  end
  return fields
end

function main.facility_fields() return fields_of(schema.facility, is_read) end

function main.office_fields()
  return fields_of(schema.office, function() return false end)
end

local known_values = {} -- "table.column" → what it holds

-- take_values{ "table.column" → { values, rows, blank, malformed, missing, most } }: what
-- the tables at hand hold (host/eval/found.c); told with what people call table and column.
function main.take_values(values)
  known_values = values
  for name, found in pairs(values) do
    local id, column = name:match("^([^.]+)%.(.+)$")
    local dataset = opened.tables.of[id]
    found.title = dataset and dataset.title
    for _, one in ipairs(dataset and dataset.columns or {}) do
      if one.id == column then found.column = one.titles[1] end
    end
  end
  return {}
end

-- What is asked and judged now; quotas go by the plan's own period.
local function entries_now(args)
  local period = times.of(opened.plan).period
  local from, to = args.from or period.from, args.to or period.to
  return entries.all(opened.plan, { values = known_values, office = office,
    span = from and to and { from = from, to = to } or nil })
end

-- ---- asking ----------------------------------------------------------------------------

local function names_of_run(plan, run)
  local names = list {}
  if opened.calendar then names[1] = calendar.for_expressions(opened.calendar) end
  for _, part in ipairs { resolve.facility_names(facility), parameters.names(plan),
    resolve.run_names(run) } do
    for _, entry in ipairs(part) do names[#names + 1] = entry end
  end
  for _, item in ipairs(plan.items) do
    local question = questions.of(item, office)
    if question then
      for _, entry in ipairs(questions.names(question, run.answers[item.id], "answers",
        item.id)) do
        names[#names + 1] = entry
      end
    end
  end
  return names
end

-- What the plan calls the names of its expressions: p.elder_age → 老年患者年龄.
local function titles_of(plan)
  local titles = {}
  for _, field in ipairs(schema.facility.fields) do
    titles["facility." .. field[1]] = "“" .. field[2] .. "”"
  end
  for _, id in ipairs(plan.parameters.order) do
    local title = plan.parameters.of[id].title
    titles["p." .. id] = title and "“" .. title .. "”"
  end
  for _, item in ipairs(plan.items) do
    titles["answers." .. item.id] = "“" .. item.title .. "”"
  end
  return titles
end

-- Whether a table that a data item reads was declared absent, so that a person is asked.
local function asked_instead(item, reads, handed)
  for _, rule in ipairs(item.rules or {}) do
    for _, id in ipairs(reads[rule] or {}) do
      if handed[id] and handed[id].absent then return true end
    end
  end
  return false
end

-- questions{ answers, handed, reads, today } → what a person is asked now, in the
-- plan's order. reads: rule → tables; items whose `applies` is false are left out.
function main.questions(args)
  local plan = opened.plan
  local run = { answers = args.answers, today = args.today,
    issued = times.of(plan).issued }
  local scope = expression.scope(figures.names(plan, {}),
    expression.scope(names_of_run(plan, run)))
  local focus = {}
  for _, area in ipairs(plan.focus or {}) do focus[area.id] = area.title end
  local result = list {}
  for _, item in ipairs(entries_now(args)) do
    local question = questions.of(item, office)
    local applies = true
    if item.applies then applies = scope:evaluate(item.applies) ~= false end
    if item.match then applies = applies and scope:evaluate(item.match) ~= false end
    local wanted = question and applies and not item.unasked
      and (item.kind ~= "data" or asked_instead(item, args.reads, args.handed))
    if wanted then
      local answer = args.answers[item.id]
      if answer and not questions.fits(question, answer) then answer = nil end
      result[#result + 1] = {
        id = item.id, number = item.number, focus = focus[item.focus], title = item.title,
        kind = item.kind, ask = question.ask, text = item.text,
        basis = digest.basis(opened, item), hint = questions.hint(question),
        owner = item.owner, evidence = item.evidence,
        answered = questions.shown(question, answer),
        na = answer and answer.na, note = answer and answer.note,
      }
    end
  end
  return result
end

-- judged{ handed, reads } → { item = true }: what imported tables decide, so that an
-- answer would not be used.
function main.judged(args)
  local result = {}
  for _, item in ipairs(opened.plan.items) do
    local asked = item.kind ~= "data" or asked_instead(item, args.reads, args.handed)
    for _, rule in ipairs(not asked and item.rules or {}) do
      for _, id in ipairs(args.reads[rule] or {}) do
        if args.handed[id] then result[item.id] = true end
      end
    end
  end
  return result
end

-- By id what can be answered, and why the rest cannot. An item that is asked for each
-- value of a column takes any value in brackets when the table is not at hand.
local function known_items(args)
  local by_id, known = {}, list {}
  for _, item in ipairs(opened.plan.items) do
    if not entries.is_asked(item, office) then by_id[item.id] = item end
  end
  for _, entry in ipairs(entries_now(args)) do
    by_id[entry.id] = entry
    known[#known + 1] = entry.id
  end
  for _, item in ipairs(opened.plan.items) do
    local several = entries.is_asked(item, office) and not by_id[item.id]
    if several then by_id[item.id] = { several = item } end
  end
  return by_id, known
end

local function not_asked(item)
  if item.retired then return fault.message(N_"the item {item} is retired", { item = item.id }) end
  if item.alias_of then
    return fault.message(N_"the item {item} only repeats {other}: answer that one",
      { item = item.id, other = item.alias_of })
  elseif item.unknown then
    return fault.message(N_"the text of the item {item} is lost: it asks nothing", { item = item.id })
  end
  return fault.message(office
    and N_"the item {item} is the facilities': an office is not asked about it"
    or N_"the item {item} is an office's: it is not asked here", { item = item.id })
end

-- answers{ entries: [{item, text, note, na, clear}], known: item → answer } → [{item,
-- answer, shown, before} or {item, error}]; shown and before are the texts of the answer
-- and of the known one. One that is taken back is the answer {}.
function main.answers(args)
  local by_id, known = known_items(args)
  local result = list {}
  for _, entry in ipairs(args.entries) do
    local item = by_id[entry.item]
    local question = item and not item.several and questions.of(item, office)
    local answer, problem
    if not item then
      local near = fault.nearest(entry.item, known)
      problem = fault.message(N_"the plan has no item {item}", { item = entry.item, nearest = near })
      problem.hint = near and N_"did you mean {nearest}?" or nil
    elseif item.several then
      local members = {}
      for _, id in ipairs(known) do
        if id:sub(1, #entry.item + 1) == entry.item .. "[" then members[#members + 1] = id end
      end
      problem = fault.message(N_"the item {item} is asked several times", { item = entry.item,
        list = table.concat(members, "、", 1, math.min(#members, 6)) })
      problem.hint = N_"answer each of: {list}"
    elseif not item.number then
      problem = not_asked(item)
    elseif item.unasked then
      problem = fault.message(item.unasked.text, item.unasked.args)
    elseif not question then
      problem = fault.message(N_"the item {item} asks nothing: it is judged from data",
        { item = entry.item })
    elseif entry.clear then
      answer = {}
    elseif entry.na then
      answer, problem = questions.not_applicable(entry.na)
    else
      answer, problem = questions.parse(question, entry.text or "")
    end
    if answer and entry.note and not entry.clear then answer.note = entry.note end
    if problem then
      local hint = question and item.number and not item.unasked
        and N_"answer with: {wanted}" or nil
      problem.hint = problem.hint or hint
      problem.args.wanted = question and questions.hint(question)
    end
    local asked = not problem and question
    result[#result + 1] = { item = entry.item, answer = answer, error = problem,
      shown = asked and not entry.clear and questions.shown(question, answer) or nil,
      before = asked and questions.shown(question, args.known[entry.item]) or nil }
  end
  return result
end

-- upgrade_list{ answers } → what this version asks, and upgrade_sort(args) → what becomes of
-- the answers when another version takes its place (upgrade.lua).
function main.upgrade_list(args)
  return upgrade.list(opened, entries_now(args), office, args.answers)
end

main.upgrade_sort = upgrade.sort

-- evidence{ item, name } → { error } or {}: whether a document can be attached.
function main.evidence(args)
  local known = {}
  for _, item in ipairs(entries_now(args)) do
    known[#known + 1] = item.id
    if item.id == args.item then
      if item.unasked then return { error = item.unasked } end
      local wanted = item.evidence or {}
      local fits = #wanted == 0
      for _, name in ipairs(wanted) do fits = fits or name == args.name end
      if fits or item.kind ~= "evidence" then return {} end
      local problem = fault.message(N_"the item {item} wants other documents than «{name}»",
        { item = item.id, name = args.name, list = table.concat(wanted, "、") })
      problem.hint = N_"say which it is with --name: {list}"
      return { error = problem }
    end
  end
  local near = fault.nearest(args.item, known)
  local problem = fault.message(N_"the plan has no item {item}",
    { item = args.item, nearest = near })
  problem.hint = near and N_"did you mean {nearest}?" or nil
  return { error = problem }
end

-- ---- checking ----------------------------------------------------------------------------

-- The interval that is checked: given, else the plan's, else what the tables span.
local function interval_of(plan, args)
  local period = times.of(plan).period
  local from, to = args.from or period.from, args.to or period.to
  if from and to then return { from = from, to = to, given = true } end
  for _, table in pairs(args.handed) do
    if table.from and (not from or table.from < from) then from = table.from end
    if table.to and (not to or table.to > to) then to = table.to end
  end
  return { from = from, to = to, given = false }
end

local current -- the run that prepare has set up

-- What rules know besides: the rows of table parameters.
local function names_of_rules(plan)
  local names = list {}
  for _, part in ipairs { current.names, parameters.tables(plan) } do
    for _, entry in ipairs(part) do names[#names + 1] = entry end
  end
  return names
end

-- prepare{ answers, evidence, handed: {table → {from, to, absent}}, today, from, to, rules }
-- → { names, interval, notices }: the names only if there are rules that want them
function main.prepare(args)
  local plan = opened.plan
  local interval = interval_of(plan, args)
  current = { answers = args.answers, evidence = args.evidence, handed = args.handed,
    today = args.today, interval = interval, tables = opened.tables,
    from = interval.from, to = interval.to, issued = times.of(plan).issued,
    judged = {}, entries = entries_now(args), office = office }
  current.names, current.titles = names_of_run(plan, current), titles_of(plan)
  return { names = args.rules and names_of_rules(plan), interval = interval,
    notices = workdays.notices(opened.calendar, current) }
end

-- What measures come to is only known when the rules have run.
local function scope_of_run()
  if not current.scope then
    current.scope = expression.scope(figures.names(opened.plan, current.measures or {}),
      expression.scope(current.names))
  end
  return current.scope
end

-- judge_ahead() judges what needs no rule, while the rules run elsewhere.
function main.judge_ahead()
  for _, item in ipairs(current.entries) do
    if item.kind ~= "data" and not figures.wait(item) then
      current.judged[item.id] = judge.item(item, current, scope_of_run())
    end
  end
  return {}
end

-- judge{ results, unions, measures, given } → the record
function main.judge(args)
  current.results, current.unions = args.results, args.unions
  current.measures, current.scope = args.measures or {}, nil
  return record.build(opened, facility, current, args.given, scope_of_run())
end

-- rule_texts{ stem → text }: shipped rule files, for what they read (library.lua).
function main.rule_texts(texts)
  library.take_texts(texts)
  return {}
end

-- ---- days ------------------------------------------------------------------------------------

-- days{ today, calendar, submitted } → what the plan wants when: its days, the phase and how
-- problems are to be taken today, what is due and was not submitted (agenda.lua).
function main.days(args)
  return agenda.of(opened.plan, workdays.times(opened.plan, args), args.submitted,
    office ~= nil)
end

-- events{ today, calendar } → { events, blank, dayless }: the same as entries of a calendar.
function main.events(args)
  return events.of(opened, workdays.times(opened.plan, args))
end

-- ---- papers --------------------------------------------------------------------------------

-- digest() → what layouts print of the plan besides the record.
function main.digest() return digest.of(opened, facility) end

-- Works on another plan than a package's: the rule library by itself.
function main.use(resolved) opened = resolved end

-- needs{ described: [{rule, tables: [{id, columns}]}] } → the tables that the plan's rules
-- read, for whoever exports them.
function main.needs(args)
  local _, planned = runs.of(opened.plan, {})
  return needs.of(opened, planned, per_columns(opened.plan), args.described)
end

-- runs_by_item() → { items: {id → [{rule, key, split}]} }: by which runs rules judge each.
function main.runs_by_item() return { items = runs.by_item(opened.plan) } end

-- runs_of_item{ item } → { runs: [{rule, key, split}] } or { error }.
function main.runs_of_item(args) return runs.of_item(opened.plan, args.item) end

-- What is asked of the ledger: ledger_found, ledger_step …
for name, call in unordered(ledger_calls) do
  main[name] = function(args) return call(opened, args) end
end

-- What offices ask of a plan: office_checklist, office_rounds …
for name, call in unordered(office_calls.calls) do
  main[name] = function(args) return call(opened, args, office) end
end

-- What the functions of scripts/author work on: the opened package, nil with errors.
function main.opened() return opened end

function main.errors_in(faults) return errors_in(faults) end

return main
