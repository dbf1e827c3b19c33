#include "store/filter.h"

#include <stdio.h>
#include <string.h>

#include "store/sql.h"

const char *const zc_ledger_views[] = {"all",        "counted",   "open",
                                       "overdue",    "due",       "relapsed",
                                       "unreported", "reported",  "systems",
                                       "results",    "dismissed", "found",
                                       "verified",   "assigned",  "rectifying",
                                       "rectified",  "checked",   "closed",
                                       "held",       NULL};

static void add_bind(zc_condition *c, const char *before, const char *value,
                     const char *after)
{
  c->bad |= json_array_append_new(c->binds, zc_json_lossy(value, strlen(value)));
  c->count++;
  zc_buffer_print(&c->sql, " AND %s?%d%s", before, c->count, after);
}

static void add_items(zc_condition *c, const json_t *items)
{
  size_t index;
  const json_t *item;
  if (items == NULL)
    return;
  zc_buffer_text(&c->sql, " AND item IN (''");
  json_array_foreach(items, index, item)
  {
    c->bad |= json_array_append(c->binds, (json_t *)item);
    c->count++;
    zc_buffer_print(&c->sql, ", ?%d", c->count);
  }
  zc_buffer_text(&c->sql, ")");
}

static void add_view(zc_condition *c, const char *view)
{
  if (view == NULL || strcmp(view, "all") == 0)
    return;
  if (strcmp(view, "open") == 0)
    zc_buffer_text(&c->sql, " AND " ZC_OPEN);
  else if (strcmp(view, "overdue") == 0)
    zc_buffer_text(&c->sql, " AND " ZC_OVERDUE);
  else if (strcmp(view, "due") == 0)
    zc_buffer_text(&c->sql, " AND unfinished = 1 AND due <> ''");
  else if (strcmp(view, "closed") == 0)
    zc_buffer_text(&c->sql, " AND " ZC_CLOSED);
  else if (strcmp(view, "counted") == 0)
    zc_buffer_text(&c->sql, " AND counted = 1");
  else if (strcmp(view, "relapsed") == 0)
    zc_buffer_text(&c->sql, " AND relapses > 0");
  else if (strcmp(view, "systems") == 0)
    zc_buffer_text(&c->sql, " AND counted = 1 AND system = 1");
  else if (strcmp(view, "results") == 0)
    zc_buffer_text(&c->sql,
                   " AND counted = 1 AND (" ZC_CLOSED " OR refund > 0 OR system = 1)");
  else if (strcmp(view, "unreported") == 0)
    zc_buffer_text(&c->sql, " AND unreported = 1");
  else if (strcmp(view, "reported") == 0)
    zc_buffer_text(&c->sql, " AND reported <> ''");
  else
    add_bind(c, "state = ", view, "");
}

zc_code zc_condition_make(const zc_ledger_filter *f, zc_condition *c, zc_err *err)
{
  const char *today = zc_text_or(f->today, "");
  *c = (zc_condition){.binds = zc_sql_binds("s", today), .count = 1};
  zc_buffer_text(&c->sql, " WHERE ?1 = ?1");
  add_view(c, f->view);
  if (f->plan != NULL) { /* most are its own: the others are looked up */
    add_bind(c, "(plan = ", f->plan, "");
    c->plan = c->count;
    zc_buffer_print(&c->sql,
                    " OR EXISTS (SELECT 1 FROM citation WHERE citation.problem ="
                    " problem.no AND citation.plan = ?%d))",
                    c->count);
  }
  if (f->focus != NULL)
    add_bind(c, "focus = ", f->focus, "");
  if (f->severity != NULL)
    add_bind(c, "severity = ", f->severity, "");
  if (f->source != NULL)
    add_bind(c, "source = ", f->source, "");
  if (f->department != NULL)
    add_bind(c, "department = ", f->department, "");
  if (f->person != NULL) {
    add_bind(c, "(person = ", f->person, "");
    zc_buffer_print(&c->sql, " OR leader = ?%d)", c->count);
  }
  if (f->due_within >= 0) {
    char days[40];
    snprintf(days, sizeof days, "+%lld day", (long long)f->due_within);
    add_bind(c, "unfinished = 1 AND due <> '' AND due >= ?1 AND due <= date(?1, ", days,
             ")");
  }
  add_items(c, f->items);
  if (f->after > 0)
    zc_buffer_print(&c->sql, " AND no > %lld", (long long)f->after);
  if (c->binds != NULL && c->bad == 0 && !c->sql.failed)
    return ZC_OK;
  json_decref(c->binds);
  zc_buffer_free(&c->sql);
  return zc_fail_memory(err);
}

void zc_condition_free(zc_condition *c)
{
  json_decref(c->binds);
  zc_buffer_free(&c->sql);
}
