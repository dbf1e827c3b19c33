#!/usr/bin/env bats
# compare: facilities side by side, two rounds, the self-check against inspections. Every figure is
# held against what jq makes of the records in the files that count.
load helper
load county
load charges

first=2023-06-30 last=2023-09-30 # the rounds that are compared

compared() { run "$ZICHA" -C "$whole" --today 2023-12-01 compare --round "$last" "$@"; }
json() { "$ZICHA" -C "$whole" --today 2023-12-01 compare --round "$last" --format json "$@"; }

# read_round ROUND: for each facility whose report counts {facility, class, letters: {entry: word},
# areas, members, relapses, figures}, from the files themselves.
read_round() {
  counting "$1" | jq -r '[.facility, .class, .file] | @tsv' |
    while IFS=$'\t' read -r code class file; do
      printf '{"facility":"%s","class":"%s","record":' "$code" "$class"
      record_of "$county/$file"
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
  make_whole_office
  for round in $first $last; do
    [ -s "$BATS_FILE_TMPDIR/$round.ndjson" ] || read_round "$round" | jq -cs '
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
  # 万元 add up as they are printed: facilities to classes, classes to all.
  jq -e '(.all.refund_wan | sub("\\."; "") | tonumber) > 0 and (.all.refund_wan | sub("\\."; "") | tonumber)
    == ([.classes[].refund_wan | select(. != "—") | sub("\\."; "") | tonumber] | add)' compared
  zicha -C "$whole" --today 2023-12-01 compare --round "$last" --format csv | tr -d '\r' >refunds
  [ "$(awk -F , 'NR > 1 && $NF != "—" { n += $NF } END { printf "%.6f", n }' refunds)" = \
    "$(jq -r '.all.refund_wan' compared | awk '{ printf "%.6f", $1 }')" ]
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
  make_whole_office
  run zicha -C "$whole" --today 2023-12-01 compare --round "$first" --with "$last"
  expect 1 "the round $last is later than $first"
  compared --with "$last"
  expect 64 "--with names the round that is compared"
  cp -a "$whole" o
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
  make_whole_office
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
  compared --set techniques
  expect 0 "比对范围：计数集合“四类技术”。" "结论"
  # Figures of whole reports stand in no table of a part of them.
  never "登记问题" "整改率" "有漏项" "退回(万元)"
  for narrowed in "item price_posted 检查项“收费未公示”" "focus charging 整治重点“收费与基金”" "set domains.dialysis 计数集合“十大领域：血液透析”"; do
    read -r option value shown <<<"$narrowed"
    compared "--$option" "$value"
    expect 0 "比对范围：$shown。"
    compared "--$option" "$value" "--$option" "$value"
    expect 64 "--$option is given twice"
  done
  compared --class 不存在
  expect 64 "the roster has no facility with --class 不存在"
  compared --item nothing
  expect 64 "unknown --item nothing; known:" "licence_posted"
  compared --set domains.nothing
  expect 64 "unknown --set domains.nothing; known: health_examination"
  compared --inspection --item licence_posted
  expect 64 "--item does not go with --inspection"
  compared --from 2023-01-01
  expect 64 "--from goes with --inspection only"
}

# The rows of tables in a form, cells parted by commas: rows_of FORM
rows_of() {
  case $1 in
    csv) tail -n +2 a.csv | cat - <(tail -n +2 items.csv) ;;
    md) sed -n 's/\\\([^ ]\)/\1/g; s/ | /,/g; s/^| \(.*\) |$/\1/p' a.md ;;
    html) sed -n 's/<svg[^>]*>\(<[^>]*>\)*<\/svg>//g; s/<\/td><td[^>]*>/,/g; s/^<tr><td[^>]*>\(.*\)<\/td><\/tr>$/\1/p' a.html ;;
    xlsx) unzip -p a.xlsx 'xl/worksheets/*' | sed 's/<row /\n&/g' | sed -n 's/<\/row>.*//; s/<\/c><c[^>]*>/,/g; /^<row/s/<[^>]*>//gp' ;;
    txt) sed -E 's/ {2,}/,/g; s/,$//' a.txt ;;
  esac | tr -d '\r' | LC_ALL=C sort -u
}

