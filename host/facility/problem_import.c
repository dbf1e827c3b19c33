/* problem import: the list of an inspection, a review or a hotline. All of its rows are
 * entered, with their documents, or none. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/asking.h"
#include "cli/list.h"
#include "cli/message.h"
#include "cli/plans.h"
#include "facility/commands.h"
#include "facility/entering.h"
#include "facility/evidence.h"

#define LIST_LIMIT ((size_t)64 << 20)

/* In the order of the columns below; the documents are the last. */
static const char *const keys[] = {"item",  "item_title", "title", "found", "severity",
                                   "count", "amount",     "note",  "source"};
enum { FOUND = 3, FILES = sizeof keys / sizeof *keys };

static const zc_list_column columns[] = {{"检查项编号", "item", false},
                                         {"检查项", "item_title", false},
                                         {"问题表现", "title", true},
                                         {"发现时间", "found", false},
                                         {"严重程度", "severity", false},
                                         {"数量", "count", false},
                                         {"涉及金额", "amount", false},
                                         {"备注", "note", false},
                                         {"发现方式", "source", false},
                                         {"佐证材料", "evidence", false},
                                         {NULL, NULL, false}};

typedef struct {
  zc_entering entering;
  const char *file;
  json_t *files; /* documents: [{index, path}] of the entries */
  int folder;    /* the list's, beneath which they lie; -1: not needed */
  size_t wrong;
} importing;

/* ---- the list ----------------------------------------------------------------------- */

static int add_file(importing *im, const char *path, size_t size)
{
  while (size > 0 && (unsigned char)*path <= ' ') {
    path++;
    size--;
  }
  while (size > 0 && (unsigned char)path[size - 1] <= ' ')
    size--;
  if (size == 0)
    return 0;
  json_int_t index = (json_int_t)json_array_size(im->entering.entries);
  return json_array_append_new(im->files, json_pack("{s:I, s:o}", "index", index,
                                                    "path", zc_json_lossy(path, size)));
}

/* Several paths stand on lines of their own, or with semicolons between them. */
static int add_files(importing *im, const char *cell)
{
  int bad = 0;
  while (*cell != '\0') {
    const char *wide = strstr(cell, "；");
    size_t size = strcspn(cell, ";\n");
    if (wide != NULL && (size_t)(wide - cell) < size)
      size = (size_t)(wide - cell);
    bad |= add_file(im, cell, size);
    cell += size;
    cell += *cell == '\0' ? 0 : strncmp(cell, "；", 3) == 0 ? 3 : 1;
  }
  return bad;
}

static zc_code take_row(void *context, const zc_list_row *row, zc_err *err)
{
  importing *im = context;
  json_t *entry = json_pack("{s:I}", "line", (json_int_t)row->line);
  int bad = entry == NULL;
  for (int i = 0; i < FILES; i++) {
    char room[ZC_DAY_ROOM];
    const char *text = zc_text_or(row->cells[i], "");
    const char *day = i == FOUND ? zc_list_day(text, room, NULL) : NULL;
    if (*text != '\0') /* what is no day is told by whoever enters it */
      bad |= json_object_set_new(entry, keys[i], json_string(zc_text_or(day, text)));
  }
  bad |= add_files(im, zc_text_or(row->cells[FILES], ""));
  bad |= json_array_append_new(im->entering.entries, entry);
  return bad != 0 ? zc_fail_memory(err) : ZC_OK;
}

static int64_t line_of(const importing *im, json_int_t index)
{
  return zc_get_integer(json_array_get(im->entering.entries, (size_t)index), "line", 0);
}

/* What is wrong with all of them has no line. */
static void print_wrong(importing *im, const json_t *wrong)
{
  size_t number;
  const json_t *message;
  fflush(stdout);
  json_array_foreach(wrong, number, message)
  {
    json_int_t index = zc_get_integer(message, "index", 0);
    json_t *place = index == 0 ? NULL : zc_list_place(im->file, line_of(im, index - 1));
    zc_ask_print_error(json_string_value(place), message);
    json_decref(place);
    im->wrong++;
  }
}

