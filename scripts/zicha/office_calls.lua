-- What the host asks of a plan for an office that collects reports. The modules behind it
-- are read when they are first asked: no check of a facility needs them.

local workdays = require "workdays"

local office_calls = { calls = {} }

local calls = office_calls.calls

-- Reads office.yaml: office.lua.
function office_calls.read(ctx, document) return require("office").read(ctx, document) end
function office_calls.plain(typed) return require("office").plain(typed) end

-- office_checklist{ sha256 } → the entries of a facility's report (office.checklist).
function calls.office_checklist(opened, args)
  return require("office").checklist(opened, args)
end

-- office_classes{ classes } → what the plan wants of each class (office.classes).
function calls.office_classes(opened, args) return require("office").classes(opened, args) end

-- The rules by which reports of facilities are looked at (signals.lua): { stems, runs }.
function office_calls.signal_runs(opened) return require("signals").runs(opened) end

-- office_signals{} → { signals: [{rule, title, exempt, limits, own}] } (signals.of).
function calls.office_signals(opened) return { signals = require("signals").of(opened) } end

-- office_points{}, office_steps{ spans, sums }: what points come to (scoring.lua).
function calls.office_points(opened) return require("scoring").table_of(opened.plan) end
function calls.office_steps(opened, args)
  return { steps = require("scoring").steps(opened.plan, args.spans, args.sums) }
end

-- office_credit{ cases } → { listed: [{case, reason}], open, sanctions, lists } (credit.of).
function calls.office_credit(opened, args) return require("credit").of(opened.plan, args.cases) end

-- office_rounds{ today, calendar } → { rounds, source, notices } (rounds.of).
function calls.office_rounds(opened, args, office)
  return require("rounds").of(opened.plan, office or {}, workdays.times(opened.plan, args))
end

-- office_statistics{ figures, measures, cases, manual, collected } → the rows of the plan's
-- 量化统计表 (office_statistics.of).
function calls.office_statistics(opened, args)
  return require("office_statistics").of(opened.plan, args)
end

-- office_table{ groups, manual, previous, previous_manual } → the same with columns
-- (office_table.of).
function calls.office_table(opened, args)
  return require("office_table").of(opened.plan, args)
end

-- office_measures{} → the ids of its rows that measures fill: what is summed of the reports; and
-- `rates`, rows whose parts do not add up.
function calls.office_measures(opened)
  local ids = list {}
  for _, row in ipairs(opened.plan.statistics and opened.plan.statistics.rows or {}) do
    if row.from == "measure" and not row.unknown then ids[#ids + 1] = row.id end
  end
  return { ids = ids, rates = require("office_table").rates(opened.plan) }
end

-- office_registers{} → the registers that the plan wants (registers.of).
function calls.office_registers(opened)
  return { registers = require("registers").of(opened.plan) }
end

-- office_register_rows{ register, text, known } → the rows of a list for one of them (registers.read).
function calls.office_register_rows(opened, args)
  return require("registers").read(opened, args)
end

return office_calls
