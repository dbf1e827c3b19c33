/* Random rules over random tables, judged by the executor and by a second opinion that
 * shares no code with it. */
#include "meaning.h"
#include "tables.h"

static const char dataset[] =
    "{'id':'t','title':'表','columns':[{'id':'id','type':'code','key':true},"
    "{'id':'n','type':'int'},{'id':'q','type':'decimal','scale':1},"
    "{'id':'d','type':'date'},{'id':'e','type':'date'},{'id':'b','type':'bool'},"
    "{'id':'t','type':'text'},{'id':'u','type':'text'},"
    "{'id':'k','type':'enum','words':['甲','乙'],'values':[{'id':'甲'},{'id':'乙'}]},"
    "{'id':'link','type':'code'}]}";
static const char other[] =
    "{'id':'o','title':'另表','columns':[{'id':'id','type':'code'},"
    "{'id':'a','type':'int'},{'id':'w','type':'text'}]}";

/* One random case: tables, a rule, and what the second opinion found. */
typedef struct {
  tables tables;
  maker maker;
  node *among, *judge, *amount;
  bool join, shown; /* there is a join; show reads it */
  json_t *rule;
  int population, count, rows, unjudged;
  double amounts;
  char lines[512];
  int shown_lines;
} trial;

static void set_text(trial *t, const char *field, const node *n)
{
  char text[8192];
  if (n == NULL)
    return;
  write_node(n, 0, text);
  json_object_set_new(t->rule, field, json_string(text));
}

static void begin_trial(trial *t, uint64_t *chance)
{
  memset(t, 0, sizeof *t);
  make_tables(chance, &t->tables);
  t->maker.chance = chance;
  t->rule = json_object();
  json_object_set_new(t->rule, "on", json_string("t"));
  t->join = random_between(chance, 0, 1);
  t->maker.joins = t->join;
  if (t->join)
    json_object_set_new(t->rule, "join",
                        json_of("[{'as':'o','table':'o','on':{'link':'id'}}]"));
  if (random_between(chance, 0, 2) > 0)
    t->among = make_condition(&t->maker, 2);
  t->maker.asks = true;
  set_text(t, "among", t->among);
}

/* Whether a condition reads the joined table, so that several partners matter. */
static bool judged_join(const trial *t)
{
  return t->join && (t->maker.reads & (1u << A | 1u << W)) != 0;
}

/* How many partners a row has; *found is the last. */
static int partners(const trial *t, const row *r, const joined **found)
{
  int count = 0;
  *found = NULL;
  for (int i = 0; t->join && r->link[0] != '\0' && i < t->tables.other_count; i++)
    if (strcmp(t->tables.others[i].id, r->link) == 0) {
      count++;
      *found = &t->tables.others[i];
    }
  if (count > 1)
    *found = NULL;
  return count;
}

/* Puts a row into the view. True if it belongs to the population; counts the unjudged. */
static bool enters(trial *t, const row *r, view *v)
{
  *v = (view){.row = r};
  int count = partners(t, r, &v->other);
  condition among = t->among == NULL ? sure(true) : meaning(v, t->among);
  if (!among.can_be_true)
    return false;
  /* Where it is asked whether there is a partner, it may be a row that cannot be read. */
  bool lost = t->maker.asked && count == 0 && r->link[0] != '\0' &&
              t->tables.other_malformed > 0;
  if (is_open(among) || (count > 1 && judged_join(t)) || lost) {
    t->unjudged++;
    return false;
  }
  return true;
}

static void note_line(trial *t, int line)
{
  if (t->shown_lines++ < ZC_FIRST)
    sprintf(t->lines + strlen(t->lines), "%s%d", t->lines[0] == '\0' ? "" : "; ", line);
}

static bool not_seen(const char *text, const char **seen, int *count)
{
  for (int i = 0; i < *count; i++)
    if (strcmp(seen[i], text) == 0)
      return false;
  seen[(*count)++] = text;
  return true;
}

static void add_amount(trial *t, view *v)
{
  number value = t->amount == NULL ? nothing : worth(v, t->amount);
  if (value.known)
    t->amounts += (double)value.over / (double)value.under;
}

/* ---- the same rule, judged by the executor ------------------------------------------------- */

static int bad_cells(const trial *t)
{
  int count = 0;
  for (int i = 0; i < COLUMNS; i++)
    if ((t->maker.reads & 1u << i) != 0)
      count += t->tables.bad[i];
  return count;
}

static json_t *judged(trial *t)
{
  json_t *result = NULL;
  zc_err err;
  world *w = world_new();
  world_add(w, dataset, t->tables.csv);
  world_add(w, other, t->tables.other_csv);
  zc_rule *rule = world_rule(w, t->rule);
  if (rule != NULL) {
    zc_rule_settle(rule);
    cr_assert(eq(int, zc_plain_run(&w->plain, rule, &result, &err), ZC_OK));
    world_agree(w, t->rule, result);
  }
  zc_rule_free(rule);
  if (result == NULL)
    cr_log_error("%s", w->said);
  world_free(w);
  return result;
}

