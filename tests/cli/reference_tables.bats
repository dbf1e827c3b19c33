#!/usr/bin/env bats
# Tables whose rows the plan itself brings: tables/NAME.csv of a package, and parameters of the
# type table. Rules join them as they join exports.
load layered

# ./p judges each line of a prescription by a reference table and by a table parameter.
setup() {
  begin_test
  make_package p <<'END'
- {id: dose, title: 超过限定天数, kind: data, rules: [own.dose]}
- {id: visit, title: 超过各类就诊的天数, kind: data, rules: [own.visit]}
END
  mkdir p/tables
  table 'code:code:药品编码,max:decimal(1):限定天数,name:text' A1,3.5,甲 A2,,乙 '"A3",10,"丙,丁"'
  cat >>p/plan.yaml <<'END'
parameters:
  visits:
    title: 各类就诊的天数
    type: table
    columns: {kind: {type: text, title: 就诊类型}, days: {type: int, title: 天数}}
    value:
      - {kind: 门诊, days: 7}
      - {就诊类型: 急诊, 天数: 3}
END
  write_rule p own <<'END'
rule "own.dose" {
  on = "rx_lines", join = { { as = "l", table = "limits", on = { drug_code = "code" } } },
  where = "days > l.max", count = "rx_no", show = { "rx_no", "l.name", "l.max" },
}
rule "own.visit" {
  on = "rx_lines", join = { { as = "v", table = "p.visits", on = { visit_type = "kind" } } },
  where = "days > v.days", count = "rx_no", show = { "rx_no", "v.days" },
}
END
  make_facility
}

# table LINE…: the reference table.
table() { printf '%s\n' "$@" >p/tables/limits.csv; }

# The workspace ./w with these rows of prescriptions: number, kind of visit, drug, days.
visits() {
  { echo 处方号,就诊类型,药品编码,用药天数 && printf '%s\n' "$@"; } >rx.csv
  [ -d w ] || zicha init w --plan p --facility facility.yaml >/dev/null
  zicha -C w import rx_lines rx.csv >/dev/null 2>&1
}

four() { visits R1,门诊,A1,4 R2,急诊,A3,4 R3,住院,A3,30 R4,门诊,A9,8; }

# told ID: an item's verdict and its numbers.
told() { item w "$1" '[.status, .population, .count, .unjudged] | join(" ")'; }

# ---- what rules make of them -----------------------------------------------------------------

@test "a rule joins a reference table of the package" {
  four
  [ "$(told dose)" = "problem 4 2 1" ]
  [ "$(item w dose '[.first[].show[][1]] | join(" ")')" = "R1 甲 3.5 R3 丙,丁 10.0" ]
  [ "$(item w dose '[.first[0].show[][0]] | join(" ")')" = "处方号 name 限定天数" ]
}

@test "a rule joins a parameter of the type table" {
  four
  [ "$(told visit)" = "problem 4 2 1" ]
  [ "$(item w visit '[.first[].show[][1]] | join(" ")')" = "R2 3 R4 7" ]
  [ "$(item w visit '.first[0].show[1][0]')" = 天数 ]
}

@test "a blank cell is no value: the row that meets it is unjudged" {
  visits R1,门诊,A2,99
  [ "$(told dose)" = "undetermined 1 0 1" ]
}

@test "of two rows for one key nobody knows which is meant" {
  table code:code,max:int,name:text A1,3, A1,5,
  visits R1,门诊,A1,9
  [ "$(told dose)" = "undetermined 0 0 1" ]
}

@test "what the table does not name has no partner, and in a table without rows nobody has one" {
  sed -i 's/"days > l.max"/"l.code ~= nil and days > 1"/' p/rules/own.lua
  visits R1,门诊,A9,99
  [ "$(told dose)" = "pass 1 0 0" ]
  visits R1,门诊,A1,99
  [ "$(told dose)" = "problem 1 1 0" ]
  table code:code,max:int,name:text
  [ "$(told dose)" = "pass 1 0 0" ]
  lint p
  expect 1 "tables/limits.csv:1:1: warning [table-empty]: the table limits has no rows"
}

