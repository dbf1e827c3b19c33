#!/usr/bin/env bats
# The Chinese messages: whether the catalogue is complete and true to its placeholders,
# and whether what people read is in one language.
load helper

setup_file() { sh "$ZICHA_ROOT/tests/cli/messages.sh" pairs >"$BATS_FILE_TMPDIR/pairs"; }

messages=$ZICHA_ROOT/tests/cli/messages.sh
catalogue=$ZICHA_ROOT/host/command/po/zh_CN.po
pairs=$BATS_FILE_TMPDIR/pairs # message TAB translation a line

# Fails with what is listed, if anything is.
none() {
  [ -z "$1" ] || {
    printf '%s\n' "$1"
    return 1
  }
}

# The task of messages.sh lists nothing.
lists_nothing() {
  run "$messages" "$1"
  expect 0
  none "$output"
}

# The entries of which message and translation do not hold the same `pattern`s.
differing() {
  awk -F '\t' -v pattern="$1" '
    function found(text, set) {
      split("", set)
      for (; match(text, pattern); text = substr(text, RSTART + RLENGTH))
        set[substr(text, RSTART, RLENGTH)] = 1
    }
    { found($1, of_message); found($2, of_translation); bad = 0
      for (name in of_message) if (!(name in of_translation)) bad = 1
      for (name in of_translation) if (!(name in of_message)) bad = 1
      if (bad) print }' "$pairs"
}

three_words='[A-Za-z]+ [A-Za-z]+ [A-Za-z]+'

# Three words in a row in $output are an English sentence. Commands are none: neither
# between backticks nor in the line that shows how one is called, nor in the list of them.
no_english() {
  none "$(printf '%s\n' "$output" | sed -e '/^用法: zicha /d' -e 's/`[^`]*`//g' \
    -e 's/^  [a-z]*\( [a-z]*\)\{0,2\}  //' |
    grep -E "$three_words")"
}

no_chinese() {
  none "$(printf '%s\n' "$output" | LC_ALL=C grep -aP '[\xe4-\xe9][\x80-\xbf]{2}')"
}

# A package in ./p of one item that a rule file judges, and its workspace ./w.
make_ruled() {
  make_package p <<END
- {id: own, title: 自定, kind: data, rules: [$1]}
END
  write_rule p own
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
}

command_names() { zicha help | sed -n 's/^  \([a-z]*\) .*/\1/p' | sort -u; }

# ---- the catalogue -----------------------------------------------------------------

@test "every marked message of the sources has a translation" {
  [ "$("$messages" extract | grep -c '^msgid ')" -gt 1500 ]
  lists_nothing open
}

@test "the catalogue holds nothing obsolete, fuzzy or without a translation" {
  none "$(grep -n -e '^#~' -e '^#,.*fuzzy' "$catalogue")"
  none "$(awk -F '\t' '$2 == ""' "$pairs")"
}

@test "every entry of the catalogue stands in the sources" {
  lists_nothing unused
}

@test "every string with {names} is marked for translation" {
  lists_nothing unmarked
}

@test "a translation has the placeholders of its message" {
  [ "$(wc -l <"$pairs")" -gt 1500 ]
  none "$(differing '[{][a-z0-9_]+[}]')"
}

@test "a translation has the commands of its message" {
  none "$(differing '`[^`]+`')"
}

@test "a translation has the options of its message" {
  none "$(differing '--[a-z][a-z-]+')"
}

@test "a translation has no half-width punctuation after a Chinese word" {
  none "$(cut -f 2 "$pairs" |
    LC_ALL=C grep -aP '[\xe4-\xe9][\x80-\xbf]{2}[,;.?!]')"
}

@test "msgfmt --check accepts the catalogue" {
  run msgfmt --check --output-file=/dev/null "$catalogue"
  [ "$status" -eq 0 ] || none "$output"
}

# ---- Chinese -----------------------------------------------------------------------

@test "a check in Chinese prints Chinese verdicts and no English sentence" {
  make_clinic
  export ZICHA_LANG=zh
  for locale in C C.UTF-8; do
    LC_ALL=$locale check c
    expect 0 合格 发现问题 不适用 未检查 未判定 适用项
    no_english
  done
}

@test "problems and open items are told in Chinese without an English sentence" {
  copy_hospital
  export ZICHA_LANG=zh
  for locale in C C.UTF-8; do
    LC_ALL=$locale check h
    expect 1 明确违规 提醒 未填报答案
    no_english
  done
}

@test "a second check says in Chinese that nothing has changed" {
  make_clinic
  export ZICHA_LANG=zh
  check c
  never 没有变化
  check c
  expect 0 没有变化
  no_english
}

@test "help is Chinese for every command, in the plain C locale too" {
  export ZICHA_LANG=zh
  names=$(command_names)
  [[ "$names" == *check*report* ]]
  for locale in C C.UTF-8; do
    LC_ALL=$locale run zicha help
    expect 0 医疗机构使用 通用 逐项判定并列出结论
    no_english
    for name in $names; do
      LC_ALL=$locale run zicha help "$name"
      expect 0 用法 业务日期
      no_english
    done
  done
}

@test "the manual page in Chinese has no English sentence" {
  ZICHA_LANG=zh run zicha help --man
  expect 0 逐项判定并列出结论
  none "$(printf '%s\n' "$output" | grep -v '^\.' | grep -E "$three_words")"
}

