#!/usr/bin/env bats
# Working days: expressions of items and of rules count by the shipped calendar.
load helper

setup() {
  begin_test
  make_package p <<'END'
- {id: late, title: 逾期, kind: question, ask: 何日报送？, answer: date, problem_if: 'workdays(date("2023-04-28"), answer) > 3'}
- {id: open, title: 开门, kind: data, rules: [own.open]}
END
  write_rule p own <<'END'
rule "own.open" { fail = "not is_workday(today)" }
END
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
}

# Statuses of both items on a day.
statuses() {
  zicha -C w --today "$1" check --format json 2>err.txt |
    jq -r '[.items[] | .status] | join(" ")'
}

@test "an item's expression counts working days over a holiday and a worked weekend" {
  zicha -C w answer late=2023-05-06
  [ "$(statuses 2023-05-08)" = "pass pass" ]
  zicha -C w answer late=2023-05-08
  [ "$(statuses 2023-05-08)" = "problem pass" ]
}

@test "a rule knows days off and worked weekends" {
  zicha -C w answer late=2023-05-04
  [ "$(statuses 2023-05-01)" = "pass problem" ]
  [ "$(statuses 2023-05-06)" = "pass pass" ]
  [ "$(statuses 2023-05-07)" = "pass problem" ]
}

@test "a year without known holidays is told, a known one is not" {
  statuses 2023-05-08
  [ "$(grep -c holidays err.txt)" = 0 ]
  ZICHA_LANG=en statuses 2031-05-01
  grep -q 'the holidays of 2031 are not known' err.txt
}

@test "a plan that counts no working days does not ask for the calendar" {
  make_package q <<'END'
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}
END
  zicha init v --plan q --facility facility.yaml >/dev/null
  zicha -C v --today 2031-05-01 check >out.txt 2>&1 || true
  [ "$(grep -c holidays out.txt)" = 0 ]
}
