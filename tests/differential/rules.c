/* Random rules of every form. Not all of them are right: those that are wrong are passed
 * over, by both executors alike. */
#include <stdio.h>
#include <string.h>

#include "differential.h"

static void add(zc_buffer *out, const char *text)
{
  zc_buffer_text(out, text);
}

static const char *pick(maker *m, const char *const *words)
{
  return one_of(m, words);
}

#define PICK(...) pick(m, (const char *const[]){__VA_ARGS__, NULL})

/* ---- expressions --------------------------------------------------------------------------- */

static const char *number_name(maker *m)
{
  if (m->view)
    return PICK("total", "many", "c");
  if (m->joins > 0 && between(m, 0, 3) == 0)
    return "a.v";
  if (m->measure && between(m, 0, 5) == 0)
    return "m[\\\"t.m\\\"]";
  if (m->sequence && between(m, 0, 3) == 0)
    return PICK("prev.n", "prev.q", "prevmax(n)", "prevmax(q + z)");
  return PICK("n", "q", "z", "n", "q", "p.max", "p.share", "p.unset");
}

static const char *day_name(maker *m)
{
  if (m->view)
    return PICK("last", "date(\\\"2023-02-10\\\")");
  if (m->joins > 0 && between(m, 0, 3) == 0)
    return PICK("a.lo", "a.hi");
  if (m->sequence && between(m, 0, 3) == 0)
    return PICK("prev.d", "prevmax(d + n)", "date(prev.at)");
  return PICK("d", "date(at)", "d + n", "d - 3", "today", "date(\\\"2023-02-10\\\")");
}

static const char *text_name(maker *m)
{
  if (m->view)
    return PICK("g", "left(g, 1)", "word", "word");
  if (m->joins > 0 && between(m, 0, 3) == 0)
    return PICK("a.w", "a.g");
  if (m->sequence && between(m, 0, 3) == 0)
    return PICK("prev.g", "prev.s");
  return PICK("g", "h", "s", "id", "left(g, 1)", "default(h, g)", "p");
}

void make_number(maker *m, zc_buffer *out)
{
  if (m->depth-- <= 0 || between(m, 0, 1) == 0) {
    add(out,
        between(m, 0, 2) > 0 ? number_name(m) : PICK("0", "1", "2.50", "7", "0.1"));
    m->depth++;
    return;
  }
  switch (between(m, 0, 8)) {
  case 0:
    add(out, "round(");
    make_number(m, out);
    add(out, PICK(")", ", 1)", ", 3)"));
    break;
  case 1:
    add(out, PICK("abs(", "floor("));
    make_number(m, out);
    add(out, ")");
    break;
  case 2:
    add(out, PICK("max(", "min(", "default("));
    make_number(m, out);
    add(out, ", ");
    make_number(m, out);
    add(out, ")");
    break;
  case 3:
    add(out, "choose(");
    make_condition(m, out);
    add(out, ", ");
    make_number(m, out);
    add(out, ", ");
    make_number(m, out);
    add(out, ")");
    break;
  case 4:
    add(out, m->view ? "days(last, today)"
                     : PICK("days(d, at)", "hours(at, d)", "minutes(d, at)", "month(d)",
                            "year(at)", "day(d)", "len(s)", "len(g)", "workdays(d, at)",
                            "workdays(at, d)", "days(at, d)", "n * 4611686018427387904",
                            "q * 1000000007 * q", "1 / q", "q / z / n", "len(l)", "-q",
                            "round(q / 7, 4)", "at({K1 = 1, K2 = 2.5}, g)"));
    break;
  default:
    add(out, "(");
    make_number(m, out);
    add(out, PICK(" + ", " - ", " * ", " / "));
    make_number(m, out);
    add(out, ")");
  }
  m->depth++;
}

