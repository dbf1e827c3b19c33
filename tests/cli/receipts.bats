#!/usr/bin/env bats
# collect receipts, collect urge, collect --paper: what an office answers, whom it urges, and what it
# writes down itself.
load helper
load supervised

setup() {
  begin_test
  unset ZICHA_PASSPHRASE ZICHA_BY
  make_supervised_office
}


# Silently; what does not count gives 1.
take() { "$ZICHA" -C c --today "$1" collect "${@:2}" >/dev/null 2>&1 || [ $? -eq 1 ]; }

receipt_of() { cat c/reports/receipts/"$1"-*.json; }

# ---- receipts --------------------------------------------------------------------------

@test "facility submits, office collects, the receipt is taken in with the office's key" {
  take 2023-03-28 mail
  on 2023-03-28 collect receipts
  expect 0 "2 receipts were written into reports/receipts"
  run "$ZICHA" -C T1 --today 2023-03-30 receipt import c/reports/receipts/T1-2023-03-20-*.json \
    --key c/keys/office.pub --by 办公室
  expect 0 "某c卫生健康局 has received the report of 2023-03-20 on 2023-03-28: accepted"
  run "$ZICHA" -C T1 --today 2023-03-30 receipt import c/reports/receipts/T1-2023-03-20-*.json \
    --key T2/keys/facility.pub --by 办公室
  expect 77
}

@test "a receipt that was written is not written again, and its event is one" {
  take 2023-03-28 mail
  on 2023-03-28 collect receipts
  cp -a c/reports/receipts before
  on 2023-04-28 collect receipts
  expect 0 "0 receipts were written" "2 files have theirs already"
  diff -r before c/reports/receipts
  [ "$(sqlite3 c/zicha.db "SELECT count(*) FROM event WHERE action = 'receipts'")" = 1 ]
  on 2023-04-28 collect receipts --again --out out
  expect 0 "2 receipts were written into out"
  [ "$(ls out)" = "$(ls before)" ]
}

@test "a state that changes gives a new receipt; what a report supersedes was there all the same" {
  take 2023-03-28 mail/T1-2023-03-20.zrep
  on 2023-03-28 collect receipts
  [ "$(receipt_of T1 | jq -r .state)" = accepted ]
  send T1 2023-04-05 posted=是
  take 2023-04-20 mail
  on 2023-04-20 collect receipts
  expect 0 "2 receipts were written" "1 files have theirs already"
  [ "$(receipt_of T2 | jq -r .state)" = late ]
  [ "$(receipt_of T1-2023-04-05 | jq -r .received)" = 2023-04-20 ]
}

@test "what was here too late and is superseded is told that it was late" {
  send T1 2023-03-25 posted=是
  take 2023-04-12 mail/T1-2023-03-20.zrep mail/T1-2023-03-25.zrep
  [ "$(states c | cut -d '|' -f 5 | xargs)" = "superseded late" ]
  on 2023-04-12 collect receipts
  expect 0 "2 receipts were written"
  [ "$(receipt_of T1-2023-03-20 | jq -r .state)" = late ]
}

@test "what has to be mended is returned with the reason, and counts after a decision" {
  sed -i "s/^T1,.*/$(row T1 第一卫生院 乡镇卫生院 T2 | sed 's/[\/&]/\\&/g')/" roster.csv
  rm -r c && make_office c C1 county "$plans/county/test"
  zicha -C c --today 2023-01-01 roster import roster.csv
  take 2023-03-28 mail/T1-2023-03-20.zrep
  on 2023-03-28 collect receipts
  expect 0 "1 of them return the report"
  [ "$(receipt_of T1 | jq -r .state)" = returned ]
  [ "$(receipt_of T1 | jq -r .note)" = "签名密钥不符（报告日期2023-03-20，收到日期2023-03-28）：核对签名密钥；确已更换的，来函登记新公钥后重新报送" ]
  run "$ZICHA" -C T1 --today 2023-03-30 receipt import c/reports/receipts/T1-*.json --by 办公室
  expect 0 "returned"
  file=$(sqlite3 c/zicha.db 'SELECT file FROM collected')
  on 2023-03-29 collect allow "${file:0:12}" --reason 已电话核实 --by 李某
  expect 0
  on 2023-03-29 collect receipts
  expect 0 "1 receipts were written"
  [ "$(receipt_of T1 | jq -s 'map(.state) | sort | join(" ")')" = '"accepted returned"' ]
}

