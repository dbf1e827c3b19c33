#include "facility/ledger_parts.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
  int64_t no, count;
} owner;

typedef struct {
  json_t *split, *place; /* texts: the value, and «item US value» */
  json_t *shared;        /* place of another part → how many it came first with */
  int64_t all, added;
  owner *owners; /* in the order in which they were met */
  size_t owner_count, owner_room, last_owner;
  zc_buffer instances; /* the list of new ones, but its end */
} part;

struct zc_parts {
  zc_plan *plan;
  const char *item;
  zc_taken *taken;
  zc_owners *owners;
  part *parts;
  size_t count, room, all;
  json_t *places;   /* split value as JSON → place in `parts` */
  size_t last;      /* where the last instance belonged … */
  zc_buffer split;  /* … and its split value as JSON */
  const char *rule; /* of the last instance, its text as JSON … */
  zc_buffer rule_text;
  zc_buffer id;   /* … and which package it is of, with the id behind */
  size_t package; /* bytes of that before the id */
};

/* ---- what was taken --------------------------------------------------------------- */

typedef struct {
  uint64_t hash;
  size_t id; /* where it stands in the texts */
  json_t *place;
} taking;

struct zc_taken {
  taking *slots; /* without a place: empty */
  size_t count, room;
  zc_buffer ids; /* each with its NUL */
  json_t *places;
};

zc_taken *zc_taken_new(void)
{
  zc_taken *taken = calloc(1, sizeof *taken);
  if (taken != NULL && (taken->places = json_array()) != NULL)
    return taken;
  free(taken);
  return NULL;
}

void zc_taken_free(zc_taken *taken)
{
  if (taken == NULL)
    return;
  free(taken->slots);
  zc_buffer_free(&taken->ids);
  json_decref(taken->places);
  free(taken);
}

static uint64_t hash_id(const char *id)
{
  uint64_t hash = 0xcbf29ce484222325u;
  for (; *id != '\0'; id++)
    hash = (hash ^ (unsigned char)*id) * 0x100000001b3u;
  return hash ^ hash >> 32;
}

/* Where the id stands, or belongs. */
static taking *slot_of(const zc_taken *taken, const char *id, uint64_t hash)
{
  size_t slot = hash & (taken->room - 1);
  while (taken->slots[slot].place != NULL &&
         (taken->slots[slot].hash != hash ||
          strcmp(taken->ids.data + taken->slots[slot].id, id) != 0))
    slot = (slot + 1) & (taken->room - 1);
  return &taken->slots[slot];
}

/* Room for one more. False when out of memory. */
static bool grow(zc_taken *taken)
{
  if (taken->count < taken->room / 2)
    return true;
  zc_taken larger = {.room = taken->room == 0 ? 256 : taken->room * 2,
                     .ids = taken->ids};
  larger.slots = calloc(larger.room, sizeof *larger.slots);
  if (larger.slots == NULL)
    return false;
  for (size_t i = 0; i < taken->room; i++)
    if (taken->slots[i].place != NULL) {
      size_t slot = taken->slots[i].hash & (larger.room - 1);
      while (larger.slots[slot].place != NULL)
        slot = (slot + 1) & (larger.room - 1);
      larger.slots[slot] = taken->slots[i];
    }
  free(taken->slots);
  taken->slots = larger.slots;
  taken->room = larger.room;
  return true;
}

/* The place of the part that has an instance: this one, if it is new. NULL when out of memory. */
static json_t *place_of(zc_taken *taken, const char *id, json_t *place)
{
  uint64_t hash = hash_id(id);
  if (!grow(taken))
    return NULL;
  taking *slot = slot_of(taken, id, hash);
  if (slot->place == NULL) {
    size_t at = taken->ids.size;
    zc_buffer_add(&taken->ids, id, strlen(id) + 1);
    if (taken->ids.failed)
      return NULL;
    *slot = (taking){hash, at, place};
    taken->count++;
  }
  return slot->place;
}

/* ---- all parts -------------------------------------------------------------------- */

zc_parts *zc_parts_new(zc_plan *plan, const char *item, zc_taken *taken,
                       zc_owners *owners)
{
  zc_parts *parts = calloc(1, sizeof *parts);
  json_t *places = json_object();
  if (parts == NULL || places == NULL) {
    free(parts);
    json_decref(places);
    return NULL;
  }
  *parts = (zc_parts){.plan = plan,
                      .item = item,
                      .taken = taken,
                      .owners = owners,
                      .places = places};
  return parts;
}

void zc_parts_free(zc_parts *parts)
{
  if (parts == NULL)
    return;
  for (size_t i = 0; i < parts->count; i++) {
    json_decref(parts->parts[i].split);
    json_decref(parts->parts[i].place);
    json_decref(parts->parts[i].shared);
    free(parts->parts[i].owners);
    zc_buffer_free(&parts->parts[i].instances);
  }
  free(parts->parts);
  json_decref(parts->places);
  zc_buffer_free(&parts->split);
  zc_buffer_free(&parts->rule_text);
  zc_buffer_free(&parts->id);
  free(parts);
}

