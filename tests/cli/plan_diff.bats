#!/usr/bin/env bats
# plan diff, explain and show: what two plans ask differently, where a field comes from,
# and what a package and its parents make together.
load layered

setup() {
  begin_test
  make_base
  cp -r "$base" other
}

other=other/plan.yaml
items=other/items.yaml

# changed SED-EXPRESSION FILE: makes ./other another plan.
changed() { sed -i "$1" "${2:-$other}"; }

differ() { run zicha plan diff "$base" other; }

# ---- diff --------------------------------------------------------------------------------

@test "a plan does not differ from itself: 0" {
  differ
  expect 0 "- city/base (1.0)" "+ city/base (1.0)" "0 differences"
}

@test "order, comments and places are no difference" {
  tac "$items" >turned && mv turned "$items"
  sed -i '1i# 另一行' "$other"
  changed 's/{health: .*//;s/  health: {title: 卫健委}//;s/  police: {title: 公安局}/&\n  health: {title: 卫健委}/'
  differ
  expect 0 "0 differences"
}

@test "an item that is added, one that is removed" {
  changed '/id: posted/d' "$items"
  changed 's/items: \[posted, registered\]/items: [registered]/'
  echo '- {id: fresh, title: 新增, kind: evidence}' >>"$items"
  differ
  expect 1 "检查项 (items)" "- posted  公示收费  [asks for less]" "+ fresh  新增  [asks for more]"
}

@test "a field that is changed, with its Chinese name, both values and the direction" {
  changed 's/severity: major, focus/severity: grave, focus/' "$items"
  changed 's/value: 7/value: 10/;s/value: 甲/value: 乙/;s/title: 卫健委/title: 卫健局/'
  differ
  expect 1 "~ posted  公示收费: 严重程度: 较重 → 严重  [asks for more]" \
    "~ rx_max_days  处方天数上限: 值: 7 → 10  [asks for less]" \
    "~ word  说法: 值: 甲 → 乙  [cannot be compared]" "~ health  卫健局: 名称: 卫健委 → 卫健局" "4 differences"
  grep -q '卫健委 → 卫健局$' <<<"$output" # no direction is meant
}

@test "an item that is called otherwise is one line, neither more nor less; what it asks differently stands at its new id" {
  changed 's/id: posted, title: 公示收费, kind/id: shown, title: 公示收费, kind/;$a - {id: posted, title: 公示收费, kind: question, alias_of: shown}' "$items"
  changed 's/items: \[posted, registered\]/items: [shown, registered]/'
  differ
  expect 1 "~ posted  公示收费: 改用编号: posted → shown"
  [ "$(grep -c '^  . \(posted\|shown\) ' <<<"$output")" = 1 ]
  grep -q '改用编号: posted → shown$' <<<"$output"
  changed 's/severity: major, focus/severity: general, focus/' "$items"
  differ
  expect 1 "~ shown  公示收费: 严重程度: 较重 → 一般  [asks for less]"
  run zicha plan diff other "$base" # and the way back
  expect 1 "~ shown  公示收费: 改用编号: shown → posted" "~ posted  公示收费: 严重程度: 一般 → 较重  [asks for more]"
  [ "$(grep -c '^  . \(posted\|shown\) ' <<<"$output")" = 2 ]
}

@test "an item that becomes one with another is one line; an id that is only another name asks for nothing" {
  cp "$items" before.yaml
  sed -i '/^- {id: posted/s/kind: question.*/kind: question, alias_of: registered}/' "$items"
  changed 's/items: \[posted, registered\]/items: [registered]/'
  differ
  expect 1 "~ posted  公示收费: 同: — →"
  [ "$(grep -c '^  . posted ' <<<"$output")" = 1 ]
  cp before.yaml "$items"
  echo '- {id: later, title: 公示, kind: question, alias_of: posted}' >>"$items"
  differ
  grep -q '^  + later  公示$' <<<"$output"
  run zicha plan diff other "$base"
  grep -q '^  - later  公示$' <<<"$output"
}

@test "the period of a task is told in words" {
  changed 's/per: half_year/per: quarter/' "$items"
  differ
  expect 1 "~ trained  培训次数: 逐项: 每半年 → 每季度  [asks for more]"
}

@test "what is there in one plan only is told with a dash" {
  changed 's/, number: 一//;s/at_least: 90/class: 医院/'
  differ
  expect 1 "reach" "90 → —" "— → 医院"
}

@test "members: gone, new, renamed, bound to other items, matched otherwise" {
  changed 's/      - {id: dental.*/      - {id: beauty, title: 医美}/;s/title: 肿瘤, items: \[posted, registered\]/title: 肿瘤科, items: [posted], match: facility.beds_open > 0/'
  differ
  expect 1 "成员: 口腔 → —  [asks for less]" "成员: — → 医美  [asks for more]" "成员: 肿瘤 → 肿瘤科" \
    "成员“肿瘤科”的检查项: posted、registered → posted" "成员“肿瘤科”的匹配: — → facility.beds_open > 0  [asks for less]"
}

