#!/usr/bin/env bats
# An office fills in the plan's 量化统计表: every figure is that of the reports that count.
load helper
load county
load charges

json() { zicha -C o --today 2023-12-01 statistics "$@" --format json; }

# What a row has: value ROW <DOCUMENT
value() { jq -r --arg row "$1" '.rows[] | select(.id == $row).value'; }

@test "figures of a round are the sums of its reports that count, classes add up to them" {
  collected_office
  for round in 2023-03-31 2023-06-30 2023-09-30; do
    counting "$round" >counts
    json --round "$round" --by class >table.json
    jq -s -S '{here: length, problems: (map(.figures.counted) | add), rectified: (map(.figures.rectified) | add),
      zero: (map(select(.nil)) | length),
      left_out: (map(select((.left_out | add) > 0)) | length)}' counts >wanted
    jq -S '(.rows | map({key: .id, value: .value}) | from_entries) as $row | {here: .total.reported,
      problems: ($row.problems | tonumber), rectified: ($row.rectified | tonumber),
      zero: .total.zero, left_out: .total.left_out}' \
      table.json >got
    diff wanted got
    # Money: the trace tells all of it, the table as many decimals as it shows.
    cents=$(jq -s 'map(.figures.refund | sub("\\."; "") | tonumber) | add' counts)
    zicha -C o statistics --round "$round" --trace refunds --format json | jq -r '.sums.refund | sub("\\."; "")' >traced
    [ "$(cat traced)" = "$cents" ]
    jq -e --argjson cents "$cents" '.rows[] | select(.id == "refunds").value | (split(".")[1] | length) as $places
      | (tonumber * 1000000 - $cents | fabs) <= pow(10; 6 - $places) / 2' table.json
    # Column by column.
    jq -s -S -c 'group_by(.class) | map({key: .[0].class, value: (map(.figures.counted) | add)}) | from_entries' \
      counts >wanted
    jq -S -c '[[.groups[] | select(.reported > 0).title], [.groups as $g | .rows[] | select(.id == "problems").cells
      | to_entries[] | select($g[.key].reported > 0).value | tonumber]] | transpose | map({key: .[0], value: .[1]})
      | from_entries' table.json >got
    diff wanted got
    jq -e 'all(.rows[] | select(.additive and (.cells | index("") | not));
      ([.cells[] | tonumber] | add * 1000000 | round) == (.value | tonumber * 1000000 | round))' table.json
  done
}

