/* scanning.h: an evaluator reads an export, while the host does something else. */
#ifndef ZC_CLI_SCANNING_H
#define ZC_CLI_SCANNING_H

#include "base/watch.h"
#include "cli/option.h"
#include "value/json.h"

/* Has an evaluator read an export as one of a dataset: *reply is {summary, faults}, owned.
 * `file` names it in messages; rows dated after `today` do not count for its range. On a
 * terminal it is shown how far it has come. */
zc_code zc_table_scan(const zc_cli *cli, json_t *dataset, int fd, const char *file,
                      json_t *options, const char *today, json_t **reply, zc_err *err);

/* Has an evaluator tell from an export's header which of the datasets (a list) it may be:
 * *reply is {match, faults} (table/match.h), owned. */
zc_code zc_table_match(const zc_cli *cli, json_t *datasets, int fd, const char *file,
                       json_t **reply, zc_err *err);

/* The halves of zc_table_scan, for a caller who has something to do meanwhile. It may look
 * how far the reading has come, which takes no time, and must end with zc_scanning_finish or
 * zc_scanning_stop. `file` and `watch` (NULL: nobody wants to know) stay the caller's and are
 * used until then. */
typedef struct zc_scanning zc_scanning;
zc_code zc_scanning_start(const zc_cli *cli, json_t *dataset, int fd, const char *file,
                          json_t *options, const char *today, const zc_watch *watch,
                          zc_scanning **scanning, zc_err *err);
zc_code zc_scanning_look(zc_scanning *scanning, zc_err *err);
zc_code zc_scanning_finish(zc_scanning *scanning, json_t **reply, zc_err *err);
void zc_scanning_stop(zc_scanning *scanning); /* NULL is fine */

#endif
