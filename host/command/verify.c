/* verify: everything that is kept is what was written; each fault is named with its place. */
#include "command/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/message.h"
#include "cli/screen.h"
#include "command/commands.h"
#include "runner/engine.h"
#include "store/aside.h"
#include "value/texts.h"

/* ---- faults and notes ------------------------------------------------------------------ */

static json_t *entry_of(const char *kind, const char *name, int64_t line,
                        const zc_err *what)
{
  json_t *entry = zc_message_of(what);
  int bad = json_object_set_new(entry, "kind", json_string(kind));
  bad |= json_object_set_new(entry, "name", zc_json_lossy(name, strlen(name)));
  if (line > 0)
    bad |= json_object_set_new(entry, "line", json_integer(line));
  if (bad == 0)
    return entry;
  json_decref(entry);
  return NULL;
}

zc_code zc_verify_fault(zc_verifying *v, const char *kind, const char *name,
                        int64_t line, const zc_err *what, zc_err *err)
{
  if (v->fault_count++ >= ZC_FAULTS_TOLD)
    return ZC_OK;
  return json_array_append_new(v->faults, entry_of(kind, name, line, what)) == 0
             ? ZC_OK
             : zc_fail_memory(err);
}

zc_code zc_verify_note(zc_verifying *v, const char *kind, const char *name,
                       const zc_err *what, zc_err *err)
{
  if (json_array_size(v->notes) >= ZC_FAULTS_TOLD)
    return ZC_OK;
  return json_array_append_new(v->notes, entry_of(kind, name, 0, what)) == 0
             ? ZC_OK
             : zc_fail_memory(err);
}

static void print_entry(FILE *out, const json_t *entry)
{
  static const struct {
    const char *kind, *title;
  } kinds[] = {{"seq", N_("seq")},
               {"problem", N_("problem")},
               {"run", N_("run")},
               {"upgrade", N_("upgrade")},
               {"table", N_("table")}};
  const char *kind = zc_text_of(entry, "kind");
  const char *name = zc_text_of(entry, "name");
  json_int_t line = zc_get_integer(entry, "line", 0);
  zc_buffer text = {0};
  char *words = zc_message_text(entry);
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (strcmp(kinds[i].kind, kind) == 0)
      zc_buffer_print(&text, "%s ", _(kinds[i].title));
  zc_add_visible(&text, strcmp(kind, "table") == 0 ? _(zc_table_title(name)) : name);
  if (line > 0)
    zc_buffer_print(&text, ":%lld", (long long)line);
  fprintf(out, "%s: %s\n", zc_text_or(text.data, "?"), zc_text_or(words, "?"));
  zc_buffer_free(&text);
  free(words);
}

void zc_verify_print_faults(const zc_verifying *v, bool diagnostics)
{
  FILE *out = diagnostics ? stderr : stdout;
  size_t index;
  const json_t *entry;
  if (diagnostics)
    fflush(stdout);
  json_array_foreach(v->faults, index, entry) print_entry(out, entry);
}

/* ---- the engine ------------------------------------------------------------------------ */

typedef struct {
  zc_verifying *verifying;
  zc_texts scripts;
  zc_engine *engine; /* started when the first problem is to be made again */
} replaying;

static zc_code start_engine(replaying *r, zc_err *err)
{
  const zc_home *home = &r->verifying->workspace->cli->home;
  zc_code code = zc_engine_start(home->evaluator, &r->engine, err);
  if (code == ZC_OK)
    code = zc_shipped_texts(home, "engine", ".luac", NULL, &r->scripts, err);
  if (code == ZC_OK)
    code = zc_engine_load(r->engine, "plan", &r->scripts, "main", err);
  return code;
}

static zc_code replay(void *context, json_t *problems, json_t **results, zc_err *err)
{
  replaying *r = context;
  zc_code code = r->engine == NULL ? start_engine(r, err) : ZC_OK;
  return code == ZC_OK
             ? zc_engine_call(r->engine, "ledger_replay", problems, results, err)
             : code;
}

