/* standing.h: what an office makes of the files that it was sent. Decided anew from all of them and
 * from what is expected, so that nothing depends on the order in which they came.
 *
 * A report comes directly (zrep, md), is written down here for a facility without zicha (paper), or
 * comes within the report of another office (via). Of one facility and round one counts: the direct
 * one, else that on paper, else the one of an office.
 *
 * States: accepted, late and allowed (a person has decided so) count, one report for each facility
 * and round; superseded by a later one, or one on paper by a signed one; unreadable, tampered,
 * unknown_facility, unsigned, foreign_key, foreign_plan, bad_date, broken_chain, replayed and twice
 * (reported through an office, and directly or through another one) are listed and never counted.
 * What an office reports of facilities has the state of its report unless that counts. */
#ifndef ZC_OFFICE_STANDING_H
#define ZC_OFFICE_STANDING_H

#include "store/standing.h"

typedef struct {
  const json_t
      *rosters; /* plan → {code: 1, 0 (never expected), 2 (an office) or {kind, until}:
                 * 1 or 2 in rounds that were over by that day} */
  const json_t *rounds;    /* plan → [{id, title, from, to, due}] */
  const json_t *keys;      /* code → [{key, id, since, until}] */
  const json_t *decisions; /* file → {decision, …} */
  bool
      take_unsigned; /* reports that nobody has signed count, too, of whom no key is known */
  int late_days; /* a report is still of a round that ended so many days before, if that has none */
} zc_expected;

/* Fills round, state, counts, reason and wanted of all files; texts are put into the list's arena.
 * With `last` those that are wanted cannot be had whole: they are unreadable. */
zc_code zc_standing_decide(zc_store *store, const zc_expected *expected, bool last,
                           zc_filed_list *list, zc_err *err);

/* Of a facility's keys ([{key, id, since, until}]) the one that is trusted by now; NULL when there is
 * none. Borrowed. */
const json_t *zc_key_active(const json_t *keys);

/* The states in the order in which lists have them, ended by NULL. */
extern const char *const zc_standing_states[];

#endif
