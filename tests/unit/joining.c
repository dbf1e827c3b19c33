/* Partners by packed keys, many rows at once, against the plain executor's. */
#include "vector/joining.h"

#include "base/crew.h"
#include "base/date.h"
#include "chance.h"
#include "tables.h"

static const char visits[] =
    "{'id':'visits','title':'t','columns':["
    "{'id':'no','type':'code'},{'id':'doctor','type':'code'},{'id':'room','type':'text'"
    "},"
    "{'id':'site','type':'int'},{'id':'fee','type':'decimal','scale':2},"
    "{'id':'day','type':'date'},{'id':'at','type':'datetime'},{'id':'paid','type':'"
    "bool'},"
    "{'id':'tags','type':'codes'}]}";
static const char staff[] =
    "{'id':'staff','title':'s','columns':["
    "{'id':'id','type':'code'},{'id':'dept','type':'text'},{'id':'site','type':'"
    "decimal',"
    "'scale':1},{'id':'start','type':'date'},{'id':'until','type':'date'},"
    "{'id':'seen','type':'datetime'},{'id':'ok','type':'bool'},{'id':'tags','type':'"
    "codes'}]}";

static void add_code(zc_buffer *out, uint64_t *state, const char *prefix, int most)
{
  char word[32];
  snprintf(word, sizeof word, "%s%d", prefix, random_between(state, 1, most));
  zc_buffer_text(out, random_between(state, 0, 19) == 0 ? "" : word);
}

static char *visit_rows(uint64_t *state, int count)
{
  zc_buffer out = {0};
  zc_buffer_text(&out, "no,doctor,room,site,fee,day,at,paid,tags\n");
  for (int i = 0; i < count; i++) {
    add_code(&out, state, "A", count);
    zc_buffer_text(&out, ",");
    add_code(&out, state, "D", 40);
    zc_buffer_text(&out, ",");
    add_word(&out, state, "内科|外科|儿科||D1|D2");
    zc_buffer_text(&out, ",");
    add_word(&out, state, "1|2|3|4||x|-7|-8|30|1000000");
    zc_buffer_text(&out, ",");
    add_word(&out, state, "1|1.5|1.55|2.00||3.1|-0.5|999999999");
    zc_buffer_text(&out, ",");
    add_word(&out, state,
             "1999-12-31|2023-01-01|2023-01-05|2023-02-01|2023-03-01||七月");
    zc_buffer_text(&out, ",");
    add_word(&out, state, "2023-01-01 08:00|2023-01-05 00:00|2023-02-01 09:30:05|");
    zc_buffer_text(&out, ",");
    add_word(&out, state, "true|false||?");
    zc_buffer_text(&out, ",");
    add_word(&out, state, "a;b|a|b;a|");
    zc_buffer_text(&out, "\n");
  }
  return out.data;
}

/* `dirty`: with blank and unreadable keys. */
static char *staff_rows(uint64_t *state, int count, int codes, bool dirty)
{
  zc_buffer out = {0};
  zc_buffer_text(&out, "id,dept,site,start,until,seen,ok,tags\n");
  for (int i = 0; i < count; i++) {
    char word[32];
    snprintf(word, sizeof word, "D%d", random_between(state, 1, codes));
    zc_buffer_text(&out, dirty && random_between(state, 0, 14) == 0 ? "" : word);
    zc_buffer_text(&out, ",");
    add_word(&out, state, "内科|外科|中医科|D2");
    zc_buffer_text(&out, ",");
    add_word(&out, state, dirty ? "1|2.0|1.5||x|-7" : "1|2.0|1.5|3.1|-7|30");
    zc_buffer_text(&out, ",");
    add_word(&out, state,
             dirty ? "2023-01-01|2023-01-05||?" : "2023-01-01|2023-01-05|2023-02-01");
    zc_buffer_text(&out, ",");
    add_word(&out, state, "2023-01-31|2023-02-28||2024-01-01");
    zc_buffer_text(&out, ",");
    add_word(&out, state, "2023-01-01 08:00|2023-02-01 09:30:05|2023-01-05 00:00");
    zc_buffer_text(&out, ",");
    add_word(&out, state, dirty ? "true|false|" : "true|false");
    zc_buffer_text(&out, ",");
    add_word(&out, state, "a;b|a|c");
    zc_buffer_text(&out, "\n");
  }
  return out.data;
}

