#!/usr/bin/env bats
# A year of the example hospital under two plans (tests/cases/year.sh): from the self-check over an
# inspection to the look-back; its papers are those in tests/golden/year that a person has read.
load helper
load golden

plan=county/large-prescriptions
exams=city/unreasonable-examinations

setup_file() {
  export ZICHA_LANG=zh
  cd "$ZICHA_ROOT" || return 1
  [ "${ZICHA_SANITIZED:-OFF}" = ON ] && export ZICHA_ISOLATION=process
  sh tests/cases/year.sh "$ZICHA" "$BATS_FILE_TMPDIR" >"$BATS_FILE_TMPDIR/log" 2>&1
}

setup() {
  begin_test
  w=$BATS_FILE_TMPDIR/hospital
}

# One value of the problem of this number: problem NUMBER JQ-FILTER
problem() { zicha -C "$w" problem show "$1" --format json | jq -r ".problem | $2"; }

# read_paper DAY PLAN KIND [OPTION…]: a paper without the record at its end.
read_paper() {
  zicha -C "$w" --today "$1" report "$3" --plan "$2" --format markdown "${@:4}" 2>/dev/null |
    sed '/^<!-- zicha-record/d'
}

@test "the year goes by, and every step that must be refused is refused" {
  [ "$(zicha -C "$w" problem list --format json | jq '.problems | length')" = 12 ]
}

@test "what two plans find is one problem with two citations" {
  [ "$(problem 8 '[.plan, .citations[0].plan] | join(" ")')" = "$plan $exams" ]
  [ "$(problem 8 .citations[0].item)" = exam_same_day ]
}

@test "of what an inspection finds, the reported problem is cited and the other is 应报未报" {
  [ "$(problem 8 '.source + " " + .citations[1].source')" = "self_check inspection" ]
  [ "$(problem 8 .unreported)" = null ]
  [ "$(problem 12 '.source + " " + .unreported.day')" = "inspection 2023-08-15" ]
}

@test "what was reported before the inspection is on the lenient track, what was not is not" {
  [ "$(problem 8 .reported)" = 2023-08-15 ]
  run zicha -C "$w" problem show 8
  expect 0 "found by the facility and reported before any inspection"
  run zicha -C "$w" problem show 12
  expect 0 "found by an inspection where the self-check had passed"
}

@test "the office's receipt is told beside the submission" {
  run zicha -C "$w" --today 2023-12-20 status --plan $plan
  expect 0 "2023-08-15" "2023-08-16"
}

@test "a relapse opens the old number, an extension keeps the old date, dismissed rows stay dismissed" {
  [ "$(problem 2 '"\(.state) \(.relapses) \(.due)"')" = "relapsed 1 null" ]
  [ "$(problem 3 '.extensions[0].from + " " + .due')" = "2023-08-15 2023-09-15" ]
  [ "$(problem 4 '"\(.rows_untrue) \(.verified.verdict)"')" = "2 partly" ]
}

@test "the same checks again find nothing new" {
  local before
  before=$(sqlite3 "$w/zicha.db" "SELECT max(seq) FROM event")
  cp -a "$w" again
  for id in $plan $exams; do
    zicha -C again --today 2023-12-20 check --plan "$id" --fail-on never >/dev/null 2>&1
  done
  [ "$(sqlite3 again/zicha.db "SELECT max(seq) FROM event")" = "$before" ]
}

@test "the whole year is proved by its events" {
  run zicha -C "$w" verify
  expect 0
}

@test "the papers of the year are those that a person has read" {
  for kind in rectification ledger lists systems dismissed progress stage annual commitment; do
    read_paper 2023-12-20 $plan $kind | golden "year/$kind.md" || {
      echo "$kind is not as it was"
      return 1
    }
  done
  read_paper 2023-12-20 $plan notice --department 药剂科 | golden year/notice.md
}

@test "the papers of the second plan are those that a person has read" {
  for kind in rectification ledger annual; do
    read_paper 2023-12-20 $exams $kind | golden "year/exams-$kind.md" || {
      echo "$kind is not as it was"
      return 1
    }
  done
  read_paper 2023-12-20 $exams monthly --window 2023-07-01..2023-07-31 | golden year/exams-monthly.md
}
