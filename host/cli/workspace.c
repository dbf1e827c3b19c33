#include "cli/workspace.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/message.h"
#include "value/yaml.h"

/* ---- the workspace ----------------------------------------------------------- */

/* Commands of facilities that offices have as well. */
static const char *const shared[] = {"plan use", "plan unuse",     "plan list",
                                     "form",     "answer",         "attach",
                                     "check",    "status",         "calendar",
                                     "verify",   "backup",         "restore",
                                     "submit",   "receipt import", "upgrade"};

static bool is_shared(const char *name)
{
  for (size_t i = 0; i < sizeof shared / sizeof *shared; i++)
    if (strcmp(shared[i], name) == 0)
      return true;
  return false;
}

/* Whether the command is for such a workspace. */
static zc_code check_owner(const zc_workspace *workspace, zc_err *err)
{
  const zc_command *command = workspace->cli->command;
  if (strcmp(command->group, "supervisor") == 0)
    return zc_office_only(workspace, err);
  if (strcmp(command->group, "facility") == 0 && !is_shared(command->name))
    return zc_facility_only(workspace, err);
  return ZC_OK;
}

zc_code zc_workspace_open(zc_cli *cli, zc_workspace *workspace, zc_err *err)
{
  *workspace = (zc_workspace){.cli = cli, .fd = -1};
  zc_code code = zc_folder_open(cli->folder, &workspace->fd, err);
  if (code == ZC_OK)
    code = zc_store_open(cli->folder, false, &workspace->store, err);
  if (code == ZC_OK)
    code = zc_store_plans(workspace->store, &workspace->plans, err);
  workspace->office = code == ZC_OK &&
                      faccessat(workspace->fd, "office.yaml", F_OK, 0) == 0;
  if (code == ZC_OK)
    code = check_owner(workspace, err);
  if (code != ZC_OK)
    zc_workspace_close(workspace);
  return code;
}

zc_code zc_office_only(const zc_workspace *workspace, zc_err *err)
{
  if (workspace->office)
    return ZC_OK;
  return zc_fail(err, ZC_EUSAGE,
                 "{path} is the workspace of a facility: `zicha {command}` works in an "
                 "office's, which `zicha init DIR --office` makes",
                 "path", workspace->cli->folder, "command",
                 workspace->cli->command->name, NULL);
}

zc_code zc_facility_only(const zc_workspace *workspace, zc_err *err)
{
  if (!workspace->office)
    return ZC_OK;
  return zc_fail(err, ZC_EUSAGE,
                 "{path} is the workspace of an office: `zicha {command}` works in a "
                 "facility's",
                 "path", workspace->cli->folder, "command",
                 workspace->cli->command->name, NULL);
}

bool zc_is_office_folder(const zc_cli *cli)
{
  char path[4200];
  int size = snprintf(path, sizeof path, "%s/office.yaml", cli->folder);
  return size > 0 && size < (int)sizeof path && access(path, F_OK) == 0;
}

void zc_workspace_close(zc_workspace *workspace)
{
  if (workspace->fd >= 0)
    close(workspace->fd);
  zc_store_close(workspace->store);
  json_decref(workspace->plans);
  *workspace = (zc_workspace){.fd = -1};
}

static const json_t *plan_in_use(const zc_workspace *workspace, const char *id)
{
  size_t index;
  const json_t *plan;
  json_array_foreach(workspace->plans, index, plan)
  {
    if (strcmp(zc_get_text(plan, "id"), id) == 0)
      return plan;
  }
  return NULL;
}

const char *zc_workspace_place(const zc_workspace *workspace, const char *id)
{
  return zc_get_text(plan_in_use(workspace, id), "place");
}

static zc_code fail_several(zc_err *err)
{
  return zc_fail(err, ZC_EUSAGE,
                 "several plans are in use here: say which with --plan ID", NULL);
}

zc_code zc_workspace_plans(zc_workspace *workspace, json_t **ids, zc_err *err)
{
  const char *wanted = zc_option_value(workspace->cli, "plan");
  size_t index;
  const json_t *plan;
  *ids = NULL;
  if (wanted != NULL && plan_in_use(workspace, wanted) == NULL)
    return zc_fail(err, ZC_EDATA,
                   "the plan {id} is not in use here; `zicha plan list` shows what is",
                   "id", wanted, NULL);
  if (json_array_size(workspace->plans) == 0)
    return zc_fail(
        err, ZC_EDATA,
        "no plan is in use here; take one into use with `zicha plan use PLAN`", NULL);
  json_t *list = json_array();
  int bad = list == NULL;
  json_array_foreach(workspace->plans, index, plan)
  {
    json_t *id = json_object_get(plan, "id");
    if (wanted == NULL || strcmp(json_string_value(id), wanted) == 0)
      bad |= json_array_append(list, id);
  }
  zc_code code = bad != 0 ? zc_fail_memory(err) : ZC_OK;
  if (code == ZC_OK && json_array_size(list) > 1 &&
      zc_option_values(workspace->cli, "out") != NULL)
    code = fail_several(err); /* one file cannot hold what two plans give */
  if (code == ZC_OK)
    *ids = list;
  else
    json_decref(list);
  return code;
}

