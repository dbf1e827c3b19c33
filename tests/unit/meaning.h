/* meaning.h: what the expressions of model.h are worth, for a row or a group. */
#ifndef ZC_TEST_MEANING_H
#define ZC_TEST_MEANING_H

#include "model.h"

/* What an expression looks at. `partial` is set when a member of the group was open. */
typedef struct {
  const row *row;
  const joined *other; /* NULL: none */
  const row *members[ROWS_MOST];
  const joined *partners[ROWS_MOST];
  int member_count;
  bool partial;
} view;

static inline condition meaning(view *v, const node *n);
static inline number worth(view *v, const node *n);

static inline word word_of(const view *v, const node *n)
{
  static const word none = {0};
  if (n->op == 'q')
    return (word){true, false, n->text};
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
    return nothing;
  switch (op) {
  case '+':
    return fraction(x.over * y.under + y.over * x.under, x.under * y.under);
  case '-':
  case 'D':
    return fraction(x.over * y.under - y.over * x.under, x.under * y.under);
  case '*':
    return fraction(x.over * y.over, x.under * y.under);
  default:
    return fraction(x.over * y.under, x.under * y.over);
  }
}

/* The members' values that count, into `values`. */
static inline int chosen_values(view *v, const node *n, number *values)
{
  int count = 0;
  for (int i = 0; i < v->member_count; i++) {
    view member = {.row = v->members[i], .other = v->partners[i]};
    condition chosen = n->b == NULL ? sure(true) : meaning(&member, n->b);
    v->partial |= is_open(chosen);
    if (is_open(chosen) || !chosen.can_be_true)
      continue;
    number value = n->a == NULL ? fraction(1, 1) : worth(&member, n->a);
    v->partial |= !value.known;
    if (value.known)
      values[count++] = value;
  }
  return count;
}

static inline number aggregate(view *v, const node *n)
{
  number values[ROWS_MOST], total = fraction(0, 1), best = nothing;
  int count = chosen_values(v, n, values), distinct = 0;
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
    return w.known ? fraction(letters(w.text), 1) : nothing;
  }
  case '~':
    return arithmetic('-', fraction(0, 1), worth(v, n->a));
  case 'a': {
    number x = worth(v, n->a);
    return x.known ? fraction(llabs(x.over), x.under) : x;
  }
  case 'd': {
    number x = worth(v, n->a);
    return x.known ? x : worth(v, n->b);
  }
  case '?': {
    condition c = meaning(v, n->a);
    /* Every aggregate of a group is computed, whichever is chosen. */
    number yes = worth(v, n->b), no = worth(v, n->c);
    return is_open(c) ? nothing : c.can_be_true ? yes : no;
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
    return open_condition;
  bool blank = (x.data && x.text[0] == '\0') || (y.data && y.text[0] == '\0');
  if (blank && ((x.data && y.data) || op == 's'))
    return open_condition;
  return sure(holds(op, strcmp(x.text, y.text)));
}

static inline condition among_two(view *v, const node *n)
{
  number x = worth(v, n->a);
  if (!x.known)
    return open_condition;
  return sure(order(x, worth(v, n->b)) == 0 || order(x, worth(v, n->c)) == 0);
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
    return (condition){x.can_be_false, x.can_be_true};
  case '&':
    x = meaning(v, n->a);
    y = meaning(v, n->b);
    return (condition){x.can_be_true && y.can_be_true,
                       x.can_be_false || y.can_be_false};
  case '|':
    x = meaning(v, n->a);
    y = meaning(v, n->b);
    return (condition){x.can_be_true || y.can_be_true,
                       x.can_be_false && y.can_be_false};
  case 'n':
    return sure(!worth(v, n->a).known);
  case 'N':
    return sure(worth(v, n->a).known);
  case 't':
  case 'T':
  case 's':
    return compare_words(n->op, word_of(v, n->a), word_of(v, n->b));
  case 'c': {
    word w = word_of(v, n->a);
    return w.known ? sure(strstr(w.text, n->b->text) != NULL) : open_condition;
  }
  case 'o':
    return among_two(v, n);
  default:
    p = worth(v, n->a);
    q = worth(v, n->b);
    return p.known && q.known ? sure(holds(n->op, order(p, q))) : open_condition;
  }
}

#endif
