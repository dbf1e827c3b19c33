#!/usr/bin/env bats
# Asking for less than the parent needs a document that allows it; asking for more needs
# nobody's leave (docs/layers.md).
load layered

setup() {
  begin_test
  make_base
}

# ---- parameters --------------------------------------------------------------------------

@test "7 days to 10 is refused with the places of both, and taken with a document" {
  child <<<'change: {parameters: {rx_max_days: {value: 10}}}'
  refused "plan.yaml:8:44: error: parameters rx_max_days: value asks for less than the parent at city/base/plan.yaml:12 (7 → 10)" \
    "→ if a document allows it, name it: authorised_by: NUMBER"
  sed -i 's/10}/10, reason: 山区, authorised_by: 县卫〔2023〕7号}/' "$child/plan.yaml"
  lint "$child"
  expect 1 "0 errors" "plan.yaml:8:44: note [deviation]: parameters rx_max_days: value asks for less than the parent (7 → 10), allowed by 县卫〔2023〕7号"
}

@test "what was loosened stands in show, in the record and in the report" {
  child <<<'change: {parameters: {rx_max_days: {value: 10, reason: 山区, authorised_by: 县卫〔2023〕7号}}}'
  run zicha plan show "$child"
  expect 0 "参数 rx_max_days  值: 7 → 10  (县卫〔2023〕7号)  [asks for less]"
  [ "$(resolved "$child" '.deviations[0] | [.section, .id, .field, .from, .to, .direction,
    .layer, .reason, .authorised_by] | join(" ")')" = \
    "parameters rx_max_days value 7 10 looser county/child 山区 县卫〔2023〕7号" ]
  make_facility
  zicha init w --plan "$child" --facility facility.yaml
  [ "$(record w '.deviations[0] | [.section, .section_title, .id, .field, .field_title, .from,
    .to, .layer, .level, .reason, .authorised_by] | join(" ")')" = \
    "parameters 参数 rx_max_days value 值 7 10 county/child county 山区 县卫〔2023〕7号" ]
  zicha -C w --today 2023-06-30 report >/dev/null
  grep '与上级方案相比有所放宽' w/report.md >told.txt || grep -r '与上级方案相比有所放宽' w >told.txt
  grep -q '处方天数上限.*“7”改为“10”.*县卫〔2023〕7号.*山区' told.txt
}

@test "a parameter of which more is stricter" {
  loosened "parameters min_rate: value asks for less" <<<'change: {parameters: {min_rate: {value: 49.5@}}}'
  taken <<<'change: {parameters: {min_rate: {value: 50.5}}}'
}

@test "a parameter of which less is stricter" {
  loosened "parameters rx_max_days: value asks for less" <<<'change: {parameters: {rx_max_days: {value: 8@}}}'
  taken <<<'change: {parameters: {rx_max_days: {value: 6}}}'
}

@test "decimals are compared as numbers, not as texts" {
  loosened "parameters rx_max_days: value asks for less" <<<'change: {parameters: {rx_max_days: {value: 10.5@}}}'
}

@test "a list that has to hold more" {
  loosened "parameters devices: value asks for less" <<<'change: {parameters: {devices: {value: [CT, DSA]@}}}'
  taken <<<'change: {parameters: {devices: {value: [DSA, MR, CT]}}}'
}

@test "a list that has to hold less" {
  loosened "parameters exempt: value asks for less" <<<'change: {parameters: {exempt: {value: [急诊, 慢病, 老年]@}}}'
  taken <<<'change: {parameters: {exempt: {value: [急诊]}}}'
}

@test "the same list in another order is the same" {
  taken <<<'change: {parameters: {devices: {value: [MR, CT]}, exempt: {value: [慢病, 急诊]}}}'
}

@test "a date of which earlier is stricter" {
  loosened "parameters since: value asks for less" <<<'change: {parameters: {since: {value: 2023年10月1日@}}}'
  taken <<<'change: {parameters: {since: {value: 2023-02-01}}}'
}

