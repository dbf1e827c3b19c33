-- By which runs of rules a plan's items are judged.

local fault = require "fault"
local judge = require "judge"
local read = require "read"

local N_ = fault.N_

local runs = {}

-- Items of one run may be split by different columns.
local function add_split(run, item, places)
  local known = places[run.key] or {}
  run.splits, places[run.key] = run.splits or list {}, known
  if known[item.split] then return end
  run.splits[#run.splits + 1] = { column = item.split, at = read.place(item, "split") }
  known[item.split] = #run.splits
end

-- The rules that the plan's items use: rule files, also of the measures that the plan wants,
-- runs {key, rule, names, splits}, and unions {item, runs}: what items with several rules add
-- up. Also the places of columns among the splits of a run, by its key.
function runs.of(plan, measures)
  local planned, seen, stems, have, places = list {}, {}, list {}, {}, {}
  local unions = list {}
  for _, id in ipairs(measures) do
    local stem = id:match("^[^.]+")
    if not have[stem] then stems[#stems + 1] = stem end
    have[stem] = true
  end
  for _, item in ipairs(plan.items) do
    local keys = list {}
    for _, rule in ipairs(not item.retired and item.rules or {}) do
      local key = judge.run_key(item, rule)
      keys[#keys + 1] = key
      local stem = rule:match("^[^.]+")
      if not have[stem] then
        have[stem] = true
        stems[#stems + 1] = stem
      end
      if not seen[key] then
        seen[key] = { key = key, rule = rule, names = list(item.own or {}) }
        planned[#planned + 1] = seen[key]
      end
      if item.split then add_split(seen[key], item, places) end
    end
    if #keys > 1 then unions[#unions + 1] = { item = item.id, runs = keys } end
  end
  return stems, planned, unions, places
end

-- One item's: [{rule, key, split}]; `split` is the place of its column among the run's.
local function of_one(item, places)
  local found = list {}
  for _, rule in ipairs(item.rules) do
    local key = judge.run_key(item, rule)
    found[#found + 1] = { rule = rule, key = key,
      split = item.split and places[key][item.split] }
  end
  return found
end

-- Those of all items that rules judge, by the item's id.
function runs.by_item(plan)
  local _, _, _, places = runs.of(plan, {})
  local items = {}
  for _, item in ipairs(plan.items) do
    if item.rules and not item.retired then items[item.id] = of_one(item, places) end
  end
  return items
end

-- { runs } of the item that is called so, or { error }.
function runs.of_item(plan, id)
  local known = {}
  local _, _, _, places = runs.of(plan, {})
  for _, item in ipairs(plan.items) do
    if item.id == id and item.rules and not item.retired then
      return { runs = of_one(item, places) }
    elseif item.id == id then
      return { error = fault.message(N_"the item {item} is judged by no rule: there are no rows",
        { item = id }) }
    end
    known[#known + 1] = item.id
  end
  local near = fault.nearest(id, known)
  local problem = fault.message(N_"the plan has no item {item}", { item = id, nearest = near })
  problem.hint = near and N_"did you mean {nearest}?" or nil
  return { error = problem }
end

return runs
