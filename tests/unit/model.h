/* model.h: a second opinion on rules. Random tables and random expressions, and what they
 * mean, worked out without any code of host/table: numbers are fractions, a condition is
 * the set of truth values that it could have. What is unknown because of a cell that cannot
 * be read is `bad`: whether it is missing is unknown, too. */
#ifndef ZC_TEST_MODEL_H
#define ZC_TEST_MODEL_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chance.h"

enum { ROWS_MOST = 32, JOINED_MOST = 6, NODES_MOST = 256 };

/* ---- values --------------------------------------------------------------------------- */

typedef struct {
  bool known;
  long long over, under;
  bool bad;
} number;

typedef struct {
  bool known, data; /* data: of a column, where "" means nothing */
  const char *text;
  bool bad;
} word;

typedef struct {
  bool can_be_true, can_be_false, bad;
} condition;

/* Columns, as bits of what an expression reads. */
enum { N, Q, D, E, B, T, U, K, A, W, COLUMNS };
static const char *const column_names[] = {"n", "q", "d", "e",   "b",
                                           "t", "u", "k", "o.a", "o.w"};

typedef struct {
  number n, q, d, e;
  condition b;
  word t, u, k;
  char link[8];
  int line;
} row;

typedef struct {
  char id[8];
  number a;
  word w;
} joined;

typedef struct {
  row rows[ROWS_MOST];
  joined others[JOINED_MOST];
  int row_count, other_count;
  int malformed, other_malformed;
  int bad[COLUMNS];
  char csv[8192], other_csv[1024];
} tables;

static const number nothing = {0};

static inline number missing(bool bad)
{
  return (number){.bad = bad};
}

static inline condition undecided(bool bad)
{
  return (condition){true, true, bad};
}

static inline number fraction(long long over, long long under)
{
  long long a = llabs(over), b = llabs(under);
  while (b != 0) {
    long long rest = a % b;
    a = b;
    b = rest;
  }
  if (under < 0)
    a = -a;
  return (number){true, over / a, under / a, false};
}

static inline condition sure(bool truth)
{
  return (condition){truth, !truth, false};
}

static inline bool is_open(condition c)
{
  return c.can_be_true && c.can_be_false;
}

static inline int order(number x, number y)
{
  long long left = x.over * y.under, right = y.over * x.under;
  return (left > right) - (left < right);
}

/* ---- tables ------------------------------------------------------------------------------ */

static const char *const words[] = {"", "甲", "乙", "甲乙", "丙"};

typedef enum { BLANK_CELL, BAD_CELL, GOOD_CELL } cell;

/* A cell: its text into `at`; often blank, sometimes bad. */
static inline cell put_cell(uint64_t *chance, char **at, int *bad, const char *text)
{
  int luck = random_between(chance, 0, 9);
  if (luck == 0 && bad != NULL) {
    ++*bad;
    *at += sprintf(*at, "?,");
    return BAD_CELL;
  }
  *at += sprintf(*at, "%s,", luck < 3 ? "" : text);
  return luck < 3 ? BLANK_CELL : GOOD_CELL;
}

static inline number put_number(uint64_t *chance, char **at, int *bad, const char *text,
                                number value)
{
  cell put = put_cell(chance, at, bad, text);
  return put == GOOD_CELL ? value : missing(put == BAD_CELL);
}

static inline number put_day(uint64_t *chance, char **at, int *bad)
{
  char text[32];
  int day = random_between(chance, 1, 9);
  snprintf(text, sizeof text, "2023/5/%d", day);
  return put_number(chance, at, bad, text, fraction(day, 1));
}

static inline word put_word(uint64_t *chance, char **at)
{
  const char *text = words[random_between(chance, 0, 3)];
  *at += sprintf(*at, "%s,", text);
  return (word){true, true, text, false};
}