@test "a rate is of the sums, not the mean of the facilities' rates" {
  collected_office
  counting 2023-06-30 >counts
  wanted=$(jq -s '[map(.figures.rectified), map(.figures.counted)] | map(add)
    | .[0] * 1000 / .[1] + 0.5 | floor / 10' counts)
  [ "$(json --round 2023-06-30 | value rectification_rate)" = "$wanted" ]
  jq -r -s 'group_by(.class) | .[] | [.[0].class, (map(.figures.counted) | add), (map(.figures.rectified) | add)]
    | select(.[1] > 0) | [.[0], (.[2] * 1000 / .[1] + 0.5 | floor / 10)] | @tsv' counts | sort >wanted
  json --round 2023-06-30 --by class | jq -r '.groups as $g | .rows[] | select(.id == "rectification_rate").cells
    | to_entries[] | select(.value != "") | [$g[.key].title, (.value | tonumber)] | @tsv' | sort >got
  diff wanted got
}

@test "towns add up, too, and are those of the roster" {
  collected_office
  counting 2023-06-30 | jq -s -S -c 'group_by(.town) | map({key: .[0].town, value: (map(.figures.counted) | add)})
    | from_entries' >wanted
  json --round 2023-06-30 --by town | jq -S -c '.groups as $g | .rows[] | select(.id == "problems").cells
    | to_entries | map({key: $g[.key].title, value: (.value | tonumber)}) | from_entries' >got
  diff wanted got
}

@test "towns and classes add up with a blank town, and with classes that are expected no more" {
  make_charges
  charges case add 1号 --facility B1 --cause 收费 --procedure simple --filed 2023-05-01 --by 王 >/dev/null
  charges case add 2号 --facility D1 --cause 收费 --procedure simple --filed 2023-05-02 --by 王 >/dev/null
  charges statistics --round q2 --by town --format json >table.json
  [ "$(jq -c '[[.groups[].title], (.rows[] | select(.id == "cases") | .value, .cells)]' table.json)" = \
    '[["东镇","—","西镇"],"2",["0","1","1"]]' ]
  charges statistics set trained:村卫生室=5 trained:诊所=7 --round q2 --by 王 >/dev/null
  # The only facility of a class leaves the roster, and that of another one changes its class.
  sed '/^D1/d; s/己门诊部,门诊部/己门诊部,一级医院/' roster.csv >less.csv
  charges statistics set trained:门诊部=3 --round q2 --by 王 >/dev/null
  charges roster import less.csv --reason 注销 --from 2023-01-01 --by 王 >/dev/null
  charges statistics --round q2 --by class --format json >table.json
  [ "$(jq -c '[.groups[] | [.title, .expected]]' table.json)" = \
    '[["乡镇卫生院",1],["诊所",3],["村卫生室",0],["一级医院",1],["门诊部",0]]' ]
  jq -e '.rows | map({key: .id, value: [.value, .cells]}) | from_entries
    | .cases == ["2", ["0", "1", "1", "0", "0"]] and .trained == ["15", ["", "7", "5", "", "3"]]' table.json
  # Both who left the list and who is told not to report are not expected any more.
  sed '/^A1/s/$/,否/; /^机构/s/$/,应报/; /^[BM]/s/$/,是/' less.csv >none.csv
  charges roster import none.csv --reason 停业 --by 王 | grep -q '1 not expected any more'
  sed -i 's/,否$/,是/' none.csv
  charges roster import none.csv --reason 复业 --by 王 >/dev/null
  at statistics --round q2 --by class
  expect 0 '村卫生室（不再应报）' '门诊部（不再应报）'
  zicha -C o --today 2023-12-01 statistics --round q2 --by class --format csv 2>/dev/null | head -n 1 | grep -q '村卫生室（不再应报）'
  at statistics --round q2 --trace trained:门诊部
  expect 0 3
  # The papers that count no classes have the same total.
  charges summary --round q2 --format json | jq -e '.statistics.rows[] | select(.id == "trained").value == "15"'
}

@test "the round before and the change are told" {
  collected_office
  json --round 2023-03-31 >first.json
  json --round 2023-06-30 --previous >second.json
  [ "$(jq -r .previous.round second.json)" = 2023-03-31 ]
  [ "$(jq -r '.rows[] | select(.id == "problems").previous' second.json)" = "$(value problems <first.json)" ]
  jq -e '.rows[] | select(.id == "problems") | (.change | tonumber) == (.value | tonumber) - (.previous | tonumber)' \
    second.json
  at statistics --round 2023-03-31 --previous # there is none before the first
  expect 0
}

@test "a window has the problems that were found on its days" {
  collected_office
  make_county
  json --window 2023-05-01..2023-05-31 >table.json
  sqlite3 o/zicha.db "SELECT sum(counted) FROM collected_problem p JOIN standing s USING (report)
    WHERE s.counts = 1 AND s.round = '2023-06-30' AND found BETWEEN '2023-05-01' AND '2023-05-31'" >wanted
  [ "$(value problems <table.json)" = "$(cat wanted)" ]
  # The records say the same.
  counted_records 2023-06-30 |
    jq -s '[.[].problems[] | select(.counted and .found >= "2023-05-01" and .found <= "2023-05-31")] | length' >records
  [ "$(cat records)" = "$(cat wanted)" ]
  at statistics --window 2023-05-01..2023-04-01
  expect 64
  at statistics --window 2023-05-01..2023-05-31 --round 2023-06-30
  expect 64
}

@test "the span before a window is as long, and has the problems found on its days" {
  collected_office
  json --window 2023-05-21..2023-06-10 --previous >table.json
  [ "$(jq -r '.previous | "\(.from) \(.to)"' table.json)" = "2023-04-30 2023-05-20" ]
  counted_records 2023-06-30 >records
  found() { jq -s --arg from "$1" --arg to "$2" '[.[].problems[] | select(.counted and .found >= $from and .found <= $to)] | length' records; }
  [ "$(jq -r '.rows[] | select(.id == "problems") | "\(.value) \(.previous)"' table.json)" = \
    "$(found 2023-05-21 2023-06-10) $(found 2023-04-30 2023-05-20)" ]
  [ "$(found 2023-04-30 2023-05-20)" -gt 0 ]
}

@test "days behind the reports have no figures of them; those that reach into the days tell as much as they know" {
  make_charges # all reports are of 25 June
  for days in 2023-07-01..2023-07-11 2024-01-01..2024-02-01; do
    charges statistics --window "$days" --by class --format json >table.json
    jq -e '.rows[] | select(.id == "problems") | .value == null and .lacks == "not_reached" and .open == false
      and (.cells | all(. == "")) and .reason.args.day == "2023-06-25"' table.json
    [ "$(jq -c .reach table.json)" = '{"before":4,"last":"2023-06-25","within":0}' ]
  done
  run charges statistics --window 2023-07-01..2023-07-11
  expect 0 '4 facilities have reported before these days'
  charges statistics --window 2023-07-01..2023-07-11 --format markdown 2>/dev/null >paper.md
  grep -q '| 发现问题 | 个 | — | .*2023-06-25' paper.md
  grep -q '4家机构的报告早于统计时段' paper.md
  [ "$(charges circular --window 2023-07-01..2023-07-11 --format markdown 2>/dev/null | grep -c '登记问题—个')" = 1 ]
  charges circular --window 2023-07-01..2023-07-11 --format markdown 2>/dev/null >paper.md
  grep -q '^反弹：没有报告说到统计时段，情况不明' paper.md
  grep -q '^逾期：没有报告说到统计时段，情况不明' paper.md
  charges summary --window 2023-07-01..2023-07-11 --format markdown 2>/dev/null >paper.md
  grep -q '没有报告说到统计时段内的问题' paper.md
  no grep -q '登记问题（个）' paper.md
  # A window that they reach into: what they know counts, and how far they reach is told.
  charges statistics --window 2023-06-20..2023-07-11 --format json >table.json
  [ "$(value problems <table.json)" = 2 ]
  [ "$(jq -c .reach table.json)" = '{"before":0,"last":"2023-06-25","within":4}' ]
  run charges statistics --window 2023-06-20..2023-07-11
  expect 0 '4 facilities have reported before these days were over'
  charges statistics --window 2023-06-20..2023-07-11 --format markdown 2>/dev/null | grep -q '4家机构的报告在时段结束前作出'
  # Days that they cover wholly need no word.
  charges statistics --window 2023-06-01..2023-06-25 --format json | jq -e 'has("reach") | not'
}

@test "figures of paper are as of the day on which the list was received, wherever they are counted" {
  make_charges # checked on 25 June, due on the 30th, done on the 28th, received on 5 July
  charges statistics --round q2 --trace l.due_total --format json >due.json
  charges statistics --round q2 --trace l.on_time --format json >done.json
  [ "$(jq -c '[.value, [.facilities[].code]]' due.json)" = '["2",["A1","B2"]]' ]
  [ "$(jq -c '[.value, [.facilities[] | .code, .ledger_day, .problems.on_time]]' done.json)" = '["1",["A1","2023-07-05",[1]]]' ]
  # The same of days.
  [ "$(charges statistics --window 2023-06-01..2023-06-30 --trace l.due_total --format json | jq -r .value)" = 2 ]
  charges summary --round q2 --format markdown 2>/dev/null >paper.md
  grep -q '整改率50%.*到期应完成2个，按期完成1个，按期整改率50%' paper.md
  grep -q '手工登记的为收到之日' paper.md
  charges compare --round q2 --format json | jq -e '.facilities[] | select(.code == "A1") | .on_time_rate == "100%"'
  charges verify
}

@test "the days before a window are not compared with the same round's reports" {
  make_charges
  charges statistics --window 2023-06-01..2023-06-30 --previous --format json >table.json
  jq -e '.previous.round == "q2" and .previous_total == {}' table.json
  charges summary --window 2023-06-01..2023-06-30 --format markdown 2>/dev/null >paper.md
  no grep -q '上期（' paper.md
  # Of another round they are.
  charges statistics --window 2023-04-01..2023-06-30 --previous --format json >table.json
  jq -e '.previous.round == "q1" and .previous_total.missing == 6' table.json
}

@test "a rise is printed with ＋, a fall with －" {
  make_charges
  charges statistics --window 2023-06-20..2023-06-25 --previous --format markdown 2>/dev/null | grep -q '| 发现问题 | 个 | 2 | 0 | ＋2 |'
  charges case add 1号 --facility B1 --cause 收费 --procedure simple --filed 2023-03-01 --by 王 >/dev/null
  charges statistics --round q2 --previous --format markdown 2>/dev/null | grep -q '| 立案 | 起 | 0 | 1 | －1 |'
}

@test "a table whose columns do not add up to its total is not printed" {
  make_charges
  for class in '' 乡镇卫生院 诊所 村卫生室 门诊部; do
    sqlite3 o/zicha.db "INSERT INTO manual_figure (plan, round, line, class, value, day, by, reason)
      VALUES ('county/charges', 'q2', 'trained', '$class', '3', '2023-07-12', '王', '')"
  done
  run charges statistics --round q2 --by class
  expect 70 'the columns of «培训» add up to 12, not to 3'
  sqlite3 o/zicha.db "UPDATE manual_figure SET value = '12' WHERE class = ''"
  run charges statistics --round q2 --by class
  expect 0
}

@test "the trace of a cell adds up to it, and leads to report files that hash so" {
  collected_office
  json --round 2023-06-30 --by class >table.json
  for row in problems rectified refunds; do
    zicha -C o statistics --round 2023-06-30 --trace "$row" --format json >trace.json
    jq -e '(.facilities | map(.values | to_entries[0].value | tonumber) | add * 100 | round)
      == (.sums | to_entries[0].value | tonumber * 100 | round)' trace.json
  done
  zicha -C o statistics --round 2023-06-30 --trace problems --format json >trace.json
  [ "$(jq -r .value trace.json)" = "$(value problems <table.json)" ]
  [ "$(jq '.facilities | map(.values.counted | tonumber) | add' trace.json)" = "$(value problems <table.json)" ]
  # Each problem once, as many as the value says.
  jq -e 'all(.facilities[]; (.problems.counted | length) == (.values.counted | tonumber))' trace.json
  # Also of what depends on the day: that on which the ledger was counted, which may be later than the report's.
  jq -e 'any(.facilities[]; .ledger_day > .day)' trace.json
  for figure in overdue due_total on_time; do
    zicha -C o statistics --round 2023-06-30 --trace l.$figure --format json |
      jq -e --arg f $figure '(.facilities | length > 20) and all(.facilities[]; (.problems[$f] | length) == (.values[$f] | tonumber))'
  done
  jq -r '.facilities[] | .sha256 + "  o/" + .file' trace.json >sums
  [ "$(wc -l <sums)" -gt 200 ]
  sha256sum --quiet -c sums
  # A class: its part alone.
  zicha -C o statistics --round 2023-06-30 --trace problems:诊所 --format json >trace.json
  [ "$(jq '.facilities | map(.values.counted | tonumber) | add' trace.json)" = "$(jq -r '.groups as $g
    | .rows[] | select(.id == "problems").cells | to_entries[] | select($g[.key].title == "诊所").value' table.json)" ]
  jq -e 'all(.facilities[]; .class == "诊所")' trace.json
}

@test "the trace of a rate names the rows it is made of; counts of facilities can be traced" {
  collected_office
  zicha -C o statistics --round 2023-06-30 --trace rectification_rate --format json >trace.json
  [ "$(jq -c '[.made_of[].id]' trace.json)" = '["rectified","problems"]' ]
  [ "$(jq -r '[.made_of[].value] | @tsv' trace.json)" = "$(jq -r '[.sums.rectified, .sums.counted] | @tsv' trace.json)" ]
  jq -r --arg round 2023-06-30 'select(.round == $round and .expected and .on_roster
    and (.state | IN("accepted", "late") | not)).facility' "$key" | sort >wanted
  zicha -C o statistics --round 2023-06-30 --trace o.missing --format json | jq -r '.facilities[].code' | sort >got
  diff wanted got
  counting 2023-06-30 | jq -r 'select(.nil).facility' | sort >wanted
  zicha -C o statistics --round 2023-06-30 --trace o.zero --format json | jq -r '.facilities[].code' | sort >got
  diff wanted got
  at statistics --trace nothing
  expect 64 'no row nothing; known: '
  at statistics --trace problems:某类
  expect 64 某类
}

@test "figures that people enter are marked everywhere, and in the ledger once" {
  collected_office
  at statistics set trained=1200 cases:诊所=2 cases:门诊部=3 --round 2023-06-30
  expect 64 --by
  at statistics set trained=1200 cases:诊所=2 cases:门诊部=3 --round 2023-06-30 --by 王敏 --reason 各科汇总
  expect 0
  [ "$(sqlite3 o/zicha.db "SELECT count(*) FROM event WHERE action = 'statistics_set'")" = 1 ]
  json --round 2023-06-30 >table.json
  [ "$(jq -r '[.rows[] | select(.manual) | .id, .value] | join(" ")' table.json)" = "cases 5 trained 1200" ]
  at statistics --round 2023-06-30
  expect 0 'entered by hand'
  for format in markdown html csv; do
    zicha -C o --today 2023-12-01 statistics --round 2023-06-30 --format $format 2>/dev/null >paper
    [ "$(grep -o 手工填报 paper | wc -l)" -ge 2 ]
  done
  at statistics --round 2023-06-30 --trace trained
  expect 0 王敏 各科汇总 1200
  [ "$(json --round 2023-03-31 | jq -r '[.rows[] | select(.manual)] | length')" = 0 ]
  at verify
  expect 0
  # Taken back.
  at statistics set trained= --round 2023-06-30 --by 王敏
  expect 0
  [ "$(json --round 2023-06-30 | value trained)" = null ]
}

@test "what people enter for a round counts in no other days" {
  make_charges
  charges statistics set trained=35 cases:诊所=2 --round q2 --by 王 >/dev/null
  charges statistics --window 2023-06-01..2023-06-30 --previous --format json >table.json
  jq -e '.manual == [] and (.rows[] | select(.id == "trained") | .value == null and .previous == null
    and .lacks == "other_days" and (.open | not) and (.reason.text | length > 0))' table.json
  jq -e '.rows[] | select(.id == "cases") | .value == null and .lacks == "not_kept"' table.json
  at statistics --window 2023-06-01..2023-06-30
  expect 0 'people enter it for whole rounds'
  charges statistics --window 2023-06-01..2023-06-30 --format csv 2>warnings | grep -q '培训,人次,—,.*人工填报的是整个轮次的数'
  run cat warnings
  never '培训'
  # The days of the round are the round.
  [ "$(charges statistics --window 2023-04-01..2023-06-30 --format json | value trained)" = 35 ]
  [ "$(charges statistics --round q2 --format json | value trained)" = 35 ]
}

