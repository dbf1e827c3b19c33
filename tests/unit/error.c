#include "base/error.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <string.h>

#include "base/utf8.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* `filler` ASCII letters, then characters until the text is far over an error's room. */
static const char *overlong(char *room, size_t size, size_t filler,
                            const char *character)
{
  size_t at = filler, step = strlen(character);
  memset(room, 'x', filler);
  for (; at + step < size; at += step)
    memcpy(room + at, character, step);
  room[at] = '\0';
  return room;
}

static char *argument(const zc_err *err, const char *name)
{
  return (char *)zc_err_argument(err, name);
}

Test(error, a_failure_returns_and_keeps_its_code)
{
  zc_err err;
  cr_expect(
      eq(int, zc_fail(&err, ZC_EDATA, "no {thing}", "thing", "row", NULL), ZC_EDATA));
  cr_expect(eq(int, err.code, ZC_EDATA));
  cr_expect(eq(str, err.text, (char *)"no {thing}"));
}

Test(error, arguments_come_back_by_name)
{
  zc_err err;
  zc_fail(&err, ZC_EDATA, "{path} {limit} {empty} {missing}", "path",
          "数据/处方明细.csv", "limit", ZC_DIGITS(-42), "empty", "", "missing", NULL,
          NULL);
  cr_expect(eq(str, argument(&err, "path"), (char *)"数据/处方明细.csv"));
  cr_expect(eq(str, argument(&err, "limit"), (char *)"-42"));
  cr_expect(eq(str, argument(&err, "empty"), (char *)""));
  cr_expect(eq(ptr, argument(&err, "other"), NULL));
  cr_expect(eq(ptr, argument(&err, "pat"), NULL));
}

Test(error, a_value_is_no_name)
{
  zc_err err;
  zc_fail(&err, ZC_EDATA, "{a}", "a", "b", NULL);
  cr_expect(eq(ptr, argument(&err, "b"), NULL));
}

Test(error, arguments_are_iterated_in_their_order)
{
  static const char *const pairs[][2] = {{"z", "1"},
                                         {"a", ""},
                                         {"m", "三"},
                                         {"z2", "4"}};
  zc_err err;
  const char *cursor = NULL, *name, *value;
  size_t count = 0;
  zc_fail(&err, ZC_EDATA, "x", "z", "1", "a", "", "m", "三", "z2", "4", NULL);
  while ((name = zc_err_next(&err, &cursor, &value)) != NULL) {
    cr_assert(lt(sz, count, COUNT(pairs)));
    cr_expect(eq(str, (char *)name, (char *)pairs[count][0]), "argument %zu", count);
    cr_expect(eq(str, (char *)value, (char *)pairs[count][1]), "argument %zu", count);
    count++;
  }
  cr_expect(eq(sz, count, COUNT(pairs)));
}

Test(error, without_arguments_there_is_nothing_to_iterate)
{
  zc_err err;
  const char *cursor = NULL, *value;
  zc_fail_memory(&err);
  cr_expect(eq(ptr, (void *)zc_err_next(&err, &cursor, &value), NULL));
  cr_expect(eq(int, err.code, ZC_EINTERNAL));
}

Test(error, a_second_failure_replaces_the_first)
{
  zc_err err;
  zc_fail(&err, ZC_EDATA, "first {a}", "a", "1", "b", "2", NULL);
  zc_fail(&err, ZC_EOPEN, "second {c}", "c", "3", NULL);
  cr_expect(eq(int, err.code, ZC_EOPEN));
  cr_expect(eq(str, err.text, (char *)"second {c}"));
  cr_expect(eq(ptr, argument(&err, "a"), NULL));
  cr_expect(eq(ptr, argument(&err, "b"), NULL));
  cr_expect(eq(str, argument(&err, "c"), (char *)"3"));
}

