#include "cli/casing.h"

#include <string.h>

#include "office/amount.h"

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

static const char *text_of(const json_t *map, const char *key)
{
  return zc_text_or(zc_get_text(map, key), "");
}

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
    return json_string(text_of(was, f->key));
  if (f->kind == ZC_CASE_MONEY)
    return json_integer(was == NULL ? 0 : zc_amount_read(text_of(was, f->key)));
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
                                          "refund"};
  for (size_t i = 0; i < sizeof penalties / sizeof *penalties; i++)
    if (zc_get_integer(one, penalties[i], 0) > 0)
      return true;
  return false;
}

/* A penalty and a transfer count on their day: one that is not given is that of closing, or of a
 * simple procedure that of filing. */
static int set_days(json_t *one)
{
  int bad = 0;
  bool simple = strcmp(text_of(one, "procedure"), "simple") == 0;
  const char *day = *text_of(one, "closed") != '\0' ? text_of(one, "closed")
                    : simple                        ? text_of(one, "filed")
                                                    : "";
  if (*text_of(one, "decided") == '\0' && has_penalty(one))
    bad |= json_object_set_new(one, "decided", json_string(day));
  if (*text_of(one, "transferred") == '\0' && *text_of(one, "transfers") != '\0')
    bad |= json_object_set_new(one, "transferred",
                               json_string(*text_of(one, "decided") != '\0'
                                               ? text_of(one, "decided")
                                               : day));
  return bad;
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
    if (*text_of(one, needed[i].key) == '\0')
      zc_cells_wrong(cells, N_("{title} is missing"), N_("a case cannot do without it"),
                     "title", needed[i].title, NULL);
  if (*text_of(one, "facility") == '\0' && *text_of(one, "subject") == '\0')
    zc_cells_wrong(
        cells, N_("the case does not say against whom it is"),
        N_("give the facility's code; who is on no roster is named as 当事人"), NULL);
}

static void check_order(zc_cells *cells, const json_t *one)
{
  static const struct {
    const char *key, *title;
  } later[] = {{"decided", "处罚决定日期"},
               {"closed", "结案日期"},
               {"transferred", "移送日期"}};
  const char *filed = text_of(one, "filed");
  for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
    const char *day = text_of(one, later[i].key);
    if (*day != '\0' && strcmp(day, filed) < 0)
      zc_cells_wrong(cells,
                     N_("{title}: {value} is before the case was filed, {filed}"),
                     N_("mend one of the two days"), "title", later[i].title, "value",
                     day, "filed", filed, NULL);
  }
  if (has_penalty(one) && *text_of(one, "decided") == '\0')
    zc_cells_wrong(cells, N_("the day is missing on which the penalty was decided"),
                   N_("give it as 处罚决定日期: figures of a period go by it"), NULL);
  if (*text_of(one, "transfers") != '\0' && *text_of(one, "transferred") == '\0')
    zc_cells_wrong(cells, N_("the day of the transfer is missing"),
                   N_("give it as 移送日期"), NULL);
  if (*text_of(one, "transfers") == '\0' && *text_of(one, "transferred") != '\0')
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
    bad |= json_object_set_new(one, f->key,
                               texts[i] == NULL
                                   ? kept_field(f, was)
                                   : read_field(cells, f, zc_case_columns[i].title,
                                                texts[i]));
  }
  bad |= set_days(one);
  if (bad == 0 && cells->wrong == before) {
    check_needed(cells, one);
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

zc_code zc_case_known(zc_store *store, const char *plan, json_t **known, zc_err *err)
{
  size_t index;
  json_t *one, *cases = NULL;
  const zc_case_filter all = {.plan = plan};
  int bad = (*known = json_object()) == NULL;
  zc_code code = zc_cases(store, &all, &cases, err);
  json_array_foreach(cases, index, one)
      bad |= json_object_set(*known, text_of(one, "no"), one);
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
