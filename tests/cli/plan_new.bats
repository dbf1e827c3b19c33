#!/usr/bin/env bats
# plan new: a package from the template, as a child of a plan, or from a document.
load helper

parts=$ZICHA_ROOT/tests/data/plan-two-parts.txt # shortened from texts of offices
notice=$ZICHA_ROOT/tests/data/plan-notice.txt

# Makes a package and reads it: new DIR OPTIONS…
new() {
  zicha plan new "$@" >said
  make_facility
  run zicha init "of-$1" --plan "$1" --facility facility.yaml
  expect 0 "made the workspace"
  never "$1/"
}

# A document of these lines in ./plan.txt.
document() { printf '%s\n' "$@" >plan.txt; }

# All texts without spaces, marks of source.md and clause ids, sorted: what is in a file.
words() {
  sed -E 's/^\[[0-9a-z.]+\] //; s/^> ?//; s/^# //; s/[ 　]//g' "$@" | grep . | sort
}

# The clauses of DIR as «id first words» a line.
clauses() { sed -nE 's/^\[([0-9a-z.]+)\] (.*)$/\1 \2/p' "$1/source.md"; }

# ---- the template --------------------------------------------------------------------

@test "the template is a whole package: it is read without errors" {
  new t
  [ "$(find t -type f -printf '%P\n' | sort | tr '\n' ' ')" = \
    "items.yaml plan.yaml rules/own.lua source.md tests/cases.yaml " ]
  diff -r "$ZICHA_ROOT/checklists/template" t
}

@test "the template's rule finds a prescription over 7 days and its questions can be answered" {
  new t
  cat >rx.csv <<'END'
处方号,处方日期,就诊类型,用药天数,医师工号,中药饮片,超量理由
A1,2024-05-06,门诊,8,D1,否,
A2,2024-05-06,门诊,8,D1,否,慢性病
END
  zicha -C of-t import rx_lines rx.csv
  zicha -C of-t answer fees_posted=否 drug_not_needed=50/0
  [ "$(item of-t rx_over_days '.status, .count' | tr '\n' ' ')" = "problem 1 " ]
  [ "$(item of-t fees_posted .status)" = problem ]
  [ "$(item of-t drug_not_needed .status)" = pass ]
}

@test "the template has an item of each common kind, with clauses that are quoted" {
  new t
  for kind in question data evidence; do grep -q "kind: $kind" t/items.yaml; done
  [ "$(grep -c 'clause: [0-9.]* .' t/items.yaml)" = 4 ]
}

@test "--id, --title and --level are written where they belong, comments stay" {
  new t --id city/some-plan --title '甲: "乙" #丙' --level 市
  grep -q '^id: city/some-plan  # ' t/plan.yaml
  grep -qxF 'title: "甲: \"乙\" #丙"' t/plan.yaml
  grep -q '^level: city  # ' t/plan.yaml
  [[ "$(zicha -C of-t plan list)" == *city/some-plan* ]]
}

@test "--keys zh writes Chinese keys and words, and means the same" {
  new t
  new z --keys zh
  grep -q '^标题: ' z/plan.yaml
  grep -q '    类型: 问答' z/items.yaml
  grep -q '问题条件: 否' z/items.yaml
  run grep -nE '^[ -]*[a-z]+:' z/items.yaml
  [ "$status" -eq 1 ]
  [ "$(grep -cE '^ *-? *(id|title|clause|role|from):' z/plan.yaml)" = 0 ]
  diff <(zicha -C of-t --today 2024-06-01 check --format json | jq '.items, .totals') \
    <(zicha -C of-z --today 2024-06-01 check --format json | jq '.items, .totals')
}

@test "the template is no plan that is shipped: plan list does not show it" {
  run zicha plan list
  expect 0 "$plan"
  never template
}

# ---- a child ---------------------------------------------------------------------------

