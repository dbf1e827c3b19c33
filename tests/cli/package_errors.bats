#!/usr/bin/env bats
# What is wrong in a package is told with file, line, column and how to mend it; a package
# with errors comes into no workspace.
load helper

# A sound package in ./p, to be broken: one question, one data item with its rule.
setup() {
  begin_test
  make_facility
  make_package p <<'END'
- id: posted
  title: 公示
  kind: question
  ask: 是否公示？
  answer: yesno
  problem_if: no
END
}

plan_line() { printf '%s\n' "$@" >>p/plan.yaml; }
item_line() { printf '  %s\n' "$@" >>p/items.yaml; }

# refused TEXT…: init refuses the package with all of this, and makes nothing.
refused() {
  run zicha init w --plan p --facility facility.yaml
  expect 65 "$@"
  [ ! -e w ]
}

accepted() {
  run zicha init w --plan p --facility facility.yaml
  expect 0 "$@"
}

@test "the package that these tests break is sound" {
  accepted "made the workspace w"
  never warning
}

# ---- YAML ------------------------------------------------------------------------------

@test "a tab in the indentation" {
  printf 'period:\n\tfrom: 2023\n' >>p/plan.yaml
  refused p/plan.yaml:8:1: "spaces, not tabs"
}

@test "a tab that libyaml calls otherwise" {
  printf 'goals: x\n\tversion: "2"\n' >>p/plan.yaml
  refused p/plan.yaml:8:1: "spaces, not tabs"
}

@test "a full-width colon where a map is wanted" {
  plan_line 'period: 起：2023年3月'
  refused "p/plan.yaml:7:9: a map of keys and values is needed here" \
    "write an ASCII colon and a space"
}

@test "a full-width colon after a key" {
  plan_line 'goals：' '  - 甲'
  refused p/plan.yaml: "ASCII colon"
}

@test "a full-width colon inside a text is no mistake" {
  plan_line 'goals: [目标：看好病]'
  accepted
}

@test "a colon and a space inside a plain text" {
  sed -i 's/title: 公示/title: 公示: 收费/' p/items.yaml
  refused "p/items.yaml:2:12: a colon with a space cannot stand inside a plain text" "quote the text"
}

@test "a key that stands twice" {
  plan_line 'title: 另一个'
  refused "p/plan.yaml:7:1: the key title stands twice" "on line 3 already: delete one of them"
}

@test "a key in both languages" {
  plan_line '标题: 另一个'
  refused "p/plan.yaml:7:1: 标题 stands twice, also as title" "delete one of them"
}

@test "anchors, aliases, tags and merge keys, each with its remedy" {
  cp p/plan.yaml sound.yaml
  for line in 'goals: &a [x]' 'goals: &a x' 'goals: *a' 'goals: !x [x]' 'goals: !x x' '<<: {a: b}' \
    'period: &a {from: x}' 'period: !x {from: x}'; do
    cp sound.yaml p/plan.yaml
    plan_line "$line"
    refused p/plan.yaml:7: "are not allowed" "    → "
  done
}

@test "a second document" {
  plan_line --- 'title: 二'
  refused "p/plan.yaml:7:1: a second document begins here" "delete the line ---"
}

@test "nesting beyond 32 levels" {
  plan_line "goals: $(printf '[%.0s' $(seq 40))$(printf ']%.0s' $(seq 40))"
  refused "p/plan.yaml:7:39: nested more than 32 levels deep" "write it flatter"
}

@test "a character that changes the direction of text, and one that nobody sees" {
  plan_line "$(printf 'goals: ["a\xe2\x80\xaeb"]')"
  refused "p/plan.yaml:7:11: an invisible character (U+202E)" "delete it"
  sed -i '$d' p/plan.yaml
  plan_line "$(printf 'goals: ["a\x07b"]')"
  refused p/plan.yaml:7
}

