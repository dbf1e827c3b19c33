#!/usr/bin/env bats
# The documentation is true: what it shows happens, and what the program knows stands in it.
load helper
load half_year
load dated

docs=$ZICHA_ROOT/docs
tool=$ZICHA_ROOT/tests/cli/docs.sh
reference=("$docs/plan-format.md" "$docs/layers.md" "$docs/lint.md" "$docs/items-format.md"
  "$docs/time.md" "$docs/rule-library.md" "$docs/office.md") # of packages

# The pages for readers. Documents about the project itself show nothing that runs.
pages() {
  local page
  for page in "$ZICHA_ROOT"/README.md "$ZICHA_ROOT"/README.zh-CN.md "$docs"/*.md \
    "$docs"/zh/*.md; do
    [ -s "$page" ] && printf '%s\n' "$page"
  done
  return 0
}

# Fails with what is listed, if anything is.
none() {
  [ -z "$1" ] || {
    printf '%s\n' "$1"
    return 1
  }
}

# every_page TASK…: runs docs.sh on each page, in a folder of its own.
every_page() {
  local page number=0 found=''
  while read -r page; do
    number=$((number + 1))
    mkdir "$number"
    found+=$(cd "$number" && "$tool" "$1" "$page" "${@:2}" 2>&1)
  done < <(pages)
  [ "$number" -gt 2 ]
  none "$found"
}

# page TEXT…: a page in ./page.md of these lines; one_page TASK: what docs.sh says of it.
page() { printf '%s\n' "$@" >page.md; }

one_page() {
  mkdir scratch
  run bash -c 'cd scratch && exec "$0" "$1" ../page.md' "$tool" "$1"
}

# The lists of both sides are equal, and not empty.
same_lists() {
  [ "$(wc -l <wanted)" -gt "$1" ] || {
    echo "the program's list has only $(wc -l <wanted) entries"
    return 1
  }
  sort wanted >wanted.sorted
  sort found >found.sorted
  none "$(diff wanted.sorted found.sorted |
    sed -n 's/^< /not in the page: /p; s/^> /not in the program: /p')"
}

# rows WORD PAGE…: rows of the tables that follow a comment «<!-- WORD: NAME -->» or
# «<!-- WORD -->»: NAME and the cells, separated by tabs, without their backquotes.
rows() {
  awk -v word="$1" '
    $1 == "<!--" && ($2 == word || $2 == word ":") {
      name = $3 == "-->" ? "" : $3; inside = 1; next
    }
    inside && /^\|/ {
      line = $0
      gsub(/\\\|/, "\001", line)
      if (split(line, cell, "|") < 3 || cell[2] cell[3] !~ /`/) next
      out = name
      for (i = 2; i in cell; i++) {
        text = cell[i]
        gsub(/`/, "", text); gsub(/^ +| +$/, "", text)
        out = out "\t" text
      }
      print out
      started = 1
      next
    }
    inside && started { inside = started = 0 }
  ' "${@:2}"
}

# ---- what the pages show -----------------------------------------------------------

@test "the console examples of every page print what the page shows" {
  [ "${ZICHA_SANITIZED:-OFF}" = OFF ] || skip "the pages show full isolation"
  every_page console
}

@test "the packages that the pages show are loaded and their rules judged without an error" {
  every_page packages
}

# What the commands for authors print, a file a run: printed/SHAPE.RUN. The layered package is
# that of layers.md.
print_of_plans() {
  "$tool" files "$docs/layers.md" layered
  "$tool" files "$docs/items-format.md" cases
  local fees=layered/county/fees own=cases/package
  sed -i 's/exam_income: pass/exam_income: problem/; s/count: 1/count: 2/' \
    "$own/tests/prescriptions.yaml"
  sed 's/^title:/tittle:/' "$own/plan.yaml" >broken.yaml
  mkdir broken
  mv broken.yaml broken/plan.yaml
  zicha plan test "$own" --format json >printed/test.1
  zicha plan lint "$fees" --format json >printed/lint.1
  zicha plan lint broken --format json >printed/lint.2
  zicha plan lint county/medical-disorder --format json >printed/lint.3
  zicha plan show "$fees" --format json |
    jq -c '.plan |= {id, title} | .items |= map({id, title})' >printed/plan.1
  zicha plan show "$own" --format json |
    jq -c '.plan |= {id, title} | .items |= map({id, title})' >printed/plan.2
  zicha --today 2023-05-01 plan show "$fees" --dates --format json >printed/dates.1
  zicha plan show "$plan" --dates --format json >printed/dates.2
  zicha plan explain "$fees" summary --format json >printed/explain.1
  zicha plan explain "$fees" fee_kinds --format json >printed/explain.2
  zicha plan diff layered/city/fees "$fees" --format json >printed/diff.1
  cp -r layered/city/fees newer
  sed -i 's/value: 20/value: 40/; s/version: "1.0"/version: "2.0"/' newer/plan.yaml
  sed -i 's/是否公示价格/是否公示全部价格/' newer/items.yaml
  zicha plan diff layered/city/fees newer --child "$fees" --format json >printed/three-way.1
  zicha plan rules --format json >printed/rules.1
  zicha plan explain "$plan" rx_over_days --format json >printed/explain.3
  zicha init f --plan "$fees" --facility "$example/clinic/facility.yaml"
  zicha -C f check --format json >printed/check.f
  return 0
}

# What the commands about tables print of both workspaces, and of a table with all that can be
# wrong in one.
print_of_tables() {
  local workspace
  printf '%s\n' 项目编码,标准价格,执行日期,停止日期 X1,10,2023-01-01,2023-06-30 X1,11,2023-06-30, \
    X2,1,2023-02-01,2023-01-01 ,1,, >prices.csv
  zicha -C h --today 2023-01-31 import price_catalog prices.csv --covers 2023-01-01..2023-12-31
  for workspace in h c; do
    zicha -C "$workspace" table list --format json >"printed/tables.$workspace"
    zicha -C "$workspace" table check --format json >"printed/table-check.$workspace"
  done
  zicha -C h --today 2023-01-31 table show rx_lines --format json >printed/table.1
  zicha -C h table show price_catalog --format json >printed/table.2
  zicha -C c table show rx_lines --format json >printed/table.3
  return 0
}

# A report that is submitted, one that corrects it, and the office's receipt of that.
print_of_submissions() {
  local report
  (cd w && zicha key new --no-passphrase)
  zicha -C w --today 2023-05-15 report
  zicha -C w --today 2023-05-15 submit --out 1.zrep --by 张某
  report=$(sha256sum <"$(echo w/reports/*-2023-05-15-*/report.md)" | cut -d ' ' -f 1)
  zicha -C w --today 2023-05-16 report --corrects "$report" --reason 有误
  zicha -C w --today 2023-05-16 submit --out 2.zrep --by 张某 --duty progress
  report=$(sha256sum <"$(echo w/reports/*-2023-05-16-*/report.md)" | cut -d ' ' -f 1)
  jq -cnS --arg report "$report" '{zicha: "receipt/1", office: "县卫生健康局", facility: "T1",
    plan: "county/test", report: $report, received: "2023-05-16", state: "late", note: "迟"}' >r.json
  zicha -C w --today 2023-05-17 receipt import r.json --by 张某
  zicha -C w --today 2023-05-17 status --format json >"$1/status.submitted"
  for file in 1 2; do
    tail -n 2 "$file.zrep" | head -n 1 >"$1/figures.$file"
  done
}

