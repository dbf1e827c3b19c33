#include "base/hash.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

#include "seeded.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* FIPS 180-4 examples, and one Chinese word by sha256sum. */
static const struct {
  const char *text, *digits;
} vectors[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"药品", "8975502270131a5a581799bd090204b8691ce010f4fe3ec418e014e3c1d994a0"},
};

Test(hash, known_texts_have_their_known_hashes)
{
  for (size_t i = 0; i < COUNT(vectors); i++) {
    char digits[ZC_HASH_ROOM];
    zc_err err;
    zc_code code = zc_hash_of(vectors[i].text, strlen(vectors[i].text), digits, &err);
    cr_expect(eq(int, code, ZC_OK));
    cr_expect(eq(str, digits, (char *)vectors[i].digits), "row %zu", i);
  }
}

Test(hash, a_million_letters_added_in_pieces)
{
  char piece[1000], digits[ZC_HASH_ROOM];
  zc_err err;
  zc_hash *hash = zc_hash_new();
  cr_assert(ne(ptr, hash, NULL));
  memset(piece, 'a', sizeof piece);
  for (size_t i = 0; i < 1000; i++)
    zc_hash_add(hash, piece, sizeof piece);
  cr_expect(eq(int, zc_hash_finish(hash, digits, &err), ZC_OK));
  cr_expect(
      eq(str, digits,
         (char *)"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
}

Test(hash, the_hash_does_not_depend_on_how_the_bytes_come)
{
  seeded s = {256};
  char bytes[300], whole[ZC_HASH_ROOM];
  zc_err err;
  for (size_t i = 0; i < sizeof bytes; i++)
    bytes[i] = (char)seeded_next(&s);
  cr_assert(eq(int, zc_hash_of(bytes, sizeof bytes, whole, &err), ZC_OK));
  for (size_t split = 0; split <= sizeof bytes; split++) {
    char digits[ZC_HASH_ROOM];
    zc_hash *hash = zc_hash_new();
    cr_assert(ne(ptr, hash, NULL));
    zc_hash_add(hash, bytes, split);
    zc_hash_add(hash, bytes + split, sizeof bytes - split);
    cr_expect(eq(int, zc_hash_finish(hash, digits, &err), ZC_OK));
    cr_expect(eq(str, digits, whole), "split at %zu", split);
  }
}

Test(hash, base64_is_as_content_security_policies_have_it)
{
  char text[48];
  zc_err err;
  cr_expect(eq(int, zc_hash_base64("", 0, text, &err), ZC_OK));
  cr_expect(eq(str, text, (char *)"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="));
  cr_expect(eq(int, zc_hash_base64("abc", 3, text, &err), ZC_OK));
  cr_expect(eq(str, text, (char *)"ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="));
}

Test(hash, an_unfinished_hash_can_be_dropped)
{
  zc_hash *hash = zc_hash_new();
  cr_assert(ne(ptr, hash, NULL));
  zc_hash_add(hash, "abc", 3);
  zc_hash_free(hash);
  zc_hash_free(NULL);
}
