#!/usr/bin/env bats
# form: the questions as sheets for the departments, which come back by answer --file.
load helper

setup() {
  begin_test
  make_questions
}

form() { zicha -C w form "$@"; }

office=w/forms/test-办公室.csv
medical=w/forms/test-医务科.csv
own=w/forms/test-本机构.csv

# Writes an answer and a note into a sheet's row: fill FILE ITEM ANSWER [NOTE]
fill() {
  awk -F, -v OFS=, -v item="$2" -v answer="$3" -v note="${4:-}" \
    '$1 == item { $7 = answer; $8 = note } 1' "$1" >filled.csv
  mv filled.csv "$1"
}

fill_all() {
  fill "$office" posted 是 已上墙
  fill "$office" meetings ３
  fill "$medical" founded 2023年5月1日
  fill "$medical" remark 无
  fill "$own" grade 乙等
  fill "$own" sampled 50/3 三张无理由
}

answers_of() { record w '[.items[] | [.id, .answer, .note]] | tostring'; }

wanted='[["posted","是","已上墙"],["meetings","3",null],["founded","2023-05-01",null],["remark","无",null],["grade","乙等",null],["sampled","50/3","三张无理由"]]'

# ---- what is written -------------------------------------------------------------------

@test "each department gets its own sheet, as CSV and as HTML" {
  run form
  expect 0 test-办公室.csv test-办公室.html test-医务科.csv test-医务科.html
  [ "$(cut -d, -f 1 "$office" | tail -n +2 | tr '\n' ' ')" = "posted meetings " ]
  [ "$(cut -d, -f 1 "$medical" | tail -n +2 | tr '\n' ' ')" = "founded remark " ]
}

@test "questions that belong to no department get a sheet of the facility" {
  form
  [ "$(cut -d, -f 1 "$own" | tail -n +2 | tr '\n' ' ')" = "grade sampled " ]
}

@test "every question stands on exactly one sheet" {
  copy_hospital
  zicha -C h form
  asked=$(zicha -C h status | sed -n 's/.*questions: [0-9]* of \([0-9]*\).*/\1/p')
  [ "$(tail -q -n +2 h/forms/*.csv | cut -d, -f 1 | sort -u | wc -l)" = "$asked" ]
  [ "$(tail -q -n +2 h/forms/*.csv | wc -l)" = "$asked" ]
}

@test "a sheet begins with a BOM and its columns" {
  form
  [ "$(head -c 3 "$office" | od -An -tx1 | tr -d ' ')" = efbbbf ]
  [[ "$(head -n 1 "$office")" == *编号,整治重点,检查项,问题,判定标准,填写方式,答案,备注,责任科室* ]]
}

@test "a sheet has question, standard and how to answer" {
  form
  grep -q '^posted,,公示,是否公示？,应当公示,是/否,' "$office"
  grep -q '是否公示？' w/forms/test-办公室.html
  grep -q '应当公示' w/forms/test-办公室.html
}

@test "the HTML sheet says how to fill it in, and that what was not checked stays blank" {
  form
  for text in '抽查填“抽查数/问题数”' '没有发现问题写如“60/0”' 没有检查的留空 \
    '不适用写“不适用：原因”' 未经核实不得填报; do
    grep -q "$text" "$own" || grep -q "$text" w/forms/test-本机构.html
  done
  run grep -r 不得留空 w/forms
  [ "$status" -eq 1 ]
}

@test "the HTML sheet names facility and department and loads nothing from elsewhere" {
  form
  file=w/forms/test-办公室.html
  grep -q 测试卫生院 "$file"
  grep -q 责任科室：办公室 "$file"
  run grep -Ei '<script|src=|href=|url\(|@import' "$file"
  [ "$status" -eq 1 ]
}

@test "--owner writes the sheets of that department only" {
  run form --owner 医务科
  expect 0 test-医务科.csv
  never 办公室
  [ ! -e "$office" ]
}

@test "--owner with a department that has no question is refused" {
  run form --owner 药剂科
  expect 65 "no question belongs to 药剂科"
  [ -z "$(ls -A w/forms 2>/dev/null)" ]
}

@test "the printed paths lead to the files from where one stands" {
  run form
  expect 0
  for path in "${lines[@]}"; do
    [ -s "$path" ]
  done
  cd w
  run zicha form
  expect 0
  for path in "${lines[@]}"; do
    [ -s "$path" ]
  done
}

@test "a sheet is prefilled with answers, notes and reasons" {
  zicha -C w answer posted=是 'sampled=50/3 三张无理由' 'grade=:na 未评级'
  form
  grep -q '^posted,.*,是/否,是,,办公室' "$office"
  grep -q '^sampled,.*,50/3,三张无理由,' "$own"
  grep -q '^grade,.*,不适用：未评级,,' "$own"
  grep -q '50/3' w/forms/test-本机构.html
}

@test "--blank leaves answers and notes out" {
  zicha -C w answer posted=是 'sampled=50/3 三张无理由'
  form --blank
  grep -q '^posted,.*,是/否,,,办公室' "$office"
  run grep -r 三张无理由 w/forms
  [ "$status" -eq 1 ]
}

@test "form again shows the answers of now" {
  zicha -C w answer posted=是
  form
  zicha -C w answer posted=否
  form
  grep -q '^posted,.*,是/否,否,,办公室' "$office"
}