# What another version of a plan makes of a workspace.
print_of_upgrade() {
  local printed=$PWD/printed
  mkdir versions
  cd versions
  make_package v1 <<'END'
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no, severity: general}
- {id: meetings, title: 会议, kind: question, ask: 开会几次？, answer: number, problem_if: answer < 2}
- {id: trained, title: 培训, kind: question, ask: 是否培训？, answer: yesno, problem_if: no}
- {id: rules, title: 制度, kind: evidence, ask: 请附制度, evidence: [制度]}
END
  printf 'parameters:\n  least: {type: number, title: 次数, value: 2}\n' >>v1/plan.yaml
  cp -r v1 v2
  sed -i -e 's/version: "1"/version: "2"/' -e 's/value: 2/value: 3/' v2/plan.yaml
  sed -i -e 's/是否公示/是否在大厅公示/' -e 's/general/major/' -e 's/evidence: \[/&新/' \
    -e '/trained/s/}/, retired: 停用}/' -e 's/^- {id: meetings,\(.*\)}/&\n- {id: held,\1}/' v2/items.yaml
  sed -i '/id: meetings/s/}/, alias_of: held}/' v2/items.yaml
  echo '- {id: fresh, title: 新增, kind: question, ask: 是否新增？, answer: yesno, problem_if: no}' >>v2/items.yaml
  make_facility
  zicha init w --plan v1 --facility facility.yaml
  zicha -C w answer posted=是 meetings=1 trained=否
  echo 制度 >rules.txt
  zicha -C w attach rules rules.txt --name 制度 --copy
  zicha -C w attach posted rules.txt --name 照片 --copy
  zicha -C w check || true
  zicha -C w upgrade --to v2 --apply --format json >"$printed/upgrade.1"
}

