-- The outcome of an item, from its answer and the results of its rules
-- (docs/rules.md, «Outcome»). Only pass is green: what was not checked, or could not
-- be judged, never is.

local fault = require "fault"
local questions = require "questions"
local read = require "read"

local N_ = fault.N_

local judge = {}

local message = fault.message

-- ---- one answer ----------------------------------------------------------------------

-- Names as the plan calls them: p.elder_age is its title, answers.beds what was asked.
local function joined(names, run)
  local titles = {}
  for _, name in ipairs(names) do titles[#titles + 1] = run.titles[name] or name end
  return table.concat(titles, "、")
end

-- An expression as people say it: names by the plan's words, and the commonest operators
-- and functions in Chinese. What has no such form stays as it is.
local spoken = {
  { "one_of%(([^(),]+), *([^()]+)%)", "%1为%2之一" },
  { "any_of%(([^(),]+), *([^()]+)%)", "%1包括%2" },
  { "any_starts%(([^(),]+), *([^()]+)%)", "%1包括%2" },
  { "%f[%a]and%f[%A]", "且" }, { "%f[%a]or%f[%A]", "或" }, { "%f[%a]not%f[%A] *", "非" },
  { " *== *true", "为是" }, { " *== *false", "为否" }, { " *== *", "为" },
  { " *~= *", "不为" }, { " *>= *", "不少于" }, { " *<= *", "不多于" },
  { " *> *", "大于" }, { " *< *", "小于" }, { '"([^"]*)"', "“%1”" },
}

local function in_words(expression, run)
  local text = expression:gsub("[%a_][%w_.]*", run.titles)
  for _, pair in ipairs(spoken) do text = text:gsub(pair[1], pair[2]) end
  return text
end

local function with_reason(status, text, args)
  return { status = status, reason = message(text, args) }
end

-- Why a condition has no value: something in it has none, or what there is cannot be
-- computed with.
local function undecided(empty, run)
  if #empty == 0 then
    return message(N_"cannot be judged: a number or a text in it is too long, or it divides by zero")
  end
  return message(N_"cannot be judged without: {names}", { names = joined(empty, run) })
end

-- What the answer says of the item. `scope` knows all names of the run.
local function judge_answer(question, answer, run, scope)
  if not answer then return with_reason("not_checked", N_"not answered") end
  if answer.na then
    return with_reason("not_applicable", run.office
      and N_"the office states that this does not apply: {why}"
      or N_"the facility states that this does not apply: {why}", { why = answer.na })
  end
  if not questions.fits(question, answer) then
    return with_reason("not_checked",
      N_"the question was changed after it was answered: answer it again")
  end
  local verdict = { answer = questions.print(question, answer.value), note = answer.note }
  if question.answer == "sample" then
    verdict.population, verdict.count = answer.value.checked, answer.value.wrong
    if answer.value.checked == 0 then
      verdict.status = "not_checked"
      verdict.reason = message(N_"the spot check covered nothing")
      return verdict
    end
  end
  local own = expression.scope(questions.names(question, answer, "", "answer"), scope)
  local holds, empty = own:evaluate(questions.condition(question))
  own:close()
  if holds == nil then
    verdict.status = "not_checked"
    verdict.reason = undecided(empty, run)
  else
    verdict.status = holds and "problem" or "pass"
    if holds and not verdict.count then verdict.count = 1 end
    if not holds and question.answer == "sample" then verdict.count = 0 end
  end
  return verdict
end

local function judge_evidence(item, answer, attached, run)
  if answer and answer.na then return judge_answer({ answer = "yesno" }, answer, run) end
  if answer and answer.value == false then
    return { status = "problem", count = 1, answer = "否", note = answer.note }
  end
  local have, missing = {}, {}
  for _, file in ipairs(attached) do
    if file.gone then
      return with_reason("not_checked",
        N_"the file of {name} is gone from the workspace; attach it again",
        { name = file.name })
    end
    have[file.name] = true
  end
  for _, name in ipairs(item.evidence or {}) do
    if not have[name] then missing[#missing + 1] = name end
  end
  if #attached == 0 or #missing > 0 then
    return with_reason("not_checked", N_"not attached: {names}",
      { names = #missing > 0 and table.concat(missing, "、") or item.title })
  end
  return { status = "pass", population = #attached, count = 0 }
end

-- ---- one rule ------------------------------------------------------------------------

local function table_title(run, id)
  local dataset = run.tables.of[id]
  return dataset and dataset.title or id
end

-- Whether the plan itself brings the rows of a table: no facility hands it over.
local function is_own(run, id)
  local dataset = run.tables.of[id]
  return dataset and dataset.reference or false
end

-- The tables of a facility that a rule has read.
local function tables_read(result, run)
  local ids = result.tables and list {}
  for _, id in ipairs(result.tables or {}) do
    if not is_own(run, id) then ids[#ids + 1] = id end
  end
  return ids
end

-- Why a rule could not run at all: { status, reason } or nil.
local function obstacle(item, id, result, run)
  if result.error then
    return with_reason("undetermined", result.error.text, result.error.args)
  elseif result.unknown then
    local place = read.place(item, "rules")
    local args = { rule = id, nearest = result.unknown, file = place.file, line = place.line }
    if result.unknown == "" then
      return with_reason("undetermined",
        N_"no rule file declares {rule} ({file}:{line})", args)
    end
    return with_reason("undetermined",
      N_"no rule file declares {rule} ({file}:{line}); did you mean {nearest}?", args)
  elseif result.faults then
    local first = result.faults[1]
    return with_reason("undetermined", N_"the rule {rule} has an error: see {file}:{line}",
      { rule = id, file = first.file, line = first.line })
  elseif result.absent then
    local lacking = result.absent[1]
    local given = run.handed[lacking]
    if is_own(run, lacking) then
      -- Only a table parameter that the plan leaves blank has no rows.
      return { status = "not_checked", reason = undecided({ lacking }, run) }
    elseif given and given.absent then
      return with_reason("not_checked", N_"the table {table} does not exist here: {why}",
        { table = table_title(run, lacking), why = given.absent })
    end
    return with_reason("not_checked", N_"the table {table} was not handed over",
      { table = table_title(run, lacking) })
  elseif result.unreadable then
    return with_reason("not_checked", N_"a table cannot be read: {file}",
      { file = result.unreadable[1].file })
  elseif result.missing then
    local titles = {}
    for _, column in ipairs(result.missing) do titles[#titles + 1] = column.title end
    return with_reason("not_checked", N_"the table {table} lacks the columns {columns}",
      { table = table_title(run, result.missing[1].table),
        columns = table.concat(titles, "、") })
  end
end

-- A table that does not reach over the checked interval leaves it open; so does one whose
-- dates nobody can read.
local function uncovered(tables, run)
  local interval = run.interval
  if not (interval.given and interval.from and interval.to) then return nil end
  for _, id in ipairs(tables or {}) do
    local given = run.handed[id]
    local dataset = run.tables.of[id]
    if given and dataset and dataset.date and not given.from then
      return message(N_"the table {table} has no readable date: what it covers is not known",
        { table = table_title(run, id) })
    elseif given and dataset and dataset.date
      and (given.from > interval.from or given.to < interval.to) then
      return message(N_"the table {table} covers only {from} to {to}",
        { table = table_title(run, id), from = given.from, to = given.to })
    end
  end
end

local function judge_rate(result, verdict)
  local rate = result.rate
  verdict.rate = { part = rate.part, whole = rate.whole }
  if rate.verdict == "hit" then
    verdict.status = "problem"
  elseif rate.verdict == "open" then
    verdict.status = "undetermined"
    verdict.reason = message(N_"{unknown} unknown values could change the rate",
      { unknown = rate.unknown })
  end
end

-- Where nobody knows from when to when a quota counts, what was done may be too little.
local function unbounded(result, run)
  if result.periods and not run.interval.given then
    return message(N_"the plan's period is blank: how often it is due is not known")
  end
end

-- The periods of a quota that are not over yet, if there are no others.
local function not_over(periods)
  local first
  for _, period in ipairs(periods) do
    if period.verdict ~= "due" then return nil end
    first = first or period
  end
  return first and message(N_"the period until {to} is not over: {done} so far",
    { to = first.to, done = first.done })
end

-- Why there was nothing to judge, once it is sure that nothing was left open.
local function nothing(result, run)
  local rate = result.rate
  if result.periods then return not_over(result.periods) end
  if result.few and (result.population or 0) == 0 then
    return message(N_"each of {groups} groups has fewer than {least} cases",
      { groups = result.few, least = result.min_n })
  end
  if rate and rate.verdict == "few" then
    return message(N_"only {whole} cases, fewer than {least}",
      { whole = rate.whole, least = rate.min_n })
  elseif (result.population or 0) == 0 then
    return message(N_"nothing of this kind in the table {table} (0 rows)",
      { table = table_title(run, (result.tables or {})[1]) })
  end
end

local function judge_check(result, verdict)
  local outcome = result.check
  verdict.population = outcome.population
  verdict.count = outcome.count
  verdict.rows = outcome.rows
  verdict.amount = outcome.amount
  if outcome.outcome == "problem" then
    verdict.status = "problem"
    verdict.count = outcome.count or 1
    verdict.message = outcome.text
  elseif outcome.outcome == "pass" and outcome.population == 0 then
    verdict.status = "not_applicable"
    verdict.reason = message(N_"the rule has checked nothing (population 0)")
  elseif outcome.outcome == "pass" and not outcome.population then
    verdict.status = "undetermined"
    verdict.reason = message(N_"the rule does not say how many it has checked: give pass a population")
  elseif outcome.outcome == "pass" then
    verdict.status = "pass"
  else
    verdict.status = outcome.outcome == "unknown" and "undetermined" or "not_applicable"
    verdict.reason = message("{text}", { text = outcome.text })
  end
end

-- Rows with several partners are open because of a table that somebody can mend.
local function left_open(result, run)
  local ambiguous = result.ambiguous
  if ambiguous and ambiguous.lost then
    return message(N_"of {rows} rows the partner may be one of the rows of the table {table} that cannot be read or have no key, the first in line {line}; {unjudged} could not be judged, {malformed} are malformed",
      { rows = ambiguous.rows, table = table_title(run, ambiguous.table),
        line = ambiguous.line, unjudged = result.unjudged or 0,
        malformed = result.malformed or 0 })
  elseif ambiguous then
    return message(N_"{rows} rows have several partners in the table {table}, the first in line {line}; {unjudged} could not be judged, {malformed} are malformed",
      { rows = ambiguous.rows, table = table_title(run, ambiguous.table),
        line = ambiguous.line, unjudged = result.unjudged or 0,
        malformed = result.malformed or 0 })
  end
  return message(N_"{unjudged} rows could not be judged, {malformed} are malformed",
    { unjudged = result.unjudged or 0, malformed = result.malformed or 0 })
end

-- What a check function acquits by figures that are not whole is open.
local function doubt_check(result, verdict, run)
  if verdict.status ~= "pass" then return end
  if (result.unjudged or 0) + (result.malformed or 0) > 0 then
    verdict.status, verdict.reason = "undetermined", left_open(result, run)
    return
  end
  local short = uncovered(result.tables, run)
  if short then verdict.status, verdict.reason = "undetermined", short end
end

local copied = { "population", "count", "rows", "amount", "unjudged", "malformed", "bad",
  "first", "message", "certainty" }

-- One rule's status: the first of problem, undetermined, not_applicable, pass.
local function judge_rule(item, id, result, run)
  local stopped = obstacle(item, id, result, run)
  if stopped then
    stopped.id = id
    stopped.certainty = result.certainty
    return stopped
  end
  local verdict = { id = id }
  for _, key in ipairs(copied) do verdict[key] = result[key] end
  if result.check then
    judge_check(result, verdict)
    doubt_check(result, verdict, run)
    return verdict
  end
  if result.empty then
    verdict.status = "not_checked"
    verdict.reason = undecided(result.empty, run)
    return verdict
  end
  if result.rate then judge_rate(result, verdict) end
  local open = (result.unjudged or 0) + (result.malformed or 0)
  -- What is not in an export that shows only a part of the time may be in the rest of it.
  local absent = (result.count or 0) > 0 and uncovered(result.absence, run)
  if verdict.status == nil and absent then
    verdict.status, verdict.reason = "undetermined", absent
  end
  if verdict.status == nil and (result.count or 0) > 0 then verdict.status = "problem" end
  if verdict.status == nil and open > (result.tolerated or 0) then
    verdict.status = "undetermined"
    verdict.reason = left_open(result, run)
  end
  if verdict.status == nil then
    verdict.reason = unbounded(result, run) or uncovered(result.tables, run)
    if verdict.reason then verdict.status = "undetermined" end
  end
  if verdict.status == nil then
    verdict.reason = nothing(result, run)
    if verdict.reason then verdict.status = "not_applicable" end
  end
  verdict.status = verdict.status or "pass"
  return verdict
end

-- ---- one data item -------------------------------------------------------------------

local order = { "not_checked", "problem", "undetermined", "not_applicable", "pass" }

-- The first status that any rule has; not_applicable only if all have it.
local function combined(verdicts)
  local have = {}
  for _, verdict in ipairs(verdicts) do
    have[verdict.status] = have[verdict.status] or verdict
  end
  for _, status in ipairs(order) do
    local deciding = have[status]
    if deciding and not (status == "not_applicable" and have.pass) then return deciding end
  end
end

local function sum(verdicts, key)
  local total
  for _, verdict in ipairs(verdicts) do
    if verdict[key] then total = (total or 0) + verdict[key] end
  end
  return total
end

local function largest(verdicts, key)
  local most
  for _, verdict in ipairs(verdicts) do
    if verdict[key] and verdict[key] > (most or -1) then most = verdict[key] end
  end
  return most
end

local certainties = { certain = 3, suspect = 2, hint = 1 }

-- How sure the found problem is: as sure as its surest rule that was hit.
local function certainty_of(verdicts)
  local best
  for _, verdict in ipairs(verdicts) do
    local own = verdict.certainty or "certain"
    if verdict.status == "problem" and (not best or certainties[own] > certainties[best]) then
      best = own
    end
  end
  return best
end

-- True if every table that the rules lack was declared absent: then a person answers.
local function declared_absent(verdicts, results, run)
  local lacking = false
  for index, verdict in ipairs(verdicts) do
    local absent = results[index].absent
    if absent then
      local declared = false
      for _, id in ipairs(absent) do
        local why = run.handed[id] and run.handed[id].absent
        if not why and not is_own(run, id) then return false end
        declared = declared or why ~= nil
      end
      if not declared then return false end
      lacking = true
    elseif verdict.status == "not_checked" then
      return false
    end
  end
  return lacking
end

-- The first rows of all rules; a row that breaks two of them stands there once.
local function collect_first(verdicts)
  local first, seen = list {}, {}
  for _, verdict in ipairs(verdicts) do
    for _, row in ipairs(verdict.first or {}) do
      local key = row.table .. ":" .. row.line
      if #first < 20 and not seen[key] then
        first[#first + 1] = row
        seen[key] = true
      end
    end
  end
  return first
end

-- Verdicts that count cases: a rate counts none.
local function counting(verdicts)
  local found = {}
  for _, verdict in ipairs(verdicts) do
    if verdict.population and not verdict.rate then found[#found + 1] = verdict end
  end
  return found
end

-- What an item with these verdicts has found: of several rules their union; nothing
-- where they count different things, because such numbers do not add up.
local function counts_of(item, verdicts, run)
  local several = counting(verdicts)
  if #verdicts == 1 then return verdicts[1] end
  if #several == 1 then return several[1] end
  return run.unions[item.id] or {}
end

local function messages_of(verdicts)
  local texts = {}
  for _, verdict in ipairs(verdicts) do
    if verdict.status == "problem" and verdict.message then
      texts[#texts + 1] = verdict.message
    end
  end
  return #texts > 0 and table.concat(texts, "；") or nil
end

local function judge_data(item, run, scope)
  local verdicts, results = {}, {}
  for _, rule in ipairs(item.rules) do
    local result = run.results[judge.run_key(item, rule)]
      or { error = message(N_"the rule was not run") }
    results[#results + 1] = result
    verdicts[#verdicts + 1] = judge_rule(item, rule, result, run)
  end
  local lines = list {}
  for _, verdict in ipairs(verdicts) do
    lines[#lines + 1] = { id = verdict.id, status = verdict.status, reason = verdict.reason,
      population = verdict.population, count = verdict.count, rows = verdict.rows,
      unjudged = verdict.unjudged, malformed = verdict.malformed, bad = verdict.bad,
      rate = verdict.rate, message = verdict.message, certainty = verdict.certainty,
      tables = tables_read(results[#lines + 1], run) }
  end
  if item.or_ask and declared_absent(verdicts, results, run) then
    local answered = judge_answer(item.or_ask, run.answers[item.id], run, scope)
    answered.manual = true
    -- Rules that could run count beside the answer.
    local kept = { answered }
    for _, verdict in ipairs(verdicts) do
      if verdict.status ~= "not_checked" then kept[#kept + 1] = verdict end
    end
    local deciding = combined(kept)
    if #kept > 1 then
      -- What people sampled and what rules counted does not add up.
      answered.population, answered.count = nil, nil
      answered.message, answered.first = messages_of(verdicts), collect_first(verdicts)
      answered.certainty = certainty_of(kept)
      answered.unjudged, answered.bad = sum(verdicts, "unjudged"), sum(verdicts, "bad")
      answered.malformed = largest(verdicts, "malformed")
    end
    answered.status, answered.reason = deciding.status, deciding.reason
    answered.rules = lines
    return answered
  end
  local deciding = combined(verdicts)
  local counts = counts_of(item, verdicts, run)
  return {
    status = deciding.status, reason = deciding.reason, rules = lines,
    population = counts.population, count = counts.count, rows = counts.rows,
    unjudged = sum(verdicts, "unjudged"),
    malformed = largest(verdicts, "malformed"), bad = sum(verdicts, "bad"),
    amount = #verdicts == 1 and verdicts[1].amount or nil,
    first = collect_first(verdicts), message = messages_of(verdicts),
    rate = #verdicts == 1 and verdicts[1].rate or nil,
    certainty = certainty_of(verdicts),
  }
end

-- ---- a quota ---------------------------------------------------------------------------

-- How often something was done, against how often it has to be. What is not over yet can
-- still be done. Where nobody knows how many periods there are, less than one period's
-- quota is too little, and more may be.
local function judge_task(entry, answer, run, scope)
  local period = entry.period
  if answer and not answer.na and answer.value and questions.fits(questions.of(entry), answer) then
    local done = math.tointeger(tonumber(answer.value)) or 0
    if period and done < entry.at_least and period.to >= run.today then
      return with_reason("not_applicable", N_"{period} is not over: {done} of {least} so far",
        { period = period.title, done = done, least = entry.at_least })
    end
    local uncounted = not period and entry.per and entry.per ~= "once"
    local enough = uncounted and "undetermined" or "pass"
    return { status = done < entry.at_least and "problem" or enough,
      reason = uncounted and done >= entry.at_least
        and message(N_"the plan's period is blank: how often it is due is not known") or nil,
      population = entry.at_least, count = math.max(entry.at_least - done, 0),
      answer = tostring(done), note = answer.note }
  elseif not answer and period and period.to >= run.today then
    return with_reason("not_applicable", N_"{period} is not over", { period = period.title })
  end
  return judge_answer(questions.of(entry), answer, run, scope)
end

-- ---- the whole ------------------------------------------------------------------------

-- The name of one run of a rule: items that set parameters of their own have their own.
function judge.run_key(item, rule)
  if #(item.own or {}) > 0 then return item.id .. "/" .. rule end
  return rule
end

local function has_tables(item, run)
  for _, rule in ipairs(item.rules) do
    local result = run.results[judge.run_key(item, rule)]
    if result and result.absent then return false end
  end
  return true
end

-- Whether a condition keeps an entry out: the verdict then, else nothing.
local function outside(condition, run, scope)
  local applies, empty = scope:evaluate(condition)
  if applies == false then
    return with_reason("not_applicable", N_"outside its scope: {condition}",
      { condition = in_words(condition, run) })
  elseif applies == nil then
    return with_reason("not_checked", N_"whether it applies is open without: {names}",
      { names = joined(empty, run) })
  end
end

-- One entry. run = { results, unions, answers, evidence, handed, tables, interval,
-- titles: name → what the plan calls it }.
function judge.item(item, run, scope)
  if item.nothing_in then
    return with_reason("not_applicable", N_"nothing of this kind in the table {table} (0 rows)",
      { table = table_title(run, item.nothing_in) })
  end
  local kept_out = item.applies and outside(item.applies, run, scope)
  if kept_out then return kept_out end
  kept_out = item.match and outside(item.match, run, scope)
  if kept_out and kept_out.status == "not_applicable" then
    kept_out.reason = message(N_"there is nothing of «{member}» in this facility",
      { member = item.match_title })
  end
  if kept_out then return kept_out end
  if item.unasked then return { status = "not_checked", reason = item.unasked } end
  if item.kind == "data" then
    local answer = run.answers[item.id]
    -- «Not applicable» said before the data came does not hide what they show.
    if answer and answer.na and not has_tables(item, run) then
      return judge_answer(item.or_ask, answer, run, scope)
    end
    return judge_data(item, run, scope)
  elseif item.kind == "evidence" then
    return judge_evidence(item, run.answers[item.id], run.evidence[item.id] or {}, run)
  elseif item.kind == "task" then
    return judge_task(item, run.answers[item.id], run, scope)
  end
  return judge_answer(questions.of(item, run.office), run.answers[item.id], run, scope)
end

return judge
