#!/usr/bin/env bats
# help, version, doctor: what the program says about itself.
load helper

# The commands as the overview lists them.
commands() { zicha help | sed -n 's/^  \([a-z]\+\( [a-z]\+\)*\)  .*/\1/p'; }

@test "help lists every command of a facility" {
  for command in init "plan use" "plan unuse" "plan list" needs template "import auto" import "table list" "table show" "table check" form answer attach \
    check report status doctor help version; do
    commands | grep -qx "$command"
  done
}

@test "help lists the commands for keys" {
  for command in "key new" "key show"; do
    commands | grep -qx "$command"
  done
}

@test "every command explains itself, by help and by --help and -h, in the same words" {
  [ "$(commands | wc -l)" -ge 16 ]
  while read -r command; do
    # shellcheck disable=SC2086
    wanted=$(zicha help $command </dev/null)
    [[ "$wanted" == "usage: zicha $command"* ]]
    for option in --help -h; do
      # shellcheck disable=SC2086
      [ "$(zicha $command $option </dev/null)" = "$wanted" ]
    done
  done < <(commands)
}

@test "a command's help names its options and those of every command" {
  run zicha help check
  expect 0 "--format FORMAT" "--out FORMAT:PATH" "--from DAY" "--to DAY" "--fail-on WORDS" \
    "--plan ID" "-C, --workspace DIR" "--today DATE" "-h, --help"
}

@test "help of a group explains each of its commands" {
  run zicha help plan
  expect 0 "usage: zicha plan use" "usage: zicha plan unuse" "usage: zicha plan list"
}

@test "--help alone is the overview" {
  [[ "$(zicha --help)" == *"usage: zicha [-C DIR]"* ]]
  [ "$(zicha --help)" = "$(zicha help)" ]
  [ "$(zicha -h)" = "$(zicha help)" ]
}

@test "help with an unknown command: 64" {
  run zicha help chekc
  expect 64 "unknown command chekc"
}

@test "help needs no workspace and makes none" {
  mkdir empty
  run zicha -C empty check --help
  expect 0 "usage: zicha check"
  [ -z "$(ls -A empty)" ]
}

@test "the summaries of the overview begin in one column" {
  [ "$(zicha help | grep -E '^  [a-z]' | sed -E 's/^(  [a-z]+( [a-z-]+)*  +).*/\1/' |
    awk '{ print length }' | sort -u | wc -l)" = 1 ]
}

@test "the explanations of options begin in one column" {
  zicha help check | grep -E '^ +(-|--)' |
    sed -E 's/^( +(-., )?--[a-z-]+( [A-Z:]+)? +).*/\1/' | awk '{ print length }' | sort -u >columns
  [ "$(wc -l <columns)" = 1 ]
}

@test "every option of the help is an option of the completions, and they are bash" {
  zicha help --completions >completions
  bash -n completions
  while read -r command; do
    # shellcheck disable=SC2086
    for option in $(zicha help $command | grep -oE -e '--[a-z-]+' | sort -u); do
      [ "$option" = --workspace ] || grep -F "\"$command \"*)" completions | grep -qw -e "$option"
    done
  done < <(commands)
}

@test "the completions complete commands and options" {
  zicha help --completions >completions
  run bash -c 'source ./completions
    COMP_WORDS=(zicha che); COMP_CWORD=1; _zicha; echo "${COMPREPLY[@]}"
    COMP_WORDS=(zicha check --fo); COMP_CWORD=2; _zicha; echo "${COMPREPLY[@]}"
    COMP_WORDS=(zicha table c); COMP_CWORD=2; _zicha; echo "${COMPREPLY[@]}"
    COMP_WORDS=(zicha import au); COMP_CWORD=2; _zicha; echo "${COMPREPLY[@]}"
    COMP_WORDS=(zicha import auto --y); COMP_CWORD=3; _zicha; echo "${COMPREPLY[@]}"'
  expect 0
  [ "${lines[0]}" = check ]
  [ "${lines[1]}" = --format ]
  [ "${lines[2]}" = check ]
  [ "${lines[3]}" = auto ]
  [ "${lines[4]}" = --yes ]
}

@test "the manual page names every command, option and exit status" {
  zicha help --man >page
  head -n 1 page | grep -q '^\.TH ZICHA 1 '
  while read -r command; do
    grep -q "^\.B $command" page
  done < <(commands)
  grep -q -e '\\-\\-fail\\-on' page || grep -q -e '\\-\\-fail-on' page
  for status in 64 65 66 69 70 73 74 77; do
    grep -A 2 'SH EXIT STATUS' page | grep -qw "$status"
  done
}

