# plan.awk: a package of so many items in so many files, with everything that a big plan
# has: clauses, focus areas, sets, parameters, departments, laws.
#   awk -v folder=DIR -v items=5000 -v files=50 -f plan.awk
function put(file, text) { print text > (folder "/" file) }
BEGIN {
  put("plan.yaml", "zicha: 1\nid: county/large\ntitle: 大型方案测速\nversion: \"1\"\nkind: rectification\nlevel: county")
  put("plan.yaml", "period: {from: 2023年1月1日, to: 2023年12月31日}\ncounts:\n  items: " items "\n  phases: 3\n  duties: 0\n  departments: 10")
  put("plan.yaml", "departments:")
  for (i = 0; i < 10; i++) put("plan.yaml", "  office" i ": {title: 第" i "部门}")
  put("plan.yaml", "phases:")
  for (i = 0; i < 3; i++) put("plan.yaml", "  - {id: phase" i ", title: 第" i "阶段, from: 2023年" 3 * i + 1 "月, to: 2023年" 3 * i + 3 "月}")
  put("plan.yaml", "basis:")
  for (i = 0; i < 20; i++) put("plan.yaml", "  - {id: law" i ", title: 第" i "号法规, version: 2022年}")
  put("plan.yaml", "parameters:")
  for (i = 0; i < 100; i++) put("plan.yaml", "  most" i ": {title: 上限, value: " i % 9 ", type: number, stricter: lower}")
  put("plan.yaml", "focus:")
  for (i = 0; i < 20; i++) put("plan.yaml", "  - {id: focus" i ", title: 第" i "项重点, lead: office" i % 10 "}")
  put("plan.yaml", "sets:")
  for (i = 0; i < 10; i++) {
    put("plan.yaml", "  set" i ":\n    title: 第" i "类\n    count: 10\n    members:")
    for (j = 0; j < 10; j++)
      put("plan.yaml", "      - {id: m" j ", title: 第" j "种, items: [q" (i * 10 + j) % items + 1 ", q" (i * 10 + j + 7) % items + 1 "]}")
  }
  put("answers.csv", "编号,答案")
  each = items / files
  for (i = 1; i <= items; i++) {
    file = "items/" sprintf("%03d", int((i - 1) / each)) ".yaml"
    put("source.md", "[" i "] 第" i "条要求应当做到\n")
    put(file, "- id: q" i "\n  title: 第" i "项检查\n  text: 应当符合第" i "项要求\n  clause: " i " 应当做到\n  focus: focus" i % 20)
    put(file, "  kind: question\n  severity: general\n  basis: [law" i % 20 "]\n  owner: 第" i % 30 "科室")
    if (i % 3 == 0) put(file, "  ask: 是否符合？\n  answer: yesno\n  problem_if: no")
    else if (i % 3 == 1) put(file, "  ask: 抽查几例、问题几例？\n  answer: sample\n  problem_if: answer.wrong > p.most" i % 100)
    else put(file, "  ask: 数量是多少？\n  answer: number\n  problem_if: answer > p.most" i % 100 " and facility.beds_open > 0")
    put("answers.csv", "q" i "," (i % 3 == 0 ? i % 5 ? "是" : "否" : i % 3 == 1 ? "50/" i % 5 : i % 12))
  }
  put("facility.yaml", "code: B1\nname: 测速卫生院\nclass: 乡镇卫生院\nbeds_open: 20")
}
