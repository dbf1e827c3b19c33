#!/usr/bin/env bats
# inspect import, list, sheet: what an office has found where it looked itself, and what the
# facility's own report says of it.
load helper
load small_office

setup() {
  begin_test
  export ZICHA_BY=王科长
  if [ ! -d "$BATS_FILE_TMPDIR/base/o" ]; then
    mkdir -p "$BATS_FILE_TMPDIR/base"
    (cd "$BATS_FILE_TMPDIR/base" && make_small_office && make_reports && make_list)
  fi
  cp -a "$BATS_FILE_TMPDIR"/base/. .
}

take() { on 2023-06-30 inspect import "$1"; }
visits() { in_office 2023-06-30 inspect list --format json "${@:2}" | jq -r ".visits$1"; }

# ---- lists ---------------------------------------------------------------------------

@test "each row is a problem, a visit without one counts all the same" {
  take list.csv
  expect 0 '5 visits, 5 of them new; 8 problems, 8 new, 0 changed'
  [ "$(sql 'select count(*) from visit')" = 5 ]
  [ "$(sql 'select count(*) from inspected')" = 8 ]
  [ "$(sql 'select count(*) from visit where no not in (select visit from inspected)')" = 1 ]
  [ "$(sql "select sum(amount) from inspected")" = 320930 ]
}

@test "what a row leaves blank is as in the row above it, of the same facility" {
  take list.csv
  [ "$(sql "select group_concat(distinct facility || day || team || kind) from visit join inspected on visit = visit.no where facility = 'F001'")" = F0012023-06-25一组on_site ]
  [ "$(sql "select entry from inspected where title = '没有会议记录'")" = meetings ]
}

@test "the same list again changes nothing" {
  take list.csv
  before=$(sql 'select count(*) from event')
  take list.csv
  expect 0 'all of it is known already, nothing was written'
  [ "$(sql 'select count(*) from event')" = "$before" ]
  [ "$(sql 'select count(*) from inspected')" = 8 ]
}

@test "a list that was printed can be read again and changes nothing" {
  take list.csv
  in_office 2023-06-30 inspect list --format csv >printed.csv
  take printed.csv
  expect 0 'nothing was written'
}

@test "a changed row is an update, and the event tells what it was" {
  take list.csv
  sed 's/,120.50,/,99.5,/' list.csv >later.csv
  take later.csv
  expect 0 '8 problems, 0 new, 1 changed' '  F001 2023-06-25 未公示收费标准: 涉及金额 from 120.50 to 99.50'
  [ "$(sql "select amount from inspected where title = '未公示收费标准'")" = 9950 ]
  [ "$(sql "select body from event order by seq desc limit 1" | jq -c '.changes | map([.entry, .field, .from, .to])')" = '[["posted","amount","12050","9950"]]' ]
}

@test "a column that a later list lacks, or a blank cell, leaves what is known; — erases it" {
  take list.csv
  in_office 2023-06-30 inspect list --format json >before
  printf '机构编码,检查日期,检查组,检查项编号,问题表现,处理方式,严重程度\nF001,2023-06-25,一组,posted,未公示收费标准,,\nF002,2023-06-10,二组,charged,重复收取床位费,,\n' |
    sed '3s/二组/二组/; 1s/$/,检查方式/; 2s/$/,现场检查/; 3s/$/,双随机/' >later.csv
  take later.csv
  expect 0 'nothing was written'
  in_office 2023-06-30 inspect list --format json | cmp - before
  sed '2s/未公示收费标准,,/未公示收费标准,—,严重/' later.csv >erase.csv
  take erase.csv
  expect 0 '0 new, 1 changed' '处理方式 from 责令改正、监督意见书 to —' '严重程度 from 一般 to 严重'
  [ "$(sql "select handling || severity || amount from inspected where title = '未公示收费标准'")" = grave12050 ]
}

@test "several rows of one visit unite their handlings and remarks; numbers that contradict are mistakes" {
  printf '机构编码,检查日期,检查人数,问题表现,处理方式,备注\nF001,2023-06-25,,,约谈,甲\nF001,2023-06-25,3,,责令改正,乙\nF001,,3,,约谈,甲\n' >rows.csv
  take rows.csv
  expect 0 '1 visits'
  [ "$(visits '[0] | "\(.handling) \(.note) \(.inspectors)"')" = 'order_correct,talk 甲；乙 3' ]
  take rows.csv
  expect 0 'nothing was written'
  in_office 2023-06-30 inspect list --format csv >printed.csv
  take printed.csv
  expect 0 'nothing was written'
  sed '4s/,3,/,4,/' rows.csv >bad.csv
  take bad.csv
  expect 65 'bad.csv:4: 检查人数 is 4 here, and 3 on line 3 of the same visit'
}