@test "every form has the same rows with the same figures, and those of the JSON" {
  make_whole_office
  compared --out html:a.html --out markdown:a.md --out csv:a.csv --out xlsx:a.xlsx --out json:a.json --out text:a.txt
  expect 0
  zicha -C "$whole" --today 2023-12-01 compare --round "$last" --format csv --table items >items.csv
  rows_of csv >rows
  [ "$(wc -l <rows)" -gt 800 ]
  for form in md html xlsx txt; do
    rows_of $form | LC_ALL=C comm -23 rows - >missing.$form
    [ ! -s missing.$form ] || { echo "$form has not:"; head -n 3 missing.$form; false; }
  done
  # The JSON has yuan where papers have 万元, with as many decimals as add up, and rates in the same words.
  places=$(awk -F , 'NR == 2 { sub(/\r/, ""); sub(/.*\./, "", $17); print length($17) }' a.csv)
  jq -r --argjson places "$places" '.facilities[] | select(.state != "missing") | [.class, .code, .name, .town, (if .nil then "是" else "否" end), .left_out,
    .completion, .data_coverage, .found, .counted, .rectified_rate, .on_time_rate, .closed_rate, .overdue, .relapsed,
    ((.refund | sub("\\."; "") | tonumber) / pow(10; 6 - $places) + 0.5 | floor)] | map(. // "—") | join(",")' a.json | LC_ALL=C sort >told
  tail -n +2 a.csv | tr -d '\r' | awk -F , -v OFS=, '$5 != "未报送" { sub(/\./, "", $17); $17 += 0
    print $1, $2, $3, $4, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17 }' | LC_ALL=C sort | diff told -
  jq -r '.items[] | . as $item | (.classes[], (.all + {title: "全部"})) | [.title, $item.id, $item.title, .absent, .not_checked,
    .undetermined, .not_applicable, .checked, .pass, .problem, .suspect, .hint] | join(",")' a.json | LC_ALL=C sort >told
  tail -n +2 items.csv | tr -d '\r' | awk -F , -v OFS=, '{ print $1, $2, $3, $10, $8, $9, $11, $12, $13, $14, $16, $17 }' |
    LC_ALL=C sort | LC_ALL=C comm -23 - told >missing
  [ ! -s missing ]
}

@test "twice the same bytes in every form; pages have bars, no script and their numbers as text" {
  make_whole_office
  compared --out html:a.html --out markdown:a.md --out csv:a.csv --out xlsx:a.xlsx --out json:a.json --out text:a.txt
  expect 0
  compared --out html:b.html --out markdown:b.md --out csv:b.csv --out xlsx:b.xlsx --out json:b.json --out text:b.txt
  for form in html md csv xlsx json txt; do cmp "a.$form" "b.$form"; done
  grep -q "default-src 'none'" a.html
  no grep -qi '<script' a.html
  [ "$(grep -o '<svg ' a.html | wc -l)" -gt 40 ]
  # Each bar's share is the number beside it.
  [ "$(grep -o '<rect width="[0-9]*" height="12" fill="#4a6fa5"/></svg></td><td class="right">[0-9.]*%' a.html |
    sed -E 's/.*width="([0-9]+)".*>([0-9.]+)%/\1 \2/' | awk '{ if ($1 != $2 * 10) n++ } END { print n + 0 }')" = 0 ]
  compared --format csv --table items
  expect 0 "类别,编号,检查项,应报,未报送,零报告,漏项"
  compared --format csv --table nothing
  expect 64 "this paper has no table nothing; known: facilities" "items_all"
  compared --format pdf
  expect 64 "known: text json markdown html csv xlsx"
}

