-- What a person is asked, and what the answer means.
--
-- A question is { ask, answer, choices, problem_if }. An answer, as it is stored, is
-- { value, note } or { na = reason }; value is true/false, an integer or a decimal
-- text, an ISO date, a text, or { checked, wrong } of a spot check.

local days = require "days"
local fault = require "fault"
local terms = require "terms"

local N_ = fault.N_

local questions = {}

-- What an office is asked of a duty of its own: what the item asks, else whether it was done.
local function of_duty(item)
  if item.answer and item.problem_if then
    return item.ask and item or { ask = item.text or item.title, answer = item.answer,
      choices = item.choices, problem_if = item.problem_if }
  end
  return { ask = item.ask or ("是否做到：%s？"):format(item.text or item.title),
    answer = "yesno", problem_if = "no" }
end

-- The question of an item; of a data item the one that stands in for its tables. Only an
-- office is asked about its own duties.
function questions.of(item, is_office)
  if is_office and item.kind == "external" then return of_duty(item) end
  if item.kind == "question" then return item end
  if item.kind == "data" then return item.or_ask end
  if item.kind == "evidence" then
    return { ask = item.ask or item.title, answer = "yesno", problem_if = "no" }
  end
  if item.kind == "task" then
    return { ask = item.ask or item.title, answer = "number",
      problem_if = ("answer < %d"):format(item.at_least or 1) }
  end
end

local narrow = {
  ["０"] = "0", ["１"] = "1", ["２"] = "2", ["３"] = "3", ["４"] = "4", ["５"] = "5",
  ["６"] = "6", ["７"] = "7", ["８"] = "8", ["９"] = "9", ["．"] = ".", ["－"] = "-",
  ["／"] = "/", ["　"] = " ",
}

local function tidy(text)
  text = text:gsub("[\xef\xe3][\xbc\x80][\x80-\xbf]", narrow)
  return text:match("^%s*(.-)%s*$")
end

local words = {
  yes = true, y = true, ["是"] = true, ["有"] = true, ["√"] = true, ["1"] = true,
  ["true"] = true,
  no = false, n = false, ["否"] = false, ["无"] = false, ["×"] = false, ["0"] = false,
  ["false"] = false,
}

local parsers = {}

function parsers.yesno(text)
  local value = words[text:lower()]
  if value == nil then
    return nil, fault.message(N_"«{answer}» is neither yes nor no", { answer = text })
  end
  return value
end

-- What is asked for is counted or measured: nothing of it is below zero.
function parsers.number(text)
  if text:find("^%d+$") and #text < 16 then return math.tointeger(tonumber(text)) end
  if text:find("^%d+%.%d+$") and #text < 18 then return text end
  if text:find("^%-%d+%.?%d*$") then
    return nil, fault.message(N_"«{answer}» is below zero", { answer = text }),
      N_"write a number of 0 or more"
  end
  return nil, fault.message(N_"«{answer}» is not a number", { answer = text })
end

local day_forms = { "^(%d%d%d%d)[-/.年](%d%d?)[-/.月](%d%d?)$",
  "^(%d%d%d%d)年(%d%d?)月(%d%d?)日$" }

function parsers.date(text)
  local day = days.read(text, day_forms)
  if day then return day end
  return nil, fault.message(N_"«{answer}» is not a day such as 2023-05-01",
    { answer = text })
end

function parsers.text(text) return text end

-- A choice by its words or by its number in the list.
function parsers.choice(text, question)
  local choices = question.choices or {}
  local number = math.tointeger(tonumber(text))
  if number and choices[number] then return choices[number] end
  for _, choice in ipairs(choices) do
    if choice == text then return choice end
  end
  return nil, fault.message(N_"«{answer}» is not one of: {list}",
    { answer = text, list = table.concat(choices, "、") })
end

-- Whether what stands behind 50/3 is a note: words behind a space or in brackets. More
-- figures or signs belong to another notation (60/0.5, 2023/5/6), which is not guessed at.
local function is_note(rest)
  if rest == "" then return true end
  local behind = rest:match("^%s+(.*)$")
  if behind then return not behind:find("^[/.,%-]") end
  return rest:find("^[%(%[]") ~= nil or rest:find("^（") ~= nil or rest:find("^【") ~= nil
end

-- 1,000/5 and 1,000: the comma belongs to the number.
local function is_grouped(sign, wrong, rest)
  return sign == "," and #wrong == 3 and (rest:find("^%s*%d") or wrong:find("^0")) ~= nil
end

