/* problem verify … lookback: one step of a person in the life of one problem. What a step needs
 * and what it makes of the problem is said in scripts/zicha/{steps,ledger}.lua. */
#include <stdio.h>
#include <string.h>

#include "cli/message.h"
#include "facility/commands.h"
#include "facility/ledger.h"

/* What an option gives to the event's body. */
typedef enum { TEXT, FLAG, LIST } giving;

static const struct {
  const char *option, *key;
  giving kind;
} fields[] = {{"verdict", "verdict", TEXT},
              {"note", "note", TEXT},
              {"reason", "reason", TEXT},
              {"leader", "leader", TEXT},
              {"department", "department", TEXT},
              {"person", "person", TEXT},
              {"measure", "measure", TEXT},
              {"target", "target", TEXT},
              {"due", "due", TEXT},
              {"kind", "kind", TEXT},
              {"done", "done", TEXT},
              {"refund", "refund", TEXT},
              {"system", "system", TEXT},
              {"no-system", "no_system", FLAG},
              {"result", "result", TEXT},
              {"gate", "gates", LIST},
              {"to", "to", TEXT},
              {"receipt", "receipt", TEXT},
              {"case", "case", TEXT}};

/* The event's body from the options. Owned; NULL when out of memory. */
static json_t *body_of(const zc_cli *cli)
{
  json_t *body = json_object();
  int bad = body == NULL;
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    const json_t *values = zc_option_values(cli, fields[i].option);
    const char *value = zc_option_value(cli, fields[i].option);
    if (values == NULL)
      continue;
    if (fields[i].kind == LIST)
      bad |= json_object_set(body, fields[i].key, (json_t *)values);
    else if (fields[i].kind == FLAG)
      bad |= json_object_set_new(body, fields[i].key, json_true());
    else
      bad |= json_object_set_new(body, fields[i].key, json_string(value));
  }
  if (bad == 0)
    return body;
  json_decref(body);
  return NULL;
}

static void print_after(const json_t *problem)
{
  const char *due = zc_get_text(problem, "due");
  const char *state = zc_ledger_state_title(zc_get_text(problem, "state"));
  zc_say_line(due == NULL ? N_("problem {no} is now {state}: {title}")
                          : N_("problem {no} is now {state}, due {due}: {title}"),
              json_pack("{s:I, s:s, s:s, s:s}", "no", zc_get_integer(problem, "no", 0),
                        "state", state, "due", zc_text_or(due, ""), "title",
                        zc_text_of(problem, "title")));
}

/* The command's second word is the action. */
int zc_command_problem_step(zc_cli *cli)
{
  zc_workspace workspace = {.fd = -1};
  zc_plan plan;
  json_t *problem = NULL, *after = NULL;
  zc_err err;
  const char *action = strchr(cli->command->name, ' ') + 1;
  zc_code code = zc_workspace_open(cli, &workspace, &err);
  if (code == ZC_OK)
    code = zc_ledger_open(&workspace, cli->arguments[0], &plan, &problem, &err);
  if (code == ZC_OK) {
    code = zc_ledger_step(&plan, problem, action, body_of(cli), &after, &err);
    zc_plan_close(&plan);
  }
  if (code == ZC_OK)
    print_after(after);
  json_decref(problem);
  json_decref(after);
  zc_workspace_close(&workspace);
  return zc_exit(code, &err);
}
