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

local update_notes = {}

-- What a question is about: where one of these is another one, the old answer does not say
-- what is asked now.
local asked_anew = { kind = true, ask = true, answer = true, choices = true, problem_if = true,
  across = true, parts = true, per = true, or_ask = true, evidence = true, at_least = true }

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

local function is_asked(items, id)
  local item = items[id]
  return item ~= nil and entries.is_asked(item)
end

-- The ids of items that somebody has to answer again, or for the first time.
local function questions(found, old, new)
  local of_old = lists.index(old.plan, { key = "items" })
  local of_new = lists.index(new.plan, { key = "items" })
  local first, again, gone, seen = list {}, list {}, list {}, {}
  for _, change in ipairs(found) do
    local id = change.id
    if change.section == "items" and not seen[id] then
      local before, after = is_asked(of_old, id), is_asked(of_new, id)
      local into = not before and after and first or before and not after and gone
        or before and after and asked_anew[change.field] and again
      if into then
        into[#into + 1] = { id = id, title = lists.titled(of_new[id] or of_old[id]) }
        seen[id] = true
      end
    end
  end
  return { first = first, again = again, gone = gone }
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
    differences = found, questions = questions(found, old, new),
    titles = titles_of(old.plan, new.plan) }
end

return update_notes
