#!/usr/bin/env bats
# What an office registers itself (cases, inspections, registers, figures by hand) goes upward with its
# report, and the office above counts it: each part with its file, and nothing as 0 that nobody told.
load helper
load supervised

setup() {
  begin_test
  unset ZICHA_PASSPHRASE
  export ZICHA_LANG=en ZICHA_BY=张某
  make_levels
}

# A plan of each level with the rows of a 量化统计表 (domain d-3): $plans/…
make_level_plans() {
  plans=packages
  for level in province city county; do
    mkdir -p "$plans/$level/test"
    printf '%s\n' 'zicha: 1' "id: $level/test" "title: 方案$level" 'version: "1"' 'kind: rectification' \
      "level: $level" >"$plans/$level/test/plan.yaml"
  done
  echo 'extends: province/test' >>"$plans/city/test/plan.yaml"
  echo 'extends: city/test' >>"$plans/county/test/plan.yaml"
  cat >>"$plans/province/test/plan.yaml" <<'END'
departments:
  office: {title: 卫生健康局, role: lead}
registers:
  - {id: cases, title: 案件台账, by: office}
  - {id: leads, title: 问题线索台账, by: office}
coverage:
  - {id: all, metric: inspection, at_least: 100, text: 检查覆盖率100%}
statistics:
  rows:
    - {id: inspectors, title: 出动监督检查人员, unit: 人次, from: cases}
    - {id: inspected, title: 检查机构, unit: 家, from: cases}
    - {id: opinions, title: 下达监督意见书, unit: 份, from: cases}
    - {id: orders, title: 责令改正, unit: 户次, from: cases}
    - {id: cases, title: 立案, unit: 起, from: cases}
    - {id: cases_simple, title: 其中：简易程序, unit: 起, from: cases}
    - {id: cases_closed, title: 结案, unit: 起, from: cases}
    - {id: warnings, title: 警告, unit: 家, from: cases}
    - {id: fined, title: 罚款机构, unit: 家, from: cases}
    - {id: fine_amount, title: 罚款金额, unit: 万元, from: cases}
    - {id: confiscated, title: 没收违法所得, unit: 万元, from: cases}
    - {id: suspended, title: 停业整顿, unit: 家, from: cases}
    - {id: points_fac, title: 机构记分, unit: 分, from: cases}
    - {id: transferred, title: 移送, unit: 件, from: cases}
    - {id: refunds, title: 追回, unit: 万元, from: cases, formula: 'c["refunds"] / 10000'}
    - {id: exposed, title: 曝光典型案例, unit: 起, from: cases}
    - {id: unlicensed_closed, title: 取缔无证行医, unit: 户次, from: cases}
    - {id: found, title: 检查发现问题, unit: 个, from: cases, formula: 'c["inspected_problems"]'}
    - {id: mean_fine, title: 案均罚款, unit: 元, from: cases, formula: 'c["fine_amount"] / c["cases"]'}
    - {id: coverage_insp, title: 检查覆盖率, unit: "%", from: ledger}
    - {id: trained, title: 培训, unit: 人次, from: manual}
    - {id: ads, title: 清理违法广告, unit: 条, from: manual}
    - {id: answered, title: 实名反馈率, unit: "%", from: manual}
    - {id: problems, title: 发现问题, unit: 个, from: ledger}
END
  echo '- {id: posted, title: 价格未公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}' \
    >"$plans/province/test/items.yaml"
  for level in city county; do
    echo "- {id: trained_$level, title: 未培训, kind: question, ask: 是否培训？, answer: yesno, problem_if: no}" \
      >"$plans/$level/test/items.yaml"
  done
}

# paper OFFICE FACILITY…: reports on paper in which all is well.
paper() {
  local office=$1
  shift
  {
    echo 机构编码,检查日期,检查项编号,结果
    printf '%s,2023-03-20,posted,合格\n' "$@"
  } >"$office-paper.csv"
  "$ZICHA" -C "$office" --today 2023-03-25 collect --paper "$office-paper.csv" >/dev/null
}

case_head=案号,机构编码,当事人,案由,程序,立案日期,处罚决定日期,结案日期,警告,停业整顿,罚款,没收违法所得,退回金额,机构记分,移送部门,公布日期
visit_head=机构编码,机构名称,检查日期,检查组,检查人数,检查项编号,问题表现,涉及金额,处理方式

