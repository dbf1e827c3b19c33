/* What is read in place is what json.h reads, and only where the text is the canonical one. */
#include "value/node.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "seeded.h"

/* The same value, built by json.h. Owned. */
static json_t *value_of(const zc_node *node)
{
  json_t *value;
  switch (node->kind) {
  case ZC_NODE_TEXT:
    return json_string(node->text);
  case ZC_NODE_INTEGER:
    return json_integer(node->integer);
  case ZC_NODE_FLAG:
    return json_boolean(node->integer != 0);
  case ZC_NODE_LIST:
    value = json_array();
    for (const zc_node *one = node->first; one != NULL; one = one->next)
      json_array_append_new(value, value_of(one));
    return value;
  default:
    value = json_object();
    for (const zc_node *one = node->first; one != NULL; one = one->next)
      json_object_set_new(value, one->key, value_of(one));
    return value;
  }
}

/* Whether json.h reads the text and would write it the same; *value is what it read, owned. */
static bool is_canonical(const char *text, size_t size, json_t **value)
{
  zc_err err;
  zc_buffer out = {0};
  *value = NULL;
  if (zc_json_parse(text, size, value, &err) != ZC_OK)
    return false;
  bool same = zc_json_canonical(*value, &out, &err) == ZC_OK && out.size == size &&
              memcmp(out.data, text, size) == 0;
  zc_buffer_free(&out);
  if (!same) {
    json_decref(*value);
    *value = NULL;
  }
  return same;
}

/* Both readers agree about a text. */
static bool agree(const char *text, size_t size)
{
  zc_err err;
  zc_arena arena = {0};
  const zc_node *node;
  json_t *value, *own = NULL;
  bool wanted = is_canonical(text, size, &value);
  zc_code code = zc_node_read(text, size, &arena, &node, &err);
  bool good = (code == ZC_OK) == wanted && (code == ZC_OK || code == ZC_EDATA);
  if (good && wanted) {
    own = value_of(node);
    good = json_equal(own, value) && zc_node_equal(node, node);
  }
  json_decref(own);
  json_decref(value);
  zc_arena_free(&arena);
  return good;
}

static const char *const texts[] =
    {"{}",
     "[]",
     "\"\"",
     "0",
     "-1",
     "true",
     "false",
     "9007199254740992",
     "9007199254740993",
     "{\"a\":1,\"b\":[true,false,\"\\u003cx\\u003e\"],\"中\":\"文\\n\\\"\\\\\"}",
     "{\"b\":1,\"a\":1}",
     "{\"a\":1,\"a\":1}",
     "[1,2,3,[4,[5,{\"k\":-17}]]]",
     "[1 ,2]",
     "01",
     "-0",
     "1.5",
     "1e3",
     "null",
     "[1,]",
     "{\"a\":}",
     "\"\\u0001\\b\\f\\r\\t\"",
     "\"\\u00e9\"",
     "\"\\/\"",
     "\"<\"",
     "\"\x01\"",
     "\"\xc3\x28\"",
     "\"\xed\xa0\x80\"",
     "\"a\\u0000b\"",
     " 1",
     "1 ",
     "",
     "{",
     "\"",
     "\"\\",
     "\"\\u",
     "\"\\u00",
     "\"\\u003"};

Test(node, reads_what_json_reads_if_it_is_canonical)
{
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    cr_expect(agree(texts[i], strlen(texts[i])), "%s", texts[i]);
  cr_expect(agree("\"a\0b\"", 5));
}

Test(node, agrees_with_json_on_forty_thousand_changed_texts)
{
  static const char letters[] = "{}[],:\"\\u0013cef<>&tn-.e 中\x80\x00\x1f";
  seeded chance = {7};
  for (int round = 0; round < 40000; round++) {
    char text[200];
    const char *from = texts[seeded_below(&chance, sizeof texts / sizeof *texts)];
    size_t size = strlen(from);
    memcpy(text, from, size);
    for (size_t count = seeded_below(&chance, 3); size > 0 && count-- > 0;)
      text[seeded_below(&chance, size)] =
          letters[seeded_below(&chance, sizeof letters - 1)];
    cr_assert(agree(text, size), "%.*s", (int)size, text);
  }
}

