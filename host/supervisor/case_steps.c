/* case add, case close: one case at a time. */
#include <stdlib.h>
#include <string.h>

#include "cli/message.h"
#include "facility/ledger.h"
#include "supervisor/casing.h"
#include "supervisor/commands.h"
#include "table/space.h"

typedef struct {
  zc_office *office;
  zc_cells cells;
  const char *plan, *no;
  json_t *known;
} stepping;

/* What the options say, by field; NULL for what they do not. */
static void read_options(const zc_cli *cli, const char *texts[ZC_CASE_FIELDS])
{
  for (size_t i = 0; i < ZC_CASE_FIELDS; i++)
    texts[i] = *zc_case_columns[i].option == '\0'
                   ? NULL
                   : zc_option_value(cli, zc_case_columns[i].option);
}

/* An option that is given and says nothing is a slip: it would leave what is known, or today. */
static zc_code check_options(const zc_cli *cli, zc_err *err)
{
  const char *name = *zc_text_or(zc_option_value(cli, "date"), "-") == '\0' ? "date"
                                                                            : NULL;
  for (size_t i = 0; i < ZC_CASE_FIELDS; i++) {
    const char *option = zc_case_columns[i].option;
    if (zc_case_fields[i].kind != ZC_CASE_FLAG && *option != '\0' &&
        *zc_text_or(zc_option_value(cli, option), "-") == '\0')
      name = option;
  }
  return name == NULL ? ZC_OK
                      : zc_fail(err, ZC_EUSAGE,
                                "--{option} is empty: leave it out, or say what it is",
                                "option", name, NULL);
}

static size_t field_at(const char *key)
{
  size_t i = 0;
  while (i < ZC_CASE_FIELDS && strcmp(zc_case_fields[i].key, key) != 0)
    i++;
  return i;
}

static zc_code fail_wrong(const zc_cells *cells, zc_err *err)
{
  return zc_fail(err, ZC_EDATA, "{count} mistakes: nothing was written", "count",
                 ZC_DIGITS(cells->wrong), NULL);
}

/* A day that nobody has given is told. */
static void tell_assumed(const json_t *one)
{
  const char *penalty = zc_case_penalty_assumed(one);
  const char *transfer = zc_case_transfer_assumed(one);
  if (*penalty != '\0')
    zc_say_line(N_("no 处罚决定日期 was given: the penalty counts on {day}; --decided "
                   "gives another"),
                json_pack("{s:s}", "day", penalty));
  if (*transfer != '\0')
    zc_say_line(N_("no 移送日期 was given: the transfer counts on {day}; --transferred "
                   "gives another"),
                json_pack("{s:s}", "day", transfer));
}

/* Writes what the texts make of a case. */
static zc_code keep(stepping *s, const char *const *texts, const json_t *was,
                    const char *action, zc_err *err)
{
  bool other = false;
  json_t *changes = json_array(), *cases = json_array();
  json_t *one = zc_case_read(&s->cells, texts, was);
  int bad = changes == NULL || one == NULL;
  if (bad == 0)
    bad |= zc_case_compare(was, one, changes, &other);
  bad |= json_array_append(cases, one);
  zc_code code = bad != 0             ? zc_fail_memory(err)
                 : s->cells.wrong > 0 ? fail_wrong(&s->cells, err)
                                      : ZC_OK;
  if (code == ZC_OK)
    code = zc_case_keep(s->office, s->plan, action, cases, changes, NULL, err);
  if (code == ZC_OK)
    tell_assumed(one);
  json_decref(one);
  json_decref(cases);
  json_decref(changes);
  return code;
}

static zc_code add(stepping *s, zc_err *err)
{
  const char *texts[ZC_CASE_FIELDS];
  if (json_object_get(s->known, s->no) != NULL)
    return zc_fail(err, ZC_EDATA,
                   "there is a case {no} already; `zicha case list` tells of it, and a "
                   "list that is imported changes it",
                   "no", s->no, NULL);
  read_options(s->office->workspace.cli, texts);
  texts[0] = s->no;
  zc_code code = keep(s, texts, NULL, "case_add", err);
  if (code == ZC_OK)
    zc_say_line(N_("case {no} is entered"), json_pack("{s:s}", "no", s->no));
  return code;
}