@test "cells of every type are read as those of exports" {
  table 'c:code,t:text,b:bool,i:int,d:decimal(2),f:date,m:datetime,l:codes' \
    '0012, 甲 乙 ,是,１２,"1.5",2023/3/5,2023-03-05 8:05,"a;b、c"'
  write_rule p own <<'END'
rule "own.dose" { on = "limits", show = { "c", "t", "i", "d", "f", "m", "l", "len(l)" },
  where = [[c == "0012" and b and i == 12 and d == 1.5 and f == date("2023-03-05") and any_of(l, "c")]] }
rule "own.visit" { on = "p.visits", where = "days > 5", show = "kind" }
END
  visits R1,门诊,A1,1
  [ "$(item w dose '[.first[0].show[][1]] | join("|")')" = \
    "0012|甲 乙|12|1.50|2023-03-05|2023-03-05 08:05:00|a;b、c|3" ] || { item w dose .; false; }
  [ "$(item w visit '[.population, .count, .first[0].show[0][1]] | join(" ")')" = "2 1 门诊" ]
}

@test "rules that are Lua get joined rows, and the rows of a parameter as c.p.NAME" {
  write_rule p own <<'END'
rule "own.dose" { on = "rx_lines", join = { { as = "l", table = "limits", on = { drug_code = "code" } } },
  each = function(row) return row.l.max == "3.5" end }
rule "own.visit" { check = function(c)
  local sum = 0
  for _, row in ipairs(c.p.visits) do sum = sum + row.days end
  return problem(c.p.visits[2].kind .. #c.p.visits, { count = sum })
end }
END
  four
  [ "$(item w dose .count)" = 1 ]
  [ "$(item w visit '[.count, .message] | join(" ")')" = "10 急诊2" ]
}

@test "every way to match, views and measures read them" {
  cat >p/items.yaml <<'END'
- {id: known, title: 甲, kind: data, rules: [own.known]}
- {id: unknown, title: 乙, kind: data, rules: [own.unknown]}
- {id: over, title: 丙, kind: data, rules: [own.over]}
- {id: busy, title: 丁, kind: data, rules: [own.busy]}
- {id: share, title: 戊, kind: data, rules: [own.share]}
END
  write_rule p own <<'END'
local drug = { drug_code = "code" }
rule "own.known"   { on = "rx_lines", join = { { as = "l", table = "limits", on = drug, match = "inner" } }, where = "days > 5" }
rule "own.unknown" { on = "rx_lines", join = { { as = "l", table = "limits", on = drug, match = "none" } }, where = "days > 5" }
rule "own.over"    { on = "rx_lines", join = { { as = "v", table = "p.visits", on = { visit_type = "kind" }, match = "any" } }, where = "days > v.days" }
view "own_days"    { on = "p.visits", group = { kind = "kind" }, cols = { most = "max(days)" } }
measure "own.strictest" { on = "p.visits", value = "min(days)" }
rule "own.busy"    { on = "rx_lines", join = { { as = "d", table = "own_days", on = { visit_type = "kind" } } },
  where = "d.most ~= nil and days > d.most" }
rule "own.share"   { on = "rx_lines", where = 'days > m["own.strictest"]' }
END
  four
  [ "$(record w '[.items[] | .id + ":" + .status + ":" + (.count | tostring)] | join(" ")')" = \
    "known:problem:1 unknown:problem:1 over:problem:2 busy:problem:2 share:problem:4" ] ||
    { record w '.items'; false; }
}

@test "a table in GB18030, with the mark, with CRLF, with quoted line ends, blank rows and commas" {
  printf '\357\273\277code:code,max:int,name:text\r\nA1,3,"甲\r\n乙"\r\n\r\n,,\r\nA3,5,"丙,"\r\n' >p/tables/limits.csv
  lint p
  expect 1 "0 errors"
  four
  [ "$(item w dose .count)" = 2 ]
  printf 'code:code:药品,max:int,name:text\nA1,3,甲\n' | iconv -f UTF-8 -t GB18030 >p/tables/limits.csv
  lint p
  expect 1 "tables/limits.csv: warning" "read as GB18030"
  [ "$(item w dose '[.count, .first[0].show[1][1]] | join(" ")' 2>/dev/null)" = "1 甲" ]
}

@test "items are asked for the values of a reference table's column" {
  echo '- {id: each, title: 点评, kind: question, per: limits.code, ask: 是否点评？, answer: yesno, problem_if: no}' >>p/items.yaml
  four
  run zicha -C w answer 'each[A2]=否'
  expect 0
  [ "$(record w '[.items[] | select(.item == "each") | .member + ":" + .status] | join(" ")')" = \
    "A1:not_checked A2:problem A3:not_checked" ]
  sed -i 's/per: limits.code/per: limits.days/' p/items.yaml
  lint p
  expect 65 "the table limits has no column days"
}

# ---- nobody hands them over ------------------------------------------------------------------

@test "they cannot be imported, declared absent or printed as a template" {
  four
  for table in limits p.visits; do
    run zicha -C w import "$table" p/tables/limits.csv
    expect 65 "the rows of the table $table stand in the plan county/test"
    run zicha -C w import --none "$table" 没有
    expect 65 "stand in the plan"
    run zicha -C w template "$table"
    expect 65 "stand in the plan"
  done
  run zicha -C w import limit x.csv
  expect 65 "known: rx_lines"
  never limits p.visits
}

@test "nobody is asked for them, and the record names only what the facility handed over" {
  four
  run zicha -C w needs
  expect 0 处方明细 药品编码
  never limits visits 限定
  [ "$(record w '[.tables[].id] | join(" ")')" = rx_lines ]
  [ "$(record w '[.items[].rules[].tables[]] | unique | join(" ")')" = rx_lines ]
  zicha -C w --today 2023-06-30 report >/dev/null 2>&1
  grep -q 处方明细 w/reports/*/report.md
  sed '$d' w/reports/*/report.md | no grep -E 'limits|未导入'
}

@test "without an export the rule is not checked for want of that, never of its own table" {
  zicha init w --plan p --facility facility.yaml >/dev/null
  [ "$(item w dose '[.status, .reason.args.table] | join(" ")')" = "not_checked 处方明细" ]
  [ "$(item w visit '[.status, .reason.args.table] | join(" ")')" = "not_checked 处方明细" ]
}

@test "they cover no interval: a rule over an export that covers it is judged" {
  echo 'period: {from: 2023年3月1日, to: 2023年3月31日}' >>p/plan.yaml
  table code:code,max:int,name:text,since:date A1,3,甲,2020-01-01
  printf '%s\n' 处方号,处方日期,就诊类型,药品编码,用药天数 R1,2023-03-01,门诊,A1,1 R2,2023-03-31,门诊,A1,1 >rx.csv
  zicha init w --plan p --facility facility.yaml >/dev/null
  zicha -C w import rx_lines rx.csv >/dev/null
  [ "$(told dose)" = "pass 2 0 0" ]
  [ "$(told visit)" = "pass 2 0 0" ]
}

@test "what another plan of the workspace has imported under the same name is not read" {
  make_package q <<<'- {id: own, title: 甲, kind: data, rules: [other.own]}'
  sed -i 's/county\/test/county\/other/' q/plan.yaml
  mkdir q/datasets
  printf 'limits:\n  title: 限额\n  columns: {code: {type: code, titles: [编码], key: yes}, max: {type: int, titles: [数]}}\n' >q/datasets/a.yaml
  write_rule q other <<<'rule "other.own" { on = "limits", where = "max > 1" }'
  four
  zicha -C w plan use q >/dev/null
  printf '编码,数\nA9,1\nA1,2\n' >limits.csv
  run zicha -C w import limits limits.csv
  expect 0 "限额: 2 rows read"
  zicha -C w --today 2023-06-30 check --plan county/other --format json >other.json || true
  jq -e '.items[0].count == 1 and [.tables[].id] == ["limits"]' other.json
  zicha -C w --today 2023-06-30 check --plan county/test --format json >test.json || true
  jq -e '.items[0].count == 2 and [.tables[].id] == ["rx_lines"]' test.json
}

@test "a person answers for a missing export, whatever stands in the plan's own tables" {
  sed -i 's/rules:.*/rules: [own.dose], or_ask: {ask: 几张？, answer: sample, problem_if: answer.wrong > 0}}/; 2d' p/items.yaml
  zicha init w --plan p --facility facility.yaml >/dev/null
  zicha -C w import --none rx_lines 手写处方 >/dev/null
  zicha -C w answer dose=30/2 >/dev/null
  [ "$(item w dose '[.status, .manual, .count] | join(" ")')" = "problem true 2" ]
  sed -i 's/own.dose/own.visit/' p/items.yaml
  sed -i 's/天数: 3}/天数: ____}/' p/plan.yaml
  [ "$(item w dose '[.status, .manual, .count] | join(" ")')" = "problem true 2" ]
  visits R1,门诊,A1,9
  [ "$(item w dose '[.status, .manual] | join(" ")')" = "not_checked " ]
}

# ---- cases -----------------------------------------------------------------------------------

@test "a case is judged by the plan's own rows and cannot give others" {
  mkdir p/tests
  cat >p/tests/a.yaml <<'END'
- name: 甲
  tables: {rx_lines: [{rx_no: R1, drug_code: A1, days: 4, visit_type: 门诊}]}
  expect: {dose: {status: problem, count: 1}, visit: pass}
END
  run zicha plan test p
  expect 0 "1 cases, 0 of them not as expected"
  sed -i 's/tables: {/tables: {limits: [{code: A1, max: 9}], p.visits: [], /' p/tests/a.yaml
  run zicha plan test p
  expect 65 "a.yaml:2:12: the rows of the table limits stand in the plan" "the rows of the table p.visits"
  sed -i 's/  tables.*/  none: {limits: 无}/' p/tests/a.yaml
  run zicha plan test p
  expect 65 "a.yaml:2:10: the rows of the table limits stand in the plan"
}

@test "a new case asks for rows of exports only" {
  run zicha plan test p --new-case dose
  expect 0 "rx_lines:" "drug_code: X1"
  never limits
}

# ---- what is part of the plan ------------------------------------------------------------------

@test "a cell that changes makes another plan and another run" {
  four
  before=$(record w '[.items[0].count, .run, .plan.sha256] | join(" ")')
  sed -i 's/A1,3.5/A1,4.5/' p/tables/limits.csv
  after=$(record w '[.items[0].count, .run, .plan.sha256] | join(" ")')
  for field in 1 2 3; do
    [ "$(cut -d' ' -f$field <<<"$before")" != "$(cut -d' ' -f$field <<<"$after")" ]
  done
  [ "${before%% *} ${after%% *}" = "2 1" ]
}

@test "show lists them, as text and for programs" {
  run zicha plan show p
  expect 0 "reference tables (1)" "limits  tables/limits.csv (3)" "visits  各类就诊的天数"
  run zicha plan show p --format json
  jq -e '.tables == [{id: "limits", file: "tables/limits.csv", rows: 3, columns: [
      {id: "code", title: "药品编码", type: "编码"}, {id: "max", title: "限定天数", type: "小数（1位）"},
      {id: "name", type: "文字"}]}]
    and .plan.parameters.visits.value == [{kind: "门诊", days: "7"}, {kind: "急诊", days: "3"}]
    and .plan.parameters.visits.columns == {kind: {type: "text", title: "就诊类型"}, days: {type: "int", title: "天数"}}' <<<"$output"
}

