/* texts.h: source files as they are: engine scripts, rule files, layouts. They cross
 * pipes beside frames and not inside them: writing a text as JSON and reading it back
 * takes longer than compiling it. */
#ifndef ZC_VALUE_TEXTS_H
#define ZC_VALUE_TEXTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

typedef struct {
  char *name; /* the stem: rx of scripts/rules/rx.lua */
  char *path; /* what messages call it */
  char *text; /* NUL-terminated besides */
  size_t size;
} zc_text_file;

typedef struct {
  zc_text_file *files;
  size_t count;
} zc_texts;

/* Adds a copy of a file; its name is the stem of `path`. */
zc_code zc_texts_add(zc_texts *texts, const char *path, const char *text, size_t size,
                     zc_err *err);

/* Adds copies of all of `more`. */
zc_code zc_texts_extend(zc_texts *texts, const zc_texts *more, zc_err *err);

/* The file of a name, or NULL. Borrowed. */
const zc_text_file *zc_texts_find(const zc_texts *texts, const char *name);

/* Frees the files; the list is empty and usable again. */
void zc_texts_free(zc_texts *texts);

#endif
