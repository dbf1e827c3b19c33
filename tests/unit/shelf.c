#include "package/shelf.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "trusted.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))
#define SHA "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

/* Two packages of a county. */
static zc_shelf small(zc_shelf_package packages[2])
{
  zc_shelf index = {.issuer = "某县 卫生健康局",
                    .level = "county",
                    .region = "某县",
                    .number = 7,
                    .issued = "2026-03-01",
                    .expires = "2026-08-28",
                    .root = 2,
                    .packages = packages,
                    .count = 2};
  packages[0] = (zc_shelf_package){"city/demo", 3, SHA, 100, "city-demo-3.zpk"};
  packages[1] = (zc_shelf_package){"county/demo", 1, SHA, 16777216,
                                   "county-demo-1.zpk"};
  return index;
}

static char *text_of(const zc_shelf *index)
{
  zc_buffer out = {0};
  zc_err err = {0};
  cr_assert(eq(int, zc_shelf_print(index, &out, &err), ZC_OK), "%s", err.text);
  return zc_buffer_take(&out);
}

static zc_code parse(const char *text, zc_shelf *index, zc_err *err)
{
  *err = (zc_err){0};
  return zc_shelf_parse("f", text, strlen(text), index, err);
}

/* ---- the form ------------------------------------------------------------------ */

Test(shelf, an_index_that_is_written_is_read)
{
  zc_shelf_package packages[2];
  zc_shelf written = small(packages), index;
  zc_err err;
  char *text = text_of(&written), *again;
  cr_assert(eq(int, parse(text, &index, &err), ZC_OK), "%s", err.text);
  cr_expect(eq(str, index.issuer, (char *)"某县 卫生健康局"));
  cr_expect(eq(i64, index.number, 7));
  cr_expect(eq(i64, index.root, 2));
  cr_assert(eq(sz, index.count, 2));
  cr_expect(eq(str, index.packages[1].name, (char *)"county/demo"));
  cr_expect(eq(sz, index.packages[1].size, 16777216));
  again = text_of(&index);
  cr_expect(eq(str, again, text));
  free(again);
  free(text);
  zc_shelf_free(&index);
}

Test(shelf, packages_are_put_into_the_order_of_their_files)
{
  zc_shelf_package packages[2];
  zc_shelf index = small(packages);
  zc_buffer out = {0};
  zc_err err;
  zc_shelf_package first = packages[0];
  packages[0] = packages[1], packages[1] = first;
  cr_expect(eq(int, zc_shelf_print(&index, &out, &err), ZC_EDATA));
  cr_expect(strstr(err.text, "not in the order of their files") != NULL);
  zc_shelf_sort(&index);
  cr_expect(eq(int, zc_shelf_print(&index, &out, &err), ZC_OK));
  zc_buffer_free(&out);
}

Test(shelf, one_serial_of_a_package_is_one_file)
{
  zc_shelf_package packages[2];
  zc_shelf index = small(packages);
  zc_buffer out = {0};
  zc_err err;
  strcpy(packages[1].name, packages[0].name);
  cr_expect(eq(int, zc_shelf_print(&index, &out, &err), ZC_OK), "serials 3 and 1");
  packages[1].serial = 3;
  cr_expect(eq(int, zc_shelf_print(&index, &out, &err), ZC_EDATA));
  cr_expect(strstr(err.text, "stands twice in the index") != NULL);
  zc_buffer_free(&out);
}

#define HEAD                                                                              \
  "zicha-index 1\nissuer 局\nlevel county\nregion 某县\nnumber 7\nissued 2026-03-01\n" \
  "expires 2026-08-28\nroot 2\n"
#define MEMBER "«{value}» cannot stand behind {key} in an index"
#define PLACE "{file}, line {line}: «{key}» has to stand here"
#define NUMBER "{file}, line {line}: «{key}» has to be a whole number up to {limit}"
#define LINE                                                                           \
  "{file}, line {line}: a package's line has its name, serial, SHA-256, size and file"

