#!/usr/bin/env bats
# plan diff OLD NEW --child PACKAGE: what a new version of its parent means for a package; and
# the notes that an office sends with an update.
load layered
load golden

setup() {
  begin_test
  make_base
  cp -r "$base" new
  sed -i 's/version: "1.0"/version: "2.0"/' new/plan.yaml
}

# newer SED-EXPRESSION [FILE]: the new version of the parent says something else.
newer() { sed -i "$1" "new/${2:-plan.yaml}"; }

three() { run zicha plan diff "$base" new --child "$child" "$@"; }

# ---- three plans ---------------------------------------------------------------------------

@test "nothing to decide: what comes by itself, what stays; 0" {
  newer 's/value: 50/value: 60/'
  child <<<'change: {items: {posted: {set: {severity: grave}}}}'
  three
  expect 0 "- city/base (1.0)" "+ city/base (2.0)" "* county/child (1.0)" "taken over from the new parent (1)" \
    "~ min_rate  阳性率: 值: 50 → 60  [asks for more]" "changed by the package alone (1)" \
    "~ posted  公示收费: 严重程度: 较重 → 严重  [asks for more]" "to be decided (0)" \
    "1 changes come by themselves, 1 stay, 0 are to be decided"
}

@test "a conflict: the package's place, three values with theirs, what to do; 1" {
  newer 's/value: 7/value: 3/'
  child <<'END'
change:
  parameters:
    rx_max_days: {value: 5}
END
  three
  expect 1 "county/child/plan.yaml:10:26: the new parent has passed the package's own value" \
    "参数 rx_max_days  处方天数上限  值" "the parent as it was: 7  (" "city/base/plan.yaml:12)" \
    "the parent as it is now: 3  (" "/new/plan.yaml:12)" "the package: 5  [asks for less]" \
    "→ the parent has gone further than this change" "to be decided (1)"
}

@test "the document that allowed less stands beside the value that it allowed" {
  newer 's/value: 7/value: 5/'
  child <<<'change: {parameters: {rx_max_days: {value: 9, authorised_by: 某卫发〔2023〕8号}}}'
  three
  expect 1 "both have changed this" "the package: 9  (某卫发〔2023〕8号)  [asks for less]"
}

@test "what the package says as the new parent does can be deleted" {
  newer 's/value: 7/value: 5/'
  child <<<'change: {parameters: {rx_max_days: {value: 5}}}'
  three
  expect 0 "both say the same now (1)" "~ rx_max_days"
}

@test "members: taken out by both, bound otherwise by both, new ones" {
  newer 's/      - {id: dental.*/      - {id: beauty, title: 医美}/;s/title: 肿瘤, items: \[posted, registered\]/title: 肿瘤, items: [posted]/'
  child <<'END'
change:
  sets:
    domains:
      members: {tumour: {items: [registered]}}
      authorised_by: 某卫发〔2023〕8号
END
  three
  expect 1 "成员: 口腔 → —" "成员: — → 医美" "成员“肿瘤”的检查项" "the parent as it is now: posted" \
    "the package: registered  (某卫发〔2023〕8号)" "plan.yaml:11:" "to be decided (1)"
}

@test "an entry that the new parent has no more: the package's change, its line, once" {
  newer '/id: posted/d' items.yaml
  newer 's/items: \[posted, registered\]/items: [registered]/'
  child <<'END'
change:
  items:
    posted: {set: {severity: grave, title: 未公示}}
END
  three
  expect 1 "county/child/plan.yaml:10:5: the new parent does not have this entry any more" \
    "名称：公示收费；严重程度：较重" "名称：未公示；严重程度：严重" "to be decided (1)"
}

@test "counts of the package that do not fit any more are told with the numbers" {
  newer '$a - {id: fresh, title: 新增, kind: evidence}' items.yaml
  child <<<'counts: {items: 4}'
  three
  expect 1 "plan.yaml:8:" "a number of entries is not right any more" "counts says 4 items, but there are 5"
}

