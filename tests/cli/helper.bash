# helper.bash: what the command-line tests share. ZICHA is the program under test,
# ZICHA_ROOT the repository, ZICHA_SANITIZED is ON in a sanitizer build (whose evaluator
# runs unlocked).

plan=county/large-prescriptions
example=$ZICHA_ROOT/checklists/$plan/example

# Every test has a folder of its own; messages are English unless a test says otherwise.
# A file with a setup of its own calls begin_test first.
setup() { begin_test; }

begin_test() {
  work=$BATS_TEST_TMPDIR
  cd "$work" || return 1
  export ZICHA_LANG=en
  export ZICHA_LIBRARY=$work/library
  unset ZICHA_TODAY ZICHA_WORKSPACE
  [ "${ZICHA_SANITIZED:-OFF}" = ON ] && export ZICHA_ISOLATION=process
  return 0
}

# Makes the example hospital's workspace in ./h, with tables, answers and documents.
# What neither of the example facilities can export.
no_exports=admissions,adverts,bed_daily,consents,drugs,fee_lines,orders,patients,price_catalog
no_exports=$no_exports,procedures,stock_moves

make_hospital() {
  "$ZICHA" init h --plan "$plan" --facility "$example/hospital/facility.yaml" >/dev/null
  for table in rx_lines exam_requests staff; do
    "$ZICHA" -C h import "$table" "$example/hospital/$table.csv" >/dev/null
  done
  "$ZICHA" -C h import --none "$no_exports" 信息系统不能导出 >/dev/null
  "$ZICHA" -C h answer --file "$example/hospital/answers.yaml" >/dev/null
  "$ZICHA" -C h attach leading_group "$example/hospital/leading-group.txt" --copy \
    --name 领导小组成立文件 >/dev/null
  "$ZICHA" -C h attach own_plan "$example/hospital/own-plan.txt" --copy \
    --name 本单位实施方案 >/dev/null
}

# The example clinic as ./c: nothing but answers.
make_clinic() {
  "$ZICHA" init c --plan "$plan" --facility "$example/clinic/facility.yaml" >/dev/null
  "$ZICHA" -C c import --none "rx_lines,$no_exports" 手写处方 >/dev/null
  "$ZICHA" -C c import --none exam_requests 未开展检查 >/dev/null
  "$ZICHA" -C c answer --file "$example/clinic/answers.yaml" >/dev/null
}

# A package of one file each: make_package DIR <<items.yaml; rules on top with
# write_rule DIR FILE <<lua.
make_package() {
  mkdir -p "$1/rules"
  cat >"$1/items.yaml"
  cat >"$1/plan.yaml" <<'END'
zicha: 1
id: county/test
title: 测试方案
version: "1"
kind: rectification
level: county
END
}

write_rule() { cat >"$1/rules/$2.lua"; }

make_facility() {
  cat >facility.yaml <<'END'
code: T1
name: 测试卫生院
class: 乡镇卫生院
beds_open: 20
END
}

# Runs a check as of a fixed day; sets status and output as `run` does.
check() { run "$ZICHA" -C "$1" --today 2023-06-30 check "${@:2}"; }

# One value of the record: record DIR JQ-FILTER
record() {
  "$ZICHA" -C "$1" --today 2023-06-30 check --format json 2>/dev/null | jq -r "$2"
}

# The program, as people call it.
zicha() { "$ZICHA" "$@"; }

# expect STATUS [TEXT…]: how the last `run` ended and what it said; tells the difference.
expect() {
  local wanted=$1 text
  shift
  [ "$status" -eq "$wanted" ] || {
    printf 'exit status %s instead of %s:\n%s\n' "$status" "$wanted" "$output"
    return 1
  }
  for text in "$@"; do
    [[ "$output" == *"$text"* ]] || {
      printf 'this was not said: %s\n%s\n' "$text" "$output"
      return 1
    }
  done
}

# never TEXT…: the last `run` said none of these.
never() {
  local text
  for text in "$@"; do
    [[ "$output" != *"$text"* ]] || {
      printf 'this was said: %s\n%s\n' "$text" "$output"
      return 1
    }
  done
}

# no COMMAND…: it ends with 1, as grep without a match and cmp of two that differ do. A plain `!` fails no
# test unless it stands last.
no() {
  local ended=0
  "$@" || ended=$?
  [ "$ended" = 1 ] || {
    printf 'ended with %s instead of 1: %s\n' "$ended" "$*"
    return 1
  }
}

# One value of one item of the record: item DIR ID JQ-FILTER
item() { record "$1" ".items[] | select(.id == \"$2\") | $3"; }

# The hospital in ./h, from a copy that is made once a file.
copy_hospital() {
  [ -d "$BATS_FILE_TMPDIR/h" ] || (cd "$BATS_FILE_TMPDIR" && make_hospital)
  cp -a "$BATS_FILE_TMPDIR/h" h
}

# A package with a question of each kind of answer in ./p, and its workspace ./w.
make_questions() {
  make_package p <<'END'
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no, text: 应当公示, basis: [law], owner: 办公室}
- {id: meetings, title: 会议, kind: question, ask: 开会几次？, answer: number, problem_if: answer < 2, owner: 办公室}
- {id: founded, title: 成立, kind: question, ask: 何时成立？, answer: date, problem_if: answer > today, owner: 医务科}
- {id: remark, title: 说明, kind: question, ask: 有何说明？, answer: text, problem_if: answer == "有", owner: 医务科}
- {id: grade, title: 等级, kind: question, ask: 评为几等？, answer: choice, choices: [甲等, 乙等, 丙等], problem_if: answer == "丙等"}
- {id: sampled, title: 抽查, kind: question, ask: 抽查几张，几张有误？, answer: sample, problem_if: answer.wrong > 0}
END
  cat >>p/plan.yaml <<'END'
basis:
  - {id: law, title: 处方管理办法, article: 第六条, version: 2007年}
END
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
}

# Takes the sum of the ledger out of reports: its events hold the time at which they were
# written, so no two workspaces have the same.
without_sums() { sed -i -E 's/(末条校验值|"hash":")[0-9a-f]{64}/\1/g' "$@"; }

# Runs a command as a user to whom nothing here belongs: to root every file is writable.
as_other() {
  chmod a+x "$BATS_RUN_TMPDIR"
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid 65534 --clear-groups "$@"
  else
    "$@"
  fi
}

# Skips where other users cannot reach the program at all.
need_other() {
  as_other test -x "$ZICHA" -a -r "$ZICHA_ROOT/scripts" ||
    skip "the build is out of reach for other users"
}
