/* office.h: what commands of an office have in common: what is expected of whom, events, and what is
 * made of the files that came. */
#ifndef ZC_SUPERVISOR_OFFICE_H
#define ZC_SUPERVISOR_OFFICE_H

#include "cli/workspace.h"
#include "office/standing.h"
#include "office/view.h"
#include "store/collected.h"

typedef struct {
  zc_workspace workspace;
  zc_head head;       /* where the events ended before anything else was read */
  json_t *about;      /* office.yaml, typed */
  json_t *plans;      /* in use: [{id, title, version, sha256}] */
  json_t *rosters;    /* as in office/standing.h, of the plans that have one */
  json_t *rounds;     /* plan → [{id, title, from, to, due}] */
  json_t *keys;       /* code → [{key, id, since, until}] */
  json_t *lines;      /* code → [line of a key], as zc_known has them */
  json_t *decisions;  /* file → {decision, …} */
  json_t *checklists; /* [{no, plan, version, hash, body}] */
  json_t *notices;    /* what was found odd about the rounds: [{plan, notice}] */
  bool take_unsigned;
  int late_days;
  bool decided;     /* rosters, keys, lines and decisions are not read */
  size_t otherwise; /* files of which something else was made when it was opened */
  json_t *touched; /* plan → {round: true} of files of which something else was made */
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

/* Prints what was found odd about the rounds, to standard error. */
void zc_office_print_notices(const zc_office *office);

/* Reads rosters, keys and decisions again after they were changed. */
zc_code zc_office_reload(zc_office *office, zc_err *err);

/* The one plan that the command is about: --plan, or the only one in use. Borrowed. */
zc_code zc_office_plan(zc_office *office, const char **id, zc_err *err);

/* The round of a plan that the command is about: --round, else the one that is going on today, or
 * the last that is over. Borrowed. ZC_EUSAGE with the known ones. */
zc_code zc_office_round(zc_office *office, const char *plan, const json_t **round,
                        zc_err *err);

/* The same, but without --round the last one that is over. ZC_EUSAGE when none is. */
zc_code zc_office_ended_round(zc_office *office, const char *plan, const json_t **round,
                              zc_err *err);

/* The round of this id. Borrowed. ZC_EUSAGE with the known ones. */
zc_code zc_office_round_of(const zc_office *office, const char *plan, const char *id,
                           const json_t **round, zc_err *err);

/* Writes one event of the office with what it changes. `body` is released; NULL counts as out of
 * memory. ZC_EIO when somebody else has written an event since the office was opened: what is to be
 * written was made from what is no longer so, and nothing is written. */
zc_code zc_office_record(zc_office *office, const char *action, json_t *body,
                         zc_office_change *change, void *context, zc_err *err);

/* The path of the key that signs: --key, else keys/office.key of the workspace; "" when there is
 * none. ZC_EUSAGE when it is too long. */
#define ZC_OFFICE_KEY "keys/office.key"
#define ZC_OFFICE_KEY_ROOM 4200
zc_code zc_office_key(const zc_office *office, char path[ZC_OFFICE_KEY_ROOM],
                      zc_err *err);

/* ZC_EDATA for a plan without a roster: nothing is told of nobody. */
zc_code zc_office_check_roster(const zc_view *view, const char *plan, zc_err *err);

/* ZC_EUSAGE when --plan, --round or --facility name what there is not, with what there is. */
zc_code zc_office_check_asked(const zc_office *office, zc_err *err);

/* The text of --reason. Borrowed. ZC_EUSAGE when there is none, which `missing` says (N_), or it is
 * blank. */
zc_code zc_office_reason(const zc_cli *cli, const char *missing, const char **reason,
                         zc_err *err);

/* ZC_EUSAGE when nobody says who decides: --by, or ZICHA_BY. */
zc_code zc_office_check_actor(const zc_cli *cli, zc_err *err);

/* What the checklists of the plans in use are, for events: {hash of the package: SHA-256 of the checklist}.
 * By these verify knows them once their packages are gone. Owned. */
zc_code zc_office_checklist_sums(const zc_office *office, json_t **sums, zc_err *err);

/* Decides anew what is made of all files. *changed (may be NULL) counts those of which it is another
 * than before. */
zc_code zc_office_decide(zc_office *office, size_t *changed, zc_err *err);

/* What is made of files, which is not kept; `last` as in office/standing.h. */
zc_code zc_office_judge(zc_office *office, bool last, zc_filed_list *list, zc_err *err);

/* When an office is opened: reads files again whose plan is known by now, and decides anew when
 * settings, rounds or events are not those by which it was decided, since a command may have been
 * killed before it did. */
zc_code zc_office_keep_up(zc_office *office, zc_err *err);

/* Reads files of the inbox again whose signer or plan may be known by now; with `all` every one whose
 * plan was not known. Those that are gone from the inbox are warned of, and read another time. */
zc_code zc_office_read_again(zc_office *office, bool all, zc_err *err);

/* The key that is trusted for a facility, as `keys` has it; NULL when there is none. Borrowed. */
const json_t *zc_office_active_key(const zc_office *office, const char *code);

/* What a field of the roster is called, and what it was or became (`side`: from, to) by a change
 * {field, from, to}; "—" for nothing. Borrowed. */
const char *zc_roster_title(const char *field);
const char *zc_roster_value(const json_t *change, const char *side);

/* Prints changes of a roster, [{code, field, from, to}], a line each. */
void zc_roster_print_changes(const json_t *changes);

/* What a state is called. Borrowed. */
const char *zc_office_state(const char *state);

#endif
