#!/bin/sh
# Runs every fuzzer for some seconds and prints a line each: fuzz.sh BUILD [SECONDS].
# Starts from tests/fuzz/corpus/NAME; what it learns stays in BUILD/corpus/NAME, what
# breaks a property in BUILD/findings/NAME-*. Exit status 1 if anything was found.
set -eu
build=$1
seconds=${2:-60}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$build/findings"
status=0
for target in yaml csv expression frame json signature zrep root shelf manifest zpk; do
  mkdir -p "$build/corpus/$target"
  log=$build/findings/$target.log
  dictionary=''
  [ -e "$here/$target.dict" ] && dictionary="-dict=$here/$target.dict"
  # shellcheck disable=SC2086
  if "$build/tests/fuzz/fuzz-$target" -max_total_time="$seconds" -print_final_stats=1 \
    -timeout=10 -rss_limit_mb=4096 -max_len=8192 $dictionary \
    -artifact_prefix="$build/findings/$target-" \
    "$build/corpus/$target" "$here/corpus/$target" >"$log" 2>&1; then
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    printf '%-11s %s inputs, nothing found\n' "$target" "${runs:-?}"
  else
    status=1
    printf '%-11s FOUND: %s\n' "$target" \
      "$(grep -m 1 -E 'does not hold|ERROR|runtime error|SUMMARY' "$log" || echo "see $log")"
    sed -n 's/.*Test unit written to /            /p' "$log"
  fi
done
exit "$status"
