-- From one version of a plan to the next: what becomes of the answers, documents and problems
-- that a workspace has. Both versions are told as lists (upgrade.list, each by the process that has
-- opened it), and what follows is a function of the two lists and of what there is (upgrade.sort).
--
-- An answer is carried over if the question is the same; a changed one is asked again, whatever was
-- answered before; what is not asked any more stays as history. Whoever weighs less than this
-- policy about an answer would let a new question look answered.

local entries = require "entries"
local lists = require "lists"
local periods = require "periods"
local plain = require "plain"
local plan_tables = require "plan_tables"
local questions = require "questions"
local schema = require "schema"

local upgrade = {}

-- ---- what a version asks ------------------------------------------------------------------

-- question_of(item, is_office): what an answer answers. The condition belongs to it: it says which answer is the wrong one.
-- Documents answer for themselves, so those that are wanted are part of what is asked; and a name
-- in one column of a table is somebody else than the same name in another one, as twice a month
-- is more than twice a year.
function upgrade.question_of(item, is_office)
  local asked = questions.of(item, is_office)
  if not asked then return nil end
  return { ask = asked.ask, answer = asked.answer, choices = asked.choices,
    problem_if = questions.condition(asked), per = item.per,
    evidence = item.kind == "evidence" and (item.evidence or list {}) or nil }
end

-- The fields of an item that are told as changes and leave its answer; the others make the
-- question, or say whether there is one.
local of_question = { id = true, kind = true, ask = true, answer = true, choices = true,
  problem_if = true, or_ask = true, across = true, parts = true, per = true, at_least = true,
  alias_of = true, retired = true, unknown = true, clause = true }

local function facets_of(plan, item)
  local facets = list {}
  for _, field in ipairs(schema.item.fields) do
    local key = field[1]
    local is_facet = not of_question[key] and item[key] ~= nil
      and not (key == "evidence" and item.kind == "evidence")
    if is_facet then
      facets[#facets + 1] = { key = key, title = field[2],
        shown = plain.shown(field[3], item[key], plan) }
    end
  end
  return facets
end

