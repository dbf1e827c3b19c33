#!/usr/bin/env bats
# inspect import, list, sheet: what an office has found where it looked itself, and what the
# facility's own report says of it.
load helper
load small_office

setup() {
  begin_test
  unset ZICHA_BY
  if [ ! -d "$BATS_FILE_TMPDIR/base/o" ]; then
    mkdir -p "$BATS_FILE_TMPDIR/base"
    (cd "$BATS_FILE_TMPDIR/base" && make_small_office && make_reports && make_list)
  fi
  cp -a "$BATS_FILE_TMPDIR"/base/. .
}

take() { on 2023-06-30 inspect import "$1"; }
visits() { office 2023-06-30 inspect list --format json "${@:2}" | jq -r ".visits$1"; }

# ---- lists ---------------------------------------------------------------------------

@test "each row is a problem, a visit without one counts all the same" {
  take list.csv
  expect 0 '5 visits, 5 of them new; 8 problems, 8 new, 0 changed'
  [ "$(sql 'select count(*) from visit')" = 5 ]
  [ "$(sql 'select count(*) from inspected')" = 8 ]
  [ "$(sql 'select count(*) from visit where no not in (select visit from inspected)')" = 1 ]
  [ "$(sql "select sum(amount) from inspected")" = 320930 ]
}

@test "what a row leaves blank is as in the row above it, of the same facility" {
  take list.csv
  [ "$(sql "select group_concat(distinct facility || day || team || kind) from visit join inspected on visit = visit.no where facility = 'F001'")" = F0012023-06-25一组on_site ]
  [ "$(sql "select entry from inspected where title = '没有会议记录'")" = meetings ]
}

@test "the same list again changes nothing" {
  take list.csv
  before=$(sql 'select count(*) from event')
  take list.csv
  expect 0 'all of it is known already, nothing was written'
  [ "$(sql 'select count(*) from event')" = "$before" ]
  [ "$(sql 'select count(*) from inspected')" = 8 ]
}

@test "a list that was printed can be read again and changes nothing" {
  take list.csv
  office 2023-06-30 inspect list --format csv >printed.csv
  take printed.csv
  expect 0 'nothing was written'
}

@test "a changed row is an update, and the event tells what it was" {
  take list.csv
  sed 's/,120.50,/,99.5,/' list.csv >later.csv
  take later.csv
  expect 0 '8 problems, 0 new, 1 changed'
  [ "$(sql "select amount from inspected where title = '未公示收费标准'")" = 9950 ]
  [ "$(sql "select body from event order by seq desc limit 1" | jq -c '.changes | map([.entry, .field, .from, .to])')" = '[["posted","amount","12050","9950"]]' ]
}

@test "all mistakes are told at once with line and remedy, and nothing is written" {
  cat >bad.csv <<'END'
机构编码,检查日期,检查方式,检查项编号,检查项,问题表现,涉及金额,严重程度,处理方式,备注
F01,2023-06-25,,posted,,没有公示,,,,
F001,2023-06-35,,posted,,没有公示,,,,
F001,2023-07-25,,posted,,没有公示,,,,
F001,2023-06-25,看看,postd,,没有公示,1千,很大,骂人,
F001,2023-06-25,,,重复收,收了两次,,,,
F001,2023-06-25,,posted,,某患者110101199003074258被多收,,,,
F001,2023-06-25,,posted,,,10,,,
,2023-06-25,,posted,,没有公示,,,,
F002,2023-06-25,,posted,,没有公示,,,,
F002,2023-06-25,,posted,,没有公示,,,,
END
  take bad.csv
  expect 65 'bad.csv:2: the roster has no facility F01' 'did you mean F001 (甲镇医院)?' \
    'bad.csv:3: 检查日期: 2023-06-35 is no date' \
    'bad.csv:4: 检查日期: 2023-07-25 is later than 2023-06-30' \
    'bad.csv:5: 检查方式: 看看 is no word' 'the plan has no entry postd' 'did you mean posted?' \
    'bad.csv:5: 涉及金额: 1千 is no amount' '很大 is no word' '骂人 is no word' \
    'write one of 一般、较重、严重' \
    'bad.csv:6: the plan has no entry 重复收' 'did you mean 重复收费?' \
    'bad.csv:7: 问题表现: there is an identity number in it' \
    'bad.csv:8: the row has a number, an amount or a severity, but no problem' \
    'bad.csv:11: the same problem stands on line 10 already' 'nothing was taken over'
  [ "$(sql 'select count(*) from visit')" = 0 ]
}

