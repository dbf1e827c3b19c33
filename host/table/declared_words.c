/* What a rule tells of its hits: show, amount, say, certainty, level. */
#include <string.h>

#include "table/declaration.h"

/* Title of what `show` names: the column's first header, else the text itself. A
 * patient is shown as a token; what is made of an identifier could not be hidden. */
static void make_show(zc_maker *m, const char *text)
{
  zc_show *show = &m->rule->shows[m->rule->show_count];
  zc_maker_compile_text(m, "show", text, ZC_NIL, false, &show->value);
  const zc_node *root = show->value.root;
  if (root == NULL)
    return;
  show->title = text;
  if (root->op == ZC_OP_COLUMN) {
    const zc_column *column =
        &m->rule->tables[root->table]->dataset->columns[root->column];
    show->title = column->title;
    show->patient = column->patient;
  } else if (root->type.kind != ZC_BOOL) {
    const zc_column *patient = zc_maker_reads(m->rule, &show->value).patient;
    if (patient != NULL)
      zc_maker_wrong(
          m, "show", "show cannot compute with the patient identifier {column}",
          "column", patient->id,
          N_("name the column alone: it is printed as 患者#1, never as itself"));
  }
  m->rule->show_count++;
}

/* A sum over one hit would tell the identifier. */
static void make_amount(zc_maker *m, bool aggregates)
{
  zc_maker_compile(m, "amount", ZC_NUMBER, aggregates, &m->rule->amount);
  const zc_column *patient = zc_maker_reads(m->rule, &m->rule->amount).patient;
  if (patient != NULL)
    zc_maker_wrong(m, "amount",
                   "amount cannot compute with the patient identifier {column}",
                   "column", patient->id, NULL);
}

static void make_shows(zc_maker *m)
{
  const json_t *declared = json_object_get(m->rule->declaration, "show");
  size_t count = zc_maker_entries(declared);
  m->rule->shows = zc_arena_take(&m->rule->arena, (count + 1) * sizeof *m->rule->shows);
  m->memory |= m->rule->shows == NULL;
  for (size_t i = 0; i < count && !m->memory; i++)
    make_show(m, zc_text_or(zc_maker_entry(declared, i), ""));
}

/* {names} in say: figures of the result, parameters, facility fields. */
static void check_say(zc_maker *m)
{
  static const char *const figures[] = {"population", "count",    "rows", "amount",
                                        "rate",       "unjudged", "part", "whole"};
  const char *say = m->rule->say;
  for (const char *at = strchr(say, '{'); at != NULL; at = strchr(at + 1, '{')) {
    char name[96];
    size_t size = strcspn(at + 1, "}");
    bool known = false;
    if (at[1 + size] == '}' && size < sizeof name) {
      memcpy(name, at + 1, size);
      name[size] = '\0';
      for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        known |= strcmp(figures[i], name) == 0;
      char *dot = strchr(name, '.');
      if (dot != NULL) {
        *dot = '\0';
        const zc_symbol *symbol = zc_scope_find(m->rule->scope, name, dot + 1);
        known = symbol != NULL && symbol->value != NULL;
        *dot = '.';
      }
    } else {
      snprintf(name, sizeof name, "%.40s", at + 1);
    }
    if (!known)
      zc_maker_wrong(
          m, "say", "the name {name} in say is unknown", "name", name,
          N_("known: population, count, rows, amount, rate, part, whole, unjudged, "
             "p.…, facility.…, m.…"));
  }
}

static void check_certainty(zc_maker *m)
{
  static const char *const known[] = {"certain", "suspect", "hint"};
  const char *word = zc_maker_text(m, "certainty");
  for (size_t i = 0; word != NULL && i < sizeof known / sizeof *known; i++)
    if (strcmp(word, known[i]) == 0)
      return;
  if (word != NULL)
    zc_maker_wrong(m, "certainty", "{word} is not a certainty", "word", word,
                   N_("write certain, suspect or hint"));
}

/* What an expression may come to, where that is written out. */
static bool results_are_levels(zc_maker *m, const zc_node *node)
{
  static const char *const known[] = {"certain", "suspect", "hint"};
  if (node->op == ZC_OP_CALL && node->count == 3 && node->args[0]->type.kind == ZC_BOOL)
    return results_are_levels(m, node->args[1]) && results_are_levels(m, node->args[2]);
  if (node->op != ZC_OP_LITERAL)
    return true;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (node->literal.kind == ZC_TEXT && strcmp(known[i], node->literal.text) == 0)
      return true;
  zc_maker_wrong(m, "level", "{word} is not a certainty", "word",
                 node->literal.kind == ZC_TEXT ? node->literal.text : "",
                 N_("write certain, suspect or hint"));
  return false;
}

static void make_level(zc_maker *m, bool aggregates)
{
  zc_maker_compile(m, "level", ZC_TEXT, aggregates, &m->rule->level);
  if (m->rule->level.root != NULL)
    results_are_levels(m, m->rule->level.root);
}

void zc_maker_words(zc_maker *m)
{
  bool groups = m->rule->form == ZC_FORM_GROUP || m->rule->form == ZC_FORM_WINDOW;
  check_certainty(m);
  make_shows(m);
  make_amount(m, groups);
  make_level(m, groups);
  if (m->rule->say != NULL)
    check_say(m);
}
