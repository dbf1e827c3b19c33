#!/usr/bin/env bats
# What is wrong in reference tables, and in parameters that are tables, maps or lists: all of it
# at once, each with file, line, column and how to mend it.
load layered

# ./p with a reference table and a table parameter, to be broken.
setup() {
  begin_test
  make_package p <<'END'
- {id: dose, title: 超过限定天数, kind: data, rules: [own.dose]}
- {id: visit, title: 超过各类就诊的天数, kind: data, rules: [own.visit]}
END
  mkdir p/tables
  table code:code,max:int A1,3
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
rule "own.dose" { on = "rx_lines", where = "days > l.max", join = { { as = "l", table = "limits", on = { drug_code = "code" } } } }
rule "own.visit" { on = "rx_lines", where = "days > v.days", join = { { as = "v", table = "p.visits", on = { visit_type = "kind" } } } }
END
}

# table LINE…: the reference table.
table() { printf '%s\n' "$@" >p/tables/limits.csv; }

# wrong TEXT…: lint tells these errors of the package.
wrong() {
  lint p
  expect 65 "$@"
}

@test "the package that these tests break is sound" {
  lint p
  expect 1 "0 errors"
}

# ---- tables/NAME.csv ---------------------------------------------------------------------------

@test "all mistakes of a header are told together, each with its place and its remedy" {
  table 'code,max:decimal(2),max:int,x：int,Y:int,z:number,k:enum,' A,1,2,3,4,5,6,7
  wrong "tables/limits.csv:1:1: error: «code» names no column with its type" \
    "write for example code:code,max:decimal(2),name:text" \
    "limits.csv:1:21: error: the column max stands twice" "limits.csv:1:29: error: «x：int» names no column" \
    "write an ASCII colon" "limits.csv:1:35: error: Y is not an id" \
    "limits.csv:1:41: error: number is not a column type" "decimal(n)" \
    "limits.csv:1:50: error: a table of the plan's own has no column of the type enum" \
    "limits.csv:1:57: error: a cell of the header is empty" "7 errors"
}

@test "all mistakes of rows are told together, each with its place and its remedy" {
  table 'code:code,max:decimal(2),day:date,ok:bool' 'A1,3.555,45012,也许' A1,3.5 'A2,"3,2023-01-01,是' \
    1.23E+17,,2023/1/5, A1,,, A1,,, ,,, '甲,"1,2",2023-13-01,____' ____,,,
  wrong "tables/limits.csv:2:4: error: «3.555» is no value of max (max), which is 小数（2位）" \
    "correct the cell, or leave it blank" \
    "limits.csv:2:10: error: «45012» is no value of day (day)" "a spreadsheet program has spoiled it" \
    "limits.csv:2:16: error: «也许» is no value of ok" \
    "limits.csv:3:1: error: this row cannot be read: the number of cells differs" \
    "put a text with a comma into quotation marks" \
    "limits.csv:4:1: error: this row cannot be read: " \
    "limits.csv:5:1: error: «1.23E+17» is no value of code" \
    "limits.csv:7:1: error: this row is the same as the one in line 6" \
    "limits.csv:9:4: error: «1,2» is no value" "limits.csv:9:9: error: «2023-13-01» is no value" \
    "limits.csv:9:20: error: «____» is no value of ok" \
    "limits.csv:10:1: error: «____» stands here: a reference table leaves nothing open"
}

@test "a cell on a later line of its row has its own place" {
  table code:code,name:text,n:int $'A1,"甲\n乙",x' A2,丙,y
  wrong "limits.csv:3:4: error: «x» is no value" "limits.csv:4:6: error: «y» is no value"
}

@test "hundreds of wrong cells are told up to a limit" {
  table code:code,n:int $(seq -f 'A%g,x' 500)
  wrong "limits.csv:2:4: error: «x»" "more than 200 errors"
}

@test "a long cell is told by its beginning" {
  table code:code,n:int "A1,$(printf '甲%.0s' $(seq 50))"
  wrong "«$(printf '甲%.0s' $(seq 20))» is no value"
}

@test "a file that is no CSV, is empty or has no header" {
  : >p/tables/limits.csv
  wrong "tables/limits.csv:1: error: the file is empty"
  printf 'code:code;max:int\nA;1\n' >p/tables/limits.csv
  wrong "the columns are separated by semicolons"
  printf 'PK\003\004' >p/tables/limits.csv
  wrong "tables/limits.csv:1:3: error: an invisible character (U+0003)"
  printf '"code:code\nA\n' >p/tables/limits.csv
  wrong "the header line cannot be read"
  printf 'code:code\n\377\377\n' >p/tables/limits.csv
  wrong "tables/limits.csv:2:1: error: the text is neither UTF-8 nor GB18030"
  printf '<html>' >p/tables/limits.csv
  wrong "this is a web page or XML"
}

