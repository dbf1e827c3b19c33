/* Workbooks (ECMA-376, .xlsx), written from start to end: sheets first, then what lists
 * them. Texts stand in their cells, so nothing but a chunk is held.
 *
 * Ours and not libxlsxwriter's: that keeps sheets in temporary files and does not look
 * whether they could be written. On a full disk it makes a workbook that lacks rows, and
 * says that all went well. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "document/sheet.h"

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006"
#define KIND "application/vnd.openxmlformats-officedocument.spreadsheetml."

#define NAME_UNITS ((size_t)31) /* of a sheet's name */

typedef struct {
  char text[NAME_UNITS * 4 + 1];
} sheet_name;

typedef struct {
  const json_t *tree;
  const zc_rows *rows;
  zc_zip *zip;
  sheet_name *names;
  size_t count, room;
  size_t cut;
} book;

/* ---- names of sheets ---------------------------------------------------------------- */

/* Cuts a text between characters to at most `units`. */
static size_t cut_name(const char *text, size_t units)
{
  size_t at = 0, size = strlen(text);
  while (at < size) {
    uint32_t c;
    size_t own = zc_utf8_decode(text + at, size - at, &c);
    if (own == 0 || zc_sheet_units(c) > units)
      break;
    units -= zc_sheet_units(c);
    at += own;
  }
  return at;
}

/* What a name may not hold becomes its full-width twin, as Chinese has it anyway; line
 * ends and what nobody can see become spaces. No apostrophe at an end. */
static void clean_name(const char *title, zc_buffer *out)
{
  for (size_t left = strlen(title), size; left > 0; title += size, left -= size) {
    uint32_t c = 0;
    size = zc_utf8_decode(title, left, &c);
    if (size == 0 || zc_text_forbidden(c) || c == '\n' || c == '\r' || c == '\t')
      zc_buffer_char(out, ' ');
    else if (c < 0x80 && strchr("[]:*?/\\", (int)c) != NULL)
      zc_buffer_add(out, (unsigned char[]){0xef, 0xbc, (unsigned char)(0x60 + c)}, 3);
    else
      zc_buffer_add(out, title, size);
    size = size == 0 ? 1 : size;
  }
}

static bool is_taken(const book *b, const char *name)
{
  for (size_t i = 0; i < b->count; i++)
    if (strcasecmp(b->names[i].text, name) == 0)
      return true;
  return strcasecmp(name, "History") == 0; /* the programs' own */
}

/* A name that no other sheet has: 台账, 台账 (2) … */
static void find_name(const book *b, const char *clean, sheet_name *name)
{
  char end[24] = "";
  size_t number = 1;
  do {
    if (number > 1)
      snprintf(end, sizeof end, " (%zu)", number);
    size_t size = cut_name(clean, NAME_UNITS - strlen(end));
    while (size > 0 && strchr(" '", clean[size - 1]) != NULL)
      size--;
    snprintf(name->text, sizeof name->text, "%.*s%s", (int)size, clean, end);
    number++;
  } while (is_taken(b, name->text));
}

static zc_code add_name(book *b, const char *title, zc_err *err)
{
  if (b->count == b->room) {
    size_t room = b->room == 0 ? 8 : b->room * 2;
    sheet_name *grown = realloc(b->names, room * sizeof *grown);
    if (grown == NULL)
      return zc_fail_memory(err);
    b->names = grown;
    b->room = room;
  }
  zc_buffer clean = {0};
  clean_name(title, &clean);
  zc_code code = zc_buffer_check(&clean, err);
  if (code == ZC_OK) {
    const char *start = zc_text_or(clean.data, "");
    start += strspn(start, " '");
    find_name(b, *start == '\0' ? "表" : start, &b->names[b->count]);
    b->count++;
  }
  zc_buffer_free(&clean);
  return code;
}

/* ---- the parts ---------------------------------------------------------------------- */

