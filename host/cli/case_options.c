/* The options of the commands about inspections, cases and registers. */
#include "cli/commands.h"
#include "cli/message.h"

#define PLAN                                                                           \
  {                                                                                    \
    "plan", 0, "ID", N_("the plan, where several are in use")                          \
  }
#define BY                                                                             \
  {                                                                                    \
    "by", 0, "NAME", N_("who does it; else ZICHA_BY")                                  \
  }
#define CLOCK                                                                          \
  {                                                                                    \
    "clock-reason", 0, "TEXT", N_("why the computer's clock runs behind the ledger")   \
  }
#define FORMAT                                                                         \
  {                                                                                    \
    "format", 0, "FORMAT", N_("text, json or csv")                                     \
  }
#define FROM                                                                           \
  {                                                                                    \
    "from", 0, "DAY", N_("only from this day on")                                      \
  }
#define TO                                                                             \
  {                                                                                    \
    "to", 0, "DAY", N_("only up to this day")                                          \
  }
#define FACILITY                                                                       \
  {                                                                                    \
    "facility", 0, "CODE", N_("only those of this facility")                           \
  }
#define END                                                                            \
  {                                                                                    \
    NULL, 0, NULL, NULL                                                                \
  }

const zc_option zc_office_import_options[] = {PLAN, BY, CLOCK, END};
const zc_option zc_inspect_list_options[] =
    {PLAN,
     FROM,
     TO,
     FACILITY,
     {"round", 0, "ID", N_("what the self-check of this round says of each problem")},
     FORMAT,
     END};
const zc_option zc_inspect_sheet_options[] =
    {PLAN,
     {"sample", 0, "FILE", N_("the facilities of this list, by their codes")},
     {"round", 0, "ID", N_("the round; else the one of today, or the last one")},
     END};

/* What a case may have; case close takes penalties alone. */
#define PENALTIES                                                                      \
  {"decided", 0, "DAY", N_("when the penalty was decided; else when it was closed")},  \
      {"warning", 0, NULL, N_("a warning was given")},                                 \
      {"fine", 0, "YUAN", N_("the fine")},                                             \
      {"confiscated", 0, "YUAN", N_("unlawful gains that were confiscated")},          \
      {"suspended", 0, NULL, N_("business was suspended")},                            \
      {"revoked", 0, NULL, N_("the licence was revoked")},                             \
      {"cancelled", 0, NULL, N_("the licence was cancelled")},                         \
      {"doctors-suspended", 0, "NUMBER", N_("people whose practice was suspended")},   \
      {"doctors-revoked", 0, "NUMBER", N_("people whose certificate was revoked")},    \
      {"points-facilities", 0, "NUMBER", N_("points of the facility")},                \
      {"points-staff", 0, "NUMBER", N_("points of its staff, together")},              \
      {"staff", 0, "NUMBER", N_("people who were given points")},                      \
      {"refund", 0, "YUAN", N_("what was recovered for the insurance")},               \
      {"transfers", 0, "OFFICES",                                                      \
       N_("who received it: police, discipline, insurance, market, other")},           \
      {"transferred", 0, "DAY", N_("when it was transferred")},                        \
      {"published", 0, "DAY", N_("when it was made public")},                          \
  {                                                                                    \
    "note", 0, "TEXT", N_("a remark")                                                  \
  }

const zc_option zc_case_add_options[] = {
    PLAN,
    {"facility", 0, "CODE", N_("the facility against which it is")},
    {"subject", 0, "TEXT", N_("who it is, if on no roster, or the role of the person")},
    {"item", 0, "ID", N_("the entry of the checklist")},
    {"cause", 0, "TEXT", N_("the cause of the case")},
    {"procedure", 0, "WORD", N_("simple or general")},
    {"filed", 0, "DAY", N_("when it was filed")},
    {"closed", 0, "DAY", N_("when it was closed, if it is")},
    {"lead", 0, "NUMBER", N_("the lead that it began with")},
    PENALTIES,
    BY,
    CLOCK,
    END};
const zc_option zc_case_close_options[] =
    {PLAN,      {"date", 0, "DAY", N_("when it was closed; else today")},
     PENALTIES, BY,
     CLOCK,     END};
const zc_option zc_case_list_options[] = {
    PLAN,   FROM, TO, FACILITY, {"open", 0, NULL, N_("only those that are not closed")},
    FORMAT, END};
const zc_option zc_register_list_options[] = {PLAN, FORMAT, END};
