#!/usr/bin/env bats
# plan test: the cases of a package go through the very code of check; what is expected and
# does not come, and what no case has tried, is told. plan test --new-case writes cases.
load helper

# A package in ./p: a question, one that applies to some, a document, and a rule over rows.
setup() {
  begin_test
  make_package p <<'END'
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}
- {id: beds, title: 床位, kind: question, ask: 抽查几张？, answer: sample, problem_if: answer.wrong > 0, applies: facility.beds_open > 0}
- {id: group, title: 小组, kind: evidence, evidence: [成立文件]}
- {id: long, title: 超过7日, kind: data, rules: [own.long], or_ask: {ask: 超过几张？, answer: sample, problem_if: answer.wrong > 0}}
END
  write_rule p own <<'END'
rule "own.long" { on = "rx_lines", among = [[visit_type == "门诊"]], where = "days > 7", count = "rx_no",
  say = "{population}张中{count}张超过7日" }
END
  mkdir p/tests
}

cases() { cat >"p/tests/${1:-a}.yaml"; }
try() { run "$ZICHA" plan test "${@:-p}"; }

# The package's cases are refused with these words, and none was run.
refused() {
  try
  expect 65 "$@"
  never "expectations"
}

# A case whose expectations hold: every item fails in one and passes in the other.
both() {
  cases <<'END'
- name: 不合格
  facility: {beds_open: 20}
  tables: {rx_lines: [{rx_no: A1, visit_type: 门诊, days: 8}]}
  answers: {posted: 否, beds: 30/2, group: 否}
  expect: {posted: problem, beds: {status: problem, count: 2, population: 30}, group: problem, long: {status: problem, count: 1, population: 1, rows: 1, message: 1张超过7日}}
- name: 合格
  facility: {beds_open: 20}
  tables: {rx_lines: [{rx_no: A1, visit_type: 门诊, days: 7}]}
  answers: {posted: 是, beds: 30/0}
  evidence: {group: [成立文件]}
  expect: {posted: pass, beds: pass, group: pass, long: {status: pass, population: 1}}
END
}

@test "the certainty of a problem is expected, too" {
  sed -i 's/where = "days > 7"/where = "days > 7", certainty = "suspect"/' p/rules/own.lua
  cases <<'END'
- name: 可疑
  tables: {rx_lines: [{rx_no: A1, visit_type: 门诊, days: 8}]}
  expect: {long: {status: problem, certainty: 可疑}}
- name: 不合格
  tables: {rx_lines: [{rx_no: A1, visit_type: 门诊, days: 8}]}
  expect: {long: {status: problem, certainty: certain}}
- name: 合格
  tables: {rx_lines: [{rx_no: A1, visit_type: 门诊, days: 7}]}
  expect: {long: {status: pass, certainty: hint}}
END
  try
  expect 1 "6:47: 不合格: long 超过7日: the certainty should be certain, got suspect" \
    "9:44: 合格: long 超过7日: the certainty should be hint, got none"
  never "可疑: long"
}

# ---- running ----------------------------------------------------------------------------

@test "the cases of the shipped plan hold, and see every item and rule fail and pass" {
  try "$plan" --strict
  expect 0 "0 of them not met" "35 of 35 items were seen"
  never "rules not seen"
}

@test "cases that come as expected: exit status 0" {
  both
  try p --strict
  expect 0 "2 cases, 0 of them not as expected" "8 expectations, 0 of them not met" \
    "4 of 4 items were seen failing and passing"
  never "not seen" "seen neither"
}

@test "an expectation that is not met is told with file, line, case, item, wanted and got" {
  cases <<'END'
- name: 公示了
  answers:
    posted: 是
  expect:
    posted: problem
END
  try
  expect 1 "p/tests/a.yaml:5:13: 公示了: posted 公示: wanted problem found, got pass" \
    "1 cases, 1 of them not as expected; 1 expectations, 1 of them not met"
}

@test "a verdict that has a reason is told with it" {
  cases <<'END'
- {name: 没有作答, expect: {posted: pass}}
END
  try
  expect 1 "wanted pass, got not checked" "    not answered"
}

