-- The cases of a package's tests (tests/*.yaml): what each hands over and expects, what a
-- check of it has shown, and which items nobody has yet seen fail or pass.

local at = require "at"
local datasets = require "datasets"
local entries = require "entries"
local fault = require "fault"
local questions = require "questions"
local read = require "read"
local schema = require "schema"
local terms = require "terms"
local times = require "times"

local N_ = fault.N_

local cases = {}

-- The facility of a case, as far as the case does not say it.
cases.facility = { code = "T0001", name = "测试机构", class = "乡镇卫生院" }

-- The business date where neither the case nor the plan has one: results never read the
-- clock.
cases.day = "2023-06-30"

-- The business date of a case that names none: the last day that it or the plan checks.
function cases.today(plan, to)
  return to or times.of(plan).period.to or cases.day
end

-- ---- names -------------------------------------------------------------------------

-- The days between which quotas are counted, as a check has them.
local function span_of(plan, case)
  local period = times.of(plan).period
  local from, to = case.from or period.from, case.to or period.to
  return from and to and { from = from, to = to } or nil
end

-- The entries that a case may name: items, or each of what an item is asked for.
local function index_of(ctx, case)
  local span = span_of(ctx.opened.plan, case)
  local key = span and span.from .. span.to or ""
  local index = ctx.indexes[key]
  if index then return index end
  index = { entries = {}, ids = {} }
  for _, entry in ipairs(entries.all(ctx.opened.plan, { span = span })) do
    index.entries[entry.id] = entry
    index.ids[#index.ids + 1] = entry.id
  end
  ctx.indexes[key] = index
  return index
end

-- The columns of a table by id and by header.
local function columns_of(ctx, dataset)
  local found = ctx.columns[dataset.id]
  if found then return found end
  found = { of = {}, known = {} }
  for _, column in ipairs(dataset.columns) do
    found.of[column.id] = column
    found.known[#found.known + 1] = column.id
  end
  for _, column in ipairs(dataset.columns) do
    for _, title in ipairs(column.titles or {}) do
      found.of[title] = found.of[title] or column
      found.known[#found.known + 1] = title
    end
  end
  ctx.columns[dataset.id] = found
  return found
end

-- Why an item of the plan is no entry that a case may name.
local function complain_of(ctx, map, item)
  local place, names = read.key_place(map, item.id), {}
  for _, id in ipairs(ctx.index.ids) do
    if id:sub(1, #item.id + 1) == item.id .. "[" then names[#names + 1] = id end
  end
  if #names > 0 then
    fault.add(ctx.faults, place, N_"the item {item} is asked several times",
      { item = item.id, list = table.concat(names, "、", 1, math.min(#names, 6)) },
      N_"name each of: {list}")
  elseif item.retired then
    fault.add(ctx.faults, place, N_"the item {item} is retired", { item = item.id })
  else
    fault.add(ctx.faults, place, N_"no facility is asked about the item {item}",
      { item = item.id })
  end
end

local function find_item(ctx, map, id)
  local entry = ctx.index.entries[id]
  if entry then return entry end
  for _, item in ipairs(ctx.opened.plan.items) do
    if item.id == id then return complain_of(ctx, map, item) end
  end
  fault.unknown(ctx.faults, read.key_place(map, id), N_"the plan has no item {id}", id,
    ctx.index.ids)
end

local function find_table(ctx, map, id)
  local dataset = ctx.opened.tables.of[id]
  if not dataset then
    fault.unknown(ctx.faults, read.key_place(map, id),
      N_"the plan's rules read no table {id}", id, ctx.opened.tables.order)
  elseif dataset.reference then
    return fault.add(ctx.faults, read.key_place(map, id),
      N_"the rows of the table {id} stand in the plan: no case hands it over", { id = id },
      N_"delete it here; a case is judged by the plan's own rows")
  end
  return dataset
end

-- Where the value of a key of a map stands.
local function value_place(map, key)
  return fault.place(map.stands.file, at.value(map.stands.node, key))
end

-- Reads one entry of a map of anything by a schema of its own.
local function read_value(ctx, spec, map, key)
  return read.entry(ctx, spec, { file = map.stands.file, value = map.of, at = map.stands.node },
    key)
end

-- ---- tables ------------------------------------------------------------------------

-- What stands in a cell, or nil: texts as they are, a list in a column of codes.
local function cell_of(column, value)
  if type(value) == "string" then return value end
  if column.type ~= "codes" then return nil end
  for _, code in ipairs(value) do
    if type(code) ~= "string" then return nil end
  end
  return #value > 0 and table.concat(value, ";") or nil
end

-- One row's cells by column, and where each stands.
local function read_row(ctx, dataset, row)
  local cells, places, written = {}, {}, {}
  local columns = columns_of(ctx, dataset)
  for _, key in ipairs(row.order) do
    local column = columns.of[key]
    local cell = column and cell_of(column, row.of[key])
    if not column then
      fault.unknown(ctx.faults, read.key_place(row, key),
        N_"the table {section} has no column {id}", key, columns.known, dataset.id)
    elseif written[column.id] then
      fault.add(ctx.faults, read.key_place(row, key), N_"{key} stands twice, also as {other}",
        { key = key, other = written[column.id] }, N_"delete one of them")
    elseif not cell then
      fault.add(ctx.faults, value_place(row, key), N_"a cell holds one text or number")
    else
      written[column.id] = key
      cells[column.id] = cell ~= "" and cell or nil
      places[column.id] = at.value(row.stands.node, key)
    end
  end
  if next(cells) == nil then
    fault.add(ctx.faults, fault.place(row.stands.file, row.stands.node.pos),
      N_"this row is empty", {}, N_"fill in a column, or delete the row")
  end
  return cells, places
end

local function quoted(cell)
  return cell and '"' .. cell:gsub('"', '""') .. '"' or ""
end

-- The rows as the export that a facility would hand over: { csv, rows: [{line, at,
-- columns: {column → position}}] }. Its header is all columns, so that those left out are
-- blank.
local function read_table(ctx, dataset, rows)
  local ids = {}
  for index, column in ipairs(dataset.columns) do ids[index] = column.id end
  local lines, found = { table.concat(ids, ",") }, list {}
  local line = 2
  for _, row in ipairs(rows) do
    local cells, places = read_row(ctx, dataset, row)
    local texts, breaks = {}, 0
    for index, id in ipairs(ids) do
      local cell = cells[id]
      texts[index] = quoted(cell)
      for _ in (cell or ""):gmatch("\n") do breaks = breaks + 1 end
    end
    lines[#lines + 1] = table.concat(texts, ",")
    found[#found + 1] = { line = line, at = row.stands.node.pos, columns = places }
    line = line + 1 + breaks
  end
  return { csv = table.concat(lines, "\n") .. "\n", rows = found }
end

local function read_tables(ctx, case)
  local tables, none = {}, {}
  for _, id in ipairs(case.tables and case.tables.order or {}) do
    local dataset = find_table(ctx, case.tables, id)
    if dataset then tables[id] = read_table(ctx, dataset, case.tables.of[id]) end
  end
  for _, id in ipairs(case.none and case.none.order or {}) do
    local why = case.none.of[id]
    if find_table(ctx, case.none, id) and case.tables and case.tables.of[id] then
      fault.add(ctx.faults, read.key_place(case.none, id),
        N_"the table {id} is handed over and said not to exist", { id = id },
        N_"delete it under `tables` or under `none`")
    elseif why:find("^%s*$") then
      fault.add(ctx.faults, value_place(case.none, id),
        N_"say why the table {id} does not exist", { id = id })
    end
    none[id] = why
  end
  return tables, none
end

-- The row of a table in which a line of its export stands.
local function row_at(rows, line)
  for index = #rows, 1, -1 do
    if rows[index].line <= line then return rows[index] end
  end
  return nil
end

local function column_of(dataset, id)
  for _, column in ipairs(dataset.columns) do
    if column.id == id then return column end
  end
end

-- table_faults{ file, table, rows, reply } → { faults }: what the importer has found wrong in
-- the rows of a case, in the places of the case. reply: the import job's {summary, faults}.
function cases.table_faults(opened, args)
  local faults, shown = list {}, args.reply.summary or {}
  local function place_of(line, column)
    local row = row_at(args.rows, line or 0)
    return fault.place(args.file, row and (column and row.columns[column] or row.at) or 0)
  end
  -- Advice on exports is of no use here.
  for _, found in ipairs(args.reply.faults or {}) do
    fault.add(faults, place_of(found.line), found.text, found.args)
  end
  for _, problem in ipairs(shown.problems or {}) do
    fault.add(faults, place_of(problem.line),
      N_"this row of {table} cannot be judged: {problem_term}",
      { table = args.table, problem_term = problem.text })
  end
  for _, column in ipairs(shown.columns or {}) do
    local declared = column_of(opened.tables.of[args.table], column.id)
    local words = declared.words or {}
    for _, example in ipairs(column.examples or {}) do
      local cell = example.cell or "…"
      local nearest = fault.nearest(cell, words)
      fault.add(faults, place_of(example.line, column.id),
        N_"«{cell}» is no value of {column} ({title}), which is {type}",
        { cell = cell, column = column.id, title = column.title, nearest = nearest,
          type = datasets.type_title(declared), list = table.concat(words, " ") },
        nearest and N_"did you mean {nearest}?" or #words > 0 and N_"known: {list}" or nil)
    end
  end
  return { faults = faults }
end

-- ---- answers and documents -----------------------------------------------------------

local marks = { ":na", "：na", "不适用" }
local ends = { " ", "\t", "　", ":", "：" }

-- What stands behind «not applicable», or nil when that is not what was written.
local function reason_in(text)
  for _, mark in ipairs(marks) do
    if text == mark then return "" end
    for _, stop in ipairs(ends) do
      local head = mark .. stop
      if text:sub(1, #head) == head then return text:sub(#head + 1) end
    end
  end
end

local function parse(question, text, na)
  na = na or text and reason_in(text)
  if na then return questions.not_applicable(na) end
  return questions.parse(question, text or "")
end

local function read_answer(ctx, map, id)
  local item, value = find_item(ctx, map, id), map.of[id]
  local question = item and questions.of(item)
  if not item then return nil end
  if not question then
    return fault.add(ctx.faults, read.key_place(map, id),
      N_"the item {item} asks nothing: it is judged from data", { item = id })
  end
  local before, given = #ctx.faults, { answer = value }
  if type(value) == "table" then given = read_value(ctx, schema.case_answer, map, id) end
  if #ctx.faults > before then return nil end
  local answer, problem = parse(question, given.answer, given.na)
  if not answer then
    problem.args.wanted = questions.hint(question)
    return fault.add(ctx.faults, value_place(map, id), problem.text, problem.args,
      problem.hint or N_"answer with: {wanted}")
  end
  answer.note = given.note or answer.note
  return answer
end

local function read_answers(ctx, case)
  local answers = {}
  for _, id in ipairs(case.answers and case.answers.order or {}) do
    answers[id] = read_answer(ctx, case.answers, id)
  end
  return answers
end

-- No file stands behind the name: whether one is attached is all that judges.
local no_hash = ("0"):rep(64)

local function read_documents(ctx, map, id)
  local item, value = find_item(ctx, map, id), map.of[id]
  if not item then return nil end
  local spec = type(value) == "table" and { kind = "list", of = { kind = "text" } }
    or { kind = "text" }
  local names = read_value(ctx, spec, map, id)
  if type(names) == "string" then names = { names } end
  local files = list {}
  for _, name in ipairs(names or {}) do
    local fits = #(item.evidence or {}) == 0 or item.kind ~= "evidence"
    for _, wanted in ipairs(item.evidence or {}) do fits = fits or name == wanted end
    if not fits then
      fault.add(ctx.faults, value_place(map, id),
        N_"the item {item} wants other documents than «{name}»",
        { item = id, name = name, list = table.concat(item.evidence, "、") },
        N_"known: {list}")
    end
    files[#files + 1] = { name = name, sha256 = no_hash, size = 1 }
  end
  return files
end

local function read_evidence(ctx, case)
  local evidence = {}
  for _, id in ipairs(case.evidence and case.evidence.order or {}) do
    evidence[id] = read_documents(ctx, case.evidence, id)
  end
  return evidence
end

-- ---- expectations --------------------------------------------------------------------

local figures = { "count", "population", "rows", "certainty" }

-- An expectation: what of the item, and where each part of it stands.
local function read_expectation(ctx, map, id)
  local value = map.of[id]
  local expected = { item = id, at = { status = at.value(map.stands.node, id) } }
  if type(value) ~= "table" then
    expected.status = read_value(ctx, { kind = "word", words = terms.status }, map, id)
    return expected
  end
  local typed = read_value(ctx, schema.expectation, map, id)
  if not typed then return expected end
  for _, field in ipairs(schema.expectation.fields) do
    local key = field[1]
    local written = typed.stands.written and typed.stands.written[key] or key
    if typed[key] ~= nil then
      expected[key] = typed[key]
      expected.at[key] = at.value(typed.stands.node, written)
    end
  end
  return expected
end

local function read_expectations(ctx, case)
  local expected = list {}
  local map = case.expect
  for _, id in ipairs(map and map.order or {}) do
    if find_item(ctx, map, id) then
      expected[#expected + 1] = read_expectation(ctx, map, id)
    end
  end
  if map and #map.order == 0 then
    fault.add(ctx.faults, read.place(case, "expect"), N_"a case expects something of an item",
      {}, N_"write expect: {ITEM: problem} or expect: {ITEM: pass}")
  end
  return expected
end

-- ---- cases ---------------------------------------------------------------------------

-- The facility.yaml of a case: what it gives, and the least that there must be.
local function facility_document(case, raw)
  local written = case.stands.written and case.stands.written.facility or "facility"
  local value, node = {}, { pos = case.stands.node.pos, of = "" }
  for key, entry in pairs(raw[written] or {}) do value[key] = entry end
  if raw[written] then node = at.child(case.stands.node, written) end
  local names = schema.names(schema.facility.fields)
  local given = {}
  for key in pairs(value) do given[names[key] and names[key][1] or key] = true end
  for key, least in pairs(cases.facility) do
    if not given[key] then value[key] = least end
  end
  return { file = case.stands.file, value = value, at = node }
end

local function check_interval(ctx, case)
  if (case.from == nil) ~= (case.to == nil) or case.from and case.from > case.to then
    fault.add(ctx.faults, read.place(case, case.from and "from" or "to"),
      N_"`from` and `to` belong together, and the first comes first")
  end
end

-- Where a case names no interval its tables count as whole: three rows are a test of the
-- rule, and not of what was exported.
local function covered(plan, case)
  local period = times.of(plan).period
  local from, to = period.from, period.to
  if case.from or not (from and to) then return nil end
  return { from = from, to = to }
end

local function check_name(ctx, case)
  local first = ctx.names[case.name]
  if not case.name then return end
  if first then
    local place = read.place(first, "name")
    fault.add(ctx.faults, read.place(case, "name"), N_"the case {name} stands twice",
      { name = case.name, file = place.file, line = place.line },
      N_"the other one is at {file}:{line}; give this one another name")
  end
  ctx.names[case.name] = first or case
end

local function read_case(ctx, document, index)
  local case = read.entry(ctx, schema.case, document, index)
  if not case then return nil end
  local plan = ctx.opened.plan
  check_name(ctx, case)
  check_interval(ctx, case)
  ctx.index = index_of(ctx, case)
  local place = read.place(case)
  local tables, none = read_tables(ctx, case)
  return {
    name = case.name, file = place.file, line = place.line, column = place.column,
    facility = facility_document(case, document.value[index]),
    tables = tables, none = none, answers = read_answers(ctx, case),
    evidence = read_evidence(ctx, case), expect = read_expectations(ctx, case),
    today = case.today or cases.today(plan, case.to), from = case.from, to = case.to,
    covers = covered(plan, case),
  }
end

-- read(opened, documents) → { faults, cases }. opened: { plan, tables }. A case is { name,
-- file, line, column, facility: a facility.yaml, tables: {id → {csv, rows}}, none: {id →
-- why}, answers, evidence, today, from, to, covers, expect }.
function cases.read(opened, documents)
  local ctx = { faults = list {}, opened = opened, names = {},
    indexes = {}, columns = {} }
  local result = list {}
  for _, document in ipairs(documents) do
    local whole = { kind = "list", of = { kind = "anything" } }
    for index in ipairs(read.document(ctx, whole, document) or {}) do
      result[#result + 1] = read_case(ctx, document, index)
    end
  end
  return { faults = ctx.faults, cases = result }
end

-- ---- results -------------------------------------------------------------------------

-- What differs between an expectation and an item of the record: a list, empty if nothing.
local function differences(expected, item)
  local found = list {}
  local function differs(key, wanted, got)
    found[#found + 1] = { item = expected.item, key = key, wanted = wanted, got = got,
      title = item.title, reason = item.reason, message = item.message,
      line = expected.at[key] // 65536, column = expected.at[key] % 65536 }
  end
  if expected.status ~= item.status then
    differs("status", expected.status, item.status)
    return found -- numbers of another verdict tell nothing
  end
  for _, key in ipairs(figures) do
    if expected[key] and expected[key] ~= item[key] then
      differs(key, expected[key], item[key])
    end
  end
  if expected.message and not (item.message or ""):find(expected.message, 1, true) then
    differs("message", expected.message, item.message or "")
  end
  return found
end

-- compare{ case, items } → { name, file, line, failures, seen: [{item, status}], rules: [{rule,
-- status}], expected }. items are those of the record of the case's check; rules are the
-- verdicts of theirs in expectations that are met.
function cases.compare(args)
  local by_id, failures, seen, rules = {}, list {}, list {}, list {}
  for _, item in ipairs(args.items) do by_id[item.id] = item end
  for _, expected in ipairs(args.case.expect) do
    local found = differences(expected, by_id[expected.item])
    for _, failure in ipairs(found) do failures[#failures + 1] = failure end
    if #found == 0 then
      seen[#seen + 1] = { item = expected.item, status = expected.status }
      for _, rule in ipairs(by_id[expected.item].rules or {}) do
        rules[#rules + 1] = { rule = rule.id, status = rule.status }
      end
    end
  end
  return { name = args.case.name, file = args.case.file, line = args.case.line,
    failures = failures, seen = seen, rules = rules, expected = #args.case.expect }
end

-- How often each name was seen with each verdict that tells something.
local function count_seen(results, list_key, name_key)
  local seen = { problem = {}, pass = {} }
  for _, result in ipairs(results) do
    for _, one in ipairs(result[list_key]) do
      local of, name = seen[one.status], one[name_key]
      if of then of[name] = (of[name] or 0) + 1 end
    end
  end
  return seen
end

local function results_of(results, totals)
  local shown = list {}
  for _, result in ipairs(results) do
    local unmet = result.expected - #result.seen
    totals.expectations = totals.expectations + result.expected
    totals.unmet = totals.unmet + unmet
    if unmet > 0 then totals.failed = totals.failed + 1 end
    shown[#shown + 1] = { name = result.name, file = result.file, line = result.line,
      passed = unmet == 0, expectations = result.expected, failures = result.failures }
  end
  return shown
end

-- How often an entry was seen; of a quota, which each case counts in periods of its own,
-- the item's entries together.
local function seen_of(seen, entry)
  local count = seen[entry.id] or 0
  local head = entry.id .. "["
  for id, number in pairs(entry.per and seen or {}) do
    if id:sub(1, #head) == head then count = count + number end
  end
  return count
end

local function items_of(plan, results, totals)
  local seen, items = count_seen(results, "seen", "item"), list {}
  for _, entry in ipairs(entries.all(plan, {})) do
    local failing, passing = seen_of(seen.problem, entry), seen_of(seen.pass, entry)
    items[#items + 1] = { id = entry.id, title = entry.title, failing = failing,
      passing = passing }
    totals.items = totals.items + 1
    if failing > 0 and passing > 0 then totals.seen = totals.seen + 1 end
  end
  return items
end

-- A person's answer can show what the item says and leaves its rules unseen.
local function rules_of(plan, results)
  local seen, rules, have = count_seen(results, "rules", "rule"), list {}, {}
  for _, item in ipairs(plan.items) do
    for _, id in ipairs(entries.is_asked(item) and item.rules or {}) do
      if not have[id] then
        have[id] = true
        rules[#rules + 1] = { id = id, item = item.id, failing = seen.problem[id] or 0,
          passing = seen.pass[id] or 0 }
      end
    end
  end
  return rules
end

-- report{ results, sha256 } → what `plan test --format json` prints (docs/json.md).
function cases.report(plan, args)
  local totals = { cases = #args.results, failed = 0, expectations = 0, unmet = 0,
    items = 0, seen = 0 }
  return { zicha = "test/1", cases = results_of(args.results, totals),
    items = items_of(plan, args.results, totals), rules = rules_of(plan, args.results),
    totals = totals, plan = { id = plan.id, title = plan.title, version = plan.version,
      sha256 = args.sha256 } }
end

return cases
