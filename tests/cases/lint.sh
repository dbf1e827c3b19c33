#!/bin/sh
# What `plan lint` says of the shipped packages, and what P01 and P02 ask differently.
#   sh tests/cases/lint.sh          shows what has changed
#   sh tests/cases/lint.sh update   writes it to tests/lint.txt of each package and to
#                                   tests/data/p01-p02.diff.txt; read the difference first
# ZICHA may name another program than build/release/bin/zicha.
root=$(cd "$(dirname "$0")/../.." && pwd)
ZICHA=${ZICHA:-$root/build/release/bin/zicha} ZICHA_ROOT=$root
export ZICHA ZICHA_ROOT

exec bash -c '
  . "$ZICHA_ROOT/tests/cli/packages.bash"
  keep() {
    if [ "$1" = update ]; then cat >"$2"; else diff -u "$2" - ; fi
  }
  for package in $(shipped_packages); do
    lint_of "$package" | keep "$1" "$ZICHA_ROOT/checklists/$package/tests/lint.txt" || changed=1
  done
  difference_of_p01_p02 | keep "$1" "$ZICHA_ROOT/tests/data/p01-p02.diff.txt" || changed=1
  exit "${changed:-0}"
' lint.sh "${1:-show}"
