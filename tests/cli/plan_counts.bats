#!/usr/bin/env bats
# counts: a lost line is noticed; plan lint --fix-counts writes them and leaves everything
# else in plan.yaml as it is.
load layered

setup() {
  begin_test
  make_package p <<'END'
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no, severity: major, clause: 1 应当公示}
- {id: other, title: 登记, kind: question, ask: 是否登记？, answer: yesno, problem_if: no, severity: major}
END
  printf '[1] 应当公示\n' >p/source.md
  cat >>p/plan.yaml <<'END'
departments: {office: {title: 局}}
phases: [{id: one, title: 一, when: 2023年}]
END
}

# fixed: runs --fix-counts and keeps the difference to before in ./changes.
fixed() {
  cp p/plan.yaml before.yaml
  lint p --fix-counts
  expect 0 "wrote counts: 2 items, 1 phases, 0 duties, 1 departments" "0 errors, 0 warnings"
  diff before.yaml p/plan.yaml >changes || true
  cp p/plan.yaml once.yaml
  zicha plan lint p --fix-counts >/dev/null
  cmp once.yaml p/plan.yaml # a second time changes nothing
}

# changed <<lines: the only lines that came or went, as diff marks them.
changed() { diff <(grep '^[<>]' changes) -; }

@test "counts that are wrong are an error, with what stands there" {
  echo 'counts: {items: 3, phases: 1, duties: 0, departments: 2}' >>p/plan.yaml
  lint p
  expect 65 "plan.yaml:9:17: error: counts says 3 items, but there are 2" \
    "plan.yaml:9:55: error: counts says 2 departments, but there are 1"
}

@test "missing counts are written at the end" {
  fixed
  changed <<'END'
> counts:
>   items: 2
>   phases: 1
>   duties: 0
>   departments: 1
END
}

@test "missing counts of a file without a line end at its end" {
  truncate -s -1 p/plan.yaml
  fixed
  tail -n 6 p/plan.yaml | head -n 2 >tail.txt
  printf 'phases: [{id: one, title: 一, when: 2023年}]\ncounts:\n' | diff tail.txt -
}

@test "figures are put right where they stand; comments around and behind them stay" {
  cat >>p/plan.yaml <<'END'
# 前面的说明
counts:                        # 少一行就会报错
  # 下面是数目
  items: 3                     # 检查项
  phases: 1

  duties: 7
  departments: 1
# 后面的说明

goals: [看好病]
END
  fixed
  changed <<'END'
<   items: 3                     # 检查项
>   items: 2                     # 检查项
<   duties: 7
>   duties: 0
END
}

@test "counts between a comment at the left edge and its figures" {
  printf 'counts:\n# 说明\n  items: 9\ngoals: [x]\n' >>p/plan.yaml
  fixed
  changed <<'END'
<   items: 9
>   items: 2
>   phases: 1
>   duties: 0
>   departments: 1
END
  [ "$(sed -n '10p' p/plan.yaml)" = '# 说明' ]
}

@test "counts that lack are added with the others' indentation" {
  printf 'counts:\n     phases: 1\n     items: 2\ngoals: [x]\n' >>p/plan.yaml
  fixed
  changed <<'END'
>      duties: 0
>      departments: 1
END
}

@test "counts at the end of a file without a line end" {
  printf 'counts:\n  items: 1' >>p/plan.yaml
  fixed
  [ "$(tail -n 5 p/plan.yaml | tr -d '\n')" = "counts:  items: 2  phases: 1  duties: 0  departments: 1" ]
}

@test "Chinese keys stay Chinese" {
  printf '计数:   # 数一数\n  检查项: 5\n  部门: 1\n' >>p/plan.yaml
  fixed
  changed <<'END'
<   检查项: 5
>   检查项: 2
>   phases: 1
>   duties: 0
END
}

@test "flow style stays in its line, with the comment behind it" {
  printf 'counts: {items: 9, phases: 1}   # 数目\ngoals: [x]\n' >>p/plan.yaml
  fixed
  changed <<'END'
< counts: {items: 9, phases: 1}   # 数目
> counts: {items: 2, phases: 1, duties: 0, departments: 1}   # 数目
END
}

@test "flow style over several lines becomes one" {
  printf 'counts: {\n  items: 9,\n  phases: 1\n}\ngoals: [x]\n' >>p/plan.yaml
  fixed
  changed <<'END'
< counts: {
<   items: 9,
<   phases: 1
< }
> counts: {items: 2, phases: 1, duties: 0, departments: 1}
END
}

@test "another key that begins alike, and the word in texts, are not meant" {
  cat >>p/plan.yaml <<'END'
goals:
  - "counts: 9"
definitions:
  counts: 次数
END
  fixed
  [ "$(grep -c '^> ' changes)" = 5 ]
  [ "$(grep -c '^< ' changes)" = 0 ]
}

@test "a file in GB18030 keeps its encoding" {
  printf '计数:\n  检查项: 5\n' >>p/plan.yaml
  iconv -f UTF-8 -t GB18030 p/plan.yaml >gb && mv gb p/plan.yaml
  lint p --fix-counts
  expect 1 "wrote counts: 2 items" "read as GB18030" "0 errors"
  iconv -f GB18030 -t UTF-8 p/plan.yaml | grep -q 测试方案
}

@test "line ends of Windows stay" {
  printf 'counts:\n  items: 5\n  phases: 1\n  duties: 0\n  departments: 1\n' >>p/plan.yaml
  sed -i 's/$/\r/' p/plan.yaml
  fixed
  [ "$(grep -c $'\r$' p/plan.yaml)" = "$(wc -l <p/plan.yaml)" ]
}

@test "figures in quotation marks or on a line of their own are written anew" {
  printf 'counts:\n  items:\n    9\n  phases: "1"\ngoals: [x]\n' >>p/plan.yaml
  fixed
  [ "$(sed -n '9,13p' p/plan.yaml | tr -d '\n')" = "counts:  items: 2  phases: 1  duties: 0  departments: 1" ]
}

@test "a plan in braces is not written into: 65, and it stays as it was" {
  zicha plan show p --format json | jq .plan >braces
  mv braces p/plan.yaml
  cp p/plan.yaml before.yaml
  lint p --fix-counts
  expect 65 "plan.yaml stands in braces"
  cmp before.yaml p/plan.yaml
}

@test "what is wrong besides the counts is still told" {
  echo 'titel: x' >>p/plan.yaml
  lint p --fix-counts
  expect 65 "wrote counts: 2 items" "unknown key titel"
  never "counts says"
}

@test "a file that is no YAML is not touched" {
  printf 'counts: {items: 9}\nx: [\n' >>p/plan.yaml
  cp p/plan.yaml before.yaml
  lint p --fix-counts
  expect 65 "plan.yaml:"
  cmp before.yaml p/plan.yaml
}

@test "a child counts what it takes over, too" {
  make_base
  child </dev/null
  lint "$child" --fix-counts
  expect 1 "wrote counts: 4 items, 2 phases, 2 duties, 2 departments" "0 errors"
  grep -q '^counts' "$child/plan.yaml"
  no grep -q '^counts' "$base/plan.yaml"
}

@test "a plan.yaml that nobody may write: 73, and it stays as it was" {
  need_other
  chmod a-w p p/plan.yaml
  chmod a+rx . p
  run as_other env ZICHA_LANG=en "$ZICHA" plan lint p --fix-counts
  chmod u+w p p/plan.yaml
  expect 73
  no grep -q '^counts' p/plan.yaml
}
