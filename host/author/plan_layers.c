#include "author/plan_layers.h"

#include <stdio.h>
#include <string.h>

#include "cli/message.h"
#include "cli/screen.h"

static const char *shown(const json_t *origin, const char *key)
{
  return zc_text_or(zc_get_text(origin, key), "—");
}

static const char *whose(const json_t *origin)
{
  const char *kind = zc_text_of(origin, "origin");
  if (strcmp(kind, "shipped") == 0)
    return _("shipped with zicha");
  if (strcmp(kind, "folder") == 0)
    return _("not signed: a folder");
  if (strcmp(kind, "copy") == 0)
    return _("not signed: installed with its child alone");
  return zc_text_or(zc_get_text(origin, "signer"), _("key revoked"));
}

zc_code zc_plan_layers_print(const zc_plan *plan, zc_err *err)
{
  json_t *lines = json_pack("[[s, s, s, s, s, s]]", _("layer"), _("signed by"),
                            _("issuer"), _("serial"), _("holds until"), _("key id"));
  int bad = lines == NULL;
  size_t index;
  const json_t *origin;
  json_array_foreach(plan->package.origins, index, origin)
  {
    char serial[24] = "—";
    if (json_object_get(origin, "serial") != NULL)
      zc_number_text(serial, zc_get_integer(origin, "serial", 0));
    bad |= json_array_append_new(lines,
                                 json_pack("[s, s, s, s, s, s]", shown(origin, "id"),
                                           whose(origin), shown(origin, "issuer"),
                                           serial, shown(origin, "expires"),
                                           shown(origin, "key")));
  }
  if (bad == 0)
    zc_print_grid(stdout, lines, "lllrll", 0);
  json_decref(lines);
  return bad == 0 ? ZC_OK : zc_fail_memory(err);
}
