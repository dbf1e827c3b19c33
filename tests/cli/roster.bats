#!/usr/bin/env bats
# The roster of an office: which keys are taken from a list, what a list leaves as it was, and what is
# printed of it.
load helper
load supervised

setup() {
  begin_test
  unset ZICHA_PASSPHRASE ZICHA_BY
  export ZICHA_LANG=en
  make_supervised_office
}

on() { run "$ZICHA" -C c --today 2023-02-01 "$@"; }

keys() { sqlite3 c/zicha.db "SELECT code FROM facility_key ORDER BY 1" | xargs; }

# The list with the key of T1 in the row of a facility that has none.
with_key() { sed "s|^$1,.*|&$(tail -n 1 T1/keys/*.pub)|" roster.csv; }

@test "a key in a later list is not taken, whatever else changes, and is told of" {
  with_key T3 >later.csv
  on roster import later.csv
  expect 0 "the same already" "T3 第三诊所: the key" "is not taken" "roster trust T3 KEYFILE"
  sed -i 's/第四诊所/第四门诊/' later.csv
  on roster import later.csv --reason 更名 --by 李某
  expect 0 "T3 第三诊所: the key" "T3 and T1 have the same key"
  [ "$(keys)" = "T1 T2" ]
  run "$ZICHA" -C c verify
  expect 0 "everything is as it was written"
}

@test "a key comes with the first row of its facility, and one of two facilities is warned of" {
  { cat roster.csv; row T5 第五诊所 诊所 T1; } >later.csv
  on roster import later.csv --reason 新设 --by 李某
  expect 0 "T5: new, 第五诊所" "T5 and T1 have the same key" "one of them has another's"
  never "is not taken"
  [ "$(keys)" = "T1 T2 T5" ]
  on roster show T5
  expect 0 "2023-02-01: added to the roster (新设, 李某)" "应报：是"
  run "$ZICHA" -C c verify
  expect 0 "everything is as it was written"
}

@test "another facility's key is warned of when it is trusted, and a secret key is named as one" {
  on roster trust T3 T1/keys/facility.pub --reason 电话核对 --by 李某
  expect 0 "warning: T3 and T1 have the same key" "T3: the key"
  on roster trust T4 T2/keys/facility.key --reason 电话核对 --by 李某
  expect 65 "facility.key is the secret key, which stays with its owner" ".pub"
}

@test "a class is suggested that the word is a part of" {
  sed 's/乡镇卫生院/卫生院/' roster.csv >short.csv
  on roster import short.csv
  expect 65 "卫生院 is no class of facilities" "did you mean 乡镇卫生院?"
}

@test "a column that a list does not have changes nothing" {
  cut -d , -f 1-3 roster.csv | sed 's/第四诊所/第四门诊/' >short.csv
  on roster import short.csv --reason 更名 --by 李某
  expect 0 "T4: 机构名称 from 第四诊所 to 第四门诊" "4 facilities, 0 new, 0 not expected"
  [ "$(sqlite3 c/zicha.db "SELECT town, contact FROM roster WHERE code = 'T4'")" = "城关镇|张主任" ]
}

@test "whoever a short list took off and a whole one has again is told of, as long as 应报 does not say it" {
  grep -v '^T[34]' roster.csv >short.csv
  on roster import short.csv --reason 误用 --by 李某
  expect 0 "T3: "
  never "stay so"
  on roster import roster.csv --reason 恢复 --by 李某
  expect 0 "not expected, and stay so, since the list has no column 应报: T3 T4; to expect them again write 是 there"
}

@test "a new facility stands behind the others, wherever it stands in the list" {
  { head -n 1 roster.csv; row A0 新诊所 诊所; tail -n +2 roster.csv; } >more.csv
  on roster import more.csv --reason 新设 --by 李某
  expect 0 "A0: new"
  run "$ZICHA" -C c roster list --format csv
  [ "$(tail -n +2 <<<"$output" | cut -d , -f 1 | xargs)" = "T1 T2 T3 T4 A0" ]
}

@test "what is changed stands there in words, and a blank reason is none" {
  sed '$d' roster.csv >less.csv
  on roster import less.csv --reason ' ' --by 李某
  expect 64 "T4: 应报 from 是 to 否" "--reason is blank"
  on roster trust T1 T1/keys/facility.pub --reason 　 --by 李某
  expect 64 "--reason is blank"
  on roster import less.csv --reason 注销 --by 李某
  expect 0
  on roster show T4
  expect 0 "应报：否" "应报 from 是 to 否 (注销, 李某)"
}

