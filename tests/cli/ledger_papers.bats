#!/usr/bin/env bats
# Papers of the ledger: what stands in them, their files and forms. Whether their figures are
# right is tested in figures_of_ledger.bats.
load helper
load report
load golden
load half_year

kinds="rectification ledger lists systems dismissed statistics progress monthly stage annual
commitment"

# The paper of a kind on the screen: paper KIND [OPTION…]
paper() { zicha -C w --today 2023-06-30 report "$@" 2>warnings; }

# The same without the record at its end.
read_paper() { paper "$1" --format markdown "${@:2}" | sed '/^<!-- zicha-record/d'; }

# ---- what they say ---------------------------------------------------------------------

@test "the papers of a small ledger are those that a person has read" {
  [ "${ZICHA_SANITIZED:-OFF}" = OFF ] || skip "an evaluator that is not locked up is remarked upon"
  copy_ledger
  for kind in $kinds; do
    read_paper "$kind" | golden "ledger/$kind.md" || {
      echo "$kind is not as it was"
      return 1
    }
  done
  read_paper notice --department 药剂科 | golden ledger/notice.md
}

@test "papers of a ledger without problems say so, and no rate is of nothing" {
  [ "${ZICHA_SANITIZED:-OFF}" = OFF ] || skip "an evaluator that is not locked up is remarked upon"
  make_ledger_workspace
  zicha -C w answer posted=是 reviewed=是 sampled=40/0 suspected=否 beds=否 refunds=是 sold=否
  on 2023-06-20 check
  for kind in $kinds nil; do
    read_paper "$kind" >paper.md
    golden "empty/$kind.md" <paper.md
    run grep -E '率[^＝÷。]*(0%|100%)' paper.md
    [ "$status" -eq 1 ] || { echo "$output"; false; }
  done
}

@test "an item's row says what its verification came to" {
  copy_ledger
  read_paper rectification >paper.md
  grep -q '| 处方未点评.*| 部分属实 |$' paper.md
  grep -q '| 疑似诱导消费.*| 待核实 |$' paper.md
  grep -q '| 收费未公示.*| 属实 |$' paper.md
  grep -q '经核实不属实1个，原因见附件3' paper.md
}

@test "a business date that was given by hand is told" {
  copy_ledger
  read_paper ledger | grep -q 业务日期由人工指定
  zicha -C w report ledger --format markdown 2>/dev/null >today.md
  run grep -q '；业务日期由人工指定' today.md
  [ "$status" -eq 1 ]
}

@test "a paper of a day before the last steps says that it tells of the ledger as it is now" {
  copy_ledger
  read_paper ledger >paper.md
  run grep 有晚于上述日期的记录 paper.md
  [ "$status" -eq 1 ]
  zicha -C w --today 2023-05-31 report ledger --format markdown 2>/dev/null |
    grep -q '台账有晚于上述日期的记录（最晚2023年6月20日）'
}

@test "a relapse that a later check finds counts in the month of that check" {
  copy_ledger
  zicha -C w answer posted=否 >/dev/null
  on 2023-08-05 check --fail-on never
  zicha -C w --today 2023-08-31 report monthly --window 2023-08-01..2023-08-31 \
    --format markdown 2>/dev/null | grep -q '^| 反弹 | 个 | 1 | 0 | ＋1 |'
}

@test "the notice is for one department, and a slip in its name is refused" {
  copy_ledger
  read_paper notice --department 药剂科 >paper.md
  [ "$(grep -cE '^\| [0-9]+ \|' paper.md)" = 1 ]
  run zicha -C w report notice --department 药济科
  expect 64 "no problem of this plan is assigned" 收费科、药剂科、医保科
  run zicha -C w report notice
  expect 64 --department
}

@test "a duty's window is the one that has ended last" {
  copy_ledger
  read_paper monthly | grep -q 统计时段：2023年5月26日至2023年6月25日
  zicha -C w --today 2023-06-24 report monthly --format markdown 2>/dev/null |
    grep -q 统计时段：2023年4月26日至2023年5月25日
  read_paper progress --duty table | grep -q 统计时段：2023年6月1日至2023年6月30日
  zicha -C w --today 2023-06-29 report progress --duty table --format markdown 2>/dev/null |
    grep -q 统计时段：2023年5月1日至2023年5月31日
  read_paper monthly --window 2023-05-01..2023-05-31 |
    grep -q '上期为2023年4月1日至2023年4月30日'
  run zicha -C w report monthly --duty tabel
  expect 64 "the plan has no duty tabel; known: monthly table"
  run zicha -C w report monthly --window 2023-05-31..2023-05-01
  expect 64 "is not FROM..TO"
}

