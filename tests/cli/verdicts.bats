#!/usr/bin/env bats
# check: verdicts, exit statuses, formats, intervals. Only what was checked is green.
load helper

# A plan of one data item over prescription lines and one question: make_plan <<lua
make_plan() {
  make_package p <<'END'
- {id: long, title: 超过7日, kind: data, rules: [own.long]}
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}
END
  write_rule p own
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  zicha -C w answer posted=是 >/dev/null
}

long='rule "own.long" { on = "rx_lines", among = [[visit_type == "门诊"]], where = "days > 7" }'

# Imports lines «visit type,days» of prescriptions.
prescribe() {
  local line n=0
  printf '处方号,处方日期,就诊类型,用药天数\n' >rx.csv
  for line in "$@"; do
    n=$((n + 1))
    printf 'A%s,2023-05-%02d,%s\n' $n $n "$line" >>rx.csv
  done
  zicha -C w import rx_lines rx.csv >/dev/null
}

# ---- exit statuses ---------------------------------------------------------------------

@test "0: everything that applies was checked and is clean" {
  make_plan <<<"$long"
  prescribe 门诊,7 门诊,1
  check w
  expect 0
}

@test "1: problems were found" {
  make_plan <<<"$long"
  prescribe 门诊,8
  check w
  expect 1 "problem found" 超过7日
}

@test "2: something is not checked" {
  make_plan <<<"$long"
  check w
  expect 2 "the table 处方明细 was not handed over"
}

@test "2: something is undetermined" {
  make_plan <<<"$long"
  prescribe 门诊,7 门诊,
  check w
  expect 2 undetermined "1 rows could not be judged"
}

@test "2: a rule reads a parameter that the plan leaves blank" {
  make_plan <<<'rule "own.long" { on = "rx_lines", rate = "days > 7", below = "0.9", min_n = "p.least" }'
  printf 'parameters:\n  least: {value: ____, type: number, title: 最少张数}\n' >>p/plan.yaml
  prescribe 门诊,8
  check w
  expect 2 "not checked" "cannot be judged without" 最少张数
}

@test "a problem_if that searches without end is refused with its place" {
  make_package p <<'END'
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: 'matches(p.a, p.b)'}
END
  {
    echo parameters:
    printf '  a: {type: text, value: %s}\n' "$(head -c 90000 /dev/zero | tr '\0' a)"
    printf '  b: {type: text, value: "*%sb"}\n' "$(head -c 90000 /dev/zero | tr '\0' a)"
  } >>p/plan.yaml
  make_facility
  run zicha init w --plan p --facility facility.yaml
  expect 65 "items.yaml:1:" "this text is longer than 16384 bytes"
}

@test "1: both problems and gaps" {
  make_plan <<<"$long"
  zicha -C w answer posted=否
  check w
  expect 1
}

@test "2: nothing applies, so nothing was evaluated" {
  make_plan <<<"$long"
  zicha -C w answer 'posted=:na 不对外'
  prescribe 急诊,7
  check w
  expect 2
  [ "$(record w .totals.not_applicable)" = 2 ]
}

@test "--fail-on problem: gaps give 0, problems 1" {
  make_plan <<<"$long"
  check w --fail-on problem
  expect 0
  zicha -C w answer posted=否
  check w --fail-on problem
  expect 1
}

@test "--fail-on incomplete: problems give 0, gaps 2" {
  make_plan <<<"$long"
  prescribe 门诊,8
  check w --fail-on incomplete
  expect 0
  rm -rf w
  zicha init w --plan p --facility facility.yaml
  check w --fail-on incomplete
  expect 2
}

@test "--fail-on takes several words, once or repeated" {
  make_plan <<<"$long"
  for words in --fail-on=problem,incomplete "--fail-on=problem --fail-on=incomplete"; do
    check w $words
    expect 2
  done
}

@test "--fail-on never gives 0 whatever was found" {
  make_plan <<<"$long"
  zicha -C w answer posted=否
  check w --fail-on never
  expect 0
}

@test "--fail-on with an unknown word is refused: 64, never a silent 0" {
  make_plan <<<"$long"
  zicha -C w answer posted=否
  check w --fail-on problm
  expect 64 problm
}

