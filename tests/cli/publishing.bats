#!/usr/bin/env bats
# Two offices and three facilities (tests/cases/publishing.sh): what they see is what a person has read
# in tests/golden/publishing.txt; what they have afterwards is held against other programs.
load helper
load golden

setup_file() {
  cd "$ZICHA_ROOT" || return 1
  [ "${ZICHA_SANITIZED:-OFF}" = ON ] && export ZICHA_ISOLATION=process
  sh tests/cases/publishing.sh "$ZICHA" "$BATS_FILE_TMPDIR/story" >"$BATS_FILE_TMPDIR/seen" 2>&1
}

setup() {
  begin_test
  story=$BATS_FILE_TMPDIR/story
}

sql() { sqlite3 "$story/$1/zicha.db" "$2"; }

@test "publishing, updating, rotating and revoking are seen as they were read" {
  golden publishing.txt <"$BATS_FILE_TMPDIR/seen"
}

@test "nothing is installed of what was signed with the stolen key" {
  [ -s "$story/stolen.zpk" ]
  [ -d "$story/installed/医院/packages/city/fees/3" ]
  [ ! -e "$story/installed/医院/packages/city/fees/4" ]
  run find "$story/installed" -name package.zpk -size "$(stat -c %s "$story/stolen.zpk")c" -exec cmp -s {} "$story/stolen.zpk" \; -print
  [ "$status" = 0 ] && [ -z "$output" ]
}

@test "answers before an upgrade are those carried over, asked again and no longer asked" {
  # What counted before the first upgrade, and what counted right after it, by the last row of each item.
  counting="SELECT item FROM answer AS a WHERE body <> '{}' AND seq =
    (SELECT max(seq) FROM answer WHERE item = a.item AND seq <= until) AND seq <= until"
  before=$(sql 医院 "WITH last AS (SELECT min(seq) - 1 AS until FROM answer WHERE source LIKE 'upgrade %')
    SELECT group_concat(item, ' ') FROM (${counting/a WHERE/a, last WHERE} ORDER BY item)")
  after=$(sql 医院 "WITH last AS (SELECT max(seq) AS until FROM answer WHERE source LIKE 'upgrade 1%')
    SELECT group_concat(item, ' ') FROM (${counting/a WHERE/a, last WHERE} ORDER BY item)")
  [ "$before" = "complaint_box paper_register price_boards price_posted refund_desk staff_trained" ]
  [ "$after" = "complaint_channel price_boards refund_desk staff_trained" ]
  [ "$(sql 诊所 "SELECT count(*) FROM answer")" = 6 ]
  for who in 医院 诊所 卫生室; do
    ZICHA_LIBRARY=$story/installed/$who run zicha -C "$story/$who" verify
    expect 0 "everything is as it was written"
  done
}

@test "what an office has signed is checked by minisign, too" {
  for part in county-1:county county-5:county_later national-5:nation; do
    file=$story/${part%%:*}.zpk
    size=$(sed -n '2s/^part MANIFEST //p' "$file")
    tail -n +3 "$file" | head -c "$size" >MANIFEST
    grep -a -A 4 '^part MANIFEST.minisig ' "$file" | head -n 5 | tail -n 4 >MANIFEST.minisig
    minisign -V -q -p "$story/keys/${part#*:}.pub" -m MANIFEST
  done
}

@test "who uses a plan of their own is told what a new version of its parent means, and nothing is written" {
  export ZICHA_LIBRARY=$story/installed/医院
  cp -r "$story/v1/county/fees" own
  zicha init w --plan own --facility "$story/医院.yaml" >/dev/null
  cp w/zicha.db before
  run zicha -C w upgrade --parent city/fees
  expect 1 "own/plan.yaml:13:27: the new parent has passed" "10 changes come by themselves, 1 stay, 2 are to be decided"
  run zicha -C w upgrade --parent city/fees@1
  expect 0 "0 are to be decided"
  run zicha -C w upgrade --parent county/fees
  expect 65 "not another version of city/fees"
  run zicha -C w upgrade --parent city/fees --apply
  expect 64 "--parent only compares"
  run zicha -C "$story/医院" upgrade --parent city/fees
  expect 64 "its office goes on with a new one"
  cmp w/zicha.db before
}
