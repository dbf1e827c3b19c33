/* function.h: the functions that expressions may call: what they accept and what
 * they do. One table; the documentation's list is checked against it. */
#ifndef ZC_TABLE_FUNCTION_H
#define ZC_TABLE_FUNCTION_H

#include "table/evaluate.h"

/* What the type check hands to a function's own check. */
typedef struct {
  const char *text;
  const zc_usage *usage;
  json_t *faults;
  bool failed, memory;
  zc_node *aggregates[ZC_AGGREGATES];
  int aggregate_count;
  zc_node *running[ZC_RUNNING];
  int running_count;
  int nodes;   /* seen so far */
  bool inside; /* an aggregate */
  bool before; /* inside prevmax */
} zc_checker;

/* Reports at a node; always false. After the text: name, value pairs, NULL. */
bool zc_check_refuse(zc_checker *checker, const zc_node *node, const char *text,
                     const char *name, const char *value, const char *hint);

/* True if the node is of the kind; else a fault. */
bool zc_check_kind(zc_checker *checker, const zc_node *node, zc_kind kind);

/* Two nodes that are compared or may stand for each other: of one kind, and a
 * literal beside an enum is one of its words. */
bool zc_check_alike(zc_checker *checker, const zc_node *a, const zc_node *b);

typedef struct zc_function {
  const char *name;
  int least, most;                                   /* arguments */
  bool (*check)(zc_checker *checker, zc_node *node); /* sets node->type */
  zc_scalar (*evaluate)(zc_evaluation *evaluation, const zc_node *node);
  bool searches; /* its time grows with the length of texts */
} zc_function;

/* NULL when unknown. */
const zc_function *zc_function_find(const char *name);

/* The function whose name is most like this one; "" when none is. */
const char *zc_function_nearest(const char *name);

/* All of them, ended by a NULL name. */
const zc_function *zc_functions(void);

#endif
