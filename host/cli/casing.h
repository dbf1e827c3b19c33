/* casing.h: a case, as lists and options have it. */
#ifndef ZC_CLI_CASING_H
#define ZC_CLI_CASING_H

#include "cli/cells.h"
#include "store/cases.h"

#define ZC_CASE_FIELDS 26

/* Of each field of zc_case_fields what its column is called, and its option ("": none). */
typedef struct {
  const char *title, *option;
} zc_case_column;
extern const zc_case_column zc_case_columns[ZC_CASE_FIELDS];

/* Reads the texts of a case, by field; NULL is what is not said: it stays as `was` (a kept case, NULL
 * for a new one) has it. What is wrong is told. Owned, with money in hundredths, as events hold it;
 * NULL when out of memory. */
json_t *zc_case_read(zc_cells *cells, const char *const texts[ZC_CASE_FIELDS],
                     const json_t *was);

/* Adds what is different to a list: [{no, field, from, to}]; *other is whether anything is.
 * Non-zero when out of memory. */
int zc_case_compare(const json_t *was, const json_t *is, json_t *changes, bool *other);

/* The cases of a plan by number. Owned. */
zc_code zc_case_known(zc_store *store, const char *plan, json_t **known, zc_err *err);

/* Writes cases as one event with this action. `changes` may be NULL; `list` is the hash of the list,
 * or NULL. */
zc_code zc_case_keep(zc_office *office, const char *plan, const char *action,
                     json_t *cases, json_t *changes, const char *list, zc_err *err);

/* Prints the cases of the plan as --format, --from, --to, --facility and --open say. */
zc_code zc_case_list(zc_office *office, zc_err *err);

#endif
