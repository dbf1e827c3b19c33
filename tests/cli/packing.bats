#!/usr/bin/env bats
# plan pack, plan sign, plan verify: one file of a package, what keeps it from being made, and whose
# it is.
load helper

day='--today 2026-03-01'

setup() {
  begin_test
  export ZICHA_LIBRARY=$PWD/library
  unset ZICHA_PASSPHRASE
}

# A package without blanks in ./p.
make_plan() {
  make_package p <<'END'
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no, text: 应当公示, severity: general, owner: 办公室}
END
  sed -i 's/^version: .*/version: "2"/' p/plan.yaml
  printf 'region: 某县\nissuer: 某县 卫生健康局\n' >>p/plan.yaml
}

pack() { zicha $day plan pack "$@"; }

# The package as county-test-2.zpk, and a key without a passphrase.
make_packed() {
  make_plan
  pack p >/dev/null
  zicha key new office --no-passphrase >/dev/null 2>&1
}

make_signed() {
  make_packed
  zicha plan sign county-test-2.zpk --key office.key >/dev/null
}

need_minisign() { command -v minisign >/dev/null || skip "minisign is not installed"; }

# part NAME FILE: the bytes of a part, by the form that docs/publishing.md describes.
part() {
  python3 -c '
import sys
data = open(sys.argv[2], "rb").read()
mark = b"part " + sys.argv[1].encode() + b" "
at = data.index(mark) + len(mark)
end = data.index(b"\n", at)
sys.stdout.buffer.write(data[end + 1:end + 1 + int(data[at:end])])' "$1" "$2"
}

# refuses TEXT…: the package is not packed for these reasons, and no file is there.
refuses() {
  run zicha $day plan pack p
  expect 65 "$@"
  [ ! -e county-test-2.zpk ]
}

# ---- plan pack -----------------------------------------------------------------------

@test "a package file says whose plan it is, and holds its files behind their sizes" {
  make_packed
  part MANIFEST county-test-2.zpk >m
  head -n 9 m | diff - <(printf '%s\n' 'zicha-manifest 1' 'issuer 某县 卫生健康局' 'region 某县' \
    'level county' 'name county/test' 'version 2' 'serial 2' 'not-before 2026-03-01' \
    'expires 2027-03-01')
  grep -qx "minimum-zicha $(zicha version | grep -o '[0-9][0-9.]*' | head -n 1)" m
  grep -qx 'parent -' m
  for file in items.yaml plan.yaml; do
    grep -qx "file $(sha256sum <"p/$file" | cut -d' ' -f1) $(stat -c %s "p/$file") $file" m
  done
  [ "$(part MANIFEST.minisig county-test-2.zpk)" = unsigned ]
}

@test "the same folder gives the same bytes: twice, and copied with other times and another order" {
  make_plan
  mkdir p/tests p/example
  printf 'x\n' >p/example/b.csv
  printf 'x\n' >p/example/a.csv
  pack p --out one.zpk
  pack p --out two.zpk
  cmp one.zpk two.zpk
  mkdir q q/example
  cp p/example/b.csv p/example/a.csv q/example/
  cp p/plan.yaml p/items.yaml q/
  mkdir q/rules q/.git
  echo editor >q/.plan.yaml.swp
  echo editor >q/.git/HEAD
  touch -d 2001-01-01 q/plan.yaml
  chmod 600 q/plan.yaml
  pack q --out three.zpk
  cmp one.zpk three.zpk
}

@test "options and the business date stand in the manifest" {
  make_plan
  zicha --today 2024-02-29 plan pack p --serial 7 --issuer 某县卫健委 --minimum-zicha 0.0.9 >said
  part MANIFEST county-test-2.zpk >m
  for line in 'serial 7' 'issuer 某县卫健委' 'minimum-zicha 0.0.9' 'not-before 2024-02-29' \
    'expires 2025-02-28'; do
    grep -qx "$line" m
  done
  pack p --not-before 2026-05-01 --expires 2026-12-31
  part MANIFEST county-test-2.zpk >m
  grep -qx 'not-before 2026-05-01' m
  grep -qx 'expires 2026-12-31' m
}

