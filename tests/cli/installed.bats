#!/usr/bin/env bats
# Plans that come from the library of installed packages: how they get there, and what they do in a
# workspace.
load helper
load published

setup() {
  begin_test
  share_office
}

on() { run "$ZICHA" -C w --today "$1" "${@:2}"; }

# ---- installing --------------------------------------------------------------------------

@test "an installed package is found, and a workspace keeps its id and serial" {
  make_plan p county/demo 某县
  publish p county 3
  install 3.zpk
  expect 0 "installed: county/demo@3 of 某县卫生健康局 for 某县, signed by 某县卫生健康局, holds until 2027-03-01"
  use county/demo
  [ "$(sqlite3 w/zicha.db 'SELECT place FROM plan')" = county/demo@3 ]
  on 2026-03-05 check
  expect 0 "某县方案"
}

@test "the same file again is no change, and a newer one stands beside the older" {
  got 1 2
  install 1.zpk 2.zpk
  expect 0 "installed already: county/demo@1" "installed already: county/demo@2"
  [ "$(ls library/packages/county/demo)" = "$(printf '1\n2')" ]
}

@test "each file is installed by itself: the first failure is the status, and each is told" {
  make_plan p county/demo 某县
  publish p other 1
  publish p county 2
  printf 'nothing\n' >3.zpk
  install 1.zpk 3.zpk 2.zpk
  expect 77 "1.zpk" "3.zpk is no package file" "installed: county/demo@2"
  install 3.zpk 1.zpk
  expect 65
}

@test "what is not there or too large to be a package is refused" {
  install none.zpk
  expect 66 "none.zpk"
  truncate -s 17M large.zpk
  install large.zpk
  expect 65 "larger than 16777216 bytes"
}

@test "a package for a newer zicha says which one: 69" {
  make_plan p county/demo 某县
  publish p county 1 --minimum-zicha 99.0.0
  install 1.zpk
  expect 69 "needs zicha 99.0.0 or newer, this is"
}

@test "before a parent is installed its child is not, and afterwards it is, with the parent beside it" {
  make_plan checklists/city/plan city/plan 某市
  make_plan checklists/county/demo county/demo 某县 city/plan
  publish checklists/city/plan city 1
  publish checklists/county/demo county 2
  install 2.zpk
  expect 69 "extends city/plan" "install that one first"
  install 1.zpk 2.zpk
  expect 0
  rm -r checklists library/packages/city
  use county/demo
  on 2026-03-05 check
  expect 0
}

@test "a child in a folder takes its parent from the library, in the version that it names" {
  make_plan c/city/plan city/plan 某市
  publish c/city/plan city 1
  sed -i 's/version: "1"/version: "2"/; s/某市方案/新方案/' c/city/plan/plan.yaml
  publish c/city/plan city 2
  install 1.zpk 2.zpk
  rm -r c
  make_plan p county/demo 某县 city/plan
  [ "$(zicha plan show p --format json | jq -r '.chain[0].version')" = 2 ]
  make_plan p county/demo 某县 '{id: city/plan, version: "1"}'
  [ "$(zicha plan show p --format json | jq -r '.chain[0].version')" = 1 ]
}

@test "nothing is installed while another command writes to the library" {
  make_plan p county/demo 某县
  publish p county 1
  exec 9>>library/lock
  flock 9
  install 1.zpk
  expect 74 "another command is writing to the installed packages"
  exec 9>&-
  install 1.zpk
  expect 0
}

# Serial 1 is installed and in use; every byte and every mistake is tried in tests/unit/package_checks.c.
@test "a file that was changed on its way is refused with its own sentence, and the old version works" {
  got 1
  use county/demo
  publish p county 2
  size=$(stat -c %s 2.zpk)
  cp 2.zpk bad.zpk
  printf X | dd of=bad.zpk bs=1 seek=$((size - 3)) conv=notrunc status=none
  install bad.zpk
  expect 77 "is not what its manifest names"
  head -c $((size - 20)) 2.zpk >bad.zpk
  install bad.zpk
  expect 65 "ends early"
  sed 's/signature of zicha/approval  of zicha/' 2.zpk >bad.zpk
  install bad.zpk
  expect 77 "the comment above the signature"
  sed 's/name:county\/demo serial:2/name:county\/demo serial:9/' 2.zpk >bad.zpk
  install bad.zpk
  expect 77 "trusted comment"
  sed 's/^expires 2027/expires 2037/' 2.zpk >bad.zpk
  install bad.zpk
  expect 77 "does not fit"
  publish p other 3
  install 3.zpk
  expect 77 "邻县"
  publish p county 10002
  install 10002.zpk
  expect 77 "nothing could follow"
  zicha plan pack p --serial 4 --out 4.zpk --today 2026-03-01 >/dev/null
  install 4.zpk
  expect 77 "is not signed"
  [ "$(ls library/packages/county/demo)" = 1 ]
  on 2026-03-05 check
  expect 0
  install 2.zpk
  expect 0
  install 1.zpk
  expect 0 "installed already"
  rm -rf library/packages/county/demo/1
  install 1.zpk
  expect 77 "is older than what was seen here"
}

