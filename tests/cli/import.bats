#!/usr/bin/env bats
# import: a data export comes into the workspace, unchanged and understood, or not at all.
load helper

# A plan of two rules over prescription lines: one needs days, the other age as well.
make_rules() {
  make_package p <<'END'
- {id: long, title: 超过7日, kind: data, rules: [own.long]}
- {id: young, title: 儿童超过3日, kind: data, rules: [own.young], or_ask: {ask: 有几张？, answer: number, problem_if: answer > 0}}
END
  write_rule p own <<'END'
rule "own.long"  { on = "rx_lines", among = [[visit_type == "门诊" and not is_tcm]],
                   where = "days > 7", count = "rx_no" }
rule "own.young" { on = "rx_lines", among = [[visit_type == "门诊" and age < 14]],
                   where = "days > 3", count = "rx_no" }
END
}

header=处方号,处方日期,就诊类型,年龄,患者编号,药品编码,中药饮片,用药天数

# Lines under the header: lines FILE LINE…
lines() {
  local file=$1
  shift
  printf '%s\n' "$header" "$@" >"$file"
}

good=(A1,2023-05-01,门诊,40,P900001,X1,否,8 A2,2023-05-02,急诊,41,P900002,X2,否,9
  A3,2023-05-03,门诊,9,P900003,X3,否,2)

setup() {
  begin_test
  make_rules
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  lines good.csv "${good[@]}"
}

import() { zicha -C w import rx_lines "$@"; }

stored() { printf '%s\n' w/data/rx_lines-*.csv; }

# What the record says of the table: table JQ-FILTER
table() { record w ".tables[] | select(.id == \"rx_lines\") | $1"; }

# ---- what is read ----------------------------------------------------------------------

@test "an import says how many rows and which days it read" {
  run import good.csv
  expect 0 "处方明细: 3 rows read" "dates from 2023-05-01 to 2023-05-03"
}

@test "headers are found by their aliases, in any order, spacing and width" {
  cat >alias.csv <<'END'
天数, 处方编号 ,就诊类别,开方日期,年龄（岁）,是否饮片,药品代码
8,A1,O,2023/5/1,４０,无,X1
2,A2,专家门诊,20230502,9,N,X1
9,A3,E,2023年5月3日,41,×,X1
END
  run import alias.csv
  expect 0 "3 rows read" "dates from 2023-05-01 to 2023-05-03"
  never "cannot be read"
  [ "$(item w long '"\(.population) \(.count)"')" = "2 1" ]
}

@test "columns of the file that nobody knows are named" {
  sed -e '1s/$/,床号,护士/' -e '2,$s/$/,1,2/' good.csv >more.csv
  run import more.csv
  expect 0 "columns of the file that are not used: 床号、护士"
}

@test "columns that the file lacks are named" {
  run import good.csv
  expect 0 "columns that the file does not have: " "、科室、" "、超量理由、"
  never "does not have: 处方号"
}

@test "a GB18030 file gives the same verdicts as UTF-8, with a notice" {
  import good.csv
  wanted=$(record w '[.items[] | [.id, .status, .population, .count]]')
  iconv -f UTF-8 -t GB18030 good.csv >gb.csv
  run import gb.csv
  expect 0 "read as GB18030" "3 rows read"
  [ "$(record w '[.items[] | [.id, .status, .population, .count]]')" = "$wanted" ]
}

@test "a BOM and CRLF line ends change nothing" {
  printf '\xef\xbb\xbf' >dos.csv
  sed 's/$/\r/' good.csv >>dos.csv
  run import dos.csv
  expect 0 "3 rows read"
  never malformed "cannot be read"
  [ "$(item w long .count)" = 1 ]
}

# ---- --map, --map-value, --blank, --covers ---------------------------------------------

@test "--map says which header is a column" {
  sed '1s/用药天数/疗程/' good.csv >other.csv
  import other.csv
  [ "$(item w long .status)" = not_checked ]
  run import other.csv --map days=疗程
  expect 0 "3 rows read"
  [ "$(item w long .status)" = problem ]
}

@test "--map with a header that the file lacks is refused, and names it" {
  run import good.csv --map days=疗程
  expect 65 疗程
  [ "$(item w long .status)" = not_checked ]
}

