/* effect.h: what a change by people makes of rounds and files, told file by file: nobody's report is to
 * count, or not to count any more, unsaid. */
#ifndef ZC_SUPERVISOR_EFFECT_H
#define ZC_SUPERVISOR_EFFECT_H

#include "supervisor/office.h"

typedef struct {
  zc_office *office;
  zc_filed_list files; /* as they were */
  json_t
      *rounds; /* plan → {round: {expected, received}} as they were, begun by today */
} zc_effect;

/* Before the change. To be ended in any case. */
zc_code zc_effect_begin(zc_office *office, zc_effect *effect, zc_err *err);

/* After it: prints the rounds of which another number of reports is expected or here, and the files of
 * which something else is made. */
zc_code zc_effect_tell(const zc_effect *effect, zc_err *err);

void zc_effect_end(zc_effect *effect);

/* Prints what one file was and is, where that is something else. */
void zc_effect_tell_file(const zc_office *office, const zc_filed *was,
                         const zc_filed *is);

/* What a file's round is called; "—": it is of none. Borrowed. */
const char *zc_effect_round(const zc_office *office, const zc_filed *f);

#endif
