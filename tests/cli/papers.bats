#!/usr/bin/env bats
# needs, template, report: the papers that a facility hands out.
load helper

# ---- needs -----------------------------------------------------------------------------

@test "needs lists every table that the rules read, and its columns" {
  zicha init w --plan "$plan" --facility "$example/hospital/facility.yaml"
  run zicha -C w needs
  expect 0 数据需求单 示例镇中心卫生院 "处方明细（rx\_lines）" "检查申请（exam\_requests）" \
    "人员花名册（staff）" 用药天数 超量理由 检查指征
}

@test "needs says which days are wanted, or leaves a blank for them" {
  zicha init w --plan "$plan" --facility "$example/hospital/facility.yaml"
  run zicha -C w needs
  expect 0 '数据时间范围：\_\_\_\_年\_\_月\_\_日至\_\_\_\_年\_\_月\_\_日'
  rm -r w
  make_questions
  printf 'period: {from: 2023年3月1日, to: 2023-05-31}\n' >>p/plan.yaml
  rm -r w
  zicha init w --plan p --facility facility.yaml
  run zicha -C w needs
  expect 0 数据时间范围：2023年3月1日至2023年5月31日
}

@test "needs wants no names, every line of a repeated key, and says what blanks mean" {
  zicha init w --plan "$plan" --facility "$example/hospital/facility.yaml"
  run zicha -C w needs
  expect 0 不要姓名、身份证号、电话、住址 同一主键可以有多行，每一行都要导出 同一主键只能有一行
  grep -q '^| 处方号 |.*| 不得空白 |' <<<"$output"
  grep -q '^| 中药饮片 |.*| 表示“否” |' <<<"$output"
  grep -q '^| 年龄 |.*| 表示不详 |' <<<"$output"
  grep -q '^| 超量理由 |.*| 表示没有 |' <<<"$output"
}

@test "needs names no column that no rule reads" {
  zicha init w --plan "$plan" --facility "$example/hospital/facility.yaml"
  run zicha -C w needs
  never 通用名 抗菌药物处方权 互认项目
}

@test "needs says how many rules read a table" {
  zicha init w --plan "$plan" --facility "$example/hospital/facility.yaml"
  [ "$(zicha -C w needs --format json | jq -c '[.[] | [.id, .rules]] | sort')" = \
    '[["admissions",9],["adverts",10],["bed_daily",2],["consents",1],["drugs",1],["exam_requests",3],["fee_lines",10],["orders",3],["patients",1],["price_catalog",1],["procedures",1],["rx_lines",6],["staff",5],["stock_moves",1]]' ]
}

@test "needs of a plan without rules says that no data are wanted" {
  make_questions
  run zicha -C w needs
  expect 0 本方案的规则不需要数据导出
}

@test "needs prints HTML and JSON as well, and --out writes them" {
  zicha init w --plan "$plan" --facility "$example/hospital/facility.yaml"
  run zicha -C w needs --format html
  expect 0 "<!DOCTYPE html>" 处方明细
  zicha -C w needs --format html >wanted.html
  zicha -C w needs --format json >wanted.json
  zicha -C w needs --out html:n.html --out json:n.json
  cmp wanted.html n.html
  cmp wanted.json n.json
}

@test "an unknown format of needs: 64" {
  make_questions
  run zicha -C w needs --format pdf
  expect 64 "unknown format pdf" "markdown html json"
}

# ---- template --------------------------------------------------------------------------

@test "a table filled in under its template's header is read without complaint" {
  zicha init w --plan "$plan" --facility "$example/hospital/facility.yaml"
  for table in rx_lines exam_requests staff; do
    zicha -C w template "$table" >t.csv
    columns=$(head -n 1 t.csv | tr -cd , | wc -c)
    printf 'K1%s\r\n' "$(printf ',%.0s' $(seq "$columns"))" >>t.csv
    run zicha -C w import "$table" t.csv
    expect 0 "1 rows read"
    never malformed "does not have" "not used"
  done
}

