#include "publisher/keys_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "package/lines.h"
#include "value/yaml.h"

/* A key or a word as files may write it. */
typedef struct {
  const char *english, *chinese;
} word;

static const word file_members[] = {{"expires", "有效期至"},
                                    {"threshold", "签名数"},
                                    {"keys", "密钥"},
                                    {NULL, NULL}};
static const word key_members[] =
    {{"name", "保管人"},      {"role", "角色"}, {"level", "层级"}, {"region", "地区"},
     {"expires", "有效期至"}, {"key", "公钥"},  {NULL, NULL}};
static const word roles[] = {{"root", "根密钥"}, {"publisher", "发布"}, {NULL, NULL}};
static const word levels[] = {{"national", "国家"}, {"province", "省"},
                              {"city", "市"},       {"county", "县"},
                              {"facility", "机构"}, {NULL, NULL}};

typedef struct {
  const char *file;
  json_t *faults;
  zc_root *root;
  int bad; /* out of memory */
} reading;

/* A map of the file with its places. */
typedef struct {
  const json_t *value, *at;
} map;

/* ---- places -------------------------------------------------------------------- */

static zc_place place_at(const reading *r, json_int_t position)
{
  return (zc_place){r->file, (int)(position / 65536), (int)(position % 65536)};
}

static zc_place place_of_map(const reading *r, const map *m)
{
  return place_at(r, zc_get_integer(m->at, "pos", 0));
}

static bool is_word(const word *w, const char *text)
{
  return strcmp(text, w->english) == 0 || strcmp(text, w->chinese) == 0;
}

/* Which of the words a text is; NULL: none. */
static const word *find_word(const word *words, const char *text)
{
  for (; words->english != NULL; words++)
    if (is_word(words, text))
      return words;
  return NULL;
}

static const json_t *member(const map *m, const word *words, const char *english)
{
  const word *w = find_word(words, english);
  const json_t *value = json_object_get(m->value, w->english);
  return value != NULL ? value : json_object_get(m->value, w->chinese);
}

/* Where a member stands; the map where it is missing. */
static zc_place place_of(const reading *r, const map *m, const word *words,
                         const char *english)
{
  const word *w = find_word(words, english);
  json_int_t position = zc_yaml_key_position(m->at, w->english);
  if (position == 0)
    position = zc_yaml_key_position(m->at, w->chinese);
  return position == 0 ? place_of_map(r, m) : place_at(r, position);
}

/* ---- members ------------------------------------------------------------------- */

static void check_members(reading *r, const map *m, const word *words, const char *hint)
{
  const char *key;
  json_t *value;
  json_object_foreach((json_t *)m->value, key, value)
  {
    const word *w = find_word(words, key);
    zc_place place = place_at(r, zc_yaml_key_position(m->at, key));
    if (w == NULL)
      r->bad |= zc_fault(r->faults, place, "unknown key {key}", "key", key, "hint",
                         hint, NULL);
    else if (strcmp(key, w->chinese) == 0 &&
             json_object_get(m->value, w->english) != NULL)
      r->bad |= zc_fault(r->faults, place, "{key} and {other} are one key", "key", key,
                         "other", w->english, "hint", N_("leave one of them"), NULL);
  }
}

/* The text of a member; "" with a fault when it is missing and wanted, or no text. */
static const char *text_of(reading *r, const map *m, const word *words,
                           const char *english, bool wanted, const char *hint)
{
  const json_t *value = member(m, words, english);
  if (json_is_string(value))
    return json_string_value(value);
  if (value != NULL)
    r->bad |= zc_fault(r->faults, place_of(r, m, words, english),
                       "{key} has to be a text", "key", english, "hint", hint, NULL);
  else if (wanted)
    r->bad |= zc_fault(r->faults, place_of_map(r, m), "{key} is missing", "key",
                       english, "hint", hint, NULL);
  return "";
}

#define DAY_HINT N_("write the last day on which it holds, as 2029-03-01")

