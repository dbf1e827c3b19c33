#include "package/key.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

#include "folder.h"
#include "signed.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))
#define COMMENT "untrusted comment: a key\n"

static zc_code unlock(const char *text, const char *passphrase, zc_secret_key *key,
                      zc_err *err)
{
  zc_sealed_key sealed;
  zc_code code = zc_key_parse_secret("k", text, strlen(text), &sealed, err);
  return code != ZC_OK ? code : zc_key_unlock("k", &sealed, passphrase, key, err);
}

Test(key, secret_keys_of_minisign_are_read_locked_and_open)
{
  static const char *const files[] = {COMMENT SIGNED_OPEN_LINE "\n",
                                      COMMENT SIGNED_LOCKED_LINE "\n",
                                      COMMENT SIGNED_LOCKED_ONCE_LINE "\n"};
  for (size_t i = 0; i < COUNT(files); i++) {
    zc_secret_key key;
    zc_err err;
    char line[ZC_KEY_LINE_ROOM], id[ZC_KEY_ID_ROOM];
    cr_assert(eq(int, unlock(files[i], SIGNED_PASSPHRASE, &key, &err), ZC_OK), "%s",
              err.text);
    zc_key_line(&key.shown, line);
    zc_key_id_text(key.shown.id, id);
    cr_expect(eq(str, line, (char *)SIGNED_PUBLIC_LINE));
    cr_expect(eq(str, id, (char *)SIGNED_ID));
  }
}

Test(key, another_passphrase_does_not_unlock_it)
{
  static const char *const wrong[] = {"", "口", "口令 ", "x"};
  for (size_t i = 0; i < COUNT(wrong); i++) {
    zc_secret_key key;
    zc_err err;
    zc_code code = unlock(COMMENT SIGNED_LOCKED_LINE "\n", wrong[i], &key, &err);
    cr_expect(eq(int, code, ZC_ETRUST), "%s", wrong[i]);
  }
}

Test(key, every_changed_byte_of_a_locked_key_is_told_or_changes_its_costs)
{
  zc_sealed_key sealed, changed;
  zc_secret_key key;
  zc_err err;
  const char *text = COMMENT SIGNED_LOCKED_LINE "\n";
  cr_assert(
      eq(int, zc_key_parse_secret("k", text, strlen(text), &sealed, &err), ZC_OK));
  for (size_t at = 6; at < ZC_SEALED; at += at == 38 ? 16 : 1) { /* not the costs */
    changed = sealed;
    changed.bytes[at] ^= 4;
    if (at != 38)
      cr_expect(eq(int, zc_key_unlock("k", &changed, SIGNED_PASSPHRASE, &key, &err),
                   ZC_ETRUST),
                "byte %zu", at);
  }
}

Test(key, a_public_key_is_read_as_it_is_written)
{
  zc_public_key key, again;
  zc_buffer out = {0};
  zc_err err;
  cr_assert(
      eq(int,
         zc_key_parse_public("k", SIGNED_PUBLIC, strlen(SIGNED_PUBLIC), &key, &err),
         ZC_OK));
  zc_key_print_public(&key, &out);
  cr_expect(eq(str, out.data,
               (char *)"untrusted comment: minisign public key " SIGNED_ID
                       "\n" SIGNED_PUBLIC_LINE "\n"));
  cr_assert(eq(int, zc_key_parse_public("k", out.data, out.size, &again, &err), ZC_OK));
  cr_expect(memcmp(&key, &again, sizeof key) == 0);
  zc_buffer_free(&out);
}

Test(key, lines_may_end_as_on_windows_and_the_last_one_not_at_all)
{
  static const char *const files[] =
      {"untrusted comment: a key\r\n" SIGNED_PUBLIC_LINE "\r\n",
       "untrusted comment: a key\n" SIGNED_PUBLIC_LINE,
       "untrusted comment: \n" SIGNED_PUBLIC_LINE "\n",
       "untrusted comment: 张某的密钥\n" SIGNED_PUBLIC_LINE "\n"};
  for (size_t i = 0; i < COUNT(files); i++) {
    zc_public_key key;
    zc_err err;
    zc_code code = zc_key_parse_public("k", files[i], strlen(files[i]), &key, &err);
    cr_expect(eq(int, code, ZC_OK), "%s", files[i]);
  }
}

