#include "package/zrep.h"

#include <stdio.h>
#include <string.h>

#include "base/taking.h"
#include "base/utf8.h"

#define HEAD "zicha-report "
#define VERSION "1"
#define PARTS 3

static const struct {
  const char *name;
  size_t limit;
} kinds[PARTS] = {{"report.md", ZC_ZREP_FILE},
                  {"report.md.minisig", ZC_SIGNATURE_FILE},
                  {"figures.json", ZC_ZREP_FILE}};

/* ---- writing ----------------------------------------------------------------- */

zc_code zc_zrep_write(const zc_zrep *parts, zc_buffer *out, zc_err *err)
{
  const zc_part *const list[PARTS] = {&parts->report, &parts->signature,
                                      &parts->figures};
  size_t before = out->size;
  zc_buffer_text(out, HEAD VERSION "\n");
  for (size_t i = 0; i < PARTS; i++) {
    if (list[i]->size == 0)
      return zc_fail(err, ZC_EDATA, "{name} is empty: there is nothing to submit",
                     "name", kinds[i].name, NULL);
    if (list[i]->size > kinds[i].limit)
      return zc_fail(err, ZC_EDATA, "{path} is larger than {limit} bytes", "path",
                     kinds[i].name, "limit", ZC_DIGITS(kinds[i].limit), NULL);
    zc_buffer_print(out, "part %s %zu\n", kinds[i].name, list[i]->size);
    zc_buffer_add(out, list[i]->data, list[i]->size);
    zc_buffer_char(out, '\n');
  }
  if (zc_buffer_check(out, err) != ZC_OK)
    return err->code;
  if (out->size - before > ZC_ZREP_FILE)
    return zc_fail(err, ZC_EDATA,
                   "report and figures together are larger than {limit} bytes", "limit",
                   ZC_DIGITS(ZC_ZREP_FILE), NULL);
  return ZC_OK;
}

/* ---- reading ----------------------------------------------------------------- */

typedef struct {
  const char *file, *at, *end;
} reading;

static bool take(reading *r, const char *word)
{
  return zc_take_word(&r->at, r->end, word);
}

static zc_code fail_short(const reading *r, zc_err *err)
{
  return zc_fail(err, ZC_EDATA,
                 "{file} is not whole: it ends early; have it sent again", "file",
                 r->file, NULL);
}

/* A whole number in its one spelling and the end of its line. */
static zc_code take_size(reading *r, const char *name, size_t limit, size_t *size,
                         zc_err *err)
{
  const char *first = r->at;
  *size = 0;
  for (; r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++)
    if (*size <= limit) /* beyond it the number does not matter */
      *size = 10 * *size + (size_t)(*r->at - '0');
  if (r->at == r->end)
    return fail_short(r, err);
  if (r->at == first || *first == '0' || !take(r, "\n"))
    return zc_fail(err, ZC_EDATA, "{file}: the size of {name} is no whole number",
                   "file", r->file, "name", name, NULL);
  if (*size > limit)
    return zc_fail(err, ZC_EDATA,
                   "{file}: {name} claims to be larger than {limit} bytes", "file",
                   r->file, "name", name, "limit", ZC_DIGITS(limit), NULL);
  return ZC_OK;
}

static zc_code take_part(reading *r, const char *name, size_t limit, zc_part *part,
                         zc_err *err)
{
  char line[64];
  int length = snprintf(line, sizeof line, "part %s ", name);
  size_t left = (size_t)(r->end - r->at);
  if (!take(r, line))
    return left < (size_t)length && memcmp(r->at, line, left) == 0
               ? fail_short(r, err)
               : zc_fail(err, ZC_EDATA, "{file}: {name} is not in its place", "file",
                         r->file, "name", name, NULL);
  zc_code code = take_size(r, name, limit, &part->size, err);
  if (code != ZC_OK)
    return code;
  if ((size_t)(r->end - r->at) <= part->size)
    return fail_short(r, err);
  part->data = r->at;
  r->at += part->size;
  if (!take(r, "\n"))
    return zc_fail(err, ZC_EDATA,
                   "{file}: the size of {name} is wrong; have it sent as zicha wrote "
                   "it, neither opened nor saved by another program",
                   "file", r->file, "name", name, NULL);
  return ZC_OK;
}

zc_code zc_zrep_read(const char *file, const char *data, size_t size, zc_zrep *parts,
                     zc_err *err)
{
  reading r = {file, data, data + size};
  zc_part *const list[PARTS] = {&parts->report, &parts->signature, &parts->figures};
  if (size > ZC_ZREP_FILE)
    return zc_fail(err, ZC_EDATA, "{path} is larger than {limit} bytes", "path", file,
                   "limit", ZC_DIGITS(ZC_ZREP_FILE), NULL);
  if (!take(&r, HEAD))
    return zc_fail(err, ZC_EDATA,
                   "{file} is no submitted report: it does not begin with «{head}»",
                   "file", file, "head", "zicha-report", NULL);
  if (!take(&r, VERSION "\n"))
    return zc_fail(err, ZC_EDATA,
                   "{file} is cut off, or of another version than {version}; a newer "
                   "zicha may read it",
                   "file", file, "version", VERSION, NULL);
  for (size_t i = 0; i < PARTS; i++) {
    zc_code code = take_part(&r, kinds[i].name, kinds[i].limit, list[i], err);
    if (code != ZC_OK)
      return code;
  }
  if (r.at != r.end)
    return zc_fail(err, ZC_EDATA, "{file}: something stands behind {name}", "file",
                   file, "name", kinds[PARTS - 1].name, NULL);
  return ZC_OK;
}