static const struct {
  const char *text, *said;
} refused[] = {
    {"zicha-indexes 1\n", PLACE},
    {"zicha-index 1\nissuer  局\nlevel county\nregion 某县\nnumber 7\nissued "
     "2026-03-01\nexpires 2026-08-28\nroot 2\n",
     MEMBER},
    {"zicha-index 1\nissuer 局\nlevel state\nregion 某县\nnumber 7\nissued "
     "2026-03-01\nexpires 2026-08-28\nroot 2\n",
     MEMBER},
    {"zicha-index 1\nissuer 局\nlevel county\nregion 某 县\nnumber 7\nissued "
     "2026-03-01\nexpires 2026-08-28\nroot 2\n",
     MEMBER},
    {"zicha-index 1\nissuer 局\nlevel county\nregion 某县\nnumber 0\nissued "
     "2026-03-01\nexpires 2026-08-28\nroot 2\n",
     MEMBER},
    {"zicha-index 1\nissuer 局\nlevel county\nregion 某县\nnumber 07\n", NUMBER},
    {"zicha-index 1\nissuer 局\nlevel county\nregion 某县\nnumber 7\nissued "
     "2026-03-01\nexpires 2026-02-28\nroot 2\n",
     MEMBER},
    {HEAD "package county/demo 1 " SHA " 100\n", LINE},
    {HEAD "package county/demo 01 " SHA " 100 a.zpk\n", LINE},
    {HEAD "package county/demo 1 " SHA " 16777217 a.zpk\n", LINE},
    {HEAD "package county/demo 0 " SHA " 100 a.zpk\n", MEMBER},
    {HEAD "package county/demo 1 " SHA " 0 a.zpk\n", MEMBER},
    {HEAD "package ../demo 1 " SHA " 100 a.zpk\n", MEMBER},
    {HEAD "package county/demo 1 " SHA " 100 ../a.zpk\n", MEMBER},
    {HEAD "package county/demo 1 " SHA " 100 b/a.zpk\n", MEMBER},
    {HEAD "package county/demo 1 " SHA " 100 /a.zpk\n", MEMBER},
    {HEAD "package county/demo 1 " SHA " 100 .zpk\n", MEMBER},
    {HEAD "package county/demo 1 " SHA " 100 con.zpk\n", MEMBER},
    {HEAD "package county/demo 1 " SHA " 100 a.exe\n", MEMBER},
    {HEAD "package county/demo 1 " SHA " 100 a.zpk b.zpk\n", MEMBER},
    {HEAD "package county/demo 1 " SHA " 100 a.zpk\n\n",
     "{file}: something stands behind line {line}"},
    {HEAD "package county/demo 1 " SHA " 100 a.zpk", "{file} ends before line {line}"},
};

Test(shelf, each_mistake_in_the_form_of_an_index_has_its_sentence)
{
  for (size_t i = 0; i < COUNT(refused); i++) {
    zc_shelf index;
    zc_err err;
    cr_expect(eq(int, parse(refused[i].text, &index, &err), ZC_EDATA), "row %zu", i);
    cr_expect(eq(str, err.text, (char *)refused[i].said), "row %zu", i);
    zc_shelf_free(&index);
  }
}

/* ---- trusting it --------------------------------------------------------------- */

/* A folder with an index that the key signed with this comment; "": it did not. */
static folder shelf_of(const zc_shelf *index, int key, const char *comment)
{
  folder f = folder_new();
  char *text = text_of(index);
  folder_put(&f, ZC_SHELF_INDEX, text);
  if (*comment != '\0')
    trusted_sign_as(&f, ZC_SHELF_INDEX, ZC_SHELF_SIGNATURE, comment, key);
  free(text);
  return f;
}

static zc_code read_shelf(const folder *f, const char *today, zc_err *err)
{
  zc_root_key keys[4] = {trusted_root_key(1, "张三"),
                         trusted_publisher(3, "county", "某县", "某县卫生健康局"),
                         trusted_publisher(4, "county", "邻县", "邻县卫生健康局"),
                         trusted_publisher(5, "city", "某县", "某市卫生健康委")};
  zc_root root = trusted_root(1, 1, keys, 4);
  const zc_root_key *key;
  zc_shelf index;
  *err = (zc_err){0};
  zc_code code = zc_shelf_read(f->fd, &root, today, &index, &key, err);
  zc_shelf_free(&index);
  return code;
}

static const struct {
  int key;
  const char *comment, *today, *said; /* NULL: it is taken */
} read_rows[] = {
    {3, "zicha-index:1 number:7", "2026-03-01", NULL},
    {3, "zicha-index:1 number:7", "2027-03-02", "expired on {day}"},
    {3, "zicha-index:1 number:8", "2026-03-01", "was made for something else"},
    {3, "zicha-package:1 name:county/demo serial:7", "2026-03-01",
     "was made for something else"},
    {3, "", "2026-03-01", "the folder's index is not signed"},
    {1, "zicha-index:1 number:7", "2026-03-01", "which signs roots and nothing else"},
    {2, "zicha-index:1 number:7", "2026-03-01", "is not in the trusted root"},
    {4, "zicha-index:1 number:7", "2026-03-01", "signs for {own} alone"},
    {5, "zicha-index:1 number:7", "2026-03-01", "signs for the level {own_term}"},
};

Test(shelf, an_index_counts_if_a_key_of_its_level_and_region_signed_it)
{
  for (size_t i = 0; i < COUNT(read_rows); i++) {
    zc_shelf_package packages[2];
    zc_shelf index = small(packages);
    folder f = shelf_of(&index, read_rows[i].key, read_rows[i].comment);
    zc_err err;
    zc_code code = read_shelf(&f, read_rows[i].today, &err);
    cr_expect(eq(int, code, read_rows[i].said == NULL ? ZC_OK : ZC_ETRUST), "row %zu",
              i);
    cr_expect(read_rows[i].said == NULL || strstr(err.text, read_rows[i].said) != NULL,
              "row %zu: %s", i, err.text);
    folder_free(&f);
  }
}