@test "the plan's own fields: title, dates, period, scope, definitions, scoring" {
  changed 's/^title: .*/title: 新标题/;s/to: 2023年12月31日/to: 2024年6月30日/;s/classes: \[医院, 乡镇卫生院\]/classes: [医院]/;s/grave: 12/grave: 10/'
  echo 'definitions: {大额: 超过千元}' >>"$other"
  differ
  expect 1 "标题: 方案（city/base） → 新标题" "起止时间: " "2024年6月30日  [asks for less]" "整治范围: " \
    "名词解释: — → 大额：超过千元" "记分: "
}

@test "groups of classes make another scope" {
  changed 's/医院: \[三级医院, 二级医院\]/医院: [三级医院]/'
  differ
  expect 1 "类别分组: " "[asks for less]"
}

@test "keys beside the entries of a section: what proves a close-out, a table's title" {
  changed 's/closeout: {/closeout: {evidence: 整改照片, /;s/statistics: {/statistics: {title: 统计表, /'
  differ
  expect 1 "佐证: — → 整改照片" "名称: — → 统计表" "2 differences"
}

@test "later deadlines ask for less, earlier ones for more" {
  changed 's/due: 2023年5月10日/due: 2023年5月20日/;s/due: 每月25日前/due: 每月20日前/;s/to: 2023年6月30日/to: 20__年__月/'
  differ
  expect 1 "2023年5月10日 → 2023年5月20日  [asks for less]" "每月25日前 → 每月20日前  [asks for more]" \
    "2023年6月30日 → 20__年__月  [cannot be compared]"
}

@test "a child differs from its parent by what it changes" {
  child <<'END'
change: {parameters: {rx_max_days: {value: 5}}, items: {posted: {remove: yes, reason: 无, authorised_by: 某号}}}
END
  run zicha plan diff "$base" "$child"
  expect 1 "- posted  公示收费" "值: 7 → 5  [asks for more]"
}

@test "diff in json: both plans, and a line for each difference" {
  changed 's/value: 7/value: 10/'
  changed '/id: posted/d' "$items"
  changed 's/items: \[posted, registered\]/items: [registered]/'
  run zicha plan diff "$base" other --format json
  expect 1
  jq -e '.zicha == "diff/1" and .from == {id: "city/base", version: "1.0"} and .plan.id == "city/base" and
    (.differences | map(select(.section == "items")) == [{section: "items", section_title: "检查项", id: "posted",
      title: "公示收费", change: "removed", direction: "looser"}]) and
    (.differences[] | select(.id == "rx_max_days") | .field == "value" and .from == "7" and .to == "10" and
      .change == "changed" and .direction == "looser")' <<<"$output"
}

@test "diff of a package with errors: 65 with its place; of nothing: 66" {
  echo 'titel: x' >>"$other"
  differ
  expect 65 "other/plan.yaml:" "unknown key titel"
  run zicha plan diff other "$base"
  expect 65 "unknown key titel"
  run zicha plan diff "$base" nowhere
  expect 66 "there is no plan nowhere"
  run zicha plan diff "$base" other --format csv
  expect 64 "unknown format csv; known: text markdown html json"
}

# ---- explain -----------------------------------------------------------------------------

@test "explain prints every field of an entry with its place" {
  run zicha plan explain "$base" posted
  expect 0 "检查项 posted  公示收费" "严重程度 (severity)" "→ 较重  (city/base, items.yaml:1)" \
    "问题条件 (problem_if)"
}

@test "explain of one field, by its English or its Chinese name" {
  run zicha plan explain "$base" posted severity
  expect 0 "严重程度 (severity)"
  never "名称 (title)"
  english=$output
  run zicha plan explain "$base" posted 严重程度
  expect 0
  [ "$output" = "$english" ]
}

@test "explain of an unknown entry, or field, with the nearest" {
  run zicha plan explain "$base" rx_max_dasy
  expect 65 "the plan has no entry rx_max_dasy" "did you mean rx_max_days?"
  run zicha plan explain "$base" posted severty
  expect 65 "posted has no field severty" "did you mean severity?"
  run zicha plan explain "$base" posted rectify
  expect 65 "posted has no field rectify"
  never "did you mean rectify"
}

@test "explain of what resembles nothing names the sections" {
  run zicha plan explain "$base" zzzzzzzzzzzz
  expect 65 "the plan has no entry zzzzzzzzzzzz" "it has entries in: items focus parameters sets"
}

@test "explain of a set tells which layer took in and left out which members" {
  child <<<'change: {sets: {domains: {add: [{id: beauty, title: 医美}], remove: [tumour], reason: 没有, authorised_by: 某号}}}'
  run zicha plan explain "$child" domains members
  expect 0 "+ 医美" "- 肿瘤" "county/child"
}

@test "diff and layers judge alike: a scope where there was none, a gate, a clinic's coverage" {
  changed 's/title: 整改到位/title: 已承诺/'
  sed -i '/^scope/d' "$base/plan.yaml"
  differ
  expect 1 "整改到位 → 已承诺  [cannot be compared]" "整治范围: — → "
  grep -q '整治范围.*asks for less' <<<"$output"
}

