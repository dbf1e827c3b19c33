# helper.bash: what the command-line tests share. ZICHA is the program under test,
# ZICHA_ROOT the repository, ZICHA_SANITIZED is ON in a sanitizer build (whose evaluator
# runs unlocked).

plan=county/large-prescriptions
example=$ZICHA_ROOT/checklists/$plan/example

# Every test has a folder of its own; messages are English unless a test says otherwise.
setup() {
  work=$BATS_TEST_TMPDIR
  cd "$work" || return 1
  export ZICHA_LANG=en
  unset ZICHA_TODAY ZICHA_WORKSPACE
  [ "${ZICHA_SANITIZED:-OFF}" = ON ] && export ZICHA_ISOLATION=process
  return 0
}

# Makes the example hospital's workspace in ./h, with tables, answers and documents.
make_hospital() {
  "$ZICHA" init h --plan "$plan" --facility "$example/hospital/facility.yaml" >/dev/null
  for table in rx_lines exam_requests staff; do
    "$ZICHA" -C h import "$table" "$example/hospital/$table.csv" >/dev/null
  done
  "$ZICHA" -C h answer --file "$example/hospital/answers.yaml" >/dev/null
  "$ZICHA" -C h attach leading_group "$example/hospital/leading-group.txt" \
    --name 领导小组成立文件 >/dev/null
  "$ZICHA" -C h attach own_plan "$example/hospital/own-plan.txt" \
    --name 本单位实施方案 >/dev/null
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
