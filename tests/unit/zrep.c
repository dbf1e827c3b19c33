#include "package/zrep.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

#include "facility/submit.h"
#include "signed.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))
#define PART(text)                                                                     \
  {                                                                                    \
    text, sizeof(text) - 1                                                             \
  }

static const zc_zrep plain = {PART("报告\n"), PART("sig\n"), PART("{}\n")};

static const char plain_text[] = "zicha-report 1\n"
                                 "part report.md 7\n报告\n\n"
                                 "part report.md.minisig 4\nsig\n\n"
                                 "part figures.json 3\n{}\n\n";

static zc_code read_text(const char *text, size_t size, zc_zrep *parts, zc_err *err)
{
  *err = (zc_err){0};
  return zc_zrep_read("f", text, size, parts, err);
}

Test(zrep, the_same_parts_give_the_same_bytes)
{
  for (int i = 0; i < 2; i++) {
    zc_buffer out = {0};
    zc_err err;
    cr_assert(eq(int, zc_zrep_write(&plain, &out, &err), ZC_OK));
    cr_expect(eq(str, out.data, (char *)plain_text));
    zc_buffer_free(&out);
  }
}

Test(zrep, what_is_written_is_read)
{
  zc_zrep parts;
  zc_err err;
  cr_assert(eq(int, read_text(plain_text, sizeof plain_text - 1, &parts, &err), ZC_OK));
  cr_expect(eq(sz, parts.report.size, 7));
  cr_expect(memcmp(parts.report.data, plain.report.data, 7) == 0);
  cr_expect(eq(sz, parts.signature.size, 4));
  cr_expect(memcmp(parts.signature.data, plain.signature.data, 4) == 0);
  cr_expect(eq(sz, parts.figures.size, 3));
  cr_expect(memcmp(parts.figures.data, plain.figures.data, 3) == 0);
}

Test(zrep, a_part_may_hold_what_looks_like_the_format)
{
  zc_zrep parts = {PART("\npart figures.json 3\n{}\n\n"), PART("\n"), PART("\0")};
  zc_zrep again;
  zc_buffer out = {0};
  zc_err err;
  cr_assert(eq(int, zc_zrep_write(&parts, &out, &err), ZC_OK));
  cr_assert(eq(int, read_text(out.data, out.size, &again, &err), ZC_OK));
  cr_expect(eq(sz, again.report.size, parts.report.size));
  cr_expect(eq(sz, again.figures.size, 1));
  zc_buffer_free(&out);
}

Test(zrep, every_truncation_is_refused_with_a_sentence)
{
  for (size_t size = 0; size < sizeof plain_text - 1; size++) {
    zc_zrep parts;
    zc_err err;
    char *copy = malloc(size + 1); /* exact, so that a sanitizer sees a read too far */
    memcpy(copy, plain_text, size);
    cr_expect(eq(int, read_text(copy, size, &parts, &err), ZC_EDATA), "%zu", size);
    cr_expect(err.text[0] != '\0');
    free(copy);
  }
}

Test(zrep, every_byte_behind_the_last_part_is_refused)
{
  for (int byte = 0; byte < 256; byte++) {
    char text[sizeof plain_text];
    zc_zrep parts;
    zc_err err;
    memcpy(text, plain_text, sizeof text - 1);
    text[sizeof text - 1] = (char)byte;
    cr_expect(eq(int, read_text(text, sizeof text, &parts, &err), ZC_EDATA));
    cr_expect(eq(str, err.text, (char *)"{file}: something stands behind {name}"));
  }
}

/* What stands behind the head. */
static const struct {
  const char *text, *said;
} refused[] = {
    {"part report.md 10737418240\n",
     "{file}: {name} claims to be larger than {limit} bytes"},
    {"part report.md 67108865\n",
     "{file}: {name} claims to be larger than {limit} bytes"},
    {"part report.md 99999999999999999999999999999999\n",
     "{file}: {name} claims to be larger than {limit} bytes"},
    {"part report.md 18446744073709551617\nx",
     "{file}: {name} claims to be larger than {limit} bytes"},
    {"part report.md 67108864\n",
     "{file} is not whole: it ends early; have it sent again"},
    {"part report.md 0\n\n", "{file}: the size of {name} is no whole number"},
    {"part report.md 01\nx\n", "{file}: the size of {name} is no whole number"},
    {"part report.md -1\nx\n", "{file}: the size of {name} is no whole number"},
    {"part report.md +1\nx\n", "{file}: the size of {name} is no whole number"},
    {"part report.md  1\nx\n", "{file}: the size of {name} is no whole number"},
    {"part report.md 1 \nx\n", "{file}: the size of {name} is no whole number"},
    {"part report.md 1\r\nx\n", "{file}: the size of {name} is no whole number"},
    {"part report.md 0x1\nx\n", "{file}: the size of {name} is no whole number"},
    {"part report.md \nx\n", "{file}: the size of {name} is no whole number"},
    {"part report.md 1\nxx\n",
     "{file}: the size of {name} is wrong; have it sent as zicha wrote it, neither "
     "opened nor saved by another program"},
    {"part figures.json 1\nx\n", "{file}: {name} is not in its place"},
    {"part ../report.md 1\nx\n", "{file}: {name} is not in its place"},
    {"Part report.md 1\nx\n", "{file}: {name} is not in its place"},
    {"\npart report.md 1\nx\n", "{file}: {name} is not in its place"},
    {"part report.md 1\nx\npart figures.json 1\nx\npart report.md.minisig 1\nx\n",
     "{file}: {name} is not in its place"},
    {"part report.md 1\nx\npart report.md 1\nx\n",
     "{file}: {name} is not in its place"},
    {"part report.md 1\nx\npart report.md.minisig 16385\n",
     "{file}: {name} claims to be larger than {limit} bytes"},
};

