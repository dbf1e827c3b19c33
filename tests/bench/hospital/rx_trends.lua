-- Trends and keeping (domain RX-17, RX-90).

local days = require "days"
local world = require "world"
local sheets = require "sheets"

local rx = {}

local function add(entry) rx[#rx + 1] = entry end

local outpatient = sheets.outpatient
local of = sheets.of

-- ---- trends ------------------------------------------------------------------------------

-- Amounts in whole hundredths of a fen: sums are exact.
local units = "CAST(round(CAST(amount AS REAL) * 10000) AS INT)"

local function month_day(h, month)
  local first = days.of(2023, month, 1)
  return h:day(first, first + 27)
end

add {
  rule = "rx.adjuvant_concentrated",
  -- In March three doctors prescribe 21 of 30 adjuvants, in April 18 of 30 and in May all
  -- of 29; in June six doctors prescribe them all.
  plant = function(h) rx.adjuvants(h, 3, { 7, 7, 7, 2, 2, 2, 3 }) return 1 end,
  near = function(h)
    rx.adjuvants(h, 4, { 6, 6, 6, 3, 3, 3, 3 })
    rx.adjuvants(h, 5, { 11, 8, 6, 1, 1, 1, 1 })
    rx.adjuvants(h, 6, { 20, 10, 10, 1, 1, 1 })
  end,
  sql = [[
    WITH a AS (SELECT substr(rx_date, 1, 7) AS month, doctor_id, count(*) AS lines FROM rx_lines
        WHERE drug_class = '辅助' GROUP BY 1, 2),
      r AS (SELECT *, row_number() OVER (PARTITION BY month ORDER BY lines DESC) AS place FROM a)
    SELECT month FROM r GROUP BY month
    HAVING sum(lines) >= 30 AND count(*) > 6
      AND sum(lines * (place <= 3)) * 100 > sum(lines) * 60]],
}

-- So many adjuvants in a month by one doctor each.
function rx.adjuvants(h, month, counts)
  for _, count in ipairs(counts) do
    local doctor = h:hire { role = "医", dept = "中医科", apart = true }
    for _ = 1, count do
      of(h, "肌苷片", { doctor = doctor, day = month_day(h, month) }, {})
    end
  end
end

-- What a month's prescriptions cost, and what the adjuvants among them; the hospital counts.
add {
  rule = "rx.adjuvant_share",
  last = 6,
  near = function(h) rx.share(h, 7, 0) end,
  plant = function(h)
    rx.share(h, 8, 1)
    rx.share(h, 9, 1)
    return 2
  end,
  sql = [[
    SELECT substr(rx_date, 1, 7) AS month FROM rx_lines WHERE is_tcm = '否' GROUP BY month
    HAVING sum(]] .. units .. [[ * (drug_class = '辅助')) * 10 > sum(]] .. units .. ")",
}

-- Prescribes adjuvants in a month until they are just a tenth, and then `more` boxes.
function rx.share(h, month, more)
  local drug, other = h.item["转移因子口服液"], h.item["氢氯噻嗪片"]
  local function one(item, boxes, amount)
    h:prescription { drugs = { item }, day = month_day(h, month), edit = function(row)
      row.qty, row.amount = boxes, world.money_text(amount or item.price * boxes)
    end }
  end
  local sums = h.spent[month]
  local boxes = (sums.all - 10 * sums.adjuvant) // (9 * drug.price)
  while boxes > 0 do
    one(drug, math.min(boxes, 6))
    boxes = boxes - 6
  end
  -- A tenth to the last unit: x of adjuvants, where nine times x are what is missing.
  one(other, 1, other.price + (10 * sums.adjuvant - sums.all - other.price) % 9)
  one(drug, 1, (sums.all - 10 * sums.adjuvant) // 9)
  assert(sums.all == 10 * sums.adjuvant)
  if more > 0 then one(drug, more) end
end

add {
  rule = "rx.drug_income_share",
  last = 90,
  near = function(h) rx.income(h, 4, false) end,
  plant = function(h)
    rx.income(h, 10, true)
    return 1
  end,
  sql = [[
    SELECT substr(fee_time, 1, 7) AS month FROM fee_lines GROUP BY month
    HAVING sum(]] .. units .. [[ * (fee_class IN ('西药', '中成药'))) * 100
      > sum(]] .. units .. ") * 30",
}

-- Sells a drug in a month until drugs are just three tenths of its income, and, if it is to be
-- above, one box more.
function rx.income(h, month, above)
  local drug, test = h.item["孟鲁司特钠片"], h.item["尿常规"]
  local earned = h.earned[month]
  local function sell(item, boxes, price, free)
    local e = h:visit { day = month_day(h, month), free = free }
    h:charge(e, item, { time = e.time + 5, qty = boxes, price = price })
    h:close_visit(e)
  end
  local function missing() return 3 * earned.all - 10 * earned.drugs end -- seven times of it
  while missing() > 70 * drug.price do sell(drug, 10) end
  while missing() > 7 * drug.price do sell(drug, 1) end
  local price = 1
  while (missing() + 3 * price) % 7 ~= 0 do price = price + 1 end
  sell(test, 1, price, true)
  sell(drug, 1, missing() // 7, true)
  assert(missing() == 0)
  if above then sell(drug, 1, nil, true) end
end

local function costly(h)
  return { h.item["孟鲁司特钠片"], h.item["双歧杆菌活菌胶囊"], h.item["阿托伐他汀钙片"],
           h.item["复方丹参滴丸"], h.item["缬沙坦胶囊"] }
end

add {
  rule = "rx.doctor_outlier",
  plant = function(h)
    local doctor = h:hire { role = "医", dept = "眼科", apart = true }
    for _ = 1, 10 do h:prescription { doctor = doctor, drugs = costly(h), days = 7 } end
    return 1
  end,
  near = function(h) -- too few to compare
    local doctor = h:hire { role = "医", dept = "眼科", apart = true }
    for _ = 1, 9 do h:prescription { doctor = doctor, drugs = costly(h), days = 7 } end
  end,
  sql = [[
    WITH d AS (SELECT doctor_id, sum(CAST(amount AS REAL)) / count(DISTINCT rx_no) AS cost
        FROM rx_lines WHERE ]] .. outpatient .. [[ AND is_tcm = '否' GROUP BY doctor_id
        HAVING count(DISTINCT rx_no) >= 10),
      m AS (SELECT avg(cost) AS mean, count(*) AS n FROM d),
      v AS (SELECT sum((cost - mean) * (cost - mean)) / (max(n) - 1) AS variance FROM d, m)
    SELECT doctor_id FROM d, m, v WHERE cost > mean
      AND (cost - mean) * (cost - mean) > 9 * variance]],
}

-- ---- keeping -----------------------------------------------------------------------------

local kept = { ["普通处方"] = 1, ["急诊处方"] = 1, ["儿科处方"] = 1, ["毒性药品处方"] = 2, ["精二处方"] = 2,
               ["麻精一处方"] = 3 }
local kinds = { "普通处方", "急诊处方", "儿科处方", "毒性药品处方", "精二处方", "麻精一处方" }

-- A batch of prescriptions up to the last day of a month, destroyed some days after its time.
local function archive(h, kind, later, until_day)
  local year, month = 2023 - kept[kind], h.random:int(1, 11)
  local last = days.of(year, month + 1, 1) - 1
  local _, _, day = days.split(last)
  local destroyed = later and days.of(2023, month, day) + later
  h.export:row("archives", {
    archive_no = h:number("GD"), kind = kind, period_from = days.text(days.of(year, month, 1)),
    period_to = days.text(last), quantity = 500, archived_date = days.text(last + 5),
    keep_until = days.text(days.of(2023, month, day) + (until_day or 0)),
    destroyed_date = destroyed and days.text(destroyed), approver = later and "分管领导",
  })
end

add {
  rule = "rx.destroyed_early",
  plant = function(h, n)
    for i = 1, n do archive(h, kinds[i % 6 + 1], -i * i) end
    return n
  end,
  near = function(h, n)
    for i = 1, n * 3 do
      archive(h, kinds[i % 6 + 1], 0)
      archive(h, kinds[i % 6 + 1])
    end
  end,
  sql = [[
    SELECT archive_no FROM archives WHERE destroyed_date <> '' AND kind LIKE '%处方'
      AND destroyed_date < date(period_to, CASE kind WHEN '麻精一处方' THEN '+3 years'
        WHEN '精二处方' THEN '+2 years' WHEN '毒性药品处方' THEN '+2 years' ELSE '+1 years' END)]],
}

add {
  rule = "rx.kept_too_short",
  plant = function(h, n)
    for i = 1, n do archive(h, kinds[i % 6 + 1], nil, -1 - i) end
    return n
  end,
  near = function(h, n)
    for i = 1, n do archive(h, kinds[i % 6 + 1], nil, -1) end -- the last day of the time
    archive(h, "普通处方", 0, -90) -- destroyed in time, whatever was written
  end,
  sql = [=[
    SELECT archive_no FROM archives WHERE destroyed_date = '' AND kind LIKE '%处方'
      AND date(keep_until, '+1 day') < date(period_to, CASE kind WHEN '麻精一处方' THEN '+3 years'
        WHEN '精二处方' THEN '+2 years' WHEN '毒性药品处方' THEN '+2 years' ELSE '+1 years' END)]=],
}

return rx