Test(shelf, every_changed_byte_of_an_index_is_noticed)
{
  zc_shelf_package packages[2];
  zc_shelf index = small(packages);
  folder f = shelf_of(&index, 3, "zicha-index:1 number:7");
  char *text = text_of(&index);
  zc_err err;
  for (size_t i = 0; text[i] != '\0'; i++) {
    text[i] ^= 1;
    folder_put(&f, ZC_SHELF_INDEX, text);
    cr_expect(eq(int, read_shelf(&f, "2026-03-01", &err), ZC_ETRUST), "byte %zu", i);
    text[i] ^= 1;
  }
  folder_put(&f, ZC_SHELF_INDEX, text);
  cr_expect(eq(int, read_shelf(&f, "2026-03-01", &err), ZC_OK));
  free(text);
  folder_free(&f);
}

Test(shelf, publishing_that_was_interrupted_leaves_an_index_that_counts)
{
  zc_shelf_package packages[2];
  zc_shelf old = small(packages), next = small(packages);
  folder f = shelf_of(&old, 3, "zicha-index:1 number:7"), g;
  zc_err err;
  next.number = 8;
  g = shelf_of(&next, 3, "zicha-index:1 number:8");
  folder_put(&f, ZC_SHELF_NEXT, folder_text(&g, ZC_SHELF_SIGNATURE));
  cr_expect(eq(int, read_shelf(&f, "2026-03-01", &err), ZC_OK), "before the index");
  folder_put(&f, ZC_SHELF_INDEX, folder_text(&g, ZC_SHELF_INDEX));
  cr_expect(eq(int, read_shelf(&f, "2026-03-01", &err), ZC_OK), "after it");
  folder_free(&f);
  folder_free(&g);
}

Test(shelf, without_an_index_it_cannot_be_opened)
{
  folder f = folder_new();
  zc_err err;
  cr_expect(eq(int, read_shelf(&f, "2026-03-01", &err), ZC_EOPEN));
  folder_free(&f);
}

/* ---- no older, and not too old ------------------------------------------------- */

static const struct {
  int64_t number;
  const char *sha256, *today, *said; /* NULL: it is taken */
} fresh_rows[] = {
    {7, "a", "2026-03-01", NULL},
    {8, "b", "2026-03-01", NULL},
    {8, "b", "2026-08-28", NULL},
    {6, "c", "2026-03-01", "is older than the last one seen here"},
    {7, "c", "2026-03-01", "is another than the one of this number"},
    {8, "b", "2026-08-29", "expired on {day}"},
    {10007, "b", "2026-03-01", NULL},
    {10008, "b", "2026-03-01", "is more than {limit} above the last one"},
    {9007199254740990, "b", "2026-03-01", "is more than {limit} above the last one"},
};

Test(shelf, an_older_another_or_an_expired_index_is_refused)
{
  for (size_t i = 0; i < COUNT(fresh_rows); i++) {
    zc_shelf_package packages[2];
    zc_shelf index = small(packages);
    json_t *seen = json_object();
    zc_err err = {0};
    strcpy(index.sha256, "a");
    cr_expect(eq(int, zc_shelf_is_fresh(&index, seen, "2026-03-01", &err), ZC_OK));
    cr_assert(eq(int, zc_shelf_keep_seen(&index, seen, &err), ZC_OK));
    index.number = fresh_rows[i].number;
    strcpy(index.sha256, fresh_rows[i].sha256);
    zc_code code = zc_shelf_is_fresh(&index, seen, fresh_rows[i].today, &err);
    cr_expect(eq(int, code, fresh_rows[i].said == NULL ? ZC_OK : ZC_ETRUST), "row %zu",
              i);
    cr_expect(fresh_rows[i].said == NULL ||
                  strstr(err.text, fresh_rows[i].said) != NULL,
              "row %zu: %s", i, err.text);
    json_decref(seen);
  }
}

Test(shelf, indexes_of_other_offices_do_not_count_as_older)
{
  zc_shelf_package packages[2];
  zc_shelf index = small(packages);
  json_t *seen = json_object();
  zc_err err;
  cr_assert(eq(int, zc_shelf_keep_seen(&index, seen, &err), ZC_OK));
  index.number = 1;
  strcpy(index.region, "邻县");
  cr_expect(eq(int, zc_shelf_is_fresh(&index, seen, "2026-03-01", &err), ZC_OK));
  strcpy(index.region, "某县");
  strcpy(index.level, "city");
  cr_expect(eq(int, zc_shelf_is_fresh(&index, seen, "2026-03-01", &err), ZC_OK));
  json_decref(seen);
}
