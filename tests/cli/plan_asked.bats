#!/usr/bin/env bats
# What a plan asks of a facility: once per member of a set, per part, per period; not at all
# what is an office's or only another name. And what counts for a set.
load layered

setup() {
  begin_test
  make_package p <<'END'
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no, severity: major}
END
  cat >>p/plan.yaml <<'END'
period: {from: 2023年1月1日, to: 2023年12月31日}
sets:
  ten_domains:
    title: 十大领域
    count: 3
    members:
      - {id: tumour, title: 肿瘤, match: 'any_of(facility.departments_approved, "肿瘤科")'}
      - {id: dental, title: 口腔, match: 'any_starts(facility.departments_approved, "口腔")'}
      - {id: beauty, title: 医美}
END
  make_facility
  echo 'departments_approved: [口腔颌面外科, 内科]' >>facility.yaml
}

add_items() { cat >>p/items.yaml; }

begin() { zicha init w --plan p --facility facility.yaml >/dev/null; }

# The statuses of the entries of an item: statuses ID
statuses() {
  record w "[.items[] | select(.item == \"$1\") | .id + \"=\" + .status] | join(\" \")"
}

# refused_item ITEM TEXT…: lint refuses a package with this item, at its line.
refused_item() {
  echo "$1" >>p/items.yaml
  shift
  lint p
  expect 65 "items.yaml:2:" "$@"
}

# ---- across ------------------------------------------------------------------------------

@test "across asks once per member, and what the facility has not is not applicable" {
  add_items <<<'- {id: qualified, title: 资质, kind: question, ask: 人员有无资质？, answer: yesno, problem_if: no, across: ten_domains}'
  begin
  run zicha -C w answer 'qualified[dental]=否' 'qualified[beauty]=是' posted=是
  expect 0
  [ "$(statuses qualified)" = "qualified[tumour]=not_applicable qualified[dental]=problem qualified[beauty]=pass" ]
  [ "$(item w 'qualified[dental]' '[.item, .member, .title] | join(" ")')" = "qualified dental 资质（口腔）" ]
  [ "$(record w '.totals | [.items, .applicable, .problem, .pass, .not_applicable] | join(" ")')" = "4 3 1 2 1" ]
}

@test "the form asks what applies, and says for which member" {
  add_items <<<'- {id: qualified, title: 资质, kind: question, ask: 人员有无资质？, answer: yesno, problem_if: no, across: ten_domains}'
  begin
  zicha -C w form >/dev/null
  find w -name '*.csv' -exec cat {} + >form.txt
  grep -q '人员有无资质？（口腔）' form.txt
  grep -q 'qualified\[beauty\]' form.txt
  no grep -q 肿瘤 form.txt
}

@test "answering the item itself names its entries" {
  add_items <<<'- {id: qualified, title: 资质, kind: question, ask: 有无资质？, answer: yesno, problem_if: no, across: ten_domains}'
  begin
  run zicha -C w answer qualified=是
  expect 65 "the item qualified is asked several times" "qualified[tumour]、qualified[dental]、qualified[beauty]"
  run zicha -C w answer 'qualified[dentl]=是'
  expect 65 "the plan has no item qualified[dentl]" "did you mean qualified[dental]?"
}

@test "while nobody has said which departments there are, what hangs on them is open" {
  sed -i '/^departments_approved/d' facility.yaml
  add_items <<<'- {id: qualified, title: 资质, kind: question, ask: 有无资质？, answer: yesno, problem_if: no, across: ten_domains}'
  begin
  zicha -C w answer 'qualified[beauty]=是' posted=是
  [ "$(statuses qualified)" = "qualified[tumour]=not_checked qualified[dental]=not_checked qualified[beauty]=pass" ]
}

@test "a member's match that is no condition, or names what there is not, is an error" {
  sed -i 's/any_of(facility.departments_approved/any_of(facility.departments/' p/plan.yaml
  lint p
  expect 65 "plan.yaml:13:" "the name facility.departments is unknown"
  sed -i "s/match: '.*'/match: facility.beds_open/" p/plan.yaml
  lint p
  expect 65 "plan.yaml:13:"
}

