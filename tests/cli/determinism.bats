#!/usr/bin/env bats
# The same input gives the same bytes: record, report.md, report.html, papers.
load helper

# Works the hospital's whole case in a fresh folder and collects what comes out:
# collect FOLDER; the environment decides language, locale and zone.
collect() {
  local package=${package:-$plan}
  mkdir -p "$1"
  (
    cd "$1"
    zicha init h --plan "$package" --facility "$example/hospital/facility.yaml"
    cp "$example/hospital/report.yaml" h/report.yaml
    for table in ${tables:-rx_lines exam_requests staff}; do
      zicha -C h import "$table" "$example/hospital/$table.csv"
    done
    zicha -C h answer --file "$example/hospital/answers.yaml"
    zicha -C h attach leading_group "$example/hospital/leading-group.txt" --copy --name 领导小组成立文件
    zicha -C h attach own_plan "$example/hospital/own-plan.txt" --copy --name 本单位实施方案
    zicha -C h --today 2023-06-30 check --format json >record.json || true
    zicha -C h --today 2023-06-30 report --out markdown:report.md --out html:report.html
    zicha -C h --today 2023-06-30 needs --out markdown:needs.md --out html:needs.html
    zicha -C h form
  ) >/dev/null 2>&1
  without_sums "$1"/report.*
  [ -s "$1/record.json" ]
}

# The first case, once a file.
wanted() {
  [ -s "$BATS_FILE_TMPDIR/wanted/record.json" ] || collect "$BATS_FILE_TMPDIR/wanted"
  printf '%s' "$BATS_FILE_TMPDIR/wanted"
}

# same FOLDER: everything in it is what the first case gave.
same() {
  local first
  first=$(wanted)
  for file in record.json report.md report.html needs.md needs.html; do
    cmp "$first/$file" "$1/$file"
  done
  diff -r "$first/h/forms" "$1/h/forms"
}

@test "five cases give the same bytes" {
  wanted >/dev/null
  for n in 1 2 3 4; do
    collect "run$n"
    same "run$n"
  done
}

@test "asking again gives the same bytes as the first time" {
  collect one
  cd one
  zicha -C h --today 2023-06-30 check --format json >again.json || true
  cmp record.json again.json
  zicha -C h --today 2023-06-30 report --out markdown:again.md --out html:again.html
  without_sums again.*
  cmp report.md again.md
  cmp report.html again.html
}

@test "a record judged anew is the record that was stored" {
  collect one
  first=$(sha256sum <one/record.json)
  sqlite3 one/h/zicha.db 'DELETE FROM run'
  zicha -C one/h --today 2023-06-30 check --format json >one/record.json || true
  [ "$(sha256sum <one/record.json)" = "$first" ]
}

@test "the locale changes no byte" {
  for locale in C C.UTF-8 POSIX en_US.UTF-8; do
    { LC_ALL=$locale collect "$locale"; } 2>/dev/null
    same "$locale"
  done
}

@test "the language of messages changes no byte" {
  for language in en zh; do
    ZICHA_LANG=$language collect "$language"
    same "$language"
  done
}

@test "the time zone changes no byte" {
  for zone in EAST-14 WEST11 UTC; do
    TZ=$zone collect "$zone"
    same "$zone"
  done
}

@test "another folder, deeper and in Chinese, changes no byte" {
  collect "深/a b/c"
  same "深/a b/c"
}

@test "the folder's name does not stand in a record or report" {
  collect some-remarkable-folder
  run grep -l some-remarkable-folder some-remarkable-folder/{record.json,report.md,report.html}
  [ "$status" -eq 1 ]
}

@test "the order in which tables were imported changes no byte" {
  tables='staff rx_lines exam_requests' collect order
  same order
}

@test "the order in which answers were given changes no byte" {
  mkdir one two
  for folder in one two; do
    (cd $folder && make_questions)
  done
  zicha -C one/w answer posted=是 meetings=3 sampled=50/3
  for answer in sampled=50/3 meetings=2 meetings=3 posted=否 posted=是; do
    zicha -C two/w answer "$answer"
  done
  [ "$(record one/w .)" = "$(record two/w .)" ]
}

