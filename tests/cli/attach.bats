#!/usr/bin/env bats
# attach: documents of items and of problems, and what is no document.
load helper

make_ledger() {
  make_package p <<'END'
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no, evidence: [照片]}
END
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  zicha -C w answer posted=否 >/dev/null
  export ZICHA_TODAY=2023-06-30
  zicha -C w check >/dev/null || true
  echo 整改后 >w/photo.jpg
}

attach() { run zicha -C w attach "$@" --by 张某; }

# What the ledger has of problem 1's documents.
documents() { zicha -C w problem list --format json | jq -r ".problems[0].evidence | $1"; }

files() { find w/evidence -type f 2>/dev/null | wc -l; }

events() { sqlite3 w/zicha.db 'SELECT count(*) FROM event'; }

# refused: no event was written, and no draft was left.
refused() {
  [ "$(events)" = 1 ]
  [ -z "$(find w -name '*incoming*' -o -name '*.new')" ]
}

# nothing: no document, besides.
nothing() {
  refused
  [ "$(files)" = 0 ]
}

@test "a document of a problem is an event with its name, hash, size and kind" {
  make_ledger
  attach 1 w/photo.jpg --kind photo
  expect 0 "attached to problem 1: photo.jpg (10 bytes, SHA-256 $(sha256sum <w/photo.jpg | cut -c 1-64))"
  [ "$(documents '.[0] | [.name, .kind, .size, .by, .date] | join(" ")')" = \
    "photo.jpg photo 10 张某 2023-06-30" ]
  place=$(find w/evidence -type f)
  [ "$place" = "w/evidence/sha256/$(sha256sum <w/photo.jpg | cut -c 1-2)/$(sha256sum <w/photo.jpg | cut -c 1-64)" ]
  [ "$(stat -c %a "$place")" = 400 ]
  cmp "$place" w/photo.jpg
}

@test "the same content is stored once, whatever it is called and wherever it belongs" {
  make_ledger
  cp w/photo.jpg w/other.jpg
  attach 1 w/photo.jpg --name 整改照片
  attach 1 w/other.jpg --kind 照片
  run zicha -C w attach posted w/photo.jpg --name 照片
  expect 0
  [ "$(files)" = 1 ]
  [ "$(documents 'map(.name) | join(" ")')" = "整改照片 other.jpg" ]
  [ "$(documents '.[1].kind')" = photo ]
}

@test "of a stamped original it must be said where it lies" {
  make_ledger
  attach 1 w/photo.jpg --kind stamped
  expect 65 "where the stamped original lies is missing" "--where"
  refused
  attach 1 w/photo.jpg --kind 盖章原件 --where 档案室3号柜
  expect 0
  [ "$(documents '.[0] | [.kind, .where] | join(" ")')" = "stamped 档案室3号柜" ]
}

@test "an unknown kind, a missing name, an unknown person: refused, and no event is written" {
  make_ledger
  attach 1 w/photo.jpg --kind scan
  expect 65 "file（文件）" "photo（照片）" "stamped（盖章原件）"
  refused
  run zicha -C w attach 1 w/photo.jpg
  expect 65 "who does it is missing"
  refused
  echo 'people: [{name: 李某}]' >w/people.yaml
  attach 1 w/photo.jpg
  expect 65 "people.yaml does not know 张某"
  refused
  attach 2 w/photo.jpg
  expect 65 "the ledger has no problem 2"
  attach 1x w/photo.jpg
  expect 64 "1x is no number of a problem"
  refused
}

@test "a document that was copied stays when its event is refused: another may refer to it" {
  make_ledger
  place=w/evidence/sha256/$(sha256sum <w/photo.jpg | cut -c 1-2)/$(sha256sum <w/photo.jpg | cut -c 1-64)
  attach 1 w/photo.jpg --kind scan
  expect 65
  cmp "$place" w/photo.jpg
  run zicha -C w verify
  expect 0 "note: ${place#w/}: nothing here knows this document"
  attach 1 w/photo.jpg
  expect 0
  attach 1 w/photo.jpg --kind scan
  expect 65
  run zicha -C w verify
  expect 0
  never "nothing here knows"
}