@test "what is computed, unknown or no number is not entered, and nothing of that command is" {
  collected_office
  for word in problems=3 nothing=3 trained=many trained cases:某类=2 trained=1e3 trained=-35 trained=3.75 \
    trained=123456789012345678901234567890 cases=2 refunds=1; do
    at statistics set cases=1 "$word" --by 王敏
    expect 64
  done
  at statistics set cases=1 cases:诊所=1 --by 王敏
  expect 64
  [ "$(sqlite3 o/zicha.db 'SELECT count(*) FROM manual_figure')" = 0 ]
}

@test "a figure is held against its unit, and one that is not changed writes nothing" {
  collected_office
  at statistics set trained=-35 --by 王敏
  expect 64 'trained: -35 is below 0'
  at statistics set trained=3.75 --by 王敏
  expect 64 'trained: 3.75 is no whole number, and it counts in 人次'
  at statistics set trained=1 trained=2 --by 王敏
  expect 64 'trained=2: this figure stands in the command twice'
  at statistics set trained= --by 王敏
  expect 0 'nothing was written'
  at statistics set trained=35 --by 王敏
  expect 0 '1 figures of the round'
  at statistics set trained=35 --by 李某
  expect 0 'nothing was written'
  at statistics set trained= --by 王敏
  expect 0 '1 figures of the round' 'are taken back, by 王敏'
  [ "$(sqlite3 o/zicha.db "SELECT count(*) FROM event WHERE action = 'statistics_set'")" = 2 ]
}

