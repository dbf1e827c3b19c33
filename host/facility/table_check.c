/* table check: reads the imported files again, and tells what is wrong in them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/message.h"
#include "cli/plans.h"
#include "cli/scanning.h"
#include "cli/screen.h"
#include "document/document.h"
#include "facility/commands.h"
#include "facility/known.h"

typedef struct {
  zc_workspace *workspace;
  json_t *known; /* all tables of the workspace */
  json_t *told;  /* those that are checked: [{id, title, state, …, findings}] */
  size_t read, missing, findings;
  size_t unread; /* mistakes in rule files: what those read may not be known */
  zc_err fault;  /* the first file that is not what was imported */
} checking;

/* One table while it is checked. */
typedef struct {
  const checking *all;
  const json_t *table; /* known.h */
  json_t *about;
  json_t *findings;
} inspection;

/* ---- findings ------------------------------------------------------------------------ */

/* Adds a finding; `line` 0: it has none. `column` may be NULL. Takes `args`. */
static int find(inspection *i, const char *code, const json_t *column, json_int_t count,
                json_int_t line, const char *text, const char *hint, json_t *args)
{
  json_t *finding = json_object();
  int bad = json_object_set_new(finding, "code", json_string(code));
  if (column != NULL) {
    bad |= json_object_set(finding, "column", json_object_get(column, "id"));
    bad |= json_object_set(args, "column", json_object_get(column, "id"));
    bad |= json_object_set(args, "title", json_object_get(column, "title"));
  }
  bad |= json_object_set_new(finding, "count", json_integer(count));
  bad |= json_object_set_new(args, "count", json_integer(count));
  if (line > 0) {
    bad |= json_object_set_new(finding, "line", json_integer(line));
    bad |= json_object_set_new(args, "line", json_integer(line));
  }
  bad |= json_object_set_new(finding, "text", json_string(text));
  if (hint != NULL)
    bad |= json_object_set_new(finding, "hint", json_string(hint));
  bad |= json_object_set_new(finding, "args", args);
  return bad | json_array_append_new(i->findings, finding);
}

static int find_malformed(inspection *i, const json_t *summary)
{
  size_t index;
  const json_t *kind;
  int bad = 0;
  json_array_foreach(json_object_get(summary, "kinds"), index, kind) bad |=
      find(i, zc_get_text(kind, "code"), NULL, zc_get_integer(kind, "count", 0),
           zc_get_integer(kind, "line", 0),
           N_("{count} rows are malformed, first on line {line}: {problem_term}"), NULL,
           json_pack("{s:O}", "problem_term", json_object_get(kind, "text")));
  return bad;
}

/* Words that an enum does not know, one by one; whatever else cannot be read, by column. */
static int find_cells(inspection *i, const json_t *column)
{
  size_t index;
  const json_t *word;
  json_int_t lacking = zc_get_integer(column, "lacking", 0);
  json_int_t bad_cells = zc_get_integer(column, "bad", 0) - lacking;
  int bad = lacking == 0
                ? 0
                : find(i, "blank-cell", column, lacking,
                       zc_get_integer(column, "lacking_line", 0),
                       N_("{title}: {count} cells are blank, which they must not be, "
                          "first on line {line}"),
                       N_("export them again with every cell of the column filled"),
                       json_object());
  json_array_foreach(json_object_get(column, "unknown"), index, word)
  {
    json_int_t count = zc_get_integer(word, "count", 0);
    bad |=
        find(i, "unknown-word", column, count, 0,
             N_("{title}: «{cell}» stands {count} times and is no word of the column"),
             N_("say what it means when you import: --map-value {column}:{cell}=…"),
             json_pack("{s:O}", "cell", json_object_get(word, "cell")));
    bad_cells -= count;
  }
  if (bad_cells <= 0)
    return bad;
  const json_t *first = json_array_get(json_object_get(column, "examples"), 0);
  const char *cell = zc_get_text(first, "cell");
  bool other = json_array_size(json_object_get(column, "unknown")) > 0;
  return bad | find(i, "bad-cell", column, bad_cells,
                    other ? 0 : zc_get_integer(first, "line", 0),
                    other ? N_("{title}: {count} more cells cannot be read")
                    : cell == NULL
                        ? N_("{title}: {count} cells cannot be read, first on line "
                             "{line}")
                        : N_("{title}: {count} cells cannot be read, first on line "
                             "{line}: {cell}"),
                    NULL, json_pack("{s:s}", "cell", zc_text_or(cell, "")));
}

