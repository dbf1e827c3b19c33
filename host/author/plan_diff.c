/* plan diff: what another plan, or another version, asks differently; as a paper the notes that
 * an office sends with an update. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "author/commands.h"
#include "author/plan_view.h"
#include "cli/message.h"
#include "cli/paper.h"

static const char *shown(const json_t *object, const char *key)
{
  return zc_text_or(zc_get_text(object, key), "—");
}

/* ---- the other package ----------------------------------------------------------------- */

zc_code zc_beside_open(zc_plan *plan, const char *name, zc_beside *beside, zc_err *err)
{
  *beside = (zc_beside){0};
  json_t *faults = json_array();
  zc_code code = faults == NULL
                     ? zc_fail_memory(err)
                     : zc_package_find(plan->home, name, &beside->folder, err);
  if (code == ZC_OK) {
    code = zc_package_read_layers(plan->home, beside->folder, true, NULL, faults,
                                  &beside->package, err);
    zc_print_layered(faults, beside->folder, beside->package.parents);
  }
  if (code == ZC_OK)
    code = zc_plan_tell_rules(plan, beside->package.bundle, err);
  json_decref(faults);
  return code;
}

void zc_beside_free(zc_beside *beside)
{
  zc_package_free(&beside->package);
  free(beside->folder);
  *beside = (zc_beside){0};
}

zc_code zc_beside_check(const zc_beside *beside, json_t *faults, zc_err *err)
{
  if (zc_fault_errors(faults) == 0)
    return ZC_OK;
  zc_print_layered(faults, beside->folder, beside->package.parents);
  return zc_fail(err, ZC_EDATA, "the package {path} has errors", "path", beside->folder,
                 NULL);
}

/* ---- on the screen --------------------------------------------------------------------- */

void zc_view_print_difference(const json_t *difference)
{
  const char *change = shown(difference, "change");
  const char *title = zc_text_of(difference, "title");
  bool has_field = zc_get_text(difference, "field_title") != NULL; /* files have none */
  const char *sign = strcmp(change, "added") == 0     ? "+"
                     : strcmp(change, "removed") == 0 ? "-"
                                                      : "~";
  if (strcmp(shown(difference, "section"), "plan") == 0)
    printf("  %s ", sign);
  else
    printf("  %s %s%s%s%s", sign, shown(difference, "id"), *title == '\0' ? "" : "  ",
           title, *sign == '~' && has_field ? ": " : "");
  if (*sign == '~' && has_field)
    printf("%s: %s → %s", shown(difference, "field_title"), shown(difference, "from"),
           shown(difference, "to"));
  zc_view_print_direction(difference);
}

static void print_differences(const zc_plan *plan, const json_t *answer)
{
  const json_t *other = json_object_get(answer, "plan");
  const json_t *list = json_object_get(answer, "differences"), *difference;
  const char *section = NULL;
  size_t index;
  printf("- %s (%s)  %s\n+ %s (%s)  %s\n", shown(plan->about, "id"),
         shown(plan->about, "version"), shown(plan->about, "title"), shown(other, "id"),
         shown(other, "version"), shown(other, "title"));
  json_array_foreach(list, index, difference)
  {
    if (section == NULL || strcmp(section, shown(difference, "section")) != 0)
      printf("\n%s (%s)\n", shown(difference, "section_title"),
             shown(difference, "section"));
    section = shown(difference, "section");
    zc_view_print_difference(difference);
  }
  zc_say_line(N_("{count} differences"),
              json_pack("{s:I}", "count", (json_int_t)json_array_size(list)));
}

/* ---- the command ----------------------------------------------------------------------- */

/* Reads the second package and asks how it differs from the one that is open. */
static zc_code compare(zc_plan *plan, const char *name, json_t **answer, zc_err *err)
{
  zc_beside other;
  zc_code code = zc_beside_open(plan, name, &other, err);
  if (code == ZC_OK)
    code = zc_plan_call(plan, "diff", json_incref(other.package.bundle), answer, err);
  if (code == ZC_OK)
    code = zc_beside_check(&other, json_object_get(*answer, "faults"), err);
  if (code == ZC_OK)
    code = zc_package_compare(&plan->package, &other.package,
                              json_object_get(*answer, "differences"), err);
  zc_beside_free(&other);
  return code;
}

/* What programs get. Owned; NULL when out of memory. */
static json_t *document_of(const zc_plan *plan, const json_t *answer)
{
  return json_pack("{s:s, s:{s:O, s:O}, s:O, s:O}", "zicha", "diff/1", "from", "id",
                   json_object_get(plan->about, "id"), "version",
                   json_object_get(plan->about, "version"), "plan",
                   json_object_get(answer, "plan"), "differences",
                   json_object_get(answer, "differences"));
}

/* The notes about the new version, where --format and --out say. */
static zc_code print_notes(zc_plan *plan, json_t *answer, zc_err *err)
{
  json_t *data = document_of(plan, answer);
  json_t *args = json_pack("{s:O}", "data", answer);
  zc_code code = data == NULL || args == NULL
                     ? zc_fail_memory(err)
                     : zc_paper_print(plan, "plan_update_notes", args, data, err);
  json_decref(args);
  json_decref(data);
  return code;
}

static zc_code print(zc_plan *plan, json_t *answer, zc_err *err)
{
  const zc_cli *cli = plan->cli;
  const char *format = zc_text_or(zc_option_value(cli, "format"), "text");
  if (zc_option_values(cli, "out") != NULL || zc_view_is_paper(format))
    return print_notes(plan, answer, err);
  if (zc_view_wants_json(cli))
    return zc_view_print_json(cli, document_of(plan, answer), "diff/1", err);
  print_differences(plan, answer);
  return ZC_OK;
}

/* *same: there is no difference, or with --child nothing to decide. */
static zc_code diff(zc_cli *cli, bool *same, zc_err *err)
{
  zc_plan plan;
  json_t *answer = NULL;
  const char *child = zc_option_value(cli, "child");
  zc_code code = zc_view_check_paper_format(cli, err);
  if (code == ZC_OK)
    code = zc_plan_open_package(cli, cli->arguments[0], &plan, err);
  if (code != ZC_OK)
    return code;
  if (child != NULL) {
    code = zc_plan_three_way(&plan, cli->arguments[1], child, same, err);
  } else {
    code = compare(&plan, cli->arguments[1], &answer, err);
    *same = json_array_size(json_object_get(answer, "differences")) == 0;
    if (code == ZC_OK)
      code = print(&plan, answer, err);
  }
  json_decref(answer);
  zc_plan_close(&plan);
  return code;
}

int zc_command_plan_diff(zc_cli *cli)
{
  zc_err err;
  bool same = true;
  zc_code code = diff(cli, &same, &err);
  return code == ZC_OK ? !same : zc_exit(code, &err);
}
