/* Loads many tables at once, some of them in GB18030, by crews of several sizes: each is what the
 * plain reader makes of it. A program without a framework, for ThreadSanitizer and valgrind as
 * well. Prints TAP; loads [RUNS]. */
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vector/column.h"
#include "vector/load.h"

#define TABLES 9
#define ROOM 65536

static const char declaration[] =
    "{\"id\":\"t\",\"title\":\"表\",\"columns\":["
    "{\"id\":\"code\",\"type\":\"code\",\"titles\":[\"编号\"],\"key\":true},"
    "{\"id\":\"note\",\"type\":\"text\",\"titles\":[\"说明\"]},"
    "{\"id\":\"amount\",\"type\":\"decimal\",\"scale\":2,\"titles\":[\"金额\"]}]}";

typedef struct {
  char text[ROOM + ZC_PADDING];
  size_t size;
} export;

/* Every third is GB18030; numbers repeat, and some amounts are none. */
static void make_export(export *e, int number, int run, iconv_t chinese)
{
  static const char *const notes[] = {"复诊", "初诊", "转科，待查", "", "A1"};
  static char text[ROOM];
  int rows = 400 + (number * 37 + run * 11) % 300;
  size_t size = (size_t)snprintf(text, ROOM, "编号,说明,金额\n");
  for (int i = 0; i < rows; i++)
    size += (size_t)snprintf(text + size, ROOM - size, "B%05d,%s%d,%s%d.%02d\n",
                             i % 97 == 5 ? i - 1 : i, notes[(i + number) % 5],
                             i % (number * 20 + 3), i % 31 == 7 ? "x" : "", i,
                             (i + run) % 100);
  memset(e, 0, sizeof *e);
  memcpy(e->text, text, size);
  e->size = size;
  if (number % 3 != 0)
    return;
  char *from = text, *to = e->text;
  size_t left = size, room = ROOM;
  memset(e->text, 0, sizeof e->text);
  if (iconv(chinese, &from, &left, &to, &room) == (size_t)-1)
    abort();
  e->size = ROOM - room;
}

static zc_table *table_of(const export *e)
{
  zc_err err;
  zc_dataset *dataset;
  json_t *json = json_loads(declaration, 0, NULL);
  if (json == NULL || zc_dataset_new(json, &dataset, &err) != ZC_OK)
    abort();
  json_decref(json);
  zc_table *table = zc_table_new(dataset, "t.csv", e->text, e->size, NULL);
  if (table == NULL)
    abort();
  for (int i = 0; i < dataset->count; i++)
    table->used[i] = true;
  return table;
}

static bool same_tables(const zc_table *a, const zc_table *b)
{
  if (a->count != b->count || a->malformed != b->malformed || a->count < 300)
    return false;
  for (size_t i = 0; i < a->count; i++) {
    zc_scalar one[3], other[3];
    const zc_scalar *row = zc_table_row(a, i, one), *rest = zc_table_row(b, i, other);
    for (int k = 0; k < 3; k++)
      if (row[k].kind != rest[k].kind ||
          (row[k].kind != ZC_NIL && zc_scalar_compare(&row[k], &rest[k]) != 0))
        return false;
    if (zc_table_line(a, i) != zc_table_line(b, i))
      return false;
  }
  return true;
}

static bool run_once(int run, zc_gb18030 *converter, iconv_t chinese)
{
  static export exports[TABLES];
  zc_loading several[TABLES];
  zc_crew *crew;
  zc_err err;
  bool good = true;
  if (zc_crew_new(1 + run % 4, &crew, &err) != ZC_OK)
    abort();
  for (int i = 0; i < TABLES; i++) {
    make_export(&exports[i], i, run, chinese);
    several[i] = (zc_loading){.table = table_of(&exports[i]), .faults = json_array()};
  }
  zc_columns_load_several(several, TABLES, crew, converter);
  for (int i = 0; i < TABLES; i++) {
    json_t *faults = json_array();
    zc_table *plain = table_of(&exports[i]);
    good &= several[i].code == ZC_OK &&
            zc_table_load(plain, converter, faults, &err) == ZC_OK &&
            same_tables(plain, several[i].table) &&
            json_equal(faults, several[i].faults);
    zc_table_free(plain);
    zc_table_free(several[i].table);
    json_decref(faults);
    json_decref(several[i].faults);
  }
  zc_crew_free(crew);
  return good;
}

int main(int argc, char **argv)
{
  int runs = argc > 1 ? atoi(argv[1]) : 40;
  zc_gb18030 *converter = zc_gb18030_new();
  iconv_t chinese = iconv_open("GB18030", "UTF-8");
  bool good = converter != NULL && chinese != (iconv_t)-1 && runs > 0;
  for (int run = 0; run < runs && good; run++)
    good = run_once(run, converter, chinese);
  zc_gb18030_free(converter);
  iconv_close(chinese);
  printf(
      "1..1\n%s 1 - tables that are loaded at once are what the plain reader makes of "
      "each\n",
      good ? "ok" : "not ok");
  return good ? 0 : 1;
}
