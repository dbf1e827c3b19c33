/* option_words.h: options that many commands have, spelled and explained once. Only for the files that
 * hold tables of options: the names are short so that a table reads like its help. */
#ifndef ZC_CLI_OPTION_WORDS_H
#define ZC_CLI_OPTION_WORDS_H

#include "cli/message.h"

/* clang-format off */
#define PLAN     {"plan", 0, "ID", N_("the plan, where several are in use")}
#define ROUND    {"round", 0, "ID", N_("the round; else the one of today, or the last one")}
#define FORMAT(text)   {"format", 0, "FORMAT", text}
#define OUT      {"out", 0, "FORMAT:PATH", N_("write a file besides; may be repeated")}
#define OUT_ONLY {"out", 0, "FORMAT:PATH", N_("write to a file instead; may be repeated")}
#define FACILITY(text) {"facility", 0, "CODE", text}
#define FROM(text)     {"from", 0, "DAY", text}
#define TO(text)       {"to", 0, "DAY", text}
#define REASON(text)   {"reason", 0, "TEXT", text}
#define BY       {"by", 0, "NAME", N_("who does it; else ZICHA_BY")}
#define CLOCK    {"clock-reason", 0, "TEXT", N_("why the computer's clock runs behind the ledger")}
#define STRICT   {"strict", 0, NULL, N_("refuse a file that has malformed rows")}
#define END      {NULL, 0, NULL, NULL}
/* clang-format on */

#endif
