# golden.bash: papers compared with the ones in tests/golden that a person has read. Sums and
# run ids, which follow from the version and every byte of a package, are set to one length.
# ZICHA_GOLDEN=write makes the files anew: read the difference before you keep it.

settled() { sed -E 's/[0-9a-f]{64}/<sha256>/g; s/[0-9a-f]{16}/<run>/g'; }

# golden NAME <PAPER: the paper is tests/golden/NAME.
golden() {
  local file=$ZICHA_ROOT/tests/golden/$1
  if [ "${ZICHA_GOLDEN:-}" = write ]; then
    mkdir -p "$(dirname "$file")"
    settled >"$file"
    return 0
  fi
  settled | diff "$file" -
}
