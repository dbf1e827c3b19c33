#include "table/scan.h"

#include "notation.h"

static const char prices[] =
    "{'id':'prices','title':'价目','repeats':true,'columns':["
    "{'id':'item','type':'code','titles':['项目编码'],'key':true},"
    "{'id':'price','type':'decimal','scale':2,'titles':['单价']},"
    "{'id':'valid_from','type':'date','titles':['生效日期']},"
    "{'id':'valid_to','type':'date','titles':['失效日期']}]}";

/* What a scan says of the periods in an export, as canonical JSON; "" when nothing. */
static char *periods_in(const char *dataset_text, const char *csv)
{
  static char room[4096];
  zc_dataset *dataset;
  zc_err err;
  json_t *json = json_of(dataset_text), *faults = json_array(), *summary;
  cr_assert(eq(int, zc_dataset_new(json, &dataset, &err), ZC_OK));
  cr_assert(eq(int,
               zc_scan("价目.csv", csv, strlen(csv), dataset, NULL, INT32_MAX, NULL,
                       NULL, faults, &summary, &err),
               ZC_OK));
  const json_t *periods = json_object_get(summary, "periods");
  char *text = periods == NULL ? strdup("")
                               : json_dumps(periods, JSON_COMPACT | JSON_SORT_KEYS);
  snprintf(room, sizeof room, "%s", text);
  for (char *at = room; *at != '\0'; at++)
    *at = *at == '"' ? '\'' : *at;
  free(text);
  zc_dataset_free(dataset);
  json_decref(json);
  json_decref(faults);
  json_decref(summary);
  return room;
}

#define HEADER "项目编码,单价,生效日期,失效日期\n"

Test(periods, of_one_key_that_follow_each_other_or_of_several_keys_say_nothing)
{
  static const char *const rows[] = {
      "",
      "A,1,2023-01-01,2023-06-30\n",
      "A,1,2023-01-01,2023-06-30\nA,2,2023-07-01,\n",
      "A,2,2023-07-01,\nA,1,,2023-06-30\n",
      "A,1,2023-01-01,2023-12-31\nB,2,2023-01-01,2023-12-31\n",
      "A,1,2023-01-01,2023-01-01\nA,2,2023-01-02,2023-01-02\n",
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char csv[512];
    snprintf(csv, sizeof csv, HEADER "%s", rows[i]);
    cr_expect(eq(str, periods_in(prices, csv), (char *)""), "row %zu", i);
  }
}

Test(periods, that_share_a_day_are_told_with_both_lines)
{
  static const struct {
    const char *rows, *said;
  } cases[] = {
      {"A,1,2023-01-01,2023-06-30\nA,2,2023-06-30,\n",
       "{'examples':[{'key':'A','line':3,'other':2}],'overlapping':1,'reversed':0}"},
      {"A,2,2023-06-30,\nA,1,2023-01-01,2023-06-30\n",
       "{'examples':[{'key':'A','line':2,'other':3}],'overlapping':1,'reversed':0}"},
      {"A,1,,\nA,2,2030-01-01,2030-01-01\n",
       "{'examples':[{'key':'A','line':3,'other':2}],'overlapping':1,'reversed':0}"},
      /* The one that ends last counts, not the one before. */
      {"A,1,2023-01-01,2023-12-31\nA,2,2023-02-01,2023-02-28\nA,3,2023-11-01,\n",
       "{'examples':[{'key':'A','line':3,'other':2},{'key':'A','line':4,'other':2}],"
       "'overlapping':2,'reversed':0}"},
      {"A,1,2023-05-01,2023-05-01\nA,1,2023-05-01,2023-05-01\n",
       "{'examples':[{'key':'A','line':3,'other':2}],'overlapping':1,'reversed':0}"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char csv[512];
    snprintf(csv, sizeof csv, HEADER "%s", cases[i].rows);
    cr_expect(eq(str, periods_in(prices, csv), (char *)cases[i].said), "row %zu", i);
  }
}

Test(periods, that_end_before_they_begin_are_counted_and_overlap_nothing)
{
  cr_expect(
      eq(str, periods_in(prices, HEADER "A,1,2023-01-01,\nA,2,2023-06-30,2023-06-01\n"),
         (char *)"{'examples':[],'overlapping':0,'reversed':1,'reversed_line':3}"));
}

Test(periods, that_cannot_be_read_are_left_out)
{
  cr_expect(eq(str,
               periods_in(prices, HEADER "A,1,2023-01-01,\nA,2,随时,\nA,3,,以后\n"),
               (char *)""));
}

Test(periods, need_both_columns_and_a_key)
{
  static const char keyed_by_day[] =
      "{'id':'prices','title':'价目','columns':["
      "{'id':'valid_from','type':'date','key':true},{'id':'valid_to','type':'date'}]}";
  cr_expect(eq(str,
               periods_in(prices, "项目编码,生效日期\nA,2023-01-01\nA,2023-01-01\n"),
               (char *)""));
  cr_expect(
      eq(str,
         periods_in(keyed_by_day, "valid_from,valid_to\n2023-01-01,\n2023-02-01,\n"),
         (char *)""));
}

Test(periods, of_a_key_of_several_columns_are_those_of_the_whole_key)
{
  static const char pairs[] = "{'id':'prices','title':'价目','columns':["
                              "{'id':'item','type':'code','key':true},"
                              "{'id':'grade','type':'code','key':true},"
                              "{'id':'valid_from','type':'datetime','key':true},"
                              "{'id':'valid_to','type':'datetime'}]}";
  cr_expect(eq(str,
               periods_in(pairs, "item,grade,valid_from,valid_to\n"
                                 "A,1,2023-01-01 08:00,2023-01-01 10:00\n"
                                 "A,2,2023-01-01 09:00,2023-01-01 10:00\n"
                                 "A,1,2023-01-01 10:00,2023-01-01 11:00\n"
                                 "A,1,2023-01-01 11:00:01,\n"),
               (char *)"{'examples':[{'key':'A、1','line':4,'other':2}],"
                       "'overlapping':1,'reversed':0}"));
}

Test(periods, of_patients_are_told_without_their_key)
{
  static const char stays[] = "{'id':'stays','title':'住院','repeats':true,'columns':["
                              "{'id':'patient','type':'code','key':true,'identifies':"
                              "'patient'},{'id':'valid_from','type':'date'},"
                              "{'id':'valid_to','type':'date'}]}";
  cr_expect(eq(str,
               periods_in(stays, "patient,valid_from,valid_to\n440101,2023-01-01,\n"
                                 "440101,2023-01-02,\n"),
               (char *)"{'examples':[{'key':'','line':3,'other':2}],'overlapping':1,"
                       "'reversed':0}"));
}

Test(periods, are_told_by_ten_examples_and_all_counted)
{
  char csv[8192] = HEADER, *at = csv + strlen(csv);
  for (int i = 0; i < 50; i++)
    at += sprintf(at, "A,1,2023-01-01,\n");
  char *said = periods_in(prices, csv);
  size_t count = 0;
  for (const char *at_line = said; (at_line = strstr(at_line, "'line'")) != NULL;
       at_line++)
    count++;
  cr_expect(eq(sz, count, 10));
  cr_expect(ne(ptr, strstr(said, "'overlapping':49,"), NULL), "%s", said);
}
