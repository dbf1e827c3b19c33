-- New cases: for an item one that fails and one that passes, found by trying answers until
-- its own condition says so.
--
-- A world is what a case hands over: { facility, answers, evidence }. What an item's
-- conditions read are its variables; each has candidates, the likeliest first.

local candidates = require "candidates"
local cases = require "cases"
local days = require "days"
local entries = require "entries"
local fault = require "fault"
local judge = require "judge"
local parameters = require "parameters"
local questions = require "questions"
local resolve = require "resolve"
local schema = require "schema"
local times = require "times"

local N_ = fault.N_

local skeleton = {}

-- So many worlds are tried for one verdict of one item.
local MOST = 3000

-- ---- variables -------------------------------------------------------------------------

-- When an item applies: nil if always.
local function scope_text(item)
  if item.applies and item.match then
    return ("(%s) and (%s)"):format(item.applies, item.match)
  end
  return item.applies or item.match
end

-- The conditions that decide an item: whether it applies, and whether an answer is a problem.
local function conditions_of(item)
  local question = questions.of(item)
  local found = { scope_text(item) }
  if question then found[#found + 1] = questions.condition(question) end
  return found
end

local function own_variable(ctx, item, literals)
  local question = questions.of(item)
  if not question then return nil end
  local variable = { key = "answers." .. item.id, id = item.id }
  if item.kind ~= "evidence" then
    variable.candidates = candidates.answers(question, literals, ctx.run)
    return variable
  end
  local names = item.evidence or {}
  if #names == 0 then names = { "证明材料" } end
  local files = list {}
  for _, name in ipairs(names) do files[#files + 1] = { name = name, sha256 = "" } end
  variable.candidates = { { files = files, names = names },
    { text = "否", answer = { value = false } } }
  return variable
end

-- What decides an item, its own answer first. `by` are expressions instead of its own.
local function variables_of(ctx, item, by)
  local text = table.concat(by or conditions_of(item), "\n")
  local literals = candidates.literals(ctx.plan, text)
  local found, have = {}, {}
  local function add(variable)
    if not variable or have[variable.key] or #variable.candidates == 0 then return end
    have[variable.key] = true
    found[#found + 1] = variable
  end
  if not by then add(own_variable(ctx, item, literals)) end
  for id in text:gmatch("%f[%w_.]answers%.([%w_]+)") do
    local other = ctx.items[id]
    local question = other and questions.of(other)
    if question then
      add { key = "answers." .. id, id = id,
        candidates = candidates.answers(question, literals, ctx.run) }
    end
  end
  local fields = schema.names(schema.facility.fields)
  for name in text:gmatch("%f[%w_.]facility%.([%w_]+)") do
    if fields[name] then
      add { key = "facility." .. name, field = name,
        candidates = candidates.facts(fields[name][3], literals, ctx.run) }
    end
  end
  return found
end

-- ---- worlds ----------------------------------------------------------------------------

local function new_world(facility)
  local world = { facility = {}, facts = {}, answers = {}, texts = {}, evidence = {},
    reads = {} }
  for key, value in pairs(cases.facility) do world.facility[key] = value end
  for key, fact in pairs(facility or {}) do
    world.facility[key], world.facts[key] = fact.value, fact
  end
  return world
end

-- What a variable is now: a candidate, or false for none.
local function get(world, variable)
  if variable.field then return world.facts[variable.field] or false end
  return world.texts[variable.id] or false
end

local function set(world, variable, candidate)
  if variable.field then
    world.facts[variable.field] = candidate or nil
    if candidate then
      world.facility[variable.field] = candidate.value
    else
      world.facility[variable.field] = cases.facility[variable.field]
    end
    world.outer = nil
    return
  end
  world.texts[variable.id] = candidate or nil
  world.answers[variable.id] = candidate and candidate.answer or nil
  world.evidence[variable.id] = candidate and candidate.files or nil
end

-- The names that all conditions share; anew when the facility has changed.
local function outer_scope(ctx, world)
  if not world.outer then
    local names = resolve.facility_names(world.facility)
    for _, entry in ipairs(parameters.names(ctx.plan)) do names[#names + 1] = entry end
    for _, entry in ipairs(resolve.run_names(ctx.run)) do names[#names + 1] = entry end
    world.outer = expression.scope(names)
  end
  return world.outer
end

-- A scope for one item: of the answers only those that its conditions read.
local function scope_of(ctx, world, text)
  local names = list {}
  for id in text:gmatch("%f[%w_.]answers%.([%w_]+)") do
    local question = ctx.items[id] and questions.of(ctx.items[id])
    if question then
      for _, entry in ipairs(questions.names(question, world.answers[id], "answers", id)) do
        names[#names + 1] = entry
      end
    end
  end
  local outer = outer_scope(ctx, world)
  return #names > 0 and expression.scope(names, outer) or outer
end

-- What a check would say of the item, by the same policy.
local function status_of(ctx, world, item)
  local run = ctx.run
  run.answers, run.evidence = world.answers, world.evidence
  local scope = scope_of(ctx, world, table.concat(conditions_of(item), "\n"))
  return judge.item(item, run, scope).status
end

-- ---- searching -------------------------------------------------------------------------

-- Tries the values of the variables, the first one changing fastest and what is set now
-- before all others, until `good` says so. Leaves the world as it was if none is.
local function search(world, variables, good)
  local before, choices, digits = {}, {}, {}
  for index, variable in ipairs(variables) do
    before[index] = get(world, variable)
    choices[index], digits[index] = { before[index] }, 1
    for _, candidate in ipairs(variable.candidates) do
      if candidate ~= before[index] then choices[index][#choices[index] + 1] = candidate end
    end
  end
  for _ = 1, MOST do
    if good() then return true end
    local place = 1
    while place <= #variables do
      digits[place] = digits[place] % #choices[place] + 1
      set(world, variables[place], choices[place][digits[place]])
      if digits[place] > 1 then break end
      place = place + 1
    end
    if place > #variables then return false end -- all are back at their first
  end
  for index, variable in ipairs(variables) do set(world, variable, before[index]) end
  return false
end

-- Without the fields of the facility that decide what else applies.
local function unfixed(variables, fixed)
  local found = {}
  for _, variable in ipairs(variables) do
    if not (variable.field and fixed[variable.field]) then found[#found + 1] = variable end
  end
  return found
end

-- Gives an item a verdict without taking theirs from the items before. The fields `fixed`
-- of the facility stay as they are.
local function solve(ctx, world, item, status, fixed)
  local all = variables_of(ctx, item)
  local variables = unfixed(all, fixed or {})
  local concerned = {}
  for _, variable in ipairs(variables) do
    for _, other in ipairs(world.reads[variable.key] or {}) do
      if other ~= item then concerned[other.id] = other end
    end
  end
  local found = search(world, variables, function()
    if status_of(ctx, world, item) ~= status then return false end
    for _, other in pairs(concerned) do
      if status_of(ctx, world, other) ~= status then return false end
    end
    return true
  end)
  for _, variable in ipairs(found and all or {}) do
    local readers = world.reads[variable.key] or {}
    readers[#readers + 1] = item
    world.reads[variable.key] = readers
  end
  return found
end

-- The facility to which most items apply, as facts by field.
local function widest_facility(ctx, items)
  local count, order = {}, {}
  for _, item in ipairs(items) do
    local text = scope_text(item)
    if text then
      if not count[text] then order[#order + 1] = text end
      count[text] = (count[text] or 0) + 1
    end
  end
  local world = new_world()
  local function applying()
    local total = 0
    for _, text in ipairs(order) do
      if scope_of(ctx, world, text):evaluate(text) == true then total = total + count[text] end
    end
    return total
  end
  local most = applying()
  for _, text in ipairs(order) do
    local variables = {}
    for _, variable in ipairs(variables_of(ctx, nil, { text })) do
      if variable.field then variables[#variables + 1] = variable end
    end
    search(world, variables, function()
      if scope_of(ctx, world, text):evaluate(text) ~= true then return false end
      local total = applying()
      if total <= most then return false end
      most = total
      return true
    end)
  end
  return world.facts
end

-- ---- writing ---------------------------------------------------------------------------

-- A YAML scalar: plain where nobody could misread it.
local function scalar(text)
  if text:find("^[%w\x80-\xff][%w\x80-\xff_./ %-]*$") and not text:find(" $") then
    return text
  end
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("\n", "\\n") .. '"'
end

local function flow(value)
  if type(value) ~= "table" then return scalar(value) end
  local shown = {}
  for index, entry in ipairs(value) do shown[index] = scalar(entry) end
  return "[" .. table.concat(shown, ", ") .. "]"
end

-- A key of a case with a map below it, in the order of `keys`; nothing when there is none.
local function write_map(out, key, keys, value_of)
  local head = false
  for _, name in ipairs(keys) do
    local value = value_of(name)
    if value then
      if not head then out[#out + 1] = ("  %s:"):format(key) end
      head = true
      out[#out + 1] = ("    %s: %s"):format(scalar(name), value)
    end
  end
end

local function write_facility(out, world)
  local shown = { "class: " .. scalar(world.facility.class) }
  for _, field in ipairs(schema.facility.fields) do
    local fact = world.facts[field[1]]
    if fact and field[1] ~= "class" then
      shown[#shown + 1] = ("%s: %s"):format(field[1], flow(fact.text))
    end
  end
  out[#out + 1] = ("  facility: {%s}"):format(table.concat(shown, ", "))
end

-- The tables that an item's rules cannot do without, in the order of the datasets; nil when
-- a rule reads none, so that a question does not stand in for it.
local function needed_tables(ctx, item)
  local needed, result = {}, {}
  for _, rule in ipairs(item.rules or {}) do
    local run = ctx.run.results[judge.run_key(item, rule)]
    if not run or not run.absent then return nil end
    for _, id in ipairs(run.absent) do needed[id] = true end
  end
  for _, id in ipairs(ctx.tables.order) do
    if needed[id] and not ctx.tables.of[id].reference then result[#result + 1] = id end
  end
  return #result > 0 and result or nil
end

local examples = {
  bool = "否", int = "1", decimal = "1", text = "示例", code = "X1", codes = "X1",
}

local function example_of(ctx, column)
  if column.type == "enum" then return (column.words or {})[1] or "示例" end
  if column.type == "date" then return ctx.run.today end
  if column.type == "datetime" then return ctx.run.today .. " 08:00" end
  if column.key then return "A1" end
  return examples[column.type] or "示例"
end

-- The columns of a table that the item's rules read, its key and its date.
local function columns_read(ctx, item, dataset)
  local used, all = {}, false
  for _, rule in ipairs(item.rules or {}) do
    for _, described in ipairs(ctx.described) do
      for _, read in ipairs(described.rule == rule and described.tables or {}) do
        if read.id == dataset.id then
          all = all or described.form == "each"
          for _, column in ipairs(read.columns) do used[column] = true end
        end
      end
    end
  end
  local result = {}
  for _, column in ipairs(dataset.columns) do
    if all or used[column.id] or column.key or column.id == dataset.date then
      result[#result + 1] = column
    end
  end
  return result
end

-- A row of each table with the columns that the item's rules read, each line after `mark`.
local function write_rows(ctx, out, item, tables, mark)
  out[#out + 1] = mark .. "tables:"
  for _, id in ipairs(tables) do
    local dataset = ctx.tables.of[id]
    out[#out + 1] = ("%s  %s:  # %s"):format(mark, id, dataset.title)
    for index, column in ipairs(columns_read(ctx, item, dataset)) do
      local words = #(column.words or {}) > 0 and "：" .. table.concat(column.words, "、") or ""
      out[#out + 1] = ("%s    %s %s: %s  # %s%s"):format(mark, index == 1 and "-" or " ",
        column.id, scalar(example_of(ctx, column)), (column.titles or {})[1] or column.id,
        words)
    end
  end
end

local why_absent = "没有数据导出"

-- What a case of these items hands over, and what it expects of them.
local function write_case(ctx, out, name, world, items, status)
  local absent, tables = {}, {}
  for _, item in ipairs(items) do
    if item.kind == "data" then
      for _, id in ipairs(needed_tables(ctx, item) or {}) do absent[id] = true end
    end
  end
  for _, id in ipairs(ctx.tables.order) do
    if absent[id] then tables[#tables + 1] = id end
  end
  local ids, expected = {}, {}
  for _, item in ipairs(ctx.entries) do ids[#ids + 1] = item.id end
  for _, item in ipairs(items) do expected[item.id] = true end
  out[#out + 1] = "- name: " .. scalar(name)
  write_facility(out, world)
  out[#out + 1] = "  today: " .. ctx.run.today
  write_map(out, "none", tables, function() return why_absent end)
  write_map(out, "answers", ids, function(id)
    local candidate = world.texts[id]
    return candidate and candidate.text and scalar(candidate.text)
  end)
  write_map(out, "evidence", ids, function(id)
    local candidate = world.texts[id]
    return candidate and candidate.names and flow(candidate.names)
  end)
  write_map(out, "expect", ids, function(id) return expected[id] and status end)
end

-- ---- the two kinds of new cases ----------------------------------------------------------

local titles = { problem = "不合格", pass = "合格" }
local verdicts = { "problem", "pass" }

-- Whether a person's answer can decide the item.
local function is_answered(ctx, item)
  if item.kind ~= "data" then return questions.of(item) ~= nil end
  return item.or_ask ~= nil and needed_tables(ctx, item) ~= nil
end

-- A data item's rows are for the author to fill in: zicha does not guess at rules.
local function write_by_rows(ctx, out, item, status)
  local world = new_world()
  solve(ctx, world, item, status)
  local tables = needed_tables(ctx, item)
  out[#out + 1] = ("- name: %s"):format(scalar(item.id .. " " .. titles[status]))
  write_facility(out, world)
  out[#out + 1] = "  today: " .. ctx.run.today
  if tables then
    out[#out + 1] = "  # 请修改各列的值，使结论符合预期："
    write_rows(ctx, out, item, tables, "  ")
  else
    out[#out + 1] = "  # 规则不读数据表：请填写规则用到的机构信息（facility）或答案（answers）。"
  end
  out[#out + 1] = ("  expect: {%s: %s}"):format(scalar(item.id), status)
end

local function write_pair(ctx, out, item)
  out[#out + 1] = ("# %s：%s"):format(item.id, (item.title:gsub("\n", " ")))
  for _, status in ipairs(verdicts) do
    local world = new_world()
    if not is_answered(ctx, item) then
      write_by_rows(ctx, out, item, status)
    elseif solve(ctx, world, item, status) then
      write_case(ctx, out, item.id .. " " .. titles[status], world, { item }, status)
    else
      out[#out + 1] = ("# 没有试出使其%s的答案，请自行编写。"):format(titles[status])
    end
  end
  local tables = item.kind == "data" and is_answered(ctx, item) and needed_tables(ctx, item)
  if tables then
    out[#out + 1] = "  # 用数据判断时，删去 none 和 answers，改写："
    write_rows(ctx, out, item, tables, "  # ")
  end
  out[#out + 1] = ""
end

local function write_others(out, others)
  if #others > 0 then out[#out + 1] = "  # 以下检查项不在本用例中：" end
  for _, line in ipairs(others) do out[#out + 1] = "  #   " .. line end
end

-- The fields of the facility by which items apply or not.
local function deciding_fields(items)
  local fields = {}
  for _, item in ipairs(items) do
    for name in (scope_text(item) or ""):gmatch("%f[%w_.]facility%.([%w_]+)") do
      fields[name] = true
    end
  end
  return fields
end

-- Solves what it can: first all that the facility allows, then what needs another one and
-- takes nothing from the others.
local function solve_all(ctx, world, items, status)
  local solved, done, fixed = {}, {}, deciding_fields(items)
  for _, held in ipairs { fixed, {} } do
    for _, item in ipairs(items) do
      if not done[item.id] and is_answered(ctx, item)
        and solve(ctx, world, item, status, held) then
        done[item.id] = true
        solved[#solved + 1] = item
      end
    end
  end
  return solved, done
end

local function why_left_out(ctx, world, item)
  if not is_answered(ctx, item) then
    return "由规则按数据判断，请用 --new-case " .. item.id
  elseif status_of(ctx, world, item) == "not_applicable" then
    return "不适用于该机构"
  end
  return "没有试出答案"
end

local function write_whole(ctx, out, items)
  local facility = widest_facility(ctx, items)
  for _, status in ipairs(verdicts) do
    local world = new_world(facility)
    local solved, done = solve_all(ctx, world, items, status)
    if #solved > 0 then
      write_case(ctx, out, "全部" .. titles[status], world, solved, status)
    end
    local others = {}
    for _, item in ipairs(items) do
      if not done[item.id] then
        others[#others + 1] = item.id .. "：" .. why_left_out(ctx, world, item)
      end
    end
    write_others(out, others)
    out[#out + 1] = ""
  end
end

-- The entries that are asked for, in the plan's order, or what is wrong. An item that is
-- asked several times stands for all of them.
local function chosen(all, wanted)
  local ids, asked, found, items = {}, {}, {}, {}
  for _, id in ipairs(wanted) do asked[id] = true end
  for _, entry in ipairs(all) do
    ids[#ids + 1] = entry.id
    found[entry.id], found[entry.base or entry.id] = true, true
    if #wanted == 0 or asked[entry.id] or asked[entry.base] then items[#items + 1] = entry end
  end
  for _, id in ipairs(wanted) do
    if not found[id] then
      local near = fault.nearest(id, ids)
      local problem = fault.message(N_"the plan has no item {item}", { item = id,
        nearest = near })
      problem.hint = near and N_"did you mean {nearest}?" or nil
      return nil, problem
    end
  end
  return items
end

-- A day on which every quota is over, so that one can be missed.
local function day_of(plan, all)
  local day = cases.today(plan)
  for _, entry in ipairs(all) do
    local last = entry.period and entry.period.to
    if last and last >= day then day = days.add(last, 1) end
  end
  return day
end

-- write(opened, { items, results, described }) → { text } or { error }. items: ids, none for
-- the whole plan; results: of all rules when no table is handed over; described: what they read.
function skeleton.write(opened, args)
  local plan, known = opened.plan, times.of(opened.plan)
  local from, to = known.period.from, known.period.to
  local all = entries.all(plan, { span = from and to and { from = from, to = to } or nil })
  local items, problem = chosen(all, args.items)
  if not items then return { error = problem } end
  local handed, by_id = {}, {}
  for _, id in ipairs(opened.tables.order) do
    if not opened.tables.of[id].reference then handed[id] = { absent = why_absent } end
  end
  for _, item in ipairs(all) do by_id[item.id] = item end
  local ctx = { plan = plan, tables = opened.tables, entries = all, items = by_id,
    described = args.described, run = { today = day_of(plan, all), handed = handed,
      titles = {}, tables = opened.tables, results = args.results, unions = {}, from = from,
      to = to, issued = known.issued, interval = { given = false } } }
  local out = {}
  if #args.items == 0 then
    write_whole(ctx, out, items)
  else
    for _, item in ipairs(items) do write_pair(ctx, out, item) end
  end
  return { text = table.concat(out, "\n") }
end

return skeleton
