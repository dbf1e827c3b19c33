#!/usr/bin/env bats
# upgrade between installed versions of a plan: which one is meant, who is told that there is one, and
# what the decision to stay ends.
load helper
load published

setup() {
  begin_test
  share_office
}

on() { run "$ZICHA" -C w --today 2026-03-05 "$@"; }
newer="version 2 of the plan county/demo is installed: \`zicha upgrade\`"

@test "an installed plan goes on to the newest serial, keeps id and serial, and its answers" {
  got 1
  use county/demo
  on answer posted=是
  on upgrade
  expect 0 "in use already"
  on status
  never "is installed"
  sed -i 's/^version: .*/version: "2"/' p/plan.yaml
  got 2
  on status
  expect 0 "$newer"
  on check
  expect 0 "$newer"
  on upgrade
  expect 1 "version 1 → 2" "1 = 1 carried over"
  on upgrade --to county/demo@1
  expect 0 "in use already"
  on upgrade --apply
  expect 0 "version 2 is in use now"
  [ "$(sqlite3 w/zicha.db 'SELECT place FROM plan')" = county/demo@2 ]
  on status
  expect 0 "questions: 1 of 1 answered"
  never "is installed"
}

@test "who has decided to stay is told again by the version after that" {
  got 1
  use county/demo
  sed -i 's/^version: .*/version: "2"/' p/plan.yaml
  got 2
  on upgrade --stay --reason 本轮已过半 --by 王科长
  expect 0
  on status
  never "is installed"
  on upgrade
  expect 1
  sed -i 's/^version: .*/version: "3"/' p/plan.yaml
  got 3
  on status
  expect 0 "version 3 of the plan county/demo is installed"
}
