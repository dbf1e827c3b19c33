/* The command table: what the program can do, in the order in which help shows it. */
#include "command/commands.h"

#include "author/commands.h"
#include "cli/option_words.h"
#include "command/command.h"
#include "facility/commands.h"
#include "facility/paper_rows.h"
#include "publisher/commands.h"
#include "supervisor/commands.h"
#include "supervisor/compare_rows.h"
#include "supervisor/office_rows.h"
#include "supervisor/submit_office.h"
#include "supervisor/urge_rows.h"

static const zc_option init_options[] =
    {{"plan", 0, "PLAN", N_("a package's folder, or the id of a plan that is shipped")},
     {"facility", 0, "FILE", N_("take this facility.yaml instead of asking")},
     {"office", 0, NULL, N_("make the workspace of an office that collects reports")},
     {"office-file", 0, "FILE", N_("take this office.yaml instead of asking")},
     END};
static const zc_option new_options[] =
    {{"extends", 0, "PLAN", N_("make a child of this plan: a folder or an id")},
     {"from", 0, "FILE", N_("draft it from a document that was saved as text")},
     {"part", 0, "NUMBER", N_("which of the plans that the document holds")},
     {"id", 0, "ID", N_("its id: level/name-with-hyphens")},
     {"title", 0, "TITLE", N_("its title")},
     {"level", 0, "LEVEL", N_("national, province, city, county or facility")},
     {"keys", 0, "LANGUAGE", N_("names of keys: en or zh")},
     END};
static const zc_option lint_options[] =
    {FORMAT(N_("text, json or sarif")),
     {"fix-counts", 0, NULL, N_("write the counts into plan.yaml first")},
     {"performance", 0, NULL, N_("also name rules that run row by row in Lua")},
     END};
static const zc_option show_options[] =
    {FORMAT(N_("text, json, markdown or html")),
     {"dates", 0, NULL, N_("only the days: phases, measures and reports")},
     OUT,
     END};
static const zc_option paper_options[] = {FORMAT(N_("markdown, html or json")),
                                          OUT_ONLY, END};
static const zc_option view_options[] = {FORMAT(N_("text or json")), END};
static const zc_option diff_options[] =
    {FORMAT(N_("text, markdown, html or json")),
     OUT_ONLY,
     {"child", 0, "PACKAGE",
      N_("a package that extends the plan: what the new version means for it")},
     END};
static const zc_option try_options[] =
    {{"facility", 0, "EXAMPLE",
      N_("the example facility: a folder, or its name in the "
         "package's example/")},
     END};
static const zc_option needs_options[] = {PLAN, FORMAT(N_("markdown, html or json")),
                                          OUT_ONLY, END};
static const zc_option template_options[] = {PLAN, OUT_ONLY, END};
static const zc_option import_options[] = {
    PLAN,
    {"map", 0, "COLUMN=HEADER", N_("which header of the file is this column")},
    {"map-value", 0, "COLUMN:CELL=VALUE", N_("what a word in an enum column means")},
    {"blank", 0, "COLUMN=WORD", N_("what blank cells are: no, zero, unknown or never")},
    {"covers", 0, "FROM..TO", N_("the days that the export covers")},
    STRICT,
    {"none", 0, "TABLES", N_("the facility has no such data; the argument says why")},
    END};
static const zc_option auto_options[] = {PLAN,
                                         {"yes", 0, NULL,
                                          N_("import it without asking, if one table "
                                             "fits best")},
                                         STRICT,
                                         END};
static const zc_option table_options[] = {PLAN, FORMAT(N_("text, json or csv")), END};
static const zc_option upgrade_options[] =
    {PLAN,
     {"to", 0, "PLAN", N_("the new version: a folder, or an installed one")},
     {"parent", 0, "PLAN",
      N_("of a plan of your own in a folder: what this version of its parent means")},
     {"apply", 0, NULL, N_("go on with it; the answers are carried over")},
     {"stay", 0, NULL, N_("stay with the version in use, which is noted")},
     REASON(N_("why")),
     BY,
     CLOCK,
     FORMAT(N_("text or json")),
     END};
static const zc_option table_show_options[] = {PLAN, FORMAT(N_("text or json")), END};
static const zc_option form_options[] = {PLAN,
                                         {"owner", 0, "DEPARTMENT",
                                          N_("only the questions of this department")},
                                         {"blank", 0, NULL,
                                          N_("leave the answers blank")},
                                         END};