@test "a list that is split at a comma without a space is a warning" {
  plan_line 'goals: [甲,乙]'
  accepted p/plan.yaml:7: "warning: this list was split at a comma without a space"
}

@test "a file over 2 MiB" {
  head -c 2100000 /dev/zero | tr '\0' '#' >>p/plan.yaml
  refused "p/plan.yaml: the file is over 2 MiB" "split it"
}

@test "a file in GB18030 is read with a notice, each file for itself" {
  iconv -f UTF-8 -t GB18030 p/items.yaml >gb && mv gb p/items.yaml
  accepted "p/items.yaml: warning: the file was read as GB18030" "for the plan 测试方案"
  run bash -c "echo :quit | '$ZICHA' -C w answer"
  expect 0 是否公示？
}

@test "a file that is neither UTF-8 nor GB18030" {
  printf '# \xff\xff\n' >>p/items.yaml
  refused "p/items.yaml:7:3: the text is neither UTF-8 nor GB18030" "save the file as UTF-8"
}

@test "mistakes in several YAML files are told together" {
  plan_line 'title: 二'
  item_line 'ask: 二'
  refused "p/plan.yaml:7:1: the key title stands twice" "p/items.yaml:7:3: the key ask stands twice"
}

# ---- keys, words, ids ------------------------------------------------------------------

@test "an unknown key, with the nearest one" {
  plan_line 'titel: x'
  refused "p/plan.yaml:7:1: unknown key titel" "did you mean title?"
}

@test "an unknown key in Chinese, with the nearest one" {
  plan_line '起止时问: {起: 2023年}'
  refused "p/plan.yaml:7:1: unknown key 起止时问" "did you mean 起止时间?"
}

@test "a key that is missing, with both of its names" {
  sed -i '/^version/d' p/plan.yaml
  refused "p/plan.yaml:1:1: the key version (版本) is missing"
}

@test "a word that is not known, with the known ones" {
  sed -i 's/^kind: .*/kind: rectify/' p/plan.yaml
  refused "p/plan.yaml:5:7: rectify is not one of the known words" "known: rectification(专项整治) tasks(任务清单) strike(联合打击)"
}

@test "a key without a value" {
  plan_line 'number:'
  refused p/plan.yaml:7: "the key number has no value" "delete the line"
}

@test "an id that is none" {
  sed -i 's/^id: .*/id: Test/' p/plan.yaml
  refused "p/plan.yaml:2:5: Test is not an id" county/large-prescriptions
  sed -i -e 's/^id: .*/id: county\/test/' p/plan.yaml
  sed -i 's/id: posted/id: 公示/' p/items.yaml
  refused "p/items.yaml:1:7: 公示 is not an id" "small letters, digits and _"
}

@test "a package of a later format" {
  sed -i 's/^zicha: 1/zicha: 2/' p/plan.yaml
  refused "p/plan.yaml:1:8: this package has format 2" "install a newer zicha"
}

@test "a parent that is not there, a change without a parent, a set that is not there" {
  plan_line 'extends: county/nowhere'
  refused "p/plan.yaml:7:1: the parent county/nowhere is not there" "zicha plan list"
  sed -i '$d' p/plan.yaml
  plan_line 'change: {items: {posted: {set: {severity: grave}}}}'
  item_line 'across: ten'
  refused "p/plan.yaml:7:9: change is for a package that extends another one" \
    "p/items.yaml:7:11: the id ten is unknown in sets"
}

@test "a task without its quota, and a quota of what is no task" {
  item_line 'at_least: 2'
  refused "p/items.yaml:7:13: at_least belongs to tasks"
  sed -i -e '/at_least/d' -e 's/kind: question/kind: task/' p/items.yaml
  refused "p/items.yaml:1:3: an item of the kind task needs at_least"
}