# The counties c (C1: T1, T2) and d (C2: U1), the city k (K1, with H1 for itself) and the province p (P1).
# Cases and inspections of all three; the first round is reported. Files: c1.zrep, d1.zrep. Made once a file.
make_levels() {
  plans=packages
  if [ ! -d "$BATS_FILE_TMPDIR/made" ]; then
    mkdir "$BATS_FILE_TMPDIR/made"
    (
      cd "$BATS_FILE_TMPDIR/made" || exit 1
      make_level_plans
      make_office c C1 county "$plans/county/test"
      make_office d C2 county "$plans/county/test"
      make_office k K1 city "$plans/city/test"
      make_office p P1 province "$plans/province/test"
      { echo "$roster_head"; row T1 甲一诊所 诊所; row T2 甲二医院 二级医院; } >rc.csv
      { echo "$roster_head"; row U1 乙一诊所 诊所; } >rd.csv
      { echo "$roster_head"; row H1 市级医院 三级医院; row C1 甲县 卫生健康行政部门 c; row C2 乙县 卫生健康行政部门 d; } >rk.csv
      { echo "$roster_head"; row K1 某市 卫生健康行政部门 k; } >rp.csv
      for one in c d k p; do "$ZICHA" -C $one --today 2023-01-01 roster import r$one.csv >/dev/null; done
      paper c T1 T2
      paper d U1
      paper k H1
      # In the round, before it (3号), and of whom no roster has.
      { echo "$case_head"
        echo 甲1号,T1,,收费,简易,2023-02-01,2023-02-01,2023-02-01,是,,500.50,,,3,,
        echo 甲2号,T1,,收费,一般,2023-02-02,2023-03-02,,,,10000,2345.67,88.80,,公安、医保,2023-03-30
        echo 甲3号,T2,,收费,一般,2022-12-20,2023-01-05,2023-01-06,,是,7000,,,6,,
        echo 甲4号,,路边诊所,无证,简易,2023-03-03,2023-03-03,2023-03-03,,,3000,,,,,; } >cc.csv
      { echo "$visit_head"
        echo T1,,2023-02-01,一组,3,posted,未公示,120.50,责令改正、监督意见书
        echo T1,,2023-03-01,一组,2,,,,
        echo T2,,2023-03-02,一组,2,posted,未公示,,责令改正
        echo ,路边诊所,2023-03-03,二组,4,,无证行医,,取缔
        echo T2,,2023-04-02,一组,9,,,,; } >vc.csv
      { echo "$case_head"; echo 乙1号,U1,,收费,简易,2023-03-05,2023-03-05,2023-03-05,是,,800,,,,纪检监察,; } >cd.csv
      { echo "$visit_head"; echo U1,,2023-03-05,一组,2,posted,未公示,,监督意见书; } >vd.csv
      # The city has inspected one of the county's facilities, too, and filed a case of its own.
      { echo "$case_head"; echo 市1号,T1,,收费,一般,2023-03-06,2023-03-20,,,,1000,,,1,,; } >ck.csv
      { echo "$visit_head"; echo T1,,2023-03-06,市组,5,posted,未公示,,; } >vk.csv
      for one in c d; do
        "$ZICHA" -C $one --today 2023-04-03 case import c$one.csv
        "$ZICHA" -C $one --today 2023-04-03 inspect import v$one.csv
      done
      printf '线索编号,来源\n1,举报\n2,举报\n3,移送\n' >leads.csv
      "$ZICHA" -C c --today 2023-04-03 register import leads leads.csv
      "$ZICHA" -C c --today 2023-04-03 statistics set trained:诊所=12 trained:二级医院=5 answered=98.5 ads=4 --round r1
      "$ZICHA" -C d --today 2023-04-03 statistics set trained:诊所=7 answered=50 --round r1
      "$ZICHA" -C c --today 2023-04-05 submit --round r1 --out c1.zrep
      "$ZICHA" -C d --today 2023-04-05 submit --round r1 --out d1.zrep
    ) >"$BATS_FILE_TMPDIR/log" 2>&1 || { cat "$BATS_FILE_TMPDIR/log"; return 1; }
  fi
  cp -a "$BATS_FILE_TMPDIR/made/." .
}

# The city has taken in both reports, and has been to T1 itself.
make_whole_city() {
  take k c1.zrep d1.zrep
  at case import ck.csv >/dev/null
  at inspect import vk.csv >/dev/null
}

take() { "$ZICHA" -C "$1" --today 2023-04-08 collect "${@:2}" >/dev/null 2>&1 || [ $? -eq 1 ]; }
at() { "$ZICHA" -C k --today 2023-04-20 "$@"; }
record_of() { grep -a '^<!-- zicha-record ' "$1" | sed 's/^<!-- zicha-record //; s/ -->$//'; }
# changed FILE NAME OFFICE FILTER: the report of an office with another record, signed anew by it.
changed() {
  local parts=$BATS_TEST_TMPDIR/parts
  mkdir -p "$parts"
  record_of "$1" | jq -cS "$4" >"$parts/record"
  { echo; printf '<!-- zicha-record %s -->\n' "$(cat "$parts/record")"; } >"$parts/report.md"
  jq -cS --arg report "$(sha256sum <"$parts/report.md" | cut -d ' ' -f 1)" \
    '{zicha: "office-figures/1", report: $report, office, plan, round, run, today, totals}' "$parts/record" >"$parts/figures.json"
  "$ZICHA_BUILD/tests/signing" pack "$3/keys/office.key" "$parts/report.md" "$parts/figures.json" \
    "$(jq -r .office.code "$parts/record")" "$(jq -r .run "$parts/record")"
  mv "$parts/report.md.zrep" "$2"
}

