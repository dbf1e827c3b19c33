#!/bin/sh
# library.sh ZICHA FOLDER, called by bench.sh: every rule of the library over a county hospital of
# ROWS lines in each large table (1000000), by the vector engine; beside it both executors over
# PLAIN_ROWS (100000; 0: none), where they must tell the same. RUNS says how often (3). FOLDER has
# the program `clock` and is thrown away.
#
# The hospital is made by tests/bench/hospital/main.lua at SCALE (8); `copies` makes its tables
# longer, those of one copy belonging together. Its numbers go on from copy to copy; with
# NUMBERS=tailed they have the copy's number behind them, as no hospital's have, which shows what it
# costs when they are no serial numbers. Every large table has as many lines as is said, so that
# the last copies have stays without fees, fees without orders and the like. A rule that cannot be
# judged ends the bench with 1, after its times.
set -eu
zicha=$1 work=$2
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$(dirname "$zicha")/.." && pwd)
rows=${ROWS:-1000000} plain_rows=${PLAIN_ROWS:-100000} runs=${RUNS:-3} scale=${SCALE:-8}
numbers=${NUMBERS:-serial}
made=$build/bench-library/$scale
large='fee_lines orders rx_lines exam_requests admissions visits patients bed_daily duty_roster
waste_log'
beside='staff consents procedures machine_log stock_moves certificates' # as often as the others
cc -O2 -o "$work/copies" "$here/hospital/copies.c"

# How many numbers each beginning has in the hospital's tables.
list_series() {
  cat "$made"/*.csv | tr ',' '\n' | awk '
    /^[A-Z][A-Z]?[A-Z]?[A-Z]?[0-9][0-9][0-9][0-9]+(-[-0-9]*)?\r?$/ {
      match($0, /[0-9]+/)
      letters = substr($0, 1, RSTART - 1)
      number = substr($0, RSTART, RLENGTH) + 1
      if (number > numbers[letters]) numbers[letters] = number
    }
    END { for (letters in numbers) print letters, numbers[letters] }'
}

# The hospital is made once and kept.
make_hospital() {
  stamp=$(cat "$here/library.sh" "$here"/hospital/*.lua "$here"/../../scripts/datasets/*.yaml | sha256sum)
  [ -f "$made/stamp" ] && [ "$(cat "$made/stamp")" = "$stamp" ] && return
  rm -rf "$made"
  echo "making a hospital …" >&2
  lua5.4 "$here/hospital/main.lua" "$made" --seed 1 --scale "$scale"
  list_series >"$made/series"
  echo "$stamp" >"$made/stamp"
}

# The hospital with $2 lines in each large table, in a workspace $1 that has been handed them.
# Stays without any service are what the last copies consist of: that rule would do nothing but
# tell hits, so that its limit is out of reach.
make_workspace() {
  most=1
  mkdir "$work/tables"
  for table in $large; do
    copies=$("$work/copies" "$made/$table.csv" "$work/tables/$table.csv" "$2" 0 "$series")
    [ "$copies" -le "$most" ] || most=$copies
  done
  for table in $beside; do
    "$work/copies" "$made/$table.csv" "$work/tables/$table.csv" 0 "$most" \
      "$series" >/dev/null
  done
  mkdir -p "$work/plan"
  cat >"$work/plan/plan.yaml" <<'END'
zicha: 1
id: county/library
title: 规则库测速方案
version: "1"
kind: rectification
level: county
parameters: {admission_idle_days: {value: 999, type: number, unit: 日}}
END
  awk -F '\t' '{ printf "- {id: %s, title: %s, kind: data, rules: [%s]}\n", $1, $2, $2 }' \
    "$made/items.tsv" >"$work/plan/items.yaml"
  "$zicha" init "$1" --plan "$work/plan" --facility "$made/facility.yaml" >/dev/null
  while read -r table covers; do
    file=$work/tables/$table.csv
    [ -f "$file" ] || file=$made/$table.csv
    # shellcheck disable=SC2086 # an option and its value
    "$zicha" -C "$1" --today 2024-01-08 import "$table" "$file" $covers >>"$work/imported"
  done <"$made/tables.txt"
  rm -r "$work/tables"
  ! grep -i malformed "$work/imported" >&2 || exit 1 # no key may come twice
}

# What a workspace like $1, which has answered nothing yet, comes to with executor $2 and $3 threads:
# the record, without what tells of the run itself.
record() {
  rm -rf "$work/asked"
  cp -a "$1" "$work/asked"
  ZICHA_EXECUTOR=$2 ZICHA_THREADS=$3 "$zicha" -C "$work/asked" check --today 2024-01-10 \
    --from 2023-01-01 --to 2023-12-31 --format json >"$work/record" || [ $? -le 2 ] || exit 1
  rm -r "$work/asked"
  jq -S '{items, sets, totals}' "$work/record"
}

# NAME EXECUTOR THREADS FOLDER, as words for clock.
command() {
  echo "-- $1 env ZICHA_EXECUTOR=$2 ZICHA_THREADS=$3 $zicha -C $4 check --today @DAY \
    --from 2023-01-01 --to 2023-12-31"
}

case $numbers in
  serial) series=$made/series ;;
  tailed) series=/dev/null ;;
  *) echo "NUMBERS: serial or tailed" >&2 && exit 64 ;;
esac
make_hospital
make_workspace "$work/large" "$rows"
words="$(command vector_1t vector 1 "$work/large") $(command vector_2t vector 2 "$work/large")"
if [ "$plain_rows" -gt 0 ]; then
  make_workspace "$work/small" "$plain_rows"
  record "$work/small" plain 1 >"$work/plain.json"
  for threads in 1 2; do
    record "$work/small" vector "$threads" >"$work/vector.json"
    diff "$work/plain.json" "$work/vector.json" >"$work/differences" || {
      head -n 40 "$work/differences" >&2
      echo "the executors disagree" >&2
      exit 1
    }
  done
  echo "plain and vector tell the same of $plain_rows lines a table" >&2
  words="$words $(command small_plain plain 1 "$work/small")
    $(command small_vector vector 1 "$work/small")"
fi
record "$work/large" vector 1 >"$work/large.json"
jq -c '[.items[].rules[].status] | group_by(.) |
  map({(.[0]): length}) | add' "$work/large.json" >"$work/statuses"
cat "$work/statuses" >&2
jq -r '.items[] | select(.status == "undetermined" or .status == "not_checked") |
  "\(.title): \(.reason // .status)"' "$work/large.json" >"$work/unjudged"
# shellcheck disable=SC2086 # words; no path of a bench has a space
"$work/clock" "$runs/1" ${words#-- } >"$work/times" 2>"$work/said" || {
  tail -n 5 "$work/said" >&2
  exit 1
}
cat "$work/times" >&2
jq -c --argjson rows "$rows" --argjson small "$plain_rows" --argjson runs "$runs" \
  --slurpfile statuses "$work/statuses" \
  '{bench: "library", rows: $rows, plain_rows: $small, runs: $runs, rules: $statuses[0],
    median_s: map_values(.wall_s), cpu_s: map_values(.cpu_s), peak_kib: map_values(.peak_kib),
    ratios: (if .small_plain then {plain: (.small_plain.wall_s / .small_vector.wall_s)} else {} end)}' \
  "$work/times"
if [ -s "$work/unjudged" ]; then
  echo "rules that could not be judged:" >&2
  cat "$work/unjudged" >&2
  exit 1
fi
