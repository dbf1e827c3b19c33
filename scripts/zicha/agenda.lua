-- What a plan wants of a facility, and when: which phase it is today and how problems are
-- to be taken, what is due next, and what was due.

local days = require "days"
local schedule = require "schedule"
local stance = require "stance"

local agenda = {}

-- The days on which an entry of a schedule falls due. What happens once has its last day,
-- also where the plan's period is blank; what comes again then has the next one.
function agenda.dues(entry)
  if #entry.due > 0 then return entry.due end
  local day = entry.to or entry.next
  return day and list { day } or list {}
end

-- What a plan says of the entries of its schedule, by kind and id.
function agenda.records(plan)
  local by_kind = { phase = {}, measure = {}, duty = {} }
  for kind, section in pairs { phase = "phases", measure = "measures", duty = "duties" } do
    for _, record in ipairs(plan[section] or {}) do by_kind[kind][record.id] = record end
  end
  return by_kind
end

-- The titles of departments as one text; nil for none.
function agenda.departments(plan, ids)
  local titles = {}
  for _, id in ipairs(ids or {}) do
    local known = plan.departments.of[id]
    titles[#titles + 1] = known and known.title or id
  end
  return #titles > 0 and table.concat(titles, "、") or nil
end

-- Whether a duty or measure is a facility's: of a department that carries the plan out
-- (实施), of nobody in particular, or of a plan that does not say who carries it out.
local function is_own(plan, ids)
  local executes = false
  for _, id in ipairs(plan.departments.order) do
    executes = executes or plan.departments.of[id].role == "execute"
  end
  local own = #(ids or {}) == 0 or not executes
  for _, id in ipairs(ids or {}) do
    local known = plan.departments.of[id]
    own = own or known ~= nil and known.role == "execute"
  end
  return own
end

-- Whether it is an office's: of a department that does something else than carry the plan out. What is of
-- nobody in particular facilities owe.
local function is_of_office(plan, ids)
  for _, id in ipairs(ids or {}) do
    local known = plan.departments.of[id]
    if known and known.role ~= "execute" and not (is_own(plan, { id }) and not known.role) then
      return true
    end
  end
  return false
end

local function distance(from, to) return days.number(to) - days.number(from) end

-- The duties that are the facility's own: [{ id, title }], in the plan's order.
function agenda.own_duties(plan)
  local own = list {}
  for _, duty in ipairs(plan.duties or {}) do
    if is_own(plan, duty.from) then own[#own + 1] = { id = duty.id, title = duty.artefact } end
  end
  return own
end

-- Which of the days on which an entry falls due a day is; nil where its earlier ones are not
-- known, because the period is blank.
local function place_of(entry, day)
  local all = #entry.due > 0 and entry.due or entry.to and { entry.to } or {}
  for index, one in ipairs(all) do
    if one == day then return index, all end
  end
end

-- Whether a report for this duty was submitted after the deadline before this one: a late report
-- is late, and no longer owed.
local function is_served(entry, day, submitted)
  local index, all = place_of(entry, day)
  if not index or entry.kind ~= "duty" then return false end
  for _, one in ipairs(submitted or {}) do
    if one.duty == entry.id and one.date > (all[index - 1] or "") then return true end
  end
  return false
end

-- The next deadline that is still owed: one that was served early makes room for the one after
-- it.
local function next_owed(entry, submitted)
  if not entry.next or not is_served(entry, entry.next, submitted) then return entry.next end
  local index, all = place_of(entry, entry.next)
  return all[index + 1]
end

local function earlier(a, b) return a.due < b.due or a.due == b.due and a.index < b.index end

-- What is still to come, the nearest first, and reports whose last day is over; without those
-- that the ledger knows to have been submitted.
local function due_lists(plan, entries, today, submitted, mine)
  local next, past, records = list {}, list {}, agenda.records(plan)
  for index, entry in ipairs(entries) do
    local record = (records[entry.kind] or {})[entry.id] or {}
    local who = entry.kind == "duty" and record.from or record.by
    local is_due = entry.kind == "duty" or entry.kind == "measure"
    if is_due and mine(plan, who) then
      local all = agenda.dues(entry)
      local last = all[#all]
      local told = { index = index, kind = entry.kind, id = entry.id, title = entry.title,
        text = entry.text, by = agenda.departments(plan, who) }
      local coming = next_owed(entry, submitted)
      if coming then
        told.due, told.left = coming, distance(today, coming)
        next[#next + 1] = told
      elseif not entry.next and last and last < today and entry.kind == "duty"
        and not is_served(entry, last, submitted) then
        told.due, told.over = last, distance(last, today)
        past[#past + 1] = told
      end
    end
  end
  for _, found in ipairs { next, past } do
    table.sort(found, earlier)
    for _, told in ipairs(found) do told.index = nil end
  end
  return next, past
end

-- { entries, doubtful_years (schedule.of), phases: those of today [{kind, id, title, stances,
-- from, to, left}], stance (stance.of), due: [{kind, id, title, text, by, due, left}], overdue:
-- [{…, due, over}] }; left and over count days. context: times.of, with today. submitted: the
-- reports that the ledger knows, [{ duty, date }]. In an office (`office`) these are its own, and what
-- facilities owe it stands apart: facility_duties, [{ id, title }].
function agenda.of(plan, context, submitted, office)
  local dated = schedule.of(plan, context)
  local windows = stance.windows(plan, context)
  local phases = list {}
  for _, one in ipairs(stance.now(windows, context.today)) do
    phases[#phases + 1] = { kind = one.kind, id = one.id, title = one.title,
      stances = one.stances, from = one.from, to = one.to, blank = one.blank,
      left = one.to and distance(context.today, one.to) }
  end
  local due, overdue = due_lists(plan, dated.entries, context.today, submitted,
    office and is_of_office or is_own)
  return { entries = dated.entries, doubtful_years = dated.doubtful_years, phases = phases,
    stance = stance.of(windows, context.today), due = due, overdue = overdue,
    facility_duties = office and agenda.own_duties(plan) or nil }
end

return agenda
