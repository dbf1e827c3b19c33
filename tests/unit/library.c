#include "package/library.h"

#include "base/file.h"

#include "published.h"

/* What is installed of county/demo, by file name; "" for what is not. */
static char *installed_text(const published *p, const char *inner)
{
  char path[300];
  snprintf(path, sizeof path, "library/packages/county/demo/%s", inner);
  return folder_text(&p->f, path);
}

static size_t entries(const published *p, const char *name)
{
  folder f;
  snprintf(f.path, sizeof f.path, "%.1500s/%s", p->f.path, name);
  return access(f.path, F_OK) == 0 ? folder_count(&f) : 0;
}

/* ---- opening ------------------------------------------------------------------------- */

Test(library, a_folder_that_is_not_there_is_an_empty_library_and_is_not_made)
{
  published p = published_new();
  zc_installed installed;
  OK(zc_library_open(p.home, false, &p.packages, &err));
  cr_expect(eq(int, (int)p.packages.root.number, 0));
  cr_expect(eq(int, p.packages.fd, -1));
  cr_expect(
      eq(int, zc_library_find(&p.packages, "county/demo", &installed, &err), ZC_EOPEN));
  cr_expect(ne(int, access(p.home->library, F_OK), 0));
  published_free(&p);
}

Test(library, where_nothing_can_be_installed_changing_is_refused_and_reading_is_not)
{
  published p = published_new();
  p.home->library[0] = '\0';
  OK(zc_library_open(p.home, false, &p.packages, &err));
  zc_library_close(&p.packages);
  cr_expect(eq(int, zc_library_open(p.home, true, &p.packages, &err), ZC_EWRITE));
  published_free(&p);
}

Test(library, folders_above_it_are_made)
{
  published p = published_new();
  snprintf(p.home->library, sizeof p.home->library, "%s/a/b/zicha", p.f.path);
  OK(zc_library_open(p.home, true, &p.packages, &err));
  cr_expect(eq(int, access(folder_path(&p.f, "a/b/zicha/lock"), F_OK), 0));
  published_free(&p);
}

Test(library, two_cannot_change_it_at_once_and_reading_goes_on)
{
  published p = published_open();
  zc_library other;
  cr_expect(eq(int, zc_library_open(p.home, true, &other, &err), ZC_EIO));
  cr_expect(eq(int, other.fd, -1));
  OK(zc_library_open(p.home, false, &other, &err));
  zc_library_close(&other);
  zc_library_close(&p.packages);
  OK(zc_library_open(p.home, true, &p.packages, &err));
  published_free(&p);
}

Test(library, no_descriptor_stays_open)
{
  published p = published_open();
  zc_library_close(&p.packages);
  size_t before = open_descriptors();
  OK(zc_library_open(p.home, true, &p.packages, &err));
  zc_buffer file = published_small(&p, 1, 3);
  OK(published_install(&p, &file));
  zc_library_close(&p.packages);
  cr_expect(eq(sz, open_descriptors(), before));
  zc_buffer_free(&file);
  published_free(&p);
}

/* ---- roots and what was seen ------------------------------------------------------------ */

Test(library, roots_are_kept_and_followed_from_the_first_on)
{
  published p = published_open();
  published_root(&p, 2, 5);
  published_trust(&p, 2);
  cr_expect(eq(int, (int)p.packages.root.number, 2));
  zc_library_close(&p.packages);
  OK(zc_library_open(p.home, false, &p.packages, &err));
  cr_expect(eq(int, (int)p.packages.root.number, 2));
  cr_expect(eq(sz, p.packages.root.count, 5));
  published_free(&p);
}

Test(library, a_changed_root_is_not_trusted)
{
  published p = published_open();
  char *text = strdup(folder_text(&p.f, "library/roots/1.root"));
  zc_library_close(&p.packages);
  strstr(text, "邻县")[0] ^= 1;
  folder_put(&p.f, "library/roots/1.root", text);
  cr_expect(eq(int, zc_library_open(p.home, false, &p.packages, &err), ZC_ETRUST));
  cr_expect(strstr(err.text, "were changed or are damaged") != NULL, "%s", err.text);
  free(text);
  published_free(&p);
}

Test(library, a_root_that_is_missing_among_others_is_noticed)
{
  published p = published_open();
  published_root(&p, 2, 5);
  published_trust(&p, 2);
  zc_library_close(&p.packages);
  unlink(folder_path(&p.f, "library/roots/1.root"));
  cr_expect(eq(int, zc_library_open(p.home, false, &p.packages, &err), ZC_ETRUST));
  published_free(&p);
}

