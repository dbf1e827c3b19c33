# small_office.bash: an office with three facilities of its own, two of which have reported.

# The package ./p, whose one round ends on 30 June 2023, and the office's workspace ./o.
make_small_office() {
  make_package p <<'END'
- {id: posted, title: 收费未公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no, severity: general}
- {id: charged, title: 重复收费, kind: question, ask: 抽查几份？, answer: sample, problem_if: answer.wrong > 0, severity: major}
- {id: emergency, title: 急诊不规范, kind: question, ask: 是否规范？, answer: yesno, problem_if: no}
- {id: meetings, title: 未开会部署, kind: question, ask: 开会几次？, answer: number, problem_if: answer == 0}
END
  cat >>p/plan.yaml <<'END'
period: {from: 2023年1月, to: 2023年6月}
departments:
  office: {title: 县卫生健康局, role: lead}
  units: {title: 各医疗机构, role: execute}
duties:
  - {id: own_report, artefact: 自查整改报告, from: units, to: office, due: 2023年6月30日前}
registers:
  - {id: cases, title: 案件台账, by: office}
  - {id: leads, title: 问题线索专门台账, by: office}
  - {id: sessions, title: 会议台账, by: office, dataset: meetings}
  - {id: patients_seen, title: 回访台账, dataset: patients}
END
  printf '%s\n' 'name: 示例县卫生健康局' 'code: SLX' 'level: county' 'region: 示例县' \
    'unsigned: accept' >office.yaml
  zicha init o --office --plan p --office-file office.yaml >/dev/null
  cat >roster.csv <<'END'
机构编码,机构名称,机构类别,乡镇
F001,甲镇医院,二级医院,甲镇
F002,乙镇卫生院,乡镇卫生院,乙镇
F003,丙村卫生室,村卫生室,丙镇
END
  in_office 2023-01-05 roster import roster.csv >/dev/null
}

# in_office DAY COMMAND…: in the office's workspace.
in_office() { zicha -C o --today "$1" "${@:2}"; }
on() { run "$ZICHA" -C o --today "$1" "${@:2}"; }

# self_check CODE NAME CLASS ANSWER…: a facility's report of 20 June, handed in.
self_check() {
  printf 'code: %s\nname: %s\nclass: %s\nbeds_open: 20\n' "$1" "$2" "$3" >"$1.yaml"
  zicha init "w$1" --plan p --facility "$1.yaml" >/dev/null
  zicha -C "w$1" --today 2023-06-20 answer "${@:4}" >/dev/null
  zicha -C "w$1" --today 2023-06-20 check >/dev/null || true
  zicha -C "w$1" --today 2023-06-20 report >/dev/null || true
  zicha -C "w$1" --today 2023-06-20 submit --unsigned --out "$1.zrep" --by 办公室 >/dev/null 2>&1
  in_office 2023-06-21 collect "$1.zrep" >/dev/null || true
}

# F001 passes posted, has found charged itself, leaves meetings out; emergency does not apply.
# F002 has found charged, too; F003 has not reported.
make_reports() {
  self_check F001 甲镇医院 二级医院 posted=是 charged=20/3 emergency=":na 无急诊"
  self_check F002 乙镇卫生院 乡镇卫生院 posted=是 charged=20/1 emergency=是 meetings=2
}

# A list of inspections with every kind of row.
make_list() {
  cat >list.csv <<'END'
机构编码,机构名称,检查日期,检查组,检查方式,检查人数,检查项编号,检查项,问题表现,数量,涉及金额,严重程度,处理方式,备注
F001,,2023-06-25,一组,现场检查,3,posted,,未公示收费标准,1,120.50,一般,责令改正、监督意见书,
F001,,,,,,charged,,重复收取护理费,5,3000,较重,立案,
F001,,,,,,emergency,,急诊登记缺失,2,,一般,责令改正,
F001,,,,,,,未开会部署,没有会议记录,,,,,
F002,,2023-06-10,二组,双随机,2,charged,,重复收取床位费,1,88.8,较重,,
F002,,2023-06-28,二组,回头看,2,,,,,,,,未见异常
F003,,2023-06-26,二组,飞行检查,2,posted,,未公示,1,,,移送,
F003,,,,,,,,方案之外的问题,1,,严重,,
,路边无证诊所,2023-06-27,二组,举报核查,4,,,无证行医,1,,严重,取缔,
END
}

# One value of the office's database, as sqlite3 computes it.
sql() { sqlite3 o/zicha.db "$1"; }
