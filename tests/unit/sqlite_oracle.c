/* The rule language against SQLite, row for row: random tables, and random rules that are
 * written down twice at once, as expressions and as SQL (translated.h). What the executor
 * finds and what SQLite finds are compared by the marks of every row. The two share no
 * code; random_rules.c holds rows, groups and rates against a third opinion. */
#include "tables.h"
#include "translated.h"

#define ROWS 40
#define ROUNDS 700 /* of each form */

static const char dataset[] =
    "{'id':'t','title':'表','columns':[{'id':'id','type':'code','key':true},"
    "{'id':'g','type':'code'},{'id':'n','type':'int'},"
    "{'id':'q','type':'decimal','scale':2},{'id':'d','type':'date'},"
    "{'id':'b','type':'bool'}]}";
static const char partners[] = "{'id':'o','title':'另表','columns':[{'id':'g','type':'"
                               "code'},{'id':'v','type':'int'},"
                               "{'id':'lo','type':'date'},{'id':'hi','type':'date'}]}";

typedef struct {
  uint64_t chance;
  sqlite3 *db;
  world *world;
  char csv[ROWS * 64 + 64], other_csv[ROWS * 64 + 64];
  int rows;
} trial;

/* ---- the tables ---------------------------------------------------------------------- */

static bool blank(trial *t, int of)
{
  return random_between(&t->chance, 1, of) == 1;
}

/* A value as the export has it and as SQL has it. */
static void add_cell(char *csv, char *sql, const char *cell, const char *value)
{
  sprintf(csv + strlen(csv), ",%s", cell);
  sprintf(sql + strlen(sql), ",%s", value);
}

static void add_day(trial *t, char *csv, char *sql, int of)
{
  char cell[16], value[16];
  int day = random_between(&t->chance, 0, 40);
  zc_day_text(FIRST + day, cell);
  sprintf(value, "%d", FIRST + day);
  bool none = blank(t, of);
  add_cell(csv, sql, none ? "" : cell, none ? "NULL" : value);
}

static void add_code(trial *t, char *csv, char *sql)
{
  static const char *const words[] = {"", "A", "B", "C", "D"};
  const char *word = words[random_between(&t->chance, 0, 4)];
  char value[8];
  sprintf(value, "'%s'", word);
  add_cell(csv, sql, word, value);
}

static void add_number(trial *t, char *csv, char *sql, bool decimal, int of)
{
  char cell[24], value[16];
  int number = random_between(&t->chance, decimal ? -300 : -3, decimal ? 600 : 9);
  sprintf(value, "%d", number);
  if (decimal)
    sprintf(cell, "%s%d.%02d", number < 0 ? "-" : "", abs(number) / 100,
            abs(number) % 100);
  else
    sprintf(cell, "%d", number);
  bool none = blank(t, of);
  add_cell(csv, sql, none ? "" : cell, none ? "NULL" : value);
}

static void make_tables(trial *t)
{
  oracle(t->db, "DROP TABLE IF EXISTS t; DROP TABLE IF EXISTS o;"
                "CREATE TABLE t (id INTEGER PRIMARY KEY, g, n, q, d, b);"
                "CREATE TABLE o (g, v, lo, hi)");
  t->rows = random_between(&t->chance, 0, ROWS);
  strcpy(t->csv, "id,g,n,q,d,b\n");
  for (int i = 1; i <= t->rows; i++) {
    char sql[256];
    sprintf(t->csv + strlen(t->csv), "%d", i);
    sprintf(sql, "INSERT INTO t VALUES (%d", i);
    add_code(t, t->csv, sql);
    add_number(t, t->csv, sql, false, 6);
    add_number(t, t->csv, sql, true, 6);
    add_day(t, t->csv, sql, 8);
    int flag = random_between(&t->chance, 0, 2);
    add_cell(t->csv, sql,
             flag == 2 ? ""
             : flag    ? "是"
                       : "否",
             flag == 2 ? "NULL"
             : flag    ? "1"
                       : "0");
    strcat(t->csv, "\n");
    oracle(t->db, strcat(sql, ")"));
  }
  strcpy(t->other_csv, "g,v,lo,hi\n");
  for (int i = random_between(&t->chance, 0, 8); i > 0; i--) {
    char line[128] = "", sql[256] = "INSERT INTO o VALUES (";
    add_code(t, line, sql);
    memmove(strchr(sql, ','), strchr(sql, ',') + 1, strlen(strchr(sql, ',')));
    add_number(t, line, sql, false, 6);
    add_day(t, line, sql, 6);
    add_day(t, line, sql, 4);
    /* A line of blanks alone is no row of an export. */
    if (strspn(line + 1, ",") == strlen(line + 1))
      continue;
    sprintf(t->other_csv + strlen(t->other_csv), "%s\n", line + 1);
    oracle(t->db, strcat(sql, ")"));
  }
}