@test "verify finds a figure that nobody has entered" {
  collected_office
  at statistics set trained=1200 --round 2023-06-30 --by 王敏
  sqlite3 o/zicha.db "UPDATE manual_figure SET value = '9999'"
  at verify
  expect 65 "figures entered by hand"
}

@test "blanks are blank, what no register keeps is 未登记, both never 0" {
  collected_office
  zicha -C o --today 2023-12-01 statistics --round 2023-06-30 --format markdown 2>warnings >paper.md
  grep -q '| 培训 | 人次 | \\_\\_\\_\\_ |' paper.md
  grep -q '| 立案 | 起 | 未登记 |' paper.md
  grep -q '填表人：\\_\\_\\_\\_' paper.md
  grep -q 培训 warnings
  printf 'filler: 张三\nauditor: 李四\nphone: "010-1"\n' >o/report.yaml
  zicha -C o --today 2023-12-01 statistics --round 2023-06-30 --format markdown 2>/dev/null |
    grep -q '填表人：张三　审核人：李四　联系电话：010-1　填报日期：2023年12月1日'
}

@test "cases are those of the register, also of whom no roster has; a figure by hand gives way to it" {
  collected_office
  at statistics set cases=9 --round 2023-06-30 --by 王敏
  expect 0
  first=$(awk -F , 'NR == 2 { print $1 }' "$roster")
  zicha -C o --today 2023-12-01 case add 1号 --facility "$first" --cause 超范围 --procedure simple --filed 2023-05-01 --by 王敏
  zicha -C o --today 2023-12-01 case close 1号 --date 2023-06-09 --fine 12500.50 --by 王敏
  zicha -C o --today 2023-12-01 case add 2号 --subject 无证诊所 --cause 无证行医 --procedure general --filed 2023-06-02 --by 王敏
  zicha -C o --today 2023-12-01 case add 3号 --facility "$first" --cause 超范围 --procedure general --filed 2023-08-02 --by 王敏
  json --round 2023-06-30 --by class >table.json
  [ "$(jq -c '.rows[] | select(.id == "cases") | [.value, .manual, .entered, (.cells | map(tonumber) | add)]' table.json)" = \
    '["2",false,"9",2]' ]
  [ "$(jq -r '.rows[] | select(.id == "cases").cells[-1]' table.json)" = 1 ]
  zicha -C o --today 2023-12-01 statistics --round 2023-06-30 --by class --format csv 2>/dev/null >paper.csv
  head -n 1 paper.csv | grep -q '名册外,来源'
  grep -q '手工曾填9，以登记为准' paper.csv
  zicha -C o statistics --round 2023-06-30 --trace cases --format json >trace.json
  [ "$(jq -c '[.facilities[] | [.code, .values.cases]]' trace.json)" = "[[\"$first\",\"1\"],[\"\",\"1\"]]" ]
  # It leads to cases with their amounts, and to no report.
  [ "$(jq -c '[.facilities[] | .sources.cases[0].case, .sha256]' trace.json)" = '["1号",null,"2号",null]' ]
  at statistics --round 2023-06-30 --trace c.fine_amount
  expect 0 '    case 1号, 2023-05-01: fine_amount 12500.50'
  never inbox/
  [ "$(json --round 2023-09-30 | value cases)" = 1 ]
  [ "$(json --round 2023-03-31 | value cases)" = 0 ] # a register is kept
  zicha -C o --today 2023-12-01 summary --round 2023-06-30 --format markdown 2>/dev/null |
    grep -q '立案2起（简易程序1起、一般程序1起），结案1起；.*罚款1家、1.25万元'
}

