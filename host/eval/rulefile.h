/* rulefile.h: one rule file in a Lua state of its own: what it declares, and its
 * functions. */
#ifndef ZC_EVAL_RULEFILE_H
#define ZC_EVAL_RULEFILE_H

#include "eval/context.h"
#include "eval/state.h"
#include "table/plain.h"
#include "value/texts.h"

typedef struct {
  const zc_text_file *source; /* borrowed; its name is the first part of rules' ids */
  lua_State *L;               /* NULL until it is loaded, and after a failure */
  zc_budget budget;
  char at[300];         /* of the budget: this file, or the rule that runs */
  size_t room;          /* bytes that its declarations may still take */
  json_t *declarations; /* list of maps, in the order of the file; owned */
  json_t *by_id;        /* the same by their ids; owned */
  json_t *faults;       /* of what is no rule; owned */
  bool sealed;          /* loading is over: nothing more may be declared */
  int line;             /* of the rule that was declared last … */
  const char *line_at;  /* … which starts here in the source */
} zc_rulefile;

/* Runs the file; afterwards `declarations` holds what it declared: {id, line, at: {field:
 * [line, column]}, the fields}, and `faults` in those that are wrong, which costs the rule
 * and no other. A file may keep at most `keep` bytes. ZC_EINTERNAL with Lua's message, or
 * the limit. */
zc_code zc_rulefile_load(zc_rulefile *file, size_t keep, zc_err *err);

/* The declaration of a rule, or NULL. Borrowed. */
json_t *zc_rulefile_find(const zc_rulefile *file, const char *rule);

/* Calls the rule's `check` with a context (see context.h) and gives what it returned:
 * {outcome, text, count, rows, population, amount}. `asked` (may be NULL) gives it measures
 * and views. */
zc_code zc_rulefile_check(zc_rulefile *file, const char *rule, const json_t *context,
                          const json_t *own_context, const zc_asked *asked,
                          json_t **outcome, zc_err *err);

/* Runs a rule with `each` over its rows. */
zc_code zc_rulefile_each(zc_rulefile *file, zc_plain *plain, zc_rule *rule,
                         json_t **result, zc_err *err);

#endif
