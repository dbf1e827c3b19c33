#!/usr/bin/env bats
# Exports that are broken, or made to break us: each is refused or read as far as it goes, with
# the lines that are wrong, in little memory, and other tables do not suffer.
load ../cli/helper
load hostile

# A workspace w for one plan of two tables; stays is in order and handed over.
setup_file() {
  cd "$BATS_FILE_TMPDIR" || return 1
  export ZICHA_LANG=en
  make_package p <<'END'
- {id: calls, title: 就诊, kind: data, rules: [calls.many]}
- {id: stays, title: 住院, kind: data, rules: [stays.long]}
END
  write_rule p calls <<<"rule \"calls.many\" { on = \"calls\", where = 'days == 19' }"
  write_rule p stays <<<"rule \"stays.long\" { on = \"stays\", where = 'days == 19' }"
  for table in calls stays; do
    write_dataset p "$table" 'name: {type: text, titles: [称呼]}'
  done
  make_facility
  "$ZICHA" init w --plan p --facility facility.yaml >/dev/null
  { header; rows S 1 100; } >stays.csv
  "$ZICHA" -C w import stays stays.csv >/dev/null
}

setup() {
  export ZICHA_LANG=en
  if [ "${ZICHA_SANITIZED:-OFF}" = ON ]; then export ZICHA_ISOLATION=process; fi
  cp -a "$BATS_FILE_TMPDIR"/{p,w} "$BATS_TEST_TMPDIR"
  cd "$BATS_TEST_TMPDIR" || return 1
}

# repeat BYTES CHARACTER
repeat() { head -c "$1" /dev/zero | tr '\0' "$2"; }

# Runs zicha with room for the export and 256 MiB more, by one thread: sanitizers need more.
within() {
  local room=$(($(stat -c %s calls.csv) / 1024 + 262144))
  status=0
  (
    [ "${ZICHA_SANITIZED:-OFF}" = ON ] || ulimit -v "$room"
    ZICHA_THREADS=1 exec timeout 60 "$ZICHA" -C w --today 2023-06-30 "$@"
  ) >output.txt 2>messages.txt || status=$?
}

# told TEXT…: each stands in what was said.
told() {
  local text
  for text in "$@"; do
    grep -qF -- "$text" output.txt messages.txt || {
      echo "«$text» is not in:"
      cut -c 1-200 output.txt messages.txt | head -n 20
      return 1
    }
  done
}

# Both executors judge so many rows of calls, of which so many are hits and so many malformed,
# and stays as ever.
judged() { # ROWS HITS MALFORMED
  local executor
  for executor in plain vector; do
    export ZICHA_EXECUTOR=$executor
    sqlite3 w/zicha.db 'DELETE FROM run' 2>/dev/null || true
    within check --format json
    [ "$status" -le 2 ] || {
      cat messages.txt
      return 1
    }
    cp output.txt "record-$executor.json"
    expect "calls by $executor" "$(jq -c '.items[0] | [.population, .count]' output.txt)" "[$1,$2]"
    expect "malformed by $executor" \
      "$(jq -c '.tables[] | select(.id == "calls") | [.rows, .malformed]' output.txt)" "[$1,$3]"
    expect "stays by $executor" "$(jq -c '.items[1] | [.status, .population, .count]' output.txt)" \
      '["problem",100,5]'
  done
  cmp record-plain.json record-vector.json
}

# import was refused, and stays is judged as ever.
refused() {
  expect "exit status" "$status" 65
  told "$@"
  within check --format json
  expect "calls" "$(jq -r '.items[0].status' output.txt)" not_checked
  expect "stays" "$(jq -c '.items[1] | [.status, .population, .count]' output.txt)" \
    '["problem",100,5]'
}

# import took it, with these messages.
taken() {
  expect "exit status" "$status" 0
  told "$@"
}

@test "a file that ends in the middle of a row: that row is malformed" {
  { header; rows A 1 20000; printf 'A99999,1'; } >calls.csv
  within import calls calls.csv
  taken '20000 rows read' 'line 20002: the number of cells differs from the header'
  judged 20000 1000 1
}

@test "a quotation mark of the third row that is never closed costs its line alone" {
  { header; rows A 1 2; echo 'A3,3,"李'; rows A 4 20000; } >calls.csv
  within import calls calls.csv
  taken '19999 rows read' 'line 4: a quotation mark is not closed'
  judged 19999 1000 1
}

