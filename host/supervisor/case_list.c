/* case list: the 案件台账, and its figures. */
#include <stdio.h>
#include <string.h>

#include "cli/message.h"
#include "document/document.h"
#include "supervisor/casing.h"
#include "supervisor/commands.h"

static void add_row(zc_buffer *out, const zc_cells *cells, const json_t *one)
{
  for (size_t i = 0; i < ZC_CASE_FIELDS; i++) {
    zc_buffer shown = {0};
    zc_case_show(&zc_case_fields[i], json_object_get(one, zc_case_fields[i].key),
                 &shown);
    zc_csv_cell(out, zc_text_or(shown.data, ""), i == 0);
    zc_buffer_free(&shown);
  }
  zc_csv_cell(out, zc_text_of(one, "name"), false);
  zc_csv_cell(out, zc_text_of(one, "class"), false);
  zc_csv_cell(out, zc_cells_entry_title(cells, zc_text_of(one, "entry")), false);
  if (json_object_get(one, "void") != NULL) {
    zc_buffer told = {0};
    zc_cells_void(&told, one);
    zc_csv_cell(out, zc_text_or(told.data, ""), false);
    zc_buffer_free(&told);
  }
  zc_buffer_text(out, "\r\n");
}

static zc_code print_csv(const zc_cells *cells, const json_t *cases, zc_err *err)
{
  zc_buffer out = {0};
  size_t index;
  const json_t *one;
  zc_buffer_text(&out, ZC_CSV_MARK);
  for (size_t i = 0; i < ZC_CASE_FIELDS; i++)
    zc_csv_cell(&out, zc_case_columns[i].title, i == 0);
  zc_csv_cell(&out, "机构名称", false);
  zc_csv_cell(&out, "机构类别", false);
  zc_csv_cell(&out, "检查项", false);
  if (json_object_get(json_array_get(cases, 0), "void") != NULL)
    zc_csv_cell(&out, "作废", false);
  zc_buffer_text(&out, "\r\n");
  json_array_foreach(cases, index, one) add_row(&out, cells, one);
  zc_code code = zc_buffer_check(&out, err);
  if (code == ZC_OK)
    fwrite(out.data, 1, out.size, stdout);
  zc_buffer_free(&out);
  return code;
}

/* The penalties of a case in words. */
static void add_penalties(zc_buffer *out, const json_t *one)
{
  for (size_t i = 0; i < ZC_CASE_FIELDS; i++) {
    const zc_case_field *f = &zc_case_fields[i];
    int64_t number = zc_get_integer(one, f->key, 0);
    if (f->kind == ZC_CASE_FLAG && number != 0)
      zc_buffer_print(out, "  %s", zc_case_columns[i].title);
    else if (f->kind == ZC_CASE_COUNT && number != 0)
      zc_buffer_print(out, "  %s%lld", zc_case_columns[i].title, (long long)number);
    else if (f->kind == ZC_CASE_MONEY && strcmp(zc_text_of(one, f->key), "0.00") != 0)
      zc_buffer_print(out, "  %s%s元", zc_case_columns[i].title,
                      zc_text_of(one, f->key));
  }
  if (*zc_text_of(one, "transfers") != '\0') {
    zc_buffer_text(out, "  移送");
    zc_words_titles(zc_receivers, zc_text_of(one, "transfers"), out);
  }
}

static void print_case(const json_t *one)
{
  zc_buffer penalties = {0};
  bool closed = *zc_text_of(one, "closed") != '\0',
       listed = *zc_text_of(one, "facility") != '\0';
  add_penalties(&penalties, one);
  zc_cells_void(&penalties, one);
  zc_say_line(closed
                  ? N_("{no}  {facility} {name}: {cause} ({procedure}), filed {filed}, "
                       "closed {closed}{more}")
                  : N_("{no}  {facility} {name}: {cause} ({procedure}), filed {filed}, "
                       "open{more}"),
              json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "no",
                        zc_text_of(one, "no"), "facility",
                        listed ? zc_text_of(one, "facility") : "—", "name",
                        zc_text_of(one, listed ? "name" : "subject"), "cause",
                        zc_text_of(one, "cause"), "procedure",
                        zc_word_title(zc_procedures, zc_text_of(one, "procedure")),
                        "filed", zc_text_of(one, "filed"), "closed",
                        zc_text_of(one, "closed"), "more",
                        zc_text_or(penalties.data, "")));
  zc_buffer_free(&penalties);
}

