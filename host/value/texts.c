#include "value/texts.h"

#include <stdlib.h>
#include <string.h>

static char *copy(const char *text, size_t size)
{
  char *own = malloc(size + 1);
  if (own == NULL)
    return NULL;
  memcpy(own, text, size);
  own[size] = '\0';
  return own;
}

static void free_file(zc_text_file *file)
{
  free(file->name);
  free(file->path);
  free(file->text);
}

zc_code zc_texts_add(zc_texts *texts, const char *path, const char *text, size_t size,
                     zc_err *err)
{
  const char *slash = strrchr(path, '/');
  const char *name = slash == NULL ? path : slash + 1;
  zc_text_file file = {.name = copy(name, strcspn(name, ".")),
                       .path = copy(path, strlen(path)),
                       .text = copy(text, size),
                       .size = size};
  zc_text_file *grown = realloc(texts->files, (texts->count + 1) * sizeof *grown);
  if (grown != NULL)
    texts->files = grown;
  if (file.name == NULL || file.path == NULL || file.text == NULL || grown == NULL) {
    free_file(&file);
    return zc_fail_memory(err);
  }
  texts->files[texts->count++] = file;
  return ZC_OK;
}

zc_code zc_texts_extend(zc_texts *texts, const zc_texts *more, zc_err *err)
{
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < more->count; i++)
    code = zc_texts_add(texts, more->files[i].path, more->files[i].text,
                        more->files[i].size, err);
  return code;
}

const zc_text_file *zc_texts_find(const zc_texts *texts, const char *name)
{
  for (size_t i = 0; i < texts->count; i++)
    if (strcmp(texts->files[i].name, name) == 0)
      return &texts->files[i];
  return NULL;
}

void zc_texts_free(zc_texts *texts)
{
  for (size_t i = 0; i < texts->count; i++)
    free_file(&texts->files[i]);
  free(texts->files);
  *texts = (zc_texts){0};
}
