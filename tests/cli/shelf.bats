#!/usr/bin/env bats
# plan publish and plan fetch: a folder that an office keeps, and what facilities take from it.
load helper
load trusted

# plan_of LEVEL VERSION [PARENT]: the folder plans/LEVEL/test.
plan_of() {
  make_package "plans/$1/test" <<END
- {id: $1_posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no, text: 应当公示, severity: general, owner: 办公室}
END
  sed -i "s|county|$1|; s|level: county|level: $1|; s|^version: .*|version: \"$2\"|" \
    "plans/$1/test/plan.yaml"
  printf 'region: 某%s\nissuer: 某%s 卫生健康局\n' "$2" "$2" >>"plans/$1/test/plan.yaml"
  case $1 in city) place=某市 ;; *) place=某县 ;; esac
  sed -i "s/^region: .*/region: $place/; s/^issuer: .*/issuer: $place 卫生健康局/" \
    "plans/$1/test/plan.yaml"
  [ -z "${3:-}" ] || echo "extends: $3" >>"plans/$1/test/plan.yaml"
}

# packed LEVEL VERSION: LEVEL-test-VERSION.zpk, signed with the key LEVEL.
packed() {
  "$ZICHA" $day plan pack "plans/$1/test" --out "$1-test-$2.zpk" --serial "$2" >/dev/null &&
    "$ZICHA" plan sign "$1-test-$2.zpk" --key "$1.key" >/dev/null
}

# Two offices with packages, a child and its parent, and root 1; nothing is published yet.
setup_file() {
  cd "$BATS_FILE_TMPDIR" || return 1
  export ZICHA_LANG=en ZICHA_LIBRARY=$PWD/none
  [ "${ZICHA_SANITIZED:-OFF}" = ON ] && export ZICHA_ISOLATION=process
  make_keys
  mkdir roots shelf
  make_root roots zhang li wang
  sign_root roots/1.root zhang li
  plan_of city 1
  plan_of county 1 city/test
  packed city 1
  packed county 1
  plan_of county 2 city/test
  packed county 2
}

setup() {
  begin_test
  export ZICHA_LIBRARY=$PWD/library
  unset ZICHA_PASSPHRASE
  cp -r "$BATS_FILE_TMPDIR"/. .
}

publish() { zicha $day plan publish shelf --key county.key "$@"; }
fetch() { zicha $day plan fetch shelf; }

# The child and its parent, in a folder of the county that this computer trusts.
make_shelf() {
  publish --roots roots county-test-1.zpk city-test-1.zpk >/dev/null
  trust shelf
}

# resign N: signs the index anew, as index N, after somebody has written to it.
resign() {
  minisign -S -s county.key -m shelf/index -x shelf/index.minisig -t "zicha-index:1 number:$1" \
    </dev/null >/dev/null
}

