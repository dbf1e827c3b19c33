#include "office/held.h"

#include <stdlib.h>
#include <string.h>

#include "office/amount.h"

/* Adds one to another; what is unknown (the money of a facility without a report) adds nothing, and
 * stays unknown where nothing else is added. */
static void add_held(zc_held *sum, const zc_held *one)
{
  const struct {
    int64_t *to, from;
  } parts[] = {{&sum->facilities, one->facilities},
               {&sum->visits, one->visits},
               {&sum->self_found, one->self_found},
               {&sum->inspected, one->inspected},
               {&sum->reported, one->reported},
               {&sum->unreported, one->unreported},
               {&sum->not_in_scope, one->not_in_scope},
               {&sum->not_checked, one->not_checked},
               {&sum->no_report, one->no_report},
               {&sum->amount, one->amount},
               {&sum->reported_after, one->reported_after},
               {&sum->refund_self, one->refund_self}};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    *parts[i].to = zc_amount_add(*parts[i].to, parts[i].from);
}

/* What the report of a member says; unknown where it has none. */
static zc_held held_of(const zc_view *view, const zc_found *found, size_t member,
                       const json_t *figures)
{
  const zc_member *m = &view->members.members[member];
  zc_held h = {.member = member,
               .facilities = 1,
               .visits = zc_get_integer(figures, "visits", 0),
               .self_found = ZC_UNKNOWN,
               .refund_self = ZC_UNKNOWN};
  if (m->report == 0)
    return h;
  h.self_found = zc_found_own(m, &found[member]);
  h.refund_self = m->numbers[ZC_NUMBER_refund_self];
  return h;
}

static void add_problem(zc_held *h, const json_t *problem)
{
  const char *word = zc_text_of(problem, "reporting");
  int64_t *const counts[] = {&h->unreported, &h->reported, &h->not_in_scope,
                             &h->not_checked, &h->no_report};
  h->inspected++;
  h->amount = zc_amount_add(h->amount, zc_amount_known(zc_amount_read(
                                           zc_text_of(problem, "amount"))));
  if (zc_get_flag(problem, "after")) {
    h->reported_after++; /* no 主动报告 */
    return;
  }
  for (size_t i = 0; zc_reportings[i] != NULL; i++)
    if (strcmp(zc_reportings[i], word) == 0)
      ++*counts[i];
}

/* code → row, for the facilities that were visited. Owned; NULL when out of memory. */
static json_t *add_rows(const zc_view *view, const zc_found *found, const bool *chosen,
                        const json_t *visited, zc_held_list *list)
{
  json_t *rows = json_object();
  int bad = rows == NULL;
  for (size_t i = 0; i < view->members.count && bad == 0; i++) {
    const char *code = view->members.members[i].code;
    const json_t *figures = json_object_get(visited, code);
    if (figures == NULL || (chosen != NULL && !chosen[i]))
      continue;
    bad |= json_object_set_new(rows, code, json_integer((json_int_t)list->count));
    list->rows[list->count++] = held_of(view, found, i, figures);
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

zc_code zc_held_sum(const zc_view *view, const zc_found *found, const bool *chosen,
                    const json_t *visited, const json_t *problems, zc_held_list *list,
                    zc_err *err)
{
  size_t index;
  const json_t *problem;
  *list =
      (zc_held_list){.rows = calloc(json_object_size(visited) + 1, sizeof *list->rows),
                     .classes = calloc(view->class_count + 1, sizeof *list->classes)};
  json_t *rows = list->rows == NULL || list->classes == NULL
                     ? NULL
                     : add_rows(view, found, chosen, visited, list);
  if (rows == NULL)
    return zc_fail_memory(err);
  for (size_t k = 0; k <= view->class_count; k++)
    list->classes[k].self_found = list->classes[k].refund_self = ZC_UNKNOWN;
  json_array_foreach(problems, index, problem)
  {
    const char *code = zc_text_of(problem, "facility");
    const json_t *row = json_object_get(rows, code);
    if (row != NULL)
      add_problem(&list->rows[json_integer_value(row)], problem);
    else if (!is_known(visited, code))
      list->others++;
  }
  json_decref(rows);
  for (size_t i = 0; i < list->count; i++) {
    add_held(&list->classes[view->class_of[list->rows[i].member]], &list->rows[i]);
    add_held(&list->classes[view->class_count], &list->rows[i]);
  }
  return ZC_OK;
}

zc_code zc_held_read(zc_store *store, const zc_view *view, const char *plan,
                     const json_t *round, const char *from, const char *to,
                     const bool *chosen, zc_held_list *list, zc_err *err)
{
  const zc_visit_filter filter = {.plan = plan, .from = from, .to = to};
  json_t *visited = NULL, *problems = NULL;
  zc_found *found = NULL;
  *list = (zc_held_list){0};
  zc_code code = zc_inspection_figures(store, &filter, &visited, err);
  if (code == ZC_OK)
    code = zc_inspected(store, &filter, &problems, err);
  if (code == ZC_OK)
    code = zc_unreported_mark(store, view, plan, round, problems, err);
  if (code == ZC_OK && json_object_size(visited) > 0) /* of nobody else it is wanted */
    code = zc_found_read(store, view, plan, zc_text_of(round, "id"), NULL, &found, err);
  if (code == ZC_OK)
    code = zc_held_sum(view, found, chosen, visited, problems, list, err);
  json_decref(visited);
  json_decref(problems);
  free(found);
  return code;
}

zc_share zc_held_unreported(const zc_held *held)
{
  bool told = held->unreported + held->reported + held->reported_after > 0;
  return (zc_share){held->unreported, told ? held->inspected : 0};
}

void zc_held_free(zc_held_list *list)
{
  free(list->rows);
  free(list->classes);
  *list = (zc_held_list){0};
}