@test "beneath tables/ stand reference tables and nothing else" {
  cp p/tables/limits.csv p/tables/限价.csv
  mkdir p/tables/old
  mv p/tables/limits.csv p/tables/old/
  touch p/tables/README.md
  wrong "tables/README.md: error: this is no reference table" "tables/old/limits.csv: error: this is no" \
    "tables/限价.csv: error: this is no" "called tables/NAME.csv"
}

# ---- parameters that are tables ------------------------------------------------------------------

@test "all mistakes of a table parameter are told together, each with its place and its remedy" {
  cat >>p/plan.yaml <<'END'
      - {kind: 住院, days: 七}
      - {kind: 急诊, 就诊类型: 急诊, dayz: 3}
      - {days: 7, kind: 门诊}
      - {}
      - {kind: ""}
      - 甲
      - {kind: [甲], days: {a: 1}}
  a: {type: table, value: [{a: 1}]}
  b: {type: table, value: 7, columns: {a: int}}
  c: {type: table, value: {a: 7}, columns: {a: int, b: enum, c: number, D: int}}
  d: {type: number, value: 7, columns: {a: int}}
  e: {type: table, value: [], columns: {}}
  f: {type: table, columns: {a: {type: int, titel: 甲}, b: {title: 甲}}, value: []}
  g: {type: table, columns: [a, b], value: []}
END
  wrong "plan.yaml:15:26: error: «七» is no value of days (天数), which is 整数" \
    "plan.yaml:16:20: error: 就诊类型 stands twice, also as kind" \
    "plan.yaml:16:30: error: this table has no column dayz" \
    "plan.yaml:17:9: error: this row is the same as the one in line 13" \
    "plan.yaml:18:9: error: this row is empty" "plan.yaml:19:9: error: this row is empty" \
    "plan.yaml:20:9: error: a map of keys and values is needed here" "write a row as its columns and cells" \
    "plan.yaml:21:16: error: a cell holds one text or number" "plan.yaml:21:27: error: a cell holds one" \
    "plan.yaml:22:6: error: a parameter of the type table needs columns" \
    "plan.yaml:23:27: error: a list of rows is needed here" "plan.yaml:24:27: error: a list of rows" \
    "plan.yaml:24:53: error: a table of the plan's own has no column of the type enum" \
    "plan.yaml:24:65: error: number is not a column type" "plan.yaml:24:73: error: D is not an id" \
    "plan.yaml:25:40: error: columns belong to parameters of the type table" \
    "plan.yaml:26:6: error: a parameter of the type table needs columns" \
    "plan.yaml:27:45: error: unknown key titel" "plan.yaml:27:59: error: the key type (类型) is missing" \
    "plan.yaml:28:29: error: a map of keys and values is needed here"
  never "plan.yaml:28:6:" "plan.yaml:21:9:"
}

@test "with: gives no item a table of its own" {
  sed -i '2s/}$/, with: {visits: [{kind: 门诊, days: 3}]}}/' p/items.yaml
  wrong "items.yaml:2:" "error: the table visits holds for all items" "declare another parameter with these rows"
}

@test "rules that take a table for a value, or name a table or a column that is none" {
  cat >>p/rules/own.lua <<'END'
rule "own.value" { on = "rx_lines", where = "one_of(drug_code, p.visits)" }
rule "own.near" { on = "rx_lines", where = "x.max > 1", join = { { as = "x", table = "limit", on = { drug_code = "code" } } } }
rule "own.column" { on = "rx_lines", where = "x.max > 1", join = { { as = "x", table = "p.visits", on = { drug_code = "code" } } } }
rule "own.kinds" { on = "rx_lines", where = "x.max > 1", join = { { as = "x", table = "limits", on = { drug_code = "max" } } } }
END
  wrong "rules/own.lua:3:64: error: the name p.visits is unknown" 'is joined: table = "p.visits"' \
    "rules/own.lua:4:87: error: the table limit is unknown" "did you mean limits?" \
    "rules/own.lua:5:105: error: the table p.visits has no column code" \
    "rules/own.lua:6:102: error: the columns drug_code of this join are of different kinds"
}

@test "conditions of items take no table for a value" {
  echo '- {id: asked, title: 甲, kind: question, ask: 甲？, answer: number, problem_if: "one_of(answer, p.visits)"}' >>p/items.yaml
  wrong "items.yaml:3:" "the name p.visits is unknown" 'is joined: table = "p.visits"'
}

# ---- spoilt files ----------------------------------------------------------------------------------

