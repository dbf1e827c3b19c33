-- Rules on examinations (domain EX-*).

local days = require "days"

local exam = {}

local no_reason = "('', '无', '没有', '略', '同上', '/', '-', '—', '.', '。')"
local large = "('CT', 'MR', 'PET-CT', 'DSA')"

-- Changes fields of a row.
local function set(change)
  return function(row) for name, value in pairs(change) do row[name] = value end end
end

exam[#exam + 1] = {
  rule = "exam.no_indication",
  plant = function(h, n)
    local words = { "", "无", "略", "/" }
    for i = 1, n do
      h:exam { item = ({ "头颅CT平扫", "腰椎磁共振平扫", "冠状动脉造影" })[i % 3 + 1],
               edit = set { indication_text = words[i % 4 + 1] } }
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      h:exam { item = "胸部CT平扫", edit = set { indication_text = "无痛性血尿" } }
      h:exam { item = "胸部正位片", edit = set { indication_text = "" } }
    end
  end,
  sql = [[
    SELECT rowid FROM exam_requests
    WHERE modality IN ]] .. large .. " AND indication_text IN " .. no_reason,
}

exam[#exam + 1] = {
  rule = "exam.same_day",
  plant = function(h, n)
    local items = { "胸部正位片", "血常规", "腹部彩超", "头颅CT平扫" }
    for i = 1, n do
      local e = h:visit {}
      for k = 1, 2 + i % 2 do -- each with a reason of its own
        h:exam { encounter = e, item = items[i % 4 + 1],
                 edit = set { indication_text = "第" .. k .. "次：症状变化" } }
      end
      h:close_visit(e)
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      local e = h:visit {}
      h:exam { encounter = e, item = "胸部CT平扫" }
      h:exam { encounter = e, item = "头颅CT平扫" }
      -- Two lines of one request.
      local number = h:exam { encounter = e, item = "血常规" }
      h:exam { encounter = e, item = "血常规", number = number }
      h:close_visit(e)
      -- Two patients.
      h:exam { item = "心脏彩超", day = e.day }
    end
  end,
  sql = [[
    SELECT patient_id, item_code, substr(req_time, 1, 10) AS day FROM exam_requests
    GROUP BY patient_id, item_code, day HAVING count(DISTINCT req_no) > 1]],
}

-- The same examination twice, some days apart; the second one's row is changed.
local function again(h, item, gap, change)
  local patient = h:adult()
  local first = h:day(h.year.from, h.year.to - gap)
  h:exam { patient = patient, item = item, day = first }
  h:exam { patient = patient, item = item, day = first + gap, edit = set(change or {}) }
end

exam[#exam + 1] = {
  rule = "exam.repeated",
  plant = function(h, n)
    for i = 1, n do
      local case = i % 5
      if case == 0 then again(h, "胸部CT平扫", 30)
      elseif case == 1 then again(h, "颅脑磁共振平扫", 3)
      elseif case == 2 then again(h, "腹部彩超", 14)
      elseif case == 3 then again(h, "肝功能", 7, { indication_text = "同上" })
      else again(h, "尿常规", 1)
      end
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      again(h, "胸部CT平扫", 31)
      again(h, "腹部彩超", 15)
      again(h, "肝功能", 8)
      again(h, "颅脑磁共振平扫", 5, { indication_text = "头痛加重，排除出血" })
      again(h, "胸部正位片", 2) -- no number of days is set for it
    end
  end,
  sql = [[
    WITH e AS (SELECT rowid AS id, *, julianday(substr(req_time, 1, 10)) AS day,
      CASE modality WHEN 'CT' THEN 30 WHEN 'MR' THEN 30 WHEN '超声' THEN 14
                    WHEN '检验' THEN 7 END AS apart FROM exam_requests WHERE exec_time <> '')
    SELECT DISTINCT b.id FROM e AS b JOIN e AS a ON a.patient_id = b.patient_id
      AND a.item_code = b.item_code AND a.body_part = b.body_part AND a.req_no <> b.req_no
      AND a.req_time < b.req_time AND b.day - a.day <= b.apart
    WHERE b.indication_text = a.indication_text OR b.indication_text IN ]] .. no_reason,
}

-- A request beside an outside result of so many days before.
local function outside(h, item, before, change)
  h:exam { item = item, edit = function(row)
    row.mutual_item, row.outside_result_id = true, h:number("WY")
    row.outside_result_time =
      days.time_text(days.at(days.parse(row.req_time:sub(1, 10)) - before, 7))
    row.recognised_flag = false
    set(change)(row)
  end }
end

exam[#exam + 1] = {
  rule = "exam.not_recognised",
  plant = function(h, n)
    for i = 1, n do
      if i % 3 == 0 then outside(h, "胸部CT平扫", 30, {})
      elseif i % 3 == 1 then outside(h, "腹部彩超", 14, { refuse_reason = "略" })
      else outside(h, "肝功能", i % 2 == 0 and 0 or 2, {})
      end
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      outside(h, "胸部CT平扫", 31, {})
      outside(h, "肝功能", 8, {})
      outside(h, "颅脑磁共振平扫", 3, { refuse_reason = "外院图像质量不能满足诊断需要" })
    end
  end,
  sql = [[
    SELECT rowid FROM exam_requests
    WHERE outside_result_id <> '' AND mutual_item = '是' AND exec_time <> ''
      AND julianday(substr(req_time, 1, 10)) - julianday(substr(outside_result_time, 1, 10))
        BETWEEN 0 AND CASE modality WHEN 'CT' THEN 30 WHEN 'MR' THEN 30 WHEN 'X线' THEN 30
                                    WHEN '超声' THEN 14 WHEN '检验' THEN 7 ELSE -1 END
      AND refuse_reason IN ]] .. no_reason,
}

