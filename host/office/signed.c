#include "office/signed.h"

#include <string.h>

/* Whether a line is the key of this id. */
static bool is_named(const char *line, const zc_signature *signature,
                     zc_public_key *key)
{
  zc_err ignored;
  return zc_key_parse_line("", line, key, &ignored) == ZC_OK &&
         memcmp(key->id, signature->id, ZC_KEY_ID) == 0;
}

/* That the claim is about this report, and about these figures. */
static zc_code check_claim(const zc_zrep *parts, const char *comment,
                           const zc_signed_claim *own, zc_err *err)
{
  zc_claim claim;
  char digits[ZC_HASH_ROOM] = "";
  zc_code code = zc_claim_parse("", comment, &claim, err);
  if (code == ZC_OK && parts->figures.data != NULL)
    code = zc_hash_of(parts->figures.data, parts->figures.size, digits, err);
  if (code == ZC_EINTERNAL)
    return code;
  if (code == ZC_OK && parts->figures.data == NULL && claim.figures[0] != '\0')
    return zc_fail(err, ZC_ETRUST,
                   "it was taken out of a submitted file, whose figures are missing: "
                   "collect the .zrep itself",
                   NULL);
  if (code != ZC_OK || strcmp(claim.figures, digits) != 0)
    return zc_fail(err, ZC_ETRUST,
                   "its signature is not for the figures that are in the file", NULL);
  if (strcmp(claim.facility, own->facility) != 0 || strcmp(claim.run, own->run) != 0)
    return zc_fail(err, ZC_ETRUST,
                   "its signature is for a report of {facility}, run {run}", "facility",
                   claim.facility, "run", claim.run, NULL);
  return ZC_OK;
}

/* Whether one of the keys fits; the key's id alone says which may. */
static zc_code try_keys(const zc_zrep *parts, const zc_signature *signature,
                        const json_t *keys, zc_signed *found, zc_err *err)
{
  size_t index;
  const json_t *line;
  zc_public_key key;
  unsigned char digest[ZC_BLAKE2B];
  zc_code code = ZC_OK;
  json_array_foreach(keys, index, line)
  {
    if (!is_named(json_string_value(line), signature, &key))
      continue;
    zc_blake2b_of(parts->report.data, parts->report.size, digest, sizeof digest);
    code = zc_signature_check(signature, &key, "", digest, err);
    if (code == ZC_OK) {
      strcpy(found->key, json_string_value(line));
      return ZC_OK;
    }
    if (code == ZC_EINTERNAL)
      return code;
  }
  return code == ZC_OK
             ? ZC_OK
             : zc_fail(err, ZC_ETRUST,
                       "the signature does not fit: report or signature were changed "
                       "after signing",
                       NULL);
}

zc_code zc_signed_find(const zc_zrep *parts, const json_t *keys,
                       const zc_signed_claim *claim, zc_signed *found, zc_err *err)
{
  zc_signature signature;
  *found = (zc_signed){.fault = "unsigned"};
  if (parts->signature.data == NULL || zc_zrep_is_unsigned(parts))
    return zc_fail(err, ZC_ETRUST, "it is signed by nobody", NULL);
  found->fault = "tampered";
  zc_code code = zc_signature_parse("", parts->signature.data, parts->signature.size,
                                    &signature, err);
  if (code == ZC_EINTERNAL)
    return code;
  if (code != ZC_OK)
    return zc_fail(err, ZC_ETRUST, "what stands in the place of its signature is none",
                   NULL);
  zc_key_id_text(signature.id, found->key_id);
  code = try_keys(parts, &signature, keys, found, err);
  if (code == ZC_OK && found->key[0] != '\0')
    code = check_claim(parts, signature.comment, claim, err);
  return code;
}
