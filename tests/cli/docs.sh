#!/bin/bash
# docs.sh: runs what the pages of the documentation show.
#
#   docs.sh console PAGE    runs its ```console blocks in order, in one scratch folder and
#                           one shell; prints what came out differently
#   docs.sh packages PAGE   loads the packages that its file blocks make; prints what is
#                           wrong with them
#   docs.sh files PAGE FOLDER   only writes them, each package into a folder of its name
#   docs.sh shapes PAGE FOLDER  compares its JSON with what commands print
#                           (FOLDER/COMMAND.*)
#   docs.sh keys check|update    compares the tables of keys in the package reference
#                           with the schema; puts them right (keys.lua)
#   docs.sh library check|update  compares the tables of docs/rule-library.md and of docs/rules.md with the rule
#                           library; puts them right
#   docs.sh words | fields | functions | aggregates | globals | commands | options |
#           loosening | codes    what the program knows, for the tests of completeness
#
# A console block holds «$ command» lines, each followed by exactly what it prints; a line
# «…» stands for any lines, «…» within a line for any characters. In the scratch folder lie
# example/ (a hospital and a clinic), city/medical-disorder (a plan of the level above) and
# the page's packages; zicha is on the PATH. English pages run in English. What the reader
# writes between two commands is written (docs.awk: save, add, old, new).
#
# ZICHA is the program, ZICHA_ROOT the repository; the working folder is the scratch.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$ZICHA_ROOT
scratch=$PWD

fences() { awk -v mode=list -f "$here/docs.awk" "$1"; }
body() { awk -v mode=body -v line="$2" -f "$here/docs.awk" "$1"; }

# Fences with one file name follow each other in it.
write_files() {
  local page=$1 folder=$2 line package file
  fences "$page" | while read -r line _ package file _; do
    [ "$file" = - ] && continue
    mkdir -p "$(dirname "$folder/$package/$file")"
    body "$page" "$line" >>"$folder/$package/$file"
  done
}

