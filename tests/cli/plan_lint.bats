#!/usr/bin/env bats
# plan lint: what a plan's author should look at, what may be accepted, and the counts.
load layered

# A package in ./p without any finding.
setup() {
  begin_test
  make_package p <<'END'
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no, severity: major, clause: 1 应当公示}
END
  printf '[1] 应当公示\n' >p/source.md
  plan_line 'counts: {items: 1, phases: 0, duties: 0, departments: 0}'
}

plan_line() { printf '%s\n' "$@" >>p/plan.yaml; }

# found CODE TEXT…: the only finding has this code, is said so, and is gone once accepted.
found() {
  local code=$1
  shift
  lint p
  expect 1 "[$code]:" "$@"
  [ "$(grep -c ' \[[a-z-]*\]: ' <<<"$output")" = 1 ]
  plan_line "accept: [{code: $code, reason: 已核对}]"
  lint p
  expect 0 "0 errors, 0 warnings, 0 notes; 1 findings accepted with a reason"
}

@test "a package without findings ends with 0" {
  lint p
  expect 0 "0 errors, 0 warnings, 0 notes; 0 findings accepted with a reason"
}

@test "lint without an argument looks at the package in which one stands" {
  cd p
  run zicha plan lint
  expect 0
}

# ---- every code --------------------------------------------------------------------------

@test "blank: a place to fill in, with key and id" {
  plan_line 'number: ____〔20__〕__号'
  found blank "plan.yaml:8:9: note [blank]: 文号 of county/test is still blank: ____〔20__〕__号"
}

@test "blanks in every section that may have them" {
  plan_line 'issued: 20__年__月__日' 'period: {to: 20__年__月}' 'basis: [{id: law, title: 法, number: __号}]' \
    'departments: {office: {title: ____局, person: 王__, phone: ____}}' \
    'phases: [{id: one, title: 一, when: 20__年}]' 'measures: [{id: team, title: 专班, due: __月__日}]' \
    'duties: [{id: report, artefact: 月报, due: [每月__日前, 12月__日前]}]' 'hotline: [{id: line, phone: ____}]'
  sed -i 's/phases: 0, duties: 0, departments: 0/phases: 1, duties: 1, departments: 1/' p/plan.yaml
  lint p
  expect 1 "0 errors, 0 warnings, 11 notes"
}

@test "blank: a parameter without its value" {
  sed -i 's/answer: yesno, problem_if: no/answer: number, problem_if: answer > p.most/' p/items.yaml
  plan_line 'parameters: {most: {value: ____, type: number}}'
  found blank "plan.yaml:8:28: note [blank]: 值 of most is still blank: ____"
}

@test "no-source: nobody can see what the items stand for" {
  rm p/source.md
  sed -i 's/, clause: 1 应当公示//' p/items.yaml
  found no-source "the package has no source.md"
}

@test "clause-unnamed: a clause that no entry names; one below is enough" {
  printf '[2] 各单位\n[2.1] 应当登记\n' >>p/source.md
  lint p
  expect 1 "source.md:2:1: warning [clause-unnamed]: no entry names the clause 2" \
    "source.md:3:1: warning [clause-unnamed]: no entry names the clause 2.1"
  plan_line 'scope: {text: 各单位, clause: 2.1}'
  lint p
  expect 0
}

@test "clause-unnamed is accepted by clause, one by one" {
  printf '[2] 各单位\n[3] 附则\n' >>p/source.md
  plan_line 'accept: [{clause: "2", reason: 只是引言}]'
  lint p
  expect 1 "no entry names the clause 3"
  never "names the clause 2"
}

@test "text-lost: of an item, and of an entry of a section" {
  echo '- {id: lost, title: 缺, kind: question, unknown: 原文缺页}' >>p/items.yaml
  plan_line 'focus: [{id: area, title: 重点, unknown: 原文缺页}]'
  sed -i 's/items: 1/items: 2/' p/plan.yaml
  lint p
  expect 1 "items.yaml:2:3: note [text-lost]: lost: the source has lost this text: 原文缺页" \
    "plan.yaml:8:9: note [text-lost]: area: the source has lost this text" "2 notes"
}

@test "severity-unset: it would count as general" {
  sed -i 's/, severity: major//' p/items.yaml
  found severity-unset "items.yaml:1:3: warning [severity-unset]: posted has no severity: it counts as general"
}

@test "severity-unset is not told of what asks nothing, nor of a parent's items" {
  cat >>p/items.yaml <<'END'
- {id: theirs, title: 部门, kind: external}
- {id: same, title: 同上, kind: question, alias_of: posted}
- {id: old, title: 旧, kind: question, ask: 一？, answer: yesno, problem_if: no, retired: 停用}
END
  sed -i 's/items: 1/items: 4/' p/plan.yaml
  lint p
  expect 0
}

