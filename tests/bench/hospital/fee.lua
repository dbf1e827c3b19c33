-- Charging rules (domain FEE-*).

local days = require "days"

local fee = {}

local function add(entry) fee[#fee + 1] = entry end

local function set(change)
  return function(row) for name, value in pairs(change) do row[name] = value end end
end

-- A visit in which `fill` happens.
local function visit(h, o, fill)
  local e = h:visit(o)
  fill(e)
  h:close_visit(e)
  return e
end

-- A stay of five nights in which `fill` happens.
local function stay(h, o, fill)
  o.nights, o.fill = o.nights or 5, fill
  return h:stay(o)
end

-- Charges an item on the day so many days after a stay began, at an hour.
local function on(h, e, item, later, o)
  o = o or {}
  o.time = days.at(e.day + later, o.hour or 16)
  return h:charge(e, type(item) == "string" and h.item[item] or item, o)
end

-- The price of an item on the day of a fee.
local catalogue = [[JOIN price_catalog AS c ON c.item_code = f.item_code
      AND date(f.fee_time) >= c.valid_from
      AND (c.valid_to = '' OR date(f.fee_time) <= c.valid_to)]]
local executed = "('检查', '化验', '治疗', '手术', '麻醉')"

-- ---- charged more often than done (FEE-01) -----------------------------------------------

-- A treatment ordered for several days: executed so often, charged on these days.
local function course(h, times, ...)
  local charged = { ... }
  stay(h, {}, function(e)
    local item = h.item["雾化吸入"]
    local order = h:order(e, item, { class = "长期", start = e.time + 5,
                                     stop = days.at(e.day + 5, 8), times = times })
    for _, later in ipairs(charged) do
      -- A refund is a line of its own.
      on(h, e, item, math.abs(later), { order = order, qty = later < 0 and -1 or 1 })
    end
  end)
end

add {
  rule = "fee.more_than_executed",
  plant = function(h, n)
    for i = 1, n do
      if i % 2 == 0 then course(h, 3, 0, 1, 2, 3) else course(h, 3, 0, 1, 2, 3, 4, -4) end
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      course(h, 4, 0, 1, 2, 3)
      course(h, 4, 0, 1, 2, 3, 4, -4)
      -- A drug is ordered by the dose and charged by the box.
      visit(h, {}, function(e)
        h:charge(e, h.item["布洛芬缓释胶囊"], { time = e.time + 5, qty = 3, executed = 1 })
      end)
    end
  end,
  sql = [[
    SELECT f.encounter_id, f.item_code FROM
      (SELECT encounter_id, item_code, sum(CAST(qty AS REAL)) AS charged FROM fee_lines
       WHERE fee_class IN ]] .. executed .. [[ GROUP BY 1, 2) AS f JOIN
      (SELECT encounter_id, item_code, sum(CAST(exec_times AS REAL)) AS done FROM orders
       GROUP BY 1, 2) AS o USING (encounter_id, item_code) WHERE charged > done]],
}

-- Acupuncture by single orders: {day, charged, executed}…, days counted from the first.
local function needles(h, ...)
  local orders = { ... }
  stay(h, {}, function(e)
    for _, one in ipairs(orders) do
      on(h, e, "普通针刺", one[1], { qty = one[2], executed = one[3],
                                 ordered = one[4] and days.at(e.day + one[1] - 1, 22) })
    end
  end)
end

add {
  rule = "fee.more_than_executed_day",
  plant = function(h, n)
    for i = 1, n do needles(h, { 0, 2, 1 }, { 1 + i % 3, 1, 2 }) end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      needles(h, { 0, 1, 1 }, { 0, 1, 1 }) -- ordered twice
      needles(h, { 0, 2, 1 }, { 0, -1, 0 }) -- and one refunded
      -- Ordered at night and done the next day, beside an order of that day.
      needles(h, { 2, 1, 1, true }, { 2, 1, 1 })
    end
  end,
  -- What is done on a day is known by the time at which it was done.
  sql = [[
    SELECT f.encounter_id, f.item_code, f.day FROM
      (SELECT encounter_id, item_code, date(fee_time) AS day, sum(CAST(qty AS REAL)) AS charged
       FROM fee_lines WHERE fee_class IN ]] .. executed .. [[ GROUP BY 1, 2, 3) AS f JOIN
      (SELECT encounter_id, item_code, date(exec_time) AS day,
         sum(CAST(exec_times AS REAL)) AS done FROM orders GROUP BY 1, 2, 3) AS o
      USING (encounter_id, item_code, day)
    WHERE charged > done AND NOT EXISTS (SELECT 1 FROM orders AS l
      WHERE l.encounter_id = f.encounter_id AND l.item_code = f.item_code
        AND l.order_class = '长期')]],
}

-- An examination ordered once and charged again after so many minutes.
local function again(h, minutes, times)
  stay(h, {}, function(e)
    local item, time = h.item["胸部正位片"], days.at(e.day + 1, 10)
    local order = h:order(e, item, { start = time, times = times })
    h:charge(e, item, { time = time, order = order })
    h:charge(e, item, { time = time + minutes, order = order })
  end)
end

add {
  rule = "fee.charged_again",
  plant = function(h, n)
    for i = 1, n do again(h, i * 30, 1) end
    return n, { ["fee.more_than_executed"] = n, ["fee.more_than_executed_day"] = n }
  end,
  near = function(h, n)
    for _ = 1, n do
      again(h, 1440, 2)
      stay(h, {}, function(e) -- charged, taken back, charged
        local item, time = h.item["胸部正位片"], days.at(e.day + 1, 10)
        local order = h:order(e, item, { start = time, times = 1 })
        for i, qty in ipairs { 1, -1, 1 } do
          h:charge(e, item, { time = time + i * 30, order = order, qty = qty })
        end
      end)
      visit(h, {}, function(e) -- without orders nothing tells two examinations from one
        for _ = 1, 2 do
          h:charge(e, h.item["胸部正位片"], { time = e.time + 5, no_order = true })
        end
      end)
    end
  end,
  sql = [[
    SELECT id FROM (SELECT rowid AS id, fee_time, lag(fee_time) OVER
        (PARTITION BY encounter_id, item_code, order_no ORDER BY fee_time) AS before,
        (SELECT sum(CAST(g.qty AS REAL)) FROM fee_lines AS g WHERE g.item_code = f.item_code
          AND g.encounter_id = f.encounter_id AND g.order_no = f.order_no) AS kept
      FROM fee_lines AS f WHERE fee_class IN ('检查', '化验', '手术') AND CAST(qty AS REAL) > 0
        AND order_no <> '')
    WHERE kept > 1 AND round((julianday(fee_time) - julianday(before)) * 1440) < 1440]],
}

-- ---- charged above the price (FEE-02) ----------------------------------------------------

add {
  rule = "fee.over_price",
  plant = function(h, n)
    for i = 1, n do
      visit(h, { day = i % 4 == 2 and h.year.raise - 1 or i % 4 == 3 and h.year.raise or nil },
        function(e)
          local item = h.item["尿常规"]
          local price = item.price + 1 -- by a hundredth of a fen
          if i % 4 == 2 then item = h.item["红外线治疗"] price = item.raised -- a day too early
          elseif i % 4 == 3 then item = h.item["颅脑磁共振平扫"] price = item.price -- it fell
          end
          h:charge(e, item, { time = e.time + 5, price = price })
        end)
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      for _, day in ipairs { h.year.raise - 1, h.year.raise } do
        visit(h, { day = day }, function(e)
          h:charge(e, h.item["红外线治疗"], { time = e.time + 5 })
          h:charge(e, h.item["颅脑磁共振平扫"], { time = e.time + 5 })
        end)
      end
      visit(h, {}, function(e) -- below the price; and all of it given back
        h:charge(e, h.item["尿常规"], { time = e.time + 5, price = 79999 })
        local o = { time = e.time + 5, price = 900000, executed = 0 }
        h:charge(e, h.item["胸部正位片"], o)
        o.qty = -1
        h:charge(e, h.item["胸部正位片"], o)
      end)
    end
  end,
  sql = [[
    SELECT f.rowid FROM fee_lines AS f ]] .. catalogue .. [[
    WHERE CAST(f.qty AS REAL) > 0
      AND round(CAST(f.unit_price AS REAL) * 10000) > round(CAST(c.price_std AS REAL) * 10000)
      AND (SELECT sum(CAST(g.qty AS REAL)) FROM fee_lines AS g
        WHERE g.encounter_id = f.encounter_id AND g.item_code = f.item_code) > 0]],
}

-- ---- more than there can be (FEE-03) -----------------------------------------------------

add {
  rule = "fee.over_daily_limit",
  plant = function(h, n)
    for i = 1, n do
      stay(h, {}, function(e)
        if i % 2 == 0 then on(h, e, "陪护床", 1, { qty = 2 })
        else -- two lines
          on(h, e, "陪护床", 1)
          on(h, e, "陪护床", 1)
        end
      end)
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      stay(h, {}, function(e)
        for later = 0, 4 do on(h, e, "陪护床", later) end
        on(h, e, "心电监测", 1, { qty = 24 })
        on(h, e, h.item["特级护理"] or h:new_item { name = "特级护理", fee_class = "护理", unit = "小时" },
          2, { qty = 20 })
        on(h, e, "陪护床", 1) -- taken back
        on(h, e, "陪护床", 1, { qty = -1 })
      end)
    end
  end,
  sql = [[
    SELECT f.encounter_id, f.item_code, date(f.fee_time) AS day
    FROM fee_lines AS f ]] .. catalogue .. [[
    WHERE c.per_day_max <> '' OR (f.fee_class IN ('床位', '护理') AND c.unit <> '小时')
    GROUP BY 1, 2, 3 HAVING sum(CAST(f.qty AS REAL)) > CASE max(c.per_day_max) WHEN '' THEN 1
      ELSE CAST(max(c.per_day_max) AS REAL) END]],
}

add {
  rule = "fee.over_hours",
  plant = function(h, n)
    for i = 1, n do
      stay(h, {}, function(e) on(h, e, "氧气吸入", 1, { qty = i % 2 == 0 and "24.5" or 25 + i }) end)
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      stay(h, {}, function(e)
        for later = 0, 4 do on(h, e, "氧气吸入", later, { qty = 24 }) end
      end)
    end
  end,
  sql = [[
    SELECT f.encounter_id, f.item_code, date(f.fee_time) AS day
    FROM fee_lines AS f ]] .. catalogue .. [[ WHERE c.unit = '小时'
    GROUP BY 1, 2, 3 HAVING sum(CAST(f.qty AS REAL)) > 24]],
}

add {
  rule = "fee.over_stay",
  plant = function(h, n)
    for i = 1, n do
      -- On the day of leaving, too, and once more when nobody is there.
      local day = i % 4 == 1 and h.year.raise or i % 4 == 3 and h.year.raise - 1 or nil
      stay(h, { day = day }, function(e)
        on(h, e, "二级护理", 5, { hour = 8 })
        if i % 2 == 0 then on(h, e, "二级护理", 6) end
      end)
    end
    return n, { ["fee.after_discharge"] = n // 2 }
  end,
  near = function(h, n)
    for _ = 1, n do
      stay(h, {}, function(e)
        on(h, e, "二级护理", 5, { hour = 8 })
        on(h, e, "二级护理", 5, { hour = 9, qty = -1 })
      end)
      -- A day case has a day of care.
      local e = h:admit { nights = 0, path = "急诊" }
      e.leaves = e.time + 300
      on(h, e, "二级护理", 0)
      h:discharge(e)
    end
  end,
  sql = [[
    SELECT f.encounter_id, f.item_code FROM fee_lines AS f JOIN admissions AS a USING (encounter_id)
    WHERE f.fee_class IN ('床位', '护理') AND f.unit <> '小时' AND a.discharge_time <> ''
    GROUP BY 1, 2 HAVING sum(CAST(f.qty AS REAL)) > max(1, julianday(date(a.discharge_time))
      - julianday(date(a.admit_time)))]],
}

-- Two sets for an infusion, and a dialyser for a session, are as many as there can be.
add {
  rule = "fee.more_than_base",
  plant = function(h, n)
    for i = 1, n do
      stay(h, {}, function(e)
        if i % 3 == 0 then on(h, e, "静脉输液器", 5, { hour = 8 }) -- and no infusion that day
        elseif i % 3 == 1 then on(h, e, "静脉输液器", 2, { qty = 2 })
        else on(h, e, "血液透析器", 2)
        end
      end)
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      stay(h, {}, function(e) on(h, e, "静脉输液器", 2) end)
      visit(h, {}, function(e)
        h:dialyse(e, "TX997")
        h:charge(e, h.item["血液透析器"], { time = e.time + 60 })
        h:charge(e, h.item["血液透析器"], { time = e.time + 70, qty = -1 })
      end)
    end
  end,
  sql = [=[
    WITH q AS (SELECT encounter_id, date(fee_time) AS day, item_name,
        sum(CAST(qty AS REAL)) AS qty FROM fee_lines GROUP BY 1, 2, 3),
      pairs(item, base, ratio) AS (VALUES ('静脉输液器', '静脉输液', 2), ('血液透析器', '血液透析', 1))
    SELECT q.encounter_id, q.day, q.item_name FROM q JOIN pairs ON pairs.item = q.item_name
      LEFT JOIN q AS b ON b.encounter_id = q.encounter_id AND b.day = q.day
        AND b.item_name = pairs.base
    WHERE q.qty > 0 AND q.qty > ifnull(b.qty, 0) * ratio]=],
}

-- ---- split charges (FEE-04), bundles (FEE-05) --------------------------------------------

-- What was charged of x on its day and not given back.
local kept = [[(SELECT sum(CAST(k.qty AS REAL)) FROM fee_lines AS k WHERE k.encounter_id = x.encounter_id
      AND k.item_code = x.item_code AND date(k.fee_time) = date(x.fee_time)) ]]

local function operated(h, later, o)
  o = o or {}
  stay(h, { patient = h:patient { codes = { o.code or "K35.8" } }, day = o.day }, function(e)
    h:operate(e)
    on(h, e, "小换药", later)
    if o.returned then on(h, e, "小换药", later, { qty = -1 }) end
  end)
end

add {
  rule = "fee.split_package",
  plant = function(h, n)
    for i = 1, n do
      operated(h, 1, i % 2 == 0 and { code = "K80.2", day = h.year.raise - i % 4 // 2 - 1 } or nil)
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      operated(h, 2)
      operated(h, 1, { returned = true })
      stay(h, {}, function(e) on(h, e, "小换药", 1) end)
    end
  end,
  sql = [[
    SELECT DISTINCT x.encounter_id, x.item_code, date(x.fee_time)
    FROM fee_lines AS f ]] .. catalogue .. [[ JOIN fee_lines AS x
      ON x.encounter_id = f.encounter_id AND date(x.fee_time) = date(f.fee_time)
      AND instr(';' || c.contains || ';', ';' || x.item_code || ';') > 0
    WHERE c.contains <> '' GROUP BY 1, 2, 3 HAVING ]] .. kept .. "> 0",
}

local function both(h, apart)
  local patient, day = h:adult(), h:day(h.year.from, h.year.to - 5)
  if not apart then
    visit(h, { patient = patient, day = day }, function(e)
      h:exam { encounter = e, item = "腹部CT平扫" }
      h:exam { encounter = e, item = "腹部CT增强扫描" }
    end)
  else
    h:exam { patient = patient, item = "腹部CT平扫", day = day }
    h:exam { patient = patient, item = "腹部CT增强扫描", day = day + 1 }
  end
end

add {
  rule = "fee.excluded_pair",
  plant = function(h, n)
    for _ = 1, n do both(h) end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      both(h, true)
      visit(h, {}, function(e) -- one was given back
        h:exam { encounter = e, item = "腹部CT平扫" }
        h:charge(e, h.item["腹部CT平扫"], { time = e.time + 30, qty = -1, executed = 0 })
        h:exam { encounter = e, item = "腹部CT增强扫描" }
      end)
    end
  end,
  sql = [[
    SELECT DISTINCT f.encounter_id, f.item_code, date(f.fee_time)
    FROM fee_lines AS f ]] .. catalogue .. [[ JOIN fee_lines AS x
      ON x.encounter_id = f.encounter_id AND date(x.fee_time) = date(f.fee_time)
      AND instr(';' || c.excludes || ';', ';' || x.item_code || ';') > 0
      AND instr(';' || c.combinable_with || ';', ';' || x.item_code || ';') = 0
    WHERE c.excludes <> '' GROUP BY 1, 2, 3 HAVING ]] .. kept .. "> 0",
}

local bundle = { "血常规", "肝功能", "常规心电图" }
local complaints = { "腹痛", "咳嗽", "头晕", "乏力", "胸闷" }

-- A doctor of so many visits; each item is asked for in the first so many of them.
local function bundling(h, visits, reasons, first, second, third)
  local doctor = h:hire { role = "医", dept = "内科", apart = true }
  for i = 1, visits do
    visit(h, { doctor = doctor }, function(e)
      local asked = false
      for place, share in ipairs { first, second, third } do
        if i <= share then
          asked = true
          h:exam { encounter = e, item = bundle[place],
                   edit = set { indication_text = complaints[i % reasons + 1] } }
        end
      end
      if not asked then
        h:exam { encounter = e, item = "甲状腺彩超",
                 edit = set { indication_text = complaints[i % reasons + 1] } }
      end
    end)
  end
end

add {
  rule = "fee.bundled",
  plant = function(h, n)
    n = math.min(n, 2)
    for _ = 1, n do bundling(h, 20, 5, 20, 18, 18) end
    return n
  end,
  near = function(h)
    bundling(h, 20, 5, 20, 18, 17)
    bundling(h, 20, 4, 20, 20, 20) -- they have much the same complaints
    bundling(h, 19, 5, 19, 19, 19)
  end,
  sql = [[
    WITH d AS (SELECT doctor_id, count(DISTINCT encounter_id) AS visits FROM exam_requests
        GROUP BY 1 HAVING visits >= 20 AND count(DISTINCT indication_text) >= 5),
      i AS (SELECT doctor_id, item_code, count(DISTINCT encounter_id) AS asked
        FROM exam_requests GROUP BY 1, 2)
    SELECT doctor_id FROM d JOIN i USING (doctor_id) WHERE asked * 100 >= visits * 90
    GROUP BY 1 HAVING count(*) >= 3]],
}

-- ---- not what was given (FEE-06), more than was there (FEE-08) ---------------------------

add {
  rule = "fee.other_than_ordered",
  plant = function(h, n)
    for _ = 1, n do
      local one, other = table.unpack(h:ordinary(2))
      visit(h, {}, function(e)
        local order = h:order(e, one, { start = e.time + 5, times = 1 })
        h:charge(e, other, { time = e.time + 5, order = order })
      end)
    end
    return n
  end,
  near = function(h, n) -- an infusion set that comes with a drug
    for _ = 1, n do
      visit(h, {}, function(e)
        local drug = h.item["氯化钠注射液"]
        local order = h:order(e, drug, { start = e.time + 5, times = 1 })
        h:charge(e, drug, { time = e.time + 5, order = order })
        h:charge(e, h.item["静脉输液"], { time = e.time + 5 })
        h:charge(e, h.item["静脉输液器"], { time = e.time + 5, order = order })
      end)
    end
  end,
  sql = [[
    SELECT f.rowid FROM fee_lines AS f JOIN orders AS o USING (order_no)
    WHERE f.fee_class IN ('西药', '中成药', '中草药') AND o.item_code <> f.item_code]],
}

local stocked = "('西药', '中成药', '中草药', '材料')"

-- A drug of its own, charged and moved: {day of the year from 0, qty}…
local function stored(h, charged, moved)
  local item = h:spare()
  for _, one in ipairs(charged) do
    visit(h, { day = h.year.from + one[1] }, function(e)
      h:charge(e, item, { time = e.time + 5, qty = one[2] })
    end)
  end
  for _, one in ipairs(moved) do
    h:move(item, h.year.from + one[1], one[2], { type = one[2] < 0 and "退库" or "出库" })
  end
end

add {
  rule = "fee.not_in_stock",
  plant = function(h, n)
    n = math.min(n, 4)
    for i = 1, n do
      if i % 2 == 0 then stored(h, { { 60, 2 } }, { { 29, 5 }, { 61, 5 } }) -- two months before
      else stored(h, { { 65, 2 } }, { { 34, 5 }, { 66, 5 } })
      end
    end
    return n
  end,
  near = function(h)
    stored(h, { { 30, 2 } }, { { 0, 2 } }) -- thirty days before, in each of three months
    stored(h, { { 50, 2 } }, { { 20, 2 }, { 55, 2 } })
    stored(h, { { 60, 2 } }, { { 30, 2 }, { 61, 2 } })
    stored(h, { { 59, 2 } }, { { 29, 2 }, { 61, 2 } })
    stored(h, { { 65, 2 } }, { { 65, 2 } })
  end,
  sql = [[
    SELECT DISTINCT f.item_code, date(fee_time) FROM fee_lines AS f
    WHERE f.fee_class IN ]] .. stocked .. [[ AND CAST(qty AS REAL) > 0 AND NOT EXISTS
      (SELECT 1 FROM stock_moves AS k WHERE k.item_code = f.item_code AND k.move_type = '出库'
        AND julianday(date(f.fee_time)) - julianday(k.date) BETWEEN 0 AND 30)]],
}

-- Charged and moved, by item, and by item and month if `month` is said.
local function balance(month)
  local by = month and ", substr(%s, 1, 7) AS month" or ""
  return ([[
    SELECT f.* FROM (SELECT item_code]] .. by:format("fee_time") .. [[, sum(CAST(qty AS REAL)) AS charged
      FROM fee_lines WHERE fee_class IN ]] .. stocked .. [[ GROUP BY 1 %s) AS f LEFT JOIN
      (SELECT item_code]] .. by:format("date") .. [[, sum(CAST(out_qty AS REAL)) AS moved
       FROM stock_moves WHERE move_type IN ('出库', '退库') GROUP BY 1 %s) AS k
      USING (item_code %s)
    WHERE charged > ifnull(moved, 0) * 1.02 + 1e-9]]):format(month and ", 2" or "",
      month and ", 2" or "", month and ", month" or "")
end

add {
  rule = "fee.more_than_stock",
  plant = function(h, n)
    n = math.min(n, 3)
    for i = 1, n do
      if i % 2 == 0 then stored(h, { { 100, 103 } }, { { 95, 100 } })
      else stored(h, { { 100, 96 } }, { { 95, 100 }, { 96, -6 } }) -- some came back
      end
    end
    return n, { ["fee.more_than_stock_month"] = n }
  end,
  near = function(h) stored(h, { { 100, 51 }, { 101, 51 } }, { { 95, 100 } }) end,
  sql = balance(false),
}

add {
  rule = "fee.more_than_stock_month",
  plant = function(h, n)
    n = math.min(n, 3)
    for _ = 1, n do stored(h, { { 120, 40 } }, { { 119, 20 }, { 122, 20 } }) end
    return n
  end,
  near = function(h) stored(h, { { 119, 20 }, { 125, 40 } }, { { 118, 20 }, { 121, 40 } }) end,
  sql = balance(true),
}

add {
  rule = "fee.no_order",
  plant = function(h, n)
    for i = 1, n do
      stay(h, {}, function(e)
        on(h, e, i % 2 == 0 and "雾化吸入" or "尿常规", 1,
          i % 3 == 0 and { order = "YZ99" .. i } or { no_order = true })
      end)
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      visit(h, {}, function(e)
        h:charge(e, h.item["小换药"], { time = e.time + 5, no_order = true })
      end)
      stay(h, {}, function(e) on(h, e, "陪护床", 1, { no_order = true }) end)
    end
  end,
  sql = [[
    SELECT rowid FROM fee_lines WHERE visit_type = '住院' AND fee_class IN ]] .. executed .. [[
      AND CAST(qty AS REAL) > 0 AND order_no NOT IN (SELECT order_no FROM orders)]],
}

return fee
