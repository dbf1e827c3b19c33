#!/usr/bin/env bats
# What checks write into the ledger: one problem for one thing, however often and by whichever
# plan it is found; what comes back after closing is a relapse of the same number.
load helper

# A plan with a question, an item that is split by doctor and one that is only suspected.
setup() {
  begin_test
  make_package p <<'YAML'
- {id: long, title: 超量, kind: data, rules: [own.long], severity: major}
- {id: doctors, title: 逐人超量, kind: data, rules: [own.very_long], split: doctor_id}
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}
- {id: hinted, title: 疑似, kind: data, rules: [own.hinted]}
YAML
  write_rule p own <<'LUA'
rule "own.long" { on = "calls", where = "days > 7", count = "visit_no", say = "{population}张中{count}张超量" }
rule "own.very_long" { on = "calls", where = "days > 30" }
rule "own.hinted" { on = "calls", where = "days == 7", certainty = "suspect" }
LUA
  mkdir p/datasets
  cat >p/datasets/calls.yaml <<'YAML'
calls:
  title: 就诊
  columns:
    visit_no: {type: code, titles: [就诊号], key: true}
    doctor_id: {type: code, titles: [医师工号]}
    days: {type: int, titles: [天数]}
YAML
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  export_calls "A1,D1,3" "A2,D1,9" "A3,D2,40" "A4,,50"
  zicha -C w answer posted=否 >/dev/null
}

# The export of these rows replaces the one before.
export_calls() {
  { echo 就诊号,医师工号,天数; printf '%s\n' "$@"; } >calls.csv
  zicha -C w import calls calls.csv --plan county/test >/dev/null
}

check_plan() { zicha -C w --today "$1" check --plan "${2:-county/test}" --fail-on never >/dev/null; }

problem() { zicha -C w problem show "$1" --format json | jq -r ".problem | $2"; }

numbers() { zicha -C w problem list --format json | jq -r '[.problems[].no] | join(" ")'; }

sql() { sqlite3 w/zicha.db "$1"; }

# From found to closed.
close_problem() {
  on() { zicha -C w --today 2023-07-05 problem "$1" "$no" --by "$2" "${@:3}" >/dev/null; }
  local no=$1
  on verify 甲 --verdict true
  on assign 甲 --leader 院长 --department 医务科 --person 乙 --measure 改 --target 无 \
    --due 2023-08-01 --kind deadline
  on start 乙
  on rectify 乙 --note 已改 --no-system
  on check 甲 --result pass
  on close 甲
}

@test "each problem item has one problem, an item that is split one for each value" {
  check_plan 2023-06-30
  [ "$(numbers)" = "1 2 3 4" ]
  [ "$(problem 1 '"\(.item) \(.rows) \(.message)"')" = "long 3 4张中3张超量" ]
  [ "$(problem 2 '"\(.item) \(.split) \(.count)"')" = "doctors D2 1" ]
  [ "$(problem 3 '"\(.item) «\(.split)» \(.split_title)"')" = "doctors «» 医师工号" ]
  zicha -C w problem list | grep -q '医师工号：未注明'
}

@test "the same check again writes nothing, and neither does one on another day" {
  check_plan 2023-06-30
  check_plan 2023-06-30
  check_plan 2023-07-01
  [ "$(sql 'SELECT count(*) FROM event')" = 4 ]
}

@test "a new row updates its problem instead of making a twin" {
  check_plan 2023-06-30
  export_calls "A2,D1,9" "A3,D2,40" "A4,,50" "A9,D1,12"
  check_plan 2023-07-01
  [ "$(numbers)" = "1 2 3 4" ]
  [ "$(problem 1 '"\(.rows) \(.count) \(.seen) \(.state)"')" = "4 4 2023-07-01 found" ]
}

@test "what comes back after closing is a relapse of the same number; what was known is none" {
  check_plan 2023-06-30
  close_problem 1
  close_problem 4
  check_plan 2023-07-10
  [ "$(problem 1 .state)$(problem 4 .state)" = closedclosed ]
  export_calls "A2,D1,9" "A3,D2,40" "A4,,50" "A9,D1,12"
  zicha -C w answer posted=否 >/dev/null
  check_plan 2023-07-20
  [ "$(problem 1 '"\(.state) \(.relapses)"')" = "relapsed 1" ]
  [ "$(problem 4 '"\(.state) \(.relapses)"')" = "relapsed 1" ]
  [ "$(numbers)" = "1 2 3 4" ]
}

# Two plans that name a rule of the library, the second with a lower limit.
make_library_plans() {
  make_package l <<'YAML'
- {id: long, title: 超过7日, kind: data, rules: [rx.over_days]}
YAML
  sed -i 's|county/test|county/mild|' l/plan.yaml
  make_package m <<'YAML'
- {id: longer, title: 超过5日, kind: data, rules: [rx.over_days], with: {rx_max_days: 5}}
YAML
  sed -i 's|county/test|county/strict|' m/plan.yaml
  zicha init v --plan l --facility facility.yaml >/dev/null
  zicha -C v plan use m >/dev/null
  import_rx "R1,8,甲" "R2,9,乙"
}

import_rx() {
  { echo 处方号,处方日期,就诊类型,年龄,医师工号,药品编码,药品名称,用药天数,超量理由,慢性病,长期处方,中药饮片
    for row in "$@"; do IFS=, read -r no days drug <<<"$row"
      echo "$no,2023-05-01,门诊,40,D1,$drug,$drug,$days,,否,否,否"; done; } >rx.csv
  zicha -C v import rx_lines rx.csv --plan county/mild >/dev/null
}

