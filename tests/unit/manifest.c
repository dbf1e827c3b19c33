#include "package/manifest.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

#include "packed.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))
#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const char whole[] = "zicha-manifest 1\n"
                            "issuer 某县卫生健康局\n"
                            "region 某县\n"
                            "level county\n"
                            "name county/demo\n"
                            "version 2\n"
                            "serial 2\n"
                            "not-before 2026-03-01\n"
                            "expires 2027-03-01\n"
                            "minimum-zicha 0.1.0\n"
                            "parent city/demo " A64 "\n"
                            "plan " A64 "\n"
                            "file " A64 " 0 items/a.yaml\n"
                            "file " A64 " 12 plan.yaml\n";

static zc_code read_text(const char *text, size_t size, zc_manifest *manifest,
                         zc_err *err)
{
  *err = (zc_err){0};
  return zc_manifest_parse("f", text, size, manifest, err);
}

/* Reads and forgets it. */
static zc_code try_text(const char *text, size_t size, zc_err *err)
{
  zc_manifest manifest;
  zc_code code = read_text(text, size, &manifest, err);
  zc_manifest_free(&manifest);
  return code;
}

/* The text with the first `old` replaced. Owned. */
static char *replaced(const char *old, const char *with)
{
  const char *at = strstr(whole, old);
  char *text = malloc(sizeof whole + strlen(with));
  cr_assert(at != NULL, "%s", old);
  sprintf(text, "%.*s%s%s", (int)(at - whole), whole, with, at + strlen(old));
  return text;
}

Test(manifest, all_its_members_are_read)
{
  zc_manifest m;
  zc_err err;
  cr_assert(eq(int, read_text(whole, sizeof whole - 1, &m, &err), ZC_OK), "%s",
            err.text);
  cr_expect(eq(str, m.issuer, (char *)"某县卫生健康局"));
  cr_expect(eq(str, m.region, (char *)"某县"));
  cr_expect(eq(str, m.level, (char *)"county"));
  cr_expect(eq(str, m.name, (char *)"county/demo"));
  cr_expect(eq(str, m.version, (char *)"2"));
  cr_expect(m.serial == 2);
  cr_expect(eq(str, m.not_before, (char *)"2026-03-01"));
  cr_expect(eq(str, m.expires, (char *)"2027-03-01"));
  cr_expect(eq(str, m.minimum_zicha, (char *)"0.1.0"));
  cr_expect(eq(str, m.parent, (char *)"city/demo"));
  cr_expect(eq(str, m.parent_sha256, (char *)A64));
  cr_expect(eq(str, m.sha256, (char *)A64));
  cr_assert(eq(sz, m.count, 2));
  cr_expect(eq(str, m.files[0].path, (char *)"items/a.yaml"));
  cr_expect(eq(sz, m.files[0].size, 0));
  cr_expect(eq(str, m.files[1].sha256, (char *)A64));
  cr_expect(eq(sz, m.files[1].size, 12));
  zc_manifest_free(&m);
}

Test(manifest, what_is_printed_is_read_and_printed_as_the_same_bytes)
{
  zc_manifest m = packed_manifest(), again;
  zc_buffer out = {0}, second = {0};
  zc_err err;
  for (int parent = 0; parent < 2; parent++) {
    if (parent) {
      strcpy(m.parent, "city/demo");
      strcpy(m.parent_sha256, A64);
    }
    cr_assert(eq(int, zc_manifest_print(&m, &out, &err), ZC_OK), "%s", err.text);
    cr_assert(eq(int, read_text(out.data, out.size, &again, &err), ZC_OK));
    cr_assert(eq(int, zc_manifest_print(&again, &second, &err), ZC_OK));
    cr_expect(eq(str, out.data, second.data));
    cr_expect(eq(str, again.parent, m.parent));
    zc_manifest_free(&again);
    zc_buffer_free(&out);
    zc_buffer_free(&second);
  }
  zc_manifest_free(&m);
}

Test(manifest, every_truncation_is_refused_with_a_sentence)
{
  for (size_t size = 0; size < sizeof whole - 1; size++) {
    zc_err err;
    char *copy = malloc(size + 1); /* exact, so that a sanitizer sees a read too far */
    memcpy(copy, whole, size);
    cr_expect(eq(int, try_text(copy, size, &err), ZC_EDATA), "%zu", size);
    cr_expect(err.text[0] != '\0');
    free(copy);
  }
}