@test "a child names its parent and shows the parent's parameters with their values" {
  run zicha plan new c --extends "$plan"
  expect 0 "made the package c" "fill in the blanks"
  grep -qx "extends: $plan" c/plan.yaml
  grep -qx 'id: facility/large-prescriptions' c/plan.yaml
  grep -q '^  #   rx_max_days: {value: 7}  # 普通处方用量上限（日），越小越严$' c/plan.yaml
  grep -qF '  #   large_modalities: {value: [CT, MR, PET-CT, DSA]}' c/plan.yaml
  grep -qF '    launch: {set: {when: ____}}  # 动员部署阶段，上级：20__年__月' c/plan.yaml
  [ "$(grep -c '{set: {when: ____}}' c/plan.yaml)" = 3 ]
}

@test "a child's files are YAML, and a folder can be the parent" {
  zicha plan new p
  # Chinese keys are put where the YAML reader finds the English ones.
  run zicha plan new c --extends p --keys zh --id city/child --title 下级方案
  expect 0
  grep -qx '编号: city/child' c/plan.yaml
  grep -qx '上级方案: county/template' c/plan.yaml
  grep -qx '层级: 市' c/plan.yaml
}

@test "a child's examples are YAML as well once their marks are taken away" {
  zicha plan new c --extends "$plan"
  sed -i 's/^  # \( *[a-z_]*:\)/  \1/' c/plan.yaml
  grep -q '^    rx_max_days: {value: 7}' c/plan.yaml
  run zicha init w --plan c --facility c/items.yaml
  never "must be one map" "same column" "flow" "stands twice"
}

@test "an unknown parent: 66, and nothing is made" {
  run zicha plan new c --extends nowhere
  expect 66 "there is no plan nowhere"
  [ ! -e c ]
}

# ---- a document: clauses ------------------------------------------------------------------

@test "each numbered line becomes a clause of source.md, once" {
  for part in 1 2; do
    rm -rf d of-d
    new d --from "$parts" --part $part
    clauses d | cut -d ' ' -f 2- | sort >found
    sort -u found | diff found -
    clauses d | cut -d ' ' -f 1 | sort | uniq -d | grep . && false
    awk -v part=$part '/【第/ { now++ } now == part' "$parts" |
      grep -E '^([(（]?[一二三四五六七八九十]+[)）、]|[0-9]+[、.])' | sort >wanted
    [ "$(wc -l <wanted)" -ge 6 ]
    [ -z "$(comm -23 wanted found)" ]
  done
}

@test "ids are paths of Arabic numbers, a repeated number gets a letter" {
  new d --from "$parts" --part 1
  [ "$(clauses d | cut -d ' ' -f 1 | tr '\n' ' ')" = \
    "0 1 2 2.1 2.1.1 2.1.2 2.2 3 3b 3b.1 3b.2 4 4.1 4.2 4.4 " ]
  grep -q 'the number of the clause 3b stands a second time' said
  grep -q 'before the clause 4.4 a number is missing' said
}

@test "full-width, half-width and mixed numbers are read, and numbers within a line" {
  new d --from "$notice"
  [ "$(clauses d | cut -d ' ' -f 1 | tr '\n' ' ')" = \
    "0 1 1.1 1.1.1 1.1.2 1.1.3 1.2 1.2.1 1.2.2 2 2.1 2.2 " ]
  clauses d | grep -qx '1.1.2 ②重复收费；'
  clauses d | grep -qx '1.2.2 （2）打包检查。'
}

@test "all styles of numbers nest in their order" {
  document 一、甲 （一）乙 1、丙 （1）丁 ①戊 ②己 （2）庚 2．辛 1）壬 （二）癸 二、子 一是丑 二是寅
  new d --from plan.txt
  [ "$(clauses d | cut -d ' ' -f 1 | tr '\n' ' ')" = \
    "1 1.1 1.1.1 1.1.1.1 1.1.1.1.1 1.1.1.1.2 1.1.1.2 1.1.2 1.1.2.1 1.2 2 2.1 2.2 " ]
}

@test "a fragment that begins in the middle keeps the document's own numbers" {
  document 前文残缺的一段话。 二是丙 （三）第三阶段（11月-12月）。 四、丁 （一）戊
  new d --from plan.txt
  [ "$(clauses d | cut -d ' ' -f 1 | tr '\n' ' ')" = "0 0.2 0.3 4 4.1 " ]
}

