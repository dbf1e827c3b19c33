#!/usr/bin/env bats
# ranking: within a class, by shares, and never by how much somebody has found. score, credit list:
# points by the plan's table, proposed.
load helper
load county

ranking() { zicha -C o --today 2023-12-01 ranking --round 2023-09-30 --format json; }
# Of a facility: the rank by a share, or nothing.
rank_of() { jq -r --arg code "$1" --arg share "$2" '.classes[].facilities[] | select(.facility == $code)[$share].rank // empty'; }

@test "ranks are how many of the class are better, as SQLite counts" {
  collected_office
  ranking >ranking.json
  # A facility is compared that has reported, with data, and has five cases at least.
  of_office "CREATE TEMP TABLE shown AS SELECT r.code, r.class, c.rectified AS part, c.counted AS whole FROM roster r
      JOIN standing s ON s.facility = r.code AND s.round = '2023-09-30' AND s.counts = 1
      JOIN collected c ON c.no = s.report WHERE r.expected = 1 AND c.data_run > 0 AND c.counted >= 5;
    SELECT a.code || ' ' || (1 + (SELECT count(*) FROM shown b WHERE b.class = a.class AND b.part * a.whole > a.part * b.whole))
      FROM shown a WHERE (SELECT count(*) FROM shown b WHERE b.class = a.class) >= 5 ORDER BY 1" >wanted
  jq -r '.classes[].facilities[] | select(.rectified.rank) | "\(.facility) \(.rectified.rank)"' ranking.json | sort >found
  [ "$(wc -l <wanted)" -gt 20 ]
  diff wanted found
  # The share of data beside the ranks is that of a comparison.
  jq -c '.classes[].facilities[] | select(.data_rules) | [.facility, .data_run, .data_rules]' ranking.json | sort >told
  zicha -C o --today 2023-12-01 compare --round 2023-09-30 --format json |
    jq -c '.facilities[] | select(.data_rules) | [.code, .data_run, .data_rules]' | sort | diff told -
}

@test "who has not reported, or has run no data rule, is named and not ranked" {
  collected_office
  ranking >ranking.json
  jq -r '.classes[].facilities[] | select(.not_comparable == "未报送").facility' ranking.json | sort >missing
  of_office "SELECT code FROM roster WHERE expected = 1 AND code NOT IN
    (SELECT facility FROM standing WHERE round = '2023-09-30' AND counts = 1) ORDER BY 1" | diff - missing
  code=$(jq -r 'select(.planted == "silent_data").facility' "$key" | head -n 1)
  jq -e --arg code "$code" '.classes[].facilities[] | select(.facility == $code)
    | .not_comparable == "没有数据规则运行，无法比对" and (.rectified.rank | not)' ranking.json
  at ranking --round 2023-09-30
  expect 0 "只在同类机构之间比" "无法比对" "未报送" "名次"
  at ranking --round 2023-09-30 --format csv
  expect 0 "机构编码,机构名称,机构类别,整改率,已整改/属实,整改率名次"
}

@test "one more problem that somebody has found himself and mended never lowers his rank" {
  collected_office
  ranking >before.json
  local code
  for code in $(jq -r '[.classes[].facilities[] | select(.rectified.rank > 1)][:4][].facility' before.json); do
    cp -a o/zicha.db kept.db
    of_office "UPDATE collected SET found = found + 1, counted = counted + 1, rectified = rectified + 1,
      due_total = due_total + 1, on_time = on_time + 1 WHERE no = (SELECT report FROM standing
        WHERE facility = '$code' AND round = '2023-09-30' AND counts = 1)"
    ranking >after.json
    [ "$(rank_of "$code" rectified <after.json)" -le "$(rank_of "$code" rectified <before.json)" ]
    old=$(rank_of "$code" on_time <before.json)
    [ -z "$old" ] || [ "$(rank_of "$code" on_time <after.json)" -le "$old" ]
    cp kept.db o/zicha.db
  done
}

# ---- points --------------------------------------------------------------------------------

# The office with a second version of the plan, which has a table of points.
scored_office() {
  collected_office
  cp -R "$county_plan" p
  sed -i 's/^version: "1"/version: "2"/' p/plan.yaml
  cat >>p/plan.yaml <<'END'
scoring:
  unit: 医疗机构
  cycle: 自校验之日起每年为一个记分周期
  basis: 示例省记分办法
  unconfirmed: yes
  points: {general: 1, major: 2, grave: 4, scope_exceeded: 6, domain_practice: "0.5"}
  thresholds:
    - {cycle: 一年, below: 8, effect: 第一档}
    - {cycle: 一年, at: 8, effect: 约谈}
    - {cycle: 一年, at: 12, effect: 暂缓校验}
    - {cycle: 三年累计, years: 3, above: 15, effect: 三年累计暂缓校验}
sanctions:
  - {id: show, when: 自查走过场、被检查发现问题的, effect: [加重处罚, 列入信用黑名单]}
END
  zicha -C o --today 2023-12-01 plan use p >/dev/null
}

