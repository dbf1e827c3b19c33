#!/usr/bin/env bats
# plan paper: the attachments to a plan's Word document, for every package that is shipped.
load layered

kinds='text form schedule duties statistics'

# Every paper of every package whose lint has no errors, as KIND/PACKAGE.md with / as +,
# without the backslashes of Markdown as KIND/PACKAGE.txt, and the data as PACKAGE.json.
setup_file() {
  local folder name kind
  cd "$BATS_FILE_TMPDIR" || return 1
  export ZICHA_LANG=en
  [ "${ZICHA_SANITIZED:-OFF}" = ON ] && export ZICHA_ISOLATION=process
  for kind in $kinds; do mkdir "$kind"; done
  for folder in "$ZICHA_ROOT"/checklists/*/*/; do
    [ -e "$folder/plan.yaml" ] || continue
    "$ZICHA" plan lint "$folder" >/dev/null 2>&1 || [ $? -eq 1 ] || continue
    name=$(basename "$(dirname "$folder")")+$(basename "$folder")
    "$ZICHA" plan paper text "$folder" --format json >"$name.json" 2>>failed
    for kind in $kinds; do
      "$ZICHA" plan paper "$kind" "$folder" >"$kind/$name.md" 2>>failed ||
        echo "$kind of $name: exit status $?" >>failed
      sed 's/\\\(.\)/\1/g' "$kind/$name.md" >"$kind/$name.txt"
    done
  done
}

# each_paper COMMAND [KIND…]: the command with the kind and the name of each paper; tells
# which it failed for.
each_paper() {
  local command=$1 kind path name bad=0
  shift
  for kind in ${*:-$kinds}; do
    for path in "$BATS_FILE_TMPDIR/$kind"/*.md; do
      name=$(basename "$path" .md)
      "$command" "$kind" "$name" || { echo "$kind of $name"; bad=1; }
    done
  done
  [ "$bad" = 0 ]
}

paper() {
  local command=$1 kind path name bad=0
  shift
  for kind in "${@:-$kinds}"; do
    for kind in $kind; do
      for path in "$BATS_FILE_TMPDIR/$kind"/*.md; do
        name=$(basename "$path" .md)
        "$command" "$kind" "$name" || { echo "$kind of $name"; bad=1; }
      done
    done
  done
  [ "$bad" = 0 ]
}

paper() { echo "$BATS_FILE_TMPDIR/$1/$2"; }

data() { jq -r "$2" "$BATS_FILE_TMPDIR/$1.json"; }

# Whether each line of the file ./wanted stands somewhere in a file; says which does not.
all_stand_in() {
  awk 'NR == FNR { text = text "\n" $0; next }
    $0 != "" && !index(text, $0) { print "not there: " $0; bad = 1 }
    END { exit bad }' "$1" wanted
}

# holds KIND PACKAGE JQ-FILTER: whether the paper has every text that the filter gives.
holds() {
  data "$2" "$3" >wanted || return 1
  all_stand_in "$(paper "$1" "$2").txt"
}

# The rows of the tables in a paper of ./p: rows KIND
rows() { zicha plan paper "$1" p | sed 's/\\\(.\)/\1/g' | grep '^|'; }

# A plan of the package's own in ./p: make_plan <<yaml, with no items but one question.
make_plan() {
  make_package p <<'END'
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}
END
  cat >>p/plan.yaml
}

# ---- all papers of all packages ----------------------------------------------------------

@test "each kind of paper is printed for every package without lint errors" {
  [ ! -s "$BATS_FILE_TMPDIR/failed" ] || { cat "$BATS_FILE_TMPDIR/failed"; false; }
  for kind in $kinds; do
    [ "$(find "$BATS_FILE_TMPDIR/$kind" -name '*.md' -size +0 | wc -l)" -ge 5 ]
  done
}

same_structure() {
  local md html
  md=$(paper "$1" "$2").md
  html=$(cmark-gfm -e table "$md") || return 1
  [ "$(grep -c '^|:\?-' "$md")" = "$(grep -c '<table>' <<<"$html")" ] &&
    [ "$(($(grep -c '^|' "$md") - $(grep -c '^|:\?-' "$md")))" = "$(grep -c '^<tr>' <<<"$html")" ] &&
    [ "$(grep -c '^#' "$md")" = "$(grep -c '^<h[1-6]>' <<<"$html")" ]
}

@test "a reader of GitHub's dialect finds the headings, tables and rows that were written" {
  command -v cmark-gfm >/dev/null || skip "cmark-gfm is not installed"
  each_paper same_structure
}

equal_cells() {
  sed -e 's/\\|//g' "$(paper "$1" "$2").md" | awk -F '|' '
    /^\|/ { if (cells && NF != cells) { print; bad = 1 } cells = NF; next }
    { cells = 0 }
    END { exit bad }'
}

@test "every row of a table has as many cells as its head" {
  each_paper equal_cells
}

has_no_codes() {
  local words='weekly|monthly|quarterly|yearly|half_year|once|yesno|sample|choice|major|general'
  words+='|grave|lead|assist|execute|self_check|campaign|inspection|external|evidence|manual'
  words+='|ledger|cases|measure|rectification|prepare|enforce|review|nil'
  no grep -nE "$words" "$(paper "$1" "$2").txt"
}

@test "no code of the plan language reaches paper" {
  each_paper has_no_codes
}

has_one_title() {
  [ "$(grep -c '^# ' "$(paper "$1" "$2").md")" = 1 ]
}

@test "each paper has one title, on its first line" {
  each_paper has_one_title
  for path in "$BATS_FILE_TMPDIR"/*/*.md; do head -n 1 "$path" | grep -q '^# .'; done
}

