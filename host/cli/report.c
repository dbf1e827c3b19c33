/* report: 自查整改报告, in Markdown and HTML from one document tree. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/checking.h"
#include "cli/commands.h"
#include "cli/correction.h"
#include "cli/ledger.h"
#include "cli/message.h"
#include "cli/paper.h"
#include "cli/plans.h"
#include "cli/written.h"
#include "document/document.h"

/* ---- the record as layouts read it ------------------------------------------- */

/* Replaces a message {text, args} by its Chinese words. Non-zero when out of memory. */
static int speak(json_t *holder, const char *key)
{
  const json_t *message = json_object_get(holder, key);
  if (!json_is_object(message))
    return 0;
  char *text = zc_message_chinese(message);
  int bad = text == NULL ||
            json_object_set_new(holder, key, zc_json_lossy(text, strlen(text)));
  free(text);
  return bad;
}

/* A copy of the record whose messages are Chinese sentences. Owned. */
static json_t *spoken_record(const json_t *record)
{
  json_t *copy = json_deep_copy(record), *item, *rule, *notices = json_array();
  const json_t *notice;
  size_t index, inner;
  int bad = copy == NULL || notices == NULL;
  bad |= speak(json_object_get(copy, "stance"), "unknown");
  json_array_foreach(json_object_get(copy, "items"), index, item)
  {
    bad |= speak(item, "reason");
    json_array_foreach(json_object_get(item, "rules"), inner, rule)
        bad |= speak(rule, "reason");
  }
  json_array_foreach(json_object_get(copy, "figures"), index, item)
      bad |= speak(item, "reason");
  json_array_foreach(json_object_get(record, "notices"), index, notice)
  {
    char *text = zc_message_chinese(notice);
    bad |= text == NULL ||
           json_array_append_new(notices, zc_json_lossy(text, strlen(text)));
    free(text);
  }
  bad |= json_object_set_new(copy, "notices", notices);
  if (bad == 0)
    return copy;
  json_decref(copy);
  return NULL;
}

/* ---- files ------------------------------------------------------------------- */

typedef struct {
  zc_plan *plan;
  const json_t *record;
  zc_paper paper;
  zc_buffer markdown, html;
  zc_err *err;
} reporting;

static zc_code render(reporting *r)
{
  zc_document *document;
  zc_code code = zc_document_new(r->paper.tree, &document, r->err);
  if (code == ZC_OK)
    code = zc_document_print(document, ZC_MARKDOWN, &r->markdown, r->err);
  if (code == ZC_OK)
    code = zc_document_print(document, ZC_HTML, &r->html, r->err);
  zc_document_free(document);
  zc_buffer_text(&r->markdown, "\n" ZC_RECORD_MARK);
  if (code == ZC_OK)
    code = zc_json_canonical(r->record, &r->markdown, r->err);
  zc_buffer_text(&r->markdown, ZC_RECORD_END "\n");
  return code == ZC_OK ? zc_buffer_check(&r->markdown, r->err) : code;
}

/* reports/PLAN-DATE-RUN/report.md and .html */
static zc_code write_reports(reporting *r)
{
  const char *id = zc_get_text(r->plan->about, "id"), *slash = strrchr(id, '/');
  char folder[300], path[340];
  snprintf(folder, sizeof folder, "reports/%.200s-%s-%.8s",
           slash == NULL ? id : slash + 1, zc_get_text(r->record, "today"),
           zc_get_text(r->record, "run"));
  const struct {
    const char *name;
    const zc_buffer *text;
  } files[] = {{"report.md", &r->markdown}, {"report.html", &r->html}};
  for (size_t i = 0; i < 2; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, files[i].name);
    zc_code code = zc_file_write(r->plan->workspace->fd, path, files[i].text->data,
                                 files[i].text->size, 0666, r->err);
    if (code != ZC_OK)
      return code;
    const char *base = r->plan->workspace->cli->folder;
    printf("%s%s%s\n", strcmp(base, ".") == 0 ? "" : base,
           strcmp(base, ".") == 0 ? "" : "/", path);
  }
  return ZC_OK;
}

static zc_code write_files(reporting *r)
{
  zc_cli *cli = r->plan->workspace->cli;
  if (zc_option_values(cli, "out") == NULL)
    return write_reports(r);
  json_t *texts = json_pack("{s:s%, s:s%}", "markdown", r->markdown.data,
                            r->markdown.size, "html", r->html.data, r->html.size);
  zc_code code = texts == NULL ? zc_fail_memory(r->err)
                               : zc_write_outputs(cli, texts, r->err);
  json_decref(texts);
  return code;
}

static void warn_of_holes(const reporting *r)
{
  size_t index;
  const json_t *hole;
  zc_buffer names = {0};
  json_array_foreach(r->paper.holes, index, hole)
  {
    if (index > 0)
      zc_buffer_text(&names, "、");
    zc_add_visible(&names, json_string_value(hole));
  }
  if (names.size > 0) {
    fflush(stdout);
    fprintf(stderr, "%s%s\n", _("warning: "),
            _("these places in the report are blank; fill them in report.yaml, or by "
              "hand:"));
    fprintf(stderr, "  %s\n", names.data);
  }
  zc_buffer_free(&names);
}

