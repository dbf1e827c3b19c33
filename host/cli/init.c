/* init, plan use|unuse|list: a facility's folder and the plans that it works with. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/message.h"
#include "cli/paper.h"
#include "value/yaml.h"

/* ---- facility.yaml ----------------------------------------------------------- */

/* A text as a YAML scalar that means exactly it. */
static void add_scalar(zc_buffer *out, const char *text)
{
  zc_buffer_char(out, '"');
  for (; *text != '\0'; text++) {
    if (*text == '"' || *text == '\\')
      zc_buffer_char(out, '\\');
    zc_buffer_char(out, *text);
  }
  zc_buffer_char(out, '"');
}

/* key: value            # 名称（必填）  — or the same line as a comment to fill in. */
static void add_field(zc_buffer *out, const json_t *field, const char *value)
{
  zc_buffer line = {0};
  const char *help = zc_get_text(field, "help");
  zc_buffer_print(&line, "%s%s: ", value == NULL ? "# " : "",
                  zc_get_text(field, "key"));
  if (value != NULL)
    add_scalar(&line, value);
  int width = zc_text_width(zc_text_or(line.data, ""), line.size);
  zc_buffer_print(out, "%s%*s  # %s", zc_text_or(line.data, ""),
                  width < 34 ? 34 - width : 0, "", zc_get_text(field, "title"));
  if (help != NULL)
    zc_buffer_print(out, "：%s", help);
  if (zc_get_flag(field, "required"))
    zc_buffer_text(out, "（必填）");
  const json_t *words = json_object_get(field, "words"), *word;
  size_t index;
  json_array_foreach(words, index, word)
      zc_buffer_print(out, "%s%s", index == 0 ? "：" : "、", json_string_value(word));
  zc_buffer_char(out, '\n');
  out->failed |= line.failed;
  zc_buffer_free(&line);
}

/* Asks for one field; an empty line leaves an optional one out. *value is owned. */
static zc_code ask_field(const json_t *field, char **value, zc_err *err)
{
  const json_t *words = json_object_get(field, "words"), *word;
  bool required = zc_get_flag(field, "required");
  size_t index, room = 0;
  char *line = NULL;
  *value = NULL;
  json_array_foreach(words, index, word)
      printf("  %2zu. %s\n", index + 1, json_string_value(word));
  for (;;) {
    printf("%s%s > ", zc_get_text(field, "title"), required ? "" : _(" (optional)"));
    fflush(stdout);
    if (getline(&line, &room, stdin) < 0) {
      free(line);
      return required ? zc_fail(err, ZC_EUSAGE,
                                "the input ended before {field} was given; answer the "
                                "prompts, or name a file with --facility",
                                "field", zc_get_text(field, "title"), NULL)
                      : ZC_OK;
    }
    line[strcspn(line, "\r\n")] = '\0';
    char *end;
    unsigned long number = strtoul(line, &end, 10);
    const json_t *chosen = *line != '\0' && *end == '\0' && number > 0
                               ? json_array_get(words, number - 1)
                               : NULL;
    if (chosen != NULL) {
      free(line);
      *value = strdup(json_string_value(chosen));
      return *value == NULL ? zc_fail_memory(err) : ZC_OK;
    }
    if (*line != '\0') {
      *value = line;
      return ZC_OK;
    }
    if (!required) {
      free(line);
      return ZC_OK;
    }
    zc_say_line(N_("this is needed"), NULL);
  }
}

/* Prompts for what is required and writes the rest as comments. */
static zc_code ask_facility(zc_plan *plan, zc_buffer *out, zc_err *err)
{
  json_t *fields;
  size_t index;
  const json_t *field;
  zc_code code = zc_plan_call(plan, "facility_fields", json_object(), &fields, err);
  zc_buffer_text(out,
                 "# 机构基本情况。行首带 # 的行尚未填写：填好后去掉行首的“# ”。\n");
  json_array_foreach(fields, index, field)
  {
    char *value = NULL;
    if (code != ZC_OK)
      break;
    if (zc_get_flag(field, "required") ||
        strcmp(zc_get_text(field, "key"), "ownership") == 0)
      code = ask_field(field, &value, err);
    if (code == ZC_OK)
      add_field(out, field, value);
    free(value);
  }
  json_decref(fields);
  return code == ZC_OK ? zc_buffer_check(out, err) : code;
}

/* ---- report.yaml ------------------------------------------------------------- */

