#include "document/document.h"

#include <cmark.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash.h"
#include "document/chart.h"
#include "document/escape.h"
#include "document/rows.h"
#include "document/style.h"
#include "document/table.h"

/* Blocks at the top do not depend on each other. So a table whose rows are streamed parts
 * the document, and cmark renders what stands before it by itself. */
typedef struct {
  cmark_node *root;
  const json_t *table; /* streamed, after it; NULL in the last part */
} part;

/* cmark aborts the process when its allocator returns NULL. Ours jumps out of cmark
 * instead, and all of cmark's memory is in one arena, so nothing is lost by that. Its
 * allocator functions get no context: hence the one thread-local pointer. */
struct zc_document {
  zc_arena arena;
  jmp_buf out_of_memory;
  part *parts; /* in the arena */
  size_t count;
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

static zc_code check_listed(const json_t *rows, size_t width, zc_err *err)
{
  size_t index, inner;
  const json_t *row, *cell;
  json_array_foreach(rows, index, row)
  {
    if (json_array_size(row) != width)
      return refuse(err, N_("each row of a table has as many cells as it has columns"));
    json_array_foreach(row, inner, cell)
    {
      if (!json_is_string(cell) && !json_is_integer(cell))
        return refuse(err, N_("the cells of a table are texts or whole numbers"));
    }
  }
  return ZC_OK;
}

static zc_code check_pick(const json_t *pick, size_t width, zc_err *err)
{
  size_t index;
  const json_t *column;
  if (pick == NULL)
    return ZC_OK;
  json_array_foreach(pick, index, column)
  {
    if (!json_is_string(column))
      return refuse(err, N_("what a table picks of a source are ids of columns"));
  }
  if (json_array_size(pick) != width)
    return refuse(err, N_("a table picks as many columns of a source as it has"));
  return ZC_OK;
}

static zc_code check_table(const json_t *node, zc_err *err)
{
  const json_t *columns = json_object_get(node, "columns"), *column;
  const json_t *rows = json_object_get(node, "rows");
  size_t index, width = json_array_size(columns);
  if (width == 0 || !(json_is_array(rows) || json_string_length(rows) > 0))
    return refuse(err, N_("a table needs columns and rows"));
  json_array_foreach(columns, index, column)
  {
    if (zc_get_text(column, "title") == NULL)
      return refuse(err, N_("each column of a table needs a title"));
  }
  return json_is_array(rows) ? check_listed(rows, width, err)
                             : check_pick(json_object_get(node, "pick"), width, err);
}

/* A table is one custom block: cmark knows no tables, the dialects do. */
static zc_code add_table(cmark_node *root, const json_t *node, zc_err *err)
{
  zc_code code = check_table(node, err);
  if (code != ZC_OK || zc_table_streamed(node))
    return code;
  cmark_node *block = new_node(CMARK_NODE_CUSTOM_BLOCK, root);
  cmark_node_set_user_data(block, (void *)node);
  return ZC_OK;
}

static zc_code add_chart(cmark_node *root, const json_t *node, zc_err *err)
{
  const char *problem = zc_chart_problem(node);
  if (problem != NULL)
    return refuse(err, problem);
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
               {"table", add_table},
               {"chart", add_chart}};
  const char *kind = zc_text_of(node, "kind");
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (strcmp(kinds[i].kind, kind) == 0)
      return kinds[i].add(root, node, err);
  return refuse(err, N_("a node has an unknown kind"));
}

static part *new_part(zc_document *d)
{
  part *fresh = &d->parts[d->count++];
  fresh->root = new_node(CMARK_NODE_DOCUMENT, NULL);
  return fresh;
}

