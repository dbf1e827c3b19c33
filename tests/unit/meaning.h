/* meaning.h: what the expressions of model.h are worth, for a row or a group. */
#ifndef ZC_TEST_MEANING_H
#define ZC_TEST_MEANING_H

#include "model.h"

#define FAR 1000000000LL

/* What an expression looks at. An aggregate with open members is *incomplete*: it is
 * noted in `open`, and those of which the bit is set in `far` are worth their extreme. */
typedef struct {
  const row *row;
  const joined *other; /* NULL: none */
  const row *members[ROWS_MOST];
  const joined *partners[ROWS_MOST];
  int member_count;
  const node *open[NODES_MOST];
  int open_count;
  unsigned far;
} view;

static inline condition meaning(view *v, const node *n);
static inline number worth(view *v, const node *n);

static inline word word_of(const view *v, const node *n)
{
  static const word none = {0};
  if (n->op == 'q')
    return (word){true, false, n->text, false};
  switch (n->column) {
  case T:
    return v->row->t;
  case U:
    return v->row->u;
  case K:
    return v->row->k;
  default:
    return v->other == NULL ? none : v->other->w;
  }
}

static inline number column_of(const view *v, int which)
{
  switch (which) {
  case N:
    return v->row->n;
  case Q:
    return v->row->q;
  case D:
    return v->row->d;
  case E:
    return v->row->e;
  default:
    return v->other == NULL ? nothing : v->other->a;
  }
}

static inline number arithmetic(char op, number x, number y)
{
  if (!x.known || !y.known || (op == '/' && y.over == 0))
    return missing(x.bad || y.bad);
  switch (op) {
  case '+':
    return fraction(x.over * y.under + y.over * x.under, x.under * y.under);
  case '-':
  case 'D':
    return fraction(x.over * y.under - y.over * x.under, x.under * y.under);
  case '*':
    if (llabs(x.over) > FAR / 10 && llabs(y.over) > FAR / 10)
      return missing(
          true); /* what is as far off as can be, times itself, does not fit */
    return fraction(x.over * y.over, x.under * y.under);
  default:
    return fraction(x.over * y.under, x.under * y.over);
  }
}

/* The members' values that count, into `values`. */
static inline int chosen_values(view *v, const node *n, number *values, bool *partial)
{
  int count = 0;
  for (int i = 0; i < v->member_count; i++) {
    view member = {.row = v->members[i], .other = v->partners[i]};
    condition chosen = n->b == NULL ? sure(true) : meaning(&member, n->b);
    *partial |= is_open(chosen);
    if (is_open(chosen) || !chosen.can_be_true)
      continue;
    number value = n->a == NULL ? fraction(1, 1) : worth(&member, n->a);
    *partial |= !value.known;
    if (value.known)
      values[count++] = value;
  }
  return count;
}

/* Notes an incomplete aggregate; true if it is to be worth its extreme. */
static inline bool is_far(view *v, const node *n)
{
  int which = 0;
  while (which < v->open_count && v->open[which] != n)
    which++;
  if (which == v->open_count)
    v->open[v->open_count++] = n;
  return which < 8 && (v->far >> which & 1) != 0;
}

static inline number aggregate(view *v, const node *n)
{
  number values[ROWS_MOST], total = fraction(0, 1), best = nothing;
  bool partial = false;
  int count = chosen_values(v, n, values, &partial), distinct = 0;
  if (partial && is_far(v, n))
    return n->column == 5 ? missing(true) : fraction(n->column == 3 ? -FAR : FAR, 1);
  for (int i = 0; i < count; i++) {
    bool seen = false;
    for (int k = 0; k < i; k++)
      seen |= order(values[i], values[k]) == 0;
    distinct += !seen;
    total = arithmetic('+', total, values[i]);
    int better = best.known ? order(values[i], best) : 0;
    if (!best.known || (n->column == 3 ? better < 0 : better > 0))
      best = values[i];
  }
  switch (n->column) {
  case 0:
    return fraction(count, 1);
  case 1:
    return fraction(distinct, 1);
  case 2:
    return total;
  case 5:
    return arithmetic('/', total, fraction(count, 1));
  default:
    return best;
  }
}

static inline int letters(const char *text)
{
  int count = 0;
  for (; *text != '\0'; text++)
    count += (*text & 0xc0) != 0x80;
  return count;
}

static inline number worth(view *v, const node *n)
{
  switch (n->op) {
  case 'i':
    return fraction(n->over, n->under);
  case 'v':
    return column_of(v, n->column);
  case 'g':
    return aggregate(v, n);
  case 'l': {
    word w = word_of(v, n->a);
    return w.known ? fraction(letters(w.text), 1) : missing(w.bad);
  }
  case '~':
    return arithmetic('-', fraction(0, 1), worth(v, n->a));
  case 'a': {
    number x = worth(v, n->a);
    return x.known ? fraction(llabs(x.over), x.under) : x;
  }
  case 'd': {
    number x = worth(v, n->a);
    return x.known || x.bad ? x : worth(v, n->b);
  }
  case '?': {
    condition c = meaning(v, n->a);
    /* Every aggregate of a group is computed, whichever is chosen. */
    number yes = worth(v, n->b), no = worth(v, n->c);
    return is_open(c) ? missing(c.bad) : c.can_be_true ? yes : no;
  }
  default: {
    number x = worth(v, n->a);
    return arithmetic(n->op, x, worth(v, n->b));
  }
  }
}

