#!/usr/bin/env bats
# signals: reports that look as if a self-check was gone through for show. Who is planted in the
# generated county is found by the rule that is meant for it, and nobody honest is.
load helper
load county
load charges
load supervised

# What is told of a round, in $1.json.
signals() { zicha -C o --today 2023-12-01 signals --round "$1" --format json >"$1.json"; }

# The plan of the county with more of its own, in ./p; standard input goes to plan.yaml.
own_plan() {
  cp -R "$county_plan" p
  sed -i 's/^version: "1"/version: "2"/' p/plan.yaml
  cat >>p/plan.yaml
}

@test "every planted one is found by the rule that is meant for it, nobody honest by any" {
  collected_office
  local round
  for round in 2023-03-31 2023-06-30 2023-09-30; do
    signals "$round"
    jq -r '.signals[] | [.facility, (.rule | ltrimstr("perfunctory."))] | @tsv' "$round.json" | sort >found.tsv
    # What is to be found: a rule for each plant, and from which round on it can be seen.
    jq -r --arg round "$round" '{identical: ["identical", "2023-03-31"], token_sample: ["token_sample", "2023-03-31"],
        same_day: ["same_day", "2023-03-31"], unchanged: ["unchanged", "2023-06-30"],
        silent_data: ["data_withdrawn", "2023-06-30"], nil: ["nil_again", "2023-06-30"],
        relapsed: ["relapsed", "2023-09-30"]} as $rules
      | select(.round == $round and (.state | IN("accepted", "late"))) | . as $k | $rules[.planted]
      | select(. != null and .[1] <= $round) | [$k.facility, .[0]] | @tsv' "$key" | sort >wanted.tsv
    [ -s wanted.tsv ]
    comm -13 found.tsv wanted.tsv >missed.tsv
    # One of six zero reports is of a class in which many have found nothing in two rounds.
    [ "$(wc -l <missed.tsv)" -le 1 ]
    [ "$(grep -cv nil_again missed.tsv)" -eq 0 ]
    # Nobody can see who has copied from whom: the one whose answers were copied is told, too.
    jq -r '.signals[] | select(.rule != "perfunctory.identical").facility' "$round.json" | sort -u >flagged
    jq -r --arg round "$round" 'select(.round == $round and .planted == "honest").facility' "$key" | sort >honest
    [ -z "$(comm -12 flagged honest)" ]
    jq -r '.signals[] | select(.rule == "perfunctory.identical").facility' "$round.json" | sort -u >same
    jq -r --arg round "$round" 'select(.round == $round and .planted == "honest" and (.twin | not)).facility' "$key" |
      sort | comm -12 same - | wc -l | grep -qx 0
  done
  # In the end all of them are found.
  jq -r '.signals[] | select(.rule == "perfunctory.nil_again").facility' 2023-09-30.json | sort >found
  jq -r 'select(.round == "2023-09-30" and .planted == "nil" and .state == "accepted").facility' "$key" | sort |
    comm -13 found - | wc -l | grep -qx 0
}

