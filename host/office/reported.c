#include "office/reported.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "office/amount.h"
#include "office/sources.h"
#include "store/sent.h"

#define NAMED 3 /* facilities with the same answers that are named */

static const zc_member *member_of(const zc_reported_list *list, const zc_reported *row)
{
  return &list->view->members.members[row->member];
}

/* ---- the report itself --------------------------------------------------------------- */

static zc_tally tally_of(const zc_view *view, const zc_member *m)
{
  zc_tally t = {0};
  for (size_t i = 0; i < view->entries; i++) {
    char letter = m->statuses[i];
    t.pass += letter == ZC_STATUS_PASS;
    t.problem += letter == ZC_STATUS_PROBLEM;
    t.suspect += letter == ZC_STATUS_SUSPECT;
    t.hint += letter == ZC_STATUS_HINT;
    t.not_applicable += letter == ZC_STATUS_NOT_APPLICABLE;
    t.not_checked += letter == ZC_STATUS_NOT_CHECKED;
    t.undetermined += letter == ZC_STATUS_UNDETERMINED;
    t.absent += letter == ZC_STATUS_ABSENT;
  }
  return t;
}

static void begin_row(const zc_view *view, size_t member, zc_reported *row)
{
  const zc_member *m = &view->members.members[member];
  int64_t none = m->numbers[ZC_NUMBER_found] == ZC_UNKNOWN ? ZC_UNKNOWN : 0;
  *row = (zc_reported){.member = member,
                       .tally = tally_of(view, m),
                       .nil = zc_view_is_nil(view, m),
                       .self_found = none,
                       .outside_found = none,
                       .unreported = none,
                       .finished = none,
                       .same_day = none,
                       .days = none,
                       .one_day = none,
                       .same_with = "",
                       .before_round = "",
                       .before_day = "",
                       .before_found = ZC_UNKNOWN,
                       .before_open = ZC_UNKNOWN,
                       .vanished = ZC_UNKNOWN,
                       .data_round = "",
                       .data_tables = ZC_UNKNOWN,
                       .data_run = ZC_UNKNOWN,
                       .data_found = ZC_UNKNOWN};
  row->left_out = row->tally.not_checked + row->tally.undetermined + row->tally.absent;
  row->nil_rounds = row->nil;
  row->chain = row->nil;
}

static bool begin_rows(zc_reported_list *list)
{
  const zc_view *view = list->view;
  list->rows = calloc(view->members.count + 1, sizeof *list->rows);
  list->class_with_data = calloc(view->class_count + 1, sizeof(int64_t));
  if (list->rows == NULL || list->class_with_data == NULL)
    return false;
  for (size_t i = 0; i < view->members.count; i++) {
    const zc_member *m = &view->members.members[i];
    if (m->report == 0 || !m->expected)
      continue;
    begin_row(view, i, &list->rows[list->count++]);
    if (zc_amount_known(m->numbers[ZC_NUMBER_tables]) > 0)
      list->class_with_data[view->class_of[i]]++;
  }
  return true;
}

/* ---- problems of the ledger ------------------------------------------------------------ */

typedef struct {
  const zc_reported_list *list;
  zc_reported **row_of; /* of each member; NULL: it has none */
  zc_reported *row;     /* of the report that is being read; NULL: none of ours */
  int64_t report, own;
  int32_t *closed; /* days on which its problems were closed */
  size_t closed_count, closed_room;
  char *marks; /* entries × rows: a problem of the ledger stands at it */
} counting;

static int compare_days(const void *a, const void *b)
{
  int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return (x > y) - (x < y);
}

/* The most problems that were closed on one day. */
static void end_report(counting *c)
{
  int64_t run = 0;
  if (c->closed_count > 0)
    qsort(c->closed, c->closed_count, sizeof *c->closed, compare_days);
  for (size_t i = 0; c->row != NULL && i < c->closed_count; i++) {
    run = i > 0 && c->closed[i] == c->closed[i - 1] ? run + 1 : 1;
    if (run > c->row->one_day)
      c->row->one_day = run;
  }
  c->closed_count = 0;
}

static void begin_report(counting *c, int64_t report)
{
  end_report(c);
  ptrdiff_t found = zc_members_find(&c->list->view->members, report);
  c->report = report;
  c->row = found < 0 ? NULL : c->row_of[found];
  if (c->row == NULL)
    return;
  int64_t *const zeros[] = {&c->row->self_found, &c->row->outside_found,
                            &c->row->unreported, &c->row->finished,
                            &c->row->same_day,   &c->row->days,
                            &c->row->one_day};
  for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++)
    *zeros[i] = 0;
}

static bool keep_closed(counting *c, int32_t day)
{
  if (c->closed_count == c->closed_room) {
    size_t room = c->closed_room * 2 + 64;
    int32_t *grown = realloc(c->closed, room * sizeof *grown);
    if (grown == NULL)
      return false;
    c->closed = grown;
    c->closed_room = room;
  }
  c->closed[c->closed_count++] = day;
  return true;
}

