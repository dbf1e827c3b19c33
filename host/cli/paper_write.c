#include "cli/paper_write.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/message.h"
#include "cli/paper_text.h"
#include "store/ledger.h"
#include "store/papers.h"

static const struct {
  const char *format, *ending;
} formats[] = {{"markdown", "md"}, {"html", "html"}, {"csv", "csv"},
               {"xlsx", "xlsx"},   {"text", "txt"},  {"json", "json"}};
#define FORMATS ((size_t)4)                            /* of every paper */
#define ALL_FORMATS (sizeof formats / sizeof *formats) /* of papers of figures */
#define TEXT ((size_t)4)
#define MOST 32 /* files of one paper */

typedef struct {
  size_t format;
  int at; /* of the folder */
  char path[1100];
  zc_draft *draft; /* NULL: not begun, or in place */
  zc_hash *hash;   /* of what was written into it */
} output;

typedef struct {
  const zc_workspace *workspace;
  zc_document *document;
  const zc_rows *rows;
  const zc_paper_tail *tail;
  const zc_paper_figures *figures; /* NULL: no paper of figures */
  output outputs[MOST];
  size_t count;
  json_t *kept; /* {path: sha256} of the files beneath the workspace */
  zc_err *err;
} writing;

static size_t format_at(const char *name, size_t size)
{
  size_t i = 0;
  while (i < ALL_FORMATS && (strlen(formats[i].format) != size ||
                             strncmp(formats[i].format, name, size) != 0))
    i++;
  return i;
}

/* ---- one format ------------------------------------------------------------------- */

static zc_code write_markdown(writing *w, const zc_sink *sink)
{
  zc_code code = zc_document_write(w->document, ZC_MARKDOWN, w->rows, sink, w->err);
  if (code == ZC_OK && w->tail != NULL)
    code = w->tail->write(w->tail->context, sink, w->err);
  return code;
}

static zc_code write_workbook(writing *w, const zc_sink *sink)
{
  size_t cut = 0;
  zc_code code = zc_document_workbook(w->document, w->rows, sink, &cut, w->err);
  if (code == ZC_OK && cut > 0) {
    fflush(stdout);
    fflush(stdout);
    fprintf(stderr, "%s", _("warning: "));
    json_t *message = json_pack(
        "{s:s, s:{s:I}}", "text",
        N_("{count} cells of the workbook are cut: a cell holds 32767 characters"),
        "args", "count", (json_int_t)cut);
    char *text = message == NULL ? NULL : zc_message_text(message);
    fprintf(stderr, "%s\n", zc_text_or(text, ""));
    free(text);
    json_decref(message);
  }
  return code;
}

static zc_code write_format(writing *w, size_t format, const zc_sink *sink)
{
  switch (format) {
  case 0:
    return write_markdown(w, sink);
  case 1:
    return zc_document_write(w->document, ZC_HTML, w->rows, sink, w->err);
  case 2:
    return zc_document_csv(w->document, w->figures == NULL ? NULL : w->figures->table,
                           w->rows, sink, w->err);
  case TEXT:
    return zc_paper_text(zc_document_tree(w->document), w->rows, sink, w->err);
  case TEXT + 1:
    return w->figures->json(w->figures->context, sink, w->err);
  default:
    return write_workbook(w, sink);
  }
}

/* ---- where to --------------------------------------------------------------------- */

static zc_code check_formats(const zc_cli *cli, size_t known, const char *list,
                             zc_err *err)
{
  size_t index;
  const json_t *value;
  const char *format = zc_option_value(cli, "format");
  if (format != NULL && format_at(format, strlen(format)) >= known)
    return zc_fail(err, ZC_EUSAGE, "unknown format {format}; known: {list}", "format",
                   format, "list", list, NULL);
  if (json_array_size(zc_option_values(cli, "out")) > MOST)
    return zc_fail(err, ZC_EUSAGE, "--out stands too often", NULL);
  json_array_foreach(zc_option_values(cli, "out"), index, value)
  {
    const char *out = json_string_value(value), *colon = strchr(out, ':');
    if (colon == NULL || colon[1] == '\0' || strlen(colon + 1) > 1000 ||
        format_at(out, (size_t)(colon - out)) >= known)
      return zc_fail(err, ZC_EUSAGE,
                     "--out {value} is not FORMAT:PATH with one of the formats {list}",
                     "value", out, "list", list, NULL);
  }
  return ZC_OK;
}

zc_code zc_paper_formats(const zc_cli *cli, zc_err *err)
{
  return check_formats(cli, FORMATS, "markdown html csv xlsx", err);
}

/* Drafts are texts: their tables are no lists. */
zc_code zc_paper_draft_formats(const zc_cli *cli, zc_err *err)
{
  return check_formats(cli, 2, "markdown html", err);
}

zc_code zc_paper_check_screen(const zc_cli *cli, zc_err *err)
{
  const char *format = zc_option_value(cli, "format");
  bool screen = format != NULL &&
                (strcmp(format, "text") == 0 || strcmp(format, "json") == 0);
  return !screen || zc_option_values(cli, "out") == NULL
             ? ZC_OK
             : zc_fail(err, ZC_EUSAGE,
                       "--format {format} is for the screen: leave out --out", "format",
                       format, NULL);
}

zc_code zc_paper_show_formats(const zc_cli *cli, zc_err *err)
{
  return check_formats(cli, ALL_FORMATS, "text json markdown html csv xlsx", err);
}

