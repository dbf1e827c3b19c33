#!/usr/bin/env bats
# plan try: what a facility will see of a package, by the commands that it uses itself.
load layered

setup() {
  begin_test
  make_base
  make_facility
  mkdir -p "$base/example/clinic"
  cp facility.yaml "$base/example/clinic/"
  printf 'posted: 否\nregistered: 是\nrx_days: 5\n' >"$base/example/clinic/answers.yaml"
}

try() { run zicha --today 2023-06-30 plan try "$@"; }

@test "a trial makes the workspace, the form and the report, and ends with 0" {
  try "$base" w --facility clinic
  expect 0 "made the workspace w" "3 answers kept" "problem found" report.html
  [ "$(find w -name '*.csv' | wc -l)" -ge 1 ]
  [ "$(find w -name 'report.md' | wc -l)" = 1 ]
  [ "$(item w posted .status)" = problem ]
}

@test "an example of a child's own, of a folder anywhere, and without answers" {
  child </dev/null
  mkdir -p "$child/example/station" elsewhere
  cp facility.yaml "$child/example/station/"
  cp facility.yaml elsewhere/
  try "$child" one --facility station
  expect 0 "made the workspace one"
  try "$child" two --facility elsewhere
  expect 0 "made the workspace two"
  try "$child" three --facility ./elsewhere/
  expect 0
}

@test "tables of the example are imported" {
  echo '- {id: long, title: 超过7日, kind: data, rules: [own.long]}' >>"$base/items.yaml"
  mkdir -p "$base/rules"
  write_rule "$base" own <<<'rule "own.long" { on = "rx_lines", where = "days > p.rx_max_days" }'
  printf '处方号,处方日期,就诊类型,用药天数\nA1,2023-05-01,门诊,8\n' >"$base/example/clinic/rx_lines.csv"
  try "$base" w --facility clinic
  expect 0
  [ "$(item w long '[.status, .count] | join(" ")')" = "problem 1" ]
}

@test "tables that the example does not have are declared with their reasons" {
  cat >>"$base/items.yaml" <<'END'
- {id: long, title: 超过7日, kind: data, rules: [own.long], or_ask: {ask: 有几张？, answer: number, problem_if: answer > 0}}
END
  mkdir -p "$base/rules"
  write_rule "$base" own <<<'rule "own.long" { on = "rx_lines", where = "days > p.rx_max_days" }'
  echo 'long: 2' >>"$base/example/clinic/answers.yaml"
  echo 'rx_lines: --手写处方' >"$base/example/clinic/none.yaml"
  try "$base" w --facility clinic
  expect 0 "处方明细: does not exist here" "4 answers kept"
  [ "$(item w long '[.status, .manual] | join(" ")')" = "problem true" ]
  [ "$(zicha -C w table list --format json | jq -r '.tables[].reason')" = --手写处方 ]
}

@test "a none.yaml that names no table, gives no reason or is no map stops the trial" {
  while read -r line; do
    echo "$line" >"$base/example/clinic/none.yaml"
    try "$base" w --facility clinic
    [ "$status" -ge 64 ] || return 1
    [ ! -e w/forms ]
    rm -rf w
  done <<'END'
nothing: 没有
rx_lines: ""
rx_lines: [没有]
rx_lines
--help: 没有

END
  ln -sf /etc/hostname "$base/example/clinic/none.yaml"
  try "$base" w --facility clinic
  expect 65 "is not what it should be"
}

@test "a table that the plan does not know stops the trial" {
  printf 'a,b\n1,2\n' >"$base/example/clinic/nothing.csv"
  try "$base" w --facility clinic
  expect 65 "the table nothing is unknown"
}

@test "a folder that is a workspace already is left alone: 73" {
  try "$base" w --facility clinic
  run zicha -C w --today 2023-06-30 answer posted=是
  try "$base" w --facility clinic
  expect 73
  [ "$(item w posted .status)" = pass ]
}

@test "without an example: 64; an unknown one: 66; a package with errors: 65; an unknown plan: 66" {
  try "$base" w
  expect 64 "--facility EXAMPLE"
  try "$base" w --facility nobody
  expect 66 "there is no example facility nobody"
  try nowhere w --facility clinic
  expect 66 "there is no plan nowhere"
  echo 'titel: x' >>"$base/plan.yaml"
  try "$base" w --facility clinic
  expect 65 "unknown key titel"
  [ ! -e w ]
}

@test "links in an example are refused, and so are names that are no table's" {
  printf 'a,b\n1,2\n' >secret.csv
  ln -s "$PWD/secret.csv" "$base/example/clinic/rx_lines.csv"
  try "$base" w --facility clinic
  expect 65 "rx_lines.csv in an example is not what it should be"
  rm "$base/example/clinic/rx_lines.csv"
  for name in --help.csv ../x.csv A.csv 表.csv; do
    cp secret.csv "$base/example/clinic/${name##*/}"
    rm -rf w
    try "$base" w --facility clinic
    if [ "$name" = ../x.csv ]; then
      expect 65 "the table x is unknown"
    else
      expect 65 "$name in the example is not named after a table"
    fi
    rm "$base/example/clinic/${name##*/}"
  done
  ln -s clinic "$base/example/linked"
  try "$base" v --facility linked
  expect 65 "linked in an example is not what it should be"
  mv "$base/example/clinic/facility.yaml" . && ln -s ../../../facility.yaml "$base/example/clinic/"
  try "$base" v --facility clinic
  expect 65 "facility.yaml in an example"
  [ ! -e v ]
}

@test "a workspace and a folder whose names look like options" {
  mkdir -- -e
  cp "$base"/example/clinic/* ./-e/
  try --facility=-e -- "$base" -w
  expect 0 "made the workspace"
}

@test "a path that is too long is refused, not cut" {
  try "$base" w --facility "$(printf 'x%.0s' {1..5000})"
  expect 65 "is too long"
}