@test "unconfirmed: a law or a value that somebody has to look up" {
  plan_line 'basis: [{id: law, title: 法, unconfirmed: yes}]'
  found unconfirmed "plan.yaml:8:42: note [unconfirmed]: law is not confirmed"
}

@test "set-unbound: members that no item checks; items, across or set bind them" {
  plan_line 'sets: {ten: {title: 十, count: 2, members: [{id: a, title: 甲}, {id: b, title: 乙, items: [posted]}]}}'
  found set-unbound "plan.yaml:8:13: warning [set-unbound]: ten: no item checks 甲"
  sed -i '/^accept/d' p/plan.yaml
  sed -i 's/severity: major/&, set: [ten.a]/' p/items.yaml
  lint p
  expect 0
  sed -i 's/set: \[ten.a\]/across: ten/' p/items.yaml
  lint p
  expect 0
}

@test "parameter-unused: nothing reads it; its name inside another is no reading" {
  plan_line 'parameters: {most: {value: 3, type: number}, most_days: {value: 3, type: number}}'
  sed -i 's/answer: yesno, problem_if: no/answer: number, problem_if: answer > p.most_days/' p/items.yaml
  found parameter-unused "nothing reads the parameter most" "use it as p.most in a condition or rule"
}

@test "a parameter that a rule file, a member's match or an instead-question reads is used" {
  plan_line 'parameters: {a: {value: 3, type: number}, b: {value: 3, type: number}, c: {value: 3, type: number}}' \
    'sets: {ten: {title: 十, count: 1, members: [{id: m, title: 甲, items: [posted], match: facility.beds_open > p.b}]}}'
  echo '- {id: large, title: 大额, kind: data, rules: [own.large], severity: major, or_ask: {ask: 几天？, answer: number, problem_if: answer > p.c}}' >>p/items.yaml
  sed -i 's/items: 1/items: 2/' p/plan.yaml
  write_rule p own <<<'rule "own.large" { on = "rx_lines", where = "days > p.a" }'
  lint p
  expect 0
}

@test "rule-unknown is an error with the nearest, and no reason accepts it" {
  echo '- {id: large, title: 大额, kind: data, rules: [own.lrage], severity: major}' >>p/items.yaml
  sed -i 's/items: 1/items: 2/' p/plan.yaml
  write_rule p own <<<'rule "own.large" { on = "rx_lines", where = "days > 7" }'
  plan_line 'accept: [{code: rule-unknown, reason: 无}, {code: rule-unused, reason: 备用}]'
  lint p
  expect 65 "items.yaml:2:45: error [rule-unknown]: no rule file declares own.lrage" "did you mean own.large?" \
    "plan.yaml:8:10: warning [accept-unused]"
}

@test "rule-unused: a rule of the package's own that no item names" {
  write_rule p own <<<$'\nrule "own.large" { on = "rx_lines", where = "days > 7" }'
  found rule-unused "rules/own.lua:2:1: warning [rule-unused]: no item uses the rule own.large"
}

@test "errors of a rule file are told, and its rules are not called unknown besides" {
  echo '- {id: large, title: 大额, kind: data, rules: [own.large], severity: major}' >>p/items.yaml
  sed -i 's/items: 1/items: 2/' p/plan.yaml
  write_rule p own <<<$'\nrule "own.large" { on = "rx_lines" where = 3 }'
  lint p
  expect 65 "rules/own.lua:2" error
  never "no rule file declares"
  write_rule p own <<<'rule "own.large" { on = "rx_lines", where = "dayz > 7" }'
  lint p
  expect 65 "rules/own.lua:1:" "the name dayz is unknown" "did you mean days?"
}

@test "counts-missing" {
  sed -i '/^counts/d' p/plan.yaml
  found counts-missing "plan.yaml:1:1: warning [counts-missing]: the plan has no counts"
}

@test "open-mark: a draft's mark in any file, with its line" {
  plan_line 'goals: [目标]   # 待核对'
  found open-mark "plan.yaml:8:1: warning [open-mark]: still marked 待核对"
}

@test "deviation and not-comparable are told, and accepted by id" {
  make_base
  child <<'END'
change:
  parameters: {rx_max_days: {value: 10, authorised_by: 某号}, word: {value: 乙}}
accept:
  - {code: deviation, at: rx_max_days, reason: 已批准}
  - {code: not-comparable, at: word, reason: 只是说法}
  - {code: no-source, reason: 没有原文}
  - {code: counts-missing, reason: 不计}
END
  lint "$child"
  expect 0 "4 findings accepted with a reason" "more findings concern the parent city/base"
}

