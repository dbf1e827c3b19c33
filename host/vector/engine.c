#include "vector/engine.h"

#include <stdlib.h>

#include "vector/run.h"
#include "vector/unite.h"

/* A form that wants the population as a list, or judges while it is found. */
static bool judge_form(zc_vector_run *j)
{
  const zc_rule *rule = j->run->rule;
  if (rule->form == ZC_FORM_ROW || rule->form == ZC_FORM_EACH)
    return zc_vector_rows(j);
  if (!zc_vector_list(j)) {
    j->run->memory = true;
    return true;
  }
  switch (rule->form) {
  case ZC_FORM_GROUP:
    return zc_vector_groups(j);
  case ZC_FORM_SEQUENCE:
    return zc_vector_sequence(j);
  case ZC_FORM_WINDOW:
    return zc_vector_windows(j);
  case ZC_FORM_QUOTA:
    return zc_vector_quota(j);
  case ZC_FORM_RATE:
    return rule->group_count > 0 ? zc_vector_rates(j) : zc_vector_rate(j);
  default:
    return false;
  }
}

/* What the list of a population has counted, to be forgotten when the plain executor lists
 * it once more. */
typedef struct {
  int64_t unjudged, ambiguous, line;
  int table;
  bool lost;
} counted;

static counted remember(const zc_run *run)
{
  return (counted){run->unjudged, run->ambiguous, run->ambiguous_line,
                   run->ambiguous_table, run->ambiguous_lost};
}

static void forget(zc_run *run, const counted *before)
{
  run->unjudged = before->unjudged;
  run->ambiguous = before->ambiguous;
  run->ambiguous_line = before->line;
  run->ambiguous_table = before->table;
  run->ambiguous_lost = before->lost;
}

/* What of the run is asked for. */
typedef struct {
  zc_table *view;
  zc_scalar *measure;
  zc_groups *groups;
} wanted;

static bool judge_list(zc_vector_run *j, const wanted *w)
{
  if (!zc_vector_list(j)) {
    j->run->memory = true;
    return true;
  }
  if (w->view != NULL)
    return zc_vector_fill(j, w->view);
  return w->measure != NULL ? zc_vector_measure(j, w->measure)
                            : zc_vector_collect(j, w->groups);
}

static bool begin_and_judge(const zc_engine *engine, zc_run *run, const wanted *w)
{
  zc_vector_run judging;
  bool taken = true;
  counted before = remember(run);
  if (!zc_vector_begin(engine, run, &judging))
    run->memory = true;
  else
    taken = w == NULL ? judge_form(&judging) : judge_list(&judging, w);
  zc_vector_end(&judging);
  if (!taken)
    forget(run, &before);
  return taken;
}

static bool judge(const zc_engine *engine, zc_run *run)
{
  return begin_and_judge(engine, run, NULL);
}

static bool fill(const zc_engine *engine, zc_run *run, zc_table *view)
{
  return begin_and_judge(engine, run, &(wanted){.view = view});
}

static bool measure(const zc_engine *engine, zc_run *run, zc_scalar *value)
{
  return begin_and_judge(engine, run, &(wanted){.measure = value});
}

static bool collect(const zc_engine *engine, zc_run *run, zc_groups *groups)
{
  return begin_and_judge(engine, run, &(wanted){.groups = groups});
}

zc_code zc_vectors_new(zc_crew *crew, const zc_engine **result, zc_err *err)
{
  zc_vector_engine *engine = calloc(1, sizeof *engine);
  *result = NULL;
  if (engine == NULL)
    return zc_fail_memory(err);
  *engine = (zc_vector_engine){.shared = {.partners = zc_vector_partners,
                                          .judge = judge,
                                          .collect = collect,
                                          .fill = fill,
                                          .measure = measure,
                                          .unite = zc_vector_unite},
                               .crew = crew};
  *result = &engine->shared;
  return ZC_OK;
}

void zc_vectors_free(const zc_engine *engine)
{
  free((void *)(uintptr_t)engine);
}
