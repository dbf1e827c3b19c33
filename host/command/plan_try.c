/* plan try: what a facility will see of a package: a workspace for an example facility,
 * filled from the example's files by the very commands that a facility uses. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "cli/message.h"
#include "command/command.h"
#include "command/commands.h"
#include "value/yaml.h"

#define MOST_WORDS 12

/* Runs one command line, as if it had been typed. Returns its exit status. */
static int run(const zc_cli *outer, const char *const *words)
{
  zc_cli cli = {.home = outer->home, .paper_rows = outer->paper_rows};
  char *copies[MOST_WORDS + 1] = {NULL}, *moved[MOST_WORDS + 1] = {NULL};
  int count = 0, status = ZC_EINTERNAL;
  while (count < MOST_WORDS && words[count] != NULL) {
    copies[count] = moved[count] = strdup(words[count]);
    if (copies[count++] == NULL)
      break;
  }
  if (count > 0 && copies[count - 1] != NULL)
    status = zc_cli_parse(&cli, count, moved); /* which moves them about */
  if (status < 0)
    status = cli.command->run(&cli);
  zc_cli_free(&cli);
  for (int i = 0; i < count; i++)
    free(copies[i]);
  return status;
}

typedef struct {
  const zc_cli *cli;
  const char *plan, *folder; /* the package, the new workspace */
  char example[PATH_MAX];
} trial;

#define MOST_ARGUMENTS 4

/* Runs `zicha -C FOLDER --today DAY COMMAND …`: as many words, the last ones NULL. */
static int in_workspace(const trial *t, const char *command,
                        const char *const arguments[MOST_ARGUMENTS])
{
  const char *words[MOST_WORDS + 1] = {"zicha",   "-C",          t->folder,
                                       "--today", t->cli->today, command};
  memcpy(words + 6, arguments, MOST_ARGUMENTS * sizeof *arguments);
  return run(t->cli, words);
}

/* FOLDER/NAME; a path that is cut would be another file's. */
static zc_code join(char path[PATH_MAX], const char *folder, const char *name,
                    zc_err *err)
{
  if (snprintf(path, PATH_MAX, "%s/%s", folder, name) < PATH_MAX)
    return ZC_OK;
  return zc_fail(err, ZC_EDATA, "the path of {name} in {path} is too long", "name",
                 name, "path", folder, NULL);
}

/* Whether there is such a file or folder. What comes from a package leads nowhere else. */
static zc_code look(const char *path, mode_t kind, bool *there, zc_err *err)
{
  struct stat about;
  *there = lstat(path, &about) == 0;
  if (!*there || (about.st_mode & S_IFMT) == kind)
    return ZC_OK;
  return zc_fail(err, ZC_EDATA,
                 "{path} in an example is not what it should be, perhaps a link; put "
                 "the file or folder itself there",
                 "path", path, NULL);
}

static zc_code find_file(const trial *t, const char *name, char path[PATH_MAX],
                         bool *there, zc_err *err)
{
  zc_code code = join(path, t->example, name, err);
  return code == ZC_OK ? look(path, S_IFREG, there, err) : code;
}

/* One of the package's example/, by its bare name. */
static zc_code find_own_example(trial *t, const char *name, bool *there, zc_err *err)
{
  char *package = NULL, folder[PATH_MAX];
  zc_code code = zc_package_find(&t->cli->home, t->plan, &package, err);
  *there = false;
  if (code != ZC_OK || strchr(name, '/') != NULL || *name == '.' || *name == '\0') {
    free(package);
    return code;
  }
  code = join(folder, package, "example", err);
  if (code == ZC_OK)
    code = look(folder, S_IFDIR, there, err);
  if (code == ZC_OK && *there)
    code = join(t->example, folder, name, err);
  if (code == ZC_OK && *there)
    code = look(t->example, S_IFDIR, there, err);
  free(package);
  return code;
}

/* The example: a folder, or one of the package's example/. */
static zc_code find_example(trial *t, const char *name, zc_err *err)
{
  char path[PATH_MAX];
  bool there;
  zc_code code = find_own_example(t, name, &there, err);
  if (code == ZC_OK && !there &&
      snprintf(t->example, sizeof t->example, "%s", name) >= (int)sizeof t->example)
    code = join(path, name, "facility.yaml", err);
  if (code == ZC_OK)
    code = find_file(t, "facility.yaml", path, &there, err);
  if (code != ZC_OK || there)
    return code;
  return zc_fail(err, ZC_EOPEN,
                 "there is no example facility {name}: name a folder with a "
                 "facility.yaml, or one in the package's example/",
                 "name", name, NULL);
}

