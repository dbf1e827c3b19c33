-- The rule library: what the YAML file beside each shipped rule file says of its rules
-- (docs/rule-library.md). Its parameters lie below the root of a plan, like those of one
-- more layer: they hold where no layer says anything else.

local fault = require "fault"
local figures = require "figures"
local layers = require "layers"
local parameters = require "parameters"
local plain = require "plain"
local plan_tables = require "plan_tables"
local read = require "read"
local schema = require "schema"

local N_ = fault.N_

local library = {}

-- The layer that its files belong to.
library.layer = { id = "library", title = "规则库", against = "library" }

local function stem_of(file) return file:match("([^/]+)%.[^.]*$") end

-- ---- defaults ------------------------------------------------------------------------

-- The parameters of the files that the host has read, those whose rules some item names;
-- `files` are the same as library.catalogue gives them, nil: they are read here.
function library.defaults(ctx, documents, files)
  local defaults = { order = list {}, of = {} }
  for _, document in ipairs(documents) do
    local found = files and files.of[stem_of(document.file)]
      or read.document(ctx, schema.rule_library_defaults, document)
    local own = found and found.parameters or { order = {}, of = {} }
    for _, id in ipairs(own.order) do
      local parameter, first = own.of[id], defaults.of[id]
      if first then
        local place = read.place(first)
        fault.add(ctx.faults, read.key_place(own, id),
          N_"the parameter {id} stands in {file}:{line}, too",
          { id = id, file = place.file, line = place.line },
          N_"parameters of the rule library have ids of their own: begin this one with the file's name")
      else
        parameter.id, parameter.default_of = id, stem_of(document.file)
        parameters.type(ctx, parameter)
        defaults.of[id] = parameter
        defaults.order[#defaults.order + 1] = id
      end
    end
  end
  return defaults
end

-- Types that expressions do not tell apart.
local kind_of = { int = "number", decimal = "number", code = "text" }

local function is_alike(a, b)
  return a ~= nil and (kind_of[a.type] or a.type) == (kind_of[b.type] or b.type)
end

-- Whether a parameter is what the library's rules rely on: of the type, and a table with the
-- columns.
local function fits(ctx, id, default, parameter)
  if not parameter.type then return false end -- told already
  if parameter.type ~= default.type then
    fault.add(ctx.faults, read.place(parameter, "type"),
      N_"the parameter {id} of the rule library is of the type {type}",
      { id = id, type = default.type }, N_"give a parameter of another type another id")
    return false
  end
  local given, good = parameter.columns and parameter.columns.of or {}, true
  for _, column in ipairs(default.columns and default.columns.order or {}) do
    local wanted = default.columns.of[column]
    if not is_alike(given[column], wanted) then
      fault.add(ctx.faults, read.place(parameter, parameter.columns and "columns" or nil),
        N_"the table {id} of the rule library has the column {column} of the type {type}",
        { id = id, column = column, type = wanted.type }, N_"its rules read this column")
      good = false
    end
  end
  return good
end

-- A parameter of a layer's own takes the place of a default: of all its fields, but to ask
-- for less it needs a document like any change.
local function replace_default(ctx, base, id, default, parameter)
  ctx.base = base
  layers.check_authority(ctx, parameter)
  if not fits(ctx, id, default, parameter) then return end
  parameter.said_before = { value = list { { was = default.value,
    before = read.place(default, "value"), layer = ctx.layer.id,
    authorised_by = parameter.authorised_by } } }
  base.parameters.of[id] = parameter
  layers.note(ctx, "parameters", { id = id, title = parameter.title or default.title,
    type = default.type, stricter = default.stricter, columns = default.columns,
    unconfirmed = default.unconfirmed }, "value",
    default.value, parameter.value, parameter, read.place(parameter, "value"),
    read.place(default, "value"))
end

local parameters_section
for _, section in ipairs(schema.sections) do
  if section.key == "parameters" then parameters_section = section end
end

-- What a plan without a parent changes: it has the rule library below it, and nothing else.
function library.change(ctx, plan)
  local change, changes = plan.change, plan.change.parameters
  for _, field in ipairs(schema.change.fields) do
    if change[field[1] ] ~= nil and field[1] ~= "parameters" then
      fault.add(ctx.faults, read.place(change, field[1]),
        N_"without a parent only parameters of the rule library can be changed", {},
        N_"write what is different into the entry itself, or extends: and the parent's id")
    end
  end
  ctx.base, ctx.swept = plan, {}
  for _, id in ipairs(changes and changes.order or {}) do
    local parameter = plan.parameters.of[id]
    if parameter and parameter.default_of then
      layers.change_entry(ctx, plan, parameters_section, id, changes.of[id], changes)
    elseif parameter then
      fault.add(ctx.faults, read.key_place(changes, id),
        N_"the parameter {id} is the plan's own", { id = id },
        N_"write the value into the parameter itself")
    else
      fault.unknown(ctx.faults, read.key_place(changes, id), N_"the parameter {id} is unknown",
        id, plan.parameters.order)
    end
  end
end

-- Puts the defaults below `plan`, the root of the stack; ctx.layer is the root's layer. A
-- parameter of the plan's own takes the place of the default of its id.
function library.put_below(ctx, plan, documents)
  local defaults = library.defaults(ctx, documents or {})
  ctx.replace_default = replace_default
  for _, id in ipairs(defaults.order) do
    if plan.parameters.of[id] then
      replace_default(ctx, plan, id, defaults.of[id], plan.parameters.of[id])
    else
      plan.parameters.of[id] = defaults.of[id]
      plan.parameters.order[#plan.parameters.order + 1] = id
    end
  end
end

-- A default that no layer has changed.
function library.is_default(parameter)
  return parameter.default_of ~= nil and parameter.said_by == nil
end

local function keep(plan, is_kept)
  local kept = { order = list {}, of = {}, stands = plan.parameters.stands }
  for _, id in ipairs(plan.parameters.order) do
    local parameter = plan.parameters.of[id]
    if is_kept(id, parameter) then
      kept.of[id] = parameter
      kept.order[#kept.order + 1] = id
    end
  end
  return kept
end

-- Forgets the defaults of files whose rules and measures the plan does not name in the end; `also`
-- is a file that counts as named.
function library.forget_unnamed(plan, also)
  local named = { [also or false] = true }
  for _, id in ipairs(figures.wanted(plan)) do named[id:match("^[^.]+")] = true end
  for _, item in ipairs(plan.items) do
    for _, rule in ipairs(item.rules or {}) do named[rule:match("^[^.]+")] = true end
  end
  plan.parameters = keep(plan, function(_, parameter)
    return not library.is_default(parameter) or named[parameter.default_of]
  end)
end

-- ---- what rules read -------------------------------------------------------------------

local texts = {} -- stem → text of a shipped rule file
local known_reads = {} -- stem → rule → parameters that it reads, as a set

-- Whoever shows parameters first gives the texts of the rule files that the plan names:
-- { stem → text }. A check does without.
function library.take_texts(given)
  for stem, text in pairs(given) do texts[stem] = text end
end

-- The declarations of a file, each from the beginning of a line to the next one, with the
-- names by which others use it: rule and measure ids, views, locals.
local function chunks_of(text)
  text = ("\n" .. text):gsub("\n%s*%-%-[^\n]*", "\n"):gsub("%s%-%-[^\n\"]*\n", "\n")
  local chunks, starts = {}, {}
  for start in text:gmatch("\n()%l") do starts[#starts + 1] = start end
  for index, start in ipairs(starts) do
    local chunk = { text = text:sub(start, (starts[index + 1] or #text + 1) - 1), names = {} }
    local kind, id = chunk.text:match('^(%l+)%s*%(?%s*"([%w_.]+)"')
    if kind == "rule" or kind == "view" or kind == "measure" then
      chunk.kind, chunk.names[1] = kind, id
    else
      local names = chunk.text:match("^local%s+function%s+([%w_]+)")
        or chunk.text:match("^function%s+([%w_]+)") or chunk.text:match("^local%s+([%w_,%s]-)=")
      for name in (names or ""):gmatch("[%w_]+") do table.insert(chunk.names, name) end
    end
    chunks[#chunks + 1] = chunk
  end
  return chunks
end

-- rule → what it reads, by itself or by what it names: { parameter, view, measure }, each a
-- set of ids.
local function reads_of(text)
  local chunks, by_name = chunks_of(text), {}
  for _, chunk in ipairs(chunks) do
    for _, name in ipairs(chunk.names) do by_name[name] = chunk end
  end
  local function collect(chunk, into, seen)
    if seen[chunk] then return into end
    seen[chunk] = true
    for id in chunk.text:gmatch("%f[%w_]p%.([%w_]+)") do into.parameter[id] = true end
    if into[chunk.kind] then into[chunk.kind][chunk.names[1] ] = true end
    -- A local or a view; m["fee.total"]; {m.fee.total} of a sentence.
    for _, pattern in ipairs { "[%a_][%w_]*", "[%w_]+%.[%w_]+", "%f[%w_]m%.([%w_]+%.[%w_]+)" } do
      for word in chunk.text:gmatch(pattern) do
        if by_name[word] then collect(by_name[word], into, seen) end
      end
    end
    return into
  end
  local reads = {}
  for _, chunk in ipairs(chunks) do
    local id = chunk.names[1]
    if chunk.kind == "rule" or chunk.kind == "measure" then
      reads[id] = collect(chunk, { parameter = {}, view = {}, measure = {} }, {})
    end
  end
  return reads
end

-- What a rule, or a measure, reads; nil if its file does not say, for it makes the rule by a function of
-- its own.
function library.reads(rule)
  local stem = rule:match("^[^.]+")
  if not known_reads[stem] then
    if not texts[stem] then return nil end
    known_reads[stem] = reads_of(texts[stem])
  end
  return known_reads[stem][rule]
end

-- What the plan's conditions and the rules that it names read: a function from id and
-- parameter to whether it is read.
local function reading_of(plan)
  local ids, stems, conditions = {}, {}, {}
  local function add(rule)
    local found = library.reads(rule)
    if not found then stems[rule:match("^[^.]+")] = true end
    for id in pairs(found and found.parameter or {}) do ids[id] = true end
  end
  for _, measure in ipairs(figures.wanted(plan)) do add(measure) end
  for _, item in ipairs(plan.items) do
    for _, rule in ipairs(not item.retired and item.rules or {}) do add(rule) end
    local asked = item.or_ask or {}
    for _, text in ipairs { item.applies or "", item.problem_if or "", asked.problem_if or "" } do
      if text ~= "" then conditions[#conditions + 1] = text end
    end
  end
  for _, id in ipairs(plan.sets.order) do
    for _, member in ipairs(plan.sets.of[id].members or {}) do
      conditions[#conditions + 1] = member.match
    end
  end
  for id in table.concat(conditions, "\n"):gmatch("%f[%w_]p%.([%w_]+)") do ids[id] = true end
  return function(id, parameter) return ids[id] or stems[parameter.default_of] or false end
end

-- The plan as people see it: without the defaults that it does not read.
function library.trimmed(plan)
  local is_read, shown = reading_of(plan), {}
  for key, value in unordered(plan) do shown[key] = value end
  shown.parameters = keep(plan, function(id, parameter)
    return not library.is_default(parameter) or is_read(id, parameter)
  end)
  return shown
end

-- The defaults that the plan reads and no layer has changed, in order.
function library.used(plan)
  local is_read, used = reading_of(plan), list {}
  for _, id in ipairs(plan.parameters.order) do
    local parameter = plan.parameters.of[id]
    if library.is_default(parameter) and is_read(id, parameter) then used[#used + 1] = parameter end
  end
  return used
end

-- ---- the catalogue -----------------------------------------------------------------------

-- Files in full: { stem → { parameters, rules, questions } }, and their order.
function library.catalogue(ctx, documents)
  local of, order = {}, list {}
  for _, document in ipairs(documents or {}) do
    local stem = stem_of(document.file)
    local found = read.document(ctx, schema.rule_library, document) or {}
    found.file = document.file
    for _, section in ipairs { "parameters", "rules", "questions" } do
      found[section] = found[section] or { order = list {}, of = {} }
    end
    of[stem] = found
    order[#order + 1] = stem
  end
  return { of = of, order = order }
end

-- What the library says of a rule of an opened plan: { title, basis, … } or nil.
function library.rule(opened, id)
  opened.catalogue = opened.catalogue
    or library.catalogue({ faults = list {} }, opened.rule_library)
  local stem, name = id:match("^([^.]+)%.(.+)$")
  local file = opened.catalogue.of[stem]
  return file and file.rules.of[name]
end

-- The value of a parameter in one line.
function library.shown(parameter)
  if parameter.blank then return parameter.blank end
  local rows = parameter.type == "table" and parameter.value
  return rows and plan_tables.shown(parameter, rows) or plain.shown(nil, parameter.value)
end

-- The lines by which a rule's basis is cited.
function library.basis(rule)
  local lines = list {}
  for _, line in ipairs(rule.basis or {}) do
    lines[#lines + 1] = line .. (rule.unconfirmed and "（未核实）" or "")
  end
  return lines
end

return library
