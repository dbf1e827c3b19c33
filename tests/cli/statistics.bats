#!/usr/bin/env bats
# An office fills in the plan's 量化统计表: every figure is that of the reports that count.
load helper
load county
load golden

# A copy of the office that has collected the whole county, as ./o.
office() {
  local whole=$BATS_FILE_TMPDIR/whole
  if [ ! -d "$whole" ]; then
    make_county_office "$whole"
    collect_county "$whole"
  fi
  make_county
  cp -a "$whole" o
}

at() { run zicha -C o --today 2023-12-01 "$@"; }
json() { zicha -C o --today 2023-12-01 statistics "$@" --format json; }

# The lines of the key whose reports count for a round: counting ROUND
counting() {
  jq -c --arg round "$1" 'select(.round == $round and .expected and .on_roster
    and (.state == "accepted" or .state == "late"))' "$key"
}

# What a row has: value ROW <DOCUMENT
value() { jq -r --arg row "$1" '.rows[] | select(.id == $row).value'; }

@test "figures of a round are the sums of its reports that count, classes add up to them" {
  office
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
  office
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
  office
  counting 2023-06-30 | jq -s -S -c 'group_by(.town) | map({key: .[0].town, value: (map(.figures.counted) | add)})
    | from_entries' >wanted
  json --round 2023-06-30 --by town | jq -S -c '.groups as $g | .rows[] | select(.id == "problems").cells
    | to_entries | map({key: $g[.key].title, value: (.value | tonumber)}) | from_entries' >got
  diff wanted got
}

@test "the round before and the change are told" {
  office
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
  office
  make_county
  json --window 2023-05-01..2023-05-31 >table.json
  sqlite3 o/zicha.db "SELECT sum(counted) FROM collected_problem p JOIN standing s USING (report)
    WHERE s.counts = 1 AND s.round = '2023-06-30' AND found BETWEEN '2023-05-01' AND '2023-05-31'" >wanted
  [ "$(value problems <table.json)" = "$(cat wanted)" ]
  # The records say the same.
  counting 2023-06-30 | jq -r .file | while read -r path; do
    LC_ALL=C grep -ah '^<!-- zicha-record ' "$county/$path" | sed 's/^<!-- zicha-record //; s/ -->$//'
  done | jq -s '[.[].problems[] | select(.counted and .found >= "2023-05-01" and .found <= "2023-05-31")] | length' >records
  [ "$(cat records)" = "$(cat wanted)" ]
  at statistics --window 2023-05-01..2023-04-01
  expect 64
  at statistics --window 2023-05-01..2023-05-31 --round 2023-06-30
  expect 64
}

@test "the trace of a cell adds up to it, and leads to report files that hash so" {
  office
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
  office
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
  office
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

@test "what is computed, unknown or no number is not entered, and nothing of that command is" {
  office
  for word in problems=3 nothing=3 trained=many trained cases:某类=2 trained=1e3; do
    at statistics set cases=1 "$word" --by 王敏
    expect 64
  done
  at statistics set cases=1 cases:诊所=1 --by 王敏
  expect 64
  [ "$(sqlite3 o/zicha.db 'SELECT count(*) FROM manual_figure')" = 0 ]
}

@test "verify finds a figure that nobody has entered" {
  office
  at statistics set trained=1200 --round 2023-06-30 --by 王敏
  sqlite3 o/zicha.db "UPDATE manual_figure SET value = '9999'"
  at verify
  expect 65 manual_figure
}

@test "blanks are blank, what no register keeps is 未登记, both never 0" {
  office
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
  office
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

@test "published county columns come out as they went in" {
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
  for column in \
    'inspected=14267 opinions=1069 cases=1327 warnings=376 fined=953 fine_amount=454.7 suspended=97 revoked=1 cancelled=9 doc_revoked=2 doc_suspended=2 points_fac=96 points_staff=41 ads_cleared=69 sites_closed=3 transfers=10' \
    'inspectors=62035 inspected=42096 fine_amount=969.26 complaints=300' \
    'orders=107 confiscated=2.8 unlicensed_closed=288'; do
    sqlite3 o/zicha.db 'DELETE FROM manual_figure'
    # shellcheck disable=SC2086
    zicha -C o --today 2020-12-31 statistics set $column --by 王敏
    tr ' ' '\n' <<<"$column" | sort >wanted
    zicha -C o statistics --format json | jq -r '.rows[] | select(.manual) | .id + "=" + .value' | sort >got
    diff wanted got
    zicha -C o --today 2020-12-31 statistics --format csv 2>/dev/null |
      awk -F, '/手工填报/ && $5 ~ /[0-9]/ { print $2 "=" $5 }' | sort >got
    diff wanted got
  done
}

@test "what there is not is refused, with what there is" {
  office
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
  office
  for command in "statistics --by class --format csv" "summary --format markdown" "circular --format html"; do
    # shellcheck disable=SC2086
    zicha -C o --today 2023-12-01 $command 2>/dev/null >first
    # shellcheck disable=SC2086
    zicha -C o --today 2023-12-01 $command 2>/dev/null >second
    cmp first second
  done
}
