#!/usr/bin/env bats
# The data rules of the plan on large prescriptions against SQL scripts over the same
# files (tests/oracle): two programs, written apart, that have to count alike.
load helper

scripts=$ZICHA_ROOT/tests/oracle

# The example's exports as ./rx_lines.csv and ./exam_requests.csv, in UTF-8.
take_exports() {
  cp "$example/hospital/rx_lines.csv" rx_lines.csv
  iconv -f GB18030 -t UTF-8 "$example/hospital/exam_requests.csv" >exam_requests.csv
}

# What SQL says: oracle TABLE [SCRIPT]
oracle() {
  (cd "$scripts" && sqlite3 -bail -batch :memory: 'CREATE TABLE raw (text TEXT)' \
    '.mode ascii' '.separator "\037" "\n"' ".import '$work/$1.csv' raw" \
    '.mode list' '.separator "|" "\n"' '.read cells.sql' ".read $1.sql" ${2:+".read $2"})
}

# What the program says of the same files, in the same words.
judge() {
  zicha init w --plan "$plan" --facility "$example/hospital/facility.yaml" >/dev/null
  for table in rx_lines exam_requests staff; do
    zicha -C w import "$table" "${1:-.}/$table.csv" >/dev/null
  done
  zicha -C w --today 2023-06-30 check --format json >record.json || [ $? -lt 64 ]
}

# Those that look at each row, prescription or examination by itself: the two others look
# into a table that the example does not have, and at the prescriptions before.
rules_of() {
  jq -r --arg stem "$1." '.items[].rules[]? | select(.id | startswith($stem)) |
    select(.id | IN("rx.over_daily_dose", "rx.overlap") | not) | .id + " " +
    if .status == "not_checked" then .status else
    "\(.status) population=\(.population) count=\(.count) unjudged=\(.unjudged) malformed=\(.malformed)"
    end' record.json | sort
}

range_of() {
  jq -r --arg table "$1" '.tables[] | select(.id == $table) |
    "rows=\(.rows) malformed=\(.malformed) from=\(.from) to=\(.to)"' record.json
}

# Both say the same of both tables, rule by rule.
agree() {
  local table stem
  for table in rx_lines exam_requests; do
    stem=${table%%_*}
    oracle "$table" >wanted.txt
    { rules_of "$stem" && range_of "$table"; } >found.txt
    [ "$(wc -l <wanted.txt)" -ge 4 ]
    diff wanted.txt found.txt
  done
}

# Rewrites an export: edit TABLE SCRIPT [NAME=VALUE…]
edit() {
  local table=$1 script=$2 option
  shift 2
  local options=()
  for option in "$@"; do options+=(-v "$option"); done
  LC_ALL=C awk "${options[@]}" -f "$scripts/$script.awk" "$table.csv" >edited.csv
  if cmp -s edited.csv "$table.csv"; then
    echo "$script changed nothing in $table"
    return 1
  fi
  mv edited.csv "$table.csv"
}

# All exports with blank and unreadable cells in each column that a rule reads.
make_holes() {
  take_exports
  edit rx_lines holes places="3 8 9 11 12 15 16"
  edit exam_requests holes places="2 3 4 7 9 10"
  cp "$example/hospital/staff.csv" staff.csv
}

# All exports with their columns turned about and under other names.
turn_columns() {
  edit rx_lines columns "drop=$1" \
    renamed="处方号=处方编号 处方日期=开方日期 就诊类型=就诊类别 年龄=年龄（岁） 药品编码=药品代码 中药饮片=是否饮片 用药天数=天数 慢病=慢性病标志 超量理由=延长理由"
  edit exam_requests columns "drop=$2" \
    renamed="申请单号=检查申请单号 患者编号=病人ID 申请时间=开单时间 项目编码=检查项目编码 检查类型=检查类别 检查目的=检查指征 是否阳性=阳性标志"
}

@test "the example's exports: SQL counts the same populations, hits and unjudged rows" {
  take_exports
  judge "$example/hospital"
  agree
}