@test "references to what is not declared, each with the nearest" {
  plan_line 'focus: [{id: rx, title: 处方}]' 'basis: [{id: law, title: 法}]' \
    'departments: {bureau: {title: 局}}'
  item_line 'focus: rxx' 'basis: [lwa]' 'lead: bureu'
  refused "p/items.yaml:7:10: the id rxx is unknown in focus" "did you mean rx?" \
    "p/items.yaml:8:" "the id lwa is unknown in basis" "did you mean law?" \
    "p/items.yaml:9:9: the id bureu is unknown in departments" "did you mean bureau?"
}

@test "an item id that stands twice names both places" {
  cat p/items.yaml p/items.yaml >both && mv both p/items.yaml
  refused "p/items.yaml:7:3: the item posted stands twice" "items.yaml:1"
}

@test "an item id that stands twice over two files names both places" {
  mkdir p/items
  cp p/items.yaml p/items/more.yaml
  refused "the item posted stands twice" "items.yaml:1" "items/more.yaml:1"
}

@test "counts that do not fit are an error: a line was lost" {
  plan_line 'counts: {items: 2, phases: 1}'
  refused "p/plan.yaml:7:17: counts says 2 items, but there are 1" \
    "p/plan.yaml:7:28: counts says 1 phases, but there are 0" "look for a lost or doubled entry"
}

@test "counts of a focus and of a set that do not fit" {
  plan_line 'focus: [{id: rx, title: 处方, count: 1}]' \
    'sets: {ten: {title: 十, count: 10, members: [{id: a, title: 甲}]}}'
  refused p/plan.yaml:7: "the focus rx declares 1 items, but has 0" \
    p/plan.yaml:8: "the set ten declares 10 members, but has 1"
}

@test "parameters: an unknown one and values of another type" {
  plan_line 'parameters:' '  days: {value: 七, type: number}' '  list: {value: 7, type: list}'
  item_line 'with: {dys: 5}'
  refused "p/plan.yaml:8:17: this is not a value of the type number" "p/plan.yaml:9:" \
    "p/items.yaml:7:9: the parameter dys is unknown" "did you mean days?"
}

@test "clauses: an unknown one, a wrong quotation, a repeated number" {
  printf '[3.1] 处方用量超过7日\n\n[3.1] 又一条\n' >p/source.md
  item_line 'clause: 3.1 超过八日'
  plan_line 'scope: {text: 各级, clause: 9.9}'
  refused "p/items.yaml:7:11: the clause 3.1 does not hold the words «超过八日»" \
    "p/plan.yaml:7:" "the clause 9.9 is not in source.md" \
    "p/source.md:3:1: the clause 3.1 stands twice" "such as 3b.1"
}

@test "a question without what it needs" {
  sed -i '/ask:/d' p/items.yaml
  refused "p/items.yaml:1:3: an item of the kind question needs ask"
  sed -i 's/answer: yesno/answer: choice/; s/problem_if: no/problem_if: answer == "甲"/; s/kind: question/&\n  ask: 几等？/' p/items.yaml
  refused "a choice needs at least two choices" "list them under choices"
}

@test "problem_if: no where the answer is no yes or no" {
  sed -i 's/answer: yesno/answer: number/' p/items.yaml
  refused "problem_if: yes or no belongs to yesno answers" "such as answer.wrong > 0"
}

@test "all mistakes are told at once, sorted by file and place" {
  plan_line 'titel: x' 'counts: {items: 5}'
  item_line 'focs: x' 'severity: hoch'
  refused "4 errors"
  places=$(printf '%s\n' "$output" | sed -n 's/^p\/\([a-z.]*:[0-9]*:[0-9]*\): .*/\1/p;s/^.*\/p\/\([a-z.]*:[0-9]*:[0-9]*\): .*/\1/p' | tr '\n' ' ')
  [ "$places" = "items.yaml:7:3 items.yaml:8:13 plan.yaml:7:1 plan.yaml:8:17 " ]
}

# ---- expressions -----------------------------------------------------------------------

@test "an expression that is none, at the place inside the line" {
  sed -i 's/problem_if: no/problem_if: answer = 3/' p/items.yaml
  refused "p/items.yaml:6:22: the character = cannot stand here" "write == to compare"
}

