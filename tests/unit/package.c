/* Plan packages: what is read of a folder, what its hash covers, what is refused. */
#include "package/package.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "notation.h"
#include "package_place.h"

/* The hash of a package that can be read. */
static char *hash_of(const place *p, const char *name)
{
  static char rooms[2][ZC_HASH_ROOM];
  static int next;
  char *room = rooms[next++ % 2];
  zc_package package;
  json_t *faults = json_array();
  OK(read_package(p, name, faults, &package));
  strcpy(room, package.sha256);
  zc_package_free(&package);
  json_decref(faults);
  return room;
}

/* ---- the hash ------------------------------------------------------------------------------ */

Test(package, two_folders_with_the_same_files_have_one_hash)
{
  place p = place_new();
  put(&p, "p/rules/a.lua", "-- a");
  put(&p, "q/rules/a.lua", "-- a");
  put(&p, "q/plan.yaml", PLAN);
  cr_assert(fchmodat(p.f.fd, "q/plan.yaml", 0400, 0) == 0);
  cr_assert(utimensat(p.f.fd, "q/plan.yaml", (struct timespec[2]){{1, 0}, {1, 0}}, 0) ==
            0);
  cr_expect(eq(str, hash_of(&p, "p"), hash_of(&p, "q")));
  place_free(&p);
}

/* Whether writing a file changes the package's hash. */
static bool counts(const place *p, const char *name, const char *text)
{
  char before[ZC_HASH_ROOM];
  strcpy(before, hash_of(p, "p"));
  put(p, name, text);
  return strcmp(before, hash_of(p, "p")) != 0;
}

Test(package, every_file_counts_in_the_hash)
{
  static const char *const names[] = {"p/items.yaml",      "p/items/a.yaml",
                                      "p/rules/a.lua",     "p/layouts/a.lua",
                                      "p/datasets/a.yaml", "p/tables/a.csv",
                                      "p/source.md",       "p/README.md",
                                      "p/rules/example/a", "p/rules/tests/a",
                                      "p/unknown/x/y/z",   "p/examples/a",
                                      "p/中文.txt",        "p/test.yaml"};
  place p = place_new();
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    cr_expect(eq(int, counts(&p, names[i], "a: 1"), true), "%s", names[i]);
  place_free(&p);
}

Test(package, a_changed_byte_counts_in_the_hash)
{
  place p = place_new();
  cr_expect(eq(int, counts(&p, "p/plan.yaml", PLAN " "), true));
  cr_expect(eq(int, counts(&p, "p/plan.yaml", PLAN "\n"), true));
  cr_expect(eq(int, counts(&p, "p/plan.yaml", PLAN "\n"), false));
  place_free(&p);
}

Test(package, a_files_name_counts_in_the_hash)
{
  place p = place_new();
  char before[ZC_HASH_ROOM];
  put(&p, "p/rules/a.lua", "-- a");
  strcpy(before, hash_of(&p, "p"));
  cr_assert(renameat(p.f.fd, "p/rules/a.lua", p.f.fd, "p/rules/b.lua") == 0);
  cr_expect(ne(str, before, hash_of(&p, "p")));
  place_free(&p);
}

Test(package, text_that_moves_from_one_file_to_the_next_counts_in_the_hash)
{
  place p = place_new();
  char before[ZC_HASH_ROOM];
  put(&p, "p/a.txt", "ab");
  put(&p, "p/b.txt", "c");
  strcpy(before, hash_of(&p, "p"));
  put(&p, "p/a.txt", "a");
  put(&p, "p/b.txt", "bc");
  cr_expect(ne(str, before, hash_of(&p, "p")));
  place_free(&p);
}

/* Whether a name is told as one that nobody can see, with its remedy. */
static void expect_refused_name(const char *name)
{
  place p = place_new();
  zc_package package;
  json_t *faults = json_array();
  put(&p, name, "x");
  cr_expect(eq(int, read_package(&p, "p", faults, &package), ZC_EDATA), "%s", name);
  cr_expect(eq(sz, json_array_size(faults), 1), "%s", name);
  cr_expect(json_object_get(json_array_get(faults, 0), "hint") != NULL, "%s", name);
  json_decref(faults);
  zc_package_free(&package);
  place_free(&p);
}