Test(library, what_was_seen_is_kept_and_a_damaged_list_is_told)
{
  published p = published_open();
  json_object_set_new(p.packages.seen, "package county/demo", json_integer(7));
  OK(zc_library_keep_seen(&p.packages, &err));
  zc_library_close(&p.packages);
  OK(zc_library_open(p.home, false, &p.packages, &err));
  cr_expect(eq(int, (int)zc_get_integer(p.packages.seen, "package county/demo", 0), 7));
  zc_library_close(&p.packages);
  folder_put(&p.f, "library/seen", "{\"package county/demo\":");
  cr_expect(eq(int, zc_library_open(p.home, false, &p.packages, &err), ZC_EDATA));
  folder_put(&p.f, "library/seen", "[]");
  cr_expect(eq(int, zc_library_open(p.home, false, &p.packages, &err), ZC_EDATA));
  published_free(&p);
}

/* ---- installing -------------------------------------------------------------------------- */

Test(library, a_signed_package_is_installed_with_its_file_and_its_tree)
{
  published p = published_open();
  zc_buffer file = published_small(&p, 1, 3);
  bool fresh = false;
  OK(published_install_on(&p, &file, TODAY, &fresh));
  cr_expect(fresh);
  cr_expect(
      eq(str, installed_text(&p, "1/plans/county/demo/source.md"), (char *)"1\n"));
  cr_expect(eq(str, installed_text(&p, "1/plans/county/demo/plan.yaml"),
               (char *)PLAN("county/demo")));
  struct stat about;
  cr_assert(
      eq(int,
         stat(folder_path(&p.f, "library/packages/county/demo/1/package.zpk"), &about),
         0));
  cr_expect(eq(sz, (size_t)about.st_size, file.size));
  cr_expect(eq(int, (int)zc_get_integer(p.packages.seen, "package county/demo", 0), 1));
  zc_buffer_free(&file);
  published_free(&p);
}

Test(library, the_same_file_again_changes_nothing)
{
  published p = published_open();
  zc_buffer file = published_small(&p, 1, 3);
  bool fresh = true;
  OK(published_install(&p, &file));
  OK(published_install_on(&p, &file, TODAY, &fresh));
  cr_expect(not(fresh));
  cr_expect(eq(sz, entries(&p, "library/packages/county/demo"), 1));
  zc_buffer_free(&file);
  published_free(&p);
}

Test(library, a_newer_one_stands_beside_the_older)
{
  published p = published_open();
  zc_buffer one = published_small(&p, 1, 3), two = published_small(&p, 2, 3);
  OK(published_install(&p, &one));
  OK(published_install(&p, &two));
  cr_expect(
      eq(str, installed_text(&p, "1/plans/county/demo/source.md"), (char *)"1\n"));
  cr_expect(
      eq(str, installed_text(&p, "2/plans/county/demo/source.md"), (char *)"2\n"));
  zc_buffer_free(&one);
  zc_buffer_free(&two);
  published_free(&p);
}

Test(library, what_was_removed_by_hand_can_be_installed_again_and_nothing_older)
{
  published p = published_open();
  zc_buffer one = published_small(&p, 1, 3), two = published_small(&p, 2, 3);
  OK(published_install(&p, &two));
  zc_folder_remove(p.packages.fd, "packages/county/demo/2");
  cr_expect(eq(int, published_install(&p, &one), ZC_ETRUST));
  cr_expect(strstr(err.text, "is older than") != NULL, "%s", err.text);
  OK(published_install(&p, &two));
  zc_buffer_free(&one);
  zc_buffer_free(&two);
  published_free(&p);
}

Test(library, whoever_was_killed_before_remembering_cannot_be_rolled_back)
{
  published p = published_open();
  zc_buffer one = published_small(&p, 1, 3), two = published_small(&p, 2, 3);
  OK(published_install(&p, &two));
  zc_library_close(&p.packages);
  unlink(folder_path(&p.f, "library/seen"));
  OK(zc_library_open(p.home, true, &p.packages, &err));
  cr_expect(eq(int, published_install(&p, &one), ZC_ETRUST));
  OK(published_install(&p, &two));
  cr_expect(eq(int, (int)zc_get_integer(p.packages.seen, "package county/demo", 0), 2));
  zc_buffer_free(&one);
  zc_buffer_free(&two);
  published_free(&p);
}

Test(library, leftovers_of_the_killed_go_with_the_next_change)
{
  published p = published_open();
  published_put(&p, "library/packages/county/demo/.1.77.new/plans/x", "half");
  published_put(&p, "library/.seen.77.new", "half");
  published_put(&p, "library/roots/.2.root.77.new", "half");
  zc_library_close(&p.packages);
  OK(zc_library_open(p.home, true, &p.packages, &err));
  cr_expect(eq(sz, entries(&p, "library/packages/county/demo"), 0));
  cr_expect(ne(int, access(folder_path(&p.f, "library/.seen.77.new"), F_OK), 0));
  cr_expect(
      ne(int, access(folder_path(&p.f, "library/roots/.2.root.77.new"), F_OK), 0));
  published_free(&p);
}

