#include "document/document.h"

#include <cmark.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash.h"
#include "document/escape.h"
#include "document/style.h"

/* cmark aborts the process when its allocator returns NULL. Ours jumps out of cmark
 * instead, and all of cmark's memory is in one arena, so nothing is lost by that. Its
 * allocator functions get no context: hence the one thread-local pointer. */
struct zc_document {
  zc_arena arena;
  jmp_buf out_of_memory;
  cmark_node *root;
  const json_t *tree;
};

static _Thread_local zc_document *current;

static void *arena_calloc(size_t count, size_t size)
{
  void *piece = size != 0 && count > SIZE_MAX / 4 / size
                    ? NULL
                    : zc_arena_take(&current->arena, count * size + 16);
  if (piece == NULL)
    longjmp(current->out_of_memory, 1);
  *(size_t *)piece = count * size;
  return (char *)piece + 16;
}

static void *arena_realloc(void *old, size_t size)
{
  void *piece = arena_calloc(1, size);
  if (old != NULL) {
    size_t before = *(size_t *)((char *)old - 16);
    memcpy(piece, old, before < size ? before : size);
  }
  return piece;
}

static void arena_free(void *piece)
{
  (void)piece; /* with the arena */
}

static cmark_mem memory = {arena_calloc, arena_realloc, arena_free};

/* ---- building ---------------------------------------------------------------- */

static cmark_node *new_node(cmark_node_type type, cmark_node *parent)
{
  cmark_node *node = cmark_node_new_with_mem(type, &memory);
  if (parent != NULL)
    cmark_node_append_child(parent, node);
  return node;
}

/* A custom inline whose literal depends on the format, set by `dress`. */
static void add_piece(cmark_node *parent, const char *text, size_t size)
{
  cmark_node *node = new_node(CMARK_NODE_CUSTOM_INLINE, parent);
  char *copy = arena_calloc(1, size + 1);
  memcpy(copy, text, size);
  cmark_node_set_user_data(node, copy);
}

/* User text of a paragraph: each line is a piece, with a hard break between two. Blank
 * lines are left out: they would end the paragraph. */
static void add_text(cmark_node *parent, const json_t *text)
{
  bool first = true;
  for (const char *at = json_string_value(text); *at != '\0';) {
    size_t size = strcspn(at, "\n"), blank = strspn(at, " \t\r\n");
    if (blank < size) {
      if (!first)
        new_node(CMARK_NODE_LINEBREAK, parent);
      add_piece(parent, at, size);
      first = false;
    }
    at += size + (at[size] == '\n');
  }
  if (first)
    add_piece(parent, "", 0);
}

static zc_code refuse(zc_err *err, const char *problem)
{
  return zc_fail(err, ZC_EINTERNAL, "the layout returned no document: {problem_term}",
                 "problem_term", problem, NULL);
}

static zc_code add_heading(cmark_node *root, const json_t *node, zc_err *err)
{
  json_int_t level = zc_get_integer(node, "level", 0);
  const json_t *text = json_object_get(node, "text");
  if (level < 1 || level > 6 || !json_is_string(text))
    return refuse(err, N_("a heading needs a level from 1 to 6 and a text"));
  cmark_node *heading = new_node(CMARK_NODE_HEADING, root);
  cmark_node_set_heading_level(heading, (int)level);
  /* On one line: the escape makes its line ends spaces. */
  add_piece(heading, json_string_value(text), json_string_length(text));
  return ZC_OK;
}

/* A paragraph with an alignment stands in a custom block, which carries the class. */
static zc_code add_paragraph(cmark_node *root, const json_t *node, zc_err *err)
{
  const json_t *text = json_object_get(node, "text");
  const char *align = zc_get_text(node, "align");
  if (!json_is_string(text))
    return refuse(err, N_("a paragraph needs a text"));
  if (align != NULL && strcmp(align, "right") != 0 && strcmp(align, "center") != 0 &&
      strcmp(align, "address") != 0)
    return refuse(err, N_("a paragraph is aligned right, center or address"));
  cmark_node *parent = root;
  if (align != NULL) {
    parent = new_node(CMARK_NODE_CUSTOM_BLOCK, root);
    cmark_node_set_user_data(parent, (void *)node);
  }
  add_text(new_node(CMARK_NODE_PARAGRAPH, parent), text);
  return ZC_OK;
}

static zc_code add_list(cmark_node *root, const json_t *node, zc_err *err)
{
  size_t index;
  const json_t *text;
  const json_t *items = json_object_get(node, "items");
  if (!json_is_array(items))
    return refuse(err, N_("a list needs items"));
  if (json_array_size(items) == 0)
    return ZC_OK;
  cmark_node *out = new_node(CMARK_NODE_LIST, root);
  cmark_node_set_list_type(out, CMARK_BULLET_LIST);
  cmark_node_set_list_tight(out, 1);
  json_array_foreach(items, index, text)
  {
    if (!json_is_string(text))
      return refuse(err, N_("the items of a list are texts"));
    cmark_node *item = new_node(CMARK_NODE_ITEM, out);
    add_text(new_node(CMARK_NODE_PARAGRAPH, item), text);
  }
  return ZC_OK;
}

