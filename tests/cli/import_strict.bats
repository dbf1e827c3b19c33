#!/usr/bin/env bats
# import --strict: an export is whole, or it is not taken.
load helper

header=工号,姓名,岗位类别

# staff FILE LINE…
staff() {
  local file=$1
  shift
  printf '%s\n' "$header" "$@" >"$file"
}

setup() {
  begin_test
  echo '- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}' |
    make_package p
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  staff good.csv Y1,甲,医 Y2,乙,护
  staff bad.csv Y1,甲,医 Y2,乙 Y3,丙,医,药 ,丁,药 Y1,戊,药 'Y5,"己,药' Y6,庚,药
}

import() { zicha -C w import staff "$@"; }

stored() { sqlite3 -readonly w/zicha.db "SELECT body FROM handed WHERE name = 'staff'"; }

@test "--strict refuses malformed rows and tells each kind with its count and its lines" {
  run import bad.csv --strict
  expect 65 "2 malformed rows, line 3、4: the number of cells differs from the header" \
    "1 malformed rows, line 5: the key is blank" \
    "1 malformed rows, line 6: the key stands in an earlier row already" \
    "1 malformed rows, line 7: a quotation mark is not closed" \
    "bad.csv has 5 malformed rows: with --strict it was not imported"
  never "rows read"
}

@test "of what --strict refuses nothing is kept" {
  run import --strict bad.csv
  expect 65
  [ -z "$(ls -A w/data)" ]
  [ -z "$(stored)" ]
}

@test "--strict leaves the earlier import as it was" {
  import good.csv
  before=$(stored)
  run import bad.csv --strict
  expect 65
  [ "$(stored)" = "$before" ]
  cmp good.csv w/data/staff-*.csv
}

@test "--strict takes a file without malformed rows, also one with cells that cannot be read" {
  run import good.csv --strict
  expect 0 "2 rows read"
  staff words.csv Y1,甲,医 Y2,乙,保洁
  run import words.csv --strict
  expect 0 "2 rows read" "岗位类别: 1 cells cannot be read"
}

@test "without --strict the same rows are listed by line, and the file is taken" {
  run import bad.csv
  expect 0 "2 rows read" "5 rows are malformed" "line 3: the number of cells" "line 5: the key is blank"
}

@test "--strict refuses a file that was taken without it; the import stands" {
  import bad.csv
  before=$(stored)
  run import bad.csv --strict
  expect 65 "has 5 malformed rows"
  never "nothing has changed"
  [ "$(stored)" = "$before" ]
  cmp bad.csv w/data/staff-*.csv
  import good.csv
  run import good.csv --strict
  expect 0 "nothing has changed"
}

@test "of many malformed rows of a kind --strict tells five lines, of a rare one its own" {
  staff many.csv $(seq -f 'A%g' 1 60) ,丁,药 Y1,甲,医
  run import many.csv --strict
  expect 65 "60 malformed rows, line 2、3、4、5、6 …: the number of cells" \
    "1 malformed rows, line 62: the key is blank" "has 61 malformed rows"
  never "、7"
}

@test "--strict speaks Chinese" {
  ZICHA_LANG=zh run import bad.csv --strict
  expect 65 "2行格式错误，第3、4行：" "bad.csv 有5行格式错误：已指定 --strict，未导入"
}

@test "import auto refuses as strictly" {
  run zicha -C w import auto --yes --strict bad.csv
  expect 65 "has 5 malformed rows: with --strict it was not imported"
  [ -z "$(ls -A w/data)" ]
  run zicha -C w import auto --yes --strict good.csv
  expect 0 "2 rows read"
}

@test "--strict takes no value, and has nothing to say with --none" {
  run import good.csv --strict=yes
  expect 64
  run zicha -C w import --none staff 没有 --strict
  expect 64 "with --none there is no file"
  [ -z "$(stored)" ]
}
