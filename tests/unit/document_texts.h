/* document_texts.h: random texts that look like markup, and what a reader of Markdown
 * (cmark, not ours) or of HTML finds in a page. Both are told in the same words, a line
 * for each block: `h2 text`, `p text`, `li text`, `row a | b`; a line break is «⏎», a bar
 * between cells stands for a cell's end and one inside a cell is «¦». */
#ifndef TEST_DOCUMENT_TEXTS_H
#define TEST_DOCUMENT_TEXTS_H

#include <cmark.h>
#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "seeded.h"

/* ---- making texts -------------------------------------------------------------- */

static const char *const pieces[] =
    {"`",           "```",        "~~~",  "~",    "*",     "**",      "_",
     "__",          "[",          "]",    "(",    ")",     "![",      "](",
     "<",           ">",          "<!--", "-->",  "<b>",   "</td>",   "&",
     "&lt;",        "&#124;",     "&amp", "|",    "\\",    "\\|",     "#",
     "## ",         "-",          "---",  "+ ",   "=",     "===",     ":",
     "1.",          "2) ",        "99",   ".",    "\"",    "'",       "!",
     "{",           "}",          "$",    "@",    "a@b.c", "www.",    "://",
     "http://x.y",  "<http://x>", " ",    "  ",   "    ",  "\t",      "a",
     "word",        "中文",       "，",   "😀",    "𠮷",    "e\u0301", "\u3000x",
     "javascript:", "[x]: y",     "[^1]", "[ ] ", "> ",    "\\\\"};

/* Whether the last line of a text holds nothing but spaces. */
static inline bool ends_blank(const zc_buffer *text)
{
  size_t at = text->size;
  while (at > 0 && (text->data[at - 1] == ' ' || text->data[at - 1] == '\t'))
    at--;
  return at == 0 || text->data[at - 1] == '\n';
}

/* A text of a few pieces; with `lines` perhaps of several lines, none of them blank. */
static inline char *random_text(seeded *s, bool lines)
{
  zc_buffer out = {0};
  size_t count = 1 + seeded_below(s, 9);
  for (size_t i = 0; i < count; i++) {
    zc_buffer_text(&out, pieces[seeded_below(s, sizeof pieces / sizeof *pieces)]);
    if (lines && i + 1 < count && !ends_blank(&out) && seeded_below(s, 3) == 0)
      zc_buffer_char(&out, '\n');
  }
  if (ends_blank(&out))
    zc_buffer_char(&out, 'z');
  return zc_buffer_take(&out);
}

/* ---- telling ------------------------------------------------------------------- */

/* Appends a text as both readers may tell it: without the spaces around its lines, a tab
 * as a space, line ends as «⏎», bars as «¦». */
static inline void tell(zc_buffer *out, const char *text, size_t size)
{
  size_t from = 0;
  for (size_t i = 0; i <= size; i++) {
    if (i < size && text[i] != '\n')
      continue;
    size_t start = from, end = i;
    while (start < end && (text[start] == ' ' || text[start] == '\t'))
      start++;
    while (end > start && (text[end - 1] == ' ' || text[end - 1] == '\t'))
      end--;
    for (; start < end; start++)
      if (text[start] == '|')
        zc_buffer_text(out, "¦");
      else
        zc_buffer_char(out, text[start] == '\t' ? ' ' : text[start]);
    if (i < size)
      zc_buffer_text(out, "⏎");
    from = i + 1;
  }
}

static inline void tell_text(zc_buffer *out, const char *text)
{
  tell(out, text, strlen(text));
}

/* ---- reading Markdown with cmark ------------------------------------------------- */

/* The words of a block; markup inside is told by its name, so that it cannot be
 * overlooked. */
static inline void words_of(cmark_node *block, zc_buffer *out)
{
  cmark_iter *iterator = cmark_iter_new(block);
  cmark_event_type event;
  while ((event = cmark_iter_next(iterator)) != CMARK_EVENT_DONE) {
    cmark_node *node = cmark_iter_get_node(iterator);
    if (node == block || event != CMARK_EVENT_ENTER)
      continue;
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_TEXT:
      zc_buffer_text(out, cmark_node_get_literal(node));
      break;
    case CMARK_NODE_SOFTBREAK:
    case CMARK_NODE_LINEBREAK:
      zc_buffer_char(out, '\n');
      break;
    default:
      zc_buffer_print(out, "{%s}", cmark_node_get_type_string(node));
    }
  }
  cmark_iter_free(iterator);
}

