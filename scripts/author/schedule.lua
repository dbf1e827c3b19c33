-- The days that a plan sets: its period, phases, measures and reports, in the order of
-- the plan, each with what the document says and, where nothing is blank, which days that
-- means.

local calendar = require "calendar"
local when = require "when"

local schedule = {}

-- The next deadline, and all that fall into the period.
local function add_deadlines(entry, value, context)
  local coming = context.today and when.due(value, context)
  if coming and (not entry.next or coming < entry.next) then entry.next = coming end
  local period = context.period
  if not (period.from and period.to) then return end
  for _, found in ipairs(when.occurrences(value, period.from, period.to, context)) do
    entry.due[#entry.due + 1] = found.due
  end
end

local function fill(entry, text, context)
  local value = when.read(text)
  if not value then return end
  entry.blank = entry.blank or value.blank or nil
  local from, to = when.span(value, context)
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
      local value = record[key] and when.read(record[key])
      if value then
        local from, to = when.span(value, context)
        entry[key] = key == "from" and from or to
        entry.blank = entry.blank or value.blank or nil
      end
    end
  end
  entry.due = entry.to and list { entry.to } or list {}
  entry.next = context.today and entry.to and entry.to >= context.today and entry.to or nil
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

local every = { weekly = "每周", monthly = "每月", quarterly = "每季度",
  half_yearly = "每半年", yearly = "每年", once = "一次" }

local function of_duty(plan, duty, phases, context)
  local due = duty.due
  local text = due and text_of_due(plan, due) or duty.every and every[duty.every]
  local entry = new("duty", duty.id, duty.artefact, text)
  for _, one in ipairs(due and (due.texts or { due.text }) or {}) do
    fill(entry, one, context)
  end
  local phase = due and due.phase and phases[due.phase]
  if phase then
    entry.due, entry.to, entry.next = phase.due, phase.to, phase.next
    entry.blank = phase.blank
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
    if duty.due and (duty.due.text or ""):find("工作日", 1, true) then return true end
  end
  for _, measure in ipairs(plan.measures or {}) do
    if (measure.due or ""):find("工作日", 1, true) then return true end
  end
  return false
end

-- { entries: [{kind: period | phase | measure | duty, id, title, text, from, to, due, next,
-- blank}], doubtful_years }. context: times.of.
function schedule.of(plan, context)
  local entries, phases = list {}, {}
  if plan.period then
    entries[1] = of_span("period", plan.period, plan.id, plan.title, context)
  end
  for _, phase in ipairs(plan.phases or {}) do
    local entry = of_span("phase", phase, phase.id, phase.title, context)
    phases[phase.id] = entry
    entries[#entries + 1] = entry
  end
  for _, measure in ipairs(plan.measures or {}) do
    if measure.due then
      local entry = new("measure", measure.id, measure.title, measure.due)
      fill(entry, measure.due, context)
      entries[#entries + 1] = entry
    end
  end
  for _, duty in ipairs(plan.duties or {}) do
    entries[#entries + 1] = of_duty(plan, duty, phases, context)
  end
  return { entries = entries, doubtful_years = counts_working_days(plan)
    and doubtful_years(entries, context) or list {} }
end

return schedule
