-- `zicha plan rules`: the rule library by itself, each rule as its YAML file tells of it and
-- as its Lua file declares it. Whatever stands in only one of the two is an error.

local datasets = require "datasets"
local fault = require "fault"
local library = require "library"
local plan_tables = require "plan_tables"
local read = require "read"

local N_ = fault.N_

local catalogue = {}

-- Opens all files as a plan that has the library's parameters and nothing else.
function catalogue.open(documents)
  local ctx = { faults = list {} }
  local found = library.catalogue(ctx, documents)
  local plan = { items = list {}, sets = { order = list {}, of = {} },
    parameters = library.defaults(ctx, documents, found) }
  local tables = datasets.new()
  plan_tables.add_parameters(tables, plan)
  return { plan = plan, tables = tables, layers = list {}, deviations = list {},
    rule_library = documents, catalogue = found }, ctx.faults
end

local function sorted(set)
  local ids = list {}
  for id in pairs(set or {}) do ids[#ids + 1] = id end
  return ids -- pairs goes by the keys' order
end

-- The parameters that a rule reads, as people see them.
local function parameters_of(opened, reads)
  local told = list {}
  for _, id in ipairs(opened.plan.parameters.order) do
    if reads.parameter[id] then
      local parameter = opened.plan.parameters.of[id]
      told[#told + 1] = { id = id, title = parameter.title, unit = parameter.unit,
        value = library.shown(parameter),
        unconfirmed = parameter.unconfirmed or false }
    end
  end
  return told
end

-- What a facility has to hand over for a rule.
local function tables_of(opened, rule)
  local told = list {}
  for _, table in ipairs(rule.tables) do
    local dataset = opened.tables.of[table.id]
    if not (dataset and dataset.reference) then
      told[#told + 1] = { id = table.id, title = dataset and dataset.title,
        columns = table.columns }
    end
  end
  return told
end

-- What a rule makes a row or a figure of is no rule itself.
local made = { view = true, measure = true }

local function entry_of(opened, rule, about)
  local reads = library.reads(rule.rule) or {}
  return { id = rule.rule, line = rule.line, form = rule.form,
    title = about.title, number = about.number or list {}, basis = about.basis or list {},
    unconfirmed = about.unconfirmed or false, source = about.source or list {},
    exempt = about.exempt, limits = about.limits, tables = tables_of(opened, rule),
    parameters = reads.parameter and parameters_of(opened, reads) or list {},
    views = sorted(reads.view), measures = sorted(reads.measure) }
end

-- Each parameter of a file is there for a rule of this file.
local function check_parameters(faults, opened, stem, rules)
  local used = {}
  for _, rule in ipairs(rules) do
    local reads = library.reads(rule.id)
    if not reads then return end -- its file does not say
    for id in pairs(reads.parameter) do
      local parameter = opened.plan.parameters.of[id]
      if parameter and parameter.default_of ~= stem then
        fault.add(faults, { file = rule.file, line = rule.line, column = 1 },
          N_"the rule {id} reads the parameter {parameter} of another file",
          { id = rule.id, parameter = id }, N_"declare one in the file's own YAML")
      end
      used[id] = true
    end
  end
  for _, id in ipairs(opened.plan.parameters.order) do
    local parameter = opened.plan.parameters.of[id]
    if parameter.default_of == stem and not used[id] then
      fault.add(faults, read.place(parameter), N_"nothing reads the parameter {id}",
        { id = id }, N_"delete it")
    end
  end
end

-- One file: its rules in the order in which they are declared.
local function file_of(faults, opened, stem, described)
  local about, rules, questions, seen = opened.catalogue.of[stem], list {}, list {}, {}
  for _, rule in ipairs(described) do
    local name = rule.rule:match("^[^.]+%.(.+)$")
    local said = about.rules.of[name]
    seen[name] = true
    if not said then
      fault.add(faults, { file = rule.file, line = rule.line, column = 1 },
        N_"the rule {id} does not stand in {file}", { id = rule.rule, file = about.file },
        N_"write its title and its basis there")
    end
    rules[#rules + 1] = entry_of(opened, rule, said or {})
    rules[#rules].file = rule.file
  end
  for _, name in ipairs(about.rules.order) do
    if not seen[name] then
      fault.add(faults, read.key_place(about.rules, name), N_"no rule file declares {id}",
        { id = stem .. "." .. name })
    end
  end
  check_parameters(faults, opened, stem, rules)
  for _, number in ipairs(about.questions.order) do
    questions[#questions + 1] = { number = number, reason = about.questions.of[number] }
  end
  return { stem = stem, file = about.file, rules = rules, questions = questions }
end

local function is_wanted(wanted, stem, rule)
  if wanted == nil or wanted == stem or wanted == rule.id or wanted == rule.number then
    return true
  end
  for _, number in ipairs(type(rule.number) == "table" and rule.number or {}) do
    if wanted == number then return true end
  end
  return false
end

local function only(files, wanted)
  local kept, known = list {}, {}
  for _, file in ipairs(files) do
    local rules, questions = list {}, list {}
    known[#known + 1] = file.stem
    for _, rule in ipairs(file.rules) do
      known[#known + 1] = rule.id
      for _, number in ipairs(rule.number) do known[#known + 1] = number end
      if is_wanted(wanted, file.stem, rule) then rules[#rules + 1] = rule end
    end
    for _, question in ipairs(file.questions) do
      known[#known + 1] = question.number
      if is_wanted(wanted, file.stem, question) then questions[#questions + 1] = question end
    end
    if #rules + #questions > 0 then
      kept[#kept + 1] = { stem = file.stem, file = file.file, rules = rules,
        questions = questions }
    end
  end
  return kept, known
end

-- { described: rules as the table engine describes them, wanted: a file, rule or number } →
-- { faults, files: [{stem, file, rules, questions}] } or { error }.
function catalogue.list(opened, args)
  local faults, files, by_stem = list {}, list {}, {}
  for _, rule in ipairs(args.described) do
    local stem = rule.file:match("([^/]+)%.lua$")
    by_stem[stem] = by_stem[stem] or list {}
    if not made[rule.form] then table.insert(by_stem[stem], rule) end
    if not made[rule.form] and not opened.catalogue.of[stem] then
      fault.add(faults, { file = rule.file, line = rule.line, column = 1 },
        N_"the rule {id} does not stand in {file}",
        { id = rule.rule, file = "scripts/rules/" .. stem .. ".yaml" },
        N_"write its title and its basis there")
    end
  end
  for _, stem in ipairs(opened.catalogue.order) do
    files[#files + 1] = file_of(faults, opened, stem, by_stem[stem] or list {})
  end
  local kept, known = only(files, args.wanted)
  if args.wanted and #kept == 0 then
    local near = fault.nearest(args.wanted, known)
    local problem = fault.message(N_"the rule library has no {id}",
      { id = args.wanted, nearest = near })
    problem.hint = near and N_"did you mean {nearest}?"
      or N_"`zicha plan rules` lists what there is"
    return { error = problem, faults = faults }
  end
  return { faults = faults, files = kept }
end

return catalogue
