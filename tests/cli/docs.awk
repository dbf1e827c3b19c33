# docs.awk: the fenced examples of a page. Called by docs.sh.
#
#   awk -v mode=list -f docs.awk PAGE      one line a fence:
#       LINE LANGUAGE PACKAGE FILE SHAPE STEP PATH   («-» for what is not given)
#   awk -v mode=body -v line=N -f docs.awk PAGE    the text of the fence at line N
#
# What stands before a fence in a comment says what it is:
#   <!-- file: items.yaml -->                   a file of the page's package
#   <!-- package: NAME file: rules/own.lua -->  of another package of the page
#   <!-- shape: check -->                       keys of a command's JSON
#   <!-- save: PATH -->  <!-- add: PATH -->     between the console blocks: a file as the
#                                               reader makes it; what he adds at its end
#   <!-- old: PATH -->   <!-- new: PATH -->     lines of it, and what he puts there

function word_after(text, name,    at) {
  at = index(text, name)
  if (at == 0) return "-"
  text = substr(text, at + length(name))
  sub(/^ +/, "", text)
  sub(/ .*/, "", text)
  return text
}

{ sub(/\r$/, "") }

inside && $0 == fence { inside = 0; comment = ""; next }
inside { if (mode == "body" && start == line) print; next }

/^```+[a-z]/ {
  fence = $0
  sub(/[a-z].*/, "", fence)
  language = substr($0, length(fence) + 1)
  inside = 1
  start = NR
  package = word_after(comment, "package:")
  file = word_after(comment, "file:")
  if (file != "-" && package == "-") package = "package"
  step = path = "-"
  split("save add old new", steps, " ")
  for (i in steps)
    if (index(comment, "<!-- " steps[i] ":") == 1) {
      step = steps[i]
      path = word_after(comment, step ":")
    }
  if (mode == "list")
    print start, language, package, file, word_after(comment, "shape:"), step, path
  next
}

/^<!--.*-->$/ { comment = $0; next }
/^ *$/ { next }
{ comment = "" }

END { if (inside) { print "a fence is not closed: line " start >"/dev/stderr"; exit 1 } }
