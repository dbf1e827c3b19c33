#!/usr/bin/env bats
# check --preview: the verdicts without a trace of them.
load helper

preview() { zicha -C "$1" --today 2023-06-30 check --preview "${@:2}"; }
recorded() { zicha -C "$1" --today 2023-06-30 check "${@:2}"; }

@test "a preview changes no byte of the workspace, before and after a check" {
  make_hospital
  find h -type f -exec sha256sum {} + | sort >before
  preview h >/dev/null || true
  find h -type f -exec sha256sum {} + | sort | diff before -
  recorded h >/dev/null || true
  find h -type f -exec sha256sum {} + | sort >before
  preview h >/dev/null || true
  zicha -C h --today 2023-06-29 check --preview >/dev/null || true
  find h -type f -exec sha256sum {} + | sort | diff before -
  zicha -C h verify >/dev/null
}

@test "its record, sheet and report for build servers are those of the check that is recorded" {
  make_hospital
  for format in json csv junit; do
    preview h --format "$format" >"preview.$format" || true
    preview h --out "$format:out.$format" >/dev/null 2>&1 || true
    cmp "preview.$format" "out.$format"
  done
  for format in json csv junit; do
    recorded h --format "$format" >"recorded.$format" || true
    cmp "preview.$format" "recorded.$format"
  done
}

@test "its text is that of the check, and a last line says that nothing was recorded" {
  make_hospital
  preview h >text || true
  [ "$(tail -n 1 text)" = 'a preview: neither the run nor its problems were recorded' ]
  recorded h >wanted || true
  head -n -2 text | diff wanted -
}

@test "the check behind a preview still finds everything and records it" {
  make_hospital
  preview h >/dev/null || true
  [ "$(zicha -C h problem list --format json | jq '.problems | length')" = 0 ]
  recorded h >text || true
  no grep -q 'nothing has changed since run' text
  [ "$(zicha -C h problem list --format json | jq '.problems | length')" -gt 0 ]
  [ "$(zicha -C h problem rows 1 | wc -l)" -gt 1 ]
}

@test "its status is that of the check" {
  make_hospital
  run preview h
  expect 1
  run preview h --fail-on incomplete
  expect 2
  run preview h --fail-on never
  expect 0
  make_clinic
  run preview c
  expect 0
}

@test "overdue problems are the ledger's: with --preview they are refused, and nothing is judged" {
  make_hospital
  run preview h --fail-on problem,overdue
  expect 64 '--preview leaves the ledger alone' '--fail-on overdue'
  never 'verdict'
}
