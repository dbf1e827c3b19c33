#!/usr/bin/env bats
# Keys and signatures: minisign reads what zicha writes and writes what zicha reads.
load helper

signing=$ZICHA_BUILD/tests/signing

setup() {
  begin_test
  unset ZICHA_PASSPHRASE
  printf '# 自查整改报告\n\n共发现问题 3 个。\n' >report.md
  printf '{"found":3}\n' >figures.json
}

need_minisign() { command -v minisign >/dev/null || skip "minisign is not installed"; }

need_terminal() { command -v script >/dev/null || skip "script is not installed"; }

need_signing() { [ -x "$signing" ] || skip "$signing is not built (ZICHA_TESTS)"; }

# A key of zicha without a passphrase: facility.key, facility.pub.
open_key() { zicha key new --no-passphrase >/dev/null 2>&1; }

# ---- key new -------------------------------------------------------------------------

@test "a key is two files, and nobody else can read the secret one" {
  (umask 022 && printf '口令\n' | zicha key new)
  [ "$(ls)" = "$(printf '%s\n' facility.key facility.pub figures.json report.md)" ]
  [ "$(stat -c %a facility.key)" = 600 ]
  [ "$(stat -c %a facility.pub)" = 644 ]
  [ "$(wc -l <facility.key)" = 2 ]
  grep -q '^untrusted comment: minisign public key [0-9A-F]\{16\}$' facility.pub
}

@test "two keys are never the same" {
  zicha key new a --no-passphrase
  zicha key new b --no-passphrase
  no cmp -s a.pub b.pub
}

@test "a key is named, goes where --out says, and is told with its id and public line" {
  mkdir safe
  run zicha key new 第一院 --out safe --no-passphrase
  expect 0 "made safe/第一院.key" "made safe/第一院.pub" "key id: " \
    "public key: $(tail -n 1 safe/第一院.pub)" "warning: the key is not locked"
}

@test "in a workspace keys stand beneath keys/, with -C and without" {
  make_questions
  run zicha -C w key new --no-passphrase
  expect 0 "made w/keys/facility.key"
  [ "$(stat -c %a w/keys/facility.key)" = 600 ]
  cd w
  run zicha key new office --no-passphrase
  expect 0 "made keys/office.key"
  [ -e keys/office.pub ]
}

@test "no file is overwritten: 73, and it stays as it was" {
  open_key
  cp facility.pub before.pub
  cp facility.key before.key
  run zicha key new --no-passphrase
  expect 73 "facility.key is there already and is not overwritten"
  cmp facility.key before.key
  rm facility.key
  run zicha key new --no-passphrase
  expect 73 "facility.pub is there already and is not overwritten"
  cmp facility.pub before.pub
  [ ! -e facility.key ]
}

@test "a link in a key's place is not followed: 73" {
  ln -s elsewhere facility.key
  run zicha key new --no-passphrase
  expect 73 "facility.key is there already"
  [ ! -e elsewhere ]
}

@test "where nothing can be written no key is made: 73" {
  need_other
  mkdir closed
  chmod 755 closed
  run as_other "$ZICHA" key new --out "$PWD/closed" --no-passphrase
  expect 73
  [ -z "$(ls -A closed)" ]
}

@test "a name that leads elsewhere or hides is refused: 64" {
  for name in ../a a/b .a '' -- "a b" $'a\nb' $'\xff' "$(printf 'a%.0s' {1..101})"; do
    run zicha key new --no-passphrase -- "$name"
    expect 64 "cannot name a key"
  done
  [ "$(ls)" = "$(printf '%s\n' figures.json report.md)" ]
}

@test "a folder that is not there is told: 66" {
  run zicha key new --out nowhere --no-passphrase
  expect 66 "cannot open nowhere"
}

# ---- passphrases ---------------------------------------------------------------------

@test "a passphrase comes from the environment, else from the first line of input" {
  ZICHA_PASSPHRASE=geheim zicha key new a </dev/null
  printf 'geheim\r\nmore\n' | zicha key new b
  for key in a b; do
    ZICHA_PASSPHRASE=geheim run zicha key show $key.key
    expect 0 "public key: $(tail -n 1 $key.pub)" "locked by a passphrase"
    run zicha key show $key.key <<<geheim
    expect 0
    run zicha key show $key.key <<<Geheim
    expect 77 "this is not the passphrase of $key.key"
  done
}

