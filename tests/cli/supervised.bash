# supervised.bash: an office, and facilities that report to it: what the suites of receipts, of
# reports upward and of verifying an office have in common.

# The city's plan with two items, and the county's that extends it with a third: $plans/…
make_plans() {
  plans=packages
  mkdir -p "$plans/city/test" "$plans/county/test"
  cat >"$plans/city/test/plan.yaml" <<'END'
zicha: 1
id: city/test
title: 市级方案
version: "1"
kind: rectification
level: city
END
  cat >"$plans/city/test/items.yaml" <<'END'
- {id: posted, title: 价格未公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no, severity: major}
- {id: sampled, title: 处方不合格, kind: question, ask: 抽查几张，几张有误？, answer: sample, problem_if: answer.wrong > 0}
END
  cat >"$plans/county/test/plan.yaml" <<'END'
zicha: 1
id: county/test
title: 县级方案
version: "1"
kind: rectification
level: county
extends: city/test
END
  cat >"$plans/county/test/items.yaml" <<'END'
- {id: trained, title: 未培训, kind: question, ask: 是否培训？, answer: yesno, problem_if: no}
END
}

# make_office NAME CODE LEVEL PLAN: the workspace NAME with its key, and two rounds.
make_office() {
  cat >"$1.yaml" <<END
name: 某$1卫生健康局
code: $2
level: $3
phone: 0000-1234
rounds:
  - {id: r1, title: 第一轮, from: 2023-01-01, to: 2023-03-31, due: 2023-04-10}
  - {id: r2, title: 第二轮, from: 2023-04-01, to: 2023-06-30, due: 2023-07-10}
END
  "$ZICHA" init "$1" --office --plan "$4" --office-file "$1.yaml" >/dev/null
  "$ZICHA" -C "$1" key new --no-passphrase >/dev/null 2>&1
}

# site CODE NAME CLASS: the facility's workspace CODE with its key.
site() {
  printf 'code: %s\nname: %s\nclass: %s\n' "$1" "$2" "$3" >"$1.yaml"
  "$ZICHA" init "$1" --plan "$plans/county/test" --facility "$1.yaml" >/dev/null
  "$ZICHA" -C "$1" key new --no-passphrase >/dev/null 2>&1
}

# send CODE DAY ANSWER…: its report of that day, in mail/CODE-DAY.zrep.
send() {
  mkdir -p mail
  "$ZICHA" -C "$1" --today "$2" answer "${@:3}" >/dev/null
  {
    "$ZICHA" -C "$1" --today "$2" report
    "$ZICHA" -C "$1" --today "$2" submit --out "mail/$1-$2.zrep" --by 办公室
  } >/dev/null 2>&1
}

# The line of a roster: row CODE NAME CLASS [WORKSPACE], with the key of that workspace.
row() {
  local key=
  [ -z "${4:-}" ] || key=$(tail -n 1 "$4"/keys/*.pub)
  echo "$1,$2,$3,公立,城关镇,张主任,0000-5678,$key"
}
roster_head=机构编码,机构名称,机构类别,所有制,乡镇,联系人,联系电话,公钥

# fill CODE DAY RESULT…: the sheet of a facility with a result for each item, 发现问题 with two of 30.
fill() {
  "$ZICHA" -C c collect paper-form --facility "$1" | awk -F, -v OFS=, -v day="$2" -v results="${*:3}" '
    BEGIN { count = split(results, of, " ") }
    NR > 1 { sub(/\r/, ""); $3 = day; $6 = of[NR - 1]
      if ($6 == "发现问题") { $7 = 30; $8 = 2; $9 = "120.50"; $10 = "整改中"; $11 = "2023-04-30" } }
    { print }'
}

# The states of an office: states OFFICE [WHERE], lines CODE|KIND|VIA|ROUND|STATE|COUNTS.
states() {
  sqlite3 "$1/zicha.db" "SELECT s.facility, kind, via, round, state, counts FROM standing AS s
    JOIN collected AS c ON c.no = s.report ${2:+WHERE $2} ORDER BY 1, 2, 3, c.day, state"
}

# The county c and two facilities that have reported to it, T1 and T2; T3 has no zicha, T4 is silent.
# Made once a file.
make_supervised_office() {
  if [ ! -d "$BATS_FILE_TMPDIR/made" ]; then
    mkdir "$BATS_FILE_TMPDIR/made"
    (
      cd "$BATS_FILE_TMPDIR/made" || exit 1
      make_plans
      make_office c C1 county "$plans/county/test"
      site T1 第一卫生院 乡镇卫生院
      site T2 第二诊所 诊所
      { echo "$roster_head"; row T1 第一卫生院 乡镇卫生院 T1; row T2 第二诊所 诊所 T2
        row T3 第三诊所 诊所; row T4 第四诊所 诊所; } >roster.csv
      "$ZICHA" -C c --today 2023-01-01 roster import roster.csv >/dev/null
      send T1 2023-03-20 posted=否 sampled=30/2 trained=是
      send T2 2023-03-25 posted=是 sampled=30/0
    ) || return 1
  fi
  plans=packages
  cp -a "$BATS_FILE_TMPDIR/made/." .
}

# The office c on a day, asked, and looked through.
on() { run "$ZICHA" -C c --today "$@"; }
sql() { sqlite3 c/zicha.db "$1"; }
good() { run "$ZICHA" -C c verify && expect 0 "everything is as it was written"; }