# ---- published figures ------------------------------------------------------------------

# An office whose plan has these rows, and one facility.
small_office() {
  mkdir -p plan/rules
  cat >plan/items.yaml <<'END'
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: "no"}
END
  {
    printf 'zicha: 1\nid: county/published\ntitle: 医疗乱象专项整治\nversion: "1"\nkind: rectification\nlevel: county\n'
    printf 'statistics:\n  rows:\n'
    cat
  } >plan/plan.yaml
  printf 'name: 某县卫生健康局\ncode: "1"\nlevel: county\n' >office.yaml
  printf '机构编码,机构名称,机构类别\nA1,甲诊所,诊所\n' >roster.csv
  "$ZICHA" init o --office --plan plan --office-file office.yaml >/dev/null
  "$ZICHA" -C o --today 2020-12-01 roster import roster.csv --by 王敏 >/dev/null
}

# of NAME: its number in the published $column, or 0.
of() { grep -o "\<$1=[0-9.]*" <<<"$column" | cut -d = -f 2 | grep . || echo 0; }

# The list of visits behind $column: each of somebody else, so many people and papers shared out.
visits() {
  echo 机构名称,检查日期,检查人数,问题表现,处理方式
  awk -v n="$(of inspected)" -v people="$(of inspectors)" -v opinions="$(of opinions)" -v orders="$(of orders)" \
    -v closed="$(of unlicensed_closed)" 'BEGIN {
    n = n > orders ? n : orders
    n = n > closed ? n : closed
    for (i = 1; i <= n; i++) {
      how = (i <= opinions ? "、监督意见书" : "") (i <= orders ? "、责令改正" : "") (i > n - closed ? "、取缔" : "")
      sub(/^、/, "", how)
      printf "某机构%d,2020-%02d-%02d,%d,%s,%s\n", i, 1 + i % 12, 1 + i % 28,
        int(people * i / n) - int(people * (i - 1) / n), how == "" ? "" : "某问题", how
    } }'
}

