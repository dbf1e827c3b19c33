#!/usr/bin/env bats
# What an office makes of files that are not what they seem: names, links, sizes, figures, and files
# that are gone from the inbox.
load helper
load supervised
load crafted

setup() {
  begin_test
  unset ZICHA_PASSPHRASE ZICHA_BY
  make_supervised_office
}

take() { "$ZICHA" -C c --today "$1" collect "${@:2}" >/dev/null 2>&1 || [ $? -eq 1 ]; }
t1=mail/T1-2023-03-20.zrep

# Whether the report of T1 that is made so counts: its state. of_t1 RECORD-FILTER FIGURES-FILTER
of_t1() {
  craft "$t1" made.zrep T1/keys/facility.key T1 "$1" "$2"
  take 2023-03-28 made.zrep
  states c | cut -d '|' -f 5
  rm -rf c && cp -a "$BATS_FILE_TMPDIR/made/c" c
}

@test "a report is what its bytes are, whatever it is called and whichever name came first" {
  mkdir first
  cp "$t1" first/T1.md
  take 2023-03-28 first
  [ "$(states c)" = "T1|zrep||r1|accepted|1" ]
  take 2023-03-28 mail
  [ "$(states c "s.facility = 'T1'")" = "T1|zrep||r1|accepted|1" ]
  good
}

@test "a report with its signature beside it is not what both make in one file" {
  unpack "$t1" parts
  "$ZICHA_BUILD/tests/signing" sign T1/keys/facility.key parts/report.md T1 \
    "$(grep -a '^<!-- zicha-record ' parts/report.md | sed 's/^<!-- zicha-record //; s/ -->$//' | jq -r .run)"
  size=$(stat -c %s parts/report.md)
  mkdir one pair
  cat parts/report.md parts/report.md.minisig >one/both.md
  { printf 'zicha-report pair %s\n' "$size" && cat one/both.md; } >one/same.md
  cp parts/report.md parts/report.md.minisig pair
  take 2023-03-28 one
  [ "$(states c | cut -d '|' -f 5 | sort | paste -sd ' ')" = "unreadable unsigned" ]
  take 2023-03-28 pair
  [ "$(states c "s.counts = 1")" = "T1|md||r1|accepted|1" ]
  good
}

@test "a report that was taken out of a submitted file is told to be that" {
  unpack "$t1" parts
  mkdir in && cp parts/report.md parts/report.md.minisig in
  run "$ZICHA" -C c --today 2023-03-28 collect in
  expect 1 "tampered with: 1"
  run "$ZICHA" -C c collect list
  expect 0 "collect the .zrep itself"
}

@test "what could not be read is read again, in its place" {
  take 2023-03-28 mail
  sql "UPDATE collected SET fault = 'unreadable', kind = 'md' WHERE facility = 'T1'"
  run "$ZICHA" -C c --today 2023-03-30 collect mail
  expect 0 "1 new, 1 known already"
  [ "$(sql "SELECT received FROM collected WHERE facility = 'T1'")" = 2023-03-28 ]
  good
}

@test "no link is followed, and none beside a report" {
  unpack "$t1" parts
  echo secret >secret.txt
  mkdir in && cp parts/report.md in/r.md
  ln -s ../secret.txt in/r.md.minisig
  ln -s "../$t1" in/linked.zrep
  run "$ZICHA" -C c --today 2023-03-28 collect in
  expect 1 "1 files read: 1 new" "2 links, devices or folders were not looked into" "unsigned: 1"
  run grep -r secret c/inbox
  [ "$status" -eq 1 ]
  # A path that people name may be a link.
  run "$ZICHA" -C c --today 2023-03-28 collect in/linked.zrep
  expect 1 "accepted: 1"
}

@test "the office's own inbox is not collected" {
  take 2023-03-28 mail
  mkdir all && mv mail c all && ln -s all/c c
  run "$ZICHA" -C c --today 2023-03-30 collect all
  expect 0 "2 files read: 0 new, 2 known already" "own inbox/ was not looked into"
  never "another name"
  run "$ZICHA" -C c --today 2023-03-30 collect c/inbox/sha256
  expect 2 "0 files read"
  run "$ZICHA" -C c --today 2023-03-30 collect list
  expect 0 "0 files"
}

@test "files above 64 MiB are told apart by what is in them" {
  mkdir -p in/a in/b
  printf a >in/a/big.zrep && printf b >in/b/big.zrep
  truncate -s 65M in/a/big.zrep in/b/big.zrep
  run "$ZICHA" -C c --today 2023-03-28 collect in
  expect 1 "2 files read: 2 new" "unreadable: 2"
  run "$ZICHA" -C c --today 2023-03-28 collect in
  expect 1 "2 files read: 0 new, 2 known already"
}

