#!/usr/bin/env bats
# import auto: which table an export is, told from its header, and nothing taken in unless
# somebody says so.
load helper

# A plan with a table of its own besides the shipped ones, and its workspace ./w.
make_triage() {
  make_package p <<'END'
- {id: long, title: 超过7日, kind: data, rules: [own.long]}
- {id: night, title: 夜间就诊, kind: data, rules: [own.triage]}
END
  mkdir p/datasets
  cat >p/datasets/own.yaml <<'END'
triage:
  title: 分诊登记
  date: triage_date
  columns:
    triage_no:   {type: code, titles: [分诊流水号], key: yes}
    triage_date: {type: date, titles: [分诊日期]}
    clinic:     {type: text, titles: [诊台]}
    guide:      {type: text, titles: [导诊员]}
END
  write_rule p own <<'END'
rule "own.long"  { on = "rx_lines", where = "days > 7" }
rule "own.triage" { on = "triage", where = [[clinic == "夜间"]] }
END
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
}

setup() {
  begin_test
  make_triage
  printf '%s\n' 分诊流水号,分诊日期,诊台,床位 V1,2023-03-01,夜间,3 V2,2023-03-02,一诊台,4 >triage.csv
}

auto() { zicha -C w --today 2023-06-30 import auto "$@"; }

imported() { zicha -C w table list --format json | jq -r '.tables[] | select(.state == "imported") | .id'; }

# The command that the last `run` proposed, run as it stands.
run_proposed() {
  local command
  command=$(printf '%s\n' "$output" | sed -n 's/^  zicha -C w import/zicha -C w import/p' | head -n 1)
  [ -n "$command" ]
  eval "$command"
}

# Runs it on a terminal, on which somebody types a line: typed LINE FILE…
typed() {
  command -v script >/dev/null || skip "there is no terminal to be had"
  local line=$1
  shift
  printf '%s\n' "$line" >line.txt
  run script -qec "'$ZICHA' -C w --today 2023-06-30 import auto $*" /dev/null <line.txt
}

# ---- proposing ---------------------------------------------------------------------------

@test "the table is told with its columns, what is missing, and the command that imports it" {
  run auto triage.csv
  expect 0 "triage.csv is most likely this table:" \
    "分诊登记 (triage): 3 of the 4 columns of the file, of the 4 columns of the table" \
    "1 rules read this table" "分诊流水号  分诊流水号 (triage_no)  key" \
    "分诊日期    分诊日期 (triage_date)" "诊台        诊台 (clinic)" \
    "other columns that the file does not have: 导诊员" \
    "columns of the file that are not used: 床位" "  zicha -C w import triage triage.csv"
  [ -z "$(imported)" ]
  run_proposed
  [ "$(imported)" = triage ]
}

@test "a shipped table that no rule reads is proposed as well, and told to be none that is read" {
  printf '工号,姓名,岗位类别,职称\n1,甲,医,主任\n' >list.csv
  run auto list.csv
  expect 0 "人员花名册 (staff)" "no rule of the plans in use reads this table"
}

@test "columns that rules read are told apart when they are missing" {
  cut -d, -f1,2 triage.csv >short.csv
  run auto short.csv
  expect 0 "columns that rules read and the file does not have: 诊台" \
    "other columns that the file does not have: 导诊员"
}

@test "spacing, width and case of headers do not matter, and GB18030 is told" {
  printf '%s\n' ' 分诊 流水号 ,TRIAGE_DATE,诊台' V1,2023-03-01,夜间 | iconv -t GB18030 >gb.csv
  run auto gb.csv
  expect 0 "分诊登记 (triage): 3 of the 3" "read as GB18030"
  auto --yes gb.csv >/dev/null
  [ "$(imported)" = triage ]
}

@test "file names with spaces and quotation marks stand in the command as a shell takes them" {
  cp triage.csv "门诊 3'月.csv"
  run auto "门诊 3'月.csv"
  expect 0
  run_proposed
  [ "$(imported)" = triage ]
  cp triage.csv ./-x.csv
  run auto -- -x.csv
  expect 0 "import triage ./'-x.csv'"
}

@test "with two columns that may be the same one the command leaves the choice open" {
  sed '1s/床位/日期/' triage.csv >two.csv
  sed -i 's/titles: \[分诊日期\]/titles: [分诊日期, 日期]/' p/datasets/own.yaml
  run auto two.csv
  expect 0 "two columns of the file could be triage_date (分诊日期)" \
    "import triage two.csv --map triage_date=…"
  run auto --yes two.csv
  expect 65 "two columns of the file could be triage_date" "two.csv was not imported"
  [ -z "$(imported)" ]
}