-- 50/3: of 50 that were checked 3 were wrong. Text after it is a note.
function parsers.sample(text)
  local checked, sign, wrong, rest =
    text:gsub("^(%d+%s*)，", "%1,"):match("^(%d+)%s*([/ ,])%s*(%d+)(.*)$")
  if not checked then
    return nil, fault.message(N_"«{answer}» is not a spot check",
      { answer = text }), N_"write checked/wrong, such as 50/3"
  end
  if not is_note(rest) or is_grouped(sign, wrong, rest) then
    return nil, fault.message(N_"«{answer}» is not a spot check", { answer = text }),
      N_"write checked/wrong, such as 50/3, without thousands separators; a note goes behind a space or in brackets"
  end
  local note = rest:match("^%s*(.*)$")
  checked, wrong = math.tointeger(tonumber(checked)), math.tointeger(tonumber(wrong))
  if not checked or not wrong or wrong > checked then
    return nil, fault.message(N_"{wrong} wrong ones of {checked} checked cannot be",
      { wrong = wrong or 0, checked = checked or 0 })
  end
  return { checked = checked, wrong = wrong }, nil, nil, note ~= "" and note or nil
end

-- Reads what somebody typed or wrote into a sheet. Returns { value, note } or nil and
-- { text, args, hint }.
function questions.parse(question, typed)
  local text = tidy(typed)
  if text == "" then
    return nil, fault.message(N_"the answer is empty")
  end
  if text:find("^:%a") then -- a mistyped :na is no answer to anything
    local problem = fault.message(N_"«{answer}» is not an answer", { answer = text })
    problem.hint = N_"if it does not apply, write :na REASON or 不适用：原因"
    return nil, problem
  end
  local value, problem, hint, note = parsers[question.answer](text, question)
  if value == nil then
    problem.hint = hint
    return nil, problem
  end
  return { value = value, note = note }
end

-- An answer that the item does not apply here. The reason is what reports print.
function questions.not_applicable(why)
  why = why:gsub("　", " "):match("^%s*(.-)%s*$")
  if why ~= "" then return { na = why } end
  local problem = fault.message(N_"«not applicable» needs a reason")
  problem.hint = N_"write :na REASON or 不适用：原因"
  return nil, problem
end

local fitting = {
  yesno = function(value) return type(value) == "boolean" end,
  sample = function(value) return type(value) == "table" and value.checked ~= nil end,
  text = function(value) return type(value) == "string" end,
  number = function(value)
    return math.type(value) == "integer" and value >= 0
      or type(value) == "string" and parsers.number(value) ~= nil
  end,
  date = function(value)
    return type(value) == "string" and parsers.date(value) == value
  end,
  choice = function(value, question)
    for _, choice in ipairs(question.choices or {}) do
      if choice == value then return true end
    end
    return false
  end,
}

-- Whether a kept answer is one to the question as it stands: a plan may change its
-- questions after they were answered.
function questions.fits(question, answer)
  return answer.na ~= nil or fitting[question.answer](answer.value, question)
end

-- What an answer reads like on paper.
function questions.print(question, value)
  if value == nil then return "" end
  if question.answer == "yesno" then return value and "是" or "否" end
  if question.answer == "sample" then
    return ("%d/%d"):format(value.checked, value.wrong)
  end
  return tostring(value)
end

-- A kept answer, or the statement that the item does not apply, as people wrote it.
-- Nil when the question has changed since.
function questions.shown(question, answer)
  if not answer or not questions.fits(question, answer) then return nil end
  if answer.na then return "不适用：" .. answer.na end
  return questions.print(question, answer.value)
end

-- How a question wants to be answered, for prompts and forms.
function questions.hint(question)
  if question.answer == "yesno" then return "是/否" end
  if question.answer == "number" then return "数值" end
  if question.answer == "date" then return "日期，如2023-05-01" end
  if question.answer == "sample" then return "抽查数/问题数，如50/3" end
  if question.answer == "choice" then
    local shown = {}
    for index, choice in ipairs(question.choices or {}) do
      shown[index] = ("%d.%s"):format(index, choice)
    end
    return table.concat(shown, " ")
  end
  return terms.title(terms.answer, question.answer)
end

local kinds = { yesno = "bool", number = "number", date = "date", text = "text" }

-- The names under which an answer is known to expressions: `space` is "answers" and
-- name the item's id, or space "" and name "answer" for the item's own.
function questions.names(question, answer, space, name)
  if name:find("[", 1, true) then return {} end -- one of several entries has no name
  local value = answer and answer.value
  if value ~= nil and not questions.fits(question, answer) then value = nil end
  if question.answer == "sample" then
    local inner = space == "" and name or space .. "." .. name
    return {
      { space = inner, name = "checked", type = "number", value = value and value.checked },
      { space = inner, name = "wrong", type = "number", value = value and value.wrong },
      { space = inner, name = "note", type = "text", value = answer and answer.note },
    }
  end
  if question.answer == "choice" then
    return { { space = space, name = name, type = "enum", value = value,
      words = question.choices } }
  end
  return { { space = space, name = name, type = kinds[question.answer], value = value } }
end

-- problem_if: yes | no of a yes-or-no question is short for the whole expression.
function questions.condition(question)
  local condition = question.problem_if
  if question.answer == "yesno" and (condition == "yes" or condition == "是") then
    return "answer == true"
  elseif question.answer == "yesno" and (condition == "no" or condition == "否") then
    return "answer == false"
  end
  return condition
end

return questions