static inline void put_row(uint64_t *chance, tables *m, char **at)
{
  row *r = &m->rows[m->row_count++];
  char text[32];
  int n = random_between(chance, -1, 4), q = random_between(chance, 0, 9);
  *at += sprintf(*at, "R%d,", m->row_count);
  snprintf(text, sizeof text, random_between(chance, 0, 3) ? "%d" : " %d.0", n);
  r->n = put_number(chance, at, &m->bad[N], text, fraction(n, 1));
  snprintf(text, sizeof text, "%d.%d", q / 2, q % 2 * 5);
  r->q = put_number(chance, at, &m->bad[Q], text, fraction(q, 2));
  r->d = put_day(chance, at, &m->bad[D]);
  r->e = put_day(chance, at, &m->bad[E]);
  bool truth = random_between(chance, 0, 1);
  cell put = put_cell(chance, at, &m->bad[B], truth ? "是" : "N");
  r->b = put == GOOD_CELL ? sure(truth) : undecided(put == BAD_CELL);
  r->t = put_word(chance, at);
  r->u = put_word(chance, at);
  const char *kind = words[random_between(chance, 1, 2)];
  put = put_cell(chance, at, &m->bad[K], kind);
  r->k = (word){put == GOOD_CELL, true, kind, put == BAD_CELL};
  snprintf(r->link, sizeof r->link, "J%d", random_between(chance, 1, 4));
  if (random_between(chance, 0, 5) == 0)
    r->link[0] = '\0';
  *at += sprintf(*at, "%s\n", r->link);
}

static inline void put_joined(uint64_t *chance, tables *m, char **at)
{
  joined *o = &m->others[m->other_count++];
  char text[32];
  int a = random_between(chance, 0, 4);
  snprintf(o->id, sizeof o->id, "J%d", random_between(chance, 1, 6));
  if (random_between(chance, 0, 6) == 0)
    o->id[0] = '\0';
  *at += sprintf(*at, "%s,", o->id);
  snprintf(text, sizeof text, "%d", a);
  o->a = put_number(chance, at, &m->bad[A], text, fraction(a, 1));
  o->w = put_word(chance, at);
  (*at)[-1] = '\n';
}

static inline void make_tables(uint64_t *chance, tables *m)
{
  static const int most[] = {0, 1, 2, 5, ROWS_MOST};
  memset(m, 0, sizeof *m);
  char *at = m->csv + sprintf(m->csv, "id,n,q,d,e,b,t,u,k,link\n");
  int line = 1, count = random_between(chance, 0, most[random_between(chance, 0, 4)]);
  while (m->row_count < count) {
    line++;
    if (random_between(chance, 0, 15) == 0) {
      at += sprintf(at, "R0,1\n");
      m->malformed++;
      continue;
    }
    put_row(chance, m, &at);
    m->rows[m->row_count - 1].line = line;
  }
  at = m->other_csv + sprintf(m->other_csv, "id,a,w\n");
  count = random_between(chance, 0, JOINED_MOST);
  while (m->other_count < count) {
    if (random_between(chance, 0, 15) == 0) {
      at += sprintf(at, "J1\n");
      m->other_malformed++;
    } else {
      put_joined(chance, m, &at);
    }
  }
}

/* ---- expressions ------------------------------------------------------------------------------ */

/* op: & | ! conditions; = # < L > G two numbers; n N a number is (not) nil; t T s two
 * words; p two days; o one_of; c contains; b the column; y true. + - * / ~ numbers;
 * i literal; v column; l len; a abs; d default; ? choose; D days between; g aggregate.
 * x q words: a column, a literal. */
typedef struct node node;
struct node {
  char op;
  node *a, *b, *c;
  int column;
  int over, under;
  const char *text;
};

typedef struct {
  uint64_t *chance;
  node nodes[NODES_MOST];
  int count;
  unsigned reads;    /* bits of columns */
  bool joins, asks;  /* may use o.…; may ask o.… for nil … */
  bool asked;        /* … and has */
  bool group, whole; /* may use aggregates; makes no quotients */
} maker;

static inline node *new_node(maker *m, char op, node *a, node *b)
{
  if (m->count == NODES_MOST)
    abort();
  node *made = &m->nodes[m->count++];
  *made = (node){.op = op, .a = a, .b = b};
  return made;
}

static inline int pick(maker *m, int least, int most)
{
  return random_between(m->chance, least, most);
}

static inline node *column(maker *m, char op, int which)
{
  node *made = new_node(m, op, NULL, NULL);
  made->column = which;
  m->reads |= 1u << which;
  return made;
}

