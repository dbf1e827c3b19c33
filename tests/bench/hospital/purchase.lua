-- Purchases (domain PUR-*).

local days = require "days"

local purchase = {}

local function add(entry) purchase[#purchase + 1] = entry end

local function set(change)
  return function(row) for name, value in pairs(change) do row[name] = value end end
end

-- The day so many days after a row's contract.
local function after(row, count) return days.text(days.parse(row.contract_date) + count) end

add {
  rule = "purchase.paid_before_acceptance",
  plant = function(h, n)
    for i = 1, n do
      h:purchase { edit = function(row)
        if i % 2 == 0 then row.pay_date = after(row, 29) else row.accept_date = "" end
      end }
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      h:purchase { edit = function(row) row.pay_date = row.accept_date end }
      h:purchase { edit = set { pay_date = "", payer = "" } }
      h:purchase { edit = set { pay_date = "", accept_date = "", acceptor = "", payer = "" } }
    end
  end,
  sql = [[
    SELECT rowid FROM purchases
    WHERE pay_date <> '' AND (accept_date = '' OR pay_date < accept_date)]],
}

-- ---- split purchases ---------------------------------------------------------------------

local closed = "method NOT IN ('公开招标', '邀请招标', '框架协议', '集中采购', '平台采购')"
local below = "CAST(amount AS REAL) < 300000 AND " .. closed

-- Purchases of one thing: {days after the first, amount, method}…; what they have in common.
local function series(h, common, ...)
  local first = h:day(h.year.from, h.year.to - 220)
  for _, one in ipairs { ... } do
    h:purchase { day = first + one[1], amount = one[2], method = one[3], item = common.item,
                 supplier = common.supplier, budget = common.budget, project = common.project }
  end
end

add {
  rule = "purchase.split_in_time",
  plant = function(h, n)
    for i = 1, n do
      local common = { item = "试剂", supplier = "甲" .. i }
      if i % 2 == 0 then
        series(h, common, { 0, "150000.00" }, { 90, "150000.00" })
      else
        series(h, common, { 0, "90000.00" }, { 100, "120000.00" }, { 130, "100000.00" },
          { 180, "80000.00" })
      end
    end
    return n
  end,
  near = function(h)
    series(h, { item = "试剂", supplier = "乙1" }, { 0, "150000.00" }, { 91, "150000.00" })
    series(h, { item = "试剂", supplier = "乙2" }, { 0, "150000.00" }, { 90, "149999.99" })
    series(h, { item = "试剂", supplier = "乙3" }, { 0, "200000.00" }, { 9, "200000.00", "公开招标" })
    series(h, { item = "试剂", supplier = "乙4" }, { 0, "150000.00" }, { 9, "300000.00" })
    for i = 1, 3 do series(h, { item = "试剂", supplier = "丙" .. i }, { 0, "120000.00" }) end
  end,
  sql = "WITH p AS (SELECT *, julianday(contract_date) AS day FROM purchases WHERE " .. below .. [[)
    SELECT DISTINCT a.supplier, a.item FROM p AS a WHERE
      (SELECT sum(CAST(b.amount AS REAL)) FROM p AS b WHERE b.supplier = a.supplier
        AND b.item = a.item AND b.day BETWEEN a.day AND a.day + 90) >= 300000 - 0.001]],
}

add {
  rule = "purchase.split_in_year",
  plant = function(h, n)
    for i = 1, n do
      series(h, { item = "敷料", budget = "YSA" .. i }, { 0, "100000.00" }, { 100, "100000.00" },
        { 200, "100000.00" })
    end
    return n
  end,
  near = function(h)
    series(h, { item = "敷料", budget = "YSB1" }, { 0, "100000.00" }, { 200, "199999.99" })
    series(h, { item = "敷料", budget = "YSB2" }, { 0, "200000.00" }, { 100, "200000.00", "集中采购" })
    series(h, { item = "敷料", budget = "YSB3" }, { 0, "200000.00" })
    series(h, { item = "导管", budget = "YSB3" }, { 0, "200000.00" })
  end,
  sql = "SELECT budget_line, item FROM purchases WHERE budget_line <> '' AND " .. below .. [[
    GROUP BY 1, 2, substr(contract_date, 1, 4) HAVING sum(CAST(amount AS REAL)) >= 300000 - 0.001]],
}

add {
  rule = "purchase.split_in_lots",
  plant = function(h, n)
    for i = 1, n do
      series(h, { project = "CGA" .. i }, { 0, "100000.00" }, { 0, "100000.00" }, { 0, "100000.00" })
    end
    return n
  end,
  near = function(h)
    series(h, { project = "CGB1" }, { 0, "150000.00" }, { 0, "149999.99" })
    series(h, { project = "CGB2" }, { 0, "150000.00", "公开招标" }, { 0, "250000.00" })
  end,
  sql = "SELECT project_id FROM purchases WHERE " .. below .. [[
    GROUP BY 1 HAVING sum(CAST(amount AS REAL)) >= 300000 - 0.001]],
}

-- ---- who does what -----------------------------------------------------------------------

