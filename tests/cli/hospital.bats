#!/usr/bin/env bats
# hospital: synthetic years of a county hospital (tests/bench/hospital) with planted violations
# of every rule of the library, and near-misses of every rule. What zicha counts, what was
# planted and what SQLite counts over the same files are one number.
load helper

generator=$ZICHA_ROOT/tests/bench/hospital/main.lua

# The ids of the rules over a facility's tables; signals are over what offices collect.
library() { "$ZICHA" plan rules --format json | jq -r '.files[] | select(.stem != "perfunctory").rules[].id' | sort; }

# A package $1 with one item per rule of items.tsv; nothing but the library's own parameters.
make_plan() {
  mkdir "$1"
  printf 'zicha: 1\nid: county/hospital\ntitle: 全部规则\nversion: "1"\nkind: rectification\n' \
    >"$1/plan.yaml"
  printf 'level: county\n' >>"$1/plan.yaml"
  awk -F '\t' '{ printf "- {id: %s, title: %s, kind: data, rules: [%s]}\n", $1, $2, $2 }' \
    items.tsv >"$1/items.yaml"
}

# Hands the tables of this folder to a new workspace $2 of the plan $1.
hand_over() {
  local table covers
  "$ZICHA" init "$2" --plan "$1" --facility facility.yaml >/dev/null
  while read -r table covers; do
    # shellcheck disable=SC2086 # an option and its value
    "$ZICHA" -C "$2" --today 2024-01-08 import "$table" "$table.csv" $covers
  done <tables.txt >>import.txt 2>&1
}

# Checks the year in workspace $1 into $2. Problems are no failure of the command.
check_year() {
  "$ZICHA" -C "$1" --today 2024-01-08 check --from 2023-01-01 --to 2023-12-31 --format json \
    >"$2" 2>"$2.txt" || [ $? -le 2 ]
}

