# holes.awk: every seventh row loses a cell, every eleventh gets a word there that cannot
# be read; `places` says in which columns, in turn. Quoted rows stay as they are.
BEGIN { FS = OFS = ","; count = split(places, place, " ") }
NR > 1 && !/"/ && NR % 7 == 0 { $place[1 + int(NR / 7) % count] = "" }
NR > 1 && !/"/ && NR % 11 == 0 { $place[1 + int(NR / 11) % count] = "看不清" }
{ print }
