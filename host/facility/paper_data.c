#include "facility/paper_data.h"

#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "facility/ledger_rows.h"

#define FIRST 200 /* problems that layouts see whole */

/* ---- the record as layouts read it ------------------------------------------- */

/* Replaces a message {text, args} by its Chinese words. Non-zero when out of memory. */
static int speak(json_t *holder, const char *key)
{
  const json_t *message = json_object_get(holder, key);
  if (!json_is_object(message))
    return 0;
  char *text = zc_message_chinese(message);
  int bad = text == NULL ||
            json_object_set_new(holder, key, zc_json_lossy(text, strlen(text)));
  free(text);
  return bad;
}

json_t *zc_record_spoken(const json_t *record)
{
  json_t *copy = json_deep_copy(record), *item, *rule, *notices = json_array();
  const json_t *notice;
  size_t index, inner;
  int bad = copy == NULL || notices == NULL;
  bad |= speak(json_object_get(copy, "stance"), "unknown");
  json_array_foreach(json_object_get(copy, "items"), index, item)
  {
    bad |= speak(item, "reason");
    json_array_foreach(json_object_get(item, "rules"), inner, rule)
        bad |= speak(rule, "reason");
  }
  json_array_foreach(json_object_get(copy, "figures"), index, item)
      bad |= speak(item, "reason");
  json_array_foreach(json_object_get(record, "notices"), index, notice)
  {
    char *text = zc_message_chinese(notice);
    bad |= text == NULL ||
           json_array_append_new(notices, zc_json_lossy(text, strlen(text)));
    free(text);
  }
  bad |= json_object_set_new(copy, "notices", notices);
  if (bad == 0)
    return copy;
  json_decref(copy);
  return NULL;
}

/* ---- the ledger as layouts read it ------------------------------------------------ */

typedef struct {
  zc_store *store;
  zc_ledger_filter filter;
  json_t *list;
} gathering;

