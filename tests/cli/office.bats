#!/usr/bin/env bats
# The workspace of an office that collects reports: office.yaml, what is asked there, what
# the engine tells of a plan for it.
load helper

ask=$ZICHA_BUILD/tests/ask_engine

setup() {
  begin_test
  cat >office.yaml <<'END'
name: 某县卫生健康局
code: "110000"
level: county
region: 某县
END
}

# A package with what an office and a facility are asked, and the table of figures.
make_plan() {
  make_package p <<'END'
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no, severity: major}
- {id: inspect, title: 没有检查, kind: external, ask: 检查几家？, answer: number, problem_if: answer == 0}
- {id: publish, title: 没有曝光, text: 曝光典型案例, kind: external, evidence: [通报]}
- {id: report, title: 没有报告, kind: task, ask: 报告几次？, at_least: 2}
END
  cat >>p/plan.yaml <<'END'
period: {from: 2023年3月1日, to: 2023年6月30日}
duties:
  - {id: monthly, artefact: 自查报告, due: 每月10日前}
statistics:
  rows:
    - {id: self_checked, title: 自查机构, unit: 家, from: ledger}
    - {id: coverage, title: 自查覆盖率, unit: "%", from: ledger}
    - {id: problems, title: 发现问题, unit: 个, from: ledger}
    - {id: rectification_rate, title: 整改率, unit: "%", from: ledger}
    - {id: refunds, title: 退回金额, unit: 万元, from: ledger}
    - {id: cases, title: 立案, unit: 起, from: cases, formula: cases_simple + cases_general}
    - {id: cases_simple, title: 简易程序, unit: 起, from: cases}
    - {id: cases_general, title: 一般程序, unit: 起, from: cases}
    - {id: case_rate, title: 立案率, unit: "%", from: cases, formula: cases / inspectors * 100}
    - {id: fine_amount, title: 罚款金额, unit: 万元, from: cases}
    - {id: beds, title: 床位费, unit: 元, from: measure, formula: 'm["own.beds"]'}
    - {id: share, title: 自付比例, unit: "%", from: measure, formula: 'round(m["own.paid"] / m["own.total"] * 100, 1)'}
    - {id: inspectors, title: 出动人员, unit: 人次, from: manual}
    - {id: opinions, title: 监督意见书, unit: 份, from: manual}
END
  write_rule p own <<'END'
measure "own.beds" { on = "fee_lines", value = "sum(amount)" }
measure "own.paid" { on = "fee_lines", value = "sum(amount)" }
measure "own.total" { on = "fee_lines", value = "sum(amount)" }
END
}

make_office() {
  make_plan
  zicha init o --office --plan p --office-file office.yaml >/dev/null
}

# What the engine answers in the office's workspace: engine FUNCTION ARGUMENTS
engine() { printf '%s' "$2" | "$ask" o county/test "$1"; }

need_engine() { [ -x "$ask" ] || skip "$ask is not built (ZICHA_TESTS)"; }

# The table of figures as the engine fills it: table ARGUMENTS, then row ID JQ-FILTER.
table() { engine office_statistics "$1" >table.json; }

row() { jq -r ".[] | select(.id == \"$1\") | $2" table.json; }

# ---- init --office ---------------------------------------------------------------------

@test "init --office makes office.yaml, inbox, reports and the database, and no facility.yaml" {
  make_plan
  run zicha init o --office --plan p --office-file office.yaml
  expect 0 "made the office's workspace o for the plan 测试方案"
  cmp office.yaml o/office.yaml
  [ -d o/inbox ]
  [ -d o/reports ]
  [ -s o/zicha.db ]
  [ ! -e o/facility.yaml ]
  [ ! -e o/report.yaml ]
}

@test "typed answers make an office.yaml; what cannot be taken is asked again" {
  run zicha init o --office < <(printf '%s\n' '某县: "卫健局"' 110000 区 3 某县)
  expect 0 "区 is not one of the known words"
  grep -qF 'name: "某县: \"卫健局\""' o/office.yaml
  grep -q '^level: "县"' o/office.yaml
  grep -q '^region: "某县"' o/office.yaml
  grep -q '^# unsigned:' o/office.yaml
}

@test "the commented lines of office.yaml can be filled in, rounds and all" {
  printf '%s\n' 某县卫健局 110000 县 '' | zicha init o --office --plan "$plan" >/dev/null
  sed -i -e 's/^# \(unsigned\):/\1: accept/' -e 's/^# \(late_days\):/\1: 20/' \
    -e 's/^# \(contact\|phone\|addressee\|region\):/\1: 文字/' \
    -e '/^# rounds:/,$s/^# //' -e '/^    plan:/d' o/office.yaml
  [ "$(grep -c '^[a-z_]*:' o/office.yaml)" -eq 10 ]
  run zicha -C o status
  expect 0 "第一季度: nobody is expected to report"
}

