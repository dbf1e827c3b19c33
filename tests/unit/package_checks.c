/* Files that are not what an office published: each refused with its own sentence, and what is
 * installed stays as it is. */
#include "package/library.h"

#include "published.h"

/* A library with serial 1 of county/demo. */
static published with_old(void)
{
  published p = published_open();
  zc_buffer old = published_small(&p, 1, 3);
  OK(published_install(&p, &old));
  zc_buffer_free(&old);
  return p;
}

static void expect_old(published *p)
{
  zc_installed found;
  OK(zc_library_find(&p->packages, "county/demo", &found, &err));
  cr_expect(eq(int, (int)found.manifest.serial, 1));
  zc_installed_free(&found);
}

/* Installing it is refused with this code and words. */
static void refuses(published *p, const zc_buffer *file, zc_code code,
                    const char *words)
{
  cr_expect(eq(int, published_install(p, file), code), "%s", err.text);
  cr_expect(strstr(err.text, words) != NULL, "«%s» lacks «%s»", err.text, words);
  expect_old(p);
}

Test(package_checks, every_changed_byte_is_refused)
{
  published p = with_old();
  zc_buffer file = published_small(&p, 2, 3);
  OK(published_check(&p, file.data, file.size));
  for (size_t at = 0; at < file.size; at++) {
    char kept = file.data[at];
    static const unsigned char flips[] = {1, 0x20, 0x80, 0};
    for (size_t i = 0; i < sizeof flips; i++) {
      file.data[at] = flips[i] != 0 ? (char)(kept ^ flips[i])
                                    : (kept == '\r' ? 0 : '\r');
      err = (zc_err){0};
      zc_code code = published_check(&p, file.data, file.size);
      cr_assert(code == ZC_EDATA || code == ZC_ETRUST, "byte %zu as %02x: %d", at,
                (unsigned)(unsigned char)file.data[at], code);
      cr_assert(strlen(err.text) > 20);
    }
    file.data[at] = kept;
  }
  OK(published_check(&p, file.data, file.size));
  expect_old(&p);
  zc_buffer_free(&file);
  published_free(&p);
}

Test(package_checks, every_truncation_and_whatever_is_added_is_refused)
{
  published p = with_old();
  zc_buffer file = published_small(&p, 2, 3);
  for (size_t size = 0; size < file.size; size++) {
    char *cut = malloc(size + 1); /* so that a sanitizer sees what is read behind it */
    memcpy(cut, file.data, size);
    zc_code code = published_check(&p, cut, size);
    free(cut);
    cr_assert(eq(int, code, ZC_EDATA), "cut after %zu bytes: %s", size, err.text);
  }
  zc_buffer_char(&file, '\n');
  refuses(&p, &file, ZC_EDATA, "something stands behind");
  zc_buffer_free(&file);
  published_free(&p);
}

Test(package_checks, without_a_signature_or_a_trusted_key_nothing_is_installed)
{
  published p = with_old();
  zc_buffer none = published_small(&p, 2, 0), foreign = published_small(&p, 2, 9);
  refuses(&p, &none, ZC_ETRUST, "not signed");
  refuses(&p, &foreign, ZC_ETRUST, "key");
  zc_buffer_free(&none);
  zc_buffer_free(&foreign);
  published_free(&p);
}

Test(package_checks, before_any_root_is_trusted_the_way_to_one_is_told)
{
  published p = published_new();
  OK(zc_library_open(p.home, true, &p.packages, &err));
  zc_buffer file = published_small(&p, 1, 3);
  cr_expect(eq(int, published_install(&p, &file), ZC_ETRUST));
  cr_expect(strstr(err.text, "no key is trusted") != NULL, "%s", err.text);
  zc_buffer_free(&file);
  published_free(&p);
}