@test "a parameter that declares no direction is told as not comparable" {
  child <<<'change: {parameters: {word: {value: 乙}}}'
  lint "$child"
  expect 1 "0 errors" "note [not-comparable]: parameters word: whether value asks for less cannot be told (甲 → 乙)"
}

@test "a blank value cannot be compared" {
  child <<<'change: {parameters: {rx_max_days: {value: ____}}}'
  lint "$child"
  expect 1 "0 errors" "[not-comparable]: parameters rx_max_days: whether value" "[blank]: 值 of rx_max_days is still blank"
}

@test "set: {value: …} is no way around, nor is turning the direction" {
  loosened "parameters rx_max_days: value asks for less" <<<'change: {parameters: {rx_max_days: {set: {value: 10}@}}}'
  loosened "parameters rx_max_days: stricter asks for less" <<<'change: {parameters: {rx_max_days: {set: {stricter: higher}@}}}'
}

# ---- items -------------------------------------------------------------------------------

@test "an item that is removed, or retired" {
  loosened "items posted: removed asks for less" <<<'change: {items: {posted: {remove: yes, reason: 不查@}}}'
  loosened "items posted: retired asks for less" <<<'change: {items: {posted: {set: {retired: 已并入}@}}}'
}

@test "an item that is asked no more, by whatever key" {
  loosened "items posted: alias_of asks for less" <<<'change: {items: {posted: {set: {alias_of: registered}@}}}'
  loosened "items posted: unknown asks for less" <<<'change: {items: {posted: {set: {unknown: 无}@}}}'
  loosened "items posted: kind asks for less" <<<'change: {items: {posted: {set: {kind: external}@}}}'
}

@test "a lower severity, also below what counts when none is given" {
  loosened "items registered: severity asks for less" <<<'change: {items: {registered: {set: {severity: major}@}}}'
  loosened "items posted: severity asks for less" <<<'change: {items: {posted: {set: {severity: general}@}}}'
  taken <<<'change: {items: {posted: {set: {severity: grave}}, trained: {set: {severity: general}}}}'
}

@test "a lower certainty" {
  loosened "items rx_days: certainty asks for less" <<<'change: {items: {rx_days: {set: {certainty: suspect}@}}}'
  loosened "items posted: certainty asks for less" <<<'change: {items: {posted: {set: {certainty: hint}@}}}'
  taken <<<'change: {items: {posted: {set: {certainty: certain}}}}'
}

@test "a lower quota of a task" {
  loosened "items trained: at_least asks for less" <<<'change: {items: {trained: {set: {at_least: 1}@}}}'
  taken <<<'change: {items: {trained: {set: {at_least: 3}}}}'
}

@test "more time to mend" {
  loosened "items registered: rectify asks for less" <<<'change: {items: {registered: {set: {rectify: {measure: 补办, within: 30日内}}@}}}'
  taken <<<'change: {items: {registered: {set: {rectify: {measure: 补办, within: 10日内}}}}}'
}

@test "a part of an item that is left out" {
  sed -i 's/problem_if: no, severity: grave/&, parts: [{id: one, title: 一}, {id: two, title: 二}]/' "$base/items.yaml"
  loosened "items registered: parts asks for less" <<<'change: {items: {registered: {set: {parts: [{id: one, title: 一}]}@}}}'
  taken <<<'change: {items: {registered: {set: {parts: [{id: two, title: 二}, {id: one, title: 一}, {id: three, title: 三}]}}}}'
}

@test "a condition that is another one is told as not comparable" {
  child <<'END'
change:
  items:
    posted: {set: {ask: 是否公示价格？, text: 公示}}
    rx_days: {set: {problem_if: answer > p.rx_max_days + 1}}
END
  lint "$child"
  expect 1 "0 errors" "[not-comparable]: items posted: whether ask asks for less" \
    "[not-comparable]: items posted: whether text asks for less" \
    "[not-comparable]: items rx_days: whether problem_if asks for less"
}

