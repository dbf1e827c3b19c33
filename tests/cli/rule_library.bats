#!/usr/bin/env bats
# Defaults of the rule library below a plan: where they hold, what replaces them, what they
# forbid; and mistakes in the library's own files.
load layered

# A plan without parameters that names two prescription rules, in ./p.
setup() {
  begin_test
  make_package p <<'END'
- {id: long, title: 超过天数, kind: data, severity: general, rules: [rx.over_days]}
- {id: posted, title: 公示, kind: question, severity: general, ask: 是否公示？, answer: yesno, problem_if: no}
END
}

plan_says() { cat >>p/plan.yaml; }
lint() { run "$ZICHA" plan lint "${1:-p}"; }
explain() { run "$ZICHA" plan explain p "$@"; }

# What `rx.over_days` finds in ./p of a prescription of 8 days: the item's status.
judge_days() {
  mkdir -p p/tests
  cat >p/tests/a.yaml <<END
- name: 天数
  today: 2023-05-01
  tables: {rx_lines: [{rx_no: A1, visit_type: 门诊, age: 40, days: $1}]}
  expect: {long: $2}
END
  run "$ZICHA" plan test p
  expect 0 "0 of them not met"
}

# A workspace of ./p in ./w with one prescription, of 8 days.
make_workspace() {
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  printf '处方号,处方日期,就诊类型,年龄,医师工号,用药天数,中药饮片,慢病,超量理由,药品名称\nA1,2023-05-01,门诊,40,D1,8,,,,甲\n' >rx.csv
  zicha -C w import rx_lines rx.csv >/dev/null 2>&1
}

# A zicha of its own in ./own, whose rule library, of two files, may be changed: own/rules.
own_zicha() {
  mkdir -p own/bin own/share/zicha/scripts
  cp "$ZICHA" own/bin/zicha
  cp -R "$ZICHA_BUILD/libexec" own/libexec
  cp -RL "$ZICHA_BUILD/share/locale" own/share/locale
  for folder in engine author reports checklists; do
    cp -RL "$ZICHA_BUILD/share/zicha/$folder" "own/share/zicha/$folder"
  done
  for folder in rules datasets calendars; do
    cp -RL "$ZICHA_BUILD/share/zicha/scripts/$folder" "own/share/zicha/scripts/$folder"
  done
  ln -s share/zicha/scripts/rules own/rules
  find own/rules/ -type f ! -name 'rx.*' ! -name 'exam.*' -delete
  ZICHA=$PWD/own/bin/zicha
}

# The place of the first line of own/rules/rx.yaml with a text: at TEXT COLUMN.
at() { printf 'scripts/rules/rx.yaml:%s:%s' "$(grep -n -m1 -F "$1" own/rules/rx.yaml | cut -d: -f1)" "$2"; }

# ---- where they hold ------------------------------------------------------------------------

@test "a plan need not declare what the rules that it names read" {
  judge_days 7 pass
  judge_days 8 problem
}

@test "show, papers and explain tell the defaults that the plan's rules read, and no others" {
  run "$ZICHA" plan show p
  expect 0 "rx_max_days  普通处方用量上限" "elder_age" "no_reason_words"
  never rx_max_items rx_max_days_emergency
  run "$ZICHA" plan paper text p
  expect 0 普通处方用量上限
  never 单张处方药品种数上限
  explain rx_max_days value
  expect 0 "→ 7  (rule library, scripts/rules/rx.yaml:"
  explain rx_max_items
  expect 65 "the plan has no entry rx_max_items"
}

@test "a report tells the unconfirmed defaults that are read, and the record none" {
  make_workspace
  zicha -C w --today 2023-06-30 report >/dev/null 2>&1
  grep -q '“老年患者年龄”按65岁尚未核实' w/reports/*/report.md
  no grep -q '单张处方药品种数上限' w/reports/*/report.md
  [ "$(record w '.deviations | length')" = 0 ]
}

@test "lint tells unconfirmed defaults at the item that reads them, to be accepted by id" {
  lint
  expect 1 "items.yaml:1:" "[unconfirmed]: 老年患者年龄 (elder_age) of the rule library is not confirmed: 65"
  never rx_max_items large_modalities
  plan_says <<'END'
accept:
  - {code: unconfirmed, at: elder_age, reason: 示例}
  - {code: unconfirmed, at: no_reason_words, reason: 示例}
END
  lint
  never elder_age no_reason_words
}