Test(zrep, each_mistake_in_its_form_has_its_sentence)
{
  for (size_t i = 0; i < COUNT(refused); i++) {
    char text[256];
    zc_zrep parts;
    zc_err err;
    int size = snprintf(text, sizeof text, "zicha-report 1\n%s", refused[i].text);
    cr_expect(eq(int, read_text(text, (size_t)size, &parts, &err), ZC_EDATA), "row %zu",
              i);
    cr_expect(eq(str, err.text, (char *)refused[i].said), "row %zu", i);
  }
}

Test(zrep, another_file_and_another_version_are_told_apart)
{
  zc_zrep parts;
  zc_err err;
  cr_expect(eq(int, read_text("# 报告\n", 9, &parts, &err), ZC_EDATA));
  cr_expect(strstr(err.text, "is no submitted report") != NULL);
  cr_expect(eq(int, read_text("zicha-report 2\n", 15, &parts, &err), ZC_EDATA));
  cr_expect(strstr(err.text, "another version") != NULL);
}

Test(zrep, a_file_over_the_limit_is_neither_written_nor_read)
{
  char *large = calloc(1, ZC_ZREP_FILE + 1);
  zc_zrep parts = plain, read;
  zc_buffer out = {0};
  zc_err err;
  cr_assert(ne(ptr, large, NULL));
  parts.figures = (zc_part){large, ZC_ZREP_FILE};
  cr_expect(eq(int, zc_zrep_write(&parts, &out, &err), ZC_EDATA));
  memcpy(large, plain_text, sizeof plain_text - 1);
  cr_expect(eq(int, read_text(large, ZC_ZREP_FILE + 1, &read, &err), ZC_EDATA));
  cr_expect(eq(str, err.text, (char *)"{path} is larger than {limit} bytes"));
  zc_buffer_free(&out);
  free(large);
}

Test(zrep, an_empty_part_is_not_written)
{
  zc_zrep parts = plain;
  zc_buffer out = {0};
  zc_err err;
  parts.figures.size = 0;
  cr_expect(eq(int, zc_zrep_write(&parts, &out, &err), ZC_EDATA));
  cr_expect(eq(str, err.text, (char *)"{name} is empty: there is nothing to submit"));
  zc_buffer_free(&out);
}

/* ---- claims ------------------------------------------------------------------ */

Test(zrep, a_claim_is_read_as_it_is_printed)
{
  const zc_part figures = PART("{}\n");
  for (int with = 0; with < 2; with++) {
    zc_claim claim, again;
    zc_buffer out = {0};
    zc_err err;
    cr_assert(eq(int,
                 zc_claim_make("第1院", "abc", with ? &figures : NULL, &claim, &err),
                 ZC_OK));
    zc_claim_print(&claim, &out);
    cr_expect(eq(
        str, out.data,
        (char
             *)(with
                    ? "zicha:1 facility:第1院 run:abc figures:"
                      "ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356"
                    : "zicha:1 facility:第1院 run:abc")));
    cr_assert(eq(int, zc_claim_parse("f", out.data, &again, &err), ZC_OK));
    cr_expect(memcmp(&claim, &again, sizeof claim) == 0);
    zc_buffer_free(&out);
  }
}