@test "same input, same bytes" {
  for folder in county/medical-disorder county/large-prescriptions; do
    for kind in $kinds; do
      zicha plan paper "$kind" "$ZICHA_ROOT/checklists/$folder" >again.md
      cmp again.md "$BATS_FILE_TMPDIR/$kind/${folder/\//+}.md"
    done
  done
}

# ---- nothing is dropped --------------------------------------------------------------------

holds_all_titles() {
  holds "$1" "$2" '(.plan | .title, .goals[]?, .scope.text, .focus[]?.title, .phases[]?.title,
    .no_phases, .departments[]?.title, .duties[]?.artefact, .measures[]?.title,
    .registers[]?.title, .forms[]?.title, .statistics.title, .coverage[]?.text,
    .closeout.gates[]?.title, .leniency[]?.when, .sanctions[]?.when,
    .sets[]?.title, .sets[]?.members[].title, .parameters[]?.title, .basis[]?.title,
    .hotline[]?.phone), .items[].title | values'
}

@test "the text holds every title of the package" {
  each_paper holds_all_titles text
}

holds_what_is_done() {
  holds "$1" "$2" '(.plan | .phases[]?.actions[]?, .phases[]?.outputs[]?,
    .departments[]?.duties[]?, .measures[]?.actions[]?, .sanctions[]?.effect[],
    .leniency[]?.effect[], .statistics.unknown), (.items[] | .text, .parts[]?.title) | values'
}

@test "the text holds every duty, action, effect and standard" {
  each_paper holds_what_is_done text
}

holds_all_items() { holds "$1" "$2" '.items[].title'; }

@test "the form holds every item: asked, an office's, or left out with a reason" {
  each_paper holds_all_items form
}

# A row for each part of an item and each member of the set it is asked across.
has_a_row_each() {
  local wanted
  wanted=$(data "$2" '.plan.sets as $sets | [.items[]
    | select((.retired or .alias_of or .unknown or .kind == "external") | not)
    | if .across then $sets[.across].members | length
      elif .parts then .parts | length else 1 end] | add // 0')
  sed '/主管部门检查项/,$d; /不必填写的检查项/,$d' "$(paper "$1" "$2").txt" >asked
  [ "$(grep -c '^| [0-9]' asked)" = "$wanted" ] && grep -q "分$wanted行" "$(paper "$1" "$2").txt"
}

