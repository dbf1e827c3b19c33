# fault.bash: trials. One trial is one command in which one call into the system fails
# (inject.c); what it breaks is written down as CLAIM, tab, what happened, and each test
# is one claim over all trials. Everything stands in $BATS_FILE_TMPDIR:
#
#   home/    zicha as installed, with an evaluator that takes the library along
#   base/    where each trial begins; good/COMMAND/ where it should end
#   trial/   where it did end, with its status, out and err beside it

inject=$ZICHA_BUILD/tests/fault/inject.so
program=$BATS_FILE_TMPDIR/home/bin/zicha
documented=' 0 1 2 64 65 66 69 70 73 74 75 '

have_inject() { [ "${ZICHA_SANITIZED:-OFF}" = OFF ] && [ -e "$inject" ]; }

need_inject() {
  [ "${ZICHA_SANITIZED:-OFF}" = OFF ] || skip "a sanitizer's library has to come first"
  [ -e "$inject" ] || skip "$inject is not built (ZICHA_TESTS)"
}

# A place like an installation. The evaluator is started without any environment, so what
# stands there is a script that sets what the file `fault` beside it says.
make_home() {
  if [ "${ZICHA_SANITIZED:-OFF}" = ON ]; then export ZICHA_ISOLATION=process; fi
  mkdir -p "$BATS_FILE_TMPDIR/home/bin" "$BATS_FILE_TMPDIR/home/libexec/zicha"
  cp "$ZICHA" "$program"
  ln -s "$ZICHA_BUILD/share" "$BATS_FILE_TMPDIR/home/share"
  cat >"$BATS_FILE_TMPDIR/home/libexec/zicha/zicha-eval" <<END
#!/bin/sh
. '$BATS_FILE_TMPDIR/home/libexec/zicha/fault'
exec '$ZICHA_BUILD/libexec/zicha/zicha-eval' "\$@"
END
  chmod +x "$BATS_FILE_TMPDIR/home/libexec/zicha/zicha-eval"
  : >"$BATS_FILE_TMPDIR/home/libexec/zicha/fault"
}

# A plan with every form of rule, and a workspace that has been used before: there are
# answers, a table, a report and an output file, which the commands replace.
make_base() {
  mkdir -p "$BATS_FILE_TMPDIR/base" && cd "$BATS_FILE_TMPDIR/base" || return 1
  make_package p <<'END'
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}
- {id: meetings, title: 会议, kind: question, ask: 开会几次？, answer: number, problem_if: answer < 2}
- {id: founded, title: 成立, kind: question, ask: 何时成立？, answer: date, problem_if: answer > today}
- {id: remark, title: 说明, kind: question, ask: 有何说明？, answer: text, problem_if: answer == "有"}
- {id: sampled, title: 抽查, kind: question, ask: 抽查几张？, answer: sample, problem_if: answer.wrong > 0}
- {id: long, title: 天数, kind: data, rules: [own.long, own.each]}
- {id: many, title: 人次, kind: data, rules: [own.many]}
- {id: judged, title: 判断, kind: data, rules: [own.judged]}
END
  write_rule p own <<'END'
rule "own.long" { on = "calls", where = "days > 18", count = "visit_no", say = "{population}次中{count}次过长" }
rule "own.each" { on = "calls", each = function(row) return row.days > 19 end }
rule "own.many" { on = "calls", group = "doctor_id", having = "count() > 30" }
rule "own.judged" { check = function(c) return pass{population = c.facility.beds_open} end }
END
  mkdir p/datasets
  cat >p/datasets/calls.yaml <<'END'
calls:
  title: 就诊
  date: day
  columns:
    visit_no: {type: code, titles: [就诊号], key: true}
    day: {type: date, titles: [日期]}
    days: {type: int, titles: [天数]}
    doctor_id: {type: code, titles: [医师]}
END
  calls 100 >calls.csv
  make_facility
  "$program" init w --plan p --facility facility.yaml
  "$program" -C w import calls calls.csv
  "$program" -C w answer posted=是 meetings=1
  "$program" -C w --today 2023-06-29 report
  echo 旧 >w/out.json
  sed -i 's/^# *\(leader\|group_leader\):.*/\1: 张三/' w/report.yaml
  echo '# 改' >>w/report.yaml
  calls 120 >calls.csv
  echo 存根 >paper.txt
  printf '%s\n' 检查项编号,问题表现,佐证材料 posted,未公示,paper.txt meetings,会议少, >list.csv
}

