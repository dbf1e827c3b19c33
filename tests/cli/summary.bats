#!/usr/bin/env bats
# Drafts of summary and circular: what they say is what the reports that count say.
load helper
load county
load charges

draft() { zicha -C o --today 2023-12-01 "$1" --round 2023-06-30 --format markdown "${@:2}" 2>warnings; }
data() { zicha -C o --today 2023-12-01 summary --round 2023-06-30 --format json; }
@test "未报送, 零报告 and 漏项 are three lists, and each is that of the key" {
  collected_office
  draft summary >paper.md
  jq -r 'select(.round == "2023-06-30" and .expected and .on_roster
    and (.state | IN("accepted", "late") | not)).facility' "$key" | sort >missing
  counting 2023-06-30 | jq -r 'select(.nil).facility' | sort >nil
  counting 2023-06-30 | jq -r 'select((.left_out | add) > 0).facility' | sort >left_out
  for pair in "未报送机构名单:missing" "零报告机构名单:nil" "有漏项机构名单:left_out"; do
    awk -v head="${pair%%:*}" '/^## / { on = index($0, head) } on && /^\| [0-9]/ { split($0, c, " \\| "); print c[2] }' \
      paper.md | sort >got
    diff "${pair##*:}" got
  done
  [ "$(comm -12 missing nil | wc -l)" = 0 ]
  here=$(counting 2023-06-30 | wc -l)
  grep -q "已自查${here}家，.*未报送$(wc -l <missing)家.*零报告$(wc -l <nil)家，有漏项$(wc -l <left_out)家" paper.md
}

@test "a report in which nothing applies has checked nothing: it is no 零报告, and nobody is clean by it" {
  make_charges
  charges summary --round q2 --format json >before.json
  { head -n 1 paper.csv; for item in posted charged receipts; do echo "D1,2023-06-25,$item,不适用,,,,,,"; done; } >none.csv
  charges collect --paper none.csv >/dev/null
  charges summary --round q2 --format json >after.json
  [ "$(jq -c '[.total.here, .total.nil, .total.clean, .lists.nil]' before.json)" = '[4,2,1,2]' ]
  [ "$(jq -c '[.total.here, .total.nil, .total.clean, .lists.nil]' after.json)" = '[5,2,1,2]' ]
  charges compare --round q2 --format json | jq -e '.all.clean == 1 and .all.nil == 2
    and (.facilities[] | select(.code == "D1") | .nil == false and .left_out == 0)'
  run charges statistics --round q2 --trace o.zero
  no grep -q D1 <<<"$output"
  run charges statistics --round q2 --trace o.clean
  no grep -q D1 <<<"$output"
}

@test "items, domains and techniques count the facilities that the letters of the reports count" {
  collected_office
  data >data.json
  counting 2023-06-30 | jq -c '.statuses' >letters
  ids=$(jq -c '[.items[].id]' data.json)
  jq -s -c --argjson ids "$ids" '[range($ids | length) as $i | [.[][$i:$i + 1]] |
    {id: $ids[$i], checked: map(select(IN("P", "X", "S", "H"))) | length,
     found: map(select(IN("X", "S", "H"))) | length, open: map(select(IN("C", "U", "."))) | length,
     not_applicable: map(select(. == "N")) | length}]' letters >wanted
  jq -c '[.items[] | {id, checked, found, open, not_applicable}]' data.json >got
  diff <(jq -S . wanted) <(jq -S . got)
  # A member of a set that has one item is that item.
  jq -e '(.items | map({key: .id, value: .found}) | from_entries) as $of
    | all(.sets[] | select(.id == "domains").members[]; .found == $of["domain_practice[" + .id + "]"])
    and (.sets[] | select(.id == "techniques").members[] | select(.id == "transplant_techniques").found
      == $of.transplant_techniques)' data.json
  # By class it adds up.
  jq -e 'all(.sets[].members[]; (.classes | map(.found) | add // 0) == .found
    and (.classes | map(.checked) | add // 0) == .checked)' data.json
}

