#!/usr/bin/env bats
# Texts that look like markup, in every place of a report that people fill in: they are
# printed as they are and change nothing around them. The report with the text equals the
# report with a harmless word, the word replaced: read by GitHub's dialect and as HTML.
load helper
load report

setup() {
  begin_test
  need_parsers
}

# The hospital with «替换处» in each place: facility's name, prose at the start of a line
# and inside one, lists, a cell of a table.
place_text() {
  local quoted
  quoted=$(jq -Rs 'rtrimstr("\n")' "$1") || return 1
  printf '%s\n' "$quoted" >quoted.txt
  awk 'NR == FNR { text = $0; next }
    /^name: / { print "name: " text; next } { print }' quoted.txt h/facility.yaml >f.yaml &&
    mv f.yaml h/facility.yaml || return 1
  {
    printf 'addressee: %s\n' "$quoted"
    printf 'leader: %s\n' "$quoted"
    printf 'causes_rules: %s\n' "$quoted"
    printf 'commitment: %s\n' "$quoted"
    printf 'next_steps: [%s, 第二项]\n' "$quoted"
  } >h/report.yaml
  printf 'intraop_upsell: {na: %s}\nexam_income: {answer: 否, note: %s}\n' "$quoted" \
    "$quoted" >answers.yaml
  zicha -C h answer --file answers.yaml --replace >/dev/null
}

# What a reader sees of both forms, without the run's id.
shown_report() {
  shown_markdown report.md | sed -E 's/(自查编号|校验值)[0-9a-f]*/\1/' >"$1.markdown" &&
    shown_html report.html | sed -E 's/(自查编号|校验值)[0-9a-f]*/\1/' >"$1.html" &&
    echo "$(html 'string(//title)')" >"$1.title"
}

# The harmless report, made once a file.
harmless() {
  local kept=$BATS_FILE_TMPDIR/harmless
  copy_hospital
  if [ ! -e "$kept.title" ]; then
    echo 替换处 >word.txt
    place_text word.txt
    print_report
    shown_report "$kept"
    grep -v "自查编号\|末条校验值" report.md | sed '$d' >"$kept.md"
    [ "$(grep -o 替换处 "$kept.markdown" | wc -l)" -ge 8 ]
  fi
  cp "$kept".* .
}

# Replaces the harmless word in a file by a text: put TEXT-FILE FILE
put() {
  awk 'NR == FNR { text = NR == 1 ? $0 : text "\n" $0; next }
    { rest = $0; line = ""
      while ((at = index(rest, "替换处")) > 0) {
        line = line substr(rest, 1, at - 1) text
        rest = substr(rest, at + length("替换处"))
      }
      print line rest }' "$1" "$2"
}

# Both forms and the title say the text of text.txt, and all else is as it was.
only_the_text() {
  local form
  sed -e 's/&/\&amp;/g' -e 's/</\&lt;/g' -e 's/>/\&gt;/g' text.txt >escaped.txt || return 1
  for form in markdown html; do
    put escaped.txt "harmless.$form" | diff - "found.$form" || return 1
  done
  put text.txt harmless.title | diff - found.title || return 1
}

# Lines of the Markdown in which the text does not stand are the same bytes.
same_around() {
  grep -v "自查编号\|末条校验值" report.md | sed '$d' >found.md || return 1
  [ "$(wc -l <found.md)" -eq "$(wc -l <harmless.md)" ] || return 1
  LC_ALL=C awk 'NR == FNR { was[FNR] = $0; next }
    was[FNR] != $0 && index(was[FNR], "替换处") == 0 { print "changed: " was[FNR]; bad = 1 }
    END { exit bad }' harmless.md found.md
}

# The record keeps the text, and is still the last line.
kept_in_record() {
  comment_of report.md |
    jq -e --rawfile text text.txt '.facility.name == ($text | rtrimstr("\n"))' >/dev/null
}

# One text in every place. Nothing here relies on `set -e`, which a caller's || disables.
text_is_a_text() {
  printf '%s\n' "$1" >text.txt && place_text text.txt && print_report &&
    shown_report found && only_the_text && same_around && kept_in_record
}

@test "the harmless word stands in each place of both forms" {
  harmless
  for form in markdown html; do
    grep -q '<h1>替换处关于' harmless.$form
    grep -q '<p>替换处：' harmless.$form
    grep -q '成立以替换处为组长' harmless.$form
    grep -q '^<li>替换处</li>' harmless.$form
    grep -q '^<td>机构说明不适用：替换处</td>' harmless.$form
  done
}

# texts_are_texts <<texts: one a line.
texts_are_texts() {
  local text bad=0
  while IFS= read -r text; do
    harmless
    text_is_a_text "$text" >difference.txt 2>&1 || {
      printf '«%s» is not printed as it is:\n' "$text"
      head -n 12 difference.txt | cut -c 1-300
      bad=1
    }
    rm -r h
  done
  return $bad
}