@test "a name that is unknown, with the nearest" {
  sed -i 's/problem_if: no/problem_if: answr == true/' p/items.yaml
  refused "p/items.yaml:6:15: the name answr is unknown" "did you mean answer?"
}

@test "types that do not fit" {
  sed -i 's/problem_if: no/problem_if: answer > 3/' p/items.yaml
  refused "p/items.yaml:6:24: a condition (true or false) and a number cannot be compared"
}

@test "a class of facility that does not exist, with the known ones" {
  item_line 'applies: facility.class == "大医院"'
  refused "p/items.yaml:7:30: 大医院 is not one of its values" "乡镇卫生院"
}

@test "an expression over several lines keeps its place" {
  item_line 'applies: >-' '  facility.beds_open > 3' '  and facility.beds_opn < 9'
  refused "p/items.yaml:7: the name facility.beds_opn is unknown" "did you mean"
}

# ---- files -----------------------------------------------------------------------------

@test "an empty plan.yaml and an empty items.yaml" {
  : >p/items.yaml
  refused "p/items.yaml: the file is empty" "the package has no items"
  : >p/plan.yaml
  refused "p/plan.yaml: the file is empty"
}

@test "a package without items" {
  rm p/items.yaml
  refused "the package has no items" "write them into items.yaml"
}

@test "an items.yaml that is a map" {
  echo 'posted: 公示' >p/items.yaml
  refused "p/items.yaml:1:1: a list is needed here"
}

@test "a link in a package" {
  ln -s /etc/passwd p/rules/own.lua
  refused rules/own.lua "is a link or a device" "put the file itself there"
}

@test "a rule file that is not UTF-8" {
  printf -- '-- \xff\xff\n' >p/rules/own.lua
  refused "p/rules/own.lua: the file is not UTF-8 text" "save it as UTF-8"
}

@test "a rule file with the name of a shipped one" {
  : >p/rules/rx.lua
  refused rules/rx.lua "is the name of a rule file that zicha ships" "another name"
}

@test "a table with the name of a shipped one" {
  mkdir p/datasets
  echo 'rx_lines: {title: 处方, columns: {a: {type: text}}}' >p/datasets/own.yaml
  refused "p/datasets/own.yaml:1:1: zicha ships a table called rx_lines" "another name"
}

@test "a dataset with a wrong type, no date, no values" {
  mkdir p/datasets
  cat >p/datasets/own.yaml <<'END'
calls:
  title: 就诊
  date: day
  columns:
    no: {type: txt}
    age: {type: int, blank: no}
    kind: {type: enum}
    name: {type: text, blank: never, optional: yes}
END
  refused "p/datasets/own.yaml:3:9: the date column day is no date of this table" \
    "p/datasets/own.yaml:5:16: txt is not a column type" "known: text(文字) code(编码) enum(枚举)" \
    p/datasets/own.yaml:6: "blank: no belongs to bool columns" \
    p/datasets/own.yaml:7: "an enum column needs values" \
    p/datasets/own.yaml:8: "blank: never belongs to columns that are neither keys nor optional"
}

@test "what lies in example, in tests or begins with a dot is no part of the package" {
  mkdir p/example p/tests
  ln -s /etc/passwd p/example/link
  ln -s /etc/passwd p/tests/link
  ln -s /etc/passwd p/.link
  accepted
}

# ---- rules -----------------------------------------------------------------------------

# judged LUA TEXT…: with this rule file the check goes on and says all of this; only the
# rule's own item is left open.
judged() {
  local rules=$1
  shift
  cat >>p/items.yaml <<'END'
- {id: long, title: 超过7日, kind: data, rules: [own.long]}
END
  printf '%s\n' "$rules" >p/rules/own.lua
  zicha init w --plan p --facility facility.yaml >/dev/null
  zicha -C w answer posted=是 >/dev/null
  printf '处方号,处方日期,就诊类型,用药天数\nA1,2023-05-01,门诊,8\n' >rx.csv
  zicha -C w import rx_lines rx.csv >/dev/null
  check w
  expect 2 "$@"
  [ "$(item w posted .status)" = pass ]
  [ "$(item w long .status)" = undetermined ]
}

