/* What an office reports beside its facilities (docs/json.md, office/1): the figures of its register,
 * those that were entered by hand, and what is not in them. A key that is missing tells nothing. */
#include <string.h>

#include "office/amount.h"
#include "office/fact.h"
#include "store/cases.h"

#define LIST_MOST 10000                /* of a list that people make */
#define COUNT_MOST INT64_C(1000000000) /* of anything that is counted */
#define TITLE_MOST 300                 /* bytes of a name */
#define MILLION INT64_C(1000000)

typedef struct {
  zc_reading *r;
  const json_t *codes; /* of the facilities that it lists */
  json_t *seen;        /* by kind, key and name. Owned */
  size_t room;
} registered;

static void is_malformed(const registered *g)
{
  zc_fact_fault(g->r, "unreadable",
                N_("what it tells of its register is nothing that zicha writes"));
}

static void contradicts(const registered *g)
{
  zc_fact_fault(g->r, "tampered",
                N_("what it tells of its register contradicts itself"));
}

/* ---- keeping ---------------------------------------------------------------------------- */

/* Whether it is the first of this kind, key and name. */
static bool is_first(registered *g, const char *kind, const char *key, const char *name)
{
  zc_buffer text = {0};
  zc_buffer_print(&text, "%s\n%s\n%s", kind, key, name);
  if (text.failed || g->seen == NULL) {
    zc_buffer_free(&text);
    g->r->failed = true;
    return false;
  }
  bool first = json_object_get(g->seen, text.data) == NULL;
  g->r->failed |= first && json_object_set_new(g->seen, text.data, json_true()) != 0;
  zc_buffer_free(&text);
  return first;
}

/* What nobody has signed is looked at and not kept (facts.h). */
static void keep(registered *g, const char *kind, const char *key, const char *name,
                 int64_t value)
{
  zc_facts *facts = g->r->facts;
  if (g->r->brief || g->r->failed || facts->told_count == g->room)
    return;
  facts->told[facts->told_count++] =
      (zc_fact_figure){kind, zc_fact_keep(g->r, key, ZC_WORD_MOST),
                       zc_fact_keep(g->r, name, TITLE_MOST), value};
}

/* The same of what may stand there once. */
static void keep_once(registered *g, const char *kind, const char *key,
                      const char *name, int64_t value)
{
  if (is_first(g, kind, key, name))
    keep(g, kind, key, name, value);
  else
    contradicts(g);
}

static bool is_word(const char *text)
{
  return *text != '\0' && strlen(text) <= ZC_WORD_MOST;
}

/* ---- figures of cases and inspections ----------------------------------------------------- */

/* ZC_UNKNOWN for what is none: figures that are 0 are left out. */
static int64_t value_of(const zc_node *one, const zc_case_figure *figure)
{
  int64_t value = figure->money ? one->kind == ZC_NODE_TEXT ? zc_amount_read(one->text)
                                                            : ZC_UNKNOWN
                  : one->kind == ZC_NODE_INTEGER && one->integer <= COUNT_MOST
                      ? one->integer
                      : ZC_UNKNOWN;
  return value > 0 ? value : ZC_UNKNOWN;
}

/* A part is not more than the whole that it is of. */
static bool parts_fit(const zc_node *map)
{
  static const char *const parts[][2] = {{"inspected", "visits"},
                                         {"orders", "visits"},
                                         {"orders_facilities", "orders"},
                                         {"opinions", "visits"},
                                         {"unlicensed_closed", "visits"},
                                         {"simple", "cases"},
                                         {"general", "cases"},
                                         {"cases_facilities", "cases"},
                                         {"transfers_police", "transfers"},
                                         {"transfers_discipline", "transfers"},
                                         {"transfers_insurance", "transfers"},
                                         {"transfers_market", "transfers"},
                                         {"transfers_justice", "transfers"},
                                         {"transfers_other", "transfers"}};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (zc_node_integer(map, parts[i][0], 0) > zc_node_integer(map, parts[i][1], 0))
      return false;
  return true;
}

