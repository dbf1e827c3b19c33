#!/usr/bin/env bats
# table list, show, check: what became of the data that was handed over.
load helper

# A plan over two tables of its own and its workspace ./w: fees, with lines of a bill, and
# prices, which hold for a time.
make_tables() {
  make_package p <<'END'
- {id: dear, title: 超标准收费, kind: data, rules: [own.dear]}
- {id: odd, title: 数量异常, kind: data, rules: [own.odd]}
END
  cat >>p/plan.yaml <<'END'
period: {from: 2023-03-01, to: 2023-05-31}
END
  mkdir p/datasets
  cat >p/datasets/own.yaml <<'END'
fees:
  title: 收费记录
  source: HIS
  date: fee_day
  columns:
    fee_no:  {type: code, titles: [流水号], key: yes}
    fee_day: {type: date, titles: [收费日期, 日期]}
    kind:    {type: enum, titles: [类别], values: {门诊: [O], 住院: [I]}}
    item:    {type: code, titles: [项目编码]}
    qty:     {type: int, titles: [数量], blank: zero}
    price:   {type: decimal(2), titles: [单价]}
    patient: {type: code, titles: [患者编号], identifies: patient}
    note:    {type: text, titles: [备注]}
prices:
  title: 价目
  repeats: yes
  columns:
    item:       {type: code, titles: [项目编码], key: yes}
    price_std:  {type: decimal(2), titles: [标准单价]}
    valid_from: {type: date, titles: [生效日期]}
    valid_to:   {type: date, titles: [失效日期]}
END
  write_rule p own <<'END'
rule "own.dear" { on = "fees", among = [[kind == "门诊"]], where = "price > c.price_std",
                  join = { { as = "c", table = "prices", on = { item = "item" },
                             when = "fee_day >= c.valid_from and (c.valid_to == nil or fee_day <= c.valid_to)" } } }
rule "own.odd"  { on = "fees", where = "qty > 100" }
END
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
}

good_fees() {
  printf '%s\n' 流水号,收费日期,类别,项目编码,数量,单价,患者编号 \
    F1,2023-03-01,门诊,X1,1,10.00,P1 F2,2023-05-31,O,X1,2,10.00,P2 >fees.csv
}

good_prices() {
  printf '%s\n' 项目编码,标准单价,生效日期,失效日期 X1,10.00,2023-01-01,2023-06-30 \
    X1,11.00,2023-07-01, >prices.csv
}

setup() {
  begin_test
  make_tables
  good_fees
  good_prices
}

table() { zicha -C w --today 2023-06-30 table "$@"; }

import() { zicha -C w --today 2023-06-30 import "$@"; }

# Lines of fees under the good header: fees LINE…
fees() {
  sed -i 1q fees.csv
  printf '%s\n' "$@" >>fees.csv
}

# What check says of fees, and with which status.
check_fees() {
  import fees fees.csv >/dev/null 2>&1
  run table check fees
}

# One finding of `table check --format json`: finding CODE JQ-FILTER
finding() {
  table check --format json 2>/dev/null |
    jq -r ".tables[].findings[] | select(.code == \"$1\") | $2"
}

stored() { printf '%s\n' w/data/"$1"-*.csv; }

# Changes the copy of a table and keeps its size and times.
forge() {
  local file
  file=$(stored "$1")
  cp -p "$file" before
  chmod u+w "$file"
  sed -i "s/$2/$3/" "$file"
  touch -r before "$file"
}

# ---- list --------------------------------------------------------------------------------