Test(package, names_that_nobody_can_see_are_refused)
{
  expect_refused_name("p/a\nb.md");
  expect_refused_name("p/a\tb.md");
  expect_refused_name("p/\x1b[31m.md");
  expect_refused_name("p/\xe2\x80\xae.md"); /* U+202E, which turns the text around */
  expect_refused_name("p/rules/\x7f.lua");
  expect_refused_name("p/a\nb/c.md");
  expect_refused_name("p/\xb2\xe9.md"); /* 查 in GB18030 */
}

/* What stands in one file can look like the border between two. */
Test(package, two_files_and_one_that_holds_both_differ_in_the_hash)
{
  place p = place_new();
  put(&p, "p/a.md", "x");
  put(&p, "p/b.md", "y");
  put(&p, "q/plan.yaml", PLAN);
  put(&p, "q/a.md", "x4 1 b.mdy");
  cr_expect(ne(str, hash_of(&p, "p"), hash_of(&p, "q")));
  put(&p, "q/a.md", "x6 1 b.mdy");
  cr_expect(ne(str, hash_of(&p, "p"), hash_of(&p, "q")));
  place_free(&p);
}

Test(package, a_layout_named_like_a_shared_module_is_refused_with_a_hint)
{
  static const char *const names[] = {"p/layouts/layout.lua", "p/layouts/wording.lua",
                                      "p/layouts/more/wording.lua",
                                      "p/layouts/plan_words.lua",
                                      "p/layouts/figures.lua"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    place p = place_new();
    zc_package package;
    json_t *faults = json_array();
    put(&p, names[i], "return {}");
    cr_expect(eq(int, read_package(&p, "p", faults, &package), ZC_EDATA));
    const json_t *fault = json_array_get(faults, 0);
    cr_expect(eq(str, (char *)zc_text_or(zc_get_text(fault, "file"), ""),
                 (char *)names[i] + 2));
    cr_expect(json_object_get(fault, "hint") != NULL);
    json_decref(faults);
    zc_package_free(&package);
    place_free(&p);
  }
}

Test(package, examples_and_tests_do_not_count_in_the_hash)
{
  place p = place_new();
  cr_expect(eq(int, counts(&p, "p/example/hospital/rx_lines.csv", "a,b"), false));
  cr_expect(eq(int, counts(&p, "p/example/plan.yaml", "no: [yaml"), false));
  cr_expect(eq(int, counts(&p, "p/tests/a.yaml", "- {}"), false));
  place_free(&p);
}

/* ---- reading ------------------------------------------------------------------------------- */

Test(package, each_file_is_read_as_what_it_is)
{
  place p = place_new();
  zc_package package;
  json_t *faults = json_array();
  put(&p, "p/items.yaml", "- {id: a}");
  put(&p, "p/items/b.yaml", "- {id: b}");
  put(&p, "p/items/c.yaml", "- {id: c}");
  put(&p, "p/datasets/d.yaml", "d: {}");
  put(&p, "p/source.md", "[1] 原文");
  put(&p, "p/rules/r.lua", "-- r");
  put(&p, "p/layouts/l.lua", "-- l");
  put(&p, "p/notes.yaml", "not: [yaml");
  OK(read_package(&p, "p", faults, &package));
  json_t *items = json_object_get(package.bundle, "items");
  cr_expect(eq(sz, json_array_size(items), 3));
  cr_expect(eq(str, (char *)zc_get_text(json_array_get(items, 0), "file"),
               (char *)"items/b.yaml"));
  cr_expect(eq(str, (char *)zc_get_text(json_array_get(items, 1), "file"),
               (char *)"items/c.yaml"));
  cr_expect(eq(sz, json_array_size(json_object_get(package.bundle, "datasets")), 1));
  cr_expect(eq(str,
               (char *)zc_get_text(json_object_get(package.bundle, "source"), "text"),
               (char *)"[1] 原文"));
  cr_expect(
      eq(str,
         (char *)zc_get_text(json_object_get(json_object_get(package.bundle, "plan"),
                                             "value"),
                             "id"),
         (char *)"county/test"));
  cr_expect(eq(sz, package.rules.count, 1));
  cr_expect(eq(str, package.rules.files[0].path, (char *)"rules/r.lua"));
  cr_expect(ne(ptr, (void *)zc_texts_find(&package.layouts, "l"), NULL));
  cr_expect(eq(sz, json_array_size(faults), 0));
  cr_expect(eq(int, package.shipped, false));
  zc_package_free(&package);
  json_decref(faults);
  place_free(&p);
}

