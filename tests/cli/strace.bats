#!/usr/bin/env bats
# A whole check seen from outside, on the example's tables: which process opens, starts
# and connects what. The evaluator's lock itself is tested in tests/hostile/lock.bats.
load helper

# One trace a process or thread, of a check and of a report, made once a file.
setup_file() {
  [ "${ZICHA_SANITIZED:-OFF}" = OFF ] && command -v strace >/dev/null || return 0
  cd "$BATS_FILE_TMPDIR" || return 1
  strace -o probe true 2>/dev/null || return 0
  export ZICHA_LANG=en ZICHA_THREADS=2
  make_hospital >/dev/null
  mkdir check report
  strace -ff -s 300 -o check/trace "$ZICHA" -C h --today 2023-06-30 check >/dev/null 2>&1 ||
    [ $? -eq 1 ]
  strace -ff -s 300 -o report/trace "$ZICHA" -C h --today 2023-06-30 report >/dev/null 2>&1
  for job in check report; do
    mkdir "$job/host" "$job/evaluators" "$job/threads"
    for file in "$job"/trace.*; do
      if grep -q '^execve("[^"]*/zicha-eval".* = 0$' "$file"; then
        mv "$file" "$job/evaluators/"
      else
        mv "$file" "$job/host/"
      fi
    done
    for number in $(sed -nE 's/^clone3?\(.*CLONE_THREAD.* = ([0-9]+)$/\1/p' \
      "$job"/evaluators/*); do
      mv "$job/host/trace.$number" "$job/threads/"
    done
  done
}

setup() {
  begin_test
  [ "${ZICHA_SANITIZED:-OFF}" = OFF ] || skip "a sanitizer build runs unlocked"
  command -v strace >/dev/null || skip "strace is not installed"
  [ -d "$BATS_FILE_TMPDIR/check" ] || skip "tracing is not permitted here"
  cd "$BATS_FILE_TMPDIR" || return 1
}

# Fails with what it reads, if there is anything.
none() {
  local found
  found=$(cat)
  [ -z "$found" ] || { head -n 20 <<<"$found"; return 1; }
}

filter='^seccomp\(SECCOMP_SET_MODE_FILTER, .* = 0$'
after() { awk -v filter="$filter" 'seen { print } $0 ~ filter { seen = 1 }' "$1"; }

@test "a check with tables uses two evaluators, a report at least one more" {
  [ "$(find check/evaluators -type f | wc -l)" -eq 2 ]
  [ "$(find report/evaluators -type f | wc -l)" -ge 3 ]
  grep -hoE '^execve\("[^"]*/zicha-eval", \[.*\]' check/evaluators/* >started.txt
  grep -c -- '--table' started.txt
}

# The host ends an evaluator as soon as it needs nothing more of it, which may be before
# the evaluator has read anything, or has come to its lock.
dismissed() { grep -q '^+++ killed by SIGKILL +++$' "$1"; }

@test "every evaluator locks itself before it reads its first frame" {
  local locked=0
  for file in check/evaluators/* report/evaluators/*; do
    awk -v filter="$filter" '$0 ~ filter { exit } /^read\(0,/ { print }' "$file" | none
    if grep -qE "$filter" "$file"; then
      locked=$((locked + 1))
    else
      dismissed "$file"
    fi
  done
  [ "$locked" -ge 4 ]
}

@test "after its lock no evaluator opens, connects, starts or signals anything" {
  local worked=0
  for file in check/evaluators/* report/evaluators/*; do
    after "$file" >locked.txt
    if [ "$(wc -l <locked.txt)" -ge 20 ]; then
      worked=$((worked + 1))
    else
      dismissed "$file"
    fi
    grep -E '^(open|openat|openat2|creat|socket|connect|sendto|sendmsg|bind|fork|vfork|clone|clone3|execve|execveat|kill|tgkill|ptrace|unlink|rename|mkdir|ioctl|prctl|memfd_create|pidfd_open|io_uring_setup)\(' \
      locked.txt | none
  done
  # Those that judged the rows and the questions, and those that made the report.
  [ "$worked" -ge 3 ]
}

@test "threads of an evaluator open, connect, start and signal nothing" {
  [ "$(find check/threads report/threads -type f | wc -l)" -ge 1 ]
  cat check/threads/* report/threads/* 2>/dev/null |
    grep -E '^(open|openat|openat2|creat|read|write|socket|connect|sendto|sendmsg|bind|fork|vfork|clone|clone3|execve|execveat|kill|tgkill|ptrace|unlink|rename|mkdir|ioctl|prctl|memfd_create|pidfd_open|io_uring_setup)\(' | none
}

@test "evaluators open libraries and conversion tables of the system, and no other file" {
  cat check/evaluators/* report/evaluators/* |
    sed -nE 's/^open(at2?)?\(([A-Z_]+, )?"([^"]*)".* = [0-9]+.*/\3/p' | sort -u >opened.txt
  [ -s opened.txt ]
  grep -vE '^(/etc/ld\.so\.(cache|preload)|/(usr/)?lib(64)?/.*(\.so[.0-9]*|gconv-modules(\.cache|\.d.*)?)|/sys/devices/system/cpu/.*|/dev/urandom)$' \
    opened.txt | none
}

@test "tables reach their evaluator as descriptors, not as names" {
  grep -lE '^execve\("[^"]*/zicha-eval".*"--table"' check/evaluators/* >with_tables.txt
  [ "$(wc -l <with_tables.txt)" -eq 1 ]
  grep -hE '^execve\(' check/evaluators/* | grep -E 'rx_lines-|h/data|\.csv' | none
}

@test "nobody opens a socket: neither the host nor an evaluator" {
  [ "$(cat check/*/* report/*/* | wc -l)" -gt 500 ]
  cat check/*/* report/*/* | grep -E '^(socket|connect|bind|listen|sendto|recvfrom)\(' | none
}

@test "nothing is started but evaluators" {
  cat check/*/* report/*/* | grep -E '^execve(at)?\(' >started.txt
  [ "$(wc -l <started.txt)" -ge 7 ]
  grep -vE '^execve\("[^"]*/(zicha-eval|zicha)",' started.txt | none
}

@test "the host writes only beneath the workspace" {
  cat check/host/* report/host/* |
    grep -E '^open(at2?)?\(.*O_(WRONLY|RDWR|CREAT|TRUNC)' | grep -v ' = -1 ' |
    grep -vE '"/dev/(null|tty)"' >writes.txt
  [ -s writes.txt ]
  # Names are relative to descriptors of the workspace, or below it.
  sed -nE 's/^open(at2?)?\(([A-Za-z_0-9]+, )?"([^"]*)".*/\2\3/p' writes.txt |
    grep -vE "^(AT_FDCWD, )?($BATS_FILE_TMPDIR/)?h/|^[0-9]+, [^/]" | none
}

@test "the host opens exports only for reading" {
  cat check/host/* | grep -E '^open(at2?)?\(.*\.csv"' >exports.txt
  [ "$(wc -l <exports.txt)" -ge 3 ]
  grep -v O_RDONLY exports.txt | none
}

@test "zicha-eval links neither crypto nor SQLite, nor anything that reaches a network" {
  readelf -d "$ZICHA_BUILD/libexec/zicha/zicha-eval" >needed.txt
  grep -q NEEDED needed.txt
  grep -iE 'NEEDED.*lib(crypto|ssl|sodium|sqlite3|cmark|curl|nss|resolv)' needed.txt | none
}

@test "doctor says full, where the kernel can filter calls" {
  grep -q '^Seccomp:' /proc/self/status || skip "the kernel filters no calls"
  run "$ZICHA" doctor
  expect 0 "full"
  never "process"
}

@test "every forbidden thing that doctor has the evaluator try is stopped" {
  grep -q '^Seccomp:' /proc/self/status || skip "the kernel filters no calls"
  run "$ZICHA" doctor
  for thing in open socket fork exec kill map; do
    grep -qE "\(.*$thing.*: stopped\)" <<<"$output" || { echo "$thing: $output"; false; }
  done
}
