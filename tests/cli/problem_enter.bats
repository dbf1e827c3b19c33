#!/usr/bin/env bats
# problem add and problem import: what people bring into the ledger.
load helper

# A workspace whose self-check of 2023-05-10 passed `posted`, found `meetings` and left `rooms`
# open.
make_ledger() {
  make_package p <<'END'
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no, severity: major}
- {id: meetings, title: 会议, kind: question, ask: 开会几次？, answer: number, problem_if: answer < 2}
- {id: rooms, title: 诊室, kind: question, ask: 合格？, answer: yesno, problem_if: no}
- {id: rooms_two, title: 诊室, kind: question, ask: 合格？, answer: yesno, problem_if: no}
END
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  zicha -C w answer posted=是 meetings=1 >/dev/null
  zicha -C w --today 2023-05-10 check >/dev/null || true
  export ZICHA_TODAY=2023-06-30
}

add() { run zicha -C w problem add "$@" --by 张某; }

take() { run zicha -C w problem import "$@" --by 李某; }

events() { sqlite3 w/zicha.db 'SELECT count(*) FROM event'; }

# problem NUMBER JQ
problem() {
  zicha -C w problem list --format json | jq -r ".problems[] | select(.no == $1) | $2"
}

files() { find w/evidence -type f 2>/dev/null | wc -l; }

list() {
  mkdir -p l
  printf '%s\n' "$@" >l/list.csv
}

# ---- one by hand -----------------------------------------------------------------------

@test "a problem is entered by hand with all that is known of it" {
  make_ledger
  add posted --title 公示栏未更新 --source complaint --severity 严重 --found 2023-06-01 --count 3 \
    --amount 120.50 --note 电话举报
  expect 0 "new problem 2"
  [ "$(problem 2 '[.item, .state, .source, .severity, .found, .count, .amount, .message,
    .source_note, .found_by, .certainty] | @csv')" = \
    '"posted","found","complaint","grave","2023-06-01",3,"120.50","公示栏未更新","电话举报","张某","suspect"' ]
}

@test "what is not given is the plan's severity and today; words may be Chinese" {
  make_ledger
  add posted --title 公示栏未更新 --source 举报
  expect 0 "new problem 2"
  [ "$(problem 2 '[.severity, .found, .source] | join(" ")')" = "major 2023-06-30 complaint" ]
}

@test "what the ledger has of the item already is cited; --new makes another problem" {
  make_ledger
  add meetings --title 会议少 --source inspection --count 2 --amount 3.00 --note 现场
  expect 0 "cited to problem 1"
  [ "$(problem 1 '.citations[0] | [.source, .note, .remark, .count, .amount, .by] | join(" ")')" = \
    "inspection 会议少 现场 2 3.00 张某" ]
  add meetings --title 无会议记录 --source inspection --new
  expect 0 "new problem 2"
}

@test "an inspection that finds what the self-check had passed marks it 应报未报" {
  make_ledger
  add posted --title 未公示 --source inspection --found 2023-05-20
  expect 0 "new problem 2: not reported (应报未报), the self-check of 2023-05-10"
  [ "$(problem 2 .unreported.day)" = 2023-05-10 ]
  run zicha -C w problem list --view unreported
  expect 0 "1 problems"
}

@test "nothing is 应报未报 before the self-check, without one, or of another source" {
  make_ledger
  add posted --title 未公示 --source inspection --found 2023-05-09
  expect 0 "new problem 2"
  never 应报未报
  add rooms --title 未消毒 --source inspection
  expect 0 "new problem 3"
  never 应报未报
  add posted --title 未公示 --source complaint --new
  never 应报未报
}

@test "whoever changes the record of the self-check does not get rid of 应报未报" {
  make_ledger
  sqlite3 w/zicha.db "UPDATE run SET record = replace(record, '\"pass\"', '\"problem\"')"
  add posted --title 未公示 --source inspection
  expect 65 "the record of the self-check of 2023-05-10" "zicha verify"
  [ "$(events)" = 1 ]
}

@test "a closed problem that is found again has relapsed; found before the closing it is cited" {
  make_ledger
  step() { zicha -C w problem "$@" --by 张某 >/dev/null; }
  step verify 1 --verdict true
  step assign 1 --leader 甲某 --department 办公室 --person 乙某 --measure 补会 --target 每月一次 \
    --due 2023-07-30 --kind deadline
  step start 1
  zicha -C w problem rectify 1 --note 已补 --no-system --by 乙某 >/dev/null
  step check 1 --result pass
  step close 1
  add meetings --title 又少 --source inspection --found 2023-06-15
  expect 0 "cited to problem 1"
  [ "$(problem 1 .state)" = closed ]
  ZICHA_TODAY=2023-08-01 add meetings --title 又少 --source inspection
  expect 0 "problem 1, which was closed, has relapsed"
  [ "$(problem 1 '[.state, .relapses] | join(" ")')" = "relapsed 1" ]
}