local function parameters_of(plan)
  local told = list {}
  for _, id in ipairs(plan.parameters.order) do
    local parameter = plan.parameters.of[id]
    local value = plan_tables.told(parameter) or plain.shown(nil, parameter.value)
    told[#told + 1] = { id = id, title = parameter.title or id, value = value }
  end
  return told
end

-- Of which members an item is asked; `single`: by its own id. What a column of a table holds
-- changes with the table, so of such an item (`open`) any value may have been answered.
local function add_members(of, asked)
  for _, entry in ipairs(asked) do
    local one = of[entry.base or entry.id]
    if entry.member and not one.open then
      one.members = one.members or {}
      one.members[entry.member] = { title = entry.member_title,
        match = type(entry.match) == "string" and entry.match or nil }
    else
      one.single = true
    end
  end
end

local function split(id)
  local base, member = id:match("^([^%[]+)%[(.*)%]$")
  return base or id, member
end

-- An answer as people read it, and whether it is one to the question as it stands.
local function shown_of(of, answers)
  local told = {}
  for id, answer in unordered(answers) do
    local one = of[split(id)]
    local question = one and one.question
    local fits = question and questions.fits(question, answer) or false
    told[id] = { shown = fits and questions.shown(question, answer) or nil, fits = fits }
  end
  return told
end

-- list(opened, asked, office, answers): what a version asks, for upgrade.sort. asked: its entries.
--   items       [{ id, title, asked, gone, alias_of, question, facets, open, single, members }]
--   entries     the ids of its entries, in the plan's order
--   parameters  [{ id, title, value }]
--   answers     id → { shown, fits }
function upgrade.list(opened, asked, is_office, answers)
  local plan, of = opened.plan, {}
  local items, ids, seen = list {}, list {}, {}
  for index, item in ipairs(plan.items) do
    local is_asked = entries.is_asked(item, is_office)
    items[index] = { id = item.id, title = item.title, asked = is_asked, gone = item.retired,
      alias_of = item.alias_of, question = is_asked and upgrade.question_of(item, is_office) or nil,
      facets = facets_of(plan, item), open = item.per ~= nil and item.kind ~= "task" }
    of[item.id] = items[index]
  end
  add_members(of, asked)
  for _, entry in ipairs(asked) do
    local one = of[entry.base or entry.id]
    local id = one.open and one.id or entry.id
    if one.question and not seen[id] then
      seen[id] = true
      ids[#ids + 1] = id
    end
  end
  return { version = plan.version, items = items, entries = ids,
    parameters = parameters_of(plan), answers = shown_of(of, answers) }
end

-- ---- from an id of the old version to one of the new one ------------------------------------

local function index(version)
  local of = {}
  for _, item in ipairs(version.items) do of[item.id] = item end
  return of
end

-- What an item may be called in the new version: as before; what it is an alias of there; what
-- was an alias of it here.
local function names_of(ctx, base)
  local names, alias = { base }, ctx.new_of[base] and ctx.new_of[base].alias_of
  if alias then names[#names + 1] = alias end
  for _, item in ipairs(ctx.old.items) do
    if item.alias_of == base then names[#names + 1] = item.id end
  end
  return names
end

local function has_member(item, member)
  if item.open then return true end
  if not member then return item.single or false end
  return item.members ~= nil and item.members[member] ~= nil
end

local function with_member(id, member) return member and ("%s[%s]"):format(id, member) or id end

-- The id of an entry in the new version, and its item; nil when it is not asked there.
local function asked_as(ctx, id)
  local base, member = split(id)
  for _, name in ipairs(names_of(ctx, base)) do
    local item = ctx.new_of[name]
    if item and item.question and has_member(item, member) then
      return with_member(name, member), item
    end
  end
end

-- The same for a problem: its item need not be one that the facility is asked about.
local function kept_as(ctx, id)
  local base, member = split(id)
  for _, name in ipairs(names_of(ctx, base)) do
    local item = ctx.new_of[name]
    local is_there = item and not item.gone and not item.alias_of
    if is_there and (not item.asked or has_member(item, member)) then
      return with_member(name, member)
    end
  end
end

-- Why an entry is not asked: for whoever reads what has become of his answer.
local function why_not(ctx, id)
  local base, member = split(id)
  local old, new = ctx.old_of[base], ctx.new_of[base]
  if not old or not old.question then return "earlier" end
  if not new then return "removed" end
  if new.gone then return "retired" end
  if not new.asked then return "not_asked" end
  return new.question and member and "member" or new.question and "several" or "data"
end

local function title_of(of, id)
  local base, member = split(id)
  local item = of[base]
  if not item then return id end
  local of_member = member and item.members and item.members[member]
  if not member then return item.title end
  return ("%s（%s）"):format(item.title, of_member and of_member.title or member)
end

-- ---- questions ------------------------------------------------------------------------------

local parts = { { "ask", "问题" }, { "answer", "答案" }, { "choices", "选项" },
  { "problem_if", "问题条件" }, { "evidence", "佐证材料" }, { "per", "逐项" } }

local function told(part, value)
  if part == "per" then return periods.shown(value) end
  return value ~= nil and plain.shown(nil, value) or nil
end

-- What has changed about a question: [{ field, title, from, to }]; nothing when it is the same.
local function changed(ctx, id, target)
  local base, member = split(id)
  local new_base, new_member = split(target)
  local old, new = ctx.old_of[base], ctx.new_of[new_base]
  local found = list {}
  for _, part in ipairs(parts) do
    local from, to = old.question[part[1]], new.question[part[1]]
    if not lists.same(from, to) then
      found[#found + 1] = { field = part[1], title = part[2],
        from = told(part[1], from), to = told(part[1], to) }
    end
  end
  local a = member and old.members and old.members[member] or {}
  local b = new_member and new.members and new.members[new_member] or {}
  for _, part in ipairs { { "title", "成员" }, { "match", "匹配" } } do
    if a[part[1]] ~= b[part[1]] then
      found[#found + 1] = { field = "member", title = part[2], from = a[part[1]], to = b[part[1]] }
    end
  end
  return found
end

-- ---- answers --------------------------------------------------------------------------------

local function same_answer(a, b)
  return lists.same(a.value, b.value) and a.na == b.na
end

-- { id, answer, target, item, changed, fits } of each answer that counts, in the order of ids.
local function sources_of(ctx)
  local sources = {}
  for id, answer in pairs(ctx.answers) do
    local target = asked_as(ctx, id)
    local old = ctx.old_of[split(id)]
    local known = old and old.question and has_member(old, select(2, split(id)))
    local source = { id = id, answer = answer, target = target, known = known or false }
    local seen = ctx.old.answers[id] or {}
    source.shown, source.fits = seen.shown, seen.fits
    if target and known then source.changed = changed(ctx, id, target) end
    source.same = source.changed ~= nil and #source.changed == 0 and seen.fits == true
    sources[#sources + 1] = source
  end
  return sources
end

local function put_aside(ctx, source, why, into)
  local out = ctx.out
  out.retired[#out.retired + 1] = { id = source.id, title = title_of(ctx.old_of, source.id),
    shown = source.shown, why = why, into = into }
  ctx.blank(source.id)
end

local function carry(ctx, source)
  local out = ctx.out
  local was = source.target ~= source.id and source.id or nil
  out.carried[#out.carried + 1] = { id = source.target, was = was,
    title = title_of(ctx.new_of, source.target), shown = source.shown }
  if was then
    ctx.copy(source.target, was)
    ctx.blank(was)
  end
end

-- What a person is shown beside the question: what was answered to which one. The remark is what
-- sheets print.
local function prior_of(ctx, id, shown, ask, version)
  return { id = id, shown = shown, ask = ask, version = version, title = title_of(ctx.new_of, id),
    remark = shown and ("原方案（版本%s）填报“%s”，问题已修改，请重新填报"):format(version, shown)
      or ("原方案（版本%s）填报过，问题已修改，请重新填报"):format(version) }
end

local function ask_again(ctx, source)
  local out = ctx.out
  local old = ctx.old_of[split(source.id)]
  local before = source.known and old.question.ask or nil
  out.asked_again[#out.asked_again + 1] = { id = source.target,
    was = source.target ~= source.id and source.id or nil,
    title = title_of(ctx.new_of, source.target), shown = source.shown, before = before,
    ask = ctx.new_of[split(source.target)].question.ask, changed = source.changed or list {} }
  ctx.blank(source.id)
  ctx.priors[source.target] = ctx.priors[source.target]
    or prior_of(ctx, source.target, source.shown, before, ctx.old.version)
end

-- Why a question that is the same is asked again: others say something else about it.
local function add_merged(source, same)
  if not source.same then return end
  local ids = {}
  for index, one in ipairs(same) do ids[index] = one.id end
  table.sort(ids)
  source.changed[#source.changed + 1] = { field = "alias_of", title = "合并（原填报不一致）",
    from = table.concat(ids, "、"), to = source.target }
end

-- Several entries have become one: its own answer counts, or one that says the same. Where the
-- answers differ nobody can tell which holds for both.
local function merge(ctx, group)
  local same = {}
  for _, source in ipairs(group) do
    if source.same then same[#same + 1] = source end
  end
  local chosen = same[1]
  for _, source in ipairs(same) do
    if source.id == source.target then chosen = source end
  end
  for _, source in ipairs(same) do
    if not same_answer(source.answer, chosen.answer) then chosen = nil break end
  end
  for _, source in ipairs(group) do
    if source == chosen then carry(ctx, source)
    elseif chosen then put_aside(ctx, source, "merged", source.target)
    else
      add_merged(source, same)
      ask_again(ctx, source)
    end
  end
end

local function sort_answers(ctx)
  local groups, order = {}, {}
  for _, source in ipairs(sources_of(ctx)) do
    local target = source.target
    if not target then
      put_aside(ctx, source, why_not(ctx, source.id))
    else
      if not groups[target] then
        groups[target] = {}
        order[#order + 1] = target
      end
      groups[target][#groups[target] + 1] = source
    end
  end
  for _, target in ipairs(order) do merge(ctx, groups[target]) end
end

-- Questions that an earlier upgrade has asked again and nobody has answered since.
local function keep_priors(ctx, before)
  for _, prior in ipairs(before) do
    local target = not ctx.answers[prior.id] and asked_as(ctx, prior.id)
    if target and not ctx.priors[target] then
      ctx.priors[target] = prior_of(ctx, target, prior.shown, prior.ask, prior.version)
    end
  end
end

-- ---- documents ------------------------------------------------------------------------------

-- Documents of an item that is judged by them go with its question; those of others only stand
-- beside an answer, and stay with their item.
local function fate_of(ctx, id)
  local target, item = asked_as(ctx, id)
  if not target then return "retired" end
  local old = ctx.old_of[split(id)]
  local known = old and old.question and has_member(old, select(2, split(id)))
  local decides = item.question.evidence ~= nil
  local again = decides and (not known or #changed(ctx, id, target) > 0)
  return again and "asked_again" or "carried", target
end

local function sort_documents(ctx, evidence)
  local out, taken = ctx.out.documents, {}
  local function place(id, name, fate, target)
    local key = target and target .. "\31" .. name
    if fate == "carried" and target ~= id and (taken[key] or lists.holds_all(
        evidence[target] or {}, { name })) then
      fate = "retired" -- a document of this name stands there already
    end
    if key then taken[key] = true end
    local was = target and target ~= id and id or nil
    out[fate][#out[fate] + 1] = { id = fate == "retired" and id or target, was = fate ~= "retired"
      and was or nil, name = name }
    if fate == "carried" and was then ctx.moves.documents[#ctx.moves.documents + 1] =
      { item = target, name = name, from = was } end
    if fate ~= "carried" or was then ctx.moves.documents[#ctx.moves.documents + 1] =
      { item = id, name = name } end
  end
  for id, names in pairs(evidence) do
    local fate, target = fate_of(ctx, id)
    for _, name in ipairs(names) do place(id, name, fate, target) end
  end
end

-- ---- problems, and the plan itself ------------------------------------------------------------

local function sort_problems(ctx, problems)
  local out = ctx.out.problems
  for _, one in ipairs(problems) do
    local target = kept_as(ctx, one.item)
    if target == one.item then
      out.kept = out.kept + one.open
    elseif target then
      out.renamed[#out.renamed + 1] = { id = target, was = one.item, open = one.open, all = one.all,
        title = title_of(ctx.new_of, target) }
    else
      out.retired[#out.retired + 1] = { id = one.item, open = one.open, all = one.all,
        title = title_of(ctx.old_of, one.item) }
    end
  end
end

local function compare_items(ctx)
  local out = ctx.out
  for _, old in ipairs(ctx.old.items) do
    local id = old.asked and kept_as(ctx, old.id)
    for _, name in ipairs(old.asked and not id and names_of(ctx, old.id) or {}) do
      local item = ctx.new_of[name]
      id = id or item and item.asked and name or nil -- other members, or none
    end
    local new = id and ctx.new_of[id]
    if new and id ~= old.id then out.renamed[#out.renamed + 1] = { id = id, was = old.id,
      title = new.title } end
    local from, to = {}, {}
    for _, facet in ipairs(old.facets) do from[facet.key] = facet.shown end
    for _, facet in ipairs(new and new.facets or {}) do to[facet.key] = facet.shown end
    for _, field in ipairs(new and schema.item.fields or {}) do
      local key = field[1]
      if from[key] ~= to[key] then
        out.changes[#out.changes + 1] = { id = id, was = id ~= old.id and old.id or nil,
          title = new.title, field = key, field_title = field[2], from = from[key], to = to[key] }
      end
    end
  end
end

local function compare_parameters(ctx)
  local before, seen = {}, {}
  local function tell(one, from, to)
    if from ~= to then
      local out = ctx.out.parameters
      out[#out + 1] = { id = one.id, title = one.title, from = from, to = to }
    end
  end
  for _, one in ipairs(ctx.old.parameters) do before[one.id] = one.value end
  for _, one in ipairs(ctx.new.parameters) do
    seen[one.id] = true
    tell(one, before[one.id], one.value)
  end
  for _, one in ipairs(ctx.old.parameters) do
    if not seen[one.id] then tell(one, one.value, nil) end
  end
end

local function find_added(ctx)
  local reached = {}
  for _, id in ipairs(ctx.old.entries) do
    local target = asked_as(ctx, id)
    if target then reached[target] = true end
  end
  for _, id in ipairs(ctx.new.entries) do
    if not reached[id] then
      ctx.out.added[#ctx.out.added + 1] = { id = id, title = title_of(ctx.new_of, id),
        ask = ctx.new_of[split(id)].question.ask }
    end
  end
end

local function sum(problems)
  local open = 0
  for _, one in ipairs(problems) do open = open + one.open end
  return open
end

local function count(ctx, args)
  local out, documents, open = ctx.out, 0, 0
  for _, names in pairs(args.evidence) do documents = documents + #names end
  for _, one in ipairs(args.problems) do open = open + one.open end
  local answers = 0
  for _ in pairs(ctx.answers) do answers = answers + 1 end
  local function of(all, sorted)
    return { ["in"] = all, carried = #sorted.carried, asked_again = #sorted.asked_again,
      retired = #sorted.retired }
  end
  return { answers = of(answers, out), documents = of(documents, out.documents),
    problems = { ["in"] = open, kept = out.problems.kept, renamed = sum(out.problems.renamed),
      retired = sum(out.problems.retired) },
    added = #out.added, changes = #out.changes, parameters = #out.parameters }
end

-- sort{ old, new, answers, evidence, problems, priors } → what becomes of everything.
--   old, new   what upgrade.list told
--   answers    id → answer that counts; evidence: id → names of its documents
--   problems   [{ item, open, all }]: how many the ledger has of each item
--   priors     what an earlier upgrade has asked again (below)
-- Every answer is in one of `carried`, `asked_again` and `retired`, every document in one of those
-- of `documents`, every open problem in one of `problems`; `counts` has their numbers. `moves` says
-- which rows the host writes: { item, from } copies what counts for `from`, { item } makes that
-- nothing counts any more. `priors`: what was answered to questions that have changed.
function upgrade.sort(args)
  local ctx = { old = args.old, new = args.new, answers = args.answers, priors = {},
    old_of = index(args.old), new_of = index(args.new),
    moves = { answers = list {}, documents = list {} } }
  ctx.out = { carried = list {}, asked_again = list {}, retired = list {}, added = list {},
    renamed = list {}, changes = list {}, parameters = list {}, moves = ctx.moves,
    documents = { carried = list {}, asked_again = list {}, retired = list {} },
    problems = { kept = 0, renamed = list {}, retired = list {} } }
  -- An item may be left by one answer and reached by another: what arrives stands behind.
  local copies = list {}
  ctx.copy = function(item, from) copies[#copies + 1] = { item = item, from = from } end
  ctx.blank = function(item) ctx.moves.answers[#ctx.moves.answers + 1] = { item = item } end
  sort_answers(ctx)
  for _, one in ipairs(copies) do ctx.moves.answers[#ctx.moves.answers + 1] = one end
  keep_priors(ctx, args.priors)
  sort_documents(ctx, args.evidence)
  sort_problems(ctx, args.problems)
  compare_items(ctx)
  compare_parameters(ctx)
  find_added(ctx)
  ctx.out.counts = count(ctx, args)
  ctx.out.priors = list {}
  for _, prior in pairs(ctx.priors) do ctx.out.priors[#ctx.out.priors + 1] = prior end
  return ctx.out
end

return upgrade