# older FILE NAME: as a zicha that knew nothing of registers would have written it.
older() { changed "$1" "$2" d 'del(.register, .manual, .registers, .silent, .without)'; }

value() { jq -r --arg row "$1" '.rows[] | select(.id == $row) | .value // "none"' "$2"; }

# sum COLUMN WHERE OFFICE…: over the cases of offices, as sqlite3 computes it.
sum() {
  local office total=0
  for office in "${@:3}"; do
    total=$((total + $(sqlite3 "$office/zicha.db" "SELECT coalesce(sum($1), 0) FROM legal_case WHERE $2")))
  done
  echo "$total"
}

@test "the record tells the register by facilities, with what is not 0 alone, and figures by hand" {
  record_of c1.zrep >record
  [ "$(jq -c '.register | [.visits, .cases, (.facilities | keys)]' record)" = '[true,true,["T1","T2"]]' ]
  [ "$(jq -cS '.register.facilities.T1' record)" = '{"cases":2,"cases_facilities":1,"closed":1,"confiscated":"2345.67","exposed":1,"fine_amount":"10500.50","fined":1,"general":1,"inspected":1,"inspected_amount":"120.50","inspected_problems":1,"inspectors":5,"open":1,"opinions":1,"orders":1,"orders_facilities":1,"points_facilities":3,"refunds":"88.80","scored_facilities":1,"simple":1,"transfers":1,"transfers_insurance":1,"transfers_police":1,"visits":2,"warnings":1}' ]
  [ "$(jq -cS '.register.others' record)" = '{"cases":1,"cases_facilities":1,"closed":1,"fine_amount":"3000.00","fined":1,"inspected":1,"inspected_problems":1,"inspectors":4,"simple":1,"unlicensed_closed":1,"visits":1}' ]
  [ "$(jq -c '[.manual[] | [.row, .class, .value]]' record)" = \
    '[["ads","","4"],["answered","","98.5"],["trained","二级医院","5"],["trained","诊所","12"]]' ]
  [ "$(jq -c '[.registers, .silent, has("without")]' record)" = '[{"cases":4,"leads":3},[],false]' ]
  # The people who sign it see what it tells.
  grep -aq '^| 罚款金额 | 20500.50 | 元 |' c1.zrep
  grep -aq '^手工填报：trained（诊所），12。' c1.zrep
}

