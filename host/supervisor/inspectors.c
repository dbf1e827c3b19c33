#include "supervisor/inspectors.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "cli/message.h"

struct zc_inspector {
  char *name;                /* owned */
  char number[ZC_HASH_ROOM]; /* for the facility that is being looked at */
  size_t position;           /* on the list, from 0 */
  json_t *avoids;            /* codes. Owned */
};

/* ---- the list ------------------------------------------------------------------------------- */

/* How many bytes part two codes here; 0: none. */
static size_t separator(const char *text)
{
  static const char *const wide[] = {"、", "；", "，", "｜", "　"};
  if (strchr(",;| \t\r\n", *text) != NULL)
    return 1;
  for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
    if (strncmp(text, wide[i], strlen(wide[i])) == 0)
      return strlen(wide[i]);
  return 0;
}

/* Codes of a cell; those that nobody has are told, with their line. */
static zc_code read_avoids(const zc_list_row *row, const json_t *known, json_t *avoids,
                           size_t *wrong, zc_err *err)
{
  const char *cell = zc_text_or(row->cells[1], "");
  while (*cell != '\0') {
    size_t size = separator(cell), end = 0;
    cell += size;
    while (cell[end] != '\0' && separator(cell + end) == 0)
      end++;
    if (end == 0)
      continue;
    char *code = strndup(cell, end);
    cell += end;
    if (code != NULL && json_object_get(known, code) == NULL) {
      ++*wrong;
      zc_list_wrong(row->file, row->line, N_("the code {code} is not on the roster"),
                    NULL, "code", code, NULL);
    }
    int bad = code == NULL || json_array_append_new(avoids, json_string(code)) != 0;
    free(code);
    if (bad)
      return zc_fail_memory(err);
  }
  return ZC_OK;
}

static bool stands_twice(const zc_inspectors *inspectors, const char *name)
{
  for (size_t i = 0; i < inspectors->count; i++)
    if (strcmp(inspectors->list[i].name, name) == 0)
      return true;
  return false;
}

zc_code zc_inspectors_take(zc_inspectors *inspectors, const zc_list_row *row,
                           const json_t *known, size_t *wrong, zc_err *err)
{
  const char *name = row->cells[0];
  if (*name == '\0')
    return ZC_OK;
  if (stands_twice(inspectors, name)) {
    zc_list_wrong(row->file, row->line, N_("{name} stands here twice"), NULL, "name",
                  name, NULL);
    ++*wrong;
    return ZC_OK;
  }
  size_t at = inspectors->count;
  zc_inspector *grown = realloc(inspectors->list, (at + 1) * sizeof *grown);
  if (grown == NULL)
    return zc_fail_memory(err);
  inspectors->list = grown;
  grown[at] =
      (zc_inspector){.name = strdup(name), .position = at, .avoids = json_array()};
  inspectors->count++;
  return grown[at].name == NULL || grown[at].avoids == NULL
             ? zc_fail_memory(err)
             : read_avoids(row, known, grown[at].avoids, wrong, err);
}

void zc_inspectors_free(zc_inspectors *inspectors)
{
  for (size_t i = 0; i < inspectors->count; i++) {
    free(inspectors->list[i].name);
    json_decref(inspectors->list[i].avoids);
  }
  free(inspectors->list);
  *inspectors = (zc_inspectors){0};
}

json_t *zc_inspectors_told(const zc_inspectors *inspectors)
{
  json_t *list = json_array();
  const zc_inspector **order = calloc(inspectors->count + 1, sizeof *order);
  int bad = list == NULL || order == NULL;
  /* A draw has put them in another order. */
  for (size_t i = 0; bad == 0 && i < inspectors->count; i++)
    order[inspectors->list[i].position] = &inspectors->list[i];
  for (size_t i = 0; bad == 0 && i < inspectors->count; i++)
    bad |= json_array_append_new(list, json_pack("{s:s, s:O}", "name", order[i]->name,
                                                 "avoids", order[i]->avoids));
  free(order);
  if (bad == 0)
    return list;
  json_decref(list);
  return NULL;
}

/* ---- drawing -------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
  const zc_inspector *x = a, *y = b;
  int order = strcmp(x->number, y->number);
  return order != 0 ? order : strcmp(x->name, y->name);
}

static bool avoids(const zc_inspector *i, const char *code)
{
  size_t index;
  const json_t *one;
  json_array_foreach(i->avoids, index, one)
  {
    if (strcmp(json_string_value(one), code) == 0)
      return true;
  }
  return false;
}

zc_code zc_inspectors_draw(zc_inspectors *inspectors, const char *seed,
                           const char *code, int64_t wanted, zc_buffer *team,
                           zc_err *err)
{
  zc_buffer text = {0};
  int64_t taken = 0;
  zc_code result = ZC_OK;
  zc_inspector *list = inspectors->list;
  for (size_t i = 0; result == ZC_OK && i < inspectors->count; i++) {
    text.size = 0;
    zc_buffer_print(&text, "%s/%s/%s", seed, code, list[i].name);
    result = zc_buffer_check(&text, err);
    if (result == ZC_OK)
      result = zc_hash_of(text.data, text.size, list[i].number, err);
  }
  zc_buffer_free(&text);
  if (inspectors->count > 0)
    qsort(list, inspectors->count, sizeof *list, by_number);
  for (size_t i = 0; i < inspectors->count && taken < wanted; i++)
    if (!avoids(&list[i], code))
      zc_buffer_print(team, "%s%s", taken++ == 0 ? "" : "、", list[i].name);
  if (result == ZC_OK && taken < wanted)
    return zc_fail(err, ZC_EDATA,
                   "for {code} there are only {count} inspectors who need not stay "
                   "away; {wanted} are wanted",
                   "code", code, "count", ZC_DIGITS(taken), "wanted", ZC_DIGITS(wanted),
                   NULL);
  return result == ZC_OK ? zc_buffer_check(team, err) : result;
}