@test "numbers and the words of the message are compared, each with its place" {
  cases <<'END'
- name: 两张
  tables: {rx_lines: [{rx_no: A1, visit_type: 门诊, days: 8}, {rx_no: A1, visit_type: 门诊, days: 9}]}
  expect:
    long:
      status: problem
      count: 2
      population: 1
      rows: 3
      message: 超过8日
END
  try
  expect 1 "a.yaml:6:14: 两张: long 超过7日: the number of problems should be 2, got 1" \
    "a.yaml:8:13: 两张: long 超过7日: the number of rows should be 3, got 2" \
    "a.yaml:9:16: 两张: long 超过7日: the message should hold «超过8日», got «1张中1张超过7日»"
  never "number checked"
}

@test "an item that is seen only failing, only passing or never is listed; 0 without --strict" {
  cases <<'END'
- {name: 一, answers: {posted: 否, group: 否, beds: 30/0}, facility: {beds_open: 1}, expect: {posted: problem, beds: pass}}
END
  try
  expect 0 "0 of 4 items were seen failing and passing"
  [[ "$output" == *"seen failing, not passing:"*"posted"*"seen passing, not failing:"*"beds"*"seen neither failing nor passing:"*"group"*"long"* ]]
  try p --strict
  expect 1
}

@test "an expectation that is not met has not been seen" {
  both
  sed -i 's/posted: 否/posted: 是/' p/tests/a.yaml
  try
  expect 1 "3 of 4 items were seen" "seen passing, not failing:"
}

@test "a person's answer shows what the item says, not its rules" {
  cases <<'END'
- {name: 一, none: {rx_lines: 手写}, answers: {long: 30/1}, expect: {long: problem}}
- {name: 二, none: {rx_lines: 手写}, answers: {long: 30/0}, expect: {long: pass}}
END
  try
  expect 0 "1 of 4 items were seen" "rules not seen finding a problem in data:" \
    "rules not seen passing data:" "own.long  (long)"
}

@test "a package without cases was not tested: exit status 1" {
  try
  expect 1 "nothing was tested" "0 cases"
  rm -r p/tests
  try
  expect 1 "nothing was tested"
}

@test "a table that is [] is handed over and empty; one that is not named is not handed over" {
  cases <<'END'
- {name: 空表, tables: {rx_lines: []}, expect: {long: not_applicable}}
- {name: 未交, expect: {long: not_checked}}
- {name: 没有, none: {rx_lines: 手写处方}, expect: {long: not_checked}}
END
  try
  expect 0 "0 of them not met"
}

@test "columns that are left out are blank" {
  cases <<'END'
- {name: 没有天数, tables: {rx_lines: [{rx_no: A1, visit_type: 门诊}]}, expect: {long: undetermined}}
END
  try
  expect 0
}

@test "a column may be named by its header, and a cell may hold commas, quotes and line ends" {
  cases <<'END'
- name: 表头
  tables:
    rx_lines:
      - {处方号: 'A,"1"', 就诊类型: 普通门诊, 用药天数: 8, 药品名称: "甲\n乙"}
      - {处方号: B, 就诊类型: O, 用药天数: 八}
  expect: {long: {status: problem, count: 1}}
END
  refused 'a.yaml:5:33: «八» is no value of days (用药天数), which is 整数'
  sed -i 's/八/8/' p/tests/a.yaml
  try
  expect 1 "should be 1, got 2"
}

@test "each case has a facility of its own; what it does not say is the least that must be" {
  cases <<'END'
- {name: 有床, facility: {beds_open: 5}, answers: {beds: 3/0}, expect: {beds: pass}}
- {name: 未填, answers: {beds: 3/0}, expect: {beds: not_checked}}
- {name: 无床, facility: {class: 诊所, beds_open: 0}, expect: {beds: not_applicable}}
END
  try
  expect 0
}

@test "answers are written as in a sheet: notes and «not applicable» too" {
  cases <<'END'
- name: 说明
  facility: {beds_open: 5}
  answers:
    posted: {na: 没有公示栏}
    beds: {answer: 30/1, note: 一张}
    group: 不适用：只有一人
  expect: {posted: not_applicable, beds: problem, group: not_applicable}
END
  try
  expect 0
}

@test "cases in Chinese words say the same" {
  cases <<'END'
- 名称: 不合格
  机构: {开放床位: 20, 机构类别: 诊所}
  数据表: {rx_lines: [{处方号: A1, 就诊类型: 门诊, 用药天数: 8}]}
  答案: {posted: 否, beds: {答案: 30/2, 备注: 两张}}
  佐证材料: {group: 成立文件}
  业务日期: 2023年5月1日
  预期: {posted: 发现问题, beds: {结论: 发现问题, 问题数: 2, 检查数: 30}, group: 合格, long: {结论: 发现问题, 行数: 1, 说明: 超过7日}}
- 名称: 没有数据
  无数据: {rx_lines: 手写}
  起: 2023-05-01
  止: 2023-05-31
  预期: {long: 未检查, beds: 未检查}
END
  try
  expect 0 "6 expectations, 0 of them not met"
}