@test "template --out writes what template prints" {
  make_questions
  zicha -C w template staff >wanted.csv
  run zicha -C w template staff --out csv:t.csv
  expect 0 t.csv
  cmp wanted.csv t.csv
}

@test "a template of an unknown table is refused with the known ones" {
  make_questions
  run zicha -C w template stuff
  expect 65 "the table stuff is unknown" staff
}

# ---- report: the file ------------------------------------------------------------------

# The hospital's report as ./report.md and ./report.html, its warnings as ./warnings.
# Underscores are escaped in Markdown; the tests read them plain.
make_report() {
  copy_hospital
  cp "$example/hospital/report.yaml" h/report.yaml
  print_report
}

print_report() {
  zicha -C h --today 2023-06-30 report --out markdown:raw.md --out html:report.html 2>warnings
  sed 's/\\_/_/g' raw.md >report.md
}

# The text of one section: section 二
section() { sed -n "/^## $1、/,/^## /p" report.md; }

@test "report writes report.md and report.html and prints their paths" {
  copy_hospital
  run bash -c "'$ZICHA' -C h --today 2023-06-30 report 2>/dev/null"
  expect 0 report.md report.html
  for path in "${lines[@]}"; do
    [ -s "$path" ]
  done
}

@test "--out writes what report writes" {
  make_report
  zicha -C h --today 2023-06-30 report 2>/dev/null
  cmp raw.md h/reports/*/report.md
  cmp report.html h/reports/*/report.html
}

@test "an unknown format of a report, or none: 64, and nothing is written" {
  copy_hospital
  for out in pdf:x.pdf x.md markdown:; do
    run zicha -C h report --out "$out"
    expect 64 "--out $out is not FORMAT:PATH"
  done
  [ ! -e x.pdf ]
  [ ! -e x.md ]
}

@test "the last line of report.md is the record that check prints, with problems and ledger" {
  make_report
  tail -n 1 raw.md | sed -e 's/^<!-- zicha-record //' -e 's/ -->$//' >last.json
  zicha -C h --today 2023-06-30 check --format json >record.json || true
  jq -cS 'del(.problems, .ledger)' last.json | diff - <(jq -cS . record.json)
  jq -e '.problems | length == 10' last.json
  [ "$(grep -c 'zicha-record' raw.md)" = 1 ]
}

@test "the record's line is a comment that nothing inside it can end" {
  copy_hospital
  zicha -C h answer 'exam_bundled=否' --plan "$plan"
  printf 'exam_income: {answer: 否, note: "a --> b <script> & c"}\n' >a.yaml
  zicha -C h answer --file a.yaml
  print_report
  [ "$(tail -n 1 raw.md | grep -o -e '-->' | wc -l)" = 1 ]
  tail -n 1 raw.md | grep -q 'a --\\u003e b \\u003cscript\\u003e \\u0026 c'
  tail -n 1 raw.md | sed -e 's/^<!-- zicha-record //' -e 's/ -->$//' | jq -e . >/dev/null
}

@test "no patient identifier stands in any paper, record or output" {
  copy_hospital
  grep -aohE 'P[0-9]{6}' "$example"/hospital/*.csv | sort -u >patients
  [ "$(wc -l <patients)" -gt 500 ]
  {
    zicha -C h --today 2023-06-30 check || true
    for format in json csv junit; do
      zicha -C h --today 2023-06-30 check --format "$format" || true
    done
    zicha -C h --today 2023-06-30 report
    zicha -C h needs
    zicha -C h form
    zicha -C h status
    zicha -C h import rx_lines "$example/hospital/rx_lines.csv" --blank chronic_flag=unknown
    zicha -C h import exam_requests "$example/hospital/exam_requests.csv" --blank result_positive=no
  } >said 2>&1
  grep -q 'rows read' said
  run grep -Ff patients said
  [ "$status" -eq 1 ]
  find h -type f -not -path 'h/data/*' >files
  grep -q report.html files
  grep -q zicha.db files
  run xargs -a files grep -alFf patients
  [ "$status" -ne 0 ]
  [ -z "$output" ]
}

@test "patients stand in the report as tokens of this run" {
  make_report
  grep -q '患者#1 ' report.md
}

@test "a report that fails leaves the earlier one as it was" {
  copy_hospital
  zicha -C h --today 2023-06-30 report >/dev/null 2>&1
  before=$(sha256sum h/reports/*/*)
  echo 'leadr: 院长' >h/report.yaml
  run zicha -C h --today 2023-06-30 report
  expect 65
  [ "$(sha256sum h/reports/*/*)" = "$before" ]
  [ -z "$(find h/reports -name '.*')" ]
}