/* ---- documents ---------------------------------------------------------------------- */

static zc_code open_folder(importing *im, zc_err *err)
{
  const char *slash = strrchr(im->file, '/');
  char *folder = slash == NULL ? strdup(".")
                               : strndup(im->file, (size_t)(slash - im->file) + 1);
  zc_code code = folder == NULL ? zc_fail_memory(err)
                                : zc_folder_open(folder, &im->folder, err);
  free(folder);
  return code;
}

static const char *path_of(const json_t *file)
{
  return zc_text_of(file, "path");
}

/* Tells of every document that cannot be opened, before any is copied. */
static zc_code check_files(importing *im, zc_err *err)
{
  size_t index;
  const json_t *file;
  if (json_array_size(im->files) == 0)
    return ZC_OK;
  zc_code code = open_folder(im, err);
  json_array_foreach(im->files, index, file)
  {
    int fd;
    zc_err own;
    if (code != ZC_OK)
      break;
    if (zc_file_open_beneath(im->folder, path_of(file), &fd, NULL, &own) == ZC_OK) {
      close(fd);
      continue;
    }
    json_t *place = zc_list_place(im->file,
                                  line_of(im, zc_get_integer(file, "index", 0)));
    json_t *message = zc_message_of(&own);
    json_object_set_new(message, "hint",
                        json_string(
                            N_("documents lie beneath the folder of the list; "
                               "write their paths from there, through no link")));
    zc_ask_print_error(json_string_value(place), message);
    json_decref(message);
    json_decref(place);
    im->wrong++;
  }
  return code;
}

static zc_code keep_file(importing *im, const json_t *file, zc_err *err)
{
  int fd;
  zc_evidence kept;
  json_t *entry = json_array_get(im->entering.entries,
                                 (size_t)zc_get_integer(file, "index", 0));
  zc_code code = zc_file_open_beneath(im->folder, path_of(file), &fd, NULL, err);
  if (code != ZC_OK)
    return code;
  code = zc_evidence_keep(im->entering.plan->workspace, fd, path_of(file), &kept, err);
  close(fd);
  if (code != ZC_OK)
    return code;
  json_t *list = json_object_get(entry, "evidence");
  int bad = 0;
  if (list == NULL) {
    list = json_array();
    bad |= json_object_set_new(entry, "evidence", list);
  }
  bad |= json_array_append_new(list,
                               json_pack("{s:o, s:s, s:I}", "name",
                                         zc_evidence_name(path_of(file)), "sha256",
                                         kept.digits, "size", (json_int_t)kept.size));
  return bad != 0 ? zc_fail_memory(err) : ZC_OK;
}

static zc_code keep_files(importing *im, zc_err *err)
{
  size_t index;
  const json_t *file;
  zc_code code = ZC_OK;
  json_array_foreach(im->files, index, file)
  {
    if (code == ZC_OK)
      code = keep_file(im, file, err);
  }
  return code;
}

/* ---- the whole ---------------------------------------------------------------------- */

static void tell(const importing *im, const json_t *told)
{
  size_t index;
  const json_t *one;
  json_int_t fresh = 0, unreported = 0, relapsed = 0;
  json_array_foreach(told, index, one)
  {
    const char *outcome = zc_text_of(one, "outcome");
    json_t *place = zc_list_place(im->file, line_of(im, (json_int_t)index));
    zc_entering_tell(json_string_value(place), one);
    json_decref(place);
    fresh += strcmp(outcome, "found") == 0;
    relapsed += strcmp(outcome, "relapsed") == 0;
    unreported += json_object_get(one, "unreported") != NULL;
  }
  zc_say_line(
      N_("{count} rows: {fresh} new problems ({unreported} of them 应报未报), {cited} "
         "cited, {relapsed} relapsed"),
      json_pack("{s:I, s:I, s:I, s:I, s:I}", "count", (json_int_t)json_array_size(told),
                "fresh", fresh, "unreported", unreported, "cited",
                (json_int_t)json_array_size(told) - fresh - relapsed, "relapsed",
                relapsed));
}

