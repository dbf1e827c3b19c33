/* table.h: tables in Markdown and HTML, row by row. */
#ifndef ZC_DOCUMENT_TABLE_H
#define ZC_DOCUMENT_TABLE_H

#include "document/document.h"

/* Without a line end after it. */
zc_code zc_table_write(const json_t *node, zc_format format, const zc_rows *rows,
                       const zc_sink *sink, zc_err *err);

#endif
