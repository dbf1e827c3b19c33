/* plan try: what a facility will see of a package: a workspace for an example facility,
 * filled from the example's files by the very commands that a facility uses. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/message.h"

#define MOST_WORDS 12

/* Runs one command line, as if it had been typed. Returns its exit status. */
static int run(const zc_cli *outer, const char *const *words)
{
  zc_cli cli = {.home = outer->home};
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

/* Runs `zicha -C FOLDER --today DAY COMMAND …`. */
static int in_workspace(const trial *t, const char *command, const char *option,
                        const char *value)
{
  const char *words[] = {"zicha", "-C",   t->folder, "--today", t->cli->today,
                         command, option, value,     NULL};
  return run(t->cli, words);
}

static bool has(const trial *t, const char *name, char path[PATH_MAX])
{
  return snprintf(path, PATH_MAX, "%.3000s/%.255s", t->example, name) < PATH_MAX &&
         access(path, R_OK) == 0;
}

/* The example: a folder, or one of the package's example/. */
static zc_code find_example(trial *t, const char *name, zc_err *err)
{
  char *package = NULL;
  zc_code code = zc_package_find(&t->cli->home, t->plan, &package, err);
  if (code != ZC_OK)
    return code;
  snprintf(t->example, sizeof t->example, "%.2000s/example/%.255s", package, name);
  free(package);
  if (access(t->example, R_OK) != 0)
    snprintf(t->example, sizeof t->example, "%.3000s", name);
  char path[PATH_MAX];
  if (has(t, "facility.yaml", path))
    return ZC_OK;
  return zc_fail(err, ZC_EOPEN,
                 "there is no example facility {name}: name a folder with a "
                 "facility.yaml, or one in the package's example/",
                 "name", name, NULL);
}

/* Every TABLE.csv of the example is imported. */
static zc_code import_tables(const trial *t, int *status, zc_err *err)
{
  zc_names names;
  char path[PATH_MAX], table[256];
  zc_code code = zc_folder_names(AT_FDCWD, t->example, &names, err);
  if (code != ZC_OK)
    return code;
  for (size_t i = 0; i < names.count && *status == 0; i++) {
    const char *end = strrchr(names.names[i], '.');
    if (end == NULL || strcmp(end, ".csv") != 0 || !has(t, names.names[i], path))
      continue;
    snprintf(table, sizeof table, "%.*s", (int)(end - names.names[i]), names.names[i]);
    *status = in_workspace(t, "import", table, path);
  }
  zc_names_free(&names);
  return ZC_OK;
}

/* A check's verdict is no failure of the trial. */
static int fault_of(int status)
{
  return status < ZC_EUSAGE ? 0 : status;
}

static int fill_in(const trial *t, zc_err *err)
{
  char path[PATH_MAX];
  const char *begin[] = {"zicha", "init",       t->folder, "--plan",
                         t->plan, "--facility", path,      NULL};
  has(t, "facility.yaml", path);
  int status = run(t->cli, begin);
  if (status == 0 && import_tables(t, &status, err) != ZC_OK)
    return zc_exit(err->code, err);
  if (status != 0)
    return status;
  /* Answers to other questions do not keep form and report from being seen. */
  int answered = has(t, "answers.yaml", path)
                     ? in_workspace(t, "answer", "--file", path)
                     : 0;
  status = in_workspace(t, "form", NULL, NULL);
  if (status == 0)
    status = fault_of(in_workspace(t, "check", NULL, NULL));
  if (status == 0)
    status = fault_of(in_workspace(t, "report", NULL, NULL));
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