@test "input that ends early makes nothing: 64" {
  run zicha init o --office <<<"某县卫健局"
  expect 64 "the input ended before 代码" "--office-file"
  [ ! -e o ]
}

@test "without a plan init --office says how to take one into use, and several can be" {
  run zicha init o --office --office-file office.yaml
  expect 0 "plan use PLAN"
  zicha -C o plan use "$plan"
  run zicha -C o plan use city/medical-disorder
  expect 0 "in use"
  run zicha -C o plan list
  expect 0 "county/large-prescriptions  county/large-prescriptions" "city/medical-disorder  city"
}

@test "an office's workspace, and a facility's, is not made another's: 73" {
  make_office
  make_facility
  run zicha init o --office --plan p --office-file office.yaml
  expect 73 "o is a workspace already"
  run zicha init o --plan p --facility facility.yaml
  expect 73 "o/office.yaml stands there already" "another folder"
  zicha init f --plan p --facility facility.yaml
  run zicha init f --office --office-file office.yaml
  expect 73 "f/facility.yaml stands there already"
  [ ! -e f/office.yaml ]
}

@test "a file or link in the place of inbox is not taken for the folder: 73" {
  mkdir o elsewhere
  ln -s ../elsewhere o/inbox
  run zicha init o --office --office-file office.yaml
  expect 73 "inbox stands there already and is no folder"
  [ ! -e o/zicha.db ]
  rm o/inbox && touch o/inbox
  run zicha init o --office --office-file office.yaml
  expect 73 "inbox stands there already and is no folder"
  rm o/inbox && mkdir o/inbox
  zicha init o --office --office-file office.yaml
}

@test "an office.yaml that stands in the folder is taken, and never written over" {
  mkdir o b
  cp office.yaml o/
  cp office.yaml b/
  run zicha init o --office
  expect 0 "o/office.yaml stands there already and is taken"
  sed 's/某县/邻县/' office.yaml >other.yaml
  run zicha init b --office --office-file other.yaml
  expect 73 "is not the same as other.yaml" "--office-file"
  cmp office.yaml b/office.yaml
}

@test "options of the other kind of workspace are refused: 64" {
  make_facility
  run zicha init o --office --facility facility.yaml
  expect 64 "--office-file"
  run zicha init o --plan "$plan" --office-file office.yaml
  expect 64 "--office"
  [ ! -e o ]
}

# ---- office.yaml -------------------------------------------------------------------------

@test "all mistakes of an office.yaml are told at once, with place and remedy: 65" {
  cat >bad.yaml <<'END'
name: 某县卫健局
cod: 1
level: 区
late_days: 900
unsigned: maybe
rounds:
  - {id: 第一轮, from: 2023-05-01, to: 2023-04-01}
  - {id: r1, from: 2023-05-01, to: 2023-05-31, due: 2023-05-20}
  - {id: r1, from: 2023-13-01}
  - {id: r2, from: 2023-06-30, to: 2023-06-01}
END
  run zicha init o --office --office-file bad.yaml
  expect 65 "bad.yaml:1:1: the key code (代码) is missing" \
    "bad.yaml:2:1: unknown key cod" "did you mean code?" \
    "bad.yaml:3:8: 区 is not one of the known words" "province(省) city(市) county(县)" \
    "bad.yaml:4:12: 900 is not between 0 and 366" \
    "bad.yaml:5:11: maybe is not one of the known words" \
    "bad.yaml:7:10: 第一轮 is not the id of a round" "begins with a letter or digit" \
    "bad.yaml:8:53: the reports of the round r1 are due on 2023-05-20, before it ends" \
    "bad.yaml:9:10: the round r1 stands twice" "another id" \
    "bad.yaml:9:20: a date such as 2023-05-01 is needed here" \
    "the round r2 ends before it begins: 2023-06-30 to 2023-06-01" "exchange the two days"
  never "{id}"
  [ ! -e o ]
}

@test "an office.yaml with Chinese keys is the same" {
  cat >chinese.yaml <<'END'
名称: 某县卫生健康局
代码: "110000"
层级: 县
行政区划: 某县
轮次:
  - {编号: q2, 名称: 二季度, 起: 2023年4月1日, 止: 2023年6月30日}
END
  make_plan
  zicha init o --office --plan p --office-file chinese.yaml
  [ "$(record o '.office | [.code, .name, .level, .region] | join(" ")')" = \
    "110000 某县卫生健康局 county 某县" ]
  need_engine
  [ "$(engine office_rounds '{"today":"2023-06-30"}' |
    jq -rc '.rounds[0] | [.id, .title, .from, .to, .due]')" = \
    '["q2","二季度","2023-04-01","2023-06-30","2023-06-30"]' ]
}

