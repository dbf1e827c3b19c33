-- Narcotics and psychotropics (domain RX-06 to RX-10).

local sheets = require "sheets"

local rx = {}

local function add(entry) rx[#rx + 1] = entry end

local no_reason, outpatient, reason = sheets.no_reason, sheets.outpatient, sheets.reason
local of, chronic, child = sheets.of, sheets.chronic, sheets.child

local narcotic, times = sheets.narcotic, sheets.times
local injection = "dosage_form LIKE '%注射%'"
local slow = "(dosage_form LIKE '%缓释%' OR dosage_form LIKE '%控释%')"

add {
  rule = "rx.narcotic_injection",
  plant = function(h, n)
    for i = 1, n do
      if i % 2 == 0 then of(h, "吗啡注射液", {}, { days = 2 })
      else of(h, "吗啡注射液", { visit = "急诊" }, { days = 1, freq = "每日二次" })
      end
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      of(h, "吗啡注射液", { visit = "急诊" }, { days = 1 })
      of(h, "吗啡注射液", { visit = "住院" }, { days = 1, freq = "每日二次" })
    end
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines WHERE ]] .. outpatient .. " AND " .. narcotic .. [[
      AND cancer_pain_flag = '否' AND ]] .. injection .. " AND CAST(days AS INT) * " .. times .. " > 1",
}

add {
  rule = "rx.narcotic_days",
  plant = function(h, n)
    for i = 1, n do
      if i % 3 == 0 then of(h, "吗啡片", {}, { days = 4 })
      elseif i % 3 == 1 then of(h, "吗啡缓释片", {}, { days = 8, extension_reason = reason })
      else of(h, "哌甲酯缓释片", { patient = child(h) }, { days = 8, extension_reason = reason })
      end
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      of(h, "吗啡片", {}, { days = 3 })
      of(h, "吗啡缓释片", {}, { days = 7 })
    end
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines WHERE ]] .. outpatient .. " AND " .. narcotic .. [[
      AND cancer_pain_flag = '否' AND NOT ]] .. injection .. [[
      AND NOT (drug_name LIKE '%哌甲酯%' AND diagnosis_codes LIKE 'F90%')
      AND CAST(days AS INT) > CASE WHEN ]] .. slow .. " THEN 7 ELSE 3 END",
}

local pain = { cancer_pain_flag = true, extension_reason = "癌痛" }

local function painful(h, name, supply)
  local change = { days = supply }
  for field, value in pairs(pain) do change[field] = value end
  of(h, name, {}, change)
end

add {
  rule = "rx.narcotic_pain_days",
  plant = function(h, n)
    for i = 1, n do
      local case = ({ { "吗啡注射液", 4 }, { "吗啡缓释片", 16 }, { "吗啡片", 8 } })[i % 3 + 1]
      painful(h, case[1], case[2])
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      painful(h, "吗啡注射液", 3)
      painful(h, "吗啡缓释片", 15)
      painful(h, "吗啡片", 7)
    end
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines WHERE ]] .. outpatient .. " AND " .. narcotic .. [[
      AND cancer_pain_flag = '是' AND CAST(days AS INT) > CASE WHEN ]] .. injection .. [[ THEN 3
        WHEN ]] .. slow .. " THEN 15 ELSE 7 END",
}

add {
  rule = "rx.psychotropic_days",
  plant = function(h, n)
    for _ = 1, n do of(h, "地西泮片", {}, { days = 8 }) end
    return n, { ["rx.over_days"] = n }
  end,
  near = function(h, n)
    for _ = 1, n do
      of(h, "地西泮片", {}, { days = 7 })
      of(h, "艾司唑仑片", { patient = chronic(h) }, { days = 14, extension_reason = "长期失眠" })
    end
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines WHERE ]] .. outpatient .. [[ AND drug_class = '精二'
      AND CAST(days AS INT) > 7 AND extension_reason IN ]] .. no_reason,
}

add {
  rule = "rx.adhd_days",
  plant = function(h, n)
    for i = 1, n do
      of(h, "哌甲酯缓释片", { patient = child(h) },
        { days = 15 + i, diagnosis_codes = "F90.0", extension_reason = "学期中，复诊不便" })
    end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      of(h, "哌甲酯缓释片", { patient = child(h) },
        { days = 15, diagnosis_codes = "F90.0", extension_reason = "学期中，复诊不便" })
      of(h, "甲钴胺片", { patient = child(h) },
        { days = 20, diagnosis_codes = "F90.0", extension_reason = "学期中，复诊不便" })
    end
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines WHERE ]] .. outpatient .. [[ AND drug_name LIKE '%哌甲酯%'
      AND diagnosis_codes LIKE 'F90%' AND CAST(days AS INT) > 15]],
}

add {
  rule = "rx.narcotic_inpatient",
  plant = function(h, n)
    for i = 1, n do of(h, "吗啡片", { visit = "住院" }, { days = 1 + i }) end
    return n
  end,
  near = function(h, n)
    for _ = 1, n do
      of(h, "吗啡片", { visit = "住院" }, { days = 1 })
      of(h, "吗啡缓释片", { visit = "住院" }, { days = 7, visit_type = "出院带药" })
    end
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines WHERE visit_type = '住院' AND ]] .. narcotic .. [[
      AND CAST(days AS INT) > 1]],
}

-- A county hospital may; a township's may not (the year of --class 乡镇卫生院).
add {
  rule = "rx.dihydroetorphine_place",
  plant = function(h, n)
    for _ = 1, n do of(h, "二氢埃托啡片", { visit = "急诊" }, { days = 1 }) end
    return h.facility.class == "二级医院" and 0 or n
  end,
  near = function(h) -- as planted, where it is allowed
    if not h.wrong then of(h, "二氢埃托啡片", { visit = "急诊" }, { days = 1 }) end
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines, facility WHERE drug_name LIKE '%二氢埃托啡%'
      AND facility.class NOT IN ('二级医院', '三级医院')]],
}

add {
  rule = "rx.single_dose_only",
  plant = function(h, n)
    local twice = 0
    for i = 1, n do
      if i % 3 == 0 then of(h, "二氢埃托啡片", { visit = "住院" }, { days = 1, freq = "每日二次" })
      elseif i % 3 == 1 then of(h, "哌替啶注射液", { visit = "住院" },
        { days = 1, visit_type = "出院带药" })
      else
        twice = twice + 1
        of(h, "哌替啶注射液", { visit = "急诊" }, { days = 2 })
      end
    end
    local place = h.facility.class ~= "二级医院" and n // 3 or 0
    return n, { ["rx.narcotic_injection"] = twice, ["rx.dihydroetorphine_place"] = place }
  end,
  near = function(h, n)
    for _ = 1, n do of(h, "哌替啶注射液", { visit = "急诊" }, { days = 1 }) end
  end,
  sql = [[
    SELECT DISTINCT rx_no FROM rx_lines
    WHERE (drug_name LIKE '%二氢埃托啡%' OR drug_name LIKE '%哌替啶%')
      AND (CAST(days AS INT) * ]] .. times .. " > 1 OR visit_type = '出院带药')",
}

return rx
