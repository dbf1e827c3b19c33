#!/usr/bin/env bats
# submit, receipt import, report --corrects: a report leaves the house, and what comes back.
load helper
load dated

setup() {
  begin_test
  unset ZICHA_PASSPHRASE ZICHA_BY
  make_dated
  (cd w && zicha key new --no-passphrase) >/dev/null 2>&1
}

need_minisign() { command -v minisign >/dev/null || skip "minisign is not installed"; }

on() { run "$ZICHA" -C w --today "$@"; }

# Silently, and it has to work.
as_of() { zicha -C w --today "$@" >/dev/null 2>&1; }

write_report() { as_of "$1" report "${@:2}"; }

# The report's path of a day.
report_of() { echo w/reports/*-"$1"-*/report.md; }

# sent: a report of 10 May, submitted on the 12th as a.zrep.
sent() {
  write_report 2023-05-10
  as_of 2023-05-12 submit --out a.zrep --by 办公室
  report=$(sha256sum <"$(report_of 2023-05-10)" | cut -d ' ' -f 1)
}

status_of() { zicha -C w --today "$1" status --format json | jq -r ".plans[0] | $2"; }

problem_of() { zicha -C w --today 2023-06-30 problem list --view all --format json | jq -r ".problems[0].$1"; }

# part NAME FILE: a part of the submitted file.
part() {
  LC_ALL=C awk -v name="$1" '
    /^part / && bytes <= 0 { here = $2 == name; bytes = $3 + 1; next }
    bytes > 0 { bytes -= length($0) + 1; if (here) print }' "$2" | head -c "$(LC_ALL=C grep -a "^part $1 " "$2" | cut -d ' ' -f 3)"
}

# receipt STATE [KEY VALUE]…: a receipt for $report, canonical, in r.json.
receipt() {
  jq -cnS --arg report "$report" --arg state "$1" '{zicha: "receipt/1", office: "县卫生健康局",
    facility: "T1", plan: "county/test", report: $report, received: "2023-05-15", state: $state}' >r.json
  shift
  while [ $# -gt 0 ]; do
    jq -cS --arg key "$1" --arg value "$2" '.[$key] = $value' r.json >r.new
    mv r.new r.json
    shift 2
  done
}

receive() { run "$ZICHA" -C w --today 2023-05-20 receipt import r.json --by 办公室 "$@"; }

# ---- submit --------------------------------------------------------------------------

@test "the file holds the report as it is, and minisign finds its signature good" {
  need_minisign
  sent
  part report.md a.zrep >report.md
  part report.md.minisig a.zrep >report.md.minisig
  part figures.json a.zrep >figures.json
  cmp report.md "$(report_of 2023-05-10)"
  run minisign -V -p w/keys/facility.pub -m report.md
  expect 0 "facility:T1 run:" "figures:$(sha256sum <figures.json | cut -d ' ' -f 1)"
}

@test "the figures say which report they are of, and where the ledger stood" {
  sent
  part figures.json a.zrep >figures.json
  [ "$(jq -r '[.zicha, .report, .facility.code, .plan.id, .today, .ledger.today] | @csv' figures.json)" = \
    "\"figures/1\",\"$report\",\"T1\",\"county/test\",\"2023-05-10\",\"2023-05-12\"" ]
  [ "$(jq -r '[.totals.problem, .ledger.figures.found, .ledger.figures.reported] | @csv' figures.json)" = 1,1,0 ]
}

@test "the first submission that holds a problem is the day on which it was reported" {
  write_report 2023-05-10
  [ "$(problem_of reported)" = null ]
  on 2023-05-12 submit --out a.zrep --by 办公室
  expect 0 "wrote a.zrep: reports/" "1 problems are reported for the first time"
  [ "$(problem_of reported)" = 2023-05-12 ]
  write_report 2023-05-14
  on 2023-05-15 submit --out b.zrep --by 办公室
  expect 0 "0 problems are reported for the first time"
  [ "$(problem_of reported)" = 2023-05-12 ]
}

