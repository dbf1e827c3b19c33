#!/usr/bin/env bats
# verify, backup and restore of an office: its tables are what its events and the files in inbox/
# make.
load helper
load supervised

setup() {
  begin_test
  unset ZICHA_PASSPHRASE ZICHA_BY
  make_county_office
  echo "no report" >mail/junk.zrep
  "$ZICHA" -C c --today 2023-03-28 collect mail >/dev/null 2>&1 || [ $? -eq 1 ]
  "$ZICHA" -C c --today 2023-03-28 collect receipts >/dev/null 2>&1
}

sql() { sqlite3 c/zicha.db "$1"; }

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
  expect 65 "table roster: 1 rows are not what the events and the files in inbox/ make, such as that of T1" \
    "table facility_key: 1 rows" "table collected: 1 rows" "table collected_finding: 2 rows" \
    "table collected_problem: 2 rows" "table standing: 1 rows" "table receipt: 1 rows" "7 faults"
  run "$ZICHA" -C c verify --mend
  expect 0 "before-mend" "everything is as it was written"
  sqlite3 c/zicha.db .dump >after.sql
  diff <(grep -v ' basis \|INTO head' before.sql | sort) <(grep -v ' basis \|INTO head' after.sql | sort)
}

@test "a file of the inbox that is gone or another one is named; then nothing is made again" {
  file=$(a_file)
  mv "$file" aside
  check
  expect 65 "${file#c/}" "does not exist" "1 faults"
  sed 's/30/31/' aside >"$file"
  check
  expect 65 "${file#c/}" "is another file than it was" "1 faults"
  sql "UPDATE collected SET found = 99"
  run "$ZICHA" -C c verify --mend
  expect 65 "1 files of inbox/ are gone or changed" "put them back from a backup"
  [ "$(sql 'SELECT DISTINCT found FROM collected')" = 99 ]
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
