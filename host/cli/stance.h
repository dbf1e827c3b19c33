/* stance.h: the words for verdicts: statuses, certainties, and how problems and gaps are to be taken
 * today (the engine decides it: scripts/zicha/stance.lua). */
#ifndef ZC_CLI_STANCE_H
#define ZC_CLI_STANCE_H

#include "value/json.h"

/* to do 待办, a warning 警示 or a failure 不合格, of a record's `stance`; borrowed. What is not
 * known is a failure. */
const char *zc_taken_title(const json_t *stance);

/* Whether it is a failure: a record of an earlier zicha, without stance, has no other. */
bool zc_taken_as_failure(const json_t *stance);

/* Prints one line: the phase of today, and how problems are taken. */
void zc_stance_print(const json_t *stance, const char *indent);

/* Why the phase is not known, as a text; NULL where it is. Owned. */
char *zc_stance_doubt(const json_t *stance);

/* What a status and a certainty of a record are called. */
const char *zc_status_title(const char *status);
const char *zc_certainty_title(const char *word);

#endif
