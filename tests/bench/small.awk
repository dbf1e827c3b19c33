# small.awk: a package of 120 items with as many small rules, and the facility and
# answers for it. The first items are questions, whose rule is their condition; the last
# `rules` ones are judged by rules of a file.  awk -v folder=DIR -v rules=60 -f small.awk
function put(file, text) { print text > (folder "/" file) }
BEGIN {
  questions = 120 - rules
  put("plan.yaml", "zicha: 1\nid: county/small\ntitle: 小型自查测速方案\nversion: \"1\"")
  put("plan.yaml", "kind: rectification\nlevel: county\nparameters:")
  put("plan.yaml", "  most: {value: 3, type: number}")
  for (i = 1; i <= questions; i++) {
    put("items.yaml", "- id: q" i "\n  title: 第" i "项检查\n  text: 应当符合第" i "项要求\n  kind: question")
    if (i % 3 == 0) put("items.yaml", "  ask: 是否符合？\n  answer: yesno\n  problem_if: no")
    else if (i % 3 == 1) put("items.yaml", "  ask: 抽查几例、问题几例？\n  answer: sample\n  problem_if: answer.wrong > p.most")
    else put("items.yaml", "  ask: 数量是多少？\n  answer: number\n  problem_if: answer > 10 and facility.beds_open > 0")
    put("items.yaml", "  severity: general\n  owner: 医务科")
    put("answers.yaml", "q" i ": " (i % 3 == 0 ? "是" : i % 3 == 1 ? "50/" i % 5 : i % 12))
  }
  for (i = 1; i <= rules; i++) {
    put("items.yaml", "- id: r" i "\n  title: 第" i "条规则\n  kind: data\n  rules: [own.r" i "]\n  severity: general")
    if (i % 2) put("rules/own.lua", "rule \"own.r" i "\" { fail = \"answers.q" (i % 20) * 3 + 3 " == false\" }")
    else put("rules/own.lua", "rule \"own.r" i "\" { check = function(c)\n  if c.answers.q" (i % 20) * 3 + 3 " == nil then return unknown(\"未作答\") end\n  return pass { population = 1 }\nend }")
  }
  put("facility.yaml", "code: B1\nname: 测速卫生院\nclass: 乡镇卫生院\nbeds_open: 20")
}