@test "list tells of each table what the rules read, what was handed over and what was not" {
  import fees fees.csv >/dev/null
  run table list
  expect 0
  [ "$(printf '%s\n' "$output" | sed 's/-[0-9a-f]\{12\}\./-HASH./')" = "\
table   title     rows  malformed  dates                  rules  state                file
fees    收费记录     2          0  2023-03-01–2023-05-31      2  imported             data/fees-HASH.csv
prices  价目         —          —  —                          1  not handed over yet" ]
}

@test "list in Chinese stands in columns of equal width" {
  import fees fees.csv >/dev/null
  import --none prices 没有价目表 >/dev/null
  ZICHA_LANG=zh run table list
  expect 0
  [ "$(printf '%s\n' "$output" | sed 's/-[0-9a-f]\{12\}\./-HASH./')" = "\
数据表  名称      行数  格式错误  日期范围               规则数  状态                    文件
fees    收费记录     2         0  2023-03-01–2023-05-31       2  已导入                  data/fees-HASH.csv
prices  价目         —         —  —                           1  本机构没有：没有价目表" ]
}

@test "list has what was imported although no rule reads it" {
  printf '工号,姓名\n1,甲\n' >staff.csv
  import staff staff.csv >/dev/null
  run table list
  expect 0 "staff   人员花名册     1"
  [ "$(table list --format json | jq -c '.tables[] | select(.id == "staff") | [.rules, .plans, .state]')" = \
    '[0,[],"imported"]' ]
}

@test "list of a plan without tables says so" {
  make_package q <<'END'
- {id: asked, title: 问题, kind: question, ask: 是吗？, answer: yesno, problem_if: no}
END
  zicha init v --plan q --facility facility.yaml >/dev/null
  run zicha -C v table list
  expect 0 "read no table, and none was imported"
}

@test "list as JSON and CSV says the same as the text" {
  import fees fees.csv --covers 2023-03-01..2023-06-30 >/dev/null
  import --none prices 没有 >/dev/null
  [ "$(table list --format json | jq -c '.zicha, (.tables[] |
    [.id, .state, .rows, .malformed, .bad, .from, .to, .covers.to, .reason, .rules, .plans])')" = '"tables/1"
["fees","imported",2,0,0,"2023-03-01","2023-05-31","2023-06-30",null,2,["county/test"]]
["prices","absent",null,null,null,null,null,null,"没有",1,["county/test"]]' ]
  [ "$(table list --format csv | tail -n +2 | cut -d, -f1-4,6- | tr -d '\r')" = "fees,收费记录,imported,,2,0,0,2023-03-01,2023-05-31,2
prices,价目,absent,没有,,,,,,1" ]
  [ "$(table list --format csv | head -c 3 | od -An -tx1 | tr -d ' ')" = efbbbf ]
}

@test "a file that was changed, lost or cannot be opened is no imported one" {
  import fees fees.csv >/dev/null
  import prices prices.csv >/dev/null
  chmod u+w "$(stored fees)"
  echo F9,2023-05-01,门诊,X1,1,1.00,P9 >>"$(stored fees)"
  rm "$(stored prices)"
  run table list
  expect 0 "its file was changed" "its file is gone"
  table list --format json | jq -r '.tables[] | "\(.state): \(.reason)"' >states
  grep -q '^changed: the file data/fees-.* was changed after its import; import fees again$' states
  grep -q '^gone: the file data/prices-.* of the table prices is gone; import it again$' states
}

@test "two plans that read the same table stand in one line" {
  cp -R p q
  sed -i 's|^id: .*|id: county/other|' q/plan.yaml
  zicha -C w plan use q >/dev/null
  import fees fees.csv --plan county/test >/dev/null
  [ "$(table list --format json | jq -c '.tables[] | [.id, .rules, .plans]')" = '["fees",2,["county/test","county/other"]]
["prices",1,["county/test","county/other"]]' ]
  [ "$(table list --plan county/other --format json | jq -c '.tables[0].plans')" = '["county/other"]' ]
}

# ---- show --------------------------------------------------------------------------------

@test "show says what the file has of each column, and which rules read it" {
  sed -i '1s/收费日期/日期/; 1s/$/,床号/; 2,$s/$/,9/' fees.csv
  echo F3,2023-04-01,体检,X1,许多,1.00,P3,9 >>fees.csv
  import fees fees.csv >/dev/null
  run table show fees
  expect 0 "收费记录  fees" "state   imported" "source  HIS" "bytes, UTF-8)" \
    "3 read, 0 malformed, 2 cells unreadable" "dates   2023-03-01 to 2023-05-31" \
    "fee_day  收费日期  date                   1      0    0  日期" \
    "note     备注      text                   0      —    —  not in the file" \
    "kind     类别      enum" "«体检» 1 times: say what it is with --map-value kind:体检=…" \
    "line 4: 许多" "columns of the file that are not used: 床号" \
    "own.dear  超标准收费 (dear)" "own.odd  数量异常 (odd)"
  [[ "$output" == *"$(sha256sum <fees.csv | cut -d' ' -f1)"* ]]
}

@test "show tells malformed rows by line and reason" {
  fees F1,2023-03-01,门诊,X1,1,10.00,P1 F1,2023-03-02,门诊,X1,1,10.00,P1 \
    ,2023-03-02,门诊,X1,1,10.00,P1 F4,2023
  import fees fees.csv >/dev/null
  run table show fees
  expect 0 "line 3: the key stands in an earlier row already" "line 4: the key is blank" \
    "line 5: the number of cells differs from the header"
  [ "$(table show fees --format json | jq -c '[.kinds[] | [.code, .count, .line]]')" = \
    '[["key-repeated",1,3],["key-blank",1,4],["malformed",1,5]]' ]
}

@test "show tells the options that the file was imported with" {
  fees F1,2023-03-01,体检,X1,1,10.00,P1
  sed -i '1s/数量/件数/' fees.csv
  import fees fees.csv --map 数量=件数 --map-value kind:体检=门诊 --blank qty=unknown >/dev/null
  run table show fees
  expect 0 "options  --map qty=件数 --map-value kind:体检=门诊 --blank qty=unknown" "件数"
  never "cannot be read"
}

@test "show says whether the table reaches over the plan's period" {
  import fees fees.csv >/dev/null
  run table show fees
  expect 0 "2023-03-01 to 2023-05-31 (county/test): covered"
  fees F1,2023-03-02,门诊,X1,1,10.00,P1
  import fees fees.csv >/dev/null 2>&1
  run table show fees
  expect 0 "(county/test): not covered"
  import fees fees.csv --covers 2023-03-01..2023-05-31 >/dev/null
  run table show fees
  expect 0 "(county/test): covered" "2023-03-01 to 2023-05-31 (--covers)"
  [ "$(table show fees --format json | jq -c '.plans[0].covered')" = true ]
}

@test "show of what was not handed over tells the columns and their rules" {
  run table show prices
  expect 0 "state   not handed over yet" "price_std   标准单价  decimal(2)" "own.dear"
  never "not in the file" sha256
  import --none prices 没有价目表 >/dev/null
  run table show prices
  expect 0 "does not exist here: 没有价目表"
}

@test "show of a shipped table that no rule reads says so" {
  run table show staff
  expect 0 "人员花名册  staff" "not handed over yet" "no rule of the plans in use reads it"
}

@test "show names no patient" {
  fees F1,2023-03-01,门诊,X1,1,10.00,440101199001011234
  import fees fees.csv >/dev/null 2>&1
  run table show fees
  never 440101199001011234
  run table show fees --format json
  never 440101199001011234
}

@test "show of a changed file ends with 65, of a lost one with 66, and tells what is known" {
  import fees fees.csv >/dev/null
  chmod u+w "$(stored fees)"
  echo more >>"$(stored fees)"
  run table show fees
  expect 65 "its file was changed" "import fees again" "own.dear"
  rm "$(stored fees)"
  run table show fees
  expect 66 "its file is gone" "own.dear"
}

@test "show of a file that the plan's table no longer fits ends with 65 and says why" {
  import fees fees.csv >/dev/null
  sed -i 's/titles: \[流水号\]/titles: [单号]/; s/fee_no/bill_no/' p/datasets/own.yaml
  run table show fees
  expect 65 "the key column bill_no (单号) is missing" "cannot be read as 收费记录 any more"
}

@test "show and check of a table that nobody knows are refused with the known ones" {
  for command in show check; do
    run table $command fee
    expect 65 "the table fee is unknown; known: fees prices"
  done
}

@test "unknown formats are refused with those that there are" {
  run table list --format xml
  expect 64 "unknown format xml; known: text json csv"
  run table show fees --format csv
  expect 64 "unknown format csv; known: text json"
  run table check --format junit
  expect 64 "unknown format junit; known: text json csv"
}

@test "half a command, a table too many and none are usage errors" {
  run zicha -C w table
  expect 64 "after table comes one of: list show check"
  run table show
  expect 64 "an argument is missing"
  run table show fees prices
  expect 64 "unexpected argument prices"
  run table list fees
  expect 64 "unexpected argument fees"
}

# ---- check -------------------------------------------------------------------------------

@test "check of clean tables ends with 0" {
  import fees fees.csv >/dev/null
  import prices prices.csv >/dev/null
  run table check
  expect 0 "收费记录 (fees): 2 rows, nothing found" "价目 (prices): 2 rows, nothing found" \
    "2 tables read, 0 findings; 0 tables are not handed over yet"
}

@test "check with a table that is not handed over yet is incomplete" {
  import fees fees.csv >/dev/null
  run table check
  expect 2 "价目 (prices): not handed over yet" "1 tables are not handed over yet"
  run table check fees
  expect 0
  run table check prices
  expect 2
  import --none prices 没有 >/dev/null
  run table check
  expect 0 "does not exist here: 没有"
  run table check prices
  expect 2
}

@test "check tells repeated and blank keys with their number and first line" {
  fees F1,2023-03-01,门诊,X1,1,10.00,P1 F1,2023-03-01,门诊,X1,1,10.00,P1 \
    F1,2023-03-01,门诊,X1,1,10.00,P1 ,2023-03-01,门诊,X1,1,10.00,P1
  check_fees
  expect 1 "2 rows are malformed, first on line 3: the key stands in an earlier row already" \
    "1 rows are malformed, first on line 5: the key is blank"
  [ "$(finding key-repeated '"\(.count) \(.line)"')" = "2 3" ]
  [ "$(finding key-blank '"\(.count) \(.line)"')" = "1 5" ]
}

@test "check tells blank cells that must not be with their number and first line, apart from bad ones" {
  sed -i 's/{type: int, titles: \[数量\], blank: zero}/{type: int, titles: [数量], blank: never}/' \
    p/datasets/own.yaml
  fees F1,2023-03-01,门诊,X1,一,10.00,P1 F2,2023-03-01,门诊,X1,,10.00,P1 F3,2023-03-01,门诊,X1,,10.00,P1
  check_fees
  expect 1 "数量: 2 cells are blank, which they must not be, first on line 3" \
    "→ export them again with every cell of the column filled" \
    "数量: 1 cells cannot be read, first on line 2: 一"
  [ "$(finding blank-cell '"\(.column) \(.count) \(.line)"')" = "qty 2 3" ]
}

@test "check tells unknown words and cells that cannot be read" {
  fees F1,2023-03-01,体检,X1,一,10.00,P1 F2,2023-03-01,体检,X1,1,10.005,P1
  check_fees
  expect 1 "类别: «体检» stands 2 times" "--map-value kind:体检=…" \
    "数量: 1 cells cannot be read, first on line 2: 一" \
    "单价: 1 cells cannot be read, first on line 3: 10.005"
  [ "$(finding unknown-word '"\(.column) \(.count)"')" = "kind 2" ]
  [ "$(finding bad-cell .column | tr '\n' ' ')" = "qty price " ]
}

@test "check tells rows of the future" {
  fees F1,2023-07-01,门诊,X1,1,10.00,P1 F2,2032-05-01,门诊,X1,1,10.00,P1 \
    F3,2023-05-01,门诊,X1,1,10.00,P1
  check_fees
  expect 1 "2 rows are dated after 2023-06-30, first on line 2"
  [ "$(finding later .count)" = 2 ]
}

@test "check tells a table in which no date can be read, and one without rows" {
  fees F1,,门诊,X1,1,10.00,P1
  check_fees
  expect 1 "none of the 1 rows has a date that can be read in the column 收费日期"
  zicha init v --plan p --facility facility.yaml >/dev/null
  sed -i 1q fees.csv
  zicha -C v import fees fees.csv >/dev/null 2>&1
  run zicha -C v table check fees
  expect 1 "no row follows the header"
}

@test "check tells columns that rules read and the file lacks, and only those" {
  printf '流水号,收费日期\nF1,2023-03-01\n' >fees.csv
  check_fees
  expect 1 "the column 数量 is not in the file; it is read by: own.odd" \
    "the column 类别 is not in the file; it is read by: own.dear" "--map qty=HEADER"
  never "the column 备注" "the column 患者编号"
}

@test "check tells periods of one key that overlap, and those that end before they begin" {
  printf '%s\n' 项目编码,标准单价,生效日期,失效日期 X1,10.00,2023-01-01,2023-06-30 \
    X1,11.00,2023-06-30, X2,5.00,2023-01-01, X3,1.00,2023-05-01,2023-04-01 >prices.csv
  run import prices prices.csv
  expect 0 "1 rows begin before another row with the same key has ended" \
    "line 3 and line 2: X1" "1 rows end before they begin, first on line 5"
  run table check prices
  expect 1 "1 rows begin before another row with the same key has ended" \
    "line 3 and line 2: X1" "1 rows end before they begin, first on line 5"
  [ "$(finding period-overlap '.lines[0] | "\(.line) \(.other) \(.key)"')" = "3 2 X1" ]
  run table show prices
  expect 0 "line 3 and line 2: X1"
}

@test "check notices a change that keeps the file's size and times" {
  import fees fees.csv >/dev/null
  import prices prices.csv >/dev/null
  forge fees P1 P9
  run table check
  expect 65 "was changed after its import; import fees again" \
    "价目 (prices): 2 rows, nothing found"
  [ "$(finding changed .count)" = 1 ]
}

@test "check of a lost file ends with 66 and reads the others all the same" {
  import fees fees.csv >/dev/null
  import prices prices.csv >/dev/null
  rm "$(stored fees)"
  run table check
  expect 66 "收费记录 (fees): its file is gone" "价目 (prices): 2 rows, nothing found"
}

@test "check does not follow a link that stands in the file's place" {
  import fees fees.csv >/dev/null
  file=$(stored fees)
  mv "$file" elsewhere.csv
  ln -s "$PWD/elsewhere.csv" "$file"
  run table check fees
  expect 66
  run table show fees
  expect 66
}

@test "check of a file that the plan's table no longer fits ends with 65 and says why" {
  import fees fees.csv >/dev/null
  sed -i 's/titles: \[流水号\]/titles: [单号]/; s/fee_no/bill_no/' p/datasets/own.yaml
  run table check fees
  expect 65 "cannot be read as 收费记录 any more" "the key column bill_no (单号) is missing"
}

@test "check tells when the same bytes are read otherwise than at the import" {
  fees F1,2023-03-01,体检,X1,1,10.00,P1
  import fees fees.csv >/dev/null
  sed -i 's/门诊: \[O\]/门诊: [O, 体检]/' p/datasets/own.yaml
  run table check fees
  expect 1 "the import read 1 rows and 1 bad cells, now there are 1 and 0" \
    "import the file again"
  import fees fees.csv >/dev/null
  run table check fees
  [ "$status" -le 1 ]
}

@test "check of a table that no plan in use knows any more only compares its file" {
  import fees fees.csv >/dev/null
  make_package q <<'END'
- {id: asked, title: 问题, kind: question, ask: 是吗？, answer: yesno, problem_if: no}
END
  sed -i 's|^id: .*|id: county/other|' q/plan.yaml
  zicha -C w plan use q >/dev/null
  zicha -C w plan unuse county/test >/dev/null
  run table check
  expect 2 "收费记录 (fees): no plan in use knows this table"
  forge fees P1 P9
  run table check
  expect 65 "was changed after its import"
}

@test "check as JSON and CSV says the same as the text" {
  fees F1,2023-03-01,体检,X1,一,10.00,P1
  import fees fees.csv >/dev/null 2>&1
  [ "$(table check --format json | jq -c '.zicha, .today, .totals,
    (.tables[] | [.id, .state, .rows, ([.findings[].code] | join(" "))])')" = '"table-check/1"
"2023-06-30"
{"findings":2,"missing":1,"read":1}
["fees","imported",1,"unknown-word bad-cell"]
["prices","missing",null,""]' ]
  [ "$(table check --format csv | tail -n +2 | cut -d, -f1,3-6 | tr -d '\r')" = "\
fees,unknown-word,kind,1,
fees,bad-cell,qty,1,2
prices,missing,,," ]
  run table check --format json
  expect 1
}

@test "what a cell holds stays on its line and moves no cursor" {
  printf '流水号,类别\nF1,"甲\x1b[2J乙\n丙"\n' >fees.csv
  import fees fees.csv >/dev/null 2>&1
  for command in "list" "show fees" "check fees"; do
    # shellcheck disable=SC2086
    run table $command
    [[ "$output" != *$'\x1b'* ]]
  done
}

@test "the commands about tables need a workspace" {
  mkdir empty
  for command in list "show fees" check; do
    # shellcheck disable=SC2086
    run zicha -C empty table $command
    [ "$status" -ge 64 ]
  done
}

@test "two runs of the same command print the same bytes" {
  import fees fees.csv >/dev/null
  for command in "list --format json" "show fees --format json" "check --format json"; do
    # shellcheck disable=SC2086
    table $command >one || [ $? -le 2 ]
    # shellcheck disable=SC2086
    table $command >two || [ $? -le 2 ]
    cmp one two
  done
}

@test "the commands about tables work where items are asked for the values of a changed table" {
  cat >>p/items.yaml <<'END'
- {id: per_item, title: 逐项核查, kind: question, ask: 是否核查？, answer: yesno, problem_if: no, per: prices.item}
END
  import prices prices.csv >/dev/null
  run table show prices
  expect 0 "items asked for each value  逐项核查 (per_item)"
  forge prices 11.00 12.00
  touch "$(stored prices)"
  run table list
  expect 0 "its file was changed"
  run table check
  expect 65 "was changed after its import; import prices again"
}

@test "a rule file that cannot be loaded is told, and check is incomplete then" {
  import fees fees.csv >/dev/null
  import prices prices.csv >/dev/null
  echo '- {id: broken, title: 其他, kind: data, rules: [bad.rule]}' >>p/items.yaml
  echo 'rule "bad.rule" { on = "fees"' >p/rules/bad.lua
  run table list
  expect 0 "rules/bad.lua:" "fees    收费记录"
  run table check
  expect 2 "rules/bad.lua:" "2 tables read, 0 findings"
  echo 'rule "bad.rule" { on = "fees", where = "qtty > 1" }' >p/rules/bad.lua
  run table check
  expect 2 "rules/bad.lua:1" qtty
}

@test "a column that a file may lack is no finding" {
  sed -i 's/{type: int, titles: \[数量\], blank: zero}/{type: int, titles: [数量], blank: zero, optional: yes}/' \
    p/datasets/own.yaml
  printf '%s\n' 流水号,收费日期,类别,项目编码,单价 F1,2023-03-01,门诊,X1,10.00 >fees.csv
  check_fees
  expect 0 "nothing found"
  run table show fees
  expect 0 "not in the file, and need not be"
  [ "$(table show fees --format json | jq -c '[.uses[].missing] | add')" = "[]" ]
}
