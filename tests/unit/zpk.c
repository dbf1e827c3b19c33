#include "package/zpk.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

#include "package_place.h"
#include "packed.h"
#include "signed.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static zc_secret_key secret_key(void)
{
  static const char text[] = "untrusted comment: \n" SIGNED_OPEN_LINE "\n";
  zc_sealed_key sealed;
  zc_secret_key key;
  OK(zc_key_parse_secret("k", text, sizeof text - 1, &sealed, &err));
  OK(zc_key_unlock("k", &sealed, NULL, &key, &err));
  return key;
}

/* The small package, signed or not. Owned. */
static zc_buffer packed(bool is_signed)
{
  zc_manifest m = packed_manifest();
  zc_secret_key key = secret_key();
  zc_buffer out = {0}, text = {0}, comment = {0}, signature = {0};
  unsigned char digest[ZC_BLAKE2B];
  OK(zc_manifest_print(&m, &text, &err));
  zc_blake2b_of(text.data, text.size, digest, sizeof digest);
  zc_manifest_comment(&m, &comment);
  OK(zc_signature_make(digest, &key, comment.data, &signature, &err));
  OK(zc_zpk_write(&m, is_signed ? &signature : NULL, PACKED_BYTES, &out, &err));
  zc_buffer_free(&text);
  zc_buffer_free(&comment);
  zc_buffer_free(&signature);
  zc_manifest_free(&m);
  return out;
}

/* All checks that need no library. */
static zc_code check_all(const char *data, size_t size, const zc_public_key *key)
{
  zc_zpk zpk;
  zc_signature signature;
  zc_manifest m = {0};
  zc_code code = zc_zpk_read("f", data, size, &zpk, &err);
  if (code == ZC_OK)
    code = zc_zpk_signature("f", &zpk, &signature, &err);
  if (code == ZC_OK)
    code = zc_zpk_check_signature("f", &zpk, &signature, key, &err);
  if (code == ZC_OK)
    code = zc_zpk_manifest("f", &zpk, &signature, &m, &err);
  if (code == ZC_OK)
    code = zc_zpk_check_files("f", &zpk, &m, &err);
  zc_manifest_free(&m);
  return code;
}

Test(zpk, the_same_package_is_the_same_bytes_in_the_documented_form)
{
  zc_buffer one = packed(false), two = packed(false);
  cr_expect(eq(str, one.data, two.data));
  cr_expect(strncmp(one.data, "zicha-package-file 1\npart MANIFEST ", 35) == 0);
  cr_expect(strstr(one.data,
                   "\npart MANIFEST.minisig 9\nunsigned\n\nfiles 2\n"
                   "5 notes/a.txt\nnote\n\n16 plan.yaml\nid: county/demo\n\n") != NULL);
  zc_buffer_free(&one);
  zc_buffer_free(&two);
}

Test(zpk, the_parts_are_found_and_the_files_are_those_of_the_manifest)
{
  zc_buffer data = packed(false);
  zc_zpk zpk;
  zc_manifest m;
  OK(zc_zpk_read("f", data.data, data.size, &zpk, &err));
  cr_expect(zc_zpk_is_unsigned(&zpk));
  cr_assert(eq(sz, zpk.count, 2));
  cr_expect(memcmp(zpk.paths[1].data, "plan.yaml", 9) == 0);
  cr_expect(memcmp(zpk.files[1].data, "id: county/demo\n", 16) == 0);
  OK(zc_zpk_manifest("f", &zpk, NULL, &m, &err));
  OK(zc_zpk_check_files("f", &zpk, &m, &err));
  zc_manifest_free(&m);
  zc_buffer_free(&data);
}

Test(zpk, another_signature_changes_nothing_else)
{
  zc_buffer open = packed(false), closed = packed(true), out = {0};
  zc_zpk zpk;
  OK(zc_zpk_read("f", closed.data, closed.size, &zpk, &err));
  cr_expect(not(zc_zpk_is_unsigned(&zpk)));
  OK(zc_zpk_resign(&zpk, NULL, &out, &err));
  cr_expect(eq(str, out.data, open.data));
  zc_buffer_free(&out);
  zc_buffer signature = {(char *)zpk.signature.data, zpk.signature.size, 0, false};
  OK(zc_zpk_resign(&zpk, &signature, &out, &err));
  cr_expect(eq(str, out.data, closed.data));
  zc_buffer_free(&open);
  zc_buffer_free(&closed);
  zc_buffer_free(&out);
}