Test(package_checks, each_wrong_key_has_its_sentence)
{
  published p = with_old();
  static const struct {
    int key;
    const char *words;
  } rows[] = {{1, "root"}, {4, "region"}, {5, "level"}, {6, "expire"}};
  char told[4][200];
  for (size_t i = 0; i < 4; i++) {
    zc_buffer file = published_small(&p, 2, rows[i].key);
    cr_expect(eq(int, published_install(&p, &file), ZC_ETRUST), "key %d", rows[i].key);
    strcpy(told[i], err.text);
    for (size_t j = 0; j < i; j++)
      cr_expect(ne(str, told[i], told[j]), "%d and %d", rows[i].key, rows[j].key);
    expect_old(&p);
    zc_buffer_free(&file);
  }
  published_free(&p);
}

/* Another signature in the same file. */
static zc_buffer resign(published *p, const zc_buffer *file, const char *comment,
                        const char *from, const char *to)
{
  zc_zpk zpk;
  zc_manifest m = published_manifest("county/demo", 2);
  zc_buffer out = {0}, edited = {0};
  OK(zc_zpk_read("p.zpk", file->data, file->size, &zpk, &err));
  zc_buffer signature = published_sign(&m, &zpk.manifest, 3, comment);
  char *at = from == NULL ? NULL : strstr(signature.data, from);
  if (at != NULL) {
    zc_buffer_add(&edited, signature.data, (size_t)(at - signature.data));
    zc_buffer_text(&edited, to);
    zc_buffer_text(&edited, at + strlen(from));
  } else {
    zc_buffer_add(&edited, signature.data, signature.size);
  }
  OK(zc_zpk_resign(&zpk, &edited, &out, &err));
  zc_buffer_free(&signature);
  zc_buffer_free(&edited);
  (void)p;
  return out;
}

Test(package_checks, an_edited_comment_of_the_signature_is_refused)
{
  published p = with_old();
  zc_buffer file = published_small(&p, 2, 3);
  zc_buffer trusted = resign(&p, &file, NULL, "serial:2", "serial:9");
  zc_buffer untrusted = resign(&p, &file, NULL, "signature of", "approval of");
  zc_buffer windows = resign(&p, &file, NULL, "\n", "\r\n");
  zc_buffer other = resign(&p, &file, "zicha-package:1 name:county/demo serial:3", NULL,
                           NULL);
  refuses(&p, &trusted, ZC_ETRUST, "trusted comment");
  refuses(&p, &untrusted, ZC_ETRUST, "comment above the signature");
  refuses(&p, &windows, ZC_ETRUST, "comment above the signature");
  refuses(&p, &other, ZC_ETRUST, "comment");
  zc_buffer_free(&file);
  zc_buffer_free(&trusted);
  zc_buffer_free(&untrusted);
  zc_buffer_free(&windows);
  zc_buffer_free(&other);
  published_free(&p);
}

Test(package_checks, serials_go_upwards_and_in_small_steps)
{
  published p = published_open();
  static const struct {
    int64_t serial;
    zc_code code;
    const char *words;
  } rows[] = {{5, ZC_OK, ""},
              {4, ZC_ETRUST, "is older than"},
              {10006, ZC_ETRUST, "nothing could follow"},
              {10005, ZC_OK, ""},
              {ZC_MANIFEST_SERIAL - 1, ZC_ETRUST, "nothing could follow"}};
  for (size_t i = 0; i < 5; i++) {
    zc_buffer file = published_small(&p, rows[i].serial, 3);
    err = (zc_err){0};
    cr_expect(eq(int, published_install(&p, &file), rows[i].code), "%s", err.text);
    cr_expect(strstr(err.text, rows[i].words) != NULL, "%s", err.text);
    zc_buffer_free(&file);
  }
  published_free(&p);
}

Test(package_checks, one_serial_is_one_file)
{
  published p = with_old();
  zc_manifest m = published_manifest("county/demo", 1);
  zc_buffer file = published_pack(&p, "p", &m, 3);
  zc_manifest_free(&m);
  published_put(&p, "p/source.md", "else\n");
  m = published_manifest("county/demo", 1);
  zc_buffer other = published_pack(&p, "p", &m, 3);
  OK(published_install(&p, &file));
  refuses(&p, &other, ZC_ETRUST, "another file of");
  zc_buffer_free(&file);
  zc_buffer_free(&other);
  zc_manifest_free(&m);
  published_free(&p);
}

