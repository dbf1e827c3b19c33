#!/bin/sh
# audit.sh ZICHA FOLDER audit|import, called by bench.sh: twelve rules over prescription lines, or
# the import of these. FOLDER has the program `clock` and is thrown away. Environment:
#
#   ROWS      lines that are made (5000000); DATA=DIR: rx.csv, staff.csv and price.csv are there
#   FORM      quoted, crlf: how the lines are written that are made
#   RUNS      how often each is timed (5)
#   LIMIT     a program written for these rules by hand: LIMIT DIR THREADS prints the answers
#   EXPECTED  a file of the answers: counts and first 20 rows
#   PARTS     agree time shuffled growth: what is done
set -eu
zicha=$1 work=$2
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$(dirname "$zicha")/.." && pwd)
rows=${ROWS:-5000000} runs=${RUNS:-5} form=${FORM:-} limit=${LIMIT:-} expected=${EXPECTED:-}
parts=${PARTS:-agree time shuffled growth}
cc -O2 -pthread -o "$work/spin" "$here/../spin.c"

wants() { case " $parts " in *" $1 "*) ;; *) return 1 ;; esac }
stop() { echo "$*" >&2; exit 1; }

# The data are made once and kept; another generator makes them again.
if [ -n "${DATA:-}" ]; then
  data=$(realpath "$DATA")
  rows=$(($(wc -l <"$data/rx.csv") - 1))
else
  data=$build/bench-audit/$rows$(echo "$form" | tr -d ' ')
  stamp=$(sha256sum <"$here/generate.c")
  if [ ! -f "$data/stamp" ] || [ "$(cat "$data/stamp")" != "$stamp" ]; then
    rm -rf "$data"
    mkdir -p "$data"
    echo "making $rows lines …" >&2
    cc -O2 -o "$work/generate" "$here/generate.c"
    # shellcheck disable=SC2086 # words
    "$work/generate" "$data" "$rows" $form
    echo "$stamp" >"$data/stamp"
  fi
fi

duckdb=
if node -e 'require("@duckdb/node-api")' 2>/dev/null; then
  duckdb=$here/duckdb.js
else
  echo "DuckDB is not installed (npm install @duckdb/node-api, NODE_PATH): no ratio" >&2
fi
[ -n "$limit" ] || echo "LIMIT names no hand-written program: no ratio" >&2

# A workspace $1 for the tables of $2.
make_workspace() {
  "$zicha" init "$1" --plan "$here" --facility "$here/facility.yaml" >/dev/null
  "$zicha" -C "$1" import prescribers "$2/staff.csv" >/dev/null
  "$zicha" -C "$1" import price "$2/price.csv" >/dev/null
}

hand_over() {
  make_workspace "$1" "$2"
  "$zicha" -C "$1" import rx "$2/rx.csv" >/dev/null
}

# What zicha says of workspace $1 with $2 threads, as the others say it: «R1 count row row …».
# Hits in their order (R9) come by groups: their first rows are taken from all of them.
answers() {
  ZICHA_THREADS=$2 "$zicha" -C "$1" check --today "2025-01-0$2" --format json >"$work/record" ||
    [ $? -le 2 ] || stop "zicha check failed"
  jq -r '.items[] | select(.status != "problem" and .status != "pass" or .unjudged > 0) |
    "\(.id): \(.status)"' "$work/record" >"$work/unsure"
  [ ! -s "$work/unsure" ] || stop "zicha could not judge: $(cat "$work/unsure")"
  jq -r '.items[] | [(.id | ascii_upcase), (.count | tostring),
    (if .id == "r9" then "" else .first[] | .line - 1 | tostring end)] | join(" ")' \
    "$work/record" >"$work/all"
  ZICHA_THREADS=$2 "$zicha" -C "$1" problem rows r9 --today "2025-01-0$2" --out "$work/r9.csv" \
    >/dev/null
  again=$(awk -F , 'NR > 1 { print $4 - 1 }' "$work/r9.csv" | sort -n | head -n 20 | tr '\n' ' ')
  sed "s/^R9 .*/&$again/; s/ *$//" "$work/all"
}