@test "a problem that was found after the report was written is not reported by it" {
  write_report 2023-05-10
  as_of 2023-05-11 answer trained=否
  as_of 2023-05-11 check || [ $? = 1 ]
  on 2023-05-12 submit --out a.zrep --by 办公室
  expect 0 "1 problems are reported for the first time" "something was checked after this report was written"
  [ "$(status_of 2023-05-12 .ledger.found)" = 2 ]
  [ "$(zicha -C w problem list --view reported --format json | jq '.problems | length')" = 1 ]
}

@test "what is dismissed is reported by nobody" {
  write_report 2023-05-10
  as_of 2023-05-10 problem dismiss 1 --reason 不属实 --by 张某
  write_report 2023-05-11
  on 2023-05-12 submit --out a.zrep --by 办公室
  expect 0 "0 problems are reported for the first time"
  [ "$(problem_of reported)" = null ]
}

@test "the same report once more: told, no second event, and the same file again" {
  sent
  on 2023-05-20 submit --out b.zrep --by 办公室
  expect 0 "this report was submitted on 2023-05-12 already"
  cmp a.zrep b.zrep
  [ "$(status_of 2023-05-20 '.submissions | length')" = 1 ]
}

@test "a crash between file and ledger is mended by the same command: one event, the same file" {
  write_report 2023-05-10
  cp w/zicha.db before.db
  as_of 2023-05-12 submit --out a.zrep --by 办公室
  cp a.zrep first.zrep
  cp before.db w/zicha.db
  [ "$(status_of 2023-05-12 '.submissions | length')" = 0 ]
  as_of 2023-05-13 problem verify 1 --verdict true --by 张某
  on 2023-05-13 submit --out a.zrep --by 办公室
  expect 0 "a.zrep was there already, with this report" "1 problems are reported for the first time"
  cmp a.zrep first.zrep
  [ "$(status_of 2023-05-13 '.submissions | length')" = 1 ]
}

@test "no other file is overwritten, and then the ledger stays as it was" {
  write_report 2023-05-10
  echo 别的 >a.zrep
  on 2023-05-12 submit --out a.zrep --by 办公室
  expect 73 "a.zrep is there already and holds something else"
  [ "$(cat a.zrep)" = 别的 ]
  [ "$(status_of 2023-05-12 '.submissions | length')" = 0 ]
}

@test "without a file that can be written there is no event" {
  write_report 2023-05-10
  on 2023-05-12 submit --out nowhere/a.zrep --by 办公室
  [ "$status" -ne 0 ]
  [ "$(status_of 2023-05-12 '.submissions | length')" = 0 ]
}

@test "without a key it is refused with how to make one; --unsigned says so in the file" {
  write_report 2023-05-10
  rm -r w/keys
  on 2023-05-12 submit --out a.zrep --by 办公室
  expect 64 "there is no key to sign with" "zicha key new" --unsigned
  [ ! -e a.zrep ]
  on 2023-05-12 submit --out a.zrep --by 办公室 --unsigned
  expect 0 "signed by nobody"
  [ "$(part report.md.minisig a.zrep)" = unsigned ]
  [ "$(status_of 2023-05-12 '.submissions[0] | has("key")')" = false ]
}

@test "a locked key takes its passphrase from ZICHA_PASSPHRASE, a wrong one writes nothing" {
  write_report 2023-05-10
  (cd w && printf '口令\n' | zicha key new locked) >/dev/null 2>&1
  ZICHA_PASSPHRASE=错 on 2023-05-12 submit --out a.zrep --by 办公室 --key w/keys/locked.key
  expect 77
  [ ! -e a.zrep ]
  ZICHA_PASSPHRASE=口令 on 2023-05-12 submit --out a.zrep --by 办公室 --key w/keys/locked.key
  expect 0 "wrote a.zrep"
}

@test "whoever submits is named, and known to people.yaml" {
  write_report 2023-05-10
  on 2023-05-12 submit --out a.zrep
  expect 65 "who does it is missing"
  printf 'people:\n  - {name: 张某}\n' >w/people.yaml
  on 2023-05-12 submit --out a.zrep --by 李某
  expect 65 "people.yaml does not know 李某"
  [ ! -e a.zrep ]
  on 2023-05-12 submit --out a.zrep --by 张某
  expect 0
}

