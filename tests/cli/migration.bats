#!/usr/bin/env bats
# A workspace that an older zicha has made: copied, then brought up to date, all or nothing.
load helper
load ledger

setup() {
  begin_test
  make_package p <<'END'
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}
- {id: meetings, title: 会议, kind: question, ask: 开会几次？, answer: number, problem_if: answer < 2}
END
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  rm w/zicha.db
  make_version_1 w
}

version() { sqlite3 "$1" 'PRAGMA user_version'; }

@test "a workspace of version 1 is copied and brought up to date; its answers are there" {
  local before
  before=$(sqlite3 w/zicha.db .dump)
  check w
  expect 1 "公示"
  [ "$(version w/zicha.db)" = 7 ]
  [ "$(version w/zicha.db.v1-backup)" = 1 ]
  [ "$(sqlite3 w/zicha.db.v1-backup .dump)" = "$before" ]
  [ "$(sqlite3 w/zicha.db.v1-backup 'PRAGMA integrity_check')" = ok ]
  [ "$(record w '.items[] | select(.id == "meetings") | .answer')" = 3 ]
  run zicha -C w problem list
  expect 0 "1 problems"
  run zicha -C w verify
  expect 0 "everything is as it was written"
}

@test "a database that was brought up to date is the one that init makes" {
  zicha -C w status >/dev/null
  zicha init v --plan p --facility facility.yaml >/dev/null
  diff <(sqlite3 w/zicha.db .schema) <(sqlite3 v/zicha.db .schema)
}

@test "an older copy is never written over" {
  echo older >w/zicha.db.v1-backup
  echo older >w/zicha.db.v1-backup-2
  zicha -C w status >/dev/null
  [ "$(cat w/zicha.db.v1-backup)" = older ]
  [ "$(cat w/zicha.db.v1-backup-2)" = older ]
  [ "$(version w/zicha.db.v1-backup-3)" = 1 ]
}

@test "it happens once: the next command makes no further copy" {
  zicha -C w status >/dev/null
  zicha -C w status >/dev/null
  [ "$(find w -name '*backup*' | wc -l)" -eq 1 ]
}

@test "two at the same time: one brings it up to date, both work" {
  local first second
  zicha -C w status >one &
  first=$!
  zicha -C w status >two &
  second=$!
  wait "$first"
  wait "$second"
  [ "$(version w/zicha.db)" = 7 ]
  [ "$(find w -name '*backup*' | wc -l)" -eq 1 ]
}

@test "where no copy can be made, nothing changes" {
  need_other
  local before
  before=$(sha256sum w/zicha.db)
  chmod -R a+rX .
  chmod a+w w/zicha.db
  run as_other "$ZICHA" -C w status
  [ "$status" -ge 64 ]
  [ "$(sha256sum w/zicha.db)" = "$before" ]
  [ -z "$(find w -name '*backup*')" ]
}

@test "a damaged database is not brought up to date: the copy does not pass" {
  # A page in the middle becomes rubbish; the first one, with the schema, is whole.
  local n
  for n in $(seq 400); do echo "INSERT INTO answer VALUES (NULL, '', 'county/test', 'x', '{\"note\":\"$n\"}', '$(printf %0200d "$n")');"; done |
    sqlite3 w/zicha.db
  dd if=/dev/urandom of=w/zicha.db bs=4096 seek=12 count=2 conv=notrunc 2>/dev/null
  run zicha -C w status
  expect 65 "damaged" "put a backup in its place"
  [ "$(version w/zicha.db)" = 1 ]
  [ -z "$(find w -name '*backup*' -o -name '*.new')" ]
}

@test "a database of a newer version is refused and left as it is" {
  local before
  zicha -C w status >/dev/null
  sqlite3 w/zicha.db 'PRAGMA user_version=99'
  before=$(sha256sum w/zicha.db)
  run zicha -C w verify
  expect 65 "was written by a newer zicha (format 99, this one knows 7)"
  run zicha -C w answer posted=是
  expect 65
  [ "$(sha256sum w/zicha.db)" = "$before" ]
}

@test "a version that is none is no workspace" {
  sqlite3 w/zicha.db 'PRAGMA user_version=-1'
  run zicha -C w status
  expect 65 "is not a workspace of zicha"
}