static zc_code tell_fault(void *context, const char *kind, const char *name,
                          const zc_err *what, zc_err *err)
{
  replaying *r = context;
  return zc_verify_fault(r->verifying, kind, name, 0, what, err);
}

static void end_engine(replaying *r)
{
  zc_engine_stop(r->engine);
  zc_texts_free(&r->scripts);
}

/* ---- the whole ------------------------------------------------------------------------- */

static zc_code begin(zc_verifying *v, zc_err *err)
{
  v->faults = json_array();
  v->notes = json_array();
  return v->faults == NULL || v->notes == NULL ? zc_fail_memory(err) : ZC_OK;
}

void zc_verifying_free(zc_verifying *v)
{
  json_decref(v->faults);
  json_decref(v->notes);
  v->faults = v->notes = NULL;
}

zc_code zc_verify_workspace(zc_verifying *v, zc_err *err)
{
  replaying r = {.verifying = v};
  const zc_verifier verifier = {tell_fault, replay, &r, NULL};
  zc_code code = begin(v, err);
  if (code == ZC_OK)
    code = zc_verify(v->workspace->store, &verifier, &v->verified, err);
  end_engine(&r);
  if (code == ZC_OK)
    code = zc_verify_files(v, err);
  if (code == ZC_OK)
    code = zc_verify_reports(v, err);
  if (code == ZC_OK)
    code = zc_verify_papers(v, err);
  if (code == ZC_OK)
    code = zc_verify_office(v, false, err);
  return code;
}

zc_code zc_verify_originals(zc_verifying *v, zc_err *err)
{
  zc_code code = begin(v, err);
  if (code == ZC_OK)
    code = zc_verify_files(v, err);
  return code == ZC_OK ? zc_verify_arrived(v, err) : code;
}

/* ---- telling ---------------------------------------------------------------------------- */

static json_t *counts_of(const zc_verifying *v)
{
  return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "files",
                   (json_int_t)v->files, "lost", (json_int_t)v->lost, "events",
                   (json_int_t)v->verified.events, "problems",
                   (json_int_t)v->verified.problems, "runs",
                   (json_int_t)v->verified.runs, "documents", (json_int_t)v->documents,
                   "tables", (json_int_t)v->tables, "reports", (json_int_t)v->reports,
                   "signatures", (json_int_t)v->signatures);
}

static zc_code print_json(const zc_verifying *v, zc_err *err)
{
  json_t *document = json_object();
  int bad = json_object_set(document, "faults", v->faults);
  bad |= json_object_set(document, "notes", v->notes);
  bad |= json_object_set_new(document, "count", json_integer(v->fault_count));
  bad |= json_object_set_new(document, "looked_at", counts_of(v));
  bad |= json_object_set_new(document, "head",
                             json_pack("{s:I, s:s}", "seq",
                                       (json_int_t)v->verified.head.seq, "hash",
                                       v->verified.head.hash));
  if (bad != 0) {
    json_decref(document);
    document = NULL;
  }
  return zc_print_document(document, "verify/1", err);
}

static void print_text(const zc_verifying *v)
{
  size_t index;
  const json_t *note;
  zc_verify_print_faults(v, false);
  json_array_foreach(v->notes, index, note)
  {
    printf("%s", _("note: "));
    print_entry(stdout, note);
  }
  zc_say_line(
      N_("looked at: {events} events of the ledger, {problems} problems, {runs} "
         "runs, {documents} documents, {tables} tables, {reports} reports"),
      counts_of(v));
  if (v->files > 0 || v->lost > 0)
    zc_say_line(v->lost == 0
                    ? N_("and at {files} files in inbox/")
                    : N_("and at {files} files in inbox/; {lost} are gone or changed"),
                counts_of(v));
  if (v->verified.head.seq > 0)
    zc_say_line(N_("the ledger ends with seq {seq}, {hash}"),
                json_pack("{s:I, s:s}", "seq", (json_int_t)v->verified.head.seq, "hash",
                          v->verified.head.hash));
  if (v->fault_count == 0)
    zc_say_line(N_("everything is as it was written"), NULL);
  else
    zc_say_line(N_("{count} faults"),
                json_pack("{s:I}", "count", (json_int_t)v->fault_count));
}