@test "decimals, years and dates at the beginning of a line are no numbers" {
  document 一、甲 3.5亿元。 2023年5月1日起施行。 12320热线。 一些说明。 三级医院。 （略）
  new d --from plan.txt
  [ "$(clauses d | wc -l)" = 1 ]
}

@test "no line is lost: page chrome, letterhead and signature are remarks" {
  new d --from "$notice"
  words d/source.md | tr -d '\n' >kept
  # A paragraph may be cut at its inner numbers: the document's words, in any order.
  words "$notice" | sed -E 's/[①②③]|（[12]）/\n&/g' | grep . | while read -r line; do
    grep -qF -- "$line" kept || { echo "lost: $line"; false; }
  done
  grep -qx '> （此件公开发布）' d/source.md
  new e --from "$parts" --part 2
  grep -qx '> 48 154104' e/source.md
  [ "$(grep -c '^\[' e/source.md)" = 7 ]
}

@test "a line that looks like a clause id, a heading or a remark stays in its clause" {
  document 一、重点任务 '[9] 方括号' '# 井号' '二、其他'
  new d --from plan.txt
  [ "$(clauses d | cut -d ' ' -f 1 | tr '\n' ' ')" = "1 2 " ]
  grep -qx ' \[9\] 方括号' d/source.md
  grep -qF '# 井号' d/items.yaml
}

# ---- a document: what is recognised -----------------------------------------------------------

@test "phases, the period and duties are found with their words" {
  new d --from "$parts" --part 1
  grep -A 4 'id: phase_1' d/plan.yaml >phase
  grep -qx '    title: 自查和集中整治阶段' phase
  grep -qx '    when: 20__年__月__-__日' phase
  grep -q 'stance: \[self_check, enforce\]' phase
  grep -qx '    clause: 3b.1 自查和集中整治阶段' phase
  grep -A 4 '^period:' d/plan.yaml | grep -qx '  clause: 3b 20__年__月一20__年__月'
  [ "$(grep -c 'id: duty_' d/plan.yaml)" = 3 ]
  grep -A 12 'id: duty_2' d/plan.yaml >duty
  grep -qx '      - __月__日前' duty
  grep -qx '    every: quarterly' duty
  grep -A 12 'id: duty_3' d/plan.yaml >duty
  grep -qx '    due: 每月__日前' duty
  grep -qx '    window: 上月__日至本月__日' duty
  grep -qx '    from: enforcement' duty
}

@test "measures with a time of their own, and that a plan has no phases" {
  new d --from "$parts" --part 2
  [ "$(grep -c 'id: measure_' d/plan.yaml)" = 2 ]
  grep -qx '    due: 20__年__月以前' d/plan.yaml
  grep -q '^no_phases: .*不分阶段、不分环节' d/plan.yaml
  grep -qx '    artefact: 上月工作进展统计表' d/plan.yaml
}

@test "counted sets come with as many members as they say, others in a comment only" {
  new d --from "$parts" --part 1
  grep -A 12 'title: 四大领域' d/plan.yaml >set
  [ "$(grep -c 'id: member_' set)" = 4 ]
  grep -qF 'title: 生殖(不孕不育)' set
  grep -A 9 'title: 三种行为' d/plan.yaml | grep -qF 'title: 医师出租、出借、转让《医师执业证书》'
  run grep 九不准 d/plan.yaml
  [ "$status" -eq 1 ]
  document 一、重点任务 （一）解决“三长两短”和“五类乱点”。
  new e --from plan.txt
  grep -q '^# 原文提到“五类乱点”（条款 1.1），成员未能读出' e/plan.yaml
  run grep '^sets' e/plan.yaml
  [ "$status" -eq 1 ]
}

@test "departments with their duties, the leader and who hands in" {
  new d --from "$parts" --part 1
  grep -A 6 '^  health:' d/plan.yaml >entry
  grep -qx '    role: lead' entry
  grep -qx '      - 负责检查医疗机构的诊疗行为' entry
  grep -A 2 '^  police:' d/plan.yaml | grep -qx '    role: assist'
  grep -A 5 '^  units:' d/plan.yaml | grep -qx '      - 各医疗机构'
}

