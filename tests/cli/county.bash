# county.bash: a county of facilities and what they submit, made by bench-county
# (tests/bench/county). ZICHA_BUILD has the program; what is made is made once a file.

# The plan that all reports are of: questions, samples, data rules, two sets of ten and four
# members, duties on the last days of three quarters of 2023, which are the rounds.
county_plan=$ZICHA_ROOT/tests/bench/county/plan
county_plan_id=county/county-test

# The report that all others are made from: $sample/template.md, plan.json, the workspace template.
make_sample() {
  sample=$BATS_FILE_TMPDIR/sample
  [ -f "$sample/template.md" ] ||
    sh "$ZICHA_ROOT/tests/bench/county/county.sh" "$ZICHA" "$sample" >/dev/null
}

# generate FOLDER WORD…: bench-county with the sample; WORDs as its head says.
generate() {
  make_sample
  "$ZICHA_BUILD/bench-county" --template "$sample/template.md" --plan "$sample/plan.json" "$@"
}

# 300 facilities, three rounds, honest and planted. Sets $county (the folder), $roster (CSV),
# $mail (the files, beneath it a folder a round, and ROUND-late for what came after its last
# day), $key and $files (the answer key, JSON lines):
#
#   $key    a line for each facility and round: facility, name, class, town, round (its last
#           day), expected, on_roster; planted (what is wrong with this facility, or honest), here
#           (it is wrong in this round); state: accepted, late, broken_chain, missing (nothing can
#           stand for them) or not_expected; twin: whose answers are the same. Unless missing:
#           file, today, statuses (a letter an entry: P X S H N C U .), left_out {not_checked,
#           undetermined, absent}, nil (no problem, never one), tables (data were handed
#           over), totals of the record, figures of figures.json.
#   $files  a line for each file: path beneath $county, sha256, report (of report.md), facility,
#           round, run, today, planted, state: accepted, late, broken_chain, superseded, replayed,
#           tampered, foreign_key, unsigned, unknown_facility, foreign_plan, bad_date.
#
# What `planted` says is in tests/bench/county/place.c. A token_sample is unchanged and identical
# with its like, too: all its samples are 1/0.
make_county() {
  county=$BATS_FILE_TMPDIR/county
  [ -f "$county/roster.csv" ] || generate "$county" county
  roster=$county/roster.csv mail=$county/mail key=$county/key.ndjson files=$county/files.ndjson
}

# An office in ./$1 with the plan (whose duties make the rounds; another one is $2) and the county's
# roster.
make_rostered_office() {
  make_county
  printf '%s\n' 'name: 示例县卫生健康局' 'code: 52000000OFFICE' 'level: county' 'region: 示例县' >office.yaml
  "$ZICHA" init "$1" --office --office-file office.yaml --plan "${2:-$county_plan}" >/dev/null
  "$ZICHA" -C "$1" --today 2023-03-01 roster import "$roster" --by 办公室 >/dev/null
}

# collect_county OFFICE: takes in round by round what has come, on the round's last day, and a
# fortnight later what was late. The last output is in $output.
collect_county() {
  local round
  for round in 2023-03-31 2023-06-30 2023-09-30; do
    run "$ZICHA" -C "$1" --today "$round" collect "$mail/$round" --by 办公室
    run "$ZICHA" -C "$1" --today "$(date -d "$round + 15 days" +%F)" collect "$mail/$round-late" --by 办公室
  done
}

# The office that has collected the whole county, made once a file: $whole, which nobody writes into.
make_whole_office() {
  make_county
  whole=$BATS_FILE_TMPDIR/whole
  [ -d "$whole" ] || (cd "$BATS_FILE_TMPDIR" && make_rostered_office whole && collect_county whole)
}

# A copy of it, as ./o. What was collected is written by nobody and has another name there.
collected_office() {
  make_whole_office
  mkdir o
  cp -al "$whole/inbox" o/inbox
  (cd "$whole" && find . -mindepth 1 -maxdepth 1 ! -name inbox -exec cp -a {} "$OLDPWD/o/" \;)
}

# A command of ./o when all rounds are over, as `run` does; a value of its database.
at() { run "$ZICHA" -C o --today 2023-12-01 "$@"; }
of_office() { sqlite3 o/zicha.db "$1"; }

