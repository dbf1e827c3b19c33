#!/usr/bin/env bats
# status: the phase of today, what is due and what is over, and how far the self-check is.
load helper
load dated

setup() {
  begin_test
  make_dated
}

on() { run "$ZICHA" -C w --today "$@"; }

status_of() { zicha -C w --today "$1" status --format json | jq -r ".plans[0] | $2"; }

@test "status tells the phase with its days, and what is due, the nearest first" {
  on 2023-05-15 status
  expect 0 "phase: 自查自纠阶段 (self-check); problems and gaps are a warning" \
    "自查自纠阶段: 2023-04-01 to 2023-05-31, 16 days left" \
    "due in 10 days: 工作进展统计表 (2023-05-25)" "questions: 1 of 2 answered" "not checked yet"
}

@test "reports whose day is over come first; nobody has said that they were sent" {
  on 2023-05-15 status
  expect 0 "OVERDUE by 45 days unless it is done: 本单位实施方案 (2023-03-31)"
  [ "$(grep -n OVERDUE <<<"$output" | cut -d: -f1)" -lt "$(grep -n 'due in' <<<"$output" | head -n 1 | cut -d: -f1)" ]
}

@test "on its last day something is due in 0 days, not over" {
  on 2023-03-31 status
  expect 0 "due in 0 days: 本单位实施方案"
  never OVERDUE
  on 2023-04-01 status
  expect 0 "OVERDUE by 1 days unless it is done: 本单位实施方案"
}

@test "what only an office has to send is not a facility's" {
  on 2023-05-15 status
  never 县级通报
}

@test "of much that is due five are shown and the rest is counted" {
  for number in 1 2 3 4 5 6 7; do
    echo "  - {id: more_$number, artefact: 材料$number, from: units, due: 2023年8月${number}日前}" >>p/plan.yaml
  done
  on 2023-05-15 status
  expect 0 "and 3 later: \`zicha calendar\` has all"
  [ "$(grep -c 'due in' <<<"$output")" = 5 ]
}

@test "blank phases are told with the reason" {
  sed -i 's/when: 2023年[^,]*,/when: 20__年__月,/' p/plan.yaml
  on 2023-05-15 status
  expect 0 "phase: not known; problems and gaps are a failure" "note: the days of 动员部署阶段"
}

@test "in Chinese" {
  export ZICHA_LANG=zh
  on 2023-05-15 status
  expect 0 "当前阶段：自查自纠阶段（自查）；问题和缺项按“警示”对待" "还有16天" \
    "已过期限45天，未办结的请立即办理：本单位实施方案（2023-03-31）" "10天后到期：工作进展统计表（2023-05-25）"
}

@test "as JSON it holds the same of every plan, in one document" {
  cp -r p q
  sed -i 's|id: county/test|id: county/other|' q/plan.yaml
  zicha -C w plan use q >/dev/null
  on 2023-05-15 status --format json
  [ "$(jq -r '[.zicha, .today, (.plans | length)] | @csv' <<<"$output")" = '"status/1","2023-05-15",2' ]
  [ "$(status_of 2023-05-15 '.stance | [.word, .taken, .phase] | @csv')" = '"self_check","warning","own"' ]
  [ "$(status_of 2023-05-15 '.phases[0] | [.id, .from, .to, .left] | @csv')" = '"own","2023-04-01","2023-05-31",16' ]
  [ "$(status_of 2023-05-15 '.due[0] | [.kind, .id, .due, .left] | @csv')" = '"duty","progress","2023-05-25",10' ]
  [ "$(status_of 2023-05-15 '.overdue[0] | [.id, .due, .over] | @csv')" = '"own_plan","2023-03-31",45' ]
  [ "$(status_of 2023-05-15 '.questions | [.answered, .all] | @csv')" = 1,2 ]
  [ "$(status_of 2023-05-15 'has("last_check")')" = false ]
  zicha -C w --today 2023-05-14 check --plan county/test >/dev/null || [ $? = 1 ]
  [ "$(status_of 2023-05-15 '.last_check | [.today, .totals.problem] | @csv')" = '"2023-05-14",1' ]
}

