/* collect urge: who is to be urged (催报), as a paper. */
#include <stdio.h>
#include <string.h>

#include "cli/message.h"
#include "cli/paper_write.h"
#include "cli/plans.h"
#include "supervisor/commands.h"
#include "supervisor/urge_rows.h"

typedef struct {
  zc_office *office;
  const char *plan;
  const json_t *round;
  zc_urge *urge; /* owned */
} urging;

/* Offices of which a report is expected and none counts. Owned; NULL when out of memory. */
static json_t *silent_offices(const json_t *offices)
{
  size_t index;
  json_t *one, *silent = json_array();
  int bad = silent == NULL;
  json_array_foreach((json_t *)offices, index, one)
  {
    if (zc_get_integer(one, "expected", 1) != 0 && *zc_text_of(one, "state") == '\0')
      bad |= json_array_append(silent, one);
  }
  if (bad == 0)
    return silent;
  json_decref(silent);
  return NULL;
}

static zc_code make_args(const urging *u, zc_plan *plan, json_t **args, zc_err *err)
{
  const zc_cli *cli = u->office->workspace.cli;
  const char *only = zc_option_value(cli, "list");
  json_t *prose = NULL, *offices = NULL, *data = zc_urge_counts(u->urge);
  *args = NULL;
  zc_code code = data == NULL ? zc_fail_memory(err)
                              : zc_paper_prose(plan, "urge", &prose, err);
  if (code == ZC_OK)
    code = zc_offices_read(u->office->workspace.store, u->plan,
                           zc_text_of(u->round, "id"), &offices, err);
  int bad = json_object_set(data, "office", u->office->about);
  bad |= json_object_set(data, "plan", plan->about);
  bad |= json_object_set(data, "round", (json_t *)u->round);
  bad |= json_object_set_new(data, "today", json_string(cli->today));
  bad |= json_object_set(data, "prose", prose);
  bad |= json_object_set_new(data, "offices", silent_offices(offices));
  if (only != NULL)
    bad |= json_object_set_new(data, "only", json_string(only));
  if (code == ZC_OK && bad != 0)
    code = zc_fail_memory(err);
  json_decref(prose);
  json_decref(offices);
  if (code == ZC_OK)
    *args = data;
  else
    json_decref(data);
  return code;
}

static zc_code write_paper(const urging *u, const json_t *tree, zc_err *err)
{
  zc_buffer base = {0};
  const char *slash = strrchr(u->plan, '/');
  zc_rows rows = zc_urge_rows(u->urge);
  zc_buffer_print(&base, "reports/%.200s-%.100s-%s/urge",
                  slash == NULL ? u->plan : slash + 1, zc_text_of(u->round, "id"),
                  u->office->workspace.cli->today);
  zc_code code = zc_buffer_check(&base, err);
  if (code == ZC_OK)
    code = zc_paper_write(&u->office->workspace, tree, &rows, NULL, base.data, true,
                          true, err);
  zc_buffer_free(&base);
  return code;
}

static void tell_holes(const zc_paper *paper)
{
  size_t index;
  const json_t *hole;
  json_array_foreach(paper->holes, index, hole)
      fprintf(stderr, "%s%s：____\n", _("warning: "), json_string_value(hole));
}

static zc_code urge(urging *u, zc_err *err)
{
  zc_plan plan;
  zc_paper paper = {0};
  json_t *args = NULL;
  zc_code code = zc_office_plan(u->office, &u->plan, err);
  if (code == ZC_OK)
    code = zc_office_round(u->office, u->plan, &u->round, err);
  if (code == ZC_OK)
    code = zc_urge_new(u->office, u->plan, u->round, &u->urge, err);
  if (code == ZC_OK)
    code = zc_plan_open(&u->office->workspace, u->plan, &plan, err);
  if (code != ZC_OK)
    return code;
  code = make_args(u, &plan, &args, err);
  if (code == ZC_OK)
    code = zc_paper_build(&plan, "urge", args, &paper, err);
  if (code == ZC_OK)
    code = write_paper(u, paper.tree, err);
  if (code == ZC_OK)
    tell_holes(&paper);
  if (code == ZC_OK)
    code = zc_paper_check(&plan, err);
  json_decref(args);
  zc_paper_free(&paper);
  zc_plan_close(&plan);
  return code;
}

int zc_command_collect_urge(zc_cli *cli)
{
  zc_err err;
  zc_office office;
  urging u = {.office = &office};
  const char *list = zc_option_value(cli, "list");
  zc_code code = zc_paper_formats(cli, &err);
  if (code == ZC_OK && list != NULL && zc_urge_list_of(list) == ZC_URGE_LISTS)
    code = zc_fail(&err, ZC_EUSAGE,
                   "unknown list {value}; known: missing returned left_out", "value",
                   list, NULL);
  if (code == ZC_OK)
    code = zc_office_open(cli, &office, &err);
  if (code == ZC_OK) {
    code = urge(&u, &err);
    zc_urge_free(u.urge);
    zc_office_close(&office);
  }
  return zc_exit(code, &err);
}