static void begin(trial *t)
{
  make_tables(t);
  t->world = world_new();
  world_add(t->world, dataset, t->csv);
  world_add(t->world, partners, t->other_csv);
}

/* ---- both judgements -------------------------------------------------------------------- */

/* What a rule found: rows as texts of 0, 1. */
typedef struct {
  char population[ROWS + 1], hits[ROWS + 1];
  int count, unjudged;
} findings;

static void read_bits(char *out, const uint64_t *bits, int rows)
{
  for (int i = 0; i < rows; i++)
    out[i] = bits[i / 64] >> (i % 64) & 1 ? '1' : '0';
  out[rows] = '\0';
}

static findings judged_by(trial *t, zc_plain *executor, const char *rule)
{
  findings found = {.count = -1};
  zc_err err;
  zc_marks marks;
  json_t *json = json_of(rule), *result;
  zc_rule *compiled = world_rule(t->world, json);
  cr_assert(ne(ptr, compiled, NULL), "%s: %s", rule, t->world->said);
  cr_assert(zc_marks_new(&marks, ROWS));
  executor->marks = compiled->tables[0]->view == NULL ? &marks : NULL;
  cr_assert(eq(int, zc_derived_make(executor, compiled, &err), ZC_OK));
  zc_rule_settle(compiled);
  cr_assert(eq(int, zc_plain_run(executor, compiled, &result, &err), ZC_OK));
  read_bits(found.population, marks.population, t->rows);
  read_bits(found.hits, marks.hits, t->rows);
  found.count = (int)zc_get_integer(result, "count", -1);
  found.unjudged = (int)zc_get_integer(result, "unjudged", -1);
  free(marks.population);
  free(marks.hits);
  zc_rule_free(compiled);
  json_decref(result);
  json_decref(json);
  return found;
}

/* Both executors find the same. */
static findings judged(trial *t, const char *rule)
{
  findings found = judged_by(t, &t->world->plain, rule);
  findings other = judged_by(t, &t->world->vector, rule);
  cr_assert(eq(str, other.population, found.population), "%s\n%s", rule, t->csv);
  cr_assert(eq(str, other.hits, found.hits), "%s\n%s", rule, t->csv);
  cr_assert(eq(int, other.count, found.count), "%s\n%s", rule, t->csv);
  cr_assert(eq(int, other.unjudged, found.unjudged), "%s\n%s", rule, t->csv);
  return found;
}

/* `sql` yields (id, population, hit) of every row, `count` and `unjudged` one number each;
 * NULL: not compared. */
