#!/usr/bin/env bats
# An upgrade during which a call into the system fails, or the process is killed: the workspace is in the
# old version with its answers, or in the new one with those that were carried over, never between.
load ../cli/helper
load fault
load kill

setup_file() {
  load ../cli/helper
  cd "$BATS_FILE_TMPDIR"
  export ZICHA_LANG=en ZICHA_TODAY=2023-07-01
  [ "${ZICHA_SANITIZED:-OFF}" = ON ] && export ZICHA_ISOLATION=process
  make_package p1 <<'END'
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}
- {id: meetings, title: 会议, kind: question, ask: 开会几次？, answer: number, problem_if: answer < 2}
- {id: trained, title: 培训, kind: question, ask: 是否培训？, answer: yesno, problem_if: no}
- {id: rules, title: 制度, kind: evidence, ask: 请附制度, evidence: [制度]}
END
  cp -r p1 p2
  sed -i 's/^version: .*/version: "2"/' p2/plan.yaml
  cat >p2/items.yaml <<'END'
- {id: posted, title: 公示, kind: question, ask: 是否在大厅公示？, answer: yesno, problem_if: no}
- {id: held, title: 会议, kind: question, ask: 开会几次？, answer: number, problem_if: answer < 2}
- {id: meetings, title: 会议, kind: question, alias_of: held}
- {id: papers, title: 制度, kind: evidence, ask: 请附制度, evidence: [制度]}
- {id: rules, title: 制度, kind: evidence, alias_of: papers}
END
  make_facility
  zicha init w --plan p1 --facility facility.yaml >/dev/null
  zicha -C w answer posted=是 meetings=1 trained=是 >/dev/null
  echo 制度 >rules.txt
  zicha -C w attach rules rules.txt --name 制度 --copy >/dev/null
  zicha -C w check >/dev/null || [ $? -le 2 ]
  state w >before
  cp -a w x
  zicha -C x upgrade --to p2 --apply >/dev/null
  state x >after
  no cmp -s before after
}

setup() {
  begin_test
  cd "$BATS_FILE_TMPDIR"
  export ZICHA_TODAY=2023-07-01
}

# What is kept, but for the times at which it was written.
state() {
  sqlite3 "$1/zicha.db" 'SELECT place FROM plan; SELECT seq, item, body, source FROM answer;
    SELECT seq, item, name, sha256 FROM evidence; SELECT seq, problem, action, body FROM event;
    SELECT no, item, state FROM problem; SELECT plan, item, problem FROM citation; SELECT id, problem FROM
    instance; SELECT no, origin, target, body FROM upgrade'
}

# whole: the old state or the new one; a command that ended well has made the new one.
whole() {
  state t >now
  cmp -s now before || cmp -s now after || { echo "$1: neither the old state nor the new one"; diff now after; return 1; }
  [ "$2" != 0 ] || cmp now after
  [ "$(sqlite3 t/zicha.db 'PRAGMA integrity_check')" = ok ]
}

@test "whichever write, flush, opening or allocation fails, it is the old state or the new one" {
  need_inject
  make_home
  local kind number calls status olds=0 counter=$BATS_FILE_TMPDIR/count
  for kind in write sync open memory torn; do
    calls=0
    for number in 0 1 2 3 4 5 6 7 8; do
      [ "$number" = 0 ] || number=$((1 + (number - 1) * calls / 8))
      rm -rf t
      cp -a w t
      : >"$counter"
      truncate -s 16 "$counter"
      status=0
      env ZC_FAULT_PROCESS=zicha ZC_FAULT_KIND=$kind ZC_FAULT_AT="$number" ZC_FAULT_COUNT="$counter" \
        LD_PRELOAD="$inject" "$program" -C t upgrade --to p2 --apply >/dev/null 2>err || status=$?
      [ "$status" = 0 ] || [ "$status" -ge 64 ]
      [ "$status" -lt 126 ]
      whole "$kind $number" "$status"
      cmp -s now after || olds=$((olds + 1))
      [ "$number" != 0 ] || calls=$(od -An -tu8 -N8 "$counter" | tr -d ' ')
    done
  done
  [ "$olds" -gt 5 ]
}

@test "kill -9 at any moment: the old state or the new one, and the same command goes on" {
  local round kills=0
  mkfifo silence
  cp -a w measured
  measure zicha -C measured upgrade --to p2 --apply
  RANDOM=5
  # The machine may have been slower when the command was measured: then most are through already.
  for ((round = 1; round <= 10 || (kills <= 2 && round <= 80); round++)); do
    rm -rf t
    cp -a w t
    killed output "$ZICHA" -C t upgrade --to p2 --apply
    zicha -C t status >/dev/null # works off the journal
    whole "kill $round" 1
    zicha -C t upgrade --to p2 --apply >/dev/null
    whole "kill $round" 0
  done
  [ "$kills" -gt 2 ]
}
