# published.bash: offices with keys, a root that their facilities trust, and packages that they sign. All of
# it happens on 2 March 2026 unless a test says otherwise.

published_day=2026-03-02

# Keys in keys/: a and b sign roots; county publishes for 某县, other for 邻县, city for 某市.
make_keys() {
  mkdir keys roots
  local name
  for name in a b county other city; do
    zicha key new --no-passphrase --out keys "$name" >/dev/null 2>&1
  done
}

key_line() { zicha key show "keys/$1.pub" | sed -n 's/^public key: //p'; }

# make_root NUMBER PUBLISHER…: the next root in roots/, signed by both holders.
make_root() {
  local number=$1 name
  {
    printf 'expires: 2029-03-01\nthreshold: 2\nkeys:\n'
    printf '  - {name: 甲, role: root, key: %s}\n  - {name: 乙, role: root, key: %s}\n' "$(key_line a)" "$(key_line b)"
    for name in "${@:2}"; do
      case $name in
        county) printf '  - {name: 某县卫生健康局, role: publisher, level: county, region: 某县, expires: 2027-06-01, key: %s}\n' "$(key_line county)" ;;
        other) printf '  - {name: 邻县卫生健康局, role: publisher, level: county, region: 邻县, expires: 2027-06-01, key: %s}\n' "$(key_line other)" ;;
        city) printf '  - {name: 某市卫生健康委, role: publisher, level: city, region: 某市, expires: 2027-06-01, key: %s}\n' "$(key_line city)" ;;
      esac
    done
  } >keys.yaml
  zicha key rotate keys.yaml --out roots --today 2026-03-01 >/dev/null
  for name in a b; do
    zicha key rotate --sign "roots/$number.root" --key "keys/$name.key" --today 2026-03-01 >/dev/null 2>&1
  done
}

# The library trusts the roots in roots/.
trust() {
  zicha key trust roots --today 2026-03-01 \
    --fingerprint "$(sha256sum "roots/${1:-1}.root" | cut -d ' ' -f 1)" >/dev/null
}

# The same for every test of a file: keys and root are made once.
share_office() {
  if [ ! -d "$BATS_FILE_TMPDIR/office/roots" ]; then
    mkdir -p "$BATS_FILE_TMPDIR/office"
    (cd "$BATS_FILE_TMPDIR/office" && make_keys && make_root 1 county other city)
  fi
  cp -a "$BATS_FILE_TMPDIR/office/." .
  trust
}

# make_plan DIR ID REGION [PARENT]: a package with one question.
make_plan() {
  mkdir -p "$1"
  cat >"$1/plan.yaml" <<END
zicha: 1
id: $2
title: ${3}方案
version: "1"
kind: rectification
level: ${2%%/*}
region: $3
issuer: ${3}卫生健康局
${4:+extends: $4}
END
  if [ -z "${4:-}" ]; then
    printf '%s\n' '- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}' >"$1/items.yaml"
  fi
}

# publish DIR KEY SERIAL [OPTION…]: SERIAL.zpk of the package, signed.
publish() {
  zicha plan pack "$1" --serial "$3" --out "$3.zpk" --today 2026-03-01 "${@:4}" >/dev/null
  zicha plan sign "$3.zpk" --key "keys/$2.key" >/dev/null 2>&1
}

# As `run` does it.
install() { run "$ZICHA" plan install "$@" --today "$published_day"; }

# got SERIAL…: installs these of the plan in ./p, which is made where it is not there.
got() {
  local serial
  [ -d p ] || make_plan p county/demo 某县
  for serial; do
    publish p county "$serial"
    "$ZICHA" plan install "$serial.zpk" --today "$published_day" >/dev/null
  done
}

# A workspace ./w for a plan, with its answer.
use() {
  make_facility
  zicha init w --plan "$1" --facility facility.yaml >/dev/null
  zicha -C w answer posted=是 --today "$published_day" >/dev/null
}
