/* The table of missing values in docs/rules.md, cell by cell, for the forms of this
 * version: what a blank cell, an unmatched join and an empty table do to each of them. */
#include "tables.h"

static const char dataset[] =
    "{'id':'t','title':'表','columns':["
    "{'id':'n','type':'int'},{'id':'d','type':'date'},{'id':'b','type':'bool'},"
    "{'id':'m','type':'datetime'},{'id':'f','type':'decimal','scale':2},"
    "{'id':'k','type':'enum','words':['甲','乙'],'values':[{'id':'甲'},{'id':'乙'}]},"
    "{'id':'w','type':'text'},{'id':'c','type':'code'},{'id':'v','type':'text'},"
    "{'id':'x','type':'codes'},{'id':'g','type':'code'},{'id':'z','type':'code'}]}";
static const char other[] =
    "{'id':'o','title':'另表','columns':[{'id':'id','type':'code'},"
    "{'id':'a','type':'int'},{'id':'b','type':'text'}]}";

/* A row of which only z, which no rule reads, is filled in: a line without any value is
 * none of the table's. */
#define HEADER "n,d,b,m,f,k,w,c,v,x,g,z\n"
#define BLANK ",,,,,,,,,,,Z\n"
#define FULL "7,2023-05-01,是,2023-05-01 08:00,1.50,甲,文,C1,文,A;B,G1,Z\n"

/* A rule over rows; its figures. */
typedef struct {
  const char *csv, *rule, *figures;
} judgement;

static void expect_judgements(const judgement *rows, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    world *w = world_new();
    world_add(w, dataset, rows[i].csv);
    world_add(w, other, "id,a,b\nC1,1,文\n");
    expect_figures(w, rows[i].rule, rows[i].figures);
    world_free(w);
  }
}

#define EXPECT(...)                                                                    \
  expect_judgements((const judgement[]){__VA_ARGS__},                                  \
                    sizeof((const judgement[]){__VA_ARGS__}) / sizeof(judgement))

#define ROW(among, where) "{'on':'t','among':'" among "','where':'" where "'}"
#define WHERE(where) "{'on':'t','where':'" where "'}"
#define GROUP(key, having) "{'on':'t','group':'" key "','having':'" having "'}"
#define RATE(rate, limit) "{'on':'t','rate':'" rate "'," limit "}"
#define JOIN "'on':'t','join':[{'as':'o','table':'o','on':{'c':'id'}}]"

/* ---- among ------------------------------------------------------------------------------ */

Test(missing_values, among_of_a_blank_number_date_or_bool_is_unjudged_and_outside)
{
  EXPECT({HEADER BLANK FULL, ROW("n > 3", "true"), "1 of 1, 1 rows, 1 unjudged"},
         {HEADER BLANK FULL, ROW("f < 3", "true"), "1 of 1, 1 rows, 1 unjudged"},
         {HEADER BLANK FULL, ROW("d > date([[2020-01-01]])", "true"),
          "1 of 1, 1 rows, 1 unjudged"},
         {HEADER BLANK FULL, ROW("b", "true"), "1 of 1, 1 rows, 1 unjudged"},
         {HEADER BLANK FULL, ROW("not b", "true"), "0 of 0, 1 unjudged"},
         {HEADER BLANK FULL, ROW("date(m) == d", "true"), "1 of 1, 1 rows, 1 unjudged"},
         {HEADER BLANK FULL, ROW("k == [[甲]]", "true"), "1 of 1, 1 rows, 1 unjudged"});
}

Test(missing_values, among_is_the_same_for_every_form)
{
  EXPECT({HEADER BLANK FULL,
          "{'on':'t','among':'n > 3','group':'w','having':'count() > 0'}",
          "1 of 1, 1 rows, 1 unjudged"},
         {HEADER BLANK FULL, "{'on':'t','among':'n > 3','rate':'b','below':'0.5'}",
          "0 of 1, 1 unjudged, 1/1 and 0 unknown: pass"});
}