@test "the city's table is its own figures and the counties', as sqlite3 adds them up" {
  make_whole_city
  at statistics --round r1 --by class --format json >table
  [ "$(value cases table)" = "$(sum 1 "filed BETWEEN '2023-01-01' AND '2023-03-31'" c d k)" ]
  [ "$(value cases_simple table)" = "$(sum 1 "procedure = 'simple' AND filed BETWEEN '2023-01-01' AND '2023-03-31'" c d k)" ]
  [ "$(value cases_closed table)" = "$(sum 1 "closed BETWEEN '2023-01-01' AND '2023-03-31'" c d k)" ]
  at statistics --round r1 --format json >plain
  cents=$(sum fine "decided BETWEEN '2023-01-01' AND '2023-03-31'" c d k)
  [ "$(jq -r '.register.fine_amount | sub("\\."; "")' plain)" = "$cents" ]
  [ "$(value fine_amount plain)" = "$(awk -v cents="$cents" 'BEGIN { printf "%.2f", cents / 1000000 }')" ]
  [ "$(value points_fac table)" = "$(sum points_facilities "decided BETWEEN '2023-01-01' AND '2023-03-31'" c d k)" ]
  [ "$(value refunds table)" = 0.01 ]
  [ "$(value exposed table) $(value suspended table) $(value transferred table) $(value unlicensed_closed table)" = "1 1 2 1" ]
  # 家: T1, where the county and the city were, is one; 户次 and 人次 are added.
  visits=0 people=0
  for office in c d k; do
    visits=$((visits + $(sqlite3 $office/zicha.db "SELECT count(*) FROM visit WHERE day <= '2023-03-31'")))
    people=$((people + $(sqlite3 $office/zicha.db "SELECT sum(inspectors) FROM visit WHERE day <= '2023-03-31'")))
  done
  [ "$(jq -r '[.register.visits, .register.inspected] | join(" ")' table)" = "$visits 4" ]
  [ "$(value inspectors table)" = "$people" ]
  # By class, with whom no roster has.
  [ "$(jq -c '[.groups[].title], (.rows[] | select(.id == "cases").cells, select(.id == "inspected").cells)' table)" = \
    '["三级医院","诊所","二级医院"]
["0","2","1","1"]
["0","4","0","1"]' ]
  jq -e '(.rows[] | select(.id == "mean_fine").value | tonumber * 100 | round)
    == ((.register.fine_amount | tonumber) / .register.cases * 100 | round)' plain
  # 3 of 4 expected facilities were inspected.
  [ "$(value coverage_insp table)" = 75 ]
  jq -e 'all(.rows[] | select(.from == "cases"); has("incomplete") | not)' table
}

@test "what a county prints for itself is what the city adds" {
  make_whole_city
  for one in c d; do "$ZICHA" -C $one --today 2023-04-05 statistics --round r1 --format json >$one.table; done
  mkdir own && "$ZICHA" -C k --today 2023-04-20 case list --from 2023-01-01 --to 2023-03-31 --format json >own/cases
  at statistics --round r1 --format json >table
  for figure in cases closed fined warnings points_facilities transfers exposed open; do
    [ "$(jq --arg f $figure -s '[.[].register[$f]] | add' c.table d.table)" = \
      "$(($(jq --arg f $figure '.register[$f]' table) - $(jq --arg f $figure '.figures[$f]' own/cases) + \
        $([ $figure = fined ] && echo 1 || echo 0)))" ]
  done
  at statistics --round r1 --trace c.fine_amount --format json >trace
  for code in T1 T2 U1; do
    jq -s --arg code $code 'map(.facilities[]? | select(.code == $code) | .values.fine_amount) | .[0]' trace
  done >traced
  [ "$(jq -s -c . traced)" = '["11500.50","7000.00","800.00"]' ]
}

@test "figures by hand are added; rates are not, and a county that has entered none is named" {
  take k c1.zrep d1.zrep
  at statistics set trained:三级医院=100 --round r1
  at statistics --round r1 --by class --format json >table
  [ "$(jq -c '.rows[] | select(.id == "trained") | [.value, .cells, .manual, .incomplete]' table)" = \
    '["124",["100","19","5",""],true,null]' ]
  [ "$(jq -c '.rows[] | select(.id == "ads") | [.value, [.incomplete[] | [.code, .why]]]' table)" = \
    '["4",[["C2","not_entered"]]]' ]
  [ "$(value answered table)" = none ]
  [ "$(jq -c '[.manual[] | select(.row == "trained") | [.office, .class, .value]]' table)" = \
    '[[null,"三级医院","100"],["C1","二级医院","5"],["C1","诊所","12"],["C2","诊所","7"]]' ]
  run "$ZICHA" -C k --today 2023-04-20 statistics --round r1
  expect 0 '  4*  ' '* incomplete, or of other days: ads: 乙县（has entered none）'
  run "$ZICHA" -C k --today 2023-04-20 statistics --round r1 --trace trained
  expect 0 'entered by hand: 诊所 12, as 甲县 (C1) reports: inbox/' 'entered by hand: 三级医院 100, 2023-04-20, by 张某'
  # A total here, classes there: the sum is a total.
  at statistics set ads=9 --round r1
  [ "$(at statistics --round r1 --by class --format json | jq -c '.rows[] | select(.id == "ads") | [.value, .cells]')" = '["13",["","","",""]]' ]
  [ "$(record_of <(at submit --round r1 --out k1.zrep >/dev/null; cat k1.zrep) | jq -c '[.manual[] | select(.row == "ads")]')" = \
    '[{"class":"","row":"ads","value":"13"}]' ]
}

@test "a trace leads from a figure to the county and the file of its report" {
  make_whole_city
  at statistics --round r1 --trace cases --format json >trace
  [ "$(jq -c '[.facilities[] | select(.code == "T1").sources.cases[] | [.case, .office, .value]]' trace)" = \
    '[["市1号",null,"1"],[null,"C1","2"]]' ]
  jq -r '.facilities[].sources.cases[] | select(.office) | .sha256 + "  k/" + .file' trace | sort -u >sums
  [ "$(wc -l <sums)" = 2 ]
  sha256sum --quiet -c sums
  [ "$(jq -c '[.sums.cases, .value, ([.facilities[].values.cases | tonumber] | add)]' trace)" = '["5","5",5]' ]
  run "$ZICHA" -C k --today 2023-04-20 statistics --round r1 --trace cases
  expect 0 'T1 甲一诊所 (诊所): cases 3' '    case 市1号, 2023-03-06: cases 1' '    甲县 (C1) reports cases 2: inbox/' \
    '名册外: cases 1'
  # By a class; and a figure that is no row of the plan.
  [ "$(at statistics --round r1 --trace cases:诊所 --format json | jq -c '[.facilities[] | [.code, .values.cases]]')" = \
    '[["T1","3"],["U1","1"]]' ]
  [ "$(at statistics --round r1 --trace c.transfers_police --format json | jq -r .value)" = 1 ]
}

@test "a county that is silent, whose report is older, or that keeps no register makes sums incomplete" {
  # Of d nothing is here: its part is unknown, not 0.
  take k c1.zrep
  at statistics --round r1 --by class --format json >table
  [ "$(value cases table)" = 3 ]
  [ "$(jq -c '[.rows[] | select(.incomplete and .value) | .id]' table)" = \
    "$(jq -c '[.rows[] | select(.value and (.id | IN("problems", "answered") | not)) | .id]' table)" ]
  [ "$(jq -c '[.rows[] | select(.id == "mean_fine").incomplete[] | [.code, .name, .why]]' table)" = '[["C2","乙县","silent"]]' ]
  [ "$(jq -c '[.below[] | [.code, .visits, .cases, .manual]]' table)" = \
    '[["C1","","",""],["C2","silent","silent","silent"]]' ]
  # Marked on the screen and on paper, also in columns.
  run "$ZICHA" -C k --today 2023-04-20 statistics --round r1 --by class
  expect 0 '       3*' ': 乙县（has not reported）'
  grep -qE '^cases +立案 +起 +3\* +0\* +2\*' <<<"$output"
  grep -qE '^\* incomplete, or of other days: .* cases .*: 乙县' <<<"$output"
  at statistics --round r1 --by class --format markdown 2>/dev/null >paper.md
  grep -q '^| 5 | cases | 立案 | 起 | 3※ | 0※ | 2※ | 0※ | 1※ |' paper.md
  grep -q '注：带“※”的数字不全或时段不一致，不得作为本轮次的全部：.*立案.*：缺乙县（未报送汇总）' paper.md
  run "$ZICHA" -C k --today 2023-04-20 statistics --round r1 --trace cases
  expect 0 'incomplete, or of other days: 乙县（has not reported）'
  # An older report says nothing of all this.
  older d1.zrep d0.zrep
  take k d0.zrep
  [ "$(at statistics --round r1 --format json | jq -c '.rows[] | select(.id == "cases") | [.value, [.incomplete[].why]]')" = '["3",["untold"]]' ]
  "$ZICHA" -C d --today 2023-04-06 submit --round r1 --out d2.zrep >/dev/null
  take k d2.zrep
  [ "$(at statistics --round r1 --format json | jq -c '.rows[] | select(.id == "cases") | [.value, .incomplete]')" = '["4",null]' ]
}

@test "where a county has no entry at all its part is unknown, and a coverage below the target no verdict" {
  make_office e C3 county "$plans/county/test"
  { echo "$roster_head"; row V1 丙一诊所 诊所; } >re.csv
  "$ZICHA" -C e --today 2023-01-01 roster import re.csv >/dev/null
  paper e V1
  "$ZICHA" -C e --today 2023-04-05 submit --round r1 --out e1.zrep >/dev/null
  [ "$(record_of e1.zrep | jq -c .register)" = '{"cases":false,"facilities":{},"visits":false}' ]
  grep -aq '^案件未登记，不上报数字，不等于0。' e1.zrep
  { cat rk.csv; row C3 丙县 卫生健康行政部门 e; } >more.csv
  "$ZICHA" -C k --today 2023-04-06 roster import more.csv --reason 增加 >/dev/null
  take k c1.zrep d1.zrep e1.zrep
  at summary --round r1 --format markdown >paper.md 2>/dev/null
  grep -q '立案4起.*（不全或时段不一致：缺丙县（未登记））。' paper.md
  grep -q '监督检查4家.*（不全或时段不一致：缺丙县（未登记））。本级检查未登记，不作自查与检查核对。' paper.md
  grep -q '^| 诊所 | 3 | 3 | .* | 2※ | 66.7%※ | ≥100% | 检查数不全或时段不一致，无法判断 |' paper.md
  grep -q '^带“※”的检查数不全或时段不一致：缺丙县（未登记）。' paper.md
  [ "$(grep -c ✘未达标 paper.md)" = 0 ]
  at summary --round r1 --format json >data
  [ "$(jq -c '[.lacking.visits[].code, .lacking.cases[].code, (.below | length)]' data)" = '["C3","C3",3]' ]
  at circular --round r1 --format markdown 2>/dev/null | grep -q '立案4起.*（不全或时段不一致：缺丙县（未登记））'
}

@test "days of a window have nothing of the counties, and say so" {
  make_whole_city
  at statistics --window 2023-03-01..2023-03-31 --format json >table
  [ "$(jq -c '.rows[] | select(.id == "cases") | [.value, [.incomplete[] | [.code, .why]]]' table)" = \
    '["1",[["C1","window"],["C2","window"]]]' ]
  run "$ZICHA" -C k --today 2023-04-20 statistics --window 2023-03-01..2023-03-31
  expect 0 '甲县（reports them for whole rounds only）'
  at statistics --window 2023-03-01..2023-03-31 --format markdown 2>/dev/null |
    grep -q '甲县（只按轮次上报，不按起止日期统计）'
  # The round's own days are the round.
  at statistics --window 2023-01-01..2023-03-31 --format json >table
  [ "$(jq -c '.rows[] | select(.id == "cases") | [.value, .incomplete]' table)" = '["5",null]' ]
}

@test "a round before has its own parts, and what it lacks is marked beside" {
  take k c1.zrep d1.zrep
  "$ZICHA" -C c --today 2023-04-10 case add 甲5号 --facility T1 --cause 收费 --procedure simple --filed 2023-04-09 --fine 10 >/dev/null
  "$ZICHA" -C c --today 2023-07-05 submit --round r2 --out c2.zrep --empty >/dev/null
  "$ZICHA" -C k --today 2023-07-06 collect c2.zrep >/dev/null
  run "$ZICHA" -C k --today 2023-07-20 statistics --round r2 --previous --format json
  [ "$(jq -c '.rows[] | select(.id == "cases") | [.value, .previous, .change, [.incomplete[].code], .previous_incomplete]' <<<"$output")" = \
    '["1","4","-3",["C2"],null]' ]
  run "$ZICHA" -C k --today 2023-07-20 statistics --round r2 --previous
  grep -qE '^cases +立案 +起 +1\* +4 +-3\*' <<<"$output"
}

@test "a report of other days than the round's is counted, and named with its days" {
  sed -i 's/from: 2023-01-01, to: 2023-03-31/from: 2023-02-01, to: 2023-04-01/' k/office.yaml
  sed -i 's/from: 2023-04-01, to: 2023-06-30/from: 2023-04-02, to: 2023-06-30/' k/office.yaml
  take k c1.zrep d1.zrep
  at statistics --round r1 --format json >table
  [ "$(jq -c '.rows[] | select(.id == "cases") | [.value, [.incomplete[] | [.why, .from, .to]]]' table)" = \
    '["4",[["days","2023-01-01","2023-03-31"],["days","2023-01-01","2023-03-31"]]]' ]
  run "$ZICHA" -C k --today 2023-04-20 statistics --round r1
  expect 0 '甲县（its report is of 2023-01-01 to 2023-03-31）'
  at statistics --round r1 --format markdown 2>/dev/null | grep -q '甲县按2023-01-01至2023-03-31上报，乙县按'
  # They are in what the city passes on.
  at submit --round r1 --out k1.zrep >/dev/null
  record_of k1.zrep | jq -e 'any(.without[]; .of == "cases") | not'
}

@test "a report that is superseded, foreign or withdrawn takes its figures with it" {
  take k c1.zrep d1.zrep
  "$ZICHA" -C c --today 2023-04-06 case void 甲1号 --reason 录入错误 --by 张某 >/dev/null
  "$ZICHA" -C c --today 2023-04-07 submit --round r1 --out c2.zrep >/dev/null
  take k c2.zrep
  [ "$(sqlite3 k/zicha.db "SELECT count(*) FROM standing WHERE counts = 1 AND facility = 'C1'")" = 1 ]
  at statistics --round r1 --format json >table
  [ "$(value cases table)" = 3 ]
  [ "$(jq -c '.register.fine_amount' table)" = '"20800.00"' ]
  # Whoever is an office of the roster no more is no part of the table either.
  sed -i /^C1/d rk.csv
  "$ZICHA" -C k --today 2023-04-09 roster import rk.csv --reason 划出 >/dev/null
  at statistics --round r1 --format json >table
  [ "$(jq -c '.rows[] | select(.id == "cases") | [.value, .incomplete]' table)" = '["1",null]' ]
  run "$ZICHA" -C k verify
  expect 0 "everything is as it was written"
}

@test "a county that registers more on the same day reports anew, and nothing new is the same report" {
  "$ZICHA" -C c --today 2023-04-05 submit --round r1 --out again.zrep >/dev/null
  cmp c1.zrep again.zrep
  "$ZICHA" -C c --today 2023-04-05 case add 甲6号 --facility T2 --cause 收费 --procedure simple --filed 2023-03-30 --fine 1 >/dev/null
  "$ZICHA" -C c --today 2023-04-05 submit --round r1 --out c2.zrep >/dev/null
  take k c1.zrep
  take k c2.zrep
  [ "$(at statistics --round r1 --format json | jq -r '.rows[] | select(.id == "cases").value')" = 4 ]
  [ "$(states k "s.facility = 'C1'" | sort)" = "C1|office||r1|accepted|1
C1|office||r1|superseded|0" ]
  # The older one after it is the older one.
  rm -r k && cp -a "$BATS_FILE_TMPDIR/made/k" k
  take k c2.zrep
  take k c1.zrep
  [ "$(at statistics --round r1 --format json | jq -r '.rows[] | select(.id == "cases").value')" = 4 ]
}

@test "a city passes on what its counties told, and whom it lacks" {
  take k c1.zrep d1.zrep
  at case import ck.csv >/dev/null
  at inspect import vk.csv >/dev/null
  at statistics --round r1 --format json >city
  at submit --round r1 --out k1.zrep >/dev/null
  "$ZICHA" -C p --today 2023-04-21 collect k1.zrep >/dev/null
  "$ZICHA" -C p --today 2023-04-22 statistics --round r1 --by class --format json >province
  for row in inspectors inspected cases cases_closed fined fine_amount points_fac transferred mean_fine coverage_insp trained; do
    [ "$(value $row province)" = "$(value $row city)" ]
  done
  [ "$(jq -c .register province)" = "$(jq -c .register city)" ]
  # Of the figures by hand it tells which of its counties has entered none.
  [ "$(jq -c '.rows[] | select(.id == "ads") | [.value, [.incomplete[] | [.name, .why, .via]]]' province)" = \
    '["4",[["乙县","below","某市"]]]' ]
  run "$ZICHA" -C p --today 2023-04-22 statistics --round r1 --trace cases
  expect 0 '某市 (K1) reports cases 3: inbox/'
  run "$ZICHA" -C p verify
  expect 0 "everything is as it was written"
}

@test "a county that is silent towards its city is silent in the province, too" {
  take k c1.zrep
  at submit --round r1 --out k1.zrep >/dev/null
  record_of k1.zrep >record
  [ "$(jq -c .silent record)" = '[{"code":"C2","name":"乙县"}]' ]
  [ "$(jq -c '[.without[] | select(.of == "cases")]' record)" = '[{"name":"乙县","of":"cases"}]' ]
  grep -aq '^上列数字不全，缺：乙县。' k1.zrep
  "$ZICHA" -C p --today 2023-04-21 collect k1.zrep >/dev/null
  "$ZICHA" -C p --today 2023-04-22 summary --round r1 --format markdown >paper.md 2>/dev/null
  # Nobody knows how many facilities it has: the province cannot divide by them either.
  grep -q '未报送汇总的下级卫生健康行政部门1家：乙县（据某市上报，从未上报，所辖机构数不明）。应报家数因此不全' paper.md
  grep -q '应自查3家，已自查3家，自查覆盖率—' paper.md
  grep -q '立案3起.*（不全或时段不一致：缺乙县（某市的汇总中未含））' paper.md
  run "$ZICHA" -C p --today 2023-04-22 ranking --round r1
  [[ $output == *'乙县（据某市上报，从未上报，所辖机构数不明）'* ]]
  "$ZICHA" -C p --today 2023-04-22 statistics --round r1 --format json >table
  [ "$(jq -c '[.offices[] | [.code, .via]]' table)" = '[["C2","K1"]]' ]
  # By a report for another round its facilities are known.
  paper d U1 >/dev/null 2>&1
  sed -i 's/2023-03-20/2023-05-20/' d-paper.csv
  "$ZICHA" -C d --today 2023-05-25 collect --paper d-paper.csv >/dev/null
  "$ZICHA" -C d --today 2023-07-05 submit --round r2 --out d2.zrep >/dev/null
  "$ZICHA" -C k --today 2023-07-06 collect d2.zrep >/dev/null
  "$ZICHA" -C k --today 2023-07-07 submit --round r1 --out k2.zrep >/dev/null
  [ "$(record_of k2.zrep | jq -c .silent)" = '[{"code":"C2","facilities":1,"name":"乙县"}]' ]
}

@test "registers are told with the rows that they have, here and below" {
  take k c1.zrep d1.zrep
  printf '线索编号,来源\n9,巡察\n' >own.csv
  at register import leads own.csv >/dev/null
  [ "$(at register list --format json | jq -c '.registers[] | select(.id == "leads") | [.rows, [.below[] | [.name, .rows, .day]]]')" = \
    '[1,[["甲县",3,"2023-04-05"],["乙县",0,"2023-04-05"]]]' ]
  run "$ZICHA" -C k --today 2023-04-20 register list
  expect 0 'leads  问题线索台账: 1 rows' '    甲县: 3 rows, as it reported on 2023-04-05' 'cases  案件台账: 0 rows'
  [ "$(record_of <(at submit --round r1 --out k1.zrep >/dev/null; cat k1.zrep) | jq -c .registers)" = '{"cases":5,"leads":4}' ]
  older d1.zrep d0.zrep
  rm -r k && cp -a "$BATS_FILE_TMPDIR/made/k" k
  take k d0.zrep
  run "$ZICHA" -C k --today 2023-04-20 register list
  expect 0 '    甲县: has not reported' '    乙县: its report of 2023-04-05 does not tell'
}

@test "what no county would write of its register is refused, with the report" {
  local filter
  while IFS='|' read -r state filter; do
    [ -n "$filter" ] || continue
    rm -rf k && cp -a "$BATS_FILE_TMPDIR/made/k" k
    changed c1.zrep bad.zrep c "$filter"
    take k bad.zrep
    [ "$(sqlite3 k/zicha.db "SELECT fault, (SELECT count(*) FROM collected WHERE via <> ''), (SELECT count(*) FROM collected_figure) FROM collected WHERE facility = 'C1'")" = \
      "$state|0|0" ] || { echo "$filter"; sqlite3 k/zicha.db "SELECT fault, detail FROM collected"; return 1; }
  done <<'END'
unreadable|.register = []
unreadable|.register.visits = 1
unreadable|del(.register.cases)
unreadable|.register.extra = 1
unreadable|.register.facilities = []
unreadable|.register.facilities.T1 = 3
unreadable|.register.facilities.T1 = {}
unreadable|.register.facilities.T1.bribes = 1
unreadable|.register.facilities.T1.cases = -1
unreadable|.register.facilities.T1.cases = 0
unreadable|.register.facilities.T1.cases = "2"
unreadable|.register.facilities.T1.inspectors = 1000000001
unreadable|.register.facilities.T1.fine_amount = 5
unreadable|.register.facilities.T1.fine_amount = "-5.00"
unreadable|.register.facilities.T1.fine_amount = "99999999999999.00"
unreadable|.register.facilities.T1.fine_amount = "1e9"
unreadable|.register.others = []
tampered|.register.facilities.Z9 = {"cases": 1}
tampered|.register.facilities[""] = {"cases": 1}
tampered|.register.facilities.T1.inspected = 2
tampered|.register.facilities.T1.simple = 5
tampered|.register.facilities.T1.transfers_police = 9
tampered|.register.others.inspected = 5
tampered|.register.cases = false
tampered|.register.visits = false
unreadable|.manual = {}
unreadable|.manual[0].value = 4
unreadable|.manual[0].value = "-4"
unreadable|.manual[0].value = "4."
unreadable|.manual[0].value = "1.234"
unreadable|.manual[0].value = "1234567890123"
unreadable|.manual[0].row = ""
unreadable|.manual[0].row = "a b"
unreadable|.manual[0].by = "x"
unreadable|.manual[0].class = ("x" * 300)
unreadable|.manual = [range(10001) | {row: "r\(.)", class: "", value: "1"}]
tampered|.manual += [.manual[0]]
tampered|.manual += [{"row": "trained", "class": "", "value": "1"}]
unreadable|.registers = []
unreadable|.registers.leads = -1
unreadable|.registers.leads = "3"
unreadable|.registers.leads = 1000000001
unreadable|.silent = {}
unreadable|.silent = [{"code": "", "name": "x"}]
unreadable|.silent = [{"code": "X"}]
unreadable|.silent = [{"code": "X", "name": "x", "facilities": -1}]
unreadable|.silent = [{"code": "X", "name": "x", "phone": "1"}]
tampered|.silent = [{"code": "X", "name": "x"}, {"code": "X", "name": "y"}]
unreadable|.without = [{"of": "money", "name": "x"}]
unreadable|.without = [{"of": "cases", "row": "trained", "name": "x"}]
unreadable|.without = [{"of": "manual", "row": "A B", "name": "x"}]
unreadable|.without = [{"of": "cases", "name": ""}]
tampered|.without = [{"of": "cases", "name": "x"}, {"of": "cases", "name": "x"}]
END
}

@test "what is as large as it may be is added without going over" {
  local office
  for office in c d; do
    changed ${office}1.zrep $office-large.zrep $office '(.register.facilities | keys[0]) as $code
      | .register.facilities[$code].fine_amount = "10000000000.00" | .register.facilities[$code].inspectors = 1000000000
      | .manual = [{row: "trained", class: "", value: "999999999999.99"}]'
    take k $office-large.zrep
  done
  at statistics --round r1 --format json >table
  [ "$(jq -c '[.register.fine_amount, .register.inspectors]' table)" = '["20000010000.00",2000000006]' ]
  [ "$(value trained table)" = 1999999999999.98 ]
  # What no office would read is not told: nobody takes it for 0.
  at submit --round r1 --out k1.zrep >/dev/null
  [ "$(record_of k1.zrep | jq -c '[.manual[] | select(.row == "trained")]')" = '[]' ]
}

@test "verify makes the figures again from the files, and finds what somebody has changed" {
  take k c1.zrep d1.zrep
  run "$ZICHA" -C k verify
  expect 0 "everything is as it was written"
  sqlite3 k/zicha.db "UPDATE collected_figure SET value = 100 WHERE kind = 'case' AND key = 'T1' AND name = 'cases'"
  run "$ZICHA" -C k verify
  expect 65 "figures in the reports of offices" "case T1 cases"
  run "$ZICHA" -C k verify --mend
  expect 0
  [ "$(at statistics --round r1 --format json | jq -r '.rows[] | select(.id == "cases").value')" = 4 ]
}

@test "an older zicha has passed over these figures: its workspace reads the reports again" {
  take k c1.zrep d1.zrep
  sqlite3 k/zicha.db "DROP TABLE upgrade; DROP TABLE collected_figure; DROP INDEX collected_again;
    ALTER TABLE roster DROP COLUMN since; ALTER TABLE roster DROP COLUMN until; PRAGMA user_version = 4"
  [ "$(at statistics --round r1 --format json | jq -r '.rows[] | select(.id == "cases").value')" = 4 ]
  [ "$(sqlite3 k/zicha.db "SELECT count(*) FROM event WHERE action = 'read_again'")" = 1 ]
  run "$ZICHA" -C k verify
  expect 0 "everything is as it was written"
  at statistics --round r1 >/dev/null
  [ "$(sqlite3 k/zicha.db "SELECT count(*) FROM event WHERE action = 'read_again'")" = 1 ]
}