local special = [[(modality IN ('内镜', 'DSA') OR item_name LIKE '%增强%'
      OR item_name LIKE '%造影%' OR item_name LIKE '%穿刺%' OR item_name LIKE '%活检%')]]

exam[#exam + 1] = {
  rule = "exam.no_consent",
  plant = function(h, n)
    for i = 1, n do
      h:exam { item = ({ "胃镜检查", "腹部CT增强扫描", "冠状动脉造影" })[i % 3 + 1],
               edit = set { consent_no = i % 2 == 0 and "无" or "" } }
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      -- Asked for, and never done.
      h:exam { item = "胃镜检查", edit = set { consent_no = "", exec_time = "" } }
      h:exam { item = "腹部CT平扫" }
    end
  end,
  sql = [[
    SELECT rowid FROM exam_requests WHERE exec_time <> '' AND ]] .. special .. [[
      AND consent_no IN ]] .. no_reason,
}

exam[#exam + 1] = {
  rule = "exam.late_consent",
  plant = function(h, n)
    for i = 1, n do
      h:exam { item = i % 2 == 0 and "胃镜检查" or "冠状动脉造影", signed = i * i,
               visit = i % 3 == 0 and "急诊" or "门诊" }
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      h:exam { item = "胃镜检查", signed = 0 }
      local e = h:visit {} -- not one that needs it; and one that was not done
      local late = h:consent(e, { kind = "其他", signed = e.time + 3000, items = {} })
      h:exam { encounter = e, item = "腹部CT平扫", edit = set { consent_no = late } }
      h:close_visit(e)
      h:exam { item = "冠状动脉造影", signed = 60, edit = set { exec_time = "" } }
      h:exam { item = "冠状动脉造影", signed = -1440 }
    end
  end,
  sql = [[
    SELECT e.rowid FROM exam_requests AS e JOIN consents AS c ON c.consent_no = e.consent_no
    WHERE exec_time <> '' AND c.signed_at > e.exec_time AND ]] .. special,
}

-- ---- rates -------------------------------------------------------------------------------

-- A doctor with so many large examinations, so many of them positive.
local function doctor_with(h, all, positive)
  local doctor = h:hire { role = "医", dept = "内科", apart = true }
  for i = 1, all do
    h:exam { item = "头颅CT平扫", doctor = doctor, positive = i <= positive }
  end
end

exam[#exam + 1] = {
  rule = "exam.low_positive_doctor",
  plant = function(h, n)
    n = math.min(n, 3)
    for i = 1, n do doctor_with(h, 29 + i, 14 - i) end
    return n
  end,
  near = function(h)
    doctor_with(h, 30, 15)
    doctor_with(h, 29, 3)
  end,
  sql = [[
    SELECT doctor_id FROM exam_requests WHERE modality IN ]] .. large .. [[ GROUP BY doctor_id
    HAVING count(*) >= 30 AND sum(result_positive = '是') * 2 < count(*)]],
}

local of_modality = { CT = "头颅CT平扫", MR = "腰椎磁共振平扫", DSA = "冠状动脉造影" }

-- Adds large examinations by doctors of whom none has thirty.
local function add(h, modality, count, positive)
  local doctor
  for i = 1, count do
    if i % 29 == 1 then doctor = h:hire { role = "医", dept = "外科", apart = true } end
    h:exam { item = of_modality[modality], doctor = doctor, positive = positive }
  end
end

-- Of every modality exactly half is positive, and so of all: that is not below half.
local function balance(h)
  for _, modality in ipairs { "CT", "MR", "DSA" } do
    local seen = h.seen[modality] or { all = 0, positive = 0 }
    add(h, modality, 2 * seen.positive - seen.all, false)
    add(h, modality, seen.all - 2 * seen.positive, true)
  end
end

exam[#exam + 1] = {
  rule = "exam.low_positive_modality",
  last = 1,
  near = balance,
  plant = function(h)
    add(h, "MR", 1, false)
    add(h, "CT", 1, true) -- all of them together are still half
    return 1
  end,
  sql = [[
    SELECT modality FROM exam_requests WHERE modality IN ]] .. large .. [[ GROUP BY modality
    HAVING count(*) >= 30 AND sum(result_positive = '是') * 2 < count(*)]],
}

exam[#exam + 1] = {
  rule = "exam.low_positive",
  last = 2,
  near = function() end, -- exactly half, as above
  plant = function(h)
    add(h, "CT", 1, false)
    return 1
  end,
  sql = [[
    SELECT 1 FROM (SELECT count(*) AS whole, sum(result_positive = '是') AS positive
      FROM exam_requests WHERE modality IN ]] .. large .. [[)
    WHERE whole >= 30 AND positive * 2 < whole]],
}

exam[#exam + 1] = {
  rule = "exam.low_pathway",
  last = 3,
  near = function(h) -- exactly four of five
    while h.stays.path % 4 ~= 0 do h:stay { path_flag = true, nights = 3 } end
    while h.stays.path * 5 > h.stays.all * 4 do h:stay { path_flag = false, nights = 3 } end
  end,
  plant = function(h)
    h:stay { path_flag = false, nights = 4 }
    return 1
  end,
  sql = [[
    SELECT 1 FROM (SELECT count(*) AS whole, sum(path_flag = '是') AS path FROM admissions
      WHERE discharge_time <> '') WHERE path * 100 < whole * 80]],
}

return exam
