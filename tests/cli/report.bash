# report.bash: reading reports with programs that are not ours.

need_parsers() {
  local program
  for program in cmark cmark-gfm xmllint; do
    command -v "$program" >/dev/null || skip "$program is not installed"
  done
}

# The example hospital in ./h, with the prose of its report.
take_hospital() {
  copy_hospital
  cp "$example/hospital/report.yaml" h/report.yaml
}

# The report of ./h as ./report.md and ./report.html, what it warned of as ./warnings.
print_report() {
  zicha -C h --today 2023-06-30 report --out markdown:report.md --out html:report.html \
    >/dev/null 2>warnings
}

# GitHub's dialect with all that it makes of texts.
gfm() { cmark-gfm -e table -e strikethrough -e autolink -e tasklist "$@"; }

# The record at the end of a report.
comment_of() { tail -n 1 "$1" | sed -e 's/^<!-- zicha-record //' -e 's/ -->$//'; }

# A page's elements, one a line with what they hold: shown (reads HTML).
shown() {
  xmllint --html --encode UTF-8 --xpath '//body//*[self::h1 or self::h2 or self::h3 or
    self::h4 or self::p or self::li or self::tr or self::a or self::img or self::del]' - \
    2>/dev/null | tr -d '\n' |
    sed -E 's/ (align|class)="[a-z]*"//g; s/ *<(h[1-6]|p|li|tr|td|th)>/\n<\1>/g; $s/$/\n/'
}
shown_markdown() {
  { printf '<meta charset="utf-8">' && sed '$d' "$1" | gfm -t html --unsafe; } | shown
}
shown_html() { shown <"$1"; }

# Of report.html: the value of an XPath expression; how many nodes it finds.
html() { xmllint --html --encode UTF-8 --xpath "$1" report.html 2>/dev/null; }
count() { html "count($1)"; }

# A line for each row of a Markdown file's tables: the header's cells, the row's cells.
widths() {
  gfm -t xml "$1" | awk '
    /<table>/ { head = 0 }
    /<table_header>|<table_row>/ { cells = 0 }
    /<table_cell/ { cells++ }
    /<\/table_header>/ { head = cells; print head, cells }
    /<\/table_row>/ { print head, cells }'
}