@test "marks of code and of strike-through are texts" {
  texts_are_texts <<'END'
~~~
```
``` `` `
`code`
~~gone~~
~
END
}

@test "tags, comments and references of HTML are texts" {
  texts_are_texts <<'END'
<script>alert(1)</script>
<!-- hidden
-->
]]> <?php ?> <![CDATA[
</td></tr></table></div></body>
<b>bold</b>
<https://example.com>
&lt;script&gt; &amp; &#124; &#x7c;
& &
"double" 'single'
END
}

@test "bars and backslashes are texts, also in cells" {
  texts_are_texts <<'END'
| a | b |
|
a\|b\
|---|---|
\
\\
\<b>
\|
END
}

@test "links, images, notes and tasks are texts" {
  texts_are_texts <<'END'
[a](javascript:alert(1))
![x](https://example.com/x.png "t")
[x]: https://example.com
[^1]: note
[ ] task
[x] task
![[]()
END
}

@test "bare addresses of pages are texts" {
  texts_are_texts <<'END'
https://example.com/a_b
www.example.com
WWW.example.com/?a=b
ftp://example.com
END
}

@test "what begins a heading, a list, a quotation or a rule is a text" {
  texts_are_texts <<'END'
# heading
####### seven
#
- item
+ item
* item
-
1. item
1) item
1.
12345678901. item
> quote
===
=
---
***
___
* * *
: term
:---:
END
}

@test "marks of emphasis are texts" {
  texts_are_texts <<'END'
**strong** __strong__ *em* _em_
snake_case_word
***
END
}

@test "what begins a formula is a text" {
  texts_are_texts <<'END'
=1+1
+1+1
-1+1
@SUM(A1)
END
}

@test "patterns, variables and conversions are texts" {
  texts_are_texts <<'END'
$x$ and $$y$$
{{name}} {name} {id}
%s %n %d %1 %%
${HOME} $(id) `id`
:smile: @user #1
END
}

@test "characters beyond the usual ones are texts" {
  texts_are_texts <<'END'
👨‍👩‍👧 🏥 𠮷
é ﷽ ｛｝
全角＜script＞｜＊＿
END
}

# ---- characters that no reader can see ---------------------------------------------------

@test "a text with a bidirectional override is refused where it is written" {
  copy_hospital
  printf 'leader: "院长\xe2\x80\xaegnp"\n' >h/report.yaml
  run zicha -C h report
  expect 65 report.yaml:1
}

@test "a line separator of Unicode is refused where it is written, or is a text" {
  harmless
  printf '一行\u2028# 二行\n' >text.txt
  printf 'leader: "%s"\n' "$(cat text.txt)" >h/report.yaml
  if zicha -C h --today 2023-06-30 report >/dev/null 2>refused.txt; then
    text_is_a_text "$(cat text.txt)"
  else
    grep -q report.yaml:1 refused.txt
  fi
}

@test "an escape does not bring a hidden character into the report" {
  take_hospital
  printf 'leader: "院长\\u202Egnp\\u0007"\n' >h/report.yaml
  if zicha -C h --today 2023-06-30 report --out markdown:report.md --out html:report.html \
    2>refused.txt; then
    run grep -P '\x{202e}|\x07' report.md report.html
    [ "$status" -eq 1 ]
  else
    grep -q report.yaml:1 refused.txt
  fi
}

# ---- lines and length ------------------------------------------------------------------

@test "line ends in prose start no block: each line is a line of the same paragraph" {
  take_hospital
  printf 'causes_rules: "一\\n# 二\\n- 三\\n\\n1. 四\\n```\\n| 五 |"\n' >h/report.yaml
  print_report
  shown_markdown report.md >found.txt
  shown_html report.html | diff found.txt -
  grep -A 12 '^<p>（三）制度方面' found.txt | tr -d '\n' |
    grep -q '一.*# 二.*- 三.*1. 四.*```.*| 五 |</p><p>（四）'
}

@test "line ends in a cell of a table or a heading become spaces" {
  copy_hospital
  printf 'intraop_upsell: {na: "一\\n| 二 |\\n\\n三"}\n' >answers.yaml
  zicha -C h answer --file answers.yaml --replace
  awk '/^name:/ { print "name: \"甲\\n# 乙\""; next } { print }' h/facility.yaml >f.yaml
  mv f.yaml h/facility.yaml
  if zicha -C h --today 2023-06-30 report --out markdown:report.md --out html:report.html \
    2>refused.txt; then
    shown_markdown report.md >found.txt
    shown_html report.html | diff found.txt -
    grep -q '^<h1>甲 *# 乙关于' found.txt
    grep -q '一 | 二 | *三</td>' found.txt
  else
    grep -q facility.yaml refused.txt
  fi
}

# Text of 360 KB that a careless reader of Markdown takes seconds for.
nested() { printf '![[]()%.0s' $(seq 60000); }

@test "360 KB of ![[]() are a text and change nothing around it" {
  harmless
  text_is_a_text "$(nested)" >difference.txt 2>&1 || {
    head -c 2000 difference.txt
    false
  }
}

# Milliseconds of the quickest of three reports.
quickest() {
  local best=999999 from to
  for _ in 1 2 3; do
    from=$(date +%s%N)
    print_report
    to=$(date +%s%N)
    [ $(((to - from) / 1000000)) -ge $best ] || best=$(((to - from) / 1000000))
  done
  echo "$best"
}

@test "the name of a file that is attached changes no paper" {
  harmless
  cp "$example/hospital/leading-group.txt" '| --> <b>.txt'
  run zicha -C h attach leading_group --copy '| --> <b>.txt' --name 领导小组成立文件
  expect 0
  echo 替换处 >word.txt
  place_text word.txt
  print_report
  shown_report found
  diff harmless.markdown found.markdown
}
