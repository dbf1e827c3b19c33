-- The times of a plan, told from when it was issued and from when to when it runs.

local when = require "when"

local times = {}

-- The first and the last day that a text of the plan means, nil where it is blank or open.
function times.span(text, context)
  local value = text and when.read(text)
  if value then return when.span(value, context) end
end

-- What times of the plan are told from: { issued, period = {from, to}, today, calendar }.
-- `calendar` knows working days.
function times.of(plan, today, calendar)
  local context = { today = today, calendar = calendar,
    issued = times.span(plan.issued, {}) }
  local period = plan.period or {}
  local from = times.span(period.from, context)
  local _, to = times.span(period.to, { issued = context.issued, period = { from = from } })
  context.period = { from = from, to = to }
  return context
end

return times