/* Whether this very list has been entered before: nobody wants it twice. */
static zc_code is_known(const importing *im, bool *known, zc_err *err)
{
  json_t *before = NULL;
  const zc_plan *plan = im->entering.plan;
  zc_code code = zc_ledger_known_list(plan->workspace->store,
                                      zc_text_of(plan->about, "id"), im->entering.list,
                                      &before, err);
  *known = before != NULL;
  if (before != NULL)
    zc_say_line(
        N_("{file} was entered on {date} by {name} already: {count} rows, {problems} "
           "problems; nothing was changed"),
        json_pack("{s:s, s:s, s:s, s:I, s:I}", "file", im->file, "date",
                  zc_text_of(before, "date"), "name", zc_text_of(before, "by"), "count",
                  zc_get_integer(before, "rows", 0), "problems",
                  zc_get_integer(before, "problems", 0)));
  json_decref(before);
  return code;
}

/* All that is wrong is told before anything is copied or written. */
static zc_code check(importing *im, const zc_buffer *text, json_t **read, zc_err *err)
{
  json_t *wrong = NULL;
  zc_code code = zc_list_read(im->file, text, columns, take_row, im, &im->wrong, err);
  if (code == ZC_OK && im->wrong == 0 && json_array_size(im->entering.entries) == 0)
    return zc_fail(err, ZC_EDATA,
                   "{file} holds no problem: there is no row below the header", "file",
                   im->file, NULL);
  if (code == ZC_OK)
    code = zc_entering_read(&im->entering, read, &wrong, err);
  if (code == ZC_OK)
    print_wrong(im, wrong);
  json_decref(wrong);
  if (code == ZC_OK)
    code = check_files(im, err);
  if (code == ZC_OK && im->wrong > 0)
    code = zc_fail(err, ZC_EDATA, "{file} has {count} errors: nothing was entered",
                   "file", im->file, "count", ZC_DIGITS(im->wrong), NULL);
  return code;
}

static zc_code enter(importing *im, const zc_buffer *text, zc_err *err)
{
  bool known;
  json_t *read = NULL, *told = NULL;
  zc_code code = is_known(im, &known, err);
  if (code != ZC_OK || known)
    return code;
  code = check(im, text, &read, err);
  if (code == ZC_OK) {
    code = keep_files(im, err);
    if (code == ZC_OK)
      code = zc_entering_write(&im->entering, read, &told, err);
  }
  if (code == ZC_OK)
    tell(im, told);
  json_decref(read);
  json_decref(told);
  return code;
}

static zc_code import(zc_plan *plan, void *unused, zc_err *err)
{
  char digits[ZC_HASH_ROOM];
  zc_buffer text = {0};
  importing im = {.file = plan->cli->arguments[0], .files = json_array(), .folder = -1};
  (void)unused;
  zc_code code = zc_entering_begin(plan, &im.entering, err);
  if (code == ZC_OK && im.files == NULL)
    code = zc_fail_memory(err);
  if (code == ZC_OK)
    code = zc_list_load(im.file, LIST_LIMIT, &text, digits, err);
  im.entering.list = digits;
  im.entering.source = zc_option_value(plan->cli, "source");
  if (code == ZC_OK)
    code = enter(&im, &text, err);
  zc_buffer_free(&text);
  zc_entering_free(&im.entering);
  json_decref(im.files);
  if (im.folder >= 0)
    close(im.folder);
  return code;
}

int zc_command_problem_import(zc_cli *cli)
{
  zc_err err;
  return zc_exit(zc_plan_with_one(cli, import, NULL, &err), &err);
}
