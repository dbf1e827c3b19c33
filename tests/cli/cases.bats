#!/usr/bin/env bats
# case add, import, close, list; register list, show, import: what an office has decided, and
# the registers that its plan wants.
load helper
load small_office

setup() {
  begin_test
  export ZICHA_BY=王科长
  if [ ! -d "$BATS_FILE_TMPDIR/base/o" ]; then
    mkdir -p "$BATS_FILE_TMPDIR/base"
    (cd "$BATS_FILE_TMPDIR/base" && make_small_office && make_list && make_cases)
  fi
  cp -a "$BATS_FILE_TMPDIR"/base/. .
}

make_cases() {
  cat >cases.csv <<'END'
案号,机构编码,当事人,检查项编号,案由,程序,立案日期,处罚决定日期,结案日期,警告,罚款,没收违法所得,停业整顿,吊销许可证,暂停执业人数,机构记分,人员记分,记分人数,退回金额,移送部门,移送日期,公布日期
示例卫医罚〔2023〕1号,F001,,charged,重复收费,一般,2023-03-15,2023-04-02,2023-04-20,否,30000,2.80,,,,6,,,1200.50,医保,2023-04-03,2023-05-01
示例卫医罚〔2023〕2号,F001,医师（工号017）,,超范围执业,普通程序,2023-03-28,2023-04-10,,是,,,,,1,,4,1,,,,
示例卫医罚〔2023〕3号,F002,,posted,未公示收费,简易,2023-04-05,,2023-04-05,√,500,,,,,,,,,,,
示例卫医罚〔2023〕4号,F003,,,使用过期药品,一般,2023-05-06,,,,,,,,,,,,,公安、纪检监察,2023-05-08,
示例卫医罚〔2023〕5号,,无证行医者,,非法行医,一般,2023-04-11,2023-04-30,2023-05-02,,20000.01,8888.88,,,,,,,,公安,2023-04-30,
END
}

take() { on 2023-06-30 case import "$1"; }

# figures FROM TO: the figures of these days.
figures() { in_office 2023-06-30 case list --from "$1" --to "$2" --format json | jq -c ".figures$3"; }

# in_days COLUMN FROM TO: a condition for sqlite3.
in_days() { printf "%s between '%s' and '%s'" "$1" "$2" "$3"; }

# ---- cases ---------------------------------------------------------------------------

@test "a list of cases is taken, and the same list again changes nothing" {
  take cases.csv
  expect 0 '5 cases: 5 new, 0 changed' '1 of them give no day of their penalty or transfer: it counts on the day of filing'
  events=$(sql 'select count(*) from event')
  take cases.csv
  expect 0 'nothing was written'
  in_office 2023-06-30 case list --format csv >printed.csv
  take printed.csv
  expect 0 'nothing was written'
  [ "$(sql 'select count(*) from event')" = "$events" ]
}

@test "a changed row is an update, and the event tells what it was" {
  take cases.csv
  sed 's/30000/28000/' cases.csv >later.csv
  take later.csv
  expect 0 '5 cases: 0 new, 1 changed' '  示例卫医罚〔2023〕1号: 罚款 from 30000.00 to 28000.00'
  [ "$(sql 'select body from event order by seq desc limit 1' | jq -c '.changes')" = '[{"field":"fine","from":3000000,"no":"示例卫医罚〔2023〕1号","to":2800000}]' ]
  [ "$(sql 'select sum(fine) from legal_case')" = 4850001 ]
}

@test "an amount that is erased is told as none, as every other field is" {
  take cases.csv
  printf '案号,案由,程序,立案日期,罚款,没收违法所得\n示例卫医罚〔2023〕1号,重复收费,一般,2023-03-15,—,\n示例卫医罚〔2023〕4号,使用过期药品,一般,2023-05-06,100,\n' >none.csv
  sed -i 's/立案日期,罚款/立案日期,处罚决定日期,罚款/; s/2023-03-15,—/2023-03-15,,—/; s/2023-05-06,100/2023-05-06,2023-05-07,100/' none.csv
  take none.csv
  expect 0 '  示例卫医罚〔2023〕1号: 罚款 from 30000.00 to —' '  示例卫医罚〔2023〕4号: 罚款 from — to 100.00'
}