@test "a list without the needed columns, or without a visit, is refused" {
  printf '机构编码,问题表现\nF001,没有公示\n' >bad.csv
  take bad.csv
  expect 65 'the first line must name the columns'
  printf '机构编码,检查日期,问题表现\n' >bad.csv
  take bad.csv
  expect 65 'tells of no visit'
}

@test "of several files one that cannot be taken keeps no other out" {
  printf '机构编码,检查日期,问题表现\nF009,2023-06-25,没有公示\n' >bad.csv
  on 2023-06-30 inspect import bad.csv list.csv
  expect 65 '8 problems, 8 new' 'bad.csv has 1 mistakes'
}

@test "a problem without an entry is beyond the plan, one of a subject on no roster is nobody's report" {
  take list.csv
  [ "$(visits '[] | select(.facility == "") | .subject')" = 路边无证诊所 ]
  [ "$(visits '[].found[] | select(.title == "方案之外的问题") | .entry')" = '' ]
}

# ---- against the self-check ----------------------------------------------------------

@test "what an inspection found is held against the report of the round" {
  take list.csv
  office 2023-06-30 inspect list --round 2023-06-30 --format json |
    jq -c '.visits[].found[] | [.title, .reporting, .after]' >told
  diff told - <<'END'
["重复收取床位费","reported",true]
["未公示收费标准","unreported",false]
["重复收取护理费","reported",false]
["急诊登记缺失","not_in_scope",false]
["没有会议记录","not_checked",false]
["未公示","no_report",false]
["方案之外的问题","no_report",false]
["无证行医","not_in_scope",false]
END
}

@test "the list in words tells 应报未报" {
  take list.csv
  on 2023-06-30 inspect list --round 2023-06-30
  expect 0 'posted  未公示收费标准  120.50元  责令改正、监督意见书  应报未报' '已自查报告' '未报送' \
    'F002 乙镇卫生院: 回头看, 二组, no problem found' '5 visits, 8 problems'
}

@test "a list can be of some days, or of a facility" {
  take list.csv
  [ "$(visits ' | length' --from 2023-06-25 --to 2023-06-26)" = 2 ]
  [ "$(visits ' | length' --facility F002)" = 2 ]
  on 2023-06-30 inspect list --from Juni
  expect 64 '--from Juni is no day'
}

# ---- sheets --------------------------------------------------------------------------

sheet=o/reports/inspection-2023-06-30-F001

@test "a sheet tells the verdicts of the self-check, open problems and earlier findings" {
  take list.csv
  on 2023-06-29 inspect sheet F001
  expect 0 "$sheet.md" "$sheet.html" "$sheet.csv"
  grep -q '| 1 | posted | 收费未公示 | 无 | 一般 | 合格 |' "$sheet.md"
  grep -q '| 2 | charged | 重复收费 | 无 | 较重 | 发现问题 |' "$sheet.md"
  grep -q '| 3 | emergency | 急诊不规范 | 无 | 一般 | 不适用 |' "$sheet.md"
  grep -q '| 4 | meetings | 未开会部署 | 无 | 一般 | 未检查 |' "$sheet.md"
  grep -q '| 1 | 1 | 重复收费 | 2023年6月20日 | 自查 |' "$sheet.md"
  grep -q '2023年6月25日 | 未公示收费标准 | 责令改正、监督意见书' "$sheet.md"
}

@test "a facility that has not reported has no verdicts on its sheet" {
  on 2023-06-29 inspect sheet F003
  grep -q '本轮未报送' o/reports/inspection-2023-06-30-F003.md
  [ "$(grep -c '合格 |' o/reports/inspection-2023-06-30-F003.md)" = 0 ]
}

