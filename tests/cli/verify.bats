#!/usr/bin/env bats
# zicha verify: whatever somebody has changed behind zicha's back is named with its place, all
# of it at once; what is intact is not touched.
load helper
load ledger

setup() {
  begin_test
  copy_ledger
}

sql() { sqlite3 w/zicha.db "$1"; }

# told STATUS TEXT…: how `zicha -C w verify` ends and what it says.
told() {
  run zicha -C w verify
  expect "$@"
}

@test "an intact workspace is clean, and no byte of it changes" {
  find w -type f -exec sha256sum {} + | sort >before
  told 0 "everything is as it was written" "2 problems" "the ledger ends with seq 5"
  find w -type f -exec sha256sum {} + | sort | cmp - before
}

@test "a workspace without a ledger is clean" {
  zicha init v --plan p --facility facility.yaml >/dev/null
  run zicha -C v verify
  expect 0 "everything is as it was written" "0 events"
}

@test "bytes of an event that were changed in the file: its seq, and the problem" {
  sed -i 's/记录有误/记录有悟/g' w/zicha.db
  told 65 "seq 4: its hash is not that of what it says" "1 faults"
}

@test "events are not changed, deleted or replaced by SQL, whatever the settings of its shell" {
  local statement
  for statement in "UPDATE event SET actor = 'x'" "DELETE FROM event" \
    "DELETE FROM event WHERE seq = 5" \
    "INSERT INTO event VALUES (9, '', '', '', 1, 'x', '{}', '', '')" \
    "INSERT OR REPLACE INTO event SELECT seq, time, business_date, 'x', problem, action, body, prev, hash FROM event WHERE seq = 5" \
    "REPLACE INTO event SELECT seq, time, business_date, 'x', problem, action, body, prev, hash FROM event WHERE seq = 2" \
    "UPDATE OR IGNORE event SET actor = 'x'"; do
    run sqlite3 w/zicha.db "PRAGMA recursive_triggers=OFF; $statement"
    [ "$status" -ne 0 ] || {
      echo "this went through: $statement"
      return 1
    }
  done
  told 0
}

@test "a trigger that was dropped is named, and the row that was changed without it" {
  sql "DROP TRIGGER event_stays; UPDATE event SET actor = '李某' WHERE seq = 3"
  told 65 "trigger event_stays: it is gone" "seq 3: its hash is not that of what it says" \
    "problem 1: what is kept of it is not what its events make of it (problem: body, cells)"
}

@test "a trigger that does nothing any more, and one that somebody has added, are named" {
  sql "DROP TRIGGER event_kept; CREATE TRIGGER event_kept BEFORE DELETE ON event BEGIN SELECT 1; END;
    CREATE TRIGGER mine AFTER INSERT ON event BEGIN DELETE FROM head; END;
    DROP INDEX problem_figures"
  told 65 "trigger event_kept: it is not as zicha has made it" \
    "trigger mine: zicha has not made it" "index problem_figures: it is gone" "3 faults"
}

@test "a changed event with a hash of its own: the next one does not follow it" {
  sql "DROP TRIGGER event_stays; UPDATE event SET hash = replace(hash, substr(hash, 1, 4), 'abcd') WHERE seq = 2"
  told 65 "seq 2: its hash is not" "seq 3: it does not follow the event before"
}

@test "events that were taken out of the middle: from which to which" {
  sql "DROP TRIGGER event_kept; DELETE FROM event WHERE seq IN (3, 4)"
  told 65 "seq 3: events are missing here, up to seq 4"
}

@test "a tail that was cut off is missed, by its head" {
  sql "DROP TRIGGER event_kept; DELETE FROM event WHERE seq > 3"
  told 65 "seq 4: the end of the ledger was cut off" "up to seq 5"
}

@test "a tail that was cut off with its head is missed, by the problems" {
  sql "DROP TRIGGER event_kept; DELETE FROM event WHERE seq > 3;
    UPDATE head SET (seq, hash) = (SELECT seq, hash FROM event WHERE seq = 3)"
  told 65 "seq 4: the end of the ledger was cut off" "up to seq 5"
}

