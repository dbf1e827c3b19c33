#!/bin/sh
# Two offices and three facilities: the plans of nation, city and county are published, installed and
# run; the nation's plan changes, and answers go on; a key is rotated, another one stolen and revoked.
#   publishing.sh ZICHA FOLDER        (the working folder is the repository)
# Prints what everybody sees, with the keys and hashes of the day blotted out.
set -eu
zicha=$(realpath "$1")
folder=$2
cases=$PWD/tests/cases/publishing
export ZICHA_LANG=zh
mkdir -p "$folder"
cp -r "$cases"/v? "$folder"
cd "$folder"

blot() {
  sed -E -e 's/[0-9a-f]{64}/SHA256/g' -e 's/([0-9a-f]{4} ){15}[0-9a-f]{4}/FINGERPRINT/g' \
    -e 's/\b[0-9A-F]{16}\b/KEY-ID/g' -e "s,$PWD/,,g"
}

# One command of somebody, who has packages installed of his own: says WHO DAY COMMAND…
says() {
  who=$1
  day=$2
  shift 2
  echo
  echo "$day $who \$ zicha $*" | blot
  status=0
  ZICHA_LIBRARY=$PWD/installed/$who "$zicha" --today "$day" "$@" >said 2>&1 </dev/null || status=$?
  blot <said
  [ "$status" = 0 ] || echo "→ $status"
}

heading() { printf '\n== %s\n' "$*"; }

make_keys() {
  mkdir keys
  for key in first second third nation city county city_later county_later; do
    "$zicha" key new "$key" --out keys --no-passphrase >made 2>&1
  done
}

# holder NAME ROLE KEY: a line of the list of keys.
holder() {
  printf '  - {name: %s, role: %s, expires: 2028-12-31, key: %s}\n' "$1" "$2" "$(tail -n 1 "keys/$3.pub")"
}

# The list of keys of a root: holders CITY-KEY COUNTY-KEY
holders() {
  printf 'expires: 2028-12-31\nthreshold: 2\nkeys:\n'
  holder 保管人甲 root first
  holder 保管人乙 root second
  holder 保管人丙 root third
  holder 国家示例办公室 'publisher, level: national, region: 全国' nation
  holder 某市示例办公室 'publisher, level: city, region: 某市' "$1"
  holder 某县示例办公室 'publisher, level: county, region: 某县' "$2"
}

# root NUMBER DAY HOLDER…: the next root from keys.yaml, signed by holders.
root() {
  number=$1
  day=$2
  shift 2
  says 市 "$day" key rotate keys.yaml --out roots
  for holder in "$@"; do
    says 市 "$day" key rotate --sign "roots/$number.root" --key "keys/$holder.key"
  done
}

# pack_one DAY VERSION SERIAL WHO LEVEL KEY: a plan as a signed file LEVEL-SERIAL.zpk.
pack_one() {
  says "$4" "$1" plan pack "v$2/$5/fees" --serial "$3" --out "$5-$3.zpk"
  says "$4" "$1" plan sign "$5-$3.zpk" --key "keys/$6.key"
}

# pack DAY VERSION SERIAL CITY-KEY COUNTY-KEY: all three.
pack() {
  pack_one "$1" "$2" "$3" 国家 national nation
  pack_one "$1" "$2" "$3" 市 city "$4"
  pack_one "$1" "$2" "$3" 县 county "$5"
}

# facility WHO CODE CLASS: it trusts the root by its fingerprint on paper, installs, and begins.
facility() {
  printf 'code: %s\nname: 示例%s\nclass: %s\n' "$2" "$1" "$3" >"$1.yaml"
  says "$1" 2026-01-08 plan fetch shelf
  says "$1" 2026-01-08 key trust shelf --fingerprint "$(sha256sum roots/1.root | cut -c 1-64)"
  says "$1" 2026-01-08 plan fetch shelf
  says "$1" 2026-01-08 init "$1" --plan county/fees --facility "$1.yaml"
}

make_keys

