/* What the rules job tells besides verdicts: all hits of a rule, and measures. */
#include <stdlib.h>
#include <string.h>

#include "eval/hits.h"

#define CHUNK 200               /* hits in a frame … */
#define BYTES ((size_t)1 << 20) /* … and about so much text */

struct zc_hits {
  const char *key;
  zc_wanted wanted;
  zc_buffer rows; /* the list of them, but its end */
  size_t count;
  bool begun; /* something was sent */
  zc_err *err;
};

/* {first, hits, more, rows}: what has come together, as the text that the host keeps. The
 * first frame of a run says so: the process before may have been stopped half-way. */
static bool send_rows(zc_hits *hits)
{
  zc_buffer frame = {0};
  zc_buffer_text(&hits->rows, hits->count == 0 ? "[]" : "]");
  zc_buffer_text(&frame, hits->begun ? "{\"hits\":" : "{\"first\":true,\"hits\":");
  zc_json_text(&frame, hits->key, strlen(hits->key));
  zc_buffer_text(&frame, hits->wanted.more ? ",\"more\":true,\"rows\":" : ",\"rows\":");
  zc_json_text(&frame, zc_text_or(hits->rows.data, ""), hits->rows.size);
  zc_buffer_char(&frame, '}');
  bool good = !hits->rows.failed && !frame.failed &&
              zc_reply_text(frame.data, frame.size, hits->err) == ZC_OK;
  zc_buffer_free(&frame);
  hits->begun = true;
  hits->count = 0;
  hits->rows.size = 0;
  return good;
}

static bool take_hit(const char *text, size_t size, void *context)
{
  zc_hits *hits = context;
  zc_buffer_char(&hits->rows, hits->count == 0 ? '[' : ',');
  zc_buffer_add(&hits->rows, text, size);
  hits->count++;
  return !hits->rows.failed &&
         ((hits->count < CHUNK && hits->rows.size < BYTES) || send_rows(hits));
}

zc_hits *zc_hits_begin(zc_rules *j, const zc_planned_run *run)
{
  zc_hits *hits = calloc(1, sizeof *hits);
  if (hits == NULL)
    return NULL;
  *hits = (zc_hits){.key = run->key, .err = j->err};
  hits->wanted = (zc_wanted){.take = take_hit,
                             .context = hits,
                             .others = &j->others,
                             .splits = run->splits,
                             .split_count = run->split_count,
                             .left = zc_get_integer(j->first, "hits_most", -1)};
  j->plain.wanted = &hits->wanted;
  return hits;
}

zc_code zc_hits_end(zc_plain *plain, zc_hits *hits)
{
  plain->wanted = NULL;
  bool good = !hits->rows.failed;
  if (good && (hits->count > 0 || hits->wanted.more))
    good = send_rows(hits);
  zc_err *err = hits->err;
  zc_buffer_free(&hits->rows);
  free(hits);
  return good ? ZC_OK : zc_fail_memory(err);
}

/* Under which numbers the patients go that only hits have named: those that a result has
 * named since, and then the others. */
zc_code zc_hits_name(zc_rules *j)
{
  json_t *numbers = json_array();
  size_t next = j->patients.index.count;
  int bad = numbers == NULL;
  for (size_t i = 0; i < j->others.index.count && bad == 0; i++) {
    int64_t number = zc_index_find(&j->patients.index, j->others.index.keys[i]);
    if (number < 0)
      number = (int64_t)next++;
    bad |= json_array_append_new(numbers, json_integer(number + 1));
  }
  if (bad != 0) {
    json_decref(numbers);
    return zc_fail_memory(j->err);
  }
  if (json_array_size(numbers) > 0)
    return zc_reply_with("patients", numbers, j->err);
  json_decref(numbers);
  return ZC_OK;
}

/* ---- splits ------------------------------------------------------------------------- */

zc_code zc_splits_find(zc_planned_run *run, json_t *faults, zc_err *err)
{
  const json_t *wanted = json_object_get(run->request, "splits"), *entry;
  size_t index;
  if (json_array_size(wanted) == 0)
    return ZC_OK;
  run->splits = calloc(json_array_size(wanted), sizeof *run->splits);
  if (run->splits == NULL)
    return zc_fail_memory(err);
  json_array_foreach(wanted, index, entry)
  {
    if (zc_split_find(run->rule, entry, faults, &run->splits[run->split_count++]) != 0)
      return zc_fail_memory(err);
  }
  return ZC_OK;
}

int zc_split_find(const zc_rule *rule, const json_t *split, json_t *faults, int *column)
{
  const json_t *at = json_object_get(split, "at");
  zc_place place = {zc_text_or(zc_get_text(at, "file"), "items.yaml"),
                    (int)zc_get_integer(at, "line", 0),
                    (int)zc_get_integer(at, "column", 0)};
  return zc_rule_split(rule, zc_text_of(split, "column"), place, faults, column);
}

void zc_hits_want_columns(const zc_planned_run *run)
{
  zc_rule_want_keys(run->rule);
  for (int i = 0; i < run->split_count; i++)
    run->rule->tables[0]->used[run->splits[i]] = true;
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
