#include "base/crypto.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

#include "seeded.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static const char *hex_of(const unsigned char *bytes, size_t size)
{
  static char text[2 * 128 + 1];
  for (size_t i = 0; i < size; i++)
    snprintf(text + 2 * i, 3, "%02x", bytes[i]);
  return text;
}

static void from_hex(const char *text, unsigned char *bytes)
{
  for (; *text != '\0'; text += 2, bytes++)
    sscanf(text, "%2hhx", bytes);
}

/* RFC 8032, 7.1: tests 1, 2 and 3. */
static const struct {
  const char *seed, *point, *data, *signature;
} signatures[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
     "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
     "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
     "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
};

Test(crypto, signatures_are_those_of_the_standard)
{
  for (size_t i = 0; i < COUNT(signatures); i++) {
    unsigned char seed[32], point[32], data[8], signature[64];
    size_t size = strlen(signatures[i].data) / 2;
    bool good;
    zc_err err;
    from_hex(signatures[i].seed, seed);
    from_hex(signatures[i].data, data);
    cr_assert(eq(int, zc_ed25519_point(seed, point, &err), ZC_OK));
    cr_expect(eq(str, (char *)hex_of(point, 32), (char *)signatures[i].point));
    cr_assert(eq(int, zc_ed25519_sign(seed, data, size, signature, &err), ZC_OK));
    cr_expect(eq(str, (char *)hex_of(signature, 64), (char *)signatures[i].signature));
    cr_assert(
        eq(int, zc_ed25519_check(point, data, size, signature, &good, &err), ZC_OK));
    cr_expect(good, "row %zu", i);
    for (size_t at = 0; at < 64; at++) {
      signature[at] ^= 1;
      zc_ed25519_check(point, data, size, signature, &good, &err);
      cr_expect(not(good), "row %zu, byte %zu", i, at);
      signature[at] ^= 1;
    }
  }
}

/* With such a key the signature R = 1, S = 0 is good for every eighth text or more. */
static const char *const small[] = {
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
};

Test(crypto, a_key_for_which_everybody_could_sign_has_no_good_signature)
{
  for (size_t i = 0; i < COUNT(small); i++) {
    unsigned char point[32], signature[64] = {1};
    from_hex(small[i], point);
    for (unsigned char text = 0; text < 100; text++) {
      bool good = true;
      zc_err err;
      cr_expect(eq(int, zc_ed25519_check(point, &text, 1, signature, &good, &err), 0));
      cr_expect(not(good), "point %zu, text %u", i, text);
    }
  }
}

Test(crypto, the_hash_of_64_bytes_is_BLAKE2b)
{
  static const char abc[] =
      "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
      "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923";
  unsigned char digest[64];
  zc_blake2b_of("abc", 3, digest, sizeof digest);
  cr_expect(eq(str, (char *)hex_of(digest, 64), (char *)abc));
}

/* By Python's hashlib.blake2b(digest_size=32); the text is 0, 1 … 250, 0 … */
static const struct {
  size_t size;
  const char *digits;
} short_hashes[] = {
    {0, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"},
    {128, "c3582f71ebb2be66fa5dd750f80baae97554f3b015663c8be377cfcb2488c1d1"},
    {129, "f7f3c46ba2564ff4c4c162da1f5b605f9f1c4aa6a20652a9f9a337c1a2f5b9c9"},
    {1000, "b372d0608f720c8c3dd41e9c8eecb10143b41abe520b616607e754bf79c08331"},
};

Test(crypto, hashes_of_32_bytes_are_BLAKE2b)
{
  unsigned char text[1000], digest[32];
  for (size_t i = 0; i < sizeof text; i++)
    text[i] = (unsigned char)(i % 251);
  for (size_t i = 0; i < COUNT(short_hashes); i++) {
    zc_blake2b_of(text, short_hashes[i].size, digest, 32);
    cr_expect(eq(str, (char *)hex_of(digest, 32), (char *)short_hashes[i].digits));
  }
}

Test(crypto, keys_from_passphrases_are_those_of_RFC_7914)
{
  static const char wanted[] =
      "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
      "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640";
  unsigned char key[64];
  zc_err err;
  zc_code code = zc_scrypt("password", 8, (const unsigned char *)"NaCl", 4, 10, 8, 16,
                           key, sizeof key, &err);
  cr_assert(eq(int, code, ZC_OK));
  cr_expect(eq(str, (char *)hex_of(key, 64), (char *)wanted));
}

Test(crypto, base64_has_one_spelling)
{
  seeded s = {64};
  for (size_t size = 1; size <= 48; size++) {
    unsigned char bytes[48], again[48];
    char text[ZC_BASE64(48) + 1], changed[ZC_BASE64(48) + 1];
    for (size_t i = 0; i < size; i++)
      bytes[i] = (unsigned char)seeded_next(&s);
    zc_base64_encode(bytes, size, text);
    cr_assert(eq(sz, strlen(text), ZC_BASE64(size)));
    cr_expect(zc_base64_decode(text, again, size));
    cr_expect(memcmp(bytes, again, size) == 0);
    /* Every other byte in every place is other bytes, or nothing. */
    for (size_t at = 0; at < strlen(text); at++)
      for (int byte = 0; byte < 256; byte++) {
        strcpy(changed, text);
        changed[at] = (char)byte;
        if (changed[at] != text[at] && zc_base64_decode(changed, again, size))
          cr_expect(memcmp(bytes, again, size) != 0, "%s at %zu", changed, at);
      }
  }
}

Test(crypto, random_bytes_are_no_two_times_the_same)
{
  unsigned char one[32] = {0}, other[32] = {0};
  zc_err err;
  cr_assert(eq(int, zc_random_bytes(one, sizeof one, &err), ZC_OK));
  cr_assert(eq(int, zc_random_bytes(other, sizeof other, &err), ZC_OK));
  cr_expect(memcmp(one, other, sizeof one) != 0);
}

Test(crypto, what_is_forgotten_is_zero)
{
  char secret[16] = "geheim";
  zc_forget(secret, sizeof secret);
  for (size_t i = 0; i < sizeof secret; i++)
    cr_expect(eq(chr, secret[i], '\0'));
}
