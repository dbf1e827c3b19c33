#!/usr/bin/env bats
# backup and restore: a workspace in another folder, whole and checked, or nothing.
load helper
load ledger

setup() {
  begin_test
  copy_ledger
}

# restored STATUS TEXT…: how `zicha restore b v` ends; refused, it leaves nothing.
refused() {
  run zicha restore b v
  expect "$@" || return 1
  [ ! -e v ] || {
    echo "v is there"
    return 1
  }
  [ -z "$(find . -name '*.new')" ]
}

@test "a backup holds database, settings, tables, documents and reports, with their hashes" {
  run zicha -C w --today 2023-07-04 backup b
  expect 0 "backed up into b: 7 files" "the ledger ends with seq 5" "the package of county/test is not in it"
  (cd b && jq -r '.files[] | "\(.sha256)  \(.path)"' backup.json | sha256sum -c --quiet)
  [ "$(jq -r '.zicha, .today, .head.seq' b/backup.json | tr '\n' ' ')" = "backup/1 2023-07-04 5 " ]
  diff <(cd w && find . -type f | sort) <(cd b && find . -type f ! -name backup.json | sort)
  diff <(sqlite3 w/zicha.db .dump) <(sqlite3 b/zicha.db .dump)
  [ -z "$(find . -name '*.new')" ]
}

@test "a backup changes nothing in the workspace, and a second one has the same bytes" {
  find w -type f -exec sha256sum {} + | sort >before
  zicha -C w --today 2023-07-04 backup b >/dev/null
  zicha -C w --today 2023-07-04 backup c >/dev/null
  find w -type f -exec sha256sum {} + | sort | cmp - before
  diff -r b c
}

@test "what was restored is the workspace, and goes on" {
  zicha -C w backup b >/dev/null
  run zicha restore b v
  expect 0 "restored into v: 7 files"
  diff -r -x zicha.db w v
  diff <(sqlite3 w/zicha.db .dump) <(sqlite3 v/zicha.db .dump)
  run zicha -C v verify
  expect 0 "everything is as it was written"
  run zicha -C v --today 2023-07-05 problem start 1 --by 王某
  expect 0
  run zicha -C v verify
  expect 0 "6 events"
}

@test "an existing target is left as it is; an empty folder is filled by restore" {
  mkdir full empty
  echo x >full/x
  run zicha -C w backup full
  expect 73 "full exists already and is left as it is"
  run zicha -C w backup calls.csv
  expect 73
  zicha -C w backup b >/dev/null
  run zicha restore b full
  expect 73
  [ "$(ls -A full)" = x ]
  run zicha restore b empty
  expect 0
  run zicha restore b empty/
  expect 73
}

@test "a target in the workspace is refused; keys are not in a backup, and this is told" {
  mkdir w/keys
  echo secret >w/keys/facility.key
  run zicha -C w backup w/reports/b
  expect 64 "w/reports/b is inside the workspace" "name a folder elsewhere"
  [ -z "$(find w -name '*b*.new' -o -name b)" ]
  ln -s w/evidence link
  run zicha -C w backup link/b
  expect 64
  run zicha -C w backup b
  expect 0 "the key is not in it: keep keys/facility.key apart"
  [ ! -e b/keys ]
}

@test "a target in a folder that is not there, and one without a name, are refused" {
  run zicha -C w backup none/b
  expect 66
  run zicha -C w backup .
  expect 64 "is no name of a folder to be made"
  run zicha -C w backup w/..
  expect 64
  run zicha -C w backup /
  expect 64
}

@test "a link where a table, a document or a report should be is refused" {
  ln -s /etc/passwd w/data/extra.csv
  run zicha -C w backup b
  expect 65 "data/extra.csv is not a regular file"
  [ ! -e b ]
  [ -z "$(find . -name '*.new')" ]
}

@test "folders that are nested without end are refused, by restore and verify, too" {
  local deep
  deep=$(printf 'x/%.0s' $(seq 600))
  mkdir -p "w/evidence/$deep"
  run zicha -C w backup b
  expect 65 "are nested too deep"
  run zicha -C w verify
  expect 65 "are nested too deep" "1 faults"
  rm -r w/evidence/x
  zicha -C w backup b >/dev/null
  mkdir -p "b/data/$deep"
  refused 65 "are nested too deep"
}

@test "drafts are not backed up" {
  echo x >w/data/.incoming-x.999999999.new
  echo x >w/evidence/incoming-999999999
  run zicha -C w backup b
  expect 0 "7 files"
}

