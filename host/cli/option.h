/* option.h: one invocation: its command, options and arguments as they were parsed
 * (command/parse.c). */
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
typedef struct zc_paper_rows zc_paper_rows; /* paper_sources.h */

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
  const zc_paper_rows *const
      *paper_rows;    /* of which papers may have tables; ended by NULL */
  const char *folder; /* the workspace */
  char today[16];     /* the business date */
  bool today_given;
  char now[32]; /* the system's time, UTC, for the database alone */
  int threads; /* that an evaluator has for tables: ZICHA_THREADS; 0: it decides itself */
  const char *executor; /* who judges rows: ZICHA_EXECUTOR; NULL: whoever is fastest */
};

void zc_cli_free(zc_cli *cli);

/* The last value of an option, NULL when it was not given. A flag's is "yes". */
const char *zc_option_value(const zc_cli *cli, const char *name);
/* The level of isolation that is asked for: --isolation, else ZICHA_ISOLATION, else
 * "full". Borrowed. */
const char *zc_isolation(const zc_cli *cli);
/* All its values: a list, NULL when it was not given. Borrowed. */
const json_t *zc_option_values(const zc_cli *cli, const char *name);

#endif
