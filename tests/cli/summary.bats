#!/usr/bin/env bats
# Drafts of summary and circular: what they say is what the reports that count say.
load helper
load county
load golden

# A copy of the office that has collected the whole county, as ./o.
office() {
  local whole=$BATS_FILE_TMPDIR/whole
  if [ ! -d "$whole" ]; then
    make_county_office "$whole"
    collect_county "$whole"
  fi
  make_county
  cp -a "$whole" o
}

draft() { zicha -C o --today 2023-12-01 "$1" --round 2023-06-30 --format markdown "${@:2}" 2>warnings; }
data() { zicha -C o --today 2023-12-01 summary --round 2023-06-30 --format json; }
counting() {
  jq -c 'select(.round == "2023-06-30" and .expected and .on_roster
    and (.state == "accepted" or .state == "late"))' "$key"
}

# The cells of the table behind a heading: cells HEADING <PAPER
cells() { awk -v head="$1" 'index($0, head) { on = 1; next } on && /^#/ { exit } on && /^\| [0-9]/' ; }

@test "未报送, 零报告 and 漏项 are three lists, and each is that of the key" {
  office
  draft summary >paper.md
  jq -r 'select(.round == "2023-06-30" and .expected and .on_roster
    and (.state | IN("accepted", "late") | not)).facility' "$key" | sort >missing
  counting | jq -r 'select(.nil).facility' | sort >nil
  counting | jq -r 'select((.left_out | add) > 0).facility' | sort >left_out
  for pair in "未报送机构名单:missing" "零报告机构名单:nil" "有漏项机构名单:left_out"; do
    cells "## 附件${pair%%:*}" <paper.md >/dev/null
    awk -v head="${pair%%:*}" '/^## / { on = index($0, head) } on && /^\| [0-9]/ { split($0, c, " \\| "); print c[2] }' \
      paper.md | sort >got
    diff "${pair##*:}" got
  done
  [ "$(comm -12 missing nil | wc -l)" = 0 ]
  here=$(counting | wc -l)
  grep -q "已自查${here}家，.*未报送$(wc -l <missing)家.*零报告$(wc -l <nil)家，有漏项$(wc -l <left_out)家" paper.md
}