/* The number that is most like one that is not known. */
static zc_code fail_unknown(const stepping *s, zc_err *err)
{
  const char *no, *nearest = NULL;
  json_t *one;
  json_object_foreach(s->known, no, one)
  {
    if (strstr(no, s->no) != NULL)
      nearest = no;
  }
  return zc_fail(err, ZC_EDATA,
                 nearest == NULL
                     ? N_("there is no case {no}; `zicha case list` tells all")
                     : N_("there is no case {no}; did you mean {nearest}?"),
                 "no", s->no, "nearest", zc_text_or(nearest, ""), NULL);
}

static zc_code close_case(stepping *s, zc_err *err)
{
  const char *texts[ZC_CASE_FIELDS];
  const zc_cli *cli = s->office->workspace.cli;
  const json_t *was = json_object_get(s->known, s->no);
  if (was == NULL)
    return fail_unknown(s, err);
  if (*zc_text_of(was, "closed") != '\0')
    return zc_fail(err, ZC_EDATA, "case {no} was closed on {day}", "no", s->no, "day",
                   zc_get_text(was, "closed"), NULL);
  read_options(cli, texts);
  texts[field_at("closed")] = zc_text_or(zc_option_value(cli, "date"), cli->today);
  zc_code code = keep(s, texts, was, "case_close", err);
  if (code == ZC_OK)
    zc_say_line(N_("case {no} is closed, as of {day}"),
                json_pack("{s:s, s:s}", "no", s->no, "day", texts[field_at("closed")]));
  return code;
}

static zc_code withdraw(zc_store *store, void *body, zc_err *err)
{
  return zc_case_withdraw(store, body, err);
}

static zc_code void_case(stepping *s, zc_err *err)
{
  const zc_cli *cli = s->office->workspace.cli;
  if (json_object_get(s->known, s->no) == NULL)
    return fail_unknown(s, err);
  json_t *body = json_pack("{s:s, s:s, s:s, s:s, s:s}", "plan", s->plan, "no", s->no,
                           "reason", zc_option_value(cli, "reason"), "on", cli->today,
                           "by", zc_ledger_actor(cli));
  zc_code code = zc_office_record(s->office, "case_void", body, withdraw, body, err);
  if (code == ZC_OK)
    zc_say_line(N_("case {no} is taken back: it counts nowhere any more"),
                json_pack("{s:s}", "no", s->no));
  return code;
}

static int step(zc_cli *cli, zc_code (*take)(stepping *s, zc_err *err))
{
  zc_err err;
  zc_office office;
  const char *text = cli->arguments[0];
  size_t size = strlen(text);
  zc_space_trim(&text, &size);
  char *no = strndup(text, size);
  stepping s = {.office = &office, .no = no};
  zc_code code = zc_office_check_actor(cli, &err);
  if (code == ZC_OK && no == NULL)
    code = zc_fail_memory(&err);
  if (code == ZC_OK && size == 0)
    code = zc_fail(&err, ZC_EUSAGE, "say the number of the case", NULL);
  if (code == ZC_OK)
    code = check_options(cli, &err);
  if (code == ZC_OK)
    code = zc_office_open(cli, &office, &err);
  if (code == ZC_OK) {
    code = zc_office_plan(&office, &s.plan, &err);
    if (code == ZC_OK)
      code = zc_cells_begin(&s.cells, &office, s.plan, NULL, &err);
    if (code == ZC_OK)
      code = zc_case_known(office.workspace.store, s.plan, &s.known, &err);
    if (code == ZC_OK)
      code = take(&s, &err);
    zc_cells_free(&s.cells);
    zc_office_close(&office);
  }
  json_decref(s.known);
  free(no);
  return zc_exit(code, &err);
}

int zc_command_case_add(zc_cli *cli)
{
  return step(cli, add);
}

int zc_command_case_close(zc_cli *cli)
{
  return step(cli, close_case);
}

int zc_command_case_void(zc_cli *cli)
{
  zc_err err;
  if (*zc_text_or(zc_option_value(cli, "reason"), "") != '\0')
    return step(cli, void_case);
  return zc_exit(zc_fail(&err, ZC_EUSAGE, "say why it is taken back: --reason TEXT",
                         NULL),
                 &err);
}