@test "a resolved plan resolves to itself, table parameters with it" {
  mkdir q
  cp -r p/rules p/tables q/
  for days in 7 ____; do
    sed -i "s/门诊, days: 7/门诊, days: $days/" p/plan.yaml
    zicha plan show p --format json >one.json
    jq .plan one.json >q/plan.yaml
    jq .items one.json >q/items.yaml
    zicha plan show q --format json >two.json
    cmp one.json two.json
    jq -e ".plan.parameters.visits.value[0].days == \"$days\"" two.json
  done
}

@test "the paper prints the rows of a table parameter" {
  run zicha plan paper text p
  expect 0 "各类就诊的天数 | 见下表" "| 就诊类型 | 天数 |" "| 急诊 | 3 |"
}

@test "a child is drafted with the rows that it may change" {
  mkdir -p packages/city
  mv p packages/city/p
  sed -i 's/county\/test/city\/p/; s/level: county/level: city/' packages/city/p/plan.yaml
  run zicha plan new packages/county/q --extends packages/city/p
  expect 0
  grep -A4 '^  #   visits:' packages/county/q/plan.yaml >rows.txt
  diff rows.txt - <<'END'
  #   visits:  # 各类就诊的天数
  #     value:
  #       - {kind: 门诊, days: 7}
  #       - {kind: 急诊, days: 3}
  # 上级的检查项：改动用 set，不再适用的用 remove，并写理由和批准文号：
END
  sed -i 's/^# change:/change:/; /^  # parameters:/,/急诊/s/^  # /  /; s/days: 3}/days: 2}/' packages/county/q/plan.yaml
  run zicha plan show packages/county/q
  expect 0 "参数 visits  值: 2行，其中1行不同（就诊类型：急诊，天数：3） → 2行，其中1行不同（就诊类型：急诊，天数：2）" \
    "limits  city/p/tables/limits.csv (3)"
}