@test "explain of an id that stands in several sections wants the section" {
  sed -i 's/id: conduct, title: 行为/id: team, title: 行为/;' "$base/plan.yaml"
  sed -i 's/focus: conduct/focus: team/' "$base/items.yaml"
  run zicha plan explain "$base" team
  expect 65 "team stands in several sections" "write one of: focus.team measures.team"
  run zicha plan explain "$base" measures.team due
  expect 0 "工作措施 team" "2023年5月10日"
  run zicha plan explain "$base" phases.team
  expect 65 "the plan has no entry phases.team"
}

@test "explain in json" {
  child <<<'change: {items: {posted: {set: {severity: grave}, reason: 群众反映}}}'
  run zicha plan explain "$child" posted severity --format json
  expect 0
  jq -e '.zicha == "explain/1" and .section == "items" and .id == "posted" and (.fields | length) == 1 and
    (.fields[0] | .key == "severity" and .title == "严重程度" and (.steps | length) == 2 and
      .steps[0] == {value: "较重", layer: "city/base", file: "city/base/items.yaml", line: 1} and
      .steps[1] == {value: "严重", layer: "county/child", file: "plan.yaml", line: 8, reason: "群众反映"})' <<<"$output"
}

@test "explain knows entries of every section" {
  for id in rx_max_days domains conduct health check team reach monthly found own fine cases line \
    checked sheet law; do
    run zicha plan explain "$base" "$id"
    expect 0 "$id"
  done
}

# ---- show --------------------------------------------------------------------------------

@test "show prints an overview: sections with their numbers, items, what was changed" {
  child <<<'change: {parameters: {rx_max_days: {value: 5}}}'
  run zicha plan show "$child"
  expect 0 "方案（county/child）  county/child (1.0)" "city/base (1.0)" "→ county/child (1.0)" \
    "focus areas (2)" "conduct  行为" "phases (2)" "departments (2)" "health  卫健委" "reports (2)" "monthly  月报" \
    "parameters (6)" "checklist items (4)" "posted  公示收费" "changes to the parents (1)" \
    "值: 7 → 5  [asks for more]"
}

@test "show in json says what plan.yaml and items.yaml of one package would" {
  run zicha plan show "$base" --format json
  expect 0
  jq -e '.zicha == "plan/1" and .plan.zicha == 1 and .plan.id == "city/base" and (.items | length) == 4 and
    (.items | map(.id)) == ["posted", "registered", "rx_days", "trained"] and .chain[0].id == "city/base" and
    .deviations == [] and .plan.parameters.devices.value == ["CT", "MR"] and .plan.duties[0].id == "final"' <<<"$output"
}

@test "show of a package with errors: 65; an unknown format: 64" {
  run zicha plan show "$base" --format csv
  expect 64 "unknown format"
  echo 'titel: x' >>"$base/plan.yaml"
  run zicha plan show "$base"
  expect 65 "unknown key titel"
}

# ---- files -------------------------------------------------------------------------------

@test "rules, tables and layouts that differ are differences that nobody can compare" {
  mkdir -p "$base"/{rules,datasets,tables} other/{rules,datasets,layouts,tables}
  write_rule "$base" own <<<'rule "own.long" { on = "rx_lines", where = "days > 7" }'
  write_rule other own <<<'rule "own.long" { on = "rx_lines", where = "days > 700" }'
  printf 'calls:\n  title: 就诊\n  columns:\n    id: {type: code, titles: [编号], key: yes}\n' >"$base/datasets/calls.yaml"
  { echo '# 注释'; cat "$base/datasets/calls.yaml"; } >other/datasets/calls.yaml
  printf 'name:text\n甲\n' >"$base/tables/list.csv"
  printf 'name:text\n乙\n' >other/tables/list.csv
  printf 'name:text\n丙\n' >"$base/tables/old.csv"
  echo 'return { title = "x", build = function() return {} end }' >other/layouts/sheet.lua
  differ
  expect 1 "文件 (files)" "+ layouts/sheet.lua  [cannot be compared]" "~ rules/own.lua  [cannot be compared]" \
    "~ tables/list.csv  [" "- tables/old.csv  [" "4 differences"
  never calls
  run zicha plan diff "$base" other --format json
  expect 1
  jq -e '.differences[1] == {section: "files", section_title: "文件", id: "rules/own.lua", change: "changed",
    direction: "not_comparable"}' <<<"$output"
}

@test "it does not matter which layer holds a file" {
  mkdir -p "$base/rules" other/rules
  write_rule "$base" own <<<'rule "own.long" { on = "rx_lines", where = "days > 7" }'
  cp "$base/rules/own.lua" other/rules/
  child </dev/null
  run zicha plan diff other "$child" --format json
  jq -e '[.differences[] | select(.section == "files")] == []' <<<"$output"
}

@test "show names all its formats, and with --dates those of dates" {
  run zicha plan show "$base" --format xml
  expect 64 "known: text markdown html json"
  run zicha plan show "$base" --dates --format xml
  expect 64 "known: text json"
}
