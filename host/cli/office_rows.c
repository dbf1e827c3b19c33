#include "cli/office_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "office/amount.h"

struct zc_office_source {
  zc_counting *c;
  json_t *by_facility; /* the register's figures. Owned */
  bool *data;          /* which entries rules judge. Owned */
  /* of the open table */
  const struct list *list;
  int group; /* -1: all classes */
  const json_t *pick;
  size_t at, count, width;
  zc_buffer *texts;   /* a cell each, owned */
  const char **cells; /* owned */
};

/* ---- one facility ---------------------------------------------------------------------- */

static bool is_here(const zc_member *m)
{
  return m->report != 0 && m->expected;
}

static int64_t number(const zc_member *m, int at)
{
  return zc_amount_known(m->numbers[at]);
}

/* What the register has of a facility; -1: it has nothing of the kind. */
static int64_t registered(const zc_office_source *s, const zc_member *m,
                          const char *name)
{
  const json_t *total = json_object_get(s->c->cases, "");
  if (json_object_get(total, name) == NULL)
    return -1;
  return zc_get_integer(json_object_get(s->by_facility, m->code), name, 0);
}

static bool is_found(char letter)
{
  return letter == ZC_STATUS_PROBLEM || letter == ZC_STATUS_SUSPECT ||
         letter == ZC_STATUS_HINT;
}

/* How many entries have found something that rules judge over data, or that people answer. */
static int64_t found_by(const zc_office_source *s, const zc_member *m, bool data)
{
  int64_t count = 0;
  for (size_t i = 0; is_here(m) && i < s->c->view.entries; i++)
    count += s->data[i] == data && is_found(m->statuses[i]);
  return count;
}

static void completion(const zc_office_source *s, const zc_member *m, int64_t *part,
                       int64_t *whole)
{
  *part = *whole = 0;
  for (size_t i = 0; is_here(m) && i < s->c->view.entries; i++) {
    *whole += m->statuses[i] != ZC_STATUS_NOT_APPLICABLE;
    *part += m->statuses[i] == ZC_STATUS_PASS || is_found(m->statuses[i]);
  }
}

/* ---- lists ------------------------------------------------------------------------------- */

typedef bool wanted(const zc_office_source *s, const zc_member *m);

static bool missing(const zc_office_source *s, const zc_member *m)
{
  (void)s;
  return m->expected && m->report == 0;
}

static bool late(const zc_office_source *s, const zc_member *m)
{
  (void)s;
  return is_here(m) && strcmp(m->state, "late") == 0;
}

static bool nil(const zc_office_source *s, const zc_member *m)
{
  return is_here(m) && !zc_view_has_found(&s->c->view, m);
}

static bool left_out(const zc_office_source *s, const zc_member *m)
{
  return is_here(m) && zc_view_left_out(&s->c->view, m) > 0;
}

/* Its people have found nothing, but rules over its data or an inspection have. */
static bool unreported(const zc_office_source *s, const zc_member *m)
{
  if (!is_here(m))
    return false;
  bool silent = found_by(s, m, false) == 0;
  return number(m, ZC_NUMBER_unreported) > 0 ||
         (silent &&
          (found_by(s, m, true) > 0 || registered(s, m, "inspected_problems") > 0));
}

static bool relapsed(const zc_office_source *s, const zc_member *m)
{
  (void)s;
  return is_here(m) && number(m, ZC_NUMBER_relapsed) > 0;
}

/* Problems that count, and nobody who is to rectify them, or no day. */
static bool vague(const zc_office_source *s, const zc_member *m)
{
  (void)s;
  bool told = m->numbers[ZC_NUMBER_departments] != ZC_UNKNOWN &&
              m->numbers[ZC_NUMBER_people] != ZC_UNKNOWN;
  return is_here(m) && number(m, ZC_NUMBER_counted) > 0 &&
         (number(m, ZC_NUMBER_no_deadline) > 0 ||
          (told &&
           number(m, ZC_NUMBER_departments) + number(m, ZC_NUMBER_people) == 0));
}

static bool overdue(const zc_office_source *s, const zc_member *m)
{
  (void)s;
  return is_here(m) && number(m, ZC_NUMBER_overdue) > 0;
}

