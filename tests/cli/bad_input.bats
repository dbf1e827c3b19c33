#!/usr/bin/env bats
# Bad input: one clear sentence (what, where, how to mend), the exit status that design
# gives it, nothing lost and nothing half-written.
load helper

setup() {
  begin_test
  make_questions
  zicha -C w answer posted=是 >/dev/null
}

teardown() {
  exec 9>&-
  if [ -n "${holder:-}" ]; then wait "$holder" || true; fi
}

# The bytes of everything in the workspace.
bytes() { find w -type f -exec sha256sum {} + | sort; }

# refused STATUS TEXT… -- ARGUMENT…: zicha refuses, says all of this on the standard error,
# prints nothing else, and leaves the workspace as it is.
refused() {
  local texts=() before
  while [ "$1" != -- ]; do
    texts+=("$1")
    shift
  done
  shift
  before=$(bytes)
  run zicha "$@"
  expect "${texts[@]}"
  [ "$(bytes)" = "$before" ]
  run bash -c '"$ZICHA" "$@" 2>/dev/null' bash "$@"
  [ -z "$output" ]
}

# ---- the command line ------------------------------------------------------------------

@test "an unknown command: 64" {
  refused 64 "unknown command chekc" "zicha help" -- chekc
}

@test "half a command: 64" {
  refused 64 "after plan comes one of: use unuse install list" -- plan
  refused 64 "after plan comes one of: use unuse install list" -- plan delete
}

@test "an option before a command without its value, or without a command: 64" {
  refused 64 "the option -C needs a value" -- -C
  refused 64 "the option --today needs a value" -- --today
  refused 64 "a command is missing after w" -- -C w
}

@test "an unknown option, long or short, is named: 64" {
  refused 64 "unknown option --formt" "usage: zicha check" -- check --formt json
  refused 64 "unknown option -x" "usage: zicha check" -- check -x
  refused 64 "unknown option --formt" -- -C w --formt check
}

@test "an unknown short option among others is named, not the program" {
  run zicha check -xy
  expect 64 "unknown option"
  never "unknown option $ZICHA"
}

@test "an option that does not belong to the command: 64" {
  refused 64 "unknown option --fail-on" -- -C w status --fail-on never
}

@test "an option without its value: 64" {
  refused 64 "the option --from needs a value" -- -C w check --from
  refused 64 "the option -C needs a value" -- check -C
}

@test "a value for an option that takes none: 64" {
  refused 64 --replace -- -C w answer --replace=yes
}

@test "a missing argument: 64, with the usage" {
  refused 64 "an argument is missing" "usage: zicha template TABLE" -- -C w template
  refused 64 "an argument is missing" "usage: zicha attach NUMBER|ITEM FILE" -- -C w attach posted
  refused 64 "an argument is missing" "usage: zicha init DIR" -- init
}

@test "an argument too many: 64, and which" {
  refused 64 "unexpected argument extra" "usage: zicha check" -- -C w check extra
}

@test "an unknown format: 64" {
  refused 64 "unknown format yaml" "text json csv junit" -- -C w check --format yaml
}

@test "a day that is none: 64" {
  for day in 2023-02-30 2023-6-30 20230630 today; do
    refused 64 "$day is not a day such as 2023-05-01" -- -C w --today "$day" check
  done
  export ZICHA_TODAY=tomorrow
  refused 64 "tomorrow is not a day" -- -C w check
}

@test "a number of threads that is none, or an executor that is none: 64" {
  for word in 0 65 100 -1 +2 2x 1.5 ' 2' 99999999999999999999; do
    ZICHA_THREADS=$word run "$ZICHA" check
    expect 64 "ZICHA_THREADS=$word is not a number from 1 to 64"
  done
  for word in plane Plain vectors; do
    ZICHA_EXECUTOR=$word run "$ZICHA" check
    expect 64 "ZICHA_EXECUTOR=$word is neither plain nor vector"
  done
}

@test "no command at all: 64" {
  run zicha
  expect 64 usage
}

# ---- the workspace ---------------------------------------------------------------------

@test "no workspace here: 66, and how to make or name one" {
  mkdir empty
  for command in check status "answer posted=是" report form needs "import rx_lines x.csv" \
    "template staff" "attach posted p/plan.yaml" "plan use p" "plan unuse county/test"; do
    run zicha -C empty $command
    expect 66 "there is no workspace in empty" "zicha init" "-C"
  done
  [ -z "$(ls -A empty)" ]
}

@test "a folder that does not exist, or is a file: 66" {
  refused 66 nowhere -- -C nowhere check
  refused 66 facility.yaml -- -C facility.yaml check
}

@test "a workspace is found through a link to its folder" {
  ln -s w link
  check link
  expect 2 测试方案
}

