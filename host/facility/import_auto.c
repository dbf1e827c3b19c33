/* import auto: which table an export is, told from its header. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/message.h"
#include "cli/scanning.h"
#include "cli/screen.h"
#include "facility/commands.h"
#include "facility/importing.h"
#include "facility/known.h"

#define NEAREST 3 /* tables that are told when none fits */
#define LISTED 12 /* titles that stand on a line */

typedef struct {
  zc_workspace *workspace;
  const char *source;
  json_t *tables;        /* known.h, with all that zicha ships */
  json_t *reply;         /* of the import job */
  const json_t *matches; /* in it, the best first */
} proposing;

/* ---- comparing ----------------------------------------------------------------------- */

static const json_t *match_of(const proposing *p, size_t number)
{
  return json_array_get(p->matches, number);
}

static const json_t *table_of(const proposing *p, const json_t *match)
{
  return zc_known_table(p->tables, zc_get_text(match, "id"));
}

/* Both explain as much of the file. */
static bool equal(const json_t *a, const json_t *b)
{
  return zc_get_integer(a, "found", 0) == zc_get_integer(b, "found", 0);
}

/* How many tables fit best, all equally well. One that explains more of the file but lacks a
 * key column makes all others doubtful: 0. */
static size_t count_best(const proposing *p)
{
  size_t count = 0;
  if (!zc_get_flag(match_of(p, 0), "fits"))
    return 0;
  while (zc_get_flag(match_of(p, count), "fits") &&
         equal(match_of(p, count), match_of(p, 0)))
    count++;
  return count;
}

/* ---- the command that imports it ----------------------------------------------------- */

/* A word as a shell takes it. */
static void add_word(zc_buffer *out, const char *word)
{
  static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                              "0123456789_-./,:+@%=";
  bool quoted = *word == '\0' || *word == '-';
  for (const char *c = word; *c != '\0'; c++)
    quoted = quoted || ((unsigned char)*c < 0x80 && strchr(plain, *c) == NULL);
  if (!quoted) {
    zc_buffer_text(out, word);
    return;
  }
  zc_buffer_text(out, *word == '-' ? "./'" : "'");
  for (; *word != '\0'; word++)
    zc_buffer_print(out, *word == '\'' ? "'\\''" : "%c", *word);
  zc_buffer_char(out, '\'');
}

/* Columns of which it has to be said which header they are. */
static void add_maps(zc_buffer *out, const json_t *match)
{
  json_t *added = json_object();
  size_t index;
  const json_t *doubt;
  json_array_foreach(json_object_get(match, "doubts"), index, doubt)
  {
    const json_t *args = json_object_get(doubt, "args");
    const char *column = zc_get_text(args, "column");
    const char *nearest = zc_get_text(args, "nearest");
    if (column == NULL || json_object_get(added, column) != NULL)
      continue;
    json_object_set_new(added, column, json_true());
    zc_buffer_print(out, " --map %s=", column);
    if (nearest != NULL && *nearest != '\0')
      add_word(out, nearest);
    else
      zc_buffer_text(out, "…");
  }
  json_decref(added);
}

static void say_command(const proposing *p, const json_t *match)
{
  const zc_cli *cli = p->workspace->cli;
  const char *plan = zc_option_value(cli, "plan");
  zc_buffer out = {0};
  zc_buffer_text(&out, "zicha");
  if (strcmp(cli->folder, ".") != 0) {
    zc_buffer_text(&out, " -C ");
    add_word(&out, cli->folder);
  }
  zc_buffer_print(&out, " import %s ", zc_get_text(match, "id"));
  add_word(&out, p->source);
  if (plan != NULL)
    zc_buffer_print(&out, " --plan %s", plan);
  add_maps(&out, match);
  zc_buffer shown = {0};
  zc_add_visible(&shown, out.data);
  printf("  %s\n", zc_text_or(shown.data, ""));
  zc_buffer_free(&shown);
  zc_buffer_free(&out);
}

/* ---- telling ------------------------------------------------------------------------- */