# ---- layers ------------------------------------------------------------------------------------

make_layers() {
  package "$base" city/base city
  cat p/items.yaml >"$base/items.yaml"
  sed -n '/^parameters:/,$p' p/plan.yaml >>"$base/plan.yaml"
  cp -r p/rules p/tables "$base/"
}

@test "a child's rules read the tables of its parents, and it may add its own" {
  make_layers
  child_items <<<'- {id: more, title: 更多, kind: data, severity: general, rules: [more.more]}'
  mkdir -p "$child"/{rules,tables}
  write_rule "$child" more <<'END'
rule "more.more" { on = "rx_lines", where = "days > l.max and days > o.max",
  join = { { as = "l", table = "limits", on = { drug_code = "code" } },
           { as = "o", table = "own_limits", on = { drug_code = "code" } } } }
END
  printf 'code:code,max:int\nA3,20\nA1,20\n' >"$child/tables/own_limits.csv"
  zicha init w --plan "$child" --facility facility.yaml >/dev/null
  four
  [ "$(record w '[.items[] | .id + ":" + (.count | tostring)] | join(" ")')" = "dose:2 visit:2 more:1" ]
}

@test "a table that a parent, a dataset or zicha has already is refused" {
  make_layers
  child </dev/null
  mkdir -p "$child"/{tables,datasets}
  for name in limits staff seen; do printf 'code:code\nA1\n' >"$child/tables/$name.csv"; done
  printf 'seen:\n  title: 甲\n  columns: {code: {type: code, key: yes}}\n' >"$child/datasets/a.yaml"
  refused "tables/limits.csv:1:1: error: the table limits is declared twice" \
    "the other one is at city/base/tables/limits.csv:1" \
    "tables/seen.csv:1:1: error: the table seen is declared twice" "the other one is at datasets/a.yaml:1" \
    "tables/staff.csv:1:1: error: zicha ships a table called staff"
}

