#!/usr/bin/env bats
# Several plans side by side in one workspace: plan use, unuse, list.
load helper

# The hospital's workspace ./h with a second plan, county/test, of two questions.
setup() {
  begin_test
  copy_hospital
  make_package p <<'END'
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}
- {id: exam_bundled, title: 打包, kind: question, ask: 是否打包？, answer: yesno, problem_if: yes}
END
}

use() { zicha -C h plan use "$@"; }

# The totals of one plan: totals PLAN JQ-FILTER
totals() {
  zicha -C h --today 2023-06-30 check --plan "$1" --format json | jq -r ".totals$2"
}

in_use() { zicha -C h plan list | sed -n '/in use/,$p' | sed 1d | awk '{ print $1 }'; }

# ---- use, unuse, list ------------------------------------------------------------------

@test "plan list shows what is shipped, also where there is no workspace" {
  run zicha plan list
  expect 0 "plans that come with zicha" "$plan"
  never "in use here"
}

@test "plan use takes a plan into use, after those that are" {
  run use p
  expect 0 "in use: 测试方案 (county/test)"
  [ "$(in_use | tr '\n' ' ')" = "$plan county/test " ]
}

@test "a package is named by its folder from wherever one stands" {
  mkdir -p deep
  cd deep
  zicha -C ../h plan use ../p
  cd /
  run zicha -C "$work/h" --today 2023-06-30 check --plan county/test
  expect 2 测试方案
}

@test "plan use of the same plan twice changes nothing" {
  use p
  use p
  [ "$(in_use | tr '\n' ' ')" = "$plan county/test " ]
}

@test "plan use of the same plan in another folder moves it there" {
  use p
  cp -r p q
  rm -r p
  use q
  check h --plan county/test
  expect 2 测试方案
}

@test "plan use of a package with errors takes nothing into use" {
  echo 'titel: x' >>p/plan.yaml
  run use p
  expect 65 "p/plan.yaml:7:1: unknown key titel"
  [ "$(in_use)" = "$plan" ]
}

@test "plan use of nothing: 66; without an argument: 64" {
  run use nowhere
  expect 66 "there is no plan nowhere"
  run use
  expect 64 "an argument is missing"
}

@test "plan unuse puts a plan aside; with plan use its answers are back" {
  use p
  zicha -C h answer --plan county/test posted=是
  run zicha -C h plan unuse county/test
  expect 0 "no longer in use: county/test"
  [ "$(in_use)" = "$plan" ]
  use p
  [ "$(totals county/test .pass)" = 1 ]
}

@test "plan unuse of a plan that is not in use is refused: 65" {
  run zicha -C h plan unuse county/test
  expect 65 "the plan county/test is not in use here"
}

@test "with no plan in use a check says how to take one" {
  zicha -C h plan unuse "$plan"
  check h
  expect 65 "no plan is in use here" "zicha plan use PLAN"
}

# ---- side by side ----------------------------------------------------------------------

@test "check judges every plan in use, and the worst status counts" {
  zicha -C h answer --plan "$plan" inflated_materials=10/0
  use p
  zicha -C h answer --plan county/test posted=是 exam_bundled=否
  check h
  expect 1 医疗机构大处方 测试方案
  check h --plan county/test
  expect 0
  never 医疗机构大处方
}

@test "the same item id in two plans is two items" {
  use p
  zicha -C h answer --plan county/test exam_bundled=是
  [ "$(totals county/test .problem)" = 1 ]
  [ "$(zicha -C h --today 2023-06-30 check --plan "$plan" --format json |
    jq -r '.items[] | select(.id == "exam_bundled") | .status')" = pass ]
}

@test "one import serves every plan" {
  cat >p/items.yaml <<'END'
- {id: long, title: 超过7日, kind: data, rules: [own.long]}
END
  write_rule p own <<<'rule "own.long" { on = "rx_lines", among = [[one_of(visit_type, "住院", "出院带药")]], where = "days > 7", count = "rx_no" }'
  use p
  [ "$(totals county/test .problem)" = 1 ]
}

@test "a second plan changes no verdict and no run of the first" {
  before=$(record h .)
  use p
  [ "$(zicha -C h --today 2023-06-30 check --plan "$plan" --format json | jq .)" = "$before" ]
}

@test "several plans with --format json give one record a line" {
  use p
  zicha -C h --today 2023-06-30 check --format json >r.json || true
  [ "$(jq -r .plan.id r.json | tr '\n' ' ')" = "$plan county/test " ]
  [ "$(wc -l <r.json)" = 2 ]
}

@test "several plans in junit are one well-formed document, or are refused" {
  use p
  check h --format junit
  [ "$status" -eq 64 ] || xmllint --noout - <<<"$output"
}

@test "several plans with one --out lose none in silence" {
  use p
  check h --out json:r.json
  [ "$status" -eq 64 ] || [ "$(jq -s length r.json)" = 2 ]
}

@test "report writes one report a plan" {
  use p
  run zicha -C h --today 2023-06-30 report
  expect 0
  [ "$(ls h/reports | wc -l)" = 2 ]
  [ -s h/reports/test-2023-06-30-*/report.md ]
  [ -s h/reports/large-prescriptions-2023-06-30-*/report.md ]
}

@test "status tells of every plan" {
  use p
  run zicha -C h status
  expect 0 "questions: 27 of 28 answered" "questions: 0 of 2 answered" "not checked yet"
}

@test "needs tells of every plan" {
  use p
  run zicha -C h needs
  expect 0 处方明细 测试方案 本方案的规则不需要数据导出
}

