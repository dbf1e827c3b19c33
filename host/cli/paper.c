#include "cli/paper.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/message.h"
#include "document/document.h"
#include "value/yaml.h"

static bool has_own(const zc_plan *plan, const char *layout)
{
  return zc_texts_find(&plan->package.layouts, layout) != NULL;
}

/* The plan's own layouts come first and are found before the shipped ones. */
static zc_code gather(const zc_plan *plan, bool shipped_only, zc_texts *scripts,
                      zc_err *err)
{
  zc_code code = shipped_only ? ZC_OK
                              : zc_texts_extend(scripts, &plan->package.layouts, err);
  if (code == ZC_OK)
    code = zc_shipped_texts(plan->home, "reports", ".lua", NULL, scripts, err);
  return code;
}

/* One call in a fresh paper process. `args` is borrowed. */
static zc_code call(const zc_plan *plan, bool shipped_only, const char *function,
                    json_t *args, json_t **result, zc_err *err)
{
  zc_texts scripts = {0};
  zc_engine *engine = NULL;
  *result = NULL;
  zc_code code = gather(plan, shipped_only, &scripts, err);
  if (code == ZC_OK)
    code = zc_engine_start(plan->home->evaluator, &engine, err);
  if (code == ZC_OK)
    code = zc_engine_load(engine, "paper", &scripts, "layout", err);
  if (code == ZC_OK)
    code = zc_engine_call(engine, function, args, result, err);
  zc_engine_stop(engine);
  zc_texts_free(&scripts);
  return code;
}

static zc_code with_layout(json_t *args, const char *layout, zc_err *err)
{
  if (args == NULL || json_object_set_new(args, "layout", json_string(layout)) != 0)
    return zc_fail_memory(err);
  return ZC_OK;
}

zc_code zc_paper_build(zc_plan *plan, const char *layout, json_t *args, zc_paper *paper,
                       zc_err *err)
{
  json_t *result = NULL;
  *paper = (zc_paper){0};
  zc_code code = with_layout(args, layout, err);
  if (code != ZC_OK)
    return code;
  code = call(plan, false, "build", args, &result, err);
  zc_document *document = NULL;
  if (code == ZC_OK)
    code = zc_document_new(json_object_get(result, "tree"), &document, err);
  zc_document_free(document);
  if (code == ZC_EINTERNAL && has_own(plan, layout)) {
    zc_print_error(err);
    paper->fell_back = true;
    json_decref(result);
    code = call(plan, true, "build", args, &result, err);
  }
  if (code == ZC_OK) {
    paper->tree = json_incref(json_object_get(result, "tree"));
    paper->holes = json_incref(json_object_get(result, "holes"));
  }
  json_decref(result);
  return code;
}

void zc_paper_free(zc_paper *paper)
{
  json_decref(paper->tree);
  json_decref(paper->holes);
  *paper = (zc_paper){0};
}

zc_code zc_paper_needs(zc_plan *plan, const char *layout, json_t **fields, zc_err *err)
{
  json_t *args = json_object();
  *fields = NULL;
  zc_code code = with_layout(args, layout, err);
  if (code == ZC_OK)
    code = call(plan, false, "needs", args, fields, err);
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
    code = with_layout(args, layout, err);
    if (code == ZC_OK)
      code = call(plan, false, "read", args, &result, err);
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
  zc_cli *cli = plan->workspace->cli;
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
  json_decref(texts);
  zc_paper_free(&paper);
  return code;
}
