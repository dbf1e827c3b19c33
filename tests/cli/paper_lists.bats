#!/usr/bin/env bats
# Lists of what facilities have reported on paper: which one counts, what is refused in them, and a list
# that is gone from inbox/.
load helper
load supervised

setup() {
  begin_test
  unset ZICHA_PASSPHRASE ZICHA_BY
  make_supervised_office
}

counting() { sql 'SELECT statuses FROM collected AS c JOIN standing AS s ON s.report = no WHERE counts'; }
a_list() { find c/inbox -name '*.csv'; }

@test "the list that was entered last counts, whatever day it is noted as received on" {
  fill T3 2023-03-20 合格 合格 合格 >a.csv
  fill T3 2023-03-20 发现问题 发现问题 合格 >b.csv
  on 2023-04-01 collect --paper a.csv
  expect 0
  on 2023-04-02 collect --paper b.csv --received 2023-03-30
  expect 0 "1 facilities were written down"
  never "does not count"
  [ "$(counting)" = XXP ]
  on 2023-04-02 collect list --all
  expect 0 "another list of 2023-03-20 was collected behind it and is taken instead; if this one is right, collect it again"
  never "--corrects"
  good
  on 2023-04-03 collect --paper a.csv --received 2023-03-29
  expect 0 "1 facilities were written down"
  [ "$(counting)" = PPP ]
  good
}

@test "a list of an earlier day says what can be done, which is not --corrects" {
  fill T3 2023-03-22 合格 合格 合格 >a.csv
  fill T3 2023-03-20 发现问题 发现问题 合格 >b.csv
  on 2023-03-28 collect --paper a.csv
  on 2023-03-28 collect --paper b.csv
  expect 0 "(T3) of 2023-03-20 does not count: superseded"
  on 2023-03-28 collect list --all
  expect 0 "what was written down of 2023-03-22, a later day of this round, is taken instead; if that is wrong, collect a list of that day"
  never "--corrects"
}

@test "columns that are not read are told, and one that looks like money or a day is refused" {
  fill T3 2023-03-20 合格 发现问题 未检查 | sed '1s/涉及金额/金额（万元）/; 1s/整改时限/整改截止日期/' >paper.csv
  on 2023-03-28 collect --paper paper.csv
  expect 65 "paper.csv:1: the column 金额（万元） is not read, and it looks like one of money" \
    "if it is one of 涉及金额, call it so" "paper.csv:1: the column 整改截止日期 is not read, and it looks like one of days" \
    "paper.csv has 2 mistakes: nothing was taken in"
  fill T3 2023-03-20 合格 发现问题 未检查 | sed '1s/涉及金额/涉及金额（元）/; 1s/备注/联系人/' >paper.csv
  on 2023-03-28 collect --paper paper.csv
  expect 0 "these columns are not read: 联系人"
  [ "$(sql 'SELECT amount FROM collected')" = 12050 ]
  good
  never "are not read"
}

@test "a remark with an identity number, and what a spreadsheet program has spoiled, are refused" {
  fill T3 2023-03-20 合格 合格 合格 | sed '2s/,$/,患者110101199003070011投诉/; 3s/,$/,#REF!/' | sed 's/\r//' >paper.csv
  awk -F, -v OFS=, 'NR == 2 { $13 = "患者110101199003070011投诉" } NR == 3 { $13 = "#REF!" } { print }' paper.csv >odd.csv
  on 2023-03-28 collect --paper odd.csv
  expect 65 "odd.csv:2: 备注: there is an identity number in it" "odd.csv:3: 备注: a spreadsheet program has made #REF! of it" \
    "odd.csv has 2 mistakes: nothing was taken in"
  [ "$(sql 'SELECT count(*) FROM collected')" = 0 ]
}

@test "a list that holds what is refused by now is read by verify as it was" {
  fill T3 2023-03-20 合格 发现问题 未检查 >paper.csv
  on 2023-03-28 collect --paper paper.csv
  awk -F, -v OFS=, 'NR == 1 { $14 = "退回金额" } NR > 1 { $13 = "患者110101199003070011"; $14 = 5 } { print }' paper.csv >old.csv
  # As an earlier version took it in: the file, and the event that names it.
  was=$(sha256sum <paper.csv | cut -d ' ' -f 1) is=$(sha256sum <old.csv | cut -d ' ' -f 1)
  mkdir -p "c/inbox/sha256/${is:0:2}"
  cp old.csv "c/inbox/sha256/${is:0:2}/$is.csv"
  rm -f "c/inbox/sha256/${was:0:2}/$was.csv"
  sql 'DROP TRIGGER event_stays'
  sql "UPDATE event SET body = replace(body, '$was', '$is')"
  run "$ZICHA" -C c verify
  expect 65 "table files that came in: 1 entries that the events and files make are missing, such as T3"
  never "identity number" "is not read"
}

