#!/usr/bin/env bats
# A full disk: one clear sentence, status 73 or 74, nothing half-written, nothing lost. What
# fails is every write from the n-th on, as on a disk that stays full (inject.c); and, where
# one may mount, a file system without room.
load ../cli/helper
load ../cli/ledger
load fault

setup_file() {
  export ZICHA_LANG=en
  make_home
  make_base >/dev/null
  make_ledger_base >/dev/null
  state | sort >"$BATS_FILE_TMPDIR/base.state"
  : >"$BATS_FILE_TMPDIR/breaches"
  sweeps=0
  for command in init answer import check report step attach mend migrate backup restore submit receipt rows ledger; do
    make_good "$command"
  done
  cd "$BATS_FILE_TMPDIR" || return 1
}

teardown() {
  cd "$BATS_RUN_TMPDIR" || return 1
  if [ -n "${mounted:-}" ]; then umount "$mounted"; fi
}

@test "init on a full disk: 74, one sentence, and it works when there is room" { full init; }

@test "answer on a full disk: 74, one sentence, and what was acknowledged stays" { full answer; }

@test "import on a full disk: 74, one sentence, and the old table stays" { full import; }

@test "check on a full disk: 74, one sentence, and the old record stays" { full check; }

@test "report on a full disk: 74, one sentence, and the old report stays" { full report; }

@test "a step on a full disk: 74, one sentence, and the ledger stays" { full step; }

@test "attach on a full disk: 74, one sentence, and nothing is attached" { full attach; }

@test "mending on a full disk: 74, one sentence, and what is kept stays" { full mend; }

@test "a workspace of version 1 on a full disk: 74, one sentence, and it stays of version 1" { full migrate; }

@test "backup on a full disk: 74, one sentence, and no backup in part" { full backup; }

@test "submit on a full disk: 74, one sentence, and nothing is noted" { full submit; }

@test "a receipt on a full disk: 74, one sentence, and it is not kept in part" { full receipt; }

@test "verdicts on rows on a full disk: 74, one sentence, and the ledger stays" { full rows; }

@test "the ledger as a paper on a full disk: 74, one sentence, and no file in part" { full ledger; }

@test "restore on a full disk: 74, one sentence, and no workspace in part" { full restore; }

@test "a standard output that is full: 74 instead of the verdict" {
  copy_base
  run bash -c '"$ZICHA" -C w --today 2023-06-30 check >/dev/full'
  expect 74
  run bash -c '"$ZICHA" -C w status >/dev/full'
  expect 74
}

@test "a standard output that is full is said in a sentence" {
  copy_base
  run bash -c '"$ZICHA" -C w status 2>&1 >/dev/full'
  expect 74
  [[ "$output" == *[a-z]*" "*[a-z]* ]]
}

copy_base() { cp -a "$BATS_FILE_TMPDIR/base"/. .; }

# A file system of so many KiB in ./disk, with the base in it.
small_disk() {
  mkdir disk
  mount -t tmpfs -o "size=${1}k" tmpfs disk 2>/dev/null || skip "mounting needs root"
  mounted=$PWD/disk
  cp -a "$BATS_FILE_TMPDIR/base"/. disk
  # Everything but a few pages is taken.
  dd if=/dev/zero of=disk/filler bs=1k 2>/dev/null || true
  [ -z "${2:-}" ] || truncate -s "-${2}k" disk/filler
  cd disk || return 1
}

refused_for_room() {
  [ "$status" = 73 ] || [ "$status" = 74 ] || {
    echo "status $status: $output"
    return 1
  }
  [[ "$output" == *"the disk is full"* ]] || {
    echo "$output"
    return 1
  }
}

@test "a file system without any room: every command says so and nothing changes" {
  small_disk 4096
  sha256sum w/zicha.db w/out.json w/reports/*/* >../before
  for command in "init v --plan p --facility facility.yaml" "-C w answer meetings=9" \
    "-C w import calls calls.csv" "-C w --today 2023-06-30 check" \
    "-C w --today 2023-06-29 report"; do
    run "$ZICHA" $command
    refused_for_room
    sha256sum w/zicha.db w/out.json w/reports/*/* | cmp - ../before
    [ -z "$(find . -name '*.new' -o -name '*incoming*' -o -name '*-journal')" ]
  done
}

@test "a file system with little room: what does not fit is not there in part" {
  local room
  for room in 4 8 16 24 32; do
    small_disk 4096 "$room"
    for command in "init v --plan p --facility facility.yaml" "-C w import calls calls.csv" \
      "-C w --today 2023-06-30 check" "-C w --today 2023-06-29 report"; do
      run "$ZICHA" $command
      [ "$status" -le 2 ] || refused_for_room
      [ "$(sqlite3 -readonly w/zicha.db 'PRAGMA integrity_check')" = ok ]
      [ -z "$(find . -name '*.new' -o -name '*incoming*')" ]
      for report in w/reports/*/report.md; do
        [[ "$(tail -n 1 "$report")" == '<!-- zicha-record {'*'} -->' ]]
      done
    done
    cd ..
    umount disk
    mounted=''
    rmdir disk
  done
}

@test "when there is room again, the same commands work" {
  small_disk 4096
  run "$ZICHA" init v --plan p --facility facility.yaml
  refused_for_room
  run "$ZICHA" -C w --today 2023-06-30 check
  refused_for_room
  rm filler
  run "$ZICHA" -C w --today 2023-06-30 check
  expect 1
  run "$ZICHA" init v --plan p --facility facility.yaml
  expect 0
}

# import_limited SETTING: imports under a limit on the size of files, after SETTING.
import_limited() {
  copy_base
  calls 3000 >calls.csv
  before=$(sha256sum w/zicha.db w/data/*)
  run bash -c "ulimit -f 4; $1"' exec "$ZICHA" -C w import calls calls.csv'
  [ "$status" = 73 ] || [ "$status" = 74 ] || {
    echo "status $status: $output"
    return 1
  }
  [[ "$output" == *"cannot write"* ]]
  [ "$(sha256sum w/zicha.db w/data/*)" = "$before" ]
  [ -z "$(find w -name '*.new')" ]
}

@test "a file that may not grow: 74 and a sentence" { import_limited 'trap "" XFSZ;'; }

@test "a file that may not grow does not end the program by a signal" { import_limited ''; }