@test "tables are told with what is known of them" {
  zicha init h --plan "$plan" --facility "$example/hospital/facility.yaml" >/dev/null
  zicha -C h import staff "$example/hospital/staff.csv" >/dev/null
  zicha -C h import --none drugs 没有 >/dev/null
  run zicha -C h status --format json
  expect 0
  [ "$(jq -c '.plans[0].tables[] | select(.id == "staff") | [.handed, .rows]' <<<"$output")" = '[true,30]' ]
  [ "$(jq -c '.plans[0].tables[] | select(.id == "drugs") | [.handed, .absent]' <<<"$output")" = '[true,"没有"]' ]
  [ "$(jq -c '.plans[0].tables[] | select(.id == "rx_lines") | [.handed, has("rows")]' <<<"$output")" = '[false,false]' ]
}

@test "an unknown format is refused" {
  on 2023-05-15 status --format csv
  expect 64 "unknown format csv; known: text json"
}

# ---- the ledger ----------------------------------------------------------------------

# A problem of 14 May that is due on the 25th.
make_problem() {
  zicha -C w --today 2023-05-14 check >/dev/null || [ $? = 1 ]
  zicha -C w --today 2023-05-14 problem verify 1 --verdict true --by 张某 >/dev/null
  zicha -C w --today 2023-05-14 problem assign 1 --leader 李某 --department 医务科 --person 王某 \
    --measure 设置公示栏 --target 公示 --kind deadline --due 2023-05-25 --by 张某 >/dev/null
}

debts() { status_of "$1" '.ledger | [.found, .counted, .pending, .open, .due_10, .due_20, .no_deadline, .overdue, .relapsed, .unreported] | @csv'; }

@test "what the ledger owes is told: found, to be verified, without a deadline, due soon, overdue" {
  on 2023-05-14 status
  never "problems:"
  [ "$(debts 2023-05-14)" = 0,0,0,0,0,0,0,0,0,0 ]
  zicha -C w --today 2023-05-14 check >/dev/null || [ $? = 1 ]
  [ "$(debts 2023-05-14)" = 1,1,1,1,0,0,1,0,0,0 ]
  make_problem
  [ "$(debts 2023-05-04)" = 1,1,0,1,0,0,0,0,0,0 ]
  [ "$(debts 2023-05-05)" = 1,1,0,1,0,1,0,0,0,0 ]
  [ "$(debts 2023-05-15)" = 1,1,0,1,1,1,0,0,0,0 ]
  [ "$(debts 2023-05-25)" = 1,1,0,1,1,1,0,0,0,0 ]
  [ "$(debts 2023-05-26)" = 1,1,0,1,0,0,0,1,0,0 ]
  on 2023-05-26 status
  expect 0 "problems: 1 found, 1 counted, 0 to be verified, 1 open" \
    "problems: 1 overdue, 0 without a deadline, 0 due within 10 days, 0 within 20 days"
  never relapsed
}

@test "what nobody has set a deadline for is told apart, since it cannot be overdue" {
  on 2023-05-14 check --fail-on never
  on 2023-12-31 status
  expect 0 "problems: 0 overdue, 1 without a deadline, 0 due within 10 days"
}

@test "what is rectified is overdue no more" {
  make_problem
  zicha -C w --today 2023-05-20 problem start 1 --by 王某 >/dev/null
  zicha -C w --today 2023-05-20 problem rectify 1 --by 王某 --note 已公示 --no-system >/dev/null
  [ "$(debts 2023-05-26)" = 1,1,0,1,0,0,0,0,0,0 ]
}

@test "of each plan its own problems are counted" {
  make_problem
  cp -r p q
  sed -i 's|id: county/test|id: county/other|' q/plan.yaml
  zicha -C w plan use q >/dev/null
  run "$ZICHA" -C w --today 2023-05-26 status --format json
  [ "$(jq -c '[.plans[].ledger.overdue]' <<<"$output")" = '[1,0]' ]
}