@test "figures are held against the record, though the sender has signed both" {
  [ "$(of_t1 . .)" = accepted ]
  local zero='.ledger.figures |= with_entries(if .value | type == "number" then .value = 0 else . end)'
  [ "$(of_t1 . ".ledger.seq = 99 | $zero")" = tampered ]
  [ "$(of_t1 . 'del(.ledger)')" = tampered ]
  [ "$(of_t1 'del(.ledger)' 'del(.ledger)')" = unreadable ]
  [ "$(of_t1 . '.ledger.seq = 1')" = tampered ]
  [ "$(of_t1 . '.ledger.figures.closed = 2')" = tampered ]
  [ "$(of_t1 . '.ledger.seq = 99 | .ledger.figures.closed = 1')" = tampered ]
  [ "$(of_t1 '.totals.items = 100' '.totals.items = 100')" = tampered ]
  [ "$(of_t1 '.totals.applicable = 1' '.totals.applicable = 1')" = tampered ]
  # Steps that were taken between the report and its submission.
  [ "$(of_t1 . '.ledger.seq = 99 | .ledger.hash = "later" | .ledger.figures.rectified = 1')" = accepted ]
}

@test "what a county says of its facilities agrees with itself" {
  take 2023-03-28 mail
  zicha -C c --today 2023-04-05 submit --round r1 --out county.zrep
  local filter wanted
  while read -r wanted filter; do
    rm -rf k && make_office k K1 city "$plans/city/test"
    { echo "$roster_head"; row C1 某c卫生健康局 卫生健康行政部门 c; } >city.csv
    zicha -C k --today 2023-01-01 roster import city.csv
    craft county.zrep made.zrep c/keys/office.key C1 "$filter" '.'
    "$ZICHA" -C k --today 2023-04-08 collect made.zrep || [ $? -eq 1 ]
    [ "$(states k "via = ''" | cut -d '|' -f 5)" = "$wanted" ] || { echo "$filter" && return 1; }
  done <<'END'
accepted .
tampered .facilities[0].figures += {found: 0, rectified: 77}
tampered .facilities[1].figures += {refund_self: "999999.00"}
tampered .facilities[0].figures.items = 9
tampered .facilities[0].day = "2026-03-20"
tampered .facilities[0].received = "2023-03-01"
tampered .facilities[0].received = "2023-04-06"
tampered .facilities[0].received = ""
tampered .facilities[0].day = "2022-12-31"
tampered .facilities[3].expected = 0
END
}