Test(missing_values, among_that_kleene_decides_is_judged)
{
  EXPECT({HEADER BLANK FULL, ROW("n > 3 and w == [[文]]", "true"), "1 of 1, 1 rows"},
         {HEADER BLANK FULL, ROW("n > 3 or w == [[]]", "true"), "2 of 2, 2 rows"},
         {HEADER BLANK FULL, ROW("n == nil", "true"), "1 of 1, 1 rows"});
}

Test(missing_values, among_of_a_blank_text_or_code_equals_only_the_literal)
{
  EXPECT({HEADER BLANK FULL, ROW("w == [[]]", "true"), "1 of 1, 1 rows"},
         {HEADER BLANK FULL, ROW("c ~= [[]]", "true"), "1 of 1, 1 rows"},
         {HEADER BLANK FULL, ROW("c == [[C1]]", "true"), "1 of 1, 1 rows"},
         {HEADER BLANK FULL, ROW("c ~= [[C1]]", "true"), "1 of 1, 1 rows"},
         {HEADER BLANK FULL, ROW("w == v", "true"), "1 of 1, 1 rows, 1 unjudged"},
         {HEADER BLANK FULL, ROW("any_of(x, [[A]])", "true"), "1 of 1, 1 rows"});
}

Test(missing_values, an_empty_table_has_no_population)
{
  EXPECT({HEADER, ROW("n > 3", "true"), "0 of 0"}, {HEADER, WHERE("true"), "0 of 0"},
         {HEADER, GROUP("w", "count() > 0"), "0 of 0"},
         {HEADER, RATE("b", "'below':'0.5'"), "0 of 0, 0/0 and 0 unknown: empty"});
}

/* ---- where ------------------------------------------------------------------------------ */

Test(missing_values, where_of_a_blank_number_date_or_bool_is_unjudged_and_inside)
{
  EXPECT({HEADER BLANK FULL, WHERE("n > 3"), "1 of 2, 1 rows, 1 unjudged"},
         {HEADER BLANK FULL, WHERE("f * 2 == 3"), "1 of 2, 1 rows, 1 unjudged"},
         {HEADER BLANK FULL, WHERE("d + 1 > date([[2023-05-01]])"),
          "1 of 2, 1 rows, 1 unjudged"},
         {HEADER BLANK FULL, WHERE("not b"), "0 of 2, 1 unjudged"},
         {HEADER BLANK FULL, WHERE("hours(m, m) == 0"), "1 of 2, 1 rows, 1 unjudged"},
         {HEADER BLANK FULL, WHERE("k ~= [[甲]]"), "0 of 2, 1 unjudged"},
         {HEADER BLANK FULL, WHERE("n / 0 > 1"), "0 of 2, 2 unjudged"});
}

Test(missing_values, where_that_kleene_decides_is_judged)
{
  EXPECT({HEADER BLANK FULL, WHERE("n > 3 and c == [[C1]]"), "1 of 2, 1 rows"},
         {HEADER BLANK FULL, WHERE("n > 9 or c == [[]]"), "1 of 2, 1 rows"},
         {HEADER BLANK FULL, WHERE("n == nil or d == nil"), "1 of 2, 1 rows"},
         {HEADER BLANK FULL, WHERE("default(n, 9) > 8"), "1 of 2, 1 rows"});
}

Test(missing_values, where_of_a_blank_text_or_code_equals_only_the_literal)
{
  EXPECT({HEADER BLANK FULL, WHERE("w == [[]]"), "1 of 2, 1 rows"},
         {HEADER BLANK FULL, WHERE("w ~= [[文]]"), "1 of 2, 1 rows"},
         {HEADER BLANK FULL, WHERE("w == v"), "1 of 2, 1 rows, 1 unjudged"},
         {HEADER BLANK FULL, WHERE("w ~= v"), "0 of 2, 1 unjudged"},
         {HEADER BLANK FULL, WHERE("one_of(c, [[C1]], [[]])"), "2 of 2, 2 rows"},
         {HEADER BLANK FULL, WHERE("contains(w, [[文]])"), "1 of 2, 1 rows"});
}