#define PERIOD ",'when':'s.start <= day and (s.until == nil or day <= s.until)'"
#define ON(pairs) "{'as':'s','table':'staff','on':{" pairs "}"

/* What stands between «'join':[» and «]»; all conditions look at s. */
static const char *const joins[] = {
    ON("'doctor':'id'") "}",
    ON("'doctor':'id'") ",'match':'inner'}",
    ON("'doctor':'id'") PERIOD "}",
    ON("'doctor':'id'") PERIOD ",'match':'inner'}",
    ON("'doctor':'id'") ",'when':'s.site == site'}",
    ON("'site':'site'") "}",
    ON("'site * 2':'site'") "}",
    ON("'fee':'site'") "}",
    ON("'fee':'site'") PERIOD ",'match':'inner'}",
    ON("'day':'start'") "}",
    ON("'day + 4':'start'") "}",
    ON("'at':'seen'") "}",
    ON("'paid':'ok'") ",'when':'s.id == doctor'}",
    ON("'site > 2':'ok'") ",'when':'s.id == doctor and s.site == site'}",
    ON("'tags':'tags','doctor':'id'") "}",
    ON("'doctor':'id','site':'site'") "}",
    ON("'doctor':'id','site':'site','day':'start'") ",'match':'inner'}",
    ON("'room':'dept','doctor':'id'") "}",
    ON("'default(doctor, [[D1]])':'id'") "}",
    ON("'default(doctor, [[D1]])':'id','site':'site'") PERIOD "}",
    ON("'room':'id'") "}",
    ON("'site * 9 * 999999999999999999':'site'") "}",
    ON("'doctor':'id'") PERIOD "},{'as':'o','table':'visits','on':{'s.id':'doctor'}}",
    ON("'doctor':'id'") "},{'as':'o','table':'staff','on':{'s.dept':'dept',"
                        "'s.id':'id'},'when':'o.start ~= s.start'}",
    "{'as':'o','table':'visits','on':{'no':'no'}}," ON("'o.doctor':'id'") "}",
};

/* A rule with these joins, which judges by all of them. */
static zc_rule *joined_rule(world *w, const char *join, bool late)
{
  char text[1024];
  const char *match = late ? strrchr(join, '}') : NULL;
  snprintf(text, sizeof text, "{'on':'visits','join':[%.*s%s],'where':'%s%s'}",
           (int)(match == NULL ? strlen(join) : (size_t)(match - join)), join,
           match == NULL ? "" : ",'match':'none'}",
           strstr(join, "'as':'s'") && !late ? "s.dept == nil" : "true",
           strstr(join, "'as':'o'") && !late ? " or o.tags == nil" : "");
  return world_settled(w, text);
}

/* The partners of all rows as the plain executor finds them; by row, then by table. */
static uint32_t *plain_partners(zc_run *r)
{
  const zc_rule *rule = r->rule;
  size_t count = rule->tables[0]->count;
  uint32_t *partners = calloc(count * 3 + 1, sizeof *partners);
  for (size_t i = 0; i < count; i++) {
    zc_run_enter(r, i, NULL);
    for (int t = 1; t < rule->table_count; t++) {
      const zc_table *table = rule->tables[t];
      bool odd = (r->e.ambiguous >> t & 1) != 0;
      partners[i * 3 + (size_t)t] =
          odd ? ZC_PARTNER_ODD
          : r->e.rows[t] == NULL
              ? ZC_PARTNER_NONE
              : (uint32_t)((r->e.rows[t] - table->cells) / table->width) + 1;
    }
  }
  return partners;
}

