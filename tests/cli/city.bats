#!/usr/bin/env bats
# A city whose facilities report through offices: which facilities there are is another list in each
# round, and what is counted of them is theirs all the same.
load helper
load supervised

setup() {
  begin_test
  unset ZICHA_PASSPHRASE
  export ZICHA_LANG=en ZICHA_BY=张某
  make_counties
}

take() { "$ZICHA" -C "$1" --today "$2" collect "${@:3}" >/dev/null 2>&1 || [ $? -eq 1 ]; }

# paper OFFICE DAY RECEIVED, with lines CODE|ITEM|RESULT|COUNT|AMOUNT|MENDED.
paper() {
  {
    echo 机构编码,检查日期,检查项编号,结果,检查数,问题数,涉及金额,整改情况,整改时限,完成日期
    awk -F '|' -v day="$2" '{ print $1 "," day "," $2 "," $3 "," ($4 ? 30 "," $4 : ",") "," $5 "," $6 "," ($6 ? day : "") "," ($6 == "已整改" ? day : "") }'
  } >"$1-$2.csv"
  "$ZICHA" -C "$1" --today "$3" collect --paper "$1-$2.csv" >/dev/null
}

# The counties c (T1, T2) and d (U1, U2, from the second round on U0 before them), and the city k, which
# has H1 for itself. In the first round c is silent; in the second both report. Files: d1.zrep, c2.zrep, d2.zrep.
# Made once a file.
make_counties() {
  plans=packages
  if [ ! -d "$BATS_FILE_TMPDIR/made" ]; then
    mkdir "$BATS_FILE_TMPDIR/made"
    (
      cd "$BATS_FILE_TMPDIR/made" || exit 1
      make_plans
      printf '%s\n' 'coverage:' '  - {id: all, metric: self_check, at_least: 100, text: 自查覆盖率100%}' 'statistics:' '  rows:' \
        '    - {id: problems, title: 发现问题, unit: 个, from: ledger}' \
        '    - {id: refunds, title: 退回, unit: 万元, from: ledger, formula: '"'"'l["refund"]'"'"'}' \
        '    - {id: inspected, title: 检查机构, unit: 家, from: cases}' \
        '    - {id: coverage_insp, title: 检查覆盖率, unit: "%", from: ledger}' \
        >>"$plans/city/test/plan.yaml"
      make_office c C1 county "$plans/county/test"
      make_office d C2 county "$plans/county/test"
      make_office k K1 city "$plans/city/test"
      { echo "$roster_head"; row T1 甲一诊所 诊所; row T2 甲二诊所 诊所; } >rc.csv
      { echo "$roster_head"; row U1 乙一诊所 诊所; row U2 乙二诊所 诊所; } >rd.csv
      { echo "$roster_head"; row H1 市级医院 三级医院; row C1 甲县 卫生健康行政部门 c; row C2 乙县 卫生健康行政部门 d; } >rk.csv
      for one in c d k; do "$ZICHA" -C $one --today 2023-01-01 roster import r$one.csv >/dev/null; done
      paper d 2023-03-20 2023-03-25 <<<'U1|posted|发现问题|||
U1|sampled|合格|||
U2|posted|合格|||
U2|sampled|合格|||'
      "$ZICHA" -C d --today 2023-04-05 submit --round r1 --out d1.zrep
      paper c 2023-06-20 2023-06-25 <<<'T1|posted|合格|||
T1|sampled|合格|||
T2|posted|发现问题|||已整改
T2|sampled|发现问题|2|61.00|'
      "$ZICHA" -C c --today 2023-07-05 submit --round r2 --out c2.zrep
      sed -i '2i U0,乙新诊所,诊所,公立,城关镇,张主任,0000-5678,' rd.csv
      "$ZICHA" -C d --today 2023-04-10 roster import rd.csv --reason 新开业
      paper d 2023-06-20 2023-06-25 <<<'U1|posted|合格|||
U1|sampled|合格|||
U2|posted|合格|||
U2|sampled|合格|||'
      "$ZICHA" -C d --today 2023-07-05 submit --round r2 --out d2.zrep
      paper k 2023-06-21 2023-06-25 <<<'H1|posted|发现问题|||已整改
H1|sampled|合格|||'
    ) >"$BATS_FILE_TMPDIR/log" 2>&1 || { cat "$BATS_FILE_TMPDIR/log"; return 1; }
  fi
  cp -a "$BATS_FILE_TMPDIR/made/." .
}

at() { "$ZICHA" -C k --today 2023-07-20 "$@"; }