static zc_code count_problem(void *context, const zc_sent_problem *p, zc_err *err)
{
  counting *c = context;
  int32_t found, closed;
  if (p->report != c->report)
    begin_report(c, p->report);
  zc_reported *row = c->row;
  if (row == NULL)
    return ZC_OK;
  row->self_found += zc_source_own(p->source);
  row->outside_found += zc_source_others(p->source);
  row->unreported += p->unreported;
  size_t entries = c->list->view->entries;
  if (p->entry >= 0 && (size_t)p->entry < entries)
    c->marks[(size_t)(row - c->list->rows) * entries + (size_t)p->entry] = 1;
  if (!zc_day_parse(p->closed, strlen(p->closed), &closed) ||
      !zc_day_parse(p->found, strlen(p->found), &found))
    return ZC_OK;
  row->finished++;
  row->same_day += closed == found;
  row->days += closed > found ? closed - found : 0;
  return keep_closed(c, closed) ? ZC_OK : zc_fail_memory(err);
}

static zc_code count_problems(zc_store *store, const char *plan, zc_reported_list *list,
                              counting *c, zc_err *err)
{
  c->list = list;
  const zc_members *members = &list->view->members;
  c->row_of = calloc(members->count + 1, sizeof(zc_reported *));
  c->marks = calloc(list->count * list->view->entries + 1, 1);
  if (c->row_of == NULL || c->marks == NULL)
    return zc_fail_memory(err);
  for (size_t i = 0; i < list->count; i++)
    c->row_of[member_of(list, &list->rows[i]) - members->members] = &list->rows[i];
  zc_code code = zc_sent_problems(store, plan, list->round, count_problem, c, err);
  end_report(c);
  return code;
}

/* ---- the same answers -------------------------------------------------------------------- */

typedef struct {
  const zc_reported_list *list;
  size_t at;
} by_digest;

static const char *digest_at(const by_digest *d)
{
  return member_of(d->list, &d->list->rows[d->at])->digest;
}

