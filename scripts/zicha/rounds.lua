-- The rounds in which facilities report: those of office.yaml, else the days on which the
-- plan wants reports of them, else one for all.

local agenda = require "agenda"
local days = require "days"
local fault = require "fault"
local schedule = require "schedule"
local when = require "when"

local N_ = fault.N_

local rounds = {}

-- ---- of office.yaml ----------------------------------------------------------------------

-- What a round leaves out: it begins behind the one before, or with the plan; it ends when
-- its reports are due, and they are due when it ends.
local function completed(given, begin)
  local result, before = list {}, nil
  for index, round in ipairs(given) do
    local to, due = round.to or round.due, round.due or round.to
    local from = round.from or before and days.add(before, 1) or begin
    if from and to and from > to then from = round.from end
    result[index] = { id = round.id, title = round.title or round.id, from = from, to = to,
      due = due }
    before = to or before
  end
  return result
end

local function own_of(office, plan)
  local own = {}
  for _, round in ipairs(office.rounds or {}) do
    if not round.plan or round.plan == plan.id then own[#own + 1] = round end
  end
  return own
end

-- ---- of the plan's duties ------------------------------------------------------------------

-- The days that the texts of a deadline mean when the plan's period is blank: what happens
-- once, by its own words.
local function days_of_texts(duty, context)
  local found = {}
  for _, text in ipairs(duty.due and (duty.due.texts or { duty.due.text }) or {}) do
    local value = when.read(text)
    local _, last = nil, nil
    if value and not value.blank then _, last = when.span(value, context) end
    if last then found[#found + 1] = last end
  end
  return found
end

local function known_days(entry, duty, context)
  if #entry.due > 0 then return entry.due end
  local found = days_of_texts(duty, context)
  if #found == 0 and entry.to then found = { entry.to } end
  return found
end

local function note(notices, entry, known)
  if entry.blank then
    notices[#notices + 1] = fault.message(known
      and N_"«{title}»: the plan leaves some of its days blank; they make no round"
      or N_"«{title}»: the plan leaves its day blank; it makes no round", { title = entry.title })
  elseif not known and entry.next then
    notices[#notices + 1] = fault.message(
      N_"«{title}» comes again and again, but the plan's period is blank; it makes no round",
      { title = entry.title })
  end
  for _, one in ipairs(entry.notices or {}) do notices[#notices + 1] = one end
end

-- day → titles of what is due on it, and the days in order.
local function dues_of(plan, context, notices)
  local by_id, own, found, order = {}, {}, {}, {}
  for _, duty in ipairs(plan.duties or {}) do by_id[duty.id] = duty end
  for _, duty in ipairs(agenda.own_duties(plan)) do own[duty.id] = true end
  for _, entry in ipairs(schedule.of(plan, context).entries) do
    if entry.kind == "duty" and own[entry.id] then
      local known = known_days(entry, by_id[entry.id], context)
      for _, day in ipairs(known) do
        if not found[day] then order[#order + 1] = day end
        found[day] = found[day] or {}
        local titles = found[day]
        if titles[#titles] ~= entry.title then titles[#titles + 1] = entry.title end
      end
      note(notices, entry, #known > 0)
    end
  end
  table.sort(order)
  return order, found
end

local function of_duties(plan, context, notices)
  local result, before = list {}, nil
  local order, titles = dues_of(plan, context, notices)
  for index, day in ipairs(order) do
    local from = before and days.add(before, 1) or context.period.from
    if from and from > day then from = nil end
    result[index] = { id = day, title = table.concat(titles[day], "、") .. " " .. day,
      from = from, to = day, due = day }
    before = day
  end
  return result
end

-- ---- the whole -----------------------------------------------------------------------------

-- { rounds: [{id, title, from, to, due}], source: "office" | "plan" | "none", notices: [{text,
-- args}] }, in the order of their days; `from` and `to` are missing where a round is open.
-- context: times.of. A plan without days has the one round `all`, 全程.
function rounds.of(plan, office, context)
  local notices = list {}
  local own = own_of(office, plan)
  if #own > 0 then
    return { rounds = completed(own, context.period.from), source = "office",
      notices = notices }
  end
  local found = of_duties(plan, context, notices)
  if #found > 0 then return { rounds = found, source = "plan", notices = notices } end
  notices[#notices + 1] = fault.message(
    N_"no day is known on which reports are due: all are of one round, 全程, in which one report of each facility counts; name rounds in office.yaml if they are more")
  return { rounds = list { { id = "all", title = "全程" } }, source = "none",
    notices = notices }
end

return rounds
