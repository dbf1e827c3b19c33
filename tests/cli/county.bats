#!/usr/bin/env bats
# The generated county: whoever measures an office by it has to be able to believe it.
load helper
load county

# state WORD: how many files the key gives this state.
state() { jq -r .state "$files" | grep -cx "$1"; }

# open_as CODE FILE: zc_zrep_check with the facility's key.
open_as() {
  key_of "$1" key.pub
  run "$ZICHA_BUILD/tests/signing" open key.pub "$2"
}

# One file of what is planted.
file_of() { echo "$county/$(jq -r "select(.planted == \"$1\" and .state != \"accepted\") | .path" "$files" | head -n "${2:-1}" | tail -n 1)"; }
code_of() { jq -r "select(.planted == \"$1\") | .facility" "$files" | head -n 1; }

@test "the same seed makes the same bytes, with however many processes; another does not" {
  make_county
  generate --jobs 1 again county
  diff -rq "$county" again
  generate --seed 2 other county
  no cmp -s "$county/key.ndjson" other/key.ndjson
}

@test "each facility has one line a round, each file one line, and all lines have their files" {
  make_county
  [ "$(jq -r '[.facility, .round] | @tsv' "$key" | sort -u | wc -l)" = 900 ]
  [ "$(wc -l <"$key")" = 900 ]
  [ "$(jq -r .path "$files" | sort)" = "$(cd "$county" && find mail -type f | sort)" ]
  [ "$(jq -r 'select(.file).file' "$key" | sort)" = \
    "$(jq -r 'select(.state | IN("accepted", "late", "broken_chain")).path' "$files" | sort)" ]
  [ "$(tail -n +2 "$roster" | cut -d , -f 1 | sort)" = "$(jq -r 'select(.on_roster).facility' "$key" | sort -u)" ]
}

@test "several of everything are planted, and most are honest" {
  make_county
  local word
  for word in late broken_chain superseded replayed tampered foreign_key unsigned \
    unknown_facility foreign_plan bad_date; do
    [ "$(state "$word")" -ge 4 ]
  done
  [ "$(jq -r 'select(.planted != "honest").planted' "$key" | sort -u | wc -l)" = 32 ]
  [ "$(jq -r 'select(.planted == "honest").facility' "$key" | sort -u | wc -l)" -gt 180 ]
  [ "$(jq -r 'select(.on_roster).class' "$key" | sort -u | wc -l)" = 22 ]
}

@test "honest reports are good by the library's own check, others say what is wrong" {
  make_county
  local path code
  while IFS=$'\t' read -r code path; do
    open_as "$code" "$county/$path"
    expect 0 "$code "
  done < <(jq -r 'select(.planted == "honest") | [.facility, .path] | @tsv' "$files" | awk 'NR % 150 == 1')
  for word in record_changed figures_changed comment_changed new_key others_key unsigned; do
    path=$(file_of "$word")
    open_as "$(code_of "$word")" "$path"
    expect 77
  done
  good=$("$ZICHA_BUILD/bench-collect-limit" "$roster" "$mail")
  [ "${good%% files*}" = "$(wc -l <"$files")" ]
  # The limit program does not see figures that were changed.
  honest=$(jq -r 'select(.state | IN("unknown_facility", "unsigned", "foreign_key") | not) |
    select(.state != "tampered" or (.planted | IN("record_changed", "comment_changed") | not)).path' \
    "$files" | wc -l)
  [[ "$good" == *" $honest good,"* ]]
}

@test "items, sets, totals and problems of each record agree" {
  make_county
  records "$mail" >records
  [ "$(wc -l <records)" = "$(wc -l <"$files")" ]
  run jq -r '. as $r | .totals as $t | ([.items[].status] | group_by(.) |
      map({key: .[0], value: length}) | from_entries) as $n |
    select([$t.items, $t.applicable, $t.pass, $t.problem, $t.not_applicable, $t.not_checked, $t.undetermined, $t.manual]
      != [(.items | length), (.items | length) - ($n.not_applicable // 0), $n.pass // 0, $n.problem // 0,
        $n.not_applicable // 0, $n.not_checked // 0, $n.undetermined // 0, ([.items[] | select(.manual)] | length)]
      or any(.sets[0].members[]; .problems != (.id as $m | [$r.items[] | select(.member == $m and .status == "problem")] | length))
      or any(.problems[]; .item as $i | all($r.items[]; .id != $i))) | .run' records
  expect 0
  [ -z "$output" ]
}

@test "figures are those of the record's problems, but for what is planted" {
  make_county
  records "$mail" >records
  figures "$mail" >figures
  jq -c 'def n(f): [.problems[] | select(f)] | length;
    def done: .state | IN("rectified", "checked", "closed", "held");
    {run, found: n(true), counted: n(.counted), pending: n(.state == "found"),
      dismissed: n(.state == "dismissed"), rectified: n(.counted and done),
      closed: n(.counted and (.state | IN("closed", "held"))), extended: n(.counted and .extended > 0),
      relapsed: n(.relapses > 0), reported: n(.reported), unreported: n(.unreported),
      refund: ([.problems[].refund | gsub("\\."; "") | tonumber] | add // 0)}' records >counted
  jq -c '{run} + (.ledger.figures | {found, counted, pending, dismissed, rectified, closed, extended,
      relapsed, reported, unreported, refund: (.refund | gsub("\\."; "") | tonumber)})' figures >told
  diff counted told | sed -n 's/^> //p' | jq -r .run | sort >differ
  jq -r 'select(.planted == "figures_disagree" and .state == "tampered").run' "$files" | sort >wanted
  [ -s wanted ]
  cmp wanted differ
}

@test "nobody honest looks like one who walks through" {
  make_county
  jq -s 'map(select(.planted == "honest" and .file and (.twin | not)))' "$key" >honest
  [ "$(jq 'map(select(.nil or .left_out != {absent: 0, not_checked: 0, undetermined: 0})) | length' honest)" = 0 ]
  records "$mail" >records
  jq -c '{code: .facility.code, today, answers: [.items[].answer],
    same_day: ([.problems[] | select(.done and .done == .found)] | length),
    least: ([.items[].answer // "" | select(test("^[0-9]+/")) | split("/")[0] | tonumber] | min)}' records >looks
  jq -r 'select(.planted == "honest" and (.twin | not)).facility' "$key" | sort -u >codes
  jq -sr --rawfile codes codes '($codes | split("\n")) as $c | map(select(.code | IN($c[]))) |
    [(group_by(.answers) | map(select(length > 1)) | length), (map(.same_day) | add), (map(.least) | min)] | @tsv' looks >tell
  [ "$(cat tell)" = "$(printf '0\t0\t10')" ]
}

@test "signals that are planted can be seen in the records" {
  make_county
  records "$mail" >records
  of() { jq -r "select(.planted == \"$1\" and .state == \"accepted\").facility" "$files" | sort -u >codes; }
  # of NAME, then what each of these facilities shows in its three rounds.
  seen() {
    jq -sc --rawfile codes codes '($codes | split("\n")) as $c | map(select(.facility.code | IN($c[]))) |
      group_by(.facility.code) | map(sort_by(.today)) | map('"$1"') | unique' records
  }
  of silent_data
  [ "$(seen '[.[] | [(any(.tables[]; .absent)), ([.items[] | select(.kind == "data" and .status == "problem")] | length)]]')" = \
    '[[[false,3],[true,0],[true,0]]]' ]
  of unchanged
  [ "$(seen '[(map([.items[].answer]) | unique | length), any(.[].tables[]; .absent | not)]')" = '[[1,false]]' ]
  of same_day
  [ "$(seen 'all(.[].problems[]; .found == .done and .found == .closed)')" = '[true]' ]
  of token_sample
  [ "$(seen '[.[].items[].answer // "" | select(test("/"))] | unique')" = '[["1/0"]]' ]
  of relapsed
  [ "$(seen '[.[] | [.problems[] | select(.state == "relapsed")] | length]')" = '[[0,0,1]]' ]
  of identical
  while read -r code; do
    twin=$(jq -r "select(.facility == \"$code\" and .twin).twin" "$key" | head -n 1)
    [ "$(jq -c "select(.facility.code == \"$code\") | [.today, .items]" records)" = \
      "$(jq -c "select(.facility.code == \"$twin\") | [.today, .items]" records)" ]
  done <codes
}

@test "chains are broken in the third round and nowhere else" {
  make_county
  records "$mail" >records
  jq -r 'select(.state | IN("accepted", "late", "broken_chain")).run' "$files" | sort >runs
  jq -sr --rawfile runs runs '($runs | split("\n") | map({key: ., value: true}) | from_entries) as $kept |
    map(select($kept[.run])) | unique_by(.run) | group_by(.facility.code)[] | sort_by(.today) |
    select(any(range(1; length) as $i | [.[$i - 1], .[$i]];
      .[1].ledger.seq <= .[0].ledger.seq or (([.[0].problems[].no] - [.[1].problems[].no]) != []))) |
    .[0].facility.code' records | sort >broken
  jq -r 'select(.state == "broken_chain").facility' "$files" | sort | cmp - broken
}

@test "hostile reports are the same for the same seed; what was injected is signed" {
  local count=230
  [ -z "${ZICHA_LONG:-}" ] || count=10000
  make_hostile 7 $count
  generate again hostile 7 $count
  diff -rq "$hostile" again
  [ "$(find "$hostile/mail" -type f | wc -l)" = $count ]
  roster=$hostile/roster.csv
  line=$(jq -c 'select(.mutation == "shown")' "$hostile/files.ndjson" | head -n 1)
  open_as "$(jq -r .facility <<<"$line")" "$hostile/$(jq -r .path <<<"$line")"
  expect 0
}

@test "odd files are made without using the disk" {
  make_county
  make_odd_files odd "$county/$(jq -r .path "$files" | head -n 1)"
  [ "$(du -sm odd | cut -f 1)" -lt 60 ]
  [ -p odd/fifo.zrep ]
  chmod 600 odd/unreadable.zrep
}

@test "an office that collects the county makes of each file what the answer key says" {
  make_rostered_office office
  collect_county office
  sqlite3 -separator ' ' office/zicha.db "SELECT file, state FROM collected JOIN standing ON no = standing.report" |
    sort >told
  # What came twice byte for byte is one file.
  jq -r 'select(.planted != "replayed_file" or .state != "replayed") | "\(.sha256) \(.state)"' "$files" | sort >wanted
  diff wanted told
}