@test "a list that is gone is put back by collecting it again, and nothing else changes" {
  fill T3 2023-03-20 合格 发现问题 未检查 >paper.csv
  fill T3 2023-03-20 合格 合格 合格 >mended.csv
  on 2023-03-28 collect --paper paper.csv
  list=$(a_list) before=$(sql 'SELECT max(seq) FROM event')
  rm -f "$list"
  on 2023-03-29 collect --paper paper.csv
  expect 0 "paper.csv was gone from inbox/ or changed there, and was put back; nothing else has changed"
  cmp paper.csv "$list"
  chmod u+w "$list" && sed -i 's/120.50/120.51/' "$list"
  on 2023-03-29 collect --paper paper.csv
  expect 0 "was put back"
  cmp paper.csv "$list"
  [ "$(sql 'SELECT max(seq) FROM event')" = "$before" ]
  good
  on 2023-03-29 collect --paper mended.csv
  rm -f "$list"
  on 2023-03-29 collect --paper paper.csv
  expect 0 "was put back"
  [ "$(counting)" = PPP ]
  good
}

@test "a list that is gone is one fault, and nothing false is said of what it told" {
  { fill T3 2023-03-20 合格 发现问题 未检查; fill T4 2023-03-20 合格 合格 合格 | tail -n +2; } >paper.csv
  on 2023-03-28 collect --paper paper.csv
  list=$(a_list)
  rm -f "$list"
  run "$ZICHA" -C c verify
  expect 65 "${list#c/}: it is gone, or cannot be opened" "1 faults"
  never "--mend" "table "
  run "$ZICHA" -C c verify --mend
  expect 65 "nothing that could be made again is wrong: nothing was done" "collect it again, or put it back from a backup"
  on 2023-03-28 collect --paper paper.csv
  good
}

@test "a checklist that is gone is named with its remedy, and made again" {
  fill T3 2023-03-20 合格 发现问题 未检查 >paper.csv
  on 2023-03-28 collect --paper paper.csv
  sql 'DELETE FROM checklist'
  run "$ZICHA" -C c verify
  expect 65 "table checklists of plans: that of county/test, version 1, by which files were read, is missing; \`zicha verify --mend\` makes it again" "1 faults"
  run "$ZICHA" -C c verify --mend
  expect 0 "everything is as it was written"
  [ "$(counting)" = PXC ]
  sql 'DELETE FROM checklist'
  place=$(sql 'SELECT place FROM plan')
  sql "UPDATE plan SET place = '$PWD/nowhere'"
  run "$ZICHA" -C c verify
  expect 65 "is missing, by which files were read, and the package is not in use: \`zicha plan use\` it"
  run "$ZICHA" -C c verify --mend
  expect 65 "and the package is not in use"
  sql "UPDATE plan SET place = '$place'"
  run "$ZICHA" -C c verify --mend
  expect 0 "everything is as it was written"
}

@test "the sheet has each facility once, however often it is asked for" {
  [ "$("$ZICHA" -C c collect paper-form --facility T3 --facility T3 --facility all | wc -l)" = 13 ]
  [ "$("$ZICHA" -C c collect paper-form --facility T3 --facility T3 | wc -l)" = 4 ]
}

@test "what is wrong with a facility or its day is told once, and a name that is another one's is refused" {
  fill T3 2023-03-20 合格 合格 合格 | sed 's/第三诊所/第四诊所/' >wrong.csv
  fill T4 2023-08-20 合格 合格 合格 | tail -n +2 >>wrong.csv
  fill T4 2023-03-20 合格 合格 合格 | tail -n +2 | sed 's/^T4/T9/' >>wrong.csv
  on 2023-03-28 collect --paper wrong.csv --round r1
  expect 65 "wrong.csv:2: 机构名称: 第四诊所 is not what T3 is called: 第三诊所" "wrong.csv:5: 2023-08-20 is still to come" \
    "wrong.csv:8: no report of T9 is expected" "wrong.csv has 3 mistakes"
  fill T4 2023-02-20 合格 合格 合格 >early.csv
  on 2023-05-28 collect --paper early.csv --round r2
  expect 65 "early.csv:2: 2023-02-20 is not in the round that --round names" "early.csv has 1 mistakes"
}
