-- 一段时间内的数字：本期、上期和增减，进展统计表和各期报告共用。

local wording = require "wording"

local window_table = {}

-- 每个数字都是该期内发生此事的问题个数。
local rows = {
  { "新登记问题", "found" }, { "其中：检查发现", "inspected" }, { "核实属实", "verified" },
  { "核实不属实", "dismissed" }, { "分派整改", "assigned" }, { "整改完成", "rectified" },
  { "核查通过", "checked" }, { "核查退回", "returned" }, { "核销", "closed" },
  { "延期", "extended" }, { "移送", "transferred" }, { "其中：立案", "cases" },
  { "回头看", "looked_back" }, { "反弹", "relapsed" }, { "主动报告", "reported" },
}

local function change(now, before)
  local difference = now - before
  return difference > 0 and "＋" .. difference or difference < 0 and "－" .. -difference or "0"
end

-- 元，两位小数，按分计算。
local function cents(text) return math.tointeger(tonumber((text:gsub("%.", "")))) end

local function money_change(now, before)
  local difference = cents(now) - cents(before)
  local sign = difference > 0 and "＋" or difference < 0 and "－" or ""
  if difference < 0 then difference = -difference end
  return ("%s%d.%02d"):format(sign, difference // 100, difference % 100)
end

-- 没有上期的（如自台账建立以来的阶段小结），只列本期。
local function alone(paper, window)
  local cells = {}
  for index, row in ipairs(rows) do cells[index] = { row[1], "个", window.figures[row[2]] } end
  cells[#cells + 1] = { "退回金额", "元", window.figures.refund }
  paper.table({ { "事项" }, { "单位" }, { "本期", "right" } }, cells)
  paper.text(("注：本期为%s至%s；各数为该期内发生此事的问题个数，同一问题只计一次。"):format(
    wording.date(window.from), wording.date(window.to)))
end

function window_table.print(paper, window)
  if not window.previous then return alone(paper, window) end
  local now, before, cells = window.figures, window.previous.figures, {}
  for index, row in ipairs(rows) do
    local key = row[2]
    cells[index] = { row[1], "个", now[key], before[key], change(now[key], before[key]) }
  end
  cells[#cells + 1] = { "退回金额", "元", now.refund, before.refund,
    money_change(now.refund, before.refund) }
  paper.table({ { "事项" }, { "单位" }, { "本期", "right" }, { "上期", "right" },
    { "增减", "right" } }, cells)
  paper.text(("注：本期为%s至%s，上期为%s至%s；各数为该期内发生此事的问题个数，同一问题一期内只计一次；"
    .. "增减＝本期－上期。"):format(wording.date(window.from), wording.date(window.to),
    wording.date(window.previous.from), wording.date(window.previous.to)))
end

return window_table
