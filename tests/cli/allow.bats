#!/usr/bin/env bats
# collect allow, collect list: what a person decides about a file, and which round what came is told
# with.
load helper
load supervised

setup() {
  begin_test
  unset ZICHA_PASSPHRASE ZICHA_BY
  export ZICHA_LANG=en
  make_supervised_office
}


take() { "$ZICHA" -C c --today "$1" collect "${@:2}" >/dev/null 2>&1 || [ $? -eq 1 ]; }

# The file's hash: file_of CODE DAY.
file_of() { sqlite3 c/zicha.db "SELECT file FROM collected WHERE facility = '$1' AND day = '$2'"; }

@test "a report with a wrong year counts for the round that a person names, and only then" {
  site T3 第三诊所 诊所
  send T3 2024-03-20 posted=是
  "$ZICHA" -C c --today 2023-03-01 roster trust T3 T3/keys/facility.pub --reason 电话核实 --by 李某
  take 2023-03-28 mail/T3-2024-03-20.zrep
  file=$(file_of T3 2024-03-20)
  [ "$(states c)" = "T3|zrep||r1|bad_date|0" ]
  on 2023-03-29 collect allow "${file:0:12}" --reason 时钟有误 --by 李某
  expect 65 "would not count all the same: wrong date" "--round ID"
  on 2023-03-29 collect allow "${file:0:12}" --reason 时钟有误 --by 李某 --round r9
  expect 64 "unknown round r9; known: r1 r2"
  on 2023-03-29 collect allow "${file:0:12}" --reason 时钟有误 --by 李某 --round r1
  expect 0 "counts for 第一轮 now, by decision of 李某"
  [ "$(states c)" = "T3|zrep||r1|allowed|1" ]
  events=$(sqlite3 c/zicha.db 'SELECT count(*) FROM event')
  on 2023-03-29 collect allow "${file:0:12}" --reason 时钟有误 --by 李某
  expect 0 "counts for 第一轮 already" "nothing was written"
  [ "$(sqlite3 c/zicha.db 'SELECT count(*) FROM event')" = "$events" ]
  run "$ZICHA" -C c verify
  expect 0 "everything is as it was written"
}

@test "a decision is taken back with a reason, and what the others are by it is told" {
  send T1 2023-03-22 posted=是
  take 2023-03-21 mail/T1-2023-03-20.zrep
  sqlite3 c/zicha.db 'UPDATE facility_key SET until = "2023-03-21" WHERE code = "T1"'
  take 2023-03-28 mail/T1-2023-03-22.zrep
  file=$(file_of T1 2023-03-22)
  on 2023-03-29 collect allow "$file" --withdraw --reason 误 --by 李某
  expect 65 "nobody has allowed"
  on 2023-03-29 collect allow "$file" --reason 已核实 --by 李某
  expect 0 "T1-2023-03-22.zrep (T1) counts for 第一轮 now" \
    "T1-2023-03-20.zrep (T1): was accepted (第一轮), is superseded (第一轮) now"
  on 2023-03-30 collect allow "$file" --withdraw --by 李某
  expect 64 "--reason TEXT"
  on 2023-03-30 collect allow "$file" --withdraw --reason 核实有误 --by 李某
  expect 0 "the decision of 2023-03-29 by 李某 is taken back" "is other key now" \
    "T1-2023-03-20.zrep (T1): was superseded (第一轮), is accepted (第一轮) now"
}

@test "no decision is made without a reason, and none about what cannot count by it" {
  sed 's/第二诊所/第八诊所/g' mail/T2-2023-03-25.zrep >changed.zrep
  take 2023-03-28 mail/T1-2023-03-20.zrep changed.zrep
  on 2023-03-29 collect allow "$(file_of T2 2023-03-25)" --reason 　 --by 李某
  expect 64 "--reason is blank"
  on 2023-03-29 collect allow "$(file_of T2 2023-03-25)" --reason 已核实 --by 李某 --round r1
  expect 65 "would not count all the same: tampered with"
  [ "$(sqlite3 c/zicha.db 'SELECT count(*) FROM decision')" = 0 ]
}