Test(missing_values, where_of_an_unmatched_join_reads_nil)
{
  EXPECT({HEADER BLANK FULL, "{" JOIN ",'where':'o.a == 1'}",
          "1 of 2, 1 rows, 1 unjudged"},
         {HEADER BLANK FULL, "{" JOIN ",'where':'o.b ~= w'}", "0 of 2, 1 unjudged"},
         {HEADER BLANK FULL, "{" JOIN ",'where':'o.b == [[]]'}", "0 of 2, 1 unjudged"},
         {HEADER BLANK FULL, "{" JOIN ",'where':'o.a == nil'}", "1 of 2, 1 rows"});
}

#define BAD "七,五月,不详,,,丙,,,,,,\n"

Test(missing_values, a_bad_cell_is_missing)
{
  EXPECT({HEADER BAD FULL, WHERE("n > 3"), "1 of 2, 1 rows, 1 unjudged, 1 bad"},
         {HEADER BAD FULL, ROW("n > 3", "true"), "1 of 1, 1 rows, 1 unjudged, 1 bad"});
}

Test(missing_values, whether_a_bad_cell_is_blank_is_unknown)
{
  EXPECT({HEADER BAD FULL, WHERE("n == nil"), "0 of 2, 1 unjudged, 1 bad"},
         {HEADER BAD FULL, WHERE("n ~= nil"), "1 of 2, 1 rows, 1 unjudged, 1 bad"},
         {HEADER BAD FULL, WHERE("d == nil and b == nil and k == nil"),
          "0 of 2, 1 unjudged, 3 bad"},
         {HEADER BAD FULL, ROW("n == nil", "true"), "0 of 0, 1 unjudged, 1 bad"},
         {HEADER BAD FULL, WHERE("k == [[]]"), "0 of 2, 1 unjudged, 1 bad"});
}

Test(missing_values, nothing_stands_in_for_a_bad_cell)
{
  EXPECT({HEADER BAD FULL, WHERE("default(n, 9) > 8"), "0 of 2, 1 unjudged, 1 bad"},
         {HEADER BAD FULL, WHERE("default(n, 9) == nil"), "0 of 2, 1 unjudged, 1 bad"});
}

Test(missing_values, what_is_made_of_a_bad_cell_is_as_unreadable)
{
  EXPECT({HEADER BAD FULL, WHERE("n + 1 == nil"), "0 of 2, 1 unjudged, 1 bad"},
         {HEADER BAD FULL, WHERE("-n == nil"), "0 of 2, 1 unjudged, 1 bad"},
         {HEADER BAD FULL, WHERE("max(n, 3) == nil"), "0 of 2, 1 unjudged, 1 bad"},
         {HEADER BAD FULL, WHERE("days(d, d) == nil"), "0 of 2, 1 unjudged, 1 bad"},
         {HEADER BAD FULL, WHERE("len(k) == nil"), "0 of 2, 1 unjudged, 1 bad"},
         {HEADER BAD FULL, WHERE("choose(n > 3, 1, 2) == nil"),
          "0 of 2, 1 unjudged, 1 bad"},
         {HEADER BAD FULL, WHERE("choose(n > 3 and b, 1, 2) == nil"),
          "0 of 2, 1 unjudged, 2 bad"},
         {HEADER BAD FULL, WHERE("choose(one_of(k, [[甲]], [[乙]]), 1, 2) == nil"),
          "0 of 2, 1 unjudged, 1 bad"},
         {HEADER BAD FULL, WHERE("given(n > 3, 1) == nil"),
          "0 of 2, 1 unjudged, 1 bad"},
         {HEADER BAD FULL, WHERE("default(n + 1, 9) > 8"),
          "0 of 2, 1 unjudged, 1 bad"});
}