@test "who is on the roster is named by the code, and the name agrees with it" {
  printf '机构编码,机构名称,检查日期,问题表现\n,甲镇医院,2023-06-25,甲\nF002,甲镇医院,2023-06-25,乙\nF002,卫生院,2023-06-25,丙\n' >names.csv
  take names.csv
  expect 65 'names.csv:2: 机构名称: 甲镇医院 is on the roster, and the row has no code' 'write its code F001' \
    'names.csv:3: 机构名称: 甲镇医院 is not what F002 is called: 乙镇卫生院' 'has 2 mistakes'
}

@test "days are read as spreadsheets save them; a number that stores one is refused with its remedy" {
  printf '机构编码,检查日期,问题表现,发现时间\nF001,2023/6/25,甲,\nF001,2023-6-25,乙,2023年6月5日\nF001,2023/6/25 0:00,丙,20230624\n' >days.csv
  take days.csv
  expect 0 '1 visits, 1 of them new; 3 problems'
  [ "$(visits '[0] | [.day, .found[].found] | join(" ")')" = '2023-06-25 2023-06-25 2023-06-05 2023-06-24' ]
  printf '机构编码,检查日期,问题表现\nF001,45102,甲\n' >bad.csv
  take bad.csv
  expect 65 '检查日期: 45102 is no date' 'Excel has stored the day as a number'
  printf '机构编码,机构名称,机构类别,许可证有效期起,许可证有效期止\nF001,甲镇医院,二级医院,2021/1/5,2026年1月4日\n' >later.csv
  on 2023-06-30 roster import later.csv --reason 补登 --by 王科长
  expect 0 'from — to 2021-01-05' 'to 2026-01-04'
}

@test "a long team is kept whole: no problem is lost, and no two visits become one" {
  team=x$(printf '检%.0s' {1..100})
  printf '机构编码,检查日期,检查组,检查项编号,问题表现\nF001,2023-06-25,%s,posted,甲\nF001,2023-06-25,%s二,posted,乙\nF001,,,charged,丙\n' \
    "$team" "$team" >long.csv
  take long.csv
  expect 0 '2 visits, 2 of them new; 3 problems'
  [ "$(sql "select count(*) from visit join inspected on visit = visit.no where team = '${team}二'")" = 2 ]
}

@test "all mistakes are told at once with line and remedy, and nothing is written" {
  cat >bad.csv <<'END'
机构编码,检查日期,检查方式,检查项编号,检查项,问题表现,涉及金额,严重程度,处理方式,备注
F01,2023-06-25,,posted,,没有公示,,,,
F001,2023-06-35,,posted,,没有公示,,,,
F001,2023-07-25,,posted,,没有公示,,,,
F001,2023-06-25,看看,postd,,没有公示,1千,很大,骂人,
F001,2023-06-25,,,重复收,收了两次,,,,
F001,2023-06-25,,posted,,某患者110101199003074258被多收,,,,
F001,2023-06-25,,posted,,,10,,,
,2023-06-25,,posted,,没有公示,,,,
F002,2023-06-25,,posted,,没有公示,,,,
F002,2023-06-25,,posted,,没有公示,,,,
END
  take bad.csv
  expect 65 'bad.csv:2: the roster has no facility F01' 'did you mean F001 (甲镇医院)?' \
    'bad.csv:3: 检查日期: 2023-06-35 is no date' \
    'bad.csv:4: 检查日期: 2023-07-25 is later than 2023-06-30' \
    'bad.csv:5: 检查方式: 看看 is no word' 'the plan has no entry postd' 'did you mean posted?' \
    'bad.csv:5: 涉及金额: 1千 is no amount' '很大 is no word' '骂人 is no word' \
    'write one of 一般、较重、严重' \
    'bad.csv:6: the plan has no entry 重复收' 'did you mean 重复收费?' \
    'bad.csv:7: 问题表现: there is an identity number in it' \
    'bad.csv:8: the row has a number, an amount or a severity, but no problem' \
    'bad.csv:11: the same problem stands on line 10 already' 'nothing was taken over'
  [ "$(sql 'select count(*) from visit')" = 0 ]
}

