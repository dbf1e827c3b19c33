#include "cli/paper.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/message.h"
#include "cli/paper_sources.h"
#include "cli/validity.h"
#include "document/document.h"
#include "value/yaml.h"

/* ---- what comes back --------------------------------------------------------- */

/* A layout of a plan is foreign: nothing that its process sends is believed. */
typedef bool shape(const json_t *value);

static bool is_key(const char *key)
{
  return *key >= 'a' && *key <= 'z' &&
         strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(key);
}

/* Text for one line of a file or a terminal. */
static bool is_line(const char *text)
{
  return *text != '\0' && strpbrk(text, "\r\n") == NULL;
}

static bool is_need(const json_t *need)
{
  const char *key = zc_get_text(need, "key"), *title = zc_get_text(need, "title");
  const char *kind = zc_get_text(need, "kind"), *help = zc_get_text(need, "help");
  return key != NULL && is_key(key) && title != NULL && is_line(title) &&
         kind != NULL && is_key(kind) &&
         (help != NULL ? is_line(help) : json_object_get(need, "help") == NULL);
}

static bool are_texts(const json_t *list)
{
  size_t index;
  const json_t *entry;
  json_array_foreach(list, index, entry) if (!json_is_string(entry)) return false;
  return json_is_array(list);
}

static bool is_map_of_texts(json_t *map)
{
  const char *key;
  json_t *entry;
  json_object_foreach(map, key, entry) if (!json_is_string(entry)) return false;
  return json_is_object(map);
}

/* Lists come back as maps when they are empty and nothing marks them as lists. */
static bool is_empty(const json_t *value)
{
  return json_is_object(value) && json_object_size(value) == 0;
}

static bool are_needs(const json_t *value)
{
  size_t index;
  const json_t *need;
  json_array_foreach(value, index, need) if (!is_need(need)) return false;
  return json_is_array(value) || is_empty(value);
}

/* What was read of report.yaml, or what is wrong there. */
static bool is_reading(const json_t *value)
{
  const json_t *values = json_object_get(value, "values"), *fault;
  const json_t *faults = json_object_get(value, "faults");
  const char *key;
  json_t *entry;
  size_t index;
  json_object_foreach((json_t *)values, key, entry)
  {
    if (!json_is_string(entry) && !are_texts(entry) && !is_map_of_texts(entry))
      return false;
  }
  json_array_foreach(faults, index, fault)
  {
    if (zc_get_text(fault, "text") == NULL)
      return false;
  }
  return json_is_object(values) && (json_is_array(faults) || is_empty(faults));
}

/* The tree itself is tried by building a document of it. */
static bool is_paper(const json_t *value)
{
  const json_t *holes = json_object_get(value, "holes");
  return json_is_object(json_object_get(value, "tree")) &&
         (are_texts(holes) || is_empty(holes));
}

static zc_code check_result(const zc_plan *plan, const char *layout,
                            const char *function, shape *fits, const json_t *result,
                            zc_err *err)
{
  zc_document *document = NULL;
  if (!fits(result))
    return zc_fail(err, ZC_EINTERNAL,
                   "the layout {layout} gave something else than is wanted from "
                   "`{function}`",
                   "layout", layout, "function", function, NULL);
  if (fits != is_paper)
    return ZC_OK;
  zc_code code = zc_document_new(json_object_get(result, "tree"), &document, err);
  zc_document_free(document);
  if (code == ZC_OK)
    code = zc_paper_sources_known(plan->cli->paper_rows,
                                  json_object_get(result, "tree"), err);
  return code;
}

/* ---- calling ----------------------------------------------------------------- */

/* With `own`, the plan's layouts are found before the shipped ones. */
static zc_code gather(const zc_plan *plan, bool own, zc_texts *scripts, zc_err *err)
{
  zc_code code = own ? zc_texts_extend(scripts, &plan->package.layouts, err) : ZC_OK;
  if (code == ZC_OK)
    code = zc_shipped_texts(plan->home, "reports", ".lua", NULL, scripts, err);
  return code;
}

/* Layouts of others run where they are fully locked up, or where somebody insists. */
static zc_code check_isolation(const zc_plan *plan, zc_engine *engine, zc_err *err)
{
  bool full = true;
  if (zc_validity_trusted(plan) || strcmp(zc_isolation(plan->cli), "full") != 0)
    return ZC_OK;
  zc_code code = zc_engine_level(engine, &full, err);
  if (code != ZC_OK || full)
    return code;
  return zc_fail(
      err, ZC_ETRUST,
      "this system cannot isolate layouts fully, and those of the package "
      "{path} are neither shipped with zicha nor signed by a trusted key; set "
      "ZICHA_ISOLATION=process only if you trust whoever wrote it",
      "path", plan->package.folder, NULL);
}