@test "two departments whose names differ only in a sign keep a sheet each" {
  sed -i -e 's/owner: 办公室/owner: 内\/外科/' -e 's/owner: 医务科/owner: 内_外科/' p/items.yaml
  form
  for item in posted meetings founded remark; do
    grep -rq "^$item," w/forms
  done
  # Each keeps its name, whichever is written alone.
  run form --owner 内_外科
  expect 0 w/forms/test-内_外科-2.csv
}

@test "an item that does not apply is on no sheet" {
  copy_hospital
  sed -i 's/^beds_open: 56/beds_open: 0/' h/facility.yaml
  zicha -C h form
  run grep -rl '^phantom_bed,' h/forms
  [ "$status" -eq 1 ]
}

@test "a data item is asked when its table was declared absent" {
  zicha init c --plan "$plan" --facility "$example/clinic/facility.yaml"
  zicha -C c form
  run grep -rl '^rx_over_days,' c/forms
  [ "$status" -eq 1 ]
  zicha -C c import --none rx_lines 手写处方
  zicha -C c form
  grep -rlq '^rx_over_days,' c/forms
}

@test "a department's name cannot lead out of the folder" {
  sed -i 's/owner: 办公室/owner: ..\/..\/外/' p/items.yaml
  form
  [ -z "$(find . -name '*外*' -not -path './w/forms/*')" ]
  [ -n "$(find w/forms -name '*外*.csv')" ]
}

# ---- and back --------------------------------------------------------------------------

@test "filled sheets come back as the same answers" {
  form --blank
  fill_all
  for sheet in w/forms/*.csv; do
    zicha -C w answer --file "$sheet"
  done
  [ "$(answers_of)" = "$wanted" ]
}

@test "sheets saved again as GB18030 come back as the same answers" {
  form --blank
  fill_all
  for sheet in w/forms/*.csv; do
    sed '1s/^\xef\xbb\xbf//' "$sheet" | iconv -f UTF-8 -t GB18030 >gb.csv
    zicha -C w answer --file gb.csv
  done
  [ "$(answers_of)" = "$wanted" ]
}

@test "sheets without BOM and with plain line ends come back as the same answers" {
  form --blank
  fill_all
  for sheet in w/forms/*.csv; do
    sed -e '1s/^\xef\xbb\xbf//' -e 's/\r$//' "$sheet" >plain.csv
    zicha -C w answer --file plain.csv
  done
  [ "$(answers_of)" = "$wanted" ]
}

@test "a blank sheet that comes back blank changes nothing" {
  form --blank
  run zicha -C w answer --file "$office"
  expect 0 "0 answers kept"
}

@test "a prefilled sheet that comes back untouched changes nothing" {
  form --blank
  fill_all
  for sheet in w/forms/*.csv; do
    zicha -C w answer --file "$sheet"
  done
  form
  for sheet in w/forms/*.csv; do
    run zicha -C w answer --file "$sheet"
    expect 0 "0 answers kept, 2 unchanged"
  done
}

@test "prefilled reasons for «not applicable» come back unchanged" {
  zicha -C w answer 'posted=:na 不对外服务' 'meetings=不适用:一人执业'
  form
  run zicha -C w answer --file "$office"
  expect 0 "0 answers kept, 2 unchanged"
}

@test "a prefilled text that looks like a formula or a long number comes back unchanged" {
  for text in =SUM+1 '+86 10' -无 @办公室 123456789012345 '＝一' 'a,"b"' $'一\n二'; do
    zicha -C w answer remark="$text"
    form
    run zicha -C w answer --file "$medical"
    expect 0 "0 answers kept, 1 unchanged"
  done
}

@test "a text that looks like a formula is defused in the sheet" {
  zicha -C w answer 'remark==HYPERLINK("http://x")'
  form
  run grep -E '^remark,.*,"?[=＝]' "$medical"
  [ "$status" -eq 1 ]
}

@test "a note without an answer is not lost in silence" {
  form --blank
  fill "$office" posted '' 等院长确认
  run zicha -C w answer --file "$office"
  expect 0 "$office:2: warning: posted has a note but no answer" "0 answers kept"
}

@test "an answer on a sheet that meanwhile was answered otherwise is a conflict" {
  form
  fill "$office" posted 是
  zicha -C w answer posted=否
  run zicha -C w answer --file "$office"
  expect 65 "$office:2: posted was answered 否 before, the file has 是"
}

@test "the whole hospital's sheets come back unchanged" {
  copy_hospital
  zicha -C h form
  before=$(record h '[.items[] | [.id, .status, .answer, .note, .reason]]')
  for sheet in h/forms/*.csv; do
    run zicha -C h answer --file "$sheet"
    expect 0 "0 answers kept"
  done
  [ "$(record h '[.items[] | [.id, .status, .answer, .note, .reason]]')" = "$before" ]
}

@test "a sheet that somebody has filled in is not overwritten" {
  zicha -C w form
  own=$(ls w/forms/*.csv | head -n 1)
  awk 'BEGIN { FS = OFS = "," } NR == 2 { $7 = "是" } 1' "$own" >filled.csv
  cp filled.csv "$own"
  run zicha -C w form
  expect 73 "has answers that were not read yet" "answer --file"
  cmp filled.csv "$own"
}