@test "a tail that was cut off with all that knew it here is missed, by a report that left" {
  local report
  make_report
  told 0
  sql "DROP TRIGGER event_kept; DELETE FROM event WHERE seq > 3;
    UPDATE head SET (seq, hash) = (SELECT seq, hash FROM event WHERE seq = 3); DELETE FROM problem"
  told 65 "report.md:$(grep -c '' "$report"): the ledger had an event seq 5" "which is gone"
}

@test "a chain that was written anew is not the one of a report that left" {
  local report
  make_report
  sed -i 's/"hash":"[0-9a-f]*","seq":5/"hash":"00","seq":5/' "$report"
  told 65 "report.md:$(grep -c '' "$report"): the ledger's event seq 5 was another one"
}

# A report that holds the ledger's head of now, and no older one.
make_report() {
  rm -r w/reports
  zicha -C w --today 2023-07-03 report >/dev/null 2>&1
  report=$(echo w/reports/*/report.md)
}

@test "what is kept of a problem and was changed: which of its columns" {
  sql "UPDATE problem SET state = 'closed', body = json_set(body, '\$.state', 'closed') WHERE no = 1"
  told 65 "problem 1: what is kept of it is not what its events make of it (problem: state, body)" \
    "1 faults"
}

@test "problems, instances and citations that are gone or nobody's are named by their problem" {
  sql "DELETE FROM problem WHERE no = 2; DELETE FROM instance WHERE problem = 1;
    INSERT INTO citation VALUES ('x', 'y', '', 1)"
  told 65 "problem 2: the table problem lacks 1 entries" \
    "problem 1: the table instance lacks 1 entries" \
    "problem 1: the table citation has 1 entries that no event of the problem makes"
}

@test "an event whose body is of any kind ends no verifying" {
  local body
  sql "DROP TRIGGER event_stays"
  while IFS= read -r body; do
    sql "UPDATE event SET body = '$body' WHERE seq = 3"
    run zicha -C w verify
    expect 65 "seq 3: its hash is not" || {
      echo "with $body"
      return 1
    }
    never "script" "out of memory"
  done <<'END'
{}
[]
5
x
{"verdict":{"a":1}}
{"noted":[5],"note":[[]]}
{"instances":5,"verdicts":[]}
END
}

@test "an event that is not possible is named, and stops only its problem" {
  sql "DROP TRIGGER event_stays; UPDATE event SET action = 'close' WHERE seq = 3"
  told 65 "seq 3: its hash is not" \
    "seq 3: this event (close) is not possible: problem 1 was in another state"
  never "problem 2:"
}

@test "a document that was exchanged, is gone, or is a link now is named with its owner" {
  local file
  file=$(find w/evidence -type f)
  cp "$file" kept
  chmod u+w "$file"
  echo anders >"$file"
  told 65 "${file#w/}: «paper.txt» (item county/test posted) is another file than it was" "1 faults"
  rm -f "$file"
  told 65 "${file#w/}: «paper.txt» (item county/test posted) is gone"
  ln -s "$PWD/kept" "$file"
  told 65 "${file#w/}: «paper.txt» (item county/test posted) is no plain file"
}

@test "documents that nobody knows, and drafts, are noted and no fault" {
  echo x >w/evidence/sha256/stray
  echo x >"w/data/.x.csv.999999999.new"
  echo x >w/evidence/incoming-999999999
  told 0 "note: evidence/sha256/stray: nothing here knows this document" \
    "note: data/.x.csv.999999999.new: a draft" "note: evidence/incoming-999999999: a draft"
}

@test "an imported table that was changed is found though its size and times are the same" {
  local file
  file=$(echo w/data/calls-*.csv)
  cp -p "$file" old
  chmod u+w "$file"
  sed -i 's/A2,9/A2,1/' "$file"
  touch -r old "$file"
  told 65 "${file#w/}: «就诊» (table calls) is another file than it was"
  rm -f "$file"
  told 65 "${file#w/}: «就诊» (table calls) is gone"
}

@test "a figure that was edited in a report: file, line and what it is" {
  local report line
  report=$(echo w/reports/*/report.md)
  line=$(grep -c '' "$report")
  sed -i 's/"problem":2/"problem":0/' "$report"
  told 65 "${report#w/}:$line: its figures are not those of its run" "totals.problem was changed"
  sed -i 's/"problem":0/"problem":2/; s/"id":"posted","kind":"question",/&"x":1,/' "$report"
  told 65 "${report#w/}:$line" "items.posted.x was changed"
}

