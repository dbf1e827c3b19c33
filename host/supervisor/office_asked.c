/* What the options of an office's commands say: which plan, which round, whose; who decides and why. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "cli/message.h"
#include "facility/ledger.h"
#include "store/standing.h"
#include "supervisor/office.h"

/* ---- which plan, which round ------------------------------------------------------------ */

zc_code zc_office_plan(zc_office *office, const char **id, zc_err *err)
{
  return zc_workspace_plan(&office->workspace, id, err);
}

static zc_code fail_round(const json_t *rounds, const char *wanted, zc_err *err)
{
  size_t index;
  const json_t *round;
  zc_buffer known = {0};
  json_array_foreach(rounds, index, round)
      zc_buffer_print(&known, "%s%s", index == 0 ? "" : " ", zc_text_of(round, "id"));
  zc_code code = zc_fail(err, ZC_EUSAGE, "unknown round {id}; known: {list}", "id",
                         wanted, "list", zc_text_or(known.data, ""), NULL);
  zc_buffer_free(&known);
  return code;
}

zc_code zc_office_round_of(const zc_office *office, const char *plan, const char *id,
                           const json_t **round, zc_err *err)
{
  const json_t *rounds = json_object_get(office->rounds, plan), *one;
  size_t index;
  *round = NULL;
  json_array_foreach(rounds, index, one)
  {
    if (strcmp(zc_text_of(one, "id"), id) == 0)
      *round = one;
  }
  return *round != NULL ? ZC_OK : fail_round(rounds, id, err);
}

zc_code zc_office_round(zc_office *office, const char *plan, const json_t **round,
                        zc_err *err)
{
  const zc_cli *cli = office->workspace.cli;
  const char *wanted = zc_option_value(cli, "round");
  const json_t *rounds = json_object_get(office->rounds, plan), *one;
  size_t index;
  if (wanted != NULL)
    return zc_office_round_of(office, plan, wanted, round, err);
  *round = NULL;
  json_array_foreach(rounds, index, one)
  {
    if (*round == NULL || strcmp(zc_text_of(one, "from"), cli->today) <= 0)
      *round = one;
  }
  return *round != NULL ? ZC_OK : fail_round(rounds, "?", err);
}

static bool is_over(const json_t *round, const char *today)
{
  const char *to = zc_text_of(round, "to");
  return *to != '\0' && strcmp(to, today) < 0;
}

zc_code zc_office_ended_round(zc_office *office, const char *plan, const json_t **round,
                              zc_err *err)
{
  const zc_cli *cli = office->workspace.cli;
  const json_t *rounds = json_object_get(office->rounds, plan), *one;
  size_t index;
  if (zc_option_value(cli, "round") != NULL)
    return zc_office_round(office, plan, round, err);
  *round = json_array_size(rounds) == 1 ? json_array_get(rounds, 0) : NULL;
  json_array_foreach(rounds, index, one)
  {
    if (is_over(one, cli->today))
      *round = one;
  }
  return *round != NULL
             ? ZC_OK
             : zc_fail(err, ZC_EUSAGE,
                       "no round is over by {day}: say which one is meant with --round "
                       "ID; `zicha collect list --rounds` tells all",
                       "day", cli->today, NULL);
}

/* ---- whether there is what is asked for ---------------------------------------------------- */

static zc_code check_plan(const zc_office *office, const char *plan, zc_err *err)
{
  size_t index;
  const json_t *one;
  bool known = false;
  zc_buffer list = {0};
  zc_code code = zc_filed_has_plan(office->workspace.store, plan, &known, err);
  json_array_foreach(office->plans, index, one)
  {
    const char *id = zc_text_of(one, "id");
    known = known || strcmp(id, plan) == 0;
    zc_buffer_print(&list, "%s%s", index == 0 ? "" : " ", id);
  }
  if (code == ZC_OK && !known)
    code = zc_fail(err, ZC_EUSAGE, "unknown plan {id}; in use here: {list}", "id", plan,
                   "list", zc_text_or(list.data, ""), NULL);
  zc_buffer_free(&list);
  return code;
}

