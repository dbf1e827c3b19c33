/* evaluate.h: the value of a compiled expression for one row, group or facility.
 *
 * Missing values: comparing or computing with nil is unknown, `and or not` follow
 * Kleene, `x == nil` asks, and has no answer if x comes of a cell that cannot be read; a
 * blank text equals only the literal "". An overflow, or a
 * partner that is ambiguous, makes the whole unknown unless Kleene decides without it. */
#ifndef ZC_TABLE_EVALUATE_H
#define ZC_TABLE_EVALUATE_H

#include "table/expression.h"

#define ZC_JOINS 8
#define ZC_TABLE_PREV (1 + ZC_JOINS) /* the number of the own table's row before */

typedef struct {
  const zc_scalar *rows[1 + ZC_TABLE_PREV]; /* cells of each table; NULL: unmatched */
  const zc_scalar *aggregates;              /* values of the group, by slot */
  const zc_scalar *running;                 /* values of prevmax, by slot */
  unsigned ambiguous; /* a bit for each table of which several rows could be meant */
  bool lost;          /* the first of them may be a row that nobody can place */
  bool overflow; /* set when a number did not fit, or a column of an ambiguous table
                    was asked for: the row is unjudged */
} zc_evaluation;

zc_scalar zc_evaluate(zc_evaluation *evaluation, const zc_node *node);

/* Whether `x`, the value of `a`, equals `y`, the value of `b`: true, false or nil. */
zc_scalar zc_evaluate_equal(const zc_node *a, zc_scalar x, const zc_node *b,
                            zc_scalar y);

/* True, false or unknown of a condition; an overflow is unknown. */
typedef enum { ZC_FALSE, ZC_TRUE, ZC_UNKNOWN } zc_truth;
zc_truth zc_evaluate_truth(zc_evaluation *evaluation, const zc_node *node);

/* Calls `visit` for every node, parents first. */
void zc_expression_walk(zc_node *node, void (*visit)(zc_node *node, void *context),
                        void *context);

#endif
