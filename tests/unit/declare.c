/* Declarations in rule files: what is wrong with one costs that rule alone. */
#include "eval/declare.h"

#include "lab.h"
#include "notation.h"

static zc_text_file file_of(const char *text)
{
  return (zc_text_file){.name = (char *)"test",
                        .path = (char *)"rules/test.lua",
                        .text = (char *)text,
                        .size = strlen(text)};
}

static zc_code load(zc_rulefile *file, const zc_text_file *source)
{
  zc_err err = {0};
  *file = (zc_rulefile){.source = source};
  return zc_rulefile_load(file, (size_t)64 << 20, &err);
}

static void close_file(zc_rulefile *file)
{
  lua_close(file->L);
  json_decref(file->declarations);
  json_decref(file->by_id);
  json_decref(file->faults);
}

Test(declare, declarations_keep_their_order_and_lines)
{
  zc_rulefile file;
  zc_text_file source = file_of("rule 'test.z' { fail = 'true' }\n\n"
                                "for _, n in ipairs {'b', 'a'} do\n"
                                "  rule('test.' .. n) { fail = 'true' }\n"
                                "end\n");
  cr_assert(eq(int, load(&file, &source), ZC_OK));
  char out[ROOM] = "";
  size_t index;
  const json_t *declaration;
  json_array_foreach(file.declarations, index, declaration)
  {
    size_t used = strlen(out);
    snprintf(out + used, sizeof out - used, "%s:%d ", zc_get_text(declaration, "id"),
             (int)zc_get_integer(declaration, "line", 0));
  }
  cr_expect(says(out, "test.z:1 test.b:4 test.a:4 "));
  close_file(&file);
}

/* test.z is right, and stays so. */
Test(declare, what_is_wrong_with_a_declaration_costs_it_alone)
{
  static const struct {
    const char *text, *told;
  } rows[] = {
      {"\nrule 'test.a' {rate = 'x', below = 0.9}",
       "2:36 the field below cannot be used: a number with decimals (write it as a "
       "text)"},
      {"rule 'test.a' {fail = 1.5}",
       "1:23 the field fail cannot be used: a number with "
       "decimals (write it as a text)"},
      {"rule 'test.a' {show = {1.5}}", "1:23 the field show cannot be used: a number "
                                       "with decimals (write it as a text)"},
      {"rule 'test.a' {[5] = 1}",
       "1:0 the rule test.a holds a value without the name of "
       "a field — write field = value, such as where = \"days "
       "> 7\""},
      {"rule 'test.a' {1}",
       "1:0 the rule test.a holds a value without the name of a "
       "field — write field = value, such as where = \"days > 7\""},
      {"rule 'test.a' {say = '\\xff'}",
       "1:22 the field say cannot be used: a text that is not UTF-8"},
      {"local t = {} t.t = t\nrule 'test.a' (t)",
       "2:0 the field t cannot be used: nested more than 32 levels deep, or a cycle"},
      {"rule 'test.a' {line = 5}", "1:23 the rule test.a has an unknown field line"},
      {"rule 'test.a' {fail = 'true'}\nrule 'test.a' {}",
       "2:0 the rule test.a is declared twice — give the other one a name of its own"},
      {"local f = rule 'test.a'\nf {fail = 'true'}\nf {}",
       "3:0 the rule test.a is declared twice — give the other one a name of its own"},
      {"rule 'test.a'", "1:0 the rule test.a is named but has no {…} after its name"},
      {"pcall(rule('test.a'))",
       "1:0 the rule test.a is no table of fields — write rule "
       "\"file.name\" { on = …, where = … }"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    zc_rulefile file;
    char out[ROOM], text[ROOM];
    snprintf(text, sizeof text, "%s\nrule 'test.z' {fail = 'true'}", rows[i].text);
    zc_text_file source = file_of(text);
    cr_assert(eq(int, load(&file, &source), ZC_OK), "%s", rows[i].text);
    print_faults(json_object_get(zc_rulefile_find(&file, "test.a"), "faults"), out,
                 ROOM);
    cr_expect(says(out, rows[i].told), "%s", rows[i].text);
    cr_expect(
        eq(ptr, json_object_get(zc_rulefile_find(&file, "test.z"), "faults"), NULL));
    close_file(&file);
  }
}

Test(declare, what_is_no_rule_of_the_file_costs_no_rule)
{
  static const struct {
    const char *text, *told;
  } rows[] = {
      {"\nview 'test.day' {on = 'rx'}", "2:0 test.day is no name for a view"},
      {"view 'Day' {}", "1:0 Day is no name for a view"},
      {"measure 'fee.total' {}", "1:0 fee.total is no name for a rule of this file"},
      {"rule 'other.a' {}", "1:0 other.a is no name for a rule of this file"},
      {"rule 'testa.b' {}", "1:0 testa.b is no name for a rule of this file"},
      {"rule 'test' {}", "1:0 test is no name for a rule of this file"},
      {"rule 'test.' {}", "1:0 test. is no name for a rule of this file"},
      {"rule 'test.A' {}", "1:0 test.A is no name for a rule of this file"},
      {"rule 'test.a.b' {}", "1:0 test.a.b is no name for a rule of this file"},
      {"rule 'test.药' {}", "1:0 test.药 is no name for a rule of this file"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    zc_rulefile file;
    char out[ROOM], text[ROOM];
    snprintf(text, sizeof text, "%s\nrule 'test.z' {fail = 'true'}", rows[i].text);
    zc_text_file source = file_of(text);
    cr_assert(eq(int, load(&file, &source), ZC_OK), "%s", rows[i].text);
    print_faults(file.faults, out, ROOM);
    cr_expect(has(out, rows[i].told), "%s: %s", rows[i].text, out);
    cr_expect(eq(sz, json_array_size(file.declarations), 1), "%s", rows[i].text);
    close_file(&file);
  }
}

Test(declare, faults_of_a_file_that_makes_them_by_the_thousand_are_bounded)
{
  zc_rulefile file;
  zc_text_file source = file_of("local t = {} for i = 1, 1000 do t[i] = 1.5 "
                                "view(\"x\") {} end\nrule 'test.a' (t)");
  cr_assert(eq(int, load(&file, &source), ZC_OK));
  cr_expect(le(sz, json_array_size(file.faults), 20));
  cr_expect(
      le(sz,
         json_array_size(json_object_get(zc_rulefile_find(&file, "test.a"), "faults")),
         20));
  close_file(&file);
}
