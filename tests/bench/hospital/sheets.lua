-- Prescriptions as the plants of the rx modules write them.

local sheets = {}

sheets.no_reason = "('', '无', '没有', '略', '同上', '/', '-', '—', '.', '。')"
sheets.outpatient = "visit_type IN ('门诊', '急诊')"
sheets.reason = "外出务工，复诊不便"

sheets.narcotic = "drug_class IN ('麻', '精一')"
sheets.times = [[CASE freq WHEN '每日二次' THEN 2 WHEN '每日三次' THEN 3 WHEN '每日四次' THEN 4
      WHEN '每八小时' THEN 3 ELSE 1 END]]

-- What people write where they have nothing to say.
sheets.empty_words = { "无", "没有", "略", "同上", "/", "-" }

-- A prescription whose lines are changed; of one ordinary drug unless o.drugs says otherwise.
function sheets.line(h, o, change)
  o.drugs = o.drugs or h:ordinary(1)
  o.edit = function(row) for name, value in pairs(change) do row[name] = value end end
  return h:prescription(o)
end

-- The same of a drug by name.
function sheets.of(h, name, o, change)
  o.drugs = { h.item[name] }
  return sheets.line(h, o, change)
end

function sheets.elder(h) return h:patient { codes = { "K29.5" }, from = 65, to = 80 } end
function sheets.chronic(h) return h:patient { codes = { "I10", "E11.9" }, from = 45, to = 60 } end
function sheets.child(h) return h:patient { codes = { "J20.9" }, from = 6, to = 13 } end

return sheets
