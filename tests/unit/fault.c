#include "value/fault.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "seeded.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

Test(fault, a_fault_holds_its_place_its_message_and_its_remedy)
{
  json_t *faults = json_array();
  cr_expect(
      eq(int,
         zc_fault(faults, (zc_place){"plan.yaml", 3, 5}, "the key {key} stands twice",
                  "key", "标题", "hint", "delete one", "line", "1", NULL),
         0));
  json_t *wanted = json_pack("{s:s,s:i,s:i,s:s,s:s,s:s,s:{s:s,s:s}}", "file",
                             "plan.yaml", "line", 3, "column", 5, "severity", "error",
                             "text", "the key {key} stands twice", "hint", "delete one",
                             "args", "key", "标题", "line", "1");
  cr_expect(eq(sz, json_array_size(faults), 1));
  cr_expect(json_equal(json_array_get(faults, 0), wanted));
  json_decref(wanted);
  json_decref(faults);
}

Test(fault, a_warning_says_so)
{
  json_t *faults = json_array();
  cr_expect(eq(int, zc_fault_warning(faults, (zc_place){"a", 0, 0}, "odd", NULL), 0));
  cr_expect(eq(str, (char *)zc_get_text(json_array_get(faults, 0), "severity"),
               (char *)"warning"));
  json_decref(faults);
}

Test(fault, a_fault_may_be_of_no_file)
{
  json_t *faults = json_array();
  cr_expect(eq(int, zc_fault(faults, (zc_place){0}, "wrong", NULL), 0));
  cr_expect(eq(ptr, json_object_get(json_array_get(faults, 0), "file"), NULL));
  json_decref(faults);
}

Test(fault, bytes_that_are_not_utf8_lose_no_fault)
{
  json_t *faults = json_array();
  cr_expect(eq(int,
               zc_fault(faults, (zc_place){"\xd2\xa9.yaml", 1, 1}, "{value}", "value",
                        "\xff\xfe", "hint", "\x80", NULL),
               0));
  cr_expect(eq(sz, json_array_size(faults), 1));
  zc_buffer out = {0};
  zc_err err;
  json_t *again;
  cr_expect(eq(int, zc_json_canonical(faults, &out, &err), ZC_OK));
  cr_expect(eq(int, zc_json_parse(out.data, out.size, &again, &err), ZC_OK));
  json_decref(again);
  zc_buffer_free(&out);
  json_decref(faults);
}

Test(fault, only_errors_are_counted_as_errors)
{
  json_t *faults = json_array();
  cr_expect(eq(sz, zc_fault_errors(faults), 0));
  zc_fault_warning(faults, (zc_place){"a", 1, 1}, "w", NULL);
  cr_expect(eq(sz, zc_fault_errors(faults), 0));
  zc_fault(faults, (zc_place){"a", 1, 1}, "e", NULL);
  zc_fault(faults, (zc_place){"a", 2, 1}, "e", NULL);
  json_array_append_new(faults,
                        json_pack("{s:s,s:s}", "severity", "note", "text", "n"));
  cr_expect(eq(sz, zc_fault_errors(faults), 2));
  json_decref(faults);
}

/* A list that does not come from us must not make an unusable file look usable. */
Test(fault, a_fault_of_no_known_shape_counts_as_an_error)
{
  json_t *faults = json_pack("[i,s,{},{s:i},[]]", 1, "text", "severity", 3);
  cr_expect(eq(sz, zc_fault_errors(faults), 5));
  json_decref(faults);
}

/* The faults as « file:line:column text », one a line; good until the next. */
static char *listed(const json_t *faults)
{
  static char room[2048];
  size_t index, used = 0;
  const json_t *fault;
  room[0] = '\0';
  json_array_foreach(faults, index, fault)
  {
    used += (size_t)snprintf(room + used, sizeof room - used, "%s:%d:%d %s\n",
                             zc_text_or(zc_get_text(fault, "file"), "-"),
                             (int)zc_get_integer(fault, "line", -1),
                             (int)zc_get_integer(fault, "column", -1),
                             zc_text_or(zc_get_text(fault, "text"), "-"));
    cr_assert(lt(sz, used, sizeof room));
  }
  return room;
}