@test "a passphrase that is missing, empty, too long or no text is refused: 64, nothing is made" {
  run zicha key new </dev/null
  expect 64 "a passphrase is missing"
  run zicha key new <<<''
  expect 64 "the passphrase is empty"
  run zicha key new < <(printf 'a\tb\n')
  expect 64 "control character"
  run zicha key new < <(printf 'a%.0s' {1..1024})
  expect 64 "longer than 1023 bytes"
  [ ! -e facility.key ]
}

# on_terminal COMMAND: types the lines of standard input, each once it was asked for.
on_terminal() {
  : >screen
  (asked=0
  while read -r line; do
    asked=$((asked + 1))
    for _ in $(seq 200); do
      [ "$(grep -cE '(new key|once more): ' screen)" -ge $asked ] && break
      sleep 0.05
    done
    printf '%s\n' "$line"
  done
  sleep 2) | script -qefc "$1" screen
}

@test "on a terminal a passphrase is asked for twice and not shown" {
  need_terminal
  run on_terminal "$ZICHA key new" <<<$'geheim\ngeheim'
  expect 0 "passphrase for the new key: " "the same once more: " "made facility.key"
  never geheim
  ZICHA_PASSPHRASE=geheim run zicha key show facility.key
  expect 0
}

@test "on a terminal two different passphrases make no key" {
  need_terminal
  run on_terminal "$ZICHA key new" <<<$'geheim\nanders'
  expect 64 "the two passphrases differ"
  [ ! -e facility.key ]
}

@test "on a terminal Ctrl-C ends the question and the terminal shows again what is typed" {
  need_terminal
  run on_terminal "$ZICHA key new; echo status \$?; stty -a | grep -o '[- ]echo '" <<<$'gehe\003'
  expect 0 "cancelled" "status 64" " echo "
  [ ! -e facility.key ]
}

# ---- key show ------------------------------------------------------------------------

@test "the id and the public key are printed, of either file" {
  open_key
  id=$(sed -n 's/.*public key //p' facility.pub)
  for file in facility.pub facility.key; do
    run zicha key show $file
    expect 0 "key id: $id" "public key: $(tail -n 1 facility.pub)"
  done
  expect 0 "not locked by a passphrase"
}

@test "a file that is no key is told with what is wrong: 65, one that is not there 66" {
  run zicha key show report.md
  expect 65 "report.md: line 1 does not begin with «untrusted comment: »"
  run zicha key show nowhere
  expect 66 "cannot open nowhere"
  : >empty
  run zicha key show empty
  expect 65 "empty ends before line 1"
  head -c 5000 /dev/zero >large
  run zicha key show large
  expect 65 "large is larger than 4096 bytes"
  open_key
  sed -i '2s/.$/!/' facility.pub
  run zicha key show facility.pub
  expect 65 "facility.pub: line 2 is not base64"
}

@test "these messages are Chinese, too" {
  ZICHA_LANG=zh run zicha key new --no-passphrase
  expect 0 "已生成 facility.key" "密钥编号：" "公钥："
}

# ---- minisign ------------------------------------------------------------------------

@test "minisign verifies what zicha signs, with its trusted comment" {
  need_minisign
  need_signing
  open_key
  "$signing" sign facility.key report.md 12000000SL0000001A abcdef
  run minisign -V -p facility.pub -m report.md
  expect 0 "Signature and comment signature verified" \
    "Trusted comment: zicha:1 facility:12000000SL0000001A run:abcdef"
  run minisign -V -H -P "$(tail -n 1 facility.pub)" -m report.md
  expect 0
}

@test "zicha verifies what minisign signs with a key of its own" {
  need_minisign
  need_signing
  minisign -G -W -p m.pub -s m.key </dev/null
  minisign -S -s m.key -m report.md -t '张某 签' </dev/null
  run "$signing" check m.pub report.md report.md.minisig
  expect 0 "张某 签"
  minisign -S -s m.key -m report.md </dev/null # with tabs in its comment
  run "$signing" check m.pub report.md report.md.minisig
  expect 0 "file:report.md"
}

@test "minisign signs with a key of zicha, locked and open" {
  need_minisign
  need_signing
  printf 'geheim\n' | zicha key new locked
  zicha key new open --no-passphrase
  for key in locked open; do
    printf 'geheim\n' | minisign -S -s $key.key -m report.md -x $key.minisig
    run "$signing" check $key.pub report.md $key.minisig
    expect 0
    run minisign -V -p $key.pub -m report.md -x $key.minisig
    expect 0
  done
  run minisign -S -s locked.key -m report.md <<<falsch
  [ "$status" != 0 ]
}