@test "a list without the needed columns, or without a visit, is refused" {
  printf '机构编码,问题表现\nF001,没有公示\n' >bad.csv
  take bad.csv
  expect 65 'the first line must name the columns'
  printf '机构编码,检查日期,问题表现\n' >bad.csv
  take bad.csv
  expect 65 'tells of no visit'
}

@test "of several files one that cannot be taken keeps no other out" {
  printf '机构编码,检查日期,问题表现\nF009,2023-06-25,没有公示\n' >bad.csv
  on 2023-06-30 inspect import bad.csv list.csv
  expect 65 '8 problems, 8 new' 'bad.csv has 1 mistakes'
}

@test "a problem without an entry is beyond the plan, one of a subject on no roster is nobody's report" {
  take list.csv
  [ "$(visits '[] | select(.facility == "") | .subject')" = 路边无证诊所 ]
  [ "$(visits '[].found[] | select(.title == "方案之外的问题") | .entry')" = '' ]
}

@test "a visit or one of its problems is taken back: it counts nowhere, and is listed when asked" {
  take list.csv
  on 2023-06-30 inspect void F001 2023-06-25 --problem 2 --by 王科长
  expect 64 '--reason TEXT'
  on 2023-06-30 inspect void F001 2023-06-25 --problem 9 --reason 误记 --by 王科长
  expect 65 'has no problem 9'
  on 2023-06-30 inspect void F001 2023-06-25 --problem 2 --reason 核实无此问题 --by 王科长
  expect 0 'the problem 重复收取护理费 of F001'
  on 2023-06-30 inspect void 路边无证诊所 2023-06-27 --kind 举报核查 --reason 不在本县 --by 王科长
  expect 0 'with its 1 problems'
  on 2023-06-30 inspect void F001 2023-06-01 --reason 误记 --by 王科长
  expect 65 'no such visit to F001'
  [ "$(visits ' | [length, (map(.found | length) | add)] | join(" ")')" = '4 6' ]
  [ "$(in_office 2023-06-30 case list --format json | jq -c '.figures | [.visits, .inspected_problems, .unlicensed_closed]')" = '[4,6,0]' ]
  on 2023-06-30 inspect list --void
  expect 0 'F001 甲镇医院: 现场检查, 一组, 1 problems  已作废（2023-06-30 王科长：核实无此问题）' '已作废（2023-06-30 王科长：不在本县）'
  take list.csv
  expect 0 'F001 2023-06-25 重复收取护理费 was taken back' '路边无证诊所 2023-06-27 was taken back' 'nothing was written'
  on 2023-06-30 verify
  expect 0 'everything is as it was written'
}

@test "of several visits on a day the one that is meant is named" {
  printf '机构编码,检查日期,检查组,问题表现\nF001,2023-06-25,一组,甲\nF001,2023-06-25,二组,乙\n' >two.csv
  take two.csv
  on 2023-06-30 inspect void F001 2023-06-25 --reason 误记 --by 王科长
  expect 64 'more than once' '一组 现场检查、二组 现场检查'
  on 2023-06-30 inspect void F001 2023-06-25 --team 二组 --reason 误记 --by 王科长
  expect 0
  [ "$(visits '[].team')" = 一组 ]
}

@test "of visits to several facilities on a day that of the named one is taken back" {
  printf '机构编码,检查日期,检查组,问题表现\nF001,2023-06-25,一组,甲\nF002,2023-06-25,一组,乙\n' >two.csv
  take two.csv
  on 2023-06-30 inspect void F002 2023-06-25 --reason 误记 --by 王科长
  expect 0 'the visit to F002 on 2023-06-25 is taken back with its 1 problems'
  [ "$(visits '[] | [.facility, .found[0].title] | join(" ")')" = 'F001 甲' ]
}

# ---- against the self-check ----------------------------------------------------------

@test "what an inspection found is held against the report of the round" {
  take list.csv
  in_office 2023-06-30 inspect list --round 2023-06-30 --format json |
    jq -c '.visits[].found[] | [.title, .reporting, .after]' >told
  diff told - <<'END'
["重复收取床位费","reported",true]
["未公示收费标准","unreported",false]
["重复收取护理费","reported",false]
["急诊登记缺失","not_in_scope",false]
["没有会议记录","not_checked",false]
["未公示","no_report",false]
["方案之外的问题","no_report",false]
["无证行医","not_in_scope",false]
END
}