calls() {
  echo 就诊号,日期,天数,医师
  seq "$1" | awk -v OFS=, '{ print "A" $1, "2023-05-" 10 + $1 % 20, $1 % 21, "D" $1 % 3 }'
}

# Besides, for the commands about the ledger: n is not checked yet, m has a problem that is
# not what its events make of it, old is of version 1, b is a backup of w, s has submitted its
# report, for which r.json is the receipt; sheet.csv judges rows of the problem in no.txt.
make_ledger_base() {
  local workspace report
  cd "$BATS_FILE_TMPDIR/base" || return 1
  "$program" -C w --today 2023-06-30 problem verify 1 --by 张某 --verdict true
  for workspace in n old; do "$program" init "$workspace" --plan p --facility facility.yaml; done
  "$program" -C n import calls calls.csv
  "$program" -C n answer posted=否 meetings=1
  rm old/zicha.db
  make_version_1 old
  cp -a w m
  sqlite3 m/zicha.db "UPDATE problem SET due = 'x'; DELETE FROM instance"
  "$program" -C w --today 2023-06-30 backup b
  echo 佐证 >paper.txt
  cp -a w s
  "$program" -C s --today 2023-06-30 submit --unsigned --out s.zrep --by 张某
  report=$(sqlite3 s/zicha.db "SELECT json_extract(body, '$.report') FROM event WHERE action = 'submit'")
  jq -cnS --arg report "$report" --arg code "$(sed -n 's/^code: *//p' w/facility.yaml)" '{zicha: "receipt/1",
    office: "县卫生健康局", facility: $code, plan: "county/test", report: $report,
    received: "2023-06-30", state: "accepted"}' >r.json
  sqlite3 w/zicha.db 'SELECT min(problem) FROM instance WHERE problem > 1' >no.txt
  "$program" -C w problem rows "$(cat no.txt)" --out sheet.csv
  sed -i '2,4s/,,\(\r*\)$/,不属实,记录有误\1/' sheet.csv
}