@test "a child names its parent by id and hash" {
  make_plan
  mkdir -p county city
  mv p county/test
  make_package city/base <<'END'
- {id: base, title: 基本, kind: question, ask: 是否？, answer: yesno, problem_if: no, text: 应当, severity: general}
END
  sed -i 's/^id: .*/id: city\/base/; s/^level: .*/level: city/' city/base/plan.yaml
  printf 'region: 某市\nissuer: 某市卫健委\n' >>city/base/plan.yaml
  echo 'extends: {id: city/base}' >>county/test/plan.yaml
  pack city/base
  pack county/test
  hash=$(part MANIFEST city-base-1.zpk | sed -n 's/^plan //p')
  part MANIFEST county-test-2.zpk | grep -qx "parent city/base $hash"
}

@test "a plan with errors is not packed: 65, with file and line" {
  make_plan
  echo 'titel: x' >>p/plan.yaml
  refuses "plan.yaml:9" "error" "p is not packed: it has 1 errors and 0 blanks"
}

@test "blanks that lint lists are not packed: 65, with file and line; one that is accepted is" {
  make_plan
  echo 'number: ____号' >>p/plan.yaml
  refuses "plan.yaml:9:9: note [blank]" "it has 0 errors and 1 blanks"
  echo 'accept: [{code: blank, at: county/test, reason: 不编文号}]' >>p/plan.yaml
  pack p
}

@test "marks 待核对 are told, and do not keep a plan from being packed" {
  make_plan
  echo '# 待核对' >>p/items.yaml
  run zicha $day plan pack p
  expect 0 "items.yaml:2" "[open-mark]" "warning: 1 marks 待核对 are still open"
}

@test "a plan without office or place is not packed, whatever lint accepts: 65" {
  make_plan
  sed -i '/^issuer/d' p/plan.yaml
  refuses "which office publishes the plan" "--issuer NAME"
  sed -i '/^region/d' p/plan.yaml
  run zicha $day plan pack p --issuer 卫健委
  expect 65 "for which place the plan is"
  printf 'region: 某 县\n' >>p/plan.yaml
  run zicha $day plan pack p --issuer 卫健委
  expect 65 "without blanks"
}

@test "a version that is no number wants --serial; one that names no file is refused" {
  make_plan
  sed -i 's/^version: .*/version: "1.2"/' p/plan.yaml
  run zicha $day plan pack p
  expect 64 "the version 1.2 is no whole number: give --serial N"
  pack p --serial 3
  [ -e county-test-1.2.zpk ]
  sed -i 's/^version: .*/version: 第二版/' p/plan.yaml
  run zicha $day plan pack p --serial 3
  expect 65 "the version «第二版» cannot stand in the name of a file"
}

@test "options that are none are refused: 64" {
  make_plan
  for wrong in '--serial 0' '--serial 02' '--serial 4611686018427387904' '--not-before 2026-02-30' \
    '--expires 2026-03-01' '--expires tomorrow' '--minimum-zicha 1.0'; do
    run zicha $day plan pack p $wrong
    expect 64
    [ ! -e county-test-2.zpk ]
  done
}

@test "names that are unsafe on some system, links and devices are all told: 65" {
  make_plan
  mkdir p/example
  echo x >p/example/con.yaml
  echo x >'p/example/A B.csv'
  echo x >p/example/方案.md
  ln -s ../plan.yaml p/example/link.csv
  mkfifo p/example/pipe
  refuses "«example/con.yaml» cannot be the name" "«example/A B.csv» cannot be the name" \
    "«example/方案.md» cannot be the name" "example/link.csv in a package is a link or a device" \
    "example/pipe in a package is a link or a device"
}

