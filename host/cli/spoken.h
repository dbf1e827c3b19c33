/* spoken.h: which tables and functions the rules of a plan speak of.
 *
 * A shipped rule file has rules over many tables, and a plan names some of them. Reading
 * every table that stands somewhere in the file would take longer than a small self-check. */
#ifndef ZC_CLI_SPOKEN_H
#define ZC_CLI_SPOKEN_H

#include "value/json.h"
#include "value/texts.h"

/* Adds to `spoken` what the `runs` of a plan ([{rule}]) and the figures that it wants
 * (["file.name"]; may be NULL) can come to speak of, by file: of a shipped file these rules,
 * the views and measures that they name, and whatever is no such declaration; a package's
 * file as a whole. */
zc_code zc_spoken(const zc_texts *files, const json_t *runs, const json_t *measures,
                  zc_texts *spoken, zc_err *err);

/* Whether a name stands in the texts as a word of its own. A name too many costs a moment,
 * one too few would be a false «unknown table». */
bool zc_is_spoken(const zc_texts *texts, const char *name);

#endif