static void compare(trial *t, int round, const char *rule, const char *sql,
                    const char *count, const char *unjudged)
{
  findings found = judged(t, rule), wanted = {.count = found.count};
  if (sql != NULL) {
    oracle_bits(t->db, sql, wanted.population, wanted.hits);
    cr_assert(eq(str, found.population, wanted.population),
              "round %d: population %s, not %s\n%s\n%s\n%s%s", round, found.population,
              wanted.population, rule, sql, t->csv, t->other_csv);
    cr_assert(eq(str, found.hits, wanted.hits),
              "round %d: hits %s, not %s\n%s\n%s\n%s%s", round, found.hits, wanted.hits,
              rule, sql, t->csv, t->other_csv);
  }
  if (count != NULL)
    cr_assert(eq(int, found.count, oracle_number(t->db, count)),
              "round %d: %d hits\n%s\n%s\n%s", round, found.count, rule, count, t->csv);
  cr_assert(eq(int, found.unjudged, oracle_number(t->db, unjudged)),
            "round %d: %d unjudged\n%s\n%s\n%s%s", round, found.unjudged, rule,
            unjudged, t->csv, t->other_csv);
}

typedef void (*form)(trial *t, int round);

static void run(uint64_t seed, form judge)
{
  trial t = {.chance = seed};
  cr_assert(eq(int, sqlite3_open(":memory:", &t.db), SQLITE_OK));
  oracle(t.db, "PRAGMA journal_mode = OFF");
  for (int round = 0; round < ROUNDS; round++) {
    begin(&t);
    judge(&t, round);
    world_free(t.world);
  }
  sqlite3_close(t.db);
}

/* ---- joins ----------------------------------------------------------------------------------- */

/* `when` is true, false or unknown of each pair with one key; counted for each row. */
#define PAIRS                                                                          \
  "WITH among AS (SELECT *, (%s) AS a FROM t), pairs AS (SELECT t.id AS id, o.*, "     \
  "(%s) AS w "                                                                         \
  "FROM t JOIN o ON t.g = o.g AND t.g <> ''), "                                        \
  "seen AS (SELECT among.*, (SELECT count(*) FROM pairs p WHERE p.id = among.id AND "  \
  "p.w) "                                                                              \
  "AS sure, (SELECT count(*) FROM pairs p WHERE p.id = among.id AND p.w IS NULL) AS "  \
  "maybe "                                                                             \
  "FROM among)"

static void judge_single(trial *t, int round)
{
  char rule[4096], sql[17000], unjudged[17000];
  bool inner = random_between(&t->chance, 0, 1);
  pair among = condition(&t->chance, OWN, 1),
       when = condition(&t->chance, OWN | OTHER, 1),
       where = condition(&t->chance, OWN | OTHER, 2);
  snprintf(
      rule, sizeof rule,
      "{'on':'t','join':[{'as':'o','table':'o','on':{'g':'g'},'match':'%s','when':'%s'}"
      "],'among':'%s','where':'%s','show':'o.v'}",
      inner ? "inner" : "one", when.rule, among.rule, where.rule);
  static const char verdict[] = PAIRS
      ", verdict AS (SELECT s.id, s.a, CASE WHEN %s AND s.g <> '' AND s.sure = 0 "
      "AND s.maybe = 0 THEN 0 ELSE 1 END AS inside, s.sure > 1 OR s.maybe > 0 OR %s "
      "AND "
      "s.g = '' AS several, (SELECT %s FROM "
      "(SELECT "
      "1) LEFT JOIN (SELECT * FROM pairs p WHERE p.id = s.id AND p.w) o ON s.sure = 1 "
      "JOIN t ON t.id = s.id) AS h FROM seen s)";
  char with[16000];
  snprintf(with, sizeof with, verdict, among.sql, when.sql, inner ? "1" : "0",
           inner ? "1" : "0", where.sql);
  /* Whether the join decides anything: one that nothing but show reads does not. */
  bool reads = where.reads_other || inner;
  snprintf(sql, sizeof sql,
           "%s SELECT id, inside AND a IS 1 AND NOT (several AND %d), inside AND a IS "
           "1 AND NOT "
           "(several AND %d) AND h IS 1 FROM verdict ORDER BY id",
           with, reads, reads);
  snprintf(unjudged, sizeof unjudged,
           "%s SELECT count(*) FROM verdict WHERE inside AND (a IS NULL OR a AND "
           "several AND "
           "%d OR a AND h IS NULL)",
           with, reads);
  compare(t, round, rule, sql, NULL, unjudged);
}