/* ---- the command ------------------------------------------------------------------------ */

static zc_code mend_office(void *context, zc_err *err)
{
  replaying *r = context;
  return zc_verify_office(r->verifying, true, err);
}

/* Beside what is printed in whatever format. */
static void tell_beside(const char *text, const char *path)
{
  json_t *message = json_pack("{s:s, s:{s:s}}", "text", text, "args", "path", path);
  char *words = message == NULL ? NULL : zc_message_text(message);
  fflush(stdout);
  fprintf(stderr, "%s\n", zc_text_or(words, path));
  free(words);
  json_decref(message);
}

static void forget(zc_verifying *v)
{
  zc_verifying_free(v);
  *v = (zc_verifying){.workspace = v->workspace};
}

/* Files are put back from a backup, everything else may be made again. */
static bool has_table_fault(const zc_verifying *v)
{
  size_t index;
  const json_t *fault;
  json_array_foreach(v->faults, index, fault)
  {
    if (strcmp(zc_text_of(fault, "kind"), "file") != 0)
      return true;
  }
  return v->fault_count > ZC_FAULTS_TOLD;
}

/* Whether there is anything to mend; what is wrong is told, since nothing shows it afterwards. Data that
 * cannot even be looked at are wrong. */
static zc_code look_before(zc_verifying *v, bool *wrong, zc_err *err)
{
  zc_code code = zc_verify_workspace(v, err);
  *wrong = code != ZC_OK || has_table_fault(v);
  if (*wrong)
    zc_verify_print_faults(v, true);
  else
    tell_beside(N_("nothing that could be made again is wrong: nothing was done"), "");
  forget(v);
  return code == ZC_EDATA ? ZC_OK : code;
}

static zc_code mend(zc_verifying *v, zc_err *err)
{
  replaying r = {.verifying = v};
  const zc_verifier verifier = {tell_fault, replay, &r, mend_office};
  char *copy = NULL;
  bool wrong;
  zc_code code = look_before(v, &wrong, err);
  if (code != ZC_OK || !wrong)
    return code;
  code = begin(v, err);
  if (code == ZC_OK)
    code = zc_mend(v->workspace->store, &verifier, &copy, err);
  end_engine(&r);
  forget(v);
  if (copy != NULL)
    tell_beside(N_("what can be made again was; the database as it was before: {path}"),
                copy);
  free(copy);
  return code;
}

static zc_code verify(zc_verifying *v, zc_err *err)
{
  static const char *const formats[] = {"text", "json", NULL};
  const zc_cli *cli = v->workspace->cli;
  zc_code code = zc_check_format(cli, formats, err);
  if (code == ZC_OK && zc_option_value(cli, "mend") != NULL)
    code = mend(v, err);
  if (code == ZC_OK)
    code = zc_verify_workspace(v, err);
  if (code == ZC_OK && strcmp(zc_output_format(cli), "json") == 0)
    code = print_json(v, err);
  else if (code == ZC_OK)
    print_text(v);
  return code;
}

int zc_command_verify(zc_cli *cli)
{
  zc_workspace workspace;
  zc_err err;
  zc_code code = zc_workspace_open(cli, &workspace, &err);
  zc_verifying v = {.workspace = &workspace};
  if (code == ZC_OK)
    code = verify(&v, &err);
  zc_workspace_close(&workspace);
  zc_verifying_free(&v);
  if (code == ZC_OK && v.fault_count > 0)
    return ZC_EDATA;
  return zc_exit(code, &err);
}
