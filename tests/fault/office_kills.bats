#!/usr/bin/env bats
# kill -9 at random moments while an office collects: no file is lost or kept twice, and the next
# command goes on. ZICHA_LONG runs ten times as many.
load ../cli/helper
load ../cli/county
load kill

rounds=6
[ -n "${ZICHA_LONG:-}" ] && rounds=60

# A place like an installation, with a zicha whose batches are of a hundred files.
make_batches() {
  mkdir -p home/bin
  cp "$ZICHA_BUILD/tests/fault/zicha-batches" home/bin/zicha
  ln -s "$ZICHA_BUILD/libexec" home/libexec
  ln -s "$ZICHA_BUILD/share" home/share
  program=$PWD/home/bin/zicha
}

setup() {
  begin_test
  make_county
  make_batches
  mkfifo silence
  RANDOM=13
  make_rostered_office empty
  collect empty whole || [ $? -eq 1 ]
}

# A copy of an office takes in all that came.
collect() {
  rm -rf "$2"
  cp -a "$1" "$2"
  "$program" -C "$2" --today 2023-12-01 collect "$mail"
}

# All that an office has made of its files, whatever the order in which it took them in.
made_of() {
  sqlite3 "$1/zicha.db" "SELECT file, c.facility, statuses, found, s.round, state, counts FROM collected AS c
    JOIN standing AS s ON s.report = c.no ORDER BY file;
    SELECT * FROM arrival ORDER BY 1, 2, 3"
  (cd "$1/inbox" && find . -type f | sort)
}

@test "batches of any size end with the same" {
  cp -a empty w
  "$ZICHA" -C w --today 2023-12-01 collect "$mail" >/dev/null || [ $? -eq 1 ]
  made_of whole >wanted
  made_of w | diff wanted -
  [ "$(sqlite3 whole/zicha.db "SELECT count(*) FROM event WHERE action = 'collect'")" = 9 ]
  [ "$(sqlite3 w/zicha.db "SELECT count(*) FROM event WHERE action = 'collect'")" = 1 ]
}

@test "kill -9 while an office collects keeps whole batches, no file twice, and the next command goes on" {
  local round kills=0 between=0 all kept
  made_of whole >wanted
  all=$(sqlite3 whole/zicha.db 'SELECT count(*) FROM collected')
  cp -a empty begun
  measure "$program" -C begun --today 2023-12-01 collect "$mail"
  for ((round = 1; round <= rounds || ((between < 2 || kills <= rounds / 3) && round <= 8 * rounds); round++)); do
    # Every other round goes on with what the one before has left.
    [ $((round % 2)) = 0 ] || { rm -rf w && cp -a empty w; }
    killed output "$program" -C w --today 2023-12-01 collect "$mail"
    "$program" -C w verify >verified 2>&1 || {
      echo "round $round:"
      cat verified
      return 1
    }
    kept=$(sqlite3 w/zicha.db 'SELECT count(DISTINCT file) FROM collected')
    [ "$kept" = "$(sqlite3 w/zicha.db 'SELECT count(*) FROM collected')" ]
    [ $((kept % 100)) = 0 ] || [ "$kept" = "$all" ]
    [ "$kept" = 0 ] || [ "$kept" = "$all" ] || between=$((between + 1))
    if [ $((round % 2)) = 0 ]; then
      "$program" -C w --today 2023-12-01 collect "$mail" >/dev/null 2>&1 || [ $? -eq 1 ]
      made_of w >made
      diff wanted made
      "$program" -C w verify >verified
      grep -q 'everything is as it was written' verified
    fi
  done
  echo "$kills killed, $between between two batches"
  [ "$kills" -gt $((rounds / 3)) ]
  [ "$between" -gt 1 ]
}