@test "letterhead, title over two lines and signature give number, title, issuer and day" {
  new d --from "$notice"
  grep -q '^number: 示县卫发〔2023〕12号  # 待核对' d/plan.yaml
  grep -q '^title: 示例县医疗机构不合理收费和过度检查专项整治工作方案  # 待核对' d/plan.yaml
  grep -q '^issuer: 示例县卫生健康局  # 待核对' d/plan.yaml
  grep -q '^issued: 2023年5月10日  # 待核对' d/plan.yaml
  grep -qx '    artefact: 书面报告' d/plan.yaml
  grep -qx '    due: 6月15日前' d/plan.yaml
}

@test "each lowest clause below the tasks is a question to be written, and nothing is guessed" {
  new d --from "$parts" --part 1
  [ "$(grep -c '^    - id: ' d/items.yaml)" = 3 ]
  [ "$(grep -c 'ask: 待填写' d/items.yaml)" = 3 ]
  [ "$(grep -c '  # 待核对$' d/items.yaml)" = 3 ]
  run grep -E 'rules:|severity:|basis:' d/items.yaml
  [ "$status" -eq 1 ]
  run grep -E '^(parameters|basis):' d/plan.yaml
  [ "$status" -eq 1 ]
  grep -qx '#   《医师执业证书》（条款 2.1.1）' d/plan.yaml
}

@test "without a section of tasks every lowest clause is an item, and that is said" {
  document 一、甲 （一）乙 （二）丙 二、丁
  new d --from plan.txt
  grep -q "no section of tasks was found" said
  [ "$(grep -c '^    - id: ' d/items.yaml)" = 3 ]
}

@test "what was found is listed with its clauses and times" {
  new d --from "$parts" --part 1
  grep -qE '^  clauses +14$' said
  grep -qE '^  check items +3$' said
  grep -qx '      3b.2 总结阶段（20__年__月）' said
  grep -qx '      4.1 工作量化统计表(见附件2)（20__年__月__日、__月__日前）' said
}

# ---- a document: forms of files ------------------------------------------------------------------

@test "several plans in one text: without --part they are listed with their titles, 64" {
  run zicha plan new d --from "$parts"
  expect 64 "the text holds 2 plans" "1  医疗乱象专项治理工作实施方案  为规范医疗服务行为" \
    "2  医疗乱象专项治理工作实施方案  为加强管理"
  [ ! -e d ]
  run zicha plan new d --from "$parts" --part 3
  expect 64 "no part 3"
}

@test "a text in GB18030, with CRLF or with a mark in front gives the same package" {
  mkdir gb crlf bom
  cp "$notice" plan.txt
  iconv -f UTF-8 -t GB18030 plan.txt >gb/plan.txt
  sed 's/$/\r/' plan.txt >crlf/plan.txt
  { printf '\357\273\277'; cat plan.txt; } >bom/plan.txt
  new d --from plan.txt
  for form in gb crlf bom; do
    zicha plan new "$form/d" --from $form/plan.txt >/dev/null
    diff -r d $form/d
  done
}

@test "the same text gives the same bytes" {
  for one in a b; do zicha plan new $one --from "$parts" --part 1 >$one.said; done
  diff -r a b
  diff <(tail -n +2 a.said | head -n -1) <(tail -n +2 b.said | head -n -1)
}

@test "a draft with Chinese keys is read without errors" {
  new d --from "$parts" --part 1 --keys zh
  run grep -cE '^ *-? *(id|title|clause|kind):' d/plan.yaml d/items.yaml
  [[ "$output" == *plan.yaml:0*items.yaml:0* ]]
}

@test "words that mean something to YAML are quoted" {
  document '整治"方案: #1' "一、- 重点任务: {a} [b] 'c' \"d\" \\ # x" '（一）@甲：乙"丙": yes' '（二）---' \
    '（三）&a *b !c | > ` ~' '（四）%TAG' '（五）' '（六）yes' '二、? 丁'
  new d --from plan.txt
  [ "$(grep -c '^    - id: ' d/items.yaml)" = 6 ]
}

