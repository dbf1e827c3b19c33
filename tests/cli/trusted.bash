# trusted.bash: keys, roots and packages of two offices, made once a suite, for trust.bats and
# shelf.bats. Everything is of 2026-03-01.

day='--today 2026-03-01'

# key_line NAME, key_id NAME
key_line() { sed -n 2p "$1.pub"; }
key_id() { sed -n '1s/.* //p' "$1.pub"; }

make_keys() {
  for name in zhang li wang zhao city county neighbour; do
    "$ZICHA" key new "$name" --no-passphrase >/dev/null 2>&1 || return 1
  done
}

# keys_yaml NAME…: the holders of the root, with one publisher for each place.
keys_yaml() {
  printf 'expires: 2029-03-01\nthreshold: 2\nkeys:\n'
  for name in "$@"; do
    printf -- '- {name: %s, role: root, key: %s}\n' "$name" "$(key_line "$name")"
  done
  printf -- '- {name: 某市卫生健康委, role: publisher, level: city, region: 某市, expires: 2027-03-01, key: %s}\n' \
    "$(key_line city)"
  printf -- '- {保管人: 某县卫生健康局, 角色: 发布, 层级: 县, 地区: 某县, 有效期至: 2027-03-01, 公钥: %s}\n' \
    "$(key_line county)"
}

# make_root DIR HOLDER…: the next root in DIR; sign_root DIR/N.root HOLDER…
make_root() {
  local folder=$1
  shift
  keys_yaml "$@" >keys.yaml
  "$ZICHA" $day key rotate keys.yaml --out "$folder" >/dev/null
}
sign_root() {
  local root=$1 name
  shift
  for name in "$@"; do
    "$ZICHA" key rotate --sign "$root" --key "$name.key" >/dev/null || return 1
  done
}

# fingerprint FILE: as sha256sum has it.
fingerprint() { sha256sum <"$1" | cut -d' ' -f1; }

# trust DIR: the first time, by the fingerprint of 1.root.
trust() { "$ZICHA" $day key trust "$1" --fingerprint "$(fingerprint "$1/1.root")" >/dev/null; }

# What this computer trusts and has installed.
state() { [ ! -e library ] || (cd library && find . -type f ! -name lock | LC_ALL=C sort | xargs -r sha256sum); }

# refused STATUS TEXT… -- COMMAND…: it says so, and nothing is trusted or installed by it.
refused() {
  local wanted=$1 texts=()
  shift
  while [ "$1" != -- ]; do
    texts+=("$1")
    shift
  done
  shift
  state >before.txt
  run "$@"
  expect "$wanted" "${texts[@]}"
  state | diff before.txt -
}

need_minisign() { command -v minisign >/dev/null || skip "minisign is not installed"; }