/* In time, complete, and all that was found is rectified: however much it was. */
static bool good(const zc_office_source *s, const zc_member *m)
{
  return is_here(m) && strcmp(m->state, "accepted") == 0 && !left_out(s, m) &&
         number(m, ZC_NUMBER_counted) > 0 &&
         number(m, ZC_NUMBER_rectified) == number(m, ZC_NUMBER_counted) &&
         number(m, ZC_NUMBER_overdue) == 0 && !relapsed(s, m) && !unreported(s, m);
}

static bool expected(const zc_office_source *s, const zc_member *m)
{
  (void)s;
  return m->expected;
}

static const struct list {
  const char *name;
  wanted *wants;
} lists[] = {{"missing", missing},
             {"late", late},
             {"nil", nil},
             {"left_out", left_out},
             {"unreported", unreported},
             {"relapsed", relapsed},
             {"vague", vague},
             {"overdue", overdue},
             {"good", good},
             {"facilities", expected}};
#define LISTS (sizeof lists / sizeof *lists)

/* office.LIST, or office.LIST.GROUP with the number of a group. */
static const struct list *list_of(const char *source, int *group)
{
  *group = -1;
  if (strncmp(source, "office.", 7) != 0)
    return NULL;
  size_t size = strcspn(source + 7, ".");
  const char *rest = source + 7 + size;
  if (*rest == '.') {
    char *end;
    long at = strtol(rest + 1, &end, 10);
    if (rest[1] < '0' || rest[1] > '9' || *end != '\0' || at > 100000)
      return NULL;
    *group = (int)at;
  }
  for (size_t i = 0; i < LISTS; i++)
    if (strlen(lists[i].name) == size && strncmp(lists[i].name, source + 7, size) == 0)
      return &lists[i];
  return NULL;
}

bool zc_office_source_is(const char *name)
{
  int group;
  return list_of(name, &group) != NULL;
}

json_t *zc_office_source_counts(const zc_office_source *s)
{
  json_t *counts = json_object();
  int bad = counts == NULL;
  for (size_t k = 0; k < LISTS; k++) {
    json_int_t count = 0;
    for (size_t i = 0; i < s->c->view.members.count; i++)
      count += lists[k].wants(s, &s->c->view.members.members[i]);
    bad |= json_object_set_new(counts, lists[k].name, json_integer(count));
  }
  if (bad == 0)
    return counts;
  json_decref(counts);
  return NULL;
}

/* ---- cells ------------------------------------------------------------------------------- */

static void print_number(zc_buffer *out, int64_t value)
{
  zc_buffer_print(out, "%" PRId64, value);
}

/* One decimal, half away from zero; «—» of nothing. */
static void print_rate(zc_buffer *out, int64_t part, int64_t whole)
{
  if (whole <= 0) {
    zc_buffer_text(out, "—");
    return;
  }
  int64_t tenths = (part * 2000 + whole) / (whole * 2);
  if (tenths % 10 == 0)
    zc_buffer_print(out, "%" PRId64 "%%", tenths / 10);
  else
    zc_buffer_print(out, "%" PRId64 ".%" PRId64 "%%", tenths / 10, tenths % 10);
}

static void print_known(zc_buffer *out, const zc_member *m, int at)
{
  if (!is_here(m) || m->numbers[at] == ZC_UNKNOWN)
    zc_buffer_text(out, "—");
  else
    print_number(out, m->numbers[at]);
}

/* Hundredths of a yuan in 万元 with two decimals. */
static void print_money(zc_buffer *out, const zc_member *m, int at)
{
  if (!is_here(m) || m->numbers[at] == ZC_UNKNOWN) {
    zc_buffer_text(out, "—");
    return;
  }
  int64_t hundredths = (m->numbers[at] + 5000) / 10000;
  zc_buffer_print(out, "%" PRId64 ".%02" PRId64, hundredths / 100, hundredths % 100);
}