@test "minisign makes the public key again from a secret one of zicha" {
  need_minisign
  printf 'geheim\n' | zicha key new
  printf 'geheim\n' | minisign -R -s facility.key -p again.pub
  [ "$(tail -n 1 again.pub)" = "$(tail -n 1 facility.pub)" ]
}

@test "zicha signs with a key that minisign locked" {
  need_minisign
  need_signing
  [ "$(awk '/^MemAvailable/ { print $2 }' /proc/meminfo)" -gt 2500000 ] ||
    skip "minisign's locking takes 1 GiB of memory"
  printf 'geheim\ngeheim\n' | minisign -G -p m.pub -s m.key
  ZICHA_PASSPHRASE=geheim "$signing" sign m.key report.md T1 abc
  run minisign -V -p m.pub -m report.md
  expect 0 "facility:T1"
  ZICHA_PASSPHRASE=falsch run "$signing" sign m.key report.md T1 abc
  expect 77 "this is not the passphrase of m.key"
}

@test "a signature of minisign's old kind is refused: 65, with what to do" {
  need_minisign
  need_signing
  minisign -G -W -p m.pub -s m.key </dev/null
  minisign -S -l -s m.key -m report.md </dev/null
  run "$signing" check m.pub report.md report.md.minisig
  expect 65 "old kind" "without -l"
}

@test "a changed report, a changed comment and another key are told: 77" {
  need_signing
  open_key
  "$signing" sign facility.key report.md T1 abc
  zicha key new other --no-passphrase
  run "$signing" check other.pub report.md report.md.minisig
  expect 77 "is signed with the key"
  sed 's/run:abc/run:abd/' report.md.minisig >changed.minisig
  run "$signing" check facility.pub report.md changed.minisig
  expect 77 "the trusted comment in the signature of report.md was changed"
  sed -i 's/3/2/' report.md
  run "$signing" check facility.pub report.md report.md.minisig
  expect 77 "the signature does not fit report.md"
}

@test "the same report signed twice gives the same bytes" {
  need_signing
  open_key
  "$signing" sign facility.key report.md T1 abc
  cp report.md.minisig first
  "$signing" sign facility.key report.md T1 abc
  cmp first report.md.minisig
}

# ---- .zrep ---------------------------------------------------------------------------

@test "a submitted file is opened with its key and told whose it is" {
  need_signing
  open_key
  "$signing" pack facility.key report.md figures.json T1 abc
  run "$signing" open facility.pub report.md.zrep
  expect 0 "T1 abc"
  head -n 1 report.md.zrep | grep -qx 'zicha-report 1'
}

@test "its parts can be taken out by hand, and minisign verifies them" {
  need_minisign
  need_signing
  open_key
  "$signing" pack facility.key report.md figures.json T1 abc
  mv report.md original.md
  awk '/^part report.md [0-9]+$/ { print $3; exit }' report.md.zrep >size
  tail -n +3 report.md.zrep | head -c "$(cat size)" >report.md
  cmp original.md report.md
  grep -a -A 4 '^part report.md.minisig ' report.md.zrep | tail -n 4 >report.md.minisig
  run minisign -V -p facility.pub -m report.md
  expect 0 "figures:$(sha256sum <figures.json | cut -d' ' -f 1)"
}

@test "figures that were changed on their way are refused: 77" {
  need_signing
  open_key
  "$signing" pack facility.key report.md figures.json T1 abc
  sed -i 's/{"found":3}/{"found":2}/' report.md.zrep
  run "$signing" open facility.pub report.md.zrep
  expect 77 "the figures in report.md.zrep are not those that were signed"
}

@test "a file that is cut off, longer, or claims to be large is refused: 65" {
  need_signing
  open_key
  "$signing" pack facility.key report.md figures.json T1 abc
  head -c -1 report.md.zrep >cut.zrep
  run "$signing" open facility.pub cut.zrep
  expect 65 "ends early"
  { cat report.md.zrep; echo; } >longer.zrep
  run "$signing" open facility.pub longer.zrep
  expect 65 "something stands behind figures.json"
  sed 's/^part figures.json .*/part figures.json 10737418240/' report.md.zrep >large.zrep
  run "$signing" open facility.pub large.zrep
  expect 65 "figures.json claims to be larger than 67108864 bytes"
  run "$signing" open facility.pub report.md
  expect 65 "is no submitted report"
}