static inline node *make_word(maker *m, bool literal)
{
  static const int columns[] = {T, U, K, W};
  if (!literal)
    return column(m, 'x', columns[pick(m, 0, m->joins ? 3 : 2)]);
  node *made = new_node(m, 'q', NULL, NULL);
  made->text = words[pick(m, 0, 4)];
  return made;
}

static inline node *make_condition(maker *m, int depth);
static inline node *make_number(maker *m, int depth);

static inline node *make_aggregate(maker *m)
{
  node *made = new_node(m, 'g', NULL, NULL);
  bool group = m->group;
  m->group = false; /* none inside another */
  made->column = pick(m, 0, 5);
  m->whole = made->column == 1;
  if (made->column != 0)
    made->a = make_number(m, 1);
  m->whole = false;
  if (pick(m, 0, 2) == 0)
    made->b = make_condition(m, 1);
  m->group = group;
  return made;
}

static inline node *make_literal(maker *m)
{
  node *made = new_node(m, 'i', NULL, NULL);
  made->over = pick(m, 0, 9);
  made->under = pick(m, 1, 2);
  return made;
}

static inline node *make_number(maker *m, int depth)
{
  static const int columns[] = {N, Q, N, A};
  int choice = pick(m, depth > 0 ? 0 : 8, 13);
  if (m->group && choice > 7)
    return choice > 10 ? make_literal(m) : make_aggregate(m);
  switch (choice) {
  case 0:
  case 1:
  case 2:
  case 3:
    return new_node(m, "+-*/"[m->whole ? choice % 3 : choice],
                    make_number(m, depth - 1), make_number(m, depth - 1));
  case 4:
    return new_node(m, '~', make_number(m, depth - 1), NULL);
  case 5:
    return new_node(m, 'a', make_number(m, depth - 1), NULL);
  case 6:
    if (m->group)
      return make_literal(m);
    return new_node(m, 'd', column(m, 'v', pick(m, N, Q)), make_literal(m));
  case 7: {
    node *made = new_node(m, '?', make_condition(m, depth - 1),
                          make_number(m, depth - 1));
    made->c = make_number(m, depth - 1);
    return made;
  }
  case 8:
    return make_literal(m);
  case 9:
    return new_node(m, 'l', make_word(m, false), NULL);
  case 10:
    return new_node(m, 'D', column(m, 'v', pick(m, D, E)),
                    column(m, 'v', pick(m, D, E)));
  default:
    return column(m, 'v', columns[pick(m, 0, m->joins ? 3 : 2)]);
  }
}

/* Whether a number reads the joined table. */
static inline bool reads_join(const node *n)
{
  return n != NULL &&
         ((n->op == 'v' && n->column == A) || (n->op == 'x' && n->column == W) ||
          reads_join(n->a) || reads_join(n->b) || reads_join(n->c));
}

static inline node *make_condition(maker *m, int depth)
{
  int choice = pick(m, depth > 0 ? 0 : 5, 17);
  if (m->group && choice > 10)
    choice = 7;
  switch (choice) {
  case 0:
  case 1:
  case 2:
    return new_node(m, '&', make_condition(m, depth - 1), make_condition(m, depth - 1));
  case 3:
    return new_node(m, '|', make_condition(m, depth - 1), make_condition(m, depth - 1));
  case 4:
    return new_node(m, '!', make_condition(m, depth - 1), NULL);
  case 11: {
    node *x = make_number(m, 1);
    bool hidden = !m->asks && reads_join(x);
    m->asked |= !hidden && reads_join(x);
    return hidden ? new_node(m, '<', x, make_literal(m))
                  : new_node(m, pick(m, 0, 1) ? 'n' : 'N', x, NULL);
  }
  case 12:
    return column(m, 'b', B);
  case 13:
    return new_node(m, pick(m, 0, 1) ? 't' : 'T', make_word(m, false),
                    make_word(m, false));
  case 14: {
    node *x = make_word(m, false), *y = make_word(m, true);
    if (x->column == K)
      y->text = words[pick(m, 1, 2)];
    return new_node(m, pick(m, 0, 1) ? 't' : 'T', x, y);
  }
  case 15: {
    node *x = make_word(m, false), *y = make_word(m, true);
    y->text = words[pick(m, 1, 2)];
    return new_node(m, pick(m, 0, 1) ? 'c' : 's', x, y);
  }
  case 16:
    return new_node(m, 'p', column(m, 'v', pick(m, D, E)),
                    column(m, 'v', pick(m, D, E)));
  case 17: {
    node *made = new_node(m, 'o', make_number(m, 0), make_literal(m));
    made->c = make_literal(m);
    return made;
  }
  default:
    return new_node(m, "=#<L>G"[choice - 5], make_number(m, depth - 1),
                    make_number(m, depth - 1));
  }
}