@test "codes that cannot be signed, and what nobody can see, are refused with their lines: 65" {
  { echo 机构编码,机构名称,机构类别; printf '"A\n1",甲,诊所\nA　2,乙,诊所\nA\xe2\x80\xae3,丙,诊所\nA4,丁\x1b[31m,诊所\n'; } >bad.csv
  on roster import bad.csv
  expect 65 "invisible characters in it, or is too long" "bad.csv:6: 机构名称 has line ends or invisible" "4 mistakes"
}

@test "offices are counted apart from facilities, and show tells of each plan" {
  make_office k K1 city "$plans/city/test"
  { echo "$roster_head"; row C1 某c卫生健康局 卫生健康行政部门 c; row T1 第一卫生院 乡镇卫生院; } >city.csv
  run "$ZICHA" -C k roster import city.csv
  expect 0 "1 facilities and 1 offices, 2 new"
  run "$ZICHA" -C k roster list
  expect 0 "1 facilities, reports of 1 are expected" "1 offices that report of facilities of their own, reports of 1"
  "$ZICHA" -C k plan use "$plans/county/test" >/dev/null
  run "$ZICHA" -C k roster import city.csv --plan county/test
  run "$ZICHA" -C k roster show T1
  expect 0 "city/test" "county/test"
  run "$ZICHA" -C k roster show T1 --plan city/test
  expect 0
  [ "$(grep -c 第一卫生院 <<<"$output")" -eq 1 ]
}

@test "columns that are not read are told, and what looks like 应报, a term or a key is refused" {
  printf '机构编码,机构名称,机构类别,是否应报,许可有效期至,床位数,不读上报情况\nT1,第一卫生院,乡镇卫生院,否,2026-12-31,20,已报\n' >odd.csv
  on roster import odd.csv --reason 核对 --by 李某
  expect 65 "odd.csv:1: the column 是否应报 is not read, and it looks like 应报" \
    "odd.csv:1: the column 许可有效期至 is not read, and it looks like 许可证有效期起、许可证有效期止" \
    "these columns are not read: 床位数" "odd.csv has 2 mistakes: the roster is as it was"
  never 上报情况
  printf '机构编码,机构名称,机构类别,应报,床位数\nT1,第一卫生院,乡镇卫生院,否,20\n' >odd.csv
  on roster import odd.csv
  expect 64 "these columns are not read: 床位数" "T1: 应报 from 是 to 否"
}

@test "what a spreadsheet program has spoiled is nobody's code, name or class" {
  { head -n 1 roster.csv; printf '2.02E+13,第六诊所,诊所,公立,城关镇,张主任,1.38E+10,\n#REF!,#REF!,诊所,民营,#N/A,,,\n#REF!,第七诊所,#NAME?,民营,,,,\n'; } >spoiled.csv
  on roster import spoiled.csv --reason 核对 --by 李某
  expect 65 "spoiled.csv:2: 机构编码: a spreadsheet program has made 2.02E+13 of it" "spoiled.csv:2: 联系电话: a spreadsheet program has made 1.38E+10 of it" \
    "spoiled.csv:3: 机构编码" "spoiled.csv:3: 机构名称: a spreadsheet program has made #REF! of it" "spoiled.csv:3: 乡镇" \
    "spoiled.csv:4: 机构类别: a spreadsheet program has made #NAME? of it" "spoiled.csv has 7 mistakes"
  [ "$(sqlite3 c/zicha.db 'SELECT count(*) FROM roster')" = 4 ]
}

@test "a licence that ends before it begins is refused, also when one of its days is known from before" {
  printf '机构编码,机构名称,机构类别,许可证有效期起,许可证有效期止\nT1,第一卫生院,乡镇卫生院,2026-01-05,2021-01-04\nT2,第二诊所,诊所,2021-01-05,2026-01-04\nT3,第三诊所,诊所,,\nT4,第四诊所,诊所,,\n' >licences.csv
  on roster import licences.csv --reason 补录 --by 李某
  expect 65 "licences.csv:2: the licence ends on 2021-01-04, before it begins on 2026-01-05" "licences.csv has 1 mistakes"
  sed -i 's/2021-01-04/2031-01-04/' licences.csv
  on roster import licences.csv --reason 补录 --by 李某
  expect 0
  printf '机构编码,机构名称,机构类别,许可证有效期止\nT1,第一卫生院,乡镇卫生院,2025-01-04\n' >later.csv
  on roster import later.csv --reason 补录 --by 李某
  expect 65 "later.csv:2: the licence ends on 2025-01-04, before it begins on 2026-01-05"
}

