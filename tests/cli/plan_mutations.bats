#!/usr/bin/env bats
# Packages as clerks, editors and mail spoil them: an error that names a file of the package,
# or the same plan, or a plan that plan diff tells from the first and that counts alike. Never
# a crash, a hang, or fewer items. ZICHA_LONG spoils ten times as many.
load layered

times=17
[ "${ZICHA_SANITIZED:-OFF}" = ON ] && times=5
[ -n "${ZICHA_LONG:-}" ] && times=170

# What is spoilt, and the package that is looked at then: itself or a child of it.
victims="county/large-prescriptions:county/large-prescriptions
county/institution-rectification:county/institution-rectification
national/medical-disorder-2019:county/medical-disorder
city/medical-disorder:county/medical-disorder
county/medical-disorder:county/medical-disorder
city/insurance-bureau-integrity-tasks:city/insurance-bureau-integrity-tasks
county/private-institutions-disorder:county/private-institutions-disorder"

setup() {
  begin_test
  mkdir sound
  cp -r "$ZICHA_ROOT"/checklists/{national,city,county} sound/
  cp -r sound spoilt
}

# Without what plan diff leaves out: where words come from, and the numbers of entries.
meaning() {
  jq -Sc 'del(.plan.counts, .plan.version, .. | .clause?) | {plan, items}' "$1"
}

counts() { jq -c '[.items, .plan.phases, .plan.duties, .plan.departments | length]' "$1"; }

# How the spoilt package fares; tells what is wrong and fails if it fares worse than it may.
# judge NUMBER PACKAGE FILE
judge() {
  local before=$BATS_TEST_TMPDIR/${2//\//_}.json
  [ -e "$before" ] || zicha plan show "sound/$2" --format json >"$before"
  status=0 lint=0
  timeout 10 "$ZICHA" plan show "spoilt/$2" --format json >after.json 2>errors.txt || status=$?
  outcome=
  case $status in
    0)
      [ "$(jq '.items | length' after.json)" -ge "$(jq '.items | length' "$before")" ] ||
        outcome="items were lost"
      if [ "$(meaning after.json)" != "$(meaning "$before")" ]; then
        timeout 10 "$ZICHA" plan diff "sound/$2" "spoilt/$2" >differences.txt && outcome="diff sees no difference"
        [ "$(counts after.json)" = "$(counts "$before")" ] || outcome="entries were lost"
      fi
      ;;
    65) grep -q "spoilt/[a-z]*/[a-z0-9-]*/" errors.txt || outcome="the error names no file" ;;
    66) [ ! -e "spoilt/$3" ] || outcome="the plan was not found" ;;
    *) outcome="ended with $status" ;;
  esac
  timeout 10 "$ZICHA" plan lint "spoilt/$2" >lint.txt 2>&1 || lint=$?
  case $lint in 0 | 1 | 65 | 66) ;; *) outcome="lint ended with $lint" ;; esac
  [ -n "$outcome" ] || return 0
  echo "mutation $1 of $3, seen from $2: $outcome"
  diff "sound/$3" "spoilt/$3" | head -n 6
  head -n 5 errors.txt
  return 1
}

# each KIND COMMAND: spoils files with COMMAND NUMBER FILE and judges, $times times.
each() {
  local number pair owner seen file lines
  mapfile -t lines <<<"$victims"
  for number in $(seq "$times"); do
    pair=${lines[number % ${#lines[@]}]}
    owner=${pair%:*} seen=${pair#*:}
    file=$owner/plan.yaml
    [ $((number % 3)) -eq 0 ] || file=$owner/items.yaml
    "$2" "$number" "$file" "$1"
    judge "$number" "$seen" "$file"
    rm -rf "spoilt/$owner"
    cp -r "sound/$owner" "spoilt/$owner"
  done
}

spoil() { LC_ALL=C awk -v seed="$1" -v kind="$3" -f "$ZICHA_ROOT/tests/data/mutate.awk" "sound/$2" >"spoilt/$2"; }

@test "a line is lost" { each delete spoil; }

@test "a line stands twice" { each double spoil; }

@test "two lines change places" { each swap spoil; }

@test "a line is indented one space more or less" { each indent spoil; }

@test "a tab stands for spaces" { each tab spoil; }

@test "a full-width colon after a key" { each colon spoil; }

@test "a full-width bracket, comma, quotation mark, hash or dash" { each wide spoil; }

@test "a letter of a key, an id or a word is another one, or missing" { each id spoil; }

@test "the end of the file is lost" { each cut spoil; }

@test "a byte of a character is lost" { each bytes spoil; }

in_gbk() { iconv -f UTF-8 -t GB18030 "sound/$2" >"spoilt/$2"; }

# One line in GBK among lines in UTF-8.
line_in_gbk() {
  local count
  count=$(wc -l <"sound/$2")
  count=$(($1 * 7919 % count + 1))
  { head -n $((count - 1)) "sound/$2"; sed -n "${count}p" "sound/$2" | iconv -f UTF-8 -t GB18030
    tail -n +$((count + 1)) "sound/$2"; } >"spoilt/$2"
}

renamed() {
  local names=(items.yml Items.yaml items.yaml.bak items.txt plan.yml .items.yaml)
  mv "spoilt/$2" "spoilt/${2%/*}/${names[$1 % ${#names[@]}]}"
}

@test "a file in GB18030, whole, or one line of it" {
  each gbk in_gbk
  each line line_in_gbk
}

@test "a file under another name" {
  each rename renamed
}

@test "a file in GB18030 is the same plan" {
  in_gbk 1 county/large-prescriptions/items.yaml
  in_gbk 1 county/large-prescriptions/plan.yaml
  zicha plan show spoilt/county/large-prescriptions --format json 2>/dev/null >after.json
  zicha plan show sound/county/large-prescriptions --format json | cmp - after.json
}