@test "what asks for less is accepted one by one" {
  make_base
  child <<'END'
change: {parameters: {rx_max_days: {value: 10, authorised_by: 某号}, word: {value: 乙}}}
accept: [{code: deviation, reason: 已批准}, {code: not-comparable, reason: 无}]
END
  lint "$child"
  expect 1 "[deviation]: parameters rx_max_days" "[not-comparable]: parameters word" "[accept-unused]" \
    "name the entry that is meant: at: ID"
}

# ---- accept ------------------------------------------------------------------------------

@test "accept with `at` takes out only that entry's finding" {
  sed -i 's/, severity: major//' p/items.yaml
  sed 's/posted/other/' p/items.yaml >more && cat more >>p/items.yaml
  sed -i 's/items: 1/items: 2/' p/plan.yaml
  plan_line 'accept: [{code: severity-unset, at: posted, reason: 一般}]'
  lint p
  expect 1 "other has no severity" "1 findings accepted"
  never "posted has no severity"
}

@test "accept that accepts nothing is told with its place" {
  plan_line 'accept:' '  - {code: blank, at: nobody, reason: 无}'
  lint p
  expect 1 "plan.yaml:9:5: warning [accept-unused]: this accepts nothing" "→ delete this entry"
}

@test "accept without a reason is an error" {
  plan_line 'accept: [{code: blank}]'
  lint p
  expect 65 "the key reason (理由) is missing"
}

@test "a parent's accept does not speak for its child" {
  make_base
  printf 'accept: [{code: no-source, reason: 无}, {code: counts-missing, reason: 无}, {code: parameter-unused, reason: 无}]\n' >>"$base/plan.yaml"
  lint "$base"
  expect 0
  child </dev/null
  lint "$child"
  expect 1 "[no-source]" "[counts-missing]"
}

# ---- errors, status, formats -------------------------------------------------------------

@test "all errors of a package at once, over its files, sorted by place" {
  plan_line 'titel: x' 'focus: [{id: a, title: 甲, lead: nobody}]' 'period: {from: 2023年13月1日}'
  echo '- {id: posted, title: 又, kind: question, focs: x}' >>p/items.yaml
  lint p
  expect 65 "unknown key titel" "the id nobody is unknown in departments" "the item posted stands twice" "unknown key focs"
  sed -n 's/^\([a-z]*\.yaml:[0-9]*:[0-9]*\): error.*/\1/p' <<<"$output" >places.txt
  [ "$(wc -l <places.txt)" -ge 6 ]
  sort -t: -k1,1 -k2,2n -k3,3n places.txt | diff places.txt -
}

@test "YAML errors of several files are told together" {
  printf 'a: [\n' >>p/plan.yaml
  printf '\tx\n' >>p/items.yaml
  lint p
  expect 65 "plan.yaml:" "items.yaml:"
}

@test "a folder without a plan: 66; an unknown format: 64" {
  lint nowhere
  expect 66 "there is no plan nowhere"
  lint p --format xml
  expect 64 "unknown format xml; known: text json sarif"
}

@test "json: findings with code, place, message and remedy, and totals" {
  sed -i 's/, severity: major//' p/items.yaml
  plan_line 'number: ____' 'accept: [{code: blank, reason: 待填}]'
  run zicha plan lint p --format json
  expect 1
  jq -e '.zicha == "lint/1" and .plan == {id: "county/test", version: "1"} and
    .totals == {error: 0, warning: 1, note: 0, accepted: 1} and (.findings | length) == 1 and
    (.findings[0] | .severity == "warning" and .code == "severity-unset" and .file == "items.yaml"
      and .line == 1 and .column == 3 and .at == "posted" and .message == "posted has no severity: it counts as general"
      and .remedy == "write severity: general, major or grave")' <<<"$output"
  plan_line 'titel: x'
  run zicha plan lint p --format json
  expect 65
  jq -e '.totals.error == 1 and (.findings[0] | .code == "unknown-key" and .severity == "error" and .line == 10)' <<<"$output"
}

@test "json of errors in YAML itself is whole JSON, too" {
  printf 'a: [\n' >>p/plan.yaml
  run zicha plan lint p --format json
  expect 65
  jq -e '.zicha == "lint/1" and .totals.error >= 1 and (.findings[0].file == "plan.yaml")' <<<"$output"
}