@test "a plan that names no rule of a file knows nothing of its parameters" {
  make_package p <<'END'
- {id: posted, title: 公示, kind: question, ask: 几天？, answer: number, problem_if: answer > p.rx_max_days}
END
  lint
  expect 65 "the name p.rx_max_days is unknown"
}

@test "conditions of items may read a default of the rules that the plan names" {
  make_package p <<'END'
- {id: long, title: 超过天数, kind: data, rules: [rx.too_many_drugs]}
- {id: asked, title: 天数, kind: question, ask: 几天？, answer: number, problem_if: answer > p.rx_max_days}
END
  run "$ZICHA" plan show p
  expect 0 rx_max_days rx_max_items
  never elder_age
}

@test "a rule named by 规则 in Chinese, in a part of the checklist, or by a change counts" {
  mkdir p/items
  cat >p/items.yaml <<'END'
- {编号: posted, 名称: 公示, 类型: 问答, 问题: 是否公示？, 答案: 是否, 问题条件: 否}
END
  cat >p/items/more.yaml <<'END'
- {编号: drugs, 名称: 种数, 类型: 数据, 规则: [rx.too_many_drugs]}
END
  run "$ZICHA" plan show p
  expect 0 rx_max_items
}

@test "an item without a basis of its own has that of its rules in the report" {
  make_workspace
  zicha -C w --today 2023-06-30 report >/dev/null 2>&1
  grep -q '处方管理办法（卫生部令第53号，2007年5月1日施行）第十九条' w/reports/*/report.md
  sed -i 's/severity: general, rules/severity: general, basis: [own], rules/' p/items.yaml
  plan_says <<'END'
basis: [{id: own, title: 本县办法}]
END
  rm -r w/reports
  zicha -C w --today 2023-06-30 report >/dev/null 2>&1
  grep -q '《本县办法》' w/reports/*/report.md
  no grep -q '处方管理办法（卫生部令' w/reports/*/report.md
}

@test "explain tells of an item's rules what the library knows" {
  explain long
  expect 0 "rx.over_days  门诊处方超过规定天数且未注明理由" "basis: 处方管理办法" "exempt: "
}

@test "another default is another run, other words about a rule are not" {
  own_zicha
  make_workspace
  local before
  before=$(record w .run)
  sed -i 's/另按RX-03判断/另行判断/' own/share/zicha/scripts/rules/rx.yaml
  [ "$(record w .run)" = "$before" ]
  sed -i '/^  elder_age:/,/type:/s/value: 65/value: 60/' own/share/zicha/scripts/rules/rx.yaml
  [ "$(record w .run)" != "$before" ]
}

@test "a measure that only the plan's own figures name brings its file and its defaults" {
  own_zicha
  make_package p <<'END'
- {id: posted, title: 公示, kind: question, severity: general, ask: 是否公示？, answer: yesno, problem_if: no}
END
  plan_says <<'END'
statistics: {rows: [{id: total, title: 处方张数, unit: 张, from: measure, formula: 'm["rx.total"] + 0'}]}
END
  sed -i '/^parameters:/a\  rx_least_days: {title: 起算天数, value: 2, type: number}' own/rules/rx.yaml
  echo 'measure "rx.total" { on = "rx_lines", among = "days >= p.rx_least_days", value = "distinct(rx_no)" }' \
    >>own/rules/rx.lua
  make_workspace
  [ "$(record w '.figures[0].value')" = 1 ]
  run "$ZICHA" plan show p
  expect 0 "rx_least_days  起算天数"
  never rx_max_days
}

# ---- what replaces them ---------------------------------------------------------------------

@test "a parameter of the plan's own takes the place of the whole default" {
  plan_says <<'END'
parameters: {rx_max_days: {value: 5, type: number, title: 本县天数上限}}
END
  judge_days 6 problem
  explain rx_max_days
  expect 0 "    7  (rule library, scripts/rules/rx.yaml:" "→ 5  (county/test, plan.yaml:7)" 本县天数上限
  never 单位 普通处方用量上限
  run "$ZICHA" plan show p
  expect 0 "changes to the rule library (1)" "值: 7 → 5  [asks for more]"
}

@test "a parameter that asks for less than the default names the document" {
  plan_says <<'END'
parameters: {rx_max_days: {value: 10, type: number}}
END
  lint
  expect 65 "plan.yaml:7:35: error: parameters rx_max_days: value asks for less than the rule library at scripts/rules/rx.yaml:" \
    "(7 → 10)" "authorised_by: NUMBER"
  sed -i 's/number}/number, authorised_by: 某卫发〔2023〕8号}/' p/plan.yaml
  lint
  expect 1 "[deviation]: parameters rx_max_days: value asks for less than the rule library (7 → 10), allowed by 某卫发〔2023〕8号"
  judge_days 10 pass
  make_workspace
  [ "$(record w '.deviations[0] | "\(.against) \(.from) \(.to) \(.direction)"')" = "library 7 10 looser" ]
  zicha -C w --today 2023-06-30 report >/dev/null 2>&1
  grep -q '与规则库的默认参数相比有所放宽：county/test' w/reports/*/report.md
  sed -i 's/某卫发〔2023〕8号/领导同意/' p/plan.yaml
  lint
  expect 65 "领导同意 is not the number of a document"
}