static void remark(const zc_office_source *s, const zc_member *m, zc_buffer *out)
{
  if (m->report == 0) {
    zc_buffer_text(out, "未报送");
    return;
  }
  if (strcmp(m->state, "late") == 0)
    zc_buffer_text(out, "逾期报送；");
  if (strcmp(m->kind, "paper") == 0)
    zc_buffer_text(out, "手工登记；");
  if (zc_view_left_out(&s->c->view, m) > 0)
    zc_buffer_print(out, "漏项%" PRId64 "项；", zc_view_left_out(&s->c->view, m));
  if (number(m, ZC_NUMBER_relapsed) > 0)
    zc_buffer_print(out, "反弹%" PRId64 "个；", number(m, ZC_NUMBER_relapsed));
  if (m->numbers[ZC_NUMBER_tables] == 0)
    zc_buffer_text(out, "没有数据筛查，数据项无法比对；");
  if (out->size > 0)
    out->size -= strlen("；");
  if (out->data != NULL)
    out->data[out->size] = '\0';
}

static void print_registered(const zc_office_source *s, const zc_member *m,
                             const char *name, zc_buffer *out)
{
  int64_t value = registered(s, m, name);
  if (value < 0)
    zc_buffer_text(out, "未登记");
  else
    print_number(out, value);
}

typedef enum {
  INDEX,
  CODE,
  NAME,
  CLASS,
  TOWN,
  DAY,
  RECEIVED,
  COMPLETION,
  FOUND,
  DATA_FOUND,
  COUNTED,
  INSPECTED,
  UNREPORTED,
  RECTIFIED,
  RECTIFICATION,
  ON_TIME,
  CLOSING,
  OVERDUE,
  REFUND,
  POINTS,
  LEFT_OUT,
  RELAPSED,
  NO_DEADLINE,
  REMARK,
  COLUMNS
} column;

static const char *const column_names[COLUMNS] =
    {"index",    "code",      "name",        "class",     "town",
     "day",      "received",  "completion",  "found",     "data_found",
     "counted",  "inspected", "unreported",  "rectified", "rectification",
     "on_time",  "closing",   "overdue",     "refund",    "points",
     "left_out", "relapsed",  "no_deadline", "remark"};

static column column_of(const char *name, size_t size)
{
  int i = 0;
  while (i < COLUMNS &&
         (strlen(column_names[i]) != size || strncmp(column_names[i], name, size) != 0))
    i++;
  return (column)i;
}

bool zc_office_column_is(const char *name, size_t size)
{
  return column_of(name, size) != COLUMNS;
}

static void print_share(const zc_member *m, int part, int whole, zc_buffer *out)
{
  if (!is_here(m) || m->numbers[part] == ZC_UNKNOWN || m->numbers[whole] == ZC_UNKNOWN)
    zc_buffer_text(out, "—");
  else
    print_rate(out, m->numbers[part], m->numbers[whole]);
}

/* What it has found itself: the rest is of inspections. */
static void print_own(const zc_member *m, zc_buffer *out)
{
  if (!is_here(m) || m->numbers[ZC_NUMBER_found] == ZC_UNKNOWN)
    zc_buffer_text(out, "—");
  else
    print_number(out, number(m, ZC_NUMBER_found) - number(m, ZC_NUMBER_inspected));
}

static void print_figure(const zc_office_source *s, const zc_member *m, column which,
                         zc_buffer *out)
{
  int64_t part, whole;
  switch (which) {
  case COMPLETION:
    completion(s, m, &part, &whole);
    print_rate(out, part, whole);
    break;
  case FOUND:
    print_own(m, out);
    break;
  case DATA_FOUND:
    print_number(out, found_by(s, m, true));
    break;
  case COUNTED:
    print_known(out, m, ZC_NUMBER_counted);
    break;
  case INSPECTED:
    if (registered(s, m, "inspected_problems") >= 0)
      print_registered(s, m, "inspected_problems", out);
    else
      print_known(out, m, ZC_NUMBER_inspected);
    break;
  case UNREPORTED:
    print_known(out, m, ZC_NUMBER_unreported);
    break;
  case RECTIFIED:
    print_known(out, m, ZC_NUMBER_rectified);
    break;
  case RECTIFICATION:
    print_share(m, ZC_NUMBER_rectified, ZC_NUMBER_counted, out);
    break;
  case ON_TIME:
    print_share(m, ZC_NUMBER_on_time, ZC_NUMBER_due_total, out);
    break;
  case CLOSING:
    print_share(m, ZC_NUMBER_closed, ZC_NUMBER_rectified, out);
    break;
  case OVERDUE:
    print_known(out, m, ZC_NUMBER_overdue);
    break;
  case REFUND:
    print_money(out, m, ZC_NUMBER_refund);
    break;
  case POINTS:
    print_registered(s, m, "points_facilities", out);
    break;
  case LEFT_OUT:
    print_number(out, zc_view_left_out(&s->c->view, m));
    break;
  case RELAPSED:
    print_known(out, m, ZC_NUMBER_relapsed);
    break;
  default:
    print_known(out, m, ZC_NUMBER_no_deadline);
  }
}

