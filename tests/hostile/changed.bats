#!/usr/bin/env bats
# Files of tables that are written to while they are read: by a backup that came back, by
# somebody with an editor, by a disk. Nothing is judged by halves.
load ../cli/helper
load hostile

# A workspace w with two tables of some thousand rows, and two plans: one reads calls, by a
# declared rule and by one in Lua, and takes its time before it opens them; one reads stays.
setup_file() {
  [ "${ZICHA_SANITIZED:-OFF}" = OFF ] || return 0
  cd "$BATS_FILE_TMPDIR" || return 1
  export ZICHA_LANG=en
  make_package calls <<'END'
- {id: named, title: 姓名, kind: data, rules: [slow.named]}
- {id: last, title: 末行, kind: data, rules: [slow.last]}
END
  write_rule calls slow <<'END'
for i = 1, 20000000 do end
rule "slow.named" { on = "calls", where = 'days > 3 and name == "李"' }
rule "slow.last" { on = "calls", each = function(row)
  if row.visit_no == "A1" then for i = 1, 8000000 do end end
  return row.name == "李" end }
END
  make_package stays <<'END'
- {id: long, title: 久住, kind: data, rules: [stays.long]}
END
  sed -i 's/county\/test/county\/stays/' stays/plan.yaml
  write_rule stays stays <<'END'
rule "stays.long" { on = "stays", where = 'days > 18' }
END
  for table in calls stays; do
    write_dataset "$table" "$table" 'name: {type: text, titles: [称呼]}'
    { header; rows A 1 20000; } >"$table.csv"
  done
  make_facility
  "$ZICHA" init w --plan calls --facility facility.yaml >/dev/null
  "$ZICHA" -C w plan use stays >/dev/null
  "$ZICHA" -C w import calls calls.csv >/dev/null
  "$ZICHA" -C w import stays stays.csv >/dev/null
}

setup() {
  locked_only
  export ZICHA_LANG=en
  cp -a "$BATS_FILE_TMPDIR"/{w,calls,stays} "$BATS_TEST_TMPDIR"
  cd "$BATS_TEST_TMPDIR" || return 1
  stored=$(echo w/data/calls-*.csv)
  [ -f "$stored" ]
}

# Begins a check of a plan and stops its evaluator as soon as that has mapped its tables. One
# that was through before it could be stopped has not been, and it begins once more.
begin_check() {
  cp w/zicha.db before.db
  for _ in 1 2 3 4 5 6 7 8; do
    "$ZICHA" -C w --today 2023-06-30 check --plan "$1" --format json >record.json \
      2>messages.txt &
    check=$!
    if stop_evaluator; then return 0; fi
    wait "$check" || true
    cp before.db w/zicha.db
  done
  return 1
}

# Stops the evaluator of the check that runs, as soon as it is locked.
stop_evaluator() {
  for _ in $(seq 1000); do
    for evaluator in $(pgrep -P "$check"); do
      if tr '\0' ' ' <"/proc/$evaluator/cmdline" | grep -q -- --table &&
        grep -q '^Seccomp:.*2$' "/proc/$evaluator/status"; then
        kill -STOP "$evaluator" && grep -q '^State:.*T' "/proc/$evaluator/status" || break
        return 0
      fi
    done 2>/dev/null
    kill -0 "$check" || break
    sleep 0.005
  done
  echo "no evaluator came"
  return 1
}

# Lets it go on and waits for the check's end.
end_check() {
  kill -CONT "$evaluator"
  status=0
  wait "$check" || status=$?
}

check_only() {
  status=0
  "$ZICHA" -C w --today 2023-06-30 check --plan "$1" --format json >record.json \
    2>messages.txt || status=$?
}

runs() { sqlite3 w/zicha.db "SELECT count(*) FROM run"; }

# The check says which table it was, and nothing else has suffered.
refused() {
  expect "exit status" "$status" 65
  grep -q 'table calls changed while it was read; import it again' messages.txt || {
    cat messages.txt
    return 1
  }
  expect "what was printed" "$(wc -c <record.json)" 0
  expect runs "$(runs)" "${1:-0}"
  check_only county/stays
  expect "the other plan" "$status" 1
  expect "its rows" "$(jq '.items[0].population' record.json)" 20000
  "$ZICHA" -C w import calls "$BATS_FILE_TMPDIR/calls.csv" >/dev/null
  check_only county/test
  expect "after another import" "$status" 0
}

@test "a check whose tables stay as they are ends as ever" {
  begin_check county/test
  end_check
  expect "exit status" "$status" 0
  expect population "$(jq -c '[.items[].population]' record.json)" "[20000,20000]"
  expect runs "$(runs)" 1
}