Test(sqlite_oracle, joins_with_one_partner, .timeout = 300)
{
  run(20230601, judge_single);
}

static void judge_tried(trial *t, int round)
{
  char rule[4096], with[16000], sql[17000], unjudged[17000];
  bool none = random_between(&t->chance, 0, 1);
  pair among = condition(&t->chance, OWN, 1),
       when = condition(&t->chance, OWN | OTHER, 1),
       where = condition(&t->chance, none ? OWN : OWN | OTHER, 2);
  snprintf(
      rule, sizeof rule,
      "{'on':'t','join':[{'as':'o','table':'o','on':{'g':'g'},'match':'%s','when':'%s'}"
      "],'among':'%s','where':'%s'}",
      none ? "none" : "any", when.rule, among.rule, where.rule);
  if (none)
    snprintf(
        with, sizeof with,
        PAIRS
        ", verdict AS (SELECT s.id, s.a, (SELECT (CASE WHEN s.sure > 0 THEN 0 WHEN "
        "t.g = '' OR s.maybe > 0 OR EXISTS (SELECT 1 FROM o WHERE o.g = '' AND (%s) IS "
        "NOT "
        "0) THEN NULL ELSE 1 END) AND (%s) FROM t WHERE t.id = s.id) AS h FROM seen s)",
        among.sql, when.sql, when.sql, where.sql);
  else
    snprintf(
        with, sizeof with,
        PAIRS
        ", both AS (SELECT t.id AS id, o.w AND (%s) AS h FROM t JOIN pairs o ON o.id = "
        "t.id), verdict AS (SELECT s.id, s.a, CASE WHEN EXISTS (SELECT 1 FROM both b "
        "WHERE b.id = s.id AND b.h) THEN 1 WHEN s.g = '' OR EXISTS (SELECT 1 FROM both "
        "b "
        "WHERE b.id = s.id AND b.h IS NULL) OR EXISTS (SELECT 1 FROM o JOIN t ON t.id "
        "= "
        "s.id WHERE o.g = '' AND (%s) IS NOT 0 AND (%s) IS NOT 0) THEN NULL ELSE 0 END "
        "AS "
        "h FROM seen s)",
        among.sql, when.sql, where.sql, when.sql, where.sql);
  snprintf(sql, sizeof sql,
           "%s SELECT id, a IS 1, a IS 1 AND h IS 1 FROM verdict ORDER BY id", with);
  snprintf(unjudged, sizeof unjudged,
           "%s SELECT count(*) FROM verdict WHERE a IS NULL OR a AND h IS NULL", with);
  compare(t, round, rule, sql, NULL, unjudged);
}

Test(sqlite_oracle, joins_whose_partners_are_tried, .timeout = 300)
{
  run(20230602, judge_tried);
}

/* ---- sequences ----------------------------------------------------------------------------------- */

#define PLACED                                                                         \
  "WITH among AS (SELECT *, (%s) AS a FROM t), placed AS (SELECT * FROM among WHERE "  \
  "a AND g "                                                                           \
  "<> '' AND d IS NOT NULL), rows AS (SELECT *, row_number() OVER w AS place, lag(n) " \
  "OVER w AS "                                                                         \
  "prev_n, lag(q) OVER w AS prev_q, lag(d) OVER w AS prev_d, max(d + n) OVER e AS "    \
  "most, "                                                                             \
  "count(*) OVER e AS before, count(d + n) OVER e AS told FROM placed WINDOW w AS "    \
  "(PARTITION "                                                                        \
  "BY g ORDER BY d, id), e AS (PARTITION BY g ORDER BY d, id ROWS BETWEEN UNBOUNDED "  \
  "PRECEDING AND 1 PRECEDING))"