@test "a report without its record, one of another workspace, and one that is cut off" {
  local report
  report=$(echo w/reports/*/report.md)
  cp "$report" kept
  sed -i '$d' "$report"
  told 65 "${report#w/}: its last line, which holds the record, is gone"
  sed 's/"run":"[0-9a-f]*"/"run":"0123456789abcdef"/' kept >"$report"
  told 65 "no run 0123456789abcdef is kept here"
  head -c -40 kept >"$report"
  told 65 "the record in its last line is damaged"
}

@test "a paper that was changed after it was written is named, in each of its forms, and mended by report" {
  local report table
  zicha -C w --today 2023-07-03 report ledger >/dev/null 2>&1
  told 0
  report=$(echo w/reports/*-2023-06-30-*/report.md)
  table=$(echo w/reports/*/ledger.csv)
  sed -i '2s/^/填好的一行/' "$report"
  echo x >>"${report%.md}.html"
  echo x >>"$table"
  printf x >>"${table%.csv}.xlsx"
  told 65 "${report#w/}: it was changed after zicha wrote it" \
    "report.html: it was changed after zicha wrote it" "${table#w/}: it was changed" \
    "ledger.xlsx: it was changed" "4 faults"
  zicha -C w --today 2023-06-30 report >/dev/null 2>&1
  zicha -C w --today 2023-07-03 report ledger >/dev/null 2>&1
  told 0
}

@test "a paper that was deleted and not submitted is a note, one that is a link now a fault" {
  local report
  report=$(echo w/reports/*/report.md)
  mv "$report" kept
  told 0 "note: ${report#w/}: it is gone since zicha wrote it"
  ln -s "$PWD/kept" "$report"
  told 65 "${report#w/}: it is no plain file"
}

@test "papers that were written elsewhere are nobody's business" {
  zicha -C w --today 2023-07-03 report --out markdown:mine.md 2>/dev/null
  echo x >>mine.md
  told 0
  [ -z "$(sql "SELECT path FROM written WHERE path LIKE '%mine%'")" ]
}

@test "the table of what was written is looked for, and its loss hides nothing else" {
  sql "DROP TABLE written; UPDATE run SET inputs = '{}'"
  told 65 "table written: it is gone" "its inputs are not those of the run"
}

# submitted: the report of 30 June left on 3 July; its path in $report.
submitted() {
  report=$(echo w/reports/*-2023-06-30-*/report.md)
  zicha -C w --today 2023-07-03 submit --unsigned --out a.zrep --by 张某 >/dev/null 2>&1
}

@test "a report that was submitted and changed since is named with the line, whatever else was changed with it" {
  local report
  submitted
  told 0
  sed -i '3s/$/添/' "$report"
  told 65 "${report#w/}:3: it is not the report that was submitted on 2023-07-03" "1 faults"
  sql "UPDATE written SET sha256 = '$(sha256sum <"$report" | cut -d ' ' -f 1)' WHERE path LIKE '%report.md'"
  told 65 "${report#w/}:3: it is not the report that was submitted on 2023-07-03"
  sql "DELETE FROM written"
  told 65 "${report#w/}:3: it is not the report that was submitted on 2023-07-03"
}

