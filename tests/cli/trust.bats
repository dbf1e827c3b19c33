#!/usr/bin/env bats
# key rotate, key trust, key list: whose signatures count, and how that changes hands.
load helper
load trusted

# Keys, and root 1 of 张三 and others, signed by two of three.
setup_file() {
  cd "$BATS_FILE_TMPDIR" || return 1
  make_keys
  mkdir roots
  make_root roots zhang li wang
  sign_root roots/1.root zhang li
}

setup() {
  begin_test
  export ZICHA_LIBRARY=$PWD/library
  unset ZICHA_PASSPHRASE
  cp -r "$BATS_FILE_TMPDIR"/. .
}

# ---- key rotate ----------------------------------------------------------------------

@test "a root is made from a list with English and Chinese names, one line a key" {
  head -n 5 roots/1.root | diff - <(printf '%s\n' 'zicha-root 1' 'number 1' \
    'issued 2026-03-01' 'expires 2029-03-01' 'threshold 2')
  grep -qx "key publisher county 某县 2027-03-01 $(key_line county) 某县卫生健康局" roots/1.root
  grep -qx "key root - - 2029-03-01 $(key_line zhang) zhang" roots/1.root
  [ "$(grep -c ^key roots/1.root)" = 5 ]
  tail -n +6 roots/1.root | LC_ALL=C sort -c
}

@test "the same list in another order is the same root" {
  { sed -n 1,3p keys.yaml; tail -n +4 keys.yaml | tac; } >turned.yaml
  mkdir other
  zicha $day key rotate turned.yaml --out other
  cmp other/1.root roots/1.root
}

@test "each mistake in the list is told at once with its place and remedy, and no root is written" {
  cat >bad.yaml <<END
expires: 2029-02-30
thresold: 2
keys:
- {name: " 张三", role: boss, key: abc}
- {role: root, level: county, key: $(key_line li)}
- 保管人: 局
  name: 局
  角色: 发布
  层级: 镇
  地区: 某 县
  有效期至: 2025-03-01
  公钥: $(key_line li)
- x
END
  run zicha $day key rotate bad.yaml --out roots
  expect 65 'bad.yaml:1:1: 2029-02-30 is no day' 'bad.yaml:2:1: unknown key thresold' \
    'bad.yaml:4:4: name cannot be « 张三»' 'role cannot be «boss»' 'this is no public key' \
    'bad.yaml:5:3: name is missing' 'a key of the role root has no level' \
    'bad.yaml:6:3: 保管人 and name are one key' 'bad.yaml:9:3: level cannot be «镇»' \
    'bad.yaml:10:3: region cannot be «某 县»' 'bad.yaml:11:3: 2025-03-01 is over on the day' \
    'bad.yaml:12:3: this is the key of' 'bad.yaml:13:3: a key is written as' \
    '→ write national, province, city, county or facility' 'bad.yaml has'
  [ "$(ls roots/*.root)" = roots/1.root ]
}

@test "a threshold that nobody could reach is refused" {
  sed 's/^threshold: 2/threshold: 4/' keys.yaml >four.yaml
  run zicha $day key rotate four.yaml --out roots
  expect 65 'four.yaml:2:1: 4 signatures are asked for, and 3 keys have the role root'
}

@test "the next root has the next number, and says whose signatures it needs" {
  run zicha $day key rotate keys.yaml --out roots
  expect 0 'made roots/2.root' '2 signatures of its own keys, and 2 of the keys of root 1'
}

@test "each signature is counted, of the old keys and of the new ones" {
  make_root roots zhang zhao wang
  run zicha key rotate --sign roots/2.root --key zhao.key
  expect 0 'root 2: 1 of 2 signatures of its own keys' \
    'root 2: 0 of 2 signatures of the keys of root 1' 'not enough yet'
  run zicha key rotate --sign roots/2.root --key li.key
  expect 0 '1 of 2 signatures of its own keys' '1 of 2 signatures of the keys of root 1'
  run zicha key rotate --sign roots/2.root --key li.key
  expect 0 '1 of 2 signatures of the keys of root 1' 'not enough yet'
  run zicha key rotate --sign roots/2.root --key zhang.key
  expect 0 'root 2: 2 of 2 signatures of its own keys' \
    'root 2: 2 of 2 signatures of the keys of root 1' 'that is enough'
}