static const zc_option answer_options[] =
    {PLAN,
     {"file", 0, "FILE", N_("take answers from a sheet (CSV) or YAML")},
     {"replace", 0, NULL, N_("answers of the file replace different earlier ones")},
     {"all", 0, NULL, N_("ask again what is answered already")},
     END};
static const zc_option check_options[] =
    {PLAN,
     FORMAT(N_("text, json, csv or junit")),
     OUT,
     FROM(N_("first day of the checked interval")),
     TO(N_("last day of the checked interval")),
     {"preview", 0, NULL, N_("only tell the result: record nothing")},
     {"fail-on", 0, "WORDS",
      N_("what gives another status than 0: problem, incomplete, overdue, never")},
     {"isolation", 0, "LEVEL",
      N_("process: run rules of others without full isolation")},
     END};
static const zc_option problem_rows_options[] =
    {PLAN,
     {"out", 0, "FILE", N_("write the sheet into this file")},
     FROM(N_("first day of the checked interval")),
     TO(N_("last day of the checked interval")),
     {"isolation", 0, "LEVEL",
      N_("process: run rules of others without full isolation")},
     END};
#define NOTE                                                                           \
  {                                                                                    \
    "note", 0, "TEXT", N_("a remark")                                                  \
  }
#define SYSTEM                                                                         \
  {"system", 0, "TEXT", N_("the rule that was made or mended")},                       \
  {                                                                                    \
    "no-system", 0, NULL, N_("no rule had to be made or mended")                       \
  }
static const zc_option attach_options[] =
    {PLAN,
     {"name", 0, "NAME", N_("what the document is called in the plan")},
     {"copy", 0, NULL, N_("take a file from outside the workspace")},
     {"kind", 0, "WORD", N_("of a problem's document: file, photo or stamped")},
     {"where", 0, "TEXT", N_("where the stamped original lies")},
     BY,
     CLOCK,
     END};
static const zc_option rows_import_options[] = {BY, CLOCK, END};
#define SOURCE                                                                         \
  {                                                                                    \
    "source", 0, "WORD",                                                               \
        N_("how it was found: self_check, inspection, complaint, transfer_in, media, " \
           "data_screening, superior_feedback or look_back")                           \
  }
static const zc_option add_options[] =
    {PLAN,
     {"title", 0, "TEXT", N_("what was found, in a sentence")},
     SOURCE,
     {"severity", 0, "WORD", N_("general, major or grave")},
     {"found", 0, "DAY", N_("when it was found; else today")},
     {"count", 0, "NUMBER", N_("how many cases")},
     {"amount", 0, "YUAN", N_("how much money")},
     NOTE,
     {"new", 0, NULL, N_("a problem of its own, though the item has one")},
     BY,
     CLOCK,
     END};
static const zc_option list_import_options[] = {PLAN, SOURCE, BY, CLOCK, END};
static const zc_option problem_list_options[] =
    {PLAN,
     {"view", 0, "WORD",
      N_("open, overdue, due, closed, relapsed, unreported, reported, dismissed, all, "
         "or a "
         "state")},
     {"due", 0, "DAYS", N_("due within so many days")},
     {"focus", 0, "ID", N_("of this focus area")},
     {"set", 0, "SET[.MEMBER]", N_("of the items that are bound to a counted set")},
     {"person", 0, "NAME", N_("of this leader or responsible person")},
     {"department", 0, "NAME", N_("of this department")},
     {"severity", 0, "WORD", N_("general, major or grave")},
     {"source", 0, "WORD", N_("how it was found: self_check, inspection …")},
     FORMAT(N_("text, json or csv")),
     END};
static const zc_option problem_show_options[] = {FORMAT(N_("text or json")), END};
static const zc_option verify_options[] = {{"verdict", 0, "WORD", N_("true or partly")},
                                           NOTE,
                                           BY,
                                           CLOCK,
                                           END};