@test "without an interval a case's rows count as the whole period; with one, they must cover it" {
  echo 'period: {from: 2023-03-01, to: 2023-05-31}' >>p/plan.yaml
  cases <<'END'
- {name: 不问时段, tables: {rx_lines: [{rx_no: A1, visit_type: 门诊, days: 7}]}, expect: {long: pass}}
- name: 差一天
  from: 2023-05-01
  to: 2023-05-31
  tables: {rx_lines: [{rx_no: A1, rx_date: 2023-05-02, visit_type: 门诊, days: 7}, {rx_no: A2, rx_date: 2023-05-31, visit_type: 门诊, days: 7}]}
  expect: {long: undetermined}
- name: 整月
  from: 2023-05-01
  to: 2023-05-31
  tables: {rx_lines: [{rx_no: A1, rx_date: 2023-05-01, visit_type: 门诊, days: 7}, {rx_no: A2, rx_date: 2023-05-31, visit_type: 门诊, days: 7}]}
  expect: {long: pass}
END
  try
  expect 0
}

@test "no case follows the clock: its own day, else the plan's last, else a fixed one" {
  make_package p <<'END'
- {id: founded, title: 成立, kind: question, ask: 何时？, answer: date, problem_if: answer > today}
END
  cases <<'END'
- {name: 自己的, today: 2023-05-01, answers: {founded: 2023-05-02}, expect: {founded: problem}}
- {name: 没有写, answers: {founded: 2023-07-01}, expect: {founded: problem}}
- {name: 当天, answers: {founded: 2023-06-30}, expect: {founded: pass}}
END
  for day in 2020-01-01 2030-01-01; do
    run "$ZICHA" plan test p --today "$day"
    expect 0
  done
  echo 'period: {from: 2024-01-01, to: 2024-12-31}' >>p/plan.yaml
  try
  expect 1 "3 cases, 1 of them not as expected"
}

@test "a rule that is wrong is told once, with its place, and its item is not seen" {
  both
  echo 'rule "own.long" { on = "rx_lines", where = "dayz > 7" }' >p/rules/own.lua
  try
  expect 1 "the name dayz is unknown" "wanted problem found, got undetermined"
  [ "$(grep -c 'dayz is unknown' <<<"$output")" = 1 ]
}

@test "an item that sets a parameter is judged with it, and several rules are added up" {
  write_rule p own <<'END'
rule "own.long" { on = "rx_lines", where = "days > p.most", count = "rx_no" }
rule "own.age" { on = "rx_lines", where = "age > 100", count = "rx_no" }
END
  echo 'parameters: {most: {value: 7, type: number}}' >>p/plan.yaml
  echo '- {id: two, title: 两条, kind: data, rules: [own.long, own.age], with: {most: 3}}' >>p/items.yaml
  cases <<'END'
- name: 四日
  tables: {rx_lines: [{rx_no: A1, days: 4, age: 40}, {rx_no: A2, days: 3, age: 120}]}
  expect: {long: pass, two: {status: problem, count: 2, population: 2}}
END
  try
  expect 0
}

@test "cases judge nothing: they are no part of the package's hash, and check is the same" {
  both
  before=$(zicha plan test p --format json | jq -r .plan.sha256)
  echo '- {name: 三, expect: {posted: not_checked}}' >p/tests/b.yaml
  [ "$(zicha plan test p --format json | jq -r .plan.sha256)" = "$before" ]
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  [ "$(record w .plan.sha256)" = "$before" ]
}

@test "a case has the verdict, the numbers and the message of a check of the same files" {
  both
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  printf '处方号,就诊类型,用药天数\nA1,门诊,8\n' >rx.csv
  zicha -C w import rx_lines rx.csv >/dev/null
  [ "$(item w long '[.status, .count, .population, .rows, .message] | join(" ")')" = \
    "problem 1 1 1 1张中1张超过7日" ]
  try
  expect 0
}

