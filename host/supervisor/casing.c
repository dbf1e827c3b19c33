#include "supervisor/casing.h"

#include <stdio.h>
#include <string.h>

#include "cli/message.h"
#include "office/amount.h"
#include "store/project.h"

const zc_case_column zc_case_columns[ZC_CASE_FIELDS] =
    {{"案号", ""},
     {"机构编码", "facility"},
     {"当事人", "subject"},
     {"检查项编号", "item"},
     {"案由", "cause"},
     {"程序", "procedure"},
     {"立案日期", "filed"},
     {"处罚决定日期", "decided"},
     {"结案日期", "closed"},
     {"警告", "warning"},
     {"罚款", "fine"},
     {"没收违法所得", "confiscated"},
     {"停业整顿", "suspended"},
     {"吊销许可证", "revoked"},
     {"注销", "cancelled"},
     {"暂停执业人数", "doctors-suspended"},
     {"吊销证书人数", "doctors-revoked"},
     {"机构记分", "points-facilities"},
     {"人员记分", "points-staff"},
     {"记分人数", "staff"},
     {"退回金额", "refund"},
     {"移送部门", "transfers"},
     {"移送日期", "transferred"},
     {"线索编号", "lead"},
     {"公布日期", "published"},
     {"备注", "note"}};

/* ---- reading ------------------------------------------------------------------------ */

/* One text as the value of its field. Owned. */
static json_t *read_field(zc_cells *cells, const zc_case_field *f, const char *title,
                          const char *text)
{
  if (strcmp(f->key, "facility") == 0)
    return json_string(zc_cells_facility(cells, text));
  if (strcmp(f->key, "entry") == 0)
    return json_string(zc_cells_entry(cells, text, NULL));
  if (strcmp(f->key, "procedure") == 0)
    return json_string(zc_cells_word(cells, zc_procedures, title, text));
  if (strcmp(f->key, "transfers") == 0)
    return zc_cells_words(cells, zc_receivers, title, text);
  switch (f->kind) {
  case ZC_CASE_DAY:
    return json_string(zc_cells_day(cells, title, text));
  case ZC_CASE_COUNT:
    return json_integer(zc_cells_count(cells, title, text));
  case ZC_CASE_FLAG:
    return json_integer(zc_cells_flag(cells, title, text));
  case ZC_CASE_MONEY:
    return json_integer(zc_cells_money(cells, title, text));
  case ZC_CASE_TEXT:
    break;
  }
  return json_string(zc_cells_text(cells, title, text));
}

/* What a kept case has, as events hold it. Owned. */
static json_t *kept_field(const zc_case_field *f, const json_t *was)
{
  if (f->kind == ZC_CASE_TEXT || f->kind == ZC_CASE_DAY)
    return json_string(zc_text_of(was, f->key));
  if (f->kind == ZC_CASE_MONEY)
    return json_integer(was == NULL ? 0 : zc_amount_read(zc_text_of(was, f->key)));
  return json_integer(zc_get_integer(was, f->key, 0));
}

static bool has_penalty(const json_t *one)
{
  static const char *const penalties[] = {"warning",
                                          "fine",
                                          "confiscated",
                                          "suspended",
                                          "revoked",
                                          "cancelled",
                                          "doctors_suspended",
                                          "doctors_revoked",
                                          "points_facilities",
                                          "points_staff",
                                          "staff",
                                          "refund"};
  for (size_t i = 0; i < sizeof penalties / sizeof *penalties; i++)
    if (zc_get_integer(one, penalties[i], 0) > 0)
      return true;
  return false;
}

/* The day by which a penalty counts when none is given; "" when none can be told. */
static const char *assumed_day(const json_t *one)
{
  return strcmp(zc_text_of(one, "procedure"), "simple") == 0
             ? zc_text_of(one, "filed")
             : zc_text_of(one, "closed");
}

const char *zc_case_penalty_assumed(const json_t *one)
{
  return *zc_text_of(one, "decided") == '\0' && has_penalty(one) ? assumed_day(one)
                                                                 : "";
}

const char *zc_case_transfer_assumed(const json_t *one)
{
  bool sent = *zc_text_of(one, "transfers") != '\0';
  return !sent || *zc_text_of(one, "transferred") != '\0' ? ""
         : *zc_text_of(one, "decided") != '\0'            ? zc_text_of(one, "decided")
                                                          : assumed_day(one);
}

