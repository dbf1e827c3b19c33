#!/usr/bin/env bats
# The order of the modules: CMakeLists.txt says what each may use (its LINK lines), and
# the includes of host/ keep to it. The engine's scripts have an order as well.
load helper

setup() {
  begin_test
  host=$ZICHA_ROOT/host
}

# Fails with what it reads, if there is anything.
none() {
  local found
  found=$(cat)
  [ -z "$found" ] || { printf '%s\n' "$found"; return 1; }
}

# "module used" lines of CMakeLists.txt: what each module links.
links() {
  awk '
    /^zicha_module\(/ { sub(/.*\(/, ""); name = $1; inside = 1; linking = 0; next }
    inside { line = $0
             end = line ~ /\)/
             sub(/\).*/, "", line)
             count = split(line, words, /[ \t]+/)
             for (i = 1; i <= count; i++) {
               if (words[i] == "LINK") linking = 1
               else if (words[i] == "SOURCES") linking = 0
               else if (linking && words[i] ~ /^zc_/) print name, substr(words[i], 4)
             }
             if (end) inside = 0 }' "$ZICHA_ROOT/CMakeLists.txt"
}

# "module used file" lines of the sources. Programs (main.c) stand above their modules.
includes() {
  (cd "$host" && grep -rnoE --include='*.[ch]' '^ *# *include +"[^"]+"' .) |
    sed -E 's/^\.\/([^:]*):[0-9]+: *# *include +"([^"]+)"/\1 \2/' |
    awk '{ from = $1; used = $2
           module = from ~ /\// ? from : "main"
           sub(/\/.*/, "", module)
           if (from == "main.c") module = "main"
           target = used
           sub(/\/.*/, "", target)
           print module, target, from, used }'
}

@test "CMakeLists.txt names a module for each folder of host, and each has its links" {
  find "$host" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | sort >folders.txt
  sed -n 's/^zicha_module(\([a-z]*\).*/\1/p' "$ZICHA_ROOT/CMakeLists.txt" | sort >modules.txt
  diff folders.txt modules.txt
  [ "$(links | wc -l)" -ge 15 ]
}

@test "every file includes our headers by module and name" {
  includes >includes.txt
  [ "$(wc -l <includes.txt)" -gt 150 ]
  awk '$4 !~ /^[a-z]+\/[a-z0-9_]+\.h$/' includes.txt | none
  cut -d' ' -f4 includes.txt | sort -u | while read -r header; do
    [ -e "$host/$header" ] || { echo "$header is not there"; false; }
  done
}

@test "no module includes what it does not link" {
  links >links.txt
  includes | awk 'NR == FNR { may[$1, $2] = 1; next }
    $1 != "main" && $1 != $2 && !(($1, $2) in may) { print $3 " includes " $4; bad = 1 }
    END { exit bad }' links.txt -
}

@test "no module links what it does not include" {
  includes | awk '{ print $1, $2 }' | sort -u >used.txt
  links | sort -u >links.txt
  # value comes with base, so a module of values may have no include of base of its own.
  comm -23 links.txt used.txt | grep -v ' base$' | none
}

@test "modules do not depend on each other in a circle" {
  links >links.txt
  [ -s links.txt ]
  { tsort links.txt >/dev/null; } 2>&1 | none
}

@test "the modules in the middle do not know each other" {
  includes >includes.txt
  for one in table document store package runner; do
    for other in table document store package runner eval cli facility author publisher supervisor \
      command; do
      [ "$one" = "$other" ] || grep "^$one $other " includes.txt | none
    done
  done
}

@test "base uses nothing of ours, and value only base" {
  includes >includes.txt
  grep '^base ' includes.txt | grep -v '^base base ' | none
  grep '^value ' includes.txt | grep -vE '^value (value|base) ' | none
}

@test "the evaluator knows base, value, table and vector only, and nothing but its program knows it" {
  includes >includes.txt
  grep '^eval ' includes.txt | grep -vE '^eval (eval|base|value|table|vector) ' | none
  grep -E '^[a-z]+ eval ' includes.txt | grep -v '^eval ' | none
}

@test "the host runs no Lua: only the evaluator includes its headers" {
  (cd "$host" && grep -rlE '#include <(lua|lauxlib|lualib)' .) >knowing.txt
  [ -s knowing.txt ]
  grep -v '^./eval/' knowing.txt | none
}

@test "zicha holds no interpreter of Lua, linked in or beside" {
  readelf -d "$ZICHA" >needed.txt
  grep -q NEEDED needed.txt
  grep -i 'NEEDED.*lua' needed.txt | none
  strings -a "$ZICHA" >strings.txt
  [ "$(wc -l <strings.txt)" -gt 500 ]
  grep -F 'Lua 5.' strings.txt | none
}

@test "each library is known to one module" {
  for pair in sqlite3:store cmark:document zlib:document yaml:value lua:eval seccomp:eval; do
    (cd "$host" && grep -rlE "#include <${pair%:*}[a-z0-9._/]*>" .) | cut -d/ -f2 |
      sort -u >knowing.txt
    [ "$(cat knowing.txt)" = "${pair#*:}" ] || { echo "$pair: $(cat knowing.txt)"; false; }
  done
  [ "$(cd "$host" && grep -rl '#include <openssl/' .)" = ./base/hash.c ]
  [ "$(cd "$host" && grep -rl '#include <sodium' .)" = ./base/crypto.c ]
}

