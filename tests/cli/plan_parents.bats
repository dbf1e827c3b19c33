#!/usr/bin/env bats
# A package and its parents: how they are found, what they hand down besides their plan,
# and what a facility's check says of them.
load layered

setup() {
  begin_test
  make_base
}

third=packages/county/third

make_third() {
  child </dev/null
  package "$third" county/third county county/child
}

# The sha256 that a record gives the parent city/base.
sha_of_base() {
  make_facility
  zicha init seen --plan "$child" --facility facility.yaml >/dev/null
  record seen '.plan.chain[] | select(.id == "city/base") | .sha256'
}

# ---- three layers ------------------------------------------------------------------------

@test "three layers deep: what each adds stands in the last" {
  child <<<'goals: [县的目标]'
  child_items <<<'- {id: second, title: 二, kind: question, ask: 二？, answer: yesno, problem_if: no}'
  package "$third" county/third county county/child
  echo '- {id: last, title: 三, kind: question, ask: 三？, answer: yesno, problem_if: no}' >"$third/items.yaml"
  [ "$(resolved "$third" '[.items[].id] | join(" ")')" = "last posted registered rx_days second trained" ]
  [ "$(resolved "$third" '.plan.goals[0]')" = 县的目标 ]
  [ "$(resolved "$third" '[.chain[].id] | join(" ")')" = "city/base county/child county/third" ]
}

@test "plan explain shows the three values of a parameter with file and line" {
  child <<<'change: {parameters: {rx_max_days: {value: 10, reason: 山区, authorised_by: 县卫〔2023〕7号}}}'
  package "$third" county/third county county/child
  printf 'change:\n  parameters:\n    rx_max_days: {value: 5}\n' >>"$third/plan.yaml"
  run zicha plan explain "$third" rx_max_days value
  expect 0
  diff - <(printf '%s\n' "$output") <<'END'
参数 rx_max_days  处方天数上限
  值 (value)
      7  (city/base, city/base/plan.yaml:12)
      10  (county/child, county/child/plan.yaml:8, 县卫〔2023〕7号, 山区)
    → 5  (county/third, plan.yaml:10)
END
  [ "$(zicha plan explain "$third" rx_max_days value --format json |
    jq -c '[.fields[0].steps[] | [.value, .layer, .line]]')" = \
    '[["7","city/base",12],["10","county/child",8],["5","county/third",10]]' ]
}

@test "explain of what a layer has removed names the layer" {
  child <<<'change: {forms: {sheet: {remove: yes, reason: 不用}}}'
  run zicha plan explain "$child" sheet
  expect 65 "sheet was removed by county/child, at plan.yaml:8"
}

# ---- finding parents ---------------------------------------------------------------------

@test "a parent that is not there" {
  package "$child" county/child county city/nowhere
  lint "$child"
  expect 65 "plan.yaml:7:1: error: the parent city/nowhere is not there" \
    "put its folder at ../../LEVEL/NAME beside this one"
}

@test "extends that is no id" {
  package "$child" county/child county '市级方案'
  lint "$child"
  expect 65 "plan.yaml:7:10: error: 市级方案 is not an id" "write level/name-with-hyphens"
}

@test "a circle of two, and a package that extends itself" {
  echo 'extends: county/child' >>"$base/plan.yaml"
  child </dev/null
  lint "$child"
  expect 65 "city/base/plan.yaml:" "error: county/child extends, in the end, itself"
  sed -i 's/^extends: .*/extends: county\/child/' "$child/plan.yaml"
  lint "$child"
  expect 65 "plan.yaml:7:1: error: county/child extends, in the end, itself"
}

@test "a folder whose plan calls itself otherwise" {
  sed -i 's/^id: .*/id: city\/other/' "$base/plan.yaml"
  child </dev/null
  refused "plan.yaml:7:10: error: the parent's plan.yaml calls itself city/other, not city/base"
}

