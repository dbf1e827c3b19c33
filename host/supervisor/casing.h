/* casing.h: a case, as lists and options have it. */
#ifndef ZC_SUPERVISOR_CASING_H
#define ZC_SUPERVISOR_CASING_H

#include "store/withdrawn.h"
#include "supervisor/cells.h"

#define ZC_CASE_FIELDS 26

/* Of each field of zc_case_fields what its column is called, and its option ("": none). */
typedef struct {
  const char *title, *option;
} zc_case_column;
extern const zc_case_column zc_case_columns[ZC_CASE_FIELDS];

/* Reads the texts of a case, by field; NULL or blank is what is not said: it stays as `was` (a kept
 * case, NULL for a new one) has it. «—» erases. What is wrong is told. Owned, with money in hundredths, as events hold it;
 * NULL when out of memory. */
json_t *zc_case_read(zc_cells *cells, const char *const texts[ZC_CASE_FIELDS],
                     const json_t *was);

/* Adds what is different to a list: [{no, field, from, to}]; *other is whether anything is.
 * Non-zero when out of memory. */
int zc_case_compare(const json_t *was, const json_t *is, json_t *changes, bool *other);

/* The day on which a penalty or a transfer of a case that was read counts although none was given:
 * that of filing in a simple procedure, else that of closing; "" when it was given, or there is no
 * such thing. Borrowed. */
const char *zc_case_penalty_assumed(const json_t *one);
const char *zc_case_transfer_assumed(const json_t *one);

/* A value of a field as lists have it, appended. Money is a text, or a number of hundredths. */
void zc_case_show(const zc_case_field *f, const json_t *value, zc_buffer *out);

/* Prints what is different, a line each. */
void zc_case_print_changes(const json_t *changes);

/* The cases of a plan by number. Owned. */
zc_code zc_case_known(zc_store *store, const char *plan, json_t **known, zc_err *err);

/* Writes cases as one event with this action. `changes` may be NULL; `list` is the hash of the list,
 * or NULL. */
zc_code zc_case_keep(zc_office *office, const char *plan, const char *action,
                     json_t *cases, json_t *changes, const char *list, zc_err *err);

/* Prints the cases of the plan as --format, --from, --to, --facility and --open say. */
zc_code zc_case_list(zc_office *office, zc_err *err);

#endif