Test(zpk, every_truncation_is_refused_with_a_sentence)
{
  zc_buffer data = packed(true);
  for (size_t size = 0; size < data.size; size++) {
    zc_zpk zpk;
    char *copy = malloc(size + 1); /* exact, so that a sanitizer sees a read too far */
    memcpy(copy, data.data, size);
    err = (zc_err){0};
    cr_expect(eq(int, zc_zpk_read("f", copy, size, &zpk, &err), ZC_EDATA), "%zu", size);
    cr_expect(err.text[0] != '\0');
    free(copy);
  }
  zc_buffer_free(&data);
}

Test(zpk, every_byte_behind_the_last_file_is_refused)
{
  zc_buffer data = packed(true);
  zc_buffer_char(&data, 'x');
  for (int byte = 0; byte < 256; byte++) {
    zc_zpk zpk;
    data.data[data.size - 1] = (char)byte;
    cr_expect(eq(int, zc_zpk_read("f", data.data, data.size, &zpk, &err), ZC_EDATA));
    cr_expect(eq(str, err.text, (char *)"{file}: something stands behind {name}"));
  }
  zc_buffer_free(&data);
}

Test(zpk, every_changed_bit_of_a_signed_package_is_refused_but_of_the_untrusted_comment)
{
  zc_secret_key key = secret_key();
  zc_buffer data = packed(true);
  char *first = strstr(data.data, "untrusted comment: ") +
                strlen("untrusted comment: ");
  char *last = strchr(first, '\n');
  OK(check_all(data.data, data.size, &key.shown));
  for (char *at = data.data; at < data.data + data.size; at++)
    for (int bit = 0; bit < 8; bit++) {
      *at ^= (char)(1 << bit);
      zc_code code = check_all(data.data, data.size, &key.shown);
      if (at < first || at >= last)
        cr_expect(code == ZC_EDATA || code == ZC_ETRUST, "byte %zu: %d",
                  (size_t)(at - data.data), code);
      *at ^= (char)(1 << bit);
    }
  zc_buffer_free(&data);
}

#define HEAD "zicha-package-file 1\n"
#define FILES HEAD "part MANIFEST 1\nx\npart MANIFEST.minisig 1\nx\nfiles "
#define SHORT "{file} is not whole: it ends early; have it sent again"
#define NUMBER "{file}: the size of {name} is no whole number"
#define CLAIMS "{file}: {name} claims more than {limit}"
#define PLACE "{file}: {name} is not in its place"
static const struct {
  const char *text, *said;
} malformed[] = {
    {"PK\x03\x04", "{file} is no package file: it does not begin with «{head}»"},
    {"zicha-package-file 2\n",
     "{file} is cut off, or of another version than {version}; a newer zicha may read "
     "it"},
    {HEAD "part MANIFEST 10737418240\n", CLAIMS},
    {HEAD "part MANIFEST 262145\n", CLAIMS},
    {HEAD "part MANIFEST 18446744073709551617\nx", CLAIMS},
    {HEAD "part MANIFEST 262144\n", SHORT},
    {HEAD "part MANIFEST 0\n\n", "{file}: {name} is empty"},
    {HEAD "part MANIFEST 01\nx\n", NUMBER},
    {HEAD "part MANIFEST +1\nx\n", NUMBER},
    {HEAD "part MANIFEST 1 \nx\n", NUMBER},
    {HEAD "part MANIFEST 1\r\nx\n", NUMBER},
    {HEAD "part MANIFEST 1\nxx\n",
     "{file}: the size of {name} is wrong; have it sent as zicha wrote it, neither "
     "opened nor saved by another program"},
    {HEAD "part manifest 1\nx\n", PLACE},
    {HEAD "part MANIFEST.minisig 1\nx\n", PLACE},
    {HEAD "part MANIFEST 1\nx\npart MANIFEST 1\nx\n", PLACE},
    {HEAD "part MANIFEST 1\nx\npart MANIFEST.minisig 16385\n", CLAIMS},
    {HEAD "part MANIFEST 1\nx\npart MANIFEST.minisig 1\nx\nfile 1\n", PLACE},
    {FILES "0\n", "{file}: {name} is empty"},
    {FILES "501\n", CLAIMS},
    {FILES "01\n", NUMBER},
    {FILES "1\n", SHORT},
    {FILES "1\n1", SHORT},
    {FILES "1\n1 a", SHORT},
    {FILES "1\n1 a\n", SHORT},
    {FILES "1\n1 a\nx", SHORT},
    {FILES "1\n10737418240 a\nx\n", CLAIMS},
    {FILES "1\n16777216 a\nx\n", SHORT},
    {FILES "1\n01 a\nx\n", NUMBER},
    {FILES "1\n1\na\nx\n", NUMBER},
    {FILES "1\n-1 a\nx\n", NUMBER},
    {FILES "1\n1 \nx\n",
     "{file}: a file in it has no name, or one of more than {limit} bytes"},
    {FILES "2\n1 a\nx\n", SHORT},
    {FILES "1\n1 a\nx\n1 b\nx\n", "{file}: something stands behind {name}"},
};