size_t zc_parts_count(const zc_parts *parts)
{
  return parts->all;
}

/* ---- ids -------------------------------------------------------------------------- */

/* Which package a rule is of, as a text before the ids of what it hits: two plans may call
 * different rules of their own by one name. Nothing for a rule of the library, which means the
 * same wherever it is named. */
static void write_package(zc_parts *p, const char *rule)
{
  zc_buffer stem = {0};
  zc_buffer_add(&stem, rule, strcspn(rule, "."));
  const zc_text_file *file = stem.failed ? NULL
                                         : zc_texts_find(&p->plan->package.rules,
                                                         zc_text_or(stem.data, ""));
  const char *at = file == NULL ? NULL : strstr(file->path, "rules/");
  p->id.size = 0;
  if (at != NULL &&
      at == file->path) /* the plan's own file; a parent's begins with its label */
    zc_buffer_print(&p->id, "%s ", zc_text_of(p->plan->about, "id"));
  else if (at != NULL)
    zc_buffer_print(&p->id, "%.*s ", (int)(at - file->path) - 1, file->path);
  p->id.failed |= stem.failed;
  p->package = p->id.size;
  zc_buffer_free(&stem);
}

/* Takes note of the rule, which many instances have in a row. */
static void know_rule(zc_parts *p, const char *rule)
{
  if (p->rule == rule)
    return;
  p->rule = rule;
  p->rule_text.size = 0;
  zc_json_text(&p->rule_text, rule, strlen(rule));
  write_package(p, rule);
}

#define ID_DIGITS 32

/* The id among those of all plans; empty when out of memory. */
static zc_code name_instance(zc_parts *p, zc_piece own, char id[ZC_HASH_ROOM],
                             zc_err *err)
{
  p->id.size = p->package;
  zc_buffer_add(&p->id, own.text, own.size);
  if (p->id.failed)
    return zc_fail_memory(err);
  if (p->package > 0) {
    zc_code code = zc_hash_of(p->id.data, p->id.size, id, err);
    id[ID_DIGITS] = '\0';
    return code;
  }
  size_t size = p->id.size < ZC_HASH_ROOM ? p->id.size : ZC_HASH_ROOM - 1;
  memcpy(id, zc_text_or(p->id.data, ""), size);
  id[size] = '\0';
  return ZC_OK;
}

/* ---- parts ------------------------------------------------------------------------ */

/* Makes the part of a split value. Non-zero when out of memory. */
static int add_part(zc_parts *p, zc_piece split)
{
  zc_err ignored;
  if (p->count == p->room) {
    size_t room = p->room == 0 ? 4 : p->room * 2;
    part *grown = realloc(p->parts, room * sizeof *grown);
    if (grown == NULL)
      return -1;
    p->parts = grown;
    p->room = room;
  }
  part *new = &p->parts[p->count];
  *new = (part){.shared = json_object()};
  if (zc_json_parse(split.text, split.size, &new->split, &ignored) == ZC_OK)
    new->place = json_sprintf("%s\x1f%s", p->item,
                              zc_text_or(json_string_value(new->split), ""));
  p->count++;
  return new->shared == NULL || new->place == NULL ||
                 json_array_append(p->taken->places, new->place) != 0
             ? -1
             : json_object_setn_new_nocheck(p->places, split.text, split.size,
                                            json_integer((json_int_t)p->count - 1));
}

/* The part of a split value, made when it is new. Borrowed; NULL when out of memory. */
static part *part_for(zc_parts *p, zc_piece split)
{
  if (p->count > 0 && p->split.size == split.size &&
      memcmp(p->split.data, split.text, split.size) == 0)
    return &p->parts[p->last];
  const json_t *place = json_object_getn(p->places, split.text, split.size);
  if (place == NULL && add_part(p, split) != 0)
    return NULL;
  p->last = place == NULL ? p->count - 1 : (size_t)json_integer_value(place);
  p->split.size = 0;
  zc_buffer_add(&p->split, split.text, split.size);
  return p->split.failed ? NULL : &p->parts[p->last];
}

/* One of a problem that the ledger has. */
static zc_code add_known(part *to, int64_t no, zc_err *err)
{
  size_t i = to->last_owner;
  if (i >= to->owner_count || to->owners[i].no != no)
    for (i = 0; i < to->owner_count && to->owners[i].no != no; i++)
      continue;
  if (i == to->owner_room) {
    size_t room = i == 0 ? 4 : i * 2;
    owner *grown = realloc(to->owners, room * sizeof *grown);
    if (grown == NULL)
      return zc_fail_memory(err);
    to->owners = grown;
    to->owner_room = room;
  }
  if (i == to->owner_count)
    to->owners[to->owner_count++] = (owner){no, 0};
  to->owners[i].count++;
  to->last_owner = i;
  return ZC_OK;
}

static void add_member(zc_buffer *text, const char *name, zc_piece value)
{
  if (value.size == 0)
    return;
  zc_buffer_text(text, name);
  zc_buffer_add(text, value.text, value.size);
}

