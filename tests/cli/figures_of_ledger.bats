#!/usr/bin/env bats
# The figures of papers are computed again from the events of the ledger, by a program that is
# not ours: jq goes through the events as domain.md tells the life of a problem.
load helper
load half_year

events() {
  sqlite3 -json w/zicha.db "SELECT seq, business_date AS day, problem, action, body FROM event
    ORDER BY seq" | jq 'map(.body |= fromjson)'
}

# What has become of each problem.
states() {
  events | jq 'reduce (.[] | select(.problem > 0)) as $e ({};
    ($e.problem | tostring) as $no | .[$no] as $p |
    .[$no] = (($p // {relapses: 0, lookbacks: 0, fallen: 0, extensions: 0, transfers: 0, cases: 0}) +
      if $e.action == "found" then {state: "found", certain: ($e.body.certainty == "certain"),
        focus: $e.body.focus_title, item: $e.body.item, title: $e.body.title,
        source: $e.body.source}
      elif $e.action == "seen" and $e.body.added > 0 and ($p.state | IN("closed", "held")) then
        {state: "relapsed", relapses: ($p.relapses + 1), due: null, kind: null, done: null,
        system: null}
      elif $e.action == "verify" then {state: "verified", verified: true}
      elif $e.action == "dismiss" then {state: "dismissed", dismissed: true}
      elif $e.action == "assign" then {state: (if $p.state == "rectifying" then $p.state
        else "assigned" end), due: ($e.body.due // $p.due), kind: ($e.body.kind // $p.kind)}
      elif $e.action == "start" then {state: "rectifying"}
      elif $e.action == "rectify" then {state: "rectified", done: ($e.body.done // $e.day),
        refund: ($e.body.refund // $p.refund), system: ($e.body.system // $p.system)}
      elif $e.action == "check" then (if $e.body.result == "pass" then {state: "checked"}
        else {state: "rectifying", done: null} end)
      elif $e.action == "close" then {state: "closed"}
      elif $e.action == "extend" then {due: $e.body.to, extensions: ($p.extensions + 1)}
      elif $e.action == "transfer" then {transfers: ($p.transfers + 1),
        cases: ($p.cases + (if $e.body.case then 1 else 0 end))}
      elif $e.action == "lookback" and $e.body.result == "held" then {state: "held",
        lookbacks: ($p.lookbacks + 1)}
      elif $e.action == "lookback" then {state: "relapsed", lookbacks: ($p.lookbacks + 1),
        fallen: ($p.fallen + 1),        relapses: ($p.relapses + 1), due: null, kind: null, done: null, system: null}
      else {} end)) | to_entries | map(.value + {no: .key}) | map(. +
      {counted: (.state != "dismissed" and (.verified == true or .certain)),
       finished: (.state | IN("rectified", "checked", "closed", "held"))})' >states.json
}

# How many of them: of JQ-CONDITION
of() { jq "[.[] | select($1)] | length" states.json; }

# 12.5% as papers print it: rate PART WHOLE
rate() {
  [ "$2" -gt 0 ] || { echo —; return; }
  jq -nr --argjson a "$1" --argjson b "$2" \
    '($a * 2000 + $b) / ($b * 2) | floor | if . % 10 == 0 then "\(. / 10)%"
      else "\(. / 10 | floor).\(. % 10)%" end'
}

# What was paid back for those of JQ-CONDITION, in yuan.
money() {
  jq -r "[.[] | select($1) | .refund // \"0\" | tonumber] | add // 0 | . * 100 | round |
    \"\(. / 100 | floor).\(. % 100 | tostring | if length == 1 then \"0\" + . else . end)\"" states.json
}

paper() { zicha -C w --today 2023-06-30 report "$@" 2>/dev/null; }

# says TEXT: the paper in ./paper.md does.
says() {
  grep -qF -- "$1" paper.md || {
    echo "this does not stand in the paper: $1"
    return 1
  }
}

# The figures of the events, under names.
read_figures() {
  states
  found=$(of true)
  counted=$(of .counted)
  dismissed=$(of '.state == "dismissed"')
  rectified=$(of '.counted and .finished')
  closed=$(of '.counted and (.state | IN("closed", "held"))')
  overdue=$(of '.counted and (.finished | not) and .due != null and .due < "2023-06-30"')
  due=$(of '.counted and .due != null and .due <= "2023-06-30"')
  on_time=$(of '.counted and .due != null and .due <= "2023-06-30" and .finished and .done <= .due')
  looked_back=$(of '.lookbacks > 0')
  relapsed=$(of '.fallen > 0')
  no_deadline=$(of '.counted and (.finished | not) and .due == null')
  latest=$(jq -r '[.[] | select(.counted and .kind == "deadline") | .due] | max' states.json)
  refund=$(money true)
  refund_self=$(money '.source == "self_check"')
}

setup() {
  begin_test
  copy_ledger
  read_figures
}

@test "the text of the rectification report has the figures of the events" {
  paper --format markdown >paper.md
  says "台账登记问题${found}个：核实属实或数据明确违规${counted}个"
  says "待核实、未计入$((found - counted - dismissed))个；经核实不属实${dismissed}个"
  says "应整改问题${counted}个，已整改${rectified}个，整改率$(rate "$rectified" "$counted")；"
  says "正在整改$(of '.counted and .state == "rectifying"')个"
  says "尚未着手$(of '.counted and (.state | IN("found", "verified", "assigned", "relapsed"))')个"
  says "限期整改$(of '.counted and .kind == "deadline"')个（最迟$(date -d "$latest" +%Y年%-m月%-d日)）"
  says "立行立改$(of '.counted and .kind == "immediate"')个"
  says "申请延期$(of '.counted and .extensions > 0')个；逾期${overdue}个，未定时限${no_deadline}个"
  says "到期应完成${due}个，按期完成${on_time}个，按期整改率$(rate "$on_time" "$due")"
  says "已核销${closed}个，核销率$(rate "$closed" "$rectified")"
  says "回头看${looked_back}个，反弹${relapsed}个，反弹率$(rate "$relapsed" "$looked_back")"
  says "退回金额${refund}元，其中自查主动退回${refund_self}元"
}

# What tells apart what is alike in the small ledger: one that a look-back has seen held comes
# back; one of an inspection has the last deadline, but for good, and is paid back.
tell_apart() {
  on 2023-06-21 problem verify 8 --verdict true --by 李某
  assign 8 2023-06-21 病案室 补记用药记录 2023-12-31 long_term
  on 2023-06-22 problem start 8 --by 张某
  on 2023-06-23 problem rectify 8 --note 已退回 --refund 9.50 --no-system --by 张某
  on 2023-06-24 answer posted=是
  on 2023-06-24 check --fail-on never
  on 2023-06-25 answer posted=否
  on 2023-06-25 check --fail-on never
  read_figures
}

@test "a look-back that has held is no relapse of it; what an inspection has found is not paid back of one's own accord" {
  tell_apart
  paper --format markdown >paper.md
  [ "$(of '.relapses > 0 and .fallen == 0 and .lookbacks > 0')" = 1 ]
  [ "$refund $refund_self $latest" = "130.00 120.50 2023-06-15" ]
  says "回头看${looked_back}个，反弹${relapsed}个，反弹率$(rate "$relapsed" "$looked_back")"
  says "退回金额130.00元，其中自查主动退回120.50元"
  says "（最迟2023年6月15日），立行立改0个，长期坚持1个"
  says "逾期${overdue}个，未定时限${no_deadline}个"
  paper ledger --format markdown >paper.md
  says "| 未定时限 | $no_deadline |"
  for kind in monthly stage annual; do
    paper $kind --window 2023-06-01..2023-06-30 --format markdown >paper.md
    says "未定整改时限的问题${no_deadline}个"
  done
  [ "$(zicha -C w --today 2023-06-30 status --format json | jq '.plans[0].ledger.no_deadline')" = "$no_deadline" ]
}

# How many items have a problem of JQ-CONDITION.
items() { jq "[.[] | select(.source == \"self_check\") | select($1) | .item] | unique | length" states.json; }

@test "what was found untrue is left out of the problems, and named; what is to be verified is told apart" {
  check_section() {
    sed -n '/^## 三、/,/^台账登记问题/p' paper.md >three.md
    [ "$(sed -n 's/.*检查[0-9]*项，\([0-9]*\)项发现问题.*/\1/p' three.md | paste -sd+ | bc)" = "$1" ]
    [ "$(grep -c '^| [0-9]* | ' three.md)" = "$1" ]
  }
  paper --format markdown >paper.md
  real=$(items '.state != "dismissed"')
  says "共发现问题${real}项（其中待核实$(items '.state != "dismissed" and (.counted | not)')项）："
  says "另有1项经核实不属实，见附件3：处方超量。"
  check_section "$real"
  if grep -q '^|.*处方超量' three.md; then false; fi
  on 2023-06-26 problem dismiss 4 --reason 查无此事 --by 李某
  read_figures
  paper --format markdown >paper.md
  real=$(items '.state != "dismissed"')
  says "共发现问题${real}项：严重"
  says "另有2项经核实不属实，见附件3：处方超量、疑似诱导消费。"
  check_section "$real"
}

@test "the tables of the rectification report have a row for each problem that counts" {
  paper --format markdown >paper.md
  [ "$(grep -c '^| [0-9]* | .* | [√×] | [√×] | [√×] | [√×] | [√×] |$' paper.md)" = "$counted" ]
  for gate in 3 4 5 6 7; do
    column=$((gate + 1))
    passed=$(grep '| [√×] | [√×] | [√×] | [√×] | [√×] |$' paper.md | cut -d'|' -f$column | grep -c √ || true)
    row=$(sed -n '/^| 关口 /,/^$/p' paper.md | sed -n "$((gate))p")
    [ "$(cut -d'|' -f3 <<<"$row" | tr -d ' ')" = "$passed" ]
  done
}

@test "the columns of the progress table sum up to what the events give" {
  paper progress --format csv | tr -d '\r' | sed 1d >rows.csv
  [ "$(tail -n 1 rows.csv)" = \
    "合计,$found,$counted,$((found - counted - dismissed)),$dismissed,$rectified,$(rate "$rectified" "$counted"),$closed,$overdue" ]
  for column in 2 3 4 5 6 8 9; do
    [ "$(sed '$d' rows.csv | cut -d, -f$column | paste -sd+ | bc)" = \
      "$(tail -n 1 rows.csv | cut -d, -f$column)" ]
  done
  while IFS=, read -r focus of_focus _; do
    [ "$focus" = 合计 ] || [ "$of_focus" = "$(of ".focus == \"$focus\"")" ]
  done <rows.csv
}

@test "the rows of the plan's table of figures follow their formulas" {
  paper statistics --format csv | tr -d '\r' >rows.csv
  value() { grep "^[0-9]*,$1," rows.csv | sed 's/.*,//'; }
  [ "$(value 发现问题)" = "$counted" ]
  [ "$(value 已整改)" = "$rectified" ]
  [ "$(value 整改率)%" = "$(rate "$rectified" "$counted")" ]
  [ "$(value 反弹率)%" = "$(rate "$relapsed" "$looked_back")" ]
  [ "$(value 其中：未核销)" = $((counted - closed)) ]
  [ "$(value 立案)" = 由主管部门填报 ]
}

# Distinct problems that had an event: in_window FROM TO JQ-CONDITION
in_window() {
  events | jq "[.[] | select(.day >= \"$1\" and .day <= \"$2\" and ($3)) | .problem] | unique | length"
}

@test "the figures of a month are those of its events, and of the month before" {
  paper monthly --window 2023-06-01..2023-06-30 --format markdown >paper.md
  while IFS=: read -r title condition; do
    now=$(in_window 2023-06-01 2023-06-30 "$condition")
    before=$(in_window 2023-05-01 2023-05-31 "$condition")
    change=$((now - before))
    [ $change -gt 0 ] && change=＋$change
    says "| $title | 个 | $now | $before | ${change/#-/－} |"
  done <<'END'
新登记问题:.action == "found"
其中：检查发现:.action == "found" and .body.source == "inspection"
核实属实:.action == "verify"
核实不属实:.action == "dismiss"
分派整改:.action == "assign"
整改完成:.action == "rectify"
核查通过:.action == "check" and .body.result == "pass"
核查退回:.action == "check" and .body.result == "fail"
核销:.action == "close"
延期:.action == "extend"
移送:.action == "transfer"
其中：立案:.action == "transfer" and .body.case
回头看:.action == "lookback"
反弹:.action == "lookback" and .body.result == "relapsed"
END
  says '| 退回金额 | 元 | 120.50 | 80.00 | ＋40.50 |'
}

@test "the lists have the rows that the events give" {
  rows() { paper "$1" --format csv | sed 1d | wc -l; }
  [ "$(rows ledger)" = "$found" ]
  [ "$(rows dismissed)" = "$dismissed" ]
  [ "$(rows systems)" = "$(of '.counted and .system != null')" ]
  paper lists --format markdown >paper.md
  [ "$(sed -n '/^## 一、/,/^## 二、/p' paper.md | grep -c '^| [0-9]')" = "$counted" ]
  [ "$(sed -n '/^## 三、/,$p' paper.md | grep -c '^| [0-9]')" = \
    "$(of '.counted and ((.state | IN("closed", "held")) or .refund != null or .system != null)')" ]
}