/* ---- manifests that say something that the office may not say ----------------------------- */

/* The text of the signed manifest of serial 2, with one replacement, signed again by a key, 3 being
 * the office's own; the files stay as they are. */
static zc_buffer rewritten(const published *p, int key, const char *from,
                           const char *to)
{
  zc_zpk zpk;
  zc_manifest m = published_manifest("county/demo", 2);
  zc_buffer file = published_small(p, 2, 3), text = {0}, out = {0};
  OK(zc_zpk_read("p.zpk", file.data, file.size, &zpk, &err));
  char *own = strndup(zpk.manifest.data, zpk.manifest.size), *at = strstr(own, from);
  cr_assert(at != NULL, "%s", from);
  zc_buffer_add(&text, own, (size_t)(at - own));
  zc_buffer_text(&text, to);
  zc_buffer_text(&text, at + strlen(from));
  zpk.manifest = (zc_part){text.data, text.size};
  zc_buffer signature = published_sign(&m, &zpk.manifest, key, NULL);
  OK(zc_zpk_resign(&zpk, &signature, &out, &err));
  zc_buffer_free(&signature);
  zc_buffer_free(&text);
  zc_buffer_free(&file);
  free(own);
  return out;
}

Test(package_checks, what_an_office_signs_by_mistake_or_malice_is_refused_all_the_same)
{
  published p = with_old();
  static const struct {
    const char *from, *to;
    zc_code code;
  } rows[] = {
      {"serial 2\n", "serial 4611686018427387904\n", ZC_EDATA},
      {"serial 2\n", "serial 02\n", ZC_EDATA},
      {" plan.yaml\n", " ../plan.yaml\n", ZC_EDATA},
      {" plan.yaml\n", " /etc/plan.yaml\n", ZC_EDATA},
      {" plan.yaml\n", " con.yaml\n", ZC_EDATA},
      {" plan.yaml\n", " rules/.hidden\n", ZC_EDATA},
      {" plan.yaml\n", " Plan.yaml\n", ZC_EDATA},
      {" plan.yaml\n", " plan\t.yaml\n", ZC_EDATA},
      {" source.md\n", " sourcf.md\n", ZC_ETRUST},
      {"region 某县\n", "region 邻县\n", ZC_ETRUST},
      {"region 某县\n", "region 某 县\n", ZC_EDATA},
      {"level county\n", "level city\n", ZC_EDATA},
      {"name county/demo\n", "name county/else\n", ZC_ETRUST},
      {"not-before 2026-03-01\n", "not-before 2026-03-11\n", ZC_ETRUST},
      {"not-before 2026-03-01\n", "not-before 2026-3-1\n", ZC_EDATA},
      {"minimum-zicha 0.1.0\n", "minimum-zicha 99.0.0\n", ZC_EINSTALL},
      {"zicha-manifest 1\n", "zicha-manifest 2\n", ZC_EINSTALL},
      {"parent -\n",
       "parent city/none "
       "0000000000000000000000000000000000000000000000000000000000000000\n",
       ZC_ETRUST},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    zc_buffer file = rewritten(&p, 3, rows[i].from, rows[i].to);
    err = (zc_err){0};
    cr_expect(eq(int, published_install(&p, &file), rows[i].code), "%s: %s", rows[i].to,
              err.text);
    cr_expect(gt(sz, strlen(err.text), 20));
    expect_old(&p);
    zc_buffer_free(&file);
  }
  published_free(&p);
}

Test(package_checks, the_office_of_another_region_cannot_replace_a_plan_under_its_id)
{
  published p = with_old();
  zc_buffer file = rewritten(&p, 4, "region 某县\n", "region 邻县\n");
  cr_expect(eq(int, published_install(&p, &file), ZC_ETRUST));
  cr_expect(strstr(err.text, "two offices use one id") != NULL, "%s", err.text);
  expect_old(&p);
  zc_buffer_free(&file);
  published_free(&p);
}

