# The tables that zicha ships: each file reads, says what a row is, and no header can be
# taken for two of its columns.
load helper

datasets=$ZICHA_ROOT/scripts/datasets

shipped() {
  local file
  for file in "$datasets"/*.yaml; do basename "$file" .yaml; done
}

# A plan whose rules name every shipped table and want all of its columns: `needs` then
# tells all that the engine has read of them.
setup() {
  begin_test
  local table
  {
    for table in $(shipped); do
      echo "- {id: r_$table, title: 表$table, kind: data, rules: [own.$table]}"
    done
  } | make_package p
  for table in $(shipped); do
    echo "rule \"own.$table\" { on = \"$table\", each = function() return false end }"
  done | write_rule p own
  make_facility
  "$ZICHA" init w --plan p --facility facility.yaml >/dev/null
}

needs() { "$ZICHA" -C w needs --format json; }

# Headers that a column has, as matching sees them: half width, small letters, no spaces.
# TABLE, column, header.
headers() {
  jq -r '.[] | .id as $table | .columns[] | .id as $column
    | ([.id] + .titles)[] | [$table, $column, .] | @tsv' needs.json |
    sed 's/（/(/g; s/）/)/g; s/　//g; s/ //g' | tr '[:upper:]' '[:lower:]'
}

@test "every shipped table is read without a fault and known by the name of its file" {
  run needs
  [ "$status" = 0 ] || { echo "$output" && return 1; }
  jq -r '.[].id' <<<"$output" | sort >found
  shipped | sort >wanted
  diff wanted found
  for table in $(shipped); do
    # One table a file, beneath a line that says what a row is.
    grep -q "^# .*一行是" "$datasets/$table.yaml"
    [ "$(grep -c '^[a-z]' "$datasets/$table.yaml")" = 1 ]
  done
}

@test "every shipped table has a title, a source, a key and a title for every column" {
  needs >needs.json
  run jq -r '.[] | select(.title == null or .source == null
    or ([.columns[] | select(.key)] | length) == 0) | .id' needs.json
  [ -z "$output" ] || { echo "incomplete: $output" && return 1; }
  run jq -r '.[] | .id as $t | .columns[] | select((.titles | length) == 0)
    | $t + "." + .id' needs.json
  [ -z "$output" ] || { echo "without titles: $output" && return 1; }
}

@test "no header names two columns of a shipped table, or one column twice" {
  needs >needs.json
  headers | cut -f 1,3 | sort | uniq -d >twice
  [ ! -s twice ] || { cat twice && return 1; }
  # All columns came through the list, so that nothing is unambiguous by being left out.
  [ "$(headers | cut -f 1,2 | sort -u | wc -l)" = \
    "$(jq '[.[].columns[]] | length' needs.json)" ]
  [ "$(headers | wc -l)" -gt 1000 ]
}

@test "no word of a shipped enum is spelt like another one of the same column" {
  # A spelling that two words have would be read as the later one, silently.
  awk 'function fold(text) {
      gsub(/（/, "(", text); gsub(/）/, ")", text); gsub(/[" ]/, "", text)
      return tolower(text)
    }
    FNR == 1 { values = 0 }
    /^    [a-z_0-9]+:$/ { column = $1 }
    /^      values:/ { values = 1; split("", seen); next }
    values && !/^        / { values = 0 }
    values {
      count++
      match($0, /: \[.*\]$/)
      if (RSTART == 0) { print FILENAME ":" FNR ": not word: [spellings]"; next }
      list = substr($0, 1, RSTART - 1) "," substr($0, RSTART + 3, RLENGTH - 4)
      n = split(list, words, ",")
      for (i = 1; i <= n; i++) {
        word = fold(words[i])
        if (word == "") continue
        if (word in seen) print FILENAME ":" FNR ": " column " " words[i]
        seen[word] = 1
      }
    }
    END { if (count < 200) print "only " count " words were found" }' \
    "$datasets"/*.yaml >twice
  [ ! -s twice ] || { cat twice && return 1; }
}

@test "the header that template prints is taken whole by import, for every shipped table" {
  local table
  for table in $(shipped); do
    "$ZICHA" -C w template "$table" >"$table.csv"
    run "$ZICHA" -C w import "$table" "$table.csv"
    expect 0 ": 0 rows read"
    never "does not have" "not used"
  done
}

@test "the id of every column is a header too, and every alias reaches its own column" {
  local table number most
  needs >needs.json
  for table in $(shipped); do
    # The n-th names of all columns as a header; columns with fewer repeat their last one.
    most=$(jq --arg t "$table" '[.[] | select(.id == $t).columns[].titles | length] | max' needs.json)
    for number in $(seq 0 "$most"); do
      jq -r --arg t "$table" --argjson n "$number" '[.[] | select(.id == $t).columns[]
        | [.id] + .titles | .[[$n, length - 1] | min]] | join(",")' needs.json >alias.csv
      run "$ZICHA" -C w import "$table" alias.csv
      expect 0 ": 0 rows read"
      never "does not have" "not used"
    done
  done
}

@test "what names a person is marked so in every shipped table" {
  # Ids of patients, cards, phones, addresses, employers: printed as 患者#1 only.
  awk 'FNR == 1 { column = "" }
    /^    [a-z_0-9]+:$/ { column = substr($1, 1, length($1) - 1) }
    /identifies: patient/ { marked[FILENAME " " column] = 1 }
    column ~ /^(patient_id|card_id)$|_hash$/ { wanted[FILENAME " " column] = 1 }
    END {
      for (name in wanted) { count++; if (!(name in marked)) print name " is not marked" }
      for (name in marked) if (!(name in wanted)) print name " is marked"
      if (count < 15) print "only " count " were found"
    }' "$datasets"/*.yaml >wrong
  [ ! -s wrong ] || { cat wrong && return 1; }
}

@test "every rule of the library by itself finds the tables that it speaks of" {
  local rule count=0
  # Of a shipped file only what the named rules lead to is looked through for tables.
  for rule in $("$ZICHA" plan rules --format json | jq -r '.. | objects | select(.form?) | .id'); do
    echo "- {id: alone, title: 单项, kind: data, rules: [$rule]}" | make_package alone
    run "$ZICHA" plan lint alone
    never "is unknown"
    count=$((count + 1))
  done
  [ "$count" -gt 50 ]
}
