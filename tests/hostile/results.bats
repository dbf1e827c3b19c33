#!/usr/bin/env bats
# Rules that throw or return what they should not.
load ../cli/helper
load hostile

@test "error(nil) costs its own item" {
  accuse throw 'error object: nil' <<'END'
rule "bad.throw" { check = function() error(nil) end }
END
}

@test "error({}) costs its own item and shows no address" {
  accuse throw 'error object: table$' <<'END'
rule "bad.throw" { check = function() error({}) end }
END
}

@test "an error in the middle is told with file and line" {
  accuse throw '^a script failed: rules/bad.lua:3: attempt to index a nil value' <<'END'
rule "bad.throw" { check = function(c)
  local nothing
  return problem(nothing.here)
end }
END
}

@test "a message of broken bytes is shown as far as it goes" {
  accuse throw 'before.*after' <<'END'
rule "bad.throw" { check = function() error("before \xff\xfe\27[2J after", 0) end }
END
  reason bad_throw | lacks '\x1b'
}

@test "a cyclic result costs its own item" {
  accuse cycle 'a cycle' <<'END'
rule "bad.cycle" { check = function() local p = problem("x") p.p = p return p end }
END
}

@test "a result that nests too deeply costs its own item" {
  accuse deep 'nested more than 32 levels' <<'END'
rule "bad.deep" { check = function()
  local t = {} for i = 1, 10000 do t = {t} end
  local p = problem("x") p.t = t return p
end }
END
}

@test "two mebibytes of output cost their own item" {
  accuse output 'more than 1 MiB' <<'END'
rule "bad.output" { check = function()
  local s = ("x"):rep(1 << 20) return problem(s .. s)
end }
END
}

@test "a huge result of many small values costs its own item" {
  accuse output "more than 1 MiB|more than 4 million values|$clock_limit" <<'END'
rule "bad.output" { check = function()
  local a, p = {}, problem("x")
  for i = 1, 2000 do a[i] = i end
  for i = 1, 2000 do p["k" .. i] = a end
  return p
end }
END
}

@test "a text with a NUL byte is told as what it is" {
  guilty nul <<'END'
rule "bad.nul" { check = function() return problem("a\0b") end }
END
  judge
  only bad_nul
  reason bad_nul | lacks 'process ended'
}

@test "what check returns has to be an outcome" {
  guilty a b c d e f g <<'END'
rule "bad.a" { check = function() end }
rule "bad.b" { check = function() return true end }
rule "bad.c" { check = function() return "pass" end }
rule "bad.d" { check = function() return {} end }
rule "bad.e" { check = function() return {outcome = "perfect"} end }
rule "bad.f" { check = function(c) return c end }
rule "bad.g" { check = function() return pass end }
END
  judge
  only bad_a bad_b bad_c bad_d bad_e bad_f bad_g
  because bad_c 'check must return pass, problem, unknown or not_applicable'
}

@test "counts have to be whole numbers" {
  guilty a b c d e f <<'END'
rule "bad.a" { check = function() return problem("x", {count = -1}) end }
rule "bad.b" { check = function() return problem("x", {count = 1.5}) end }
rule "bad.c" { check = function() return problem("x", {count = "3"}) end }
rule "bad.d" { check = function() return problem("x", {rows = {}}) end }
rule "bad.e" { check = function() return pass{population = 0/0} end }
rule "bad.f" { check = function() return problem("x", {count = 1 << 60}) end }
END
  judge
  only bad_a bad_b bad_c bad_d bad_e bad_f
}

@test "an outcome made by hand cannot end the run" {
  guilty a b c <<'END'
rule "bad.a" { check = function() return {outcome = "problem", text = {}} end }
rule "bad.b" { check = function() return {outcome = "unknown", text = {a = 1}} end }
rule "bad.c" { check = function() local p = problem("x") p.text = list{} return p end }
END
  judge
  only bad_a bad_b bad_c
}

@test "an amount that is no number costs its own item" {
  guilty amount <<'END'
rule "bad.amount" { check = function() return problem("x", {amount = "abc"}) end }
END
  judge
  only bad_amount
}

@test "counts whose sum is too large cannot end the run" {
  guilty <<'END'
rule "bad.a" { check = function() return problem("x", {count = 1 << 53}) end }
rule "bad.b" { check = function() return problem("y", {count = 1 << 53}) end }
END
  echo "- {id: both, title: 两条, kind: data, rules: [bad.a, bad.b]}" >>pkg/items.yaml
  use_plan
  judge
  expect "exit status" "$status" 1
  expect fine "$(item fine .status)" pass
}

@test "control characters of a rule do not reach the terminal" {
  guilty screen said <<'END'
rule "bad.screen" { check = function()
  return problem("\27[2J\27[H全部合格\8\8\127\r\194\155 \u{202e}x")
end }
rule "bad.said" { check = function() return unknown("\27]0;title\7") end }
END
  run "$ZICHA" -C w --today 2023-06-30 check
  [ "$status" -eq 1 ]
  [[ "$output" == *全部合格* ]]
  # C0 but line ends, DEL, C1, and what turns the direction of writing.
  lacks '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]' <<<"$output"
}

@test "a long message is cut between characters" {
  accuse long '药药药$' <<'END'
rule "bad.long" { check = function() error(("药"):rep(300)) end }
END
}

@test "pairs goes in the same order in every process" {
  guilty order <<'END'
rule "bad.order" { check = function(c)
  local t, names = {[true] = 1, [false] = 1, [0.5] = 1, [-3] = 1}, {}
  for i = 1, 40 do t["键" .. i] = i t[i * 2] = i end
  for k in pairs(t) do names[#names + 1] = tostring(k) end
  for k in pairs(c.facility) do names[#names + 1] = k end
  return problem(table.concat(names, ","))
end }
END
  for _ in 1 2 3 4 5; do
    use_plan
    judge
    item bad_order .message
  done >orders.txt
  expect lines "$(wc -l <orders.txt)" 5
  expect orders "$(sort -u orders.txt | wc -l)" 1
  grep -q '^-3,0.5,2,4,' orders.txt
}

@test "no address of memory can be found out" {
  guilty address <<'END'
rule "bad.address" { check = function(c)
  local all = {tostring({}), tostring(pairs), tostring(c), tostring(list{})}
  for _, format in ipairs {"%p", "%s", "%q", "\0%p", "%%%p", "%-20p", "x\0%10p"} do
    for _, value in ipairs {"a text", {}, pairs} do
      local ok, text = pcall(string.format, format, value)
      all[#all + 1] = tostring(ok and text)
    end
  end
  local _, thrown = pcall(table.concat, {{}})
  all[#all + 1] = thrown
  return problem(table.concat(all, " "):gsub("%z", ""))
end }
END
  judge
  expect status "$(item bad_address .status)" problem
  item bad_address .message | lacks '0x'
}

@test "an undetermined item alone makes the check incomplete" {
  guilty a <<'END'
rule "bad.a" { check = function() error("x") end }
END
  sed -i '/found\|rows/d' pkg/items.yaml
  use_plan
  judge
  expect "exit status" "$status" 2
  expect undetermined "$(jq .totals.undetermined record.json)" 1
}