static void check_needed(zc_cells *cells, const json_t *one)
{
  static const struct {
    const char *key, *title;
  } needed[] = {{"no", "案号"},
                {"cause", "案由"},
                {"procedure", "程序"},
                {"filed", "立案日期"}};
  for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
    if (*zc_text_of(one, needed[i].key) == '\0')
      zc_cells_wrong(cells, N_("{title} is missing"), N_("a case cannot do without it"),
                     "title", needed[i].title, NULL);
  if (*zc_text_of(one, "facility") == '\0' && *zc_text_of(one, "subject") == '\0')
    zc_cells_wrong(
        cells, N_("the case does not say against whom it is"),
        N_("give the facility's code; who is on no roster is named as 当事人"), NULL);
}

/* A facility of the roster is named by its code; beside one stands who it is there. */
static void check_subject(zc_cells *cells, const json_t *one)
{
  const char *code = zc_text_of(one, "facility"), *subject = zc_text_of(one, "subject");
  const char *named = zc_get_text(cells->names, subject);
  if (*code == '\0' || (named != NULL && strcmp(named, code) != 0))
    zc_cells_check_name(cells, "当事人", code, subject);
}

static void check_order(zc_cells *cells, const json_t *one)
{
  static const struct {
    const char *key, *title;
  } later[] = {{"decided", "处罚决定日期"},
               {"closed", "结案日期"},
               {"transferred", "移送日期"},
               {"published", "公布日期"}};
  const char *filed = zc_text_of(one, "filed");
  for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
    const char *day = zc_text_of(one, later[i].key);
    if (*day != '\0' && strcmp(day, filed) < 0)
      zc_cells_wrong(cells,
                     N_("{title}: {value} is before the case was filed, {filed}"),
                     N_("mend one of the two days"), "title", later[i].title, "value",
                     day, "filed", filed, NULL);
  }
  const char *decided = zc_text_of(one, "decided"), *closed = zc_text_of(one, "closed");
  if (*closed != '\0' && strcmp(decided, closed) > 0)
    zc_cells_wrong(cells,
                   N_("处罚决定日期: {value} is after the case was closed, {closed}"),
                   N_("mend one of the two days"), "value", decided, "closed", closed,
                   NULL);
  if (has_penalty(one) && *zc_text_of(one, "decided") == '\0' &&
      *assumed_day(one) == '\0')
    zc_cells_wrong(cells, N_("the day is missing on which the penalty was decided"),
                   N_("give it as 处罚决定日期: figures of a period go by it"), NULL);
  if (*zc_text_of(one, "transfers") != '\0' &&
      *zc_text_of(one, "transferred") == '\0' && *zc_case_transfer_assumed(one) == '\0')
    zc_cells_wrong(cells, N_("the day of the transfer is missing"),
                   N_("give it as 移送日期"), NULL);
  if (*zc_text_of(one, "transfers") == '\0' && *zc_text_of(one, "transferred") != '\0')
    zc_cells_wrong(cells,
                   N_("there is a day of a transfer, and nobody who received it"),
                   N_("name the office as 移送部门"), NULL);
}

json_t *zc_case_read(zc_cells *cells, const char *const texts[ZC_CASE_FIELDS],
                     const json_t *was)
{
  size_t before = cells->wrong;
  json_t *one = json_object();
  int bad = one == NULL;
  for (size_t i = 0; i < ZC_CASE_FIELDS; i++) {
    const zc_case_field *f = &zc_case_fields[i];
    const char *text = zc_text_or(texts[i], "");
    bool none = strcmp(text, ZC_CELL_NONE) == 0;
    bad |= json_object_set_new(one, f->key,
                               *text == '\0'
                                   ? kept_field(f, was)
                                   : read_field(cells, f, zc_case_columns[i].title,
                                                none ? "" : text));
  }
  if (bad == 0 && cells->wrong == before) {
    check_needed(cells, one);
    check_subject(cells, one);
    check_order(cells, one);
  }
  if (bad == 0)
    return one;
  json_decref(one);
  return NULL;
}

/* ---- what is different ---------------------------------------------------------------- */

