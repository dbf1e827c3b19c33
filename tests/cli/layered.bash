# layered.bash: packages upon packages, for the tests of `plan` and its layers.
# make_base writes packages/city/base, a plan with an entry in every section; child and
# child_items add to packages/county/child, which extends it.

load helper

base=packages/city/base
child=packages/county/child

# package FOLDER ID LEVEL [EXTENDS]: the head of a plan.yaml.
package() {
  mkdir -p "$1"
  cat >"$1/plan.yaml" <<END
zicha: 1
id: $2
title: 方案（$2）
version: "1.0"
kind: rectification
level: $3
END
  [ -z "${4:-}" ] || echo "extends: $4" >>"$1/plan.yaml"
}

make_base() {
  package "$base" city/base city
  cat >>"$base/plan.yaml" <<'END'
period: {from: 2023年3月1日, to: 2023年12月31日}
scope: {classes: [医院, 乡镇卫生院], ownership: [公立, 民营]}
classes: {医院: [三级医院, 二级医院], 基层: [乡镇卫生院, 村卫生室]}
basis: [{id: law, title: 处方管理办法}, {id: rules, title: 广告办法}]
parameters:
  rx_max_days: {title: 处方天数上限, value: 7, type: number, stricter: lower}
  min_rate: {title: 阳性率, value: 50, type: number, stricter: higher}
  devices: {title: 大型设备, value: [CT, MR], type: list, stricter: superset}
  exempt: {title: 例外, value: [急诊, 慢病], type: list, stricter: subset}
  since: {title: 检查起点, value: 2023年3月1日, type: date, stricter: lower}
  word: {title: 说法, value: 甲, type: text}
sets:
  domains:
    title: 重点领域
    count: 2
    members:
      - {id: tumour, title: 肿瘤, items: [posted, registered]}
      - {id: dental, title: 口腔, items: [registered]}
focus: [{id: conduct, title: 行为}, {id: fees, title: 收费}]
departments:
  health: {title: 卫健委}
  police: {title: 公安局}
phases:
  - {id: check, title: 自查, from: 2023年3月, to: 2023年6月30日}
  - {id: enforce, title: 整治, when: 2023年7月至9月}
measures: [{id: team, title: 成立专班, due: 2023年5月10日, items: [posted, registered]}]
coverage: [{id: reach, metric: inspection, at_least: 90}]
duties:
  - {id: monthly, artefact: 月报, due: 每月25日前, nil_report: yes, every: monthly, via: [police, health]}
  - {id: final, artefact: 总结, due: 2023年12月10日前}
closeout: {gates: [{id: found, title: 原因查清}, {id: mended, title: 整改到位}]}
leniency: [{id: own, when: 主动自查, effect: [从轻]}]
sanctions: [{id: fine, when: 拒不整改, effect: [处罚]}]
scoring: {unit: 医师, cycle: 一年, points: {minor: 2, grave: 12}}
registers: [{id: cases, title: 案件台账}]
hotline: [{id: line, phone: "12320"}]
statistics: {rows: [{id: checked, title: 检查机构数, from: manual}, {id: fined, title: 处罚数, from: manual}]}
forms: [{id: sheet, title: 统计表}]
END
  cat >"$base/items.yaml" <<'END'
- {id: posted, title: 公示收费, kind: question, ask: 是否公示？, answer: yesno, problem_if: no, severity: major, focus: fees, basis: [law, rules]}
- {id: registered, title: 执业登记, kind: question, ask: 是否登记？, answer: yesno, problem_if: no, severity: grave, focus: conduct, rectify: {measure: 补办, within: 15日内}}
- {id: rx_days, title: 处方超量, kind: question, ask: 最长开了几天？, answer: number, problem_if: answer > p.rx_max_days, severity: major, certainty: certain}
- {id: trained, title: 培训次数, kind: task, ask: 培训了几次？, per: half_year, at_least: 2}
END
}

# Adds what stands on standard input to the child's plan.yaml; makes the child first.
child() {
  [ -e "$child/plan.yaml" ] || package "$child" county/child county city/base
  cat >>"$child/plan.yaml"
}

child_items() {
  child </dev/null
  cat >>"$child/items.yaml"
}

# lint FOLDER [OPTION…]: sets status and output as `run` does.
lint() { run zicha plan lint "$@"; }

# refused TEXT…: the child has errors, and this is said of them.
refused() {
  lint "$child"
  expect 65 "$@"
}

# The resolved plan: resolved FOLDER JQ-FILTER
resolved() { zicha plan show "$1" --format json | jq -r "$2"; }

# loosened TEXT <<change: the change, in which @ is the place of a document that allows it,
# is refused with this text for asking for less; with a document it is taken and told.
loosened() {
  local change
  change=$(cat)
  rm -rf "$child"
  child <<<"${change//@/}"
  refused "$1" "asks for less than the parent at" "if a document allows it, name it"
  rm -rf "$child"
  child <<<"${change//@/, authorised_by: 县卫〔2023〕7号}"
  lint "$child"
  expect 1 "[deviation]: $1" "allowed by 县卫〔2023〕7号"
}

# taken <<change: the change needs nobody's leave.
taken() {
  rm -rf "$child"
  child
  lint "$child"
  expect 1 "0 errors"
  never "[deviation]" "asks for less"
}

# not_comparable TEXT <<change: the change is taken, and told as one that nobody can judge.
not_comparable() {
  rm -rf "$child"
  child
  lint "$child"
  expect 1 "0 errors" "[not-comparable]: $1 asks for less cannot be told"
}
