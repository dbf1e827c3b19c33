-- Lists, maps and sections of plans: what they hold, and whether two of them hold the same.

local lists = {}

-- Whether `whole` has every entry of `part`.
function lists.holds_all(whole, part)
  local have = {}
  for _, entry in ipairs(whole) do have[entry] = true end
  for _, entry in ipairs(part) do
    if not have[entry] then return false end
  end
  return true
end

-- Whether two plain values would be written alike.
function lists.same(a, b)
  if a == b then return true end
  if type(a) ~= "table" or type(b) ~= "table" or #a ~= #b then return false end
  for key, value in unordered(a) do
    if not lists.same(value, b[key]) then return false end
  end
  for key in unordered(b) do
    if a[key] == nil then return false end
  end
  return true
end

-- The ids of a list of entries, or of a map with its order.
function lists.ids(entries)
  local ids = {}
  for _, id in ipairs(entries and entries.order or {}) do ids[#ids + 1] = id end
  for _, entry in ipairs(entries and not entries.order and entries or {}) do
    ids[#ids + 1] = entry.id
  end
  return ids
end

-- What people call an entry.
function lists.titled(entry) return entry.title or entry.artefact or entry.when end

-- The entries of a section that is a list: the plan's own, or one inside a record.
function lists.entries(plan, section)
  if section.within then
    local holder = plan[section.key]
    return holder and holder[section.within]
  end
  return plan[section.key]
end

-- The entries of a section by their ids; of a list this is made once, and whoever adds to
-- the section keeps it up to date, because plans have thousands of items.
function lists.index(plan, section)
  local entries = lists.entries(plan, section)
  if entries and entries.of then return entries.of end
  if section.map then return {} end
  plan.index = plan.index or {}
  if not plan.index[section.key] then
    local index = {}
    for _, entry in ipairs(entries or {}) do
      if entry.id then index[entry.id] = index[entry.id] or entry end
    end
    plan.index[section.key] = index
  end
  return plan.index[section.key]
end

return lists