@test "unknown words of an enum column are listed with their counts" {
  lines words.csv "${good[@]}" B1,2023-05-01,体检,40,P1,X1,否,8 B2,2023-05-01,家访,40,P1,X1,否,8 \
    B3,2023-05-01,体检,40,P1,X1,否,8
  run import words.csv
  expect 0 "就诊类型: 3 cells cannot be read" "«体检» 2 times" "«家访» 1 times" \
    "--map-value visit_type:体检="
}

@test "--map-value says what a word means" {
  lines words.csv B1,2023-05-01,体检,40,P1,X1,否,8
  import words.csv
  [ "$(item w long .status)" = undetermined ]
  run import words.csv --map-value visit_type:体检=门诊
  expect 0 "1 rows read"
  never "cannot be read"
  [ "$(item w long .count)" = 1 ]
}

@test "--map-value with a meaning that the column lacks is refused" {
  run import good.csv --map-value visit_type:体检=体检科
  expect 65 "体检科 is not a value of the column visit_type" "was not imported"
  [ "$(table .sha256)" = "" ]
}

@test "--map-value, --map and --blank with an unknown column are refused" {
  for option in --map-value=visit_typ:体检=门诊 --map=visit_typ=就诊类型 --blank=visit_typ=no; do
    run import good.csv "$option"
    expect 65 "the table rx_lines has no column visit_typ" "zicha template rx_lines"
  done
}

@test "--blank says what blank cells are, and the record says so with their number" {
  lines blank.csv A1,2023-05-01,门诊,40,P1,X1,否,8 A2,2023-05-01,门诊,,P1,X1,,9
  import blank.csv --blank is_tcm=unknown
  [ "$(item w long '"\(.count) \(.unjudged)"')" = "1 1" ]
  import blank.csv --blank is_tcm=no --blank age=zero
  [ "$(item w long '"\(.count) \(.unjudged)"')" = "2 0" ]
  [ "$(table '[.blanks[] | "\(.title) \(.as) \(.count)"] | join(", ")')" = \
    "年龄 zero 1, 中药饮片 no 1" ]
}

@test "--covers says which days an export covers though it has no rows there" {
  lines one.csv A3,2023-05-03,门诊,9,P3,X3,否,2
  import one.csv
  whole=(--from 2023-04-01 --to 2023-05-31)
  [ "$(zicha -C w check "${whole[@]}" --format json | jq -r '.items[0].status')" = undetermined ]
  import one.csv --covers 2023-04-01..2023-05-31
  [ "$(zicha -C w check "${whole[@]}" --format json | jq -r '.items[0].status')" = pass ]
}

@test "options that are not of their form are refused: 64, and nothing is kept" {
  for option in --map=days --map-value=visit_type --map-value=visit_type:体检 \
    --map-value=visit_type=门诊 --blank=days --blank=days=null \
    --covers=2023-05-01 --covers=2023-05-31..2023-05-01 --covers=2023-02-30..2023-05-01; do
    run import good.csv "$option"
    expect 64 "is not of the form"
    [ "$(table .sha256)" = "" ]
  done
}

@test "an import that is refused leaves no copy in the workspace" {
  run import good.csv --covers 2023-05-31..2023-05-01
  expect 64
  [ -z "$(ls -A w/data 2>/dev/null)" ]
}

# ---- --none ----------------------------------------------------------------------------

@test "--none keeps the reason, and a person is asked instead" {
  [ "$(zicha -C w status | grep -c 'questions: 0 of 0')" = 1 ]
  run zicha -C w import --none rx_lines 手写处方
  expect 0 "处方明细: does not exist here"
  [ "$(table .absent)" = 手写处方 ]
  [ "$(zicha -C w status | grep -c 'questions: 0 of 1')" = 1 ]
  zicha -C w answer young=0
  [ "$(item w young '"\(.status) \(.manual)"')" = "pass true" ]
}

@test "an item that cannot ask stays not checked, with the reason" {
  zicha -C w import --none rx_lines 手写处方
  [ "$(item w long '"\(.status) \(.reason.args.why)"')" = "not_checked 手写处方" ]
}