@test "all that is wrong is told at once, and nothing is entered" {
  make_ledger
  before=$(events)
  add postd --source here --severity worst --found 2023-13-01 --count many --amount 1,5
  expect 65 "the plan has no item postd" "did you mean posted?" "what was found is missing" \
    "here is no way in which a problem is found" "inspection（检查）" "worst is no severity" \
    "2023-13-01 is not a day" "many is no whole number" "1,5 is no amount" "nothing was entered"
  add posted --title x --source complaint --found 2023-07-01
  expect 65 "the day 2023-07-01 is still to come"
  run zicha -C w problem add posted --title x
  expect 65 "who does it is missing" "how it was found is missing"
  [ "$(events)" = "$before" ]
}

@test "with people.yaml only its people enter problems" {
  make_ledger
  echo 'people: [{name: 李某}]' >w/people.yaml
  add posted --title x --source complaint
  expect 65 "people.yaml does not know 张某" "did you mean 李某?"
  list 检查项编号,问题表现 posted,未公示
  run zicha -C w problem import l/list.csv --source inspection --by 王某
  expect 65 "people.yaml does not know 王某"
  take l/list.csv --source inspection
  expect 0 "1 rows: 1 new problems"
}

# ---- a list ----------------------------------------------------------------------------

@test "a list is entered: items by id or title, days as spreadsheets write them" {
  make_ledger
  list 检查项,检查项编号,问题表现,发现时间,严重程度,数量,涉及金额,备注,序号 \
    ',posted,未公示,2023/5/20,严重,1,,现场检查,1' \
    '会议,,会议少,2023年6月1日,,,,,2' \
    ',rooms,"未消毒，""三""间",2023-06-02,general,3,12.5,,3'
  take l/list.csv --source inspection
  expect 0 "l/list.csv:2: new problem 2: not reported (应报未报), the self-check of 2023-05-10" \
    "l/list.csv:3: cited to problem 1" "l/list.csv:4: new problem 3" \
    "3 rows: 2 new problems (1 of them 应报未报), 1 cited, 0 relapsed"
  [ "$(problem 2 '[.found, .severity, .source_note, .line] | join(" ")')" = \
    "2023-05-20 grave 现场检查 2" ]
  [ "$(problem 1 '.citations[0].found')" = 2023-06-01 ]
  [ "$(problem 3 '[.message, .amount] | join(" ")')" = '未消毒，"三"间 12.5' ]
}

@test "a row's own source stands before that of the list" {
  make_ledger
  list 检查项编号,问题表现,发现方式 posted,未公示,举报 rooms,未消毒,
  take l/list.csv --source inspection
  expect 0
  [ "$(problem 2 .source) $(problem 3 .source)" = "complaint inspection" ]
  list 检查项编号,问题表现,发现方式 posted,又未公示,举报
  take l/list.csv
  expect 0 "cited to problem 2"
}

@test "the same list again makes no twins, also under another name" {
  make_ledger
  list 检查项编号,问题表现 posted,未公示 rooms,未消毒
  take l/list.csv --source inspection
  before=$(events)
  take l/list.csv --source inspection
  expect 0 "l/list.csv was entered on 2023-06-30 by 李某 already: 2 rows, 2 problems; nothing"
  cp l/list.csv other.csv
  take other.csv --source inspection
  expect 0 "already"
  [ "$(events)" = "$before" ]
}

@test "rows of one item in one list are findings of their own" {
  make_ledger
  list 检查项编号,问题表现 posted,一楼未公示 posted,二楼未公示 posted,三楼未公示
  take l/list.csv --source inspection
  expect 0 "3 rows: 3 new problems (3 of them 应报未报), 0 cited"
  [ "$(problem 3 .message) $(problem 4 .message)" = "二楼未公示 三楼未公示" ]
}

@test "a list that is entered again with other lines beside does not say the same twice" {
  make_ledger
  list 检查项编号,问题表现,发现时间 posted,一楼未公示,2023-06-01 posted,二楼未公示,2023-06-01
  take l/list.csv --source inspection
  before=$(events)
  list 检查项编号,问题表现,发现时间,备注 posted,一楼未公示,2023-06-01, posted,二楼未公示,2023-06-01,x
  take l/list.csv --source inspection
  expect 0 "cited to problem 2" "cited to problem 3"
  [ "$(events)" = "$before" ]
}

@test "all errors of a list are told with their lines, and nothing is entered" {
  make_ledger
  before=$(events)
  list 检查项编号,检查项,问题表现,发现时间,佐证材料 \
    'postd,,未公示,2023-06-01,' ',诊室,未消毒,,' ',门厅,x,,' ',,x,,' 'posted,,,2023-06-31,' \
    'posted,,未公示,,no.jpg' 'posted,未公示'
  take l/list.csv --source inspektion
  expect 65 "inspektion is no way in which" "list.csv:2: the plan has no item postd" \
    "list.csv:3: several items are called 诊室" "rooms, rooms_two" \
    "list.csv:4: the plan has no item that is called 门厅" "list.csv:5: the item is missing" \
    "list.csv:6: what was found is missing" "list.csv:6: 2023-06-31 is not a day" \
    "list.csv:7: cannot open no.jpg" "list.csv:8: the row cannot be read" \
    "9 errors: nothing was entered"
  [ "$(events)" = "$before" ]
  [ "$(files)" = 0 ]
}