Test(manifest, what_is_read_after_any_change_of_a_byte_is_printed_as_it_is)
{
  char text[sizeof whole];
  memcpy(text, whole, sizeof whole);
  for (size_t at = 0; at < sizeof whole - 1; at++)
    for (int byte = 0; byte < 256; byte++) {
      zc_manifest m;
      zc_buffer out = {0};
      zc_err err;
      char before = text[at];
      text[at] = (char)byte;
      zc_code code = read_text(text, sizeof whole - 1, &m, &err);
      cr_assert(code == ZC_OK || code == ZC_EDATA || (code == ZC_EINSTALL && at == 15));
      if (code == ZC_OK) {
        cr_assert(eq(int, zc_manifest_print(&m, &out, &err), ZC_OK));
        cr_assert(out.size == sizeof whole - 1 && memcmp(out.data, text, out.size) == 0,
                  "byte %zu as %d", at, byte);
      }
      text[at] = before;
      zc_manifest_free(&m);
      zc_buffer_free(&out);
    }
}

#define WORD "{file}: {key} has to be {wanted_term}, not «{value}»"
#define PLACE "{file}, line {line}: «{key}» has to stand here"
#define NUMBER "{file}, line {line}: «{key}» has to be a whole number up to {limit}"
#define UNSAFE "{file}: «{path}» cannot be the name of a file in a package"
#define FILE_LINE                                                                      \
  "{file}, line {line}: a file's line has its SHA-256, its size up to {limit} and "    \
  "its "                                                                               \
  "path"