@test "a blank cell leaves what is known of a case: it is not opened again; — erases it" {
  take cases.csv
  before=$(sql 'select * from legal_case' | sha256sum)
  sed '2s/2023-04-02,2023-04-20,否,30000,2.80,,,,6,,,1200.50,医保,2023-04-03,2023-05-01/,,,,,,,,,,,,,,/' cases.csv >blank.csv
  take blank.csv
  expect 0 'nothing was written'
  [ "$(sql 'select * from legal_case' | sha256sum)" = "$before" ]
  sed '2s/2023-04-20,否,30000,2.80/—,否,30000,—/' cases.csv >erase.csv
  take erase.csv
  expect 0 '1 changed' '1号: 结案日期 from 2023-04-20 to —' '1号: 没收违法所得 from 2.80 to —'
}

@test "figures of a window are what sqlite3 counts" {
  take cases.csv
  in_office 2023-06-30 inspect import list.csv >/dev/null
  for window in '2023-01-01 2023-03-31' '2023-04-01 2023-06-30' '2023-04-10 2023-05-02'; do
    read -r from to <<<"$window"
    figures "$from" "$to" | jq -c '[.cases, .simple, .general, .closed, .warnings, .fined, .fine_amount,
      .confiscated, .points_facilities, .points_staff, .scored_staff, .doctors_suspended, .refunds,
      .transfers, .transfers_police, .transfers_discipline, .transfers_insurance, .exposed]' >told
    sql "with c as (select *, iif(decided <> '', decided, iif(procedure = 'simple', filed, closed)) penalty_day,
        iif(transferred <> '', transferred, iif(decided <> '', decided, closed)) sent from legal_case),
      f as (select count(*) n, sum(procedure = 'simple') s, sum(procedure = 'general') g from c where $(in_days filed "$from" "$to")),
      d as (select count(distinct iif(warning, facility || '/' || subject, null)) w, count(distinct iif(fine > 0, facility || subject, null)) k, sum(fine) m, sum(confiscated) x,
        sum(points_facilities) p, sum(points_staff) q, sum(staff) t, sum(doctors_suspended) u, sum(refund) r from c where $(in_days penalty_day "$from" "$to")),
      t as (select count(*) n, sum(transfers like '%police%') p, sum(transfers like '%discipline%') q, sum(transfers like '%insurance%') r
        from c where transfers <> '' and $(in_days sent "$from" "$to"))
      select json_array(f.n, ifnull(s, 0), ifnull(g, 0), (select count(*) from c where $(in_days closed "$from" "$to")), ifnull(w, 0), k,
        printf('%.2f', ifnull(m, 0) / 100.0), printf('%.2f', ifnull(x, 0) / 100.0), ifnull(d.p, 0), ifnull(d.q, 0), ifnull(d.t, 0), ifnull(u, 0),
        printf('%.2f', ifnull(d.r, 0) / 100.0), t.n, ifnull(t.p, 0), ifnull(t.q, 0), ifnull(t.r, 0),
        (select count(*) from c where $(in_days published "$from" "$to"))) from f, d, t" >counted
    diff told counted
  done
}

@test "figures of inspections tell 家 from 户次, and orders by visit and by facility" {
  in_office 2023-06-30 inspect import list.csv >/dev/null
  [ "$(figures 2023-06-01 2023-06-30 ' | [.inspected, .visits, .inspectors, .inspected_problems, .inspected_amount, .orders, .orders_facilities, .opinions, .unlicensed_closed]')" = '[4,5,13,8,"3209.30",1,1,1,1]' ]
  [ "$(figures 2023-06-26 2023-06-27 ' | [.inspected, .visits, .orders]')" = '[2,2,0]' ]
}

@test "who was warned twice is one, and two people of a facility are two" {
  printf '%s\n' 案号,机构编码,当事人,案由,程序,立案日期,警告,罚款 1,F001,,收费,简易,2023-05-01,是,100 2,F001,,收费,简易,2023-05-02,是,200 \
    3,F002,医师甲,超范围,简易,2023-05-03,是, 4,F002,医师乙,超范围,简易,2023-05-04,是, >warned.csv
  take warned.csv
  [ "$(figures 2023-05-01 2023-05-31 '| [.warnings, .fined, .cases]')" = '[3,1,4]' ]
}