@test "--isolation with an unknown level is refused: 64" {
  make_plan <<<"$long"
  check w --isolation none
  expect 64 none
}

# ---- verdicts --------------------------------------------------------------------------

@test "a word that the dataset does not know is never green" {
  make_plan <<<"$long"
  prescribe 门诊,7 体检,9
  [ "$(item w long '"\(.status) \(.unjudged) \(.bad)"')" = "undetermined 1 1" ]
  check w
  expect 2
}

@test "an unknown word leaves a problem a problem" {
  make_plan <<<"$long"
  prescribe 门诊,8 体检,9
  [ "$(item w long '"\(.status) \(.count) \(.unjudged)"')" = "problem 1 1" ]
}

@test "a population of 0 is not applicable, with its reason" {
  make_plan <<<"$long"
  prescribe 急诊,8
  [ "$(item w long '"\(.status) \(.population)"')" = "not_applicable 0" ]
  [ "$(item w long .reason.args.table)" = 处方明细 ]
}

@test "a pass that does not say what it has checked is never green" {
  make_plan <<<'rule "own.long" { check = function() return pass() end }'
  check w
  expect 2 "the rule does not say how many it has checked: give pass a population"
}

@test "a pass states its population" {
  make_plan <<<"$long"
  prescribe 门诊,1 门诊,2 急诊,9
  [ "$(item w long '"\(.status) \(.count) \(.population)"')" = "pass 0 2" ]
}

@test "an item whose condition is false does not apply, and says which condition" {
  make_questions
  sed -i '1s/kind:/applies: facility.beds_open > 50, kind:/' p/items.yaml
  [ "$(item w posted '"\(.status) \(.reason.args.condition)"')" = \
    "not_applicable “开放床位”大于50" ]
}

@test "an item whose condition cannot be decided is not checked, and says what is missing" {
  make_questions
  sed -i '1s/kind:/applies: facility.beds_approved > 50, kind:/' p/items.yaml
  zicha -C w answer posted=是
  [ "$(item w posted '"\(.status) \(.reason.args.names)"')" = \
    "not_checked “核定床位”" ]
}

@test "a condition on another answer waits for that answer" {
  make_questions
  sed -i '2s/kind:/applies: answers.posted, kind:/' p/items.yaml
  zicha -C w answer meetings=3
  [ "$(item w meetings .status)" = not_checked ]
  zicha -C w answer posted=否
  [ "$(item w meetings .status)" = not_applicable ]
  zicha -C w answer posted=是
  [ "$(item w meetings .status)" = pass ]
}

@test "items that a person answered for want of data are counted apart" {
  zicha init c --plan "$plan" --facility "$example/clinic/facility.yaml"
  zicha -C c import --none rx_lines 手写处方
  zicha -C c answer rx_over_days=30/0 rx_over_days_emergency=10/1
  [ "$(item c rx_over_days '"\(.status) \(.manual)"')" = "pass true" ]
  [ "$(item c rx_over_days_emergency .status)" = problem ]
  [ "$(record c .totals.manual)" = 5 ]
  check c
  expect 1 "5 of them were checked by a person, without data"
}

@test "a question about data is not asked while the data are only missing" {
  zicha init c --plan "$plan" --facility "$example/clinic/facility.yaml"
  zicha -C c answer rx_over_days=30/0
  [ "$(item c rx_over_days .status)" = not_checked ]
}

@test "an answer does not outweigh data that were handed over" {
  zicha init h --plan "$plan" --facility "$example/hospital/facility.yaml"
  zicha -C h answer rx_over_days=30/0
  zicha -C h import rx_lines "$example/hospital/rx_lines.csv"
  [ "$(item h rx_over_days '"\(.status) \(.count) \(.manual)"')" = "problem 13 null" ]
}