/* The table of TABLE.csv: a word, never an option or a path. */
static zc_code table_of(const char *file, char table[256], zc_err *err)
{
  size_t size = strlen(file) - strlen(".csv");
  snprintf(table, 256, "%.*s", (int)size, file);
  if (*table >= 'a' && *table <= 'z' &&
      strspn(table, "abcdefghijklmnopqrstuvwxyz0123456789_") == size)
    return ZC_OK;
  return zc_fail(err, ZC_EDATA,
                 "{name} in the example is not named after a table, such as "
                 "rx_lines.csv",
                 "name", file, NULL);
}

/* Every TABLE.csv of the example is imported. */
static zc_code import_tables(const trial *t, int *status, zc_err *err)
{
  zc_names names;
  char path[PATH_MAX], table[256];
  bool there;
  zc_code code = zc_folder_names(AT_FDCWD, t->example, &names, err);
  if (code != ZC_OK)
    return code;
  for (size_t i = 0; code == ZC_OK && i < names.count && *status == 0; i++) {
    const char *name = names.names[i], *end = strrchr(name, '.');
    if (*name == '.' || end == NULL || strcmp(end, ".csv") != 0)
      continue;
    code = find_file(t, name, path, &there, err);
    if (code == ZC_OK && there)
      code = table_of(name, table, err);
    if (code == ZC_OK && there)
      *status = in_workspace(t, "import",
                             (const char *[MOST_ARGUMENTS]){"--", table, path});
  }
  zc_names_free(&names);
  return code;
}

/* What the facility does not have, none.yaml: a reason for each table. */
static zc_code declare_absent(const trial *t, const json_t *document, int *status,
                              zc_err *err)
{
  const char *table;
  json_t *reason;
  json_t *map = json_object_get(document, "value");
  if (!json_is_object(map))
    return zc_fail(err, ZC_EDATA, "{file}: the file must be a map of table: reason",
                   "file", zc_get_text(document, "file"), NULL);
  json_object_foreach(map, table, reason)
  {
    if (*status == 0)
      *status = in_workspace(
          t, "import",
          (const char *[MOST_ARGUMENTS]){"--none", table, "--",
                                         zc_text_or(json_string_value(reason), "")});
  }
  return ZC_OK;
}

static zc_code read_absent(const trial *t, int *status, zc_err *err)
{
  zc_buffer text = {0};
  json_t *faults = json_array(), *document = NULL;
  char path[PATH_MAX];
  bool there = false;
  zc_code code = find_file(t, "none.yaml", path, &there, err);
  if (code == ZC_OK && there)
    code = zc_file_read(path, ZC_YAML_LIMIT, &text, err);
  if (code == ZC_OK && there) {
    code = zc_yaml_parse(path, zc_text_or(text.data, ""), text.size, faults, &document,
                         err);
    zc_print_faults(faults, NULL);
  }
  if (code == ZC_OK && there)
    code = declare_absent(t, document, status, err);
  zc_buffer_free(&text);
  json_decref(document);
  json_decref(faults);
  return code;
}

/* A check's verdict is no failure of the trial. */
static int fault_of(int status)
{
  return status < ZC_EUSAGE ? 0 : status;
}

static int fill_in(const trial *t, zc_err *err)
{
  static const char *const nothing[MOST_ARGUMENTS];
  char path[PATH_MAX], answers[PATH_MAX];
  bool there;
  const char *begin[] = {"zicha", "init", "--plan",  t->plan, "--facility",
                         path,    "--",   t->folder, NULL};
  zc_code code = find_file(t, "facility.yaml", path, &there, err);
  if (code == ZC_OK)
    code = find_file(t, "answers.yaml", answers, &there, err);
  int status = code == ZC_OK ? run(t->cli, begin) : 0;
  if (code == ZC_OK && status == 0)
    code = import_tables(t, &status, err);
  if (code == ZC_OK && status == 0)
    code = read_absent(t, &status, err);
  if (code != ZC_OK)
    return zc_exit(code, err);
  if (status != 0)
    return status;
  /* Answers to other questions do not keep form and report from being seen. */
  int answered = there ? in_workspace(t, "answer",
                                      (const char *[MOST_ARGUMENTS]){"--file", answers})
                       : 0;
  status = in_workspace(t, "form", nothing);
  if (status == 0)
    status = fault_of(in_workspace(t, "check", nothing));
  if (status == 0)
    status = fault_of(in_workspace(t, "report", nothing));
  return status == 0 ? answered : status;
}

int zc_command_plan_try(zc_cli *cli)
{
  zc_err err;
  trial t = {.cli = cli, .plan = cli->arguments[0], .folder = cli->arguments[1]};
  const char *example = zc_option_value(cli, "facility");
  zc_code code =
      example != NULL
          ? find_example(&t, example, &err)
          : zc_fail(&err, ZC_EUSAGE,
                    "say which example facility fills it in: --facility EXAMPLE", NULL);
  return code == ZC_OK ? fill_in(&t, &err) : zc_exit(code, &err);
}
