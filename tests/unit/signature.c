#include "package/signature.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

#include "signed.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static zc_public_key public_key(void)
{
  zc_public_key key;
  zc_err err;
  cr_assert(
      eq(int,
         zc_key_parse_public("k", SIGNED_PUBLIC, strlen(SIGNED_PUBLIC), &key, &err),
         ZC_OK));
  return key;
}

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

static zc_code check(const char *text, size_t size, const char *report, size_t length,
                     zc_err *err)
{
  zc_signature signature;
  unsigned char digest[ZC_BLAKE2B];
  zc_public_key key = public_key();
  zc_blake2b_of(report, length, digest, ZC_BLAKE2B);
  zc_code code = zc_signature_parse("s", text, size, &signature, err);
  return code != ZC_OK ? code : zc_signature_check(&signature, &key, "r", digest, err);
}

Test(signature, what_minisign_signed_is_good)
{
  zc_err err;
  cr_expect(eq(int,
               check(SIGNED_SIGNATURE, strlen(SIGNED_SIGNATURE), SIGNED_REPORT,
                     strlen(SIGNED_REPORT), &err),
               ZC_OK));
}

Test(signature, ours_is_that_of_minisign_up_to_the_untrusted_comment)
{
  zc_secret_key key = secret_key();
  unsigned char digest[ZC_BLAKE2B];
  zc_buffer out = {0};
  zc_err err;
  zc_blake2b_of(SIGNED_REPORT, strlen(SIGNED_REPORT), digest, ZC_BLAKE2B);
  cr_assert(
      eq(int, zc_signature_make(digest, &key, SIGNED_COMMENT, &out, &err), ZC_OK));
  cr_expect(eq(str, out.data,
               (char *)"untrusted comment: signature of zicha by the key " SIGNED_ID
                       "\n" SIGNED_OWN "\ntrusted comment: " SIGNED_COMMENT
                       "\n" SIGNED_ALL "\n"));
  zc_buffer_free(&out);
}

Test(signature, every_byte_of_the_report_counts)
{
  char report[] = SIGNED_REPORT;
  zc_err err;
  for (size_t at = 0; at < sizeof report - 1; at++)
    for (int bit = 0; bit < 8; bit++) {
      report[at] ^= (char)(1 << bit);
      cr_expect(eq(int,
                   check(SIGNED_SIGNATURE, strlen(SIGNED_SIGNATURE), report,
                         sizeof report - 1, &err),
                   ZC_ETRUST));
      report[at] ^= (char)(1 << bit);
    }
  for (size_t size = 0; size < sizeof report - 1; size++)
    cr_expect(
        eq(int,
           check(SIGNED_SIGNATURE, strlen(SIGNED_SIGNATURE), SIGNED_REPORT, size, &err),
           ZC_ETRUST));
}

/* Nobody signs the untrusted comment; all else is either signed or of a fixed form. */
Test(signature, every_other_value_of_every_byte_is_refused_but_in_the_untrusted_comment)
{
  char text[] = SIGNED_SIGNATURE;
  size_t size = sizeof text - 1, first = strlen("untrusted comment: ");
  size_t last = (size_t)(strchr(text, '\n') - text), accepted = 0;
  zc_err err;
  for (size_t at = 0; at < size; at++)
    for (int byte = 0; byte < 256; byte++) {
      char before = text[at];
      if ((char)byte == before)
        continue;
      text[at] = (char)byte;
      err = (zc_err){0};
      zc_code code = check(text, size, SIGNED_REPORT, strlen(SIGNED_REPORT), &err);
      if (at >= first && at < last) {
        accepted += code == ZC_OK;
        cr_expect(code == ZC_OK || code == ZC_EDATA);
      } else {
        cr_expect(code == ZC_EDATA || code == ZC_ETRUST, "byte %zu: %d", at, byte);
        cr_expect(err.text[0] != '\0');
      }
      text[at] = before;
    }
  cr_expect(accepted > 1000);
}

Test(signature, every_truncation_but_of_the_last_line_end_is_refused)
{
  zc_err err;
  size_t size = strlen(SIGNED_SIGNATURE);
  for (size_t cut = 0; cut < size - 1; cut++) {
    char *copy = malloc(cut + 1); /* exact, so that a sanitizer sees a read too far */
    memcpy(copy, SIGNED_SIGNATURE, cut);
    zc_code code = check(copy, cut, SIGNED_REPORT, strlen(SIGNED_REPORT), &err);
    cr_expect(eq(int, code, ZC_EDATA), "%zu bytes", cut);
    free(copy);
  }
}

