#include "cli/validity.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "cli/message.h"

static int32_t day_of(const char *text)
{
  int32_t day = 0;
  zc_day_parse(text, strlen(text), &day);
  return day;
}

/* ---- warnings ------------------------------------------------------------------- */

static void warn_of_days(const char *expires, const char *today, json_t *named)
{
  int32_t left = day_of(expires) - day_of(today);
  if (left < 0)
    zc_warn(N_("the plan {id}, serial {serial}, held until {day}: it stays usable, and "
               "every report says so; ask {issuer} for the next one"),
            json_incref(named));
  else if (left <= ZC_EXPIRY_WARNING)
    zc_warn(
        N_("the plan {id}, serial {serial}, holds until {day}; ask {issuer} for the "
           "next one"),
        json_incref(named));
}

void zc_validity_warn_of(const zc_manifest *manifest, const char *today)
{
  json_t *named = json_pack("{s:s, s:I, s:s, s:s}", "id", manifest->name, "serial",
                            (json_int_t)manifest->serial, "day", manifest->expires,
                            "issuer", manifest->issuer);
  warn_of_days(manifest->expires, today, named);
  json_decref(named);
}

static void warn_of_layer(const json_t *origin, const char *today)
{
  json_t *named = json_pack("{s:O, s:O, s:O, s:O}", "id", json_object_get(origin, "id"),
                            "serial", json_object_get(origin, "serial"), "day",
                            json_object_get(origin, "expires"), "issuer",
                            json_object_get(origin, "issuer"));
  if (zc_get_text(origin, "signer") == NULL)
    zc_warn(
        N_("the key that signed the plan {id}, serial {serial}, is trusted no more; "
           "ask {issuer} whether the plan still holds"),
        json_incref(named));
  warn_of_days(zc_text_of(origin, "expires"), today, named);
  json_decref(named);
}

void zc_validity_warn(const zc_plan *plan)
{
  size_t index;
  const json_t *origin;
  json_array_foreach(plan->package.origins, index, origin)
  {
    if (json_object_get(origin, "serial") != NULL)
      warn_of_layer(origin, plan->cli->today);
  }
}

/* ---- trust ------------------------------------------------------------------------ */

bool zc_validity_trusted(const zc_plan *plan)
{
  return plan->package.shipped || plan->package.trusted;
}

/* ---- records ------------------------------------------------------------------------ */

json_t *zc_validity_record(const zc_plan *plan)
{
  json_t *layers = json_array();
  size_t index;
  const json_t *origin;
  int bad = layers == NULL;
  json_array_foreach(plan->package.origins, index, origin)
  {
    json_t *told = json_object(), *serial = json_object_get(origin, "serial");
    if (serial != NULL) {
      bad |= json_object_set(told, "serial", serial);
      bad |= json_object_set(told, "expires", json_object_get(origin, "expires"));
    }
    bad |= json_array_append_new(layers, told);
  }
  if (bad == 0)
    return layers;
  json_decref(layers);
  return NULL;
}

/* ---- papers -------------------------------------------------------------------------- */

/* In official Chinese, whatever the language of messages, as all of a paper. */
static json_t *stamp_of(const json_t *origin)
{
  zc_civil last = zc_day_to_civil(day_of(zc_text_of(origin, "expires")));
  zc_buffer text = {0};
  zc_buffer_print(&text, "规则已过期：本文所依据的方案 %s（序号%lld，",
                  zc_text_of(origin, "id"),
                  (long long)zc_get_integer(origin, "serial", 0));
  zc_buffer_print(&text, "%s发布）有效期至%d年%d月%d日，请核实是否已有新的方案。",
                  zc_text_of(origin, "issuer"), last.year, last.month, last.day);
  json_t *node = text.failed ? NULL
                             : json_pack("{s:s, s:s}", "kind", "paragraph", "text",
                                         zc_text_or(text.data, ""));
  zc_buffer_free(&text);
  return node;
}

zc_code zc_validity_stamp(const zc_plan *plan, const char *today, json_t *tree,
                          zc_err *err)
{
  size_t index, at = 0;
  const json_t *origin;
  json_t *nodes = json_object_get(tree, "children");
  json_array_foreach(plan->package.origins, index, origin)
  {
    const char *expires = zc_get_text(origin, "expires");
    if (expires != NULL && strcmp(expires, today) < 0 &&
        json_array_insert_new(nodes, at++, stamp_of(origin)) != 0)
      return zc_fail_memory(err);
  }
  return ZC_OK;
}
