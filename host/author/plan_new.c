/* plan new: begins a package. What stands in its files is the engine's business; here the
 * template, the parent or the document is read, and what came of it is written. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "author/commands.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/message.h"
#include "value/source.h"
#include "value/yaml.h"

#define DOCUMENT_LIMIT ((size_t)512 << 10) /* five times the longest that is known */
#define TEMPLATE "checklists/template"

/* ---- the document ------------------------------------------------------------------ */

/* Ends of lines in all their forms become one; what nobody can see goes: a text out of a
 * word processor or a browser has its share, and YAML refuses it. */
static void add_clean(zc_buffer *out, const char *text, size_t size)
{
  uint32_t c;
  for (size_t at = 0, length; at < size; at += length) {
    length = zc_utf8_decode(text + at, size - at, &c);
    if (length == 0)
      return;
    bool line_end = c == '\r' || c == '\v' || c == '\f' || c == 0x85 || c == 0x2028 ||
                    c == 0x2029;
    if (c == '\r' && at + 1 < size && text[at + 1] == '\n')
      continue;
    if (line_end)
      zc_buffer_char(out, '\n');
    else if (c == 0xa0 || c == '\t')
      zc_buffer_char(out, ' ');
    else if (c != 0xfeff && !zc_source_forbidden(c) && (c < 0x200b || c > 0x200f))
      zc_buffer_add(out, text + at, length);
  }
}

/* Reads the document into `clean`. */
static zc_code read_document(const char *path, zc_buffer *clean, zc_err *err)
{
  zc_buffer text = {0};
  zc_code code = zc_file_read(path, DOCUMENT_LIMIT, &text, err);
  if (code == ZC_OK && text.size > 0 && memchr(text.data, '\0', text.size) != NULL)
    code = zc_fail(err, ZC_EDATA,
                   "{path} is no text; save the document as plain text (.txt, UTF-8)",
                   "path", path, NULL);
  if (code == ZC_OK)
    code = zc_text_to_utf8(path, &text, err);
  if (code == ZC_OK) {
    add_clean(clean, zc_text_or(text.data, ""), text.size);
    code = zc_buffer_check(clean, err);
  }
  zc_buffer_free(&text);
  const char *words = zc_text_or(clean->data, "");
  if (code == ZC_OK && words[strspn(words, " \n")] == '\0')
    code = zc_fail(err, ZC_EDATA, "{path} is empty", "path", path, NULL);
  return code;
}

/* What the draft calls the document: its file name, as it may stand in a comment. Owned. */
static json_t *name_of(const char *path)
{
  const char *slash = strrchr(path, '/');
  json_t *lossy = zc_json_lossy(slash == NULL ? path : slash + 1,
                                strlen(slash == NULL ? path : slash + 1));
  zc_buffer name = {0};
  if (lossy != NULL)
    add_clean(&name, json_string_value(lossy), json_string_length(lossy));
  for (size_t i = 0; i < name.size; i++)
    if (name.data[i] == '\n')
      name.data[i] = ' ';
  json_t *result = lossy == NULL || name.failed
                       ? NULL
                       : json_stringn(zc_text_or(name.data, ""), name.size);
  zc_buffer_free(&name);
  json_decref(lossy);
  return result;
}

/* ---- what the engine gets ---------------------------------------------------------- */

/* What the command line says of the new plan. Owned; NULL when out of memory. */
static json_t *identity(const zc_cli *cli)
{
  static const char *const names[] = {"id", "title", "level"};
  json_t *args = json_object();
  int bad = args == NULL;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *value = zc_option_value(cli, names[i]);
    if (value != NULL)
      bad |= json_object_set_new(args, names[i], json_string(value));
  }
  if (bad == 0)
    return args;
  json_decref(args);
  return NULL;
}

