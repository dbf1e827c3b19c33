#!/bin/sh
# The demonstration: a township hospital with data exports and a clinic without any
# check themselves against the plan county/large-prescriptions.
#   demo.sh ZICHA FOLDER        (the working folder is the repository)
set -eu
zicha=$1
folder=$2
plan=county/large-prescriptions
example=checklists/$plan/example
today=2023-06-30
# What neither of the two facilities can export.
none=admissions,adverts,bed_daily,consents,drugs,fee_lines,orders,patients,price_catalog
none=$none,procedures,stock_moves

step() { printf '\n== %s\n' "$*"; }

# Runs a check and prints its exit status: 0 clean, 1 problems, 2 incomplete.
check() {
  status=0
  "$zicha" -C "$1" --today "$today" check || status=$?
  [ "$status" -le 2 ] || exit "$status"
  printf '→ exit status %s\n' "$status"
}

set_up_hospital() {
  "$zicha" init "$folder/hospital" --plan "$plan" --facility "$example/hospital/facility.yaml"
  "$zicha" -C "$folder/hospital" import --none "$none" 信息系统不能导出
  cp "$example/hospital/report.yaml" "$folder/hospital/report.yaml"
  "$zicha" -C "$folder/hospital" attach leading_group "$example/hospital/leading-group.txt" --copy \
    --name 领导小组成立文件
  "$zicha" -C "$folder/hospital" attach own_plan "$example/hospital/own-plan.txt" --copy \
    --name 本单位实施方案
}

set_up_clinic() {
  "$zicha" init "$folder/clinic" --plan "$plan" --facility "$example/clinic/facility.yaml"
  "$zicha" -C "$folder/clinic" import --none rx_lines 手写处方，没有信息系统
  "$zicha" -C "$folder/clinic" import --none exam_requests 未开展检查
  "$zicha" -C "$folder/clinic" import --none "$none" 没有信息系统
}

mkdir -p "$folder"

step "示例镇中心卫生院 / a township hospital with three data exports"
[ -f "$folder/hospital/zicha.db" ] || set_up_hospital
for table in rx_lines exam_requests staff; do
  "$zicha" -C "$folder/hospital" import "$table" "$example/hospital/$table.csv"
done
"$zicha" -C "$folder/hospital" answer --file "$example/hospital/answers.yaml"
check "$folder/hospital"

step "示例村口诊所 / a clinic without any export"
[ -f "$folder/clinic/zicha.db" ] || set_up_clinic
"$zicha" -C "$folder/clinic" answer --file "$example/clinic/answers.yaml"
check "$folder/clinic"

step "问题整改台账 / the ledger of problems"
"$zicha" -C "$folder/hospital" --today "$today" problem list

step "自查整改报告 / the rectification reports"
"$zicha" -C "$folder/hospital" --today "$today" report
"$zicha" -C "$folder/clinic" --today "$today" report

step "接下来 / next"
cat <<END
  $zicha -C $folder/hospital status
      自查进展 / how far the self-check has come
  $zicha -C $folder/hospital answer
      还有一项没有填报答案 / one question is still open
  $zicha -C $folder/hospital form
      按科室印发自查表 / the questions as sheets for the departments
  $zicha -C $folder/hospital problem show 1
      第一个问题的全部情况和可办理的事项 / all of the first problem, and what can be done
  $zicha help
      全部命令 / all commands
END