@test "rule files of one name: the package does not go together with the new parent" {
  mkdir -p new/rules "$child/rules"
  write_rule new own <<<'rule "own.long" { on = "rx_lines", where = "days > 7" }'
  write_rule "$child" own <<<'rule "own.long" { on = "rx_lines", where = "days > 8" }'
  child </dev/null
  three
  expect 1 "the package does not go together with the new parent" "rules/own.lua" "+ rules/own.lua  [cannot be compared]"
}

@test "a parameter of the rule library that both change" {
  newer '/^parameters:/i change: {parameters: {elder_age: {value: 70}}}'
  for folder in "$base" new; do
    echo '- {id: long, title: 超量, kind: data, rules: [rx.extension_no_reason]}' >>"$folder/items.yaml"
  done
  child <<<'change: {parameters: {elder_age: {value: 60}}}'
  three
  expect 1 "参数 elder_age" "the parent as it was: 65" "the parent as it is now: 70" "the package: 60"
}

@test "a version of the parent that the package names is told and nothing to decide" {
  package "$child" county/child county
  echo 'extends: {id: city/base, version: "1.0"}' >>"$child/plan.yaml"
  three
  expect 0 "county/child/plan.yaml:7: the parent city/base has the version 2.0, not 1.0" "0 are to be decided"
}

@test "the same new parent, and the same old one: each package's own folder is not looked at" {
  child <<<'change: {parameters: {rx_max_days: {value: 5}}}'
  rm -rf moved && mv "$base" moved && cp -r new "$base"
  run zicha plan diff moved new --child "$child"
  expect 0 "- city/base (1.0)" "to be decided (0)"
}

@test "of another family, with errors, none: 65 and 66, and what to do" {
  child </dev/null
  run zicha plan diff "$base" "$child" --child "$child"
  expect 65 "is the plan county/child, not another version of city/base"
  run zicha plan diff "$base" new --child new
  expect 65 "does not extend city/base: compare with the plan that stands in its \`extends\`"
  run zicha plan diff "$base" new --child nowhere
  expect 66 "there is no plan nowhere"
  echo 'titel: x' >>"$child/plan.yaml"
  three
  expect 65 "county/child/plan.yaml:8:1: unknown key titel" "the package "
  three --format csv
  expect 64 "unknown format csv; known: text markdown html json"
}

@test "as JSON: three plans, four lists, the places" {
  newer 's/value: 7/value: 3/;s/value: 50/value: 60/'
  child <<<'change: {parameters: {rx_max_days: {value: 5}}}'
  three --format json
  expect 1
  jq -e '.zicha == "three-way/1" and .old == {id: "city/base", title: "方案（city/base）", version: "1.0"} and
    .new.version == "2.0" and .child.id == "county/child" and (.takes | map(.id)) == ["min_rate"] and
    .takes[0].at == {file: "plan.yaml", line: 13, column: 33} and .keeps == [] and .agreed == [] and
    (.conflicts | length) == 1 and (.conflicts[0] | .kind == "passed" and .old == "7" and .new == "3" and
      .child == "5" and .direction == "looser" and .at.line == 8 and .new_at.line == 12 and
      (.remedy | startswith("the parent has gone further")) and
      (.message | contains("(3 → 5)")) and (has("hint") or has("problem") | not))' <<<"$output"
}

@test "as a paper: every part, and nothing is written into the packages" {
  newer 's/value: 7/value: 3/;s/value: 50/value: 60/'
  child <<<'change: {parameters: {rx_max_days: {value: 5}}, phases: {enforce: {set: {when: 2023年7月至8月}}}}'
  find packages new -type f -exec sha256sum {} + >before
  three --format markdown
  expect 1
  golden three-way/three-way.md <<<"$output"
  find packages new -type f -exec sha256sum {} + | diff before -
  three --out html:three.html
  expect 1 three.html
  grep -q '<h2>五、需要研究确定的事项（1处）</h2>' three.html
}

# ---- notes about an update ---------------------------------------------------------------

