#include "facility/findings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "cli/message.h"

void zc_findings_malformed(const json_t *summary)
{
  size_t index;
  const json_t *problem;
  json_int_t malformed = zc_get_integer(summary, "malformed", 0);
  if (malformed == 0)
    return;
  zc_say_line(N_("{count} rows are malformed and belong to no rule's result:"),
              json_pack("{s:I}", "count", malformed));
  json_array_foreach(json_object_get(summary, "problems"), index, problem)
  {
    if (index == 10)
      break;
    printf("  ");
    zc_say_line(N_("line {line}: {problem_term}"),
                json_pack("{s:I, s:s}", "line", zc_get_integer(problem, "line", 0),
                          "problem_term", zc_get_text(problem, "text")));
  }
  if (malformed > 10)
    zc_say_line(N_("  … and {count} more"),
                json_pack("{s:I}", "count", malformed - 10));
}

/* The first lines of the malformed rows of one kind. Owned; NULL when out of memory. */
static char *first_lines(const json_t *summary, const json_t *kind)
{
  const json_t *problem;
  size_t index;
  json_int_t told = 0;
  zc_buffer out = {0};
  json_array_foreach(json_object_get(summary, "problems"), index, problem)
  {
    if (told == 5 || strcmp(zc_text_of(problem, "text"), zc_text_of(kind, "text")) != 0)
      continue;
    zc_buffer_text(&out, told++ == 0 ? "" : "、");
    zc_buffer_number(&out, zc_get_integer(problem, "line", 0));
  }
  /* Only so many problems of all kinds are listed. */
  if (told++ == 0)
    zc_buffer_number(&out, zc_get_integer(kind, "line", 0));
  if (zc_get_integer(kind, "count", 0) > told)
    zc_buffer_text(&out, " …");
  return zc_buffer_take(&out);
}

void zc_findings_kinds(const json_t *summary)
{
  const json_t *kind;
  size_t index;
  json_array_foreach(json_object_get(summary, "kinds"), index, kind)
  {
    char *lines = first_lines(summary, kind);
    zc_say_line(N_("{count} malformed rows, line {lines}: {problem_term}"),
                json_pack("{s:I, s:s, s:s}", "count", zc_get_integer(kind, "count", 0),
                          "lines", zc_text_or(lines, "…"), "problem_term",
                          zc_get_text(kind, "text")));
    free(lines);
  }
}

static void tell_unknown(const json_t *column)
{
  size_t index;
  const json_t *word;
  json_array_foreach(json_object_get(column, "unknown"), index, word)
  {
    printf("    ");
    zc_say_line(
        N_("«{cell}» {count} times: say what it is with --map-value {column}:{cell}=…"),
        json_pack("{s:s, s:I, s:s}", "cell", zc_get_text(word, "cell"), "count",
                  zc_get_integer(word, "count", 0), "column",
                  zc_get_text(column, "id")));
  }
}

void zc_findings_cells(const json_t *summary)
{
  size_t index, inner;
  const json_t *column, *example;
  json_array_foreach(json_object_get(summary, "columns"), index, column)
  {
    json_int_t lacking = zc_get_integer(column, "lacking", 0);
    json_int_t bad = zc_get_integer(column, "bad", 0) - lacking;
    if (lacking > 0)
      zc_say_line(
          N_("{title}: {count} cells are blank, which they must not be, first on "
             "line {line}: no rule that reads them can judge these rows"),
          json_pack("{s:s, s:I, s:I}", "title", zc_get_text(column, "title"), "count",
                    lacking, "line", zc_get_integer(column, "lacking_line", 0)));
    if (bad == 0)
      continue;
    zc_say_line(N_("{title}: {count} cells cannot be read and count as missing"),
                json_pack("{s:s, s:I}", "title", zc_get_text(column, "title"), "count",
                          bad));
    if (json_array_size(json_object_get(column, "unknown")) > 0) {
      tell_unknown(column);
      continue;
    }
    json_array_foreach(json_object_get(column, "examples"), inner, example)
    {
      printf("    ");
      zc_say_line(N_("line {line}: {cell}"),
                  json_pack("{s:I, s:s}", "line", zc_get_integer(example, "line", 0),
                            "cell", zc_text_or(zc_get_text(example, "cell"), "…")));
    }
  }
}

