#!/usr/bin/env bats
# sample: lots that anybody can draw again with sha256sum.
load helper
load county

setup() {
  begin_test
  export ZICHA_LANG=en
  make_county_once
}

# An office with the county's roster, copied into ./o.
make_county_once() {
  local whole=$BATS_FILE_TMPDIR/whole
  [ -d "$whole" ] || make_county_office "$whole"
  make_county
  cp -a "$whole" o
}

draw() { zicha -C "${office:-o}" --today 2023-12-01 sample --by 王 "$@"; }
drawn() { jq -r '.drawn[].facility'; }
# The codes that are expected to report, and their classes.
eligible() { sqlite3 -separator ' ' o/zicha.db "SELECT code, class FROM roster WHERE expected = 1"; }
number() { printf '%s' "$1" | sha256sum | cut -d ' ' -f 1; }
# code → number, by nothing but sha256sum: numbers SEED
numbers() {
  eligible | while read -r code class; do echo "$(number "$1:$code") $code $class"; done
}

@test "the sample is that of sha256sum, and the seed is printed" {
  draw --seed 2023-10-08 --count 12 --format json >sample.json
  numbers 2023-10-08 | LC_ALL=C sort | head -n 12 | cut -d ' ' -f 2 >wanted
  drawn <sample.json | diff wanted -
  run draw --seed 2023-10-08 --count 12
  expect 0 "种子：2023-10-08" "sha256sum"
}

@test "the same seed draws the same, whatever the roster's order; another one does not" {
  mkdir other && cd other
  { head -n 1 "$roster"; tail -n +2 "$roster" | tac; } >roster.csv
  printf '%s\n' 'name: 示例县卫生健康局' 'code: 52000000OFFICE' 'level: county' 'region: 示例县' >office.yaml
  "$ZICHA" init back --office --office-file office.yaml --plan "$county_plan" >/dev/null
  "$ZICHA" -C back --today 2023-03-01 roster import roster.csv --by 办公室 >/dev/null
  cd ..
  draw --seed 甲 --count 30 --per town --format csv >one.csv
  office=other/back draw --seed 甲 --count 30 --per town --format csv >two.csv
  cmp one.csv two.csv
  draw --seed 乙 --count 30 --per town --format csv >three.csv
  ! cmp -s one.csv three.csv
}

@test "strata get their share of the sample: by sizes with the largest remainders, or a percentage of each" {
  draw --seed s --count 40 --per class --format json >count.json
  [ "$(jq '.drawn | length' count.json)" -eq 40 ]
  all=$(eligible | wc -l)
  # No stratum is a whole one away from its share.
  jq -e --argjson all "$all" 'all(.drawn[]; (.taken - 40 * .of / $all) | fabs < 1)' count.json
  draw --seed s --share 10% --per class --format json >share.json
  eligible | cut -d ' ' -f 2 | sort | uniq -c | awk '{ print $2, int(($1 * 10 + 99) / 100) }' | sort >wanted
  jq -r '.drawn | group_by(.stratum)[] | "\(.[0].stratum) \(length)"' share.json | sort | diff wanted -
  # Each stratum's are those with its smallest numbers.
  numbers s | LC_ALL=C sort >numbers
  jq -r '.drawn[] | "\(.stratum) \(.of) \(.taken)"' share.json | sort -u | while read -r class of taken; do
    [ "$(grep -c " $class\$" numbers)" -eq "$of" ]
    diff <(grep " $class\$" numbers | head -n "$taken" | cut -d ' ' -f 2) \
      <(jq -r --arg class "$class" '.drawn[] | select(.stratum == $class).facility' share.json)
  done
}

@test "who is excluded is not drawn; an unknown code stops the draw" {
  draw --seed s --count 5 --format json | drawn >first
  { echo 机构编码; cat first; } >no.csv
  draw --seed s --count 5 --exclude no.csv --format json | drawn >second
  [ -z "$(comm -12 <(sort first) <(sort second))" ]
  numbers s | LC_ALL=C sort | sed -n 6,10p | cut -d ' ' -f 2 | diff - second
  printf '机构编码\nNOBODY\n' >no.csv
  run draw --seed s --count 5 --exclude no.csv
  expect 65 "NOBODY is not on the roster" "nothing was drawn"
}