@test "plan test needs no workspace and leaves nothing behind" {
  both
  mkdir empty
  run "$ZICHA" -C empty plan test p
  expect 0
  [ -z "$(ls -A empty)" ]
  [ "$(find p -newer p/tests/a.yaml -type f | wc -l)" = 0 ]
}

@test "the same cases give the same bytes, whatever the order of folders" {
  both
  echo '- {name: 三, expect: {posted: problem}}' >p/tests/b.yaml
  cp -r p q
  zicha plan test p --format json >one || true
  zicha plan test q --format json >two || true
  cmp one two
}

# ---- JSON -------------------------------------------------------------------------------

@test "--format json tells cases, failures, items and rules" {
  both
  sed -i 's/count: 1,/count: 5,/' p/tests/a.yaml
  run "$ZICHA" plan test p --format json
  [ "$status" -eq 1 ]
  printf '%s' "$output" >report
  [ "$(jq -r .zicha report)" = test/1 ]
  [ "$(jq -c '.cases[0].failures[0] | [.item, .key, .wanted, .got, .line]' report)" = \
    '["long","count",5,1,5]' ]
  [ "$(jq -c '[.cases[] | .passed]' report)" = '[false,true]' ]
  [ "$(jq -c '.items[] | select(.id == "long") | [.failing, .passing]' report)" = '[0,1]' ]
  [ "$(jq -c '.rules' report)" = '[{"failing":0,"id":"own.long","item":"long","passing":1}]' ]
  [ "$(jq -c '[.totals.cases, .totals.failed, .totals.expectations, .totals.unmet, .totals.seen]' report)" = \
    '[2,1,8,1,3]' ]
}

@test "every key of the test report stands in docs/json.md" {
  both
  sed -i 's/count: 1,/count: 5,/; s/posted: 否/posted: 是/' p/tests/a.yaml
  zicha plan test p --format json >report || [ $? -eq 1 ]
  jq -r '[paths | map(select(type == "string")) | .[-1] // empty] | unique | .[]' report |
    while read -r key; do
      grep -qE "\"$key\":|\`([a-z.]*\[\]\.)?$key\`" "$ZICHA_ROOT/docs/json.md" || {
        echo "docs/json.md does not name $key"
        exit 1
      }
    done
}

@test "an unknown format: 64" {
  try p --format xml
  expect 64 "unknown format xml"
}

# ---- what is wrong in cases -------------------------------------------------------------

@test "an unknown item is an error where it stands, with the nearest one" {
  cases <<'END'
- name: 一
  answers: {postd: 是}
  evidence: {grop: x}
  expect:
    bed: pass
END
  refused "a.yaml:2:13: the plan has no item postd" "did you mean posted?" \
    "a.yaml:3:14: the plan has no item grop" "did you mean group?" \
    "a.yaml:5:5: the plan has no item bed" "did you mean beds?" "have 3 errors"
}

@test "an unknown table or column is an error where it stands, with the nearest one" {
  cases <<'END'
- name: 一
  tables:
    rx_lins: []
    rx_lines:
      - {rx_no: A1, day: 7}
  none: {staf: 没有}
  expect: {long: pass}
END
  refused "a.yaml:3:5: the plan's rules read no table rx_lins" "did you mean rx_lines?" \
    "a.yaml:5:21: the table rx_lines has no column day" "did you mean days?" \
    "a.yaml:6:10: the plan's rules read no table staf"
}

@test "a wrong answer is an error where it stands" {
  cases <<'END'
- name: 一
  answers: {posted: 也许, beds: 3/30, long: {answr: 3/1}, group: 不适用}
  expect: {posted: pass}
END
  refused "a.yaml:2:21: «也许» is neither yes nor no" "answer with: 是/否" \
    "a.yaml:2:31: 30 wrong ones of 3 checked cannot be" "unknown key answr" "needs a reason"
}

@test "a document that the item does not want is an error with those that it wants" {
  cases <<'END'
- {name: 一, evidence: {group: [会议记录]}, expect: {group: pass}}
END
  refused "wants other documents than «会议记录»" "known: 成立文件"
}

@test "a cell that does not read as its type is an error where it stands" {
  cases <<'END'
- name: 一
  tables:
    rx_lines:
      - {rx_no: A1, visit_type: 门珍, days: 七}
      - rx_no: A2
        rx_date: 2023-02-30
  expect: {long: pass}
END
  refused "a.yaml:4:33: «门珍» is no value of visit_type (就诊类型)" "did you mean 门诊?" \
    "a.yaml:4:43: «七» is no value of days" "a.yaml:6:18: «2023-02-30» is no value of rx_date"
}

