-- What the offices keep: price list, drug list, stock, shifts.

local days = require "days"
local hospital = require "hospital"
local world = require "world"

local function codes(h, name) return name and h.item[name].code or nil end

-- Writes an item's rows of the price list; o.edit changes them (row, 1 or 2).
function hospital:list_price(item, o)
  o = o or {}
  local raise = item.raised and self.year.raise
  for i, price in ipairs { item.price, item.raised } do
    local from = i == 1 and days.of(2021, 3, 1) or raise
    self:write("price_catalog", o, {
      item_code = item.code, name = item.name, ins_code = "YB" .. item.code,
      price_code = "WJ" .. item.code, fee_class = item.fee_class,
      price_std = world.money_text(price), unit = item.unit, valid_from = days.text(from),
      valid_to = i == 1 and raise and days.text(raise - 1) or nil, per_day_max = item.per_day,
      contains = codes(self, world.contains[item.name]),
      combinable_with = codes(self, world.combinable[item.name]),
      excludes = codes(self, world.excludes[item.name]),
      limit_sex = world.limit_sex[item.name] or "不限", posted_at = days.text(from - 3),
    }, i)
  end
end

-- Writes a drug's row of the drug list.
function hospital:list_drug(drug, o)
  self:write("drugs", o or {}, {
    drug_code = drug.code, drug_name = drug.name, generic_name = drug.generic,
    dosage_form = drug.form, spec = drug.dose .. drug.dose_unit, manufacturer = "示例药厂",
    ins_code = "YB" .. drug.code, is_tcm = false, pharm_class = drug.class,
    drug_class = drug.kind, ab_tier = drug.tier or "非抗菌",
    ddd = drug.tier and ("%g"):format(drug.dose * (drug.times or 1)) or nil,
    ddd_unit = drug.tier and drug.dose_unit or nil,
    unit_content = ("%g"):format(drug.dose * drug.pieces), qty_unit = "盒",
    max_daily = drug.max_daily, max_daily_unit = drug.dose_unit,
    long_rx_forbidden = drug.kind ~= "普通", price = world.money_text(drug.price),
    limit_sex = "不限", in_use = true,
  })
end

-- An item of a plant's own; o: name, fee_class, unit, price, and what else items have; `list`:
-- changes its rows of the price list, false if it has none.
function hospital:new_item(o)
  local item = { unit = "次", price = 200000, stocked = o.drug, generic = o.name }
  for name, value in pairs(o) do item[name] = value end
  item.code = self:number(o.drug and "XY8" or "FW8", 3)
  self.items[#self.items + 1], self.item[item.name] = item, item
  if o.list ~= false then self:list_price(item, { edit = o.list }) end
  return item
end

-- A drug that nobody else charges, so that its stock is as the caller makes it.
function hospital:spare()
  local name = table.remove(self.spares)
  return self:new_item { name = name, drug = true, unit = "盒", fee_class = "西药", stocked = false }
end

-- Writes a move of stock; o.type: 出库 if left out.
function hospital:move(item, day, qty, o)
  o = o or {}
  local kind = o.type or "出库"
  self:write("stock_moves", o, {
    doc_no = self:number(kind == "入库" and "RK" or "CK"), item_code = item.code,
    item_name = item.name, item_class = item.fee_class == "材料" and "耗材" or "药品",
    batch = "P2023" .. select(2, days.split(day)), date = days.text(day), move_type = kind,
    in_qty = kind == "入库" and qty or 0, out_qty = kind ~= "入库" and qty or 0,
    unit = item.unit, unit_price = world.money_text(item.price), supplier = "示例医药公司",
    dept = kind ~= "入库" and "药房" or nil,
  })
end

function hospital:lists()
  for _, item in ipairs(self.items) do
    self:list_price(item)
    if item.drug then self:list_drug(item) end
  end
end

-- What was charged in a month was in store on its first day and went out on it.
function hospital:stores()
  for _, item in ipairs(self.items) do
    for month, qty in pairs(self.stock[item] or {}) do
      local day = days.of(2023, month, 1)
      self:move(item, day, qty, { type = "入库" })
      self:move(item, day, qty)
    end
  end
end

local actions = { ["医"] = "出诊", ["护"] = "护理", ["药"] = "调剂", ["技"] = "检查" }

-- A shift; o: day, from and to (minutes of the day), place, dept, action, edit.
function hospital:shift(person, o)
  self:write("duty_roster", o, {
    staff_id = person.id, date = days.text(o.day),
    start_time = days.time_text(days.at(o.day, 0, o.from or 480)),
    end_time = days.time_text(days.at(o.day, 0, o.to or 1020)), dept = o.dept or person.dept,
    action = o.action or actions[person.role] or "其他", place = o.place or self.facility.name,
  })
end

-- Everybody works once a week and whenever there are patients.
function hospital:roster()
  for i, person in ipairs(self.staff) do
    for _, day in ipairs(person.shifts or {}) do person.duty[day] = true end
    if not person.shifts then
      for day = self.year.from + i % 7, self.year.to, 7 do person.duty[day] = true end
    end
  end
  for _, person in ipairs(self.staff) do
    if person.beside then
      for day in pairs(person.duty) do person.beside.duty[day] = true end
    end
  end
  for _, person in ipairs(self.staff) do
    for day = self.year.from, self.year.to do
      if person.duty[day] then self:shift(person, { day = day }) end
    end
  end
end

return hospital