@test "sarif 2.1.0: rule, level, message and place of each finding" {
  sed -i 's/, severity: major//' p/items.yaml
  rm p/source.md
  sed -i 's/, clause: 1 应当公示//' p/items.yaml
  run zicha plan lint p --format sarif
  expect 1
  jq -e '.version == "2.1.0" and .runs[0].tool.driver.name == "zicha" and (.runs[0].results | length) == 2 and
    (.runs[0].results[] | select(.ruleId == "severity-unset") | .level == "warning" and (.message.text | length) > 0 and
      .locations[0].physicalLocation == {artifactLocation: {uri: "items.yaml"}, region: {startLine: 1, startColumn: 3}}) and
    (.runs[0].results[] | select(.ruleId == "no-source") | .locations[0].physicalLocation == {artifactLocation: {uri: "plan.yaml"}})' <<<"$output"
}

# ---- --performance ------------------------------------------------------------------------

# Rules of every kind, each used by an item; two of them run row by row.
slow_package() {
  mkdir -p p/rules
  cat >p/rules/own.lua <<'END'
view "visit_day" { on = "rx_lines", group = { day = "rx_date" }, cols = { n = "count()" } }
measure "own.lines" { on = "rx_lines", value = "count()" }
rule "own.weekend" {
  on   = "rx_lines",
  each = function(row) return row.days ~= nil and row.days > 7 end,
}
rule "own.declared" { on = "rx_lines", where = "days > 7" }
rule "own.busy" {
  check = function(c)
    for _, day in ipairs(c.views.visit_day or {}) do
      if day.n > 100 then return problem("门诊过多") end
    end
    return pass { population = 1 }
  end,
}
-- A figure, and no rows: the word views in a comment is none.
rule "own.many" {
  check = function(c) -- not c.views
    return (c.m["own.lines"] or 0) > 9 and problem("处方过多") or pass { population = 1 }
  end,
}
END
  local rule
  for rule in weekend declared busy many; do
    echo "- {id: $rule, title: $rule, kind: data, rules: [own.$rule], severity: major, clause: 1 应当公示}"
  done >>p/items.yaml
  sed -i 's/counts: {items: 1,/counts: {items: 5,/' p/plan.yaml
}

@test "--performance: rules that run row by row are named with their places and what to do" {
  slow_package
  lint p --performance
  expect 1 "rules/own.lua:3:1: note [row-by-row]: the rule own.weekend has \`each\`" \
    "write it as where, group with having, or sort with prev" \
    "rules/own.lua:8:1: note [row-by-row]: the rule own.busy has \`check\` and reads a view" \
    "judge the view with a rule on it" "0 errors, 0 warnings, 2 notes"
}

@test "without --performance, and without such rules, nothing is said" {
  lint p --performance
  expect 0
  slow_package
  lint p
  expect 0
}

@test "--performance: a function of another name is looked for in the whole file" {
  slow_package
  cat >p/rules/own.lua <<'END'
view "visit_day" { on = "rx_lines", group = { day = "rx_date" }, cols = { n = "count()" } }
local function judge(c) return #c.views.visit_day > 9 and problem("门诊过多") or pass { population = 1 } end
rule "own.busy" { check = judge }
END
  sed -i '/own\.\(weekend\|declared\|many\)/d' p/items.yaml
  sed -i 's/counts: {items: 5,/counts: {items: 2,/' p/plan.yaml
  lint p --performance
  expect 1 "rules/own.lua:3:1: note [row-by-row]" "0 errors, 0 warnings, 1 notes"
}

@test "--performance: what is accepted is not told, and not called unused without it" {
  slow_package
  plan_line 'accept: [{code: row-by-row, at: own.weekend, reason: 无法改写}, {code: row-by-row, at: own.busy, reason: 行数很少}]'
  lint p --performance
  expect 0 "2 findings accepted with a reason"
  lint p
  expect 0 "0 findings accepted with a reason"
}

@test "--performance in JSON and SARIF: the code, the file and the line" {
  slow_package
  run zicha plan lint p --performance --format json
  [ "$status" -eq 1 ]
  [ "$(jq -c '[.findings[] | [.code, .file, .line, .at]]' <<<"$output")" = \
    '[["row-by-row","rules/own.lua",3,"own.weekend"],["row-by-row","rules/own.lua",8,"own.busy"]]' ]
  run zicha plan lint p --performance --format sarif
  [ "$(jq -r '.runs[0].results[] | .ruleId' <<<"$output" | sort -u)" = row-by-row ]
}

@test "--performance: Chinese, too" {
  slow_package
  ZICHA_LANG=zh_CN run zicha plan lint p --performance
  expect 1 "规则 own.weekend 使用 \`each\`，由 Lua 逐行判断"
}

@test "--performance: nothing of the rule library is row by row" {
  local plan
  for plan in county/medical-disorder county/large-prescriptions; do
    lint "$plan" --performance
    [ "$status" -eq 1 ]
    [[ "$output" != *row-by-row* ]]
  done
}
