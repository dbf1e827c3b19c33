-- prices.lua OUT [COUNT]: the ceiling of prices (FEE-02) as a property. OUT gets a price list,
-- and COUNT (100,000) fees at exactly the price of the day (equal/fee_lines.csv) and as many a
-- hundredth of a fen above it (above/fee_lines.csv). Prices are random, of up to nine digits;
-- price list and fees write them in all the ways that are one number.

local folder = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = folder .. "/?.lua;" .. package.path

local days = require "days"
local export = require "export"
local random = require "random"

local out, count = assert(arg[1], "usage: prices.lua OUT [COUNT]"), tonumber(arg[2] or 100000)
local datasets, files = folder .. "/../../../scripts/datasets", { "fee_lines.yaml", "price_catalog.yaml" }
local draw = random.new(1, "prices")
local first, raised, last = days.of(2023, 1, 1), days.of(2023, 7, 1), days.of(2023, 12, 31)

-- Full-width digits and dot, as an input method leaves them.
local function wide(text)
  return (text:gsub("[0-9.]", function(c) return utf8.char(c:byte() + 0xfee0) end))
end

-- A price in units of 0.0001 as somebody may write it.
local function spelt(units)
  local text = ("%d.%04d"):format(units // 10000, units % 10000)
  local form = draw:int(1, 6)
  if form <= 2 then text = text:gsub("0+$", ""):gsub("%.$", "") end -- 12.5, 12
  if form == 3 and units % 100 == 0 then text = text:sub(1, -3) end -- 12.50
  if form == 4 then text = wide(text) end
  if form == 5 then text = " " .. text .. " " end
  return text
end

-- Of one to nine digits, so that small prices are as many as large ones.
local function price()
  local digits = draw:int(1, 9)
  return draw:int(10 ^ (digits - 1) // 1, 10 ^ digits // 1 - 1)
end

local function folder_for(path)
  assert(os.execute("mkdir -p '" .. path .. "'"))
  return path
end

local list = export.new(folder_for(out), datasets, files, 1, "")
local items = {}
for i = 1, count // 20 do
  local item = { code = ("P%06d"):format(i), price(), price() }
  items[i] = item
  for half, from in ipairs { first, raised } do
    list:row("price_catalog", {
      item_code = item.code, name = "项目" .. i, fee_class = "治疗", unit = "次",
      price_std = spelt(item[half]), valid_from = days.text(from),
      valid_to = days.text(half == 1 and raised - 1 or last), posted_at = days.text(from),
    })
  end
end
list:close()

for _, above in ipairs { false, true } do
  local fees = export.new(folder_for(out .. (above and "/above" or "/equal")), datasets, files, 1, "")
  for i = 1, count do
    local item, day = draw:pick(items), draw:int(first, last)
    local units = item[day < raised and 1 or 2] + (above and 1 or 0)
    fees:row("fee_lines", {
      bill_no = "D" .. i, encounter_id = "E" .. i, patient_id = "H" .. i, visit_type = "门诊",
      fee_time = days.text(day) .. " 10:00", item_code = item.code, item_name = item.code,
      fee_class = "治疗", unit = "次", qty = 1, unit_price = spelt(units), amount = spelt(units),
      self_pay = false, settle_type = "医保",
    })
  end
  fees:close()
end