Test(zrep, a_comment_that_is_no_claim_is_refused)
{
  static const char *const comments[] =
      {"",
       "timestamp:1\tfile:f\thashed",
       "zicha:2 facility:a run:b",
       "zicha:1 facility: run:b",
       "zicha:1 facility:a",
       "zicha:1 facility:a run:",
       "zicha:1 facility:a  run:b",
       "zicha:1 facility:a run:b ",
       "zicha:1 facility:a run:b figures:",
       "zicha:1 facility:a run:b figures:abc",
       "zicha:1 facility:a run:b "
       "figures:CA3D163BAB055381827226140568F3BEF7EAAC187CEBD76878E0B63E9E442356",
       "zicha:1 facility:a run:b "
       "figures:ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356 x",
       "zicha:1 facility:a\tb run:b",
       "zicha:1 facility:a\u3000b run:b"};
  for (size_t i = 0; i < COUNT(comments); i++) {
    zc_claim claim;
    zc_err err;
    cr_expect(eq(int, zc_claim_parse("f", comments[i], &claim, &err), ZC_EDATA), "%s",
              comments[i]);
  }
}

Test(zrep, a_code_with_blanks_cannot_be_signed)
{
  static const char *const codes[] = {"", "a b", "a\tb", "a\u3000b", "a\nb", "\xff"};
  char long_one[ZC_CLAIM_WORD + 1];
  zc_claim claim;
  zc_err err;
  for (size_t i = 0; i < COUNT(codes); i++)
    cr_expect(eq(int, zc_claim_make(codes[i], "r", NULL, &claim, &err), ZC_EDATA), "%s",
              codes[i]);
  memset(long_one, 'a', sizeof long_one - 1);
  long_one[sizeof long_one - 1] = '\0';
  cr_expect(eq(int, zc_claim_make(long_one, "r", NULL, &claim, &err), ZC_EDATA));
}

/* ---- signed ------------------------------------------------------------------ */

static zc_secret_key secret_key(void)
{
  static const char text[] = "untrusted comment: \n" SIGNED_OPEN_LINE "\n";
  zc_sealed_key sealed;
  zc_secret_key key;
  zc_err err;
  cr_assert(
      eq(int, zc_key_parse_secret("k", text, sizeof text - 1, &sealed, &err), ZC_OK));
  cr_assert(eq(int, zc_key_unlock("k", &sealed, NULL, &key, &err), ZC_OK));
  return key;
}

static const zc_submission submission = {"T1", "abc", PART(SIGNED_REPORT),
                                         PART("{\"found\": 3}\n")};

Test(zrep, a_submitted_file_is_checked_as_a_whole)
{
  zc_secret_key key = secret_key();
  zc_buffer out = {0}, again = {0};
  zc_zrep parts;
  zc_claim claim;
  zc_err err;
  cr_assert(eq(int, zc_submission_pack(&submission, &key, &out, &err), ZC_OK));
  cr_assert(eq(int, zc_submission_pack(&submission, &key, &again, &err), ZC_OK));
  cr_expect(eq(str, out.data, again.data));
  cr_assert(eq(int, read_text(out.data, out.size, &parts, &err), ZC_OK));
  cr_expect(eq(int, zc_zrep_check("f", &parts, &key.shown, &claim, &err), ZC_OK));
  cr_expect(eq(str, claim.facility, (char *)"T1"));
  cr_expect(eq(str, claim.run, (char *)"abc"));
  zc_buffer_free(&out);
  zc_buffer_free(&again);
}

Test(zrep, every_changed_byte_of_a_submitted_file_is_refused_but_the_untrusted_comment)
{
  zc_secret_key key = secret_key();
  zc_buffer out = {0};
  zc_claim claim;
  zc_err err;
  cr_assert(eq(int, zc_submission_pack(&submission, &key, &out, &err), ZC_OK));
  char *first = strstr(out.data, "untrusted comment: ") + strlen("untrusted comment: ");
  char *last = strchr(first, '\n');
  for (char *at = out.data; at < out.data + out.size; at++)
    for (int bit = 0; bit < 8; bit++) {
      zc_zrep parts;
      *at ^= (char)(1 << bit);
      zc_code code = read_text(out.data, out.size, &parts, &err);
      if (code == ZC_OK)
        code = zc_zrep_check("f", &parts, &key.shown, &claim, &err);
      if (at < first || at >= last)
        cr_expect(code == ZC_EDATA || code == ZC_ETRUST, "byte %zu: %d",
                  (size_t)(at - out.data), code);
      *at ^= (char)(1 << bit);
    }
  zc_buffer_free(&out);
}

Test(zrep, a_signature_of_the_report_alone_does_not_cover_figures)
{
  zc_secret_key key = secret_key();
  zc_submission alone = submission;
  zc_buffer signature = {0};
  zc_claim claim;
  zc_err err;
  alone.figures = (zc_part){NULL, 0};
  cr_assert(eq(int, zc_submission_sign(&alone, &key, &signature, &err), ZC_OK));
  zc_zrep parts = {submission.report,
                   {signature.data, signature.size},
                   submission.figures};
  cr_expect(eq(int, zc_zrep_check("f", &parts, &key.shown, &claim, &err), ZC_ETRUST));
  cr_expect(strstr(err.text, "figures") != NULL);
  zc_buffer_free(&signature);
}
