#!/usr/bin/env bats
# calendar: the days of plans as iCalendar (RFC 5545), read back here without zicha's help.
load helper
load dated

setup() {
  begin_test
  make_dated
}

calendar() { zicha -C w --today 2023-03-15 calendar "$@" 2>told.txt; }

# unfold FILE: its content lines, one a line, without the ends of lines.
unfold() {
  LC_ALL=C awk '{ sub(/\r$/, "") }
    /^ / { line = line substr($0, 2); next }
    NR > 1 { print line }
    { line = $0 }
    END { print line }' "$1"
}

# values NAME FILE: the values of a property, in the file's order.
values() { unfold "$2" | sed -n "s/^$1[^:]*://p"; }

# event TITLE FILE: the lines of the event with this summary.
event() {
  unfold "$2" | awk -v title="SUMMARY:$1" '
    $0 == "BEGIN:VEVENT" { text = ""; wanted = 0 }
    { text = text $0 "\n" }
    $0 == title { wanted = 1 }
    $0 == "END:VEVENT" && wanted { printf "%s", text }'
}

@test "a calendar is well-formed: CRLF, lines of 75 octets at most, whole characters, balance" {
  calendar >c.ics
  [ "$(LC_ALL=C grep -c $'\r$' c.ics)" = "$(wc -l <c.ics)" ]
  [ "$(LC_ALL=C tr -d '\r' <c.ics | LC_ALL=C awk '{ if (length > most) most = length } END { print most }')" -le 75 ]
  LC_ALL=C grep -q '^ ' c.ics # something was folded, …
  iconv -f UTF-8 -t UTF-8 c.ics >/dev/null # … and every line by itself is UTF-8
  LC_ALL=C tr -d '\r' <c.ics | while IFS= read -r line; do
    printf '%s' "$line" | iconv -f UTF-8 -t UTF-8 >/dev/null
  done
  unfold c.ics | iconv -f UTF-8 -t UTF-8 >/dev/null
  unfold c.ics | awk -F : '
    $1 == "BEGIN" { stack[++depth] = $2 }
    $1 == "END" { if (stack[depth--] != $2) bad = 1 }
    $1 !~ /^[A-Z-]+(;[A-Z]+=[A-Z]+)?$/ { print "no property: " $0; bad = 1 }
    END { exit bad || depth }'
  [ "$(unfold c.ics | head -n 1)" = BEGIN:VCALENDAR ]
  [ "$(unfold c.ics | tail -n 1)" = END:VCALENDAR ]
}

@test "every event has name, stamp, days and summary, and the names are unique" {
  calendar >c.ics
  [ "$(unfold c.ics | grep -c '^BEGIN:VEVENT$')" = 13 ]
  for name in UID DTSTAMP DTSTART DTEND SUMMARY; do
    [ "$(values "$name" c.ics | wc -l)" = 13 ]
  done
  [ "$(values UID c.ics | sort -u | wc -l)" = 13 ]
  values UID c.ics | awk '!/^[0-9a-f]+@zicha$/ { exit 1 }'
  [ "$(values DTSTAMP c.ics | sort -u)" = 20230315T000000Z ]
}

@test "a phase lasts from its first day to its last, the end being the day after" {
  calendar >c.ics
  event 自查自纠阶段 c.ics >e.txt
  grep -qx 'DTSTART;VALUE=DATE:20230401' e.txt
  grep -qx 'DTEND;VALUE=DATE:20230601' e.txt
  grep -qx CATEGORIES:阶段 e.txt
  [ "$(grep -c VALARM e.txt)" = 0 ]
}

@test "reports have a day each, an alarm and who sends them to whom; measures have their day" {
  calendar >c.ics
  event 报送期限：工作进展统计表 c.ics >e.txt
  [ "$(sed -n 's/^DTSTART;VALUE=DATE://p' e.txt | paste -sd ' ')" = \
    "20230325 20230425 20230525 20230625 20230725 20230825 20230925" ]
  [ "$(grep -c '^TRIGGER:-P2DT15H$' e.txt)" = 7 ]
  grep -q '^DESCRIPTION:方案：测试方案\\n时间：每月25日前\\n报送单位：各医疗机构\\n接收单位：县卫生健康局$' e.txt
  event 措施期限：设置公示栏 c.ics >e.txt
  grep -qx 'DTSTART;VALUE=DATE:20230420' e.txt
  grep -qx 'DTEND;VALUE=DATE:20230421' e.txt
}

@test "the clause stands in the description in the document's words" {
  calendar >c.ics
  event 动员部署阶段 c.ics | grep -qF \
    '原文：动员部署阶段。制定方案，层层动员；明确责任，落实到人，做到“事事有人管、件件有着落”，各医疗机构主要负责人负总责。（条款3.1）'
  event 自查自纠阶段 c.ics | grep -qF '对照重点内容逐项自查，边查边改。（条款3.2）'
}

@test "commas, semicolons, backslashes and line ends in texts are escaped" {
  sed -i 's/title: 设置公示栏/title: "甲, 乙; 丙\\\\丁\\n戊: \\"己\\""/' p/plan.yaml
  calendar >c.ics
  [ "$(values SUMMARY c.ics | grep 措施期限)" = '措施期限：甲\, 乙\; 丙\\丁\n戊: "己"' ]
}