static void print_text(const json_t *cases, const json_t *figures)
{
  size_t index;
  const json_t *one;
  json_array_foreach(cases, index, one) print_case(one);
  zc_say_line(N_("{count} cases listed; in these days {cases} filed ({simple} simple, "
                 "{general} general), {closed} closed, fines {fine} yuan"),
              json_pack("{s:I, s:O, s:O, s:O, s:O, s:O}", "count",
                        (json_int_t)json_array_size(cases), "cases",
                        json_object_get(figures, "cases"), "simple",
                        json_object_get(figures, "simple"), "general",
                        json_object_get(figures, "general"), "closed",
                        json_object_get(figures, "closed"), "fine",
                        json_object_get(figures, "fine_amount")));
}

static zc_code print_list(zc_office *office, const zc_case_filter *filter,
                          const zc_cells *cells, const json_t *cases, zc_err *err)
{
  const char *format = zc_output_format(office->workspace.cli);
  zc_store *store = office->workspace.store;
  json_t *all = NULL, *classes = NULL;
  if (strcmp(format, "csv") == 0)
    return print_csv(cells, cases, err);
  zc_code code = zc_case_figures(store, filter, ZC_BY_ALL, &all, err);
  if (code == ZC_OK)
    code = zc_case_figures(store, filter, ZC_BY_CLASS, &classes, err);
  if (code == ZC_OK && strcmp(format, "json") == 0)
    code = zc_print_document(json_pack("{s:s, s:O, s:O, s:O}", "plan", filter->plan,
                                       "cases", cases, "figures",
                                       json_object_get(all, ""), "by_class", classes),
                             "cases/1", err);
  else if (code == ZC_OK)
    print_text(cases, json_object_get(all, ""));
  json_decref(all);
  json_decref(classes);
  return code;
}

static bool is_meant(const json_t *one, const zc_case_filter *filter)
{
  const char *filed = zc_text_of(one, "filed");
  return (filter->from == NULL || strcmp(filed, filter->from) >= 0) &&
         (filter->to == NULL || strcmp(filed, filter->to) <= 0) &&
         (!filter->open || *zc_text_of(one, "closed") == '\0');
}

static void print_void(const json_t *cases)
{
  size_t index;
  const json_t *one;
  json_array_foreach(cases, index, one) print_case(one);
  zc_say_line(N_("{count} cases were taken back: they count nowhere"),
              json_pack("{s:I}", "count", (json_int_t)json_array_size(cases)));
}

/* What was taken back, which no figure counts. */
static zc_code list_void(zc_office *office, const zc_case_filter *filter,
                         const zc_cells *cells, zc_err *err)
{
  const char *no, *format = zc_output_format(office->workspace.cli);
  json_t *map = NULL, *one, *cases = json_array();
  int bad = cases == NULL;
  zc_code code = zc_withdrawn(office->workspace.store, ZC_VOID_CASE, filter->plan,
                              filter->facility, &map, err);
  json_object_foreach(map, no, one) if (is_meant(one, filter))
      bad |= json_array_append(cases, one);
  if (code == ZC_OK && bad != 0)
    code = zc_fail_memory(err);
  if (code == ZC_OK && strcmp(format, "csv") == 0)
    code = print_csv(cells, cases, err);
  else if (code == ZC_OK && strcmp(format, "json") == 0)
    code = zc_print_document(json_pack("{s:s, s:O}", "plan", filter->plan, "cases",
                                       cases),
                             "cases/1", err);
  else if (code == ZC_OK)
    print_void(cases);
  json_decref(map);
  json_decref(cases);
  return code;
}

zc_code zc_case_list(zc_office *office, zc_err *err)
{
  const zc_cli *cli = office->workspace.cli;
  json_t *cases = NULL;
  zc_cells cells = {0};
  zc_case_filter filter = {.facility = zc_option_value(cli, "facility"),
                           .open = zc_option_value(cli, "open") != NULL};
  zc_code code = zc_window_of(cli, &filter.from, &filter.to, err);
  if (code == ZC_OK)
    code = zc_office_plan(office, &filter.plan, err);
  if (code == ZC_OK)
    code = zc_cells_begin(&cells, office, filter.plan, NULL, err);
  if (code == ZC_OK)
    code = zc_cells_check_facility(&cells, filter.facility, err);
  if (code == ZC_OK && zc_option_value(cli, "void") != NULL) {
    code = list_void(office, &filter, &cells, err);
  } else if (code == ZC_OK) {
    code = zc_cases(office->workspace.store, &filter, &cases, err);
    if (code == ZC_OK)
      code = print_list(office, &filter, &cells, cases, err);
  }
  json_decref(cases);
  zc_cells_free(&cells);
  return code;
}

int zc_command_case_list(zc_cli *cli)
{
  static const char *const formats[] = {"text", "json", "csv", NULL};
  zc_err err;
  zc_office office;
  zc_code code = zc_check_format(cli, formats, &err);
  if (code == ZC_OK)
    code = zc_office_open(cli, &office, &err);
  if (code == ZC_OK) {
    code = zc_case_list(&office, &err);
    zc_office_close(&office);
  }
  return zc_exit(code, &err);
}
