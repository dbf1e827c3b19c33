#include "supervisor/roster_keys.h"

#include <string.h>

#include "cli/message.h"
#include "package/key.h"

static const char *id_of(const char *line, char id[ZC_KEY_ID_ROOM])
{
  zc_err unused;
  zc_public_key key;
  id[0] = '\0';
  if (zc_key_parse_line(line, line, &key, &unused) == ZC_OK)
    zc_key_id_text(key.id, id);
  return id;
}

/* Whether the key in a row is the one that is trusted, or comes into force by the row. */
static zc_code is_taken(const zc_office *office, const json_t *row, bool *taken,
                        zc_err *err)
{
  bool known = false;
  const char *line = zc_text_of(row, "key");
  const json_t *own = zc_office_active_key(office, zc_text_of(row, "code"));
  *taken = *line == '\0' || strcmp(line, zc_text_of(own, "key")) == 0;
  zc_code code = *taken ? ZC_OK
                        : zc_roster_has(office->workspace.store,
                                        zc_text_of(row, "code"), &known, err);
  *taken = *taken || !known;
  return code;
}

zc_code zc_roster_other_keys(const zc_office *office, const json_t *rows,
                             json_t *others, zc_err *err)
{
  size_t index;
  json_t *row;
  int bad = 0;
  zc_code code = ZC_OK;
  json_array_foreach((json_t *)rows, index, row)
  {
    bool taken = true;
    if (code == ZC_OK)
      code = is_taken(office, row, &taken, err);
    if (!taken)
      bad |= json_array_append(others, row);
  }
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

void zc_roster_warn_of_keys(const json_t *others)
{
  size_t index;
  const json_t *row;
  char id[ZC_KEY_ID_ROOM];
  json_array_foreach(others, index, row) zc_warn(
      N_("{code} {name}: the key {id} of the list is not taken; make sure by "
         "telephone that it is theirs, then `zicha roster trust {code} KEYFILE`"),
      json_pack("{s:s, s:s, s:s}", "code", zc_text_of(row, "code"), "name",
                zc_text_of(row, "name"), "id", id_of(zc_text_of(row, "key"), id)));
}

zc_code zc_roster_warn_of_shared(const zc_office *office, const json_t *rows,
                                 zc_err *err)
{
  size_t index, at;
  const char *code;
  json_t *list, *one, *owners = json_object();
  const json_t *row;
  char id[ZC_KEY_ID_ROOM];
  int bad = owners == NULL;
  json_object_foreach(office->keys, code, list)
  {
    json_array_foreach(list, at, one)
    {
      if (*zc_text_of(one, "until") == '\0')
        bad |= json_object_set_new(owners, zc_text_of(one, "key"), json_string(code));
    }
  }
  json_array_foreach((json_t *)rows, index, row)
  {
    const char *line = zc_text_of(row, "key"), *own = zc_text_of(row, "code");
    const char *owner = zc_text_of(owners, line);
    if (*line == '\0' || strcmp(owner, own) == 0)
      continue;
    if (*owner != '\0')
      zc_warn(
          N_("{code} and {other} have the same key {id}: one of them has another's; "
             "each facility makes its own with `zicha key new`"),
          json_pack("{s:s, s:s, s:s}", "code", own, "other", owner, "id",
                    id_of(line, id)));
    else
      bad |= json_object_set_new(owners, line, json_string(own));
  }
  json_decref(owners);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}
