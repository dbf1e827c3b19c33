#!/usr/bin/env bats
# statistics --trace: what a cell is made of, and what its figures are called.
load helper
load charges

@test "a trace has all figures of a row, however many it names" {
  make_charges
  sum=$(printf 'l["%s"] + ' found counted pending verified rectified open overdue due_total)
  sum+=$(printf 'o["%s"] + ' roster expected reported missing zero paper)
  sed -i "/id: trained/i\\    - {id: all, title: 合计数, unit: 个, from: ledger, formula: '${sum% + }'}" p/plan.yaml
  sed -i 's/version: "1"/version: "2"/' p/plan.yaml
  charges plan use p >/dev/null
  charges statistics --round q2 --trace all --format json >trace.json
  [ "$(jq '[.sums | length, ([.[] | tonumber] | add)] == [14, (.facilities | map(.values[] | tonumber) | add)]' trace.json)" = true ]
  [ "$(jq -r .value trace.json)" = "$(jq '[.sums[] | tonumber] | add' trace.json)" ]
}

@test "money is traced in yuan, of ledgers and of cases" {
  make_charges
  charges statistics --round q2 --trace l.amount --format json >trace.json
  [ "$(jq -c '[.value, .sums.amount, [.facilities[] | .code, .values.amount]]' trace.json)" = '["30.00","30.00",["A1","15.00","B2","15.00"]]' ]
}

@test "a trace tells the cell that is asked for, of whom no roster has as well, and invents nothing" {
  make_charges
  # No register has anything: nothing is 0.
  run charges statistics --round q2 --trace inspected
  expect 0 'inspected in all: —'
  [ "$(charges statistics --round q2 --trace inspected --format json | jq -c '[.value, .sums, .facilities]')" = '["",{},[]]' ]
  inspect_charges
  sed '/路边/!d; s/路边无证一/路边无证二/; s/二组/三组/' visits.csv >unlicensed
  { head -n 1 visits.csv; cat unlicensed; } >more.csv
  charges inspect import more.csv --by 张某 >/dev/null
  run charges statistics --round q2 --trace inspected
  expect 0 '4 facilities of the roster, and who is on none, inspected in all: 6'
  run charges statistics --round q2 --trace inspected:名册外
  expect 0 '检查机构, 名册外: 2 家' '路边无证一' '路边无证二'
  never 甲卫生院
  [ "$(charges statistics --round q2 --trace c.visits:名册外 --format json | jq -c '[.value, .sums, [.facilities[].code]]')" = \
    '["2",{"visits":"2"},[""]]' ]
  run charges statistics --round q2 --trace problems:
  expect 64 'no group behind the colon; known: 乡镇卫生院 诊所 村卫生室 门诊部 名册外'
  # What people entered for another class is none of this one's.
  charges statistics set trained:村卫生室=5 trained:诊所=7 --round q2 --by 王 >/dev/null
  run charges statistics --round q2 --trace trained:诊所
  expect 0 '诊所 7'
  never '村卫生室 5'
  run charges statistics --round q2 --trace trained
  expect 0 '诊所 7' '村卫生室 5'
}

@test "papers and screens call figures by their Chinese names, and tell the register that has no entry" {
  make_charges
  sed -i '/id: trained/i\    - {id: coverage_insp, title: 检查覆盖率, unit: "%", from: ledger}\n    - {id: look, title: 回头看率, unit: "%", from: ledger, formula: '"'"'l["held"] / l["looked_back"] * 100'"'"'}' p/plan.yaml
  sed -i 's/version: "1"/version: "2"/' p/plan.yaml
  charges plan use p >/dev/null
  charges statistics --round q2 --format markdown 2>/dev/null >paper.md
  grep -q '| 立案 | 起 | 未登记 | 本工作区没有登记案件 |' paper.md
  grep -q '| 检查机构 | 家 | 未登记 | 本工作区没有登记检查 |' paper.md
  inspect_charges
  charges statistics --round q2 --format markdown 2>/dev/null >paper.md
  grep -q '| 立案 | 起 | 未登记 | 本工作区没有登记案件 |' paper.md
  grep -q '检查覆盖率＝〔已检查机构（应报的）〕÷〔应检查机构〕×100；回头看率＝〔回头看保持〕÷〔回头看抽查〕×100' paper.md
  grep -q '没有“回头看保持”、“回头看抽查”的数据' paper.md
  ZICHA_LANG=zh run charges statistics --round q2 --trace o.missing
  expect 0 'o.missing，未报送机构：2' '未报送机构合计：2'
  never 'missing '
  ZICHA_LANG=zh run charges statistics --round q2 --trace problems
  expect 0 '应整改问题 1' '公式：〔应整改问题〕'
  run charges statistics --round q2 --trace problems
  expect 0 'counted 1' 'formula: l["counted"]'
}