@test "the parent of another version" {
  child </dev/null
  sed -i 's|^extends: .*|extends: {id: city/base, version: "2.0"}|' "$child/plan.yaml"
  refused "plan.yaml:7:10: error: the parent city/base has the version 1.0, not 2.0" "zicha plan diff"
  sed -i 's/"2.0"/"1.0"/' "$child/plan.yaml"
  lint "$child"
  expect 1 "0 errors"
}

@test "the parent of another sha256" {
  child </dev/null
  sha=$(sha_of_base)
  [ "${#sha}" = 64 ]
  sed -i "s|^extends: .*|extends: {id: city/base, sha256: $sha}|" "$child/plan.yaml"
  lint "$child"
  expect 1 "0 errors"
  echo '# 又一行' >>"$base/items.yaml"
  refused "plan.yaml:7:10: error: the parent city/base is not the one of this sha256" "zicha plan diff"
}

@test "a version and a sha256 that are meant for the parent's parent are not mixed up" {
  make_third
  sed -i 's|^extends: .*|extends: {编号: county/child, 版本: "1.0"}|' "$third/plan.yaml"
  lint "$third"
  expect 1 "0 errors"
}

@test "errors of the parent are told with the parent's name before the file" {
  echo 'titel: x' >>"$base/plan.yaml"
  printf -- '- {id: posted, title: 又一个}\n' >>"$base/items.yaml"
  child <<<'titel: y'
  refused "city/base/items.yaml:5:3: error: the key kind" "city/base/items.yaml:5:3: error: the item posted stands twice" \
    "city/base/plan.yaml:45:1: error: unknown key titel" "plan.yaml:8:1: error: unknown key titel"
}

@test "a parent that is no YAML at all" {
  printf 'x: [\n' >>"$base/plan.yaml"
  child </dev/null
  refused "city/base/plan.yaml:4"
}

@test "the parent's errors are printed with the path of its file where a check needs it" {
  child </dev/null
  make_facility
  zicha init w --plan "$child" --facility facility.yaml
  echo 'titel: x' >>"$base/plan.yaml"
  check w
  expect 65 "packages/city/base/plan.yaml:45:1: unknown key titel"
}

@test "two parents of one id: the one beside is used, and it is told when the shipped one differs" {
  mkdir -p packages/national
  cp -r "$ZICHA_ROOT/checklists/national/medical-disorder-2019" packages/national/
  package "$child" county/child county national/medical-disorder-2019
  lint "$child"
  expect 1 "0 errors"
  never "and they differ"
  sed -i 's/^title: .*/title: 本地的国家方案/' packages/national/medical-disorder-2019/plan.yaml
  lint "$child"
  expect 1 "plan.yaml:7:1: warning: national/medical-disorder-2019 stands beside this package and is shipped with zicha, and they differ" \
    "packages/national/medical-disorder-2019 is used"
  [ "$(resolved "$child" '.chain[0].title')" = 本地的国家方案 ]
}

@test "a shipped package is found as a parent" {
  package "$child" county/child county national/medical-disorder-2019
  lint "$child"
  expect 1 "0 errors"
  [ "$(resolved "$child" '.items | length')" -gt 10 ]
}

@test "more than 16 layers are refused" {
  package packages/l/p1 l/p1 county city/base
  for i in $(seq 2 17); do package "packages/l/p$i" "l/p$i" county "l/p$((i - 1))"; done
  lint packages/l/p15
  expect 1 "0 errors"
  lint packages/l/p17
  expect 65 "has more than 16 layers"
}

# ---- what parents hand down --------------------------------------------------------------

@test "a clause is looked up in the source of the layer that names it" {
  printf '[1] 应当公示\n' >"$base/source.md"
  sed -i 's/severity: major, focus/clause: 1 应当公示, &/' "$base/items.yaml"
  child <<<'scope: {text: 全县, clause: 7 全县}'
  printf '[7] 全县各单位\n' >"$child/source.md"
  lint "$child"
  expect 1 "0 errors"
  never "is not in source.md"
  sed -i 's/clause: 1 应当公示/clause: 7 全县/' "$base/items.yaml"
  sed -i 's/clause: 7 全县/clause: 1 应当公示/' "$child/plan.yaml"
  refused "city/base/items.yaml:1:" "error: the clause 7 is not in source.md" \
    "plan.yaml:8:" "error: the clause 1 is not in source.md"
}

