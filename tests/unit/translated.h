/* translated.h: random conditions, each written as an expression of the rule language (in the
 * notation of notation.h) and as SQL with the same meaning, and what SQLite says of them.
 *
 * Numbers with decimals are whole hundredths in SQL, days are whole numbers, a blank text is
 * '' and any other blank NULL. SQLite's AND, OR and NOT follow Kleene as ours do. */
#ifndef ZC_TEST_TRANSLATED_H
#define ZC_TEST_TRANSLATED_H

#include <sqlite3.h>
#include <string.h>

#include "base/date.h"
#include "chance.h"

#define FIRST 19400 /* a day of February 2023 */

enum { OWN = 1, OTHER = 2, BEFORE = 4 }; /* which columns a condition may read */

typedef struct {
  char rule[1024], sql[2048];
  bool reads_other;
} pair;

static inline const char *comparison(uint64_t *chance)
{
  static const char *const signs[] = {"<", "<=", ">", ">=", "==", "~="};
  return signs[random_between(chance, 0, 5)];
}

static inline const char *in_sql(const char *sign)
{
  return strcmp(sign, "==") == 0 ? "=" : strcmp(sign, "~=") == 0 ? "<>" : sign;
}

static inline void write_day(char *rule, char *sql, uint64_t *chance)
{
  char day[16];
  int number = FIRST + random_between(chance, 0, 40);
  sprintf(rule, "date(\\'%s\\')", zc_day_text(number, day));
  sprintf(sql, "%d", number);
}

/* Over the own columns. */
static inline pair own_atom(uint64_t *chance)
{
  pair p = {.reads_other = false};
  const char *sign = comparison(chance);
  char rule_day[32], sql_day[16];
  int number = random_between(chance, -3, 9);
  switch (random_between(chance, 0, 8)) {
  case 0:
    sprintf(p.rule, "n %s %d", sign, number);
    sprintf(p.sql, "t.n %s %d", in_sql(sign), number);
    break;
  case 1:
    sprintf(p.rule, "q * 3 %s n + 0.25", sign);
    sprintf(p.sql, "t.q * 3 %s t.n * 100 + 25", in_sql(sign));
    break;
  case 2: /* a quotient, never rounded: 0.01 q / n against 0.35 */
    sprintf(p.rule, "q / n %s 0.35", sign);
    sprintf(p.sql,
            "CASE WHEN t.n = 0 THEN NULL WHEN t.n > 0 THEN t.q %s 35 * t.n ELSE 35 * "
            "t.n %s "
            "t.q END",
            in_sql(sign), in_sql(sign));
    break;
  case 3:
    write_day(rule_day, sql_day, chance);
    sprintf(p.rule, "d %s %s", sign, rule_day);
    sprintf(p.sql, "t.d %s %s", in_sql(sign), sql_day);
    break;
  case 4:
    sprintf(p.rule, "b");
    sprintf(p.sql, "t.b");
    break;
  case 5:
    sprintf(p.rule, "g == \\'%c\\'", 'A' + abs(number) % 3);
    sprintf(p.sql, "t.g = '%c'", 'A' + abs(number) % 3);
    break;
  case 6:
    sprintf(p.rule, "g ~= \\'\\'");
    sprintf(p.sql, "t.g <> ''");
    break;
  case 7:
    sprintf(p.rule, "n == nil");
    sprintf(p.sql, "t.n IS NULL");
    break;
  default:
    sprintf(p.rule, "one_of(n, 1, 2, %d)", number);
    sprintf(p.sql, "t.n IN (1, 2, %d)", number);
  }
  return p;
}

/* Over the joined table o, too. */
static inline pair other_atom(uint64_t *chance)
{
  pair p = {.reads_other = true};
  const char *sign = comparison(chance);
  switch (random_between(chance, 0, 3)) {
  case 0:
    sprintf(p.rule, "n %s o.v", sign);
    sprintf(p.sql, "t.n %s o.v", in_sql(sign));
    break;
  case 1:
    sprintf(p.rule, "d >= o.lo and (o.hi == nil or d <= o.hi)");
    sprintf(p.sql, "(t.d >= o.lo AND (o.hi IS NULL OR t.d <= o.hi))");
    break;
  case 2:
    sprintf(p.rule, "d - o.lo %s 5", sign);
    sprintf(p.sql, "t.d - o.lo %s 5", in_sql(sign));
    break;
  default:
    sprintf(p.rule, "default(o.v, 4) %s n", sign);
    sprintf(p.sql, "coalesce(o.v, 4) %s t.n", in_sql(sign));
  }
  return p;
}

