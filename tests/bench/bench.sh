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
# oscap xccdf eval.
small() {
  runs=${RUNS:-30}
  mkdir -p "$work/package/rules" "$work/peer"
  awk -v folder="$work/package" -f "$here/small.awk"
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
  "$work/clock" "$runs" "$@" | tee /dev/stderr | jq -c --argjson runs "$runs" \
    '{bench: "small", items: 120, runs: $runs, median_s: map_values(.wall_s),
      cpu_s: map_values(.cpu_s), peak_kib: map_values(.peak_kib),
      ratios: (if .oscap then {oscap: (.oscap.wall_s / .zicha.wall_s),
        oscap_keeps: (.oscap_keeps.wall_s / .zicha.wall_s)} else {} end)}'
}

case "$name" in
  small) small ;;
  *) echo "unknown bench $name; known: small" >&2; exit 64 ;;
esac