@test "rows that no rule would see are errors: no key, a repeated key, nothing in them" {
  echo '- {id: b, title: 乙, kind: data, rules: [own.staff]}' >>p/items.yaml
  echo 'rule "own.staff" { on = "staff", where = "rx_right" }' >>p/rules/own.lua
  cases <<'END'
- name: 一
  tables:
    rx_lines:
      - {days: 7}
      - {days: ""}
    staff:
      - {staff_id: S1}
      - {staff_id: S1}
  expect: {long: pass}
END
  refused "a.yaml:5:9: this row is empty"
  sed -i '5d' p/tests/a.yaml
  refused "a.yaml:4:9: this row of rx_lines cannot be judged: the key is blank" \
    "a.yaml:7:9: this row of staff cannot be judged: the key stands in an earlier row already"
}

@test "what a spreadsheet program has spoiled is an error where it stands" {
  cases <<'END'
- name: 一
  tables:
    rx_lines:
      - {rx_no: 1.23E+17, days: 7}
  expect: {long: pass}
END
  refused "a.yaml:4:9: the cell 1.23E+17 of 处方号 was spoiled by a spreadsheet program"
}

@test "a table that is handed over and said not to exist is an error" {
  cases <<'END'
- {name: 一, tables: {rx_lines: []}, none: {rx_lines: 没有}, expect: {long: pass}}
- {name: 二, none: {rx_lines: ""}, expect: {long: pass}}
END
  refused "handed over and said not to exist" "a.yaml:2:30: say why the table rx_lines does not exist"
}

@test "a facility's field, a day, an interval and a verdict that are wrong are errors" {
  cases <<'END'
- name: 一
  facility: {class: 医院, bed: 3}
  today: 2023-13-01
  from: 2023-05-01
  expect: {posted: good, beds: {count: 1}, long: {status: pass, count: one}}
END
  refused "a.yaml:2:21: 医院 is not one of the known words" "unknown key bed" \
    "a.yaml:3:10: a date such as 2023-05-01 is needed here" "belong together" \
    "a.yaml:5:20: good is not one of the known words" "the key status" "a.yaml:5:72: a whole number"
}

@test "a case without a name, without expectations, or with another's name is an error" {
  cases <<'END'
- {expect: {posted: pass}}
- {name: 二}
- {name: 三, expect: {}}
- {name: 二, expect: {posted: pass}}
END
  refused "a.yaml:1:3: the key name" "a.yaml:2:3: the key expect" \
    "a.yaml:3:21: a case expects something of an item" "a.yaml:4:10: the case 二 stands twice" \
    "the other one is at tests/a.yaml:2"
}

@test "an unknown key is an error with the nearest one" {
  cases <<'END'
- {name: 一, answer: {posted: 是}, expect: {posted: pass}}
END
  refused "unknown key answer" "did you mean answers?"
}

@test "a file that is no YAML, empty, or no list is an error, and those of all files are told" {
  printf 'a: [b\n' | cases a
  : >p/tests/b.yaml
  try
  expect 65 "p/tests/a.yaml:"
  echo '{name: 一}' | cases a
  refused "p/tests/a.yaml:1:1: a list is needed here" "p/tests/b.yaml: the file is empty"
}

@test "a file of cases that would be passed over is an error" {
  both
  mkdir p/tests/more.yaml
  ln -s ../items.yaml p/tests/link.yaml
  echo x >p/tests/c.yml
  echo x >p/tests/README.md
  try
  expect 65 "p/tests/more.yaml: this is not read as cases" "p/tests/link.yaml" "p/tests/c.yml" \
    "have 3 errors"
}

@test "a package with errors is not tested: 65; no package: 66; no argument: 64" {
  both
  echo '- {id: x}' >>p/items.yaml
  try
  expect 65 "p/items.yaml"
  try nowhere
  expect 66
  run "$ZICHA" plan test
  expect 64 "an argument is missing"
}

@test "the messages are Chinese without an English sentence" {
  both
  sed -i 's/count: 1,/count: 5,/; s/posted: 否/posted: 是/' p/tests/a.yaml
  ZICHA_LANG=zh try
  expect 1 "预期发现问题，实际合格" "问题数应为 5，实际为 1" "个检查项中" "只见过合格、未见过不合格"
  [ -z "$(sed 's/`[^`]*`//g' <<<"$output" | grep -E '[A-Za-z]+ [A-Za-z]+ [A-Za-z]+')" ]
}

