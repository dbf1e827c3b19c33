/* source.h: the characters of a file that people wrote, before it is read as YAML, or as
 * the rows of a reference table. */
#ifndef ZC_VALUE_SOURCE_H
#define ZC_VALUE_SOURCE_H

#include "base/buffer.h"
#include "value/fault.h"

/* Whether a character may not stand in a source text, nor come into it by an escape:
 * control, bidi and other invisible characters. The line separators of Unicode are
 * among them, because readers disagree on whether they end a line. */
bool zc_source_forbidden(uint32_t character);

/* Makes *text UTF-8 without its mark; of GB18030 the result stands in `converted` (with
 * a warning). False with faults: a broken encoding, every forbidden character (up to 20).
 * *memory is set when an allocation failed. */
bool zc_source_text(const char *file, const char **text, size_t *size,
                    zc_buffer *converted, json_t *faults, bool *memory);

/* The same for YAML: a %directive is a fault as well, for libyaml compares it with all
 * others. */
bool zc_source_open(const char *file, const char **text, size_t *size,
                    zc_buffer *converted, json_t *faults, bool *memory);

#endif
