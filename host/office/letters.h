/* letters.h: the letters that stand for verdicts (ZC_STATUS_…), where several entries stand for one. */
#ifndef ZC_OFFICE_LETTERS_H
#define ZC_OFFICE_LETTERS_H

#include <stddef.h>

#define ZC_LETTER_NONE '\0' /* nothing has been told of the place yet */

/* The worse of two: problem, suspect, hint, not checked, undetermined, absent, pass, not applicable
 * (docs/office.md, Comparing). What has not been told yet gives way to everything. */
char zc_letter_worse(char a, char b);

/* `count` places of which nothing has been told; and behind all telling: what was told by nobody is
 * absent. */
void zc_letters_begin(char *letters, size_t count);
void zc_letters_end(char *letters, size_t count);

#endif
