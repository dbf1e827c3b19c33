/* deciding.h: what the files of standing.c have in common; for nobody else. */
#ifndef ZC_OFFICE_DECIDING_H
#define ZC_OFFICE_DECIDING_H

#include "office/standing.h"

typedef struct {
  zc_store *store;
  const zc_expected *expected;
  zc_filed_list *list;
  bool last;        /* what is not whole by now never will be */
  zc_filed **sound; /* those that nothing is against, by facility, plan and time */
  size_t count;
  json_t *reporting; /* code → the office that reports of it; NULL: not looked for yet */
  zc_err *err;
  zc_code code; /* the first failure */
} zc_deciding;

/* Gives a file a state that does not count, with a message {text, args} as canonical JSON; `why` may
 * be NULL. */
void zc_deciding_state(zc_deciding *d, zc_filed *f, const char *state,
                       const zc_err *why);

/* Whether a person has decided this of the file. */
bool zc_deciding_is(const zc_deciding *d, const zc_filed *f, const char *decision);

bool zc_filed_is(const zc_filed *f, const char *kind);

/* Whether nothing is against the file as it is, by itself. Sets its state (sound.c). */
bool zc_deciding_sound(zc_deciding *d, zc_filed *f);

/* Has a file count for its round, by whether it was here in time. */
void zc_deciding_taken(zc_deciding *d, zc_filed *f, const json_t *rounds);

/* Whether the roster expects it; refuses it otherwise. Facilities that only another office knows are
 * its business. Whoever was taken off the roster on a day is expected in the rounds that were over by
 * then: as long as the file has no round, nothing is against it. */
bool zc_deciding_roster(zc_deciding *d, zc_filed *f);

/* What the reports of offices tell of facilities, after the reports themselves were decided. */
zc_code zc_deciding_parts(zc_deciding *d);

#endif
