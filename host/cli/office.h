/* office.h: what commands of an office have in common: what is expected of whom, events, and what is
 * made of the files that came. */
#ifndef ZC_CLI_OFFICE_H
#define ZC_CLI_OFFICE_H

#include "cli/workspace.h"
#include "office/standing.h"
#include "store/collected.h"

typedef struct {
  zc_workspace workspace;
  json_t *about;      /* office.yaml, typed */
  json_t *plans;      /* in use: [{id, title, version, sha256}] */
  json_t *rosters;    /* plan → {code: 1 or 0}, of the plans that have one */
  json_t *rounds;     /* plan → [{id, title, from, to, due}] */
  json_t *keys;       /* code → [{key, id, since, until}] */
  json_t *lines;      /* code → [line of a key], as zc_known has them */
  json_t *decisions;  /* file → {decision, …} */
  json_t *checklists; /* [{no, plan, version, hash, body}] */
  bool take_unsigned;
  int late_days;
  bool decided;     /* rosters, keys, lines and decisions are not read */
  bool changed;     /* a version of a plan is known for the first time */
  size_t otherwise; /* files of which something else was made when it was opened */
} zc_office;

/* Opens the workspace, learns from its plans what they ask and when, and reads the rest. It is to be
 * closed when that succeeded. */
zc_code zc_office_open(zc_cli *cli, zc_office *office, zc_err *err);
/* The same for commands that read what was decided: without rosters, keys, lines and decisions, which
 * are large. */
zc_code zc_office_open_decided(zc_cli *cli, zc_office *office, zc_err *err);

void zc_office_close(zc_office *office);

/* An office without its plans and workspace, as it was when files were decided upon last, for
 * verify: its plans by their ids, the rest is read by zc_office_reload. *behind: something has
 * happened since. To be released in any case. */
zc_code zc_office_of_basis(const zc_workspace *workspace, zc_office *office,
                           bool *behind, zc_err *err);
void zc_office_release(zc_office *office);

/* Reads rosters, keys and decisions again after they were changed. */
zc_code zc_office_reload(zc_office *office, zc_err *err);

/* The one plan that the command is about: --plan, or the only one in use. Borrowed. */
zc_code zc_office_plan(zc_office *office, const char **id, zc_err *err);

/* The round of a plan that the command is about: --round, else the one that is going on today, or
 * the last that is over. Borrowed. ZC_EUSAGE with the known ones. */
zc_code zc_office_round(zc_office *office, const char *plan, const json_t **round,
                        zc_err *err);

/* The round of this id. Borrowed. ZC_EUSAGE with the known ones. */
zc_code zc_office_round_of(const zc_office *office, const char *plan, const char *id,
                           const json_t **round, zc_err *err);

/* Writes one event of the office with what it changes. `body` is released; NULL counts as out of
 * memory. */
zc_code zc_office_record(zc_office *office, const char *action, json_t *body,
                         zc_office_change *change, void *context, zc_err *err);

/* The path of the key that signs: --key, else keys/office.key of the workspace; "" when there is
 * none. ZC_EUSAGE when it is too long. */
#define ZC_OFFICE_KEY "keys/office.key"
#define ZC_OFFICE_KEY_ROOM 4200
zc_code zc_office_key(const zc_office *office, char path[ZC_OFFICE_KEY_ROOM],
                      zc_err *err);

/* ZC_EUSAGE when nobody says who decides: --by, or ZICHA_BY. */
zc_code zc_office_check_actor(const zc_cli *cli, zc_err *err);

/* Decides anew what is made of all files. *changed (may be NULL) counts those of which it is another
 * than before. */
zc_code zc_office_decide(zc_office *office, size_t *changed, zc_err *err);

/* What is made of files, which is not kept. */
zc_code zc_office_judge(zc_office *office, zc_filed_list *list, zc_err *err);

/* Reads files of the inbox again whose signer or plan may be known by now; with `all` every one whose
 * plan was not known. */
zc_code zc_office_read_again(zc_office *office, bool all, zc_err *err);

/* What a field of the roster is called. Borrowed. */
const char *zc_roster_title(const char *field);

/* What a state is called. Borrowed. */
const char *zc_office_state(const char *state);

#endif
