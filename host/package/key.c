#include "package/key.h"

#include <string.h>

#include "base/file.h"
#include "value/json.h"

#define UNTRUSTED "untrusted comment: "

/* ---- bytes of the formats ---------------------------------------------------- */

/* A public key: the algorithm, the id, the point. */
#define PUBLIC_SIZE (2 + ZC_KEY_ID + ZC_ED25519_POINT)

/* A secret key: algorithm, derivation, checksum; salt and costs of the derivation; and the
 * locked part: id, seed and point, checksum. */
#define SALT_AT 6
#define SALT_SIZE 32
#define OPERATIONS_AT 38
#define MEMORY_AT 46
#define LOCKED_AT 54
#define LOCKED_SIZE (ZC_SEALED - LOCKED_AT)
#define SEED_AT (LOCKED_AT + ZC_KEY_ID)
#define POINT_AT (SEED_AT + ZC_ED25519_SEED)
#define SUM_AT (POINT_AT + ZC_ED25519_POINT)
#define SUM_SIZE 32

static void put_number(unsigned char *bytes, uint64_t number)
{
  for (unsigned i = 0; i < 8; i++)
    bytes[i] = (unsigned char)(number >> 8 * i);
}

static uint64_t number_at(const unsigned char *bytes)
{
  uint64_t number = 0;
  for (unsigned i = 0; i < 8; i++)
    number |= (uint64_t)bytes[i] << 8 * i;
  return number;
}

void zc_key_id_text(const unsigned char id[ZC_KEY_ID], char room[ZC_KEY_ID_ROOM])
{
  for (size_t i = 0; i < ZC_KEY_ID; i++) {
    unsigned char byte = id[ZC_KEY_ID - 1 - i];
    room[2 * i] = "0123456789ABCDEF"[byte >> 4];
    room[2 * i + 1] = "0123456789ABCDEF"[byte & 15];
  }
  room[2 * ZC_KEY_ID] = '\0';
}

void zc_key_line(const zc_public_key *key, char room[ZC_KEY_LINE_ROOM])
{
  unsigned char bytes[PUBLIC_SIZE] = "Ed";
  memcpy(bytes + 2, key->id, ZC_KEY_ID);
  memcpy(bytes + 2 + ZC_KEY_ID, key->point, ZC_ED25519_POINT);
  zc_base64_encode(bytes, sizeof bytes, room);
}

/* ---- making and forgetting --------------------------------------------------- */

zc_code zc_key_new(zc_secret_key *key, zc_err *err)
{
  zc_code code = zc_random_bytes(key->seed, sizeof key->seed, err);
  if (code == ZC_OK)
    code = zc_random_bytes(key->shown.id, sizeof key->shown.id, err);
  if (code == ZC_OK)
    code = zc_ed25519_point(key->seed, key->shown.point, err);
  if (code != ZC_OK)
    zc_key_forget(key);
  return code;
}

void zc_key_forget(zc_secret_key *key)
{
  zc_forget(key, sizeof *key);
}

void zc_key_forget_sealed(zc_sealed_key *sealed)
{
  zc_forget(sealed, sizeof *sealed);
}

/* ---- public keys ------------------------------------------------------------- */

void zc_key_print_public(const zc_public_key *key, zc_buffer *out)
{
  char id[ZC_KEY_ID_ROOM], line[ZC_KEY_LINE_ROOM];
  zc_key_id_text(key->id, id);
  zc_key_line(key, line);
  zc_buffer_print(out, UNTRUSTED "minisign public key %s\n%s\n", id, line);
}