/* The figures of a facility, or ("") of whoever is on no roster. */
static void add_figures(registered *g, const char *code, const zc_node *map,
                        const bool kept[2])
{
  zc_case_figure figure;
  if (map->kind != ZC_NODE_MAP || zc_node_first(map) == NULL)
    is_malformed(g);
  for (const zc_node *one = zc_node_first(map); one != NULL; one = one->next) {
    int64_t value = one->key != NULL && zc_case_figure_of(one->key, &figure)
                        ? value_of(one, &figure)
                        : ZC_UNKNOWN;
    if (value == ZC_UNKNOWN)
      is_malformed(g);
    else if (!kept[figure.visits] || (figure.once && *code != '\0' && value > 1))
      contradicts(g);
    else
      keep(g, "case", code, figure.name, value);
  }
  if (!parts_fit(map))
    contradicts(g);
}

static bool read_flag(const registered *g, const zc_node *map, const char *key)
{
  const zc_node *one = zc_node_get(map, key);
  if (one == NULL || one->kind != ZC_NODE_FLAG)
    is_malformed(g);
  return one != NULL && one->kind == ZC_NODE_FLAG && one->integer != 0;
}

static void read_register(registered *g, const zc_node *map)
{
  static const char *const known[] = {"cases", "facilities", "others", "visits"};
  size_t members = 0;
  const zc_node *facilities = zc_node_get(map, "facilities"),
                *others = zc_node_get(map, "others");
  bool kept[2] = {read_flag(g, map, "cases"), read_flag(g, map, "visits")};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    members += zc_node_get(map, known[i]) != NULL;
  if (members != zc_node_count(map) ||
      (facilities != NULL && facilities->kind != ZC_NODE_MAP))
    is_malformed(g);
  keep(g, "known", "", "cases", kept[0]);
  keep(g, "known", "", "visits", kept[1]);
  for (const zc_node *one = zc_node_first(facilities); one != NULL; one = one->next)
    if (json_object_get(g->codes, one->key) == NULL)
      contradicts(g);
    else
      add_figures(g, one->key, one, kept);
  if (others != NULL)
    add_figures(g, "", others, kept);
}

/* ---- figures by hand -------------------------------------------------------------------- */

static bool is_row(const char *text)
{
  return is_word(text) &&
         strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(text);
}

/* Twelve digits and two decimals, as people may enter them; in millionths. */
static int64_t read_entered(const char *text)
{
  size_t whole = strspn(text, "0123456789");
  const char *rest = text + whole;
  size_t places = *rest == '.' ? strspn(rest + 1, "0123456789") : 0;
  int64_t value = 0;
  if (whole == 0 || whole > 12 || places > 2 || rest[places + (*rest == '.')] != '\0' ||
      (*rest == '.' && places == 0))
    return ZC_UNKNOWN;
  for (size_t i = 0; i < whole; i++)
    value = value * 10 + (text[i] - '0');
  value *= MILLION;
  for (size_t i = 0; i < places; i++)
    value += (rest[1 + i] - '0') * (i == 0 ? MILLION / 10 : MILLION / 100);
  return value;
}

/* A total stands beside no figure of a class. */
static bool is_either(registered *g, const char *row, const char *class)
{
  is_first(g, *class == '\0' ? "total" : "class", "", row);
  const char *other = *class == '\0' ? "class\n\n%s" : "total\n\n%s";
  zc_buffer text = {0};
  zc_buffer_print(&text, other, row);
  bool both = !text.failed && json_object_get(g->seen, text.data) != NULL;
  g->r->failed |= text.failed;
  zc_buffer_free(&text);
  return !both;
}

static void read_manual(registered *g, const zc_node *list)
{
  keep(g, "known", "", "manual", 1);
  for (const zc_node *one = zc_node_first(list); one != NULL; one = one->next) {
    const char *row = zc_fact_text_of(one, "row"), *class = zc_node_text(one, "class");
    int64_t value = read_entered(zc_fact_text_of(one, "value"));
    if (zc_node_count(one) != 3 || !is_row(row) || class == NULL ||
        strlen(class) > ZC_WORD_MOST || value == ZC_UNKNOWN)
      is_malformed(g);
    else if (!is_either(g, row, class))
      contradicts(g);
    else
      keep_once(g, "manual", class, row, value);
  }
}

/* ---- the rest --------------------------------------------------------------------------- */

