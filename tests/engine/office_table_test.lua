-- The 量化统计表 of an office: sums, rates of sums, class columns that add up, what people entered.

local tap = require "tap"

-- Expressions as the host evaluates them, as far as these tests need: exact thousandths of a
-- millionth are enough here.
expression = {}

local function number_of(text) return text and tonumber(text) end

local function rounded(value, digits)
  if value ~= value or value == math.huge or value == -math.huge then return nil end
  local factor = 10 ^ digits
  local units = math.floor(math.abs(value) * factor + 0.5 + 1e-9)
  local text = digits == 0 and ("%d"):format(units)
    or ("%d.%0" .. digits .. "d"):format(units // factor, units % factor):gsub("0+$", ""):gsub("%.$", "")
  return value < 0 and "-" .. text or text
end

function expression.scope(names)
  local spaces, known = { l = {}, o = {}, c = {}, m = {} }, {}
  for _, name in ipairs(names) do
    if name.space == "" then known[name.name] = number_of(name.value)
    else spaces[name.space][name.name] = number_of(name.value) end
  end
  local scope = {}
  function scope.evaluate(_, text)
    local digits = 6
    local env = { l = spaces.l, o = spaces.o, c = spaces.c, m = spaces.m,
      round = function(value, places) digits = places return value end }
    local chunk = load("return " .. text, "formula", "t",
      setmetatable(env, { __index = known }))
    local ok, value = pcall(chunk)
    return ok and value and rounded(value, digits) or nil, {}
  end
  function scope.check() return {} end
  function scope.close() end
  return scope
end

local office_table = require "office_table"

local function of(rows, args) return office_table.of({ statistics = { rows = rows } }, args).rows end
local function row_of(rows, id)
  for _, row in ipairs(rows) do if row.id == id then return row end end
end

local table_of = {
  { id = "rate", title = "整改率", unit = "%", from = "ledger", formula = "rectified / problems * 100" },
  { id = "problems", title = "发现问题", unit = "个", from = "ledger" },
  { id = "rectified", title = "已整改", unit = "个", from = "ledger" },
  { id = "refunds", title = "退回金额", unit = "万元", from = "ledger" },
  { id = "reports", title = "已自查", unit = "家", from = "ledger", formula = 'o["reported"]' },
  { id = "coverage_self", title = "覆盖率", unit = "%", from = "ledger" },
  { id = "cases", title = "立案", unit = "起", from = "cases" },
  { id = "fine_amount", title = "罚款", unit = "万元", from = "cases" },
  { id = "trained", title = "培训", unit = "人次", from = "manual" },
  { id = "lines", title = "处方", unit = "张", from = "measure", formula = 'm["rx.lines"]' },
  { id = "over", title = "超量", unit = "张", from = "measure", formula = 'm["rx.over"]' },
  { id = "over_rate", title = "超量率", unit = "%", from = "measure",
    formula = 'm["rx.over"] / m["rx.lines"] * 100' },
  { id = "mean_rate", title = "其他率", unit = "%", from = "measure", formula = 'm["x.a"] / m["x.b"]' },
}

local function group(id, counted, rectified, refund, more)
  local result = { id = id, figures = { counted = counted, rectified = rectified, refund = refund } }
  for key, value in pairs(more or {}) do result[key] = value end
  return result
end

local args = { groups = {
  group("", 7, 4, "1000.50", { collected = { reported = 3, self_checked = 3, self_check_due = 4 },
    cases = { cases = 2, fine_amount = "12500.00" }, measures = { lines = "300", over = "10" } }),
  group("二级医院", 3, 1, "350.00", { collected = { reported = 1, self_checked = 1, self_check_due = 1 },
    cases = { cases = 2, fine_amount = "12500.00" }, measures = { lines = "100", over = "9" } }),
  group("诊所", 4, 3, "650.50", { collected = { reported = 2, self_checked = 2, self_check_due = 3 },
    cases = { cases = 0, fine_amount = "0.00" }, measures = { lines = "200", over = "1" } }),
} }

tap.test("counts are sums of what the reports tell, rates are rates of these sums", function(same)
  local rows = of(table_of, args)
  same(row_of(rows, "problems").value, "7")
  same(row_of(rows, "problems").cells, { "3", "4" })
  same(row_of(rows, "rate").value, "57.1", "of a row that stands below it")
  same(row_of(rows, "rate").cells, { "33.3", "75" })
  same(row_of(rows, "over_rate").value, "3.3", "not the mean of 9% and 0.5%")
  same(row_of(rows, "over_rate").cells, { "9", "0.5" })
  same(row_of(rows, "mean_rate").value, nil)
  same(row_of(rows, "mean_rate").lacks, "no_parts")
  same(row_of(rows, "coverage_self").value, "75")
  same(row_of(rows, "reports").cells, { "1", "2" })
end)

tap.test("columns in 万元 show as many decimals as they need to add up to the total", function(same)
  local rows = of(table_of, args)
  same(row_of(rows, "refunds").value, "0.10")
  same(row_of(rows, "refunds").cells, { "0.035", "0.065" }, "0.04 and 0.07 would be 0.11")
  same(row_of(of(table_of, { groups = { args.groups[1] } }), "refunds").value, "0.10")
  same(row_of(rows, "fine_amount").value, "1.25")
  same(row_of(rows, "fine_amount").cells, { "1.25", "0.00" })
end)

tap.test("what divides by nothing, and what nobody told, has no value", function(same)
  local rows = of(table_of, { groups = { { id = "", figures = { counted = 0, rectified = 0 } } } })
  same(row_of(rows, "rate").value, nil)
  same(row_of(rows, "rate").lacks, "zero")
  same(row_of(rows, "cases").lacks, "not_kept", "no register is kept")
  same(row_of(rows, "trained").lacks, "not_entered")
  same(row_of(rows, "refunds").lacks, "not_told")
end)

tap.test("what people entered stands as they wrote it where nothing computes it, and is marked", function(same)
  local manual = { trained = { [""] = "1200" }, fine_amount = { [""] = "454.7" },
    cases = { ["二级医院"] = "1", ["诊所"] = "2" } }
  local groups = {}
  for index, one in ipairs(args.groups) do
    groups[index] = {}
    for key, value in pairs(one) do groups[index][key] = key ~= "cases" and value or nil end
  end
  local rows = of(table_of, { groups = groups, manual = manual })
  same({ row_of(rows, "trained").value, row_of(rows, "trained").manual }, { "1200", true })
  same({ row_of(rows, "fine_amount").value, row_of(rows, "fine_amount").manual }, { "454.7", true })
  same({ row_of(rows, "cases").value, row_of(rows, "cases").cells }, { "3", { "1", "2" } },
    "class by class it adds up")
  same({ row_of(rows, "cases").open, row_of(rows, "problems").open }, { true, false })
  rows = of(table_of, { groups = args.groups, manual = manual })
  same({ row_of(rows, "cases").value, row_of(rows, "cases").manual, row_of(rows, "cases").entered },
    { "2", false, "3" }, "the register goes first")
end)

tap.test("what is left of a whole that people entered is never below 0", function(same)
  local rows = of({ { id = "whole", title = "检查机构", unit = "家", from = "manual" },
    { id = "part", title = "医院", unit = "家", from = "manual" },
    { id = "rest", title = "其他", unit = "家", from = "manual", formula = "whole - part" } },
    { groups = { group("", 1, 1, "0.00") }, manual = { whole = { [""] = "5" }, part = { [""] = "9" } } })
  local rest = row_of(rows, "rest")
  same({ rest.value, rest.reason.args.value, rest.reason.args.names }, { nil, "-4", "“检查机构”、“医院”" })
end)

tap.test("facilities that are to be inspected are those of the roster", function(same)
  local rows = of({ { id = "facilities_due", title = "应查机构", unit = "家", from = "ledger" } },
    { groups = { group("", 1, 1, "0.00", { collected = { inspection_due = 3 } }) } })
  same(row_of(rows, "facilities_due").value, "3")
end)

tap.test("the change against the previous period is that of the figures shown", function(same)
  local rows = of(table_of, { groups = { args.groups[1] }, manual = { trained = { [""] = "5" } },
    previous_manual = { trained = { [""] = "7" } },
    previous = group("", 9, 1, "0.00", { collected = { reported = 3, self_checked = 3, self_check_due = 4 } }) })
  same({ row_of(rows, "problems").previous, row_of(rows, "problems").change }, { "9", "-2" })
  same({ row_of(rows, "rate").previous, row_of(rows, "rate").change }, { "11.1", "46" })
  same({ row_of(rows, "trained").previous, row_of(rows, "trained").change }, { "7", "-2" })
  same({ row_of(rows, "reports").change, row_of(rows, "cases").change }, { "0", nil })
end)

tap.test("each row names the rows that it is made of, and the figures behind them all", function(same)
  local rows = of(table_of, args)
  same(row_of(rows, "rate").rows, { "rectified", "problems" })
  same(row_of(rows, "rate").names, { { space = "l", name = "rectified" }, { space = "l", name = "counted" } })
  same(row_of(rows, "over_rate").names, { { space = "m", name = "over" }, { space = "m", name = "lines" } })
  same(row_of(rows, "cases").names, { { space = "c", name = "cases" } })
  same({ row_of(rows, "rate").additive, row_of(rows, "refunds").additive }, { false, true })
end)

tap.test("a formula adds up where it is sums and differences of what adds up", function(same)
  for text, wanted in pairs { ["problems - rectified"] = true, ["problems / 10"] = true,
    ["2 * problems + rectified"] = true, ["problems * rectified"] = false, ["problems + 1"] = false,
    ["problems / rectified"] = false, ["max(problems, rectified)"] = false,
    ["rate + problems"] = false, ["(problems + rectified) / 2"] = true } do
    local rows = of({ table_of[1], table_of[2], table_of[3],
      { id = "own", title = "x", from = "ledger", formula = text } }, { groups = { args.groups[1] } })
    same(row_of(rows, "own").additive, wanted, text)
  end
end)

tap.test("rates are the rows whose parts do not add up, whoever has them", function(same)
  local rows = { table_of[1], table_of[2], table_of[8], table_of[9], table_of[12],
    { id = "answered", title = "反馈率", unit = "%", from = "manual" },
    { id = "mean", title = "均值", unit = "元", from = "cases", formula = 'c["fine_amount"] / c["cases"]' } }
  same(office_table.rates({ statistics = { rows = rows } }), { "rate", "over_rate", "answered", "mean" })
  same(office_table.rates({}), {})
end)

tap.finish()