zc_code zc_key_parse_public(const char *file, const char *text, size_t size,
                            zc_public_key *key, zc_err *err)
{
  char comment[ZC_COMMENT];
  unsigned char bytes[PUBLIC_SIZE];
  zc_minisign reading = {file, text, text + size, 0};
  zc_code code = zc_minisign_comment(&reading, UNTRUSTED, comment, sizeof comment, err);
  if (code == ZC_OK && zc_minisign_next(&reading) == ZC_BASE64(ZC_SEALED))
    return zc_fail(
        err, ZC_EDATA,
        "{file} is the secret key, which stays with its owner: take the "
        "public one, which ends with .pub; whose secret key was sent makes a "
        "new one with `zicha key new`",
        "file", file, NULL);
  if (code == ZC_OK)
    code = zc_minisign_bytes(&reading, bytes, sizeof bytes, err);
  if (code == ZC_OK)
    code = zc_minisign_end(&reading, err);
  if (code == ZC_OK && memcmp(bytes, "Ed", 2) != 0)
    code = zc_fail(err, ZC_EDATA, "{file} holds no Ed25519 key", "file", file, NULL);
  if (code != ZC_OK)
    return code;
  memcpy(key->id, bytes + 2, ZC_KEY_ID);
  memcpy(key->point, bytes + 2 + ZC_KEY_ID, ZC_ED25519_POINT);
  return ZC_OK;
}

zc_code zc_key_parse_line(const char *name, const char *line, zc_public_key *key,
                          zc_err *err)
{
  unsigned char bytes[PUBLIC_SIZE];
  if (strlen(line) != ZC_BASE64(PUBLIC_SIZE) ||
      !zc_base64_decode(line, bytes, sizeof bytes) || memcmp(bytes, "Ed", 2) != 0)
    return zc_fail(err, ZC_EDATA,
                   "{name} is no public key: it is the line of {count} characters that "
                   "`zicha key show` prints",
                   "name", name, "count", ZC_DIGITS(ZC_BASE64(PUBLIC_SIZE)), NULL);
  memcpy(key->id, bytes + 2, ZC_KEY_ID);
  memcpy(key->point, bytes + 2 + ZC_KEY_ID, ZC_ED25519_POINT);
  return ZC_OK;
}

zc_code zc_key_read_public(const char *path, zc_public_key *key, zc_err *err)
{
  zc_buffer text = {0};
  zc_code code = zc_file_read(path, ZC_KEY_FILE, &text, err);
  if (code == ZC_OK)
    code = zc_key_parse_public(path, zc_text_or(text.data, ""), text.size, key, err);
  zc_buffer_free(&text);
  return code;
}

/* ---- locking ----------------------------------------------------------------- */

/* What locking costs, in libsodium's terms (crypto_pwhash_scryptsalsa208sha256): 2^17
 * blocks of 1 KiB, once. */
#define OUR_OPERATIONS 4194304u
#define OUR_MEMORY 134217728u

/* minisign's own keys take 2^20 blocks. */
#define MOST_LOG_N 20
#define MOST_PASSES 4

typedef struct {
  unsigned log_n;
  uint32_t r, p;
} scrypt_cost;

/* libsodium's way from its two numbers to those of scrypt. False for what zicha does not
 * spend on a file that says so. */
static bool cost_of(uint64_t operations, uint64_t memory, scrypt_cost *cost)
{
  uint64_t blocks, passes;
  if (operations < 32768)
    operations = 32768;
  cost->r = 8;
  bool by_operations = operations < memory / 32;
  blocks = by_operations ? operations / (cost->r * 4) : memory / (cost->r * 128);
  for (cost->log_n = 1; cost->log_n < 63; cost->log_n++)
    if ((uint64_t)1 << cost->log_n > blocks / 2)
      break;
  passes = by_operations ? 1 : (operations / 4 >> cost->log_n) / cost->r;
  cost->p = passes > MOST_PASSES ? MOST_PASSES + 1 : (uint32_t)passes;
  return cost->log_n <= MOST_LOG_N && cost->p >= 1 && cost->p <= MOST_PASSES;
}

