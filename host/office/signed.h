/* signed.h: whose signature is on a report. */
#ifndef ZC_OFFICE_SIGNED_H
#define ZC_OFFICE_SIGNED_H

#include "package/zrep.h"
#include "value/json.h"

/* What the report says of itself, which its signature has to claim, too. */
typedef struct {
  const char *facility, *run;
} zc_signed_claim;

typedef struct {
  const char *fault;           /* with a failure: "unsigned" or "tampered" */
  char key_id[ZC_KEY_ID_ROOM]; /* of the key that says it made it; "" */
  char key
      [ZC_KEY_LINE_ROOM]; /* the one of `keys` that did; "" when it is none of them */
} zc_signed;

/* Looks which of the keys ([line], may be NULL) has signed the report, and for a file with figures
 * these. ZC_ETRUST when nobody has, or when one of them is named but it does not fit, or claims
 * another report; ZC_OK with key "" when it was made by a key that is not among them. */
zc_code zc_signed_find(const zc_zrep *parts, const json_t *keys,
                       const zc_signed_claim *claim, zc_signed *found, zc_err *err);

#endif
