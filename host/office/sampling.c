#include "office/sampling.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

/* The number of a ticket. */
static zc_code ticket_of(const char *seed, const char *code, int64_t ticket,
                         char number[ZC_HASH_ROOM], zc_err *err)
{
  zc_buffer text = {0};
  zc_buffer_print(&text, "%s:%s", seed, code);
  if (ticket > 1)
    zc_buffer_print(&text, ":%lld", (long long)ticket);
  zc_code result = zc_buffer_check(&text, err);
  if (result == ZC_OK)
    result = zc_hash_of(text.data, text.size, number, err);
  zc_buffer_free(&text);
  return result;
}

static zc_code set_number(const char *seed, zc_lot *lot, zc_err *err)
{
  char number[ZC_HASH_ROOM];
  zc_code code = ZC_OK;
  for (int64_t ticket = 1; code == ZC_OK && ticket <= lot->tickets; ticket++) {
    code = ticket_of(seed, lot->code, ticket, number, err);
    if (code == ZC_OK && (ticket == 1 || strcmp(number, lot->number) < 0))
      memcpy(lot->number, number, sizeof number);
  }
  return code;
}

/* Equal numbers are those of one code that stands twice. */
static int by_number(const void *a, const void *b)
{
  const zc_lot *x = a, *y = b;
  int order = strcmp(x->stratum, y->stratum);
  order = order != 0 ? order : strcmp(x->number, y->number);
  return order != 0 ? order : strcmp(x->code, y->code);
}

/* ---- how many of each stratum ------------------------------------------------------------ */

typedef struct {
  size_t first, size;
  int64_t wanted, rest; /* rest: what is left over of count × size / all */
} stratum;

static int by_rest(const void *a, const void *b)
{
  const stratum *x = a, *y = b;
  return x->rest != y->rest ? (x->rest < y->rest ? 1 : -1)
                            : (x->first > y->first) - (x->first < y->first);
}

static int by_first(const void *a, const void *b)
{
  const stratum *x = a, *y = b;
  return (x->first > y->first) - (x->first < y->first);
}

/* Strata stand in the order of their names, which is that of `first`. */
static void divide(const zc_draw *draw, stratum *strata, size_t count, size_t all)
{
  int64_t left = draw->count;
  for (size_t i = 0; i < count; i++) {
    int64_t size = (int64_t)strata[i].size;
    if (draw->count == 0) {
      strata[i].wanted = (size * draw->percent + 99) / 100;
      continue;
    }
    strata[i].wanted = draw->count * size / (int64_t)all;
    strata[i].rest = draw->count * size % (int64_t)all;
    left -= strata[i].wanted;
  }
  if (draw->count == 0)
    return;
  qsort(strata, count, sizeof *strata, by_rest);
  for (size_t i = 0; i < count && left > 0; i++, left--)
    strata[i].wanted++;
  qsort(strata, count, sizeof *strata, by_first);
}

static size_t find_strata(const zc_lot *lots, size_t count, stratum *strata)
{
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    if (i == 0 || strcmp(lots[i].stratum, lots[i - 1].stratum) != 0)
      strata[found++] = (stratum){.first = i};
    strata[found - 1].size++;
  }
  return found;
}

static int64_t take(zc_lot *lots, const stratum *s, int64_t drawn)
{
  int64_t sold = 0;
  for (size_t i = 0; i < s->size; i++)
    sold += lots[s->first + i].tickets;
  for (size_t i = 0; i < s->size; i++) {
    zc_lot *lot = &lots[s->first + i];
    lot->of = (int64_t)s->size;
    lot->taken = s->wanted;
    lot->sold = sold;
    lot->drawn = (int64_t)i < s->wanted ? ++drawn : 0;
  }
  return drawn;
}

zc_code zc_draw_lots(const zc_draw *draw, zc_lot *lots, size_t count, zc_err *err)
{
  zc_code code = ZC_OK;
  if ((int64_t)count < draw->count)
    return zc_fail(err, ZC_EDATA,
                   "{wanted} are to be drawn, and there are only {count}: give a "
                   "smaller --count, or exclude fewer",
                   "wanted", ZC_DIGITS(draw->count), "count", ZC_DIGITS(count), NULL);
  for (size_t i = 0; code == ZC_OK && i < count; i++)
    code = set_number(draw->seed, &lots[i], err);
  if (code != ZC_OK || count == 0)
    return code;
  qsort(lots, count, sizeof *lots, by_number);
  for (size_t i = 1; i < count; i++)
    if (strcmp(lots[i].code, lots[i - 1].code) == 0)
      return zc_fail(err, ZC_EDATA, "{code} stands twice", "code", lots[i].code, NULL);
  stratum *strata = calloc(count, sizeof *strata);
  if (strata == NULL)
    return zc_fail_memory(err);
  size_t found = find_strata(lots, count, strata);
  divide(draw, strata, found, count);
  int64_t drawn = 0;
  for (size_t i = 0; i < found; i++)
    drawn = take(lots, &strata[i], drawn);
  free(strata);
  return ZC_OK;
}
