#include "document/chart.h"

#include <string.h>

#include "document/escape.h"

#define FULL 1000 /* of a bar's share: thousandths */

const char *zc_chart_problem(const json_t *node)
{
  size_t index;
  const json_t *bar, *bars = json_object_get(node, "bars");
  if (zc_get_text(node, "title") == NULL || zc_get_text(node, "label") == NULL ||
      zc_get_text(node, "value") == NULL || !json_is_array(bars))
    return N_("a chart needs a title, what its label and value are called, and bars");
  json_array_foreach(bars, index, bar)
  {
    const json_t *share = json_object_get(bar, "share");
    json_int_t size = json_integer_value(share);
    if (zc_get_text(bar, "label") == NULL || zc_get_text(bar, "value") == NULL)
      return N_("each bar of a chart needs a label and a value");
    if (share != NULL && (!json_is_integer(share) || size < 0 || size > FULL))
      return N_("the share of a bar is a whole number from 0 to 1000");
  }
  return NULL;
}

static void markdown_line(zc_buffer *out, const char *left, const char *right)
{
  zc_buffer_text(out, "| ");
  zc_escape_markdown(out, left, strlen(left));
  zc_buffer_text(out, " | ");
  zc_escape_markdown(out, right, strlen(right));
  zc_buffer_text(out, " |");
}

static void print_markdown(const json_t *node, zc_buffer *out)
{
  size_t index;
  const json_t *bar;
  markdown_line(out, zc_get_text(node, "label"), zc_get_text(node, "value"));
  zc_buffer_text(out, "\n|---|---:|");
  json_array_foreach(json_object_get(node, "bars"), index, bar)
  {
    zc_buffer_char(out, '\n');
    markdown_line(out, zc_get_text(bar, "label"), zc_get_text(bar, "value"));
  }
}

static void html_text(zc_buffer *out, const char *begin, const char *text,
                      const char *end)
{
  zc_buffer_text(out, begin);
  zc_escape_html(out, text, strlen(text));
  zc_buffer_text(out, end);
}

/* Colours are attributes: the page's policy allows no style but its own. */
static void html_bar(zc_buffer *out, const json_t *bar)
{
  const json_t *share = json_object_get(bar, "share");
  html_text(out, "<tr><td>", zc_get_text(bar, "label"), "</td><td>");
  if (share != NULL)
    zc_buffer_print(out,
                    "<svg width=\"240\" height=\"12\" viewBox=\"0 0 1000 12\" "
                    "preserveAspectRatio=\"none\" aria-hidden=\"true\">"
                    "<rect width=\"1000\" height=\"12\" fill=\"#e8e8e8\"/>"
                    "<rect width=\"%d\" height=\"12\" fill=\"#4a6fa5\"/></svg>",
                    (int)json_integer_value(share));
  html_text(out, "</td><td class=\"right\">", zc_get_text(bar, "value"),
            "</td></tr>\n");
}

static void print_html(const json_t *node, zc_buffer *out)
{
  size_t index;
  const json_t *bar;
  html_text(out, "<table>\n<caption>", zc_get_text(node, "title"), "</caption>\n");
  html_text(out, "<thead>\n<tr><th>", zc_get_text(node, "label"), "</th><th></th>");
  html_text(out, "<th class=\"right\">", zc_get_text(node, "value"),
            "</th></tr>\n</thead>\n<tbody>\n");
  json_array_foreach(json_object_get(node, "bars"), index, bar) html_bar(out, bar);
  zc_buffer_text(out, "</tbody>\n</table>");
}

void zc_chart_print(const json_t *node, zc_format format, zc_buffer *out)
{
  if (format == ZC_HTML)
    print_html(node, out);
  else
    print_markdown(node, out);
}