# code, licence_from, points in hundredths and day of each problem that counts.
points_by_sql() {
  of_office "SELECT r.code, r.licence_from, CASE WHEN p.item = 'scope_exceeded' THEN 600
      WHEN p.item LIKE 'domain_practice%' THEN 50
      ELSE 100 * CASE p.severity WHEN 'general' THEN 1 WHEN 'major' THEN 2 ELSE 4 END END, p.found
    FROM roster r JOIN standing s ON s.facility = r.code AND s.round = '2023-09-30' AND s.counts = 1
    JOIN collected_problem p ON p.report = s.report WHERE p.counted = 1 ORDER BY 1"
}

@test "points are the plan's for each problem that counts, summed by cycles that begin with the licence" {
  scored_office
  zicha -C o --today 2023-12-01 score --round 2023-09-30 --format json >score.json
  # Licences of the county begin on 1 March: a problem of before is of the year before.
  points_by_sql | awk -F '|' '{ total[$1] += $3; y = substr($4, 1, 4); if (substr($4, 6) < "03-01") y--
      year[$1, y] += $3; three[$1, int((y - substr($2, 1, 4)) / 3)] += $3 }
    END { for (k in year) { split(k, a, SUBSEP); if (year[k] > one[a[1]]) one[a[1]] = year[k] }
      for (k in three) { split(k, a, SUBSEP); if (three[k] > most[a[1]]) most[a[1]] = three[k] }
      for (c in total) print c, total[c], one[c], most[c] }' | sort >wanted
  jq -r '.facilities[] | "\(.facility) \(.hundredths) \(.cycles[0].hundredths) \(.cycles[1].hundredths)"' score.json | sort >found
  [ "$(wc -l <wanted)" -gt 100 ]
  diff wanted found
  # Steps: of each cycle the last that is reached; «below» is no step that one reaches.
  jq -r '.facilities[] | "\(.facility) \([.steps[].effect] | join("+"))"' score.json | sort >found
  awk '{ s = $3 >= 1200 ? "暂缓校验" : $3 >= 800 ? "约谈" : ""; if ($4 > 1500) s = s (s == "" ? "" : "+") "三年累计暂缓校验"
    print $1 " " s }' wanted | diff - found
}

@test "what is proposed is called so, with its source; who decides reads the plan's words beside it" {
  scored_office
  at score --round 2023-09-30
  expect 0 "待认定" "未核实" "由主管部门认定" "其中自查发现并已整改"
  at credit list --round 2023-09-30
  expect 0 "待认定" "没有列出的不等于没有" "自查走过场、被检查发现问题的" "加重处罚"
  zicha -C o --today 2023-12-01 credit list --round 2023-09-30 --format json >credit.json
  zicha -C o --today 2023-12-01 score --round 2023-09-30 --format json >score.json
  [ "$(jq '.proposed | length' credit.json)" -eq "$(jq '[.facilities[].steps[]] | length' score.json)" ]
}

@test "a plan without points proposes none" {
  collected_office
  at score --round 2023-09-30
  expect 0 "方案没有记分分值" "有记分0家"
  at credit list --round 2023-09-30
  expect 0 "待认定"
}

@test "what cases gave adds to the points; a revoked licence is proposed with its case" {
  scored_office
  local code
  code=$(of_office "SELECT code FROM roster WHERE expected = 1 ORDER BY position LIMIT 1")
  zicha -C o --today 2023-12-01 score --round 2023-09-30 --format json >before.json
  zicha -C o --today 2023-10-20 case add 卫罚1 --facility "$code" --cause 超范围执业 --procedure general \
    --filed 2023-10-01 --decided 2023-10-15 --points-facilities 6 --revoked --by 王 >/dev/null
  zicha -C o --today 2023-12-01 score --round 2023-09-30 --format json >after.json
  points() { jq --arg code "$code" '[.facilities[] | select(.facility == $code).hundredths] | add // 0' "$1"; }
  [ "$(points after.json)" -eq $(($(points before.json) + 600)) ]
  [ "$(jq --arg code "$code" '.facilities[] | select(.facility == $code).by_cases' after.json)" -eq 600 ]
  at credit list --round 2023-09-30
  expect 0 "未结案，暂不提出：卫罚1（吊销许可证）"
  never "吊销许可证（超范围执业）"
  zicha -C o --today 2023-11-20 case close 卫罚1 --date 2023-11-15 --transfers 检察院 --transferred 2023-11-15 --by 王 >/dev/null
  at credit list --round 2023-09-30
  expect 0 "吊销许可证、移送司法机关（超范围执业）" "案件卫罚1"
  [ "$(zicha -C o --today 2023-12-01 case list --format json | jq -c '[.cases[0].transfers, .figures.transfers_justice, .figures.transfers_other]')" = '["justice",1,0]' ]
}
