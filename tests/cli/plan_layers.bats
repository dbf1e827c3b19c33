#!/usr/bin/env bats
# Layers: a package adds to what its parents say, and changes it through one verb.
load layered

setup() {
  begin_test
  make_base
}

# Every section of a plan with an entry of make_base, and the title or text of it.
sections='focus:conduct departments:health phases:check measures:team coverage:reach
duties:monthly closeout:found leniency:own sanctions:fine registers:cases hotline:line
statistics:checked forms:sheet basis:law parameters:word sets:domains items:posted'

# What an entry of a section needs besides its id.
needs() {
  case $1 in
    items) echo 'title: 新, kind: question, ask: 新？, answer: yesno, problem_if: no' ;;
    parameters) echo 'title: 新, value: 1, type: number' ;;
    sets) echo 'title: 新, count: 1, members: [{id: one, title: 一}]' ;;
    coverage) echo 'metric: sampling' ;;
    duties) echo 'artefact: 新' ;;
    leniency | sanctions) echo 'when: 新, effect: [新]' ;;
    statistics) echo 'title: 新, from: manual' ;;
    hotline) echo 'phone: "110"' ;;
    *) echo 'title: 新' ;;
  esac
}

# One entry of a section, as plan.yaml or items.yaml of the child has it.
write_entry() {
  case $1 in
    items) child_items <<<"- {id: $2, $(needs "$1")}" ;;
    parameters | sets | departments) child <<<"$1: {$2: {$(needs "$1")}}" ;;
    closeout) child <<<"closeout: {gates: [{id: $2, $(needs "$1")}]}" ;;
    statistics) child <<<"statistics: {rows: [{id: $2, $(needs "$1")}]}" ;;
    *) child <<<"$1: [{id: $2, $(needs "$1")}]" ;;
  esac
}

# The ids of a section of the resolved child.
ids() {
  case $1 in
    items) resolved "$child" '[.items[].id] | join(" ")' ;;
    parameters | sets | departments) resolved "$child" ".plan.$1 | keys | join(\" \")" ;;
    closeout) resolved "$child" '[.plan.closeout.gates[].id] | join(" ")' ;;
    statistics) resolved "$child" '[.plan.statistics.rows[].id] | join(" ")' ;;
    *) resolved "$child" "[.plan.$1[].id] | join(\" \")" ;;
  esac
}

# ---- adding ------------------------------------------------------------------------------

@test "a child that says nothing but its head takes over every entry" {
  child </dev/null
  for pair in $sections; do
    [[ " $(ids "${pair%:*}") " == *" ${pair#*:} "* ]] || { echo "$pair is lost"; false; }
  done
  [ "$(resolved "$child" .plan.period.to)" = 2023年12月31日 ]
  [ "$(resolved "$child" .plan.scoring.points.grave)" = 12 ]
}

@test "title, number, version and issuer are the child's own, also when it names none" {
  echo 'issuer: 市卫健委' >>"$base/plan.yaml"
  child </dev/null
  [ "$(resolved "$child" '[.plan.title, .plan.issuer] | map(. // "-") | join(" ")')" = \
    "方案（county/child） -" ]
}

@test "every section takes entries beside the parent's" {
  for pair in $sections; do
    rm -rf "$child"
    write_entry "${pair%:*}" added
    [[ " $(ids "${pair%:*}") " == *" ${pair#*:} "* ]] || { echo "$pair is lost"; false; }
    [[ " $(ids "${pair%:*}") " == *" added "* ]] || { echo "${pair%:*}: not added"; false; }
  done
}

@test "an id of the parent that is added again is told with both places and the hint" {
  for pair in $sections; do
    rm -rf "$child"
    write_entry "${pair%:*}" "${pair#*:}"
    refused "error: ${pair%:*} ${pair#*:}: the parent has it already, at city/base/" \
      "write what is different under change, or give the new entry another id"
    [[ "$output" =~ (plan|items).yaml:[0-9]+:[0-9]+:\ error ]]
  done
}

@test "scoring stands once" {
  child <<<'scoring: {unit: 护士}'
  refused "plan.yaml:8:10: error: scoring" "the parent has it already, at city/base/plan.yaml:"
}

# ---- changing ----------------------------------------------------------------------------