static inline bool holds(char op, int difference)
{
  switch (op) {
  case '=':
  case 't':
    return difference == 0;
  case '#':
  case 'T':
    return difference != 0;
  case '<':
  case 'p':
  case 's':
    return difference < 0;
  case 'L':
    return difference <= 0;
  case '>':
    return difference > 0;
  default:
    return difference >= 0;
  }
}

static inline condition compare_words(char op, word x, word y)
{
  if (!x.known || !y.known)
    return undecided(x.bad || y.bad);
  bool blank = (x.data && x.text[0] == '\0') || (y.data && y.text[0] == '\0');
  if (blank && ((x.data && y.data) || op == 's'))
    return undecided(false);
  return sure(holds(op, strcmp(x.text, y.text)));
}

static inline condition among_two(view *v, const node *n)
{
  number x = worth(v, n->a);
  if (!x.known)
    return undecided(x.bad);
  return sure(order(x, worth(v, n->b)) == 0 || order(x, worth(v, n->c)) == 0);
}

/* Unknown after all: as unreadable as what it was made of. */
static inline condition tainted(condition made, bool bad)
{
  made.bad = bad && is_open(made);
  return made;
}

static inline condition meaning(view *v, const node *n)
{
  condition x, y;
  number p, q;
  switch (n->op) {
  case 'y':
    return sure(true);
  case 'b':
    return v->row->b;
  case '!':
    x = meaning(v, n->a);
    return (condition){x.can_be_false, x.can_be_true, x.bad};
  case '&':
    x = meaning(v, n->a);
    y = meaning(v, n->b);
    return tainted((condition){x.can_be_true && y.can_be_true,
                               x.can_be_false || y.can_be_false, false},
                   x.bad || y.bad);
  case '|':
    x = meaning(v, n->a);
    y = meaning(v, n->b);
    return tainted((condition){x.can_be_true || y.can_be_true,
                               x.can_be_false && y.can_be_false, false},
                   x.bad || y.bad);
  case 'n':
  case 'N':
    p = worth(v, n->a);
    return p.bad ? undecided(true) : sure(p.known == (n->op == 'N'));
  case 't':
  case 'T':
  case 's':
    return compare_words(n->op, word_of(v, n->a), word_of(v, n->b));
  case 'c': {
    word w = word_of(v, n->a);
    return w.known ? sure(strstr(w.text, n->b->text) != NULL) : undecided(w.bad);
  }
  case 'o':
    return among_two(v, n);
  default:
    p = worth(v, n->a);
    q = worth(v, n->b);
    return p.known && q.known ? sure(holds(n->op, order(p, q)))
                              : undecided(p.bad || q.bad);
  }
}

static inline bool has_open(const view *v, const node *n)
{
  bool open = false;
  if (n == NULL)
    return false;
  for (int i = 0; n->op == 'g' && i < v->open_count; i++)
    open |= v->open[i] == n;
  return open || (n->op != 'g' &&
                  (has_open(v, n->a) || has_open(v, n->b) || has_open(v, n->c)));
}

/* Whether what is known and what is far off decide for all that lies between: not where one
 * value is asked for, or a function computes. */
static inline bool ends_decide(const view *v, const node *n)
{
  if (!has_open(v, n) || n->op == 'g')
    return true;
  if (strchr("=#nNtTspoclad?D", n->op) != NULL)
    return false;
  if ((n->op == '/' && has_open(v, n->b)) ||
      (n->op == '*' && has_open(v, n->a) && has_open(v, n->b)))
    return false;
  return (n->a == NULL || ends_decide(v, n->a)) && (n->b == NULL || ends_decide(v, n->b));
}

/* Whether a group is a hit, each incomplete aggregate being what its known members make
 * of it or as far off as can be, in every mixture. */
static inline condition group_meaning(view *v, const node *n)
{
  v->far = 0;
  condition found = meaning(v, n);
  bool sure_hit = found.can_be_true && !found.can_be_false;
  if (sure_hit && (v->open_count > 4 || !ends_decide(v, n)))
    return undecided(false);
  for (unsigned far = 1; sure_hit && far < 1u << v->open_count; far++) {
    v->far = far;
    sure_hit = !meaning(v, n).can_be_false;
  }
  v->far = 0;
  return found.can_be_true && !found.can_be_false && !sure_hit ? undecided(false)
                                                               : found;
}

#endif