installed() { (cd library/packages && ls -d */*/*) | tr '\n' ' '; }

# ---- plan publish --------------------------------------------------------------------

@test "a folder gets packages, roots, an index that names them, and its signature" {
  run publish --roots roots county-test-1.zpk city-test-1.zpk
  expect 0 'published index 1 of 某县卫生健康局 in shelf: 2 packages, root 1, valid until 2026-08-28'
  diff shelf/index - <<END
zicha-index 1
issuer 某县卫生健康局
level county
region 某县
number 1
issued 2026-03-01
expires 2026-08-28
root 1
package city/test 1 $(fingerprint city-test-1.zpk) $(stat -c %s city-test-1.zpk) city-test-1.zpk
package county/test 1 $(fingerprint county-test-1.zpk) $(stat -c %s county-test-1.zpk) county-test-1.zpk
END
  [ "$(ls shelf | tr '\n' ' ')" = "$(printf '%s ' 1.root $(cd roots && ls 1.root.*) \
    city-test-1.zpk county-test-1.zpk index index.minisig)" ]
}

@test "minisign verifies the signature of the index" {
  need_minisign
  make_shelf
  run minisign -V -p county.pub -m shelf/index
  expect 0 'Trusted comment: zicha-index:1 number:1'
}

@test "the next index has the next number and keeps what is there" {
  make_shelf
  run publish --expires 2026-12-31 county-test-2.zpk
  expect 0 'published index 2' '3 packages' 'valid until 2026-12-31'
  grep -q '^package county/test 1 ' shelf/index
  run publish
  expect 0 'published index 3' '3 packages'
}

@test "a package is withdrawn by its name and serial alone" {
  make_shelf
  run publish --withdraw county/test@7
  expect 64 'county/test@7 is not in the index of shelf'
  run publish --withdraw county/test@1
  expect 0 'published index 2' '1 packages'
  [ ! -e shelf/county-test-1.zpk ]
  no grep -q county/test shelf/index
}

# keeps COMMAND…: it ends as told, and the folder is what it was.
keeps() {
  local wanted=$1 text=$2
  shift 2
  (cd shelf && find . -type f | sort | xargs sha256sum) >shelf.before
  run "$@"
  expect "$wanted" "$text"
  (cd shelf && find . -type f | sort | xargs sha256sum) | diff shelf.before -
}

@test "what facilities would refuse is not published, and the folder stays as it was" {
  make_shelf
  zicha $day plan pack plans/county/test --out unsigned.zpk >/dev/null
  keeps 77 unsigned.zpk publish county-test-2.zpk unsigned.zpk
  cp unsigned.zpk foreign.zpk
  zicha plan sign foreign.zpk --key neighbour.key >/dev/null
  keeps 77 "signed with the key $(key_id neighbour), which is not in the trusted root" publish foreign.zpk
  zicha plan sign foreign.zpk --key city.key >/dev/null
  keeps 77 'foreign.zpk is of the level county, but the key' publish foreign.zpk
  head -c -1 county-test-2.zpk >short.zpk
  keeps 65 short.zpk publish short.zpk
  sed 's/应当公示/应当公开/' county-test-2.zpk >changed.zpk
  keeps 77 changed.zpk publish changed.zpk
  zicha $day plan pack plans/county/test --serial 1 --out again.zpk >/dev/null
  zicha plan sign again.zpk --key county.key >/dev/null
  keeps 65 'is not the county/test with serial 1 that was published' publish again.zpk
}

@test "an index is signed by a publisher of the root, in a folder of its own" {
  make_shelf
  keeps 77 'which signs roots and nothing else' zicha $day plan publish shelf --key zhang.key
  keeps 77 'is not in the trusted root' zicha $day plan publish shelf --key neighbour.key
  keeps 77 'each office has a folder of its own' zicha $day plan publish shelf --key city.key
  keeps 77 'expired on 2027-03-01' zicha --today 2027-03-02 plan publish shelf --key county.key
  keeps 64 '--key is missing' zicha $day plan publish shelf
  keeps 64 '--expires is a day from today on' publish --expires 2026-02-28
}

@test "without roots nothing is published" {
  run publish county-test-1.zpk
  expect 66 'shelf has no root: name the folder of the roots with --roots'
  [ -z "$(ls shelf)" ]
}

@test "a package that was changed in the folder is told before the next index is signed" {
  make_shelf
  echo >>shelf/county-test-1.zpk
  keeps 65 'county-test-1.zpk was changed since it was published' publish county-test-2.zpk
  rm shelf/county-test-1.zpk
  keeps 66 county-test-1.zpk publish county-test-2.zpk
}

@test "a damaged index does not begin anew from 1" {
  make_shelf
  echo >>shelf/index
  keeps 65 'the index in shelf is damaged' publish county-test-2.zpk
}

@test "roots are published only as a whole chain, and never an older or another one" {
  make_shelf
  make_root roots zhang zhao wang
  keeps 77 'root 2 is signed by 0 keys of root 1' publish --roots roots
  sign_root roots/2.root zhang li zhao
  run publish --roots roots
  expect 0 'root 2'
  mkdir older other
  cp "$BATS_FILE_TMPDIR"/roots/1.root* older/
  keeps 77 'older has roots up to 1, and root 2 is published already' publish --roots older
  make_root other zhao neighbour
  sign_root other/1.root zhao neighbour
  make_root other zhao neighbour
  sign_root other/2.root zhao neighbour
  keeps 77 'root 1 in shelf is another than the one that is to be published' publish --roots other
}

# ---- plan fetch ----------------------------------------------------------------------

@test "what is newer is installed, parents first whatever their order" {
  make_shelf
  run fetch
  expect 0 'county-test-1.zpk: installed, county/test with serial 1' \
    'city-test-1.zpk: installed, city/test with serial 1' 'index 1 of 某县卫生健康局'
  [ "$(installed)" = 'city/test/1 county/test/1 ' ]
  run fetch
  expect 0 'county-test-1.zpk: installed already' 'city-test-1.zpk: installed already'
}

@test "a later index brings its packages, and older ones are not needed" {
  make_shelf
  fetch
  publish county-test-2.zpk
  run fetch
  expect 0 'county-test-2.zpk: installed, county/test with serial 2' \
    'county-test-1.zpk: installed already'
  rm -r library/packages/county/test/1
  run fetch
  expect 0 'county-test-1.zpk: not needed, a newer county/test than serial 1 was here before'
}

@test "before a root is trusted nothing is taken" {
  publish --roots roots county-test-1.zpk city-test-1.zpk
  refused 77 'no keys are trusted on this computer yet' 'zicha key trust shelf' -- fetch
}

@test "new roots come with the folder, each verified by the one before it" {
  make_shelf
  make_root roots zhang zhao wang
  sign_root roots/2.root zhang li zhao
  make_root roots zhao wang
  sign_root roots/3.root zhao wang
  publish --roots roots
  run fetch
  expect 0 'root 3 is trusted from now on' 'county-test-1.zpk: installed'
}

@test "a root that only new keys signed stops everything" {
  make_shelf
  make_root roots zhao neighbour
  sign_root roots/2.root zhao neighbour
  cp roots/2.root* shelf/
  refused 77 'root 2 is signed by 0 keys of root 1' -- fetch
}

@test "a root that the index names and the folder lacks is missed" {
  make_shelf
  make_root roots zhang zhao wang
  sign_root roots/2.root zhang li zhao
  publish --roots roots
  rm shelf/2.root*
  refused 77 'the index goes with root 2, which is missing in shelf' -- fetch
}

@test "an index older than the last one that was seen is refused" {
  make_shelf
  cp -r shelf old
  publish county-test-2.zpk
  fetch
  refused 77 'index 1 of 某县卫生健康局 is older than the last one seen here, 2' -- \
    zicha $day plan fetch old
}

@test "another index of the same number is refused" {
  make_shelf
  fetch
  cp -r shelf other
  zicha $day plan publish other --key county.key county-test-2.zpk
  publish
  fetch
  refused 77 'index 2 of 某县卫生健康局 is another than the one of this number' -- \
    zicha $day plan fetch other
}

@test "an expired index is refused: newer ones may be held back" {
  make_shelf
  refused 77 'index 1 of 某县卫生健康局 expired on 2026-08-28' -- \
    zicha --today 2026-08-29 plan fetch shelf
  zicha --today 2026-08-28 plan fetch shelf
}

@test "an expired root is refused where the folder has no newer one" {
  make_shelf
  refused 77 'the trusted root 1 expired on 2029-03-01' -- zicha --today 2029-03-02 plan fetch shelf
}

@test "an unsigned index is refused" {
  make_shelf
  rm shelf/index.minisig
  refused 77 "the folder's index is not signed: index.minisig is missing" -- fetch
}

@test "an index, a root and a package of a newer version say that zicha is too old: 69" {
  make_shelf
  sed -i 's/^zicha-index 1/zicha-index 2/' shelf/index
  resign 1
  refused 69 'index is of another version than «zicha-index 1»' 'install the newer zicha first' -- fetch
  refused 69 'install the newer zicha first' -- publish
  sed -i 's/^zicha-root 1/zicha-root 2/' shelf/1.root
  ZICHA_LIBRARY=$PWD/other refused 69 'install the newer zicha first' -- zicha $day key trust shelf --fingerprint "$(fingerprint shelf/1.root)"
  zicha plan sign city-test-1.zpk --manifest m >/dev/null
  local words
  words=$(grep -a -A 1 '^part MANIFEST.minisig' city-test-1.zpk | tail -n 1)
  sed 's/^zicha-manifest 1/zicha-manifest 2/' m >2
  minisign -S -s city.key -m 2 -t 'zicha-package:1 name:city/test serial:1' </dev/null >/dev/null
  {
    printf 'zicha-package-file 1\npart MANIFEST %s\n' "$(stat -c %s 2)"
    cat 2
    sed -i "1s/.*/$words/" 2.minisig
    printf '\npart MANIFEST.minisig %s\n' "$(stat -c %s 2.minisig)"
    cat 2.minisig
    printf '\n'
    sed -n '/^files /,$p' city-test-1.zpk
  } >3.zpk
  run zicha $day plan install 3.zpk
  expect 69 'is of another version than' 'install the newer zicha first'
}