# An update with something in every part.
update() {
  echo 'number: 某市卫发〔2024〕3号' >>new/plan.yaml
  newer 's/value: 7/value: 10/;s/value: 50/value: 60/;s/due: 2023年12月10日前/due: 2023年11月30日前/;s/beds_open/&/
    s/title: 卫健委/title: 卫健局/;/^hotline/d'
  newer 's/severity: major, focus/severity: grave, focus/;s/是否登记？/是否按期登记？/;/id: trained/d;s/problem_if: answer > p.rx_max_days/problem_if: answer >= p.rx_max_days/' items.yaml
  echo '- {id: fresh, title: 新设检查项, kind: evidence}' >>new/items.yaml
}

@test "the notes about an update, as a person has read them" {
  update
  run zicha plan diff "$base" new --out markdown:notes.md --out html:notes.html
  expect 1 notes.md
  golden three-way/notes.md <notes.md
  grep -q '<h2>六、机构需要做的事</h2>' notes.html
}

@test "notes about nothing: each part says 无" {
  run zicha plan diff "$base" new --format markdown
  expect 0 "# 方案（city/base）更新说明"
  [ "$(grep -c '^无。$' <<<"$output")" = 4 ]
}

@test "an item that has another name now is neither new nor gone" {
  newer 's/id: posted, title: 公示收费, kind/id: shown, title: 公示收费, kind/;$a - {id: posted, title: 公示收费, kind: question, alias_of: shown}' items.yaml
  newer 's/items: \[posted, registered\]/items: [shown, registered]/'
  run zicha plan diff "$base" new --format markdown
  expect 1 "首次检查、请于" "（4项中0项）无。"
  [ "$(grep -c '（4项中0项）无。' <<<"$output")" = 3 ]
}

@test "the notes have one line for another name, both ways, and none for an id that only repeats an item" {
  newer 's/id: posted, title: 公示收费, kind/id: shown, title: 公示收费, kind/;$a - {id: posted, title: 公示收费, kind: question, alias_of: shown}' items.yaml
  newer '$a - {id: again, title: 又一个编号, kind: question, alias_of: registered}' items.yaml
  newer 's/items: \[posted, registered\]/items: [shown, registered]/'
  for way in "$base new" "new $base"; do
    # shellcheck disable=SC2086 # two folders
    run zicha plan diff $way --format markdown
    expect 1 "| 检查项 | 公示收费 | 改用编号 | " "方案新增检查项0项"
    [ "$(grep -c '（4项中0项）无。' <<<"$output")" = 3 ]
    never "又一个编号" "放宽（" "| 检查项 | 公示收费 | 同"
  done
}

@test "an item that the package changes and the new parent calls otherwise is to be decided" {
  child <<<'change: {items: {posted: {set: {severity: grave}}}}'
  newer 's/id: posted, title: 公示收费, kind/id: shown, title: 公示收费, kind/;$a - {id: posted, title: 公示收费, kind: question, alias_of: shown}' items.yaml
  newer 's/items: \[posted, registered\]/items: [shown, registered]/'
  run zicha plan diff "$base" new --child "$child"
  expect 1 "to be decided (1)" "改用编号：shown"
}

@test "what a layered plan loosens names the document, or is no less than the plan above" {
  child <<<'change: {parameters: {rx_max_days: {value: 5}, min_rate: {value: 70}}}'
  mkdir -p later/county && cp -r packages/city later/ && cp -r "$child" later/county/
  sed -i 's/value: 5/value: 9, authorised_by: 某卫发〔2023〕8号/;s/value: 70/value: 60/' later/county/child/plan.yaml
  run zicha plan diff "$child" later/county/child --format markdown
  expect 1 "放宽（批准文号：某卫发〔2023〕8号）" "放宽（不低于上级方案的要求）"
  run zicha plan diff "$child" later/county/child --format json
  jq -e '[.differences[] | {id, authorised_by, allowed}] == [{id: "rx_max_days", authorised_by: "某卫发〔2023〕8号", allowed: null},
    {id: "min_rate", authorised_by: null, allowed: true}]' <<<"$output"
}
