#!/usr/bin/env bats
# Whatever stops a rule, its item names rule, file, line and what the limit was.
load ../cli/helper
load hostile

# names_place ITEM RULE LINE: the item's entry in the record names all three, in one text
# (rules/bad.lua:3) or in fields. LINE may be empty.
names_place() {
  local entry
  entry=$(item "$1" 'tostring')
  if ! grep -qF "\"$2\"" <<<"$entry" || ! grep -qF rules/bad.lua <<<"$entry" ||
    ! grep -qE "bad\\.lua${3:+:$3\\b|\"line\":$3\\b}" <<<"$entry"; then
    echo "$1 does not name $2, rules/bad.lua and line $3: $entry"
    return 1
  fi
}

@test "a rule that was stopped by the clock is named with its file and line" {
  guilty a <<'END'
-- a comment
rule "bad.a" { check = function() (("a"):rep(40)):find(("a*"):rep(30) .. "b") end }
END
  judge
  because bad_a "$clock_limit"
  names_place bad_a bad.a 2
}

@test "a rule that ran out of instructions is named with its file and line" {
  guilty a <<'END'
-- a comment
rule "bad.a" { check = function() while true do end end }
END
  judge
  because bad_a "$loop_limit"
  names_place bad_a bad.a 2
}

@test "a rule that ran out of memory is named with its file and line" {
  guilty a <<'END'
-- a comment
rule "bad.a" { check = function()
  local t, s = {}, ("x"):rep(1000000)
  for i = 1, 1000 do t[i] = s .. i end
end }
END
  judge
  because bad_a "$memory_limit"
  names_place bad_a bad.a '[2-5]'
}

@test "a rule with a result beyond the limit is named with its file and line" {
  guilty a b <<'END'
rule "bad.a" { check = function() return problem(("x"):rep(1 << 20)) end }
rule "bad.b" { check = function() local p = problem("x") p.p = p return p end }
END
  judge
  because bad_a '1 MiB'
  because bad_b '32 levels'
  names_place bad_a bad.a 1
  names_place bad_b bad.b 2
}

@test "a rule that returns nonsense is named with its file and line" {
  guilty a b c <<'END'
rule "bad.a" { check = function() return "pass" end }
rule "bad.b" { check = function() return problem("x", {count = -1}) end }
rule "bad.c" { on = "calls", each = function() return 5 end }
END
  judge
  names_place bad_a bad.a 1
  names_place bad_b bad.b 2
  names_place bad_c bad.c 3
}

@test "a rule that throws no text is named with its file and line" {
  guilty a b <<'END'
rule "bad.a" { check = function() error(nil) end }
rule "bad.b" { check = function() error({}) end }
END
  judge
  names_place bad_a bad.a 1
  names_place bad_b bad.b 2
}

@test "a file that was stopped is named" {
  guilty a <<'END'
rule "bad.a" { fail = "true" }
while true do end
END
  judge
  because bad_a "$loop_limit"
  names_place bad_a bad.a ''
}

@test "a file that was stopped by the clock is named" {
  guilty a <<'END'
rule "bad.a" { fail = "true" };
(("a"):rep(40)):find(("a*"):rep(30) .. "b")
END
  judge
  because bad_a "$clock_limit"
  names_place bad_a bad.a ''
}

@test "a file that is too long, too deep or not text is named" {
  guilty a </dev/null
  {
    echo 'rule "bad.a" { fail = "true" } --'
    head -c 300000 /dev/zero | tr '\0' x
  } >pkg/rules/bad.lua
  judge
  names_place bad_a bad.a ''
  head -c 100000 /dev/zero | tr '\0' '(' >pkg/rules/bad.lua
  judge
  names_place bad_a bad.a ''
  printf '\033Lua\n' >pkg/rules/bad.lua
  judge
  names_place bad_a bad.a ''
}

@test "a rule that a file names but does not declare is named with its file and line" {
  guilty a <<'END'
rule "bad.a"
END
  judge
  names_place bad_a bad.a 1
  grep -qF 'the rule bad.a is named but has no' messages.txt
}