@test "what is imported or declared absent already is told" {
  zicha -C w import --none triage 没有登记 >/dev/null
  run auto triage.csv
  expect 0 "it was declared not to exist here: 没有登记"
  auto --yes triage.csv >/dev/null
  run auto triage.csv
  expect 0 "it would replace the 2 rows that are imported now"
}

# ---- importing ---------------------------------------------------------------------------

@test "--yes imports what fits best, exactly as import does" {
  run auto --yes triage.csv
  expect 0 "分诊登记: 2 rows read" "dates from 2023-03-01 to 2023-03-02"
  run zicha -C w --today 2023-06-30 import triage triage.csv
  expect 0 "this file is imported already, nothing has changed"
}

@test "on a terminal it asks, and takes yes for yes and all else for no" {
  typed no triage.csv
  expect 0 "import it as 分诊登记?" "nothing was imported"
  [ -z "$(imported)" ]
  typed '' triage.csv
  [ -z "$(imported)" ]
  typed yes triage.csv
  expect 0 "分诊登记: 2 rows read"
  [ "$(imported)" = triage ]
}

@test "in Chinese it asks in Chinese" {
  ZICHA_LANG=zh typed 是 triage.csv
  expect 0 "按“分诊登记”导入吗？" "分诊登记：已读取2行"
}

@test "without a terminal nobody is asked and nothing imported" {
  run auto triage.csv <<<yes
  expect 0
  never "yes or no"
  [ -z "$(imported)" ]
}

@test "a file that import refuses is refused after the proposal" {
  sed -i '2s/V1/1.23E+17/' triage.csv
  run auto --yes triage.csv
  expect 65 "分诊登记 (triage)" "was spoiled by a spreadsheet program" "was not imported"
  [ -z "$(imported)" ]
}

# ---- undecided ---------------------------------------------------------------------------

# A second table that has the same columns.
make_twin() {
  cat >>p/datasets/own.yaml <<'END'
night_triage:
  title: 夜间登记
  columns:
    triage_no:   {type: code, titles: [分诊流水号], key: yes}
    triage_date: {type: date, titles: [分诊日期]}
    clinic:     {type: text, titles: [诊台]}
    nurse:      {type: text, titles: [护士]}
END
}

@test "tables that fit equally well are all proposed and none is imported" {
  make_twin
  sed -i '1s/诊台/clinic/' triage.csv
  cat >>p/rules/own.lua <<'END'
rule "own.night" { on = "night_triage", where = [[clinic == "夜间"]] }
END
  run auto triage.csv
  expect 0 "fits several tables equally well" "import triage triage.csv" \
    "import night_triage triage.csv"
  run auto --yes triage.csv
  expect 65 "triage.csv was not imported: say which table it is"
  [ -z "$(imported)" ]
}

@test "without its key column no table fits: the nearest is told with the header that may be it" {
  sed -i '1s/分诊流水号/分诊流水编号/' triage.csv
  run auto triage.csv
  expect 65 "no table clearly fits triage.csv; the nearest are:" "分诊登记 (triage): 2 of the 4" \
    "the key column triage_no (分诊流水号) is missing" "is it «分诊流水编号»?" \
    "import triage triage.csv --map triage_no=分诊流水编号" "was not imported"
  run_proposed
  [ "$(imported)" = triage ]
}

@test "a small table whose key is there does not push aside a larger one that lacks its key" {
  printf '%s\n' 单据号,处方日期,就诊类型,医师工号,科室,药品编码,用药天数,年龄 \
    A1,2023-03-01,门诊,7,内科,X1,3,40 >rx.csv
  run auto --yes rx.csv
  expect 65 "处方明细 (rx_lines): 7 of the 8" "--map rx_no=单据号" "no table clearly fits it"
  [ -z "$(imported)" ]
}

@test "a table of which only the key is in the file is no proposal" {
  printf '分诊流水号,甲,乙,丙,丁,戊,己,庚,辛\n1,2,3,4,5,6,7,8,9\n' >few.csv
  run auto --yes few.csv
  expect 65 "分诊登记 (triage): 1 of the 9" "too few of its columns are in the file to be sure"
  [ -z "$(imported)" ]
}

@test "a first line that names nothing is told with what stands in it" {
  tail -n +2 triage.csv >rows.csv
  run auto rows.csv
  expect 65 "line 1 of rows.csv names no column of any table" "V1、2023-03-01、夜间、3" \
    "The first line must name the columns"
}

# ---- wrong input -------------------------------------------------------------------------