@test "a nil report is refused where problems were found, and where nothing was checked" {
  copy_ledger
  run zicha -C w --today 2023-06-30 report nil --window 2023-05-01..2023-05-31
  expect 65 "this is no nil report"
  run zicha -C w --today 2023-06-30 report nil --window 2023-06-01..2023-06-30
  expect 65 "this is no nil report" # one has relapsed
  run zicha -C w --today 2023-09-30 report nil --window 2023-09-01..2023-09-30
  expect 65 "nothing has been checked since 2023-09-01"
  zicha -C w --today 2023-09-10 check >/dev/null || true
  zicha -C w --today 2023-09-30 report nil --window 2023-09-01..2023-09-30 --format markdown \
    2>/dev/null >nil.md
  grep -q '共检查8项，.*人工核查8项，本期没有新发现问题；此前发现问题的7项已列入台账' nil.md
}

@test "a nil report is refused where the last check is long after its days" {
  make_ledger_workspace
  zicha -C w answer posted=是 reviewed=是 sampled=40/0 suspected=否 beds=否 refunds=是 sold=否
  on 2023-07-31 check
  run zicha -C w --today 2023-12-01 report nil --window 2023-06-01..2023-06-30
  expect 0
  run zicha -C w --today 2023-12-01 report nil --window 2023-06-01..2023-06-29
  expect 65 "no check in that window: the last one is of 2023-07-31, more than 31 days after 2023-06-29"
}

@test "a problem that was found in the days of a nil report and entered later counts, until it is untrue" {
  make_ledger_workspace
  zicha -C w answer posted=是 reviewed=是 sampled=40/0 suspected=否 beds=否 refunds=是 sold=否
  on 2023-06-20 check
  on 2023-07-05 problem add posted --title 夜间收费未公示 --source complaint --by 张某 --found 2023-06-15
  run zicha -C w --today 2023-07-06 report nil --window 2023-06-01..2023-06-30
  expect 65 "1 problems were found or relapsed from 2023-06-01 to 2023-06-30"
  run zicha -C w --today 2023-07-06 report nil --window 2023-07-01..2023-07-06
  expect 65 "this is no nil report"
  on 2023-07-06 problem dismiss 1 --by 李某 --reason 记录有误
  run zicha -C w --today 2023-07-06 report nil --window 2023-06-01..2023-06-30
  expect 0
}

@test "whoever has not checked, or has changed answers since, is told" {
  make_ledger_workspace
  run zicha -C w report ledger --format markdown
  expect 0 "no check has been run with this plan yet" 尚未自查
  on 2023-05-10 check --fail-on never
  run zicha -C w --today 2023-05-12 report ledger --format markdown
  expect 0
  never "have changed since"
  zicha -C w answer posted=是 >/dev/null
  run zicha -C w --today 2023-05-12 report ledger --format markdown
  expect 0 "have changed since the last check of 2023-05-10" 此后答案、材料、数据或方案有变动
}

@test "a figure that a person counts comes from report.yaml, or stays blank" {
  copy_ledger
  read_paper statistics | grep -q '| 8 | 出动人员 | 人次 | 手工填报 | — | \\_\\_\\_\\_ |'
  grep -q 量化统计表：出动人员 warnings
  printf 'statistics: {inspectors: "12"}\n填表人: 王某\n' >w/report.yaml
  read_paper statistics >paper.md
  grep -q '| 8 | 出动人员 | 人次 | 手工填报 | — | 12 |' paper.md
  grep -q '填表人：王某' paper.md
}

# ---- report.yaml -----------------------------------------------------------------------