@test "rounds that overlap are warned of, and taken" {
  cat >>office.yaml <<'END'
rounds:
  - {id: a, from: 2023-04-01, to: 2023-05-31}
  - {id: b, from: 2023-05-20, to: 2023-06-30}
END
  run zicha init o --office --office-file office.yaml
  expect 0 "office.yaml:7:" "the rounds a and b overlap"
}

@test "rounds out of order, and one without an end before another, are told with their places: 65" {
  cat >>office.yaml <<'END'
rounds:
  - {id: b, from: 2023-07-01, to: 2023-09-30}
  - {id: a, from: 2023-04-01, to: 2023-06-30}
  - {id: c, from: 2023-10-01}
  - {id: d, to: 2023-12-31}
END
  run zicha init o --office --office-file office.yaml
  expect 65 "office.yaml:7:10: the round a stands behind b, which is later" "order of their days" \
    "office.yaml:8:10: the round c has no last day, and d follows it" "last day (to)"
}

@test "a round without a first day overlaps with what begins before its last one" {
  cat >>office.yaml <<'END'
rounds:
  - {id: a, to: 2023-05-31}
  - {id: b, from: 2023-05-20, to: 2023-06-30}
END
  run zicha init o --office --office-file office.yaml
  expect 0 "the rounds a and b overlap"
}

@test "what makes no round is told where rounds are listed" {
  make_plan
  sed -i -e 's/due: 每月10日前/due: 每月__日前/' p/plan.yaml
  zicha init o --office --plan p --office-file office.yaml >/dev/null
  run zicha -C o collect list --rounds
  expect 0 "all: 全程" "county/test: «自查报告»: the plan leaves its day blank" "no day is known on which reports are due"
}

@test "an office.yaml that was spoiled later is told by every command: 65" {
  make_office
  sed -i 's/county/county(县)/' o/office.yaml
  run zicha -C o check
  expect 65 "office.yaml:3:8" "is not one of the known words"
}

@test "a workspace that has lost its office.yaml says what to put back: 66" {
  make_office
  rm o/office.yaml
  run zicha -C o check
  expect 66 "no office.yaml" "put it back"
}

# ---- commands ------------------------------------------------------------------------------

@test "what only a facility does is refused in an office, by its name: 64" {
  make_office
  for words in "import rx_lines x.csv" "import auto x.csv" "table list" "template rx_lines" \
    needs "problem list" "problem add posted" report; do
    # shellcheck disable=SC2086
    run zicha -C o $words
    expect 64 "o is the workspace of an office" "works in a facility's"
  done
  run zicha -C o problem list
  expect 64 '`zicha problem list`'
}