Test(missing_values, a_bad_cell_that_kleene_does_not_need_is_no_obstacle)
{
  EXPECT({HEADER BAD FULL, WHERE("n == nil and c == [[C1]]"), "0 of 2, 1 bad"},
         {HEADER BAD FULL, WHERE("n == nil or c == [[]]"), "1 of 2, 1 rows, 1 bad"});
}

Test(missing_values, a_key_that_cannot_be_read_could_be_any_partners)
{
  EXPECT({HEADER BAD FULL,
          "{'on':'t','join':[{'as':'o','table':'o','on':{'n':'a'}}],'where':"
          "'o.id == nil'}",
          "1 of 1, 1 rows, 1 unjudged, 1 bad"});
}

Test(missing_values, what_blank_means_may_be_declared)
{
  static const char declared[] =
      "{'id':'t','title':'表','columns':[{'id':'n','type':'int','blank':'zero'},"
      "{'id':'b','type':'bool','blank':'no'},{'id':'w','type':'text'}]}";
  world *w = world_new();
  world_add(w, declared, "n,b,w\n,,x\n7,是,x\n?,?,x\n");
  expect_figures(w, WHERE("n == 0"), "1 of 3, 1 rows, 1 unjudged, 1 bad");
  expect_figures(w, WHERE("not b"), "1 of 3, 1 rows, 1 unjudged, 1 bad");
  expect_figures(w, GROUP("w", "sum(n) == 7"), "0 of 1, 1 unjudged, 1 bad");
  expect_figures(w, GROUP("w", "sum(n) >= 7"), "1 of 1, 3 rows, 1 bad");
  world_free(w);
}

/* ---- group and having --------------------------------------------------------------------- */

#define MEMBERS                                                                        \
  HEADER "1,2023-05-01,是,,1.00,甲,文,,,,G1,\n5,2023-05-09,否,,2.00,乙,字,,,,G1,\n"
#define BLANK_MEMBER ",,,,,,,,,,G1,\n"

Test(missing_values, known_members_may_make_a_group_a_hit)
{
  EXPECT({MEMBERS BLANK_MEMBER, GROUP("g", "sum(n) > 5"), "1 of 1, 3 rows"},
         {MEMBERS BLANK_MEMBER, GROUP("g", "max(d) > date([[2023-05-08]])"),
          "1 of 1, 3 rows"},
         {MEMBERS BLANK_MEMBER, GROUP("g", "count(b) > 0"), "1 of 1, 3 rows"},
         {MEMBERS BLANK_MEMBER, GROUP("g", "distinct(k) > 1"), "1 of 1, 3 rows"},
         {MEMBERS BLANK_MEMBER, GROUP("g", "distinct(w) > 1"), "1 of 1, 3 rows"},
         {MEMBERS BLANK_MEMBER, GROUP("g", "min(n) < 2"), "1 of 1, 3 rows"},
         {MEMBERS BLANK_MEMBER, GROUP("g", "min(d) < date([[2023-05-02]])"),
          "1 of 1, 3 rows"},
         {MEMBERS BLANK_MEMBER, GROUP("g", "sum(n) > 5 and max(n) > 4"),
          "1 of 1, 3 rows"},
         {MEMBERS BLANK_MEMBER, GROUP("g", "avg(n) > 9 or count() == 3"),
          "1 of 1, 3 rows"});
}

