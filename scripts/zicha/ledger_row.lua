-- One problem as a row of the 问题整改台账 (domain.md d-2): the columns in their order, and what
-- stands in each. 没有相关情况填“无”，数据为零填“0”，尚未发生或不适用填“—” (d-0).

local ledger = require "ledger"
local steps = require "steps"
local terms = require "terms"

local row = {}

-- Their titles stand in host/facility/ledger_rows.c.
row.columns = {
  "no", "facility", "campaign", "focus", "item", "title", "found", "source", "reported",
  "severity", "count", "amount", "basis", "verified_by", "verified", "verdict", "leader",
  "department", "person", "measure", "target", "due", "kind", "done", "progress",
  "extended", "refund", "transferred", "gate_problem", "gate_responsibility",
  "gate_measure", "gate_rectified", "gate_system", "closed", "closed_by", "lookback",
  "evidence", "remarks",
}

local progress = { found = "未完成", verified = "未完成", assigned = "未完成", rectifying = "整改中",
  rectified = "已完成", checked = "已完成", closed = "已完成", held = "已完成",
  relapsed = "未完成", dismissed = "—" }

local NOT_YET = "—"

local function joined(entries, show)
  local parts = {}
  for _, entry in ipairs(entries or {}) do parts[#parts + 1] = show(entry) end
  return #parts > 0 and table.concat(parts, "；") or "无"
end

local function verdict(problem)
  if problem.state == "dismissed" then return "不属实" end
  return problem.verified and steps.word("verify", "verdict", problem.verified.verdict) or NOT_YET
end

local function extended(problem)
  local count = #(problem.extensions or {})
  if count == 0 then return "0" end
  return ("%d次：%s"):format(count, joined(problem.extensions, function(one)
    return ("由%s延至%s，%s"):format(one.from, one.to, one.reason)
  end))
end

local function transferred(problem)
  return joined(problem.transfers, function(one)
    local case = one.case and "，立案号" .. one.case or ""
    local receipt = one.receipt and "，回执" .. one.receipt or ""
    return ("%s移送%s%s%s"):format(one.date, one.to, case, receipt)
  end)
end

local function lookback(problem)
  if not problem.lookbacks then return NOT_YET end
  return joined(problem.lookbacks, function(one)
    return one.date .. steps.word("lookback", "result", one.result)
  end)
end

local file_kinds = { photo = "照片", stamped = "盖章原件" }

local function evidence(problem)
  return joined(problem.evidence, function(file)
    local kind = file_kinds[file.kind] and "（" .. file_kinds[file.kind]
      .. (file.where and "，存" .. file.where or "") .. "）" or ""
    return file.name .. kind
  end)
end

local function title(problem)
  local split = problem.split and (problem.split == "" and "未注明" or problem.split)
  local named = split and ("%s（%s：%s）"):format(problem.title, problem.split_title or "分列", split)
    or problem.title
  return problem.message and named .. "：" .. problem.message or named
end

local function remarks(problem)
  local parts = {}
  if problem.unreported then
    parts[#parts + 1] = (problem.unreported.dismissed and "应报未报：%s曾认定为不属实"
      or "应报未报：%s自查结论为合格"):format(problem.unreported.day)
  end
  if (problem.relapses or 0) > 0 then
    parts[#parts + 1] = ("反弹%d次，最近%s"):format(problem.relapses, problem.relapsed)
  end
  for _, one in ipairs(problem.citations or {}) do
    local who = one.plan_title and "《" .. one.plan_title .. "》同一问题"
      or terms.title(terms.source, one.source) .. "同样发现"
    parts[#parts + 1] = ("%s%s"):format(one.date, who)
  end
  if problem.dismissed then parts[#parts + 1] = "不属实理由：" .. problem.dismissed.reason end
  if (problem.rows_untrue or 0) > 0 and problem.state ~= "dismissed" then
    parts[#parts + 1] = ("明细%d条中%d条不属实"):format(problem.rows, problem.rows_untrue)
  end
  if problem.rows_more then
    parts[#parts + 1] = ("明细过多，只登记%d条，其余以数据表为准"):format(problem.rows)
  end
  for _, one in ipairs(problem.reopened or {}) do
    parts[#parts + 1] = ("%s重新打开：%s"):format(one.date, one.reason)
  end
  return #parts > 0 and table.concat(parts, "；") or "无"
end

-- The gates as √ or ×; of what was dismissed there is nothing to ask.
local function gates(problem, cells)
  for _, gate in ipairs(ledger.gates(problem)) do
    cells["gate_" .. gate.id] = problem.state == "dismissed" and NOT_YET or gate.pass and "√" or "×"
  end
end

-- The cells of a problem in the order of row.columns; number and facility are the host's.
function row.cells(problem)
  local assigned, done = problem.assigned or {}, problem.rectified or {}
  local checked = problem.verified or problem.dismissed or {}
  local cells = {
    no = "", facility = "", campaign = problem.plan_title, focus = problem.focus_title or "无",
    item = problem.item, title = title(problem), found = problem.found,
    source = terms.title(terms.source, problem.source),
    reported = problem.reported or NOT_YET, severity = terms.title(terms.severity, problem.severity),
    count = problem.count and tostring(problem.count) or NOT_YET, amount = problem.amount or "0",
    basis = #(problem.basis or {}) > 0 and table.concat(problem.basis, "；") or "无",
    verified_by = checked.by or NOT_YET, verified = checked.date or NOT_YET,
    verdict = verdict(problem), leader = assigned.leader or NOT_YET,
    department = assigned.department or NOT_YET, person = assigned.person or NOT_YET,
    measure = assigned.measure or NOT_YET, target = assigned.target or NOT_YET,
    due = problem.due or NOT_YET,
    kind = assigned.kind and steps.word("assign", "kind", assigned.kind) or NOT_YET,
    done = done.done or NOT_YET, progress = progress[problem.state], extended = extended(problem),
    refund = problem.refund or "0", transferred = transferred(problem),
    closed = problem.closed and problem.closed.date or NOT_YET,
    closed_by = problem.closed and problem.closed.by or NOT_YET, lookback = lookback(problem),
    evidence = evidence(problem), remarks = remarks(problem),
  }
  gates(problem, cells)
  local ordered = list {}
  for index, column in ipairs(row.columns) do ordered[index] = cells[column] end
  return ordered
end

return row
