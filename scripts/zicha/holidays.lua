-- Reads scripts/calendars/*.yaml: which days are off and which weekends are worked, year
-- by year, as the State Council's notices say them.

local at = require "at"
local calendar = require "calendar"
local days = require "days"
local fault = require "fault"
local read = require "read"
local schema = require "schema"
local when = require "when"

local N_ = fault.N_

local holidays = {}

-- Where an entry of a year's list stands.
local function entry_place(record, field, index)
  local written = record.stands.written and record.stands.written[field] or field
  local node = at.child(record.stands.node, written)
  return fault.place(record.stands.file, at.value(node, index))
end

-- The first and the last day of an entry; without a year it is in the year of the notice.
local function span_of(text, year, place, faults)
  local value, problem = when.read(text)
  if not value then
    return fault.add(faults, place, problem.text, problem.args, problem.hint)
  end
  local from, to = when.span(value, { issued = days.iso(year, 1, 1) })
  local first_year, last_year = from and days.split(from), to and days.split(to)
  if not from or not to or first_year < year - 1 or last_year > year then
    return fault.add(faults, place, N_"{text} is no day of {year} or of the weeks before",
      { text = text, year = ("%d"):format(year) },
      N_"write days as the notice does: 1月21日至27日")
  end
  return from, to
end

-- Adds the days of one list to `into`, unless they stand in `other`, too.
local function add_days(record, field, year, into, other, faults)
  for index, text in ipairs(record[field] or {}) do
    local place = entry_place(record, field, index)
    local from, to = span_of(text, year, place, faults)
    for number = from and days.number(from) or 1, from and days.number(to) or 0 do
      local day = days.of_number(number)
      if other[day] then
        fault.add(faults, place, N_"{day} is both a day off and a working day",
          { day = day }, N_"delete it from one of the lists")
      elseif field == "workdays" and days.weekday(day) <= 5 then
        fault.add(faults, place, N_"{day} is no weekend: it is worked anyway",
          { day = day }, N_"compare it with the notice")
      end
      into[day] = true
    end
  end
end

-- holidays.read(ctx, document) → what calendar.lua counts with. ctx = { faults }.
function holidays.read(ctx, document)
  local known = calendar.new()
  local typed = read.document(ctx, schema.calendar, document)
  for _, name in ipairs(typed and typed.years and typed.years.order or {}) do
    local record, year = typed.years.of[name], math.tointeger(tonumber(name))
    if not name:find("^%d%d%d%d$") then
      fault.add(ctx.faults, read.key_place(typed.years, name), N_"{year} is no year",
        { year = name })
    else
      add_days(record, "holidays", year, known.holidays, known.workdays, ctx.faults)
      add_days(record, "workdays", year, known.workdays, known.holidays, ctx.faults)
      known.years[name] = record.unconfirmed and "unconfirmed" or "known"
    end
  end
  return known
end

return holidays
