#!/usr/bin/env bats
# register import, show, void: lists of any origin, which change their columns, spoil their numbers
# and name people.
load helper
load small_office

setup() {
  begin_test
  export ZICHA_BY=王科长
  if [ ! -d "$BATS_FILE_TMPDIR/base/o" ]; then
    mkdir -p "$BATS_FILE_TMPDIR/base"
    (cd "$BATS_FILE_TMPDIR/base" && make_small_office)
  fi
  cp -a "$BATS_FILE_TMPDIR"/base/. .
}

import() { on 2023-06-30 register import leads "$1"; }

# leads FILTER: what the register of leads holds.
leads() { in_office 2023-06-30 register show leads --format json | jq -c "$1"; }

@test "one column is the key: leads with a blank 案号 that is filled in later stay the same leads" {
  printf '线索编号,案号,内容\nX-1,,诱导就诊\nX-2,,回扣\n' >leads.csv
  import leads.csv
  expect 0 '2 rows: 2 new, 0 changed'
  sed -i 's/X-1,,/X-1,示例1号,/' leads.csv
  import leads.csv
  expect 0 '2 rows: 0 new, 1 changed'
  [ "$(leads '[.rows[].line]')" = '["X-1","X-2"]' ]
}

@test "a register that speaks of leads is known by 线索编号 though 登记号 stands before it" {
  printf '登记号,线索编号,内容\n,X-1,诱导就诊\n' >leads.csv
  import leads.csv
  expect 0 '1 rows: 1 new'
  printf '登记号,内容\nR-1,诱导就诊\n' >leads.csv
  import leads.csv
  expect 65 'the list has no column 线索编号, by which the rows of this register are known' 'add the column'
}

@test "a later list with fewer columns leaves the others, and one with more adds them" {
  printf '编号,来源,内容\n1,举报,诱导就诊\n2,信访,回扣\n' >leads.csv
  import leads.csv
  printf '办理情况,编号\n已转,1\n' >later.csv
  import later.csv
  expect 0 '1 rows: 0 new, 1 changed'
  [ "$(leads '[.columns[].title]')" = '["编号","来源","内容","办理情况"]' ]
  [ "$(leads '.rows[0].cells')" = '{"内容":"诱导就诊","办理情况":"已转","来源":"举报","编号":"1"}' ]
  printf '编号,来源\n1,\n' >later.csv
  import later.csv
  [ "$(leads '.rows[0].cells["来源"]')" = null ]
  on 2023-06-30 verify
  expect 0
}

@test "rows without a number are known by what they say, in whatever order the columns stand" {
  printf '来源,内容\n举报,诱导就诊\n信访,回扣\n' >leads.csv
  import leads.csv
  expect 0 '2 new'
  printf '序号,内容,备注,来源\n2,回扣,,信访\n1,诱导就诊,,举报\n' >leads.csv
  import leads.csv
  expect 0 'nothing was written'
}

@test "columns that name patients are left out where no table is named, and identity numbers refused" {
  printf '编号,患者姓名,身份证号码,患者人数,内容\n1,某某,110101199003070011,3,诱导就诊\n' >leads.csv
  import leads.csv
  expect 0 'the column 患者姓名 names patients' 'the column 身份证号码 names patients'
  [ "$(leads '[.columns[].title]')" = '["编号","患者人数","内容"]' ]
  [ "$(sql 'select body from event' | grep -c 19900307)" = 0 ]
  printf '编号,内容\n1,诱导就诊\n2,患者110101199003070011投诉\n' >leads.csv
  import leads.csv
  expect 65 'leads.csv:3:' 'there is an identity number in it' 'nothing was taken over'
  printf '日期,主题\n2023-04-01,约谈110101199003070011\n' >s.csv
  on 2023-06-30 register import sessions s.csv
  expect 65 's.csv:2:' '主题: there is an identity number in it'
}

@test "numbers that a spreadsheet program has spoiled are no keys" {
  printf '编号,内容\n5.20103E+17,诱导就诊\n#REF!,回扣\n#3,回扣\n' >leads.csv
  import leads.csv
  expect 65 'leads.csv:2: «5.20103E+17» is no 编号: a spreadsheet program has spoiled it' \
    'leads.csv:3: «#REF!» is no 编号' 'nothing was taken over'
}

@test "a spoiled number is told once, and so is every other spoiled cell of its row" {
  printf '编号,内容,来源\n5.20103E+17,诱导就诊,#REF!\n2,#N/A,举报\n' >leads.csv
  import leads.csv
  expect 65 'leads.csv:2: «5.20103E+17» is no 编号' 'leads.csv:2: 来源: a spreadsheet program has made #REF! of it' \
    'leads.csv:3: 内容: a spreadsheet program has made #N/A of it' 'leads.csv has 3 mistakes'
  never 'has made 5.20103E+17'
}

@test "a wrong row is taken back with a reason, counts no more, and is shown when asked for" {
  printf '编号,内容\nX-1,诱导就诊\nX-2,回扣\n' >leads.csv
  import leads.csv
  on 2023-06-30 register void leads X-2
  expect 64 'say why with --reason'
  on 2023-06-30 register void leads X-9 --reason 重复登记
  expect 64 'the register leads has no row X-9'
  on 2023-06-30 register void leads X --reason 重复登记
  expect 64 '2 rows of the register leads have X'
  on 2023-06-30 register void leads X-2 --reason 重复登记
  expect 0 'leads: the row X-2 was taken back and counts no more'
  on 2023-06-30 register list
  expect 0 'leads  问题线索专门台账: 1 rows'
  on 2023-06-30 register show leads
  expect 0 'X-1' '1 rows'
  never X-2
  on 2023-06-30 register show leads --void
  expect 0 '已作废：2023-06-30，王科长，重复登记'
  import leads.csv
  expect 0 '1 of these rows were taken back and do not count'
  sqlite3 o/zicha.db 'delete from register_void'
  on 2023-06-30 verify
  expect 65
  in_office 2023-06-30 verify --mend >/dev/null
  on 2023-06-30 register void leads X-2 --undo --reason 并非重复
  expect 0 'the row X-2 counts again'
  [ "$(leads '.rows | length')" = 2 ]
}