# Offices, for their commands: q has no roster yet, o has nothing collected, k has collected two reports
# and has a key, m is k with tables that are not what its events make of them.
make_office_base() {
  mkdir -p "$BATS_FILE_TMPDIR/base" && cd "$BATS_FILE_TMPDIR/base" || return 1
  make_small_office
  make_list
  cp -a o k
  "$program" init q --office --plan p --office-file office.yaml
  mv o keep
  mv k o
  make_reports
  mv o k
  mv keep o
  mkdir mail
  mv F00?.zrep mail/
  rm -r wF00? F00?.yaml
  "$program" -C k key new --no-passphrase 2>&1
  mv k/keys/*.key k/keys/office.key 2>/dev/null || true
  cp -a k m
  sqlite3 m/zicha.db "UPDATE roster SET name = 'x'; DELETE FROM collected_problem; UPDATE standing SET state = 'late'"
  cat >cases.csv <<'END'
案号,机构编码,检查项编号,案由,程序,立案日期,处罚决定日期,罚款
1号,F001,charged,重复收费,一般,2023-06-15,2023-06-18,30000
2号,F002,posted,未公示,简易,2023-06-16,,100
END
}

# The commands of the trials. Standard input of answer: one line a question.
command_of() {
  case $1 in
    init) run_program init v --plan p --facility facility.yaml ;;
    import) run_program -C w import calls calls.csv ;;
    answer) printf '%s\n' 否 3 2023-05-01 无 50/3 | run_program -C w answer --all ;;
    check) run_program -C w --today 2023-06-30 check --format json --out json:w/out.json ;;
    report) run_program -C w --today 2023-06-29 report ;;
    step) run_program -C w --today 2023-07-01 problem assign 1 --by 张某 --leader 李某 \
      --department 医务科 --person 王某 --measure 改 --target 全部 --due 2023-08-01 --kind deadline ;;
    find) run_program -C n --today 2023-06-30 check --format json ;;
    attach) run_program -C w attach posted paper.txt --copy ;;
    verify) run_program -C w verify --format json ;;
    mend) run_program -C m verify --mend ;;
    migrate) run_program -C old status ;;
    backup) run_program -C w --today 2023-06-30 backup c ;;
    restore) run_program restore b v ;;
    enter) run_program -C w --today 2023-06-29 problem import list.csv --source 检查 --by 张某 ;;
    submit) run_program -C w --today 2023-06-30 submit --unsigned --out v.zrep --by 张某 ;;
    receipt) run_program -C s --today 2023-07-01 receipt import r.json --by 张某 ;;
    rows) run_program -C w --today 2023-07-01 problem rows import "$(cat no.txt)" sheet.csv --by 张某 ;;
    roster) run_program -C q --today 2023-01-05 roster import roster.csv --by 张某 ;;
    collect) run_program -C o --today 2023-06-21 collect mail ;;
    receipts) run_program -C k --today 2023-06-22 collect receipts ;;
    inspect) run_program -C k --today 2023-06-30 inspect import list.csv --by 张某 ;;
    case) run_program -C k --today 2023-06-30 case import cases.csv --by 张某 ;;
    upward) run_program -C k --today 2023-07-01 submit --out up.zrep --by 张某 ;;
    remake) run_program -C m verify --mend ;;
    ledger) run_program -C w --today 2023-06-30 report ledger ;;
  esac
}

run_program() {
  if [ "$process" = zicha ]; then
    env "${setting[@]}" LD_PRELOAD="$inject" "$program" "$@"
  else
    "$program" "$@"
  fi
}

# What stands in the current folder, a line each: name, tab, content. Left out is what
# the clock and the file system decide.
state() {
  find . -type f ! -name zicha.db ! -name '*-journal' ! -name 'zicha.db.*' -exec sha256sum {} + |
    awk '{ print $2 "\t" $1 }'
  local database
  for database in */zicha.db; do
    [ -s "$database" ] || continue
    sqlite3 -readonly -tabs "$database" 2>/dev/null <<'END' | sed "s|^|$database |"
SELECT 'plan ' || id, place FROM plan;
SELECT 'kept ' || item, body FROM answer a
  WHERE seq = (SELECT max(seq) FROM answer b WHERE b.item = a.item);
SELECT 'table ' || name, json_remove(body, '$.fingerprint') FROM handed;
SELECT 'run ' || id, record FROM run;
SELECT 'document ' || seq, name || sha256 FROM evidence;
SELECT 'event ' || seq, problem || ' ' || action || actor || business_date || body FROM event;
SELECT 'problem ' || no, due || body || cells FROM problem;
SELECT 'instance ' || id, problem || verdict || reason || body FROM instance;
SELECT 'roster ' || code, name || class || expected FROM roster;
SELECT 'collected ' || file, facility || statuses || received || found FROM collected;
SELECT 'its problem ' || c.file || p.no, p.item || p.state FROM collected_problem AS p JOIN collected AS c ON c.no = p.report;
SELECT 'standing ' || c.file, s.round || s.state || s.counts FROM standing AS s JOIN collected AS c ON c.no = s.report;
SELECT 'visit ' || no, facility || day || inspectors FROM visit;
SELECT 'inspected ' || visit || entry || text, amount || handling FROM inspected;
SELECT 'case ' || no, facility || cause || fine FROM legal_case;
END
  done
}

# begin_trial COMMAND: a copy of the base; leaves one in it.
begin_trial() {
  cd "$BATS_FILE_TMPDIR" || return 1
  rm -rf trial
  cp -a base trial
  cd trial || return 1
}

# run_trial COMMAND PROCESS KIND N: sets status, calls and failed; out and err beside it.
run_trial() {
  local counter=$BATS_FILE_TMPDIR/count file=$BATS_FILE_TMPDIR/home/libexec/zicha/fault
  process=$2
  setting=(ZC_FAULT_PROCESS="$2" ZC_FAULT_KIND="$3" ZC_FAULT_AT="$4"
    ZC_FAULT_COUNT="$counter" ${lasting:+ZC_FAULT_LASTING=1})
  : >"$counter"
  truncate -s 16 "$counter"
  [ "$2" = zicha ] || printf "export LD_PRELOAD='%s' %s\n" "$inject" "${setting[*]}" >"$file"
  status=0
  command_of "$1" >../out 2>../err || status=$?
  : >"$file"
  # shellcheck disable=SC2046
  set -- $(od -An -tu8 "$counter")
  calls=$1 failed=$2
}