/* Adds the files of the template, beneath `path` ("" is the template itself), by name. */
static zc_code add_template(int at, const char *path, json_t *files, zc_err *err)
{
  zc_names names;
  zc_code code = zc_folder_names(at, *path == '\0' ? "." : path, &names, err);
  if (code != ZC_OK)
    return code;
  for (size_t i = 0; code == ZC_OK && i < names.count; i++) {
    char inner[PATH_MAX];
    zc_buffer text = {0};
    snprintf(inner, sizeof inner, "%.2000s%s%.255s", path, *path == '\0' ? "" : "/",
             names.names[i]);
    if (names.kinds[i] == 'd') {
      code = add_template(at, inner, files, err);
      continue;
    }
    code = zc_file_read_beneath(at, inner, ZC_PACKAGE_FILE, &text, err);
    json_t *words = json_stringn(zc_text_or(text.data, ""), text.size);
    if (code == ZC_OK &&
        json_array_append_new(files, json_pack("{s:s, s:o}", "path", inner, "text",
                                               words)) != 0)
      code = zc_fail_memory(err);
    else if (code != ZC_OK)
      json_decref(words);
    zc_buffer_free(&text);
  }
  zc_names_free(&names);
  return code;
}

static zc_code read_template(const zc_home *home, json_t *args, zc_err *err)
{
  char path[PATH_MAX];
  int fd = -1;
  json_t *files = json_array();
  zc_code code = json_object_set_new(args, "template", files) != 0
                     ? zc_fail_memory(err)
                     : zc_home_path(home, TEMPLATE, path, err);
  if (code == ZC_OK)
    code = zc_folder_open(path, &fd, err);
  if (code == ZC_OK)
    code = add_template(fd, "", files, err);
  if (fd >= 0)
    close(fd);
  return code;
}

/* --part as a number of the arguments; 0 stands for none. */
static zc_code add_part(const zc_cli *cli, json_t *args, zc_err *err)
{
  const char *part = zc_option_value(cli, "part");
  if (part == NULL)
    return ZC_OK;
  char *end;
  long number = strtol(part, &end, 10);
  if (*part < '0' || *part > '9' || *end != '\0' || number < 1 || number > 999)
    return zc_fail(err, ZC_EUSAGE, "--part wants a number, such as 2; not {word}",
                   "word", part, NULL);
  return json_object_set_new(args, "part", json_integer(number)) != 0
             ? zc_fail_memory(err)
             : ZC_OK;
}

static zc_code add_document(const zc_cli *cli, const char *path, json_t *args,
                            zc_err *err)
{
  zc_buffer text = {0};
  zc_code code = add_part(cli, args, err);
  if (code == ZC_OK)
    code = read_document(path, &text, err);
  if (code == ZC_OK) {
    int bad = json_object_set_new(args, "text", json_stringn(text.data, text.size));
    bad |= json_object_set_new(args, "name", name_of(path));
    code = bad != 0 ? zc_fail_memory(err) : ZC_OK;
  }
  zc_buffer_free(&text);
  return code;
}

/* The text may hold several plans: they are listed below the error. */
static zc_code refuse(const json_t *answer, zc_err *err)
{
  const json_t *parts = json_object_get(answer, "parts"), *part;
  size_t index;
  zc_code code = zc_fail_message(err,
                                 zc_get_flag(answer, "usage") ? ZC_EUSAGE : ZC_EDATA,
                                 json_object_get(answer, "error"));
  json_array_foreach(parts, index, part)
  {
    zc_buffer line = {0};
    zc_add_visible(&line, json_string_value(part));
    fprintf(stderr, "  %s\n", zc_text_or(line.data, ""));
    zc_buffer_free(&line);
  }
  return code;
}

/* Has the engine make the files: *answer is {files, title, found, messages}. *plan is
 * open afterwards unless this fails. */
static zc_code make(zc_cli *cli, zc_plan *plan, json_t **answer, zc_err *err)
{
  const char *parent = zc_option_value(cli, "extends");
  const char *document = zc_option_value(cli, "from");
  json_t *args = identity(cli);
  zc_code code = args == NULL ? zc_fail_memory(err) : ZC_OK;
  *answer = NULL;
  if (code == ZC_OK && document != NULL)
    code = add_document(cli, document, args, err);
  else if (code == ZC_OK && parent == NULL)
    code = read_template(&cli->home, args, err);
  if (code == ZC_OK)
    code = parent != NULL ? zc_plan_open_package(cli, parent, plan, err)
                          : zc_plan_begin(cli, plan, err);
  if (code != ZC_OK) {
    json_decref(args);
    return code;
  }
  code = zc_plan_call(plan, "new_plan", args, answer, err);
  if (code == ZC_OK && json_object_get(*answer, "error") != NULL)
    code = refuse(*answer, err);
  if (code != ZC_OK)
    zc_plan_close(plan);
  return code;
}

