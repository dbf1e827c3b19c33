# hostile.bash: a plan whose file rules/bad.lua is up to no good, and the innocent rest of
# it, which has to be judged all the same. For release and sanitizer builds alike.

# What a loop ends with: its instructions, or the clock where counting is slow.
loop_limit='50,000,000 instructions|longer than 1\.[0-9] seconds'
clock_limit='longer than 1\.[0-9] seconds'
memory_limit='256 MiB of memory|longer than 1\.[0-9] seconds'

# write_dataset PACKAGE TABLE COLUMN: visits with their days and one column more.
write_dataset() {
  mkdir -p "$1/datasets"
  cat >"$1/datasets/$2.yaml" <<END
$2:
  title: 就诊
  columns:
    visit_no: {type: code, titles: [就诊号], key: true}
    days: {type: int, titles: [天数]}
    $3
END
}

# Visits of whoever is 张: rows PREFIX FIRST LAST.
header() { echo 就诊号,天数,称呼; }
rows() { seq "$2" "$3" | awk -v OFS=, -v with="$1" '{ print with $1, $1 % 20, "张" }'; }

# guilty NAME… <<lua: makes the workspace ./w with a plan in ./pkg. Standard input is
# rules/bad.lua; each rule bad.NAME has an item bad_NAME.
guilty() {
  local name
  {
    cat <<'END'
- {id: asked, title: 已公示, kind: question, ask: 已公示吗？, answer: yesno, problem_if: no}
- {id: fine, title: 正常, kind: data, rules: [good.fine]}
- {id: found, title: 发现, kind: data, rules: [good.found]}
- {id: declared, title: 声明, kind: data, rules: [good.declared]}
- {id: rows, title: 逐行, kind: data, rules: [good.rows]}
END
    for name in "$@"; do
      echo "- {id: bad_$name, title: 有害$name, kind: data, rules: [bad.$name]}"
    done
  } | make_package pkg
  write_rule pkg bad
  write_rule pkg good <<'END'
rule "good.fine" { check = function(c) return pass{population = c.facility.beds_open} end }
rule "good.found" { check = function() return problem("缺两项", {count = 2}) end }
rule "good.declared" { fail = "facility.beds_open < 5" }
rule "good.rows" { on = "calls", each = function(row) return row.days > 18 end }
END
  write_dataset pkg calls 'patient_id: {type: code, titles: [患者], identifies: patient}'
  {
    echo 就诊号,天数,患者
    seq 20 | awk -v OFS=, '{ print "A" $1, $1, "P" $1 % 7 }'
  } >calls.csv
  make_facility
  use_plan
}

# A fresh workspace for ./pkg, with its table and its answer.
use_plan() {
  rm -rf w
  "$ZICHA" init w --plan pkg --facility facility.yaml >/dev/null
  "$ZICHA" -C w import calls calls.csv >/dev/null
  "$ZICHA" -C w answer asked=是 >/dev/null
}

# Checks ./w: sets status, and leaves record.json and messages.txt.
judge() {
  local begun=$EPOCHREALTIME
  status=0
  "$ZICHA" -C w --today 2023-06-30 check --format json >record.json 2>messages.txt ||
    status=$?
  elapsed=$((${EPOCHREALTIME/./} - ${begun/./}))
}

# item ID JQ-FILTER
item() { jq -r --arg id "$1" ".items[] | select(.id == \$id) | $2" record.json; }

# The reason of an item as people read it.
reason() {
  item "$1" '.reason as $r
    | reduce (($r.args // {}) | to_entries[]) as $e
        ($r.text; split("{" + $e.key + "}") | join($e.value | tostring))'
}

# Fails with what there is, because a bare [ ] says nothing.
expect() { # WHAT FOUND WANTED
  [ "$2" = "$3" ] || {
    echo "$1: found «$2», wanted «$3»"
    head -c 1000 messages.txt
    return 1
  }
}

# Exactly these items are undetermined, and the innocent rest is judged as ever.
only() {
  expect "exit status" "$status" 1
  expect undetermined \
    "$(jq -r '[.items[] | select(.status == "undetermined").id] | sort | join(" ")' \
      record.json)" "$(printf '%s\n' "$@" | sort | paste -sd ' ')"
  expect asked "$(item asked .status)" pass
  expect fine "$(item fine '"\(.status) \(.population)"')" "pass 20"
  expect found "$(item found '"\(.status) \(.count) \(.message)"')" "problem 2 缺两项"
  expect declared "$(item declared .status)" pass
  expect rows "$(item rows '"\(.status) \(.count) \(.population)"')" "problem 2 20"
}

# because ITEM PATTERN: the reason matches (as for grep -E).
because() {
  reason "$1" | grep -qE -- "$2" || {
    echo "$1: «$(reason "$1")» does not match «$2»"
    return 1
  }
}

# The real lock is in release builds only.
locked_only() {
  [ "${ZICHA_SANITIZED:-OFF}" = OFF ] || skip "sanitizers need what the lock forbids"
}

# lacks PATTERN: standard input has no such thing (as for grep -P), byte by byte.
lacks() {
  if LC_ALL=C grep -anP -- "$1"; then
    echo "«$1» should not be there"
    return 1
  fi
}

# The usual course: guilty, judge, only, because. accuse NAME PATTERN <<lua
accuse() {
  guilty "$1"
  judge
  only "bad_$1"
  because "bad_$1" "$2"
}
