/* expression.h: Lua's expression syntax over columns and parameters.
 *
 * Text → syntax tree → types, with every mistake reported at its line and column.
 * What is compiled can be evaluated by either executor. No form but these exists:
 * names, literals, and or not, comparisons, + - * /, calls. */
#ifndef ZC_TABLE_EXPRESSION_H
#define ZC_TABLE_EXPRESSION_H

#include "base/arena.h"
#include "table/scope.h"
#include "value/fault.h"

typedef enum {
  ZC_OP_LITERAL,
  ZC_OP_CONSTANT, /* a name whose value is fixed in this run */
  ZC_OP_COLUMN,
  ZC_OP_NAME, /* before types */
  ZC_OP_AND,
  ZC_OP_OR,
  ZC_OP_NOT,
  ZC_OP_EQUAL,
  ZC_OP_UNEQUAL,
  ZC_OP_LESS,
  ZC_OP_LESS_EQUAL,
  ZC_OP_ADD,
  ZC_OP_SUBTRACT,
  ZC_OP_MULTIPLY,
  ZC_OP_DIVIDE,
  ZC_OP_NEGATE,
  ZC_OP_CALL,
  ZC_OP_AGGREGATE,
  ZC_OP_RUNNING /* prevmax: the largest value so far in a sequence */
} zc_op;

typedef enum {
  ZC_AGGREGATE_COUNT,
  ZC_AGGREGATE_DISTINCT,
  ZC_AGGREGATE_SUM,
  ZC_AGGREGATE_MIN,
  ZC_AGGREGATE_MAX,
  ZC_AGGREGATE_AVG,
  ZC_AGGREGATE_SD,  /* sample standard deviation */
  ZC_AGGREGATE_SET, /* the distinct values, as a list of codes */
  ZC_AGGREGATE_TOP  /* how many the most frequent values are together */
} zc_aggregate;

typedef struct zc_node zc_node;
struct zc_function;

struct zc_node {
  zc_op op;
  zc_type type;
  size_t offset; /* in the text, for messages */
  int count;
  zc_node **args;
  zc_scalar literal;                  /* ZC_OP_LITERAL */
  const zc_scalar *constant;          /* ZC_OP_CONSTANT */
  int table, column;                  /* ZC_OP_COLUMN */
  const char *space, *name;           /* ZC_OP_NAME, ZC_OP_CALL */
  const struct zc_function *function; /* ZC_OP_CALL */
  const zc_calendar *calendar; /* ZC_OP_CALL of a function that counts workdays */
  zc_aggregate aggregate;      /* ZC_OP_AGGREGATE: args values, then a condition */
  int values;                  /* ZC_OP_AGGREGATE: how many args are no condition */
  int slot; /* ZC_OP_AGGREGATE, ZC_OP_RUNNING: which of the expression's */
};

typedef struct {
  zc_node *root;
  zc_node **aggregates; /* in the order of their slots */
  int aggregate_count;
  zc_node **running; /* prevmax, in the order of their slots */
  int running_count;
} zc_expression;

/* Where and how an expression may be used. */
typedef struct {
  zc_place place; /* of its first character */
  const zc_scope *scope;
  zc_arena *arena; /* the tree lives here */
  bool sequence;   /* prev and prevmax may stand here */
  bool aggregates; /* having, view, measure: columns only inside aggregates … */
  bool (*grouped)(const void *context, int table, int column); /* … or group keys */
  const void *context;
} zc_usage;

#define ZC_EXPRESSION_LIMIT 8192
#define ZC_EXPRESSION_DEPTH 64
#define ZC_EXPRESSION_NODES 1000 /* names, literals, operations, calls */
#define ZC_AGGREGATES 32         /* of one expression */
#define ZC_RUNNING 4             /* prevmax of one expression */

/* Compiles `text` into *expression. `wanted` is the kind of its value, or ZC_NIL
 * for any. ZC_EDATA: the faults say what is wrong. */
zc_code zc_expression_compile(const char *text, zc_kind wanted, const zc_usage *usage,
                              json_t *faults, zc_expression *expression, zc_err *err);

/* The syntax alone (parse.c): *root is untyped. Used by zc_expression_compile. */
zc_code zc_expression_parse(const char *text, const zc_usage *usage, json_t *faults,
                            zc_node **root, zc_err *err);

/* The place in the file of an offset in the expression's text. */
zc_place zc_place_within(zc_place start, const char *text, size_t offset);

#endif
