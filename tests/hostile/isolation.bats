#!/usr/bin/env bats
# Where the evaluator cannot be locked up fully, only trusted packages run by themselves.
load ../cli/helper
load hostile
load ../cli/published

# Makes ./below, which runs a program that may not filter system calls. Evaluators of
# sanitizer builds do not filter them anyway.
setup_file() {
  cd "$BATS_FILE_TMPDIR" || return 1
  if [ "${ZICHA_SANITIZED:-OFF}" = ON ]; then
    printf '#!/bin/sh\nexec "$@"\n' >below
    chmod +x below
    return 0
  fi
  cat >below.c <<'END'
#include <errno.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int count, char **words)
{
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  if (count < 2 || filter == NULL ||
      seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(seccomp), 0) != 0 ||
      seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(prctl), 1,
                       SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP)) != 0 ||
      seccomp_load(filter) != 0)
    return 125;
  execv(words[1], words + 1);
  return 126;
}
END
  cc -o below below.c -lseccomp
}

below() { "$BATS_FILE_TMPDIR/below" "$@"; }

# Makes the package's workspace, which loads its rules: sanitizer builds never do that fully
# isolated.
made() {
  export ZICHA_ISOLATION=process
  guilty "$@"
  unset ZICHA_ISOLATION
}

setup_plan() { made </dev/null; }

@test "a package that is not shipped is refused below full isolation" {
  setup_plan
  run below "$ZICHA" -C w --today 2023-06-30 check
  [ "$status" -eq 77 ]
  [[ "$output" == *"cannot isolate rules fully"* ]]
  [[ "$output" == *"--isolation process"* ]]
}

@test "a refused package leaves no record" {
  setup_plan
  below "$ZICHA" -C w --today 2023-06-30 check --format json >record.json || true
  expect "size of the record" "$(wc -c <record.json)" 0
}

@test "a package that is not shipped runs below full isolation for who insists" {
  setup_plan
  status=0
  below "$ZICHA" -C w --today 2023-06-30 check --isolation process --format json \
    >record.json || status=$?
  expect "exit status" "$status" 1
  expect isolation "$(jq -r .isolation record.json)" process
  expect fine "$(item fine .status)" pass
}

@test "the environment may insist, too" {
  setup_plan
  ZICHA_ISOLATION=process run below "$ZICHA" -C w --today 2023-06-30 check
  [ "$status" -eq 1 ]
}

@test "a shipped package runs below full isolation, and its record says so" {
  unset ZICHA_ISOLATION
  make_hospital
  status=0
  below "$ZICHA" -C h --today 2023-06-30 check --format json >record.json || status=$?
  expect "exit status" "$status" 1
  expect isolation "$(jq -r .isolation record.json)" process
}

@test "a copy of a shipped package is not a shipped package" {
  unset ZICHA_ISOLATION
  cp -r "$ZICHA_ROOT/checklists/$plan" copy
  "$ZICHA" init c --plan copy --facility "$example/clinic/facility.yaml" >/dev/null
  run below "$ZICHA" -C c --today 2023-06-30 check
  [ "$status" -eq 77 ]
}

@test "a link into the shipped packages does not make a package a shipped one" {
  setup_plan
  mkdir -p county
  ln -s ../pkg county/large-prescriptions
  "$ZICHA" init c --plan county/large-prescriptions --facility facility.yaml >/dev/null
  run below "$ZICHA" -C c --today 2023-06-30 check
  [ "$status" -eq 77 ]
}

# A foreign package with a layout of its own and no rules, and its workspace.
setup_layout() {
  unset ZICHA_ISOLATION
  make_package l <<'END'
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}
END
  make_facility
  "$ZICHA" init v --plan l --facility facility.yaml >/dev/null
  mkdir l/layouts
  echo 'return { build = function(data, paper) return paper.tree("own paper") end }' \
    >l/layouts/rectification.lua
}

@test "a foreign layout is not run below full isolation" {
  setup_layout
  run below "$ZICHA" -C v report --needs
  [ "$status" -eq 77 ]
  [[ "$output" == *"cannot isolate layouts fully"* ]]
  [[ "$output" == *"ZICHA_ISOLATION=process"* ]]
}

@test "a foreign layout makes no workspace below full isolation" {
  setup_layout
  run below "$ZICHA" init n --plan l --facility facility.yaml
  [ "$status" -eq 77 ]
  [ ! -e n/zicha.db ]
}

@test "a foreign layout runs below full isolation for who insists" {
  setup_layout
  run below "$ZICHA" -C v report --isolation process
  [ "$status" -eq 0 ]
  ZICHA_ISOLATION=process run below "$ZICHA" -C v report --needs
  [ "$status" -eq 0 ]
}

@test "the shipped layouts print a foreign package's papers below full isolation" {
  setup_layout
  rm -r l/layouts
  run below "$ZICHA" -C v report --needs
  [ "$status" -eq 0 ]
}

@test "rules are stopped below full isolation as well" {
  made a b <<'END'
rule "bad.a" { check = function() (("a"):rep(40)):find(("a*"):rep(30) .. "b") end }
rule "bad.b" { check = function() return os.time() end }
END
  status=0
  below "$ZICHA" -C w --today 2023-06-30 check --isolation process --format json \
    >record.json || status=$?
  expect "exit status" "$status" 1
  expect undetermined "$(jq .totals.undetermined record.json)" 2
  because bad_a "$clock_limit"
}

@test "doctor says process" {
  unset ZICHA_ISOLATION
  run below "$ZICHA" doctor
  [ "$status" -eq 0 ]
  [[ "$output" == *"process (system calls are not filtered"* ]]
  [[ "$output" != *"full (open"* ]]
}

@test "another level of isolation is a mistake of the command line" {
  setup_plan
  run "$ZICHA" -C w --today 2023-06-30 check --isolation none
  [ "$status" -eq 64 ]
}

# ./w with the package installed and signed, and a layout of its own.
setup_installed() {
  setup_plan
  mkdir pkg/layouts
  echo 'return { build = function(data, paper) return paper.tree("own paper") end }' >pkg/layouts/rectification.lua
  printf 'region: 某县\nissuer: 某县卫生健康局\n' >>pkg/plan.yaml
  export ZICHA_ISOLATION=process # packing looks at rules, too
  share_office
  publish pkg county 1
  "$ZICHA" plan install 1.zpk --today "$published_day" >/dev/null
  "$ZICHA" -C w plan use county/test >/dev/null
  unset ZICHA_ISOLATION
}

@test "an installed package whose key is trusted runs below full isolation, its layouts too" {
  setup_installed
  status=0
  below "$ZICHA" -C w --today 2026-03-05 check --format json >record.json || status=$?
  expect "exit status" "$status" 1
  expect isolation "$(jq -r .isolation record.json)" process
  run below "$ZICHA" -C w --today 2026-03-05 report --needs
  [ "$status" -eq 0 ]
}

@test "once its key is revoked it does not" {
  setup_installed
  make_root 2 other
  trust 2
  run below "$ZICHA" -C w --today 2026-03-05 check
  [ "$status" -eq 77 ]
  [[ "$output" == *"is trusted no more"* ]]
  run below "$ZICHA" -C w --today 2026-03-05 report --needs
  [ "$status" -eq 77 ]
}

@test "a child in a folder of an installed parent is nobody's: it does not run by itself" {
  setup_installed
  make_plan child county/child 某县 county/test
  ZICHA_ISOLATION=process "$ZICHA" -C w plan use child >/dev/null
  run below "$ZICHA" -C w --today 2026-03-05 check --plan county/child
  [ "$status" -eq 77 ]
}