@test "fewer rules, documents, memberships" {
  sed -i 's/kind: question, ask: 最长开了几天？, answer: number, problem_if: answer > p.rx_max_days/kind: data, rules: [own.a, own.b], evidence: [文件一, 文件二], set: [domains.tumour, domains.dental]/' "$base/items.yaml"
  mkdir "$base/rules"
  write_rule "$base" own <<<$'rule "own.a" { on = "rx_lines", where = "days > 7" }\nrule "own.b" { on = "rx_lines", where = "days > 8" }\nrule "own.c" { on = "rx_lines", where = "days > p.rx_max_days" }'
  loosened "items rx_days: rules asks for less" <<<'change: {items: {rx_days: {set: {rules: [own.b]}@}}}'
  loosened "items rx_days: evidence asks for less" <<<'change: {items: {rx_days: {set: {evidence: [文件二]}@}}}'
  loosened "items rx_days: set asks for less" <<<'change: {items: {rx_days: {set: {set: [domains.dental]}@}}}'
  taken <<<'change: {items: {rx_days: {set: {rules: [own.c, own.b, own.a], evidence: [文件三, 文件二, 文件一]}}}}'
  not_comparable "items rx_days: whether rules" <<<'change: {items: {rx_days: {set: {rules: [own.a, own.c]}}}}'
}

@test "with: each value against what held before, by the parameter's direction" {
  sed -i 's/problem_if: answer > p.rx_max_days/&, with: {min_rate: 60}/' "$base/items.yaml"
  loosened "items rx_days: with asks for less" <<<'change: {items: {rx_days: {set: {with: {min_rate: 60, rx_max_days: 8}}@}}}'
  loosened "items rx_days: with asks for less" <<<'change: {items: {rx_days: {set: {with: {min_rate: 55}}@}}}'
  loosened "items rx_days: with asks for less" <<<'change: {items: {rx_days: {set: {with: {rx_max_days: 5}}@}}}'
  loosened "items posted: with asks for less" <<<'change: {parameters: {rx_max_days: {value: 5}}, items: {posted: {set: {with: {rx_max_days: 1000}}@}}}'
  taken <<<'change: {items: {rx_days: {set: {with: {min_rate: 60.5, rx_max_days: 6}}}}}'
  not_comparable "items posted: whether with" <<<'change: {items: {posted: {set: {with: {word: 乙}}}}}'
}

@test "a condition, or a question instead, where there was none" {
  loosened "items posted: applies asks for less" <<<'change: {items: {posted: {set: {applies: facility.beds_open > 9999}@}}}'
  loosened "members tumour: match asks for less" <<<'change: {sets: {domains: {members: {tumour: {match: facility.beds_open > 9999}}@}}}'
  loosened "members tumour: items asks for less" <<<'change: {sets: {domains: {members: {tumour: {items: [posted]}}@}}}'
  loosened "items posted: or_ask asks for less" <<<'change: {items: {posted: {set: {or_ask: {ask: 有吗？, answer: yesno, problem_if: no}}@}}}'
}

@test "a task that is done more seldom" {
  loosened "items trained: per asks for less" <<<'change: {items: {trained: {set: {per: year}@}}}'
  loosened "items trained: at_least asks for less" <<<'change: {items: {trained: {set: {per: year, at_least: 3}@}}}'
  taken <<<'change: {items: {trained: {set: {per: quarter, at_least: 1}}}}'
}

@test "lists that print alike are not the same" {
  loosened "parameters devices: value asks for less" <<<'change: {parameters: {devices: {value: [CT、MR]@}}}'
}

# ---- sets, duties, gates, coverage, scope ------------------------------------------------

@test "a member of a set" {
  loosened "sets domains: members asks for less" <<<'change: {sets: {domains: {set: {count: 1}, remove: [tumour], reason: 没有@}}}'
  taken <<<'change: {sets: {domains: {set: {count: 3}, add: [{id: beauty, title: 医美, items: [posted]}]}}}'
}