@test "a report whose record was changed, cut off or taken away is refused" {
  write_report 2023-05-10
  file=$(report_of 2023-05-10)
  cp "$file" whole.md
  tampered() {
    on 2023-05-12 submit --out a.zrep --by 办公室
    expect 65 "$1"
    [ ! -e a.zrep ]
    cp whole.md "$file"
  }
  sed -i '$s/"problem":1/"problem":0/' "$file"
  tampered "its record is not that of its run"
  sed -i '$s/"count":1/"count": 1/' "$file"
  tampered "the record in its last line is not as zicha wrote it"
  truncate -s -10 "$file"
  tampered "the record in its last line is not as zicha wrote it"
  echo 后来的话 >>"$file"
  tampered "the record in its last line is not as zicha wrote it"
  sed -i '$d' "$file"
  tampered "the record in its last line is not as zicha wrote it"
  sed -i '$s/"seq":1/"seq":0/' "$file"
  tampered "with another ledger"
  : >"$file"
  tampered "the record in its last line is not as zicha wrote it"
  sed -i '2s/^/填好的一行/' "$file" # what people fill in above it is theirs
  on 2023-05-12 submit --out a.zrep --by 办公室
  expect 0
}

@test "a report of another workspace or facility is refused" {
  write_report 2023-05-10
  cp -r w v
  sed -i 's/^code: .*/code: T2/' v/facility.yaml
  run "$ZICHA" -C v --today 2023-05-12 submit --out a.zrep --by 办公室
  expect 65 "is a report of the facility T1; facility.yaml has the code T2"
  zicha init u --plan p --facility facility.yaml >/dev/null
  cp -r w/reports u/
  run "$ZICHA" -C u --today 2023-05-12 submit --out a.zrep --unsigned --by 办公室 "$(cd u && echo reports/*/report.md)"
  expect 65 "is kept in this workspace"
  [ ! -e a.zrep ]
}

@test "a report is named as report prints it, or beneath the workspace; outside it is refused" {
  write_report 2023-05-10
  cp "$(report_of 2023-05-10)" outside.md
  on 2023-05-12 submit ../outside.md --out a.zrep --by 办公室
  expect 66 "leads outside its folder"
  on 2023-05-12 submit "$(report_of 2023-05-10)" --out a.zrep --by 办公室
  expect 0
  on 2023-05-12 submit "$(cd w && echo reports/*/report.md)" --out b.zrep --by 办公室
  expect 0 "already"
}

@test "a report of a day to come, and one that nobody has written, are refused" {
  on 2023-05-12 submit --out a.zrep --by 办公室
  expect 66 "there is no report of the plan county/test yet"
  write_report 2023-05-20
  on 2023-05-12 submit --out a.zrep --by 办公室
  expect 65 "still to come"
}

@test "of two plans each has its own reports and problems" {
  cp -r p q
  sed -i 's|id: county/test|id: county/other|' q/plan.yaml
  zicha -C w plan use q >/dev/null
  as_of 2023-05-10 answer --plan county/other trained=否
  write_report 2023-05-10
  on 2023-05-12 submit --out a.zrep --by 办公室
  expect 64 "several plans are in use"
  on 2023-05-12 submit --plan county/other --out a.zrep --by 办公室
  expect 0 "1 problems are reported for the first time"
  [ "$(zicha -C w problem list --view reported --format json | jq -r '[.problems[].plan] | @csv')" = '"county/other"' ]
  on 2023-05-12 submit --plan county/test --out b.zrep --by 办公室 "$(cd w && echo reports/other-*/report.md)"
  expect 65 "is a report of the plan county/other, not of county/test"
  on 2023-05-12 submit --plan county/test --out b.zrep --by 办公室
  expect 0 "1 problems"
  [ "$(zicha -C w status --format json | jq -r '[.plans[].submissions | length] | @csv')" = 1,1 ]
}

