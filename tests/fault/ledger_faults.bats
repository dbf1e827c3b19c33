#!/usr/bin/env bats
# The same as faults.bats for the commands that write to the ledger, or keep the workspace: one
# call into the system fails, and no event is lost, no chain broken, no copy half-written.
load ../cli/helper
load ../cli/ledger
load fault

setup() {
  need_inject
  begin_test
}

commands='step find attach verify mend migrate backup restore submit receipt rows ledger'

setup_file() {
  have_inject || return 0
  export ZICHA_LANG=en
  make_home
  make_base >/dev/null
  make_ledger_base >/dev/null
  state | sort >"$BATS_FILE_TMPDIR/base.state"
  : >"$BATS_FILE_TMPDIR/breaches"
  : >"$BATS_FILE_TMPDIR/trials"
  local memory=2 other=1 command kind kinds
  sweeps=0
  [ -n "${ZICHA_LONG:-}" ] && memory=24 other=8
  for command in $commands; do
    make_good "$command"
    sweep "$command" zicha memory "$memory"
    [[ " attach migrate backup " = *" $command "* ]] || sweep "$command" zicha-eval memory "$other"
    kinds='read write sync rename open spawn short torn interrupt'
    # What these do with files and processes, others do, too.
    [[ " submit receipt rows ledger " = *" $command "* ]] && [ -z "${ZICHA_LONG:-}" ] && kinds='read write sync rename'
    for kind in $kinds; do
      sweep "$command" zicha "$kind" "$other"
    done
  done
}

@test "faults were injected into every command and every kind of call" {
  for command in $commands; do
    grep -q "^$command, zicha, memory" "$BATS_FILE_TMPDIR/trials"
  done
  for kind in read write sync rename open spawn short torn interrupt; do
    grep -q ", zicha, $kind" "$BATS_FILE_TMPDIR/trials"
  done
}

@test "no fault ends the program by a signal" { holds signal; }

@test "every exit status is a documented one" { holds documented; }

@test "a failed command says a sentence" { holds sentence; }

@test "a command that does not fail has the undisturbed result" { holds right; }

@test "every database, and every copy of one, stays sound" { holds database; }

@test "every ledger stays whole" { holds chain; }

@test "every file and every row is the old one or the new one, whole" { holds whole; }

@test "no file, no event and no row is lost" { holds lost; }

@test "no draft is left behind" { holds leftover; }

@test "the same command works afterwards and has the undisturbed result" { holds again; }