@test "characters that nobody sees are left out" {
  printf '一、重点\xe2\x80\x8b任务\xe2\x80\xae\n（一）甲\xc2\xa0乙\x07\n' >plan.txt
  new d --from plan.txt
  grep -qx '\[1\] 一、重点任务' d/source.md
  grep -qx '\[1.1\] （一）甲 乙' d/source.md
}

@test "a text of many clauses is drafted, one of too many is refused" {
  { echo 一、重点任务; for _ in $(seq 1500); do echo 1、违规收费; done; } >plan.txt
  new d --from plan.txt
  for _ in $(seq 1000); do echo 1、违规收费; done >>plan.txt
  run zicha plan new e --from plan.txt
  expect 65 "more than 2000"
}

# ---- what cannot be ----------------------------------------------------------------------------

@test "no text, none to be found, nothing numbered in it: one sentence, and nothing is made" {
  printf 'PK\003\004\000\000' >word.docx
  : >empty.txt
  printf ' \n\n' >spaces.txt
  printf '\377\377\376\200' >broken.txt
  echo 没有编号的一段话。 >plain.txt
  head -c 600000 /dev/zero | tr '\0' a >large.txt
  while read -r file wanted said; do
    run zicha plan new d --from "$file"
    expect "$wanted" "$said"
    [ "${#lines[@]}" -eq 1 ]
    [ ! -e d ]
  done <<'END'
word.docx 65 is no text
empty.txt 65 is empty
spaces.txt 65 is empty
broken.txt 65 neither UTF-8 nor GB18030
plain.txt 65 no numbered clauses
large.txt 65 larger than
nowhere.txt 66 cannot open
END
}

@test "a folder that holds something is left alone: 73; an empty one is taken" {
  mkdir full empty
  echo mine >full/notes.txt
  run zicha plan new full
  expect 73 "full is not empty"
  [ "$(ls full)" = notes.txt ]
  run zicha plan new full/notes.txt
  expect 73 "is no folder"
  run zicha plan new full/notes.txt/inner
  expect 73 "is no folder for a new package"
  (cd empty && zicha plan new .)
  [ -s empty/plan.yaml ]
}

@test "a folder that cannot be written: 73, and no half of a package" {
  need_other
  mkdir locked
  run as_other "$ZICHA" plan new locked
  expect 73
  [ -z "$(ls -A locked)" ]
}

@test "options that do not fit end with 64 and make nothing" {
  while read -r options; do
    # shellcheck disable=SC2086
    run zicha plan new d $options
    expect 64
    [ ! -e d ]
  done <<END
--from $notice --extends $plan
--part 1
--from $notice --part x
--from $notice --part 0
--keys fr
--id Foo
--id county
--level 村
END
}

@test "messages are Chinese where Chinese is spoken" {
  export ZICHA_LANG=zh
  run zicha plan new d --from "$parts" --part 1
  expect 0 "已建立方案包 d" "实施阶段" "报送要求" "下一步"
  never "clauses" "next:"
}

@test "the texts of offices in the folder ZICHA_TEXTS are drafted without errors" {
  [ -n "${ZICHA_TEXTS:-}" ] || skip "ZICHA_TEXTS names no folder of texts"
  make_facility
  for file in "$ZICHA_TEXTS"/*.txt; do
    for part in '' 1 2 3 4 5 6 7 8; do
      rm -rf d w
      # shellcheck disable=SC2086
      zicha plan new d --from "$file" ${part:+--part $part} >/dev/null 2>&1 || continue
      zicha init w --plan d --facility facility.yaml >said 2>&1
      [ "$(grep -c '^d/' said)" = 0 ]
    done
  done
}

@test "the template itself has no warning, and every item of it is seen failing and passing" {
  run zicha plan lint "$ZICHA_ROOT/checklists/template"
  expect 1 "0 errors, 0 warnings"
  run zicha plan test "$ZICHA_ROOT/checklists/template" --strict
  expect 0 "4 items"
}
