/* zrep.h: the one file that a facility submits (docs/zrep.md): a report, its signature, and
 * figures for programs. No archive: nothing in it names a file to be written. */
#ifndef ZC_PACKAGE_ZREP_H
#define ZC_PACKAGE_ZREP_H

#include "base/hash.h"
#include "package/signature.h"

#define ZC_ZREP_FILE ((size_t)64 << 20) /* no such file is larger */
#define ZC_ZREP_SUFFIX ".zrep"
#define ZC_ZREP_UNSIGNED "unsigned\n" /* stands in the place of a signature */

/* Borrowed bytes; not NUL-terminated when they were read. */
typedef struct {
  const char *data;
  size_t size;
} zc_part;

typedef struct {
  zc_part report;    /* report.md */
  zc_part signature; /* report.md.minisig */
  zc_part figures;   /* figures.json */
} zc_zrep;

/* Appends the file: the same parts give the same bytes. ZC_EDATA: a part is empty, or they
 * are more than fits. */
zc_code zc_zrep_write(const zc_zrep *parts, zc_buffer *out, zc_err *err);

/* Finds the parts in a file's bytes, from which they are borrowed; `file` is for messages.
 * ZC_EDATA for all that zc_zrep_write does not write. What is in the parts, and whether
 * the signature is good, is not looked at. */
zc_code zc_zrep_read(const char *file, const char *data, size_t size, zc_zrep *parts,
                     zc_err *err);

/* Whether the facility has submitted the report without signing it. */
bool zc_zrep_is_unsigned(const zc_zrep *parts);

/* ---- what a signature of a report claims ------------------------------------- */

#define ZC_CLAIM_WORD 256

/* In the trusted comment: «zicha:1 facility:CODE run:ID figures:SHA256». */
typedef struct {
  char facility[ZC_CLAIM_WORD]; /* its code */
  char run[ZC_CLAIM_WORD];
  char figures[ZC_HASH_ROOM]; /* of figures.json; "" where the report is signed alone */
} zc_claim;

/* Whether reports of a facility with this code can be signed: no blanks, nothing that cannot be
 * seen, and not too long. */
bool zc_claim_takes(const char *code);

/* Fills a claim; `figures` may be NULL. ZC_EDATA: the code cannot stand in a comment,
 * because it has blanks in it or is too long. */
zc_code zc_claim_make(const char *facility, const char *run, const zc_part *figures,
                      zc_claim *claim, zc_err *err);

/* Appends its text. */
void zc_claim_print(const zc_claim *claim, zc_buffer *out);

/* Reads one; `file` is for messages. ZC_EDATA: the comment is none of zicha's. */
zc_code zc_claim_parse(const char *file, const char *comment, zc_claim *claim,
                       zc_err *err);

/* Whether the key signed the report and, by its claim, the figures. ZC_ETRUST when not, also
 * when nobody did; ZC_EDATA when the signature cannot be read. */
zc_code zc_zrep_check(const char *file, const zc_zrep *parts, const zc_public_key *key,
                      zc_claim *claim, zc_err *err);

#endif