static void read_registers(registered *g, const zc_node *map)
{
  keep(g, "known", "", "registers", 1);
  for (const zc_node *one = zc_node_first(map); one != NULL; one = one->next)
    if (one->kind != ZC_NODE_INTEGER || one->integer < 0 || one->integer > COUNT_MOST ||
        !is_word(one->key))
      is_malformed(g);
    else
      keep(g, "register", "", one->key, one->integer);
}

static void read_silent(registered *g, const zc_node *list)
{
  keep(g, "known", "", "silent", 1);
  for (const zc_node *one = zc_node_first(list); one != NULL; one = one->next) {
    const char *code = zc_fact_text_of(one, "code"), *name = zc_node_text(one, "name");
    const zc_node *many = zc_node_get(one, "facilities");
    if (!is_word(code) || name == NULL || strlen(name) > TITLE_MOST ||
        zc_node_count(one) != (many == NULL ? 2 : 3) ||
        (many != NULL && (many->kind != ZC_NODE_INTEGER || many->integer < 0 ||
                          many->integer > COUNT_MOST)))
      is_malformed(g);
    else if (is_first(g, "silent", code, ""))
      keep(g, "silent", code, name, many == NULL ? -1 : many->integer);
    else
      contradicts(g);
  }
}

static void read_without(registered *g, const zc_node *list)
{
  static const char *const known[] = {"cases", "manual", "visits", NULL};
  for (const zc_node *one = zc_node_first(list); one != NULL; one = one->next) {
    zc_buffer key = {0};
    const char *of = zc_fact_word_of(one, "of", known), *row = zc_node_text(one, "row"),
               *name = zc_fact_text_of(one, "name");
    zc_buffer_print(&key, "%s%s%s", of, row == NULL ? "" : "/", zc_text_or(row, ""));
    g->r->failed |= key.failed;
    if (*of == '\0' || *name == '\0' || strlen(name) > TITLE_MOST ||
        zc_node_count(one) != (row == NULL ? 2 : 3) || key.failed ||
        (row != NULL &&
         (strcmp(of, "manual") != 0 || !is_row(row) || key.size > ZC_WORD_MOST)))
      is_malformed(g);
    else
      keep_once(g, "without", key.data, name, 0);
    zc_buffer_free(&key);
  }
}

/* ---- the whole ---------------------------------------------------------------------------- */

static const struct {
  const char *key;
  zc_node_kind kind;
  size_t most;
  void (*read)(registered *g, const zc_node *told);
} keys[] = {{"register", ZC_NODE_MAP, LIST_MOST, read_register},
            {"manual", ZC_NODE_LIST, LIST_MOST, read_manual},
            {"registers", ZC_NODE_MAP, LIST_MOST, read_registers},
            {"silent", ZC_NODE_LIST, LIST_MOST, read_silent},
            {"without", ZC_NODE_LIST, LIST_MOST, read_without}};
#define KEYS (sizeof keys / sizeof *keys)

/* The most figures that there can be. */
static size_t room_of(const zc_node *record)
{
  size_t room = 16; /* kinds that are known */
  const zc_node *map = zc_node_get(record, "register");
  const zc_node *one = zc_node_first(zc_node_get(map, "facilities"));
  for (; one != NULL; one = one->next)
    room += zc_node_count(one);
  room += zc_node_count(zc_node_get(map, "others"));
  for (size_t i = 1; i < KEYS; i++)
    room += zc_node_count(zc_node_get(record, keys[i].key));
  return room;
}

void zc_fact_set_registered(zc_reading *r, const json_t *codes)
{
  registered g = {.r = r, .codes = codes, .seen = json_object()};
  r->failed |= g.seen == NULL;
  if (!r->brief && !r->failed) {
    g.room = room_of(r->record);
    r->facts->told = zc_arena_take(&r->facts->arena, g.room * sizeof *r->facts->told);
    r->failed |= r->facts->told == NULL;
  }
  for (size_t i = 0; i < KEYS && !r->failed; i++) {
    const zc_node *told = zc_node_get(r->record, keys[i].key);
    if (told == NULL)
      continue;
    if (told->kind != keys[i].kind || zc_node_count(told) > keys[i].most)
      is_malformed(&g);
    else
      keys[i].read(&g, told);
  }
  json_decref(g.seen);
}
