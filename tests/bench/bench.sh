#!/bin/sh
# bench.sh ZICHA NAME: measures beside the peers that are installed. The last line is
# one JSON object; nothing here passes or fails on a time.
set -eu
zicha=$(realpath "$1")
name=${2:-small}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cc -O2 -o "$work/clock" "$here/clock.c"

# 120 items with as many small rules, cold, whole processes: zicha check against
# oscap xccdf eval with 120 OVAL rules over the same answers. $1: how many of the rules
# stand in a rule file instead of the question.
items() {
  runs=${RUNS:-30}
  mkdir -p "$work/package/rules" "$work/peer"
  awk -v folder="$work/package" -v rules="$1" -f "$here/small.awk"
  mv "$work/package/answers.yaml" "$work/package/facility.yaml" "$work"
  "$zicha" init "$work/w" --plan "$work/package" --facility "$work/facility.yaml" >/dev/null
  "$zicha" -C "$work/w" answer --file "$work/answers.yaml" >/dev/null
  items=$("$zicha" -C "$work/w" check --today 1899-01-01 --format json | jq .totals.items)
  [ "$items" = 120 ]
  set -- zicha "$zicha" -C "$work/w" check --today @DAY
  if command -v oscap >/dev/null 2>&1; then
    awk -v folder="$work/peer" -v file="$work/answers.yaml" -f "$here/oval.awk"
    passed=$(oscap xccdf eval --profile xccdf_z_profile_p "$work/peer/xccdf.xml" |
      grep -c '^Result.*pass$')
    [ "$passed" = 120 ] # both really judge 120 rules
    set -- "$@" -- oscap oscap xccdf eval --profile xccdf_z_profile_p "$work/peer/xccdf.xml" \
      -- oscap_keeps oscap xccdf eval --profile xccdf_z_profile_p \
      --results "$work/peer/results.xml" "$work/peer/xccdf.xml" # as zicha keeps its record
  else
    echo "oscap is not installed (Debian package openscap-scanner): no ratio" >&2
  fi
  "$work/clock" "$runs" "$@" | tee /dev/stderr | jq -c --argjson runs "$runs" --arg name "$name" \
    '{bench: $name, items: 120, runs: $runs, median_s: map_values(.wall_s),
      cpu_s: map_values(.cpu_s), peak_kib: map_values(.peak_kib),
      ratios: (if .oscap then {oscap: (.oscap.wall_s / .zicha.wall_s),
        oscap_keeps: (.oscap_keeps.wall_s / .zicha.wall_s)} else {} end)}'
}

small() { items 0; } # questions, each with its condition
mixed() { items 60; } # half of them judged by rules: 30 in Lua, 30 declared

# What a remark of 300 KB of link openings adds to the example hospital's report.
remark() {
  example=$here/../../checklists/county/large-prescriptions/example/hospital
  for place in plain remarked; do
    "$zicha" init "$work/$place" --plan county/large-prescriptions \
      --facility "$example/facility.yaml" >/dev/null
    for table in rx_lines exam_requests staff; do
      "$zicha" -C "$work/$place" import "$table" "$example/$table.csv" >/dev/null 2>&1
    done
    "$zicha" -C "$work/$place" import --none consents,fee_lines,procedures 没有 >/dev/null
    "$zicha" -C "$work/$place" answer --file "$example/answers.yaml" >/dev/null 2>&1
  done
  awk 'BEGIN { printf "{\"intraop_upsell\": {\"na\": \""
    for (i = 0; i < 60000; i++) printf "![[]("
    print "\"}}" }' >"$work/remark.yaml"
  "$zicha" -C "$work/remarked" answer --file "$work/remark.yaml" --replace >/dev/null
  "$work/clock" "${RUNS:-20}" plain "$zicha" -C "$work/plain" report --today @DAY \
    -- remarked "$zicha" -C "$work/remarked" report --today @DAY 2>/dev/null |
    jq -c '{bench: "remark", remark_kb: 300, median_s: map_values(.wall_s),
      added_s: (.remarked.wall_s - .plain.wall_s)}'
}

# A ledger of 100,000 problems and 600,000 events: what its lists, figures and papers cost. The
# events are made by bench-ledger, everything else of them by zicha itself.
ledger() {
  plan=county/large-prescriptions problems=${PROBLEMS:-100000}
  "$zicha" init "$work/w" --plan $plan \
    --facility "$here/../../checklists/$plan/example/hospital/facility.yaml" >/dev/null
  events=$("$(dirname "$zicha")/../bench-ledger" "$work/w" $plan "$problems" \
    rx_over_days rx_over_days_emergency)
  "$zicha" -C "$work/w" verify --mend >&2
  "$work/clock" "${RUNS:-5}" list "$zicha" -C "$work/w" problem list --today @DAY \
    -- overdue "$zicha" -C "$work/w" problem list --view overdue --today @DAY \
    -- csv "$zicha" -C "$work/w" problem list --format csv --today @DAY \
    -- json "$zicha" -C "$work/w" problem list --format json --today @DAY \
    -- status "$zicha" -C "$work/w" status --today @DAY \
    -- report "$zicha" -C "$work/w" report --today @DAY \
    -- ledger "$zicha" -C "$work/w" report ledger --today @DAY 2>/dev/null |
    tee /dev/stderr | jq -c --argjson problems "$problems" --arg events "$events" \
      '{bench: "ledger", problems: $problems, events: $events,
        median_s: map_values(.wall_s), cpu_s: map_values(.cpu_s), peak_kib: map_values(.peak_kib)}'
}

