/* The options of the commands by which an office watches its facilities. */
#include "cli/commands.h"
#include "cli/message.h"

#define PLAN                                                                           \
  {                                                                                    \
    "plan", 0, "ID", N_("the plan, where several are in use")                          \
  }
#define ROUND                                                                          \
  {                                                                                    \
    "round", 0, "ID", N_("the round; else the one of today, or the last one")          \
  }
#define FORMAT                                                                         \
  {                                                                                    \
    "format", 0, "FORMAT", N_("text, markdown, html, csv or json")                     \
  }
#define END                                                                            \
  {                                                                                    \
    NULL, 0, NULL, NULL                                                                \
  }

const zc_option zc_signals_options[] =
    {PLAN,
     ROUND,
     {"facility", 0, "CODE", N_("only this facility")},
     FORMAT,
     {"isolation", 0, "LEVEL",
      N_("process: run rules of others without full isolation")},
     END};