@test "--none without a reason is refused: 64" {
  run zicha -C w import --none rx_lines
  expect 64 "say why the table does not exist: import --none TABLE REASON"
  [ "$(table .absent)" = "" ]
}

@test "--none with an empty reason is refused" {
  for reason in '' '  '; do
    run zicha -C w import --none rx_lines "$reason"
    [ "$status" -ge 64 ]
    [ "$(table 'has("absent")')" != true ]
  done
}

@test "--none takes several tables at once" {
  run zicha -C w import --none rx_lines,staff 手写处方
  expect 0 "处方明细: does not exist here" "人员花名册: does not exist here"
  [ "$(zicha -C w table list --format json | jq -c '[.tables[] | .id, .reason]')" = \
    '["rx_lines","手写处方","staff","手写处方"]' ]
}

@test "--none keeps nothing unless all are tables: 65" {
  for names in rx_lines,nothing rx_lines, ,rx_lines rx_lines,,staff ''; do
    run zicha -C w import --none "$names" 手写处方
    expect 65 "is unknown; known: rx_lines"
  done
  [ "$(zicha -C w table list --format json | jq '[.tables[] | select(.state == "absent")] | length')" = 0 ]
}

@test "a file that turns up after --none is taken" {
  zicha -C w import --none rx_lines 手写处方
  import good.csv
  [ "$(item w long .count)" = 1 ]
  [ "$(table 'has("absent")')" = false ]
}

# ---- again -----------------------------------------------------------------------------

@test "an unchanged file is not taken again" {
  import good.csv
  before=$(sha256sum w/zicha.db)
  run import good.csv
  expect 0 "nothing has changed"
  [ "$(sha256sum w/zicha.db)" = "$before" ]
}

@test "an unchanged file with other options is read again" {
  import good.csv
  run import good.csv --blank age=zero
  expect 0 "3 rows read"
}

@test "another file replaces the earlier one" {
  import good.csv
  before=$(table .sha256)
  lines other.csv A1,2023-05-01,门诊,40,P1,X1,否,8 A2,2023-05-01,门诊,40,P1,X1,否,9
  run import other.csv
  expect 0 "2 rows read"
  [ "$(table .sha256)" = "$(sha256sum <other.csv | cut -c 1-64)" ]
  [ "$(table .sha256)" != "$before" ]
  [ "$(item w long .count)" = 2 ]
}

@test "a refused file leaves the earlier import in place" {
  import good.csv
  lines bad.csv A1,2023-05-01,门诊,40,P1,1.23E+17,否,8
  run import bad.csv
  expect 65
  [ "$(table .sha256)" = "$(sha256sum <good.csv | cut -c 1-64)" ]
  [ "$(item w long .count)" = 1 ]
}

@test "a file without a row that can be read does not replace one that had rows" {
  import good.csv
  lines none.csv
  run import none.csv
  expect 65 "none.csv has no row that can be read" "3 rows that were imported before stand"
  lines bad.csv A1,2023-05-01
  run import bad.csv
  expect 65 "line 2: the number of cells" "bad.csv has no row that can be read"
  [ "$(item w long .count)" = 1 ]
  [ "$(ls w/data | wc -l)" = 1 ]
}

@test "far fewer rows than before are warned of" {
  import good.csv
  lines two.csv "${good[@]:0:2}"
  run import two.csv
  expect 0 "2 rows read"
  never warning
  import good.csv
  lines one.csv "${good[@]:0:1}"
  run import one.csv
  expect 0 "1 rows read" "warning: the import before this one had 3 rows, this one has 1"
}

@test "options name a column by its title as well" {
  printf '%s\n' 单据号,就诊类型,年龄,中药饮片,天 A1,体检,,否,8 A2,门诊,40,,9 >own.csv
  run import own.csv --map 处方号=单据号 --map 用药天数=天 --map-value 就诊类型:体检=门诊 \
    --blank 年龄=zero
  expect 0 "2 rows read"
  never "cannot be read"
  [ "$(item w long '"\(.population) \(.count)"')" = "2 2" ]
  [ "$(table '[.blanks[] | "\(.title) \(.as) \(.count)"] | join(", ")')" = \
    "年龄 zero 1, 中药饮片 no 1" ]
}

# ---- bad rows and cells ----------------------------------------------------------------

