-- main.lua OUT [--seed N] [--scale N] [--clean] [--class 机构类别]
--
-- A year of a county hospital as it would export it: one CSV per dataset, facility.yaml, and
--   expected.tsv   rule, hits that were planted, rows that this makes nobody able to judge
--   items.tsv      item id, rule
--   tables.txt     table, options of its import
--   load.sql, counts.sql   the same tables in SQLite, and a second count of each rule's hits
--
-- --clean plants nothing; near-misses are there in either case. --class makes it a facility of
-- another class, of which everything that facility.yaml says is wrong. A scale of 1 is 30,000
-- fees and 5,000 prescribed drugs.
--
-- A family is a list of entries:
--   rule    the rule's id
--   plant   function(h, n): adds about n violations, in what the rule counts. Returns how many,
--           hits of other rules (rule → count), rows that others cannot judge (rule → count)
--   near    function(h, n): adds what is just no violation
--   sql     selects one row for each hit, from the meaning of the law and not from the rule
--   last    a place in the order of entries that depend on the whole year
--   instead near-miss and violation exclude each other: either is there

local folder = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = folder .. "/?.lua;" .. package.path

local random = require "random"
local hospital = require "hospital"
require "care"
require "office"
require "records"
local clinic = require "clinic"
local world = require "world"

local families = { "rx", "rx_narcotic", "rx_trends", "ab", "exam", "fee", "fee_limits", "admission",
  "staff", "purchase", "waste", "complaint", "licence", "technique", "advert", "quota" }
local datasets = folder .. "/../../../scripts/datasets"

-- What SQLite looks for again and again.
local indexes = { "fee_lines (encounter_id, item_code)", "fee_lines (patient_id)",
  "orders (order_no)", "orders (encounter_id, item_code)", "price_catalog (item_code)",
  "stock_moves (item_code)", "exam_requests (patient_id, item_code)",
  "rx_lines (patient_id, drug_code)", "admissions (patient_id)", "consents (encounter_id)",
  "duty_roster (staff_id, date)" }

local function options()
  local o = { seed = 1, scale = 1 }
  local i = 1
  while arg[i] do
    local name = arg[i]:match("^%-%-(%l+)$")
    if name == "clean" then
      o.clean = true
    elseif name then
      i = i + 1
      o[name] = name == "class" and arg[i] or tonumber(arg[i])
      assert(o[name], "a value is missing after " .. name)
    else
      o.out = arg[i]
    end
    i = i + 1
  end
  assert(o.out, "usage: main.lua OUT [--seed N] [--scale N] [--clean] [--class CLASS]")
  return o
end

local function dataset_files()
  local names, listing = {}, assert(io.popen("ls '" .. datasets .. "'"))
  for name in listing:lines() do
    if name:find("%.yaml$") then names[#names + 1] = name end
  end
  listing:close()
  return names
end

local function entries()
  local list = {}
  for _, family in ipairs(families) do
    for _, entry in ipairs(require(family)) do
      for _, field in ipairs { "rule", "plant", "near", "sql" } do
        assert(entry[field], family .. ": " .. tostring(entry.rule) .. " lacks " .. field)
      end
      list[#list + 1] = entry
    end
  end
  return list
end

local o = options()
assert(os.execute("mkdir -p '" .. o.out .. "'"))
local h = hospital.new(o.out, datasets, dataset_files(), o.seed, o.scale)
local all, expected, unjudged = entries(), {}, {}

local function tally(into, counts)
  for rule, count in pairs(counts or {}) do into[rule] = (into[rule] or 0) + count end
end

-- The near-misses of an entry, and n violations. Each entry draws from a stream of its own.
local function plant(entry, n)
  h.random = random.new(o.seed, entry.rule)
  if o.clean or not entry.instead then entry.near(h, 2) end
  if o.clean then return end
  local hits, others, unknown = entry.plant(h, n)
  assert(math.type(hits) == "integer", entry.rule)
  tally(expected, { [entry.rule] = hits })
  tally(expected, others)
  tally(unjudged, unknown)
end

-- How many violations: differing from rule to rule, so that two rules that are mixed up do not
-- agree by chance.
local function plant_all()
  local number, last = random.new(o.seed, "plants"), {}
  for _, entry in ipairs(all) do
    local n = number:int(2, 9) * (o.scale < 10 and 1 or 2)
    if entry.last then last[#last + 1] = entry else plant(entry, n) end
  end
  table.sort(last, function(a, b) return a.last < b.last end)
  h.random = random.new(o.seed, "year")
  clinic.year(h)
  for _, entry in ipairs(last) do plant(entry, 1) end
end

local function write(name, lines)
  local file = assert(io.open(o.out .. "/" .. name, "w"))
  file:write(table.concat(lines, "\n"), "\n")
  assert(file:close())
end

-- The lines of a map in the order of its keys, each by a format.
local function sorted(map, format)
  local lines = {}
  for key, value in pairs(map) do lines[#lines + 1] = format(key, value) end
  table.sort(lines)
  return lines
end

local function write_facility()
  local known = { departments_approved = "[" .. table.concat(world.approved, ", ") .. "]" }
  for key, value in pairs(h.facility) do known[key] = value end
  write("facility.yaml", sorted(known, function(key, value) return key .. ": " .. value end))
end

local function write_counts()
  local known = { departments_approved = table.concat(world.approved, ";") }
  for key, value in pairs(h.facility) do known[key] = value end
  local columns = sorted(known, function(key, value) return ("'%s' AS %s"):format(value, key) end)
  local sql = { "CREATE TABLE facility AS SELECT " .. table.concat(columns, ", ") .. ";" }
  for i, index in ipairs(indexes) do sql[#sql + 1] = ("CREATE INDEX i%d ON %s;"):format(i, index) end
  for _, entry in ipairs(all) do
    sql[#sql + 1] = ("SELECT '%s' || char(9) || count(*) FROM (%s);"):format(entry.rule, entry.sql)
  end
  write("counts.sql", sql)
end

if o.class then h:go_wrong(o.class) end
h:hire_all()
h:lists()
h:registers()
plant_all()
h:stores()
h:roster()
h.export:close()

local rules = {}
for _, entry in ipairs(all) do rules[entry.rule] = entry end
write("expected.tsv", sorted(rules, function(rule)
  return ("%s\t%d\t%d"):format(rule, expected[rule] or 0, unjudged[rule] or 0)
end))
write("items.tsv", sorted(rules, function(rule) return rule:gsub("%.", "_") .. "\t" .. rule end))
write_counts()
write_facility()
