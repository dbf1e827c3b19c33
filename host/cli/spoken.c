#include "cli/spoken.h"

#include <stdlib.h>
#include <string.h>

static bool of_word(char c)
{
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}

/* The name has the NUL of its file, or a quotation mark, behind it. */
static bool has_word(const char *text, size_t size, const char *name, size_t length)
{
  const char *end = text + size, *at = text;
  while (length > 0 && (at = memmem(at, (size_t)(end - at), name, length)) != NULL) {
    if ((at == text || !of_word(at[-1])) &&
        (at + length == end || !of_word(at[length])))
      return true;
    at += length;
  }
  return false;
}

bool zc_is_spoken(const zc_texts *texts, const char *name)
{
  for (size_t i = 0; i < texts->count; i++)
    if (has_word(texts->files[i].text, texts->files[i].size, name, strlen(name)))
      return true;
  return false;
}

/* ---- the parts of a shipped file -------------------------------------------------- */

typedef enum {
  OTHER, /* locals, functions, calls that declare rules: always wanted */
  RULE,
  MADE /* a view or a measure */
} kind;

/* From a line that begins with a letter to the next one; borrowed from the file. */
typedef struct {
  kind kind;
  const char *text, *name;
  size_t size, length; /* of the text, of the name */
  bool wanted, followed;
} part;

/* What declaration `text` begins with, if it is one that says its name at once. */
static kind read_head(const char *text, const char **name, size_t *length)
{
  static const struct {
    const char *word;
    kind kind;
  } words[] = {{"rule", RULE}, {"view", MADE}, {"measure", MADE}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    size_t size = strlen(words[i].word);
    if (strncmp(text, words[i].word, size) != 0 || of_word(text[size]))
      continue;
    const char *quote = text + size + strspn(text + size, " (");
    if (*quote != '"' && *quote != '\'')
      return OTHER;
    *name = quote + 1;
    *length = strcspn(*name, "\"'\n");
    return words[i].kind;
  }
  return OTHER;
}

static bool begins_part(const char *text, const char *at)
{
  return *at >= 'a' && *at <= 'z' && (at == text || at[-1] == '\n');
}

/* Splits a file; owned, NULL when out of memory. What stands before the first part are
 * remarks. */
static part *split(const char *text, size_t *count)
{
  size_t room = 1;
  for (const char *at = text; *at != '\0'; at++)
    room += begins_part(text, at);
  part *parts = calloc(room, sizeof *parts);
  *count = 0;
  for (const char *at = text; parts != NULL && *at != '\0'; at++) {
    if (begins_part(text, at)) {
      part *new = &parts[(*count)++];
      new->text = at;
      new->kind = read_head(at, &new->name, &new->length);
    }
    if (*count > 0)
      parts[*count - 1].size++;
  }
  return parts;
}

static bool is_name(const part *p, const char *name)
{
  return name != NULL && strlen(name) == p->length &&
         memcmp(name, p->name, p->length) == 0;
}

static bool is_wanted(const part *p, const json_t *runs, const json_t *measures)
{
  size_t index;
  const json_t *entry;
  if (p->kind == OTHER)
    return true;
  json_array_foreach(p->kind == RULE ? runs : measures, index, entry)
  {
    if (is_name(p, p->kind == RULE ? zc_get_text(entry, "rule")
                                   : json_string_value(entry)))
      return true;
  }
  return false;
}

/* Views and measures that wanted parts name are wanted, and what these name. */
static void follow(part *parts, size_t count)
{
  bool again = true;
  while (again) {
    again = false;
    for (size_t i = 0; i < count; i++) {
      if (!parts[i].wanted || parts[i].followed)
        continue;
      parts[i].followed = again = true;
      for (size_t k = 0; k < count; k++)
        if (!parts[k].wanted && parts[k].kind == MADE &&
            has_word(parts[i].text, parts[i].size, parts[k].name, parts[k].length))
          parts[k].wanted = true;
    }
  }
}

static zc_code add_wanted(const zc_text_file *file, const json_t *runs,
                          const json_t *measures, zc_texts *spoken, zc_err *err)
{
  size_t count;
  part *parts = split(file->text, &count);
  zc_buffer kept = {0};
  if (parts == NULL)
    return zc_fail_memory(err);
  for (size_t i = 0; i < count; i++)
    parts[i].wanted = is_wanted(&parts[i], runs, measures);
  follow(parts, count);
  for (size_t i = 0; i < count; i++)
    if (parts[i].wanted)
      zc_buffer_add(&kept, parts[i].text, parts[i].size);
  free(parts);
  zc_code code = zc_buffer_check(&kept, err);
  if (code == ZC_OK)
    code = zc_texts_add(spoken, file->path, zc_text_or(kept.data, ""), kept.size, err);
  zc_buffer_free(&kept);
  return code;
}

zc_code zc_spoken(const zc_texts *files, const json_t *runs, const json_t *measures,
                  zc_texts *spoken, zc_err *err)
{
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < files->count; i++) {
    const zc_text_file *file = &files->files[i];
    code = strncmp(file->path, "scripts/", 8) == 0
               ? add_wanted(file, runs, measures, spoken, err)
               : zc_texts_add(spoken, file->path, file->text, file->size, err);
  }
  return code;
}