@test "set replaces the fields that it names and leaves the others" {
  child <<'END'
change:
  items: {posted: {set: {title: 公示收费和药价, severity: grave}}}
  focus: {fees: {set: {number: （二）}}}
  departments: {health: {set: {title: 县卫健局, person: 王某}}}
  phases: {check: {set: {to: 2023年5月31日}}}
  measures: {team: {set: {title: 成立县专班}}}
  coverage: {reach: {set: {at_least: 100}}}
  duties: {monthly: {set: {due: 每月20日前}}}
  closeout: {found: {set: {title: 原因查明}}}
  leniency: {own: {set: {effect: [从轻, 减轻]}}}
  sanctions: {fine: {set: {by: [police]}}}
  registers: {cases: {set: {title: 县案件台账}}}
  hotline: {line: {set: {phone: "12345"}}}
  statistics: {checked: {set: {unit: 家}}}
  forms: {sheet: {set: {columns: [一, 二]}}}
  basis: {law: {set: {article: 第十九条}}}
  sets: {domains: {set: {title: 领域}}}
  parameters: {word: {value: 乙, set: {title: 新说法}}}
  scoring: {set: {cycle: 两年}}
END
  resolved "$child" '[(.items[] | select(.id == "posted") | .title, .severity, .ask),
    .plan.focus[1].number, .plan.departments.health.title, .plan.departments.health.person,
    .plan.phases[0].to, .plan.phases[0].from, .plan.measures[0].title, .plan.measures[0].due,
    .plan.coverage[0].at_least, .plan.duties[1].due, .plan.closeout.gates[0].title,
    .plan.leniency[0].effect[1], .plan.sanctions[0].by[0], .plan.registers[0].title,
    .plan.hotline[0].phone, .plan.statistics.rows[0].unit, .plan.forms[0].columns[1],
    .plan.basis[0].article, .plan.sets.domains.title, .plan.sets.domains.count,
    .plan.parameters.word.value, .plan.parameters.word.title, .plan.scoring.cycle,
    .plan.scoring.unit] | join(" ")' >told.txt
  [ "$(cat told.txt)" = "公示收费和药价 grave 是否公示？ （二） 县卫健局 王某 2023年5月31日 2023年3月 \
成立县专班 2023年5月10日 100 每月20日前 原因查明 减轻 police 县案件台账 12345 家 二 第十九条 领域 2 乙 新说法 \
两年 医师" ]
}

