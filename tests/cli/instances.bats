#!/usr/bin/env bats
# Instances: what is behind a verdict keeps its number from export to export.
load helper

# A package ./p with a table of one row a key (visits of its own, keyed by two columns), one
# whose keys repeat (rx_lines) and one without keys; workspace ./w.
make_world() {
  make_package p <<'END'
- {id: late, title: 迟归, kind: data, rules: [own.late]}
- {id: over, title: 超量, kind: data, rules: [own.over], split: doctor_id}
- {id: groups, title: 合计, kind: data, rules: [own.sum]}
- {id: free, title: 无主键, kind: data, rules: [own.free]}
END
  mkdir -p p/datasets
  cat >p/datasets/own.yaml <<'END'
stays:
  title: 住院
  date: left
  columns:
    stay_no: {type: code, titles: [住院号], key: yes}
    part:    {type: int, titles: [次], key: yes}
    left:    {type: date, titles: [出院日期]}
    days:    {type: int, titles: [天数]}
    patient_id: {type: code, titles: [患者编号], identifies: patient}
cards:
  title: 卡
  columns:
    patient_id: {type: code, titles: [患者编号], key: yes, identifies: patient}
    days:    {type: int, titles: [天数]}
notes:
  title: 无主键表
  columns:
    what: {type: text, titles: [内容]}
    days: {type: int, titles: [天数]}
END
  write_rule p own <<'END'
rule "own.late" { on = "stays", where = "days > p.most", show = { "days", "patient_id" } }
rule "own.over" { on = "rx_lines", where = "days > 7", show = { "drug_name", "days" } }
rule "own.sum"  { on = "stay", where = "n > 7" }
view "stay"     { on = "stays", group = { no = "stay_no" }, cols = { n = "sum(days)" } }
rule "own.free" { on = "notes", where = "days > 7" }
rule "own.card" { on = "cards", where = "days > 7", show = { "days" } }
rule "own.fail" { fail = "facility.beds_open > 5" }
rule "own.rate" { on = "notes", rate = "days > 7", above = "0", min_n = 1 }
rule "own.done" { on = "stays", quota = { per = "month", at_least = 5, date = "left" } }
rule "own.lua"  { check = function() return problem("不对", { count = 2 }) end }
END
  cat >>p/plan.yaml <<'END'
parameters: {most: {title: 最多, value: 7, type: number}}
period: {from: 2023-04-01, to: 2023-05-31}
END
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
}

more_items() {
  cat >>p/items.yaml <<'END'
- {id: card, title: 卡, kind: data, rules: [own.card]}
- {id: fail, title: 床位, kind: data, rules: [own.fail]}
- {id: rate, title: 比例, kind: data, rules: [own.rate]}
- {id: done, title: 次数, kind: data, rules: [own.done]}
- {id: lua, title: 函数, kind: data, rules: [own.lua]}
END
}

stays() {
  printf '住院号,次,出院日期,天数,患者编号\n'
  printf '%s\n' "$@"
}

# give TABLE: imports standard input as the table.
give() {
  cat >"$1.csv"
  zicha -C w import "$1" "$1.csv" >/dev/null
}

rows() { zicha -C w --today 2023-06-30 problem rows "$@" | tr -d '\r' | sed '1s/^\xef\xbb\xbf//'; }

# The numbers of an item's rows beside what else the row says: ids ITEM COLUMNS
ids() {
  rows "$1" | awk -F , -v columns="$2" 'NR == 1 { for (i = 1; i <= NF; i++) place[$i] = i
      count = split(columns, wanted, " "); next }
    { line = $place["明细编号"]
      for (i = 1; i <= count; i++) line = line " " $place[wanted[i]]
      print line }' | sort
}

@test "the number has 32 digits and stays when rows move, come and go, or columns change places" {
  make_world
  stays A1,1,2023-05-01,9,P1 A1,2,2023-05-02,8,P1 B2,1,2023-05-03,30,P2 C3,1,2023-05-04,2,P3 |
    give stays
  ids late '住院号 次' >before
  [ "$(grep -Ec '^[0-9a-f]{32} (A1 1|A1 2|B2 1)$' before)" -eq 3 ]
  [ "$(cut -d ' ' -f 1 before | sort -u | wc -l)" -eq 3 ]
  stays B2,1,2023-05-03,30,P2 D4,1,2023-05-01,99,P1 A1,2,2023-05-02,8,P1 A1,1,2023-05-01,9,P1 |
    give stays
  ids late '住院号 次' | grep -v D4 | diff before -
  printf '天数,患者编号,出院日期,次,住院号\n8,P1,2023/5/2,2,A1\n9,P1,20230501,1,A1\n30,P2,2023-05-03,1,B2\n' |
    give stays
  ids late '住院号 次' | diff before -
}

