# kill.bash: commands that are killed at a random moment of their life.

now() { echo "${EPOCHREALTIME/./}"; }

# How many microseconds the command takes undisturbed. Status 1 and 2 are verdicts.
measure() {
  local begun status=0
  begun=$(now)
  "$@" >/dev/null 2>&1 || status=$?
  [ "$status" -le 2 ]
  whole=$(($(now) - begun))
}

# killed OUTPUT COMMAND…: runs it and kills it at a random moment of its life. Counts in `kills`
# those that were still there; `silence` is a pipe that nobody writes to.
killed() {
  local moment=$((RANDOM * 32768 + RANDOM)) output=$1
  shift
  moment=$((moment % whole))
  : >"$output" # killed before it begins, it leaves nothing, and not the last round's
  "$@" <&0 >"$output" 2>errors 3>&- & # a background command has no other input
  local process=$!
  read -r -t "$((moment / 1000000)).$(printf %06d $((moment % 1000000)))" <>silence || true
  kill -9 "$process" 2>/dev/null && kills=$((kills + 1))
  wait "$process" 2>/dev/null || true
}