# A spoilt table is refused with its place, or is another one, which diff tells. Never a crash.
@test "a spoilt table: an error with its place, or a difference that diff tells" {
  for i in $(seq 30); do echo "B$i,$i"; done >>p/tables/limits.csv
  sed -i '1s/$/,name:text/; 2,$s/$/,药品/' p/tables/limits.csv
  cp -r p sound
  for kind in delete double swap indent tab colon wide id cut bytes; do
    for seed in 1 2 3 4; do
      LC_ALL=C awk -v seed="$seed" -v kind="$kind" -f "$ZICHA_ROOT/tests/data/mutate.awk" \
        sound/tables/limits.csv >p/tables/limits.csv
      if cmp -s sound/tables/limits.csv p/tables/limits.csv; then continue; fi
      status=0
      timeout 10 "$ZICHA" plan diff sound p >out.txt 2>&1 || status=$?
      wanted='tables/limits.csv:[0-9]'
      [ "$status" = 65 ] || wanted='~ tables/limits.csv'
      grep -q "$wanted" out.txt || {
        echo "$kind $seed: $status"
        diff sound/tables/limits.csv p/tables/limits.csv
        cat out.txt
        return 1
      }
    done
  done
}

# ---- maps and lists ----------------------------------------------------------------------------------

# judged PARAMETER CONDITION: of R1 (门诊, 4 days) and R2 (急诊, 9 days), what the rule says: its
# status, or how many it hits. Errors are in errors.txt.
judged() {
  rm -rf m
  make_package m <<<'- {id: a, title: 甲, kind: data, rules: [own.a]}'
  printf 'parameters:\n  x: %s\n' "$1" >>m/plan.yaml
  write_rule m own <<<"rule \"own.a\" { on = \"rx_lines\", where = [[$2]] }"
  mkdir m/tests
  cat >m/tests/a.yaml <<'END'
- name: 甲
  tables: {rx_lines: [{rx_no: R1, visit_type: 门诊, days: 4}, {rx_no: R2, visit_type: 急诊, days: 9}]}
  expect: {a: {status: problem, count: -1}}
END
  zicha plan test m --format json 2>errors.txt | jq -r '.cases[0].failures[0].got'
}

@test "at(map, key): a number, a text, or nothing for a key that the map lacks" {
  [ "$(judged '{type: map, value: {门诊: 3, 急诊: 9.5}}' 'days > at(p.x, visit_type)')" = 1 ]
  [ "$(judged '{type: map, value: {门诊: 4, 急诊: 9.5}}' 'days > at(p.x, visit_type)')" = pass ]
  [ "$(judged '{type: map, value: {门诊: 4}}' 'days > at(p.x, visit_type)')" = undetermined ]
  [ "$(judged '{type: map, value: {门诊: 4}}' 'at(p.x, visit_type) == nil')" = 1 ]
  [ "$(judged '{type: map, value: {门诊: 4}}' 'at(p.x, dept) == nil')" = 2 ]
  [ "$(judged '{type: map, value: {门诊: 4}}' 'days > default(at(p.x, visit_type), 9)')" = pass ]
  [ "$(judged '{type: map, value: {门诊: 普通, 急诊: 急}}' 'at(p.x, visit_type) == "急"')" = 1 ]
  [ "$(judged '{type: map, value: {门诊: 3, 急诊: 无}}' 'at(p.x, visit_type) == "3"')" = 1 ]
}

@test "a map or list that is still open somewhere has no value yet" {
  for value in '{门诊: 3, 急诊: ____}' '{门诊: ____, 急诊: ____}' ____; do
    [ "$(judged "{type: map, value: $value}" 'days > at(p.x, visit_type)')" = not_checked ]
    lint m
    expect 1 "[blank]: 值 of x is still blank: ____"
  done
  [ "$(judged '{type: map, value: {门诊: 甲, 急诊: ____}}' 'at(p.x, visit_type) == "甲"')" = not_checked ]
  [ "$(judged '{type: list, value: [门诊, ____]}' 'one_of(visit_type, p.x)')" = not_checked ]
  run zicha plan show m --format json
  jq -e '.plan.parameters.x.value == ["门诊", "____"]' <<<"$output"
}

@test "a key of a map without a value, and a list where a map is wanted" {
  judged '{type: map, value: {门诊: 3, 急诊: ""}}' 'days > 1' || true
  grep -q 'm/plan.yaml:8:[0-9]*: the key 急诊 has no value' errors.txt
  judged '{type: map, value: [门诊, 急诊]}' 'days > 1' || true
  grep -q 'this is not a value of the type map' errors.txt
}

@test "numbers in a list are texts: codes keep their zeros" {
  [ "$(judged '{type: list, value: [012, 1.50]}' 'one_of("012", p.x) and one_of("1.50", p.x) and days > 5')" = 1 ]
  judged '{type: list, value: [4, 9]}' 'one_of(days, p.x)' || true
  lint m
  expect 65 "rules/own.lua:1:"
}
