# columns.awk: the same cells in another form: columns from last to first and without
# those in `drop`, other headers (`renamed`: old=new …), every cell quoted, CRLF. Rows
# that have quotation marks already are left out.
BEGIN {
  FS = ","
  for (i = split(drop, names, " "); i > 0; i--)
    dropped[names[i]] = 1
  for (i = split(renamed, pairs, " "); i > 0; i--) {
    split(pairs[i], pair, "=")
    title[pair[1]] = pair[2]
  }
}
{ sub(/\r$/, "") }
NR == 1 {
  sub(/^\357\273\277/, "")
  for (i = 1; i <= NF; i++)
    head[i] = $i
}
/"/ { next }
{
  line = ""
  for (i = NF; i > 0; i--)
    if (!(head[i] in dropped))
      line = line (line == "" ? "" : ",") \
             "\"" (NR == 1 && $i in title ? title[$i] : $i) "\""
  printf "%s\r\n", line
}
