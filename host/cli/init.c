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
#include "cli/asking.h"
#include "cli/commands.h"
#include "cli/message.h"
#include "cli/paper.h"
#include "cli/screen.h"
#include "cli/spoken.h"
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

static bool is_kind(const json_t *field, const char *kind)
{
  return strcmp(zc_text_or(zc_get_text(field, "kind"), ""), kind) == 0;
}

/* 内科、外科 → ["内科", "外科"]; anything else as one scalar. */
static void add_value(zc_buffer *out, const json_t *field, const char *value)
{
  static const char *const marks[] = {"、", "，", ","};
  if (!is_kind(field, "list")) {
    add_scalar(out, value);
    return;
  }
  zc_buffer entry = {0};
  bool first = true;
  zc_buffer_char(out, '[');
  for (const char *at = value; *at != '\0';) {
    size_t mark = 0;
    for (size_t i = 0; i < 3; i++)
      if (strncmp(at, marks[i], strlen(marks[i])) == 0)
        mark = strlen(marks[i]);
    if (mark == 0)
      zc_buffer_char(&entry, *at++);
    at += mark;
    if ((mark == 0 && *at != '\0') || entry.size == 0)
      continue;
    if (!first)
      zc_buffer_text(out, ", ");
    first = false;
    add_scalar(out, zc_text_or(entry.data, ""));
    zc_buffer_free(&entry);
  }
  zc_buffer_char(out, ']');
}

/* key: value            # 名称（必填）  — or the same line as a comment to fill in. */
static void add_field(zc_buffer *out, const json_t *field, const char *value)
{
  zc_buffer line = {0};
  const char *help = zc_get_text(field, "help");
  zc_buffer_print(&line, "%s%s: ", value == NULL ? "# " : "",
                  zc_get_text(field, "key"));
  if (value != NULL)
    add_value(&line, field, value);
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

static void print_prompt(const json_t *field)
{
  static const char *const hints[][2] = {{"bool", "是/否"},
                                         {"day", "如2026-12-31"},
                                         {"list", "多项用顿号隔开"}};
  const char *hint = zc_get_text(field, "help");
  for (size_t i = 0; hint == NULL && i < sizeof hints / sizeof *hints; i++)
    if (is_kind(field, hints[i][0]))
      hint = hints[i][1];
  printf("%s%s%s%s%s > ", zc_get_text(field, "title"), hint == NULL ? "" : "（",
         zc_text_or(hint, ""), hint == NULL ? "" : "）",
         zc_get_flag(field, "required") ? ""
         : zc_get_flag(field, "read")   ? _(" (the plan goes by it; may stay open)")
                                        : _(" (optional)"));
  fflush(stdout);
}

/* What a typed line stands for: a word of the list by its number, else itself. NULL,
 * having said why, when it cannot be taken. */
static const char *meaning(const json_t *field, const char *line)
{
  char *end;
  unsigned long number = strtoul(line, &end, 10);
  const json_t *chosen = *line != '\0' && *end == '\0' && number > 0
                             ? json_array_get(json_object_get(field, "words"),
                                              number - 1)
                             : NULL;
  if (chosen != NULL)
    return json_string_value(chosen);
  if (is_kind(field, "integer") && line[strspn(line, "0123456789")] != '\0')
    zc_say_line(N_("{expected_term} is needed here"),
                json_pack("{s:s}", "expected_term", N_("a whole number")));
  else if (!zc_utf8_valid(line, strlen(line), NULL))
    zc_say_line(N_("the answer is not UTF-8 text"), NULL);
  else if (*line == '\0' && zc_get_flag(field, "required"))
    zc_say_line(N_("this is needed"), NULL);
  else
    return line;
  return NULL;
}

/* Has the engine read one value as it will read the file, so that a mistake costs one
 * line and not all that was typed. */
static zc_code check_value(zc_plan *plan, const json_t *field, const char *value,
                           bool *good, zc_err *err)
{
  zc_buffer line = {0};
  json_t *faults = json_array(), *document = NULL, *answer = NULL;
  size_t index;
  const json_t *fault;
  zc_buffer_print(&line, "%s: ", zc_get_text(field, "key"));
  add_value(&line, field, value);
  zc_code code = faults == NULL ? zc_fail_memory(err) : zc_buffer_check(&line, err);
  if (code == ZC_OK)
    code = zc_yaml_parse("facility.yaml", line.data, line.size, faults, &document, err);
  if (code == ZC_OK) {
    code = zc_plan_call(plan, "facility_field", document, &answer, err);
    if (code == ZC_OK && json_array_extend(faults, json_object_get(answer, "faults")))
      code = zc_fail_memory(err);
  } else if (code == ZC_EDATA) {
    code = ZC_OK; /* the faults say it */
  }
  fflush(stdout);
  json_array_foreach(faults, index, fault) zc_ask_print_error(NULL, fault);
  *good = json_array_size(faults) == 0;
  json_decref(answer);
  json_decref(faults);
  zc_buffer_free(&line);
  return code;
}

/* Asks for one field until it can be taken; an empty line leaves an optional one out.
 * *value is owned. */
static zc_code ask_field(zc_plan *plan, const json_t *field, char **value, zc_err *err)
{
  const json_t *words = json_object_get(field, "words"), *word;
  size_t index, room = 0;
  char *line = NULL;
  const char *meant = NULL;
  zc_code code = ZC_OK;
  *value = NULL;
  json_array_foreach(words, index, word)
      printf("  %2zu. %s\n", index + 1, json_string_value(word));
  while (code == ZC_OK && meant == NULL) {
    bool good = true;
    print_prompt(field);
    if (getline(&line, &room, stdin) < 0)
      break;
    line[strcspn(line, "\r\n")] = '\0';
    meant = meaning(field, line);
    if (meant != NULL && *meant != '\0')
      code = check_value(plan, field, meant, &good, err);
    if (!good)
      meant = NULL;
  }
  if (code == ZC_OK && meant == NULL && zc_get_flag(field, "required"))
    code = zc_fail(err, ZC_EUSAGE,
                   "the input ended before {field} was given; answer the "
                   "prompts, or name a file with --facility",
                   "field", zc_get_text(field, "title"), NULL);
  else if (code == ZC_OK && meant != NULL && *meant != '\0' &&
           (*value = strdup(meant)) == NULL)
    code = zc_fail_memory(err);
  free(line);
  return code;
}

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
    char *value = NULL;
    if (code == ZC_OK && rules_read(&spoken, key) &&
        json_object_set_new(field, "read", json_true()) != 0)
      code = zc_fail_memory(err);
    if (code != ZC_OK)
      break;
    if (zc_get_flag(field, "required") || zc_get_flag(field, "read") ||
        strcmp(key, "ownership") == 0)
      code = ask_field(plan, field, &value, err);
    if (code == ZC_OK)
      add_field(out, field, value);
    free(value);
  }
  json_decref(fields);
  zc_texts_free(&spoken);
  return code == ZC_OK ? zc_buffer_check(out, err) : code;
}