@test "the same day gives the same bytes, and another stamp changes nothing else" {
  calendar >a.ics
  calendar >b.ics
  cmp a.ics b.ics
  zicha -C w --today 2023-03-16 calendar 2>/dev/null >b.ics
  grep -v ^DTSTAMP a.ics >a.txt
  grep -v ^DTSTAMP b.ics >b.txt
  cmp a.txt b.txt
}

@test "names stay when titles change, and change with the day" {
  calendar >a.ics
  sed -i -e 's/自查自纠阶段/自查阶段/' -e 's/工作进展统计表/进展情况统计表/' p/plan.yaml
  calendar >b.ics
  cmp <(values UID a.ics) <(values UID b.ics)
  sed -i 's/2023年4月20日前/2023年4月21日前/' p/plan.yaml
  calendar >b.ics
  [ "$(diff <(values UID a.ics) <(values UID b.ics) | grep -c '^>')" = 1 ]
}

@test "what is blank or no day is no event but told, with its name" {
  calendar >c.ics
  run cat told.txt
  expect 0 "1 times are still blank" 集体约谈 "1 times mean no day" 重大情况
  unfold c.ics | no grep -q '集体约谈\|重大情况'
}

@test "a phase with one known end is the day of that end, and told as blank" {
  sed -i 's/when: 2023年7月至9月/from: 2023年7月, to: 20__年__月/' p/plan.yaml
  calendar >c.ics
  event 集中整治阶段开始 c.ics | grep -qx 'DTSTART;VALUE=DATE:20230701'
  grep -q 集中整治阶段 told.txt
}

@test "where no day is known there is no calendar, and no file" {
  zicha init h --plan "$plan" --facility "$example/clinic/facility.yaml" >/dev/null
  run zicha -C h calendar --out c.ics
  expect 65 动员部署阶段 "no day is known yet"
  [ ! -e c.ics ]
}

@test "--out writes the file; a folder that is not there is told" {
  calendar >wanted.ics
  run zicha -C w --today 2023-03-15 calendar --out c.ics
  expect 0 "c.ics: 13 entries" 集体约谈
  cmp wanted.ics c.ics
  run zicha -C w --today 2023-03-15 calendar --out none/c.ics
  expect 73 none
}

@test "several plans give one calendar, --plan one of them" {
  cp -r p q
  sed -i -e 's|id: county/test|id: county/other|' -e 's/测试方案/另一方案/' q/plan.yaml
  zicha -C w plan use q >/dev/null
  calendar --out both.ics
  [ "$(values UID both.ics | sort -u | wc -l)" = 26 ]
  [ "$(unfold both.ics | grep -c 方案：另一方案)" = 13 ]
  calendar --plan county/test --out one.ics
  [ "$(values UID one.ics | wc -l)" = 13 ]
  run zicha -C w calendar --plan county/none
  expect 65 "is not in use here"
}

@test "a calendar's words are Chinese whatever the language" {
  calendar >a.ics
  ZICHA_LANG=zh calendar >b.ics
  cmp a.ics b.ics
}

# ---- deadlines of problems -------------------------------------------------------------

make_problem() {
  zicha -C w --today 2023-05-14 check >/dev/null || [ $? = 1 ]
  zicha -C w --today 2023-05-14 problem verify 1 --verdict true --by 张某 >/dev/null
  zicha -C w --today 2023-05-14 problem assign 1 --leader 李某 --department 医务科 --person 王某 \
    --measure 设置公示栏 --target 公示 --kind deadline --due 2023-05-25 --by 张某 >/dev/null
}

@test "the deadline of a problem has an entry with who is to do what" {
  make_problem
  calendar >c.ics
  event 整改期限：收费公示（问题1） c.ics >e.txt
  grep -qx 'DTSTART;VALUE=DATE:20230525' e.txt
  grep -qx CATEGORIES:整改 e.txt
  grep -qx 'DESCRIPTION:方案：测试方案\\n责任领导：李某\\n责任科室：医务科\\n责任人：王某\\n整改措施：设置公示栏\\n整改目标：公示' e.txt
}

@test "a deadline that is moved moves its entry; one of a rectified problem is gone" {
  make_problem
  calendar >c.ics
  before=$(event 整改期限：收费公示（问题1） c.ics | grep ^UID)
  zicha -C w --today 2023-05-20 problem extend 1 --to 2023-06-05 --reason 待货 --by 张某 >/dev/null
  calendar >c.ics
  event 整改期限：收费公示（问题1） c.ics >e.txt
  grep -qx 'DTSTART;VALUE=DATE:20230605' e.txt
  grep -qxF "$before" e.txt
  zicha -C w --today 2023-05-21 problem start 1 --by 王某 >/dev/null
  zicha -C w --today 2023-05-21 problem rectify 1 --by 王某 --note 已公示 --no-system >/dev/null
  calendar >c.ics
  [ -z "$(event 整改期限：收费公示（问题1） c.ics)" ]
}

@test "a problem of another facility has another name in the calendar" {
  make_problem
  calendar >c.ics
  cp -r w v
  sed -i 's/^code: .*/code: T2/' v/facility.yaml
  zicha -C v --today 2023-03-15 calendar >d.ics 2>/dev/null
  [ "$(event 整改期限：收费公示（问题1） c.ics | grep ^UID)" != "$(event 整改期限：收费公示（问题1） d.ics | grep ^UID)" ]
}