@test "rows that a rule could not judge are told also beside a person's answer" {
  make_package p <<'END'
- {id: long, title: 超过7日, kind: data, rules: [own.long, own.exam], or_ask: {ask: 有几张？, answer: number, problem_if: answer > 0}}
END
  write_rule p own <<END
$long
rule "own.exam" { on = "exam_requests", where = "req_no == 'X'" }
END
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  prescribe 门诊,8 门诊,
  zicha -C w import --none exam_requests 无检查设备
  zicha -C w answer long=0
  [ "$(item w long '"\(.status) \(.manual) \(.unjudged)"')" = "problem true 1" ]
}

@test "evidence is checked only when every document is attached" {
  make_package p <<'END'
- {id: group, title: 小组, kind: evidence, ask: 成立了吗？, evidence: [文件, 名单]}
END
  make_facility
  zicha init w --plan p --facility facility.yaml
  zicha -C w answer group=是
  [ "$(item w group .status)" = not_checked ]
  zicha -C w attach group --copy facility.yaml --name 文件
  [ "$(item w group '"\(.status) \(.reason.args.names)"')" = "not_checked 名单" ]
  zicha -C w attach group --copy p/plan.yaml --name 名单
  [ "$(item w group .status)" = pass ]
  sha=$(sha256sum <p/plan.yaml | cut -c 1-64)
  [ "$(item w group '.evidence[] | select(.name == "名单") | .sha256')" = "$sha" ]
  cmp p/plan.yaml "w/evidence/sha256/${sha:0:2}/$sha"
}

@test "an empty file is no evidence" {
  make_package p <<<'- {id: group, title: 小组, kind: evidence, ask: 成立了吗？, evidence: [文件]}'
  make_facility
  zicha init w --plan p --facility facility.yaml
  : >empty.txt
  run zicha -C w attach group --copy empty.txt --name 文件
  expect 65 "empty.txt is empty: nothing was attached"
  [ -z "$(find w/evidence -type f)" ]
  [ "$(item w group .status)" = not_checked ]
}

@test "evidence that vanished from the workspace does not stay green" {
  make_package p <<<'- {id: group, title: 小组, kind: evidence, ask: 成立了吗？, evidence: [文件]}'
  make_facility
  zicha init w --plan p --facility facility.yaml
  zicha -C w attach group --copy facility.yaml --name 文件
  [ "$(item w group .status)" = pass ]
  rm -rf w/evidence
  check w
  [ "$status" -ne 0 ]
}

@test "the totals add up, and the items are the plan's, in its order" {
  copy_hospital
  record h .totals >totals
  [ "$(jq '.pass + .problem + .not_checked + .undetermined == .applicable' totals)" = true ]
  [ "$(jq '.applicable + .not_applicable == .items' totals)" = true ]
  record h '.items[].id' >in_record
  sed -n 's/^ *- id: \([a-z_]*\)$/\1/p' "$ZICHA_ROOT/checklists/$plan/items.yaml" >in_plan
  diff in_plan in_record
}

@test "an item with several rules keeps a line for each" {
  copy_hospital
  [ "$(item h exam_indication '[.rules[].id] | join(" ")')" = \
    "exam.no_indication exam.low_positive" ]
}

# ---- intervals -------------------------------------------------------------------------

@test "a table that does not reach over the interval leaves a pass undetermined" {
  make_plan <<<"$long"
  prescribe 门诊,7 门诊,7
  run zicha -C w check --from 2023-05-01 --to 2023-05-02
  expect 0
  for interval in "--from 2023-04-30 --to 2023-05-02" "--from 2023-05-01 --to 2023-05-03"; do
    run zicha -C w check $interval
    expect 2 "the table 处方明细 covers only 2023-05-01 to 2023-05-02"
  done
}

@test "a problem is a problem in whatever interval" {
  make_plan <<<"$long"
  prescribe 门诊,8
  run zicha -C w check --from 2023-01-01 --to 2023-12-31
  expect 1
}

@test "the plan's period is the interval when none is given" {
  make_plan <<<"$long"
  printf 'period: {from: 2023-05-01, to: 2023年5月31日}\n' >>p/plan.yaml
  prescribe 门诊,7
  check w
  expect 2 "interval: 2023-05-01 to 2023-05-31" "covers only 2023-05-01 to 2023-05-01"
  run zicha -C w check --from 2023-05-01 --to 2023-05-01
  expect 0
}

