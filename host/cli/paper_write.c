#include "cli/paper_write.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/message.h"

static const struct {
  const char *format, *ending;
} formats[] = {{"markdown", "md"}, {"html", "html"}, {"csv", "csv"}, {"xlsx", "xlsx"}};
#define FORMATS (sizeof formats / sizeof *formats)
#define MOST 32 /* files of one paper */

typedef struct {
  size_t format;
  int at; /* of the folder */
  char path[1100];
  zc_draft *draft; /* NULL: not begun, or in place */
} output;

typedef struct {
  const zc_workspace *workspace;
  zc_document *document;
  const zc_rows *rows;
  const zc_paper_tail *tail;
  output outputs[MOST];
  size_t count;
  zc_err *err;
} writing;

static size_t format_at(const char *name, size_t size)
{
  size_t i = 0;
  while (i < FORMATS && (strlen(formats[i].format) != size ||
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
    return zc_document_csv(w->document, NULL, w->rows, sink, w->err);
  default:
    return write_workbook(w, sink);
  }
}

/* ---- where to --------------------------------------------------------------------- */

zc_code zc_paper_formats(const zc_cli *cli, zc_err *err)
{
  size_t index;
  const json_t *value;
  const char *format = zc_option_value(cli, "format");
  if (format != NULL && format_at(format, strlen(format)) == FORMATS)
    return zc_fail(err, ZC_EUSAGE,
                   "unknown format {format}; known: markdown html csv xlsx", "format",
                   format, NULL);
  if (json_array_size(zc_option_values(cli, "out")) > MOST)
    return zc_fail(err, ZC_EUSAGE, "--out stands too often", NULL);
  json_array_foreach(zc_option_values(cli, "out"), index, value)
  {
    const char *out = json_string_value(value), *colon = strchr(out, ':');
    if (colon == NULL || colon[1] == '\0' || strlen(colon + 1) > 1000 ||
        format_at(out, (size_t)(colon - out)) == FORMATS)
      return zc_fail(err, ZC_EUSAGE,
                     "--out {value} is not FORMAT:PATH with a format of this command",
                     "value", out, NULL);
  }
  return ZC_OK;
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
  if (w->count > 0 || zc_option_value(cli, "format") != NULL)
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

static zc_code write_file(writing *w, output *o)
{
  zc_code code = zc_draft_begin(o->at, o->path, 0666, &o->draft, w->err);
  if (code == ZC_EOPEN)
    code = w->err->code = ZC_EWRITE; /* the folder that it is to be written into */
  if (code != ZC_OK)
    return code;
  zc_sink sink = zc_sink_draft(o->draft);
  return write_format(w, o->format, &sink);
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
  return format == NULL ? ZC_OK
                        : write_format(w, format_at(format, strlen(format)), &sink);
}

zc_code zc_paper_write(const zc_workspace *workspace, const json_t *tree,
                       const zc_rows *rows, const zc_paper_tail *tail, const char *base,
                       bool csv, bool xlsx, zc_err *err)
{
  writing w = {.workspace = workspace, .rows = rows, .tail = tail, .err = err};
  zc_code code = zc_paper_formats(workspace->cli, err);
  if (code == ZC_OK)
    code = zc_document_new(tree, &w.document, err);
  if (code != ZC_OK)
    return code;
  name_outputs(&w, base, csv, xlsx);
  for (size_t i = 0; code == ZC_OK && i < w.count; i++)
    code = write_file(&w, &w.outputs[i]);
  if (code == ZC_OK)
    code = print(&w);
  for (size_t i = 0; code == ZC_OK && i < w.count; i++)
    code = put_in_place(&w, &w.outputs[i]);
  for (size_t i = 0; i < w.count; i++)
    zc_draft_drop(w.outputs[i].draft);
  zc_document_free(w.document);
  return code;
}