static void compare(trial *t, const char *verdict, int round)
{
  char expected[1024], *at = expected;
  json_t *result = judged(t);
  char *text = json_dumps(t->rule, JSON_COMPACT);
  cr_assert(ne(ptr, result, NULL), "round %d: %s", round, text);
  int malformed = t->tables.malformed +
                  (judged_join(t) ? t->tables.other_malformed : 0);
  const char *amount = zc_get_text(result, "amount");
  if (t->amount != NULL) {
    cr_expect(ne(ptr, (void *)amount, NULL), "round %d: %s", round, text);
    double difference = strtod(zc_text_or(amount, "-1"), NULL) - t->amounts;
    cr_expect(difference > -0.01 && difference < 0.01, "round %d: %s: %s, not %f",
              round, text, zc_text_or(amount, "nothing"), t->amounts);
    json_object_del(result, "amount");
  }
  at += sprintf(at, "%d of %d", t->count, t->population);
  at += t->rows == 0 ? 0 : sprintf(at, ", %d rows", t->rows);
  at += t->unjudged == 0 ? 0 : sprintf(at, ", %d unjudged", t->unjudged);
  at += malformed == 0 ? 0 : sprintf(at, ", %d malformed", malformed);
  at += bad_cells(t) == 0 ? 0 : sprintf(at, ", %d bad", bad_cells(t));
  sprintf(at, "%s", verdict);
  cr_assert(eq(str, figures(result), expected),
            "round %d: «%s», not «%s»: %s over\n%s\n%s", round, figures(result),
            expected, text, t->tables.csv, t->tables.other_csv);
  cr_assert(eq(str, shown_rows(result), t->lines), "round %d: %s over\n%s", round, text,
            t->tables.csv);
  free(text);
  json_decref(result);
  json_decref(t->rule);
}

/* ---- rules on rows --------------------------------------------------------------------------- */

static void judge_rows(trial *t, bool distinct)
{
  const char *all[ROWS_MOST], *hit[ROWS_MOST];
  int all_count = 0, hit_count = 0;
  for (int i = 0; i < t->tables.row_count; i++) {
    view v;
    const row *r = &t->tables.rows[i];
    if (!enters(t, r, &v))
      continue;
    t->population += !distinct || not_seen(r->t.text, all, &all_count);
    condition found = meaning(&v, t->judge);
    if (is_open(found)) {
      t->unjudged++;
    } else if (found.can_be_true) {
      t->rows++;
      t->count += !distinct || not_seen(r->t.text, hit, &hit_count);
      add_amount(t, &v);
      note_line(t, r->line);
    }
  }
}

Test(random_rules, rules_on_rows_mean_what_the_second_opinion_says, .timeout = 300)
{
  uint64_t chance = 20230501;
  static trial t;
  int hits = 0, open = 0;
  for (int round = 0; round < 4000; round++) {
    begin_trial(&t, &chance);
    t.judge = make_condition(&t.maker, 3);
    set_text(&t, "where", t.judge);
    bool distinct = random_between(&chance, 0, 2) == 0;
    if (distinct) {
      json_object_set_new(t.rule, "count", json_string("t"));
      t.maker.reads |= 1u << T;
    }
    if (random_between(&chance, 0, 2) == 0) {
      t.amount = column(&t.maker, 'v', Q);
      set_text(&t, "amount", t.amount);
    }
    judge_rows(&t, distinct);
    hits += t.count > 0;
    open += t.unjudged > 0;
    compare(&t, "", round);
  }
  cr_expect(hits > 500 && open > 500, "%d with hits, %d with unjudged rows", hits,
            open);
}

/* ---- groups ------------------------------------------------------------------------------------ */

typedef struct {
  char key[64];
  view view;
  int line;
} group;

/* The group's key as a text; false when a part is blank. */
static bool key_of(const row *r, const int *columns, int count, char *key)
{
  key[0] = '\0';
  for (int i = 0; i < count; i++) {
    char part[32] = "";
    number d = r->d, n = r->n;
    if (columns[i] == T)
      snprintf(part, sizeof part, "%s", r->t.text);
    else if (columns[i] == K && r->k.known)
      snprintf(part, sizeof part, "%s", r->k.text);
    else if (columns[i] == D && d.known)
      snprintf(part, sizeof part, "%lld", d.over);
    else if (columns[i] == N && n.known)
      snprintf(part, sizeof part, "%lld", n.over);
    if (part[0] == '\0')
      return false;
    snprintf(key + strlen(key), 64 - strlen(key), "%s/", part);
  }
  return true;
}