bool zc_zrep_is_unsigned(const zc_zrep *parts)
{
  return parts->signature.size == strlen(ZC_ZREP_UNSIGNED) &&
         memcmp(parts->signature.data, ZC_ZREP_UNSIGNED, parts->signature.size) == 0;
}

/* ---- claims ------------------------------------------------------------------ */

/* One word of a comment: text without blanks. */
static bool is_word(const char *text, size_t length)
{
  uint32_t character;
  if (length == 0 || length >= ZC_CLAIM_WORD || !zc_utf8_valid(text, length, NULL))
    return false;
  for (size_t at = 0; at < length;) {
    at += zc_utf8_decode(text + at, length - at, &character);
    if (character <= ' ' || zc_text_narrow(character) == ' ' ||
        zc_text_forbidden(character))
      return false;
  }
  return true;
}

bool zc_claim_takes(const char *code)
{
  return is_word(code, strlen(code));
}

zc_code zc_claim_make(const char *facility, const char *run, const zc_part *figures,
                      zc_claim *claim, zc_err *err)
{
  *claim = (zc_claim){0};
  if (!zc_claim_takes(facility))
    return zc_fail(err, ZC_EDATA,
                   "the code {code} cannot be signed: the code of a facility that "
                   "submits has no blanks and at most {limit} bytes",
                   "code", facility, "limit", ZC_DIGITS(ZC_CLAIM_WORD - 1), NULL);
  if (!is_word(run, strlen(run)))
    return zc_fail(err, ZC_EINTERNAL, "the run {run} cannot be signed", "run", run,
                   NULL);
  strcpy(claim->facility, facility);
  strcpy(claim->run, run);
  return figures == NULL
             ? ZC_OK
             : zc_hash_of(figures->data, figures->size, claim->figures, err);
}

void zc_claim_print(const zc_claim *claim, zc_buffer *out)
{
  zc_buffer_print(out, "zicha:1 facility:%s run:%s", claim->facility, claim->run);
  if (claim->figures[0] != '\0')
    zc_buffer_print(out, " figures:%s", claim->figures);
}

/* The word behind a prefix; false when it is another or does not fit. */
static bool claim_word(const char **at, const char *prefix, char *room, size_t size)
{
  size_t skipped = strlen(prefix), length;
  if (strncmp(*at, prefix, skipped) != 0)
    return false;
  *at += skipped;
  length = strcspn(*at, " ");
  if (length >= size || !is_word(*at, length))
    return false;
  memcpy(room, *at, length);
  room[length] = '\0';
  *at += length;
  return true;
}

zc_code zc_claim_parse(const char *file, const char *comment, zc_claim *claim,
                       zc_err *err)
{
  const char *at = comment;
  *claim = (zc_claim){0};
  bool good = claim_word(&at, "zicha:1 facility:", claim->facility,
                         sizeof claim->facility) &&
              claim_word(&at, " run:", claim->run, sizeof claim->run);
  if (good && *at != '\0')
    good = claim_word(&at, " figures:", claim->figures, sizeof claim->figures) &&
           strlen(claim->figures) == ZC_HASH_ROOM - 1 &&
           strspn(claim->figures, "0123456789abcdef") == ZC_HASH_ROOM - 1 &&
           *at == '\0';
  return good ? ZC_OK
              : zc_fail(err, ZC_EDATA,
                        "the signature of {file} does not say which facility and run "
                        "it is of: zicha did not make it",
                        "file", file, NULL);
}

zc_code zc_zrep_check(const char *file, const zc_zrep *parts, const zc_public_key *key,
                      zc_claim *claim, zc_err *err)
{
  zc_signature signature;
  unsigned char digest[ZC_BLAKE2B];
  char figures[ZC_HASH_ROOM];
  if (zc_zrep_is_unsigned(parts))
    return zc_fail(err, ZC_ETRUST, "{file} is not signed", "file", file, NULL);
  zc_code code = zc_signature_parse(file, parts->signature.data, parts->signature.size,
                                    &signature, err);
  zc_blake2b_of(parts->report.data, parts->report.size, digest, sizeof digest);
  if (code == ZC_OK)
    code = zc_signature_check(&signature, key, file, digest, err);
  if (code == ZC_OK)
    code = zc_claim_parse(file, signature.comment, claim, err);
  if (code == ZC_OK)
    code = zc_hash_of(parts->figures.data, parts->figures.size, figures, err);
  if (code == ZC_OK && strcmp(figures, claim->figures) != 0)
    code =
        zc_fail(err, ZC_ETRUST,
                "the figures in {file} are not those that were signed with its report",
                "file", file, NULL);
  return code;
}