@test "items, domains and techniques count the facilities that the letters of the reports count" {
  office
  data >data.json
  counting | jq -c '.statuses' >letters
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

@test "three tables of problems have the same total, which is that of the records" {
  office
  data >data.json
  jq -e '[.tables[] | [.[].counted] | add] | unique | length == 1' data.json
  jq -e '[.tables[] | [.[].rectified] | add] | unique | length == 1' data.json
  [ "$(jq '[.tables.class[].counted] | add' data.json)" = "$(counting | jq -s 'map(.figures.counted) | add')" ]
  counting | jq -r .file | while read -r path; do
    LC_ALL=C grep -ah '^<!-- zicha-record ' "$county/$path" | sed 's/^<!-- zicha-record //; s/ -->$//'
  done >records
  jq -s -S '[.[].problems[]] | group_by(.source) | map({key: .[0].source, value: length}) | from_entries' records >wanted
  jq -S '.tables.source | map_values(.found)' data.json >got
  diff wanted got
  draft summary >paper.md
  counted=$(jq '[.tables.class[].counted] | add' data.json)
  rectified=$(jq '[.tables.class[].rectified] | add' data.json)
  grep -q "应整改问题${counted}个，已整改${rectified}个" paper.md
}

@test "coverage is judged by class against the plan's targets, in words" {
  office
  draft summary >paper.md
  counting | jq -s -r 'group_by(.class) | .[] | [.[0].class, length] | @tsv' >here
  while IFS=$'\t' read -r class count; do
    grep -q "^| $class | [0-9]* | $count | " paper.md
  done <here
  awk -F ' [|] ' '/^\| .* \| ≥100% / { full = $2 == $3 ? "✔达标" : "✘未达标"; if ($6 != full) { print; bad = 1 } } END { exit bad }' paper.md
  grep -q '未登记，无法判断' paper.md # inspections are in no register
  grep -q '案件未登记，本材料不作统计' paper.md
}

@test "未发现 stands only where somebody has checked, with how many" {
  office
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
  make_county_office p
  zicha -C p --today 2023-04-01 summary --format markdown 2>/dev/null >empty.md
  grep -q '没有机构检查' empty.md
  run grep -c '未发现问题的项目' empty.md
  [ "$output" = 0 ]
  run grep -E '(率|占)[^÷＝。|]*100%' empty.md
  [ "$status" -eq 1 ]
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

@test "every source that a draft names is a command that prints it" {
  office
  draft summary >paper.md
  [ "$(grep -o '［[0-9]*］' paper.md | sort -u | wc -l)" = "$(grep -c '^  - ［[0-9]*］' paper.md)" ]
  grep '^  - ［[0-9]*］' paper.md | grep -o 'zicha statistics [-a-zA-Z0-9./ _\\]*' | sed 's/\\//g' | while read -r line; do
    # shellcheck disable=SC2086
    zicha -C o ${line#zicha } >/dev/null
  done
}

@test "a circular keeps classes apart, ranks nobody, and holds no found problem against anybody" {
  office
  draft circular >paper.md
  run grep -c '第[0-9]*名\|名次：' paper.md
  [ "$output" = 0 ]
  # Under a class only its facilities.
  awk -F ' [|] ' '/^### / { class = substr($0, 5); sub(/（.*/, "", class) }
    /^## 三/ { exit } class != "" && /^\| [0-9]/ && $3 != class { print; bad = 1 } END { exit bad }' paper.md
  # Who has done all of it in time is praised, however much was found.
  counting | jq -r 'select(.state == "accepted" and (.left_out | add) == 0 and .figures.counted > 0
    and .figures.rectified == .figures.counted and .figures.overdue == 0 and .figures.relapsed == 0
    and .figures.unreported == 0) | .facility' | sort >wanted
  awk '/^## / { on = index($0, "三、值得肯定") } on && /^\| [0-9]/ { split($0, c, " \\| "); print c[2] }' paper.md | sort >got
  comm -13 wanted got >more
  [ ! -s more ]
  [ "$(wc -l <got)" -gt 20 ]
  counting | jq -r 'select(.figures.relapsed > 0).facility' | sort >wanted
  awk '/^反弹：/ { on = 1 } /^逾期：/ { on = 0 } on && /^\| [0-9]/ { split($0, c, " \\| "); print c[2] }' paper.md | sort >got
  diff wanted got
}

@test "report.yaml fills the blanks, --needs lists them, and neither stops the other papers" {
  office
  zicha -C o summary --needs >report.yaml
  grep -q deployment report.yaml
  printf 'deployment: [印发方案]\ncircular_number: "3"\nmain_recipient: 各乡镇卫生院\n' >o/report.yaml
  draft summary | grep -q 印发方案
  draft circular | grep -q '第3期'
  run cat warnings
  expect 0 '提醒、约谈对象'
}

@test "without --format and --out files are written into reports/, and verify knows them" {
  office
  run zicha -C o --today 2023-12-01 summary --round 2023-06-30
  expect 0 o/reports/county-test-2023-06-30-2023-12-01/summary.md
  [ -s o/reports/county-test-2023-06-30-2023-12-01/summary.html ]
  run zicha -C o --today 2023-12-01 verify
  expect 0
  run zicha -C o summary --format csv --round 1
  expect 64
}

@test "an office without a roster is told what to do" {
  printf '%s\n' 'name: 示例县卫生健康局' 'code: O' 'level: county' >office.yaml
  "$ZICHA" init o --office --office-file office.yaml --plan "$county_plan" >/dev/null
  for command in statistics summary circular; do
    run zicha -C o --today 2023-04-01 $command
    expect 65 'zicha roster import'
  done
}