# Reports expected for a round: expected ROUND, as status counts them.
expected() {
  run "$ZICHA" -C c --today "$day" status
  grep -o "$1, due.*" <<<"$output" | grep -o '[0-9]* expected, [0-9]* received'
}
# The list that expects all of them again.
expect_all() { sed '1s/$/,应报/; 1!s/$/,是/' roster.csv >again.csv; }
# Changes the roster to a list, on $day: change LIST [OPTION…]
change() { run "$ZICHA" -C c --today "$day" roster import "$@" --by 李某; }

@test "whoever closes keeps the rounds that were over, and is not expected from that day on" {
  "$ZICHA" -C c --today 2023-03-28 collect mail >/dev/null
  send T1 2023-06-20 posted=是
  "$ZICHA" -C c --today 2023-06-21 collect mail/T1-2023-06-20.zrep >/dev/null
  grep -v '^T1' roster.csv >less.csv
  expect_all
  local day=2023-07-01
  change less.csv --reason 注销
  expect 0 "1 not expected any more" "第二轮: expected were 4, are 3 now; received were 1, are 0 now" \
    "T1-2023-06-20.zrep (T1): was accepted (第二轮), is not on the roster (第二轮) now"
  never "第一轮"
  [ "$(expected 第一轮)" = "4 expected, 2 received" ]
  [ "$(expected 第二轮)" = "3 expected, 0 received" ]
  run "$ZICHA" -C c --today 2023-07-01 collect list --round r2
  expect 0 "does not expect reports of T1 since 2023-07-01" "roster import"
  run "$ZICHA" -C c --today 2023-07-01 compare --round r1
  expect 0 "4" "T1"
  on roster show T1
  expect 0 "应报：否" "不再应报起：2023-07-01"
  run "$ZICHA" -C c verify
  expect 0 "everything is as it was written"
  change again.csv --reason 恢复
  expect 0 "第二轮: expected were 3, are 4 now; received were 0, are 1 now"
  on roster show T1
  never "不再应报起"
}

@test "a round that is not over on the day of closing is changed, and --from says another day" {
  "$ZICHA" -C c --today 2023-03-28 collect mail >/dev/null
  grep -v '^T1' roster.csv >less.csv
  expect_all
  local day=2023-04-10
  change less.csv --reason 注销
  expect 0 "第一轮: expected were 4, are 3 now; received were 2, are 1 now" "T1-2023-03-20.zrep (T1): was accepted"
  day=2023-07-20
  change again.csv --reason 恢复
  expect 0 "第一轮: expected were 3, are 4 now"
  change less.csv --reason 编码有误 --from 2023-01-01
  expect 0 "第一轮: expected were 4, are 3 now" "第二轮: expected were 4, are 3 now"
  change again.csv --reason 恢复 --from 20230101
  expect 64 "is no day"
}

@test "whoever is added is not missed in rounds before, and what it sent for them counts" {
  site T5 第五诊所 诊所
  send T5 2023-03-30 posted=是
  "$ZICHA" -C c --today 2023-03-31 collect mail >/dev/null || true
  { cat roster.csv; row T5 第五诊所 诊所 T5; row T6 第六诊所 诊所; } >more.csv
  local day=2023-04-05
  change more.csv --reason 新设
  expect 0 "2 new" "第一轮: expected were 4, are 5 now; received were 2, are 3 now" \
    "T5-2023-03-30.zrep (T5): was not on the roster" "第二轮: expected were 4, are 6 now"
  [ "$(expected 第一轮)" = "5 expected, 3 received" ]
  run "$ZICHA" -C c --today 2023-04-05 collect urge --round r1 --format markdown
  expect 0 "T4"
  never "第六诊所"
  on roster show T6
  expect 0 "应报起：2023-04-05"
  run "$ZICHA" -C c verify
  expect 0 "everything is as it was written"
}