/* ---- Chinese keys -------------------------------------------------------------------- */

/* Gives one file its Chinese key names, by where the keys stand in it. */
static zc_code translate(zc_plan *plan, json_t *file, bool items, zc_err *err)
{
  const char *path = zc_get_text(file, "path");
  json_t *text = json_object_get(file, "text"), *document = NULL, *answer = NULL;
  json_t *faults = json_array();
  zc_code code = faults == NULL
                     ? zc_fail_memory(err)
                     : zc_yaml_parse(path, json_string_value(text),
                                     json_string_length(text), faults, &document, err);
  zc_print_faults(faults, NULL);
  if (code == ZC_OK)
    code = zc_plan_call(plan, "chinese",
                        json_pack("{s:O, s:O, s:b}", "text", text, "document", document,
                                  "items", items),
                        &answer, err);
  if (code == ZC_OK &&
      json_object_set(file, "text", json_object_get(answer, "text")) != 0)
    code = zc_fail_memory(err);
  json_decref(answer);
  json_decref(document);
  json_decref(faults);
  return code;
}

static zc_code translate_all(zc_plan *plan, const json_t *files, zc_err *err)
{
  size_t index;
  json_t *file;
  zc_code code = ZC_OK;
  json_array_foreach(files, index, file)
  {
    const char *path = zc_text_of(file, "path");
    bool items = strcmp(path, "items.yaml") == 0;
    if (code == ZC_OK && (items || strcmp(path, "plan.yaml") == 0))
      code = translate(plan, file, items, err);
  }
  return code;
}

/* ---- writing --------------------------------------------------------------------------- */

/* A new package goes into a folder that is not there yet, or holds nothing. */
static zc_code check_free(const char *folder, zc_err *err)
{
  struct stat about;
  zc_names names;
  if (stat(folder, &about) != 0 && errno == ENOENT)
    return ZC_OK;
  zc_err ignored;
  if (zc_folder_names(AT_FDCWD, folder, &names, &ignored) != ZC_OK)
    return zc_fail(err, ZC_EWRITE, "{path} is no folder for a new package", "path",
                   folder, NULL);
  size_t count = names.count;
  zc_names_free(&names);
  return count == 0 ? ZC_OK
                    : zc_fail(err, ZC_EWRITE,
                              "{path} is not empty; name a folder that does not exist",
                              "path", folder, NULL);
}

/* Takes back what was written, so that the command can be run again. */
static void take_back(int fd, const char *folder, const json_t *files, bool made)
{
  size_t index;
  const json_t *file;
  json_array_foreach(files, index, file)
  {
    const char *path = zc_text_of(file, "path");
    char inner[PATH_MAX];
    const char *slash = strchr(path, '/');
    unlinkat(fd, path, 0);
    if (slash != NULL) {
      snprintf(inner, sizeof inner, "%.*s", (int)(slash - path), path);
      unlinkat(fd, inner, AT_REMOVEDIR);
    }
  }
  if (made)
    rmdir(folder);
}

/* plan.yaml comes last: a folder without it is no package. */
static zc_code write_files(int fd, const json_t *files, zc_err *err)
{
  zc_code code = ZC_OK;
  for (int last = 0; last < 2; last++) {
    size_t index;
    const json_t *file;
    json_array_foreach(files, index, file)
    {
      const char *path = zc_text_of(file, "path");
      const json_t *text = json_object_get(file, "text");
      if (code == ZC_OK && (strcmp(path, "plan.yaml") == 0) == (last == 1))
        code = zc_file_write(fd, path, json_string_value(text),
                             json_string_length(text), 0666, err);
    }
  }
  return code;
}

/* Makes the folders above a new one: a package may be the first of its level. That one
 * cannot be made is told by what comes next. */
static void make_above(const char *folder)
{
  char above[PATH_MAX];
  if (snprintf(above, sizeof above, "%s", folder) >= (int)sizeof above)
    return;
  for (char *at = strchr(above + 1, '/'); at != NULL && at[1] != '\0';
       at = strchr(at + 1, '/')) {
    *at = '\0';
    mkdir(above, 0777);
    *at = '/';
  }
}