both() {
  zicha -C v --today "$1" check --plan county/mild --fail-on never >/dev/null
  zicha -C v --today "$1" check --plan county/strict --fail-on never >/dev/null
}

@test "the same rows under two plans are one problem with two citations, further ones a problem of the plan that finds them" {
  make_library_plans
  both 2023-06-30
  [ "$(zicha -C v problem list --format json | jq -c '[.problems[] | [.plan, .rows, .citations[0].plan]]')" = \
    '[["county/mild",2,"county/strict"]]' ]
  import_rx "R1,8,甲" "R2,9,乙" "R3,6,丙"
  both 2023-07-01
  [ "$(zicha -C v problem list --format json | jq -c '[.problems[] | [.no, .plan, .rows, .count]]')" = \
    '[[1,"county/mild",2,2],[2,"county/strict",1,1]]' ]
  zicha -C v problem show 2 --format json | jq -r .problem.message | grep -q '其中2条明细已登记为其他问题'
  both 2023-07-02
  [ "$(zicha -C v problem list --format json | jq -c '[.problems[] | [.no, .rows]]')" = '[[1,2],[2,1]]' ]
}

@test "a row that two items of one plan find by the same rule is one problem with two citations" {
  make_package two <<'YAML'
- {id: long, title: 超过7日, kind: data, rules: [rx.over_days]}
- {id: again, title: 超过7日（另一项）, kind: data, rules: [rx.over_days]}
YAML
  sed -i 's|county/test|county/mild|' two/plan.yaml
  zicha init v --plan two --facility facility.yaml >/dev/null
  import_rx "R1,8,甲" "R2,9,乙"
  for day in 2023-06-30 2023-07-01; do
    zicha -C v --today $day check --fail-on never >/dev/null
    [ "$(zicha -C v problem list --format json | jq -c '[.problems[] | [.item, .rows, .citations[0].item]]')" = \
      '[["long",2,"again"]]' ]
  done
  [ "$(sqlite3 v/zicha.db 'SELECT count(*) FROM event')" = 2 ]
}

@test "rows that only the stricter plan finds are a problem of its own" {
  make_library_plans
  import_rx "R3,6,丙"
  both 2023-06-30
  [ "$(zicha -C v problem list --format json | jq -c '[.problems[] | .plan]')" = '["county/strict"]' ]
}

@test "two plans may call different rules of their own by one name: these are two problems" {
  check_plan 2023-06-30
  cp -a p q
  sed -i 's|county/test|county/other|' q/plan.yaml
  sed -i '/doctors\|posted\|hinted/d' q/items.yaml
  zicha -C w plan use q >/dev/null
  check_plan 2023-06-30 county/other
  [ "$(numbers)" = "1 2 3 4 5" ]
  [ "$(problem 5 .plan)" = county/other ]
  [ "$(problem 1 .citations)" = null ]
}

@test "what is only suspected counts when it is verified, and never when it is dismissed" {
  export_calls "A1,D1,7"
  zicha -C w answer posted=是 >/dev/null
  check_plan 2023-06-30
  counted() { zicha -C w problem show 1 --format json | jq .told.counted; }
  [ "$(problem 1 .item)" = hinted ]
  [ "$(counted)" = false ]
  zicha -C w problem verify 1 --verdict true --by 甲 >/dev/null
  [ "$(counted)" = true ]
  zicha -C w problem dismiss 1 --reason 长期用药 --by 甲 >/dev/null
  [ "$(counted)" = false ]
}

@test "a check on a day before the ledger's last events is written down with its own day" {
  check_plan 2023-06-30
  export_calls "A2,D1,9" "A3,D2,40" "A4,,50" "A9,D1,12"
  check_plan 2023-06-01
  [ "$(problem 1 .seen)" = 2023-06-01 ]
  [ "$(problem 1 .found)" = 2023-06-30 ]
  [ "$(sql "SELECT count(*) FROM event WHERE json_extract(body, '\$.noted.dated_by_hand')")" = 5 ]
}

@test "marks, brackets and backslashes in cells come out as they went in, and the ledger verifies" {
  {
    echo 就诊号,医师工号,天数
    printf '%s\n' '"A""1",D1,9' 'A\2,D1,9' '"<A&3>","D""2",40' '"[{A}],:4",D\3,50' '"A
5",<D4>,60'
    for number in $(seq 1 450); do echo "B$number,D$((number % 7)),12"; done
  } >calls.csv
  zicha -C w import calls calls.csv --plan county/test >/dev/null
  check_plan 2023-06-30
  [ "$(sql 'SELECT count(*) FROM instance WHERE problem = 1')" = 455 ]
  sql "SELECT body FROM instance WHERE problem = 1" | head -n 5 | jq -r '.keys[0][1]' >keys
  printf '%s\n' 'A"1' 'A\2' '<A&3>' '[{A}],:4' >wanted
  head -n 4 keys | diff wanted -
  zicha -C w problem list --format json | jq -r '.problems[] | select(.item == "doctors") | .split' |
    grep -v '^D[0-9]$' | sort >splits
  printf '%s\n' '<D4>' 'D"2' 'D\3' | sort | diff - splits
  check_plan 2023-07-01
  [ "$(sql 'SELECT count(*) FROM instance WHERE problem = 1')" = 455 ]
  zicha -C w verify >/dev/null
}
