#!/usr/bin/env bats
# What somebody has written into zicha.db: told as damage with the remedy, or judged anew;
# never believed, never the end of the program.
load helper

setup() {
  begin_test
  make_package p <<'END'
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}
- {id: long, title: 就诊, kind: data, rules: [own.long]}
END
  write_rule p own <<<'rule "own.long" { on = "calls", where = "days > 7" }'
  mkdir p/datasets
  cat >p/datasets/calls.yaml <<'END'
calls:
  title: 就诊
  columns:
    visit_no: {type: code, titles: [就诊号], key: true}
    days: {type: int, titles: [天数]}
END
  printf '就诊号,天数\nA1,3\nA2,9\n' >calls.csv
  make_facility
  export ZICHA_ISOLATION=process
  zicha init w --plan p --facility facility.yaml >/dev/null
  zicha -C w import calls calls.csv >/dev/null
  zicha -C w answer posted=是 >/dev/null
  echo 文件 >paper.txt
  zicha -C w attach posted --copy paper.txt >/dev/null 2>&1 || true
}

sql() { sqlite3 w/zicha.db "$1"; }

# damaged TABLE: every command that reads the row says where, and what to do.
damaged() {
  local command
  for command in check status report; do
    run zicha -C w --today 2023-06-30 "$command"
    expect 65 zicha.db "its table $1" "put a backup in its place" || return 1
    never "out of memory" || return 1
  done
}

# Each line is what the row of a table may not be.
@test "a table's row without what its table needs is damage" {
  local body
  while IFS= read -r body; do
    sql "UPDATE handed SET body = '$body'"
    damaged handed || {
      echo "with $body"
      return 1
    }
  done <<'END'
{"file":"data/calls.csv"}
{}
[]
5
{"absent":5}
{"absent":"x"}
{"file":5,"sha256":"00","title":"x","options":{},"size":1,"rows":1}
{"file":"a","sha256":5,"title":"x","options":{},"size":1,"rows":1}
{"file":"a","sha256":"../../x","title":"x","options":{},"size":1,"rows":1}
{"file":"a","sha256":"00","title":["x"],"options":{},"size":1,"rows":1}
{"file":"a","sha256":"00","title":"x","options":[],"size":1,"rows":1}
{"file":"a","sha256":"00","title":"x","options":{"map":{"a":5}},"size":1,"rows":1}
{"file":"a","sha256":"00","title":"x","options":{"values":{"a":"b"}},"size":1,"rows":1}
{"file":"a","sha256":"00","title":"x","options":{},"size":"1","rows":1}
{"file":"a","sha256":"00","title":"x","options":{},"size":1,"rows":-1}
{"file":"a","sha256":"00","title":"x","options":{},"size":1,"rows":1,"covers":{"from":"a"}}
{"file":"a","sha256":"00","title":"x","options":{},"size":1,"rows":1,"blanks":[5]}
END
}

@test "an answer's row that is no answer is damage" {
  local body
  sql "DROP TRIGGER answer_stays"
  while IFS= read -r body; do
    sql "UPDATE answer SET body = '$body'"
    damaged answer || {
      echo "with $body"
      return 1
    }
  done <<'END'
[]
{"note":"x"}
{"value":["x"]}
{"value":"x","note":5}
{"na":5}
END
}

@test "a document's row whose hash is none is damage" {
  sql "INSERT INTO evidence VALUES (99, '', 'county/test', 'posted', 'x', '../x', 1)"
  run zicha -C w check
  expect 65 zicha.db "its table evidence" "put a backup in its place"
}

@test "a run whose record was changed is judged anew" {
  run zicha -C w --today 2023-06-30 check
  expect 1
  local before
  before=$(sql "SELECT record FROM run")
  local change
  for change in "'{}'" "'x'" "replace(record, '\"problem\":1', '\"problem\":0')" \
    "replace(record, '\"status\":\"problem\"', '\"status\":\"pass\"')"; do
    sql "UPDATE run SET record = $change"
    run zicha -C w --today 2023-06-30 check
    expect 1
    never "nothing has changed"
    [ "$(sql "SELECT record FROM run")" = "$before" ]
  done
}

@test "a run whose record was changed is no last run" {
  zicha -C w --today 2023-06-30 check >/dev/null || true
  sql "UPDATE run SET record = '{}'"
  run zicha -C w status
  expect 0 "not checked yet"
}

@test "the record of another run is none of this one" {
  zicha -C w --today 2023-06-30 check >/dev/null || true
  zicha -C w --today 2023-07-01 check >/dev/null || true
  sql "UPDATE run SET (record, sha256) = (SELECT record, sha256 FROM run ORDER BY seq LIMIT 1)"
  run zicha -C w --today 2023-07-01 check
  expect 1
  never "nothing has changed"
}

@test "a run that nobody touched is taken as it is" {
  zicha -C w --today 2023-06-30 check >/dev/null || true
  run zicha -C w --today 2023-06-30 check
  expect 1 "nothing has changed"
}
