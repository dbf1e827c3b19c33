/* What the command line wants of a check, and what exit status its record has. */
#include <string.h>

#include "cli/checking.h"

/* Calls `use` for each word of --fail-on, which stand apart by commas or options, until
 * it returns true. */
static bool any_word(const zc_cli *cli, bool (*use)(const char *, size_t, const void *),
                     const void *data)
{
  size_t index;
  const json_t *value;
  json_array_foreach(zc_option_values(cli, "fail-on"), index, value)
  {
    for (const char *at = json_string_value(value);; at++) {
      size_t size = strcspn(at, ",");
      if (use(at, size, data))
        return true;
      at += size;
      if (*at == '\0')
        break;
    }
  }
  return false;
}

static bool is_word(const char *at, size_t size, const void *word)
{
  return strlen(word) == size && strncmp(at, word, size) == 0;
}

static bool is_unknown(const char *at, size_t size, const void *unused)
{
  (void)unused;
  return !is_word(at, size, "problem") && !is_word(at, size, "incomplete") &&
         !is_word(at, size, "overdue") && !is_word(at, size, "never");
}

static bool fails_on(const zc_cli *cli, const char *word)
{
  return zc_option_values(cli, "fail-on") == NULL || any_word(cli, is_word, word);
}

zc_code zc_check_words(const zc_cli *cli, zc_err *err)
{
  if (any_word(cli, is_unknown, NULL))
    return zc_fail(err, ZC_EUSAGE,
                   "--fail-on {word} means nothing; known, by commas if several: "
                   "problem incomplete overdue never",
                   "word", zc_option_value(cli, "fail-on"), NULL);
  if (strcmp(zc_isolation(cli), "full") != 0 &&
      strcmp(zc_isolation(cli), "process") != 0)
    return zc_fail(err, ZC_EUSAGE,
                   "there is no isolation level {level}; known: full process", "level",
                   zc_isolation(cli), NULL);
  return ZC_OK;
}

bool zc_check_asks_overdue(const zc_cli *cli)
{
  return any_word(cli, is_word, "overdue");
}

int zc_check_status(const zc_cli *cli, const json_t *record)
{
  const json_t *totals = json_object_get(record, "totals");
  json_int_t open = zc_get_integer(totals, "not_checked", 0) +
                    zc_get_integer(totals, "undetermined", 0);
  json_int_t judged = zc_get_integer(totals, "pass", 0) +
                      zc_get_integer(totals, "problem", 0);
  if (zc_get_integer(totals, "problem", 0) > 0 && fails_on(cli, "problem"))
    return 1;
  if ((open > 0 || judged == 0) && fails_on(cli, "incomplete"))
    return 2;
  return 0;
}