/* Locks or unlocks: the two are one. */
static zc_code turn_lock(unsigned char bytes[ZC_SEALED], const char *passphrase,
                         zc_err *err)
{
  unsigned char stream[LOCKED_SIZE];
  scrypt_cost cost;
  if (!cost_of(number_at(bytes + OPERATIONS_AT), number_at(bytes + MEMORY_AT), &cost))
    return zc_fail(err, ZC_EINTERNAL, "the costs of a key are out of bounds", NULL);
  zc_code code = zc_scrypt(passphrase, strlen(passphrase), bytes + SALT_AT, SALT_SIZE,
                           cost.log_n, cost.r, cost.p, stream, sizeof stream, err);
  for (size_t i = 0; code == ZC_OK && i < sizeof stream; i++)
    bytes[LOCKED_AT + i] ^= stream[i];
  zc_forget(stream, sizeof stream);
  return code;
}

/* BLAKE2b-256 over algorithm, id and key. */
static void sum_up(const unsigned char bytes[ZC_SEALED], unsigned char sum[SUM_SIZE])
{
  unsigned char summed[2 + SUM_AT - LOCKED_AT];
  memcpy(summed, bytes, 2);
  memcpy(summed + 2, bytes + LOCKED_AT, sizeof summed - 2);
  zc_blake2b_of(summed, sizeof summed, sum, SUM_SIZE);
  zc_forget(summed, sizeof summed);
}

/* ---- secret keys ------------------------------------------------------------- */

zc_code zc_key_print_secret(const zc_secret_key *key, const char *passphrase,
                            zc_buffer *out, zc_err *err)
{
  unsigned char bytes[ZC_SEALED] = {'E', 'd', 0, 0, 'B', '2'};
  char text[ZC_BASE64(ZC_SEALED) + 1];
  zc_code code = ZC_OK;
  memcpy(bytes + LOCKED_AT, key->shown.id, ZC_KEY_ID);
  memcpy(bytes + SEED_AT, key->seed, ZC_ED25519_SEED);
  memcpy(bytes + POINT_AT, key->shown.point, ZC_ED25519_POINT);
  if (passphrase != NULL) { /* minisign writes no checksum where there is none */
    memcpy(bytes + 2, "Sc", 2);
    put_number(bytes + OPERATIONS_AT, OUR_OPERATIONS);
    put_number(bytes + MEMORY_AT, OUR_MEMORY);
    sum_up(bytes, bytes + SUM_AT);
    code = zc_random_bytes(bytes + SALT_AT, SALT_SIZE, err);
    if (code == ZC_OK)
      code = turn_lock(bytes, passphrase, err);
  }
  if (code == ZC_OK) {
    zc_base64_encode(bytes, sizeof bytes, text);
    zc_buffer_print(out, UNTRUSTED "minisign %s secret key\n%s\n",
                    passphrase == NULL ? "unencrypted" : "encrypted", text);
    code = zc_buffer_check(out, err);
  }
  zc_forget(bytes, sizeof bytes);
  zc_forget(text, sizeof text);
  return code;
}

/* What can be said of a key before it is unlocked. */
static zc_code check_sealed(const char *file, zc_sealed_key *sealed, zc_err *err)
{
  const unsigned char *bytes = sealed->bytes;
  scrypt_cost cost;
  if (memcmp(bytes, "Ed", 2) != 0)
    return zc_fail(err, ZC_EDATA, "{file} holds no Ed25519 key", "file", file, NULL);
  if (memcmp(bytes + 4, "B2", 2) != 0)
    return zc_fail(err, ZC_EDATA, "{file}: the kind of its checksum is unknown", "file",
                   file, NULL);
  sealed->locked = memcmp(bytes + 2, "Sc", 2) == 0;
  if (!sealed->locked && memcmp(bytes + 2, "\0\0", 2) != 0)
    return zc_fail(err, ZC_EDATA, "{file}: the way in which it is locked is unknown",
                   "file", file, NULL);
  if (sealed->locked &&
      !cost_of(number_at(bytes + OPERATIONS_AT), number_at(bytes + MEMORY_AT), &cost))
    return zc_fail(err, ZC_EDATA,
                   "{file}: unlocking it would take more memory or time than keys of "
                   "minisign do",
                   "file", file, NULL);
  return ZC_OK;
}

