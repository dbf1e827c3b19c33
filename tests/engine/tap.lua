-- The engine's modules are pure Lua: their tests run in a plain interpreter, print TAP and
-- name what they claim. What the host gives the modules beside Lua is made here.

function list(entries) return entries end

function unordered(map) return next, map, nil end

local tap = { count = 0, failed = 0 }

-- A value as text, keys sorted, for comparing and for people.
function tap.show(value)
  if type(value) ~= "table" then return tostring(value) end
  local parts = {}
  for key, entry in pairs(value) do
    parts[#parts + 1] = (type(key) == "number" and ("%03d"):format(key) or key) .. "="
      .. tap.show(entry)
  end
  table.sort(parts)
  return "{" .. table.concat(parts, " ") .. "}"
end

local function report(name, reasons)
  tap.count = tap.count + 1
  if #reasons > 0 then tap.failed = tap.failed + 1 end
  io.write(#reasons > 0 and "not ok " or "ok ", tap.count, " ", name, "\n")
  for _, reason in ipairs(reasons) do io.write("# ", reason, "\n") end
end

-- tap.test(name, function(same) … end): same(found, expected, what) notes a difference.
function tap.test(name, body)
  local reasons = {}
  local function same(found, expected, what)
    found, expected = tap.show(found), tap.show(expected)
    if found ~= expected then
      reasons[#reasons + 1] = ("%s: %s instead of %s"):format(what or "value", found, expected)
    end
  end
  local ok, message = pcall(body, same)
  if not ok then reasons[#reasons + 1] = tostring(message) end
  report(name, reasons)
end

function tap.finish()
  io.write("1..", tap.count, "\n")
  os.exit(tap.failed == 0 and tap.count > 0)
end

return tap