@test "a report of another day stands beside the earlier one" {
  copy_hospital
  zicha -C h --today 2023-06-30 report >/dev/null 2>&1
  zicha -C h --today 2023-07-01 report >/dev/null 2>&1
  [ "$(find h/reports -name report.md | wc -l)" = 2 ]
}

@test "report --from --to states the interval" {
  copy_hospital
  zicha -C h --today 2023-06-30 report --from 2023-03-01 --to 2023-04-30 \
    --out markdown:report.md 2>/dev/null
  grep -q '2023年3月1日至2023年4月30日' report.md
  tail -n 1 report.md | grep -q '"interval":{"from":"2023-03-01","given":true,"to":"2023-04-30"}'
}

@test "report.html holds the same headings and as many tables as report.md" {
  make_report
  sed -n 's/^## //p' report.md >md
  sed -n 's/.*<h2>\(.*\)<\/h2>.*/\1/p' report.html >html
  diff md html
  [ "$(grep -c '^|-' report.md)" = "$(grep -c '<table>' report.html)" ]
  run grep -Ei '<script|src=|href=|@import' report.html
  [ "$status" -eq 1 ]
}

@test "the report is Chinese also for those who read English messages" {
  make_report
  run grep -nE '[a-z]+ [a-z]+ [a-z]+' <(sed '$d' report.md)
  [ "$status" -eq 1 ] || { echo "$output"; false; }
}

# ---- report: the sections (domain d-1) -------------------------------------------------

@test "the head names facility, campaign, addressee, plan, number, scope, interval and day" {
  make_report
  grep -q '^# 示例镇中心卫生院关于医疗机构大处方和虚假诊疗行为专项整治的自查整改报告$' report.md
  grep -q '^示例县卫生健康局：$' report.md
  head=$(sed -n '1,/^## 一/p' report.md)
  for text in 《医疗机构大处方和虚假诊疗行为专项整治工作方案》 '（____〔20__〕__号）' \
    3个方面35项 2023年3月1日至2023年5月31日 2023年6月30日; do
    [[ "$head" == *"$text"* ]]
  done
}

@test "section one says who did it, how, and with how many" {
  make_report
  section 一 >one
  for text in 以院长为组长 明确医务科牵头 联络员医务科干事 数据筛查、资料核对 46人次 3次 92人次; do
    grep -q "$text" one
  done
}

@test "section two has a line for each table with rows, range and remarks" {
  make_report
  grep -qE '^\| 处方明细 \| 2858 \| 2023-03-01 至 2023-05-31 \|.*3行格式错误' report.md
  grep -qE '^\| 检查申请 \| 289 \|' report.md
  grep -qE '^\| 人员花名册 \| 30 \| — \|' report.md
}

@test "section two says how many rules read each table" {
  make_report
  section 二 | grep -qE '^\|.*规则数.*\|$'
  section 二 | grep -qE '^\| 处方明细 \|.* 5 \|'
  section 二 | grep -qE '^\| 检查申请 \|.* 3 \|'
}