static zc_code add_part(book *b, const char *name, const zc_buffer *text, zc_err *err)
{
  zc_code code = zc_buffer_check(text, err);
  if (code == ZC_OK)
    code = zc_zip_begin(b->zip, name, err);
  if (code == ZC_OK)
    code = zc_zip_add(b->zip, text->data, text->size, err);
  return code == ZC_OK ? zc_zip_end(b->zip, err) : code;
}

/* Where a reader begins. */
static zc_code add_start(book *b, zc_err *err)
{
  zc_buffer out = {0};
  zc_buffer_text(&out, XML "<Relationships xmlns=\"" PACKAGE "/relationships\">"
                           "<Relationship Id=\"rId1\" Type=\"" OFFICE
                           "/officeDocument\" Target=\"xl/workbook.xml\"/>"
                           "</Relationships>");
  zc_code code = add_part(b, "_rels/.rels", &out, err);
  zc_buffer_free(&out);
  return code;
}

/* The formats of cells in the order of zc_style_id. Numbers: 49 is text, 1 a whole number;
 * fonts and fills by their order below; border 1 is all around. */
static const struct {
  int number, font, fill, border;
  const char *across, *down;
} formats[] = {[ZC_STYLE_NONE] = {0, 0, 0, 0, "general", "bottom"},
               [ZC_STYLE_TITLE] = {49, 1, 0, 0, "center", "center"},
               [ZC_STYLE_HEAD] = {49, 2, 2, 1, "center", "center"},
               [ZC_STYLE_LEFT] = {49, 0, 0, 1, "left", "top"},
               [ZC_STYLE_RIGHT] = {49, 0, 0, 1, "right", "top"},
               [ZC_STYLE_CENTER] = {49, 0, 0, 1, "center", "top"},
               [ZC_STYLE_NUMBER] = {1, 0, 0, 1, "right", "top"}};

static void add_fonts(zc_buffer *out)
{
  static const struct {
    const char *mark;
    int size;
  } fonts[] = {{"", 11}, {"<b/>", 16}, {"<b/>", 11}};
  zc_buffer_text(out, "<fonts count=\"3\">");
  for (size_t i = 0; i < sizeof fonts / sizeof *fonts; i++)
    zc_buffer_print(out,
                    "<font>%s<sz val=\"%d\"/><name val=\"宋体\"/><family val=\"3\"/>"
                    "<charset val=\"134\"/></font>",
                    fonts[i].mark, fonts[i].size);
  zc_buffer_text(out, "</fonts>");
}

static void add_borders(zc_buffer *out)
{
  static const char *const sides[] = {"left", "right", "top", "bottom"};
  zc_buffer_text(out, "<borders count=\"2\"><border><left/><right/><top/><bottom/>"
                      "<diagonal/></border><border>");
  for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
    zc_buffer_print(out, "<%s style=\"thin\"><color auto=\"1\"/></%s>", sides[i],
                    sides[i]);
  zc_buffer_text(out, "<diagonal/></border></borders>");
}

static void add_formats(zc_buffer *out)
{
  size_t count = sizeof formats / sizeof *formats;
  zc_buffer_print(out, "<cellXfs count=\"%zu\">", count);
  for (size_t i = 0; i < count; i++)
    zc_buffer_print(
        out,
        "<xf numFmtId=\"%d\" fontId=\"%d\" fillId=\"%d\" borderId=\"%d\" xfId=\"0\" "
        "applyNumberFormat=\"1\" applyFont=\"1\" applyFill=\"1\" applyBorder=\"1\" "
        "applyAlignment=\"1\"><alignment horizontal=\"%s\" vertical=\"%s\" "
        "wrapText=\"%d\"/></xf>",
        formats[i].number, formats[i].font, formats[i].fill, formats[i].border,
        formats[i].across, formats[i].down, i != ZC_STYLE_NONE);
  zc_buffer_text(out, "</cellXfs>");
}

