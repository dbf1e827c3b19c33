/* What fields a declared rule may have, and which form they make. */
#include <string.h>

#include "table/declaration.h"

/* Bits of forms. */
enum {
  R = 1 << ZC_FORM_ROW,
  G = 1 << ZC_FORM_GROUP,
  T = 1 << ZC_FORM_RATE,
  F = 1 << ZC_FORM_FAIL,
  E = 1 << ZC_FORM_EACH,
  C = 1 << ZC_FORM_CHECK
};

/* Every field, whether it is a text, and the forms it belongs to. */
static const struct {
  const char *name;
  char type; /* t text · l text or list · n text or integer · f function · j joins */
  int forms;
} fields[] = {
    {"on", 't', R | G | T | E},
    {"among", 't', R | G | T | E},
    {"where", 't', R},
    {"group", 'l', G},
    {"having", 't', G},
    {"join", 'j', R | G | T | E},
    {"rate", 't', T},
    {"above", 't', T},
    {"below", 't', T},
    {"min_n", 'n', T},
    {"fail", 't', F},
    {"count", 't', R | E},
    {"amount", 't', R | G | E},
    {"show", 'l', R | G | E},
    {"say", 't', R | G | T | F | E | C},
    {"certainty", 't', R | G | T | F | E | C},
    {"tolerate", 't', R | G | T | E},
    {"each", 'f', E},
    {"check", 'f', C},
};

static bool right_type(const json_t *value, char type)
{
  switch (type) {
  case 't':
    return json_is_string(value);
  case 'l':
    return json_is_string(value) || json_is_array(value);
  case 'n':
    return json_is_string(value) || json_is_integer(value);
  case 'j':
    return json_is_array(value);
  default:
    return json_is_true(value);
  }
}

static const char *nearest_field(const char *name)
{
  const char *nearest = "";
  int best = 1000;
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    int distance = zc_text_distance(fields[i].name, name);
    if (distance < best) {
      best = distance;
      nearest = fields[i].name;
    }
  }
  return nearest;
}

/* Forms that plan-language.md names and this version does not run yet. */
static bool announced(const char *name)
{
  static const char *const later[] = {"sort", "within", "quota", "level"};
  for (size_t i = 0; i < sizeof later / sizeof *later; i++)
    if (strcmp(later[i], name) == 0)
      return true;
  return false;
}

static void refuse_unknown(zc_maker *m, const char *name)
{
  const char *nearest = nearest_field(name);
  m->memory |= zc_fault(m->faults, zc_maker_place(m, name),
                        "the rule {rule} has an unknown field {field}", "rule",
                        m->rule->id, "field", name, "nearest", nearest, "hint",
                        *nearest == '\0'
                            ? N_("docs/rules.md lists the fields of a rule")
                            : N_("did you mean {nearest}?"),
                        NULL) != 0;
}

void zc_form_check(zc_maker *m)
{
  const char *name;
  json_t *value;
  json_object_foreach(m->rule->declaration, name, value)
  {
    if (strcmp(name, "id") == 0 || strcmp(name, "line") == 0 || strcmp(name, "at") == 0)
      continue;
    size_t i = 0, count = sizeof fields / sizeof *fields;
    while (i < count && strcmp(fields[i].name, name) != 0)
      i++;
    if (announced(name))
      zc_maker_wrong(m, name,
                     "the field {field} is not available in this version of zicha",
                     "field", name, NULL);
    else if (i == count)
      refuse_unknown(m, name);
    else if (!right_type(value, fields[i].type))
      zc_maker_wrong(m, name, "the field {field} holds the wrong kind of value",
                     "field", name,
                     N_("write expressions and numbers with decimals as texts"));
    else if ((fields[i].forms & 1 << m->rule->form) == 0)
      zc_maker_wrong(m, name, "the field {field} does not belong to this form of rule",
                     "field", name, NULL);
  }
}

bool zc_form_find(zc_maker *m)
{
  static const struct {
    const char *field;
    zc_form form;
  } judges[] = {{"having", ZC_FORM_GROUP}, {"rate", ZC_FORM_RATE},
                {"fail", ZC_FORM_FAIL},    {"each", ZC_FORM_EACH},
                {"check", ZC_FORM_CHECK},  {"where", ZC_FORM_ROW}};
  const json_t *declared = m->rule->declaration;
  int found = 0;
  for (size_t i = 0; i < sizeof judges / sizeof *judges; i++)
    if (json_object_get(declared, judges[i].field) != NULL && found++ == 0)
      m->rule->form = judges[i].form;
  bool where = json_object_get(declared, "where") != NULL;
  if (where && found > 1 && m->rule->form == ZC_FORM_GROUP) {
    zc_maker_wrong(m, "where", "a rule with group judges groups, not rows", "field",
                   "where", N_("write the condition on rows as among"));
    return false;
  }
  if (where && found == 1 && json_object_get(declared, "group") != NULL) {
    zc_maker_wrong(
        m, "where", "a rule with group judges groups, not rows", "field", "where",
        N_("write the condition on rows as among, and having for the group"));
    return false;
  }
  if (found != 1)
    zc_maker_wrong(m, "",
                   found == 0 ? N_("the rule {rule} judges nothing")
                              : N_("the rule {rule} judges in more than one way"),
                   "rule", m->rule->id,
                   N_("give it exactly one of where, having, rate, fail, each, check"));
  return found == 1;
}