typedef struct {
  uint32_t rows[3][ZC_LANE], found[ZC_LANE];
  uint8_t blank[ZC_LANE];
  size_t at[ZC_LANE];
} bench;

/* Some rows in any order, or some that stand side by side, with the partners they have. */
static zc_batch random_batch(const zc_rule *rule, const uint32_t *partners, bench *b,
                             uint64_t *state)
{
  size_t count = rule->tables[0]->count;
  zc_batch batch = {0};
  bool named = random_between(state, 0, 1) == 1;
  batch.first = (size_t)random_between(state, 0, (int)count - 1);
  batch.count = named                           ? ZC_LANE
                : count - batch.first < ZC_LANE ? count - batch.first
                                                : ZC_LANE;
  for (size_t i = 0; i < batch.count; i++) {
    b->at[i] = named ? (size_t)random_between(state, 0, (int)count - 1)
                     : batch.first + i;
    b->rows[0][i] = (uint32_t)b->at[i] + 1;
    for (size_t t = 1; t < 3; t++)
      b->rows[t][i] = partners[b->at[i] * 3 + t];
  }
  batch.rows[0] = named ? b->rows[0] : NULL;
  for (int t = 1; t < rule->table_count; t++)
    batch.rows[t] = b->rows[t];
  return batch;
}

/* Opens a run with packed partners; `partners` keeps what plain ones find. */
static void open_run(zc_run *r, zc_plain *plain, zc_rule *rule, zc_partners **partners)
{
  cr_assert(zc_run_open(r, plain, rule));
  for (int j = 0; j < rule->join_count; j++)
    partners[j] = zc_partners_plain(r, &rule->joins[j]);
}

static void close_run(zc_run *r, zc_partners **partners)
{
  for (int j = 0; j < r->rule->join_count; j++)
    partners[j]->release(partners[j]);
  zc_rule_forget_partners(r->rule);
  zc_run_close(r);
}

static const zc_engine engine = {.partners = zc_vector_partners};

static world *random_world(uint64_t *state, char **rows, bool dirty, int staff_count)
{
  world *w = world_new();
  rows[0] = visit_rows(state, 2500);
  rows[1] = staff_rows(state, staff_count, dirty ? 30 : 60, dirty);
  world_add(w, visits, rows[0]);
  world_add(w, staff, rows[1]);
  return w;
}

static void free_world(world *w, char **rows)
{
  world_free(w);
  free(rows[0]);
  free(rows[1]);
}

static zc_crew *crew_of(int size)
{
  zc_crew *crew;
  zc_err err;
  cr_assert(eq(int, zc_crew_new(size, &crew, &err), ZC_OK));
  cr_assert(eq(int, zc_crew_size(crew), size));
  return crew;
}

/* How many rows have a partner. */
static size_t compare_finding(zc_run *r, const uint32_t *expected, const char *join,
                              uint64_t *state)
{
  static bench b;
  size_t found = 0;
  for (int j = 0; j < r->rule->join_count; j++) {
    int workers = random_between(state, 1, 3), t = r->rule->joins[j].table;
    zc_crew *crew = crew_of(workers);
    zc_joining *joining = zc_joining_new(r, j, crew);
    cr_assert(ne(ptr, joining, NULL));
    for (int times = 0; times < 4; times++) {
      zc_batch batch = random_batch(r->rule, expected, &b, state);
      cr_assert(zc_joining_find(joining, times % workers, &batch, b.found));
      for (size_t i = 0; i < batch.count; i++) {
        uint32_t right = expected[b.at[i] * 3 + (size_t)t];
        cr_assert(eq(u32, b.found[i], right), "%s: join %d, row %zu", join, j, b.at[i]);
        found += right != ZC_PARTNER_NONE && right != ZC_PARTNER_ODD;
      }
    }
    zc_joining_free(joining);
    zc_crew_free(crew);
  }
  return found;
}

