-- The engine as offices call it: all that a facility may call (scripts/zicha/main.lua), and
-- what the authors of plans ask besides. A check loads nothing of this folder.

local cases = require "cases"
local catalogue = require "catalogue"
local chinese = require "chinese"
local differences = require "differences"
local explain = require "explain"
local library = require "library"
local lint = require "lint"
local main = require "main"
local new = require "new"
local resolve = require "resolve"
local schedule = require "schedule"
local show = require "show"
local skeleton = require "skeleton"
local times = require "times"
local workdays = require "workdays"

local author = {}
for name, call in pairs(main) do author[name] = call end

-- ---- tests ---------------------------------------------------------------------------------

-- The cases of the package's tests (cases.lua).
function author.cases(args) return cases.read(main.opened(), args.documents) end
function author.case_faults(args) return cases.table_faults(main.opened(), args) end
function author.case_result(args) return cases.compare(args) end
function author.case_report(args) return cases.report(main.opened().plan, args) end
function author.new_cases(args) return skeleton.write(main.opened(), args) end

-- ---- the rule library ------------------------------------------------------------------------

-- open_library{ documents } → { faults }: from now on the library is what is open.
function author.open_library(args)
  local opened, faults = catalogue.open(args.documents)
  main.use(main.errors_in(faults) == 0 and opened or nil)
  return { faults = faults }
end

-- rules{ described, wanted } → { faults, files } or { error }: what the library holds
function author.rules(args) return catalogue.list(main.opened(), args) end

-- ---- new packages ---------------------------------------------------------------------

function author.new_plan(args)
  local opened = main.opened()
  return new.files(args, opened and library.trimmed(opened.plan))
end

function author.chinese(args) return { text = chinese.text(args) } end

-- ---- what a plan's author asks ---------------------------------------------------------

-- lint{ described, rule_texts, broken, marks } → { findings, accepted }
function author.lint(args) return lint.plan(main.opened(), args) end

-- explain{ id, field } → where the fields of an entry come from
function author.explain(args) return explain.entry(main.opened(), args.id, args.field) end

-- diff(package) → { faults, plan, differences }: what another package has differently
function author.diff(package)
  local own, other = main.opened().plan, resolve.package(package)
  if main.errors_in(other.faults) > 0 then return { faults = other.faults } end
  return { faults = other.faults,
    plan = { id = other.plan.id, title = other.plan.title, version = other.plan.version },
    differences = differences.of(library.trimmed(own), library.trimmed(other.plan),
      { dates = times.of(own) }) }
end

-- show() → the resolved plan, as a package without parents would hold it, by ids
function author.show() return show.plan(main.opened(), true) end

local function times_now(args) return workdays.times(main.opened().plan, args) end

-- paper{ today, calendar } → the same in the plan's own order, with its dates, for layouts
function author.paper(args)
  local shown = show.plan(main.opened(), false)
  local dated = schedule.of(main.opened().plan, times_now(args))
  shown.schedule, shown.doubtful_years = dated.entries, dated.doubtful_years
  shown.today = args.today
  return shown
end

-- dates{ today, calendar } → { entries, doubtful_years }: all days that the plan sets
function author.dates(args) return schedule.of(main.opened().plan, times_now(args)) end

return author