-- Whether somebody of one list of codes stands in another one, too.
local function shared(one, other)
  return ([[
    WITH RECURSIVE s(id, project_id, who, rest, there) AS (
      SELECT rowid, project_id, '', %s || '、', '、' || %s || '、' FROM purchases
      UNION ALL SELECT id, project_id, substr(rest, 1, instr(rest, '、') - 1),
        substr(rest, instr(rest, '、') + 1), there FROM s WHERE rest <> '')
    SELECT DISTINCT project_id FROM s WHERE who <> '' AND instr(there, '、' || who || '、') > 0]])
    :format(one, other)
end

local function both(rule, one, other)
  add {
    rule = rule,
    plant = function(h, n)
      for i = 1, n do
        local person = h:hire { role = "其他", dept = "设备科", apart = true, shifts = {} }.id
        h:purchase { edit = function(row)
          row[one] = i % 2 == 0 and person or row[one] .. "、" .. person
          row[other] = i % 3 == 0 and person or person .. "、" .. row[other]
        end }
      end
      return n
    end,
    near = function(h, n)
      for _ = 1, n do -- codes that begin alike
        local person = h:hire { role = "其他", dept = "设备科", apart = true, shifts = {} }.id
        h:purchase { edit = function(row)
          row[one] = person
          row[other] = person .. "1、" .. row[other]
        end }
      end
    end,
    sql = shared(one, other),
  }
end

both("purchase.requester_buys", "requester", "tender_team")
both("purchase.buyer_evaluates", "tender_team", "evaluator")
both("purchase.buyer_accepts", "tender_team", "acceptor")
both("purchase.requester_evaluates", "requester", "evaluator")
both("purchase.requester_accepts", "requester", "acceptor")
both("purchase.evaluator_accepts", "evaluator", "acceptor")
both("purchase.acceptor_pays", "acceptor", "payer")

add {
  rule = "purchase.duties_not_recorded",
  plant = function(h, n)
    local columns = { "requester", "tender_team", "evaluator", "acceptor" }
    for i = 1, n do h:purchase { edit = set { [columns[i % 4 + 1]] = "" } } end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      h:purchase { method = "单一来源", edit = set { evaluator = "" } }
      h:purchase { edit = set { acceptor = "", accept_date = "", pay_date = "", payer = "" } }
    end
  end,
  sql = [[
    SELECT DISTINCT project_id FROM purchases WHERE requester = '' OR tender_team = ''
      OR (acceptor = '' AND accept_date <> '') OR (evaluator = '' AND method IN
        ('公开招标', '邀请招标', '竞争性谈判', '竞争性磋商', '询价'))]],
}

-- ---- decided and budgeted ----------------------------------------------------------------

add {
  rule = "purchase.no_minutes",
  plant = function(h, n)
    for i = 1, n do
      if i % 2 == 0 then
        h:purchase { amount = "50000.00", edit = set { decision_minutes_no = "" } }
      else
        local project = h:purchase { amount = "25000.00", edit = set { decision_minutes_no = "" } }
        h:purchase { amount = "25000.00", project = project,
                     edit = set { decision_minutes_no = "" } }
      end
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      h:purchase { amount = "49999.99", edit = set { decision_minutes_no = "" } }
      local project = h:purchase { amount = "60000.00" }
      h:purchase { amount = "60000.00", project = project,
                   edit = set { decision_minutes_no = "" } }
    end
  end,
  sql = [[
    SELECT project_id FROM purchases GROUP BY 1
    HAVING sum(CAST(amount AS REAL)) >= 50000 - 0.001 AND max(decision_minutes_no) = '']],
}

add {
  rule = "purchase.minutes_not_found",
  plant = function(h, n)
    for _ = 1, n do h:purchase { no_minutes = true } end
    return n
  end,
  near = function(h, n) -- two purchases of one meeting
    for _ = 1, n do
      local minutes = h:number("JYS")
      h.export:row("minutes", { minutes_no = minutes, date = "2023-01-03", topic = "研究采购项目" })
      for _ = 1, 2 do h:purchase { minutes = minutes, day = h:day(h.year.from + 30, h.year.to - 90) } end
    end
  end,
  sql = [[
    SELECT rowid FROM purchases WHERE decision_minutes_no <> ''
      AND decision_minutes_no NOT IN (SELECT minutes_no FROM minutes)]],
}

add {
  rule = "purchase.contract_before_meeting",
  plant = function(h, n)
    for i = 1, n do
      local day = h:day(h.year.from, h.year.to - 100)
      h:purchase { day = day, meeting = day + i }
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      local day = h:day(h.year.from, h.year.to - 100)
      h:purchase { day = day, meeting = day }
    end
  end,
  sql = [[
    SELECT p.rowid FROM purchases AS p JOIN minutes AS m ON m.minutes_no = p.decision_minutes_no
    WHERE p.contract_date < m.date]],
}

add {
  rule = "purchase.no_budget",
  plant = function(h, n)
    for i = 1, n do h:purchase { amount = i .. "0000.00", edit = set { budget_line = "" } } end
    return n
  end,
  near = function() end, -- every other purchase has a line
  sql = "SELECT rowid FROM purchases WHERE budget_line = ''",
}

return purchase