@test "four tables of problems have the same total, which is that of the records" {
  collected_office
  data >data.json
  jq -e '[.tables[] | [.[].counted] | add] | unique | length == 1' data.json
  jq -e '[.tables[] | [.[].rectified] | add] | unique | length == 1' data.json
  # The identity below the tables: 登记＝应整改＋待核实未计入＋不属实.
  zicha -C o --today 2023-12-01 summary --round 2023-03-31 --format json >first.json # some are pending, and count
  jq -e '([.tables.class[].unverified] | add | . > 0) and ([.tables.class[].unverified] | add) < .figures.pending
    and all(.tables[][]; .found == .counted + .unverified + .dismissed)' first.json
  [ "$(jq '[.tables.class[].counted] | add' data.json)" = "$(counting 2023-06-30 | jq -s 'map(.figures.counted) | add')" ]
  counted_records 2023-06-30 |
    jq -s -S '[.[].problems[]] | group_by(.source) | map({key: .[0].source, value: length}) | from_entries' >wanted
  jq -S '.tables.source | map_values(.found)' data.json >got
  diff wanted got
  counted_records 2023-06-30 | jq -s -S '[.[].problems[]] | group_by(.item) |
    map({key: (.[0].item // ""), value: length}) | from_entries' >wanted
  jq -S '.tables.item | map_values(.found)' data.json >got
  diff wanted got
  draft summary >paper.md
  counted=$(jq '[.tables.class[].counted] | add' data.json)
  rectified=$(jq '[.tables.class[].rectified] | add' data.json)
  grep -q "应整改问题${counted}个，已整改${rectified}个" paper.md
}

@test "coverage is judged by class against the plan's targets, in words" {
  collected_office
  draft summary >paper.md
  counting 2023-06-30 | jq -s -r 'group_by(.class) | .[] | [.[0].class, length] | @tsv' >here
  while IFS=$'\t' read -r class count; do
    grep -q "^| $class | [0-9]* | $count | " paper.md
  done <here
  awk -F ' [|] ' '/^\| .* \| ≥100% / { full = $2 == $3 ? "✔达标" : "✘未达标"; if ($6 != full) { print; bad = 1 } } END { exit bad }' paper.md
  grep -q '未登记，无法判断' paper.md # inspections are in no register
  grep -q '案件未登记，本材料不作统计' paper.md
}

@test "未发现 stands only where somebody has checked, with how many" {
  collected_office
  draft summary >paper.md
  data >data.json
  jq -r '.items[] | select(.found == 0 and .checked > 0) | "“\(.title)”（检查\(.checked)家"' data.json >clean
  while read -r line; do grep -qF "$line" paper.md; done <clean
  run jq -r '.items[] | select(.found > 0) | "“\(.title)”（检查\(.checked)家）"' data.json
  while read -r line; do
    if grep '未发现问题的项目' paper.md | sed 's/.*未发现问题的项目：//' | grep -qF "$line"; then
      echo "found, yet told as not found: $line"
      false
    fi
  done <<<"$output"
  # A round of which nothing has come tells nothing as 未发现.
  mkdir none && cd none
  make_rostered_office p
  zicha -C p --today 2023-04-01 summary --format markdown 2>/dev/null >empty.md
  grep -q '没有机构检查' empty.md
  run grep -c '未发现问题的项目' empty.md
  [ "$output" = 0 ]
  run grep -E '(率|占)[^÷＝。|]*100%' empty.md
  [ "$status" -eq 1 ]
}

@test "what was not asked is «—», and annexes are those that stand there" {
  make_charges
  charges circular --round q2 --format markdown >paper.md 2>/dev/null
  # 整改率, 按期率, 核销率, 逾期, 退回金额, 记分, 备注
  grep -q '^| 1 | 甲卫生院 | 乡镇卫生院 | 100% | 1 | 未登记 | 未登记 | 100% | 100% | — | 0 | — | 未登记 | 手工登记 |$' paper.md
  run cat paper.md
  never 没有数据筛查
  charges summary --round q2 --format markdown >paper.md 2>/dev/null
  grep '^附件：' paper.md | sed 's/^附件：//; s/　/\n/g; s/\. /　/g' | sed 's/^/## 附件/' >announced
  grep '^## 附件' paper.md | diff announced -
}

@test "of two targets for a class its own is judged, else the higher one, and the text says what the table says" {
  make_charges
  sed -i '/^coverage:/,/^statistics/{/own,/d}' p/plan.yaml
  sed -i 's/^coverage:/&\n  - {id: all, metric: self_check, at_least: 60%}\n  - {id: high, metric: self_check, at_least: 80%}/; s/^version: "1"/version: "2"/' p/plan.yaml
  sed -i 's/^statistics:/  - {id: clinics, metric: self_check, class: 诊所, at_least: 50%}\n&/' p/plan.yaml
  charges plan use p >/dev/null
  sed 's/^D1,.*/&\nD2,庚卫生室,村卫生室,西镇\nD3,辛卫生室,村卫生室,西镇\nB4,壬诊所,诊所,西镇\nB5,癸诊所,诊所,西镇/' roster.csv >more.csv
  charges roster import more.csv --reason 新增 --from 2023-01-01 --by 王 >/dev/null
  grep '^A1' paper.csv | sed 's/^A1/D1/' >village
  { head -n 1 paper.csv; cat village; sed 's/^D1/D2/' village; } >second.csv
  charges collect --paper second.csv >/dev/null
  charges summary --round q2 --format markdown >paper.md 2>/dev/null
  grep -q '^| 诊所 | 5 | 3 | 60% | ≥50% | ✔达标 ' paper.md
  grep -q '^| 村卫生室 | 3 | 2 | 66.7% | ≥80% | ✘未达标 ' paper.md
  grep -q '覆盖未达标：村卫生室自查覆盖率、门诊部自查覆盖率［' paper.md
}

@test "a plan that wants no coverage for its own sake gets no verdict on it" {
  make_county
  cp -r "$county_plan" plan
  sed -i 's/{id: own_checks, metric: self_check, at_least: 100%}/{id: own_checks, metric: self_check, at_least: 100%, deprioritised: yes}/' plan/plan.yaml
  printf '%s\n' 'name: 示例县卫生健康局' 'code: O' 'level: county' >office.yaml
  "$ZICHA" init o --office --office-file office.yaml --plan plan >/dev/null
  zicha -C o --today 2023-03-01 roster import "$roster" --by 办公室 >/dev/null
  zicha -C o --today 2023-04-01 summary --format markdown 2>/dev/null >paper.md
  grep -q '不作判断（方案要求不片面强调覆盖面）' paper.md
  run grep -c 'self_check\|自查覆盖率.*✘' paper.md
  [ "$output" = 0 ]
}

@test "a target for the whole campaign is held against self-checks, and one that wants none is told as that" {
  printf '%s\n' 机构编码,机构名称,机构类别 A1,甲医院,二级医院 B1,乙诊所,诊所 >roster.csv
  printf '%s\n' 'name: 示例县卫生健康局' 'code: O' 'level: county' >office.yaml
  for plan in city/medical-disorder national/appointment-scalpers-2016; do
    "$ZICHA" init "${plan#*/}" --office --office-file office.yaml --plan "$ZICHA_ROOT/checklists/$plan" >/dev/null
    zicha -C "${plan#*/}" --today 2023-03-01 roster import roster.csv --by 办公室 >/dev/null
    zicha -C "${plan#*/}" --today 2023-04-01 summary --format markdown 2>/dev/null >"${plan#*/}.md"
  done
  grep -q '^| 二级医院 | 1 | 0 | 0% | ≥100% | ✘未达标 | 未登记 | — | — | 方案没有规定 |' medical-disorder.md
  grep -q '^| 诊所 | 1 | 0 | 0% | ≥100% | ✘未达标 ' medical-disorder.md
  grep -q '目标按自查覆盖率对照' medical-disorder.md
  [ "$(grep -o '| — | 不作判断（方案要求不片面强调覆盖面） ' appointment-scalpers-2016.md | wc -l)" -ge 2 ]
  no grep -q '^|.*方案没有规定\|按自查覆盖率对照' appointment-scalpers-2016.md
}

# Numbers of a paper's sentences with the source that each cites: lines NUMBER MARK.
cited() {
  grep -v '^|\|^  - ［\|^#' | awk '{
    while (match($0, /［[0-9]+］/)) {
      text = substr($0, 1, RSTART - 1)
      mark = substr($0, RSTART, RLENGTH)
      $0 = substr($0, RSTART + RLENGTH)
      gsub(/[^0-9]/, "", mark)
      while (match(text, /[0-9]+(\.[0-9]+)?(家|个|户次|人次|起|件|份|分|人|万元)/)) {
        number = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        gsub(/[^0-9.]/, "", number)
        print number, mark
      }
    }
  }' | sort -u
}

@test "every number of a draft cites a command that runs as it is printed, and prints it" {
  collected_office
  first=$(awk -F , 'NR == 2 { print $1 }' "$roster")
  printf '机构编码,检查日期,检查组,检查人数,检查项编号,问题表现,涉及金额,处理方式\n%s,2023-06-12,一组,17,,夸大宣传,4567.89,责令改正\n' "$first" >visits.csv
  zicha -C o --today 2023-07-01 inspect import visits.csv --by 王 >/dev/null
  zicha -C o --today 2023-07-01 case add 1号 --facility "$first" --cause 超范围 --procedure simple --filed 2023-05-01 \
    --decided 2023-05-09 --fine 12500.50 --points-facilities 6 --by 王 >/dev/null
  for paper in summary circular; do
    draft $paper >paper.md
    grep -o '［[0-9]*］' paper.md | sort -u >marks
    grep '^  - ［' paper.md | sed 's/\\//g' >sources
    [ "$(wc -l <marks)" = "$(wc -l <sources)" ]
    while read -r line; do
      mark=$(grep -o '［[0-9]*］' <<<"$line" | tr -dc 0-9)
      (cd o && eval "${line#*：}" >"../out.$mark") || [ $? = 1 ]
      [ -s "out.$mark" ]
    done <sources
    cited <paper.md >cited
    [ "$(wc -l <cited)" -gt 15 ]
    while read -r number mark; do
      grep -qE "(^|[^0-9.])${number//./\\.}([^0-9.]|\$)" "out.$mark" || { echo "$paper: $number is not in [$mark]" && false; }
    done <cited
  done
  grep -q '罚款1家、1.25万元' paper.md
}

@test "a circular keeps classes apart, ranks nobody, and holds no found problem against anybody" {
  collected_office
  draft circular >paper.md
  run grep -c '第[0-9]*名\|名次：' paper.md
  [ "$output" = 0 ]
  # Under a class only its facilities.
  awk -F ' [|] ' '/^### / { class = substr($0, 5); sub(/（.*/, "", class) }
    /^## 三/ { exit } class != "" && /^\| [0-9]/ && $3 != class { print; bad = 1 } END { exit bad }' paper.md
  # Who has done all of it in time is praised, however much was found.
  counting 2023-06-30 | jq -r 'select(.state == "accepted" and (.left_out | add) == 0 and .figures.counted > 0
    and .figures.rectified == .figures.counted and .figures.overdue == 0 and .figures.relapsed == 0
    and .figures.unreported == 0) | .facility' | sort >wanted
  awk '/^## / { on = index($0, "三、值得肯定") } on && /^\| [0-9]/ { split($0, c, " \\| "); print c[2] }' paper.md | sort >got
  comm -13 wanted got >more
  [ ! -s more ]
  [ "$(wc -l <got)" -gt 20 ]
  counting 2023-06-30 | jq -r 'select(.figures.relapsed > 0).facility' | sort >wanted
  awk '/^反弹：/ { on = 1 } /^逾期：/ { on = 0 } on && /^\| [0-9]/ { split($0, c, " \\| "); print c[2] }' paper.md | sort >got
  diff wanted got
  # Nobody is told to have hidden anything: nothing was inspected.
  grep -q '自查“零问题”而检查（含数据筛查）发现问题的机构：监督检查未登记' paper.md
  grep -q '检查发现而自查未报的机构（自查“零问题”的列在上面）：监督检查未登记' paper.md
}

# The codes of the list behind a title: listed TITLE <PAPER
listed() { awk -v title="$1" 'index($0, title "：") == 1 { on = 1; next } on && /^[^|]/ { exit } on && /^\| [0-9]/ { split($0, c, " \\| "); print c[2] }'; }

# The cells of a facility among those that are compared: compared NAME <PAPER
compared() { awk -F ' [|] ' -v name="$1" '/^## 三/ { exit } /^\| [0-9]/ && $2 == name { print $5, $6, $7 }'; }

@test "自查“零问题” is held against those alone that found nothing where an inspection did; 应报未报 is of inspections" {
  make_charges
  inspect_charges
  charges circular --round q2 --format markdown >paper.md 2>/dev/null
  # B1 and B3 have found nothing. A1, B2 have; M1 has not reported.
  [ "$(listed '自查“零问题”而检查（含数据筛查）发现问题的机构' <paper.md | tr '\n' ' ')" = "B1 B3 " ]
  [ "$(listed '检查发现而自查未报的机构（自查“零问题”的列在上面）' <paper.md | tr '\n' ' ')" = "A1 " ]
  never() { ! grep -q "$1" paper.md; }
  never 数据规则发现
  # What was found itself, by inspections, and ought to have been reported of that.
  [ "$(compared 甲卫生院 <paper.md)" = "1 2 1" ]
  [ "$(compared 乙诊所 <paper.md)" = "0 2 1" ]
  [ "$(compared 丁诊所 <paper.md)" = "0 1 0" ]
  # Nobody was there: nothing is known, which is not 0.
  [ "$(compared 丙诊所 <paper.md)" = "1 未检查 未检查" ]
  [ "$(compared 己门诊部 <paper.md)" = "— 0 0" ]
  # Who is on no roster was inspected, and that is said of what was inspected.
  grep -q '监督检查5家（其中检查名册外、不再应报的1家［[0-9]*］）、5户次' paper.md
  # The total is that of `compare --inspection`.
  charges compare --round q2 --inspection --format json >compare.json || [ $? = 1 ]
  unreported=$(jq .all.inspection.unreported compare.json)
  grep -q "与自查核对：已自查报告1个，检查后才报告0个，应报未报${unreported}个，自查未检查1个，不在自查范围1个，未报送0个，名册外1个" paper.md
  grep -q '检查发现问题6个' paper.md
  # Before anything is registered nothing is said.
  rm -r o && make_charges
  charges circular --round q2 --format markdown >paper.md 2>/dev/null
  [ "$(compared 甲卫生院 <paper.md)" = "1 未登记 未登记" ]
}

@test "what inspections have found is split into parts that add up, 检查后才报告 among them" {
  make_charges
  inspect_charges
  printf '%s\n' 机构编码,检查日期,检查项编号,问题表现 A1,2023-06-01,charged,重复收取床位费 >early.csv
  charges inspect import early.csv --by 张某 >/dev/null
  charges summary --round q2 --format json >data.json
  jq -e '.inspections | .problems == .reported + .reported_after + .unreported + .not_checked + .not_in_scope + .no_report
    and .reported_after == 1' data.json
  charges summary --round q2 --format markdown 2>/dev/null | grep -q '检查后才报告1个'
  charges compare --round q2 --inspection --format json >compare.json || [ $? = 1 ]
  jq -e '.all.inspection.reported_after == 1' compare.json
}

@test "without a report, or without an inspection, no list says 无, and no source is cited that has nothing" {
  make_charges
  charges circular --round q1 --format markdown >paper.md 2>/dev/null
  for title in 反弹 逾期 有未检查、未判定或缺少的项目; do
    grep -q "^${title}：没有收到可以计入的报告，情况不明" paper.md
  done
  never() { ! grep -q "$1" paper.md; }
  never 'trace l.relapsed'
}

@test "a focus area has what stands beneath it, in a summary as in a comparison" {
  make_charges
  cp -r p p2
  sed -i 's/^version: .*/version: "2"/; $a focus:\n  - {id: fees, title: 收费}\n  - {id: notes, title: 票据, parent: fees}' p2/plan.yaml
  sed -i 's/{id: charged, /{id: charged, focus: fees, /; s/{id: receipts, /{id: receipts, focus: notes, /' p2/items.yaml
  "$ZICHA" -C o plan unuse county/charges >/dev/null
  "$ZICHA" -C o plan use p2 >/dev/null
  charges summary --round q2 --format json >data.json
  charges compare --round q2 --format json >compare.json
  jq -c '.focus[] | [.id, .checked, .certain]' data.json >got
  jq -c '.focus[] | [.id, .all.checked, .all.problem]' compare.json | diff - got
  [ "$(jq '[.focus[].entries] | add' data.json)" = 3 ]
}

@test "a circular praises by all that its heading says: who has passed something or has let it relapse is not praised" {
  make_charges
  charges circular --round q2 --format markdown >paper.md 2>/dev/null
  heading='按时报送、没有漏项，应整改问题全部整改，且没有反弹、逾期、应报未报的机构'
  [ "$(listed "$heading" <paper.md)" = A1 ]
  for figure in relapsed unreported overdue; do
    cp -a o held
    sqlite3 o/zicha.db "UPDATE collected SET $figure = 1 WHERE facility = 'A1'"
    charges circular --round q2 --format markdown >paper.md 2>/dev/null
    grep -q "^$heading：无" paper.md
    rm -rf o && mv held o
  done
  inspect_charges # A1 has passed something there
  charges circular --round q2 --format markdown >paper.md 2>/dev/null
  grep -q "^$heading：无" paper.md
}

@test "反弹率 is of what was looked back at; who has neither people nor a day is told as vague" {
  make_charges
  charges circular --round q2 --format markdown >paper.md 2>/dev/null
  [ -z "$(listed 机构 <paper.md)" ]
  sqlite3 o/zicha.db "UPDATE collected SET looked_back = 4, relapsed = 3, relapsed_at_look_back = 1, no_deadline = 0,
    departments = 0, people = 0 WHERE facility = 'A1'; UPDATE collected SET departments = 0, people = 1 WHERE facility = 'B2'"
  charges summary --round q2 --format markdown 2>/dev/null | grep -q '反弹3个，反弹率25%'
  charges circular --round q2 --format markdown >paper.md 2>/dev/null
  [ "$(listed 机构 <paper.md)" = A1 ]
}

@test "a circular says of whom data were not screened, where the plan judges data" {
  collected_office
  draft circular >paper.md
  counting 2023-06-30 | jq -r 'select(.tables | not).facility' | wc -l >wanted
  [ "$(cat wanted)" -gt 5 ]
  [ "$(awk '/^## 三/ { exit } /^[|] [0-9].*没有数据筛查，数据项无法比对/' paper.md | wc -l)" = "$(cat wanted)" ]
  make_charges # a plan without rules over data
  charges circular --round q2 --format markdown 2>/dev/null | no grep 没有数据筛查
}

@test "a circular says so of each class of which fewer than five have reported, and of no other" {
  collected_office
  draft circular >paper.md
  awk '/^### .*已报/ { class = substr($2, 1, index($2, "（") - 1); few[class] = 0; n++ } /^## 三/ { exit }
    /已报不足5家，数字仅供参考，不作比较/ { few[class] = 1 }
    END { for (class in few) print class, few[class] }' paper.md | sort >told
  counting 2023-06-30 | jq -r .class | sort | uniq -c | awk '{ print $2, $1 }' >here
  awk 'NR == FNR { here[$1] = $2; next } { print $1, here[$1] < 5 ? 1 : 0 }' here told | diff - told
  [ "$(cut -d ' ' -f 2 told | sort -u | wc -l)" = 2 ]
}

@test "共性问题 are what two facilities or more have found, by the share of those that looked, ten at most" {
  collected_office
  data >data.json
  draft summary >paper.md
  counting 2023-06-30 | jq -c .statuses | jq -s -r --argjson items "$(jq -c '[.items[].title]' data.json)" '. as $all
    | [range($items | length) as $i | [$all[][$i:$i + 1]] | {i: $i, title: $items[$i],
        checked: map(select(IN("P", "X", "S", "H"))) | length, found: map(select(IN("X", "S", "H"))) | length}]
    | map(select(.found > 1)) | sort_by(-.found / .checked, .i)[:10] | to_entries[]
    | "\(.key + 1) \(.value.title) \(.value.checked) \(.value.found)"' >wanted
  [ "$(wc -l <wanted)" = 10 ]
  awk -F ' [|] ' '/共性问题（/ { on = 1; next } on && /^\| [0-9]/ { sub(/^\| /, "", $1); print $1, $2, $4, $5 }
    on && /^按/ { exit }' paper.md | diff wanted -
}

@test "report.yaml fills the blanks, --needs lists them, and neither stops the other papers" {
  collected_office
  zicha -C o summary --needs >report.yaml
  grep -q deployment report.yaml
  printf 'deployment: [印发方案]\ncircular_number: "3"\nmain_recipient: 各乡镇卫生院\n' >o/report.yaml
  draft summary | grep -q 印发方案
  draft circular | grep -q '第3期'
  run cat warnings
  expect 0 '提醒、约谈对象'
}

@test "without --format and --out files are written into reports/, and verify knows them" {
  collected_office
  run zicha -C o --today 2023-12-01 summary --round 2023-06-30
  expect 0 o/reports/county-test-2023-06-30-2023-12-01/summary.md
  [ -s o/reports/county-test-2023-06-30-2023-12-01/summary.html ]
  run zicha -C o --today 2023-12-01 verify
  expect 0
  run zicha -C o summary --format csv --round 1
  expect 64
  for format in csv xlsx; do
    run zicha -C o --today 2023-12-01 circular --round 2023-06-30 --format $format
    expect 64 "unknown format $format; known: markdown html"
    run zicha -C o --today 2023-12-01 summary --round 2023-06-30 --out "$format:x"
    expect 64 'markdown html'
  done
  # What the screen is to have stands alone, in every command with papers of figures.
  for command in summary circular statistics compare; do
    run zicha -C o --today 2023-12-01 $command --round 2023-06-30 --format json --out html:x.html
    expect 64 '--format json is for the screen: leave out --out'
    [ ! -e x.html ]
  done
}

@test "an office without a roster is told what to do" {
  printf '%s\n' 'name: 示例县卫生健康局' 'code: O' 'level: county' >office.yaml
  "$ZICHA" init o --office --office-file office.yaml --plan "$county_plan" >/dev/null
  for command in statistics summary circular; do
    run zicha -C o --today 2023-04-01 $command
    expect 65 'zicha roster import'
  done
}
