# packages.bash: what packages.bats and tests/cases/lint.sh share about the shipped packages.
# ZICHA is the program, ZICHA_ROOT the repository.

# The packages that are shipped, as plan ids.
shipped_packages() {
  local plan
  for plan in "$ZICHA_ROOT"/checklists/{national,city,county}/*/plan.yaml; do
    plan=${plan#"$ZICHA_ROOT/checklists/"}
    echo "${plan%/plan.yaml}"
  done
}

# What `plan lint` says of a package, as its tests/lint.txt keeps it.
lint_of() { ZICHA_LANG=zh_CN "$ZICHA" plan lint "$1" 2>&1; }

# The differences between P01 and P02, one a line: section, id, member or field, from → to.
difference_of_p01_p02() {
  "$ZICHA" plan diff city/medical-disorder-six-departments city/medical-disorder --format json |
    jq -r '.differences[] |
      [.section, .id, ({added: "+", removed: "-", changed: "~"}[.change]),
       (if .change == "changed"
        then ([.field, .member] | map(select(.)) | join(".")) + ": \(.from // "—") → \(.to // "—")"
        else .title end)] | join("\t")'
}