Test(node, refuses_what_is_too_deep_or_has_too_many_values)
{
  zc_err err;
  zc_arena arena = {0};
  const zc_node *node;
  zc_buffer text = {0};
  for (int i = 0; i < 200000; i++)
    zc_buffer_char(&text, '[');
  cr_expect(eq(int, zc_node_read(text.data, text.size, &arena, &node, &err), ZC_EDATA));
  zc_buffer_free(&text);
  zc_buffer_char(&text, '[');
  for (int i = 0; i < ZC_NODES; i++)
    zc_buffer_text(&text, "1,");
  zc_buffer_text(&text, "1]");
  cr_expect(eq(int, zc_node_read(text.data, text.size, &arena, &node, &err), ZC_EDATA));
  zc_buffer_free(&text);
  zc_arena_free(&arena);
}

Test(node, a_member_that_is_missing_or_of_another_kind_is_none)
{
  zc_err err;
  zc_arena arena = {0};
  const zc_node *node;
  const char *text = "{\"a\":\"x\",\"c\":3,\"d\":true,\"e\":[1,2]}";
  cr_assert(eq(int, zc_node_read(text, strlen(text), &arena, &node, &err), ZC_OK));
  cr_expect(eq(int, strcmp(zc_text_or(zc_node_text(node, "a"), ""), "x"), 0));
  cr_expect(zc_node_text(node, "b") == NULL && zc_node_text(node, "c") == NULL);
  cr_expect(zc_node_text(node, "z") == NULL && zc_node_text(NULL, "a") == NULL);
  cr_expect(eq(i64, zc_node_integer(node, "c", 7), 3));
  cr_expect(eq(i64, zc_node_integer(node, "a", 7), 7));
  cr_expect(zc_node_flag(node, "d") && !zc_node_flag(node, "c"));
  cr_expect(eq(sz, zc_node_count(zc_node_get(node, "e")), 2));
  cr_expect(zc_node_first(zc_node_get(node, "a")) == NULL);
  cr_expect(zc_node_equal(node, zc_node_get(node, "e")) == false);
  zc_arena_free(&arena);
}

/* Nothing that a record or its figures can differ in is the same. */
Test(node, values_that_differ_in_anything_are_not_equal)
{
  static const char *const different[][2] = {{"\"a\"", "\"b\""},
                                             {"\"a\"", "\"\""},
                                             {"\"1\"", "1"},
                                             {"1", "2"},
                                             {"1", "-1"},
                                             {"9007199254740991", "9007199254740990"},
                                             {"0", "false"},
                                             {"1", "true"},
                                             {"true", "false"},
                                             {"[]", "{}"},
                                             {"[1]", "[]"},
                                             {"[1,2]", "[2,1]"},
                                             {"[1,2]", "[1,2,3]"},
                                             {"[1,[2]]", "[1,[3]]"},
                                             {"{\"a\":1}", "{}"},
                                             {"{\"a\":1}", "{\"b\":1}"},
                                             {"{\"a\":1}", "{\"a\":2}"},
                                             {"{\"a\":1,\"b\":2}", "{\"a\":1,\"c\":2}"},
                                             {"{\"a\":{\"b\":[true]}}",
                                              "{\"a\":{\"b\":[false]}}"}};
  for (size_t i = 0; i < sizeof different / sizeof *different; i++) {
    zc_err err;
    zc_arena arena = {0};
    const zc_node *one, *again, *other;
    const char *a = different[i][0], *b = different[i][1];
    if (zc_node_read(b, strlen(b), &arena, &other, &err) != ZC_OK)
      cr_fatal("%s is not read", b);
    cr_assert(eq(int, zc_node_read(a, strlen(a), &arena, &one, &err), ZC_OK));
    cr_assert(eq(int, zc_node_read(a, strlen(a), &arena, &again, &err), ZC_OK));
    cr_expect(zc_node_equal(one, other) == false, "%s is not %s", a, b);
    cr_expect(zc_node_equal(other, one) == false, "%s is not %s", b, a);
    cr_expect(zc_node_equal(one, again), "%s is itself", a);
    cr_expect(zc_node_equal(one, NULL) == false && zc_node_equal(NULL, one) == false);
    zc_arena_free(&arena);
  }
  cr_expect(zc_node_equal(NULL, NULL));
}