@test "a key in full-width digits is the same key; a changed cell beside it changes nothing" {
  make_world
  stays A1,1,2023-05-01,9,P1 | give stays
  ids late '住院号' >before
  stays Ａ１,１,2023-05-01,15,P9 | give stays
  ids late '住院号' | diff before -
}

@test "two plans and two parameters see the same instance" {
  make_world
  stays A1,1,2023-05-01,9,P1 B2,1,2023-05-03,30,P2 | give stays
  ids late '住院号' >before
  cp -r p q
  sed -i 's/county\/test/county\/other/; s/value: 7/value: 20/' q/plan.yaml
  sed -i 's/id: late/id: slow/' q/items.yaml
  zicha init v --plan q --facility facility.yaml >/dev/null
  zicha -C v import stays stays.csv >/dev/null
  run zicha -C v --today 2023-06-30 problem rows slow
  [ "$(grep -c B2 <<<"$output")" -eq 1 ]
  [[ "$output" != *A1* ]]
  [[ "$output" == *"$(grep B2 before | cut -d ' ' -f 1)"* ]]
}

@test "two rules that hit one row have two instances" {
  make_world
  stays A1,1,2023-05-01,9,P1 | give stays
  no diff <(ids late '' ) <(ids groups '') >/dev/null
}

@test "rows that share a key are told apart by what the rule reads, not by their order" {
  make_world
  printf '处方号,处方日期,医师工号,用药天数,药品名称,单价\nR1,2023-05-01,D1,9,甲,1\nR1,2023-05-01,D1,8,乙,1\nR1,2023-05-01,D1,8,乙,1\n' |
    give rx_lines
  ids over '药品名称 用药天数' >before
  [ "$(cut -d ' ' -f 1 before | sort -u | wc -l)" -eq 3 ]
  printf '处方号,处方日期,医师工号,用药天数,药品名称,单价\nR1,2023-05-01,D1,2,丙,1\nR1,2023-05-01,D1,8,乙,2\nR1,2023-05-01,D1,8,乙,2\nR1,2023-05-01,D1,9,甲,3\n' |
    give rx_lines
  ids over '药品名称 用药天数' | diff before -
}

@test "a table without keys has its rows' cells, and numbers those that are alike" {
  make_world
  printf '内容,天数\n甲,9\n乙,8\n甲,9\n' | give notes
  ids free '' >before
  [ "$(sort -u before | wc -l)" -eq 3 ]
  printf '天数,内容\n8,乙\n1,丙\n9,甲\n9,甲\n' | give notes
  ids free '' | diff before -
  printf '内容,天数\n甲,9\n乙,8\n' | give notes
  [ "$(ids free '' | comm -12 - before | wc -l)" -eq 2 ]
}

@test "a row of a view is its group" {
  make_world
  stays A1,1,2023-05-01,5,P1 A1,2,2023-05-02,8,P1 B2,1,2023-05-03,30,P2 | give stays
  ids groups 住院号 >before
  [ "$(cut -d ' ' -f 2 before | sort | paste -s -d ' ')" = 'A1 B2' ]
  stays B2,1,2023-05-03,40,P2 A1,1,2023-05-01,50,P1 | give stays
  ids groups 住院号 | diff before -
}

@test "what is no row has one number: a failed condition, a rate, a function, each missed month" {
  make_world
  more_items
  printf '内容,天数\n甲,9\n' | give notes
  stays A1,1,2023-05-01,9,P1 | give stays
  for item in fail rate lua; do ids "$item" 行号 >"$item"; done
  ids done 期间 >done
  for item in fail rate lua; do [ "$(grep -Ec '^[0-9a-f]{32} $' "$item")" -eq 1 ]; done
  [ "$(cut -d ' ' -f 2 done | sort | paste -s -d ' ')" = \
    '2023-04-01至2023-04-30 2023-05-01至2023-05-31' ]
  printf '内容,天数\n乙,99\n丙,12\n' | give notes
  ids rate 行号 | diff rate -
  stays B1,1,2023-05-06,9,P1 | give stays
  ids done 期间 | diff done -
}

@test "a patient who is the key is hashed with rule and table, and never shown" {
  make_world
  more_items
  printf '患者编号,天数\n440106199001011234,9\n440106199001011235,8\n' | give cards
  rows card >sheet
  no grep -q 44010619900101123 sheet
  grep -q '患者#1,9,' sheet
  [ "$(ids card '' | sort -u | wc -l)" -eq 2 ]
  for id in 440106199001011234 440106199001011235; do
    no grep -q "$(printf %s "$id" | sha256sum | cut -c 1-32)" sheet
  done
}