/* ---- parents ------------------------------------------------------------------------------ */

/* county/demo that extends `parent`, which lies in a folder of this name. */
static zc_buffer child_of(const published *p, const char *parent, const char *folder,
                          const char *said)
{
  char text[200];
  zc_package package = {0};
  json_t *faults = json_array();
  zc_manifest m = published_manifest("county/demo", 1);
  OK(zc_package_read(p->home, folder_path(&p->f, folder), faults, &package, &err));
  strcpy(m.parent, parent);
  strcpy(m.parent_sha256, package.sha256);
  snprintf(text, sizeof text, PLAN("county/demo") "extends: %s\n", said);
  published_put(p, "child/plan.yaml", text);
  zc_buffer file = published_pack(p, "child", &m, 3);
  zc_package_free(&package);
  zc_manifest_free(&m);
  json_decref(faults);
  return file;
}

static zc_buffer city(const published *p, int64_t serial)
{
  char text[200];
  zc_manifest m = published_manifest("city/plan", serial);
  snprintf(text, sizeof text, PLAN("city/plan") "extends: city/shipped\n# %d\n",
           (int)serial);
  published_put(p, "city/plan.yaml", text);
  zc_package package = {0};
  json_t *faults = json_array();
  OK(zc_package_read(p->home, folder_path(&p->f, "share/checklists/city/shipped"),
                     faults, &package, &err));
  strcpy(m.parent, "city/shipped");
  strcpy(m.parent_sha256, package.sha256);
  zc_buffer file = published_pack(p, "city", &m, 5);
  zc_package_free(&package);
  zc_manifest_free(&m);
  json_decref(faults);
  return file;
}

Test(library, a_shipped_parent_is_copied_beside_its_child)
{
  published p = published_open();
  zc_buffer file = child_of(&p, "city/shipped", "share/checklists/city/shipped",
                            "city/shipped");
  OK(published_install(&p, &file));
  cr_expect(eq(str, installed_text(&p, "1/plans/city/shipped/plan.yaml"),
               (char *)PLAN("city/shipped")));
  zc_buffer_free(&file);
  published_free(&p);
}

Test(library, an_installed_parent_is_copied_with_all_that_it_extends)
{
  published p = published_open();
  zc_buffer parent = city(&p, 1);
  zc_buffer file = child_of(&p, "city/plan", "city", "city/plan");
  zc_buffer next = city(&p, 2);
  OK(published_install(&p, &parent));
  OK(published_install(&p, &next));
  OK(published_install(&p, &file));
  cr_expect(strstr(installed_text(&p, "1/plans/city/plan/plan.yaml"), "# 1") != NULL);
  cr_expect(strstr(installed_text(&p, "1/plans/city/shipped/plan.yaml"),
                   "city/shipped") != NULL);
  zc_buffer_free(&parent);
  zc_buffer_free(&next);
  zc_buffer_free(&file);
  published_free(&p);
}

Test(library, a_parent_in_another_version_is_missing)
{
  published p = published_open();
  zc_buffer parent = city(&p, 1);
  OK(published_install(&p, &parent));
  zc_buffer next = city(&p, 2), file = child_of(&p, "city/plan", "city", "city/plan");
  cr_expect(eq(int, published_install(&p, &file), ZC_EINSTALL));
  cr_expect(strstr(err.text, "install that one first") != NULL, "%s", err.text);
  cr_expect(eq(sz, entries(&p, "library/packages/county"), 0));
  zc_buffer_free(&parent);
  zc_buffer_free(&next);
  zc_buffer_free(&file);
  published_free(&p);
}

Test(library, a_plan_that_extends_something_else_than_its_manifest_says_is_refused)
{
  published p = published_open();
  zc_buffer file = child_of(&p, "city/shipped", "share/checklists/city/shipped",
                            "city/other");
  cr_expect(eq(int, published_install(&p, &file), ZC_ETRUST));
  cr_expect(strstr(err.text, "another name or parent") != NULL, "%s", err.text);
  zc_buffer_free(&file);
  published_free(&p);
}

/* ---- finding ------------------------------------------------------------------------------ */

static zc_code find(published *p, const char *name, zc_installed *installed)
{
  return zc_library_find(&p->packages, name, installed, &err);
}