@test "a list without rows or without its columns is refused" {
  make_ledger
  list 检查项编号,问题表现
  take l/list.csv --source inspection
  expect 65 "holds no problem"
  list 编号,问题 posted,x
  take l/list.csv --source inspection
  expect 65 "the first line must name the columns 问题表现"
  printf 'PK\003\004xx' >l/list.csv
  take l/list.csv --source inspection
  expect 65 "this is an Excel workbook"
  take l/none.csv --source inspection
  expect 66 "cannot open l/none.csv"
}

@test "documents of a list are taken from beneath its folder and belong to the finding" {
  make_ledger
  mkdir -p l/照片
  echo 一 >'l/照片/a b.jpg'
  echo 二 >l/二.pdf
  list 检查项编号,问题表现,佐证材料 'posted,未公示,照片/a b.jpg；二.pdf' 'rooms,未消毒,"二.pdf
照片/a b.jpg"'
  take l/list.csv --source inspection
  expect 0
  [ "$(problem 2 '[.evidence[].name] | join("|")')" = "a b.jpg|二.pdf" ]
  [ "$(problem 3 '[.evidence[].name] | join("|")')" = "二.pdf|a b.jpg" ]
  [ "$(files)" = 2 ]
  [ -z "$(find w/evidence -type f ! -perm 400)" ]
  # It shows the problem, not that anything was done about it.
  [ "$(problem 2 '.evidence[0].finding')" = true ]
}

@test "no document leads out of the list's folder" {
  make_ledger
  mkdir -p l/sub
  echo geheim >secret
  ln -s ../secret l/link
  ln -s "$PWD" l/folder
  mkfifo l/pipe
  : >l/empty
  for path in ../secret "$PWD/secret" link folder/secret sub pipe ./x; do
    list 检查项编号,问题表现,佐证材料 "posted,未公示,$path"
    take l/list.csv --source inspection
    expect 65 "l/list.csv:2:" "beneath the folder of the list" "nothing was entered"
  done
  list 检查项编号,问题表现,佐证材料 "posted,未公示,list.csv；empty"
  take l/list.csv --source inspection
  expect 65 "empty is empty"
  [ "$(find w/evidence -type f -exec cat {} +)" = "$(cat l/list.csv)" ] # the one before it
  [ "$(events)" = 1 ]
}

@test "hostile cells are texts: formulas, quotation marks, line ends, GB18030" {
  make_ledger
  printf '检查项编号,问题表现,备注\r\nposted,"=HYPERLINK(""http://x"")","一\n二"\r\nrooms,\x27=1+1,\x27@x\r\n' |
    iconv -f utf8 -t gb18030 >gb.csv
  take gb.csv --source inspection
  expect 0 "2 rows: 2 new problems"
  [ "$(problem 2 .message)" = '=HYPERLINK("http://x")' ]
  [ "$(problem 2 .source_note)" = $'一\n二' ]
  [ "$(problem 3 .message)" = '=1+1' ]
  zicha -C w problem list --format csv >out.csv
  grep -q '=HYPERLINK' out.csv
  [ -z "$(grep '\(^\|,\)"\{0,1\}[=@]' out.csv)" ]
}

@test "two commands at once do not write over each other" {
  make_ledger
  list 检查项编号,问题表现 posted,未公示
  take l/list.csv --source inspection &
  run zicha -C w problem add rooms --title x --source complaint --by 张某
  wait
  [ "$(sqlite3 w/zicha.db 'SELECT count(*) = max(no) FROM problem')" = 1 ]
}

@test "ten thousand rows are entered" {
  make_ledger
  mkdir l
  {
    echo 检查项编号,问题表现,发现时间
    seq 1 10000 | awk '{ split("posted meetings rooms rooms_two", id, " ")
      printf "%s,问题%d,2023-06-%02d\n", id[$1 % 4 + 1], $1, $1 % 30 + 1 }'
  } >l/list.csv
  take l/list.csv --source inspection
  expect 0 "10000 rows: 7500 new problems (2500 of them 应报未报), 2500 cited"
  [ "$(events)" = 10001 ]
}

@test "whoever sits at a terminal is asked for what is missing" {
  command -v script >/dev/null || skip "no script(1)"
  make_ledger
  printf '张某\n举报\n公示栏未更新\n' |
    script -qec "'$ZICHA' -C w problem add posted" /dev/null >out 2>&1 || true
  [ "$(problem 2 '[.message, .source, .found_by] | join(" ")')" = "公示栏未更新 complaint 张某" ]
}