static const struct {
  const char *text, *said;
} refused_public[] = {
    {"", "{file} ends before line {line}"},
    {"untrusted comment: a\n", "{file} ends before line {line}"},
    {SIGNED_PUBLIC_LINE "\n",
     "{file}: line {line} does not begin with «{prefix}»; this is not a file of "
     "minisign's formats"},
    {"untrusted comment:\n" SIGNED_PUBLIC_LINE "\n",
     "{file}: line {line} does not begin with «{prefix}»; this is not a file of "
     "minisign's formats"},
    {"untrusted comment: a\tb\001\n" SIGNED_PUBLIC_LINE "\n",
     "{file}: the comment holds a control character or another that cannot be seen"},
    {"untrusted comment: a\r\r\n" SIGNED_PUBLIC_LINE "\n",
     "{file}: the comment holds a control character or another that cannot be seen"},
    {"untrusted comment: \xe2\x80\xae\n" SIGNED_PUBLIC_LINE "\n",
     "{file}: the comment holds a control character or another that cannot be seen"},
    {"untrusted comment: \xff\n" SIGNED_PUBLIC_LINE "\n",
     "{file}: the comment is not UTF-8 text"},
    {COMMENT SIGNED_PUBLIC_LINE "\n\n", "{file}: something stands behind line {line}"},
    {COMMENT SIGNED_PUBLIC_LINE "\nx", "{file}: something stands behind line {line}"},
    {COMMENT SIGNED_PUBLIC_LINE " \n",
     "{file}: line {line} has {length} characters instead of {wanted}"},
    {COMMENT SIGNED_PUBLIC_LINE "\r",
     "{file}: line {line} has {length} characters instead of {wanted}"},
    {COMMENT "\n" SIGNED_PUBLIC_LINE "\n",
     "{file}: line {line} has {length} characters instead of {wanted}"},
    {COMMENT SIGNED_OPEN_LINE "\n",
     "{file} is the secret key, which stays with its owner: take the public one, which "
     "ends with .pub; whose secret key was sent makes a new one with `zicha key new`"},
    {COMMENT "RWQBAgMEBQYHCNdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1E=\n",
     "{file}: line {line} is not base64"},
    {COMMENT "RWQBAgMEBQYHCNdamAGCsQq31Uv-08lkBzoO4XLz2qYjJa8CGmj3B1Ea\n",
     "{file}: line {line} is not base64"},
    {COMMENT "RWQBAgMEBQYHCNdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3 1Ea\n",
     "{file}: line {line} is not base64"},
    {COMMENT "RUQBAgMEBQYHCNdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea\n",
     "{file} holds no Ed25519 key"},
};

Test(key, each_mistake_in_a_public_key_has_its_sentence)
{
  for (size_t i = 0; i < COUNT(refused_public); i++) {
    zc_public_key key;
    zc_err err = {0};
    const char *text = refused_public[i].text;
    cr_expect(eq(int, zc_key_parse_public("k", text, strlen(text), &key, &err),
                 ZC_EDATA),
              "row %zu", i);
    cr_expect(eq(str, err.text, (char *)refused_public[i].said), "row %zu", i);
  }
}

Test(key, a_comment_has_its_limit)
{
  char text[ZC_COMMENT + 200];
  zc_public_key key;
  zc_err err;
  for (size_t length = ZC_COMMENT - 1; length <= ZC_COMMENT; length++) {
    int size = snprintf(text, sizeof text, "untrusted comment: %0*d\n%s\n", (int)length,
                        0, SIGNED_PUBLIC_LINE);
    zc_code code = zc_key_parse_public("k", text, (size_t)size, &key, &err);
    cr_expect(eq(int, code, length < ZC_COMMENT ? ZC_OK : ZC_EDATA));
  }
  cr_expect(
      eq(str, err.text, (char *)"{file}: the comment is longer than {limit} bytes"));
}

/* The open key with some of its bytes replaced. */
static const struct {
  size_t at, size;
  const char *bytes, *said;
} refused_secret[] = {
    {0, 2, "ES", "{file} holds no Ed25519 key"},
    {4, 2, "B3", "{file}: the kind of its checksum is unknown"},
    {2, 2, "Ar", "{file}: the way in which it is locked is unknown"},
    {126, 1, "\1", "{file} is damaged: its checksum is wrong"},
    {94, 1, "\1", "{file} is damaged: the halves of its key do not belong together"},
    {62, 1, "\1", "{file} is damaged: the halves of its key do not belong together"},
    /* 2 GiB; 8 passes over 1 GiB; all that the numbers can say; no pass at all */
    {2, 52,
     "ScB2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
     "\0\0\0\4\0\0\0\0\0\0\0\x80\0\0\0\0",
     "{file}: unlocking it would take more memory or time than keys of minisign do"},
    {2, 52,
     "ScB2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
     "\0\0\0\x10\0\0\0\0\0\0\0\x40\0\0\0\0",
     "{file}: unlocking it would take more memory or time than keys of minisign do"},
    {2, 52,
     "ScB2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
     "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
     "{file}: unlocking it would take more memory or time than keys of minisign do"},
};

