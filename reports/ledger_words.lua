-- 台账类材料共用的写法：统计时段、填报栏、指标公式、台账凭证。数字都来自问题整改台账。

local wording = require "wording"

local words = {}

words.source = { self_check = "自查", inspection = "检查", complaint = "举报", transfer_in = "移送",
  media = "舆情", data_screening = "数据筛查", superior_feedback = "巡视反馈", look_back = "回头看" }

words.state = { found = "待核实", verified = "已核实", dismissed = "不属实", assigned = "已分派",
  rectifying = "整改中", rectified = "已整改", checked = "已核查", closed = "已核销",
  held = "回头看保持", relapsed = "反弹" }

-- 填报栏：各材料共用，不填的印成空白。
words.needs = {
  { key = "filler", title = "填表人" },
  { key = "auditor", title = "审核人" },
  { key = "phone", title = "联系电话" },
}

-- 专项行动的名称，不带“工作方案”。
function words.subject(digest)
  return (digest.title:gsub("工作方案$", ""):gsub("实施方案$", ""))
end

-- 材料的标题和所依据的方案。
function words.head(paper, data, title)
  local digest = data.digest
  paper.heading(1, title)
  paper.text(("机构：%s　　方案：《%s》%s"):format(digest.facility.name, digest.title,
    digest.number and "（" .. digest.number .. "）" or ""), "address")
end

-- 统计时段；没有窗口的，统计自台账建立以来的全部问题。
function words.period(paper, data)
  local ledger, window = data.ledger, data.ledger.window
  local deadline = "数据截止：" .. wording.date(ledger.today)
  if window then
    paper.text(("统计时段：%s至%s；%s。"):format(wording.date(window.from),
      wording.date(window.to), deadline))
  else
    paper.text("统计时段：台账建立以来；" .. deadline .. "。")
  end
end

-- 每个指标怎么算，印在表下；分母为0的印“—”。
words.formulas = {
  rectified = "整改率＝已整改÷应整改问题（核实属实或数据明确违规的问题）",
  on_time = "按期整改率＝按期完成÷到期应完成",
  closed = "核销率＝已核销÷已整改",
  verified = "核实率＝已核实÷发现",
  untrue = "不属实率＝不属实÷已核实",
  relapsed = "反弹率＝回头看反弹÷回头看抽查",
  unreported = "应报未报率＝检查发现且自查未报÷检查发现",
}

-- 指标的分子和分母。
local parts = { rectified = { "rectified", "counted" }, on_time = { "on_time", "due_total" },
  closed = { "closed", "rectified" }, verified = { "verified", "found" },
  untrue = { "dismissed", "verified" }, relapsed = { "relapsed_at_look_back", "looked_back" },
  unreported = { "unreported", "inspected" } }

function words.rate(figures, name)
  return wording.rate(figures[parts[name][1]], figures[parts[name][2]])
end

-- 注：……；……。分母为0的填“—”。
function words.note(paper, names)
  local lines = {}
  for index, name in ipairs(names) do lines[index] = words.formulas[name] end
  paper.text("注：" .. table.concat(lines, "；") .. "；分母为0的填“—”。")
end

-- 填表人、审核人、联系电话、填报日期。
function words.filled_in(paper, data)
  local prose = data.prose
  paper.text(("填报单位：%s（盖章）　填表人：%s　审核人：%s　联系电话：%s　填报日期：%s"):format(
    data.digest.facility.name, paper.fill(prose, "filler"), paper.fill(prose, "auditor"),
    paper.fill(prose, "phone"), wording.date(data.ledger.today)))
end

-- 待核实而未计入的：数据明确违规的问题发现即计入，其余核实后计入。登记＝应整改＋待核实＋不属实。
function words.waiting(figures) return figures.found - figures.counted - figures.dismissed end

-- 待核实的问题不计入，单独说明。
function words.pending(paper, figures)
  local waiting = words.waiting(figures)
  if waiting > 0 then paper.text(("另有%d个问题待核实，未计入。"):format(waiting)) end
end

-- 台账的凭证：事件数和校验值；日期由人工指定的注明。
function words.proof(data)
  local ledger, lines = data.ledger, {}
  if ledger.head.seq == 0 then
    lines[1] = "台账没有登记事项"
  else
    lines[1] = ("台账共%d条记录，末条校验值%s"):format(ledger.head.seq, ledger.head.hash)
  end
  if ledger.dated_by_hand then lines[#lines + 1] = "业务日期由人工指定" end
  if ledger.by_hand > 0 then
    lines[#lines + 1] = ("台账中%d条记录的业务日期由人工指定"):format(ledger.by_hand)
  end
  if ledger.later then
    lines[#lines + 1] = ("台账有晚于上述日期的记录（最晚%s），本材料反映的是台账的现状"):format(
      wording.date(ledger.later))
  end
  if data.changed then
    lines[#lines + 1] = ("自查结果为%s的自查，此后答案、材料、数据或方案有变动"):format(
      wording.date(data.record.today))
  elseif not data.record then
    lines[#lines + 1] = "尚未自查"
  end
  return lines
end

function words.close(paper, data)
  paper.text("说明：" .. table.concat(words.proof(data), "；") .. "。")
end

return words
