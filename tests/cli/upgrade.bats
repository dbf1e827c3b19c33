#!/usr/bin/env bats
# upgrade: the hospital of the demonstration goes through three versions of its plan. What the command
# counts is counted here again, from the files of the plans and the rows of the workspace.
load helper

# Version 2 of the plan, as an office makes it: a question changed, an item renamed (the old one says what
# it is called now), one retired, one added, a severity and a parameter changed. `later` is called what
# forged_bills will be called in version 3.
make_second() {
  cp -r v1 v2
  sed -i -e 's/^version: .*/version: "2.0"/' -e 's/^  items: 35/  items: 38/' \
    -e '/^  - id: excessive_rx/,/count:/s/count: 15/count: 17/' \
    -e '/^  - id: sham_treatment/,/count:/s/count: 9/count: 10/' v2/plan.yaml
  sed -i -e 's/使用不规范的有几例？/没有用药指征的有几例？/' \
    -e 's/^    - id: drug_not_needed$/    - {id: drug_not_needed, title: 病情不需要而用药, kind: question, alias_of: drug_unneeded}\n    - id: drug_unneeded/' \
    -e 's/^    - id: phantom_bed$/&\n      retired: 并入住院管理/' \
    -e '/^    - id: unrelated_drugs$/,/severity/s/severity: major/severity: grave/' \
    -e 's/^    - id: adjuvant_misuse$/    - {id: fresh, title: 新增一项, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}\n&/' \
    -e 's/^    - id: forged_bills$/    - {id: later, title: 票据, kind: question, alias_of: forged_bills}\n&/' v2/items.yaml
}

# Version 3: forged_bills is called `later`, a question of version 2 stays changed, the answers of another
# one are others, and the documents that are wanted of own_plan.
make_third() {
  cp -r v2 v3
  sed -i -e 's/^version: .*/version: "3.0"/' -e 's/^  items: 38/  items: 37/' \
    -e '/^  - id: sham_treatment/,/count:/s/count: 10/count: 9/' v3/plan.yaml
  sed -i -e '/{id: later,/d' -e 's/^    - id: forged_bills$/    - id: later/' \
    -e '/^- id: source_prevention$/,/problem_if/s/problem_if: .*/problem_if: answer < 5/' \
    -e 's/evidence: \[本单位实施方案\]/evidence: [经批准的实施方案]/' v3/items.yaml
}

setup_file() {
  load helper
  cd "$BATS_FILE_TMPDIR"
  export ZICHA_LANG=en
  unset ZICHA_TODAY ZICHA_WORKSPACE
  [ "${ZICHA_SANITIZED:-OFF}" = ON ] && export ZICHA_ISOLATION=process
  mkdir base
  cd base
  cp -r "$ZICHA_ROOT/checklists/$plan" v1
  make_second
  make_third
  make_hospital
  zicha -C h plan use v1 >/dev/null
  zicha -C h --today 2023-06-30 check >/dev/null || [ $? -le 2 ]
}

setup() {
  begin_test
  cp -a "$BATS_FILE_TMPDIR"/base/. .
  export ZICHA_TODAY=2023-07-01 ZICHA_BY=王科长
}

sql() { sqlite3 "${2:-h}/zicha.db" "$1"; }
upgrade() { run "$ZICHA" -C h upgrade "$@"; }

# The answers that count: «item body» lines.
answers() { sql "SELECT item, body FROM answer WHERE seq IN (SELECT max(seq) FROM answer GROUP BY item) AND body <> '{}' ORDER BY item"; }
documents() { sql "SELECT item, name FROM evidence WHERE seq IN (SELECT max(seq) FROM evidence GROUP BY item, name) AND sha256 <> '' ORDER BY item"; }

# The items of a version with what they ask, from its files: id, whether it asks, the question.
questions_of() {
  zicha plan show "$1" --format json | jq -c '(.items[] | {id, alias_of, asks: ((.retired or .alias_of or .unknown) | not),
    q: (if .kind == "data" then .or_ask else {ask, answer, choices, problem_if, at_least, evidence: (if .kind == "evidence" then .evidence else null end),
      title: (if .ask then null else .title end)} end)})' | jq -sc .
}

# What should become of each answer that counts, decided here: carried, asked_again or retired, its id
# before and after. $1, $2: the versions.
decided() {
  questions_of "$1" >old.json
  questions_of "$2" >new.json
  answers | cut -d'|' -f1 | jq -Rr --slurpfile o old.json --slurpfile n new.json '
    . as $id | ($o[0] | map(select(.id == $id))[0]) as $old
    | ([$n[0][] | select(.id == $id)] [0]) as $same
    | ([$id, $same.alias_of, ($o[0][] | select(.alias_of == $id).id)] | map(select(. != null))) as $names
    | [$names[] as $name | $n[0][] | select(.id == $name and .asks and .q != null)][0] as $new
    | if $new == null then "retired \($id)"
      elif $new.q == $old.q then "carried \($id) \($new.id)"
      else "asked_again \($id) \($new.id)" end' | sort
}