/* ---- the command ------------------------------------------------------------- */

static zc_code make_report(reporting *r, json_t *record)
{
  json_t *args = json_object(), *digest = NULL, *prose = NULL;
  zc_code code = zc_plan_tell_rules(r->plan, r->plan->package.bundle, r->err);
  if (code == ZC_OK)
    code = zc_plan_call(r->plan, "digest", json_object(), &digest, r->err);
  if (code == ZC_OK)
    code = zc_paper_prose(r->plan, "rectification", &prose, r->err);
  int bad = json_object_set_new(args, "record", spoken_record(record));
  bad |= json_object_set(args, "digest", digest);
  bad |= json_object_set(args, "prose", prose);
  json_t *blanks = json_copy(r->plan->blanks);
  bad |= json_array_extend(blanks, json_object_get(digest, "blanks"));
  bad |= json_object_set_new(args, "blanks", blanks);
  if (code == ZC_OK)
    code = bad != 0 ? zc_fail_memory(r->err)
                    : zc_paper_build(r->plan, "rectification", args, &r->paper, r->err);
  if (code == ZC_OK)
    code = render(r);
  if (code == ZC_OK)
    code = write_files(r);
  if (code == ZC_OK)
    warn_of_holes(r);
  json_decref(args);
  json_decref(digest);
  json_decref(prose);
  return code;
}

/* The record as the report has it: with what it corrects, and where the ledger stands. Owned. */
static zc_code complete(zc_plan *plan, json_t *record, json_t **completed, zc_err *err)
{
  zc_head head;
  json_t *corrected = NULL;
  *completed = NULL;
  zc_code code = zc_correction_add(plan, record, &corrected, err);
  if (code == ZC_OK)
    code = zc_ledger_head(plan->workspace->store, &head, err);
  if (code == ZC_OK) {
    *completed = json_copy(corrected);
    if (json_object_set_new(*completed, "ledger",
                            json_pack("{s:I, s:s}", "seq", (json_int_t)head.seq, "hash",
                                      head.hash)) != 0)
      code = zc_fail_memory(err);
  }
  json_decref(corrected);
  return code;
}

/* Writes the report of one plan; *fell_back when its own layout failed. */
static zc_code report_plan(zc_workspace *workspace, const char *id, bool *fell_back,
                           zc_err *err)
{
  zc_plan plan;
  zc_opened_tables tables;
  zc_checked checked;
  json_t *nothing, *record = NULL;
  zc_code code = zc_plan_open(workspace, id, &plan, err);
  if (code != ZC_OK)
    return code;
  code = zc_correction_add(&plan, NULL, &nothing, err); /* before anything is written */
  if (code == ZC_OK)
    code = zc_tables_open(workspace, &plan, &tables, err);
  if (code != ZC_OK) {
    zc_plan_close(&plan);
    return code;
  }
  reporting r = {.plan = &plan, .err = err};
  code = zc_check(&plan, &tables, &checked, err);
  if (code == ZC_OK)
    code = zc_ledger_found(&plan, &checked, err);
  if (code == ZC_OK)
    code = zc_check_keep(&plan, &checked, err);
  if (code == ZC_OK)
    code = complete(&plan, checked.record, &record, err);
  r.record = record;
  if (code == ZC_OK)
    code = make_report(&r, record);
  json_decref(record);
  *fell_back |= plan.layouts_failed;
  zc_paper_free(&r.paper);
  zc_buffer_free(&r.markdown);
  zc_buffer_free(&r.html);
  zc_checked_free(&checked);
  zc_plan_close(&plan);
  zc_tables_close(&tables);
  return code;
}

static zc_code print_template(zc_plan *plan, void *unused, zc_err *err)
{
  zc_buffer out = {0};
  json_t *values = NULL;
  (void)unused;
  zc_code code = zc_paper_prose(plan, "rectification", &values, err);
  if (code == ZC_OK)
    code = zc_report_template(plan, values, &out, err);
  if (code == ZC_OK)
    fwrite(out.data, 1, out.size, stdout);
  if (code == ZC_OK)
    code = zc_paper_check(plan, err);
  json_decref(values);
  zc_buffer_free(&out);
  return code;
}

int zc_command_report(zc_cli *cli)
{
  zc_workspace workspace;
  zc_err err;
  json_t *ids = NULL;
  const json_t *id;
  size_t index;
  bool fell_back = false;
  if (zc_option_value(cli, "needs") != NULL)
    return zc_exit(zc_plan_with_one(cli, print_template, NULL, &err), &err);
  zc_code code = zc_workspace_open(cli, &workspace, &err);
  if (code == ZC_OK)
    code = zc_workspace_plans(&workspace, &ids, &err);
  json_array_foreach(ids, index, id)
  {
    if (code == ZC_OK)
      code = report_plan(&workspace, json_string_value(id), &fell_back, &err);
  }
  json_decref(ids);
  zc_workspace_close(&workspace);
  if (code == ZC_OK && fell_back)
    return ZC_EINTERNAL;
  return zc_exit(code, &err);
}
