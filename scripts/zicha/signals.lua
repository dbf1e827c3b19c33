-- Signals that a self-check was gone through for show: which rules look for them. Those of
-- scripts/rules/perfunctory.lua, and those that the plan names under `signals`.

local library = require "library"

local signals = {}

local STEM = "perfunctory"

-- The rules that zicha brings, in the order of their file.
local function shipped(opened)
  opened.catalogue = opened.catalogue
    or library.catalogue({ faults = list {} }, opened.rule_library)
  local file, found = opened.catalogue.of[STEM], list {}
  for _, name in ipairs(file and file.rules.order or {}) do
    local rule = file.rules.of[name]
    found[#found + 1] = { rule = STEM .. "." .. name, title = rule.title, exempt = rule.exempt,
      limits = rule.limits, own = false }
  end
  return found
end

-- [{ rule, title, exempt, limits, own }]: each rule once, the plan's own behind the others; `own` ones are
-- told by the words of the plan.
function signals.of(opened)
  local found, seen = shipped(opened), {}
  for _, signal in ipairs(found) do seen[signal.rule] = signal end
  for _, entry in ipairs(opened.plan.signals or {}) do
    for _, rule in ipairs(entry.rules or {}) do
      if seen[rule] then
        seen[rule].title = entry.title
      else
        seen[rule] = { rule = rule, title = entry.title, own = true }
        found[#found + 1] = seen[rule]
      end
    end
  end
  return found
end

-- Rule files and runs, as runs.of gives them.
function signals.runs(opened)
  local stems, planned, have = list {}, list {}, {}
  for _, signal in ipairs(signals.of(opened)) do
    local stem = signal.rule:match("^[^.]+")
    if not have[stem] then stems[#stems + 1] = stem end
    have[stem] = true
    planned[#planned + 1] = { key = signal.rule, rule = signal.rule, names = list {} }
  end
  return stems, planned
end

return signals