Test(package, all_faulty_files_are_told_at_once)
{
  place p = place_new();
  char faults[400];
  put(&p, "p/plan.yaml", "a: 1\na: 2\n");
  put(&p, "p/items/b.yaml", "- &x 1\n");
  put(&p, "p/rules/r.lua", "-- \xff\xfe");
  cr_expect(eq(int, refused(&p, faults, sizeof faults), ZC_EDATA));
  for (const char *const *file =
           (const char *[]){"plan.yaml:2", "items/b.yaml:1", "rules/r.lua:0", NULL};
       *file != NULL; file++)
    cr_expect(ne(ptr, strstr(faults, *file), NULL), "%s in %s", *file, faults);
  place_free(&p);
}

Test(package, a_script_with_a_zero_byte_is_refused)
{
  place p = place_new();
  char faults[400];
  put(&p, "p/rules/r.lua", "");
  int fd = openat(p.f.fd, "p/rules/r.lua", O_WRONLY);
  cr_assert(eq(int, (int)write(fd, "-- a\0b", 6), 6));
  close(fd);
  cr_expect(eq(int, refused(&p, faults, sizeof faults), ZC_EDATA));
  cr_expect(ne(ptr, strstr(faults, "rules/r.lua"), NULL));
  place_free(&p);
}

Test(package, a_folder_without_plan_yaml_is_no_package)
{
  place p = place_new();
  char faults[400];
  cr_assert(unlinkat(p.f.fd, "p/plan.yaml", 0) == 0);
  put(&p, "p/items.yaml", "- {id: a}");
  cr_expect(eq(int, refused(&p, faults, sizeof faults), ZC_EOPEN));
  place_free(&p);
}

Test(package, links_and_devices_in_a_package_are_refused_by_name)
{
  static const char *const names[] = {"p/link.txt", "p/rules/link.lua", "p/pipe"};
  char faults[400];
  for (int i = 0; i < 3; i++) {
    place p = place_new();
    put(&p, "p/rules/a.lua", "-- a");
    if (i < 2)
      cr_assert(symlinkat("/etc/hostname", p.f.fd, names[i]) == 0);
    else
      cr_assert(mkfifoat(p.f.fd, names[i], 0600) == 0);
    cr_expect(eq(int, refused(&p, faults, sizeof faults), ZC_EDATA), "%s", names[i]);
    cr_expect(eq(str, (char *)zc_text_or(zc_err_argument(&err, "path"), "nothing"),
                 (char *)names[i] + 2));
    place_free(&p);
  }
}

Test(package, a_folder_that_is_a_link_is_refused)
{
  place p = place_new();
  char faults[400];
  put(&p, "elsewhere/a.lua", "-- a");
  cr_assert(symlinkat("../elsewhere", p.f.fd, "p/rules") == 0);
  cr_expect(eq(int, refused(&p, faults, sizeof faults), ZC_EDATA));
  place_free(&p);
}

Test(package, five_hundred_files_are_read_and_no_more)
{
  place p = place_new();
  char name[100], faults[400];
  for (int i = 1; i < ZC_PACKAGE_FILES; i++) {
    snprintf(name, sizeof name, "p/unknown/%d.csv", i);
    put(&p, name, "a");
  }
  cr_expect(eq(int, refused(&p, faults, sizeof faults), ZC_OK));
  put(&p, "p/one-more", "a");
  cr_expect(eq(int, refused(&p, faults, sizeof faults), ZC_EDATA));
  cr_expect(ne(ptr, strstr(err.text, "500"), NULL));
  place_free(&p);
}

