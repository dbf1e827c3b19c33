# dated.bash: a package whose days are known, and its workspace.

# The package ./p: three phases of 2023, a measure, reports once and each month, a blank and
# an event. Two questions: one answered badly in the workspace ./w, one not answered at all.
make_dated() {
  make_package p <<'END'
- {id: posted, title: 收费公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}
- {id: trained, title: 全员培训, kind: question, ask: 是否培训？, answer: yesno, problem_if: no}
END
  cat >>p/plan.yaml <<'END'
issued: 2023年3月1日
period: {from: 2023年3月, to: 2023年9月}
departments:
  office: {title: 县卫生健康局, role: lead}
  units: {title: 各医疗机构, role: execute}
phases:
  - {id: launch, title: 动员部署阶段, when: 2023年3月, stance: [prepare], clause: 3.1}
  - {id: own, title: 自查自纠阶段, when: 2023年4月至5月, stance: [self_check], clause: 3.2 逐项自查}
  - {id: strike, title: 集中整治阶段, when: 2023年7月至9月, stance: [enforce]}
measures:
  - {id: board, title: 设置公示栏, due: 2023年4月20日前, by: [units]}
  - {id: talks, title: 集体约谈, due: 20__年__月以前, by: [office]}
duties:
  - {id: own_plan, artefact: 本单位实施方案, from: units, to: office, due: 2023年3月31日前}
  - {id: progress, artefact: 工作进展统计表, from: units, to: office, due: 每月25日前, every: monthly}
  - {id: bulletin, artefact: 县级通报, from: office, due: 2023年6月10日前}
  - {id: matters, artefact: 重大情况, from: units, due: 及时}
END
  cat >p/source.md <<'END'
# 测试方案

[3.1] 动员部署阶段。制定方案，层层动员；明确责任，落实到人，做到“事事有人管、件件有着落”，各医疗机构主要负责人负总责。

[3.2] 自查自纠阶段。各医疗机构对照重点内容逐项自查，边查边改。
END
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  zicha -C w answer posted=否 >/dev/null
}