Test(library, an_id_is_its_highest_serial_and_with_a_serial_exactly_that)
{
  published p = published_open();
  zc_installed found;
  static const int64_t serials[] = {2, 9, 10};
  for (size_t i = 0; i < 3; i++) {
    zc_buffer file = published_small(&p, serials[i], 3);
    OK(published_install(&p, &file));
    zc_buffer_free(&file);
  }
  OK(find(&p, "county/demo", &found));
  cr_expect(eq(str, found.place, (char *)"county/demo@10"));
  cr_expect(eq(str, found.signer, (char *)"某县卫生健康局"));
  cr_expect(eq(str, found.key_id, (char *)"0303030303030303"));
  zc_installed_free(&found);
  OK(find(&p, "county/demo@9", &found));
  cr_expect(eq(int, (int)found.manifest.serial, 9));
  cr_expect(strstr(found.folder, "/packages/county/demo/9/plans/county/demo") != NULL);
  zc_installed_free(&found);
  cr_expect(eq(int, find(&p, "county/demo@8", &found), ZC_EOPEN));
  cr_expect(eq(str, (char *)zc_err_argument(&err, "last"), (char *)"10"));
  published_free(&p);
}

Test(library, nothing_but_a_name_and_a_serial_is_looked_up)
{
  published p = published_open();
  zc_installed found;
  static const char *const names[] = {"",
                                      "demo",
                                      "county/demo@",
                                      "county/demo@0",
                                      "county/demo@01",
                                      "county/demo@-1",
                                      "county/demo@1x",
                                      "county/demo@9007199254740992",
                                      "county/demo@99999999999999999999",
                                      "../county/demo",
                                      "county/..@1",
                                      "county/demo@1@1"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    cr_expect(eq(int, find(&p, names[i], &found), ZC_EOPEN), "%s", names[i]);
  published_free(&p);
}

Test(library, a_key_that_was_revoked_is_no_signer_any_more)
{
  published p = published_open();
  zc_installed found;
  zc_buffer file = published_small(&p, 1, 3);
  OK(published_install(&p, &file));
  published_root(&p, 2, 2);
  published_trust(&p, 2);
  OK(find(&p, "county/demo", &found));
  cr_expect(eq(str, found.signer, (char *)""));
  zc_installed_free(&found);
  zc_buffer_free(&file);
  published_free(&p);
}

Test(library, a_damaged_package_is_told_with_its_folder)
{
  published p = published_open();
  zc_installed found;
  zc_buffer file = published_small(&p, 1, 3);
  OK(published_install(&p, &file));
  unlink(folder_path(&p.f, "library/packages/county/demo/1/package.zpk"));
  folder_put(&p.f, "library/packages/county/demo/1/package.zpk", "cut");
  cr_expect(eq(int, find(&p, "county/demo", &found), ZC_EDATA));
  cr_expect(
      eq(str, (char *)zc_err_argument(&err, "path"), (char *)"packages/county/demo/1"));
  cr_expect(eq(int, published_install(&p, &file), ZC_ETRUST));
  zc_buffer_free(&file);
  published_free(&p);
}

Test(library, a_folder_of_the_library_is_known_and_others_are_not)
{
  published p = published_open();
  zc_installed found, about;
  bool is;
  zc_buffer file = child_of(&p, "city/shipped", "share/checklists/city/shipped",
                            "city/shipped");
  OK(published_install(&p, &file));
  OK(find(&p, "county/demo", &found));
  OK(zc_library_about(p.home, found.folder, &is, &about, &err));
  cr_expect(is);
  cr_expect(eq(str, about.place, (char *)"county/demo@1"));
  zc_installed_free(&about);
  char *copied =
      realpath(folder_path(&p.f, "library/packages/county/demo/1/plans/city/shipped"),
               NULL);
  OK(zc_library_about(p.home, copied, &is, &about, &err));
  cr_expect(not(is));
  OK(zc_library_about(p.home, folder_path(&p.f, "child"), &is, &about, &err));
  cr_expect(not(is));
  free(copied);
  zc_installed_free(&found);
  zc_buffer_free(&file);
  published_free(&p);
}

static zc_code note(const zc_installed *installed, void *context, zc_err *ignored)
{
  char *text = context;
  (void)ignored;
  snprintf(text + strlen(text), 200 - strlen(text), "%s ", installed->place);
  return ZC_OK;
}

Test(library, all_are_told_by_name_and_then_serial)
{
  published p = published_open();
  char text[200] = "";
  zc_buffer parent = city(&p, 1);
  OK(published_install(&p, &parent));
  static const int64_t serials[] = {9, 10};
  for (size_t i = 0; i < 2; i++) {
    zc_buffer file = published_small(&p, serials[i], 3);
    OK(published_install(&p, &file));
    zc_buffer_free(&file);
  }
  OK(zc_library_each(&p.packages, note, text, &err));
  cr_expect(eq(str, text, (char *)"city/plan@1 county/demo@9 county/demo@10 "));
  zc_buffer_free(&parent);
  published_free(&p);
}
