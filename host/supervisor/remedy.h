/* remedy.h: what a facility has to do about a file of its that does not count, in the words of papers,
 * whatever language the office's people have: receipts and the list to urge say the same. */
#ifndef ZC_SUPERVISOR_REMEDY_H
#define ZC_SUPERVISOR_REMEDY_H

#include <stdbool.h>

typedef struct {
  const char *state;
  const char *word; /* what the state is called */
  const char *text;
  const char *of_paper; /* of what the office has written down; NULL: the same */
  bool returned;             /* a receipt returns the file */
} zc_remedy;

/* Borrowed; NULL: nobody has to do anything about a file of this state. */
const zc_remedy *zc_remedy_of(const char *state);

/* What is to be done about a file of this kind. Borrowed. */
const char *zc_remedy_text(const zc_remedy *remedy, const char *kind);

#endif
