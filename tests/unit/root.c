#include "package/root.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "trusted.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static zc_code parse(const char *text, zc_root *root, zc_err *err)
{
  *err = (zc_err){0};
  return zc_root_parse("f", text, strlen(text), root, err);
}

/* Two holders and a county. */
static zc_root small(zc_root_key keys[3])
{
  keys[0] = trusted_root_key(1, "张 三");
  keys[1] = trusted_root_key(2, "李四");
  keys[2] = trusted_publisher(3, "county", "某县", "某县卫生健康局");
  return trusted_root(1, 2, keys, 3);
}

static char *text_of(const zc_root *root)
{
  zc_buffer out = {0};
  zc_err err;
  cr_assert(eq(int, zc_root_print(root, &out, &err), ZC_OK));
  return zc_buffer_take(&out);
}

/* ---- the form ------------------------------------------------------------------ */

Test(root, what_is_written_is_read)
{
  zc_root_key keys[3];
  zc_root written = small(keys), root;
  zc_err err;
  char *text = text_of(&written), *again;
  cr_assert(eq(int, parse(text, &root, &err), ZC_OK), "%s", err.text);
  cr_expect(eq(i64, root.number, 1));
  cr_expect(eq(int, root.threshold, 2));
  cr_expect(eq(str, root.expires, (char *)"2029-03-01"));
  cr_expect(eq(sz, root.count, 3));
  cr_expect(eq(sz, strlen(root.sha256), 64));
  const zc_root_key *key = zc_root_find(&root, trusted_key(3).shown.id);
  cr_assert(key != NULL);
  cr_expect(eq(str, (char *)key->region, (char *)"某县"));
  key = zc_root_find(&root, trusted_key(1).shown.id);
  cr_assert(key != NULL);
  cr_expect(eq(str, (char *)key->name, (char *)"张 三"));
  cr_expect(zc_root_find(&root, trusted_key(4).shown.id) == NULL);
  again = text_of(&root);
  cr_expect(eq(str, again, text));
  free(again);
  free(text);
  zc_root_free(&root);
}

Test(root, the_order_in_which_keys_are_named_makes_no_difference)
{
  zc_root_key keys[3], turned[3];
  zc_root one = small(keys), other = small(turned);
  zc_root_key first = turned[0];
  turned[0] = turned[2], turned[2] = first;
  char *a = text_of(&one), *b = text_of(&other);
  cr_expect(eq(str, a, b));
  free(a);
  free(b);
}

Test(root, every_truncation_is_refused_with_a_sentence)
{
  zc_root_key keys[3];
  zc_root written = small(keys), root;
  char *text = text_of(&written);
  const char *last = strrchr(text, '\n');
  for (const char *end = text; end < last; end++) {
    char *cut = strndup(text, (size_t)(end - text));
    zc_err err;
    /* a whole line less is a shorter root: its threshold holds it */
    bool whole = end > text && end[-1] == '\n';
    zc_code code = parse(cut, &root, &err);
    cr_expect(code == ZC_EDATA || (whole && code == ZC_OK), "%s", cut);
    cr_expect(code == ZC_OK || err.text[0] != '\0');
    zc_root_free(&root);
    free(cut);
  }
  free(text);
}

#define HEAD                                                                           \
  "zicha-root 1\nnumber 1\nissued 2026-03-01\nexpires 2029-03-01\nthreshold 1\n"
#define KEY "RWQBAgMEBQYHCNdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"
#define OTHER "RWQDAwMDAwMDA7/3hw/D6lG52YmOEIq5PXd0SVbOgsCqXrC8ADPNnOJ6"
#define FORM                                                                           \
  "{file}, line {line}: this is not as zicha writes it; have the file sent again as "  \
  "it "                                                                                \
  "was made"
#define LINE                                                                           \
  "{file}, line {line}: a key's line has its role (root or publisher), level, "        \
  "region, "                                                                           \
  "last day, key and holder"
#define NUMBER "{file}, line {line}: «{key}» has to be a whole number up to {limit}"
#define PLACE "{file}, line {line}: «{key}» has to stand here"
#define DAYS "a root holds from a day to a later day, not from {issued} to {expires}"
#define NAME                                                                             \
  "«{name}» cannot stand in a root: a holder's name is not empty, and neither begins " \
  "nor ends with a blank"