@test "a set, a duty, a gate, a measure, a coverage or a parameter that is removed" {
  loosened "sets domains: removed asks for less" <<<'change: {sets: {domains: {remove: yes, reason: 无@}}}'
  loosened "duties monthly: removed asks for less" <<<'change: {duties: {monthly: {remove: yes, reason: 无@}}}'
  loosened "closeout mended: removed asks for less" <<<'change: {closeout: {mended: {remove: yes, reason: 无@}}}'
  loosened "measures team: removed asks for less" <<<'change: {measures: {team: {remove: yes, reason: 无@}}}'
  loosened "coverage reach: removed asks for less" <<<'change: {coverage: {reach: {remove: yes, reason: 无@}}}'
  loosened "parameters devices: removed asks for less" <<<'change: {parameters: {devices: {remove: yes, reason: 无@}}}'
}

@test "a phase, a contact, a register, a statistic, a form: nobody can tell" {
  child <<'END'
change:
  phases: {enforce: {remove: yes, reason: 并入自查}}
  hotline: {line: {remove: yes, reason: 换号}}
  forms: {sheet: {remove: yes, reason: 不用}}
  statistics: {fined: {remove: yes, reason: 不统计}}
  registers: {cases: {remove: yes, reason: 不用}}
END
  lint "$child"
  expect 1 "0 errors"
  for entry in 'phases enforce' 'hotline line' 'forms sheet' 'statistics fined' 'registers cases'; do
    grep -q "\[not-comparable\]: $entry: whether removed asks for less" <<<"$output"
  done
}

@test "a sanction that is removed, or does less" {
  sed -i 's/effect: \[处罚\]/effect: [处罚, 通报]/' "$base/plan.yaml"
  loosened "sanctions fine: removed asks for less" <<<'change: {sanctions: {fine: {remove: yes, reason: 无@}}}'
  loosened "sanctions fine: effect asks for less" <<<'change: {sanctions: {fine: {set: {effect: [通报]}@}}}'
  not_comparable "sanctions fine: whether effect" <<<'change: {sanctions: {fine: {set: {effect: [罚款, 通报]}}}}'
}

@test "words that oblige: a gate, what proves it, leniency, points" {
  not_comparable "closeout mended: whether title" <<<'change: {closeout: {mended: {set: {title: 已承诺整改}}}}'
  sed -i 's/closeout: {/closeout: {evidence: 照片和文件, /' "$base/plan.yaml"
  not_comparable "closeout closeout: whether evidence" <<<'closeout: {evidence: 口头说明}'
  not_comparable "leniency own: whether effect" <<<'change: {leniency: {own: {set: {effect: [免罚]}}}}'
  not_comparable "scoring scoring: whether points" <<<'change: {scoring: {set: {points: {minor: 1, grave: 3}}}}'
}

@test "a lower coverage" {
  loosened "coverage reach: at_least asks for less" <<<'change: {coverage: {reach: {set: {at_least: 80%}@}}}'
  loosened "coverage reach: deprioritised asks for less" <<<'change: {coverage: {reach: {set: {deprioritised: yes}@}}}'
  taken <<<'change: {coverage: {reach: {set: {at_least: 100}}}}'
}

@test "a coverage of fewer classes, by its own word or by the groups" {
  sed -i 's/metric: inspection/class: 医院, &/' "$base/plan.yaml"
  loosened "coverage reach: class asks for less" <<<'change: {coverage: {reach: {set: {class: 三级医院}@}}}'
  taken <<<'change: {coverage: {reach: {set: {class: 其他}}}}
classes: {医院: [三级医院, 二级医院], 其他: {except: [诊所]}}'
  sed -i '/^scope/d' "$base/plan.yaml"
  child </dev/null
  loosened "coverage reach: class asks for less" <<<'classes: {医院: [三级医院]}
change: {coverage: {reach: {reason: 无@}}}'
  [[ "$output" == *"医院（三级医院、二级医院） → 医院（三级医院）"* ]]
}