@test "a submission fulfils the duty that it names; a wrong one is refused" {
  write_report 2023-05-10
  on 2023-05-12 submit --out a.zrep --by 办公室 --duty progres
  expect 64 "the facility has no duty progres" "did you mean progress?"
  on 2023-05-12 submit --out a.zrep --by 办公室 --duty bulletin
  expect 64 "known: own_plan, progress, matters"
  on 2023-05-12 submit --out a.zrep --by 办公室 --duty own_plan
  expect 0
  on 2023-05-15 status
  never OVERDUE
  expect 0 "due in 10 days: 工作进展统计表 (2023-05-25)"
}

@test "a report that comes again is owed again after the next deadline" {
  write_report 2023-05-10
  as_of 2023-05-12 submit --out a.zrep --by 办公室 --duty progress
  [ "$(status_of 2023-05-15 '.due[0] | [.id, .due, .left] | @csv')" = '"progress","2023-06-25",41' ]
  [ "$(status_of 2023-05-26 '.due[0] | [.id, .due] | @csv')" = '"progress","2023-06-25"' ]
  [ "$(status_of 2023-09-26 '[.overdue[].id] | sort | @csv')" = '"own_plan","progress"' ]
  write_report 2023-09-28
  as_of 2023-09-28 submit --out b.zrep --by 办公室 --duty progress
  [ "$(status_of 2023-09-29 '[.overdue[].id] | @csv')" = '"own_plan"' ]
}

@test "verify makes the ledger again with what was submitted, and knows report and receipt" {
  sent
  receipt accepted
  receive
  run "$ZICHA" -C w verify
  expect 0
  never "nothing here knows this document"
  chmod u+w "w/evidence/sha256/${report:0:2}/$report"
  echo 别的 >>"w/evidence/sha256/${report:0:2}/$report"
  run "$ZICHA" -C w verify
  expect 65 "a.zrep"
}

@test "a path of a key that is too long is refused, not cut" {
  write_report 2023-05-10
  on 2023-05-12 submit --out a.zrep --by 办公室 --key "$(printf 'k/%.0s' $(seq 2200))"
  expect 64 "the path of the key is too long"
  [ ! -e a.zrep ]
}

# told FILTER: w/reports/told.md, the report $file with a record that jq has changed.
told() {
  {
    sed '$d' "$file"
    printf '<!-- zicha-record '
    tail -n 1 "$file" | sed 's/^<!-- zicha-record //; s/ -->$//' | jq -cS "$1" | tr -d '\n'
    printf ' -->\n'
  } >w/reports/told.md
}

# refused_told TEXT FILTER…: no submission with any of them.
refused_told() {
  local text=$1 change
  for change in "${@:2}"; do
    told "$change"
    on 2023-05-12 submit reports/told.md --out a.zrep --by 办公室
    expect 65 "$text" || { echo "with $change"; return 1; }
    [ ! -e a.zrep ]
  done
}

@test "what the record tells of problems is word for word what the ledger says" {
  write_report 2023-05-10
  file=$(report_of 2023-05-10)
  refused_told "what it tells of problem 1 is not what the ledger says" \
    '.problems[0].source = "inspection"' '.problems[0].severity = "major"' \
    '.problems[0].counted = "yes"' '.problems[0].refund = "5.00"' '.problems[0].more = 1' \
    'del(.problems[0].source)' 'del(.problems[0].certainty)' '.problems = [{no: 1}]' \
    '.problems += .problems'
  refused_told "what it tells of problem 2 is not what the ledger says" \
    '.problems += [.problems[0] | .no = 2]'
  refused_told "does not tell of problem 1, which was in the ledger" \
    '.problems = []' '.problems[0].no = 2'
  refused_told "what it tells of problem -1" '.problems = [5]' 'del(.problems[0].no)'
  refused_told "the record in its last line is not as zicha wrote it" 'del(.problems)' \
    '.problems = 5' '.problems = {}'
  refused_told "does not say where the ledger stood" 'del(.ledger)' '.ledger = 5'
  [ "$(sqlite3 w/zicha.db "SELECT count(*) FROM event WHERE action = 'submit'")" = 0 ]
  told .
  on 2023-05-12 submit reports/told.md --out a.zrep --by 办公室
  expect 0 "1 problems are reported for the first time"
}

