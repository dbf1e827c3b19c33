#!/usr/bin/env bats
# collect received: a day on which files were here that was noted wrongly is corrected by a person, and
# never silently.
load helper
load supervised

setup() {
  begin_test
  unset ZICHA_PASSPHRASE ZICHA_BY
  make_supervised_office
}

events() { sql 'SELECT count(*) FROM event'; }
days() { sql "SELECT facility || ' ' || received FROM collected WHERE facility <> '' ORDER BY 1" | paste -sd ' '; }
file_of() { sql "SELECT file FROM collected WHERE facility = '$1' AND via = ''"; }

@test "a mistyped day is corrected for all files of it, told with its reason, and made again by verify" {
  on 2023-03-28 collect mail --received 2022-03-28
  expect 1 "2 of 2 new files are dated after 2022-03-28" "was --received mistyped? \`zicha collect received DAY --from 2022-03-28 --reason TEXT\` corrects it"
  on 2023-03-28 collect mail --received 2023-03-28
  expect 1 "0 new, 2 known already" "2 of the known files stay noted as received on the day on which they came, such as 2022-03-28" \
    "\`zicha collect received 2023-03-28 --from 2022-03-28 --reason TEXT\` corrects it"
  on 2023-03-29 collect received 2023-03-28 --from 2022-03-28 --reason 年份误录 --by 李某
  expect 0 "2 files are noted as received on 2023-03-28 now, before on 2022-03-28" "2 files have another state than before, or their first one"
  never "do not count"
  [ "$(days)" = "T1 2023-03-28 T2 2023-03-28" ]
  [ "$(states c | cut -d '|' -f 5 | sort -u)" = accepted ]
  on 2023-03-29 collect list --all
  expect 0 "received 2023-03-28" "received: noted as 2022-03-28 before, corrected on 2023-03-29 by 李某: 年份误录"
  [ "$("$ZICHA" -C c collect list --all --format json | jq -c '.files[0].received_changed')" = \
    '{"by":"李某","from":"2022-03-28","on":"2023-03-29","reason":"年份误录","to":"2023-03-28"}' ]
  good
  sql "UPDATE collected SET received = '2022-03-28'"
  run "$ZICHA" -C c verify
  expect 65 "table files that came in: 2 entries are others"
  run "$ZICHA" -C c verify --mend
  expect 0 "everything is as it was written"
  [ "$(days)" = "T1 2023-03-28 T2 2023-03-28" ]
}

@test "a later day makes a report late, one file alone, and a second correction counts" {
  on 2023-03-28 collect mail
  t1=$(file_of T1)
  on 2023-04-20 collect received 2023-04-15 "${t1:0:12}" --reason 纸质回执为准 --by 李某
  expect 0 "1 files are noted as received on 2023-04-15 now, before on 2023-03-28"
  [ "$(states c "s.facility = 'T1'")" = "T1|zrep||r1|late|1" ]
  good
  on 2023-04-20 collect received 2023-04-10 "$t1" --reason 再次核对 --by 李某
  expect 0 "before on 2023-04-15"
  [ "$(states c "s.facility = 'T1'")" = "T1|zrep||r1|accepted|1" ]
  on 2023-04-20 collect list --all --facility T1
  expect 0 "noted as 2023-04-15 before" "再次核对"
  good
  mv c/inbox/sha256/"${t1:0:2}/$t1.zrep" aside
  run "$ZICHA" -C c verify
  expect 65 "it is gone, or cannot be opened" "1 faults"
}

