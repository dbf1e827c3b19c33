#include "supervisor/office_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "office/amount.h"
#include "office/compare.h"
#include "supervisor/office_lists.h"

struct zc_office_source {
  zc_counting *c;
  json_t *by_facility; /* the register's figures. Owned */
  zc_held_list held;   /* what inspections have found */
  zc_listing listing;
  zc_row_entries rules; /* what rules judge over data. Owned */
  int places;           /* decimals of 万元 */
  /* of the open table */
  const zc_office_list *list;
  int group; /* -1: all classes */
  const json_t *pick;
  size_t at, count, width;
  zc_buffer *texts;   /* a cell each, owned */
  const char **cells; /* owned */
};

/* ---- one facility ---------------------------------------------------------------------- */

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

static const zc_held *found_at(const zc_office_source *s, const zc_member *m)
{
  return zc_listing_held(&s->listing, m);
}

/* ---- lists ------------------------------------------------------------------------------- */

/* office.LIST, or office.LIST.GROUP with the number of a group. */
static const zc_office_list *list_of(const char *source, int *group)
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
  for (const zc_office_list *list = zc_office_lists; list->name != NULL; list++)
    if (strlen(list->name) == size && strncmp(list->name, source + 7, size) == 0)
      return list;
  return NULL;
}

static bool is_source(const char *name)
{
  int group;
  return list_of(name, &group) != NULL;
}

