-- What is wrong in a file, and where. A fault is data: the host translates its
-- texts, fills their {names} and prints all faults together, sorted by place.

local fault = {}

-- Marks a text that people may read, for the translators' tools.
function fault.N_(text) return text end

local N_ = fault.N_

-- A position is one number in `at` (host/value/yaml.h).
function fault.place(file, position)
  position = position or 0
  return { file = file, line = position // 65536, column = position % 65536 }
end

-- The word most like `word`, or nil: one slip in three letters is forgiven.
local function distance(a, b)
  if #a > 48 or #b > 48 then return 1000 end
  local row = {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    local diagonal = row[0]
    row[0] = i
    for j = 1, #b do
      local above = row[j]
      local cost = diagonal + (a:byte(i) == b:byte(j) and 0 or 1)
      row[j] = math.min(cost, above + 1, row[j - 1] + 1)
      diagonal = above
    end
  end
  local longest = math.max(#a, #b)
  return row[#b] <= 1 + longest // 3 and row[#b] or 1000
end

function fault.nearest(word, known)
  local best, nearest = 1000, nil
  for _, candidate in ipairs(known) do
    local d = distance(candidate, word)
    if d < best then best, nearest = d, candidate end
  end
  return nearest
end

-- Who has made so many mistakes mends those first.
local MOST = 200
local SUGGESTED = 20
local told = {} -- errors by list

local function is_one_too_many(faults, place)
  local count = (told[faults] or 0) + 1
  told[faults] = count
  if count == MOST + 1 then
    faults[#faults + 1] = { file = place.file, line = place.line, column = place.column,
      severity = "error", text = N_"more than {count} errors", args = { count = MOST },
      hint = N_"mend the others first" }
  end
  return count > MOST
end

-- Whether looking for more is no use.
function fault.is_full(faults) return (told[faults] or 0) > MOST end

local function add(faults, severity, place, text, args, hint)
  if severity == "error" and is_one_too_many(faults, place) then return end
  faults[#faults + 1] = {
    file = place.file, line = place.line, column = place.column,
    severity = severity, text = text, args = args or {}, hint = hint,
  }
end

-- fault.add(faults, place, text, args, hint): an error.
function fault.add(faults, place, text, args, hint)
  add(faults, "error", place, text, args, hint)
end

-- Something to look at that does not stop the work.
function fault.warn(faults, place, text, args, hint)
  add(faults, "warning", place, text, args, hint)
end

-- Something to know.
function fault.note(faults, place, text, args, hint)
  add(faults, "note", place, text, args, hint)
end

-- A message that is no fault: a reason in a record, a notice in a report.
function fault.message(text, args)
  return { text = text, args = args or {} }
end

-- An unknown id, with the known one that it resembles. That is looked for only as long
-- as there are few mistakes: it takes longer than everything else.
function fault.unknown(faults, place, text, id, known, section)
  local near = (told[faults] or 0) < SUGGESTED and fault.nearest(id, known) or nil
  add(faults, "error", place, text, { id = id, nearest = near, section = section },
    near and N_"did you mean {nearest}?" or nil)
end

return fault