/* Over the row before. */
static inline pair before_atom(uint64_t *chance)
{
  pair p = {.reads_other = false};
  const char *sign = comparison(chance);
  switch (random_between(chance, 0, 2)) {
  case 0:
    sprintf(p.rule, "n %s prev.n", sign);
    sprintf(p.sql, "t.n %s t.prev_n", in_sql(sign));
    break;
  case 1:
    sprintf(p.rule, "d - prev.d %s 4", sign);
    sprintf(p.sql, "t.d - t.prev_d %s 4", in_sql(sign));
    break;
  default:
    sprintf(p.rule, "q + prev.q %s 2.50", sign);
    sprintf(p.sql, "t.q + t.prev_q %s 250", in_sql(sign));
  }
  return p;
}

/* Conditions are two deep at most: there is room for them. */
static inline void write_all(char *out, const char *a, const char *b, const char *c,
                             const char *d, const char *e)
{
  const char *const parts[] = {a, b, c, d, e};
  *out = '\0';
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    strcat(out, parts[i]);
}

static inline pair condition(uint64_t *chance, int reads, int depth)
{
  int choice = depth == 0 ? 0 : random_between(chance, 0, 3);
  if (choice == 0) {
    bool own = random_between(chance, 0, 2) == 0;
    if (!own && (reads & OTHER) != 0)
      return other_atom(chance);
    return !own && (reads & BEFORE) != 0 ? before_atom(chance) : own_atom(chance);
  }
  pair a = condition(chance, reads, depth - 1), p = {.reads_other = a.reads_other};
  if (choice == 1) {
    write_all(p.rule, "not (", a.rule, ")", "", "");
    write_all(p.sql, "NOT (", a.sql, ")", "", "");
    return p;
  }
  pair b = condition(chance, reads, depth - 1);
  p.reads_other |= b.reads_other;
  write_all(p.rule, "(", a.rule, choice == 2 ? ") and (" : ") or (", b.rule, ")");
  write_all(p.sql, "((", a.sql, choice == 2 ? ") AND (" : ") OR (", b.sql, "))");
  return p;
}

/* ---- SQLite ------------------------------------------------------------------------------ */

static inline void oracle(sqlite3 *db, const char *sql)
{
  char *message = NULL;
  int code = sqlite3_exec(db, sql, NULL, NULL, &message);
  cr_assert(eq(int, code, SQLITE_OK), "%s: %s", message, sql);
}

static inline sqlite3_stmt *oracle_begin(sqlite3 *db, const char *sql)
{
  sqlite3_stmt *statement;
  cr_assert(eq(int, sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK),
            "%s: %s", sqlite3_errmsg(db), sql);
  return statement;
}

static inline int oracle_number(sqlite3 *db, const char *sql)
{
  sqlite3_stmt *statement = oracle_begin(db, sql);
  cr_assert(eq(int, sqlite3_step(statement), SQLITE_ROW), "%s", sql);
  int number = sqlite3_column_int(statement, 0);
  sqlite3_finalize(statement);
  return number;
}

/* (id, population, hit) of every row, as texts of 0 and 1. */
static inline void oracle_bits(sqlite3 *db, const char *sql, char *population,
                               char *hits)
{
  sqlite3_stmt *statement = oracle_begin(db, sql);
  int rows = 0;
  for (; sqlite3_step(statement) == SQLITE_ROW; rows++) {
    population[rows] = sqlite3_column_int(statement, 1) ? '1' : '0';
    hits[rows] = sqlite3_column_int(statement, 2) ? '1' : '0';
  }
  population[rows] = hits[rows] = '\0';
  sqlite3_finalize(statement);
}

#endif