static int find_dates(inspection *i, const json_t *summary)
{
  json_int_t rows = zc_get_integer(summary, "rows", 0);
  json_int_t later = zc_get_integer(summary, "later", 0);
  json_int_t undated = zc_get_integer(summary, "undated_line", 0);
  int bad = 0;
  if (rows + zc_get_integer(summary, "malformed", 0) == 0)
    bad |= find(i, "empty", NULL, 0, 1, N_("no row follows the header"), NULL,
                json_object());
  if (later > 0)
    bad |= find(i, "later", NULL, later, zc_get_integer(summary, "later_line", 0),
                N_("{count} rows are dated after {today}, first on line {line}"),
                N_("correct them, or give the day of the export with --today"),
                json_pack("{s:s}", "today", i->all->workspace->cli->today));
  if (undated > 0)
    bad |= find(i, "undated", NULL, rows, undated,
                N_("none of the {count} rows has a date that can be read in the column "
                   "{title}"),
                NULL,
                json_pack("{s:O}", "title", json_object_get(summary, "undated_title")));
  return bad;
}

/* Rules that read a column, joined. Owned. */
static char *readers_of(const json_t *table, const char *column)
{
  zc_buffer out = {0};
  json_t *seen = json_object();
  size_t index, inner;
  const json_t *use, *name;
  json_array_foreach(json_object_get(table, "uses"), index, use)
  {
    const char *rule = zc_text_or(zc_get_text(use, "rule"), zc_get_text(use, "plan"));
    json_array_foreach(json_object_get(use, "columns"), inner, name)
    {
      if (strcmp(json_string_value(name), column) != 0 ||
          json_object_get(seen, rule) != NULL)
        continue;
      out.failed |= json_object_set_new(seen, rule, json_true()) != 0;
      zc_buffer_print(&out, "%s%s", out.size == 0 ? "" : "、", rule);
    }
  }
  json_decref(seen);
  return out.size == 0 ? NULL : zc_buffer_take(&out);
}

/* Columns that rules read and the file lacks. */
static int find_columns(inspection *i, const json_t *summary)
{
  size_t index;
  const json_t *column;
  int bad = 0;
  json_array_foreach(json_object_get(summary, "columns"), index, column)
  {
    bool needed = !zc_get_flag(column, "found") &&
                  !zc_known_optional(i->table, zc_get_text(column, "id"));
    char *readers = !needed ? NULL : readers_of(i->table, zc_text_of(column, "id"));
    if (readers != NULL)
      bad |= find(i, "column-missing", column, 1, 1,
                  N_("the column {title} is not in the file; it is read by: {rules}"),
                  N_("if it is called otherwise there, import with --map "
                     "{column}=HEADER"),
                  json_pack("{s:s}", "rules", readers));
    free(readers);
    bad |= find_cells(i, column);
  }
  return bad;
}

static int find_periods(inspection *i, const json_t *summary)
{
  const json_t *periods = json_object_get(summary, "periods");
  const json_t *first = json_array_get(json_object_get(periods, "examples"), 0);
  json_int_t overlapping = zc_get_integer(periods, "overlapping", 0);
  json_int_t reversed = zc_get_integer(periods, "reversed", 0);
  int bad = 0;
  if (overlapping > 0) {
    bad |= find(i, "period-overlap", NULL, overlapping,
                zc_get_integer(first, "line", 0),
                N_("{count} rows begin before another row with the same key has ended: "
                   "on those days nobody knows which of the two holds"),
                NULL, json_object());
    json_t *finding = json_array_get(i->findings, json_array_size(i->findings) - 1);
    bad |= json_object_set(finding, "lines", json_object_get(periods, "examples"));
  }
  if (reversed > 0)
    bad |= find(i, "period-reversed", NULL, reversed,
                zc_get_integer(periods, "reversed_line", 0),
                N_("{count} rows end before they begin, first on line {line}"), NULL,
                json_object());
  return bad;
}

