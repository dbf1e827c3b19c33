#!/usr/bin/env bats
# Exports as hospitals have them: blank flags, words that no enum knows, blank keys, prices
# whose periods overlap. Every item that they concern says so; none is green by accident,
# and nobody is accused for what a spoiled table does not show.
load helper

# An item for each rule, and the workspace: make_plan RULE…
make_plan() {
  for rule in "$@"; do
    echo "- {id: $(tr . _ <<<"$rule"), title: 检查, kind: data, rules: [$rule]}"
  done | make_package p
  make_facility
  sed -i 's/乡镇卫生院/二级医院/' facility.yaml
  zicha init w --plan p --facility facility.yaml >/dev/null
}

# A table of lines on standard input, headers first.
hand_over() {
  cat >"$1.csv"
  zicha -C w import "$1" "$1.csv" >/dev/null 2>&1
}

status_of() { item w "$1" .status; }
reason_of() { item w "$1" .reason.text; }

@test "a price whose periods overlap is no price: the charge is open, and the table is named" {
  make_plan fee.over_price
  hand_over price_catalog <<'END'
收费项目编码,收费项目名称,费用类别,价格,生效日期,失效日期
X1,甲,检查费,10.00,2023-01-01,2023-06-30
X1,甲,检查费,12.00,2023-06-01,
X2,乙,检查费,5.00,2023-01-01,
END
  fees() { printf '单据号,就诊号,费用时间,费用类别,收费项目编码,项目名称,数量,单价,金额\n%s' "$1" | hand_over fee_lines; }
  fees $'B1,E1,2023-06-15 08:00,检查费,X1,甲,1,11.00,11.00\n'
  [ "$(status_of fee_over_price)" = undetermined ]
  [[ "$(reason_of fee_over_price)" == *"several partners"* ]]
  fees $'B1,E1,2023-06-15 08:00,检查费,X2,乙,1,5.00,5.00\n'
  [ "$(status_of fee_over_price)" = pass ]
  fees $'B1,E1,2023-06-15 08:00,检查费,X2,乙,1,5.01,5.01\n'
  [ "$(status_of fee_over_price)" = problem ]
  fees $'B1,E1,2023-06-15 08:00,检查费,,乙,1,5.01,5.01\n'
  [ "$(status_of fee_over_price)" = undetermined ]
}

@test "a word that the enum lacks and a blank flag leave the prescription open" {
  make_plan rx.over_days rx.too_many_drugs
  rx() { printf '处方号,处方日期,就诊类型,年龄,用药天数,中药饮片,慢病,超量理由,医师工号,药品编码,药品名称,科室,长期处方\n%s\n' "$1" | hand_over rx_lines; }
  rx 'A,2023-05-01,门诊,40,3,否,否,,D1,X,甲,内,否'
  [ "$(status_of rx_over_days) $(status_of rx_too_many_drugs)" = "pass pass" ]
  rx 'A,2023-05-01,普门,40,3,否,否,,D1,X,甲,内,否'
  [ "$(status_of rx_over_days) $(status_of rx_too_many_drugs)" = "undetermined undetermined" ]
  rx 'A,2023-05-01,,40,3,否,否,,D1,X,甲,内,否'
  [ "$(status_of rx_over_days) $(status_of rx_too_many_drugs)" = "undetermined undetermined" ]
  rx 'A,2023-05-01,门诊,,3,否,否,,D1,X,甲,内,否'
  [ "$(status_of rx_over_days) $(status_of rx_too_many_drugs)" = "undetermined pass" ]
  rx 'A,2023-05-01,门诊,40,七,否,否,,D1,X,甲,内,否'
  [ "$(status_of rx_over_days)" = undetermined ]
  rx 'A,2023-05-01,门诊,40,3,也许,否,,D1,X,甲,内,否'
  [ "$(status_of rx_over_days)" = undetermined ]
}

@test "charges without a name leave technique.*_charged 未判定, not 合格" {
  local rules all
  rules=$(zicha plan rules technique --format json |
    jq -r '.files[].rules[].id | select(endswith("_charged"))')
  all=$(wc -l <<<"$rules")
  [ "$all" -ge 5 ]
  # shellcheck disable=SC2086
  make_plan $rules
  printf '许可证号,许可类别,有效期起,有效期至\nK1,放射诊疗,2020-01-01,\n' | hand_over permits
  fees() { printf '单据号,费用时间,项目编码,项目名称\n%s' "$1" | hand_over fee_lines; }
  statuses() { record w '.items[].status' | sort | uniq -c | awk '{ print $1, $2 }'; }
  fees $'B1,2023-06-15 08:00,X1,静脉采血\nB2,2023-06-15 08:00,X2,胸部正位片\n'
  [ "$(statuses)" = "$all pass" ]
  fees $'B1,2023-06-15 08:00,X1,静脉采血\nB2,2023-06-15 08:00,X2,\n'
  [ "$(statuses)" = "$all undetermined" ]
  [ "$(item w technique_transplant_charged '"\(.population) \(.unjudged) \(.bad)"')" = "2 1 1" ]
}