@test "the form has a row for each part and member of what a facility is asked" {
  each_paper has_a_row_each form
}

has_all_times() {
  holds "$1" "$2" '.plan | (.phases[]? | .title, (.when // (.from, .to))),
    (.measures[]? | select(.due) | .title, .due),
    (.duties[]? | .artefact, (.due | strings, arrays[]?)) | values'
}

@test "the schedule holds every phase, dated measure and duty with its time as written" {
  each_paper has_all_times schedule
}

has_all_departments() {
  holds "$1" "$2" '.plan | .departments[]?.title, .duties[]?.artefact,
    .departments[]?.duties[]?, (.focus[]? | select(.lead) | .title)'
}

@test "the duties paper holds every department, duty and led focus area" {
  each_paper has_all_departments duties
}

has_all_rows() {
  local count
  count=$(data "$2" '.plan.statistics.rows // [] | length')
  holds "$1" "$2" '.plan.statistics.rows[]?.title' &&
    [ "$(grep -c '^| [0-9]' "$(paper "$1" "$2").txt")" = "$count" ]
}

@test "the statistics table holds every row of the plan and no other" {
  each_paper has_all_rows statistics
}

# ---- blanks ----------------------------------------------------------------------------------

# Every blank that lint finds stands in the list at the end.
lists_blanks() {
  local folder=$ZICHA_ROOT/checklists/${2/+//}
  sed -n '/^以下日期和内容尚未确定/,$p' "$(paper "$1" "$2").txt" >list
  ZICHA_LANG=en "$ZICHA" plan lint "$folder" 2>&1 |
    sed -n 's/.*\[blank\]: .* is still blank: //p' >wanted
  all_stand_in list
}

@test "the text lists every blank that lint finds, at its end" {
  each_paper lists_blanks text
}

@test "blanks are printed as they stand" {
  zicha plan paper schedule "$plan" | sed 's/\\\(.\)/\1/g' >s.txt
  grep -q '^| .* | 动员部署阶段.* | 20__年__月 |.*时间尚未确定 |$' s.txt
  grep -q '实施步骤“动员部署阶段”的时间：20__年__月' s.txt
}

@test "a plan without blanks has no list of them" {
  make_plan <<<'phases: [{id: one, title: 自查阶段, when: 2023年5月}]'
  for kind in $kinds; do
    run zicha plan paper "$kind" p
    expect 0
    never 尚未确定
  done
}

@test "what the source has lost is marked in its place and listed" {
  make_plan <<'END'
phases: [{id: one, title: 第一阶段, unknown: 转载缺页}]
END
  for kind in text schedule; do
    run zicha plan paper "$kind" p
    expect 0 原文缺失：转载缺页 "实施步骤“第一阶段”：原文缺失：转载缺页"
  done
}

# ---- a small plan ------------------------------------------------------------------------------

@test "only sections with content are printed, numbered 一、二、三" {
  make_plan <<'END'
goals: [规范诊疗行为]
no_phases: 不分阶段
END
  zicha plan paper text p >text.md
  [ "$(grep '^## ' text.md | tr '\n' ' ')" = "## 一、工作目标 ## 二、整治重点 ## 三、实施步骤 " ]
  grep -q '^不分阶段。$' text.md
}

@test "a plan with every section has each of them in its text" {
  make_base
  run zicha plan paper text "$base"
  expect 0 整治范围 起止时间 整治重点 计数集合 责任分工 实施步骤 工作措施 覆盖要求 报送要求 \
    核销条件 从宽情形 处理规则 记分 举报渠道 专门台账 统计表和附表 依据 参数表
}

@test "papers of a plan with nothing say so" {
  make_package p <<<'- {id: posted, title: 公示, kind: external, ask: 是否公示？, answer: yesno, problem_if: no}'
  run zicha plan paper form p
  expect 0 方案没有要求医疗机构自查的检查项
  run zicha plan paper schedule p
  expect 0 方案没有写明任何时间
  run zicha plan paper duties p
  expect 0 方案没有列出责任单位 方案没有规定报送事项
}

@test "a plan without a statistics table says so, and how a county gives it rows" {
  make_plan <<<'goals: [规范]'
  run zicha plan paper statistics p
  expect 0 方案没有规定量化统计表 用表样的栏目替换
  never '| 序号 |'
}

@test "sources and formulas of the statistics are words" {
  make_plan <<'END'
statistics:
  rows:
    - {id: found, title: 发现问题, unit: 个, from: ledger}
    - {id: fixed, title: 其中：已整改, unit: 个, from: cases}
    - {id: rate, title: 整改率, unit: "%", from: manual, formula: fixed / found * 100}
    - {id: hours, title: 用时, from: measure, unknown: 表样缺页}
END
  rows statistics >rows
  grep -q '^| 1 | 发现问题 | 个 | 台账 | — |  |$' rows
  grep -q '^| 2 | 其中：已整改 | 个 | 案件 | — |  |$' rows
  grep -q '^| 3 | 整改率 | % | 手工填报 | 已整改÷发现问题×100 |  |$' rows
  grep -q '^| 4 | 用时（原文缺失：表样缺页） | 未写明 | 数据规则 | — |  |$' rows
  run zicha plan paper statistics p
  expect 0 填报单位 统计时段 填表人 审核人 联系电话 填报日期
}

@test "deadlines by phase and after another duty, and chains of approval, are words" {
  make_plan <<'END'
departments:
  unit: {title: 各单位, role: execute}
  county: {title: 县政府}
  city: {title: 市卫健委, role: lead}
phases: [{id: check, title: 自查阶段, when: 2023年5月}]
duties:
  - {id: one, artefact: 自查报告, from: unit, to: [city], via: [county], due: {phase: check}, every: once}
  - {id: two, artefact: 总结, from: unit, due: {after: one}, every: monthly, nil_report: yes}
  - {id: three, artefact: 月报, to: city, due: [2023年6月5日前, 7月5日前], window: 上月}
END
  rows duties >rows
  grep -q '^| 1 | 自查报告 | 各单位→（经县政府）→市卫健委 | “自查阶段”结束时（2023年5月） | 一次 | — | 无 |$' rows
  grep -q '^| 2 | 总结 | 各单位→接收单位未写明 | “自查报告”报送后 | 每月（没有情况也须报告） | — | 无 |$' rows
  grep -q '^| 3 | 月报 | 报送单位未写明→市卫健委 | 2023年6月5日前、7月5日前 | 未写明 | 上月 | 无 |$' rows
  grep -q '^| 各单位 | 自查报告；总结 | 无 | 无 |$' rows
  grep -q '^| 县政府 | 无 | 自查报告 | 无 |$' rows
}

@test "the form says how each kind of item is answered" {
  make_package p <<'END'
- {id: a, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no, text: 应当公示, basis: [{id: law, article: 第六条}]}
- {id: b, title: 抽查, kind: question, ask: 几张？, answer: sample, problem_if: answer.wrong > 0, parts: [{id: x, title: 门诊}, {id: y, title: 急诊}]}
- {id: c, title: 制度, kind: evidence, ask: 是否建立？, evidence: [制度文件]}
- {id: d, title: 学习, kind: task, ask: 学习几次？, per: year, at_least: 12}
- {id: e, title: 等级, kind: question, ask: 几等？, answer: choice, choices: [甲, 乙], problem_if: answer == "乙"}
- {id: f, title: 督导, kind: external, by: office, ask: 是否督导？, answer: yesno, problem_if: no}
- {id: g, title: 旧项, kind: question, ask: 旧？, answer: yesno, problem_if: no, retired: 已并入公示}
- {id: h, title: 同项, kind: question, ask: 同？, answer: yesno, problem_if: no, alias_of: a}
- {id: i, title: 第7项, kind: question, unknown: 跳号}
END
  cat >>p/plan.yaml <<'END'
basis: [{id: law, title: 处方管理办法, version: 2007年}]
departments: {office: {title: 县卫健局}}
END
  rows form >rows
  grep -q '^| 1 | 公示：是否公示？ | 应当公示 | 《处方管理办法》第六条（2007年） | 是/否 |  |  |$' rows
  grep -q '^| 2 | 抽查（门诊）：几张？ | 未写明 | 无 | 抽查数/问题数，如50/3 |  |  |$' rows
  grep -q '^| 3 | 抽查（急诊）：' rows
  grep -q '^| 4 | 制度：是否建立？ .* | 是/否，并附材料：制度文件 |' rows
  grep -q '^| 5 | 学习：学习几次？ .* | 次数，每年不少于12次 |' rows
  grep -q '^| 6 | 等级：几等？ .* | 选填：甲、乙 |' rows
  grep -q '^| 1 | 督导：是否督导？ | 未写明 | 无 | 县卫健局 |  |  |$' rows
  grep -q '^| 1 | 旧项 | 已停用：已并入公示 |$' rows
  grep -q '^| 2 | 同项 | 与“公示”相同 |$' rows
  grep -q '^| 3 | 第7项 | 原文缺失：跳号 |$' rows
}

@test "areas below an area stand under it, in the form and in the text" {
  make_package p <<'END'
- focus: upper
  items:
    - {id: a, title: 总项, kind: question, ask: 总？, answer: yesno, problem_if: no}
- focus: lower
  items:
    - {id: b, title: 分项, kind: question, ask: 分？, answer: yesno, problem_if: no}
END
  cat >>p/plan.yaml <<'END'
focus:
  - {id: upper, title: 组织领导}
  - {id: other, title: 作风建设}
  - {id: lower, title: 专题研究, parent: upper}
END
  [ "$(zicha plan paper form p | grep '^##' | tr '\n' ' ')" = "## 一、组织领导 ### （一）专题研究 " ]
  [ "$(zicha plan paper text p | sed 's/\\//g' | grep '^###' |
    tr '\n' ' ')" = '### （一）组织领导 #### 1. 专题研究 ### （二）作风建设 ' ]
}

@test "unconfirmed parameters and laws are marked 未核实" {
  run zicha plan paper text "$plan"
  expect 0 '| 老年患者年龄 | 65 | 岁 |' '处方管理办法》 | 卫生部令第53号 |'
  grep -q '^| .* | 老年患者年龄 | 65 | 岁 | .* | 未核实 |' <<<"$output"
  grep -q '^| .* | 《处方管理办法》 .* | 未核实 |$' <<<"$output"
}

# ---- days --------------------------------------------------------------------------------------

# A layout of the plan's own that prints the schedule from days that this test sets.
with_days() {
  mkdir -p p/layouts
  cat >p/layouts/plan_text.lua <<END
local schedule = require "plan_schedule"
return { build = function(args, paper)
  args.data.schedule = $1
  return schedule.build(args, paper)
end }
END
}

make_dated() {
  make_plan <<'END'
period: {from: 2023年3月, to: 2023年12月}
phases: [{id: check, title: 自查阶段, when: 2023年5月}]
measures:
  - {id: team, title: 成立专班, due: 2023年5月10日前}
  - {id: undated, title: 宣传}
duties: [{id: report, artefact: 月报, due: 每月5日前, every: monthly}]
END
}

@test "the schedule has a column of computed days where they are known" {
  make_dated
  with_days '{ { kind = "period", id = "x", from = "2023-03-01", to = "2023-12-31", due = {} },
    { kind = "phase", id = "check", from = "2023-05-01", to = "2023-05-31", due = {} },
    { kind = "duty", id = "report", due = { "2023-05-05", "2023-06-05" } } }'
  rows text >rows
  grep -q '^| 序号 | .* | 时间（方案原文） | 推算日期 | 备注 |$' rows
  grep -q '^| 1 | 起止时间 | .* | 2023年3月至2023年12月 | 2023年3月1日至2023年12月31日 | 无 |$' rows
  grep -q '^| 2 | 阶段 | 自查阶段 | — | 2023年5月 | 2023年5月1日至2023年5月31日 | 无 |$' rows
  grep -q '^| 3 | 措施 | 成立专班 | 未写明 | 2023年5月10日前 | — | 无 |$' rows
  grep -q '^| 4 | 报送 | 月报 | .* | 每月5日前 | 2023年5月5日、2023年6月5日 | 无 |$' rows
  [ "$(wc -l <rows)" = 6 ]
}

