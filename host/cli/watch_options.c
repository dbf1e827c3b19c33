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
const zc_option zc_ranking_options[] = {PLAN, ROUND, FORMAT, END};
const zc_option zc_score_options[] = {PLAN, ROUND, FORMAT, END};
const zc_option zc_sample_options[] =
    {PLAN,
     ROUND,
     {"seed", 0, "TEXT",
      N_("by what the lots are drawn: the same seed, the same sample")},
     {"count", 0, "N", N_("how many are drawn")},
     {"share", 0, "P%", N_("how large a share of each stratum is drawn instead")},
     {"per", 0, "WORD", N_("draw in strata: class or town")},
     {"weight", 0, "WORD", N_("more lots for some: points or relapse")},
     {"exclude", 0, "FILE", N_("leave out the facilities of this list")},
     {"inspectors", 0, "FILE", N_("draw the inspectors from this list, too")},
     {"team", 0, "N", N_("how many inspectors a facility gets; else 2")},
     FORMAT,
     {"by", 0, "NAME", N_("who does it; else ZICHA_BY")},
     {"clock-reason", 0, "TEXT", N_("why the computer's clock runs behind the ledger")},
     END};
