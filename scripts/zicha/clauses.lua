-- source.md: the document's clauses, numbered, so that every item can point at the
-- words it comes from. One paragraph a clause, beginning with [ID].

local fault = require "fault"

local N_ = fault.N_

local clauses = {}

-- Reads the text. Returns { order = {id, …}, text = {id → words}, line = {id → line} }.
function clauses.read(file, text, faults)
  local result = { file = file, order = list {}, text = {}, line = {} }
  local number, current = 0, nil
  for line in (text .. "\n"):gmatch("(.-)\r?\n") do
    number = number + 1
    local id, words = line:match("^%[([%d%.%l]+)%]%s*(.*)$")
    if id then
      current = id
      if result.text[id] then
        fault.add(faults, { file = file, line = number, column = 1 },
          N_"the clause {id} stands twice", { id = id },
          N_"give the repeated number a letter, such as 3b.1")
      else
        result.order[#result.order + 1] = id
        result.line[id] = number
        result.text[id] = words
      end
    elseif line == "" or line:sub(1, 1) == "#" or line:sub(1, 1) == ">" then
      current = nil -- a heading or a remark is no part of a clause
    elseif current then
      result.text[current] = result.text[current] .. line
    end
  end
  return result
end

-- Checks one reference { id, quote } at a place.
function clauses.check(source, clause, place, faults)
  local text = source.text[clause.id]
  if not text then
    fault.unknown(faults, place, N_"the clause {id} is not in source.md", clause.id,
      source.order)
  elseif clause.quote and not text:find(clause.quote, 1, true) then
    fault.add(faults, place, N_"the clause {id} does not hold the words «{quote}»",
      { id = clause.id, quote = clause.quote }, N_"quote it as source.md has it")
  end
end

return clauses
