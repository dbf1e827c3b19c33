/* Messages with {names}, members of maps, and texts that may not be valid UTF-8. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

#include "seeded.h"
#include "value/json.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static json_t *arguments(void)
{
  json_t *args = json_pack("{s:s,s:i,s:s,s:s,s:s,s:b,s:[i]}", "id", "rx_over_days",
                           "count", -42, "题", "处方{id}", "empty", "", "p.max", "7",
                           "flag", 1, "list", 1);
  cr_assert(ne(ptr, args, NULL));
  return args;
}

Test(fill, names_are_filled_and_all_else_stays)
{
  static const struct {
    const char *text, *filled;
  } rows[] = {
      {"", ""},
      {"nothing to fill", "nothing to fill"},
      {"unknown item {id}", "unknown item rx_over_days"},
      {"{id}", "rx_over_days"},
      {"{id}{id}", "rx_over_daysrx_over_days"},
      {"{count}张", "-42张"},
      {"{empty}", ""},
      {"用量超过{p.max}日", "用量超过7日"},
      {"{题}", "处方{id}"}, /* a value is not filled again */
      {"{missing} {id}", "{missing} rx_over_days"},
      {"{ id}", "{ id}"},
      {"{ID}", "{ID}"},
      {"{}", "{}"},
      {"{", "{"},
      {"}", "}"},
      {"{id", "{id"},
      {"id}", "id}"},
      {"{{id}}", "{rx_over_days}"},
      {"{a{id}b}", "{arx_over_daysb}"},
      {"{id{count}", "{id-42"},
      {"}{id}{", "}rx_over_days{"},
      {"{id}}", "rx_over_days}"},
      {"{flag} {list}", "{flag} {list}"}, /* only texts and integers */
      {"100% %s {id} %n", "100% %s rx_over_days %n"},
  };
  json_t *args = arguments();
  for (size_t i = 0; i < COUNT(rows); i++) {
    char *filled = zc_message_fill(rows[i].text, args);
    cr_expect(eq(str, filled, (char *)rows[i].filled), "%s", rows[i].text);
    free(filled);
  }
  json_decref(args);
}

Test(fill, without_arguments_a_text_stays_as_it_is)
{
  json_t *empty = json_object();
  const json_t *none[] = {NULL, empty};
  for (size_t i = 0; i < COUNT(none); i++) {
    char *filled = zc_message_fill("{id} {x{y}", none[i]);
    cr_expect(eq(str, filled, (char *)"{id} {x{y}"), "row %zu", i);
    free(filled);
  }
  json_decref(empty);
}

Test(fill, many_braces_are_filled_too)
{
  enum { MANY = 200000 };
  char *text = malloc(MANY + 1);
  json_t *args = arguments();
  memset(text, '{', MANY);
  text[MANY] = '\0';
  char *filled = zc_message_fill(text, args);
  cr_expect(eq(sz, strlen(filled), MANY));
  free(filled);
  free(text);
  json_decref(args);
}

Test(fill, an_error_becomes_a_message_with_its_arguments)
{
  zc_err err;
  zc_fail(&err, ZC_EDATA, "{path} is larger than {limit} bytes", "path", "处方.csv",
          "limit", ZC_DIGITS(5), NULL);
  json_t *message = zc_message_of(&err);
  cr_expect(eq(str, (char *)zc_get_text(message, "text"), err.text));
  char *filled = zc_message_fill(err.text, json_object_get(message, "args"));
  cr_expect(eq(str, filled, (char *)"处方.csv is larger than 5 bytes"));
  free(filled);
  json_decref(message);
}

Test(fill, an_error_about_a_name_that_is_not_utf8_is_told_all_the_same)
{
  zc_err err;
  zc_fail(&err, ZC_EOPEN, "cannot open {path}", "path", "a\xff.csv", NULL);
  json_t *message = zc_message_of(&err);
  cr_assert(ne(ptr, message, NULL));
  cr_expect(eq(str, (char *)zc_get_text(json_object_get(message, "args"), "path"),
               (char *)"a\xef\xbf\xbd.csv"));
  json_decref(message);
}

Test(fill, a_member_of_another_type_counts_as_absent)
{
  json_t *map = json_pack("{s:s,s:i,s:b,s:[]}", "text", "a", "integer", 7, "flag", 1,
                          "list");
  static const char *const keys[] = {"text", "integer", "flag", "list", "missing"};
  static const char *const texts[] = {"a", NULL, NULL, NULL, NULL};
  static const int integers[] = {-1, 7, -1, -1, -1};
  for (size_t i = 0; i < COUNT(keys); i++) {
    cr_expect(eq(str, (char *)zc_text_or(zc_get_text(map, keys[i]), "absent"),
                 (char *)zc_text_or(texts[i], "absent")),
              "%s", keys[i]);
    cr_expect(eq(int, (int)zc_get_integer(map, keys[i], -1), integers[i]), "%s",
              keys[i]);
    cr_expect(eq(int, zc_get_flag(map, keys[i]), strcmp(keys[i], "flag") == 0), "%s",
              keys[i]);
  }
  json_decref(map);
}

Test(fill, what_is_no_map_has_no_members)
{
  json_t *list = json_pack("[s]", "a");
  const json_t *none[] = {NULL, list};
  for (size_t i = 0; i < COUNT(none); i++) {
    cr_expect(eq(ptr, (void *)zc_get_text(none[i], "a"), NULL), "row %zu", i);
    cr_expect(eq(int, (int)zc_get_integer(none[i], "a", 3), 3), "row %zu", i);
    cr_expect(not(zc_get_flag(none[i], "a")), "row %zu", i);
  }
  json_decref(list);
}

Test(fill, wrong_bytes_become_the_replacement_character)
{
  static const struct {
    const char *bytes;
    size_t size;
    const char *text;
  } rows[] = {
      {"", 0, ""},
      {"药品", 6, "药品"},
      {"\xff", 1, "\xef\xbf\xbd"},
      {"a\xff"
       "b",
       3,
       "a\xef\xbf\xbd"
       "b"},
      {"药\xe5\x93", 5, "药\xef\xbf\xbd\xef\xbf\xbd"},
      {"\xed\xa0\x80", 3, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
      {"a\0b", 3,
       "a\xef\xbf\xbd"
       "b"},
      {"\0", 1, "\xef\xbf\xbd"},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    json_t *value = zc_json_lossy(rows[i].bytes, rows[i].size);
    cr_expect(eq(str, (char *)zc_text_or(json_string_value(value), "nothing"),
                 (char *)rows[i].text),
              "row %zu", i);
    json_decref(value);
  }
}

Test(fill, any_bytes_become_a_value_that_survives_the_round_trip)
{
  seeded s = {5};
  for (int round = 0; round < 5000; round++) {
    char bytes[16];
    size_t size = seeded_below(&s, sizeof bytes);
    for (size_t i = 0; i < size; i++)
      bytes[i] = (char)seeded_next(&s);
    json_t *value = zc_json_lossy(bytes, size), *again;
    zc_buffer out = {0};
    zc_err err;
    cr_assert(ne(ptr, value, NULL), "round %d", round);
    cr_assert(eq(int, zc_json_canonical(value, &out, &err), ZC_OK));
    cr_assert(eq(int, zc_json_parse(out.data, out.size, &again, &err), ZC_OK), "%s",
              out.data);
    cr_assert(json_equal(value, again), "%s", out.data);
    json_decref(value);
    json_decref(again);
    zc_buffer_free(&out);
  }
}
