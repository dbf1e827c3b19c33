#!/usr/bin/env bats
# verify, backup and restore of an office: its tables are what its events and the files in inbox/
# make.
load helper
load supervised

setup() {
  begin_test
  unset ZICHA_PASSPHRASE ZICHA_BY
  make_supervised_office
  echo "no report" >mail/junk.zrep
  "$ZICHA" -C c --today 2023-03-28 collect mail >/dev/null 2>&1 || [ $? -eq 1 ]
  "$ZICHA" -C c --today 2023-03-28 collect receipts >/dev/null 2>&1
}


check() { run "$ZICHA" -C c verify; }

a_file() { find c/inbox -name '*.zrep' | sort | head -n 1; }

@test "an office that was left alone is as it was written" {
  check
  expect 0 "looked at: 3 events" "and at 2 files in inbox/" "everything is as it was written"
  [ "$("$ZICHA" -C c verify --format json | jq -c '[.count, .looked_at.files]')" = "[0,2]" ]
}

@test "each table that was changed is named with an example, and --mend makes it again" {
  sqlite3 c/zicha.db .dump >before.sql
  sql "UPDATE roster SET name = '别名' WHERE code = 'T1'"
  sql "UPDATE facility_key SET until = '2023-02-01' WHERE code = 'T2'"
  sql "UPDATE collected SET found = 99 WHERE facility = 'T1'"
  sql "DELETE FROM collected_finding"
  sql "UPDATE collected_problem SET state = 'closed'"
  sql "UPDATE standing SET counts = 1, state = 'accepted'"
  sql "DELETE FROM receipt WHERE file = (SELECT min(file) FROM receipt)"
  check
  expect 65 "table roster: 1 entries are others than the events and files make, such as T1; \`zicha verify --mend\`" \
    "table keys of facilities: 1 entries are others" "table files that came in: 1 entries are others than the events and files make, such as T1 2023-03-20" \
    "table findings of reports: 2 entries that the events and files make are missing" \
    "table problems of reports: 2 entries" "table states of files: 1 entries" "table receipts: 1 entries" "7 faults"
  run "$ZICHA" -C c verify --mend
  expect 0 "table roster: 1 entries are others" "table receipts: 1 entries" \
    "the database as it was before: c/zicha.db.before-mend" "everything is as it was written"
  sqlite3 c/zicha.db .dump >after.sql
  diff <(grep -v ' basis \|INTO head' before.sql | sort) <(grep -v ' basis \|INTO head' after.sql | sort)
}

@test "a file of the inbox that is gone or another one is named; then nothing is made again" {
  file=$(a_file)
  mv "$file" aside
  check
  expect 65 "${file#c/}" "it is gone, or cannot be opened: collect it again, or put it back from a backup" \
    "and at 1 files in inbox/; 1 are gone or changed" "1 faults"
  sed 's/30/31/' aside >"$file"
  check
  expect 65 "${file#c/}" "is another file than it was" "1 faults"
  sql "UPDATE collected SET found = 99"
  sql "INSERT INTO legal_case SELECT 'county/test', 'X', 1, 'T1', '', '', 'x', 'simple', '2023-01-01', '', '', 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '', '', '', '', ''"
  run "$ZICHA" -C c verify --mend
  expect 65 "1 files of inbox/ are gone or changed" "nothing was changed; put them back from a backup"
  [ "$(sql 'SELECT DISTINCT found FROM collected')" = 99 ]
  [ "$(sql 'SELECT fine FROM legal_case')" = 1 ]
  [ ! -e c/zicha.db.before-mend ]
}

@test "a checklist that was changed is named, and made again from its package" {
  sqlite3 c/zicha.db .dump >before.sql
  sql "UPDATE checklist SET body = replace(body, '价格未公示', '价格已公示')"
  check
  expect 65 "table checklists of plans: that of county/test, version 1, is not what its package makes" "1 faults"
  run "$ZICHA" -C c verify --mend
  expect 0 "everything is as it was written"
  sqlite3 c/zicha.db .dump >after.sql
  diff <(grep -v ' basis \|INTO head' before.sql | sort) <(grep -v ' basis \|INTO head' after.sql | sort)
  sql "UPDATE checklist SET body = '{'"
  check
  expect 65 "table checklists of plans" "1 faults"
}