@test "an edited index is refused, and so is an edited trusted comment" {
  make_shelf
  sed -i 's/^number 1/number 2/' shelf/index
  refused 77 'the signature does not fit index' -- fetch
  sed -i 's/^number 2/number 1/' shelf/index
  sed -i 's/number:1/number:2/' shelf/index.minisig
  refused 77 'the trusted comment in the signature of index was changed' -- fetch
}

@test "an index that minisign signed counts, for its own number alone" {
  need_minisign
  make_shelf
  resign 2
  refused 77 'the signature of the index was made for something else' -- fetch
  resign 1
  fetch
}

@test "an index of another region or by a key of the root is refused" {
  need_minisign
  make_shelf
  sed -i 's/^region .*/region 邻县/' shelf/index
  resign 1
  refused 77 'index is for 邻县, but the key' -- fetch
  sed -i 's/^region .*/region 某县/' shelf/index
  minisign -S -s zhang.key -m shelf/index -x shelf/index.minisig -t 'zicha-index:1 number:1' </dev/null
  refused 77 'which signs roots and nothing else' -- fetch
}

@test "an index whose key was revoked is refused" {
  make_shelf
  make_root roots zhang li wang
  grep -v 某县卫生健康局 keys.yaml >without.yaml
  rm roots/2.root
  zicha $day key rotate without.yaml --out roots
  sign_root roots/2.root zhang li
  zicha $day key trust roots
  refused 77 "is signed with the key $(key_id county), which is not in the trusted root" -- fetch
}