@test "a penalty counts on the day it was decided, whenever the case is closed" {
  take cases.csv
  before=$(figures 2023-04-01 2023-04-30 .warnings)
  in_office 2023-06-30 case close 示例卫医罚〔2023〕2号 --date 2023-06-20 --by 王科长 >/dev/null
  [ "$(figures 2023-04-01 2023-04-30 .warnings)" = "$before" ]
  [ "$(figures 2023-06-01 2023-06-30 ' | [.closed, .warnings, .open]')" = '[1,0,1]' ]
  [ "$(figures 2023-04-01 2023-05-01 .open)" = 2 ]
}

@test "a penalty of the simple procedure counts on the day of filing, and closing does not move it" {
  on 2023-06-30 case add 简1 --facility F001 --cause 收费 --procedure simple --filed 2023-03-10 --fine 200 --by 王科长
  expect 0 'no 处罚决定日期 was given: the penalty counts on 2023-03-10'
  before=$(figures 2023-01-01 2023-03-31 .fine_amount)
  on 2023-06-30 case close 简1 --date 2023-06-20 --by 王科长
  expect 0 'is closed'
  [ "$(figures 2023-01-01 2023-03-31 .fine_amount)" = "$before" ]
  [ "$(figures 2023-06-01 2023-06-30 '| [.fine_amount, .closed]')" = '["0.00",1]' ]
  [ "$(sql 'select decided from legal_case')" = '' ]
  on 2023-06-30 case add 一1 --facility F001 --cause 收费 --procedure general --filed 2023-03-10 --staff 2 --by 王科长
  expect 65 'the day is missing on which the penalty was decided'
}

@test "figures by class add up to those of all" {
  take cases.csv
  in_office 2023-06-30 inspect import list.csv >/dev/null
  in_office 2023-06-30 case list --format json | jq -e '
    .figures as $all | .by_class | [.[]] as $of | ["cases", "closed", "visits", "warnings", "fined", "transfers"]
    | all(. as $name | ($of | map(.[$name]) | add) == $all[$name])'
  [ "$(in_office 2023-06-30 case list --format json | jq -r '.by_class["二级医院"] | "\(.cases) \(.fine_amount)"')" = '2 30000.00' ]
}

