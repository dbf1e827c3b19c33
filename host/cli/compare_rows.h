/* compare_rows.h: the rows of the tables that a paper of `compare` only names (docs/rules.md,
 * «Layouts»). */
#ifndef ZC_CLI_COMPARE_ROWS_H
#define ZC_CLI_COMPARE_ROWS_H

#include "cli/comparing.h"
#include "document/document.h"

typedef struct zc_compare_source zc_compare_source;

/* Of what is compared, which is borrowed. Owned. */
zc_code zc_compare_source_new(const zc_comparing *comparing, zc_compare_source **source,
                              zc_err *err);
void zc_compare_source_free(zc_compare_source *source);

/* As the document reads them; borrowed from the source. */
zc_rows zc_compare_source_rows(zc_compare_source *source);

/* Whether a table names one of these sources; ZC_EINTERNAL when it has no such column. */
bool zc_compare_source_known(const char *source);
zc_code zc_compare_columns_known(const char *source, const json_t *pick, zc_err *err);

/* What a state of a report that counts, or "" (未报送), is called on paper. */
const char *zc_compare_state(const char *state);

#endif