# Of a record: each rule's id, hits, rows that could not be judged, status.
results() {
  jq -r '.items[].rules[] | [.id,
    (if .rate then (if .status == "problem" then 1 else 0 end) else .count // 0 end),
    (.unjudged // 0) + (.malformed // 0) + (.bad // 0), .status] | @tsv' "$1" | sort
}

# Generates a year into folder $1, hands it to zicha and SQLite, and lets both count.
live() {
  local folder=$1
  shift
  lua5.4 "$generator" "$folder" "$@"
  cd "$folder"
  make_plan p
  hand_over p w
  check_year w check.json
  results check.json >results.tsv
  cat load.sql counts.sql | sqlite3 -batch -bail :memory: | sort >sqlite.tsv
  cd - >/dev/null
}

setup_file() {
  load helper
  cd "$BATS_FILE_TMPDIR"
  unset ZICHA_TODAY ZICHA_WORKSPACE
  export ZICHA_LANG=en
  [ "${ZICHA_SANITIZED:-OFF}" = ON ] && export ZICHA_ISOLATION=process
  live year --seed 1
  live clean --seed 2 --clean
  live township --seed 3 --class 乡镇卫生院
}

setup() {
  begin_test
  cd "$BATS_FILE_TMPDIR"
}

@test "every rule of the library has plants and near-misses" {
  diff <(library) <(cut -f 2 year/items.tsv | sort)
}

@test "every planted violation is found, and nothing else: zicha counts what was planted" {
  diff year/expected.tsv <(cut -f 1-3 year/results.tsv)
  diff township/expected.tsv <(cut -f 1-3 township/results.tsv)
}

@test "every rule is violated in one of the years" {
  run awk -F '\t' '{ hits[$1] += $2 } END { for (rule in hits) if (!hits[rule]) print rule }' \
    year/expected.tsv township/expected.tsv
  [ "$output" = "" ] || { echo "$output"; return 1; }
}

@test "SQLite counts the same" {
  local folder
  for folder in year clean township; do
    diff <(cut -f 1,2 $folder/expected.tsv) $folder/sqlite.tsv
  done
}

@test "without plants every rule passes: no near-miss is flagged, no row unjudged" {
  run awk -F '\t' '$2 != 0 || $3 != 0 || $4 != "pass"' clean/results.tsv
  [ "$output" = "" ] || { echo "$output"; return 1; }
}

@test "every cell of the years is read" {
  run grep -i -e malformed -e 'cannot be read' -e 'are missing' {year,clean,township}/import.txt
  [ "$status" -eq 1 ] || { echo "$output"; return 1; }
}

@test "the same seed makes the same year, another seed another one" {
  lua5.4 "$generator" again --seed 1
  local file
  for file in again/*; do cmp "$file" "year/${file#again/}"; done
  run cmp year/rx_lines.csv township/rx_lines.csv
  [ "$status" -eq 1 ]
}

@test "a rule that is off by one day is noticed" {
  cd year
  cp -r p off
  printf 'parameters:\n  rx_max_days: {value: 6, type: number, unit: 日}\n' >>off/plan.yaml
  hand_over off w-off
  check_year w-off off.json
  results off.json | cut -f 1-3 >off.tsv
  run diff expected.tsv off.tsv
  [ "$status" -eq 1 ]
  [ "$(grep '^[<>]' <<<"$output" | cut -c 3- | cut -f 1 | sort -u | tr '\n' ' ')" = \
    "rx.extension_no_reason rx.over_days " ]
}

# ---- two proofs of exact arithmetic ------------------------------------------------------

# Hands the prices of folder $1 and the fees of its $2 to fee.over_price: fees, hits, amount
# above the price, what could not be judged.
over_price() {
  "$ZICHA" init "$2.w" --plan price --facility facility.yaml >/dev/null
  "$ZICHA" -C "$2.w" --today 2024-01-08 import price_catalog "$1/price_catalog.csv" >/dev/null
  "$ZICHA" -C "$2.w" --today 2024-01-08 import fee_lines "$1/$2/fee_lines.csv" >/dev/null
  check_year "$2.w" "$2.json"
  jq -c '.items[] | [.population, .count, .amount, .unjudged, .malformed, .bad]' "$2.json"
}

# Ten thousand; with ZICHA_LONG a hundred thousand.
@test "random prices: exactly the ceiling is never over it, a hundredth of a fen more always" {
  cd "$BATS_TEST_TMPDIR"
  count=10000
  [ -z "${ZICHA_LONG:-}" ] || count=100000
  lua5.4 "${generator%main.lua}prices.lua" prices "$count"
  make_facility
  make_package price <<<'- {id: over_price, title: 超标准收费, kind: data, rules: [fee.over_price]}'
  run over_price prices equal
  [ "$output" = "[$count,0,\"0\",0,0,0]" ] || { echo "$output"; return 1; }
  run over_price prices above
  sum=$(printf '%d.%02d' "$((count / 10000))" "$((count / 100 % 100))") # of hundredths of a fen
  [ "$output" = "[$count,$count,\"$sum\",0,0,0]" ] || { echo "$output"; return 1; }
}

# What the national insurance administration found in seven hospitals, and what their own
# checks had returned, in units of 10,000 yuan, as published: about 8868 and 322, less than 4 %.
make_seven() {
  make_package seven <<'END'
- {id: little, title: 自查退回率低于4%, kind: data, rules: [own.little]}
- {id: sums, title: 合计, kind: data, rules: [own.sum_found, own.sum_refunded, own.rate]}
END
  mkdir seven/datasets
  cat >seven/datasets/own.yaml <<'END'
returned:
  title: 自查退回
  columns:
    hospital: {type: text, titles: [医院], key: yes}
    problems: {type: int, titles: [问题数]}
    found: {type: decimal(2), titles: [认定金额]}
    refunded: {type: decimal(2), titles: [自查退回金额]}
END
  write_rule seven own <<'END'
measure "own.found"    { on = "returned", value = "sum(found)" }
measure "own.refunded" { on = "returned", value = "sum(refunded)" }
rule "own.little" {
  fail = [[m["own.refunded"] / m["own.found"] < 0.04]],
  say  = "认定{m.own.found}万元，自查退回{m.own.refunded}万元",
}
rule "own.sum_found"    { fail = [[m["own.found"] ~= 8868.7]] }
rule "own.sum_refunded" { fail = [[round(m["own.refunded"], 1) ~= 322.8]] }
rule "own.rate"         { fail = [[round(m["own.refunded"] / m["own.found"] * 100, 1) ~= 3.6]] }
END
  cat >rows <<'END'
内蒙古自治区人民医院,82,3466.7,3.23
九江市第一人民医院,42,592.8,1.96
长春市中医院,38,1638.7,120.1
石家庄市人民医院,86,2000.9,108.2
甘肃医学院附属医院,34,979.4,87.4
济南肾病医院,10,112.3,0
五大连池福康医院,25,77.9,1.9
END
}

@test "the seven hospitals: 8868.7 found, 322.8 returned, 3.6 %, in any order of the rows" {
  cd "$BATS_TEST_TMPDIR"
  make_facility
  make_seven
  local order
  for order in cat tac sort 'sort -t, -k3,3n' 'sort -t, -k4,4nr'; do
    rm -rf w
    { echo 医院,问题数,认定金额,自查退回金额; $order rows; } >returned.csv
    zicha init w --plan seven --facility facility.yaml >/dev/null
    zicha -C w import returned returned.csv >/dev/null
    check_year w record.json
    run jq -r '.items[] | .id, .status, .message // empty' record.json
    [ "$output" = "$(printf '%s\n' little problem '认定8868.70万元，自查退回322.79万元' sums pass)" ] ||
      { echo "$output"; return 1; }
  done
}
