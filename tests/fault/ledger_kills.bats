#!/usr/bin/env bats
# kill -9 at random moments of commands that write to the ledger or keep the workspace: nothing
# that was acknowledged is lost, the chain is whole, a copy is whole or not there. ZICHA_LONG runs
# ten times as many.
load ../cli/helper
load ../cli/ledger
load kill

rounds=50
few=8
[ -n "${ZICHA_LONG:-}" ] && rounds=500 few=80

setup() {
  begin_test
  copy_ledger
  mkfifo silence
  RANDOM=11
}

# The ledger of a workspace is whole, and its journal is worked off.
whole_ledger() { # DIR
  zicha -C "$1" verify >verified 2>&1 || {
    echo "round $round:"
    cat verified
    return 1
  }
}

@test "kill -9 during steps loses no step that was acknowledged, and breaks no chain" {
  local round kills=0 acknowledged=0 action before after
  measure zicha -C w problem reopen 2 --by 张某 --reason 复核
  measure zicha -C w problem dismiss 2 --by 张某 --reason 复核
  for ((round = 1; round <= rounds || (kills <= rounds / 4 && round <= 8 * rounds); round++)); do
    before=$(sqlite3 w/zicha.db 'SELECT max(seq) FROM event')
    # What the last round came to decides which step is possible.
    action=reopen
    [ "$(sqlite3 w/zicha.db 'SELECT state FROM problem WHERE no = 2')" = dismissed ] || action=dismiss
    killed output "$ZICHA" -C w problem "$action" 2 --by 张某 --reason "第${round}次"
    [ "$(sqlite3 w/zicha.db 'PRAGMA integrity_check')" = ok ]
    after=$(sqlite3 w/zicha.db "SELECT count(*) FROM event WHERE seq > $before AND action = '$action'
      AND json_extract(body, '\$.reason') = '第${round}次'")
    if grep -q 'problem 2 is now' output; then
      acknowledged=$((acknowledged + 1))
      [ "$after" = 1 ] || {
        echo "round $round: $action was acknowledged and is gone"
        return 1
      }
    fi
    [ "$(sqlite3 w/zicha.db 'SELECT max(seq) FROM event')" = $((before + after)) ]
    whole_ledger w
  done
  echo "$kills killed, $acknowledged acknowledged"
  [ "$kills" -gt $((rounds / 4)) ]
}

@test "kill -9 during a check that finds problems: all of its events, or none" {
  local round kills=0 count
  zicha init n --plan p --facility facility.yaml >/dev/null
  zicha -C n answer posted=否 meetings=1 >/dev/null
  cp -a n fresh
  measure zicha -C fresh --today 2023-06-30 check
  for ((round = 1; round <= few * 2 || (kills <= few / 4 && round <= 8 * few); round++)); do
    rm -rf t
    cp -a n t
    killed output "$ZICHA" -C t --today 2023-06-30 check
    count=$(sqlite3 t/zicha.db 'SELECT count(*) FROM event')
    [ "$count" = 0 ] || [ "$count" = 2 ]
    whole_ledger t
    zicha -C t --today 2023-06-30 check >/dev/null || [ $? -le 2 ]
    [ "$(sqlite3 t/zicha.db 'SELECT count(*) FROM event')" = 2 ]
  done
  [ "$kills" -gt $((few / 4)) ]
}

@test "kill -9 during submit: no event without its file, and the next one mends the rest" {
  local round kills=0 between=0 events
  (cd w && zicha key new --no-passphrase) >/dev/null 2>&1
  cp -a w fresh
  measure zicha -C fresh --today 2023-07-04 submit --by 张某 --out good.zrep
  for ((round = 1; round <= rounds || (kills <= rounds / 4 && round <= 8 * rounds); round++)); do
    rm -rf t a.zrep
    cp -a w t
    killed output "$ZICHA" -C t --today 2023-07-04 submit --by 张某 --out a.zrep
    events=$(sqlite3 t/zicha.db "SELECT count(*) FROM event WHERE action = 'submit'")
    [ "$events" = 0 ] || cmp a.zrep good.zrep
    [ ! -e a.zrep ] || cmp a.zrep good.zrep
    [ ! -e a.zrep ] || [ "$events" = 1 ] || between=$((between + 1))
    whole_ledger t
    zicha -C t --today 2023-07-04 submit --by 张某 --out a.zrep >/dev/null
    cmp a.zrep good.zrep
    [ "$(sqlite3 t/zicha.db "SELECT count(*) FROM event WHERE action = 'submit'")" = 1 ]
    whole_ledger t
  done
  echo "$kills killed, $between between file and event"
  [ "$kills" -gt $((rounds / 4)) ]
}

@test "kill -9 during backup: a whole backup or none, and the next one works" {
  local round kills=0
  measure zicha -C w backup measured
  for ((round = 1; round <= few || (kills <= few / 4 && round <= 8 * few); round++)); do
    killed output "$ZICHA" -C w backup b
    if [ -e b ]; then
      zicha restore b v >/dev/null
      rm -rf v b
    fi
    zicha -C w backup b >/dev/null
    [ -z "$(find . -name '.b.*.new')" ]
    rm -rf b
  done
  [ "$kills" -gt $((few / 4)) ]
}

@test "kill -9 during restore: a whole workspace or none, and the next one works" {
  local round kills=0
  zicha -C w backup b >/dev/null
  measure zicha restore b measured
  for ((round = 1; round <= few || (kills <= few / 4 && round <= 8 * few); round++)); do
    killed output "$ZICHA" restore b v
    if [ -e v ]; then
      whole_ledger v
      rm -rf v
    fi
    zicha restore b v >/dev/null
    [ -z "$(find . -name '.v.*.new')" ]
    rm -rf v
  done
  [ "$kills" -gt $((few / 4)) ]
}

@test "kill -9 during mending: as it was, or mended" {
  local round kills=0
  sqlite3 w/zicha.db "UPDATE problem SET due = 'x'; DELETE FROM citation"
  cp -a w wrong
  measure zicha -C w verify --mend
  for ((round = 1; round <= few || (kills <= few / 4 && round <= 8 * few); round++)); do
    rm -rf w
    cp -a wrong w
    killed output "$ZICHA" -C w verify --mend
    [ "$(sqlite3 w/zicha.db "SELECT count(*) FROM problem WHERE due = 'x'")" = 2 ] || whole_ledger w
    zicha -C w verify --mend >/dev/null 2>&1
    whole_ledger w
  done
  [ "$kills" -gt $((few / 4)) ]
}

@test "kill -9 while an older workspace is brought up to date: the old one or the new one, whole" {
  local round kills=0 copy
  rm -r w/zicha.db w/reports w/evidence
  make_version_1 w
  cp -a w old
  measure zicha -C w status
  for ((round = 1; round <= few * 2 || (kills <= few / 4 && round <= 8 * few); round++)); do
    rm -rf w
    cp -a old w
    killed output "$ZICHA" -C w status
    for copy in w/zicha.db.*-backup*; do
      [ ! -e "$copy" ] || [ "$(sqlite3 "$copy" 'PRAGMA integrity_check; PRAGMA user_version' | tr '\n' ' ')" = 'ok 1 ' ]
    done
    whole_ledger w
    [ "$(sqlite3 w/zicha.db 'SELECT count(*) FROM answer')" = 3 ]
  done
  [ "$kills" -gt $((few / 4)) ]
}
