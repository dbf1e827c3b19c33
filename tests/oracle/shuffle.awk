# shuffle.awk: the same rows in another order, the same in every run. A line that does not
# begin like a row (a key, or a comma where the key is blank) belongs to the row before.
NR == 1 { print; next }
/^([A-Z]+[0-9]+)?,/ { row[++rows] = $0; next }
{ row[rows] = row[rows] "\n" $0 }
END {
  state = 20230501
  for (i = rows; i > 1; i--) {
    state = (state * 16807) % 2147483647
    j = 1 + state % i
    kept = row[i]
    row[i] = row[j]
    row[j] = kept
  }
  for (i = 1; i <= rows; i++)
    print row[i]
}
