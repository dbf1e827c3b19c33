#!/usr/bin/env bats
# Rules that reach for what they do not have.
load ../cli/helper
load hostile

@test "none of the names that lead outside exists" {
  local name names='os io debug load loadstring loadfile dofile require package coroutine
    setmetatable getmetatable rawget rawset rawequal rawlen collectgarbage print xpcall
    warn arg'
  # shellcheck disable=SC2086
  guilty $names <<END
for name in ([[$names]]):gmatch("%S+") do
  rule("bad." .. name) { check = function()
    local found = _ENV[name]
    return problem("found " .. name)
  end }
end
END
  judge
  for name in $names; do
    because "bad_$name" "^a script failed: rules/bad.lua:[0-9]: the name '$name' is not defined"
  done
  # shellcheck disable=SC2046,SC2086
  only $(printf 'bad_%s ' $names)
}

@test "chance, bytecode and other processes are not in the libraries" {
  local names='a b c d e f'
  # shellcheck disable=SC2086
  guilty $names <<'END'
rule "bad.a" { check = function() return problem(math.random()) end }
rule "bad.b" { check = function() return problem(string.dump(function() end)) end }
rule "bad.c" { check = function() return problem(("").dump(pairs)) end }
rule "bad.d" { check = function() return problem(table.move({}, 1, 2, 3)) end }
rule "bad.e" { check = function() return problem(math.randomseed(1)) end }
rule "bad.f" { check = function() return problem(utf8.load("x")) end }
END
  judge
  only bad_a bad_b bad_c bad_d bad_e bad_f
  because bad_a "^a script failed: rules/bad.lua:1: attempt to call a nil value \(field 'random'\)"
}

@test "a metamethod cannot be given to anything" {
  guilty a b c d <<'END'
rule "bad.a" { check = function() return setmetatable({}, {__index = _ENV}) end }
rule "bad.b" { check = function() local t = {__add = pairs} return problem(t + t) end }
rule "bad.c" { check = function() ("x").__index.len = nil return pass{} end }
rule "bad.d" { check = function()
  local t = {__gc = function() while true do end end, __close = pairs}
  local x <close> = t
  return pass{}
end }
END
  judge
  only bad_a bad_b bad_c bad_d
  because bad_b '^a script failed: rules/bad.lua:2: attempt to perform arithmetic'
}

@test "poisoned methods of texts poison their own file and no other" {
  guilty poison <<'END'
string.format = function() return "poisoned" end
string.rep = string.format
for name in pairs(string) do string[name] = string.format end
pairs, next, tostring, pass, problem = nil
rule "bad.poison" { check = function() return ("x"):rep(3) end }
END
  write_rule pkg good_texts <<'END'
rule "good_texts.fine" { check = function()
  local names = {}
  for k in pairs{b = 1, a = 2} do names[#names + 1] = k end
  return problem(("%s%s"):format(("x"):rep(3), table.concat(names)))
end }
END
  echo "- {id: texts, title: 文字, kind: data, rules: [good_texts.fine]}" >>pkg/items.yaml
  use_plan
  judge
  only bad_poison
  expect texts "$(item texts .message)" xxxab
}

@test "tricks with _ENV lead nowhere" {
  guilty a b c d e f <<'END'
rule "bad.a" { check = function() local _ENV = {} return problem("x") end }
rule "bad.b" { check = function(_ENV) return problem("x") end }
rule "bad.c" { check = function() return _ENV["lo" .. "ad"]("return 1")() end }
rule "bad.d" { check = function() return _ENV[1] end }
rule "bad.e" { check = function()
  for k, v in pairs(_ENV) do
    if type(v) == "table" then for n in pairs(v) do v[n] = nil end end
    _ENV[k] = nil
  end
  return problem("x")
end }
rule "bad.f" { check = function() _ENV = nil return problem("x") end }
END
  judge
  only bad_a bad_b bad_c bad_d bad_e bad_f
  because bad_c "^a script failed: rules/bad.lua:3: the name 'load' is not defined"
}

@test "one rule cannot change what another is told" {
  guilty first second <<'END'
local kept
rule "bad.first" { check = function(c)
  c.facility.beds_open = 9999
  c.facility, c.p, c.today = {beds_open = -1}, nil, "1970-01-01"
  kept = c
  return pass{population = 1}
end }
rule "bad.second" { check = function(c)
  kept.facility.beds_open = 5
  return problem(c.facility.beds_open .. " " .. c.today)
end }
END
  judge
  expect second "$(item bad_second .message)" "20 2023-06-30"
}

@test "a row that was kept cannot be read after its call" {
  guilty keep read <<'END'
local kept
rule "bad.keep" { on = "calls", each = function(row) kept = row return false end }
rule "bad.read" { check = function() return problem("" .. kept.days) end }
END
  judge
  only bad_read
  because bad_read '^a script failed: rules/bad.lua:3: a row is gone after its call'
}

@test "patients have no names in Lua" {
  guilty patient <<'END'
local all = {}
rule "bad.patient" { on = "calls", each = function(row)
  all[#all + 1] = row.patient_id
  return row.patient_id:find("P") ~= nil
end }
rule "bad.told" { check = function() return problem(table.concat(all, ",")) end }
END
  echo "- {id: told, title: 告知, kind: data, rules: [bad.told]}" >>pkg/items.yaml
  use_plan
  judge
  expect patient "$(item bad_patient .status)" pass
  item told .message | grep -q '^患者#1,患者#2,'
  lacks 'P[0-9]' <<<"$(item told .message)"
}