Test(zpk, each_mistake_in_its_form_has_its_sentence)
{
  for (size_t i = 0; i < COUNT(malformed); i++) {
    zc_zpk zpk;
    size_t size = strlen(malformed[i].text);
    cr_expect(eq(int, zc_zpk_read("f", malformed[i].text, size, &zpk, &err), ZC_EDATA),
              "row %zu", i);
    cr_expect(eq(str, err.text, (char *)malformed[i].said), "row %zu", i);
  }
}

Test(zpk, a_name_that_never_ends_is_refused)
{
  char text[sizeof FILES + 400];
  zc_zpk zpk;
  int size = snprintf(text, sizeof text, FILES "1\n1 %0300d\nx\n", 0);
  cr_expect(eq(int, zc_zpk_read("f", text, (size_t)size, &zpk, &err), ZC_EDATA));
  cr_expect(strstr(err.text, "has no name, or one of more than") != NULL);
}

Test(zpk, a_file_over_the_limit_is_neither_written_nor_read)
{
  char *large = calloc(1, ZC_ZPK_FILE + 1);
  zc_manifest m = packed_manifest();
  zc_buffer out = {0};
  zc_zpk zpk;
  cr_assert(ne(ptr, large, NULL));
  m.files[0].size = ZC_ZPK_FILE - 16;
  cr_expect(eq(int, zc_zpk_write(&m, NULL, large, &out, &err), ZC_EDATA));
  cr_expect(strstr(err.text, "larger than {limit} bytes") != NULL);
  cr_expect(eq(int, zc_zpk_read("f", large, ZC_ZPK_FILE + 1, &zpk, &err), ZC_EDATA));
  cr_expect(eq(str, err.text, (char *)"{path} is larger than {limit} bytes"));
  zc_manifest_free(&m);
  zc_buffer_free(&out);
  free(large);
}

/* ---- what was signed --------------------------------------------------------- */

Test(zpk, an_unsigned_package_is_of_nobody)
{
  zc_secret_key key = secret_key();
  zc_buffer data = packed(false);
  cr_expect(eq(int, check_all(data.data, data.size, &key.shown), ZC_ETRUST));
  cr_expect(eq(str, err.text, (char *)"{file} is not signed"));
  zc_buffer_free(&data);
}

Test(zpk, a_signature_with_the_comment_of_another_serial_is_refused)
{
  zc_secret_key key = secret_key();
  zc_buffer data = packed(false), signature = {0}, out = {0};
  unsigned char digest[ZC_BLAKE2B];
  zc_zpk zpk;
  OK(zc_zpk_read("f", data.data, data.size, &zpk, &err));
  zc_blake2b_of(zpk.manifest.data, zpk.manifest.size, digest, sizeof digest);
  OK(zc_signature_make(digest, &key, "zicha-package:1 name:county/demo serial:3",
                       &signature, &err));
  OK(zc_zpk_resign(&zpk, &signature, &out, &err));
  cr_expect(eq(int, check_all(out.data, out.size, &key.shown), ZC_ETRUST));
  cr_expect(strstr(err.text, "was signed as something else") != NULL);
  zc_buffer_free(&data);
  zc_buffer_free(&signature);
  zc_buffer_free(&out);
}