@test "a table that is called incoming is no draft: it is backed up, restored and verified" {
  printf 'incoming:\n  title: 来文\n  columns:\n    paper_no: {type: code, titles: [文号], key: true}\n' >p/datasets/incoming.yaml
  write_rule p own <<<'rule "own.long" { on = "incoming", where = "paper_no == \"A2\"" }'
  printf '文号\nA1\n' >incoming.csv
  zicha init x --plan p --facility facility.yaml >/dev/null
  zicha -C x import incoming incoming.csv >/dev/null
  mkdir -p x/evidence
  echo x >x/evidence/incoming-notes
  run zicha -C x backup b
  expect 0
  ls b/data/incoming-*.csv b/evidence/incoming-notes
  zicha restore b v >/dev/null
  run zicha -C v verify
  expect 0 "note: evidence/incoming-notes: nothing here knows this document" "everything is as it was written"
  never "draft"
}

@test "a file of a backup that was changed, is gone, or is a link: all are named, nothing is made" {
  local table document
  zicha -C w backup b >/dev/null
  table=$(cd b && echo data/*.csv)
  document=$(cd b && find evidence -type f)
  chmod -R u+w b
  echo x >>"b/$table"
  rm -f "b/$document" b/facility.yaml
  ln -s "$PWD/facility.yaml" b/facility.yaml
  refused 65 "$table: it is not the file that was backed up" \
    "$document: it is gone, or no plain file" "facility.yaml: it is gone, or no plain file" \
    "this backup is not whole: nothing was restored"
}

@test "a file that the list does not name is refused" {
  zicha -C w backup b >/dev/null
  echo x >b/people.yaml
  refused 65 "people.yaml: the list of the backup does not name this file"
  rm b/people.yaml
  echo x >b/zicha.db-journal
  refused 65 "zicha.db-journal: this is no file of a backup"
}

# Each line is a change of the list, as jq has it.
@test "a list that leads elsewhere, or is none, is refused" {
  local change
  zicha -C w backup b >/dev/null
  cp b/backup.json list.json
  while IFS= read -r change; do
    jq -c "$change" list.json >b/backup.json
    refused 65 || {
      echo "with $change"
      return 1
    }
  done <<'END'
.files[0].path = "../x"
.files[1].path = "data/../../x"
.files[0].path = "/etc/passwd"
.files[0].path = "zicha.db-journal"
.files += [{"path": "data/./x", "size": 0, "sha256": .files[0].sha256}]
.files += [.files[0]]
.files[0].sha256 = "00"
.files[0].size = -1
.files[0].size = 1
.files |= map(select(.path != "zicha.db"))
.files = {}
.files = [5]
.head.seq = 4
.head.hash = "00"
.zicha = "record/1"
.zicha = "backup/2"
5
END
  echo '{' >b/backup.json
  refused 65 "backup.json is not the list of a backup of zicha"
  rm b/backup.json
  refused 66
}

@test "a database whose ledger was changed before the backup is not restored" {
  sqlite3 w/zicha.db "DROP TRIGGER event_stays; UPDATE event SET actor = '李某' WHERE seq = 3"
  zicha -C w backup b >/dev/null
  refused 65 "trigger event_stays: it is gone" "seq 3: its hash is not" \
    "the database in this backup is not whole"
}

@test "what else was wrong in the workspace is told, and restored as it was" {
  rm -f w/data/*.csv
  run zicha -C w backup b
  expect 65 "«就诊» (table calls) is gone" "backed up into b" "1 files that the database knows are gone or changed"
  run zicha restore b v
  expect 65 "«就诊» (table calls) is gone" "restored into v" "1 faults were there when it was backed up"
}

@test "what was restored still knows how its reports were written" {
  zicha -C w backup b >/dev/null
  zicha restore b x >/dev/null
  sqlite3 w/zicha.db "SELECT * FROM written" >written
  [ -s written ]
  sqlite3 x/zicha.db "SELECT * FROM written" | cmp - written
  run zicha -C x verify
  expect 0
  sed -i '2s/^/添/' x/reports/*/report.md
  run zicha -C x verify
  expect 65 "report.md: it was changed after zicha wrote it"
}

@test "a backup of version 1 becomes a workspace of today" {
  rm -r w/zicha.db w/reports
  make_version_1 w
  # As an older zicha would have backed it up.
  zicha -C w backup b >/dev/null
  rm w/zicha.db
  make_version_1 w
  cp w/zicha.db b/zicha.db
  jq -c --arg hash "$(sha256sum <b/zicha.db | cut -d' ' -f1)" --argjson size "$(stat -c %s b/zicha.db)" \
    '(.files[] | select(.path == "zicha.db")) |= (.sha256 = $hash | .size = $size)' b/backup.json >list
  mv list b/backup.json
  run zicha restore b v
  expect 0
  run zicha -C v verify
  expect 0
}

@test "what a killed backup has left is swept by the next one of the same name" {
  mkdir .b.999999999.new .c.999999999.new
  echo x >.b.999999999.new/x
  run zicha -C w backup b
  expect 0
  [ ! -e .b.999999999.new ]
  [ -e .c.999999999.new ]
}

@test "without a workspace there is nothing to back up" {
  run zicha -C p backup b
  expect 66
  [ ! -e b ]
}