@test "no line of the manual page is taken for a request by mistake" {
  zicha help --man >page
  [ "$(grep -c '^\.TP$' page)" -ge 16 ]
  run bash -c "grep -E \"^[.']\" page | grep -vE '^\.(TH|SH|B|TP|br)( |\$)'"
  [ "$status" -eq 1 ]
}

@test "version prints one line: name and number" {
  run zicha version
  expect 0
  [[ "$output" =~ ^zicha\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
  [ "$(zicha --version)" = "$output" ]
}

@test "doctor tries what a check needs, and says what it found" {
  run zicha doctor
  expect 0 "GB18030 files" "can be read" "isolation of rules" "none here"
}

@test "doctor finds a sound workspace sound" {
  make_questions
  run zicha -C w doctor
  expect 0 sound
}

@test "doctor looks at the settings, and claims no more than it has looked at" {
  make_questions
  run zicha -C w doctor
  expect 0 "its database is sound; \`zicha verify\` looks at what is in it" "settings of the workspace   can be read"
  echo 'name: [' >w/facility.yaml
  run zicha -C w doctor
  expect 65 "MISSING or not to be read" "facility.yaml:"
  rm w/facility.yaml
  run zicha -C w doctor
  expect 65 "MISSING or not to be read" "neither facility.yaml nor office.yaml is there"
}

@test "the isolation that doctor states is the record's" {
  copy_hospital
  unset ZICHA_ISOLATION
  level=$(zicha doctor | sed -n 's/^isolation of rules *\([a-z]*\).*/\1/p')
  [ "$(record h .isolation)" = "$level" ]
}

@test "messages are Chinese unless the locale or ZICHA_LANG says English" {
  unset ZICHA_LANG
  env LC_ALL=zh_CN.UTF-8 "$ZICHA" help >zh
  env LC_ALL=C "$ZICHA" help >c
  env LC_ALL=en_US.UTF-8 "$ZICHA" help >en
  env ZICHA_LANG=en LC_ALL=zh_CN.UTF-8 "$ZICHA" help >chosen
  env ZICHA_LANG=zh LC_ALL=en_US.UTF-8 "$ZICHA" help >chosen_zh
  cmp zh c
  cmp en chosen
  cmp zh chosen_zh
  run cmp zh en
  [ "$status" -eq 1 ]
  grep -q 'make a workspace' en
  run grep -q 'make a workspace' zh
  [ "$status" -eq 1 ]
}

@test "errors are told in Chinese too, with the same places" {
  make_questions
  echo 'bed_open: 20' >>w/facility.yaml
  export ZICHA_LANG=zh
  run zicha -C w check
  expect 65 facility.yaml:5:1: bed_open beds_open
  never "unknown key" "did you mean" "has 1 errors"
}

@test "Chinese columns of a check line up" {
  copy_hospital
  ZICHA_LANG=zh zicha -C h --today 2023-06-30 check >out || true
  grep -qE '^合格 ' out
  for verdict in 合格 发现问题 不适用 未检查 未判定; do
    line=$(grep -E "^$verdict " out | head -n 1)
    number=$(printf '%s' "$line" | sed -E 's/^([^ ]+ +[0-9]+).*/\1/')
    printf '%s\n' "$(($(printf '%s' "$verdict" | LC_ALL=C.UTF-8 wc -m) + $(printf '%s' "$number" | LC_ALL=C.UTF-8 wc -m)))"
  done | sort -u >widths
  [ "$(wc -l <widths)" = 1 ]
}

@test "output that nobody takes is a failure, not a success: 74" {
  [ -e /dev/full ] || skip "no /dev/full"
  run bash -c "'$ZICHA' help >/dev/full"
  expect 74
}

@test "every command tells the same version" {
  local version
  version=$(zicha version | sed 's/zicha //')
  [[ $version = [0-9]*.[0-9]*.[0-9]* ]]
  zicha doctor | grep -q "zicha $version\$"
  zicha help --man | grep -q "^.TH ZICHA 1 \"\" \"zicha $version\""
  run zicha plan lint --format sarif "$ZICHA_ROOT/checklists/county/medical-disorder"
  [ "$(jq -r '.runs[0].tool.driver.version' <<<"$output")" = "$version" ]
}