# The list of cases behind it: money in yuan, shared out to the cent.
cases() {
  echo 案号,当事人,案由,程序,立案日期,处罚决定日期,警告,罚款,没收违法所得,停业整顿,吊销许可证,注销,吊销证书人数,暂停执业人数,机构记分,人员记分,移送部门,移送日期
  awk -v n="$(of cases)" -v warned="$(of warnings)" -v fined="$(of fined)" -v fines="$(of fine_amount)" \
    -v taken="$(of confiscated)" -v suspended="$(of suspended)" -v revoked="$(of revoked)" -v cancelled="$(of cancelled)" \
    -v lost="$(of doc_revoked)" -v paused="$(of doc_suspended)" -v points="$(of points_fac)" -v staff="$(of points_staff)" \
    -v sent="$(of transfers)" '
    function part(all, i, n) { return i > n ? 0 : int(all * i / n + 1e-6) - int(all * (i - 1) / n + 1e-6) }
    function yes(i, n) { return i <= n ? "是" : "否" }
    BEGIN {
      if (n == 0) n = 40
      if (fined == 0) fined = n
      for (i = 1; i <= n; i++)
        printf "%d号,某人%d,某案由,一般,2020-03-01,2020-%02d-20,%s,%.2f,%.2f,%s,%s,%s,%d,%d,%d,%d,%s,%s\n", i, i, 3 + i % 9,
          yes(i, warned), part(fines * 1e6, i, fined) / 100, part(taken * 1e6, i, n) / 100, yes(i, suspended),
          yes(i, revoked), yes(i, cancelled), part(lost, i, n), part(paused, i, n), part(points, i, n), part(staff, i, n),
          i <= sent ? "公安" : "", i <= sent ? "2020-12-30" : ""
    }'
}