void zc_findings_periods(const json_t *summary)
{
  const json_t *periods = json_object_get(summary, "periods"), *example;
  size_t index;
  json_int_t overlapping = zc_get_integer(periods, "overlapping", 0);
  json_int_t reversed = zc_get_integer(periods, "reversed", 0);
  if (overlapping > 0)
    zc_say_line(N_("{count} rows begin before another row with the same key has ended: "
                   "on those days nobody knows which of the two holds"),
                json_pack("{s:I}", "count", overlapping));
  json_array_foreach(json_object_get(periods, "examples"), index, example)
  {
    printf("    ");
    zc_say_line(N_("line {line} and line {other}: {key}"),
                json_pack("{s:O, s:O, s:O}", "line", json_object_get(example, "line"),
                          "other", json_object_get(example, "other"), "key",
                          json_object_get(example, "key")));
  }
  if (reversed > 0)
    zc_say_line(N_("{count} rows end before they begin, first on line {line}"),
                json_pack("{s:I, s:I}", "count", reversed, "line",
                          zc_get_integer(periods, "reversed_line", 0)));
}

/* Titles of the columns of one kind, joined. Owned. */
static char *column_titles(const json_t *summary, bool found)
{
  size_t index;
  const json_t *column;
  zc_buffer out = {0};
  json_array_foreach(json_object_get(summary, "columns"), index, column)
  {
    if (zc_get_flag(column, "found") != found)
      continue;
    if (out.size > 0)
      zc_buffer_text(&out, "、");
    zc_buffer_text(&out, zc_get_text(column, "title"));
  }
  return zc_buffer_take(&out);
}

void zc_findings_headers(const json_t *summary)
{
  const json_t *unused = json_object_get(summary, "unused"), *header;
  char *missing = column_titles(summary, false);
  zc_buffer names = {0};
  size_t index;
  if (missing != NULL && *missing != '\0')
    zc_say_line(N_("columns that the file does not have: {titles}"),
                json_pack("{s:s}", "titles", missing));
  json_array_foreach(unused, index, header)
  {
    if (index > 0)
      zc_buffer_text(&names, "、");
    zc_buffer_text(&names, json_string_value(header));
  }
  if (names.size > 0)
    zc_say_line(N_("columns of the file that are not used: {titles}"),
                json_pack("{s:s}", "titles", names.data));
  zc_buffer_free(&names);
  free(missing);
}

/* An export with far fewer rows than the one before is seldom what was meant. */
static void warn_of_fewer(json_int_t before, json_int_t rows)
{
  zc_warn(
      N_("the import before this one had {before} rows, this one has {rows}; if it is "
         "not whole, import the whole export again"),
      json_pack("{s:I, s:I}", "before", before, "rows", rows));
}

void zc_findings_withdrawn(const json_t *dataset, const json_t *before)
{
  json_int_t rows = zc_get_integer(before, "rows", 0);
  if (rows > 0)
    zc_warn(N_("{title} had been imported with {rows} rows: what rules found in "
               "them is in no later check"),
            json_pack("{s:s, s:I}", "title", zc_get_text(dataset, "title"), "rows",
                      rows));
}

void zc_findings_warn(const json_t *summary, json_int_t before, const char *today)
{
  json_int_t rows = zc_get_integer(summary, "rows", 0);
  json_int_t later = zc_get_integer(summary, "later", 0);
  json_int_t undated = zc_get_integer(summary, "undated_line", 0);
  if (rows + zc_get_integer(summary, "malformed", 0) == 0)
    zc_warn(N_("line 1 is a header and no row follows it: if there was nothing "
               "to export, this is right; else export the data again"),
            NULL);
  if (undated > 0)
    zc_warn(N_("none of the {rows} rows has a date in the column {title} that "
               "can be read, from line {line} on: which days the table covers "
               "is unknown"),
            json_pack("{s:I, s:I, s:s}", "rows", rows, "line", undated, "title",
                      zc_get_text(summary, "undated_title")));
  if (later > 0)
    zc_warn(N_("{count} rows are dated after {today}, first on line {line}: they "
               "do not count for the days that the table covers; correct them, "
               "or import with --today of the day of the export"),
            json_pack("{s:I, s:I, s:s}", "count", later, "line",
                      zc_get_integer(summary, "later_line", 0), "today", today));
  if (rows * 2 < before)
    warn_of_fewer(before, rows);
}

void zc_findings_print(const json_t *dataset, const json_t *summary)
{
  const char *from = zc_get_text(summary, "from");
  zc_say_line(N_("{title}: {rows} rows read"),
              json_pack("{s:s, s:I}", "title", zc_get_text(dataset, "title"), "rows",
                        zc_get_integer(summary, "rows", 0)));
  if (from != NULL)
    zc_say_line(N_("dates from {from} to {to}"),
                json_pack("{s:s, s:s}", "from", from, "to",
                          zc_get_text(summary, "to")));
  if (zc_get_flag(summary, "gb18030"))
    printf("%s\n", _("the file was read as GB18030"));
  zc_findings_malformed(summary);
  zc_findings_cells(summary);
  zc_findings_periods(summary);
  zc_findings_headers(summary);
}