/* A piece of Markdown that has to be one paragraph, as its words. Owned. */
static inline char *words_of_paragraph(const char *markdown, size_t size)
{
  zc_buffer out = {0};
  cmark_node *root = cmark_parse_document(markdown, size, CMARK_OPT_DEFAULT);
  cmark_node *block = cmark_node_first_child(root);
  zc_buffer_text(&out, "");
  if (block != NULL && cmark_node_get_type(block) == CMARK_NODE_PARAGRAPH &&
      cmark_node_next(block) == NULL)
    words_of(block, &out);
  else if (block != NULL)
    zc_buffer_print(&out, "{%s}", cmark_node_get_type_string(block));
  cmark_node_free(root);
  return zc_buffer_take(&out);
}

/* A cell's Markdown: bars inside are escaped, whatever else it is. */
static inline void tell_cell(zc_buffer *out, const char *from, size_t size)
{
  zc_buffer cell = {0};
  zc_buffer_text(&cell, "");
  for (size_t i = 0; i < size; i++)
    if (from[i] != '\\' || i + 1 == size || from[i + 1] != '|')
      zc_buffer_char(&cell, from[i]);
  char *words = words_of_paragraph(cell.data, cell.size);
  tell_text(out, words);
  free(words);
  zc_buffer_free(&cell);
}

/* A line `| a | b |` in GitHub's dialect: cells end at bars without a backslash. */
static inline void tell_row(zc_buffer *out, const char *line, size_t size)
{
  zc_buffer_text(out, "row ");
  size_t from = 1;
  for (size_t i = 1; i < size; i++) {
    if (line[i] != '|' || line[i - 1] == '\\')
      continue;
    if (from > 1)
      zc_buffer_text(out, " | ");
    tell_cell(out, line + from, i - from);
    from = i + 1;
  }
  zc_buffer_text(out, from == size ? "\n" : " {open}\n");
}

static inline const char *line_of(const char *text, int line)
{
  for (; line > 1; line--)
    text = strchr(text, '\n') + 1;
  return text;
}

/* A table is a paragraph to cmark: its lines are read from the source. */
static inline void tell_table(zc_buffer *out, const char *markdown, cmark_node *block)
{
  int first = cmark_node_get_start_line(block), last = cmark_node_get_end_line(block);
  for (int i = first; i <= last; i++) {
    const char *line = line_of(markdown, i);
    size_t size = strcspn(line, "\n");
    if (i == first + 1)
      zc_buffer_text(out, strspn(line, "|-:") == size ? "" : "{no rule}\n");
    else
      tell_row(out, line, size);
  }
}

static inline void tell_block(zc_buffer *out, const char *markdown, cmark_node *block)
{
  zc_buffer words = {0};
  words_of(block, &words);
  zc_buffer_text(&words, "");
  switch (cmark_node_get_type(block)) {
  case CMARK_NODE_HEADING:
    zc_buffer_print(out, "h%d ", cmark_node_get_heading_level(block));
    break;
  case CMARK_NODE_PARAGRAPH:
    if (line_of(markdown, cmark_node_get_start_line(block))[0] == '|') {
      tell_table(out, markdown, block);
      zc_buffer_free(&words);
      return;
    }
    zc_buffer_text(out, "p ");
    break;
  default:
    zc_buffer_print(out, "{%s} ", cmark_node_get_type_string(block));
  }
  tell_text(out, words.data);
  zc_buffer_char(out, '\n');
  zc_buffer_free(&words);
}

