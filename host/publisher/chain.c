#include "publisher/chain.h"

#include <string.h>

#include "publisher/roots.h"

/* The next root of the chain. */
static zc_code follow(int fd, int64_t number, const zc_root *before, zc_chain *chain,
                      zc_err *err)
{
  zc_root next;
  json_t *kept;
  zc_code code = zc_root_read(fd, "", number, before, &next, &kept, err);
  if (code == ZC_OK &&
      (json_array_append_new(chain->kept, kept) != 0 ||
       json_array_append_new(chain->fingerprints, json_string(next.sha256)) != 0))
    code = zc_fail_memory(err);
  zc_root_free(&chain->last);
  chain->last = next;
  return code;
}

zc_code zc_chain_follow(int fd, const zc_root *own, int64_t newest, const char *today,
                        zc_chain *chain, zc_err *err)
{
  *chain = (zc_chain){json_array(), json_array(), {0}};
  zc_code code = chain->kept == NULL || chain->fingerprints == NULL
                     ? zc_fail_memory(err)
                     : ZC_OK;
  const zc_root *before = own->number == 0 ? NULL : own;
  for (int64_t number = own->number + 1; code == ZC_OK && number <= newest; number++) {
    code =
        zc_roots_has(fd, number)
            ? follow(fd, number, before, chain, err)
            : zc_fail(err, ZC_ETRUST,
                      "{number}.root is missing between root {from} and root {to}: "
                      "each root is signed by keys of the one before it; have all of "
                      "them sent",
                      "number", ZC_DIGITS(number), "from", ZC_DIGITS(own->number), "to",
                      ZC_DIGITS(newest), NULL);
    before = &chain->last;
  }
  if (code == ZC_OK && chain->last.number > 0 && strcmp(chain->last.expires, today) < 0)
    code =
        zc_fail(err, ZC_ETRUST,
                "root {number} expired on {day}: nothing was trusted; ask the office "
                "for its newest root",
                "number", ZC_DIGITS(chain->last.number), "day", chain->last.expires,
                NULL);
  return code;
}

void zc_chain_free(zc_chain *chain)
{
  json_decref(chain->kept);
  json_decref(chain->fingerprints);
  zc_root_free(&chain->last);
  *chain = (zc_chain){0};
}

zc_code zc_chain_keep(const zc_chain *chain, zc_library *library, zc_err *err)
{
  int64_t number = library->root.number;
  size_t index;
  const json_t *kept;
  json_array_foreach(chain->kept, index, kept)
  {
    zc_code code = zc_library_keep_root(library, ++number, kept, err);
    if (code != ZC_OK)
      return code;
  }
  return ZC_OK;
}