zc_code zc_key_parse_secret(const char *file, const char *text, size_t size,
                            zc_sealed_key *sealed, zc_err *err)
{
  char comment[ZC_COMMENT];
  zc_minisign reading = {file, text, text + size, 0};
  zc_code code = zc_minisign_comment(&reading, UNTRUSTED, comment, sizeof comment, err);
  if (code == ZC_OK)
    code = zc_minisign_bytes(&reading, sealed->bytes, sizeof sealed->bytes, err);
  if (code == ZC_OK)
    code = zc_minisign_end(&reading, err);
  if (code == ZC_OK)
    code = check_sealed(file, sealed, err);
  if (code != ZC_OK)
    zc_key_forget_sealed(sealed);
  return code;
}

zc_code zc_key_read_secret(const char *path, zc_sealed_key *sealed, zc_err *err)
{
  zc_buffer text = {0};
  zc_code code = zc_file_read(path, ZC_KEY_FILE, &text, err);
  if (code == ZC_OK)
    code = zc_key_parse_secret(path, zc_text_or(text.data, ""), text.size, sealed, err);
  if (text.data != NULL)
    zc_forget(text.data, text.room);
  zc_buffer_free(&text);
  return code;
}

/* minisign leaves out the checksum of a key that is not locked. */
static bool is_sound(const unsigned char bytes[ZC_SEALED], bool locked)
{
  static const unsigned char none[SUM_SIZE];
  unsigned char sum[SUM_SIZE];
  sum_up(bytes, sum);
  bool sound = memcmp(sum, bytes + SUM_AT, SUM_SIZE) == 0 ||
               (!locked && memcmp(none, bytes + SUM_AT, SUM_SIZE) == 0);
  zc_forget(sum, sizeof sum);
  return sound;
}

zc_code zc_key_unlock(const char *file, const zc_sealed_key *sealed,
                      const char *passphrase, zc_secret_key *key, zc_err *err)
{
  zc_sealed_key open = *sealed;
  zc_code code = ZC_OK;
  if (sealed->locked)
    code = turn_lock(open.bytes, passphrase, err);
  if (code == ZC_OK && !is_sound(open.bytes, sealed->locked))
    code = sealed->locked
               ? zc_fail(err, ZC_ETRUST,
                         "this is not the passphrase of {file}, or the file is damaged",
                         "file", file, NULL)
               : zc_fail(err, ZC_EDATA, "{file} is damaged: its checksum is wrong",
                         "file", file, NULL);
  if (code == ZC_OK) {
    memcpy(key->shown.id, open.bytes + LOCKED_AT, ZC_KEY_ID);
    memcpy(key->seed, open.bytes + SEED_AT, ZC_ED25519_SEED);
    code = zc_ed25519_point(key->seed, key->shown.point, err);
  }
  if (code == ZC_OK &&
      memcmp(key->shown.point, open.bytes + POINT_AT, ZC_ED25519_POINT) != 0)
    code = zc_fail(err, ZC_EDATA,
                   "{file} is damaged: the halves of its key do not belong together",
                   "file", file, NULL);
  if (code != ZC_OK)
    zc_key_forget(key);
  zc_key_forget_sealed(&open);
  return code;
}

bool zc_key_is_secret(const char *text, size_t size)
{
  zc_minisign reading = {"", text, text + size, 0};
  const char *end = size == 0 ? NULL : memchr(text, '\n', size);
  if (end == NULL)
    return false;
  reading.at = end + 1;
  return zc_minisign_next(&reading) == ZC_BASE64(ZC_SEALED);
}
