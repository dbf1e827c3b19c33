#!/usr/bin/env bats
# problem rows: all rows behind a verdict, with the keys by which people find them again.
load helper

make_many() {
  make_package p <<'END'
- {id: over, title: 超过7日, kind: data, rules: [own.over, own.long]}
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}
END
  write_rule p own <<'END'
rule "own.over" { on = "rx_lines", where = "days > 7", count = "rx_no", show = { "rx_no", "patient_id", "days" },
  level = "choose(days > 30, \"certain\", \"hint\")" }
rule "own.long" { on = "rx_lines", group = "rx_no", having = "sum(days) > 100", certainty = "suspect" }
END
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  {
    echo 处方号,处方日期,患者编号,用药天数,药品名称
    for number in $(seq 1 60); do echo "R$number,2023-05-01,P$((number % 3)),$((number)),甲"; done
    echo 'R61,2023-05-01,=1+1,120,甲'
  } >rx.csv
  zicha -C w import rx_lines rx.csv >/dev/null
}

@test "all rows are told, not the first twenty, each with its key, its certainty and its rule" {
  make_many
  run zicha -C w --today 2023-06-30 problem rows over --out rows.csv
  expect 0 "rows.csv: 55 rows"
  [ "$(wc -l <rows.csv)" -eq 56 ]
  head -n 1 rows.csv | grep -q '规则,数据表,行号,处方号,患者编号,用药天数,确定程度,结论,理由'
  [ "$(grep -c '^[0-9a-f]*,own.over,rx_lines,' rows.csv)" -eq 54 ]
  grep -q '^[0-9a-f]*,own.over,rx_lines,9,R8,患者#[0-9]*,8,提醒,,' rows.csv
  grep -q '^[0-9a-f]*,own.over,rx_lines,62,R61,患者#[0-9]*,120,明确违规,,' rows.csv
  grep -q '^[0-9a-f]*,own.long,rx_lines,62,R61,,,可疑,,' rows.csv
}

@test "no patient's identifier is in the sheet" {
  make_many
  zicha -C w --today 2023-06-30 problem rows over >rows.csv
  no grep -q 'P[012],' rows.csv
  no grep -q '=1+1' rows.csv
}

@test "the numbers of rows are those of the verdict" {
  make_many
  record w '.items[0].rules[] | "\(.id) \(.rows)"' >wanted
  zicha -C w --today 2023-06-30 problem rows over | tail -n +2 | cut -d, -f 2 | sort | uniq -c |
    awk '{ print $2, $1 }' >found
  sort wanted | diff - found
}

@test "an item that no rule judges, or that is not there, is told" {
  make_many
  run zicha -C w problem rows posted
  expect 64 "is judged by no rule"
  run zicha -C w problem rows ovr
  expect 64 "the plan has no item ovr"
}

@test "a clean item has a sheet without rows; a folder that is not there is told" {
  make_many
  printf '处方号,处方日期,患者编号,用药天数,药品名称\nR1,2023-05-01,P1,3,甲\n' >rx.csv
  zicha -C w import rx_lines rx.csv >/dev/null
  run zicha -C w --today 2023-06-30 problem rows over --out rows.csv
  expect 0 "rows.csv: 0 rows"
  [ "$(wc -l <rows.csv)" -eq 1 ]
  run zicha -C w --today 2023-06-30 problem rows over --out none/rows.csv
  expect 73
}

# ---- the ledger's rows ---------------------------------------------------------------

# A checked workspace whose problem 1 has 55 rows; sheet.csv is its sheet.
make_ledger() {
  make_many
  zicha -C w --today 2023-06-30 check >/dev/null || true
  zicha -C w problem rows 1 --out sheet.csv >/dev/null
}

# judge ROW VERDICT REASON: writes a verdict behind the sheet's row of this prescription.
judge() { sed -i "/,$1,/ s/,,\r\$/,$2,$3\r/" "${4:-sheet.csv}"; }

take() { run zicha -C w --today 2023-07-01 problem rows import 1 "${1:-sheet.csv}" --by 张某; }