Test(missing_values, a_hit_that_unknown_members_could_undo_is_none)
{
  EXPECT({MEMBERS BLANK_MEMBER, GROUP("g", "sum(f, b) == 1"), "0 of 1, 1 unjudged"},
         {MEMBERS BLANK_MEMBER, GROUP("g", "sum(n) < 9"), "0 of 1, 1 unjudged"},
         {MEMBERS BLANK_MEMBER, GROUP("g", "count(b) < 2"), "0 of 1, 1 unjudged"},
         {MEMBERS BLANK_MEMBER, GROUP("g", "max(n) < 9"), "0 of 1, 1 unjudged"},
         {MEMBERS BLANK_MEMBER, GROUP("g", "max(d) < date([[2024-01-01]])"),
          "0 of 1, 1 unjudged"},
         {MEMBERS BLANK_MEMBER, GROUP("g", "min(n) > 0"), "0 of 1, 1 unjudged"},
         {MEMBERS BLANK_MEMBER, GROUP("g", "avg(n) > 2"), "0 of 1, 1 unjudged"},
         {MEMBERS BLANK_MEMBER, GROUP("g", "not (sum(n) > 9)"), "0 of 1, 1 unjudged"},
         {MEMBERS BLANK_MEMBER, GROUP("g", "sum(n) > sum(f)"), "0 of 1, 1 unjudged"},
         {HEADER BLANK_MEMBER, GROUP("g", "max(n) == nil"), "0 of 1, 1 unjudged"},
         {HEADER BLANK_MEMBER, GROUP("g", "min(d) == nil"), "0 of 1, 1 unjudged"},
         {HEADER BLANK_MEMBER, GROUP("g", "avg(n) == nil"), "0 of 1, 1 unjudged"});
}

Test(missing_values, of_more_than_four_incomplete_aggregates_nothing_is_concluded)
{
  EXPECT({MEMBERS BLANK_MEMBER,
          GROUP("g", "sum(n) > 5 and max(n) > 4 and count(b) > 0 and distinct(k) > 1"),
          "1 of 1, 3 rows"},
         {MEMBERS BLANK_MEMBER,
          GROUP("g", "sum(n) > 5 and max(n) > 4 and count(b) > 0 and distinct(k) > 1 "
                     "and sum(f) > 2"),
          "0 of 1, 1 unjudged"});
}

Test(missing_values, otherwise_a_blank_member_leaves_the_group_unjudged)
{
  EXPECT({MEMBERS BLANK_MEMBER, GROUP("g", "sum(n) > 6"), "0 of 1, 1 unjudged"},
         {MEMBERS BLANK_MEMBER, GROUP("g", "max(d) > date([[2023-05-10]])"),
          "0 of 1, 1 unjudged"},
         {MEMBERS BLANK_MEMBER, GROUP("g", "count(b) > 1"), "0 of 1, 1 unjudged"},
         {MEMBERS BLANK_MEMBER, GROUP("g", "distinct(k) > 2"), "0 of 1, 1 unjudged"},
         {MEMBERS BLANK_MEMBER, GROUP("g", "distinct(w) > 2"), "0 of 1, 1 unjudged"},
         {MEMBERS BLANK_MEMBER, GROUP("g", "sum(f, b) > 1"), "0 of 1, 1 unjudged"},
         {MEMBERS, GROUP("g", "sum(n) > 6"), "0 of 1"},
         {MEMBERS BLANK_MEMBER, GROUP("g", "count() > 3"), "0 of 1"},
         {MEMBERS BLANK_MEMBER, GROUP("g", "count(w == [[文]]) > 1"), "0 of 1"});
}

Test(missing_values, a_group_of_blank_members_alone_is_unjudged)
{
  EXPECT({HEADER BLANK_MEMBER, GROUP("g", "sum(n) > 5"), "0 of 1, 1 unjudged"},
         {HEADER BLANK_MEMBER, GROUP("g", "avg(n) > 5"), "0 of 1, 1 unjudged"},
         {HEADER BLANK_MEMBER, GROUP("g", "max(n) > 5"), "0 of 1, 1 unjudged"},
         {HEADER BLANK_MEMBER, GROUP("g", "distinct(w) > 1"), "0 of 1, 1 unjudged"});
}

