#!/usr/bin/env bats
# Reporting upward: a county signs what counts of its facilities, a city takes it in by the plan that
# the county's extends; what is reported twice counts once.
load helper
load supervised

setup() {
  begin_test
  unset ZICHA_PASSPHRASE ZICHA_BY
  make_supervised_office
}

take() { "$ZICHA" -C "$1" --today "$2" collect "${@:3}" >/dev/null 2>&1 || [ $? -eq 1 ]; }

# The county's report of round 1, as it stood on 5 April: county.zrep
report_upward() {
  take c 2023-03-28 mail
  "$ZICHA" -C c --today 2023-04-05 submit --round r1 --out county.zrep >/dev/null
}

# The city k, by the plan that the county's extends: C1 reports to it, and facilities by the
# rows that are given.
make_city() {
  make_office k K1 city "$plans/city/test"
  { echo "$roster_head"; row C1 某c卫生健康局 卫生健康行政部门 c; printf '%s\n' "$@"; } >city.csv
  zicha -C k --today 2023-01-01 roster import city.csv
}

record_of() { grep -a '^<!-- zicha-record ' "$1" | sed 's/^<!-- zicha-record //; s/ -->$//'; }

@test "submit in an office signs one file with a table for people and a record for programs" {
  report_upward
  record_of county.zrep >record.json
  [ "$(jq -r '[.zicha, .office.code, .round.id, .plan.id, .plan.chain[0].id, .totals.expected, .totals.here] | join(" ")' record.json)" = \
    "office/1 C1 r1 county/test city/test 4 2" ]
  [ "$(jq -r '.facilities[] | [.code, .state, .letters // "-"] | join(" ")' record.json)" = \
    "T1 accepted XXP
T2 accepted PPC
T3 missing -
T4 missing -" ]
  [ "$(jq -c '.entries | map(.id)' record.json)" = '["posted","sampled","trained"]' ]
  grep -aq '^| 4 | 诊所 | 城关镇 | T4 | 第四诊所 | 未报送 | — | — | — | — | — | — | — |' county.zrep
  grep -aq 'trusted comment: zicha:1 facility:C1 run:' county.zrep
  run "$ZICHA" -C c verify
  expect 0 "everything is as it was written"
}

@test "the same round again gives the same bytes and no second event; another file is never overwritten" {
  report_upward
  cp county.zrep before.zrep
  run "$ZICHA" -C c --today 2023-04-05 submit --round r1 --out county.zrep
  expect 0 "county.zrep was there already, with this report"
  zicha -C c --today 2023-04-05 submit --round r1 --out other.zrep
  cmp county.zrep other.zrep
  cmp county.zrep before.zrep
  [ "$(sqlite3 c/zicha.db "SELECT count(*) FROM event WHERE action = 'office_submit'")" = 1 ]
  run "$ZICHA" -C c --today 2023-04-06 submit --round r1 --out county.zrep
  expect 73 "holds something else"
}

@test "the city finds the county's facilities by the plan that the county's extends" {
  report_upward
  make_city
  run "$ZICHA" -C k --today 2023-04-08 collect county.zrep
  expect 0 "1 files read: 1 new" "accepted: 1" "1 files have another state than before, or their first one"
  [ "$(states k)" = "C1|office||r1|accepted|1
T1|office|C1|r1|accepted|1
T2|office|C1|r1|accepted|1" ]
  # trained is the county's own item; the city's checklist has two.
  [ "$(sqlite3 k/zicha.db "SELECT facility, statuses, day, received, problems, found FROM collected WHERE via = 'C1' ORDER BY 1")" = \
    "T1|XX|2023-03-20|2023-03-28|2|2
T2|PP|2023-03-25|2023-03-28|0|0" ]
  [ "$(sqlite3 k/zicha.db "SELECT item, entry, state FROM collected_problem ORDER BY no")" = "posted|0|found
sampled|1|found" ]
  [ "$(sqlite3 k/zicha.db "SELECT entry, count, population FROM collected_finding WHERE entry = 1")" = "1|2|30" ]
  run "$ZICHA" -C k --today 2023-04-08 collect county.zrep
  expect 0 "1 files read: 0 new, 1 known already"
  run "$ZICHA" -C k verify
  expect 0 "and at 1 files in inbox/" "everything is as it was written"
}

@test "offices are no facilities: who is urged are theirs, and offices that are silent" {
  make_city
  zicha -C k --today 2023-04-15 collect urge --round r1 --format markdown >urge.md
  grep -q '尚无已知的应报机构。下级卫生健康行政部门1家尚未报送汇总' urge.md
  run grep 应报0家 urge.md
  [ "$status" -eq 1 ]
  grep -q '^| C1 | 某c卫生健康局 | 张主任 | 0000-5678 |' urge.md
  report_upward
  take k 2023-04-08 county.zrep
  zicha -C k --today 2023-04-15 collect urge --round r1 --format markdown >urge.md
  grep -q '应报4家，已计入2家，未报送2家（未收到来文2家，来文未计入0家）' urge.md
  run grep -q '^| C1 |' urge.md
  [ "$status" -eq 1 ]
  grep -q '^| 诊所 | 城关镇 | T3 | 第三诊所 | 由某c卫生健康局催报 | — | 5 |' urge.md
}

@test "a facility that is reported directly and through the county is flagged and counts once" {
  report_upward
  make_city "$(row T1 第一卫生院 乡镇卫生院 T1)"
  take k 2023-04-08 county.zrep
  take k 2023-04-08 mail/T1-2023-03-20.zrep
  [ "$(states k "s.facility = 'T1'")" = "T1|office|C1|r1|twice|0
T1|zrep||r1|accepted|1" ]
  run "$ZICHA" -C k collect list --state twice
  expect 0 "reported twice  T1" "C1 reports of the facility, whose report of 2023-03-20 is here"
  # The other way round it is the same.
  rm -r k && make_city "$(row T1 第一卫生院 乡镇卫生院 T1)"
  take k 2023-04-08 mail/T1-2023-03-20.zrep
  take k 2023-04-08 county.zrep
  [ "$(states k "s.facility = 'T1'" | cut -d '|' -f 2,5)" = "office|twice
zrep|accepted" ]
}

@test "a facility of a county that reports directly and is not on the city's roster is sent there" {
  report_upward
  make_city
  take k 2023-04-08 county.zrep mail/T1-2023-03-20.zrep
  run "$ZICHA" -C k collect list --state unknown_facility
  expect 0 "the roster has no facility T1, and C1 reports of it: let it report there"
}

@test "a facility that two counties report is flagged and counts once" {
  report_upward
  make_office d C2 county "$plans/county/test"
  zicha -C d --today 2023-01-01 roster import roster.csv
  take d 2023-03-28 mail/T2-2023-03-25.zrep
  zicha -C d --today 2023-04-05 submit --round r1 --out other.zrep
  make_city "$(row C2 某d卫生健康局 卫生健康行政部门 d)"
  take k 2023-04-08 county.zrep other.zrep
  [ "$(states k "s.facility = 'T2'")" = "T2|office|C1|r1|accepted|1
T2|office|C2|r1|twice|0" ]
  run "$ZICHA" -C k --today 2023-04-08 collect county.zrep
  expect 1 "accepted: 2" "1 facilities of which offices report do not count"
}

@test "what was written down by hand is by hand in the city, too, and comes after what was signed" {
  "$ZICHA" -C c collect paper-form --facility T3 | sed '2,$s/^\(T3,[^,]*\),,\([^,]*\),\([^,]*\),,/\1,2023-03-20,\2,\3,合格,/' >paper.csv
  zicha -C c --today 2023-03-28 collect --paper paper.csv
  report_upward
  grep -aq '| T3 | 第三诊所 | 手工登记 |' county.zrep
  make_city
  take k 2023-04-08 county.zrep
  [ "$(states k "s.facility = 'T3'")" = "T3|paper|C1|r1|accepted|1" ]
}

@test "a corrected report of the county replaces the first; an older one after it does not" {
  report_upward
  send T2 2023-04-06 trained=是
  take c 2023-04-07 mail
  zicha -C c --today 2023-04-07 submit --round r1 --out later.zrep
  make_city
  take k 2023-04-08 later.zrep
  take k 2023-04-08 county.zrep
  [ "$(states k "s.facility = 'C1'" | sort)" = "C1|office||r1|accepted|1
C1|office||r1|superseded|0" ]
  [ "$(sqlite3 k/zicha.db "SELECT count(*) FROM standing WHERE counts = 1")" = 3 ]
  [ "$(sqlite3 k/zicha.db "SELECT count(*) FROM standing WHERE state = 'superseded'")" = 3 ]
  run "$ZICHA" -C k --today 2023-04-08 collect list --all
  expect 0 "a later report of the same office on this round, of 2023-04-07, is taken instead; if this one is right, let the office report the round again"
  never "--corrects"
}

@test "a county's report counts only with its own key, unchanged, and of an office of the roster" {
  report_upward
  make_office k K1 city "$plans/city/test"
  { echo "$roster_head"; row C1 某c卫生健康局 卫生健康行政部门 T1; } >city.csv
  zicha -C k --today 2023-01-01 roster import city.csv
  take k 2023-04-08 county.zrep
  [ "$(states k | cut -d '|' -f 1,5,6 | sort -u)" = "C1|foreign_key|0" ]
  sed 's/第四诊所/第五诊所/' county.zrep >changed.zrep
  zicha -C k roster trust C1 c/keys/office.pub --reason 电话核实 --by 李某
  [ "$(states k | cut -d '|' -f 5 | sort -u)" = accepted ]
  take k 2023-04-08 changed.zrep
  [ "$(states k "c.name = 'changed.zrep'")" = "C1|office||r1|tampered|0" ]
  rm -r k && make_office k K1 city "$plans/city/test"
  { echo "$roster_head"; row C1 某c医院 二级医院 c; } >city.csv
  zicha -C k --today 2023-01-01 roster import city.csv
  take k 2023-04-08 county.zrep
  run "$ZICHA" -C k collect list
  expect 0 "the roster has C1 as a facility"
  run "$ZICHA" -C k verify
  expect 0
}

@test "an office has to have a key, a roster and a known round" {
  rm c/keys/*
  run "$ZICHA" -C c submit --round r1 --out a.zrep
  expect 64 "keys/office.key"
  run "$ZICHA" -C c --today 2023-04-05 submit --round r1 --out a.zrep --unsigned --empty
  expect 0 "signed by nobody"
  (cd c && zicha key new --no-passphrase)
  make_city
  run "$ZICHA" -C k --today 2023-04-08 collect a.zrep
  expect 1 "unsigned: 1"
  run "$ZICHA" -C c submit --round r9 --out b.zrep --unsigned
  expect 64 "unknown round r9; known: r1 r2"
  run "$ZICHA" -C T1 submit --round r1 --out b.zrep
  expect 64 "--round is an office's"
  run "$ZICHA" -C c submit --duty x --out b.zrep --unsigned
  expect 64 "an office reports on a round"
  make_office e E1 county "$plans/county/test"
  run "$ZICHA" -C e submit --round r1 --out b.zrep
  expect 65 "there is no roster"
}

@test "the county's report gets a receipt; the facilities in it get theirs from the county" {
  report_upward
  make_city
  take k 2023-04-08 county.zrep
  run "$ZICHA" -C k --today 2023-04-08 collect receipts
  expect 0 "1 receipts were written"
  [ "$(jq -r .facility k/reports/receipts/*.json)" = C1 ]
  # The county takes it in, by a plan that extends the city's.
  run "$ZICHA" -C c --today 2023-04-09 status
  expect 0 "submitted on 2023-04-05" "of the round r1; no receipt yet"
  run "$ZICHA" -C c --today 2023-04-09 receipt import k/reports/receipts/*.json --key k/keys/office.pub --by 张某
  expect 0 "某k卫生健康局 has received the report of 2023-04-05 on 2023-04-08: accepted"
  run "$ZICHA" -C c --today 2023-04-09 receipt import k/reports/receipts/*.json --by 张某
  expect 0 "was taken in on 2023-04-09 already"
  run "$ZICHA" -C c --today 2023-04-09 status
  expect 0 "of the round r1; receipt of 某k卫生健康局, 2023-04-08: accepted"
  run "$ZICHA" -C c --today 2023-04-09 verify
  expect 0 "everything is as it was written"
  never "nothing here knows"
}

@test "what contradicts itself is told as that, though nobody has signed it and the city takes such files" {
  report_upward
  make_city
  echo 'unsigned: accept' >>k/office.yaml
  record_of county.zrep | jq -cS '.facilities[0].letters = "X"' >record.json
  { echo; printf '<!-- zicha-record %s -->\n' "$(cat record.json)"; } >report.md
  jq -cS --arg report "$(sha256sum <report.md | cut -d ' ' -f 1)" \
    '{zicha: "office-figures/1", report: $report, office, plan, round, run, today, totals}' record.json >figures.json
  echo unsigned >signature
  {
    echo "zicha-report 1"
    for part in report.md report.md.minisig figures.json; do
      file=${part/report.md.minisig/signature}
      echo "part $part $(wc -c <"$file")"
      cat "$file"
      echo
    done
  } >forged.zrep
  run "$ZICHA" -C k --today 2023-04-08 collect forged.zrep
  expect 1 "tampered with: 1"
  [ "$(sqlite3 k/zicha.db 'SELECT count(*) FROM collected')" = 1 ]
}

@test "without --round the last round that is over is reported, and an empty report wants a flag" {
  take c 2023-03-28 mail
  run "$ZICHA" -C c --today 2023-03-20 submit --out a.zrep
  expect 64 "no round is over by 2023-03-20"
  run "$ZICHA" -C c --today 2023-04-05 submit --out a.zrep
  expect 0 "the last round that is over: 第一轮" "wrote a.zrep: 第一轮, 2 of 4"
  run "$ZICHA" -C c --today 2023-04-05 submit --round r2 --out b.zrep
  expect 64 "no report of a facility counts for 第二轮" "--empty"
  run "$ZICHA" -C c --today 2023-04-05 submit --round r2 --out b.zrep --empty
  expect 0 "0 of 4 facilities"
}

@test "sums alone are reported without single problems, and the city counts them all the same" {
  take c 2023-03-28 mail
  "$ZICHA" -C c --today 2023-04-05 submit --round r1 --sums --out county.zrep >/dev/null
  [ "$(record_of county.zrep | jq -c '[.sums, (.facilities | map(has("problems")) | any)]')" = "[true,false]" ]
  make_city
  take k 2023-04-08 county.zrep
  [ "$(sqlite3 k/zicha.db "SELECT sum(problems), sum(found) FROM collected WHERE via = 'C1'")" = "2|2" ]
}

@test "a silent county is told as that, and not as a city without facilities" {
  make_city
  run "$ZICHA" -C k --today 2023-04-05 collect mail/T1-2023-03-20.zrep
  expect 1 "第一轮: 1 offices have not reported, their facilities are not among these: 某c卫生健康局" \
    "第二轮: 1 offices have not reported"
  never "0 of 0"
  run "$ZICHA" -C k --today 2023-04-15 submit --round r1 --out a.zrep
  expect 65 "none of the offices on the roster has reported for 第一轮"
}

@test "in the days when reports come in, the round that is due is told beside the one that runs" {
  run "$ZICHA" -C c --today 2023-04-05 collect mail
  expect 0 "第一轮: 2 of 4 facilities" "第二轮: 0 of 4 facilities"
  run "$ZICHA" -C c --today 2023-05-05 collect mail
  expect 0 "第二轮: 0 of 4 facilities"
  never "第一轮"
}