static const struct {
  const char *text, *said;
} refused[] = {
    {"", "{file} ends before line {line}"},
    {"zicha-roots 1\n", PLACE},
    {"zicha-root 1\r\nnumber 1\r\n", PLACE},
    {"zicha-root 1\nnumber 01\n", NUMBER},
    {"zicha-root 1\nnumber +1\n", NUMBER},
    {"zicha-root 1\nnumber  1\n", NUMBER},
    {"zicha-root 1\nnumber 1 \n", NUMBER},
    {"zicha-root 1\nnumber\t1\n", PLACE},
    {"zicha-root 1\nnumber 1", "{file} ends before line {line}"},
    {"zicha-root 1\nnumber 9007199254740992\n", NUMBER},
    {"zicha-root 1\nnumber 99999999999999999999\n", NUMBER},
    {"zicha-root 1\nnumber 1\nissued 2026-02-30\nexpires 2029-03-01\nthreshold 1\n",
     DAYS},
    {"zicha-root 1\nnumber 1\nexpires 2029-03-01\n", PLACE},
    {"zicha-root 1\nnumber 0\nissued 2026-03-01\nexpires 2029-03-01\nthreshold 1\n",
     "{number} cannot be the number of a root"},
    {"zicha-root 1\nnumber 1\nissued 2026-03-01\nexpires 2026-02-01\nthreshold 1\n",
     DAYS},
    {HEAD,
     "the root has {count} keys of the role root and needs {threshold} signatures: "
     "nobody could ever replace it"},
    {HEAD "key root - - 2029-03-01 " KEY "\n", LINE},
    {HEAD "key root - - 2029-03-01 " KEY " \n", NAME},
    {HEAD "key root - - 2029-03-01 " KEY "  a\n", NAME},
    {HEAD "key root - - 2029-03-01 " KEY " 张\xe2\x80\x8e\n", NAME},
    {HEAD "key root - - 2029-3-1 " KEY " a\n",
     "the key of {name}: {day} is no day; write it as 2026-03-01"},
    {HEAD "key root - - 2029-03-01 " KEY " a\n\n",
     "{file}: something stands behind line {line}"},
    {HEAD "key root - - 2029-03-01 " KEY " a\nmore 1\n",
     "{file}: something stands behind line {line}"},
    {HEAD "key owner - - 2029-03-01 " KEY " a\n", LINE},
    {HEAD "key root - - 2029-03-01 RWQ a\n",
     "{name} is no public key: it is the line of {count} characters that `zicha key "
     "show` prints"},
    {HEAD "key root county - 2029-03-01 " KEY " a\n",
     "the key of {name} signs roots: it has neither level nor region"},
    {HEAD "key root - - 2029-03-01 " KEY
          " 张\nkey publisher county 某县 2029-03-01 " OTHER " 局\n",
     FORM},
    {HEAD "key publisher state 某县 2029-03-01 " KEY " a\n",
     "the key of {name}: {level} is no level; take national, province, city, county or "
     "facility"},
    {HEAD "key publisher county - 2029-03-01 " KEY " a\n",
     "the key of {name}: «{region}» is no region; it has no blanks and is not empty"},
    {HEAD "key root - - 2029-03-01 " KEY " a\nkey root - - 2029-03-01 " KEY " b\n",
     "the key {id} stands twice in the root, for {first} and {second}: each key counts "
     "once"},
};

Test(root, each_mistake_in_its_form_has_its_sentence)
{
  for (size_t i = 0; i < COUNT(refused); i++) {
    zc_root root;
    zc_err err;
    cr_expect(eq(int, parse(refused[i].text, &root, &err), ZC_EDATA), "row %zu", i);
    cr_expect(eq(str, err.text, (char *)refused[i].said), "row %zu", i);
    zc_root_free(&root);
  }
}

Test(root, the_same_point_under_another_id_is_the_same_key)
{
  zc_root_key keys[3];
  zc_root root = small(keys);
  zc_buffer out = {0};
  zc_err err;
  memcpy(keys[1].key.point, keys[0].key.point, sizeof keys[0].key.point);
  cr_expect(eq(int, zc_root_print(&root, &out, &err), ZC_EDATA));
  cr_expect(strstr(err.text, "stands twice") != NULL);
  zc_buffer_free(&out);
}

Test(root, its_fingerprint_is_that_of_its_file)
{
  zc_root_key keys[3];
  zc_root written = small(keys), root;
  zc_err err;
  char digits[ZC_HASH_ROOM], *text = text_of(&written);
  cr_assert(eq(int, zc_hash_of(text, strlen(text), digits, &err), ZC_OK));
  cr_assert(eq(int, parse(text, &root, &err), ZC_OK));
  cr_expect(eq(str, root.sha256, digits));
  zc_root_free(&root);
  free(text);
}

