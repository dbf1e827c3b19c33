-- Groups of facility classes: 医院: [三级医院, …], 其他: {except: [医院]}. Scope and coverage
-- name classes or such groups.

local classes = {}

-- The classes that a list names, some of them perhaps groups themselves; each group counts
-- once, so that two groups that name each other do no harm.
local function any(plan, names, class, seen)
  for _, name in ipairs(names) do
    if classes.holds(plan, name, class, seen) then return true end
  end
  return false
end

-- Whether `class` is `name`, or belongs to the group of that name.
function classes.holds(plan, name, class, seen)
  if name == class then return true end
  local group = plan.classes and plan.classes.of[name]
  seen = seen or {}
  if not group or seen[name] then return false end
  seen[name] = true
  local found
  if group.except then
    found = not any(plan, group.except, class, seen)
  else
    found = any(plan, group, class, seen)
  end
  seen[name] = nil
  return found
end

return classes
