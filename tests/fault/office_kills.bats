#!/usr/bin/env bats
# kill -9 at random moments while an office collects: no file is lost or kept twice, and the next
# command goes on. ZICHA_LONG runs ten times as many.
load ../cli/helper
load ../cli/county
load kill

rounds=6
[ -n "${ZICHA_LONG:-}" ] && rounds=60

setup() {
  begin_test
  make_county
  mkfifo silence
  RANDOM=13
  printf 'name: 某县卫生健康局\ncode: C1\nlevel: county\n' >office.yaml
  "$ZICHA" init empty --office --plan "$county_plan" --office-file office.yaml >/dev/null
  "$ZICHA" -C empty --today 2023-01-01 roster import "$roster" >/dev/null
  collect empty whole || [ $? -eq 1 ]
}

# A copy of an office takes in all that came.
collect() {
  rm -rf "$2"
  cp -a "$1" "$2"
  "$ZICHA" -C "$2" --today 2023-12-01 collect "$mail"
}

# All that an office has made of its files, whatever the order in which it took them in.
made_of() {
  sqlite3 "$1/zicha.db" "SELECT file, c.facility, statuses, found, s.round, state, counts FROM collected AS c
    JOIN standing AS s ON s.report = c.no ORDER BY file"
  (cd "$1/inbox" && find . -type f | sort)
}

@test "kill -9 while an office collects loses no file, keeps none twice, and the next command goes on" {
  local round kills=0
  made_of whole >wanted
  cp -a empty begun
  measure "$ZICHA" -C begun --today 2023-12-01 collect "$mail"
  rm -rf begun
  cp -a empty w
  for ((round = 1; round <= rounds; round++)); do
    # Every other round goes on with what the one before has left.
    [ $((round % 2)) = 0 ] || { rm -rf w && cp -a empty w; }
    killed output "$ZICHA" -C w --today 2023-12-01 collect "$mail"
    "$ZICHA" -C w verify >verified 2>&1 || {
      echo "round $round:"
      cat verified
      return 1
    }
    [ "$(sqlite3 w/zicha.db 'SELECT count(*) = count(DISTINCT file) FROM collected')" = 1 ]
    if [ $((round % 2)) = 0 ]; then
      "$ZICHA" -C w --today 2023-12-01 collect "$mail" >/dev/null 2>&1 || [ $? -eq 1 ]
      made_of w >made
      diff wanted made
      "$ZICHA" -C w verify >verified
      grep -q 'everything is as it was written' verified
    fi
  done
  [ "$kills" -gt $((rounds / 3)) ]
}
