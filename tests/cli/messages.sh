#!/bin/sh
# The catalogue of Chinese messages and the sources that it translates.
#
#   tests/cli/messages.sh update     bring host/command/po/zh_CN.po up to date: new messages
#                                    come in without a translation, old ones go
#   tests/cli/messages.sh open       marked messages without a translation
#   tests/cli/messages.sh extract    the template (POT) of all marked messages
#   tests/cli/messages.sh pairs      the catalogue, «message TAB translation» a line
#   tests/cli/messages.sh unmarked   strings with {names} that no keyword finds: mark
#                                    them with N_, or no translator ever sees them
#   tests/cli/messages.sh unused     entries that stand nowhere in the sources
#
# After a change of messages: update, fill in what has an empty msgstr, and run
# tests/cli/messages.bats (ctest -R cli-messages).
#
# The keywords below name every function that takes a message. A message that reaches
# one of them by way of a variable or of `cond ? "a" : "b"` is found only when each
# string is marked with N_(…). A function of this kind that is new belongs into the
# list. Needs gettext (xgettext, msgmerge, msgattrib, msgcat).
set -eu
export LC_ALL=C
cd "$(dirname "$0")/../.."

catalogue=host/command/po/zh_CN.po
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

c_sources() { find host -name '*.[ch]' | sort; }
lua_sources() { find scripts/zicha scripts/author reports -name '*.lua' | sort; }

# Errors, faults, printed lines; then what single files call their own shorthands.
c_keywords='N_ _ zc_say zc_say_line:1 zc_fail:3 zc_fail_system:4 zc_fault:3
zc_fault_warning:3 zc_check_refuse:3 usage_error:2 REFUSE:3 TELL:3 refuse:3 expect:3 zc_maker_wrong:3
failure:1 line:1'
lua_keywords='N_'

# xgettext reads copies. It stops at bytes that are no text (\xff), and takes the commas
# in (zc_place){file, 0, 0} for those between arguments.
copy_sources() {
  mkdir "$work/copy"
  { c_sources; lua_sources; } | xargs cp --parents --target-directory="$work/copy"
  find "$work/copy" -type f | xargs sed -i \
    -e 's/\\x[0-9a-f][0-9a-f]/?/g' -e 's/\\[0-7][0-7][0-7]/?/g' \
    -e 's/(zc_place){[^{}]*}/place/g'
}

# read_sources LANGUAGE KEYWORD… <files: adds their strings to the template.
read_sources() {
  language=$1
  shift
  set -- --language="$language" --from-code=UTF-8 --join-existing \
    --add-location=file --no-wrap --package-name=zicha --copyright-holder= \
    --directory="$work/copy" --files-from=- --output="$work/all.pot" "$@"
  xgettext "$@" 2>"$work/errors" || {
    cat "$work/errors" >&2
    exit 1
  }
}

# Options of xgettext for a list of keywords; the empty one switches its own off.
keywords() {
  printf '%s\n' --keyword
  for word in "$@"; do printf '%s\n' "--keyword=$word"; done
}

# The template. Dates would make every update a change; the % of our messages is text.
template() {
  [ -d "$work/copy" ] || copy_sources
  : >"$work/all.pot"
  # shellcheck disable=SC2086,SC2046
  c_sources | read_sources C $(keywords $c_keywords)
  # shellcheck disable=SC2086,SC2046
  lua_sources | read_sources Lua $(keywords $lua_keywords)
  sed -e '/^"POT-Creation-Date:/d' -e 's/^#, c-format$/#, no-c-format/' \
    -e 's/charset=CHARSET/charset=UTF-8/' "$work/all.pot"
}

# Every string of the sources, marked or not.
every_string() {
  : >"$work/all.pot"
  c_sources | read_sources C --extract-all
  lua_sources | read_sources Lua --extract-all
  sed 's/charset=CHARSET/charset=UTF-8/' "$work/all.pot"
}

# A catalogue on standard input → «message TAB translation» a line, as written in it.
pairs() {
  msgattrib --no-obsolete --no-wrap - 2>/dev/null | awk '
    function text(line) { sub(/^[^"]*"/, "", line); sub(/"$/, "", line); return line }
    function flush() { if (id != "") printf "%s\t%s\n", id, translation; id = translation = "" }
    /^msgid / { flush(); id = text($0); field = 1; next }
    /^msgstr / { translation = text($0); field = 2; next }
    /^"/ && field == 1 { id = id text($0) }
    /^"/ && field == 2 { translation = translation text($0) }
    END { flush() }'
}

# The messages of a catalogue, for comparing lists.
messages_of() { pairs <"$1" | cut -f 1 | sort -u; }

prepare() {
  template >"$work/zicha.pot"
  every_string >"$work/strings.pot"
  messages_of "$work/zicha.pot" >"$work/marked"
  messages_of "$work/strings.pot" >"$work/strings"
  messages_of "$catalogue" >"$work/known"
}

# Translated messages that the sources hold but do not mark stay until they are marked.
update() {
  prepare
  pairs <"$catalogue" >"$work/old"
  comm -23 "$work/known" "$work/marked" | comm -12 - "$work/strings" >"$work/kept"
  msgmerge --quiet --no-fuzzy-matching --no-wrap --add-location=file \
    --output-file="$work/merged.po" "$catalogue" "$work/zicha.pot"
  msgattrib --no-obsolete --no-wrap --output-file="$work/new.po" "$work/merged.po"
  awk -F '\t' 'NR == FNR { kept[$1] = 1; next }
    $1 in kept {
      printf "\n#. not marked in the sources yet\nmsgid \"%s\"\nmsgstr \"%s\"\n", $1, $2
    }' "$work/kept" "$work/old" >>"$work/new.po"
  cp "$work/new.po" "$catalogue"
}

open_messages() {
  prepare
  msgattrib --translated --no-fuzzy --no-obsolete --no-wrap "$catalogue" >"$work/done.po"
  messages_of "$work/done.po" >"$work/done"
  comm -23 "$work/marked" "$work/done"
}

unmarked() {
  prepare
  comm -13 "$work/marked" "$work/strings" | grep '{[a-z_][a-z_]*}' |
    grep -v '^{[a-z_]*}$' || true
}

unused() {
  prepare
  comm -23 "$work/known" "$work/strings"
}

case "${1:-}" in
  update) update ;;
  open) open_messages ;;
  extract) template ;;
  pairs) pairs <"$catalogue" ;;
  unmarked) unmarked ;;
  unused) unused ;;
  *)
    sed -n '2,/^set /{/^#/s/^# \{0,1\}//p;}' "$0" >&2
    exit 64
    ;;
esac