# ---- parts, per --------------------------------------------------------------------------

@test "parts are asked one by one" {
  add_items <<<'- {id: waste, title: 医废, kind: question, ask: 是否规范？, answer: yesno, problem_if: no, parts: [{id: sorting, title: 分类}, {id: storing, title: 暂存}]}'
  begin
  zicha -C w answer 'waste[sorting]=是' 'waste[storing]=否' posted=是
  [ "$(statuses waste)" = "waste[sorting]=pass waste[storing]=problem" ]
}

@test "documents are attached to a part" {
  add_items <<<'- {id: papers, title: 文件, kind: evidence, evidence: [制度], parts: [{id: one, title: 一}, {id: two, title: 二}]}'
  begin
  echo 制度 >rules.txt
  run zicha -C w attach --copy 'papers[one]' rules.txt --name 制度
  expect 0
  run zicha -C w attach --copy papers rules.txt --name 制度
  expect 65
  [ "$(item w 'papers[two]' .status)" = not_checked ]
}

# ---- tasks -------------------------------------------------------------------------------

@test "a quota per half-year: what is not over is not due, less than the quota is a problem" {
  add_items <<<'- {id: meetings, title: 专题会, kind: task, ask: 开了几次？, per: half_year, at_least: 2}'
  begin
  zicha -C w answer 'meetings[2023-H1]=1' posted=是
  at_day() {
    zicha -C w --today "$1" check --format json |
      jq -r '[.items[] | select(.item == "meetings") | .id + "=" + .status] | join(" ")'
  }
  [ "$(at_day 2023-06-30)" = "meetings[2023-H1]=not_applicable meetings[2023-H2]=not_applicable" ]
  [ "$(at_day 2023-07-01)" = "meetings[2023-H1]=problem meetings[2023-H2]=not_applicable" ]
  [ "$(at_day 2024-01-01)" = "meetings[2023-H1]=problem meetings[2023-H2]=not_checked" ]
  zicha -C w answer 'meetings[2023-H1]=2' 'meetings[2023-H2]=5'
  [ "$(at_day 2023-06-30)" = "meetings[2023-H1]=pass meetings[2023-H2]=pass" ]
}

@test "a quota per month is never met where nobody knows how many months there are" {
  sed -i 's/^period: .*/period: {from: 20__年__月, to: 20__年__月}/' p/plan.yaml
  add_items <<'END'
- {id: monthly, title: 月报, kind: task, ask: 报了几次？, per: month, at_least: 1}
- {id: once, title: 年报, kind: task, ask: 报了几次？, per: once, at_least: 1}
END
  begin
  zicha -C w answer monthly=1 once=1
  [ "$(item w monthly '.status + " " + .reason.text')" = \
    "undetermined the plan's period is blank: how often it is due is not known" ]
  [ "$(item w once .status)" = pass ]
  zicha -C w answer monthly=0
  [ "$(item w monthly .status)" = problem ]
}

@test "a quota's reason and count say what lacks" {
  add_items <<<'- {id: meetings, title: 专题会, kind: task, ask: 开了几次？, per: half_year, at_least: 3}'
  begin
  zicha -C w answer 'meetings[2023-H1]=1'
  zicha -C w --today 2023-07-01 check --format json >record.json || true
  [ "$(jq -r '.items[] | select(.id == "meetings[2023-H1]") | [.population, .count] | join(" ")' record.json)" = "3 2" ]
  [ "$(item w 'meetings[2023-H1]' '.reason | .text, .args.done, .args.least' | tr '\n' ' ')" = \
    "{period} is not over: {done} of {least} so far 1 3 " ]
}

