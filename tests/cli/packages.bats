#!/usr/bin/env bats
# The packages that are shipped. tests/data/plans.tsv lists what each document says, row by row,
# written from the documents and not from the packages: holds PLAN finds every row of a plan in
# what `plan show` prints. A row's `where` is a jq filter (tests/data/plans.jq has its functions);
# `wanted` is a number, which must be all that is found, or texts between ｜, each of which must
# stand in what is found.
load helper
load packages

# Prints every row that is not found, and fails if there is one.
holds() {
  local plan package kind what where wanted found text last='' failed=0
  while IFS=$'\t' read -r plan package kind what where wanted; do
    [ "$plan" = "$1" ] || continue
    [ "$package" = "$last" ] || zicha plan show "$package" --format json >show.json
    last=$package
    found=$(jq -r -L "$ZICHA_ROOT/tests/data" "include \"plans\"; [$where] | said" show.json)
    if [[ "$wanted" =~ ^[0-9]+$ ]]; then
      [ "$found" = "$wanted" ] || {
        echo "$package: $kind：$what: wanted $wanted, found $found"
        failed=1
      }
      continue
    fi
    while IFS= read -r text; do
      [[ "$found" == *"$text"* ]] || {
        echo "$package: $kind：$what: «$text» is not in $where"
        failed=1
      }
    done <<<"${wanted//｜/$'\n'}"
  done <"$ZICHA_ROOT/tests/data/plans.tsv"
  [ -n "$last" ] && [ "$failed" = 0 ]
}

# ---- what the documents say ----------------------------------------------------------------

@test "T3, national 2019: eight departments, hospitals 100 %, others at least 50 %" { holds T3; }

@test "P01: six departments, eight domains and three behaviours that only it names" { holds P01; }

@test "P02: ten domains, ten behaviours, four techniques, full coverage, quarterly reports" { holds P02; }

@test "P03: five kinds of touts, five frauds, a monthly report with its window, no phases" { holds P03; }

@test "P04: 7 days, 3 days, 5 drugs, four things in place" { holds P04; }

@test "P05: 100 % self-check, found and verified one by one, lenient with self-reports" { holds P05; }

@test "P06: twelve points, nine dated measures, no phases" { holds P06; }

@test "P07: three topics, 80 % pathways, tenfold penalty, three lists, the 28th of each month" { holds P07; }

@test "P08: fourteen points of which the eighth repeats two, four phases" { holds P08; }

@test "P09: fourteen tasks in four groups, with their quotas" { holds P09; }

@test "P10: three classes, items 1 to 6 and 8; item 7 is known to be lost" { holds P10; }

@test "P11: three long and one short, five gates, responsible sections" { holds P11; }

@test "P12: seventeen points, four unreasonable, four fakes, two steps of approval" { holds P12; }

@test "P13: six settings, at least one inspection, every named tip answered" { holds P13; }

@test "P14: eight departments, monthly sweeps, no blanket coverage, lost parts marked" { holds P14; }

@test "the county's example: eleven domains, 30 records, dates all set" { holds 县样例; }

@test "every shipped package has rows in the table, and every row names a shipped package" {
  diff <(shipped_packages | sort) \
    <(tail -n +2 "$ZICHA_ROOT/tests/data/plans.tsv" | cut -f2 | sort -u)
}

# ---- source texts, findings, cases ---------------------------------------------------------

@test "plan lint says of each package what its tests/lint.txt keeps" {
  for package in $(shipped_packages); do
    lint_of "$package" | diff "$ZICHA_ROOT/checklists/$package/tests/lint.txt" - || {
      echo "$package: after a look at the difference: sh tests/cases/lint.sh update"
      failed=1
    }
  done
  [ -z "${failed:-}" ]
}

@test "no package has an error or a warning that is not accepted with a reason" {
  for package in $(shipped_packages); do
    zicha plan lint "$package" --format json >lint.json || true
    jq -e '[.findings[].severity | select(. != "note")] == []' lint.json >/dev/null || {
      echo "$package"
      failed=1
    }
  done
  [ -z "${failed:-}" ]
}

@test "every question of every package is seen failing and passing" {
  for package in $(shipped_packages); do
    run zicha plan test "$ZICHA_ROOT/checklists/$package" --strict
    [ "$status" -eq 0 ] || {
      printf '%s:\n%s\n' "$package" "$output"
      failed=1
    }
  done
  [ -z "${failed:-}" ]
}

# ---- layers --------------------------------------------------------------------------------

# 无证行医 is missing among them although only P02's text names it: P01, too, has it from the
# national plan. So it is with the coverage, of which P01's text says nothing.
@test "plan diff lists what P02 has differently from P01, and nothing else" {
  difference_of_p01_p02 | diff "$ZICHA_ROOT/tests/data/p01-p02.diff.txt" -
}

@test "plan explain shows the three layers that set the county's spot_check_min" {
  run zicha plan explain county/medical-disorder spot_check_min value
  expect 0 "10  (national/medical-disorder-2019" "20  (city/medical-disorder" \
    "30  (county/medical-disorder"
}

@test "a phase that a layer adds stands where the layer says" {
  zicha plan paper schedule county/medical-disorder >schedule.md
  [ "$(grep -o '动员部署阶段\|自查和集中整治阶段' schedule.md | head -n 1)" = 动员部署阶段 ]
  zicha plan paper schedule city/medical-disorder-six-departments >schedule.md
  [ "$(grep -o '安排部署阶段\|自查和集中整治阶段' schedule.md | head -n 1)" = 安排部署阶段 ]
}
