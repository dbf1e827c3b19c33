#!/usr/bin/env bats
# An office takes in what facilities have sent: roster, collect, what counts and what does not.
load helper
load county

setup() {
  begin_test
  export ZICHA_LANG=en
}

# A copy of the office that has collected the whole county.
office() {
  local whole=$BATS_FILE_TMPDIR/whole
  if [ ! -d "$whole" ]; then
    make_county_office "$whole"
    collect_county "$whole"
  fi
  make_county
  cp -a "$whole" o
}

at() { run zicha -C o --today 2023-12-01 "$@"; }
sql() { sqlite3 o/zicha.db "$1"; }

# What is kept, but the clock's times and the events.
kept() {
  sqlite3 "$1/zicha.db" 'SELECT file, name, received, statuses, found, refund FROM collected ORDER BY file;
    SELECT c.file, s.round, s.state, s.counts, s.reason FROM standing s JOIN collected c ON c.no = s.report ORDER BY 1;
    SELECT * FROM arrival'
}

@test "letters, figures and problems that are kept are those of the file" {
  office
  sqlite3 -json o/zicha.db "SELECT file, statuses, found, counted, rectified, closed, overdue, due_total, on_time, refund,
    refund_self FROM collected WHERE fault = '' ORDER BY file" | jq -c '.[]' >kept.ndjson
  [ "$(wc -l <kept.ndjson)" -gt 700 ]
  jq -nr --slurpfile kept kept.ndjson --slurpfile key "$key" --slurpfile files "$files" '
    ($files | map(select(.state == "accepted") | {key: .path, value: .sha256}) | from_entries) as $hash
    | ($kept | map({key: .file, value: .}) | from_entries) as $of
    | [$key[] | select(.state == "accepted" and .on_roster) | . as $k | $of[$hash[.file]] as $got
       | select($got == null or $got.statuses != $k.statuses
           or any("found", "counted", "rectified", "closed", "overdue", "due_total", "on_time";
                  $got[.] != $k.figures[.])
           or any("refund", "refund_self"; $got[.] != ($k.figures[.] | sub("\\."; "") | tonumber)))
       | .file] | length' >wrong
  [ "$(cat wrong)" -eq 0 ]
}

@test "problems are kept as many as the records have" {
  office
  sql "SELECT c.found - (SELECT count(*) FROM collected_problem p WHERE p.report = c.no) FROM collected AS c WHERE fault = ''" |
    sort -u >differences
  [ "$(cat differences)" = 0 ]
}

@test "collecting the same folder again changes nothing" {
  office
  kept o >before
  events=$(sql 'SELECT count(*) FROM event')
  run zicha -C o --today 2023-10-15 collect "$mail"
  expect 1 "0 new"
  kept o | diff before -
  [ "$(sql 'SELECT count(*) FROM event')" -eq "$events" ]
}

@test "in whatever order the files come, the same is made of them" {
  make_county_office forth
  make_county_office back
  mkdir one other
  # On one day, each half before the other.
  find "$mail" -name '*.zrep' | LC_ALL=C sort | awk 'NR % 2' >odd
  find "$mail" -name '*.zrep' | LC_ALL=C sort | awk 'NR % 2 == 0' >even
  xargs -d '\n' -a odd cp -t one --backup=numbered
  xargs -d '\n' -a even cp -t other --backup=numbered
  for folder in one other; do (cd "$folder" && for f in *.~*~; do [ ! -e "$f" ] || mv "$f" "x${f//[~.]/}.zrep"; done); done
  zicha -C forth --today 2023-12-01 collect one >/dev/null || true
  zicha -C forth --today 2023-12-01 collect other >/dev/null || true
  zicha -C back --today 2023-12-01 collect other one >/dev/null || true
  for o in forth back; do
    sqlite3 $o/zicha.db 'SELECT c.file, s.round, s.state, s.counts FROM standing s JOIN collected c ON c.no = s.report ORDER BY 1' >$o.txt
  done
  [ "$(wc -l <forth.txt)" -gt 800 ]
  diff forth.txt back.txt
}

@test "what does not count is listed with what is wrong and what to do" {
  office
  at collect list
  expect 0 "other key" "roster trust" "tampered with" "does not fit" "not on the roster" "unsigned" "ledger broken" \
    "sent again" "other plan" "wrong date"
  never "accepted"
  at collect list --state unsigned
  expect 0 "signed by nobody" "4 files"
  at collect list --format json
  expect 0 '"zicha":"collected/1"'
  at collect list --format csv
  [ "$(head -c 3 <<<"$output" | xxd -p)" = efbbbf ]
  at collect list --state nonsense
  expect 64 "unknown state nonsense"
  at collect list --rounds
  expect 0 "2023-03-31" "due 2023-06-30"
}

@test "a new key is taken by decision, and what it has signed counts from then on" {
  office
  local code line
  code=$(jq -r 'select(.state == "foreign_key" and .planted == "new_key") | .facility' "$files" | head -1)
  at roster trust "$code" nowhere.pub --reason 电话核对 --by 办公室
  expect 66 nowhere.pub
  line=$(sql "SELECT file FROM collected WHERE facility = '$code' AND signer = ''" | head -1)
  [ -n "$line" ]
  at collect allow "${line:0:12}" --reason 已电话核实 --by 办公室
  expect 0 "counts now"
  [ "$(sql "SELECT state FROM standing JOIN collected ON no = report WHERE file = '$line'" 2>/dev/null || sql "SELECT s.state FROM standing s JOIN collected c ON c.no = s.report WHERE c.file = '$line'")" = allowed ]
}