/* ---- signatures ---------------------------------------------------------------- */

/* Root 1 of the holders 1 and 2, and root 2 of the holders `a` and `b`. */
static folder two_roots(int a, int b)
{
  folder f = folder_new();
  zc_root_key keys[3];
  zc_root root = small(keys);
  trusted_put(&f, &root);
  trusted_sign(&f, 1, 1);
  trusted_sign(&f, 1, 2);
  keys[0] = trusted_root_key(a, (char *)"甲");
  keys[1] = trusted_root_key(b, "乙");
  root.number = 2;
  trusted_put(&f, &root);
  return f;
}

/* Reads both, each after the other. */
static zc_code read_both(const folder *f, zc_err *err)
{
  zc_root first = {0}, second = {0};
  json_t *kept = NULL;
  *err = (zc_err){0};
  zc_code code = zc_root_read(f->fd, "", 1, NULL, &first, &kept, err);
  json_decref(kept);
  kept = NULL;
  if (code == ZC_OK)
    code = zc_root_read(f->fd, "", 2, &first, &second, &kept, err);
  cr_expect(code == ZC_OK || kept == NULL);
  json_decref(kept);
  zc_root_free(&first);
  zc_root_free(&second);
  return code;
}

Test(root, is_kept_with_the_signatures_that_count)
{
  folder f = two_roots(1, 2);
  zc_root root;
  json_t *kept;
  zc_err err;
  folder_put(&f, "1.root.FFFFFFFFFFFFFFFF.minisig", "of nobody who is known\n");
  cr_assert(eq(int, zc_root_read(f.fd, "", 1, NULL, &root, &kept, &err), ZC_OK));
  cr_expect(eq(sz, json_object_size(kept), 3));
  cr_expect(
      eq(str, (char *)zc_text_of(kept, (char *)"1.root"), folder_text(&f, "1.root")));
  cr_expect(json_object_get(kept, "1.root.0101010101010101.minisig") != NULL);
  json_decref(kept);
  zc_root_free(&root);
  folder_free(&f);
}

Test(root, lies_in_a_folder_beneath_as_well)
{
  folder f = folder_new(), inner;
  zc_root_key keys[3];
  zc_root root = small(keys);
  json_t *kept;
  zc_err err;
  folder_make(&f, "roots");
  snprintf(inner.path, sizeof inner.path, "%.2000s/roots", f.path);
  trusted_put(&inner, &root);
  trusted_sign(&inner, 1, 1);
  trusted_sign(&inner, 1, 2);
  cr_expect(eq(int, zc_root_read(f.fd, "roots", 1, NULL, &root, &kept, &err), ZC_OK));
  json_decref(kept);
  zc_root_free(&root);
  cr_expect(
      eq(int, zc_root_read(f.fd, "roots", 2, NULL, &root, &kept, &err), ZC_EOPEN));
  cr_expect(kept == NULL);
  zc_root_free(&root);
  folder_free(&f);
}

Test(root, of_the_same_holders_needs_the_threshold_once)
{
  folder f = two_roots(1, 2);
  zc_err err;
  trusted_sign(&f, 2, 1);
  cr_expect(eq(int, read_both(&f, &err), ZC_ETRUST));
  trusted_sign(&f, 2, 2);
  cr_expect(eq(int, read_both(&f, &err), ZC_OK), "%s", err.text);
  folder_free(&f);
}

Test(root, of_new_holders_alone_is_refused)
{
  folder f = two_roots(4, 5);
  zc_err err;
  trusted_sign(&f, 2, 4);
  trusted_sign(&f, 2, 5);
  cr_expect(eq(int, read_both(&f, &err), ZC_ETRUST));
  cr_expect(strstr(err.text, "new keys alone cannot replace a root") != NULL);
  cr_expect(eq(str, (char *)zc_err_argument(&err, "count"), (char *)"0"));
  cr_expect(eq(str, (char *)zc_err_argument(&err, "threshold"), (char *)"2"));
  trusted_sign(&f, 2, 1);
  cr_expect(eq(int, read_both(&f, &err), ZC_ETRUST), "one of two old keys");
  trusted_sign(&f, 2, 2);
  cr_expect(eq(int, read_both(&f, &err), ZC_OK), "%s", err.text);
  folder_free(&f);
}