@test "a quotation mark in every row" {
  { header; rows A 1 20000 | sed 's/张/"张/'; } >calls.csv
  within import calls calls.csv
  taken '0 rows read' '20000 rows are malformed' 'line 2: '
  judged 0 0 20000
}

@test "fifty million quotation marks" {
  { header; repeat 50000000 '"'; echo; rows A 1 20; } >calls.csv
  within import calls calls.csv
  taken '20 rows read' 'line 2: a quotation mark is not closed'
  judged 20 1 1
}

@test "a header of ten million columns is refused" {
  { repeat 9999999 ,; echo; rows A 1 20; } >calls.csv
  within import calls calls.csv
  refused 'calls.csv:1: the header line cannot be read'
}

@test "a row of ten million cells is malformed, blank ones are none" {
  { header; rows A 1 10; yes x | head -n 9999999 | tr '\n' ,; echo; rows A 11 20
    repeat 9999999 ,; echo; rows A 21 40; } >calls.csv
  within import calls calls.csv
  taken '40 rows read' 'line 12: the number of cells differs from the header'
  judged 40 2 1
}

@test "a quoted cell of 100 MB: its row is malformed" {
  { header; rows A 1 2; printf 'B1,19,"'; repeat 100000000 x; echo '"'; rows A 3 20; } >calls.csv
  within import calls calls.csv
  taken '20 rows read' 'line 4: a quotation mark is not closed'
  judged 20 1 1
}

@test "a cell of 100 MB without quotation marks: its row is malformed" {
  { header; rows A 1 2; printf 'B1,19,'; repeat 100000000 x; echo; rows A 3 20
    printf 'B2,19,'; repeat 65536 x; echo; printf 'B3,19,'; repeat 65537 x; echo; } >calls.csv
  within import calls calls.csv
  taken '21 rows read' 'line 4: a cell is longer than 64 KiB' 'line 24: a cell is longer'
  judged 21 2 2
}

@test "a key of 100 MB, and a header of 100 MB" {
  { header; rows A 1 20; repeat 100000000 x; echo ,19,x; } >calls.csv
  within import calls calls.csv
  taken '20 rows read' 'line 22: a cell is longer than 64 KiB'
  judged 20 1 1
  { printf '就诊号,天数,称呼'; repeat 100000000 x; echo; rows A 1 20; } >calls.csv
  within import calls calls.csv
  expect "exit status" "$status" 65
  told 'calls.csv:1: the header line cannot be read'
}

@test "bytes that are zero: their rows are malformed" {
  { header; rows A 1 20; printf 'B1,19,a\0b\nB\0002,19,ab\nB3,1\0009,ab\n\0\n'; rows A 21 40; } \
    >calls.csv
  within import calls calls.csv
  taken '40 rows read' 'line 22: an invisible' 'line 23: an invisible' 'line 24: an invisible' \
    'line 25: '
  judged 40 2 4
}

@test "nothing but zeros is refused" {
  repeat 50000000 '\0' >calls.csv
  within import calls calls.csv
  refused 'calls.csv:1: '
}

@test "UTF-16 is named, with its mark and without, in both orders" {
  { header; rows A 1 2000; } >text.csv
  for encoding in utf-16 utf-16le utf-16be; do
    iconv -f utf-8 -t "$encoding" text.csv >calls.csv
    within import calls calls.csv
    refused 'calls.csv: the file is UTF-16' 'save it as «CSV UTF-8 (comma separated)»'
  done
}

@test "a line of GB18030 in a file of UTF-8 is malformed, and the other way round" {
  { header; rows A 1 20; echo 'B1,19,张三' | iconv -f utf-8 -t gb18030; rows A 21 40; } >calls.csv
  within import calls calls.csv
  taken '40 rows read' 'line 22: '
  judged 40 2 1
  { { header; rows A 1 20; } | iconv -f utf-8 -t gb18030; printf 'B1,19,\xff\xfe\xff\n'
    rows A 21 40 | iconv -f utf-8 -t gb18030; } >calls.csv
  within import calls calls.csv
  taken '40 rows read' 'line 22: '
  judged 40 2 1
}