@test "what a report or roster writes stays text in every form" {
  make_whole_office
  cp -a "$whole" o
  code=$(json | jq -r '.facilities[0].code')
  evil='=cmd|<script>alert(1)</script>![x](http://x)'$'\e''[31m`|'
  sqlite3 o/zicha.db "UPDATE roster SET name = '$evil', town = '<svg onload=x>' WHERE code = '$code'"
  run zicha -C o --today 2023-12-01 compare --round "$last" --facility "$code" --out html:a.html --out markdown:a.md \
    --out csv:a.csv --out text:a.txt
  expect 0
  no grep '\(^\|[^\]\)<\(script\|svg onload\)' a.html a.md
  grep -q '&lt;script&gt;' a.html
  grep -q "\"'=cmd\|,'=cmd" a.csv
  no grep -q $'\e' a.txt
}

@test "entries of another version are bridged by alias_of; what is asked no more is not counted as fixed" {
  make_whole_office
  cp -a "$whole" o
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

@test "money of inspections has as many decimals as facilities need to add up, in both columns" {
  make_charges
  inspect_charges
  sqlite3 o/zicha.db "UPDATE collected SET refund_self = 5000 WHERE facility IN ('B1', 'B3')" # 0.005 万元 each
  charges compare --round q2 --inspection --format json >compare.json || [ $? = 1 ]
  [ "$(jq -c '[[.facilities[] | select(.class == "诊所").refund_self_wan], (.classes[] | select(.title == "诊所").inspection.refund_self_wan)]' compare.json)" = \
    '[["0.005","0.005"],"0.010"]' ]
}

@test "the seven hospitals of a published notice come out as they were published" {
  printf '%s\n' 'name: 示例' 'code: X' 'level: county' >office.yaml
  zicha init o --office --office-file office.yaml --plan "$county_plan" >/dev/null
  seven | awk 'BEGIN { print "机构编码,机构名称,机构类别" } { print $1 "," $2 ",三级医院" }' >roster.csv
  zicha -C o --today 2023-01-01 roster import roster.csv >/dev/null
  { zicha -C o collect paper-form | head -n 1 | tr -d '\r'
    seven | awk '{ print $1 "," $2 ",2023-03-01,charged_twice,重复收费,合格,10,0,,,,,"; print $1 "," $2 ",2023-03-01,rx_over_days,处方用量,合格,9,0,,,,," }'; } >paper.csv
  zicha -C o --today 2023-03-02 collect --paper paper.csv --by 办公室 >/dev/null
  # No data stand behind what people have written down of an item that data decide.
  zicha -C o --today 2023-05-01 compare --round 2023-03-31 --format json >paper.json || [ $? -lt 3 ]
  [ "$(jq -c '.all | [.data_run, .data_coverage]' paper.json)" = '[0,"0%"]' ]
  # Forms on paper have no column for what was paid back.
  seven | awk '{ printf "UPDATE collected SET refund_self = %d WHERE facility = '\''%s'\'';\n", $5 * 1000000 + 0.5, $1 }' |
    sqlite3 o/zicha.db
  seven | awk 'BEGIN { print "机构编码,检查日期,检查项编号,问题表现,涉及金额" }
    { for (i = 1; i <= $3; i++) printf "%s,2023-03-31,charged_twice,重复收费%d,%.2f\n", $1, i, i == 1 ? $4 * 10000 : 0 }' >found.csv
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

@test "rows of inspections add up to their total, also with a class of which no report is expected" {
  load charges
  make_charges
  inspect_charges
  { echo 机构编码,机构名称,机构类别,乡镇,应报; tail -n +2 roster.csv | sed 's/$/,是/; /^M1/s/是$/否/'; } >other.csv
  charges roster import other.csv --from 2023-04-01 --reason 只设门诊 --by 张某 >/dev/null
  printf '%s\n' 机构编码,检查日期,检查项编号,问题表现,涉及金额 M1,2023-06-20,charged,重复收取,100.00 >visit.csv
  charges inspect import visit.csv --by 张某 >/dev/null
  charges compare --round q2 --inspection --format json >held.json || [ $? = 1 ]
  jq -e '[.classes[].inspection | [.facilities, .inspected, .unreported, .no_report]] | transpose | map(add)
    == [input | .facilities, .inspected, .unreported, .no_report]' held.json <(jq .all.inspection held.json)
  jq -e '[.classes[].title] | index("门诊部") != null' held.json
  charges compare --round q2 --inspection --format csv | grep '^[^,]*,M1,' | grep -q 不应报送
}