@test "a key that signs no roots signs none: 77, and no signature is written" {
  run zicha key rotate --sign roots/1.root --key county.key
  expect 77 "the key $(key_id county) has the role root neither in root 1"
  [ "$(ls roots/*.minisig | wc -l)" = 2 ]
}

@test "what is missing on the command line is told: 64" {
  run zicha key rotate keys.yaml
  expect 64 'key rotate KEYS.yaml --out DIR'
  run zicha key rotate --sign roots/1.root
  expect 64 '--sign needs --key'
  run zicha key rotate --sign roots --key zhang.key
  expect 64 'roots is no root'
  run zicha key trust roots --fingerprint 12ab
  expect 64 '12ab is no fingerprint'
}

@test "minisign verifies the signatures of a root" {
  need_minisign
  run minisign -V -p li.pub -m roots/1.root -x "roots/1.root.$(key_id li).minisig"
  expect 0 'Trusted comment: zicha-root:1 number:1'
}

@test "a signature that minisign made counts" {
  need_minisign
  rm "roots/1.root.$(key_id li).minisig"
  minisign -S -s wang.key -m roots/1.root -x "roots/1.root.$(key_id wang).minisig" \
    -t 'zicha-root:1 number:1' </dev/null
  trust roots
  zicha $day key list | grep -q 'root 1'
}

# ---- the first root ------------------------------------------------------------------

@test "before a root is trusted none is listed" {
  run zicha key list
  expect 0 'no keys are trusted yet'
  [ ! -e library ]
}

@test "the first root is trusted by its fingerprint, in groups, capitals or not" {
  digits=$(fingerprint roots/1.root | sed 's/..../& /g' | tr a-f A-F)
  run zicha $day key trust roots --fingerprint "$digits"
  expect 0 'root 1 is trusted from now on' "fingerprint: $(echo "$digits" | tr A-F a-f | sed 's/ $//')"
}

@test "the list tells of each key its role, level, region, days, id and holder" {
  trust roots
  run zicha --today 2027-03-02 key list
  expect 0 'root 1, issued on 2026-03-01, holds until 2029-03-01' 'needs 2 signatures' \
    "signs roots  —       —       2029-03-01  $(key_id zhang)  zhang" \
    "publishes    county  某县    2027-03-01  $(key_id county)  某县卫生健康局  expired" \
    "$(fingerprint roots/1.root | sed 's/..../& /g; s/ $//')"
}

@test "without a fingerprint, and nobody to be asked, nothing is trusted" {
  refused 77 'the first root is trusted by its fingerprint' -- zicha $day key trust roots </dev/null
}

@test "another fingerprint trusts nothing" {
  refused 77 'no root here has this fingerprint' -- \
    zicha $day key trust roots --fingerprint "$(fingerprint keys.yaml)"
}

@test "on a terminal the fingerprint is shown and has to be confirmed" {
  command -v script >/dev/null || skip "script is not installed"
  printf 'no\n' >answer
  run script -qec "'$ZICHA' $day key trust roots" /dev/null <answer
  expect 77 "$(fingerprint roots/1.root | sed 's/..../& /g; s/ $//')" 'nothing was trusted'
  [ ! -e library/roots/1.root ]
  printf 'yes\n' >answer
  run script -qec "'$ZICHA' $day key trust roots" /dev/null <answer
  expect 0 'root 1 is trusted from now on'
  [ -e library/roots/1.root ]
}

@test "a root with 1 of 2 signatures is not trusted" {
  rm "roots/1.root.$(key_id li).minisig"
  refused 77 'root 1 is signed by 1 of its own keys and asks for 2' -- trust roots
}

@test "one key's signature under two names counts once" {
  cp "roots/1.root.$(key_id zhang).minisig" "roots/1.root.$(key_id li).minisig"
  refused 77 "is signed with the key $(key_id zhang), not with $(key_id li)" -- trust roots
}

