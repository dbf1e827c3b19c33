-- Lists of problems that people enter: what they cost.

local tap = require "tap"
local enter = require "enter"
local ledger = require "ledger"

local ids = { "posted", "meetings", "rooms", "rooms_two" }
local items = {}
for index, id in ipairs(ids) do items[index] = { id = id, title = id, severity = "major" } end
local opened = { plan = { id = "county/test", title = "方案", items = items } }

-- An open problem of the second item: every fourth row of a list is cited to it.
local function new()
  local problem = ledger.apply(nil, { action = "found", by = "zicha", date = "2023-05-10",
    body = { plan = "county/test", item = "meetings", title = "会议", source = "self_check",
      severity = "major", certainty = "suspect", rows = 0 } })
  problem.no = 1
  return problem
end

local function list_of(count)
  local entries = {}
  for index = 1, count do
    entries[index] = { item = ids[index % 4 + 1], title = "问题" .. index, line = index + 1,
      found = ("2023-06-%02d"):format(index % 30 + 1) }
  end
  return entries
end

-- What is entered of a list of so many rows, and how many instructions of Lua it takes.
local function entered(count)
  local args = { entries = list_of(count), source = "inspection", by = "张某", date = "2023-06-30",
    next = 2, known = { meetings = { new() } }, list = "00", runs = {} }
  local thousands = 0
  debug.sethook(function() thousands = thousands + 1 end, "", 1000)
  local result = enter.steps(opened, args)
  debug.sethook()
  return result, thousands
end

tap.test("a list of four times as many rows takes about four times as many instructions", function(same)
  local small, few = entered(1000)
  local large, many = entered(4000)
  same(#small.steps .. " " .. #large.steps, "1000 4000")
  same(#large.steps[3997].problem.citations, 1000)
  same(many < 6 * few, true, ("%d and %d thousands"):format(few, many))
end)

tap.finish()