static json_int_t bad_cells(const json_t *summary)
{
  json_int_t total = 0;
  size_t index;
  const json_t *column;
  json_array_foreach(json_object_get(summary, "columns"), index, column)
      total += zc_get_integer(column, "bad", 0);
  return total;
}

/* The same bytes read otherwise than when they were imported: the table is declared
 * differently now, by the plan or by zicha. */
static int find_difference(inspection *i, const json_t *summary)
{
  const json_t *stored = json_object_get(i->table, "stored");
  json_int_t rows = zc_get_integer(summary, "rows", 0), bad = bad_cells(summary);
  if (rows == zc_get_integer(stored, "rows", 0) &&
      bad == zc_get_integer(stored, "bad", 0))
    return 0;
  return find(
      i, "differs", NULL, rows, 0,
      N_("the import read {before} rows and {before_bad} bad cells, now there are "
         "{count} and {bad}: the plan or zicha reads this table differently"),
      N_("import the file again"),
      json_pack("{s:I, s:I, s:I}", "before", zc_get_integer(stored, "rows", 0),
                "before_bad", zc_get_integer(stored, "bad", 0), "bad", bad));
}

/* ---- reading ------------------------------------------------------------------------- */

/* A file that is not what was imported ends the command with an error; others are read
 * all the same. */
static int fail_table(checking *c, inspection *i, const char *state, const zc_err *why)
{
  json_t *message = zc_message_of(why);
  if (c->fault.code == ZC_OK)
    c->fault = *why;
  int bad = message == NULL ||
            json_object_set_new(i->about, "state", json_string(state)) != 0 ||
            find(i, state, NULL, 1, 0, zc_get_text(message, "text"), NULL,
                 json_incref(json_object_get(message, "args"))) != 0;
  json_decref(message);
  return bad;
}

/* Opens the file and compares it with what was recorded: always by its hash, for a file
 * can be given its old size and times. */
static zc_code open_file(const checking *c, const json_t *table, int *fd, zc_err *why)
{
  const json_t *stored = json_object_get(table, "stored");
  const char *file = zc_get_text(stored, "file");
  char digits[ZC_HASH_ROOM];
  struct stat about;
  zc_code code = zc_table_open(c->workspace, zc_get_text(table, "id"), stored, fd, why);
  if (code != ZC_OK)
    return code;
  code = zc_file_hash(*fd, file, digits, why);
  if (code == ZC_OK &&
      (fstat(*fd, &about) != 0 || about.st_size != zc_get_integer(stored, "size", -1) ||
       strcmp(digits, zc_get_text(stored, "sha256")) != 0))
    code = zc_fail(why, ZC_EDATA,
                   "the file {file} was changed after its import; import {table} again",
                   "file", file, "table", zc_get_text(table, "id"), NULL);
  if (code != ZC_OK)
    close(*fd);
  return code;
}

/* What import would say of the file now: it is none of this table any more. */
static int take_faults(checking *c, inspection *i, const json_t *reply)
{
  size_t index;
  const json_t *fault;
  zc_err why;
  zc_fail(&why, ZC_EDATA, "{file} cannot be read as {table} any more; import it again",
          "file", zc_get_text(i->about, "file"), "table",
          zc_get_text(i->about, "title"), NULL);
  int bad = fail_table(c, i, "unreadable", &why);
  json_array_foreach(json_object_get(reply, "faults"), index, fault)
  {
    json_t *args = json_copy(json_object_get(fault, "args"));
    bad |= find(i, "unreadable", NULL, 1, zc_get_integer(fault, "line", 0),
                zc_get_text(fault, "text"), zc_get_text(fault, "hint"),
                args != NULL ? args : json_object());
  }
  return bad;
}

