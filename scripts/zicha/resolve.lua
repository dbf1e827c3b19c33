-- From the files of a package to one resolved plan: every reference known, every
-- parameter typed, every expression compiled once, every count right.
--
-- Layers will be merged here, parent first; each field already keeps its place.

local clauses = require "clauses"
local datasets = require "datasets"
local days = require "days"
local fault = require "fault"
local questions = require "questions"
local read = require "read"
local schema = require "schema"

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

-- A parameter's name entry for a value (its own, or one that an item gives it).
local function parameter_name(id, parameter, value)
  local entry = { space = "p", name = id, type = parameter.type, value = value, fixed = true }
  if parameter.type == "list" then
    entry.element = "text"
  elseif parameter.type == "map" then
    entry.element = "number"
    for _, member in pairs(value or {}) do
      if math.type(member) == nil and not tostring(member):find("^%-?%d+%.%d+$") then
        entry.element = "text"
      end
    end
  end
  return entry
end

function resolve.parameter_names(plan)
  local names = list {}
  for _, id in ipairs(plan.parameters.order) do
    local parameter = plan.parameters.of[id]
    names[#names + 1] = parameter_name(id, parameter, parameter.value)
  end
  return names
end

-- ---- parameters ---------------------------------------------------------------------

local function number_of(text)
  if text:find("^%-?%d+$") and #text < 16 then return math.tointeger(tonumber(text)) end
  if text:find("^%-?%d+%.%d+$") and #text < 18 then return text end
end

local typed = {}

function typed.number(value)
  return type(value) == "string" and number_of(value) or nil
end

function typed.text(value)
  return type(value) == "string" and value or nil
end

function typed.bool(value)
  if value == "yes" or value == "true" or value == "是" then return true end
  if value == "no" or value == "false" or value == "否" then return false end
end

function typed.date(value)
  return type(value) == "string" and days.read(value, days.written) or nil
end

function typed.list(value)
  if type(value) ~= "table" then return nil end
  local result = list {}
  for _, entry in ipairs(value) do
    if type(entry) ~= "string" then return nil end
    result[#result + 1] = entry
  end
  return result
end

function typed.map(value)
  if type(value) ~= "table" then return nil end
  local result, numbers = {}, true
  for key, entry in pairs(value) do
    if type(entry) ~= "string" then return nil end
    numbers = numbers and number_of(entry) ~= nil
    result[key] = entry
  end
  if numbers then
    for key, entry in pairs(result) do result[key] = number_of(entry) end
  end
  return result
end

function typed.table(value) return value end

-- Gives a parameter's text the type it declares. A blank is no value yet.
local function type_parameter(ctx, parameter)
  if not parameter.type or parameter.value == nil then return end
  local raw = parameter.value
  if type(raw) == "string" and read.is_blank(raw) then
    local place = read.place(parameter, "value")
    ctx.blanks[#ctx.blanks + 1] = { file = place.file, line = place.line,
      column = place.column, key = "value", text = raw }
    parameter.value = nil
    return
  end
  local value = typed[parameter.type](raw)
  if value == nil then
    fault.add(ctx.faults, read.place(parameter, "value"),
      N_"this is not a value of the type {type}", { type = parameter.type })
  end
  parameter.value = value
end

-- ---- references -----------------------------------------------------------------------

local function known_ids(section)
  local ids = {}
  if section and section.order then
    for _, id in ipairs(section.order) do ids[#ids + 1] = id end
  else
    for _, entry in ipairs(section or {}) do ids[#ids + 1] = entry.id end
  end
  return ids
end

local function set_of(ids)
  local set = {}
  for _, id in ipairs(ids) do set[id] = true end
  return set
end

local function check_reference(ctx, type_of, value, known, record, key)
  local section = known[type_of.to]
  if not section.set[value] then
    fault.unknown(ctx.faults, read.place(record, key),
      N_"the id {id} is unknown in {section}", value, section.list, type_of.to)
  end
end

local check_record

-- What is checked besides a value's own form, by the kind of its type.
local checks = {}

function checks.ref(ctx, type_of, value, known, record, key)
  check_reference(ctx, type_of, value, known, record, key)
end

function checks.clause(ctx, type_of, value, known, record, key)
  if ctx.source then
    clauses.check(ctx.source, value, read.place(record, key), ctx.faults)
    ctx.named[value.id] = true
  end
end

function checks.record(ctx, type_of, value, known)
  check_record(ctx, type_of, value, known)
end

function checks.list(ctx, type_of, value, known, record, key)
  for _, entry in ipairs(value) do
    if type_of.of.kind == "record" then
      check_record(ctx, type_of.of, entry, known)
    else
      check_reference(ctx, type_of.of, entry, known, record, key)
    end
  end
end

function checks.map(ctx, type_of, value, known)
  for _, key in ipairs(value.order) do
    check_record(ctx, type_of.of, value.of[key], known)
  end
end

-- The fields of a record that `checks` has something to do for; found once.
local function checked_fields(spec)
  spec.checked = {}
  for _, field in ipairs(spec.fields) do
    local kind, of = field[3].kind, field[3].of
    local within = of and of.kind
    if kind == "ref" or kind == "clause" or kind == "record"
      or within == "record" or kind == "list" and within == "ref" then
      spec.checked[#spec.checked + 1] = field
    end
  end
  return spec.checked
end

-- Checks every reference of a record by its schema, and its clause.
check_record = function(ctx, spec, record, known)
  for _, field in ipairs(spec.checked or checked_fields(spec)) do
    local key, type_of = field[1], field[3]
    local value = record[key]
    if value ~= nil then
      checks[type_of.kind](ctx, type_of, value, known, record, key)
    end
  end
end

local function check_references(ctx, plan)
  local known = {}
  for _, name in ipairs { "focus", "departments", "sets", "basis", "items" } do
    local ids = known_ids(plan[name]) -- a section that is left out knows none
    known[name] = { list = ids, set = set_of(ids) }
  end
  check_record(ctx, schema.plan, plan, known)
  for _, item in ipairs(plan.items) do
    check_record(ctx, schema.item, item, known)
    for _, citation in ipairs(item.basis or {}) do
      if citation.id and not known.basis.set[citation.id] then
        fault.unknown(ctx.faults, read.place(item, "basis"),
          N_"the id {id} is unknown in {section}", citation.id, known.basis.list, "basis")
      end
    end
  end
end

-- ---- counts ------------------------------------------------------------------------------

local function check_counts(ctx, plan)
  local counts = plan.counts or {}
  local actual = {
    items = #plan.items, phases = #(plan.phases or {}), duties = #(plan.duties or {}),
    departments = plan.departments and #plan.departments.order or 0,
  }
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
        { id = area.id or "?", declared = area.count, actual = found })
    end
  end
  for _, id in ipairs(plan.sets.order) do
    local set = plan.sets.of[id]
    if set.count and set.members and set.count ~= #set.members then
      fault.add(ctx.faults, read.place(set, "count"),
        N_"the set {id} declares {declared} members, but has {actual}",
        { id = id, declared = set.count, actual = #set.members })
    end
  end
end

-- ---- items ---------------------------------------------------------------------------------

local needed = {
  question = { "ask", "answer", "problem_if" },
  data = { "rules" },
}

-- What later versions of zicha run; saying so beats ignoring it.
local later = { "across", "parts", "per", "at_least", "set" }

local function check_item(ctx, plan, item)
  if not item.kind then return end
  for _, key in ipairs(needed[item.kind] or {}) do
    if item[key] == nil then
      fault.add(ctx.faults, read.place(item), N_"an item of the kind {kind} needs {key}",
        { kind = item.kind, key = key })
    end
  end
  if item.kind == "external" or item.kind == "task" then
    fault.add(ctx.faults, read.place(item, "kind"),
      N_"items of the kind {kind} are not available in this version of zicha",
      { kind = item.kind })
  end
  for _, key in ipairs(later) do
    if item[key] ~= nil then
      fault.add(ctx.faults, read.place(item, key),
        N_"the key {key} is not available in this version of zicha", { key = key })
    end
  end
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
    else
      local value = parameter.type and typed[parameter.type](raw)
      if value == nil then
        fault.add(ctx.faults, read.place(item, "with"),
          N_"this is not a value of the type {type}", { type = parameter.type or "?" })
      else
        item.own[#item.own + 1] = parameter_name(key, parameter, value)
      end
    end
  end
end

-- ---- expressions -----------------------------------------------------------------------------

local function keep_faults(ctx, found)
  for _, entry in ipairs(found) do ctx.faults[#ctx.faults + 1] = entry end
end

local function check_expressions(ctx, plan)
  local names = list {}
  for _, part in ipairs { resolve.facility_names(), resolve.parameter_names(plan),
    resolve.run_names {} } do
    for _, entry in ipairs(part) do names[#names + 1] = entry end
  end
  for _, item in ipairs(plan.items) do
    local question = questions.of(item)
    if question and question.answer and item.id then
      for _, entry in ipairs(questions.names(question, nil, "answers", item.id)) do
        names[#names + 1] = entry
      end
    end
  end
  local scope = expression.scope(names)
  for _, item in ipairs(plan.items) do
    local question = questions.of(item)
    if item.applies then
      keep_faults(ctx, scope:check(item.applies, "bool", read.place(item, "applies")))
    end
    if question and question.answer and question.problem_if and question.at then
      local own = expression.scope(questions.names(question, nil, "", "answer"), scope)
      keep_faults(ctx, own:check(questions.condition(question), "bool",
        read.place(question, "problem_if")))
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
    local entries = read.document(ctx, grouped, document)
    for index in ipairs(entries or {}) do
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

-- The package's own tables; shipped ones are added later, those that are needed.
local function read_datasets(ctx, package)
  local known = datasets.new()
  for _, document in ipairs(package.datasets or {}) do
    datasets.add(known, ctx, document)
  end
  for _, id in ipairs(package.shipped_tables or {}) do
    if known.of[id] then
      fault.add(ctx.faults, known.of[id].place, N_"zicha ships a table called {id}",
        { id = id }, N_"give the package's own table another name")
    end
  end
  return known
end

-- The period's ends are days of the calendar, in order; blanks and looser forms are kept
-- as they are written.
local function check_period(ctx, plan)
  local period = plan.period or {}
  for _, key in ipairs { "from", "to" } do
    local text = period[key]
    if text and text:find("^%d+[-年]%d+[-月]%d+日?$") and not resolve.day(text) then
      fault.add(ctx.faults, read.place(period, key), N_"the calendar has no day {day}",
        { day = text })
    end
  end
  local from, to = resolve.day(period.from), resolve.day(period.to)
  if from and to and to < from then
    fault.add(ctx.faults, read.place(period, "to"), N_"the period ends before it begins")
  end
end

-- Resolves { plan, items, datasets, shipped_tables, source } (documents as the YAML
-- reader gives them). Returns the plan, its datasets, faults and blanks; the plan is
-- only usable without errors among the faults.
function resolve.package(package)
  local ctx = { faults = list {}, blanks = list {}, named = {} }
  local plan = read.document(ctx, schema.plan, package.plan) or {}
  local tables = read_datasets(ctx, package)
  plan.at = plan.at or { file = package.plan.file, node = { pos = 65537, of = "" } }
  if plan.zicha and plan.zicha ~= 1 then
    fault.add(ctx.faults, read.place(plan, "zicha"),
      N_"this package has format {format}; this zicha knows format 1",
      { format = plan.zicha }, N_"install a newer zicha")
  end
  for _, key in ipairs { "extends", "change" } do
    if plan[key] ~= nil then
      fault.add(ctx.faults, read.place(plan, key),
        N_"the key {key} is not available in this version of zicha", { key = key })
    end
  end
  for _, section in ipairs { "parameters", "sets", "departments" } do
    plan[section] = plan[section] or { order = list {}, of = {} }
  end
  for _, id in ipairs(plan.parameters.order) do
    type_parameter(ctx, plan.parameters.of[id])
  end
  plan.items = read_items(ctx, package.items)
  if #plan.items == 0 then
    fault.add(ctx.faults, { file = package.plan.file, line = 0, column = 0 },
      N_"the package has no items", {}, N_"write them into items.yaml")
  end
  if package.source then
    ctx.source = clauses.read(package.source.file, package.source.text, ctx.faults)
  end
  check_item_ids(ctx, plan.items)
  check_references(ctx, plan)
  check_counts(ctx, plan)
  check_period(ctx, plan)
  for _, item in ipairs(plan.items) do check_item(ctx, plan, item) end
  check_expressions(ctx, plan)
  plan.source = ctx.source
  return { plan = plan, tables = tables, faults = ctx.faults, blanks = ctx.blanks }
end

-- A day of the document, when it is a whole one; nil for blanks and looser forms.
function resolve.day(text)
  return text and days.read(text, days.written)
end

return resolve