@test "report.yaml is for all papers, and what none of them knows is refused" {
  copy_ledger
  printf 'leader: 院长\nwork_advice: [增加点评人员]\nfiller: 王某\n' >w/report.yaml
  for kind in rectification monthly ledger; do
    run zicha -C w report "$kind" --format markdown
    expect 0
  done
  echo 'work_advise: [多一个字母]' >w/report.yaml
  run zicha -C w report monthly --format markdown
  expect 65 "unknown key work_advise"
}

@test "what the ledger knows is not read from report.yaml any more, and whoever wrote it is told" {
  copy_ledger
  printf 'rectified: "7"\n主动退回医保基金（元）: "9.00"\n' >w/report.yaml
  run zicha -C w --today 2023-06-30 report --format markdown
  expect 0 "the ledger knows rectified now" 已整改2个 其中自查主动退回120.50元
}

@test "report KIND --needs lists what this paper wants" {
  copy_ledger
  run zicha -C w report monthly --needs
  expect 0 "# typical_cases: []  # 典型案例" "# work_advice: []"
  run zicha -C w report statistics --needs
  expect 0 "# statistics: {}"
}

# ---- forms -----------------------------------------------------------------------------

# The same headings, paragraphs, rows and cells in Markdown and HTML: same_form KIND [OPTION…]
same_form() {
  read_paper "$@" >paper.md
  { printf '<meta charset="utf-8">' && gfm -t html --unsafe <paper.md; } | shown >found.txt
  paper "$1" --format html "${@:2}" >report.html
  shown_html report.html | diff found.txt -
  widths paper.md | awk '{ for (i = 2; i <= NF; i++) if ($i != $1) exit 1 }'
  run grep -c '<script' report.html
  [ "$output" = 0 ]
}

@test "every paper has one structure in Markdown and HTML" {
  need_parsers
  copy_ledger
  for kind in $kinds; do same_form "$kind"; done
  same_form notice --department 药剂科
}

@test "texts in the ledger are texts in every paper and every format" {
  need_parsers
  make_ledger_workspace
  on 2023-05-10 check --fail-on never
  on 2023-05-11 problem verify 1 --verdict true --note '<b>| a |' --by 李某
  on 2023-05-11 problem assign 1 --leader '=1+1' --department '科|室' --person '@某' \
    --measure '<script>alert(1)</script> | --> `x`' --target '# 一
- 二' --due 2023-05-20 --kind immediate --by 李某
  on 2023-05-11 problem dismiss 3 --reason '*无* [x](y) | z' --by '-李某'
  for kind in $kinds; do same_form "$kind"; done
  same_form notice --department '科|室'
  paper ledger --format csv >ledger.csv
  grep -q "'=1+1" ledger.csv
  grep -q "'@某" ledger.csv
  paper ledger --format xlsx >ledger.xlsx
  unzip -p ledger.xlsx 'xl/worksheets/*.xml' >sheets.xml
  run grep -c '<f>' sheets.xml
  [ "$output" = 0 ]
  [ "$(paper rectification --format markdown | grep -o -e '-->' | wc -l)" = 1 ]
}

@test "the ledger's CSV is what problem list prints, under its own titles" {
  copy_ledger
  paper ledger --format csv | sed 1d | cut -c1- >paper.csv
  zicha -C w --today 2023-06-30 problem list --format csv | sed 1d | diff - paper.csv
}