@test "section two names absent tables with their reasons" {
  zicha init c --plan "$plan" --facility "$example/clinic/facility.yaml"
  zicha -C c import --none rx_lines 手写处方
  zicha -C c report --out markdown:report.md 2>/dev/null
  section 二 | grep -q '未提供的数据及原因：处方明细（手写处方）'
}

@test "the verdict table of section two equals the record's totals" {
  make_report
  for pair in 合格:pass 发现问题:problem 未检查:not_checked 未判定:undetermined 不适用:not_applicable; do
    number=$(section 二 | sed -n "s/^| ${pair%:*} | \([0-9]*\) .*/\1/p")
    [ "$number" = "$(record h ".totals.${pair#*:}")" ]
  done
}

@test "section three has a row for each problem, with number, basis, way and severity" {
  make_report
  section 三 | grep -E '^\| (序号|[0-9]+) \| (整治重点|大处方|虚假诊疗)' >rows
  head -n 1 rows | grep -q '问题表现 | 数量 | 涉及金额（元） | 依据 | 发现方式 | 严重程度'
  problems=$(record h .totals.problem)
  [ "$(grep -cE '^\| [0-9]+ \| (大处方|虚假诊疗)' rows)" = "$problems" ]
  grep -q '处方用量超过7日.*| 13 | .*《处方管理办法》第十九条.*| 数据筛查 | 较重 |' rows
  grep -q '挂床住院.*| 1 | .*| 人工核查（无数据导出） | 严重 |' rows
  grep -q '病情不需要而用药.*| 2 | .*| 自查 | 较重 |' rows
}

@test "section three tells what rules found and what people found for want of a table" {
  make_package p <<'END'
- {id: both, title: 两处, kind: data, rules: [own.long, own.exam], or_ask: {ask: 抽查？, answer: sample, problem_if: answer.wrong > 0}}
- {id: asked, title: 一处, kind: data, rules: [own.exam, own.other], or_ask: {ask: 抽查？, answer: sample, problem_if: answer.wrong > 0}}
END
  write_rule p own <<'END'
rule "own.long" { on = "rx_lines", where = "days > 7", say = "{population}行中{count}行超量" }
rule "own.exam" { on = "exam_requests", where = "req_no == 'X'" }
rule "own.other" { on = "exam_requests", where = "req_no == 'Y'" }
END
  make_facility
  zicha init h --plan p --facility facility.yaml
  printf '处方号,用药天数\nA1,8\nA2,3\n' >rx.csv
  zicha -C h import rx_lines rx.csv
  zicha -C h import --none exam_requests 未开展检查
  zicha -C h answer both=30/2 asked=20/1
  print_report
  section 三 | grep -q '| 两处：2行中1行超量（明确违规）；人工核查：抽查30例，发现问题2例 |'
  section 三 | grep -q '| 一处：抽查20例，发现问题1例 |'
}

@test "section three's text agrees with its lines per focus" {
  make_report
  stated=$(section 三 | sed -n 's/^共发现问题\([0-9]*\)项.*/\1/p')
  summed=$(($(section 三 | sed -n 's/.*检查[0-9]*项，\([0-9]*\)项发现问题.*/\1/p' | paste -sd+)))
  [ "$stated" = "$summed" ]
}

@test "section three says «未发现» only beside what was checked" {
  copy_hospital
  zicha init c --plan "$plan" --facility "$example/clinic/facility.yaml"
  zicha -C c report --out markdown:report.md 2>/dev/null
  section 三 | grep -q '没有完成检查的项目'
  run bash -c "sed '\$d' report.md | grep '：检查[0-9]*项，未发现'"
  [ "$status" -eq 1 ]
}

@test "a check of nothing does not say that nothing was found" {
  zicha init c --plan "$plan" --facility "$example/clinic/facility.yaml"
  zicha -C c report --out markdown:report.md 2>/dev/null
  run bash -c "sed '\$d' report.md | grep -E '共检查0项.*未发现'"
  [ "$status" -eq 1 ]
}

@test "a clean report says what was checked, by data and by people, beside «未发现»" {
  make_clinic
  zicha -C c --today 2023-06-30 report --out markdown:report.md 2>/dev/null
  checked=$(record c .totals.pass)
  section 三 | grep -q "共检查${checked}项，.*未发现"
  section 三 | grep -qE '共检查[0-9]+项，其中数据规则[0-9]+条.*人工核查[0-9]+项.*未发现'
}

@test "a share of nothing is «—», never 0%" {
  make_questions
  sed -i '2,$d' p/items.yaml
  zicha -C w answer 'posted=:na 不对外'
  zicha -C w report --out markdown:report.md 2>/dev/null
  for verdict in 合格 发现问题 未检查 未判定; do
    grep -q "^| $verdict | 0 | — |" report.md
  done
}

@test "section three says how many departments, people and prescriptions are concerned" {
  make_report
  section 三 | grep -q '涉及人员11人次、处方36张'
  section 三 | grep -q '应整改问题涉及责任科室0个、金额0.00元'
}

@test "section three lists what was not checked, with its reason, as not «未发现»" {
  make_report
  section 三 | grep -q '未检查的项目（不得按“未发现”处理）'
  section 三 | grep -qE '^\| 1 \| 虚记或多记耗材费用 \| [^|]+ \|$'
}

@test "section three lists what does not apply, with the facility's reason" {
  make_report
  section 三 | grep -qE '^\| 1 \| 术中加价 \| .*未开展手术 \|$'
}

@test "section four has the four kinds of causes" {
  make_report
  section 四 >four
  for text in （一）主观方面：个别医师 （二）客观方面：慢性病 （三）制度方面：处方点评 （四）系统方面：处方系统; do
    grep -q "$text" four
  done
}

@test "section five has refund, what was mended at once, and the rules made" {
  make_report
  section 五 >five
  for text in 退回金额0.00元，其中自查主动退回0.00元 立行立改事项：无 建立、修订的制度：无; do
    grep -q "$text" five
  done
}

@test "section five has a row for each problem with measure, date and responsible" {
  make_report
  section 五 | grep -qE '^\| 台账序号 \| 问题 \| 整改责任 \| 整改措施 .*\| 整改时限 \| 完成情况 \| 佐证 \|$'
  section 五 | grep -qE '^\| [0-9]+ \| 挂床住院：抽查56例，发现问题1例.* \| — \| — .*\| 未完成 \| 无 \|'
}

@test "section five's table has the aim of each rectification" {
  make_report
  section 五 | grep -q '| 整改目标 |'
}

@test "section five says how many problems are rectified" {
  make_report
  section 五 | grep -q '应整改问题8个，已整改0个，整改率0%'
}

@test "section six goes through the plan's gates" {
  make_report
  section 六 >six
  for gate in 整改措施落实到位 案件查处到位 责任追究到位 长效机制建立到位; do
    grep -q "方案规定的核销条件：.*$gate" six
  done
}

@test "section six counts the usual five gates, also for a plan without gates of its own" {
  make_questions
  zicha -C w answer posted=否
  zicha -C w report --out markdown:report.md 2>/dev/null
  section 六 >six
  grep -q '^## 六、五个不放过核对' six
  for gate in 问题准 责任明确 措施具体 整改到位 制度完善; do
    grep -q "^| $gate | 0 | 1 | 0% |$" six
  done
  grep -q '^| 1 | 公示 | × | × | × | × | × |$' six
  run grep -q 方案规定的核销条件 six
  [ "$status" -eq 1 ]
}

@test "sections seven and eight have plans, commitment, signature, seal and day" {
  make_report
  section 七 | grep -q 每月点评处方不少于100张
  section 八 >eight
  for text in 对所报内容的真实性、完整性负责 法定代表人（主要负责人）：院长 示例镇中心卫生院（盖章） 2023年6月30日; do
    grep -q "$text" eight
  done
}

@test "the remarks list the plan's blanks and unconfirmed parameters" {
  make_report
  sed -n '/^## 附注/,$p' report.md >remarks
  grep -q '尚未确定.*“20__年__月__日”' remarks
  grep -q '“老年患者年龄”按65岁尚未核实' remarks
  grep -q "自查编号$(record h .run)" remarks
}

# ---- report.yaml -----------------------------------------------------------------------

@test "what report.yaml leaves out is printed as ____ and warned of by name" {
  make_report
  grep -q '电话：____' report.md
  grep -q '联络员电话' warnings
  run grep -c '报送对象\|组长' warnings
  [ "$output" = 0 ]
}

@test "an empty report.yaml leaves blanks everywhere, and each is warned of" {
  copy_hospital
  : >h/report.yaml
  print_report
  for hole in 报送对象 组长 牵头部门 联络员 联络员电话 参加人员 会议 培训 主观原因 客观原因 \
    制度原因 系统原因 下一步打算; do
    grep -q "$hole" warnings
  done
  grep -q '^____：$' report.md
  grep -q '以____为组长' report.md
}

@test "also lists that report.yaml leaves out are printed as blanks and warned of" {
  copy_hospital
  : >h/report.yaml
  print_report
  section 七 | grep -q '^____$'
  grep -q 下一步打算 warnings
}

@test "a blank that report.yaml cannot fill is warned of as well" {
  copy_hospital
  { cat "$example/hospital/report.yaml"; echo 'liaison_phone: 0000-1234567'; } >h/report.yaml
  print_report
  if section 五 | grep -q ____; then grep -q 完成情况 warnings; fi
}

@test "with report.yaml filled in nothing of the prose is missing" {
  copy_hospital
  { cat "$example/hospital/report.yaml"; echo 'liaison_phone: 0000-1234567'; } >h/report.yaml
  print_report
  grep -q '电话：0000-1234567' report.md
  run grep -E '报送对象|联络员|原因|打算' warnings
  [ "$status" -eq 1 ]
}

@test "a report without report.yaml is all blanks, not a failure" {
  copy_hospital
  rm h/report.yaml
  run zicha -C h --today 2023-06-30 report
  expect 0 报送对象
}

@test "Chinese titles are keys of report.yaml too" {
  copy_hospital
  printf '报送对象: 县卫健局\n自查方式: [现场查看, 问卷]\n' >h/report.yaml
  print_report
  grep -q '^县卫健局：' report.md
  grep -q '自查方式：现场查看、问卷。' report.md
}

@test "an unknown key of report.yaml is told with its place and remedy" {
  copy_hospital
  printf 'leader: 院长\nleadr: 院长\n' >h/report.yaml
  run zicha -C h report
  expect 65 "report.yaml:2:1: unknown key leadr" "zicha report --needs"
  [ ! -e h/reports ]
}

@test "one key of report.yaml in both languages stands twice" {
  copy_hospital
  printf 'addressee: 县卫健局\n报送对象: 市卫健委\n' >h/report.yaml
  run zicha -C h report
  expect 65 "report.yaml:2:1: the key 报送对象 stands twice"
}

@test "a list where report.yaml wants a text is refused with its place" {
  copy_hospital
  printf 'leader: [院长, 书记]\n' >h/report.yaml
  run zicha -C h report
  expect 65 "report.yaml:1:1: the key leader wants a text"
}

@test "all that is wrong in report.yaml is told at once" {
  copy_hospital
  printf 'leadr: 院长\nleader: [a]\nmethds: b\n' >h/report.yaml
  run zicha -C h report
  expect 65 report.yaml:1:1: report.yaml:2:1: report.yaml:3:1:
}

@test "report --needs lists every key with its Chinese title" {
  copy_hospital
  zicha -C h report --needs >needs.yaml
  for key in $(sed -n 's/^\([a-z_]*\):.*/\1/p' "$example/hospital/report.yaml"); do
    grep -qE "^# $key:.* # [^ ]" needs.yaml
  done
}
