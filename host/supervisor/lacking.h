/* lacking.h: cells whose sums lack what an office below has, or may have: its report tells nothing of it, or
 * there is none. A sum without it would be too low, and nobody would see it; nor that its report is of other
 * days. */
#ifndef ZC_SUPERVISOR_LACKING_H
#define ZC_SUPERVISOR_LACKING_H

#include "supervisor/counting.h"

/* Gives rows of the table that have a value `incomplete`, and `previous_incomplete`, where they lack
 * something: [{code, name, why, via}] (zc_below_lacking). 0; -1 when out of memory. */
int zc_lacking_mark(zc_counting *counting);

/* The same of one row that is none of the plan's. */
int zc_lacking_row(const zc_counting *counting, json_t *row);

/* The same of figures of visits or cases: for papers, which print them outside of the table. Owned; NULL
 * when out of memory. */
json_t *zc_lacking_of(const zc_below *below, const char *of);

/* A list of these in words, in the language of messages: 甲县（未报送汇总）、乙县（…）. Owned; NULL when out of
 * memory. */
char *zc_lacking_words(const json_t *list);

/* Prints a line for each list that rows of the table have, with those rows. */
void zc_lacking_print(const zc_counting *counting);

#endif