# agree NAME FILE: it has the answers that zicha has.
agree() {
  sed 's/ *$//' "$2" >"$work/other"
  diff "$work/answers" "$work/other" >"$work/differences" || {
    cut -c 1-200 "$work/differences" >&2
    stop "$1 answers otherwise than zicha"
  }
  echo "$1 agrees" >&2
}

compare_answers() {
  answers "$work/w" 1 >"$work/answers"
  [ "$(wc -l <"$work/answers")" = 12 ] || stop "zicha answers not twelve rules"
  answers "$work/w" 2 >"$work/answers_2"
  agree "zicha with two threads" "$work/answers_2"
  if [ -n "$expected" ]; then
    agree "$expected" "$expected"
  fi
  if [ -n "$duckdb" ]; then
    node "$duckdb" "$data" 2 >"$work/peer"
    agree duckdb "$work/peer"
  fi
  if [ -n "$limit" ]; then
    "$limit" "$data" 2 >"$work/peer" 2>/dev/null
    agree "the limit program" "$work/peer"
  fi
  cut -d ' ' -f 1,2 "$work/answers" | tr '\n' ' ' >&2
  echo >&2
}

# The same lines in another order: their counts are the same, and their row numbers others.
shuffle() {
  mkdir "$work/shuffled"
  cp "$data/staff.csv" "$data/price.csv" "$work/shuffled"
  head -n 1 "$data/rx.csv" >"$work/shuffled/rx.csv"
  tail -n +2 "$data/rx.csv" | shuf --random-source="$data/rx.csv" >>"$work/shuffled/rx.csv"
  hand_over "$work/ws" "$work/shuffled"
  answers "$work/ws" 2 >"$work/answers_shuffled"
  cut -d ' ' -f 1,2 "$work/answers_shuffled" >"$work/counts"
  if [ -n "$duckdb" ]; then
    node "$duckdb" "$work/shuffled" 2 >"$work/peer"
    cut -d ' ' -f 1,2 "$work/peer" | diff - "$work/counts" >&2 ||
      stop "duckdb counts otherwise in another order of the lines"
    echo "duckdb agrees in another order of the lines" >&2
  fi
  [ ! -s "$work/answers" ] || cut -d ' ' -f 1,2 "$work/answers" | diff - "$work/counts" >&2 ||
    stop "the order of the lines changes what zicha counts"
}

