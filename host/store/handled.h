/* handled.h: how a visit, or one of the problems that it found, was handled, as SQL over a row of
 * `visit` that has this alias. Inside the store only. */
#ifndef ZC_STORE_HANDLED_H
#define ZC_STORE_HANDLED_H

#define ZC_HANDLED(alias, word)                                                        \
  "(instr(',' || " alias ".handling || ',', '," word ",') > 0 OR EXISTS (SELECT 1"     \
  " FROM inspected AS i WHERE i.visit = " alias                                        \
  ".no AND instr(',' || i.handling || ',', '," word ",') > 0))"

#endif
