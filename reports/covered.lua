-- 真正检查了多少：执行的规则、人工核查的项目、覆盖的数据。“未发现”必须写明这些数字。

local covered = {}

-- How many rules really ran, in all and on each table: one whose table is missing or
-- holds nothing of the kind has checked nothing. A rule that several items use counts once.
function covered.rules(record)
  local total, by_table, seen = 0, {}, {}
  for _, item in ipairs(record.items) do
    for _, rule in ipairs(item.rules or {}) do
      local ran = rule.status == "pass" or rule.status == "problem"
        or rule.status == "undetermined"
      if ran and not seen[rule.id] then
        seen[rule.id] = true
        total = total + 1
        for _, id in ipairs(rule.tables or {}) do by_table[id] = (by_table[id] or 0) + 1 end
      end
    end
  end
  return total, by_table
end

-- Items that a person judged and that were judged: not those that no rule could judge.
function covered.people(record)
  local count = 0
  for _, item in ipairs(record.items) do
    local judged = item.status == "pass" or item.status == "problem"
    if judged and (item.manual or not item.rules) then count = count + 1 end
  end
  return count
end

-- «未发现», with what was really checked; nothing of the kind where nothing was.
function covered.clean(record, finding)
  local judged = record.totals.pass + record.totals.problem
  if judged == 0 then
    return "没有完成检查的项目，不能得出结论。"
  end
  local tables, rule_count = {}, covered.rules(record)
  for _, entry in ipairs(record.tables) do
    if not entry.absent and (entry.rows or 0) > 0 then
      tables[#tables + 1] = ("%s%d行"):format(entry.title, entry.rows or 0)
    end
  end
  local cover = #tables > 0 and ("（覆盖" .. table.concat(tables, "、") .. "）") or ""
  return ("共检查%d项，其中数据规则%d条%s，人工核查%d项，%s。"):format(judged, rule_count, cover,
    covered.people(record), finding or "未发现问题")
end

return covered