# The undisturbed course of a command: its state in good/COMMAND, with status and out.
make_good() {
  begin_trial
  run_trial "$1" none memory 0
  mkdir -p ../good
  state | sort >"../good/$1"
  cp ../out "../good/$1.out"
  echo "$status" >"../good/$1.status"
}

breach() { # CLAIM WHAT
  printf '%s\t%s: %s\n' "$1" "$trial" "${2//$'\n'/ | }" >>"$BATS_FILE_TMPDIR/breaches"
}

names() { cut -f 1 "$@" | sort -u; }

# How many questions the dialogue acknowledged: it asks the next one, or says the sum.
acknowledged() {
  local kept
  kept=$(sed -n 's/^\([0-9]*\) answers kept.*/\1/p' ../out)
  [ -n "$kept" ] || kept=$(($(grep -c '^\[[0-9]*/5\]' ../out || true) - 1))
  echo "$((kept > 0 ? kept : 0))"
}

check_answers() { # COUNT
  local item number=0 wanted=(posted meetings founded remark sampled)
  for item in "${wanted[@]:0:$1}"; do
    number=$((number + 1))
    [ "$(grep -P "^w/zicha.db kept $item\t" ../state)" = "$(grep -P "^w/zicha.db kept $item\t" ../good/answer)" ] ||
      breach kept "answer $number ($item) was acknowledged and is gone"
  done
}

# Every ledger that is not the base's is whole: the events, and what is made of them.
check_chains() {
  local database
  for database in */zicha.db; do
    [ -s "$database" ] && ! cmp -s "$database" "../base/$database" || continue
    # What was to be made again is as wrong as it was.
    [ "$status" -ge 64 ] && [ "$database" = m/zicha.db ] && continue
    "$program" -C "${database%/*}" verify >../verified 2>&1 ||
      breach chain "${database%/*}: $(head -c 300 ../verified)"
  done
}

# undetermined GOOD: the record differs from the undisturbed one only in rules that say
# themselves that they were not judged, and why; none of their items is green.
undetermined() {
  [ "$status" = 1 ] || [ "$status" = 2 ] || return 1
  jq -en --slurpfile a "$1" --slurpfile b ../out '
    def rest: del(.items, .totals, .sets, .interrupted);
    ($a[0] | rest) == ($b[0] | rest) and
    ([$a[0].items, $b[0].items] | transpose | all(. as [$x, $y] | $x == $y or (
      $x.id == $y.id and ($y.status | IN("undetermined", "problem")) and
      ([$x.rules, $y.rules] | transpose | all(. as [$p, $q] | $p == $q or
        ($q.id == $p.id and $q.status == "undetermined" and ($q.reason.text | length) > 0))))))
  ' >/dev/null
}