@test "ZICHA_WORKSPACE names the workspace, and -C goes before it" {
  export ZICHA_WORKSPACE=$work/w
  run zicha status
  expect 0 测试方案
  run zicha -C nowhere status
  expect 66 nowhere
}

@test "a database of a newer zicha: 65, and nothing is touched" {
  sqlite3 w/zicha.db 'PRAGMA user_version = 99'
  for command in check status "answer posted=否" report "plan use p"; do
    refused 65 "w/zicha.db was written by a newer zicha (format 99" "install the newer version" \
      -- -C w $command
  done
}

@test "plan list does not pass over a workspace that it cannot open" {
  sqlite3 w/zicha.db "PRAGMA user_version = 99"
  run zicha -C w plan list
  [[ "$output" == *w/zicha.db* ]]
}

@test "a file that is no database: 65" {
  head -c 9000 /dev/zero | tr '\0' x >w/zicha.db
  refused 65 w/zicha.db "put a backup in its place" -- -C w check
}

@test "a database of another program: 65" {
  rm w/zicha.db
  sqlite3 w/zicha.db 'CREATE TABLE notes (text)'
  refused 65 "w/zicha.db is not a workspace of zicha" -- -C w check
  refused 73 "w is a workspace already" -- init w --plan p --facility facility.yaml
}

@test "a database that was cut off: 65, and how to mend it" {
  truncate -s 20000 w/zicha.db
  run zicha -C w check
  expect 65 "w/zicha.db is damaged" "put a backup in its place"
}

@test "doctor says that a database is damaged: 65" {
  dd if=/dev/zero of=w/zicha.db bs=4096 seek=2 count=3 conv=notrunc 2>/dev/null
  run zicha -C w doctor
  expect 65 DAMAGED "put a backup in its place"
}

@test "facility.yaml that vanished: 66" {
  rm w/facility.yaml
  refused 66 facility.yaml -- -C w check
}

@test "facility.yaml with a wrong key: 65 with its place" {
  echo 'bed_open: 20' >>w/facility.yaml
  refused 65 "facility.yaml:5:1: unknown key bed_open" "did you mean beds_open?" -- -C w check
}

# ---- files -----------------------------------------------------------------------------

@test "a missing file: 66, and which" {
  refused 66 "cannot open nowhere.csv" -- -C w import rx_lines nowhere.csv
  refused 66 "cannot open nowhere.csv" -- -C w answer --file nowhere.csv
  refused 66 "cannot open nowhere.txt" -- -C w attach posted --copy nowhere.txt
  refused 66 "cannot open nowhere.yaml" -- init v --plan p --facility nowhere.yaml
}

@test "an unknown id: 65, with what is known" {
  refused 65 "the plan has no item postd" "did you mean posted?" -- -C w answer postd=是
  refused 65 "the plan has no item postd" "did you mean posted?" -- -C w attach postd facility.yaml
  refused 65 "the table rx_line is unknown" rx_lines -- -C w template rx_line
  refused 65 "the plan county/tset is not in use here" -- -C w check --plan county/tset
  refused 65 "no question belongs to 外科" -- -C w form --owner 外科
}

@test "for an unknown table the plan's own are offered, too: 65" {
  mkdir p/datasets
  cat >p/datasets/calls.yaml <<'END'
calls:
  title: 就诊
  columns:
    visit_no: {type: code, titles: [就诊号], key: true}
END
  refused 65 "the table visit is unknown; known: calls" rx_lines -- -C w template visit
}

@test "a workspace without its facility.yaml is named, with the remedy: 66" {
  rm w/facility.yaml
  refused 66 "there is no facility.yaml in the workspace w" "put it back" -- -C w check
}

@test "a document of another name than the item wants is refused with the names" {
  echo '- {id: group, title: 小组, kind: evidence, ask: 成立了吗？, evidence: [成立文件]}' >>p/items.yaml
  refused 65 "the item group wants other documents than «facility.yaml»" "--name: 成立文件" \
    -- -C w attach group --copy facility.yaml
}

@test "a folder where a file is wanted: 66" {
  refused 66 "p is not a regular file" -- -C w answer --file p
  refused 66 "p is not a regular file" -- -C w attach posted p
}

@test "a file whose name is not UTF-8 can be read and written" {
  name=$(printf '\xce\xc4\xbc\xfe')
  echo 'meetings: 3' >"$name.yaml"
  run zicha -C w answer --file "$name.yaml"
  expect 0 "1 answers kept"
  zicha -C w check --out "json:$name.json" >/dev/null 2>&1 || true
  [ -s "$name.json" ]
}

@test "an argument that is not UTF-8 is told so: nobody is out of memory" {
  name=$(printf '\xce\xc4\xbc\xfe')
  echo x >x
  cp -r p "$name"
  for command in "template $name" "import $name x" "attach $name x" "attach posted $name" \
    "plan unuse $name" "plan use $name" "$name"; do
    run zicha -C w $command
    [ "$status" -lt 70 ]
    never "out of memory" "{word}"
  done
}