@test "a rule file that is no Lua is told with file and line" {
  judged $'rule "own.long" {\n  on = "rx_lines"\n  where = "days > 7" }' rules/own.lua:3
}

@test "a rule file that fails while it is loaded is told with file and line" {
  judged $'\nlocal x = nothing.here' rules/own.lua:2
}

@test "a rule that is declared twice is told with file and line" {
  judged $'rule "own.long" { on = "rx_lines", where = "days > 7" }\nrule "own.long" { on = "rx_lines", where = "days > 8" }' \
    rules/own.lua:2 "declared twice"
}

@test "a rule with an unknown table, with the nearest" {
  judged $'rule "own.long" {\n  on = "rx_line",\n  where = "days > 7" }' \
    "rules/own.lua:2:9: the table rx_line is unknown"
}

@test "a rule with an unknown column, with the nearest" {
  judged $'rule "own.long" {\n  on = "rx_lines",\n  where = "dys > 7" }' \
    "rules/own.lua:3:12: the name dys is unknown" "did you mean days?"
}

@test "a rule with a word that a column does not know, with the nearest" {
  judged $'rule "own.long" {\n  on = "rx_lines",\n  where = [[days > 7\n    and visit_type == "门珍"]] }' \
    "rules/own.lua:4:23: 门珍 is not one of its values" "did you mean 门诊?"
}

@test "a rule with an unknown field, with the nearest" {
  judged 'rule "own.long" { on = "rx_lines", amomg = "days > 0", where = "days > 7" }' \
    "rules/own.lua:1:" "the rule own.long has an unknown field amomg" "did you mean among?"
}

@test "a rule that judges nothing" {
  judged 'rule "own.long" { on = "rx_lines" }' "rules/own.lua:1" "judges nothing" "exactly one of"
}

@test "group with where is refused with the hint among" {
  judged 'rule "own.long" { on = "rx_lines", group = "rx_no", where = "days > 7" }' \
    "rules/own.lua:1:" "as among, and having for the group"
}

@test "a rule with an unknown parameter" {
  judged 'rule "own.long" { on = "rx_lines", where = "days > p.max" }' \
    "rules/own.lua:1:" "the name p.max is unknown"
}

@test "an item that names a rule that nobody declares is told with its place and the nearest" {
  echo '- {id: long, title: 超过7日, kind: data, rules: [rx.over_dyas]}' >>p/items.yaml
  run zicha init w --plan p --facility facility.yaml
  if [ "$status" -eq 0 ]; then check w; fi
  [[ "$output" == *items.yaml:7* ]]
  [[ "$output" == *rx.over_days* ]]
}

@test "below full isolation a package of others is refused unless it is trusted: 77" {
  echo '- {id: long, title: 超过7日, kind: data, rules: [own.long]}' >>p/items.yaml
  write_rule p own <<<'rule "own.long" { on = "rx_lines", where = "days > 7" }'
  zicha init w --plan p --facility facility.yaml
  unset ZICHA_ISOLATION
  [ "$(zicha doctor | grep -c 'isolation of rules *process')" = 1 ] || skip "isolation is full here"
  check w
  expect 77 "cannot isolate rules fully" "--isolation process"
  check w --isolation process
  expect 2
  for command in "plan lint p" "-C w needs" "-C w form" "-C w status"; do
    run zicha $command
    expect 77 "cannot isolate rules fully" "ZICHA_ISOLATION=process"
    ZICHA_ISOLATION=process run zicha $command
    [ "$status" -lt 64 ]
  done
  run zicha plan lint county/large-prescriptions
  [ "$status" -lt 64 ]
}
