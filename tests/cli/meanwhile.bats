#!/usr/bin/env bats
# Two commands of an office at once: what was made from what is no longer so is not written. The other
# command is run by zicha-meanwhile between reading and writing, so that nothing goes by time.
load helper
load small_office

setup() {
  begin_test
  export ZICHA_BY=王科长
  if [ ! -d "$BATS_FILE_TMPDIR/base/o" ]; then
    mkdir -p "$BATS_FILE_TMPDIR/base"
    (cd "$BATS_FILE_TMPDIR/base" && make_home && make_small_office && make_reports && make_list && make_third)
  fi
  cp -a "$BATS_FILE_TMPDIR"/base/. .
}

# A place like an installation, for the program that lets others go first.
make_home() {
  mkdir -p home/bin
  cp "$ZICHA_BUILD/tests/zicha-meanwhile" home/bin/zicha
  ln -s "$ZICHA_BUILD/libexec" home/libexec
  ln -s "$ZICHA_BUILD/share" home/share
}

# The third facility's report and key; nothing of it was collected.
make_third() {
  printf 'code: F003\nname: 丙村卫生室\nclass: 村卫生室\n' >F003.yaml
  zicha init wF003 --plan p --facility F003.yaml >/dev/null
  zicha -C wF003 key new --no-passphrase >/dev/null 2>&1
  zicha -C wF003 --today 2023-06-20 answer posted=否 >/dev/null
  zicha -C wF003 --today 2023-06-20 report >/dev/null || true
  zicha -C wF003 --today 2023-06-20 submit --unsigned --out F003.zrep >/dev/null 2>&1
}

# late COMMAND…: a command of the office, and what $meanwhile says in between.
late() { run env MEANWHILE="$meanwhile" home/bin/zicha -C o --today 2023-06-30 "$@"; }

# other COMMAND…: what comes in between, ended well or with what an office is told of it.
other() { meanwhile="'$ZICHA' -C o --today 2023-06-30 $* >/dev/null || [ \$? = 1 ]"; }

events() { sql 'SELECT count(*) FROM event'; }

# refused COMMAND…: it writes nothing when somebody else has written, and does when it is run again.
refused() {
  local before
  before=$(events)
  late "$@"
  expect 74 'somebody else has written to the ledger' 'run the command again' || return 1
  [ "$(events)" = $((before + 1)) ] || return 1
  on 2023-06-30 "$@"
  [ "$status" -le 1 ] || expect 0
  [ "$(events)" -ge $((before + 2)) ] || { echo "$* has written nothing: $output"; return 1; }
  on 2023-06-30 verify
  expect 0
}

@test "a case that was closed meanwhile stays closed: the list read before is not written over it" {
  on 2023-06-30 case add A1 --facility F001 --cause 收费 --procedure general --filed 2023-05-01
  printf '案号,机构编码,案由,程序,立案日期,备注\nA1,F001,收费,一般,2023-05-01,备注\n' >cases.csv
  other case close A1 --date 2023-06-20 --fine 300
  refused case import cases.csv
  [ "$(sql "SELECT fine, closed, note FROM legal_case")" = '30000|2023-06-20|备注' ]
}

@test "two rosters that add facilities at once do not give them the same place" {
  { cat roster.csv; echo 'F004,四诊所,诊所,甲镇'; } >four.csv
  { cat four.csv; echo 'F005,五诊所,诊所,甲镇'; } >five.csv
  other roster import four.csv --reason 新设
  refused roster import five.csv --reason 新设
  [ "$(sql "SELECT count(*) || ' ' || count(DISTINCT position) FROM roster")" = '5 5' ]
}

@test "every command that writes is refused when somebody else has written since it has read" {
  printf '线索编号,内容\nX-1,诱导就诊\n' >leads.csv
  printf '机构编码,检查日期,检查项编号,结果\nF003,2023-06-20,posted,合格\n' >paper.csv
  n=0
  next() { n=$((n + 1)); other case add "M$n" --facility F001 --cause 收费 --procedure general --filed 2023-05-01; }
  next; refused roster trust F003 wF003/keys/*.pub --reason 当面核对
  next; refused case add A1 --facility F001 --cause 收费 --procedure general --filed 2023-05-01
  next; refused case close A1 --date 2023-06-20
  next; refused case void A1 --reason 误录
  next; refused inspect import list.csv
  next; refused inspect void F002 2023-06-10 --reason 误录
  next; refused register import leads leads.csv
  next; refused register void leads X-1 --reason 误录
  next; refused collect --paper paper.csv
  next; refused collect F003.zrep --received 2023-06-19
  next; refused collect allow "$(sql "SELECT file FROM collected WHERE kind <> 'paper' AND facility = 'F003'")" --round 2023-06-30 --reason 时钟有误
  next; refused collect received 2023-06-22 --from 2023-06-19 --reason 误录
  next; refused collect receipts
  next; refused sample --count 1 --seed 2023-07-01
}

@test "the same list twice, at the same time, is taken in once" {
  other inspect import list.csv
  late inspect import list.csv
  expect 74 'run the command again'
  on 2023-06-30 inspect import list.csv
  expect 0 'nothing was written'
}

@test "the same files collected twice at the same time are taken in once" {
  other collect F003.zrep
  late collect F003.zrep
  expect 74 'somebody else has written to the ledger' 'run the command again'
  on 2023-06-30 collect F003.zrep
  expect 0 "1 files read: 0 new, 1 known already"
  on 2023-06-30 verify
  expect 0
}

@test "batches that were written before somebody else wrote are kept and told, and collecting again goes on" {
  mkdir both
  cp F003.zrep both
  echo "no report" >both/junk.zrep
  export MEANWHILE_AT=2
  other case add M1 --facility F001 --cause 收费 --procedure general --filed 2023-05-01
  late collect both
  expect 74 'run the command again' '1 new files were taken in before it ended and are kept: collecting again goes on from there'
  on 2023-06-30 collect both
  expect 1 '2 files read: 1 new, 1 known already'
  on 2023-06-30 verify
  expect 0
}
