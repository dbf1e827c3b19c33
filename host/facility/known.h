/* known.h: what a workspace knows of its tables: those that the rules of its plans read,
 * and those that were handed over. For the commands about tables. */
#ifndef ZC_FACILITY_KNOWN_H
#define ZC_FACILITY_KNOWN_H

#include "cli/handed.h"

/* [{id, title, dataset, uses, columns, plans, stored}]: first what the rules read, in the
 * plans' order, then what was imported besides, or declared absent. `dataset` is the
 * engine's, missing when no plan in use knows the table any more; `uses` and `columns` are
 * those of `needs`, each use with its `plan`; `plans` are those that read it, [{id, title,
 * from, to}] with the days of their period; `stored` is the store's, missing when nothing
 * was handed over. With `shipped` also every other table that zicha ships. Owned. *unread
 * counts what is wrong in rule files, which is printed: what they read may not be listed. */
zc_code zc_known_tables(zc_workspace *workspace, bool shipped, json_t **tables,
                        size_t *unread, zc_err *err);

/* The one of this id; NULL when there is none. Borrowed. */
json_t *zc_known_table(const json_t *tables, const char *id);

/* What became of a table:
 *   imported    its file is open at *fd (owned)
 *   changed     the file is not the one that was imported
 *   gone        there is no such file any more
 *   unreadable  there is, but it cannot be opened
 *   absent      the facility has declared that it has none
 *   missing     nothing was handed over
 * In the second to fourth case *why says so; *fd is -1 in all but the first. */
const char *zc_known_state(const zc_workspace *workspace, const json_t *table, int *fd,
                           zc_err *why);

/* The state in words (also «unknown», of a table that no plan in use knows); for one that is absent with the reason that was given. Owned; NULL
 * when out of memory. */
char *zc_known_state_text(const json_t *table, const char *state);

/* Whether a file may lack the column: rules that read it are judged all the same. */
bool zc_known_optional(const json_t *table, const char *column);

/* How many rules read it. */
size_t zc_known_rules(const json_t *table);

#endif
