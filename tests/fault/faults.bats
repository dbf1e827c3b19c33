#!/usr/bin/env bats
# A call into the system fails: memory, files, names, pipes, processes; once, at any place.
# The command says so or is right all the same, and nothing is lost or half-written.
load ../cli/helper
load fault

setup() {
  need_inject
  begin_test
}

setup_file() {
  have_inject || return 0
  export ZICHA_LANG=en
  make_home
  make_base >/dev/null
  state | sort >"$BATS_FILE_TMPDIR/base.state"
  : >"$BATS_FILE_TMPDIR/breaches"
  : >"$BATS_FILE_TMPDIR/trials"
  local memory=2 other=1 command kind
  sweeps=0
  [ -n "${ZICHA_LONG:-}" ] && memory=24 other=6
  for command in init import answer check report enter; do
    make_good "$command"
    sweep "$command" zicha memory "$memory"
    sweep "$command" zicha-eval memory "$memory"
    for kind in read write sync rename open spawn short interrupt; do
      sweep "$command" zicha "$kind" "$other"
    done
    for kind in map read write short interrupt; do
      sweep "$command" zicha-eval "$kind" "$other"
    done
  done
}

@test "faults were injected into every command and every kind of call" {
  for command in init import answer check report enter; do
    grep -q "^$command, zicha, memory" "$BATS_FILE_TMPDIR/trials"
    grep -q "^$command, zicha-eval, memory" "$BATS_FILE_TMPDIR/trials"
  done
  for kind in read write sync rename open spawn short interrupt; do
    grep -q ", zicha, $kind" "$BATS_FILE_TMPDIR/trials"
  done
  for kind in read write short interrupt; do
    grep -q ", zicha-eval, $kind" "$BATS_FILE_TMPDIR/trials"
  done
}

@test "no fault ends the program by a signal" { holds signal; }

@test "every exit status is a documented one" { holds documented; }

@test "a failed command says a sentence" { holds sentence; }

@test "a command that does not fail has the undisturbed result" { holds right; }

@test "the database stays sound" { holds database; }

@test "every acknowledged answer is there" { holds kept; }

@test "every file and every row is the old one or the new one, whole" { holds whole; }

@test "no file and no row is lost" { holds lost; }

@test "no draft is left behind" { holds leftover; }

@test "the same command works afterwards and has the undisturbed result" { holds again; }
