-- What a plan's author should look at besides plain mistakes: places left to fill, clauses
-- that nothing stands for, what was loosened. A finding has a code; `accept` in plan.yaml
-- takes out what the author stands by, with a reason.

local blanks = require "blanks"
local fault = require "fault"
local layers = require "layers"
local plan_tables = require "plan_tables"
local library = require "library"
local read = require "read"
local schema = require "schema"
local ledger_rows = require "statistics"

local N_ = fault.N_

local lint = {}

-- ctx = { opened, plan, own (the package's own layer), findings, args }
local function add(ctx, severity, code, at, place, text, args, hint)
  ctx.findings[#ctx.findings + 1] = { severity = severity, code = code, at = at,
    file = place.file, line = place.line, column = place.column, text = text,
    args = args or {}, hint = hint }
end

-- Whether an entry was written, or last changed, by the package itself.
local function is_own(ctx, place) return ctx.opened.layer_of(place.file) == ctx.own end

-- ---- blanks ---------------------------------------------------------------------------

local function find_blanks(ctx)
  for _, blank in ipairs(blanks.of(ctx.plan, ctx.opened.deviations)) do
    local others = blank.key == "authorised_by" and not is_own(ctx, blank.place)
    if not others then
      add(ctx, "note", "blank", blank.id, blank.place,
        N_"{key} of {id} is still blank: {value}",
        { key = blank.title, id = blank.id, value = blank.text })
    end
  end
end

-- ---- clauses --------------------------------------------------------------------------

-- A clause is spoken for if an entry names it or a clause below it.
local function find_unnamed_clauses(ctx)
  local source = ctx.own.source
  if not source then
    return add(ctx, "warning", "no-source", ctx.plan.id, { file = "plan.yaml", line = 0,
      column = 0 }, N_"the package has no source.md: nobody can see which words an item stands for",
      {}, N_"write the document's clauses into it, each after its number in brackets")
  end
  local spoken = {}
  for id in pairs(source.named) do
    spoken[id] = true
    while id:find("%.") do
      id = id:match("^(.*)%.[^.]*$")
      spoken[id] = true
    end
  end
  for _, id in ipairs(source.order) do
    if not spoken[id] then
      add(ctx, "warning", "clause-unnamed", id,
        { file = source.file, line = source.line[id], column = 1 },
        N_"no entry names the clause {id}", { id = id },
        N_"name it under clause: of an entry, or accept it with a reason")
    end
  end
end

-- ---- entries ----------------------------------------------------------------------------

local function look_at_items(ctx)
  for _, item in ipairs(ctx.plan.items) do
    local place = read.place(item)
    local asked = not (item.retired or item.alias_of or item.unknown)
      and item.kind ~= "external" and item.kind ~= "task"
    if item.unknown then
      add(ctx, "note", "text-lost", item.id, place, N_"{id}: the source has lost this text: {why}",
        { id = item.id, why = item.unknown })
    elseif asked and not item.severity and is_own(ctx, place) then
      add(ctx, "warning", "severity-unset", item.id, place,
        N_"{id} has no severity: it counts as general", { id = item.id },
        N_"write severity: general, major or grave")
    end
  end
end

local function look_at_sections(ctx)
  local scoring, statistics = ctx.plan.scoring, ctx.plan.statistics
  if scoring and scoring.unconfirmed then
    add(ctx, "note", "unconfirmed", "scoring", read.place(scoring, "unconfirmed"),
      N_"{id} is not confirmed: look it up and delete the mark", { id = "scoring" })
  end
  if statistics and statistics.unknown then
    add(ctx, "note", "text-lost", "statistics", read.place(statistics, "unknown"),
      N_"{id}: the source has lost this text: {why}",
      { id = "statistics", why = statistics.unknown })
  end
  for _, row in ipairs(ledger_rows.unknown(ctx.plan)) do
    add(ctx, "warning", "figure-unknown", row.id, read.place(row),
      N_"{id}: the ledger of a facility has no such figure, and the row no formula", { id = row.id },
      N_"write a formula such as l[\"rectified\"] / l[\"counted\"] * 100; accept it if the office counts it")
  end
  for _, section in ipairs(schema.sections) do
    for _, pair in ipairs(section.key ~= "items" and layers.entries(ctx.plan, section) or {}) do
      local id, entry = pair[1], pair[2]
      if entry.unknown then
        add(ctx, "note", "text-lost", id, read.place(entry),
          N_"{id}: the source has lost this text: {why}", { id = id, why = entry.unknown })
      end
      if entry.unconfirmed and not library.is_default(entry) then
        add(ctx, "note", "unconfirmed", id, read.place(entry, "unconfirmed"),
          N_"{id} is not confirmed: look it up and delete the mark", { id = id })
      end
    end
  end
end

local function look_at_sets(ctx)
  local bound = {}
  for _, item in ipairs(ctx.plan.items) do
    if item.across then bound[item.across] = "all" end
    for _, named in ipairs(item.set or {}) do bound[named.set .. "." .. named.member] = true end
  end
  for _, id in ipairs(ctx.plan.sets.order) do
    local set, unbound = ctx.plan.sets.of[id], {}
    for _, member in ipairs(bound[id] ~= "all" and set.members or {}) do
      if #(member.items or {}) == 0 and not bound[id .. "." .. (member.id or "")] then
        unbound[#unbound + 1] = member.title
      end
    end
    if #unbound > 0 then
      add(ctx, "warning", "set-unbound", id, read.place(set),
        N_"{id}: no item checks {list}", { id = id, list = table.concat(unbound, "、") },
        N_"name items under the member, or accept it with a reason")
    end
  end
end

-- ---- parameters and rules ---------------------------------------------------------------

local function look_at_parameters(ctx)
  local texts, stems = {}, {}
  local function add_rules(rules)
    for _, rule in ipairs(rules or {}) do
      local stem = rule:match("^[^.]+")
      if not stems[stem] then texts[#texts + 1] = (ctx.args.rule_texts or {})[stem] end
      stems[stem] = true
    end
  end
  for _, item in ipairs(ctx.plan.items) do
    texts[#texts + 1] = item.applies
    texts[#texts + 1] = item.problem_if
    texts[#texts + 1] = item.or_ask and item.or_ask.problem_if
    add_rules(item.rules)
  end
  for _, signal in ipairs(ctx.plan.signals or {}) do add_rules(signal.rules) end
  for _, id in ipairs(ctx.plan.sets.order) do
    for _, member in ipairs(ctx.plan.sets.of[id].members or {}) do
      texts[#texts + 1] = member.match
    end
  end
  local read_by_some = {}
  for id in table.concat(texts, "\n"):gmatch("%f[%w_]p%.([%w_]+)") do
    read_by_some[id] = true
  end
  for _, id in ipairs(ctx.plan.parameters.order) do
    local parameter = ctx.plan.parameters.of[id]
    -- Signals of zicha's own are looked for under every plan.
    local is_signal = parameter.default_of == "perfunctory"
    if not read_by_some[id] and not is_signal and not library.is_default(parameter) then
      add(ctx, "warning", "parameter-unused", id,
        read.place(parameter, parameter.default_of and "value" or nil),
        N_"nothing reads the parameter {id}", { id = id },
        N_"use it as p.{id} in a condition or rule, or accept it with a reason")
    end
  end
end

-- The item by whose rules the plan reads a default of the rule library.
local function reader_of(ctx, parameter)
  for _, item in ipairs(ctx.plan.items) do
    for _, rule in ipairs(not item.retired and item.rules or {}) do
      local reads = library.reads(rule)
      local reads_all = not reads and rule:match("^[^.]+") == parameter.default_of
      if reads_all or reads and reads.parameter[parameter.id] then return item end
    end
  end
end

-- What the rule library could not confirm, or leaves to the plan. Told at the item, for the
-- library's files are not the author's.
local function look_at_defaults(ctx)
  for _, parameter in ipairs(library.used(ctx.plan)) do
    local item = reader_of(ctx, parameter)
    local place = item and read.place(item, "rules") or read.place(ctx.plan, "id")
    local args = { id = parameter.id, title = parameter.title or parameter.id,
      value = library.shown(parameter) }
    if parameter.blank then
      add(ctx, "note", "blank", parameter.id, place,
        N_"{title} ({id}) of the rule library is blank: {value}", args,
        N_"give it a value under parameters")
    elseif parameter.unconfirmed then
      add(ctx, "note", "unconfirmed", parameter.id, place,
        N_"{title} ({id}) of the rule library is not confirmed: {value}", args,
        N_"look it up and write it under parameters, or accept it")
    end
  end
end

-- Reference tables that no rule reads, and those without rows: a rule that looks for
-- something in them finds nothing, and nobody notices.
local function look_at_tables(ctx)
  local texts, tables = {}, ctx.opened.tables
  for _, text in pairs(ctx.args.rule_texts or {}) do texts[#texts + 1] = text end
  for _, item in ipairs(ctx.plan.items) do
    texts[#texts + 1] = item.kind ~= "task" and item.per or nil
  end
  local all = table.concat(texts, "\n")
  for _, id in ipairs(tables.order) do
    local own = tables.of[id]
    if own.reference and own.rows == 0 and not (own.parameter and not own.text) then
      add(ctx, "warning", "table-empty", id, own.place, N_"the table {id} has no rows",
        { id = id }, N_"fill it in, or delete it with the rules that read it")
    end
    if own.reference and not own.parameter
      and not all:find("%f[%w_]" .. id .. "%f[^%w_]") then
      add(ctx, "warning", "table-unused", id, own.place, N_"no rule reads the table {id}",
        { id = id }, N_"join it in a rule, or delete the file")
    end
  end
end

-- A join that may find several partners. Of the plan's own tables it can be seen whether it
-- does; what an export holds nobody knows before it comes.
local function look_at_join(ctx, rule, join)
  local place = { file = rule.file, line = rule.line, column = 1 }
  local own = ctx.opened.tables.of[join.table]
  local args = { id = rule.rule, table = join.table }
  local text = N_"the rule {id} joins the table {table} by columns that are not its key: a row with several partners cannot be judged"
  if own and own.reference then
    args.key = plan_tables.shared(ctx.opened.tables, join.table, join.columns)
    if not args.key then return end
    text = N_"the rule {id} joins the table {table} by columns in which several of its rows have {key}: a row with several partners cannot be judged"
  end
  add(ctx, "warning", "join-several", rule.rule, place, text, args,
    N_"join by all key columns, narrow it with when, or write match = \"any\"")
end

-- Rules that the items name and nobody declares, and the other way round.
local function look_at_rules(ctx)
  local declared, names = {}, {}
  for _, rule in ipairs(ctx.args.described or {}) do
    declared[rule.rule] = rule
    names[#names + 1] = rule.rule
  end
  local used, unknown = {}, 0
  local function use(entry)
    for _, rule in ipairs(entry.rules or {}) do
      used[rule] = true
      if not declared[rule] and not (ctx.args.broken or {})[rule:match("^[^.]+")] then
        unknown = unknown + 1
        -- Looking for the nearest takes longer than all else: for the first ones only.
        local near = unknown <= 20 and fault.nearest(rule, names) or nil
        add(ctx, "error", "rule-unknown", entry.id, read.place(entry, "rules"),
          N_"no rule file declares {id}", { id = rule, nearest = near },
          near and N_"did you mean {nearest}?" or nil)
      end
    end
  end
  for _, item in ipairs(ctx.args.described and ctx.plan.items or {}) do use(item) end
  for _, signal in ipairs(ctx.args.described and ctx.plan.signals or {}) do use(signal) end
  for _, rule in ipairs(ctx.args.described or {}) do
    for _, join in ipairs(not rule.file:find("^scripts/") and rule.open_joins or {}) do
      look_at_join(ctx, rule, join)
    end
  end
  for _, rule in ipairs(ctx.args.described or {}) do
    local judges = rule.form ~= "view" and rule.form ~= "measure"
    if judges and not used[rule.rule] and not rule.file:find("^scripts/") then
      add(ctx, "warning", "rule-unused", rule.rule,
        { file = rule.file, line = rule.line, column = 1 },
        N_"no item uses the rule {id}", { id = rule.rule })
    end
  end
end

-- ---- performance ------------------------------------------------------------------------

-- What a rule says in its file: from its line to that of the next declaration.
local function words_of(ctx, rule)
  local text = (ctx.args.rule_texts or {})[rule.rule:match("^[^.]+")] or ""
  local last = math.maxinteger
  for _, other in ipairs(ctx.args.described) do
    if other.file == rule.file and other.line > rule.line then
      last = math.min(last, other.line - 1)
    end
  end
  local number, said = 0, {}
  for line in text:gmatch("[^\n]*") do
    number = number + 1
    if number >= rule.line and number <= last then said[#said + 1] = line:gsub("%-%-.*", "") end
  end
  local words = table.concat(said, "\n")
  -- A function that stands elsewhere may read whatever the file reads.
  return words:find("%f[%w_]function%f[^%w_]") and words or text
end

-- Rules that Lua judges, one row after the other. Declared forms are judged in batches. What a
-- `check` reads besides views are single figures.
local function look_at_performance(ctx)
  for _, rule in ipairs(ctx.args.performance and ctx.args.described or {}) do
    local place = { file = rule.file, line = rule.line, column = 1 }
    if rule.form == "each" then
      add(ctx, "note", "row-by-row", rule.rule, place,
        N_"the rule {id} has `each`: Lua judges its table row by row, which takes long for a large one",
        { id = rule.rule },
        N_"write it as where, group with having, or sort with prev; accept it if none of them can say it")
    elseif rule.form == "check"
      and words_of(ctx, rule):find("%f[%w_]views%f[^%w_]") then
      add(ctx, "note", "row-by-row", rule.rule, place,
        N_"the rule {id} has `check` and reads a view: Lua goes through it row by row, which takes long for a large one",
        { id = rule.rule },
        N_"judge the view with a rule on it, or make its figure a measure; accept it if neither can say it")
    end
  end
end

-- ---- layers ---------------------------------------------------------------------------

local function look_at_deviations(ctx)
  for _, deviation in ipairs(ctx.opened.deviations) do
    local args = { section = deviation.section, id = deviation.id or "?",
      field = deviation.field, from = deviation.shown_from, to = deviation.shown_to,
      authorised_by = deviation.authorised_by, layer = deviation.layer }
    if deviation.direction == "looser" and deviation.authorised_by then
      add(ctx, "note", "deviation", deviation.id, deviation.place, deviation.against
        and N_"{section} {id}: {field} asks for less than the rule library ({from} → {to}), allowed by {authorised_by}"
        or N_"{section} {id}: {field} asks for less than the parent ({from} → {to}), allowed by {authorised_by}",
        args)
    elseif deviation.direction == "not_comparable" then
      add(ctx, "note", "not-comparable", deviation.id, deviation.place,
        N_"{section} {id}: whether {field} asks for less cannot be told ({from} → {to})", args)
    end
  end
end

local function look_at_plan(ctx)
  if not ctx.plan.counts then
    add(ctx, "warning", "counts-missing", ctx.plan.id, { file = ctx.own.file, line = 1, column = 1 },
      N_"the plan has no counts: a lost line would go unnoticed", {},
      N_"`zicha plan lint --fix-counts` writes them")
  end
  for _, mark in ipairs(ctx.args.marks or {}) do
    add(ctx, "warning", "open-mark", nil, mark, N_"still marked 待核对", {},
      N_"check it against the document, then delete the mark")
  end
end

-- What stands in the parents' files is for those who write them; here it is only counted.
-- Blanks stay, for a child may fill them in, and so does what was loosened.
local function keep_own(ctx)
  local kept, others = list {}, {}
  for _, finding in ipairs(ctx.findings) do
    local layer = ctx.opened.layer_of(finding.file)
    if layer == ctx.own or finding.severity == "error" or finding.code == "blank"
      or finding.code == "deviation" then
      kept[#kept + 1] = finding
    else
      others[layer.id] = (others[layer.id] or 0) + 1
    end
  end
  ctx.findings, ctx.of_parents = kept, list {}
  for _, layer in ipairs(ctx.opened.layers) do
    if others[layer.id] then
      ctx.of_parents[#ctx.of_parents + 1] = { layer = layer.id, count = others[layer.id] }
    end
  end
end

-- ---- what the author stands by -----------------------------------------------------------

-- What asks for less is accepted one by one: nobody has looked at what comes later.
local one_by_one = { deviation = true, ["not-comparable"] = true }

local function is_sweeping(accepted)
  return one_by_one[accepted.code] and not accepted.at or false
end

local function matches(accepted, finding)
  if finding.severity == "error" or is_sweeping(accepted) then return false end
  if accepted.clause then
    return finding.code == "clause-unnamed" and finding.at == accepted.clause
  end
  return accepted.code == finding.code and (not accepted.at or accepted.at == finding.at)
end

local function take_accepted(ctx)
  local kept = list {}
  local used, count = {}, 0
  for _, finding in ipairs(ctx.findings) do
    local stands = true
    for index, accepted in ipairs(ctx.plan.accept or {}) do
      if matches(accepted, finding) then
        stands = false
        used[index] = true
      end
    end
    if stands then kept[#kept + 1] = finding else count = count + 1 end
  end
  for index, accepted in ipairs(ctx.plan.accept or {}) do
    local looked_for = accepted.code ~= "row-by-row" or ctx.args.performance
    if not used[index] and looked_for then
      kept[#kept + 1] = { severity = "warning", code = "accept-unused",
        file = accepted.at_place.file, line = accepted.at_place.line,
        column = accepted.at_place.column, text = N_"this accepts nothing", args = {},
        hint = is_sweeping(accepted) and N_"name the entry that is meant: at: ID"
          or N_"delete this entry" }
    end
  end
  return kept, count
end

-- The findings of an opened plan, besides its faults. args: { described: rules as the
-- table engine describes them, rule_texts: stem → text, broken: stems whose file cannot be
-- read, marks: places of open marks, performance: whether to look for what is slow }.
function lint.plan(opened, args)
  local ctx = { opened = opened, plan = opened.plan, args = args, findings = list {},
    own = opened.layers[#opened.layers] }
  for _, look in ipairs { find_blanks, find_unnamed_clauses, look_at_items,
    look_at_sections, look_at_sets, look_at_parameters, look_at_defaults, look_at_tables,
    look_at_rules, look_at_performance, look_at_deviations, look_at_plan } do
    look(ctx)
  end
  keep_own(ctx)
  local accepted = opened.plan.accept or {}
  for _, entry in ipairs(accepted) do entry.at_place = read.place(entry) end
  local kept, count = take_accepted(ctx)
  return { findings = kept, accepted = count, parents = ctx.of_parents }
end

return lint