/* A row without a key or a day has no place; the first of a group is no hit. */
static void judge_sequence(trial *t, int round)
{
  char rule[4096], with[16000], sql[17000], unjudged[17000];
  bool furthest = random_between(&t->chance, 0, 1);
  int days = random_between(&t->chance, -3, 5);
  pair among = condition(&t->chance, OWN, 1),
       where = condition(&t->chance, OWN | BEFORE, 2);
  if (furthest) {
    sprintf(where.rule, "d < prevmax(d + n) - %d", days);
    sprintf(where.sql,
            "CASE WHEN told = before THEN d < most - %d WHEN d < most - %d THEN 1 "
            "ELSE NULL END",
            days, days);
  }
  snprintf(rule, sizeof rule,
           "{'on':'t','among':'%s','group':'g','sort':'d','where':'%s'}", among.rule,
           where.rule);
  snprintf(
      with, sizeof with,
      PLACED
      ", verdict AS (SELECT t.id, CASE WHEN place = 1 THEN 0 ELSE (%s) END AS h FROM "
      "rows t)",
      among.sql, where.sql);
  snprintf(sql, sizeof sql,
           "%s SELECT t.id, v.id IS NOT NULL, coalesce(v.h, 0) FROM t LEFT JOIN "
           "verdict v ON "
           "v.id = t.id ORDER BY t.id",
           with);
  snprintf(unjudged, sizeof unjudged,
           "%s SELECT (SELECT count(*) FROM verdict WHERE h IS NULL) + (SELECT "
           "count(*) FROM "
           "among WHERE a IS NULL OR a AND (g = '' OR d IS NULL))",
           with);
  compare(t, round, rule, sql, NULL, unjudged);
}

Test(sqlite_oracle, sequences_with_prev_and_prevmax, .timeout = 300)
{
  run(20230603, judge_sequence);
}

/* ---- windows --------------------------------------------------------------------------------------- */

static void judge_window(trial *t, int round)
{
  char rule[4096], with[16000], sql[17000], count[17000], unjudged[17000];
  int days = random_between(&t->chance, 0, 12),
      limit = random_between(&t->chance, 0, 12);
  pair among = condition(&t->chance, OWN, 1);
  snprintf(rule, sizeof rule,
           "{'on':'t','among':'%s','group':'g','sort':'d','within':%d,'having':'sum(n) "
           "> %d'}",
           among.rule, days, limit);
  /* Known members make it a hit; unknown ones leave it open. */
  snprintf(
      with, sizeof with,
      PLACED
      ", windows AS (SELECT a.g, a.d AS from_day, sum(b.n) AS total, count(*) > "
      "count(b.n) AS open FROM rows a JOIN rows b ON b.g = a.g AND (b.d > a.d OR b.d = "
      "a.d AND b.place >= a.place) AND b.d <= a.d + %d GROUP BY a.id), groups AS "
      "(SELECT g, max(coalesce(total, 0) > %d) AS hit, max(open) AS open FROM windows "
      "GROUP BY g)",
      among.sql, days, limit);
  snprintf(sql, sizeof sql,
           "%s SELECT t.id, r.id IS NOT NULL, EXISTS (SELECT 1 FROM rows a JOIN "
           "windows w ON w.g = "
           "a.g AND w.from_day = a.d JOIN rows b ON b.id = t.id AND b.g = a.g AND (b.d "
           "> a.d OR b.d "
           "= a.d AND b.place >= a.place) AND b.d <= a.d + %d WHERE (SELECT "
           "coalesce(sum(c.n), 0) "
           "FROM rows c WHERE c.g = a.g AND (c.d > a.d OR c.d = a.d AND c.place >= "
           "a.place) AND c.d "
           "<= a.d + %d) > %d) FROM t LEFT JOIN rows r ON r.id = t.id ORDER BY t.id",
           with, days, days, limit);
  snprintf(count, sizeof count, "%s SELECT count(*) FROM groups WHERE hit", with);
  snprintf(unjudged, sizeof unjudged,
           "%s SELECT (SELECT count(*) FROM groups WHERE NOT hit AND open) + (SELECT "
           "count(*) FROM "
           "among WHERE a IS NULL OR a AND (g = '' OR d IS NULL))",
           with);
  compare(t, round, rule, sql, count, unjudged);
}