@test "how much a report has looked at is what its record says" {
  collected_office
  records "$mail" | jq -r '([.items[] | select(.status | IN("pass", "problem"))]) as $judged
    | ([$judged[] | select((.answer // "") | test("^[0-9]+/[0-9]+$")) | .population] | sort) as $s
    | ([$judged[] | select(.kind == "data" and (.manual | not) and ((.answer // "") | test("/") | not))]) as $d
    | [.run, ($s | length), ($s | add // 0), $s[(($s | length) - 1) / 2 | floor], $s[-1],
       ($d | length), ([$d[] | select(.status == "problem")] | length)] | @tsv' | sort -u >records.tsv
  sqlite3 -tabs o/zicha.db "SELECT DISTINCT run, samples, sample_total, sample_median, sample_most, data_run, data_found
    FROM collected WHERE fault = '' ORDER BY run" | sort -u >kept.tsv
  [ "$(wc -l <kept.tsv)" -gt 700 ]
  [ "$(comm -23 kept.tsv records.tsv | wc -l)" -eq 0 ]
}

@test "the figures of a signal are those of the problems and reports behind it" {
  collected_office
  signals 2023-09-30
  # Closed on the day on which they were found, by SQL.
  sqlite3 -tabs o/zicha.db "SELECT s.facility, sum(p.closed = p.found), count(*) FROM standing s
    JOIN collected_problem p ON p.report = s.report WHERE s.round = '2023-09-30' AND s.counts = 1 AND p.closed <> ''
    GROUP BY 1 HAVING count(*) >= 2 AND sum(p.closed = p.found) * 100 >= 80 * count(*) ORDER BY 1" >wanted.tsv
  jq -r '.signals[] | select(.rule == "perfunctory.same_day") | [.facility, .evidence[0].value, .evidence[1].value] | @tsv' \
    2023-09-30.json >found.tsv
  [ -s wanted.tsv ]
  diff wanted.tsv found.tsv
  # Each names its report, and the one before.
  jq -r '.signals[] | [.facility, .report.file, .before.file // ""] | @tsv' 2023-09-30.json | sort -u |
    while IFS=$'\t' read -r code now before; do
      [ "$(sqlite3 o/zicha.db "SELECT count(*) FROM standing s JOIN collected c ON c.no = s.report WHERE s.counts = 1
        AND s.facility = '$code' AND ((s.round = '2023-09-30' AND c.file = '$now')
          OR (s.round < '2023-09-30' AND substr(c.file, 1, 12) = '$before'))")" -eq "$([ -n "$before" ] && echo 2 || echo 1)" ]
    done
  # Denominators: those that have reported.
  [ "$(jq '.rules[] | select(.rule == "perfunctory.identical").population' 2023-09-30.json)" -eq "$(jq .here 2023-09-30.json)" ]
}

@test "it is told as a hint, with denominators, in every format; formulas and markup stay text" {
  collected_office
  sqlite3 o/zicha.db "UPDATE roster SET name = '=1+1<b>' WHERE code =
    (SELECT min(facility) FROM standing WHERE round = '2023-09-30')"
  at signals --round 2023-09-30
  expect 0 "不是结论" "提示核查" "未报送" "perfunctory.identical" "看不出是谁抄谁"
  at signals --round 2023-09-30 --format csv
  expect 0 "机构编码,机构名称,机构类别,乡镇,提示核查,依据,本次报告,上次报告"
  at signals --round 2023-09-30 --format html
  expect 0 "自查走过场提示"
  never "<b>" "<script"
  at signals --round 2023-09-30 --format markdown
  expect 0 "# 自查走过场提示"
  at signals --round 2023-09-30 --format yaml
  expect 64 "unknown format yaml"
  at signals --round never
  expect 64 "unknown round never"
}

@test "--facility tells of one facility only; one without signals is told so, with what was judged" {
  collected_office
  signals 2023-09-30
  code=$(jq -r '.signals[0].facility' 2023-09-30.json)
  zicha -C o --today 2023-12-01 signals --round 2023-09-30 --facility "$code" --format json >one.json
  [ "$(jq -r '[.signals[].facility] | unique | join(" ")' one.json)" = "$code" ]
  # The county is told as a whole.
  jq -e --slurpfile all 2023-09-30.json '.rules == $all[0].rules and .here == $all[0].here' one.json
  [ "$(zicha -C o signals --round 2023-09-30 | grep 已报机构中)" = \
    "$(zicha -C o signals --round 2023-09-30 --facility "$code" | grep 已报机构中)" ]
  at signals --round 2023-09-30 --facility NOPE
  expect 64 "unknown facility NOPE"
  code=$(jq -r 'select(.round == "2023-09-30" and .state == "missing" and .expected and .on_roster).facility' "$key" | head -n 1)
  at signals --round 2023-09-30 --facility "$code"
  expect 0 "$code" "未报送，没有报告可以判断" "判断家数"
  [ "$(zicha -C o signals --round 2023-09-30 --facility "$code" --format json | jq -r .facility.state)" = missing ]
}

@test "the report before is looked for twelve rounds back, and no further" {
  make_supervised_office
  rm mail/*
  # Fourteen rounds, the months from January 2023 on.
  sed -i '/^  - /d' c/office.yaml
  for ((m = 0; m < 14; m++)); do
    day=$(date -d "2023-01-31 - 30 days + $((m + 1)) months - 1 day" +%F)
    echo "  - {id: m$((m + 1)), to: $day}" >>c/office.yaml
  done
  send T1 2023-01-20 posted=是 sampled=30/0 trained=是
  send T2 2023-02-20 posted=是 sampled=30/1 trained=是
  send T1 2024-02-20 posted=是 sampled=30/0 trained=是
  send T2 2024-02-20 posted=是 sampled=30/1 trained=是
  zicha -C c --today 2024-02-20 collect mail >/dev/null || [ $? -eq 1 ]
  [ "$(states c | cut -d '|' -f 1,4,6 | paste -s -d ' ')" = "T1|m1|1 T1|m14|1 T2|m2|1 T2|m14|1" ]
  sqlite3 c/zicha.db 'UPDATE collected SET samples = 9' # the rule asks for more than this plan has
  zicha -C c --today 2024-02-20 signals --round m14 --format json >signals.json
  [ "$(jq -c '[.signals[] | select(.rule == "perfunctory.unchanged") | .facility]' signals.json)" = '["T2"]' ]
}

@test "before anybody has reported there are no signals, and no denominators either" {
  make_rostered_office empty
  run zicha -C empty --today 2023-03-31 signals
  expect 2 "已报0家" "没有报告可以判断；这不是没有提示"
  no grep -q '没有提示。各规则' <<<"$output"
}

@test "a plan whose items are asked for each value of a table has signals, too" {
  printf '%s\n' 'name: 示例县' 'code: O' 'level: county' >office.yaml
  "$ZICHA" init o --office --office-file office.yaml --plan "$ZICHA_ROOT/checklists/county/procurement-corruption" >/dev/null
  printf '%s\n' 机构编码,机构名称,机构类别 A1,甲医院,二级医院 >roster.csv
  zicha -C o roster import roster.csv >/dev/null
  run zicha -C o signals
  expect 2 "没有报告可以判断"
}

@test "without a roster nothing is told of nobody: one wording, one status" {
  make_charges
  "$ZICHA" init e --office --plan p --office-file office.yaml >/dev/null
  for asked in signals ranking score 'credit list' statistics compare summary circular 'sample --seed x --count 1 --by 张某'; do
    # shellcheck disable=SC2086
    run zicha -C e --today 2023-07-12 $asked --round q1
    expect 65 "the plan county/charges has no roster: say with \`zicha roster import FILE\` who is expected to report"
  done
  [ "$(sqlite3 e/zicha.db "SELECT count(*) FROM event WHERE action = 'sample'")" = 0 ]
}

@test "a round of which nobody has reported is told as that by rankings, points and credit" {
  make_charges
  run charges ranking --round q1
  expect 2 '没有收到可以计入的报告，没有可以比较的机构'
  run charges score --round q1
  expect 0 '没有收到可以计入的报告，只有案件记分'
  run charges credit list --round q1
  expect 0 '没有收到可以计入的报告，只有案件提出的'
  for asked in signals ranking score 'credit list'; do
    # shellcheck disable=SC2086
    run charges $asked --round q2
    expect 0
    run ! grep -q 没有收到可以计入的报告 <<<"$output"
  done
}

@test "应报未报 is of the office's own inspections, whatever the facility has entered into its ledger" {
  make_charges
  {
    echo 机构编码,检查日期,检查组,检查项编号,问题表现
    printf '%s\n' B1,2023-06-29,一组,posted,未公示一 B1,2023-06-29,一组,charged,重复一 B1,2023-06-29,一组,charged,重复二 \
      A1,2023-06-29,一组,posted,未公示一 A1,2023-07-29,一组,posted,未公示二 A1,2023-07-29,一组,receipts,不符
  } >visits.csv
  zicha -C o --today 2023-08-01 inspect import visits.csv --by 王 >/dev/null
  charges signals --round q2 --format json >signals.json
  [ "$(jq -c '[.signals[] | select(.rule == "perfunctory.unreported") | [.facility, [.evidence[].value]]]' signals.json)" = \
    '[["B1",["3","3","0"]]]' ]
  [ "$(jq '.rules[] | select(.rule == "perfunctory.unreported").population' signals.json)" = 2 ]
}

@test "a plan takes other limits and adds rules of its own" {
  collected_office
  own_plan <<'END'
change:
  parameters:
    signal_token_size: {value: 60, reason: 示例}
signals:
  - {id: many_rows, title: 提交数据很多, rules: [own.many_rows]}
  - {id: closing, title: 当日销号, rules: [perfunctory.same_day]}
END
  mkdir p/rules
  cat >p/rules/own.lua <<'END'
-- 提交的数据在一千行以上。
rule "own.many_rows" {
  on = "office_reports", among = [[tables > 0]], where = [[rows > 1000]],
  show = { "rows", "tables" }, certainty = "hint",
}
END
  run zicha plan lint p
  never "rule-unused" "parameter-unused"
  run zicha plan explain p signal_token_size value
  expect 0 "60" "rule library"
  zicha -C o --today 2023-12-01 plan use p >/dev/null
  signals 2023-09-30
  [ "$(jq -r '[.rules[] | select(.own).rule] | join(" ")' 2023-09-30.json)" = own.many_rows ]
  [ "$(jq -r '.rules[] | select(.rule == "perfunctory.same_day").title' 2023-09-30.json)" = 当日销号 ]
  # With 60 papers the whole county is a token sample.
  [ "$(jq '.rules[] | select(.rule == "perfunctory.token_sample") | .count == .population' 2023-09-30.json)" = true ]
  wanted=$(sqlite3 o/zicha.db "SELECT count(*) FROM standing s JOIN collected c ON c.no = s.report
    WHERE s.round = '2023-09-30' AND s.counts = 1 AND c.tables > 0 AND c.rows > 1000")
  [ "$wanted" -gt 0 ]
  [ "$(jq '.rules[] | select(.rule == "own.many_rows").count' 2023-09-30.json)" -eq "$wanted" ]
}

@test "a rule of the plan's own that is wrong is told; the others have run" {
  collected_office
  own_plan <<'END'
signals:
  - {id: wrong, title: 写错的, rules: [own.wrong]}
END
  mkdir p/rules
  echo 'rule "own.wrong" { on = "office_reports", where = [[sampels > 1]] }' >p/rules/own.lua
  zicha -C o --today 2023-12-01 plan use p >/dev/null || true
  at signals --round 2023-09-30
  expect 65 "sampels" "1 rules could not be run" "规则没有运行" "perfunctory.identical"
}

@test "a facility's check knows nothing of signals" {
  make_facility
  make_county
  own_plan <<'END'
signals:
  - {id: closing, title: 当日销号, rules: [perfunctory.same_day]}
END
  zicha init w --plan p --facility facility.yaml >/dev/null
  run zicha -C w --today 2023-03-31 check --format json
  never perfunctory office_reports
  run zicha -C w needs
  never office_reports
}