@test "the table of figures knows each figure of cases by its name" {
  take cases.csv
  known=$(sed -n '/^statistics.cases = {/,/}/p' "$ZICHA_ROOT/scripts/zicha/statistics.lua" | grep -o '"[a-z_]*"' | tr -d '"' | sort)
  [ "$(figures 2023-01-01 2023-12-31 '| keys[]' | tr -d '"' | sort)" = "$known" ]
}

@test "one case is entered and closed with its penalties, by somebody" {
  unset ZICHA_BY
  take cases.csv
  expect 64 'say who decides this'
  on 2023-06-30 case add 甲〔2023〕1号 --facility F001 --cause 重复收费 --procedure general --filed 2023-06-01
  expect 64 'say who decides this'
  on 2023-06-30 case add 甲〔2023〕1号 --facility F001 --item charged --cause 重复收费 --procedure 一般 --filed 2023-06-01 --lead X-1 --by 王科长
  expect 0 'is entered'
  on 2023-06-30 case add 甲〔2023〕1号 --facility F001 --cause 再次 --procedure general --filed 2023-06-01 --by 王科长
  expect 65 'there is a case 甲〔2023〕1号 already'
  on 2023-06-30 case close 甲〔2023〕1号 --date 2023-06-29 --fine 1000.50 --warning --points-facilities 3 --transfers 市监、医保 --by 王科长
  expect 0 'is closed, as of 2023-06-29' 'no 处罚决定日期 was given: the penalty counts on 2023-06-29' 'the transfer counts on 2023-06-29'
  [ "$(in_office 2023-06-30 case list --format json | jq -c '.cases[0] | [.filed, .penalty_day, .closed, .fine, .warning, .points_facilities, .transfers, .transfer_day, .entry, .lead]')" = '["2023-06-01","2023-06-29","2023-06-29","1000.50",1,3,"insurance,market","2023-06-29","charged","X-1"]' ]
  on 2023-06-30 case close 甲〔2023〕1号 --by 王科长
  expect 65 'was closed on 2023-06-29'
  on 2023-06-30 case close 〔2023〕 --by 王科长
  expect 65 'did you mean 甲〔2023〕1号?'
}

@test "all mistakes in cases are told at once with line and remedy, and nothing is written" {
  cat >bad.csv <<'END'
案号,机构编码,当事人,检查项编号,案由,程序,立案日期,结案日期,处罚决定日期,罚款,警告,移送部门
A1,F01,,charged,重复收费,一般,2023-05-01,,,,,
A2,F001,,chargd,重复收费,一般,2023-05-01,,,,,
A3,F001,,,重复收费,特别,2023-05-01,,,,,
A4,F001,,,重复收费,一般,2023-05-01,2023-04-01,,,,
A5,F001,,,重复收费,一般,2023-05-01,,,100,,
A6,F001,,,重复收费,一般,2023-05-01,,,一百,,
A7,,,,重复收费,一般,2023-05-01,,,,,
,F001,,,重复收费,一般,2023-05-01,,,,,
A9,F001,,,,一般,,,,,也许,工商
A1,F001,,,重复收费,一般,2023-05-01,,,,,
B1,,乙镇卫生院,,重复收费,一般,2023-05-01,,,,,
B2,F001,丙村卫生室,,重复收费,一般,2023-05-01,,,,,
A10,F001,患者110101199003074258,,重复收费,一般,2023-05-01,,,,,
END
  take bad.csv
  expect 65 'bad.csv:2: the roster has no facility F01' 'did you mean charged?' \
    'bad.csv:4: 程序: 特别 is no word' 'bad.csv:5: 结案日期: 2023-04-01 is before the case was filed' \
    'bad.csv:6: the day is missing on which the penalty was decided' 'bad.csv:7: 罚款: 一百 is no amount' \
    'bad.csv:8: the case does not say against whom it is' 'bad.csv:9: 案号 is missing' \
    'bad.csv:10: 警告: 也许 is neither 是 nor 否' '移送部门: 工商 is no word' \
    'bad.csv:11: the case A1 stands on line 2 already' \
    'bad.csv:12: 当事人: 乙镇卫生院 is on the roster, and the row has no code' 'write its code F002' \
    'bad.csv:13: 当事人: 丙村卫生室 is not what F001 is called' 'bad.csv:14: 当事人: there is an identity number in it' 'nothing was taken over'
  [ "$(sql 'select count(*) from legal_case')" = 0 ]
}

@test "numbers that a spreadsheet has spoiled, empty options and days in the wrong order are refused" {
  cat >bad.csv <<'END'
案号,机构编码,案由,程序,立案日期,处罚决定日期,结案日期,公布日期
2.02E+13,F001,收费,一般,2023-05-01,,,
C2,F001,#N/A,一般,2023-05-01,,,
C3,F001,收费,一般,2023-05-01,2023-05-20,2023-05-10,2023-04-30
END
  take bad.csv
  expect 65 'bad.csv:2: 案号: a spreadsheet program has made 2.02E+13 of it' 'bad.csv:3: 案由: a spreadsheet' \
    'bad.csv:4: 处罚决定日期: 2023-05-20 is after the case was closed, 2023-05-10' \
    'bad.csv:4: 公布日期: 2023-04-30 is before the case was filed'
  on 2023-06-30 case add '　A1 ' --facility F001 --cause 收费 --procedure general --filed 2023-05-01
  expect 0 'case A1 is entered'
  on 2023-06-30 case add A1 --facility F001 --cause 收费 --procedure general --filed 2023-05-01
  expect 65 'there is a case A1 already'
  on 2023-06-30 case close A1 --date ''
  expect 64 '--date is empty'
  [ "$(sql "select count(*) from event where action like 'case%'")" = 1 ]
}

@test "cases are listed open, of a facility, and in words" {
  take cases.csv
  on 2023-06-30 case list --open
  expect 0 '2号  F001 甲镇医院: 超范围执业 (一般), filed 2023-03-28, open  警告' '4号  F003'
  never '1号'
  on 2023-06-30 case list --facility F002
  expect 0 '1 cases listed' 'in these days 1 filed (1 simple, 0 general), 1 closed, fines 500.00 yuan'
  on 2023-06-30 case list --open
  expect 0 'in these days 2 filed (0 simple, 2 general), 0 closed, fines 0.00 yuan'
  on 2023-06-30 case list --facility F01
  expect 64 'the roster has no facility F01; did you mean F001 (甲镇医院)?'
  on 2023-06-30 case list --from 2023-06-30 --to 2023-01-01
  expect 64 '--from 2023-06-30 is later than --to 2023-01-01'
  ZICHA_LANG=zh_CN on 2023-06-30 case list
  expect 0 '1号  F001 甲镇医院：重复收费（一般），2023-03-15立案，2023-04-20结案  罚款30000.00元' \
    '5号  — 无证行医者' '列出5件；时段内立案5起（简易1、一般4），结案3起，罚款50500.01元'
}

@test "a column that is not read is named, one of money or days refused unless it is meant" {
  printf '案号,机构编码,案由,程序,立案日期,罚款（元）,处罚决定日期,处罚种类,序号\nA1,F001,收费,一般,2023-05-01,300,2023-05-02,罚款,1\n' >units.csv
  take units.csv
  expect 0 '1 cases: 1 new' 'note: units.csv: these columns are not read: 处罚种类'
  [ "$(sql 'select fine from legal_case')" = 30000 ]
  printf '案号,机构编码,案由,程序,立案日期,罚款金额(元),没收违法所得（万元）,结案时间,送达日期\nA2,F001,收费,一般,2023-05-01,300,1,2023-05-02,2023-05-03\n' >bad.csv
  take bad.csv
  expect 65 'bad.csv:1: the column 罚款金额(元) is not read, and it looks like one of money' \
    'if it is one of 罚款、没收违法所得、退回金额, call it so, in yuan' 'the column 没收违法所得（万元） is not read' \
    'the column 结案时间 is not read, and it looks like one of days' 'the column 送达日期' 'has 4 mistakes'
  sed '1s/.*/案号,机构编码,案由,程序,立案日期,罚款,没收违法所得,结案日期,不读送达日期/; s/,300,1,/,,,/' bad.csv >good.csv
  take good.csv
  expect 0 '1 cases: 1 new'
  never 'not read'
}

@test "a case that is taken back counts nowhere, is listed when asked, and does not come back with its list" {
  take cases.csv
  on 2023-06-30 case void 示例卫医罚〔2023〕5号 --by 王科长
  expect 64 '--reason TEXT'
  on 2023-06-30 case void 示例卫医罚〔2023〕5号 --reason 重复登记 --by 王科长
  expect 0 'is taken back'
  [ "$(figures 2023-01-01 2023-06-30 '| [.cases, .fine_amount, .confiscated, .transfers_police]')" = '[4,"30500.00","2.80",1]' ]
  on 2023-06-30 case list
  never 5号
  on 2023-06-30 case list --void
  expect 0 '罚款20000.01元' '已作废（2023-06-30 王科长：重复登记）' '1 cases were taken back'
  take cases.csv
  expect 0 'note: 示例卫医罚〔2023〕5号 was taken back on 2023-06-30 (重复登记) and is passed over' '1 were taken back and are passed over, the others are known already; nothing was written'
  on 2023-06-30 verify
  expect 0 'everything is as it was written'
  sqlite3 o/zicha.db 'delete from withdrawn'
  on 2023-06-30 verify --mend
  on 2023-06-30 case import --again cases.csv --by 王科长
  expect 0 '5 cases: 1 new, 0 changed'
  [ "$(sql 'select count(*) from withdrawn')" = 1 ]
}

@test "formulas in a case stay inert, and come back as they were" {
  on 2023-06-30 case add "=1+1" --facility F001 --cause "@cmd" --procedure simple --filed 2023-06-01 --note "+x" --by 王科长
  in_office 2023-06-30 case list --format csv >out.csv
  grep -qF "'=1+1" out.csv
  grep -qF "'@cmd" out.csv
  take out.csv
  expect 0 'nothing was written'
}

@test "verify makes cases and registers again from the events" {
  take cases.csv
  printf '编号,内容\nX-1,诱导就诊\n' >leads.csv
  in_office 2023-06-30 register import leads leads.csv >/dev/null
  sqlite3 o/zicha.db "update legal_case set fine = 1; delete from register_row; delete from register_head"
  on 2023-06-30 verify
  expect 65 'table cases: 5 entries are others than the events and files make, such as 示例卫医罚〔2023〕1号; `zicha verify --mend`' \
    'table rows of registers: 1 entries that the events and files make are missing, such as leads X-1' \
    'table columns of registers: 1 entries' '3 faults'
  on 2023-06-30 verify --mend
  on 2023-06-30 verify
  expect 0 'everything is as it was written'
  [ "$(sql 'select sum(fine) from legal_case')" = 5050001 ]
}

# ---- registers -----------------------------------------------------------------------

@test "the registers of the plan are listed with their rows" {
  take cases.csv
  on 2023-06-30 register list
  expect 0 'cases  案件台账: 5 rows (县卫生健康局)' 'leads  问题线索专门台账: 0 rows'
  on 2023-06-30 register show cases
  expect 0 '5 cases listed'
  on 2023-06-30 register import cases cases.csv
  expect 64 'zicha case import cases.csv'
  on 2023-06-30 register show hints
  expect 64 'it wants cases leads sessions patients_seen'
}

@test "a register without a table takes what its list names, known by its number" {
  printf '序号,编号,内容,来源\n1,X-1,诱导就诊,举报\n2,X-2,=收受回扣,信访\n' >leads.csv
  on 2023-06-30 register import leads leads.csv
  expect 0 '2 rows: 2 new, 0 changed'
  on 2023-06-30 register import leads leads.csv
  expect 0 'nothing was written'
  sed 's/举报/媒体/' leads.csv >later.csv
  on 2023-06-30 register import leads later.csv
  expect 0 '2 rows: 0 new, 1 changed'
  [ "$(sql 'select body from event order by seq desc limit 1' | jq -r '.changes[0] | "\(.line) \(.was["来源"])"')" = 'X-1 举报' ]
  in_office 2023-06-30 register show leads --format csv >out.csv
  grep -qF "'=收受回扣" out.csv
  [ "$(in_office 2023-06-30 register show leads --format json | jq -c '.rows | map(.cells["来源"])')" = '["媒体","信访"]' ]
}

@test "rows of a register with a table are typed, and the header is to be had" {
  on 2023-06-30 register show sessions --format csv
  expect 0 '日期,主题,会议类型,主持人,参加人员,会议纪要编号'
  printf '日期,主题,会议类型,参加人员\n2023-04-01,部署,党委会,001、002\n2023-04-02,部署,,\n' >s.csv
  on 2023-06-30 register import sessions s.csv
  expect 0 '2 rows: 2 new'
  [ "$(in_office 2023-06-30 register show sessions --format json | jq -c '.rows[0].cells')" = '{"attendees":"001、002","date":"2023-04-01","kind":"党组会","topic":"部署"}' ]
  printf '日期,主题,会议类型,参加人员\n2023-04-03,部署,外星会,\n2023-13-01,部署,,\n2023-04-03,部署,外星会,\n' >bad.csv
  on 2023-06-30 register import sessions bad.csv
  expect 65 'bad.csv:2: «外星会» is no value of kind' 'bad.csv:3:' 'the same as the one in line 2' 'nothing was taken over'
  [ "$(sql 'select count(*) from register_row')" = 2 ]
}

@test "columns that name patients do not get into a register" {
  in_office 2023-06-30 register show patients_seen --format csv >header.csv
  grep -q 性别 header.csv
  [ "$(grep -c 患者编号 header.csv)" = 0 ]
  printf '患者编号,性别\nP1001,男\nP1002,女\n' >p.csv
  on 2023-06-30 register import patients_seen p.csv
  expect 0 '2 rows: 2 new' 'the column 患者编号 names patients and was left out'
  [ "$(sql 'select body from event; select body from register_row' | grep -c P100)" = 0 ]
}
