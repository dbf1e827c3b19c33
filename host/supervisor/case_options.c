/* The options of the commands about inspections, cases and registers. */
#include "cli/option_words.h"
#include "supervisor/commands.h"

#define VOID                                                                           \
  {                                                                                    \
    "void", 0, NULL, N_("those that were taken back instead")                          \
  }

const zc_option zc_office_import_options[] = {PLAN, BY, CLOCK, END};
const zc_option zc_again_import_options[] =
    {PLAN, {"again", 0, NULL, N_("enter what was taken back anew")}, BY, CLOCK, END};
const zc_option zc_inspect_void_options[] =
    {PLAN,
     {"team", 0, "TEXT", N_("the visit of this team, where there were several")},
     {"kind", 0, "WORD", N_("the visit of this kind, where there were several")},
     {"problem", 0, "NUMBER", N_("only this problem of the visit")},
     REASON(N_("why it is taken back")),
     BY,
     CLOCK,
     END};
const zc_option zc_case_void_options[] = {PLAN, REASON(N_("why it is taken back")), BY,
                                          CLOCK, END};
const zc_option zc_inspect_list_options[] =
    {PLAN,
     FROM(N_("only from this day on")),
     TO(N_("only up to this day")),
     FACILITY(N_("only those of this facility")),
     {"round", 0, "ID", N_("what the self-check of this round says of each problem")},
     VOID,
     FORMAT(N_("text, json or csv")),
     END};
const zc_option zc_inspect_sheet_options[] =
    {PLAN,
     {"sample", 0, "FILE", N_("the facilities of this list, by their codes")},
     ROUND,
     END};

/* What a case may have; case close takes penalties alone. */
#define PENALTIES                                                                      \
  {"decided", 0, "DAY",                                                                \
   N_("when the penalty was decided; else the day of filing (simple) or closing")},    \
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
       N_("who received it: police, discipline, insurance, market, justice, other")},  \
      {"transferred", 0, "DAY", N_("when it was transferred")},                        \
      {"published", 0, "DAY", N_("when it was made public")},                          \
  {                                                                                    \
    "note", 0, "TEXT", N_("a remark")                                                  \
  }

const zc_option zc_case_add_options[] = {
    PLAN,
    FACILITY(N_("the facility against which it is")),
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
const zc_option zc_case_list_options[] = {PLAN,
                                          FROM(N_("only from this day on")),
                                          TO(N_("only up to this day")),
                                          FACILITY(N_("only those of this facility")),
                                          {"open", 0, NULL,
                                           N_("only those that are not closed")},
                                          VOID,
                                          FORMAT(N_("text, json or csv")),
                                          END};
const zc_option zc_register_list_options[] = {PLAN, FORMAT(N_("text or json")), END};
const zc_option zc_register_show_options[] =
    {PLAN,
     FROM(N_("only from this day on")),
     TO(N_("only up to this day")),
     FACILITY(N_("only those of this facility")),
     {"open", 0, NULL, N_("only those that are not closed")},
     {"void", 0, NULL, N_("also rows that were taken back, marked so")},
     FORMAT(N_("text, json or csv")),
     END};
const zc_option zc_register_void_options[] = {PLAN,
                                              REASON(N_("why the row is wrong")),
                                              {"undo", 0, NULL,
                                               N_("the row counts again")},
                                              BY,
                                              CLOCK,
                                              END};
