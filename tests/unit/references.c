/* Reference tables of plan packages: which files they are, and what is kept of them. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "package_place.h"

/* The texts of the reference tables, as "file id text;" each. */
static char *references(const place *p, const char *name)
{
  static char room[400];
  zc_package package;
  json_t *faults = json_array();
  const json_t *entry;
  size_t index, used = 0;
  room[0] = '\0';
  OK(zc_package_read_layers(&p->home, folder_path(&p->f, name), false, NULL, faults,
                            &package, &err));
  json_array_foreach(json_object_get(package.bundle, "references"), index, entry)
      used += (size_t)snprintf(room + used, sizeof room - used, "%s %s %s;",
                               zc_get_text(entry, "file"), zc_get_text(entry, "id"),
                               zc_get_text(entry, "text"));
  zc_package_free(&package);
  json_decref(faults);
  return room;
}

Test(references, reference_tables_are_kept_with_their_names_and_texts)
{
  place p = place_new();
  cr_expect(eq(str, references(&p, "p"), (char *)""));
  put(&p, "p/tables/drugs_2.csv", "code:code\nA1\n");
  put(&p, "p/tables/a.csv", "\xef\xbb\xbfx:text\n\xe7\x94\xb2\n");
  cr_expect(eq(str, references(&p, "p"),
               (char *)"tables/a.csv a x:text\n\xe7\x94\xb2\n;"
                       "tables/drugs_2.csv drugs_2 code:code\nA1\n;"));
  put(&p, "p/tables/a.csv", "x:text\n\xbc\xd7\n"); /* GB18030 */
  cr_expect(ne(ptr, strstr(references(&p, "p"), "a x:text\n\xe7\x94\xb2\n;"), NULL));
  place_free(&p);
}

Test(references, the_tables_of_parents_come_first_by_their_labels)
{
  place p = place_new();
  put(&p, "share/checklists/county/shipped/tables/a.csv", "x:text\n1\n");
  put(&p, "p/plan.yaml", PLAN "extends: county/shipped\n");
  put(&p, "p/tables/b.csv", "x:text\n2\n");
  cr_expect(eq(
      str, references(&p, "p"),
      (char *)"county/shipped/tables/a.csv a x:text\n1\n;tables/b.csv b x:text\n2\n;"));
  place_free(&p);
}

Test(references, what_is_no_reference_table_is_refused_beneath_tables)
{
  static const char *const names[] = {"p/tables/a.txt",   "p/tables/A.csv",
                                      "p/tables/1.csv",   "p/tables/a-b.csv",
                                      "p/tables/.a.csv",  "p/tables/a.csv.bak",
                                      "p/tables/a/b.csv", "p/tables/\xe7\x94\xb2.csv"};
  char faults[400];
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    place p = place_new();
    put(&p, names[i], "x:text\n1\n");
    zc_code wanted = strstr(names[i], "/.") == NULL ? ZC_EDATA : ZC_OK; /* hidden */
    cr_expect(eq(int, refused(&p, faults, sizeof faults), wanted), "%s", names[i]);
    place_free(&p);
  }
}

Test(references, broken_text_in_a_reference_table_is_refused_with_its_line)
{
  static const char *const texts[] = {"x:text\n\xff\xff\n",
                                      "x:text\na\x01"
                                      "b\n",
                                      "x:text\n\xe2\x80\xae\n"};
  char faults[400];
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    place p = place_new();
    put(&p, "p/tables/a.csv", texts[i]);
    cr_expect(eq(int, refused(&p, faults, sizeof faults), ZC_EDATA));
    cr_expect(eq(str, faults, (char *)"tables/a.csv:2 "), "%zu", i);
    place_free(&p);
  }
}

Test(references, reference_tables_are_refused_beyond_eight_mebibytes_together)
{
  place p = place_new();
  char name[100], faults[400];
  size_t size = ZC_PACKAGE_FILE, count = ZC_PACKAGE_TABLES / ZC_PACKAGE_FILE;
  char *text = malloc(size + 1);
  memset(text, 'a', size);
  text[size] = '\0';
  for (size_t i = 0; i < count; i++) {
    snprintf(name, sizeof name, "p/tables/t%zu.csv", i);
    put(&p, name, text);
  }
  cr_expect(eq(int, refused(&p, faults, sizeof faults), ZC_OK));
  put(&p, "p/tables/u.csv", "x:text\n");
  cr_expect(eq(int, refused(&p, faults, sizeof faults), ZC_EDATA));
  cr_expect(eq(str, faults, (char *)"tables/u.csv:0 "));
  free(text);
  place_free(&p);
}
