/* What fields a declared rule may have, and which form they make. */
#include <string.h>

#include "table/declaration.h"

/* Bits of forms. */
enum {
  R = 1 << ZC_FORM_ROW,
  S = 1 << ZC_FORM_SEQUENCE,
  G = 1 << ZC_FORM_GROUP,
  W = 1 << ZC_FORM_WINDOW,
  T = 1 << ZC_FORM_RATE,
  Q = 1 << ZC_FORM_QUOTA,
  F = 1 << ZC_FORM_FAIL,
  E = 1 << ZC_FORM_EACH,
  C = 1 << ZC_FORM_CHECK,
  V = 1 << ZC_FORM_VIEW,
  M = 1 << ZC_FORM_MEASURE,
  ROWS = R | S | E,
  HITS = R | S | G | W | E,
  TABLES = HITS | T | Q | V | M,
  RULES = HITS | T | Q | F | C
};

/* Every field, whether it is a text, and the forms it belongs to. */
static const struct {
  const char *name;
  char type; /* t text · l text or list · n text or integer · f function · j joins ·
                k text, list or map · m map */
  int forms;
} fields[] = {
    {"on", 't', TABLES},
    {"among", 't', TABLES},
    {"where", 't', R | S},
    {"group", 'k', S | G | W | T | V},
    {"having", 't', G | W},
    {"sort", 'l', S | W},
    {"within", 'n', W},
    {"join", 'j', TABLES},
    {"rate", 't', T},
    {"above", 't', T},
    {"below", 't', T},
    {"min_n", 'n', T},
    {"quota", 'm', Q},
    {"fail", 't', F},
    {"count", 't', ROWS},
    {"amount", 't', HITS},
    {"show", 'l', HITS | T},
    {"say", 't', RULES},
    {"certainty", 't', RULES},
    {"level", 't', HITS},
    {"tolerate", 't', HITS | T | Q},
    {"each", 'f', E},
    {"check", 'f', C},
    {"cols", 'm', V},
    {"titles", 'm', V},
    {"value", 't', M},
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
  case 'k':
    return json_is_string(value) || json_is_array(value) || json_is_object(value);
  case 'm':
    return json_is_object(value);
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
    if (strcmp(name, "id") == 0 || strcmp(name, "line") == 0 ||
        strcmp(name, "at") == 0 || strcmp(name, "kind") == 0)
      continue;
    size_t i = 0, count = sizeof fields / sizeof *fields;
    while (i < count && strcmp(fields[i].name, name) != 0)
      i++;
    if (i == count)
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

/* Whether one of the rule's joins is of this kind. */
static bool has_match(const json_t *declared, const char *match)
{
  size_t index;
  const json_t *join;
  json_array_foreach(json_object_get(declared, "join"), index, join)
  {
    const char *own = zc_get_text(join, "match");
    if (own != NULL && strcmp(own, match) == 0)
      return true;
  }
  return false;
}

static bool has(const json_t *declared, const char *field)
{
  return json_object_get(declared, field) != NULL;
}

/* `where` and `having` judge what `sort` and `within` bring into order. */
static bool find_refined(zc_maker *m)
{
  const json_t *declared = m->rule->declaration;
  bool group = has(declared, "group"), sort = has(declared, "sort"),
       within = has(declared, "within");
  if (m->rule->form == ZC_FORM_ROW && sort) {
    m->rule->form = ZC_FORM_SEQUENCE;
  } else if (m->rule->form == ZC_FORM_ROW && group) {
    zc_maker_wrong(
        m, "where", "a rule with group judges groups, not rows", "field", "where",
        N_("write the condition on rows as among, and having for the group"));
    return false;
  } else if (m->rule->form == ZC_FORM_GROUP && within) {
    m->rule->form = ZC_FORM_WINDOW;
    if (!sort)
      zc_maker_wrong(m, "within", "within needs the field sort", "field", "within",
                     N_("name the date by which rows lie within so many days"));
  }
  return true;
}

/* The form of what is no rule: a view or a measure has one field of its own. */
static bool find_derived(zc_maker *m, const char *kind)
{
  bool view = strcmp(kind, "view") == 0;
  m->rule->form = view ? ZC_FORM_VIEW : ZC_FORM_MEASURE;
  if (has(m->rule->declaration, view ? "cols" : "value"))
    return true;
  zc_maker_wrong(m, "",
                 view ? N_("the view {rule} computes nothing")
                      : N_("the measure {rule} computes nothing"),
                 "rule", m->rule->id,
                 view ? N_("give it cols = { name = \"sum(…)\" }")
                      : N_("give it value = \"sum(…)\""));
  return false;
}

bool zc_form_find(zc_maker *m)
{
  static const struct {
    const char *field;
    zc_form form;
  } judges[] = {{"having", ZC_FORM_GROUP}, {"rate", ZC_FORM_RATE},
                {"quota", ZC_FORM_QUOTA},  {"fail", ZC_FORM_FAIL},
                {"each", ZC_FORM_EACH},    {"check", ZC_FORM_CHECK},
                {"where", ZC_FORM_ROW}};
  const json_t *declared = m->rule->declaration;
  const char *kind = zc_get_text(declared, "kind");
  if (kind != NULL)
    return find_derived(m, kind);
  int found = 0;
  for (size_t i = 0; i < sizeof judges / sizeof *judges; i++)
    if (has(declared, judges[i].field) && found++ == 0)
      m->rule->form = judges[i].form;
  if (found == 0 && has_match(declared, "none")) {
    m->rule->form = ZC_FORM_ROW; /* having no partner is the hit */
    found = 1;
  }
  if (has(declared, "where") && found > 1 && m->rule->form == ZC_FORM_GROUP) {
    zc_maker_wrong(m, "where", "a rule with group judges groups, not rows", "field",
                   "where", N_("write the condition on rows as among"));
    return false;
  }
  if (found != 1)
    zc_maker_wrong(
        m, "",
        found == 0 ? N_("the rule {rule} judges nothing")
                   : N_("the rule {rule} judges in more than one way"),
        "rule", m->rule->id,
        N_("give it exactly one of where, having, rate, quota, fail, each, check"));
  return found == 1 && find_refined(m);
}
