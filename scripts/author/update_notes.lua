-- What an office tells the facilities when its plan has a new version: the differences, who
-- allowed what asks for less, and which questions are asked again. reports/plan_update_notes.lua
-- writes it as a paper.

local differences = require "differences"
local entries = require "entries"
local layers = require "layers"
local library = require "library"
local lists = require "lists"
local plain = require "plain"
local schema = require "schema"
local times = require "times"
local upgrade = require "upgrade"

local update_notes = {}

-- What an answer answers (upgrade.lua), and for what an item is asked several times.
local function question_of(item)
  return { question = upgrade.question_of(item), across = item.across, per = item.per,
    parts = item.parts and plain.value({ kind = "list", of = { kind = "record",
      fields = { { "id", "", { kind = "text" } } } } }, item.parts) }
end

local head_fields = { "id", "title", "number", "version", "issuer", "issued", "level", "region",
  "kind" }

local function head_of(plan)
  local head = {}
  for _, key in ipairs(head_fields) do
    head[key] = plain.value(schema.names(schema.plan.fields)[key][3], plan[key])
  end
  return head
end

-- The deviation from its parents that a plan owns up to in a field.
local function deviation_of(opened, change)
  for index = #opened.deviations, 1, -1 do
    local one = opened.deviations[index]
    if one.direction == "looser" and one.section == change.section and one.id == change.id
      and (change.change == "removed" or one.field == change.field) then
      return one
    end
  end
end

-- What asks for less: the number of the document that allows it. `allowed` tells what is still
-- no less than the plan above asks, which needs no document.
local function add_authority(opened, change)
  if change.direction ~= "looser" then return end
  local deviation = deviation_of(opened, change)
  change.authorised_by = deviation and deviation.authorised_by
  if #opened.layers == 1 then
    change.authorised_by = change.authorised_by or opened.plan.number
  elseif not deviation then
    change.allowed = true
  end
end

local function is_asked(item) return item ~= nil and entries.is_asked(item) end

-- The items that somebody has to answer for the first time, again, or no more, in the order of
-- the plans.
local function tasks(old, new)
  local of_old = lists.index(old.plan, { key = "items" })
  local of_new = lists.index(new.plan, { key = "items" })
  local found = { first = list {}, again = list {}, gone = list {} }
  local now, was = differences.renamed(old.plan, new.plan)
  local function add(into, item)
    into[#into + 1] = { id = item.id, title = lists.titled(item) }
  end
  for _, item in ipairs(new.plan.items) do
    local before = of_old[was[item.id] or item.id]
    if is_asked(item) and not is_asked(before) then
      add(found.first, item)
    elseif is_asked(item) and not lists.same(question_of(before), question_of(item)) then
      add(found.again, item)
    end
  end
  for _, item in ipairs(old.plan.items) do
    if is_asked(item) and not is_asked(of_new[now[item.id] or item.id]) then
      add(found.gone, item)
    end
  end
  return found
end

local function count_asked(plan)
  local count = 0
  for _, item in ipairs(plan.items) do
    if entries.is_asked(item) then count = count + 1 end
  end
  return count
end

-- What ids in the differences are called.
local function titles_of(...)
  local titles = {}
  for _, plan in ipairs { ... } do
    for _, section in ipairs(schema.sections) do
      for _, pair in ipairs(layers.entries(plan, section)) do
        titles[pair[1]] = lists.titled(pair[2]) or titles[pair[1]]
      end
    end
  end
  return titles
end

-- { old, new: number, title, version …; items: {old, new} numbers of items that are asked;
-- differences, as of `plan diff`, with `authorised_by` or `allowed`; questions: {first, again,
-- gone} of {id, title}; titles: of ids }
function update_notes.of(old, new)
  local found = differences.of(library.trimmed(old.plan), library.trimmed(new.plan),
    { dates = times.of(old.plan) })
  for _, change in ipairs(found) do add_authority(new, change) end
  return { old = head_of(old.plan), new = head_of(new.plan),
    plan = { id = new.plan.id, title = new.plan.title, version = new.plan.version },
    items = { old = count_asked(old.plan), new = count_asked(new.plan) },
    differences = found, questions = tasks(old, new),
    titles = titles_of(old.plan, new.plan) }
end

return update_notes
