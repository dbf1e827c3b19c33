-- Parameters: from the text of a value to the type that it declares, and the names under
-- which expressions know them.

local days = require "days"
local fault = require "fault"
local read = require "read"

local N_ = fault.N_

local parameters = {}

local function number_of(text)
  if text:find("^%-?%d+$") and #text < 16 then return math.tointeger(tonumber(text)) end
  if text:find("^%-?%d+%.%d+$") and #text < 18 then return text end
end

local typed = {}

function typed.number(value)
  return type(value) == "string" and number_of(value) or nil
end

function typed.text(value)
  return type(value) == "string" and value or nil
end

function typed.bool(value)
  if value == "yes" or value == "true" or value == "是" then return true end
  if value == "no" or value == "false" or value == "否" then return false end
end

function typed.date(value)
  return type(value) == "string" and days.read(value, days.written) or nil
end

function typed.list(value)
  if type(value) ~= "table" then return nil end
  local result = list {}
  for _, entry in ipairs(value) do
    if type(entry) ~= "string" then return nil end
    result[#result + 1] = entry
  end
  return result
end

function typed.map(value)
  if type(value) ~= "table" then return nil end
  local result, numbers = {}, true
  for key, entry in pairs(value) do
    if type(entry) ~= "string" then return nil end
    numbers = numbers and number_of(entry) ~= nil
    result[key] = entry
  end
  if numbers then
    for key, entry in pairs(result) do result[key] = number_of(entry) end
  end
  return result
end

function typed.table(value) return value end

-- The value of a type that a raw one is, or nil.
function parameters.value(kind, raw)
  if kind then return typed[kind](raw) end
end

-- Gives a parameter's text the type it declares. A blank is no value yet.
function parameters.type(ctx, parameter)
  if not parameter.type or parameter.value == nil then return end
  local raw = parameter.value
  if type(raw) == "string" and read.is_blank(raw) then
    parameter.value, parameter.blank = nil, raw
    return
  end
  parameter.blank = nil
  local value = parameters.value(parameter.type, raw)
  if value == nil then
    fault.add(ctx.faults, read.place(parameter, "value"),
      N_"this is not a value of the type {type}", { type = parameter.type })
  end
  parameter.value = value
end

-- A parameter's name entry for a value (its own, or one that an item gives it).
function parameters.name(id, parameter, value)
  local entry = { space = "p", name = id, type = parameter.type, value = value, fixed = true }
  if parameter.type == "list" then
    entry.element = "text"
  elseif parameter.type == "map" then
    entry.element = "number"
    for _, member in pairs(value or {}) do
      if math.type(member) == nil and not tostring(member):find("^%-?%d+%.%d+$") then
        entry.element = "text"
      end
    end
  end
  return entry
end

function parameters.names(plan)
  local names = list {}
  for _, id in ipairs(plan.parameters.order) do
    local parameter = plan.parameters.of[id]
    names[#names + 1] = parameters.name(id, parameter, parameter.value)
  end
  return names
end

return parameters