Test(root, of_old_holders_alone_is_refused)
{
  folder f = two_roots(4, 5);
  zc_err err;
  trusted_sign(&f, 2, 1);
  trusted_sign(&f, 2, 2);
  trusted_sign(&f, 2, 4);
  cr_expect(eq(int, read_both(&f, &err), ZC_ETRUST));
  cr_expect(strstr(err.text, "of its own keys") != NULL);
  cr_expect(eq(str, (char *)zc_err_argument(&err, "count"), (char *)"1"));
  folder_free(&f);
}

Test(root, is_not_signed_by_publishers)
{
  folder f = two_roots(1, 4);
  zc_err err;
  trusted_sign(&f, 2, 1);
  trusted_sign(&f, 2, 3);
  cr_expect(eq(int, read_both(&f, &err), ZC_ETRUST));
  cr_expect(eq(str, (char *)zc_err_argument(&err, "count"), (char *)"1"));
  folder_free(&f);
}

Test(root, counts_a_key_once_whatever_its_signatures_are_called)
{
  folder f = two_roots(1, 2);
  zc_err err;
  trusted_sign(&f, 2, 1);
  trusted_sign_as(&f, "2.root", "2.root.0202020202020202.minisig",
                  "zicha-root:1 number:2", 1);
  cr_expect(eq(int, read_both(&f, &err), ZC_ETRUST));
  cr_expect(strstr(err.text, "is signed with the key {id}, not with {key}") != NULL);
  folder_free(&f);
}

Test(root, with_a_signature_for_something_else_is_refused)
{
  folder f = two_roots(1, 2);
  zc_err err;
  trusted_sign(&f, 2, 1);
  trusted_sign_as(&f, "2.root", "2.root.0202020202020202.minisig",
                  "zicha-root:1 number:3", 2);
  cr_expect(eq(int, read_both(&f, &err), ZC_ETRUST));
  cr_expect(strstr(err.text, "was made for something else") != NULL);
  folder_free(&f);
}

Test(root, that_was_edited_after_signing_is_refused)
{
  folder f = two_roots(1, 2);
  zc_err err;
  char text[4096];
  trusted_sign(&f, 2, 1);
  trusted_sign(&f, 2, 2);
  snprintf(text, sizeof text, "%s", folder_text(&f, "2.root"));
  *strstr(text, "2029") = '9';
  folder_put(&f, "2.root", text);
  cr_expect(eq(int, read_both(&f, &err), ZC_ETRUST));
  cr_expect(strstr(err.text, "the signature does not fit {file}") != NULL);
  folder_free(&f);
}

Test(root, whose_signature_comment_was_edited_is_refused)
{
  folder f = two_roots(1, 2);
  zc_err err;
  char text[4096];
  trusted_sign(&f, 2, 1);
  trusted_sign(&f, 2, 2);
  snprintf(text, sizeof text, "%s", folder_text(&f, "2.root.0202020202020202.minisig"));
  *strstr(text, "number:2") = 'N';
  folder_put(&f, "2.root.0202020202020202.minisig", text);
  cr_expect(eq(int, read_both(&f, &err), ZC_ETRUST));
  cr_expect(strstr(err.text, "the trusted comment in the signature") != NULL);
  folder_free(&f);
}

Test(root, that_is_another_by_its_own_words_is_refused)
{
  folder f = two_roots(1, 2);
  zc_err err;
  cr_assert(renameat(f.fd, "2.root", f.fd, "3.root") == 0);
  zc_root root;
  json_t *kept;
  cr_expect(eq(int, zc_root_read(f.fd, "", 3, NULL, &root, &kept, &err), ZC_ETRUST));
  cr_expect(strstr(err.text, "by its own words") != NULL);
  zc_root_free(&root);
  folder_free(&f);
}

Test(root, that_skips_a_number_is_refused)
{
  folder f = two_roots(1, 2);
  zc_root_key keys[3];
  zc_root before = small(keys), root = small(keys);
  json_t *kept;
  zc_err err;
  root.number = 3;
  trusted_put(&f, &root);
  trusted_sign(&f, 3, 1);
  trusted_sign(&f, 3, 2);
  cr_expect(eq(int, zc_root_read(f.fd, "", 3, &before, &root, &kept, &err), ZC_ETRUST));
  cr_expect(strstr(err.text, "does not follow root {before}") != NULL);
  zc_root_free(&root);
  folder_free(&f);
}

