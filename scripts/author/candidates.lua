-- What could be answered to a question, or stand in a field of the facility, so that a
-- condition comes out one way or the other: the likeliest first.

local days = require "days"
local questions = require "questions"
local terms = require "terms"

local candidates = {}

-- ---- what conditions speak of ----------------------------------------------------------

-- The literals of an expression, and the values of the parameters in it: numbers and texts
-- as they are written.
function candidates.literals(plan, expression)
  local found = { numbers = {}, texts = {} }
  local function take(value)
    if type(value) == "table" then
      for _, entry in pairs(value) do take(entry) end
    elseif math.type(value) == "integer" then
      found.numbers[#found.numbers + 1] = tostring(value)
    elseif type(value) == "string" and value:find("^%d+%.%d+$") then
      found.numbers[#found.numbers + 1] = value
    elseif type(value) == "string" then
      found.texts[#found.texts + 1] = value
    end
  end
  local rest = expression:gsub("%b\"\"", function(text) take(text:sub(2, -2)) return " " end)
  rest = rest:gsub("%b''", function(text) take(text:sub(2, -2)) return " " end)
  for id in rest:gmatch("%f[%w_.]p%.([%w_]+)") do
    local parameter = plan.parameters.of[id]
    if parameter then take(parameter.value) end
  end
  for number in rest:gmatch("%f[%w_.]%d+%.?%d*") do
    take(math.tointeger(tonumber(number)) or number)
  end
  return found
end

-- A number and its neighbours, one unit of the last digit apart; none below zero.
local function around(text)
  local fraction = text:match("%.(%d+)$")
  local scale = fraction and math.tointeger(10 ^ #fraction) or 1
  local units = math.tointeger(tonumber((text:gsub("%.", ""))))
  local result = {}
  for _, step in ipairs { 0, 1, -1 } do
    local number = units and units + step
    if number and number >= 0 then
      result[#result + 1] = fraction
        and ("%d.%0" .. #fraction .. "d"):format(number // scale, number % scale)
        or tostring(number)
    end
  end
  return result
end

local function numbers_in(literals)
  local result = {}
  for _, number in ipairs(literals.numbers) do
    for _, near in ipairs(around(number)) do result[#result + 1] = near end
  end
  return result
end

local function days_in(literals, run)
  local result = {}
  local function near(day)
    for _, step in ipairs { 0, -1, 1, -366, 366 } do
      result[#result + 1] = days.add(day, step)
    end
  end
  near(run.today)
  for _, text in ipairs(literals.texts) do
    local day = days.read(text, days.written)
    if day then near(day) end
  end
  for _, day in pairs { run.from or false, run.to or false, run.issued or false } do
    if day then near(day) end
  end
  return result
end

-- ---- candidates ------------------------------------------------------------------------

local typed = {}

function typed.yesno() return { "是", "否" } end

function typed.number(literals)
  local result = { "0", "1" }
  for _, number in ipairs(numbers_in(literals)) do result[#result + 1] = number end
  for _, number in ipairs { "2", "5", "10", "100", "1000" } do result[#result + 1] = number end
  return result
end

-- Spot checks of thirty with none, one, as many wrong as the condition speaks of, and all;
-- then larger ones.
function typed.sample(literals)
  local result = { "30/0", "30/1" }
  for _, number in ipairs(numbers_in(literals)) do
    local wrong = math.tointeger(tonumber(number))
    if wrong then
      result[#result + 1] = ("%d/%d"):format(math.max(30, wrong), wrong)
      result[#result + 1] = ("%d/0"):format(wrong)
      result[#result + 1] = ("%d/1"):format(wrong)
    end
  end
  for _, all in ipairs { "30/30", "100/1", "100/10", "1000/1" } do result[#result + 1] = all end
  return result
end

function typed.date(literals, run) return days_in(literals, run) end

function typed.text(literals)
  local result = { "示例" }
  for _, text in ipairs(literals.texts) do result[#result + 1] = text end
  result[#result + 1] = "无"
  result[#result + 1] = ("示例"):rep(50)
  return result
end

function typed.choice(literals, run, question) return question.choices or {} end

-- What may be answered to a question: each as it is typed and as it is stored.
function candidates.answers(question, literals, run)
  local result, seen = {}, {}
  for _, text in ipairs(typed[question.answer](literals, run, question)) do
    local answer = not seen[text] and questions.parse(question, text)
    seen[text] = true
    if answer then result[#result + 1] = { text = text, answer = answer } end
  end
  return result
end

local facts = {}

-- What a field of the facility may be, by the kind of its type: { text, value }.
function facts.word(literals, run, spec)
  local result = {}
  for _, code in ipairs(terms.codes(spec.words)) do
    result[#result + 1] = { text = code, value = code }
  end
  return result
end

function facts.integer(literals)
  local result = { { text = "20", value = 20 }, { text = "0", value = 0 } }
  for _, number in ipairs(numbers_in(literals)) do
    local value = math.tointeger(tonumber(number))
    if value then result[#result + 1] = { text = tostring(value), value = value } end
  end
  result[#result + 1] = { text = "1000", value = 1000 }
  return result
end

function facts.bool() return { { text = "yes", value = true }, { text = "no", value = false } } end

function facts.day(literals, run)
  local result = {}
  for _, day in ipairs(days_in(literals, run)) do
    result[#result + 1] = { text = day, value = day }
  end
  return result
end

function facts.text(literals)
  local result = {}
  for _, text in ipairs(literals.texts) do
    if text ~= "" then result[#result + 1] = { text = text, value = text } end
  end
  result[#result + 1] = { text = "示例", value = "示例" }
  return result
end

function facts.list(literals)
  local result = {}
  for _, text in ipairs(literals.texts) do
    if text ~= "" then result[#result + 1] = { text = { text }, value = list { text } } end
  end
  if #literals.texts > 1 then
    result[#result + 1] = { text = literals.texts, value = list { table.unpack(literals.texts) } }
  end
  result[#result + 1] = { text = { "示例" }, value = list { "示例" } }
  return result
end

-- What a field of this type may be.
function candidates.facts(spec, literals, run)
  return facts[spec.kind](literals, run, spec)
end

return candidates
