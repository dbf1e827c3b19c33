#!/usr/bin/env bats
# Rules that do not end.
load ../cli/helper
load hostile

@test "an endless loop costs its own item" {
  accuse loop "$loop_limit" <<'END'
rule "bad.loop" { check = function() while true do end end }
END
}

@test "a loop that catches its own end costs its own item" {
  accuse loop "$loop_limit" <<'END'
local function loop() while true do pcall(loop) end end
rule "bad.loop" { check = function() while true do pcall(loop) end return pass{} end }
END
}

@test "a loop of goto costs its own item" {
  accuse loop "$loop_limit" <<'END'
rule "bad.loop" { check = function() ::again:: goto again end }
END
}

@test "endless tail calls cost their own item" {
  accuse loop "$loop_limit" <<'END'
local function f() return f() end
rule "bad.loop" { check = function() return f() end }
END
}

@test "a pattern without an end is stopped by the clock" {
  accuse pattern "$clock_limit" <<'END'
rule "bad.pattern" { check = function()
  return problem(tostring(("a"):rep(40):find(("a*"):rep(30) .. "b")))
end }
END
}

@test "a pattern inside pcall is stopped by the clock" {
  accuse pattern "$clock_limit" <<'END'
rule "bad.pattern" { check = function()
  pcall(string.match, ("a"):rep(40), ("a-"):rep(30) .. "b")
  return pass{}
end }
END
}

@test "gsub with a function that loops costs its own item" {
  accuse gsub "$loop_limit" <<'END'
rule "bad.gsub" { check = function()
  return problem((("x"):rep(10):gsub(".", function() while true do end end)))
end }
END
}

@test "gsub with a function that fills memory costs its own item" {
  accuse gsub "$memory_limit" <<'END'
rule "bad.gsub" { check = function()
  local s = ("x"):rep(1 << 20)
  return problem((s:gsub(".", function() return s end)))
end }
END
}

@test "sort with a comparator that loops costs its own item" {
  accuse sort "$loop_limit" <<'END'
rule "bad.sort" { check = function()
  table.sort({3, 2, 1}, function() while true do end end)
end }
END
}

# Its order is its own affair; nothing is lost and nothing runs on.
@test "sort with a comparator that lies comes to an end" {
  guilty sort <<'END'
rule "bad.sort" { check = function()
  local t, sum = {}, 0
  for i = 1, 1000 do t[i] = i end
  table.sort(t, function() return true end)
  for _, n in ipairs(t) do sum = sum + n end
  return pass{population = sum}
end }
END
  judge
  only
  expect sort "$(item bad_sort '"\(.status) \(.population)"')" "pass 500500"
}

# The answer is not used: it is right, whatever the partitions look like.
@test "sorting what is hard to sort is no crime" {
  guilty sort <<'END'
rule "bad.sort" { check = function()
  local t = {} for i = 1, 500 do t[i] = i t[1001 - i] = i end
  table.sort(t)
  return pass{population = #t}
end }
END
  judge
  expect sort "$(item bad_sort '"\(.status) \(.population)"')" "pass 1000"
}

@test "unpacking millions of values costs its own item" {
  accuse unpack 'rules/bad.lua:1: too many results to unpack' <<'END'
rule "bad.unpack" { check = function() return problem(table.unpack({}, 1, 1e8)) end }
END
}

@test "a hundred guilty rules of one file cost as much as three" {
  local names
  names=$(seq -f r%g 100)
  # shellcheck disable=SC2086
  guilty $names <<'END'
for n = 1, 100 do
  rule("bad.r" .. n) { check = function() (("a"):rep(40)):find(("a*"):rep(30) .. "b") end }
end
END
  judge
  expect undetermined "$(jq '.totals.undetermined' record.json)" 100
  expect stopped "$(jq '[.items[].reason.text // "" | select(test("stopped:"))] | length' \
    record.json)" 3
  because bad_r50 'not run: other rules of this file were stopped 3 times'
  expect fine "$(item fine .status)" pass
}

@test "rules that were stopped do not take the rest of their file with them" {
  guilty one two three <<'END'
rule "bad.one" { check = function() (("a"):rep(40)):find(("a*"):rep(30) .. "b") end }
rule "bad.two" { check = function() return pass{population = 7} end }
rule "bad.three" { check = function() (("a"):rep(40)):find(("a*"):rep(30) .. "b") end }
END
  judge
  only bad_one bad_three
  expect two "$(item bad_two '"\(.status) \(.population)"')" "pass 7"
}

# Each takes a moment; together they take longer than any entry of foreign code may.
@test "declared rules may take their time without anybody being blamed" {
  local names length=16000 searches=12
  names=$(seq -f r%g 12)
  [ "${ZICHA_SANITIZED:-OFF}" = ON ] && searches=2
  {
    echo 'local found = {}'
    echo "for i = 1, $searches do"
    echo '  found[i] = "matches(facility.name, \"*" .. ("a"):rep(500) .. "b\")"'
    echo 'end'
    echo 'for n = 1, 12 do'
    echo '  rule("bad.r" .. n) { fail = table.concat(found, " or ") }'
    echo 'end'
  } >slow.lua
  # shellcheck disable=SC2086
  guilty $names <slow.lua
  sed -i "s/^name:.*/name: $(head -c $length /dev/zero | tr '\0' a)/" w/facility.yaml
  judge
  expect undetermined "$(jq '.totals.undetermined' record.json)" 0
  expect fine "$(item fine .status)" pass
}

# Words and rows without end, each text another one: no way to know beforehand.
@test "a declared rule that does not end costs its own item" {
  [ "${ZICHA_SANITIZED:-OFF}" = OFF ] || skip "the clock is the same, and everything slower"
  guilty endless <<'END'
local found = {}
for i = 1, 120 do found[i] = 'matches(word, "*' .. ("a"):rep(40) .. i .. '")' end
rule "bad.endless" { on = "calls", where = table.concat(found, " or ") }
END
  sed -i '/patient_id/a\    word: {type: text, titles: [词]}' pkg/datasets/calls.yaml
  word=$(head -c 16000 /dev/zero | tr '\0' a)
  {
    echo 就诊号,天数,患者,词
    seq 2000 | awk -v OFS=, -v word="$word" '{ print "A" $1, $1 % 21, "P" $1 % 7, word $1 }'
  } >calls.csv
  use_plan
  judge
  because bad_endless '^rules/bad.lua:3: bad.endless: stopped: longer than 5\.[0-9] seconds'
  expect undetermined "$(jq '.totals.undetermined' record.json)" 1
  expect fine "$(item fine .status)" pass
  expect rows "$(item rows .status)" problem
}

@test "texts that are too long to be searched leave the item unchecked" {
  guilty a b <<'END'
rule "bad.a" { fail = "matches(facility.name, '*a*')" }
rule "bad.b" { fail = "mentions(facility.name, 'b')" }
END
  {
    printf 'name: '
    head -c 900000 /dev/zero | tr '\0' a
    echo
    grep -v '^name:' facility.yaml
  } >w/facility.yaml
  judge
  expect a "$(item bad_a .status)" not_checked
  expect b "$(item bad_b .status)" not_checked
  because bad_a 'cannot be judged: a number or a text in it is too long'
}