@test "status, doctor and the questions are Chinese without an English sentence" {
  make_clinic
  export ZICHA_LANG=zh LC_ALL=C
  run zicha -C c status
  expect 0 问答项 尚未自查
  no_english
  run zicha -C c doctor
  expect 0 规则隔离 完好
  no_english
  run zicha -C c answer --all <<<'?'
  expect 0 判定标准 已填答案
  no_english
}

@test "mistakes on the command line are told in Chinese without an English sentence" {
  make_clinic
  export ZICHA_LANG=zh LC_ALL=C
  run zicha chekc
  expect 64 没有命令
  no_english
  run zicha -C c check --bogus
  expect 64 没有选项
  no_english
  run zicha -C c answer posted=perhaps
  expect 65 方案中没有检查项
  no_english
  run zicha -C c check --from 2023-05-01
  expect 64 检查时段
  no_english
}

@test "mistakes in a package are told in Chinese, with their advice" {
  make_package p <<'END'
- {id: Posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}
END
  make_facility
  ZICHA_LANG=zh LC_ALL=C run zicha init w --plan p --facility facility.yaml
  expect 65 items.yaml:1:8: 不是有效编号 "→ 编号须以小写字母开头"
  no_english
}

@test "the terms inside a message are Chinese words" {
  make_package p <<'END'
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: 'answer == "x"'}
- {id: shown, title: [一], kind: question, ask: 是否公示？, answer: yesno, problem_if: no}
END
  make_facility
  ZICHA_LANG=zh LC_ALL=C run zicha init w --plan p --facility facility.yaml
  expect 65 条件（真或假）与文字不能比较 此处应为文字
}

@test "the reason of a system failure is readable in the plain C locale" {
  ZICHA_LANG=zh LC_ALL=C run zicha -C nowhere check
  expect 66 无法打开
  never '??'
}

@test "the reason of a system failure is Chinese" {
  ZICHA_LANG=zh LC_ALL=C run zicha -C nowhere check
  expect 66 无法打开
  no_english
}

@test "a layout that returns no document is told in Chinese" {
  make_package p <<'END'
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}
END
  mkdir -p p/layouts
  echo 'return { build = function() return { children = list { { kind = "x" } } } end }' \
    >p/layouts/rectification.lua
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  ZICHA_LANG=zh run zicha -C w report
  expect 70 报告版式未生成有效文档
  no_english
}

@test "a rule whose check returns no outcome is told in Chinese" {
  make_ruled own.returns <<<'rule "own.returns" { check = function(c) return 1 end }'
  ZICHA_LANG=zh run zicha -C w check --isolation process
  expect 2 未判定 check
  no_english
}

@test "a rule file that cannot be loaded is the reason of its items, with file and line" {
  make_ruled own.broken <<<'rule "own.broken" { check = = 1 }'
  run zicha -C w check --isolation process
  expect 2 own.lua:1:
}

@test "an item that cites a basis of a plan without any is told so with its place" {
  make_package p <<'END'
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no, basis: [law]}
END
  make_facility
  ZICHA_LANG=zh run zicha init w --plan p --facility facility.yaml
  expect 65 items.yaml:1: "basis 中没有编号 law"
}

# ---- English, and which of the two -------------------------------------------------

@test "a check in English prints English verdicts" {
  make_clinic
  for locale in C C.UTF-8; do
    LC_ALL=$locale ZICHA_LANG=en check c
    expect 0 pass "problem found" "not applicable" "not checked" undetermined
    never 合格 发现问题 未检查
  done
}

@test "help in English has no Chinese" {
  export ZICHA_LANG=en
  run zicha help
  expect 0 "judge every item and print the verdicts"
  no_chinese
  for name in $(command_names); do
    run zicha help "$name"
    expect 0 usage
    no_chinese
  done
}

@test "Chinese is spoken unless the locale or ZICHA_LANG says English" {
  unset ZICHA_LANG LANG LC_MESSAGES LC_ALL LANGUAGE
  run zicha help
  expect 0 逐项判定
  LC_ALL=C run zicha help
  expect 0 逐项判定
  LC_ALL=C LANGUAGE=en run zicha help
  expect 0 逐项判定
  LANG=de_DE.UTF-8 run zicha help
  expect 0 逐项判定
  LANG=en_US.UTF-8 run zicha help
  expect 0 "judge every item"
  LANG=en_US.UTF-8 ZICHA_LANG=zh run zicha help
  expect 0 逐项判定
  LANG=zh_CN.UTF-8 ZICHA_LANG=en run zicha help
  expect 0 "judge every item"
}

@test "a report is Chinese, and the same, whatever language messages have" {
  make_clinic
  cp -a c e
  ZICHA_LANG=en zicha -C e --today 2023-06-30 report >/dev/null 2>&1
  ZICHA_LANG=zh zicha -C c --today 2023-06-30 report >/dev/null 2>&1
  cmp c/reports/*/report.md e/reports/*/report.md
  run grep -c 机构说明不适用 e/reports/*/report.md
  [ "$output" -ge 5 ]
}

# zc_err.text holds so much; a longer one is cut, and then nobody translates it.
@test "no message is longer than an error has room for" {
  cut -f 1 "$pairs" >messages
  [ "$(wc -l <messages)" -gt 1500 ]
  none "$(LC_ALL=C awk 'length($0) > 199' messages)"
}
