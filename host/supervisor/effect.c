#include "supervisor/effect.h"

#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "office/round.h"
#include "store/members.h"

/* ---- rounds ------------------------------------------------------------------------------ */

typedef int round_visit(void *context, const char *plan, const json_t *round,
                        const zc_member_counts *counts);

/* Visits the rounds that have begun, with how many reports are expected and here. */
static zc_code each_round(const zc_office *office, round_visit *visit, void *context,
                          zc_err *err)
{
  const char *plan;
  json_t *rounds, *round;
  size_t index;
  zc_code code = ZC_OK;
  json_object_foreach(office->rounds, plan, rounds)
  {
    json_array_foreach(rounds, index, round)
    {
      zc_member_counts counts;
      if (code != ZC_OK ||
          strcmp(zc_text_of(round, "from"), office->workspace.cli->today) > 0)
        continue;
      code = zc_members_count(office->workspace.store, plan, zc_text_of(round, "id"),
                              &counts, err);
      if (code == ZC_OK && visit(context, plan, round, &counts) != 0)
        code = zc_fail_memory(err);
    }
  }
  return code;
}

static int note_round(void *context, const char *plan, const json_t *round,
                      const zc_member_counts *counts)
{
  json_t *rounds = json_object_get(context, plan);
  if (rounds == NULL) {
    rounds = json_object();
    if (json_object_set_new(context, plan, rounds) != 0)
      return -1;
  }
  return json_object_set_new(rounds, zc_text_of(round, "id"),
                             json_pack("{s:I, s:I}", "expected",
                                       (json_int_t)counts->expected, "received",
                                       (json_int_t)counts->received));
}

static int tell_round(void *context, const char *plan, const json_t *round,
                      const zc_member_counts *counts)
{
  const zc_effect *effect = context;
  const json_t *was = json_object_get(json_object_get(effect->rounds, plan),
                                      zc_text_of(round, "id"));
  int64_t expected = zc_get_integer(was, "expected", 0);
  int64_t received = zc_get_integer(was, "received", 0);
  if (expected != counts->expected || received != counts->received)
    zc_say_line(
        N_("  {title}: expected were {before}, are {expected} now; received were "
           "{had}, are {received} now"),
        json_pack("{s:s, s:I, s:I, s:I, s:I}", "title", zc_text_of(round, "title"),
                  "before", (json_int_t)expected, "expected",
                  (json_int_t)counts->expected, "had", (json_int_t)received, "received",
                  (json_int_t)counts->received));
  return 0;
}

/* ---- files --------------------------------------------------------------------------------- */

const char *zc_effect_round(const zc_office *office, const zc_filed *f)
{
  const json_t *rounds = json_object_get(office->rounds, f->plan);
  const char *title = zc_text_of(zc_round_find(rounds, f->round), "title");
  return *title == '\0' ? "—" : title;
}

void zc_effect_tell_file(const zc_office *office, const zc_filed *was,
                         const zc_filed *is)
{
  if (strcmp(was->state, is->state) == 0 && strcmp(was->round, is->round) == 0)
    return;
  zc_say_line(N_("  {name} ({facility}): was {before} ({earlier}), is {state} "
                 "({round}) now"),
              json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "name", is->name, "facility",
                        is->facility, "before", zc_office_state(was->state), "earlier",
                        zc_effect_round(office, was), "state",
                        zc_office_state(is->state), "round",
                        zc_effect_round(office, is)));
}

/* ---- all ------------------------------------------------------------------------------------- */

zc_code zc_effect_begin(zc_office *office, zc_effect *effect, zc_err *err)
{
  *effect = (zc_effect){.office = office, .rounds = json_object()};
  zc_code code = effect->rounds == NULL
                     ? zc_fail_memory(err)
                     : zc_filed_read(office->workspace.store, &effect->files, err);
  return code == ZC_OK ? each_round(office, note_round, effect->rounds, err) : code;
}

zc_code zc_effect_tell(const zc_effect *effect, zc_err *err)
{
  zc_filed_list now;
  zc_code code = each_round(effect->office, tell_round, (void *)effect, err);
  if (code != ZC_OK)
    return code;
  code = zc_filed_read(effect->office->workspace.store, &now, err);
  /* Both are by their numbers, and none goes. */
  for (size_t i = 0; code == ZC_OK && i < effect->files.count && i < now.count; i++)
    zc_effect_tell_file(effect->office, &effect->files.files[i], &now.files[i]);
  zc_filed_free(&now);
  return code;
}

void zc_effect_end(zc_effect *effect)
{
  zc_filed_free(&effect->files);
  json_decref(effect->rounds);
  *effect = (zc_effect){0};
}
