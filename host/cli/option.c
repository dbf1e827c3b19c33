#include "cli/option.h"

#include <stdlib.h>

#include "base/text.h"

void zc_cli_free(zc_cli *cli)
{
  json_decref(cli->options);
}

const char *zc_option_value(const zc_cli *cli, const char *name)
{
  const json_t *list = json_object_get(cli->options, name);
  return json_string_value(json_array_get(list, json_array_size(list) - 1));
}

const char *zc_isolation(const zc_cli *cli)
{
  const char *level = zc_option_value(cli, "isolation");
  return level != NULL ? level : zc_text_or(getenv("ZICHA_ISOLATION"), "full");
}

const json_t *zc_option_values(const zc_cli *cli, const char *name)
{
  return json_object_get(cli->options, name);
}
