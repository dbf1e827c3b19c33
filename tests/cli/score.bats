#!/usr/bin/env bats
# score: what the plan's table of points makes of problems and cases, by cycles of the licence.
load helper
load charges

# The plan with a table of points: $1 is the version; standard input goes into it.
scored_plan() {
  cp -R p "p$1"
  sed -i "s/^version: .*/version: \"$1\"/" "p$1/plan.yaml"
  cat >>"p$1/plan.yaml"
}

table() {
  cat <<'END'
scoring:
  unit: 医疗机构
  cycle: 校验期
  points: {charged: 3, overcharged: 5}
  thresholds:
    - {cycle: 一年, at: 24, effect: 约谈}
    - {cycle: 三年, years: 3, at: 24, effect: 三年约谈}
END
}

score() { charges score --round q2 --format json; }
of() { jq -c --arg code "$1" '.facilities[] | select(.facility == $code) | '"$2"; }

@test "an item that has another name now keeps its points; what the table does not have is counted and told" {
  make_charges
  table | sed '/points:/s/{.*}/{charged: 3}/' | scored_plan 2
  charges plan use p2 >/dev/null
  [ "$(score | jq -c '[.unscored, [.facilities[] | [.facility, .hundredths]]]')" = '[0,[["A1",300],["B2",300]]]' ]
  table | sed '/points:/s/{.*}/{overcharged: 5}/' | scored_plan 3
  sed -i 's/^- {id: charged, /- {id: overcharged, /' p3/items.yaml
  echo '- {id: charged, title: 重复收费, kind: question, alias_of: overcharged}' >>p3/items.yaml
  charges plan use p3 >/dev/null
  [ "$(score | jq -c '[.unscored, [.facilities[] | [.facility, .hundredths]]]')" = '[0,[["A1",500],["B2",500]]]' ]
  # Without points for it: nothing is added up, and both are told.
  table | sed '/points:/s/{.*}/{posted: 3}/' | scored_plan 4
  cp p3/items.yaml p4
  charges plan use p4 >/dev/null
  [ "$(score | jq -c '[.unscored, [.facilities[] | [.facility, .hundredths, .unscored]]]')" = '[2,[["A1",0,1],["B2",0,1]]]' ]
  run charges score --round q2
  expect 0 '有记分0家' '没有分值的问题2个' '1个问题没有分值'
  never '没有分值；'
}

@test "a problem that was found and mended by itself is told as lenient, also when a look-back has found that it held" {
  make_charges
  table | scored_plan 2
  charges plan use p2 >/dev/null
  for state in rectified checked closed held; do
    sqlite3 o/zicha.db "UPDATE collected_problem SET state = '$state' WHERE done <> ''"
    [ "$(score | of A1 '[.hundredths, .lenient]')" = '[300,300]' ]
  done
  [ "$(score | of B2 '[.hundredths, .lenient]')" = '[300,0]' ]
}

@test "a cycle ends with the licence, and one that begins on 29 February on the 28th" {
  make_charges
  table | scored_plan 2
  charges plan use p2 >/dev/null
  sed 's/^机构.*/&,许可证有效期起,许可证有效期止/; s/^D1.*/&,2020-02-29,2022-12-31/; s/^[ABM].*/&,,/' roster.csv >dated.csv
  charges roster import dated.csv --reason 补登 --by 王 >/dev/null
  local at=0 day
  for day in 2021-02-27 2021-05-01 2023-01-01; do
    charges case add $((at += 1))号 --facility D1 --cause 收费 --procedure simple --filed $day --decided $day \
      --points-facilities $((at * 5)) --by 王 >/dev/null
  done
  [ "$(score | of D1 '[.outside, .cycles[0].hundredths, .cycles[0].from, .cycles[0].to]')" = '[1500,1000,"2021-02-28","2022-02-27"]' ]
  # The term ends before its third year does.
  [ "$(score | of D1 '[.cycles[1].hundredths, .cycles[1].from, .cycles[1].to]')" = '[1500,"2020-02-29","2022-12-31"]' ]
}

@test "lists that the plan wants (黑名单, 失信) are told with their rows, other registers are not" {
  make_charges
  scored_plan 2 <<'END'
registers:
  - {id: black, title: 黑名单台账}
  - {id: lost, title: 失信联合惩戒名单}
  - {id: hotline, title: 举报台账}
END
  charges plan use p2 >/dev/null
  printf '编号,机构\n1,甲\n2,乙\n' >black.csv
  charges register import black black.csv --by 王 >/dev/null
  [ "$(charges credit list --round q2 --format json | jq -c '[.lists[] | [.id, .title, .rows]]')" = \
    '[["black","黑名单台账",2],["lost","失信联合惩戒名单",0]]' ]
  run charges credit list --round q2
  expect 0 黑名单台账 失信联合惩戒名单
  never 举报台账
}

@test "without the licence's first day several years add up as far as the span goes that is printed" {
  make_charges
  table | scored_plan 2
  charges plan use p2 >/dev/null
  local at=0 day
  for day in 2021-05-01 2022-11-01 2023-02-01; do
    charges case add $((at += 1))号 --facility D1 --cause 收费 --procedure simple --filed $day --decided $day \
      --points-facilities 12 --by 王 >/dev/null
  done
  charges case add 4号 --facility D1 --cause 收费 --procedure simple --filed 2018-05-01 --decided 2018-05-01 \
    --points-facilities 13 --by 王 >/dev/null
  [ "$(score | of D1 '[.cycles[] | [.years, .hundredths, .from, .to]]')" = \
    '[[1,1300,"2018-01-01","2018-12-31"],[3,3600,"2021-01-01","2023-12-31"]]' ]
  [ "$(score | of D1 '[.steps[].effect]')" = '["三年约谈"]' ]
  # With it, cycles are fixed: the first three years end before 2022-11-01.
  sed 's/^机构.*/&,许可证有效期起/; s/^D1.*/&,2019-10-01/; s/^[ABM].*/&,/' roster.csv >dated.csv
  charges roster import dated.csv --reason 补登 --by 王 >/dev/null
  [ "$(score | of D1 '[.cycles[1] | .hundredths, .from, .to]')" = '[2400,"2022-10-01","2025-09-30"]' ]
  [ "$(score | of D1 .outside)" = 1300 ]
}
