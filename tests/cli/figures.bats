#!/usr/bin/env bats
# What a check computes besides verdicts: the statistics' own figures, and points.
load helper

# A plan with a rule file `own`, statistics and points; the facility's table of fees.
make_plan() {
  make_package p <<'END'
- {id: over, title: 超标准收费, kind: data, rules: [own.over], severity: major}
- {id: odd, title: 异常收费, kind: data, rules: [own.odd], severity: grave}
- {id: posted, title: 未公示价格, kind: question, ask: 是否公示价格？, answer: yesno, problem_if: no}
END
  cat >>p/plan.yaml <<'END'
statistics:
  rows:
    - {id: total, title: 收费总额, unit: 万元, from: measure, formula: 'm["own.total"] / 10000'}
    - {id: share, title: 自付比例, unit: "%", from: measure, formula: 'round(m["own.paid"] / m["own.total"] * 100, 1)'}
    - {id: beds, title: 床位费, unit: 元, from: measure, formula: 'm["own.beds"]'}
    - {id: nights, title: 住院天数, from: measure, formula: 'm["own.nights"]'}
    - {id: visited, title: 检查机构, unit: 家, from: manual}
scoring:
  unit: 医疗机构
  points: {over: 2, grave: 10}
  thresholds:
    - {at: 2, effect: 约谈}
    - {above: 10, effect: 暂缓校验}
    - {cycle: 三年, at: 12, effect: 通报}
END
  write_rule p own <<'END'
rule "own.over" { on = "fees", where = "price > 100" }
rule "own.odd" { on = "fees", where = "price == 1", certainty = "hint" }
measure "own.total"  { on = "fees", value = "sum(price)" }
measure "own.paid"   { on = "fees", value = "sum(price, paid)" }
measure "own.beds"   { on = "fees", among = "item == \"床\"", value = "sum(price)" }
measure "own.nights" { on = "nights", value = "sum(n)" }
END
  mkdir -p p/datasets
  cat >p/datasets/own.yaml <<'END'
fees:
  title: 费用
  columns:
    no: {type: code, titles: [单号], key: yes}
    item: {type: text, titles: [项目]}
    price: {type: decimal(2), titles: [金额]}
    paid: {type: bool, titles: [自付], blank: no}
nights:
  title: 床日
  columns: {n: {type: int, titles: [天数]}}
END
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  printf '单号,项目,金额,自付\n1,药,12345.67,是\n2,药,1.00,\n3,床,,\n' >fees.csv
  sed -i 's/3,床,,/3,床,40.00,/' fees.csv
  zicha -C w import fees fees.csv >/dev/null
}

figure() { jq -c --arg id "$1" '.figures[] | select(.id == $id) | [.value, .reason.text]' record.json; }

@test "rows of the statistics from measures are computed, those without data say why" {
  make_plan
  zicha -C w --today 2023-06-30 check --format json >record.json || [ $? -eq 1 ]
  [ "$(figure total)" = '["1.24",null]' ]
  [ "$(figure share)" = '["99.7",null]' ]
  [ "$(figure beds)" = '["40.00",null]' ]
  [ "$(figure nights)" = '[null,"the table {table} was not handed over, or lacks columns"]' ]
  [ "$(jq '.figures | length' record.json)" = 4 ]
}

@test "a blank amount leaves a figure open, and does not count as 0" {
  make_plan
  sed -i 's/40.00//' fees.csv
  zicha -C w import fees fees.csv >/dev/null
  zicha -C w --today 2023-06-30 check --format json >record.json || [ $? -eq 1 ]
  [ "$(figure beds)" = '[null,"{unjudged} rows could not be judged, or a value is blank"]' ]
  [ "$(figure total)" = '[null,"{unjudged} rows could not be judged, or a value is blank"]' ]
}

@test "certain problems make the points, the others wait to be looked at" {
  make_plan
  zicha -C w answer posted=否 >/dev/null
  zicha -C w --today 2023-06-30 check --format json >record.json || [ $? -eq 1 ]
  jq -c .scoring record.json
  [ "$(jq -c '.scoring | [.certain, .suspect, .unscored]' record.json)" = '["2","10",1]' ]
  [ "$(jq -c '[.scoring.items[] | [.id, .points, .certainty]]' record.json)" = \
    '[["over","2","certain"],["odd","10","hint"]]' ]
  [ "$(jq -c '[.scoring.steps[].effect]' record.json)" = '["约谈"]' ]
}

@test "the report prints figures with their reasons, and points as a proposal" {
  make_plan
  zicha -C w answer posted=否 >/dev/null
  zicha -C w --today 2023-06-30 check >/dev/null || [ $? -eq 1 ]
  run zicha -C w report --out markdown:r.md
  expect 0
  grep -q '| 1 | 收费总额 | 万元 | 1.24 | — |' <(tr -s ' ' <r.md)
  grep -q '住院天数.*未算出.*没有提供' r.md
  grep -q '计2分，待核实的问题计10分，1项问题没有对应分值' r.md
  grep -q '达到的档次：约谈' r.md
}

@test "a row from a measure without a formula, or with a wrong one, is an error with its place" {
  make_plan
  sed -i "s|, formula: 'm\[\"own.beds\"\]'||" p/plan.yaml
  sed -i 's|round(m\["own.paid"\]|roundd(m["own.paid"]|' p/plan.yaml
  run zicha plan lint p
  expect 65 "a row from a measure needs a formula" "the function roundd is unknown"
}

@test "a measure that no file declares leaves its figure open" {
  make_plan
  sed -i 's|m\["own.beds"\]|m["own.bedz"]|' p/plan.yaml
  zicha -C w --today 2023-06-30 check --format json >record.json || [ $? -eq 1 ]
  [ "$(figure beds)" = '[null,"no rule file declares the measure {id}, or it has an error"]' ]
}

@test "a condition of an item may name a measure: it is judged after the rules, and open without data" {
  make_plan
  cat >>p/items.yaml <<'END'
- {id: audited, title: 未内部审计, kind: question, ask: 是否审计？, answer: yesno, problem_if: no, applies: 'm["own.total"] > 1000'}
- {id: staffed, title: 病区人员不足, kind: question, ask: 几人？, answer: number, problem_if: 'answer < m["own.nights"] / 10'}
END
  zicha -C w answer audited=否 staffed=3 >/dev/null
  [ "$(item w audited .status)" = problem ]
  [ "$(item w staffed .status)" = not_checked ]
  [ "$(item w staffed .reason.text)" = 'cannot be judged without: {names}' ]
  printf '天数\n20\n20\n' >nights.csv
  zicha -C w import nights nights.csv >/dev/null
  [ "$(item w staffed .status)" = problem ]
  printf '单号,项目,金额,自付\n1,药,1.00,\n' >fees.csv
  zicha -C w import fees fees.csv >/dev/null
  [ "$(item w audited .status)" = not_applicable ]
}
