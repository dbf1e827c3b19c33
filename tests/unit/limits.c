/* How much a YAML file may hold: each limit is reached, and not passed. */
#include "value/yaml.h"

#include "base/buffer.h"
#include "parsed.h"

/* Appends `count` lines of the form. */
static void add_lines(zc_buffer *text, size_t count, const char *form)
{
  for (size_t i = 0; i < count; i++) {
    zc_buffer_text(text, form);
    zc_buffer_number(text, (int64_t)i);
    zc_buffer_text(text, ": x\n");
  }
}

static zc_code code_of(const zc_buffer *text, const char *reason)
{
  parsed p = parse_bytes(text->data, text->size);
  zc_code code = p.code;
  if (code != ZC_OK)
    cr_expect(ne(ptr, strstr(said(&p), reason), NULL), "%s", said(&p));
  parsed_free(&p);
  return code;
}

Test(limits, maps_of_more_than_2000_keys)
{
  zc_buffer text = {0};
  add_lines(&text, 2000, "k");
  cr_expect(eq(int, code_of(&text, ""), ZC_OK));
  zc_buffer_text(&text, "last: x\n");
  cr_expect(eq(int, code_of(&text, "a map of more than 2,000 keys"), ZC_EDATA));
  zc_buffer_free(&text);
}

Test(limits, files_of_more_than_20000_entries)
{
  zc_buffer text = {0};
  for (int i = 0; i < 19999; i++)
    zc_buffer_text(&text, "- a\n");
  cr_expect(eq(int, code_of(&text, ""), ZC_OK));
  zc_buffer_text(&text, "- a\n");
  cr_expect(eq(int, code_of(&text, "more than 20,000 entries"), ZC_EDATA));
  zc_buffer_free(&text);
}

Test(limits, files_of_more_than_5000_lists_and_maps)
{
  zc_buffer text = {0};
  add_lines(&text, 4999, "- k"); /* in a list of their own */
  cr_expect(eq(int, code_of(&text, ""), ZC_OK));
  zc_buffer_text(&text, "- []\n");
  cr_expect(eq(int, code_of(&text, "more than 5,000 lists and maps"), ZC_EDATA));
  zc_buffer_free(&text);
}