/* The first problems, each with its cells by column, number and facility excepted. */
static zc_code add_problems(gathering *g, json_t *ledger, zc_err *err)
{
  zc_ledger_rows *rows;
  const zc_ledger_row *row = NULL;
  json_t *list = json_array();
  int bad = list == NULL;
  zc_code code = zc_ledger_rows_open(g->store, &g->filter, &rows, err);
  while (code == ZC_OK && json_array_size(list) < FIRST && bad == 0 &&
         (code = zc_ledger_rows_next(rows, &row, err)) == ZC_OK && row != NULL) {
    json_t *problem = NULL, *cells = json_object();
    code = zc_json_parse(row->body, strlen(row->body), &problem, err);
    for (int i = 2; zc_ledger_columns[i].id != NULL; i++)
      bad |= json_object_set_new(cells, zc_ledger_columns[i].id,
                                 json_string(row->cells[i]));
    bad |= json_object_set_new(problem, "cells", cells);
    bad |= json_array_append_new(list, problem);
  }
  zc_ledger_rows_close(rows);
  bad |= json_object_set_new(ledger, "problems", list);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

/* {no, title, …} of a problem: the members of `part`, and of the problem itself. */
static json_t *told_of(const json_t *problem, const char *part,
                       const char *const *members)
{
  json_t *told = json_copy(json_object_get(problem, part));
  if (told == NULL)
    told = json_object();
  for (; *members != NULL; members++) {
    json_t *value = json_object_get(problem, *members);
    if (value != NULL && json_object_set(told, *members, value) != 0) {
      json_decref(told);
      return NULL;
    }
  }
  return told;
}

static zc_code add_dismissed(void *context, const json_t *problem, zc_err *err)
{
  static const char *const members[] = {"no", "title", "found", NULL};
  gathering *g = context;
  json_t *told = told_of(problem, "dismissed", members);
  return json_array_append_new(g->list, told) == 0 ? ZC_OK : zc_fail_memory(err);
}

static zc_code add_system(void *context, const json_t *problem, zc_err *err)
{
  static const char *const members[] = {"no", "title", NULL};
  gathering *g = context;
  json_t *told = told_of(problem, "", members);
  int bad = json_object_set(told, "text", json_object_get(problem, "system"));
  const char *done = zc_get_text(json_object_get(problem, "rectified"), "done");
  if (done != NULL)
    bad |= json_object_set_new(told, "date", json_string(done));
  bad |= json_array_append_new(g->list, told);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

/* The first problems of a view, each as `add` has it, under `key`. */
static zc_code gather(gathering *g, const char *view, zc_ledger_visit *add,
                      json_t *ledger, const char *key, zc_err *err)
{
  g->list = json_array();
  g->filter.view = view;
  g->filter.most = FIRST;
  zc_code code = g->list == NULL ? zc_fail_memory(err)
                                 : zc_ledger_list(g->store, &g->filter, add, g, err);
  if (json_object_set_new(ledger, key, g->list) != 0 && code == ZC_OK)
    code = zc_fail_memory(err);
  g->list = NULL;
  g->filter.view = NULL;
  g->filter.most = 0;
  return code;
}

static zc_code add_gates(gathering *g, json_t *ledger, zc_err *err)
{
  json_t *marks = NULL, *mark;
  size_t index;
  int first = ZC_LEDGER_FIRST_GATE;
  zc_code code = zc_ledger_marks(g->store, &g->filter, &marks, err);
  int bad = 0;
  json_array_foreach(marks, index, mark)
  {
    const zc_ledger_column *column = &zc_ledger_columns[first + (int)index];
    bad |= json_object_set_new(mark, "id", json_string(column->id));
    bad |= json_object_set_new(mark, "title", json_string(column->title));
  }
  bad |= code == ZC_OK && json_object_set(ledger, "gates", marks) != 0;
  json_decref(marks);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

static zc_code add_head(const zc_plan *plan, json_t *ledger, zc_err *err)
{
  zc_head head;
  char first[11], last[11];
  zc_code code = zc_ledger_head(plan->workspace->store, &head, err);
  if (code == ZC_OK)
    code = zc_ledger_days(plan->workspace->store, zc_text_of(plan->about, "id"), first,
                          last, err);
  if (code != ZC_OK)
    return code;
  int bad = json_object_set_new(ledger, "head",
                                json_pack("{s:I, s:s}", "seq", (json_int_t)head.seq,
                                          "hash", head.hash));
  if (strcmp(last, plan->cli->today) > 0)
    bad |= json_object_set_new(ledger, "later", json_string(last));
  bad |= json_object_set_new(ledger, "by_hand", json_integer(head.by_hand));
  bad |= json_object_set_new(ledger, "today", json_string(plan->cli->today));
  bad |= json_object_set_new(ledger, "dated_by_hand",
                             json_boolean(plan->cli->today_given));
  bad |= json_object_set(ledger, "plan", json_object_get(plan->about, "id"));
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

static zc_code add_department(gathering *g, const char *department, json_t *ledger,
                              zc_err *err)
{
  json_t *own = NULL;
  if (department == NULL)
    return ZC_OK;
  zc_ledger_filter filter = g->filter;
  filter.department = department;
  zc_code code = zc_ledger_figures(g->store, &filter, &own, err);
  int bad = json_object_set_new(ledger, "department",
                                zc_json_lossy(department, strlen(department)));
  bad |= code == ZC_OK &&
         json_object_set(ledger, "of_department", json_object_get(own, "figures")) != 0;
  json_decref(own);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

zc_code zc_paper_ledger(zc_plan *plan, const char *department, json_t **ledger,
                        zc_err *err)
{
  json_t *out = NULL;
  gathering g = {.store = plan->workspace->store,
                 .filter = {.today = plan->cli->today,
                            .plan = zc_get_text(plan->about, "id"),
                            .due_within = -1}};
  *ledger = NULL;
  zc_code code = zc_ledger_figures(g.store, &g.filter, &out, err);
  const json_t *figures = json_object_get(out, "figures");
  if (code == ZC_OK)
    code = add_gates(&g, out, err);
  if (code == ZC_OK)
    code = add_head(plan, out, err);
  if (code == ZC_OK)
    code = add_problems(&g, out, err);
  if (code == ZC_OK)
    code = gather(&g, "dismissed", add_dismissed, out, "dismissed", err);
  if (code == ZC_OK)
    code = gather(&g, "systems", add_system, out, "systems", err);
  if (code == ZC_OK)
    code = add_department(&g, department, out, err);
  json_int_t more = zc_get_integer(figures, "found", 0) - FIRST;
  if (code == ZC_OK &&
      json_object_set_new(out, "more", json_integer(more > 0 ? more : 0)) != 0)
    code = zc_fail_memory(err);
  if (code == ZC_OK)
    *ledger = out;
  else
    json_decref(out);
  return code;
}

/* ---- the record with the ledger --------------------------------------------------- */

typedef struct {
  const zc_sink *sink;
  zc_buffer text;
  int64_t count;
} writing;

static zc_code write_problem(void *context, const char *text, size_t size, zc_err *err)
{
  writing *w = context;
  if (w->count++ > 0)
    zc_buffer_char(&w->text, ',');
  zc_buffer_add(&w->text, text, size);
  return zc_sink_drain(w->sink, &w->text, ZC_SINK_CHUNK, err);
}

static int compare_keys(const void *a, const void *b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static zc_code write_member(writing *w, zc_store *store, const char *plan,
                            const json_t *value, const char *key, zc_err *err)
{
  zc_buffer_print(&w->text, "\"%s\":", key);
  if (strcmp(key, "problems") != 0)
    return zc_json_canonical(value, &w->text, err);
  zc_buffer_char(&w->text, '[');
  zc_code code = zc_ledger_told(store, plan, write_problem, w, err);
  zc_buffer_char(&w->text, ']');
  return code;
}

static zc_code write_members(writing *w, zc_store *store, const char *plan,
                             const json_t *whole, zc_err *err)
{
  size_t count = 0;
  const char **keys = calloc(json_object_size(whole) + 1, sizeof *keys), *key;
  json_t *value;
  if (keys == NULL)
    return zc_fail_memory(err);
  json_object_foreach((json_t *)whole, key, value) keys[count++] = key;
  qsort(keys, count, sizeof *keys, compare_keys);
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < count; i++) {
    zc_buffer_char(&w->text, i == 0 ? '{' : ',');
    code = write_member(w, store, plan, json_object_get(whole, keys[i]), keys[i], err);
  }
  zc_buffer_char(&w->text, '}');
  free(keys);
  return code == ZC_OK ? zc_sink_drain(w->sink, &w->text, 0, err) : code;
}

zc_code zc_record_write(zc_store *store, const char *plan, const json_t *record,
                        const zc_sink *sink, zc_err *err)
{
  zc_head head;
  writing w = {.sink = sink};
  json_t *whole = json_copy((json_t *)record);
  zc_code code = zc_ledger_head(store, &head, err);
  int bad = json_object_set_new(whole, "ledger",
                                json_pack("{s:I, s:s}", "seq", (json_int_t)head.seq,
                                          "hash", head.hash));
  bad |= json_object_set_new(whole, "problems", json_array());
  if (code == ZC_OK)
    code = bad != 0 ? zc_fail_memory(err) : write_members(&w, store, plan, whole, err);
  zc_buffer_free(&w.text);
  json_decref(whole);
  return code;
}
