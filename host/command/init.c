/* init, plan use|unuse|list: a facility's folder and the plans that it works with. */
#include "command/init.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/message.h"
#include "cli/paper.h"
#include "cli/screen.h"
#include "cli/spoken.h"
#include "cli/subject.h"
#include "command/commands.h"
#include "publisher/commands.h"

/* ---- facility.yaml ----------------------------------------------------------- */

/* Whether a rule that the plan names speaks of a field of the facility. */
static bool rules_read(const zc_texts *spoken, const char *key)
{
  char name[80];
  snprintf(name, sizeof name, "facility.%.60s", key);
  for (size_t i = 0; i < spoken->count; i++)
    if (strstr(spoken->files[i].text, name) != NULL)
      return true;
  return false;
}

static const zc_subject facility_subject;

/* Prompts for what is required or what the plan goes by, and writes the rest as
 * comments. */
static zc_code ask_facility(zc_plan *plan, zc_buffer *out, zc_err *err)
{
  json_t *fields = NULL, *field;
  size_t index;
  zc_texts spoken = {0};
  zc_code code = zc_spoken(&plan->files, plan->runs, plan->measures, &spoken, err);
  if (code == ZC_OK)
    code = zc_plan_call(plan, "facility_fields", json_object(), &fields, err);
  zc_buffer_text(out,
                 "# 机构基本情况。行首带 # 的行尚未填写：填好后去掉行首的“# ”。\n");
  json_array_foreach(fields, index, field)
  {
    const char *key = zc_get_text(field, "key");
    if (code == ZC_OK && rules_read(&spoken, key) &&
        json_object_set_new(field, "read", json_true()) != 0)
      code = zc_fail_memory(err);
    if (code == ZC_OK && strcmp(key, "ownership") == 0 &&
        json_object_set_new(field, "asked", json_true()) != 0)
      code = zc_fail_memory(err);
  }
  if (code == ZC_OK)
    code = zc_subject_ask(&facility_subject, plan, fields, out, err);
  json_decref(fields);
  zc_texts_free(&spoken);
  return code;
}

static const zc_subject facility_subject = {"facility.yaml", "facility",
                                            "facility_field", ask_facility,
                                            zc_plan_read_facility};

/* ---- init -------------------------------------------------------------------- */

/* Files that stand there already are kept. The database comes last: a folder without it
 * is no workspace yet, and init can be run again. */
static zc_code write_workspace(zc_plan *plan, const char *folder,
                               const zc_buffer *facility, const char *place,
                               const char *time, zc_err *err)
{
  zc_buffer prose = {0};
  zc_store *store = NULL;
  int fd = -1;
  zc_code code = zc_subject_make_folder(folder, &fd, err);
  if (code == ZC_OK)
    code = zc_report_template(plan, "rectification", NULL, &prose, err);
  if (code == ZC_OK && faccessat(fd, "facility.yaml", F_OK, 0) != 0)
    code = zc_file_write(fd, "facility.yaml", facility->data, facility->size, 0666,
                         err);
  if (code == ZC_OK && faccessat(fd, "report.yaml", F_OK, 0) != 0)
    code = zc_file_write(fd, "report.yaml", prose.data, prose.size, 0666, err);
  if (code == ZC_OK)
    code = zc_store_open(folder, true, &store, err);
  if (code == ZC_OK)
    code = zc_store_use_plan(store, zc_get_text(plan->about, "id"), place, time, err);
  zc_store_close(store);
  zc_buffer_free(&prose);
  if (fd >= 0)
    close(fd);
  return code;
}

static zc_code init(zc_cli *cli, zc_plan *plan, zc_err *err)
{
  const char *folder = cli->arguments[0];
  zc_buffer facility = {0};
  zc_code code = zc_subject_check_free(folder, "office.yaml", err);
  if (code == ZC_OK)
    code = zc_subject_find(&facility_subject, cli, plan, &facility, err);
  if (code == ZC_OK)
    code = write_workspace(plan, folder, &facility, zc_subject_place(plan), cli->now,
                           err);
  zc_buffer_free(&facility);
  if (code == ZC_OK) {
    zc_say_line(N_("made the workspace {path} for the plan {title}"),
                json_pack("{s:o, s:s}", "path", zc_json_lossy(folder, strlen(folder)),
                          "title", zc_get_text(plan->about, "title")));
    zc_say_line(N_("next: `zicha -C {path} needs` lists the data that the plan wants, "
                   "`zicha -C {path} answer` asks its questions"),
                json_pack("{s:o}", "path", zc_json_lossy(folder, strlen(folder))));
  }
  return code;
}

