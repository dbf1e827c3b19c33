-- The days that a plan sets: its period, phases, measures and reports, in the order of
-- the plan, each with what the document says and, where nothing is blank, which days that
-- means.

local calendar = require "calendar"
local fault = require "fault"
local when = require "when"

local N_ = fault.N_

local schedule = {}

local function notice(entry, text, args)
  entry.notices = entry.notices or list {}
  entry.notices[#entry.notices + 1] = fault.message(text, args)
end

-- The value of a text; a blank that is no time yet leaves the entry open as well.
local function read(entry, text)
  local value = when.read(text)
  if value and value.blank or not value and text:find("__", 1, true) then
    entry.blank = true
  end
  return value
end

-- Whether a value names days that the plan's years do not have: 2月29日.
local function is_no_day(value, context)
  local at = value.at or value.to or value.from
  return at and not at.issued and not value.blank and value.kind ~= "window"
    and value.kind ~= "relative"
    and (context.issued or context.period and context.period.from) ~= nil
end

-- The next deadline, and all that fall into the period.
local function add_deadlines(entry, value, context)
  local coming = context.today and when.due(value, context)
  if coming and (not entry.next or coming < entry.next) then entry.next = coming end
  for _, found in ipairs(when.of_plan(value, context)) do
    entry.due[#entry.due + 1] = found.due
  end
end

-- The days of a value; told if the calendar has none.
local function days_of(entry, value, context)
  local from, to = when.span(value, context)
  if not from and not to and is_no_day(value, context) then
    notice(entry, N_"{text}: the plan's years have no such day", { text = value.text })
  end
  return from, to
end

local function fill(entry, text, context)
  local value = read(entry, text)
  if not value then return end
  local from, to = days_of(entry, value, context)
  entry.from, entry.to = entry.from or from, to or entry.to
  add_deadlines(entry, value, context)
end

local function new(kind, id, title, text)
  return { kind = kind, id = id, title = title, text = text, due = list {} }
end

-- A time in one text, or in `from` and `to`.
local function of_span(kind, record, id, title, context)
  local text = record.when
    or record.from and record.to and record.from .. "至" .. record.to
    or record.from or record.to
  local entry = new(kind, id, title, text)
  if record.when then
    fill(entry, record.when, context)
  else
    for _, key in ipairs { "from", "to" } do
      local value = record[key] and read(entry, record[key])
      if value then
        local from, to = days_of(entry, value, context)
        entry[key] = key == "from" and from or to
      end
    end
  end
  entry.due = entry.to and list { entry.to } or list {}
  entry.next = context.today and entry.to and entry.to >= context.today and entry.to or nil
  return entry
end

-- Whether the time of a phase or measure counts working days.
function schedule.counts_working_days(plan)
  for _, section in ipairs { "phases", "measures" } do
    for _, record in ipairs(plan[section] or {}) do
      for _, key in ipairs { "when", "from", "to", "due" } do
        if (record[key] or ""):find("工作日", 1, true) then return true end
      end
    end
  end
  return false
end

-- The entry of one phase, and of one measure that has a time.
function schedule.phase(phase, context)
  return of_span("phase", phase, phase.id, phase.title, context)
end

function schedule.measure(measure, context)
  local entry = new("measure", measure.id, measure.title, measure.due)
  fill(entry, measure.due, context)
  return entry
end

local function text_of_due(plan, due)
  if due.text then return due.text end
  if due.texts then return table.concat(due.texts, "；") end
  for _, phase in ipairs(plan.phases or {}) do
    if phase.id == due.phase then return ("“%s”结束时"):format(phase.title) end
  end
  for _, duty in ipairs(plan.duties or {}) do
    if duty.id == due.after then return ("“%s”报送后"):format(duty.artefact) end
  end
end

-- Whether duties wait for each other, d1 after d2 after d1: nobody can begin.
local function is_circular(plan, duty)
  local by_id, seen = {}, {}
  for _, other in ipairs(plan.duties) do by_id[other.id] = other end
  while duty and duty.due and duty.due.after do
    if seen[duty] then return true end
    seen[duty] = true
    duty = by_id[duty.due.after]
  end
  return false
end

local every = { weekly = "每周", monthly = "每月", quarterly = "每季度",
  half_yearly = "每半年", yearly = "每年", once = "一次" }

local function of_duty(plan, duty, phases, context)
  local due = duty.due
  local text = due and text_of_due(plan, due) or duty.every and every[duty.every]
  local entry = new("duty", duty.id, duty.artefact, text)
  for _, one in ipairs(due and (due.texts or { due.text }) or {}) do
    fill(entry, one, context)
  end
  table.sort(entry.due)
  local phase = due and due.phase and phases[due.phase]
  if phase then
    entry.due, entry.to, entry.next = phase.due, phase.to, phase.next
    entry.blank = phase.blank
  elseif due and due.after then
    if is_circular(plan, duty) then
      notice(entry, N_"these reports wait for each other: none has a day")
    end
  elseif not due and duty.every and duty.every ~= "once" then
    fill(entry, every[duty.every], context)
  end
  return entry
end

-- Years in which the days are counted by Mondays to Fridays alone.
local function doubtful_years(entries, context)
  local from, to
  for _, entry in ipairs(entries) do
    for _, day in ipairs { entry.from or "", entry.to or "", table.unpack(entry.due) } do
      if day ~= "" and (not from or day < from) then from = day end
      if day ~= "" and (not to or day > to) then to = day end
    end
  end
  return from and calendar.doubtful_years(context.calendar, from, to) or list {}
end

local function counts_working_days(plan)
  for _, duty in ipairs(plan.duties or {}) do
    local due = duty.due or {}
    for _, text in ipairs(due.texts or { due.text }) do
      if text:find("工作日", 1, true) then return true end
    end
  end
  return schedule.counts_working_days(plan)
end

-- { entries: [{kind: period | phase | measure | duty, id, title, text, from, to, due, next,
-- blank, notices: [{text, args}]}], doubtful_years }. context: times.of.
function schedule.of(plan, context)
  local entries, phases = list {}, {}
  if plan.period then
    entries[1] = of_span("period", plan.period, plan.id, plan.title, context)
  end
  for _, phase in ipairs(plan.phases or {}) do
    local entry = schedule.phase(phase, context)
    phases[phase.id] = entry
    entries[#entries + 1] = entry
  end
  for _, measure in ipairs(plan.measures or {}) do
    if measure.due then entries[#entries + 1] = schedule.measure(measure, context) end
  end
  for _, duty in ipairs(plan.duties or {}) do
    entries[#entries + 1] = of_duty(plan, duty, phases, context)
  end
  return { entries = entries, doubtful_years = counts_working_days(plan)
    and doubtful_years(entries, context) or list {} }
end

return schedule