int zc_case_compare(const json_t *was, const json_t *is, json_t *changes, bool *other)
{
  int bad = 0;
  *other = was == NULL;
  for (size_t i = 0; was != NULL && i < ZC_CASE_FIELDS; i++) {
    const zc_case_field *f = &zc_case_fields[i];
    json_t *from = kept_field(f, was), *to = json_object_get(is, f->key);
    if (from == NULL || !json_equal(from, to)) {
      *other = true;
      bad |= json_array_append_new(changes,
                                   json_pack("{s:O, s:s, s:O, s:O}", "no",
                                             json_object_get(is, "no"), "field", f->key,
                                             "from", from, "to", to));
    }
    json_decref(from);
  }
  return bad;
}

void zc_case_show(const zc_case_field *f, const json_t *value, zc_buffer *out)
{
  const char *text = zc_text_or(json_string_value(value), "");
  json_t *amount = f->kind == ZC_CASE_MONEY && json_is_integer(value)
                       ? zc_amount(json_integer_value(value))
                       : NULL;
  if (strcmp(f->key, "procedure") == 0)
    zc_buffer_text(out, zc_word_title(zc_procedures, text));
  else if (strcmp(f->key, "transfers") == 0)
    zc_words_titles(zc_receivers, text, out);
  else if (f->kind == ZC_CASE_FLAG)
    zc_buffer_text(out, json_integer_value(value) != 0 ? "是" : "否");
  else if (f->kind == ZC_CASE_COUNT)
    zc_buffer_number(out, json_integer_value(value));
  else
    zc_buffer_text(out, amount == NULL ? text : json_string_value(amount));
  json_decref(amount);
}

static const zc_case_field *field_of(const char *key, const char **title)
{
  size_t i = 0;
  while (i + 1 < ZC_CASE_FIELDS && strcmp(zc_case_fields[i].key, key) != 0)
    i++;
  *title = zc_case_columns[i].title;
  return &zc_case_fields[i];
}

/* A side of a change: an amount of 0 is none. */
static void show_side(const zc_case_field *f, const json_t *value, zc_buffer *out)
{
  if (f->kind != ZC_CASE_MONEY || json_integer_value(value) != 0)
    zc_case_show(f, value, out);
  if (out->size == 0)
    zc_buffer_text(out, ZC_CELL_NONE);
}

void zc_case_print_changes(const json_t *changes)
{
  size_t index;
  const json_t *change;
  json_array_foreach(changes, index, change)
  {
    const char *title;
    const zc_case_field *f = field_of(zc_text_of(change, "field"), &title);
    zc_buffer from = {0}, to = {0};
    show_side(f, json_object_get(change, "from"), &from);
    show_side(f, json_object_get(change, "to"), &to);
    printf("  ");
    zc_say_line(N_("{no}: {field} from {from} to {to}"),
                json_pack("{s:s, s:s, s:s, s:s}", "no", zc_text_of(change, "no"),
                          "field", title, "from", zc_text_or(from.data, ""), "to",
                          zc_text_or(to.data, "")));
    zc_buffer_free(&from);
    zc_buffer_free(&to);
  }
}

zc_code zc_case_known(zc_store *store, const char *plan, json_t **known, zc_err *err)
{
  size_t index;
  json_t *one, *cases = NULL;
  const zc_case_filter all = {.plan = plan};
  int bad = (*known = json_object()) == NULL;
  zc_code code = zc_cases(store, &all, &cases, err);
  json_array_foreach(cases, index, one)
      bad |= json_object_set(*known, zc_text_of(one, "no"), one);
  json_decref(cases);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

/* ---- writing -------------------------------------------------------------------------- */

static zc_code put(zc_store *store, void *context, zc_err *err)
{
  return zc_cases_put(store, context, err);
}

zc_code zc_case_keep(zc_office *office, const char *plan, const char *action,
                     json_t *cases, json_t *changes, const char *list, zc_err *err)
{
  json_t *body = json_pack("{s:s, s:O}", "plan", plan, "cases", cases);
  int bad = body == NULL;
  if (json_array_size(changes) > 0)
    bad |= json_object_set(body, "changes", changes);
  if (list != NULL)
    bad |= json_object_set_new(body, "list", json_string(list));
  if (bad != 0) {
    json_decref(body);
    return zc_fail_memory(err);
  }
  return zc_office_record(office, action, body, put, body, err);
}