static void make_leaf(maker *m, zc_buffer *out)
{
  switch (between(m, 0, m->view ? 3 : 9)) {
  case 0:
    add(out, day_name(m));
    add(out, PICK(" < ", " <= ", " > ", " == ", " ~= "));
    add(out, day_name(m));
    return;
  case 1:
    add(out, text_name(m));
    add(out, PICK(" == ", " ~= ", " < "));
    add(out,
        between(m, 0, 1) ? text_name(m) : PICK("\\\"K1\\\"", "\\\"\\\"", "\\\"K3\\\""));
    return;
  case 2:
  case 3:
    make_number(m, out);
    add(out, PICK(" < ", " <= ", " > ", " >= ", " == ", " ~= "));
    make_number(m, out);
    return;
  case 4:
    add(out, PICK("b", "k == \\\"甲\\\"", "k ~= \\\"乙\\\"", "k == nil", "n == nil",
                  "q ~= nil", "g == nil", "b == nil", "d == nil", "not b"));
    return;
  case 5:
    add(out, PICK("one_of(g, \\\"K1\\\", \\\"K2\\\")", "one_of(n, 1, 2, 3)",
                  "one_of(k, \\\"甲\\\", \\\"丙\\\")", "any_of(l, \\\"A1\\\")",
                  "any_starts(l, \\\"B\\\")", "starts(g, \\\"K\\\")"));
    return;
  case 6:
    add(out,
        PICK("contains(s, \\\"头\\\")", "contains_any(s, \\\"无\\\", \\\"甘草\\\")",
             "matches(s, \\\"*莫*|无\\\")", "mentions(s, \\\"头孢\\\")",
             "is_workday(d)", "contains(left(s, 2), \\\"x\\\")",
             "mentions(s, \\\"头孢\\\", \\\"无\\\", 3)", "matches(g, \\\"?1\\\")",
             "at == d", "q == n", "g == h", "left(s, 3) == left(g, 3)",
             "choose(b, g, h) == \\\"K1\\\"", "default(s, \\\"新\\\") ~= \\\"新\\\"",
             "one_of(left(h, 1), \\\"K\\\", \\\"头\\\")"));
    return;
  case 7:
    add(out, PICK("given(b, n > 1)", "choose(b, k == \\\"甲\\\", n > 2)",
                  "default(b, n > 1)"));
    return;
  default:
    make_number(m, out);
    add(out, PICK(" > ", " < ", " == "));
    add(out, PICK("0", "1", "3", "2.5", "p.max", "p.share"));
  }
}

void make_condition(maker *m, zc_buffer *out)
{
  if (m->depth-- <= 0 || between(m, 0, 2) == 0) {
    int depth = m->depth;
    m->depth = 1;
    make_leaf(m, out);
    m->depth = depth + 1;
    return;
  }
  bool negated = between(m, 0, 4) == 0;
  add(out, negated ? "not (" : "(");
  make_condition(m, out);
  add(out, PICK(" and ", " or "));
  make_condition(m, out);
  add(out, ")");
  m->depth++;
}

/* ---- aggregates ------------------------------------------------------------------------------ */

static void make_aggregate(maker *m, zc_buffer *out)
{
  const char *name = PICK("count", "distinct", "sum", "sum", "min", "max", "avg", "sd",
                          "top");
  const char *value = m->view ? PICK("total", "many") : PICK("n", "q", "z", "q * n");
  add(out, name);
  add(out, "(");
  bool bare = strcmp(name, "count") == 0;
  if (strcmp(name, "distinct") == 0 || strcmp(name, "top") == 0)
    value = m->view ? "g" : PICK("g", "k", "n", "d", "s");
  else if (strcmp(name, "max") == 0 && !m->view && between(m, 0, 2) == 0)
    value = PICK("d", "at");
  add(out, bare ? "" : value);
  if (strcmp(name, "top") == 0) {
    add(out, PICK(", 1", ", 2"));
  } else if (between(m, 0, 3) == 0) {
    add(out, bare ? "" : ", ");
    m->depth = 0;
    make_leaf(m, out);
  }
  add(out, ")");
}

static void make_having(maker *m, zc_buffer *out)
{
  int parts = between(m, 1, 2);
  for (int i = 0; i < parts; i++) {
    add(out, i == 0 ? "" : PICK(" and ", " or "));
    make_aggregate(m, out);
    if (between(m, 0, 4) == 0) {
      add(out, PICK(" + ", " - ", " / ", " * "));
      make_aggregate(m, out);
    }
    add(out, PICK(" > ", " >= ", " < ", " == "));
    add(out, PICK("0", "1", "2", "5", "10.5", "p.max"));
  }
}

/* ---- fields ---------------------------------------------------------------------------------- */

static void open_field(zc_buffer *out, const char *name)
{
  add(out, ",'");
  add(out, name);
  add(out, "':'");
}

static void condition_field(maker *m, const char *name, zc_buffer *out)
{
  m->depth = between(m, 0, 3);
  open_field(out, name);
  make_condition(m, out);
  add(out, "'");
}

static const char *keys(maker *m)
{
  return m->view ? PICK("'g'", "['g']")
                 : PICK("'g'", "['g','d']", "['k','left(g, 1)']", "['id']", "'h'",
                        "['g','n','k']", "['date(at)','p']", "['n + z']", "'b'",
                        "'left(s, 1)'", "['choose(b, g, \\\"无\\\")','q']", "['at']",
                        "'round(q / 3, 1)'", "['p','q','at']");
}