@test "every data rule of the plan that the example has tables for is counted by SQL" {
  take_exports
  judge "$example/hospital"
  jq -r '.items[].rules[]? | select(.status != "not_checked") | .id' record.json |
    sort >rules.txt
  { oracle rx_lines overlap.sql; oracle exam_requests; } |
    sed -n 's/^\([a-z]*\.[a-z_]*\) .*/\1/p' | sort | diff rules.txt -
  [ "$(wc -l <rules.txt)" -eq 8 ]
}

@test "prescribed again before it was used up: SQL finds the same prescriptions" {
  take_exports
  judge "$example/hospital"
  oracle rx_lines overlap.sql | grep '^rx.overlap' >wanted.txt
  jq -r '.items[].rules[]? | select(.id == "rx.overlap") |
    "\(.id) population=\(.population) count=\(.count)"' record.json | diff wanted.txt -
}

@test "rows in another order: the same counts, by SQL and by the program" {
  take_exports
  judge "$example/hospital"
  { rules_of rx; rules_of exam; } >before.txt
  rm -r w
  edit rx_lines shuffle
  edit exam_requests shuffle
  cp "$example/hospital/staff.csv" staff.csv
  judge
  agree
  { rules_of rx; rules_of exam; } | diff before.txt -
}

@test "blank and unreadable cells in every column that a rule reads: the same counts" {
  make_holes
  judge
  agree
  # The edit has made work: each rule now has rows that it cannot judge.
  [ "$(jq '[.items[].rules[]? | select(.unjudged > 0)] | length' record.json)" -ge 6 ]
}

@test "columns from last to first, other headers, quoted cells, CRLF: the same counts" {
  take_exports
  cp "$example/hospital/staff.csv" staff.csv
  turn_columns 科室 检查部位
  judge
  agree
}

@test "columns that are missing: their rules are not checked, the others count the same" {
  take_exports
  cp "$example/hospital/staff.csv" staff.csv
  turn_columns 药品编码 是否阳性
  judge
  agree
  [ "$(rules_of rx | grep -c not_checked)" -eq 1 ]
  [ "$(rules_of exam | grep -c not_checked)" -eq 1 ]
}

@test "everything at once: holes, another order, other columns" {
  make_holes
  edit rx_lines shuffle
  edit exam_requests shuffle
  turn_columns 性别 检查部位
  judge
  agree
}

@test "an export in GB18030 gives what the same export in UTF-8 gives" {
  take_exports
  cp "$example/hospital/staff.csv" staff.csv
  judge
  agree
  rm -r w
  for table in rx_lines exam_requests; do
    iconv -f UTF-8 -t GB18030 "$table.csv" >edited.csv
    cp "$table.csv" "$table.utf8"
    mv edited.csv "$table.csv"
  done
  judge
  for table in rx_lines exam_requests; do mv "$table.utf8" "$table.csv"; done
  agree
}

# Spoils one cell of the prescriptions with a sed command: both have to name its line.
refuse_spoiled() {
  take_exports
  sed "$1" "$example/hospital/rx_lines.csv" >rx_lines.csv
  line=$(oracle rx_lines | sed -n 's/^spoiled in line //p')
  [ -n "$line" ]
  zicha init w --plan "$plan" --facility "$example/hospital/facility.yaml"
  run zicha -C w import rx_lines rx_lines.csv
  expect 65 "rx_lines.csv:$line:"
}

@test "a code that a spreadsheet has spoiled is refused with the line SQL names" {
  refuse_spoiled '2000s/,XY[0-9]*,/,1.23E+17,/'
}

@test "a key that a spreadsheet has spoiled is refused with the line SQL names" {
  refuse_spoiled '2000s/^[^,]*/1.23E+17/'
}

@test "a date that a spreadsheet has spoiled is refused with the line SQL names" {
  refuse_spoiled '1999s/,2023[^,]*,/,45012,/'
}