@test "more than twelve days of a duty are told by first, last and number" {
  make_dated
  local all=
  for day in $(seq -w 1 13); do all+="\"2023-05-$day\", "; done
  with_days "{ { kind = \"duty\", id = \"report\", due = { $all } } }"
  rows text | grep -q '首次2023年5月1日，末次2023年5月13日，共13次'
}

@test "without computed days the schedule has the document's times alone" {
  make_dated
  with_days nil
  rows text >rows
  grep -q '^| 2 | 阶段 | 自查阶段 | — | 2023年5月 | 无 |$' rows
  no grep -q 推算 rows
}

@test "a dated plan's schedule tells its days" {
  make_dated
  rows schedule | grep -q '^| 2 | 阶段 | 自查阶段 | — | 2023年5月 | 2023年5月1日至2023年5月31日 | 无 |$'
}

# ---- layers ------------------------------------------------------------------------------------

@test "the text says where a plan asks for less, for more, or otherwise than its parent" {
  make_base
  package "$child" county/child county city/base
  cat >>"$child/plan.yaml" <<'END'
change:
  parameters:
    rx_max_days: {value: 5}
    min_rate: {value: 40, authorised_by: 县卫〔2023〕1号, reason: 设备少}
  items: {posted: {set: {problem_if: yes}}}
  phases: {check: {set: {when: 20__年__月}}}
END
  run zicha plan paper text "$child"
  expect 0 与上级方案的不同 \
    '与上级方案相比有所放宽：《方案（county/child）》（县）将参数“阳性率”的值由“50”改为“40”；批准文号：县卫〔2023〕1号；理由：设备少' \
    '《方案（county/child）》（县）从严：参数“处方天数上限”的值由“7”改为“5”'
  never problem_if answer
}

