/* sheet.h: one worksheet of a workbook: title, columns' titles, rows. */
#ifndef ZC_DOCUMENT_SHEET_H
#define ZC_DOCUMENT_SHEET_H

#include "document/rows.h"
#include "document/zip.h"

/* The formats of cells; workbook.c describes them. */
typedef enum {
  ZC_STYLE_NONE,
  ZC_STYLE_TITLE,
  ZC_STYLE_HEAD,
  ZC_STYLE_LEFT,
  ZC_STYLE_RIGHT,
  ZC_STYLE_CENTER,
  ZC_STYLE_NUMBER
} zc_style_id;

typedef struct {
  zc_zip *zip; /* borrowed, as node and title */
  const json_t *node;
  const char *title;
  bool first;     /* of the workbook: the one that is shown */
  zc_buffer text; /* rows that are not written yet; owned */
  size_t *widths; /* of columns, in characters; owned */
  size_t *units;  /* of the cells of the present row; owned */
  size_t width, rows, bytes;
  bool headed; /* the widths are written: what comes later does not change them */
  size_t cut;  /* cells whose text was too long */
} zc_sheet;

/* Free it in any case. */
zc_code zc_sheet_begin(zc_sheet *sheet, zc_zip *zip, const json_t *node,
                       const char *title, bool first, zc_err *err);
zc_code zc_sheet_row(zc_sheet *sheet, const char *const *cells, zc_err *err);

/* Whether another row has no place. */
bool zc_sheet_full(const zc_sheet *sheet);
zc_code zc_sheet_end(zc_sheet *sheet, zc_err *err);
void zc_sheet_free(zc_sheet *sheet);

/* Appends text as XML has it, at most `units` units of UTF-16. */
void zc_sheet_text(zc_buffer *out, const char *text, size_t units);

/* UTF-16 units of a character: what the limits of spreadsheet programs count. */
size_t zc_sheet_units(uint32_t c);

#endif