@test "status tells of the check that was made last, also when it repeats an earlier one" {
  check h
  zicha -C h answer exam_bundled=是
  check h
  zicha -C h answer exam_bundled=否
  check h
  [[ "$output" == *"nothing has changed since run "* ]]
  run zicha -C h status
  expect 0 "run $(record h .run)" "10 problems"
}

@test "form writes the sheets of all plans in use, each under its plan's name" {
  use p
  run zicha -C h form
  expect 0 h/forms/large-prescriptions-药剂科.csv h/forms/test-本机构.csv
  rm -r h/forms
  run zicha -C h form --owner 药剂科
  expect 0 h/forms/large-prescriptions-药剂科.csv
  never h/forms/test
  run zicha -C h form --owner 后勤科
  expect 65 "no question belongs to 后勤科"
  run zicha -C h form --plan county/test
  expect 0 h/forms/test-本机构.csv
  never large-prescriptions
}

@test "what belongs to one plan must name it: 64, and nothing is kept" {
  use p
  for command in "answer posted=是" "attach leading_group p/plan.yaml" "report --needs"; do
    run zicha -C h $command
    expect 64 "several plans are in use here" "--plan ID"
  done
  [ "$(totals county/test .not_checked)" = 2 ]
}

@test "--plan with a plan that is not in use is refused: 65" {
  use p
  for command in check status "answer posted=是" report needs form; do
    run zicha -C h $command --plan county/tset
    expect 65 "the plan county/tset is not in use here" "zicha plan list"
  done
}

# ---- folders that change ---------------------------------------------------------------

@test "a plan's folder that vanished: 66, naming the plan and how to mend it" {
  use p
  rm -r p
  check h --plan county/test
  expect 66 county/test "$work/p" "plan use"
}

@test "a plan's folder that vanished leaves the other plans usable" {
  use p
  rm -r p
  check h --plan "$plan"
  expect 1
  [ "$(in_use | tr '\n' ' ')" = "$plan county/test " ]
  zicha -C h plan unuse county/test
  check h
  expect 1
}

@test "a folder that holds another plan now is refused: 65, with the remedy" {
  use p
  sed -i 's/^id: .*/id: county\/other/' p/plan.yaml
  check h --plan county/test
  expect 65 "the folder $work/p holds the plan county/other now, not county/test" \
    "zicha plan use"
}

@test "answers stay when a package's folder breaks and is mended" {
  use p
  zicha -C h answer --plan county/test posted=是
  cp p/items.yaml good.yaml
  echo '- broken: [' >>p/items.yaml
  check h --plan county/test
  expect 65 "p/items.yaml:"
  run zicha -C h answer --plan county/test posted=否
  expect 65 "p/items.yaml:"
  cp good.yaml p/items.yaml
  [ "$(totals county/test .pass)" = 1 ]
}

@test "a changed package makes another run" {
  use p
  first=$(zicha -C h check --plan county/test --format json | jq -r .run)
  echo '# 说明' >>p/plan.yaml
  [ "$(zicha -C h check --plan county/test --format json | jq -r .run)" != "$first" ]
}

@test "sheets of two plans of the same name in different counties do not overwrite each other" {
  use p
  cp -r p q
  sed -i 's/^id: .*/id: city\/test/' q/plan.yaml
  sed -i 's/posted/notices/; s/exam_bundled/bundles/' q/items.yaml
  use q
  zicha -C h form --plan county/test
  zicha -C h form --plan city/test
  for item in posted exam_bundled notices bundles; do
    grep -rq "^$item," h/forms
  done
}

# ---- a plan that is updated ------------------------------------------------------------

# The workspace ./w of all kinds of answers, answered.
answered_questions() {
  make_questions
  zicha -C w answer posted=是 meetings=3 founded=2023-05-01 remark=无 grade=甲等 sampled=50/0
}

@test "an item that the update drops takes its answer along, and nothing else" {
  answered_questions
  sed -i '/^- {id: meetings,/d' p/items.yaml
  [ "$(record w '[.items[] | select(.status == "pass") | .id] | join(" ")')" = \
    "posted founded remark grade sampled" ]
}

@test "an answer of a kind that the question no longer has is not checked; the rest is judged" {
  answered_questions
  sed -i '/id: posted,/s/answer: yesno, problem_if: no/answer: sample, problem_if: answer.wrong > 0/' p/items.yaml
  check w
  expect 2
  [ "$(record w '[.items[] | "\(.id) \(.status)"] | join(", ")')" = \
    "posted not_checked, meetings pass, founded pass, remark pass, grade pass, sampled pass" ]
}

@test "a spot check is no text and no number once the question wants those" {
  answered_questions
  sed -i '/id: sampled,/s/answer: sample, problem_if: answer.wrong > 0/answer: text, problem_if: answer == "有"/' p/items.yaml
  [ "$(item w sampled .status)" = not_checked ]
  sed -i '/id: sampled,/s/answer: text, problem_if: answer == "有"/answer: number, problem_if: answer > 0/' p/items.yaml
  [ "$(item w sampled .status)" = not_checked ]
}

@test "a choice that the update took away is not checked" {
  answered_questions
  sed -i '/id: grade,/s/甲等, 乙等/特等, 乙等/' p/items.yaml
  [ "$(item w grade .status)" = not_checked ]
}

@test "an answer that no longer fits can be given again" {
  answered_questions
  sed -i '/id: posted,/s/answer: yesno, problem_if: no/answer: sample, problem_if: answer.wrong > 0/' p/items.yaml
  run zicha -C w answer posted=20/0
  expect 0 "1 answers kept"
  [ "$(item w posted .status)" = pass ]
}