static int compare_digests(const void *a, const void *b)
{
  const by_digest *x = a, *y = b;
  int order = strcmp(digest_at(x), digest_at(y));
  return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

/* 东岭镇第1村卫生室（A1）、…等5家 */
static bool name_others(zc_reported_list *list, const by_digest *group, size_t count,
                        size_t own)
{
  zc_buffer text = {0};
  zc_reported *row = &list->rows[group[own].at];
  size_t named = 0;
  for (size_t i = 0; i < count && named < NAMED; i++) {
    const zc_member *m = member_of(list, &list->rows[group[i].at]);
    if (i != own)
      zc_buffer_print(&text, "%s%s（%s）", named++ == 0 ? "" : "、", m->name, m->code);
  }
  if (count - 1 > named)
    zc_buffer_print(&text, "等%zu家", count - 1);
  row->same_count = (int64_t)count - 1;
  row->same_with = text.data == NULL
                       ? NULL
                       : zc_arena_copy(&list->arena, text.data, text.size);
  zc_buffer_free(&text);
  return row->same_with != NULL;
}

static bool find_same(zc_reported_list *list)
{
  bool good = true;
  by_digest *order = calloc(list->count + 1, sizeof *order);
  if (order == NULL)
    return false;
  for (size_t i = 0; i < list->count; i++)
    order[i] = (by_digest){list, i};
  if (list->count > 0)
    qsort(order, list->count, sizeof *order, compare_digests);
  for (size_t first = 0, end; good && first < list->count; first = end) {
    for (end = first + 1; end < list->count &&
                          strcmp(digest_at(&order[first]), digest_at(&order[end])) == 0;
         end++)
      ;
    if (end - first == 1 || *digest_at(&order[first]) == '\0')
      continue;
    for (size_t i = first; good && i < end; i++)
      good = name_others(list, order + first, end - first, i - first);
  }
  free(order);
  return good;
}

/* ---- the report before --------------------------------------------------------------------- */

/* Entries that had findings, have none now, and of which the ledger knows nothing. Of reports that were
 * made with another version of the plan nobody can tell. */
static int64_t count_vanished(const counting *c, const zc_reported *row,
                              const zc_member *before)
{
  const zc_view *view = c->list->view;
  const zc_member *now = member_of(c->list, row);
  const char *marks = c->marks + (size_t)(row - c->list->rows) * view->entries;
  int64_t count = 0;
  if (now->checklist != c->own)
    return ZC_UNKNOWN;
  for (size_t i = 0; i < view->entries; i++)
    count += zc_letter_found(before->statuses[i]) && !marks[i] &&
             (now->statuses[i] == ZC_STATUS_PASS ||
              now->statuses[i] == ZC_STATUS_NOT_APPLICABLE);
  return count;
}

static bool set_before(const counting *c, zc_reported_list *list, zc_reported *row,
                       const zc_member *before, const char *round)
{
  const zc_member *now = member_of(list, row);
  const int64_t *n = before->numbers;
  row->before = true;
  row->before_same = *now->digest != '\0' && strcmp(now->digest, before->digest) == 0;
  row->before_round = round;
  row->before_day = zc_arena_copy(&list->arena, before->day, strlen(before->day));
  snprintf(row->before_file, sizeof row->before_file, "%s", before->file);
  row->before_found = n[ZC_NUMBER_found];
  row->before_open = n[ZC_NUMBER_counted] == ZC_UNKNOWN ||
                             n[ZC_NUMBER_rectified] == ZC_UNKNOWN
                         ? ZC_UNKNOWN
                         : n[ZC_NUMBER_counted] - n[ZC_NUMBER_rectified];
  row->vanished = count_vanished(c, row, before);
  return row->before_day != NULL;
}

static void set_data(zc_reported *row, const zc_member *before, const char *round)
{
  row->data_round = round;
  row->data_tables = before->numbers[ZC_NUMBER_tables];
  row->data_run = before->numbers[ZC_NUMBER_data_run];
  row->data_found = before->numbers[ZC_NUMBER_data_found];
}

/* Looks into one earlier round; *wanted: there is still something to look for before it. */
static bool look_before(const counting *c, zc_reported_list *list, const zc_view *view,
                        const char *round, bool *wanted)
{
  const zc_member **matched = zc_view_match(list->view, view);
  bool good = matched != NULL;
  *wanted = false;
  for (size_t i = 0; good && i < list->count; i++) {
    zc_reported *row = &list->rows[i];
    const zc_member *m = matched[row->member];
    row->chain = row->chain && m->report != 0 && zc_view_is_nil(view, m);
    row->nil_rounds += row->chain;
    if (!row->before && m->report != 0)
      good = set_before(c, list, row, m, round);
    if (*row->data_round == '\0' && zc_amount_known(m->numbers[ZC_NUMBER_data_run]) > 0)
      set_data(row, m, round);
    *wanted = *wanted || row->chain || !row->before || *row->data_round == '\0';
  }
  free(matched);
  return good;
}

static zc_code look_back(zc_store *store, const json_t *checklists, const char *plan,
                         const json_t *rounds, const counting *c,
                         zc_reported_list *list, zc_err *err)
{
  size_t at = 0, count = json_array_size(rounds), looked = 0;
  bool wanted = list->count > 0;
  zc_code code = ZC_OK;
  while (at < count &&
         strcmp(zc_text_or(zc_get_text(json_array_get(rounds, at), "id"), ""),
                list->round) != 0)
    at++;
  while (code == ZC_OK && wanted && at > 0 && at < count && looked++ < ZC_ROUNDS_BACK) {
    const char *round = zc_text_or(zc_get_text(json_array_get(rounds, --at), "id"), "");
    zc_view view;
    code = zc_view_read(store, checklists, plan, round, &view, err);
    if (code == ZC_OK && !look_before(c, list, &view, round, &wanted))
      code = zc_fail_memory(err);
    zc_view_free(&view);
  }
  return code;
}

/* ---- all of it ---------------------------------------------------------------------------------- */

/* The number of the plan's last checklist, as zc_view_read takes it. */
static int64_t last_checklist(const json_t *checklists, const char *plan)
{
  size_t index;
  const json_t *one;
  int64_t no = -1;
  json_array_foreach(checklists, index, one)
  {
    if (strcmp(zc_text_of(one, "plan"), plan) == 0)
      no = zc_get_integer(one, "no", -1);
  }
  return no;
}

zc_code zc_reported_read(zc_store *store, const json_t *checklists, const char *plan,
                         const json_t *rounds, const char *round, const zc_view *view,
                         zc_reported_list *list, zc_err *err)
{
  counting c = {.own = last_checklist(checklists, plan)};
  *list = (zc_reported_list){.view = view, .round = round};
  zc_code code = begin_rows(list) && find_same(list) ? ZC_OK : zc_fail_memory(err);
  if (code == ZC_OK)
    code = count_problems(store, plan, list, &c, err);
  if (code == ZC_OK)
    code = look_back(store, checklists, plan, rounds, &c, list, err);
  free(c.row_of);
  free(c.closed);
  free(c.marks);
  return code;
}

static void raise_to(int64_t *number, int64_t other)
{
  if (*number == ZC_UNKNOWN || *number < other)
    *number = other;
}

void zc_reported_add_inspections(zc_reported_list *list, const zc_held_list *held)
{
  size_t next = 0; /* both are in the order of the members */
  for (size_t i = 0; i < list->count; i++) {
    zc_reported *row = &list->rows[i];
    while (next < held->count && held->rows[next].member < row->member)
      next++;
    const zc_held *at = next < held->count && held->rows[next].member == row->member
                            ? &held->rows[next]
                            : NULL;
    int64_t found = list->view->members.members[row->member].numbers[ZC_NUMBER_found];
    if (at == NULL)
      continue;
    raise_to(&row->outside_found, at->inspected);
    raise_to(&row->unreported, at->unreported);
    if (row->self_found == ZC_UNKNOWN && found == 0)
      row->self_found = 0; /* a ledger without a problem */
  }
}

void zc_reported_free(zc_reported_list *list)
{
  zc_arena_free(&list->arena);
  free(list->rows);
  free(list->class_with_data);
  *list = (zc_reported_list){0};
}