@test "a duty that fewer see, and a measure that does less" {
  loosened "duties monthly: via asks for less" <<<'change: {duties: {monthly: {set: {via: [health]}@}}}'
  loosened "measures team: items asks for less" <<<'change: {measures: {team: {set: {items: [posted]}@}}}'
}

@test "a report that comes more seldom, or need not come when there is nothing" {
  loosened "duties monthly: every asks for less" <<<'change: {duties: {monthly: {set: {every: quarterly}@}}}'
  loosened "duties monthly: nil_report asks for less" <<<'change: {duties: {monthly: {set: {nil_report: no}@}}}'
  taken <<<'change: {duties: {monthly: {set: {every: weekly}}, final: {set: {nil_report: yes}}}}'
}

@test "a narrower scope: classes, ownership" {
  loosened "scope scope: scope asks for less" <<<'scope: {classes: [医院], ownership: [公立, 民营]@}'
  loosened "scope scope: scope asks for less" <<<'scope: {classes: [医院, 乡镇卫生院], ownership: [民营]@}'
  taken <<<'scope: {classes: [医院, 乡镇卫生院, 诊所], ownership: [公立, 民营]}'
  taken <<<'scope: {text: 全县各级各类}'
  sed -i '/^scope/d' "$base/plan.yaml"
  loosened "scope scope: scope asks for less" <<<'scope: {classes: [诊所]@}'
  taken <<<'scope: {text: 全县各级各类}'
}

@test "a scope is what its groups of classes mean" {
  taken <<<'scope: {classes: [三级医院, 二级医院, 基层]}'
  loosened "scope scope: scope asks for less" <<<'scope: {classes: [三级医院, 基层]@}'
  child </dev/null
  sed -i '8,$d' "$child/plan.yaml"
  child <<<'classes: {医院: [三级医院]}'
  refused "plan.yaml:8:10: error: scope scope: classes asks for less than the parent at city/base/plan.yaml:9"
}

# ---- deadlines ---------------------------------------------------------------------------

@test "a later end of the period" {
  loosened "period period: period asks for less" <<<'period: {from: 2023年3月1日, to: 2024年1月31日@}'
  taken <<<'period: {from: 2023年3月1日, to: 2023年11月30日}'
}

@test "a period or a look back that begins later, or nowhere" {
  sed -i 's/^scope/lookback: {from: 2022年1月1日}\nscope/' "$base/plan.yaml"
  loosened "period period: period asks for less" <<<'period: {from: 2023年11月1日, to: 2023年12月31日@}'
  loosened "period period: period asks for less" <<<'period: {to: 2023年12月31日@}'
  loosened "lookback lookback: lookback asks for less" <<<'lookback: {from: 2023年1月1日@}'
  taken <<<'period: {from: 2023年2月1日, to: 2023年12月31日}
lookback: {from: 2021年1月1日}'
}

@test "a later end of a phase" {
  loosened "phases check: to asks for less" <<<'change: {phases: {check: {set: {to: 2023年7月1日}@}}}'
  loosened "phases enforce: when asks for less" <<<'change: {phases: {enforce: {set: {when: 2023年7月至10月}@}}}'
  taken <<<'change: {phases: {check: {set: {to: 2023年6月底}}, enforce: {set: {when: 2023年7月至8月}}}}'
}

@test "a later day of a measure, and of a duty" {
  loosened "measures team: due asks for less" <<<'change: {measures: {team: {set: {due: 2023年5月11日}@}}}'
  loosened "duties final: due asks for less" <<<'change: {duties: {final: {set: {due: 2023年12月20日前}@}}}'
  loosened "duties monthly: due asks for less" <<<'change: {duties: {monthly: {set: {due: 每月28日前}@}}}'
  loosened "duties monthly: due asks for less" <<<'change: {duties: {monthly: {set: {due: 每季度末月20日前}@}}}'
  taken <<<'change: {measures: {team: {set: {due: 2023年5月上旬}}}, duties: {monthly: {set: {due: 每周五}}}}'
}

