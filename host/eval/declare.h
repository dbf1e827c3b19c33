/* declare.h: the words with which a rule file declares, rule "file.name" {…}, and what is
 * kept of them. */
#ifndef ZC_EVAL_DECLARE_H
#define ZC_EVAL_DECLARE_H

#include "eval/rulefile.h"

/* Gives the file's state the globals that declare. May raise. */
void zc_declare_open(lua_State *L, zc_rulefile *file);

/* Pushes the table of a declared rule, as the script made it. May raise. */
void zc_declare_push(lua_State *L, const char *id);

/* Once the file has run: rules that were named and not declared are faults. False when
 * out of memory. */
bool zc_declare_finish(zc_rulefile *file);

#endif