/* A table is one custom block: cmark knows no tables, the dialects do. */
static zc_code add_table(cmark_node *root, const json_t *node, zc_err *err)
{
  const json_t *columns = json_object_get(node, "columns");
  const json_t *rows = json_object_get(node, "rows"), *row, *cell, *column;
  size_t index, inner;
  if (json_array_size(columns) == 0 || !json_is_array(rows))
    return refuse(err, N_("a table needs columns and rows"));
  json_array_foreach(columns, index, column)
  {
    if (zc_get_text(column, "title") == NULL)
      return refuse(err, N_("each column of a table needs a title"));
  }
  json_array_foreach(rows, index, row)
  {
    if (json_array_size(row) != json_array_size(columns))
      return refuse(err, N_("each row of a table has as many cells as it has columns"));
    json_array_foreach(row, inner, cell)
    {
      if (!json_is_string(cell) && !json_is_integer(cell))
        return refuse(err, N_("the cells of a table are texts or whole numbers"));
    }
  }
  cmark_node *block = new_node(CMARK_NODE_CUSTOM_BLOCK, root);
  cmark_node_set_user_data(block, (void *)node);
  return ZC_OK;
}

static zc_code add_node(cmark_node *root, const json_t *node, zc_err *err)
{
  static const struct {
    const char *kind;
    zc_code (*add)(cmark_node *root, const json_t *node, zc_err *err);
  } kinds[] = {{"heading", add_heading},
               {"paragraph", add_paragraph},
               {"list", add_list},
               {"table", add_table}};
  const char *kind = zc_text_or(zc_get_text(node, "kind"), "");
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (strcmp(kinds[i].kind, kind) == 0)
      return kinds[i].add(root, node, err);
  return refuse(err, N_("a node has an unknown kind"));
}

static zc_code build(zc_document *d, zc_err *err)
{
  const json_t *children = json_object_get(d->tree, "children"), *node;
  size_t index;
  if (!json_is_array(children))
    return refuse(err, N_("it has no children"));
  d->root = new_node(CMARK_NODE_DOCUMENT, NULL);
  json_array_foreach(children, index, node)
  {
    zc_code code = add_node(d->root, node, err);
    if (code != ZC_OK)
      return code;
  }
  return ZC_OK;
}

zc_code zc_document_new(const json_t *tree, zc_document **document, zc_err *err)
{
  zc_document *d = calloc(1, sizeof *d);
  *document = NULL;
  if (d == NULL)
    return zc_fail_memory(err);
  d->tree = tree;
  current = d;
  zc_code code;
  if (setjmp(d->out_of_memory) == 0)
    code = build(d, err);
  else
    code = zc_fail_memory(err);
  if (code == ZC_OK)
    *document = d;
  else
    zc_document_free(d);
  return code;
}

void zc_document_free(zc_document *document)
{
  if (document == NULL)
    return;
  zc_arena_free(&document->arena);
  free(document);
}

/* ---- dressing ---------------------------------------------------------------- */

static void add_cell(zc_buffer *out, zc_format format, const json_t *cell)
{
  char room[24];
  const char *text = json_is_string(cell)
                         ? json_string_value(cell)
                         : zc_number_text(room, json_integer_value(cell));
  if (format == ZC_HTML)
    zc_escape_html(out, text, strlen(text));
  else
    zc_escape_markdown(out, text, strlen(text));
}

static const char *align_of(const json_t *column)
{
  return zc_text_or(zc_get_text(column, "align"), "left");
}

static void markdown_table(zc_buffer *out, const json_t *node)
{
  const json_t *columns = json_object_get(node, "columns"), *column, *row, *cell;
  size_t index, inner;
  json_array_foreach(columns, index, column)
  {
    zc_buffer_text(out, "| ");
    add_cell(out, ZC_MARKDOWN, json_object_get(column, "title"));
    zc_buffer_char(out, ' ');
  }
  zc_buffer_text(out, "|\n");
  json_array_foreach(columns, index, column)
      zc_buffer_text(out, strcmp(align_of(column), "right") == 0    ? "|---:"
                          : strcmp(align_of(column), "center") == 0 ? "|:---:"
                                                                    : "|---");
  zc_buffer_text(out, "|");
  json_array_foreach(json_object_get(node, "rows"), index, row)
  {
    zc_buffer_char(out, '\n');
    json_array_foreach(row, inner, cell)
    {
      zc_buffer_text(out, "| ");
      add_cell(out, ZC_MARKDOWN, cell);
      zc_buffer_char(out, ' ');
    }
    zc_buffer_char(out, '|');
  }
}

