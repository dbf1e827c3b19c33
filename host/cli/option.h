/* option.h: the command line. One table of commands and their options parses it,
 * prints help, and makes completions and the manual page. */
#ifndef ZC_CLI_OPTION_H
#define ZC_CLI_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/home.h"
#include "value/json.h"

typedef struct {
  const char *name;     /* without its dashes */
  char letter;          /* 0: none */
  const char *argument; /* what it is called in help; NULL: a flag */
  const char *help;
} zc_option;

typedef struct zc_cli zc_cli;

typedef struct {
  const char
      *group; /* "facility", "supervisor", "office", "any": for help, and for which
                      * workspaces it is (workspace.c) */
  const char *name;  /* up to three words ("plan use") */
  const char *usage; /* its arguments */
  const char *summary;
  const zc_option *options; /* ended by a NULL name */
  int least, most;          /* arguments; most -1: any number */
  int (*run)(zc_cli *cli);  /* returns the exit status */
} zc_command;

/* One invocation. */
struct zc_cli {
  zc_home home;
  const zc_command *command;
  json_t *options;  /* name → list of values; a flag's is "yes" */
  char **arguments; /* borrowed from main */
  int argument_count;
  const char *folder; /* the workspace */
  char today[16];     /* the business date */
  bool today_given;
  char now[32]; /* the system's time, UTC, for the database alone */
};

/* The options that every command has, ended by a NULL name. */
const zc_option *zc_common_options(void);

/* All commands, ended by a NULL name (commands.c). */
const zc_command *zc_commands(void);

/* Parses argv into `cli` (its home is set). Prints what is wrong and returns the exit
 * status, or -1 to go on. */
int zc_cli_parse(zc_cli *cli, int count, char **words);
void zc_cli_free(zc_cli *cli);

/* The last value of an option, NULL when it was not given. A flag's is "yes". */
const char *zc_option_value(const zc_cli *cli, const char *name);
/* The level of isolation that is asked for: --isolation, else ZICHA_ISOLATION, else
 * "full". Borrowed. */
const char *zc_isolation(const zc_cli *cli);
/* All its values: a list, NULL when it was not given. Borrowed. */
const json_t *zc_option_values(const zc_cli *cli, const char *name);

/* `zicha help`: an overview, one command, completions or the manual page. */
int zc_help(zc_cli *cli);
void zc_print_usage(const zc_command *command);
void zc_print_synopsis(FILE *out, const zc_command *command);
int zc_print_version(zc_cli *cli);

#endif