Test(sqlite_oracle, windows_of_days, .timeout = 300)
{
  run(20230604, judge_window);
}

/* ---- rates of groups ------------------------------------------------------------------------------------ */

static void judge_rates(trial *t, int round)
{
  char rule[4096], with[16000], count[17000], unjudged[17000];
  int percent = random_between(&t->chance, 1, 99),
      least = random_between(&t->chance, 1, 3);
  bool above = random_between(&t->chance, 0, 1);
  const char *sign = above ? ">" : "<";
  pair among = condition(&t->chance, OWN, 1), rate = condition(&t->chance, OWN, 1);
  snprintf(rule, sizeof rule,
           "{'on':'t','among':'%s','group':'g','rate':'%s','%s':'%d / 100','min_n':%d}",
           among.rule, rate.rule, above ? "above" : "below", percent, least);
  snprintf(with, sizeof with,
           "WITH among AS (SELECT *, (%s) AS a, (%s) AS r FROM t), shares AS (SELECT "
           "g, sum(r IS "
           "1) AS p, count(r) AS w, sum(r IS NULL) AS u FROM among WHERE a AND g <> '' "
           "GROUP BY "
           "g), verdict AS (SELECT *, CASE WHEN w = 0 THEN NULL ELSE p * 100 %s %d * w "
           "END AS now, "
           "(p + u) * 100 %s %d * (w + u) AS if_all, p * 100 %s %d * (w + u) AS "
           "if_none FROM "
           "shares), judged AS (SELECT *, CASE WHEN w + u < %d OR w < %d AND NOT "
           "if_all AND NOT "
           "if_none THEN 'few' WHEN w < %d OR now IS NULL OR now <> if_all OR now <> "
           "if_none THEN "
           "'open' WHEN now THEN 'hit' ELSE 'pass' END AS v FROM verdict)",
           among.sql, rate.sql, sign, percent, sign, percent, sign, percent, least,
           least, least);
  snprintf(count, sizeof count, "%s SELECT count(*) FROM judged WHERE v = 'hit'", with);
  snprintf(unjudged, sizeof unjudged,
           "%s SELECT (SELECT count(*) FROM judged WHERE v = 'open') + (SELECT "
           "count(*) FROM among "
           "WHERE a IS NULL OR a AND g = '')",
           with);
  compare(t, round, rule, NULL, count, unjudged);
}

Test(sqlite_oracle, rates_of_groups, .timeout = 300)
{
  run(20230605, judge_rates);
}

/* ---- quotas ---- */

/* Months of February and March 2023, which the days lie in, and of April, which is empty; the
 * day of judgement lies in one of them. What has no date, or may be one of the rows, may be
 * what a month lacks. */
static void judge_quota(trial *t, int round)
{
  char rule[4096], with[16000], count[17000], unjudged[17000], names[512], day[16];
  int least = random_between(&t->chance, 0, 12);
  int today = FIRST + random_between(&t->chance, 0, 80);
  snprintf(
      names, sizeof names,
      "[{'space':'period','name':'from','type':'date','value':'2023-02-01'},{'space':"
      "'period','name':'to','type':'date','value':'2023-04-30'},{'space':'','name':"
      "'today','type':'date','value':'%s'}]",
      zc_day_text(today, day));
  json_t *given = json_of(names);
  json_array_extend(t->world->names, given);
  cr_assert(eq(int, zc_scope_add_names(t->world->scope, given, &t->world->arena), 0));
  json_decref(given);
  pair among = condition(&t->chance, OWN, 1);
  snprintf(rule, sizeof rule,
           "{'on':'t','among':'%s','quota':{'per':'month','at_least':%d,'date':'d'}}",
           among.rule, least);
  /* 19389 is 2023-02-01; the months have 28, 31 and 30 days. */
  snprintf(with, sizeof with,
           "WITH months(f, l) AS (VALUES (19389, 19416), (19417, 19447), (19448, "
           "19477)), among "
           "AS (SELECT *, (%s) AS a FROM t), done AS (SELECT m.l, (SELECT count(*) "
           "FROM among "
           "WHERE a AND d BETWEEN m.f AND m.l) AS n FROM months m), open AS (SELECT "
           "count(*) AS "
           "n FROM among WHERE a IS NULL OR a AND d IS NULL), judged AS (SELECT CASE "
           "WHEN done.n "
           ">= %d THEN 'pass' WHEN l >= %d THEN 'due' WHEN done.n + open.n >= %d THEN "
           "'open' ELSE "
           "'miss' END AS v FROM done, open)",
           among.sql, least, today, least);
  snprintf(count, sizeof count, "%s SELECT count(*) FROM judged WHERE v = 'miss'",
           with);
  snprintf(
      unjudged, sizeof unjudged,
      "%s SELECT (SELECT count(*) FROM judged WHERE v = 'open') + (SELECT n FROM open)",
      with);
  compare(t, round, rule, NULL, count, unjudged);
}