static void html_row(zc_buffer *out, const json_t *columns, const json_t *row,
                     const char *tag)
{
  size_t index;
  const json_t *cell;
  zc_buffer_text(out, "<tr>");
  json_array_foreach(row, index, cell)
  {
    const json_t *column = json_array_get(columns, index);
    const char *align = align_of(column);
    zc_buffer_print(out, strcmp(align, "left") == 0 ? "<%s>" : "<%s class=\"%s\">", tag,
                    strcmp(align, "right") == 0 ? "right" : "center");
    add_cell(out, ZC_HTML,
             json_is_object(cell) ? json_object_get(cell, "title") : cell);
    zc_buffer_print(out, "</%s>", tag);
  }
  zc_buffer_text(out, "</tr>\n");
}

static void html_table(zc_buffer *out, const json_t *node)
{
  const json_t *columns = json_object_get(node, "columns"), *row;
  size_t index;
  zc_buffer_text(out, "<table>\n<thead>\n");
  html_row(out, columns, columns, "th");
  zc_buffer_text(out, "</thead>\n<tbody>\n");
  json_array_foreach(json_object_get(node, "rows"), index, row)
      html_row(out, columns, row, "td");
  zc_buffer_text(out, "</tbody>\n</table>");
}

/* The literals around a node of ours, for one format. */
static void dress_block(cmark_node *node, const json_t *data, zc_format format,
                        zc_buffer *text)
{
  const char *kind = zc_get_text(data, "kind");
  if (strcmp(kind, "table") == 0) {
    if (format == ZC_HTML)
      html_table(text, data);
    else
      markdown_table(text, data);
    cmark_node_set_on_enter(node, zc_text_or(text->data, ""));
    return;
  }
  if (format == ZC_HTML)
    zc_buffer_print(text, "<div class=\"%s\">", zc_get_text(data, "align"));
  cmark_node_set_on_enter(node, zc_text_or(text->data, ""));
  cmark_node_set_on_exit(node, format == ZC_HTML ? "</div>" : "");
}

static void dress(zc_document *d, zc_format format, zc_buffer *text)
{
  cmark_iter *iterator = cmark_iter_new(d->root);
  cmark_event_type event;
  while ((event = cmark_iter_next(iterator)) != CMARK_EVENT_DONE) {
    cmark_node *node = cmark_iter_get_node(iterator);
    void *data = cmark_node_get_user_data(node);
    if (event != CMARK_EVENT_ENTER || data == NULL)
      continue;
    text->size = 0;
    if (text->data != NULL)
      text->data[0] = '\0';
    if (cmark_node_get_type(node) == CMARK_NODE_CUSTOM_BLOCK) {
      dress_block(node, data, format, text);
    } else {
      const char *words = data;
      if (format == ZC_HTML)
        zc_escape_html(text, words, strlen(words));
      else
        zc_escape_markdown(text, words, strlen(words));
      cmark_node_set_on_enter(node, zc_text_or(text->data, ""));
    }
  }
}

/* ---- printing ---------------------------------------------------------------- */

/* The style's hash is what the policy allows: nothing else may style, no script may
 * run, nothing is loaded. */
static zc_code html_head(const json_t *tree, zc_buffer *out, zc_err *err)
{
  const char *title = zc_text_or(zc_get_text(tree, "title"), "");
  char hash[64];
  zc_code code = zc_hash_base64(zc_style, strlen(zc_style), hash, err);
  if (code != ZC_OK)
    return code;
  zc_buffer_text(out, "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n"
                      "<meta charset=\"utf-8\">\n"
                      "<meta http-equiv=\"Content-Security-Policy\" "
                      "content=\"default-src 'none'; style-src 'sha256-");
  zc_buffer_text(out, hash);
  zc_buffer_text(out,
                 "'; base-uri 'none'; form-action 'none'\">\n"
                 "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
  zc_escape_html(out, title, strlen(title));
  zc_buffer_text(out, "</title>\n<style>");
  zc_buffer_text(out, zc_style);
  zc_buffer_text(out, "</style>\n</head>\n<body>\n");
  return zc_buffer_check(out, err);
}

/* Renders into the arena. NULL when out of memory. */
static const char *render(zc_document *d, zc_format format, zc_buffer *text)
{
  current = d;
  if (setjmp(d->out_of_memory) != 0)
    return NULL;
  dress(d, format, text);
  if (text->failed)
    return NULL;
  return format == ZC_HTML ? cmark_render_html(d->root, CMARK_OPT_DEFAULT)
                           : cmark_render_commonmark(d->root, CMARK_OPT_DEFAULT, 0);
}

zc_code zc_document_print(zc_document *document, zc_format format, zc_buffer *out,
                          zc_err *err)
{
  zc_buffer text = {0};
  zc_code code = format == ZC_HTML ? html_head(document->tree, out, err) : ZC_OK;
  const char *body = code == ZC_OK ? render(document, format, &text) : NULL;
  zc_buffer_free(&text);
  if (code != ZC_OK)
    return code;
  if (body == NULL)
    return zc_fail_memory(err);
  zc_buffer_text(out, body);
  if (format == ZC_HTML)
    zc_buffer_text(out, "</body>\n</html>\n");
  return zc_buffer_check(out, err);
}
