/* rule.h: a declared rule, checked and compiled.
 *
 * A declaration arrives as JSON, as its Lua table was written: {id, line, on, among,
 * where, …, at: {field: [line, column]}}, with `faults` if it could not be read whole.
 * What it may hold and mean is docs/rules.md. One that is wrong yields faults and is not
 * run; the others are. */
#ifndef ZC_TABLE_RULE_H
#define ZC_TABLE_RULE_H

#include "table/table.h"

typedef enum {
  ZC_FORM_ROW,   /* where: rows */
  ZC_FORM_GROUP, /* having: groups of rows */
  ZC_FORM_RATE,  /* rate: one share */
  ZC_FORM_FAIL,  /* fail: one condition on facility and answers */
  ZC_FORM_EACH,  /* each: a Lua function on rows */
  ZC_FORM_CHECK  /* check: a Lua function */
} zc_form;

#define ZC_KEYS 16 /* most columns in a group or join key */

typedef struct {
  int table;           /* among the rule's tables: 1, 2, … */
  int count;           /* key columns */
  zc_expression *from; /* over this rule's earlier tables */
  int *to;             /* columns of the joined table */
  bool shown_only;     /* no condition looks at it */
  zc_index index;      /* of the joined table's keys, when running */
  uint32_t *rows;      /* by key number: the first row … */
  uint32_t *several;   /* … and how many there are */
} zc_join;

/* A column of one of the rule's tables that the rule reads. */
typedef struct {
  int table, column;
} zc_use;

typedef struct {
  const char *title; /* what the report prints above it */
  zc_expression value;
  bool patient; /* printed as a token only */
} zc_show;

typedef struct {
  const char *id, *file; /* borrowed from the declaration */
  zc_place place;
  zc_form form;
  json_t *declaration; /* retained */
  zc_scope *scope;
  zc_arena arena;
  zc_table *tables[1 + ZC_JOINS]; /* borrowed */
  int table_count;
  zc_join joins[ZC_JOINS];
  int join_count;
  zc_expression among, where, having, rate, limit, amount, fail, tolerate, min_n;
  bool above; /* the rate's limit is its upper one */
  zc_expression *group;
  int group_count;
  zc_show *shows;
  int show_count;
  int count_column; /* -1: rows */
  zc_use *uses;     /* each once */
  int use_count;
  int64_t least; /* min_n when it is a plain number */
  const char *say;
} zc_rule;

/* What rules may name: tables by id, and the names that are the same for all
 * (p, facility, answers, period, plan, today). Borrowed. */
typedef struct {
  zc_table **tables;
  size_t table_count;
  const zc_scope *scope;
} zc_world;

/* Compiles a declaration of the file `file`. Owned. ZC_EDATA: the faults say what
 * is wrong. Marks the columns it uses in its tables. */
zc_code zc_rule_new(json_t *declaration, const char *file, const zc_world *world,
                    json_t *faults, zc_rule **rule, zc_err *err);
void zc_rule_free(zc_rule *rule);

/* Whether the rule cannot be judged without a table of its own (by its number). */
bool zc_rule_needs(const zc_rule *rule, int table);

/* Whether the rule searches texts, which may take long for a single row. */
bool zc_rule_searches(const zc_rule *rule);

/* Whether the rule judges by its column `use`, and by the same column of the same table
 * under no earlier name. */
bool zc_rule_judges_by(const zc_rule *rule, int use);

/* Points the expressions at the loaded cells, once all its tables are loaded. */
void zc_rule_settle(zc_rule *rule);

/* Appends to `names` each column that the rule uses and its file lacks:
 * {table, column, title}. Non-zero when out of memory. */
int zc_rule_missing(const zc_rule *rule, json_t *names);

#endif