/* `tried`: partners may be tried one by one; conditions before `where` cannot read them. */
static void add_joins(maker *m, bool tried, zc_buffer *out)
{
  bool late = tried && between(m, 0, 1) == 0;
  int joins = m->view ? 0 : between(m, 0, 2);
  m->joins = late ? 0 : joins;
  if (joins == 0)
    return;
  add(out, ",'join':[{'as':'a','table':'o','on':");
  add(out, PICK("{'g':'g'}", "{'h':'w'}", "{'g':'g','d':'lo'}", "{'q':'v'}"));
  if (late)
    add(out, PICK(",'match':'any'", ",'match':'none'"));
  else
    add(out, PICK(",'match':'inner'", "", ""));
  if (between(m, 0, 1) == 0)
    add(out, PICK(",'when':'d >= a.lo and (a.hi == nil or d <= a.hi)'",
                  ",'when':'a.v > n'", ",'when':'a.w ~= s'"));
  if (joins > 1) {
    add(out, "},{'as':'c','table':'o','on':");
    add(out, PICK("{'h':'g'}", "{'a.w':'w'}", "{'s':'w'}"));
    add(out, PICK("", ",'match':'inner'"));
    if (late && between(m, 0, 1) == 0)
      add(out, PICK(",'match':'any'", ",'match':'none'"));
  }
  add(out, "}]");
}

static void begin_rule(maker *m, bool tried, zc_buffer *out)
{
  m->sequence = false;
  m->view = between(m, 0, 5) == 0;
  add(out, m->view ? "{'on':'v'" : "{'on':'t'");
  add_joins(m, tried, out);
  if (between(m, 0, 1) == 0)
    condition_field(m, "among", out);
}

static void add_show(maker *m, zc_buffer *out)
{
  if (between(m, 0, 1) == 0)
    add(out, m->view ? ",'show':['g','total','many','kinds']"
                     : PICK(",'show':['id','q','s']", ",'show':['p','d','at','n']",
                            ",'show':['l','k','b']"));
  if (between(m, 0, 4) == 0 && !m->view)
    add(out, PICK(",'tolerate':'0.5'", ",'certainty':'suspect'",
                  ",'say':'{count} {rows} {population}'"));
}

static void add_row_fields(maker *m, zc_buffer *out)
{
  if (between(m, 0, 2) == 0 && !m->view)
    add(out, PICK(",'count':'g'", ",'count':'id'", ",'count':'d'", ",'count':'n'",
                  ",'count':'b'"));
  if (between(m, 0, 3) == 0)
    add(out,
        m->view ? ",'amount':'total'" : PICK(",'amount':'q'", ",'amount':'q * n'"));
  if (between(m, 0, 4) == 0 && !m->view)
    add(out, ",'level':'choose(n > 2, \\\"suspect\\\", \\\"hint\\\")'");
  add_show(m, out);
}

/* ---- forms ----------------------------------------------------------------------------------- */

static void group_rule(maker *m, zc_buffer *out)
{
  begin_rule(m, false, out);
  add(out, ",'group':");
  add(out, keys(m));
  open_field(out, "having");
  make_having(m, out);
  add(out, "'");
  if (between(m, 0, 3) == 0 && !m->view)
    add(out, ",'amount':'sum(q)'");
  add_show(m, out);
}

static void sequence_rule(maker *m, zc_buffer *out)
{
  begin_rule(m, false, out);
  if (m->view || between(m, 0, 3) > 0) {
    add(out, ",'group':");
    add(out, keys(m));
  }
  add(out, ",'sort':");
  add(out, m->view ? PICK("'total'", "['last','g']")
                   : PICK("'d'", "'at'", "['d','n']", "'n'", "['g','q']", "'n / z'"));
  m->sequence = !m->view;
  condition_field(m, "where", out);
  m->sequence = false;
  add_row_fields(m, out);
}

static void window_rule(maker *m, zc_buffer *out)
{
  begin_rule(m, false, out);
  add(out, ",'group':");
  add(out, keys(m));
  add(out, m->view ? ",'sort':'last'" : PICK(",'sort':'d'", ",'sort':'at'"));
  add(out, PICK(",'within':3", ",'within':'1.5'", ",'within':30", ",'within':0",
                ",'within':'p.max'"));
  open_field(out, "having");
  make_having(m, out);
  add(out, "'");
  add_show(m, out);
}