@test "over 500 files, or over 16 MiB, are not packed: 65" {
  make_plan
  mkdir p/example
  (cd p/example && seq -f '%g.csv' 499 | xargs touch)
  refuses "the package has more than 500 files; plan.yaml is over"
  rm -r p/example/*
  truncate -s 16777216 p/example/large.csv
  refuses "with items.yaml the files together are larger than 16 MiB"
  truncate -s $((16777216 - ($(stat -c %s p/items.yaml p/plan.yaml | paste -sd+ -)))) \
    p/example/large.csv # they fit, but not with the manifest
  refuses "the package is larger than 16777216 bytes"
}

# ---- plan sign -----------------------------------------------------------------------

@test "a signed package is good for its key, and for no other" {
  make_packed
  run zicha plan sign county-test-2.zpk --key office.key
  expect 0 "signed county-test-2.zpk by the key $(zicha key show office.pub | sed -n 's/^key id: //p')" \
    "package: county/test, version 2, serial 2"
  run zicha plan verify county-test-2.zpk --key office.pub
  expect 0 "county-test-2.zpk is whole, and signed by the key" "issuer: 某县 卫生健康局, for 某县"
  zicha key new other --no-passphrase >/dev/null 2>&1
  run zicha plan verify county-test-2.zpk --key other.pub
  expect 77
}

@test "a second signature replaces the first, and no other byte" {
  make_signed
  cp county-test-2.zpk first.zpk
  zicha plan sign county-test-2.zpk --key office.key
  cmp county-test-2.zpk first.zpk
  zicha key new other --no-passphrase >/dev/null 2>&1
  run zicha plan sign county-test-2.zpk --key other.key
  expect 0 "the signature that was there is replaced"
  run zicha plan verify county-test-2.zpk --key other.pub
  expect 0
  run zicha plan verify county-test-2.zpk --key office.pub
  expect 77
}

@test "a locked key is opened by its passphrase, a wrong one ends with 77 and signs nothing" {
  make_packed
  printf '口令\n' | zicha key new locked >/dev/null
  cp county-test-2.zpk before.zpk
  run env ZICHA_PASSPHRASE=x "$ZICHA" plan sign county-test-2.zpk --key locked.key
  expect 77
  cmp county-test-2.zpk before.zpk
  printf '口令\n' | zicha plan sign county-test-2.zpk --key locked.key
  zicha plan verify county-test-2.zpk --key locked.pub
}

@test "nobody signs a malformed package: 65 or 77, and it stays as it was" {
  make_packed
  head -c -5 county-test-2.zpk >cut.zpk
  sed 's/serial 2/serial 0/' county-test-2.zpk >zero.zpk
  sed 's/公示/公布/g' county-test-2.zpk >changed.zpk
  { cat county-test-2.zpk; echo; } >longer.zpk
  cp p/plan.yaml plain.zpk
  for name in cut zero changed longer plain; do
    cp "$name.zpk" before
    run zicha plan sign "$name.zpk" --key office.key
    [ "$status" = 65 ] || [ "$name $status" = "changed 77" ]
    cmp "$name.zpk" before
  done
  run zicha plan sign none.zpk --key office.key
  expect 66
}

@test "an unsigned or changed package is nobody's: 77" {
  make_packed
  run zicha plan verify county-test-2.zpk --key office.pub
  expect 77 "county-test-2.zpk is not signed"
  zicha plan sign county-test-2.zpk --key office.key
  sed 's/serial 2$/serial 3/' county-test-2.zpk >serial.zpk
  sed 's/公示/公布/g' county-test-2.zpk >changed.zpk
  sed 's/^trusted comment: .*/trusted comment: zicha-package:1 name:county\/test serial:3/' \
    county-test-2.zpk >comment.zpk
  for name in serial changed comment; do
    run zicha plan verify "$name.zpk" --key office.pub
    expect 77
  done
}

@test "minisign checks the manifest and the signature as they stand in the file" {
  need_minisign
  make_signed
  part MANIFEST county-test-2.zpk >MANIFEST
  part MANIFEST.minisig county-test-2.zpk >MANIFEST.minisig
  run minisign -V -p office.pub -m MANIFEST
  expect 0 "zicha-package:1 name:county/test serial:2"
}

