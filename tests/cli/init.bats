#!/usr/bin/env bats
# init: a facility's folder, by prompts or from a facility.yaml.
load helper

# What somebody types: code, name, other names, class, ownership.
type_in() { printf '%s\n' "$@" | zicha init w --plan "$plan"; }

init_with() { zicha init w --plan "$plan" --facility facility.yaml; }

# ---- prompts ---------------------------------------------------------------------------

@test "typed answers make a workspace: facility.yaml, report.yaml, database" {
  run type_in T1 测试卫生院 '' 乡镇卫生院 公立
  expect 0 "made the workspace w"
  [ -s w/facility.yaml ]
  [ -s w/report.yaml ]
  [ -s w/zicha.db ]
  [ "$(record w '.facility | [.code, .name, .class] | join(" ")')" = "T1 测试卫生院 乡镇卫生院" ]
}

@test "a class may be chosen by its number in the list" {
  type_in T1 测试卫生院 '' 7 2
  grep -q '^class: "乡镇卫生院"' w/facility.yaml
  grep -q '^ownership: "民营"' w/facility.yaml
}

@test "an empty line where something is needed asks again" {
  run type_in '' T1 '' 测试卫生院 '' 诊所 ''
  expect 0 "this is needed"
  [ "$(record w .facility.name)" = 测试卫生院 ]
}

@test "an empty line where nothing is needed leaves a comment to fill in" {
  type_in T1 测试诊所 '' 诊所 ''
  grep -q '^# ownership:' w/facility.yaml
  run grep '^ownership:' w/facility.yaml
  [ "$status" -eq 1 ]
}

@test "a typed name comes back as it was typed, whatever YAML thinks of it" {
  type_in 012 'A: "B" #C\D' '' 诊所 ''
  [ "$(record w .facility.name)" = 'A: "B" #C\D' ]
  [ "$(record w .facility.code)" = 012 ]
}

@test "input that ends early makes nothing: 64" {
  run type_in T1 测试卫生院
  expect 64 "the input ended before 机构类别" "--facility"
  [ ! -e w ]
}

@test "a typed class that nobody knows is told with the known ones and asked again" {
  run type_in T1 测试卫生院 '' 大医院 诊所 私立 2
  expect 0 "大医院 is not one of the known words" "村卫生室" "私立 is not one of the known words"
  [ "$(record w '.facility | [.code, .name, .class] | join(" ")')" = "T1 测试卫生院 诊所" ]
}

@test "whatever facility.yaml would refuse is asked again at once" {
  echo '- {id: a, title: 甲, kind: question, ask: 甲？, answer: yesno, problem_if: no, applies: facility.licence_valid_to > today and facility.is_designated}' |
    make_package p
  run bash -c "printf '%s\n' T1 测试诊所 诊所 '' 2026年 2026-12-31 也许 是 | '$ZICHA' init w --plan p"
  expect 0 "a date such as 2023-05-01 is needed here" "yes or no is needed here"
  grep -q '^licence_valid_to: "2026-12-31"' w/facility.yaml
  grep -q '^is_designated: "是"' w/facility.yaml
}

@test "input that ends behind a value that is refused makes nothing: 64" {
  run type_in T1 测试卫生院 '' 大医院
  expect 64 "大医院 is not one of the known words" "the input ended before 机构类别"
  [ ! -e w ]
}

@test "what the plan goes by is asked, so that nothing stays open for want of it" {
  run type_in T1 测试卫生院 '' 乡镇卫生院 公立 二十 20
  expect 0 "开放床位（没有床位的填0）" "a whole number is needed here"
  grep -q '^beds_open: "20"' w/facility.yaml
  zicha -C w import --none "$no_exports" 信息系统不能导出
  [ "$(item w phantom_bed '.reason.text')" = "not answered" ]
}

