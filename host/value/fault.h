/* fault.h: what is wrong in files that people wrote, all of it at once.
 *
 * A list of faults is a JSON list of {file, line, column, severity, text, args,
 * hint}; text and hint are messages (English, {names}) that whoever prints them
 * translates and fills. severity is "error" (the file cannot be used), "warning"
 * or "note". Engine scripts make the same maps in Lua. */
#ifndef ZC_VALUE_FAULT_H
#define ZC_VALUE_FAULT_H

#include <stdbool.h>

#include "value/json.h"

/* A place in a file; line and column count from 1, columns in characters. 0 means
 * the file, or the line, as a whole. */
typedef struct {
  const char *file;
  int line, column;
} zc_place;

/* Adds an error. After `text` come pairs of strings as in zc_fail; the name "hint"
 * is the message that says how to mend it. Returns non-zero when out of memory. */
int zc_fault(json_t *faults, zc_place place, const char *text, ...)
    __attribute__((sentinel));
int zc_fault_warning(json_t *faults, zc_place place, const char *text, ...)
    __attribute__((sentinel));

/* Errors among them. */
size_t zc_fault_errors(const json_t *faults);

/* Sorts by file, line, column; equal places keep their order. */
zc_code zc_fault_sort(json_t *faults, zc_err *err);

#endif
