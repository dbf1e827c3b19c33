/* form: 自查表, one for each responsible department, to be filled in and fed back. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/text.h"
#include "cli/message.h"
#include "cli/paper.h"
#include "cli/plans.h"
#include "cli/sheet.h"
#include "document/document.h"
#include "facility/commands.h"

/* The departments that own questions, in the plan's order; "" for those of none. */
static json_t *owners_of(const json_t *questions)
{
  json_t *owners = json_array();
  size_t index, inner;
  const json_t *q, *known;
  int bad = owners == NULL;
  json_array_foreach(questions, index, q)
  {
    const char *owner = zc_text_of(q, "owner");
    bool seen = false;
    json_array_foreach(owners, inner, known)
        seen |= strcmp(json_string_value(known), owner) == 0;
    if (!seen)
      bad |= json_array_append_new(owners, json_string(owner));
  }
  if (bad == 0)
    return owners;
  json_decref(owners);
  return NULL;
}

static json_t *owned_by(const json_t *questions, const char *owner)
{
  json_t *own = json_array();
  size_t index;
  json_t *q;
  int bad = own == NULL;
  json_array_foreach(questions, index, q)
  {
    if (strcmp(zc_text_of(q, "owner"), owner) == 0)
      bad |= json_array_append(own, q);
  }
  if (bad == 0)
    return own;
  json_decref(own);
  return NULL;
}

typedef struct {
  zc_plan *plan;
  bool prefill;
  int folder;       /* forms/ */
  json_t *written;  /* name → SHA-256 of each sheet as it was written */
  json_t *stems;    /* names of files that are taken, without their suffix */
  const char *stem; /* of the sheet that is being written */
  zc_err *err;
} writing;

#define STEM_ROOM 200
#define WRITTEN ".written"

/* A plan by the last part of its id; by all of it where another plan in use ends alike. */
static const char *plan_name(const zc_plan *plan)
{
  const char *id = zc_get_text(plan->about, "id"), *slash = strrchr(id, '/');
  const char *last = slash == NULL ? id : slash + 1;
  size_t index;
  const json_t *other;
  json_array_foreach(plan->workspace->plans, index, other)
  {
    const char *theirs = zc_get_text(other, "id"), *at = strrchr(theirs, '/');
    if (strcmp(theirs, id) != 0 && strcmp(at == NULL ? theirs : at + 1, last) == 0)
      return id;
  }
  return last;
}

/* A department's name as part of a file name: no separators. Departments whose names
 * come out equal are numbered, in the plan's order whichever of them is asked for. */
static int choose_stem(writing *w, const char *owner, char room[STEM_ROOM])
{
  if (*owner == '\0')
    owner = w->plan->office != NULL ? "本单位" : "本机构";
  size_t size = zc_utf8_cut(owner, strlen(owner), 90);
  int used = snprintf(room, STEM_ROOM, "%.60s-%.*s", plan_name(w->plan), (int)size,
                      owner);
  for (char *at = room; *at != '\0'; at++)
    if (*at == '/' || (unsigned char)*at < ' ')
      *at = '_';
  for (int number = 2; json_object_get(w->stems, room) != NULL; number++)
    snprintf(room + used, (size_t)(STEM_ROOM - used), "-%d", number);
  return json_object_set_new(w->stems, room, json_true());
}

static zc_code write_one(writing *w, const char *suffix, const zc_buffer *text)
{
  char name[STEM_ROOM + 8];
  const char *base = w->plan->workspace->cli->folder;
  snprintf(name, sizeof name, "%s.%s", w->stem, suffix);
  char digits[ZC_HASH_ROOM];
  zc_code code = zc_file_write(w->folder, name, text->data, text->size, 0666, w->err);
  if (code == ZC_OK)
    code = zc_hash_of(text->data, text->size, digits, w->err);
  if (code == ZC_OK && json_object_set_new(w->written, name, json_string(digits)) != 0)
    code = zc_fail_memory(w->err);
  if (code == ZC_OK)
    printf("%s%sforms/%s\n", strcmp(base, ".") == 0 ? "" : base,
           strcmp(base, ".") == 0 ? "" : "/", name);
  return code;
}

static zc_code make_html(writing *w, const char *owner, json_t *questions,
                         zc_buffer *out)
{
  zc_paper paper;
  zc_document *document = NULL;
  json_t *args = json_pack("{s:O, s:O, s:s, s:s, s:b}", "questions", questions,
                           "facility", zc_plan_subject(w->plan), "title",
                           zc_get_text(w->plan->about, "title"), "owner", owner,
                           "prefill", w->prefill);
  zc_code code = args == NULL ? zc_fail_memory(w->err)
                              : zc_paper_build(w->plan, "form", args, &paper, w->err);
  if (code == ZC_OK) {
    code = zc_document_new(paper.tree, &document, w->err);
    if (code == ZC_OK)
      code = zc_document_print(document, ZC_HTML, out, w->err);
    zc_document_free(document);
    zc_paper_free(&paper);
  }
  json_decref(args);
  return code;
}

/* Whether a sheet that stands there already has answers which the workspace does not:
 * somebody has filled it in, and nobody has read it back. */