static const struct {
  const char *old, *with, *said;
} refused[] = {
    {"zicha-manifest 1", "zicha-manifests 1", PLACE},
    {"zicha-manifest 1\n", "\xef\xbb\xbfzicha-manifest 1\n", PLACE},
    {"issuer 某县卫生健康局\n", "", PLACE},
    {"issuer 某县卫生健康局", "issuer ", WORD},
    {"issuer 某县卫生健康局", "issuer  某县", WORD},
    {"issuer 某县卫生健康局", "issuer 某县 ", WORD},
    {"issuer 某县卫生健康局", "issuer 某县\u3000", WORD},
    {"issuer 某县卫生健康局", "issuer a\u202e b", WORD},
    {"issuer 某县卫生健康局", "issuer a\xff", WORD},
    {"issuer 某县卫生健康局", "issuer a\x1b[31m", WORD},
    {"issuer 某县卫生健康局\n", "issuer a\r\n", WORD},
    {"region 某县", "region 某 县", WORD},
    {"region 某县", "region 某\u3000县", WORD},
    {"region 某县", "region 某\tx", WORD},
    {"level county", "level County", WORD},
    {"level county", "level village", WORD},
    {"level county\n", "level county\nlevel county\n", PLACE},
    {"name county/demo", "name county/Demo", WORD},
    {"name county/demo", "name county/../x", WORD},
    {"name county/demo", "name county/a/b", WORD},
    {"name county/demo", "name county/con", WORD},
    {"name county/demo", "name county/", WORD},
    {"name county/demo", "name county", WORD},
    {"name county/demo", "name national/demo",
     "{file}: the name {name} does not begin with the level {level}; nobody publishes "
     "for another level"},
    {"level county", "level national",
     "{file}: the name {name} does not begin with the level {level}; nobody publishes "
     "for another level"},
    {"version 2", "version 二", WORD},
    {"version 2", "version 2 0", WORD},
    {"version 2", "version ../2", WORD},
    {"serial 2", "serial 0", WORD},
    {"serial 2", "serial 02", NUMBER},
    {"serial 2", "serial -2", NUMBER},
    {"serial 2", "serial +2", NUMBER},
    {"serial 2", "serial 2 ", NUMBER},
    {"serial 2", "serial ", NUMBER},
    {"serial 2", "serial 9007199254740992", NUMBER},
    {"serial 2", "serial 4611686018427387904", NUMBER},
    {"serial 2", "serial 18446744073709551618", NUMBER},
    {"not-before 2026-03-01", "not-before 2026-3-1", WORD},
    {"not-before 2026-03-01", "not-before 2026-02-29", WORD},
    {"expires 2027-03-01", "expires 2027-13-01", WORD},
    {"expires 2027-03-01", "expires 2026-03-01",
     "{file}: it holds until {expires}, which is not after {from}"},
    {"expires 2027-03-01", "expires 2025-03-01",
     "{file}: it holds until {expires}, which is not after {from}"},
    {"minimum-zicha 0.1.0", "minimum-zicha 0.1", WORD},
    {"minimum-zicha 0.1.0", "minimum-zicha 0.1.0.0", WORD},
    {"minimum-zicha 0.1.0", "minimum-zicha 0.01.0", WORD},
    {"minimum-zicha 0.1.0", "minimum-zicha 0.1.", WORD},
    {"minimum-zicha 0.1.0", "minimum-zicha v0.1.0", WORD},
    {"parent city/demo " A64, "parent", PLACE},
    {"parent city/demo " A64, "parent ", WORD},
    {"parent city/demo " A64, "parent city/demo", WORD},
    {"parent city/demo " A64, "parent city/demo  " A64, WORD},
    {"parent city/demo " A64, "parent city/demo " A64 " ", WORD},
    {"parent city/demo " A64, "parent - " A64, WORD},
    {"parent city/demo " A64, "parent county/demo " A64, WORD},
    {"parent city/demo " A64, "parent ../demo " A64, WORD},
    {"plan aa", "plan AA", WORD},
    {"plan a", "plan ", WORD},
    {"plan a", "plan aa", "{file}, line {line}: «{key}» is longer than {limit} bytes"},
    {"file " A64 " 0 items", "file " A64 " 00 items", FILE_LINE},
    {"file " A64 " 0 items", "file " A64 " 0  items", UNSAFE},
    {"file " A64 " 0 items", "file " A64 "  0 items", FILE_LINE},
    {"file " A64 " 0 items", "file " A64 " -1 items", FILE_LINE},
    {"file " A64 " 0 items", "file " A64 " 16777217 items", FILE_LINE},
    {"file " A64 " 0 items", "file " A64 " 10737418240 items", FILE_LINE},
    {"file " A64 " 0 items", "file " A64 " 16777210 items",
     "{file}: the files together are larger than {limit} bytes"},
    {"file " A64 " 0 items", "file a 0 items", WORD},
    {"file " A64 " 0 items", "file G" A64 " 0 items", FILE_LINE},
    {" 0 items/a.yaml", " 0", FILE_LINE},
    {" 0 items/a.yaml", " 0 ", UNSAFE},
    {" 0 items/a.yaml", " 0 ../a.yaml", UNSAFE},
    {" 0 items/a.yaml", " 0 /etc/passwd", UNSAFE},
    {" 0 items/a.yaml", " 0 con.yaml", UNSAFE},
    {" 0 items/a.yaml", " 0 A B.csv", UNSAFE},
    {" 0 items/a.yaml", " 0 plan.yaml",
     "{file}: {path} is there twice, or the files are not in order"},
    {" 0 items/a.yaml", " 0 z.yaml",
     "{file}: {path} is there twice, or the files are not in order"},
    {" 12 plan.yaml", " 12 plan.yml", "{file}: there is no plan.yaml among the files"},
    {" 12 plan.yaml\n", " 12 plan.yaml\nfile " A64 " 1 plan.yaml/x\n",
     "{file}: {path} lies in a file as in a folder"},
    {" 12 plan.yaml\n", " 12 plan.yaml\n\n",
     "{file}: something stands behind line {line}"},
    {" 12 plan.yaml\n", " 12 plan.yaml\nsize 3\n",
     "{file}: something stands behind line {line}"},
};

Test(manifest, each_mistake_has_its_sentence)
{
  for (size_t i = 0; i < COUNT(refused); i++) {
    zc_err err;
    char *text = replaced(refused[i].old, refused[i].with);
    cr_expect(eq(int, try_text(text, strlen(text), &err), ZC_EDATA), "row %zu: %s", i,
              refused[i].with);
    cr_expect(eq(str, err.text, (char *)refused[i].said), "row %zu: %s", i,
              refused[i].with);
    free(text);
  }
}

Test(manifest, a_zero_byte_is_no_end_of_a_word)
{
  char text[sizeof whole];
  zc_err err;
  memcpy(text, whole, sizeof whole);
  strstr(text, "康局")[3] = '\0';
  cr_expect(eq(int, try_text(text, sizeof whole - 1, &err), ZC_EDATA));
  cr_expect(strstr(err.text, "not as zicha writes it") != NULL);
  cr_expect(eq(str, (char *)zc_err_argument(&err, "line"), (char *)"2"));
}