/* ---- report.yaml ------------------------------------------------------------- */

zc_code zc_report_template(zc_plan *plan, const char *layout, const json_t *values,
                           zc_buffer *out, zc_err *err)
{
  json_t *fields;
  size_t index;
  const json_t *field;
  zc_code code = zc_paper_needs(plan, layout, &fields, err);
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

/* ---- init -------------------------------------------------------------------- */

/* A folder is a workspace when its database has a plan in use, or cannot be opened. What
 * an init that was killed left behind is none. */
static zc_code check_free(const char *folder, zc_err *err)
{
  char database[PATH_MAX];
  struct stat about;
  zc_store *store = NULL;
  json_t *plans = NULL;
  zc_err ignored;
  snprintf(database, sizeof database, "%.4000s/%s", folder, ZC_STORE_FILE);
  if (stat(database, &about) != 0 || about.st_size == 0)
    return ZC_OK;
  bool vacant = zc_store_open(folder, true, &store, &ignored) == ZC_OK &&
                zc_store_plans(store, &plans, &ignored) == ZC_OK &&
                json_array_size(plans) == 0;
  json_decref(plans);
  zc_store_close(store);
  return vacant ? ZC_OK
                : zc_fail(err, ZC_EWRITE, "{path} is a workspace already", "path",
                          folder, NULL);
}

static zc_code make_folder(const char *folder, int *fd, zc_err *err)
{
  if (mkdir(folder, 0777) != 0 && errno != EEXIST)
    return zc_fail_system(err, ZC_EWRITE, errno,
                          "cannot make the folder {path}: {reason_term}", "path",
                          folder, NULL);
  return zc_folder_open(folder, fd, err);
}

/* Files that stand there already are kept. The database comes last: a folder without it
 * is no workspace yet, and init can be run again. */
static zc_code write_workspace(zc_plan *plan, const char *folder,
                               const zc_buffer *facility, const char *place,
                               const char *time, zc_err *err)
{
  zc_buffer prose = {0};
  zc_store *store = NULL;
  int fd = -1;
  zc_code code = make_folder(folder, &fd, err);
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

/* A shipped plan is remembered by its id, any other by its folder. */
static const char *place_of(const zc_plan *plan)
{
  return plan->package.shipped ? zc_get_text(plan->about, "id") : plan->package.folder;
}

/* --facility, else the facility.yaml that stands in the folder, else by asking. One that
 * stands there is never overwritten. */
static zc_code find_facility(const zc_cli *cli, zc_plan *plan, zc_buffer *text,
                             zc_err *err)
{
  const char *file = zc_option_value(cli, "facility");
  zc_buffer there = {0};
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%.4000s/facility.yaml", cli->arguments[0]);
  bool stands = access(path, F_OK) == 0;
  zc_code code = stands ? zc_file_read(path, ZC_YAML_LIMIT, &there, err) : ZC_OK;
  if (code == ZC_OK && file != NULL)
    code = zc_file_read(file, ZC_YAML_LIMIT, text, err);
  if (code == ZC_OK && stands && file == NULL)
    zc_say_line(N_("{path} stands there already and is taken"),
                json_pack("{s:o}", "path", zc_json_lossy(path, strlen(path))));
  else if (code == ZC_OK && stands &&
           (there.size != text->size ||
            memcmp(there.data, text->data, text->size) != 0))
    code = zc_fail(err, ZC_EWRITE,
                   "{path} stands there already and is not the same as {file}; to keep "
                   "it, leave --facility out",
                   "path", path, "file", file, NULL);
  if (file == NULL && stands) {
    *text = there;
    there = (zc_buffer){0};
  } else if (code == ZC_OK && file == NULL) {
    code = ask_facility(plan, text, err);
  }
  zc_buffer_free(&there);
  if (code == ZC_OK)
    code = zc_plan_read_facility(plan,
                                 file != NULL ? file
                                 : stands     ? path
                                              : "facility.yaml",
                                 text, err);
  return code;
}

static zc_code init(zc_cli *cli, zc_plan *plan, zc_err *err)
{
  const char *folder = cli->arguments[0];
  zc_buffer facility = {0};
  zc_code code = check_free(folder, err);
  if (code == ZC_OK)
    code = find_facility(cli, plan, &facility, err);
  if (code == ZC_OK)
    code = write_workspace(plan, folder, &facility, place_of(plan), cli->now, err);
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
  zc_err err;
  json_t *packages;
  size_t index;
  const json_t *entry;
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
