/* scan.h: says what is in an export, by as many threads as there are: for `import`. */
#ifndef ZC_VECTOR_SCAN_H
#define ZC_VECTOR_SCAN_H

#include "base/crew.h"
#include "table/scan.h"

/* As zc_scan, with the same summary and the same faults. ZC_BLOCK bytes behind the file must
 * be readable. `crew` may be NULL. No more memory is used for a longer file, but what its
 * keys need when they must not repeat. */
zc_code zc_columns_scan(const char *file, const char *data, size_t size,
                        const zc_dataset *dataset, const json_t *options, int32_t today,
                        zc_crew *crew, zc_gb18030 *converter, const zc_watch *watch,
                        json_t *faults, json_t **summary, zc_err *err);

#endif
