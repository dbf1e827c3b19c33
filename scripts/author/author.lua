-- The engine as offices call it: all that a facility may call (scripts/zicha/main.lua), and
-- what the authors of plans ask besides. A check loads nothing of this folder.

local cases = require "cases"
local catalogue = require "catalogue"
local chinese = require "chinese"
local explain = require "explain"
local library = require "library"
local lint = require "lint"
local main = require "main"
local new = require "new"
local resolve = require "resolve"
local schedule = require "schedule"
local show = require "show"
local skeleton = require "skeleton"
local three_way = require "three_way"
local update_notes = require "update_notes"
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

-- diff(package) → { faults, plan, differences, … }: what another package has differently, and
-- what the notes about a new version say besides (update_notes.lua)
function author.diff(package)
  local other = resolve.package(package)
  if main.errors_in(other.faults) > 0 then return { faults = other.faults } end
  local notes = update_notes.of(main.opened(), other)
  notes.faults = other.faults
  return notes
end

local function identity(opened)
  local layer = opened.layers[#opened.layers]
  return { id = layer.id, title = layer.title, version = layer.version }
end

-- three_way{ new, child, upon, faults } → { faults, of } or three_way.of's result with the
-- identities of all: the open package is the parent as it was; `new` the same as it is now,
-- `child` and `upon` the package upon the one and upon the other. `upon` is missing where its
-- files do not go together, and `faults` say why. `of` names the package that has errors.
function author.three_way(args)
  local old, new = main.opened(), resolve.package(args.new)
  if main.errors_in(new.faults) > 0 then return { faults = new.faults, of = "new" } end
  local child = resolve.package(args.child)
  local errors = three_way.errors(child)
  if #errors > 0 then return { faults = errors, of = "child" } end
  local faults = args.faults or list {}
  for _, one in ipairs(args.upon and resolve.package(args.upon).faults or {}) do
    faults[#faults + 1] = one
  end
  local result = three_way.of { old = old, new = new, child = child, faults = faults }
  result.old, result.new, result.child = identity(old), identity(new), identity(child)
  return result
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