@test "form, answer, check and status of an office ask for its duties and tasks, nothing else" {
  make_office
  [ "$(record o '[.items[].id] | join(" ")')" = "inspect publish report" ]
  run zicha -C o status
  expect 0 "questions: 0 of 3 answered"
  zicha -C o form >/dev/null
  cat o/forms/*.csv >sheet.csv
  grep -q 检查几家 sheet.csv
  grep -q 是否做到：曝光典型案例 sheet.csv
  run grep 是否公示 sheet.csv
  [ "$status" -eq 1 ]
  cat o/forms/*本单位.html >sheet.html
  grep -q 单位：某县卫生健康局 sheet.html
}

@test "duties that were answered are judged: problem, pass, not applicable" {
  make_office
  zicha -C o answer inspect=0 publish=是 report=2
  check o
  expect 1 "office: 某县卫生健康局 (110000)" "problem found"
  [ "$(item o inspect '"\(.kind) \(.status) \(.count)"')" = "external problem 1" ]
  [ "$(item o publish .status)" = pass ]
  [ "$(item o report .status)" = pass ]
  printf "publish: {na: 没有典型案例}\n" >answers.yaml
  zicha -C o answer --file answers.yaml --replace
  [ "$(item o publish '"\(.status) \(.reason.text)"')" = \
    "not_applicable the office states that this does not apply: {why}" ]
}

@test "the record of an office names it where a facility's has the facility" {
  make_office
  [ "$(record o '"\(.zicha) \(.office.name) \(.facility)"')" = "record/1 某县卫生健康局 null" ]
  [ "$(record o '.totals | "\(.items) \(.applicable) \(.external)"')" = "3 3 0" ]
}

@test "a check of an office writes nothing into the ledger of problems" {
  make_office
  zicha -C o answer inspect=0
  check o
  expect 1
  run zicha -C o verify
  expect 0 "0 events"
}

@test "a document can be attached to an office's duty" {
  make_office
  echo 通报 >notice.txt
  zicha -C o attach publish notice.txt --copy --name 通报
  [ "$(item o publish '.evidence[0].name')" = 通报 ]
}

@test "an item of the facilities is not answered in an office, nor the other way round" {
  make_office
  make_facility
  zicha init f --plan p --facility facility.yaml
  run zicha -C o answer posted=是
  expect 65 "the item posted is the facilities'"
  run zicha -C f answer inspect=1
  expect 65 "the item inspect is an office's"
  [ "$(record f '[.items[].id] | join(" ")')" = "posted report" ]
  [ "$(record f .totals.external)" = 2 ]
}

@test "a backup of an office holds office.yaml and the inbox" {
  make_office
  echo 原件 >o/inbox/a.md
  zicha -C o backup b
  cmp o/office.yaml b/office.yaml
  cmp o/inbox/a.md b/inbox/a.md
  zicha restore b again
  [ "$(record again .office.code)" = 110000 ]
}

# ---- what the engine tells -----------------------------------------------------------------

@test "the checklist of an office holds the entries of a facility's record, by the same ids" {
  need_engine
  make_office
  make_facility
  zicha init f --plan "$plan" --facility facility.yaml
  zicha -C o plan use "$plan"
  "$ask" o "$plan" office_checklist <<<'{}' | jq -r '.entries[].id' >entries.txt
  record f '.items[].id' >items.txt
  [ "$(wc -l <entries.txt)" -gt 10 ]
  diff entries.txt items.txt
}

@test "rounds follow the days on which the plan wants reports" {
  need_engine
  make_office
  engine office_rounds '{"today":"2023-05-20"}' >rounds.json
  [ "$(jq -r '[.rounds[] | "\(.from)~\(.due)"] | join(" ")' rounds.json)" = \
    "2023-03-01~2023-03-10 2023-03-11~2023-04-10 2023-04-11~2023-05-10 2023-05-11~2023-06-10" ]
  [ "$(jq -r '.rounds[1].title' rounds.json)" = "自查报告 2023-04-10" ]
}

@test "rows of the ledger are computed over the reports that count, rates with one decimal" {
  need_engine
  make_office
  table '{"figures":{"counted":3,"rectified":2,"refund":123456},
    "collected":{"counted":5,"self_checked":8,"self_check_due":9}}'
  [ "$(row problems '"\(.value) \(.total_of)"')" = "3 5" ]
  [ "$(row rectification_rate .value)" = 66.7 ]
  [ "$(row refunds .value)" = 0.12 ]
  [ "$(row self_checked .value)" = 8 ]
  [ "$(row coverage .value)" = 88.9 ]
}

@test "a denominator of 0 gives no value, and says so" {
  need_engine
  make_office
  table '{"figures":{"counted":0,"rectified":0},"collected":{"self_checked":0,"self_check_due":0}}'
  [ "$(row rectification_rate '"\(.value) \(.reason.text)"')" = "null its denominator is 0" ]
  [ "$(row coverage .reason.text)" = "its denominator is 0" ]
}

@test "rows of cases take the figures of their ids; 万元 has two decimals" {
  need_engine
  make_office
  table '{"cases":{"simple":3,"general":4,"fine_amount":45470000},"manual":{"inspectors":20}}'
  [ "$(row cases .value)" = 7 ]
  [ "$(row case_rate .value)" = 35 ]
  [ "$(row fine_amount .value)" = 45.47 ]
  table '{"cases":{"fine_amount":50000000}}'
  [ "$(row fine_amount .value)" = 50.00 ]
  table '{}'
  [ "$(row fine_amount .reason.text)" = "no cases are kept here" ]
}

@test "measures are summed, rates of facilities only from their parts" {
  need_engine
  make_office
  table '{"measures":{"beds":{"value":"120.50","of":4},"share":88}}'
  [ "$(row beds '"\(.value) \(.total_of)"')" = "120.50 4" ]
  [ "$(row share .value)" = null ]
  [[ "$(row share .reason.text)" == *"do not add up"* ]]
  table '{"measures":{"own.paid":"1","own.total":{"value":"3","of":2}}}'
  [ "$(row share .value)" = 33.3 ]
}

@test "figures that were filled in by hand are marked; what is no number is told" {
  need_engine
  make_office
  table '{"manual":{"inspectors":12,"opinions":"许多"}}'
  [ "$(row inspectors '"\(.value) \(.manual)"')" = "12 true" ]
  [ "$(row opinions '"\(.value) \(.reason.args.value)"')" = "null 许多" ]
  table '{}'
  [ "$(row opinions .reason.text)" = "to be filled in by hand" ]
}

@test "a formula over cases with a wrong name is a mistake of the plan: 65" {
  make_plan
  sed -i 's/cases_simple + cases_general/cases_simple + case_general/' p/plan.yaml
  run zicha init o --office --plan p --office-file office.yaml
  expect 65 "plan.yaml:" "case_general"
}
