#!/usr/bin/env bats
# Rules that hoard memory.
load ../cli/helper
load hostile

@test "a table without an end costs its own item" {
  accuse hoard "$memory_limit" <<'END'
rule "bad.hoard" { check = function()
  local t, s = {}, ("x"):rep(1000000)
  for i = 1, math.huge do t[i] = s .. i end
end }
END
}

@test "running out of memory cannot be caught" {
  accuse hoard "$memory_limit" <<'END'
rule "bad.hoard" { check = function()
  local t, s = {}, ("x"):rep(1000000)
  pcall(function() for i = 1, math.huge do t[i] = s .. i end end)
  return pass{population = 1}
end }
END
}

@test "a text that doubles without an end costs its own item" {
  accuse text "$memory_limit" <<'END'
rule "bad.text" { check = function()
  local s = ("x"):rep(1000000)
  while true do s = s .. s end
end }
END
}

@test "recursion without an end costs its own item" {
  accuse deep 'rules/bad.lua:1: stack overflow' <<'END'
rule "bad.deep" { check = function() local function f() return 1 + f() end return f() end }
END
}

@test "rep with a count of a thousand million million is refused" {
  accuse rep 'rules/bad.lua:1: rep: the result would be over 1 MiB' <<'END'
rule "bad.rep" { check = function() return problem((""):rep(1e15)) end }
END
}

@test "rep to a thousand million characters is refused" {
  accuse rep 'rules/bad.lua:1: rep: the result would be over 1 MiB' <<'END'
rule "bad.rep" { check = function() return problem(("x"):rep(1e9)) end }
END
}

@test "a file that hoards while it is loaded costs its own items" {
  guilty one two <<'END'
hoard = {}
local s = ("x"):rep(1000000)
for i = 1, 100 do hoard[i] = s .. i end
rule "bad.one" { fail = "facility.beds_open < 5" }
rule "bad.two" { check = function() return pass{} end }
END
  judge
  only bad_one bad_two
  because bad_one "KiB of memory|$clock_limit"
}

# Makes ten files that come before the innocent ones and hoard 110 MB each: every one
# keeps within its own limit, together they leave nothing. Standard input is what they do.
hoarders() {
  local body
  body=$(cat)
  for n in 0 1 2 3 4 5 6 7 8 9; do
    echo "- {id: hoard_$n, title: 囤积$n, kind: data, rules: [a_hoard$n.a]}"
    write_rule pkg "a_hoard$n" <<<"local n, hoard, s = $n, {}, ('x'):rep(1000000)
$body"
  done >items.yaml
  cat pkg/items.yaml >>items.yaml
  mv items.yaml pkg/items.yaml
  use_plan
}

# Needs 30 MB, which is its right.
honest() {
  guilty honest <<'END'
rule "bad.honest" { check = function()
  local t, s = {}, ("x"):rep(1000000)
  for i = 1, 30 do t[i] = s .. i end
  return pass{population = #t}
end }
END
}

@test "files that hoard together leave enough for an honest rule" {
  locked_only
  honest
  hoarders <<'END'
rule("a_hoard" .. n .. ".a") { check = function()
  for i = 1, 110 do hoard[i] = s .. i end
  return pass{population = 1}
end }
END
  judge
  expect honest "$(item bad_honest '"\(.status) \(.population)"')" "pass 30"
  expect fine "$(item fine .status)" pass
}

@test "files that hoard and then break leave enough for an honest file" {
  locked_only
  honest
  hoarders <<'END'
for i = 1, 110 do hoard[i] = s .. i end
error("full")
END
  judge
  expect honest "$(item bad_honest '"\(.status) \(.population)"')" "pass 30"
  expect fine "$(item fine .status)" pass
}

# Declarations are copied out of Lua: what they take has to be bounded, too.
@test "declarations that fill all memory do not end the run" {
  locked_only
  honest
  hoarders <<'END'
for i = 1, 50 do hoard[i] = s end
for i = 1, 2 do pcall(rule("a_hoard" .. n .. ".r" .. i), {fail = "true", extra = hoard}) end
if n < 9 then return end
local size, i = 1000000, 2
while size > 0 do
  i = i + 1
  if not pcall(rule("a_hoard" .. n .. ".r" .. i), {extra = s}) then
    size = size // 2
    s = s:sub(1, size)
  end
end
END
  judge
  expect honest "$(item bad_honest '"\(.status) \(.population)"')" "pass 30"
  expect fine "$(item fine .status)" pass
  expect declared "$(item declared .status)" pass
}

@test "a message with thousands of wrong names is told in few words" {
  guilty say <<'END'
rule "bad.say" { fail = "true", say = ("{p.x}"):rep(200000) }
END
  judge
  only bad_say
  [ "$(wc -l <messages.txt)" -lt 1000 ]
}