/* What cmark reads in a page. Owned. */
static inline char *read_markdown(const char *markdown)
{
  zc_buffer out = {0};
  cmark_node *root = cmark_parse_document(markdown, strlen(markdown),
                                          CMARK_OPT_DEFAULT);
  zc_buffer_text(&out, "");
  for (cmark_node *block = cmark_node_first_child(root); block != NULL;
       block = cmark_node_next(block)) {
    /* cmark itself writes a comment between two lists. */
    if (cmark_node_get_type(block) == CMARK_NODE_HTML_BLOCK &&
        strcmp(cmark_node_get_literal(block), "<!-- end list -->\n") == 0)
      continue;
    if (cmark_node_get_type(block) != CMARK_NODE_LIST) {
      tell_block(&out, markdown, block);
      continue;
    }
    for (cmark_node *item = cmark_node_first_child(block); item != NULL;
         item = cmark_node_next(item)) {
      zc_buffer words = {0};
      cmark_node *only = cmark_node_first_child(item);
      zc_buffer_text(&words, "");
      words_of(only, &words);
      zc_buffer_text(&out, cmark_node_next(only) == NULL ? "li " : "li {more} ");
      tell_text(&out, words.data);
      zc_buffer_char(&out, '\n');
      zc_buffer_free(&words);
    }
  }
  cmark_node_free(root);
  return zc_buffer_take(&out);
}

/* ---- reading HTML ---------------------------------------------------------------- */

/* Appends the character that a reference stands for; returns its length in the source. */
static inline size_t resolve(zc_buffer *out, const char *at)
{
  static const char *const known[][2] = {{"&amp;", "&"},
                                         {"&lt;", "<"},
                                         {"&gt;", ">"},
                                         {"&quot;", "\""},
                                         {"&#39;", "'"}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strncmp(at, known[i][0], strlen(known[i][0])) == 0) {
      zc_buffer_text(out, known[i][1]);
      return strlen(known[i][0]);
    }
  zc_buffer_text(out, "{reference}");
  return 1;
}

/* One tag: told, or the end of a block whose words are in `words`. */
static inline void tell_tag(zc_buffer *out, const char *tag, size_t size,
                            zc_buffer *words)
{
  static const char *const silent[] = {"ul",    "/ul",    "table", "/table",
                                       "thead", "/thead", "tbody", "/tbody"};
  char name[12] = "";
  size_t length = strcspn(tag, " >");
  memcpy(name, tag, length < 11 ? length : 11);
  if (strcmp(name, "br") == 0) {
    zc_buffer_char(words, '\n');
    return;
  }
  for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
    if (strcmp(name, silent[i]) == 0)
      return;
  if (strcmp(name, "div") == 0 || strcmp(name, "/div") == 0)
    return;
  if (strcmp(name, "tr") == 0) {
    zc_buffer_text(out, "row ");
  } else if (strcmp(name, "/tr") == 0) {
    out->size -= 3; /* the bar after the last cell */
    out->data[out->size] = '\0';
    zc_buffer_char(out, '\n');
  } else if (name[0] != '/' && (strchr("hp", name[0]) != NULL || name[0] == 'l')) {
    words->size = 0;
    zc_buffer_print(out, "%s ", name);
  } else if (strcmp(name, "td") == 0 || strcmp(name, "th") == 0) {
    words->size = 0;
  } else if (strcmp(name, "/td") == 0 || strcmp(name, "/th") == 0) {
    tell(out, words->data, words->size);
    zc_buffer_text(out, " | ");
  } else if (name[0] == '/' && strchr("hpl", name[1]) != NULL) {
    tell(out, words->data, words->size);
    zc_buffer_char(out, '\n');
  } else {
    zc_buffer_print(out, "{%.*s}", (int)size, tag);
  }
}

/* What the body of our HTML holds. Owned. */
static inline char *read_html(const char *page)
{
  zc_buffer out = {0}, words = {0};
  const char *at = strstr(page, "<body>\n") + strlen("<body>\n");
  const char *end = strstr(page, "</body>\n</html>\n");
  zc_buffer_text(&out, "");
  zc_buffer_text(&words, "");
  while (at < end) {
    if (*at == '<') {
      size_t size = strcspn(at, ">");
      tell_tag(&out, at + 1, size - 1, &words);
      at += size + 1;
    } else if (*at == '&') {
      at += resolve(&words, at);
    } else {
      /* Line ends between tags are layout; those of texts are <br>. */
      if (*at != '\n')
        zc_buffer_char(&words, *at);
      at++;
    }
  }
  zc_buffer_free(&words);
  return zc_buffer_take(&out);
}

#endif