@test "periods of every kind between two days" {
  sed -i 's/^period: .*/period: {from: 2023年2月27日, to: 2023年4月1日}/' p/plan.yaml
  for per in week month quarter half_year year once; do
    add_items <<<"- {id: by_$per, title: 次数, kind: task, ask: 几次？, per: $per, at_least: 1}"
  done
  begin
  members() { record w "[.items[] | select(.item == \"by_$1\") | .member] | join(\" \")"; }
  [ "$(members week)" = "2023-02-27 2023-03-06 2023-03-13 2023-03-20 2023-03-27" ]
  [ "$(members month)" = "2023-02 2023-03 2023-04" ]
  [ "$(members quarter)" = "2023-Q1 2023-Q2" ]
  [ "$(members half_year)" = "2023-H1" ]
  [ "$(members year)" = "2023" ]
  [ "$(record w '[.items[].id] | contains(["by_once"])')" = true ]
}

# ---- not asked ---------------------------------------------------------------------------

@test "items of an office, other names, retired and lost ones are not asked, and not counted" {
  add_items <<'END'
- {id: theirs, title: 部门抽查, kind: external}
- {id: same, title: 同上, kind: question, alias_of: posted}
- {id: old, title: 旧项, kind: question, ask: 一？, answer: yesno, problem_if: no, retired: 已停用}
- {id: lost, title: 缺页, kind: question, unknown: 原文缺页}
END
  begin
  zicha -C w answer posted=是
  [ "$(record w '[.items[].id] | join(" ")')" = posted ]
  [ "$(record w '.totals | [.items, .pass, .external] | join(" ")')" = "1 1 1" ]
  for pair in "theirs:is an office's" "same:only repeats posted" "old:is retired" "lost:is lost"; do
    run zicha -C w answer "${pair%%:*}=是"
    expect 65 "the item ${pair%%:*}" "${pair#*:}"
  done
  check w
  expect 0
}

# ---- sets --------------------------------------------------------------------------------

@test "a set's members count the items bound to them: by the member, by the item, across" {
  sed -i 's/title: 医美}/title: 医美, items: [posted]}/' p/plan.yaml
  add_items <<'END'
- {id: qualified, title: 资质, kind: question, ask: 有无资质？, answer: yesno, problem_if: no, across: ten_domains}
- {id: clean, title: 消毒, kind: question, ask: 是否消毒？, answer: yesno, problem_if: no, set: [ten_domains.dental]}
END
  begin
  zicha -C w answer posted=否 'qualified[dental]=是' 'qualified[beauty]=是' clean=是
  [ "$(record w '.sets[0] | [.id, .title] | join(" ")')" = "ten_domains 十大领域" ]
  [ "$(record w '[.sets[0].members[] | [.id, .status, .items, .problems] | join(" ")] | join("; ")')" = \
    "tumour not_applicable 1 0; dental pass 2 0; beauty problem 2 1" ]
}

@test "another name counts for its member with what it repeats" {
  sed -i 's/title: 医美}/title: 医美, items: [same]}/' p/plan.yaml
  add_items <<<'- {id: same, title: 同上, kind: question, alias_of: posted}'
  begin
  zicha -C w answer posted=否
  [ "$(record w '.sets[0].members[2] | [.status, .items, .problems] | join(" ")')" = "problem 1 1" ]
}

@test "a member that nothing checks is not checked, never green" {
  sed -i 's/title: 医美}/title: 医美, items: [posted]}/' p/plan.yaml
  begin
  zicha -C w answer posted=是
  [ "$(record w '[.sets[0].members[].status] | join(" ")')" = "not_checked not_checked pass" ]
}

@test "a set without any item is not in the record" {
  begin
  zicha -C w answer posted=是
  [ "$(record w '.sets | length')" = 0 ]
}

# ---- wrong uses --------------------------------------------------------------------------

@test "across with rules" {
  refused_item '- {id: x, title: 一, kind: data, rules: [rx.over_days], across: ten_domains}' \
    "across belongs to items that a person answers" "a rule can tell its rows apart by"
}

@test "across and parts, parts and per together" {
  refused_item '- {id: x, title: 一, kind: question, ask: 一？, answer: yesno, problem_if: no, across: ten_domains, parts: [{id: a, title: 甲}]}' \
    "parts and across cannot stand together" "make two items of it"
  sed -i '2s/across: ten_domains/per: rx_lines.dept/' p/items.yaml
  lint p
  expect 65 "per and parts cannot stand together"
}