/* A file of the package is replaced, added or left out behind the signed manifest. */
static zc_buffer with_files(const published *p, int missing, const char *extra)
{
  zc_zpk zpk;
  zc_buffer file = published_small(p, 2, 3), out = {0};
  OK(zc_zpk_read("p.zpk", file.data, file.size, &zpk, &err));
  size_t head = (size_t)(zpk.signature.data + zpk.signature.size + 1 - file.data);
  zc_buffer_add(&out, file.data, head);
  zc_buffer_print(&out, "files %zu\n",
                  zpk.count - (size_t)(missing > 0) + (size_t)(extra != NULL));
  for (size_t i = 0; i < zpk.count - (size_t)(missing > 0); i++) {
    zc_buffer_print(&out, "%zu %.*s\n", zpk.files[i].size, (int)zpk.paths[i].size,
                    zpk.paths[i].data);
    zc_buffer_add(&out, zpk.files[i].data, zpk.files[i].size);
    zc_buffer_char(&out, '\n');
  }
  if (extra != NULL)
    zc_buffer_print(&out, "1 %s\nx\n", extra);
  zc_buffer_free(&file);
  return out;
}

Test(package_checks, a_file_too_many_or_too_few_is_refused)
{
  published p = with_old();
  zc_buffer whole = with_files(&p, 0, NULL), less = with_files(&p, 1, NULL);
  zc_buffer more = with_files(&p, 0, "rules/z.lua"), way = with_files(&p, 0, "../../x");
  OK(published_check(&p, whole.data, whole.size));
  refuses(&p, &less, ZC_ETRUST, "files");
  refuses(&p, &more, ZC_ETRUST, "files");
  refuses(&p, &way, ZC_ETRUST, "files");
  zc_buffer_free(&whole);
  zc_buffer_free(&less);
  zc_buffer_free(&more);
  zc_buffer_free(&way);
  published_free(&p);
}

Test(package_checks, claimed_sizes_are_not_believed)
{
  published p = with_old();
  static const char *const texts[] =
      {"zicha-package-file 1\npart MANIFEST 10737418240\n",
       "zicha-package-file 1\npart MANIFEST 18446744073709551615\n",
       "zicha-package-file 1\npart MANIFEST 99999999999999999999999\n",
       "zicha-package-file 1\npart MANIFEST -1\n",
       "zicha-package-file 1\npart MANIFEST 1\nx\npart MANIFEST.minisig 1\nx\n"
       "files 4294967296\n",
       "zicha-package-file 1\npart MANIFEST 1\nx\npart MANIFEST.minisig 1\nx\n"
       "files 1\n10737418240 plan.yaml\n"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    zc_buffer file = {0};
    zc_buffer_text(&file, texts[i]);
    cr_expect(eq(int, published_install(&p, &file), ZC_EDATA), "%s", texts[i]);
    expect_old(&p);
    zc_buffer_free(&file);
  }
  published_free(&p);
}

Test(package_checks, a_root_that_is_over_trusts_nobody)
{
  published p = with_old();
  zc_buffer file = published_small(&p, 2, 3);
  bool fresh;
  strcpy(p.packages.root.expires, "2026-03-09");
  cr_expect(eq(int, published_install_on(&p, &file, TODAY, &fresh), ZC_ETRUST));
  cr_expect(strstr(err.text, "was valid until") != NULL, "%s", err.text);
  expect_old(&p);
  zc_buffer_free(&file);
  published_free(&p);
}

Test(package_checks, a_package_that_is_over_can_still_be_installed)
{
  published p = with_old();
  zc_manifest m = published_manifest("county/demo", 2);
  strcpy(m.expires, "2026-03-02");
  zc_buffer file = published_pack(&p, "p", &m, 3);
  bool fresh = false;
  OK(published_install_on(&p, &file, TODAY, &fresh));
  cr_expect(fresh);
  zc_manifest_free(&m);
  zc_buffer_free(&file);
  published_free(&p);
}
