#!/usr/bin/env bats
# The report's form, judged by other programs: cmark, GitHub's dialect, an HTML parser.
# What stands in it is tested in papers.bats, hostile texts in report_texts.bats.
load helper
load report

setup() {
  begin_test
  need_parsers
}

# ---- Markdown --------------------------------------------------------------------------

@test "a plan of several hundred items is reported" {
  for i in $(seq 300); do
    echo "- {id: q$i, title: 第$i项, kind: question, ask: 是否？, answer: yesno, problem_if: no}"
  done | make_package p
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  run "$ZICHA" -C w report
  expect 0
}

@test "cmark reads every heading of report.md, and nothing as raw HTML but the record" {
  take_hospital
  print_report
  cmark -t xml report.md >report.xml
  grep '^#' report.md | sed -E 's/^#+ //; s/\\//g' >wanted.txt
  xmllint --xpath '//*[local-name()="heading"]/*/text()' report.xml | tr -d '\n' >found.txt
  tr -d '\n' <wanted.txt | cmp - found.txt
  [ "$(wc -l <wanted.txt)" -ge 10 ]
  [ "$(grep -c '<html_block' report.xml)" -eq 1 ]
  [ "$(grep -c '<html_inline' report.xml)" -eq 0 ]
}

@test "every table of report.md is a table in GitHub's dialect" {
  take_hospital
  print_report
  tables=$(grep -cE '^\|[-:|]+\|$' report.md)
  [ "$tables" -ge 8 ]
  [ "$(gfm report.md -t html | grep -c '<table>')" -eq "$tables" ]
  # No line of a table is left over as a paragraph.
  run bash -c "cmark-gfm -e table report.md | grep '<p>|'"
  [ "$status" -eq 1 ]
}

@test "all rows of a table have as many cells as its header" {
  take_hospital
  print_report
  widths report.md >widths.txt
  [ "$(wc -l <widths.txt)" -gt 60 ]
  awk '{ for (i = 2; i <= NF; i++) if ($i != $1) exit 1 }' widths.txt || {
    cat widths.txt
    false
  }
  # GitHub's dialect fills short rows up and cuts long ones: the source has to be right.
  sed -E 's/\\\|//g' report.md | awk -F'|' '
    !/^\|/ { width = 0; next }
    width && NF != width { print NR ": " $0; bad = 1 }
    { width = NF }
    END { exit bad }'
}

@test "no heading skips a level" {
  take_hospital
  print_report
  cmark -t xml report.md | sed -n 's/.*<heading level="\([0-9]\)".*/\1/p' |
    awk 'NR == 1 && $1 != 1 { exit 1 } $1 > last + 1 { exit 1 } { last = $1 }'
}

@test "no line of report.md ends in spaces, and no control character stands in it" {
  take_hospital
  print_report
  run grep -nE ' +$' report.md
  [ "$status" -eq 1 ] || { echo "$output"; false; }
  run grep -nP '[\x00-\x08\x0b-\x1f\x7f]' report.md
  [ "$status" -eq 1 ] || { echo "$output"; false; }
}

# ---- HTML ------------------------------------------------------------------------------

@test "report.html parses without a complaint" {
  take_hospital
  print_report
  xmllint --html --noout report.html 2>complaints.txt
  # The parser is older than HTML 5; its own elements are all it may not know.
  run grep -v '^ *\^\?$' complaints.txt
  [ -z "$output" ] || { echo "$output"; false; }
}

@test "report.html loads nothing and runs nothing" {
  take_hospital
  print_report
  [ "$(count '//script|//link|//img|//iframe|//object|//embed|//a|//form|//base')" -eq 0 ]
  [ "$(count '//@*[starts-with(name(), "on") or name() = "src" or name() = "href"]')" -eq 0 ]
  [ "$(count '//@style')" -eq 0 ]
  html 'string(//meta[@http-equiv="Content-Security-Policy"]/@content)' |
    grep -q "default-src 'none'"
}

@test "the policy of report.html allows exactly its own style" {
  take_hospital
  print_report
  hash=$(awk '/<style>/ { sub(/.*<style>/, ""); on = 1 }
              /<\/style>/ { exit } on { printf "%s\n", $0 }' report.html |
    openssl dgst -sha256 -binary | base64)
  html 'string(//meta[@http-equiv="Content-Security-Policy"]/@content)' |
    grep -qF "style-src 'sha256-$hash'"
}

@test "report.html holds the same headings, paragraphs, lists, tables and cells as report.md" {
  take_hospital
  print_report
  shown_markdown report.md >markdown.txt
  shown_html report.html >html.txt
  [ "$(wc -l <markdown.txt)" -gt 300 ]
  diff markdown.txt html.txt
}

@test "a clinic's report is the same in Markdown and HTML, too" {
  zicha init h --plan "$plan" --facility "$example/clinic/facility.yaml"
  zicha -C h import --none rx_lines 手写处方
  zicha -C h answer --file "$example/clinic/answers.yaml"
  print_report
  shown_markdown report.md >markdown.txt
  shown_html report.html >html.txt
  [ "$(wc -l <markdown.txt)" -gt 100 ]
  diff markdown.txt html.txt
}

# ---- the record ------------------------------------------------------------------------

@test "the record at the end is one line of canonical JSON" {
  take_hospital
  print_report
  comment_of report.md >record.json
  jq -e '.zicha == "record/1"' record.json
  # jq writes sorted compact JSON too, but < > & as they are.
  jq -cS . record.json | sed 's/</\\u003c/g; s/>/\\u003e/g; s/&/\\u0026/g' | cmp - record.json
}