@test "a plan with a blank period compares no coverage, and says so" {
  make_plan <<<"$long"
  printf 'period: {from: 20__年__月, to: 20__年__月}\n' >>p/plan.yaml
  prescribe 门诊,7
  check w
  expect 0 "the plan's period is blank" "interval: 2023-05-01 to 2023-05-01"
}

@test "an interval needs both days, real ones, in order: 64" {
  make_plan <<<"$long"
  for interval in "--from 2023-05-01" "--to 2023-05-01" "--from 2023-05-02 --to 2023-05-01" \
    "--from 2023-5-1 --to 2023-05-02" "--from 2023-02-30 --to 2023-05-01" \
    "--from x --to 2023-05-01"; do
    run zicha -C w check $interval
    expect 64 "--from DAY --to DAY"
  done
}

# ---- again -----------------------------------------------------------------------------

@test "a second check says that nothing has changed and is the same run" {
  copy_hospital
  first=$(record h .run)
  check h
  expect 1 "nothing has changed since run $first"
  [ "$(record h .run)" = "$first" ]
}

@test "a first check does not say that nothing has changed" {
  copy_hospital
  check h
  expect 1
  never "nothing has changed"
}

@test "whatever counts makes another run" {
  copy_hospital
  runs=$(record h .run)
  zicha -C h answer exam_bundled=是
  runs+=" $(record h .run)"
  zicha -C h import staff "$example/hospital/staff.csv" --blank rx_right=no
  runs+=" $(record h .run)"
  sed -i 's/^beds_open: 56/beds_open: 55/' h/facility.yaml
  runs+=" $(record h .run)"
  zicha -C h attach own_plan "$example/hospital/leading-group.txt" --copy --name 本单位实施方案
  runs+=" $(record h .run)"
  runs+=" $(zicha -C h --today 2023-07-01 check --format json | jq -r .run)"
  runs+=" $(zicha -C h --today 2023-07-01 check --from 2023-03-01 --to 2023-05-31 --format json | jq -r .run)"
  [ "$(printf '%s\n' $runs | sort -u | wc -l)" = 7 ]
}

@test "an answer that is given again in the same words makes no other run" {
  copy_hospital
  first=$(record h .run)
  zicha -C h answer exam_bundled=no
  [ "$(record h .run)" = "$first" ]
}

@test "a run's id is sixteen hexadecimal digits" {
  copy_hospital
  [[ "$(record h .run)" =~ ^[0-9a-f]{16}$ ]]
}

# ---- formats ---------------------------------------------------------------------------

@test "text shows every verdict with its count and what it is a share of" {
  copy_hospital
  check h
  for line in "pass 23 34" "problem found 10 34" "not applicable 1 35" "not checked 1 34" \
    "undetermined 0 34"; do
    echo "$output" | tr -s ' ' | grep -q "^$line "
  done
}

@test "json is one line of canonical JSON that names its schema" {
  copy_hospital
  zicha -C h --today 2023-06-30 check --format json >r.json || true
  [ "$(wc -l <r.json)" = 1 ]
  [ "$(jq -r .zicha r.json)" = record/1 ]
  jq -cS . r.json | sed -e 's/</\\u003c/g' -e 's/>/\\u003e/g' -e 's/&/\\u0026/g' >sorted.json
  cmp r.json sorted.json
}

@test "the record has what design promises of it" {
  copy_hospital
  [ "$(record h '[.plan.id, .plan.version, (.plan.sha256 | length), (.plan.chain | type),
    .facility.code, .facility.name, .facility.class, .today, (.isolation | type)] | join(" ")')" = \
    "$plan 1.0 64 array 12000000SL0000001A 示例镇中心卫生院 乡镇卫生院 2023-06-30 string" ]
  [ "$(item h rx_over_days '[.title, .focus, .status, .certainty, .severity, .population, .count,
    .rows, .unjudged, .malformed, .message, .first[0].table, .first[0].line] | map(type) | unique | join(" ")')" = \
    "number string" ]
}

@test "csv has a line for each item" {
  copy_hospital
  zicha -C h --today 2023-06-30 check --format csv >r.csv || true
  [ "$(wc -l <r.csv)" = 36 ]
  grep -q '^rx_over_days,.*,problem,major,certain,823,13,20,9,3,' r.csv
}

