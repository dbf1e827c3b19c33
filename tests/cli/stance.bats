#!/usr/bin/env bats
# How problems are taken: the same gap is something to do, a warning and a failure, by the
# phase of the day. Verdicts and exit status do not depend on it.
load helper
load dated

setup() {
  begin_test
  make_dated
}

on() { run "$ZICHA" -C w --today "$@"; }

# stance DAY FILTER: of the record's stance.
stance() { zicha -C w --today "$1" check --format json | jq -r ".stance | $2"; }

@test "one problem and one gap are to do, a warning and a failure in three phases" {
  while read -r day word; do
    on "$day" check
    expect 1 "problem found: $word" "not checked: $word" "problems and gaps are $word"
  done <<'END'
2023-03-15 to do
2023-05-15 a warning
2023-07-15 a failure
END
}

@test "in Chinese they are 待办, 警示 and 不合格" {
  export ZICHA_LANG=zh
  while read -r day phase word; do
    on "$day" check
    expect 1 "当前阶段：$phase；" "发现问题：按“$word”对待" "未检查：按“$word”对待"
  done <<'END'
2023-03-15 动员部署阶段（部署） 待办
2023-05-15 自查自纠阶段（自查） 警示
2023-07-15 集中整治阶段（集中整治） 不合格
END
}

@test "verdicts, totals and exit status are the same in all phases" {
  for day in 2023-03-15 2023-05-15 2023-07-15 2023-12-01; do
    on "$day" check --format json
    [ "$status" = 1 ]
    jq -c '[.items[] | [.id, .status]], .totals' <<<"$output" >"$day.txt"
    cmp 2023-03-15.txt "$day.txt"
  done
  grep -q '"problem"' 2023-03-15.txt
}

@test "the record names stance and phase, before, between and after phases as well" {
  local facts='[.position, .taken, .word // "-", .phase] | join(" ")'
  [ "$(stance 2023-02-01 "$facts")" = "before todo - launch" ]
  [ "$(stance 2023-03-15 "$facts")" = "in todo prepare launch" ]
  [ "$(stance 2023-05-31 "$facts")" = "in warning self_check own" ]
  [ "$(stance 2023-06-15 "$facts")" = "between warning self_check own" ]
  [ "$(stance 2023-09-30 "$facts")" = "in failure enforce strike" ]
  [ "$(stance 2023-10-01 "$facts")" = "over failure - strike" ]
  on 2023-02-01 check
  expect 1 "动员部署阶段 has not begun"
  on 2023-06-15 check
  expect 1 "自查自纠阶段 (self-check) is over, the next one has not begun"
  on 2023-10-01 check
  expect 1 "all are over, 集中整治阶段 was the last"
}

@test "where days are blank problems are failures, and a note says why" {
  sed -i 's/when: 2023年[^,]*,/when: 20__年__月,/' p/plan.yaml
  on 2023-03-15 check
  expect 1 "phase: not known" "problem found: a failure" "note: the days of 动员部署阶段" "are blank"
  [ "$(stance 2023-03-15 '[.position, .taken, has("word"), .unknown.args.phases] | @csv')" = \
    '"unknown","failure",false,"动员部署阶段、自查自纠阶段、集中整治阶段"' ]
}

@test "a plan without phases goes by what its measures are due" {
  sed -i -e '/^phases:/,/^measures:/{/^measures:/!d}' -e '/id: talks/d' \
    -e 's/due: 2023年4月20日前,/&  stance: [self_check],/' p/plan.yaml
  echo 'no_phases: 不分阶段' >>p/plan.yaml
  [ "$(stance 2023-04-20 '[.position, .taken, .phase] | join(" ")')" = "in warning board" ]
  [ "$(stance 2023-04-21 '[.position, .taken, .phase] | join(" ")')" = "over failure board" ]
}

@test "phases that count working days are told by the calendar, Qingming among them" {
  sed -i '/^phases:/,/^measures:/{/^measures:/!d}' p/plan.yaml
  cat >>p/plan.yaml <<'END'
phases:
  - {id: launch, title: 部署, when: 印发之日起25个工作日内, stance: [prepare]}
END
  # 25 weekdays after 1 March are 5 April, which is a holiday.
  [ "$(stance 2023-04-06 .position)" = in ]
  [ "$(stance 2023-04-07 .position)" = over ]
}

# count NAME: an attribute of the test suite in r.xml; tags NAME: how many elements.
count() { sed -n "2s/.* $1=\"\([0-9]*\)\".*/\1/p" r.xml; }
tags() { grep -c "<$1 message=" r.xml || true; }

@test "junit skips what is to do or a warning, naming it, and fails in the campaign" {
  local day word
  while read -r day word; do
    zicha -C w --today "$day" check --format junit >r.xml || [ $? = 1 ]
    [ "$(count failures) $(count errors) $(count skipped)" = "0 0 2" ]
    [ "$(tags failure) $(tags error) $(tags skipped)" = "0 0 2" ]
    grep -q "<skipped message=\"$word: problem found" r.xml
    grep -q "<skipped message=\"$word: not checked: not answered" r.xml
  done <<'END'
2023-03-15 to do
2023-05-15 a warning
END
  grep -q '<property name="taken" value="warning"/>' r.xml
  zicha -C w --today 2023-07-15 check --format junit >r.xml || [ $? = 1 ]
  [ "$(count failures) $(count errors) $(count skipped)" = "1 1 0" ]
  [ "$(tags failure) $(tags error) $(tags skipped)" = "1 1 0" ]
  grep -q '<property name="stance" value="enforce"/>' r.xml
}

@test "the report says the phase and how its problems are to be taken" {
  while read -r day words; do
    zicha -C w --today "$day" report --out markdown:r.md 2>/dev/null
    grep -qF "$words" r.md
  done <<'END'
2023-02-15 本次工作“动员部署阶段”尚未开始，发现问题、未检查、未判定的项目按“待办”对待
2023-05-15 本次工作处于“自查自纠阶段”（自查），发现问题、未检查、未判定的项目按“警示”对待
2023-06-15 本次工作“自查自纠阶段”（自查）已结束，下一阶段尚未开始
2023-07-15 本次工作处于“集中整治阶段”（集中整治），发现问题、未检查、未判定的项目按“不合格”对待
2023-11-15 本次工作各阶段均已结束（最后为“集中整治阶段”）
END
  sed -i 's/when: 2023年[^,]*,/when: 20__年__月,/' p/plan.yaml
  zicha -C w --today 2023-05-15 report --out markdown:r.md 2>/dev/null
  grep -qF '所处阶段无法确定（方案没有写明“动员部署阶段、' r.md
}