@test "of what nobody vouches for only that it was here is kept, until a person takes it" {
  craft "$t1" made.zrep T1/keys/facility.key T1 \
    '.problems = [range(1; 501) as $i | .problems[0] + {no: $i}] | .ledger.seq = 600' \
    '.ledger.seq = 699 | .ledger.hash = "later" | .ledger.figures += {found: 500, counted: 500}'
  zicha -C T2 key new --force --no-passphrase >/dev/null 2>&1 ||
    { rm T2/keys/* && zicha -C T2 key new --no-passphrase >/dev/null 2>&1; }
  craft made.zrep foreign.zrep T2/keys/facility.key T1 . .
  take 2023-03-28 foreign.zrep
  [ "$(states c)" = "T1|zrep||r1|foreign_key|0" ]
  [ "$(sql 'SELECT brief, found FROM collected')" = "1|500" ]
  [ "$(sql 'SELECT count(*) FROM collected_problem')" = 0 ]
  good
  zicha -C c --today 2023-03-28 collect allow "$(sql 'SELECT file FROM collected')" --reason 电话核实 --by 李某
  [ "$(states c)" = "T1|zrep||r1|allowed|1" ]
  [ "$(sql 'SELECT count(*) FROM collected_problem')" = 500 ]
  good
}

@test "what a person allows and what is nothing when it is read whole does not count, and that is said" {
  craft "$t1" made.zrep T1/keys/facility.key T1 \
    '.problems = [range(1; 501) as $i | .problems[0] + {no: $i}] | .ledger.seq = 9' \
    '.ledger.seq = 699 | .ledger.hash = "later" | .ledger.figures += {found: 500, counted: 500}'
  rm T2/keys/* && zicha -C T2 key new --no-passphrase >/dev/null 2>&1
  craft made.zrep foreign.zrep T2/keys/facility.key T1 . .
  take 2023-03-28 foreign.zrep
  run "$ZICHA" -C c --today 2023-03-28 collect allow "$(sql 'SELECT file FROM collected')" --reason 电话核实 --by 李某
  expect 65 "read as a whole the file is" "its ledger ends before its problems do"
  [ "$(states c)" = "T1|zrep||r1|tampered|0" ]
  good
}

@test "an unsigned report is taken of a facility without a key, and of no other" {
  echo 'unsigned: accept' >>c/office.yaml
  site T3 第三诊所 诊所
  "$ZICHA" -C T3 --today 2023-03-20 answer posted=是 sampled=30/0 trained=是
  "$ZICHA" -C T3 --today 2023-03-20 report >/dev/null 2>&1
  "$ZICHA" -C T3 --today 2023-03-20 submit --unsigned --out T3.zrep --by 办公室
  unpack "$t1" parts && cp parts/report.md T1.md
  take 2023-03-28 T3.zrep T1.md
  [ "$(states c)" = "T1|md||r1|unsigned|0
T3|zrep||r1|accepted|1" ]
  run "$ZICHA" -C c collect list
  expect 0 "signed by nobody, and the facility has a key"
  good
  # It stays good when the facility has a key later.
  zicha -C c --today 2023-04-01 roster trust T3 T3/keys/facility.pub --reason 电话核实 --by 李某
  [ "$(states c "s.facility = 'T3'")" = "T3|zrep||r1|accepted|1" ]
}

@test "a key that has ended is good for what had come by then" {
  take 2023-03-25 "$t1"
  craft "$t1" dated_back.zrep T1/keys/facility.key T1 '.run = "1111"' '.run = "1111"'
  cp -a T1 stolen && rm T1/keys/* && zicha -C T1 key new --no-passphrase >/dev/null 2>&1
  zicha -C c --today 2023-03-28 roster trust T1 T1/keys/facility.pub --reason 电话核实 --by 李某
  [ "$(states c)" = "T1|zrep||r1|accepted|1" ]
  take 2023-03-29 dated_back.zrep
  [ "$(states c)" = "T1|zrep||r1|accepted|1
T1|zrep||r1|foreign_key|0" ]
  run "$ZICHA" -C c collect list
  expect 0 "trusted until 2023-03-28 only, and came on 2023-03-29" "collect allow"
  # The first key again: messages name the one that is trusted by now.
  zicha -C c --today 2023-03-30 roster trust T1 stolen/keys/facility.pub --reason 电话核实 --by 李某
  craft "$t1" other.zrep T2/keys/facility.key T1 . .
  take 2023-03-30 other.zrep
  run "$ZICHA" -C c collect list
  expect 0 "the facility's key is $(sed -n '1s/.* //p' stolen/keys/facility.pub)"
  good
}

@test "a file that is gone from the inbox stops nothing, and is taken back when it comes again" {
  take 2023-03-28 mail
  rm -rf T1/keys && zicha -C T1 key new --no-passphrase >/dev/null 2>&1
  craft "$t1" new.zrep T1/keys/facility.key T1 '.run = "1111" | .today = "2023-03-21"' \
    '.run = "1111" | .today = "2023-03-21"'
  take 2023-03-28 new.zrep
  mv c/inbox away && mkdir c/inbox
  run "$ZICHA" -C c --today 2023-03-29 roster trust T1 T1/keys/facility.pub --reason 电话核实 --by 李某
  expect 0 "is trusted from 2023-03-29" "1 files that are to be read again cannot be read in inbox/, such as new.zrep" \
    "collect them again"
  run "$ZICHA" -C c --today 2023-03-29 collect list
  expect 0 "could not be read again since that is trusted"
  run "$ZICHA" -C c --today 2023-03-30 collect mail
  expect 1 "2 of the known ones were gone from inbox/ and were put back"
  run "$ZICHA" -C c --today 2023-03-30 collect new.zrep
  expect 0 "1 of the known ones were gone from inbox/"
  [ "$(sql "SELECT count(*) FROM collected WHERE signer = ''")" = 0 ]
  good
}

@test "a plan that is taken into use while the inbox is away is not forgotten" {
  mkdir -p packages/second
  cp -R packages/city packages/county packages/second
  sed -i 's/^version: .*/version: "2"/' packages/second/county/test/plan.yaml
  zicha -C T1 plan use packages/second/county/test >/dev/null
  send T1 2023-03-22
  take 2023-03-28 mail/T1-2023-03-22.zrep
  [ "$(states c)" = "T1|zrep||r1|foreign_plan|0" ]
  zicha -C c plan use packages/second/county/test
  mv c/inbox away
  run "$ZICHA" -C c --today 2023-03-28 collect list
  expect 0 "cannot be read in inbox/" "other plan"
  mv away c/inbox
  run "$ZICHA" -C c --today 2023-03-28 collect list
  expect 0 "0 files"
  [ "$(states c)" = "T1|zrep||r1|accepted|1" ]
  good
}

@test "a report by itself with a long name that is no UTF-8 is read again all the same" {
  unpack "$t1" parts
  mkdir in
  cp parts/report.md "in/$(printf '\xd6\xd0%.0s' {1..120}).md"
  take 2023-03-28 in
  [ "$(states c)" = "T1|md||r1|unsigned|0" ]
  good
  zicha -C c collect allow "$(sql 'SELECT file FROM collected')" --reason 当面核对 --by 李某
  [ "$(states c)" = "T1|md||r1|allowed|1" ]
  good
}