Test(key, each_mistake_in_a_secret_key_has_its_sentence)
{
  unsigned char bytes[ZC_SEALED];
  cr_assert(zc_base64_decode(SIGNED_OPEN_LINE, bytes, sizeof bytes));
  for (size_t i = 0; i < COUNT(refused_secret); i++) {
    unsigned char changed[ZC_SEALED];
    char text[400], line[ZC_BASE64(ZC_SEALED) + 1];
    zc_secret_key key;
    zc_err err = {0};
    memcpy(changed, bytes, sizeof bytes);
    memcpy(changed + refused_secret[i].at, refused_secret[i].bytes,
           refused_secret[i].size);
    zc_base64_encode(changed, sizeof changed, line);
    snprintf(text, sizeof text, COMMENT "%s\n", line);
    cr_expect(eq(int, unlock(text, "", &key, &err), ZC_EDATA), "row %zu", i);
    cr_expect(eq(str, err.text, (char *)refused_secret[i].said), "row %zu", i);
  }
}

Test(key, the_costs_of_minisigns_own_keys_are_taken)
{
  zc_sealed_key sealed;
  zc_err err;
  const char *text = "untrusted comment: minisign encrypted secret key\n"
                     "RWRTY0Iyvhj6BNo8e0k8CUPL2By5yfWjZ6YX4QRjSSdNH3JYxlMAAAACAAAAAAAAA"
                     "EAAAAAAts0T2bJJ4QwQ"
                     "WYhktDSwGejvxLi1PcVsbM+"
                     "tYeQ9uwHEe2nLHjSFDAKtWkSuQ4VAmzj1zEt4YyuhLh7YJ4Ixu0eu5UJdxVi"
                     "M5MWcvh4Xni0yyHcPzKbku52CkRNNDZyLa/voTpH61XU=\n";
  cr_expect(
      eq(int, zc_key_parse_secret("k", text, strlen(text), &sealed, &err), ZC_OK));
  cr_expect(sealed.locked);
}

Test(key, a_new_key_is_written_and_read_locked_and_open)
{
  static const char *const passphrases[] = {NULL, "口令 with blanks"};
  for (size_t i = 0; i < COUNT(passphrases); i++) {
    zc_secret_key key, again;
    zc_buffer out = {0};
    zc_err err;
    cr_assert(eq(int, zc_key_new(&key, &err), ZC_OK));
    cr_assert(eq(int, zc_key_print_secret(&key, passphrases[i], &out, &err), ZC_OK));
    cr_expect(zc_key_is_secret(out.data, out.size));
    cr_assert(eq(int, unlock(out.data, passphrases[i], &again, &err), ZC_OK));
    cr_expect(memcmp(&key, &again, sizeof key) == 0);
    zc_buffer_free(&out);
  }
}

Test(key, an_open_key_is_written_as_minisign_does)
{
  zc_secret_key key;
  zc_buffer out = {0};
  zc_err err;
  cr_assert(eq(int, unlock(COMMENT SIGNED_OPEN_LINE "\n", NULL, &key, &err), ZC_OK));
  cr_assert(eq(int, zc_key_print_secret(&key, NULL, &out, &err), ZC_OK));
  cr_expect(eq(str, strchr(out.data, '\n') + 1, (char *)SIGNED_OPEN_LINE "\n"));
  zc_buffer_free(&out);
}

Test(key, two_keys_have_different_ids_and_points)
{
  zc_secret_key one, other;
  zc_err err;
  cr_assert(eq(int, zc_key_new(&one, &err), ZC_OK));
  cr_assert(eq(int, zc_key_new(&other, &err), ZC_OK));
  cr_expect(memcmp(one.shown.id, other.shown.id, ZC_KEY_ID) != 0);
  cr_expect(memcmp(one.shown.point, other.shown.point, ZC_ED25519_POINT) != 0);
}

Test(key, a_file_that_is_too_large_for_a_key_is_refused_unread)
{
  folder f = folder_new();
  zc_public_key key;
  zc_sealed_key sealed;
  zc_err err;
  char text[ZC_KEY_FILE + 2];
  memset(text, 'a', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  folder_put(&f, "k", text);
  const char *path = folder_path(&f, "k");
  cr_expect(eq(int, zc_key_read_public(path, &key, &err), ZC_EDATA));
  cr_expect(eq(int, zc_key_read_secret(path, &sealed, &err), ZC_EDATA));
  cr_expect(eq(int, zc_key_read_public("/nowhere/k", &key, &err), ZC_EOPEN));
  folder_free(&f);
}