@test "a plan that is no layer has nothing of a parent in its text" {
  run zicha plan paper text "$plan"
  expect 0
  never 与上级方案
}

# ---- formats -------------------------------------------------------------------------------------

@test "--format html has the same headings and tables as Markdown" {
  for kind in $kinds; do
    zicha plan paper "$kind" "$plan" >p.md
    zicha plan paper "$kind" "$plan" --format html >p.html
    head -n 1 p.html | grep -q '<!DOCTYPE html>'
    [ "$(grep -c '^|:\?-' p.md)" = "$(grep -c '<table>' p.html)" ]
    [ "$(grep -c '^#' p.md)" = "$(grep -c '<h[1-6]>' p.html)" ]
  done
}

@test "--out writes what is printed" {
  zicha plan paper duties "$plan" >wanted.md
  zicha plan paper duties "$plan" --format html >wanted.html
  zicha plan paper duties "$plan" --out markdown:d.md --out html:d.html
  cmp wanted.md d.md
  cmp wanted.html d.html
}

@test "the papers are Chinese whatever the language of messages" {
  zicha plan paper duties "$plan" >en.md
  ZICHA_LANG=zh_CN zicha plan paper duties "$plan" >zh.md
  cmp en.md zh.md
}

@test "an unknown kind of paper: 64, with the known ones" {
  run zicha plan paper circular "$plan"
  expect 64 "unknown paper circular" "text form schedule duties statistics"
  run zicha plan paper text
  expect 64
}

@test "a paper of a package that is not there, or has errors, is not printed" {
  run zicha plan paper text nowhere
  expect 66
  make_plan <<<'titel: x'
  run zicha plan paper text p
  expect 65 "unknown key titel"
  never '# '
}