@test "per without a table and its column" {
  refused_item '- {id: x, title: 一, kind: question, ask: 一？, answer: yesno, problem_if: no, per: project}' \
    "per wants a table and its column" "write for example purchases.project_id"
}

@test "per of a table or a column that there is not" {
  refused_item '- {id: x, title: 一, kind: question, ask: 一？, answer: yesno, problem_if: no, per: rx_linse.dept}' \
    "rx_linse"
  sed -i '2s/rx_linse.dept/rx_lines.nothing/' p/items.yaml
  lint p
  expect 65 "items.yaml:2:" nothing
}

@test "at_least without a task, a task without at_least, and no known period" {
  refused_item '- {id: x, title: 一, kind: question, ask: 一？, answer: yesno, problem_if: no, at_least: 2}' \
    "at_least belongs to tasks"
  sed -i '2d' p/items.yaml
  refused_item '- {id: x, title: 一, kind: task, ask: 几次？, per: halfyear}' \
    "an item of the kind task needs at_least" "halfyear is no period of a task" "did you mean half_year?"
}

@test "another name of what is itself another name, or of nothing" {
  refused_item '- {id: x, title: 一, kind: question, alias_of: y}' "the id y is unknown in items"
  echo '- {id: y, title: 二, kind: question, alias_of: posted}' >>p/items.yaml
  lint p
  expect 65 "items.yaml:2:" "y is itself only another name" "name the item that is asked"
}

@test "a member that the set does not have, a set that there is not" {
  refused_item '- {id: x, title: 一, kind: question, ask: 一？, answer: yesno, problem_if: no, set: [ten_domains.dentl, tendomains.tumour, domains]}' \
    "the set ten_domains has no member dentl" "did you mean dental?" \
    "the id tendomains is unknown in sets" "did you mean ten_domains?" "a set and its member, such as four_techniques.stem_cells is needed here"
}

@test "answers.ID of what is asked several times is no name of an expression" {
  add_items <<'END'
- {id: waste, title: 医废, kind: question, ask: 规范？, answer: yesno, problem_if: no, parts: [{id: one, title: 一}]}
- {id: more, title: 更多, kind: question, ask: 规范？, answer: yesno, problem_if: no, applies: answers.waste == true}
END
  lint p
  expect 65 "items.yaml:3:" "the name answers.waste is unknown"
}

# ---- per, from tables --------------------------------------------------------------------

# Asked for each supplier; standard input: the table.
begin_suppliers() {
  add_items <<<'- {id: contract, title: 合同, kind: question, ask: 有无合同？, answer: yesno, problem_if: no, per: purchases.supplier, set: [ten_domains.beauty]}'
  begin
  import_suppliers
}

import_suppliers() {
  { echo 项目编号,供应商,合同日期; cat; } >p.csv
  zicha -C w import purchases p.csv >/dev/null || true # malformed rows are told
}

@test "rows without a value are an entry of their own that nobody can answer" {
  begin_suppliers <<<$'A1,甲,2023-01-01\nA2,,2023-01-02\nA3,,2023-01-03'
  zicha -C w answer 'contract[甲]=是' posted=是
  [ "$(statuses contract)" = "contract[甲]=pass contract[空白]=not_checked" ]
  [ "$(item w 'contract[空白]' '[.title, .reason.args.blank, .reason.args.malformed] | join(" ")')" = "合同（未填供应商的2行） 2 0" ]
  [ "$(record w '.sets[0].members[2].status')" = not_checked ]
  check w
  expect 2 "2 rows are blank, 0 malformed"
  run zicha -C w answer 'contract[空白]=是'
  expect 65 "nobody can be asked for them one by one"
  never "answer with"
  run zicha -C w attach --copy 'contract[空白]' p.csv
  expect 65 "nobody can be asked for them one by one"
  zicha -C w form >/dev/null
  run grep -rl 空白 --include=*.csv w
  expect 1
}