/* A day that is not over when the root is issued. */
static void take_day(reading *r, const map *m, const word *words, const char *otherwise,
                     char room[ZC_DAY_ROOM])
{
  const char *text = text_of(r, m, words, "expires", otherwise == NULL, DAY_HINT);
  if (*text == '\0' && otherwise != NULL && member(m, words, "expires") == NULL)
    text = otherwise;
  else if (*text != '\0' && !zc_text_is_day(text))
    r->bad |= zc_fault(r->faults, place_of(r, m, words, "expires"),
                       "{text} is no day of the calendar", "text", text, "hint",
                       DAY_HINT, NULL);
  else if (*text != '\0' && strcmp(text, r->root->issued) < 0)
    r->bad |= zc_fault(r->faults, place_of(r, m, words, "expires"),
                       "{text} is over on the day on which the root is issued, {today}",
                       "text", text, "today", r->root->issued, "hint",
                       N_("take a later day, or leave the key out"), NULL);
  snprintf(room, ZC_DAY_ROOM, "%.10s", text);
}

/* Copies a member that has to be of a kind; `is_good` says whether it is. */
static void take_text(reading *r, const map *m, const char *english, char *room,
                      size_t size, bool (*is_good)(const char *text), const char *hint)
{
  const char *text = text_of(r, m, key_members, english, true, hint);
  bool good = strlen(text) < size && is_good(text);
  if (!good && *text != '\0')
    r->bad |= zc_fault(r->faults, place_of(r, m, key_members, english),
                       "{key} cannot be «{text}»", "key", english, "text", text, "hint",
                       hint, NULL);
  snprintf(room, size, "%s", good ? text : "");
}

/* A member that is one of the words. NULL with a fault when it is none. */
static const word *take_word(reading *r, const map *m, const char *english,
                             const word *words, const char *hint)
{
  const char *text = text_of(r, m, key_members, english, true, hint);
  const word *w = find_word(words, text);
  if (w == NULL && *text != '\0')
    r->bad |= zc_fault(r->faults, place_of(r, m, key_members, english),
                       "{key} cannot be «{text}»", "key", english, "text", text, "hint",
                       hint, NULL);
  return w;
}

/* ---- one key ------------------------------------------------------------------- */

static bool is_region(const char *text)
{
  return zc_text_is_word(text) && strcmp(text, "-") != 0;
}

/* What a key may sign. */
static void take_scope(reading *r, const map *m, zc_root_key *key)
{
  const word *role = take_word(r, m, "role", roles,
                               N_("write root for who signs roots, publisher for who "
                                  "signs plans"));
  static const char *const members[] = {"level", "region"};
  key->root = role == &roles[0];
  if (role == NULL)
    return;
  if (!key->root) {
    const word *level = take_word(r, m, "level", levels,
                                  N_("write national, province, city, county or "
                                     "facility: its plans are of this level"));
    snprintf(key->level, sizeof key->level, "%s", level == NULL ? "" : level->english);
    take_text(r, m, "region", key->region, sizeof key->region, is_region,
              N_("write the place for which it publishes, without blanks"));
    return;
  }
  strcpy(key->level, "-");
  strcpy(key->region, "-");
  for (size_t i = 0; i < 2; i++)
    if (member(m, key_members, members[i]) != NULL)
      r->bad |= zc_fault(r->faults, place_of(r, m, key_members, members[i]),
                         "a key of the role root has no {key}: it signs roots alone",
                         "key", members[i], "hint",
                         N_("leave it out, or make it a publisher"), NULL);
}

static void take_point(reading *r, const map *m, zc_root_key *key)
{
  const char *hint = N_("write the line that `zicha key show` prints for the holder's "
                        "public key");
  const char *text = text_of(r, m, key_members, "key", true, hint);
  zc_err ignored;
  bool good = zc_key_parse_line("", text, &key->key, &ignored) == ZC_OK;
  if (!good && *text != '\0')
    r->bad |= zc_fault(r->faults, place_of(r, m, key_members, "key"),
                       "this is no public key", "hint", hint, NULL);
  for (const zc_root_key *other = r->root->keys; good && other < key; other++)
    if (memcmp(&other->key.id, &key->key.id, ZC_KEY_ID) == 0 ||
        memcmp(other->key.point, key->key.point, ZC_ED25519_POINT) == 0)
      r->bad |= zc_fault(r->faults, place_of(r, m, key_members, "key"),
                         "this is the key of {name}, too", "name",
                         *other->name == '\0' ? "—" : other->name, "hint",
                         N_("each key stands once: whoever signs roots and publishes "
                            "has two keys"),
                         NULL);
}

static void take_key(reading *r, const map *m)
{
  zc_root_key *key = &r->root->keys[r->root->count];
  check_members(r, m, key_members,
                N_("a key has name, role, level, region, expires and key"));
  take_text(r, m, "name", key->name, sizeof key->name, zc_text_is_name,
            N_("write who holds the key, without blanks before or behind it"));
  take_scope(r, m, key);
  take_day(r, m, key_members, r->root->expires, key->expires);
  take_point(r, m, key);
  r->root->count++;
}