Test(fault, faults_are_sorted_by_place_and_equal_places_keep_their_order)
{
  static const struct {
    zc_place place;
    const char *text;
  } rows[] = {
      {{"b", 1, 1}, "b1"},       {{"a", 10, 1}, "a10"}, {{"a", 9, 12}, "second"},
      {{"a", 9, 12}, "first"},   {{"a", 9, 2}, "a9.2"}, {{"a", 0, 0}, "whole"},
      {{NULL, 0, 0}, "nowhere"}, {{"B", 5, 5}, "B5"},   {{"a", 9, 12}, "third"},
      {{"a/b", 1, 1}, "a/b"},    {{"药", 1, 1}, "y"},
  };
  json_t *faults = json_array();
  zc_err err;
  for (size_t i = 0; i < COUNT(rows); i++)
    zc_fault(faults, rows[i].place, rows[i].text, NULL);
  cr_expect(eq(int, zc_fault_sort(faults, &err), ZC_OK));
  cr_expect(
      eq(str, listed(faults),
         (char *)"-:0:0 nowhere\nB:5:5 B5\na:0:0 whole\na:9:2 a9.2\na:9:12 second\n"
                 "a:9:12 first\na:9:12 third\na:10:1 a10\na/b:1:1 a/b\nb:1:1 b1\n"
                 "药:1:1 y\n"));
  json_decref(faults);
}

Test(fault, sorting_loses_and_invents_nothing)
{
  seeded s = {6};
  for (int round = 0; round < 200; round++) {
    json_t *faults = json_array();
    zc_err err;
    size_t count = seeded_below(&s, 40);
    int seen[40] = {0};
    for (size_t i = 0; i < count; i++) {
      char text[24];
      snprintf(text, sizeof text, "%zu", i);
      zc_place place = {seeded_below(&s, 2) == 0 ? "a" : "b", (int)seeded_below(&s, 4),
                        (int)seeded_below(&s, 3)};
      zc_fault(faults, place, text, NULL);
    }
    cr_assert(eq(int, zc_fault_sort(faults, &err), ZC_OK));
    cr_assert(eq(sz, json_array_size(faults), count));
    for (size_t i = 0; i < count; i++) {
      const json_t *fault = json_array_get(faults, i),
                   *next = json_array_get(faults, i + 1);
      int order = atoi(zc_get_text(fault, "text"));
      seen[order]++;
      if (next == NULL)
        break;
      int files = strcmp(zc_get_text(fault, "file"), zc_get_text(next, "file"));
      json_int_t lines = zc_get_integer(fault, "line", 0) -
                         zc_get_integer(next, "line", 0);
      json_int_t columns = zc_get_integer(fault, "column", 0) -
                           zc_get_integer(next, "column", 0);
      int later = atoi(zc_get_text(next, "text"));
      bool sorted = files != 0     ? files < 0
                    : lines != 0   ? lines < 0
                    : columns != 0 ? columns < 0
                                   : order < later;
      cr_assert(sorted, "round %d, fault %zu", round, i);
    }
    for (size_t i = 0; i < count; i++)
      cr_assert(eq(int, seen[i], 1));
    json_decref(faults);
  }
}

Test(fault, lists_of_none_and_one_can_be_sorted)
{
  json_t *faults = json_array();
  zc_err err;
  cr_expect(eq(int, zc_fault_sort(faults, &err), ZC_OK));
  zc_fault(faults, (zc_place){"a", 1, 1}, "e", NULL);
  cr_expect(eq(int, zc_fault_sort(faults, &err), ZC_OK));
  cr_expect(eq(str, listed(faults), (char *)"a:1:1 e\n"));
  json_decref(faults);
}

/* Lists come from scripts too: what is no fault must not end the program. */
Test(fault, a_list_of_no_known_shape_can_be_sorted)
{
  json_t *faults = json_pack("[i,{s:i,s:s},[],s,{s:s,s:i}]", 1, "file", 3, "line", "x",
                             "text", "file", "a", "line", 2);
  zc_err err;
  cr_expect(eq(int, zc_fault_sort(faults, &err), ZC_OK));
  cr_expect(eq(sz, json_array_size(faults), 5));
  cr_expect(
      eq(str, (char *)zc_get_text(json_array_get(faults, 4), "file"), (char *)"a"));
  json_decref(faults);
}
