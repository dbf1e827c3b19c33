#include "office/held.h"

#include <stdlib.h>
#include <string.h>

#include "office/amount.h"

static const char *text_of(const json_t *map, const char *key)
{
  return zc_text_or(zc_get_text(map, key), "");
}

void zc_held_add(zc_held *sum, const zc_held *one)
{
  const struct {
    int64_t *to, from;
  } parts[] =
      {{&sum->facilities, one->facilities},     {&sum->visits, one->visits},
       {&sum->self_found, one->self_found},     {&sum->inspected, one->inspected},
       {&sum->reported, one->reported},         {&sum->unreported, one->unreported},
       {&sum->not_in_scope, one->not_in_scope}, {&sum->not_checked, one->not_checked},
       {&sum->no_report, one->no_report},       {&sum->amount, one->amount},
       {&sum->refund_self, one->refund_self}};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    *parts[i].to = zc_amount_add(*parts[i].to, parts[i].from);
}

/* What the report of a member says; unknown where it has none. */
static zc_held held_of(const zc_view *view, size_t member, const json_t *figures)
{
  const zc_member *m = &view->members.members[member];
  zc_held h = {.member = member,
               .facilities = 1,
               .visits = zc_get_integer(figures, "visits", 0),
               .self_found = ZC_UNKNOWN,
               .refund_self = ZC_UNKNOWN};
  if (m->report == 0)
    return h;
  int64_t found = m->numbers[ZC_NUMBER_found];
  if (found != ZC_UNKNOWN) {
    h.self_found = found - zc_amount_known(m->numbers[ZC_NUMBER_inspected]);
    h.self_found = h.self_found < 0 ? 0 : h.self_found;
  }
  h.refund_self = m->numbers[ZC_NUMBER_refund_self];
  return h;
}

static void add_problem(zc_held *h, const json_t *problem)
{
  const char *word = text_of(problem, "reporting");
  int64_t *const counts[] = {&h->unreported, &h->reported, &h->not_in_scope,
                             &h->not_checked, &h->no_report};
  h->inspected++;
  h->amount = zc_amount_add(h->amount, zc_amount_known(
                                           zc_amount_read(text_of(problem, "amount"))));
  for (size_t i = 0; zc_reportings[i] != NULL; i++)
    if (strcmp(zc_reportings[i], word) == 0)
      ++*counts[i];
}

/* code → row, for the facilities that were visited. Owned; NULL when out of memory. */
static json_t *add_rows(const zc_view *view, const bool *chosen, const json_t *visited,
                        zc_held_list *list)
{
  json_t *rows = json_object();
  int bad = rows == NULL;
  for (size_t i = 0; i < view->members.count && bad == 0; i++) {
    const char *code = view->members.members[i].code;
    const json_t *figures = json_object_get(visited, code);
    if (figures == NULL || (chosen != NULL && !chosen[i]))
      continue;
    bad |= json_object_set_new(rows, code, json_integer((json_int_t)list->count));
    list->rows[list->count++] = held_of(view, i, figures);
  }
  if (bad == 0)
    return rows;
  json_decref(rows);
  return NULL;
}

/* Whether a facility is on the roster, chosen or not. */
static bool is_known(const json_t *visited, const char *code)
{
  return *code != '\0' && json_object_get(visited, code) != NULL;
}

zc_code zc_held_sum(const zc_view *view, const bool *chosen, const json_t *visited,
                    const json_t *problems, zc_held_list *list, zc_err *err)
{
  size_t index;
  const json_t *problem;
  *list =
      (zc_held_list){.rows = calloc(json_object_size(visited) + 1, sizeof *list->rows),
                     .classes = calloc(view->class_count + 1, sizeof *list->classes)};
  json_t *rows = list->rows == NULL || list->classes == NULL
                     ? NULL
                     : add_rows(view, chosen, visited, list);
  if (rows == NULL)
    return zc_fail_memory(err);
  json_array_foreach(problems, index, problem)
  {
    const char *code = text_of(problem, "facility");
    const json_t *row = json_object_get(rows, code);
    if (row != NULL)
      add_problem(&list->rows[json_integer_value(row)], problem);
    else if (!is_known(visited, code))
      list->others++;
  }
  json_decref(rows);
  for (size_t i = 0; i < list->count; i++) {
    zc_held_add(&list->classes[view->class_of[list->rows[i].member]], &list->rows[i]);
    zc_held_add(&list->classes[view->class_count], &list->rows[i]);
  }
  return ZC_OK;
}

void zc_held_free(zc_held_list *list)
{
  free(list->rows);
  free(list->classes);
  *list = (zc_held_list){0};
}