/* Where an entry of a list stands, counted from 0. */
static zc_place place_of_entry(const reading *r, const json_t *at, size_t index)
{
  const char *of = zc_text_of(at, "of");
  for (size_t i = 0; i < index && of != NULL; i++)
    of = strchr(of + 1, '\n');
  return place_at(r, of == NULL || *of == '\0' ? 0 : strtoll(of + 1, NULL, 10));
}

/* ---- the file ------------------------------------------------------------------ */

static void take_keys(reading *r, const map *m)
{
  const json_t *list = member(m, file_members, "keys"), *value;
  const json_t *inner = json_object_get(m->at, "inner");
  const json_t *at = json_object_get(inner, "keys");
  size_t index;
  if (at == NULL)
    at = json_object_get(inner, "密钥");
  if (!json_is_array(list) || json_array_size(list) == 0 ||
      json_array_size(list) > ZC_ROOT_KEYS) {
    r->bad |= zc_fault(r->faults, place_of(r, m, file_members, "keys"),
                       "keys has to be a list of 1 to {limit} keys", "limit",
                       ZC_DIGITS(ZC_ROOT_KEYS), NULL);
    return;
  }
  r->root->keys = calloc(json_array_size(list), sizeof *r->root->keys);
  r->bad |= r->root->keys == NULL;
  json_array_foreach(list, index, value)
  {
    map one = {value,
               json_object_get(json_object_get(at, "inner"), ZC_DIGITS(index + 1))};
    if (r->bad == 0 && json_is_object(value))
      take_key(r, &one);
    else
      r->bad |= zc_fault(r->faults, place_of_entry(r, at, index),
                         "a key is written as name, role, expires and key", NULL);
  }
}

static void take_threshold(reading *r, const map *m)
{
  const char *hint = N_("write how many holders have to sign the next root, 2 of 3 for "
                        "example");
  const char *text = text_of(r, m, file_members, "threshold", false, hint);
  int64_t number = 2;
  int signers = 0;
  for (size_t i = 0; i < r->root->count; i++)
    signers += r->root->keys[i].root;
  if (member(m, file_members, "threshold") != NULL &&
      (!zc_text_number(text, ZC_ROOT_KEYS, &number) || number < 1))
    r->bad |= zc_fault(r->faults, place_of(r, m, file_members, "threshold"),
                       "the threshold has to be a whole number from 1", "hint", hint,
                       NULL);
  else if (number > signers && r->root->count > 0)
    r->bad |=
        zc_fault(r->faults, place_of(r, m, file_members, "threshold"),
                 "{threshold} signatures are asked for, and {count} keys have the "
                 "role root",
                 "threshold", ZC_DIGITS(number), "count", ZC_DIGITS(signers), "hint",
                 N_("add keys of the role root, or lower the threshold"), NULL);
  r->root->threshold = (int)number;
}

static void take_file(reading *r, const map *m)
{
  if (!json_is_object(m->value)) {
    r->bad |= zc_fault(r->faults, (zc_place){r->file, 1, 1},
                       "the file has to hold expires, threshold and keys", NULL);
    return;
  }
  check_members(r, m, file_members, N_("the file has expires, threshold and keys"));
  take_day(r, m, file_members, NULL, r->root->expires);
  take_keys(r, m);
  take_threshold(r, m);
}

zc_code zc_keys_file_read(const char *path, json_t *faults, zc_root *root, zc_err *err)
{
  reading r = {.file = path, .faults = faults, .root = root};
  zc_buffer text = {0};
  json_t *document = NULL;
  zc_code code = zc_file_read(path, ZC_YAML_LIMIT, &text, err);
  if (code == ZC_OK)
    code = zc_yaml_parse(path, zc_text_or(text.data, ""), text.size, faults, &document,
                         err);
  if (code == ZC_OK) {
    map whole = {json_object_get(document, "value"), json_object_get(document, "at")};
    take_file(&r, &whole);
    size_t errors = zc_fault_errors(faults);
    if (r.bad != 0)
      code = zc_fail_memory(err);
    else if (errors > 0)
      code = zc_fail(err, ZC_EDATA, "{path} has {count} errors", "path", path, "count",
                     ZC_DIGITS(errors), NULL);
  }
  json_decref(document);
  zc_buffer_free(&text);
  return code;
}
