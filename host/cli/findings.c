#include "cli/findings.h"

#include <stdlib.h>
#include <string.h>

#include "cli/message.h"

/* ---- gathering --------------------------------------------------------------------- */

/* What the engine's lint cannot see for itself: the rules as the table engine reads them,
 * their texts, and the marks that a draft still bears. Faults of rule files go into
 * `faults`. */
static zc_code make_request(zc_plan *plan, bool performance, json_t *faults,
                            json_t **request, zc_err *err)
{
  json_t *described = NULL, *texts = json_object(), *broken = json_object();
  size_t before = json_array_size(faults);
  zc_code code = zc_plan_describe(plan, &described, err);
  int bad = texts == NULL || broken == NULL;
  for (size_t i = 0; i < plan->files.count; i++)
    bad |= json_object_set_new(texts, plan->files.files[i].name,
                               json_string(plan->files.files[i].text));
  for (size_t i = before; i < json_array_size(faults); i++) {
    const char *file = zc_get_text(json_array_get(faults, i), "file");
    for (size_t f = 0; file != NULL && f < plan->files.count; f++)
      if (strcmp(plan->files.files[f].path, file) == 0)
        bad |= json_object_set_new(broken, plan->files.files[f].name, json_true());
  }
  *request = json_object();
  bad |= json_object_set(*request, "described", described);
  bad |= json_object_set(*request, "marks", plan->package.marks);
  bad |= json_object_set_new(*request, "rule_texts", texts);
  bad |= json_object_set_new(*request, "broken", broken);
  if (performance)
    bad |= json_object_set_new(*request, "performance", json_true());
  json_decref(described);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

/* What the engine says of the plan, and what whoever packs it wants of its folder. */
static json_t *tell(const zc_plan *plan, const json_t *answer)
{
  json_t *about = json_copy(plan->about);
  json_t *parents = json_object_get(answer, "parents");
  /* A copy for which memory does not suffice lacks members. */
  int bad = json_object_size(about) != json_object_size(plan->about);
  bad |= json_object_set_new(about, "folder", json_string(plan->package.folder));
  bad |= json_object_set_new(about, "sha256", json_string(plan->package.sha256));
  if (plan->package.parents != NULL)
    bad |= json_object_set(about, "layers", plan->package.parents);
  if (parents != NULL)
    bad |= json_object_set(about, "parents", parents);
  if (bad == 0)
    return about;
  json_decref(about);
  return NULL;
}

zc_code zc_plan_lint(zc_cli *cli, const char *name, bool performance, json_t *findings,
                     json_int_t *accepted, json_t **about, zc_err *err)
{
  zc_plan plan;
  json_t *request = NULL, *answer = NULL;
  zc_code code = zc_plan_open_collecting(cli, name, findings, &plan, err);
  if (code != ZC_OK)
    return code == ZC_EDATA && zc_fault_errors(findings) > 0
               ? zc_fault_sort(findings, err)
               : code;
  code = make_request(&plan, performance, findings, &request, err);
  if (code == ZC_OK)
    code = zc_plan_call(&plan, "lint", request, &answer, err);
  else
    json_decref(request);
  if (code == ZC_OK &&
      json_array_extend(findings, json_object_get(answer, "findings")) != 0)
    code = zc_fail_memory(err);
  *accepted = zc_get_integer(answer, "accepted", 0);
  *about = tell(&plan, answer);
  if (code == ZC_OK && *about == NULL)
    code = zc_fail_memory(err);
  json_decref(answer);
  zc_plan_close(&plan);
  return code == ZC_OK ? zc_fault_sort(findings, err) : code;
}

/* ---- printing ------------------------------------------------------------------------ */

const char *zc_finding_severity(const json_t *finding)
{
  return zc_text_or(zc_get_text(finding, "severity"), "error");
}

/* A finding without a code of its own is called by the first words of its message. */
void zc_finding_code(const json_t *finding, char room[ZC_FINDING_CODE])
{
  const char *own = zc_get_text(finding, "code");
  const char *text = zc_text_or(own, zc_text_or(zc_get_text(finding, "text"), "?"));
  size_t size = 0;
  for (; *text != '\0' && size < 40; text++) {
    char c = *text >= 'A' && *text <= 'Z' ? (char)(*text - 'A' + 'a') : *text;
    if (c == '{')
      text += strcspn(text, "}");
    else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
      room[size++] = c;
    else if (size > 0 && room[size - 1] != '-')
      room[size++] = '-';
    if (*text == '\0')
      break;
  }
  while (size > 0 && room[size - 1] == '-')
    size--;
  room[size] = '\0';
}

char *zc_finding_text(const json_t *finding, const char *member)
{
  const char *text = zc_get_text(finding, member);
  if (text == NULL)
    return NULL;
  json_t *message = json_object();
  int bad = json_object_set_new(message, "text", json_string(text));
  bad |= json_object_set(message, "args", json_object_get(finding, "args"));
  char *shown = bad == 0 ? zc_message_text(message) : NULL;
  json_decref(message);
  return shown;
}

static void print_place(const json_t *finding, FILE *out)
{
  zc_buffer path = {0};
  json_int_t line = zc_get_integer(finding, "line", 0);
  json_int_t column = zc_get_integer(finding, "column", 0);
  zc_add_visible(&path, zc_text_or(zc_get_text(finding, "file"), "plan.yaml"));
  fprintf(out, "%s:", zc_text_or(path.data, ""));
  if (line > 0)
    fprintf(out, "%lld:", (long long)line);
  if (line > 0 && column > 0)
    fprintf(out, "%lld:", (long long)column);
  zc_buffer_free(&path);
}

void zc_finding_print(const json_t *finding, FILE *out)
{
  static const struct {
    const char *severity, *title;
  } titles[] = {{"error", N_("error")},
                {"warning", N_("warning")},
                {"note", N_("note")}};
  const char *severity = zc_finding_severity(finding);
  char *text = zc_finding_text(finding, "text"),
       *hint = zc_finding_text(finding, "hint");
  char code[ZC_FINDING_CODE];
  zc_finding_code(finding, code);
  print_place(finding, out);
  for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
    if (strcmp(titles[i].severity, severity) == 0)
      fprintf(out, " %s", _(titles[i].title));
  if (zc_get_text(finding, "code") != NULL)
    fprintf(out, " [%s]", code);
  fprintf(out, ": %s\n", zc_text_or(text, "?"));
  if (hint != NULL)
    fprintf(out, "    → %s\n", hint);
  free(text);
  free(hint);
}