@test "change works on defaults without a parent, and asks for a document to ask for less" {
  plan_says <<'END'
change:
  parameters:
    rx_max_days: {value: 5, reason: 本县从严}
END
  judge_days 6 problem
  explain rx_max_days value
  expect 0 "7  (rule library, " "→ 5  (county/test, plan.yaml:9, 本县从严)"
  sed -i 's/value: 5/value: 10/' p/plan.yaml
  lint
  expect 65 "plan.yaml:9:26: error: parameters rx_max_days: value asks for less than the rule library"
  sed -i 's/reason:/authorised_by: 某卫发〔2023〕8号, reason:/' p/plan.yaml
  judge_days 10 pass
}

@test "an unknown default under change, of a rule that is named or not, is told with the nearest" {
  plan_says <<'END'
change:
  parameters:
    rx_max_day: {value: 5}
    large_modalities: {value: [CT]}
END
  lint
  expect 65 "plan.yaml:9:5: error: the parameter rx_max_day is unknown" "did you mean rx_max_days?" \
    "plan.yaml:10:5: error: the parameter large_modalities is unknown"
}

@test "change of what is the plan's own, of another section, or removing a default is refused" {
  plan_says <<'END'
parameters: {own_days: {value: 3, type: number}}
change:
  parameters:
    own_days: {value: 5}
    rx_max_days: {remove: yes, reason: 不用}
  items: {posted: {set: {severity: grave}}}
END
  lint
  expect 65 "the parameter own_days is the plan's own" \
    "the parameter rx_max_days of the rule library cannot be removed" \
    "without a parent only parameters of the rule library can be changed"
}

@test "with: works on defaults; an unknown one is told with the nearest" {
  sed -i 's/rules: \[rx.over_days\]/rules: [rx.over_days], with: {rx_max_days: 9}/' p/items.yaml
  judge_days 9 pass
  judge_days 10 problem
  sed -i 's/with: {rx_max_days/with: {rx_max_dayz/' p/items.yaml
  lint
  expect 65 "items.yaml:1:" "the parameter rx_max_dayz is unknown" "did you mean rx_max_days?"
}

# ---- layers ---------------------------------------------------------------------------------

# A parent that relies on the default, and a child.
two_layers() {
  mkdir -p packages/city packages/county
  mv p packages/city/base
  sed -i 's|county/test|city/base|' packages/city/base/plan.yaml
  package packages/county/child county/child county city/base
  cat >>packages/county/child/plan.yaml
  touch packages/county/child/items.yaml
  rm packages/county/child/items.yaml
}

@test "a child changes a default that its parent relies on, as it would the parent's own" {
  two_layers <<'END'
change: {parameters: {rx_max_days: {value: 5}}}
END
  run "$ZICHA" plan explain packages/county/child rx_max_days value
  expect 0 "7  (rule library, " "→ 5  (county/child, plan.yaml:"
  sed -i 's/value: 5/value: 10/' packages/county/child/plan.yaml
  lint packages/county/child
  expect 65 "asks for less than the rule library"
}

@test "a child's own parameter is no way around a default that its parent relies on" {
  two_layers <<'END'
parameters: {rx_max_days: {value: 10, type: number}}
END
  lint packages/county/child
  expect 65 "parameters rx_max_days: value asks for less than the rule library"
}

@test "what a parent says instead of a default is the parent's" {
  cat >>p/plan.yaml <<'END'
parameters: {rx_max_days: {value: 5, type: number, stricter: lower}}
END
  two_layers <<'END'
change: {parameters: {rx_max_days: {value: 7}}}
END
  lint packages/county/child
  expect 65 "asks for less than the parent at city/base/plan.yaml:7 (5 → 7)"
  sed -i 's/^change.*/parameters: {rx_max_days: {value: 4, type: number}}/' packages/county/child/plan.yaml
  lint packages/county/child
  expect 65 "the parent has it already, at city/base/plan.yaml:7"
}