@test "malformed rows are listed with their lines and counted" {
  lines bad.csv "${good[@]}" A4,2023-05-01,门诊 A5,2023-05-01,门诊,40,P1,X1,否,8,9 \
    ,2023-05-01,门诊,40,P1,X1,否,8 'A7,"2023-05-01,门诊,40,P1,X1,否,8' A8,2023-05-04,门诊,40,P1,X1,否,2
  run import bad.csv
  expect 0 "4 rows read" "4 rows are malformed" "line 5: the number of cells" \
    "line 6: the number of cells" "line 7: the key is blank" \
    "line 8: a quotation mark is not closed"
  [ "$(table .malformed)" = 4 ]
}

@test "of many malformed rows ten are listed and the rest is counted" {
  lines bad.csv $(seq -f 'A%g' 1 25)
  run import bad.csv
  expect 0 "25 rows are malformed" "line 11:" "and 15 more"
  never "line 12:"
}

@test "malformed rows keep a rule from passing" {
  lines bad.csv A3,2023-05-03,门诊,40,P3,X3,否,2 A4,2023-05-01,门诊
  import bad.csv
  [ "$(item w long '"\(.status) \(.malformed)"')" = "undetermined 1" ]
}

@test "cells that do not read as their type are listed with line and text" {
  lines bad.csv A1,2023-05-01,门诊,四十,P1,X1,否,8 A2,2023-13-01,门诊,40,P1,X1,否,七
  run import bad.csv
  expect 0 "年龄: 1 cells cannot be read" "line 2: 四十" "line 3: 2023-13-01" "line 3: 七"
  [ "$(table .bad)" = 3 ]
}

@test "a second row with the same key is malformed where keys must not repeat" {
  printf '工号,姓名\nY1,甲\nY2,乙\nY1,丙\n' >staff.csv
  run zicha -C w import staff staff.csv
  expect 0 "2 rows read" "line 4: the key stands in an earlier row already"
}

@test "no patient identifier is shown by an import" {
  lines bad.csv "${good[@]}" A9,2023-05-01,体检,四十,P900009,X1,可,八 A8,2023-05-01,P900008
  run import bad.csv
  expect 0 "cannot be read" malformed
  never P9000
}

@test "a file spoiled by Excel is refused with every line" {
  lines excel.csv "${good[@]}" A4,2023-05-01,门诊,40,P1,1.23E+17,否,8 A5,45012,门诊,40,P1,X1,否,8
  run import excel.csv
  expect 65 "excel.csv:5: the cell 1.23E+17 of 药品编码 was spoiled" \
    "excel.csv:6: the cell 45012 of 处方日期 was spoiled" "export the data again" \
    "excel.csv was not imported"
}

@test "of a file spoiled by Excel nothing is kept" {
  lines excel.csv A4,2023-05-01,门诊,40,P1,1.23E+17,否,8
  run import excel.csv
  expect 65
  [ -z "$(ls -A w/data)" ]
  [ "$(item w long .reason.text)" = "the table {table} was not handed over" ]
}

@test "without its key column a file is refused, and the remedy works as it is printed" {
  sed '1s/处方号/单号/' good.csv >nokey.csv
  run import nokey.csv
  expect 65 "nokey.csv:1: the key column rx_no (处方号) is missing" "--map rx_no=HEADER"
  [ -z "$(ls -A w/data)" ]
  run import nokey.csv --map rx_no=单号
  expect 0 "3 rows read"
}

@test "without its key column the file's own headers are listed, and the nearest is offered" {
  sed -e '1s/处方号/处方单号/' -e '1s/$/,甲,乙,丙,丁,戊/' -e '2,$s/$/,,,,,/' good.csv >nokey.csv
  run import nokey.csv
  expect 65 "is it «处方单号»? then add --map rx_no=处方单号" \
    "the columns of the file are: 处方单号、处方日期、就诊类型、年龄、患者编号、药品编码、中药饮片、用药天数、甲、乙、丙、丁…"
  never 戊
  run import nokey.csv --map rx_no=处方单号
  expect 0 "3 rows read"
}

@test "a --map that failed is not offered again" {
  sed '1s/处方号/处方单号/' good.csv >nokey.csv
  run import nokey.csv --map rx_no=单据号
  expect 65 "the file has no column 单据号 to be rx_no (处方号)" "the columns of the file are: 处方单号"
  never "=单据号"
}