@test "a clause that a change gives is the child's" {
  printf '[1] 应当公示\n' >"$base/source.md"
  child <<<'change: {items: {posted: {set: {clause: 2 本县}}}}'
  printf '[2] 本县要求\n' >"$child/source.md"
  lint "$child"
  expect 1 "0 errors"
}

# A rule and a table of the base's own, an item of the base or the child that uses them.
make_rule() {
  mkdir -p "$base/rules" "$base/datasets"
  write_rule "$base" own <<<'rule "own.large" { on = "calls", where = "cost > 100" }'
  cat >"$base/datasets/calls.yaml" <<'END'
calls: {title: 就诊, columns: {no: {type: code, titles: [就诊号], key: true}, cost: {type: int, titles: [费用]}}}
END
}

@test "rule files and tables of a parent are used" {
  make_rule
  child_items <<<'- {id: large, title: 大额, kind: data, rules: [own.large]}'
  make_facility
  zicha init w --plan "$child" --facility facility.yaml
  printf '就诊号,费用\nA1,50\nA2,500\n' >calls.csv
  zicha -C w import calls calls.csv
  check w
  [ "$(item w large '[.status, .count, .population] | join(" ")')" = "problem 1 2" ]
}

@test "a rule file of a name that the parent has is refused" {
  make_rule
  child </dev/null
  mkdir -p "$child/rules"
  echo 'rule "own.other" { fail = "facility.beds_open == 0" }' >"$child/rules/own.lua"
  refused "rules/own.lua: error: the parent has a file of this name already: city/base/rules/own.lua" \
    "give the file another name"
}

@test "a layout of a name that the parent has is refused" {
  mkdir -p "$base/layouts"
  echo 'return {}' >"$base/layouts/own.lua"
  child </dev/null
  cp -r "$base/layouts" "$child/"
  refused "layouts/own.lua: error: the parent has a file of this name already: city/base/layouts/own.lua"
}

@test "a table of a name that the parent has is refused" {
  make_rule
  child </dev/null
  cp -r "$base/datasets" "$child/"
  refused "datasets/calls.yaml:1:1: error: the table calls is declared twice" "another name"
}

# ---- in a workspace ----------------------------------------------------------------------

@test "plan use, init and check take a child, and the record names its parents" {
  make_third
  make_facility
  zicha init w --plan "$child" --facility facility.yaml
  run zicha -C w plan use "$third"
  expect 0 "in use: 方案（county/third） (county/third)"
  zicha -C w answer --plan county/third posted=否 registered=是 rx_days=3
  run zicha -C w --today 2023-06-30 check --plan county/third --format json
  expect 1
  [ "$(jq -c '[.plan.chain[] | [.id, .version, (.sha256 | length)]]' <<<"$output")" = \
    '[["county/child","1.0",64],["city/base","1.0",64]]' ]
  [ "$(jq -r '[.items[] | .id + "=" + .status] | sort | join(" ")' <<<"$output")" = \
    "posted=problem registered=pass rx_days=pass trained[2023-H1]=not_applicable trained[2023-H2]=not_applicable" ]
}

@test "a run knows its parents' files: changing one changes the run" {
  child </dev/null
  make_facility
  zicha init w --plan "$child" --facility facility.yaml
  first=$(record w .run)
  [ "$(record w .run)" = "$first" ]
  echo '# 一行说明' >>"$base/items.yaml"
  second=$(record w .run)
  [ "$second" != "$first" ]
  sed -i '$d' "$base/items.yaml"
  [ "$(record w .run)" = "$first" ]
}

@test "below full isolation a child is trusted only if all its layers are shipped" {
  make_rule
  child_items <<<'- {id: large, title: 大额, kind: data, rules: [own.large]}'
  make_facility
  zicha init w --plan "$child" --facility facility.yaml
  unset ZICHA_ISOLATION
  [ "$(zicha doctor | grep -c 'isolation of rules *process')" = 1 ] || skip "isolation is full here"
  check w
  expect 77 "--isolation process"
}
