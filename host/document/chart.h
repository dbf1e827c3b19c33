/* chart.h: bars of shares, each with its name and its number as text: SVG in HTML, a table in
 * Markdown. Workbooks and CSV have the tables that it is drawn of. */
#ifndef ZC_DOCUMENT_CHART_H
#define ZC_DOCUMENT_CHART_H

#include "document/document.h"

/* NULL, or what is wrong with the node: a text for translators. */
const char *zc_chart_problem(const json_t *node);

/* Appends it, without a line end after it. */
void zc_chart_print(const json_t *node, zc_format format, zc_buffer *out);

#endif
