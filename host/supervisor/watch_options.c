/* The options of the commands by which an office watches its facilities. */
#include "cli/option_words.h"
#include "supervisor/commands.h"

const zc_option zc_signals_options[] =
    {PLAN,
     ROUND,
     FACILITY(N_("only this facility")),
     FORMAT(N_("text, markdown, html, csv or json")),
     {"isolation", 0, "LEVEL",
      N_("process: run rules of others without full isolation")},
     END};
const zc_option zc_ranking_options[] = {PLAN, ROUND,
                                        FORMAT(N_("text, markdown, html, csv or json")),
                                        END};
const zc_option zc_sample_list_options[] =
    {PLAN, FORMAT(N_("text, markdown, html, csv or json")), END};
const zc_option zc_score_options[] = {PLAN, ROUND,
                                      FORMAT(N_("text, markdown, html, csv or json")),
                                      END};
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
     FORMAT(N_("text, markdown, html, csv or json")),
     BY,
     CLOCK,
     END};
