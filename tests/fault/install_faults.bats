#!/usr/bin/env bats
# plan install, killed and failing at every step: afterwards the library is as before or has the new
# package whole, and the next installation works.
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
  zicha plan install 3.zpk --today "$published_day"
  publish c/county/demo county 1
  zicha plan install 1.zpk --today "$published_day"
  echo '# 新' >>c/county/demo/plan.yaml
  publish c/county/demo county 2
}

setup() {
  need_inject
  begin_test
  cd "$BATS_FILE_TMPDIR" || return 1
  export ZICHA_LIBRARY=$BATS_FILE_TMPDIR/trial/library
}

# What the commands of a trial are (fault.bash).
command_of() { run_program plan install 2.zpk --today "$published_day"; }

# The installed packages and what is in their folders, without what was not finished.
installed() {
  (cd library/packages && find . -type f ! -path '*.new/*' -exec sha256sum {} + | sort)
}

# The state before, and the one that is wanted.
make_states() {
  [ -e new.txt ] && return
  begin_trial
  installed >../old.txt
  run_trial install none memory 0
  [ "$status" = 0 ]
  installed >../new.txt
  cp library/seen ../new.seen
  cd ..
  no cmp -s old.txt new.txt
}

# Whether the library is whole: as before or as it should be, and readable.
is_whole() {
  installed >../now.txt
  cmp -s ../now.txt ../old.txt || cmp -s ../now.txt ../new.txt || {
    echo "$trial: neither old nor new: $(diff ../now.txt ../new.txt | head -5)"
    return 1
  }
  "$ZICHA" plan list --installed --today "$published_day" >../list.txt 2>&1 || {
    echo "$trial: $(cat ../list.txt)"
    return 1
  }
}

# Once more and undisturbed: done, and nothing is left of what was begun.
mends() {
  "$ZICHA" plan install 2.zpk --today "$published_day" >../again.txt 2>&1 || {
    echo "$trial: then $(cat ../again.txt)"
    return 1
  }
  installed | cmp -s - ../new.txt && cmp -s library/seen ../new.seen || {
    echo "$trial: not the wanted state afterwards"
    return 1
  }
  [ -z "$(find library -name '.*.new')" ] || {
    echo "$trial: left $(find library -name '.*.new')"
    return 1
  }
}

# every KIND LEAST [MOST]: in each call of this kind in turn, or in so many of them; there are at
# least so many.
every() {
  local number all tried=0
  make_states
  begin_trial
  run_trial install zicha "$1" 0
  all=$calls
  [ "$all" -ge "$2" ]
  for number in $(numbers "$all" "$([ -n "${ZICHA_LONG:-}" ] && echo 1000 || echo "${3:-1000}")"); do
    begin_trial
    run_trial install zicha "$1" "$number"
    trial="$1 $number of $all"
    [ "$failed" -gt 0 ] || continue
    tried=$((tried + 1))
    is_whole
    ended "$1"
    mends
  done
  [ "$tried" -gt 2 ] || [ "$tried" = "$all" ]
}

# A failure is told, and what was begun is taken back at once; the killed can do neither.
ended() {
  if [ "$1" = kill ]; then
    [ "$status" = 137 ]
    return
  fi
  [[ $documented = *" $status "* ]] || {
    echo "$trial: status $status"
    return 1
  }
  [ "$status" = 0 ] || grep -qE '[a-z]+ [a-z]+' ../err || {
    echo "$trial: said «$(cat ../err)»"
    return 1
  }
  [ -z "$(find library -name '.*.new')" ] || {
    echo "$trial: left $(find library -name '.*.new')"
    return 1
  }
}

@test "killed at each step, the library is the old one or the new one, and the next installation works" {
  every kill 20
}

@test "on a disk that is full at any write nothing is half installed" {
  every write 5
}

@test "a rename that fails leaves the old state" {
  every rename 5
}

@test "what cannot be flushed is not called installed" {
  every sync 2
}

@test "what cannot be opened or made leaves the old state" {
  every open 20 24
}

@test "a disk that is full from any write on leaves the old state" {
  lasting=1
  every write 5 5
}