@test "a manifest that minisign signed elsewhere is taken, and only with its own comment and key" {
  need_minisign
  make_packed
  zicha plan sign county-test-2.zpk --manifest out.txt >said
  grep -qF "minisign -S -s KEY -m out.txt -t 'zicha-package:1 name:county/test serial:2'" said
  part MANIFEST county-test-2.zpk | cmp - out.txt
  minisign -G -W -p m.pub -s m.key >/dev/null 2>&1 || {
    rm -f m.pub m.key
    printf '\n\n' | minisign -G -p m.pub -s m.key >/dev/null
  }
  cp county-test-2.zpk before.zpk
  printf '\n' | minisign -S -s m.key -m out.txt -t 'zicha-package:1 name:county/test serial:3' >/dev/null
  run zicha plan sign county-test-2.zpk --signature out.txt.minisig --key m.pub
  expect 77 "was signed as something else"
  cmp county-test-2.zpk before.zpk
  printf '\n' | minisign -S -s m.key -m out.txt -t 'zicha-package:1 name:county/test serial:2' >/dev/null
  run zicha plan sign county-test-2.zpk --signature out.txt.minisig --key office.pub
  expect 77
  cmp county-test-2.zpk before.zpk
  run zicha plan sign county-test-2.zpk --signature out.txt.minisig --key m.pub
  expect 0 "signed county-test-2.zpk by the key"
  zicha plan verify county-test-2.zpk --key m.pub
}

@test "ways to sign that contradict each other are refused: 64" {
  make_packed
  for wrong in '' '--signature x' '--manifest m --key office.key' '--manifest m --signature x'; do
    run zicha plan sign county-test-2.zpk $wrong
    expect 64 "give --key KEY to sign"
  done
}

# ---- plan verify by the keys that are trusted -----------------------------------------

# A library that trusts office.pub to publish for LEVEL and REGION until DAY.
trust() {
  zicha key new root --no-passphrase >/dev/null 2>&1
  mkdir -p library/roots
  printf '%s\n' 'zicha-root 1' 'number 1' 'issued 2026-01-01' 'expires 2029-01-01' 'threshold 1' \
    "key publisher $1 $2 $3 $(tail -n 1 office.pub) 某县发布密钥" \
    "key root - - 2029-01-01 $(tail -n 1 root.pub) 张三" >library/roots/1.root
  minisign -S -s root.key -m library/roots/1.root -t 'zicha-root:1 number:1' \
    -x "library/roots/1.root.$(zicha key show root.pub | sed -n 's/^key id: //p').minisig" >/dev/null
}

@test "a package is verified by the keys that this computer trusts, and nothing is installed" {
  need_minisign
  make_signed
  trust county 某县 2027-01-01
  find library -type f | sort >before
  run zicha $day plan verify county-test-2.zpk
  expect 0 "county-test-2.zpk can be installed; signed by 某县发布密钥, key" "2 files"
  find library -type f | sort | diff before -
}

@test "without a trusted root, for another region or level, or after its day, a key signs nothing: 77" {
  need_minisign
  make_signed
  run zicha $day plan verify county-test-2.zpk
  expect 77 "no key is trusted on this computer yet"
  [ ! -e library ]
  for wrong in 'county 邻县 2027-01-01' 'city 某县 2027-01-01' 'county 某县 2026-02-28'; do
    rm -rf library root.*
    trust $wrong
    run zicha $day plan verify county-test-2.zpk
    expect 77
  done
}

@test "a package is warned of 30 days before it expires and afterwards, and is good all the same" {
  make_signed
  run zicha --today 2027-01-29 plan verify county-test-2.zpk --key office.pub
  expect 0
  never "warning"
  run zicha --today 2027-01-30 plan verify county-test-2.zpk --key office.pub
  expect 0 "warning: the plan county/test, serial 2, holds until 2027-03-01"
  run zicha --today 2027-03-02 plan verify county-test-2.zpk --key office.pub
  expect 0 "warning: the plan county/test, serial 2, held until 2027-03-01: it stays usable"
}