static const struct {
  const char *text, *said;
} refused[] = {
    {"", "{file} ends before line {line}"},
    {SIGNED_OLD, "{file} is a signature of minisign's old kind; sign again with "
                 "minisign 0.10 or newer, without -l"},
    {SIGNED_PUBLIC, "{file}: line {line} has {length} characters instead of {wanted}"},
    {SIGNED_SIGNATURE "\n", "{file}: something stands behind line {line}"},
    {SIGNED_SIGNATURE SIGNED_SIGNATURE, "{file}: something stands behind line {line}"},
    {"untrusted comment: x\n"
     "RkQBAgMEBQYHCCbGtX2zL/"
     "E3ez8BYt9Zz894oMNxUtOPtvbHpNscPKlOMMu40ngcb6XzbXe85fxCHmD7hJm1"
     "mYqgICwoHft+tAI=\ntrusted comment: x\n" SIGNED_ALL "\n",
     "{file} is no Ed25519 signature"},
    {"untrusted comment: x\n" SIGNED_OWN "\nuntrusted comment: x\n" SIGNED_ALL "\n",
     "{file}: line {line} does not begin with «{prefix}»; this is not a file of "
     "minisign's formats"},
    {"untrusted comment: x\n" SIGNED_OWN "\ntrusted comment: a\033b\n" SIGNED_ALL "\n",
     "{file}: the comment holds a control character or another that cannot be seen"},
};

Test(signature, each_mistake_in_its_form_has_its_sentence)
{
  for (size_t i = 0; i < COUNT(refused); i++) {
    zc_signature signature;
    zc_err err = {0};
    zc_code code = zc_signature_parse("s", refused[i].text, strlen(refused[i].text),
                                      &signature, &err);
    cr_expect(eq(int, code, ZC_EDATA), "row %zu", i);
    cr_expect(eq(str, err.text, (char *)refused[i].said), "row %zu", i);
  }
}

Test(signature, another_key_is_told_from_a_changed_file)
{
  zc_secret_key other;
  zc_signature signature;
  unsigned char digest[ZC_BLAKE2B];
  zc_err err;
  cr_assert(eq(int, zc_key_new(&other, &err), ZC_OK));
  zc_blake2b_of(SIGNED_REPORT, strlen(SIGNED_REPORT), digest, ZC_BLAKE2B);
  zc_signature_parse("s", SIGNED_SIGNATURE, strlen(SIGNED_SIGNATURE), &signature, &err);
  cr_expect(eq(int, zc_signature_check(&signature, &other.shown, "r", digest, &err),
               ZC_ETRUST));
  cr_expect(
      eq(str, err.text, (char *)"{file} is signed with the key {id}, not with {key}"));
  /* A key that only says that it is the one */
  memcpy(other.shown.id, signature.id, ZC_KEY_ID);
  cr_expect(eq(int, zc_signature_check(&signature, &other.shown, "r", digest, &err),
               ZC_ETRUST));
}

Test(signature, a_comment_that_nobody_could_read_again_is_not_signed)
{
  static const char *const comments[] = {"two\nlines", "a\rb", "\033[2J", "\xff"};
  zc_secret_key key = secret_key();
  unsigned char digest[ZC_BLAKE2B] = {0};
  char long_one[ZC_TRUSTED_COMMENT + 1];
  zc_buffer out = {0};
  zc_err err;
  for (size_t i = 0; i < COUNT(comments); i++)
    cr_expect(
        eq(int, zc_signature_make(digest, &key, comments[i], &out, &err), ZC_EDATA));
  memset(long_one, 'a', sizeof long_one - 1);
  long_one[sizeof long_one - 1] = '\0';
  cr_expect(eq(int, zc_signature_make(digest, &key, long_one, &out, &err), ZC_EDATA));
  cr_expect(eq(sz, out.size, 0));
  long_one[sizeof long_one - 2] = '\0';
  cr_expect(eq(int, zc_signature_make(digest, &key, long_one, &out, &err), ZC_OK));
  zc_signature signature;
  cr_expect(
      eq(int, zc_signature_parse("s", out.data, out.size, &signature, &err), ZC_OK));
  cr_expect(eq(str, signature.comment, long_one));
  zc_buffer_free(&out);
}