Test(missing_values, a_blank_or_nil_key_leaves_the_row_unjudged)
{
  EXPECT({HEADER BLANK FULL, GROUP("c", "count() > 0"), "1 of 1, 1 rows, 1 unjudged"},
         {HEADER BLANK FULL, GROUP("w", "count() > 0"), "1 of 1, 1 rows, 1 unjudged"},
         {HEADER BLANK FULL, GROUP("n", "count() > 0"), "1 of 1, 1 rows, 1 unjudged"},
         {HEADER BLANK FULL, GROUP("d", "count() > 0"), "1 of 1, 1 rows, 1 unjudged"},
         {HEADER BLANK FULL, GROUP("b", "count() > 0"), "1 of 1, 1 rows, 1 unjudged"},
         {HEADER BLANK FULL, GROUP("k", "count() > 0"), "1 of 1, 1 rows, 1 unjudged"},
         {HEADER BLANK FULL, GROUP("n / 0", "count() > 0"), "0 of 0, 2 unjudged"},
         {HEADER FULL "7,,,,,,,,,,G1,\n",
          "{'on':'t','group':['n','c'],'having':'count() > 0'}",
          "1 of 1, 1 rows, 1 unjudged"});
}

Test(missing_values, a_blank_cell_of_codes_is_a_blank_key)
{
  EXPECT({HEADER BLANK FULL, GROUP("x", "count() > 0"), "1 of 1, 1 rows, 1 unjudged"});
}

Test(missing_values, the_key_of_an_unmatched_join_leaves_the_row_unjudged)
{
  EXPECT({HEADER BLANK FULL, "{" JOIN ",'group':'o.b','having':'count() > 0'}",
          "1 of 1, 1 rows, 1 unjudged"});
}

/* ---- rates ---------------------------------------------------------------------------------- */

#define YES ",,是,,,,,,,,,\n"
#define NO ",,否,,,,,,,,,\n"

Test(missing_values, a_rate_leaves_blank_values_out)
{
  EXPECT({HEADER YES YES YES NO BLANK, RATE("b", "'above':'0.5'"),
          "1 of 5, 4 rows, 3/4 and 1 unknown: hit"},
         {HEADER YES NO NO NO BLANK, RATE("b", "'above':'0.5'"),
          "0 of 5, 1/4 and 1 unknown: pass"},
         {HEADER "5" BLANK "9" BLANK "9" BLANK "9" BLANK BLANK,
          RATE("n > 8", "'above':'0.5'"), "1 of 5, 4 rows, 3/4 and 1 unknown: hit"});
}

Test(missing_values, a_rate_that_blank_values_could_flip_is_open)
{
  EXPECT({HEADER YES YES NO NO BLANK, RATE("b", "'above':'0.5'"),
          "0 of 5, 2/4 and 1 unknown: open"},
         {HEADER YES YES YES NO NO BLANK, RATE("b", "'above':'0.5'"),
          "0 of 6, 3/5 and 1 unknown: open"});
}

Test(missing_values, a_rate_of_blank_values_alone_is_open)
{
  EXPECT({HEADER BLANK BLANK, RATE("b", "'above':'0.5'"),
          "0 of 2, 0/0 and 2 unknown: open"},
         {HEADER BLANK BLANK, RATE("b", "'below':'0.5'"),
          "0 of 2, 0/0 and 2 unknown: open"});
}

Test(missing_values,
     blank_values_that_could_reach_min_n_and_the_limit_leave_a_rate_open)
{
  EXPECT({HEADER NO NO BLANK, RATE("b", "'below':'0.5','min_n':3"),
          "0 of 3, 0/2 and 1 unknown: open"},
         {HEADER NO NO BLANK, RATE("b", "'below':'0.5','min_n':4"),
          "0 of 3, 0/2 and 1 unknown: few"},
         {HEADER YES YES BLANK, RATE("b", "'below':'0.5','min_n':3"),
          "0 of 3, 2/2 and 1 unknown: few"});
}

