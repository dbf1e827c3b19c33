/* escape.h: texts as data in each format. */
#ifndef ZC_DOCUMENT_ESCAPE_H
#define ZC_DOCUMENT_ESCAPE_H

#include "base/buffer.h"

/* One line of Markdown that means exactly the text. Line ends become spaces. */
void zc_escape_markdown(zc_buffer *out, const char *text, size_t size);

/* Appends the entity of one of & < > ", which HTML and XML write alike; false, and nothing,
 * for any other character. */
bool zc_escape_entity(zc_buffer *out, uint32_t c);

/* Text or attribute value in HTML. */
void zc_escape_html(zc_buffer *out, const char *text, size_t size);

/* Whether a spreadsheet program that reads the text from a file would compute. An
 * apostrophe before it prevents that. */
bool zc_escape_computes(const char *text);

#endif
