-- Parameters: from the text of a value to the type that it declares, and the names under
-- which expressions know them.

local at = require "at"
local days = require "days"
local fault = require "fault"
local plan_tables = require "plan_tables"
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

-- Numbers if all of its values are: a map has values of one kind.
function typed.map(value)
  if type(value) ~= "table" or #value > 0 then return nil end
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

-- The value of a type that a raw one is, or nil. A table is one only with its columns
-- (plan_tables.lua).
function parameters.value(kind, raw)
  local read_as = kind and typed[kind]
  if read_as then return read_as(raw) end
end

-- The first entry of a list or map that the draft leaves open (____).
local function open_entry(raw)
  for _, entry in pairs(raw) do
    if type(entry) == "string" and entry:find("__", 1, true) then return entry end
  end
end

-- A map's value without words is a slip: nobody would see that the key means nothing.
local function check_values(ctx, parameter)
  local node, file = read.node(parameter, "value")
  for key, entry in pairs(parameter.value) do
    if type(key) == "string" and type(entry) == "string" and not entry:find("%S") then
      fault.add(ctx.faults, fault.place(file, at.key(node, key)),
        N_"the key {key} has no value", { key = key }, N_"write a value, or delete the line")
    end
  end
end

-- Gives a parameter's text the type it declares. A blank is no value yet: of a list, map or
-- table that has one somewhere `draft` keeps what is written.
function parameters.type(ctx, parameter)
  if not parameter.type or parameter.value == nil then return end
  local raw = parameter.value
  if parameter.columns and parameter.type ~= "table" then
    fault.add(ctx.faults, read.place(parameter, "columns"),
      N_"columns belong to parameters of the type table")
  end
  parameter.blank, parameter.draft = nil, nil
  if type(raw) == "string" and read.is_blank(raw) then
    parameter.value, parameter.blank = nil, raw
    return
  elseif parameter.type == "table" then
    return plan_tables.type(ctx, parameter)
  elseif parameter.type == "map" and type(raw) == "table" then
    check_values(ctx, parameter)
  end
  local open = type(raw) == "table" and open_entry(raw)
  if open and parameters.value(parameter.type, raw) ~= nil then
    parameter.value, parameter.blank, parameter.draft = nil, open, raw
    return
  end
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
    for _, member in pairs(value or parameter.draft or {}) do
      local is_number = math.type(member) or number_of(member)
      if not is_number and not member:find("__", 1, true) then entry.element = "text" end
    end
  end
  return entry
end

-- Tables are no names: rules join them.
function parameters.names(plan)
  local names = list {}
  for _, id in ipairs(plan.parameters.order) do
    local parameter = plan.parameters.of[id]
    if parameter.type ~= "table" then
      names[#names + 1] = parameters.name(id, parameter, parameter.value)
    end
  end
  return names
end

-- The rows of table parameters, for rules that are Lua: c.p.NAME.
function parameters.tables(plan)
  local entries = list {}
  for _, id in ipairs(plan.parameters.order) do
    local parameter = plan.parameters.of[id]
    if parameter.type == "table" and parameter.value then
      entries[#entries + 1] = { space = "p", name = id, type = "table",
        value = plan_tables.values(parameter) }
    end
  end
  return entries
end

return parameters