static void rate_rule(maker *m, zc_buffer *out)
{
  begin_rule(m, false, out);
  if (between(m, 0, 1) == 0) {
    add(out, ",'group':");
    add(out, keys(m));
  }
  condition_field(m, "rate", out);
  add(out, PICK(",'above':'0.3'", ",'below':'0.5'", ",'above':'p.share'"));
  add(out, PICK("", ",'min_n':5", ",'min_n':20"));
}

static void row_rule(maker *m, zc_buffer *out)
{
  begin_rule(m, true, out);
  m->joins = 1; /* where may read what is tried */
  if (strstr(out->data, "'as':'a'") == NULL)
    m->joins = 0;
  condition_field(m, "where", out);
  add_row_fields(m, out);
}

static void lacking_rule(maker *m, zc_buffer *out)
{
  m->view = m->sequence = false;
  m->joins = 0;
  add(out, "{'on':'t'");
  if (between(m, 0, 1) == 0)
    condition_field(m, "among", out);
  add(out, ",'join':[{'as':'a','table':'o','on':{'g':'g'},'match':'none'");
  add(out, PICK("", ",'when':'d >= a.lo and d <= a.hi'", ",'when':'a.v > q'"));
  add(out, "}]");
  if (between(m, 0, 2) == 0)
    condition_field(m, "where", out);
  add_row_fields(m, out);
}

static void quota_rule(maker *m, zc_buffer *out)
{
  begin_rule(m, false, out);
  add(out, ",'quota':{'per':'");
  add(out, PICK("once", "year", "half_year", "quarter", "month", "week"));
  add(out, "','at_least':");
  add(out, PICK("1", "3", "'p.max'"));
  add(out, m->view ? ",'date':'last'}" : PICK(",'date':'d'}", ",'date':'at'}"));
}

static void joined_view_rule(maker *m, zc_buffer *out)
{
  m->view = m->sequence = false;
  m->joins = 0;
  add(out, "{'on':'t','join':[{'as':'x','table':'v','on':{'g':'g'}");
  add(out, PICK("", ",'match':'inner'"));
  add(out, "}]");
  if (between(m, 0, 1) == 0)
    condition_field(m, "among", out);
  open_field(out, "where");
  add(out, PICK("x.total > n", "x.c < q", "x.many > 2 and x.last > d",
                "any_of(x.kinds, \\\"甲\\\", \\\"K1\\\")", "x.g == nil"));
  add(out, "'");
  add_row_fields(m, out);
}

void make_rule(maker *m, int form, zc_buffer *out)
{
  static void (*const forms[FORMS])(maker *,
                                    zc_buffer *) = {row_rule,        lacking_rule,
                                                    group_rule,      sequence_rule,
                                                    window_rule,     rate_rule,
                                                    quota_rule,      row_rule,
                                                    joined_view_rule};
  forms[form](m, out);
  add(out, "}");
}

void make_view(maker *m, zc_buffer *out)
{
  m->view = m->sequence = m->measure = false;
  add(out, "{'id':'v','kind':'view','on':'t'");
  add_joins(m, false, out);
  if (between(m, 0, 1) == 0)
    condition_field(m, "among", out);
  add(out, ",'group':");
  add(out, PICK("{'g':'g'}", "{'g':'g','day':'date(at)'}", "{'g':'left(h, 1)'}",
                "{'g':'id','n':'n'}"));
  add(out, ",'cols':{'total':'sum(q)','many':'");
  add(out, PICK("count()", "distinct(s)", "count(n > 1)", "sum(n, b)", "top(k, 1)"));
  add(out, "','last':'max(d)','c':'");
  add(out, PICK("avg(q)", "sum(q) / count()", "sd(n)", "min(n)", "sum(q * n) - sum(z)",
                "max(q) - min(q)", "sum(n, k == \\\"甲\\\") * 2"));
  add(out, "','word':'");
  add(out, PICK("choose(count() > 1, \\\"多\\\", \\\"少\\\")", "top(g, 1)",
                "choose(max(n) > 3, \\\"K1\\\", \\\"\\\")"));
  add(out, "','kinds':'set(");
  add(out, PICK("k", "g", "s"));
  add(out, ")'}}");
}

void make_measure(maker *m, zc_buffer *out)
{
  m->view = m->sequence = m->measure = false;
  add(out, "{'id':'t.m','kind':'measure','on':'t'");
  add_joins(m, false, out);
  if (between(m, 0, 2) > 0)
    condition_field(m, "among", out);
  open_field(out, "value");
  make_aggregate(m, out);
  add(out, "'}");
}
