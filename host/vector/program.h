/* program.h: an expression compiled for many rows at once.
 *
 * A program gives for each row what zc_evaluate gives, but for rows that it marks as odd:
 * numbers that do not fit, quotients that it cannot hold, columns of an ambiguous partner.
 * Of those the plain executor has to say what comes out. Every expression can be compiled;
 * what no vector operation does is done by zc_evaluate, row for row. */
#ifndef ZC_VECTOR_PROGRAM_H
#define ZC_VECTOR_PROGRAM_H

#include "table/rule.h"
#include "vector/column.h"

#define ZC_LANE 1024 /* rows of a batch, at most */

/* Values of a batch of rows. */
typedef struct {
  zc_kind kind; /* as of a column; ZC_BOOL: units are 0 and 1 */
  int8_t scale;
  bool ratio; /* units / divisors; otherwise divisors are not set */
  const zc_dictionary *dictionary; /* of texts: units are codes, ZC_CODE_BLANK for "" */
  int64_t units[ZC_LANE];          /* ZC_NONE, ZC_UNREAD: nil */
  int64_t divisors[ZC_LANE];
  bool any_odd;
  uint8_t odd[ZC_LANE]; /* set only if any_odd: the lane cannot say */
} zc_lane;

/* Partners beside the row numbers plus one. */
#define ZC_PARTNER_NONE 0
#define ZC_PARTNER_ODD UINT32_MAX /* ambiguous, or perhaps lost: the row is odd */

/* Which rows: of each table that the expression reads the numbers plus one (or the values
 * above). `rows[0]` may be NULL: the rows from `first` on. */
typedef struct {
  const uint32_t *rows[1 + ZC_TABLE_PREV];
  size_t first;
  size_t count;    /* at most ZC_LANE */
  uint32_t single; /* a bit for each table of which all rows are the same one */
  const zc_lane *aggregates; /* by slot; only for expressions that have them */
  const zc_lane *running;    /* by slot */
} zc_batch;

typedef struct zc_program zc_program;

/* Compiles an expression of the rule (settled, its tables loaded and its views made), for
 * `workers` threads that may run it at the same time. `root` may be a part of an expression,
 * an aggregate's argument say. Owned; NULL when out of memory. Several programs of one run
 * over the same columns may share dictionaries. */
zc_program *zc_program_new(const zc_rule *rule, const zc_node *root, int workers);
void zc_program_free(zc_program *program);

/* Kind and dictionary of what it gives are the same for every batch; so are scale and ratio,
 * which its lane says, if those of the figures that it reads (aggregates, prevmax) are. A text
 * that it makes is in a dictionary of the program's own, which may grow while workers run the
 * program: its words are there to be read when they do not. A value that does not fit the lane
 * (a quotient where there is no ratio, more decimals than its scale) is odd. */
zc_kind zc_program_kind(const zc_program *program);

/* Whether every value that is not odd would be printed with just the lane's scale: false
 * where numbers of several scales are brought to the largest one (choose, default, min), or
 * may be: in columns of views. Figures count as exact; whoever makes their lanes knows. */
bool zc_program_is_exact(const zc_program *program);

/* The values of a batch. `worker` as of zc_crew_task. False when out of memory. */
bool zc_program_values(zc_program *program, int worker, const zc_batch *batch,
                       zc_lane *lane);

/* Of a condition: ZC_FALSE, ZC_TRUE, ZC_UNKNOWN, or ZC_TRUTH_ODD. */
#define ZC_TRUTH_ODD 3
bool zc_program_truths(zc_program *program, int worker, const zc_batch *batch,
                       uint8_t truths[ZC_LANE]);

#endif