@test "without a key receipts are signed by nobody, and this is told" {
  rm c/keys/*
  take 2023-03-28 mail
  on 2023-03-28 collect receipts
  expect 0 "signed by nobody: \`zicha key new\`"
  [ -z "$(find c/reports/receipts -name '*.minisig')" ]
}

@test "a key that is gone since earlier receipts is missed by its id" {
  take 2023-03-28 mail/T1*
  on 2023-03-28 collect receipts
  expect 0
  never "signed by nobody"
  mv c/keys .
  take 2023-03-28 mail
  on 2023-03-28 collect receipts
  expect 0 "though earlier ones were with the key" "put keys/office.key back" "--again"
}

@test "a code with strange characters names no file outside" {
  site odd 某诊所 诊所
  rm -r odd && printf 'code: ../../T9\nname: 某诊所\nclass: 诊所\n' >odd.yaml
  zicha init odd --plan "$plans/county/test" --facility odd.yaml
  (cd odd && zicha key new --no-passphrase)
  row ../../T9 某诊所 诊所 odd >>roster.csv
  zicha -C c --today 2023-01-02 roster import roster.csv --reason 新设 --by 李某
  send odd 2023-03-20 posted=是
  take 2023-03-28 mail
  on 2023-03-28 collect receipts
  expect 0 "3 receipts"
  [ "$(find c/reports/receipts -name '______T9-2023-03-20-*' | wc -l)" = 2 ]
  [ "$(find . -name '*T9*' | wc -l)" = 2 ]
}

@test "a day that was mistyped for a whole run is suspected, and receipts name both reasons" {
  on 2023-03-28 collect mail --received 2023-03-02
  expect 1 "2 of 2 new files are dated after 2023-03-02" "was --received mistyped?"
  on 2023-03-28 collect receipts
  [[ "$(receipt_of T1 | jq -r .note)" == "日期不符（报告日期2023-03-20，收到日期2023-03-02）"*"与收报单位核对"*"重新自查、报送" ]]
}

@test "a file that is returned for another reason, or superseded, gets another receipt" {
  sed -i "s|^T1,.*|$(row T1 第一卫生院 乡镇卫生院 T2)|" roster.csv
  rm -r c && make_office c C1 county "$plans/county/test"
  zicha -C c --today 2023-01-01 roster import roster.csv
  take 2023-03-28 mail
  on 2023-03-28 collect receipts
  expect 0 "2 receipts were written" "1 of them return"
  on 2023-03-29 roster trust T1 T1/keys/facility.pub --reason 电话核对 --by 李某
  sed -i 's/^  - {id: r1.*/  - {id: r1, title: 第一轮, from: 2023-03-22, to: 2023-03-31, due: 2023-04-10}/' c/office.yaml
  on 2023-03-29 collect list
  expect 0 "wrong date"
  on 2023-03-29 collect receipts
  expect 0 "1 receipts were written" "1 of them return"
  receipt_of T1 | jq -r .note | grep -q ^日期不符
  zicha -C T2 --today 2023-03-30 report --corrects 2023-03-25 >/dev/null 2>&1 || true
  send T2 2023-03-30 posted=否
  take 2023-03-30 mail
  [ "$(states c "s.facility = 'T2'" | cut -d '|' -f 5 | xargs)" = "superseded accepted" ]
  on 2023-03-30 collect receipts
  expect 0 "2 receipts were written"
  receipt_of T2-2023-03-25 | jq -s -e 'map(select(.note != null))[0] | .state == "accepted" and (.note | contains("2023-03-30"))'
  on 2023-03-30 collect receipts
  expect 0 "0 receipts were written"
  run "$ZICHA" -C c verify
  expect 0 "everything is as it was written"
}