static void find_in_worlds(uint64_t seed, bool dirty, int staff_count)
{
  uint64_t state = seed;
  char *rows[2];
  world *w = random_world(&state, rows, dirty, staff_count);
  zc_plain plain = {.engine = &engine, .patients = &w->patients};
  for (size_t i = 0; i < sizeof joins / sizeof *joins; i++) {
    zc_rule *rule = joined_rule(w, joins[i], false);
    zc_run slow, fast;
    zc_partners *partners[ZC_JOINS];
    cr_assert(zc_run_open(&slow, &w->plain, rule));
    uint32_t *expected = plain_partners(&slow);
    zc_run_close(&slow);
    open_run(&fast, &plain, rule, partners);
    compare_finding(&fast, expected, joins[i], &state);
    close_run(&fast, partners);
    free(expected);
    zc_rule_free(rule);
  }
  free_world(w, rows);
}

Test(joining, rows_have_the_partners_that_the_plain_executor_finds)
{
  for (uint64_t seed = 1; seed <= 6; seed++) {
    find_in_worlds(seed * 104729, seed % 2 == 0, 40);
    find_in_worlds(seed * 15485863, seed % 2 == 0, 400);
  }
  find_in_worlds(3, false, 0);
}

Test(joining, most_rows_find_one)
{
  uint64_t state = 77;
  char *rows[2];
  world *w = random_world(&state, rows, false, 50);
  zc_plain plain = {.engine = &engine, .patients = &w->patients};
  zc_rule *rule = joined_rule(w, joins[2], false);
  zc_run slow, fast;
  zc_partners *partners[ZC_JOINS];
  cr_assert(zc_run_open(&slow, &w->plain, rule));
  uint32_t *expected = plain_partners(&slow);
  zc_run_close(&slow);
  open_run(&fast, &plain, rule, partners);
  cr_expect(gt(sz, compare_finding(&fast, expected, joins[2], &state), 300));
  close_run(&fast, partners);
  free(expected);
  zc_rule_free(rule);
  free_world(w, rows);
}

/* ---- candidates ------------------------------------------------------------------------- */

static void compare_candidates(zc_run *r, zc_partners *plain, const char *join,
                               uint64_t *state)
{
  static bench b;
  const zc_join *own = &r->rule->joins[0];
  uint32_t *none = calloc(r->rule->tables[0]->count * 3 + 1, sizeof *none);
  zc_crew *crew = crew_of(2);
  zc_joining *joining = zc_joining_new(r, 0, crew);
  cr_assert(ne(ptr, joining, NULL));
  for (int times = 0; times < 4; times++) {
    zc_batch batch = random_batch(r->rule, none, &b, state);
    cr_assert(zc_joining_candidates(joining, times % 2, &batch, b.found, b.blank));
    for (size_t i = 0; i < batch.count; i++) {
      zc_scalar key[ZC_KEYS];
      bool blank = false, unreadable = false;
      zc_run_enter(r, b.at[i], NULL);
      r->e.overflow = false;
      for (int k = 0; k < own->count; k++) {
        key[k] = zc_evaluate(&r->e, own->from[k].root);
        blank |= zc_is_blank(&key[k]);
        unreadable |= zc_is_unreadable(key[k]) || r->e.overflow;
      }
      uint32_t right = unreadable ? ZC_PARTNER_ODD
                       : blank    ? 0
                                  : plain->find(plain, key);
      cr_assert(eq(u32, b.found[i], right), "%s: row %zu", join, b.at[i]);
      cr_assert(eq(int, b.blank[i], blank && !unreadable), "%s: row %zu", join,
                b.at[i]);
    }
  }
  zc_joining_free(joining);
  zc_crew_free(crew);
  free(none);
}

