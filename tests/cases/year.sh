#!/bin/sh
# A year of the example hospital under two plans: what its officer does with the problems that
# the self-check found, an inspection, a look-back, and every paper that comes out of the ledger.
#   year.sh ZICHA FOLDER        (the working folder is the repository)
# FOLDER/hospital is the workspace afterwards. Each command runs on the business date before it.
set -eu
zicha=$(realpath "$1")
folder=$2
plan=county/large-prescriptions     # 大处方和虚假诊疗
exams=city/unreasonable-examinations # 不合理医疗检查
example=$PWD/checklists/$plan/example/hospital
cases=$PWD/tests/cases/year
none=admissions,adverts,bed_daily,consents,drugs,fee_lines,orders,patients,price_catalog
none=$none,procedures,stock_moves

# on DATE COMMAND…: one command of the officer. Verdicts (1, 2) are no failures.
on() {
  day=$1
  shift
  status=0
  "$zicha" -C "$folder/hospital" --today "$day" "$@" || status=$?
  [ "$status" -le 2 ] || { echo "status $status: $*" >&2; exit "$status"; }
}

# refused DATE COMMAND…: what the ledger must not take.
refused() {
  day=$1
  shift
  if "$zicha" -C "$folder/hospital" --today "$day" "$@" >/dev/null 2>&1; then
    echo "was taken: $*" >&2
    exit 70
  fi
}

set_up() {
  mkdir -p "$folder"
  "$zicha" init "$folder/hospital" --plan "$plan" --facility "$example/facility.yaml"
  cp "$cases/report.yaml" "$cases/people.yaml" "$folder/hospital"
  mkdir "$folder/hospital/佐证"
  echo '处方点评记录：7月抽查100张，超量未注明理由0张。' >"$folder/hospital/佐证/处方点评记录.txt"
  echo '检查申请单核对表：7月重复申请0份。' >"$folder/hospital/佐证/检查申请单核对表.txt"
  echo '病床巡查记录：8月夜间在床率100%。' >"$folder/hospital/佐证/病床巡查记录.txt"
  on 2023-05-08 plan use "$exams"
  for table in rx_lines exam_requests staff; do
    on 2023-06-05 import "$table" "$example/$table.csv" --plan "$plan"
  done
  on 2023-06-05 import --none "$none" 信息系统不能导出 --plan "$plan"
  on 2023-06-05 answer --file "$example/answers.yaml" --plan "$plan"
  on 2023-06-05 answer --file "$cases/answers.yaml" --plan "$exams"
  on 2023-06-05 attach leading_group "$example/leading-group.txt" --name 领导小组成立文件 \
    --plan "$plan" --copy
  on 2023-06-05 attach own_plan "$example/own-plan.txt" --name 本单位实施方案 --plan "$plan" --copy
}

# Both plans find the repeated examinations: one problem, two citations.
self_check() {
  on 2023-06-30 check --plan "$plan" >/dev/null
  on 2023-06-30 check --plan "$exams" >/dev/null
  on 2023-06-30 check --plan "$exams" >/dev/null # nothing new
}

verify() {
  # Row by row: two of the prescriptions with too many drugs were parts of one treatment.
  on 2023-07-03 problem rows 4 --out "$folder/rows.csv"
  awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) { sub(/\r/, "", $i); at[$i] = i }; last = NF }
    NR > 1 { sub(/\r$/, ""); $at["结论"] = NR <= 3 ? "不属实" : "属实"
             $at["理由"] = NR <= 3 ? "系统重复导出" : "" }
    { print }' "$folder/rows.csv" >"$folder/rows-judged.csv"
  on 2023-07-03 problem rows import 4 "$folder/rows-judged.csv" --by 质控办主任
  refused 2023-07-03 problem verify 4 --verdict 属实 --by 质控办主任
  on 2023-07-03 problem verify 4 --verdict 部分属实 --by 质控办主任
  for number in 1 2 3 5 6 7 8 9 11; do
    on 2023-07-03 problem verify "$number" --verdict 属实 --by 质控办主任
  done
  on 2023-07-03 problem dismiss 10 --reason 当晚患者外出做检查，有护理记录和检查报告 --by 质控办主任
}

# assign NUMBER DEPARTMENT PERSON MEASURE TARGET DUE KIND
assign() {
  on 2023-07-04 problem assign "$1" --leader 分管副院长 --department "$2" --person "$3" \
    --measure "$4" --target "$5" --due "$6" --kind "$7" --by 合规专员
  on 2023-07-05 problem start "$1" --by "$3"
}

assign_all() {
  refused 2023-07-04 problem start 1 --by 药剂科主任
  refused 2023-07-04 problem assign 1 --leader 副院长 --by 合规专员 # unknown in people.yaml
  refused 2023-07-04 problem assign 1 --due 2023-06-30 --by 合规专员 # has passed
  assign 1 药剂科 药剂科主任 逐张点评超量处方并约谈医师 门诊处方超量未注明理由为零 2023-07-31 限期
  assign 2 药剂科 药剂科主任 急诊处方系统设置3日上限提醒 急诊处方超量未注明理由为零 2023-07-31 限期
  assign 3 药剂科 药剂科主任 理由设为必填项 慢性病延长用量全部注明理由 2023-08-15 限期
  assign 4 药剂科 药剂科主任 品种数超过5种时系统拦截 单张处方不超过5种 2023-08-15 限期
  assign 5 医务科 医务科主任 约谈2名医师并组织培训 培训覆盖全部门诊医师 2023-07-14 立行立改
  assign 6 药剂科 药剂科主任 开方时提示剩余药量 重复开药为零 2023-09-30 限期
  assign 7 医务科 医务科主任 每月抽查辅助用药20例 抽查不规范率低于2% 2023-12-31 长期坚持
  assign 8 放射科 放射科主任 同日重复申请时系统提示 同日重复申请为零 2023-08-31 限期
  assign 9 放射科 放射科主任 申请单指征设为必填项 指征填写率100% 2023-08-31 限期
  assign 11 医务科 医务科主任 约谈涉及医师并按路径复核 过度检查为零 2023-08-31 限期
}

