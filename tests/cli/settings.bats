#!/usr/bin/env bats
# What is changed in office.yaml reaches back to files that were decided upon: it is told, and an event.
load helper
load supervised

setup() {
  begin_test
  unset ZICHA_PASSPHRASE ZICHA_BY
  export ZICHA_LANG=en
  make_supervised_office
  "$ZICHA" -C c --today 2023-04-12 collect mail >/dev/null
}

status() { run "$ZICHA" -C c --today 2023-07-02 status; }
events() { sqlite3 c/zicha.db "SELECT count(*) FROM event WHERE action = 'settings'"; }

@test "another day on which a round is due is told with what it was, once, and noted" {
  status
  expect 0 "2 received (2 late)"
  never "warning"
  sed -i 's/due: 2023-04-10/due: 2023-05-10/' c/office.yaml
  status
  expect 0 "2 received (0 late)" "warning: the round r1 of county/test: 报送时限 was 2023-04-10, is 2023-05-10 now" \
    "2 files that were here already have another state"
  status
  never "warning"
  [ "$(events)" = 1 ]
  sqlite3 c/zicha.db "SELECT body FROM event WHERE action = 'settings'" | grep -q '"from":"2023-04-10".*"to":"2023-05-10"'
  run "$ZICHA" -C c verify
  expect 0 "everything is as it was written"
}

@test "a round that is deleted, one that is new, and other settings are told" {
  sed -i '/id: r1/d' c/office.yaml
  status
  expect 0 "the round r1 of county/test is not there any more" "2 files that were here"
  sed -i '/rounds:/a\  - {id: r1, title: 第一轮, from: 2023-01-01, to: 2023-03-31, due: 2023-04-10}' c/office.yaml
  { echo "unsigned: accept"; echo "late_days: 20"; } >>c/office.yaml
  status
  expect 0 "the round r1 of county/test is new" "office.yaml: 未签名报告 was 不接收, is 接收 now" \
    "逾期归属天数 was 15, is 20 now" "2 files that were here"
  [ "$(events)" = 2 ]
}

@test "a plan that is taken into use, or a roster, is no change of settings" {
  "$ZICHA" -C c plan use "$plans/city/test" >/dev/null
  status
  never "warning: the round" "warning: office.yaml"
  [ "$(events)" = 0 ]
}
