#!/usr/bin/env bats
# compare: facilities side by side, two rounds, the self-check against inspections. Every figure is
# held against what jq makes of the records in the files that count.
load helper
load county

first=2023-06-30 last=2023-09-30 # the rounds that are compared

setup() {
  begin_test
  export ZICHA_LANG=en
}

# The office that has collected the whole county; nobody writes into it. Sets $office.
office() {
  office=$BATS_FILE_TMPDIR/whole
  if [ ! -d "$office" ]; then
    make_county_office "$office"
    collect_county "$office"
  fi
  make_county
}

at() { run "$ZICHA" -C "$office" --today 2023-12-01 compare --round "$last" "$@"; }
json() { "$ZICHA" -C "$office" --today 2023-12-01 compare --round "$last" --format json "$@"; }

# counting ROUND: for each facility whose report counts {facility, class, letters: {entry: word},
# areas, members, relapses, figures}, from the files themselves.
counting() {
  jq -r --arg round "$1" 'select(.round == $round and .on_roster and .expected and
    (.state | IN("accepted", "late"))) | [.facility, .class, .file] | @tsv' "$key" |
    while IFS=$'\t' read -r code class file; do
      printf '{"facility":"%s","class":"%s","record":' "$code" "$class"
      grep -ah '^<!-- zicha-record ' "$county/$file" | sed 's/^<!-- zicha-record //; s/ -->$//'
      printf ',"figures":'
      grep -ah '^{.*"zicha":"figures/1"' "$county/$file"
      echo '}'
    done | jq -c '
      def word: if .status == "problem" then ({suspect: "suspect", hint: "hint"}[.certainty] // "problem")
        else .status end;
      {banned_techniques: "immune_cell_therapy", restricted_techniques: "restricted_techniques",
       transplant_techniques: "transplant_techniques",
       reproduction_techniques: "reproduction_techniques"} as $techniques
      | {facility, class, figures: .figures.ledger.figures,
         words: [.record.items[] | {id, focus: (.focus // ""), word: word,
           member: (if .member then "domains." + .member
                    elif $techniques[.id] then "techniques." + $techniques[.id] else "" end)}],
         relapses: ([.record.problems[] | select(.relapses > 0) | {(.item): .relapses}] | add // {})}'
}

# The files of both rounds, read once.
read_county() {
  office
  for round in $first $last; do
    [ -s "$BATS_FILE_TMPDIR/$round.ndjson" ] || counting "$round" | jq -cs '
      (map(.words[] | del(.word)) | unique) as $all
      | .[] | (.words | map(.id)) as $own
      | .words += [$all[] | select(.id | IN($own[]) | not) | . + {word: "absent"}]' >"$BATS_FILE_TMPDIR/$round.ndjson"
  done
  now=$BATS_FILE_TMPDIR/$last.ndjson before=$BATS_FILE_TMPDIR/$first.ndjson
}

# What both sides are brought to: «table row class word number» lines without zeros.
rows='
  def counts(table; row; class): to_entries[] | select(.value > 0) | [table, row, class, .key, .value];
  def tell: sort | .[] | @tsv;'

# told TABLES…: the same of compare's JSON, by its own lists.
told() {
  jq -r "$rows"' [
    (.items[] | . as $row | (.classes[] , (.all + {title: "全部"}))
      | .title as $class | del(.title, .checked) | counts("item"; $row.id; $class)),
    (.focus[] | . as $row | (.classes[] , (.all + {title: "全部"}))
      | .title as $class | del(.title, .checked) | counts("focus"; $row.id; $class)),
    (.sets[] | .id as $set | .members[] | . as $row | (.classes[] , (.all + {title: "全部"}))
      | .title as $class | del(.title, .checked) | counts("set"; $set + "." + $row.id; $class))
  ] | tell'
}

@test "by item, focus area and member, in each class and in all, as jq counts it in the records" {
  read_county
  json | told >told
  jq -rs "$rows"'
    def worst: . as $w | first(("problem", "suspect", "hint", "not_checked", "undetermined", "absent", "pass",
      "not_applicable") | select(IN($w[])));
    def tables: .words as $w | ($w[] | ["item", .id, .word]),
      ([$w[].focus] | unique[] | select(. != "") | . as $f | ["focus", $f, ([$w[] | select(.focus == $f).word] | worst)]),
      ($w[] | select(.member != "") | ["set", .member, .word]);
    [.[] | .class as $class | tables as $row | ($class, "全部") as $c | [$row[0], $row[1], $c, $row[2]] | @json]
    | group_by(.) | map((.[0] | fromjson) + [length]) | tell' "$now" >wanted
  [ "$(wc -l <wanted)" -gt 500 ]
  diff wanted told
}

@test "classes and facilities have the figures of their files; 未报送, 零报告 and 漏项 are three columns" {
  read_county
  json >compared
  jq -r '.facilities[] | select(.state != "missing") | [.code, .found, .counted, .rectified, .closed, .due_total, .on_time,
    .overdue, .relapsed, .refund, .pass, .problem, .not_applicable, .left_out] | @tsv' compared | sort >told
  jq -r '[.words[].word] as $w | def n(x): [$w[] | select(. == x)] | length; .figures as $f | [.facility, $f.found, $f.counted,
    $f.rectified, $f.closed, $f.due_total, $f.on_time, $f.overdue, $f.relapsed, $f.refund, n("pass"), n("problem"),
    n("not_applicable"), n("not_checked") + n("undetermined") + n("absent")] | @tsv' "$now" | sort >wanted
  [ "$(wc -l <wanted)" -gt 200 ]
  diff wanted told
  jq -rs --arg round "$last" --slurpfile now "$now" '
    ($now | map({key: .facility, value: .}) | from_entries) as $here
    | [.[] | select(.round == $round and .on_roster and .expected)] | group_by(.class)[] | .[0].class as $class
    | [.[] | $here[.facility] // empty] as $own
    | [$class, length, ($own | length), length - ($own | length),
       ([$own[] | select(.figures.found == 0 and all(.words[]; .word | IN("problem", "suspect", "hint") | not))] | length),
       ([$own[] | select(any(.words[]; .word | IN("not_checked", "undetermined", "absent")))] | length),
       ([$own[].figures.counted] | add // 0), ([$own[].figures.rectified] | add // 0)] | @tsv' "$key" | sort >wanted
  jq -r '.classes[] | [.title, .expected, .here, .missing, .nil, .left_out, .counted, .rectified] | @tsv' compared |
    sort >told
  diff wanted told
  [ "$(cut -f 4 wanted | paste -sd+ | bc)" -gt 5 ]
}

@test "two rounds: what is new, fixed, relapsed, unchanged, clean or of another scope, as jq compares the records" {
  read_county
  json --with "$first" >compared || [ $? -eq 1 ]
  jq -r "$rows"' [.items[] | . as $row | (.classes[] , (.all + {title: "全部"})) | .title as $class
    | del(.title, .scope) | counts("item"; $row.id; $class)] | tell' compared >told
  jq -rs --slurpfile before "$before" "$rows"'
    def looked: IN("pass", "problem", "suspect", "hint");
    def bad: IN("problem", "suspect", "hint");
    ($before | map({key: .facility, value: .}) | from_entries) as $was
    | [.[] | . as $f | $was[.facility] as $b | select($b) | ($b.words | map({key: .id, value: .word}) | from_entries) as $w
      | .words[] | .id as $id | .word as $is | $w[$id] as $had
      | (($f.relapses[$id] // 0) > ($b.relapses[$id] // 0)) as $relapsed
      | (if ($had | looked | not) and ($is | looked | not) then "outside"
         elif ($had | looked | not) or ($is | looked | not) then
           (if ($is | bad) then "scope_new" elif ($had | bad) then "scope_lost" else "scope_other" end)
         elif ($is | bad) then (if $relapsed then "relapsed" elif ($had | bad) then "unchanged" else "new" end)
         elif ($had | bad) then "fixed" else "clean" end) as $change
      | ($f.class, "全部") as $class | {key: (["item", $id, $class, $change] | @json)}]
    | group_by(.key) | map((.[0].key | fromjson) + [length]) | tell' "$now" >wanted
  diff wanted told
  for word in new fixed relapsed unchanged clean scope_other; do grep -q "	$word	" wanted; done
  # Who reported in one round only stands apart.
  [ "$(jq -r '[.facilities[] | select((.state == "missing") != (.before == "missing"))] | length' compared)" = \
    "$(cat "$now" "$before" | jq -r .facility | sort | uniq -u | wc -l)" ]
}

@test "a round against itself is refused, one nobody has reported in gives 2, the same letters give 0" {
  office
  at --with "$last"
  expect 64 "--with names the round that is compared"
  cp -a "$office" o
  sqlite3 o/zicha.db "DELETE FROM standing WHERE round = '$first'"
  run zicha -C o --today 2023-12-01 compare --round "$first"
  expect 2
  sqlite3 o/zicha.db "UPDATE standing SET counts = 0; UPDATE standing SET counts = 1 WHERE report = (SELECT min(report)
    FROM standing WHERE round = '$last'); INSERT INTO standing SELECT report + 100000, plan, '$first', facility, state, 1,
    reason FROM standing WHERE counts = 1; DELETE FROM collected WHERE no > 100000"
  sqlite3 o/zicha.db ".mode insert collected" "SELECT * FROM collected WHERE no = (SELECT min(report) FROM standing
    WHERE counts = 1)" | sed -E "s/^(INSERT INTO collected VALUES\()([0-9]+),'/\1\2+100000,'x/" | sqlite3 o/zicha.db
  run zicha -C o --today 2023-12-01 compare --round "$last" --with "$first" --format csv
  expect 0
}

@test "only a class, a town, some facilities, an item, a focus area, a member: by id or title" {
  office
  [ "$(json --class 诊所 | jq -r '[.facilities[].class] | unique | join(" ")')" = 诊所 ]
  [ "$(json --town 城关镇 | jq -r '[.facilities[].town] | unique | join(" ")')" = 城关镇 ]
  code=$(json | jq -r '.facilities[3].code')
  [ "$(json --facility "$code" --facility "$(json | jq -r '.facilities[5].code')" | jq '.facilities | length')" = 2 ]
  [ "$(json --item domain_practice | jq '.items | length')" = 10 ]
  [ "$(json --item rx_over_days | jq -r '.items[].id')" = rx_over_days ]
  [ "$(json --focus charging | jq -r '.focus[].id')" = charging ]
  [ "$(json --set techniques | jq -r '[.items[].id] | join(" ")')" = \
    "banned_techniques restricted_techniques transplant_techniques reproduction_techniques" ]
  [ "$(json --set 十大领域.血液透析 | jq -r '.items[].id')" = 'domain_practice[dialysis]' ]
  at --set techniques
  expect 0 "比对范围：计数集合“techniques”。" "结论"
  never "整改率  按期率  核销率  逾期  反弹"$'\n'"三级医院"
  at --class 不存在
  expect 64 "the roster has no facility with --class 不存在"
  at --item nothing
  expect 64 "unknown --item nothing; known:" "licence_posted"
  at --set domains.nothing
  expect 64 "unknown --set domains.nothing; known: health_examination"
  at --inspection --item licence_posted
  expect 64 "--item does not go with --inspection"
  at --from 2023-01-01
  expect 64 "--from goes with --inspection only"
}

@test "all forms tell the same, twice the same bytes; pages have bars, no script and their numbers as text" {
  office
  at --out html:a.html --out markdown:a.md --out csv:a.csv --out xlsx:a.xlsx --out json:a.json --out text:a.txt
  expect 0
  at --out html:b.html --out markdown:b.md --out csv:b.csv --out xlsx:b.xlsx --out json:b.json --out text:b.txt
  for form in html md csv xlsx json txt; do cmp "a.$form" "b.$form"; done
  grep -q "default-src 'none'" a.html
  ! grep -qi '<script' a.html
  [ "$(grep -o '<svg ' a.html | wc -l)" -gt 40 ]
  # Each bar's share is the number beside it.
  [ "$(grep -o '<rect width="[0-9]*" height="12" fill="#4a6fa5"/></svg></td><td class="right">[0-9.]*%' a.html |
    sed -E 's/.*width="([0-9]+)".*>([0-9.]+)%/\1 \2/' | awk '{ if ($1 != $2 * 10) n++ } END { print n + 0 }')" = 0 ]
  jq -r '.facilities[].code' a.json >codes
  tail -n +2 a.csv | cut -d , -f 2 | diff codes -
  [ "$(grep -c '^| ' a.md)" -gt 800 ]
  at --format csv --table items
  expect 0 "类别,编号,检查项,应报,未报送,零报告,漏项"
  at --format csv --table nothing
  expect 65 "this paper has no table nothing"
  at --format pdf
  expect 64 "known: text json markdown html csv xlsx"
}

@test "what a report or roster writes stays text in every form" {
  office
  cp -a "$office" o
  code=$(json | jq -r '.facilities[0].code')
  evil='=cmd|<script>alert(1)</script>![x](http://x)'$'\e''[31m`|'
  sqlite3 o/zicha.db "UPDATE roster SET name = '$evil', town = '<svg onload=x>' WHERE code = '$code'"
  run zicha -C o --today 2023-12-01 compare --round "$last" --facility "$code" --out html:a.html --out markdown:a.md \
    --out csv:a.csv --out text:a.txt
  expect 0
  ! grep -q '<script>alert\|<svg onload' a.html a.md
  grep -q '&lt;script&gt;' a.html
  grep -q "\"'=cmd\|,'=cmd" a.csv
  ! grep -q $'\e' a.txt
}

@test "entries of another version are bridged by alias_of; what is asked no more is not counted as fixed" {
  office
  cp -a "$office" o
  cp -r "$county_plan" p2
  sed -i 's/version: "1"/version: "2"/' p2/plan.yaml
  sed -i 's/{id: licence_posted, /{id: licence_shown, /; /id: price_posted,/d' p2/items.yaml
  echo '- {id: licence_posted, title: 未悬挂执业许可证, kind: question, alias_of: licence_shown}' >>p2/items.yaml
  echo '- {id: fresh, title: 新增, kind: question, ask: 有无？, answer: yesno, problem_if: no}' >>p2/items.yaml
  zicha -C o plan unuse "$county_plan_id" >/dev/null
  zicha -C o plan use p2 >/dev/null
  run zicha -C o --today 2023-12-01 compare --round "$last" --format json
  expect 0
  json >plain
  [ "$(jq -c '.items[] | select(.id == "licence_shown").all' <<<"$output")" = \
    "$(jq -c '.items[] | select(.id == "licence_posted").all' plain)" ]
  [ "$(jq -c '.items[] | select(.id == "fresh").all | [.absent, .checked, .pass]' <<<"$output")" = \
    "$(jq -c '[.all.here, 0, 0]' plain)" ]
  [ "$(jq -c '[.items[] | select(.id == "price_posted")]' <<<"$output")" = '[]' ]
  run zicha -C o --today 2023-12-01 compare --round "$last" --with "$first" --format json
  [ "$(jq -c '.items[] | select(.id == "fresh").all | [.fixed, .new, .scope]' <<<"$output")" = '[0,0,0]' ]
}

# The seven hospitals that a notice of the national insurance administration names: problems that
# inspections found, 万元 found, 万元 paid back by the self-check (the first one's late 3.23 are in the
# published total). Shares and total («不到4%») are computed.
seven() {
  cat <<'END'
H1 内蒙古自治区人民医院 82 3466.7 3.23 0.1%
H2 九江市第一人民医院 42 592.8 1.96 0.3%
H3 长春市中医院 38 1638.7 120.1 7.3%
H4 石家庄市人民医院 86 2000.9 108.2 5.4%
H5 甘肃医学院附属医院 34 979.4 87.4 8.9%
H6 济南肾病医院 10 112.3 0 0%
H7 五大连池福康医院 25 77.9 1.9 2.4%
END
}

@test "the seven hospitals of a published notice come out as they were published" {
  printf '%s\n' 'name: 示例' 'code: X' 'level: county' >office.yaml
  zicha init o --office --office-file office.yaml --plan "$county_plan" >/dev/null
  seven | awk 'BEGIN { print "机构编码,机构名称,机构类别" } { print $1 "," $2 ",三级医院" }' >roster.csv
  zicha -C o --today 2023-01-01 roster import roster.csv >/dev/null
  { zicha -C o collect paper-form | head -n 1 | tr -d '\r'
    seven | awk '{ print $1 "," $2 ",2023-03-01,charged_twice,重复收费,合格,10,0,,,,," }'; } >paper.csv
  zicha -C o --today 2023-03-02 collect --paper paper.csv --by 办公室 >/dev/null
  # Forms on paper have no column for what was paid back.
  seven | awk '{ printf "UPDATE collected SET refund_self = %d WHERE facility = '\''%s'\'';\n", $5 * 1000000 + 0.5, $1 }' |
    sqlite3 o/zicha.db
  seven | awk 'BEGIN { print "机构编码,检查日期,检查项编号,问题表现,涉及金额" }
    { for (i = 1; i <= $3; i++) printf "%s,2023-04-01,charged_twice,重复收费%d,%.2f\n", $1, i, i == 1 ? $4 * 10000 : 0 }' >found.csv
  zicha -C o --today 2023-04-02 inspect import found.csv --by 检查组 >/dev/null
  run zicha -C o --today 2023-05-01 compare --round 2023-03-31 --inspection --format json
  expect 1
  [ "$(jq -c '.all.inspection | [.inspected, .unreported, .amount_wan, .refund_self_wan, .share]' <<<"$output")" = \
    '[317,317,"8868.70","322.79","3.6%"]' ]
  seven | awk '{ print $1, $3, $6 }' >wanted
  jq -r '.facilities[] | "\(.code) \(.inspected) \(.share)"' <<<"$output" | diff wanted -
  run zicha -C o --today 2023-05-01 compare --round 2023-03-31 --inspection
  expect 1 "检查机构7家，检查发现问题317个" "应报未报317个（100%）" "自查主动退回322.79万元，占3.6%" 手工登记
  run zicha -C o --today 2023-05-01 compare --round 2023-03-31 --inspection --from 2023-05-01
  expect 2
}
