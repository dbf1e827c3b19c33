# mutate.awk: spoils one place of a text as clerks, editors and mail do.
#   LC_ALL=C awk -v seed=NUMBER -v kind=KIND -f mutate.awk FILE
# The same seed spoils the same place. KIND: delete double swap indent tab colon wide id cut
# bytes.

# Park and Miller's generator: whole numbers below 2^31, exact in any awk.
function random(below) {
  state = (state * 16807) % 2147483647
  return int(state / 2147483647 * below)
}

# A line that holds more than a comment or nothing, and on which `kind` has a place.
function fits(text) {
  if (text ~ /^[ ]*(#|$)/) return 0
  if (kind == "colon") return text ~ /: /
  if (kind == "wide") return text ~ /[][,:{}"#-]/
  if (kind == "id") return text ~ /[a-z][a-z_]+/
  if (kind == "tab") return text ~ /^ /
  if (kind == "bytes") return text ~ /[\200-\377]/
  return 1
}

# The `number`th character of a text that is in a set, as full-width keyboards write it.
function widen(text,    i, c, at, seen, wide) {
  wide["["] = "【"; wide["]"] = "】"; wide[","] = "，"; wide[":"] = "："; wide["{"] = "｛"
  wide["}"] = "｝"; wide["\""] = "“"; wide["#"] = "＃"; wide["-"] = "－"
  for (i = 1; i <= length(text); i++) if (substr(text, i, 1) in wide) at[++seen] = i
  i = at[random(seen) + 1]
  c = substr(text, i, 1)
  return substr(text, 1, i - 1) wide[c] substr(text, i + 1)
}

# One letter of one word in small letters becomes another, or goes.
function misspell(text,    i, at, seen, letter) {
  for (i = 1; i <= length(text); i++) if (substr(text, i, 1) ~ /[a-z_]/) at[++seen] = i
  i = at[random(seen) + 1]
  letter = random(3) == 0 ? "" : substr("abcdefghijklmnopqrstuvwxyz_", random(27) + 1, 1)
  return substr(text, 1, i - 1) letter substr(text, i + 1)
}

# Loses one byte of a character, as a cut in the middle of it does.
function lose_byte(text,    i, at, seen) {
  for (i = 1; i <= length(text); i++) if (substr(text, i, 1) ~ /[\200-\377]/) at[++seen] = i
  i = at[random(seen) + 1]
  return substr(text, 1, i - 1) substr(text, i + 1)
}

function spoil(text) {
  if (kind == "colon") sub(/: /, "：", text)
  else if (kind == "wide") text = widen(text)
  else if (kind == "id") text = misspell(text)
  else if (kind == "bytes") text = lose_byte(text)
  else if (kind == "tab") sub(/^ +/, "\t", text)
  else if (kind == "indent" && text ~ /^ / && random(2)) sub(/^ /, "", text)
  else if (kind == "indent") text = " " text
  return text
}

{ line[NR] = $0; if (fits($0)) place[++places] = NR }

END {
  state = seed % 2147483646 + 1
  for (i = 0; i < 9; i++) random(1) # near seeds are far apart then
  chosen = places ? place[random(places) + 1] : 0
  for (i = 1; i <= NR; i++) {
    if (i != chosen) print line[i]
    else if (kind == "delete") continue
    else if (kind == "double") print line[i] "\n" line[i]
    else if (kind == "swap" && i < NR) { print line[i + 1] "\n" line[i]; i++ }
    else if (kind == "cut") { printf "%s", substr(line[i], 1, random(length(line[i]) + 1)); exit }
    else print spoil(line[i])
  }
}