# done NUMBER PERSON DAY WHAT [OPTION…]
rectified() {
  number=$1 person=$2 day=$3 what=$4
  shift 4
  on "$day" problem rectify "$number" --note "$what" --by "$person" "$@"
}

work_off() {
  on 2023-07-14 attach 1 "$folder/hospital/佐证/处方点评记录.txt" --by 药剂科主任
  rectified 1 药剂科主任 2023-07-20 7月点评超量处方13张，约谈医师4人 --system 处方点评管理办法（修订）
  rectified 2 药剂科主任 2023-07-21 系统已设置提醒 --no-system
  rectified 5 医务科主任 2023-07-14 已约谈2人，培训32人 --no-system
  refused 2023-07-24 problem check 1 --result 通过 --by 药剂科主任 # checks himself
  on 2023-07-24 problem check 1 --result 通过 --note 抽查30张，均注明理由 --by 质控办主任
  on 2023-07-24 problem check 2 --result 退回 --note 抽查20张，仍有1张超量未注明理由 --by 质控办主任
  on 2023-07-24 problem check 5 --result 通过 --by 质控办主任
  rectified 2 药剂科主任 2023-07-28 提醒改为拦截，补充理由后方可保存 --no-system
  on 2023-07-31 problem check 2 --result 通过 --note 抽查20张，未再发现 --by 质控办主任
  refused 2023-08-01 problem close 1 --by 质控办主任 # the plan's gates are not affirmed
  for number in 1 2 5; do
    on 2023-08-01 problem close "$number" --gate all --by 质控办主任
  done
  on 2023-08-10 problem extend 3 --to 2023-09-15 --reason 信息系统升级推迟 --by 合规专员
  on 2023-08-11 attach 8 "$folder/hospital/佐证/检查申请单核对表.txt" --by 放射科主任
  rectified 8 放射科主任 2023-08-14 系统已提示，退回重复检查费 --refund 360.00 \
    --system 检查申请审核制度（新建）
  rectified 11 医务科主任 2023-08-25 已约谈，复核病历60份 --no-system
}

# One finding the hospital had reported itself, one its self-check had passed: 应报未报.
inspection() {
  cp "$cases/inspection.csv" "$folder/hospital"
  on 2023-09-08 problem import "$folder/hospital/inspection.csv" --source inspection --plan "$plan" --by 合规专员
  on 2023-09-08 problem import "$folder/hospital/inspection.csv" --source inspection --plan "$plan" --by 合规专员 # again
  on 2023-09-11 problem transfer 12 --to 县卫生健康局 --reason 检查组要求报送处理情况 \
    --receipt 示卫回〔2023〕3号 --by 合规专员
  on 2023-09-11 problem verify 12 --verdict 属实 --by 质控办主任
}

# The inspection had found again what was said to be rectified: it is done once more.
mend_again() {
  refused 2023-09-12 problem check 8 --result 通过 --by 质控办主任
  rectified 8 放射科主任 2023-09-20 同日重复申请改为系统拦截，须注明理由 --system 检查申请审核制度（修订）
  on 2023-09-21 problem check 8 --result 通过 --note 抽查30份，无重复申请 --by 质控办主任
  on 2023-09-22 problem close 8 --gate all --by 质控办主任
}

# Two months later: one rectification has held, one problem is back.
look_back() {
  on 2023-11-15 problem lookback 1 --result 保持 --note 抽查10月处方60张，未再发现 --by 质控办主任
  on 2023-11-15 problem lookback 2 --result 反弹 --note 抽查10月急诊处方40张，2张超量未注明理由 \
    --by 质控办主任
}

# The signed report goes to the office before the inspection: 主动报告. Its receipt comes back.
report() {
  on 2023-08-15 report --plan "$plan" >/dev/null
  on 2023-08-15 key new --no-passphrase
  on 2023-08-15 submit --plan "$plan" --out "$folder/自查整改报告.zrep" --by 合规专员
  sum=$(sqlite3 "$folder/hospital/zicha.db" "SELECT json_extract(body, '$.report') FROM event
    WHERE action = 'submit'")
  printf '{"facility":"%s","office":"示例县卫生健康局","plan":"%s","received":"2023-08-16",' \
    12000000SL0000001A "$plan" >"$folder/receipt.json"
  printf '"report":"%s","state":"accepted","zicha":"receipt/1"}\n' "$sum" >>"$folder/receipt.json"
  on 2023-08-16 receipt import "$folder/receipt.json" --by 合规专员
}

set_up
self_check
verify
assign_all
work_off
report
inspection
mend_again
look_back
on 2023-12-20 problem list