@test "a checklist whose package is gone is held against the events, or told as unknown" {
  sql "UPDATE plan SET place = '$PWD/nowhere'"
  check
  expect 0 "everything is as it was written"
  sql "UPDATE checklist SET version = '2'"
  check
  expect 65 "that of county/test, version 2, is not what the events tell, and its package is not in use"
  sql "UPDATE checklist SET version = '1', hash = replace(hash, 'a', 'b')"
  check
  expect 65 "note: table checklists of plans: that of county/test, version 1, cannot be checked"
}

@test "a file that nothing knows is no fault, but told" {
  mkdir -p c/inbox/sha256/aa
  echo x >"c/inbox/sha256/aa/$(printf 'a%.0s' {1..64}).zrep"
  check
  expect 0 "note: inbox/sha256/aa/aaaa" "nothing here knows this file"
}

@test "a change of office.yaml decides anew, and is nothing that verify minds" {
  sed -i 's/due: 2023-04-10/due: 2023-03-27/; s/^  - {id: r1, title: 第一轮, from: 2023-01-01, to: 2023-03-31/  - {id: r1, title: 第一轮, from: 2023-01-01, to: 2023-03-26/' c/office.yaml
  zicha -C c roster list
  [ "$(states c "c.facility <> ''" | cut -d '|' -f 5 | sort -u)" = late ]
  check
  expect 0 "everything is as it was written"
}

@test "what a killed command has left undecided is told, and the next one decides it" {
  sql 'DELETE FROM standing'
  sql 'UPDATE basis SET seq = 0'
  check
  expect 0 "a command was interrupted before it decided"
  zicha -C c collect list
  [ "$(states c "c.facility <> ''" | cut -d '|' -f 5 | sort -u)" = accepted ]
  check
  expect 0
}

@test "behind an interrupted command only what it has left undecided is passed over" {
  sql 'UPDATE basis SET seq = 0'
  sql "UPDATE roster SET name = '别名' WHERE code = 'T1'"
  sql 'DELETE FROM standing'
  check
  expect 65 "a command was interrupted before it decided" "table roster: 1 entries are others" "1 faults"
}

@test "a backup of an office has its inbox and settings, and is restored whole" {
  run "$ZICHA" -C c backup b
  expect 0
  [ "$(jq -r '.files[].path' b/backup.json | grep -c '^inbox/sha256/')" = 2 ]
  jq -r '.files[].path' b/backup.json | grep -qx office.yaml
  zicha restore b again
  [ "$(stat -c %a "$(find again/inbox -name '*.zrep' | head -n 1)")" = 400 ]
  run "$ZICHA" -C again --today 2023-03-29 collect mail
  expect 1 "3 files read: 0 new, 3 known already"
  run "$ZICHA" -C again verify
  expect 0 "everything is as it was written"
}

@test "a backup and what is restored from it tell what of the inbox is gone or changed: 65" {
  file=$(a_file)
  chmod u+w "$file"
  echo x >>"$file"
  run "$ZICHA" -C c backup b
  expect 65 "${file#c/}: it is another file than it was" "backed up into b" "1 files that the database knows are gone or changed"
  run "$ZICHA" restore b again
  expect 65 "${file#c/}: it is another" "restored into again" "1 faults were there when it was backed up" "-C again verify"
  rm -r c/inbox
  run "$ZICHA" -C c backup none
  expect 65 "backed up into none" "it is gone" "2 files that the database knows are gone or changed"
  run "$ZICHA" restore none empty
  expect 65 "restored into empty" "2 faults"
}

@test "a list of paper that is gone is told by verify and backup" {
  printf '机构编码,检查日期,检查项编号,结果\nT3,2023-03-21,posted,合格\n' >list.csv
  zicha -C c --today 2023-03-29 collect --paper list.csv >/dev/null
  run "$ZICHA" -C c backup b
  expect 0
  rm -f c/inbox/sha256/*/*.csv
  run "$ZICHA" -C c backup none
  expect 65 ".csv: it is gone" "1 files that the database knows are gone or changed"
  check
  expect 65 ".csv: it is gone" "; 1 are gone or changed"
}