# What a plan with days makes of them.
print_of_days() {
  local printed=$PWD/printed
  mkdir dated
  cd dated
  make_dated
  zicha -C w --today 2023-05-15 check --format json >"$printed/check.dated"
  zicha -C w --today 2023-05-15 status --format json >"$printed/status.dated"
  print_of_submissions "$printed"
  return 0
}

# The record at the end of a report, with the problems of a small ledger.
print_of_ledger() {
  local printed=$PWD/printed
  mkdir with_ledger
  cd with_ledger
  make_ledger
  zicha -C w --today 2023-06-30 report --format markdown | tail -n 1 |
    sed -e 's/^<!-- zicha-record //' -e 's/ -->$//' >"$printed/report.1"
  return 0
}

@test "the keys of JSON that the pages show are those that the commands print" {
  local page shape workspace number=0
  copy_hospital
  make_clinic
  mkdir printed layered cases
  print_of_tables >/dev/null 2>&1 || true
  print_of_plans >/dev/null 2>&1 || true
  (print_of_days) >/dev/null 2>&1 || true
  (print_of_upgrade) >/dev/null 2>&1 || true
  (print_of_ledger) >/dev/null 2>&1 || true
  for page in $(pages); do
    for shape in $("$tool" fences "$page" | awk '$5 != "-" { print $5 }' | sort -u); do
      number=$((number + 1))
      [[ $shape =~ ^(check|needs|status)$ ]] || continue
      for workspace in h c; do
        zicha -C "$workspace" "$shape" --format json \
          >"printed/$shape.$workspace" 2>/dev/null || [ $? -le 2 ]
      done
    done
  done
  [ "$number" -gt 7 ]
  every_page shapes "$PWD/printed"
}

