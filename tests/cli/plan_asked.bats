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
  ! grep -q 肿瘤 form.txt
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
  run zicha -C w attach 'papers[one]' rules.txt --name 制度
  expect 0
  run zicha -C w attach papers rules.txt --name 制度
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
