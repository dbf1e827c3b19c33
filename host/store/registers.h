/* registers.h: the registers that a plan wants of an office (专门台账), such as leads or valuables handed
 * in: rows as their lists have them. */
#ifndef ZC_STORE_REGISTERS_H
#define ZC_STORE_REGISTERS_H

#include "store/office.h"

/* Writes what the body of an event `register_import` says, within a change; verify does the same
 * again: {plan, register, day, columns: [{id, title, key}], rows: [{line, cells: {column: value}}]}. `line` is
 * what a row is known by; one that is known gets these cells in its place. Columns that the register
 * does not have yet stand behind those that it has. */
zc_code zc_register_put(zc_store *store, const json_t *body, zc_err *err);

/* The same of an event `register_void`: {plan, register, line, void: whether the row is taken back or
 * counts again, on, by, reason}. */
zc_code zc_register_void(zc_store *store, const json_t *body, zc_err *err);

/* The rows of a register in the order in which they came: [{line, day (on which it was written
 * last), cells, void: {on, by, reason} of one that was taken back}]. Owned. */
zc_code zc_register_rows(zc_store *store, const char *plan, const char *id,
                         json_t **rows, zc_err *err);

/* The columns of all its lists: [{id, title, key}] in the order in which they came; `key` is true for the
 * one that the rows of a register without a table are known by. Owned. */
zc_code zc_register_columns(zc_store *store, const char *plan, const char *id,
                            json_t **columns, zc_err *err);

/* How many rows each register of a plan has that were not taken back: {id: count}. Owned. */
zc_code zc_register_counts(zc_store *store, const char *plan, json_t **counts,
                           zc_err *err);

#endif
