#include "value/texts.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

Test(texts, a_files_name_is_the_stem_of_its_path)
{
  static const struct {
    const char *path, *name;
  } rows[] = {{"scripts/rules/rx.lua", "rx"},
              {"rx.lua", "rx"},
              {"/a/b/rx.lua", "rx"},
              {"a.b/rx.lua", "rx"},
              {"rx", "rx"},
              {"规则/处方.lua", "处方"}};
  zc_err err;
  for (size_t i = 0; i < COUNT(rows); i++) {
    zc_texts texts = {0};
    cr_expect(eq(int, zc_texts_add(&texts, rows[i].path, "x", 1, &err), ZC_OK));
    cr_expect(eq(str, texts.files[0].name, (char *)rows[i].name), "%s", rows[i].path);
    cr_expect(eq(str, texts.files[0].path, (char *)rows[i].path), "%s", rows[i].path);
    zc_texts_free(&texts);
  }
}

Test(texts, a_text_is_a_copy_with_a_nul_behind_it)
{
  zc_texts texts = {0};
  zc_err err;
  char text[] = "a\0b", path[] = "a.lua";
  cr_expect(eq(int, zc_texts_add(&texts, path, text, 3, &err), ZC_OK));
  memset(text, 'x', 3);
  path[0] = 'x';
  cr_expect(eq(sz, texts.files[0].size, 3));
  cr_expect(eq(int, memcmp(texts.files[0].text, "a\0b", 4), 0));
  cr_expect(eq(str, texts.files[0].path, (char *)"a.lua"));
  zc_texts_free(&texts);
}

Test(texts, a_file_is_found_by_its_whole_name)
{
  zc_texts texts = {0};
  zc_err err;
  cr_expect(eq(ptr, (void *)zc_texts_find(&texts, "rx"), NULL));
  zc_texts_add(&texts, "a/rx2.lua", "2", 1, &err);
  zc_texts_add(&texts, "a/rx.lua", "1", 1, &err);
  const zc_text_file *file = zc_texts_find(&texts, "rx");
  cr_assert(ne(ptr, (void *)file, NULL));
  cr_expect(eq(str, file->path, (char *)"a/rx.lua"));
  cr_expect(eq(ptr, (void *)zc_texts_find(&texts, "r"), NULL));
  cr_expect(eq(ptr, (void *)zc_texts_find(&texts, "a/rx.lua"), NULL));
  zc_texts_free(&texts);
}

Test(texts, an_extended_list_has_the_files_of_both_in_order)
{
  zc_texts one = {0}, two = {0};
  zc_err err;
  zc_texts_add(&one, "a.lua", "1", 1, &err);
  zc_texts_add(&two, "b.lua", "22", 2, &err);
  zc_texts_add(&two, "c.lua", "", 0, &err);
  cr_expect(eq(int, zc_texts_extend(&one, &two, &err), ZC_OK));
  zc_texts_free(&two); /* copies */
  static const char *const names[] = {"a", "b", "c"};
  cr_assert(eq(sz, one.count, COUNT(names)));
  for (size_t i = 0; i < COUNT(names); i++)
    cr_expect(eq(str, one.files[i].name, (char *)names[i]));
  cr_expect(eq(str, one.files[1].text, (char *)"22"));
  zc_texts_free(&one);
}

Test(texts, a_freed_list_is_usable_again)
{
  zc_texts texts = {0};
  zc_err err;
  zc_texts_free(&texts);
  zc_texts_add(&texts, "a.lua", "1", 1, &err);
  zc_texts_free(&texts);
  cr_expect(eq(sz, texts.count, 0));
  cr_expect(eq(int, zc_texts_add(&texts, "b.lua", "1", 1, &err), ZC_OK));
  cr_expect(eq(sz, texts.count, 1));
  zc_texts_free(&texts);
}