@test "published county columns come out of lists of visits and cases that sum to them" {
  # 甘肃2020年底、河北2022—2023年、聊城2013—2014年公布的数字。
  small_office <<'END'
    - {id: inspectors, title: 出动监督检查人员, unit: 人次, from: cases}
    - {id: inspected, title: 检查机构, unit: 家, from: cases}
    - {id: opinions, title: 下达监督意见书, unit: 份, from: cases}
    - {id: orders, title: 责令改正, unit: 户次, from: cases}
    - {id: cases, title: 立案, unit: 起, from: cases}
    - {id: warnings, title: 警告, unit: 家, from: cases}
    - {id: fined, title: 罚款家数, unit: 家, from: cases}
    - {id: fine_amount, title: 罚款金额, unit: 万元, from: cases}
    - {id: confiscated, title: 没收违法所得, unit: 万元, from: cases}
    - {id: suspended, title: 停业整顿, unit: 家, from: cases}
    - {id: revoked, title: 吊销许可证, unit: 家, from: cases}
    - {id: cancelled, title: 注销, unit: 家, from: cases}
    - {id: doc_revoked, title: 吊销医师证书, unit: 人, from: cases}
    - {id: doc_suspended, title: 暂停执业, unit: 人, from: cases}
    - {id: points_fac, title: 机构记分, unit: 分, from: cases}
    - {id: points_staff, title: 人员记分, unit: 分, from: cases}
    - {id: ads_cleared, title: 清理违法广告, unit: 家, from: manual}
    - {id: sites_closed, title: 关闭网站, unit: 家, from: manual}
    - {id: transfers, title: 移送, unit: 件, from: cases}
    - {id: complaints, title: 受理投诉举报, unit: 起, from: manual}
    - {id: unlicensed_closed, title: 取缔无证行医, unit: 户次, from: cases}
END
  mv o fresh
  for column in \
    'inspected=14267 opinions=1069 cases=1327 warnings=376 fined=953 fine_amount=454.7 suspended=97 revoked=1 cancelled=9 doc_revoked=2 doc_suspended=2 points_fac=96 points_staff=41 ads_cleared=69 sites_closed=3 transfers=10' \
    'inspectors=62035 inspected=42096 fine_amount=969.26 complaints=300' \
    'orders=107 confiscated=2.8 unlicensed_closed=288'; do
    rm -rf o
    cp -a fresh o
    visits >visits.csv
    cases >cases.csv
    zicha -C o --today 2020-12-31 inspect import visits.csv --by 王敏 >/dev/null
    zicha -C o --today 2020-12-31 case import cases.csv --by 王敏 >/dev/null
    # Three rows are of no register: people enter them.
    for row in $(grep -o '\(ads_cleared\|sites_closed\|complaints\)=[0-9]*' <<<"$column"); do
      zicha -C o --today 2020-12-31 statistics set "$row" --by 王敏 >/dev/null
    done
    tr ' ' '\n' <<<"$column" | awk -F = '{ printf "%s=%.2f\n", $1, $2 }' | sort >wanted
    zicha -C o --today 2020-12-31 statistics --format json >table.json
    jq -r '.rows[] | select(.value) | "\(.id) \(.value)"' table.json | awk '{ printf "%s=%.2f\n", $1, $2 }' | sort |
      comm -13 - wanted >missing
    [ ! -s missing ] || { cat missing; false; }
    [ "$(jq -c '[.rows[] | select(.manual) | .id] - ["ads_cleared", "sites_closed", "complaints"]' table.json)" = '[]' ]
    zicha -C o --today 2020-12-31 statistics --format csv 2>/dev/null >paper.csv
    awk -F , 'NR > 1 { printf "%s=%.2f\n", $2, $5 }' paper.csv | sort | comm -13 - wanted >missing
    [ ! -s missing ] || { cat missing paper.csv; false; }
  done
}