@test "tables are files as well: CSV and a workbook with a sheet each" {
  copy_ledger
  run paper ledger
  expect 0 ledger.md ledger.html ledger.csv ledger.xlsx
  run paper lists
  expect 0 lists.md lists.html lists.xlsx
  never lists.csv
  unzip -p w/reports/*/lists.xlsx xl/workbook.xml >book.xml
  for sheet in 一、问题（整改）清单 二、制度清单 三、成果清单; do grep -q "$sheet" book.xml; done
  run paper monthly
  expect 0 monthly-2023-05-26-2023-06-25.md
  never .csv .xlsx
  run paper notice --department 药剂科
  expect 0 notice-药剂科.md
}

# ---- files -----------------------------------------------------------------------------

@test "all files of a paper are written, or none" {
  copy_ledger
  mkdir out
  run zicha -C w report ledger --out markdown:out/a.md --out csv:nowhere/a.csv
  [ "$status" -ne 0 ]
  [ -z "$(ls -A out)" ]
  run zicha -C w report commitment --out markdown:out/a.md --out csv:out/a.csv
  expect 65 "no table"
  [ -z "$(ls -A out)" ]
}

@test "unknown papers, formats and options of other papers are refused" {
  copy_ledger
  run zicha -C w report legder
  expect 64 "unknown paper legder" "rectification ledger lists"
  run zicha -C w report ledger --format pdf
  expect 64 "markdown html csv xlsx"
  run zicha -C w report ledger --window 2023-05-01..2023-05-31
  expect 64 "report ledger has no option --window"
  run zicha -C w report --department 药剂科
  expect 64 "report rectification has no option --department"
  run zicha -C w report ledger --from 2023-05-01 --to 2023-05-31
  expect 64 "report ledger has no option --from"
}

@test "the same ledger gives the same bytes" {
  copy_ledger
  for kind in ledger lists progress; do
    for format in markdown html xlsx; do
      paper "$kind" --format "$format" >one
      paper "$kind" --format "$format" >two
      cmp one two
    done
  done
}

# ---- a package's own -------------------------------------------------------------------

@test "a package's own layout of the ledger is used, and replaced by the shipped one when it fails" {
  make_ledger_plan
  mkdir p/layouts
  sed 's/问题整改台账")/本县台账")/' "$ZICHA_ROOT/reports/ledger.lua" >p/layouts/ledger.lua
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  export ZICHA_ISOLATION=process
  read_paper ledger | grep -q '^# 本县台账$'
  sed -i 's/"ledger.all"/"ledger.none"/' p/layouts/ledger.lua
  run zicha -C w report ledger --format markdown
  expect 70 "ledger.none, which is not known here" "# 问题整改台账"
  sed -i 's/"ledger.none"/"ledger.all"/; s/"no", "right"/"number", "right"/' p/layouts/ledger.lua
  run zicha -C w report ledger --format markdown
  expect 70 "no column number" "# 问题整改台账"
}

@test "a row of the ledger needs a figure that there is" {
  make_ledger_plan
  sed -i 's/l\["closed"\]/l["clsoed"]/' p/plan.yaml
  run zicha plan lint p
  expect 65 "the name l.clsoed is unknown" "did you mean closed"
  make_ledger_plan
  sed -i 's/id: relapse_rate, title/id: relaps_rate, title/' p/plan.yaml
  run zicha plan lint p
  expect "$status" "relaps_rate: the ledger of a facility has no such figure" "[figure-unknown]"
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  read_paper statistics | grep -q '| 4 | 反弹率 | % | 台账 | — | 由主管部门汇总 |'
}

# ---- the record ------------------------------------------------------------------------

@test "the record of a report hands the problems on, that of a check does not" {
  copy_ledger
  on 2023-06-30 report --out markdown:report.md
  comment_of report.md >record.json
  jq -cS . record.json | sed 's/</\\u003c/g; s/>/\\u003e/g; s/&/\\u0026/g' | cmp - record.json
  jq -e '[.problems[] | [.no, .item, .state, .counted]] == [[1, "posted", "held", true],
    [2, "reviewed", "assigned", true], [3, "sampled", "dismissed", false],
    [4, "suspected", "found", false], [5, "beds", "relapsed", true],
    [6, "refunds", "rectified", true], [7, "sold", "verified", true],
    [8, "clean", "found", true]]' record.json
  jq -e '.problems[7] | .source == "inspection" and .unreported' record.json
  jq -e '.problems[1] | .verdict == "partly" and .extended == 1 and .due == "2023-06-15"' record.json
  jq -e '.problems[5] | .refund == "120.50" and .done == "2023-06-02"' record.json
  jq -e '.problems[4].relapses == 1 and .problems[2].verdict == "false"' record.json
  [ "$(jq -r .ledger.hash record.json)" = \
    "$(sqlite3 w/zicha.db 'SELECT hash FROM event ORDER BY seq DESC LIMIT 1')" ]
  zicha -C w --today 2023-06-30 check --format json >pure.json || true
  jq -cS 'del(.problems, .ledger)' record.json | diff - <(jq -cS . pure.json)
  on 2023-06-30 report
  zicha -C w verify
}
