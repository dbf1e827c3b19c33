# layered.bash: packages upon packages, for the tests of `plan` and its layers.
# make_base writes packages/city/base, a plan with an entry in every section; child and
# child_items add to packages/county/child, which extends it.

load helper

base=packages/city/base
child=packages/county/child

# package FOLDER ID LEVEL [EXTENDS]: the head of a plan.yaml.
package() {
  mkdir -p "$1"
  cat >"$1/plan.yaml" <<END
zicha: 1
id: $2
title: 方案（$2）
version: "1.0"
kind: rectification
level: $3