@test "a package of others is tested only with full isolation, or when that is waived" {
  [ "${ZICHA_SANITIZED:-OFF}" = OFF ] || skip "sanitizer builds run unlocked"
  both
  try p --isolation none
  expect 64 "no isolation level none"
  try p --isolation process
  expect 0
}

# ---- new cases --------------------------------------------------------------------------

# The new cases of these items become the package's only ones, and hold.
hold() {
  local option=()
  for item in "$@"; do option+=(--new-case "$item"); done
  zicha plan test p "${option[@]}" >p/tests/a.yaml
  run "$ZICHA" plan test p
  expect 0 "0 of them not met" || {
    cat p/tests/a.yaml
    return 1
  }
}

@test "new cases of the shipped plan: exactly two, in which every item fails and passes" {
  cp -r "$ZICHA_ROOT/checklists/$plan" p2
  rm p2/tests/*
  zicha plan test p2 --new-case all >all.yaml
  mv all.yaml p2/tests/
  [ "$(grep '^- name: ' p2/tests/all.yaml | tr -d '\n')" = "- name: 全部不合格- name: 全部合格" ]
  try p2 --strict
  expect 0 "2 cases" "70 expectations, 0 of them not met" "35 of 35 items"
}

@test "a new pair of every kind of answer holds" {
  make_questions
  cat >>p/plan.yaml <<'END'
parameters: {most: {value: 37, type: number}, share: {value: "0.25", type: number}, since: {value: 2021-03-05, type: date}}
END
  cat >>p/items.yaml <<'END'
- {id: many, title: 多, kind: question, ask: 几个？, answer: number, problem_if: answer == p.most}
- {id: share, title: 比例, kind: question, ask: 多少？, answer: number, problem_if: answer > p.share and answer < 0.27}
- {id: near, title: 日期, kind: question, ask: 何时？, answer: date, problem_if: answer == p.since}
- {id: rate, title: 占比, kind: question, ask: 抽查, answer: sample, problem_if: answer.wrong * 20 >= answer.checked}
- {id: words, title: 文字, kind: question, ask: 说明, answer: text, problem_if: 'contains(answer, "没有")'}
- {id: less, title: 少于, kind: question, ask: 几次？, answer: number, problem_if: answer < answers.meetings}
- {id: paper, title: 材料, kind: evidence}
END
  mkdir -p p/tests
  ids=$(sed -n 's/^- {id: \([a-z]*\),.*/\1/p' p/items.yaml)
  # shellcheck disable=SC2086
  hold $ids
  [ "$(grep -c '^- name: ' p/tests/a.yaml)" = 26 ]
  expect 0 "13 of 13 items were seen failing and passing"
  hold all
  [ "$(grep -c '^- name: ' p/tests/a.yaml)" = 2 ]
  expect 0 "26 expectations"
}

@test "a new pair of an item that applies to some has a facility to which it applies" {
  cat >>p/items.yaml <<'END'
- {id: clinic, title: 诊所, kind: question, ask: 是否？, answer: yesno, problem_if: yes, applies: facility.class == "诊所" and facility.ownership == "民营"}
- {id: surgery, title: 手术, kind: question, ask: 是否？, answer: yesno, problem_if: yes, applies: 'answers.posted and facility.licence_valid_to > today'}
END
  hold beds clinic surgery
  expect 0 "6 cases" "3 of 6 items"
  grep -q 'class: 诊所' p/tests/a.yaml
  grep -q 'licence_valid_to: 20' p/tests/a.yaml
}

@test "cases of the whole plan have the facility to which most applies, and name the others" {
  cat >>p/items.yaml <<'END'
- {id: clinic, title: 诊所, kind: question, ask: 是否？, answer: yesno, problem_if: yes, applies: facility.class == "诊所"}
- {id: hospital, title: 医院, kind: question, ask: 是否？, answer: yesno, problem_if: yes, applies: facility.class == "二级医院"}
- {id: hospital2, title: 医院, kind: question, ask: 是否？, answer: yesno, problem_if: no, applies: facility.class == "二级医院"}
END
  hold all
  [ "$(grep -c 'class: 二级医院' p/tests/a.yaml)" = 2 ]
  [ "$(grep -c '#   clinic：不适用于该机构' p/tests/a.yaml)" = 2 ]
  expect 0 "12 expectations"
}

