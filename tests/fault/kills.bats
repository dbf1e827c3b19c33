#!/usr/bin/env bats
# kill -9 at random moments: no acknowledged answer is lost, no report is half-written, and
# the next command works. ZICHA_LONG runs ten times as many.
load ../cli/helper
load kill

rounds=20
questions=60
[ -n "${ZICHA_LONG:-}" ] && rounds=200

setup_file() {
  export ZICHA_LANG=en
  cd "$BATS_FILE_TMPDIR" || return 1
  [ "${ZICHA_SANITIZED:-OFF}" = ON ] && export ZICHA_ISOLATION=process
  seq "$questions" | sed 's/.*/- {id: q&, title: 项目&, kind: question, ask: 几个？, answer: number, problem_if: answer > 1000000}/' |
    make_package p
  make_facility
  "$ZICHA" init w --plan p --facility facility.yaml >/dev/null
}

setup() {
  begin_test
  cp -a "$BATS_FILE_TMPDIR"/{p,w} .
  RANDOM=7
}

# What somebody types in a round: a number that tells round and question.
typed() { seq $(($1 * 1000 + 1)) $(($1 * 1000 + questions)); }

sound() {
  [ "$(sqlite3 w/zicha.db 'PRAGMA integrity_check')" = ok ] || {
    echo "round $round: the database is damaged"
    return 1
  }
}

last_answers() {
  sqlite3 w/zicha.db "SELECT item, json_extract(body, '\$.value') FROM answer a
    WHERE seq = (SELECT max(seq) FROM answer b WHERE b.item = a.item)"
}

@test "kill -9 while answering loses no answer that was acknowledged" {
  local round asked question kills=0 acknowledged=0
  mkfifo silence
  typed 900 >keys
  measure "$ZICHA" -C w answer --all <keys
  for ((round = 1; round <= rounds || (kills <= rounds / 4 && round <= 8 * rounds); round++)); do
    typed "$round" >keys
    killed output "$ZICHA" -C w answer --all <keys
    sound
    # The next question is asked when the answer before is on the disk.
    asked=$(grep -c "^\[[0-9]*/$questions\]" output || true)
    if grep -q '^[0-9]* answers kept' output; then asked=$((questions + 1)); fi
    acknowledged=$((acknowledged + (asked > 0 ? asked - 1 : 0)))
    last_answers >kept
    for ((question = 1; question < asked; question++)); do
      grep -qx "q$question|$((round * 1000 + question))" kept || {
        echo "round $round: answer $question of $((asked - 1)) acknowledged ones is gone"
        return 1
      }
    done
  done
  [ "$kills" -gt $((rounds / 4)) ]
  [ "$acknowledged" -gt "$rounds" ]
}

@test "kill -9 while answering keeps no answer in part" {
  local round kills=0
  mkfifo silence
  typed 900 >keys
  measure "$ZICHA" -C w answer --all <keys
  for ((round = 1; round <= rounds / 2 || (kills == 0 && round <= 8 * rounds); round++)); do
    typed "$round" >keys
    killed output "$ZICHA" -C w answer --all <keys
    [ -z "$(last_answers | grep -vE '^q([0-9]+)\|[0-9]+$')" ]
    last_answers | awk -F'[q|]' '$3 % 1000 != $2 { exit 1 }'
  done
  [ "$kills" -gt 0 ]
}

@test "kill -9 during check: the next check has the undisturbed record" {
  local round kills=0 day
  mkfifo silence
  typed 1 | "$ZICHA" -C w answer >/dev/null
  measure "$ZICHA" -C w --today 2023-06-30 check --format json
  for ((round = 1; round <= rounds || (kills <= rounds / 4 && round <= 8 * rounds); round++)); do
    # Another day each round: the record is made and kept anew.
    day=$(date -d "2020-01-01 + $round days" +%F)
    killed output "$ZICHA" -C w --today "$day" check --format json --out json:out.json
    sound
    [ ! -e out.json ] || jq -e .totals out.json >/dev/null
    "$ZICHA" -C w --today "$day" check --format json >after.json
    [ "$(jq -r .today after.json)" = "$day" ]
    [ "$(jq .totals.pass after.json)" = "$questions" ]
  done
  [ "$kills" -gt $((rounds / 4)) ]
}

@test "kill -9 during report leaves the old report or the new one, whole" {
  local round kills=0 folder old new
  mkfifo silence
  typed 1 | "$ZICHA" -C w answer >/dev/null
  cp w/report.yaml prose.yaml
  measure "$ZICHA" -C w --today 2023-06-30 report
  folder=$(echo w/reports/*)
  for ((round = 1; round <= rounds || (kills <= rounds / 4 && round <= 8 * rounds); round++)); do
    # The same run with other prose: the same file is to be replaced.
    old=$(sha256sum "$folder/report.md" "$folder/report.html")
    sed "/；填/!s/^# *\([a-z_]*\):  # .*/\1: 第${round}次/" prose.yaml >w/report.yaml
    killed output "$ZICHA" -C w --today 2023-06-30 report
    sound
    sha256sum "$folder/report.md" "$folder/report.html" >now
    "$ZICHA" -C w --today 2023-06-30 report >/dev/null 2>&1
    new=$(sha256sum "$folder/report.md" "$folder/report.html")
    [ "$old" != "$new" ]
    while read -r line; do
      [[ "$old$new" == *"$line"* ]] || {
        echo "round $round: neither old nor new: $line"
        return 1
      }
    done <now
  done
  [ "$kills" -gt $((rounds / 4)) ]
}

@test "kill -9 leaves no evaluator behind that goes on for ever" {
  local round kills=0 left own=$BATS_TEST_TMPDIR/own
  # A copy: other tests run the same evaluator at the same time.
  mkdir -p "$own/bin" "$own/libexec/zicha"
  cp "$ZICHA" "$own/bin/zicha"
  cp "$ZICHA_BUILD/libexec/zicha/zicha-eval" "$own/libexec/zicha/zicha-eval"
  ln -s "$ZICHA_BUILD/share" "$own/share"
  mkfifo silence
  measure "$own/bin/zicha" -C w --today 2023-06-30 check
  for ((round = 1; round <= rounds || (kills <= rounds / 4 && round <= 8 * rounds); round++)); do
    killed output "$own/bin/zicha" -C w --today "$(date -d "2020-01-01 + $round days" +%F)" check
  done
  [ "$kills" -gt 0 ]
  for _ in $(seq 100); do
    left=$(grep -lsa "^$own/libexec" /proc/[0-9]*/cmdline | wc -l)
    [ "$left" = 0 ] && break
    sleep 0.1
  done
  [ "$left" = 0 ]
}

@test "what a killed process left of drafts is no obstacle and no report" {
  local round kills=0
  mkfifo silence
  typed 1 | "$ZICHA" -C w answer >/dev/null
  measure "$ZICHA" -C w --today 2023-06-30 report
  for ((round = 1; round <= rounds / 2 || (kills == 0 && round <= 8 * rounds); round++)); do
    killed output "$ZICHA" -C w --today "2022-03-$(printf %02d $((round % 28 + 1)))" report
    [ -z "$(find w/reports -type f ! -name 'report.md' ! -name 'report.html' ! -name '.*.new')" ]
  done
  [ "$kills" -gt 0 ]
  run "$ZICHA" -C w --today 2023-06-30 report
  expect 0
}