@test "a title above the header is told for one" {
  (echo 某卫生院处方明细,,,,,,, && cat good.csv) >title.csv
  (echo 某卫生院处方明细 && echo && echo 2023年5月 && cat good.csv) >titles.csv
  run import title.csv
  expect 65 "title.csv:1: line 1 looks like a title, not the header, which is on line 2" \
    "delete the lines above the header"
  run import titles.csv
  expect 65 "which is on line 4"
}

@test "a missing other column leaves exactly the rules open that need it, by name" {
  cat >noage.csv <<'END'
处方号,处方日期,就诊类型,中药饮片,用药天数
A1,2023-05-01,门诊,否,8
A2,2023-05-02,急诊,否,9
A3,2023-05-03,门诊,否,2
END
  run import noage.csv
  expect 0 "3 rows read"
  never malformed
  [ "$(item w young '"\(.status) \(.reason.args.columns)"')" = "not_checked 年龄" ]
  [ "$(item w long '"\(.status) \(.count)"')" = "problem 1" ]
}

@test "two headers that could be one column are refused until --map says which" {
  sed -e '1s/$/,天数/' -e '2,$s/$/,1/' good.csv >two.csv
  run import two.csv
  expect 65 "two columns of the file could be days (用药天数)" "--map days=HEADER"
  run import two.csv --map days=用药天数
  expect 0 "3 rows read"
}

@test "what is no CSV is refused with its remedy" {
  printf 'PK\x03\x04' >x.xlsx
  run import x.xlsx
  expect 65 "x.xlsx: this is an Excel workbook" "CSV UTF-8"
  tr , '\t' <good.csv >tab.csv
  run import tab.csv
  expect 65 "tab.csv:1: the columns are separated by tabs" "CSV UTF-8"
  tr , ';' <good.csv >semicolon.csv
  run import semicolon.csv
  expect 65 "semicolon.csv:1: the columns are separated by semicolons" "CSV UTF-8"
  iconv -f UTF-8 -t UTF-16 good.csv >wide.csv
  run import wide.csv
  expect 65 "wide.csv: the file is UTF-16" "CSV UTF-8"
  : >empty.csv
  run import empty.csv
  expect 65 "empty.csv:1: the file is empty"
  [ -z "$(ls -A w/data)" ]
}

@test "a file with a header and no rows is no data to be green about" {
  lines none.csv
  run import none.csv
  expect 0 "0 rows read"
  [ "$(item w long '"\(.status) \(.population)"')" = "not_applicable 0" ]
  check w
  expect 2
}

@test "an unknown table is refused with the known ones" {
  run zicha -C w import rx_line good.csv
  expect 65 "the table rx_line is unknown" rx_lines
}

@test "a file that is not there, a folder, a pipe: 66" {
  mkfifo pipe
  for file in nowhere.csv . pipe /dev/zero; do
    run import "$file"
    expect 66 "$file"
  done
  [ -z "$(ls -A w/data 2>/dev/null)" ]
}

@test "a header without rows is warned of, and rows of empty cells are no rows" {
  lines none.csv ,,,,,,, ,, '  ' '"",,,,,,,'
  run import none.csv
  expect 0 "0 rows read" "warning: line 1 is a header and no row follows it"
  never malformed
  lines some.csv "${good[@]}" ,,,,,,, ,,
  run import some.csv
  expect 0 "3 rows read"
  never warning malformed
}

@test "a table in which no date can be read is warned of with its first line" {
  lines undated.csv A1,,门诊,40,P1,X1,否,8 A2,五月,门诊,40,P1,X1,否,8
  run import undated.csv
  expect 0 "2 rows read" \
    "warning: none of the 2 rows has a date in the column 处方日期 that can be read, from line 2 on"
  never "dates from"
}