prepare() {
  mkdir -p bin
  ln -sf "$ZICHA" bin/zicha
  PATH=$PWD/bin:$PATH
  export PATH ZICHA_TODAY=2023-06-30 ZICHA_LIBRARY=$PWD/library
  case $1 in
  */zh/* | *.zh-CN.md) export ZICHA_LANG=zh ;;
  *) export ZICHA_LANG=en ;;
  esac
  cp -R "$root/checklists/county/large-prescriptions/example" example
  mkdir city
  cp -R "$root/checklists/city/medical-disorder" city
  write_files "$1" .
}

# ---- console -----------------------------------------------------------------------

# Whether the lines of FILE-WANTED, with … for any lines, are those of FILE-GOT.
same() {
  awk '
    FNR == NR { wanted[++w] = $0; next }
    { got[++g] = $0 }
    # Whether the line fits, with … for any characters.
    function like(want, line,    at, part, count, i) {
      if (want == line) return 1
      if (want !~ /…/) return 0
      count = split(want, part, "…")
      if (substr(line, 1, length(part[1])) != part[1]) return 0
      line = substr(line, length(part[1]) + 1)
      for (i = 2; i < count; i++) {
        at = index(line, part[i])
        if (at == 0) return 0
        line = substr(line, at + length(part[i]))
      }
      at = length(line) - length(part[count])
      return at >= 0 && substr(line, at + 1) == part[count]
    }
    function fits(i, j) {
      for (; i <= w; i++) {
        if (wanted[i] == "…") {
          for (; j <= g + 1; j++) if (fits(i + 1, j)) return 1
          return 0
        }
        if (j > g || !like(wanted[i], got[j])) return 0
        j++
      }
      return j == g + 1
    }
    END { exit !fits(1, 1) }
  ' "$1" "$2"
}

compare() {
  if ! same "$scratch/.wanted" "$scratch/.got"; then
    printf "%s: \`%s\` shows\n" "$1" "$command"
    sed '1d; s/^/  | /' "$scratch/.wanted"
    printf 'but prints\n'
    sed '1d; s/^/  | /' "$scratch/.got"
  fi
}

# awk reads no empty first file as one, so both begin with a line of their own. The
# subshell gives `echo $?` the status of the command before.
run_command() {
  {
    echo start
    (exit "$last")
    eval "$command"
    last=$?
  } >"$scratch/.got" 2>&1 </dev/null
}

# edit PAGE START STEP PATH: does what the reader does with a file. What he is to replace
# must stand there, once.
edit() {
  local path=$4 text new place="$1:$2"
  new=$(body "$1" "$2" && echo .)
  new=${new%.}
  case $3 in
  save)
    mkdir -p "$(dirname "$path")"
    printf '%s' "$new" >"$path"
    ;;
  add) printf '%s' "$new" >>"$path" ;;
  old) old=$new ;;
  new)
    text=$(printf '\n' && cat "$path" && echo .)
    text=${text%.}
    old=$'\n'$old
    if [ "${text#*"$old"}" = "$text" ]; then
      printf '%s: these lines do not stand in %s\n' "$place" "$path"
    elif [[ $'\n'${text#*"$old"} == *"$old"* ]]; then
      printf '%s: these lines stand in %s several times\n' "$place" "$path"
    fi
    text=${text/"$old"/$'\n'"$new"}
    printf '%s' "${text#$'\n'}" >"$path"
    ;;
  esac
}

run_console() {
  local page=$1 start language step path line number command='' last=0 old=''
  prepare "$page"
  while read -r start language _ _ _ step path; do
    [ "$step" = - ] || edit "$page" "$start" "$step" "$path"
    [ "$language" = console ] || continue
    number=$start
    command=''
    while IFS= read -r line; do
      number=$((number + 1))
      case $line in
      '$ '*)
        [ -z "$command" ] || compare "$page:$at"
        command=${line#'$ '}
        at=$number
        echo start >"$scratch/.wanted"
        run_command
        ;;
      *) printf '%s\n' "$line" >>"$scratch/.wanted" ;;
      esac
    done < <(body "$page" "$start")
    [ -z "$command" ] || compare "$page:$at"
  done < <(fences "$page")
}

# ---- packages ----------------------------------------------------------------------

default_plan() {
  cat <<'END'
zicha: 1
id: county/example
title: 示例方案
version: "1"
kind: rectification
level: county
END
}

default_facility() {
  printf 'code: T1\nname: 示例机构\nclass: 乡镇卫生院\nbeds_open: 20\n'
}

# Items for the rules that no item of the package names, so that all are compiled.
add_items() {
  local package=$1 id number=0
  cat "$package"/rules/*.lua 2>/dev/null |
    sed -n 's/^ *rule "\([a-z0-9_.]*\)".*/\1/p' >.declared
  while read -r id; do
    cat "$package"/items.yaml "$package"/items/*.yaml 2>/dev/null | tr -c 'a-z0-9_.' '\n' |
      grep -qxF -- "$id" && continue
    number=$((number + 1))
    mkdir -p "$package/items"
    printf -- '- {id: made_%d, title: 示例, kind: data, rules: [%s]}\n' "$number" "$id" \
      >>"$package/items/made.yaml"
  done <.declared
  if ! cat "$package"/items.yaml "$package"/items/*.yaml 2>/dev/null | grep -q .; then
    echo '- {id: made, title: 示例, kind: evidence}' \
      >"$package/items.yaml"
  fi
}

load_package() {
  local page=$1 package=$2
  local place="$page: $package" facility=$package/facility.yaml
  [ -f "$package/plan.yaml" ] || default_plan >"$package/plan.yaml"
  [ -f "$facility" ] || { facility=facility.yaml && default_facility >facility.yaml; }
  add_items "$package"
  local workspace=w-${package//\//-}
  if ! zicha init "$workspace" --plan "$package" --facility "$facility" >.got 2>&1; then
    printf '%s is not loaded:\n' "$place"
    cat .got
    return
  fi
  grep -E '(warning|note): ' .got
  zicha -C "$workspace" check --format json >.record 2>.got || [ $? -le 2 ] || {
    printf '%s is not judged:\n' "$place"
    cat .got
    return
  }
  # A rule that is wrong, or stopped, leaves its item undetermined with a reason. One that
  # says itself that it cannot judge is right.
  jq -r '.items[] | (.rules // [])[] | select(.status == "undetermined") |
    select(.reason.text != "{text}") | "\(.id): \(.reason.text)"' .record | sed "s|^|$place: |"
  cat .got
  if [ -f "$package/report.yaml" ]; then
    cp "$package/report.yaml" "$workspace/report.yaml"
    zicha -C "$workspace" report >.got 2>&1 || {
      printf '%s: report.yaml is not read:\n' "$place"
      cat .got
    }
  fi
}

run_packages() {
  local page=$1 package
  prepare "$page"
  for package in $(fences "$page" | awk '$4 != "-" { print $3 }' | sort -u); do
    load_package "$page" "$package"
  done
}

# ---- shapes ------------------------------------------------------------------------

# Every key of some JSON values, as a path: .items[].id. What stands in an import's
# options and in a message's arguments has keys of its own.
paths='[paths | map(if type == "number" then "[]" else "." + . end) | join("")] |
  unique | .[] | select(test("\\.(args|map|values|blank)\\.") | not)'

# A key that the page shows must be printed; one that is printed must be shown, or named
# in the page's text.
run_shapes() {
  local page=$1 key wanted
  for wanted in $(fences "$page" | awk '$5 != "-" { print $5 }' | sort -u); do
    fences "$page" | awk -v shape="$wanted" '$5 == shape { print $1 }' |
      while read -r key; do body "$page" "$key"; done | jq -r "$paths" >.shown ||
      printf '%s: the JSON of %s is none\n' "$page" "$wanted"
    cat "$2/$wanted".* | jq -r "$paths" | sort -u >.printed
    sort -u .shown | comm -23 - .printed | sed "s|^|$page: $wanted does not print |"
    sort -u .shown | comm -13 - .printed | sed -e 's/.*\.//' -e 's/\[\]$//' | sort -u |
      while read -r key; do
        grep -qF -- "\`$key\`" "$page" || grep -qF -- "\"$key\":" "$page" ||
          printf '%s: %s prints a key, the page does not name %s\n' "$page" "$wanted" "$key"
      done
  done
}

# ---- what the program knows --------------------------------------------------------

# The tables of keys, made from the schema; what only a person can write is told.
keys() {
  lua5.4 "$here/keys.lua" "$1" "$root" "$root/docs/plan-format.md" \
    "$root/docs/layers.md" "$root/docs/lint.md" "$root/docs/items-format.md" \
    "$root/docs/rule-library.md" "$root/docs/office.md"
}

# FILE, how many RULES, TABLES, the letters of its CHECKS.
library_files() {
  "$ZICHA" plan rules --format json | jq -r '.files[] |
    "| `\(.stem).lua` | \(.rules | length) | "
      + "\([.rules[].tables[] | select(.id | startswith("p.") | not) | "\(.id) \(.title)"] |
        unique | join(", ")) | "
      + "\([.rules[].number[], .questions[].number] | map(sub("-.*"; "")) | unique | join(", ")) |"'
}

# ID RULES FORMS TITLES of every check: those of tests/data/rule-ids.txt in their order, then
# rules without a number. A check that the library lacks, answers twice or does not know is
# told instead.
library_rows() {
  "$ZICHA" plan rules --format json | jq -r --rawfile ids "$root/tests/data/rule-ids.txt" '
    [$ids | split("\n")[] | select(test("^[A-Z]"))] as $ids |
    [.files[].rules[]] as $rules | [.files[].questions[]] as $questions |
    def form: (if .views == [] then "" else "view+" end)
      + (if .measures == [] then "" else "measure+" end) + .form;
    def once: reduce .[] as $one ([]; if index($one) then . else . + [$one] end);
    def row($id; $of): "| \($id) | \([$of[] | "`\(.id)`"] | join(", ")) | "
      + "\([$of[] | form] | once | join(", ")) | \([$of[].title // "?"] | once | join("；")) |";
    ($ids[] | . as $id | [$rules[] | select(.number | index($id))] as $of |
      [$questions[] | select(.number == $id)] as $asked |
      if ($of | length) > 0 and ($asked | length) > 0 then "\($id) is a rule and a question"
      elif ($asked | length) > 1 then "\($id) is a question twice"
      elif ($of | length) > 0 then row($id; $of)
      elif ($asked | length) == 1 then "| \($id) | – | question | \($asked[0].reason) |"
      else "\($id) is missing" end),
    ($rules[] | select(.number == []) | row("–"; [.])),
    ([$rules[].number[], $questions[].number] | unique - $ids)[] + " is no known check"'
}

# The table behind a mark: compared with standard input, or replaced by it.
put_table() {
  local page table
  page=$(grep -lxF "<!-- $2 -->" "$root/docs/rule-library.md" "$root/docs/rules.md") || return 1
  table=$(cat)
  if [ "$1" = update ]; then
    awk -v mark="<!-- $2 -->" -v table="$table" '
      $0 == mark { print; print table; skip = 1; next }
      skip && /^\|/ { next }
      { skip = 0; print }' "$page" >"$page.new" && mv "$page.new" "$page"
  else
    awk -v mark="<!-- $2 -->" '$0 == mark { on = 1; next } on && !/^\|/ { exit } on' "$page" |
      diff - <(printf '%s\n' "$table")
  fi
}

library() {
  local rows bad=0
  rows=$(library_rows) || return 1
  {
    printf '| file | rules | tables | checks |\n|---|---:|---|---|\n'
    library_files
  } | put_table "$1" library-files || bad=1
  {
    printf '| check | rules | form | what it finds, or why it is asked |\n|---|---|---|---|\n'
    printf '%s\n' "$rows" | grep '^|'
  } | put_table "$1" library || bad=1
  printf '%s\n' "$rows" | grep -v '^|' && bad=1
  return $bad
}

# SECTION FIELD of all that layers compare.
loosening() { lua5.4 "$here/keys.lua" loosening "$root"; }

# CODE SEVERITY of lint's findings.
codes() {
  grep -o '"\(error\|warning\|note\)", \(code = \)\{0,1\}"[a-z-]*"' "$root/scripts/author/lint.lua" |
    sed 's/"\([a-z]*\)", \(code = \)\{0,1\}"\([a-z-]*\)"/\3 \1/' | sort -u
}

# WORDS CODE 中文 of terms.lua.
words() {
  tr '\n' ' ' <"$root/scripts/zicha/terms.lua" |
    grep -o 'terms\.[a-z_]* = { *{[^=]*} *}\|terms\.[a-z_]* = {[^=]*}, *}' |
    awk '{
      name = $1; sub(/^terms\./, "", name)
      text = $0
      while (match(text, /\{ "[^}]*" \}/)) {
        pair = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        gsub(/[{}",]/, " ", pair)
        split(pair, part, " ")
        print name, part[1], part[2] == "" ? "-" : part[2]
      }
    }'
}

# Texts between two lines of a source, one a line.
texts_between() {
  sed -n "/$2/,/$3/p" "$root/$1" | grep -o '"[A-Za-z_0-9]\{1,\}"' | tr -d '"'
}

functions() {
  sed -n '/^static const zc_function functions/,/^}/s/^ *{"\([a-z_]*\)",.*/\1/p' \
    "$root/host/table/function.c"
}

