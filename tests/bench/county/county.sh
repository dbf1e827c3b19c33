#!/bin/sh
# county.sh ZICHA FOLDER: makes the workspace FOLDER/template of a facility whose self-check
# finds something in every item that can, and from it FOLDER/template.md, its report, and
# FOLDER/plan.json, what its plan asks: bench-county varies them. The plan is beside this script.
set -eu
zicha=$1 folder=$2
here=$(cd "$(dirname "$0")" && pwd)
hospital=$here/../../../checklists/county/large-prescriptions/example/hospital
w=$folder/template
mkdir -p "$folder"
"$zicha" plan show "$here/plan" --format json >"$folder/plan.json"
printf 'code: TEMPLATE\nname: 样本卫生院\nclass: 乡镇卫生院\n' >"$folder/facility.yaml"
"$zicha" init "$w" --plan "$here/plan" --facility "$folder/facility.yaml" >"$folder/log" 2>&1
for table in rx_lines staff; do
  "$zicha" -C "$w" import "$table" "$hospital/$table.csv" --covers 2023-01-01..2023-12-31 >>"$folder/log" 2>&1
done
set --
for field in health_examination medical_aesthetics reproduction urology dermatology \
  obstetrics_gynaecology ophthalmology traditional_medicine dialysis psychiatry; do
  set -- "$@" "domain_practice[$field]=30/1"
done
"$zicha" -C "$w" answer licence_posted=否 scope_exceeded=30/1 banned_techniques=是 \
  restricted_techniques=30/1 transplant_techniques=30/1 reproduction_techniques=30/1 \
  rx_reviewed=30/1 drug_stock=30/1 price_posted=否 charged_twice=30/1 \
  induced_spending=30/1 beds_for_show=30/1 trained=2 "$@" >>"$folder/log"
echo 成立自查领导小组的通知 >"$folder/group.txt"
"$zicha" -C "$w" attach leading_group "$folder/group.txt" --copy --name 领导小组成立文件 >>"$folder/log"
"$zicha" -C "$w" --today 2023-03-28 report --out "markdown:$folder/template.md" \
  >>"$folder/log" 2>&1