Test(sqlite_oracle, quotas_by_month, .timeout = 300)
{
  run(20230607, judge_quota);
}

/* ---- views and measures ------------------------------------------------------------------------------------ */

/* A rule on a view, joined back to its rows, and a measure over the view. */
static void judge_view(trial *t, int round)
{
  char rule[4096], view[2048], measure[1024], with[16000], sql[17000], unjudged[17000];
  int most = random_between(&t->chance, 0, 8);
  pair among = condition(&t->chance, OWN, 1);
  snprintf(
      view, sizeof view,
      "{'id':'sums','kind':'view','on':'t','among':'%s','group':'g','cols':{'total':"
      "'sum(n)','rows':'count()','kinds':'distinct(n, n ~= nil)','last':'max(d)'}}",
      among.rule);
  snprintf(measure, sizeof measure,
           "{'id':'t.largest','kind':'measure','on':'sums','value':'max(rows)'}");
  world_derive(t->world, view);
  world_derive(t->world, measure);
  snprintf(rule, sizeof rule,
           "{'on':'t','join':[{'as':'s','table':'sums','on':{'g':'g'}}],'where':'s."
           "total > %d or "
           "s.rows == m[\\'t.largest\\'] and s.kinds < s.rows or d == s.last'}",
           most);
  snprintf(with, sizeof with,
           "WITH among AS (SELECT *, (%s) AS a FROM t), sums AS (SELECT g, CASE WHEN "
           "count(n) = "
           "count(*) THEN sum(n) END AS total, count(*) AS rows, count(DISTINCT n) AS "
           "kinds, CASE "
           "WHEN count(d) = count(*) THEN max(d) END AS last FROM among WHERE a AND g "
           "<> '' GROUP "
           "BY g), largest AS (SELECT CASE WHEN EXISTS (SELECT 1 FROM among WHERE a IS "
           "NULL OR a "
           "AND g = '') THEN NULL ELSE max(rows) END AS m FROM sums), verdict AS "
           "(SELECT t.id, "
           "s.total > %d OR (s.rows = (SELECT m FROM largest) AND s.kinds < s.rows) OR "
           "t.d = s.last "
           "AS h FROM t LEFT JOIN sums s ON s.g = t.g)",
           among.sql, most);
  snprintf(sql, sizeof sql, "%s SELECT id, 1, h IS 1 FROM verdict ORDER BY id", with);
  /* What the view could not place is open, too. */
  snprintf(unjudged, sizeof unjudged,
           "%s SELECT (SELECT count(*) FROM verdict WHERE h IS NULL) + (SELECT "
           "count(*) FROM among "
           "WHERE a IS NULL OR a AND g = '')",
           with);
  compare(t, round, rule, sql, NULL, unjudged);
}

Test(sqlite_oracle, views_and_measures, .timeout = 300)
{
  run(20230606, judge_view);
}
