#!/usr/bin/env bats
# All of them in one plan, each in a file of its own.
load ../cli/helper
load hostile

# add NAME <<lua: the file rules/NAME.lua; its rule NAME.rule has the item bad_NAME.
add() {
  write_rule pkg "$1"
  echo "- {id: bad_$1, title: 有害, kind: data, rules: [$1.rule]}" >>pkg/items.yaml
}

add_all() {
  add loop <<<'rule "loop.rule" { check = function() while true do end end }'
  add catch <<<'local function f() while true do pcall(f) end end rule "catch.rule" { check = f }'
  add pattern <<<'rule "pattern.rule" { check = function() (("a"):rep(40)):find(("a*"):rep(30) .. "b") end }'
  add rep <<<'rule "rep.rule" { check = function() return problem(("x"):rep(1e9)) end }'
  add empty <<<'rule "empty.rule" { check = function() return problem((""):rep(1e15)) end }'
  add hoard <<<'rule "hoard.rule" { check = function() local t, s = {}, ("x"):rep(1000000) for i = 1, 1e9 do t[i] = s .. i end end }'
  add throw <<<'rule "throw.rule" { check = function() error(nil) end }'
  add object <<<'rule "object.rule" { check = function() error({}) end }'
  add cycle <<<'rule "cycle.rule" { check = function() local p = problem("x") p.p = p return p end }'
  add output <<<'rule "output.rule" { check = function() local s = ("x"):rep(1 << 20) return problem(s .. s) end }'
  add outside <<<'rule "outside.rule" { check = function() return os.execute("true") end }'
  add syntax <<<'rule "syntax.rule" { check = function( end }'
  add twice <<<'rule "twice.rule" { fail = "true" } rule "twice.rule" { fail = "true" }'
  add other <<<'rule "good.rule" { fail = "true" }'
  add loading <<<'rule "loading.rule" { fail = "true" } repeat until false'
  add row <<<'rule "row.rule" { on = "calls", each = function() return 5 end }'
}

@test "many hostile files cost their own items, each at most its time" {
  guilty </dev/null
  add_all
  use_plan
  judge
  # shellcheck disable=SC2046
  only $(sed -n 's/.*id: \(bad_[a-z]*\).*/\1/p' pkg/items.yaml)
  expect guilty "$(jq .totals.undetermined record.json)" 16
}

@test "the report tells what could not be judged and why" {
  guilty throw rep <<'END'
rule "bad.throw" { check = function() error("rock") end }
rule "bad.rep" { check = function() return problem(("x"):rep(1e9)) end }
END
  "$ZICHA" -C w --today 2023-06-30 report >/dev/null 2>messages.txt
  cp w/reports/*/report.md told.md
  grep -q '有害throw.*rock' told.md
  grep -q '有害rep.*1 MiB' told.md
  tail -n 1 told.md | sed 's/^<!-- zicha-record //; s/ -->$//' >record.json
  expect undetermined "$(jq .totals.undetermined record.json)" 2
}
