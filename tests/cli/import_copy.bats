#!/usr/bin/env bats
# What import keeps is one copy of the file: what was hashed, what was read and what stands in
# data/ are the same bytes, whatever becomes of the file meanwhile.
load helper

header=工号,姓名,岗位类别

setup() {
  begin_test
  echo '- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}' |
    make_package p
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
}

# Not read-only: what an ended import left half-written is taken back by whoever opens it next.
stored() { sqlite3 w/zicha.db "SELECT json_extract(body, '$.$1') FROM handed WHERE name = 'staff'"; }

# The copy has the hash, the size and as many rows as is recorded.
is_recorded() {
  local copy
  copy=w/$(stored file) &&
    [ "$(sha256sum <"$copy" | cut -d ' ' -f 1)" = "$(stored sha256)" ] &&
    [ "$(stat -c %s "$copy")" = "$(stored size)" ] &&
    [ "$(grep -c '' "$copy")" = "$(($(stored rows) + $(stored malformed) + 1))" ] &&
    [ "$(stat -c %a "$copy")" = 400 ]
}

# And no draft stands there.
is_consistent() { is_recorded && [ -z "$(find w/data -name '*.new')" ]; }

many() { awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) printf "Y%08d,某某某某某某某某,医\n", i }'; }

# Refused because it changed, or read before or after that; what is kept is whole.
is_refused_or_whole() {
  if [ "$status" = 65 ]; then
    expect 65 "changed while it was read; try again when nobody writes there"
    [ "$(stored sha256)" = "$1" ]
    [ -z "$(find w/data -name '*.new')" ]
  else
    expect 0
    is_consistent
  fi
}

@test "a file that grows while it is imported is refused, and what was imported stays" {
  { echo "$header"; many 100000; } >staff.csv
  zicha -C w import staff staff.csv >/dev/null
  before=$(stored sha256)
  ( while [ ! -e stop ]; do echo "Z1,甲,护" >>staff.csv; done ) &
  refused=0
  for round in 1 2 3 4 5 6; do
    run zicha -C w import staff staff.csv
    is_refused_or_whole "$before" || { touch stop; return 1; }
    before=$(stored sha256)
    refused=$((refused + (status == 65)))
  done
  touch stop
  wait
  [ "$refused" -gt 0 ]
  run zicha -C w import staff staff.csv
  expect 0
  is_consistent
}

@test "a file that shrinks while it is imported is refused, or kept as it was" {
  { echo "$header"; many 200000; } >whole.csv
  zicha -C w import staff whole.csv >/dev/null
  for bytes in 100 100000 3000000; do
    before=$(stored sha256)
    cp whole.csv staff.csv
    (sleep 0.02; truncate -s "$bytes" staff.csv) &
    run zicha -C w import staff staff.csv
    wait
    is_refused_or_whole "$before"
  done
}

@test "of several pieces none is missing or doubled" {
  { echo "$header"; many 1200000; } >staff.csv
  [ "$(stat -c %s staff.csv)" -gt 40000000 ]
  run zicha -C w import staff staff.csv
  expect 0 "1200000 rows read"
  is_consistent
  cmp staff.csv "w/$(stored file)"
}

@test "where the system cannot copy, the file is read and written" {
  [ "${ZICHA_SANITIZED:-OFF}" = OFF ] || skip "a sanitizer's library does not bear strace"
  command -v strace >/dev/null || skip "strace is not installed"
  strace -o probe true 2>/dev/null || skip "tracing is not permitted here"
  { echo "$header"; many 5000; } >staff.csv
  for error in EXDEV ENOSYS EINVAL EOPNOTSUPP; do
    run strace -o trace -e trace=copy_file_range -e inject=copy_file_range:error="$error" \
      "$ZICHA" -C w import staff staff.csv
    expect 0 "5000 rows read"
    grep -q "$error" trace
    is_consistent
    echo "Z$error,甲,护" >>staff.csv
    sed -i 2d staff.csv
  done
}

@test "an import that is ended in the middle leaves the earlier one or the new one, whole; the next one clears its draft away" {
  local pause kept=0
  { echo "$header"; many 3; } >staff.csv
  { echo "$header"; many 400000; } >large.csv
  for pause in 0.002 0.02 0.05 0.1; do
    zicha -C w import staff staff.csv
    timeout -s TERM "$pause" "$ZICHA" -C w import staff large.csv >/dev/null 2>&1 || true
    # Ended between recording the new one and saying so, it has the new one.
    case $(stored rows) in
      3) kept=$((kept + 1)) ;;
      *) [ "$(stored rows)" = 400000 ] ;;
    esac
    is_recorded
    # The next import takes away what the ended one had begun.
    zicha -C w import staff staff.csv
    is_consistent
  done
  [ "$kept" -gt 0 ]
  zicha -C w import staff large.csv
  is_consistent
}

@test "an import that cannot be recorded leaves the copy of an earlier one" {
  local first
  for n in 1 2; do
    { echo "$header"; many "$n"; } >"staff$n.csv"
    zicha -C w import staff "staff$n.csv"
    [ "$n" = 2 ] || first=$(stored file)
  done
  sqlite3 w/zicha.db "CREATE TRIGGER refuse BEFORE INSERT ON handed BEGIN SELECT RAISE(ABORT, 'no'); END;
    CREATE TRIGGER refuse_too BEFORE UPDATE ON handed BEGIN SELECT RAISE(ABORT, 'no'); END"
  run zicha -C w import staff staff1.csv
  [ "$status" != 0 ]
  cmp staff1.csv "w/$first"
}