heading '市里做信任根，三级各发第一版'
holders city county >keys.yaml
root 1 2026-01-05 first second
says 县 2026-01-05 key trust roots --fingerprint "$(sha256sum roots/1.root | cut -c 1-64)"
pack 2026-01-06 1 1 city county
says 县 2026-01-07 plan publish shelf national-1.zpk city-1.zpk county-1.zpk --key keys/county.key --roots roots

heading '三家机构安装、自查'
facility 医院 A1 乡镇卫生院
facility 诊所 B1 诊所
facility 卫生室 C1 村卫生室
says 医院 2026-01-20 -C 医院 answer price_posted=是 price_boards=2 complaint_box=否 paper_register=是 refund_desk=是 staff_trained=是
says 诊所 2026-01-20 -C 诊所 answer price_posted=是 price_boards=2 complaint_box=是 paper_register=否 refund_desk=是 staff_trained=是
says 卫生室 2026-01-20 -C 卫生室 answer price_posted=否 price_boards=1
for who in 医院 诊所 卫生室; do says "$who" 2026-01-31 -C "$who" check; done
says 医院 2026-01-31 plan explain county/fees

heading '国家改了方案，县里看本县的修改还合不合，再发第二版'
says 县 2026-03-02 plan diff v1/city/fees v2/city/fees --child v1/county/fees
pack 2026-03-02 2 2 city county
says 县 2026-03-03 plan publish shelf national-2.zpk city-2.zpk county-2.zpk --key keys/county.key --roots roots
says 县 2026-03-03 plan diff v1/county/fees v2/county/fees --format markdown

heading '医院更新，诊所写明理由留在原版，卫生室还没有收到'
for who in 医院 诊所; do says "$who" 2026-03-05 plan fetch shelf; done
says 医院 2026-03-05 -C 医院 check
says 医院 2026-03-05 -C 医院 upgrade
says 医院 2026-03-05 -C 医院 upgrade --apply --by 示例经办人
says 医院 2026-03-05 -C 医院 check
says 医院 2026-03-06 -C 医院 answer price_posted=是 electronic_bill=是 price_boards=4
says 医院 2026-03-06 -C 医院 check
says 诊所 2026-03-05 -C 诊所 upgrade --stay --reason 本轮自查已过半 --by 示例经办人
says 诊所 2026-03-05 -C 诊所 check
says 卫生室 2026-03-05 -C 卫生室 check

heading '县里换了密钥，第二号信任根由两位保管人签署'
holders city county_later >keys.yaml
root 2 2026-04-01 first
says 县 2026-04-01 plan publish shelf --key keys/county_later.key --roots roots
says 市 2026-04-01 key rotate --sign roots/2.root --key keys/third.key
says 县 2026-04-01 key trust roots
pack 2026-04-02 2 3 city county_later
says 县 2026-04-02 plan publish shelf national-3.zpk city-3.zpk county-3.zpk --key keys/county_later.key --roots roots
says 医院 2026-04-03 plan fetch shelf
says 医院 2026-04-03 -C 医院 upgrade --apply --by 示例经办人

heading '市里的密钥被盗，第三号信任根把它撤销'
says 盗 2026-05-01 plan pack v2/city/fees --serial 4 --out stolen.zpk
says 盗 2026-05-01 plan sign stolen.zpk --key keys/city.key
holders city_later county_later >keys.yaml
root 3 2026-05-02 second third
says 医院 2026-05-03 key trust roots
says 医院 2026-05-03 plan install stolen.zpk
says 医院 2026-05-03 plan list --installed
says 医院 2026-05-03 -C 医院 check

heading '市、县用新密钥重新签发；卫生室一次赶上'
pack 2026-05-04 2 5 city_later county_later
says 县 2026-05-04 key trust roots
says 县 2026-05-04 plan publish shelf national-5.zpk city-5.zpk county-5.zpk --key keys/county_later.key --roots roots
says 卫生室 2026-05-05 plan fetch shelf
says 卫生室 2026-05-05 -C 卫生室 upgrade --apply --by 示例经办人
says 卫生室 2026-05-05 -C 卫生室 check
says 卫生室 2027-06-01 -C 卫生室 check