static void judge_groups(trial *t, const int *columns, int column_count)
{
  static group groups[ROWS_MOST];
  int count = 0;
  for (int i = 0; i < t->tables.row_count; i++) {
    view v;
    char key[64];
    const row *r = &t->tables.rows[i];
    if (!enters(t, r, &v))
      continue;
    if (!key_of(r, columns, column_count, key)) {
      t->unjudged++;
      continue;
    }
    int which = 0;
    while (which < count && strcmp(groups[which].key, key) != 0)
      which++;
    group *g = &groups[which];
    if (which == count) {
      count++;
      *g = (group){.view = v, .line = r->line};
      memcpy(g->key, key, sizeof key);
    }
    g->view.members[g->view.member_count] = r;
    g->view.partners[g->view.member_count++] = v.other;
  }
  t->population = count;
  for (int i = 0; i < count; i++) {
    group *g = &groups[i];
    condition found = group_meaning(&g->view, t->judge);
    bool hit = found.can_be_true && !found.can_be_false;
    t->unjudged += !hit && (is_open(found) || g->view.open_count > 0);
    if (hit) {
      t->count++;
      t->rows += g->view.member_count;
      note_line(t, g->line);
      add_amount(t, &g->view);
    }
  }
}

Test(random_rules, groups_mean_what_the_second_opinion_says, .timeout = 300)
{
  static const int keys[] = {T, K, D, N};
  uint64_t chance = 777;
  static trial t;
  int hits = 0, open = 0;
  for (int round = 0; round < 4000; round++) {
    begin_trial(&t, &chance);
    int columns[2], count = random_between(&chance, 1, 2);
    json_t *names = json_array();
    for (int i = 0; i < count; i++) {
      columns[i] = keys[random_between(&chance, 0, 3)];
      json_array_append_new(names, json_string(column_names[columns[i]]));
      t.maker.reads |= 1u << columns[i];
    }
    json_object_set_new(t.rule, "group", names);
    t.maker.group = true;
    t.judge = make_condition(&t.maker, 2);
    set_text(&t, "having", t.judge);
    if (random_between(&chance, 0, 2) == 0) {
      t.amount = new_node(&t.maker, 'g', column(&t.maker, 'v', Q), NULL);
      t.amount->column = 2;
      set_text(&t, "amount", t.amount);
    }
    judge_groups(&t, columns, count);
    hits += t.count > 0;
    open += t.unjudged > 0;
    compare(&t, "", round);
  }
  cr_expect(hits > 300 && open > 500, "%d with hits, %d with open groups", hits, open);
}

/* ---- rates ------------------------------------------------------------------------------------- */

/* Every way in which the unknown ones could turn out is tried. */
static const char *verdict_of(int part, int whole, int unknown, int least, number limit,
                              bool above)
{
  bool hit = false, pass = false;
  if (whole + unknown == 0)
    return "empty";
  if (whole < least)
    return "few";
  for (int yes = -1; yes <= unknown; yes++) {
    number share = yes < 0 ? fraction(part, whole)
                           : fraction(part + yes, whole + unknown);
    bool breaks = above ? order(share, limit) > 0 : order(share, limit) < 0;
    hit |= breaks;
    pass |= !breaks;
  }
  return hit && pass ? "open" : hit ? "hit" : "pass";
}

Test(random_rules, rates_mean_what_the_second_opinion_says, .timeout = 300)
{
  uint64_t chance = 31415926;
  static trial t;
  int verdicts[5] = {0};
  static const char *const names[] = {"hit", "pass", "open", "few", "empty"};
  for (int round = 0; round < 4000; round++) {
    begin_trial(&t, &chance);
    t.judge = make_condition(&t.maker, 2);
    set_text(&t, "rate", t.judge);
    node *limit = new_node(&t.maker, '/', make_literal(&t.maker),
                           make_literal(&t.maker));
    limit->b->over += 9 + limit->a->over;
    bool above = random_between(&chance, 0, 1);
    set_text(&t, above ? "above" : "below", limit);
    int least = random_between(&chance, 1, 4), part = 0, whole = 0, unknown = 0;
    json_object_set_new(t.rule, "min_n", json_integer(least));
    for (int i = 0; i < t.tables.row_count; i++) {
      view v;
      if (!enters(&t, &t.tables.rows[i], &v))
        continue;
      condition value = meaning(&v, t.judge);
      t.population++;
      unknown += is_open(value);
      whole += !is_open(value);
      part += !value.can_be_false;
    }
    view none = {0};
    const char *verdict = verdict_of(part, whole, unknown, least, worth(&none, limit),
                                     above);
    /* Too few known ones beside unknown ones: missing_values.c says what holds. */
    if (whole < least && unknown > 0) {
      json_decref(t.rule);
      continue;
    }
    for (int i = 0; i < 5; i++)
      verdicts[i] += strcmp(names[i], verdict) == 0;
    t.count = strcmp(verdict, "hit") == 0;
    t.rows = t.count == 0 ? 0 : whole;
    char text[128];
    snprintf(text, sizeof text, ", %d/%d and %d unknown: %s", part, whole, unknown,
             verdict);
    compare(&t, text, round);
  }
  for (int i = 0; i < 5; i++)
    cr_expect(verdicts[i] > 100, "%s: %d", names[i], verdicts[i]);
}