static int take_summary(checking *c, inspection *i, const json_t *summary)
{
  int bad = json_object_set(i->about, "rows", json_object_get(summary, "rows"));
  bad |= json_object_set(i->about, "malformed", json_object_get(summary, "malformed"));
  bad |= find_difference(i, summary) | find_malformed(i, summary);
  bad |= find_columns(i, summary) | find_dates(i, summary) | find_periods(i, summary);
  c->read++;
  return bad;
}

static zc_code read_table(checking *c, inspection *i, zc_err *err)
{
  const json_t *stored = json_object_get(i->table, "stored");
  json_t *dataset = json_object_get(i->table, "dataset"), *reply = NULL;
  const zc_cli *cli = c->workspace->cli;
  zc_err why;
  int fd, bad = 0;
  if (open_file(c, i->table, &fd, &why) != ZC_OK)
    return fail_table(c, i, why.code == ZC_EDATA ? "changed" : "gone", &why) == 0
               ? ZC_OK
               : zc_fail_memory(err);
  zc_code code = dataset == NULL
                     ? ZC_OK
                     : zc_table_scan(cli, dataset, fd, zc_get_text(stored, "file"),
                                     json_object_get(stored, "options"), cli->today,
                                     &reply, &why);
  close(fd);
  /* What was read is only worth telling of the file that was imported. */
  zc_err changed;
  const char *state = "unreadable";
  if ((code == ZC_OK || code == ZC_EDATA) &&
      zc_table_open(c->workspace, zc_get_text(i->table, "id"), stored, &fd, &changed) !=
          ZC_OK) {
    code = zc_fail_changed(zc_get_text(i->table, "id"), &why);
    state = "changed";
  } else if (code == ZC_OK || code == ZC_EDATA) {
    close(fd);
  }
  if (code == ZC_EDATA) {
    json_decref(reply);
    return fail_table(c, i, state, &why) == 0 ? ZC_OK : zc_fail_memory(err);
  }
  if (code != ZC_OK)
    *err = why;
  const json_t *summary = json_object_get(reply, "summary");
  if (code == ZC_OK && dataset == NULL)
    bad = json_object_set_new(i->about, "state", json_string("unknown"));
  else if (code == ZC_OK)
    bad = summary == NULL ? take_faults(c, i, reply) : take_summary(c, i, summary);
  json_decref(reply);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

/* The words of a finding in the reader's language. */
static int put_into_words(json_t *finding)
{
  static const char *const names[][2] = {{"text", "message"}, {"hint", "remedy"}};
  int bad = 0;
  for (size_t n = 0; n < 2; n++) {
    if (zc_get_text(finding, names[n][0]) == NULL)
      continue;
    json_t *message = json_pack("{s:O, s:O}", "text",
                                json_object_get(finding, names[n][0]), "args",
                                json_object_get(finding, "args"));
    char *text = message == NULL ? NULL : zc_message_text(message);
    bad |= text == NULL || json_object_set_new(finding, names[n][1], json_string(text));
    json_object_del(finding, names[n][0]);
    free(text);
    json_decref(message);
  }
  json_object_del(finding, "args");
  return bad;
}

static zc_code check_table(checking *c, const json_t *table, zc_err *err)
{
  const json_t *stored = json_object_get(table, "stored");
  json_t *file = json_object_get(stored, "file"),
         *why = json_object_get(stored, "absent");
  inspection i = {c, table, json_object(), json_array()};
  const char *state = why != NULL ? "absent" : file == NULL ? "missing" : "imported";
  int bad = json_object_set(i.about, "id", json_object_get(table, "id"));
  bad |= json_object_set(i.about, "title", json_object_get(table, "title"));
  bad |= json_object_set_new(i.about, "state", json_string(state));
  if (why != NULL)
    bad |= json_object_set(i.about, "reason", why);
  if (file != NULL) {
    bad |= json_object_set(i.about, "file", file);
    bad |= json_object_set(i.about, "sha256", json_object_get(stored, "sha256"));
  }
  c->missing += file == NULL && why == NULL;
  zc_code code = bad != 0 ? zc_fail_memory(err) : ZC_OK;
  if (code == ZC_OK && file != NULL)
    code = read_table(c, &i, err);
  size_t index;
  json_t *finding;
  json_array_foreach(i.findings, index, finding) bad |= put_into_words(finding);
  c->findings += json_array_size(i.findings);
  bad |= json_object_set_new(i.about, "findings", i.findings);
  bad |= json_array_append_new(c->told, i.about);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

/* ---- formats ------------------------------------------------------------------------- */

static void print_finding(const json_t *finding)
{
  size_t index;
  const json_t *line;
  const char *remedy = zc_get_text(finding, "remedy");
  zc_print_wrapped(stdout, zc_get_text(finding, "message"), 2, 88);
  json_array_foreach(json_object_get(finding, "lines"), index, line)
  {
    printf("      ");
    zc_say_line(N_("line {line} and line {other}: {key}"),
                json_pack("{s:O, s:O, s:O}", "line", json_object_get(line, "line"),
                          "other", json_object_get(line, "other"), "key",
                          json_object_get(line, "key")));
  }
  if (remedy != NULL)
    printf("    → %s\n", remedy);
}

static void print_table(const checking *c, const json_t *about)
{
  const json_t *findings = json_object_get(about, "findings"), *finding;
  const json_t *table = zc_known_table(c->known, zc_get_text(about, "id"));
  const char *state = zc_get_text(about, "state");
  size_t index;
  char *words = zc_known_state_text(table, state);
  json_t *args = json_pack("{s:O, s:O, s:I, s:I, s:s}", "title",
                           json_object_get(about, "title"), "table",
                           json_object_get(about, "id"), "rows",
                           zc_get_integer(about, "rows", 0), "count",
                           (json_int_t)json_array_size(findings), "state",
                           zc_text_or(words, state));
  if (zc_get_integer(about, "rows", -1) < 0)
    zc_say_line(N_("{title} ({table}): {state}"), args);
  else if (json_array_size(findings) == 0)
    zc_say_line(N_("{title} ({table}): {rows} rows, nothing found"), args);
  else
    zc_say_line(N_("{title} ({table}): {rows} rows, {count} findings"), args);
  free(words);
  json_array_foreach(findings, index, finding) print_finding(finding);
}

static void print_text(const checking *c)
{
  size_t index;
  const json_t *about;
  json_array_foreach(c->told, index, about) print_table(c, about);
  zc_say_line(N_("{read} tables read, {findings} findings; {missing} tables are not "
                 "handed over yet"),
              json_pack("{s:I, s:I, s:I}", "read", (json_int_t)c->read, "findings",
                        (json_int_t)c->findings, "missing", (json_int_t)c->missing));
}

static void add_csv_line(zc_buffer *out, const json_t *about, const json_t *finding,
                         const char *code, const char *message)
{
  static const char *const numbers[] = {"count", "line"};
  zc_csv_cell(out, zc_get_text(about, "id"), true);
  zc_csv_cell(out, zc_get_text(about, "title"), false);
  zc_csv_cell(out, code, false);
  zc_csv_cell(out, zc_text_of(finding, "column"), false);
  for (size_t n = 0; n < 2; n++) {
    json_int_t number = zc_get_integer(finding, numbers[n], -1);
    zc_csv_cell(out, number < 0 ? "" : ZC_DIGITS(number), false);
  }
  zc_csv_cell(out, message, false);
  zc_csv_cell(out, zc_text_of(finding, "remedy"), false);
  zc_buffer_text(out, "\r\n");
}

/* One line a finding; a table that was not read has one that says why. */
static zc_code print_csv(const checking *c, zc_err *err)
{
  static const char *const titles[] = {"id",    "title", "code",    "column",
                                       "count", "line",  "message", "remedy"};
  zc_buffer out = {0};
  size_t index, inner;
  const json_t *about, *finding;
  zc_buffer_text(&out, ZC_CSV_MARK);
  for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
    zc_csv_cell(&out, titles[i], i == 0);
  zc_buffer_text(&out, "\r\n");
  json_array_foreach(c->told, index, about)
  {
    const char *state = zc_get_text(about, "state");
    if (strcmp(state, "absent") == 0 || strcmp(state, "missing") == 0) {
      const json_t *table = zc_known_table(c->known, zc_get_text(about, "id"));
      char *words = zc_known_state_text(table, state);
      add_csv_line(&out, about, NULL, state, zc_text_or(words, state));
      free(words);
    }
    json_array_foreach(json_object_get(about, "findings"), inner, finding)
        add_csv_line(&out, about, finding, zc_get_text(finding, "code"),
                     zc_get_text(finding, "message"));
  }
  zc_code code = zc_buffer_check(&out, err);
  if (code == ZC_OK)
    fwrite(out.data, 1, out.size, stdout);
  zc_buffer_free(&out);
  return code;
}

static zc_code print_result(const checking *c, zc_err *err)
{
  const char *format = zc_output_format(c->workspace->cli);
  if (strcmp(format, "csv") == 0)
    return print_csv(c, err);
  if (strcmp(format, "json") == 0)
    return zc_print_document(json_pack("{s:s, s:O, s:{s:I, s:I, s:I}}", "today",
                                       c->workspace->cli->today, "tables", c->told,
                                       "totals", "read", (json_int_t)c->read,
                                       "findings", (json_int_t)c->findings, "missing",
                                       (json_int_t)c->missing),
                             "table-check/1", err);
  print_text(c);
  return ZC_OK;
}

/* ---- the command --------------------------------------------------------------------- */

/* One that was named: known to the workspace, or at least to zicha. */
static zc_code check_named(checking *c, const char *id, zc_err *err)
{
  json_t *table = zc_known_table(c->known, id), *dataset, *entry;
  if (table != NULL)
    return check_table(c, table, err);
  zc_code code = zc_find_dataset(c->workspace, id, &dataset, err);
  if (code != ZC_OK)
    return code;
  entry = json_pack("{s:s, s:O, s:[], s:[], s:[]}", "id", id, "title",
                    json_object_get(dataset, "title"), "uses", "columns", "plans");
  json_decref(dataset);
  if (entry == NULL || json_array_append_new(c->known, entry) != 0)
    return zc_fail_memory(err);
  return check_table(c, entry, err);
}

static zc_code check_all(checking *c, zc_err *err)
{
  zc_cli *cli = c->workspace->cli;
  size_t index;
  const json_t *table;
  zc_code code = zc_known_tables(c->workspace, false, &c->known, &c->unread, err);
  c->told = json_array();
  if (code == ZC_OK && c->told == NULL)
    code = zc_fail_memory(err);
  for (int n = 0; code == ZC_OK && n < cli->argument_count; n++)
    code = check_named(c, cli->arguments[n], err);
  json_array_foreach(c->known, index, table)
  {
    if (code == ZC_OK && cli->argument_count == 0)
      code = check_table(c, table, err);
  }
  return code == ZC_OK ? print_result(c, err) : code;
}

int zc_command_table_check(zc_cli *cli)
{
  static const char *const formats[] = {"text", "json", "csv", NULL};
  zc_workspace workspace = {.fd = -1};
  checking c = {.workspace = &workspace};
  zc_err err;
  zc_code code = zc_check_format(cli, formats, &err);
  if (code == ZC_OK)
    code = zc_workspace_open(cli, &workspace, &err);
  if (code == ZC_OK)
    code = check_all(&c, &err);
  if (code == ZC_OK && c.fault.code != ZC_OK) {
    err = c.fault;
    code = err.code;
    fflush(stdout);
  }
  bool gaps = c.missing > 0 || c.read == 0 || c.unread > 0;
  int status = code != ZC_OK ? zc_exit(code, &err) : c.findings > 0 ? 1 : gaps ? 2 : 0;
  json_decref(c.told);
  json_decref(c.known);
  zc_workspace_close(&workspace);
  return status;
}
