#!/usr/bin/env bats
# How far a large import has come is shown where somebody sees it, and nowhere else.
load helper

# A file of several megabytes, and an evaluator that is slow to begin: what is fast is not shown.
setup() {
  begin_test
  echo '- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}' |
    make_package p
  make_facility
  mkdir -p home/bin home/libexec/zicha
  cp "$ZICHA" home/bin/zicha
  ln -s "$ZICHA_BUILD/share" home/share
  cat >home/libexec/zicha/zicha-eval <<END
#!/bin/sh
case \$1 in --table) sleep 0.3 ;; esac
exec '$ZICHA_BUILD/libexec/zicha/zicha-eval' "\$@"
END
  chmod +x home/libexec/zicha/zicha-eval
  program=$work/home/bin/zicha
  "$program" init w --plan p --facility facility.yaml >/dev/null
  awk 'BEGIN { print "工号,姓名,岗位类别"
    for (i = 1; i <= 150000; i++) printf "Y%08d,一个很长很长的名字，使文件够大%08d,医\n", i, i }' >staff.csv
}

# on_terminal COMMAND…: what a terminal shows, a line for each time the line is written.
on_terminal() { script -qec "$*" /dev/null </dev/null | tr '\r' '\n'; }

@test "on a terminal a large import shows rows, share, rate and time left" {
  on_terminal "$program -C w import staff staff.csv" >seen.txt
  grep -E '^人员花名册: reading, [0-9]+ rows, [0-9]+%, [0-9.]+ MB/s, [0-9]+ s left *$' seen.txt
  grep -F '人员花名册: 150000 rows read' seen.txt
}

@test "the line is gone when the import is over" {
  script -qec "$program -C w import staff staff.csv" /dev/null </dev/null >seen.txt
  grep -E 'left *'$'\r'' +'$'\r' seen.txt
}

@test "it is Chinese where messages are, and no wider than the terminal" {
  export ZICHA_LANG=zh
  on_terminal "stty cols 34; $program -C w import staff staff.csv" >seen.txt
  grep -E '^人员花名册：正在读取，[0-9]+行' seen.txt >drawn.txt
  [ "$(LC_ALL=C.UTF-8 wc -L <drawn.txt)" -le 33 ]
}

@test "nothing of it is written to a file or a pipe" {
  "$program" -C w import staff staff.csv >out.txt 2>err.txt
  [ ! -s err.txt ]
  "$program" -C w import staff staff.csv 2>&1 | cat >all.txt
  run cat out.txt all.txt
  never reading $'\r'
}

@test "a table that is read again shows it as well" {
  "$program" -C w import staff staff.csv >/dev/null
  on_terminal "$program -C w table check" >seen.txt
  grep -E '^人员花名册: reading, [0-9]+ rows' seen.txt
}

@test "an import that is refused leaves no line behind" {
  printf '%s\n' 单独 >>staff.csv
  script -qec "$program -C w import staff staff.csv --strict" /dev/null </dev/null >seen.txt || true
  grep -E 'left *'$'\r'' +'$'\r' seen.txt
  tr '\r' '\n' <seen.txt | grep -E '^zicha: staff.csv has 1 malformed rows'
}

@test "a check that takes long shows how many rules are judged, and a quick or piped one nothing" {
  for number in 1 2 3 4 5 6; do
    echo "- {id: r$number, title: 甲, kind: data, rules: [own.r$number]}" >>p/items.yaml
    echo "rule \"own.r$number\" { check = function(c) local n = 0; for i = 1, 3000000 do n = n + i % 7 end return pass{population = n} end }" >>own.lua
  done
  write_rule p own <own.lua
  "$program" init v --plan p --facility facility.yaml >/dev/null
  on_terminal "$program -C v --today 2023-06-30 check" >seen.txt
  grep -E '^judging: [1-6] of 6 rules, [0-9]+% *$' seen.txt
  "$program" -C v --today 2023-06-30 check >all.txt 2>&1 || [ $? -lt 64 ]
  run cat all.txt
  never judging:
}
