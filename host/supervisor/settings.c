#include "supervisor/settings.h"

#include <stdio.h>
#include <string.h>

#include "cli/message.h"
#include "office/round.h"

/* The fields of rounds, and the settings that hold for all of them, as office.yaml has them in Chinese. */
static const struct {
  const char *key, *title;
} fields[] = {{"title", "名称"},
              {"from", "起"},
              {"to", "止"},
              {"due", "报送时限"},
              {"unsigned", "未签名报告"},
              {"late_days", "逾期归属天数"}};
#define FIELDS (sizeof fields / sizeof *fields)
#define OF_ROUND 4

static const char *title_of(const char *field)
{
  for (size_t i = 0; i < FIELDS; i++)
    if (strcmp(fields[i].key, field) == 0)
      return fields[i].title;
  return field;
}

/* ---- what is different --------------------------------------------------------------- */

static int add(json_t *changes, const char *plan, const char *round, const char *field,
               const char *from, const char *to)
{
  return json_array_append_new(changes, json_pack("{s:s, s:s, s:s, s:s, s:s}", "plan",
                                                  plan, "round", round, "field", field,
                                                  "from", from, "to", to));
}

static int compare_round(json_t *changes, const char *plan, const json_t *was,
                         const json_t *is)
{
  int bad = 0;
  for (size_t i = 0; i < OF_ROUND; i++) {
    const char *from = zc_text_of(was, fields[i].key);
    const char *to = zc_text_of(is, fields[i].key);
    if (strcmp(from, to) != 0)
      bad |= add(changes, plan, zc_text_of(is, "id"), fields[i].key, from, to);
  }
  return bad;
}

static int compare_rounds(json_t *changes, const char *plan, const json_t *was,
                          const json_t *is)
{
  size_t index;
  const json_t *round;
  int bad = 0;
  json_array_foreach(was, index, round)
  {
    const char *id = zc_text_of(round, "id");
    const json_t *now = zc_round_find(is, id);
    bad |= now == NULL ? add(changes, plan, id, "gone", "", "")
                       : compare_round(changes, plan, round, now);
  }
  json_array_foreach(is, index, round)
  {
    const char *id = zc_text_of(round, "id");
    if (zc_round_find(was, id) == NULL)
      bad |= add(changes, plan, id, "new", "", "");
  }
  return bad;
}

static int compare(json_t *changes, const json_t *was, const json_t *is)
{
  char days[2][24];
  const char *plan;
  json_t *rounds, *before = json_object_get(was, "rounds");
  const bool accepts[] = {zc_get_flag(was, "unsigned"), zc_get_flag(is, "unsigned")};
  int bad = 0;
  json_object_foreach(json_object_get(is, "rounds"), plan, rounds)
  {
    const json_t *earlier = json_object_get(before, plan);
    if (earlier != NULL)
      bad |= compare_rounds(changes, plan, earlier, rounds);
  }
  if (accepts[0] != accepts[1])
    bad |= add(changes, "", "", "unsigned", accepts[0] ? "接收" : "不接收",
               accepts[1] ? "接收" : "不接收");
  snprintf(days[0], sizeof *days, "%lld",
           (long long)zc_get_integer(was, "late_days", 0));
  snprintf(days[1], sizeof *days, "%lld",
           (long long)zc_get_integer(is, "late_days", 0));
  if (strcmp(days[0], days[1]) != 0)
    bad |= add(changes, "", "", "late_days", days[0], days[1]);
  return bad;
}

zc_code zc_settings_compare(zc_office *office, const char *was, const char *is,
                            json_t **changes, zc_err *err)
{
  json_t *before = NULL, *now = NULL;
  *changes = json_array();
  zc_code code = *changes == NULL ? zc_fail_memory(err)
                                  : zc_json_parse(was, strlen(was), &before, err);
  if (code == ZC_OK)
    code = zc_json_parse(is, strlen(is), &now, err);
  if (code == ZC_OK && compare(*changes, before, now) != 0)
    code = zc_fail_memory(err);
  json_decref(before);
  json_decref(now);
  return code != ZC_OK || json_array_size(*changes) == 0
             ? code
             : zc_office_record(office, "settings",
                                json_pack("{s:O}", "changes", *changes), NULL, NULL,
                                err);
}

/* ---- telling --------------------------------------------------------------------------- */

static void tell(const json_t *change)
{
  zc_err what;
  const char *round = zc_text_of(change, "round"), *field = zc_text_of(change, "field");
  const char *from = zc_text_of(change, "from"), *to = zc_text_of(change, "to");
  zc_fail(&what, ZC_EDATA,
          strcmp(field, "gone") == 0
              ? N_("the round {round} of {plan} is not there any more")
          : strcmp(field, "new") == 0 ? N_("the round {round} of {plan} is new")
          : *round == '\0' ? N_("office.yaml: {field} was {from}, is {to} now")
                           : N_("the round {round} of {plan}: {field} was "
                                "{from}, is {to} now"),
          "round", round, "plan", zc_text_of(change, "plan"), "field", title_of(field),
          "from", *from == '\0' ? "—" : from, "to", *to == '\0' ? "—" : to, NULL);
  zc_print_warning(&what);
}

void zc_settings_tell(const json_t *changes, size_t files)
{
  zc_err what;
  size_t index;
  const json_t *change;
  if (json_array_size(changes) == 0)
    return;
  json_array_foreach(changes, index, change) tell(change);
  zc_fail(
      &what, ZC_EDATA,
      "{count} files that were here already have another state or round by that; if "
      "it was not meant, undo it in office.yaml",
      "count", ZC_DIGITS(files), NULL);
  zc_print_warning(&what);
}