static void print_cell(zc_office_source *s, const zc_member *m, column which,
                       zc_buffer *out)
{
  const char *const texts[] = {m->code, m->name, m->class,
                               m->town, m->day,  m->received};
  out->size = 0;
  zc_buffer_text(out, "");
  if (which == INDEX)
    print_number(out, (int64_t)s->count);
  else if (which >= CODE && which <= RECEIVED)
    zc_buffer_text(out, texts[which - CODE]);
  else if (which == REMARK)
    remark(s, m, out);
  else
    print_figure(s, m, which, out);
  if (out->size == 0)
    zc_buffer_text(out, "—");
}

/* ---- rows -------------------------------------------------------------------------------- */

static void close_table(void *context)
{
  zc_office_source *s = context;
  for (size_t i = 0; s->texts != NULL && i < s->width; i++)
    zc_buffer_free(&s->texts[i]);
  free(s->texts);
  free(s->cells);
  s->texts = NULL;
  s->cells = NULL;
}

static zc_code open_table(void *context, const char *source, const json_t *pick,
                          zc_err *err)
{
  zc_office_source *s = context;
  s->list = list_of(source, &s->group);
  if (s->list == NULL)
    return zc_fail(err, ZC_EINTERNAL,
                   "a table has its rows from {source}, which is not "
                   "known here",
                   "source", source, NULL);
  s->pick = pick;
  s->at = s->count = 0;
  s->width = json_array_size(pick);
  s->texts = calloc(s->width + 1, sizeof *s->texts);
  s->cells = calloc(s->width + 1, sizeof *s->cells);
  if (s->texts != NULL && s->cells != NULL)
    return ZC_OK;
  close_table(s);
  return zc_fail_memory(err);
}

static const zc_member *next_member(zc_office_source *s)
{
  const zc_members *members = &s->c->view.members;
  while (s->at < members->count) {
    size_t at = s->at++;
    if ((s->group < 0 || s->c->counts.group_of[at] == s->group) &&
        s->list->wants(s, &members->members[at]))
      return &members->members[at];
  }
  return NULL;
}

static zc_code next_row(void *context, const char *const **cells, size_t *count,
                        zc_err *err)
{
  zc_office_source *s = context;
  const zc_member *m = next_member(s);
  *cells = NULL;
  if (m == NULL)
    return ZC_OK;
  s->count++;
  for (size_t i = 0; i < s->width; i++) {
    const char *name = zc_text_or(json_string_value(json_array_get(s->pick, i)), "");
    print_cell(s, m, column_of(name, strlen(name)), &s->texts[i]);
    zc_code code = zc_buffer_check(&s->texts[i], err);
    if (code != ZC_OK)
      return code;
    s->cells[i] = s->texts[i].data;
  }
  *cells = s->cells;
  *count = s->width;
  return ZC_OK;
}

zc_rows zc_office_source_rows(zc_office_source *source)
{
  return (zc_rows){open_table, next_row, close_table, source};
}

zc_code zc_office_source_new(zc_counting *counting, zc_office_source **source,
                             zc_err *err)
{
  size_t index;
  const json_t *entry;
  zc_office_source *s = calloc(1, sizeof *s);
  *source = s;
  if (s == NULL)
    return zc_fail_memory(err);
  s->c = counting;
  s->data = calloc(counting->view.entries + 1, sizeof *s->data);
  if (s->data == NULL)
    return zc_fail_memory(err);
  json_array_foreach(json_object_get(counting->view.checklist, "entries"), index, entry)
      s->data[index] = strcmp(zc_text_or(zc_get_text(entry, "kind"), ""), "data") == 0;
  return zc_counting_register(counting, &s->by_facility, err);
}

void zc_office_source_free(zc_office_source *source)
{
  if (source == NULL)
    return;
  close_table(source);
  json_decref(source->by_facility);
  free(source->data);
  free(source);
}