# ---- use -----------------------------------------------------------------------------------

@test "a newer serial changes no workspace; plan use takes the one that is named, or the newest" {
  got 1
  use county/demo
  got 2 3
  place() { sqlite3 w/zicha.db 'SELECT place FROM plan'; }
  on 2026-03-05 check
  [ "$(place)" = county/demo@1 ]
  on 2026-03-05 plan use county/demo@2
  [ "$(place)" = county/demo@2 ]
  on 2026-03-05 plan use county/demo
  [ "$(place)" = county/demo@3 ]
  on 2026-03-05 plan use county/demo@4
  expect 66 "serial 4 is not installed here, the last one is 3"
}

@test "a shipped plan in use stays the shipped one, whatever is installed under its id" {
  zicha init s --plan "$plan" --facility "$example/clinic/facility.yaml" >/dev/null
  make_plan p "$plan" 某县
  publish p county 1
  install 1.zpk
  zicha -C s check --format json 2>/dev/null --today 2023-06-30 >record.json || true
  jq -e '.plan.title != "某县方案"' record.json
  zicha -C s plan use "$plan"
  zicha -C s check --format json 2>/dev/null --today 2026-03-05 >record.json || true
  jq -e '.plan.title == "某县方案"' record.json
}

@test "a workspace whose plan is not installed here says which to install, and keeps its answers" {
  got 2
  use county/demo
  mv library elsewhere
  on 2026-03-05 check
  expect 66 "the plan county/demo with serial 2" "its answers are kept" "zicha plan fetch DIR" "zicha plan install FILE"
  trust
  install 2.zpk
  on 2026-03-05 check
  expect 0
}

@test "a backup says which plan another computer has to install" {
  got 2
  use county/demo
  on 2026-03-05 backup b
  expect 0 "the installed plan county/demo@2 is not in it"
}

@test "what was edited in the library is no one's plan any more: 77" {
  got 1
  use county/demo
  chmod u+w library/packages/county/demo/1/plans/county/demo/items.yaml
  echo '# x' >>library/packages/county/demo/1/plans/county/demo/items.yaml
  on 2026-03-05 check
  expect 77 "county/demo@1 was changed since it was installed" "install its file again"
  rm -rf library/packages/county/demo/1
  install 1.zpk
  on 2026-03-05 check
  expect 0
}

# ---- lists ---------------------------------------------------------------------------------

@test "an edited copy of a parent is refused, and goes into no new child" {
  make_plan c/city/base city/base 某市
  make_plan c/city/plan city/plan 某市 city/base
  make_plan c/county/demo county/demo 某县 city/plan
  publish c/city/base city 1
  publish c/city/plan city 2
  publish c/county/demo county 3
  install 1.zpk 2.zpk 3.zpk
  expect 0
  use county/demo
  cp -a library whole
  chmod -R u+w library
  local parent=library/packages/county/demo/3/plans/city
  for edited in plan/plan.yaml base/items.yaml; do
    echo '# 改' >>"$parent/$edited"
    on 2026-03-05 check
    expect 77 "was changed since it was installed" "county/demo/3/plans/city/${edited%%/*}" "install its file again"
    install 3.zpk
    expect 77 "was changed since it was installed"
    chmod -R u+w library && rm -rf library && cp -a whole library && chmod -R u+w library
  done
  echo '# 改' >>library/packages/city/plan/2/plans/city/base/items.yaml
  rm -r library/packages/county
  install 3.zpk
  expect 77 "was changed since it was installed" "city/plan/2/plans/city/base"
  [ ! -e library/packages/county/demo/3 ]
  [ -z "$(find library -name '*.new')" ]
}

@test "plan list --installed aligns Chinese columns and tells what is over and whose key was revoked" {
  make_plan c/city/plan city/plan 某市
  make_plan c/county/demo county/demo 某县 city/plan
  publish c/city/plan city 1 --expires 2026-12-31
  publish c/county/demo county 2
  install 1.zpk 2.zpk
  make_root 2 county
  trust 2
  run zicha plan list --installed --today 2027-01-01
  expect 0
  diff - <(printf '%s\n' "$output") <<'TEXT'
plan         serial  version  title     issuer          region  holds until            signed by       parent
city/plan         1  1        某市方案  某市卫生健康局  某市    2026-12-31（expired）  key revoked     —
county/demo       2  1        某县方案  某县卫生健康局  某县    2027-03-01             某县卫生健康局  city/plan
TEXT
  ZICHA_LANG=zh run zicha plan list --installed --today 2027-01-01
  expect 0 "密钥已撤销" "已过期"
}

@test "the same for programs" {
  got 1 2
  [ "$(zicha plan list --installed --format json --today 2026-03-05 |
    jq -c '.zicha, [.installed[] | [.id, .serial, .expired, .revoked, .signer]]')" = \
    '"installed/1"
[["county/demo",1,false,false,"某县卫生健康局"],["county/demo",2,false,false,"某县卫生健康局"]]' ]
  run zicha plan list --format json
  expect 64 "--format is for --installed"
}

