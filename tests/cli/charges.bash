# charges.bash: a county of six facilities that report on paper: what the suites of papers, signals
# and draws have in common. Made once a file.

charges_plan() {
  mkdir -p p
  cat >p/plan.yaml <<'END'
zicha: 1
id: county/charges
title: 某县不合理收费专项整治工作方案
version: "1"
kind: rectification
level: county
coverage:
  - {id: own, metric: self_check, at_least: 100%}
statistics:
  rows:
    - {id: problems, title: 发现问题, unit: 个, from: ledger}
    - {id: cases, title: 立案, unit: 起, from: cases}
    - {id: inspected, title: 检查机构, unit: 家, from: cases}
    - {id: trained, title: 培训, unit: 人次, from: manual}
END
  cat >p/items.yaml <<'END'
- {id: posted, title: 价格未公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}
- {id: charged, title: 重复收费, kind: question, ask: 抽查几份？, answer: sample, problem_if: answer.wrong > 0}
- {id: receipts, title: 票据不符, kind: question, ask: 抽查几张？, answer: sample, problem_if: answer.wrong > 0}
END
}

# Two rounds; of the second one A1 and B2 have found something, B1 and B3 nothing (B3 has left
# something out), D1 and M1 have not reported. B1 has no town.
make_charges() {
  local whole=$BATS_FILE_TMPDIR/charges
  if [ ! -d "$whole" ]; then
    mkdir "$whole" && cd "$whole" || return 1
    charges_plan
    cat >office.yaml <<'END'
name: 某县卫生健康局
code: "110000"
level: county
region: 某县
rounds:
  - {id: q1, title: 第一季度, from: 2023-01-01, to: 2023-03-31, due: 2023-04-10}
  - {id: q2, title: 第二季度, from: 2023-04-01, to: 2023-06-30, due: 2023-07-10}
END
    cat >roster.csv <<'END'
机构编码,机构名称,机构类别,乡镇
A1,甲卫生院,乡镇卫生院,东镇
B1,乙诊所,诊所,
B2,丙诊所,诊所,西镇
B3,丁诊所,诊所,西镇
D1,戊卫生室,村卫生室,西镇
M1,己门诊部,门诊部,东镇
END
    cat >paper.csv <<'END'
机构编码,检查日期,检查项编号,结果,检查数,问题数,涉及金额,整改情况,整改时限,完成日期
A1,2023-06-25,posted,合格,,,,,,
A1,2023-06-25,charged,发现问题,20,1,15.00,已整改,2023-06-30,2023-06-28
A1,2023-06-25,receipts,合格,20,0,,,,
B1,2023-06-25,posted,合格,,,,,,
B1,2023-06-25,charged,合格,20,0,,,,
B1,2023-06-25,receipts,合格,20,0,,,,
B2,2023-06-25,posted,合格,,,,,,
B2,2023-06-25,charged,发现问题,20,1,15.00,未整改,2023-06-20,
B2,2023-06-25,receipts,合格,20,0,,,,
B3,2023-06-25,posted,合格,,,,,,
B3,2023-06-25,charged,未检查,,,,,,
B3,2023-06-25,receipts,合格,20,0,,,,
END
    "$ZICHA" init o --office --plan p --office-file office.yaml >/dev/null
    "$ZICHA" -C o --today 2023-01-05 roster import roster.csv >/dev/null
    "$ZICHA" -C o --today 2023-07-05 collect --paper paper.csv >/dev/null
    cd - >/dev/null || return 1
  fi
  cp -a "$whole/." .
}

# July, in the office's workspace.
charges() { zicha -C o --today 2023-07-12 "$@"; }

# What was inspected: A1 was passed where something was found; B1, which has found nothing, ought to have
# reported one problem, and one is beyond the plan; B3 has left out what was found; M1 was inspected without
# a problem; an unlicensed practice is on no roster.
inspect_charges() {
  cat >visits.csv <<'END'
机构编码,机构名称,检查日期,检查组,检查方式,检查人数,检查项编号,问题表现,数量,涉及金额,严重程度,处理方式
A1,,2023-06-29,一组,双随机抽查,2,charged,重复收取护理费,1,300.00,较重,责令改正
A1,,2023-06-29,一组,双随机抽查,2,posted,未公示,1,,一般,责令改正
B1,,2023-06-29,一组,数据筛查,2,charged,重复收取治疗费,3,1200.00,较重,责令改正
B1,,2023-06-29,一组,数据筛查,2,,方案之外的问题,1,,一般,
B3,,2023-06-28,一组,双随机抽查,2,charged,重复收取治疗费,3,120000.00,较重,责令改正
M1,,2023-06-28,一组,双随机抽查,2,,,,,,
,路边无证一,2023-06-27,二组,举报核查,4,,无证行医,1,,严重,取缔
END
  charges inspect import visits.csv --by 张某 >/dev/null
}
