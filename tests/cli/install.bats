#!/usr/bin/env bats
# cmake --install: what is installed runs by itself, from anywhere, without the build
# tree and the sources. An installation is made once a file.
load helper

setup_file() {
  local into=$BATS_FILE_TMPDIR
  command -v cmake >/dev/null || return 0
  DESTDIR=$into/stage cmake --install "$ZICHA_BUILD" --prefix /usr >"$into/log" 2>&1 ||
    cp "$into/log" "$into/failed"
}

setup() {
  begin_test
  command -v cmake >/dev/null || skip "cmake is not installed"
  [ ! -e "$BATS_FILE_TMPDIR/failed" ] || { cat "$BATS_FILE_TMPDIR/failed"; return 1; }
  installed=$BATS_FILE_TMPDIR/stage/usr
}

# The example's record as a program makes it, from plan and exports of its own share.
record_of() {
  local program=$1 share=$2
  (
    ZICHA=$program
    example=$share/zicha/checklists/$plan/example
    make_hospital >/dev/null
    zicha -C h --today 2023-06-30 check --format json || [ $? -eq 1 ]
  )
}

@test "programs, scripts, packages, layouts, messages and documents are installed" {
  for path in bin/zicha libexec/zicha/zicha-eval share/zicha/engine/main.luac \
    share/zicha/scripts/rules/rx.lua share/zicha/scripts/datasets/rx_lines.yaml \
    "share/zicha/checklists/$plan/plan.yaml" share/zicha/reports/rectification.lua \
    share/locale/zh_CN/LC_MESSAGES/zicha.mo; do
    [ -s "$installed/$path" ] || { echo "$path is missing"; false; }
  done
  [ -n "$(find "$installed/share/doc" -name '*.md' -print -quit)" ]
}

@test "everything that is shipped is installed, file by file" {
  for folder in scripts checklists reports; do
    diff -r -x zicha -x author "$ZICHA_ROOT/$folder" "$installed/share/zicha/$folder"
  done
}

@test "nothing that is installed is a link, and only the programs can be run" {
  [ -z "$(find "$installed" -type l)" ]
  find "$installed" -type f -perm /111 -printf '%P\n' | sort >programs.txt
  printf '%s\n' bin/zicha libexec/zicha/zicha-eval | diff - programs.txt
  [ -z "$(find "$installed" -perm /022)" ]
}

@test "nothing that is installed names the source tree or the build tree" {
  for place in "$ZICHA_ROOT" "$ZICHA_BUILD"; do
    run grep -rlaF "$place/" "$installed/share" "$installed/bin" "$installed/libexec"
    if [ "${ZICHA_SANITIZED:-OFF}" = ON ]; then
      # Such a build keeps its file names for reports.
      output=$(grep -v '/bin/\|/libexec/' <<<"$output" || true)
    fi
    [ -z "$output" ] || { echo "$output"; false; }
  done
}

@test "the installed program makes the same record as the one in the build tree" {
  mkdir one other
  (cd one && record_of "$installed/bin/zicha" "$installed/share" >../installed.json)
  (cd other && record_of "$ZICHA" "$ZICHA_BUILD/share" >../built.json)
  jq -e '.totals.items == 35' installed.json
  cmp installed.json built.json
}

@test "the installed program makes the same report" {
  for one in installed built; do
    mkdir $one
    program=$ZICHA
    [ $one = built ] || program=$installed/bin/zicha
    (
      cd $one
      ZICHA=$program
      make_hospital >/dev/null
      zicha -C h --today 2023-06-30 report --out markdown:report.md --out html:report.html
    ) 2>/dev/null
  done
  without_sums {installed,built}/report.*
  cmp installed/report.md built/report.md
  cmp installed/report.html built/report.html
}

@test "it runs from another folder, by a link, and by a relative path" {
  (cd / && "$installed/bin/zicha" version) >wanted.txt
  [ -s wanted.txt ]
  ln -s "$installed/bin/zicha" linked
  ./linked version | diff wanted.txt -
  ./linked init w --plan "$plan" --facility "$example/clinic/facility.yaml"
  (cd "$installed" && bin/zicha version) | diff wanted.txt -
  PATH=$installed/bin:$PATH bash -c 'zicha version' | diff wanted.txt -
}

@test "it can be moved" {
  cp -a "$installed" moved
  mkdir one other
  (cd one && record_of "$work/moved/bin/zicha" "$work/moved/share" >../moved.json)
  (cd other && record_of "$ZICHA" "$ZICHA_BUILD/share" >../built.json)
  cmp moved.json built.json
}

@test "it opens nothing of the build tree or the source tree" {
  command -v strace >/dev/null || skip "strace is not installed"
  [ "${ZICHA_SANITIZED:-OFF}" = OFF ] || skip "a sanitizer build cannot be traced"
  strace -o probe true 2>/dev/null || skip "tracing is not permitted here"
  cp -a "$installed" moved
  cp -r "$example" example
  ZICHA=$work/moved/bin/zicha
  example=$work/example
  (make_hospital)
  strace -f -e trace=%file -o trace.txt "$ZICHA" -C h --today 2023-06-30 check >/dev/null || true
  strace -f -e trace=%file -o more.txt "$ZICHA" -C h --today 2023-06-30 report >/dev/null 2>&1
  grep -q "$work/moved/share/zicha/scripts" trace.txt
  grep -q "$work/moved/share/zicha/reports" more.txt
  run grep -hF -e "$ZICHA_ROOT/" -e "$ZICHA_BUILD/" trace.txt more.txt
  [ -z "$output" ] || { echo "$output" | head; false; }
}

@test "messages are Chinese where it is installed, too" {
  export ZICHA_LANG=zh_CN
  run "$installed/bin/zicha" -C nowhere status
  expect 66
  grep -qP '\p{Han}' <<<"$output"
}

@test "an installation without its scripts says what is missing: 69" {
  cp -a "$installed" moved
  rm -r moved/share/zicha
  run moved/bin/zicha init w --plan "$plan" --facility "$example/clinic/facility.yaml"
  expect 69 "share/zicha" "install it again"
}

@test "an installation without its evaluator says what is missing: 69" {
  cp -a "$installed" moved
  rm moved/libexec/zicha/zicha-eval
  run moved/bin/zicha init w --plan "$plan" --facility "$example/clinic/facility.yaml"
  expect 69 "zicha-eval" "install it again"
}

@test "an installation of which nothing may be written works for other users" {
  need_other
  chmod -R a-w "$installed" && chmod -R a+rX "$BATS_FILE_TMPDIR"
  mkdir -m 777 own
  (cd own && cp -r "$example/clinic" . && chmod -R a+rX clinic &&
    as_other "$installed/bin/zicha" init w --plan "$plan" --facility clinic/facility.yaml)
  cd own
  run as_other "$installed/bin/zicha" -C w check
  chmod -R u+w "$installed"
  expect 2
}
