#!/usr/bin/env bats
# What holds of every package: nothing is lost, order means nothing, and what is resolved
# resolves to itself.
load layered

setup() {
  begin_test
  make_base
}

shipped() { (cd "$ZICHA_ROOT/checklists" && ls -d [!t]*/*/ | sed 's/\/$//'); }

# What a package resolves to: without its way there.
meaning() { zicha plan show "$1" --format json | jq -Sc '{plan, items}'; }

# Writes a resolved plan (JSON is YAML) as a package without parents: alone FILE FOLDER
alone() {
  mkdir -p "$2"
  jq .plan "$1" >"$2/plan.yaml"
  jq .items "$1" >"$2/items.yaml"
}

# Fails unless the two packages show the same bytes, naming the first difference.
same_bytes() {
  zicha plan show "$1" --format json >one.json || return 1
  zicha plan show "$2" --format json >two.json || return 1
  cmp one.json two.json || {
    diff <(jq . one.json) <(jq . two.json) | head -n 20
    return 1
  }
}

# A copy of a package, and of the parents that lie beside it: copied FOLDER NAME
copied() {
  rm -rf "$2"
  cp -r "$1" "$2"
}

# The blocks of a YAML file that begin at its left edge, the last one first; comments and
# what is indented belong to the block before.
turn_blocks() {
  awk '/^[^ #-]/ || /^- / { count++ } { block[count] = block[count] $0 "\n" }
    END { printf "%s", block[0]; for (i = count; i > 0; i--) printf "%s", block[i] }' "$1" >turned
  mv turned "$1"
}

# Every map's keys the other way round; and the entries of every section, and of every set.
turn_json='def turn: if type == "object" then to_entries | reverse | map(.value |= turn) | from_entries
    elif type == "array" then map(turn) else . end;
  def entries: if type == "array" and (.[0] | type) == "object" and (.[0] | has("id"))
    then reverse else . end;'

# A child of make_base that does everything that a child can do.
make_rich_child() {
  child <<'END'
goals: [县的目标]
measures: [{id: own_one, title: 一}, {id: own_two, title: 二, items: [first]}]
parameters: {own_days: {value: 3, type: number}}
sets: {own: {title: 本县, count: 2, members: [{id: a, title: 甲, items: [first]}, {id: b, title: 乙}]}}
change:
  items:
    registered: {set: {title: 登记, clause: "4"}}
    posted: {remove: yes, reason: 不查, authorised_by: 县卫〔2023〕7号}
  parameters: {rx_max_days: {value: 10, authorised_by: 县卫〔2023〕8号}, min_rate: {value: 60}}
  sets: {domains: {set: {count: 2}, add: [{id: beauty, title: 医美}], remove: [dental], reason: 无, authorised_by: 某号}}
  phases: {enforce: {set: {title: 集中整治}}, check: {set: {to: 2023年5月31日}}}
  departments: {police: {set: {phone: "110"}}, health: {set: {title: 县卫健局}}}
END
  child_items <<'END'
- {id: second, title: 二, kind: evidence, evidence: [文件]}
- focus: conduct
  items:
    - {id: third, title: 三, kind: external, by: health}
    - {id: first, title: 一, kind: question, ask: 一？, answer: yesno, problem_if: no, severity: major}
END
}

# ---- nothing is lost ---------------------------------------------------------------------

@test "items in = items out: own + inherited - removed" {
  make_rich_child
  [ "$(resolved "$base" '.items | length')" = 4 ]
  [ "$(resolved "$child" '[.items[].id] | join(" ")')" = "first registered rx_days second third trained" ]
  [ "$(resolved "$child" '.items | map(.focus // "-") | join(" ")')" = "conduct conduct - - conduct -" ]
}

@test "every entry of every section comes out: own + inherited - removed" {
  make_rich_child
  for section in focus departments phases measures coverage duties leniency sanctions \
    registers hotline forms basis parameters; do
    inherited=$(resolved "$base" ".plan.$section | length")
    added=0
    case $section in measures) added=2 ;; parameters) added=1 ;; esac
    [ "$(resolved "$child" ".plan.$section | length")" = $((inherited + added)) ] ||
      { echo "$section"; false; }
  done
}

@test "the items of every shipped package are those of its files and of its parents" {
  count=0
  for name in $(shipped); do
    wanted=0
    at=$name
    while [ -n "$at" ]; do
      folder=$ZICHA_ROOT/checklists/$at
      # Every item has a kind, and nothing else in these files.
      own=$(cat "$folder"/items.yaml "$folder"/items/*.yaml 2>/dev/null |
        grep -cE '^( *|.*[{,] *)(kind|类型): [a-z]' || true)
      removed=$(awk '/^change:/ { change = 1 } /^[a-z]/ && !/^change:/ { change = 0 }
        change && /^  [a-z]/ { items = /^  items:/ }
        change && items && /remove: yes/ { count++ } END { print count + 0 }' "$folder/plan.yaml")
      wanted=$((wanted + own - removed))
      at=$(sed -n 's/^extends: *\([a-z].*\)/\1/p' "$folder/plan.yaml")
    done
    got=$(resolved "$name" '.items | length')
    [ "$got" = "$wanted" ] || { echo "$name: $got items instead of $wanted"; false; }
    count=$((count + 1))
  done
  [ "$count" -ge 16 ]
}

# ---- order means nothing -----------------------------------------------------------------

@test "sections, keys and entries in another order are the same plan, byte by byte" {
  make_rich_child
  zicha plan show "$child" --format json >before.json
  for file in "$base" "$child"; do
    turn_blocks "$file/plan.yaml"
    turn_blocks "$file/items.yaml"
  done
  head -n 1 "$child/plan.yaml" | grep -q '^change' # it really was turned
  zicha plan show "$child" --format json | cmp - before.json
}

@test "changes in another order are the same plan, and the same list of deviations" {
  make_rich_child
  zicha plan show "$child" --format json >before.json
  [ "$(jq '.deviations | length' before.json)" -ge 8 ]
  awk '/^change:/ { print; change = 1; next } !change { print; next }
    /^  [a-z]/ { count++ } { block[count] = block[count] $0 "\n" }
    END { for (i = count; i > 0; i--) printf "%s", block[i] }' "$child/plan.yaml" >turned
  sed -i 's/{rx_max_days: \(.*\), min_rate: {value: 60}}/{min_rate: {value: 60}, rx_max_days: \1}/' turned
  no cmp -s turned "$child/plan.yaml"
  cp turned "$child/plan.yaml"
  zicha plan show "$child" --format json | cmp - before.json
}

@test "items.yaml split into files is the same plan" {
  make_rich_child
  zicha plan show "$child" --format json >before.json
  mkdir "$base/items"
  awk -v folder="$base/items" '{ print > (folder "/" 9 - NR ".yaml") }' "$base/items.yaml"
  rm "$base/items.yaml"
  [ "$(find "$base/items" -name '*.yaml' | wc -l)" = 4 ]
  zicha plan show "$child" --format json | cmp - before.json
}

@test "every shipped package: another order of sections and items is the same plan" {
  mkdir ours
  cp -r "$ZICHA_ROOT"/checklists/[!t]* ours/
  for name in $(shipped); do
    zicha plan show "ours/$name" --format json >"$(echo "$name" | tr / _).json"
  done
  for name in $(shipped); do
    for file in ours/"$name"/plan.yaml ours/"$name"/items.yaml ours/"$name"/items/*.yaml; do
      [ ! -e "$file" ] || turn_blocks "$file"
    done
  done
  for name in $(shipped); do
    zicha plan show "ours/$name" --format json >turned.json
    cmp turned.json "$(echo "$name" | tr / _).json" || { echo "$name"; false; }
  done
}

@test "every shipped package, resolved: another order of all keys and entries is the same plan" {
  for name in $(shipped); do
    zicha plan show "$name" --format json >shown.json
    alone shown.json one
    copied one two
    jq "$turn_json turn | map_values(entries) | if .sets then .sets |= map_values(.members |= entries) else . end" \
      one/plan.yaml >two/plan.yaml
    rm two/items.yaml
    mkdir two/items
    jq "$turn_json turn | [to_entries[] | select(.key % 2 == 0).value] | reverse" one/items.yaml >two/items/b.yaml
    jq "$turn_json turn | [to_entries[] | select(.key % 2 == 1).value]" one/items.yaml >two/items/a.yaml
    same_bytes one two || { echo "$name"; false; }
    rm -r one two
  done
}

# ---- what is resolved resolves to itself -------------------------------------------------

@test "the resolved plan as a package of its own is the same plan" {
  make_rich_child
  zicha plan show "$child" --format json >shown.json
  alone shown.json alone
  diff <(meaning alone | jq .) <(meaning "$child" | jq .)
  run zicha plan diff "$child" alone
  expect 0 "0 differences"
}

@test "every shipped package, resolved, is the same plan as a package of its own" {
  for name in $(shipped); do
    zicha plan show "$name" --format json >shown.json
    alone shown.json alone
    for part in rules datasets; do
      at=$name
      while [ -n "$at" ]; do
        [ ! -d "$ZICHA_ROOT/checklists/$at/$part" ] || cp -r "$ZICHA_ROOT/checklists/$at/$part" alone/
        at=$(sed -n 's/^extends: *\([a-z].*\)/\1/p' "$ZICHA_ROOT/checklists/$at/plan.yaml")
      done
    done
    meaning alone >two.json
    jq -Sc '{plan, items}' shown.json | cmp - two.json || {
      diff <(jq '{plan, items}' shown.json) <(jq . two.json) | head -n 20
      echo "$name"
      false
    }
    run zicha plan diff "$name" alone
    expect 0 "0 differences"
    rm -r alone
  done
}

@test "a blank stays a blank when a plan is resolved twice" {
  sed -i 's/value: 7,/value: ____,/; s/due: 2023年5月10日/due: 20__年__月__日/' "$base/plan.yaml"
  sed -i 's/from: 2023年3月,/from: ____,/; s/to: 2023年12月31日/to: ____/' "$base/plan.yaml"
  echo 'number: ____〔20__〕__号' >>"$base/plan.yaml"
  zicha plan show "$base" --format json >shown.json
  [ "$(jq -r .plan.parameters.rx_max_days.value shown.json)" = ____ ]
  alone shown.json alone
  diff <(meaning alone | jq .) <(meaning "$base" | jq .)
}

# ---- diff --------------------------------------------------------------------------------

@test "no shipped package differs from itself" {
  for name in $(shipped); do
    run zicha plan diff "$name" "$name"
    expect 0 "0 differences"
  done
}

@test "shipped packages differ from each other" {
  run zicha plan diff city/medical-disorder county/medical-disorder
  expect 1 "differences"
  never "0 differences"
}