@test "what was found on other days than the round's is not held against its report" {
  printf '机构编码,检查日期,检查项编号,问题表现\nF001,2023-06-25,posted,未公示\nF001,2023-09-12,posted,又未公示\n' >two.csv
  in_office 2023-09-20 inspect import two.csv >/dev/null
  on 2023-09-20 inspect list --round 2023-06-30
  expect 0 'inspections from 2023-01-01 to 2023-06-30' '1 visits, 1 problems'
  in_office 2023-09-20 inspect list --round 2023-06-30 --from 2023-01-01 --format json >told
  [ "$(jq -c '[.visits[].found[] | [.title, .reporting]], .window' told)" = \
    '[["未公示","unreported"],["又未公示","not_in_scope"]]
{"from":"2023-01-01","to":""}' ]
  in_office 2023-09-20 compare --round 2023-06-30 --inspection --format json >held || [ $? -eq 1 ]
  [ "$(jq -c '.all.inspection.inspected, .all.inspection.unreported, .window' held)" = '1
1
{"from":"2023-01-01","to":"2023-06-30"}' ]
  on 2023-09-20 compare --round 2023-06-30 --inspection
  expect 1 '检查日期：2023年1月1日至2023年6月30日。'
}

@test "an entry that a report lacks was left out; out of scope is what its version of the plan does not ask" {
  printf '机构编码,检查日期,检查项编号,结果,检查数,问题数\nF003,2023-06-20,charged,合格,20,0\n' >paper.csv
  in_office 2023-06-22 collect --paper paper.csv >/dev/null
  sed -i 's/version: "1"/version: "2"/' p/plan.yaml
  echo '- {id: fresh, title: 新问, kind: question, ask: 是否？, answer: yesno, problem_if: no}' >>p/items.yaml
  in_office 2023-06-23 plan use p >/dev/null
  printf '机构编码,检查日期,检查项编号,问题表现\nF003,2023-06-26,posted,未公示\nF003,2023-06-26,charged,重复收费\nF001,2023-06-26,fresh,新问题\n' >some.csv
  in_office 2023-06-30 inspect import some.csv >/dev/null
  [ "$(in_office 2023-06-30 inspect list --round 2023-06-30 --format json | jq -c '[.visits[].found[] | [.entry, .reporting]]')" = \
    '[["posted","not_checked"],["charged","unreported"],["fresh","not_in_scope"]]' ]
}

@test "应报未报率 is one share, of all that was found, in a comparison and in a ranking" {
  sed '/^F002,,2023-06-10/d' list.csv >some.csv
  take some.csv
  in_office 2023-06-30 compare --round 2023-06-30 --inspection --format json >held || [ $? -eq 1 ]
  # F003 has not reported: nothing of it was reported, which is no 0%.
  [ "$(jq -c '[.facilities[] | [.code, .unreported, .inspected, .unreported_rate]]' held)" = \
    '[["F001",1,4,"25%"],["F002",0,0,"—"],["F003",0,2,"—"]]' ]
  # Who was inspected is not told by its own ledger, although nothing was found there.
  sqlite3 o/zicha.db "UPDATE collected SET unreported = 3, inspected = 3 WHERE facility = 'F002'"
  in_office 2023-06-30 ranking --round 2023-06-30 --format json |
    jq -c '[.classes[].facilities[] | [.facility, .unreported.part, .unreported.whole]] | sort' |
    diff - <(jq -c '[.facilities[] | [.code, .unreported, if .unreported_rate == "—" then 0 else .inspected end]]' held)
}

@test "the list in words tells 应报未报" {
  take list.csv
  on 2023-06-30 inspect list --round 2023-06-30
  expect 0 'posted  未公示收费标准  120.50元  责令改正、监督意见书  应报未报' '已自查报告' '未报送' \
    'F002 乙镇卫生院: 回头看, 二组, no problem found' '5 visits, 8 problems'
}

@test "what was reported only after the inspection is told apart, and is no proactive report" {
  take list.csv
  on 2023-06-30 inspect list --round 2023-06-30 --from 2023-06-10 --to 2023-06-10
  expect 0 '重复收取床位费  88.80元  检查后才报告'
  never 已自查报告
  [ "$(in_office 2023-06-30 compare --round 2023-06-30 --inspection --format json | jq -c '.all.inspection | [.inspected, .reported, .reported_after, .unreported]')" = '[7,1,1,1]' ]
}

@test "a list can be of some days, or of a facility" {
  take list.csv
  [ "$(visits ' | length' --from 2023-06-25 --to 2023-06-26)" = 2 ]
  [ "$(visits ' | length' --facility F002)" = 2 ]
  on 2023-06-30 inspect list --from Juni
  expect 64 '--from Juni is no day'
  on 2023-06-30 inspect list --from 2023-06-30 --to 2023-01-01
  expect 64 'is later than'
  on 2023-06-30 inspect list --facility 乙镇卫生院
  expect 64 'did you mean F002 (乙镇卫生院)?'
}

# ---- sheets --------------------------------------------------------------------------

sheet=o/reports/inspection-2023-06-30-F001

@test "a sheet tells the verdicts of the self-check, open problems and earlier findings" {
  take list.csv
  on 2023-06-29 inspect sheet F001
  expect 0 "$sheet.md" "$sheet.html" "$sheet.csv"
  grep -q '| 1 | posted | 收费未公示 | 无 | 一般 | 合格 |' "$sheet.md"
  grep -q '| 2 | charged | 重复收费 | 无 | 较重 | 发现问题 |' "$sheet.md"
  grep -q '| 3 | emergency | 急诊不规范 | 无 | 一般 | 不适用 |' "$sheet.md"
  grep -q '| 4 | meetings | 未开会部署 | 无 | 一般 | 未检查 |' "$sheet.md"
  grep -q '| 1 | 1 | 重复收费 | 2023年6月20日 | 自查 |' "$sheet.md"
  grep -q '2023年6月25日 | 未公示收费标准 | 责令改正、监督意见书' "$sheet.md"
}

@test "a facility that has not reported has no verdicts on its sheet" {
  on 2023-06-29 inspect sheet F003
  grep -q '本轮未报送' o/reports/inspection-2023-06-30-F003.md
  [ "$(grep -c '合格 |' o/reports/inspection-2023-06-30-F003.md)" = 0 ]
}

@test "the same sheet twice is the same bytes, and verify finds it as it was" {
  in_office 2023-06-29 inspect sheet F001 >/dev/null
  cp "$sheet.md" 1.md
  cp "$sheet.csv" 1.csv
  in_office 2023-06-29 inspect sheet F001 >/dev/null
  cmp "$sheet.md" 1.md
  cmp "$sheet.csv" 1.csv
  on 2023-06-29 verify
  expect 0 'everything is as it was written'
}

@test "a sheet that comes back: what is marked was inspected, the rest was not" {
  in_office 2023-06-26 inspect sheet F001 >/dev/null
  sed -e '2s/^F001,甲镇医院,,,,,posted,收费未公示,,,/F001,甲镇医院,2023-06-27,一组,现场检查,2,posted,收费未公示,合格,,/' \
    -e '3s/重复收费,,,/重复收费,,多收一次,/' "$sheet.csv" >back.csv
  take back.csv
  expect 0 '1 visits, 1 of them new; 1 problems' '2 rows of sheets were left blank: not inspected'
  [ "$(visits '[0].scope | join(" ")')" = 'charged posted' ]
}

@test "a sheet on which nothing is marked is no visit without problems" {
  in_office 2023-06-26 inspect sheet F001 F002 >/dev/null
  sed '2s/^F001,甲镇医院,,/F001,甲镇医院,2023-06-27,/' "$sheet.csv" >back.csv
  take back.csv
  expect 65 'none is marked as inspected'
  take o/reports/inspection-2023-06-30-F002.csv
  expect 65 'tells of no visit'
}

@test "检查情况 takes fixed words; what it says and the problem must agree" {
  printf '机构编码,检查日期,检查项编号,检查情况,问题表现\n' >head.csv
  { cat head.csv; printf 'F001,2023-06-25,%s\n' posted,√, charged,不合格,多收 emergency,不适用, meetings,未检查,; } >back.csv
  take back.csv
  expect 0 '1 visits, 1 of them new; 1 problems' '2 rows of sheets were left blank'
  [ "$(visits '[0].scope | join(" ")')" = 'charged posted' ]
  { cat head.csv; printf 'F002,2023-06-25,%s\n' posted,否, charged,不合格, emergency,合格,没有登记 meetings,未检查,没有会议 ,未检查,; } >bad.csv
  take bad.csv
  expect 65 'bad.csv:2: 检查情况: 否 is no word' 'write one of 合格、不合格、未检查、不适用' \
    'bad.csv:3: 检查情况 is 不合格, and 问题表现 is blank' \
    'bad.csv:4: 检查情况 is 合格, and 问题表现 tells of a problem' \
    'bad.csv:5: 检查情况 is 未检查, and 问题表现 tells' 'bad.csv:6: 检查情况 is 未检查, and the row names no entry'
  { cat head.csv; printf 'F002,2023-06-25,%s\n' posted,未检查, charged,不适用,; } >none.csv
  take none.csv
  expect 65 'none is marked as inspected'
}

@test "a sheet that was filled in is not written over" {
  in_office 2023-06-26 inspect sheet F001 >/dev/null
  sed -i '2s/^F001,甲镇医院,,/F001,甲镇医院,2023-06-27,/' "$sheet.csv"
  cp "$sheet.csv" mine.csv
  on 2023-06-27 inspect sheet F001
  expect 73 'has been filled in'
  cmp mine.csv "$sheet.csv"
  on 2023-06-27 inspect sheet F002 F001 F003
  expect 73 F002.csv F003.csv 'F001.csv has been filled in'
  cmp mine.csv "$sheet.csv"
}

@test "a list may name team and people: who came is a remark then, else the team" {
  printf '机构编码,检查日期,检查组,检查人员,问题表现\nF001,2023-06-25,一组,张某、李某,甲\nF001,,,,乙\n' >both.csv
  take both.csv
  expect 0 '1 visits, 1 of them new; 2 problems'
  [ "$(visits '[] | "\(.team) \(.note)"')" = '一组 检查人员：张某、李某' ]
  take both.csv
  expect 0 'nothing was written'
  printf '机构编码,检查日期,检查人员,问题表现\nF002,2023-06-25,张某,甲\n' >people.csv
  take people.csv
  [ "$(visits '[] | select(.facility == "F002") | .team')" = 张某 ]
}

@test "sheets are made for the facilities of a sample; unknown ones are told with the nearest" {
  printf '机构编码,机构名称\nF002,乙\nF003,丙\n' >sample.csv
  on 2023-06-26 inspect sheet --sample sample.csv
  expect 0 F002.csv F003.csv
  printf 'F004,丁\n' >>sample.csv
  on 2023-06-26 inspect sheet --sample sample.csv F01
  expect 65 'sample.csv:4: the roster has no facility F004' 'the roster has no facility F01'
  on 2023-06-26 inspect sheet
  expect 64 'say which facilities'
}

@test "markup and formulas in texts stay inert in lists and sheets" {
  cat >evil.csv <<'END'
机构编码,检查日期,检查组,检查项编号,问题表现,备注
F001,2023-06-25,"=cmd|'/c calc'!A1",posted,"<script>alert(1)</script>|x|*y*[z](http://x)",@sum(1)
END
  take evil.csv
  expect 0
  in_office 2023-06-30 inspect list --format csv >out.csv
  grep -qF "'=cmd" out.csv
  grep -qF "'@sum" out.csv
  in_office 2023-06-30 inspect sheet F001 >/dev/null
  [ "$(grep -cF '<script>' "$sheet.html")" = 0 ]
  grep -qF '&lt;script&gt;' "$sheet.html"
  grep -qF '\<script\>' "$sheet.md"
  take out.csv
  expect 0 'nothing was written'
}

# ---- events --------------------------------------------------------------------------

@test "verify makes visits again from the events, tells what was changed, and mends it" {
  take list.csv
  in_office 2023-06-30 inspect list --format json >before
  sqlite3 o/zicha.db "update inspected set amount = 1 where entry = 'posted'; delete from visit where facility = 'F002'"
  on 2023-06-30 verify
  expect 65 'table inspections: 2 entries that the events and files make are missing' 'table problems of inspections: 2 entries are others'
  on 2023-06-30 verify --mend
  in_office 2023-06-30 inspect list --format json | cmp - before
}

@test "who takes a list in is said" {
  unset ZICHA_BY
  take list.csv
  expect 64 'say who decides this: --by NAME'
  on 2023-06-30 inspect import list.csv --by 王科长
  expect 0
  [ "$(sql "select actor from event where action = 'inspect_import'")" = 王科长 ]
}

@test "a list of a facility's workspace is refused, and Chinese messages are complete" {
  run "$ZICHA" -C wF001 inspect import list.csv
  expect 64
  ZICHA_LANG=zh_CN on 2023-06-30 inspect import list.csv
  expect 0 '检查5户次，其中新增5户次；问题8个'
}

@test "an amount that is erased is told as none" {
  printf '机构编码,检查日期,问题表现,涉及金额\nF001,2023-06-25,甲,100\n' >one.csv
  on 2023-06-30 inspect import one.csv --by 王科长
  sed -i 's/,100/,—/' one.csv
  on 2023-06-30 inspect import one.csv --by 王科长
  expect 0 '涉及金额 from 100.00 to —'
}
