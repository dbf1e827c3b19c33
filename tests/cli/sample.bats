#!/usr/bin/env bats
# sample: lots that anybody can draw again with sha256sum.
load helper
load county
load charges

# An office with the county's roster is ./o.
setup() {
  begin_test
  make_county
  [ -d "$BATS_FILE_TMPDIR/fresh" ] || (cd "$BATS_FILE_TMPDIR" && make_rostered_office fresh)
  cp -a "$BATS_FILE_TMPDIR/fresh" o
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

@test "earlier draws are listed with seed, day and strata" {
  draw --seed a --count 3 >/dev/null
  draw --seed b --share 50% --per class >/dev/null
  run zicha -C o --today 2023-12-01 sample list
  expect 0 "共抽取2次" "50%" "机构类别"
  zicha -C o sample list --format json >list.json
  [ "$(jq -c '[.samples[] | [.seed, .day, .by]]' list.json)" = '[["a","2023-12-01","王"],["b","2023-12-01","王"]]' ]
  jq -e 'all(.samples[]; ([.strata[] | .taken] | add) == (.drawn | length) and ([.strata[].of] | add) == .eligible)' list.json
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
  no cmp -s one.csv three.csv
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

@test "what is left over goes to the largest remainders" {
  make_charges # 东镇 2, 西镇 3, one without a town: of two lots 西镇 has one, and 东镇 the larger rest
  charges sample --seed s --count 2 --per town --by 张某 --format json >sample.json
  [ "$(jq -c '[.strata[] | select(.taken > 0) | [.stratum, .taken]]' sample.json)" = '[["东镇",1],["西镇",1]]' ]
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

@test "the paper of a draw says who was excluded, and no town is — in every paper" {
  make_charges
  printf '机构编码\nB2\n' >no.csv
  run charges sample --seed s --share 100% --per town --exclude no.csv --by 张某
  expect 0 '名册应查6家，1家列入排除名单，没有参加抽取：B2 丙诊所。' '其余5家中抽取5家'
  charges sample --seed s --share 100% --per town --exclude no.csv --by 张某 --format csv 2>/dev/null >sample.csv
  grep -q '^B1,乙诊所,诊所,.*,—,—,' sample.csv
  run charges sample list
  expect 0 '—1/1、' '西镇2/2'
  run charges sample --seed s --share 100% --by 张某
  expect 0 '名册应查6家中抽取6家'
  never 排除名单
  charges compare --round q2 --format csv 2>/dev/null | grep -q '乙诊所,—,'
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

@test "whom inspectors stay away from is read with any separator; a code that nobody has stops the draw, with its line" {
  printf '检查人员,回避机构编码\n' >people.csv
  mapfile -t codes < <(draw --seed s --count 4 --format json | drawn)
  printf '%s\n' "甲,${codes[0]}、${codes[1]}；${codes[2]}，${codes[3]}" "乙,\"${codes[0]},${codes[1]};${codes[2]} ${codes[3]}\"" \
    "丙,${codes[0]}｜${codes[1]}|${codes[2]}　${codes[3]}" 丁, 戊, >>people.csv
  draw --seed s --count 4 --inspectors people.csv --format json >sample.json
  [ "$(jq -r '.drawn[].inspectors' sample.json | sed 's/、/\n/g' | sort -u | tr '\n' ' ')" = "丁 戊 " ]
  before=$(sqlite3 o/zicha.db 'SELECT count(*) FROM event')
  printf '检查人员,回避机构编码\n丁,\n甲,%s、NOBODY\n戊,\n' "${codes[0]}" >people.csv
  run draw --seed s --count 4 --inspectors people.csv
  expect 65 "people.csv:3" "NOBODY is not on the roster" "nothing was drawn"
  [ "$(sqlite3 o/zicha.db 'SELECT count(*) FROM event')" -eq "$before" ]
}

# lots SEED:CODE N: the smallest number of so many lots.
lots() {
  { number "$1"; for ((k = 2; k <= $2; k++)); do number "$1:$k"; done; } | sort | head -n 1
}

@test "relapses give more lots, a hundred at most; the lots and those of all are told" {
  first=$(eligible | head -n 1 | cut -d ' ' -f 1)
  round=$(sqlite3 o/zicha.db 'SELECT id FROM round ORDER BY position LIMIT 1')
  sqlite3 o/zicha.db "INSERT INTO collected (no, file, kind, name, received, fault, detail, report, run, plan, version,
      plan_hash, facility, title, class, day, head, corrects, key_id, signer, isolation, statuses, measures, digest,
      source, via, round_day, round_from, round_id, checklist, relapsed) SELECT 1, 'f', 'zrep', 'f', '2023-03-31', '', '', 'r', 'r', plan, '1', 'h', '$first', '', '',
      '2023-03-30', '', '', '', '', '', '', '', '', '', '', '', '', '', no, 4 FROM checklist;
    INSERT INTO standing SELECT 1, plan, '$round', '$first', 'accepted', 1, '' FROM checklist"
  draw --seed s --count 293 --weight relapse --round "$round" --format json >sample.json
  jq -e --arg code "$first" --arg least "$(lots "s:$first" 5)" '.drawn[] | select(.facility == $code)
    | .tickets == 5 and .sold == 297 and .number == $least' sample.json
  sqlite3 o/zicha.db 'UPDATE collected SET relapsed = 150'
  draw --seed s --count 293 --weight relapse --round "$round" --format json >sample.json
  jq -e --arg code "$first" --arg least "$(lots "s:$first" 100)" '.drawn[] | select(.facility == $code)
    | .tickets == 100 and .sold == 392 and .number == $least' sample.json
}

@test "points that cases gave give more lots, a hundred at most" {
  mapfile -t codes < <(eligible | head -n 3 | cut -d ' ' -f 1)
  for case in "0 6" "1 0" "2 300"; do
    zicha -C o --today 2023-11-01 case add "卫罚${case%% *}号" --facility "${codes[${case%% *}]}" --cause 超范围执业 \
      --procedure general --filed 2023-10-01 --decided 2023-10-15 --points-facilities "${case##* }" --by 王 >/dev/null
  done
  draw --seed s --count 293 --weight points --format json >sample.json
  of() { jq -r --arg code "$1" '.drawn[] | select(.facility == $code) | "\(.tickets) \(.sold) \(.number)"' sample.json; }
  [ "$(of "${codes[0]}")" = "7 398 $(lots "s:${codes[0]}" 7)" ]
  [ "$(of "${codes[1]}")" = "1 398 $(lots "s:${codes[1]}" 1)" ]
  [ "$(of "${codes[2]}")" = "100 398 $(lots "s:${codes[2]}" 100)" ]
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

@test "a draw of people, and one with weights, can be made again from its event" {
  first=$(eligible | head -n 1 | cut -d ' ' -f 1)
  zicha -C o --today 2023-12-01 case add 1号 --facility "$first" --cause 超范围 --procedure simple --filed 2023-05-01 \
    --points-facilities 3 --by 王 >/dev/null
  printf '检查人员,回避机构编码\n甲,%s\n乙,\n丙,\n丁,\n' "$first" >people.csv
  draw --seed 约定 --count 292 --weight points --per town --inspectors people.csv --team 2 --format json >sample.json
  sqlite3 o/zicha.db "SELECT body FROM event WHERE action = 'sample'" >body.json
  jq -e --arg first "$first" '.team == 2 and .per == "town" and .weight == "points" and (.round | length > 0)
    and .tickets == {($first): 4} and (.inspectors | length) == 4
    and .inspectors[0] == {name: "甲", avoids: [$first]} and .inspectors[1].avoids == []
    and ([.strata[].of] | add) == 293 and ([.strata[] | .taken] | add) == 292 and ([.strata[].sold] | add) == 296' body.json
  # What was in it: code, stratum and tickets, line by line.
  sqlite3 -tabs o/zicha.db "SELECT code, town, CASE code WHEN '$first' THEN 4 ELSE 1 END FROM roster WHERE expected = 1" |
    LC_ALL=C sort | sha256sum | cut -d ' ' -f 1 >wanted
  jq -r .lots_sha256 body.json | diff wanted -
  # Teams of the first few, by nothing but the event and sha256sum.
  for at in 0 1 2; do
    code=$(jq -r ".drawn[$at].facility" body.json)
    jq -r --arg code "$code" '.inspectors[] | select(.avoids | index($code) | not).name' body.json |
      while read -r name; do echo "$(number "约定/$code/$name") $name"; done | LC_ALL=C sort | head -n 2 | cut -d ' ' -f 2 >team
    jq -r ".drawn[$at].inspectors" body.json | sed 's/、/\n/g' | diff team -
  done
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
