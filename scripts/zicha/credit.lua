-- 信用、黑名单: which cases propose that somebody is listed. Plans say in words who is listed (sanctions);
-- what can be seen in a case are its heaviest penalties, and that it was handed over to the police
-- or to 司法机关. Only a case that is closed proposes anything. Whoever decides reads both.

local plain = require "plain"

local credit = {}

local penalties = { { "revoked", "吊销许可证" }, { "cancelled", "注销许可证" },
  { "suspended", "停业整顿" } }
local transfers = { police = "移送公安机关", justice = "移送司法机关" }

local function reasons_of(case)
  local reasons = {}
  for _, pair in ipairs(penalties) do
    if (case[pair[1] ] or 0) > 0 then reasons[#reasons + 1] = pair[2] end
  end
  for word in (case.transfers or ""):gmatch("[%l_]+") do
    if transfers[word] then reasons[#reasons + 1] = transfers[word] end
  end
  return reasons
end

-- The registers of whom the plan lists.
local function lists_of(plan)
  local lists = list {}
  for _, one in ipairs(plan.registers or {}) do
    if one.title:find("黑名单", 1, true) or one.title:find("失信", 1, true) then
      lists[#lists + 1] = { id = one.id, title = one.title }
    end
  end
  return lists
end

-- { listed: [{ case (its place in the list, from 0), reason }], open: the same of cases that are not closed,
-- sanctions: [{ when, effect: [text] }], lists: [{ id, title }] }
function credit.of(plan, cases)
  local listed, open, sanctions = list {}, list {}, list {}
  for index, case in ipairs(cases) do
    local reasons = reasons_of(case)
    if #reasons > 0 then
      local to = (case.closed or "") ~= "" and listed or open
      to[#to + 1] = { case = index - 1, reason = table.concat(reasons, "、") }
    end
  end
  for index, sanction in ipairs(plan.sanctions or {}) do
    sanctions[index] = { when = plain.shown(nil, sanction.when),
      effect = table.concat(sanction.effect or {}, "；") }
  end
  return { listed = listed, open = open, sanctions = sanctions, lists = lists_of(plan) }
end

return credit