static void name_outputs(writing *w, const char *base, bool csv, bool xlsx)
{
  const zc_cli *cli = w->workspace->cli;
  size_t index;
  const json_t *value;
  json_array_foreach(zc_option_values(cli, "out"), index, value)
  {
    const char *out = json_string_value(value), *colon = strchr(out, ':');
    output *o = &w->outputs[w->count++];
    o->format = format_at(out, (size_t)(colon - out));
    o->at = AT_FDCWD;
    snprintf(o->path, sizeof o->path, "%s", colon + 1);
  }
  if (w->count > 0 || zc_option_value(cli, "format") != NULL || base == NULL)
    return;
  const bool wanted[FORMATS] = {true, true, csv, xlsx};
  for (size_t i = 0; i < FORMATS; i++) {
    if (!wanted[i])
      continue;
    output *o = &w->outputs[w->count++];
    o->format = i;
    o->at = w->workspace->fd;
    snprintf(o->path, sizeof o->path, "%.1000s.%s", base, formats[i].ending);
  }
}

static zc_code to_file(void *context, const void *data, size_t size, zc_err *err)
{
  output *o = context;
  zc_hash_add(o->hash, data, size);
  return zc_draft_add(o->draft, data, size, err);
}

/* What lies elsewhere is nobody's business afterwards. */
static zc_code note_hash(writing *w, output *o)
{
  char digits[ZC_HASH_ROOM];
  zc_hash *hash = o->hash;
  o->hash = NULL;
  zc_code code = zc_hash_finish(hash, digits, w->err);
  if (code == ZC_OK && o->at != AT_FDCWD &&
      json_object_set_new(w->kept, o->path, json_string(digits)) != 0)
    code = zc_fail_memory(w->err);
  return code;
}

static zc_code write_file(writing *w, output *o)
{
  zc_code code = zc_draft_begin(o->at, o->path, 0666, &o->draft, w->err);
  if (code == ZC_EOPEN)
    code = w->err->code = ZC_EWRITE; /* the folder that it is to be written into */
  if (code != ZC_OK)
    return code;
  o->hash = zc_hash_new();
  if (o->hash == NULL)
    return zc_fail_memory(w->err);
  zc_sink sink = {to_file, o};
  code = write_format(w, o->format, &sink);
  return code == ZC_OK ? note_hash(w, o) : code;
}

static zc_code put_in_place(writing *w, output *o)
{
  zc_draft *draft = o->draft;
  o->draft = NULL;
  zc_code code = zc_draft_commit(draft, w->err);
  if (code != ZC_OK)
    return code;
  if (o->at == AT_FDCWD) {
    fprintf(stderr, "%s\n", o->path);
    return ZC_OK;
  }
  const char *folder = w->workspace->cli->folder;
  bool here = strcmp(folder, ".") == 0;
  printf("%s%s%s\n", here ? "" : folder, here ? "" : "/", o->path);
  return ZC_OK;
}

/* All has been read, so the database may be written; what verify is to compare with is kept once
 * the files are there. */
static zc_code put_all_in_place(writing *w)
{
  zc_store *store = w->workspace->store;
  bool keeps = json_object_size(w->kept) > 0;
  zc_ledger_release(store);
  zc_code code = keeps ? zc_papers_forget(store, w->kept, w->err) : ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < w->count; i++)
    code = put_in_place(w, &w->outputs[i]);
  return code == ZC_OK && keeps ? zc_papers_keep(store, w->kept, w->err) : code;
}

static zc_code to_screen(void *context, const void *data, size_t size, zc_err *err)
{
  (void)context;
  (void)err;
  fwrite(data, 1, size, stdout); /* whether it could be is looked at in the end */
  return ZC_OK;
}

static zc_code print(writing *w)
{
  const char *format = zc_option_value(w->workspace->cli, "format");
  zc_sink sink = {to_screen, NULL};
  if (format != NULL)
    return write_format(w, format_at(format, strlen(format)), &sink);
  return w->figures == NULL || w->count > 0 ? ZC_OK : write_format(w, TEXT, &sink);
}

static zc_code write_all(writing *w, const json_t *tree, const char *base, bool csv,
                         bool xlsx)
{
  zc_code code = zc_document_new(tree, &w->document, w->err);
  if (code != ZC_OK)
    return code;
  w->kept = json_object();
  if (w->kept == NULL)
    code = zc_fail_memory(w->err);
  name_outputs(w, base, csv, xlsx);
  for (size_t i = 0; code == ZC_OK && i < w->count; i++)
    code = write_file(w, &w->outputs[i]);
  if (code == ZC_OK)
    code = print(w);
  if (code == ZC_OK)
    code = put_all_in_place(w);
  for (size_t i = 0; i < w->count; i++) {
    zc_draft_drop(w->outputs[i].draft);
    zc_hash_free(w->outputs[i].hash);
  }
  json_decref(w->kept);
  zc_document_free(w->document);
  return code;
}

zc_code zc_paper_write(const zc_workspace *workspace, const json_t *tree,
                       const zc_rows *rows, const zc_paper_tail *tail, const char *base,
                       bool csv, bool xlsx, zc_err *err)
{
  writing w = {.workspace = workspace, .rows = rows, .tail = tail, .err = err};
  zc_code code = zc_paper_formats(workspace->cli, err);
  return code == ZC_OK ? write_all(&w, tree, base, csv, xlsx) : code;
}

zc_code zc_paper_show(const zc_workspace *workspace, const json_t *tree,
                      const zc_rows *rows, const zc_paper_figures *figures, zc_err *err)
{
  writing w = {.workspace = workspace, .rows = rows, .figures = figures, .err = err};
  zc_code code = zc_paper_show_formats(workspace->cli, err);
  return code == ZC_OK ? write_all(&w, tree, NULL, false, false) : code;
}