Test(package, a_file_over_two_mebibytes_is_refused_by_name)
{
  place p = place_new();
  char faults[400];
  put(&p, "p/big.csv", "");
  cr_assert(truncate(folder_path(&p.f, "p/big.csv"), (off_t)ZC_PACKAGE_FILE) == 0);
  cr_expect(eq(int, refused(&p, faults, sizeof faults), ZC_OK));
  cr_assert(truncate(folder_path(&p.f, "p/big.csv"), (off_t)ZC_PACKAGE_FILE + 1) == 0);
  cr_expect(eq(int, refused(&p, faults, sizeof faults), ZC_EDATA));
  cr_expect(ne(ptr, strstr(faults, "big.csv"), NULL), "%s", faults);
  place_free(&p);
}

Test(package, folders_nested_without_end_are_refused)
{
  place p = place_new();
  char faults[400];
  put(&p, "p/a/a/a/a/a/a/a/a/a/a/a/a/x", "a");
  cr_expect(eq(int, refused(&p, faults, sizeof faults), ZC_EDATA));
  place_free(&p);
}

Test(package, reading_leaves_no_descriptor_open)
{
  place p = place_new();
  char faults[400];
  put(&p, "p/rules/a.lua", "-- a");
  size_t before = open_descriptors();
  refused(&p, faults, sizeof faults);
  cr_expect(eq(sz, open_descriptors(), before));
  put(&p, "p/plan.yaml", "a: [");
  refused(&p, faults, sizeof faults);
  cr_expect(eq(sz, open_descriptors(), before));
  place_free(&p);
}

/* ---- finding ------------------------------------------------------------------------------- */

static zc_code find(const place *p, const char *name, char *found, size_t size)
{
  char *folder;
  zc_code code = zc_package_find(&p->home, name, &folder, &err);
  snprintf(found, size, "%s", folder == NULL ? "" : folder);
  cr_expect(eq(int, code == ZC_OK, folder != NULL));
  free(folder);
  return code;
}

Test(package, a_package_is_found_by_its_folder_or_its_id)
{
  place p = place_new();
  char found[PATH_MAX];
  OK(find(&p, folder_path(&p.f, "p"), found, sizeof found));
  cr_expect(eq(str, found, (char *)folder_path(&p.f, "p")));
  OK(find(&p, "county/shipped", found, sizeof found));
  cr_expect(
      eq(str, found, (char *)folder_path(&p.f, "share/checklists/county/shipped")));
  place_free(&p);
}

Test(package, a_relative_folder_is_found_as_an_absolute_path)
{
  place p = place_new();
  char found[PATH_MAX];
  cr_assert(fchdir(p.f.fd) == 0);
  OK(find(&p, "p/../p", found, sizeof found));
  cr_expect(eq(str, found, (char *)folder_path(&p.f, "p")));
  place_free(&p);
}

Test(package, an_unknown_plan_is_told_by_its_name)
{
  static const char *const names[] =
      {"county/unknown", "unknown",  "",       "/",
       "county/",        "/shipped", "county", "county/shipped/"};
  place p = place_new();
  char found[PATH_MAX];
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    cr_expect(eq(int, find(&p, names[i], found, sizeof found), ZC_EOPEN), "«%s»",
              names[i]);
    cr_expect(eq(str, (char *)zc_err_argument(&err, "name"), (char *)names[i]));
  }
  place_free(&p);
}

Test(package, an_id_leads_nowhere_but_into_the_shipped_packages)
{
  static const char *const names[] = {"../secret", "county/../../secret", "..%2fsecret",
                                      "./shipped", "county/shipped/../../../secret"};
  place p = place_new();
  char found[PATH_MAX];
  put(&p, "share/secret/plan.yaml", PLAN);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    cr_expect(eq(int, find(&p, names[i], found, sizeof found), ZC_EOPEN), "%s: %s",
              names[i], found);
  place_free(&p);
}

/* ---- shipped ------------------------------------------------------------------------------- */

static bool shipped(const place *p, const char *path)
{
  zc_package package;
  json_t *faults = json_array();
  OK(zc_package_read(&p->home, path, faults, &package, &err));
  bool is = package.shipped;
  zc_package_free(&package);
  json_decref(faults);
  return is;
}