static zc_code add_styles(book *b, zc_err *err)
{
  zc_buffer out = {0};
  zc_buffer_text(&out, XML "<styleSheet xmlns=\"" MAIN "\">");
  add_fonts(&out);
  zc_buffer_text(&out,
                 "<fills count=\"3\"><fill><patternFill patternType=\"none\"/>"
                 "</fill><fill><patternFill patternType=\"gray125\"/></fill><fill>"
                 "<patternFill patternType=\"solid\"><fgColor rgb=\"FFE7E6E6\"/>"
                 "<bgColor indexed=\"64\"/></patternFill></fill></fills>");
  add_borders(&out);
  zc_buffer_text(&out, "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" "
                       "fillId=\"0\" borderId=\"0\"/></cellStyleXfs>");
  add_formats(&out);
  zc_buffer_text(&out, "<cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" "
                       "builtinId=\"0\"/></cellStyles></styleSheet>");
  zc_code code = add_part(b, "xl/styles.xml", &out, err);
  zc_buffer_free(&out);
  return code;
}

/* A name in a formula: '台账'!$1:$2, an apostrophe in it doubled. */
static void add_titles(zc_buffer *out, size_t index, const char *name)
{
  zc_buffer_print(out,
                  "<definedName name=\"_xlnm.Print_Titles\" localSheetId=\"%zu\">'",
                  index);
  for (const char *at = name; *at != '\0';) {
    size_t size = strcspn(at, "'");
    char piece[sizeof(sheet_name)];
    memcpy(piece, at, size);
    piece[size] = '\0';
    zc_sheet_text(out, piece, SIZE_MAX);
    at += size;
    if (*at == '\'') {
      zc_buffer_text(out, "''");
      at++;
    }
  }
  zc_buffer_text(out, "'!$1:$2</definedName>");
}

static zc_code add_workbook(book *b, zc_err *err)
{
  zc_buffer out = {0};
  zc_buffer_text(&out, XML "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" OFFICE
                           "\"><bookViews><workbookView/></bookViews><sheets>");
  for (size_t i = 0; i < b->count; i++) {
    zc_buffer_text(&out, "<sheet name=\"");
    zc_sheet_text(&out, b->names[i].text, SIZE_MAX);
    zc_buffer_print(&out, "\" sheetId=\"%zu\" r:id=\"rId%zu\"/>", i + 1, i + 1);
  }
  zc_buffer_text(&out, "</sheets><definedNames>");
  for (size_t i = 0; i < b->count; i++)
    add_titles(&out, i, b->names[i].text);
  zc_buffer_text(&out, "</definedNames></workbook>");
  zc_code code = add_part(b, "xl/workbook.xml", &out, err);
  zc_buffer_free(&out);
  return code;
}

static zc_code add_relations(book *b, zc_err *err)
{
  zc_buffer out = {0};
  zc_buffer_text(&out, XML "<Relationships xmlns=\"" PACKAGE "/relationships\">");
  for (size_t i = 1; i <= b->count; i++)
    zc_buffer_print(&out,
                    "<Relationship Id=\"rId%zu\" Type=\"" OFFICE "/worksheet\" "
                    "Target=\"worksheets/sheet%zu.xml\"/>",
                    i, i);
  zc_buffer_print(&out,
                  "<Relationship Id=\"rId%zu\" Type=\"" OFFICE "/styles\" "
                  "Target=\"styles.xml\"/></Relationships>",
                  b->count + 1);
  zc_code code = add_part(b, "xl/_rels/workbook.xml.rels", &out, err);
  zc_buffer_free(&out);
  return code;
}

static zc_code add_kinds(book *b, zc_err *err)
{
  zc_buffer out = {0};
  zc_buffer_text(&out, XML "<Types xmlns=\"" PACKAGE "/content-types\">"
                           "<Default Extension=\"rels\" ContentType=\"application/"
                           "vnd.openxmlformats-package.relationships+xml\"/>"
                           "<Override PartName=\"/xl/workbook.xml\" ContentType=\"" KIND
                           "sheet.main+xml\"/>"
                           "<Override PartName=\"/xl/styles.xml\" ContentType=\"" KIND
                           "styles+xml\"/>");
  for (size_t i = 1; i <= b->count; i++)
    zc_buffer_print(&out,
                    "<Override PartName=\"/xl/worksheets/sheet%zu.xml\" "
                    "ContentType=\"" KIND "worksheet+xml\"/>",
                    i);
  zc_buffer_text(&out, "</Types>");
  zc_code code = add_part(b, "[Content_Types].xml", &out, err);
  zc_buffer_free(&out);
  return code;
}