@test "the order in which documents were attached changes no byte" {
  mkdir one two
  for folder in one two; do
    (
      cd $folder
      make_package p <<<'- {id: group, title: 小组, kind: evidence, ask: 有？, evidence: [文件, 名单]}'
      make_facility
      zicha init w --plan p --facility facility.yaml
    )
  done
  echo 甲 >file
  echo 乙 >list
  zicha -C one/w attach group --copy file --name 文件
  zicha -C one/w attach group --copy list --name 名单
  zicha -C two/w attach group --copy list --name 名单
  zicha -C two/w attach group --copy file --name 文件
  [ "$(record one/w .run)" = "$(record two/w .run)" ]
  [ "$(record one/w .)" = "$(record two/w .)" ]
}

# The county's package as somebody's own, its files made in the order that is given.
own_package() {
  local folder=$1 file
  shift
  mkdir -p "$folder"
  for file in "$@"; do
    mkdir -p "$folder/$(dirname "$file")"
    cp "$ZICHA_ROOT/checklists/$plan/$file" "$folder/$file"
  done
}

@test "the order in which a package's files were made changes no byte" {
  own_package one plan.yaml items.yaml source.md
  own_package two source.md items.yaml plan.yaml
  package=../one collect first
  package=../two collect second
  for file in record.json report.md report.html; do
    cmp "first/$file" "second/$file"
  done
}

@test "items split over several files are judged in one order, however the files were made" {
  for folder in one two; do
    make_package $folder <<<'- {id: a, title: 甲, kind: question, ask: 有？, answer: yesno, problem_if: no}'
    mkdir $folder/items
  done
  more() { echo "- {id: $2, title: 乙, kind: question, ask: 有？, answer: yesno, problem_if: no}" >"$1/items/$2.yaml"; }
  for id in b c d e f; do more one $id; done
  for id in f d e c b; do more two $id; done
  make_facility
  zicha init v --plan one --facility facility.yaml
  zicha init w --plan two --facility facility.yaml
  [ "$(record v '[.items[].id] | sort | join("")')" = abcdef ]
  [ "$(record v .)" = "$(record w .)" ]
}

@test "a copy of a shipped package gives the same verdicts as the shipped one" {
  cp -r "$ZICHA_ROOT/checklists/$plan" copy
  package=../copy collect own
  [ "$(jq -c .items own/record.json)" = "$(jq -c .items "$(wanted)/record.json")" ]
  [ "$(jq -c .plan own/record.json)" = "$(jq -c .plan "$(wanted)/record.json")" ]
}

@test "the times of files change no byte" {
  collect touched
  find touched/h/data touched/h/facility.yaml -type f -exec touch -d '2001-01-01' {} +
  sqlite3 touched/h/zicha.db 'DELETE FROM run'
  cd touched
  zicha -C h --today 2023-06-30 check --format json >record.json || true
  zicha -C h --today 2023-06-30 report --out markdown:report.md --out html:report.html
  without_sums report.*
  cd ..
  same touched
}

@test "a mistake is told in the same words every time" {
  make_facility
  cat >>facility.yaml <<'END'
机构名称: 另一家
机构类别: 诊所
开放床位: 3
END
  for n in $(seq 20); do
    zicha init w --plan "$plan" --facility facility.yaml 2>&1 || true
  done >said
  [ "$(grep -c 'stands twice' said)" -ge 20 ]
  [ "$(sort said | uniq -c | awk '{ print $1 % 20 }' | sort -u)" = 0 ]
}

@test "rules that fail are told in the same words and order every time" {
  make_package p <<'END'
- {id: a, title: 甲, kind: data, rules: [one.a]}
- {id: b, title: 乙, kind: data, rules: [two.b]}
- {id: c, title: 丙, kind: data, rules: [three.c]}
END
  write_rule p one <<<'rule "one.a" { on = "rx_lines", where = "dys > 7" }'
  write_rule p two <<<'rule "two.b" { on = "rx_lines", where = "dys > 7" }'
  write_rule p three <<<'rule "three.c" { on = "rx_lines", where = "dys > 7" }'
  make_facility
  for n in 1 2 3 4 5; do
    rm -rf w
    zicha init w --plan p --facility facility.yaml >/dev/null
    zicha -C w --today 2023-06-30 check --format json >"said$n" 2>&1 || true
  done
  grep -q 'rules/one.lua:1' said1
  for n in 2 3 4 5; do cmp said1 "said$n"; done
}
