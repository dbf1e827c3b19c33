# half_year.bash: a small ledger whose problems have come to every state.

# The plan in ./p: eight questions in two areas, a table of figures, duties, gates.
make_ledger_plan() {
  make_package p <<'END'
- focus: rx
  items:
    - {id: posted, title: 收费未公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no, severity: grave, evidence: [公示照片], basis: [{id: law}]}
    - {id: reviewed, title: 处方未点评, kind: question, ask: 是否点评？, answer: yesno, problem_if: no, severity: major}
    - {id: sampled, title: 处方超量, kind: question, ask: 抽查几张，几张有误？, answer: sample, problem_if: answer.wrong > 0}
    - {id: suspected, title: 疑似诱导消费, kind: question, ask: 是否有诱导？, answer: yesno, problem_if: yes, certainty: suspect}
- focus: funds
  items:
    - {id: beds, title: 挂床住院, kind: question, ask: 是否有挂床？, answer: yesno, problem_if: yes, severity: grave}
    - {id: refunds, title: 多收费用未退, kind: question, ask: 是否退清？, answer: yesno, problem_if: no}
    - {id: sold, title: 倒卖药品, kind: question, ask: 是否有倒卖？, answer: yesno, problem_if: yes, severity: grave}
    - {id: clean, title: 用药记录不全, kind: question, ask: 是否齐全？, answer: yesno, problem_if: no}
END
  cat >>p/plan.yaml <<'END'
phases: [{id: enforce, title: 集中整治, from: 2023-05-01, to: 2023-08-31, stance: [enforce]}]
number: 某卫发〔2023〕8号
issuer: 某县卫生健康局
period: {from: 2023-03-01, to: 2023-12-31}
basis: [{id: law, title: 医疗机构管理条例, article: 第三十七条, version: 2022年修订}]
focus: [{id: rx, number: 1, title: 处方与收费}, {id: funds, number: 2, title: 基金使用}]
closeout: {gates: [{id: done, title: 整改措施落实到位}]}
departments: {bureau: {title: 某县卫生健康局, role: lead}}
duties:
  - {id: monthly, artefact: 工作开展情况（包括典型案例）, to: bureau, due: 每月28日前, every: monthly, window: 上月26日至本月25日}
  - {id: table, artefact: 工作进展统计表, to: bureau, due: 每月5日前, every: monthly, window: 上月}
statistics:
  title: 专项整治量化统计表
  rows:
    - {id: problems, title: 发现问题, unit: 个, from: ledger}
    - {id: rectified, title: 已整改, unit: 个, from: ledger}
    - {id: rectification_rate, title: 整改率, unit: "%", from: ledger, formula: rectified / problems * 100}
    - {id: relapse_rate, title: 反弹率, unit: "%", from: ledger}
    - {id: still_open, title: 其中：未核销, unit: 个, from: ledger, formula: 'l["counted"] - l["closed"]'}
    - {id: refunds, title: 退回金额, unit: 万元, from: ledger}
    - {id: cases, title: 立案, unit: 起, from: cases}
    - {id: inspectors, title: 出动人员, unit: 人次, from: manual}
    - {id: trained, title: 培训, unit: 人次, from: manual}
END
}

make_ledger_workspace() {
  make_ledger_plan
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  rm -f w/report.yaml
  zicha -C w answer posted=否 reviewed=否 sampled=40/3 suspected=是 beds=是 refunds=否 sold=是 \
    clean=是 >/dev/null
}

# on DAY COMMAND…: one step.
on() { zicha -C w --today "$1" "${@:2}" >/dev/null; }

assign() {
  on "$2" problem assign "$1" --leader 院长 --department "$3" --person 张某 --measure "$4" \
    --target 不再发生 --due "$5" --kind "$6" --by 李某
}

# From found to closed: cycle NUMBER DEPARTMENT KIND DAYS…, a day for each of verify, assign,
# start, rectify, check, close.
cycle() {
  local no=$1 department=$2 kind=$3
  on "$4" problem verify "$no" --verdict true --by 李某
  assign "$no" "$5" "$department" 立即改正并公示 2023-06-20 "$kind"
  on "$6" problem start "$no" --by 张某
  echo "佐证$no" >evidence.txt
  on "$6" attach "$no" evidence.txt --copy --by 张某
  on "$7" problem rectify "$no" --note 已改正 --system "管理制度$no（修订）" --by 张某
  on "$8" problem check "$no" --result pass --by 李某
  on "$9" problem close "$no" --gate all --by 李某
}

# Problems 1 to 8 as ./w has them after half a year: closed and held, overdue and extended,
# dismissed, to be verified, relapsed, rectified at the second attempt, transferred, found by
# an inspection where the self-check had passed.
make_ledger() {
  make_ledger_workspace
  on 2023-05-10 check --fail-on never
  cycle 1 收费科 immediate 2023-05-11 2023-05-12 2023-05-12 2023-05-13 2023-05-14 2023-05-15
  on 2023-05-12 problem verify 2 --verdict partly --note 点评了一部分 --by 李某
  assign 2 2023-05-16 药剂科 建立处方点评小组 2023-06-01 deadline
  on 2023-05-25 problem extend 2 --to 2023-06-15 --reason 系统改造未完成 --by 李某
  on 2023-05-26 problem dismiss 3 --reason 三张处方均注明了理由 --by 李某
  cycle 5 医保科 deadline 2023-05-12 2023-05-13 2023-05-14 2023-05-20 2023-05-22 2023-05-26
  on 2023-06-10 problem lookback 1 --result held --note 公示栏仍在 --by 李某
  on 2023-06-12 problem lookback 5 --result relapsed --note 又有一人不在床 --by 李某
  on 2023-05-15 problem verify 6 --verdict true --by 李某
  assign 6 2023-05-16 医保科 逐人退费 2023-06-05 deadline
  on 2023-05-17 problem start 6 --by 张某
  on 2023-05-28 problem rectify 6 --note 已退 --refund 80.00 --no-system --by 张某
  on 2023-05-29 problem check 6 --result fail --note 少退一人 --by 李某
  on 2023-06-02 problem rectify 6 --note 已全部退清 --refund 120.50 --no-system --by 张某
  on 2023-05-18 problem verify 7 --verdict true --by 李某
  on 2023-06-01 problem transfer 7 --to 某县公安局 --reason 涉嫌违法 --receipt 收字1号 \
    --case 立字2号 --by 李某
  on 2023-06-20 problem add clean --source inspection --found 2023-06-18 --by 李某 \
    --title 抽查病历五份，两份用药记录不全
}

# The ledger in ./w and ./p, from a copy that is made once a file.
copy_ledger() {
  [ -d "$BATS_FILE_TMPDIR/w" ] || (cd "$BATS_FILE_TMPDIR" && make_ledger)
  cp -a "$BATS_FILE_TMPDIR/w" "$BATS_FILE_TMPDIR/p" "$BATS_FILE_TMPDIR/facility.yaml" .
}