@test "the same sheet twice is the same bytes, and verify finds it as it was" {
  office 2023-06-29 inspect sheet F001 >/dev/null
  cp "$sheet.md" 1.md
  cp "$sheet.csv" 1.csv
  office 2023-06-29 inspect sheet F001 >/dev/null
  cmp "$sheet.md" 1.md
  cmp "$sheet.csv" 1.csv
  on 2023-06-29 verify
  expect 0 'everything is as it was written'
}

@test "a sheet that comes back: what is marked was inspected, the rest was not" {
  office 2023-06-26 inspect sheet F001 >/dev/null
  sed -e '2s/^F001,甲镇医院,,,,,posted,收费未公示,,,/F001,甲镇医院,2023-06-27,一组,现场检查,2,posted,收费未公示,合格,,/' \
    -e '3s/重复收费,,,/重复收费,,多收一次,/' "$sheet.csv" >back.csv
  take back.csv
  expect 0 '1 visits, 1 of them new; 1 problems' '2 rows of sheets were left blank: not inspected'
  [ "$(visits '[0].scope | join(" ")')" = 'charged posted' ]
}

@test "a sheet on which nothing is marked is no visit without problems" {
  office 2023-06-26 inspect sheet F001 F002 >/dev/null
  sed '2s/^F001,甲镇医院,,/F001,甲镇医院,2023-06-27,/' "$sheet.csv" >back.csv
  take back.csv
  expect 65 'none is marked as inspected'
  take o/reports/inspection-2023-06-30-F002.csv
  expect 65 'tells of no visit'
}

@test "a sheet that was filled in is not written over" {
  office 2023-06-26 inspect sheet F001 >/dev/null
  sed -i '2s/^F001,甲镇医院,,/F001,甲镇医院,2023-06-27,/' "$sheet.csv"
  cp "$sheet.csv" mine.csv
  on 2023-06-27 inspect sheet F001
  expect 73 'has been filled in'
  cmp mine.csv "$sheet.csv"
}

@test "sheets are made for the facilities of a sample; unknown ones are told with the nearest" {
  printf '机构编码,机构名称\nF002,乙\nF003,丙\n' >sample.csv
  on 2023-06-26 inspect sheet --sample sample.csv
  expect 0 F002.csv F003.csv
  printf 'F004,丁\n' >>sample.csv
  on 2023-06-26 inspect sheet --sample sample.csv F01
  expect 65 'sample.csv:4: the roster has no facility F004' 'the roster has no facility F01'
  on 2023-06-26 inspect sheet
  expect 64 'say which facilities'
}

@test "markup and formulas in texts stay inert in lists and sheets" {
  cat >evil.csv <<'END'
机构编码,检查日期,检查组,检查项编号,问题表现,备注
F001,2023-06-25,"=cmd|'/c calc'!A1",posted,"<script>alert(1)</script>|x|*y*[z](http://x)",@sum(1)
END
  take evil.csv
  expect 0
  office 2023-06-30 inspect list --format csv >out.csv
  grep -qF "'=cmd" out.csv
  grep -qF "'@sum" out.csv
  office 2023-06-30 inspect sheet F001 >/dev/null
  [ "$(grep -cF '<script>' "$sheet.html")" = 0 ]
  grep -qF '&lt;script&gt;' "$sheet.html"
  grep -qF '\<script\>' "$sheet.md"
  take out.csv
  expect 0 'nothing was written'
}

# ---- events --------------------------------------------------------------------------

@test "verify makes visits again from the events, tells what was changed, and mends it" {
  take list.csv
  office 2023-06-30 inspect list --format json >before
  sqlite3 o/zicha.db "update inspected set amount = 1 where entry = 'posted'; delete from visit where facility = 'F002'"
  on 2023-06-30 verify
  expect 65 'visit: it lacks 2 entries that the events of the office make' 'inspected: it lacks'
  on 2023-06-30 verify --mend
  office 2023-06-30 inspect list --format json | cmp - before
}

@test "a list of a facility's workspace is refused, and Chinese messages are complete" {
  run "$ZICHA" -C wF001 inspect import list.csv
  expect 64
  ZICHA_LANG=zh_CN on 2023-06-30 inspect import list.csv
  expect 0 '检查5户次，其中新增5户次；问题8个'
}