zc_code zc_workspace_plan(zc_workspace *workspace, const char **id, zc_err *err)
{
  json_t *ids;
  zc_code code = zc_workspace_plans(workspace, &ids, err);
  if (code != ZC_OK)
    return code;
  if (json_array_size(ids) == 1)
    *id = zc_get_text(plan_in_use(workspace, json_string_value(json_array_get(ids, 0))),
                      "id");
  else
    code = fail_several(err);
  json_decref(ids);
  return code;
}

/* ---- the facility, the office -------------------------------------------------- */

zc_code zc_facility_name(const zc_workspace *workspace, char **name, zc_err *err)
{
  zc_buffer text = {0};
  json_t *document = NULL, *faults = json_array();
  const char *file = workspace->office ? "office.yaml" : "facility.yaml";
  zc_code code = zc_file_read_beneath(workspace->fd, file, ZC_YAML_LIMIT, &text, err);
  if (code == ZC_OK)
    code = zc_yaml_parse(file, text.data, text.size, faults, &document, err);
  const json_t *value = json_object_get(document, "value");
  const char *own = zc_get_text(value, "name");
  const char *chinese = workspace->office ? "名称" : "机构名称";
  own = zc_text_or(own != NULL ? own : zc_get_text(value, chinese), "");
  *name = code == ZC_OK ? strdup(own) : NULL;
  if (code == ZC_OK && *name == NULL)
    code = zc_fail_memory(err);
  json_decref(document);
  json_decref(faults);
  zc_buffer_free(&text);
  return code;
}

/* ---- output ------------------------------------------------------------------ */

/* The part before the colon; "" when there is none. */
static const char *format_of(const char *out, char room[16])
{
  const char *colon = strchr(out, ':');
  size_t size = colon == NULL || colon[1] == '\0' ? 0 : (size_t)(colon - out);
  if (size >= 16)
    size = 0;
  memcpy(room, out, size);
  room[size] = '\0';
  return room;
}

static zc_code fail_out(const char *out, const char *const *formats, zc_err *err)
{
  zc_buffer list = {0};
  for (size_t i = 0; formats[i] != NULL; i++)
    zc_buffer_print(&list, "%s%s", i == 0 ? "" : " ", formats[i]);
  zc_code code = zc_fail(err, ZC_EUSAGE,
                         "--out {value} is not FORMAT:PATH with one of the formats "
                         "{list}",
                         "value", out, "list", zc_text_or(list.data, ""), NULL);
  zc_buffer_free(&list);
  return code;
}

zc_code zc_check_outputs(const zc_cli *cli, const char *const *formats, zc_err *err)
{
  size_t index;
  const json_t *value;
  json_array_foreach(zc_option_values(cli, "out"), index, value)
  {
    char room[16];
    const char *format = format_of(json_string_value(value), room);
    const char *const *known = formats;
    while (*known != NULL && strcmp(*known, format) != 0)
      known++;
    if (*known == NULL)
      return fail_out(json_string_value(value), formats, err);
  }
  return ZC_OK;
}

const char *zc_output_format(const zc_cli *cli)
{
  return zc_text_or(zc_option_value(cli, "format"), "text");
}

zc_code zc_check_format(const zc_cli *cli, const char *const *formats, zc_err *err)
{
  const char *format = zc_output_format(cli);
  zc_buffer list = {0};
  for (const char *const *known = formats; *known != NULL; known++) {
    if (strcmp(*known, format) == 0) {
      zc_buffer_free(&list);
      return ZC_OK;
    }
    zc_buffer_print(&list, "%s%s", list.size == 0 ? "" : " ", *known);
  }
  zc_code code = zc_fail(err, ZC_EUSAGE, "unknown format {format}; known: {list}",
                         "format", format, "list", zc_text_or(list.data, ""), NULL);
  zc_buffer_free(&list);
  return code;
}

zc_code zc_print_document(json_t *document, const char *schema, zc_err *err)
{
  zc_buffer out = {0};
  int bad = json_object_set_new(document, "zicha", json_string(schema));
  zc_code code = bad != 0 ? zc_fail_memory(err)
                          : zc_json_canonical(document, &out, err);
  if (code == ZC_OK)
    printf("%s\n", out.data);
  zc_buffer_free(&out);
  json_decref(document);
  return code;
}

zc_code zc_write_outputs(const zc_cli *cli, const json_t *texts, zc_err *err)
{
  size_t index;
  const json_t *value;
  json_array_foreach(zc_option_values(cli, "out"), index, value)
  {
    char room[16];
    const char *out = json_string_value(value);
    const json_t *text = json_object_get(texts, format_of(out, room));
    if (text == NULL)
      return zc_fail(err, ZC_EUSAGE,
                     "--out {value} is not FORMAT:PATH with a format of this command",
                     "value", out, NULL);
    const char *path = strchr(out, ':') + 1;
    zc_code code = zc_file_write(AT_FDCWD, path, json_string_value(text),
                                 json_string_length(text), 0666, err);
    if (code == ZC_EOPEN)
      code = err->code = ZC_EWRITE; /* the folder that it is to be written into */
    if (code != ZC_OK)
      return code;
    fprintf(stderr, "%s\n", path);
  }
  return ZC_OK;
}

int zc_exit(zc_code code, const zc_err *err)
{
  if (code != ZC_OK)
    zc_print_error(err);
  return (int)code;
}
