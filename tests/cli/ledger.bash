# ledger.bash: a workspace with a ledger: ./w of the package ./p, with two problems and five
# events, a table, a document, a run and a report.

make_ledger() {
  make_package p <<'YAML'
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}
- {id: meetings, title: 会议, kind: question, ask: 开会几次？, answer: number, problem_if: answer < 2}
- {id: long, title: 就诊, kind: data, rules: [own.long]}
YAML
  write_rule p own <<<'rule "own.long" { on = "calls", where = "days > 70" }'
  mkdir p/datasets
  cat >p/datasets/calls.yaml <<'YAML'
calls:
  title: 就诊
  columns:
    visit_no: {type: code, titles: [就诊号], key: true}
    days: {type: int, titles: [天数]}
YAML
  printf '就诊号,天数\nA1,3\nA2,9\n' >calls.csv
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  zicha -C w import calls calls.csv >/dev/null
  zicha -C w answer posted=否 meetings=1 >/dev/null
  echo 文件 >paper.txt
  zicha -C w attach posted paper.txt --copy >/dev/null
  zicha -C w --today 2023-06-30 report >/dev/null 2>&1
  zicha -C w --today 2023-07-01 problem verify 1 --by 张某 --verdict true >/dev/null
  zicha -C w --today 2023-07-02 problem dismiss 2 --by 张某 --reason 记录有误 >/dev/null
  zicha -C w --today 2023-07-03 problem assign 1 --by 张某 --leader 李某 --department 医务科 \
    --person 王某 --measure 补上公示 --target 全部公示 --due 2023-08-01 --kind deadline >/dev/null
}

# The same from a copy that is made once a file.
copy_ledger() {
  [ -d "$BATS_FILE_TMPDIR/w" ] || (cd "$BATS_FILE_TMPDIR" && make_ledger)
  cp -a "$BATS_FILE_TMPDIR"/{p,w,facility.yaml,calls.csv,paper.txt} .
}

# The database of an older zicha for the workspace DIR, whose plan is ./p.
make_version_1() { # DIR
  sqlite3 "$1/zicha.db" <"$ZICHA_ROOT/tests/data/version-1.sql"
  sqlite3 "$1/zicha.db" "INSERT INTO plan VALUES ('county/test', '$PWD/p', '2023-05-01T08:00:00Z', 1)"
}