Test(package, only_what_stands_beneath_zichas_own_checklists_is_shipped)
{
  place p = place_new();
  char found[PATH_MAX];
  put(&p, "share/checklists-of-others/x/plan.yaml", PLAN);
  cr_expect(
      eq(int, shipped(&p, folder_path(&p.f, "share/checklists/county/shipped")), true));
  cr_expect(eq(int, shipped(&p, folder_path(&p.f, "p")), false));
  cr_expect(
      eq(int, shipped(&p, folder_path(&p.f, "share/checklists-of-others/x")), false));
  cr_assert(symlinkat("p", p.f.fd, "linked") == 0);
  OK(find(&p, folder_path(&p.f, "linked"), found, sizeof found));
  cr_expect(eq(int, shipped(&p, found), false));
  place_free(&p);
}

Test(package, the_shipped_packages_are_listed_in_order)
{
  place p = place_new();
  json_t *packages;
  put(&p, "share/checklists/national/b/plan.yaml", PLAN);
  put(&p, "share/checklists/city/c/plan.yaml", "标题: 市方案\n");
  put(&p, "share/checklists/county/a/plan.yaml", PLAN);
  put(&p, "share/checklists/county/no-plan/items.yaml", "");
  put(&p, "share/checklists/README.md", "");
  OK(zc_shipped_packages(&p.home, &packages, &err));
  json_t *wanted = json_of("['city/c','county/a','county/shipped','national/b']");
  cr_expect(eq(sz, json_array_size(packages), json_array_size(wanted)));
  for (size_t i = 0; i < json_array_size(wanted); i++)
    cr_expect(json_equal(json_object_get(json_array_get(packages, i), "id"),
                         json_array_get(wanted, i)) == 1);
  cr_expect(strcmp(zc_get_text(json_array_get(packages, 0), "title"), "市方案") == 0);
  json_decref(packages);
  json_decref(wanted);
  place_free(&p);
}

Test(package, shipped_files_are_named_by_their_stems_in_order)
{
  place p = place_new();
  json_t *names;
  put(&p, "share/scripts/rules/rx.lua", "-- rx");
  put(&p, "share/scripts/rules/exam.lua", "-- exam");
  put(&p, "share/scripts/rules/notes.md", "");
  OK(zc_shipped_names(&p.home, "scripts/rules", ".lua", &names, &err));
  json_t *wanted = json_of("['exam','rx']");
  cr_expect(json_equal(names, wanted) == 1);
  json_decref(names);
  json_decref(wanted);
  place_free(&p);
}

Test(package, shipped_texts_are_those_of_the_wanted_names)
{
  place p = place_new();
  zc_texts texts = {0}, all = {0};
  put(&p, "share/scripts/rules/rx.lua", "-- rx");
  put(&p, "share/scripts/rules/rx_more.lua", "-- more");
  put(&p, "share/scripts/rules/exam.lua", "-- exam");
  json_t *stems = json_of("['rx','unknown']");
  OK(zc_shipped_texts(&p.home, "scripts/rules", ".lua", stems, &texts, &err));
  OK(zc_shipped_texts(&p.home, "scripts/rules", ".lua", NULL, &all, &err));
  cr_expect(eq(sz, texts.count, 1));
  cr_expect(eq(str, texts.files[0].text, (char *)"-- rx"));
  cr_expect(eq(sz, all.count, 3));
  json_decref(stems);
  zc_texts_free(&texts);
  zc_texts_free(&all);
  place_free(&p);
}

Test(package, shipped_datasets_come_as_documents)
{
  place p = place_new();
  json_t *documents, *faults = json_array(), *names = json_of("['staff']");
  put(&p, "share/scripts/datasets/staff.yaml", "staff: {title: 人员}");
  put(&p, "share/scripts/datasets/other.yaml", "other: {}");
  OK(zc_shipped_documents(&p.home, "scripts/datasets", names, faults, &documents,
                          &err));
  cr_expect(eq(sz, json_array_size(documents), 1));
  cr_expect(eq(sz, json_array_size(faults), 0));
  json_decref(documents);
  json_decref(faults);
  json_decref(names);
  place_free(&p);
}