static const zc_option dismiss_options[] = {REASON(N_("why")), BY, CLOCK, END};
static const zc_option assign_options[] =
    {{"leader", 0, "NAME", N_("the responsible leader")},
     {"department", 0, "NAME", N_("the responsible department")},
     {"person", 0, "NAME", N_("the responsible person")},
     {"measure", 0, "TEXT", N_("what is to be done")},
     {"target", 0, "TEXT", N_("what is to be reached")},
     {"due", 0, "DAY", N_("the deadline")},
     {"kind", 0, "WORD", N_("immediate, deadline or long_term")},
     REASON(N_("why")),
     BY,
     CLOCK,
     END};
static const zc_option start_options[] = {NOTE, BY, CLOCK, END};
static const zc_option rectify_options[] = {{"note", 0, "TEXT", N_("what was done")},
                                            {"done", 0, "DAY",
                                             N_("when it was done; else today")},
                                            {"refund", 0, "YUAN",
                                             N_("what was paid back")},
                                            SYSTEM,
                                            BY,
                                            CLOCK,
                                            END};
static const zc_option check_problem_options[] =
    {{"result", 0, "WORD", N_("pass or fail")}, NOTE, BY, CLOCK, END};
static const zc_option close_options[] =
    {{"gate", 0, "ID", N_("a gate of the plan that is met; may be repeated; all")},
     SYSTEM,
     NOTE,
     BY,
     CLOCK,
     END};
static const zc_option extend_options[] = {TO(N_("the new deadline")),
                                           REASON(N_("why")), BY, CLOCK, END};
static const zc_option transfer_options[] =
    {{"to", 0, "OFFICE", N_("who receives it")},
     {"receipt", 0, "NUMBER", N_("the number of the receipt")},
     {"case", 0, "NUMBER", N_("the number of the case that was filed")},
     REASON(N_("why")),
     BY,
     CLOCK,
     END};
static const zc_option reopen_options[] = {REASON(N_("why")), BY, CLOCK, END};
static const zc_option lookback_options[] =
    {{"result", 0, "WORD", N_("held or relapsed")}, NOTE, BY, CLOCK, END};
static const zc_option report_options[] =
    {PLAN,
     {"department", 0, "NAME", N_("notice: the department that is to rectify")},
     {"window", 0, "FROM..TO",
      N_("progress, monthly, stage, annual, nil: the days that it is about")},
     {"duty", 0, "ID", N_("the plan's duty that says which days these are")},
     {"needs", 0, NULL, N_("print what report.yaml may hold")},
     FORMAT(N_("print it: markdown, html, csv or xlsx")),
     OUT_ONLY,
     {"corrects", 0, "HASH", N_("it corrects the submitted report with this SHA-256")},
     REASON(N_("why it is corrected")),
     FROM(N_("first day of the checked interval")),
     TO(N_("last day of the checked interval")),
     {"isolation", 0, "LEVEL",
      N_("process: run rules of others without full isolation")},
     END};
static const zc_option submit_options[] =
    {PLAN,
     {"out", 0, "FILE", N_("the file to write: NAME.zrep")},
     {"key", 0, "FILE",
      N_("the secret key that signs (default: keys/facility.key; of an office "
         "keys/office.key)")},
     {"round", 0, "ID",
      N_("an office: the round that it reports on; else the last one that is over")},
     {"empty", 0, NULL, N_("an office: report although no facility has")},
     {"sums", 0, NULL, N_("an office: without the single problems of facilities")},
     {"unsigned", 0, NULL, N_("sign nothing, and say so in the file")},
     {"duty", 0, "ID", N_("the duty of the plan that the report fulfils")},
     BY,
     CLOCK,
     END};
static const zc_option receipt_options[] =
    {{"key", 0, "FILE", N_("the office's public key: check FILE.minisig with it")},
     BY,
     CLOCK,
     END};
static const zc_option calendar_options[] = {PLAN,
                                             {"out", 0, "FILE",
                                              N_("write the calendar into this file")},
                                             END};
static const zc_option verify_all_options[] =
    {{"mend", 0, NULL,
      N_("make again from the ledger's events what can be made of them")},
     FORMAT(N_("text or json")),
     END};
static const zc_option plan_test_options[] = {
    FORMAT(N_("text or json")),
    {"strict", 0, NULL, N_("an item not seen failing and passing gives status 1")},
    {"new-case", 0, "ITEM",
     N_("print a failing and a passing case of this item; may be repeated; all: of the "
        "whole plan")},
    {"isolation", 0, "LEVEL",
     N_("process: run rules of others without full isolation")},
    END};