@test "two rounds are compared facility by facility, though each has another list of them" {
  take k 2023-04-06 d1.zrep
  take k 2023-07-06 c2.zrep d2.zrep
  at compare --round r2 --with r1 --format json >compared || [ $? -eq 1 ]
  [ "$(jq -r '.facilities[] | [.code, .before, .state, .fixed, .clean] | map(. // "-") | join(" ")' compared)" = \
    "H1 missing accepted - -
T1 missing accepted - -
T2 missing accepted - -
U1 accepted accepted 1 1
U2 accepted accepted 0 2" ]
  [ "$(jq -c '.all | [.both, .fixed, .clean, .new]' compared)" = '[2,1,3,0]' ]
  # The other way round: who is not in the later list stays out.
  at compare --round r1 --with r2 --format json >compared || [ $? -eq 1 ]
  [ "$(jq -c '.all | [.both, .new, .clean, .fixed]' compared)" = '[2,1,3,0]' ]
  at compare --round r2 --with r1 --format csv --table single | cut -d , -f 2 | tail -n +2 | diff - <(printf 'H1\nT1\nT2\n')
}

@test "the problems of a summary are those of the circular and the trace, also what is reported through offices" {
  take k 2023-07-06 c2.zrep d2.zrep
  at summary --round r2 --format json >summary.json
  [ "$(jq -c '[.tables.class, .tables.focus, .tables.source] | map([.[].found] | add)' summary.json)" = '[3,3,3]' ]
  [ "$(jq -c '.tables.class | [.["三级医院"].counted, .["诊所"].counted, .["诊所"].rectified]' summary.json)" = '[1,2,1]' ]
  [ "$(jq '.figures.found' summary.json)" = 3 ]
  at summary --round r2 --format markdown >summary.md 2>/dev/null
  grep -q '应整改问题3个，已整改2个，整改率66.7%' summary.md
  at circular --round r2 --format markdown 2>/dev/null | grep -q '登记问题3个，应整改3个，整改率66.7%'
  [ "$(at statistics --round r2 --trace l.counted --format json | jq -c '[.facilities[] | .code, .values.counted]')" = \
    '["H1","1","T2","2"]' ]
  # A report of an office, or a form on paper, is the file that all of it stands in.
  at statistics --round r2 --trace o.reported --format json | jq -r '.facilities[] | .sha256 + "  k/" + .file' >sums
  [ "$(wc -l <sums)" = 5 ]
  sha256sum --quiet -c sums
}

@test "a county that is silent keeps its facilities in the denominators" {
  take k 2023-04-06 d1.zrep
  take k 2023-07-06 d2.zrep
  # c has never reported: nobody knows how many it has, and nothing is divided by that.
  at summary --round r1 --format markdown >summary.md 2>/dev/null
  grep -q '未报送汇总的下级卫生健康行政部门1家：甲县（从未上报，所辖机构数不明）。应报家数因此不全' summary.md
  grep -q '应自查3家，已自查2家，自查覆盖率—' summary.md
  [ "$(grep -c '[✔✘]达标' summary.md)" = 0 ]
  grep -q '^| 诊所 | 2 | 2 | — | ≥100% | 应查家数不全，无法判断 |' summary.md
  at circular --round r1 --format markdown 2>/dev/null | grep -q '应报3家，已报2家（—）'
  at compare --round r1 --format json >compared
  [ "$(jq -c '[.unheard, .offices[0].code]' compared)" = '[1,"C1"]' ]
  run "$ZICHA" -C k --today 2023-07-20 statistics --round r1
  expect 0 "1 offices have never reported: how many facilities they have is not known"
  # With its report for the second round they are known, and missing in the first.
  take k 2023-07-07 c2.zrep
  at summary --round r1 --format markdown >summary.md 2>/dev/null
  grep -q '甲县（按其另一轮次上报的名单，2家机构计为未报送）。' summary.md
  grep -q '应自查5家，已自查2家，自查覆盖率40%' summary.md
  grep -q '^| 诊所 | 4 | 2 | 50% | ≥100% | ✘未达标 |' summary.md
  [ "$(at statistics --round r1 --format json | jq -c '.total | [.expected, .reported, .missing]')" = '[5,2,3]' ]
  at summary --round r2 --format markdown 2>/dev/null | grep -q '应自查6家，已自查5家，自查覆盖率83.3%'
}

@test "whoever is drawn can be inspected: also facilities that only a county's report tells of" {
  take k 2023-07-06 c2.zrep d2.zrep
  at sample --seed 2023 --count 6 --round r2 --format csv >drawn.csv
  grep -q T2 drawn.csv
  printf '机构编码,检查日期,检查项编号,问题表现\nT2,2023-06-30,posted,未公示\nU2,2023-06-30,posted,公示不全\nH1,2023-06-30,,\n' >i.csv
  run "$ZICHA" -C k --today 2023-07-20 inspect import i.csv
  expect 0 "3 visits"
  run "$ZICHA" -C k --today 2023-07-20 inspect list --round r2
  expect 0 "U2 乙二诊所" "2 problems"
  run "$ZICHA" -C k --today 2023-07-20 case add 某卫罚1号 --facility U2 --cause 公示不全 --procedure simple --filed 2023-07-01
  expect 0
  run "$ZICHA" -C k --today 2023-07-20 case list
  expect 0 "U2 乙二诊所"
  at compare --round r2 --inspection --format json >held || [ $? -eq 1 ]
  [ "$(jq -c '[.facilities[] | [.code, .inspected, .unreported]]' held)" = '[["H1",0,0],["T2",1,0],["U2",1,1]]' ]
  run "$ZICHA" -C k --today 2023-07-20 inspect sheet T2 --round r2
  expect 0
  grep -q 甲二诊所 k/reports/inspection-r2-T2.md
  run "$ZICHA" -C k verify
  expect 0 "everything is as it was written"
}

@test "where nobody has reported nothing is 0: neither for a class nor for all" {
  # Of the first round the city has nothing; with d1 it has nothing of hospitals.
  at summary --round r1 --format markdown >summary.md 2>/dev/null
  grep -q '没有机构检查过，共性问题不作统计' summary.md
  grep -q '没有收到可以计入的报告，问题和整改情况不明' summary.md
  at circular --round r1 --format markdown 2>/dev/null | grep -q '登记问题—个，应整改—个，整改率—'
  run "$ZICHA" -C k --today 2023-07-20 compare --round r1
  expect 2 "没有收到可以计入的报告，问题和整改情况不明。"
  at compare --round r1 --format json >compared || [ $? -eq 2 ]
  [ "$(jq -c '.all | [.found, .refund, .refund_wan]' compared)" = '[null,null,"—"]' ]
  at statistics --round r1 --by class --format json >table
  [ "$(jq -c '[.rows[:2][] | [.id, .value, .lacks]]' table)" = '[["problems",null,"not_told"],["refunds",null,"not_told"]]' ]
  take k 2023-04-06 d1.zrep
  at statistics --round r1 --by class --format json >table
  [ "$(jq -c '[.rows[:2][] | [.value, .cells]]' table)" = '[["1",["","1"]],[null,["",""]]]' ]
  at compare --round r1 --format json >compared
  [ "$(jq -c '[.classes[] | [.title, .found, .refund_wan]]' compared)" = '[["三级医院",null,"—"],["诊所",1,"—"]]' ]
  at summary --round r1 --format markdown 2>/dev/null |
    grep -q '报送的2家机构检查过的2个项目中，没有两家以上机构共同发现的问题'
}

@test "inspections cover facilities that are expected; other places are told apart, and all add up" {
  take k 2023-07-06 c2.zrep d2.zrep
  sed -i /^H1/d rk.csv
  at roster import rk.csv --reason 划归省级 --from 2023-06-01 >/dev/null
  printf '机构编码,机构名称,检查日期,检查项编号,问题表现\nT2,,2023-06-30,posted,未公示\nH1,,2023-06-30,,\n,路边诊所,2023-06-30,,无证\n' >i.csv
  at inspect import i.csv >/dev/null
  at summary --round r2 --format json >data
  [ "$(jq -c '[.register.inspected, .total.inspected, .off_roster, [.coverage[] | [.title, .expected, .inspected]]]' data)" = \
    '[3,1,2,[["诊所",5,1]]]' ]
  at summary --round r2 --format markdown >paper.md 2>/dev/null
  grep -q '监督检查3家.*其中检查名册外、不再应报的2家' paper.md
  grep -q '^| 另：名册外、不再应报的场所 | — | — | — | — | — | 2 |' paper.md
  at statistics --round r2 --by class --format json >table
  [ "$(jq -c '[.rows[2:][] | [.value, .cells]]' table)" = '[["3",["1","1","1"]],["20",["","20",""]]]' ]
  [ "$(at statistics --round r2 --trace coverage_insp --format json | jq -c '[.facilities[] | select(.values.inspected != "0").code]')" = '["T2"]' ]
}

@test "a county that has never reported is named in every paper, and no share is made of what nobody knows" {
  take k 2023-07-10 c2.zrep # d has never reported
  export ZICHA_LANG=zh
  at summary --round r2 --format markdown >summary.md 2>/dev/null
  grep -q '乙县（从未上报，所辖机构数不明）' summary.md
  grep -q '上期（第一轮）.*未报送—' summary.md
  at circular --round r2 --format markdown >circular.md 2>/dev/null
  grep -q '从未上报' circular.md
  at compare --round r2 --item posted --format markdown >narrow.md || [ $? -eq 1 ]
  grep -q '^应报3家，已报3家（—）' narrow.md
  grep '^| 合计 ' narrow.md | head -n 1 | grep -q '| — |'
  for command in signals ranking score "sample --seed 1 --count 1"; do
    # shellcheck disable=SC2086
    at $command --round r2 --format markdown >told.md
    grep -q '乙县（从未上报，所辖机构数不明）' told.md || { echo "$command"; cat told.md; false; }
    # shellcheck disable=SC2086
    at $command --round r2 --format json >told.json
    [ "$(jq -c '[.offices[].code]' told.json)" = '["C2"]' ] || { echo "$command"; false; }
  done
  # What cannot be known is no slip of the pen.
  run "$ZICHA" -C k --today 2023-07-20 statistics --round r2 --trace o.missing
  expect 0 "—"
}