# The same as the command tells it.
told() {
  jq -r '(.carried[] | "carried \(.was // .id) \(.id)"), (.asked_again[] | "asked_again \(.was // .id) \(.id)"),
    (.retired[] | "retired \(.id)")' | sort
}

# go VERSION NEXT: the counts hold, the answers that count afterwards are those that were carried over, with
# the same words.
go() {
  local before after counts
  decided "$1" "$2" >decided.txt
  before=$(answers)
  zicha -C h upgrade --to "$2" --apply --format json >upgrade.json
  counts=$(jq -r '.counts.answers | [.in, .carried, .asked_again, .retired] | @tsv' upgrade.json)
  diff decided.txt <(told <upgrade.json)
  set -- $counts
  [ "$1" -eq "$(wc -l <<<"$before")" ]
  [ "$1" -eq $(($2 + $3 + $4)) ]
  after=$(answers)
  [ "$(wc -l <<<"$after")" -eq "$2" ]
  diff <(sort <<<"$after") <(awk -F '|' 'FNR == NR { body[$1] = substr($0, length($1) + 2); next }
    split($0, word, " ") && word[1] == "carried" { print word[3] "|" body[word[2]] }' <(echo "$before") decided.txt | sort)
}

counts() { jq -r ".counts.$1 | [${2:-.in, .carried, .asked_again, .retired}] | @csv" upgrade.json; }

@test "through three versions every answer is carried over, asked again or no longer asked" {
  go v1 v2
  [ "$(counts answers)" = 25,23,1,1 ]
  [ "$(counts documents)" = 2,2,0,0 ]
  [ "$(jq -r '[.counts.added, .counts.changes] | @csv' upgrade.json)" = 1,1 ]
  [ "$(jq -r '.changes[0] | [.id, .field] | @csv' upgrade.json)" = '"unrelated_drugs","severity"' ]
  [ "$(jq -r '.added[].id' upgrade.json)" = fresh ]
  zicha -C h answer fresh=是 >/dev/null
  go v2 v3
  [ "$(counts answers)" = 24,23,1,0 ]
  [ "$(counts documents)" = 2,1,1,0 ]
  answers | grep '^later|'
  documents | no grep own_plan
  run zicha -C h verify
  expect 0 "everything is as it was written"
  [ "$(sql 'SELECT count(*) FROM upgrade')" = 2 ]
}

@test "the trial writes nothing, tells what there is to do and ends with 1; the version in use with 0" {
  local before
  before=$(sql .dump)
  upgrade --to v2
  expect 1 "answers: 25 = 23 carried over + 1 asked again + 1 no longer asked" "version 1.0 → 2.0" \
    "drug_unneeded ← drug_not_needed" "nothing was written"
  [ "$(sql .dump)" = "$before" ]
  upgrade --to "$BATS_FILE_TMPDIR/base/v1"
  expect 0 "in use already"
  upgrade
  expect 64 "say with --to where the new version is"
}

@test "a changed question is not checked until it is answered, and shows what was answered before" {
  [ "$(item h adjuvant_misuse .status)" = problem ]
  zicha -C h upgrade --to v2 --apply >/dev/null
  [ "$(item h adjuvant_misuse .status)" = not_checked ]
  run zicha -C h answer <<<":jump adjuvant_misuse"
  expect 0 "the question has changed; version 1.0 was answered: 40/3" "使用不规范的有几例？"
  run zicha -C h status
  expect 0 "1 of the open ones have changed"
  zicha -C h form >/dev/null
  grep -q '原方案（版本1.0）填报“40/3”' h/forms/*药剂科.csv h/forms/*药剂科.html
  zicha -C h form --blank >/dev/null
  no grep -q 原方案 h/forms/*药剂科.csv h/forms/*药剂科.html
  zicha -C h answer adjuvant_misuse=40/0 >/dev/null
  [ "$(item h adjuvant_misuse .status)" = pass ]
  run zicha -C h answer --all <<<":jump adjuvant_misuse"
  never "the question has changed"
}

@test "what nobody answered before the next version is shown beside the question there, too" {
  zicha -C h upgrade --to v2 --apply >/dev/null
  zicha -C h upgrade --to v3 --apply >/dev/null
  run zicha -C h answer <<<":jump adjuvant_misuse"
  expect 0 "version 1.0 was answered: 40/3"
}

@test "the record names the new version, older runs stay; problems keep their numbers; that of a renamed item goes on there, that of a retired one can be closed" {
  local before
  before=$(sql 'SELECT no, state FROM problem')
  zicha -C h upgrade --to v2 --apply --format json >upgrade.json
  [ "$(counts problems '.in, .kept, .renamed, .retired')" = 10,8,1,1 ]
  [ "$(record h .plan.version)" = 2.0 ]
  [ "$(sql "SELECT group_concat(json_extract(record, '$.plan.version')) FROM run")" = 1.0,2.0 ]
  [ "$(sql 'SELECT no, state FROM problem')" = "$before" ]
  [ "$(sql "SELECT no FROM problem WHERE item = 'drug_unneeded'")" = 5 ]
  run zicha -C h problem dismiss 10 --reason 重复 --by 李主任
  expect 0
  run zicha -C h verify
  expect 0 "everything is as it was written"
  run zicha -C h verify --mend
  expect 0
  [ "$(sql "SELECT no FROM problem WHERE item = 'drug_unneeded'")" = 5 ]
}

@test "a closed problem of a renamed item stays closed while its answer is the same, and relapses by another one" {
  sql "UPDATE problem SET state = 'closed', body = json_set(body, '$.state', 'closed') WHERE no = 5"
  zicha -C h upgrade --to v2 --apply >/dev/null
  check h
  [ "$(sql 'SELECT state FROM problem WHERE no = 5')" = closed ]
  zicha -C h answer drug_unneeded=60/4 >/dev/null
  check h
  [ "$(sql 'SELECT state FROM problem WHERE no = 5')" = relapsed ]
  [ "$(sql 'SELECT count(*) FROM problem')" = 10 ]
}

@test "staying is a decision with a reason and a name, and changes no answer" {
  local before
  before=$(answers)
  upgrade --to v2 --stay --by 王科长
  expect 64
  upgrade --to v2 --stay --reason 本轮自查已过半 --by 王科长
  expect 0 "version 1.0 stays in use"
  [ "$(sql 'SELECT decision, actor, reason, json_extract(target, "$.version") FROM upgrade')" = 'stay|王科长|本轮自查已过半|2.0' ]
  [ "$(answers)" = "$before" ]
  upgrade --to v2
  expect 1
}

@test "going back asks again what the other version had changed: no answer comes back by itself" {
  zicha -C h upgrade --to v2 --apply >/dev/null
  zicha -C h answer adjuvant_misuse=40/0 >/dev/null
  go v2 v1
  [ "$(counts answers)" = 24,23,1,0 ]
  [ "$(item h phantom_bed .status)" = not_checked ]
  answers | grep '^drug_not_needed|'
}

@test "plan use from another place says that nobody compares the questions" {
  run zicha -C h plan use v2
  expect 0 "was in use from $BATS_FILE_TMPDIR/base/v1" "zicha upgrade --to"
  run zicha -C h plan use v2
  expect 0
  never "was in use from"
}

# refused STATUS TEXT OPTION…: and the workspace is as it was.
refused() {
  local before wanted=$1 text=$2
  before=$(sql .dump)
  shift 2
  upgrade "$@"
  expect "$wanted" "$text" || return 1
  [ "$(sql .dump)" = "$before" ]
}

@test "what cannot be meant is refused, and nothing changes" {
  refused 64 "two decisions" --to v2 --apply --stay
  refused 66 "nowhere" --to nowhere --apply
  refused 65 "holds the plan county/medical-disorder now, not county/large-prescriptions" --to county/medical-disorder --apply
  refused 65 "not in use here" --plan county/other --apply
  sed -i 's/answer: yesno, problem_if: no}/answer: yesno, problem_if: nought == 1}/' v2/items.yaml
  refused 65 "has 1 errors" --to v2 --apply
}

@test "what somebody writes meanwhile is not passed over: nothing is written then" {
  mkdir -p home/bin
  cp "$ZICHA_BUILD/tests/zicha-meanwhile" home/bin/zicha
  ln -s "$ZICHA_BUILD/libexec" home/libexec
  ln -s "$ZICHA_BUILD/share" home/share
  MEANWHILE="'$ZICHA' -C h answer over_dose=60/9 >/dev/null" run home/bin/zicha -C h upgrade --to v2 --apply
  expect 74 "somebody else has written" "run the command again"
  [ "$(sql 'SELECT count(*) FROM upgrade')" = 0 ]
  [ "$(sql 'SELECT place FROM plan')" = "$BATS_FILE_TMPDIR/base/v1" ]
  zicha -C h upgrade --to v2 --apply >/dev/null
  answers | grep 'over_dose.*"wrong":9'
}

@test "verify misses an upgrade that was taken out, and names one or an answer that was changed" {
  zicha -C h upgrade --to v2 --apply >/dev/null
  zicha -C h upgrade --to v3 --apply >/dev/null
  cp -a h g
  sql "DROP TRIGGER answer_stays; UPDATE answer SET body = '{\"value\":true}' WHERE item = 'drug_unneeded'
    AND source LIKE 'upgrade 1: %'; CREATE TRIGGER answer_stays BEFORE UPDATE ON answer BEGIN
    SELECT RAISE(ABORT, 'answers are not changed'); END;"
  run zicha -C h verify
  expect 65 "upgrade 1" "drug_unneeded"
  sql "DROP TRIGGER upgrade_kept; DELETE FROM upgrade WHERE no = 1" g
  run zicha -C g verify
  expect 65 "upgrade 2: an upgrade before this one is missing"
}

@test "a backup has the upgrades, and what is restored from it goes on" {
  zicha -C h upgrade --to v2 --apply >/dev/null
  zicha -C h backup b >/dev/null
  zicha restore b r >/dev/null
  [ "$(sql 'SELECT * FROM upgrade' r)" = "$(sql 'SELECT * FROM upgrade')" ]
  run zicha -C r upgrade --to v3 --apply
  expect 0 "version 3.0 is in use now"
}

@test "an answer for each value of a column is none for those of another column" {
  make_package p <<'END'
- {id: read, title: 未核对, kind: question, ask: 是否核对？, answer: yesno, problem_if: no, per: devices.name}
END
  cp -r p q
  sed -i 's/^version: .*/version: "2"/' q/plan.yaml
  sed -i 's/devices.name/devices.dept/' q/items.yaml
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  printf 'device_id,name,dept\nD1,甲机,影像科\n' >devices.csv
  zicha -C w import devices devices.csv >/dev/null
  zicha -C w answer 'read[甲机]=是' >/dev/null
  zicha -C w upgrade --to q --format json >upgrade.json || [ $? = 1 ]
  [ "$(counts answers)" = 1,0,1,0 ]
  run zicha -C w upgrade --to q
  expect 1 "逐项: devices.name → devices.dept"
}

@test "twice a year does not answer twice a month; answers that differ are asked again as one, and it is told why" {
  make_package p <<'END'
- {id: trained, title: 培训, kind: task, ask: 培训几次？, per: year, at_least: 2}
- {id: one, title: 甲, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}
- {id: two, title: 乙, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}
END
  cp -r p q
  sed -i 's/^version: .*/version: "2"/' q/plan.yaml
  sed -i 's/per: year/per: month/;s/title: 乙, .*/title: 乙, kind: question, alias_of: one}/' q/items.yaml
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  zicha -C w answer trained=2 one=是 two=否 >/dev/null
  zicha -C w upgrade --to q --format json >upgrade.json || [ $? = 1 ]
  [ "$(counts answers)" = 3,0,3,0 ]
  run zicha -C w upgrade --to q
  expect 1 "逐项: 每年 → 每月" "合并（原填报不一致）: one、two → one"
}

@test "in an office's workspace its own items go on, and reports of the version before are still read" {
  make_package p <<'END'
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}
- {id: inspect, title: 没有检查, kind: external, ask: 检查几家？, answer: number, problem_if: answer == 0}
- {id: publish, title: 没有曝光, text: 曝光典型案例, kind: external, evidence: [通报]}
END
  cp -r p q
  sed -i 's/^version: .*/version: "2"/' q/plan.yaml
  sed -i -e 's/曝光典型案例/按月曝光典型案例/' -e 's/^- {id: inspect,/- {id: inspect, title: 没有检查, kind: external, alias_of: visits}\n- {id: visits,/' q/items.yaml
  printf '%s\n' 'name: 县卫健局' 'code: X' 'level: county' 'region: 某县' 'unsigned: accept' >office.yaml
  zicha init o --office --plan p --office-file office.yaml >/dev/null
  zicha -C o answer inspect=3 publish=是 >/dev/null
  zicha -C o upgrade --to q --apply --format json >upgrade.json
  [ "$(counts answers)" = 2,1,1,0 ]
  [ "$(sql "SELECT item, body FROM answer ORDER BY seq DESC LIMIT 1" o)" = 'visits|{"value":3}' ]
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  zicha -C w answer posted=否 >/dev/null
  zicha -C w check >/dev/null || [ $? -le 2 ]
  zicha -C w report >/dev/null || [ $? -le 2 ]
  zicha -C w submit --unsigned --out T1.zrep >/dev/null 2>&1
  printf '%s\n' 机构编码,机构名称,机构类别 T1,测试卫生院,乡镇卫生院 >roster.csv
  zicha -C o roster import roster.csv >/dev/null
  run zicha -C o collect T1.zrep
  expect 0
  [ "$(sql 'SELECT count(*) FROM checklist' o)" = 2 ]
  [ "$(sql 'SELECT statuses FROM collected' o)" = X ]
  run zicha -C o verify
  expect 0 "everything is as it was written"
}
