-- References: every id that an entry names stands in the plan, and every clause in the
-- source text of the layer that names it.

local clauses = require "clauses"
local fault = require "fault"
local lists = require "lists"
local periods = require "periods"
local read = require "read"
local schema = require "schema"
local times = require "times"

local N_ = fault.N_

local references = {}

local function set_of(ids)
  local set = {}
  for _, id in ipairs(ids) do set[id] = true end
  return set
end

-- What may stand between the brackets of item[…]; nil where only a run knows it: the values
-- of a column.
local function asked_of(plan, item)
  if item.parts then return lists.ids(item.parts) end
  if item.across then
    local set = plan.sets.of[item.across]
    return set and lists.ids(set.members)
  elseif item.per and item.kind == "task" then
    local period = times.of(plan).period
    local spans = period.from and period.to and periods.of(item.per, period.from, period.to)
    return spans and lists.ids(spans)
  elseif item.per then
    return nil
  end
  return {}
end

local function check_bracket(ctx, plan, value, record, key)
  local id, inner = value:match("^(.-)%[(.*)%]$")
  local item = id and lists.index(plan, { key = "items" })[id]
  local asked = item and asked_of(plan, item)
  if asked and not set_of(asked)[inner] then
    fault.unknown(ctx.faults, read.place(record, key), N_"{section} is not asked for {id}",
      inner, asked, id)
  end
end

local function check_reference(ctx, type_of, value, known, record, key)
  local section = known[type_of.to]
  if type_of.entry then check_bracket(ctx, known.plan, value, record, key) end
  value = type_of.entry and value:match("^[^%[]+") or value
  if not section.set[value] then
    local removed = ctx.removed[type_of.to] and ctx.removed[type_of.to][value]
    if removed then
      return fault.add(ctx.faults, removed.place,
        N_"{id} of the section {section} is removed here, and {file}:{line} still names it",
        { id = value, section = type_of.to, file = read.place(record, key).file,
          line = read.place(record, key).line }, N_"change that entry as well")
    end
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
  local source = ctx.layer_of(value.file).source
  if source then
    clauses.check(source, value, read.place(record, key), ctx.faults)
    source.named[value.id] = true
  end
end

-- {phase: ID} and {after: DUTY}.
function checks.due(ctx, type_of, value, known, record, key)
  if value.phase then
    check_reference(ctx, { to = "phases" }, value.phase, known, record, key)
  elseif value.after then
    check_reference(ctx, { to = "duties" }, value.after, known, record, key)
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
    -- What is under `change` has become part of the entries themselves.
    if field[1] == "change" then kind, within = nil, nil end
    if kind == "ref" or kind == "clause" or kind == "record" or kind == "due"
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

-- Checks all references of a plan. ctx: { faults, removed, layer_of(file) → { source } }.
function references.check(ctx, plan)
  local known = { plan = plan }
  for _, name in ipairs { "focus", "departments", "sets", "basis", "items", "phases",
    "duties" } do
    local ids = lists.ids(plan[name]) -- a section that is left out knows none
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

return references