/* One call in a fresh paper process. */
static zc_code call(const zc_plan *plan, bool own, const char *function, json_t *args,
                    json_t **result, zc_err *err)
{
  zc_texts scripts = {0};
  zc_engine *engine = NULL;
  *result = NULL;
  zc_code code = gather(plan, own, &scripts, err);
  if (code == ZC_OK)
    code = zc_engine_start(plan->home->evaluator, &engine, err);
  if (code == ZC_OK && own)
    code = check_isolation(plan, engine, err);
  if (code == ZC_OK)
    code = zc_engine_load(engine, "paper", &scripts, "layout", err);
  if (code == ZC_OK)
    code = zc_engine_call(engine, function, args, result, err);
  zc_engine_stop(engine);
  zc_texts_free(&scripts);
  return code;
}

static void tell_failure(const char *layout, const zc_err *err)
{
  json_t *faults = json_array();
  fflush(stdout);
  zc_print_error(err);
  if (zc_fault_warning(
          faults, (zc_place){NULL, 0, 0},
          "the plan's own layout {layout} failed; the one that zicha ships "
          "is used instead",
          "layout", layout, NULL) == 0)
    zc_print_faults(faults, NULL);
  json_decref(faults);
}

/* Calls the plan's own layout, if it has one, and the shipped one when that fails: from
 * then on, so that what is read and what is printed are of one layout. `args` is
 * borrowed; *result is owned and `fits`. */
static zc_code run(zc_plan *plan, const char *layout, const char *function, shape *fits,
                   json_t *args, json_t **result, zc_err *err)
{
  *result = NULL;
  if (args == NULL || json_object_set_new(args, "layout", json_string(layout)) != 0)
    return zc_fail_memory(err);
  bool own = !plan->layouts_failed &&
             zc_texts_find(&plan->package.layouts, layout) != NULL;
  zc_code code = call(plan, own, function, args, result, err);
  if (code == ZC_OK)
    code = check_result(plan, layout, function, fits, *result, err);
  if (code == ZC_EINTERNAL && own) {
    tell_failure(layout, err);
    plan->layouts_failed = true;
    json_decref(*result);
    code = call(plan, false, function, args, result, err);
  }
  if (code != ZC_OK) {
    json_decref(*result);
    *result = NULL;
  }
  return code;
}

zc_code zc_paper_check(const zc_plan *plan, zc_err *err)
{
  if (!plan->layouts_failed)
    return ZC_OK;
  return zc_fail(err, ZC_EINTERNAL,
                 "the layouts of the package {path} failed: what was written is in the "
                 "form that zicha ships",
                 "path", plan->package.folder, NULL);
}

/* ---- what a layout does ------------------------------------------------------ */

/* The day on which a paper tells what holds: that of its record, if it has one. */
static const char *day_of(const zc_plan *plan, const json_t *args)
{
  return zc_text_or(zc_get_text(json_object_get(args, "record"), "today"),
                    plan->cli->today);
}

zc_code zc_paper_build(zc_plan *plan, const char *layout, json_t *args, zc_paper *paper,
                       zc_err *err)
{
  json_t *result;
  *paper = (zc_paper){0};
  zc_code code = run(plan, layout, "build", is_paper, args, &result, err);
  if (code == ZC_OK) {
    paper->tree = json_incref(json_object_get(result, "tree"));
    paper->holes = json_incref(json_object_get(result, "holes"));
    code = zc_validity_stamp(plan, day_of(plan, args), paper->tree, err);
  }
  json_decref(result);
  if (code != ZC_OK)
    zc_paper_free(paper);
  return code;
}

void zc_paper_free(zc_paper *paper)
{
  json_decref(paper->tree);
  json_decref(paper->holes);
  *paper = (zc_paper){0};
}

/* The prose that a layout wants of report.yaml: [{key, title, kind, help}], each text
 * a single line. Owned. */
static zc_code read_needs(zc_plan *plan, const char *layout, json_t **fields,
                          zc_err *err)
{
  json_t *args = json_object();
  zc_code code = run(plan, layout, "needs", are_needs, args, fields, err);
  json_decref(args);
  return code;
}

static zc_code read_prose(zc_plan *plan, const char *layout, const zc_buffer *text,
                          json_t **values, zc_err *err)
{
  json_t *faults = json_array(), *document = NULL, *result = NULL;
  zc_code code = faults == NULL ? zc_fail_memory(err)
                                : zc_yaml_parse("report.yaml", text->data, text->size,
                                                faults, &document, err);
  if (code == ZC_OK) {
    json_t *args = json_pack("{s:O}", "document", document);
    code = run(plan, layout, "read", is_reading, args, &result, err);
    json_decref(args);
  }
  if (code == ZC_OK &&
      json_array_extend(faults, json_object_get(result, "faults")) != 0)
    code = zc_fail_memory(err);
  zc_print_faults(faults, NULL);
  if (code == ZC_OK && zc_fault_errors(faults) > 0)
    code = zc_fail(err, ZC_EDATA, "{file} has errors", "file", "report.yaml", NULL);
  if (code == ZC_OK)
    *values = json_incref(json_object_get(result, "values"));
  json_decref(result);
  json_decref(document);
  json_decref(faults);
  return code;
}