@test "only the store's files hold SQL" {
  (cd "$host" && grep -rnE '"(SELECT|INSERT|UPDATE|DELETE|PRAGMA|CREATE TABLE) ' .) >sql.txt
  [ "$(grep -c '^./store/' sql.txt)" -gt 5 ]
  grep -v '^./store/' sql.txt | none
}

@test "the headers of a module include no source and guard themselves" {
  (cd "$host" && find . -name '*.h') | while read -r header; do
    guard=ZC_$(sed 's|^\./||; s|[/.]|_|g' <<<"$header" | tr '[:lower:]' '[:upper:]')
    grep -q "^#ifndef $guard$" "$host/$header" || { echo "$header: no $guard"; false; }
  done
  grep -rn '#include ".*\.c"' "$host" | none
}

@test "files that docs and comments name are there" {
  (cd "$ZICHA_ROOT" && grep -rhoE '(host|scripts|reports|tests)/[a-z_]+/[a-z_/]+\.(c|h|lua|bats|sh)\b' \
    docs host scripts reports README.md README.zh-CN.md --include='*.md' --include='*.[ch]' \
    --include='*.lua') | sort -u >named.txt
  [ "$(wc -l <named.txt)" -gt 30 ]
  while read -r file; do
    [ -e "$ZICHA_ROOT/$file" ] || echo "$file is not there"
  done <named.txt | none
}

# ---- the engine's scripts ----------------------------------------------------------------

# "module used" lines: what each script requires.
requires() {
  (cd "$1" && grep -noE 'require *\(?"[^"]+"' ./*.lua) |
    sed -E 's/^\.\/([^.]*)\.lua:[0-9]+:require *\(?"([^"]+)"/\1 \2/'
}

@test "engine modules require only modules of the engine: none of what offices ask besides" {
  requires "$ZICHA_ROOT/scripts/zicha" >requires.txt
  [ "$(wc -l <requires.txt)" -ge 60 ]
  while read -r from used; do
    [ -e "$ZICHA_ROOT/scripts/zicha/$used.lua" ] || { echo "$from requires $used"; false; }
  done <requires.txt
}

@test "no two scripts of the engine and of scripts/author have one name" {
  (cd "$ZICHA_ROOT/scripts" && ls zicha author) | grep '\.lua$' | sort | uniq -d | none
}

# From the words of files upwards to what the host calls: each may require those before.
order="terms fault at lists days calendar periods point timewords spans deadlines when times schedule
stance agenda clauses kinds subjects schema classes read holidays workdays datasets plan_tables parameters plain
loosening questions entries judge runs figures figure_titles statistics scoring record layers library blanks
references resolve
digest needs windows events ledger steps found enter ledger_row ledger_calls upgrade
office rounds office_statistics office_table registers signals credit office_calls main
show catalogue explain differences three_way update_notes lint cases candidates skeleton
writer shape markers split recognise offices papers draft new chinese author"

@test "engine modules require only downwards" {
  { requires "$ZICHA_ROOT/scripts/zicha"; requires "$ZICHA_ROOT/scripts/author"; } |
    awk -v order="${order//$'\n'/ }" '
    BEGIN { for (i = split(order, names, " "); i > 0; i--) place[names[i]] = i }
    !($1 in place) || !($2 in place) { print "without a place: " $0; bad = 1; next }
    place[$2] >= place[$1] { print $1 " requires " $2; bad = 1 }
    END { exit bad }'
}

@test "every engine module has a place in that order, and says at its head what it is for" {
  for file in "$ZICHA_ROOT"/scripts/{zicha,author}/*.lua; do
    name=$(basename "$file" .lua)
    [[ " ${order//$'\n'/ } " == *" $name "* ]] || { echo "$name has no place"; false; }
    head -n 1 "$file" | grep -qE '^-- .{15}' || { echo "$name has no head"; false; }
  done
}

@test "engine modules use nothing beyond a sandboxed Lua" {
  sed 's/--.*//' "$ZICHA_ROOT"/scripts/{zicha,author}/*.lua >code.txt
  [ "$(wc -l <code.txt)" -gt 1000 ]
  grep -nE '\b(io|os|debug|coroutine)\.|\bpackage\.(path|loaded|preload)' code.txt | none
  grep -nE '\b(load|loadstring|loadfile|dofile|setmetatable|collectgarbage) *\(' code.txt | none
}

@test "report layouts require only layouts" {
  requires "$ZICHA_ROOT/reports" | while read -r from used; do
    [ -e "$ZICHA_ROOT/reports/$used.lua" ] || { echo "$from requires $used"; false; }
  done
}

# ---- the tests ----------------------------------------------------------------------------

@test "no test denies with a bare !, which fails it only where it stands last" {
  (cd "$ZICHA_ROOT/tests" && grep -nE '^ *! ' ./*/*.bats ./*/*.bash) >denied.txt || true
  # Part of a condition, or with what is done otherwise behind it.
  grep -vE '; then$|\|\| ' denied.txt | none
}