/* The files of a package against its manifest, after one change to the parts. */
static void expect_files_refused(void (*change)(zc_zpk *zpk), const char *said)
{
  zc_buffer data = packed(false);
  zc_zpk zpk;
  zc_manifest m;
  OK(zc_zpk_read("f", data.data, data.size, &zpk, &err));
  OK(zc_zpk_manifest("f", &zpk, NULL, &m, &err));
  change(&zpk);
  cr_expect(eq(int, zc_zpk_check_files("f", &zpk, &m, &err), ZC_ETRUST), "%s", said);
  cr_expect(strstr(err.text, said) != NULL, "%s", err.text);
  zc_manifest_free(&m);
  zc_buffer_free(&data);
}

static void drop_file(zc_zpk *zpk)
{
  zpk->count--;
}

static void add_file(zc_zpk *zpk)
{
  zpk->paths[2] = (zc_part){"z", 1};
  zpk->files[2] = (zc_part){"z", 1};
  zpk->count++;
}

static void rename_file(zc_zpk *zpk)
{
  zpk->paths[0].data = "notes/b.txt";
}

static void shorten_file(zc_zpk *zpk)
{
  zpk->files[0].size--;
}

static void change_file(zc_zpk *zpk)
{
  zpk->files[0].data = "note!";
}

Test(zpk, a_missing_extra_renamed_shorter_or_changed_file_has_its_sentence)
{
  expect_files_refused(drop_file,
                       "holds {count} files, but its manifest names {wanted}");
  expect_files_refused(add_file,
                       "holds {count} files, but its manifest names {wanted}");
  expect_files_refused(rename_file, "another file stands where {path} should");
  expect_files_refused(shorten_file,
                       "has {size} bytes, but its manifest says {wanted}");
  expect_files_refused(change_file, "is not what its manifest names");
}

Test(zpk, a_manifest_that_names_another_plan_than_its_files_is_refused)
{
  zc_manifest m = packed_manifest();
  zc_buffer out = {0};
  zc_zpk zpk;
  m.sha256[0] = m.sha256[0] == 'a' ? 'b' : 'a';
  OK(zc_zpk_write(&m, NULL, PACKED_BYTES, &out, &err));
  OK(zc_zpk_read("f", out.data, out.size, &zpk, &err));
  cr_expect(eq(int, zc_zpk_check_files("f", &zpk, &m, &err), ZC_ETRUST));
  cr_expect(strstr(err.text, "are not the plan that its manifest names") != NULL);
  zc_manifest_free(&m);
  zc_buffer_free(&out);
}

/* ---- folders ----------------------------------------------------------------- */

static zc_code collect(const place *p, zc_manifest *m, zc_buffer *bytes, json_t *faults)
{
  *m = (zc_manifest){0};
  return zc_zpk_collect(folder_path(&p->f, "p"), faults, m, bytes, &err);
}

Test(zpk, a_folder_is_packed_by_its_paths_without_hidden_files)
{
  static const char *const wanted[] = {"example/x.csv", "items.yaml", "items/a.yaml",
                                       "plan.yaml", "tests/a.yaml"};
  place p = place_new();
  zc_manifest m;
  zc_buffer bytes = {0};
  json_t *faults = json_array();
  put(&p, "p/items.yaml", "- b");
  put(&p, "p/items/a.yaml", "- a");
  put(&p, "p/items/.a.yaml.swp", "x");
  put(&p, "p/.git/config", "x");
  put(&p, "p/example/x.csv", "1");
  put(&p, "p/tests/a.yaml", "2");
  OK(collect(&p, &m, &bytes, faults));
  cr_assert(eq(sz, m.count, COUNT(wanted)));
  for (size_t i = 0; i < COUNT(wanted); i++)
    cr_expect(eq(str, m.files[i].path, (char *)wanted[i]));
  cr_expect(eq(str, bytes.data, (char *)"1- b- a" PLAN "2"));
  zc_manifest_free(&m);
  zc_buffer_free(&bytes);
  json_decref(faults);
  place_free(&p);
}