@test "remove takes an entry out of any section" {
  for pair in $sections; do
    rm -rf "$child"
    child <<END
change:
  ${pair%:*}: {${pair#*:}: {remove: yes, reason: 本县没有, authorised_by: 县卫〔2023〕7号}}
  items: {rx_days: {set: {applies: facility.beds_open > 0}}}
END
    # Items, police and health are named by single references elsewhere: below.
    case $pair in departments:* | focus:* | items:*) continue ;; esac
    run ids "${pair%:*}"
    [[ " $output " != *" ${pair#*:} "* ]] || { echo "$pair still stands"; false; }
  done
}

@test "remove of scoring, and of an item, a department and a focus that nothing needs" {
  child <<'END'
change:
  scoring: {remove: yes, reason: 不记分, authorised_by: 县卫〔2023〕7号}
  items: {posted: {remove: yes, reason: 不查, authorised_by: 县卫〔2023〕7号}}
  departments: {police: {remove: yes, reason: 不参加}}
  focus: {fees: {remove: yes, reason: 不设}}
END
  lint "$child"
  expect 1 "0 errors"
  [ "$(resolved "$child" '[.plan.scoring, (.items | length), (.plan.departments | length),
    (.plan.focus | length)] | map(. // "-" | tostring) | join(" ")')" = "- 3 1 1" ]
}

@test "set and remove of an entry cannot stand together" {
  child <<<'change: {forms: {sheet: {remove: yes, reason: 不用, set: {title: 新表}}}}'
  refused "plan.yaml:8:" "set and remove: yes cannot stand together"
}

@test "sets take members and lose them, in the parent's order" {
  child <<'END'
change:
  sets:
    domains:
      set: {count: 2}
      add: [{id: beauty, title: 医美, items: [posted]}]
      remove: [tumour]
      reason: 本县没有
      authorised_by: 县卫〔2023〕7号
END
  lint "$child"
  expect 1 "0 errors" "[deviation]: sets domains: members asks for less than the parent (肿瘤 → —)"
  run zicha plan show "$child" --format json
  [ "$(jq -c '[.plan.sets.domains.members[].id]' <<<"$output")" = '["beauty","dental"]' ]
}

@test "a set's count has to follow its members" {
  child <<<'change: {sets: {domains: {add: [{id: beauty, title: 医美}]}}}'
  refused "plan.yaml:8:33: error: the set domains declares 2 members, but has 3" \
    "gives the new count under change, too"
}

@test "the count of a parent's focus has to follow its items, too" {
  sed -i 's/{id: conduct, title: 行为}/{id: conduct, title: 行为, count: 1}/' "$base/plan.yaml"
  child_items <<<"- {id: own, $(needs items), focus: conduct}"
  refused "the focus conduct declares 1 items, but has 2" "gives the new count under change, too"
  child <<<'change: {focus: {conduct: {set: {count: 2}}}}'
  lint "$child"
  expect 1 "0 errors"
}

@test "members that stand already, and members that do not exist, are told" {
  child <<<'change: {sets: {domains: {add: [{id: dental, title: 牙}], remove: [tumor], reason: 无, authorised_by: 某号}}}'
  refused "plan.yaml:8:33: error: the set domains has the member dental already" \
    "plan.yaml:8:66: error: the set domains has no member tumor" "did you mean tumour?"
}

@test "the members of a set change one by one, not as a whole" {
  child <<<'change: {sets: {domains: {set: {members: [{id: dental, title: 牙}]}}}}'
  refused "plan.yaml:8:33: error: unknown key members"
}

@test "a parameter keeps its type: what reads it relies on that" {
  child <<<'change: {parameters: {rx_max_days: {set: {type: text}}}}'
  refused "plan.yaml:8:43: error: unknown key type"
  rm -r "$child"
  child <<<'change: {parameters: {rx_max_days: {value: 七}}}'
  refused "plan.yaml:8:44: error: this is not a value of the type number"
}

# ---- what is wrong -----------------------------------------------------------------------

@test "a change of what does not exist, with the nearest" {
  child <<'END'
change:
  items: {postd: {set: {severity: grave}}}
  phases: {chek: {remove: yes, reason: 无}}
  parameters: {rx_max: {value: 5}, rx_maxdays: {value: 5}}
END
  refused "plan.yaml:9:11: error: there is no postd in the parent's section items" \
    "did you mean posted?" "plan.yaml:10:12: error: there is no chek in the parent's section phases" \
    "did you mean check?" "plan.yaml:11:16: error: there is no rx_max in the parent's section parameters" \
    "did you mean rx_max_days?"
}

@test "an entry that the child itself adds is no parent's: change does not know it" {
  child_items <<<"- {id: own, $(needs items)}"
  child <<<'change: {items: {own: {set: {severity: grave}}}}'
  refused "there is no own in the parent's section items"
}

@test "change in a package without a parent" {
  echo 'change: {items: {posted: {set: {severity: grave}}}}' >>"$base/plan.yaml"
  lint "$base"
  expect 65 "change is for a package that extends another one" "write extends: and the parent's id"
}

@test "removed without a reason" {
  child <<<'change: {items: {posted: {remove: yes, authorised_by: 县卫〔2023〕7号}}}'
  refused "plan.yaml:8:26: error: items posted is removed without a reason" "write reason: why"
}

@test "an id that was removed is not used again, nor removed twice" {
  child <<<'change: {forms: {sheet: {remove: yes, reason: 不用}}}'
  write_entry forms sheet
  refused "forms sheet: an id that was removed is not used again"
  sed -i '/^forms/d' "$child/plan.yaml"
  package packages/county/third county/third county county/child
  echo 'change: {forms: {sheet: {remove: yes, reason: 不用}}}' >>packages/county/third/plan.yaml
  lint packages/county/third
  expect 65 "plan.yaml:8:18: error: forms sheet was removed already, by county/child"
}

@test "what is removed while a single reference still names it" {
  child <<'END'
change:
  focus: {conduct: {remove: yes, reason: 不设}}
  sets: {domains: {remove: yes, reason: 不设, authorised_by: 某号}}
END
  child_items <<<"- {id: own, $(needs items), across: domains}"
  refused "plan.yaml:9:20: error: conduct of the section focus is removed here, and city/base/items.yaml:2 still names it" \
    "change that entry as well" \
    "plan.yaml:10:19: error: domains of the section sets is removed here, and items.yaml:1 still names it"
}

@test "lists of lower layers forget what was removed" {
  sed -i 's/problem_if: no, severity: grave/&, set: [domains.tumour]/' "$base/items.yaml"
  child <<'END'
change:
  items: {posted: {remove: yes, reason: 不查, authorised_by: 某号}}
  departments: {police: {remove: yes, reason: 不参加}}
  basis: {rules: {remove: yes, reason: 已废止}}
  sets: {domains: {set: {count: 1}, remove: [tumour], reason: 没有, authorised_by: 某号}}
END
  lint "$child"
  expect 1 "0 errors"
  [ "$(resolved "$child" '[.plan.measures[0].items, .plan.duties[1].via,
    (.items[] | select(.id == "registered") | .set)] | tostring')" = '[["registered"],["health"],[]]' ]
}

@test "an entry that a duty's list names alone is not removed silently" {
  sed -i 's/{id: final, /&from: police, /' "$base/plan.yaml"
  child <<<'change: {departments: {police: {remove: yes, reason: 不参加}}}'
  refused "plan.yaml:8:32: error: police of the section departments is removed here, and city/base/plan.yaml:" \
    "still names only it" "change that entry as well"
  child <<<'# duties'
  sed -i 's/^change: {/&duties: {final: {set: {from: [health]}}}, /' "$child/plan.yaml"
  lint "$child"
  never "still names only it"
}

@test "the id of a removed member is not used again, by no layer" {
  child <<<'change: {sets: {domains: {set: {count: 1}, remove: [tumour], reason: 没有, authorised_by: 某号}}}'
  package packages/county/third county/third county county/child
  echo 'change: {sets: {domains: {set: {count: 2}, add: [{id: tumour, title: 另一个}]}}}' >>packages/county/third/plan.yaml
  lint packages/county/third
  expect 65 "the member tumour of domains was removed by county/child: its id is not used again"
}

@test "a member names no part, member or period that its item does not have" {
  sed -i 's/problem_if: no, severity: major/&, parts: [{id: wall, title: 墙上}]/;s/kind: task/&, across: no/;s/, across: no//' "$base/items.yaml"
  sed -i 's/items: \[registered\]/items: ["posted[wal]", "registered[x]"]/' "$base/plan.yaml"
  lint "$base"
  expect 65 "posted is not asked for wal" "did you mean wall?" "registered is not asked for x"
}

@test "a list of the child itself does not forget: it names what is gone" {
  child <<'END'
change: {items: {posted: {remove: yes, reason: 不查, authorised_by: 某号}}}
measures: [{id: own, title: 本县专班, items: [posted]}]
END
  refused "posted of the section items is removed here, and plan.yaml:9 still names it"
}

@test "Chinese keys do the same" {
  child <<'END'
change:
  items: {posted: {set: {severity: grave, title: 新}}}
  forms: {sheet: {remove: yes, reason: 不用}}
  sets: {domains: {set: {count: 3}, add: [{id: beauty, title: 医美}]}}
  parameters: {rx_max_days: {value: 10, authorised_by: 某号}}
END
  zicha plan show "$child" --format json >english.json
  sed -i -e 's/^extends/上级方案/' -e 's/change:/变更:/' -e 's/items:/检查项:/' -e 's/forms:/附表:/' \
    -e 's/sets:/计数集合:/' -e 's/parameters:/参数:/' -e 's/set:/改为:/' -e 's/remove:/删除:/' \
    -e 's/reason:/理由:/' -e 's/add:/增加:/' -e 's/value:/值:/' -e 's/authorised_by:/批准文号:/' \
    -e 's/severity: grave/严重程度: 严重/' -e 's/count:/数目:/' "$child/plan.yaml"
  zicha plan show "$child" --format json >chinese.json
  grep -q '变更' "$child/plan.yaml"
  diff english.json chinese.json
}