@test "a table that is cut off while it is read: 65, and no run is kept" {
  begin_check county/test
  chmod u+w "$stored"
  truncate -s 1000 "$stored"
  end_check
  refused
}

@test "a table that becomes empty while it is read: 65" {
  begin_check county/test
  chmod u+w "$stored"
  : >"$stored"
  end_check
  refused
}

@test "a run that was kept before stays when a table is cut off later" {
  begin_check county/test
  end_check
  cp record.json before.json
  "$ZICHA" -C w --today 2023-07-01 check --plan county/test --format json >record.json \
    2>messages.txt &
  check=$!
  stop_evaluator
  chmod u+w "$stored"
  truncate -s 1000 "$stored"
  end_check
  expect "exit status" "$status" 65
  expect runs "$(runs)" 1
  expect "the run" "$(sqlite3 w/zicha.db 'SELECT id FROM run')" "$(jq -r .run before.json)"
}

@test "an edit of the same size while a table is read: 65, even with the old times" {
  begin_check county/test
  touch -r "$stored" times
  chmod u+w "$stored"
  printf 'B' | dd of="$stored" bs=1 seek=40 conv=notrunc status=none
  touch -r times "$stored"
  end_check
  refused
}

@test "a longer file while a table is read: 65" {
  begin_check county/test
  chmod u+w "$stored"
  echo 'B1,2,王' >>"$stored"
  end_check
  refused
}

@test "another file under the name of the table while it is read: 65" {
  begin_check county/test
  sed 's/A77,/B77,/' "$stored" >other.csv
  mv -f other.csv "$stored"
  end_check
  refused
}

@test "a table that is only touched while it is read is what was judged" {
  begin_check county/test
  touch "$stored"
  end_check
  expect "exit status" "$status" 0
  expect runs "$(runs)" 1
}

@test "the same bytes in another file are what was judged" {
  begin_check county/test
  cp "$stored" other.csv
  mv -f other.csv "$stored"
  end_check
  expect "exit status" "$status" 0
  expect runs "$(runs)" 1
}

@test "a table of another plan that is cut off changes nothing" {
  begin_check county/test
  chmod u+w w/data/stays-*.csv
  truncate -s 1000 w/data/stays-*.csv
  end_check
  expect "exit status" "$status" 0
  expect runs "$(runs)" 1
}

@test "an evaluator that is killed is no table that changed" {
  begin_check county/test
  kill -KILL "$evaluator"
  status=0
  wait "$check" || status=$?
  [ "$status" -ne 65 ]
  lacks 'changed while' <messages.txt
}

# The evaluator as a script that waits for the file `go` and then is the real one.
slow_evaluator() {
  mkdir -p tree/bin tree/libexec/zicha
  cp "$ZICHA" tree/bin/zicha
  ln -s "$ZICHA_BUILD/share" tree/share
  cat >tree/libexec/zicha/zicha-eval <<END
#!/bin/sh
case "\$*" in
*--table*) : >'$PWD/waiting'; until [ -e '$PWD/go' ]; do /bin/sleep 0.01; done ;;
esac
exec '$ZICHA_BUILD/libexec/zicha/zicha-eval' "\$@"
END
  chmod +x tree/libexec/zicha/zicha-eval
}

# Changes the table, by a command, between the host's look at it and its mapping.
between() {
  slow_evaluator
  status=0
  tree/bin/zicha -C w --today 2023-06-30 check --plan county/test --format json \
    >record.json 2>messages.txt &
  check=$!
  until [ -e waiting ]; do sleep 0.01; done
  chmod u+w "$stored"
  "$@"
  : >go
  wait "$check" || status=$?
}

@test "a table that is cut off before it is mapped: 65" {
  between truncate -s 1000 "$stored"
  refused
}

@test "a table that is edited before it is mapped: 65" {
  between sed -i 's/A77,/B77,/' "$stored"
  refused
}

@test "table check tells of a file that is cut off while it reads it, and reads the others" {
  slow_evaluator
  status=0
  tree/bin/zicha -C w --today 2023-06-30 table check --format json >tables.json \
    2>messages.txt &
  check=$!
  until [ -e waiting ]; do sleep 0.01; done
  chmod u+w "$stored"
  truncate -s 1000 "$stored"
  : >go
  wait "$check" || status=$?
  expect "exit status" "$status" 65
  grep -q 'table calls changed while it was read' messages.txt
  expect states "$(jq -r '[.tables[] | "\(.id) \(.state)"] | join(", ")' tables.json)" \
    "calls changed, stays imported"
}
