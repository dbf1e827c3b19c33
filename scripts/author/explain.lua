-- Where each field of an entry comes from: the layers that said something about it, the
-- root first, with file and line.

local fault = require "fault"
local layers = require "layers"
local library = require "library"
local lists = require "lists"
local plain = require "plain"
local plan_tables = require "plan_tables"
local read = require "read"
local schema = require "schema"

local N_ = fault.N_

local explain = {}

-- What stood in a field, layer by layer; the last is what counts.
local function history_of(opened, entry, field)
  local key, spec, steps = field[1], field[3], list {}
  local function step(value, place, change)
    local layer = opened.layer_of(place.file)
    local rows = key == "value" and entry.type == "table" and value
    steps[#steps + 1] = { value = rows and plan_tables.shown(entry, rows)
        or plain.shown(spec, value, opened.plan), layer = layer.id,
      file = place.file, line = place.line, reason = change and change.reason,
      authorised_by = change and change.authorised_by }
  end
  local changes = entry.said_before and entry.said_before[key] or {}
  for index, change in ipairs(changes) do
    step(change.was, change.before, changes[index - 1])
  end
  step(entry[key], read.place(entry, key), changes[#changes])
  return steps
end

-- Of the members of a set: which layer took in or left out which.
local function history_of_members(opened, set)
  local steps = list {}
  for _, change in ipairs(opened.deviations) do
    if change.section == "sets" and change.id == set.id and change.field == "members" then
      local added = change.shown_to ~= "—"
      steps[#steps + 1] = { value = (added and "+ " or "- ")
          .. (added and change.shown_to or change.shown_from),
        layer = change.layer, file = change.place.file, line = change.place.line,
        reason = change.reason, authorised_by = change.authorised_by }
    end
  end
  return steps
end

local function find(plan, wanted)
  local section_wanted, id_wanted = wanted:match("^([%a_]+)%.([%w_]+)$")
  local found, known = {}, {}
  for _, section in ipairs(schema.sections) do
    for _, pair in ipairs(layers.entries(plan, section)) do
      local matches = pair[1] == wanted
        or section.key == section_wanted and pair[1] == id_wanted
      if matches then found[#found + 1] = { section, pair[1], pair[2] } end
      known[#known + 1] = pair[1]
    end
  end
  return found, known
end

local function problem_of(text, args, hint)
  local problem = fault.message(text, args)
  problem.hint = hint
  return { error = problem }
end

local function sections_of(opened)
  local keys = {}
  for _, section in ipairs(schema.sections) do
    if #layers.entries(opened.plan, section) > 0 then keys[#keys + 1] = section.key end
  end
  return table.concat(keys, " ")
end

local function removed_by(opened, wanted)
  for _, section in pairs(opened.removed) do
    if section[wanted] then return section[wanted] end
  end
end

-- What the rule library says of an item's rules.
local function rules_of(opened, item)
  local rules = list {}
  for _, id in ipairs(item.rules or {}) do
    local rule = library.rule(opened, id)
    if rule then
      rules[#rules + 1] = { id = id, title = rule.title, number = rule.number,
        basis = library.basis(rule), exempt = rule.exempt, limits = rule.limits }
    end
  end
  return #rules > 0 and rules or nil
end

-- { id, field } → { section, id, title, fields: [{key, title, steps}], rules } or { error };
-- `rules` are those of an item that the rule library knows.
function explain.entry(opened, id, only)
  local found, known = find(library.trimmed(opened.plan), id)
  if #found == 0 then
    local removed = removed_by(opened, id)
    if removed then
      return problem_of(N_"{id} was removed by {layer}, at {file}:{line}",
        { id = id, layer = removed.layer, file = removed.place.file,
          line = removed.place.line })
    end
    local near = fault.nearest(id, known)
    return problem_of(N_"the plan has no entry {id}",
      { id = id, nearest = near, list = not near and sections_of(opened) or nil },
      near and N_"did you mean {nearest}?" or N_"it has entries in: {list}; write ID or SECTION.ID")
  elseif #found > 1 then
    local names = {}
    for index, entry in ipairs(found) do names[index] = entry[1].key .. "." .. entry[2] end
    return problem_of(N_"{id} stands in several sections", { id = id,
      list = table.concat(names, " ") }, N_"write one of: {list}")
  end
  local section, entry = found[1][1], found[1][3]
  local result, keys = list {}, {}
  for _, field in ipairs(section.fields) do
    keys[#keys + 1] = field[1]
    keys[#keys + 1] = field[2]
    if entry[field[1]] ~= nil and (not only or only == field[1] or only == field[2]) then
      local steps = history_of(opened, entry, field)
      if section.key == "sets" and field[1] == "members" then
        local whole = steps
        steps = history_of_members(opened, entry)
        for _, step in ipairs(whole) do steps[#steps + 1] = step end
      end
      result[#result + 1] = { key = field[1], title = field[2], steps = steps }
    end
  end
  if only and #result == 0 then
    local near = fault.nearest(only, keys)
    return problem_of(N_"{id} has no field {field}", { id = id, field = only,
      nearest = near }, near and near ~= only and N_"did you mean {nearest}?" or nil)
  end
  return { section = section.key, section_title = section.title, id = found[1][2],
    title = lists.titled(entry), fields = result,
    rules = section.key == "items" and not only and rules_of(opened, entry) or nil }
end

return explain