@test "malformed rows as well; and a supplier may be called 空白" {
  begin_suppliers <<<$'A1,空白,2023-01-01\nA2,乙'
  zicha -C w answer 'contract[空白]=是' posted=是
  [ "$(statuses contract)" = "contract[空白]=pass contract[空白行]=not_checked" ]
  [ "$(item w 'contract[空白行]' .title)" = "合同（格式错误的1行）" ]
}

@test "an empty table has nothing to ask for; a column without a value, or none, is open" {
  begin_suppliers </dev/null
  [ "$(item w contract .status)" = not_applicable ]
  import_suppliers <<<A1,,2023-01-01
  [ "$(statuses contract)" = "contract[空白]=not_checked" ]
  printf '项目编号,合同日期\nA1,2023-01-01\n' >p.csv
  zicha -C w import purchases p.csv >/dev/null
  [ "$(item w contract '[.status, .reason.text] | join(" ")')" = "not_checked the table {table} lacks the columns {columns}" ]
}

@test "more than 1,000 values leave this item open, and no other" {
  begin_suppliers < <(seq 1001 | sed 's/.*/A&,供&,2023-01-01/')
  zicha -C w answer posted=是
  [ "$(item w contract '[.status, .reason.args.count] | join(" ")')" = "not_checked 1000" ]
  [ "$(item w posted .status)" = pass ]
  for command in status form needs; do
    run zicha -C w "$command"
    expect 0
  done
  run zicha -C w --today 2023-06-30 report
  [ "$status" -lt 64 ]
  run zicha -C w answer contract=是
  expect 65 "more than 1000 different values"
  import_suppliers < <(seq 1000 | sed 's/.*/A&,供&,2023-01-01/')
  [ "$(record w '[.items[] | select(.item == "contract")] | length')" = 1000 ]
}

# ---- quotas at the end, and too many -----------------------------------------------------

@test "a period that the plan's end cuts is over then, and owes the whole quota" {
  sed -i 's/^period: .*/period: {from: 2023年3月1日, to: 2023年8月31日}/' p/plan.yaml
  add_items <<'END'
- {id: y, title: 每年, kind: task, ask: 几次？, per: year, at_least: 1}
- {id: h, title: 每半年, kind: task, ask: 几次？, per: half_year, at_least: 1}
END
  begin
  zicha -C w answer 'y[2023]=0' 'h[2023-H1]=1' 'h[2023-H2]=0'
  at_day() {
    zicha -C w --today "$1" check --format json | jq -r '[.items[] | select(.item) | .status] | join(" ")'
  }
  [ "$(at_day 2023-08-31)" = "not_applicable pass not_applicable" ]
  [ "$(at_day 2023-09-01)" = "problem pass problem" ]
}

@test "a quota of nothing, or of less, is no quota" {
  refused_item '- {id: x, title: 一, kind: task, ask: 几次？, per: year, at_least: 0}' "at_least is 1 or more"
  sed -i '2s/at_least: 0/at_least: -1/' p/items.yaml
  lint p
  expect 65 "items.yaml:2:" "at_least is 1 or more"
}

@test "a plan that would be asked more than 20,000 times is refused at the item that is too many" {
  sed -i 's/^period: .*/period: {from: 1900年1月1日, to: 2023年12月31日}/' p/plan.yaml
  for id in a b c; do
    add_items <<<"- {id: $id, title: 每周$id, kind: task, ask: 几次？, per: week, at_least: 1}"
  done
  lint p
  [ "$status" -lt 64 ]
  add_items <<<'- {id: d, title: 每周d, kind: task, ask: 几次？, per: week, at_least: 1}'
  lint p
  expect 65 "items.yaml:5:" "asked more than 20000 times" "fewer members, parts or periods"
}

@test "values that would make the entries more than 20,000 leave the last items open" {
  for n in $(seq 20); do
    add_items <<<"- {id: c$n, title: 合同$n, kind: question, ask: 有无？, answer: yesno, problem_if: no, per: purchases.supplier}"
  done
  begin
  import_suppliers < <(seq 1000 | sed 's/.*/A&,供&,2023-01-01/')
  [ "$(record w '[(.items | length), (.items[-1] | .id, .status, .reason.args.count)] | join(" ")')" = "19002 c20 not_checked 20000" ]
}