@test "fields that only a rule reads are asked too, a list in one line" {
  echo '- {id: own, title: 自定, kind: data, rules: [own.dept]}' | make_package p
  write_rule p own <<'END'
rule "own.dept" { check = function(c)
  return pass { population = #(c.facility.departments_approved or {}) } end }
END
  printf '%s\n' T1 测试诊所 诊所 '' 内科、外科，儿科 | zicha init w --plan p
  grep -q '^departments_approved: \["内科", "外科", "儿科"\]' w/facility.yaml
  [ "$(item w own .population)" = 3 ]
  run grep '^# beds_open:' w/facility.yaml
  [ "$status" -eq 0 ]
}

@test "a workspace is refused before anything is asked" {
  make_facility
  init_with
  run type_in T1 测试卫生院 '' 乡镇卫生院 公立
  expect 73 "w is a workspace already"
  never 机构代码
}

# ---- what init writes ------------------------------------------------------------------

@test "the facility.yaml that prompts wrote loads again unchanged" {
  type_in T1 测试卫生院 '' 乡镇卫生院 公立
  zicha init again --plan "$plan" --facility w/facility.yaml
  cmp w/facility.yaml again/facility.yaml
  [ "$(record w .facility)" = "$(record again .facility)" ]
}

@test "every commented line of facility.yaml can be filled in" {
  type_in T1 测试卫生院 '' 乡镇卫生院 ''
  sed -i -e 's/^# \(second_names\|departments_approved\):/\1: [甲, 乙]/' \
    -e 's/^# \(licence_valid_to\|next_check\):/\1: 2026-12-31/' \
    -e 's/^# \(beds_[a-z]*\):/\1: 20/' -e 's/^# is_designated:/is_designated: 是/' \
    -e 's/^# ownership:/ownership: 公立/' -e 's/^# \([a-z_]*\):/\1: 文字/' w/facility.yaml
  [ "$(grep -c '^[a-z_]*:' w/facility.yaml)" -eq 15 ]
  run zicha -C w status
  expect 0 "questions: 0 of"
}

@test "a field that was filled in later decides what applies" {
  type_in T1 测试卫生院 '' 乡镇卫生院 ''
  [ "$(item w phantom_bed .status)" = not_checked ]
  sed -i 's/^# beds_open:/beds_open: 0/' w/facility.yaml
  [ "$(item w phantom_bed .status)" = not_applicable ]
}

@test "the report.yaml that init writes is what report --needs prints" {
  type_in T1 测试卫生院 '' 乡镇卫生院 ''
  zicha -C w report --needs >needs.yaml
  cmp needs.yaml w/report.yaml
}

@test "the report.yaml that init writes loads: nothing is filled in yet" {
  type_in T1 测试卫生院 '' 乡镇卫生院 ''
  run zicha -C w report
  expect 0 "report.md" "报送对象"
}

@test "report.yaml loads with every line uncommented and still empty" {
  type_in T1 测试卫生院 '' 乡镇卫生院 ''
  sed -i 's/^# \([a-z_]*:\)/\1/' w/report.yaml
  [ "$(grep -c '^[a-z_]*:' w/report.yaml)" -gt 15 ]
  run zicha -C w report
  expect 0 "报送对象"
}

# ---- --facility ------------------------------------------------------------------------

@test "--facility takes the file over byte for byte" {
  zicha init w --plan "$plan" --facility "$example/hospital/facility.yaml"
  cmp "$example/hospital/facility.yaml" w/facility.yaml
}

@test "Chinese keys and words mean the same as English ones" {
  cat >facility.yaml <<'END'
机构代码: T1
机构名称: 测试卫生院
机构类别: 乡镇卫生院
开放床位: 20
医保定点: 是
END
  init_with
  [ "$(record w '.facility.class')" = 乡镇卫生院 ]
  zicha -C w import --none "$no_exports" 信息系统不能导出
  [ "$(item w phantom_bed .reason.text)" = "not answered" ]
}

@test "a facility.yaml in GB18030 is read with a notice" {
  make_facility
  iconv -f UTF-8 -t GB18030 facility.yaml >gb.yaml
  run zicha init w --plan "$plan" --facility gb.yaml
  expect 0 "gb.yaml: warning: the file was read as GB18030" "UTF-8"
  [ "$(record w .facility.name)" = 测试卫生院 ]
}

@test "an unknown key is told with its place and the nearest one" {
  make_facility
  echo 'bed_open: 20' >>facility.yaml
  run init_with
  expect 65 "facility.yaml:5:1: unknown key bed_open" "did you mean beds_open?"
  [ ! -e w ]
}

@test "one key in both languages stands twice" {
  make_facility
  echo '机构名称: 另一家' >>facility.yaml
  run init_with
  expect 65 "facility.yaml:5:1: 机构名称 stands twice" "delete one of them"
}

@test "a missing field is told with both of its names" {
  printf 'code: T1\nclass: 诊所\n' >facility.yaml
  run init_with
  expect 65 "facility.yaml:1:1: the key name (机构名称) is missing"
  [ ! -e w ]
}

@test "a class that nobody knows is told with the known ones" {
  printf 'code: T1\nname: 测试\nclass: 大医院\n' >facility.yaml
  run init_with
  expect 65 "facility.yaml:3:8: 大医院 is not one of the known words" "→ known: 三级医院"
  [ ! -e w ]
}

@test "all that is wrong is told at once, in the order of the file" {
  cat >facility.yaml <<'END'
code: T1
name:
class: 诊所
beds_open: 二十
licence_valid_to: 2026年
is_designated: maybe
ownership: 私立
END
  run init_with
  expect 65 "facility.yaml has 5 errors" facility.yaml:4:12: facility.yaml:7:12:
  found=$(printf '%s\n' "$output" |
    sed -n 's/^facility.yaml:\([0-9]*\):[0-9]*: .*/\1/p' | tr '\n' ' ')
  [ "$found" = "2 4 5 6 7 " ]
}

@test "a day that the calendar lacks is no day" {
  make_facility
  echo 'licence_valid_to: 2026-02-30' >>facility.yaml
  run init_with
  expect 65 "facility.yaml:5:19:"
}

@test "an empty facility.yaml is refused" {
  : >facility.yaml
  run init_with
  expect 65 "facility.yaml: the file is empty"
  [ ! -e w ]
}

@test "a facility.yaml that is a list is refused" {
  echo '- code' >facility.yaml
  run init_with
  expect 65 "facility.yaml:1:1: a map of keys and values is needed here"
}

@test "a facility.yaml that does not exist: 66" {
  run zicha init w --plan "$plan" --facility nowhere.yaml
  expect 66 "cannot open nowhere.yaml"
  [ ! -e w ]
}

@test "a class for which the plan is not meant is a warning" {
  echo '- {id: a, title: 甲, kind: question, ask: 有？, answer: yesno, problem_if: no}' |
    make_package p
  printf 'scope:\n  classes: [诊所]\n' >>p/plan.yaml
  make_facility
  run zicha init w --plan p --facility facility.yaml
  expect 0 "facility.yaml:3:" "warning: the plan is not meant for the class 乡镇卫生院"
}

@test "a mistake made in facility.yaml after init stops a check, with its place" {
  make_facility
  init_with
  sed -i 's/^beds_open: 20/beds_open: 廿/' w/facility.yaml
  check w
  expect 65 "facility.yaml:4:12: a whole number is needed here"
}

# ---- folders ---------------------------------------------------------------------------

@test "a workspace is not made twice: 73, and nothing changes" {
  make_facility
  init_with
  before=$(find w -type f -exec sha256sum {} + | sort)
  run zicha init w --plan "$plan" --facility "$example/clinic/facility.yaml"
  expect 73 "w is a workspace already"
  [ "$before" = "$(find w -type f -exec sha256sum {} + | sort)" ]
}

@test "a folder that holds other files keeps them" {
  make_facility
  mkdir w
  echo 会议记录 >w/notes.txt
  echo 'leader: 院长' >w/report.yaml
  init_with
  [ "$(cat w/notes.txt)" = 会议记录 ]
  [ "$(cat w/report.yaml)" = 'leader: 院长' ]
}

@test "a facility.yaml that stands in the folder already is not lost" {
  mkdir w
  printf 'code: OLD\nname: 旧档案\nclass: 诊所\n' >w/facility.yaml
  run type_in T1 测试卫生院 '' 乡镇卫生院 公立
  ((status == 0 || (status >= 64 && status < 78)))
  grep -q 旧档案 w/facility.yaml
}

@test "a facility.yaml in the folder is taken instead of asking" {
  make_facility
  mkdir w
  mv facility.yaml w
  run zicha init w --plan "$plan" </dev/null
  expect 0 "w/facility.yaml stands there already and is taken" "made the workspace"
  [ "$(record w .facility.name)" = 测试卫生院 ]
}

@test "another facility.yaml than the one in the folder is refused: 73" {
  make_facility
  mkdir w
  sed 's/T1/T2/' facility.yaml >w/facility.yaml
  run init_with
  expect 73 "w/facility.yaml stands there already and is not the same as facility.yaml"
  grep -q T2 w/facility.yaml
  [ ! -e w/zicha.db ]
}

@test "an init that was killed while it made the database can be run again" {
  make_facility
  mkdir w
  : >w/zicha.db
  run init_with
  expect 0 "made the workspace"
  run zicha -C w status
  expect 0 "questions:"
}

@test "a folder may become the workspace of the facility.yaml that stands in it" {
  make_facility
  cp facility.yaml before.yaml
  zicha init . --plan "$plan" --facility facility.yaml
  cmp before.yaml facility.yaml
  run zicha status
  expect 0 "questions:"
}

@test "a folder whose parent does not exist: 73" {
  make_facility
  run zicha init none/w --plan "$plan" --facility facility.yaml
  expect 73 "cannot make the folder none/w"
}

@test "a plan that does not exist: 66, and nothing is made" {
  make_facility
  run zicha init w --plan county/no-such-plan --facility facility.yaml
  expect 66 "there is no plan county/no-such-plan" "zicha plan list"
  [ ! -e w ]
}

@test "a folder without plan.yaml is no plan: 66" {
  make_facility
  mkdir p
  run zicha init w --plan p --facility facility.yaml
  expect 66 "there is no plan p"
  [ ! -e w ]
}

@test "without a plan init says how to name one: 64" {
  run zicha init w
  expect 64 "--plan" "zicha plan list"
  [ ! -e w ]
}
