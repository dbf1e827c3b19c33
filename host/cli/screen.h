/* screen.h: aligned text on a terminal; CJK characters take two columns. */
#ifndef ZC_CLI_SCREEN_H
#define ZC_CLI_SCREEN_H

#include <stdbool.h>
#include <stdio.h>

#include "value/json.h"

/* Prints a text padded to `width` columns, to the left or the right. */
void zc_print_padded(FILE *out, const char *text, int width, bool right);

/* Prints a text wrapped at `width` columns, each line after `indent` spaces. */
void zc_print_wrapped(FILE *out, const char *text, int indent, int width);

/* Prints lists of texts as lines of aligned cells, two spaces apart and `indent` from the
 * left; `sides` has a letter a column: l, or r for figures. Texts are made visible as in
 * message.h. */
void zc_print_grid(FILE *out, const json_t *lines, const char *sides, int indent);

/* Ends a command's output: flushes standard output and tells whether all of it was
 * written (a full disk, a closed pipe). */
bool zc_screen_finish(void);

/* Whether whoever read standard output has stopped, as `head` does: no reason to speak. */
bool zc_screen_unread(void);

#endif