@test "a mistake in a parent's table is told with the parent's id" {
  make_layers
  child </dev/null
  echo A9,x,甲 >>"$base/tables/limits.csv"
  refused "city/base/tables/limits.csv:5:4: error: «x» is no value of max"
}

@test "a child replaces the rows of a table parameter, and explain tells both" {
  make_layers
  child <<'END'
change:
  parameters:
    visits:
      reason: 县里从严
      value: [{kind: 门诊, days: 5}, {kind: 急诊, days: 3}]
END
  lint "$child"
  expect 1 "[not-comparable]: parameters visits: whether value asks for less cannot be told" \
    "(2行，其中1行不同（就诊类型：门诊，天数：7） → 2行，其中1行不同（就诊类型：门诊，天数：5）)"
  run zicha plan explain "$child" visits value
  expect 0 "2行（就诊类型：门诊，天数：7；就诊类型：急诊，天数：3）  (city/base, city/base/plan.yaml:13)" \
    "→ 2行（就诊类型：门诊，天数：5；就诊类型：急诊，天数：3）  (county/child, plan.yaml:12, 县里从严)"
  zicha init w --plan "$child" --facility facility.yaml >/dev/null
  visits R1,门诊,A9,6
  [ "$(item w visit .count)" = 1 ]
}

@test "with a direction, rows that are added or left out ask for more or for less" {
  make_layers
  sed -i 's/    type: table/    type: table\n    stricter: superset/' "$base/plan.yaml"
  taken <<<'change: {parameters: {visits: {value: [{kind: 急诊, days: 3}, {kind: 门诊, days: 7}, {kind: 住院, days: 30}]}}}'
  taken <<<'change: {parameters: {visits: {value: [{天数: 3, kind: 急诊}, {days: 7, kind: 门诊}]}}}'
  never not-comparable
  loosened "parameters visits: value" <<<'change: {parameters: {visits: {value: [{kind: 急诊, days: 3}]@}}}'
}

