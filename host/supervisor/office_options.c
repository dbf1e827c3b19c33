/* The options of the commands of offices that collect reports. */
#include "cli/option_words.h"
#include "supervisor/commands.h"

const zc_option zc_roster_import_options[] =
    {PLAN,
     FROM(N_("the day from which the changes hold (default: today)")),
     REASON(N_("why a roster that is frozen is changed")),
     BY,
     CLOCK,
     END};
const zc_option zc_roster_list_options[] = {PLAN, FORMAT(N_("text, json or csv")), END};
const zc_option zc_roster_show_options[] = {PLAN, END};
const zc_option zc_roster_trust_options[] =
    {REASON(N_("how it is known that the key is the facility's")), BY, CLOCK, END};
const zc_option zc_collect_options[] =
    {{"received", 0, "DAY", N_("the day on which the files were here; else today")},
     {"again", 0, NULL, N_("read files of plans again that were not known")},
     {"paper", 0, "FILE",
      N_("take in what was written down of facilities without zicha")},
     PLAN,
     {"round", 0, "ID", N_("with --paper: all of it is of this round")},
     BY,
     CLOCK,
     END};
const zc_option zc_collect_list_options[] =
    {PLAN,
     {"round", 0, "ID", N_("only those of this round, or meant for it; else of all")},
     {"state", 0, "STATE", N_("only those of this state")},
     FACILITY(N_("only those of this facility")),
     {"all", 0, NULL, N_("those that count, too")},
     {"rounds", 0, NULL, N_("the rounds and their days instead")},
     FORMAT(N_("text, json or csv")),
     END};
const zc_option zc_collect_allow_options[] =
    {{"round", 0, "ID", N_("the round that it is to count for; else that of its day")},
     {"withdraw", 0, NULL, N_("take the decision back")},
     REASON(N_("why it is to count, or not any more")),
     BY,
     CLOCK,
     END};
const zc_option zc_collect_received_options[] =
    {FROM(N_("all files that are noted as received on this day")),
     REASON(N_("why the day is another one")), BY, CLOCK, END};
const zc_option zc_compare_options[] =
    {PLAN,
     ROUND,
     {"with", 0, "ROUND", N_("hold the round against this earlier one")},
     {"inspection", 0, NULL, N_("hold the reports against what inspections found")},
     FROM(N_("inspection: visits from this day on")),
     TO(N_("inspection: visits up to this day")),
     {"class", 0, "WORD", N_("only facilities of this class; may be repeated")},
     {"town", 0, "NAME", N_("only those of this town; may be repeated")},
     FACILITY(N_("only this facility; may be repeated")),
     {"item", 0, "ID", N_("only this item")},
     {"focus", 0, "ID", N_("only the items of this focus area")},
     {"set", 0, "SET[.MEMBER]", N_("only the items that are bound to a counted set")},
     {"table", 0, "ID",
      N_("the table that CSV has: facilities, items, items_all, focus, sets, single")},
     FORMAT(N_("print it: text, json, markdown, html, csv or xlsx")),
     OUT_ONLY,
     END};
const zc_option zc_statistics_options[] =
    {PLAN,
     ROUND,
     {"window", 0, "FROM..TO", N_("only problems found and cases of these days")},
     {"by", 0, "WORD", N_("columns besides the total: class or town")},
     {"previous", 0, NULL, N_("the round or the days before, and the change")},
     {"trace", 0, "ROW[:GROUP]", N_("what a figure is made of instead")},
     FORMAT(N_("text, markdown, html, csv, xlsx or json")),
     OUT_ONLY,
     END};
const zc_option zc_statistics_set_options[] =
    {PLAN, ROUND, REASON(N_("where the figures come from")), BY, CLOCK, END};
const zc_option zc_summary_options[] =
    {PLAN,
     ROUND,
     {"window", 0, "FROM..TO", N_("only problems found and cases of these days")},
     {"needs", 0, NULL, N_("print what report.yaml can hold for it")},
     FORMAT(N_("markdown, html or json")),
     OUT_ONLY,
     END};
const zc_option zc_collect_receipts_options[] =
    {PLAN,
     {"round", 0, "ID", N_("only for files of this round")},
     FACILITY(N_("only those of this facility")),
     {"out", 0, "FOLDER", N_("write them there; else into reports/receipts")},
     {"key", 0, "FILE",
      N_("the office's secret key, which signs (default: keys/office.key)")},
     {"again", 0, NULL, N_("write those again that were written before")},
     BY,
     CLOCK,
     END};
const zc_option zc_collect_urge_options[] =
    {PLAN,
     ROUND,
     {"list", 0, "WORD", N_("only this list: missing, returned or left_out")},
     FORMAT(N_("print it: markdown, html, csv or xlsx")),
     OUT_ONLY,
     END};
const zc_option zc_collect_paper_form_options[] = {
    PLAN,
    FACILITY(N_("with the rows of this facility; may be repeated; all: of all that are "
                "expected")),
    END};
