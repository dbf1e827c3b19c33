#!/usr/bin/env bats
# The rule library: every rule of scripts/rules with what the YAML file beside it tells, and
# with the cases of scripts/rules/cases; the table of docs/rules.md.
load helper

rules=$ZICHA_ROOT/scripts/rules

setup_file() {
  export library=$BATS_FILE_TMPDIR/library.json
  ZICHA_LANG=en "$ZICHA" plan rules --format json >"$library" 2>"$library.told" || true
}

stems() { jq -r '.files[].stem' "$library"; }

# A package of all rules of a file, each an item by itself, with their cases: package_of STEM.
package_of() {
  mkdir -p "$1/tests"
  jq --arg stem "$1" '[.files[] | select(.stem == $stem).rules[] |
    {id: (.id | sub("\\."; "_")), title, kind: "data", rules: [.id], severity: "general"}]' \
    "$library" >"$1/items.yaml"
  cat >"$1/plan.yaml" <<END
zicha: 1
id: national/$1-rules
title: 规则库
version: "1"
kind: rectification
level: national
counts: {items: $(jq length "$1/items.yaml"), phases: 0, duties: 0, departments: 0}
END
  cp "$rules/cases/$1.yaml" "$1/tests/cases.yaml"
}

# What the cases of a file look at: PREFIX TAB ITEM, where a case whose name begins with
# the prefix expects something of the item.
looked_at() {
  awk '
    /^- (name|名称): / { prefix = $0; sub(/^- [^:]*: */, "", prefix); sub(/：.*/, "", prefix); on = 0 }
    /^  (expect|预期):/ { on = 1 }
    /^  [a-z]/ && !/^  (expect|预期):/ { on = 0 }
    on {
      line = $0
      while (match(line, /[a-z][a-z0-9_]*:/)) {
        print prefix "\t" substr(line, RSTART, RLENGTH - 1)
        line = substr(line, RSTART + RLENGTH)
      }
    }' "$rules/cases/$1.yaml" | sort -u
}

# Fails with what stands on standard input.
nothing() {
  local told
  told=$(cat)
  [ -z "$told" ] || { printf '%s\n' "$told" && return 1; }
}

# ---- the files ----------------------------------------------------------------------------

@test "the rules of all files compile, and each stands in Lua and in YAML" {
  nothing <"$library.told"
  [ "$(jq '[.files[].rules[]] | length' "$library")" -gt 0 ]
  [ "$(stems)" = "$(cd "$rules" && ls ./*.lua | sed 's|./||;s/\.lua$//')" ]
  [ "$(stems)" = "$(cd "$rules" && ls ./*.yaml | sed 's|./||;s/\.yaml$//')" ]
}

@test "each rule tells its title, and the plans that ask for it by their ids" {
  jq -r '.files[].rules[] | select(.title == null) | .id' "$library" | nothing
  jq -r '.files[].rules[] | .id as $id | .source[] |
    select(test("^(P(0[1-9]|1[0-4])|T[1-3])$") | not) | "\($id): \(.)"' "$library" | nothing
}

@test "a rule without a number, or without a basis, says which plan asks for it" {
  jq -r '.files[].rules[] |
    select((.number == [] or .basis == []) and .source == []) | .id' "$library" | nothing
}

@test "a parameter that is not confirmed says why it has its value" {
  for stem in $(stems); do
    awk -v stem="$stem" '
      function tell() { if (open && !why) print stem ": " id }
      /^parameters:/ { on = 1; next }
      /^[a-z]/ { tell(); open = on = 0 }
      on && /^  [a-z]/ { tell(); id = $1; open = why = 0 }
      on && /unconfirmed: yes/ { open = 1 }
      on && /reason: / { why = 1 }
      END { tell() }' "$rules/$stem.yaml"
  done | nothing
}

# ---- the cases ----------------------------------------------------------------------------

@test "the names of cases say what they are: 违规, 合格 or 豁免" {
  for stem in $(stems); do
    grep -E '^- (name|名称):' "$rules/cases/$stem.yaml" |
      grep -vE '^- (name|名称): (违规|合格|豁免)：' | sed "s/^/$stem: /" || true
  done | nothing
}

