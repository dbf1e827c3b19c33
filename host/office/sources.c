#include "office/sources.h"

#include <stdlib.h>
#include <string.h>

#include "store/sent.h"

static bool is_one_of(const char *word, const char *const *words)
{
  for (; *words != NULL; words++)
    if (strcmp(word, *words) == 0)
      return true;
  return false;
}

bool zc_source_own(const char *source)
{
  static const char *const own[] = {"self_check", "data_screening", NULL};
  return is_one_of(source, own);
}

bool zc_source_others(const char *source)
{
  static const char *const others[] = {"inspection", "complaint",         "transfer_in",
                                       "media",      "superior_feedback", NULL};
  return is_one_of(source, others);
}

typedef struct {
  const zc_members *members;
  const zc_days *days;
  zc_found *found;
} counting;

static zc_code count_problem(void *context, const zc_sent_problem *p, zc_err *err)
{
  counting *c = context;
  (void)err;
  if (c->days != NULL &&
      (strcmp(p->found, c->days->from) < 0 || strcmp(p->found, c->days->to) > 0))
    return ZC_OK;
  ptrdiff_t member = zc_members_find(c->members, p->report);
  if (member < 0)
    return ZC_OK;
  zc_found *found = &c->found[member];
  found->all++;
  found->own += zc_source_own(p->source);
  found->others += zc_source_others(p->source);
  return ZC_OK;
}

zc_code zc_found_read(zc_store *store, const zc_view *view, const char *plan,
                      const char *round, const zc_days *days, zc_found **found,
                      zc_err *err)
{
  counting c = {.members = &view->members, .days = days};
  c.found = *found = calloc(view->members.count + 1, sizeof **found);
  return c.found == NULL ? zc_fail_memory(err)
                         : zc_sent_problems(store, plan, round, count_problem, &c, err);
}

int64_t zc_found_own(const zc_member *member, const zc_found *found)
{
  return member->report == 0 || member->numbers[ZC_NUMBER_found] == ZC_UNKNOWN
             ? ZC_UNKNOWN
             : found->own;
}