@test "with: of a parent's item is compared with the default" {
  two_layers <<'END'
change: {items: {long: {set: {with: {rx_max_days: 10}}}}}
END
  lint packages/county/child
  expect 65 "items long: with asks for less than the parent"
}

@test "defaults of a rule that a child takes out are gone" {
  two_layers <<'END'
change: {items: {long: {remove: yes, reason: 没有处方, authorised_by: 某卫发〔2023〕8号}}}
END
  run "$ZICHA" plan show packages/county/child
  expect 0
  never rx_max_days
}

@test "diff and plan new --extends tell of the defaults that are read" {
  cp -R p q
  cat >>q/plan.yaml <<'END'
parameters: {rx_max_days: {value: 5, type: number}}
END
  run "$ZICHA" plan diff p q
  expect 1 "rx_max_days" "7 → 5  [asks for more]"
  never rx_max_items
  mkdir -p packages/city
  mv p packages/city/base
  sed -i 's|county/test|city/base|' packages/city/base/plan.yaml
  zicha plan new packages/county/child --extends packages/city/base >/dev/null
  grep -q 'rx_max_days: {value: 7}' packages/county/child/plan.yaml
  no grep -q rx_max_items packages/county/child/plan.yaml
}

# ---- mistakes in the library ------------------------------------------------------------------

@test "an unknown key and an unknown type are told with their places and the remedy" {
  own_zicha
  sed -i -e '/^  rx_max_days:/,/unit:/s/unit: 日/units: 日/' \
    -e '/^  rx_max_days:/,/type:/s/type: number/type: numbers/' own/rules/rx.yaml
  lint
  expect 65 "$(at 'type: numbers' 11): error: numbers is not one of the known words" \
    "known: number(" "$(at '    units:' 5): error: unknown key units" "did you mean unit?"
}

@test "what the rules section lacks or has too many is told by plan rules" {
  own_zicha
  sed -i '0,/^    title: 门诊处方超过/s//    titel: 门诊处方超过/' own/rules/rx.yaml
  run "$ZICHA" plan rules
  expect 65 "scripts/rules/rx.yaml:" "unknown key titel" "did you mean title?" "the key title"
}

@test "a parameter of two files is told at the second, with the first" {
  own_zicha
  sed -i 's/^  exam_min_cases:/  rx_max_days:/' own/rules/exam.yaml
  run "$ZICHA" plan rules
  expect 65 "$(at '  rx_max_days:' 3): the parameter rx_max_days stands in scripts/rules/exam.yaml:" \
    "begin this one with the file's name"
}

@test "what only one of the two files has is told" {
  own_zicha
  sed -i -e 's/^  over_days:/  over_dayz:/' -e '/^rules:/i\  spare: {value: 1, type: number}' own/rules/rx.yaml
  sed -i 's/= "p.exam_min_cases"/= "p.rx_max_items"/' own/rules/exam.lua
  run "$ZICHA" plan rules
  expect 65 "the rule rx.over_days does not stand in scripts/rules/rx.yaml" \
    "no rule file declares rx.over_dayz" "nothing reads the parameter spare" \
    "nothing reads the parameter exam_min_cases" \
    "the rule exam.low_positive reads the parameter rx_max_items of another file"
}

@test "a library rule that does not compile is told with its place" {
  own_zicha
  sed -i 's/days > p.rx_max_days and/dayz > p.rx_max_days and/' own/rules/rx.lua
  run "$ZICHA" plan rules
  expect 65 "scripts/rules/rx.lua:" "the name dayz is unknown"
}