@test "what is no CSV is refused as import refuses it" {
  : >empty.csv
  printf '\n\n' >blank.csv
  printf 'PK\003\004workbook' >book.xlsx
  printf '\320\317\021\340workbook' >book.xls
  iconv -t UTF-16 triage.csv >wide.csv
  tr , '\t' <triage.csv >tabs.csv
  tr , ';' <triage.csv >semicolons.csv
  { echo 分诊登记表 && cat triage.csv; } >title.csv
  tr '\n' '\r' <triage.csv >mac.csv
  while IFS='|' read -r file said; do
    for command in "import auto --yes" "import triage"; do
      # shellcheck disable=SC2086
      run zicha -C w $command "$file"
      expect 65 "$said" "$file was not imported"
    done
  done <<'END'
empty.csv|empty.csv:1: the file is empty
blank.csv|blank.csv:1: the file is empty
book.xlsx|this is an Excel workbook (.xlsx), not a CSV file
book.xls|this is an old Excel workbook (.xls), not a CSV file
wide.csv|the file is UTF-16
tabs.csv|the columns are separated by tabs, not commas
semicolons.csv|the columns are separated by semicolons, not commas
title.csv|line 1 looks like a title, not the header, which is on line 2
mac.csv|the lines end as on old Macs
END
  [ -z "$(imported)" ]
}

@test "what is no file is refused" {
  run auto nothing.csv
  expect 66 "cannot open nothing.csv"
  run auto p
  expect 66
  mkfifo pipe
  run timeout 5 "$ZICHA" -C w import auto pipe
  expect 66
}

@test "hostile headers harm nothing" {
  # As many headers as a row may have, of one table's column each.
  yes 分诊日期 | head -n 2000 | paste -sd, >many.csv
  run auto many.csv
  [ "$status" -eq 65 ]
  yes x | head -n 3000 | paste -sd, >more.csv
  run auto more.csv
  expect 65 "the header line cannot be read"
  head -c 3000000 /dev/zero | tr '\0' x >long.csv
  run auto long.csv
  [ "$status" -eq 65 ]
  printf '分诊流水号,\x1b[31m诊台,分诊日期\nV1,a,2023-01-01\n' >escape.csv
  run auto escape.csv
  [[ "$output" != *$'\x1b'* ]]
  printf '分诊流水号,"诊\n室",分诊日期,\xff\xfe\nV1,a,2023-01-01,b\n' >broken.csv
  run auto broken.csv
  [ "$status" -le 65 ]
}

@test "usage: a file and no more" {
  run zicha -C w import auto
  expect 64 "an argument is missing" "usage: zicha import auto FILE"
  run auto triage.csv more.csv
  expect 64 "unexpected argument more.csv"
  run zicha help import auto
  expect 0 "usage: zicha import auto FILE" "--yes"
  never "--map-value"
}

@test "with --plan only that plan's tables and the shipped ones are looked at" {
  make_package q <<'END'
- {id: asked, title: 问题, kind: question, ask: 是吗？, answer: yesno, problem_if: no}
END
  sed -i 's|^id: .*|id: county/other|' q/plan.yaml
  zicha -C w plan use q >/dev/null
  run auto triage.csv
  expect 0 "分诊登记 (triage)"
  run auto triage.csv --plan county/other
  expect 65
  never "import triage"
}

@test "a table whose rows the plan brings itself is no export" {
  mkdir p/tables
  printf '%s\n' code:code:重点码,name:text:重点名,limit:int:重点限量 D1,甲,3 >p/tables/watched.csv
  cat >>p/rules/own.lua <<'END'
rule "own.watched" { on = "rx_lines", where = "days > w.limit",
                     join = { { as = "w", table = "watched", on = { drug_code = "code" } } } }
END
  echo '- {id: watched, title: 重点药品, kind: data, rules: [own.watched]}' >>p/items.yaml
  printf '重点码,重点名,重点限量\nD1,甲,3\n' >watched.csv
  run auto --yes watched.csv
  expect 65
  never "(watched)" "import watched"
  run zicha -C w table list
  expect 0 rx_lines
  never watched
  for command in show check; do
    run zicha -C w table $command watched
    expect 65 "the rows of the table watched stand in the plan county/test"
  done
}

@test "the header line that zicha prints for a table is recognised as that table, for each it ships" {
  local file name count=0
  for file in "$ZICHA_ROOT"/scripts/datasets/*.yaml; do
    name=$(basename "$file" .yaml)
    zicha -C w template "$name" >header.csv
    run auto header.csv
    expect 0 "header.csv is most likely this table:" "($name):" "import $name header.csv"
    count=$((count + 1))
  done
  [ "$count" -gt 3 ]
}