/* The cut falls on each of a character's bytes in turn. */
Test(error, an_overlong_value_is_cut_between_characters_at_every_offset)
{
  static const char *const characters[] = {"é", "药", "😀"};
  char room[4000];
  for (size_t i = 0; i < COUNT(characters); i++)
    for (size_t filler = 0; filler < strlen(characters[i]); filler++) {
      zc_err err;
      zc_fail(&err, ZC_EDATA, "{v}", "v",
              overlong(room, sizeof room, filler, characters[i]), NULL);
      const char *value = zc_err_argument(&err, "v");
      cr_assert(ne(ptr, (void *)value, NULL));
      size_t size = strlen(value);
      cr_expect(zc_utf8_valid(value, size, NULL), "%s after %zu", characters[i],
                filler);
      cr_expect(eq(int, strncmp(value, room, size), 0));
      /* No more is lost than the character that did not fit, its name and two NULs. */
      cr_expect(ge(sz, size + strlen(characters[i]) + 4, sizeof err.args));
    }
}

Test(error, what_comes_before_an_overlong_value_stays_whole)
{
  char room[4000];
  zc_err err;
  zc_fail(&err, ZC_EDATA, "{a} {b}", "a", "药品", "b",
          overlong(room, sizeof room, 0, "医"), NULL);
  cr_expect(eq(str, argument(&err, "a"), (char *)"药品"));
}

Test(error, iteration_ends_after_overlong_arguments)
{
  char room[4000];
  zc_err err;
  for (size_t filler = 0; filler < 3; filler++) {
    const char *value = overlong(room, sizeof room, filler, "药");
    zc_fail(&err, ZC_EDATA, "x", "a", value, "b", value, "c", value, NULL);
    const char *cursor = NULL, *name, *got;
    size_t count = 0;
    while (count <= 3 && (name = zc_err_next(&err, &cursor, &got)) != NULL) {
      cr_expect(zc_utf8_valid(got, strlen(got), NULL));
      count++;
    }
    cr_expect(le(sz, count, 3), "filler %zu", filler);
  }
}

/* A name that is cut would let a message print its braces. */
Test(error, an_argument_is_never_told_under_another_name)
{
  char room[1500];
  for (size_t size = 1300; size < sizeof room; size++) {
    zc_err err;
    const char *cursor = NULL, *name, *value;
    zc_fail(&err, ZC_EDATA, "x", "path", overlong(room, size, 0, "x"), "reason", "full",
            NULL);
    while ((name = zc_err_next(&err, &cursor, &value)) != NULL)
      if (strcmp(name, "path") != 0 && strcmp(name, "reason") != 0)
        cr_fatal("a path of %zu bytes: the argument is called %s", size - 1, name);
  }
}

Test(error, a_failed_system_call_tells_its_reason)
{
  zc_err err;
  cr_expect(eq(int,
               zc_fail_system(&err, ZC_EOPEN, ENOENT,
                              "cannot open {path}: {reason_term}", "path", "a", NULL),
               ZC_EOPEN));
  cr_expect(eq(str, argument(&err, "path"), (char *)"a"));
  cr_expect(eq(str, argument(&err, "reason_term"), (char *)"it does not exist"));
}

/* Paths may have 4,096 bytes; why a call failed matters more than their end. */
Test(error, a_failed_system_call_tells_its_reason_whatever_the_path)
{
  char room[4096];
  zc_err err;
  zc_fail_system(&err, ZC_EOPEN, ENOENT, "cannot open {path}: {reason_term}", "path",
                 overlong(room, sizeof room, 0, "药"), NULL);
  const char *reason = zc_err_argument(&err, "reason_term");
  cr_assert(ne(ptr, (void *)reason, NULL));
  cr_expect(eq(str, (char *)reason, (char *)"it does not exist"));
}

Test(error, integers_are_written_whole)
{
  static const struct {
    int64_t number;
    const char *text;
  } rows[] = {{0, "0"},
              {-1, "-1"},
              {INT64_MAX, "9223372036854775807"},
              {INT64_MIN, "-9223372036854775808"}};
  for (size_t i = 0; i < COUNT(rows); i++)
    cr_expect(eq(str, (char *)ZC_DIGITS(rows[i].number), (char *)rows[i].text));
}