Test(missing_values, a_blank_text_in_a_rate_equals_only_the_literal)
{
  EXPECT({HEADER BLANK FULL, RATE("w == [[文]]", "'above':'0.5'"),
          "0 of 2, 1/2 and 0 unknown: pass"},
         {HEADER BLANK FULL, RATE("w == v", "'above':'0.5'"),
          "0 of 2, 1/1 and 1 unknown: open"});
}

Test(missing_values, an_unmatched_join_in_a_rate_is_unknown)
{
  EXPECT({HEADER BLANK FULL FULL FULL, "{" JOIN ",'rate':'o.a == 1','above':'0.5'}",
          "1 of 4, 3 rows, 3/3 and 1 unknown: hit"});
}

/* ---- fail ------------------------------------------------------------------------------------ */

#define FAIL(text) "{'fail':'" text "'}"

Test(missing_values, a_fail_on_an_empty_field_names_it)
{
  EXPECT({HEADER, FAIL("facility.opened < today"), "0 of 1, empty: facility.opened"},
         {HEADER, FAIL("facility.beds > 3"), "0 of 1, empty: facility.beds"},
         {HEADER, FAIL("not answers.posted"), "0 of 1, empty: answers.posted"},
         {HEADER, FAIL("answers.spot.wrong > 0"), "0 of 1, empty: answers.spot.wrong"},
         {HEADER, FAIL("facility.beds < p.unset"),
          "0 of 1, empty: facility.beds p.unset"});
}

Test(missing_values, a_fail_that_kleene_decides_is_judged)
{
  EXPECT({HEADER, FAIL("facility.beds > 3 and facility.name == [[x]]"), "0 of 1"},
         {HEADER, FAIL("facility.beds > 3 or facility.name ~= [[]]"), "1 of 1"},
         {HEADER, FAIL("facility.beds == nil"), "1 of 1"});
}

Test(missing_values, a_fail_on_a_blank_text_is_on_an_empty_field)
{
  EXPECT({HEADER, FAIL("facility.grade == [[]]"), "1 of 1"},
         {HEADER, FAIL("facility.grade == [[三级]]"), "0 of 1, empty: facility.grade"},
         {HEADER, FAIL("facility.grade ~= [[三级]]"), "0 of 1, empty: facility.grade"});
}

/* ---- parameters that the plan leaves blank --------------------------------------------- */

#define BLANK_FIGURES "-1 of -1, empty: p.unset"

Test(missing_values, a_rule_that_reads_a_blank_parameter_names_it)
{
  EXPECT({HEADER FULL, WHERE("n > p.unset"), BLANK_FIGURES},
         {HEADER FULL, WHERE("n > 3 or n > p.unset"), BLANK_FIGURES},
         {HEADER FULL, ROW("n > p.unset", "true"), BLANK_FIGURES},
         {HEADER, WHERE("n > p.unset"), BLANK_FIGURES},
         {HEADER FULL, GROUP("g", "sum(n) > p.unset"), BLANK_FIGURES},
         {HEADER FULL, RATE("n > p.unset", "'above':'0.5'"), BLANK_FIGURES},
         {HEADER FULL, RATE("b", "'below':'p.unset'"), BLANK_FIGURES},
         {HEADER FULL, RATE("b", "'below':'0.5','min_n':'p.unset'"), BLANK_FIGURES},
         {HEADER FULL, "{'on':'t','where':'true','tolerate':'p.unset'}",
          BLANK_FIGURES});
}

Test(missing_values, a_rule_that_provides_for_a_blank_parameter_is_judged)
{
  EXPECT({HEADER FULL, WHERE("n > default(p.unset, 3)"), "1 of 1, 1 rows"},
         {HEADER FULL, WHERE("p.unset == nil and n > 3"), "1 of 1, 1 rows"});
}

Test(missing_values, a_blank_field_of_the_facility_leaves_rows_unjudged)
{
  EXPECT({HEADER FULL, WHERE("n > facility.beds"), "0 of 1, 1 unjudged"});
}