zc_code zc_report_template(zc_plan *plan, zc_buffer *out, zc_err *err)
{
  json_t *fields;
  size_t index;
  const json_t *field;
  zc_code code = zc_paper_needs(plan, "rectification", &fields, err);
  zc_buffer_text(
      out,
      "# 自查整改报告中须由人填写的内容。行首带 # 的行尚未填写，报告中印为空白。\n");
  json_array_foreach(fields, index, field)
  {
    bool list = strcmp(zc_get_text(field, "kind"), "list") == 0;
    zc_buffer_print(out, "# %s:%s  # %s\n", zc_get_text(field, "key"),
                    list ? " []" : "", zc_get_text(field, "title"));
  }
  json_decref(fields);
  return code == ZC_OK ? zc_buffer_check(out, err) : code;
}

/* ---- init -------------------------------------------------------------------- */

static zc_code make_folder(const char *folder, int *fd, zc_err *err)
{
  char database[PATH_MAX];
  if (mkdir(folder, 0777) != 0 && errno != EEXIST)
    return zc_fail_system(err, ZC_EWRITE, errno,
                          "cannot make the folder {path}: {reason_term}", "path",
                          folder, NULL);
  snprintf(database, sizeof database, "%.4000s/%s", folder, ZC_STORE_FILE);
  if (access(database, F_OK) == 0)
    return zc_fail(err, ZC_EWRITE, "{path} is a workspace already", "path", folder,
                   NULL);
  return zc_folder_open(folder, fd, err);
}

/* The database comes last: a folder without it is no workspace yet, and init can be run
 * again. */
static zc_code write_workspace(zc_plan *plan, const char *folder,
                               const zc_buffer *facility, const char *place,
                               const char *time, zc_err *err)
{
  zc_buffer prose = {0};
  zc_store *store = NULL;
  int fd = -1;
  zc_code code = make_folder(folder, &fd, err);
  if (code == ZC_OK)
    code = zc_report_template(plan, &prose, err);
  if (code == ZC_OK)
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

/* A shipped plan is remembered by its id, any other by its folder. */
static const char *place_of(const zc_plan *plan)
{
  return plan->package.shipped ? zc_get_text(plan->about, "id") : plan->package.folder;
}

static zc_code init(zc_cli *cli, zc_plan *plan, zc_err *err)
{
  const char *file = zc_option_value(cli, "facility");
  zc_buffer facility = {0};
  zc_code code = file != NULL ? zc_file_read(file, ZC_YAML_LIMIT, &facility, err)
                              : ask_facility(plan, &facility, err);
  if (code == ZC_OK)
    code = zc_plan_read_facility(plan, file == NULL ? "facility.yaml" : file, &facility,
                                 err);
  if (code == ZC_OK)
    code = write_workspace(plan, cli->arguments[0], &facility, place_of(plan), cli->now,
                           err);
  zc_buffer_free(&facility);
  if (code == ZC_OK) {
    zc_say_line(N_("made the workspace {path} for the plan {title}"),
                json_pack("{s:s, s:s}", "path", cli->arguments[0], "title",
                          zc_get_text(plan->about, "title")));
    zc_say_line(N_("next: `zicha -C {path} needs` lists the data that the plan wants, "
                   "`zicha -C {path} answer` asks its questions"),
                json_pack("{s:s}", "path", cli->arguments[0]));
  }
  return code;
}

int zc_command_init(zc_cli *cli)
{
  zc_plan plan;
  zc_err err;
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

int zc_command_plan_use(zc_cli *cli)
{
  zc_workspace workspace;
  zc_plan plan;
  zc_err err;
  zc_code code = zc_workspace_open(cli, &workspace, &err);
  if (code == ZC_OK)
    code = zc_plan_open_package(cli, cli->arguments[0], &plan, &err);
  if (code == ZC_OK) {
    code = zc_store_use_plan(workspace.store, zc_get_text(plan.about, "id"),
                             place_of(&plan), cli->now, &err);
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
  zc_err err, none;
  json_t *ids;
  size_t index;
  const json_t *entry;
  zc_code code = zc_shipped_packages(&cli->home, &ids, &err);
  if (code == ZC_OK) {
    printf("%s\n", _("plans that come with zicha:"));
    json_array_foreach(ids, index, entry) printf("  %s\n", json_string_value(entry));
  }
  json_decref(ids);
  if (code == ZC_OK && zc_workspace_open(cli, &workspace, &none) == ZC_OK) {
    printf("%s\n", _("plans in use here:"));
    json_array_foreach(workspace.plans, index, entry)
        printf("  %s  %s\n", zc_get_text(entry, "id"), zc_get_text(entry, "place"));
    zc_workspace_close(&workspace);
  }
  return zc_exit(code, &err);
}
