#!/bin/sh
# collect.sh ZICHA FOLDER, called by bench.sh: 100,000 signed reports taken in by an office,
# beside the limit (reading, hashing, one signature each), and beside DuckDB and jq, which answer
# the same questions from the same records. REPORTS says how many, RUNS how often. FOLDER has
# the program `clock` and is thrown away.
set -eu
zicha=$1 work=$2
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$(dirname "$zicha")/.." && pwd)
reports=${REPORTS:-100000} runs=${RUNS:-3}
made=$build/bench-collect/$reports

# The reports are made once and kept; another generator or plan makes them again.
make_reports() {
  stamp=$(cat "$build/bench-county" "$here"/county/plan/*.yaml "$here"/county/county.sh | sha256sum)
  if [ ! -f "$made/stamp" ] || [ "$(cat "$made/stamp")" != "$stamp" ]; then
    rm -rf "$made"
    mkdir -p "$made"
    echo "making $reports reports …" >&2
    sh "$here/county/county.sh" "$zicha" "$made/sample"
    "$build/bench-county" --template "$made/sample/template.md" --plan "$made/sample/plan.json" \
      "$made/county" bench "$reports"
    find "$made/county/mail" -name '*.zrep' -print0 |
      LC_ALL=C xargs -0 grep -ah '^<!-- zicha-record ' |
      LC_ALL=C sed 's/^<!-- zicha-record //; s/ -->$//' >"$made/records.ndjson"
    echo "$stamp" >"$made/stamp"
  fi
}

# $1 fresh offices that have the plan and the roster, beneath fresh/.
make_offices() {
  mkdir -p "$work/fresh" "$work/used"
  printf '%s\n' 'name: 示例县卫生健康局' 'code: 52000000OFFICE' 'level: county' >"$work/office.yaml"
  "$zicha" init "$work/office" --office --office-file "$work/office.yaml" \
    --plan "$here/county/plan" >/dev/null
  "$zicha" -C "$work/office" --today 2023-03-31 roster import "$made/county/roster.csv" \
    --by 办公室 >/dev/null
  for run in $(seq "$1"); do
    cp -a "$work/office" "$work/fresh/$run"
  done
}

# What the office counts, from its database alone.
answers_of_office() {
  sqlite3 "$1/zicha.db" "
    WITH entry AS (SELECT c.no, e.key AS at, json_extract(e.value, '\$.id') AS id
      FROM checklist c, json_each(c.body, '\$.entries') e),
    hit AS (SELECT r.facility AS code, entry.id FROM collected r JOIN entry ON entry.no = r.checklist
      WHERE instr('XSH', substr(r.statuses, entry.at + 1, 1)) > 0)
    SELECT json_object('reports', (SELECT count(*) FROM collected),
      'by_item', (SELECT json_group_object(id, n) FROM (SELECT id, count(*) AS n FROM hit GROUP BY 1)),
      'by_class', (SELECT json_group_object(class, n) FROM (SELECT roster.class, count(*) AS n
        FROM hit JOIN roster USING (code) GROUP BY 1)))" | jq -cS .
}

# The same counts by jq.
# shellcheck disable=SC2016
jq_counts='reduce inputs as $r ({reports: 0, by_item: {}, by_class: {}};
  .reports += 1 | reduce ($r.items[] | select(.status == "problem").id) as $id (.;
    .by_item[$id] += 1 | .by_class[$r.facility.class] += 1))'

agree() {
  [ "$2" = "$(cat "$work/answers")" ] || {
    echo "$1 counts otherwise than jq:" >&2
    echo "$2" >"$work/other"
    diff "$work/answers" "$work/other" | cut -c 1-300 >&2
    exit 1
  }
  echo "$1 agrees: $(echo "$2" | jq .reports) reports" >&2
}

# compare, statistics, summary over what was collected.
time_papers() {
  office=$1
  set --
  for command in compare statistics summary; do
    set -- "$@" -- "$command" "$zicha" -C "$office" --today 2023-03-31 "$command"
  done
  shift
  "$work/clock" "$runs" "$@"
}

collect() {
  make_reports
  jq -ncS "$jq_counts" "$made/records.ndjson" >"$work/answers"
  good=$("$build/bench-collect-limit" "$made/county/roster.csv" "$made/county/mail" 2)
  case "$good" in
    "$reports files, $reports good, "*) ;;
    *) echo "the limit program finds $good of $reports" >&2; exit 1 ;;
  esac
  set -- limit "$build/bench-collect-limit" "$made/county/roster.csv" "$made/county/mail" 2 \
    -- jq jq -ncS "$jq_counts" "$made/records.ndjson"
  if node -e 'require("@duckdb/node-api")' 2>/dev/null; then
    agree duckdb "$(node "$here/collect_duckdb.js" "$made/records.ndjson" 2 | jq -cS .)"
    set -- "$@" -- duckdb node "$here/collect_duckdb.js" "$made/records.ndjson" 2
  else
    echo "DuckDB is not installed (npm install @duckdb/node-api, NODE_PATH): no ratio" >&2
  fi
  make_offices $((runs + 1))
  # A fresh office each time: what was collected is not collected twice.
  export zicha made work
  # shellcheck disable=SC2016
  set -- zicha sh -c 'set -- "$work"/fresh/*; mv "$1" "$work/used/"
    exec "$zicha" -C "$work/used/${1##*/}" --today 2023-03-31 collect "$made/county/mail" --by 办公室' -- "$@"
  "$work/clock" "$runs" "$@" >"$work/times"
  if command -v sqlite3 >/dev/null 2>&1; then
    agree zicha "$(answers_of_office "$work/used/1")"
  else
    echo "sqlite3 is not installed: nobody compares what the office counts" >&2
  fi
  papers=$(time_papers "$work/used/1")
  jq -c --argjson reports "$reports" --argjson runs "$runs" --argjson papers "$papers" '. + $papers |
    {bench: "collect", reports: $reports, runs: $runs, median_s: map_values(.wall_s),
      cpu_s: map_values(.cpu_s), peak_kib: map_values(.peak_kib),
      ratios: ({limit: (.zicha.wall_s / .limit.wall_s), jq: (.jq.wall_s / .zicha.wall_s)}
        + (if .duckdb then {duckdb: (.duckdb.wall_s / .zicha.wall_s)} else {} end))}' \
    "$work/times"
}

collect
