/* rule.h: a declared rule, view or measure, checked and compiled.
 *
 * A declaration arrives as JSON, as its Lua table was written: {id, line, on, among,
 * where, …, at: {field: [line, column]}}, with `kind` for a view or a measure, and with
 * `faults` if it could not be read whole. What it may hold and mean is docs/rules.md. One
 * that is wrong yields faults and is not run; the others are. */
#ifndef ZC_TABLE_RULE_H
#define ZC_TABLE_RULE_H

#include "table/table.h"

typedef enum {
  ZC_FORM_ROW,      /* where: rows */
  ZC_FORM_SEQUENCE, /* sort and where: rows in their order */
  ZC_FORM_GROUP,    /* having: groups of rows */
  ZC_FORM_WINDOW,   /* within and having: groups, by spans of time */
  ZC_FORM_RATE,     /* rate: one share, or one of each group */
  ZC_FORM_QUOTA,    /* quota: periods */
  ZC_FORM_FAIL,     /* fail: one condition on facility and answers */
  ZC_FORM_EACH,     /* each: a Lua function on rows */
  ZC_FORM_CHECK,    /* check: a Lua function */
  ZC_FORM_VIEW,     /* cols: a table of groups, for other rules */
  ZC_FORM_MEASURE   /* value: one figure, for other rules */
} zc_form;

#define ZC_KEYS 16    /* most columns in a group, join or sort key */
#define ZC_COLUMNS 32 /* most columns that a view computes */
#define ZC_DEPTH 4    /* views of views */

typedef enum {
  ZC_MATCH_ONE,   /* a row has one partner, or none */
  ZC_MATCH_INNER, /* a row without a partner is outside the population */
  ZC_MATCH_ANY,   /* a hit if the condition holds for some partner */
  ZC_MATCH_NONE   /* a hit if there is no partner */
} zc_match;

/* The rows of a joined table by their keys; whoever made it says how they are found. */
typedef struct zc_partners zc_partners;

struct zc_partners {
  /* The first row with the key, plus one; 0: none. */
  uint32_t (*find)(const zc_partners *partners, const zc_scalar *key);
  void (*release)(zc_partners *partners); /* its user does not need it any more */
  uint32_t *next;    /* by row: the next one with its key, plus one; 0: none */
  uint32_t *open;    /* rows, plus one, of which nobody knows whose they are … */
  size_t open_count; /* … because a part of the key is blank, or cannot be read … */
  int64_t beyond;    /* … and how many more than ZC_OPEN_ROWS there are */
};

/* More rows than that which could be anybody's: nobody's absence can be concluded. */
#define ZC_OPEN_ROWS 256

typedef struct {
  int table;           /* among the rule's tables: 1, 2, … */
  int count;           /* key columns */
  zc_expression *from; /* over this rule's earlier tables */
  int *to;             /* columns of the joined table */
  zc_expression when;  /* which of the rows with this key are partners */
  zc_match match;
  bool late;             /* its partners are tried one by one, with `where` */
  bool shown_only;       /* no condition looks at it */
  zc_partners *partners; /* of the joined table, when running; NULL: none yet */
  int64_t lost; /* rows of which nothing is known: malformed, in no group of a view, or
                   more than the open ones */
  bool absence; /* that there is no partner may make a hit */
} zc_join;

/* A column of one of the rule's own tables that the rule reads. */
typedef struct {
  int table, column;
} zc_use;

/* A column of an export that the rule reads itself, or through views and measures; -1: it
 * only names the table. */
typedef struct {
  zc_table *table;
  int column;
  bool judging;  /* false: only to show it */
  bool optional; /* a Lua function may look at it */
} zc_source;

typedef struct {
  const char *title; /* what the report prints above it */
  zc_expression value;
  bool patient; /* printed as a token only */
} zc_show;

/* A column of a view, computed or a key. */
typedef struct {
  const char *name;
  zc_expression value;
} zc_made_column;

typedef enum {
  ZC_PER_ONCE,
  ZC_PER_YEAR,
  ZC_PER_HALF_YEAR,
  ZC_PER_QUARTER,
  ZC_PER_MONTH,
  ZC_PER_WEEK
} zc_per;

typedef struct zc_derived zc_derived; /* derived.h */

typedef struct {
  const char *id, *file; /* borrowed from the declaration */
  zc_place place;
  zc_form form;
  json_t *declaration; /* retained */
  zc_scope *scope;
  zc_arena arena;
  zc_table *tables[1 + ZC_TABLE_PREV]; /* borrowed */
  int table_count;
  zc_join joins[ZC_JOINS];
  int join_count;
  zc_expression among, where, having, rate, limit, amount, fail, tolerate, min_n,
      within, level, at_least, value;
  bool above; /* the rate's limit is its upper one */
  zc_expression *group;
  int group_count;
  zc_expression *sort;
  int sort_count;
  zc_made_column
      *made; /* of a view: its keys, in the order of `group`, then the others */
  int made_count;
  zc_per per; /* of a quota … */
  int date;   /* … and the column of the own table that says when */
  zc_show *shows;
  int show_count;
  int count_column; /* -1: rows */
  zc_use *uses;     /* each once */
  int use_count;
  zc_source *sources; /* each once, the rule's own tables first */
  int source_count;
  zc_derived **derived; /* views and measures that the rule names, each once */
  int derived_count;
  int depth;     /* of views below it */
  int64_t least; /* min_n, at_least when it is a plain number */
  const char *say;
} zc_rule;

/* What rules may name: tables by id, views and measures, and the names that are the same
 * for all (p, facility, answers, period, plan, today). Borrowed. */
typedef struct {
  zc_table **tables;
  size_t table_count;
  const zc_scope *scope;
  struct zc_derivations *derivations; /* NULL: no views, no measures */
} zc_world;

/* Compiles a declaration of the file `file`. Owned. ZC_EDATA: the faults say what
 * is wrong. Marks the columns it uses in its tables. */
zc_code zc_rule_new(json_t *declaration, const char *file, const zc_world *world,
                    json_t *faults, zc_rule **rule, zc_err *err);
void zc_rule_free(zc_rule *rule);

/* Gives back what a run made to find partners in joined tables. */
void zc_rule_forget_partners(zc_rule *rule);

/* Whether the rule cannot be judged without a table of its own (by its number). */
bool zc_rule_needs(const zc_rule *rule, int table);

/* Whether the rule searches texts, which may take long for a single row. */
bool zc_rule_searches(const zc_rule *rule);

/* Points the expressions at the loaded cells, once all its tables are loaded. */
void zc_rule_settle(zc_rule *rule);

/* Appends to `names` each column that the rule judges by and its file lacks:
 * {table, column, title}. Non-zero when out of memory. */
int zc_rule_missing(const zc_rule *rule, json_t *names);

/* Calls `visit` for each export that the rule reads, once, the rule's own first; `judging`
 * is false for one that is only shown. */
void zc_rule_each_table(const zc_rule *rule,
                        void (*visit)(zc_table *table, bool judging, void *context),
                        void *context);

/* Calls `visit` for every node of the rule's expressions. */
void zc_rule_each_node(const zc_rule *rule, void (*visit)(zc_node *node, void *context),
                       void *context);

#endif
