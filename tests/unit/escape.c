/* Texts as data: what escape.h writes, cmark and a reader of HTML read back. */
#include "document/escape.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "document_texts.h"

#define ROUNDS 20000

static char *escaped(void (*escape)(zc_buffer *, const char *, size_t),
                     const char *text, size_t size)
{
  zc_buffer out = {0};
  zc_buffer_text(&out, "");
  escape(&out, text, size);
  return zc_buffer_take(&out);
}

static char *told(const char *text)
{
  zc_buffer out = {0};
  zc_buffer_text(&out, "");
  tell_text(&out, text);
  return zc_buffer_take(&out);
}

/* Escaped and read by cmark, a text is itself and nothing else. */
static void expect_a_paragraph(const char *text, int round)
{
  char *markdown = escaped(zc_escape_markdown, text, strlen(text));
  char *words = words_of_paragraph(markdown, strlen(markdown));
  char *found = told(words), *wanted = told(text);
  cr_assert(eq(str, found, wanted), "round %d, written as %s", round, markdown);
  free(markdown), free(words), free(found), free(wanted);
}

Test(escape, random_texts_are_paragraphs_of_exactly_their_words)
{
  seeded s = {20230501};
  for (int round = 0; round < ROUNDS; round++) {
    char *text = random_text(&s, false);
    expect_a_paragraph(text, round);
    free(text);
  }
}

Test(escape, each_pair_of_dangerous_pieces_is_a_paragraph_of_its_words)
{
  const size_t count = sizeof pieces / sizeof *pieces;
  char text[100];
  for (size_t i = 0; i < count * count; i++) {
    snprintf(text, sizeof text, "%s%sz", pieces[i / count], pieces[i % count]);
    expect_a_paragraph(text, (int)i);
  }
}

Test(escape, each_dangerous_piece_alone_is_a_paragraph_of_itself)
{
  for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
    expect_a_paragraph(pieces[i], (int)i);
}

Test(escape, line_ends_in_markdown_become_spaces)
{
  char *markdown = escaped(zc_escape_markdown, "a\n# b\r\n- c\td", 12);
  cr_expect(eq(str, markdown, (char *)"a # b  - c d"));
  free(markdown);
}

Test(escape, a_bar_is_escaped_so_that_it_ends_no_cell)
{
  char *markdown = escaped(zc_escape_markdown, "a|b\\|c", 6);
  cr_expect(eq(str, markdown, (char *)"a\\|b\\\\\\|c"));
  free(markdown);
}

Test(escape, ordinary_text_is_written_as_it_is)
{
  static const char text[] =
      "抽查60例，发现2例（3.3%）：见第1页“附件”，2023-06-30 8:30 #3";
  char *markdown = escaped(zc_escape_markdown, text, strlen(text));
  char *html = escaped(zc_escape_html, text, strlen(text));
  cr_expect(eq(str, markdown, (char *)text));
  cr_expect(eq(str, html, (char *)text));
  free(markdown), free(html);
}

Test(escape, nothing_that_html_could_read_as_markup_is_left)
{
  seeded s = {1};
  for (int round = 0; round < ROUNDS; round++) {
    char *text = random_text(&s, false);
    char *html = escaped(zc_escape_html, text, strlen(text));
    cr_assert(eq(ptr, strpbrk(html, "<>\"'"), NULL), "%s", html);
    zc_buffer back = {0};
    for (const char *at = html; *at != '\0';)
      if (*at == '&')
        at += resolve(&back, at);
      else
        zc_buffer_char(&back, *at++);
    char *found = told(back.data), *wanted = told(text);
    cr_assert(eq(str, found, wanted), "round %d: %s", round, html);
    free(text), free(html), free(found), free(wanted);
    zc_buffer_free(&back);
  }
}

Test(escape, wrong_bytes_and_hidden_characters_become_replacement_characters)
{
  static const struct {
    const char *text, *wanted;
    size_t size;
  } rows[] = {{"a\xff z", "a\uFFFD z", 4}, {"a\xe4\xbd", "a\uFFFD\uFFFD", 3},
              {"a\0z", "a\uFFFDz", 3},     {"a\x1b[1mz", NULL, 6},
              {"a\u202ez", "a\uFFFDz", 5}, {"a\u2066z", "a\uFFFDz", 5},
              {"a\x7fz", "a\uFFFDz", 3}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char *html = escaped(zc_escape_html, rows[i].text, rows[i].size);
    char *markdown = escaped(zc_escape_markdown, rows[i].text, rows[i].size);
    if (rows[i].wanted != NULL) {
      cr_expect(eq(str, html, (char *)rows[i].wanted), "row %zu", i);
      cr_expect(eq(str, markdown, (char *)rows[i].wanted), "row %zu", i);
    }
    cr_expect(eq(ptr, strchr(html, 0x1b), NULL));
    cr_expect(eq(ptr, strchr(markdown, 0x1b), NULL));
    free(html), free(markdown);
  }
}

Test(escape, a_text_grows_to_at_most_its_double)
{
  zc_buffer text = {0};
  for (int i = 0; i < 60000; i++)
    zc_buffer_text(&text, "![[]()");
  char *markdown = escaped(zc_escape_markdown, text.data, text.size);
  char *html = escaped(zc_escape_html, text.data, text.size);
  cr_expect(le(sz, strlen(markdown), 2 * text.size));
  cr_expect(eq(sz, strlen(html), text.size));
  free(markdown), free(html);
  zc_buffer_free(&text);
}

Test(escape, nothing_is_nothing)
{
  char *markdown = escaped(zc_escape_markdown, "", 0);
  char *html = escaped(zc_escape_html, "", 0);
  cr_expect(eq(str, markdown, (char *)""));
  cr_expect(eq(str, html, (char *)""));
  free(markdown), free(html);
}

Test(escape, spaces_alone_are_no_markup)
{
  char *markdown = escaped(zc_escape_markdown, " \t\n ", 4);
  char *words = words_of_paragraph(markdown, strlen(markdown));
  cr_expect(eq(str, words, (char *)""));
  free(markdown), free(words);
}