@test "inspectors are drawn by sha256sum as well, and stay away from where they have to" {
  printf '检查人员,回避机构编码\n' >people.csv
  code=$(draw --seed s --count 1 --format json | drawn)
  printf '%s\n' 甲, "乙,$code" 丙, 丁, 戊, >>people.csv
  draw --seed s --count 1 --inspectors people.csv --team 3 --format json >sample.json
  [ "$(jq -r '.drawn[0].inspectors' sample.json | sed 's/、/\n/g' | sort)" = \
    "$(for name in 甲 丙 丁 戊; do echo "$(number "s/$code/$name") $name"; done | LC_ALL=C sort | head -n 3 | cut -d ' ' -f 2 | sort)" ]
  run draw --seed s --count 1 --inspectors people.csv --team 5
  expect 65 "only 4 inspectors" "5 are wanted"
}

@test "points and relapses give more lots, the number of tickets and of all is told" {
  first=$(eligible | head -n 1 | cut -d ' ' -f 1)
  round=$(sqlite3 o/zicha.db 'SELECT id FROM round ORDER BY position LIMIT 1')
  sqlite3 o/zicha.db "INSERT INTO collected (no, file, kind, name, received, fault, detail, report, run, plan, version,
      plan_hash, facility, title, class, day, head, corrects, key_id, signer, isolation, statuses, measures, digest,
      source, via, round_day, checklist, relapsed) SELECT 1, 'f', 'zrep', 'f', '2023-03-31', '', '', 'r', 'r', plan, '1', 'h', '$first', '', '',
      '2023-03-30', '', '', '', '', '', '', '', '', '', '', '', no, 4 FROM checklist;
    INSERT INTO standing SELECT 1, plan, '$round', '$first', 'accepted', 1, '' FROM checklist"
  draw --seed s --count 293 --weight relapse --round "$round" --format json >sample.json
  least=$(for k in "s:$first" "s:$first:2" "s:$first:3" "s:$first:4" "s:$first:5"; do number "$k"; done | sort | head -n 1)
  jq -e --arg code "$first" --arg least "$least" '.drawn[] | select(.facility == $code)
    | .tickets == 5 and .sold == 297 and .number == $least' sample.json
}

@test "a draw is an event: who, with what, and whom" {
  draw --seed 公开种子 --count 3 --format json | drawn >drawn
  sqlite3 o/zicha.db "SELECT body FROM event WHERE action = 'sample'" >body.json
  [ "$(jq -r '.seed, .algorithm, .eligible' body.json | paste -s -d ' ')" = "公开种子 sha256/1 293" ]
  jq -r '.drawn[].facility' body.json | diff drawn -
  [ "$(sqlite3 o/zicha.db "SELECT actor FROM event WHERE action = 'sample'")" = 王 ]
  run zicha -C o --today 2023-12-01 verify
  expect 0
}

@test "the list has the columns that inspect sheet reads" {
  run draw --seed s --count 2 --format csv
  expect 0 "机构编码,机构名称,机构类别,抽取序号,检查人员"
}

@test "what a draw needs is asked for, and nothing is written before" {
  before=$(sqlite3 o/zicha.db 'SELECT count(*) FROM event')
  run zicha -C o --today 2023-12-01 sample --seed s --count 3
  expect 64 "say who decides this"
  run draw --count 3
  expect 64 "--seed TEXT"
  run draw --seed s
  expect 64 "--count N or --share P%"
  run draw --seed s --count 3 --share 5%
  expect 64 "--count N or --share P%"
  run draw --seed s --count 0
  expect 64 "no number from 1 on"
  run draw --seed s --share 101%
  expect 64 "no percentage"
  run draw --seed s --count 3 --per street
  expect 64 "known: class town"
  run draw --seed s --count 3 --weight size
  expect 64 "known: points relapse"
  run draw --seed s --count 9999
  expect 65 "9999 are to be drawn, and there are only 293"
  [ "$(sqlite3 o/zicha.db 'SELECT count(*) FROM event')" -eq "$before" ]
}

@test "inspect sheet takes the list of a draw" {
  draw --seed s --count 2 --format csv >drawn.csv
  run zicha -C o --today 2023-12-01 inspect sheet --sample drawn.csv
  expect 0
  for code in $(tail -n +2 drawn.csv | cut -d , -f 1); do
    ls o/reports/*"$code".csv
  done
}