int zc_command_init(zc_cli *cli)
{
  zc_plan plan;
  zc_err err;
  if (zc_option_value(cli, "office") != NULL)
    return zc_init_office(cli);
  if (zc_option_value(cli, "office-file") != NULL)
    return zc_exit(zc_fail(&err, ZC_EUSAGE, "--office-file is for --office", NULL),
                   &err);
  const char *name = zc_option_value(cli, "plan");
  zc_code code =
      name == NULL ? zc_fail(&err, ZC_EUSAGE,
                             "say which plan with --plan: a folder, or one that `zicha "
                             "plan list` shows",
                             NULL)
                   : zc_plan_open_package(cli, name, &plan, &err);
  if (code == ZC_OK) {
    code = init(cli, &plan, &err);
    zc_plan_close(&plan);
  }
  return zc_exit(code, &err);
}

/* ---- plan use, unuse, list --------------------------------------------------- */

/* The same id from elsewhere may be another version, whose questions nobody has compared. */
static void note_other_place(const zc_workspace *workspace, const zc_plan *plan)
{
  const char *id = zc_get_text(plan->about, "id");
  const char *place = zc_workspace_place(workspace, id);
  if (place != NULL && strcmp(place, zc_subject_place(plan)) != 0)
    zc_note(N_("the plan {id} was in use from {path}; its answers go on by their items, "
               "unseen: if this is another version, `zicha upgrade --to` compares the "
               "questions first"),
            json_pack("{s:s, s:s}", "id", id, "path", place));
}

int zc_command_plan_use(zc_cli *cli)
{
  zc_workspace workspace;
  zc_plan plan;
  zc_err err;
  zc_code code = zc_workspace_open(cli, &workspace, &err);
  if (code == ZC_OK)
    code = zc_plan_open_package(cli, cli->arguments[0], &plan, &err);
  if (code == ZC_OK) {
    note_other_place(&workspace, &plan);
    code = zc_store_use_plan(workspace.store, zc_get_text(plan.about, "id"),
                             zc_subject_place(&plan), cli->now, &err);
    if (code == ZC_OK)
      zc_say_line(N_("in use: {title} ({id})"),
                  json_pack("{s:s, s:s}", "title", zc_get_text(plan.about, "title"),
                            "id", zc_get_text(plan.about, "id")));
    zc_plan_close(&plan);
  }
  zc_workspace_close(&workspace);
  return zc_exit(code, &err);
}

int zc_command_plan_unuse(zc_cli *cli)
{
  zc_workspace workspace;
  zc_err err;
  zc_code code = zc_workspace_open(cli, &workspace, &err);
  if (code == ZC_OK)
    code = zc_store_unuse_plan(workspace.store, cli->arguments[0], &err);
  if (code == ZC_OK)
    zc_say_line(N_("no longer in use: {id}; its answers and runs are kept"),
                json_pack("{s:s}", "id", cli->arguments[0]));
  zc_workspace_close(&workspace);
  return zc_exit(code, &err);
}

/* What is shipped, and, inside a workspace, what is in use. */
int zc_command_plan_list(zc_cli *cli)
{
  zc_workspace workspace = {.fd = -1};
  zc_err err;
  json_t *packages;
  size_t index;
  const json_t *entry;
  if (zc_option_value(cli, "installed") != NULL)
    return zc_plan_list_installed(cli);
  if (zc_option_value(cli, "format") != NULL)
    return zc_exit(zc_fail(&err, ZC_EUSAGE, "--format is for --installed", NULL), &err);
  zc_code code = zc_shipped_packages(&cli->home, &packages, &err);
  if (code == ZC_OK) {
    printf("%s\n", _("plans that come with zicha:"));
    json_array_foreach(packages, index, entry)
    {
      printf("  ");
      zc_print_padded(stdout, zc_get_text(entry, "id"), 42, false);
      printf("  %s\n", zc_text_or(zc_get_text(entry, "title"), "—"));
    }
  }
  json_decref(packages);
  if (code != ZC_OK)
    return zc_exit(code, &err);
  /* Where there is no workspace nothing is in use; one that is broken is told. */
  code = zc_workspace_open(cli, &workspace, &err);
  if (code == ZC_OK) {
    printf("%s\n", _("plans in use here:"));
    json_array_foreach(workspace.plans, index, entry)
        printf("  %s  %s\n", zc_get_text(entry, "id"), zc_get_text(entry, "place"));
    zc_workspace_close(&workspace);
  }
  return code == ZC_EOPEN ? ZC_OK : zc_exit(code, &err);
}