@test "several days are compared one by one" {
  sed -i 's/due: 2023年12月10日前/due: [2023年6月10日, 2023年12月10日]/' "$base/plan.yaml"
  loosened "duties final: due asks for less" <<<'change: {duties: {final: {set: {due: [2023年6月1日, 2023年12月11日]}@}}}'
  taken <<<'change: {duties: {final: {set: {due: [2023年6月10日, 2023年12月1日]}}}}'
}

@test "a blank on either side is not comparable: a note, no error" {
  child <<'END'
change:
  phases: {check: {set: {to: 20__年__月__日}}}
  duties: {monthly: {set: {due: 每月__日前}}}
END
  lint "$child"
  expect 1 "0 errors" "[not-comparable]: phases check: whether to asks for less" \
    "[not-comparable]: duties monthly: whether due asks for less"
  sed -i 's/due: 2023年5月10日/due: 20__年__月__日/' "$base/plan.yaml"
  rm -r "$child"
  child <<<'change: {measures: {team: {set: {due: 2029年1月1日}}}}'
  lint "$child"
  expect 1 "0 errors" "[not-comparable]: measures team: whether due asks for less"
}

# ---- who allows it, and where it is told --------------------------------------------------

@test "authorised_by is the number of a document; a draft may leave it blank" {
  child <<<'change: {parameters: {rx_max_days: {value: 10, authorised_by: 领导同意}}}'
  refused "plan.yaml:8:63: error: 领导同意 is not the number of a document"
  sed -i 's/领导同意/____〔20__〕__号/' "$child/plan.yaml"
  lint "$child"
  expect 1 "0 errors" "allowed by ____〔20__〕__号"
  make_facility
  zicha init w --plan "$child" --facility facility.yaml
  zicha -C w --today 2023-06-30 report >/dev/null
  grep -rq '有所放宽.*批准文号未填写' w
}

@test "what nobody can compare stands in the record and in the report, too" {
  child <<<'change: {items: {posted: {set: {problem_if: yes}, reason: 笔误}}, phases: {enforce: {remove: yes, reason: 并入}}}'
  make_facility
  zicha init w --plan "$child" --facility facility.yaml
  [ "$(record w '[.deviations[] | "\(.id) \(.field) \(.direction)"] | join(", ")')" = \
    "posted problem_if not_comparable, enforce removed not_comparable" ]
  zicha -C w --today 2023-06-30 report >/dev/null
  grep -rq '与上级方案不同、无法比较放宽与否：.*“公示收费”的问题条件由“no”改为“yes”；理由：笔误' w
  grep -rq '与上级方案不同、无法比较放宽与否：.*删除了实施步骤“整治”' w
}

@test "what is removed has the name that people know" {
  child <<<'change: {duties: {monthly: {remove: yes, reason: 无, authorised_by: 某号}}, leniency: {own: {remove: yes, reason: 无}}}'
  [ "$(resolved "$child" '[.deviations[] | "\(.title) \(.from)"] | join(", ")')" = "月报 月报, 主动自查 主动自查" ]
}

# ---- across layers -----------------------------------------------------------------------

@test "what the parent loosened with a document the child may keep, not stretch" {
  child <<<'change: {parameters: {rx_max_days: {value: 10, authorised_by: 县卫〔2023〕7号}}}'
  package packages/county/third county/third county county/child
  lint packages/county/third
  expect 1 "0 errors" "[deviation]: parameters rx_max_days"
  echo 'change: {parameters: {rx_max_days: {value: 11}}}' >>packages/county/third/plan.yaml
  lint packages/county/third
  expect 65 "plan.yaml:8:44: error: parameters rx_max_days: value asks for less than the parent at county/child/plan.yaml:8 (10 → 11)"
  sed -i 's/value: 11/value: 8/' packages/county/third/plan.yaml
  lint packages/county/third
  expect 1 "0 errors"
}