@test "of a problem that went on since the report, the record tells how it was found, and the rest" {
  write_report 2023-05-10
  file=$(report_of 2023-05-10)
  as_of 2023-05-11 problem verify 1 --by 张某 --verdict true
  refused_told "what it tells of problem 1 is not what the ledger says" \
    '.problems[0].source = "inspection"' '.problems[0].found = "2023-05-09"' \
    'del(.problems[0].plan)' 'del(.problems[0].severity)' 'del(.problems[0].counted)' \
    'del(.problems[0].relapses)' '.problems[0].extended = "0"' '.problems[0].refund = 0'
  refused_told "does not tell of problem 1" '.problems = []'
  on 2023-05-12 submit --out a.zrep --by 办公室
  expect 0 "1 problems are reported for the first time"
}

# ---- receipts --------------------------------------------------------------------------

@test "a receipt is kept and shown; the same once more changes nothing" {
  sent
  [ "$(status_of 2023-05-20 '.submissions[0].receipts | length')" = 0 ]
  on 2023-05-20 status
  expect 0 "submitted on 2023-05-12: report ${report:0:8}, 1 problems for the first time; no receipt yet"
  receipt accepted
  receive
  expect 0 "县卫生健康局 has received the report of 2023-05-12 on 2023-05-15: accepted" "was not checked"
  hash=$(sha256sum <r.json | cut -d ' ' -f 1)
  cmp r.json "w/evidence/sha256/${hash:0:2}/$hash"
  receive
  expect 0 "this receipt was taken in on 2023-05-20 already"
  [ "$(status_of 2023-05-20 '.submissions[0].receipts | [length, .[0].receipt, .[0].state, .[0].received] | @csv')" = \
    "1,\"$hash\",\"accepted\",\"2023-05-15\"" ]
  on 2023-05-20 status
  expect 0 "receipt of 县卫生健康局, 2023-05-15: accepted"
}

@test "six commands that take in the same receipt at once leave one event" {
  sent
  receipt accepted
  for i in 1 2 3 4 5 6; do
    (zicha -C w --today 2023-05-20 receipt import r.json --by 办公室 >"out$i" 2>&1; echo $? >"status$i") 3>&- &
  done
  wait
  [ "$(sqlite3 w/zicha.db "SELECT count(*) FROM event WHERE action = 'receipt'")" = 1 ]
  [ "$(cat out? | grep -c "has received the report of 2023-05-12")" = 1 ]
  [ -z "$(cat status? | grep -vE '^(0|74)$')" ]
  run "$ZICHA" -C w verify
  expect 0
}

@test "six commands that submit the same report at once leave one event" {
  write_report 2023-05-10
  for i in 1 2 3 4 5 6; do
    zicha -C w --today 2023-05-12 submit --out "$i.zrep" --by 办公室 >"out$i" 2>&1 3>&- &
  done
  wait
  [ "$(sqlite3 w/zicha.db "SELECT count(*) FROM event WHERE action = 'submit'")" = 1 ]
  [ "$(cat out? | grep -c "1 problems are reported for the first time")" = 1 ]
}

@test "a receipt that the named key has signed is trusted, another or a changed one is not" {
  need_minisign
  sent
  (zicha key new --no-passphrase office && zicha key new --no-passphrase other) >/dev/null 2>&1
  receipt accepted
  receive --key office.pub
  expect 77 "r.json.minisig is not there"
  minisign -S -W -s office.key -m r.json >/dev/null 2>&1 || minisign -S -s office.key -m r.json </dev/null >/dev/null 2>&1
  receive --key other.pub
  expect 77
  cp r.json.minisig kept
  receipt late
  cp kept r.json.minisig
  receive --key office.pub
  expect 77
  [ "$(status_of 2023-05-20 '.submissions[0].receipts | length')" = 0 ]
  receipt accepted
  receive --key office.pub
  expect 0
  [ "$(status_of 2023-05-20 '.submissions[0].receipts[0] | has("key")')" = true ]
}

