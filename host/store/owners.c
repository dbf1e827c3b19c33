/* Whose many instances are: a look each by SQL takes longer than reading the whole table once, as
 * soon as there are many looks for its size. */
#include <stdlib.h>
#include <string.h>

#include "store/ledger.h"
#include "store/sql.h"

/* An id of 32 hexadecimal digits, as those of rows are. */
typedef struct {
  uint64_t high, low;
  int64_t no; /* the problem; 0: an empty slot */
} slot;

struct zc_owners {
  zc_store *store;
  int64_t rows; /* highest position of an instance; -1: not asked yet */
  int64_t looks;
  bool loaded;
  slot *slots;
  size_t count, room;
};

zc_owners *zc_owners_new(zc_store *store)
{
  zc_owners *owners = calloc(1, sizeof *owners);
  if (owners != NULL)
    *owners = (zc_owners){.store = store, .rows = -1};
  return owners;
}

void zc_owners_free(zc_owners *owners)
{
  if (owners != NULL)
    free(owners->slots);
  free(owners);
}

static bool read_half(const char *digits, uint64_t *half)
{
  *half = 0;
  for (int i = 0; i < 16; i++) {
    char c = digits[i];
    unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                     : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
                                            : 16;
    if (digit > 15)
      return false;
    *half = *half << 4 | digit;
  }
  return true;
}

/* False for an id of another kind, which is looked for by SQL. */
static bool read_id(const char *id, size_t size, slot *key)
{
  *key = (slot){0};
  return size == 32 && read_half(id, &key->high) && read_half(id + 16, &key->low);
}

/* Where it stands, or belongs. Its bits are a hash already. */
static slot *slot_for(const zc_owners *o, const slot *key)
{
  size_t at = key->low & (o->room - 1);
  while (o->slots[at].no != 0 &&
         (o->slots[at].low != key->low || o->slots[at].high != key->high))
    at = (at + 1) & (o->room - 1);
  return &o->slots[at];
}

/* Room for so many at half the load. False when out of memory. */
static bool make_room(zc_owners *o, int64_t rows)
{
  o->room = 64;
  while (o->room / 2 < (size_t)rows)
    o->room *= 2;
  o->slots = calloc(o->room, sizeof *o->slots);
  return o->slots != NULL;
}

static zc_code load(zc_owners *o, zc_err *err)
{
  sqlite3_stmt *statement;
  if (!make_room(o, o->rows))
    return zc_fail_memory(err);
  zc_code code = zc_sql_prepare(o->store, "SELECT id, problem FROM instance", NULL,
                                &statement, err);
  if (code != ZC_OK)
    return code;
  int result;
  while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
    slot key;
    const char *id = (const char *)sqlite3_column_text(statement, 0);
    if (id == NULL || o->count >= (size_t)o->rows)
      break;
    if (!read_id(id, (size_t)sqlite3_column_bytes(statement, 0), &key))
      continue;
    key.no = sqlite3_column_int64(statement, 1);
    *slot_for(o, &key) = key;
    o->count++;
  }
  sqlite3_finalize(statement);
  o->loaded = result == SQLITE_DONE;
  if (o->loaded)
    return ZC_OK;
  return result == SQLITE_ROW ? zc_fail_memory(err)
                              : zc_sql_fail(o->store, result, err);
}

#define MOST_ROWS 4000000 /* more would take too much memory */
#define WORTH 8           /* rows for each look until then */

static zc_code load_if_worth(zc_owners *o, zc_err *err)
{
  zc_code code = ZC_OK;
  if (o->rows < 0)
    code = zc_ledger_instance_rows(o->store, &o->rows, err);
  if (code == ZC_OK && !o->loaded && o->rows <= MOST_ROWS &&
      o->rows <= o->looks * WORTH)
    code = load(o, err);
  return code;
}

zc_code zc_owners_find(zc_owners *o, const char *instance, int64_t *no, zc_err *err)
{
  slot key;
  *no = 0;
  if (!read_id(instance, strlen(instance), &key))
    return zc_ledger_owner(o->store, instance, no, err);
  zc_code code = o->loaded ? ZC_OK : load_if_worth(o, err);
  o->looks++;
  if (code != ZC_OK)
    return code;
  if (!o->loaded)
    return zc_ledger_owner(o->store, instance, no, err);
  *no = slot_for(o, &key)->no;
  return ZC_OK;
}