static void say_match(const json_t *match)
{
  zc_say_line(N_("{title} ({table}): {found} of the {headers} columns of the file, of "
                 "the {columns} columns of the table"),
              json_pack("{s:O, s:O, s:O, s:O, s:O}", "title",
                        json_object_get(match, "title"), "table",
                        json_object_get(match, "id"), "found",
                        json_object_get(match, "found"), "headers",
                        json_object_get(match, "headers"), "columns",
                        json_object_get(match, "columns")));
}

/* Which header goes to which column. */
static zc_code print_columns(const json_t *match, zc_err *err)
{
  json_t *lines = json_array(), *head = json_array();
  size_t index;
  const json_t *column;
  int bad = json_array_append_new(head, json_string(_("header")));
  bad |= json_array_append_new(head, json_string(_("column")));
  bad |= json_array_append_new(head, json_string(""));
  bad |= json_array_append_new(lines, head);
  json_array_foreach(json_object_get(match, "matched"), index, column)
  {
    json_t *line = json_array();
    bad |= json_array_append(line, json_object_get(column, "header"));
    bad |= json_array_append_new(line,
                                 json_sprintf("%s (%s)", zc_get_text(column, "title"),
                                              zc_get_text(column, "column")));
    bad |= json_array_append_new(line, json_string(zc_get_flag(column, "key") ? _("key")
                                                                              : ""));
    bad |= json_array_append_new(lines, line);
  }
  if (bad == 0)
    zc_print_grid(stdout, lines, "lll", 4);
  json_decref(lines);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

/* Whether a rule of the plans in use reads the column. */
static bool is_read(const json_t *table, const char *column)
{
  size_t index, inner;
  const json_t *use, *name;
  json_array_foreach(json_object_get(table, "uses"), index, use)
  {
    json_array_foreach(json_object_get(use, "columns"), inner, name)
    {
      if (strcmp(json_string_value(name), column) == 0)
        return true;
    }
  }
  return false;
}

/* Titles on one line; of many the first ones. */
typedef struct {
  zc_buffer text;
  size_t count;
} title_list;

static void add_title(title_list *list, const char *title)
{
  if (list->count++ < LISTED)
    zc_buffer_print(&list->text, "%s%s", list->count == 1 ? "" : "、", title);
  else if (list->count == LISTED + 1)
    zc_buffer_text(&list->text, "…");
}

/* Prints them, if there are any, and frees them. */
static void say_list(const char *text, title_list *list)
{
  if (list->count > 0) {
    printf("  ");
    zc_say_line(text, json_pack("{s:s}", "titles", list->text.data));
  }
  zc_buffer_free(&list->text);
}

/* What the file lacks, first what matters; a missing key is a doubt. */
static void print_missing(const proposing *p, const json_t *match)
{
  title_list wanted = {0}, others = {0}, unused = {0};
  size_t index;
  const json_t *column, *header;
  json_array_foreach(json_object_get(match, "missing"), index, column)
  {
    const char *id = zc_get_text(column, "column");
    bool read = is_read(table_of(p, match), id) &&
                !zc_known_optional(table_of(p, match), id);
    if (!zc_get_flag(column, "key"))
      add_title(read ? &wanted : &others, zc_get_text(column, "title"));
  }
  json_array_foreach(json_object_get(match, "unused"), index, header)
      add_title(&unused, json_string_value(header));
  say_list(N_("columns that rules read and the file does not have: {titles}"), &wanted);
  say_list(N_("other columns that the file does not have: {titles}"), &others);
  say_list(N_("columns of the file that are not used: {titles}"), &unused);
}

/* What import would refuse it for. */
static void print_doubts(const json_t *match)
{
  size_t index;
  const json_t *doubt;
  json_array_foreach(json_object_get(match, "doubts"), index, doubt)
  {
    const char *hint = zc_get_text(doubt, "hint");
    json_t *args = json_object_get(doubt, "args");
    printf("  ");
    zc_say_line(zc_text_of(doubt, "text"), json_incref(args));
    if (hint == NULL)
      continue;
    printf("    → ");
    zc_say_line(hint, json_incref(args));
  }
}

/* What the table is to the workspace. */
static void print_standing(const proposing *p, const json_t *match)
{
  const json_t *table = table_of(p, match), *stored = json_object_get(table, "stored");
  size_t rules = zc_known_rules(table);
  printf("  ");
  if (rules == 0)
    zc_say_line(N_("no rule of the plans in use reads this table"), NULL);
  else
    zc_say_line(N_("{count} rules read this table"),
                json_pack("{s:I}", "count", (json_int_t)rules));
  if (zc_get_text(stored, "file") != NULL) {
    printf("  ");
    zc_say_line(N_("it would replace the {rows} rows that are imported now"),
                json_pack("{s:I}", "rows", zc_get_integer(stored, "rows", 0)));
  } else if (zc_get_text(stored, "absent") != NULL) {
    printf("  ");
    zc_say_line(N_("it was declared not to exist here: {why}"),
                json_pack("{s:s}", "why", zc_get_text(stored, "absent")));
  }
}

static zc_code print_proposal(const proposing *p, const json_t *match, zc_err *err)
{
  say_match(match);
  print_standing(p, match);
  zc_code code = print_columns(match, err);
  print_missing(p, match);
  print_doubts(match);
  if (zc_get_flag(match, "gb18030"))
    printf("  %s\n", _("the file was read as GB18030"));
  return code;
}

static json_t *source_args(const proposing *p)
{
  return json_pack("{s:o}", "file", zc_json_lossy(p->source, strlen(p->source)));
}

/* Whether a match is worth telling beside the best one. */
static bool is_near(const proposing *p, size_t number)
{
  const json_t *match = match_of(p, number);
  return match != NULL && 2 * zc_get_integer(match, "found", 0) >=
                              zc_get_integer(match_of(p, 0), "found", 0);
}

/* Nothing fits: the nearest ones, and why they do not. */
static zc_code print_nearest(const proposing *p, zc_err *err)
{
  zc_code code = ZC_OK;
  zc_say_line(N_("no table clearly fits {file}; the nearest are:"), source_args(p));
  for (size_t i = 0; i < NEAREST && code == ZC_OK && is_near(p, i); i++) {
    const json_t *match = match_of(p, i);
    if (i == 0) {
      code = print_proposal(p, match, err);
    } else {
      say_match(match);
      print_doubts(match);
    }
    if (json_array_size(json_object_get(match, "doubts")) == 0 &&
        !zc_get_flag(match, "fits"))
      printf("  %s\n", _("too few of its columns are in the file to be sure"));
    if (code == ZC_OK)
      say_command(p, match);
  }
  return code;
}

/* Not one header is any table's: most likely the first line is no header. */
static zc_code fail_unknown(const proposing *p, zc_err *err)
{
  const json_t *match = json_object_get(p->reply, "match"), *header;
  title_list list = {0};
  size_t index;
  json_array_foreach(json_object_get(match, "headers"), index, header)
      add_title(&list, json_string_value(header));
  zc_code code = zc_fail(
      err, ZC_EDATA,
      "line 1 of {file} names no column of any table; it holds: {headers}. The first "
      "line must name the columns; `zicha needs` lists the names that are recognised",
      "file", p->source, "headers", zc_text_or(list.text.data, "—"), NULL);
  zc_buffer_free(&list.text);
  return code;
}

/* ---- deciding ------------------------------------------------------------------------ */

/* Somebody is there to be asked. */
static bool is_dialogue(void)
{
  return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static bool ask(const json_t *match)
{
  static const char *const yes[] = {"y", "Y", "yes", "是", "好"};
  char line[32];
  json_t *message = json_pack("{s:s, s:{s:O}}", "text",
                              N_("import it as {title}? (yes or no)"), "args", "title",
                              json_object_get(match, "title"));
  char *text = message == NULL ? NULL : zc_message_text(message);
  json_decref(message);
  printf("%s > ", zc_text_or(text, "?"));
  free(text);
  fflush(stdout);
  if (fgets(line, sizeof line, stdin) == NULL)
    return false;
  line[strcspn(line, "\r\n")] = '\0';
  for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
    if (strcmp(line, yes[i]) == 0)
      return true;
  return false;
}

static zc_code import_match(const proposing *p, const json_t *match, zc_err *err)
{
  json_t *dataset = json_object_get(table_of(p, match), "dataset");
  json_t *options = json_pack("{s:{}, s:{}, s:{}}", "map", "values", "blank");
  zc_code code = options == NULL ? zc_fail_memory(err)
                                 : zc_import_file(p->workspace, dataset, options, NULL,
                                                  zc_option_value(p->workspace->cli,
                                                                  "strict") != NULL,
                                                  p->source, err);
  json_decref(options);
  return code;
}

/* One table fits best. */
static zc_code decide(const proposing *p, zc_err *err)
{
  const json_t *match = match_of(p, 0);
  zc_say_line(N_("{file} is most likely this table:"), source_args(p));
  zc_code code = print_proposal(p, match, err);
  if (code != ZC_OK)
    return code;
  printf("%s\n", _("to import it:"));
  say_command(p, match);
  bool wanted = zc_option_value(p->workspace->cli, "yes") != NULL;
  if (!wanted && is_dialogue() &&
      json_array_size(json_object_get(match, "doubts")) == 0) {
    wanted = ask(match);
    if (!wanted)
      printf("%s\n", _("nothing was imported"));
  }
  return wanted ? import_match(p, match, err) : ZC_OK;
}

/* Several fit equally well. */
static zc_code choose(const proposing *p, size_t count, zc_err *err)
{
  zc_code code = ZC_OK;
  zc_say_line(N_("{file} fits several tables equally well; import it as one of them:"),
              source_args(p));
  for (size_t i = 0; i < count && code == ZC_OK; i++) {
    code = print_proposal(p, match_of(p, i), err);
    say_command(p, match_of(p, i));
  }
  if (code == ZC_OK && zc_option_value(p->workspace->cli, "yes") != NULL)
    code = zc_fail(err, ZC_EDATA, "{file} was not imported: say which table it is",
                   "file", p->source, NULL);
  return code;
}

static zc_code propose(proposing *p, zc_err *err)
{
  json_t *faults = json_object_get(p->reply, "faults");
  zc_print_faults(faults, NULL);
  p->matches = json_object_get(json_object_get(p->reply, "match"), "matches");
  if (zc_fault_errors(faults) > 0 || p->matches == NULL)
    return zc_fail(err, ZC_EDATA, "{file} was not imported", "file", p->source, NULL);
  if (json_array_size(p->matches) == 0)
    return fail_unknown(p, err);
  size_t best = count_best(p);
  if (best == 1)
    return decide(p, err);
  if (best > 1)
    return choose(p, best, err);
  zc_code code = print_nearest(p, err);
  return code == ZC_OK ? zc_fail(err, ZC_EDATA,
                                 "{file} was not imported: no table clearly fits it",
                                 "file", p->source, NULL)
                       : code;
}

/* The tables that it may be: all that the plans and zicha know. */
static zc_code match(proposing *p, int fd, zc_err *err)
{
  json_t *datasets = json_array();
  size_t index;
  const json_t *table;
  int bad = datasets == NULL;
  json_array_foreach(p->tables, index, table)
  {
    if (json_object_get(table, "dataset") != NULL)
      bad |= json_array_append(datasets, json_object_get(table, "dataset"));
  }
  zc_code code = bad != 0 ? zc_fail_memory(err)
                          : zc_table_match(p->workspace->cli, datasets, fd, p->source,
                                           &p->reply, err);
  json_decref(datasets);
  return code;
}

int zc_command_import_auto(zc_cli *cli)
{
  zc_workspace workspace = {.fd = -1};
  proposing p = {.workspace = &workspace, .source = cli->arguments[0]};
  size_t unread;
  int fd = -1;
  zc_err err;
  zc_code code = zc_workspace_open(cli, &workspace, &err);
  if (code == ZC_OK)
    code = zc_file_open(p.source, &fd, NULL, &err);
  if (code == ZC_OK)
    code = zc_known_tables(&workspace, true, &p.tables, &unread, &err);
  if (code == ZC_OK)
    code = match(&p, fd, &err);
  if (code == ZC_OK)
    code = propose(&p, &err);
  fflush(stdout); /* the proposal stands before what became of it */
  if (fd >= 0)
    close(fd);
  json_decref(p.reply);
  json_decref(p.tables);
  zc_workspace_close(&workspace);
  return zc_exit(code, &err);
}
