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
  ! grep -q 'P[012],' rows.csv
  ! grep -q '=1+1' rows.csv
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