# measure FILE NAME=DIR …: the times of zicha with one and two threads over these workspaces, and of
# the peers if they are wanted. The peers keep nothing, so zicha judges with --preview; beside them
# stands what a check takes that keeps the ledger, too, and finds in it what it has found before.
measure() {
  file=$1
  shift
  words=
  for pair in "$@"; do
    for threads in 1 2; do
      words="$words -- ${pair%%=*}_${threads}t env ZICHA_THREADS=$threads $zicha -C ${pair#*=} \
        check --preview --today @DAY"
    done
  done
  [ -z "$peers" ] || words="$words -- zicha_keeps $zicha -C $work/w check --today @DAY"
  for threads in 1 2; do
    [ -z "$peers" ] || [ -z "$duckdb" ] ||
      words="$words -- duckdb_${threads}t node $duckdb $data $threads"
    [ -z "$peers" ] || [ -z "$limit" ] ||
      words="$words -- limit_${threads}t $limit $data $threads"
  done
  # shellcheck disable=SC2086 # words; no path of a bench has a space
  "$work/clock" "$runs/1" ${words# -- } >"$file" 2>"$work/said" || stop "$(tail -n 5 "$work/said")"
  cat "$file" >&2
}

# The first lines of the data in workspaces of their own; their times, by their numbers.
grow() {
  set --
  for part in 50 10 5; do
    [ $((rows / part)) -gt 0 ] || continue
    mkdir "$work/part"
    cp "$data/staff.csv" "$data/price.csv" "$work/part"
    head -n $((rows / part + 1)) "$data/rx.csv" >"$work/part/rx.csv"
    hand_over "$work/w$part" "$work/part"
    rm -r "$work/part"
    set -- "$@" "of$part=$work/w$part"
  done
  peers=
  measure "$work/growth" "$@" "of1=$work/w"
}

audit() {
  hand_over "$work/w" "$data"
  ! wants agree || compare_answers
  set -- "zicha=$work/w"
  if wants shuffled; then
    shuffle
    set -- "$@" "shuffled=$work/ws"
  fi
  echo '{}' >"$work/times"
  cores=$("$work/spin")
  peers=yes
  ! wants time || measure "$work/times" "$@"
  cores=$(printf '%s\n' "$cores" "$("$work/spin")" | sort -n | head -n 1)
  echo '{}' >"$work/growth"
  ! wants growth || grow
  jq -nc --argjson rows "$rows" --argjson runs "$runs" --argjson cores "$cores" \
    --slurpfile times "$work/times" --slurpfile growth "$work/growth" '
    def ratio($a; $b): if $a and $b then $a.wall_s / $b.wall_s else empty end;
    def growth($name; $many; $few): {($name): ratio($growth[0][$many]; $growth[0][$few])};
    $times[0] as $t |
    {bench: "audit", rows: $rows, runs: $runs, free_cores: $cores,
      median_s: ($t | map_values(.wall_s)), cpu_s: ($t | map_values(.cpu_s)),
      peak_kib: ($t | map_values(.peak_kib)),
      ratios: (
        [{duckdb_1t: ratio($t.duckdb_1t; $t.zicha_1t)}, {limit_1t: ratio($t.zicha_1t; $t.limit_1t)},
          {shuffled_1t: ratio($t.shuffled_1t; $t.zicha_1t)}] +
        if $cores >= 1.8 then
          [{duckdb_2t: ratio($t.duckdb_2t; $t.zicha_2t)}, {limit_2t: ratio($t.zicha_2t; $t.limit_2t)},
            {shuffled_2t: ratio($t.shuffled_2t; $t.zicha_2t)}]
        else [{withheld: "less than 1.8 cores were free: no ratio of two threads"}] end | add),
      growth: ([1, 2] | map("_\(.)t" as $t |
        growth("\($rows / 50 | floor)\($t)"; "of5\($t)"; "of50\($t)"),
        growth("\($rows / 10 | floor)\($t)"; "of1\($t)"; "of10\($t)")) | add)}'
}

# A fresh workspace for each import: what has been handed over is not handed over twice.
import() {
  mkdir "$work/fresh" "$work/used"
  make_workspace "$work/w" "$data"
  for run in $(seq $((runs + 1))); do
    cp -a "$work/w" "$work/fresh/$run"
  done
  export zicha data work
  # shellcheck disable=SC2016
  "$work/clock" "$runs/1" zicha sh -c 'set -- "$work"/fresh/*; mv "$1" "$work/used/"
      "$zicha" -C "$work/used/${1##*/}" import rx "$data/rx.csv" && rm -r "$work/used/${1##*/}"' \
    -- sha256sum sha256sum "$data/rx.csv" \
    -- copy sh -c 'cp "$data/rx.csv" "$work/copy" && sync "$work/copy"; rm "$work/copy"' >"$work/times"
  cat "$work/times" >&2
  jq -c --argjson rows "$rows" --argjson runs "$runs" \
    '{bench: "import", rows: $rows, runs: $runs, median_s: map_values(.wall_s),
      cpu_s: map_values(.cpu_s), peak_kib: map_values(.peak_kib),
      ratios: {sha256sum: (.zicha.wall_s / .sha256sum.wall_s), copy: (.zicha.wall_s / .copy.wall_s)}}' \
    "$work/times"
}

"$3"
