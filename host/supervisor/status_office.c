#include "supervisor/status_office.h"

#include <stdio.h>
#include <string.h>

#include "cli/message.h"
#include "store/members.h"
#include "supervisor/office.h"

zc_code zc_status_learn(zc_cli *cli, zc_err *err)
{
  zc_office office;
  zc_code code = zc_office_open(cli, &office, err);
  if (code == ZC_OK)
    zc_office_close(&office);
  return code;
}

/* Offices that are silent by their names, and of how many of these nobody knows the facilities. */
static zc_code add_offices(zc_plan *plan, json_t *round, bool *some, zc_err *err)
{
  size_t index;
  json_t *list = NULL, *silent = json_array();
  const json_t *one;
  json_int_t unheard = 0;
  int bad = silent == NULL;
  zc_code code = zc_offices_read(plan->workspace->store, zc_text_of(plan->about, "id"),
                                 zc_text_of(round, "id"), &list, err);
  json_array_foreach(list, index, one)
  {
    if (zc_get_integer(one, "expected", 1) == 0 || *zc_text_of(one, "state") != '\0')
      continue;
    bad |= json_array_append(silent, json_object_get(one, "name"));
    unheard += zc_get_integer(one, "heard", 0) == 0;
  }
  *some = json_array_size(list) > 0;
  bad |= json_object_set(round, "silent", silent);
  bad |= json_object_set_new(round, "unheard", json_integer(unheard));
  json_decref(list);
  json_decref(silent);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

/* Whether there is a roster, where nobody is expected by it. */
static zc_code add_roster(zc_plan *plan, json_t *round, bool known, zc_err *err)
{
  json_t *list = NULL;
  zc_code code = known ? ZC_OK
                       : zc_roster(plan->workspace->store,
                                   zc_text_of(plan->about, "id"), &list, err);
  int bad = json_object_set_new(round, "roster",
                                json_boolean(known || json_array_size(list) > 0));
  json_decref(list);
  return code == ZC_OK && bad != 0 ? zc_fail_memory(err) : code;
}

static zc_code add_round(zc_plan *plan, json_t *round, zc_err *err)
{
  bool offices = false;
  zc_member_counts counts = {0};
  zc_code code = zc_members_count(plan->workspace->store, zc_text_of(plan->about, "id"),
                                  zc_text_of(round, "id"), &counts, err);
  int bad = json_object_set_new(round, "expected", json_integer(counts.expected));
  bad |= json_object_set_new(round, "received", json_integer(counts.received));
  bad |= json_object_set_new(round, "late", json_integer(counts.late));
  bad |= json_object_set_new(round, "missing",
                             json_integer(counts.expected - counts.received));
  if (code == ZC_OK && bad != 0)
    code = zc_fail_memory(err);
  if (code == ZC_OK)
    code = add_offices(plan, round, &offices, err);
  return code == ZC_OK ? add_roster(plan, round, offices || counts.expected > 0, err)
                       : code;
}

/* Rounds that have begun. */
static zc_code add(zc_plan *plan, json_t *told, zc_err *err)
{
  json_t *rounds = NULL;
  zc_code code = zc_rounds(plan->workspace->store, zc_text_of(plan->about, "id"),
                           &rounds, err);
  for (size_t i = 0; code == ZC_OK && i < json_array_size(rounds);) {
    json_t *round = json_array_get(rounds, i);
    if (strcmp(zc_text_of(round, "from"), plan->cli->today) > 0) {
      json_array_remove(rounds, i);
    } else {
      code = add_round(plan, round, err);
      i++;
    }
  }
  if (code == ZC_OK && json_object_set(told, "rounds", rounds) != 0)
    code = zc_fail_memory(err);
  json_decref(rounds);
  return code;
}

static void print_duties(const json_t *duties)
{
  size_t index;
  const json_t *duty;
  zc_buffer list = {0};
  json_array_foreach(duties, index, duty)
      zc_buffer_print(&list, "%s%s", index == 0 ? "" : "、", zc_text_of(duty, "title"));
  if (list.size > 0)
    zc_say_line(N_("  facilities report: {list}"),
                json_pack("{s:s}", "list", zc_text_or(list.data, "?")));
  zc_buffer_free(&list);
}

/* Names with 、 between them; "" for none. */
static void join(const json_t *names, zc_buffer *list)
{
  size_t index;
  const json_t *name;
  json_array_foreach(names, index, name)
      zc_buffer_print(list, "%s%s", index == 0 ? "" : "、", json_string_value(name));
}

/* Who looks after facilities and has not reported: of some nobody knows how many these are. */
static void print_silent(const json_t *round)
{
  zc_buffer list = {0};
  const json_t *silent = json_object_get(round, "silent");
  join(silent, &list);
  if (list.size > 0)
    zc_say_line(zc_get_integer(round, "unheard", 0) == 0
                    ? N_("  {title}: {count} offices have not reported: {list}; their "
                         "facilities are those of another round's report")
                    : N_("  {title}: {count} offices have not reported: {list}; of "
                         "{unheard} of them nobody knows the facilities, so that how "
                         "many are expected in all is not known"),
                json_pack("{s:s, s:I, s:s, s:O}", "title", zc_text_of(round, "title"),
                          "count", (json_int_t)json_array_size(silent), "list",
                          zc_text_or(list.data, "?"), "unheard",
                          json_object_get(round, "unheard")));
  zc_buffer_free(&list);
}

/* How many reports there are of those that are expected, as far as that is known. */
static void print_round(const json_t *round)
{
  bool due = *zc_text_of(round, "due") != '\0';
  bool whole = zc_get_integer(round, "unheard", 0) == 0;
  zc_say_line(!whole
                  ? N_("  {title}: {expected} expected of whom one knows, {received} "
                       "received ({late} late), {missing} missing")
              : due ? N_("  {title}, due {due}: {expected} expected, {received} "
                         "received ({late} late), {missing} missing")
                    : N_("  {title}: {expected} expected, {received} received ({late} "
                         "late), {missing} missing"),
              json_incref((json_t *)round));
}

static void print(const json_t *told)
{
  size_t index;
  const json_t *round;
  print_duties(json_object_get(told, "facility_duties"));
  json_array_foreach(json_object_get(told, "rounds"), index, round)
  {
    if (!json_is_true(json_object_get(round, "roster")))
      zc_say_line(N_("  {title}: nobody is expected to report; take a roster in with "
                     "`zicha roster import`"),
                  json_pack("{s:s}", "title", zc_text_of(round, "title")));
    else if (zc_get_integer(round, "expected", 0) > 0 ||
             json_array_size(json_object_get(round, "silent")) == 0)
      print_round(round);
    print_silent(round);
  }
}

const zc_status_more zc_status_of_office = {add, print};
