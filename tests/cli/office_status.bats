#!/usr/bin/env bats
# status of an office: its own duties, and what its facilities owe it.
load helper
load small_office

setup() {
  begin_test
  if [ ! -d "$BATS_FILE_TMPDIR/base/o" ]; then
    mkdir -p "$BATS_FILE_TMPDIR/base"
    (cd "$BATS_FILE_TMPDIR/base" && make_small_office && make_reports) >/dev/null 2>&1
  fi
  cp -a "$BATS_FILE_TMPDIR"/base/. .
}

@test "what facilities owe is counted round by round, and not demanded of the office" {
  on 2023-07-05 status
  expect 0 'facilities report: 自查整改报告' \
    'due 2023-06-30: 3 expected, 2 received (0 late), 1 missing'
  never OVERDUE
  run zicha -C o --today 2023-07-05 status --format json
  [ "$(jq -c '.plans[0] | [.overdue, .facility_duties[0].id, (.rounds[0] | [.expected, .received, .late, .missing])]' <<<"$output")" = \
    '[[],"own_report",[3,2,0,1]]' ]
  on 2022-12-31 status
  never 'expected'
}

@test "the office's own duties are its own, also where facilities have the same" {
  cp -R p p2
  sed -i 's/^duties:/duties:\n  - {id: bulletin, artefact: 县级通报, from: office, due: 2023年7月1日前}/' p2/plan.yaml
  zicha -C o plan use p2 >/dev/null
  on 2023-07-05 status
  expect 0 'OVERDUE by 4 days unless it is done: 县级通报' 'facilities report: 自查整改报告'
  never 'done: 自查整改报告'
}

@test "an office without a roster is told to take one in" {
  sqlite3 o/zicha.db 'delete from roster'
  on 2023-07-05 status
  expect 0 'nobody is expected to report; take a roster in'
}

@test "offices that are silent are named, and how many are expected is not known of those that never reported" {
  printf '机构编码,机构名称,机构类别\nC1,甲县卫生健康局,卫生健康行政部门\nC2,乙县卫生健康局,卫生健康行政部门\n' >city.csv
  zicha init k --office --plan p --office-file office.yaml >/dev/null
  zicha -C k --today 2023-01-05 roster import city.csv >/dev/null
  run "$ZICHA" -C k --today 2023-07-05 status
  expect 0 "2 offices have not reported: 甲县卫生健康局、乙县卫生健康局; of 2 of them nobody knows the facilities"
  never 'take a roster in' '0 expected'
  [ "$("$ZICHA" -C k --today 2023-07-05 status --format json | jq -c '.plans[0].rounds[0] | [.silent, .unheard, .roster]')" = \
    '[["甲县卫生健康局","乙县卫生健康局"],2,true]' ]
  printf 'F001,甲镇医院,二级医院\n' >>city.csv
  zicha -C k --today 2023-01-06 roster import city.csv --reason 补入 --by 李某 >/dev/null
  run "$ZICHA" -C k --today 2023-07-05 status
  expect 0 '1 expected of whom one knows, 0 received' '2 offices have not reported'
}