@test "nobody can make count what was tampered with, and nobody decides without name and reason" {
  office
  local file
  file=$(sql "SELECT c.file FROM standing s JOIN collected c ON c.no = s.report WHERE s.state = 'tampered' LIMIT 1")
  at collect allow "$file" --reason 无 --by 办公室
  expect 65 "tampered with"
  file=$(sql "SELECT c.file FROM standing s JOIN collected c ON c.no = s.report WHERE s.state = 'unsigned' LIMIT 1")
  at collect allow "$file" --reason 无
  expect 64 "--by"
  at collect allow "$file" --by 办公室
  expect 64 "--reason"
  at collect allow 0000 --reason 无 --by 办公室
  expect 64 "no file begins"
}

@test "an unsigned report counts where office.yaml says so" {
  office
  echo 'unsigned: accept' >>o/office.yaml
  run zicha -C o --today 2023-12-01 collect "$mail/2023-03-31"
  expect 1 "accepted: 814"
  [ "$(sql "SELECT count(*) FROM standing WHERE state = 'unsigned'")" -eq 0 ]
}

@test "a frozen roster is changed with a reason only, and the change stays recorded" {
  office
  sed '2s/[^,]*,/&改名的/' "$roster" >changed.csv
  at roster import changed.csv
  expect 64 "frozen" "--reason"
  at roster import changed.csv --reason 机构更名 --by 办公室
  expect 0 "296 facilities"
  local code
  code=$(sed -n '2s/,.*//p' changed.csv | tr -d '\357\273\277"')
  at roster show "$code"
  expect 0 "机构更名" "改名的"
  at roster import changed.csv
  expect 0 "the same already"
}

@test "whoever is missing in a later roster is not expected any more, and not forgotten" {
  office
  sed '2d' "$roster" >less.csv
  at roster import less.csv --reason 机构注销 --by 办公室
  expect 0 "1 not expected any more"
  at roster list
  expect 0 "296 facilities, reports of 292 are expected"
  at roster list --format csv
  printf '%s' "$output" >out.csv
  at roster import out.csv
  expect 0 "the same already"
}

@test "all mistakes of a roster are told at once: 65, and nothing is written" {
  make_county_office e
  cat >bad.csv <<'END'
机构编码,机构名称,机构类别,许可证有效期止,公钥,应报
A1,甲医院,二级医院,2026-12-31,,是
A1,乙医院,二级医院,,,是
A2,,一级医院,,,是
A3,丙诊所,诊锁,,,是
A4,丁诊所,诊所,明年,,是
A5,戊诊所,诊所,,RWQ,也许
END
  zicha init f --office --office-file office.yaml --plan "$county_plan" >/dev/null
  run zicha -C f roster import bad.csv
  expect 65 "bad.csv:3" "line 2 already" "bad.csv:4" "no name" "bad.csv:5" "诊锁" "did you mean" "bad.csv:6" "no date" \
    "bad.csv:7" "no public key" "neither"
  run zicha -C f roster list
  expect 0 "0 facilities"
}

@test "a folder that is not there is told: 66; one without reports: 2" {
  office
  at collect nowhere
  expect 66 nowhere
  mkdir empty
  at collect empty
  [ "$status" -eq 1 ] || [ "$status" -eq 2 ]
  at collect "$mail" --received 2024-01-01
  expect 64 "--received"
}

@test "a hostile folder is classified and bounded, and does nothing else" {
  make_hostile 3 600
  make_county_office h
  cp "$hostile/roster.csv" roster.csv
  zicha init i --office --office-file office.yaml --plan "$county_plan" >/dev/null
  zicha -C i --today 2023-03-01 roster import roster.csv >/dev/null
  make_odd_files odd "$(find "$hostile/mail" -name '*.zrep' | head -1)"
  run timeout 60 "$ZICHA" -C i --today 2023-06-30 collect "$hostile/mail" odd
  [ "$status" -eq 1 ]
  expect 1 "links, devices or folders were not looked into" "unreadable"
  # What cannot be accepted was not.
  sqlite3 -json i/zicha.db 'SELECT c.file, s.counts FROM standing s JOIN collected c ON c.no = s.report' | jq -c '.[]' >got.ndjson
  jq -r 'select(.expect == "bad") | .path' "$hostile/files.ndjson" | while read -r path; do
    sha256sum "$hostile/$path"
  done | cut -d' ' -f1 | sort -u >bad
  jq -r 'select(.counts == 1) | .file' got.ndjson | sort -u >counting
  [ -s bad ]
  comm -12 bad counting >both
  [ ! -s both ]
  # No control character reaches the screen, and no formula a list.
  run zicha -C i --today 2023-06-30 collect list --all
  never $'\e' $'\x07'
  run zicha -C i --today 2023-06-30 collect list --all --format csv
  ! grep -qE '(^|,)"?[=+@]' <<<"$output"
}
