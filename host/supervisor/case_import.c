/* case import: a list of cases. All of it is taken, or nothing; the same list again changes nothing. */
#include <string.h>

#include "cli/message.h"
#include "supervisor/casing.h"
#include "supervisor/commands.h"

#define LIST_LIMIT ((size_t)64 << 20)

enum { FACILITY = 1, SUBJECT, ITEM };
enum { ITEM_TITLE = ZC_CASE_FIELDS, NAME, COLUMNS };

typedef struct {
  zc_cells cells;
  char sha256[ZC_HASH_ROOM];
  json_t *known;  /* number → case */
  json_t *voided; /* number → case that was taken back; empty with --again */
  json_t *lines;  /* number → line */
  json_t *fresh;  /* cases that are new, or other than before */
  json_t *changes;
  size_t rows, added, assumed;
  size_t passed; /* were taken back, and are passed over */
  zc_err *err;
} importing;

static bool is_second(importing *im, const char *no)
{
  const json_t *first = json_object_get(im->lines, no);
  if (first != NULL)
    zc_cells_wrong(&im->cells, N_("the case {no} stands on line {line} already"),
                   N_("each case stands once: take one of the lines out"), "no", no,
                   "line", ZC_DIGITS(json_integer_value(first)), NULL);
  return first != NULL;
}

/* The name beside the code agrees with it; alone it says who the case is against. */
static void read_name(importing *im, const char *texts[ZC_CASE_FIELDS],
                      const char *name, const json_t *was)
{
  const char *code = zc_text_or(texts[FACILITY], "");
  if (*code == '\0')
    code = zc_text_of(was, "facility");
  if (*code != '\0')
    zc_cells_check_name(&im->cells, "机构名称", code, zc_text_or(name, ""));
  else if (*zc_text_or(texts[SUBJECT], "") == '\0')
    texts[SUBJECT] = name;
}

