#!/usr/bin/env bats
# The lock of the evaluator, seen from outside: what it asks the system for.
load ../cli/helper
load hostile

# Traces a check with foreign code of every kind, one of them stopped, so that several
# evaluators run: one file for each in traces/, one for each of their threads in threads/.
setup_file() {
  [ "${ZICHA_SANITIZED:-OFF}" = OFF ] || return 0
  cd "$BATS_FILE_TMPDIR" || return 1
  export ZICHA_LANG=en SECRET=of-the-host ZICHA_THREADS=3
  guilty check each loop <<'END'
rule "bad.check" { check = function(c) return problem(tostring(c.today):rep(1000)) end }
rule "bad.each" { on = "calls", each = function(row) return row.days > 3 end }
rule "bad.loop" { check = function() (("a"):rep(40)):find(("a*"):rep(30) .. "b") end }
END
  mkdir all traces threads
  strace -s 500 -ff -o all/trace "$ZICHA" -C w --today 2023-06-30 check >/dev/null 2>&1 ||
    [ $? -eq 1 ]
  for file in all/trace.*; do
    ! grep -q '^execve("[^"]*/zicha-eval".* = 0$' "$file" || mv "$file" traces/
  done
  for number in $(sed -nE 's/^clone3?\(.*CLONE_THREAD.* = ([0-9]+)$/\1/p' traces/*); do
    mv "all/trace.$number" threads/
  done
}

# The engine's process, the rules' first one and the one after the stop.
traced_check() {
  locked_only
  cd "$BATS_FILE_TMPDIR" || return 1
  expect "evaluators" "$(find traces -type f | wc -l)" 3
}

# The lines of a trace before, or after, the filter is in force.
filter='^seccomp\(SECCOMP_SET_MODE_FILTER, .*\{len=[0-9]+, .* = 0$'
before() { awk -v filter="$filter" '$0 ~ filter { exit } { print }' "$1"; }
after() { awk -v filter="$filter" 'seen { print } $0 ~ filter { seen = 1 }' "$1"; }

@test "every evaluator puts the filter in force" {
  traced_check
  for file in traces/*; do
    grep -qE "$filter" "$file"
  done
}

@test "after the lock-down nothing is opened, connected, started or sent signals" {
  local calls
  traced_check
  for file in traces/*; do
    calls=$(after "$file" | grep -v '^[+-]' | sed 's/(.*//' | sort -u)
    [ -n "$calls" ]
    grep -qx read <<<"$calls"
    lacks '^(?!(read|write|brk|mmap|mprotect|munmap|mremap|madvise|futex|sched_yield|rt_sigprocmask|rt_sigreturn|exit|exit_group)$)' \
      <<<"$calls"
  done
}

@test "after the lock-down only anonymous memory is mapped, and none to execute" {
  traced_check
  for file in traces/*; do
    after "$file" | grep -E '^(mmap|mprotect)\(' >memory.txt || continue
    lacks PROT_EXEC <memory.txt
    grep '^mmap' memory.txt | lacks '^(?!.*MAP_ANONYMOUS)'
  done
}

@test "before the lock-down nothing is read from the host" {
  traced_check
  for file in traces/*; do
    [ "$(before "$file" | wc -l)" -gt 10 ]
    before "$file" | lacks '^(read|readv|recvfrom|recvmsg)\(0,'
    after "$file" | grep -q '^read(0,'
  done
}

@test "privileges go first, then the limits, then the system calls" {
  traced_check
  for file in traces/*; do
    before "$file" | grep -oE \
      'PR_SET_NO_NEW_PRIVS|RLIMIT_(CORE|FSIZE|CPU|AS|NOFILE|NPROC), \{' |
      awk '!seen[$0]++' | tr -d ' ,{' | paste -sd ' ' >order.txt
    expect order "$(cat order.txt)" "PR_SET_NO_NEW_PRIVS RLIMIT_CORE RLIMIT_FSIZE \
RLIMIT_CPU RLIMIT_AS RLIMIT_NOFILE RLIMIT_NPROC"
  done
}

@test "the evaluator gets no environment and no words but its tables and threads" {
  traced_check
  for file in traces/*; do
    grep -E '^execve\("[^"]*/zicha-eval", \["[^"]*/zicha-eval"(, "--threads", "3", "--table", "calls=[0-9]+")?\], 0x[0-9a-f]+ /\* 0 vars \*/\)' "$file"
  done
  lacks of-the-host < <(cat traces/*)
}

@test "only those who got tables have threads, begun after the limits and before the filter" {
  local count
  traced_check
  expect "processes with tables" "$(grep -l '"--table"' traces/* | wc -l)" 2
  expect threads "$(find threads -type f | wc -l)" 4
  for file in traces/*; do
    count=$(before "$file" | grep -c CLONE_THREAD || true)
    expect "begun late" "$(after "$file" | grep -c CLONE_THREAD || true)" 0
    ! grep -q '"--table"' "$file" || {
      expect "begun early" "$count" 2
      before "$file" | awk '/RLIMIT_AS, \{/ { space = 1 } /RLIMIT_NOFILE, \{/ { files = 1 }
        /CLONE_THREAD/ && (!space || files) { bad = 1 } END { exit bad }'
      continue
    }
    expect "threads without tables" "$count" 0
  done
}

@test "a thread of the evaluator does nothing but begin, take memory and wait" {
  traced_check
  for file in threads/*; do
    [ "$(grep -vc '^[+-]' "$file")" -gt 3 ]
    grep -v '^[+-]' "$file" | sed 's/(.*//' |
      lacks '^(?!(set_robust_list|rseq|brk|mmap|mprotect|munmap|mremap|madvise|futex|sched_yield|rt_sigprocmask|exit)( |$))'
    sed -n '/^mmap/p' "$file" | lacks '^(?!.*MAP_ANONYMOUS)'
    lacks PROT_EXEC <"$file"
  done
}

@test "a thread that opens a file takes its process down" {
  locked_only
  cd "$BATS_TEST_TMPDIR" || return 1
  strace -ff -o doctor "$ZICHA" doctor >/dev/null
  local killed=0
  for file in doctor.*; do
    grep -q '^execve' "$file" && continue
    ! grep -q '^openat(.*"/dev/null"' "$file" || {
      expect "last words" "$(tail -n 1 "$file")" '+++ killed by SIGSYS +++'
      tail -n 2 "$file" | grep -q '^openat(.*"/dev/null"'
      killed=$((killed + 1))
    }
  done
  expect "threads that opened a file" "$killed" 1
}

@test "doctor says full" {
  locked_only
  run "$ZICHA" doctor
  [ "$status" -eq 0 ]
  [[ "$output" == *"full (open, socket, fork, exec, kill, map, open in a thread: stopped)"* ]]
}

@test "the record says full" {
  locked_only
  guilty </dev/null
  judge
  expect isolation "$(jq -r .isolation record.json)" full
}