@test "a package that is not the one of the index is refused, and the others are installed" {
  make_shelf
  printf x | dd of=shelf/county-test-1.zpk bs=1 seek=900 conv=notrunc status=none
  run fetch
  expect 77 'county-test-1.zpk: refused: county-test-1.zpk is not the file that the index names' \
    'city-test-1.zpk: installed' '1 of 2 packages were refused'
  [ "$(installed)" = 'city/test/1 ' ]
}

@test "a child without its parent is refused, with what it lacks" {
  make_shelf
  publish --withdraw city/test@1
  run fetch
  expect 69 'county-test-1.zpk: refused:' 'extends city/test in a version that is neither installed'
  [ ! -e library/packages/county/test/1 ]
}

@test "what the index does not name is not looked at" {
  make_shelf
  cp county-test-2.zpk shelf/
  echo rubbish >shelf/rubbish.zpk
  run fetch
  expect 0
  never rubbish county-test-2
  [ "$(installed)" = 'city/test/1 county/test/1 ' ]
}

@test "a folder without an index is told: 66" {
  make_shelf
  mkdir none
  refused 66 'none is no published folder' -- zicha plan fetch none
  mv shelf/index shelf/kept
  ln -s kept shelf/index
  refused 66 'cannot open index: it is a symbolic link' -- fetch
}

@test "a publication that was interrupted behind the index is whole, and the next one goes on" {
  make_shelf
  cp shelf/index.minisig first.minisig
  publish county-test-2.zpk
  mv shelf/index.minisig shelf/index.minisig.next
  mv first.minisig shelf/index.minisig
  run fetch
  expect 0 'county-test-2.zpk: installed'
  run publish
  expect 0 'published index 3'
  [ ! -e shelf/index.minisig.next ]
  fetch
}
