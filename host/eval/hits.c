/* What the rules job tells besides verdicts: all hits of a rule, and measures. */
#include <stdlib.h>
#include <string.h>

#include "eval/hits.h"

#define CHUNK 200 /* hits in a frame */

struct zc_hits {
  const char *key;
  json_t *rows;
  bool begun; /* something was sent */
  zc_err *err;
};

/* Sends what has come together. The first frame of a run says so: the process before may
 * have been stopped half-way. */
static bool send_rows(zc_hits *hits)
{
  json_t *frame = json_object();
  int bad = json_object_set_new(frame, "hits", json_string(hits->key));
  bad |= json_object_set(frame, "rows", hits->rows);
  if (!hits->begun)
    bad |= json_object_set_new(frame, "first", json_true());
  hits->begun = true;
  if (bad == 0 && zc_reply(frame, hits->err) != ZC_OK)
    bad = -1;
  json_decref(frame);
  return bad == 0 && json_array_clear(hits->rows) == 0;
}

static bool take_hit(const zc_rule *rule, const json_t *entry, void *context)
{
  zc_hits *hits = context;
  (void)rule;
  return json_array_append(hits->rows, (json_t *)entry) == 0 &&
         (json_array_size(hits->rows) < CHUNK || send_rows(hits));
}

zc_hits *zc_hits_begin(zc_plain *plain, const char *key, zc_err *err)
{
  zc_hits *hits = calloc(1, sizeof *hits);
  if (hits == NULL)
    return NULL;
  *hits = (zc_hits){.key = key, .rows = json_array(), .err = err};
  plain->instance = take_hit;
  plain->collector = hits;
  return hits;
}

zc_code zc_hits_end(zc_plain *plain, zc_hits *hits)
{
  plain->instance = NULL;
  plain->collector = NULL;
  bool good = hits->rows != NULL && send_rows(hits);
  zc_err *err = hits->err;
  json_decref(hits->rows);
  free(hits);
  return good ? ZC_OK : zc_fail_memory(err);
}

void zc_hits_want_keys(const zc_rule *rule)
{
  zc_table *table = rule->table_count == 0 ? NULL : rule->tables[0];
  for (int i = 0; table != NULL && i < table->dataset->count; i++)
    table->used[i] |= table->dataset->columns[i].key;
}

/* ---- measures --------------------------------------------------------------------- */

zc_code zc_rules_prepare_measures(zc_rules *j)
{
  const json_t *wanted = json_object_get(j->first, "measures");
  size_t index;
  const json_t *name;
  if (json_array_size(wanted) == 0)
    return ZC_OK;
  j->measures = calloc(json_array_size(wanted), sizeof *j->measures);
  if (j->measures == NULL)
    return zc_fail_memory(j->err);
  json_array_foreach(wanted, index, name)
  {
    bool wrong;
    json_t *faults = json_array();
    zc_derived *found = zc_derivations_find(j->world.derivations,
                                            zc_text_or(json_string_value(name), ""),
                                            true, faults, &wrong, j->err);
    json_decref(faults);
    j->measures[j->measure_count++] = wrong ? NULL : found;
    if (found != NULL && !wrong)
      zc_derived_hold(zc_derived_rule(found));
  }
  return ZC_OK;
}

static zc_code make_measure(zc_rules *j, zc_derived *measure, json_t **result)
{
  zc_code code = zc_rules_load_tables(j, zc_derived_rule(measure));
  zc_err failed;
  *result = NULL;
  if (code == ZC_OK)
    code = zc_rules_obstacle(j, zc_derived_rule(measure), result);
  if (code != ZC_OK || *result != NULL)
    return code;
  code = zc_rules_begin(j, "measure", zc_derived_name(measure), 0, true);
  if (code == ZC_OK && zc_derived_measure(&j->plain, measure, result, &failed) != ZC_OK)
    code = zc_fail_memory(j->err);
  return code;
}

/* {measure: name, result: {value, unjudged}}, or why it has none: {unknown}, {absent},
 * {missing}, {unreadable}. */
zc_code zc_rules_measure(zc_rules *j)
{
  for (size_t i = 0; i < j->measure_count; i++) {
    json_t *frame = json_object(), *result = NULL;
    zc_code code = ZC_OK;
    if (j->measures[i] != NULL)
      code = make_measure(j, j->measures[i], &result);
    else
      result = json_pack("{s:b}", "unknown", 1);
    int bad = json_object_set(frame, "measure",
                              json_array_get(json_object_get(j->first, "measures"), i));
    bad |= json_object_set_new(frame, "result", result);
    if (code == ZC_OK)
      code = bad != 0 ? zc_fail_memory(j->err) : zc_reply(frame, j->err);
    json_decref(frame);
    if (code != ZC_OK)
      return code;
  }
  return zc_rules_end(j);
}