Test(joining, candidates_are_those_that_the_plain_executor_tries)
{
  for (uint64_t seed = 1; seed <= 4; seed++) {
    uint64_t state = seed * 7907;
    char *rows[2];
    world *w = random_world(&state, rows, seed % 2 == 0, 100);
    zc_plain plain = {.engine = &engine, .patients = &w->patients};
    for (size_t i = 0; i < sizeof joins / sizeof *joins; i++) {
      if (strstr(joins[i], "'match'") != NULL || strstr(joins[i], "},{") != NULL)
        continue;
      zc_rule *rule = joined_rule(w, joins[i], true);
      zc_run r;
      zc_partners *partners[ZC_JOINS];
      open_run(&r, &plain, rule, partners);
      compare_candidates(&r, partners[0], joins[i], &state);
      close_run(&r, partners);
      zc_rule_free(rule);
    }
    free_world(w, rows);
  }
}

/* ---- partners --------------------------------------------------------------------------- */

static void compare_partners(const zc_partners *a, const zc_partners *b, size_t count)
{
  cr_expect(eq(int, memcmp(a->next, b->next, count * sizeof *a->next), 0));
  cr_assert(eq(sz, a->open_count, b->open_count));
  cr_expect(eq(int, memcmp(a->open, b->open, a->open_count * sizeof *a->open), 0));
  cr_expect(eq(i64, a->beyond, b->beyond));
}

static zc_scalar ratio(int64_t units, int scale, int64_t divisor)
{
  return (zc_scalar){.kind = ZC_NUMBER,
                     .scale = (int8_t)scale,
                     .units = units,
                     .divisor = divisor};
}

/* Values of all kinds: each is a key alone, and a part of any other. */
static zc_scalar random_scalar(uint64_t *state)
{
  static const char *const words[] = {"D1", "D2", "D30", "D99", "内科", "a;b", "a", ""};
  const char *word = words[random_between(state, 0, 7)];
  zc_scalar text = zc_text(word, strlen(word));
  switch (random_between(state, 0, 8)) {
  case 0:
    text.kind = ZC_CODES;
    return text;
  case 1:
    return zc_integer(random_between(state, -8, 3));
  case 2:
    return zc_decimal((int64_t)random_between(state, -70, 400) * 5, 2);
  case 3:
    return ratio(random_between(state, -8, 60), random_between(state, 0, 3),
                 random_between(state, 1, 4));
  case 4:
    return ratio(INT64_MAX - random_between(state, 0, 9), 0,
                 random_between(state, 0, 1) ? 1 : INT64_MAX);
  case 5:
    return zc_date(zc_day_from_civil((zc_civil){2023, 1, random_between(state, 1, 6)}));
  case 6:
    return zc_bool(random_between(state, 0, 1) == 1);
  default:
    return text;
  }
}

static void compare_finds(const zc_partners *fast, const zc_partners *slow, int width,
                          const char *join, uint64_t *state)
{
  for (int times = 0; times < 3000; times++) {
    zc_scalar key[ZC_KEYS];
    bool blank = false;
    for (int k = 0; k < width; k++) {
      key[k] = random_scalar(state);
      blank |= zc_is_blank(&key[k]);
    }
    if (blank)
      continue;
    uint32_t row = slow->find(slow, key), same = fast->find(fast, key);
    for (; row != 0 && row == same; row = slow->next[row - 1])
      same = fast->next[same - 1];
    cr_assert(eq(u32, same, row), "%s", join);
  }
}

Test(joining, values_lead_to_the_rows_that_the_plain_executor_finds)
{
  bool beyond = false;
  /* Rows are put in by steps of 256; of a dirty world with 9000, more are open than are kept. */
  static const int counts[] = {300, 300, 9000, 9000, 255, 256, 257, 512};
  for (uint64_t seed = 1; seed <= sizeof counts / sizeof *counts; seed++) {
    uint64_t state = seed * 7907;
    char *rows[2];
    world *w = random_world(&state, rows, seed % 2 == 0, counts[seed - 1]);
    zc_plain plain = {.engine = &engine, .patients = &w->patients};
    for (size_t i = 0; i < sizeof joins / sizeof *joins; i++) {
      zc_rule *rule = joined_rule(w, joins[i], false);
      zc_run r;
      zc_partners *partners[ZC_JOINS];
      open_run(&r, &plain, rule, partners);
      for (int j = 0; j < rule->join_count; j++) {
        const zc_join *join = &rule->joins[j];
        compare_partners(join->partners, partners[j], rule->tables[join->table]->count);
        beyond |= partners[j]->beyond > 0;
        compare_finds(join->partners, partners[j], join->count, joins[i], &state);
      }
      close_run(&r, partners);
      zc_rule_free(rule);
    }
    free_world(w, rows);
  }
  cr_expect(beyond);
}

