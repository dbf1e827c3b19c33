-- From the files of a package and its parents to one resolved plan: every reference
-- known, every parameter typed, every expression compiled once, every count right.

local clauses = require "clauses"
local datasets = require "datasets"
local entries = require "entries"
local fault = require "fault"
local figures = require "figures"
local layers = require "layers"
local library = require "library"
local parameters = require "parameters"
local periods = require "periods"
local plan_tables = require "plan_tables"
local questions = require "questions"
local read = require "read"
local references = require "references"
local schema = require "schema"
local statistics = require "statistics"
local times = require "times"

local N_ = fault.N_

local resolve = {}

-- ---- names that expressions may use ------------------------------------------------

local facility_types = {
  text = "text", word = "enum", day = "date", integer = "int", bool = "bool",
  list = "list",
}

-- The fields of the facility, with their values if it is known.
function resolve.facility_names(facility)
  local names = list {}
  for _, field in ipairs(schema.facility.fields) do
    local entry = {
      space = "facility", name = field[1], type = facility_types[field[3].kind],
      value = facility and facility[field[1]],
    }
    if entry.type == "list" then entry.element = "text" end
    if field[3].words then
      entry.words = list {}
      for _, pair in ipairs(field[3].words) do entry.words[#entry.words + 1] = pair[1] end
    end
    names[#names + 1] = entry
  end
  return names
end

-- ---- counts ------------------------------------------------------------------------------

-- Where the last layer that took in or left out members of a set did so.
local function place_of_members(ctx, id)
  for index = #ctx.deviations, 1, -1 do
    local deviation = ctx.deviations[index]
    if deviation.section == "sets" and deviation.id == id and deviation.field == "members" then
      return deviation.place
    end
  end
end

-- What `counts` should say.
function resolve.counts(plan)
  return { items = #plan.items, phases = #(plan.phases or {}),
    duties = #(plan.duties or {}),
    departments = plan.departments and #plan.departments.order or 0 }
end

local function check_counts(ctx, plan)
  local counts, actual = plan.counts or {}, resolve.counts(plan)
  for _, name in ipairs { "items", "phases", "duties", "departments" } do
    if counts[name] and counts[name] ~= actual[name] then
      fault.add(ctx.faults, read.place(counts, name),
        N_"counts says {declared} {name}, but there are {actual}",
        { declared = counts[name], name = name, actual = actual[name] },
        N_"look for a lost or doubled entry; correct the count only if the entries are right")
    end
  end
  local in_focus = {}
  for _, item in ipairs(plan.items) do
    if item.focus then in_focus[item.focus] = (in_focus[item.focus] or 0) + 1 end
  end
  for _, area in ipairs(plan.focus or {}) do
    local found = in_focus[area.id] or 0
    if area.count and area.count ~= found then
      fault.add(ctx.faults, read.place(area, "count"),
        N_"the focus {id} declares {declared} items, but has {actual}",
        { id = area.id or "?", declared = area.count, actual = found },
        N_"a layer that adds or removes entries gives the new count under change, too")
    end
  end
  for _, id in ipairs(plan.sets.order) do
    local set = plan.sets.of[id]
    if set.count and set.members and set.count ~= #set.members then
      fault.add(ctx.faults, place_of_members(ctx, id) or read.place(set, "count"),
        N_"the set {id} declares {declared} members, but has {actual}",
        { id = id, declared = set.count, actual = #set.members },
        N_"a layer that adds or removes entries gives the new count under change, too")
    end
  end
end

-- ---- items ---------------------------------------------------------------------------------

local needed = {
  question = { "ask", "answer", "problem_if" },
  data = { "rules" },
  task = { "ask", "at_least" },
}

-- What is asked several times: for whom that is possible.
local asked_by_people = { question = true, evidence = true, external = true }

local function check_several(ctx, item)
  local first
  for _, key in ipairs { "across", "parts", "per" } do
    if item[key] ~= nil and not (key == "per" and item.kind == "task") then
      if first then
        fault.add(ctx.faults, read.place(item, key), N_"{key} and {other} cannot stand together",
          { key = key, other = first }, N_"make two items of it")
      end
      first = first or key
      if not asked_by_people[item.kind] then
        fault.add(ctx.faults, read.place(item, key),
          N_"{key} belongs to items that a person answers", { key = key },
          N_"a rule can tell its rows apart by `split`")
      end
    end
  end
  if item.per and item.kind == "task" then
    local known = {}
    for _, kind in ipairs(periods.kinds) do known[kind] = true end
    if not known[item.per] then
      fault.unknown(ctx.faults, read.place(item, "per"), N_"{id} is no period of a task",
        item.per, periods.kinds)
    end
  elseif item.per and not item.per:find("^%l[%l%d_]*%.%l[%l%d_]*$") then
    fault.add(ctx.faults, read.place(item, "per"), N_"per wants a table and its column",
      {}, N_"write for example purchases.project_id")
  end
end

local function check_members(ctx, plan, item)
  for _, named in ipairs(item.set or {}) do
    local set, known = plan.sets.of[named.set], {}
    if not set then
      fault.unknown(ctx.faults, read.place(item, "set"), N_"the id {id} is unknown in {section}",
        named.set, plan.sets.order, "sets")
    else
      local stands = false
      for _, member in ipairs(set.members or {}) do
        known[#known + 1] = member.id
        stands = stands or member.id == named.member
      end
      if not stands then
        fault.unknown(ctx.faults, read.place(item, "set"),
          N_"the set {section} has no member {id}", named.member, known, named.set)
      end
    end
  end
end

local function check_needed(ctx, item)
  if item.alias_of or item.unknown then return end
  for _, key in ipairs(needed[item.kind] or {}) do
    if item[key] == nil then
      fault.add(ctx.faults, read.place(item), N_"an item of the kind {kind} needs {key}",
        { kind = item.kind, key = key })
    end
  end
  if item.split and item.kind ~= "data" then
    fault.add(ctx.faults, read.place(item, "split"), N_"split belongs to items that rules judge",
      {}, N_"what a person answers is asked for each by across, parts or per")
  end
  if item.at_least and item.kind ~= "task" then
    fault.add(ctx.faults, read.place(item, "at_least"), N_"at_least belongs to tasks")
  elseif item.at_least and item.at_least < 1 then
    fault.add(ctx.faults, read.place(item, "at_least"), N_"at_least is 1 or more", {},
      N_"what need not be done is no item")
  end
end

-- A few lines can ask for millions of entries: members × items, weeks × tasks.
local function check_entries(ctx, plan)
  local period = times.of(plan).period
  local span = period.from and period.to and period or nil
  local count = 0
  for _, item in ipairs(plan.items) do
    if entries.is_asked(item) then count = count + entries.count(plan, item, span) end
    if count > entries.MOST then
      fault.add(ctx.faults, read.place(item),
        N_"with this item the plan is asked more than {count} times",
        { count = entries.MOST }, N_"ask for fewer members, parts or periods")
      return
    end
  end
end

local function check_aliases(ctx, plan)
  local of = {}
  for _, item in ipairs(plan.items) do of[item.id or ""] = item end
  for _, item in ipairs(plan.items) do
    local other = item.alias_of and of[item.alias_of]
    if other and other.alias_of then
      fault.add(ctx.faults, read.place(item, "alias_of"),
        N_"{id} is itself only another name", { id = other.id },
        N_"name the item that is asked")
    end
  end
end

local function check_item(ctx, plan, item)
  if not item.kind then return end
  check_needed(ctx, item)
  check_several(ctx, item)
  check_members(ctx, plan, item)
  local question = questions.of(item)
  if question and question.answer == "choice" and #(question.choices or {}) < 2 then
    fault.add(ctx.faults, read.place(item), N_"a choice needs at least two choices",
      {}, N_"list them under choices")
  end
  if question and question.answer ~= "yesno" and question.problem_if
    and (question.problem_if == "yes" or question.problem_if == "no"
      or question.problem_if == "是" or question.problem_if == "否") then
    fault.add(ctx.faults, read.place(item), N_"problem_if: yes or no belongs to yesno answers",
      {}, N_"write an expression, such as answer.wrong > 0")
  end
  item.own = {}
  for key, raw in pairs(item["with"] and item["with"].of or {}) do
    local parameter = plan.parameters.of[key]
    if not parameter then
      fault.unknown(ctx.faults, read.place(item, "with"), N_"the parameter {id} is unknown",
        key, plan.parameters.order)
    elseif parameter.type == "table" then
      fault.add(ctx.faults, read.key_place(item["with"], key),
        N_"the table {id} holds for all items: one item has none of its own", { id = key },
        N_"declare another parameter with these rows, and a rule that joins it")
    else
      local value = parameters.value(parameter.type, raw)
      if value == nil then
        fault.add(ctx.faults, read.place(item, "with"),
          N_"this is not a value of the type {type}", { type = parameter.type or "?" })
      else
        item.own[#item.own + 1] = parameters.name(key, parameter, value)
      end
    end
  end
end

-- ---- expressions -----------------------------------------------------------------------------

local function keep_faults(ctx, found)
  for _, entry in ipairs(found) do ctx.faults[#ctx.faults + 1] = entry end
end

-- The scope of a question's condition. Answers of one kind have the same names: thousands
-- of questions need but few scopes.
local function scope_of(question, scopes, outer)
  local key = question.answer .. "\n" .. table.concat(question.choices or {}, "\n")
  scopes[key] = scopes[key]
    or expression.scope(questions.names(question, nil, "", "answer"), outer)
  return scopes[key]
end

local function check_expressions(ctx, plan)
  local names = list {}
  for _, part in ipairs { resolve.facility_names(), parameters.names(plan),
    resolve.run_names {} } do
    for _, entry in ipairs(part) do names[#names + 1] = entry end
  end
  for _, item in ipairs(plan.items) do
    local question = questions.of(item)
    local once = not (item.across or item.parts or item.per or item.kind == "task")
    if question and question.answer and item.id and once then
      for _, entry in ipairs(questions.names(question, nil, "answers", item.id)) do
        names[#names + 1] = entry
      end
    end
  end
  for _, entry in ipairs(figures.names(plan, {})) do names[#names + 1] = entry end
  local scope, scopes = expression.scope(names), {}
  for _, item in ipairs(plan.items) do
    local question = questions.of(item)
    if item.applies then
      keep_faults(ctx, scope:check(item.applies, "bool", read.place(item, "applies")))
    end
    if item.kind == "external" and item.answer and item.problem_if then question = item end
    if question and question.answer and question.problem_if and question.stands then
      keep_faults(ctx, scope_of(question, scopes, scope):check(questions.condition(question), "bool",
        read.place(question, "problem_if")))
    end
  end
  figures.check(ctx, plan, scope)
  statistics.check(ctx, plan)
end

-- The conditions of a set's members, over the facility.
local function check_matches(ctx, plan)
  local names = list {}
  for _, part in ipairs { resolve.facility_names(), parameters.names(plan) } do
    for _, entry in ipairs(part) do names[#names + 1] = entry end
  end
  local scope
  for _, id in ipairs(plan.sets.order) do
    for _, member in ipairs(plan.sets.of[id].members or {}) do
      if member.match then
        scope = scope or expression.scope(names)
        keep_faults(ctx, scope:check(member.match, "bool", read.place(member, "match")))
      end
    end
  end
end

-- Names that a run gives: the day, the interval, the plan's own dates.
function resolve.run_names(run)
  return list {
    { space = "", name = "today", type = "date", value = run.today },
    { space = "period", name = "from", type = "date", value = run.from },
    { space = "period", name = "to", type = "date", value = run.to },
    { space = "plan", name = "issued", type = "date", value = run.issued },
  }
end

-- ---- the whole ---------------------------------------------------------------------------------

local function read_items(ctx, documents)
  local items = list {}
  local grouped = { kind = "list", of = { kind = "anything" } }
  for _, document in ipairs(documents) do
    local found = read.document(ctx, grouped, document)
    for index in ipairs(found or {}) do
      local value = document.value[index]
      local is_group = type(value) == "table" and (value.items or value["检查项"])
      local typed_entry =
        read.entry(ctx, is_group and schema.group or schema.item, document, index)
      if typed_entry and is_group then
        for _, item in ipairs(typed_entry.items or {}) do
          if item.focus then
            fault.add(ctx.faults, read.place(item, "focus"),
              N_"this item stands in a group and names a focus of its own")
          end
          item.focus = typed_entry.focus
          items[#items + 1] = item
        end
      elseif typed_entry then
        items[#items + 1] = typed_entry
      end
    end
  end
  return items
end

local function check_item_ids(ctx, items)
  local seen = {}
  for _, item in ipairs(items) do
    if item.id and seen[item.id] then
      local first = read.place(seen[item.id])
      fault.add(ctx.faults, read.place(item), N_"the item {id} stands twice",
        { id = item.id, file = first.file, line = first.line },
        N_"the other one is at {file}:{line}; give this one another id")
    elseif item.id then
      seen[item.id] = item
    end
  end
end

-- The package's own tables, exports and reference tables; shipped ones are added later,
-- those that are needed.
local function read_datasets(ctx, package)
  local known = datasets.new()
  for _, document in ipairs(package.datasets or {}) do
    datasets.add(known, ctx, document)
  end
  plan_tables.add_files(ctx, known, package.references or {})
  for _, id in ipairs(package.shipped_tables or {}) do
    if known.of[id] then
      fault.add(ctx.faults, known.of[id].place, N_"zicha ships a table called {id}",
        { id = id }, N_"give the package's own table another name")
    end
  end
  return known
end

-- What ends before it begins: the period, and phases with `from` and `to`.
local function check_order(ctx, plan)
  local context = times.of(plan)
  local function ordered(record)
    local from = times.span(record.from, context)
    local _, to = times.span(record.to, context)
    if from and to and to < from then
      fault.add(ctx.faults, read.place(record, "to"), N_"{to} is before {from}",
        { from = record.from, to = record.to })
    end
  end
  if plan.period then ordered(plan.period) end
  for _, phase in ipairs(plan.phases or {}) do
    ordered(phase)
    if phase.when and (phase.from or phase.to) then
      fault.add(ctx.faults, read.place(phase, "when"),
        N_"a phase has either `when`, or `from` and `to`", {}, N_"delete one of them")
    end
  end
end

-- A step of a scoring table says from which score on it holds.
local function check_scoring(ctx, plan)
  for _, step in ipairs(plan.scoring and plan.scoring.thresholds or {}) do
    if not (step.at or step.above or step.below) then
      fault.add(ctx.faults, read.place(step), N_"this step names no score",
        {}, N_"write at: (达到), above: (超过) or below: (不足)")
    end
  end
end

-- ---- layers --------------------------------------------------------------------------

-- One layer by itself: its plan with its items, typed, and its clauses.
local function read_layer(ctx, files)
  local plan = read.document(ctx, schema.plan, files.plan) or {}
  plan.stands = plan.stands or { file = files.plan.file, node = { pos = 65537, of = "" } }
  if plan.zicha and plan.zicha ~= 1 then
    fault.add(ctx.faults, read.place(plan, "zicha"),
      N_"this package has format {format}; this zicha knows format 1",
      { format = plan.zicha }, N_"install a newer zicha")
  end
  for _, section in ipairs { "parameters", "sets", "departments" } do
    plan[section] = plan[section] or { order = list {}, of = {} }
  end
  for _, id in ipairs(plan.parameters.order) do
    parameters.type(ctx, plan.parameters.of[id])
  end
  plan.items = read_items(ctx, files.items)
  check_item_ids(ctx, plan.items)
  local layer = { id = plan.id or "?", version = plan.version, title = plan.title,
    level = plan.level, sha256 = files.sha256, plan = plan, file = files.plan.file }
  if files.source then
    layer.source = clauses.read(files.source.file, files.source.text, ctx.faults)
    layer.source.named = {}
  end
  return layer
end

-- A package names the parent that it means, perhaps with version and hash.
local function check_parent(ctx, layer, parent)
  local wanted = layer.plan.extends
  if not wanted then return end
  local place = read.place(layer.plan, "extends")
  if wanted.id ~= parent.id then
    fault.add(ctx.faults, place, N_"the parent's plan.yaml calls itself {found}, not {id}",
      { found = parent.id, id = wanted.id })
  elseif wanted.version and wanted.version ~= parent.version then
    fault.add(ctx.faults, place, N_"the parent {id} has the version {found}, not {version}",
      { id = wanted.id, found = parent.version or "?", version = wanted.version },
      N_"look at what has changed with `zicha plan diff`, then write the version that is meant")
  elseif wanted.sha256 and wanted.sha256 ~= parent.sha256 then
    fault.add(ctx.faults, place, N_"the parent {id} is not the one of this sha256",
      { id = wanted.id },
      N_"look at what has changed with `zicha plan diff`, then write the hash that is meant")
  end
end

-- All layers, the root first, and a way from a file to its layer.
local function read_layers(ctx, package)
  local stack = {}
  for _, files in ipairs(package.parents or {}) do
    stack[#stack + 1] = read_layer(ctx, files)
    stack[#stack].prefix = files.label .. "/"
  end
  stack[#stack + 1] = read_layer(ctx, package)
  function ctx.layer_of(file)
    if file:find("^scripts/rules/") then return library.layer end
    for index = 1, #stack - 1 do
      local prefix = stack[index].prefix
      if file:sub(1, #prefix) == prefix then return stack[index] end
    end
    return stack[#stack]
  end
  for index = 2, #stack do check_parent(ctx, stack[index], stack[index - 1]) end
  return stack
end

-- Items that a child adds belong beside the parent's of the same focus: people read by
-- focus. Within one the order stays; items of no focus come last.
local function sort_by_focus(plan)
  local groups, order = {}, {}
  for _, item in ipairs(plan.items) do
    local focus = item.focus or ""
    if not groups[focus] then
      groups[focus] = {}
      if focus ~= "" then order[#order + 1] = focus end
    end
    table.insert(groups[focus], item)
  end
  order[#order + 1] = ""
  local sorted = list {}
  for _, focus in ipairs(order) do
    for _, item in ipairs(groups[focus] or {}) do sorted[#sorted + 1] = item end
  end
  plan.items = sorted
end

local function put_together(ctx, stack, documents, also)
  local plan = stack[1].plan
  ctx.layer = stack[1]
  library.put_below(ctx, plan, documents)
  if plan.change and documents then
    library.change(ctx, plan)
  elseif plan.change then
    fault.add(ctx.faults, read.place(plan, "change"),
      N_"change is for a package that extends another one", {},
      N_"write extends: and the parent's id")
  end
  for index = 2, #stack do
    ctx.layer = stack[index]
    ctx.dates = times.of(plan)
    check_counts(ctx, plan)
    layers.put(ctx, plan, stack[index].plan)
  end
  if #stack > 1 then sort_by_focus(plan) end
  if documents then library.forget_unnamed(plan, also) end
  return plan
end

-- Resolves { plan, items, datasets, references, shipped_tables, source, parents, library }
-- (documents as the YAML reader gives them, a reference as {file, id, text}; a parent has a
-- label, which begins the names of its files; `library` are the files beside the shipped rules
-- that some item names; `signals` names one that is wanted besides).
-- Returns the plan, its datasets, its layers, what they changed, and faults; the
-- plan is only usable without errors among the faults.
function resolve.package(package)
  local ctx = { faults = list {}, deviations = list {}, removed = {},
    removed_members = {}, dates = {} }
  local stack = read_layers(ctx, package)
  local tables = read_datasets(ctx, package)
  local plan = put_together(ctx, stack, package.rule_library, package.signals)
  if #plan.items == 0 then
    fault.add(ctx.faults, { file = package.plan.file, line = 0, column = 0 },
      N_"the package has no items", {}, N_"write them into items.yaml")
  end
  references.check(ctx, plan)
  check_counts(ctx, plan)
  check_order(ctx, plan)
  check_scoring(ctx, plan)
  for _, item in ipairs(plan.items) do check_item(ctx, plan, item) end
  check_aliases(ctx, plan)
  check_entries(ctx, plan)
  check_expressions(ctx, plan)
  check_matches(ctx, plan)
  plan_tables.add_parameters(tables, plan)
  plan.source = stack[#stack].source
  return { plan = plan, tables = tables, layers = stack, deviations = ctx.deviations,
    removed = ctx.removed, faults = ctx.faults,
    layer_of = ctx.layer_of, rule_library = package.rule_library }
end

return resolve