zc_code zc_paper_prose(zc_plan *plan, const char *layout, json_t **values, zc_err *err)
{
  zc_buffer text = {0};
  *values = NULL;
  zc_code code = ZC_OK;
  if (faccessat(plan->workspace->fd, "report.yaml", F_OK, 0) == 0)
    code = zc_file_read_beneath(plan->workspace->fd, "report.yaml", ZC_YAML_LIMIT,
                                &text, err);
  if (code == ZC_OK && text.size > 0)
    code = read_prose(plan, layout, &text, values, err);
  zc_buffer_free(&text);
  if (code == ZC_OK && *values == NULL) {
    *values = json_object();
    if (*values == NULL)
      code = zc_fail_memory(err);
  }
  return code;
}

/* {markdown, html, json} of a document. */
static zc_code make_texts(const zc_paper *paper, const json_t *data, json_t **texts,
                          zc_err *err)
{
  zc_document *document = NULL;
  zc_buffer markdown = {0}, html = {0}, json = {0};
  *texts = json_object();
  zc_code code = zc_document_new(paper->tree, &document, err);
  if (code == ZC_OK)
    code = zc_document_print(document, ZC_MARKDOWN, &markdown, err);
  if (code == ZC_OK)
    code = zc_document_print(document, ZC_HTML, &html, err);
  if (code == ZC_OK)
    code = zc_json_canonical(data, &json, err);
  zc_buffer_char(&json, '\n');
  if (code == ZC_OK) {
    int bad = json_object_set_new(*texts, "markdown",
                                  json_stringn(markdown.data, markdown.size));
    bad |= json_object_set_new(*texts, "html", json_stringn(html.data, html.size));
    bad |= json_object_set_new(*texts, "json", json_stringn(json.data, json.size));
    if (bad != 0)
      code = zc_fail_memory(err);
  }
  zc_buffer_free(&markdown);
  zc_buffer_free(&html);
  zc_buffer_free(&json);
  zc_document_free(document);
  return code;
}

zc_code zc_paper_print(zc_plan *plan, const char *layout, json_t *args,
                       const json_t *data, zc_err *err)
{
  const zc_cli *cli = plan->cli;
  zc_paper paper;
  json_t *texts = NULL;
  const char *format = zc_text_or(zc_option_value(cli, "format"), "markdown");
  zc_code code = zc_paper_build(plan, layout, args, &paper, err);
  if (code == ZC_OK)
    code = make_texts(&paper, data, &texts, err);
  const json_t *text = json_object_get(texts, format);
  if (code == ZC_OK && text == NULL)
    code = zc_fail(err, ZC_EUSAGE, "unknown format {format}; known: markdown html json",
                   "format", format, NULL);
  if (code == ZC_OK && zc_option_values(cli, "out") != NULL)
    code = zc_write_outputs(cli, texts, err);
  else if (code == ZC_OK)
    fwrite(json_string_value(text), 1, json_string_length(text), stdout);
  if (code == ZC_OK)
    code = zc_paper_check(plan, err);
  json_decref(texts);
  zc_paper_free(&paper);
  return code;
}

/* ---- report.yaml ------------------------------------------------------------- */

zc_code zc_report_template(zc_plan *plan, const char *layout, const json_t *values,
                           zc_buffer *out, zc_err *err)
{
  json_t *fields;
  size_t index;
  const json_t *field;
  zc_code code = read_needs(plan, layout, &fields, err);
  zc_buffer_text(
      out,
      "# 自查整改报告中须由人填写的内容。行首带 # 的行尚未填写，报告中印为空白。\n");
  json_array_foreach(fields, index, field)
  {
    const char *key = zc_get_text(field, "key"), *help = zc_get_text(field, "help");
    const json_t *value = json_object_get(values, key);
    const char *kind = zc_get_text(field, "kind");
    const char *hollow = strcmp(kind, "list") == 0  ? " []"
                         : strcmp(kind, "map") == 0 ? " {}"
                                                    : "";
    zc_buffer_print(out, "%s%s:%s", value == NULL ? "# " : "", key,
                    value == NULL ? hollow : "");
    if (value != NULL && code == ZC_OK) {
      zc_buffer_char(out, ' ');
      code = zc_json_canonical(value, out, err); /* which is YAML as well */
    }
    zc_buffer_print(out, "  # %s%s%s\n", zc_get_text(field, "title"),
                    help == NULL ? "" : "；", zc_text_or(help, ""));
  }
  json_decref(fields);
  return code == ZC_OK ? zc_buffer_check(out, err) : code;
}

zc_code zc_paper_template(zc_plan *plan, void *layout, zc_err *err)
{
  zc_buffer out = {0};
  json_t *values = NULL;
  zc_code code = zc_paper_prose(plan, layout, &values, err);
  if (code == ZC_OK)
    code = zc_report_template(plan, layout, values, &out, err);
  if (code == ZC_OK)
    fwrite(out.data, 1, out.size, stdout);
  if (code == ZC_OK)
    code = zc_paper_check(plan, err);
  json_decref(values);
  zc_buffer_free(&out);
  return code;
}

void zc_paper_warn_of_holes(const zc_paper *paper)
{
  size_t index;
  const json_t *hole;
  zc_buffer names = {0};
  json_array_foreach(paper->holes, index, hole)
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