# What always holds of a trial that is over: see the tests of faults.bats.
judge_trial() { # COMMAND
  local good=$BATS_FILE_TMPDIR/good/$1 database wanted again=0
  wanted=$(cat "$good.status")
  [ "$status" -lt 126 ] || breach signal "status $status"
  [[ $documented = *" $status "* ]] || breach documented "status $status"
  [ "$(find . -name '*.new' -o -name '*incoming*' | wc -l)" = 0 ] ||
    breach leftover "$(find . -name '*.new' -o -name '*incoming*' | tr '\n' ' ')"
  for database in */zicha.db */zicha.db.*; do
    [ ! -s "$database" ] || [[ $database = *-journal ]] ||
      [ "$(sqlite3 "$database" 'PRAGMA integrity_check')" = ok ] ||
      breach database "$database: $(sqlite3 "$database" 'PRAGMA integrity_check' 2>&1)"
  done
  check_chains
  state | sort >../state
  if [ "$status" -ge 64 ]; then
    # What verify finds is told where its other results are.
    [ "$1" != remake ] || cat ../out >>../err
    grep -qE '[a-z]+ [a-z]+' ../err || breach sentence "said «$(cat ../err)»"
    ! grep -qE '\{[a-z_]+\}' ../err || breach sentence "said «$(cat ../err)»"
    [ -z "$(sort -u ../base.state "$good" | comm -13 - ../state)" ] ||
      breach whole "$(sort -u ../base.state "$good" | comm -13 - ../state | cut -c 1-200)"
    [ -z "$(comm -12 <(names ../base.state) <(names "$good") | comm -23 - <(names ../state))" ] ||
      breach lost "$(comm -12 <(names ../base.state) <(names "$good") | comm -23 - <(names ../state))"
  else
    if [ "$1" = check ] && ! cmp -s ../out "$good.out" && undetermined "$good.out"; then
      grep -vE '^(./w/out.json|w/zicha.db run )' ../state >../state.rest
      grep -vE '^(./w/out.json|w/zicha.db run )' "$good" | cmp -s - ../state.rest ||
        breach right "another state: $(diff ../state.rest "$good" | head -c 300)"
    else
      [ "$status" = "$wanted" ] || breach right "status $status, not $wanted"
      cmp -s ../out "$good.out" || breach right "said $(diff ../out "$good.out" | head -c 300)"
      cmp -s ../state "$good" || breach right "another state: $(diff ../state "$good" | head -c 300)"
    fi
  fi
  [ "$1" != answer ] || check_answers "$(acknowledged)"
  # Once more and undisturbed, unless it was done: a folder is not made, a step not taken, and
  # a document not attached twice.
  [[ " init step attach backup restore " = *" $1 "* ]] && [ "$status" -lt 64 ] && return
  cp ../err ../err.before
  process=none
  command_of "$1" >../out 2>../err || again=$?
  state | sort >../state
  [ "$again" = "$wanted" ] || breach again "status $again, not $wanted: $(head -c 200 ../err)"
  cmp -s ../state "$good" || breach again "$(diff ../state "$good" | head -c 300)"
}

# The numbers to try of CALLS calls: the first ones, then strides.
numbers() { # CALLS HOW-MANY
  awk -v calls="$1" -v many="$2" -v shift="${3:-0}" 'BEGIN {
    few = many > 3 ? int(many / 2) : 0
    for (i = 1; i <= few && i <= calls; i++) print i
    rest = many - few
    for (i = 0; i < rest && calls > few; i++)
      print 1 + few + int((calls - few) * ((i + (shift * 0.618) % 1) / rest))
  }' | sort -nu
}

# sweep COMMAND PROCESS KIND HOW-MANY
sweep() {
  local number all
  begin_trial
  run_trial "$1" "$2" "$3" 0
  all=$calls
  sweeps=$((sweeps + 1))
  for number in $(numbers "$all" "$4" "$sweeps"); do
    begin_trial
    run_trial "$1" "$2" "$3" "$number"
    trial="$1, $2, $3 $number of $all"
    [ "$failed" -gt 0 ] && echo "$trial: $status" >>"$BATS_FILE_TMPDIR/trials"
    judge_trial "$1"
  done
}

# full COMMAND [HOW-MANY]: from every write on, or so many of them, the disk is full.
full() {
  local number all
  need_inject
  lasting=1
  begin_trial
  run_trial "$1" zicha write 0
  all=$calls
  : >"$BATS_FILE_TMPDIR/breaches"
  for number in $(numbers "$all" "$([ -n "${ZICHA_LONG:-}" ] && echo 1000 || echo "${2:-4}")"); do
    begin_trial
    run_trial "$1" zicha write "$number"
    trial="$1, full from write $number of $all"
    [ "$status" = 73 ] || [ "$status" = 74 ] || [ "$status" = 70 ] || breach status "$status"
    # The first write that fails may be to a pipe, which has no disk.
    [ "$status" = 70 ] || grep -q 'the disk is full: .* was not written; free some space' ../err ||
      breach said "$(cat ../err)"
    # --mend tells what is wrong before it begins.
    [ "$(grep -vcE '^(note|problem [0-9]+): ' ../err)" -le 1 ] || breach said "more than a sentence: $(cat ../err)"
    judge_trial "$1"
  done
  cd "$work" || return 1 # the trial's folder goes with the next one
  if grep . "$BATS_FILE_TMPDIR/breaches"; then
    return 1
  fi
}

# holds CLAIM: no trial broke it.
holds() {
  [ -s "$BATS_FILE_TMPDIR/trials" ]
  if grep -P "^$1\t" "$BATS_FILE_TMPDIR/breaches"; then
    return 1
  fi
}