# What one rule that never ends costs a check of twenty honest ones.
guilty() {
  for place in honest guilty; do
    mkdir -p "$work/$place.plan/rules"
    {
      printf 'zicha: 1\nid: county/%s\ntitle: 测速方案\nversion: "1"\n' "$place"
      printf 'kind: rectification\nlevel: county\n'
    } >"$work/$place.plan/plan.yaml"
    for i in $(seq 20); do
      echo "- {id: r$i, title: 规则$i, kind: data, rules: [own.r$i]}"
    done >"$work/$place.plan/items.yaml"
    for i in $(seq 20); do
      echo "rule \"own.r$i\" { check = function() return pass { population = 1 } end }"
    done >"$work/$place.plan/rules/own.lua"
    printf 'code: B1\nname: 测速卫生院\nclass: 乡镇卫生院\n' >"$work/facility.yaml"
  done
  echo '- {id: g, title: 死循环, kind: data, rules: [bad.g]}' >>"$work/guilty.plan/items.yaml"
  echo 'rule "bad.g" { check = function() while true do pcall(string.rep, "x", 9) end end }' \
    >"$work/guilty.plan/rules/bad.lua"
  for place in honest guilty; do
    "$zicha" init "$work/$place" --plan "$work/$place.plan" \
      --facility "$work/facility.yaml" >/dev/null
  done
  "$work/clock" "${RUNS:-5}" honest "$zicha" -C "$work/honest" check --today @DAY \
    -- guilty "$zicha" -C "$work/guilty" check --today @DAY |
    jq -c '{bench: "guilty", median_s: map_values(.wall_s),
      added_s: (.guilty.wall_s - .honest.wall_s)}'
}

# How long hostile files of almost two mebibytes keep the program before it refuses them.
refused() {
  cd "$work"
  printf 'code: B1\nname: 测速卫生院\nclass: 乡镇卫生院\n' >facility.yaml
  awk 'BEGIN { for (i = 0; i < 130000; i++) printf "k%d: v\n", i }' >keys.yaml
  awk 'BEGIN { for (i = 0; i < 1000000; i++) printf "[" }' >openings.yaml
  awk 'BEGIN { for (i = 0; i < 100000; i++) printf "&a%d x: *a%d\n", i, i }' >marks.yaml
  awk 'BEGIN { printf "\""; for (i = 0; i < 300000; i++) printf "处方" }' >unclosed.yaml
  set --
  for file in facility keys openings marks unclosed; do
    set -- "$@" -- "$file" sh -c "'$zicha' init w$file --plan county/large-prescriptions \
      --facility $file.yaml 2>/dev/null; rm -rf w$file"
  done
  shift
  "$work/clock" "${RUNS:-10}" "$@" |
    jq -c '{bench: "refused", median_s: map_values(.wall_s),
      added_s: (.facility.wall_s as $plain | del(.facility) | map_values(.wall_s - $plain))}'
}

# A plan of 5,000 items in 50 files: lint, and a check with its report as HTML; and how both
# grow when there are ten times fewer, ten times more items. ITEMS leaves some of these out.
plan() {
  set --
  for size in ${ITEMS:-500:5 5000:50}; do
    items=${size%:*}
    mkdir -p "$work/p$items/items"
    awk -v folder="$work/p$items" -v items="$items" -v files="${size#*:}" -f "$here/plan.awk"
    mv "$work/p$items/answers.csv" "$work/p$items/facility.yaml" "$work"
    "$zicha" plan lint "$work/p$items" >/dev/null # without findings: all is well formed
    "$zicha" init "$work/w$items" --plan "$work/p$items" --facility "$work/facility.yaml" >/dev/null
    "$zicha" -C "$work/w$items" answer --file "$work/answers.csv" >/dev/null
    [ "$("$zicha" -C "$work/w$items" --today 1899-01-01 check --fail-on never --format json |
      jq .totals.items)" = "$items" ]
    set -- "$@" -- "lint_$items" "$zicha" plan lint "$work/p$items" \
      -- "report_$items" "$zicha" -C "$work/w$items" report --today @DAY --out "html:$work/$items.html"
  done
  shift
  "$work/clock" "${RUNS:-3}" "$@" 2>/dev/null | tee /dev/stderr |
    jq -c --argjson runs "${RUNS:-3}" '{bench: "plan", items: 5000, runs: $runs,
      median_s: map_values(.wall_s), cpu_s: map_values(.cpu_s), peak_kib: map_values(.peak_kib),
      growth: ({lint_500: (.lint_5000.wall_s / .lint_500.wall_s),
        report_500: (.report_5000.wall_s / .report_500.wall_s)} + if .lint_50000 then
        {lint_5000: (.lint_50000.wall_s / .lint_5000.wall_s),
        report_5000: (.report_50000.wall_s / .report_5000.wall_s)} else {} end)}'
}

# 100,000 signed reports taken in by an office.
collect() { sh "$here/collect.sh" "$zicha" "$work"; }

# Twelve rules over 5,000,000 prescription lines; the import of these; the rule library over a
# hospital of 1,000,000 lines in every large table.
audit() { sh "$here/audit/audit.sh" "$zicha" "$work" audit; }
import() { sh "$here/audit/audit.sh" "$zicha" "$work" import; }
library() { sh "$here/library.sh" "$zicha" "$work"; }

case "$name" in
  small | mixed | remark | guilty | refused | plan | ledger | collect | audit | import | library)
    "$name"
    ;;
  *)
    echo "unknown bench $name; known: small mixed remark guilty refused plan ledger collect" \
      "audit import library" >&2
    exit 64
    ;;
esac
