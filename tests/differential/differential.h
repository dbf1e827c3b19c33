/* differential.h: random tables and random rules, judged by both executors. A plain program,
 * for tools that the test framework does not run under. */
#ifndef ZC_TEST_DIFFERENTIAL_H
#define ZC_TEST_DIFFERENTIAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/* ---- words.c: texts that look random ------------------------------------------------------ */

typedef struct {
  uint64_t state; /* of random numbers */
  int depth;      /* of the expression that is made */
  int joins;      /* tables that may be named: a, then c */
  bool sequence;  /* prev and prevmax may be named */
  bool view;      /* the columns are those of the view v */
  bool measure;   /* m["t.m"] may be named */
  bool whole;     /* the export that is made has no blank cells, and no strange ones */
  unsigned lacks; /* bits: columns of t that its export has not */
} maker;

int between(maker *m, int least, int most);
const char *one_of(maker *m, const char *const *words);

/* An export of the dataset t (o: the joined one) with about so many rows, in one of the
 * ways in which exports are written. */
void make_export(maker *m, const char *dataset, int rows, zc_buffer *out);

/* The datasets, as JSON with ' for "; t differs in its keys and in what its export lacks. */
void make_dataset(maker *m, zc_buffer *out);
extern const char dataset_o[];

/* ---- rules.c ------------------------------------------------------------------------------ */

/* Appends an expression of a kind. */
void make_condition(maker *m, zc_buffer *out);
void make_number(maker *m, zc_buffer *out);

/* A rule of a form (0 to FORMS − 1) as JSON with ' for "; and what it may name. */
#define FORMS 9
void make_rule(maker *m, int form, zc_buffer *out);
void make_view(maker *m, zc_buffer *out);
void make_measure(maker *m, zc_buffer *out);

#endif
