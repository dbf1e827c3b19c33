/* round.h: which of a plan's rounds a day or a report is of. A round is {id, title, from, to, due}; a
 * day that it does not have is "", and leaves it open. */
#ifndef ZC_OFFICE_ROUND_H
#define ZC_OFFICE_ROUND_H

#include <stdbool.h>

#include "value/json.h"

/* Whether a day is in it. */
bool zc_round_holds(const json_t *round, const char *day);

/* Whether a day is at most `late_days` behind its last one. */
bool zc_round_just_over(const json_t *round, const char *day, int late_days);

/* Whether what corrects a report of it may still come on that day: up to `late_days` behind the day
 * on which it is due. */
bool zc_round_takes_correction(const json_t *round, const char *day, int late_days);

/* Whether a report of that day can be of the round. */
bool zc_round_takes(const json_t *round, const char *day, int late_days);

/* The round of this id. Borrowed; NULL: there is none. */
const json_t *zc_round_find(const json_t *rounds, const char *id);

/* The round that another office means by a name, a first and a last day: the one with the same name
 * and days, else with the same days, else with that last day, else due on it, else the one that it
 * is in. Borrowed; NULL: there is none. */
const json_t *zc_round_meant(const json_t *rounds, const char *id, const char *from,
                             const char *to);

#endif