/* ---- as text ------------------------------------------------------------------------------------ */

/* How tightly an operation binds, loosest first, as Lua's manual has it. */
static inline int tightness(char op)
{
  static const char *const levels[] = {"|", "&", "=#<L>GnNtTsp", "+-D", "*/", "!~"};
  for (int i = 0; i < 6; i++)
    if (strchr(levels[i], op) != NULL)
      return i;
  return 6;
}

static inline char *write_node(const node *n, int least, char *at);

static inline char *write_two(const node *n, const char *sign, char *at)
{
  int own = tightness(n->op);
  at = write_node(n->a, own, at);
  at += sprintf(at, " %s ", sign);
  return write_node(n->b, own + 1, at);
}

static inline char *write_call(const char *name, const node *a, const node *b,
                               const node *c, char *at)
{
  at += sprintf(at, "%s(", name);
  at = a == NULL ? at : write_node(a, 0, at);
  if (b != NULL) {
    at += sprintf(at, "%s", a == NULL ? "" : ", ");
    at = write_node(b, 0, at);
  }
  if (c != NULL) {
    at += sprintf(at, ", ");
    at = write_node(c, 0, at);
  }
  return at + sprintf(at, ")");
}

static inline char *write_bare(const node *n, char *at)
{
  static const char *const aggregates[] = {"count", "distinct", "sum",
                                           "min",   "max",      "avg"};
  static const char signs[] = "&|=#<L>GtTsp+-*/D";
  static const char *const texts[] = {"and", "or", "==", "~=", "<", "<=",
                                      ">",   ">=", "==", "~=", "<", "<",
                                      "+",   "-",  "*",  "/",  "-"};
  const char *sign = strchr(signs, n->op);
  if (sign != NULL)
    return write_two(n, texts[sign - signs], at);
  switch (n->op) {
  case '!':
    return write_node(n->a, 5, at + sprintf(at, "not "));
  case '~': /* two minus signs would begin a comment */
    return write_node(n->a, 6, at + sprintf(at, "-"));
  case 'i':
    return at + sprintf(at,
                        n->under == 1 ? "%d"
                        : n->over % 2 ? "%d.5"
                                      : "%d.0",
                        n->under == 1 ? n->over : n->over / 2);
  case 'q':
    return at + sprintf(at, "\"%s\"", n->text);
  case 'y':
    return at + sprintf(at, "true");
  case 'l':
    return write_call("len", n->a, NULL, NULL, at);
  case 'a':
    return write_call("abs", n->a, NULL, NULL, at);
  case 'd':
    return write_call("default", n->a, n->b, NULL, at);
  case '?':
    return write_call("choose", n->a, n->b, n->c, at);
  case 'o':
    return write_call("one_of", n->a, n->b, n->c, at);
  case 'c':
    return write_call("contains", n->a, n->b, NULL, at);
  case 'g':
    return write_call(aggregates[n->column], n->a, n->b, NULL, at);
  default:
    return at + sprintf(at, "%s", column_names[n->column]);
  }
}

static inline char *write_node(const node *n, int least, char *at)
{
  bool loose = tightness(n->op) < least;
  at += sprintf(at, "%s", loose ? "(" : "");
  if (n->op == 'n' || n->op == 'N') {
    at = write_node(n->a, 3, at);
    at += sprintf(at, n->op == 'n' ? " == nil" : " ~= nil");
  } else {
    at = write_bare(n, at);
  }
  return at + sprintf(at, "%s", loose ? ")" : "");
}

#endif