@test "diff tells how many rows there are and which of them differ, and which files" {
  make_layers
  cp -r "$base" other
  sed -i 's/天数: 3}/天数: 4}/' other/plan.yaml
  echo A4,1,戊 >>other/tables/limits.csv
  run zicha plan diff "$base" other
  expect 1 "值: 2行，其中1行不同（就诊类型：急诊，天数：3） → 2行，其中1行不同（就诊类型：急诊，天数：4）" \
    "~ tables/limits.csv  [cannot be compared]" "2 differences"
  for i in $(seq 9); do sed -i "s/    value:/    value:\n      - {kind: 其他$i, days: $i}/" other/plan.yaml; done
  run zicha plan diff "$base" other
  expect 1 "→ 11行，其中10行不同（就诊类型：其他9，天数：9；就诊类型：其他8，天数：8；就诊类型：其他7，天数：7……）"
  rm -r other
  cp -r "$base" other
  sed -i 's/- {kind: 门诊, days: 7}/- {days: 7, kind: 门诊}/' other/plan.yaml
  run zicha plan diff "$base" other
  expect 0 "0 differences"
}

@test "columns are the parent's: a child has no others" {
  make_layers
  child <<<'change: {parameters: {visits: {set: {columns: {kind: text}}}}}'
  refused "unknown key columns"
  rm -rf "$child"
  child <<<'change: {parameters: {visits: {value: [{kind: 门诊, dayz: 7}]}}}'
  refused "error: this table has no column dayz" "did you mean days?"
}

# ---- what is still open ------------------------------------------------------------------------

@test "a cell that is still open leaves its rules unchecked, and lint and paper name it" {
  sed -i 's/天数: 3}/天数: ____}/' p/plan.yaml
  lint p
  expect 1 "plan.yaml:13:7: note [blank]: 值 of visits is still blank: ____"
  four
  [ "$(item w visit '[.status, .reason.args.names] | join(" ")')" = "not_checked “各类就诊的天数”" ]
  [ "$(item w dose .status)" = problem ]
  run zicha plan paper text p
  expect 0 '| 急诊 | \_\_\_\_ |'
  sed -i '/^    value:/,$d' p/plan.yaml
  echo '    value: ____' >>p/plan.yaml
  [ "$(item w visit .status)" = not_checked ]
}

@test "a table that nobody has confirmed says so" {
  sed -i 's/    type: table/    type: table\n    unconfirmed: yes\n    basis: 县规定/' p/plan.yaml
  lint p
  expect 1 "note [unconfirmed]: visits is not confirmed"
  four
  zicha -C w --today 2023-06-30 report >/dev/null 2>&1
  grep -q '“各类就诊的天数”所列内容尚未核实' w/reports/*/report.md
}

@test "lint tells of a join that finds several rows of the plan's own tables, and of no other" {
  lint p
  never join-several
  echo 'A1,9,戊' >>p/tables/limits.csv
  sed -i 's/天数: 3}/天数: 3}\n      - {kind: 门诊, days: 9}/' p/plan.yaml
  lint p
  expect 1 "rules/own.lua:1:1: warning [join-several]: the rule own.dose joins the table limits by columns in which several of its rows have A1" \
    "the rule own.visit joins the table p.visits by columns in which several of its rows have 门诊"
  sed -i 's/{ drug_code = "code" }/{ drug_code = "code", days = "max" }/; s/"kind" } }/"kind" }, match = "any" }/' p/rules/own.lua
  lint p
  expect 1 "0 errors"
  never join-several
}

@test "lint tells of a table that no rule reads" {
  printf 'code:code\nA1\n' >p/tables/old_limits.csv
  lint p
  expect 1 "tables/old_limits.csv:1:1: warning [table-unused]: no rule reads the table old_limits"
  never "table limits" parameter-unused
  printf 'accept:\n  - {code: table-unused, at: old_limits, reason: 备用}\n' >>p/plan.yaml
  lint p
  never table-unused accept-unused
  sed -i '/^rule "own.visit"/,$d' p/rules/own.lua
  sed -i '2d' p/items.yaml
  lint p
  expect 1 "nothing reads the parameter visits"
}