# The lines of the key whose reports count for a round: counting ROUND
counting() {
  jq -c --arg round "$1" 'select(.round == $round and .on_roster and .expected
    and (.state | IN("accepted", "late")))' "$key"
}

# make_hostile SEED COUNT: so many mutations of valid reports, in $hostile/mail/hostile-0 … 3, one of each
# facility in $hostile/roster.csv; $hostile/files.ndjson has path, mutation, facility, signed (by the
# facility, after the mutation), expect (bad: cannot be accepted; any).
make_hostile() {
  hostile=$BATS_FILE_TMPDIR/hostile-$1-$2
  [ -f "$hostile/roster.csv" ] || generate "$hostile" hostile "$1" "$2"
}

# make_odd_files FOLDER REPORT: what a folder may hold besides reports, under names that look like
# them; links lead to REPORT, and copies of it have odd names.
make_odd_files() {
  local folder=$1 report i
  report=$(realpath "$2")
  mkdir -p "$folder/deep"
  truncate -s 2G "$folder/two-gigabytes.zrep"
  truncate -s 2G "$folder/two-gigabytes.md"
  : >"$folder/empty.zrep"
  mkdir "$folder/folder.zrep"
  ln -s "$report" "$folder/link.zrep"
  ln "$report" "$folder/hard-link.zrep" 2>/dev/null || cp "$report" "$folder/hard-link.zrep"
  ln -s /etc/passwd "$folder/passwd.md"
  ln -s nowhere "$folder/dangling.zrep"
  ln -s loop.zrep "$folder/loop.zrep"
  ln -s .. "$folder/deep/up"
  ln -s /dev/zero "$folder/zero.zrep"
  mkfifo "$folder/fifo.zrep"
  mknod "$folder/device.zrep" c 1 5 2>/dev/null || true # where that is allowed: /dev/zero
  cp "$report" "$folder/unreadable.zrep" && chmod 0 "$folder/unreadable.zrep"
  # A bomb: ten mebibytes on the disk, ten gibibytes of zeros.
  head -c 10485760 /dev/zero | gzip -9 >"$folder/ten.gz"
  for ((i = 0; i < 1024; i++)); do echo "$folder/ten.gz"; done | xargs cat >"$folder/bomb.zip"
  cp "$folder/bomb.zip" "$folder/bomb.zrep"
  rm "$folder/ten.gz"
  cp "$report" "$folder/-rf.zrep"
  cp "$report" "$folder/=cmd|' calc'!A0.zrep"
  cp "$report" "$folder/<script>alert(1)<script>.zrep"
  cp "$report" "$folder/"$'two\nlines.zrep'
  cp "$report" "$folder/"$'\e[31mred.zrep'
  cp "$report" "$folder/"$'\xff\xfe.zrep'
  cp "$report" "$folder/"$'\xe2\x80\xaeperz.zrep'
  cp "$report" "$folder/$(printf 'n%.0s' {1..250}).zrep"
  # So deep that the path is longer than PATH_MAX.
  (
    cd "$folder/deep" || exit
    for ((i = 0; i < 40; i++)); do
      mkdir "$(printf 'd%.0s' {1..120})" && cd "$(printf 'd%.0s' {1..120})" || exit
    done
    cp "$report" end.zrep 2>/dev/null || true
  )
}

# The records of files, one a line: record_of FILE…
record_of() { LC_ALL=C grep -ah '^<!-- zicha-record ' "$@" | sed 's/^<!-- zicha-record //; s/ -->$//'; }

# Those of a folder, by path: records FOLDER
records() {
  local paths
  mapfile -d '' -t paths < <(find "$1" -type f -name '*.zrep' -print0 | LC_ALL=C sort -z)
  record_of "${paths[@]}"
}

# Those of the reports that count for a round: counted_records ROUND
counted_records() {
  local paths
  mapfile -t paths < <(counting "$1" | jq -r --arg county "$county" '$county + "/" + .file')
  record_of "${paths[@]}"
}

# Their figures, in the same order.
figures() {
  find "$1" -type f -name '*.zrep' -print0 | LC_ALL=C sort -z |
    LC_ALL=C xargs -0 grep -ah '^{.*"zicha":"figures/1"'
}

# The key of one facility as a file: key_of CODE FILE
key_of() {
  { echo "untrusted comment: $1" && awk -F, -v code="$1" '$1 == code { print $11 }' "$roster"; } >"$2"
}