@test "a list on paper is corrected, too, and who gives another day for a known one is told" {
  fill T3 2023-03-20 合格 发现问题 未检查 >paper.csv
  on 2023-04-20 collect --paper paper.csv
  [ "$(states c)" = "T3|paper||r1|late|1" ]
  on 2023-04-20 collect --paper paper.csv --received 2023-03-28
  expect 0 "nothing has changed, and it stays noted as received on 2023-04-20; \`zicha collect received\` corrects that"
  on 2023-04-20 collect received 2023-03-28 "$(file_of T3)" --reason 补录收到日期 --by 李某
  expect 0
  [ "$(states c)" = "T3|paper||r1|accepted|1" ]
  good
  rm -f c/inbox/sha256/*/*.csv
  run "$ZICHA" -C c verify
  expect 65 "1 faults"
}

@test "a receipt that tells the day before is named" {
  on 2023-04-20 collect mail
  on 2023-04-20 collect receipts
  on 2023-04-20 collect received 2023-04-15 --from 2023-04-20 --reason 核对 --by 李某
  expect 0 "2 of them have a receipt that tells the day before: \`zicha collect receipts --again\`"
  on 2023-04-20 collect receipts --again
  [ "$(jq -r .received c/reports/receipts/T1-*.json | sort | tail -n 1)" = 2023-04-20 ]
  grep -l 2023-04-15 c/reports/receipts/T1-*.json
}

@test "without a reason, a name or files nothing is changed; nor is what is so already" {
  on 2023-03-28 collect mail
  before=$(events)
  on 2023-03-29 collect received 2023-03-27 --from 2023-03-28 --by 李某
  expect 64 "say why the day is another one: --reason TEXT"
  on 2023-03-29 collect received 2023-03-27 --from 2023-03-28 --reason ' ' --by 李某
  expect 64 "--reason is blank"
  on 2023-03-29 collect received 2023-03-27 --from 2023-03-28 --reason 误录
  expect 64
  on 2023-03-29 collect received 2023-03-30 --from 2023-03-28 --reason 误录 --by 李某
  expect 64 "2023-03-30 is no day up to today"
  on 2023-03-29 collect received 2023-03-27 --from 2023-02-30 --reason 误录 --by 李某
  expect 64 "--from 2023-02-30 is no day"
  on 2023-03-29 collect received 2023-03-27 --reason 误录 --by 李某
  expect 64 "say which files it is about"
  on 2023-03-29 collect received 2023-03-27 "$(file_of T1)" --from 2023-03-28 --reason 误录 --by 李某
  expect 64 "say which files it is about"
  on 2023-03-29 collect received 2023-03-27 --from 2023-03-01 --reason 误录 --by 李某
  expect 64 "no file is noted as received on 2023-03-01"
  on 2023-03-29 collect received 2023-03-27 xyz --reason 误录 --by 李某
  expect 64 "no file begins with xyz"
  on 2023-03-29 collect received 2023-03-28 --from 2023-03-28 --reason 误录 --by 李某
  expect 0 "noted as received on 2023-03-28 already: nothing was written"
  [ "$(events)" = "$before" ]
}

@test "figures of paper are as of the day on which its list was received, also when that day is corrected" {
  load charges
  make_charges
  cat >late.csv <<'END'
机构编码,检查日期,检查项编号,结果,检查数,问题数,涉及金额,整改情况,整改时限,完成日期
M1,2023-06-20,posted,合格,,,,,,
M1,2023-06-20,charged,发现问题,20,1,15.00,整改中,2023-06-30,
M1,2023-06-20,receipts,合格,20,0,,,,
END
  charges collect --paper late.csv --received 2023-06-25 --by 张某 >/dev/null
  overdue() { charges statistics --round q2 --trace l.overdue --format json | jq -r '[.facilities[].code] | join(" ")'; }
  [ "$(overdue)" = B2 ]
  charges collect received 2023-07-05 --from 2023-06-25 --reason 误填 --by 张某 >/dev/null
  [ "$(overdue)" = "B2 M1" ]
  run charges verify
  expect 0 "everything is as it was written"
  # What is made again of list and events is the same.
  sqlite3 o/zicha.db 'UPDATE collected SET overdue = 0'
  run charges verify
  [ "$status" -ne 0 ]
  charges verify --mend >/dev/null 2>&1 || true
  [ "$(overdue)" = "B2 M1" ]
}