@test "a correction between a round's end and its due day is of that round" {
  take 2023-03-28 mail/T1-2023-03-20.zrep
  "$ZICHA" -C T1 --today 2023-04-05 answer posted=是 >/dev/null
  "$ZICHA" -C T1 --today 2023-04-05 report --reason 更正 \
    --corrects "$(sqlite3 c/zicha.db 'SELECT report FROM collected')" >/dev/null
  "$ZICHA" -C T1 --today 2023-04-05 submit --out correction.zrep --by 办公室 >/dev/null
  take 2023-04-05 correction.zrep
  [ "$(states c)" = "T1|zrep||r1|superseded|0
T1|zrep||r1|accepted|1" ]
}

@test "what was refused is listed with the round that it was meant for" {
  sed 's/第二诊所/第八诊所/g' mail/T2-2023-03-25.zrep >changed.zrep
  cp mail/T1-2023-03-20.zrep again.zrep
  echo nothing >empty.zrep
  take 2023-03-28 mail/T1-2023-03-20.zrep changed.zrep empty.zrep
  on 2023-05-20 collect again.zrep
  expect 1 "came again under another name on a later day: 1"
  on 2023-05-28 collect list --round r1
  expect 0 "tampered with  T2" "sent again  T1 第一卫生院: again.zrep" "2 files" \
    "1 files are of no round"
  on 2023-05-28 collect list --round r2
  expect 0 "0 files"
  on 2023-05-28 collect list --facility T1
  expect 0 "sent again  T1 第一卫生院: again.zrep" "1 files"
  on 2023-05-28 collect receipts --round r2
  expect 0 "0 receipts"
}

@test "what there is not is refused: 64, with what there is" {
  take 2023-03-28 mail
  on 2023-03-29 collect list --round r9
  expect 64 "unknown round r9; known: r1 r2"
  on 2023-03-29 collect receipts --plan county/other
  expect 64 "unknown plan county/other; in use here: county/test"
  on 2023-03-29 collect list --facility T9
  expect 64 "unknown facility T9" "roster list"
  on 2023-03-29 case list --facility T9
  expect 64 "facility T9"
}

@test "a report that was here too late counts as allowed by a decision, and as late without" {
  take 2023-04-12 mail/T1-2023-03-20.zrep
  [ "$(states c)" = "T1|zrep||r1|late|1" ]
  on 2023-04-13 collect allow "$(file_of T1 2023-03-20)" --reason 邮件延误 --by 李某
  expect 0 "counts for 第一轮 now, by decision of 李某"
  [ "$(states c)" = "T1|zrep||r1|allowed|1" ]
  on 2023-04-13 status
  expect 0 "1 received (0 late)"
  on 2023-04-14 collect allow "$(file_of T1 2023-03-20)" --withdraw --reason 核实有误 --by 李某
  [ "$(states c)" = "T1|zrep||r1|late|1" ]
}

@test "what came of a plan that is not in use any more asks for no roster" {
  "$ZICHA" -C c plan use "$plans/city/test" >/dev/null
  take 2023-03-28 mail
  "$ZICHA" -C c plan unuse county/test >/dev/null
  on 2023-03-29 collect list
  never "there is no roster for the plan county/test"
}

@test "files that do not count are not said to count for the first time" {
  sed 's/第二诊所/第八诊所/g' mail/T2-2023-03-25.zrep >changed.zrep
  on 2023-03-28 collect changed.zrep
  expect 1 "1 files have another state than before, or their first one"
}

@test "a report that another program has saved in another encoding is refused with what to do" {
  iconv -f UTF-8 -t GB18030 mail/T1-2023-03-20.zrep >saved.zrep
  take 2023-03-28 saved.zrep
  on 2023-03-28 collect list
  expect 0 "have it sent as zicha wrote it"
}

@test "a decision that was taken back by a command that was killed then is taken back by the next one" {
  take 2023-04-12 mail/T1-2023-03-20.zrep
  on 2023-04-13 collect allow "$(file_of T1 2023-03-20)" --reason 邮件延误 --by 李某
  on 2023-04-14 collect allow "$(file_of T1 2023-03-20)" --withdraw --reason 核实有误 --by 李某
  sqlite3 c/zicha.db "UPDATE standing SET state = 'allowed'; UPDATE basis SET seq = (SELECT max(seq) - 1 FROM event)"
  on 2023-04-14 collect list
  [ "$(states c)" = "T1|zrep||r1|late|1" ]
}