json_t *zc_office_source_counts(const zc_office_source *s)
{
  json_t *counts = json_object();
  int bad = counts == NULL;
  for (const zc_office_list *list = zc_office_lists; list->name != NULL; list++) {
    json_int_t count = 0;
    for (size_t i = 0; i < s->c->view.members.count; i++)
      count += list->wants(&s->listing, &s->c->view.members.members[i]);
    bad |= json_object_set_new(counts, list->name, json_integer(count));
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

static void print_rate(zc_buffer *out, int64_t part, int64_t whole)
{
  char room[ZC_FIGURE_ROOM];
  zc_buffer_text(out, zc_rate_text(room, part, whole));
}

static void print_known(zc_buffer *out, const zc_member *m, int at)
{
  if (!zc_member_here(m) || m->numbers[at] == ZC_UNKNOWN)
    zc_buffer_text(out, "—");
  else
    print_number(out, m->numbers[at]);
}

/* Decimals of 万元 with which facilities add up to their class, and classes to all. */
static zc_code fit_money(zc_office_source *s, zc_err *err)
{
  const zc_counts *counts = &s->c->counts;
  const zc_members *members = &s->c->view.members;
  int64_t *rows = calloc(members->count + 1, sizeof *rows);
  int64_t *groups = calloc(counts->count + 1, sizeof *groups);
  bool good = rows != NULL && groups != NULL;
  for (size_t i = 0; good && i < members->count; i++)
    rows[i] = zc_member_here(&members->members[i])
                  ? members->members[i].numbers[ZC_NUMBER_refund]
                  : ZC_UNKNOWN;
  for (size_t k = 0; good && k < counts->count; k++)
    groups[k] = counts->groups[k].of.numbers[ZC_NUMBER_refund];
  if (good) {
    groups[counts->count] = counts->all.of.numbers[ZC_NUMBER_refund];
    s->places = zc_wan_fit(ZC_WAN_PLACES, rows, counts->group_of, members->count,
                           groups, counts->count);
  }
  free(rows);
  free(groups);
  return good ? ZC_OK : zc_fail_memory(err);
}

static void print_money(const zc_office_source *s, zc_buffer *out, const zc_member *m,
                        int at)
{
  char room[ZC_FIGURE_ROOM];
  zc_buffer_text(out, zc_wan_text(room, zc_member_here(m) ? m->numbers[at] : ZC_UNKNOWN,
                                  s->places));
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
  if (s->rules.count > 0 && m->numbers[ZC_NUMBER_tables] == 0)
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

/* Where nobody was, nothing is known. */
static void print_inspected(const zc_office_source *s, const zc_member *m,
                            int64_t value, zc_buffer *out)
{
  if (!s->c->own_visits)
    zc_buffer_text(out, "未登记");
  else if (found_at(s, m)->visits == 0)
    zc_buffer_text(out, "未检查");
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
  COUNTED,
  INSPECTED,
  UNREPORTED,
  NOT_CHECKED,
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
    {"index",     "code",       "name",        "class",     "town",
     "day",       "received",   "completion",  "found",     "counted",
     "inspected", "unreported", "not_checked", "rectified", "rectification",
     "on_time",   "closing",    "overdue",     "refund",    "points",
     "left_out",  "relapsed",   "no_deadline", "remark"};

static column column_of(const char *name, size_t size)
{
  int i = 0;
  while (i < COLUMNS &&
         (strlen(column_names[i]) != size || strncmp(column_names[i], name, size) != 0))
    i++;
  return (column)i;
}

static bool has_column(const char *source, const char *name)
{
  (void)source;
  return column_of(name, strlen(name)) != COLUMNS;
}

const zc_paper_rows zc_office_paper_rows = {is_source, has_column};

static void print_share(const zc_member *m, int part, int whole, zc_buffer *out)
{
  if (!zc_member_here(m) || m->numbers[part] == ZC_UNKNOWN ||
      m->numbers[whole] == ZC_UNKNOWN)
    zc_buffer_text(out, "—");
  else
    print_rate(out, m->numbers[part], m->numbers[whole]);
}

/* What it has found itself, and nobody told it. */
static void print_own(const zc_office_source *s, const zc_member *m, zc_buffer *out)
{
  int64_t own = zc_found_own(m, &s->c->found[m - s->c->view.members.members]);
  if (!zc_member_here(m) || own == ZC_UNKNOWN)
    zc_buffer_text(out, "—");
  else
    print_number(out, own);
}

/* The form asks for neither 核销 nor money that was paid back. */
static bool is_paper(const zc_member *m)
{
  return strcmp(m->kind, "paper") == 0;
}

static void print_figure(const zc_office_source *s, const zc_member *m, column which,
                         zc_buffer *out)
{
  zc_progress progress = {0};
  switch (which) {
  case COMPLETION:
    if (zc_member_here(m))
      zc_progress_add(&s->c->view, m, &s->rules, &progress);
    print_rate(out, progress.answered, progress.applicable);
    break;
  case FOUND:
    print_own(s, m, out);
    break;
  case COUNTED:
    print_known(out, m, ZC_NUMBER_counted);
    break;
  case INSPECTED:
    print_inspected(s, m, found_at(s, m)->inspected, out);
    break;
  case UNREPORTED:
    print_inspected(s, m, found_at(s, m)->unreported, out);
    break;
  case NOT_CHECKED:
    print_inspected(s, m, found_at(s, m)->not_checked, out);
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
    if (is_paper(m))
      zc_buffer_text(out, "—");
    else
      print_share(m, ZC_NUMBER_closed, ZC_NUMBER_rectified, out);
    break;
  case OVERDUE:
    print_known(out, m, ZC_NUMBER_overdue);
    break;
  case REFUND:
    if (is_paper(m))
      zc_buffer_text(out, "—");
    else
      print_money(s, out, m, ZC_NUMBER_refund);
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
        s->list->wants(&s->listing, &members->members[at]))
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

static json_t *lists_of(const zc_office_source *s, const zc_member *m)
{
  json_t *names = json_array();
  int bad = names == NULL;
  for (const zc_office_list *list = zc_office_lists; list->name != NULL; list++)
    if (!list->all && list->wants(&s->listing, m))
      bad |= json_array_append_new(names, json_string(list->name));
  if (bad == 0)
    return names;
  json_decref(names);
  return NULL;
}

zc_code zc_office_source_next(zc_office_source *s, json_t **told, zc_err *err)
{
  zc_buffer cell = {0};
  const zc_members *members = &s->c->view.members;
  *told = NULL;
  while (s->at < members->count && !members->members[s->at].expected)
    s->at++;
  if (s->at == members->count)
    return ZC_OK;
  const zc_member *m = &members->members[s->at++];
  *told = json_object();
  int bad = json_object_set_new(*told, "lists", lists_of(s, m));
  for (column i = CODE; i < COLUMNS; i++) {
    print_cell(s, m, i, &cell);
    bad |= json_object_set_new(*told, column_names[i], json_string(cell.data));
  }
  zc_buffer_free(&cell);
  if (bad == 0)
    return ZC_OK;
  json_decref(*told);
  return zc_fail_memory(err);
}

zc_code zc_office_source_new(zc_counting *counting, zc_office_source **source,
                             zc_err *err)
{
  zc_office_source *s = calloc(1, sizeof *s);
  *source = s;
  if (s == NULL)
    return zc_fail_memory(err);
  s->c = counting;
  const zc_held **held_at = calloc(counting->view.members.count + 1, sizeof *held_at);
  s->listing = (zc_listing){&counting->view, held_at};
  if (held_at == NULL || !zc_data_entries(&counting->view, &s->rules))
    return zc_fail_memory(err);
  zc_code code = zc_counting_inspections(counting, &s->held, err);
  for (size_t i = 0; code == ZC_OK && i < s->held.count; i++)
    held_at[s->held.rows[i].member] = &s->held.rows[i];
  if (code == ZC_OK)
    code = fit_money(s, err);
  return code == ZC_OK ? zc_counting_register(counting, &s->by_facility, err) : code;
}

const zc_held_list *zc_office_source_inspections(const zc_office_source *source)
{
  return &source->held;
}

void zc_office_source_free(zc_office_source *source)
{
  if (source == NULL)
    return;
  close_table(source);
  json_decref(source->by_facility);
  zc_held_free(&source->held);
  free(source->listing.held);
  free((size_t *)source->rules.entries);
  free(source);
}