/* ---- tables ------------------------------------------------------------------------- */

static zc_code begin_sheet(book *b, zc_sheet *sheet, const json_t *node,
                           const char *title, zc_err *err)
{
  char part[48];
  zc_code code = add_name(b, title, err);
  if (code != ZC_OK)
    return code;
  snprintf(part, sizeof part, "xl/worksheets/sheet%zu.xml", b->count);
  code = zc_zip_begin(b->zip, part, err);
  if (code == ZC_OK)
    code = zc_sheet_begin(sheet, b->zip, node, title, b->count == 1, err);
  return code;
}

static zc_code end_sheet(book *b, zc_sheet *sheet, zc_err *err)
{
  zc_code code = zc_sheet_end(sheet, err);
  b->cut += sheet->cut;
  zc_sheet_free(sheet);
  return code == ZC_OK ? zc_zip_end(b->zip, err) : code;
}

static zc_code add_rows(book *b, zc_sheet *sheet, zc_cursor *cursor, const char *title,
                        zc_err *err)
{
  for (;;) {
    const char *const *cells;
    zc_code code = zc_cursor_next(cursor, &cells, err);
    if (code == ZC_OK && cells == NULL)
      return end_sheet(b, sheet, err);
    if (code == ZC_OK && zc_sheet_full(sheet)) {
      code = end_sheet(b, sheet, err);
      if (code == ZC_OK)
        code = begin_sheet(b, sheet, cursor->node, title, err);
    }
    if (code == ZC_OK)
      code = zc_sheet_row(sheet, cells, err);
    if (code != ZC_OK)
      return code;
  }
}

static zc_code add_table(book *b, const json_t *node, const char *title, zc_err *err)
{
  zc_cursor cursor;
  zc_sheet sheet = {0};
  zc_code code = zc_cursor_open(&cursor, node, b->rows, err);
  if (code != ZC_OK)
    return code;
  code = begin_sheet(b, &sheet, node, title, err);
  if (code == ZC_OK)
    code = add_rows(b, &sheet, &cursor, title, err);
  zc_sheet_free(&sheet);
  zc_cursor_close(&cursor);
  return code;
}

/* A sheet is named after its table's own title, or the heading before it. */
static zc_code add_tables(book *b, zc_err *err)
{
  const char *heading = zc_text_of(b->tree, "title");
  const json_t *node;
  size_t index;
  json_array_foreach(json_object_get(b->tree, "children"), index, node)
  {
    const char *kind = zc_get_text(node, "kind");
    if (strcmp(kind, "heading") == 0)
      heading = zc_get_text(node, "text");
    if (strcmp(kind, "table") != 0)
      continue;
    const char *title = zc_text_or(zc_get_text(node, "title"), heading);
    zc_code code = add_table(b, node, title, err);
    if (code != ZC_OK)
      return code;
  }
  return b->count == 0 ? zc_fail_no_table(err) : ZC_OK;
}

zc_code zc_document_workbook(const zc_document *document, const zc_rows *rows,
                             const zc_sink *sink, size_t *cut, zc_err *err)
{
  book b = {.tree = zc_document_tree(document), .rows = rows};
  zc_code code = zc_zip_new(sink, &b.zip, err);
  if (code == ZC_OK)
    code = add_start(&b, err);
  if (code == ZC_OK)
    code = add_styles(&b, err);
  if (code == ZC_OK)
    code = add_tables(&b, err);
  if (code == ZC_OK)
    code = add_workbook(&b, err);
  if (code == ZC_OK)
    code = add_relations(&b, err);
  if (code == ZC_OK)
    code = add_kinds(&b, err);
  if (code == ZC_OK)
    code = zc_zip_finish(b.zip, err);
  *cut = b.cut;
  zc_zip_free(b.zip);
  free(b.names);
  return code;
}
