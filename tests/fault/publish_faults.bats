#!/usr/bin/env bats
# key trust, plan publish and plan fetch, killed and failing: a folder that was published can be fetched
# from, as it was or as it should be; a library is whole; and the same command, once more, completes it.
load ../cli/helper
load fault
load ../cli/published

setup_file() {
  have_inject || return 0
  export ZICHA_LANG=en ZICHA_LIBRARY=$BATS_FILE_TMPDIR/base/library
  make_home
  mkdir "$BATS_FILE_TMPDIR/base"
  cd "$BATS_FILE_TMPDIR/base" || return 1
  make_keys
  make_root 1 county city
  trust
  make_plan c/city/plan city/plan 某市
  make_plan c/county/demo county/demo 某县 city/plan
  publish c/city/plan city 3
  publish c/county/demo county 1
  put_out 3.zpk 1.zpk
  fetch "$ZICHA" >/dev/null
  echo '# 新' >>c/county/demo/plan.yaml
  publish c/county/demo county 2
  cp -a library/. untrusting && rm -r untrusting/roots
  make_root 2 county city
  cp -a shelf later
  "$ZICHA" --today "$published_day" plan publish later 2.zpk --roots roots --key keys/county.key >/dev/null
}

setup() {
  need_inject
  begin_test
  cd "$BATS_FILE_TMPDIR" || return 1
  export ZICHA_LIBRARY=$BATS_FILE_TMPDIR/trial/library
}

put_out() { "$ZICHA" --today "$published_day" plan publish shelf "$@" --roots roots --key keys/county.key >/dev/null; }
fetch() { "$1" --today "$published_day" plan fetch "${2:-shelf}"; }

# What the commands of a trial are (fault.bash).
command_of() {
  case $1 in
    publish) run_program --today "$published_day" plan publish shelf 2.zpk --roots roots --key keys/county.key ;;
    fetch) run_program --today "$published_day" plan fetch later ;;
    trust)
      ZICHA_LIBRARY=$PWD/untrusting run_program --today "$published_day" key trust roots \
        --fingerprint "$(sha256sum roots/1.root | cut -d ' ' -f 1)"
      ;;
  esac
}

# What the commands leave, without what was not finished.
left() { find shelf library untrusting -type f ! -name lock ! -path '*.new*' -exec sha256sum {} + | sort; }

# Whoever fetches finds a whole folder, of the one number or the other; the keys and the plans can be
# listed.
is_whole() { # COMMAND
  if [ "$1" = publish ]; then
    fetch "$ZICHA" >../said 2>&1 || told "then fetch: $(cat ../said)"
    grep -qE '^index [12] of ' ../said || told "fetched $(cat ../said)"
  fi
  "$ZICHA" --today "$published_day" plan list --installed >../said 2>&1 || told "then list: $(cat ../said)"
  ZICHA_LIBRARY=$PWD/untrusting "$ZICHA" --today "$published_day" key list >../said 2>&1 ||
    grep -q 'no key' ../said || told "then key list: $(cat ../said)"
}

told() {
  echo "$trial: $*"
  return 1
}

# every COMMAND KIND LEAST: in each call of this kind, or so many as ZICHA_LONG does not ask for.
every() {
  local number all again
  begin_trial
  run_trial "$1" none memory 0
  [ "$status" = 0 ]
  left >../wanted.txt
  begin_trial
  run_trial "$1" zicha "$2" 0
  all=$calls
  [ "$all" -ge "$3" ] || told "$1 $2: only $all calls"
  for number in $(numbers "$all" "$([ -n "${ZICHA_LONG:-}" ] && echo 1000 || echo "${4:-3}")"); do
    begin_trial
    run_trial "$1" zicha "$2" "$number"
    trial="$1, $2 $number of $all"
    [ "$failed" -gt 0 ] || continue
    ended "$2"
    cp -a . ../after
    is_whole "$1"
    cd .. && rm -rf trial && mv after trial && cd trial
    again=0
    process=none
    command_of "$1" >../said 2>&1 || again=$?
    [ "$again" = 0 ] || told "again: $(cat ../said)"
    [ -z "$(find shelf library untrusting -name '*.new' -o -name '*.next')" ] ||
      told "left $(find shelf library untrusting -name '*.new' -o -name '*.next')"
    [ "$1" = publish ] || left | cmp -s - ../wanted.txt || told "another state afterwards"
  done
}

# A failure is told; the killed cannot.
ended() {
  if [ "$1" = kill ]; then
    [ "$status" = 137 ] || told "status $status"
    return
  fi
  [[ "$documented 77 " = *" $status "* ]] || told "status $status"
  [ "$status" = 0 ] || grep -qE '[a-z]+ [a-z]+' ../err ../out || told "said nothing"
}

@test "killed at any step of plan publish, the folder is the one or the other" {
  every publish kill 10 5
}

@test "on a disk that is full plan publish leaves the folder as it was" {
  every publish write 4
  lasting=1
  every publish write 4 2
}

@test "a rename or a flush that fails in plan publish costs nothing" {
  every publish rename 3
  every publish sync 3 2
}

@test "killed at any step of plan fetch, the library is whole and the next one completes it" {
  every fetch kill 20 5
}

@test "on a disk that is full plan fetch takes nothing by halves" {
  every fetch write 5
  every fetch rename 3
}

@test "killed or with a full disk at any step of key trust, the roots are trusted or not" {
  every trust kill 10
  every trust write 3
}