# ---- permissions -----------------------------------------------------------------------

@test "a read-only workspace: 73, and nothing is written" {
  need_other
  chmod -R a-w w
  for command in "answer posted=否" check "import rx_lines facility.yaml" form \
    "attach posted --copy facility.yaml" "plan use p"; do
    run as_other "$ZICHA" -C w $command
    expect 73 "no permission to write w/zicha.db" "ask for the right to write"
  done
  chmod -R u+w w
  [ "$(item w posted .answer)" = 是 ]
  [ -z "$(find w -name '*incoming*' -o -name '*.new' -o -name '*-journal')" ]
}

@test "a folder where no workspace can be made: 73" {
  need_other
  mkdir closed
  chmod a-w closed
  run as_other "$ZICHA" init closed/v --plan p --facility facility.yaml
  expect 73 closed/v
  run as_other "$ZICHA" init closed --plan p --facility facility.yaml
  expect 73 "no permission to write"
  [ -z "$(ls -A closed)" ]
}

@test "a folder for papers that one may not write: 73, and no half paper" {
  need_other
  chmod -R a+rwX w
  mkdir -p w/reports w/forms w/data w/evidence
  chmod a-w w/reports w/forms w/data w/evidence
  printf '处方号\nA1\n' >rx.csv
  for command in report form "import rx_lines rx.csv" "attach posted --copy rx.csv"; do
    run as_other "$ZICHA" -C w $command
    expect 73 "no permission to write"
  done
  [ -z "$(find w/reports w/forms w/data w/evidence -type f)" ]
}

@test "an output file that one may not write: 73, and the old one stands" {
  need_other
  chmod -R a+rwX w
  mkdir closed
  echo 旧 >closed/r.json
  chmod a-w closed
  run as_other "$ZICHA" -C w check --out json:closed/r.json
  expect 73 "no permission to write closed/r.json"
  [ "$(cat closed/r.json)" = 旧 ]
}

@test "a file that one may not read: 66" {
  need_other
  chmod -R a+rwX w
  printf '处方号\nA1\n' >rx.csv
  chmod a-r rx.csv
  run as_other "$ZICHA" -C w import rx_lines rx.csv
  expect 66 "cannot open rx.csv"
}

@test "an imported file that one may not read is not called gone: 66" {
  need_other
  copy_hospital
  chmod -R a+rwX h
  chmod 0000 h/data/*
  run as_other "$ZICHA" -C h check
  expect 66 data/
  never "is gone"
}

@test "a file of a table that the plan does not read keeps nobody from checking" {
  printf '处方号\nA1\n' >rx.csv
  zicha -C w import rx_lines rx.csv
  rm w/data/*
  run zicha -C w check
  expect 2 meetings
}

# ---- a second process ------------------------------------------------------------------

# Holds the database of ./w as another process would, until the end of the test.
hold_database() {
  mkfifo hold
  sqlite3 w/zicha.db <hold 3>&- &
  holder=$!
  exec 9>hold
  printf 'BEGIN EXCLUSIVE;\n.shell touch held\n' >&9
  until [ -e held ]; do sleep 0.05; done
}

@test "a second process that writes: 74 after waiting, and nothing is lost" {
  hold_database
  run zicha -C w answer posted=否
  expect 74 "another zicha is writing to w/zicha.db" "run the command again"
  exec 9>&-
  wait "$holder"
  [ "$(item w posted .answer)" = 是 ]
  zicha -C w answer posted=否
  [ "$(item w posted .answer)" = 否 ]
}

@test "an import against a second process leaves nothing half-done" {
  hold_database
  printf '处方号\nA1\n' >rx.csv
  run zicha -C w import rx_lines rx.csv
  expect 74 "another zicha is writing to w/zicha.db"
  exec 9>&-
  wait "$holder"
  [ -z "$(ls -A w/data 2>/dev/null)" ]
  run zicha -C w import rx_lines rx.csv
  expect 0 "1 rows read"
}

@test "a second process that is done soon is waited for" {
  hold_database
  { sleep 1; exec 9>&-; } &
  exec 9>&-
  run zicha -C w answer posted=否
  expect 0 "1 answers kept"
}

@test "two at once: every acknowledged answer is there" {
  for n in 1 2 3 4 5 6; do
    "$ZICHA" -C w answer meetings=$n >"one$n" 2>&1 &
    "$ZICHA" -C w answer remark=第$n次 >"two$n" 2>&1 &
  done
  wait
  [ "$(cat one? two? | grep -c '1 answers kept')" = 12 ]
  [ "$(sqlite3 w/zicha.db 'SELECT count(*) FROM answer')" = 13 ]
}