static bool is_filled(const writing *w, const char *path)
{
  zc_answer_sheet sheet;
  zc_err ignored;
  json_t *parsed = NULL;
  size_t index;
  const json_t *entry;
  if (zc_answer_sheet_read(path, &sheet, &ignored) != ZC_OK)
    return true;
  bool filled = zc_ask_parse(w->plan, json_incref(sheet.entries), &parsed, &ignored) !=
                ZC_OK;
  json_array_foreach(parsed, index, entry)
  {
    const char *shown = zc_text_of(entry, "shown");
    filled |= json_object_get(entry, "error") != NULL ||
              strcmp(shown, zc_text_of(entry, "before")) != 0;
  }
  json_decref(parsed);
  zc_answer_sheet_free(&sheet);
  return filled;
}

/* Whether the sheet is still as it was written: `written` has the hashes. */
static bool is_untouched(const writing *w, const char *name)
{
  char digits[ZC_HASH_ROOM];
  zc_err ignored;
  int fd;
  if (zc_file_open_beneath(w->folder, name, &fd, NULL, &ignored) != ZC_OK)
    return false;
  bool same = zc_file_hash(fd, name, digits, &ignored) == ZC_OK &&
              strcmp(digits, zc_text_of(w->written, name)) == 0;
  close(fd);
  return same;
}

/* A filled sheet is somebody's work. */
static zc_code spare_filled(writing *w)
{
  char path[PATH_MAX], name[STEM_ROOM + 8];
  snprintf(name, sizeof name, "%s.csv", w->stem);
  snprintf(path, sizeof path, "%s/forms/%s", w->plan->workspace->cli->folder, name);
  if (access(path, F_OK) != 0 || is_untouched(w, name) || !is_filled(w, path))
    return ZC_OK;
  return zc_fail(w->err, ZC_EWRITE,
                 "{path} has answers that were not read yet: read them with `zicha "
                 "answer --file {path}`, or put the file elsewhere",
                 "path", path, NULL);
}

/* The hashes of the sheets as they were written stand beside them. */
static zc_code load_written(writing *w)
{
  zc_buffer text = {0};
  zc_err ignored;
  if (zc_file_read_beneath(w->folder, WRITTEN, 1 << 20, &text, &ignored) == ZC_OK)
    zc_json_parse(zc_text_or(text.data, ""), text.size, &w->written, &ignored);
  zc_buffer_free(&text);
  if (!json_is_object(w->written)) {
    json_decref(w->written);
    w->written = json_object();
  }
  return w->written == NULL ? zc_fail_memory(w->err) : ZC_OK;
}

static zc_code keep_written(writing *w)
{
  zc_buffer text = {0};
  zc_code code = zc_json_canonical(w->written, &text, w->err);
  if (code == ZC_OK)
    code = zc_file_write(w->folder, WRITTEN, text.data, text.size, 0666, w->err);
  zc_buffer_free(&text);
  return code;
}

static zc_code write_owner(writing *w, const char *owner, const json_t *all)
{
  zc_buffer csv = {0}, html = {0};
  json_t *questions = owned_by(all, owner);
  zc_code code = questions == NULL ? zc_fail_memory(w->err) : spare_filled(w);
  if (code == ZC_OK)
    code = zc_answer_sheet_csv(questions, w->prefill, &csv, w->err);
  if (code == ZC_OK)
    code = make_html(w, owner, questions, &html);
  if (code == ZC_OK)
    code = write_one(w, "csv", &csv);
  if (code == ZC_OK)
    code = write_one(w, "html", &html);
  zc_buffer_free(&csv);
  zc_buffer_free(&html);
  json_decref(questions);
  return code;
}

/* Adds how many sheets were written; what a plan lacks another may have. */
static zc_code write_forms(zc_plan *plan, void *context, zc_err *err)
{
  size_t *written = context;
  zc_cli *cli = plan->workspace->cli;
  json_t *questions = NULL, *owners = NULL;
  const char *only = zc_option_value(cli, "owner");
  size_t index;
  const json_t *owner;
  writing w = {.plan = plan,
               .prefill = zc_option_value(cli, "blank") == NULL,
               .folder = -1,
               .stems = json_object(),
               .err = err};
  zc_code code = zc_ask_questions(plan, &questions, err);
  if (code == ZC_OK && (owners = owners_of(questions)) == NULL)
    code = zc_fail_memory(err);
  if (code == ZC_OK)
    code = zc_folder_open_beneath(plan->workspace->fd, "forms", true, &w.folder, err);
  if (code == ZC_OK)
    code = load_written(&w);
  json_array_foreach(owners, index, owner)
  {
    const char *name = json_string_value(owner);
    char stem[STEM_ROOM];
    if (code == ZC_OK && choose_stem(&w, name, stem) != 0)
      code = zc_fail_memory(err);
    w.stem = stem;
    if (code != ZC_OK || (only != NULL && strcmp(only, name) != 0))
      continue;
    code = write_owner(&w, name, questions);
    ++*written;
  }
  if (code == ZC_OK && json_object_size(w.written) > 0)
    code = keep_written(&w);
  if (w.folder >= 0)
    close(w.folder);
  json_decref(w.written);
  json_decref(w.stems);
  json_decref(owners);
  json_decref(questions);
  return code;
}

int zc_command_form(zc_cli *cli)
{
  zc_err err;
  size_t written = 0;
  const char *only = zc_option_value(cli, "owner");
  zc_code code = zc_plan_with_each(cli, write_forms, &written, &err);
  if (code == ZC_OK && written == 0)
    code = zc_fail(&err, ZC_EDATA,
                   only == NULL ? N_("the plan asks nothing: there is no form to write")
                                : N_("no question belongs to {owner}"),
                   "owner", zc_text_or(only, ""), NULL);
  return zc_exit(code, &err);
}