/* In the plan that --plan names, or in any one. */
static zc_code check_round(const zc_office *office, const char *round, zc_err *err)
{
  size_t index;
  const char *plan, *wanted = zc_option_value(office->workspace.cli, "plan");
  json_t *rounds, *one;
  zc_buffer list = {0};
  bool known = false;
  json_object_foreach(office->rounds, plan, rounds)
  {
    if (wanted != NULL && strcmp(wanted, plan) != 0)
      continue;
    json_array_foreach(rounds, index, one)
    {
      const char *id = zc_text_of(one, "id");
      known = known || strcmp(id, round) == 0;
      zc_buffer_print(&list, "%s%s", list.size == 0 ? "" : " ", id);
    }
  }
  zc_code code = known ? ZC_OK
                       : zc_fail(err, ZC_EUSAGE, "unknown round {id}; known: {list}",
                                 "id", round, "list", zc_text_or(list.data, ""), NULL);
  zc_buffer_free(&list);
  return code;
}

zc_code zc_office_check_asked(const zc_office *office, zc_err *err)
{
  size_t index;
  const json_t *one;
  const zc_cli *cli = office->workspace.cli;
  const char *plan = zc_option_value(cli, "plan"),
             *round = zc_option_value(cli, "round");
  zc_code code = plan == NULL ? ZC_OK : check_plan(office, plan, err);
  if (code == ZC_OK && round != NULL)
    code = check_round(office, round, err);
  json_array_foreach(zc_option_values(cli, "facility"), index, one)
  {
    bool known = true;
    const char *wanted = json_string_value(one);
    if (code == ZC_OK)
      code = zc_filed_has_facility(office->workspace.store, wanted, &known, err);
    if (code == ZC_OK && !known)
      code = zc_fail(err, ZC_EUSAGE,
                     "unknown facility {code}: no roster has it, and nothing has come "
                     "from it; `zicha roster list` tells all codes",
                     "code", wanted, NULL);
  }
  return code;
}

zc_code zc_office_check_roster(const zc_view *view, const char *plan, zc_err *err)
{
  return view->members.count > 0 || view->members.unheard > 0
             ? ZC_OK
             : zc_fail(err, ZC_EDATA,
                       "the plan {plan} has no roster: say with `zicha roster import "
                       "FILE` who is expected to report",
                       "plan", plan, NULL);
}

/* ---- who decides ----------------------------------------------------------------------------- */

zc_code zc_office_check_actor(const zc_cli *cli, zc_err *err)
{
  return zc_ledger_actor(cli) != NULL
             ? ZC_OK
             : zc_fail(err, ZC_EUSAGE,
                       "say who decides this: --by NAME, or the variable ZICHA_BY",
                       NULL);
}

/* Whether nothing in a text can be seen. */
static bool is_blank(const char *text)
{
  uint32_t character;
  size_t size = strlen(text);
  for (size_t at = 0; at < size;) {
    size_t length = zc_utf8_decode(text + at, size - at, &character);
    if (length == 0 || (character > ' ' && zc_text_narrow(character) != ' '))
      return false;
    at += length;
  }
  return true;
}

zc_code zc_office_reason(const zc_cli *cli, const char *missing, const char **reason,
                         zc_err *err)
{
  *reason = zc_option_value(cli, "reason");
  if (*reason == NULL)
    return zc_fail(err, ZC_EUSAGE, missing, NULL);
  return is_blank(*reason)
             ? zc_fail(err, ZC_EUSAGE,
                       "--reason is blank: the reason stays recorded, say it in words",
                       NULL)
             : ZC_OK;
}

zc_code zc_office_key(const zc_office *office, char path[ZC_OFFICE_KEY_ROOM],
                      zc_err *err)
{
  const zc_cli *cli = office->workspace.cli;
  const char *given = zc_option_value(cli, "key");
  int size = 0;
  path[0] = '\0';
  if (given != NULL)
    size = snprintf(path, ZC_OFFICE_KEY_ROOM, "%s", given);
  else if (faccessat(office->workspace.fd, ZC_OFFICE_KEY, F_OK, 0) == 0)
    size = snprintf(path, ZC_OFFICE_KEY_ROOM, "%s/" ZC_OFFICE_KEY, cli->folder);
  return size >= 0 && size < ZC_OFFICE_KEY_ROOM
             ? ZC_OK
             : zc_fail(err, ZC_EUSAGE, "the path of the key is too long", NULL);
}