@test "patients beyond the shown rows have the numbers that the record would give them" {
  make_world
  {
    stays
    for number in $(seq 1 40); do echo "S$number,1,2023-05-01,9,P$number"; done
  } | give stays
  cat >p/rules/second.lua <<'END'
rule "second.more" { on = "stays", where = "days > 7 and stay_no == \"S30\"", show = { "patient_id" } }
END
  echo '- {id: more, title: 又一条, kind: data, rules: [second.more]}' >>p/items.yaml
  token=$(item w more '.first[0].show[0][1]')
  [ "$token" = '患者#21' ] # the 22nd would be his if all rows had been printed before
  rows late >sheet
  grep -q "^[0-9a-f]*,own.late,stays,[0-9]*,S30,1,9,$token," sheet
  [ "$(grep -o '患者#[0-9]*' sheet | sort -u | wc -l)" -eq 40 ]
  grep -q '患者#40,' sheet
}

@test "a patient who is the key of a view is a token, the same one beside other rules" {
  make_world
  cat >p/rules/second.lua <<'END'
view "person"     { on = "stays", group = { who = "patient_id" }, cols = { n = "sum(days)" } }
rule "second.sum" { on = "person", where = "n > 7" }
rule "second.row" { on = "stays", where = "days > 7", show = { "patient_id" } }
END
  cat >>p/items.yaml <<'END'
- {id: person, title: 人, kind: data, rules: [second.sum]}
- {id: row, title: 行, kind: data, rules: [second.row]}
END
  stays A1,1,2023-05-01,9,P1 B2,1,2023-05-03,30,P2 | give stays
  rows person >sheet
  grep -q '患者#1,' sheet
  grep -q '患者#2,' sheet
  no grep -q 'P[12]' sheet
  [ "$(item w row '[.first[].show[0][1]] | join(" ")')" = '患者#1 患者#2' ]
}

@test "split prints each row's part; a blank one is 未注明" {
  make_world
  printf '处方号,处方日期,医师工号,用药天数,药品名称\nR1,2023-05-01,D1,9,甲\nR2,2023-05-01,,8,乙\n' |
    give rx_lines
  ids over '处方号 分列' | cut -d ' ' -f 2- | sort >found
  printf 'R1 D1\nR2 未注明\n' | diff - found
  [[ "$(rows late | head -n 1)" != *分列* ]]
}

@test "items with other splits share a run, and a view has its own columns" {
  make_world
  cat >>p/items.yaml <<'END'
- {id: over_drug, title: 超量药品, kind: data, rules: [own.over], split: drug_name}
- {id: by_stay, title: 合计, kind: data, rules: [own.sum], split: no}
END
  printf '处方号,处方日期,医师工号,用药天数,药品名称\nR1,2023-05-01,D1,9,甲\n' | give rx_lines
  stays A1,1,2023-05-01,9,P1 | give stays
  [ "$(ids over 分列 | cut -d ' ' -f 2)" = D1 ]
  [ "$(ids over_drug 分列 | cut -d ' ' -f 2)" = 甲 ]
  [ "$(ids by_stay 分列 | cut -d ' ' -f 2)" = A1 ]
}

@test "a wrong split is told with its place: unknown, a patient, no rows, a question" {
  make_world
  cat >>p/items.yaml <<'END'
- {id: a, title: 甲, kind: data, rules: [own.late], split: dayz}
- {id: b, title: 乙, kind: data, rules: [own.free], split: what}
- {id: c, title: 丙, kind: data, rules: [own.fail], split: days}
- {id: d, title: 丁, kind: data, rules: [own.late], split: patient_id}
- {id: e, title: 戊, kind: data, rules: [own.sum], split: stay_no}
END
  run zicha plan lint p
  expect 65 'items.yaml:5:59: error: the table stays has no column dayz' 'did you mean days?' \
    'items.yaml:7:59: error: own.fail judges no rows that could be split' \
    'items.yaml:8:59: error: patient_id identifies a patient: nothing is split by patients' \
    'items.yaml:9:58: error: the table stay has no column stay_no' 'known: no n'
  never items.yaml:6:59
  stays A1,1,2023-05-01,9,P1 | give stays
  printf '内容,天数\n甲,9\n' | give notes
  check w
  [[ "$output" == *'items.yaml:5:59: '*'the table stays has no column dayz'* ]]
  [ "$(item w a .status)" = undetermined ]
  [ "$(item w b .status)" = problem ]
  echo '- {id: f, title: 己, kind: question, ask: 有吗？, answer: yesno, problem_if: no, split: days}' >p/items.yaml
  run zicha plan lint p
  expect 65 'items.yaml:1:' 'split belongs to items that rules judge'
}

@test "what a check finds does not depend on whether somebody wants its rows" {
  make_world
  {
    stays
    for number in $(seq 1 60); do echo "S$number,1,2023-05-01,9,P$number"; done
  } | give stays
  zicha -C w --today 2023-06-30 check --format json >first || true
  rows late >/dev/null
  zicha -C w --today 2023-06-30 check --format json >second || true
  cmp first second
  no grep -q '"keys"' first
}