@test "a new pair of a data item has the answer, and the columns that its rules read as a remark" {
  hold long
  expect 0 "1 of 4 items"
  grep -q '^    rx_lines: 没有数据导出$' p/tests/a.yaml
  grep -q '^  #     - rx_no: A1  # 处方号$' p/tests/a.yaml
  grep -q '^  #       visit_type: 门诊  # 就诊类型：门诊、急诊、住院、出院带药$' p/tests/a.yaml
  grep -q '^  #       days: 1  # 用药天数$' p/tests/a.yaml
  no grep -q drug_name p/tests/a.yaml
}

@test "an item that only data judge gets rows to fill in, and stays out of the whole" {
  echo '- {id: only, title: 仅数据, kind: data, rules: [own.long]}' >>p/items.yaml
  zicha plan test p --new-case only >p/tests/a.yaml
  [ "$(grep -c '^  tables:$' p/tests/a.yaml)" = 2 ]
  try
  expect 1 "2 cases" "only 仅数据: wanted problem found, got pass"
  hold all
  grep -q '#   only：由规则按数据判断' p/tests/a.yaml
}

@test "an item that no answer can make pass is said to be so" {
  echo '- {id: stuck, title: 不可能, kind: question, ask: 是否？, answer: yesno, problem_if: answer or not answer}' >>p/items.yaml
  hold stuck
  grep -q '没有试出使其合格的答案' p/tests/a.yaml
  hold all
  grep -q '#   stuck：没有试出答案' p/tests/a.yaml
}

# A package in ./p whose items are asked for members, parts and quarters.
make_several() {
  make_package p <<'END'
- {id: tech, title: 技术, kind: question, across: techs, ask: 是否备案？, answer: yesno, problem_if: no}
- id: sham
  title: 造假
  kind: question
  parts: [{id: a, title: 甲}, {id: b, title: 乙}]
  ask: 有几例？
  answer: number
  problem_if: answer > 0
- {id: meet, title: 会议, kind: task, ask: 开会几次？, per: quarter, at_least: 2}
- {id: gone, title: 停用, kind: question, ask: 是否？, answer: yesno, problem_if: no, retired: 不再检查}
END
  cat >>p/plan.yaml <<'END'
period: {from: 2023-01-01, to: 2023-06-30}
sets:
  techs:
    title: 技术
    count: 2
    members:
      - {id: stem, title: 干细胞, match: facility.beds_open > 0}
      - {id: gene, title: 基因}
END
}

@test "what is asked several times is named one by one, in cases and in new ones" {
  make_several
  mkdir -p p/tests
  hold all
  expect 0 "2 cases" "12 expectations" "5 of 5 items were seen failing and passing"
  grep -qF '"tech[stem]": problem' p/tests/a.yaml
  hold tech sham meet
  expect 0 "12 cases" "5 of 5 items"
}

@test "an item that is asked several times, or of nobody, is an error with what may be named" {
  make_several
  mkdir -p p/tests
  cases <<'END'
- {name: 一, answers: {tech: 是, gone: 是}, expect: {"sham[c]": pass}}
END
  refused "the item tech is asked several times" "name each of: tech[stem]、tech[gene]" \
    "the item gone is retired" "the plan has no item sham[c]" "did you mean sham[a]?"
}

@test "a quota is counted in the periods of the case" {
  make_several
  mkdir -p p/tests
  cases <<'END'
- name: 三季度
  from: 2023-07-01
  to: 2023-09-30
  today: 2023-10-01
  answers: {"meet[2023-Q3]": 1}
  expect: {"meet[2023-Q3]": {status: problem, count: 1}}
- {name: 一季度, answers: {"meet[2023-Q1]": 2}, expect: {"meet[2023-Q1]": pass, "meet[2023-Q2]": not_applicable}}
END
  try
  expect 0 "1 of 5 items were seen failing and passing"
}

@test "new cases of an unknown item: 65 with the nearest one" {
  try p --new-case postd
  expect 65 "the plan has no item postd" "did you mean posted?"
}

@test "new cases of a plan of 600 items take a moment, and hold" {
  for i in $(seq 600); do
    echo "- {id: q$i, title: 第$i, kind: question, ask: 几份？, answer: number, problem_if: answer > $i, applies: facility.beds_open > 0}"
  done >>p/items.yaml
  hold all
  expect 0 "1208 expectations"
}