Test(root, that_is_older_than_the_one_it_replaces_is_refused)
{
  folder f = two_roots(1, 2);
  zc_root_key keys[3];
  zc_root before = small(keys), root;
  json_t *kept;
  zc_err err;
  strcpy(before.issued, "2026-03-02");
  trusted_sign(&f, 2, 1);
  trusted_sign(&f, 2, 2);
  cr_expect(eq(int, zc_root_read(f.fd, "", 2, &before, &root, &kept, &err), ZC_ETRUST));
  cr_expect(strstr(err.text, "before the root that it replaces") != NULL);
  zc_root_free(&root);
  folder_free(&f);
}

Test(root, is_not_replaced_by_keys_that_were_over)
{
  folder f = two_roots(1, 2);
  zc_root_key keys[3];
  zc_root before = small(keys), root;
  json_t *kept;
  zc_err err;
  strcpy(keys[1].expires, "2026-02-28");
  trusted_sign(&f, 2, 1);
  trusted_sign(&f, 2, 2);
  cr_expect(eq(int, zc_root_read(f.fd, "", 2, &before, &root, &kept, &err), ZC_ETRUST));
  cr_expect(eq(str, (char *)zc_err_argument(&err, "count"), (char *)"1"));
  zc_root_free(&root);
  strcpy(keys[1].expires, "2026-03-01"); /* the day on which root 2 was issued */
  cr_expect(eq(int, zc_root_read(f.fd, "", 2, &before, &root, &kept, &err), ZC_OK));
  json_decref(kept);
  zc_root_free(&root);
  folder_free(&f);
}

Test(root, tells_how_many_have_signed_so_far)
{
  folder f = two_roots(1, 4);
  zc_root_key keys[3];
  zc_root before = small(keys), root;
  zc_root_count count;
  json_t *kept;
  zc_err err;
  trusted_sign(&f, 2, 4);
  cr_assert(eq(int, zc_root_read_part(f.fd, "", 2, &before, &root, &kept, &count, &err),
               ZC_OK));
  cr_expect(eq(int, count.own, 1));
  cr_expect(eq(int, count.before, 0));
  json_decref(kept);
  zc_root_free(&root);
  folder_free(&f);
}

/* ---- what keys may sign -------------------------------------------------------- */

static const struct {
  int key;
  const char *level, *region, *today, *said; /* NULL: it may */
} asked[] = {
    {3, "county", "某县", "2026-03-01", NULL},
    {3, "county", "某县", "2027-03-01", NULL},
    {4, "county", "某县", "2026-03-01", "is not in the trusted root"},
    {1, "county", "某县", "2026-03-01", "which signs roots and nothing else"},
    {3, "city", "某县", "2026-03-01", "signs for the level {own_term}"},
    {3, "county", "邻县", "2026-03-01", "signs for {own} alone"},
    {3, "county", "某", "2026-03-01", "signs for {own} alone"},
    {3, "county", "某县", "2027-03-02", "expired on {day}"},
};

Test(root, each_key_signs_for_its_level_region_and_time_alone)
{
  zc_root_key keys[3];
  zc_root root = small(keys);
  for (size_t i = 0; i < COUNT(asked); i++) {
    zc_secret_key secret = trusted_key(asked[i].key);
    const zc_root_key *key;
    zc_err err = {0};
    zc_code code = zc_root_allows(&root, "f", secret.shown.id, asked[i].level,
                                  asked[i].region, asked[i].today, &key, &err);
    cr_expect(eq(int, code, asked[i].said == NULL ? ZC_OK : ZC_ETRUST), "row %zu", i);
    cr_expect(asked[i].said == NULL || strstr(err.text, asked[i].said) != NULL,
              "row %zu: %s", i, err.text);
  }
}

Test(root, a_signature_is_checked_with_the_key_of_its_id)
{
  zc_root_key keys[3];
  zc_root root = small(keys);
  unsigned char digest[ZC_BLAKE2B] = {1};
  const zc_root_key *key;
  zc_err err;
  for (int by = 3; by <= 4; by++) {
    zc_secret_key secret = trusted_key(by);
    zc_signature signature;
    zc_buffer text = {0};
    cr_assert(eq(int, zc_signature_make(digest, &secret, "c", &text, &err), ZC_OK));
    cr_assert(eq(int, zc_signature_parse("s", text.data, text.size, &signature, &err),
                 ZC_OK));
    cr_expect(eq(int, zc_root_check(&root, "f", &signature, digest, &key, &err),
                 by == 3 ? ZC_OK : ZC_ETRUST));
    cr_expect(by == 3 ? key == &keys[2] : key == NULL);
    zc_buffer_free(&text);
  }
}