@test "every link from one page to another leads to a file and a heading" {
  local page link file heading bad=''
  while read -r page; do
    while read -r link; do
      file=${link%%#*} heading=''
      [[ $link == *#* ]] && heading=${link#*#}
      [ -n "$file" ] || file=$(basename "$page")
      file=$(dirname "$page")/$file
      [ -e "$file" ] || bad+="$page: $link: no such file"$'\n'
      [ -z "$heading" ] || [ ! -f "$file" ] ||
        sed -n 's/^#\{1,\} //p' "$file" | tr 'A-Z ' 'a-z-' | tr -d '.,:;()`?!' |
        grep -qxF -- "$heading" || bad+="$page: $link: no such heading"$'\n'
    done < <(grep -o '](\([^)]*\))' "$page" | sed 's/^](//; s/)$//' | grep -v '^[a-z]*://')
  done < <(pages)
  none "$bad"
}

@test "the messages that the guides quote in their tables are the program's" {
  local page part bad='' number=0
  for page in "$docs"/zh/*.md; do
    while IFS= read -r part; do
      number=$((number + 1))
      grep -qF -- "$part" "$ZICHA_ROOT/host/command/po/zh_CN.po" || bad+="$page: $part"$'\n'
    done < <(sed -n '/^| 提示 | 原因 | 处理 |$/,/^$/p' "$page" | grep -o '^| `.*` | .* | ' |
      cut -d '|' -f 2 | grep -o '`[^`]*`' | tr -d '`' | sed 's/……/\n/g' |
      sed 's/^[. ]*//; s/ *$//' | grep .)
  done
  [ "$number" -gt 20 ]
  none "$bad"
}

# ---- the runner itself --------------------------------------------------------------

@test "a console example that prints something else is reported with its line" {
  page '```console' '$ echo one' 'one' '$ echo two' 'three' '```'
  one_page console
  [[ "$output" == *"page.md:4: \`echo two\` shows"*three*"but prints"*two* ]]
  [[ "$output" != *"echo one"* ]]
}

@test "a line of … stands for any lines and for none, not for the lines around it" {
  page '```console' '$ printf "a\nb\nc\n"' 'a' '…' 'c' '$ printf "a\nc\n"' 'a' '…' 'c' \
    '$ printf "a\nb\n"' 'a' '…' 'c' '```'
  one_page console
  [ "$(printf '%s\n' "$output" | grep -c ' shows$')" = 1 ]
  [[ "$output" == *'page.md:10:'* ]]
}

@test "… within a line stands for any characters, not for those around it" {
  page '```console' '$ echo a: one, b: two' 'a: …, b: …' '$ echo a: one' 'b: …' \
    '$ echo one two' 'one…three' '```'
  one_page console
  [ "$(printf '%s\n' "$output" | grep -c ' shows$')" = 2 ]
  [[ "$output" == *'page.md:4:'*'page.md:6:'* ]]
}

@test "what the reader of a page writes between two commands is written" {
  page '<!-- save: d/f -->' '```yaml' a '  b' c '```' '<!-- old: d/f -->' '```yaml' '  b' \
    '```' '<!-- new: d/f -->' '```yaml' '  \&' '```' '<!-- add: d/f -->' '```yaml' '' d \
    '```' '```console' '$ cat d/f' a '  \&' c '' d '```'
  one_page console
  none "$output"
}

@test "lines that a page replaces have to stand in the file, once" {
  page '<!-- save: f -->' '```yaml' a a '```' '<!-- old: f -->' '```yaml' b '```' \
    '<!-- new: f -->' '```yaml' c '```' '<!-- old: f -->' '```yaml' a '```' \
    '<!-- new: f -->' '```yaml' c '```'
  one_page console
  [[ "$output" == *"page.md:11: these lines do not stand in f"* ]]
  [[ "$output" == *"page.md:19: these lines stand in f several times"* ]]
}

@test "the commands of a page share folder, variables and exit status" {
  page '```console' '$ word=one; mkdir d; cd d; false' '```' '```console' \
    '$ echo "$? $word $(basename "$PWD")"' '1 one d' '```'
  one_page console
  none "$output"
}

@test "a package of a page with a mistake is reported" {
  page '<!-- file: items.yaml -->' '```yaml' \
    '- {id: a, title: 甲, kind: question, ask: 好吗, answer: yesno, problem_if: maybe}' '```'
  one_page packages
  [[ "$output" == *"is not loaded"*"the name maybe is unknown"* ]]
}

@test "a rule of a page with a mistake is reported although no item names it" {
  page '<!-- file: rules/own.lua -->' '```lua' \
    'rule "own.a" { on = "rx_lines", where = "dayz > 7" }' '```'
  one_page packages
  [[ "$output" == *"own.a: the rule {rule} has an error"* ]]
}

@test "a key of JSON that no command prints is reported, and one that the page lacks" {
  page '<!-- shape: check -->' '```json' '{"run": "1", "ruin": "2"}' '```'
  mkdir scratch printed
  echo '{"run": "1", "today": "2"}' >printed/check.h
  run bash -c 'cd scratch && exec "$0" shapes ../page.md "$PWD/../printed"' "$tool"
  [[ "$output" == *"check does not print .ruin"*"the page does not name today"* ]]
}

# ---- the package reference --------------------------------------------------------------

@test "the tables of keys are those of the schema, and each key has a meaning" {
  none "$("$tool" keys check 2>&1)"
  rows keys "${reference[@]}" >found
  [ "$(wc -l <found)" -gt 250 ]
}

@test "a key that is missing, one too many and one without a meaning are told; update keeps the meanings" {
  local root=$PWD/root page=$PWD/root/docs/plan-format.md
  mkdir -p "$root"/docs "$root"/scripts
  cp "${reference[@]}" "$root/docs"
  ln -s "$ZICHA_ROOT/scripts/zicha" "$root/scripts/zicha"
  sed -i -e '/^| `lookback` |/d' -e 's/^| `goals` |.*/| `goalz` | 目标 | text | | what /;s/ $/ |/' \
    -e '/^| `version` | 版本/s/required/blank/' "$page"
  ZICHA_ROOT=$root run "$tool" keys check
  [ "$status" = 1 ]
  [[ "$output" == *"lookback has no meaning in the table plan"* ]]
  [[ "$output" == *"goals has no meaning in the table plan"* ]]
  [[ "$output" == *"goalz is no key of plan"* ]]
  [[ "$output" == *"is not as the schema has it: | \`version\` | 版本 | text | required |"* ]]
  ZICHA_ROOT=$root run "$tool" keys update
  [ "$status" = 1 ]
  grep -q '^| `version` | 版本 | text | required | of the package' "$page"
  sed -i -e 's/^| `lookback` |.*/| `lookback` | | | | how far |/' \
    -e 's/^| `goals` |.*/| `goals` | | | | what for |/' "$page"
  ZICHA_ROOT=$root run "$tool" keys update
  [ "$status" = 0 ]
  grep -q '^| `goals` | 工作目标 | list of texts | | what for |$' "$page"
  ZICHA_ROOT=$root run "$tool" keys check
  [ "$status" = 0 ]
}

@test "layers.md tells of every section that layers change, and of every field that they compare" {
  local section field bad=''
  rows merge "$docs/layers.md" >found
  "$tool" loosening >wanted
  [ "$(wc -l <wanted)" -gt 40 ]
  while read -r section field; do
    awk -F '\t' -v section="$section" '{
      count = split($2, name, ", ")
      for (i = 1; i <= count; i++) if (name[i] == section) print $3, $4
    }' found >row
    [ -s row ] || bad+="$section: no row"$'\n'
    [ -z "$field" ] || grep -qw -- "$field" row || bad+="$section: $field"$'\n'
  done <wanted
  none "$bad"
}

@test "lint.md has every code of lint with its severity, and no other" {
  "$tool" codes | tr ' ' '\t' >wanted
  rows lint "$docs/lint.md" | cut -f 2,3 >found
  same_lists 14
}

@test "the package reference has every fixed word with its Chinese form" {
  # yes and no are the words of answers, told beside their type.
  "$tool" words | grep -v '^yesno ' | tr ' ' '\t' >wanted
  rows words "${reference[@]}" |
    awk -F '\t' -v OFS='\t' '{ print $1, $2, $3 == "" ? "-" : $3 }' >found
  same_lists 80
}

@test "the package reference has every key of report.yaml with its Chinese name" {
  zicha init w --plan "$plan" --facility "$example/clinic/facility.yaml" >/dev/null
  zicha -C w report --needs | sed 's/；.*//' |
    sed -n 's/^# \([a-z_]*\):\( \[\]\)\{0,1\}  # \(.*\)$/\1\t\3/p' >wanted
  rows report-keys "${reference[@]}" | cut -f 2,3 >found
  same_lists 10
}

@test "plan-format.md names every kind of file that a package may hold" {
  local name
  for name in plan.yaml items.yaml 'items/*.yaml' source.md 'rules/*.lua' \
    'datasets/*.yaml' 'layouts/*.lua'; do
    grep -qF "\`$name\`" "$docs/plan-format.md"
    # … and the program knows it under this name.
    grep -qF "\"${name%%\**}" "$ZICHA_ROOT/host/package/package.c"
  done
}

@test "items-format.md names every table that zicha ships" {
  local file
  for file in "$ZICHA_ROOT"/scripts/datasets/*.yaml; do
    grep -qF "\`$(basename "$file" .yaml)\`" "$docs/items-format.md"
  done
}

# ---- rules.md ------------------------------------------------------------------------

@test "rules.md has every function of the expression language and no other" {
  "$tool" functions >wanted
  rows functions "$docs/rules.md" | cut -f 2 | sed 's/(.*//' >found
  same_lists 20
}

@test "rules.md has every aggregate and no other" {
  "$tool" aggregates >wanted
  rows aggregates "$docs/rules.md" | cut -f 2 | sed 's/(.*//' >found
  same_lists 5
}

@test "rules.md has every field of a rule with the forms that it belongs to" {
  "$tool" fields | sed 's/^\([a-z_]*\) . /\1\t/
    s/ | / /g; s/\bR\b/where/; s/\bS\b/sequence/; s/\bG\b/having/; s/\bW\b/window/
    s/\bT\b/rate/; s/\bQ\b/quota/; s/\bF\b/fail/; s/\bE\b/each/; s/\bC\b/check/
    s/\bV\b/view/; s/\bM\b/measure/' >wanted
  rows fields "$docs/rules.md" | cut -f 2,4 >found
  same_lists 15
}

@test "rules.md has every global of the sandbox and no other" {
  "$tool" globals >wanted
  rows globals "$docs/rules.md" | awk -F '\t' '
    { count = split($3, name, " "); for (i = 1; i <= count; i++) print $2, name[i] }' >found
  same_lists 60
}

@test "every global that rules.md names is there in a rule file" {
  make_package p <<'END'
- {id: own, title: 自定, kind: data, rules: [own.names]}
END
  {
    echo 'rule "own.names" { check = function(c)'
    rows globals "$docs/rules.md" | awk -F '\t' '
      { count = split($3, name, " ")
        for (i = 1; i <= count; i++)
          print "assert(" ($2 == "base" || $2 == "rules" ? "" : $2 ".") name[i] " ~= nil)" }'
    echo 'return pass { population = 1 } end }'
  } | write_rule p own
  [ "$(grep -c assert p/rules/own.lua)" -gt 60 ]
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  [ "$(item w own .status)" = pass ]
}

@test "rules.md names every figure that a sentence may hold" {
  local name
  for name in $(sed -n '/figures\[\] = {/,/};/p' "$ZICHA_ROOT/host/table/declared_words.c" |
    grep -o '"[a-z]*"' | tr -d '"'); do
    grep -qF "\`{$name}\`" "$docs/rules.md"
  done
  [ -n "$name" ]
}

@test "rule-library.md names every rule file that zicha ships" {
  local file
  for file in "$ZICHA_ROOT"/scripts/rules/*.lua; do
    grep -qF "\`$(basename "$file")\`" "$docs/rule-library.md"
  done
}

# ---- host.lua ------------------------------------------------------------------------

@test "scripts/meta/host.lua declares every function that only rule files have" {
  "$tool" globals | sed -n 's/^rules //p' >wanted
  echo list >>wanted
  sed -n 's/^function \([a-z_]*\)(.*/\1/p' "$ZICHA_ROOT/scripts/meta/host.lua" |
    grep -vx 'pairs\|next\|pcall\|tostring' >found
  same_lists 4
}

@test "scripts/meta/host.lua has every field of a rule and no other" {
  "$tool" fields | cut -d ' ' -f 1 >wanted
  awk '/^---@class /{ on = $2 == "Declaration" } on && $1 == "---@field" {
    sub(/\?/, "", $2); print $2 }' "$ZICHA_ROOT/scripts/meta/host.lua" >found
  same_lists 15
}

# ---- cli.md and json.md ----------------------------------------------------------------

@test "cli.md names every command" {
  local name bad=''
  "$tool" commands >wanted
  [ "$(wc -l <wanted)" -gt 10 ]
  while read -r name; do
    grep -qE "(zicha |\`)$name\b" "$docs/cli.md" || bad+="$name "
  done <wanted
  none "$bad"
}

@test "cli.md names every option of every command in the command's own section" {
  local name option bad=''
  "$tool" options | grep -v ' --\(workspace\|today\|help\)$' | sort -u >wanted
  [ "$(wc -l <wanted)" -gt 20 ]
  while read -r name option; do
    awk -v name="$name" '
      /^```/ { fenced = !fenced }
      /^#/ && !fenced { on = 0; for (i = 1; i <= NF; i++) { word = $i; gsub(/[`,]/, "", word)
        if (word == name) on = 1 } }
      on' "$docs/cli.md" | grep -qF -- "$option" || bad+="$name $option"$'\n'
  done <wanted
  none "$bad"
}

@test "cli.md names the options that every command has" {
  local option
  for option in --workspace --today --help; do
    grep -qF -- "$option" "$docs/cli.md"
  done
}

@test "cli.md names every exit status" {
  local status bad=''
  for status in 0 1 2 $(grep -o '^ *ZC_E[A-Z]* = [0-9]*' "$ZICHA_ROOT/host/base/error.h" |
    sed 's/.*= //'); do
    grep -qE "^\| *\`?$status\`? *\|" "$docs/cli.md" || bad+="$status "
  done
  [ "$status" = 77 ]
  none "$bad"
}

@test "json.md names every verdict and every certainty" {
  local word
  for word in $(sed -n '/^wording.status = {/,/^}/p' "$ZICHA_ROOT/reports/wording.lua" |
    grep -o '[a-z_]* = "' | sed 's/ = "//') certain suspect hint; do
    grep -qF "\`$word\`" "$docs/json.md"
  done
  [ "$word" = hint ]
}