@test "every rule has been seen failing and passing, and all cases hold" {
  for stem in $(stems); do
    package_of "$stem"
    zicha plan test --strict "$stem" >out.txt 2>&1 || { echo "$stem:" && cat out.txt; }
  done | nothing
}

@test "every rule with a known exemption has a case of it" {
  for stem in $(stems); do
    looked_at "$stem" >seen.txt
    jq -r --arg stem "$stem" '.files[] | select(.stem == $stem).rules[] |
      select(.exempt != null).id | sub("\\."; "_")' "$library" | while read -r item; do
      grep -qxF "豁免	$item" seen.txt || echo "$item has no case 豁免："
    done
  done | nothing
}

@test "a package of all rules of a file has no finding but what the library leaves open" {
  for stem in $(stems); do
    package_of "$stem"
    zicha plan lint "$stem" --format json >lint.json 2>told.txt || [ $? = 1 ] || echo "$stem: 65"
    cat told.txt
    jq -r --arg stem "$stem" '.findings[] |
      select([.code] - ["no-source", "unconfirmed", "blank"] != []) |
      "\($stem): \(.file):\(.line): \(.message)"' lint.json
  done | nothing
}

@test "in counties of hardship assistants may prescribe and operate alone, as the plan's parameters say" {
  mkdir -p hard/tests
  cat >hard/plan.yaml <<'END'
zicha: 1
id: county/hard
title: 规则库
version: "1"
kind: rectification
level: county
END
  cat >hard/items.yaml <<'END'
- {id: rx_here, title: 处方, kind: data, severity: general, rules: [rx.assistant_alone]}
- {id: rx_there, title: 处方, kind: data, severity: general, rules: [rx.assistant_alone], with: {rx_hardship_county: yes}}
- {id: operates_here, title: 手术, kind: data, severity: general, rules: [staff.assistant_operates]}
- {id: operates_there, title: 手术, kind: data, severity: general, rules: [staff.assistant_operates], with: {staff_hardship_county: yes}}
END
  cat >hard/tests/cases.yaml <<'END'
- name: 县级医院的助理医师
  facility: {class: 二级医院}
  tables:
    staff: [{staff_id: YS001, role: 医, assistant_flag: 是}]
    rx_lines: [{rx_no: A1, doctor_id: YS001}]
    procedures: [{encounter_id: Z1, proc_code: "47.01", surgeon_id: YS001}]
  expect:
    rx_here: {status: problem, population: 1, count: 1}
    rx_there: not_applicable
    operates_here: {status: problem, population: 1, count: 1}
    operates_there: not_applicable
END
  run zicha plan test hard
  expect 0 "4 expectations, 0 of them not met"
}


# ---- the list -----------------------------------------------------------------------------

@test "the table of checks has each check once, as the library has it" {
  run bash "$ZICHA_ROOT/tests/cli/docs.sh" library check
  expect 0
  [ -z "$output" ]
}

@test "at least 78 of the checks are computed" {
  local computed
  computed=$(jq -r '.files[].rules[].number[]' "$library" | sort -u |
    grep -cxFf <(grep '^[A-Z]' "$ZICHA_ROOT/tests/data/rule-ids.txt"))
  [ "$computed" -ge 78 ] || { echo "$computed of 84" && return 1; }
}

@test "plan rules lists a file, a rule, a check; what is not there is told with the nearest" {
  run zicha plan rules rx
  expect 0 "scripts/rules/rx.yaml" "rx.over_days  门诊处方超过规定天数且未注明理由  [RX-01; row by row]"
  never "exam.same_day"
  run zicha plan rules rx.over_days
  expect 0 "basis: 处方管理办法" "p.rx_max_days  普通处方用量上限: 7日" "rx_lines  处方明细: " "1 rules"
  run zicha plan rules EX-05
  expect 0 "EX-05: "
  run zicha plan rules rx.over_day
  expect 65 "the rule library has no rx.over_day" "did you mean rx.over_days?"
  run zicha plan rules --format yaml
  expect 64 "unknown format yaml"
}
