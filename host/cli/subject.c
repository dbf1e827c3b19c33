#include "cli/subject.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/asking.h"
#include "cli/message.h"
#include "cli/screen.h"
#include "value/yaml.h"

/* ---- its fields --------------------------------------------------------------- */

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
  return strcmp(zc_text_of(field, "kind"), kind) == 0;
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
static zc_code check_value(const zc_subject *subject, zc_plan *plan,
                           const json_t *field, const char *value, bool *good,
                           zc_err *err)
{
  zc_buffer line = {0};
  json_t *faults = json_array(), *document = NULL, *answer = NULL;
  size_t index;
  const json_t *fault;
  zc_buffer_print(&line, "%s: ", zc_get_text(field, "key"));
  add_value(&line, field, value);
  zc_code code = faults == NULL ? zc_fail_memory(err) : zc_buffer_check(&line, err);
  if (code == ZC_OK)
    code = zc_yaml_parse(subject->file, line.data, line.size, faults, &document, err);
  if (code == ZC_OK) {
    code = zc_plan_call(plan, subject->field, document, &answer, err);
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
static zc_code ask_field(const zc_subject *subject, zc_plan *plan, const json_t *field,
                         char **value, zc_err *err)
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
      code = check_value(subject, plan, field, meant, &good, err);
    if (!good)
      meant = NULL;
  }
  if (code == ZC_OK && meant == NULL && zc_get_flag(field, "required"))
    code = zc_fail(err, ZC_EUSAGE,
                   "the input ended before {field} was given; answer the "
                   "prompts, or name a file with --{option}",
                   "field", zc_get_text(field, "title"), "option", subject->option,
                   NULL);
  else if (code == ZC_OK && meant != NULL && *meant != '\0' &&
           (*value = strdup(meant)) == NULL)
    code = zc_fail_memory(err);
  free(line);
  return code;
}

zc_code zc_subject_ask(const zc_subject *subject, zc_plan *plan, const json_t *fields,
                       zc_buffer *out, zc_err *err)
{
  size_t index;
  const json_t *field;
  zc_code code = ZC_OK;
  json_array_foreach(fields, index, field)
  {
    char *value = NULL;
    if (zc_get_flag(field, "required") || zc_get_flag(field, "read") ||
        zc_get_flag(field, "asked"))
      code = ask_field(subject, plan, field, &value, err);
    if (code == ZC_OK)
      add_field(out, field, value);
    free(value);
    if (code != ZC_OK)
      return code;
  }
  return zc_buffer_check(out, err);
}

/* ---- the file ------------------------------------------------------------------ */

zc_code zc_subject_find(const zc_subject *subject, const zc_cli *cli, zc_plan *plan,
                        zc_buffer *text, zc_err *err)
{
  const char *file = zc_option_value(cli, subject->option);
  zc_buffer there = {0};
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%.4000s/%s", cli->arguments[0], subject->file);
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
                   "it, leave --{option} out",
                   "path", path, "file", file, "option", subject->option, NULL);
  if (file == NULL && stands) {
    *text = there;
    there = (zc_buffer){0};
  } else if (code == ZC_OK && file == NULL) {
    code = subject->ask(plan, text, err);
  }
  zc_buffer_free(&there);
  if (code == ZC_OK)
    code = subject->read(plan,
                         file != NULL ? file
                         : stands     ? path
                                      : subject->file,
                         text, err);
  return code;
}

/* ---- the folder ----------------------------------------------------------------- */

/* A folder is a workspace when its database has a plan in use, or cannot be opened. What
 * an init that was killed left behind is none. */
zc_code zc_subject_check_free(const char *folder, const char *other, zc_err *err)
{
  char database[PATH_MAX];
  struct stat about;
  zc_store *store = NULL;
  json_t *plans = NULL;
  zc_err ignored;
  snprintf(database, sizeof database, "%.4000s/%s", folder, other);
  if (access(database, F_OK) == 0)
    return zc_fail(err, ZC_EWRITE,
                   "{path} stands there already: the workspace is not of this kind; "
                   "name another folder",
                   "path", database, NULL);
  snprintf(database, sizeof database, "%.4000s/%s", folder, ZC_STORE_FILE);
  if (stat(database, &about) != 0 || about.st_size == 0)
    return ZC_OK;
  bool vacant = zc_store_open(folder, true, &store, &ignored) == ZC_OK &&
                zc_store_plans(store, &plans, &ignored) == ZC_OK &&
                json_array_size(plans) == 0;
  json_decref(plans);
  zc_store_close(store);
  return vacant ? ZC_OK
                : zc_fail(err, ZC_EWRITE,
                          "{path} is a workspace already: take another folder", "path",
                          folder, NULL);
}

zc_code zc_subject_make_folder(const char *folder, int *fd, zc_err *err)
{
  if (mkdir(folder, 0777) != 0 && errno != EEXIST)
    return zc_fail_system(err, ZC_EWRITE, errno,
                          "cannot make the folder {path}: {reason_term}", "path",
                          folder, NULL);
  return zc_folder_open(folder, fd, err);
}

const char *zc_subject_place(const zc_plan *plan)
{
  const char *place = zc_get_text(zc_package_origin(&plan->package), "place");
  if (place != NULL)
    return place;
  return plan->package.shipped ? zc_get_text(plan->about, "id") : plan->package.folder;
}
