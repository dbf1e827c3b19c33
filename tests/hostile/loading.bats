#!/usr/bin/env bats
# Rule files that break before any of their rules runs. What went wrong in the file is what
# all its items say.
load ../cli/helper
load hostile

# breaks PATTERN <<lua: a file of two rules, both undetermined for this reason.
breaks() {
  guilty one two
  judge
  only bad_one bad_two
  because bad_one "$1"
  because bad_two "$1"
}

@test "a syntax error is told with its line" {
  breaks '^a script failed: rules/bad.lua:2: .*expected near' <<'END'
rule "bad.one" { check = function() return pass{} end }
rule "bad.two" { check = function( return pass{} end }
END
}

@test "a misspelt name is told with its line" {
  breaks "^a script failed: rules/bad.lua:2: the name 'rul' is not defined" <<'END'
rule "bad.one" { check = function() return pass{} end }
rul "bad.two" { check = function() return pass{} end }
END
}

@test "a loop while a file is loaded costs its own items" {
  breaks "$loop_limit" <<'END'
rule "bad.one" { fail = "true" }
rule "bad.two" { fail = "true" }
while true do end
END
}

@test "a pattern without an end while a file is loaded is stopped by the clock" {
  breaks "$clock_limit" <<'END'
rule "bad.one" { fail = "true" }
rule "bad.two" { fail = "true" };
(("a"):rep(40)):find(("a*"):rep(30) .. "b")
END
}

@test "memory that runs out while a file is loaded is told" {
  breaks "$memory_limit" <<'END'
rule "bad.one" { fail = "true" }
rule "bad.two" { fail = "true" }
local t, s = {}, ("x"):rep(1000000)
for i = 1, 1000 do t[i] = s .. i end
END
}

@test "an error object without a text is told as such" {
  breaks 'error object: table' <<'END'
rule "bad.one" { fail = "true" }
rule "bad.two" { fail = "true" }
error({})
END
}

# spares PATTERN <<lua: bad.one is undetermined, and told in these words; bad.two is judged.
spares() {
  guilty one two
  judge
  only bad_one
  expect two "$(item bad_two .status)" pass
  grep -qE -- "$1" messages.txt || {
    echo "no «$1» in:"
    cat messages.txt
    return 1
  }
}

@test "a number with decimals costs its own rule" {
  spares 'rules/bad.lua:1:[0-9]+: the field above cannot be used: a number with decimals' <<'END'
rule "bad.one" { on = "calls", rate = "days > 3", above = 0.9 }
rule "bad.two" { fail = "facility.beds_open < 5" }
END
}

@test "a wrong value in a list costs its own rule" {
  spares 'rules/bad.lua:1:[0-9]+: the field show cannot be used' <<'END'
rule "bad.one" { on = "calls", where = "true", show = {1.5} }
rule "bad.two" { fail = "facility.beds_open < 5" }
END
}

@test "a value without a field costs its own rule" {
  spares 'rules/bad.lua:1: the rule bad.one holds a value without the name of a field' <<'END'
rule "bad.one" { fail = "true", [5] = 1 }
rule "bad.two" { fail = "facility.beds_open < 5" }
END
}

@test "a view costs no rule" {
  guilty two <<'END'
view "day" { on = "calls", group = "visit_no", cols = { n = "count()" } }
measure "bad.sum" { on = "calls", value = "count()" }
rule "bad.two" { fail = "facility.beds_open < 5" }
END
  judge
  only
  expect two "$(item bad_two .status)" pass
}

@test "a rule that is declared twice is told with the second line" {
  spares 'rules/bad.lua:3: the rule bad.one is declared twice' <<'END'
rule "bad.one" { fail = "true" }
rule "bad.two" { fail = "facility.beds_open < 5" }
rule "bad.one" { fail = "false" }
END
}

@test "a rule that is named but not declared is told" {
  spares 'rules/bad.lua:2: the rule bad.one is named but has no' <<'END'
rule "bad.two" { fail = "facility.beds_open < 5" }
rule "bad.one"
END
}

@test "a rule with the name of another file is not declared" {
  guilty one two <<'END'
rule "bad.one" { fail = "facility.beds_open < 5" }
rule "good.two" { fail = "true" }
END
  judge
  only bad_two
  because bad_two 'no rule file declares bad\.two'
}

@test "a rule that the file does not declare is told by its name" {
  guilty one two <<'END'
rule "bad.one" { fail = "facility.beds_open < 5" }
END
  judge
  only bad_two
  because bad_two 'bad\.two'
}

@test "a file over 256 KiB is told with the limit" {
  {
    printf 'rule "bad.one" { fail = "true" }\nrule "bad.two" { fail = "true" }\n--'
    head -c 300000 /dev/zero | tr '\0' x
  } >long.lua
  breaks '256 KiB' <long.lua
}

@test "a file of exactly 256 KiB is loaded" {
  {
    printf 'rule "bad.one" { fail = "facility.beds_open < 5" }\n--'
    head -c 262144 /dev/zero | tr '\0' x
  } | head -c 262144 >whole.lua
  guilty one <whole.lua
  judge
  expect one "$(item bad_one .status)" pass
}

@test "source that nests without end costs its own items" {
  {
    printf 'rule "bad.one" { fail = "true" }\nrule "bad.two" { fail = "true" }\nx = '
    head -c 100000 /dev/zero | tr '\0' '('
  } >deep.lua
  breaks 'overflow|levels|nest' <deep.lua
}

@test "bytecode costs its own items" {
  guilty one two </dev/null
  # The head of a compiled chunk of Lua 5.4.
  printf '\033LuaT\000\031\223\r\n\032\n\004\010\010xV\000\000' >pkg/rules/bad.lua
  judge
  only bad_one bad_two
}

@test "bytecode in the clothes of text is not run" {
  printf '\033Lua is not text\n' >byte.lua
  breaks 'binary chunk' <byte.lua
}

@test "a declaration that is a cycle costs its own rule" {
  spares 'rules/bad.lua:3:?[0-9]*: the field where cannot be used: nested more than 32 levels deep, or a cycle' <<'END'
rule "bad.two" { fail = "facility.beds_open < 5" }
local t = {} t.where = t
rule "bad.one" (t)
END
}

@test "declarations of nonsense cost their own items" {
  guilty a b c d e f g h <<'END'
rule "bad.a" { fail = {}, where = 5, among = true, on = {a = {b = {}}} }
rule "bad.b" { fail = "true", check = function() end, each = 5 }
rule "bad.c" { fail = ("("):rep(3000) .. "true" .. (")"):rep(3000) }
rule "bad.d" { fail = ("not "):rep(2000) .. "true" }
rule "bad.e" { fail = "facility.class == '" .. ("x"):rep(1000000) .. "'" }
rule "bad.f" { fail = "1" .. ("0"):rep(4000) .. " > 2" }
rule "bad.g" { on = "calls", where = "true", show = {{}, 5, true}, join = {5, "x", {}} }
rule "bad.h" {}
END
  judge
  only bad_a bad_b bad_c bad_d bad_e bad_f bad_g bad_h
  because bad_c 'rules/bad.lua:3'
}

@test "an expression ends where it ends and not at a NUL byte" {
  guilty nul <<'END'
rule "bad.nul" { fail = "facility.beds_open < 5\0 or true" }
END
  judge
  only bad_nul
}

@test "a file without an item of its own may break in peace" {
  guilty <<'END'
while true do end
END
  judge
  only
}

@test "rules that break do not change the verdicts of the others" {
  guilty a <<'END'
rule "bad.a" { check = function() error("x") end }
END
  judge
  jq -c '[.items[] | select(.id != "bad_a")]' record.json >with.json
  write_rule pkg bad <<'END'
rule "bad.a" { check = function() return pass{} end }
END
  use_plan
  judge
  jq -c '[.items[] | select(.id != "bad_a")]' record.json >without.json
  cmp with.json without.json
}
