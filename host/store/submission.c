#include "store/submission.h"

#include <stdio.h>
#include <string.h>

#include "store/sql.h"

/* One column of many rows as a list. Owned. Takes `binds`. */
static zc_code column(zc_store *store, const char *sql, json_t *binds, json_t **list,
                      zc_err *err)
{
  json_t *rows = NULL, *found = json_array();
  size_t index;
  const json_t *row;
  *list = NULL;
  zc_code code = binds == NULL ? zc_fail_memory(err)
                               : zc_sql(store, sql, binds, &rows, err);
  json_decref(binds);
  int bad = found == NULL;
  json_array_foreach(rows, index, row)
  {
    bad |= json_array_append(found, json_array_get(row, 0));
  }
  json_decref(rows);
  if (code == ZC_OK && bad != 0)
    code = zc_fail_memory(err);
  if (code == ZC_OK)
    *list = found;
  else
    json_decref(found);
  return code;
}

/* Problem p was one of plan ?1 when the event ?2 was written. */
#define HELD                                                                           \
  "EXISTS (SELECT 1 FROM event WHERE problem = p.no AND seq <= ?2 AND action IN"       \
  " ('found', 'cite') AND json_extract(body, '$.plan') = ?1)"
#define OF_PLAN "no IN (SELECT problem FROM citation WHERE plan = ?1)"

zc_code zc_ledger_unreported(zc_store *store, const char *plan, int64_t seq,
                             json_t **numbers, zc_err *err)
{
  return column(store,
                "SELECT no FROM problem AS p WHERE reported = '' AND state <>"
                " 'dismissed' AND " OF_PLAN " AND " HELD " ORDER BY no",
                zc_sql_binds("si", plan, seq), numbers, err);
}

typedef struct {
  const zc_store *store;
  zc_ledger_told_visit *visit;
  void *context;
} telling;

static zc_code visit_told(void *context, const json_t *row, zc_err *err)
{
  telling *t = context;
  zc_ledger_told_row told = {.no = json_integer_value(json_array_get(row, 0)),
                             .last = json_integer_value(json_array_get(row, 1)),
                             .held = json_integer_value(json_array_get(row, 2)) != 0,
                             .text = zc_text_or(json_string_value(
                                                    json_array_get(row, 3)),
                                                "")};
  /* Whoever goes on with the problem itself should not find out later. */
  if (strcmp(zc_text_or(json_string_value(json_array_get(row, 4)), ""), "{") != 0)
    return zc_ledger_damaged(t->store, N_("a problem"), err);
  return t->visit(t->context, &told, err);
}

zc_code zc_ledger_told_rows(zc_store *store, const char *plan, int64_t seq,
                            zc_ledger_told_visit *visit, void *context, zc_err *err)
{
  telling t = {store, visit, context};
  json_t *binds = zc_sql_binds("si", plan, seq);
  zc_code code = binds == NULL ? zc_fail_memory(err)
                               : zc_sql_each(store,
                                             "SELECT no, last, " HELD ", told,"
                                             " substr(body, 1, 1) FROM problem AS p"
                                             " WHERE " OF_PLAN " ORDER BY no",
                                             binds, visit_told, &t, err);
  json_decref(binds);
  return code;
}

zc_code zc_store_run_ids(zc_store *store, const char *plan, json_t **ids, zc_err *err)
{
  return column(store, "SELECT id FROM run WHERE plan = ?1 ORDER BY seq DESC",
                zc_sql_binds("s", plan), ids, err);
}

/* ---- submissions ------------------------------------------------------------------ */

typedef struct {
  zc_store *store;
  const char *plan;
  json_t *list;
} gathering;

/* The event as a map: what its body says, with seq, date and by. Owned. */
static zc_code entry_of(const gathering *g, const json_t *row, json_t **entry,
                        zc_err *err)
{
  const json_t *text = json_array_get(row, 4);
  zc_code code = zc_json_parse(zc_text_or(json_string_value(text), ""),
                               json_string_length(text), entry, err);
  if (code != ZC_OK || !json_is_object(*entry)) {
    json_decref(code == ZC_OK ? *entry : NULL);
    *entry = NULL;
    return code != ZC_OK && code != ZC_EDATA
               ? code
               : zc_ledger_damaged(g->store, N_("an event"), err);
  }
  int bad = json_object_set(*entry, "seq", json_array_get(row, 0));
  bad |= json_object_set(*entry, "date", json_array_get(row, 1));
  bad |= json_object_set(*entry, "by", json_array_get(row, 2));
  if (bad == 0)
    return ZC_OK;
  json_decref(*entry);
  *entry = NULL;
  return zc_fail_memory(err);
}

/* Puts a receipt to the submission that it is for. */
static int add_receipt(const gathering *g, json_t *receipt)
{
  size_t index;
  json_t *submission;
  const char *report = zc_text_of(receipt, "report");
  json_array_foreach(g->list, index, submission)
  {
    if (strcmp(zc_text_of(submission, "report"), report) != 0)
      continue;
    json_object_del(receipt, "plan"); /* said by the submission */
    json_object_del(receipt, "report");
    return json_array_append(json_object_get(submission, "receipts"), receipt);
  }
  return 0;
}

static zc_code visit(void *context, const json_t *row, zc_err *err)
{
  gathering *g = context;
  json_t *entry = NULL;
  zc_code code = entry_of(g, row, &entry, err);
  if (code != ZC_OK)
    return code;
  int bad = 0;
  if (g->plan != NULL && strcmp(zc_text_of(entry, "plan"), g->plan) != 0) {
    json_decref(entry);
    return ZC_OK;
  }
  if (strcmp(json_string_value(json_array_get(row, 3)), "receipt") != 0) {
    bad |= json_object_set(entry, "held", json_array_get(row, 5));
    bad |= json_object_set_new(entry, "receipts", json_array());
    bad |= json_array_append(g->list, entry);
  } else {
    bad |= add_receipt(g, entry);
  }
  json_decref(entry);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}

zc_code zc_ledger_submissions(zc_store *store, const char *plan, json_t **submissions,
                              zc_err *err)
{
  gathering g = {store, plan, json_array()};
  *submissions = NULL;
  if (g.list == NULL)
    return zc_fail_memory(err);
  /* The numbers of the problems may be many, and nobody wants them here. */
  zc_code code = zc_sql_each(
      store,
      "SELECT seq, business_date, actor, action, CASE WHEN json_valid(body) THEN"
      " json_remove(body, '$.problems', '$.noted') ELSE '' END, CASE WHEN"
      " json_valid(body) THEN coalesce(json_array_length(body, '$.problems'), 0)"
      " ELSE 0 END FROM event"
      " WHERE problem = 0 AND action IN ('submit', 'office_submit',"
      " 'receipt') ORDER BY seq",
      NULL, visit, &g, err);
  if (code == ZC_OK)
    *submissions = g.list;
  else
    json_decref(g.list);
  return code;
}
