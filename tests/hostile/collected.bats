#!/usr/bin/env bats
# What is sent to an office means harm: reports that were changed in every way, and what a folder may hold
# besides. ZICHA_LONG takes ten thousand of them.
load ../cli/helper
load ../cli/county

count=600
[ -n "${ZICHA_LONG:-}" ] && count=10000

# An office for the facilities of the changed reports, in ./o.
make_hostile_office() {
  make_hostile 3 $count
  printf '%s\n' 'name: 示例县卫生健康局' 'code: 52000000OFFICE' 'level: county' >office.yaml
  zicha init o --office --office-file office.yaml --plan "$county_plan" >/dev/null
  zicha -C o --today 2023-03-01 roster import "$hostile/roster.csv" >/dev/null
}

# So much memory in MiB that a command may have; sanitizers need more for themselves.
within() {
  [ "${ZICHA_SANITIZED:-OFF}" = ON ] || ulimit -v $(($1 * 1024))
  "${@:2}"
}

# Each file that was made with its hash, what was done to it and what may come of it.
planted() {
  (cd "$hostile" && find mail -type f -exec sha256sum {} +) | awk '{ print $2 "\t" $1 }' | sort >hashes
  jq -r '[.path, .mutation, .expect, .signed] | @tsv' "$hostile/files.ndjson" | sort | join -t $'\t' hashes -
}

@test "a hostile folder is classified within bounds, and nothing that cannot count does" {
  make_hostile_office
  make_odd_files odd "$(find "$hostile/mail" -name '*.zrep' | head -1)"
  run within 1024 timeout 120 "$ZICHA" -C o --today 2023-06-30 collect "$hostile/mail" odd
  expect 1 "links, devices or folders were not looked into" "unreadable"
  planted >planted.tsv
  [ "$(wc -l <planted.tsv)" = "$count" ]
  of_office "SELECT c.file FROM standing s JOIN collected c ON c.no = s.report WHERE s.counts = 1" | sort >counting
  [ -s counting ]
  awk -F '\t' '$4 == "bad" { print $2 }' planted.tsv | sort -u >bad
  [ "$(wc -l <bad)" -gt $((count / 3)) ]
  comm -12 bad counting >both
  [ ! -s both ]
  # What was changed after it was signed never counts, whatever was changed.
  awk -F '\t' '$5 == "false" { print $2 }' planted.tsv | sort -u | comm -12 - counting >both
  [ ! -s both ]
  # Each kind of change has met its reader.
  [ "$(cut -f 3 planted.tsv | sort -u | wc -l)" = 21 ]
}

@test "no control character of a report reaches the screen, and no formula a list" {
  make_hostile_office
  zicha -C o --today 2023-06-30 collect "$hostile/mail" >/dev/null || [ $? -eq 1 ]
  run zicha -C o --today 2023-06-30 collect list --all
  never $'\e' $'\x07'
  run zicha -C o --today 2023-06-30 collect list --all --format csv
  no grep -qE '(^|,)"?[=+@]' <<<"$output"
}
