#!/usr/bin/env bats
load helper

@test "the example hospital has problems: exit status 1" {
  make_hospital
  check h
  [ "$status" -eq 1 ]
  [[ "$output" == *"problem found"* ]]
}

@test "a clinic without any export reaches exit status 0" {
  make_clinic
  check c
  [ "$status" -eq 0 ]
  [ "$(record c .totals.manual)" -eq 9 ]
}

@test "nothing evaluated is never 0" {
  "$ZICHA" init c --plan "$plan" --facility "$example/clinic/facility.yaml"
  check c
  [ "$status" -eq 2 ]
}