static zc_code take_row(void *context, const zc_list_row *row, zc_err *err)
{
  importing *im = context;
  const char *texts[ZC_CASE_FIELDS];
  bool other = false;
  im->cells.line = row->line;
  for (size_t i = 0; i < ZC_CASE_FIELDS; i++)
    texts[i] = row->cells[i];
  const char *no = zc_text_or(texts[0], ""), *item = row->cells[ITEM_TITLE];
  if (zc_text_or(texts[ITEM], "")[0] == '\0' && item != NULL && *item != '\0')
    texts[ITEM] = zc_cells_entry(&im->cells, NULL, item);
  const json_t *was = json_object_get(im->known, no);
  im->rows++;
  if (was == NULL && json_object_get(im->voided, no) != NULL) {
    zc_cells_note_void(no, json_object_get(im->voided, no));
    im->passed++;
    return ZC_OK;
  }
  read_name(im, texts, row->cells[NAME], was);
  json_t *one = zc_case_read(&im->cells, texts, was);
  int bad = one == NULL;
  if (bad == 0 && *no != '\0' && !is_second(im, no)) {
    bad |= json_object_set_new(im->lines, no, json_integer(row->line));
    bad |= zc_case_compare(was, one, im->changes, &other);
    im->added += was == NULL;
    if (other)
      bad |= json_array_append(im->fresh, one);
    im->assumed += other && (*zc_case_penalty_assumed(one) != '\0' ||
                             *zc_case_transfer_assumed(one) != '\0');
  }
  json_decref(one);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

static zc_code read_list(importing *im)
{
  static const char *const printed[] = {"机构类别", NULL};
  zc_list_column columns[COLUMNS + 1];
  zc_buffer text = {0};
  size_t unread = 0;
  for (size_t i = 0; i < ZC_CASE_FIELDS; i++)
    columns[i] = (zc_list_column){zc_case_columns[i].title, zc_case_fields[i].key,
                                  strcmp(zc_case_fields[i].key, "no") == 0};
  columns[ITEM_TITLE] = (zc_list_column){"检查项", "item_title", false};
  columns[NAME] = (zc_list_column){"机构名称", "name", false};
  columns[COLUMNS] = (zc_list_column){NULL, NULL, false};
  zc_code code = zc_list_load(im->cells.file, LIST_LIMIT, &text, im->sha256, im->err);
  if (code == ZC_OK)
    code = zc_list_tell_unread(im->cells.file, &text, columns, printed, NULL,
                               &im->cells.wrong, im->err);
  if (code == ZC_OK)
    code = zc_list_read(im->cells.file, &text, columns, take_row, im, &unread, im->err);
  zc_buffer_free(&text);
  im->cells.wrong += unread;
  if (code == ZC_OK && im->cells.wrong > 0)
    return zc_fail(im->err, ZC_EDATA,
                   "{file} has {count} mistakes: nothing was taken over", "file",
                   im->cells.file, "count", ZC_DIGITS(im->cells.wrong), NULL);
  if (code == ZC_OK && im->rows == 0)
    return zc_fail(im->err, ZC_EDATA, "{file} has no case in it", "file",
                   im->cells.file, NULL);
  return code;
}

static zc_code finish(importing *im, zc_office *office)
{
  zc_code code = ZC_OK;
  size_t fresh = json_array_size(im->fresh);
  if (fresh > 0)
    code = zc_case_keep(office, im->cells.plan, "case_import", im->fresh, im->changes,
                        im->sha256, im->err);
  if (code == ZC_OK)
    zc_say_line(fresh == 0 && im->passed > 0
                    ? N_("{count} cases: {passed} were taken back and are passed over, "
                         "the others are known already; nothing was written")
                : fresh == 0 ? N_("{count} cases: all of them are known already, "
                                  "nothing was written")
                             : N_("{count} cases: {fresh} new, {changed} changed"),
                json_pack("{s:I, s:I, s:I, s:I}", "count", (json_int_t)im->rows,
                          "passed", (json_int_t)im->passed, "fresh",
                          (json_int_t)im->added, "changed",
                          (json_int_t)(fresh - im->added)));
  if (code == ZC_OK)
    zc_case_print_changes(im->changes);
  if (code == ZC_OK && im->assumed > 0)
    zc_say_line(
        N_("{count} of them give no day of their penalty or transfer: it counts "
           "on the day of filing (简易) or of closing"),
        json_pack("{s:I}", "count", (json_int_t)im->assumed));
  return code;
}

int zc_command_case_import(zc_cli *cli)
{
  zc_err err;
  zc_office office;
  const char *plan;
  importing im = {.lines = json_object(),
                  .fresh = json_array(),
                  .changes = json_array(),
                  .err = &err};
  bool memory = im.lines == NULL || im.fresh == NULL || im.changes == NULL;
  zc_code code = memory ? zc_fail_memory(&err) : zc_office_check_actor(cli, &err);
  if (code == ZC_OK)
    code = zc_office_open(cli, &office, &err);
  if (code == ZC_OK) {
    code = zc_office_plan(&office, &plan, &err);
    if (code == ZC_OK)
      code = zc_cells_begin(&im.cells, &office, plan, cli->arguments[0], &err);
    if (code == ZC_OK)
      code = zc_case_known(office.workspace.store, plan, &im.known, &err);
    if (code == ZC_OK && zc_option_value(cli, "again") == NULL)
      code = zc_withdrawn(office.workspace.store, ZC_VOID_CASE, plan, NULL, &im.voided,
                          &err);
    if (code == ZC_OK)
      code = read_list(&im);
    if (code == ZC_OK)
      code = finish(&im, &office);
    zc_cells_free(&im.cells);
    zc_office_close(&office);
  }
  json_decref(im.known);
  json_decref(im.voided);
  json_decref(im.lines);
  json_decref(im.fresh);
  json_decref(im.changes);
  return zc_exit(code, &err);
}