Test(manifest, five_hundred_files_are_read_and_no_more)
{
  for (int more = 0; more < 2; more++) {
    zc_buffer text = {0};
    zc_err err;
    zc_buffer_add(&text, whole, (size_t)(strstr(whole, "file ") - whole));
    for (int i = 1; i < ZC_PACKAGE_FILES + more; i++)
      zc_buffer_print(&text, "file " A64 " 0 a%04d\n", i);
    zc_buffer_text(&text, "file " A64 " 0 plan.yaml\n");
    cr_expect(eq(int, try_text(text.data, text.size, &err), more ? ZC_EDATA : ZC_OK));
    if (more)
      cr_expect(eq(str, err.text, (char *)"{file}: more than {limit} files"));
    zc_buffer_free(&text);
  }
}

Test(manifest, what_cannot_be_read_is_not_printed)
{
  zc_manifest m = packed_manifest();
  zc_buffer out = {0};
  zc_err err;
  strcpy(m.region, "a b");
  cr_expect(eq(int, zc_manifest_print(&m, &out, &err), ZC_EDATA));
  strcpy(m.region, "a");
  m.serial = ZC_MANIFEST_SERIAL;
  cr_expect(eq(int, zc_manifest_print(&m, &out, &err), ZC_EDATA));
  m.serial = 1;
  strcpy(m.files[0].path, "z");
  cr_expect(eq(int, zc_manifest_print(&m, &out, &err), ZC_EDATA));
  cr_expect(eq(sz, out.size, 0));
  zc_manifest_free(&m);
}

Test(manifest, safe_paths_lead_nowhere_and_are_no_devices)
{
  static const char *const safe[] = {"plan.yaml",
                                     "items/a-b_c.yaml",
                                     "tests/x.tar.gz",
                                     "a/b/c/d/e/f/g/h/i",
                                     "console.yaml",
                                     "com10",
                                     "com",
                                     "lpt.txt",
                                     "a..b",
                                     "-x",
                                     "nul_/con-1/prn0"};
  static const char *const unsafe[] = {"",
                                       "/",
                                       "a/",
                                       "/a",
                                       "a//b",
                                       "..",
                                       ".",
                                       "../a",
                                       "a/../b",
                                       "a/./b",
                                       ".git/x",
                                       "a/.b",
                                       "A",
                                       "a b",
                                       "a\\b",
                                       "c:a",
                                       "方案.md",
                                       "a\tb",
                                       "con",
                                       "con.yaml",
                                       "a/nul",
                                       "aux.tar.gz",
                                       "com1",
                                       "lpt9.csv",
                                       "com0",
                                       "a.",
                                       "a./b",
                                       "prn/a",
                                       "a*",
                                       "a\nb",
                                       "a/b/c/d/e/f/g/h/i/j"};
  char long_one[ZC_MANIFEST_PATH + 1];
  for (size_t i = 0; i < COUNT(safe); i++)
    cr_expect(zc_manifest_path_is_safe(safe[i]), "%s", safe[i]);
  for (size_t i = 0; i < COUNT(unsafe); i++)
    cr_expect(not(zc_manifest_path_is_safe(unsafe[i])), "%s", unsafe[i]);
  memset(long_one, 'a', sizeof long_one);
  long_one[ZC_MANIFEST_PATH] = '\0';
  cr_expect(not(zc_manifest_path_is_safe(long_one)));
  long_one[ZC_MANIFEST_PATH - 1] = '\0';
  cr_expect(zc_manifest_path_is_safe(long_one));
}

Test(manifest, versions_are_compared_number_by_number)
{
  static const struct {
    const char *wanted, *own;
    bool fits;
  } rows[] = {{"0.1.0", "0.1.0", true},    {"0.1.0", "0.1.1", true},
              {"0.9.0", "0.10.0", true},   {"0.10.0", "0.9.9", false},
              {"1.0.0", "0.99.99", false}, {"0.1.1", "0.1.0", false},
              {"0.1.9", "1.0.0", true},    {"0.1.0", "dev", false}};
  for (size_t i = 0; i < COUNT(rows); i++) {
    zc_manifest m = {0};
    strcpy(m.minimum_zicha, rows[i].wanted);
    cr_expect(eq(int, zc_manifest_fits(&m, rows[i].own), rows[i].fits), "row %zu", i);
  }
}

Test(manifest, its_signatures_comment_names_it_and_its_serial)
{
  zc_manifest m = packed_manifest();
  zc_buffer out = {0};
  zc_manifest_comment(&m, &out);
  cr_expect(eq(str, out.data, (char *)"zicha-package:1 name:county/demo serial:2"));
  zc_buffer_free(&out);
  zc_manifest_free(&m);
}