events() { sqlite3 w/zicha.db 'SELECT count(*) FROM event'; }

problem() { zicha -C w problem list --format json | jq -r ".problems[] | select(.no == 1) | $1"; }

@test "a problem's sheet has its rows with their numbers, keys and shown columns" {
  make_ledger
  [ "$(wc -l <sheet.csv)" -eq 56 ]
  head -n 1 sheet.csv |
    grep -q '明细编号,规则,数据表,行号,处方号,患者编号,用药天数,确定程度,结论,理由'
  [ "$(grep -c '^[0-9a-f]\{32\},own.over,rx_lines,' sheet.csv)" -eq 54 ]
  no grep -q '=1+1\|P[012],' sheet.csv
  zicha -C w problem rows 1 | cmp - sheet.csv
}

@test "verdicts are kept with their totals, and stand in the next sheet" {
  make_ledger
  judge R8 属实 ''
  judge R9 不属实 '长期处方，已评估'
  judge R10 partly ''
  take
  expect 0 "problem 1: 3 verdicts kept; 3 of 55 rows judged, 1 untrue"
  [ "$(problem '[.state, .rows, .rows_judged, .rows_untrue] | @tsv')" = $'found\t55\t3\t1' ]
  zicha -C w problem rows 1 >again.csv
  grep -q ',R9,.*,不属实,长期处方，已评估' again.csv
  grep -q ',R10,.*,部分属实,' again.csv
  run zicha -C w --today 2023-07-01 problem verify 1 --verdict true --by 张某
  expect 65 "1 of 55 rows were found untrue"
}

@test "the same sheet again changes nothing, nor does one without verdicts" {
  make_ledger
  cp sheet.csv blank.csv
  judge R9 不属实 '已评估'
  take
  before=$(events)
  take
  expect 0 "no verdict is new"
  take blank.csv
  expect 0 "no verdict is new"
  [ "$(events)" = "$before" ]
  [ "$(problem .rows_untrue)" = 1 ]
}

@test "a verdict may be changed; the last one counts" {
  make_ledger
  judge R9 不属实 '已评估'
  take
  sed -i 's/不属实,已评估/属实,/' sheet.csv
  take
  expect 0 "1 verdicts kept; 1 of 55 rows judged, 0 untrue"
}

@test "all errors are told at once with their lines, and nothing is kept" {
  make_ledger
  judge R8 属实 ''
  judge R9 不属实 ''
  judge R10 也许 ''
  sed -n '/,R8,/p' sheet.csv >>sheet.csv
  sed -i '5s/^[0-9a-f]*/00000000000000000000000000000000/' sheet.csv
  sed -i '6s/^[0-9a-f]*//' sheet.csv
  sed -i '7s/,,.*$/,,,x/' sheet.csv
  take
  expect 65 "sheet.csv:3: the reason is missing" "sheet.csv:4: 也许 is no verdict" \
    "write 属实, 部分属实 or 不属实" "sheet.csv:57: the row" "stands twice, also on line 2" \
    "sheet.csv:5: problem 1 has no row 0000" "sheet.csv:6: the number of the row is missing" \
    "sheet.csv:7:" "6 errors: nothing was kept"
  [ "$(problem '.rows_judged // 0')" = 0 ]
}

@test "a reason without a verdict is told" {
  make_ledger
  judge R8 '' 某某理由
  take
  expect 65 "sheet.csv:2: there is a reason, but no verdict"
}

@test "a row of another problem is refused with that problem's number" {
  make_package p <<'END'
- {id: over, title: 超过7日, kind: data, rules: [own.over]}
- {id: under, title: 不足, kind: data, rules: [own.under]}
END
  write_rule p own <<'END'
rule "own.over" { on = "rx_lines", where = "days > 7", show = { "rx_no" } }
rule "own.under" { on = "rx_lines", where = "days < 2", show = { "rx_no" } }
END
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  printf '处方号,处方日期,患者编号,用药天数,药品名称\nR1,2023-05-01,P1,9,甲\nR2,2023-05-01,P1,1,甲\n' >rx.csv
  zicha -C w import rx_lines rx.csv >/dev/null
  zicha -C w --today 2023-06-30 check >/dev/null || true
  zicha -C w problem rows 2 --out sheet.csv
  take
  expect 65 "belongs to problem 2, not to 1" "problem rows import 2"
}