@test "dates after the business date are warned of and cover nothing" {
  lines later.csv A1,2023-05-01,门诊,40,P1,X1,否,2 A2,2032-05-02,门诊,40,P1,X1,否,2 \
    A3,2023-05-03,门诊,40,P1,X1,否,2 A4,2023-07-01,门诊,40,P1,X1,否,2
  run zicha -C w --today 2023-06-30 import rx_lines later.csv
  expect 0 "4 rows read" "dates from 2023-05-01 to 2023-05-03" \
    "warning: 2 rows are dated after 2023-06-30, first on line 3"
  [ "$(table .to)" = 2023-05-03 ]
  run zicha -C w --today 2023-06-30 import rx_lines later.csv
  expect 0 "nothing has changed"
  # On a later day the same file reaches further.
  run zicha -C w --today 2023-07-31 import rx_lines later.csv
  expect 0 "dates from 2023-05-01 to 2023-07-01" "1 rows are dated after 2023-07-31"
}

# ---- the copy --------------------------------------------------------------------------

@test "the stored copy equals the original byte for byte, mode 0400" {
  iconv -f UTF-8 -t GB18030 good.csv | sed 's/$/\r/' >odd.csv
  import odd.csv
  cmp odd.csv "$(stored)"
  [ "$(stat -c %a "$(stored)")" = 400 ]
  [ "$(table .sha256)" = "$(sha256sum <odd.csv | cut -c 1-64)" ]
}

@test "the original may vanish after the import" {
  import good.csv
  rm good.csv
  [ "$(item w long .count)" = 1 ]
}

@test "a copy that was changed after the import stops the check: 65" {
  import good.csv
  file=$(stored)
  chmod u+w "$file"
  sed -i 's/门诊,40/门诊,41/' "$file"
  check w
  expect 65 "${file#w/} was changed after its import" "import rx_lines again"
}

@test "importing again, as the message says, mends a changed copy" {
  import good.csv
  file=$(stored)
  chmod u+w "$file"
  echo A9,2023-05-01,门诊,40,P1,X1,否,9 >>"$file"
  import good.csv
  check w
  expect 1
  cmp good.csv "$(stored)"
}

@test "a copy that vanished stops the check: 66, and importing again mends it" {
  import good.csv
  rm -f "$(stored)"
  check w
  expect 66 "of the table rx_lines is gone" "import it again"
  import good.csv
  check w
  expect 1
}

@test "a copy that only moved to another disk is recognised by its content" {
  import good.csv
  cp -r w moved
  find moved/data -type f -exec touch {} +
  check moved
  expect 1
}

@test "one header for two columns is refused: nobody knows which of them it is" {
  run zicha -C w import rx_lines "$example/hospital/rx_lines.csv" --map age=用药天数
  expect 65 "«用药天数» would be both age and days" "--map"
}

@test "a blank that cannot mean what --blank says is refused" {
  run zicha -C w import rx_lines "$example/hospital/rx_lines.csv" --blank visit_type=no
  expect 65 "a blank of the column visit_type cannot mean no"
  run zicha -C w import rx_lines "$example/hospital/rx_lines.csv" --blank rx_no=never
  expect 65 "a blank of the column rx_no cannot mean never" "neither keys nor optional"
}

@test "what the table says must not be blank, --blank does not allow; it forbids others" {
  run zicha -C w import rx_lines "$example/hospital/rx_lines.csv" --blank drug_name=unknown
  expect 65 "the column drug_name must not be blank" "every cell of the column filled"
  lines blank.csv A1,2023-05-01,门诊,40,P1,X1,否,8 A2,2023-05-01,门诊,,P1,X1,否,9
  run import blank.csv
  never "cells are blank"
  run import blank.csv --blank age=never
  expect 0 "年龄: 1 cells are blank, which they must not be, first on line 3"
}

@test "--none after an import says that what rules found is gone" {
  copy_hospital
  run zicha -C h import --none rx_lines 改为手写处方
  expect 0 "had been imported with 2858 rows"
}

@test "what a killed import left behind goes with the next one" {
  mkdir -p w/data
  echo x >w/data/.incoming-staff.999999.new
  zicha -C w import staff "$example/hospital/staff.csv"
  [ ! -e w/data/.incoming-staff.999999.new ]
}

@test "a file whose lines end with carriage returns alone is not one long header" {
  tr -d '\r' <"$example/hospital/staff.csv" | tr '\n' '\r' >mac.csv
  run zicha -C w import staff mac.csv
  expect 65 "the lines end as on old Macs"
}
