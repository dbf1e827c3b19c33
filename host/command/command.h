/* command.h: one table of commands and their options parses the command line, prints help, and makes
 * completions and the manual page. */
#ifndef ZC_COMMAND_COMMAND_H
#define ZC_COMMAND_COMMAND_H

#include <stdio.h>

#include "cli/option.h"

/* The options that every command has, ended by a NULL name. */
const zc_option *zc_common_options(void);

/* All commands, ended by a NULL name (commands.c). */
const zc_command *zc_commands(void);

/* Parses argv into `cli` (its home is set). Prints what is wrong and returns the exit
 * status, or -1 to go on. */
int zc_cli_parse(zc_cli *cli, int count, char **words);
/* `zicha help`: an overview, one command, completions or the manual page. */
int zc_help(zc_cli *cli);
void zc_print_usage(const zc_command *command);
void zc_print_synopsis(FILE *out, const zc_command *command);
int zc_print_version(zc_cli *cli);

/* The rows that tables of papers can have, ended by NULL (commands.c). */
extern const zc_paper_rows *const zc_all_paper_rows[];

#endif