@test "a report that was submitted and is gone is a fault, its folder as well" {
  local report
  submitted
  rm "$report"
  told 65 "${report#w/}: it is gone, and was submitted on 2023-07-03"
  rm -r w/reports
  told 65 "${report#w/}: it is gone, and was submitted on 2023-07-03"
}

@test "a report that was completed by hand is as it was submitted; the draft in its place is not" {
  local report
  report=$(echo w/reports/*/report.md)
  cp "$report" draft
  sed -i '2s/^/填好的一行/' "$report"
  told 65 "it was changed after zicha wrote it"
  submitted
  told 0
  cp draft "$report"
  told 65 "${report#w/}:2: it is not the report that was submitted"
}

@test "a report that zicha has written again since it was submitted is a note, and kept from then on" {
  local report
  submitted
  zicha -C w --today 2023-06-30 report >/dev/null 2>&1
  told 0 "note: ${report#w/}: it was written again after it was submitted on 2023-07-03"
  sed -i '3s/$/添/' "$report"
  told 65 "${report#w/}:3: it is not the report that was submitted"
}

@test "a submission whose event does not say where its report lies is found by its run" {
  local report
  submitted
  [ "$(sql "SELECT json_extract(body, '\$.path') FROM event WHERE action = 'submit'")" = "${report#w/}" ]
  sql "DROP TRIGGER event_stays; UPDATE event SET body = json_remove(body, '\$.path') WHERE action = 'submit'"
  rm "$report"
  told 65 "${report#w/}: it is gone, and was submitted on 2023-07-03"
}

@test "a run whose record or inputs were changed is named" {
  sql "UPDATE run SET record = replace(record, '\"problem\":2', '\"problem\":0')"
  told 65 "run $(sql 'SELECT id FROM run'): its record is not the one that was kept"
  sql "UPDATE run SET inputs = '{}'"
  told 65 "its inputs are not those of the run"
}

@test "everything at once is told at once, and to programs as JSON" {
  chmod u+w "$(find w/evidence -type f)"
  echo x >"$(find w/evidence -type f)"
  sql "UPDATE problem SET state = 'closed' WHERE no = 2; UPDATE run SET inputs = ''"
  sed -i '$d' w/reports/*/report.md
  run zicha -C w verify --format json
  expect 65
  jq -e '.zicha == "verify/1" and .count == 5 and (.faults | length) == 5 and .head.seq == 5 and
    ([.faults[].kind] == ["problem", "run", "file", "file", "file"]) and .faults[0].name == "2" and
    .looked_at.problems == 2 and all(.faults[]; (.text | length) > 0 and has("args"))' <<<"$output"
}

@test "every key of the answer stands in docs/json.md" {
  local key
  sed -i '$d' w/reports/*/report.md
  echo x >w/evidence/stray
  zicha -C w verify --format json >answer.json || true
  for key in $(jq -r '[.. | objects | keys[]] | unique[]' answer.json); do
    grep -qE "\"$key\":|\`([a-z_.]*\[?\]?\.)?$key\`" "$ZICHA_ROOT/docs/json.md" || {
      echo "docs/json.md does not name $key"
      return 1
    }
  done
}

@test "a folder that is no workspace, and a format that is none, are refused" {
  run zicha -C p verify
  expect 66
  run zicha -C w verify --format xml
  expect 64
}

# ---- mending ---------------------------------------------------------------------------

@test "mend makes problems, instances and citations again, after a copy, and no event changes" {
  sql "SELECT * FROM event" >events
  sql "SELECT * FROM written" >written
  [ -s written ]
  sqlite3 w/zicha.db "SELECT * FROM problem; SELECT * FROM instance; SELECT * FROM citation" >before
  sql "UPDATE problem SET state = 'closed'; DELETE FROM instance; DELETE FROM citation;
    UPDATE head SET by_hand = 77"
  run zicha -C w verify --mend
  expect 0 "zicha.db.before-mend" "everything is as it was written"
  sql "SELECT * FROM event" | cmp - events
  sql "SELECT * FROM written" | cmp - written
  sqlite3 w/zicha.db "SELECT * FROM problem; SELECT * FROM instance; SELECT * FROM citation" |
    cmp - before
  [ "$(sqlite3 w/zicha.db.before-mend "SELECT by_hand FROM head")" = 77 ]
  run zicha -C w verify --mend
  expect 0 "nothing that could be made again is wrong: nothing was done" "everything is as it was written"
  [ ! -e w/zicha.db.before-mend-2 ]
  sql "UPDATE problem SET state = 'closed'"
  zicha -C w verify --mend --format json >out.json 2>err.txt
  [ "$(jq .count out.json)" = 0 ]
  grep -q '^problem' err.txt
  grep -q 'zicha.db.before-mend-2' err.txt
}

@test "a file that is gone is nothing that mend makes again: no copy" {
  chmod -R u+w w
  find w/evidence -type f -delete
  run zicha -C w verify --mend
  expect 65 "nothing that could be made again is wrong: nothing was done" "is gone: put it back from a backup" "1 faults"
  [ ! -e w/zicha.db.before-mend ]
}

@test "mend makes nothing of events that are not whole, and hides no end that was cut off" {
  local before
  sql "DROP TRIGGER event_kept; DELETE FROM event WHERE seq > 3"
  before=$(sha256sum w/zicha.db)
  run zicha -C w verify --mend
  expect 65 "the events in w/zicha.db are not whole" "put a backup in its place"
  [ "$(sha256sum w/zicha.db)" = "$before" ]
  [ ! -e w/zicha.db.before-mend ]
}

@test "what somebody puts into a problem's text goes into no report" {
  sql "UPDATE problem SET told = '{\"a\":\"--> <script>alert(1)</script>\"}' WHERE no = 1"
  run zicha -C w --today 2023-07-05 report
  expect 65 "is not what zicha writes" "zicha verify"
  [ -z "$(grep -rl '<script>' w/reports)" ]
}

@test "rows that are not what zicha writes are damage for whoever reads them, and verify is named" {
  local body command
  (cd w && zicha key new --no-passphrase) >/dev/null 2>&1
  sqlite3 w/zicha.db "INSERT OR IGNORE INTO instance (id, problem, body, verdict, reason)
    VALUES ('0123', 1, '{}', '', '')"
  cp w/zicha.db whole.db
  damaged() { # COMMAND…
    run zicha -C w --today 2023-07-05 "$@"
    expect 65 "w/zicha.db is damaged" "of the ledger is not what zicha writes; run \`zicha verify\`" || return 1
    never memory script
  }
  printf '明细编号,结论,理由\n0123,,想一想\n' >sheet.csv
  for body in '[]' 5 '"x"' 'null'; do
    sqlite3 w/zicha.db "UPDATE problem SET body = '$body'"
    for command in "list" "list --format json" "list --format csv" "show 1" "rows 1" "start 1 --by 王某"; do
      damaged problem $command
    done
    damaged report
    damaged submit --out a.zrep --by 王某
    damaged problem rows import 1 sheet.csv --by 张某
    cp whole.db w/zicha.db
    sqlite3 w/zicha.db "UPDATE instance SET body = '$body'"
    damaged problem rows 1
    damaged problem rows import 1 sheet.csv --by 张某
    cp whole.db w/zicha.db
  done
  [ ! -e a.zrep ]
  for body in '{"no": 2, "plan": "p", "item": "posted", "state": "found"}' '{"no": 1}'; do
    sqlite3 w/zicha.db "UPDATE problem SET body = '$body' WHERE no = 1"
    damaged problem show 1
    damaged report
    cp whole.db w/zicha.db
  done
  for body in '{"id": 5}' '{"id": "0123", "keys": [5]}' '{"id": "0123", "show": {}}'; do
    sqlite3 w/zicha.db "UPDATE instance SET body = '$body'"
    damaged problem rows 1
    cp whole.db w/zicha.db
  done
}
