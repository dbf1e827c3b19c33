/* What the generator takes from a real report: its record, and what each entry is answered
 * with when it is well or badly. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "facility/written.h"
#include "county.h"

void stop(const char *why)
{
  fprintf(stderr, "bench-county: %s\n", why);
  exit(70);
}

void must(zc_code code, const zc_err *err)
{
  if (code == ZC_OK)
    return;
  const char *cursor = NULL, *value, *name;
  fprintf(stderr, "bench-county: %s", err->text);
  while ((name = zc_err_next(err, &cursor, &value)) != NULL)
    fprintf(stderr, " [%s: %s]", name, value);
  fputc('\n', stderr);
  exit(code);
}

/* ---- chance: splitmix64 -------------------------------------------------------- */

uint64_t dice_roll(dice *d)
{
  uint64_t z = d->state += 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

dice dice_of(uint64_t seed, uint64_t number, const char *what)
{
  dice d = {seed};
  d.state = dice_roll(&d) ^ number;
  d.state = dice_roll(&d);
  for (; *what != '\0'; what++)
    d.state = (d.state ^ (unsigned char)*what) * 0x100000001B3u;
  dice_roll(&d);
  return d;
}

int dice_below(dice *d, int limit)
{
  return limit <= 0 ? 0 : (int)((dice_roll(d) >> 16) % (unsigned)limit);
}

int dice_between(dice *d, int low, int high)
{
  return low + dice_below(d, high - low + 1);
}

bool dice_chance(dice *d, int percent)
{
  return dice_below(d, 100) < percent;
}

/* ---- entries -------------------------------------------------------------------- */

static bool is_sample(const char *text)
{
  const char *at = text;
  while (isdigit((unsigned char)*at))
    at++;
  if (at == text || *at != '/' || !isdigit((unsigned char)at[1]))
    return false;
  while (isdigit((unsigned char)*++at))
    ;
  return *at == '\0';
}

static void read_entry(template *t, entry *e, const json_t *item)
{
  const char *told = zc_text_or(zc_get_text(item, "answer"), "");
  const char *kind = zc_text_or(zc_get_text(item, "kind"), "");
  const char *status = zc_text_or(zc_get_text(item, "status"), "");
  const json_t *focus;
  size_t index;
  e->item = item;
  e->id = zc_get_text(item, "id");
  e->base = zc_text_or(zc_get_text(item, "item"), e->id);
  e->member = zc_get_text(item, "member");
  e->severity = zc_get_text(item, "severity");
  e->certainty = zc_text_or(zc_get_text(item, "certainty"), "certain");
  e->focus = zc_text_or(zc_get_text(item, "focus"), "");
  e->focus_title = "";
  json_array_foreach(json_object_get(json_object_get(t->plan, "plan"), "focus"), index,
                     focus)
  {
    if (strcmp(zc_text_or(zc_get_text(focus, "id"), ""), e->focus) == 0)
      e->focus_title = zc_text_or(zc_get_text(focus, "title"), "");
  }
  e->population = zc_get_integer(item, "population", 0);
  e->found = zc_get_integer(item, "count", 0);
  e->shape = KEPT;
  bool is_yes = strcmp(told, "是") == 0, is_no = strcmp(told, "否") == 0;
  if (strcmp(kind, "evidence") == 0) {
    e->shape = EVIDENCE;
  } else if (strcmp(kind, "data") == 0 && e->population > 0 &&
             !zc_get_flag(item, "manual")) {
    e->shape = DATA;
  } else if (is_yes || is_no) {
    bool is_good = strcmp(status, "problem") != 0;
    e->shape = YESNO;
    e->good = is_yes == is_good ? "是" : "否";
    e->bad = is_yes == is_good ? "否" : "是";
  } else if (is_sample(told) || strcmp(status, "not_checked") == 0) {
    e->shape = SAMPLE;
  }
}

/* ---- which entries count for a member of a set ------------------------------------ */

static bool names_entry(const char *id, const entry *e)
{
  return id != NULL && (strcmp(id, e->id) == 0 || strcmp(id, e->base) == 0);
}

static bool lists_entry(const json_t *ids, const entry *e)
{
  size_t index;
  const json_t *id;
  json_array_foreach(ids, index, id)
  {
    if (names_entry(json_string_value(id), e))
      return true;
  }
  return false;
}

/* The plan's own words on the entry: {across, set}. */
static const json_t *asked_as(const template *t, const entry *e)
{
  size_t index;
  const json_t *item;
  json_array_foreach(json_object_get(t->plan, "items"), index, item)
  {
    if (strcmp(zc_text_or(zc_get_text(item, "id"), ""), e->base) == 0)
      return item;
  }
  return NULL;
}

static bool is_bound(const template *t, const char *set, const json_t *member,
                     const entry *e)
{
  char name[300];
  const char *id = zc_text_or(zc_get_text(member, "id"), "");
  const json_t *asked = asked_as(t, e), *one, *text;
  const json_t *sets = json_object_get(json_object_get(t->plan, "plan"), "sets");
  size_t index;
  bool is_member = e->member != NULL && strcmp(e->member, id) == 0;
  if (t->plan == NULL)
    return is_member;
  if (is_member && strcmp(zc_text_or(zc_get_text(asked, "across"), ""), set) == 0)
    return true;
  snprintf(name, sizeof name, "%s.%s", set, id);
  json_array_foreach(json_object_get(asked, "set"), index, text)
  {
    if (strcmp(json_string_value(text), name) == 0)
      return true;
  }
  json_array_foreach(json_object_get(json_object_get(sets, set), "members"), index, one)
  {
    if (strcmp(zc_text_or(zc_get_text(one, "id"), ""), id) == 0 &&
        lists_entry(json_object_get(one, "items"), e))
      return true;
  }
  return false;
}

static void bind(template *t)
{
  size_t i, j;
  const json_t *set, *member;
  int at = 0;
  json_array_foreach(json_object_get(t->record, "sets"), i, set)
  {
    json_array_foreach(json_object_get(set, "members"), j, member)
    {
      if (at == MOST_MEMBERS)
        stop("the template's sets have too many members");
      for (int e = 0; e < t->count; e++)
        t->bound[at][e] = is_bound(t, zc_get_text(set, "id"), member, &t->entries[e]);
      at++;
    }
  }
}

/* ---- reading --------------------------------------------------------------------- */

static json_t *parse_file(const char *path)
{
  zc_buffer text = {0};
  zc_err err;
  json_t *value = NULL;
  must(zc_file_read(path, ZC_ZREP_FILE, &text, &err), &err);
  must(zc_json_parse(text.data, text.size, &value, &err), &err);
  zc_buffer_free(&text);
  return value;
}

/* The record in the report's last line. */
static json_t *record_of(const char *path)
{
  zc_buffer text = {0};
  zc_err err;
  json_t *record = NULL;
  const char *at = NULL, *next;
  must(zc_file_read(path, ZC_ZREP_FILE, &text, &err), &err);
  zc_buffer_char(&text, '\0');
  must(zc_buffer_check(&text, &err), &err);
  next = text.data;
  while ((next = strstr(next, ZC_RECORD_MARK)) != NULL)
    at = next += strlen(ZC_RECORD_MARK);
  const char *end = at == NULL ? NULL : strstr(at, ZC_RECORD_END);
  if (end == NULL)
    stop("the template has no record in its last line");
  must(zc_json_parse(at, (size_t)(end - at), &record, &err), &err);
  zc_buffer_free(&text);
  return record;
}

void template_load(template *t, const char *report, const char *plan)
{
  size_t index;
  const json_t *item;
  memset(t, 0, sizeof *t);
  t->record = record_of(report);
  t->plan = plan == NULL ? NULL : parse_file(plan);
  json_array_foreach(json_object_get(t->record, "items"), index, item)
  {
    if (t->count == MOST_ENTRIES)
      stop("the template has too many items");
    read_entry(t, &t->entries[t->count++], item);
  }
  if (t->count == 0)
    stop("the template has no items");
  bind(t);
}