/* Adds an instance as canonical JSON, its members by their names. */
static void write_instance(const zc_parts *p, zc_buffer *text, const char *id,
                           const zc_kept_hit *hit, zc_piece split)
{
  zc_buffer_text(text, "{\"id\":");
  zc_json_text(text, id, strlen(id));
  if (hit != NULL) {
    add_member(text, ",\"keys\":", hit->keys);
    add_member(text, ",\"level\":", hit->level);
    add_member(text, ",\"line\":", hit->line);
    add_member(text, ",\"rule\":", (zc_piece){p->rule_text.data, p->rule_text.size});
    add_member(text, ",\"show\":", hit->show);
    add_member(text, ",\"split\":", split);
    add_member(text, ",\"table\":", hit->table);
  }
  zc_buffer_char(text, '}');
}

/* Counts an instance of this part, unless another item has it by the same rule and came first.
 * *new: it is to be written. */
static zc_code take_new(zc_parts *p, part *to, const char *id, bool *new, zc_err *err)
{
  const json_t *first = place_of(p->taken, id, to->place);
  if (first == NULL)
    return zc_fail_memory(err);
  *new = first == to->place;
  if (*new) {
    to->added++;
    return ZC_OK;
  }
  const char *place = json_string_value(first);
  json_int_t times = zc_get_integer(to->shared, place, 0);
  int bad = json_object_set_new(to->shared, place, json_integer(times + 1));
  return bad != 0 ? zc_fail_memory(err) : ZC_OK;
}

/* Counts an instance, new or of a problem that is known. `hit` is NULL for what has no rows. */
static zc_code add(zc_parts *p, const char *id, const zc_kept_hit *hit, zc_piece split,
                   zc_err *err)
{
  int64_t no;
  bool new = false;
  part *to = part_for(p, split);
  if (to == NULL)
    return zc_fail_memory(err);
  p->all++;
  to->all++;
  zc_code code = zc_owners_find(p->owners, id, &no, err);
  if (code == ZC_OK)
    code = no != 0 ? add_known(to, no, err) : take_new(p, to, id, &new, err);
  if (code != ZC_OK || !new)
    return code;
  zc_buffer_char(&to->instances, to->instances.size == 0 ? '[' : ',');
  write_instance(p, &to->instances, id, hit, split);
  return zc_buffer_check(&to->instances, err);
}

zc_code zc_parts_add(void *context, const char *rule, const zc_kept_hit *hit,
                     zc_piece split, zc_err *err)
{
  zc_parts *p = context;
  char id[ZC_HASH_ROOM];
  if (hit->id.size == 0) /* nobody could know it again */
    return zc_fail(err, ZC_EINTERNAL,
                   "the evaluator has told hits that nobody can read", NULL);
  know_rule(p, rule);
  zc_code code = p->rule_text.failed ? zc_fail_memory(err)
                                     : name_instance(p, hit->id, id, err);
  return code == ZC_OK ? add(p, id, hit, split, err) : code;
}

zc_code zc_parts_add_mark(zc_parts *p, const char *id, zc_err *err)
{
  return add(p, id, NULL, (zc_piece){"\"\"", 2}, err);
}

/* ---- telling ---------------------------------------------------------------------- */

static json_t *tell_part(const part *one, bool more)
{
  json_t *told = json_pack("{s:O, s:I, s:I, s:[], s:{}, s:O, s:[]}", "split",
                           one->split, "all", (json_int_t)one->all, "added",
                           (json_int_t)one->added, "owners", "owned", "shared",
                           one->shared, "cited");
  json_t *owners = json_object_get(told, "owners"),
         *owned = json_object_get(told, "owned");
  char key[24];
  int bad = told == NULL;
  for (size_t i = 0; i < one->owner_count; i++) {
    bad |= json_array_append_new(owners, json_integer(one->owners[i].no));
    bad |= json_object_set_new(owned, zc_number_text(key, one->owners[i].no),
                               json_integer(one->owners[i].count));
  }
  if (more)
    bad |= json_object_set_new(told, "more", json_true());
  if (bad == 0)
    return told;
  json_decref(told);
  return NULL;
}

zc_code zc_parts_tell(zc_parts *p, bool more, json_t **told, json_t **texts,
                      zc_err *err)
{
  json_t *list = json_array(), *map = json_object();
  int bad = list == NULL || map == NULL;
  for (size_t i = 0; i < p->count; i++) {
    part *one = &p->parts[i];
    bad |= json_array_append_new(list, tell_part(one, more));
    if (one->instances.size == 0)
      continue;
    zc_buffer_char(&one->instances, ']');
    bad |= one->instances.failed ||
           json_object_set_new_nocheck(map, json_string_value(one->split),
                                       json_stringn_nocheck(one->instances.data,
                                                            one->instances.size)) != 0;
    zc_buffer_free(&one->instances);
  }
  *told = list;
  *texts = map;
  if (bad == 0)
    return ZC_OK;
  json_decref(list);
  json_decref(map);
  *told = *texts = NULL;
  return zc_fail_memory(err);
}
