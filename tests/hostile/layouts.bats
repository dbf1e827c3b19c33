#!/usr/bin/env bats
# A plan's own layouts: one that fails costs its paper's form and nothing else, and none
# reaches past its paper.
load ../cli/helper

setup() {
  begin_test
  make_facility
  make_package p <<'END'
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}
END
  mkdir p/layouts
  # Own layouts of a sound plan have a workspace already when they turn bad.
  zicha init w --plan p --facility facility.yaml >/dev/null
  zicha -C w answer posted=是 >/dev/null
}

# layout NAME <<lua
layout() { cat >"p/layouts/$1.lua"; }

report() { run zicha -C w --today 2023-06-30 report "$@"; }

# The shipped layout has printed, and whoever asks is told so.
fell_back() {
  expect 70 "the plan's own layout rectification failed" "$@"
  grep -q 自查整改报告 w/reports/*/report.md
}

@test "a layout that cannot be loaded is replaced by the shipped one" {
  layout rectification <<<'return {'
  report
  fell_back layouts/rectification.lua:2:
}

@test "a layout that fails while it is loaded is replaced by the shipped one" {
  layout rectification <<<'error("nothing here")'
  report
  fell_back "nothing here"
}

@test "a layout that fails while it builds is replaced by the shipped one" {
  layout rectification <<<'return { build = function() return 1 + nil end }'
  report
  fell_back
}

@test "a failing layout costs no record" {
  layout rectification <<<'return {'
  report
  run zicha -C w status
  expect 0 "last check 2023-06-30"
}

@test "the reason of a failing layout is told once a report" {
  layout rectification <<<'error("nothing here")'
  report
  [ "$(grep -c "nothing here" <<<"$output")" -eq 1 ]
}

@test "a layout that fails when it reads report.yaml is replaced by the shipped one" {
  layout rectification <<'END'
return { needs = { 5 }, build = function(data, paper) return paper.tree("x") end }
END
  echo 'next_steps: [继续努力]' >w/report.yaml
  report
  fell_back
  grep -q 继续努力 w/reports/*/report.md
}

@test "report --needs prints the shipped needs when the plan's own layout fails" {
  layout rectification <<<'return {'
  report --needs
  expect 70 "the plan's own layout rectification failed" "自查方式"
}

@test "init makes a workspace for a plan whose layout fails" {
  layout rectification <<<'return {'
  run zicha init v --plan p --facility facility.yaml
  expect 0 "warning: the plan's own layout rectification failed" "made the workspace v"
  grep -q 自查方式 v/report.yaml
}

# Each line is a `needs` that no layout may have.
@test "needs that are no fields are refused, naming the layout" {
  local needs
  while IFS= read -r needs; do
    echo "return { needs = $needs, build = function() end }" | layout rectification
    report --needs
    expect 70 "layouts/rectification.lua: needs[1]" "自查方式"
    never "out of memory"
  done <<'END'
{ 5 }
{ { key = "a", title = "甲", kind = 5 } }
{ { key = "a", title = "甲", kind = "other" } }
{ { key = "a" } }
{ { title = "甲" } }
{ { key = 1, title = "甲" } }
{ { key = "a: b", title = "甲" } }
{ { key = "a", title = "甲\nleader: 李四" } }
{ { key = "a", title = "甲", help = {} } }
{ { key = "a", title = "甲", help = "一\n二: 三" } }
END
}

@test "a layout that overrides what calls it is not believed" {
  layout rectification <<'END'
ipairs = function() return function() end end
string.find = function() return 1 end
return { needs = { { key = "a", title = "甲\nx: y", kind = 5 } },
  build = function() return { kind = 5 } end }
END
  report --needs
  no grep -q '^x: y' <<<"$output"
  report
  fell_back
}

@test "control characters of a title reach neither terminal nor template" {
  printf 'return { needs = { { key = "a", title = "甲\\27[31m乙", help = "\\7丙" } }, %s }' \
    'build = function(data, paper) return paper.tree("x") end' | layout rectification
  report --needs
  expect 0 甲 乙
  [[ "$output" != *[$'\x1b\x07']* ]]
}

@test "control characters of an error reach no terminal" {
  layout rectification <<<'error("\27[2J\27]0;owned\7 gone\8\8\r\nzicha: all is well")'
  report
  fell_back gone
  [[ "$output" != *[$'\x1b\x07\x08\r']* ]]
  no grep -q '^zicha: all is well' <<<"$output"
}

@test "control characters of a hole reach no terminal" {
  layout rectification <<'END'
return { build = function(data, paper)
  paper.holes[1] = "甲\27[31m乙\nwarning: 丙"
  return paper.tree("x")
end }
END
  report
  expect 0 甲
  [[ "$output" != *$'\x1b'* ]]
}

@test "a paper of more than 8 MiB is refused, and the shipped layout prints" {
  layout rectification <<'END'
return { build = function(data, paper)
  for i = 1, 10 do paper.text(("x"):rep(1000000)) end
  return paper.tree("x")
end }
END
  report
  fell_back "more than 8 MiB of texts and values"
}

@test "a package may not replace the modules that all layouts share" {
  local name
  for name in layout wording; do
    rm -f p/layouts/*
    layout "$name" <<<'return {}'
    run zicha init v --plan p --facility facility.yaml
    expect 65 "p/layouts/$name.lua:" "give the file another name"
    [ ! -e v ]
  done
}

@test "a module of a package's layouts replaces none of a shipped layout" {
  layout helpers <<<'return {}'
  report
  expect 0
}
