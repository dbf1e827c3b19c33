-- 自查整改报告中来自问题整改台账的部分：核实情况、整改情况、五个不放过核对。
--
-- 待核实的问题不计入；经核实不属实的列入附件3。

local ledger_words = require "ledger_words"
local wording = require "wording"

local rectified = {}

-- 一个检查项只有一个问题的，部分属实的写明。
local function truth(data, group)
  for _, problem in ipairs(group.found == 1 and data.ledger.problems or {}) do
    if problem.item == group.id and problem.verified then return problem.cells.verdict end
  end
  return "属实"
end

local function group_of(data, item)
  for _, group in ipairs(data.ledger.by.item) do
    if group.id == item.id then return group end
  end
end

-- 一个检查项在台账中的核实情况，如“属实2个、待核实1个”。
function rectified.verdict(data, item)
  local group = group_of(data, item)
  if not group then return "—" end
  local parts, waiting = {}, ledger_words.waiting(group)
  for _, pair in ipairs { { group.found - group.pending - group.dismissed, truth(data, group) },
    { group.pending - waiting, "待核实（已计入）" }, { waiting, "待核实" },
    { group.dismissed, "不属实" } } do
    if pair[1] > 0 then
      parts[#parts + 1] = group.found == 1 and pair[2] or ("%s%d个"):format(pair[2], pair[1])
    end
  end
  return table.concat(parts, "、")
end

-- 一个发现问题的检查项怎么算：dismissed 问题全部不属实，不再算发现问题；waiting 没有一个计入，
-- 待核实；counted 至少一个计入。台账没有登记的，看数据是否明确违规。
function rectified.standing(data, item)
  local group = group_of(data, item)
  if not group then return item.certainty == "certain" and "counted" or "waiting" end
  if group.dismissed == group.found then return "dismissed" end
  return group.counted > 0 and "counted" or "waiting"
end

-- 不属实的问题在哪里逐个说明。
function rectified.list_of_dismissed(data)
  return data.prose.attachments and "《核实不属实清单》" or "附件3"
end

-- 三、台账登记的问题。
function rectified.found(paper, data)
  local figures = data.ledger.figures
  if figures.found == 0 then return end
  paper.text(("台账登记问题%d个：核实属实或数据明确违规%d个，计入应整改问题；待核实、未计入%d个；"
    .. "%s。应整改问题涉及责任科室%d个、金额%s元。"):format(figures.found, figures.counted,
    ledger_words.waiting(figures),
    figures.dismissed == 0 and "经核实不属实0个"
      or ("经核实不属实%d个，原因见%s"):format(figures.dismissed,
        rectified.list_of_dismissed(data)),
    figures.departments, figures.amount))
  if figures.untrue_rows > 0 then
    paper.text(("明细经核实不属实的%d行已在台账注明，上表数量为数据筛查结果，未扣除。"):format(
      figures.untrue_rows))
  end
  if figures.unreported > 0 then
    paper.text(("检查发现而自查未报的问题%d个（应报未报）。"):format(figures.unreported))
  end
end

local function progress(paper, figures)
  local latest = figures.latest_due and "（最迟" .. wording.date(figures.latest_due) .. "）" or ""
  paper.text(("应整改问题%d个，已整改%d个，整改率%s；正在整改%d个，尚未着手%d个。限期整改%d个%s，"
    .. "立行立改%d个，长期坚持%d个；申请延期%d个；逾期%d个，未定时限%d个。"):format(figures.counted,
    figures.rectified, ledger_words.rate(figures, "rectified"), figures.rectifying,
    figures.not_begun, figures.deadline, latest, figures.immediate, figures.long_term,
    figures.extended, figures.overdue, figures.no_deadline))
  paper.text(("到期应完成%d个，按期完成%d个，按期整改率%s；已核销%d个，核销率%s；回头看%d个，反弹%d个，"
    .. "反弹率%s。"):format(figures.due_total, figures.on_time,
    ledger_words.rate(figures, "on_time"), figures.closed, ledger_words.rate(figures, "closed"),
    figures.looked_back, figures.relapsed_at_look_back, ledger_words.rate(figures, "relapsed")))
  ledger_words.note(paper, { "rectified", "on_time", "closed", "relapsed" })
end

-- 立行立改的事项和建立的制度，逐条列出。
local function listed(paper, title, lines, count)
  if count == 0 then
    paper.text(title .. "：无。")
  else
    paper.text(("%s%d项："):format(title, count))
    if count > #lines then lines[#lines + 1] = ("其余%d项见附件。"):format(count - #lines) end
    paper.bullets(lines)
  end
end

local function immediate(data)
  local lines = {}
  for _, problem in ipairs(data.ledger.problems) do
    local assigned = problem.assigned or {}
    if assigned.kind == "immediate" and problem.state ~= "dismissed" then
      lines[#lines + 1] = ("%s：%s"):format(problem.cells.title, assigned.measure or "—")
    end
  end
  return lines
end

local function systems(data)
  local lines = {}
  for index, system in ipairs(data.ledger.systems) do lines[index] = system.text end
  return lines
end

-- 五、整改情况。
function rectified.print(paper, data)
  local figures = data.ledger.figures
  paper.heading(2, "五、整改情况")
  if figures.found == 0 then
    paper.text("没有需要整改的问题。")
    return
  end
  progress(paper, figures)
  paper.text(("退回金额%s元，其中自查主动退回%s元。"):format(figures.refund, figures.refund_self))
  listed(paper, "立行立改事项", immediate(data), figures.immediate)
  listed(paper, "建立、修订的制度", systems(data), figures.systems)
  if figures.counted == 0 then return end
  paper.rows("ledger.counted", { { "台账序号", "no", "right" }, { "问题", "title" },
    { "整改责任", "leader+department+person" }, { "整改措施", "measure" }, { "整改目标", "target" },
    { "整改时限", "due" }, { "完成情况", "progress+done" }, { "佐证", "evidence" } }, "rectification")
end

-- 六、五个不放过：逐项统计，再逐个问题列出；方案另有核销条件的，由核销人逐条确认。
function rectified.gates(paper, data)
  local figures, own = data.ledger.figures, data.digest.gates
  paper.heading(2, "六、五个不放过核对")
  if figures.counted == 0 then
    paper.text("没有需要核对的问题。")
  else
    local rows = {}
    for index, gate in ipairs(data.ledger.gates) do
      rows[index] = { gate.title, gate.passed, gate.failed, wording.rate(gate.passed, figures.counted) }
    end
    paper.table({ { "关口" }, { "通过（个）", "right" }, { "未通过（个）", "right" },
      { "通过率", "right" } }, rows)
    paper.text("注：通过率＝通过÷应整改问题。√为通过，×为未通过，未通过的不得核销：")
    paper.rows("ledger.counted", { { "台账序号", "no", "right" }, { "问题", "title" },
      { "问题准", "gate_problem", "center" }, { "责任明确", "gate_responsibility", "center" },
      { "措施具体", "gate_measure", "center" }, { "整改到位", "gate_rectified", "center" },
      { "制度完善", "gate_system", "center" } }, "gates")
  end
  if #own > 0 then
    paper.text(("方案规定的核销条件：%s。由核销人逐个问题确认，已核销的%d个问题均已确认。"):format(
      table.concat(own, "、"), figures.closed))
  end
end

return rectified