/* ---- keeping ---------------------------------------------------------------------------- */

static zc_partners *partners_of(world *w, zc_rule *rule)
{
  zc_plain plain = {.engine = &engine, .patients = &w->patients};
  zc_run r;
  cr_assert(zc_run_open(&r, &plain, rule));
  zc_run_close(&r);
  return rule->joins[0].partners;
}

Test(joining, rules_that_join_the_same_columns_share_the_partners)
{
  uint64_t state = 5;
  char *rows[2];
  world *w = random_world(&state, rows, false, 30);
  zc_rule *one = joined_rule(w, joins[0], false),
          *two = joined_rule(w, joins[1], false),
          *other = joined_rule(w, joins[5], false);
  zc_partners *own = partners_of(w, one);
  cr_expect(eq(ptr, partners_of(w, two), own));
  cr_expect(ne(ptr, partners_of(w, other), own));
  zc_rule_free(one);
  cr_expect(eq(ptr, partners_of(w, two), own));
  zc_rule_free(two);
  zc_rule_free(other);
  free_world(w, rows);
}

Test(joining, partners_may_outlive_the_rows)
{
  uint64_t state = 5;
  char *rows[2];
  world *w = random_world(&state, rows, false, 30);
  zc_rule *rule = joined_rule(w, joins[0], false);
  zc_partners *own = partners_of(w, rule);
  zc_table_empty(w->tables[1]);
  cr_expect(eq(u32, own->next[29], 0));
  zc_rule_free(rule);
  free_world(w, rows);
}

Test(joining, what_fits_no_array_or_no_number_is_found_all_the_same)
{
  static const char *const wide[] =
      {ON("'doctor':'id'") "}", ON("'fee':'site'") "}",
       ON("'fee':'site','doctor':'id'") "}",
       ON("'site':'site','day':'start','at':'seen','doctor':'id'") "}"};
  for (int spoiled = 0; spoiled < 2; spoiled++) {
    uint64_t state = 9;
    char *rows[2];
    world *w = random_world(&state, rows, true, 200);
    zc_plain plain = {.engine = &engine, .patients = &w->patients};
    zc_table *table = w->tables[1];
    for (size_t i = 0; i < 20; i++) {
      zc_scalar *cells = &table->cells[i * 7 * (size_t)table->width];
      cells[table->slot[2]] = spoiled
                                  ? ratio(1, 0, 3)
                                  : zc_decimal((i % 2 ? 1 : -1) * (INT64_MAX / 8), 1);
      cells[table->slot[5]] = zc_moment((i % 2 ? 1 : -1) * (INT64_MAX / 8));
    }
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++) {
      zc_rule *rule = joined_rule(w, wide[i], false);
      zc_run slow, fast;
      zc_partners *partners[ZC_JOINS];
      cr_assert(zc_run_open(&slow, &w->plain, rule));
      uint32_t *expected = plain_partners(&slow);
      zc_run_close(&slow);
      open_run(&fast, &plain, rule, partners);
      compare_finding(&fast, expected, wide[i], &state);
      compare_finds(rule->joins[0].partners, partners[0], rule->joins[0].count, wide[i],
                    &state);
      close_run(&fast, partners);
      free(expected);
      zc_rule_free(rule);
    }
    free_world(w, rows);
  }
}