@test "an empty library is no failure" {
  run zicha plan list --installed
  expect 0 "nothing is installed"
}

@test "plan explain says whose each layer is" {
  make_plan c/city/plan city/plan 某市
  publish c/city/plan city 1
  install 1.zpk
  make_plan p county/demo 某县 city/plan
  run zicha plan explain p
  expect 0 "某市卫生健康委" "2027-03-01" "not signed: a folder"
  run zicha plan explain "$plan"
  expect 0 "shipped with zicha"
  zicha plan explain p --format json | jq -e '.layers | map(.origin) == ["installed", "folder"]'
  zicha plan explain p posted --format json | jq -e '.layers[0].serial == 1 and .layers[0].signer == "某市卫生健康委"'
}

# ---- keys and days -------------------------------------------------------------------------

@test "a revoked key is told whenever the plan is opened" {
  got 1
  use county/demo
  make_root 2 other
  trust 2
  on 2026-03-05 check
  expect 0 "warning: the key that signed the plan county/demo, serial 1, is trusted no more"
}

@test "thirty days before its last day a plan warns, and after it every check says so" {
  got 1
  use county/demo
  on 2027-01-29 check
  never "holds until" 过期 expired
  on 2027-01-30 check
  expect 0 "warning: the plan county/demo, serial 1, holds until 2027-03-01"
  on 2027-03-01 check
  never "rules expired"
  ZICHA_LANG=zh on 2027-03-02 check
  expect 0 规则已过期 county/demo 2027-03-01
}

@test "the record tells serial and last day, and that it is over, by its own business date" {
  got 1
  use county/demo
  said() { zicha -C w --today "$1" check --format json 2>/dev/null | jq -c '.plan | [.serial, .expires, .expired]'; }
  [ "$(said 2027-03-01)" = '[1,"2027-03-01",null]' ]
  [ "$(said 2027-03-02)" = '[1,"2027-03-01",true]' ]
}

@test "a parent that is over is told, too, though the child holds" {
  make_plan c/city/plan city/plan 某市
  make_plan c/county/demo county/demo 某县 city/plan
  publish c/city/plan city 1 --expires 2026-12-31
  publish c/county/demo county 2
  install 1.zpk 2.zpk
  use county/demo
  zicha -C w --today 2027-01-01 check --format json 2>/dev/null |
    jq -e '.plan.expired == null and .plan.chain[0].expired and .plan.chain[0].expires == "2026-12-31"'
  zicha -C w --today 2027-01-01 report --out markdown:r.md >/dev/null 2>&1
  grep -q '^规则已过期：.*city/plan（序号1，某市卫生健康局发布）有效期至2026年12月31日' r.md
}

@test "the manifest is an input: the same files under another serial are another run" {
  got 1
  use county/demo
  run_of() { zicha -C w --today 2026-03-05 check --format json | jq -r .run; }
  local one
  one=$(run_of)
  got 2
  zicha -C w plan use county/demo@2 >/dev/null
  [ "$(run_of)" != "$one" ]
}

@test "papers are stamped from the day after on, in each format, and a layout of the plan's own is, too" {
  make_plan p county/demo 某县
  mkdir p/layouts
  cat >p/layouts/needs.lua <<'LUA'
local layout = {}
function layout.build() return { title = "own", children = list { { kind = "paragraph", text = "own layout" } } } end
return layout
LUA
  got 1
  use county/demo
  zicha -C w --today 2027-03-01 report --out markdown:before.md >/dev/null 2>&1
  zicha -C w --today 2027-03-02 report --out markdown:after.md --out html:after.html >/dev/null 2>&1
  no grep -q 规则已过期 before.md
  grep -q '规则已过期：.*county/demo（序号1，某县卫生健康局发布）有效期至2027年3月1日' after.md
  grep -q 规则已过期 after.html
  on 2027-03-02 needs
  expect 0 "own layout" 规则已过期
  on 2027-03-01 needs
  expect 0 "own layout"
  never 规则已过期
  zicha plan paper text county/demo --today 2027-03-02 2>/dev/null | grep -q 规则已过期
}

@test "a package that is over can be installed, with a warning" {
  make_plan p county/demo 某县
  publish p county 1 --expires 2026-03-02
  published_day=2026-03-03
  install 1.zpk
  expect 0 "installed: county/demo@1" "held until 2026-03-02"
}

@test "a library is also named by a path from where one stands" {
  export ZICHA_LIBRARY=here/library HOME=$PWD/home
  run zicha --today 2026-03-05 plan list --installed
  expect 0
  ZICHA_LIBRARY=$PWD/$ZICHA_LIBRARY run zicha --today 2026-03-05 key trust "$PWD/none" --fingerprint 00
  [ "$status" -ne 0 ]
  make_plan p county/demo 某县
  publish p county 3
  zicha --today 2026-03-05 plan install 3.zpk || true
  [ -d here/library ] && [ ! -e home ]
}
