#!/usr/bin/env bats
# An office takes in what facilities have sent: roster, collect, what counts and what does not.
load helper
load county
load supervised

# What is kept, but the clock's times and the events.
kept() {
  sqlite3 "$1/zicha.db" 'SELECT file, name, received, statuses, found, refund FROM collected ORDER BY file;
    SELECT c.file, s.round, s.state, s.counts, s.reason FROM standing s JOIN collected c ON c.no = s.report ORDER BY 1;
    SELECT * FROM arrival'
}

@test "letters, figures and problems that are kept are those of the file" {
  collected_office
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

@test "the problems that are kept are those of the records" {
  collected_office
  of_office "SELECT c.file, count(p.no), sum(p.counted), sum(p.relapses), sum(p.refund), group_concat(p.no || p.item || p.state
      || p.source || p.severity || p.certainty || p.found || p.reported || p.due || p.done || p.closed, ' ')
    FROM collected c JOIN collected_problem p ON p.report = c.no WHERE c.fault = '' AND c.brief = 0 GROUP BY c.no" | sort >told
  find o/inbox -name '*.zrep' -exec grep -aH '^<!-- zicha-record ' {} + |
    sed -E 's|^.*/([0-9a-f]{64})\.zrep:<!-- zicha-record |\1 |; s/ -->$//' |
    jq -Rr '.[:64] as $file | .[65:] | fromjson? | .problems | select(length > 0) | [$file, length,
      (map(select(.counted)) | length), (map(.relapses) | add), (map(.refund | sub("\\."; "") | tonumber) | add),
      (map("\(.no)\(.item)\(.state)\(.source)\(.severity)\(.certainty)\(.found)\(.reported // "")\(.due // "")\(
        .done // "")\(.closed // "")") | join(" "))] | map(tostring) | join("|")' | sort >all
  # Files with a fault of their own are not compared: what they tell is not believed.
  of_office "SELECT file FROM collected WHERE fault = '' AND brief = 0" | sort >good
  join -t '|' good all >wanted
  [ "$(wc -l <wanted)" -gt 400 ]
  diff wanted told
}

@test "collecting the same folder again changes nothing" {
  collected_office
  kept o >before
  events=$(of_office 'SELECT count(*) FROM event')
  run zicha -C o --today 2023-10-15 collect "$mail"
  expect 1 "0 new"
  kept o | diff before -
  [ "$(of_office 'SELECT count(*) FROM event')" -eq "$events" ]
}

@test "in whatever order the files come, the same is made of them" {
  make_rostered_office forth
  make_rostered_office back
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
  collected_office
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

@test "an unsigned report counts when somebody decides so; a key that is not there is told" {
  collected_office
  local code line
  code=$(jq -r 'select(.state == "foreign_key" and .planted == "new_key") | .facility' "$files" | head -1)
  at roster trust "$code" nowhere.pub --reason 电话核对 --by 办公室
  expect 66 nowhere.pub
  line=$(of_office "SELECT file FROM collected WHERE facility = '$code' AND signer = ''" | head -1)
  [ -n "$line" ]
  at collect allow "${line:0:12}" --reason 已电话核实 --by 办公室
  expect 0 "counts for"
  [ "$(of_office "SELECT s.state FROM standing s JOIN collected c ON c.no = s.report WHERE c.file = '$line'")" = allowed ]
}

@test "a new key is trusted by decision: what it has signed counts then, and what the old one has signed still does" {
  make_supervised_office
  zicha -C c --today 2023-03-28 collect mail >/dev/null
  rm T1/keys/*
  zicha -C T1 key new --no-passphrase >/dev/null 2>&1
  send T1 2023-06-20 posted=是
  run zicha -C c --today 2023-06-21 collect mail
  expect 1 "other key: 1"
  run zicha -C c --today 2023-06-22 roster trust T1 T1/keys/*.pub --reason 电话核对 --by 办公室
  expect 0
  [ "$(states c "s.facility = 'T1'" | cut -d '|' -f 4-)" = "r1|accepted|1"$'\n'"r2|accepted|1" ]
  [ "$(sqlite3 c/zicha.db "SELECT count(*) FROM facility_key WHERE code = 'T1' AND until <> ''")" = 1 ]
}

@test "nobody can make count what was tampered with, and nobody decides without name and reason" {
  collected_office
  local file
  file=$(of_office "SELECT c.file FROM standing s JOIN collected c ON c.no = s.report WHERE s.state = 'tampered' LIMIT 1")
  at collect allow "$file" --reason 无 --by 办公室
  expect 65 "tampered with"
  file=$(of_office "SELECT c.file FROM standing s JOIN collected c ON c.no = s.report WHERE s.state = 'unsigned' LIMIT 1")
  at collect allow "$file" --reason 无
  expect 64 "--by"
  at collect allow "$file" --by 办公室
  expect 64 "--reason"
  at collect allow 0000 --reason 无 --by 办公室
  expect 64 "no file begins"
}

@test "an unsigned report of a facility that has a key does not count, whatever office.yaml says" {
  collected_office
  echo 'unsigned: accept' >>o/office.yaml
  run zicha -C o --today 2023-12-01 collect "$mail/2023-03-31"
  expect 1 "accepted: 810" "unsigned: 4"
}

@test "a frozen roster is changed with a reason only, and the change stays recorded" {
  collected_office
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
  collected_office
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
  make_rostered_office e
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

@test "a report dated up to late_days days behind a round is of that round: 15, or what office.yaml says" {
  make_supervised_office
  rm mail/*
  send T1 2023-04-15 posted=是
  send T2 2023-04-16 posted=是
  rounds() { states c | awk -F '|' '{ print $1 " " $4 " " $5 }' | paste -s -d ' '; }
  zicha -C c --today 2023-04-17 collect mail >/dev/null
  [ "$(rounds)" = "T1 r1 late T2 r2 accepted" ]
  echo 'late_days: 16' >>c/office.yaml
  zicha -C c --today 2023-04-17 collect mail >/dev/null
  [ "$(rounds)" = "T1 r1 late T2 r1 late" ]
  sed -i 's/^late_days: 16/late_days: 0/' c/office.yaml
  zicha -C c --today 2023-04-17 collect mail >/dev/null
  [ "$(rounds)" = "T1 r2 accepted T2 r2 accepted" ]
}

@test "a file of 64 MiB and 4 KiB is read, and told to be no report; one byte more is not read" {
  make_rostered_office o
  mkdir large
  truncate -s 67112960 large/most.zrep
  truncate -s 67112961 large/more.zrep
  run "$ZICHA" -C o --today 2023-03-31 collect large
  expect 1 "unreadable: 2"
  run "$ZICHA" -C o --today 2023-03-31 collect list
  expect 0 "it is no submitted file (.zrep), and no report" "is larger than 67112960 bytes"
}

@test "a folder that is not there is told: 66; one without reports: 2, or 1 when something is wrong from before" {
  make_rostered_office o
  at collect nowhere
  expect 66 nowhere
  mkdir empty
  at collect empty
  expect 2 "0 files read"
  rm -r o
  collected_office
  at collect empty
  expect 1 "0 files read"
  at collect "$mail" --received 2024-01-01
  expect 64 "--received"
}