@test "the run that the report prints is the run of its record" {
  take_hospital
  print_report
  grep -q "自查编号$(comment_of report.md | jq -r .run)" report.md
}

@test "the hashes of the record are those of the files" {
  take_hospital
  print_report
  comment_of report.md | jq -r '.tables[] | select(.file) | "\(.sha256)  h/\(.file)"' >sums.txt
  [ "$(wc -l <sums.txt)" -eq 3 ]
  sha256sum --check --quiet sums.txt
}

@test "patients' identifiers stand neither in the report nor in its record" {
  take_hospital
  print_report
  awk -F, 'NR > 1 && $6 ~ /^P[0-9]/ { print $6 }' "$example/hospital/rx_lines.csv" >ids
  iconv -f GB18030 -t UTF-8 "$example/hospital/exam_requests.csv" |
    awk -F, 'NR > 1 { print $2 }' >>ids
  [ "$(sort -u ids | wc -l)" -gt 500 ]
  run grep -cFf ids report.md
  [ "$output" = 0 ]
  run grep -cFf ids report.html
  [ "$output" = 0 ]
}

# ---- writing ---------------------------------------------------------------------------

@test "a second report of the same check is the same, byte for byte" {
  take_hospital
  print_report
  mv report.md first.md
  mv report.html first.html
  print_report
  cmp first.md report.md
  cmp first.html report.html
}

@test "a report of the same files in another workspace is the same but for its ledger's sum" {
  take_hospital
  print_report
  mv report.md first.md
  mv report.html first.html
  rm -r h
  make_hospital
  cp "$example/hospital/report.yaml" h/report.yaml
  print_report
  without_sums {first,report}.md {first,report}.html
  cmp first.md report.md
  cmp first.html report.html
}

@test "a reader who has the old report open keeps it whole: the new one takes its place" {
  copy_hospital
  zicha -C h --today 2023-06-30 report 2>/dev/null >paths.txt
  path=$(head -n 1 paths.txt)
  cp "$path" old.md
  exec 8<"$path"
  before=$(stat -c %i "$path")
  echo 'leader: 副院长' >h/report.yaml
  zicha -C h --today 2023-06-30 report >/dev/null 2>&1
  grep -q 副院长 "$path"
  [ "$(stat -c %i "$path")" != "$before" ]
  cmp old.md <(cat <&8)
}

@test "a folder that takes no file leaves the earlier report whole and no other behind" {
  need_other
  copy_hospital
  zicha -C h --today 2023-06-30 report >/dev/null 2>&1
  folder=$(dirname h/reports/*/report.md)
  sha256sum "$folder"/* >before.txt
  echo 'leader: 副院长' >h/report.yaml
  [ "$(id -u)" != 0 ] || chown -R 65534 "$BATS_TEST_TMPDIR"
  chmod 555 "$folder"
  run as_other "$ZICHA" -C h --today 2023-06-30 report
  chmod 755 "$folder"
  expect 73
  sha256sum --check --quiet before.txt
  [ "$(find "$folder" -type f | wc -l)" -eq 2 ]
}

# ---- report.yaml -----------------------------------------------------------------------

# A report.yaml that fills in everything that `report --needs` lists.
fill_needs() {
  zicha -C h report --needs | sed -n \
    -e 's/^# \([a-z_]*\): \[\].*/\1: [已填 \1]/p' -e 's/^# \([a-z_]*\):.*填整数$/\1: 2/p' \
    -e 's/^# \([a-z_]*\):.*填金额.*/\1: 12.50/p' \
    -e '/填整数$/d; /填金额/d; s/^# \([a-z_]*\): *#.*/\1: 已填 \1/p'
}

@test "all that report --needs lists, filled in, is printed" {
  copy_hospital
  : >h/report.yaml
  fill_needs >all.yaml
  [ "$(wc -l <all.yaml)" -ge 15 ]
  cp all.yaml h/report.yaml
  print_report
  for key in $(grep 已填 all.yaml | cut -d: -f1); do
    tr -d '\\' <report.md | grep -q "已填 $key" || { echo "$key is not printed"; false; }
  done
}

@test "filling in what report --needs lists removes every hole of report.yaml" {
  copy_hospital
  : >h/report.yaml
  print_report
  [ -s warnings ]
  fill_needs >all.yaml
  cp all.yaml h/report.yaml
  print_report
  run grep -E '报送对象|组长|牵头|联络员|人次|会议|培训|原因|医保基金|立行立改|制度|打算|承诺' warnings
  [ "$status" -eq 1 ] || { echo "$output"; false; }
}

@test "filling in one key removes one hole and leaves the others" {
  copy_hospital
  : >h/report.yaml
  print_report
  sed -n '2,$p' warnings | sed 's/^  //; s/、/\n/g' >before.txt
  echo 'meetings: "2"' >h/report.yaml
  print_report
  sed -n '2,$p' warnings | sed 's/^  //; s/、/\n/g' >after.txt
  run diff before.txt after.txt
  [ "$(grep -c '^[<>]' <<<"$output")" -eq 1 ]
  expect 1 会议
}

@test "report --needs marks with # what report.yaml leaves out and nothing else" {
  copy_hospital
  printf 'leader: 院长\nnext_steps: [每月点评]\n' >h/report.yaml
  zicha -C h report --needs >needs.yaml
  [ "$(grep -cE '^# (leader|next_steps):' needs.yaml)" -eq 0 ]
  [ "$(grep -cE '^# (addressee|meetings|liaison):' needs.yaml)" -eq 3 ]
}
