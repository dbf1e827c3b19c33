# crafted.bash: files as somebody makes them who has the sender's key, or none. Needs jq.

# The parts of a submitted file: report.md, report.md.minisig and figures.json in FOLDER.
# unpack FILE FOLDER
unpack() {
  mkdir -p "$2"
  local at=16 line name size
  while line=$(tail -c +"$at" "$1" | head -n 1 | tr -d '\0') && [ -n "$line" ]; do
    read -r _ name size <<<"$line"
    tail -c +$((at + ${#line} + 1)) "$1" | head -c "$size" >"$2/$name"
    at=$((at + ${#line} + 1 + size + 1))
  done
}

# The submitted file with another record and other figures, signed again: what comes out is as
# good as its sender can make it. The texts of both must be without <, > and &.
# craft FILE OUT KEY CODE RECORD-FILTER FIGURES-FILTER
craft() {
  local folder=crafted.$$ run
  rm -rf "$folder"
  unpack "$1" "$folder"
  grep -av '^<!-- zicha-record ' "$folder/report.md" >"$folder/new.md"
  grep -a '^<!-- zicha-record ' "$folder/report.md" | sed 's/^<!-- zicha-record //; s/ -->$//' |
    jq -cS "$5" >"$folder/record.json"
  printf '<!-- zicha-record %s -->\n' "$(cat "$folder/record.json")" >>"$folder/new.md"
  jq -cS --arg report "$(sha256sum <"$folder/new.md" | cut -c 1-64)" "($6) | .report = \$report" \
    "$folder/figures.json" >"$folder/new.json"
  run=$(jq -r .run "$folder/record.json")
  "$ZICHA_BUILD/tests/signing" pack "$3" "$folder/new.md" "$folder/new.json" "$4" "$run"
  mv "$folder/new.md.zrep" "$2"
  rm -r "$folder"
}