@test "a default that is blank leaves its rule unchecked, and is told where it is read" {
  own_zicha
  sed -i '/^  rx_max_days:/,/type:/s/value: 7/value: ____/' own/rules/rx.yaml
  lint
  expect 1 "items.yaml:1:" "[blank]: 普通处方用量上限 (rx_max_days) of the rule library is blank: ____"
  make_workspace
  [ "$(item w long .status)" = not_checked ]
  zicha -C w --today 2023-06-30 report >/dev/null 2>&1
  grep -q '尚未确定（1处），请向主管部门核实：“普通处方用量上限：' w/reports/*/report.md
  sed -i 's/rx.over_days\]/rx.too_many_drugs]/' p/items.yaml
  lint
  never rx_max_days
}

@test "what a view, a measure or a local of a rule file reads, its rules read" {
  own_zicha
  sed -i '/^parameters:/a\
  one: {value: 1, type: number}\
  two: {value: 2, type: number}\
  three: {value: 3, type: number}\
  four: {value: 4, type: number}' own/rules/rx.yaml
  sed -i '/^rules:/a\
  busy: {title: 一天多张, source: [P04]}\
  many: {title: 张数, source: [P04]}' own/rules/rx.yaml
  cat >>own/rules/rx.lua <<'END'
-- p.four in a comment is not read
local short = "days < p.two"
view "rx_day" { on = "rx_lines", among = "days > p.one", group = { day = "rx_date" }, cols = { n = "distinct(rx_no)" } }
measure "rx.total" { on = "rx_lines", among = short, value = "distinct(rx_no)" }
rule "rx.busy" { on = "rx_day", where = "n > 1" }
rule "rx.many" { fail = 'm["rx.total"] > p.three' }
END
  run "$ZICHA" plan rules
  expect 65 "nothing reads the parameter four"
  never "parameter one" "parameter two" "parameter three"
  zicha plan rules rx --format json 2>/dev/null >list.json || true
  [ "$(jq -c '.files[].rules[] | select(.id == "rx.busy" or .id == "rx.many") |
    [.form, .views, .measures, [.parameters[].id]]' list.json)" = \
    '["row",["rx_day"],[],["one"]]
["fail",[],["rx.total"],["two","three"]]' ]
}

@test "a map of the library has the kind of its values" {
  own_zicha
  sed -i '/^parameters:/a\  rx_days_by_type: {title: 天数, type: map, value: {门诊: 7, 急诊: 3}}' own/rules/rx.yaml
  sed -i 's/days > p.rx_max_days and/days > at(p.rx_days_by_type, visit_type) and/' own/rules/rx.lua
  judge_days 7 pass
  judge_days 8 problem
}

# The rule rx.over_days of ./own judges by a table of the library.
table_of_limits() {
  own_zicha
  sed -i '/^parameters:/a\
  rx_limits:\
    title: 各类就诊的天数\
    type: table\
    columns: {visit_type: {type: text, title: 就诊类型}, days: int}\
    value: [{visit_type: 门诊, days: 7}, {visit_type: 急诊, days: 3}]\
    stricter: superset\
    unconfirmed: yes' own/rules/rx.yaml
  sed -i '/^rule "rx.over_days"/,/^}/{
    s/days > p.rx_max_days and/days > limit.days and/
    s/^  join  = {/& { as = "limit", table = "p.rx_limits", on = { visit_type = "visit_type" } },/
  }' own/rules/rx.lua
}

@test "a table of the library is joined, told by its rows, and may be changed" {
  table_of_limits
  judge_days 7 pass
  judge_days 8 problem
  lint
  expect 1 "[unconfirmed]: 各类就诊的天数 (rx_limits) of the rule library is not confirmed: 2行（就诊类型：门诊，days：7；就诊类型：急诊，days：3）"
  run "$ZICHA" plan rules rx.over_days
  expect 0 "2行（就诊类型：门诊，days：7"
  never "p.rx_limits:"
  plan_says <<'END'
change: {parameters: {rx_limits: {value: [{visit_type: 门诊, days: 8}, {visit_type: 急诊, days: 3}], authorised_by: 县卫〔2023〕7号}}}
END
  judge_days 8 pass
  explain rx_limits value
  expect 0 "2行（就诊类型：门诊，days：8；就诊类型：急诊，days：3）"
}

@test "a table of the plan's own in place of one of the library has its columns" {
  table_of_limits
  plan_says <<'END'
parameters:
  rx_limits: {type: table, columns: {visit_type: code, days: text}, value: []}
END
  lint
  expect 65 "the table rx_limits of the rule library has the column days of the type int" "its rules read this column"
  sed -i 's/  rx_limits:.*/  rx_limits: {type: table, columns: {visit_type: code, days: decimal(1), note: text}, value: [{visit_type: 门诊, days: 7}]}/' p/plan.yaml
  lint
  never "asks for less" # nobody vouches for what is not confirmed
  sed -i '/^  rx_limits:/,/unconfirmed/ { /unconfirmed/d }' own/rules/rx.yaml
  lint
  expect 65 "parameters rx_limits: value asks for less"
  sed -i 's/days: 7}]/days: 7}, {visit_type: 急诊, days: 3}, {visit_type: 住院, days: 30}]/' p/plan.yaml
  judge_days 8 problem
  sed -i 's/  rx_limits:.*/  rx_limits: {type: number, value: 7}/' p/plan.yaml
  lint
  expect 65 "the parameter rx_limits of the rule library is of the type table" "another id"
}