@test "an edited root is not trusted, whatever its fingerprint" {
  sed -i 's/某县卫生健康局/某县卫生健康委/' roots/1.root
  refused 77 'the signature does not fit 1.root' -- trust roots
}

@test "an edited trusted comment is noticed" {
  sed -i 's/number:1/number:2/' "roots/1.root.$(key_id li).minisig"
  refused 77 'the trusted comment in the signature of 1.root was changed' -- trust roots
}

@test "a signature for another number is noticed" {
  need_minisign
  minisign -S -s li.key -m roots/1.root -x "roots/1.root.$(key_id li).minisig" \
    -t 'zicha-root:1 number:2' </dev/null
  refused 77 'was made for something else than root 1' -- trust roots
}

@test "an expired root is not trusted" {
  refused 77 'root 1 expired on 2029-03-01' -- zicha --today 2029-03-02 key trust roots \
    --fingerprint "$(fingerprint roots/1.root)"
}

@test "a folder without roots is told: 66" {
  mkdir none
  refused 66 'none has no root' -- zicha key trust none
}

# ---- later roots ---------------------------------------------------------------------

@test "a root that enough old and new keys signed follows without a fingerprint" {
  trust roots
  make_root roots zhang zhao wang
  sign_root roots/2.root zhang li zhao
  run zicha $day key trust roots/2.root
  expect 0 'root 2 is trusted from now on' "$(key_id zhao)"
  never "$(key_id li)"
}

@test "a root that only new keys signed is refused" {
  trust roots
  make_root roots zhao neighbour
  sign_root roots/2.root zhao neighbour
  refused 77 'root 2 is signed by 0 keys of root 1, which asks for 2' \
    'new keys alone cannot replace a root' -- zicha $day key trust roots
}

@test "a root that only old keys signed is refused" {
  trust roots
  make_root roots zhao neighbour
  sign_root roots/2.root zhang li
  refused 77 'root 2 is signed by 0 of its own keys and asks for 2' -- zicha $day key trust roots
}

@test "two roots ahead each is verified by the one before it" {
  trust roots
  make_root roots zhang zhao wang
  sign_root roots/2.root zhang li zhao
  make_root roots zhao neighbour
  sign_root roots/3.root zhao wang neighbour
  run zicha $day key trust roots
  expect 0 'root 3 is trusted from now on'
  [ "$(ls library/roots/*.root | wc -l)" = 3 ]
}

@test "two roots ahead the second does not count where the first is not signed" {
  trust roots
  make_root roots zhao neighbour
  sign_root roots/2.root zhao neighbour
  make_root roots zhang li zhao neighbour
  sign_root roots/3.root zhang li zhao neighbour
  refused 77 'root 2 is signed by 0 keys of root 1' -- zicha $day key trust roots
}

@test "a gap between roots is told" {
  trust roots
  make_root roots zhang zhao wang
  make_root roots zhang zhao wang
  rm roots/2.root
  refused 77 '2.root is missing between root 1 and root 3' -- zicha $day key trust roots
}

@test "an older root is refused, and one that is trusted already is no mistake" {
  cp -r roots old
  make_root roots zhang zhao wang
  sign_root roots/2.root zhang li zhao
  trust roots
  refused 77 'root 1 is older than root 2, which is trusted here' -- zicha $day key trust old
  run zicha $day key trust roots
  expect 0 'root 2 is trusted already'
}

@test "another root of the same number is refused" {
  trust roots
  mkdir other
  make_root other zhao neighbour
  sign_root other/1.root zhao neighbour
  refused 77 'root 1 here is another than the root 1 that is trusted' -- zicha $day key trust other
}

@test "a renamed root is refused" {
  trust roots
  mv roots/1.root roots/2.root
  for name in zhang li; do
    mv "roots/1.root.$(key_id $name).minisig" "roots/2.root.$(key_id $name).minisig"
  done
  refused 77 '2.root is root 1 by its own words' -- zicha $day key trust roots
}

@test "trusted roots that were changed on the disk are noticed" {
  trust roots
  sed -i 's/某县卫生健康局/某县卫生健康委/' library/roots/1.root
  refused 77 'were changed or are damaged' -- zicha key list
}
