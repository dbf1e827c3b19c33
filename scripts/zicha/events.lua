-- A plan's days as entries of a calendar, in the words of its document: phases, what
-- measures and reports are due. What has no day is named instead.

local agenda = require "agenda"
local schedule = require "schedule"

local events = {}

-- The document's words behind an entry: what it quotes, or the whole clause.
local function words_of(opened, clause)
  if not clause then return nil end
  local source = clause.file and opened.layer_of(clause.file).source
  local words = source and source.text[clause.id] or clause.quote
  return words and ("%s（条款%s）"):format(words, clause.id) or nil
end

local function joined(texts)
  return texts and #texts > 0 and table.concat(texts, "；") or nil
end

local function describe(opened, entry, record)
  local plan, lines = opened.plan, {}
  local function say(title, text)
    if text then lines[#lines + 1] = title .. "：" .. text end
  end
  say("方案", plan.title .. (plan.number and "（" .. plan.number .. "）" or ""))
  say("时间", entry.text)
  say("责任单位", agenda.departments(plan, record.by))
  say("报送单位", agenda.departments(plan, record.from))
  say("审核环节", agenda.departments(plan, record.via))
  say("接收单位", agenda.departments(plan, record.to))
  say("工作内容", joined(record.actions))
  say("成果", joined(record.outputs))
  say("附件", joined(record.attachments))
  say("原文", words_of(opened, record.clause))
  return table.concat(lines, "\n")
end

local kinds = {
  phase = { category = "阶段" },
  measure = { category = "措施", title = "措施期限：%s" },
  duty = { category = "报送", title = "报送期限：%s", alarm = 3 },
}

-- A phase without one of its ends is the day of the other.
local function add_phase(add, entry)
  local from, to = entry.from or entry.to, entry.to or entry.from
  if not from then return end
  local title = not entry.from and "%s截止" or not entry.to and "%s开始" or "%s"
  add(from, to, title:format(entry.title))
end

-- { events: [{uid, from, to, title, description, category, alarm}], blank: [title], dayless:
-- [title] }. `uid` names an event whatever it is called: plan, kind, id and day; `alarm`: so
-- many days before. Phases with a blank end are both: an event and blank.
function events.of(opened, context)
  local plan = opened.plan
  local result = { events = list {}, blank = list {}, dayless = list {} }
  local records = agenda.records(plan)
  for _, entry in ipairs(schedule.of(plan, context).entries) do
    local kind = kinds[entry.kind]
    if kind then
      local record, before = records[entry.kind][entry.id], #result.events
      -- The fields `from` and `to` of a phase are days, those of a duty departments.
      local told = entry.kind == "phase" and { actions = record.actions,
        outputs = record.outputs, clause = record.clause } or record
      local function add(from, to, title)
        result.events[#result.events + 1] = {
          uid = table.concat({ plan.id, entry.kind, entry.id, from }, " "),
          from = from, to = to, title = title, category = kind.category,
          description = describe(opened, entry, told), alarm = kind.alarm }
      end
      if entry.kind == "phase" then
        add_phase(add, entry)
      else
        for _, day in ipairs(agenda.dues(entry)) do
          add(day, day, kind.title:format(entry.title))
        end
      end
      if entry.blank then
        result.blank[#result.blank + 1] = entry.title
      elseif #result.events == before then
        result.dayless[#result.dayless + 1] = entry.title
      end
    end
  end
  return result
end

return events