aggregates() { texts_between host/table/check.c '^} aggregates' '^};'; }

# NAME TYPE FORM | FORM …; names of several forms are written out.
fields() {
  awk '
    /^  [A-Z]+ = [A-Z |]+,?$/ { meant[$1] = $0; sub(/^[^=]*= /, "", meant[$1]); sub(/,$/, "", meant[$1]) }
    /^} fields/ { inside = 1 }
    /^};/ { inside = 0 }
    inside && match($0, /^ *\{"[a-z_]*", .[a-z]., [A-Z |]*\}/) {
      count = split($0, part, /[{},]+ */)
      name = part[2]; type = part[3]; forms = part[4]
      gsub(/"/, "", name); gsub(/\047/, "", type)
      for (again = 1; again; ) {
        again = 0
        for (word in meant)
          if (length(word) > 1) again += gsub("(^|[^A-Z])" word "($|[^A-Z])", " " meant[word] " ", forms)
      }
      gsub(/ +/, " ", forms); gsub(/^ | $/, "", forms)
      print name, type, forms
    }' "$root/host/table/form.c"
}

# LIBRARY NAME of every name that a rule file has.
globals() {
  local sandbox=host/eval/sandbox.c library
  {
    texts_between $sandbox '^static void open_base' '^}' | sed 's/^/base /'
    texts_between $sandbox '^static void open_string' '^}' | sed 's/^/string /'
    for library in tables math utf8; do
      texts_between $sandbox "const $library\[\]" 'NULL}' | sed "s/^/${library%s} /"
    done
    # A function of our own in a library's table.
    sed -n '/^void zc_sandbox_open/,/^}/p' "$root/$sandbox" | awk '
      match($0, /requiref\(L, "[a-z0-9]*"/) { split($0, part, "\""); library = part[2] }
      /lua_setfield\(L, -2, "/ {
        split($0, part, "\"")
        if (library != "" && part[2] != library && part[2] !~ /^__|^string$/)
          print library, part[2]
        if (part[2] == library) library = ""
      }'
    sed -n -e '/^static int open_rule_globals/,/^}/p' -e '/^void zc_declare_open/,/^}/p' \
      "$root/host/eval/rulefile.c" "$root/host/eval/declare.c" |
      grep -o 'words\[\] = {.*}\|lua_setfield(L, -2, "[a-z_]*")' |
      grep -o '"[a-z_]*"' | tr -d '"' | sed 's/^/rules /'
  } | grep -vx 'string string\|string __index' | sort -u
}

commands() { ZICHA_LANG=en "$ZICHA" help | sed -n 's/^  \([a-z]*\( [a-z]*\)\{0,2\}\)  .*/\1/p'; }

# COMMAND --OPTION of every command.
options() {
  local name
  commands | while read -r name; do
    # shellcheck disable=SC2086
    ZICHA_LANG=en "$ZICHA" help $name | grep -o -- '^ .\{0,5\} --[a-z-]*' |
      sed "s/.*--/${name%% *} --/" | sort -u
  done
}

task=$1
shift
if [ "$task" = keys ] || [ "$task" = library ]; then
  "$task" "$@"
  exit
fi
# Examples may change the folder.
[ -z "${1:-}" ] || set -- "$(realpath "$1")" "${@:2}"
case $task in
console) run_console "$@" ;;
packages) run_packages "$@" ;;
shapes) run_shapes "$@" ;;
files) write_files "$@" ;;
fences) fences "$@" ;;
body) body "$@" ;;
*) "$task" ;;
esac