@test "a refused command takes no document away that another one attaches meanwhile" {
  make_ledger
  for _ in 1 2 3 4 5; do
    rm -rf w/evidence
    (zicha -C w attach posted w/photo.jpg >attached 2>&1; echo $? >status) 3>&- &
    for _ in 1 2 3; do
      zicha -C w attach 1 w/photo.jpg --kind scan --by 张某 >/dev/null 2>&1 3>&- &
    done
    wait
    [ "$(cat status)" = 0 ] || continue
    run zicha -C w verify
    expect 0
  done
  grep -q "attached to posted" attached
}

@test "what only problems have is refused for an item" {
  make_ledger
  attach posted w/photo.jpg
  expect 64 "--by belongs to a problem's document"
  run zicha -C w attach posted w/photo.jpg --kind photo
  expect 64 "--kind belongs"
  nothing
}

@test "a file outside the workspace is taken with --copy only" {
  make_ledger
  echo x >out.txt
  attach 1 out.txt
  expect 64 "out.txt lies outside the workspace w" "--copy"
  attach 1 w/../out.txt
  expect 64 "lies outside the workspace"
  nothing
  attach 1 out.txt --copy
  expect 0 "attached to problem 1: out.txt"
  attach 1 "$PWD/w/photo.jpg"
  expect 0 "attached to problem 1: photo.jpg"
  run bash -c 'cd w && "$0" attach 1 ./photo.jpg --by 张某' "$ZICHA"
  expect 0
  ln -s w link
  run zicha -C link attach 1 w/photo.jpg --by 张某
  expect 0
}

@test "nothing is reached through a link" {
  make_ledger
  echo geheim >secret
  mkdir outside
  echo x >outside/x
  ln -s ../secret w/link
  ln -s ../outside w/folder
  attach 1 w/link
  expect 66 "w/link is a link"
  attach 1 w/link --copy
  expect 66 "w/link is a link"
  ln -s secret here
  attach 1 here --copy
  expect 66 "here is a link"
  attach 1 w/folder/x
  expect 64 "lies outside the workspace"
  nothing
}

@test "devices, pipes and folders are no documents, and nothing waits for them" {
  make_ledger
  mkfifo w/pipe pipe
  mkdir w/sub
  for file in w/pipe w/sub w/sub/ w . ..; do
    run timeout 5 "$ZICHA" -C w attach 1 "$file" --by 张某
    expect 66 "is not a regular file"
  done
  for file in pipe /dev/null /dev/zero; do
    run timeout 5 "$ZICHA" -C w attach 1 "$file" --copy --by 张某
    expect 66 "is not a regular file"
  done
  attach 1 w/nowhere.txt
  expect 66 "cannot open w/nowhere.txt"
  attach 1 nowhere/x --copy
  expect 66 "cannot open nowhere/x"
  nothing
}

@test "an empty file is no document; one of more than 1 GiB is refused before it is read" {
  make_ledger
  : >w/empty
  attach 1 w/empty
  expect 65 "w/empty is empty"
  truncate -s 5G w/large
  run timeout 5 "$ZICHA" -C w attach 1 w/large --by 张某
  expect 65 "w/large is larger than 1073741824 bytes"
  rm w/large
  nothing
  [ -z "$(find w -name '*incoming*')" ]
}

@test "a file that grows while it is copied is refused, and nothing is left" {
  make_ledger
  truncate -s 400M w/growing
  (while [ -e w/growing ]; do echo x >>w/growing; sleep 0.01; done) 3>&- &
  writer=$!
  attach 1 w/growing
  rm w/growing
  wait "$writer" || true
  expect 74 "w/growing was changed or removed while it was copied"
  nothing
  [ -z "$(find w -name '*incoming*')" ]
}

@test "a file that is removed while it is copied is refused, and nothing is left" {
  make_ledger
  truncate -s 800M w/going
  (sleep 0.2; rm w/going) 3>&- &
  attach 1 w/going
  wait
  [ "$status" -eq 74 ] || [ "$status" -eq 66 ]
  nothing
}

@test "a name of any bytes is a name" {
  make_ledger
  name=$(printf '\xce\xc4\xbc\xfe | <b>')
  echo x >"w/$name"
  attach 1 "w/$name"
  expect 0
  [ "$(documents 'length')" = 1 ]
}