@test "junit is well-formed XML whose counts are the record's" {
  copy_hospital
  zicha -C h --today 2023-06-30 check --format junit >r.xml || true
  xmllint --noout r.xml
  [ "$(xmllint --xpath 'string(/testsuite/@tests)' r.xml)" = 35 ]
  [ "$(xmllint --xpath 'count(//failure)' r.xml)" = 10 ]
  [ "$(xmllint --xpath 'count(//error)' r.xml)" = 1 ]
  [ "$(xmllint --xpath 'count(//skipped)' r.xml)" = 1 ]
  [ "$(xmllint --xpath 'string(/testsuite/@failures)' r.xml)" = 10 ]
}

@test "junit stays well-formed whatever a reason holds" {
  make_questions
  zicha -C w answer $'posted=:na <a href="x">&\'\x01\x1f]]>'
  zicha -C w --today 2023-06-30 check --format junit >r.xml || true
  xmllint --noout r.xml
}

@test "the exit status is the same in every format" {
  make_plan <<<"$long"
  for format in text json csv junit; do
    check w --format "$format"
    expect 2
  done
}

@test "--out writes each format as --format prints it, beside the text" {
  copy_hospital
  for format in json csv junit; do
    zicha -C h --today 2023-06-30 check --format "$format" >"wanted.$format" || true
  done
  check h --out json:r.json --out csv:r.csv --out junit:r.xml
  expect 1 "problem found" r.json r.csv r.xml
  cmp wanted.json r.json
  cmp wanted.csv r.csv
  cmp wanted.junit r.xml
}

@test "--out that is not FORMAT:PATH of this command is refused: 64" {
  make_plan <<<"$long"
  for out in json pdf:x json: :x markdown:x; do
    check w --out "$out"
    expect 64 "--out $out is not FORMAT:PATH"
  done
}

@test "--out into a folder that is not there: 73" {
  make_plan <<<"$long"
  check w --out json:none/r.json
  expect 73 none
}

@test "an unknown format is refused with the known ones: 64" {
  make_plan <<<"$long"
  check w --format xml
  expect 64 "unknown format xml" "text json csv junit"
}

@test "machine formats keep diagnostics off the standard output" {
  make_plan <<<'rule "own.long" { on = "rx_lines", where = "dys > 7" }'
  prescribe 门诊,7
  zicha -C w check --format json 2>diagnostics | jq -e . >/dev/null
  grep -q 'did you mean days?' diagnostics
}

@test "the business date is the local date" {
  make_questions
  for zone in EAST-14 WEST11; do
    for _ in 1 2; do
      wanted=$(TZ=$zone date +%F)
      found=$(TZ=$zone zicha -C w check --format json | jq -r .today)
      [ "$found" = "$wanted" ] && break
    done
    [ "$found" = "$wanted" ]
  done
}

@test "--today goes before ZICHA_TODAY" {
  make_questions
  export ZICHA_TODAY=2023-05-01
  [ "$(zicha -C w check --format json | jq -r .today)" = 2023-05-01 ]
  [ "$(zicha -C w --today 2023-06-30 check --format json | jq -r .today)" = 2023-06-30 ]
}

@test "--fail-on overdue: 1 when the ledger has overdue problems, whatever the verdicts" {
  make_questions
  zicha -C w --today 2023-06-01 answer posted=否 >/dev/null
  run "$ZICHA" -C w --today 2023-06-01 check --fail-on overdue
  expect 0
  zicha -C w --today 2023-06-01 problem verify 1 --verdict true --by 张某 >/dev/null
  zicha -C w --today 2023-06-01 problem assign 1 --due 2023-06-10 --by 张某 >/dev/null
  run "$ZICHA" -C w --today 2023-06-10 check --fail-on overdue
  expect 0
  run "$ZICHA" -C w --today 2023-06-11 check --fail-on overdue
  expect 1 "1 problems are overdue"
  run "$ZICHA" -C w --today 2023-06-11 check --fail-on never
  expect 0
  never overdue
}
