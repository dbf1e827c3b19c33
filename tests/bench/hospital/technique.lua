-- Techniques (domain TECH-*).

local days = require "days"

local technique = {}

local function add(entry) technique[#technique + 1] = entry end

local function set(change)
  return function(row) for name, value in pairs(change) do row[name] = value end end
end

add {
  rule = "technique.prohibited",
  plant = function(h, n)
    for i = 1, n do
      if i % 2 == 0 then h:technique { class = "禁止", name = "某项疗法" .. i }
      else h:technique { class = "普通", name = "自体免疫细胞治疗（" .. i .. "）" }
      end
    end
    return n
  end,
  near = function(h)
    h:technique { class = "普通", name = "角膜塑形镜验配" }
    h:technique { class = "普通", name = "禁止代孕宣传随访" }
  end,
  sql = [[
    SELECT rowid FROM techniques WHERE class = '禁止' OR tech_name LIKE '%免疫细胞治疗%'
      OR tech_name LIKE '%克隆治疗%' OR (tech_name LIKE '%代孕%' AND tech_name NOT LIKE '%禁止%')]],
}

-- An operation by a code, on a day; o: technique (its number), patient, dept, edit.
local function operated(h, code, o)
  o = o or {}
  local patient = h:patient { codes = { o.eye and "H25.9" or "K80.2" } }
  h:stay { patient = patient, nights = 3, day = (o.day or h:day(h.year.from, h.year.to - 20)) - 1,
           fill = function(e)
    h:operate(e, { edit = function(row)
      row.proc_code, row.tech_code = code, o.technique
      set(o.change or {})(row)
    end })
  end }
end

add {
  rule = "technique.prohibited_performed",
  plant = function(h, n)
    local number = h:technique { class = "禁止", name = "某项禁止的疗法" }
    for _ = 1, n do operated(h, "99.9900", { technique = number }) end
    return n, { ["technique.prohibited"] = 1 }
  end,
  near = function(h)
    operated(h, "99.9900", { technique = h:technique { class = "普通", name = "普通疗法",
                                                       first = h.year.from } })
  end,
  sql = "SELECT p.rowid FROM procedures AS p JOIN techniques USING (tech_code) WHERE class = '禁止'",
}

-- First case, last day for filing, the day after.
local terms = {
  { days.of(2023, 3, 1), days.of(2023, 3, 22) },
  { days.of(2023, 1, 19), days.of(2023, 2, 14) }, -- Spring Festival, and two worked weekends
  { days.of(2023, 9, 22), days.of(2023, 10, 19) }, -- National Day
}

add {
  rule = "technique.filed_late",
  plant = function(h, n)
    for i = 1, n do
      if i % 4 == 0 then h:technique { first = days.of(2023, 12, 14) } -- not yet, and too late
      else
        local term = terms[i % 4]
        h:technique { first = term[1], filed = term[2] + 1 }
      end
    end
    return n
  end,
  near = function(h)
    for _, term in ipairs(terms) do h:technique { first = term[1], filed = term[2] } end
    h:technique { first = days.of(2023, 12, 15) } -- today is the fifteenth day
    h:technique {} -- nobody was treated
    h:technique { class = "普通", name = "不必备案的技术", first = days.of(2023, 3, 1) }
  end,
  -- The days off of 2023 and of the first week of 2024 are written down once more.
  sql = [[
    WITH RECURSIVE d(day) AS (SELECT '2022-01-01' UNION ALL
        SELECT date(day, '+1 day') FROM d WHERE day < '2024-01-08'),
      w AS (SELECT day FROM d WHERE day IN ('2022-01-29', '2022-01-30', '2022-04-02', '2022-04-24',
          '2022-05-07', '2022-10-08', '2022-10-09', '2023-01-28', '2023-01-29', '2023-04-23',
          '2023-05-06', '2023-06-25', '2023-10-07', '2023-10-08')
        OR (strftime('%w', day) NOT IN ('0', '6') AND day NOT IN ('2022-01-03', '2022-04-04',
          '2022-04-05', '2022-05-02', '2022-05-03', '2022-05-04', '2022-06-03', '2022-09-12',
          '2023-01-02', '2023-04-05', '2023-05-01', '2023-05-02', '2023-05-03', '2023-06-22',
          '2023-06-23', '2023-09-29', '2024-01-01')
          AND NOT day BETWEEN '2022-01-31' AND '2022-02-06'
          AND NOT day BETWEEN '2022-10-01' AND '2022-10-07'
          AND NOT day BETWEEN '2023-01-21' AND '2023-01-27'
          AND NOT day BETWEEN '2023-10-01' AND '2023-10-06'))
    SELECT rowid FROM techniques WHERE class = '限制' AND first_case_date <> ''
      AND (SELECT count(*) FROM w WHERE day > first_case_date
        AND day <= CASE filing_date WHEN '' THEN '2024-01-08' ELSE filing_date END) > 15]],
}

add {
  rule = "technique.filing_no_missing",
  plant = function(h, n)
    for _ = 1, n do
      h:technique { first = days.of(2023, 5, 8), filed = days.of(2023, 5, 10),
                    edit = set { filing_no = "" } }
    end
    return n
  end,
  near = function(h)
    h:technique { class = "普通", name = "一般技术", first = days.of(2023, 5, 8),
                  filed = days.of(2023, 5, 10), edit = set { filing_no = "" } }
  end,
  sql = [[
    SELECT rowid FROM techniques WHERE class = '限制' AND filing_date <> '' AND filing_no = '']],
}

add {
  rule = "technique.first_case_misstated",
  plant = function(h, n)
    local first = days.of(2023, 5, 8)
    local number = h:technique { first = first, filed = first + 2 }
    for i = 1, n do operated(h, "99.9800", { technique = number, day = first - i }) end
    return n
  end,
  near = function(h)
    local first = days.of(2023, 5, 8)
    local number = h:technique { first = first, filed = first + 2 }
    operated(h, "99.9800", { technique = number, day = first })
    operated(h, "99.9800", { technique = number, day = first + 30 })
  end,
  sql = [[
    SELECT p.rowid FROM procedures AS p JOIN techniques AS t USING (tech_code)
    WHERE class = '限制' AND (first_case_date = '' OR proc_date < first_case_date)]],
}

add {
  rule = "technique.restricted_code_not_filed",
  plant = function(h, n)
    -- Not registered, or registered and never filed: whatever class somebody gave it.
    local number = h:technique { class = "普通", name = "某项新技术", first = days.of(2023, 2, 1) }
    for i = 1, n do
      if i % 3 == 0 then operated(h, "39.6500", { technique = number, day = days.of(2023, 12, 14) })
      else operated(h, "39.6500")
      end
    end
    return n
  end,
  near = function(h)
    operated(h, "39.6500", { technique = h:technique { first = days.of(2022, 3, 1),
                                                       filed = days.of(2022, 3, 8) } })
    local first = days.of(2023, 12, 15) -- today is the last day
    operated(h, "39.6500", { technique = h:technique { first = first }, day = first })
    operated(h, "39.9500")
  end,
  sql = [[
    SELECT p.rowid FROM procedures AS p LEFT JOIN techniques AS t ON t.tech_code = p.tech_code
    WHERE (proc_code LIKE '39.65%' OR proc_code LIKE '11.6%' OR proc_code LIKE '17.4%'
        OR proc_code LIKE '41.05%') AND (t.tech_code IS NULL
      OR (t.filing_date = '' AND proc_date < '2023-12-15'))]],
}

add {
  rule = "technique.lead_not_registered",
  plant = function(h, n)
    local elsewhere = h:hire { role = "医", dept = "外科", apart = true, shifts = { h.year.to },
                               edit = set { registered_here = false, multi_site_flag = true } }
    local gone = h:hire { role = "医", dept = "外科", apart = true, shifts = { h.year.from },
                          edit = set { left_at = "2023-06-30" } }
    local leads = { elsewhere.id, gone.id, "", "YS9999" }
    for i = 1, n do
      h:technique { first = days.of(2023, 5, 8), filed = days.of(2023, 5, 10),
                    edit = set { lead_staff_id = leads[i % 4 + 1] } }
    end
    return n
  end,
  near = function(h)
    local leaving = h:hire { role = "医", dept = "外科", apart = true, shifts = { h.year.to },
                             edit = set { left_at = "2024-01-08" } }
    h:technique { first = days.of(2023, 5, 8), filed = days.of(2023, 5, 10),
                  edit = set { lead_staff_id = leaving.id } }
    h:technique { edit = set { lead_staff_id = "" } } -- not begun
  end,
  sql = [[
    SELECT t.rowid FROM techniques AS t LEFT JOIN staff AS s ON s.staff_id = t.lead_staff_id
    WHERE class = '限制' AND first_case_date <> '' AND (s.staff_id IS NULL
      OR s.registered_here <> '是' OR (s.left_at <> '' AND s.left_at < '2024-01-08'))]],
}

-- ---- what needs a permit of its own ------------------------------------------------------

-- Transplants: the permit ends on a day of the year; in the other year it holds.
local function transplants(rule, kind, code, o)
  local last = days.of(2023, 3, 31)
  local function one(h, day)
    operated(h, code, { day = day, eye = o.eye, technique = o.filed and h:technique {
      first = days.of(2022, 3, 1), filed = days.of(2022, 3, 8) } })
  end
  add {
    rule = rule,
    instead = true,
    plant = function(h, n)
      h:permit(kind, days.text(last))
      one(h, last)
      for i = 1, n do one(h, last + i) end
      return n, { ["licence.permit_expired"] = 1 }
    end,
    near = function(h)
      h:permit(kind, "2026-03-31")
      one(h, last)
      one(h, last + 1)
    end,
    sql = ([[
      SELECT rowid FROM procedures WHERE proc_code LIKE '%s%%' AND NOT EXISTS
        (SELECT 1 FROM permits AS k WHERE k.kind = '%s'
          AND (k.valid_to = '' OR k.valid_to >= proc_date))]]):format(code:sub(1, 4), kind),
  }
end

transplants("technique.transplant", "器官移植", "55.6900", {})
transplants("technique.cornea", "角膜移植", "11.6000", { eye = true, filed = true })

-- Charges for something that its name tells, when the permit has ended; `words` are what SQLite
-- looks for; `given`: somebody else sees to the permit.
local function charged(rule, kind, names, harmless, words, given)
  local like, last = {}, days.of(2023, 3, 31)
  for i, word in ipairs(words) do like[i] = "item_name LIKE '%" .. word .. "%'" end
  local function sell(h, name, day)
    local item = h:new_item { name = name, fee_class = "治疗" }
    for _ = 1, 2 do
      local e = h:visit { day = day or h:day(last + 1) }
      h:charge(e, item, { time = e.time + 5 })
      h:close_visit(e)
    end
  end
  add {
    rule = rule,
    instead = true,
    plant = function(h)
      if not given then h:permit(kind, days.text(last)) end
      sell(h, names[1] .. "（试行）", last)
      for _, name in ipairs(names) do sell(h, name) end
      for _, name in ipairs(harmless) do sell(h, name) end
      return #names, not given and { ["licence.permit_expired"] = 1 } or nil
    end,
    near = function(h)
      if not given then h:permit(kind, kind < "干" and "" or "2026-12-31") end
      for _, name in ipairs(names) do sell(h, name) end
    end,
    sql = "SELECT DISTINCT item_code FROM fee_lines WHERE (" .. table.concat(like, " OR ") .. [[)
        AND item_name NOT LIKE '%术后%' AND item_name NOT LIKE '%计数%'
        AND item_name NOT LIKE '%抗体%' AND item_name NOT LIKE '%造血干细胞%'
        AND NOT EXISTS (SELECT 1 FROM permits AS k WHERE k.kind = ']] .. kind .. [['
          AND (k.valid_to = '' OR k.valid_to >= date(fee_time)))]],
  }
end

charged("technique.transplant_charged", "器官移植", { "同种异体肾移植", "原位肝移植术" },
  { "肾移植术后随访", "皮片移植" }, { "肾移植", "肝移植" }, true)
charged("technique.stem_cells_charged", "干细胞", { "间充质干细胞输注" }, { "造血干细胞采集" }, { "干细胞" })
charged("technique.immune_cells_charged", "免疫细胞", { "CIK细胞回输", "免疫细胞治疗" },
  { "免疫细胞计数" }, { "CIK", "免疫细胞治疗" })
charged("technique.reproduction_charged", "辅助生殖", { "夫精人工授精", "B超引导取卵" },
  { "人工破膜" }, { "人工授精", "取卵" })
charged("technique.prenatal_charged", "产前诊断", { "胎儿游离DNA检测" }, { "胎心监护" }, { "游离DNA" })

return technique