static const zc_option pack_options[] = {
    {"out", 0, "FILE", N_("the file to write; else LEVEL-NAME-VERSION.zpk")},
    {"serial", 0, "N", N_("its number among all versions; else the version")},
    {"issuer", 0, "NAME", N_("the office that publishes it; else the plan's issuer")},
    {"not-before", 0, "DAY", N_("the first day on which it holds; else today")},
    {"expires", 0, "DAY", N_("the last day on which it holds; else a year later")},
    {"minimum-zicha", 0, "VERSION", N_("the oldest zicha that runs it; else this one")},
    END};
static const zc_option sign_options[] =
    {{"key", 0, "FILE", N_("the secret key; with --signature, the public one")},
     {"manifest", 0, "FILE", N_("write what is to be signed elsewhere")},
     {"signature", 0, "FILE", N_("take this signature, which was made elsewhere")},
     END};
static const zc_option plan_list_options[] =
    {{"installed", 0, NULL, N_("those that are installed, and who signed them")},
     FORMAT(N_("with --installed: text or json")),
     END};
static const zc_option plan_verify_options[] =
    {{"key", 0, "FILE", N_("ask only whether this public key signed it")}, END};
static const zc_option key_options[] = {
    {"out", 0, "DIR", N_("the folder for the two files")},
    {"no-passphrase", 0, NULL, N_("do not lock the key: for programs that sign alone")},
    END};
static const zc_option help_options[] = {{"completions", 0, NULL,
                                          N_("print completions for bash")},
                                         {"man", 0, NULL, N_("print the manual page")},
                                         END};