@test "import tells the cells that must not be blank and are, and which rows no rule can judge" {
  make_plan technique.stem_cells_charged
  printf '%s\n' 单据号,费用时间,项目编码,项目名称,物价编码 'B1,2023-06-15 08:00,X1,静脉采血,' \
    'B2,2023-06-15 08:00,X2,,' 'B3,2023-06-15 08:00,X2,　,' >fee_lines.csv
  run zicha -C w import fee_lines fee_lines.csv
  expect 0 "项目名称: 2 cells are blank, which they must not be, first on line 3: no rule that reads them can judge these rows"
  never 物价编码: "cannot be read"
  run zicha -C w table check fee_lines
  expect 1 "项目名称: 2 cells are blank, which they must not be, first on line 3" \
    "export them again with every cell of the column filled"
}

@test "a prescriber nobody knows is accused only by a complete roster" {
  make_plan rx.unknown_prescriber rx.no_right
  printf '处方号,处方日期,就诊类型,科室,医师工号,药品编码,药品名称\nA,2023-05-01,门诊,内,D2,X,甲\n' | hand_over rx_lines
  printf '工号,姓名,岗位,处方权,科室,职称\nD1,甲,医,有,内,医师\n' | hand_over staff
  [ "$(status_of rx_unknown_prescriber)" = problem ]
  printf '工号,姓名,岗位,处方权,科室,职称\nD1,甲,医,有,内,医师\nD2,乙,医\n' | hand_over staff
  [ "$(status_of rx_unknown_prescriber)" = undetermined ]
  printf '处方号,处方日期,就诊类型,科室,医师工号,药品编码,药品名称\nA,2023-05-01,门诊,内,,X,甲\n' | hand_over rx_lines
  printf '工号,姓名,岗位,处方权,科室,职称\nD1,甲,医,有,内,医师\n' | hand_over staff
  [ "$(status_of rx_unknown_prescriber) $(status_of rx_no_right)" = "undetermined undetermined" ]
}

@test "a view that could not place a row accuses nobody of having none" {
  make_package p <<'END'
- {id: unserved, title: 收费无上机记录, kind: data, rules: [own.unserved]}
- {id: fewer, title: 上机少于收费, kind: data, rules: [own.fewer]}
END
  write_rule p own <<'END'
view "own_sessions" { on = "machine_log", among = [[kind == "血液透析"]], group = "patient_id", cols = { n = "count()" } }
rule "own.unserved" { on = "fee_lines", join = { { as = "s", table = "own_sessions", on = { patient_id = "patient_id" }, match = "none" } } }
rule "own.fewer" { on = "fee_lines", join = { { as = "s", table = "own_sessions", on = { patient_id = "patient_id" } } }, where = [[qty > default(s.n, 0)]] }
END
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  printf '单据号,患者编号,费用时间,收费项目编码,数量\nB1,P1,2023-05-01 08:00,T1,1\n' | hand_over fee_lines
  log() { printf '上机编号,患者编号,治疗方式,上机时间\n%s\n' "$1" | hand_over machine_log; }
  log 'M1,P2,血液透析,2023-05-01 08:00'
  [ "$(status_of unserved) $(status_of fewer)" = "problem problem" ]
  log 'M1,P1,血透机,2023-05-01 08:00'
  [ "$(status_of unserved) $(status_of fewer)" = "undetermined undetermined" ]
  log 'M1,,血液透析,2023-05-01 08:00'
  [ "$(status_of unserved) $(status_of fewer)" = "undetermined undetermined" ]
}

@test "an export that shows a part of the time accuses nobody of what is not in it" {
  make_package p <<'END'
- {id: unserved, title: 收费无上机记录, kind: data, rules: [own.unserved]}
END
  write_rule p own <<'END'
rule "own.unserved" { on = "fee_lines", join = { { as = "s", table = "machine_log", on = { patient_id = "patient_id" }, match = "none" } } }
END
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  printf '单据号,患者编号,费用时间,收费项目编码,数量\nB1,P1,2023-01-01 08:00,T1,1\nB2,P1,2023-06-30 08:00,T1,1\n' | hand_over fee_lines
  printf '上机编号,患者编号,治疗方式,上机时间\nM1,P2,血液透析,2023-06-30 08:00\n' | hand_over machine_log
  of_half_year() { zicha -C w --today 2023-07-01 check --from 2023-01-01 --to 2023-06-30 --format json 2>/dev/null | jq -r '.items[0].status'; }
  [ "$(of_half_year)" = undetermined ]
  zicha -C w import machine_log machine_log.csv --covers 2023-01-01..2023-06-30 >/dev/null
  [ "$(of_half_year)" = problem ]
}