static zc_code build(zc_document *d, zc_err *err)
{
  const json_t *children = json_object_get(d->tree, "children"), *node;
  size_t index;
  if (!json_is_array(children))
    return refuse(err, N_("it has no children"));
  d->parts = arena_calloc(json_array_size(children) + 1, sizeof *d->parts);
  part *last = new_part(d);
  json_array_foreach(children, index, node)
  {
    zc_code code = add_node(last->root, node, err);
    if (code != ZC_OK)
      return code;
    if (strcmp(zc_get_text(node, "kind"), "table") != 0 || !zc_table_streamed(node))
      continue;
    last->table = node;
    last = new_part(d);
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

const json_t *zc_document_tree(const zc_document *document)
{
  return document->tree;
}

void zc_document_free(zc_document *document)
{
  if (document == NULL)
    return;
  zc_arena_free(&document->arena);
  free(document);
}

/* ---- dressing ---------------------------------------------------------------- */

/* The literals around a node of ours, for one format. */
static void dress_block(cmark_node *node, const json_t *data, zc_format format,
                        zc_buffer *text)
{
  const char *kind = zc_get_text(data, "kind");
  if (strcmp(kind, "chart") == 0) {
    zc_chart_print(data, format, text);
    cmark_node_set_on_enter(node, zc_text_or(text->data, ""));
    return;
  }
  if (strcmp(kind, "table") == 0) {
    zc_sink sink = zc_sink_buffer(text);
    zc_err lost; /* of rows in the tree nothing can fail but memory */
    if (zc_table_write(data, format, NULL, &sink, &lost) != ZC_OK)
      text->failed = true;
    cmark_node_set_on_enter(node, zc_text_or(text->data, ""));
    return;
  }
  if (format == ZC_HTML)
    zc_buffer_print(text, "<div class=\"%s\">", zc_get_text(data, "align"));
  cmark_node_set_on_enter(node, zc_text_or(text->data, ""));
  cmark_node_set_on_exit(node, format == ZC_HTML ? "</div>" : "");
}

static void dress(cmark_node *root, zc_format format, zc_buffer *text)
{
  cmark_iter *iterator = cmark_iter_new(root);
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
  const char *title = zc_text_of(tree, "title");
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

/* Renders a part into the arena. NULL when out of memory. */
static const char *render(zc_document *d, cmark_node *root, zc_format format,
                          zc_buffer *text)
{
  current = d;
  if (setjmp(d->out_of_memory) != 0)
    return NULL;
  dress(root, format, text);
  if (text->failed)
    return NULL;
  return format == ZC_HTML ? cmark_render_html(root, CMARK_OPT_DEFAULT)
                           : cmark_render_commonmark(root, CMARK_OPT_DEFAULT, 0);
}

typedef struct {
  zc_format format;
  const zc_rows *rows;
  const zc_sink *sink;
  bool begun; /* something has been written */
} printing;

/* Parts follow each other as cmark has its blocks: those of HTML end their own lines, in
 * Markdown an empty line is behind each but the last, which ends as cmark ends it. */
static zc_code write_body(printing *p, const char *body, bool last, zc_err *err)
{
  size_t size = strlen(body), full = size;
  while (p->format == ZC_MARKDOWN && size > 0 && body[size - 1] == '\n')
    size--;
  if (size == 0)
    return last && p->format == ZC_MARKDOWN && !p->begun
               ? zc_sink_text(p->sink, "\n", err)
               : ZC_OK;
  zc_code code = p->sink->write(p->sink->context, body, last ? full : size, err);
  if (code == ZC_OK && !last && p->format == ZC_MARKDOWN)
    code = zc_sink_text(p->sink, "\n\n", err);
  p->begun = true;
  return code;
}

static zc_code write_table(printing *p, const json_t *node, zc_err *err)
{
  zc_code code = zc_table_write(node, p->format, p->rows, p->sink, err);
  if (code == ZC_OK)
    code = zc_sink_text(p->sink, p->format == ZC_HTML ? "\n" : "\n\n", err);
  p->begun = true;
  return code;
}

static zc_code write_parts(zc_document *d, printing *p, zc_err *err)
{
  zc_buffer text = {0};
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < d->count; i++) {
    const part *at = &d->parts[i];
    const char *body = render(d, at->root, p->format, &text);
    code = body == NULL ? zc_fail_memory(err)
                        : write_body(p, body, at->table == NULL, err);
    if (code == ZC_OK && at->table != NULL)
      code = write_table(p, at->table, err);
  }
  zc_buffer_free(&text);
  return code;
}

zc_code zc_document_write(zc_document *document, zc_format format, const zc_rows *rows,
                          const zc_sink *sink, zc_err *err)
{
  printing p = {format, rows, sink, false};
  zc_buffer head = {0};
  zc_code code = format == ZC_HTML ? html_head(document->tree, &head, err) : ZC_OK;
  if (code == ZC_OK)
    code = zc_sink_drain(sink, &head, 0, err);
  zc_buffer_free(&head);
  if (code == ZC_OK)
    code = write_parts(document, &p, err);
  if (code == ZC_OK && format == ZC_HTML)
    code = zc_sink_text(sink, "</body>\n</html>\n", err);
  return code;
}

zc_code zc_document_print(zc_document *document, zc_format format, zc_buffer *out,
                          zc_err *err)
{
  zc_sink sink = zc_sink_buffer(out);
  return zc_document_write(document, format, NULL, &sink, err);
}