static const zc_command commands[] = {
    {"facility", "init", "DIR --plan PLAN | DIR --office", N_("make a workspace"),
     init_options, 1, 1, zc_command_init},
    {"facility", "plan use", "PLAN", N_("take a plan into use"), NULL, 1, 1,
     zc_command_plan_use},
    {"facility", "plan unuse", "ID", N_("put a plan aside; its answers stay"), NULL, 1,
     1, zc_command_plan_unuse},
    {"facility", "plan install", "FILE…",
     N_("install signed packages on this computer"), NULL, 1, -1,
     zc_command_plan_install},
    {"facility", "plan list", "",
     N_("list the plans that are shipped and in use, or those installed"),
     plan_list_options, 0, 0, zc_command_plan_list},
    {"facility", "needs", "", N_("list the data that the plan's rules read"),
     needs_options, 0, 0, zc_command_needs},
    {"facility", "template", "TABLE", N_("print a table's header line"),
     template_options, 1, 1, zc_command_template},
    {"facility", "import auto", "FILE",
     N_("tell which table an export is, and import it"), auto_options, 1, 1,
     zc_command_import_auto},
    {"facility", "import", "TABLE FILE | auto FILE | --none TABLE REASON",
     N_("take a data export into the workspace"), import_options, 0, 2,
     zc_command_import},
    {"facility", "table list", "",
     N_("list the tables that the rules read and what was handed over"), table_options,
     0, 0, zc_command_table_list},
    {"facility", "table show", "TABLE", N_("print everything that is known of a table"),
     table_show_options, 1, 1, zc_command_table_show},
    {"facility", "table check", "[TABLE…]",
     N_("read the imported files again and tell what is wrong in them"), table_options,
     0, -1, zc_command_table_check},
    {"facility", "form", "", N_("write the questions as sheets, one a department"),
     form_options, 0, 0, zc_command_form},
    {"facility", "answer", "[ITEM=VALUE…]", N_("answer the plan's questions"),
     answer_options, 0, -1, zc_command_answer},
    {"facility", "attach", "NUMBER|ITEM FILE",
     N_("attach a document to a problem or to an item"), attach_options, 2, 2,
     zc_command_attach},
    {"facility", "check", "", N_("judge every item and print the verdicts"),
     check_options, 0, 0, zc_command_check},
    {"facility", "problem list", "", N_("list the problems of the ledger"),
     problem_list_options, 0, 0, zc_command_problem_list},
    {"facility", "problem show", "NUMBER",
     N_("tell all of a problem: its state, what is missing, its history"),
     problem_show_options, 1, 1, zc_command_problem_show},
    {"facility", "problem verify", "NUMBER", N_("state that a problem is real"),
     verify_options, 1, 1, zc_command_problem_step},
    {"facility", "problem dismiss", "NUMBER",
     N_("state that a problem is none, and why"), dismiss_options, 1, 1,
     zc_command_problem_step},
    {"facility", "problem assign", "NUMBER",
     N_("name who rectifies it, how, to which end and until when"), assign_options, 1,
     1, zc_command_problem_step},
    {"facility", "problem start", "NUMBER", N_("begin the rectification"),
     start_options, 1, 1, zc_command_problem_step},
    {"facility", "problem rectify", "NUMBER", N_("state that it has been rectified"),
     rectify_options, 1, 1, zc_command_problem_step},
    {"facility", "problem check", "NUMBER",
     N_("check the rectification: another person does"), check_problem_options, 1, 1,
     zc_command_problem_step},
    {"facility", "problem close", "NUMBER", N_("close it, gate by gate"), close_options,
     1, 1, zc_command_problem_step},
    {"facility", "problem extend", "NUMBER",
     N_("move its deadline; the old one is kept"), extend_options, 1, 1,
     zc_command_problem_step},
    {"facility", "problem transfer", "NUMBER",
     N_("note that it was handed to another office, or a case was filed"),
     transfer_options, 1, 1, zc_command_problem_step},
    {"facility", "problem reopen", "NUMBER",
     N_("take back a dismissal or a closing, and why"), reopen_options, 1, 1,
     zc_command_problem_step},
    {"facility", "problem lookback", "NUMBER",
     N_("note what a look-back found: held or relapsed"), lookback_options, 1, 1,
     zc_command_problem_step},
    {"facility", "problem add", "ITEM", N_("enter a problem by hand"), add_options, 1,
     1, zc_command_problem_add},
    {"facility", "problem import", "FILE", N_("enter an inspection's list of problems"),
     list_import_options, 1, 1, zc_command_problem_import},
    {"facility", "problem rows import", "NUMBER FILE",
     N_("read back what was found of each row"), rows_import_options, 2, 2,
     zc_command_rows_import},
    {"facility", "problem rows", "NUMBER | ITEM",
     N_("write all rows behind a problem, or behind an item's verdict, as a sheet"),
     problem_rows_options, 1, 1, zc_command_problem_rows},
    {"facility", "report", "[KIND]",
     N_("write the rectification report, or another paper of the ledger"),
     report_options, 0, 1, zc_command_report},
    {"facility", "submit", "[REPORT]",
     N_("sign a report, pack it for the office and note that it was submitted"),
     submit_options, 0, 1, zc_command_submit},
    {"facility", "receipt import", "FILE",
     N_("take in the office's receipt of a report"), receipt_options, 1, 1,
     zc_command_receipt_import},
    {"facility", "status", "",
     N_("show the phase, what is due, what the ledger owes, and how far all has come"),
     table_show_options, 0, 0, zc_command_status},
    {"facility", "calendar", "",
     N_("write the days of the plans as a file for calendars"), calendar_options, 0, 0,
     zc_command_calendar},
    {"facility", "upgrade", "",
     N_("go on with another version of the plan: a trial, unless --apply is given"),
     upgrade_options, 0, 0, zc_command_upgrade},
    {"facility", "verify", "", N_("prove that everything is as it was written"),
     verify_all_options, 0, 0, zc_command_verify},
    {"facility", "backup", "DIR",
     N_("copy the workspace into a new folder, and check it"), NULL, 1, 1,
     zc_command_backup},
    {"facility", "restore", "BACKUP DIR",
     N_("check a backup and make a workspace of it"), NULL, 2, 2, zc_command_restore},
    {"office", "plan new", "DIR [--extends PLAN | --from FILE]",
     N_("begin a package: from the template, a parent or a document"), new_options, 1,
     1, zc_command_plan_new},
    {"office", "plan lint", "[PLAN]", N_("find what is wrong or missing in a package"),
     lint_options, 0, 1, zc_command_plan_lint},
    {"office", "plan show", "PLAN",
     N_("print the plan that a package and its parents make"), show_options, 1, 1,
     zc_command_plan_show},
    {"office", "plan paper", "KIND PLAN",
     N_("print an attachment: text, form, schedule, duties or statistics"),
     paper_options, 2, 2, zc_command_plan_paper},
    {"office", "plan explain", "PLAN [ENTRY [FIELD]]",
     N_("tell whose the layers are, or which layer and line a field comes from"),
     view_options, 1, 3, zc_command_plan_explain},
    {"office", "plan diff", "PLAN PLAN",
     N_("tell what the second plan asks differently"), diff_options, 2, 2,
     zc_command_plan_diff},
    {"office", "plan rules", "[RULE]",
     N_("list the rules that come with zicha, with basis and parameters"), view_options,
     0, 1, zc_command_plan_rules},
    {"office", "plan try", "PLAN DIR",
     N_("fill in form and report for an example facility"), try_options, 2, 2,
     zc_command_plan_try},
    {"office", "plan test", "PACKAGE", N_("run the cases of a package"),
     plan_test_options, 1, 1, zc_command_plan_test},
    {"office", "plan pack", "PACKAGE", N_("make one file of a package, to be signed"),
     pack_options, 1, 1, zc_command_plan_pack},
    {"office", "plan sign", "FILE", N_("sign a package file"), sign_options, 1, 1,
     zc_command_plan_sign},
    {"office", "plan verify", "FILE", N_("check a package file as for an installation"),
     plan_verify_options, 1, 1, zc_command_plan_verify},
    {"office", "key new", "[NAME]", N_("make a key that signs reports and plans"),
     key_options, 0, 1, zc_command_key_new},
    {"office", "key show", "FILE", N_("print a key's id and its public key"), NULL, 1,
     1, zc_command_key_show},
    {"any", "key trust", "DIR|FILE", N_("trust an office's root, by its fingerprint"),
     zc_key_trust_options, 1, 1, zc_command_key_trust},
    {"any", "key list", "", N_("print whose signatures are trusted"), NULL, 0, 0,
     zc_command_key_list},
    {"office", "plan publish", "DIR [FILE…]",
     N_("keep a folder of packages with a signed index"), zc_plan_publish_options, 1,
     -1, zc_command_plan_publish},
    {"any", "plan fetch", "DIR", N_("take from a published folder what is newer"), NULL,
     1, 1, zc_command_plan_fetch},
    {"office", "key rotate", "[KEYS.yaml]",
     N_("make the next root from a list of keys, or sign one"), zc_key_rotate_options,
     0, 1, zc_command_key_rotate},
    {"supervisor", "roster import", "FILE", N_("say who is expected to report"),
     zc_roster_import_options, 1, 1, zc_command_roster_import},
    {"supervisor", "roster list", "", N_("print the roster"), zc_roster_list_options, 0,
     0, zc_command_roster_list},
    {"supervisor", "roster show", "CODE",
     N_("one facility, its keys, and what was changed"), zc_roster_show_options, 1, 1,
     zc_command_roster_show},
    {"supervisor", "roster trust", "CODE KEYFILE", N_("take a facility's new key"),
     zc_roster_trust_options, 2, 2, zc_command_roster_trust},
    {"supervisor", "collect", "PATH … | --paper FILE",
     N_("take in what facilities have sent"), zc_collect_options, 0, -1,
     zc_command_collect},
    {"supervisor", "collect list", "", N_("what came and does not count, and why"),
     zc_collect_list_options, 0, 0, zc_command_collect_list},
    {"supervisor", "collect allow", "FILE", N_("have a file count by decision"),
     zc_collect_allow_options, 1, 1, zc_command_collect_allow},
    {"supervisor", "collect received", "DAY FILE … | DAY --from DAY",
     N_("correct the day on which files were here"), zc_collect_received_options, 1, -1,
     zc_command_collect_received},
    {"supervisor", "statistics", "",
     N_("fill in the plan's statistics table, or trace one of its cells"),
     zc_statistics_options, 0, 0, zc_command_statistics},
    {"supervisor", "statistics set", "ROW=VALUE …",
     N_("enter figures that no report tells"), zc_statistics_set_options, 1, -1,
     zc_command_statistics_set},
    {"supervisor", "summary", "", N_("draft the summary of a round"),
     zc_summary_options, 0, 0, zc_command_summary},
    {"supervisor", "circular", "", N_("draft the circular that compares facilities"),
     zc_summary_options, 0, 0, zc_command_circular},
    {"supervisor", "collect receipts", "", N_("answer reports with receipts"),
     zc_collect_receipts_options, 0, 0, zc_command_collect_receipts},
    {"supervisor", "collect urge", "",
     N_("write who is to be urged: nothing came, it does not count, or something was "
        "left out"),
     zc_collect_urge_options, 0, 0, zc_command_collect_urge},
    {"supervisor", "collect paper-form", "",
     N_("print a sheet for facilities that report on paper"),
     zc_collect_paper_form_options, 0, 0, zc_command_collect_paper_form},
    {"supervisor", "compare", "",
     N_("facilities, items, focus areas and counted sets side by side, class by class"),
     zc_compare_options, 0, 0, zc_command_compare},
    {"supervisor", "inspect sheet", "[CODE …] [--sample FILE]",
     N_("write sheets to take along to facilities"), zc_inspect_sheet_options, 0, -1,
     zc_command_inspect_sheet},
    {"supervisor", "inspect import", "FILE …",
     N_("take in what inspections have found"), zc_again_import_options, 1, -1,
     zc_command_inspect_import},
    {"supervisor", "inspect void", "FACILITY DAY",
     N_("take back a visit, or a problem of it"), zc_inspect_void_options, 2, 2,
     zc_command_inspect_void},
    {"supervisor", "inspect list", "", N_("list inspections and their problems"),
     zc_inspect_list_options, 0, 0, zc_command_inspect_list},
    {"supervisor", "case add", "NUMBER", N_("enter a case that was filed"),
     zc_case_add_options, 1, 1, zc_command_case_add},
    {"supervisor", "case import", "FILE", N_("take in a list of cases"),
     zc_again_import_options, 1, 1, zc_command_case_import},
    {"supervisor", "case close", "NUMBER", N_("close a case, with its penalties"),
     zc_case_close_options, 1, 1, zc_command_case_close},
    {"supervisor", "case void", "NUMBER", N_("take back a case"), zc_case_void_options,
     1, 1, zc_command_case_void},
    {"supervisor", "case list", "", N_("list the cases and their figures"),
     zc_case_list_options, 0, 0, zc_command_case_list},
    {"supervisor", "register list", "", N_("list the registers that the plan wants"),
     zc_register_list_options, 0, 0, zc_command_register_list},
    {"supervisor", "register show", "ID", N_("print a register"),
     zc_register_show_options, 1, 1, zc_command_register_show},
    {"supervisor", "register import", "ID FILE", N_("take a list into a register"),
     zc_office_import_options, 2, 2, zc_command_register_import},
    {"supervisor", "register void", "ID KEY", N_("take back a row of a register"),
     zc_register_void_options, 2, 2, zc_command_register_void},
    {"supervisor", "signals", "",
     N_("reports that look as if a self-check was gone through for show"),
     zc_signals_options, 0, 0, zc_command_signals},
    {"supervisor", "ranking", "",
     N_("facilities of a class beside each other, by shares"), zc_ranking_options, 0, 0,
     zc_command_ranking},
    {"supervisor", "sample", "", N_("draw lots: whom to inspect, and who does it"),
     zc_sample_options, 0, 0, zc_command_sample},
    {"supervisor", "sample list", "", N_("the lots that were drawn, with their seeds"),
     zc_sample_list_options, 0, 0, zc_command_sample_list},
    {"supervisor", "score", "", N_("points by facility and licence, for a decision"),
     zc_score_options, 0, 0, zc_command_score},
    {"supervisor", "credit list", "",
     N_("who is proposed for a list of credit, and why"), zc_score_options, 0, 0,
     zc_command_credit_list},
    {"any", "doctor", "", N_("try whether everything works here"), NULL, 0, 0,
     zc_command_doctor},
    {"any", "help", "[COMMAND]", N_("explain the commands"), help_options, 0, 3,
     zc_help},
    {"any", "version", "", N_("print the version"), NULL, 0, 0, zc_print_version},
    {NULL, NULL, NULL, NULL, NULL, 0, 0, NULL},
};

const zc_command *zc_commands(void)
{
  return commands;
}

const zc_paper_rows *const zc_all_paper_rows[] = {&zc_ledger_paper_rows,
                                                  &zc_office_paper_rows,
                                                  &zc_compare_paper_rows,
                                                  &zc_urge_paper_rows,
                                                  &zc_upward_paper_rows,
                                                  NULL};