@test "a receipt that does not fit is refused and changes nothing" {
  sent
  refuse() {
    receive
    expect 65 "$1"
    [ "$(status_of 2023-05-20 '.submissions[0].receipts | length')" = 0 ]
  }
  receipt accepted report "$(printf '0%.0s' {1..64})"
  refuse "was not submitted from here"
  receipt accepted facility T2
  refuse "is a receipt for the facility T2"
  receipt accepted plan county/other
  refuse "is for the plan county/other"
  receipt accepted received 2023-05-11
  refuse "it was submitted on 2023-05-12"
  receipt accepted received 2023-05-21
  refuse "still to come on 2023-05-20"
  receipt accepted received 2023-02-30
  refuse "the day on which the report was received is none"
  receipt "not a word"
  refuse "its state is none"
  receipt accepted more 1
  refuse "something that a receipt does not have"
  receipt accepted zicha receipt/2
  refuse "it does not say that it is a receipt/1"
  receipt accepted
  jq -S . r.json >r.new && mv r.new r.json
  refuse "it is not one line as zicha writes it"
  echo '{' >r.json
  refuse "it is no JSON"
  : >r.json
  refuse "it is no JSON"
}

@test "a report that the office has returned fulfils no duty" {
  write_report 2023-05-10
  as_of 2023-05-12 submit --out a.zrep --by 办公室 --duty own_plan
  report=$(sha256sum <"$(report_of 2023-05-10)" | cut -d ' ' -f 1)
  [ "$(status_of 2023-05-20 '.overdue | length')" = 0 ]
  receipt returned note 附件不全
  receive
  expect 0 "returned for correction"
  [ "$(status_of 2023-05-20 '[.overdue[].id] | @csv')" = '"own_plan"' ]
  [ "$(status_of 2023-05-20 '.submissions[0].receipts[0].note')" = 附件不全 ]
}

# ---- corrections -------------------------------------------------------------------------

@test "a correction names the report that it corrects, in words, record and ledger" {
  sent
  on 2023-05-16 report --corrects "${report:0:8}" --reason "整改数 <误>"
  expect 0
  file=$(report_of 2023-05-16)
  grep -q '^## 更正说明$' "$file"
  grep -q "2023年5月12日报送的自查整改报告（校验值${report:0:16}）" "$file"
  tail -n 1 "$file" | sed 's/^<!-- zicha-record //; s/ -->$//' >record.json
  [ "$(jq -r '.corrects | [.report, .submitted, .reason] | @csv' record.json)" = "\"$report\",\"2023-05-12\",\"整改数 <误>\"" ]
  on 2023-05-16 submit --out b.zrep --by 办公室
  expect 0
  [ "$(status_of 2023-05-16 '.submissions[1].corrects.report')" = "$report" ]
  [ "$(part figures.json b.zrep | jq -r .corrects.reason)" = "整改数 <误>" ]
  sed -i '$s/"reason":"[^"]*"/"reason":"别的"/; $s/2023-05-12/2023-05-11/' "$file"
  on 2023-05-16 submit --out c.zrep --by 办公室
  expect 65 "what the report says of its correction was changed"
}

@test "a correction of nothing, without a reason or of another plan's report is refused" {
  sent
  refuse() {
    on 2023-05-16 report "${@:3}"
    expect "$1" "$2"
    [ -z "$(find w/reports -name '*2023-05-16*')" ]
  }
  refuse 64 "say why the report is corrected" --corrects "$report"
  refuse 64 "say why the report is corrected" --corrects "$report" --reason " "
  refuse 64 "say which report is corrected" --reason 有误
  refuse 64 "is no SHA-256 of a report" --corrects "${report:0:7}" --reason 有误
  refuse 64 "is no SHA-256 of a report" --corrects 不是十六进制 --reason 有误
  refuse 65 "was submitted from here" --corrects 00000000 --reason 有误
  cp -r p q
  sed -i 's|id: county/test|id: county/other|' q/plan.yaml
  zicha -C w plan use q >/dev/null
  refuse 65 "is of the plan county/test, not of county/other" --plan county/other --corrects "$report" --reason 有误
}

@test "in Chinese" {
  export ZICHA_LANG=zh
  sent
  on 2023-05-20 status
  expect 0 "2023-05-12报送"
  receipt accepted
  receive
  expect 0 "县卫生健康局" "已接收"
}
