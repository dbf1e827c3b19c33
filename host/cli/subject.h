/* subject.h: who answers in a workspace that is being made: its facility.yaml or
 * office.yaml, taken from a file or asked for. */
#ifndef ZC_CLI_SUBJECT_H
#define ZC_CLI_SUBJECT_H

#include "cli/plan.h"

typedef struct {
  const char *file;   /* "facility.yaml" */
  const char *option; /* that names another one: "facility" */
  const char *field;  /* the engine's function that reads one field of it */
  /* Appends the file, having asked for what it needs. */
  zc_code (*ask)(zc_plan *plan, zc_buffer *out, zc_err *err);
  /* Reads it: zc_plan_read_facility or its like. */
  zc_code (*read)(zc_plan *plan, const char *file, const zc_buffer *text, zc_err *err);
} zc_subject;

/* Prompts for the fields ([{key, title, kind, help, required, read, words}]) that are
 * needed, read or `asked`, and appends a line for each: what was not answered as a comment
 * to fill in. ZC_EUSAGE when the input ends before what is needed. */
zc_code zc_subject_ask(const zc_subject *subject, zc_plan *plan, const json_t *fields,
                       zc_buffer *out, zc_err *err);

/* The text of the file for the workspace in the folder that the command line names: its
 * option's, else what stands there, else by asking; checked by the engine. What stands
 * there is never overwritten: ZC_EWRITE when the option names another. */
zc_code zc_subject_find(const zc_subject *subject, const zc_cli *cli, zc_plan *plan,
                        zc_buffer *text, zc_err *err);

/* Whether a folder can become a workspace: ZC_EWRITE when it is one, or holds `other`
 * (office.yaml for a facility's), which would make it another's. */
zc_code zc_subject_check_free(const char *folder, const char *other, zc_err *err);

/* Makes the folder, unless it is there, and opens it. */
zc_code zc_subject_make_folder(const char *folder, int *fd, zc_err *err);

/* Where a plan stands: a shipped one is remembered by its id, an installed one by id and serial
 * (ID@SERIAL), any other by its folder. Borrowed. */
const char *zc_subject_place(const zc_plan *plan);

#endif