/* Sorting by paths and by folders differ: '.' and '-' come before '/'. */
Test(zpk, the_hash_is_that_of_the_folder_in_whatever_order_names_sort)
{
  place p = place_new();
  zc_manifest m;
  zc_package package;
  zc_buffer bytes = {0};
  json_t *faults = json_array();
  static const char *const names[] = {"p/items/a.yaml",   "p/items.yaml",
                                      "p/items-b.yaml",   "p/items_c.yaml",
                                      "p/items/a/b.yaml", "p/items/a-b/c.yaml",
                                      "p/example/a",      "p/tests/b",
                                      "p/rules/a.lua",    "p/rules0/b"};
  for (size_t i = 0; i < COUNT(names); i++)
    put(&p, names[i], i < 6 ? "- {}" : "--");
  OK(collect(&p, &m, &bytes, faults));
  OK(read_package(&p, "p", faults, &package));
  cr_expect(eq(str, m.sha256, package.sha256));
  zc_package_free(&package);
  zc_manifest_free(&m);
  zc_buffer_free(&bytes);
  json_decref(faults);
  place_free(&p);
}

Test(zpk, all_that_cannot_be_packed_is_told_at_once)
{
  static const char *const names[] = {"p/A B.csv", "p/con.yaml", "p/items/方案.md",
                                      "p/items/a.yaml~", "p/Big/x"};
  place p = place_new();
  zc_manifest m;
  zc_buffer bytes = {0};
  json_t *faults = json_array();
  for (size_t i = 0; i < COUNT(names); i++)
    put(&p, names[i], "x");
  cr_assert(symlinkat("plan.yaml", p.f.fd, "p/link.yaml") == 0);
  cr_assert(symlinkat("items", p.f.fd, "p/linked") == 0);
  cr_assert(mkfifoat(p.f.fd, "p/pipe", 0600) == 0);
  cr_expect(eq(int, collect(&p, &m, &bytes, faults), ZC_EDATA));
  cr_expect(eq(sz, json_array_size(faults), 8));
  for (size_t i = 0; i < json_array_size(faults); i++)
    cr_expect(json_object_get(json_array_get(faults, i), "hint") != NULL);
  zc_manifest_free(&m);
  zc_buffer_free(&bytes);
  json_decref(faults);
  place_free(&p);
}

Test(zpk, five_hundred_files_are_packed_and_no_more)
{
  place p = place_new();
  char name[100];
  for (int i = 1; i < ZC_PACKAGE_FILES; i++) {
    snprintf(name, sizeof name, "p/example/%d.csv", i);
    put(&p, name, "a");
  }
  for (int more = 0; more < 2; more++) {
    zc_manifest m;
    zc_buffer bytes = {0};
    json_t *faults = json_array();
    if (more) {
      put(&p, "p/example/one", "a");
      put(&p, "p/example/two", "a");
    }
    cr_expect(eq(int, collect(&p, &m, &bytes, faults), more ? ZC_EDATA : ZC_OK));
    cr_expect(eq(sz, json_array_size(faults), more ? 1 : 0));
    zc_manifest_free(&m);
    zc_buffer_free(&bytes);
    json_decref(faults);
  }
  place_free(&p);
}

Test(zpk, files_that_together_are_too_large_are_told_by_the_first_that_is_over)
{
  place p = place_new();
  zc_manifest m;
  zc_buffer bytes = {0};
  json_t *faults = json_array();
  put(&p, "p/example/a.csv", "");
  put(&p, "p/example/b.csv", "");
  cr_assert(truncate(folder_path(&p.f, "p/example/a.csv"), (off_t)ZC_ZPK_FILE - 1) ==
            0);
  cr_assert(truncate(folder_path(&p.f, "p/example/b.csv"), 2) == 0);
  cr_expect(eq(int, collect(&p, &m, &bytes, faults), ZC_EDATA));
  cr_assert(eq(sz, json_array_size(faults), 1));
  cr_expect(eq(str,
               (char *)zc_text_or(zc_get_text(json_array_get(faults, 0), "file"), ""),
               (char *)"example/b.csv"));
  zc_manifest_free(&m);
  zc_buffer_free(&bytes);
  json_decref(faults);
  place_free(&p);
}

Test(zpk, packing_leaves_no_descriptor_open)
{
  place p = place_new();
  size_t before = open_descriptors();
  for (int bad = 0; bad < 2; bad++) {
    zc_manifest m;
    zc_buffer bytes = {0};
    json_t *faults = json_array();
    put(&p, bad ? "p/items/B" : "p/items/a.yaml", "x");
    collect(&p, &m, &bytes, faults);
    cr_expect(eq(sz, open_descriptors(), before));
    zc_manifest_free(&m);
    zc_buffer_free(&bytes);
    json_decref(faults);
  }
  place_free(&p);
}