@test "a receipt has the same bytes whatever the language of the terminal, and says what the facility has to do" {
  "$ZICHA" -C T3 status >/dev/null 2>&1 || site T3 第三诊所 诊所
  "$ZICHA" -C T3 --today 2023-03-20 answer posted=是 >/dev/null
  { "$ZICHA" -C T3 --today 2023-03-20 report; "$ZICHA" -C T3 --today 2023-03-20 submit --unsigned --out mail/T3.zrep --by 李某; } >/dev/null 2>&1
  take 2023-03-28 mail
  ZICHA_LANG=en zicha -C c --today 2023-03-28 collect receipts --out english
  ZICHA_LANG=zh zicha -C c --today 2023-03-28 collect receipts --again --out chinese
  diff <(cat english/*.json) <(cat chinese/*.json)
  jq -r 'select(.facility == "T3").note' english/*.json | grep -q '^未签名（.*用已登记的密钥签名后重新报送'
  run cat english/*.json
  never "roster trust" "\`zicha"
}

# ---- urging ----------------------------------------------------------------------------

@test "who is urged stands in one of three lists, in every format" {
  send T2 2023-03-26 sampled=30/0
  take 2023-03-28 mail/T1-2023-03-20.zrep
  sed 's/第二诊所/第八诊所/g' mail/T2-2023-03-26.zrep >changed.zrep
  take 2023-03-28 changed.zrep
  on 2023-04-15 collect urge --round r1
  run grep 重点监督检查对象 c/reports/test-r1-2023-04-15/urge.md
  [ "$status" -eq 1 ]
  printf 'urge_consequence: 逾期仍未报送的，予以通报。\n' >c/report.yaml
  on 2023-04-15 collect urge --round r1
  grep -q '^逾期仍未报送的，予以通报。' c/reports/test-r1-2023-04-15/urge.md
  expect 0 "urge.md" "urge.html" "urge.csv" "urge.xlsx" "补报时限"
  cp c/reports/test-r1-2023-04-15/urge.md .
  grep -q '应于2023年4月10日前报送某c卫生健康局。截至2023年4月15日，应报4家，已计入1家，未报送3家（未收到来文2家，来文未计入1家）；已计入的报告中有漏项的0家' urge.md
  grep -q '^| 诊所 | 城关镇 | T3 | 第三诊所 | 张主任 | 0000-5678 | 5 |' urge.md
  grep -q '^| 诊所 | 城关镇 | T2 | 第二诊所 | 张主任 | 0000-5678 | 2023-03-26 | 2023-03-28 | 内容被改动 | ' urge.md
  on 2023-04-15 collect urge --round r1 --list missing --format csv
  expect 0 "诊所,城关镇,T4,第四诊所"
  [ "$(wc -l <<<"$output")" = 3 ]
}

@test "what a report leaves out is named; nothing is overdue before the day" {
  take 2023-03-28 mail
  on 2023-04-09 collect urge --round r1 --format markdown
  expect 0 "| T2 | 第二诊所 | 张主任 | 0000-5678 | 2023-03-25 | 1 | 0 | 0 | 未培训 |" \
    "| T3 | 第三诊所 | 张主任 | 0000-5678 | — |"
}

@test "of several files that were returned the last is named, and only those of the plan" {
  site T3 第三诊所 诊所
  send T3 2023-03-10 posted=是
  take 2023-03-11 mail/T3-2023-03-10.zrep
  send T3 2023-03-20 posted=否
  take 2023-03-28 mail/T3-2023-03-20.zrep
  on 2023-04-12 collect urge --round r1 --format markdown
  expect 0 "| T3 | 第三诊所 | 张主任 | 0000-5678 | 2023-03-20 | 2023-03-28 | 签名密钥不符 |"
  never "2023-03-10"
  "$ZICHA" -C c plan use "$plans/city/test" >/dev/null
  zicha -C c --today 2023-04-12 roster import roster.csv --plan city/test
  on 2023-04-12 collect urge --plan city/test --round r1 --list missing --format csv
  expect 0 "T3"
  on 2023-04-12 collect urge --plan city/test --round r1 --list returned --format csv
  never "T3"
}

@test "a form whose day the office has mistyped is not the facility's to mend" {
  fill T3 2023-03-20 合格 合格 合格 >paper.csv
  take 2023-03-28 --paper paper.csv
  sed -i 's/^  - {id: r1.*/  - {id: r1, title: 第一轮, from: 2023-03-22, to: 2023-03-31, due: 2023-04-10}/' c/office.yaml
  on 2023-04-12 collect urge --round r1 --format markdown
  expect 0 "由收报单位核对原表"
  never "校正计算机日期"
}

@test "an unknown list is refused: 64" {
  on 2023-04-09 collect urge --list nobody
  expect 64 "known: missing returned left_out"
}

# ---- paper -----------------------------------------------------------------------------

@test "the sheet for paper has the columns and every item" {
  run "$ZICHA" -C c collect paper-form
  expect 0 机构编码,机构名称,检查日期,检查项编号,检查项,结果,检查数,问题数,涉及金额,整改情况,整改时限,完成日期,备注
  [ "$(wc -l <<<"$output")" = 4 ]
  [ "$("$ZICHA" -C c collect paper-form --facility T3 --facility T4 | grep -c '^T[34],第.诊所,')" = 6 ]
  [ "$("$ZICHA" -C c collect paper-form --facility all | wc -l)" = 13 ]
  run "$ZICHA" -C c collect paper-form --facility T9
  expect 65 "the roster has no facility T9"
}

@test "what was written down counts, by hand; the same list twice changes nothing" {
  fill T3 2023-03-20 合格 发现问题 未检查 >paper.csv
  on 2023-03-28 collect --paper paper.csv --round r1
  expect 0 "1 facilities were written down from paper.csv (手工)"
  [ "$(states c)" = "T3|paper||r1|accepted|1" ]
  [ "$(sqlite3 c/zicha.db 'SELECT statuses, items, problems, found, counted, rectifying, amount FROM collected')" = \
    "PXC|3|1|1|1|1|12050" ]
  [ "$(sqlite3 c/zicha.db 'SELECT item, state, due, severity FROM collected_problem')" = \
    "sampled|rectifying|2023-04-30|general" ]
  cmp paper.csv c/inbox/sha256/??/"$(sha256sum <paper.csv | cut -d ' ' -f 1)".csv
  before=$(sqlite3 c/zicha.db 'SELECT max(seq) FROM event')
  on 2023-04-28 collect --paper paper.csv
  expect 0 "was taken in before"
  [ "$(sqlite3 c/zicha.db 'SELECT max(seq) FROM event')" = "$before" ]
  run "$ZICHA" -C c verify
  expect 0 "everything is as it was written"
}

@test "the last list that somebody meant counts, also when it was taken in before" {
  fill T3 2023-03-20 合格 发现问题 未检查 >paper.csv
  fill T3 2023-03-20 合格 合格 合格 >mended.csv
  take 2023-03-28 --paper paper.csv
  on 2023-03-28 collect --paper mended.csv
  expect 0 "1 facilities were written down"
  never "does not count"
  on 2023-03-29 collect --paper paper.csv
  expect 0 "1 facilities were written down"
  [ "$(sqlite3 c/zicha.db 'SELECT statuses FROM collected AS c JOIN standing AS s ON s.report = no WHERE counts')" = PXC ]
  on 2023-03-29 collect --paper paper.csv
  expect 0 "was taken in before"
  run "$ZICHA" -C c verify
  expect 0 "everything is as it was written"
}

@test "a list is compared with those of its own plan" {
  "$ZICHA" -C c plan use "$plans/city/test" >/dev/null
  zicha -C c --today 2023-03-01 roster import roster.csv --plan city/test
  printf '机构编码,检查日期,检查项编号,结果\nT3,2023-03-20,posted,合格\n' >one.csv
  printf '机构编码,检查日期,检查项编号,结果\nT3,2023-03-20,trained,合格\n' >other.csv
  take 2023-03-28 --paper one.csv --plan city/test
  take 2023-03-28 --paper other.csv --plan county/test
  on 2023-03-29 collect --paper one.csv --plan city/test
  expect 0 "was taken in before"
  [ "$(sqlite3 c/zicha.db "SELECT count(*) FROM event WHERE action = 'collect_paper'")" = 2 ]
}

@test "what was written down for a round stays of that round" {
  fill T1 2023-04-05 合格 合格 合格 >paper.csv
  take 2023-03-28 mail
  on 2023-04-06 collect --paper paper.csv
  on 2023-04-06 collect --paper paper.csv --round r1
  expect 0 "(T1) of 2023-04-05 does not count: superseded"
  [ "$(states c "kind = 'paper'" | cut -d '|' -f 4,5 | sort -u)" = "r1|superseded" ]
  run "$ZICHA" -C c verify
  expect 0 "everything is as it was written"
}

@test "a blank form is refused, and a form on which nothing was checked is no nil report" {
  fill T3 2023-03-20 >blank.csv
  on 2023-03-28 collect --paper blank.csv
  expect 65 "no result is filled in for T3: a blank form is no report"
  fill T3 2023-03-20 未检查 未检查 未检查 >nothing.csv
  fill T4 2023-03-20 合格 未检查 未检查 | tail -n +2 >>nothing.csv
  on 2023-03-28 collect --paper nothing.csv
  expect 0
  on 2023-03-28 compare --round r1 --format json
  [ "$(jq -c '[.facilities[] | [.code, .nil]] | sort' <<<"$output")" = '[["T1",null],["T2",null],["T3",false],["T4",true]]' ]
}

@test "nothing is rectified before it was found: 65" {
  fill T3 2023-03-20 发现问题 合格 合格 | sed 's/整改中,2023-04-30,/已整改,2023-04-30,2023-03-01/' >paper.csv
  on 2023-03-28 collect --paper paper.csv
  expect 65 "rectified on 2023-03-01, before the day of the check"
}

@test "a list that was mended replaces the one of the same day" {
  fill T3 2023-03-20 合格 发现问题 未检查 >paper.csv
  fill T3 2023-03-20 合格 合格 合格 >mended.csv
  take 2023-03-28 --paper paper.csv
  take 2023-03-28 --paper mended.csv
  [ "$(sqlite3 c/zicha.db 'SELECT statuses FROM collected AS c JOIN standing AS s ON s.report = no WHERE counts')" = PPP ]
}

@test "a signed report counts and the paper does not, whichever came first, and it is told" {
  fill T1 2023-03-20 合格 合格 合格 >paper.csv
  take 2023-03-28 mail
  on 2023-03-28 collect --paper paper.csv
  expect 0 "第一卫生院 (T1) of 2023-03-20 does not count: superseded"
  [ "$(states c "s.facility = 'T1'")" = "T1|paper||r1|superseded|0
T1|zrep||r1|accepted|1" ]
}

@test "all mistakes of a list are told at once with their lines, and nothing is taken in: 65" {
  cat >paper.csv <<'END'
机构编码,检查日期,检查项编号,结果,检查数,问题数,涉及金额,整改情况,整改时限,完成日期
T3,2023-03-20,posted,好,,,,,,
T3,2023-03-21,sampled,合格,,,,,,
T3,2023-03-20,posted,合格,,2,,,,
T9,2023-03-20,posted,合格,,,,,,
T4,2023-03-20,nothing,合格,,,,,,
T4,2023-02-30,posted,发现问题,1,3,一百,已整改,,
T4,2023-05-20,trained,合格,x,,,整改中,,
END
  on 2023-03-28 collect --paper paper.csv
  expect 65 "paper.csv:2: 好 is no result" "paper.csv:3: the rows of T3 have several days" \
    "paper.csv:4: 2 problems, and the result is another one" \
    "paper.csv:5: no report of T9 is expected" "paper.csv:6: the plan county/test has no item nothing" \
    "paper.csv:7: 2023-02-30 is no date" "paper.csv:7: 一百 is no amount" "paper.csv:7: 3 problems are more" \
    "paper.csv:7: it has been rectified: on which day" "paper.csv:8: 2023-05-20 is still to come" \
    "paper.csv:8: x is no whole number" "paper.csv:8: nothing can be rectified" "mistakes: nothing was taken in"
  [ "$(sqlite3 c/zicha.db 'SELECT count(*) FROM collected')" = 0 ]
  fill T3 2023-05-20 合格 合格 合格 >other.csv
  on 2023-05-28 collect --paper other.csv --round r1
  expect 65 "2023-05-20 is not in the round that --round names"
}

@test "collect without anything to take in, and --round without paper, are refused: 64" {
  on 2023-03-28 collect
  expect 64 "--paper FILE"
  on 2023-03-28 collect mail --round r1
  expect 64 "are for --paper"
}