static zc_code write_package(const char *folder, const json_t *files, zc_err *err)
{
  int fd = -1;
  make_above(folder);
  bool made = mkdir(folder, 0777) == 0;
  if (!made && errno != EEXIST)
    return zc_fail_system(err, ZC_EWRITE, errno,
                          "cannot make the folder {path}: {reason_term}", "path",
                          folder, NULL);
  zc_code code = zc_folder_open(folder, &fd, err);
  if (code == ZC_OK)
    code = write_files(fd, files, err);
  if (code != ZC_OK && fd >= 0)
    take_back(fd, folder, files, made);
  if (fd >= 0)
    close(fd);
  return code;
}

/* ---- what is said ------------------------------------------------------------------------ */

/* What was recognised: a line for each kind, and below it each with its clause. */
static void print_found(const json_t *found)
{
  size_t index, inner;
  const json_t *row, *entry;
  int widest = 0;
  json_array_foreach(found, index, row)
  {
    const char *what = zc_say(zc_text_of(row, "what"));
    int width = zc_text_width(what, strlen(what));
    widest = width > widest ? width : widest;
  }
  json_array_foreach(found, index, row)
  {
    const char *what = zc_say(zc_text_of(row, "what"));
    printf("  %s%*s %4lld\n", what, widest - zc_text_width(what, strlen(what)), "",
           (long long)zc_get_integer(row, "count", 0));
    json_array_foreach(json_object_get(row, "entries"), inner, entry)
    {
      zc_buffer line = {0};
      zc_add_visible(&line, json_string_value(entry));
      printf("      %s\n", zc_text_or(line.data, ""));
      zc_buffer_free(&line);
    }
  }
}

static void print_result(const zc_cli *cli, const json_t *answer)
{
  const char *folder = cli->arguments[0];
  size_t index;
  const json_t *message;
  zc_say_line(N_("made the package {path}"),
              json_pack("{s:o}", "path", zc_json_lossy(folder, strlen(folder))));
  print_found(json_object_get(answer, "found"));
  json_array_foreach(json_object_get(answer, "messages"), index, message)
  {
    char *text = zc_message_text(message);
    printf("%s\n", zc_text_or(text, ""));
    free(text);
  }
  if (zc_option_value(cli, "from") != NULL)
    zc_say_line(N_("next: compare what is marked 待核对 with source.md, fill in the "
                   "blanks ____ and rewrite the questions in items.yaml"),
                NULL);
  else if (zc_option_value(cli, "extends") != NULL)
    zc_say_line(N_("next: fill in the blanks ____ in plan.yaml and write what changes "
                   "below `change`"),
                NULL);
  else
    zc_say_line(N_("next: write your plan into plan.yaml and items.yaml, the comments "
                   "say how"),
                NULL);
  zc_say_line(N_("then: `zicha plan lint {path}` tells what is wrong or still open"),
              json_pack("{s:o}", "path", zc_json_lossy(folder, strlen(folder))));
}

static zc_code check_words(const zc_cli *cli, zc_err *err)
{
  const char *keys = zc_option_value(cli, "keys");
  bool document = zc_option_value(cli, "from") != NULL;
  if (document && zc_option_value(cli, "extends") != NULL)
    return zc_fail(err, ZC_EUSAGE, "--from and --extends do not go together", NULL);
  if (!document && zc_option_value(cli, "part") != NULL)
    return zc_fail(err, ZC_EUSAGE, "--part goes with --from", NULL);
  if (keys != NULL && strcmp(keys, "zh") != 0 && strcmp(keys, "en") != 0)
    return zc_fail(err, ZC_EUSAGE, "--keys is en or zh, not {word}", "word", keys,
                   NULL);
  return ZC_OK;
}

int zc_command_plan_new(zc_cli *cli)
{
  zc_plan plan;
  zc_err err;
  json_t *answer = NULL;
  zc_code code = check_words(cli, &err);
  if (code == ZC_OK)
    code = check_free(cli->arguments[0], &err);
  if (code == ZC_OK)
    code = make(cli, &plan, &answer, &err);
  if (code == ZC_OK) {
    const json_t *files = json_object_get(answer, "files");
    if (strcmp(zc_text_or(zc_option_value(cli, "keys"), "en"), "zh") == 0)
      code = translate_all(&plan, files, &err);
    if (code == ZC_OK)
      code = write_package(cli->arguments[0], files, &err);
    zc_plan_close(&plan);
  }
  if (code == ZC_OK)
    print_result(cli, answer);
  json_decref(answer);
  return zc_exit(code, &err);
}
