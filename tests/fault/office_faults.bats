#!/usr/bin/env bats
# The same as faults.bats for the commands of an office: one call into the system fails while it takes in
# rosters, reports, visits and cases, answers, reports upward or makes its tables again; and its
# disk is full.
load ../cli/helper
load ../cli/small_office
load fault

setup() {
  need_inject
  begin_test
}

commands='roster collect receipts inspect case upward remake'

setup_file() {
  have_inject || return 0
  export ZICHA_LANG=en
  make_home
  make_office_base >/dev/null
  state | sort >"$BATS_FILE_TMPDIR/base.state"
  : >"$BATS_FILE_TMPDIR/breaches"
  : >"$BATS_FILE_TMPDIR/trials"
  local memory=1 other=1 command kind kinds
  sweeps=0
  [ -n "${ZICHA_LONG:-}" ] && memory=24 other=8
  for command in $commands; do
    make_good "$command"
    sweep "$command" zicha memory "$memory"
    kinds='read write sync rename open torn interrupt short spawn'
    # What these do with files, collect does, too.
    [ "$command" = collect ] || [ -n "${ZICHA_LONG:-}" ] || kinds='write open'
    for kind in $kinds; do
      sweep "$command" zicha "$kind" "$other"
    done
  done
}

@test "faults were injected into every command and every kind of call" {
  for command in $commands; do
    grep -q "^$command, zicha, memory" "$BATS_FILE_TMPDIR/trials"
    grep -q "^$command, zicha, write" "$BATS_FILE_TMPDIR/trials"
  done
  for kind in read sync rename open torn interrupt; do
    grep -q ", zicha, $kind" "$BATS_FILE_TMPDIR/trials"
  done
}

@test "each command does something when nothing fails" {
  for command in $commands; do
    no cmp -s "$BATS_FILE_TMPDIR/base.state" "$BATS_FILE_TMPDIR/good/$command"
    [ "$(cat "$BATS_FILE_TMPDIR/good/$command.status")" -le 1 ]
  done
}

@test "no fault ends the program by a signal" { holds signal; }

@test "every exit status is a documented one" { holds documented; }

@test "a failed command says a sentence" { holds sentence; }

@test "a command that does not fail has the undisturbed result" { holds right; }

@test "every database stays sound" { holds database; }

@test "every office is as its events tell" { holds chain; }

@test "every file and every row is the old one or the new one, whole" { holds whole; }

@test "no file, no event and no row is lost" { holds lost; }

@test "no draft is left behind" { holds leftover; }

@test "the same command works afterwards and has the undisturbed result" { holds again; }

@test "on a full disk each says one sentence, ends with 74, and keeps what it had" {
  for command in $commands; do
    full "$command" 1
  done
}