@test "a plan without rows of statistics is told as that" {
  make_charges
  sed -i '/^statistics:/,$d; s/version: "1"/version: "2"/' p/plan.yaml
  charges plan use p >/dev/null
  run charges statistics --round q2
  expect 0 'the plan has no rows of statistics'
  charges statistics --round q2 --format markdown 2>/dev/null >paper.md
  grep -q '方案没有规定量化统计表的栏目' paper.md
  no grep -q '^|' paper.md
}

@test "what there is not is refused, with what there is" {
  collected_office
  run zicha -C o statistics --by district
  expect 64
  run zicha -C o statistics --format pdf
  expect 64
  run zicha -C o statistics --round 1999
  expect 64 'known: 2023-03-31'
}

@test "foreign texts are inert in every form" {
  small_office <<'END'
    - {id: own, title: 某栏, unit: 个, from: manual}
END
  printf '机构编码,机构名称,机构类别,乡镇\nA1,"<script>alert(1)</script>|=1+1",诊所,"=cmd|x!A0"\n' >roster.csv
  "$ZICHA" -C o --today 2020-12-01 roster import roster.csv --by 王敏 --reason 更名 >/dev/null
  for format in markdown html; do
    zicha -C o --today 2020-12-01 summary --format $format 2>/dev/null >paper
    run grep -c '\(^\|[^\\]\)<script' paper
    [ "$output" = 0 ]
  done
  zicha -C o --today 2020-12-01 statistics --by town --format csv 2>/dev/null >paper.csv
  grep -q "'=cmd" paper.csv
}

@test "the same office gives the same bytes" {
  collected_office
  for command in "statistics --by class --format csv" "summary --format markdown" "circular --format html"; do
    # shellcheck disable=SC2086
    zicha -C o --today 2023-12-01 $command 2>/dev/null >first
    # shellcheck disable=SC2086
    zicha -C o --today 2023-12-01 $command 2>/dev/null >second
    cmp first second
  done
}