@test "a row that was found untrue stays untrue in the next export of the table" {
  make_ledger
  judge R9 不属实 '已评估'
  take
  sed -i '/^R8,/d' rx.csv
  echo 'R99,2023-05-02,P1,40,甲' >>rx.csv
  zicha -C w import rx_lines rx.csv >/dev/null
  zicha -C w --today 2023-07-02 check >/dev/null || true
  [ "$(problem '[.state, .rows, .rows_judged, .rows_untrue] | @tsv')" = $'found\t56\t1\t1' ]
  zicha -C w problem rows 1 >again.csv
  grep -q ',R9,.*,不属实,已评估' again.csv
  [ "$(grep -c ',R9,' again.csv)" -eq 1 ]
  grep -q ',R99,.*,,' again.csv
}

@test "where every row is untrue, the problem is to be dismissed" {
  make_ledger
  sed -i '2,$ s/,,\r$/,不属实,均有医嘱\r/' sheet.csv
  take
  expect 0 "55 of 55 rows judged, 55 untrue" "problem dismiss 1"
  run zicha -C w --today 2023-07-01 problem verify 1 --verdict partly --by 张某
  expect 65 "all 55 rows were found untrue" "problem dismiss"
}

@test "verdicts are for problems that are found or verified, by people of people.yaml" {
  make_ledger
  judge R8 属实 ''
  echo 'people: [{name: 李某}]' >w/people.yaml
  take
  expect 65 "people.yaml does not know 张某"
  rm w/people.yaml
  zicha -C w --today 2023-07-01 problem dismiss 1 --reason 均有医嘱 --by 张某
  take
  expect 65 "rows is not possible" "reopen"
  run zicha -C w problem rows import 9 sheet.csv --by 张某
  expect 65 "the ledger has no problem 9"
  run zicha -C w problem rows import over sheet.csv --by 张某
  expect 64 "over is no number of a problem"
}

@test "a sheet that Excel has saved as GB18030, with columns moved and formulas in reasons, is read" {
  make_ledger
  id=$(sed -n '/,R9,/s/,.*//p' sheet.csv)
  printf '理由,处方号,结论,明细编号\r\n"\x27=SUM(A1)，见""病历""\n第2页",R9,不属实,%s\r\n' "$id" |
    iconv -f utf8 -t gb18030 >gb.csv
  take gb.csv
  expect 0 "1 verdicts kept"
  zicha -C w problem rows 1 >again.csv
  grep -q "不属实,\"'=SUM(A1)，见\"\"病历\"\"" again.csv
  take again.csv
  expect 0 "no verdict is new"
}

@test "a file without the columns of the sheet, or that is no CSV, is refused" {
  make_ledger
  printf 'a,b\n1,2\n' >a.csv
  take a.csv
  expect 65 "a.csv: the first line must name the columns 明细编号, 结论 and 理由"
  printf '明细编号,结论,理由,结论\n1,2,3,4\n' >a.csv
  take a.csv
  expect 65 "the column 结论 stands twice"
  printf 'PK\003\004xx' >a.csv
  take a.csv
  expect 65 "this is an Excel workbook"
}

@test "twenty thousand rows go out and come back" {
  make_many
  {
    echo 处方号,处方日期,患者编号,用药天数,药品名称
    seq 1 20000 | sed 's/.*/R&,2023-05-01,P1,9,甲/'
  } >rx.csv
  zicha -C w import rx_lines rx.csv >/dev/null
  zicha -C w --today 2023-06-30 check >/dev/null || true
  zicha -C w problem rows 1 --out sheet.csv
  [ "$(wc -l <sheet.csv)" -eq 20001 ]
  sed -i '2,$ s/,,\r$/,属实,\r/' sheet.csv
  take
  expect 0 "20000 verdicts kept; 20000 of 20000 rows judged, 0 untrue"
}
